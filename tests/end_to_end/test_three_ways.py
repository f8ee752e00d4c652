"""Every first indicator: the API, `ind_values` and SQL written by hand give the same digits."""

import duckdb
import pytest

from api_client import Client
from orchestration.catalogue import installed_catalogue
from tests.end_to_end.hand_written import by_hand, measure_by_hand
from tests.registry import registry_measures

LEVELS = {"nazionale": [], "direzione": ["direzione"], "sede": ["struttura"]}
# 2025-P10 and 2025-A span the office that changes directorate in July and the one that changes code in April;
# the 2021 definitions end with 2024, so theirs are that year's.
PERIODS = ["2025-M06", "2025-T2", "2025-S2", "2025-P10", "2025-A"]
PERIODS_2021 = [period.replace("2025", "2024") for period in PERIODS]
# What is read from January on has values in the periods that begin there; forecasts, at the ends of quarters.
PERIODS_FROM_JANUARY = {
    "incidenza_conto_1005": ["2025-T1", "2025-P10", "2025-A"],
    "capitoli_in_tolleranza": ["2025-T1", "2025-P06", "2025-P09", "2025-A"],
}
ORGANISATIONS = ["as_was", "as_is"]

CASES = [
    (item.code, level, organisation)
    for item in installed_catalogue().indicators.values()
    if "definizioni" not in item.declared
    and not item.declared.get("composito")
    and item.code not in registry_measures()
    for level in LEVELS
    if level in item.levels
    for organisation in ORGANISATIONS
]


# The measures of the registry, together by kind and level: one question for all of them.
REGISTRY_CASES = sorted(
    {
        (measure.kind, level, period, organisation)
        for measure in registry_measures().values()
        for level in measure.levels
        for period in ("2025-M06", "2025-P10")
        for organisation in ORGANISATIONS
    }
)


def periods_of(indicator: str) -> list[str]:
    """The periods that an indicator is compared in: of its validity, and those in which it has values."""
    valid_to = installed_catalogue().indicators[indicator].declared["valido_al"]
    return PERIODS_FROM_JANUARY.get(indicator, PERIODS if valid_to is None else PERIODS_2021)


@pytest.mark.parametrize(("indicator", "level", "organisation"), CASES)
def test_three_ways_give_the_same_digits(
    client: Client, published: duckdb.DuckDBPyConnection, indicator: str, level: str, organisation: str
) -> None:
    """In five kinds of period, as the month was organised and as today is."""
    periods = periods_of(indicator)
    hand = {
        (period, node): value
        for period in periods
        for node, value in by_hand(published, indicator, level, period, organisation).items()
    }
    stored = {
        (period, node): value
        for period, node, value in published.execute(
            "select period_code, node_code, value from indicators.ind_values"
            " where indicator_code = ? and node_level = ? and list_contains(?, period_code)"
            " and organisation_code = ?"
            " and scenario_code = 'consuntivo' and area_node_code = 'TOT' and value is not null",
            [indicator, level, periods, organisation],
        ).fetchall()
    }
    result = client.query(
        indicator, by=["periodo", *LEVELS[level]], period=periods, organisation=organisation
    )
    node = result.columns[1].name if LEVELS[level] else None
    asked = {
        (row["periodo"], row[node] if node else "NAZIONALE"): float(row[indicator])
        for row in result.rows
        if row[indicator] is not None
    }
    assert {period for period, _ in hand} == set(periods), "a period without values proves nothing"
    assert stored == hand
    assert asked == hand


@pytest.mark.parametrize(("kind", "level", "period", "organisation"), REGISTRY_CASES)
def test_three_ways_give_the_same_digits_for_every_row_of_the_registry(
    client: Client,
    published: duckdb.DuckDBPyConnection,
    kind: str,
    level: str,
    period: str,
    organisation: str,
) -> None:
    measures = {
        item.indicator: item
        for item in registry_measures().values()
        if item.kind == kind and level in item.levels
    }
    result = client.query(list(measures), by=LEVELS[level], period=period, organisation=organisation)
    node = result.columns[0].name if LEVELS[level] else None
    for indicator, measure in measures.items():
        hand = measure_by_hand(published, measure, level, period, organisation)
        asked = {
            row[node] if node else "NAZIONALE": float(row[indicator])
            for row in result.rows
            if row[indicator] is not None
        }
        assert hand, f"{indicator}: the demonstration has no value here: the case proves nothing"
        assert _stored(published, indicator, level, period, organisation) == hand, indicator
        assert asked == hand, indicator


def _stored(
    published: duckdb.DuckDBPyConnection, indicator: str, level: str, period: str, organisation: str
) -> dict[str, float]:
    rows = published.execute(
        "select node_code, value from indicators.ind_values"
        " where indicator_code = ? and node_level = ? and period_code = ? and organisation_code = ?"
        " and scenario_code = 'consuntivo' and area_node_code = 'TOT' and value is not null",
        [indicator, level, period, organisation],
    )
    return dict(rows.fetchall())


def test_the_family_gives_each_period_its_own_definition(client: Client) -> None:
    before = client.query(["produttivita", "produttivita_2021"], by=["direzione"], period="2024-P12")
    after = client.query(["produttivita", "produttivita_2025"], by=["direzione"], period="2025-P12")
    assert all(row["produttivita"] == row["produttivita_2021"] for row in before.rows)
    assert all(row["produttivita"] == row["produttivita_2025"] for row in after.rows)
    assert any(row["produttivita"] for row in before.rows)
    assert any(row["produttivita"] for row in after.rows)


def test_a_reorganisation_moves_history_only_as_is(client: Client) -> None:
    """FM-NAPOLI-STABIESE left DCM-NAPOLI in July 2025: as-was the year is split, as-is all in DR-CAMPANIA."""
    received = {
        organisation: {
            row["direzione" if organisation == "as_was" else "direzione_attuale"]: row["pervenuto"] or 0
            for row in client.query(
                "pervenuto", by=["direzione"], period="2025-A", organisation=organisation
            ).rows
        }
        for organisation in ORGANISATIONS
    }
    as_was, as_is = received["as_was"], received["as_is"]
    assert as_was["DCM-NAPOLI"] > as_is["DCM-NAPOLI"]
    assert as_was["DCM-NAPOLI"] - as_is["DCM-NAPOLI"] == as_is["DR-CAMPANIA"] - as_was["DR-CAMPANIA"]
    assert sum(as_was.values()) == sum(as_is.values())
