"""Tokens that were found valid: their signature is not checked again, their time always is."""

import time
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

__all__ = ["KnownTokens"]

_MOST_TOKENS = 1000


class KnownTokens:
    """Keeps the claims of the tokens used last. Used from the event loop alone, so without locks."""

    def __init__(self) -> None:
        self._claims: OrderedDict[str, Mapping[str, Any]] = OrderedDict()

    def get(self, token: str) -> Mapping[str, Any] | None:
        """Return the claims of a token that is in force now; None: it must be looked at again."""
        claims = self._claims.get(token)
        if claims is None:
            return None
        now = time.time()
        try:
            is_in_force = int(claims.get("exp", now + 1)) > now and int(claims.get("nbf", 0)) <= now
        except (TypeError, ValueError):
            is_in_force = False
        if not is_in_force:
            del self._claims[token]
            return None
        return claims

    def put(self, token: str, claims: Mapping[str, Any]) -> None:
        """Keep a token that was found valid."""
        self._claims[token] = claims
        if len(self._claims) > _MOST_TOKENS:
            self._claims.popitem(last=False)
