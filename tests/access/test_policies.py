"""Access policies as they are applied: members, rows, masks, conditions, claims, comparisons."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from semantic.server import AuthSettings, ServerSettings, create_app

from ..server.conftest import SECRET, publish, serving, token

SCOPES: dict[str, dict[str, Any]] = {
    "all": {},
    "no_hours": {"domains": []},
    "a": {"structures": {"direzione": ["DR-A"]}, "domains": ["ore"], "comparisons": []},
    "a_no_hours": {"structures": {"direzione": ["DR-A"]}, "domains": [], "comparisons": []},
    "a_nation": {"structures": {"direzione": ["DR-A"]}, "domains": ["ore"], "comparisons": ["nazionale"]},
    "a_peers": {"structures": {"direzione": ["DR-A"]}, "domains": ["ore"], "comparisons": ["livello"]},
    "office": {"structures": {"sede": ["O1", "O3"]}, "domains": ["ore"], "comparisons": []},
}
HERE = [
    {"member": "lavoro.periodo", "operator": "equals", "values": ["2025-M03"]},
    {"member": "lavoro.scenario", "operator": "equals", "values": ["consuntivo"]},
]


class Asker:
    """Asks the server under one scope."""

    def __init__(self, http: httpx.Client, **claims: Any) -> None:
        self.http = http
        self.headers = {"Authorization": token(**claims)}

    def post(self, query: dict[str, Any], path: str = "load") -> httpx.Response:
        """Send a query."""
        return self.http.post(f"/cubejs-api/v1/{path}", json={"query": query}, headers=self.headers)

    def rows(self, query: dict[str, Any]) -> list[list[Any]]:
        """Send a query that must be answered, and return its rows."""
        response = self.post({**query, "responseFormat": "compact"})
        assert response.status_code == 200, response.text
        found: list[list[Any]] = response.json()["data"]["dataset"]
        return found

    def refused(self, query: dict[str, Any], path: str = "load") -> dict[str, Any]:
        """Send a query that must be refused, and return the refusal."""
        response = self.post(query, path)
        assert response.status_code in (400, 403), response.text
        refusal: dict[str, Any] = response.json()
        return refusal

    def meta(self) -> dict[str, Any]:
        """Return what there is, by view."""
        listed = self.http.get("/cubejs-api/v1/meta?extended", headers=self.headers).json()["cubes"]
        return {view["name"]: view for view in listed}


@pytest.fixture(scope="module")
def http(database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A server of the model with policies."""
    base = tmp_path_factory.mktemp("policies")
    (base / "model").mkdir()
    shutil.copyfile(Path(__file__).with_name("model.yml"), base / "model" / "model.yml")
    (base / "published").mkdir()
    publish(base / "published", database, "1")
    app = create_app(base / "model", base / "published", AuthSettings(secrets=(SECRET,)), ServerSettings())
    with serving(app) as address, httpx.Client(base_url=address, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def asker(http: httpx.Client) -> dict[str, Asker]:
    return {name: Asker(http, **claims) for name, claims in SCOPES.items()}


def by_directorate(measure: str = "pezzi", **more: Any) -> dict[str, Any]:
    return {"measures": [f"lavoro.{measure}"], "dimensions": ["lavoro.direzione"], "filters": HERE, **more}


def test_rows_of_the_scope(asker: dict[str, Asker]) -> None:
    """In March 2025: A has 30 + 30 pieces, B 20, C 100, D 5, E 10, X 5 (by hand from the database)."""
    assert dict(asker["all"].rows(by_directorate())) == {
        "DR-A": "60", "DR-B": "20", "DR-C": "100", "DR-D": "5", "DR-E": "10", "DC-X": "5",
    }  # fmt: skip
    assert asker["a"].rows(by_directorate()) == [["DR-A", "60"]]
    assert dict(asker["office"].rows(by_directorate())) == {"DR-A": "30", "DR-B": "20"}
    assert asker["a"].rows({"measures": ["lavoro.pezzi"], "filters": HERE}) == [["60"]]


def test_totals_and_filters_are_of_the_scope(asker: dict[str, Asker]) -> None:
    other = {"member": "lavoro.direzione", "operator": "equals", "values": ["DR-C"]}
    either = {"or": [other, {"member": "lavoro.direzione", "operator": "set"}]}
    answer = asker["a"].post(by_directorate(total=True)).json()
    assert answer["total"] == 1
    assert asker["a"].rows(by_directorate() | {"filters": [*HERE, other]}) == []
    assert asker["a"].rows(by_directorate() | {"filters": [*HERE, either]}) == [["DR-A", "60"]]
    assert asker["a"].rows(by_directorate(segments=["lavoro.con_ore"])) == [["DR-A", "60"]]
    assert asker["a"].rows({"dimensions": ["lavoro.regione"]}) == [["R1"]]


def test_members_that_are_withheld_are_unknown(asker: dict[str, Asker]) -> None:
    """As if they were not there: the same words as for a name that nobody has, and never a suggestion."""
    scope = asker["a_no_hours"]
    for path in ("load", "sql", "dry-run"):
        hidden = scope.refused(by_directorate("ore"), path)
        unknown = scope.refused(by_directorate("xyz"), path)
        assert hidden["code"] == unknown["code"] == "UNKNOWN_MEMBER"
        assert hidden["error"].replace("ore", "xyz") == unknown["error"]
    for query in (
        {"measures": ["lavoro.resa"]},
        {"segments": ["lavoro.con_ore"], "measures": ["lavoro.pezzi"]},
        by_directorate() | {"filters": [*HERE, {"member": "lavoro.ore", "operator": "gt", "values": ["1"]}]},
        by_directorate(order=[["lavoro.ore", "asc"]]),
        by_directorate("oree"),
        {"measures": ["lavoro.con_or"]},
        {"measures": ["senza_regole.pezzi"]},
        {"measures": ["senza_regol.pezzi"]},
    ):
        refusal = scope.refused(query)
        assert refusal["code"] in ("UNKNOWN_MEMBER", "UNKNOWN_ORDER"), refusal
        assert not {"ore", "resa", "con_ore", "senza_regole"} & set(
            refusal.get("suggestion", "").replace(",", " ").split()
        )
    listed = scope.meta()
    assert sorted(listed) == ["lavoro", "personale"]
    names = {
        item["name"] for kind in ("measures", "dimensions", "segments") for item in listed["lavoro"][kind]
    }
    assert not names & {"lavoro.ore", "lavoro.resa", "lavoro.con_ore"}
    assert [folder["name"] for folder in listed["lavoro"]["folders"]] == ["Misto"]
    assert "lavoro.ore" in {item["name"] for item in asker["a"].meta()["lavoro"]["measures"]}


def test_a_view_without_policies_is_for_whoever_sees_all(asker: dict[str, Asker]) -> None:
    assert "senza_regole" in asker["all"].meta()
    assert not [name for name in ("no_hours", "a", "office") if "senza_regole" in asker[name].meta()]


def test_conditions_and_claims_must_hold(http: httpx.Client) -> None:
    """Exactly true, of the expected shape, and there: else nothing is granted."""
    local = SCOPES["a"]
    assert "mascherata" in Asker(http, **local, attivo=True).meta()
    for wrong in ({}, {"attivo": "true"}, {"attivo": 1}, {"attivo": None}):
        assert "mascherata" not in Asker(http, **local, **wrong).meta()
    query = {"measures": ["personale.pezzi"], "dimensions": ["personale.periodo", "personale.scenario"]}
    ask = Asker(http, **local, ufficio={"sede": "O4"}).rows
    assert ask(query) == [["2025-M03", "consuntivo", "100"]]
    for wrong in (
        {},
        {"ufficio": None},
        {"ufficio": {"sede": ""}},
        {"ufficio": {"sede": ["O4"]}},
        {"ufficio": "O4"},
    ):
        assert Asker(http, **local, **wrong).rows(query) == []


def test_masked_members(http: httpx.Client) -> None:
    """Seen, but as their mask: to group by, to filter, and in what is computed from them."""
    ask = Asker(http, **SCOPES["all"], attivo=True).rows
    here = [{**item, "member": item["member"].replace("lavoro", "mascherata")} for item in HERE]
    query = {
        "measures": ["mascherata.pezzi", "mascherata.ore"],
        "dimensions": ["mascherata.linea"],
        "filters": here,
    }
    assert ask(query) == [["nascosta", "185", None]]
    line = {"member": "mascherata.linea", "operator": "equals", "values": ["L1"]}
    assert ask({**query, "filters": [*here, line]}) == []
    assert ask({"measures": ["mascherata.resa"], "filters": here}) == [[None]]


def test_the_nation_of_a_scope(asker: dict[str, Asker]) -> None:
    """Its share is for those whose token grants it; the nation's value is whole, the row's is the scope's."""
    query = by_directorate(comparisons=["nationalShare"])
    refusal = asker["a"].refused(query)
    assert (refusal["code"], refusal.get("member", "")) == ("COMPARISON_NOT_GRANTED", "")
    assert asker["a_nation"].rows(query) == [["DR-A", "60", "200", "30"]]


def test_ranks_are_for_peers(asker: dict[str, Asker]) -> None:
    """A rank among others tells of them: it wants the claim `livello`, and rows as coarse as one's nodes."""
    ranked = by_directorate(comparisons=["clusterRank"])
    office = ranked | {"dimensions": ["lavoro.sede"]}
    for name in ("a", "a_nation", "office"):
        assert asker[name].refused(ranked)["code"] == "COMPARISON_NOT_GRANTED"
    assert asker["a_peers"].rows(ranked) == asker["all"].rows(ranked)
    assert asker["a_peers"].refused(office)["code"] == "COMPARISON_NOT_GRANTED"
    finer = {**by_directorate(), "dimensions": ["lavoro.sede"]}
    assert sorted(asker["a_peers"].rows(finer)) == [["O1", "30"], ["O2", "30"]]


def test_earlier_periods_are_of_the_scope(asker: dict[str, Asker]) -> None:
    """March 2024: A had 40 pieces, all others 8."""
    query = {"measures": ["lavoro.pezzi"], "filters": HERE, "comparisons": ["previousYear"]}
    assert asker["a"].rows(query)[0][:2] == ["60", "40"]
    assert asker["all"].rows(query)[0][:2] == ["200", "48"]


def test_the_level_of_a_total_is_that_of_the_scope(asker: dict[str, Asker]) -> None:
    """What is published for the nation alone has no value for one directorate."""
    query = {"measures": ["lavoro.regionale"], "filters": HERE}
    assert asker["all"].rows(query) == [["200"]]
    assert asker["a"].refused(query)["code"] == "LEVEL_NOT_ALLOWED"


def test_a_quick_answer_tells_nobody_that_another_asked(database: Path, tmp_path: Path) -> None:
    """The same statement under two scopes: computed for each; kept for each."""
    shutil.copytree(Path(__file__).parents[1] / "server" / "model", tmp_path / "model")
    (tmp_path / "published").mkdir()
    publish(tmp_path / "published", database, "1")
    app = create_app(tmp_path / "model", tmp_path / "published", AuthSettings(secrets=(SECRET,)))
    query = {"measures": ["lento.somma"], "dimensions": ["lento.cifra"]}
    with serving(app) as address, httpx.Client(base_url=address, timeout=60) as http:
        one, other = Asker(http), Asker(http, ufficio="altro")
        seconds = []
        for who in (one, other, one, other):
            started = time.perf_counter()
            who.rows(query)
            seconds.append(time.perf_counter() - started)
    assert min(seconds[:2]) > 3 * max(seconds[2:]), seconds
