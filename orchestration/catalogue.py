"""The installed catalogue, and what the published file says of its tests."""

from pathlib import Path

from orchestration.paths import semantic_model_dir
from orchestration.workspace import Workspace
from semantic.catalogue import Catalogue, Outcome, load_catalogue, read_results

__all__ = ["installed_catalogue", "last_results"]


def installed_catalogue() -> Catalogue:
    """Return the catalogue of the semantic model that is installed.

    Raises:
        CatalogueError: the model was not compiled.
    """
    return load_catalogue(semantic_model_dir())


def last_results(workspace: Workspace) -> dict[str, Outcome]:
    """Return the last result of each test, as the published file has it; {} where nothing is published."""
    if not (workspace.published / "current.json").is_file():
        return {}
    # Here, so that listing the catalogue loads no database.
    import duckdb

    from orchestration.publication import current_file

    file: Path = current_file(workspace)
    with duckdb.connect(str(file), read_only=True) as connection:
        return read_results(connection)
