"""The model's language beyond cubes and views: access policies, roll-ups, cases, granularities, folders."""

import ast
from pathlib import Path
from typing import Any

import pytest
import yaml

from semantic.model_reader import (
    Claim,
    Model,
    ModelError,
    Policy,
    RollupMember,
    RowFilter,
    RowFilters,
    load_model,
)

FOLDER = Path(__file__).parent
BROKEN = yaml.safe_load((FOLDER / "broken_language.yml").read_text(encoding="utf-8"))
SOUND = (FOLDER / "language.yml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    """A sound model with one of each."""
    folder = tmp_path_factory.mktemp("model")
    (folder / "model.yml").write_text(SOUND, encoding="utf-8")
    return load_model(folder)


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case["says"])
def test_refused_with_place_and_suggestion(tmp_path: Path, case: dict[str, Any]) -> None:
    """A wrong piece instead of a sound one: its line, the member, what is wrong, the remedy."""
    assert SOUND.count(case["instead_of"]) == 1
    text = SOUND.replace(case["instead_of"], case["write"])
    (tmp_path / "model.yml").write_text(text, encoding="utf-8")
    with pytest.raises(ModelError) as refused:
        load_model(tmp_path)
    found = [item for item in refused.value.problems if case["says"] in item.message]
    assert len(found) == 1, str(refused.value)
    [problem] = found
    assert problem.file == "model.yml"
    assert text.splitlines()[problem.line - 1].strip().startswith(case["at"])
    assert problem.member == case["member"]
    assert case.get("suggests", "") in problem.suggestion


def test_policies(model: Model) -> None:
    """Groups, conditions, members, masks and rows, with the claims that they read."""
    everybody, directors, auditors = model.views["vista"].policies
    assert everybody == Policy(
        groups=("*",),
        place=everybody.place,
        conditions=(Claim(("attivo",)),),
        members=frozenset({"periodo", "direzione", "quando", "sede", "importo", "produzione"}),
        masked=frozenset({"costo"}),
        rows=(
            RowFilter("direzione", "equals", (Claim(("ufficio", "direzione")),)),
            RowFilters(
                "or",
                (
                    RowFilter("sede", "in", (Claim(("sedi",), is_list=True),)),
                    RowFilters("and", (RowFilter("sede", "set", ()), RowFilter("periodo", "equals", ("1",)))),
                ),
            ),
        ),
    )
    assert (directors.groups, directors.members, directors.rows) == (("direttori", "capi"), None, ())
    assert auditors.members == frozenset()
    assert directors.grants("costo") and directors.shows("costo")
    assert everybody.grants("costo") and not everybody.shows("costo")
    assert not auditors.grants("costo")
    assert model.cubes["strutture"].policies[0].rows == (RowFilter("sede", "notEquals", ("chiusa",)),)


def test_masks(model: Model) -> None:
    """A literal of the member's type, or an expression; NULL when none is written."""
    cube = model.cubes["fatti"]
    masks = {name: member.mask.text for name, member in cube.dimensions.items() if member.mask}
    assert masks == {"periodo": "left({fatti}.p, 4)", "aperto": "FALSE", "fascia": "'***'"}
    assert [name for name, member in cube.measures.items() if member.mask] == ["costo"]


def test_rollups(model: Model) -> None:
    """What a roll-up holds, reached from its cube, and the columns of its table."""
    short, other = model.cubes["fatti"].rollups.values()
    assert (short.table, other.table) == ("fatti_breve", "fatti_per_ente")
    assert short.dimensions == (
        RollupMember(("fatti",), "periodo", "dimension"),
        RollupMember(("fatti", "strutture"), "direzione", "dimension"),
    )
    assert short.columns == (
        "fatti__periodo",
        "strutture__direzione",
        "fatti__produzione",
        "fatti__quando_month",
        "fatti__importo",
        "fatti__righe",
    )
    assert other.dimensions[0].path == ("fatti", "strutture", "enti")
    assert [time.column for time in other.times] == ["fatti__quando_fiscale", "fatti__quando_day"]


def test_a_case_is_its_expression(model: Model) -> None:
    """Labels are texts or expressions."""
    fascia = model.cubes["fatti"].dimensions["fascia"]
    assert fascia.sql.text == (
        "CASE WHEN {fatti}.a > 10 THEN 'alta' WHEN {fatti}.a > {fatti.soglia} THEN upper({fatti}.p)"
        " ELSE 'bassa' END"
    )


def test_granularities(model: Model) -> None:
    """Interval, offset and origin, with the title that Cube gives to one that has none."""
    found = model.cubes["fatti"].dimensions["quando"].granularities
    assert [(item.name, item.title, item.interval.text) for item in found.values()] == [
        ("fiscale", "Anno fiscale", "1 year"),
        ("due_settimane", "Due Settimane", "2 weeks"),
        ("semestre", "Semestre", "6 months"),
    ]
    assert found["fiscale"].offset is not None and found["fiscale"].offset.count == 3
    assert str(found["due_settimane"].origin) == "2025-01-06 00:00:00"


def test_folders_in_folders(model: Model) -> None:
    """Members by folder, as they nest and all together."""
    [folder] = model.views["vista"].folders
    assert [item if isinstance(item, str) else item.name for item in folder.members] == ["periodo", "Misure"]
    assert folder.flat == ("periodo", "importo", "costo")


def test_every_key_is_documented() -> None:
    """`docs/model.md` names each key that the reader takes."""
    root = FOLDER.parents[1]
    page = (root / "docs" / "model.md").read_text(encoding="utf-8")
    keys = set()
    for path in (root / "semantic" / "model_reader").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "only"
            ):
                keys |= {item.value for item in node.args if isinstance(item, ast.Constant)}
    assert len(keys) > 40
    assert not [key for key in sorted(keys) if f"`{key}`" not in page and f"{key}:" not in page]
