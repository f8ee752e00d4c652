"""The guards that Cube has in production (`semantic/cube/guards.js`) refuse what the embedded server refuses.

Six hundred queries over the compiled model, made by a seeded generator, by whom may see all structures and by
whom may see some: the same code, or none, from both.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
from collections import Counter
from typing import Any

import pytest

from orchestration.paths import semantic_model_dir
from semantic.access import read_scope
from semantic.model_reader import Model, View, ViewMember, load_model
from semantic.planner import Planner, QueryError

from .cube_process import HERE, install, node_command

COUNT = 600
VIEWS = ("indicatori", "processi", "finanza", "qualita", "valori", "obiettivi", "valutazioni")
PERIODS = (
    "2024-M05",
    "2024-T2",
    "2025-M11",
    "2025-P12",
    "2021-A",
    "2023-S1",
    "2026-A",
    "2025-P13",
    "novembre",
)
LEVELS = ("nazionale", "nazionale", "direzione", "sede")
GUARDS = {
    "REQUIRED_MEMBER",
    "UNKNOWN_PERIOD",
    "OUT_OF_VALIDITY",
    "LEVEL_NOT_ALLOWED",
    "CUT_NOT_ALLOWED",
    "UNKNOWN_ORDER",
}
Query = dict[str, Any]


@pytest.fixture(scope="module")
def model() -> Model:
    """The compiled model."""
    return load_model(semantic_model_dir())


@pytest.fixture(scope="module")
def queries(model: Model) -> list[Query]:
    """The queries, always the same."""
    chance = random.Random(20260401)
    return [_query(chance, model.views[chance.choice(VIEWS)]) for _ in range(COUNT)]


def _query(chance: random.Random, view: View) -> Query:
    measures = [item for item in view.members.values() if item.kind == "measure"]
    dimensions = [item for item in view.members.values() if item.kind == "dimension"]
    segments = [item for item in view.members.values() if item.kind == "segment"]
    required = [item for item in dimensions if _is_key(item)]
    chosen = chance.sample(measures, min(len(measures), chance.choice([1, 1, 1, 2])))
    query: Query = {"measures": [item.full_name for item in chosen]}
    filters: list[Query] = []
    grouped = []
    for item in required:
        # Mostly as it should be, so that the other guards have their say.
        way = chance.choices(["pin", "group", "both", "several", "none"], [60, 15, 5, 10, 4])[0]
        if way in ("group", "both"):
            grouped.append(item)
        if way in ("pin", "both", "several"):
            filters.append(_pin(chance, item, 2 if way == "several" else 1))
    grouped += chance.sample(dimensions, chance.choice([0, 0, 1, 1, 2]))
    query["dimensions"] = list(dict.fromkeys(item.full_name for item in grouped if item.type != "time"))
    strings = [item for item in dimensions if item.type == "string"]
    filters += [_filter(chance, item) for item in chance.sample(strings, chance.choice([0, 0, 1]))]
    chance.shuffle(filters)
    if filters and chance.random() < 0.2:
        filters = [{"and": filters[:1]}, *filters[1:]]
    if len(filters) > 1 and chance.random() < 0.1:
        filters = [{"or": filters}]
    query["filters"] = filters
    if segments and chance.random() < 0.15:
        query["segments"] = [chance.choice(segments).full_name]
    if chance.random() < 0.15:
        query["order"] = {chance.choice([*query["measures"], f"{view.name}.scenario"]): "asc"}
    if chance.random() < 0.1:
        query["timeDimensions"] = [_time(chance, item) for item in dimensions if item.type == "time"]
    return query


def _is_key(item: ViewMember) -> bool:
    names = ("periodo", "scenario", "indicatore", "organizzazione", "nodo", "nodo_area", "misura")
    return item.name in names


def _pin(chance: random.Random, item: ViewMember, count: int) -> Query:
    values = chance.sample(PERIODS, count) if item.name == "periodo" else ["a", "b"][:count]
    return {
        "member": item.full_name,
        "operator": chance.choice(["equals", "in"]),
        "values": [None, *values] if chance.random() < 0.05 else values,
    }


def _filter(chance: random.Random, item: ViewMember) -> Query:
    operator = chance.choice(["equals", "notEquals", "contains", "set"])
    return {"member": item.full_name, "operator": operator} | ({} if operator == "set" else {"values": ["x"]})


def _time(chance: random.Random, item: ViewMember) -> Query:
    how: Query = chance.choice([{"granularity": "month"}, {"dateRange": ["2025-01-01", "2025-12-31"]}])
    return {"dimension": item.full_name, **how}


def test_the_same_refusals(model: Model, queries: list[Query]) -> None:
    """Each guard is reached, and each query is refused by both for the same reason, or by neither."""
    install()
    levels = [LEVELS[at % len(LEVELS)] for at in range(COUNT)]
    pairs = zip(queries, levels, strict=True)
    asked = {
        "model": str(semantic_model_dir()),
        "asked": [{"query": query, "level": level} for query, level in pairs],
    }
    ran = subprocess.run(
        [*node_command(), "guards.cjs"],
        cwd=HERE,
        env={"PATH": os.environ["PATH"], "NODE_PATH": str(HERE / "node_modules")},
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
    )
    theirs = [each["code"] if each else None for each in json.loads(ran.stdout)]
    planners = {level: Planner(model, scope=read_scope(_claims(level))) for level in LEVELS}
    own = [_code(planners[level], query) for query, level in zip(queries, levels, strict=True)]
    different = [(query, a, b) for query, a, b in zip(queries, own, theirs, strict=True) if a != b]
    assert not different, different[:3]
    reached = Counter(own)
    assert set(reached) == {*GUARDS, None}
    assert reached[None] > COUNT / 20, reached
    assert min(reached.values()) >= 5, reached


def _claims(level: str) -> dict[str, Any]:
    """All domains; of structures all, or one of the level."""
    return {"structures": "*" if level == "nazionale" else {level: ["X"]}, "domains": "*"}


def _code(planner: Planner, query: Query) -> str | None:
    try:
        planner.plan(query)
    except QueryError as error:
        return error.code
    return None
