"""Who runs when: queries that turn out slow leave the quick lane, so that the next one can pass.

                 ┌─ quick lane (`workers`) ──► done
submit ─► queue ─┤      │ after `slow_seconds`
                 └─     └─► slow lane (`slow_workers`) ──► done
"""

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from semantic.server.results import Payload
from semantic.server.settings import ServerSettings

__all__ = ["Lanes"]

Run = Callable[[], Payload]


@dataclass(eq=False, slots=True)
class _Car:
    """One query in a lane."""

    run: Run
    future: "asyncio.Future[Payload]"
    is_slow: bool = False
    timer: asyncio.TimerHandle | None = field(default=None)


class Lanes:
    """Threads for queries. Used from the event loop alone, so without locks.

    Args:
        settings: how many queries may run in each lane, and when one is slow.
    """

    def __init__(self, settings: ServerSettings) -> None:
        self._settings = settings
        self._executor = ThreadPoolExecutor(
            settings.workers + settings.slow_workers, thread_name_prefix="query"
        )
        self._queue: deque[_Car] = deque()
        self._quick: set[_Car] = set()
        self._slow: set[_Car] = set()
        self._overdue: deque[_Car] = deque()

    @property
    def is_full(self) -> bool:
        """Whether one more query would have to wait, and as many as may wait already do."""
        waiting = sum(not car.future.done() for car in self._queue)
        return len(self._quick) >= self._settings.workers and waiting >= self._settings.waiting

    def submit(self, run: Run) -> "asyncio.Future[Payload]":
        """Run a function in a thread as soon as there is room; cancel the future to leave the queue."""
        future: asyncio.Future[Payload] = asyncio.get_running_loop().create_future()
        self._queue.append(_Car(run, future))
        self._go()
        return future

    def close(self) -> None:
        """Wait for what runs; drop what waits."""
        self._executor.shutdown(wait=True, cancel_futures=True)

    def _go(self) -> None:
        loop = asyncio.get_running_loop()
        while self._queue and len(self._quick) < self._settings.workers:
            car = self._queue.popleft()
            if car.future.done():
                continue
            self._quick.add(car)
            car.timer = loop.call_later(self._settings.slow_seconds, self._slow_down, car)
            running = loop.run_in_executor(self._executor, car.run)
            running.add_done_callback(lambda done, car=car: self._arrived(car, done))  # type: ignore[misc]

    def _slow_down(self, car: _Car) -> None:
        """Let a query that takes long go on beside the quick ones; or when one of the slow ones is done."""
        if len(self._slow) < self._settings.slow_workers:
            self._quick.discard(car)
            self._slow.add(car)
            self._go()
        else:
            self._overdue.append(car)

    def _arrived(self, car: _Car, done: "asyncio.Future[Payload]") -> None:
        if car.timer is not None:
            car.timer.cancel()
        self._quick.discard(car)
        self._slow.discard(car)
        if car in self._overdue:
            self._overdue.remove(car)
        while self._overdue and len(self._slow) < self._settings.slow_workers:
            self._slow_down(self._overdue.popleft())
        _copy(done, car.future)
        self._go()


def _copy(done: "asyncio.Future[Payload]", future: "asyncio.Future[Payload]") -> None:
    """Give the outcome to those who wait; nobody asks for that of a query that was stopped."""
    error = None if done.cancelled() else done.exception()
    if future.done():
        return
    if done.cancelled():
        future.cancel()
    elif error is not None:
        future.set_exception(error)
    else:
        future.set_result(done.result())
