"""Comparisons: values worked by hand from the few facts of `indicators.figures` (see `database.sql`)."""

from typing import Any

import pytest

from semantic.planner.periods import parse_period, previous_period, previous_year, year_to_date

from .conftest import Api

V = "confronti."
Json = dict[str, Any]


def where(member: str, *values: str, operator: str = "equals") -> Json:
    """One filter."""
    return {"member": V + member, "operator": operator, "values": list(values)}


def asked(
    measures: str, comparisons: str, by: str = "direzione", period: str = "2025-M03", **other: Any
) -> Json:
    """A query with comparisons, by name; several names are separated by spaces."""
    filters = [where("periodo", *period.split()), where("scenario", "consuntivo"), *other.pop("filters", [])]
    return {
        "measures": [V + name for name in measures.split()],
        "dimensions": [V + name for name in by.split()],
        "filters": filters,
        "comparisons": comparisons.split(),
        "order": [[V + name, "asc"] for name in by.split()],
        **other,
    }


def table(api: Api, query: Json, *columns: str) -> dict[Any, tuple[Any, ...]]:
    """First dimension(s) → the values of some columns."""
    keys = query["dimensions"]
    rows = api.load(query)["data"]
    return {
        tuple(row[key] for key in keys) if len(keys) > 1 else row[keys[0]]: tuple(
            row[V + name] for name in columns
        )
        for row in rows
    }


def about(api: Api, query: Json, column: str) -> Json:
    """What the annotation says of a column."""
    described: Json = api.load(query)["annotation"]["measures"][V + column]
    return described


@pytest.mark.parametrize(
    ("code", "year", "period", "progressive"),
    [
        ("2025-M03", "2024-M03", "2025-M02", "2025-P03"),
        ("2025-M01", "2024-M01", "2024-M12", "2025-P01"),
        ("2025-M10", "2024-M10", "2025-M09", "2025-P10"),
        ("2025-T1", "2024-T1", "2024-T4", "2025-P03"),
        ("2025-T3", "2024-T3", "2025-T2", "2025-P09"),
        ("2025-S1", "2024-S1", "2024-S2", "2025-P06"),
        ("2025-S2", "2024-S2", "2025-S1", "2025-P12"),
        ("2025-A", "2024-A", "2024-A", "2025-P12"),
        ("2025-P03", "2024-P03", "2025-P02", "2025-P03"),
        ("2025-P10", "2024-P10", "2025-P09", "2025-P10"),
        ("2025-P01", "2024-P01", None, "2025-P01"),
        ("0001-M01", None, None, "0001-P01"),
        ("0001-A", None, None, "0001-P12"),
    ],
)
def test_which_period_is_compared(code: str, year: str | None, period: str | None, progressive: str) -> None:
    """The year before, the period before, the year to date; January's year to date has nothing before it."""
    read = parse_period(code, "periodo")
    assert (previous_year(read), previous_period(read), year_to_date(read)) == (year, period, progressive)


def test_previous_year(api: Api) -> None:
    """The value then, the difference, and per cent of what was; no per cent of nothing or of zero."""
    query = asked("pezzi resa attesa", "previousYear")
    suffixes = ("", "__previousYear", "__previousYearChange", "__previousYearChangePct")
    assert table(api, query, *(f"pezzi{one}" for one in suffixes)) == {
        "DC-X": ("5", None, None, None),
        "DR-A": ("60", "40", "20", "50"),
        "DR-B": ("20", "0", "20", None),
        "DR-C": ("100", None, None, None),
        "DR-D": ("5", "8", "-3", "-37.5"),
        "DR-E": ("10", None, None, None),
    }
    assert table(api, query, *(f"resa{one}" for one in suffixes))["DR-A"] == ("2", "4", "-2", "-50")
    assert table(api, query, *(f"resa{one}" for one in suffixes))["DR-D"] == (None, "4", None, None)
    # A change is not turned by polarity: the annotation says which way is better.
    assert table(api, query, *(f"attesa{one}" for one in suffixes))["DR-A"] == ("0.5", "0.25", "0.25", "100")
    assert about(api, query, "attesa__previousYearChange")["meta"]["polarita"] == -1


