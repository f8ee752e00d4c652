"""Full disks, changed files, a clock set back, two loads at once: what is served stays, and a way out."""

import json
import random
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from orchestration.landing import LandingError, LoadReport, LoadVerdict, Register, WorkspaceBusy
from orchestration.landing import register as register_module
from orchestration.loads import NotKept, problems, rebuild, roll_back, run_load
from orchestration.lock import hold
from orchestration.workspace import Workspace

from .cases import assert_sound, clone, give_second, seen, served
from .conftest import run_victim

SEED = 20250402
_LANDING, _BUILDING, _PUBLISHING = 4_096, 60_000_000, 60_000_000


def _fill(home: Path, folder: Path, left: int) -> dict[str, object]:
    """Load on a disk with so many bytes left; return what `full_disk` tells."""
    disk = folder / "disk"
    disk.mkdir(exist_ok=True)
    module = [sys.executable, "-m", "tests.loads.full_disk", str(home), str(disk), "--left", str(left)]
    own = ["unshare", "--user", "--map-root-user", "--mount"]
    mount = [*own, "mount", "-t", "tmpfs", "t", str(disk)]
    can_mount = subprocess.run(mount, capture_output=True, check=False)
    command = [*own, *module, "--mounted"] if can_mount.returncode == 0 else module
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told: dict[str, object] = json.loads(done.stdout)
    return told


