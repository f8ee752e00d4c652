"""What comparisons keep of the protocol, and what they refuse."""

import statistics
from typing import Any

import duckdb
import pytest

from .conftest import Api
from .test_server_comparisons import V, about, asked, table, where

ALL = "previousYear previousPeriod programme target clusterRank"


def test_nothing_changes_without_them(api: Api) -> None:
    """The same statement, the same rows: an empty list is none."""
    plain = asked("resa pezzi", "")
    without = {key: value for key, value in plain.items() if key != "comparisons"}
    statements = [api.post(query, "sql").json()["sql"]["sql"] for query in (plain, without)]
    assert statements[0] == statements[1]
    assert "WITH" not in statements[0][0]
    compared = api.load(plain | {"comparisons": ALL.split()})["data"]
    rows = api.load(without)["data"]
    assert [{key: row[key] for key in rows[0]} for row in compared] == rows


def test_all_at_once_in_every_form(api: Api) -> None:
    """The three forms have the same columns: the query's, then those of each measure and comparison."""
    query = asked("resa attesa", ALL)
    default = api.load(query)["data"]
    compact = api.load(query | {"responseFormat": "compact"})["data"]
    columnar = api.load(query | {"responseFormat": "columnar"})["data"]
    members = compact["members"]
    assert members == columnar["members"] == list(default[0])
    assert members[:3] == [V + "direzione", V + "resa", V + "attesa"]
    assert len(members) == 3 + 2 * (3 + 3 + 3 + 2 + 6)
    assert [list(row.values()) for row in default] == compact["dataset"]
    assert [list(row) for row in zip(*columnar["columns"], strict=True)] == compact["dataset"]


def test_ordered_by_an_added_column(api: Api) -> None:
    """Descending change, in pages that follow each other; the total is of the rows, not of the page."""
    query = asked("pezzi", "previousYear", order=[[V + "pezzi__previousYearChange", "desc"]], total=True)
    whole = api.load(query)
    names = [row[V + "direzione"] for row in whole["data"]]
    assert (names[:3], whole["total"]) == (["DR-A", "DR-B", "DR-D"], 6)
    assert whole["query"]["order"] == [{"id": V + "pezzi__previousYearChange", "desc": True}]
    pages = [api.load(query | {"limit": 2, "offset": at}) for at in (0, 2, 4)]
    assert [row[V + "direzione"] for page in pages for row in page["data"]] == names
    assert [page["total"] for page in pages] == [6, 6, 6]
    refusal = api.refused(query | {"order": [[V + "pezzi__previousYearChang", "desc"]]})
    assert (refusal["code"], refusal["suggestion"][:28]) == ("UNKNOWN_ORDER", "did you mean confronti.pezzi")


def test_sql_runs_as_it_is(api: Api, sql: duckdb.DuckDBPyConnection) -> None:
    """`/v1/sql` gives the statement with its values; elsewhere it gives the same rows."""
    query = asked("resa indice", ALL, by="direzione periodo", period="2025-M02 2025-M03")
    answer = api.post(query, "sql").json()["sql"]
    statement, values = answer["sql"]
    rows = sql.execute(statement, values).fetchall()
    found = api.rows(query)
    assert len(rows) == len(found) > 5
    assert answer["aliasNameToMember"]["confronti__resa__clusterRank"] == V + "resa__clusterRank"
    assert not any(text in statement for text in ("2024-M", "2025-", "consuntivo", "PROPRIA", "TOT"))
    names = list(answer["aliasNameToMember"])
    at = names.index("confronti__resa__clusterRank")
    assert [str(row[at]) if row[at] else None for row in rows] == [row[at] for row in found]


def test_dry_run_and_normalised_query(api: Api) -> None:
    """The key comes back, each comparison once."""
    query = asked("pezzi", "nationalShare clusterRank nationalShare")
    (normal,) = api.post(query, "dry-run").json()["normalizedQueries"]
    assert normal["comparisons"] == ["nationalShare", "clusterRank"]
    assert api.load(query)["query"]["comparisons"] == ["nationalShare", "clusterRank"]


