"""`cruscotto demo`: the whole way on demonstration data, from extracts to a table of indicators."""

import shutil
from pathlib import Path

import click

from api_client import Client, Result
from orchestration.access import local_token
from orchestration.cli.output import print_table, step
from orchestration.landing import LoadVerdict
from orchestration.loads import run_load
from orchestration.server_process import ServerProcess
from orchestration.synthetic import generate
from orchestration.workspace import Workspace

__all__ = ["demo", "prepare"]

_METRICS = ["produttivita", "indice_giacenza", "indice_deflusso", "ieep"]
_PERIOD = "2024-P12"
# The last month: 2024 whole, and one under the definitions of 2025.
_END = "2025-01"
_HEADINGS = {
    "produttivita": "Produttività",
    "indice_giacenza": "Giacenza (gg)",
    "indice_deflusso": "Deflusso",
    "ieep": "IEEP (€)",
}


@click.command()
@click.option("--once", is_flag=True, help="End after the table instead of leaving the server running.")
@click.option("--home", type=click.Path(path_type=Path), default=Path("var/demo"), show_default=True)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=4000, show_default=True, help="0: any free one."
)
@click.option("--months", type=click.IntRange(5, 60), default=13, show_default=True, help="Up to 2025-01.")
@click.option("--seed", type=int, default=1, show_default=True)
def demo(once: bool, home: Path, port: int, months: int, seed: int) -> None:
    """Write demonstration extracts, load, build, publish, serve and ask. HOME is made anew each time.

    \b
    Examples:
      cruscotto demo
      cruscotto demo --once --home /tmp/cruscotto-demo
    """
    workspace = _fresh(home)
    prepare(workspace, months, seed)
    with ServerProcess(workspace, port=0 if once else port) as server:
        with step("Avvio dell'API"):
            address = server.wait_until_ready()
        _ask(address, local_token(workspace, "demo"))
        if once:
            return
        click.echo(
            f"\nL'API risponde su {address} (Ctrl-C per terminare). Per esempio, in un altro terminale:"
        )
        click.echo(
            f"  cruscotto query indice_giacenza --by struttura --period 2024-T3 "
            f"--where direzione=DR-UMBRIA --home {home} --url {address}"
        )
        server.wait()


def prepare(workspace: Workspace, months: int, seed: int) -> None:
    """Write extracts into the workspace, load, build and publish them, with progress.

    Raises:
        click.ClickException: a file of the demonstration was refused, or a test failed.
    """

    def deliver() -> None:
        with step("Scrittura degli estratti") as advance:
            generate("demo", months, seed, workspace.landing, end=_END, progress=advance)

    report = run_load(workspace, deliver=deliver, stage=step)
    if report.verdict is not LoadVerdict.PUBLISHED:
        refused = [f"{item.name}: {item.message}" for item in report.refused]
        raise click.ClickException("; ".join([report.message, *refused]))


def _fresh(home: Path) -> Workspace:
    marker = home / "landing"
    if home.exists() and not marker.is_dir() and any(home.iterdir()):
        raise click.UsageError(
            f"{home} is not a demonstration workspace and is not empty: name another --home"
        )
    shutil.rmtree(home, ignore_errors=True)
    return Workspace.from_environment(home).create()


def _ask(address: str, token: str) -> None:
    with Client(address, token) as client:
        result = client.query(_METRICS, by=["direzione"], period=_PERIOD, targets=True)
        rows = [_line(row) for row in _rows(result)]
        print_table(f"Indicatori per direzione, {_PERIOD} (consuntivo e obiettivo)", list(rows[0]), rows)
        for name, found in result.completeness.items():
            verdict = "" if found.complete else " — INCOMPLETO"
            click.echo(f"{name}: {found.present} consegne su {found.expected}{verdict}")


def _rows(result: Result) -> list[dict[str, object]]:
    return [dict(row) for row in result.rows if any(row[name] is not None for name in _METRICS)]


def _line(row: dict[str, object]) -> dict[str, object]:
    line: dict[str, object] = {"direzione": row["direzione"]}
    for name in _METRICS:
        line[_HEADINGS[name]] = row[name]
        line[f"ob. {_HEADINGS[name]}"] = row[f"{name}_obiettivo"]
    return line
