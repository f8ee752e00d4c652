"""The secrets that sign API tokens, and tokens for local use.

    <home>/secrets/api.secret     one secret per line: the first signs, all verify

To rotate: add a line on top (`rotate_secret`), restart the server, and remove the last line when the tokens
that it signed are over.
"""

import os
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt

from orchestration.workspace import Workspace
from semantic.access import ANONYMOUS, read_scope

__all__ = ["GRANTS_ALL", "api_secret", "api_secrets", "local_token", "rotate_secret"]

_VARIABLE = "CRUSCOTTO_API_SECRET"
_FORMER = "CRUSCOTTO_API_SECRET_FORMER"
_BYTES = 32
GRANTS_ALL: Mapping[str, Any] = ANONYMOUS
"""The claims of whoever may see everything."""


def api_secrets(workspace: Workspace) -> tuple[str, ...]:
    """Return the secrets that verify tokens; the first of them signs.

    They are `$CRUSCOTTO_API_SECRET` and `$CRUSCOTTO_API_SECRET_FORMER` (several, parted by blanks); without
    the first, those of the workspace, one made on first use (mode 0600). They are never logged or printed.
    """
    given = os.environ.get(_VARIABLE)
    if given:
        return (given, *os.environ.get(_FORMER, "").split())
    path = _secret_file(workspace)
    if not path.is_file():
        workspace.create()
        _write(path, [secrets.token_hex(_BYTES)])
    return tuple(path.read_text(encoding="ascii").split())


def api_secret(workspace: Workspace) -> str:
    """Return the secret that signs."""
    return api_secrets(workspace)[0]


def rotate_secret(workspace: Workspace, keep: int = 1) -> int:
    """Make another secret of the workspace sign; return how many former ones still verify.

    Args:
        workspace: the installation.
        keep: former secrets that go on verifying; 0: their tokens end with the server's next start.

    Raises:
        ValueError: the secret comes from the environment, where it must be rotated.
    """
    if os.environ.get(_VARIABLE):
        raise ValueError(f"the secret is ${_VARIABLE}: give the new one there, and the former in ${_FORMER}")
    former = list(api_secrets(workspace))[:keep]
    path = _secret_file(workspace)
    new = path.with_name("api.secret.new")
    new.unlink(missing_ok=True)
    _write(new, [secrets.token_hex(_BYTES), *former])
    new.replace(path)
    return len(former)


def local_token(
    workspace: Workspace,
    subject: str,
    lifetime: timedelta = timedelta(hours=12),
    grants: Mapping[str, Any] = GRANTS_ALL,
) -> str:
    """Return a token for `subject`, signed with the workspace's secret, valid for `lifetime`.

    Args:
        workspace: the installation.
        subject: who will ask.
        lifetime: how long the token is valid.
        grants: the claims `structures`, `domains` and `comparisons` (`docs/access.md`).

    Raises:
        ClaimsRefused: the server would refuse the claims.
    """
    read_scope(grants)
    now = datetime.now(UTC)
    claims = {**grants, "sub": subject, "iat": now, "exp": now + lifetime}
    return jwt.encode(claims, api_secret(workspace), algorithm="HS256")


def _secret_file(workspace: Workspace) -> Path:
    return workspace.secrets / "api.secret"


def _write(path: Path, lines: list[str]) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write("\n".join(lines))
