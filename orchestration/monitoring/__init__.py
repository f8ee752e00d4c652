"""How others see the loads: a log of events, metrics for Prometheus, a signed message at the end of each."""

from orchestration.monitoring.announcing import announce, announce_last
from orchestration.monitoring.journal import json_lines, tell
from orchestration.monitoring.textfile import METRICS_FILE, load_metrics, write_metrics
from orchestration.monitoring.webhook import SIGNATURE_HEADER, Webhook, WebhookError, event_of

__all__ = [
    "METRICS_FILE",
    "SIGNATURE_HEADER",
    "Webhook",
    "WebhookError",
    "announce",
    "announce_last",
    "event_of",
    "json_lines",
    "load_metrics",
    "tell",
    "write_metrics",
]
