"""Puts the verbs together, and turns errors into one line and an exit status.

Exit statuses: 0 done · 1 refused or failed (the message says by what) · 2 wrong use of the command ·
130 interrupted.
"""

import sys

import click

from api_client import CruscottoError
from orchestration.build import BuildError
from orchestration.catalogue import UnknownIndicator
from orchestration.cli import asking, extracts, loading, modelling, serving
from orchestration.cli.demo import demo
from orchestration.cli.output import complain
from orchestration.landing import LandingError
from orchestration.publication import PublicationError
from orchestration.server_process import ServerDied
from orchestration.synthetic import SyntheticError
from semantic.compiler import CompileError
from semantic.model_reader import ModelError

__all__ = ["cruscotto", "main"]

_EXPECTED = (
    BuildError,
    CompileError,
    CruscottoError,
    LandingError,
    ModelError,
    OSError,
    PublicationError,
    ServerDied,
    SyntheticError,
    UnknownIndicator,
)
_INTERRUPTED = 130


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="cruscotto")
def cruscotto() -> None:
    """Management control for a public body: from raw extracts to indicators by name.

    \b
    A month, from files to numbers:
      cruscotto extracts generate --scale demo --out var/landing
      cruscotto load && cruscotto build && cruscotto publish
      cruscotto serve &
      cruscotto query indice_giacenza --by direzione --period 2025-P10 --targets

    Data live under --home (or $CRUSCOTTO_HOME, else ./var). `--json` prints what a script can read.
    Shell completion: `eval "$(_CRUSCOTTO_COMPLETE=bash_source cruscotto)"` (or zsh_source, fish_source).
    """


for verb in (
    extracts.extracts,
    loading.load,
    loading.build_verb,
    loading.publish_verb,
    serving.serve_verb,
    serving.token_verb,
    asking.query,
    asking.metrics,
    modelling.model,
    demo,
):
    cruscotto.add_command(verb)


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
    except _EXPECTED as error:
        complain(str(error))
        sys.exit(1)
    sys.exit(status if isinstance(status, int) else 0)