def test_without_any_dimension(api: Api) -> None:
    """The nation now and then: 200 pieces against 48; 204 hours against 22."""
    query = asked("pezzi resa", "previousYear", by="")
    (row,) = api.load(query)["data"]
    assert (row[V + "pezzi"], row[V + "pezzi__previousYear"]) == ("200", "48")
    assert float(row[V + "resa__previousYear"]) == pytest.approx(48 / 22)
    assert float(row[V + "pezzi__previousYearChangePct"]) == pytest.approx(152 / 48 * 100)


def test_filters_hold_then_too(api: Api) -> None:
    """A line and a structure are kept in the period that is compared with."""
    query = asked("pezzi", "previousYear", by="", filters=[where("linea", "L2"), where("regione", "R3")])
    (row,) = api.load(query)["data"]
    assert (row[V + "pezzi"], row[V + "pezzi__previousYear"]) == ("15", "8")
    nested = asked("pezzi", "previousYear", by="", filters=[])
    nested["filters"] = [{"and": [*nested["filters"], where("direzione", "DR-A")]}]
    (row,) = api.load(nested)["data"]
    assert (row[V + "pezzi"], row[V + "pezzi__previousYear"]) == ("60", "40")


def test_previous_period_row_by_row(api: Api) -> None:
    """Each period of the answer has its own: across the turn of the year, and none before January's P01."""
    query = asked("pezzi", "previousPeriod", by="periodo", period="2025-M01 2025-M02 2025-P01 2025-P03")
    columns = ("pezzi", "pezzi__previousPeriod", "pezzi__previousPeriodChange")
    assert table(api, query, *columns) == {
        "2025-M01": ("12", "6", "6"),
        "2025-M02": ("60", "12", "48"),
        "2025-P01": ("12", None, None),
        "2025-P03": ("152", "62", "90"),
    }
    said = about(api, query, "pezzi__previousPeriod")["comparison"]
    assert said["periods"] == {
        "2025-M01": "2024-M12",
        "2025-M02": "2025-M01",
        "2025-P01": None,
        "2025-P03": "2025-P02",
    }
    assert said["notes"] == [
        {"period": "2025-P01", "base": None, "note": "2025-P01 non ha un periodo precedente"}
    ]


def test_no_period_before_at_all(api: Api) -> None:
    """The comparison is empty, the value is not."""
    query = asked("pezzi", "previousPeriod", by="", period="2025-P01")
    (row,) = api.load(query)["data"]
    assert (row[V + "pezzi"], row[V + "pezzi__previousPeriodChangePct"]) == ("12", None)


def test_a_family_compares_each_definition_with_the_other(api: Api) -> None:
    """2025: ten times pieces over hours; 2024: pieces over hours. The annotation says that they differ."""
    query = asked("indice", "previousYear")
    assert table(api, query, "indice", "indice__previousYear")["DR-A"] == ("20", "4")
    said = about(api, query, "indice__previousYearChange")["comparison"]
    assert said["notes"] == [
        {
            "period": "2025-M03",
            "base": "2024-M03",
            "definitions": {"2025-M03": "indice_2025", "2024-M03": "indice_2024"},
            "note": "definizioni diverse: indice_2025 nel 2025-M03 e indice_2024 nel 2024-M03; "
            "ogni valore secondo la propria",
        }
    ]
    same = asked("indice", "previousPeriod")
    assert about(api, same, "indice__previousPeriod")["comparison"]["notes"] == []


