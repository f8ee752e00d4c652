"""Loads that end without a publication: a test that fails, nothing new, a retry; and the steps' own rules."""

import json
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from orchestration import build as build_module
from orchestration.build import build_database
from orchestration.cli.application import cruscotto
from orchestration.definitions import Definitions, DefinitionsError, current_versions, keep_definitions
from orchestration.landing import LoadVerdict, Register, Verdict, clear_dropped
from orchestration.loads import (
    LoadsError,
    NoSuchLoad,
    NothingToDo,
    find_load,
    retention,
    run_load,
    undo_interrupted,
)
from orchestration.paths import warehouse_dir
from orchestration.quality import Outcome, read_report
from orchestration.workspace import Workspace

from .cases import assert_sound, clone, give_second, seen, served

KEPT = """
{% materialization kept, default %}
    {% call statement('main') %} select 1 {% endcall %}
    {{ return({'relations': [this]}) }}
{% endmaterialization %}
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A dbt project with nothing in it yet, that loads are built with: real dbt, in seconds."""
    folder = tmp_path / "project"
    (folder / "tests").mkdir(parents=True)
    (folder / "profiles.yml").write_text((warehouse_dir() / "profiles.yml").read_text("utf-8"), "utf-8")
    (folder / "dbt_project.yml").write_text(
        "name: cruscotto\nversion: 1.0.0\nprofile: cruscotto\nmacro-paths: [macros]\n", "utf-8"
    )
    (folder / "macros").mkdir()
    (folder / "macros" / "generate_schema_name.sql").write_text(
        (warehouse_dir() / "macros" / "generate_schema_name.sql").read_text("utf-8"), "utf-8"
    )
    monkeypatch.setattr(build_module, "warehouse_dir", lambda: folder)
    return folder


def keep_all(project: Path, workspace: Workspace) -> None:
    """Write models that make what was built before by leaving it there: what is not made is not published."""
    (project / "macros" / "kept.sql").write_text(KEPT, "utf-8")
    with duckdb.connect(str(build_database(workspace)), read_only=True) as connection:
        relations = connection.execute(
            "select table_schema, table_name from information_schema.tables where table_schema <> 'main'"
        ).fetchall()
    for schema, name in relations:
        path = project / "models" / schema / f"{name}.sql"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{{{{ config(materialized='kept', schema='{schema}') }}}} select 1 as x", "utf-8")


def test_a_failing_test_changes_nothing(
    project: Path, first: Workspace, deliveries: Path, tmp_path: Path
) -> None:
    """The report and the register name the test; rows, files and publication are as before."""
    (project / "tests" / "never_holds.sql").write_text("select 1 as found", "utf-8")
    workspace = clone(first.home, tmp_path / "home")
    give_second(workspace, deliveries)
    before, version = seen(workspace), served(workspace)
    report = run_load(workspace, is_late=True)
    assert report.verdict is LoadVerdict.FAILED
    assert "never_holds (tests/never_holds.sql): Got 1 result" in report.message
    assert "the files wait in the landing folder: correct and load again" in report.message
    assert report.build is not None and report.build.statuses["fail"] == 1 and len(report.build.failures) == 1
    assert find_load(workspace, "last") == report
    told = read_report(workspace, report.load_id)
    assert told.outcome is Outcome.FAILED and told.version is None
    assert [row[:2] for row in told.sections[-1].rows] == [["never_holds", "fail"]]
    assert seen(workspace) == before and served(workspace) == version
    assert_sound(workspace)


