"""What follows a load that ended, whatever its end: metrics, and a message to whoever wants to know."""

import logging
from contextlib import suppress

from orchestration.landing import LandingError, LoadReport, Register
from orchestration.monitoring.journal import tell
from orchestration.monitoring.textfile import write_metrics
from orchestration.monitoring.webhook import Webhook, WebhookError, event_of
from orchestration.workspace import Workspace

__all__ = ["announce", "announce_last"]

_LOG = logging.getLogger(__name__)


def announce(workspace: Workspace, load: LoadReport) -> None:
    """Tell the log, the metrics and the webhook how a load ended; nothing of it ever fails the load."""
    tell(
        "load.ended",
        load.load_id,
        verdict=load.verdict.value,
        seconds=load.seconds,
        files=len(load.files),
        refused=len(load.refused),
        rows_loaded=load.rows_loaded,
        rows_quarantined=load.rows_quarantined,
        version=load.publication.version if load.publication else None,
    )
    try:
        write_metrics(workspace)
    except Exception as error:
        _LOG.warning("the metrics were not written: %s", type(error).__name__)
    try:
        webhook = Webhook.from_environment()
        if webhook is not None:
            webhook.send(event_of(workspace, load))
    except WebhookError as error:
        _LOG.warning("no webhook: %s", error)
    except Exception as error:
        _LOG.warning("the webhook failed: %s", type(error).__name__)


def announce_last(workspace: Workspace) -> None:
    """Tell how the last load of the register ended, which something stopped."""
    with suppress(LandingError, OSError):
        loads = [report for report in Register(workspace.loads).reports() if report.kind == "load"]
        if loads:
            announce(workspace, loads[-1])
