"""Former publications, open beside the current one: a few at a time, and only while they are asked for.

asked for ─► open already? ─► digest as registered? ─► opened like the current one ─► read
                                                         │ not asked for a while, or its place is needed
                                                         ▼
                                                      closed, when its last reader has left
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

import duckdb

from semantic.server.errors import NotReady, PublicationGone
from semantic.server.publication import Database, open_database
from semantic.server.register import Published, protocol_time
from semantic.server.settings import ServerSettings

__all__ = ["PastPublications"]

_PAUSE_SECONDS = 0.05
_BROKEN = (OSError, ValueError, duckdb.Error)


class PastPublications:
    """Opens former publications. Used from the event loop alone; files are read in threads.

    Args:
        folder: the folder of the published files.
        settings: how many may be open, for how long, and the limits of each.
    """

    def __init__(self, folder: Path, settings: ServerSettings) -> None:
        self._folder = folder
        self._settings = settings
        self._open: OrderedDict[str, Database] = OrderedDict()
        self._used: dict[str, float] = {}
        # Retired while it was read: it counts until its last reader has left.
        self._leaving: list[Database] = []
        self._opening = asyncio.Lock()
        self._timer: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        self._leaving = [database for database in self._leaving if database.readers]
        return len(self._open) + len(self._leaving)

    async def acquire(self, published: Published, until: float) -> Database:
        """Return a former publication with one more reader: release it when done.

        Args:
            published: what the register tells of it.
            until: when (of the loop's clock) to give up waiting for a place.

        Raises:
            PublicationGone: its file is not kept, or is not what was published.
            NotReady: as many others as may be open are being read.
        """
        async with self._opening:
            database = self._open.get(published.version)
            if database is None:
                await self._place(until)
                database = await asyncio.to_thread(self._opened, published)
                self._open[published.version] = database
            self._open.move_to_end(published.version)
            self._used[published.version] = time.monotonic()
            self._watch()
            return database.acquire()

    def close(self) -> None:
        """Let go of all of them."""
        if self._timer is not None:
            self._timer.cancel()
        for version in list(self._open):
            self._retire(version)

    async def _place(self, until: float) -> None:
        """Wait until one more may be open; the one that was not asked for the longest makes room."""
        while len(self) >= self._settings.past_files:
            idle = next((version for version, database in self._open.items() if not database.readers), None)
            if idle is not None:
                self._retire(idle)
            elif asyncio.get_running_loop().time() >= until:
                raise NotReady(
                    "As many past publications as may be open are being read",
                    code="BUSY",
                    suggestion="ask again in a few seconds",
                )
            else:
                await asyncio.sleep(_PAUSE_SECONDS)

    def _opened(self, published: Published) -> Database:
        """Open a file as the current one is opened, in a thread."""
        remedy = f"have `cruscotto loads rebuild {published.load_id}` run: it makes it again from the archive"
        path = self._folder / published.file
        if path.name != published.file or not path.is_file():
            raise PublicationGone(
                f"Publication {published.version} is no longer kept",
                code="PUBLICATION_NOT_KEPT",
                suggestion=remedy,
            )
        try:
            connection = open_database(path, published.sha256, self._settings)
        except _BROKEN:
            raise PublicationGone(
                f"The file of publication {published.version} is not what was published",
                code="PUBLICATION_DAMAGED",
                suggestion=remedy,
            ) from None
        stamp = protocol_time(published.published_at)
        return Database(published.version, stamp, connection, is_past=True)

    def _watch(self) -> None:
        """Look again later for those that nobody asked for."""
        if self._timer is None:
            delay: Callable[..., asyncio.TimerHandle] = asyncio.get_running_loop().call_later
            self._timer = delay(self._settings.past_idle_seconds, self._retire_idle)

    def _retire_idle(self) -> None:
        self._timer = None
        now = time.monotonic()
        for version, used in list(self._used.items()):
            if now - used >= self._settings.past_idle_seconds:
                self._retire(version)
        if self._open:
            self._watch()

    def _retire(self, version: str) -> None:
        database = self._open.pop(version)
        self._used.pop(version)
        if database.readers:
            self._leaving.append(database)
        database.retire()
