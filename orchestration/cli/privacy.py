"""`cruscotto privacy`: a person erased, and the key of their hashes changed."""

from dataclasses import asdict
from typing import TextIO

import click

from orchestration.cli.output import as_json_option, home_option, print_json
from orchestration.privacy import erase, rotate_key
from orchestration.workspace import Workspace

__all__ = ["privacy"]


@click.group()
def privacy() -> None:
    """Personal data in what is kept: erase a person, change the key of the hashes.

    \b
    Examples:
      echo I0012345 | cruscotto privacy erase --matricola-from - --dry-run
      cruscotto privacy rotate-key
    """


@privacy.command("erase")
@click.option(
    "--matricola-from",
    "numbers",
    type=click.File("r", encoding="utf-8"),
    required=True,
    metavar="FILE|-",
    help="Registration numbers, one in a line; '-' is the standard input. Never on the command line.",
)
@click.option("--dry-run", is_flag=True, help="Count what leads back to them; change nothing.")
@as_json_option
@home_option
def _erase(numbers: TextIO, dry_run: bool, as_json: bool, workspace: Workspace) -> None:
    """Erase persons: nothing that is kept leads back to them, and no published value changes.

    Also what is delivered of them later is kept without them. It cannot be undone.

    \b
    Examples:
      cruscotto privacy erase --matricola-from - < numbers.txt
    """
    lines = [line for line in numbers.read().splitlines() if line.strip()]
    found = erase(workspace, lines, dry_run=dry_run)
    if as_json:
        print_json(asdict(found))
        return
    what = "si cancellerebbero" if dry_run else f"carico {found.load_id}: cancellate"
    click.echo(f"{what} {found.people} persone: {found.rows} righe, {found.files} file d'archivio")
    if found.waiting:
        click.echo(f"{found.waiting} file attendono in landing/ come sono stati consegnati", err=True)


@privacy.command("rotate-key")
@as_json_option
@home_option
def _rotate_key(as_json: bool, workspace: Workspace) -> None:
    """Hash all persons once more under a new key: the former keys alone tell nothing any more.

    Keys from the environment: add the new one to $CRUSCOTTO_PSEUDONYM_KEY, after a comma, then rotate.

    \b
    Examples:
      cruscotto privacy rotate-key
    """
    found = rotate_key(workspace)
    if as_json:
        print_json(asdict(found))
        return
    click.echo(
        f"carico {found.load_id}: {found.hashes} persone sotto una nuova chiave, la numero {found.keys}; "
        f"{found.files} file d'archivio riscritti"
    )
