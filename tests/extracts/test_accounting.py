"""Costs and economic results: sizes, kinds, the thirteenth period, and what the plans target."""

from collections import Counter, defaultdict
from decimal import Decimal

import pytest

from .conftest import Demo
from .reading import amount, data_lines, delimited, months_of, sheets, whole

Cost = tuple[str, list[str]]


@pytest.fixture(scope="module")
def costs(demo: Demo) -> list[Cost]:
    """Every data line of the cost lists with its period: year and month, or the thirteenth."""
    months = months_of(demo.folder, "SAP_COAN")
    return [(month, cells) for month in months for cells in data_lines(demo.folder, "SAP_COAN", month)]


def _total(costs: list[Cost], **wanted: str) -> Decimal:
    places = {"kind": 9, "direct": 10, "production": 11, "centre": 4}
    return sum(
        (
            amount(cells[12])
            for _, cells in costs
            if all(cells[places[name]] == value for name, value in wanted.items())
        ),
        Decimal(),
    )


def test_direct_and_production_shares(costs: list[Cost]) -> None:
    spent = _total(costs, kind="EFF")
    assert Decimal("0.91") < _total(costs, kind="EFF", direct="D") / spent < Decimal("0.96")
    assert Decimal("0.84") < _total(costs, kind="EFF", production="X") / spent < Decimal("0.90")
    assert not [cells for _, cells in costs if cells[11] == "X" and cells[10] != "D"]


def test_cost_of_a_point(costs: list[Cost], demo: Demo, coefficients: dict[tuple[str, str], int]) -> None:
    """Around the published 129 euro, on the lines that enter the published points."""
    outside = {"VIG-ISP", "LEGALE", "MED-LEG", "CPP", "AUTOCERT", "RPS-ARCHIVI", "AMM-SOC-REG"}
    points = sum(
        (whole(row["definito_accolto"]) + whole(row["definito_respinto"]))
        * coefficients[row["cod_modello"], month]
        for month, rows in demo.production.items()
        for row in rows
        if row["cod_linea"] not in outside
    )
    assert 115 < _total(costs, kind="EFF") * 10_000 / points < 143


def test_budget_and_forecasts_stay_near_the_actual_costs(costs: list[Cost]) -> None:
    spent = _total(costs, kind="EFF")
    for kind in ("BDG", "F01", "F02", "F03", "F04"):
        assert abs(_total(costs, kind=kind) / spent - 1) < Decimal("0.03"), kind
    planned = [cells for _, cells in costs if cells[9] != "EFF"]
    assert {cells[3][:3] for cells in planned} == {"DR-", "DCM"}


def test_the_transit_account_is_used(costs: list[Cost]) -> None:
    running = sum(amount(cells[12]) for _, cells in costs if cells[9] == "EFF" and cells[6] != "4U1101001")
    assert 0 < _total(costs, kind="EFF", centre="1005") / running < Decimal("0.05")


def test_chapters_follow_the_plan_of_the_year(costs: list[Cost]) -> None:
    chapters = defaultdict(set)
    for month, cells in costs:
        chapters[month[:4]].add(cells[6])
    assert "5U1104015" in chapters["2024"] and "8U1104015" not in chapters["2024"]
    assert "8U1104015" in chapters["2025"] and "5U1104015" not in chapters["2025"]
    assert len(chapters["2024"]) == len(chapters["2025"]) == 24


def test_thirteenth_period_holds_small_adjustments(demo: Demo) -> None:
    for extract, kind, value in (("SAP_COAN", 9, 12), ("SAP_IEEP", 4, 5)):
        assert [month for month in months_of(demo.folder, extract) if month.endswith("13")] == ["202413"]
        closing = data_lines(demo.folder, extract, "202413")
        december = data_lines(demo.folder, extract, "202412")
        assert {cells[kind] for cells in closing} == {"EFF"}
        size = sum(abs(amount(cells[value])) for cells in closing)
        actual = sum(amount(cells[value]) for cells in december if cells[kind] == "EFF")
        assert 0 < size / actual < Decimal("0.15")


