"""The units that are supplied: systemd itself verifies them, and says how exposed their services are."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

import orchestration
from orchestration.cli.application import cruscotto

UNITS = Path(orchestration.__file__).with_name("systemd")
SERVICES = sorted(path.name for path in UNITS.glob("*.service"))
EXPOSED = 3.0
"""Of ten; systemd calls what is below 4 medium or better."""
HARDENING = {
    "NoNewPrivileges=true",
    "ProtectSystem=strict",
    "ProtectHome=true",
    "PrivateTmp=true",
    "CapabilityBoundingSet=",
    "StateDirectory=cruscotto",
    "UMask=0027",
}


def directives(name: str) -> list[str]:
    lines = (UNITS / name).read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith(("#", "["))]


@pytest.mark.parametrize("name", SERVICES)
def test_services_are_hardened_and_run_real_commands(name: str) -> None:
    """Each option that a unit gives is one that the command has."""
    found = directives(name)
    assert set(found) >= HARDENING
    (command,) = [line.partition("=")[2].split() for line in found if line.startswith("ExecStart=")]
    assert command[0] == "/opt/cruscotto/bin/cruscotto"
    verb = cruscotto.get_command(click.Context(cruscotto), command[1])
    assert verb is not None
    options = {option for parameter in verb.params for option in parameter.opts}
    assert {word for word in command if word.startswith("--")} <= options


def test_a_refused_load_does_not_start_itself_again() -> None:
    """Its files stay in the folder: the path unit must wait for a change."""
    (watched,) = [line for line in directives("cruscotto-load.path") if "landing" in line]
    assert watched == "PathChanged=/var/lib/cruscotto/landing"


def test_systemd_finds_nothing_wrong(tmp_path: Path) -> None:
    """`systemd-analyze verify`, with a program that is there; where there is no systemd, the form alone."""
    for path in UNITS.iterdir():
        text = path.read_text("utf-8").replace("/opt/cruscotto/bin/cruscotto", sys.executable)
        (tmp_path / path.name).write_text(text, "utf-8")
        assert all("=" in line for line in directives(path.name)), path.name
    if shutil.which("systemd-analyze") is None:
        return
    names = sorted(path.name for path in tmp_path.iterdir())
    verified = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *names],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env={"SYSTEMD_UNIT_PATH": f"{tmp_path}:", "PATH": "/usr/bin:/bin"},
    )
    assert (verified.returncode, verified.stderr) == (0, "")
    for name in SERVICES:
        command = [
            "systemd-analyze",
            "security",
            "--offline=true",
            "--json=short",
            f"--threshold={EXPOSED * 10:.0f}",
        ]
        judged = subprocess.run([*command, str(tmp_path / name)], capture_output=True, text=True, check=False)
        assert judged.returncode == 0, [item for item in json.loads(judged.stdout) if item["set"] is False]
