"""Who asks: the claims of a token."""

from collections.abc import Mapping
from typing import Any

import jwt
from starlette.requests import Request

from semantic.server.addresses import is_loopback
from semantic.server.errors import NotAuthorised
from semantic.server.settings import AuthSettings

__all__ = ["SecurityContext", "authenticate"]

SecurityContext = Mapping[str, Any]


def authenticate(request: Request, settings: AuthSettings) -> SecurityContext:
    """Return the claims of the request's token.

    The token is taken from `Authorization: <token>` or `Authorization: Bearer <token>` (or from
    `X-Cube-Authorization`, which proxies that use the first leave alone).

    Raises:
        NotAuthorised: there is no token, or no secret signed it, or it is expired or not yet valid.
    """
    header = request.headers.get("x-cube-authorization") or request.headers.get("authorization") or ""
    scheme, _, rest = header.strip().partition(" ")
    token = rest.strip() if rest else scheme
    if not token:
        if settings.anonymous and request.client is not None and is_loopback(request.client.host):
            return {}
        raise NotAuthorised(
            "Authorization header isn't set", suggestion="send 'Authorization: Bearer <token>'"
        )
    if rest and scheme.lower() != "bearer":
        raise NotAuthorised("Invalid token", suggestion=f"the scheme is 'Bearer', not '{scheme}'")
    known = settings.known.get(token)
    if known is None:
        known = _claims(token, settings)
        settings.known.put(token, known)
    return known


def _claims(token: str, settings: AuthSettings) -> SecurityContext:
    for secret in settings.secrets:
        try:
            claims = jwt.decode(
                token,
                secret,
                algorithms=["HS256"],
                audience=settings.audience,
                issuer=settings.issuer,
                # As in Cube: exp and nbf count, to the second; iat, sub and jti are the issuer's business.
                options={
                    "verify_aud": settings.audience is not None,
                    "verify_iat": False,
                    "verify_jti": False,
                    "verify_sub": False,
                },
            )
        except jwt.InvalidSignatureError:
            continue
        except (jwt.ExpiredSignatureError, jwt.ImmatureSignatureError):
            raise NotAuthorised(
                "Invalid token", code="TOKEN_NOT_IN_FORCE", suggestion="it is expired, or not yet valid"
            ) from None
        except jwt.PyJWTError:
            break
        return dict(claims)
    raise NotAuthorised("Invalid token", suggestion="it must be an HS256 JSON web token of this installation")
