"""dbt, in a process that ends with the one that started it.

    parse, as the arguments of this process say ──► wait to be told ──► run that, on what was parsed

It is told over a socket, which is its standard input: one line, a JSON list of arguments, and with it the
descriptor of the workspace's lock, so that nobody builds beside a dbt whose parent was killed. The parent
keeps the other end open for as long as it lives. When it is killed the system closes that end, and dbt must
not go on writing into a build that somebody else may begin.
"""

import gc
import json
import os
import queue
import socket
import sys
import threading

from dbt.cli.main import dbtRunner

__all__ = ["main"]

_TERMINATED = 143
_FAILED = 2
_PIECE = 65536

Told = queue.SimpleQueue[list[str]]


def main() -> None:
    """Parse with the arguments of this process, then run what comes."""
    told: Told = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(told,), daemon=True).start()
    parsed = dbtRunner().invoke(sys.argv[1:])
    if not parsed.success:
        print(parsed.exception or "the project cannot be parsed", flush=True)
        sys.exit(_FAILED)
    # What was parsed stays to the end: the collector need not walk it again and again.
    gc.collect()
    gc.freeze()
    ran = dbtRunner(manifest=parsed.result).invoke(told.get())  # type: ignore[arg-type]
    if ran.exception is not None:
        print(ran.exception, flush=True)
    sys.exit(0 if ran.success else _FAILED if ran.exception is not None else 1)


def _listen(told: Told) -> None:
    """Hand on the line that comes, and end the process when the parent does."""
    with socket.socket(fileno=os.dup(sys.stdin.fileno())) as parent:
        line, descriptors, *_ = socket.recv_fds(parent, _PIECE, 1)
        while line and not line.endswith(b"\n"):
            line += (piece := parent.recv(_PIECE))
            if not piece:
                break
        if line.endswith(b"\n"):
            told.put(json.loads(line))
        while line and parent.recv(_PIECE):
            continue
        # Held to the end: the lock is let go when the process is gone.
        del descriptors
    os._exit(_TERMINATED)


if __name__ == "__main__":
    main()
