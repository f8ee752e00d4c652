"""`cruscotto model`: the Cube data model, compiled from dbt and checked."""

from pathlib import Path

import click

from orchestration.build import manifest_path
from orchestration.cli.output import as_json_option, home_option, print_json, print_table
from orchestration.compilation import compiled_files
from orchestration.paths import indicators_dir, semantic_model_dir, warehouse_dir
from orchestration.publication import current_file
from orchestration.workspace import Workspace
from semantic.compiler import ModelFiles, drift, write_model
from semantic.model_checks import examine
from semantic.model_reader import Problem
from semantic.registry import registry_files

__all__ = ["model"]

_CHECKED = ("name", "question", "examined", "problems", "notes")


@click.group()
def model() -> None:
    """Compile and check the semantic model."""


@model.command("compile")
@click.option(
    "--manifest", type=click.Path(path_type=Path), help="dbt's manifest [default: the last build's]."
)
@click.option("--check", is_flag=True, help="Write nothing; exit 1 when the committed files have drifted.")
@home_option
def _compile(manifest: Path | None, check: bool, workspace: Workspace) -> None:
    """Write the Cube model from dbt's metrics.

    \b
    Examples:
      cruscotto model compile
      cruscotto model compile --check      # in a pipeline
    """
    _refresh(compiled_files(manifest or manifest_path(workspace)), semantic_model_dir(), check)


@model.command("registry")
@click.option("--check", is_flag=True, help="Write nothing; exit 1 when the committed files have drifted.")
def _registry(check: bool) -> None:
    """Write the dbt metrics that are rows of the registry seeds.

    \b
    Examples:
      cruscotto model registry
      cruscotto model registry --check     # in a pipeline
    """
    _refresh(registry_files(warehouse_dir() / "seeds"), indicators_dir(), check)


def _refresh(files: ModelFiles, folder: Path, check: bool) -> None:
    changed = drift(files, folder) if check else write_model(files, folder)
    for name in changed:
        click.echo(f"{'drifted' if check else 'wrote'} {folder / name}")
    if check and changed:
        raise SystemExit(1)
    click.echo(f"{len(files)} files, {len(changed)} changed")


@model.command("check")
@click.option("--offline", is_flag=True, help="Without a database: language, portability, roll-ups.")
@click.option(
    "--database",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A DuckDB file to compare with [default: the published one].",
)
@click.option(
    "--model",
    "folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder of the model [default: the installation's].",
)
@as_json_option
@home_option
def _check(
    offline: bool, database: Path | None, folder: Path | None, as_json: bool, workspace: Workspace
) -> None:
    """Check the model, and whether the data are as it says.

    Without a database: everything is known and every reference resolves, Cube computes it alike, roll-ups can
    be added up. With one: columns exist and have the declared types; joins are many-to-one; the levels of
    hierarchies nest. Rows that find none in a joined table are counted and shown, and are no failure.

    Exit status: 0 sound, 1 not.

    \b
    Examples:
      cruscotto model check
      cruscotto model check --offline                          # in a pipeline, before there are data
      cruscotto model check --database published.duckdb --json
      cruscotto model check --offline --model my-model
    """
    if offline and database is not None:
        raise click.UsageError("--offline looks at no database: leave out one of the two")
    file = None if offline else database or current_file(workspace)
    report = examine(folder or semantic_model_dir(), file)
    if as_json:
        print_json(report.json)
    else:
        title = f"model checked{' without a database' if file is None else f' with {file.name}'}"
        print_table(title, _CHECKED, report.json["checks"])
        for item in (*report.problems, *report.notes):
            is_problem = isinstance(item, Problem)
            click.echo(f"{'problem' if is_problem else 'note'}  {item}", err=is_problem)
        click.echo("the model is sound" if report.is_sound else "the model is not sound")
    if not report.is_sound:
        raise SystemExit(1)
