"""Tokens: who is answered, and who is not."""

import time
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest

from semantic.server import AuthSettings, serve

from .conftest import ALL, MODEL, SECRET, Api, running, token

OTHER = "another secret, which is the former one of two"
META = "/cubejs-api/v1/meta"


def asked(api: Api, authorization: str | None, header: str = "Authorization") -> httpx.Response:
    """Ask with this header, or with none."""
    headers = {} if authorization is None else {header: authorization}
    return httpx.get(api.http.base_url.join(META), headers=headers)


def unsigned(**claims: Any) -> str:
    """Return a token that says that it needs no signature."""
    return jwt.encode(ALL | claims, None, algorithm="none")


@pytest.mark.parametrize("scheme", ["", "Bearer ", "bearer ", "Bearer   "])
def test_valid_tokens(api: Api, scheme: str) -> None:
    """The token alone, or after `Bearer`."""
    assert asked(api, scheme + token(sub="controller", iat=int(time.time()) + 3600)).status_code == 200


def test_cubes_own_header(api: Api) -> None:
    """Proxies that use `Authorization` themselves leave `X-Cube-Authorization` alone."""
    assert asked(api, token(), "X-Cube-Authorization").status_code == 200


@pytest.mark.parametrize("header", [None, ""])
def test_no_token(api: Api, header: str | None) -> None:
    """403, in Cube's words."""
    response = asked(api, header)
    assert (response.status_code, response.json()["error"]) == (403, "Authorization header isn't set")


@pytest.mark.parametrize(
    "header",
    [
        "nonsense",
        "a.b.c",
        "Bearer",
        "Basic " + token(),
        token(OTHER),
        unsigned(),
        token()[:-2],
        "Bearer " + token() + " more",
    ],
)
def test_invalid_tokens(api: Api, header: str) -> None:
    """Another secret, another algorithm, no signature, another scheme: 403, and nothing about why."""
    response = asked(api, header)
    assert (response.status_code, response.json()["error"]) == (403, "Invalid token")


def test_hs512_with_the_same_secret_is_refused(published: Path) -> None:
    """Only the one algorithm is accepted, also with the right key."""
    long = SECRET * 2
    with running(published, auth=AuthSettings(secrets=(long,))) as api:
        assert asked(api, jwt.encode(ALL, long, algorithm="HS256")).status_code == 200
        assert asked(api, jwt.encode(ALL, long, algorithm="HS512")).status_code == 403


@pytest.mark.parametrize("claims", [{"exp": -1}, {"nbf": 60}])
def test_times_count_to_the_second(api: Api, claims: dict[str, int]) -> None:
    """Expired a second ago, or valid from the next minute: refused."""
    now = int(time.time())
    times: dict[str, Any] = {name: now + seconds for name, seconds in claims.items()}
    response = asked(api, token(**times))
    assert (response.status_code, response.json()["code"]) == (403, "TOKEN_NOT_IN_FORCE")
    assert asked(api, token(exp=now + 60, nbf=now - 1)).status_code == 200


def test_secrets_rotate(published: Path) -> None:
    """While two secrets are listed, tokens of both are valid."""
    with running(published, auth=AuthSettings(secrets=(SECRET, OTHER))) as api:
        assert asked(api, token(OTHER)).status_code == 200
        assert asked(api, token(SECRET)).status_code == 200
        assert asked(api, token(OTHER, exp=1)).json()["code"] == "TOKEN_NOT_IN_FORCE"


def test_audience_and_issuer(published: Path) -> None:
    """When they are set, a token must have them."""
    auth = AuthSettings(secrets=(SECRET,), audience="cruscotto", issuer="istituto")
    with running(published, auth=auth) as api:
        assert asked(api, token(aud="cruscotto", iss="istituto")).status_code == 200
        for claims in ({}, {"aud": "cruscotto"}, {"aud": "altro", "iss": "istituto"}):
            assert asked(api, token(**claims)).status_code == 403


def test_health_needs_no_token(api: Api) -> None:
    """Orchestrators have none."""
    for path in ("/readyz", "/livez"):
        response = httpx.get(api.http.base_url.join(path))
        assert (response.status_code, response.json()) == (200, {"health": "HEALTH"})


def test_anonymous_access_is_for_this_machine(published: Path) -> None:
    """With the development flag no token is needed, but a wrong one still is wrong."""
    with running(published, auth=AuthSettings(anonymous=True)) as api:
        assert asked(api, None).status_code == 200
        assert asked(api, token(OTHER)).status_code == 403


@pytest.mark.parametrize("host", [str(IPv4Address(0)), "::", "192.0.2.1", "example.org"])
def test_anonymous_access_is_refused_on_other_addresses(published: Path, host: str) -> None:
    """No open door by mistake: the server does not start."""
    with pytest.raises(ValueError, match="on this machine"):
        serve(MODEL, published, AuthSettings(anonymous=True), host=host, port=0)


def test_settings_refuse_weak_secrets() -> None:
    """Short secrets can be guessed from one token; none at all would answer nobody."""
    with pytest.raises(ValueError, match="at least 32"):
        AuthSettings(secrets=("short",))
    with pytest.raises(ValueError, match="at least one secret"):
        AuthSettings()
    assert SECRET not in repr(AuthSettings(secrets=(SECRET,)))
