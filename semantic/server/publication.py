"""The published database: which file is current, and who still reads an older one.

    published/current.json ─► {"file": "cruscotto-20250401T0600.duckdb", "version": …, "published_at": …}

A release never changes a file: it writes a new one and moves the pointer. So a request keeps the database
it started with until it is done, and the last one to leave closes it.
"""

import json
import logging
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from semantic.server.errors import NotReady
from semantic.server.settings import ServerSettings

__all__ = ["Database", "Publication"]

_LOG = logging.getLogger(__name__)
_POINTER = "current.json"


@dataclass(eq=False)
class Database:
    """One published file, open read-only.

    Attributes:
        version: the release's stamp; results are cached under it.
        published_at: when it was published, as the protocol writes times.
    """

    version: str
    published_at: str
    connection: duckdb.DuckDBPyConnection
    readers: int = 0
    is_current: bool = True
    lock: threading.Lock = field(default_factory=threading.Lock)

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """Return a connection of its own for one query."""
        return self.connection.cursor()

    def acquire(self) -> "Database":
        """Count one more reader, and return self."""
        with self.lock:
            self.readers += 1
        return self

    def release(self) -> None:
        """Count one reader less; the last reader of a superseded database closes it."""
        with self.lock:
            self.readers -= 1
            last = self.readers == 0 and not self.is_current
        if last:
            self.connection.close()

    def retire(self) -> None:
        """Note that the database is superseded; it closes when nobody reads it."""
        with self.lock:
            self.is_current = False
            idle = self.readers == 0
        if idle:
            self.connection.close()


class Publication:
    """Follows the pointer of a folder of published files.

    Args:
        folder: the folder that holds `current.json` and the files it names.
        settings: limits of the database.
    """

    def __init__(self, folder: Path, settings: ServerSettings) -> None:
        self._folder = folder
        self._settings = settings
        self._lock = threading.Lock()
        self._seen: tuple[int, int, int] | None = None
        self._current: Database | None = None

    def is_stale(self) -> bool:
        """Say whether the pointer changed since it was read: one `stat`, cheap enough for every request."""
        return self._stamp() != self._seen

    def refresh(self) -> None:
        """Read the pointer, and open the file it names when that is another one.

        A pointer that cannot be followed is logged, and the database that is open goes on serving.
        """
        with self._lock:
            stamp = self._stamp()
            if stamp == self._seen:
                return
            self._seen = stamp
            try:
                opened = self._open()
            except (OSError, ValueError, KeyError, TypeError, duckdb.Error) as error:
                _LOG.error("cannot follow %s: %s", self._folder / _POINTER, error)
                if self._current is None:
                    # With nothing to serve, the next request tries again.
                    self._seen = None
                return
            if opened is None:
                return
            former, self._current = self._current, opened
        if former is not None:
            former.retire()
        _LOG.info("serving version %s, published at %s", opened.version, opened.published_at)

    def acquire(self) -> Database:
        """Return the current database with one more reader: release it when done.

        Raises:
            NotReady: nothing is published.
        """
        with self._lock:
            if self._current is None:
                raise NotReady(
                    "Nothing is published yet", code="NOT_PUBLISHED", suggestion="run a load that publishes"
                )
            return self._current.acquire()

    def close(self) -> None:
        """Let go of the current database."""
        with self._lock:
            former, self._current = self._current, None
        if former is not None:
            former.retire()

    def _stamp(self) -> tuple[int, int, int] | None:
        try:
            status = (self._folder / _POINTER).stat()
        except FileNotFoundError:
            return None
        return status.st_mtime_ns, status.st_ino, status.st_size

    def _open(self) -> Database | None:
        if self._seen is None:
            raise FileNotFoundError("the pointer is not there")
        pointer = json.loads((self._folder / _POINTER).read_text(encoding="utf-8"))
        name, version = str(pointer["file"]), str(pointer["version"])
        if self._current is not None and self._current.version == version:
            return None
        if Path(name).name != name:
            raise ValueError(f"it names {name!r}, which is not a file of its folder")
        path = self._folder / name
        if not path.is_file():
            raise FileNotFoundError(f"it names {name}, which is not there")
        published = datetime.fromisoformat(str(pointer["published_at"]))
        utc = published.astimezone(UTC) if published.tzinfo else published.replace(tzinfo=UTC)
        stamp = utc.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return Database(version, stamp, _connect(path, self._settings))


def _connect(path: Path, settings: ServerSettings) -> duckdb.DuckDBPyConnection:
    """Open a file read-only, with no way to other files, to the network, or to other settings."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "enable_external_access": "false",
        "temp_directory": str(settings.spill_folder),
    }
    if settings.memory_limit:
        config["memory_limit"] = settings.memory_limit
    connection = duckdb.connect(str(path), read_only=True, config=config)
    try:
        # A DATE has no zone: read as UTC, wherever the server stands.
        connection.execute("SET GLOBAL TimeZone = 'UTC'")
        # Statements join the facts, first, to ever fewer dimensions; DuckDB's guesses of how many facts a
        # period has are far too low, and would have it build its hash tables on them.
        connection.execute("SET GLOBAL disabled_optimizers = 'join_order,build_side_probe_side'")
        connection.execute("SET GLOBAL lock_configuration = true")
    except duckdb.Error:
        connection.close()
        raise
    return connection
