"""Real Cube, under the same model and the same tokens, shows the same rows.

Rows and members only: the messages of refusals differ, and Cube does not know the comparisons.
"""

from __future__ import annotations

import json
import random
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from orchestration.paths import semantic_model_dir
from semantic.access import ClaimsRefused, read_scope

from .conftest import served
from .cube_process import CubeServer, cube_running, install, node_command
from .published_file import PublishedFile

MAPPING = Path(__file__).parents[2] / "semantic" / "cube" / "access.js"
CLAIMS: list[Any] = [
    {},
    None,
    {"structures": "*"},
    {"structures": "*", "domains": "*", "comparisons": "*"},
    {"structures": "*", "domains": ["personale", "costi", "costi", "persone"]},
    {"structures": {"direzione": ["DR-UMBRIA"]}},
    {"structures": {"direzione": ["DR-UMBRIA"], "agenzia": ["AG-ORVIETO"]}, "comparisons": ["livello"]},
    {"structures": {"sede": ["DP-TERNI"]}, "domains": ["costi"], "comparisons": ["nazionale"]},
    {"structures": {"sede": ["DP-TERNI"], "direzione": []}, "comparisons": "*"},
    {"structures": {}},
    {"structures": {"sede": []}},
    {"structures": {"sede": "DP-TERNI"}},
    {"structures": {"sede": ["undefined"]}},
    {"structures": {"sede": ["*"]}},
    {"structures": {"sede": [None]}},
    {"structures": {"regione": ["Umbria"]}},
    {"structures": ["DR-UMBRIA"]},
    {"structures": None},
    {"structures": "*", "domains": "costi"},
    {"structures": "*", "domains": None},
    {"structures": "*", "comparisons": ["tutto"]},
]


def ours(claims: Any) -> Any:
    try:
        scope = read_scope(claims or {})
    except ClaimsRefused:
        return None
    names = ("direzioni", "sedi", "agenzie", "livelli")
    return {
        "groups": sorted(scope.groups),
        "lists": {name: scope.attributes[name] or ["-"] for name in names},
    }


def test_cube_makes_the_same_of_claims() -> None:
    """The mapping that Cube's configuration uses, in Node itself; None where the token is refused."""
    program = (
        f"const {{ scopeOf }} = require({json.dumps(str(MAPPING))});"
        f"const read = (claims) => {{ try {{ return scopeOf(claims); }} catch {{ return null; }} }};"
        f"console.log(JSON.stringify({json.dumps(CLAIMS)}.map(read)));"
    )
    ran = subprocess.run([*node_command(), "-e", program], capture_output=True, text=True, check=True)
    assert json.loads(ran.stdout) == [ours(claims) for claims in CLAIMS]


SCOPES: dict[str, dict[str, Any]] = {
    "umbria": {"structures": {"direzione": ["DR-UMBRIA"]}, "domains": "*"},
    "terni": {
        "structures": {"sede": ["DP-TERNI"], "agenzia": ["AG-ORVIETO"]},
        "domains": ["personale", "persone"],
    },
    "lazio with the nation": {
        "structures": {"direzione": ["DR-LAZIO"]},
        "domains": ["costi"],
        "comparisons": ["nazionale"],
    },
    "no costs, no staff": {"structures": "*"},
}


def queries(names: set[str], chance: random.Random) -> list[dict[str, Any]]:
    """Draw queries of facts, by structure then and today, of reported values and of targets."""
    found: list[dict[str, Any]] = []
    here = [("periodo", chance.choice(["2025-P03", "2024-P12", "2025-M02"])), ("scenario", "consuntivo")]
    for dimension in ("direzione", "struttura", "agenzia", "struttura_attuale", "linea", "dominio"):
        for measure in ("pervenuto", "definito_om", "costo", "fte"):
            if f"indicatori.{measure}" in names:
                found.append(query("indicatori", measure, [dimension], here))
    of_values = [*here, ("organizzazione", "as_was")]
    for code in ("indice_giacenza", "produttivita", "costi_standard_cs07"):
        found.append(
            query("valori", "valore", ["nodo", "nodo_area", "livello"], [("indicatore", code), *of_values])
        )
        found.append(
            query(
                "obiettivi", "obiettivo", ["nodo", "nodo_area", "periodo", "scenario"], [("indicatore", code)]
            )
        )
    return found


def query(view: str, measure: str, dimensions: list[str], pinned: list[tuple[str, str]]) -> dict[str, Any]:
    """Ask one measure by dimensions, in an order that tells all rows apart."""
    return {
        "measures": [f"{view}.{measure}"],
        "dimensions": [f"{view}.{name}" for name in dimensions],
        "filters": [
            {"member": f"{view}.{name}", "operator": "equals", "values": [value]} for name, value in pinned
        ],
        "order": [[f"{view}.{name}", "asc"] for name in dimensions],
    }


class Asker:
    """One scope on one server."""

    def __init__(self, server: CubeServer, claims: dict[str, Any]) -> None:
        self.http = httpx.Client(base_url=server.url, timeout=120)
        self.http.headers["Authorization"] = server.token_of(claims)

    def members(self) -> set[str]:
        """Return the members that it knows of."""
        views = self.http.get("/cubejs-api/v1/meta").json()["cubes"]
        parts = [view[kind] for view in views for kind in ("measures", "dimensions", "segments")]
        return {item["name"] for part in parts for item in part if item.get("public", True)}

    def rows(self, query: dict[str, Any]) -> Any:
        """Return a query's rows, or None; Cube is asked again when it says "Continue wait"."""
        while True:
            response = self.http.post("/cubejs-api/v1/load", json={"query": query})
            answer = response.json()
            if answer.get("error") != "Continue wait":
                return answer["data"] if response.status_code == 200 else None


@pytest.fixture(scope="module")
def servers(published_file: PublishedFile) -> Iterator[tuple[CubeServer, CubeServer]]:
    """Cube and our server, of one model over one file."""
    install()
    with (
        cube_running(semantic_model_dir(), published_file.file) as cube,
        served(semantic_model_dir(), published_file.folder) as own,
    ):
        yield cube, own


@pytest.mark.parametrize("name", SCOPES)
def test_cube_shows_the_same(name: str, servers: tuple[CubeServer, CubeServer]) -> None:
    """The same members, and of every query the same rows."""
    cube, own = (Asker(server, SCOPES[name]) for server in servers)
    with cube.http, own.http:
        assert own.members() == cube.members()
        chosen = queries(own.members(), random.Random(name))
        answers = [(own.rows(one), cube.rows(one)) for one in chosen]
        for one, (ours, theirs) in zip(chosen, answers, strict=True):
            assert ours == theirs, one
        assert sum(bool(ours) for ours, _ in answers) > len(answers) // 2
        hidden = {
            "measures": ["indicatori.costo"],
            "dimensions": ["indicatori.periodo", "indicatori.scenario"],
        }
        if "indicatori.costo" not in own.members():
            assert (own.rows(hidden), cube.rows(hidden)) in ((None, None), (None, []))


@pytest.mark.parametrize("claims", [{}, {"structures": {"sede": ["undefined"]}}, {"structures": {}}])
def test_no_scope_no_row(claims: dict[str, Any], servers: tuple[CubeServer, CubeServer]) -> None:
    """Neither server answers a token that grants nothing."""
    everything = query("indicatori", "pervenuto", ["periodo", "scenario"], [])
    for server in servers:
        asker = Asker(server, claims)
        with asker.http:
            assert not asker.rows(everything)
