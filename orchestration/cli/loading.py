"""`cruscotto load`, `build`, `publish`: a month from files to the published warehouse."""

from dataclasses import asdict
from pathlib import Path

import click

from orchestration.build import build
from orchestration.cli.output import as_json_option, home_option, print_json, print_table, step
from orchestration.landing import LoadReport, land, reload_quarantined
from orchestration.publication import publish
from orchestration.workspace import Workspace

__all__ = ["build_verb", "load", "publish_verb"]


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--retry", is_flag=True, help="Load again the archived files with rows that waited for a code.")
@as_json_option
@home_option
def load(files: tuple[Path, ...], retry: bool, as_json: bool, workspace: Workspace) -> None:
    """Land extracts: verify, archive, parse, quarantine. Without FILES, all that is in the landing folder.

    Exit status 1 when a file was refused; what was refused stays where it is.

    \b
    Examples:
      cruscotto load
      cruscotto load deliveries/PB_PROD_202501.csv --home /srv/cruscotto
      cruscotto load --retry          # after a master that holds the codes they lacked
    """
    with step("Carico degli estratti") as advance:
        if retry:
            report = reload_quarantined(workspace, progress=advance)
        else:
            report = land(workspace, list(files) or None, progress=advance)
    if as_json:
        print_json(asdict(report))
    else:
        _show(report)
    if report.refused:
        raise SystemExit(1)


def _show(report: LoadReport) -> None:
    rows = [
        {
            "file": item.name,
            "lette": item.rows_read,
            "caricate": item.rows_loaded,
            "quarantena": item.rows_quarantined,
            "esito": item.verdict,
        }
        for item in report.files
        if item.rows_quarantined or item.message
    ]
    if rows:
        print_table(f"Carico {report.load_id}: da guardare", list(rows[0]), rows)
    for item in report.files:
        if item.message:
            click.echo(f"{item.name}: {item.message}", err=True)
    loaded = sum(item.rows_loaded for item in report.files)
    click.echo(f"{len(report.files)} file, {loaded} righe caricate, carico {report.load_id}")


@click.command("build")
@click.option("--select", help="dbt's node selection, for a part of the warehouse.")
@click.option("--unit-tests", is_flag=True, help="Also dbt's unit tests: after a change of the models.")
@as_json_option
@home_option
def build_verb(select: str | None, unit_tests: bool, as_json: bool, workspace: Workspace) -> None:
    """Build and test the warehouse from the landed rows. Exit status 1 when a model or a test fails.

    \b
    Examples:
      cruscotto build
      cruscotto build --select ind_values+
      cruscotto build --unit-tests
    """
    with step("Costruzione e prove (dbt)") as advance:
        report = build(workspace.create(), select=select, unit_tests=unit_tests, progress=advance)
    if as_json:
        print_json(
            {"nodes": report.nodes, "seconds": report.seconds, "warnings": [vars(w) for w in report.warnings]}
        )
        return
    for warning in report.warnings:
        click.echo(f"attenzione: {warning.name} ({warning.file}): {warning.message}", err=True)
    click.echo(f"{report.nodes} nodi costruiti e provati in {report.seconds:.1f} s")


@click.command("publish")
@as_json_option
@home_option
def publish_verb(as_json: bool, workspace: Workspace) -> None:
    """Publish what was built, under a new file name, and point readers to it."""
    with step("Pubblicazione"):
        publication = publish(workspace.create())
    if as_json:
        print_json(vars(publication))
    else:
        click.echo(f"pubblicato {workspace.published / publication.file}")
