"""The pipeline's part of the mutation tool: a fixed sample is killed, and the tool itself can be trusted."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .mutant import Mutant, Verdict
from .report import document, summary, table
from .running import Equipment, equipped, equivalents, judged, sampled
from .statements import RULES, statement_mutants

ROOT = Path(__file__).parents[2]
SAMPLE = 80
SEED = 1


@pytest.fixture(scope="module")
def equipment() -> Iterator[Equipment]:
    """The small warehouse and every mutant of the checkout."""
    with equipped(lambda text: None) as ready:
        yield ready


def test_a_fixed_sample_of_every_operator_is_killed(
    equipment: Equipment, capsys: pytest.CaptureFixture[str]
) -> None:
    """Wrong definitions fail the project's tests: a survivor is a missing test (docs/testing.md)."""
    excused = equivalents()
    mutants = [mutant for mutant in equipment.mutants if mutant.id not in excused]
    chosen = sampled(mutants, SAMPLE, SEED)
    assert len(chosen) >= 60
    assert {mutant.operator for mutant in chosen} == {mutant.operator for mutant in mutants}
    verdicts = list(judged(equipment, chosen, jobs=2))
    with capsys.disabled():
        print("\n" + table(verdicts) + "\n" + summary(verdicts))
    assert not [f"{one.mutant.id}: {one.error or 'survived'}" for one in verdicts if not one.killers]


def test_nothing_fails_before_a_mutation(equipment: Equipment) -> None:
    """A test that fails on the small warehouse as it is cannot tell a mutant, and nobody would notice."""
    assert not equipment.blunt


def test_a_change_of_nothing_survives_after_one_that_is_killed(equipment: Equipment) -> None:
    """What one mutant leaves behind kills no other: made, undone, then made as a no-op, of each kind."""
    judged_kinds = []
    for kind in ("metric", "expansion", "statement", "seed"):
        wrong = next(one for one in _likely_killed(equipment, kind))
        nothing = _unchanged(equipment, wrong)
        first, second, third = judged(equipment, [wrong, nothing, wrong], jobs=1)
        judged_kinds.append((kind, bool(first.killers), second.survived, bool(third.killers)))
    assert judged_kinds == [(kind, True, True, True) for kind, *_ in judged_kinds]


def test_no_rule_is_stale(equipment: Equipment) -> None:
    """Each rule about SQL still finds the statement that it makes wrong."""
    found = {
        (mutant.operator, mutant.change["rule"]) for mutant in equipment.mutants if mutant.kind == "statement"
    }
    assert not [rule.pattern for rule in RULES if (rule.operator, rule.pattern) not in found]


def test_the_equivalent_mutants_are_still_made_and_still_survive(equipment: Equipment) -> None:
    """`equivalent.csv` holds mutants that mean the same; one that a test kills is not one of them."""
    excused = equivalents()
    assert not [key for key, reason in excused.items() if len(reason) < 30], "a reason is a sentence"
    made = [mutant for mutant in equipment.mutants if mutant.id in excused]
    assert {mutant.id for mutant in made} == set(excused), "no such mutant any more: remove the row"
    assert not [verdict.mutant.id for verdict in judged(equipment, made, jobs=2) if verdict.killers]


def test_the_sample_is_the_same_for_the_same_seed_and_another_for_another(equipment: Equipment) -> None:
    first = sampled(equipment.mutants, SAMPLE, SEED)
    assert first == sampled(tuple(equipment.mutants), SAMPLE, SEED)
    assert first != sampled(equipment.mutants, SAMPLE, SEED + 1)
    assert len({mutant.id for mutant in equipment.mutants}) == len(equipment.mutants)


def test_a_survivor_is_shown_first_and_counted() -> None:
    mutant = Mutant("metric", "swap", "redditivita", "finanza.yml", "a / b", "b / a", {})
    other = Mutant("seed", "number_moved", "regimes", "regimes.csv", "row 1, valid_from: 1", "2", {})
    verdicts = [Verdict(mutant, ("redditivita_by_hand",), 0.5), Verdict(other, (), 1.0)]
    lines = table(verdicts).splitlines()
    assert "SURVIVED" in lines[1]
    assert "redditivita_by_hand" in lines[2]
    assert "survivors in seed regimes, column valid_from: 1" in summary(verdicts)
    assert summary(verdicts).splitlines()[-1].startswith("1 of 2 mutants killed")
    assert document(verdicts, [])["killed"] == 1


def test_a_rule_gives_one_mutant_per_match() -> None:
    text = "case when a then 1 end where period_type in ('anno', 'progressivo')"
    texts = {"model.x": {"name": "x", "file": "models/marts/x.sql", "text": text}}
    changed = [mutant.change["text"] for mutant in statement_mutants(texts)]
    assert [one.count("trimestre") for one in changed] == [0, 1]


def test_help_gives_examples_and_exit_statuses() -> None:
    result = _run("--help")
    assert result.returncode == 0
    assert "--sample" in result.stdout
    assert "exit status" in result.stdout
    assert _run("--all", "--sample", "3").returncode == 2


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.mutation", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


def _likely_killed(equipment: Equipment, kind: str) -> list[Mutant]:
    """Mutants of the kind that some test is known to kill."""
    known = {
        "metric": ("swap", "redditivita"),
        "expansion": ("sign_flipped", "redditivita"),
        "statement": ("thirteenth_month", "bridge_period"),
        "seed": ("date_moved", "regimes"),
    }
    return [
        one for one in equipment.mutants if one.kind == kind and (one.operator, one.subject) == known[kind]
    ]


def _unchanged(equipment: Equipment, mutant: Mutant) -> Mutant:
    """The same mutant with a change that means nothing."""
    change: dict[str, Any] = json.loads(json.dumps(dict(mutant.change), default=str))
    if mutant.kind == "metric":
        change["node"]["type_params"].update(
            numerator=change["node"]["type_params"]["denominator"],
            denominator=change["node"]["type_params"]["numerator"],
        )
    elif mutant.kind == "expansion":
        change["template"] = "'(' ~ {value} ~ ')'"
    elif mutant.kind == "statement":
        change["text"] = change["original"] + "\n-- nothing"
    else:
        change["value"] = mutant.before.rsplit(": ", 1)[1]
    return Mutant(mutant.kind, mutant.operator, mutant.subject, mutant.file, "nothing", "nothing", change)
