"""Deliveries that come again: recognised when equal, replacing when corrections, refused otherwise."""

import hashlib
import json
import stat

import pytest

from orchestration.landing import RecordError, Register, Verdict, land
from orchestration.workspace import Workspace

from .deliveries import (
    bytes_below,
    control_row,
    controls,
    drop_controls,
    drop_production,
    drop_structures,
    land_one,
    production_row,
    production_rows,
    rows_of,
)

CORRECTION = "PB_PROD_202501_r01.csv"


def test_the_same_content_twice_changes_nothing(ready: Workspace) -> None:
    drop_production(ready.landing, [production_row(1)])
    first = land_one(ready)
    before = bytes_below(ready.raw, ready.archive)
    drop_production(ready.landing, [production_row(1)])
    second = land_one(ready)
    assert (second.verdict, second.message) == (Verdict.ALREADY_LOADED, "the same content is already loaded")
    assert (second.sha256, second.rows_loaded) == (first.sha256, 0)
    assert bytes_below(ready.raw, ready.archive) == before
    assert list(ready.landing.iterdir()) == []


def test_a_correction_replaces_the_month(ready: Workspace) -> None:
    """The former rows leave the table, and stay readable under their load."""
    drop_production(ready.landing, [production_row(1), production_row(2)])
    former = land(ready)
    drop_production(ready.landing, [production_row(1, rettifiche=5)], CORRECTION)
    outcome = land_one(ready)
    assert (outcome.verdict, outcome.revision) == (Verdict.LOADED, 1)
    assert rows_of(ready, "pb_prod", "_file, rettifiche") == [(CORRECTION, 5)]
    (kept,) = (ready.raw / "superseded" / "pb_prod").iterdir()
    assert kept.name.startswith("202501~")
    assert rows_of(ready, "superseded/pb_prod", "cod_modello, _load_id") == [
        ("M00001", former.load_id),
        ("M00002", former.load_id),
    ]


def test_a_correction_takes_its_own_quarantine(ready: Workspace) -> None:
    rows = production_rows()
    faulty = [rows[0] | {"modalita": "X"}, *rows[1:]]
    drop_production(ready.landing, faulty)
    assert land_one(ready).rows_quarantined == 1
    drop_production(ready.landing, rows, CORRECTION)
    assert land_one(ready).rows_quarantined == 0
    assert rows_of(ready, "quarantine") == []
    assert rows_of(ready, "superseded/quarantine", "_file") == [("PB_PROD_202501.csv",)]


def test_both_at_once_land_in_order(ready: Workspace) -> None:
    drop_production(ready.landing, [production_row(1, rettifiche=5)], CORRECTION)
    drop_production(ready.landing, [production_row(1)])
    assert [file.name for file in land(ready).files] == ["PB_PROD_202501.csv", CORRECTION]
    assert rows_of(ready, "pb_prod", "rettifiche") == [(5,)]


def test_other_content_must_be_a_correction(ready: Workspace) -> None:
    drop_production(ready.landing, [production_row(1)])
    land(ready)
    drop_production(ready.landing, [production_row(1, rettifiche=5)])
    outcome = land_one(ready)
    assert outcome.verdict is Verdict.REFUSED
    assert "already loaded from PB_PROD_202501.csv with other content" in outcome.message
    assert "must be named with _r01 or higher" in outcome.message


def test_an_older_revision_does_not_come_back(ready: Workspace) -> None:
    drop_production(ready.landing, [production_row(1)], "PB_PROD_202501_r02.csv")
    land(ready)
    drop_production(ready.landing, [production_row(1, rettifiche=5)], CORRECTION)
    assert "must be named with _r03 or higher" in land_one(ready).message
    assert rows_of(ready, "pb_prod", "rettifiche") == [(-2,)]


def test_rows_that_were_removed_by_hand_are_loaded_again(ready: Workspace) -> None:
    drop_production(ready.landing, [production_row(1)])
    land(ready)
    (ready.raw / "pb_prod" / "202501.parquet").unlink()
    drop_production(ready.landing, [production_row(1)])
    assert land_one(ready).verdict is Verdict.LOADED
    assert len(rows_of(ready, "pb_prod")) == 1


def test_a_workbook_replaces_all_of_its_tables(ready: Workspace) -> None:
    drop_controls(ready.landing, controls([control_row(1)]))
    land(ready)
    path = drop_controls(ready.landing, controls([control_row(2)]))
    for suffix in (".xlsx", ".ctl"):
        path.with_suffix(suffix).rename(path.with_name(f"CTRL_CONTROLLI_202501_r01{suffix}"))
    control = path.with_name("CTRL_CONTROLLI_202501_r01.ctl")
    control.write_text(control.read_text().replace("202501.xlsx", "202501_r01.xlsx"))
    assert land_one(ready).verdict is Verdict.LOADED
    assert rows_of(ready, "ctrl_cpp", "cod_prodotto") == [("M00002",)]
    assert {path.name for path in (ready.raw / "superseded").iterdir()} == {
        "ctrl_ac",
        "ctrl_audit",
        "ctrl_cpp",
    }


