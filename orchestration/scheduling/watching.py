"""`cruscotto load --watch`: waits for a complete delivery, loads it, goes on; `--wait` does so once.

    waiting ──complete and quiet──► loading ──published──► waiting
       ▲                               └──refused, failed──► waiting for the folder to change
       └── busy: another load runs; tried again at the next look

Polling, because a landing folder is often a network share, where the kernel tells of no change.
"""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from orchestration.landing import LoadReport, Register
from orchestration.lock import WorkspaceBusy
from orchestration.scheduling.delivery import Delivery, Quiet, Stamp, look
from orchestration.workspace import Workspace

__all__ = ["Rhythm", "Stopping", "until_signal", "wait_for_delivery", "watch"]

Say = Callable[[str, dict[str, object]], None]
"""Called with an event's name and its facts."""
Load = Callable[[], LoadReport]


@dataclass(frozen=True)
class Rhythm:
    """How to wait, in seconds.

    Attributes:
        quiet: how long a complete delivery must have been as it is.
        every: time between two looks.
    """

    quiet: float = 30.0
    every: float = 5.0


class Stopping:
    """Whether the watch was told to end; it wakes whoever sleeps."""

    def __init__(self) -> None:
        self._event = threading.Event()

    @property
    def is_asked(self) -> bool:
        """Whether it was."""
        return self._event.is_set()

    def ask(self) -> None:
        """Tell it to end."""
        self._event.set()

    def sleep(self, seconds: float) -> None:
        """Sleep, but not beyond the moment in which it is told to end."""
        self._event.wait(seconds)


@contextmanager
def until_signal(stopping: Stopping) -> Iterator[None]:
    """Let SIGTERM end the watch between two looks. A load that runs listens to it itself."""

    def handle(_number: int, _frame: FrameType | None) -> None:
        stopping.ask()

    former = signal.signal(signal.SIGTERM, handle)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, former)


def watch(workspace: Workspace, load: Load, say: Say, stopping: Stopping, rhythm: Rhythm) -> None:
    """Load each complete delivery until told to end.

    What stops one load (a refusal, a disk that is full) does not stop the watch: it is said, and tried again
    when the folder changes.

    Args:
        workspace: whose landing folder to watch.
        load: loads what lies there.
        say: tells what happens, an event at a time.
        stopping: when to end.
        rhythm: how to wait.
    """
    workspace = workspace.create()
    say("watch.started", {"landing": str(workspace.landing), "quiet_seconds": rhythm.quiet})
    watched = _Watched(workspace, load, say, stopping, rhythm)
    try:
        if Register(workspace.loads).unfinished() is not None:
            watched.load()
        while not stopping.is_asked:
            watched.look()
            stopping.sleep(rhythm.every)
    except KeyboardInterrupt:
        stopping.ask()
    say("watch.ended", {})


def wait_for_delivery(
    workspace: Workspace, seconds: float, stopping: Stopping, rhythm: Rhythm, quiet: Quiet | None = None
) -> Delivery:
    """Wait until the delivery is complete and quiet, at most so many seconds; return what lies there then."""
    workspace, quiet = workspace.create(), quiet or Quiet()
    # A clock of its own: how long the wait has lasted, whatever changes in the folder.
    waited, nothing = Quiet(), Delivery({}, ())
    while True:
        found = look(workspace.landing)
        is_ready = found.is_complete and quiet.seconds(found) >= rhythm.quiet
        if is_ready or stopping.is_asked or waited.seconds(nothing) >= seconds:
            return found
        stopping.sleep(rhythm.every)


class _Watched:
    """A landing folder, and what was said and tried of it."""

    def __init__(
        self, workspace: Workspace, load: Load, say: Say, stopping: Stopping, rhythm: Rhythm
    ) -> None:
        self._workspace, self._load, self._say = workspace, load, say
        self._stopping, self._rhythm = stopping, rhythm
        self._quiet = Quiet()
        self._told: tuple[str, ...] = ()
        self._tried: dict[str, Stamp] = {}

    def look(self) -> None:
        """Look once, and load what is ready and was not tried as it is."""
        found = look(self._workspace.landing)
        seconds = self._quiet.seconds(found)
        if found.lacking != self._told:
            self._told = found.lacking
            if found.lacking:
                self._say("watch.incomplete", {"lacking": list(found.lacking)})
        if found.is_complete and seconds >= self._rhythm.quiet and found.files != self._tried:
            self._say("watch.ready", {"files": len(found.files)})
            self.load()

    def load(self) -> None:
        """Run one load. Whatever is left in the folder then waits until it changes."""
        try:
            report = self._load()
        except WorkspaceBusy:
            self._say("watch.busy", {})
            return
        except (SystemExit, KeyboardInterrupt):
            self._say("watch.interrupted", {})
            self._stopping.ask()
            return
        except Exception as error:
            self._say("watch.stopped", {"error": type(error).__name__})
        else:
            self._say("watch.loaded", {"load_id": report.load_id, "verdict": report.verdict.value})
        self._tried = look(self._workspace.landing).files
