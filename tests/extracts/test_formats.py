"""Every extract in its real format, warts included, and its control file telling the truth."""

import re
from collections import Counter, defaultdict
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from .conftest import Demo
from .reading import (
    amount,
    control,
    data_lines,
    delimited,
    digests,
    measures,
    minutes,
    months_of,
    printed,
    sheets,
    whole,
)

MONTH = "202502"


def _ctl(demo: Demo, name: str) -> dict[str, str]:
    return control(demo.folder / name)


def test_every_extract_has_a_control_file_with_its_digest(demo: Demo) -> None:
    found = digests(demo.folder)
    extracts = [name for name in found if not name.endswith(".ctl")]
    for name in extracts:
        declared = _ctl(demo, name)
        assert (declared["file"], declared["sha256"]) == (name, found[name])
    assert len(found) == 2 * len(extracts) == 2 * len(demo.report.files)


def test_production_is_windows_text_with_dotted_thousands(demo: Demo) -> None:
    content = (demo.folder / f"PB_PROD_{MONTH}.csv").read_bytes()
    assert content.endswith(b"\r\n")
    assert content.count(b"\n") == content.count(b"\r\n") == len(demo.production[MONTH]) + 1
    assert re.search(rb";\d\.\d{3};", content)
    assert re.search(rb";-\d", content)


def test_production_totals(demo: Demo) -> None:
    for month, rows in demo.production.items():
        declared = _ctl(demo, f"PB_PROD_{month}.csv")
        assert int(declared["righe"]) == len(rows)
        assert int(declared["somma_pervenuto"]) == sum(whole(row["pervenuto"]) for row in rows)
        assert int(declared["somma_giacenza_finale"]) == sum(whole(row["giacenza_finale"]) for row in rows)
        completed = sum(whole(row["definito_accolto"]) + whole(row["definito_respinto"]) for row in rows)
        assert int(declared["somma_definito"]) == completed


def test_presence_has_a_byte_order_mark_and_hours(demo: Demo) -> None:
    content = (demo.folder / f"HR_PRES_{MONTH}.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbfperiodo;matricola;")
    rows = delimited(demo.folder, "HR_PRES", MONTH)
    assert all(row["periodo"] == "02/2025" for row in rows)
    assert all(re.fullmatch(r"\d{4}:[0-5]\d", row["ore_presenza"]) for row in rows)
    assert all(re.fullmatch(r"\d{2,3},\d\d", row["part_time_pct"]) for row in rows)
    declared = _ctl(demo, f"HR_PRES_{MONTH}.csv")
    assert int(declared["righe"]) == len(rows)
    assert int(declared["somma_ore_presenza"]) == sum(minutes(row["ore_presenza"]) for row in rows)


@pytest.mark.parametrize("extract", ["MST_STRUTTURE", "MST_PRODOTTI", "MST_ALLOCAZIONI"])
def test_masters_are_plain_utf8(demo: Demo, extract: str) -> None:
    content = (demo.folder / f"{extract}_{MONTH}.csv").read_bytes()
    lines = content.decode("utf-8").splitlines()
    assert b"\r" not in content and b'"' not in content
    assert {line.count(";") for line in lines} == {lines[0].count(";")}
    assert int(_ctl(demo, f"{extract}_{MONTH}.csv")["righe"]) == len(lines) - 1


@pytest.mark.parametrize("extract", ["SAP_COAN", "SAP_IEEP"])
def test_printed_lists_have_pages_and_aligned_bars(demo: Demo, extract: str) -> None:
    text = (demo.folder / f"{extract}_{MONTH}.txt").read_bytes().decode("cp1252")
    lines = text.split("\r\n")
    header = next(line for line in lines if line.startswith("|Esercizio"))
    bars = [position for position, mark in enumerate(header) if mark == "|"]
    with_bars = [line for line in lines if line.startswith("|")]
    assert all([i for i, mark in enumerate(line) if mark == "|"] == bars for line in with_bars)
    pages = [number for number, line in enumerate(lines) if "Pagina" in line]
    assert len(pages) == with_bars.count(header) > 10
    assert all(60 <= after - before <= 70 for before, after in pairwise(pages))
    assert lines[pages[0]].startswith("20.03.2025 ")
    assert [line for line in lines if line and set(line) != {"-"}][-1].startswith("|**")


