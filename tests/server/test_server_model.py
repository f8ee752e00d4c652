"""The model's reader: what it refuses, with place and suggestion, and what it makes of a sound model."""

from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from semantic.model_reader import Measure, ModelError, Problem, check_model, load_model
from semantic.server import AuthSettings, create_app

from .conftest import FOLDER, MODEL, SECRET

COMMON = """
cubes:
  - name: c
    sql_table: s.c
    joins: [{name: d, relationship: many_to_one, sql: "{CUBE}.k = {d}.k"}]
    dimensions:
      - {name: k, sql: "{CUBE}.k", type: string, primary_key: true, public: true}
      - {name: periodo, sql: "{CUBE}.p", type: string}
    measures:
      - {name: importo, sql: "{CUBE}.a", type: sum}
      - {name: definito, sql: "{CUBE}.a", type: sum, meta: {richiede: [periodo]}}
  - name: d
    sql_table: s.d
    dimensions: [{name: k, sql: "{CUBE}.k", type: string}]
    measures: [{name: n, type: count}]
  - name: e
    sql_table: s.e
    dimensions: [{name: k, sql: "{CUBE}.k", type: string}]
"""
BROKEN = yaml.safe_load((FOLDER / "broken_models.yml").read_text(encoding="utf-8"))


def written(folder: Path, text: str, name: str = "model.yml") -> Path:
    """Write one file of a model; return the folder."""
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def one(problems: list[Problem] | tuple[Problem, ...], says: str) -> Problem:
    """Return the problem that says this."""
    found = [problem for problem in problems if says in problem.message]
    assert len(found) == 1, [str(problem) for problem in problems]
    return found[0]


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case["says"])
def test_refused_with_place_and_suggestion(tmp_path: Path, case: dict[str, Any]) -> None:
    """Whatever is not understood stops the server at its start: file, line, member, what to write."""
    written(tmp_path, COMMON, "common.yml")
    written(tmp_path, case["text"], "broken.yml")
    with pytest.raises(ModelError) as refused:
        load_model(tmp_path)
    problem = one(refused.value.problems, case["says"])
    places = {"broken.yml", "common.yml"} if "already written" in case["says"] else {"broken.yml"}
    assert problem.file in places
    assert (problem.line, problem.member) == (
        case["line"] if problem.file == "broken.yml" else 3,
        case["member"],
    )
    assert case.get("suggests", "") in problem.suggestion
    assert str(problem) in str(refused.value)


def test_all_problems_are_found_at_once(tmp_path: Path) -> None:
    """One edit mends them all."""
    text = COMMON.replace("type: sum", "type: average").replace("sql_table: s.e", "sql_tabel: s.e")
    with pytest.raises(ModelError) as refused:
        load_model(written(tmp_path, text))
    assert len(refused.value.problems) == 4
    assert [problem.line for problem in refused.value.problems] == [10, 11, 16, 17]


def test_a_folder_without_model_is_refused(tmp_path: Path) -> None:
    """An empty folder is a wrong path, not an empty model."""
    with pytest.raises(ModelError, match="holds no model"):
        load_model(tmp_path)
    with pytest.raises(ModelError, match="holds no model"):
        create_app(tmp_path, tmp_path, AuthSettings(secrets=(SECRET,)))


def test_sound_model() -> None:
    """Views show members under their aliases, with inherited or overridden titles; hierarchies follow."""
    model = load_model(MODEL)
    view = model.views["indicatori"]
    sede = view.members["struttura"]
    assert (sede.path, sede.target.name, sede.title) == (("componenti", "strutture"), "sede", "Struttura")
    assert (sede.long_title, sede.type, sede.kind) == ("Indicatori Struttura", "string", "dimension")
    assert view.hierarchies[1].levels == ("direzione", "struttura", "agenzia")
    assert "riga" not in view.members
    assert set(model.views) == {
        "indicatori",
        "sintesi",
        "confronti",
        "senza_cluster",
        "valori",
        "lento",
        "infinito",
        "rotto",
    }
    family = view.members["produttivita"].target
    assert isinstance(family, Measure)
    assert family.rules.family == ("produttivita_2021", "produttivita_2025")


