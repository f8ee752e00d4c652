"""dbt killed in the midst of a build, with the load or alone: publication and files stay as they were.

In the pipeline one instant of each; `make faults` draws ten.
"""

import random
import time
from pathlib import Path

import pytest

from orchestration.landing import LoadVerdict, Register
from orchestration.loads import find_load, undo_interrupted
from orchestration.lock import WorkspaceBusy
from orchestration.workspace import Workspace

from .cases import assert_sound, clone, give_second, seen, served
from .conftest import KILLED, run_victim

SEED = 20250401
DBT_ENDS_WITHIN = 60.0
"""Seconds in which a dbt without its parent must have ended: it ends its node first."""


@pytest.fixture
def instants(request: pytest.FixtureRequest, built: Workspace) -> list[float]:
    """Seconds after the start of a build, drawn over as long as one takes."""
    (*_, last) = Register(built.loads).reports()
    assert last.build is not None
    count = 10 if request.config.getoption("--all-faults") else 1
    draw = random.Random(SEED)
    # Short of the end: a build beside less other work than that one is over sooner.
    return [draw.uniform(0.1, 0.5 * last.build.seconds) for _ in range(count)]


@pytest.fixture(scope="module")
def waiting(first: Workspace, deliveries: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The second load's files, dropped."""
    workspace = clone(first.home, tmp_path_factory.mktemp("waiting") / "home")
    give_second(workspace, deliveries)
    return workspace


def test_a_load_killed_while_it_builds(waiting: Workspace, instants: list[float], tmp_path: Path) -> None:
    """Its dbt ends too, and lets go of the workspace; undone, all is as if nothing had begun."""
    before, version = seen(waiting), served(waiting)
    for seconds in instants:
        workspace = clone(waiting.home, tmp_path / f"after-{seconds:.2f}")
        assert run_victim(workspace.home, "--late", "--kill-building", f"{seconds}") == KILLED, seconds
        assert served(workspace) == version, seconds
        assert _undone(workspace) is LoadVerdict.INTERRUPTED, seconds
        assert seen(workspace) == before, seconds
        assert_sound(workspace)


def test_a_dbt_that_is_killed_fails_the_load(
    waiting: Workspace, instants: list[float], tmp_path: Path
) -> None:
    """The load says so and puts everything back by itself."""
    before, version = seen(waiting), served(waiting)
    for seconds in instants:
        workspace = clone(waiting.home, tmp_path / f"after-{seconds:.2f}")
        run_victim(workspace.home, "--late", "--kill-building", f"{seconds}", "--dbt")
        if (load := find_load(workspace, "last")).verdict is LoadVerdict.RUNNING:
            # dbt could not say what it had done: the next load carries this one on, or it is undone.
            assert _undone(workspace) is LoadVerdict.INTERRUPTED, seconds
        else:
            assert load.verdict is LoadVerdict.FAILED, (seconds, load.message)
        assert served(workspace) == version, seconds
        assert seen(workspace) == before, seconds
        assert_sound(workspace)


def _undone(workspace: Workspace) -> LoadVerdict:
    until = time.monotonic() + DBT_ENDS_WITHIN
    while True:
        try:
            return undo_interrupted(workspace).verdict
        except WorkspaceBusy:
            assert time.monotonic() < until, "dbt outlived its parent"
            time.sleep(0.2)