@pytest.mark.parametrize(
    ("measure", "period", "by", "reason"),
    [
        ("indice_2025", "2025-M03", "direzione", "2024-M03: nessuna definizione in vigore, nessun confronto"),
        ("indice", "2024-M03", "direzione", "2023-M03: nessuna definizione in vigore, nessun confronto"),
        ("indice", "2025-M03", "prodotto", "2024-M03: non pubblicato con questo taglio, nessun confronto"),
    ],
)
def test_no_definition_then(api: Api, measure: str, period: str, by: str, reason: str) -> None:
    """Where nothing was defined there is no comparison, whatever the facts hold; the answer itself stands."""
    query = asked(measure, "previousYear", by=by, period=period)
    rows = api.load(query)["data"]
    assert any(row[V + measure] is not None for row in rows)
    assert {row[f"{V}{measure}__previousYear"] for row in rows} == {None}
    assert about(api, query, f"{measure}__previousYear")["comparison"]["notes"][0]["note"] == reason


def test_only_some_periods_are_defined(api: Api) -> None:
    """Two rows, one with a definition a year before and one without; the other measure has both."""
    query = asked("indice pezzi", "previousYear", by="periodo", period="2024-M03 2025-M03")
    found = table(api, query, "indice", "indice__previousYear", "pezzi__previousYear")
    assert found["2024-M03"][1:] == (None, "7")
    assert found["2025-M03"][2] == "48"
    assert float(found["2025-M03"][1]) == pytest.approx(48 / 22)


def test_programme_is_the_year_to_date(api: Api) -> None:
    """March and the year to March alike: the actual to March, 122 over 54 hours, against 2 planned."""
    columns = ("resa__programmeActual", "resa__programme", "resa__programmeDeviation")
    query = asked("resa", "programme", by="direzione periodo", period="2025-M02 2025-M03 2025-P03")
    found = table(api, query, *columns)
    for period in ("2025-M03", "2025-P03"):
        actual, programme, deviation = found["DR-A", period]
        assert float(actual) == pytest.approx(122 / 54)
        assert programme == "2"
        assert float(deviation) == pytest.approx((122 / 54 - 2) / 2 * 100)
        assert found["DR-B", period] == ("1.5", None, None)
    assert found["DR-A", "2025-M02"][1] == "2.5"
    alone = table(api, asked("resa", "programme"), *columns)
    assert alone["DR-A"] == found["DR-A", "2025-M03"]
    said = about(api, query, "resa__programme")
    assert said["comparison"]["periods"] == {
        "2025-M02": "2025-P02",
        "2025-M03": "2025-P03",
        "2025-P03": "2025-P03",
    }


def test_target_and_signed_deviation(api: Api) -> None:
    """More is better: 2 against 1.6 is +25 %. Less is better: 0.5 against 0.4 is −25 %. None of zero."""
    query = asked("resa attesa", "target")
    found = table(
        api, query, "resa__target", "resa__targetDeviation", "attesa__target", "attesa__targetDeviation"
    )
    assert [float(value) for value in found["DR-A"]] == pytest.approx([1.6, 25, 0.4, -25])
    assert found["DR-B"] == (None, None, "0", None)
    assert found["DR-C"] == (None, None, None, None)


@pytest.mark.parametrize(
    ("by", "filters", "target", "deviation"),
    [
        ("", [], "1", 200 / 204 * 100 - 100),
        ("", [where("direzione", "DR-A")], "1.6", 25),
        ("periodo", [where("direzione", "DR-A")], "1.6", 25),
        ("direzione", [where("direzione", "DR-A"), where("linea", "L1")], "6", -50),
        ("linea direzione linea_nome", [where("direzione", "DR-A"), where("linea", "L1")], "6", -50),
        ("struttura", [where("regione", "R1"), where("struttura", "O1")], "4", -25),
        ("direzione", [where("struttura", "O1")], "4", -25),
        ("direzione_attuale", [where("direzione_attuale", "DR-A")], "5", -60),
    ],
)
def test_targets_of_other_nodes(
    api: Api, by: str, filters: list[Json], target: str, deviation: float
) -> None:
    """The node and the area are grouped by, or filtered to one; today's organisation has its own targets."""
    (row,) = api.load(asked("resa", "target", by=by, filters=filters))["data"]
    assert row[V + "resa__target"] == target
    assert float(row[V + "resa__targetDeviation"]) == pytest.approx(deviation)


