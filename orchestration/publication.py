"""Copies the tested marts into a file of their own and points readers to it.

Each publication is a new file beside a pointer (`current.json`) that is replaced atomically, last: a reader
sees the former publication whole or the new one whole, and an open file never changes.
"""

from datetime import UTC, datetime
from pathlib import Path

import duckdb

from orchestration.build import build_database
from orchestration.paths import semantic_model_dir
from orchestration.pointer import Publication, PublicationError, current_file, point
from orchestration.test_results import failed_tests
from orchestration.workspace import Workspace
from semantic.model_reader import check_model

__all__ = ["Publication", "PublicationError", "current_file", "publish"]

_PUBLISHED_SCHEMAS = ("reference", "marts", "indicators", "rollups")
"""What readers see: no staging (rows of single persons end there), no intermediate steps."""


def publish(workspace: Workspace) -> Publication:
    """Publish the build database's marts and indicators; return what the pointer now says.

    Raises:
        PublicationError: there is no build database, it holds no indicators, a test of it failed, or the
            semantic model names tables or columns that it lacks.
    """
    source = build_database(workspace)
    if not source.is_file():
        raise PublicationError(f"{source} does not exist: run `cruscotto build` first")
    now = datetime.now(UTC)
    version = now.strftime("%Y%m%dT%H%M%S%f")
    publication = Publication(f"cruscotto-{version}.duckdb", now.isoformat(), version)
    target = workspace.published / publication.file
    partial = target.with_suffix(".part")
    partial.unlink(missing_ok=True)
    try:
        _copy(source, partial)
        _check(partial)
        partial.rename(target)
    finally:
        partial.unlink(missing_ok=True)
    point(workspace.published / "current.json", publication)
    return publication


def _copy(source: Path, target: Path) -> None:
    with duckdb.connect(config={"autoinstall_known_extensions": "false"}) as connection:
        connection.execute(f"attach {_quoted_path(source)} as built (read_only)")
        connection.execute(f"attach {_quoted_path(target)} as published")
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'built' order by all"
        ).fetchall()
        if ("indicators", "ind_stored_values") not in tables:
            raise PublicationError(f"{source} holds no indicators: run `cruscotto build` to the end first")
        if failed := failed_tests(connection, "built"):
            told = ", ".join(failed[:5]) + (" …" if len(failed) > 5 else "")
            raise PublicationError(
                f"{len(failed)} tests did not pass when they last ran ({told}): "
                "correct what they found and run `cruscotto build` again"
            )
        views = connection.execute(
            "select schema_name, sql from duckdb_views() where database_name = 'built' and not internal"
        ).fetchall()
        connection.execute("use published")
        for schema in _PUBLISHED_SCHEMAS:
            connection.execute(f"create schema {schema}")
        for schema, table in tables:
            if schema in _PUBLISHED_SCHEMAS:
                name = f'"{schema}"."{table}"'
                connection.execute(f"create table {name} as select * from built.{name}")
        for schema, sql in views:
            if schema in _PUBLISHED_SCHEMAS:
                connection.execute(sql)
        connection.execute("use memory")
        connection.execute("detach published")


def _check(file: Path) -> None:
    """Refuse a file that the semantic model could not be served from."""
    problems = check_model(semantic_model_dir(), file)
    if problems:
        told = "\n".join(str(problem) for problem in problems)
        raise PublicationError(f"the semantic model does not fit what was built; run `make model`:\n{told}")


def _quoted_path(path: Path) -> str:
    """Return the path as an SQL string: ATTACH takes no bound parameter."""
    return "'" + str(path).replace("'", "''") + "'"
