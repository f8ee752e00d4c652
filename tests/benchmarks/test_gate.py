"""The gate closes on a ratio that got worse, opens on any other, and never looks at a time."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.gate import RESULTS, Ratio, ratios, worse
from benchmarks.scale.parts import exponent, set_aside
from benchmarks.scale.reading import read_raw


def measured(cube: float) -> dict[str, Any]:
    """Return results of the semantic API in which Cube takes so many times as long."""
    names = ("cube_over_embedded", "metricflow_over_embedded", "cube_over_embedded_without_rollups")
    return {"engines": {"summary": {name: {"median": cube} for name in names}}}


@pytest.mark.parametrize(
    ("value", "more_is_better", "closes"),
    [(4.0, True, False), (3.1, True, True), (9.0, True, False), (5.9, False, False), (6.1, False, True)],
)
def test_worse_by_more_than_a_fifth(value: float, more_is_better: bool, closes: bool) -> None:
    accepted = 4.0 if more_is_better else 5.0
    assert worse(Ratio("a", value, more_is_better), accepted) is closes


def gate(folder: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "benchmarks.gate", "--results", str(folder)]
    command += ["--accepted", str(folder / "kept" / "accepted.json"), *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_what_is_accepted_is_the_measure_of_what_follows(tmp_path: Path) -> None:
    results = tmp_path / "semantic-api-demo.json"
    (tmp_path / "kept").mkdir()
    results.write_text(json.dumps(measured(5.0)), "utf-8")
    assert gate(tmp_path, "--accept").returncode == 0
    results.write_text(json.dumps(measured(4.5)), "utf-8")
    assert gate(tmp_path).returncode == 0
    results.write_text(json.dumps(measured(3.0)), "utf-8")
    closed = gate(tmp_path)
    assert closed.returncode == 1
    assert "worse  semantic-api-demo.cube_over_embedded: 3.00 (accepted: 5.0)" in closed.stdout


def test_the_kept_results_have_their_ratios() -> None:
    """What the gate reads is what the benchmarks write."""
    found = [
        ratio
        for path in RESULTS.glob("*.json")
        for ratio in ratios(path.stem, json.loads(path.read_text("utf-8")))
    ]
    assert {ratio.name.partition(".")[0] for ratio in found} >= {"semantic-api-demo"}
    assert all(ratio.value > 0 for ratio in found)


def test_the_exponent_of_growth() -> None:
    assert exponent([(1e6, 10), (2e6, 20), (4e6, 40)]) == pytest.approx(1.0)
    assert exponent([(1e6, 10), (4e6, 20)]) == pytest.approx(0.5)


def test_the_reference_reads_every_layout(tmp_path: Path) -> None:
    """Windows-1252, lists, JSON Lines: each row is counted, and a month's files are told from the others'."""
    (tmp_path / "PB_PROD_202501.csv").write_bytes("codice;valore\nà;1\nb;2\n".encode("cp1252"))
    (tmp_path / "PB_PROD_202501.ctl").write_text("righe=2\n", "utf-8")
    (tmp_path / "SAP_COAN_202412.txt").write_bytes("| Città | 1.234,50 |\n| b | 2,00 |\n".encode("cp1252"))
    (tmp_path / "MIS_MISURE_202412_r01.jsonl").write_text('{"valore": "1"}\n{"valore": "2"}\n', "utf-8")
    before, last = set_aside(tmp_path, "202501")
    assert [path.name for path in last] == ["PB_PROD_202501.csv", "PB_PROD_202501.ctl"]
    assert read_raw(last).rows == 2 and read_raw(before).rows == 4
    assert read_raw(last).bytes == (tmp_path / "PB_PROD_202501.csv").stat().st_size