def test_the_archive_holds_every_content_read_only(ready: Workspace) -> None:
    contents = []
    for name, rettifiche in (("PB_PROD_202501.csv", -2), (CORRECTION, 5)):
        path = drop_production(ready.landing, [production_row(1, rettifiche=rettifiche)], name)
        contents.append(path.read_bytes())
        land(ready)
    for content in contents:
        digest = hashlib.sha256(content).hexdigest()
        archived = ready.archive / digest[:2] / digest
        assert archived.read_bytes() == content
        assert stat.S_IMODE(archived.stat().st_mode) == 0o444


def test_a_file_from_elsewhere_stays_where_it_is(ready: Workspace) -> None:
    folder = ready.home / "elsewhere"
    folder.mkdir()
    path = drop_production(folder, [production_row(1)])
    assert land(ready, [path]).ok
    assert {found.name for found in folder.iterdir()} == {"PB_PROD_202501.csv", "PB_PROD_202501.ctl"}


def test_a_workspace_behind_a_link(ready: Workspace) -> None:
    """Both the workspace and the landed file may be named through a link to their folder."""
    link = ready.home.with_name("link")
    link.symlink_to(ready.home)
    drop_production(ready.landing, [production_row(1)])
    assert land_one(Workspace(link)).verdict is Verdict.LOADED
    assert list(ready.landing.iterdir()) == []


def test_the_record_of_a_load(ready: Workspace) -> None:
    drop_production(ready.landing, [production_row(1)])
    report = land(ready)
    record = json.loads((ready.loads / f"{report.load_id}.json").read_text("utf-8"))
    assert list(record)[:5] == ["load_id", "started", "finished", "who", "code_version"]
    assert (record["kind"], record["verdict"]) == ("land", "landed")
    assert record["finished"] >= record["started"] and record["started"].endswith("Z")
    (file,) = record["files"]
    assert (file["contract"], file["delivery"], file["verdict"]) == ("pb_prod", "202501", "loaded")
    assert file["rows_read"] == file["rows_loaded"] + file["rows_quarantined"] == 1
    assert len(file["sha256"]) == 64 and file["contract_version"] == "1.0.0"
    (reread,) = [found for found in Register(ready.loads).reports() if found.load_id == report.load_id]
    assert reread == report


def test_an_interrupted_load_tells_what_it_had_done(workspace: Workspace) -> None:
    """Stopped before the second file: the first is loaded and recorded, the second waits for the next."""

    def interrupt(name: str, done: int, total: int) -> None:
        if done == 1:
            raise KeyboardInterrupt

    for month in ("202501", "202502"):
        drop_structures(workspace.landing, month=month)
    with pytest.raises(KeyboardInterrupt):
        land(workspace, progress=interrupt)
    (report,) = Register(workspace.loads).reports()
    assert [file.delivery for file in report.loaded] == ["202501"] and report.finished is None
    assert sorted(path.name for path in workspace.landing.iterdir()) == [
        "MST_STRUTTURE_202502.csv",
        "MST_STRUTTURE_202502.ctl",
    ]
    assert [file.delivery for file in land(workspace).loaded] == ["202502"]


def test_a_file_that_was_loaded_but_not_recorded_is_loaded_again(ready: Workspace) -> None:
    """A process killed between the two leaves the file in the landing folder: the rows are replaced."""
    drop_production(ready.landing, [production_row(1)])
    report = land(ready)
    (ready.loads / f"{report.load_id}.json").unlink()
    drop_production(ready.landing, [production_row(1)])
    assert land_one(ready).verdict is Verdict.LOADED
    assert len(rows_of(ready, "pb_prod")) == 1


def test_loads_of_one_second_have_different_ids(workspace: Workspace) -> None:
    reports = []
    for month in ("202501", "202502", "202503"):
        drop_structures(workspace.landing, month=month)
        reports.append(land(workspace).load_id)
    assert sorted(reports) == reports and len(set(reports)) == 3


@pytest.mark.parametrize("text", ["{", '{"load_id": "x"}', "[]", '{"load_id":"x","files":[{"name":"a"}]}'])
def test_a_damaged_record_is_named(ready: Workspace, text: str) -> None:
    (ready.loads / "20250101T000000Z-01.json").write_text(text)
    with pytest.raises(RecordError, match=r"20250101T000000Z-01\.json: not a load record"):
        land(ready)
