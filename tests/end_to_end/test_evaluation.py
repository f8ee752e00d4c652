"""Composites of the demonstration: recomputed from their breakdown, row by row, and asked by name."""

import math
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, TypeAlias

import duckdb
import pytest

from api_client import Client, QueryError
from orchestration.catalogue import installed_catalogue

Key: TypeAlias = tuple[Any, ...]

KEY = ("composite_code", "organisation_code", "node_level", "node_code", "period_code", "scenario_code")
BREAKDOWN = (
    *KEY,
    "child_code",
    "role",
    "kind",
    "actual_value",
    "target_value",
    "deviation_pct",
    "capped_deviation_pct",
    "index_value",
    "applied_weight",
    "divisor",
    "contribution",
    "is_missing",
    "missing_reason",
    "is_published",
)


def _rows(
    published: duckdb.DuckDBPyConnection, table: str, names: tuple[str, ...]
) -> Iterator[dict[str, Any]]:
    cursor = published.cursor().execute(f"select {', '.join(names)} from indicators.{table}")
    for values in cursor.fetchall():
        yield dict(zip(names, values, strict=True))


def _key(row: dict[str, Any]) -> Key:
    return tuple(row[name] for name in KEY)


@pytest.fixture(scope="module")
def breakdown(published: duckdb.DuckDBPyConnection) -> dict[Key, list[dict[str, Any]]]:
    """The children of every composite, node and period."""
    found = defaultdict(list)
    for row in _rows(published, "ind_evaluation", BREAKDOWN):
        found[_key(row)].append(row)
    return found


@pytest.fixture(scope="module")
def values(published: duckdb.DuckDBPyConnection) -> dict[Key, float | None]:
    """The composites' values."""
    return {_key(row): row["value"] for row in _rows(published, "ind_evaluation_values", (*KEY, "value"))}


def test_every_value_is_recomputed_from_its_breakdown(
    breakdown: dict[Key, list[dict[str, Any]]], values: dict[Key, float | None]
) -> None:
    """Sums in exact decimals, one division: equal to the last bit of a double; the contributions add up."""
    assert set(breakdown) == set(values)
    assert sum(value is not None for value in values.values()) > 100, "hardly a composite is published"
    different = []
    for key, children in breakdown.items():
        present = [child for child in children if not child["is_missing"]]
        value = values[key]
        if value is None:
            assert any(child["is_missing"] and child["role"] != "aggiuntivo" for child in children), key
            assert all(child["contribution"] is None for child in children), key
            continue
        total = sum((child["applied_weight"] * child["index_value"] for child in present), Decimal())
        [divisor] = {child["divisor"] for child in children}
        added = math.fsum(child["contribution"] for child in present)
        exact = abs(Decimal(value) - Decimal(total) / Decimal(divisor)) <= 2 * Decimal(math.ulp(value))
        if not exact or not math.isclose(added, value, abs_tol=1e-9):
            different.append((key, value, float(total / divisor), added))
    assert not different


def test_every_deviation_is_recomputed_and_capped(breakdown: dict[Key, list[dict[str, Any]]]) -> None:
    """The index of a deviation is 100 plus the deviation from the target, within ±50."""
    polarity = {code: item.declared["polarita"] for code, item in installed_catalogue().indicators.items()}
    checked = 0
    for key, children in breakdown.items():
        for child in children:
            if child["kind"] != "scostamento" or child["is_missing"]:
                continue
            actual, target = child["actual_value"], child["target_value"]
            deviation = polarity[child["child_code"]] * (actual - target) / abs(target) * 100
            assert math.isclose(child["deviation_pct"], deviation, rel_tol=1e-12, abs_tol=1e-12), key
            capped = max(-50.0, min(50.0, child["deviation_pct"]))
            assert child["capped_deviation_pct"] == capped, key
            assert math.isclose(child["index_value"], 100 + capped, abs_tol=1e-9), key
            checked += 1
    assert checked > 100


def test_a_composite_child_has_the_value_it_has_on_its_own(
    breakdown: dict[Key, list[dict[str, Any]]], values: dict[Key, float | None]
) -> None:
    """At the same node, or at the directorate for what an office inherits."""
    composites = {key[0] for key in values}
    checked = 0
    for key, children in breakdown.items():
        for child in children:
            if child["child_code"] in composites and child["role"] == "base":
                assert child["actual_value"] == values.get((child["child_code"], *key[1:])), key
                checked += 1
    assert checked


def test_no_composite_stands_outside_its_validity_or_level(values: dict[Key, float | None]) -> None:
    metas = {code: item.declared for code, item in installed_catalogue().indicators.items()}
    for code, _, level, _, period, _ in values:
        meta = metas[code]
        assert level in meta["livelli"], code
        assert meta["valido_dal"][:4] <= period[:4] <= (meta["valido_al"] or "9999")[:4], (code, period)