@pytest.mark.parametrize("step", ["landing", "building", "publishing"])
def test_full_disk(
    step: str,
    first: Workspace,
    built: Workspace,
    deliveries: Path,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    """Nothing changes for readers; with space again the load is put back or carried on; no row is lost.

    A build on a full disk takes as long as another: on demand only.
    """
    draw = random.Random(SEED)
    is_long = request.config.getoption("--all-faults")
    times = 8 if is_long else int(step != "building")
    for number in range(times):
        source = built if step == "publishing" else first
        least, most = {
            "landing": (0, _LANDING),
            "building": (100_000, _BUILDING),
            "publishing": (0, _PUBLISHING),
        }[step]
        workspace = clone(source.home, tmp_path / f"home-{number}")
        if step != "publishing":
            give_second(workspace, deliveries)
        left = draw.randrange(least, most)
        told = _fill(workspace.home, tmp_path, left)
        where = f"{left} bytes left: {told}"
        expected = ("No space left", "File too large", "could not", "is the disk full")
        assert any(text in str(told["error"]) for text in expected), where
        assert "nothing" in str(told["error"]), where
        assert told["is_former_served"] and not told["problems"], where
        if step == "landing":
            assert told["is_put_back"], where


def test_two_loads_at_once(first: Workspace, tmp_path: Path) -> None:
    """The second says who holds the workspace, since when, in which process; the first goes on."""
    workspace = clone(first.home, tmp_path / "home")
    told = r"`load` by \w+ \(process \d+ on \S+, since \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\); wait for it to end"
    with hold(workspace, "load"), pytest.raises(WorkspaceBusy, match=told):
        run_load(workspace)
    assert run_load(workspace).verdict is LoadVerdict.UNCHANGED


def test_a_killed_load_locks_nobody_out(first: Workspace, deliveries: Path, tmp_path: Path) -> None:
    """Its note stays; the lock does not."""
    workspace = clone(first.home, tmp_path / "home")
    give_second(workspace, deliveries)
    run_victim(workspace.home, "--late", "--kill-at", "40")
    note = json.loads(workspace.lock_file.read_text("utf-8"))
    assert note["doing"] == "load"
    with hold(workspace, "another") as held:
        assert held.killed is not None and held.killed.pid == note["pid"]
    assert workspace.lock_file.read_text("utf-8") == ""


def test_a_clock_set_back(first: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Ids go on from the last one, so the order of the register stays that of the loads."""
    workspace = clone(first.home, tmp_path / "home")
    register = Register(workspace.loads)
    last = register.new_report().load_id

    class Earlier(datetime):
        @classmethod
        def now(cls, tz: object = None) -> "datetime":
            return datetime.now(UTC) - timedelta(days=400)

    monkeypatch.setattr(register_module, "datetime", Earlier)
    ids = []
    for _ in range(120):
        report: LoadReport = register.new_report()
        register.write(report)
        ids.append(report.load_id)
    assert sorted(set(ids)) == ids and min(ids) > max(found.load_id for found in register.effective()[:1])
    assert [found.load_id for found in register.reports()][-120:] == ids
    assert last > "2025"


def test_a_changed_archive_is_found_and_never_rebuilt_from(first: Workspace, tmp_path: Path) -> None:
    workspace = clone(first.home, tmp_path / "home")
    file = next(
        file for file in Register(workspace.loads).effective()[0].loaded if file.name.startswith("PB_")
    )
    path = workspace.archive / str(file.archived_sha256)[:2] / str(file.archived_sha256)
    _change(path)
    (problem,) = problems(workspace)
    assert problem.what == file.name and "was changed since it was archived" in problem.message
    assert problem.remedy == "restore it from a copy of the archive, under the same name"
    before = seen(workspace)
    with pytest.raises(LandingError, match=f"{file.name}: .* was changed since it was archived; restore it"):
        rebuild(workspace, "last")
    assert seen(workspace) == before


def test_a_changed_publication_is_never_served(second: Workspace, first: Workspace, tmp_path: Path) -> None:
    """A server that starts falls back on the former one; the message names what makes it whole again."""
    workspace = clone(second.home, tmp_path / "home")
    pointer = json.loads(workspace.pointer.read_text("utf-8"))
    _change(workspace.published / pointer["file"])
    assert served(workspace) == served(first) == pointer["former"]["version"]
    (problem,) = problems(workspace)
    assert (problem.what, problem.message) == (pointer["file"], "it was changed since it was published")
    last = Register(workspace.loads).effective()[-1]
    assert problem.remedy == f"cruscotto loads rebuild {last.load_id}"


def test_going_back_to_a_changed_publication_is_refused(second: Workspace, tmp_path: Path) -> None:
    workspace = clone(second.home, tmp_path / "home")
    former = Register(workspace.loads).effective()[0]
    assert former.publication is not None
    _change(workspace.published / former.publication.file)
    before = seen(workspace)
    told = f"is not the file that was published: run `cruscotto loads rebuild {former.load_id}`"
    with pytest.raises(NotKept, match=told):
        roll_back(workspace, former.load_id)
    assert seen(workspace) == before and served(workspace) == served(second)


def test_a_broken_extract_changes_nothing(first: Workspace, deliveries: Path, tmp_path: Path) -> None:
    """All files of the load wait, also the sound ones; the message names the broken one and the ways out."""
    workspace = clone(first.home, tmp_path / "home")
    give_second(workspace, deliveries)
    broken = workspace.landing / "SAP_COAN_202413.txt"
    broken.write_bytes(broken.read_bytes()[:-3000])
    before = seen(workspace)
    report = run_load(workspace, is_late=True)
    assert report.verdict is LoadVerdict.REFUSED
    assert [file.name for file in report.refused] == ["SAP_COAN_202413.txt"]
    assert "nothing was changed or published" in report.message and "--leave-refused" in report.message
    assert seen(workspace) == before
    assert_sound(workspace)


def test_a_late_correction_needs_leave(first: Workspace, deliveries: Path, tmp_path: Path) -> None:
    workspace = clone(first.home, tmp_path / "home")
    give_second(workspace, deliveries)
    report = run_load(workspace)
    assert report.verdict is LoadVerdict.REFUSED
    (refused,) = report.refused
    assert refused.name == "PB_PROD_202412_r01.csv"
    assert "202412 is closed, because 202501 is loaded" in refused.message and "--late" in refused.message


def _change(path: Path) -> None:
    """Turn one bit in the middle of a file that other workspaces share."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.unlink()
    path.write_bytes(content)
