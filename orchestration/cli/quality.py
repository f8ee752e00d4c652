"""`cruscotto loads report`: the data quality of a load; and the exit status that tells a scheduler of it."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from orchestration.cli.output import as_json_option, home_option
from orchestration.landing import LoadReport
from orchestration.quality import NoReport, Outcome, outcome_of, page, read_report, text
from orchestration.workspace import Workspace

__all__ = ["REFUSED", "report_verb", "status_of"]

REFUSED = 3
_STATUSES = {Outcome.GOOD: 0, Outcome.FAILED: 1, Outcome.REFUSED: REFUSED, Outcome.WARNINGS: 4}
_FORMATS = ("text", "html", "json")


@click.command("report")
@click.argument("load_id", default="last")
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMATS),
    default="text",
    show_default=True,
    help="How to write it.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write it to this file, not to the screen.",
)
@as_json_option
@home_option
def report_verb(load_id: str, form: str, output: Path | None, as_json: bool, workspace: Workspace) -> None:
    """Show the data quality of a load; the exit status is that of the load (0, 1, 3 or 4).

    Each load writes it, published or not, under reports/ in the home folder. LOAD_ID is a load, or `last`.

    \b
    Examples:
      cruscotto loads report
      cruscotto loads report 20250401T060000Z-01 --format html --output qualita.html
    """
    report = read_report(workspace, load_id)
    if as_json or form == "json":
        written = json.dumps(asdict(report), ensure_ascii=False, indent=1) + "\n"
    else:
        written = page(report) if form == "html" else text(report)
    if output is None:
        click.echo(written, nl=False)
    else:
        output.write_text(written, encoding="utf-8")
    if _STATUSES[report.outcome]:
        raise SystemExit(_STATUSES[report.outcome])


def status_of(workspace: Workspace, load: LoadReport) -> int:
    """Return the exit status of a load that ended: by its report, else by its record alone."""
    try:
        return _STATUSES[read_report(workspace, load.load_id).outcome]
    except NoReport:
        return _STATUSES[outcome_of(load, [])]
