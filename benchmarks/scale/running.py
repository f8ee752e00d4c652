"""Runs the product as its users do, in processes of its own, and measures seconds and memory."""

import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["Ran", "cruscotto"]

_PAGE = os.sysconf("SC_PAGE_SIZE")
_BETWEEN_LOOKS = 0.1
# 4: published, and something is over a threshold of data quality.
_PUBLISHED = (0, 4)


@dataclass(frozen=True)
class Ran:
    """A command that ended well.

    Attributes:
        seconds: from its start to its end.
        peak_bytes: most resident memory of the process and all beneath it at one time.
        told: its JSON.
    """

    seconds: float
    peak_bytes: int
    told: dict[str, Any]


def cruscotto(*arguments: str | Path) -> Ran:
    """Run a verb of the command line with `--json`.

    Raises:
        RuntimeError: it failed; with what it said.
    """
    command = [sys.executable, "-m", "orchestration.cli", *map(str, arguments), "--json"]
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        peak = _Peak(process.pid)
        out, error = process.communicate()
    seconds = time.perf_counter() - started
    if process.returncode not in _PUBLISHED:
        raise RuntimeError(
            f"{' '.join(command)}: exit status {process.returncode}\n{error[-2000:]}{out[-2000:]}"
        )
    return Ran(seconds, peak.stop(), json.loads(out))


class _Peak:
    """Looks at the memory of a process and of those beneath it, now and again."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._most = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def stop(self) -> int:
        """Return the most that was seen, in bytes."""
        self._over.set()
        self._thread.join()
        return self._most

    def _look(self) -> None:
        while not self._over.wait(_BETWEEN_LOOKS):
            self._most = max(self._most, sum(_resident(pid) for pid in _family(self._pid)))


def _family(pid: int) -> list[int]:
    found = [pid]
    for one in found:
        try:
            for task in Path(f"/proc/{one}/task").iterdir():
                found += [int(child) for child in (task / "children").read_text(encoding="ascii").split()]
        except OSError:
            continue
    return found


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0
