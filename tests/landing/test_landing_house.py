"""The public names of the two packages, and what keeps the engine in its place."""

import inspect
from pathlib import Path
from types import ModuleType

import duckdb
import pytest

import orchestration.contracts
import orchestration.landing
from orchestration.landing import LandingError, errors
from orchestration.landing.database import open_database


@pytest.mark.parametrize("module", [orchestration.contracts, orchestration.landing])
def test_public_names_are_sorted_documented_and_there(module: ModuleType) -> None:
    assert list(module.__all__) == sorted(module.__all__)
    for name in module.__all__:
        assert inspect.getdoc(getattr(module, name)), f"{name} has no docstring"


def test_the_tree_of_errors_is_drawn_as_it_is() -> None:
    """Every exception stands in the module's drawing, below its parent, and is exported."""
    drawing = (errors.__doc__ or "").splitlines()
    depths = {
        line.lstrip("│ ├└─").split()[0]: len(line) - len(line.lstrip("│ ├└─")) for line in drawing if line
    }
    for name in errors.__all__:
        found = getattr(errors, name)
        assert issubclass(found, LandingError)
        assert depths[name] == 4 * (len(found.__mro__) - len(LandingError.__mro__))
    assert set(errors.__all__) <= set(orchestration.landing.__all__)


def test_the_engine_reads_the_workspace_only(tmp_path: Path) -> None:
    """Neither the rest of the disk, nor the network, nor its own settings are within reach."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("a")
    (tmp_path / "out.txt").write_text("b")
    with open_database(tmp_path / "spill", (tmp_path / "in",)) as database:
        read = "select content from read_text(?)"
        assert database.execute(read, [str(tmp_path / "in" / "a.txt")]).fetchall() == [("a",)]
        with pytest.raises(duckdb.PermissionException):
            database.execute(read, [str(tmp_path / "out.txt")])
        with pytest.raises(duckdb.PermissionException):
            database.execute("install httpfs")
        with pytest.raises(duckdb.InvalidInputException, match="locked"):
            database.execute("set enable_external_access = true")
