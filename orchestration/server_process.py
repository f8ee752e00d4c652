"""The embedded server in a process of its own: started, waited for, ended."""

import subprocess
import sys
from types import TracebackType
from typing import Self

from orchestration.workspace import Workspace

__all__ = ["ServerDied", "ServerProcess"]

_READY = "listening on "
_PATIENCE_SECONDS = 10


class ServerDied(RuntimeError):
    """The server ended before it was ready; the message is what it said."""


class ServerProcess:
    """A `cruscotto serve` on loopback, ended when the block is left.

    >>> with ServerProcess(workspace, port=0) as server:  # doctest: +SKIP
    ...     address = server.wait_until_ready()
    """

    def __init__(self, workspace: Workspace, port: int) -> None:
        """Keep what to serve; nothing starts yet. Port 0 takes any free one."""
        self._command = [sys.executable, "-m", "orchestration.cli", "serve"]
        self._command += ["--home", str(workspace.home), "--port", str(port)]
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        """Start the process."""
        self._process = subprocess.Popen(self._command, stdout=subprocess.PIPE, text=True, encoding="utf-8")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Ask the process to end, and end it if it does not."""
        process = self._running()
        process.terminate()
        try:
            process.wait(_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()

    def wait_until_ready(self) -> str:
        """Return the server's address once it answers.

        Raises:
            ServerDied: it ended first.
        """
        process = self._running()
        for line in process.stdout or ():
            if line.startswith(_READY):
                return line.removeprefix(_READY).strip()
        raise ServerDied(f"the server ended with status {process.wait()} before it was ready")

    def wait(self) -> None:
        """Wait for the server to end."""
        self._running().wait()

    def _running(self) -> "subprocess.Popen[str]":
        if self._process is None:
            raise ServerDied("the server was not started: use it as a context manager")
        return self._process
