"""`cruscotto quarantine`: the rows that were not loaded, why, and what to do."""

from pathlib import Path

import click

from orchestration.cli.output import as_json_option, home_option, print_json, print_table
from orchestration.loads import export_quarantine, quarantine_rows, quarantine_sums
from orchestration.workspace import Workspace

__all__ = ["quarantine"]


@click.group(invoke_without_command=True)
@as_json_option
@home_option
@click.pass_context
def quarantine(context: click.Context, as_json: bool, workspace: Workspace) -> None:
    """List the rows in quarantine, by file and reason.

    \b
    Examples:
      cruscotto quarantine
      cruscotto quarantine explain PB_PROD_202501.csv
      cruscotto quarantine export --output righe.csv
      cruscotto load --retry          # once a master has the codes that were missing
    """
    if context.invoked_subcommand is not None:
        return
    sums = quarantine_sums(workspace)
    if as_json:
        print_json([vars(item) for item in sums])
        return
    rows: list[dict[str, object]] = [
        {
            "file": item.file,
            "tabella": item.table,
            "colonna": item.column,
            "righe": item.rows,
            "motivo": item.reason,
            "valori": ", ".join(item.values),
        }
        for item in sums
    ]
    columns = ["file", "tabella", "colonna", "righe", "motivo", "valori"]
    print_table(f"{sum(item.rows for item in sums)} righe in quarantena", columns, rows)
    for remedy in sorted({item.remedy for item in sums}):
        click.echo(remedy)


@quarantine.command("explain")
@click.argument("file")
@as_json_option
@home_option
def _explain(file: str, as_json: bool, workspace: Workspace) -> None:
    """Show each row of FILE in quarantine: line, column, value, reason, text; and what to do.

    \b
    Examples:
      cruscotto quarantine explain PB_PROD_202501.csv
    """
    rows = list(quarantine_rows(workspace, file))
    if not rows:
        raise click.UsageError(f"{file} has no row in quarantine; `cruscotto quarantine` tells which have")
    if as_json:
        print_json([vars(row) for row in rows])
        return
    for row in rows:
        where = f"{row.file}:{row.line}" + (f", {row.column} {row.value!r}" if row.column else "")
        click.echo(f"{where}: {row.reason}\n    {row.raw}")
    for item in quarantine_sums(workspace):
        if item.file == file:
            click.echo(f"{item.rows} × {item.column or 'riga'} {item.reason}: {item.remedy}")
            click.echo(f"    the contract bears {item.share_pct:g} % of such rows, above it refuses the file")


@quarantine.command("export")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), required=True, help="CSV file.")
@click.option("--file", "file", help="Rows of one landed file alone.")
@home_option
def _export(output: Path, file: str | None, workspace: Workspace) -> None:
    """Write the rows in quarantine as CSV, for whoever must correct them; formulas are made harmless.

    \b
    Examples:
      cruscotto quarantine export --output righe.csv --file PB_PROD_202501.csv
    """
    click.echo(f"{export_quarantine(workspace, output, file)} righe in {output}")
