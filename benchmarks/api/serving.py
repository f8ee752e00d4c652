"""The embedded server in a process of its own, with or without roll-ups, and a client for it.

Example:
    python -m benchmarks.api.serving HOME --without-rollups
"""

import argparse
import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from orchestration.access import api_secret, local_token
from orchestration.paths import semantic_model_dir
from orchestration.workspace import Workspace
from semantic.server import AuthSettings, ServerSettings, serve

__all__ = ["Client", "Served", "served"]

_LOAD = "/cubejs-api/v1/load"
_READY = "listening on "


class Client:
    """One keep-alive connection to a server that speaks Cube's protocol.

    Args:
        host: of the server.
        port: of the server.
        token: for it.
    """

    def __init__(self, host: str, port: int, token: str) -> None:
        self._connection = http.client.HTTPConnection(host, port, timeout=120)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def ask(self, query: Any, *, fresh: bool = True) -> bytes:
        """Return the body of the answer to a query; again as long as the server says to wait.

        Raises:
            RuntimeError: the server refused.
        """
        body = json.dumps({"query": query} | ({"cache": "no-cache"} if fresh else {})).encode()
        while True:
            try:
                status, answer = self._sent(body)
            except (BrokenPipeError, ConnectionResetError, http.client.RemoteDisconnected):
                # A server hangs up on a connection that was idle for some seconds.
                self._connection.close()
                status, answer = self._sent(body)
            if status != 200:
                raise RuntimeError(f"{status}: {answer[:500]!r}")
            if not answer.startswith(b'{"error":"Continue wait"'):
                return answer

    def _sent(self, body: bytes) -> tuple[int, bytes]:
        self._connection.request("POST", _LOAD, body, self._headers)
        response = self._connection.getresponse()
        return response.status, response.read()

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


class Served:
    """A running server: its address, a token, and the process behind it."""

    def __init__(self, workspace: Workspace, process: "subprocess.Popen[str]", address: str) -> None:
        host, _, port = address.removeprefix("http://").rpartition(":")
        self.host, self.port = host, int(port)
        self.token = local_token(workspace, "benchmarks")
        self._process = process

    def client(self) -> Client:
        """Open a connection."""
        return Client(self.host, self.port, self.token)

    def processor_seconds(self) -> float:
        """Return what the process has worked so far, on all processors."""
        fields = (
            Path(f"/proc/{self._process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        )
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def megabytes(self) -> dict[str, float]:
        """Return the resident memory now, and its peak."""
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii")
        found = dict(line.split(":", 1) for line in status.splitlines())
        kilobytes = {"resident": found["VmRSS"], "peak": found["VmHWM"]}
        return {name: round(int(text.split()[0]) / 1024, 1) for name, text in kilobytes.items()}


@contextmanager
def served(workspace: Workspace, *, uses_rollups: bool = True) -> Iterator[Served]:
    """Run a server over a workspace for as long as the context lasts.

    Raises:
        RuntimeError: it ended before it listened.
    """
    command = [sys.executable, "-m", "benchmarks.api.serving", str(workspace.home)]
    command += [] if uses_rollups else ["--without-rollups"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            line = process.stdout.readline() if process.stdout else ""
            if not line.startswith(_READY):
                raise RuntimeError("the server ended before it was ready")
            yield Served(workspace, process, line.removeprefix(_READY).strip())
        finally:
            process.terminate()


def first_answer_seconds(workspace: Workspace, query: Any) -> tuple[float, dict[str, float]]:
    """Start the server as its users do, and return the seconds to its first answer, and its memory then."""
    started = time.perf_counter()
    command = [
        sys.executable,
        "-m",
        "orchestration.cli",
        "serve",
        "--home",
        str(workspace.home),
        "--port",
        "0",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            line = process.stdout.readline() if process.stdout else ""
            server = Served(workspace, process, line.removeprefix(_READY).strip())
            client = server.client()
            client.ask(query)
            seconds = time.perf_counter() - started
            client.close()
            return seconds, server.megabytes()
        finally:
            process.terminate()


def main() -> None:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--without-rollups", action="store_true")
    asked = parser.parse_args()
    workspace = Workspace(asked.home)
    serve(
        semantic_model_dir(),
        workspace.published,
        AuthSettings(secrets=(api_secret(workspace),)),
        port=0,
        settings=ServerSettings(uses_rollups=not asked.without_rollups),
        on_ready=lambda address: print(f"{_READY}{address}", flush=True),
    )


if __name__ == "__main__":
    main()
