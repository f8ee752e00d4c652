"""The engine that reads, checks and writes: an in-memory DuckDB that can touch the workspace only."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from orchestration.landing.sql import literal

__all__ = ["open_database"]

_MEMORY = "1GB"
_THREADS = 2


@contextmanager
def open_database(spill: Path, readable: tuple[Path, ...]) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a connection that spills into `spill` and may open files below `readable` alone.

    Extensions are never fetched, and the settings cannot be changed afterwards, so that nothing in a file or
    in a contract can reach the network or the rest of the disk.
    """
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "memory_limit": _MEMORY,
        "threads": _THREADS,
        "temp_directory": str(spill),
    }
    connection = duckdb.connect(":memory:", config=config)
    try:
        # Settings take no bound parameters.
        folders = ", ".join(literal(str(folder)) for folder in (spill, *readable))
        connection.execute(f"set allowed_directories = [{folders}]")
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
        yield connection
    finally:
        connection.close()
