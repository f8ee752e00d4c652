"""`cruscotto loads`: the register of loads, and what can be done with past ones."""

from collections.abc import Sequence
from dataclasses import asdict

import click

from orchestration.cli.loading import show_files
from orchestration.cli.output import as_json_option, home_option, print_json, print_table, step
from orchestration.cli.quality import report_verb
from orchestration.landing import LoadReport, Register
from orchestration.loads import (
    Cause,
    Difference,
    Moved,
    Rebuilt,
    compare,
    find_load,
    problems,
    prune,
    rebuild,
    recover_all,
    retention,
    roll_back,
    undo_interrupted,
)
from orchestration.workspace import Workspace

__all__ = ["loads"]

_MOST_CAUSES = 4


@click.group(invoke_without_command=True)
@as_json_option
@home_option
@click.pass_context
def loads(context: click.Context, as_json: bool, workspace: Workspace) -> None:
    """List the loads, oldest first.

    \b
    Examples:
      cruscotto loads
      cruscotto loads show last
      cruscotto loads diff 20250401T060000Z-01 last
      cruscotto loads rollback 20250401T060000Z-01
    """
    if context.invoked_subcommand is not None:
        return
    reports = list(Register(workspace.loads).reports())
    if as_json:
        print_json([asdict(report) for report in reports])
        return
    counting = {report.load_id for report in Register(workspace.loads).effective()}
    rows: list[dict[str, object]] = [
        {
            "carico": report.load_id,
            "tipo": report.kind,
            "chi": report.who,
            "file": len(report.files),
            "righe": report.rows_loaded,
            "quarantena": report.rows_quarantined,
            "secondi": report.seconds,
            "esito": report.verdict,
            "conta": "sì" if report.load_id in counting else "no",
        }
        for report in reports
    ]
    columns = ["carico", "tipo", "chi", "file", "righe", "quarantena", "secondi", "esito", "conta"]
    print_table(f"{len(rows)} carichi", columns, rows)


loads.add_command(report_verb)


@loads.command("show")
@click.argument("load_id")
@as_json_option
@home_option
def _show(load_id: str, as_json: bool, workspace: Workspace) -> None:
    """Show one load: files, rows read, loaded and quarantined, totals, tests, versions, publication.

    \b
    Examples:
      cruscotto loads show last --json
    """
    report = find_load(workspace, load_id)
    if as_json:
        print_json(asdict(report))
        return
    show_files(report)
    for name, value in _head(report):
        click.echo(f"{name:<14} {value}")
    for failure in report.build.failures if report.build else ():
        click.echo(f"fallito        {failure}")


@loads.command("diff")
@click.argument("former")
@click.argument("later")
@as_json_option
@home_option
def _diff(former: str, later: str, as_json: bool, workspace: Workspace) -> None:
    """Tell which indicators moved between two publications, by how much, and because of what.

    \b
    Examples:
      cruscotto loads diff 20250401T060000Z-01 last
    """
    difference = compare(workspace, former, later)
    if as_json:
        print_json(asdict(difference))
        return
    for cause in difference.causes:
        click.echo(_told(cause))
    _print_moved(difference)


@loads.command("rollback")
@click.argument("load_id")
@home_option
def _rollback(load_id: str, workspace: Workspace) -> None:
    """Serve a past publication again; the loads after it count no more.

    \b
    Examples:
      cruscotto loads rollback 20250401T060000Z-01
    """
    click.echo(roll_back(workspace, load_id).message)


@loads.command("rebuild")
@click.argument("load_id")
@click.option("--check", is_flag=True, help="Compare with the register; put nothing in its place.")
@as_json_option
@home_option
def _rebuild(load_id: str, check: bool, as_json: bool, workspace: Workspace) -> None:
    """Make a past publication again from archive and register, and compare every table with what it was.

    \b
    Examples:
      cruscotto loads rebuild 20250401T060000Z-01 --check
    """
    _print_rebuilt(rebuild(workspace, load_id, check_only=check, stage=step), as_json)


@loads.command("recover")
@as_json_option
@home_option
def _recover(as_json: bool, workspace: Workspace) -> None:
    """Make the whole installation again from its folders archive/ and loads/.

    \b
    Examples:
      cp -a backup/archive backup/loads /srv/cruscotto/ && cruscotto loads recover --home /srv/cruscotto
    """
    _print_rebuilt(recover_all(workspace, stage=step), as_json)


@loads.command("undo")
@home_option
def _undo(workspace: Workspace) -> None:
    """Undo a load that was interrupted, instead of carrying it on with `cruscotto load`.

    \b
    Examples:
      cruscotto loads undo
    """
    report = undo_interrupted(workspace)
    click.echo(f"{report.load_id}: {report.verdict}; {report.message}")


