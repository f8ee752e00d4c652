"""A load on a disk of its own that fills up; run in a process of its own, and told in JSON.

With `--mounted` the process has mount rights of its own (`unshare`): the disk is a tmpfs with so much space
left, so that the system itself says ENOSPC to Python and to the engine alike. Without, no file may grow
beyond the limit (RLIMIT_FSIZE), the nearest that an unprivileged process can do to itself: EFBIG.
"""

import argparse
import json
import resource
import subprocess
from dataclasses import dataclass
from pathlib import Path

from orchestration.landing import LoadVerdict, Register
from orchestration.loads import problems, run_load, undo_interrupted
from orchestration.workspace import Workspace

from .cases import seen, served

_BLOCK = 4096


@dataclass
class Told:
    """What is printed.

    Attributes:
        error: what the load said; empty when it went through.
        is_former_served: nothing else than before is served.
        is_put_back: once there was space again and the load was undone, all was as before.
        problems: what the register finds damaged in the end.
    """

    error: str
    is_former_served: bool
    is_put_back: bool
    problems: list[str]


def main() -> None:
    """Fill the disk, load, make space, look."""
    parser = argparse.ArgumentParser()
    parser.add_argument("home", type=Path)
    parser.add_argument("disk", type=Path)
    parser.add_argument("--left", type=int, required=True)
    parser.add_argument("--mounted", action="store_true")
    options = parser.parse_args()
    home = _mounted(options.home, options.disk, options.left) if options.mounted else options.home
    workspace = Workspace(home)
    before, version = seen(workspace), served(workspace)
    error = _load(workspace, None if options.mounted else options.left)
    if options.mounted:
        _resized(options.disk, "2g")
    is_former_served = served(workspace) == version and seen(workspace).pointer == before.pointer
    is_put_back = _settled(workspace) and seen(workspace) == before
    told = Told(error, is_former_served, is_put_back, [problem.message for problem in problems(workspace)])
    print(json.dumps(vars(told)))


def _mounted(home: Path, disk: Path, left: int) -> Path:
    """Copy a workspace to a tmpfs that has room for it, and for so many bytes more."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2g", "tmpfs", str(disk)], check=True)
    subprocess.run(["cp", "-a", str(home), str(disk / "home")], check=True)
    used = sum(path.stat().st_blocks * 512 for path in disk.rglob("*"))
    _resized(disk, str((used + left) // _BLOCK * _BLOCK))
    return disk / "home"


def _resized(disk: Path, size: str) -> None:
    subprocess.run(["mount", "-o", f"remount,size={size}", str(disk)], check=True)


def _load(workspace: Workspace, limit: int | None) -> str:
    former = resource.getrlimit(resource.RLIMIT_FSIZE)
    if limit is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, former[1]))
    try:
        report = run_load(workspace, is_late=True)
        return "" if report.verdict is LoadVerdict.PUBLISHED else report.message
    except Exception as error:
        return "\n".join([f"{type(error).__name__}: {error}", *getattr(error, "__notes__", ())])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, former)


def _settled(workspace: Workspace) -> bool:
    """Undo what the next load would carry on or undo; return whether nothing runs any more."""
    if Register(workspace.loads).unfinished() is not None:
        undo_interrupted(workspace)
    return Register(workspace.loads).unfinished() is None


if __name__ == "__main__":
    main()
