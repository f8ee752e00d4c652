"""A published installation, and one killed with its second load built: a build each."""

import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.landing import LoadVerdict
from orchestration.loads import run_load
from orchestration.synthetic import generate
from orchestration.workspace import Workspace

from .cases import clone, give_first, give_second

KILLED = -9


@pytest.fixture(scope="session")
def deliveries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """December 2024 with its closing period, and January 2025, in the demonstration's size."""
    folder = tmp_path_factory.mktemp("deliveries")
    generate("demo", 2, 1, folder, end="2025-01")
    return folder


@pytest.fixture(scope="session")
def first(deliveries: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """One load, published. Read it; clone what you change."""
    workspace = Workspace(tmp_path_factory.mktemp("first")).create()
    give_first(workspace, deliveries)
    report = run_load(workspace)
    assert report.verdict is LoadVerdict.PUBLISHED, report.message
    return workspace


@pytest.fixture(scope="session")
def built(first: Workspace, deliveries: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The second load, killed after its build and before its publication. Clone it."""
    workspace = clone(first.home, tmp_path_factory.mktemp("built") / "home")
    give_second(workspace, deliveries)
    assert run_victim(workspace.home, "--late", "--kill-before", "Pubblicazione") == KILLED
    return workspace


@pytest.fixture(scope="session")
def second(built: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The second load, carried on and published. Read it; clone what you change."""
    workspace = clone(built.home, tmp_path_factory.mktemp("second") / "home")
    report = run_load(workspace)
    assert report.verdict is LoadVerdict.PUBLISHED, report.message
    return workspace


def run_victim(home: Path, *options: str) -> int:
    """Run a real load in a process of its own; return how it ended (-9: killed)."""
    command = [sys.executable, "-m", "tests.loads.victim", str(home), *options]
    return subprocess.run(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
    ).returncode
