"""Copies the tested marts into a file of their own and points readers to it.

Each publication is a new file beside a pointer (`current.json`) that is replaced atomically, last: a reader
sees the former publication whole or the new one whole, and an open file never changes.

    build database ──► .part ──► checked, digests ──► cruscotto-<version>.duckdb ──► current.json
                                                       nobody reads it yet             from now on everybody
"""

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from orchestration.build import build_database, manifest_path
from orchestration.durable import digest_of, flush_file, put_in_place, write_text
from orchestration.landing.records import PublicationRecord
from orchestration.paths import semantic_model_dir
from orchestration.pointer import Publication, PublicationError, current, current_file
from orchestration.test_results import failed_tests
from orchestration.workspace import Workspace
from semantic.catalogue import RESULTS_TABLE
from semantic.model_reader import check_model

__all__ = [
    "Publication",
    "PublicationError",
    "clear_partial",
    "current",
    "current_file",
    "point",
    "prepare",
    "publish",
    "table_digests",
]

_PUBLISHED_SCHEMAS = ("reference", "marts", "indicators", "rollups")
"""What readers see: no staging (rows of single persons end there), no intermediate steps."""
_VERSION = "%Y%m%dT%H%M%S%f"


def publish(workspace: Workspace) -> Publication:
    """Publish the build database's marts and indicators; return what the pointer now says.

    Raises:
        PublicationError: there is no build database, the project makes no indicators, a test of it failed,
            or the semantic model names tables or columns that it lacks.
    """
    return point(workspace, prepare(workspace), former=current(workspace))


def prepare(
    workspace: Workspace, *, model: Path | None = None, version: str | None = None
) -> PublicationRecord:
    """Write the next published file, which nobody reads yet, and wait until it is on disk.

    Args:
        workspace: whose build database is copied.
        model: the semantic model that must fit; the project's own when not given.
        version: of the publication; the next one when not given.

    Raises:
        PublicationError: as for `publish`.
    """
    source = build_database(workspace)
    if not source.is_file():
        raise PublicationError(f"{source} does not exist: run `cruscotto build` first")
    clear_partial(workspace)
    now = datetime.now(UTC)
    version = version or _next_version(workspace, now)
    target = workspace.published / f"cruscotto-{version}.duckdb"
    partial = target.with_suffix(".part")
    try:
        tables = _copy(source, partial, _made(manifest_path(workspace)))
        _check(partial, model or semantic_model_dir())
        flush_file(partial)
        record = PublicationRecord(
            version, target.name, now.isoformat(), digest_of(partial), partial.stat().st_size, tables
        )
        put_in_place(partial, target)
    finally:
        clear_partial(workspace)
    return record


def point(
    workspace: Workspace, record: PublicationRecord, *, former: Publication | None = None
) -> Publication:
    """Point readers to a published file that is in its place.

    Args:
        workspace: whose pointer is replaced.
        record: the publication.
        former: what a server falls back on; None when there is nothing fit.

    Returns:
        What the pointer now says.
    """
    content = {name: value for name, value in asdict(record).items() if name != "tables"}
    fallback = None
    if former is not None and former.version != record.version:
        fallback = {name: value for name, value in asdict(former).items() if name != "former"}
    publication = Publication(**content, former=fallback)
    write_text(workspace.pointer, json.dumps(asdict(publication)))
    return publication


def clear_partial(workspace: Workspace) -> None:
    """Remove what a publication that was killed left half written."""
    for path in workspace.published.glob("*.part*"):
        path.unlink()


