"""Real Cube, under the same model and the same tokens, shows the same rows; and what it makes of claims is ours.

Rows and members only: the messages of refusals differ, and Cube does not know the comparisons.
"""

from __future__ import annotations

import json
import random
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from api_client import Client
from orchestration.paths import semantic_model_dir
from semantic.access import ClaimsRefused, read_scope

from .access_world import World
from .cube_process import node_command
from .published_file import PublishedFile

MAPPING = Path(__file__).parents[2] / "semantic" / "cube" / "access.js"
CLAIMS: list[Any] = [
    {},
    None,
    {"structures": "*"},
    {"structures": "*", "domains": "*", "comparisons": "*"},
    {"structures": "*", "domains": ["personale", "costi", "costi"]},
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
    return {"groups": sorted(scope.groups), "lists": {name: scope.attributes[name] or ["-"] for name in names}}


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
    "terni": {"structures": {"sede": ["DP-TERNI"], "agenzia": ["AG-ORVIETO"]}, "domains": ["personale"]},
    "lazio with the nation": {
        "structures": {"direzione": ["DR-LAZIO"]},
        "domains": ["costi"],
        "comparisons": ["nazionale"],
    },
    "no costs, no staff": {"structures": "*"},
}


def queries(meta: dict[str, list[str]], chance: random.Random) -> list[dict[str, Any]]:
    """A dozen queries of each shape: facts by structure then and today, reported values, targets, composites."""
    found: list[dict[str, Any]] = []
    here = [("periodo", chance.choice(["2025-P03", "2024-P12", "2025-M02"])), ("scenario", "consuntivo")]
    for dimension in ("direzione", "struttura", "agenzia", "struttura_attuale", "linea", "dominio"):
        for measure in chance.sample(["pervenuto", "definito_om", "costo", "fte", "teste"], 3):
            if measure in meta["indicatori"]:
                found.append(query("indicatori", [measure], [dimension], here))
    for view, code in (("valori", "indice_giacenza"), ("valori", "produttivita"), ("obiettivi", "indice_giacenza")):
        extra = [("organizzazione", "as_was")] if view == "valori" else []
        dimensions = ["nodo", "nodo_area", *(["livello"] if view == "valori" else [])]
        measure = "valore" if view == "valori" else "obiettivo"
        found.append(query(view, [measure], dimensions, [("indicatore", code), *here, *extra]))
    return found


def query(view: str, measures: list[str], dimensions: list[str], pinned: list[tuple[str, str]]) -> dict[str, Any]:
    return {
        "measures": [f"{view}.{name}" for name in measures],
        "dimensions": [f"{view}.{name}" for name in dimensions],
        "filters": [
            {"member": f"{view}.{name}", "operator": "equals", "values": [value]} for name, value in pinned
        ],
        "order": [[f"{view}.{name}", "asc"] for name in dimensions],
    }
