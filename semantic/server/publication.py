"""The published database: which file is current, and who still reads an older one.

    published/current.json ─► {"file": "cruscotto-20250401T0600.duckdb", "version": …, "published_at": …,
                               "sha256": …, "size": …, "former": {the same of the publication before}}

A release never changes a file: it writes a new one and moves the pointer. So a request keeps the database
it started with until it is done, and the last one to leave closes it. A file that is not what the pointer
says is never served: the database that is open stays, and a server that starts falls back on the former one.
"""

import hashlib
import json
import logging
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from semantic.server.errors import NotReady
from semantic.server.settings import ServerSettings

__all__ = ["Database", "Publication", "open_database"]

_LOG = logging.getLogger(__name__)
_POINTER = "current.json"
_BLOCK = 4 * 1024 * 1024
_BROKEN = (OSError, ValueError, KeyError, TypeError, duckdb.Error)


@dataclass(eq=False)
class Database:
    """One published file, open read-only.

    Attributes:
        version: the release's stamp; results are cached under it.
        published_at: when it was published, as the protocol writes times.
        is_past: whether it is a former publication, open beside the current one.
    """

    version: str
    published_at: str
    connection: duckdb.DuckDBPyConnection
    readers: int = 0
    is_current: bool = True
    is_past: bool = False
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
        # Checking a large file takes seconds: requests go on with what is open meanwhile.
        self._refreshing = threading.Lock()
        self._seen: tuple[int, int, int] | None = None
        self._current: Database | None = None

    def is_stale(self) -> bool:
        """Say whether the pointer changed since it was read: one `stat`, cheap enough for every request."""
        return self._stamp() != self._seen

    def refresh(self) -> None:
        """Read the pointer, and open the file it names when that is another one.

        A pointer that cannot be followed is logged, and the database that is open goes on serving.
        """
        if not self._refreshing.acquire(blocking=self._current is None):
            # Somebody is at it, and there is something to serve.
            return
        try:
            stamp = self._stamp()
            if stamp != self._seen:
                self._seen = stamp
                self._replace(self._follow())
        finally:
            self._refreshing.release()

    def _replace(self, opened: Database | None) -> None:
        if opened is None:
            if self._current is None:
                # With nothing to serve, the next request tries again.
                self._seen = None
            return
        with self._lock:
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

    def serves(self, version: str) -> bool:
        """Say whether this version is the current one."""
        with self._lock:
            return self._current is not None and self._current.version == version

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

    def _follow(self) -> Database | None:
        """Open what the pointer names, or return None to change nothing."""
        try:
            pointer = self._read()
        except _BROKEN as error:
            _LOG.error("cannot follow %s: %s", self._folder / _POINTER, error)
            return None
        try:
            return self._open(pointer)
        except _BROKEN as error:
            _LOG.error("cannot follow %s: %s", self._folder / _POINTER, error)
            return self._fall_back(pointer)

    def _fall_back(self, pointer: dict[str, Any]) -> Database | None:
        """Open the publication before the one that is damaged, unless one is open anyhow."""
        if self._current is not None or not isinstance(pointer, dict) or not pointer.get("former"):
            return None
        try:
            opened = self._open(pointer["former"])
        except _BROKEN as error:
            _LOG.error("nor the publication before it: %s", error)
            return None
        _LOG.error("serving the publication before it; run `cruscotto loads recover`")
        return opened

    def _read(self) -> dict[str, Any]:
        if self._seen is None:
            raise FileNotFoundError("the pointer is not there")
        pointer: dict[str, Any] = json.loads((self._folder / _POINTER).read_text(encoding="utf-8"))
        return pointer

    def _open(self, pointer: dict[str, Any]) -> Database | None:
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
        return Database(version, stamp, open_database(path, str(pointer.get("sha256") or ""), self._settings))


def open_database(path: Path, sha256: str, settings: ServerSettings) -> duckdb.DuckDBPyConnection:
    """Open a published file, if it is still what was published.

    Args:
        path: the file.
        sha256: the digest it must have; '': not looked at.
        settings: limits of the database.

    Raises:
        ValueError: it was changed.
        duckdb.Error: it cannot be opened.
    """
    if sha256 and _digest(path) != sha256:
        raise ValueError(f"{path.name} was changed since it was published")
    return _connect(path, settings)


def _digest(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            found.update(block)
    return found.hexdigest()


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
    if settings.spill_limit:
        config["max_temp_directory_size"] = settings.spill_limit
    connection = duckdb.connect(str(path), read_only=True, config=config)
    try:
        # DuckDB opens a file once per process: while an answer of an earlier opening is still being read,
        # this is the same instance, with the same settings, locked already.
        if connection.execute("SELECT current_setting('lock_configuration')").fetchone() != (True,):
            _settle(connection)
    except duckdb.Error:
        connection.close()
        raise
    return connection


def _settle(connection: duckdb.DuckDBPyConnection) -> None:
    # A DATE has no zone: read as UTC, wherever the server stands.
    connection.execute("SET GLOBAL TimeZone = 'UTC'")
    # Statements join the facts, first, to ever fewer dimensions; DuckDB's guesses of how many facts a
    # period has are far too low, and would have it build its hash tables on them.
    connection.execute("SET GLOBAL disabled_optimizers = 'join_order,build_side_probe_side'")
    connection.execute("SET GLOBAL lock_configuration = true")