@loads.command("verify")
@as_json_option
@home_option
def _verify(as_json: bool, workspace: Workspace) -> None:
    """Check pointer, published files, archive, definitions and row counts. Exit status 1 when one is damaged.

    \b
    Examples:
      cruscotto loads verify
    """
    found = problems(workspace)
    if as_json:
        print_json([vars(problem) for problem in found])
    else:
        for problem in found:
            click.echo(f"{problem.what}: {problem.message}: {problem.remedy}")
        click.echo(f"{len(found)} problemi")
    if found:
        raise SystemExit(1)


@loads.command("prune")
@click.option(
    "--keep", type=click.IntRange(2), default=12, show_default=True, help="How many recent publications stay."
)
@click.option("--dry-run", is_flag=True, help="Tell what would go; remove nothing.")
@as_json_option
@home_option
def _prune(keep: int, dry_run: bool, as_json: bool, workspace: Workspace) -> None:
    """Remove old publications but for the last of each year. Register and archive stay: all can be rebuilt.

    \b
    Examples:
      cruscotto loads prune --keep 12 --dry-run
    """
    found = retention(workspace, keep) if dry_run else prune(workspace, keep)
    if as_json:
        print_json(asdict(found))
        return
    rows: list[dict[str, object]] = [
        {"carico": item.load_id, "MB": item.size // 2**20, "resta": item.reason or "no"}
        for item in found.publications
    ]
    print_table("Pubblicazioni", ["carico", "MB", "resta"], rows)
    what = "si libererebbero" if dry_run else "liberati"
    click.echo(f"{what} {found.freed // 2**20} MB, {len(found.superseded)} file sostituiti")


def _head(report: LoadReport) -> list[tuple[str, object]]:
    head: list[tuple[str, object]] = [
        ("tipo", report.kind),
        ("chi", report.who),
        ("inizio", report.started),
        ("fine", report.finished or "–"),
        ("secondi", report.seconds),
        ("passo", report.step),
        ("messaggio", report.message or "–"),
        ("software", report.code_version),
    ]
    head += [(name, digest[:12]) for name, digest in report.versions.items()]
    for file in report.files:
        totals = ", ".join(f"{key}={value}" for key, value in file.control_totals.items())
        rows = f"{file.rows_read} = {file.rows_loaded} + {file.rows_quarantined}"
        head.append((file.name, f"{rows}; sha256 {(file.sha256 or '')[:12]}; {totals}".rstrip("; ")))
    if report.build:
        told = ", ".join(f"{count} {status}" for status, count in sorted(report.build.statuses.items()))
        head.append(("dbt", f"{report.build.invocation}: {told}; {report.build.seconds:.1f} s"))
        head.append(("calcolato", report.build.scope or "–"))
    if report.publication:
        head.append(("pubblicazione", f"{report.publication.file}, sha256 {report.publication.sha256[:12]}"))
    return head


def _told(cause: Cause) -> str:
    where = f" ({cause.contract} {cause.delivery}, carico {cause.load_id})" if cause.load_id else ""
    return f"{cause.kind}: {cause.name}{where}"


def _print_moved(difference: Difference) -> None:
    for title, moved in (
        ("assetto del mese", difference.moved),
        ("assetto di oggi", difference.moved_today),
    ):
        columns = ["indicatore", "periodo", "nuovi", "spariti", "cambiati", "nodo", "prima", "dopo", "perché"]
        print_table(f"{len(moved)} movimenti, {title}", columns, [_row(item) for item in moved])


def _row(item: Moved) -> dict[str, object]:
    found, example = item.movement, item.movement.example
    return {
        "indicatore": found.code,
        "periodo": found.period,
        "nuovi": found.appeared,
        "spariti": found.gone,
        "cambiati": found.changed,
        "nodo": example.node if example else None,
        "prima": example.was if example else None,
        "dopo": example.now if example else None,
        "perché": _because(item.causes),
    }


def _because(causes: Sequence[Cause]) -> str:
    told = [f"{cause.kind} {cause.name}" for cause in causes[:_MOST_CAUSES]]
    more = [f"e altri {len(causes) - _MOST_CAUSES}"] if len(causes) > _MOST_CAUSES else []
    return ", ".join(told + more)


def _print_rebuilt(rebuilt: Rebuilt, as_json: bool) -> None:
    if as_json:
        print_json(vars(rebuilt))
    else:
        click.echo(
            f"{rebuilt.load_id}: {rebuilt.files} file, {rebuilt.rows} righe, "
            f"{rebuilt.tables} tavole uguali a quelle pubblicate"
        )
