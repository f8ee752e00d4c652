"""What the suites share: the demonstration, built once, and the rule that a skipped test is a failure."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.access import local_token
from orchestration.build import build
from orchestration.landing import land
from orchestration.publication import publish
from orchestration.server_process import ServerProcess
from orchestration.synthetic import generate
from orchestration.workspace import Workspace

DEMO_MONTHS = 24
DEMO_SEED = 1


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of the long forms, which run on demand."""
    parser.addoption("--fuzz", type=int, default=10, help="requests of each kind made from openapi.yaml")
    parser.addoption(
        "--access-pairs",
        type=int,
        default=500,
        help="(claims, query) pairs of tests/conformance/test_access_property.py",
    )
    parser.addoption("--access-seed", type=int, default=20250401, help="of what the pairs are drawn")
    parser.addoption("--all-faults", action="store_true", help="kill a load at 180 instants, not at ten")
    parser.addoption(
        "--change-sequences", type=int, default=1, help="drawn sequences of loads (test_changes.py)"
    )
    parser.addoption("--mutants", type=int, default=120, help="how many extracts are mutated")
    parser.addoption("--first-mutant", type=int, default=0, help="number of the first of them")


@pytest.fixture(scope="session")
def access_pairs(pytestconfig: pytest.Config) -> int:
    """How many (claims, query) pairs to try."""
    return int(pytestconfig.getoption("--access-pairs"))


@pytest.fixture(scope="session")
def demo_extracts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration's extracts, as a delivery folder; copy what you change."""
    folder = tmp_path_factory.mktemp("extracts")
    generate("demo", DEMO_MONTHS, DEMO_SEED, folder)
    return folder


@pytest.fixture(scope="session")
def demo_workspace(demo_extracts: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The demonstration, landed, built, tested and published. Read it; do not change it."""
    workspace = Workspace.from_environment(tmp_path_factory.mktemp("demo")).create()
    report = land(workspace, sorted(path for path in demo_extracts.iterdir() if path.suffix != ".ctl"))
    assert not report.refused, [item.message for item in report.refused]
    build(workspace, unit_tests=True)
    publish(workspace)
    return workspace


@pytest.fixture(scope="session")
def demo_address(demo_workspace: Workspace) -> Iterator[str]:
    """Address of the embedded server over the demonstration."""
    with ServerProcess(demo_workspace, port=0) as server:
        yield server.wait_until_ready()


@pytest.fixture(scope="session")
def demo_token(demo_workspace: Workspace) -> str:
    """A token the demonstration's server accepts."""
    return local_token(demo_workspace, "tests")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Fail a run in which a test was skipped: the tool that it lacked must be installed or named."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    if skipped and exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        reporter.write_line(f"{len(skipped)} skipped: a skipped test is a failure here", red=True)
