"""Who asks: the token of a request, its claims, and what they grant."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import jwt
from starlette.requests import Request

from semantic.access import ANONYMOUS, ClaimsRefused, Scope, read_scope
from semantic.server.addresses import is_loopback
from semantic.server.errors import NotAuthorised
from semantic.server.keys import KeySet, KeySetUnavailable
from semantic.server.settings import AuthSettings

__all__ = ["Authenticator", "SecurityContext"]

_SHARED = ("HS256",)
_PUBLIC = ("RS256", "ES256")
_WANTED = "it must be a JSON web token of this installation"


@dataclass(frozen=True, slots=True)
class SecurityContext:
    """Who asks.

    Attributes:
        subject: the token's `sub`; '' when it has none.
        scope: what its claims grant.
        claims: all of them.
    """

    subject: str
    scope: Scope
    claims: Mapping[str, Any] = field(repr=False)

    @property
    def account(self) -> str:
        """What limits are counted under: the subject, or the scope of tokens that name none."""
        return self.subject or self.scope.key


class Authenticator:
    """Verifies tokens.

    An algorithm belongs to its keys: a shared secret verifies HS256 and nothing else, a key of the key set
    RS256 or ES256 by its kind, whatever the token's header says; `none` verifies nothing.

    Args:
        settings: secrets, key set, audience, issuer.
    """

    def __init__(self, settings: AuthSettings) -> None:
        self._settings = settings
        self._keys = KeySet(settings.jwks) if settings.jwks else None

    async def authenticate(self, request: Request) -> SecurityContext:
        """Return who sends a request.

        The token is taken from `Authorization: <token>` or `Authorization: Bearer <token>` (or from
        `X-Cube-Authorization`, which proxies that use the first leave alone).

        Raises:
            NotAuthorised: there is no token, or no key verifies it, or it is expired or not yet valid, or its
                claims grant nothing.
        """
        header = request.headers.get("x-cube-authorization") or request.headers.get("authorization") or ""
        scheme, _, rest = header.strip().partition(" ")
        token = rest.strip() if rest else scheme
        if not token:
            if self._settings.anonymous and request.client is not None and is_loopback(request.client.host):
                return _context(ANONYMOUS)
            raise NotAuthorised(
                "Authorization header isn't set", suggestion="send 'Authorization: Bearer <token>'"
            )
        if rest and scheme.lower() != "bearer":
            raise NotAuthorised("Invalid token", suggestion=f"the scheme is 'Bearer', not '{scheme}'")
        return _context(await self._claims(token))

    async def _claims(self, token: str) -> Mapping[str, Any]:
        try:
            header = jwt.get_unverified_header(token)
        except jwt.PyJWTError:
            raise NotAuthorised("Invalid token", suggestion=_WANTED) from None
        algorithm = header.get("alg")
        if algorithm in _SHARED:
            keys: list[Any] = list(self._settings.secrets)
        elif algorithm in _PUBLIC and self._keys is not None:
            keys = await self._public_keys(str(algorithm), header.get("kid"))
        else:
            keys = []
        for key in keys:
            try:
                return self._decoded(token, key, str(algorithm))
            except jwt.InvalidSignatureError:
                continue
            except (jwt.ExpiredSignatureError, jwt.ImmatureSignatureError):
                raise NotAuthorised(
                    "Invalid token", code="TOKEN_NOT_IN_FORCE", suggestion="it is expired, or not yet valid"
                ) from None
            except jwt.PyJWTError:
                break
        raise NotAuthorised("Invalid token", suggestion=_WANTED)

    async def _public_keys(self, algorithm: str, kid: Any) -> list[Any]:
        if self._keys is None or not isinstance(kid, str | None):
            return []
        try:
            return await self._keys.find(algorithm, kid)
        except KeySetUnavailable:
            raise NotAuthorised(
                "Invalid token",
                code="KEYS_UNAVAILABLE",
                suggestion="the keys that verify it cannot be had at the moment: ask again",
            ) from None

    def _decoded(self, token: str, key: Any, algorithm: str) -> dict[str, Any]:
        settings = self._settings
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=[algorithm],
            audience=settings.audience,
            issuer=settings.issuer,
            # As in Cube: exp and nbf count, to the second; iat, sub and jti are the issuer's business.
            options={
                "require": ["exp"] if settings.needs_expiry else [],
                "verify_aud": settings.audience is not None,
                "verify_iat": False,
                "verify_jti": False,
                "verify_sub": False,
            },
        )
        return claims


def _context(claims: Mapping[str, Any]) -> SecurityContext:
    subject = claims.get("sub")
    try:
        scope = read_scope(claims)
    except ClaimsRefused as refused:
        raise NotAuthorised(
            str(refused), code=refused.code, member=refused.claim, suggestion=refused.suggestion
        ) from None
    return SecurityContext(subject if isinstance(subject, str) else "", scope, claims)
