"""The public keys that verify an identity provider's tokens: a JSON Web Key Set (RFC 7517), cached.

    file or URL ──► keys by kid ──► used for 10 minutes, then read again
                         ▲
        an unknown kid reads it again at once, but not more often than every 10 seconds

A refresh that fails leaves the former keys in force for an hour: an identity provider that restarts must not
shut everybody out. Redirects are not followed.
"""

import asyncio
import json
import logging
import time
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jwt

from semantic.server.addresses import is_loopback

__all__ = ["KeySet", "KeySetUnavailable", "check_jwks"]

_LOG = logging.getLogger(__name__)
_FRESH_SECONDS = 600.0
_LEAST_SECONDS = 10.0
_STALE_SECONDS = 3600.0
_TIMEOUT_SECONDS = 5
_MOST_BYTES = 256 * 1024
_MOST_KEYS = 50
# Key type (and curve) → the one algorithm that a key of that kind verifies here.
_ALGORITHMS = {("RSA", None): "RS256", ("EC", "P-256"): "ES256"}
_LEAST_RSA_BITS = 2048


class KeySetUnavailable(Exception):
    """The key set cannot be read, and none was read before."""


@dataclass(frozen=True, slots=True)
class _Key:
    kid: str | None
    algorithm: str
    key: Any


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Follow none: the address that was configured is the one that is trusted."""
        return None


class KeySet:
    """The keys of one key set.

    Args:
        source: a file, or an address: https, or http on this machine.
        clock: seconds that only grow.
    """

    def __init__(self, source: str, clock: Callable[[], float] = time.monotonic) -> None:
        check_jwks(source)
        self._source = source
        self._clock = clock
        self._keys: tuple[_Key, ...] = ()
        self._read_at = float("-inf")
        self._tried_at = float("-inf")
        self._lock = asyncio.Lock()

    async def find(self, algorithm: str, kid: str | None) -> list[Any]:
        """Return the keys that may verify a token.

        Args:
            algorithm: RS256 or ES256.
            kid: the key that the token names; None: any key of the algorithm.

        Raises:
            KeySetUnavailable: there are no keys to look in.
        """
        if self._clock() - self._read_at > _FRESH_SECONDS or not self._matching(algorithm, kid):
            await self._refresh()
        if self._clock() - self._read_at > _STALE_SECONDS:
            raise KeySetUnavailable(self._source)
        return self._matching(algorithm, kid)

    def _matching(self, algorithm: str, kid: str | None) -> list[Any]:
        return [one.key for one in self._keys if one.algorithm == algorithm and kid in (None, one.kid)]

    async def _refresh(self) -> None:
        async with self._lock:
            if self._clock() - self._tried_at < _LEAST_SECONDS:
                return
            self._tried_at = self._clock()
            try:
                text = await asyncio.to_thread(_fetched, self._source)
                self._keys = _read(text)
                self._read_at = self._clock()
            except (OSError, ValueError, KeyError, TypeError, jwt.PyJWTError) as error:
                _LOG.error("cannot read the key set %s: %s", self._source, error)


def check_jwks(source: str) -> None:
    """Check that a key set's place can be trusted.

    Raises:
        ValueError: it is an address without encryption on another machine, or of another scheme.
    """
    parts = urlsplit(source)
    if parts.scheme in ("https", "") or (parts.scheme == "http" and is_loopback(parts.hostname or "")):
        return
    raise ValueError(f"the key set {source}: give a file, or an https address (http on this machine only)")


def _fetched(source: str) -> bytes:
    if not urlsplit(source).scheme:
        return Path(source).read_bytes()
    opener = urllib.request.build_opener(_NoRedirects)
    # The scheme was checked: https, or http on loopback.
    with opener.open(source, timeout=_TIMEOUT_SECONDS) as response:
        text: bytes = response.read(_MOST_BYTES + 1)
    if len(text) > _MOST_BYTES:
        raise ValueError(f"it is larger than {_MOST_BYTES} bytes")
    return text


def _read(text: bytes) -> tuple[_Key, ...]:
    """Read the keys for signatures that are strong enough; what is of another kind is left out.

    Raises:
        ValueError: there is none.
    """
    document = json.loads(text)
    found = [key for item in document["keys"][:_MOST_KEYS] if (key := _key(item)) is not None]
    if not found:
        raise ValueError("it has no RSA key of 2048 bits or more and no P-256 key for signatures")
    return tuple(found)


def _key(item: Mapping[str, Any]) -> _Key | None:
    algorithm = _ALGORITHMS.get((str(item.get("kty")), item.get("crv")))
    if algorithm is None or item.get("use", "sig") != "sig" or item.get("alg", algorithm) != algorithm:
        return None
    public = {name: value for name, value in item.items() if name not in ("d", "p", "q", "dp", "dq", "qi")}
    key = jwt.PyJWK.from_dict(public, algorithm=algorithm).key
    if algorithm == "RS256" and key.key_size < _LEAST_RSA_BITS:
        _LOG.error("a key of %d bits is left out: RS256 wants %d", key.key_size, _LEAST_RSA_BITS)
        return None
    kid = item.get("kid")
    return _Key(kid if isinstance(kid, str) else None, algorithm, key)
