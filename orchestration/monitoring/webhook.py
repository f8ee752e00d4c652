"""Tells another system, over HTTPS, how a load ended; a failure is logged and never touches the load.

The message is small and holds no personal data: no names of users or files, no messages, no rows. It is
signed: `X-Cruscotto-Signature: sha256=<hexadecimal HMAC-SHA-256 of the body under the secret>`, and the body
has the time it was written (`sent`) and the load's id, so that a receiver can refuse an old or repeated one.

WebhookError     the settings cannot be used; the message says which and why
"""

import hashlib
import hmac
import json
import logging
import os
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address

import httpx

from orchestration.landing import LoadReport, timestamp
from orchestration.quality import NoReport, outcome_of, read_report
from orchestration.workspace import Workspace

__all__ = ["SCHEMA", "SIGNATURE_HEADER", "Webhook", "WebhookError", "event_of"]

SCHEMA = "cruscotto-load-event/1"
SIGNATURE_HEADER = "X-Cruscotto-Signature"
_URL, _SECRET = "CRUSCOTTO_WEBHOOK_URL", "CRUSCOTTO_WEBHOOK_SECRET"
_LEAST_SECRET = 16
_TIMEOUT_SECONDS = 3.0
_PAUSES = (0.5, 1.0)
_TOO_MANY = 429
_SERVER_ERROR = 500
_LOG = logging.getLogger(__name__)


class WebhookError(ValueError):
    """The webhook's settings cannot be used."""


@dataclass(frozen=True)
class Webhook:
    """Where to tell it, and the secret that signs.

    Attributes:
        url: `https://…`; plain `http` on this machine only.
        secret: at least 16 bytes.
        pause: waits so many seconds between two attempts.
    """

    url: str
    secret: bytes
    pause: Callable[[float], None] = time.sleep

    @classmethod
    def from_environment(cls) -> "Webhook | None":
        """Return the webhook of `$CRUSCOTTO_WEBHOOK_URL`, or None when there is none.

        Raises:
            WebhookError: the address is not HTTPS, or the secret is missing or short.
        """
        url, secret = os.environ.get(_URL, ""), os.environ.get(_SECRET, "").encode()
        if not url:
            return None
        _check_address(url)
        if len(secret) < _LEAST_SECRET:
            raise WebhookError(f"{_SECRET}: at least {_LEAST_SECRET} bytes are needed, {len(secret)} found")
        return cls(url, secret)

    def send(self, event: dict[str, object]) -> bool:
        """Send an event; try again after a moment where that may help. Return whether it was taken."""
        body = json.dumps(event, ensure_ascii=False, sort_keys=True).encode()
        signature = hmac.new(self.secret, body, hashlib.sha256).hexdigest()
        headers = {"content-type": "application/json", SIGNATURE_HEADER: f"sha256={signature}"}
        problem = ""
        # No redirects: the event goes where it was meant to. Proxies and authorities of the environment are
        # for what leaves this machine.
        is_remote = self.url.startswith("https:")
        with httpx.Client(timeout=_TIMEOUT_SECONDS, follow_redirects=False, trust_env=is_remote) as client:
            for pause in (*_PAUSES, None):
                try:
                    status = client.post(self.url, content=body, headers=headers).status_code
                except httpx.HTTPError as error:
                    problem = type(error).__name__
                else:
                    if httpx.codes.is_success(status):
                        return True
                    problem = f"status {status}"
                    if status != _TOO_MANY and status < _SERVER_ERROR:
                        break
                if pause is not None:
                    self.pause(pause)
        _LOG.warning("the webhook did not take the event of load %s: %s", event.get("load_id"), problem)
        return False


def event_of(workspace: Workspace, load: LoadReport) -> dict[str, object]:
    """Return what is told of a load."""
    try:
        report = read_report(workspace, load.load_id)
        sections, closing = report.sections, report.closing_month
    except NoReport:
        sections, closing = [], None
    rows_read = sum(file.rows_read for file in load.loaded)
    return {
        "schema": SCHEMA,
        "sent": timestamp(),
        "load_id": load.load_id,
        "kind": load.kind,
        "verdict": load.verdict.value,
        "outcome": outcome_of(load, sections).value,
        "started": load.started,
        "finished": load.finished,
        "seconds": load.seconds,
        "closing_month": closing,
        "version": load.publication.version if load.publication else None,
        "files": dict(Counter(file.verdict.value for file in load.files)),
        "rows": {"read": rows_read, "loaded": load.rows_loaded, "quarantined": load.rows_quarantined},
        "findings": [
            {
                "name": section.name,
                "level": section.level.value,
                "value": section.value,
                "threshold": section.threshold,
            }
            for section in sections
        ],
    }


def _check_address(url: str) -> None:
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise WebhookError(f"{_URL}: {error}") from None
    if not parsed.host or parsed.scheme not in ("https", "http"):
        raise WebhookError(f"{_URL}: {parsed.scheme or 'no scheme'}: an https:// address is needed")
    if parsed.scheme == "http" and not _is_loopback(parsed.host):
        raise WebhookError(f"{_URL}: plain http goes to this machine only; use https")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
