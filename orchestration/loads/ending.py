"""SIGTERM ends a load as an exception does, so that what was begun is put back."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from types import FrameType

__all__ = ["Advance", "Stage", "ended_by_signal", "silent"]

Advance = Callable[[str, int, int], None]
Stage = Callable[[str], AbstractContextManager[Advance]]
"""Called with a step's title; what it yields is called with what is done, how much of how much."""

_TERMINATED = 143


class _Ending:
    """Whether the process was asked to end.

    The exception that the handler raises may be lost: the engine turns it into an error of its own, the
    interpreter drops it in a destructor. So it is raised again at the next step that is shown.
    """

    def __init__(self) -> None:
        self._is_asked = False

    def handle(self, _number: int, _frame: FrameType | None) -> None:
        self._is_asked = True
        raise SystemExit(_TERMINATED)

    def check(self) -> None:
        if self._is_asked:
            raise SystemExit(_TERMINATED)

    @contextmanager
    def watched(self, stage: Stage, title: str) -> Iterator[Advance]:
        try:
            with stage(title) as advance:

                def checked(what: str, done: int, total: int) -> None:
                    self.check()
                    advance(what, done, total)

                yield checked
        except Exception:
            self.check()
            raise
        self.check()


@contextmanager
def ended_by_signal(stage: Stage) -> Iterator[Stage]:
    """Listen to SIGTERM for the length of a block; yield `stage`, made to end when it came.

    Only the main thread of a process hears signals; another gets `stage` as it is.
    """
    if threading.current_thread() is not threading.main_thread():
        yield stage
        return
    ending = _Ending()
    former = signal.signal(signal.SIGTERM, ending.handle)
    try:
        yield lambda title: ending.watched(stage, title)
    finally:
        signal.signal(signal.SIGTERM, former)


def silent(_title: str) -> AbstractContextManager[Advance]:
    """Show nothing of a step."""
    return nullcontext(lambda *_: None)
