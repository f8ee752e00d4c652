"""How much one subject may ask: requests per second, and requests at once.

A token bucket per subject (`rate` per second, `burst` at once) and a count of what is in flight. Both say 429
with `Retry-After`. Used from the event loop alone, so without locks; a subject that is silent is forgotten.
"""

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from semantic.server.errors import TooManyRequests

__all__ = ["SubjectLimits"]

_MOST_SUBJECTS = 10_000


@dataclass(slots=True)
class _Account:
    left: float
    seen_at: float
    running: int = 0


class SubjectLimits:
    """Admits requests, subject by subject.

    Args:
        rate: requests per second, on average; None: any number.
        burst: requests that may come at once after a silence.
        concurrent: requests in flight; None: any number.
        clock: seconds that only grow.
    """

    def __init__(
        self,
        rate: float | None,
        burst: int,
        concurrent: int | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rate = rate
        self._burst = burst
        self._concurrent = concurrent
        self._clock = clock
        self._accounts: OrderedDict[str, _Account] = OrderedDict()

    @contextmanager
    def admitted(self, subject: str) -> Iterator[None]:
        """Count one request of a subject while it is in flight.

        Raises:
            TooManyRequests: the subject asks too often, or too much at once; with the seconds to wait.
        """
        account = self._account(subject)
        if self._concurrent is not None and account.running >= self._concurrent:
            raise TooManyRequests(
                f"{account.running} requests of this subject are in flight already",
                code="TOO_MANY_AT_ONCE",
                suggestion=f"send at most {self._concurrent} at once, and the next when one is answered",
                retry_after=1,
            )
        self._spend(account)
        account.running += 1
        try:
            yield
        finally:
            account.running -= 1

    def _spend(self, account: _Account) -> None:
        now = self._clock()
        if self._rate is None:
            account.seen_at = now
            return
        account.left = min(float(self._burst), account.left + (now - account.seen_at) * self._rate)
        account.seen_at = now
        if account.left < 1:
            seconds = max(1, math.ceil((1 - account.left) / self._rate))
            raise TooManyRequests(
                "This subject asks too often",
                code="TOO_MANY_REQUESTS",
                suggestion=f"wait {seconds} s; on average {self._rate:g} requests per second are answered",
                retry_after=seconds,
            )
        account.left -= 1

    def _account(self, subject: str) -> _Account:
        account = self._accounts.get(subject)
        if account is None:
            account = self._accounts[subject] = _Account(float(self._burst), self._clock())
            if len(self._accounts) > _MOST_SUBJECTS:
                self._forget()
        self._accounts.move_to_end(subject)
        return account

    def _forget(self) -> None:
        """Let go of the subject that has been silent longest, unless it is still waiting."""
        idle = next((name for name, account in self._accounts.items() if not account.running), None)
        if idle is not None:
            del self._accounts[idle]