RANKS = (
    "clusterRank",
    "clusterSize",
    "clusterBest",
    "clusterBestDistance",
    "clusterValue",
    "clusterDistance",
)


def ranks(api: Api, query: Json, measure: str) -> dict[Any, list[float | None]]:
    """First dimension → the columns of the rank, as numbers."""
    found = table(api, query, *(f"{measure}__{suffix}" for suffix in RANKS))
    return {key: [None if one is None else float(one) for one in row] for key, row in found.items()}


def test_rank_within_the_cluster(api: Api) -> None:
    """Two tie for the first place and nobody is second; the cluster's value is 185/200, not the mean 1.54."""
    found = ranks(api, asked("resa", "clusterRank"), "resa")
    assert found["DR-A"] == found["DR-B"] == pytest.approx([1, 3, 2, 0, 0.925, 1.075])
    assert found["DR-C"] == pytest.approx([3, 3, 2, -1.375, 0.925, -0.3])
    assert found["DR-D"] == [None, 3, 2, None, 0.925, None]
    assert found["DR-E"] == [1, 1, 2.5, 0, 2.5, 0]
    assert found["DC-X"] == [None] * 6


def test_least_is_best_by_polarity(api: Api) -> None:
    """Waiting: 0 is first, then 0.5 twice; distances are positive on the better side of 200/185."""
    found = ranks(api, asked("attesa", "clusterRank"), "attesa")
    assert found["DR-D"] == pytest.approx([1, 4, 0, 0, 200 / 185, 200 / 185])
    assert found["DR-A"] == found["DR-B"] == pytest.approx([2, 4, 0, -0.5, 200 / 185, 200 / 185 - 0.5])
    assert found["DR-C"][0] == 4


@pytest.mark.parametrize(
    "kept",
    [
        [where("direzione", "DR-C")],
        [where("regione", "R2")],
        [{"or": [where("direzione", "DR-C"), where("direzione", "DR-E")]}],
        [{"and": [where("direzione", "DR-C")]}],
        [{"member": V + "resa", "operator": "lt", "values": ["1"]}],
    ],
)
def test_a_filter_makes_nobody_first(api: Api, kept: list[Json]) -> None:
    """The others of the cluster count, though they are not in the answer."""
    found = ranks(api, asked("resa", "clusterRank", filters=kept), "resa")
    assert found["DR-C"] == pytest.approx([3, 3, 2, -1.375, 0.925, -0.3])
    segment = asked("resa", "clusterRank", segments=[V + "regione_due"])
    assert ranks(api, segment, "resa")["DR-C"][:2] == [3, 3]


def test_a_page_makes_nobody_first(api: Api) -> None:
    """Nor does a limit."""
    query = asked("resa", "clusterRank", limit=1, offset=3)
    assert ranks(api, query, "resa") == {"DR-C": pytest.approx([3, 3, 2, -1.375, 0.925, -0.3])}


def test_other_conditions_hold_for_the_peers(api: Api) -> None:
    """On line L1 there are two of the cluster: 3 and 2 pieces an hour; 50/20 together."""
    found = ranks(api, asked("resa", "clusterRank", filters=[where("linea", "L1")]), "resa")
    assert found == {"DR-A": [1, 2, 3, 0, 2.5, 0.5], "DR-B": [2, 2, 3, -1, 2.5, -0.5]}
    by_line = ranks(api, asked("resa", "clusterRank", by="direzione linea"), "resa")
    assert by_line["DR-B", "L1"] == [2, 2, 3, -1, 2.5, -0.5]
    assert by_line["DR-A", "L2"][:2] == [1, 2]


def test_each_period_has_its_ranks(api: Api) -> None:
    """A dimension that is no structure parts the peers."""
    query = asked("resa", "clusterRank", by="direzione periodo", period="2025-M02 2025-M03")
    found = ranks(api, query, "resa")
    assert (found["DR-B", "2025-M02"][:2], found["DR-B", "2025-M03"][:2]) == ([2, 2], [1, 3])


