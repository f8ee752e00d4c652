"""One writer at a time: a load, a build or a rollback holds the workspace, and says who it is.

The lock is the operating system's, so it is never left behind by a process that ended, however it ended; the
note in the file (who, since when, which process, doing what) is for people. A note that nobody holds is that
of a writer which was killed.
"""

import fcntl
import getpass
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import IO

from orchestration.workspace import Workspace

__all__ = ["Held", "Holder", "WorkspaceBusy", "current_user", "hold"]


class WorkspaceBusy(RuntimeError):
    """Another process writes in the same workspace; the message says which, since when, and what to do."""


@dataclass(frozen=True)
class Holder:
    """Who holds a workspace, or held it last.

    Attributes:
        doing: the verb.
        who: user of the operating system.
        since: UTC, ISO 8601.
        pid: process.
        host: machine.
    """

    doing: str
    who: str
    since: str
    pid: int
    host: str


@dataclass(frozen=True)
class Held:
    """A workspace that this process holds.

    Attributes:
        descriptor: of the lock's file: a child that inherits it holds the workspace too, until it ends.
        killed: who held it before and did not end by itself; None when the last one did.
    """

    descriptor: int
    killed: Holder | None


def current_user() -> str:
    """Return the name of the user of the operating system, or the number of one without a name."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return str(os.getuid())


@contextmanager
def hold(workspace: Workspace, doing: str) -> Iterator[Held]:
    """Hold the workspace for the length of a block.

    Args:
        workspace: what to hold; its folder must exist.
        doing: the verb, for the message that another process would get.

    Raises:
        WorkspaceBusy: another process holds it.
    """
    with workspace.lock_file.open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise WorkspaceBusy(_told(workspace, _read(lock))) from None
        killed = _read(lock)
        _write(lock, doing)
        try:
            yield Held(lock.fileno(), killed)
        finally:
            # Emptied by the holder alone, so that a note without a lock tells of a kill.
            lock.truncate(0)


def _read(lock: IO[str]) -> Holder | None:
    lock.seek(0)
    try:
        return Holder(**json.loads(lock.read()))
    except (ValueError, TypeError):
        return None


def _write(lock: IO[str], doing: str) -> None:
    now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    holder = Holder(doing, current_user(), now, os.getpid(), socket.gethostname())
    lock.truncate(0)
    # Past the buffer, which would try again when the file is closed. On a full disk the lock holds all the
    # same, and what comes next says that there is no space.
    with suppress(OSError):
        os.write(lock.fileno(), json.dumps(asdict(holder)).encode())


def _told(workspace: Workspace, holder: Holder | None) -> str:
    if holder is None:
        return f"another load is running in {workspace.home}; wait for it to end, then try again"
    told = (
        f"another load is running in {workspace.home}: `{holder.doing}` by {holder.who} "
        f"(process {holder.pid} on {holder.host}, since {holder.since})"
    )
    if holder.host == socket.gethostname() and not _lives(holder.pid):
        return f"{told}; that process was killed, and a dbt that it started still runs: try again in a minute"
    return f"{told}; wait for it to end, then try again"


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
