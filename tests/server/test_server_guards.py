"""Guards: no wrong number gets out, and each refusal says what to write instead."""

from typing import Any

import pytest

from .conftest import Api

V = "indicatori."
Json = dict[str, Any]


def at(period: str | list[str], scenario: str = "consuntivo", operator: str = "equals") -> list[Json]:
    """Filters that pin a period (or several) and a scenario."""
    periods = [period] if isinstance(period, str) else period
    return [
        {"member": V + "periodo", "operator": operator, "values": periods},
        {"member": V + "scenario", "operator": "equals", "values": [scenario]},
    ]


def asked(measure: str, *dimensions: str, filters: list[Json] | None = None, **other: Any) -> Json:
    """A query for one measure by some dimensions."""
    return {
        "measures": [V + measure],
        "dimensions": [V + name for name in dimensions],
        "filters": filters or [],
        **other,
    }


@pytest.mark.parametrize(
    "query",
    [
        asked("definito_om", filters=at("2024-M03")),
        asked("definito_om", filters=at("2024-M03", operator="in")),
        asked("definito_om", "periodo", "scenario"),
        asked("definito_om", "periodo", filters=at(["2024-M01", "2025-P01"])),
        asked("definito_om", filters=[{"and": [{"and": at("2024-M03")}]}]),
        asked("definito_om", filters=[{"or": [at("2024-M03")[0]]}, at("2024-M03")[1]]),
        asked("definito_om", filters=[*at(["2024-M03", "2024-M04"]), at("2024-M03")[0]]),
        asked("importo"),
    ],
)
def test_pinned_or_grouped_is_answered(api: Api, query: Json) -> None:
    """A period and a scenario that are pinned to one value, or grouped by, make one number of each row."""
    assert api.load(query)["data"]


@pytest.mark.parametrize(
    "query",
    [
        asked("definito_om"),
        asked("definito_om", "scenario"),
        asked("definito_om", "scenario", filters=[at("2024-M03")[0] | {"operator": "notEquals"}]),
        asked("definito_om", "scenario", filters=[at("2024-M03")[0] | {"operator": "contains"}]),
        asked("definito_om", "scenario", filters=[at("2024-M03")[0] | {"values": ["2024-M03", None]}]),
        asked("definito_om", filters=at(["2024-M03", "2024-M04"])),
        asked("definito_om", filters=[{"or": at("2024-M03")}]),
        asked("righe", "scenario", filters=[{"member": V + "definito_om", "operator": "set"}]),
        asked("definito_om", "data_fine_periodo", "scenario"),
    ],
)
def test_unpinned_period_is_refused(api: Api, query: Json) -> None:
    """Summing over periods counts months twice: refused, also in the SQL and the dry run."""
    refusal = api.refused(query)
    assert refusal["code"] == "REQUIRED_MEMBER"
    assert refusal["member"] == V + "periodo"
    assert "counts months twice" in refusal["error"]
    assert '"values": ["2025-P10"]' in refusal["suggestion"]
    for path in ("sql", "dry-run"):
        assert api.post(query, path).json()["code"] == "REQUIRED_MEMBER"


def test_unpinned_scenario_is_refused(api: Api) -> None:
    """Actual and plan do not add up."""
    refusal = api.refused(asked("definito_om", filters=at("2024-M03")[:1]))
    assert (refusal["code"], refusal["member"]) == ("REQUIRED_MEMBER", V + "scenario")


@pytest.mark.parametrize(
    ("measure", "period", "dimensions"),
    [
        ("produttivita", "2024-M03", ("struttura",)),
        ("produttivita", "2024-M03", ("struttura", "linea", "agenzia")),
        ("produttivita", "2025-P03", ("direzione",)),
        ("produttivita", "2025-P03", ()),
        ("produttivita_2021", "2024-A", ("agenzia",)),
        ("produttivita_2025", "2025-T1", ("direzione",)),
        ("quota_regionale", "2024-M03", ("direzione",)),
    ],
)
def test_allowed_levels_and_cuts_are_answered(
    api: Api, measure: str, period: str, dimensions: tuple[str, ...]
) -> None:
    """What a definition allows in its time is answered."""
    assert api.post(asked(measure, *dimensions, filters=at(period))).status_code == 200


@pytest.mark.parametrize(
    ("measure", "dimensions", "filters", "member"),
    [
        ("produttivita", ("struttura",), at("2025-P03"), "struttura"),
        ("produttivita", ("direzione", "struttura"), at("2025-P03"), "struttura"),
        ("produttivita", ("struttura", "periodo", "scenario"), [], "struttura"),
        ("produttivita", ("struttura", "periodo"), at(["2024-M03", "2025-P03"]), "struttura"),
        ("produttivita_2025", ("agenzia",), at("2025-P03"), "agenzia"),
        (
            "produttivita_2025",
            (),
            [
                *at("2025-P03"),
                {"or": [{"member": V + "struttura", "operator": "equals", "values": ["ROMA"]}]},
            ],
            "struttura",
        ),
        ("quota_regionale", ("periodo",), [], "quota_regionale"),
        ("quota_regionale", ("periodo", "struttura"), [], "struttura"),
    ],
)
def test_other_levels_are_refused(
    api: Api, measure: str, dimensions: tuple[str, ...], filters: list[Json], member: str
) -> None:
    """Grouped or filtered by a finer (or a coarser) structure than it is published for."""
    refusal = api.refused(asked(measure, *dimensions, filters=filters))
    assert refusal["code"] == "LEVEL_NOT_ALLOWED"
    assert refusal["member"] == V + member
    assert f"direzione (group by or filter {V}direzione)" in refusal["suggestion"]


