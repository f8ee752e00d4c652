"""A load that is killed, at any instant: the former publication is served, and the next load mends the rest.

In the pipeline a few instants drawn with a fixed seed; `make faults` draws two hundred.
"""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from orchestration.landing import LoadVerdict, UnfinishedLoad, land
from orchestration.loads import NothingToDo, publish_by_hand, run_load, undo_interrupted
from orchestration.workspace import Workspace

from .cases import assert_sound, clone, give_second, seen, served
from .conftest import KILLED, run_victim

SEED = 20250401
IN_THE_PIPELINE = (4, 2)
"""While landing, and while publishing."""


def _points(request: pytest.FixtureRequest) -> tuple[int, int]:
    return (120, 60) if request.config.getoption("--all-faults") else IN_THE_PIPELINE


@pytest.fixture(scope="module")
def waiting(first: Workspace, deliveries: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The second load's files, dropped."""
    workspace = clone(first.home, tmp_path_factory.mktemp("waiting") / "home")
    give_second(workspace, deliveries)
    return workspace


def test_killed_while_landing(waiting: Workspace, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Undone: rows, files and publication are as if nothing had begun."""
    before, version = seen(waiting), served(waiting)
    counted = clone(waiting.home, tmp_path / "counted")
    log = tmp_path / "events"
    # Killed where the build begins, so that only the landing is counted.
    assert run_victim(counted.home, "--late", "--log", str(log), "--kill-before", "Costruzione") == KILLED
    events = log.read_text("utf-8").splitlines()
    assert len(events) > 100
    draw = random.Random(SEED)
    for point in sorted(draw.sample(range(1, len(events) + 1), _points(request)[0])):
        workspace = clone(waiting.home, tmp_path / f"at-{point}")
        where = f"killed at {point}: {events[point - 1]}"
        assert run_victim(workspace.home, "--late", "--kill-at", str(point)) == KILLED, where
        assert seen(workspace)._replace(raw={}) == before._replace(raw={}), where
        assert served(workspace) == version, where
        _undone(workspace)
        assert seen(workspace) == before, where
        assert_sound(workspace)


def _undone(workspace: Workspace) -> None:
    """Nothing is landed over a half load, and undoing it closes its record."""
    try:
        report = undo_interrupted(workspace)
    except NothingToDo:
        # Killed before it had told of itself.
        return
    assert report.verdict is LoadVerdict.INTERRUPTED
    assert "put back" in report.message or "undone" in report.message


def test_killed_while_publishing(
    built: Workspace, first: Workspace, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Until the pointer moves the former publication is served, then the new one; the next load ends it."""
    before, version = seen(first), served(first)
    log = tmp_path / "events"
    counted = clone(built.home, tmp_path / "counted")
    assert run_victim(counted.home, "--log", str(log)) == 0
    events = log.read_text("utf-8").splitlines()
    draw = random.Random(SEED)
    outcomes = set()
    moved = max(number for number, event in enumerate(events, 1) if event.endswith(".current.json.part"))
    count = _points(request)[1]
    # Some before the pointer moves, some after, however many operations there are on either side.
    sides = (range(1, moved + 1), range(moved + 1, len(events) + 1))
    for point in sorted(point for side in sides for point in draw.sample(side, min(count // 2, len(side)))):
        workspace = clone(built.home, tmp_path / f"at-{point}")
        where = f"killed at {point}: {events[point - 1]}"
        assert run_victim(workspace.home, "--kill-at", str(point)) == KILLED, where
        now = seen(workspace)
        if now.pointer == before.pointer:
            assert before.published.items() <= now.published.items(), where
            assert served(workspace) == version, where
        else:
            assert served(workspace) > version, where
        outcomes.add(now.pointer == before.pointer)
        report = run_load(workspace)
        assert report.verdict in (LoadVerdict.PUBLISHED, LoadVerdict.UNCHANGED), where
        assert served(workspace) > version and not list(workspace.landing.iterdir()), where
        assert_sound(workspace)
    assert outcomes == {True, False}


def test_steps_by_hand_wait_for_the_next_load(built: Workspace, tmp_path: Path) -> None:
    workspace = clone(built.home, tmp_path / "home")
    with pytest.raises(UnfinishedLoad, match=r"load \d{8}T\d{6}Z-\d\d was interrupted: carry it on with"):
        land(workspace)


def test_a_built_load_can_be_undone_instead(built: Workspace, first: Workspace, tmp_path: Path) -> None:
    """The build goes with it: nothing can publish rows that do not count."""
    workspace = clone(built.home, tmp_path / "home")
    waiting = seen(workspace).landing
    undo_interrupted(workspace)
    now, before = seen(workspace), seen(first)
    assert (now.pointer, now.published, now.raw) == (before.pointer, before.published, before.raw)
    assert now.landing == waiting and len(waiting) == 8
    assert_sound(workspace)
    with pytest.raises(Exception, match="run `cruscotto build` first"):
        publish_by_hand(workspace)
    assert_sound(workspace)


@pytest.mark.parametrize("seconds", [1.5, 3.0])
def test_terminated(waiting: Workspace, seconds: float, tmp_path: Path) -> None:
    """SIGTERM ends a load in order: it is put back, or left to be carried on, by itself."""
    workspace = clone(waiting.home, tmp_path / "home")
    before, version = seen(workspace), served(workspace)
    command = [sys.executable, "-m", "orchestration.cli", "load", "--late", "--home", str(workspace.home)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        time.sleep(seconds)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    assert process.returncode in (143, -signal.SIGTERM)
    assert served(workspace) == version
    _undone(workspace)
    assert seen(workspace) == before
    assert_sound(workspace)