def test_answers_are_kept_apart(api: Api) -> None:
    """One with and one without, from the cache too."""
    plain, compared = asked("pezzi", ""), asked("pezzi", "previousYear")
    for query in (plain, compared, plain, compared):
        assert (V + "pezzi__previousYear" in api.load(query)["data"][0]) == bool(query["comparisons"])


def test_annotations(api: Api) -> None:
    """Each added column has title, type, unit and what it compares."""
    query = asked("pezzi", "previousYear target clusterRank nationalShare")
    measures = api.load(query)["annotation"]["measures"]
    assert measures[V + "pezzi__previousYear"] == {
        "title": "Confronti Pezzi: anno precedente",
        "shortTitle": "Pezzi: anno precedente",
        "type": "number",
        "format": "number",
        "meta": {"tipo": "decimal", "scala": 2, "decimali": 0, "unita": "pezzi", "polarita": 1},
        "comparison": {
            "kind": "previousYear",
            "of": V + "pezzi",
            "periods": {"2025-M03": "2024-M03"},
            "notes": [],
        },
    }
    meta = {name.rpartition("__")[2]: item["meta"] for name, item in measures.items()}
    assert meta["previousYearChangePct"] == {"tipo": "double", "decimali": 2, "unita": "%", "polarita": 1}
    assert meta["clusterRank"] == {"tipo": "integer", "scala": 0, "unita": "posizione"}
    assert meta["clusterSize"]["unita"] == "strutture"
    assert meta["target"] == {"tipo": "double", "decimali": 0, "unita": "pezzi", "polarita": 1}
    assert meta["nationalShare"] == {"tipo": "double", "decimali": 2, "unita": "%"}
    assert "format" not in measures[V + "pezzi__nationalShare"]
    waiting = api.load(asked("attesa", "target"))["annotation"]["measures"]
    # A deviation is already signed: more is better, of whatever indicator.
    assert waiting[V + "attesa__targetDeviation"]["meta"]["polarita"] == 1
    assert waiting[V + "attesa__target"]["meta"]["polarita"] == -1


def test_completeness_of_what_is_compared_with(api: Api) -> None:
    """Complete in March, one of three deliveries missing a year before: said, and refused on request."""
    query = asked("resa", "previousYear clusterRank", filters=[where("direzione", "DR-A", "DR-B", "DR-D")])
    measures = api.load(query)["annotation"]["measures"]
    own = {"expected": 4, "present": 4, "share": "1.0000", "complete": True}
    assert measures[V + "resa"]["completeness"] == own
    then = {"expected": 3, "present": 2, "share": "0.6666", "complete": False}
    assert measures[V + "resa__previousYear"]["completeness"] == then
    # The cluster's five deliveries stand behind each of the three rows.
    assert measures[V + "resa__clusterRank"]["completeness"]["expected"] == 15
    assert "completeness" not in measures[V + "resa__previousYearChange"]
    response = api.post(query | {"completeOnly": True})
    assert (response.status_code, response.json()["member"]) == (409, V + "resa__previousYear")


def test_the_cluster_value_is_no_mean_of_ratios(api: Api) -> None:
    """185/200 against the mean of 2, 2 and 0.625: the two must differ for the tests to tell them apart."""
    found = table(api, asked("resa", "clusterRank"), "resa__clusterValue")
    assert float(found["DR-A"][0]) == pytest.approx(0.925)
    assert statistics.mean([2, 2, 0.625]) == pytest.approx(1.5416667)


def test_a_family_tells_its_definitions(api: Api) -> None:
    """Which definition answers in which period; each row has its own."""
    query = asked("indice", "", by="periodo", period="2024-M03 2025-M03")
    found = table(api, query, "indice")
    assert float(found["2024-M03"][0]) == pytest.approx(48 / 22)
    assert float(found["2025-M03"][0]) == pytest.approx(2000 / 204)
    assert about(api, query, "indice")["definitions"] == [
        {
            "name": "indice_2024",
            "title": "Indice (2024)",
            "validFrom": "2024-01-01",
            "validTo": "2024-12-31",
            "periods": ["2024-M03"],
        },
        {
            "name": "indice_2025",
            "title": "Indice (2025)",
            "validFrom": "2025-01-01",
            "validTo": None,
            "periods": ["2025-M03"],
        },
    ]
    one = about(api, asked("indice", "", by="periodo"), "indice")["definitions"]
    assert [item["name"] for item in one] == ["indice_2025"]
    every = query | {"filters": [where("scenario", "consuntivo")]}
    assert [item["periods"] for item in about(api, every, "indice")["definitions"]] == [[], []]
    assert "definitions" not in about(api, asked("resa", ""), "resa")