def test_refused_files_are_left_when_told_so(
    project: Path, first: Workspace, deliveries: Path, tmp_path: Path
) -> None:
    """The others are published; the exit status still tells, and the refused file stays where it is."""
    workspace = clone(first.home, tmp_path / "home")
    keep_all(project, workspace)
    give_second(workspace, deliveries)
    refused_name = "MIS_MISURE_202502.jsonl"
    (workspace.landing / refused_name).write_text("{", "utf-8")
    before = seen(workspace)
    options = ["load", "--late", "--json", "--home", str(workspace.home)]
    refused = CliRunner().invoke(cruscotto, options)
    assert refused.exit_code == 3 and json.loads(refused.stdout)["verdict"] == "refused"
    assert read_report(workspace, "last").outcome is Outcome.REFUSED
    assert seen(workspace) == before
    left = CliRunner().invoke(cruscotto, [*options, "--leave-refused"])
    told = json.loads(left.stdout)
    assert left.exit_code == 3 and told["verdict"] == "published"
    assert [file["verdict"] for file in told["files"]].count("loaded") == 4
    assert [path.name for path in workspace.landing.iterdir()] == [refused_name]
    assert served(workspace) == told["publication"]["version"] > served(first)
    assert_sound(workspace)


def test_nothing_new(first: Workspace, deliveries: Path, tmp_path: Path) -> None:
    """The same content again leaves the landing folder, and publishes nothing."""
    workspace = clone(first.home, tmp_path / "home")
    for path in deliveries.glob("PB_PROD_202412.*"):
        (workspace.landing / path.name).write_bytes(path.read_bytes())
    report = run_load(workspace)
    assert report.verdict is LoadVerdict.UNCHANGED
    assert [file.verdict for file in report.files] == [Verdict.ALREADY_LOADED]
    assert not list(workspace.landing.iterdir()) and served(workspace) == served(first)
    assert_sound(workspace)


def test_a_retry_without_the_codes(first: Workspace, tmp_path: Path) -> None:
    """The plans' rows of a structure that no master has wait on."""
    workspace = clone(first.home, tmp_path / "home")
    report = run_load(workspace, retry=True)
    assert report.verdict is LoadVerdict.UNCHANGED
    assert report.files and all("still in quarantine" in file.message for file in report.files)
    assert seen(workspace).raw == seen(first).raw
    assert_sound(workspace)


def test_what_came_since_under_a_name_stays(first: Workspace, deliveries: Path, tmp_path: Path) -> None:
    """A file that was replaced while its load ran is not taken for the one that was loaded."""
    workspace = clone(first.home, tmp_path / "home")
    outcome = Register(workspace.loads).effective()[0].loaded[0]
    path = workspace.landing / outcome.name
    path.write_bytes((deliveries / outcome.name).read_bytes() + b"more")
    path.with_suffix(".ctl").write_text(f"sha256={outcome.sha256}\n", "utf-8")
    clear_dropped(workspace.landing, [outcome])
    assert path.exists() and path.with_suffix(".ctl").exists()
    path.unlink()
    clear_dropped(workspace.landing, [outcome])
    assert not list(workspace.landing.iterdir())


def test_definitions_are_kept_once_and_never_believed_when_changed(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path).create()
    versions = keep_definitions(workspace)
    assert versions == current_versions() == keep_definitions(workspace)
    (path,) = (workspace.loads / "definitions").iterdir()
    kept = Definitions.read(workspace, versions["definitions"])
    assert kept.files["warehouse/dbt_project.yml"] == (warehouse_dir() / "dbt_project.yml").read_bytes()
    assert "measures" in kept.seeds() and "contracts/pb_prod.yaml" in kept.files
    other = path.with_name(f"{'0' * 64}.tar.gz")
    path.rename(other)
    with pytest.raises(DefinitionsError, match="was changed: restore it from a copy of the register"):
        Definitions.read(workspace, "0" * 64)
    with pytest.raises(DefinitionsError, match="cannot be read"):
        Definitions.read(workspace, versions["definitions"])


def test_wrong_names_are_told_with_the_right_ones(first: Workspace, tmp_path: Path) -> None:
    (load,) = Register(first.loads).reports()
    with pytest.raises(NoSuchLoad, match=f"Did you mean {load.load_id}"):
        find_load(first, f"{load.load_id}x")
    with pytest.raises(LoadsError, match="keep at least 2"):
        retention(first, 1)
    with pytest.raises(NothingToDo, match="no load was interrupted"):
        undo_interrupted(clone(first.home, tmp_path / "home"))
