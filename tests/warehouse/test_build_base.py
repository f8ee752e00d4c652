"""When the build database may be taken as it is: only right after a build of it that ended well."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from orchestration.build_base import Base


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A build database with its record."""
    database = tmp_path / "cruscotto.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute("create table built (month_key integer)")
    Base(database).leave()
    return database


def _write(database: Path) -> None:
    with duckdb.connect(str(database)) as connection:
        connection.execute("insert into built values (202501)")


def _touch(database: Path) -> None:
    os.utime(database)


def _remove(database: Path) -> None:
    database.unlink()


def _leave_a_log(database: Path) -> None:
    database.with_name(f"{database.name}.wal").write_bytes(b"not written back")


def _cut_the_record(database: Path) -> None:
    path = database.with_name("base.json")
    path.write_text(path.read_text(encoding="utf-8")[:-9], encoding="utf-8")


def _with_other(name: str) -> Callable[[Path], None]:
    def change(database: Path) -> None:
        path = database.with_name("base.json")
        record = json.loads(path.read_text(encoding="utf-8"))
        assert name in record
        path.write_text(json.dumps(record | {name: "another"}), encoding="utf-8")

    return change


def test_a_build_is_taken_once(built: Path) -> None:
    """Whoever takes it changes it: a second one, after a kill, computes everything."""
    base = Base(built)
    assert base.take()
    assert not base.take()
    base.leave()
    assert base.take()


@pytest.mark.parametrize(
    "change",
    [_write, _touch, _remove, _leave_a_log, _cut_the_record, *map(_with_other, ["definitions", "engine"])],
)
def test_what_was_changed_since_is_not_taken(built: Path, change: Callable[[Path], None]) -> None:
    change(built)
    assert not Base(built).take()
    assert not built.with_name("base.json").exists()
