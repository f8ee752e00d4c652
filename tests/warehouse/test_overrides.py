"""The anomalies of the acts: each has its reading in `overrides.csv`, none is stale."""

import csv
import re

import pytest

from orchestration.paths import seeds_dir, warehouse_dir

ROOT = warehouse_dir().parent
KINDS = {"numero", "etichetta", "tenuto", "assente"}
Row = dict[str, str]


def _seed(folder: str, name: str) -> list[Row]:
    with (seeds_dir().parent / folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


OVERRIDES = _seed("registry", "overrides")


def _cells(row: Row) -> list[str]:
    """The cells of the seed that an override is about; none where the row is not there."""
    keys = row["key_columns"].split("|")
    return [
        printed[row["column_name"]]
        for printed in _seed("acts", row["table_code"])
        if "|".join(printed[key] for key in keys) == row["row_key"]
    ]


def _named(row: Row) -> str:
    return f"{row['anomaly_code']} {row['table_code']} {row['row_key']} {row['column_name']}"


def test_every_override_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """Print them, for whoever reviews the readings: `pytest tests/warehouse/test_overrides.py -s`."""
    with capsys.disabled():
        print()
        for row in OVERRIDES:
            print(f"  {_named(row)}: {row['printed']!r} -> {row['used']!r} ({row['kind']}): {row['reason']}")
    assert {row["kind"] for row in OVERRIDES} == KINDS
    assert all(row["reason"] and row["act"] for row in OVERRIDES)


@pytest.mark.parametrize("row", OVERRIDES, ids=_named)
def test_no_override_is_stale(row: Row) -> None:
    """What it says is printed is what the seed holds, in exactly one row; what is absent is still absent."""
    assert _cells(row) == ([] if row["kind"] == "assente" else [row["printed"]])


@pytest.mark.parametrize("row", OVERRIDES, ids=_named)
def test_an_override_does_what_its_kind_says(row: Row) -> None:
    if row["kind"] in {"numero", "etichetta"}:
        assert row["used"] not in {"", row["printed"]}
        assert row["applied_in"], "say where it is applied"
    else:
        assert row["used"] == row["printed"]
        assert not row["applied_in"]


def test_a_corrected_chapter_is_the_one_its_seed_uses() -> None:
    """A label put right inside a seed of the acts: its own column carries the reading."""
    inside = [row for row in OVERRIDES if row["applied_in"].startswith("seeds/acts/")]
    assert [_named(row) for row in inside] == ["PP21-17 capitoli_spesa 2021|5U1104018 capitolo_stampato"]
    assert all(row["row_key"].split("|")[1] == row["used"] for row in inside)


def test_every_anomaly_has_a_reading_and_every_reading_an_anomaly() -> None:
    text = (ROOT / "docs" / "anomalies.md").read_text(encoding="utf-8")
    section = text[text.index("### Differenze reali") : text.index("### Pesi e valori")]
    documented = re.findall(r"^\| (PP21-\d+) \|", section, flags=re.MULTILINE)
    assert len(documented) == len(set(documented)) == section.count("\n| ") - 1, (
        "a row has no code of its own"
    )
    assert set(documented) == {row["anomaly_code"] for row in OVERRIDES}


def test_every_explained_difference_belongs_to_a_reconciliation() -> None:
    """A row of `known_rounding_differences` under a name that no test asks for would go unseen."""
    tests = "".join(
        path.read_text(encoding="utf-8") for path in (warehouse_dir() / "tests" / "published").glob("*.sql")
    )
    asked = set(re.findall(r"published_total\('([^']+)'", tests))
    assert {row["table_code"] for row in _seed("registry", "known_rounding_differences")} <= asked
