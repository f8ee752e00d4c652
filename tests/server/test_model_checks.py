"""A model against its data: types, joins, hierarchies, each with data that break it in one way."""

import json
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

from orchestration.cli.application import cruscotto
from semantic.model_checks import Report, examine

from .conftest import MODEL

DATA = """
create schema s;
create table s.fatti as select * from (values
    (1, 'A', 10, date '2024-05-01', 1.50::decimal(9, 2), true, '2024-05'),
    (2, 'A', 10, date '2024-06-01', 2.25, false, '2024-06'),
    (3, 'B', 20, date '2024-06-01', 3.00, null, '2024-06'),
    (4, 'B', 20, date '2024-07-01', null, true, '2024-07')
) as t (id, k, n, giorno, importo, chiuso, mese);
create table s.strutture as select * from (values
    ('A', 'Roma', 'Lazio', date '2020-01-01', date '2023-12-31'),
    ('B', 'Terni', 'Umbria', date '2020-01-01', null),
    ('C', 'Roma', 'Centro', date '2024-01-01', null)
) as t (k, sede, direzione, dal, al);
"""
SOUND = """
cubes:
- name: fatti
  sql_table: s.fatti
  joins:
  - {name: strutture, relationship: many_to_one, sql: '{strutture.chiave} = {CUBE}.k'}
  dimensions:
  - {name: id, sql: '{CUBE}.id', type: number, primary_key: true}
  - {name: giorno, sql: '{CUBE}.giorno', type: time, meta: {tipo: date} }
  - {name: mese, sql: '{CUBE}.mese', type: string}
  - {name: chiuso, sql: '{CUBE}.chiuso', type: boolean}
  measures:
  - {name: importo, sql: '{CUBE}.importo', type: sum, meta: {tipo: decimal, scala: 2} }
  - {name: righe, type: count, meta: {tipo: integer} }
  - {name: chiavi, sql: '{CUBE}.k', type: count_distinct, filters: [{sql: '{chiuso}'}]}
  - {name: chiuse, type: count, filters: [{sql: '{chiuso}'}, {sql: '{CUBE}.n > 10'}]}
  - {name: medio, sql: '{importo} / NULLIF({righe}, 0)', type: number, meta: {tipo: double} }
  segments:
  - {name: estivi, sql: '{CUBE}.mese > ''2024-05'''}
  hierarchies:
  - {name: tempo, levels: [mese, giorno]}
- name: strutture
  sql_table: s.strutture
  meta:
    validita: [dal, al]
  dimensions:
  - {name: chiave, sql: '{CUBE}.k', type: string, primary_key: true}
  - {name: sede, sql: '{CUBE}.sede', type: string}
  - {name: direzione, sql: '{CUBE}.direzione', type: string}
  hierarchies:
  - {name: territorio, levels: [direzione, sede]}
"""


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "data.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(DATA)
    return path


def examined(database: Path, *, model: str = SOUND, after: str = "") -> Report:
    """Examine a model with the data, changed by a statement."""
    folder = database.with_name("model")
    folder.mkdir(exist_ok=True)
    (folder / "model.yml").write_text(model, encoding="utf-8")
    if after:
        with duckdb.connect(str(database)) as connection:
            connection.execute(after)
    return examine(folder, database)


def test_a_sound_model(database: Path) -> None:
    """All checks are made, of all there is, and find nothing."""
    report = examined(database)
    assert report.is_sound, [str(problem) for problem in report.problems]
    assert not report.notes
    assert [(check.name, check.examined) for check in report.checks] == [
        ("language", 13),
        ("portability", 13),
        ("roll-ups", 0),
        ("columns", 13),
        ("types", 13),
        ("joins", 1),
        ("hierarchies", 2),
    ]


