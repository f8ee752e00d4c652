"""`cruscotto query`: indicators by name."""

import os

import click

from api_client import Client
from orchestration.access import local_token
from orchestration.cli.output import as_json_option, home_option, print_json, print_table
from orchestration.workspace import Workspace
from semantic.planner import COMPARISONS

__all__ = ["query"]

_URL = "http://127.0.0.1:4000"


@click.command()
@click.argument("names", nargs=-1, required=True, metavar="METRIC...")
@click.option(
    "--by", multiple=True, metavar="DIMENSION", help="Group by (direzione, struttura, area, linea, …)."
)
@click.option(
    "--period", multiple=True, metavar="PERIOD", help="2025-M03, 2025-T1, 2025-S1, 2025-A, 2025-P10."
)
@click.option("--scenario", default="consuntivo", show_default=True)
@click.option("--where", multiple=True, metavar="DIMENSION=VALUE", help="Keep only this value.")
@click.option("--as-is", is_flag=True, help="Under today's organisation instead of the month's.")
@click.option("--targets", is_flag=True, help="Add target and signed deviation.")
@click.option(
    "--compare",
    multiple=True,
    type=click.Choice(COMPARISONS),
    help="Put beside each value what it compares with; may be given several times.",
)
@click.option("--complete-only", is_flag=True, help="Refuse values with missing deliveries.")
@click.option(
    "--as-of", metavar="ID|DATE", help="From a past publication: a load's id, a version, a day, a moment."
)
@click.option("--history", is_flag=True, help="From every publication, up to --as-of.")
@click.option(
    "--url", envvar="CRUSCOTTO_URL", default=_URL, show_default=True, help="The API ($CRUSCOTTO_URL)."
)
@as_json_option
@home_option
def query(
    names: tuple[str, ...],
    by: tuple[str, ...],
    period: tuple[str, ...],
    scenario: str,
    where: tuple[str, ...],
    as_is: bool,
    targets: bool,
    compare: tuple[str, ...],
    complete_only: bool,
    as_of: str | None,
    history: bool,
    url: str,
    as_json: bool,
    workspace: Workspace,
) -> None:
    """Ask the API for indicators by name. The token is $CRUSCOTTO_TOKEN, else one for this installation.

    \b
    Examples:
      cruscotto query produttivita --by direzione --period 2024-P12 --targets
      cruscotto query indice_giacenza --by struttura --where direzione=DR-UMBRIA --period 2025-T3
      cruscotto query indice_giacenza --by direzione --period 2025-P03 --compare clusterRank
      cruscotto query produttivita --by direzione --period 2025-M03 --compare programme --compare previousYear
      cruscotto query produttivita --by direzione --period 2025-M03 --as-of 2025-04-30
      cruscotto query produttivita --period 2025-M03 --history
    """
    with Client(url, _token(workspace)) as client:
        result = client.query(
            list(names),
            by=list(by),
            period=list(period) or None,
            scenario=scenario,
            where=dict(_condition(text) for text in where),
            organisation="as_is" if as_is else "as_was",
            targets=targets,
            compare=list(compare),
            complete_only=complete_only,
            as_of=as_of,
            include_history=history,
        )
    columns = [column.name for column in result.columns]
    rows = [dict(row) for row in result.rows]
    if as_json:
        print_json(rows)
    else:
        print_table(", ".join(period) or "per periodo", columns, rows)
    for name, found in result.completeness.items():
        if not found.complete:
            click.echo(f"incompleto: {name}: {found.present} consegne su {found.expected}", err=True)
    for told in result.publications:
        withdrawn = ", ritirata" if told["withdrawn"] else ""
        click.echo(f"pubblicazione {told['version']} (carico {told['loadId']}{withdrawn})", err=True)
    for told in result.omitted:
        click.echo(f"esclusa {told['version']}: {told['error']}", err=True)
    for note in result.notes:
        click.echo(f"nota: {note}", err=True)


def _token(workspace: Workspace) -> str:
    return os.environ.get("CRUSCOTTO_TOKEN") or local_token(workspace, "cruscotto query")


def _condition(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise click.BadParameter(
            f"{text!r} is not DIMENSION=VALUE, such as direzione=DR-UMBRIA", param_hint="--where"
        )
    return name, value
