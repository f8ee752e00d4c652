"""What the caller meets: refusals, progress, interruptions, the report."""

from pathlib import Path

import pytest

from orchestration import synthetic
from orchestration.synthetic import InvalidRange, OutputNotEmpty, SyntheticError, UnknownScale, generate
from orchestration.synthetic.delivery import Outbox

from .conftest import Demo
from .reading import control, digests


def test_public_names_are_sorted_and_there() -> None:
    constants_first = sorted(
        synthetic.__all__, key=lambda name: (not name.isupper(), name[0].islower(), name)
    )
    assert synthetic.__all__ == constants_first
    assert all(hasattr(synthetic, name) for name in synthetic.__all__)


def test_an_unknown_scale_lists_the_valid_ones(tmp_path: Path) -> None:
    with pytest.raises(UnknownScale, match=r"'dem'.*did you mean 'demo'.*demo, regional, national"):
        generate("dem", 1, 42, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("months", "end", "message"),
    [
        (0, "2025-12", "months is 0: ask for 1 or more"),
        (1, "2025-13", "end is '2025-13': write it as YYYY-MM"),
        (1, "december", "end is 'december'"),
        (600, "2025-12", "600 months until 2025-12 leave the years 2015–2035"),
    ],
)
def test_an_impossible_range_says_what_to_write(tmp_path: Path, months: int, end: str, message: str) -> None:
    with pytest.raises(InvalidRange, match=message):
        generate("demo", months, 42, tmp_path / "out", end=end)
    assert not (tmp_path / "out").exists()


def test_a_folder_in_use_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("do not touch")
    with pytest.raises(OutputNotEmpty, match=r"already holds 1 files \(mine.txt, …\)"):
        generate("demo", 1, 42, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    assert issubclass(OutputNotEmpty, SyntheticError)


def test_force_writes_beside_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("do not touch")
    generate("demo", 1, 42, tmp_path, end="2021-06", force=True)
    once = digests(tmp_path)
    generate("demo", 1, 42, tmp_path, end="2021-06", force=True)
    assert digests(tmp_path) == once
    assert (tmp_path / "mine.txt").read_text() == "do not touch"
    assert (tmp_path / "PB_PROD_202106.csv").exists()


def test_no_targets_are_written_for_2021(tmp_path: Path) -> None:
    report = generate("demo", 1, 42, tmp_path, end="2021-06")
    assert "PIANO" not in report.rows
    assert b"|OBV |" not in (tmp_path / "SAP_IEEP_202106.txt").read_bytes()


def test_progress_counts_up_to_the_end(tmp_path: Path) -> None:
    calls: list[tuple[str, int, int]] = []
    generate("demo", 2, 42, tmp_path, end="2021-12", progress=lambda *call: calls.append(call))
    assert [name for name, _, _ in calls] == ["2021", "202111", "202112", "202113", "done"]
    assert [done for _, done, _ in calls] == list(range(5))
    assert {total for _, _, total in calls} == {4}


def test_an_interruption_leaves_whole_files_with_their_control(tmp_path: Path) -> None:
    def stop(name: str, done: int, total: int) -> None:
        if name == "202112":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        generate("demo", 2, 42, tmp_path, end="2021-12", progress=stop)
    found = digests(tmp_path)
    extracts = {name for name in found if not name.endswith(".ctl")}
    assert extracts and not [name for name in found if name.endswith(".part")]
    assert all(control(tmp_path / name)["sha256"] == found[name] for name in extracts)
    assert len(found) == 2 * len(extracts)


def test_a_file_that_fails_half_way_is_not_there(tmp_path: Path) -> None:
    def write_half(path: Path) -> None:
        path.write_bytes(b"half")
        raise OSError("No space left on device")

    outbox = Outbox(tmp_path)
    with pytest.raises(OSError, match="No space left"):
        outbox.build("PB_PROD_202501.csv", write_half, 1, {})
    assert not list(tmp_path.iterdir())
    assert outbox.delivered == []


def test_a_replacement_that_fails_leaves_no_control_file_for_the_old_one(tmp_path: Path) -> None:
    def interrupt(path: Path) -> None:
        raise KeyboardInterrupt

    outbox = Outbox(tmp_path)
    outbox.drop("PB_PROD_202501.csv", b"old", 1, {})
    with pytest.raises(KeyboardInterrupt):
        outbox.build("PB_PROD_202501.csv", interrupt, 1, {})
    assert [path.name for path in tmp_path.iterdir()] == ["PB_PROD_202501.csv"]


def test_the_report_counts_rows_per_extract(demo: Demo) -> None:
    assert set(demo.report.rows) == {
        "CTRL_CONTROLLI",
        "HR_PRES",
        "MIS_MISURE",
        "MST_ALLOCAZIONI",
        "MST_PRODOTTI",
        "MST_STRUTTURE",
        "PB_PROD",
        "PIANO",
        "SAP_COAN",
        "SAP_IEEP",
    }
    assert demo.report.rows["PB_PROD"] == sum(map(len, demo.production.values()))
    assert 35_000 < demo.report.rows["PB_PROD"] < 60_000
    assert 28_000 < demo.report.rows["HR_PRES"] < 40_000
    assert (demo.report.scale, demo.report.divisor, len(demo.report.months)) == ("demo", 10, 12)


def test_the_regional_scale_keeps_two_directorates(tmp_path: Path) -> None:
    report = generate("regional", 1, 42, tmp_path, end="2021-06")
    rows = (tmp_path / "PB_PROD_202106.csv").read_text(encoding="cp1252").splitlines()[1:]
    codes = {row.split(";")[2] for row in rows}
    assert {"DR-LOMBARDIA", "DCM-MILANO", "DP-BRESCIA", "FM-MILANO"} <= codes
    assert "DP-TORINO" not in codes
    assert len([code for code in codes if code.startswith("AG-")]) > 20
    assert report.divisor == 1
    assert report.rows["PB_PROD"] > 15_000