def table_digests(connection: duckdb.DuckDBPyConnection, catalog: str) -> dict[str, dict[str, str]]:
    """Return rows and digest of each published table of an attached database.

    The digest is a sum over the rows, so their order does not count; it holds for one version of the engine,
    which is part of it. Test results are left out: when a test ran is no content.
    """
    engine = duckdb.__version__
    found = {}
    for schema, table in _tables(connection, catalog):
        if schema in _PUBLISHED_SCHEMAS and (schema, table) != RESULTS_TABLE:
            source = f'{catalog}."{schema}"."{table}" as rows'
            counted = connection.execute(
                f"select count(*), coalesce(sum(hash(rows)::hugeint), 0) from {source}"
            ).fetchall()
            rows, digest = counted[0]
            found[f"{schema}.{table}"] = {"rows": str(rows), "digest": f"{engine}:{digest:x}"}
    return found


def _next_version(workspace: Workspace, now: datetime) -> str:
    """Return a version greater than those there are, also when the clock was set back."""
    names = (path.stem.removeprefix("cruscotto-") for path in workspace.published.glob("cruscotto-*.duckdb"))
    last, version = max(names, default=""), now.strftime(_VERSION)
    if version > last:
        return version
    following = datetime.strptime(last, _VERSION).replace(tzinfo=UTC) + timedelta(microseconds=1)
    return following.strftime(_VERSION)


def _tables(connection: duckdb.DuckDBPyConnection, catalog: str) -> list[tuple[str, str]]:
    return connection.execute(
        "select schema_name, table_name from duckdb_tables() where database_name = ? order by all", [catalog]
    ).fetchall()


def _made(manifest: Path) -> set[tuple[str, str]]:
    """Return schema and name of what the project as it was last built makes, and of the tests' results.

    What an earlier project left in the build database is nobody's: it is not published.
    """
    try:
        nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"].values()
    except (OSError, ValueError, KeyError) as error:
        raise PublicationError(f"{manifest} cannot be read ({error}): run `cruscotto build` first") from None
    made = {
        (str(node["schema"]), str(node["alias"]))
        for node in nodes
        if node["resource_type"] in ("model", "seed", "snapshot")
    }
    return made | {RESULTS_TABLE}


def _copy(source: Path, target: Path, made: set[tuple[str, str]]) -> dict[str, dict[str, str]]:
    """Copy what was made in the published schemas and return the digests of the tables."""
    with duckdb.connect(config={"autoinstall_known_extensions": "false"}) as connection:
        connection.execute(f"attach {_quoted_path(source)} as built (read_only)")
        connection.execute(f"attach {_quoted_path(target)} as published")
        tables = [table for table in _tables(connection, "built") if table in made]
        if ("indicators", "ind_stored_values") not in tables:
            raise PublicationError(f"{source} holds no indicators: run `cruscotto build` to the end first")
        if failed := failed_tests(connection, "built"):
            told = ", ".join(failed[:5]) + (" …" if len(failed) > 5 else "")
            raise PublicationError(
                f"{len(failed)} tests did not pass when they last ran ({told}): "
                "correct what they found and run `cruscotto build` again"
            )
        views = connection.execute(
            "select schema_name, view_name, sql from duckdb_views()"
            " where database_name = 'built' and not internal"
        ).fetchall()
        connection.execute("use published")
        for schema in _PUBLISHED_SCHEMAS:
            connection.execute(f"create schema {schema}")
        for schema, table in tables:
            if schema in _PUBLISHED_SCHEMAS:
                name = f'"{schema}"."{table}"'
                connection.execute(f"create table {name} as select * from built.{name}")
        for schema, name, sql in views:
            if schema in _PUBLISHED_SCHEMAS and (schema, name) in made:
                connection.execute(sql)
        digests = table_digests(connection, "published")
        connection.execute("use memory")
        connection.execute("detach published")
        return digests


def _check(file: Path, model: Path) -> None:
    """Refuse a file that the semantic model could not be served from."""
    problems = check_model(model, file)
    if problems:
        told = "\n".join(str(problem) for problem in problems)
        raise PublicationError(f"the semantic model does not fit what was built; run `make model`:\n{told}")


def _quoted_path(path: Path) -> str:
    """Return the path as an SQL string: ATTACH takes no bound parameter."""
    return "'" + str(path).replace("'", "''") + "'"
