"""The webhook against a real receiver: signed, small, tried again, never a fault of the load."""

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from orchestration.landing import FileOutcome, LoadReport, LoadVerdict, Verdict
from orchestration.monitoring import SIGNATURE_HEADER, Webhook, WebhookError, announce, event_of
from orchestration.workspace import Workspace

SECRET = "a secret of this test, long enough"
PERSON = "DOE.JANE"


@dataclass
class Receiver:
    """What was received, and what to answer: a status each; the last one for ever."""

    statuses: list[int]
    received: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    address: str = ""


@contextmanager
def receiving(*statuses: int) -> Iterator[Receiver]:
    """Listen on a free port of this machine."""
    receiver = Receiver(list(statuses))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            receiver.received.append(({key.lower(): value for key, value in self.headers.items()}, body))
            status = receiver.statuses.pop(0) if len(receiver.statuses) > 1 else receiver.statuses[0]
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("location", "/elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        receiver.address = f"http://127.0.0.1:{server.server_port}/hook"
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return Workspace(tmp_path_factory.mktemp("home")).create()


@pytest.fixture
def load() -> LoadReport:
    """A load by somebody, of a file whose name and message should stay here."""
    file = FileOutcome(
        f"{PERSON}.csv", Verdict.LOADED, PERSON, rows_read=10, rows_loaded=9, rows_quarantined=1
    )
    return LoadReport(
        "20250401T060000Z-01", "2025-04-01T06:00:00Z", None, PERSON, "0", "load", LoadVerdict.PUBLISHED,
        message=PERSON, files=[file],
    )  # fmt: skip


def hook(receiver: Receiver, pauses: list[float] | None = None) -> Webhook:
    return Webhook(receiver.address, SECRET.encode(), (pauses if pauses is not None else []).append)


def test_an_event_is_signed_and_holds_no_person(workspace: Workspace, load: LoadReport) -> None:
    with receiving(204) as receiver:
        assert hook(receiver).send(event_of(workspace, load))
    ((headers, body),) = receiver.received
    signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    assert headers[SIGNATURE_HEADER.lower()] == f"sha256={signature}"
    event = json.loads(body)
    assert (event["load_id"], event["verdict"], event["outcome"]) == (load.load_id, "published", "good")
    assert event["files"] == {"loaded": 1} and event["rows"] == {"read": 10, "loaded": 9, "quarantined": 1}
    assert event["sent"].endswith("Z") and PERSON.encode() not in body


@pytest.mark.parametrize(
    ("statuses", "tries", "taken"),
    [([503, 429, 200], 3, True), ([500], 3, False), ([400], 1, False), ([302], 1, False)],
)
def test_what_may_help_is_tried_again(
    workspace: Workspace, load: LoadReport, statuses: list[int], tries: int, taken: bool
) -> None:
    """A receiver in trouble, three times in all; a refusal once; a redirect is followed nowhere."""
    pauses: list[float] = []
    with receiving(*statuses) as receiver:
        assert hook(receiver, pauses).send(event_of(workspace, load)) is taken
    assert len(receiver.received) == tries and pauses == [0.5, 1.0][: tries - 1]


def test_a_load_never_fails_by_it(
    workspace: Workspace, load: LoadReport, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody listens, or the settings are wrong: it is logged, and the metrics are written all the same."""
    monkeypatch.setenv("CRUSCOTTO_WEBHOOK_SECRET", SECRET)
    monkeypatch.setattr("orchestration.monitoring.webhook._PAUSES", (0.0,))
    for address in ("http://127.0.0.1:9/hook", "http://example.org/hook"):
        monkeypatch.setenv("CRUSCOTTO_WEBHOOK_URL", address)
        announce(workspace, load)
    assert "ConnectError" in caplog.text and "plain http goes to this machine only" in caplog.text
    assert SECRET not in caplog.text
    assert (workspace.metrics / "cruscotto.prom").exists()


@pytest.mark.parametrize(
    ("address", "secret", "told"),
    [
        ("http://example.org/hook", SECRET, "use https"),
        ("http://127.0.0.1.example.org/hook", SECRET, "use https"),
        ("ftp://example.org", SECRET, "https:// address"),
        ("https://", SECRET, "https:// address"),
        ("https://example.org/hook", "", "0 found"),
        ("https://example.org/hook", "short", "5 found"),
    ],
)
def test_settings_that_are_refused(
    address: str, secret: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRUSCOTTO_WEBHOOK_URL", address)
    monkeypatch.setenv("CRUSCOTTO_WEBHOOK_SECRET", secret)
    with pytest.raises(WebhookError, match=told):
        Webhook.from_environment()


def test_settings_that_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CRUSCOTTO_WEBHOOK_URL", raising=False)
    assert Webhook.from_environment() is None
    monkeypatch.setenv("CRUSCOTTO_WEBHOOK_SECRET", SECRET)
    for address in (
        "https://example.org/hook",
        "http://localhost:1/",
        "http://[::1]:1/",
        "http://127.0.0.2/",
    ):
        monkeypatch.setenv("CRUSCOTTO_WEBHOOK_URL", address)
        assert Webhook.from_environment() == Webhook(address, SECRET.encode())
