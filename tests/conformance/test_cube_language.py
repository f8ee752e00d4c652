"""What Cube makes of a model, asked of Cube's own compiler: what it refuses, and what it takes in silence.

The compiled model keeps clear of both lists. The second is the dangerous one: Cube answers, and wrongly.
"""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from typing import Any

import pytest

from .cube_process import HERE, install, node_command

CUBE = """
cubes:
- name: fatti
  sql_table: m.fatti
  public: false
  dimensions:
  - {name: id, sql: '{CUBE}.id', type: number, primary_key: true, public: false}
  - {name: periodo, sql: '{CUBE}.periodo', type: string}
  measures:
  - {name: a, type: sum, sql: '{CUBE}.a'}
  - {name: b, type: sum, sql: '{CUBE}.b'}
"""
VIEW = """
views:
- name: v
  cubes:
  - {join_path: fatti, includes: '*'}
"""
JOINED = """
  joins:
  - {name: strutture, relationship: many_to_one, sql: '{CUBE}.k = {strutture}.k'}
- name: strutture
  sql_table: m.strutture
  dimensions:
  - {name: k, sql: '{CUBE}.k', type: string, primary_key: true}
"""


@dataclass(frozen=True)
class Case:
    """A model that differs from the plain one in one thing, and what Cube says of it."""

    name: str
    expected: str
    measure: str = ""
    cube: str = CUBE
    view: str = VIEW
    ask: str = "d"

    @property
    def model(self) -> dict[str, str]:
        """The files of the model, with a query when Cube is expected to answer it."""
        query = json.dumps({"measures": [f"v.{self.ask}"]})
        return {"fatti.yml": self.cube + self.measure, "v.yml": self.view, "query.json": query}


REFUSED = [
    Case(
        "a cube with joins needs a primary key, even if nothing multiplies its rows",
        "primary key for 'fatti' is required when join is defined",
        cube=CUBE.replace("primary_key: true, ", "") + JOINED,
    ),
    Case("an unknown reference", "nope is not defined", "  - {name: d, type: sum, sql: '{nope}.x'}"),
    Case("an unknown key", "colour = red) is not allowed", "  - {name: d, type: sum, sql: x, colour: red}"),
    Case(
        "an unknown included member",
        "Member 'nope' is included in 'v' but not defined",
        view=VIEW.replace("'*'", "[nope]"),
    ),
    Case("a name with a hyphen", "d is not defined", "  - {name: a-d, type: sum, sql: x}"),
    Case("a name with an accent", "is not allowed", "  - {name: perché, type: sum, sql: x}"),
    Case(
        "a name of JavaScript's own",
        "'constructor' conflicts with existing member",
        "  - {name: constructor, type: sum, sql: x}",
    ),
    Case(
        "a measure and a dimension of one name",
        "periodo defined more than once",
        "  - {name: periodo, type: sum, sql: x}",
    ),
    # Every text is a template: title, description and meta too.
    Case(
        "braces in a description",
        "zeta is not defined",
        "  - {name: d, type: sum, sql: x, description: 'su {zeta}'}",
    ),
    Case(
        "braces in meta",
        "zeta is not defined",
        "  - {name: d, type: sum, sql: x, meta: {formula: '{zeta} / 2'} }",
    ),
    Case("a text that is the letter f", "Failed to parse Python", "  - {name: d, type: sum, sql: f}"),
    Case("two closing braces together", "holds {{, }}", "  - {name: d, type: sum, sql: x, meta: {a: 1}}"),
]

TRAPS = [
    Case(
        "a referenced measure is put in without parentheses",
        'sum("fatti".a) - sum("fatti".a) + sum("fatti".b)',
        "  - {name: r, type: number, sql: '{a} + {b}'}\n  - {name: d, type: number, sql: '{a} - {r}'}",
    ),
    Case(
        "parentheses in the definition keep it whole",
        'sum("fatti".a) - (sum("fatti".a) + sum("fatti".b))',
        "  - {name: r, type: number, sql: '({a} + {b})'}\n  - {name: d, type: number, sql: '{a} - {r}'}",
    ),
    Case("an empty sql sums the primary key", 'sum("fatti".id)', "  - {name: d, type: sum, sql: ''}"),
    Case("a sum of a sum", 'sum(sum("fatti".a))', "  - {name: d, type: sum, sql: '{a}'}"),
    Case(
        "a backslash is dropped",
        "replace(x, 'd', '')",
        r"  - {name: d, type: sum, sql: 'replace(x, ''\d'', '''')'}",
    ),
    Case(
        "filters on a ratio fall outside its sums",
        'CASE WHEN ("fatti".z) THEN sum("fatti".a) END',
        "  - {name: d, type: number, sql: '{a}', filters: [{sql: '{CUBE}.z'}]}",
    ),
    Case(
        "a filter is the condition of a CASE, each in its own parentheses",
        'sum(CASE WHEN (z or y) AND (w) THEN "fatti".x END)',
        "  - {name: d, type: sum, sql: '{CUBE}.x', filters: [{sql: 'z or y'}, {sql: w}]}",
    ),
    Case(
        "a table column called f is safe once it is qualified",
        'sum("fatti".f)',
        "  - {name: d, type: sum, sql: '{CUBE}.f'}",
    ),
]


@pytest.fixture(scope="module")
def verdicts() -> dict[str, dict[str, Any]]:
    """Compile every model, in one process."""
    install()
    cases = [*REFUSED, *TRAPS]
    ran = subprocess.run(
        [*node_command(), "compile.cjs"],
        cwd=HERE,
        input=json.dumps([case.model for case in cases]),
        capture_output=True,
        text=True,
        check=True,
    )
    return {case.name: verdict for case, verdict in zip(cases, json.loads(ran.stdout), strict=True)}


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_cube_refuses(case: Case, verdicts: dict[str, dict[str, Any]]) -> None:
    assert case.expected in verdicts[case.name]["error"]


@pytest.mark.parametrize("case", TRAPS, ids=lambda case: case.name)
def test_cube_takes_in_silence(case: Case, verdicts: dict[str, dict[str, Any]]) -> None:
    assert verdicts[case.name]["error"] is None
    assert case.expected in " ".join(verdicts[case.name]["sql"].split())
