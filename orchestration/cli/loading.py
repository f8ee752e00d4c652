"""`cruscotto load`: a month from files to numbers, all steps or none; and the steps by hand."""

from dataclasses import asdict
from functools import partial
from pathlib import Path

import click

from orchestration.build import build
from orchestration.cli.logs import logged
from orchestration.cli.output import as_json_option, complain, home_option, print_json, print_table, step
from orchestration.cli.quality import REFUSED, status_of
from orchestration.cli.watching import await_delivery, watch_landing
from orchestration.landing import LoadReport, LoadVerdict, land, reload_quarantined
from orchestration.loads import by_hand, publish_by_hand, run_load
from orchestration.scheduling import Rhythm
from orchestration.workspace import Workspace

__all__ = ["build_verb", "land_verb", "load", "publish_verb", "show_files", "show_load"]

_FILES = click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False))
_RETRY = click.option(
    "--retry", is_flag=True, help="Load again the archived files with rows that waited for a code."
)
_LATE = click.option(
    "--late", is_flag=True, help="Allow corrections of closed months; `loads diff` shows them."
)


@click.command()
@_FILES
@_RETRY
@_LATE
@click.option("--leave-refused", is_flag=True, help="Publish what is sound although other files are refused.")
@click.option("--watch", is_flag=True, help="Load each complete delivery, until SIGTERM or Ctrl-C.")
@click.option(
    "--wait",
    type=click.FloatRange(min=0),
    metavar="SECONDS",
    help="Wait at most so long for a complete delivery, then load once.",
)
@click.option(
    "--quiet",
    type=click.FloatRange(min=0),
    default=30,
    show_default=True,
    help="A delivery is complete when nothing of it changed for so many seconds.",
)
@click.option(
    "--every",
    type=click.FloatRange(min=0.05),
    default=5,
    show_default=True,
    help="Seconds between two looks.",
)
@click.option(
    "--log-format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="json: one line per event on standard error, without personal data.",
)
@as_json_option
@home_option
def load(
    files: tuple[Path, ...],
    retry: bool,
    late: bool,
    leave_refused: bool,
    watch: bool,
    wait: float | None,
    quiet: float,
    every: float,
    log_format: str,
    as_json: bool,
    workspace: Workspace,
) -> None:
    """Land extracts, build, test and publish: all of it or nothing. Without FILES, the landing folder.

    A load that was interrupted is carried on or undone first. Exit status: 0 published, or nothing new;
    4 published, with data quality over a threshold (`loads report`); 3 a file was refused; 1 a model or a
    test failed; 5 another load is running. With 1, 3 and 5 readers see what they saw, and the files stay.

    \b
    Examples:
      cruscotto load
      cruscotto load deliveries/PB_PROD_202501_r01.csv --late --home /srv/cruscotto
      cruscotto load --retry          # after a master that holds the codes they lacked
      cruscotto load --wait 3600      # for cron: at most an hour for the delivery to be complete
      cruscotto load --watch --log-format json
    """
    if ((watch or wait is not None) and (files or retry)) or (watch and (as_json or wait is not None)):
        raise click.UsageError(
            "--watch and --wait load the landing folder; --watch goes with neither --wait nor --json"
        )
    run = partial(
        run_load, workspace, list(files) or None, retry=retry, leave_refused=leave_refused, is_late=late
    )
    with logged(log_format) as stage:
        if watch:
            watch_landing(workspace, partial(run, stage=stage), Rhythm(quiet, every), log_format)
            return
        if wait is not None:
            await_delivery(workspace, wait, Rhythm(quiet, every))
        report = run(stage=stage)
    if as_json:
        print_json(asdict(report))
    elif log_format == "text":
        show_load(workspace, report)
    if status := status_of(workspace, report):
        raise SystemExit(status)


def show_load(workspace: Workspace, report: LoadReport) -> None:
    """Print what there is to look at in a load, what happened and where the publication is."""
    show_files(report)
    if report.message:
        (click.echo if report.verdict is LoadVerdict.UNCHANGED else complain)(report.message)
    if report.publication is not None and report.verdict is LoadVerdict.PUBLISHED:
        click.echo(f"pubblicato {workspace.published / report.publication.file}")


@click.command("land")
@_FILES
@_RETRY
@_LATE
@as_json_option
@home_option
def land_verb(files: tuple[Path, ...], retry: bool, late: bool, as_json: bool, workspace: Workspace) -> None:
    """Land extracts alone: verify, archive, parse, quarantine. Nothing is built or published.

    Each file counts by itself. Exit status 3 when one was refused; what was refused stays where it is.

    \b
    Examples:
      cruscotto land && cruscotto build && cruscotto publish
    """
    with step("Carico degli estratti") as advance:
        if retry:
            report = reload_quarantined(workspace, progress=advance)
        else:
            report = land(workspace, list(files) or None, progress=advance, is_late=late)
    if as_json:
        print_json(asdict(report))
    else:
        show_files(report)
    if report.refused:
        raise SystemExit(REFUSED)


def show_files(report: LoadReport) -> None:
    """Print what there is to look at in the files of a load."""
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
    click.echo(
        f"{len(report.files)} file, {loaded} righe caricate, carico {report.load_id}: {report.verdict}"
    )


@click.command("build")
@click.option("--select", help="dbt's node selection, for a part of the warehouse.")
@click.option("--full", is_flag=True, help="Compute everything again, whatever changed.")
@click.option("--unit-tests", is_flag=True, help="Also dbt's unit tests: after a change of the models.")
@as_json_option
@home_option
def build_verb(select: str | None, full: bool, unit_tests: bool, as_json: bool, workspace: Workspace) -> None:
    """Build and test the warehouse from the landed rows. Exit status 1 when a model or a test fails.

    What no changed row touches is not computed again (docs/loads.md).

    \b
    Examples:
      cruscotto build
      cruscotto build --full
      cruscotto build --select ind_values+
      cruscotto build --unit-tests
    """
    with by_hand(workspace, "build") as held, step("Costruzione e prove (dbt)") as advance:
        report = build(
            workspace, select=select, full=full, unit_tests=unit_tests, progress=advance, held=held
        )
    if as_json:
        print_json(
            {
                "nodes": report.nodes,
                "seconds": report.seconds,
                "scope": report.scope,
                "warnings": [vars(w) for w in report.warnings],
            }
        )
        return
    for warning in report.warnings:
        click.echo(f"attenzione: {warning.name} ({warning.file}): {warning.message}", err=True)
    click.echo(f"{report.nodes} nodi costruiti e provati in {report.seconds:.1f} s ({report.scope})")


@click.command("publish")
@as_json_option
@home_option
def publish_verb(as_json: bool, workspace: Workspace) -> None:
    """Publish what was built, under a new file name, and point readers to it."""
    report = publish_by_hand(workspace, stage=step)
    assert report.publication is not None  # noqa: S101 -- it raises instead
    if as_json:
        print_json(vars(report.publication))
    else:
        click.echo(f"pubblicato {workspace.published / report.publication.file}")
