"""A load in a process of its own that is killed at a chosen instant. Nothing in the product knows of it.

The interpreter tells an audit hook of each file that is opened to write, renamed, linked, removed and of each
process that is started: the hook counts those of the workspace and kills its own process at the n-th, before
it happens. `--kill-before STEP` kills where a step begins. `--count FILE` writes the names of what would be
counted, one per line, instead of killing.
"""

import argparse
import contextlib
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

from orchestration.loads import run_load
from orchestration.loads.transaction import Advance
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
    parser.add_argument("--count", type=Path)
    options = parser.parse_args()
    watch = _Watch(str(options.home), options.kill_at)
    sys.addaudithook(watch.see)
    report = run_load(Workspace(options.home), is_late=options.late, stage=watch.stages(options.kill_before))
    watch.is_on = False
    if options.count:
        options.count.write_text("\n".join(watch.events), "utf-8")
    print(report.verdict, report.message)


class _Watch:
    """Counts what a load does to its workspace, and kills it."""

    def __init__(self, home: str, at: int) -> None:
        self._home, self._at = home, at
        self.events: list[str] = []
        self.is_on = True

    def see(self, event: str, arguments: tuple[object, ...]) -> None:
        if not self.is_on or not self._counts(event, arguments):
            return
        self.events.append(f"{event} {arguments[0]}")
        if len(self.events) == self._at:
            os.kill(os.getpid(), signal.SIGKILL)

    def stages(self, killed_before: str):  # type: ignore[no-untyped-def]
        @contextlib.contextmanager
        def stage(title: str) -> Iterator[Advance]:
            if title == killed_before:
                os.kill(os.getpid(), signal.SIGKILL)
            self.events.append(f"stage {title}")
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
