"""Runs the application with uvicorn, until it is told to stop."""

import gc
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import uvicorn

from semantic.server.addresses import is_loopback
from semantic.server.app import create_app
from semantic.server.draining import Gate
from semantic.server.settings import AuthSettings, ServerSettings

__all__ = ["serve"]

# How long requests in flight are waited for, and how long what is still there after that.
_GRACE_SECONDS = 30
_LAST_SECONDS = 1
_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class _Uvicorn(uvicorn.Server):
    """A uvicorn server that says when it listens, and answers what is in flight before it stops."""

    def __init__(
        self, config: uvicorn.Config, on_ready: Callable[[str], None], gate: Gate, drain_seconds: float
    ) -> None:
        super().__init__(config)
        self._on_ready = on_ready
        self._gate = gate
        self._drain_seconds = drain_seconds

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then tell the address."""
        await super().startup(sockets)
        if self.started and sockets:
            host, port = sockets[0].getsockname()[:2]
            shown = f"[{host}]" if ":" in host else host
            self._on_ready(f"http://{shown}:{port}")

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Let no more requests in; told twice, stop at once."""
        self.should_exit = self._gate.is_closed
        self._gate.close()

    async def on_tick(self, counter: int) -> bool:
        """Exit when the requests in flight are answered, or after a while whatever they do."""
        if self._gate.is_closed:
            closed = self._gate.closed_seconds
            is_idle = not self._gate.in_flight and closed >= self._drain_seconds
            self.should_exit = self.should_exit or is_idle or closed >= _GRACE_SECONDS + self._drain_seconds
        return await super().on_tick(counter)


def serve(
    model_dir: Path,
    published: Path,
    auth: AuthSettings,
    *,
    host: str = "127.0.0.1",
    port: int = 4000,
    settings: ServerSettings | None = None,
    on_ready: Callable[[str], None] = lambda address: None,
) -> None:
    """Serve until SIGTERM or SIGINT; then let the requests in flight finish, and return.

    Args:
        model_dir: the folder of the data model.
        published: the folder with `current.json`.
        auth: whom to answer.
        host: the address to listen on.
        port: the port; 0: a free one.
        settings: limits; None: the defaults.
        on_ready: called with the server's address when it listens.

    Raises:
        ModelError: the model cannot be served.
        ValueError: anonymous access was asked for on an address that others reach.
        OSError: the port is taken.
    """
    if auth.anonymous and not is_loopback(host):
        raise ValueError(f"anonymous access is for development, on this machine: not on {host}")
    # The model stays to the end: the collector need not walk it while it is read, nor again and again after.
    gc.disable()
    try:
        app = create_app(model_dir, published, auth, settings)
        gc.freeze()
    finally:
        gc.enable()
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_LAST_SECONDS,
    )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family, backlog=config.backlog) as listening:
        # Connections inherit it. Without it small answers wait 40 ms for a delayed acknowledgement.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        drain_seconds = (settings or ServerSettings()).drain_seconds
        with _quiet_signals():
            _Uvicorn(config, on_ready, app.state.gate, drain_seconds).run([listening])


@contextmanager
def _quiet_signals() -> Iterator[None]:
    """Make the stop signals harmless once the server is done: uvicorn then raises them once more."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ignore(_: int, __: FrameType | None) -> None:
        """Do nothing: the server has stopped already."""

    former = {number: signal.signal(number, ignore) for number in _STOP_SIGNALS}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
