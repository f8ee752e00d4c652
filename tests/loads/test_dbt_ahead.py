"""The dbt that parses beside other work: what it parsed is what it builds, and it says what is wrong."""

from pathlib import Path

import pytest

from orchestration import build as build_module
from orchestration.build import BuildError, build, build_database, dbt_ahead
from orchestration.paths import warehouse_dir
from orchestration.workspace import Workspace


def project(folder: Path, **models: str) -> Path:
    """Write a dbt project with some models."""
    (folder / "models").mkdir(parents=True)
    (folder / "profiles.yml").write_text((warehouse_dir() / "profiles.yml").read_text("utf-8"), "utf-8")
    (folder / "dbt_project.yml").write_text(
        "name: cruscotto\nversion: 1.0.0\nprofile: cruscotto\n", encoding="utf-8"
    )
    for name, sql in models.items():
        (folder / "models" / f"{name}.sql").write_text(sql, "utf-8")
    return folder


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "home").create()


def test_what_was_parsed_is_built_by_the_same_process(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A build of something else starts a dbt of its own, and leaves the one that waits."""
    one = project(tmp_path / "one", number="select 1 as n")
    other = project(tmp_path / "other", number="select 1 as n", more="select 2 as n")
    monkeypatch.setattr(build_module, "warehouse_dir", lambda: one)
    with dbt_ahead(workspace) as dbt:
        assert build(workspace, project=other).nodes == 2
        assert dbt.exit_status is None
        assert build(workspace, ahead=dbt).nodes == 1
        assert dbt.exit_status == 0
    assert build_database(workspace).is_file()


def test_it_ends_with_the_block(workspace: Workspace) -> None:
    """A load that comes to nothing leaves no process behind."""
    with dbt_ahead(workspace) as dbt:
        assert dbt.exit_status is None
    assert dbt.exit_status is not None


def test_a_project_that_cannot_be_parsed_says_why(workspace: Workspace, tmp_path: Path) -> None:
    broken = project(tmp_path / "broken", number="select * from {{ ref('nowhere') }}")
    with pytest.raises(BuildError, match="depends on a node named 'nowhere' which was not found"):
        build(workspace, project=broken)
