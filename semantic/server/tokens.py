"""Tokens that were found valid: their signature is not checked again, their time always is.

Only those that a shared secret signed: it is the same while the server runs. The keys of a key set are
withdrawn while it runs, and their tokens are verified each time.
"""

import time
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Generic, TypeVar

__all__ = ["KnownTokens"]

_MOST_TOKENS = 1000

T = TypeVar("T")


class KnownTokens(Generic[T]):
    """Keeps what the tokens used last stand for. Used from the event loop alone, so without locks."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, tuple[Mapping[str, Any], T]] = OrderedDict()

    def get(self, token: str) -> T | None:
        """Return what a token that is in force now stands for; None: it must be looked at again."""
        known = self._known.get(token)
        if known is None:
            return None
        claims, meant = known
        now = time.time()
        try:
            is_in_force = int(claims.get("exp", now + 1)) > now and int(claims.get("nbf", 0)) <= now
        except (TypeError, ValueError):
            is_in_force = False
        if not is_in_force:
            del self._known[token]
            return None
        return meant

    def put(self, token: str, claims: Mapping[str, Any], meant: T) -> None:
        """Keep a token that was found valid, its claims, and what it stands for."""
        self._known[token] = (claims, meant)
        if len(self._known) > _MOST_TOKENS:
            self._known.popitem(last=False)