def test_refused_level_names_the_definition_in_force(api: Api) -> None:
    """A family's refusal says which of its definitions does not allow it."""
    refusal = api.refused(asked("produttivita", "struttura", filters=at("2025-P03")))
    assert refusal["error"] == (
        "indicatori.produttivita (here produttivita_2025) is not published at level sede: "
        "only at nazionale, direzione"
    )


@pytest.mark.parametrize(
    ("measure", "period", "cut", "allowed"),
    [
        ("produttivita", "2025-P03", "linea", "it has no finer cut"),
        ("produttivita_2021", "2024-M03", "prodotto", "it may be cut by indicatori.linea, indicatori.area"),
    ],
)
def test_other_cuts_are_refused(api: Api, measure: str, period: str, cut: str, allowed: str) -> None:
    """Cut by a line or a product for which the act defines no value; grouped or filtered alike."""
    grouped = api.refused(asked(measure, cut, filters=at(period)))
    condition = {"member": V + cut, "operator": "set"}
    filtered = api.refused(asked(measure, filters=[*at(period), condition]))
    for refusal in (grouped, filtered):
        assert (refusal["code"], refusal["member"]) == ("CUT_NOT_ALLOWED", V + cut)
        assert allowed in refusal["suggestion"]


@pytest.mark.parametrize(
    ("measure", "periods", "other"),
    [
        ("produttivita_2021", ["2025-P03"], "produttivita_2025"),
        ("produttivita_2021", ["2024-A", "2025-A"], "produttivita_2025"),
        ("produttivita_2025", ["2024-S2"], "produttivita_2021"),
    ],
)
def test_periods_outside_the_validity_are_refused(
    api: Api, measure: str, periods: list[str], other: str
) -> None:
    """The refusal names the family, and the definition in force in that period."""
    refusal = api.refused(asked(measure, "periodo", filters=at(periods)))
    assert (refusal["code"], refusal["member"]) == ("OUT_OF_VALIDITY", V + measure)
    assert refusal["suggestion"] == (
        f"ask {V}produttivita, which answers with the definition in force, or {V}{other}"
    )


def test_periods_before_every_definition_are_refused(api: Api) -> None:
    """A family has no value where none of its definitions is in force."""
    refusal = api.refused(asked("produttivita", filters=at("2020-A")))
    assert refusal["code"] == "OUT_OF_VALIDITY"


@pytest.mark.parametrize(
    "code", ["2025", "2025-M13", "2025-M3", "2025-T5", "2025-S3", "2025-P00", "marzo", "2025-a"]
)
def test_unknown_periods_are_refused(api: Api, code: str) -> None:
    """A code of no format is a mistake, not an empty answer; the formats are listed."""
    refusal = api.refused(asked("definito_om", filters=at(code)))
    assert refusal["code"] == "UNKNOWN_PERIOD"
    for form in ("2025-M03", "2025-T1", "2025-S1", "2025-P03", "2025-A"):
        assert form in refusal["suggestion"]


@pytest.mark.parametrize(
    ("period", "completeness"),
    [
        ("2024-M02", {"expected": 16, "present": 16, "share": "1.0000", "complete": True}),
        ("2024-M03", {"expected": 16, "present": 11, "share": "0.6875", "complete": False}),
        ("2024-A", {"expected": 0, "present": 0, "share": None, "complete": True}),
    ],
)
def test_completeness_travels_with_the_number(api: Api, period: str, completeness: Json) -> None:
    """Each counted measure says how many deliveries were expected and how many came."""
    query = {"measures": [V + "produttivita", V + "righe"], "filters": at(period)}
    described = api.load(query)["annotation"]["measures"]
    assert described[V + "produttivita"]["completeness"] == completeness
    assert "completeness" not in described[V + "righe"]


def test_incomplete_values_are_refused_on_request(api: Api) -> None:
    """`completeOnly` answers 409, saying how much is missing, and answers when all is there."""
    query = asked("produttivita", "direzione", filters=at("2024-M03"), completeOnly=True)
    response = api.post(query)
    assert response.status_code == 409
    refusal = response.json()
    assert (refusal["code"], refusal["member"]) == ("INCOMPLETE", V + "produttivita")
    assert refusal["error"].endswith("5 of 16 deliveries are missing, in 1 of 1 rows")
    complete = asked("produttivita", "direzione", filters=at("2024-M02"), completeOnly=True)
    assert (
        api.load(complete)["annotation"]["measures"][V + "produttivita"]["completeness"]["share"] == "1.0000"
    )


def test_nothing_uncounted_is_called_complete(api: Api) -> None:
    """A measure whose deliveries nobody counts cannot be promised complete."""
    refusal = api.refused(asked("importo", completeOnly=True))
    assert (refusal["code"], refusal["member"]) == ("COMPLETENESS_UNKNOWN", V + "importo")
