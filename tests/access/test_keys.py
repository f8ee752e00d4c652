"""Tokens of an identity provider: RS256 and ES256 under a key set, in a file or at an address."""

import asyncio
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from semantic.server import AuthSettings
from semantic.server.keys import KeySet, KeySetUnavailable

from ..server.conftest import ALL, SECRET, running, token

RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
SHORT = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 -- to see it refused
CURVE = ec.generate_private_key(ec.SECP256R1())
META = "/cubejs-api/v1/meta"


def public(key: Any, kid: str | None, **other: Any) -> dict[str, Any]:
    """The public half, as a key set lists it."""
    kind = jwt.algorithms.RSAAlgorithm if isinstance(key, rsa.RSAPrivateKey) else jwt.algorithms.ECAlgorithm
    written: dict[str, Any] = kind.to_jwk(key.public_key(), as_dict=True)
    return written | ({"kid": kid} if kid else {}) | other


def signed(key: Any, algorithm: str, kid: str | None = None, **claims: Any) -> str:
    return jwt.encode(ALL | claims, key, algorithm=algorithm, headers={"kid": kid} if kid else None)


def _signed_with_short_key() -> str:
    with pytest.warns(jwt.warnings.InsecureKeyLengthWarning):
        return signed(SHORT, "RS256", "short")


class _Provider(BaseHTTPRequestHandler):
    """Serves `keys`, counts how often it is asked, and is out of order on demand."""

    keys: ClassVar[list[dict[str, Any]]] = []
    asked = 0
    moved_to = ""

    def do_GET(self) -> None:
        """Answer with the key set, or send the asker elsewhere."""
        type(self).asked += 1
        self.send_response(302 if self.moved_to else 200)
        if self.moved_to:
            self.send_header("location", self.moved_to)
        self.end_headers()
        self.wfile.write(json.dumps({"keys": self.keys}).encode())

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def provider() -> Iterator[tuple[type[_Provider], str]]:
    """An identity provider on this machine, and the address of its keys."""
    handler = type("Provider", (_Provider,), {"keys": [public(RSA, "a")], "asked": 0})
    server = HTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield handler, f"http://127.0.0.1:{server.server_port}/keys.json"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "keys.json"
    keys = [
        public(RSA, "a"),
        public(CURVE, "b"),
        public(SHORT, "short"),
        {"kty": "oct", "k": "c2VjcmV0", "kid": "c"},
    ]
    path.write_text(json.dumps({"keys": keys}), encoding="utf-8")
    return path


def test_tokens_of_both_kinds_and_of_the_secret(published: Path, key_file: Path) -> None:
    """The key set and the secrets stand beside each other."""
    auth = AuthSettings(secrets=(SECRET,), jwks=str(key_file))
    with running(published, auth=auth) as api:
        statuses = [
            api.http.get(META, headers={"Authorization": text}).status_code
            for text in (
                token(),
                signed(RSA, "RS256", "a"),
                signed(CURVE, "ES256", "b"),
                signed(RSA, "RS256"),
            )
        ]
    assert statuses == [200, 200, 200, 200]


def test_what_no_key_verifies(published: Path, key_file: Path) -> None:
    """Another key, another kind, an unknown kid, a key too short; and the public key used as a secret."""
    pem = RSA.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    head = jwt.utils.base64url_encode(b'{"alg":"HS256","kid":"a","typ":"JWT"}')
    body = jwt.utils.base64url_encode(json.dumps(ALL).encode())
    confused = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256).sign(head + b"." + body, pem)
    texts = [
        signed(OTHER, "RS256", "a"),
        signed(RSA, "RS256", "b"),
        signed(RSA, "RS256", "unknown"),
        signed(RSA, "RS512", "a"),
        signed(RSA, "PS256", "a"),
        _signed_with_short_key(),
        signed(CURVE, "ES256", "a"),
        jwt.encode(ALL, "c2VjcmV0" * 8, algorithm="HS256", headers={"kid": "c"}),
        jwt.encode(ALL, None, algorithm="none", headers={"kid": "a"}),
        b".".join((head, body, jwt.utils.base64url_encode(confused))).decode(),
        signed(RSA, "RS256", "a", exp=1),
        signed(RSA, "RS256", "a", nbf=2**40),
        signed(RSA, "RS256", "a", iss="another"),
    ]
    with running(published, auth=AuthSettings(jwks=str(key_file), issuer="istituto")) as api:
        right = signed(RSA, "RS256", "a", iss="istituto")
        assert api.http.get(META, headers={"Authorization": right}).status_code == 200
        answers = [api.http.get(META, headers={"Authorization": text}) for text in texts]
    assert [(answer.status_code, answer.json()["error"]) for answer in answers] == [
        (403, "Invalid token")
    ] * len(texts)


def test_keys_are_kept_and_read_again(provider: tuple[type[_Provider], str]) -> None:
    """Ten minutes as they are; at once for an unknown kid, but not more often than every ten seconds."""
    handler, address = provider
    now = [0.0]
    keys = KeySet(address, clock=lambda: now[0])

    def found(kid: str) -> bool:
        return bool(asyncio.run(keys.find("RS256", kid)))

    assert found("a") and found("a") and handler.asked == 1
    assert not found("z") and handler.asked == 1
    handler.keys = [public(OTHER, "z")]
    now[0] = 11
    assert found("z") and handler.asked == 2
    now[0] = 600
    assert not found("a") and handler.asked == 3
    now[0] = 1300
    assert found("z") and handler.asked == 4


def test_a_provider_that_fails_is_waited_for(provider: tuple[type[_Provider], str]) -> None:
    """The former keys stay in force for an hour; then nobody is let in. Redirects are not followed."""
    handler, address = provider
    now = [0.0]
    keys = KeySet(address, clock=lambda: now[0])
    assert asyncio.run(keys.find("RS256", "a"))
    handler.moved_to = "http://127.0.0.1:9/"
    now[0] = 3000
    assert asyncio.run(keys.find("RS256", "a")) and handler.asked == 2
    now[0] = 3700
    with pytest.raises(KeySetUnavailable):
        asyncio.run(keys.find("RS256", "a"))


def test_a_provider_out_of_reach(published: Path) -> None:
    """Refused with the reason, and the secrets still verify."""
    auth = AuthSettings(secrets=(SECRET,), jwks="http://127.0.0.1:9/keys.json")
    with running(published, auth=auth) as api:
        answer = api.http.get(META, headers={"Authorization": signed(RSA, "RS256", "a")})
        assert (answer.status_code, answer.json()["code"]) == (403, "KEYS_UNAVAILABLE")
        assert api.http.get(META).status_code == 200


@pytest.mark.parametrize("source", ["http://example.org/keys", "ftp://127.0.0.1/keys", "file:///etc/passwd"])
def test_key_sets_that_are_not_trusted(source: str) -> None:
    with pytest.raises(ValueError, match="give a file, or an https address"):
        AuthSettings(jwks=source)
