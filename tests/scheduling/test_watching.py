"""The watch and the one-shot wait, as processes over a real landing folder; when a delivery is complete."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from orchestration.cli.application import cruscotto
from orchestration.lock import hold
from orchestration.scheduling import Quiet, Rhythm, Stopping, look, wait_for_delivery
from orchestration.workspace import Workspace

BROKEN = "MIS_MISURE_202502.jsonl"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """An empty installation whose dbt project was parsed before: a load that is refused builds nothing."""
    workspace = Workspace(tmp_path / "home").create()
    (workspace.warehouse / "target").mkdir()
    (workspace.warehouse / "target" / "partial_parse.msgpack").touch()
    return workspace


@contextmanager
def watching(workspace: Workspace, *options: str) -> Iterator[subprocess.Popen[str]]:
    """Run a watch that looks often; end it if the test has not."""
    command = [sys.executable, "-m", "orchestration.cli", "load", "--home", str(workspace.home)]
    command += ["--watch", "--quiet", "0.3", "--every", "0.1", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        try:
            yield running
        finally:
            if running.poll() is None:
                running.kill()


def give_broken(workspace: Workspace, content: str = "{") -> None:
    """Drop an extract with a control file that does not speak of it: it is refused in no time."""
    (workspace.landing / BROKEN).write_text(content, "utf-8")
    (workspace.landing / BROKEN).with_suffix(".ctl").write_text("file=another\n", "utf-8")


def test_a_watch_waits_loads_and_goes_on(workspace: Workspace) -> None:
    """Incomplete, complete, refused once, tried again when it changes, ended by SIGTERM with status 0."""
    (workspace.landing / BROKEN).write_text("{", "utf-8")
    (workspace.landing / ".hidden").write_text("", "utf-8")
    with watching(workspace, "--log-format", "json") as running:
        assert running.stderr is not None
        events = (json.loads(line) for line in running.stderr)

        def until(name: str) -> dict[str, object]:
            return next(event for event in events if event["event"] == name)

        assert until("watch.started")["load_id"] is None
        assert until("watch.incomplete")["lacking"] == [BROKEN]
        give_broken(workspace)
        assert until("watch.ready")["files"] == 2
        landed = until("file.landed")
        assert (landed["file"], landed["verdict"]) == (BROKEN, "refused")
        first = until("watch.loaded")
        assert first["verdict"] == "refused" and first["load_id"] == landed["load_id"]
        time.sleep(0.6)
        give_broken(workspace, "{}")
        second = until("watch.loaded")
        assert second["load_id"] > first["load_id"]
        running.send_signal(signal.SIGTERM)
        assert until("watch.ended")
        assert running.wait(10) == 0
    # What was refused is not tried again as it is: two loads, not six.
    assert len(list(workspace.loads.glob("*.json"))) == 2
    assert (workspace.metrics / "cruscotto.prom").exists()


def test_a_busy_workspace_and_ctrl_c(workspace: Workspace) -> None:
    """Another load is waited for; Ctrl-C between two looks ends the watch cleanly."""
    give_broken(workspace)
    with hold(workspace, "a test"), watching(workspace) as running:
        assert running.stdout is not None
        busy = next(line for line in running.stdout if "un altro carico" in line)
        assert busy[:4].isdigit() and "Z " in busy
        running.send_signal(signal.SIGINT)
        assert "fine dell'attesa" in running.communicate(timeout=10)[0].splitlines()[-1]
        assert running.returncode == 0


def test_a_one_shot_load_for_cron(workspace: Workspace) -> None:
    """What is not complete in time is loaded as it is, and refused (3); nothing at all is no fault."""
    command = [sys.executable, "-m", "orchestration.cli", "load", "--home", str(workspace.home)]
    command += ["--wait", "0.3", "--quiet", "0.1", "--every", "0.1"]
    nothing = subprocess.run(command, capture_output=True, text=True, check=False)
    assert nothing.returncode == 0 and "0 file" in nothing.stdout
    (workspace.landing / BROKEN).write_text("{", "utf-8")
    refused = subprocess.run([*command, "--log-format", "json"], capture_output=True, text=True, check=False)
    assert refused.returncode == 3 and refused.stdout == ""
    lines = [json.loads(line) for line in refused.stderr.splitlines()]
    assert [line["event"] for line in lines] == ["load.started", "file.landed", "load.ended"]
    assert len({line["load_id"] for line in lines}) == 1 and lines[-1]["verdict"] == "refused"
    with hold(workspace, "a test"):
        busy = subprocess.run(command, capture_output=True, text=True, check=False)
    assert busy.returncode == 5 and "another load is running" in busy.stderr
    assert CliRunner().invoke(cruscotto, [*command[3:], "--watch"]).exit_code == 2


def test_when_a_delivery_is_complete(workspace: Workspace) -> None:
    landing = workspace.landing
    assert not look(landing).is_complete
    for name in ("A_202501.csv", "A_202501.ctl", "B_202501.csv", "C_202501.ctl", ".D.csv", "E.csv.part"):
        (landing / name).write_text("", "utf-8")
    assert look(landing).lacking == ("B_202501.csv", "C_202501.ctl")
    (landing / "B_202501.ctl").write_text("", "utf-8")
    (landing / "C_202501.ctl").unlink()
    found = look(landing)
    assert found.is_complete and sorted(found.files) == [
        "A_202501.csv", "A_202501.ctl", "B_202501.csv", "B_202501.ctl",
    ]  # fmt: skip


def test_quiet_is_counted_from_the_last_change(workspace: Workspace) -> None:
    """Also a change that keeps size and time: another file under the name."""
    now = [100.0]
    quiet = Quiet(lambda: now[0])
    path = workspace.landing / "A_202501.csv"
    path.write_text("1", "utf-8")
    assert quiet.seconds(look(workspace.landing)) == 0
    now[0] = 130.0
    assert quiet.seconds(look(workspace.landing)) == 30
    path.write_text("12", "utf-8")
    assert quiet.seconds(look(workspace.landing)) == 0
    now[0] = 140.0
    assert quiet.seconds(look(workspace.landing)) == 10


def test_a_wait_ends_when_it_is_told_to(workspace: Workspace) -> None:
    stopping = Stopping()
    stopping.ask()
    began = time.monotonic()
    assert not wait_for_delivery(workspace, 60, stopping, Rhythm(1, 30)).files
    assert time.monotonic() - began < 5
