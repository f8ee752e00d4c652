"""The secret that signs API tokens, and tokens for local use."""

import os
import secrets
from datetime import UTC, datetime, timedelta

import jwt

from orchestration.workspace import Workspace

__all__ = ["api_secret", "local_token"]

_VARIABLE = "CRUSCOTTO_API_SECRET"
_BYTES = 32


def api_secret(workspace: Workspace) -> str:
    """Return `$CRUSCOTTO_API_SECRET`, else the secret of the workspace, made on first use (mode 0600).

    The value is never logged or printed.
    """
    given = os.environ.get(_VARIABLE)
    if given:
        return given
    path = workspace.secrets / "api.secret"
    if not path.is_file():
        workspace.create()
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(_BYTES))
    return path.read_text(encoding="ascii").strip()


def local_token(workspace: Workspace, subject: str, lifetime: timedelta = timedelta(hours=12)) -> str:
    """Return a token for `subject`, signed with the workspace's secret, valid for `lifetime`."""
    now = datetime.now(UTC)
    claims = {"sub": subject, "iat": now, "exp": now + lifetime}
    return jwt.encode(claims, api_secret(workspace), algorithm="HS256")