def test_cost_list_has_its_warts(demo: Demo) -> None:
    rows = data_lines(demo.folder, "SAP_COAN", MONTH)
    descriptions = [cells[8] for cells in rows]
    assert any("\u00a0" in text for text in descriptions)
    assert "" in descriptions
    assert any(text.startswith("Storno") for text in descriptions)
    assert any(cells[12].endswith("-") for cells in rows)
    assert {cells[9] for cells in rows} == {"EFF", "BDG", "F01", "F02", "F03", "F04"}


@pytest.mark.parametrize(("extract", "place", "value"), [("SAP_COAN", 3, 12), ("SAP_IEEP", 2, 5)])
def test_printed_subtotals_and_totals_add_up(demo: Demo, extract: str, place: int, value: int) -> None:
    for month in months_of(demo.folder, extract):
        sums: defaultdict[str, Decimal] = defaultdict(Decimal)
        rows = 0
        for cells in printed(demo.folder, extract, month):
            if cells[0] == "*":
                assert amount(cells[value]) == sums[cells[place]]
            elif cells[0] == "**":
                assert amount(cells[value]) == sum(sums.values())
            else:
                rows += 1
                assert cells[:2] == [month[:4], month[4:]]
                sums[cells[place]] += amount(cells[value])
        declared = _ctl(demo, f"{extract}_{month}.txt")
        assert (int(declared["righe"]), Decimal(declared["somma_importo"])) == (rows, sum(sums.values()))


def test_controls_workbook(demo: Demo) -> None:
    path = demo.folder / f"CTRL_CONTROLLI_{MONTH}.xlsx"
    book = sheets(path)
    assert list(book) == ["CPP", "AC", "AUDIT"]
    declared = control(path)
    assert int(declared["righe"]) == sum(len(rows) for rows in book.values())
    for sheet in ("CPP", "AC"):
        checked = sum(int(str(row["controllate"]).removesuffix(".0")) for row in book[sheet])
        assert int(declared[f"somma_controllate_{sheet}"]) == checked
    for row in book["CPP"]:
        assert row["periodo"] == 202502
        put_right = _number(row["regolarizzate_si"]) + _number(row["regolarizzate_no"])
        assert _number(row["regolarizzate_30gg"]) <= put_right
        assert (
            put_right + _number(row["notificate"])
            <= _number(row["controllate"])
            <= _number(row["a_controllo"])
        )
    for row in book["AUDIT"]:
        assert (
            _number(row["esiti_positivi"])
            <= _number(row["accessi_svolti"])
            <= _number(row["accessi_previsti"])
        )


def _number(value: object) -> Decimal:
    return Decimal(str(value))


def test_measures_are_json_lines(demo: Demo) -> None:
    rows = measures(demo.folder, MONTH)
    assert {tuple(row) for row in rows} == {("periodo", "struttura", "misura", "numeratore", "denominatore")}
    assert {row["periodo"] for row in rows} == {"2025-02"}
    keys = Counter((row["struttura"], row["misura"]) for row in rows)
    assert max(keys.values()) == 1
    assert all(row["denominatore"] is None for row in rows if row["misura"] in {"MQ_LORDI", "RIC_DICA"})
    declared = _ctl(demo, f"MIS_MISURE_{MONTH}.jsonl")
    assert int(declared["righe"]) == len(rows)
    assert int(declared["somma_numeratore"]) == sum(int(str(row["numeratore"])) for row in rows)


@pytest.mark.parametrize("version", ["V0", "V0.0", "V0.1"])
@pytest.mark.parametrize("year", ["2024", "2025"])
def test_plan_workbook_totals(demo: Demo, version: str, year: str) -> None:
    path: Path = demo.folder / f"PIANO_{version}_{year}.xlsx"
    book = sheets(path)
    declared = control(path)
    assert {sheet: int(declared[f"righe_{sheet}"]) for sheet in book} == {
        sheet: len(rows) for sheet, rows in book.items()
    }
    assert int(declared["righe"]) == sum(len(rows) for rows in book.values())
    assert {row["versione"] for rows in book.values() for row in rows} == {f"{version}_{year}"}
    total = sum(_number(row["definito_om"]) for row in book["VOLUMI"])
    assert abs(Decimal(declared["somma_definito_om"]) - total) < Decimal("0.01")
