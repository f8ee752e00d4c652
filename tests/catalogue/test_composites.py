"""Composites in the catalogue: their formula by kind and their parts, from the seeds that compute them."""

from pathlib import Path
from typing import Any

import pytest

from semantic.compiler import CompileError
from semantic.compiler.composites import Composites, read_composites
from semantic.compiler.notation import as_text

KINDS = """composite_code,kind
punteggio,fasce
sintesi,scostamento
strano,inventato
"""
PARTS = """composite_code,child_code,role,weight,weight_code,weight_parent_code,valid_from,valid_to
punteggio,indice_a,base,1,,,,
sintesi,indice_a,base,40,,,,2024-12-31
sintesi,registro:qualita:AS+FLU,bonus,,P-1,P-0,2025-01-01,
sintesi,indice_b,base,,P-2,,,
"""
WEIGHTS = """codice,peso_percento
P-0,50
P-1,25
P-2,10
P-2,20
"""


def _project(folder: Path, **other: str) -> dict[str, dict[str, Any]]:
    """Write the seeds into a project; return the nodes that dbt would have for them."""
    texts = {"composites": KINDS, "composite_children": PARTS, "pesi_performance": WEIGHTS} | other
    nodes = {}
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
        file = f"{name}.csv"
        nodes[f"seed.{name}"] = {"name": name, "resource_type": "seed", "original_file_path": file}
    return nodes


@pytest.fixture
def composites(tmp_path: Path) -> Composites:
    """The composites of a small project."""
    found = read_composites(_project(tmp_path), tmp_path)
    assert found is not None
    return found


def test_a_score_is_a_sum_and_a_synthesis_a_weighted_mean(composites: Composites) -> None:
    assert as_text(composites.formula("punteggio")) == (
        "Σ (peso × indice(parte)), con indice(parte) = punti della fascia in cui cade il valore della parte"
    )
    assert as_text(composites.formula("sintesi")).startswith("Σ (peso × indice(parte)) / Σ peso, con ")


def test_parts_have_their_weight_their_own_or_the_acts(composites: Composites) -> None:
    parts = composites.parts["sintesi"]
    assert [(part.code, part.role) for part in parts] == [
        ("indice_a", "base"),
        ("registro:qualita:AS+FLU", "bonus"),
        ("indice_b", "base"),
    ]
    # Its own; the act's times its parent's, 25 % of 50; the act prints two: which one is not said here.
    assert [part.weight for part in parts] == ["40", "12.5", "dell'atto (P-2)"]
    assert parts[0].valid_to == "2024-12-31"
    assert parts[1].title == "misure del registro, sezione qualita, AS+FLU"


def test_a_kind_without_notation_is_refused(composites: Composites) -> None:
    with pytest.raises(CompileError, match="'strano': kind 'inventato'"):
        composites.formula("strano")
    with pytest.raises(CompileError, match=r"'nessuno' is in no row of the seed composites\.csv"):
        composites.formula("nessuno")


def test_a_seed_of_another_shape_is_refused(tmp_path: Path) -> None:
    nodes = _project(tmp_path, composite_children="composite_code,child\nx,y\n")
    with pytest.raises(CompileError, match="child_code"):
        read_composites(nodes, tmp_path)


def test_a_project_without_composites_needs_no_seed(tmp_path: Path) -> None:
    assert read_composites({}, tmp_path) is None
