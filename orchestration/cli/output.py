"""How the command speaks: progress and complaints on standard error, results on standard output."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

from orchestration.workspace import Workspace

__all__ = ["as_json_option", "complain", "home_option", "print_json", "print_table", "step"]

_PIPE_COLUMNS = 160
_LARGE = 100_000
_ERRORS = Console(stderr=True)
_RESULTS = Console(width=None if sys.stdout.isatty() else _PIPE_COLUMNS)

Advance = Callable[[str, int, int], None]


def _workspace(_context: click.Context, _parameter: click.Parameter, value: Path | None) -> Workspace:
    return Workspace.from_environment(value)


home_option = click.option(
    "--home",
    "workspace",
    type=click.Path(path_type=Path, file_okay=False),
    callback=_workspace,
    help="Folder of this installation's data [default: $CRUSCOTTO_HOME, else ./var].",
)
as_json_option = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


@contextmanager
def step(title: str) -> Iterator[Advance]:
    """Show a step with its progress; yield what to call with (what, done, total)."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("[dim]{task.fields[what]}"),
    )
    with Progress(*columns, console=_ERRORS) as progress:
        task = progress.add_task(f"{title:<34}", total=None, what="")

        def advance(what: str, done: int, total: int) -> None:
            progress.update(task, completed=done, total=total, what=what[:48])

        yield advance
        total = progress.tasks[0].total or 1
        progress.update(task, what="", total=total, completed=total)


def complain(message: str) -> None:
    """Print an error, plainly: no markup is interpreted in what a file may have put into the message."""
    _ERRORS.print(f"error: {message}", style="red", markup=False, highlight=False)


def print_json(value: Any) -> None:
    """Print a value as JSON; what JSON does not know (decimals, dates, paths) becomes its text."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def print_table(title: str, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """Print rows as a table, numbers to the right in Italian form (large ones without decimals)."""
    table = Table(title=title, title_justify="left")
    for column in columns:
        numeric = any(not isinstance(row[column], str | None) for row in rows)
        # What names a row is never cut or folded.
        width = max(len(str(row[column])) for row in rows) if rows and column == columns[0] else None
        table.add_column(column, justify="right" if numeric else "left", min_width=width, overflow="fold")
    for row in rows:
        table.add_row(*(_cell(row[column]) for column in columns))
    _RESULTS.print(table, markup=False)


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, str | bool):
        return str(value)
    whole = isinstance(value, int) or abs(value) >= _LARGE
    text = f"{value:,.0f}" if whole else f"{value:,.2f}"
    return text.translate(str.maketrans(",.", ".,"))