@pytest.mark.parametrize(
    ("instead_of", "write", "member", "says"),
    [
        (
            "giorno', type: time",
            "giorno', type: string",
            "giorno",
            "is a DATE in the database, declared string",
        ),
        ("{CUBE}.mese', type: string", "{CUBE}.mese', type: time", "mese", "is a VARCHAR in the database"),
        ("type: boolean", "type: number", "chiuso", "is a BOOLEAN in the database, declared number"),
        ("scala: 2", "scala: 4", "importo", "is a DECIMAL(38,2) in the database, meta promises a scale of 4"),
        ("tipo: double", "tipo: decimal", "medio", "is a DOUBLE in the database, meta promises decimal"),
        ("'{CUBE}.importo'", "'{CUBE}.mese'", "importo", "the database does not take it"),
        ("{CUBE}.mese > ''2024-05''", "{CUBE}.n + 1", "estivi", "is a INTEGER in the database, a segment is"),
        ("'{CUBE}.giorno'", "'{CUBE}.giorni'", "giorno", "s.fatti has no column giorni"),
        ("s.fatti", "s.fatto", "", "its table s.fatto does not exist"),
    ],
)
def test_types(database: Path, instead_of: str, write: str, member: str, says: str) -> None:
    """One problem for a wrong member, with its line; what does not exist is not looked at further."""
    assert SOUND.count(instead_of) == 1
    model = SOUND.replace(instead_of, write)
    label = f"fatti.{member}".rstrip(".")
    problems = examined(database, model=model).problems
    found = [item for item in problems if says in item.message and item.member == label]
    assert len(found) == 1, [str(item) for item in problems]
    assert write.split("'")[0] in model.splitlines()[found[0].line - 1] or not member


def test_a_join_that_multiplies(database: Path) -> None:
    """A key that is twice in the target: how many rows it would multiply, and which key."""
    report = examined(database, after="insert into s.strutture values ('B', 'Terni', 'Umbria', null, null)")
    [problem] = report.problems
    assert (problem.member, problem.line) == ("fatti.strutture", 6)
    assert problem.message == "2 of 4 rows find several in 'strutture', such as B: it would multiply them"
    assert problem.suggestion == "make k unique there"


def test_rows_without_a_row_there(database: Path) -> None:
    """They are counted and shown, and are no problem; nor is a missing key, which is counted apart."""
    after = "insert into s.fatti (id, k) values (5, 'Z'), (6, 'Z'), (7, 'Y'), (8, null)"
    report = examined(database, after=after)
    assert report.is_sound
    assert [note.message for note in report.notes if note.member == "fatti.strutture"] == [
        "3 of 8 rows find none in 'strutture', such as Y",
        "1 of 8 rows have no key (k is null)",
    ]


def test_levels_that_do_not_nest(database: Path) -> None:
    """A value under two others on one day is a problem; under one after the other it is history."""
    sound = examined(database)
    assert sound.is_sound
    torn = examined(database, after="update s.strutture set al = date '2024-01-01' where k = 'A'")
    [problem] = torn.problems
    assert (problem.member, "such as Roma" in problem.message) == ("strutture.territorio", True)
    assert problem.message.startswith("1 values of 'sede' are under several of 'direzione' at once")


def test_levels_with_nothing_above(database: Path) -> None:
    """A value with no value above it is counted."""
    report = examined(database, after="update s.strutture set direzione = null where k = 'B'")
    [note] = report.notes
    assert note.message == "1 values of 'sede' have none of 'direzione' above, such as Terni"
    assert str(note).startswith("model.yml:")


def test_the_reader_speaks_first(database: Path) -> None:
    """What cannot be read is not compared with data."""
    report = examined(database, model=SOUND.replace("type: sum", "type: somma"))
    assert [check.name for check in report.checks] == ["language"]
    assert report.problems[0].member == "fatti.importo"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cruscotto, ["model", "check", *arguments])


def test_the_command(database: Path) -> None:
    """A table, or JSON; the exit status says whether the model is sound."""
    folder = database.with_name("model")
    examined(database)
    place = ("--model", str(folder), "--database", str(database))
    sound = run(*place)
    assert (sound.exit_code, "the model is sound" in sound.output) == (0, True)
    assert "is every join many-to-one" in sound.output
    (folder / "model.yml").write_text(SOUND.replace("scala: 2", "scala: 4"), encoding="utf-8")
    wrong = run(*place, "--json")
    assert wrong.exit_code == 1
    told = json.loads(wrong.stdout)
    assert told["sound"] is False
    assert told["problems"][0]["member"] == "fatti.importo"
    assert {check["name"]: check["problems"] for check in told["checks"]}["types"] == 1
    assert run("--model", str(folder), "--offline").exit_code == 0
    assert "--offline looks at no database" in run(*place, "--offline").output


def test_the_hand_made_model(tmp_path: Path) -> None:
    """The model that the server's tests use, without a database."""
    assert examine(MODEL).is_sound