def test_results_are_near_their_targets(demo: Demo) -> None:
    """A directorate's year is not there in full: eight months of 2025, office by office."""
    sums: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for month in (month for month in demo.months if month.startswith("2025")):
        for cells in data_lines(demo.folder, "SAP_IEEP", month):
            sums[cells[2], cells[4]] += amount(cells[5])
    ratios = [sums[code, "EFF"] / sums[code, "OBV"] for code, kind in sums if kind == "OBV"]
    assert len(ratios) == 47
    assert all(Decimal("0.8") < ratio < Decimal("1.2") for ratio in ratios)
    assert abs(sum(ratios, Decimal()) / len(ratios) - 1) < Decimal("0.05")


def test_items_follow_the_tree_of_the_year_and_interest_is_positive(demo: Demo) -> None:
    of_2024 = data_lines(demo.folder, "SAP_IEEP", "202412")
    of_2025 = data_lines(demo.folder, "SAP_IEEP", "202501")
    assert {cells[3] for cells in of_2024} >= {"E1", "E2.1", "P1.1", "P5"}
    assert all(cells[3].startswith("2025-") for cells in of_2025)
    interest = [cells for cells in of_2024 if cells[3].startswith("P1.")]
    assert interest and all(amount(cells[5]) > 0 for cells in interest)


def test_plan_versions_and_levels(demo: Demo) -> None:
    known = {row["codice"]: row["tipo"] for row in delimited(demo.folder, "MST_STRUTTURE", demo.months[-1])}
    first = sheets(demo.folder / "PIANO_V0_2025.xlsx")
    last = sheets(demo.folder / "PIANO_V0.1_2025.xlsx")
    assert {known[str(row["cod_struttura"])] for row in first["VOLUMI"]} == {"DR", "DCM"}
    assert {known[str(row["cod_struttura"])] for row in last["VOLUMI"]} == {"DR", "DCM", "DP", "FM", "FP"}
    assert {str(row["periodo"]) for row in first["OBIETTIVI"]} == {"2025-A"}
    periods = {str(row["periodo"]) for row in last["OBIETTIVI"]}
    months = [f"{n:02d}" for n in range(1, 13)]
    expected = {"2025-A", *(f"2025-T{n}" for n in range(1, 5))}
    assert periods == expected | {f"2025-{kind}{n}" for kind in "MP" for n in months}
    areas = Counter(row["cod_area"] for row in last["OBIETTIVI"] if row["indicatore"] == "indice_giacenza")
    assert set(areas) == {"", "PSI", "GCAI", "FLUSSI", "ALTRE"}


def test_plan_of_results_adds_up_over_the_year(demo: Demo) -> None:
    rows = sheets(demo.folder / "PIANO_V0.1_2024.xlsx")["OBIETTIVI"]
    targets = {
        str(row["periodo"]): Decimal(str(row["valore"]))
        for row in rows
        if (row["indicatore"], row["cod_struttura"]) == ("ieep", "NAZIONALE")
    }
    year = targets["2024-A"]
    assert abs(sum(targets[f"2024-M{n:02d}"] for n in range(1, 13)) / year - 1) < Decimal("1e-9")
    assert abs(sum(targets[f"2024-T{n}"] for n in range(1, 5)) / year - 1) < Decimal("1e-9")
    assert targets["2024-P12"] == year
    # A tenth of the published 10,957,463,637 euro, one per cent more every year.
    assert abs(year / Decimal("1095746363.7") - Decimal("1.03")) < Decimal("0.001")


def test_economic_targets_end_with_their_indicators(demo: Demo) -> None:
    names = {
        year: {row["indicatore"] for row in sheets(demo.folder / f"PIANO_V0.1_{year}.xlsx")["OBIETTIVI"]}
        for year in ("2024", "2025")
    }
    gone = {
        "redditivita",
        "costo_punto_omogeneizzato",
        "incidenza_costi_diretti",
        "incidenza_costo_produzione",
    }
    assert names["2024"] - names["2025"] == gone
    assert {"produttivita", "indice_giacenza", "indice_deflusso", "ieep", "efficacia_automazione"} <= names[
        "2025"
    ]
