"""Results that are kept: ready bytes, under the statement, its values and the published version."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["Completeness", "Key", "Payload", "ResultCache"]

Key = tuple[object, ...]
_OVERHEAD_BYTES = 1024


@dataclass(frozen=True, slots=True)
class Completeness:
    """How many deliveries an answer's values depend on, and how many arrived.

    Attributes:
        expected: over all rows of the answer.
        present: over all rows of the answer.
        incomplete_rows: rows in which something is missing.
    """

    expected: int
    present: int
    incomplete_rows: int


@dataclass(frozen=True, slots=True)
class Payload:
    """The data of an answer.

    Attributes:
        data: JSON of the protocol's `data`, in pieces of some hundred KiB.
        rows: how many.
        total: how many there are without limit and offset, when asked.
        completeness: per measure.
        published_at: of the release that was read.
    """

    data: tuple[bytes, ...]
    rows: int
    total: int | None
    completeness: Mapping[str, Completeness]
    published_at: str


@dataclass(slots=True)
class _Entry:
    outcome: Payload | Exception
    uncollected: bool

    @property
    def size(self) -> int:
        data = self.outcome.data if isinstance(self.outcome, Payload) else ()
        return sum(map(len, data)) + _OVERHEAD_BYTES


class ResultCache:
    """Keeps the results used last, up to a size in bytes. Used from the event loop alone, so without locks.

    A result that nobody was still waiting for is `uncollected`: the client that was told "Continue wait" will
    come for it, and gets it once even if it wants nothing from a cache, or if it is a failure.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._size = 0
        self._entries: OrderedDict[Key, _Entry] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def size(self) -> int:
        """Bytes in use."""
        return self._size

    def get(self, key: Key, *, fresh: bool) -> Payload | Exception | None:
        """Return what is kept under a key.

        Args:
            key: what identifies the result.
            fresh: accept only a result that this client, or one like it, has waited for.
        """
        entry = self._entries.get(key)
        if entry is None or (fresh and not entry.uncollected):
            return None
        self._entries.move_to_end(key)
        entry.uncollected = False
        if isinstance(entry.outcome, Exception):
            self._drop(key)
        return entry.outcome

    def give_back(self, key: Key) -> None:
        """Note that a result that was taken did not reach its client, which will ask for it again."""
        entry = self._entries.get(key)
        if entry is not None:
            entry.uncollected = True

    def put(self, key: Key, outcome: Payload | Exception, *, uncollected: bool) -> None:
        """Keep a result (a failure only if uncollected), and let go of the oldest ones beyond the size."""
        self._drop(key)
        entry = _Entry(outcome, uncollected)
        if entry.size > self._most or (isinstance(outcome, Exception) and not uncollected):
            return
        self._entries[key] = entry
        self._size += entry.size
        while self._size > self._most:
            self._drop(next(iter(self._entries)))

    def clear(self) -> None:
        """Forget everything: another version is published."""
        self._entries.clear()
        self._size = 0

    def _drop(self, key: Key) -> None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self._size -= entry.size
