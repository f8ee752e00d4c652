"""Runs `dbt build` on the workspace's build database, in a process of its own, and reports what it did.

BuildError            the build could not start
└── BuildFailed       models or tests failed; `.report` says which
"""

import json
import os
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from orchestration.broken_rules import broken_rules
from orchestration.build_base import Base, scope_of
from orchestration.dbt_ahead import DbtAhead
from orchestration.lock import Held
from orchestration.paths import warehouse_dir
from orchestration.test_results import record_results
from orchestration.workspace import Workspace

__all__ = [
    "BuildError",
    "BuildFailed",
    "BuildReport",
    "Failure",
    "build",
    "build_database",
    "dbt_ahead",
    "manifest_path",
    "parse",
]

Progress = Callable[[str, int, int], None]
"""Called with a node's name, how many nodes are done and how many there are."""

_FAILED = ("error", "fail", "runtime error")
_STORAGE = "v1.3.0"


class BuildError(Exception):
    """The build could not run."""


class BuildFailed(BuildError):
    """Models or tests failed; nothing of this build may be published."""

    def __init__(self, report: "BuildReport") -> None:
        """Keep the report; the message lists every failure."""
        lines = [f"{item.name} ({item.file}): {item.message}" for item in report.failures]
        super().__init__("\n".join([f"{len(lines)} of {report.nodes} nodes failed:", *lines]))
        self.report = report


@dataclass(frozen=True)
class Failure:
    """A model or test that failed, with the file that defines it."""

    name: str
    file: str
    message: str


@dataclass(frozen=True)
class BuildReport:
    """What one `dbt build` did.

    Attributes:
        nodes: how many nodes it ran.
        failures: models and tests that failed.
        warnings: likewise.
        seconds: the time dbt itself measured.
        invocation: dbt's invocation id.
        statuses: how many nodes ended how.
        scope: what was computed: `everything`, and why, or the months that were touched.
    """

    nodes: int
    failures: tuple[Failure, ...]
    warnings: tuple[Failure, ...]
    seconds: float
    invocation: str = ""
    statuses: Mapping[str, int] = field(default_factory=dict)
    scope: str = ""


def build_database(workspace: Workspace) -> Path:
    """Return the path of the build database."""
    return workspace.warehouse / "cruscotto.duckdb"


def manifest_path(workspace: Workspace) -> Path:
    """Return dbt's manifest of the last build."""
    return workspace.warehouse / "target" / "manifest.json"


def build(
    workspace: Workspace,
    *,
    select: str | None = None,
    full: bool = False,
    data_tests: bool = True,
    unit_tests: bool = False,
    progress: Progress | None = None,
    project: Path | None = None,
    held: Held | None = None,
    ahead: DbtAhead | None = None,
) -> BuildReport:
    """Build and test the warehouse from the landed rows.

    Where the build database is that of a build that ended well, by the same definitions, only what the rows
    touch that changed since is computed again; the result is the same (docs/loads.md).

    Args:
        workspace: whose `raw` folder is read and whose build database is written.
        select: dbt's node selection, for a part of the project; it is computed in full.
        full: compute everything, whatever changed; unit tests ask for it too.
        data_tests: run the data tests. Without them nothing is known of what was built; it is for tests.
        unit_tests: also run dbt's unit tests. They feed models rows written by hand and see nothing of what
            was loaded: they belong to a change of the models, not to each load. All data tests always run,
            the hand-worked examples of the definitions among them.
        progress: called after each node.
        project: the dbt project; the one that comes with this software when not given.
        held: the lock, when the caller has it: dbt holds it too, so that nobody builds beside a dbt whose
            parent was killed.
        ahead: a dbt that parses the project already (`dbt_ahead`); another is started when it parsed
            something else, and when not given.

    Raises:
        BuildError: dbt could not start (the message is dbt's own).
        BuildFailed: a model or a test failed.
    """
    results = workspace.warehouse / "target" / "run_results.json"
    results.unlink(missing_ok=True)
    base = Base(build_database(workspace))
    is_known = base.take()
    is_whole = select is None and project is None
    of_changes = is_known and is_whole and not (full or unit_tests)
    # The definitions are those of the former build, and so are the reference tables.
    wanted = {"seed": not of_changes, "test": data_tests, "unit_test": unit_tests}
    left_out = [name for name, is_wanted in wanted.items() if not is_wanted]
    _ensure_database(build_database(workspace))
    environment = _environment(workspace, of_changes=of_changes)
    said: list[str] = []
    with _dbt_of(workspace, project or warehouse_dir(), environment, ahead) as dbt:
        command = _build_command(workspace, select, left_out, project or warehouse_dir())
        with dbt.running(command, held) as lines:
            for event in _events(lines, said):
                _report_progress(event, progress)
    if not results.is_file():
        raise BuildError("dbt did not build anything:\n" + "\n".join(said[-20:]))
    try:
        record_results(build_database(workspace), manifest_path(workspace), results)
        report = _read_results(results, manifest_path(workspace), build_database(workspace))
    except ValueError as error:
        # A full disk cuts dbt's own files short.
        raise BuildError(f"dbt's results are cut short ({error}): is the disk full?") from None
    if report.failures:
        raise BuildFailed(report)
    if is_whole:
        base.leave()
    return report


