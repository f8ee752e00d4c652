"""What is told of loads, and what can be done with past ones: compared, gone back to, made again."""

import json
import re
import shutil
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from orchestration.cli.application import cruscotto
from orchestration.landing import LoadVerdict, PublicationRecord, Register, land
from orchestration.loads import (
    Difference,
    NothingToDo,
    NotKept,
    compare,
    find_load,
    problems,
    prune,
    publications,
    rebuild,
    recover_all,
    retention,
    roll_back,
    run_load,
)
from orchestration.loads.trees import remove_tree
from orchestration.privacy import erase, rotate_key
from orchestration.workspace import Workspace

from .cases import (
    CLOSING,
    CORRECTED,
    FORMER_PARENT,
    NEW_PARENT,
    OFFICE,
    PIECES,
    REORGANISED,
    assert_sound,
    clone,
    digests,
    seen,
    served,
)


def _publication(workspace: Workspace, number: int) -> PublicationRecord:
    return publications(workspace)[number][1]


def _query(workspace: Workspace, number: int, sql: str) -> list[tuple[object, ...]]:
    path = workspace.published / _publication(workspace, number).file
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(sql).fetchall()


@pytest.fixture(scope="module")
def difference(second: Workspace) -> Difference:
    """What differs between the two publications."""
    (former, _), (later, _) = publications(second)
    return compare(second, former.load_id, later.load_id)


def test_the_register_tells_everything_of_a_load(second: Workspace) -> None:
    first, last = Register(second.loads).reports()
    assert (first.verdict, last.verdict, last.kind) == (LoadVerdict.PUBLISHED, LoadVerdict.PUBLISHED, "load")
    assert last.is_late and last.seconds and last.who and last.finished and last.finished >= last.started
    assert set(last.versions) == {"definitions", "contracts", "reference", "models"}
    assert (
        last.build and last.build.invocation and last.build.statuses["pass"] > 100 and not last.build.failures
    )
    assert last.publication and len(last.publication.sha256) == 64
    # A re-organisation re-states whatever is asked under today's organisation.
    assert "dim_structure changed" in last.build.scope and last.build.scope.startswith("everything: ")
    assert {file.name for file in last.files} == {*CLOSING, CORRECTED, REORGANISED}
    for file in (*first.files, *last.files):
        assert file.rows_read == file.rows_loaded + file.rows_quarantined > 0, file.name
        assert file.sha256 and file.archived_sha256 and file.contract_version
    (corrected,) = [file for file in last.files if file.name == CORRECTED]
    assert (corrected.corrects, corrected.is_late) == ("PB_PROD_202412.csv", True)
    assert set(corrected.control_totals) == {"somma_pervenuto", "somma_definito", "somma_giacenza_finale"}


def test_nothing_is_left_of_a_load(second: Workspace) -> None:
    """Also of one that was killed and carried on."""
    assert not list(second.landing.iterdir())
    assert_sound(second)
    assert served(second) == _publication(second, 1).version


def test_the_list_and_one_load_on_the_command_line(second: Workspace) -> None:
    home = str(second.home)
    listed = CliRunner().invoke(cruscotto, ["loads", "--home", home])
    assert listed.exit_code == 0 and "2 carichi" in listed.output
    shown = CliRunner().invoke(cruscotto, ["loads", "show", "last", "--home", home])
    last = find_load(second, "last")
    assert last.publication is not None and last.publication.file in shown.output
    for file in last.files:
        assert f"{file.rows_read} = {file.rows_loaded} + {file.rows_quarantined}" in shown.output
    verified = CliRunner().invoke(cruscotto, ["loads", "verify", "--home", home])
    assert (verified.exit_code, verified.output) == (0, "0 problemi\n")
    told = json.loads(CliRunner().invoke(cruscotto, ["loads", "--json", "--home", home]).output)
    assert [item["load_id"] for item in told] == [
        report.load_id for report in Register(second.loads).reports()
    ]


def test_the_difference_names_what_came_between(difference: Difference) -> None:
    assert {(cause.kind, cause.name) for cause in difference.causes} == {
        *(("new", name) for name in CLOSING),
        ("late correction", CORRECTED),
        ("re-organisation", REORGANISED),
    }


