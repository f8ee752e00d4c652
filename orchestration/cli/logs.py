"""How a load speaks while it runs: a bar for people, or lines of JSON for a log."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from orchestration.cli.output import step
from orchestration.loads import Stage, silent
from orchestration.lock import WorkspaceBusy
from orchestration.monitoring import json_lines, tell

__all__ = ["logged"]


@contextmanager
def logged(form: str) -> Iterator[Stage]:
    """Yield what shows the steps of a load. As `json`, an error is a line too, and ends the command.

    Args:
        form: `text` or `json`.
    """
    if form != "json":
        yield step
        return
    with json_lines(sys.stderr):
        try:
            yield silent
        except Exception as error:
            # Its message may name a user or show a value: it is printed without `--log-format json`.
            tell("load.error", error=type(error).__name__)
            raise SystemExit(5 if isinstance(error, WorkspaceBusy) else 1) from None
