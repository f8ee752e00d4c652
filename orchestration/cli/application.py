"""Puts the verbs together, and turns errors into one line and an exit status.

Exit statuses: 0 done · 1 failed (the message says by what) · 2 wrong use of the command · 3 a file was
refused · 4 loaded, data quality over a threshold · 5 another load is running · 130 interrupted · 143 SIGTERM.
"""

import importlib
import sys

import click

from orchestration.cli.output import complain

__all__ = ["cruscotto", "main"]

# Verb → module and name: a verb is loaded when it is used, so that `metrics` waits for no database.
_VERBS = {
    "extracts": "extracts:extracts",
    "load": "loading:load",
    "loads": "loads:loads",
    "quarantine": "quarantine:quarantine",
    "privacy": "privacy:privacy",
    "land": "loading:land_verb",
    "build": "loading:build_verb",
    "publish": "loading:publish_verb",
    "serve": "serving:serve_verb",
    "token": "serving:token_verb",
    "secret": "serving:secret_verb",
    "query": "asking:query",
    "metrics": "catalogue:metrics",
    "catalogue": "catalogue:catalogue_verb",
    "model": "modelling:model",
    "demo": "demo:demo",
}
_FAILED, _BUSY, _INTERRUPTED = 1, 5, 130


class _Verbs(click.Group):
    """A group whose commands are imported one by one, when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the verbs in the order of a month's work."""
        return list(_VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a verb, or None when there is none of that name."""
        if cmd_name not in _VERBS:
            return None
        module, _, name = _VERBS[cmd_name].partition(":")
        verb = getattr(importlib.import_module(f"orchestration.cli.{module}"), name)
        assert isinstance(verb, click.Command)  # noqa: S101 -- the table above names commands only
        return verb


@click.group(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="cruscotto")
def cruscotto() -> None:
    """Management control for a public body: from raw extracts to indicators by name.

    \b
    A month, from files to numbers:
      cruscotto extracts generate --scale demo --out var/landing
      cruscotto load
      cruscotto serve &
      cruscotto query indice_giacenza --by direzione --period 2025-P10 --targets

    Data live under --home (or $CRUSCOTTO_HOME, else ./var). `--json` prints what a script can read.
    Shell completion: `eval "$(_CRUSCOTTO_COMPLETE=bash_source cruscotto)"` (or zsh_source, fish_source).
    """


def main() -> None:
    """Run the command; end the process with its exit status."""
    try:
        status = cruscotto.main(prog_name="cruscotto", standalone_mode=False)
    except click.exceptions.Abort:
        complain("interrupted")
        sys.exit(_INTERRUPTED)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except Exception as error:
        if not isinstance(error, _expected()):
            raise
        complain("\n".join([str(error), *getattr(error, "__notes__", ())]))
        sys.exit(_BUSY if _is_busy(error) else _FAILED)
    sys.exit(status if isinstance(status, int) else 0)


def _is_busy(error: Exception) -> bool:
    from orchestration.lock import WorkspaceBusy

    return isinstance(error, WorkspaceBusy)


def _expected() -> tuple[type[Exception], ...]:
    """Return the errors whose message is all that a user needs; imported only once something went wrong."""
    from api_client import CruscottoError
    from orchestration.build import BuildError
    from orchestration.definitions import DefinitionsError
    from orchestration.landing import LandingError
    from orchestration.loads import LoadsError
    from orchestration.lock import WorkspaceBusy
    from orchestration.publication import PublicationError
    from orchestration.quality import QualityError
    from orchestration.server_process import ServerDied
    from orchestration.synthetic import SyntheticError
    from semantic.catalogue import CatalogueError, UnknownIndicator
    from semantic.compiler import CompileError
    from semantic.model_reader import ModelError

    return (
        BuildError, CatalogueError, CompileError, CruscottoError, DefinitionsError, LandingError, LoadsError,
        ModelError, OSError, PublicationError, QualityError, ServerDied, SyntheticError, UnknownIndicator,
        WorkspaceBusy,
    )  # fmt: skip