def test_every_movement_has_a_cause_that_feeds_it(difference: Difference) -> None:
    assert difference.moved and difference.moved_today
    for item in difference.moved:
        assert item.causes, item.movement
    by_code = {item.movement.code: {cause.name for cause in item.causes} for item in difference.moved}
    assert CORRECTED in by_code["produttivita"] and not by_code["produttivita"] & set(CLOSING)
    assert by_code["costi_standard_cs05"] == {CLOSING[0]}
    for item in difference.moved_today:
        assert REORGANISED in {cause.name for cause in item.causes}, item.movement


def test_the_corrected_office_moved_by_what_was_corrected(second: Workspace) -> None:
    query = f"""select sum(pervenuto), sum(definito) from marts.fct_production
    join marts.dim_structure using (structure_key)
    where structure_code = '{OFFICE}' and month_key = 202412"""
    ((received, completed),) = _query(second, 0, query)
    assert _query(second, 1, query) == [(received + PIECES, completed + PIECES)]  # type: ignore[operator]


def test_a_reorganisation_restates_today_and_never_the_month(second: Workspace) -> None:
    """Sickness has no source that was corrected: as-was it is the same to the last bit, as-is it moved."""
    nodes = f"('{FORMER_PARENT}', '{NEW_PARENT}', '{OFFICE}')"
    was = f"""select node_code, period_code, numerator, denominator, value from indicators.ind_stored_values
    where indicator_code = 'tasso_assenza_malattia' and organisation_code = 'as_was' and node_code in {nodes}
    order by all"""
    before, after = _query(second, 0, was), _query(second, 1, was)
    assert before == after and {row[0] for row in before} == {FORMER_PARENT, NEW_PARENT, OFFICE}
    today = """select organisation_code, denominator from indicators.ind_values
    where indicator_code = 'tasso_assenza_malattia' and node_code = '{node}' and period_code = '2024-M12'
    and area_node_code = 'TOT' and scenario_code = 'consuntivo'"""

    def worked(number: int, node: str) -> dict[object, object]:
        return dict(_query(second, number, today.format(node=node)))  # type: ignore[arg-type]

    former, later = worked(0, NEW_PARENT), worked(1, NEW_PARENT)
    office = worked(1, OFFICE)["as_was"]
    assert later["as_was"] == former["as_was"]
    assert later["as_is"] == former["as_was"] + office  # type: ignore[operator]


def test_the_closing_period_belongs_to_the_year(second: Workspace) -> None:
    query = "select sum(amount_eur) from marts.fct_costs where month_key = 202413"
    assert _query(second, 0, query) == [(None,)]
    ((amount,),) = _query(second, 1, query)
    assert amount


def test_going_back_and_forth(second: Workspace, first: Workspace, tmp_path: Path) -> None:
    """What is served, what is loaded, and what counts go back together; the later load does not count."""
    workspace = clone(second.home, tmp_path / "home")
    (former, _), (later, _) = publications(workspace)
    report = roll_back(workspace, former.load_id)
    assert report.back_to == former.load_id
    assert served(workspace) == served(first)
    raw = {name: digest for name, digest in seen(workspace).raw.items() if not name.startswith("superseded")}
    assert raw == {name: digest for name, digest in seen(first).raw.items()}
    assert [load.load_id for load in Register(workspace.loads).effective()] == [former.load_id]
    assert_sound(workspace)
    with pytest.raises(NothingToDo, match="is the publication that is served"):
        roll_back(workspace, former.load_id)
    withdrawn = compare(workspace, later.load_id, former.load_id)
    assert {cause.kind for cause in withdrawn.causes} == {
        "withdrawn new", "withdrawn late correction", "withdrawn re-organisation"
    }  # fmt: skip
    roll_back(workspace, later.load_id)
    assert served(workspace) == served(second) and problems(workspace) == []
    counting = [load.load_id for load in Register(workspace.loads).effective()]
    assert counting == [former.load_id, later.load_id]
    assert run_load(workspace).verdict is LoadVerdict.UNCHANGED


def test_what_was_withdrawn_can_be_delivered_again(second: Workspace, tmp_path: Path) -> None:
    workspace = clone(second.home, tmp_path / "home")
    former, _ = publications(workspace)[0]
    roll_back(workspace, former.load_id)
    corrected = next(file for file in find_load(second, "last").files if file.name == CORRECTED)
    outcomes = Register(workspace.loads).loaded()["pb_prod", "202412"]
    assert [outcome.name for outcome in outcomes] == ["PB_PROD_202412.csv"]
    assert corrected.sha256 not in {outcome.sha256 for outcome in outcomes}