def test_composites_stand_among_the_indicators(
    published: duckdb.DuckDBPyConnection, values: dict[Key, float | None]
) -> None:
    names = ("indicator_code", *KEY[1:])
    codes = ", ".join(f"'{code}'" for code in {key[0] for key in values})
    found = published.cursor().execute(
        f"select {', '.join(names)}, value from indicators.ind_values where indicator_code in ({codes})"
    )
    assert {tuple(row[:-1]): row[-1] for row in found.fetchall()} == values


@pytest.mark.parametrize("organisation", ["as_was", "as_is"])
def test_a_composite_answers_by_name(
    client: Client, values: dict[Key, float | None], organisation: str
) -> None:
    """In the words of any indicator: the nation, by directorate, without naming the view."""
    [nation] = client.query("incentivo_ordinario", period="2025-P12", organisation=organisation)
    key = ("incentivo_ordinario", organisation, "nazionale", "NAZIONALE", "2025-P12", "consuntivo")
    assert nation["incentivo_ordinario"] == values[key] is not None
    result = client.query(
        "incentivo_ordinario", by=["direzione"], period="2025-P12", organisation=organisation, targets=True
    )
    column = result.columns[0].name
    assert column == {"as_was": "direzione", "as_is": "direzione_attuale"}[organisation]
    asked = {row[column]: row["incentivo_ordinario"] for row in result}
    assert {node: value for node, value in asked.items() if value is not None} == {
        key[3]: value
        for key, value in values.items()
        if key[0] == "incentivo_ordinario"
        and key[1:3] == (organisation, "direzione")
        and key[4] == "2025-P12"
        and value is not None
    }
    assert {row["incentivo_ordinario_obiettivo"] for row in result if row["incentivo_ordinario"]} == {100.0}


def test_a_composite_answers_by_node(client: Client, values: dict[Key, float | None]) -> None:
    result = client.query("oge_d", by=["nodo"], period="2024-A", view="valutazioni")
    found = {(row["livello"], row["nodo"]): row["oge_d"] for row in result}
    assert (
        found["nazionale", "NAZIONALE"]
        == values["oge_d", "as_was", "nazionale", "NAZIONALE", "2024-A", "consuntivo"]
    )


def test_the_breakdown_answers_too(client: Client, values: dict[Key, float | None]) -> None:
    fixed = {
        "composito": "oge_d",
        "organizzazione": "as_was",
        "livello": "nazionale",
        "nodo": "NAZIONALE",
        "periodo": "2024-A",
        "scenario": "consuntivo",
    }
    result = client.load(
        {
            "measures": ["scomposizione.peso", "scomposizione.contributo"],
            "dimensions": ["scomposizione.figlio", "scomposizione.area_figlio", "scomposizione.motivo"],
            "filters": [
                {"member": f"scomposizione.{name}", "operator": "equals", "values": [value]}
                for name, value in fixed.items()
            ],
        }
    )
    rows = {row["figlio"]: row for row in result}
    assert {name: row["peso"] for name, row in rows.items()} == {
        "indice_giacenza": 30,
        "indice_deflusso": 30,
        "elemento_oge_d3": 30,
        "elemento_oge_d4": 10,
    }
    assert rows["elemento_oge_d3"]["motivo"] == "non_misurato"
    brought = math.fsum(row["contributo"] for row in result if row["contributo"] is not None)
    value = values["oge_d", "as_was", "nazionale", "NAZIONALE", "2024-A", "consuntivo"]
    assert math.isclose(brought, value or 0, abs_tol=1e-9)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"by": ["struttura"], "period": "2025-P12"}, "LEVEL_NOT_ALLOWED"),
        ({"by": ["direzione"], "period": "2024-P12"}, "OUT_OF_VALIDITY"),
        ({"by": ["direzione"], "period": ["2025-P12", "2024-P12"]}, "OUT_OF_VALIDITY"),
        ({"by": ["direzione", "area"], "period": "2025-P12"}, "UNKNOWN_MEMBER"),
    ],
    ids=["level", "validity", "one of two periods", "cut"],
)
def test_what_a_composite_has_not_is_refused(client: Client, options: dict[str, Any], code: str) -> None:
    with pytest.raises(QueryError) as refused:
        client.query("incentivo_ordinario", **options)
    assert refused.value.code == code


def test_a_value_of_several_nodes_at_once_is_refused(client: Client) -> None:
    with pytest.raises(QueryError) as refused:
        client.load(
            {
                "measures": ["valutazioni.incentivo_ordinario"],
                "filters": [
                    {"member": "valutazioni.periodo", "operator": "equals", "values": ["2025-P12"]},
                    {"member": "valutazioni.livello", "operator": "equals", "values": ["direzione"]},
                ],
            }
        )
    assert refused.value.code == "REQUIRED_MEMBER"