def test_texts_that_yaml_1_1_would_change(tmp_path: Path) -> None:
    """`no` and clock times are text, as Cube's reader has them."""
    text = COMMON.replace(
        "type: count}", "type: count, meta: {a: no, b: '2025-01-31', c: 12:30, d: 1.5, e: null, f: 7}}"
    )
    meta = load_model(written(tmp_path, text)).cubes["d"].measures["n"].meta
    assert meta == {"a": "no", "b": "2025-01-31", "c": "12:30", "d": 1.5, "e": None, "f": 7}


def test_a_hierarchy_brings_its_levels(tmp_path: Path) -> None:
    """As in Cube: including a hierarchy includes its dimensions."""
    hierarchy = "    hierarchies: [{name: h, levels: [k]}]\n  - name: d\n"
    views = "views: [{name: v, cubes: [{join_path: c, includes: [importo, h]}]}]\n"
    text = COMMON.replace("  - name: d\n", hierarchy) + views
    assert set(load_model(written(tmp_path, text)).views["v"].members) == {"importo", "k"}


@pytest.mark.parametrize(
    ("expression", "is_safe"),
    [
        ("100 * {somma}", False),
        ("{somma} / NULLIF({importo}, 0)", False),
        ("1 - {somma}", False),
        ("100 * ({somma})", True),
        ("NULLIF({somma}, 0)", True),
        ("COALESCE({somma}, {importo})", True),
        ("{somma}", True),
        ("100 * {rapporto}", False),
        ("100 * {protetta}", True),
        ("100 * {importo}", True),
    ],
)
def test_what_cube_would_compute_otherwise(tmp_path: Path, expression: str, is_safe: bool) -> None:
    """Cube inlines a number measure without parentheses: sums inside products change their value."""
    measures = f"""
      - {{name: somma, sql: "{{importo}} + {{definito}}", type: number}}
      - {{name: rapporto, sql: "{{importo}} / {{definito}}", type: number}}
      - {{name: protetta, sql: "COALESCE({{importo}} + {{definito}}, 0)", type: number}}
      - {{name: composta, sql: "{expression}", type: number}}
  - name: d
"""
    text = COMMON.replace("\n  - name: d\n", measures)
    problems = check_model(written(tmp_path, text))
    assert [problem.member for problem in problems] == ([] if is_safe else ["c.composta"])


def test_what_cube_would_refuse(tmp_path: Path) -> None:
    """A cube with joins needs a primary key; braces in texts are evaluated."""
    text = COMMON.replace("primary_key: true, ", "").replace("{name: n,", "{name: n, description: 'di {x}',")
    problems = check_model(written(tmp_path, text))
    assert "no primary key" in one(problems, "no primary key").message
    assert one(problems, "evaluates the braces").member == "d.n"


def test_checked_against_a_database(tmp_path: Path) -> None:
    """Tables and columns that the database lacks are found before anybody asks for them."""
    database = tmp_path / "x.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            "create schema s; create table s.c (k text, p text, amount int); create table s.d (k int)"
        )
    (tmp_path / "model").mkdir()
    problems = check_model(written(tmp_path / "model", COMMON), database)
    assert one(problems, "its table s.e does not exist").line == 16
    assert {problem.member for problem in problems} == {"e", "c.importo", "c.definito"}
    assert one([item for item in problems if item.member == "c.importo"], "s.c has no column a").line == 10


def test_the_test_model_agrees_with_its_database(database: Path) -> None:
    """All that is wrong with the hand-made model is what is broken on purpose."""
    problems = check_model(MODEL, database)
    assert [(problem.member, problem.suggestion) for problem in problems] == [("rotto.somma", "one of: i")]
    assert check_model(MODEL / "nowhere")[0].message == "holds no model"


def test_the_projects_own_model_is_served() -> None:
    """The committed model loads."""
    model = load_model(Path(__file__).parents[2] / "semantic" / "model")
    assert "produttivita" in model.views["indicatori"].members
