"""What there is to look at: the load's record, the register, dbt's results, the build, the former file."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.build import build_database
from orchestration.contracts import Contract, load_contracts
from orchestration.landing import FileOutcome, LoadReport, LoadVerdict, Register
from orchestration.landing.sql import literal
from orchestration.workspace import Workspace

__all__ = ["Evidence", "NodeResult", "evidence", "month_before"]

_CLOSING_PERIOD = "13"


@dataclass(frozen=True)
class NodeResult:
    """How dbt says that one node ended.

    Attributes:
        name: of the model or test.
        kind: `model`, `test`, `seed`, …
        status: dbt's word (`success`, `pass`, `warn`, `fail`, `error`, `skipped`).
        failures: rows that a test found.
        query: the compiled SQL.
    """

    name: str
    kind: str
    status: str
    failures: int
    query: str


@dataclass(frozen=True)
class Evidence:
    """One load and its surroundings.

    Attributes:
        workspace: where it runs.
        load: its record.
        contracts: by id.
        delivered: the outcome of each loaded delivery, by contract and delivery, this load's among them.
        results: of this load's build; empty when it had none.
        database: what was built, to be read; None when nothing was.
        has_former: the former publication is attached as `former`.
    """

    workspace: Workspace
    load: LoadReport
    contracts: Mapping[str, Contract]
    delivered: Mapping[tuple[str, str], FileOutcome]
    results: tuple[NodeResult, ...]
    database: duckdb.DuckDBPyConnection | None
    has_former: bool

    @property
    def closing_month(self) -> str | None:
        """The latest month (`YYYYMM`) of any extract that is no master; period 13 closes no month."""
        return max((month for _, month in self._months()), default=None)

    @property
    def judged_months(self) -> list[int]:
        """The months to judge: the closing one, and those that this load corrected."""
        corrected = {
            int(file.delivery)
            for file in self.load.loaded
            if file.corrects and file.delivery and file.delivery.isdigit()
        }
        closing = {int(self.closing_month)} if self.closing_month else set()
        return sorted(closing | corrected)

    def unbuilt(self, *tables: str) -> str | None:
        """Return why none of these tables may be read (a sentence in Italian), or None when all may.

        A table whose model failed or was skipped is that of an earlier build, or is not there.
        """
        if self.database is None:
            return "Non valutabile: niente è stato costruito in questo carico."
        bad = {result.name for result in self.results if result.status in ("error", "fail", "skipped")}
        for table in tables:
            schema, name = table.split(".")
            present = self.database.execute(
                "select 1 from duckdb_tables() where schema_name = ? and table_name = ?"
                " and database_name = current_database()",
                [schema, name],
            ).fetchone()
            if present is None or name in bad:
                return f"Non valutabile: {table} non è stata costruita in questo carico."
        return None

    def query(self, statement: str, values: Mapping[str, object] | None = None) -> list[tuple[object, ...]]:
        """Return the rows of a query on the build database; `unbuilt` was asked before."""
        assert self.database is not None  # noqa: S101
        return self.database.execute(statement, dict(values or {})).fetchall()

    def _months(self) -> Iterator[tuple[str, str]]:
        for name, delivery in self.delivered:
            contract = self.contracts.get(name)
            if contract is None or contract.is_master or contract.files.placeholder == "plan":
                continue
            if not delivery.endswith(_CLOSING_PERIOD):
                yield name, delivery


@contextmanager
def evidence(workspace: Workspace, load: LoadReport) -> Iterator[Evidence]:
    """Open what there is of a load that ends, before anything of it is put back.

    Args:
        workspace: held by the caller.
        load: the load's record, with its verdict when it has one.
    """
    register = Register(workspace.loads)
    delivered = {key: outcomes[-1] for key, outcomes in register.loaded().items()}
    delivered |= {(file.contract or "", file.delivery or ""): file for file in load.loaded}
    is_built = load.build is not None or load.verdict is LoadVerdict.PUBLISHED
    path = build_database(workspace)
    if not is_built or not path.is_file():
        yield Evidence(workspace, load, load_contracts(), delivered, (), None, has_former=False)
        return
    former = _former(workspace, register, load)
    with duckdb.connect(
        str(path), read_only=True, config={"autoinstall_known_extensions": "false"}
    ) as database:
        if former is not None:
            database.execute(f"attach {literal(str(former))} as former (read_only)")
        results = tuple(_results(workspace, load))
        yield Evidence(workspace, load, load_contracts(), delivered, results, database, former is not None)


def month_before(month: int, months: int) -> int:
    """Return the month key so many months before another.

    >>> month_before(202501, 1), month_before(202501, 12)
    (202412, 202401)
    """
    number = (month // 100) * 12 + month % 100 - 1 - months
    return number // 12 * 100 + number % 12 + 1


def _former(workspace: Workspace, register: Register, load: LoadReport) -> Path | None:
    """Return the file of the publication before this load's, when there is one and it is kept."""
    files = [
        workspace.published / report.publication.file
        for report in register.effective()
        if report.publication is not None and report.back_to is None and report.load_id < load.load_id
    ]
    return files[-1] if files and files[-1].is_file() else None


def _results(workspace: Workspace, load: LoadReport) -> Iterator[NodeResult]:
    """Yield what dbt's results of this very load say of each node."""
    path = workspace.warehouse / "target" / "run_results.json"
    if load.build is None or not path.is_file():
        return
    content = json.loads(path.read_text(encoding="utf-8"))
    if content["metadata"]["invocation_id"] != load.build.invocation:
        return
    for item in content["results"]:
        kind, _, name = item["unique_id"].split(".")[:3]
        yield NodeResult(
            name, kind, str(item["status"]), int(item["failures"] or 0), item.get("compiled_code") or ""
        )
