"""`cruscotto load --watch` and `--wait`: the scheduling, with its lines for people or for a log."""

from collections.abc import Callable
from datetime import UTC, datetime

import click

from orchestration.cli.output import complain
from orchestration.landing import LoadReport
from orchestration.lock import WorkspaceBusy
from orchestration.monitoring import tell
from orchestration.scheduling import Rhythm, Stopping, until_signal, wait_for_delivery, watch
from orchestration.workspace import Workspace

__all__ = ["await_delivery", "watch_landing"]

_EVENTS = {
    "watch.started": "in attesa di consegne",
    "watch.incomplete": "consegna incompleta, manca l'altra metà di",
    "watch.ready": "consegna completa, si carica",
    "watch.busy": "un altro carico è in corso, si riprova",
    "watch.interrupted": "carico interrotto: il prossimo lo riprende o lo annulla",
    "watch.stopped": "carico fermato da un errore",
    "watch.loaded": "carico finito",
    "watch.ended": "fine dell'attesa",
}


def watch_landing(
    workspace: Workspace, load: Callable[[], LoadReport], rhythm: Rhythm, log_format: str
) -> None:
    """Watch until SIGTERM or Ctrl-C, with one line per event."""
    is_text = log_format == "text"
    stopping = Stopping()
    with until_signal(stopping):
        watch(
            workspace, _complaining(load) if is_text else load, _echo if is_text else _log, stopping, rhythm
        )


def await_delivery(workspace: Workspace, seconds: float, rhythm: Rhythm) -> None:
    """Wait for a complete delivery; what came is then loaded, or refused, as it is."""
    stopping = Stopping()
    with until_signal(stopping):
        wait_for_delivery(workspace, seconds, stopping, rhythm)
    if stopping.is_asked:
        raise SystemExit(143)


def _complaining(load: Callable[[], LoadReport]) -> Callable[[], LoadReport]:
    """Print what stops a load, or what its report says."""

    def run() -> LoadReport:
        try:
            report = load()
        except WorkspaceBusy:
            raise
        except Exception as error:
            complain(str(error))
            raise
        if report.message:
            complain(report.message)
        return report

    return run


def _echo(event: str, facts: dict[str, object]) -> None:
    now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    told = "; ".join(_told(value) for value in facts.values())
    click.echo(f"{now} {_EVENTS[event]}{f': {told}' if told else ''}")


def _log(event: str, facts: dict[str, object]) -> None:
    load_id = facts.get("load_id")
    others = {name: value for name, value in facts.items() if name != "load_id"}
    tell(event, None if load_id is None else str(load_id), **others)


def _told(value: object) -> str:
    text = ", ".join(str(item) for item in value) if isinstance(value, list) else str(value)
    return "".join(char if char.isprintable() else "?" for char in text)