def test_an_installation_is_made_again_from_archive_and_register(second: Workspace, tmp_path: Path) -> None:
    """On an empty machine: the same tables, the same rows, the same pointer; then it goes on."""
    home = tmp_path / "home"
    home.mkdir()
    for name in ("archive", "loads"):
        shutil.copytree(getattr(second, name), home / name)
    workspace = Workspace(home)
    rebuilt = recover_all(workspace)
    assert rebuilt.load_id == find_load(second, "last").load_id
    assert rebuilt.tables == len(_publication(second, 1).tables) > 90
    assert served(workspace) == served(second)
    assert _publication(workspace, 1).tables == _publication(second, 1).tables
    present, then = digests(workspace.raw), digests(second.raw)
    assert present == {name: digest for name, digest in then.items() if not name.startswith("superseded")}
    assert_sound(workspace)
    assert land(workspace).files == []


def test_an_older_publication_is_made_again_without_the_erased_and_under_a_new_key(
    second: Workspace, deliveries: Path, tmp_path: Path
) -> None:
    """Not the last one; from an archive that leads back to nobody who was erased: every table as it was."""
    workspace = clone(second.home, tmp_path / "home")
    load, publication = publications(workspace)[0]
    numbers = sorted(set(re.findall(r"\bI\d{7}\b", (deliveries / "HR_PRES_202412.csv").read_text("utf-8"))))
    pointer, published = workspace.pointer.read_bytes(), digests(workspace.published)
    # Somebody on two rows, and somebody on one.
    assert erase(workspace, [numbers[5], numbers[9]]).people == 2
    assert rotate_key(workspace).hashes == len(numbers)
    assert digests(workspace.published) == published and problems(workspace) == []
    (workspace.published / publication.file).unlink()
    remove_tree(workspace.history / publication.version)
    rebuilt = rebuild(workspace, load.load_id)
    assert (rebuilt.version, rebuilt.tables) == (publication.version, len(publication.tables))
    assert _publication(workspace, 0).tables == publication.tables
    assert _publication(workspace, 0).published_at == publication.published_at
    assert workspace.pointer.read_bytes() == pointer and served(workspace) == served(second)
    presence = (workspace.raw / "hr_pres" / "202412.parquet").read_bytes()
    assert (workspace.history / publication.version / "hr_pres" / "202412.parquet").read_bytes() == presence
    assert_sound(workspace)
    roll_back(workspace, load.load_id)
    assert served(workspace) == publication.version


def test_retention_keeps_what_is_served_and_tells_what_goes(second: Workspace, tmp_path: Path) -> None:
    workspace = clone(second.home, tmp_path / "home")
    found = retention(workspace, 2)
    assert [item.reason for item in found.publications] == ["fallback", "served"] and found.freed == 0
    _more_publications(workspace, 3)
    before = seen(workspace)
    dry = CliRunner().invoke(
        cruscotto, ["loads", "prune", "--keep", "2", "--dry-run", "--home", str(workspace.home)]
    )
    assert dry.exit_code == 0 and "si libererebbero" in dry.output
    assert seen(workspace) == before
    gone = [item for item in prune(workspace, 2).publications if not item.reason]
    assert [item.load_id for item in gone]
    for item in gone:
        assert not (workspace.published / f"cruscotto-{item.version}.duckdb").exists()
        with pytest.raises(NotKept, match=f"run `cruscotto loads rebuild {item.load_id}`"):
            roll_back(workspace, item.load_id)
    assert problems(workspace) == []


def _more_publications(workspace: Workspace, count: int) -> None:
    """Register further publications of the same content, a second apart."""
    register = Register(workspace.loads)
    last, record = publications(workspace)[-1]
    for number in range(count):
        report = register.new_report("publish", LoadVerdict.PUBLISHED)
        version = f"{record.version[:-1]}{(int(record.version[-1]) + number + 1) % 10}{number}"
        file = f"cruscotto-{version}.duckdb"
        shutil.copy(workspace.published / record.file, workspace.published / file)
        (workspace.history / version).mkdir()
        report.versions = last.versions
        report.publication = PublicationRecord(
            version, file, record.published_at, record.sha256, record.size, record.tables
        )
        register.write(report, is_finished=True)
