"""Bad input: every mutant of a valid extract is refused, quarantined, or proven harmless; none crashes.

Some in the pipeline, five thousand with `make fuzz-extracts`. A mutant that fails is drawn again by its
number: `pytest tests/landing/test_landing_mutants.py --mutants 1 --first-mutant 1234`.
"""

import json
import os
import shutil
from collections import Counter
from decimal import Decimal, InvalidOperation
from pathlib import Path

import duckdb
import pytest

from orchestration.contracts import Column, Contract, Table, load_contracts
from orchestration.landing import FileOutcome, Verdict, land
from orchestration.workspace import Workspace

from .deliveries import drop_production, production_rows
from .mutants import Mutant, drop_mutant, mutant, samples

SEED = 5


def test_mutants(masters: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """None changes what others loaded, none is lost without a word, none changes a covered number."""
    found, contracts = samples(), load_contracts()
    first, count = (int(request.config.getoption(name)) for name in ("--first-mutant", "--mutants"))
    verdicts: Counter[str] = Counter()
    home = tmp_path / "home"
    shutil.copytree(masters, home)
    workspace = Workspace(home)
    kept = _files(workspace)
    for number in range(first, first + count):
        case = mutant(number, SEED, found)
        where = f"mutant {number}: {case.operator} of {case.name!r}"
        drop_mutant(workspace.landing, case)
        try:
            (outcome,) = land(workspace).files
        except Exception as error:
            raise AssertionError(f"{where} crashed: {error!r}") from error
        verdicts[_judged(workspace, case, outcome, contracts, where)] += 1
        _cleared(workspace, kept, where)
    # A few mutants may all be refused; many never are.
    assert verdicts.total() == count and (verdicts["loaded"] or count < 100)


def test_samples_are_valid(ready: Workspace) -> None:
    """What is mutated loads whole when it is not."""
    for sample in samples():
        drop_mutant(ready.landing, Mutant(0, "none", sample.name, sample.content, sample, True))
    report = land(ready)
    assert report.ok, [item.message for item in report.refused]
    assert {item.name: item.rows_loaded for item in report.files} == {
        sample.name: sample.rows for sample in samples()
    }


@pytest.mark.parametrize("suffix", [".csv", ".ctl"])
@pytest.mark.parametrize("kind", ["link", "folder", "pipe"])
def test_what_is_no_file(kind: str, suffix: str, ready: Workspace, tmp_path: Path) -> None:
    """A link, a folder or a pipe under the name of an extract or a control file: refused at once."""
    drop_production(ready.landing, production_rows(60))
    path = ready.landing / f"PB_PROD_202501{suffix}"
    path.rename(tmp_path / "elsewhere")
    if kind == "link":
        path.symlink_to(tmp_path / "elsewhere")
    elif kind == "folder":
        path.mkdir()
    else:
        os.mkfifo(path)
    (outcome,) = land(ready).files
    assert outcome.verdict is Verdict.REFUSED
    assert path.name in outcome.message and "not a regular file" in outcome.message


def _files(workspace: Workspace) -> set[Path]:
    return {
        path for folder in (workspace.raw, workspace.loads) for path in folder.rglob("*") if path.is_file()
    }


def _judged(
    workspace: Workspace, case: Mutant, outcome: FileOutcome, contracts: dict[str, Contract], where: str
) -> str:
    """Return what became of a mutant, after checking that it may."""
    if outcome.verdict is Verdict.REFUSED:
        assert len(outcome.message) > len(outcome.name) + 10, where
        assert outcome.name[:40] in outcome.message, f"{where}: {outcome.message}"
        assert not list(workspace.raw.glob("*/202501.parquet")) or _is_master(workspace), where
        return "refused"
    assert case.is_signed or case.content == case.sample.content, f"{where}: loaded with another digest"
    assert outcome.verdict is Verdict.LOADED, where
    assert outcome.rows_read == outcome.rows_loaded + outcome.rows_quarantined == case.sample.rows, where
    aside = _quarantined(workspace, outcome)
    assert len(aside) == outcome.rows_quarantined, where
    assert all(line > 0 and reason for line, reason, _, _ in aside), where
    contract = contracts[outcome.contract or ""]
    for table in contract.tables:
        for total in table.control_totals:
            columns = [table.column(name) for name in total.columns]
            summed = _loaded_sum(workspace, table, columns, outcome)
            summed += sum(
                _read(raw, contract, table, columns) for _, _, raw, name in aside if name == table.name
            )
            assert summed == Decimal(str(case.sample.totals[total.key])), f"{where}: {total.key}"
    return "quarantined" if aside else "loaded"


def _is_master(workspace: Workspace) -> bool:
    """The masters' own rows of the month are there from the start."""
    return {path.parent.name for path in workspace.raw.glob("*/202501.parquet")} <= {
        "mst_strutture",
        "mst_prodotti",
    }


def _quarantined(workspace: Workspace, outcome: FileOutcome) -> list[tuple[int, str, str, str]]:
    path = workspace.raw / "quarantine" / f"{outcome.name.rpartition('.')[0]}.parquet"
    if not path.exists():
        return []
    with duckdb.connect() as connection:
        query = "select _line, reason, raw, table_name from read_parquet(?)"
        return connection.execute(query, [str(path)]).fetchall()


def _loaded_sum(workspace: Workspace, table: Table, columns: list[Column], outcome: FileOutcome) -> Decimal:
    path = workspace.raw / table.name / f"{outcome.delivery}.parquet"
    terms = " + ".join(f'"{column.name}"::decimal(38, 4)' for column in columns)
    with duckdb.connect() as connection:
        found = connection.execute(
            f"select coalesce(sum({terms}), 0) from read_parquet(?)", [str(path)]
        ).fetchall()
        return Decimal(found[0][0])


def _read(raw: str, contract: Contract, table: Table, columns: list[Column]) -> Decimal:
    """Return what a row that was set aside adds to a total, read by other means than the landing's."""
    if contract.layout.kind == "jsonl":
        cells = json.loads(raw, parse_float=Decimal, parse_int=Decimal)
        return Decimal(cells["numeratore"] or 0) if isinstance(cells, dict) else Decimal(0)
    text = raw.strip().strip("|") if contract.layout.kind == "alv" else raw
    cells = text.split("|" if contract.layout.kind == "alv" else ";")
    if len(cells) != len(table.columns):
        return Decimal(0)
    numbers = [_number(cells[table.columns.index(column)].strip(), column) for column in columns]
    return (
        sum((number for number in numbers if number is not None), Decimal(0))
        if None not in numbers
        else Decimal(0)
    )


def _number(text: str, column: Column) -> Decimal | None:
    try:
        if column.source_format == "hours_minutes":
            hours, _, minutes = text.partition(":")
            return Decimal(hours) * 60 + Decimal(minutes)
        if column.source_format == "plain":
            return Decimal(text)
        sign = -1 if text.endswith("-") else 1
        return sign * Decimal(text.rstrip("-").replace(".", "").replace(",", "."))
    except InvalidOperation:
        return None


def _cleared(workspace: Workspace, kept: set[Path], where: str) -> None:
    """Make the workspace what it was; nothing of it may have changed."""
    for path in _files(workspace) - kept:
        path.unlink()
    assert _files(workspace) == kept, where
    for path in workspace.landing.iterdir():
        path.unlink()
