"""A dbt that parses the project while other work is done, and then runs what it is told to."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from types import TracebackType

from orchestration.lock import Held

__all__ = ["DbtAhead"]

_ENDS_WITHIN = 30.0


class DbtAhead:
    """A process of dbt's own; it parses from the moment it is made, and ends with the block at the latest.

    Args:
        parsing: dbt's arguments to parse the project with.
        environment: of the process, for the parse and for the run.
    """

    def __init__(self, parsing: Sequence[str], environment: Mapping[str, str]) -> None:
        self.parsing, self.environment = list(parsing), dict(environment)
        self._ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "orchestration.dbt_process", *parsing],
                env=self.environment,
                stdin=theirs.fileno(),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                encoding="utf-8",
            )

    def __enter__(self) -> "DbtAhead":
        """Return it."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the process, if it has not ended by itself."""
        self._ours.close()
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._process.terminate()
        try:
            self._process.wait(_ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    @property
    def exit_status(self) -> int | None:
        """How the process ended; None while it parses, waits or runs."""
        return self._process.poll()

    @contextmanager
    def running(self, arguments: Sequence[str], held: Held | None) -> Iterator[Iterator[str]]:
        """Run dbt on what was parsed; yield the lines that it says, from the parse on.

        Args:
            arguments: dbt's, with the verb.
            held: the lock, which dbt holds too from here on.
        """
        line = f"{json.dumps(list(arguments))}\n".encode()
        # A project that cannot be parsed ended it already: its lines say why.
        with suppress(BrokenPipeError, ConnectionResetError):
            socket.send_fds(self._ours, [line], [held.descriptor] if held else [])
        yield iter(self._process.stdout or ())
        self._process.wait()
