"""What Cube's own compiler makes of access policies, masks and pre-aggregations, our reader makes of them."""

from __future__ import annotations

import json
import re
import subprocess
from typing import Any

import pytest

from semantic.model_reader import Claim, Model, Policy, RowFilter, RowRule, load_model
from tests.server.test_server_language import SOUND

from .cube_process import HERE, install, node_command

CLAIMS = {"attivo": True, "ufficio": {"direzione": "DR-LAZIO"}, "sedi": ["ROMA", "LATINA"]}
MASKED = {
    "vista.costo": '-1 "vista__costo"',
    "vista.periodo": 'left("fatti".p, 4) "vista__periodo"',
    "fatti.aperto": 'FALSE "fatti__aperto"',
    # Cube binds it.
    "fatti.fascia": '? "fatti__fascia"',
    "vista.direzione": 'NULL "vista__direzione"',
}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    """The model as our reader has it."""
    folder = tmp_path_factory.mktemp("model")
    (folder / "model.yml").write_text(SOUND, encoding="utf-8")
    return load_model(folder)


@pytest.fixture(scope="module")
def verdicts() -> list[dict[str, Any]]:
    """What Cube says: the policies and roll-ups, then the SQL of each masked member."""
    install()
    models: list[dict[str, str]] = [{"claims.json": json.dumps(CLAIMS)}]
    models += [{"query.json": json.dumps(_masked(name))} for name in MASKED]
    ran = subprocess.run(
        [*node_command(), "compile.cjs"],
        cwd=HERE,
        input=json.dumps([{"model.yml": SOUND, **each} for each in models]),
        capture_output=True,
        text=True,
        check=True,
    )
    found: list[dict[str, Any]] = json.loads(ran.stdout)
    assert [each["error"] for each in found] == [None] * len(models)
    return found


def _masked(name: str) -> dict[str, Any]:
    # With nothing but literals to select, Cube finds no table to select from, and fails.
    beside = f"{name.partition('.')[0]}.importo"
    masked = {"maskedMembers": [{"member": name}]}
    if name.endswith("costo"):
        return {"measures": [name, beside], **masked}
    return {"dimensions": [name], "measures": [beside], **masked}


def test_policies(model: Model, verdicts: list[dict[str, Any]]) -> None:
    """Groups, conditions, members granted and masked, and the rows for a token with these claims."""
    policies = {name: cube.policies for name, cube in model.cubes.items()}
    policies |= {name: view.policies for name, view in model.views.items() if not view.is_cube}
    theirs = verdicts[0]["access"]
    assert set(theirs) == set(policies)
    for name, own in policies.items():
        assert [_described(name, policy) for policy in own] == [_as_texts(policy) for policy in theirs[name]]


def _described(owner: str, policy: Policy) -> dict[str, Any]:
    """Describe one of our policies as Cube has it."""

    def named(members: frozenset[str]) -> list[str]:
        return sorted(f"{owner}.{name}" for name in members)

    return {
        "groups": list(policy.groups),
        "conditions": [_value(claim) for claim in policy.conditions],
        "members": None if policy.members is None else named(policy.members),
        "masked": named(policy.masked),
        "rows": [_rule(owner, rule) for rule in policy.rows],
    }


def _rule(owner: str, rule: RowRule) -> dict[str, Any]:
    if not isinstance(rule, RowFilter):
        return {rule.connective: [_rule(owner, item) for item in rule.items]}
    values: list[Any] = []
    for value in rule.values:
        found = _value(value) if isinstance(value, Claim) else value
        values += found if isinstance(found, list) else [found]
    return {"member": f"{owner}.{rule.member}", "operator": rule.operator, "values": values}


def _value(claim: Claim) -> Any:
    found: Any = CLAIMS
    for key in claim.path:
        found = found[key]
    return found


def _as_texts(policy: dict[str, Any]) -> dict[str, Any]:
    """Sort Cube's members; its values are numbers where ours are texts, as a query's are."""
    listed = policy["members"]
    return policy | {
        "members": None if listed is None else sorted(listed),
        "masked": sorted(policy["masked"]),
        "rows": [_texts(rule) for rule in policy["rows"]],
    }


def _texts(rule: dict[str, Any]) -> dict[str, Any]:
    if "values" in rule:
        return rule | {"values": [str(value) for value in rule["values"]]}
    return {connective: [_texts(item) for item in items] for connective, items in rule.items()}


def test_rollups(model: Model, verdicts: list[dict[str, Any]]) -> None:
    """The table's name, and the columns that Cube selects into it, in order."""
    theirs = verdicts[0]["rollups"]
    rollups = [item for cube in model.cubes.values() for item in cube.rollups.values()]
    assert {f"{item.cube}.{item.name}" for item in rollups} == set(theirs)
    for rollup in rollups:
        built = theirs[f"{rollup.cube}.{rollup.name}"]
        columns = re.findall(r'[^.]"(\w+__\w+)"(?=,|\s+FROM)', built["sql"])
        assert (rollup.table, list(rollup.columns)) == (built["table"], columns)


def test_masks(model: Model, verdicts: list[dict[str, Any]]) -> None:
    """What is selected instead of a masked member."""
    for (name, expected), verdict in zip(MASKED.items(), verdicts[1:], strict=True):
        sql = " ".join(verdict["sql"].split())
        assert sql.startswith(f"SELECT {expected}")
        view, _, member = name.partition(".")
        mask = model.views[view].members[member].target.mask  # type: ignore[union-attr]
        own = mask.text.replace("{fatti}", '"fatti"') if mask else "NULL"
        assert expected.startswith(f"{own} " if not expected.startswith("?") else "?")