@pytest.mark.parametrize(
    ("measure", "period", "error", "suggestion"),
    [
        (
            "indice_2024",
            "2025-M03",
            "is defined from 2024-01-01 to 2024-12-31: it has no value in 2025-M03 "
            "(abolita da Circolare 102/2024, sostituita da confronti.indice_2025)",
            "which answers with the definition in force, or confronti.indice_2025",
        ),
        (
            "abolito",
            "2025-M03",
            "(abolita da Circolare 102/2024, paragrafo 5.4.2, senza sostituto)",
            "ask a period from 2021-01-01 to 2024-12-31",
        ),
        (
            "sostituito",
            "2025-M03",
            "in 2025-M03 (sostituita da confronti.pezzi)",
            "ask confronti.pezzi, or a period",
        ),
        ("abolito", "2020-M03", "it has no value in 2020-M03", "ask a period from"),
    ],
)
def test_an_abolished_indicator_names_its_heir(
    api: Api, measure: str, period: str, error: str, suggestion: str
) -> None:
    """Asked after its end: which act ended it, and what took its place; before its start, neither."""
    refusal = api.refused(asked(measure, "", period=period))
    assert refusal["code"] == "OUT_OF_VALIDITY"
    assert refusal["error"].endswith(error)
    assert suggestion in refusal["suggestion"]


PERIODS = [where("periodo", "2025-M03"), where("scenario", "consuntivo")]


