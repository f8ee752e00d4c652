"""The secrets that sign: made on first use, rotated, from the environment; and the tokens of the command."""

import jwt
import pytest
from click.testing import CliRunner

from orchestration.access import api_secrets, local_token, rotate_secret
from orchestration.cli.application import cruscotto
from orchestration.workspace import Workspace
from semantic.access import ClaimsRefused


@pytest.fixture
def workspace(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.delenv("CRUSCOTTO_API_SECRET", raising=False)
    return Workspace.from_environment(home=tmp_path)  # type: ignore[arg-type]


def verifies(secrets: tuple[str, ...], token: str) -> list[bool]:
    """Which of the secrets signed a token."""
    found = []
    for secret in secrets:
        try:
            jwt.decode(token, secret, algorithms=["HS256"])
            found.append(True)
        except jwt.InvalidSignatureError:
            found.append(False)
    return found


def test_new_signs_and_old_verifies(workspace: Workspace) -> None:
    former = local_token(workspace, "a")
    assert rotate_secret(workspace) == 1
    new = local_token(workspace, "a")
    assert verifies(api_secrets(workspace), former) == [False, True]
    assert verifies(api_secrets(workspace), new) == [True, False]
    assert rotate_secret(workspace, keep=0) == 0
    assert verifies(api_secrets(workspace), new) == [False]
    assert (workspace.secrets / "api.secret").stat().st_mode & 0o077 == 0


def test_secrets_of_the_environment(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are used as they are, and rotated where they come from."""
    monkeypatch.setenv("CRUSCOTTO_API_SECRET", "n" * 32)
    monkeypatch.setenv("CRUSCOTTO_API_SECRET_FORMER", f"{'o' * 32} {'p' * 32}")
    assert api_secrets(workspace) == ("n" * 32, "o" * 32, "p" * 32)
    with pytest.raises(ValueError, match="CRUSCOTTO_API_SECRET"):
        rotate_secret(workspace)


def claims_of(workspace: Workspace, *options: str) -> dict[str, object]:
    result = CliRunner().invoke(cruscotto, ["token", "--home", str(workspace.home), *options])
    assert result.exit_code == 0, result.output
    claims = jwt.decode(result.output.strip(), api_secrets(workspace)[0], algorithms=["HS256"])
    return {name: claims[name] for name in ("structures", "domains", "comparisons")}


def test_tokens_of_the_command(workspace: Workspace) -> None:
    """Everything without options; with structures, those alone, unless more is named."""
    everything = {"structures": "*", "domains": "*", "comparisons": "*"}
    assert claims_of(workspace) == everything
    umbria = {"structures": {"direzione": ["DR-UMBRIA"]}, "domains": [], "comparisons": []}
    assert claims_of(workspace, "--direzione", "DR-UMBRIA") == umbria
    more = ["--sede", "DP-1", "--sede", "DP-2", "--domain", "costi", "--compare", "nazionale"]
    structures = {"sede": ["DP-1", "DP-2"]}
    assert claims_of(workspace, *more) == {
        "structures": structures,
        "domains": ["costi"],
        "comparisons": ["nazionale"],
    }
    assert claims_of(workspace, "--no-domains") == everything | {"domains": []}


def test_tokens_that_would_be_refused_are_not_made(workspace: Workspace) -> None:
    with pytest.raises(ClaimsRefused):
        local_token(workspace, "a", grants={"structures": {"direzione": ["undefined"]}})
    result = CliRunner().invoke(cruscotto, ["token", "--home", str(workspace.home), "--sede", "*"])
    assert (result.exit_code, "must be" in result.output) == (2, True)
