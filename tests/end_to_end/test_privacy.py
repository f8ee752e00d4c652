"""Personal identifiers end at the landing: the bytes of everything kept are searched for them."""

import re
from pathlib import Path

import duckdb

from orchestration.publication import current_file
from orchestration.workspace import Workspace


def _identifiers(extracts: Path) -> set[bytes]:
    text = b"".join(path.read_bytes() for path in extracts.glob("HR_PRES_*.csv"))
    return set(re.findall(rb"\bI\d{7}\b", text))


def test_no_identifier_of_an_employee_is_kept_anywhere(
    demo_workspace: Workspace, demo_extracts: Path
) -> None:
    identifiers = _identifiers(demo_extracts)
    assert len(identifiers) > 1_000
    pattern = re.compile(rb"I\d{7}")
    searched = 0
    for path in demo_workspace.home.rglob("*"):
        if path.is_file():
            searched += 1
            found = set(pattern.findall(path.read_bytes())) & identifiers
            assert not found, f"{path} holds {len(found)} identifiers"
    assert searched > 100


def test_the_published_file_has_no_row_of_a_person(demo_workspace: Workspace) -> None:
    with duckdb.connect(str(current_file(demo_workspace)), read_only=True) as connection:
        columns = connection.execute(
            "select distinct column_name from duckdb_columns() where not internal"
        ).fetchall()
        schemas = connection.execute(
            "select distinct schema_name from duckdb_tables() where not internal"
        ).fetchall()
    assert not {name for (name,) in columns} & {"person_hash", "matricola"}
    assert {name for (name,) in schemas} == {"reference", "marts", "indicators", "rollups"}