@pytest.mark.parametrize(
    ("query", "code", "says"),
    [
        (asked("pezzi", "lastYear"), "INVALID_QUERY", '"comparisons[0]" must be one of [previousYear,'),
        (asked("pezzi", "") | {"comparisons": "target"}, "INVALID_QUERY", '"comparisons" must be an array'),
        (asked("pezzi", "") | {"comparisons": [["target"]]}, "INVALID_QUERY", "must be one of"),
        (asked("", "previousYear"), "INVALID_QUERY", "Comparisons are of measures"),
        (
            asked("resa", "nationalShare"),
            "NOT_ADDITIVE",
            "confronti.resa is no sum, and a ratio has no share",
        ),
        (asked("massimo", "nationalShare"), "NOT_ADDITIVE", "confronti.massimo is no sum"),
        (asked("pezzi_regionali", "nationalShare"), "LEVEL_NOT_ALLOWED", "nationalShare: confronti.pezzi_r"),
        (asked("ore", "clusterRank"), "NO_POLARITY", "clusterRank: confronti.ore has no polarity"),
        (asked("ore", "target"), "NO_POLARITY", "target: confronti.ore has no polarity"),
        # Periods.
        (
            asked("pezzi", "previousYear", by="periodo") | {"filters": PERIODS[1:]},
            "COMPARISON_PERIODS",
            "name the",
        ),
        (asked("massimo", "previousYear") | {"filters": PERIODS[1:]}, "COMPARISON_PERIODS", "name the"),
        (asked("massimo", "previousYear", period="2025-M03 2025-M02"), "COMPARISON_PERIODS", "name the"),
        (
            asked(
                "pezzi",
                "previousYear",
                filters=[where("data_fine_periodo", "2025-01-01", operator="afterDate")],
            ),
            "COMPARISON_SCOPE",
            "confronti.data_fine_periodo does not say what it is in the other period",
        ),
        (
            asked("pezzi", "previousYear", segments=[V + "con_ore"]),
            "COMPARISON_SCOPE",
            "confronti.con_ore does",
        ),
        (
            asked(
                "pezzi",
                "previousYear",
                filters=[{"or": [where("periodo", "2025-M03"), where("direzione", "DR-A")]}],
            ),
            "COMPARISON_SCOPE",
            "a filter joins by 'or'",
        ),
        (
            {"measures": ["lento.somma"], "comparisons": ["previousYear"]},
            "COMPARISON_PERIODS",
            "no reporting",
        ),
        # Clusters.
        (asked("resa", "clusterRank", by="linea"), "NO_CLUSTER", "not structures of one level"),
        (asked("resa", "clusterRank", by=""), "NO_CLUSTER", "not structures of one level"),
        (asked("resa", "clusterRank", by="regione"), "NO_CLUSTER", "not structures of one level"),
        (asked("resa", "clusterRank", filters=[where("struttura", "O1")]), "NO_CLUSTER", "not structures"),
        (asked("resa", "clusterRank", by="direzione direzione_attuale"), "NO_CLUSTER", "mixes the month's"),
        (
            asked(
                "resa", "clusterRank", filters=[{"or": [where("direzione", "DR-A"), where("linea", "L1")]}]
            ),
            "COMPARISON_SCOPE",
            "clusterRank: a filter joins by 'or'",
        ),
        # Targets.
        (asked("resa", "target", by="prodotto"), "NO_TARGETS", "targets are not set by confronti.prodotto"),
        (asked("resa", "target", by="regione"), "NO_TARGETS", "confronti.regione names no node"),
        (asked("resa", "target", by="linea area"), "NO_TARGETS", "one kind of area, not by area and linea"),
        (asked("resa", "target", by="linea_nome"), "NO_TARGETS", "confronti.linea_nome names no node"),
        (
            asked("resa", "target", filters=[where("linea", "L1", "L2")]),
            "NO_TARGETS",
            "not of one confronti.linea",
        ),
        (
            asked("resa", "target", by="", filters=[where("direzione", "DR-A", "DR-B")]),
            "NO_TARGETS",
            "not of one",
        ),
        (asked("resa", "target", by="direzione direzione_attuale"), "NO_TARGETS", "mixes the month's"),
        (asked("resa", "target", segments=[V + "con_ore"]), "NO_TARGETS", "not set by confronti.con_ore"),
        (asked("resa", "programme", by="prodotto"), "NO_TARGETS", "programme: targets are not set by"),
    ],
)
def test_refused_comparisons(api: Api, query: dict[str, Any], code: str, says: str) -> None:
    """What would be a wrong number, or none that anybody defined, is refused and says why."""
    refusal = api.refused(query)
    assert refusal["code"] == code
    assert says in refusal["error"]
    assert refusal.get("suggestion") or code == "INVALID_QUERY"
    for path in ("sql", "dry-run"):
        assert api.post(query, path).json()["error"] == refusal["error"]


def test_values_by_node_compare_too(api: Api) -> None:
    """In a view of nodes the key does not move with the period: 2 after 2.5."""
    key = {"indicatore": "resa", "organizzazione": "as_was", "nodo_area": "TOT", "scenario": "consuntivo"}
    fixed = key | {"livello": "direzione", "periodo": "2025-P03"}
    query = {
        "measures": ["valori.obiettivo"],
        "dimensions": ["valori.nodo"],
        "filters": [
            {"member": f"valori.{name}", "operator": "equals", "values": [value]}
            for name, value in fixed.items()
        ],
        "comparisons": ["previousPeriod"],
        "responseFormat": "compact",
    }
    assert api.load(query)["data"]["dataset"] == [["DR-A", "2", "2.5", "-0.5", "-20"]]
    kind = {"member": "valori.tipo_nodo_area", "operator": "equals", "values": ["TOT"]}
    refusal = api.refused(query | {"filters": [*query["filters"], kind]})
    assert (refusal["code"], refusal["member"]) == ("COMPARISON_SCOPE", "valori.tipo_nodo_area")


def test_a_view_without_the_cluster(api: Api) -> None:
    """Ranks need a view that shows the economic cluster."""
    view = "senza_cluster."
    query = {
        "measures": [view + "resa"],
        "dimensions": [view + "direzione"],
        "filters": [{**item, "member": view + item["member"].removeprefix(V)} for item in PERIODS],
        "comparisons": ["clusterRank"],
    }
    assert "does not show the economic cluster" in api.refused(query)["error"]