def dbt_ahead(workspace: Workspace) -> DbtAhead:
    """Start the dbt of the next whole build: it parses the project beside other work, and waits for it."""
    of_changes = Base(build_database(workspace)).is_there()
    environment = _environment(workspace, of_changes=of_changes)
    return DbtAhead(_arguments(workspace, "parse", warehouse_dir()), environment)


def parse(workspace: Workspace) -> None:
    """Let dbt write its manifest, and build nothing."""
    with dbt_ahead(workspace) as dbt, dbt.running(dbt.parsing, None) as lines:
        # Nobody reads them: a build says what is wrong with the project.
        deque(lines, maxlen=0)


@contextmanager
def _dbt_of(
    workspace: Workspace, project: Path, environment: Mapping[str, str], ahead: DbtAhead | None
) -> Iterator[DbtAhead]:
    """Yield the dbt that parsed ahead if it parsed this, else another one."""
    parsing = _arguments(workspace, "parse", project)
    if ahead is not None and ahead.parsing == parsing and ahead.environment == environment:
        yield ahead
        return
    with DbtAhead(parsing, environment) as dbt:
        yield dbt


def _ensure_database(database: Path) -> None:
    """Make an empty build database: in this version's storage its texts take a third less time to write.

    The published file keeps the storage that older readers know.
    """
    if not database.exists():
        with duckdb.connect() as connection:
            name = str(database).replace("'", "''")
            connection.execute(f"attach '{name}' as made (storage_version '{_STORAGE}')")


def _build_command(
    workspace: Workspace, select: str | None, left_out: Sequence[str], project: Path
) -> list[str]:
    command = _arguments(workspace, "build", project)
    for kind in left_out:
        command += ["--exclude-resource-type", kind]
    return command + (["--select", select] if select else [])


def _arguments(workspace: Workspace, verb: str, project: Path) -> list[str]:
    # The file says no more than what is read here: every statement is in the target folder, once.
    command = ["--log-format", "json", "--log-level", "info", "--log-level-file", "info"]
    command += ["--log-path", str(workspace.warehouse / "logs"), verb]
    command += ["--project-dir", str(project), "--profiles-dir", str(project)]
    return [*command, "--target-path", str(workspace.warehouse / "target")]


def _environment(workspace: Workspace, *, of_changes: bool = False) -> dict[str, str]:
    return os.environ | {
        "CRUSCOTTO_RAW": str(workspace.raw),
        "CRUSCOTTO_BUILD_DATABASE": str(build_database(workspace)),
        "CRUSCOTTO_BUILD_OF_CHANGES": str(int(of_changes)),
        "CRUSCOTTO_THREADS": str(os.cpu_count() or 1),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DBT_VERSION_CHECK": "false",
        "PYTHONWARNINGS": "ignore",
    }


def _events(lines: Iterable[str], said: list[str]) -> Iterator[dict[str, Any]]:
    for line in lines:
        try:
            event = json.loads(line)
            said.append(str(event["info"]["msg"]))
            yield event
        except (json.JSONDecodeError, KeyError, TypeError):
            said.append(line.rstrip())


def _report_progress(event: dict[str, Any], progress: Progress | None) -> None:
    data = event.get("data", {})
    if progress and event["info"]["name"].startswith("Log") and "total" in data and "execution_time" in data:
        progress(data["node_info"]["node_name"], int(data["index"]), int(data["total"]))


def _read_results(results: Path, manifest: Path, database: Path) -> BuildReport:
    outcome = json.loads(results.read_text(encoding="utf-8"))
    known = json.loads(manifest.read_text(encoding="utf-8"))
    nodes = known["nodes"] | known["unit_tests"]

    def found(statuses: tuple[str, ...]) -> tuple[Failure, ...]:
        return tuple(
            Failure(
                name=nodes[item["unique_id"]]["name"],
                file=nodes[item["unique_id"]]["original_file_path"],
                message=" ".join(
                    [*(item["message"] or "").split(), broken_rules(nodes[item["unique_id"]], item, database)]
                ).rstrip(),
            )
            for item in outcome["results"]
            if item["status"] in statuses
        )

    return BuildReport(
        nodes=len(outcome["results"]),
        failures=found(_FAILED),
        warnings=found(("warn",)),
        seconds=float(outcome["elapsed_time"]),
        invocation=str(outcome["metadata"]["invocation_id"]),
        statuses=Counter(str(item["status"]) for item in outcome["results"]),
        scope=scope_of(database),
    )
