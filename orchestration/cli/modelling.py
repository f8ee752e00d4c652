"""`cruscotto model`: the Cube data model, compiled from dbt and checked."""

from pathlib import Path

import click

from orchestration.build import manifest_path
from orchestration.cli.output import home_option
from orchestration.compilation import compiled_files
from orchestration.paths import indicators_dir, semantic_model_dir, warehouse_dir
from orchestration.publication import current_file
from orchestration.workspace import Workspace
from semantic.compiler import ModelFiles, drift, write_model
from semantic.model_reader import check_model
from semantic.registry import registry_files

__all__ = ["model"]


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
@click.option("--offline", is_flag=True, help="Without a database: syntax and references only.")
@home_option
def _check(offline: bool, workspace: Workspace) -> None:
    """Check the model: every reference resolves; with the published file, every column exists.

    \b
    Examples:
      cruscotto model check
      cruscotto model check --offline
    """
    problems = check_model(semantic_model_dir(), None if offline else current_file(workspace))
    for problem in problems:
        click.echo(str(problem), err=True)
    if problems:
        raise SystemExit(1)
    click.echo("the model is sound")
