"""When a delivery is complete: each extract with its control file, and nothing changed for a while."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Delivery", "Quiet", "Stamp", "look"]

_CONTROL = ".ctl"

Stamp = tuple[int, int, int]
"""Size, time of the last change in nanoseconds, inode."""


@dataclass(frozen=True)
class Delivery:
    """What lies in the landing folder at one moment.

    Attributes:
        files: size, time of the last change (ns) and inode of each file, by name.
        lacking: names of the extracts without a control file, and of the control files without an extract.
    """

    files: dict[str, Stamp]
    lacking: tuple[str, ...]

    @property
    def is_complete(self) -> bool:
        """Whether there is something, and nothing lacks its other half."""
        return bool(self.files) and not self.lacking


def look(landing: Path) -> Delivery:
    """Return what lies in a landing folder; hidden files and parts of copies are not looked at."""
    files: dict[str, Stamp] = {}
    for path in landing.iterdir():
        if path.name.startswith(".") or path.suffix == ".part":
            continue
        try:
            found = path.lstat()
        except FileNotFoundError:
            # Renamed or removed since: the next look sees what it became.
            continue
        files[path.name] = (found.st_size, found.st_mtime_ns, found.st_ino)
    controls = {Path(name).stem for name in files if Path(name).suffix == _CONTROL}
    extracts = {Path(name).stem: name for name in files if Path(name).suffix != _CONTROL}
    lacking = [name for stem, name in extracts.items() if stem not in controls]
    lacking += [f"{stem}{_CONTROL}" for stem in controls if stem not in extracts]
    return Delivery(files, tuple(sorted(lacking)))


class Quiet:
    """For how long the landing folder has been as it is.

    By the clock that never goes back: the files' own times are the sender's, and may lie.

    Args:
        clock: seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: dict[str, Stamp] | None = None
        self._since = 0.0

    def seconds(self, delivery: Delivery) -> float:
        """Return for how many seconds the folder has been seen like this."""
        now = self._clock()
        if delivery.files != self._seen:
            self._seen, self._since = delivery.files, now
        return now - self._since
