"""The published 2021 targets, asked through the API, against the printed tables."""

import csv
from decimal import Decimal

import pytest

from api_client import Client
from orchestration.paths import seeds_dir

TOTALS = {"IEEP": "ieep", "E": "ieep_entrate", "P": "ieep_prestazioni"}
NATION = "NAZIONALE"


def _seed(name: str, folder: str = "acts") -> list[dict[str, str]]:
    with (seeds_dir().parent / folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def asked_tree(client: Client) -> dict[tuple[str, str], Decimal]:
    """(structure, item) → signed euro of the 2021 targets, every level of the tree, from the API."""
    asked: dict[tuple[str, str], Decimal] = {}
    for by in ([], ["direzione"]):
        scope = {"period": "2021-A", "scenario": "obiettivo"}
        totals = client.query(list(TOTALS.values()), by=by, **scope)
        for row in totals.rows:
            structure = row["direzione"] if by else NATION
            asked |= {(structure, item): row[metric] for item, metric in TOTALS.items()}
        for cut in ("gruppo_voce_ieep", "voce_ieep"):
            for row in client.query("ieep", by=[*by, cut], **scope).rows:
                if row["ieep"] is not None:
                    asked[row["direzione"] if by else NATION, row[cut]] = row["ieep"]
    return asked


def test_tabella_b_re_adds_to_every_printed_total(asked_tree: dict[tuple[str, str], Decimal]) -> None:
    """Twenty-three directorates and the nation, each item within one euro; nothing off but what is listed."""
    known = {
        (row["structure_code"], row["item_code"]): Decimal(row["difference"])
        for row in _seed("known_rounding_differences", "registry")
        if row["table_code"] == "obiettivi_ieep_2021"
    }
    printed = [row for row in _seed("obiettivi_ieep_2021") if row["valore"]]
    assert len({row["codice_struttura"] for row in printed}) == 24
    differences = {}
    for row in printed:
        key = (row["codice_struttura"], row["codice_voce"])
        value = asked_tree.get(key, Decimal(0))
        sign = -1 if row["codice_voce"].startswith("P1") else 1
        if sign * value != Decimal(row["valore"]):
            differences[key] = sign * value - Decimal(row["valore"])
    assert differences == known
    assert {key for key, difference in known.items() if abs(difference) > 1} == {("DR-PIEMONTE", "IEEP")}


def test_the_production_plan_adds_up_to_the_printed_total(client: Client) -> None:
    scope = {"period": "2021-A", "scenario": "obiettivo"}
    total = client.query("produzione_omogeneizzata", **scope)
    assert [row["produzione_omogeneizzata"] for row in total.rows] == [Decimal(23_291_060)]
    by_line = client.query("produzione_omogeneizzata", by=["linea"], **scope)
    asked = {
        row["linea"]: row["produzione_omogeneizzata"]
        for row in by_line.rows
        if row["produzione_omogeneizzata"] is not None
    }
    assert "VIG-ISP" not in asked, "labour inspection is not production"
    printed = {row["codice_area"]: Decimal(row["valore"]) for row in _seed("obiettivi_produzione_2021")}
    shared = set(asked) & set(printed)
    assert len(shared) == 23
    assert {line: asked[line] for line in shared} == {line: printed[line] for line in shared}


def test_tabella_a_comes_back_by_structure_and_area(client: Client) -> None:
    result = client.query(
        "obiettivo",
        by=["nodo", "nodo_area"],
        period="2021-A",
        scenario="obiettivo",
        where={"indicatore": "indice_giacenza"},
        view="obiettivi",
    )
    asked = {(row["nodo"], row["nodo_area"]): row["obiettivo"] for row in result.rows}
    printed = {
        (row["codice_struttura"], f"area_obiettivo:{row['codice_area']}"): Decimal(row["valore"])
        for row in _seed("obiettivi_indice_giacenza_2021")
    }
    assert len(printed) == 560
    whole_institute = next(row for row in _seed("oge_triennali") if row["codice_indicatore"] == "D1")
    assert asked == printed | {(NATION, "TOT"): Decimal(whole_institute["obiettivo_2021"])}


def test_published_values_and_quantities_come_back_as_targets(client: Client) -> None:
    """Tabella C by directorate; a published quantity is a realisation's denominator, so its target is 100."""
    scope = {"period": "2021-A", "scenario": "obiettivo", "view": "obiettivi", "where": {"nodo_area": "TOT"}}
    costs = client.query("obiettivo", by=["indicatore", "nodo"], **scope)
    asked = {(row["indicatore"], row["nodo"]): row["obiettivo"] for row in costs.rows}
    printed = {
        (f"costi_standard_{row['codice_indicatore'].lower()}", row["codice_struttura"]): Decimal(
            row["valore"]
        )
        for row in _seed("obiettivi_costi_standard_2021")
    }
    assert len(printed) == 483
    assert {key: asked[key] for key in printed} == printed
    for row in _seed("obiettivi_gempi_2021"):
        assert asked["gempi_errori_definiti", row["codice_struttura"]] == 100


def test_the_quarterly_programme_comes_back_by_quarter(client: Client) -> None:
    result = client.query(
        "obiettivo",
        by=["periodo"],
        period=["2021-P03", "2021-T1", "2021-P06", "2021-S1", "2021-P09", "2021-P12", "2021-A"],
        scenario="obiettivo",
        where={"indicatore": "produttivita_2021", "nodo": NATION, "nodo_area": "TOT"},
        view="obiettivi",
    )
    asked = {row["periodo"]: row["obiettivo"] for row in result.rows}
    assert asked == {
        "2021-P03": 100,
        "2021-T1": 100,
        "2021-P06": 108,
        "2021-S1": 108,
        "2021-P09": 116,
        "2021-P12": 124,
        "2021-A": 124,
    }