def test_offices_rank_among_offices(api: Api) -> None:
    """O1 3, O3 2, O2 1.5, O4 0.625; what is the directorate's own is no office, though it would be first."""
    found = ranks(api, asked("resa", "clusterRank", by="struttura"), "resa")
    assert [found[name][:2] for name in ("O1", "O3", "O2", "O4")] == [[1, 4], [2, 4], [3, 4], [4, 4]]
    own = ranks(api, asked("resa", "clusterRank", by="struttura", period="2025-M04"), "resa")
    assert own == {
        "DR-A/PROPRIA": [None] * 6,
        "O1": [1, 2, 2, 0, 1.75, 0.25],
        "O3": [2, 2, 2, -0.5, 1.75, -0.25],
    }


def test_cluster_beside_the_structure(api: Api) -> None:
    """Grouping by the cluster too changes nothing."""
    found = ranks(api, asked("resa", "clusterRank", by="direzione cluster_economico"), "resa")
    assert found["DR-C", "C"] == pytest.approx([3, 3, 2, -1.375, 0.925, -0.3])


def test_a_structure_of_two_clusters_has_no_rank(api: Api) -> None:
    """Nobody could say among whom; the others are ranked without it."""
    found = ranks(api, asked("resa", "clusterRank", period="2025-M05"), "resa")
    assert (found["DR-F"], found["DR-A"][:2]) == ([None] * 6, [1, 1])


def test_a_part_of_a_structure_has_no_rank(api: Api) -> None:
    """O11 moved: what one directorate had of it (4/2) is not its value (10/4), which is what is ranked."""
    query = asked("resa", "clusterRank", by="struttura", period="2025-M06")
    assert ranks(api, query, "resa")["O11"][:2] == [2, 2]
    kept = query | {"filters": [*query["filters"], where("direzione", "DR-A")]}
    found = ranks(api, kept, "resa")
    assert (found["O11"], found["O1"][:2]) == ([None] * 6, [1, 2])


def test_doubles_that_differ_by_rounding_tie(api: Api) -> None:
    """0.1/0.3 and 0.3/0.9 are a third, whatever the last bit says."""
    assert 0.1 / 0.3 != 0.3 / 0.9
    found = ranks(api, asked("resa", "clusterRank", period="2025-M07"), "resa")
    assert (found["DR-A"][0], found["DR-B"][0]) == (1, 1)


def test_sums_rank_without_a_cluster_value(api: Api) -> None:
    """The cluster's total is nothing to be near to."""
    query = asked("pezzi", "clusterRank")
    found = table(api, query, "pezzi__clusterRank", "pezzi__clusterSize", "pezzi__clusterBestDistance")
    assert found["DR-A"] == ("2", "4", "-40")
    assert V + "pezzi__clusterValue" not in api.load(query)["annotation"]["measures"]


def test_share_of_the_nation(api: Api) -> None:
    """60 of 200 pieces; on line L1, 30 of 50; with no structure at all, everything."""
    columns = ("pezzi__nationalValue", "pezzi__nationalShare")
    assert table(api, asked("pezzi", "nationalShare"), *columns)["DR-A"] == ("200", "30")
    line = asked("pezzi", "nationalShare", filters=[where("linea", "L1"), where("direzione", "DR-A")])
    assert table(api, line, *columns) == {"DR-A": ("50", "60")}
    by_line = table(api, asked("pezzi", "nationalShare", by="direzione linea"), *columns)
    assert by_line["DR-B", "L1"] == ("50", "40")
    (row,) = api.load(asked("pezzi", "nationalShare", by=""))["data"]
    assert row[V + "pezzi__nationalShare"] == "100"
    zero = asked("pezzi", "nationalShare", period="2024-M03", filters=[where("direzione", "DR-B")])
    assert table(api, zero | {"segments": []}, *columns)["DR-B"] == ("48", "0")
