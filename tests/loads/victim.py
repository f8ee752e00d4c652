"""A load in a process of its own that is killed at a chosen instant. Nothing in the product knows of it.

The interpreter tells an audit hook of each file that is opened to write, renamed, linked, removed and of each
process that is started: the hook counts those of the workspace and kills its own process at the n-th, before
it happens. `--kill-before STEP` kills where a step begins, `--kill-building SECONDS` so long after dbt was
started, with `--dbt` dbt alone and not the load. `--log FILE` keeps what was counted, a line each.
"""

import argparse
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path

from orchestration.loads import run_load
from orchestration.loads.ending import Advance
from orchestration.workspace import Workspace

COUNTED = {"os.rename", "os.remove", "os.link", "os.mkdir", "os.rmdir", "os.chmod", "subprocess.Popen"}
_WRITING = os.O_WRONLY | os.O_RDWR


def main() -> None:
    """Run a load, as told."""
    parser = argparse.ArgumentParser()
    parser.add_argument("home", type=Path)
    parser.add_argument("--late", action="store_true")
    parser.add_argument("--kill-at", type=int, default=0)
    parser.add_argument("--kill-before", default="")
    parser.add_argument("--kill-building", type=float)
    parser.add_argument("--dbt", action="store_true")
    parser.add_argument("--log", type=Path)
    options = parser.parse_args()
    watch = Watch(str(options.home.resolve()), options.kill_at, options.log)
    sys.addaudithook(watch.see)
    if options.kill_building is not None:
        kill = _kill_children if options.dbt else partial(os.kill, os.getpid(), signal.SIGKILL)
        watch.at_build = threading.Timer(options.kill_building, kill)
    report = run_load(Workspace(options.home), is_late=options.late, stage=watch.stages(options.kill_before))
    print(report.verdict, report.message)


def _kill_children() -> None:
    """Kill the processes that this one started, and no other."""
    for task in Path("/proc/self/task").iterdir():
        for child in (task / "children").read_text("ascii").split():
            os.kill(int(child), signal.SIGKILL)


class Watch:
    """Counts what a process does to a workspace, and kills it."""

    def __init__(self, home: str, at: int, log: Path | None) -> None:
        self._home, self._at, self._seen = home, at, 0
        self.at_build: threading.Timer | None = None
        # A descriptor, because opening it at each event would be an event.
        self._log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND) if log else None

    def see(self, event: str, arguments: tuple[object, ...]) -> None:
        """Count an event of the interpreter's."""
        if not self._counts(event, arguments):
            return
        self._seen += 1
        if self._log is not None:
            os.write(self._log, f"{event} {arguments[0]}\n".encode())
        if self._seen == self._at:
            os.kill(os.getpid(), signal.SIGKILL)

    def stages(self, killed_before: str) -> Callable[[str], AbstractContextManager[Advance]]:
        """Return what shows a step: it kills at the one whose title begins so."""

        @contextmanager
        def stage(title: str) -> Iterator[Advance]:
            if killed_before and title.startswith(killed_before):
                os.kill(os.getpid(), signal.SIGKILL)
            if self.at_build is not None and title.startswith("Costruzione"):
                self.at_build.daemon = True
                self.at_build.start()
            yield lambda *_: None

        return stage

    def _counts(self, event: str, arguments: tuple[object, ...]) -> bool:
        if event == "subprocess.Popen":
            return True
        if event == "open":
            flags = arguments[2]
            return self._is_ours(arguments[0]) and isinstance(flags, int) and bool(flags & _WRITING)
        return event in COUNTED and self._is_ours(arguments[0])

    def _is_ours(self, path: object) -> bool:
        return isinstance(path, str | Path) and str(path).startswith(self._home)


if __name__ == "__main__":
    main()
