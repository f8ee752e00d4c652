"""What a load tells while it runs, as events for a log: a name, the load, and facts without personal data.

Nothing is shown unless somebody listens (`json_lines`). Messages of refused files and names of users are left
out on purpose: they are in the register (`cruscotto loads show ID`), which fewer people read than logs.
"""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import IO

__all__ = ["json_lines", "tell"]

_LOG = logging.getLogger("cruscotto.loads")
_LISTENED = ("cruscotto", "orchestration")
_load_id: ContextVar[str | None] = ContextVar("load_id", default=None)


def tell(event: str, load_id: str | None = None, /, **facts: object) -> None:
    """Tell an event; the load it names is that of the lines after it, until another is named.

    Args:
        event: `load.started`, `file.landed`, …
        load_id: of the load.
        facts: numbers, names, states: whatever JSON can write.
    """
    if load_id is not None:
        _load_id.set(load_id)
    _LOG.info(event, extra={"facts": facts})


@contextmanager
def json_lines(stream: IO[str]) -> Iterator[None]:
    """Write every event, and every warning of the loads, as a line of JSON for the length of a block."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_JsonLine())
    loggers = [logging.getLogger(name) for name in _LISTENED]
    former = [(logger.level, logger.propagate) for logger in loggers]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        logger.propagate = False
    try:
        yield
    finally:
        for logger, (level, propagate) in zip(loggers, former, strict=True):
            logger.removeHandler(handler)
            logger.setLevel(level)
            logger.propagate = propagate


class _JsonLine(logging.Formatter):
    """`{"time": …, "level": …, "event": …, "load_id": …, …}`, in one line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {
            "time": moment.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            "load_id": _load_id.get(),
        }
        return json.dumps(line | getattr(record, "facts", {}), ensure_ascii=False, default=str)
