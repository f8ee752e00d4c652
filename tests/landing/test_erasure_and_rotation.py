"""A person erased, the key changed: everything that is kept is read, and nothing leads back to them."""

import hmac
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

from orchestration.cli.application import cruscotto
from orchestration.landing import LoadVerdict, PseudonymKeyError, Register, Verdict, land
from orchestration.loads import LoadsError, NothingToDo, problems, undo_interrupted
from orchestration.loads.trees import keep_history
from orchestration.privacy import erase, rotate_key
from orchestration.workspace import Workspace

from .deliveries import PERSON, bytes_below, drop_presence, rows_of

MINUTES = 114 * 60 + 46
GONE, STAYS = "I0000003", "I0000004"
KILLED = -9
UNIT = PERSON.replace("DP-TERNI", "DP-PERUGIA")


def person(number: str, line: str = PERSON, month: str = "01") -> str:
    return line.replace("I0000001", number).replace("01/2025", f"{month}/2025")


def deliver(workspace: Workspace, month: str = "01", revision: str = "", people: int = 6) -> None:
    """Drop a month: some people, one of them on two rows, and with a structure that nobody knows."""
    lines = [person(f"I{number:07d}", month=month) for number in range(1, people + 1)]
    lines += [person(number, UNIT, month) for number in (GONE, STAYS)]
    lines += [person(number, PERSON.replace("DP-TERNI", "DP-NUOVA"), month) for number in (GONE, STAYS)]
    # So many more that two of unknown structure are few.
    lines += [person(f"I{number:07d}", month=month) for number in range(100, 160)]
    drop_presence(workspace.landing, lines, len(lines) * MINUTES, f"HR_PRES_2025{month}{revision}.csv")


@pytest.fixture(scope="module")
def kept(masters: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two months, the first corrected, with a history; a refused file whose message shows a row of hers."""
    home = tmp_path_factory.mktemp("kept") / "home"
    shutil.copytree(masters, home)
    workspace = Workspace(home)
    deliver(workspace)
    assert land(workspace).ok
    keep_history(workspace, "20250201T000000000000")
    deliver(workspace, revision="_r01", people=5)
    deliver(workspace, "02")
    assert land(workspace, is_late=True).ok
    faulty = [person(GONE, PERSON.replace("funzionario", "astronauta"), "03")] * 3
    path = drop_presence(workspace.landing, faulty, 3 * MINUTES, "HR_PRES_202503.csv")
    assert not land(workspace).ok
    for waiting in (path, path.with_suffix(".ctl")):
        waiting.unlink()
    keep_history(workspace, "20250301T000000000000")
    report = workspace.reports / "20250301T000000Z-01" / "report.html"
    report.parent.mkdir(parents=True)
    report.write_text(f"<td>?{hash_of(key_of(workspace), GONE)}</td>", encoding="utf-8")
    return home


@pytest.fixture
def workspace(kept: Path, tmp_path: Path) -> Workspace:
    shutil.copytree(kept, tmp_path / "home")
    return Workspace(tmp_path / "home")


def key_of(workspace: Workspace) -> bytes:
    return bytes.fromhex((workspace.secrets / "pseudonym.key").read_text("ascii").splitlines()[0])


def hash_of(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), "sha256").hexdigest()


def told(workspace: Workspace) -> bytes:
    """All that is kept, as bytes and, of tables, as texts; but for the keys."""
    everything = [
        content for path, content in bytes_below(workspace.home).items() if path.parent.name != "secrets"
    ]
    with duckdb.connect() as database:
        for path in sorted(workspace.home.rglob("*.parquet")):
            rows = database.execute("select * from read_parquet(?)", [str(path)]).fetchall()
            everything.append(repr(rows).encode())
    return b"\n".join(everything)


def without_persons(workspace: Workspace) -> dict[str, list[tuple[object, ...]]]:
    """The rows of every table there is, current and former, without what stands for the person."""
    found = {}
    with duckdb.connect() as database:
        for path in sorted(workspace.home.rglob("hr_pres/*.parquet")):
            query = "select * exclude (matricola) from read_parquet(?)"
            found[str(path.relative_to(workspace.home))] = database.execute(query, [str(path)]).fetchall()
    return found


def heads(workspace: Workspace) -> list[tuple[object, ...]]:
    return rows_of(workspace, "hr_pres", "distinct on (_delivery, _file, _line) _delivery, _line, matricola")


def counts(workspace: Workspace) -> list[tuple[object, ...]]:
    """Heads by month, and over the months."""
    source = str(workspace.raw / "hr_pres" / "*.parquet")
    with duckdb.connect() as database:
        query = """select _delivery, count(distinct matricola), count(*) from read_parquet(?)
        group by rollup (_delivery) order by all"""
        return database.execute(query, [source]).fetchall()


def test_nothing_that_is_kept_leads_back(workspace: Workspace) -> None:
    """Archive, tables, quarantine, what corrections replaced, history, records: none has the hash."""
    gone = hash_of(key_of(workspace), GONE).encode()
    stays = hash_of(key_of(workspace), STAYS).encode()
    before = told(workspace)
    archived = bytes_below(workspace.archive).values()
    assert sum(gone in content for content in archived) == 4 and before.count(gone) > 20
    rows, where = without_persons(workspace), before.count(stays)
    found = erase(workspace, [GONE])
    after = told(workspace)
    # Rows now: two months with two sound ones and one in quarantine.
    assert (found.people, found.files, found.rows) == (1, 4, 6)
    assert gone not in after and GONE.encode() not in after
    assert without_persons(workspace) == rows and after.count(stays) == where
    assert problems(workspace) == []
    last = Register(workspace.loads).amended()[-1]
    assert (last.kind, last.verdict, last.load_id) == ("erase", LoadVerdict.AMENDED, found.load_id)
    assert "1 persons erased: 6 rows and 4 archived files" in last.message and last.who and last.finished


def test_one_head_in_a_month_and_no_link_between_months(workspace: Workspace) -> None:
    """Two rows of one month are still one person; two months are two persons whom nobody can tell."""
    hashed = hash_of(key_of(workspace), GONE)
    mine = {(row[0], row[1]) for row in heads(workspace) if row[2] == hashed}
    monthly = counts(workspace)[:2]
    erase(workspace, [GONE])
    drawn = [(row[0], row[2]) for row in heads(workspace) if (row[0], row[1]) in mine]
    assert len(drawn) == 4 and len(set(drawn)) == 2 and len({text for _, text in drawn}) == 2
    assert counts(workspace)[:2] == monthly


def test_what_is_delivered_later_is_kept_without_her(workspace: Workspace) -> None:
    """The same file again, a correction, another month: after an erasure and also after a rotation."""
    gone = hash_of(key_of(workspace), GONE).encode()
    erase(workspace, [GONE])
    deliver(workspace, "02")
    assert [file.verdict for file in land(workspace).files] == [Verdict.ALREADY_LOADED]
    deliver(workspace, "03")
    assert land(workspace).ok
    rotate_key(workspace)
    deliver(workspace, "04")
    assert land(workspace).ok
    keys = [bytes.fromhex(line) for line in (workspace.secrets / "pseudonym.key").read_text("ascii").split()]
    after = told(workspace)
    assert gone not in after and hash_of(keys[1], gone.decode()).encode() not in after
    everybody = {row[2] for row in heads(workspace)}
    drawn = [row[2] for row in heads(workspace) if row[0] in ("202503", "202504")]
    # She is one head on two rows in each month, as the other who has two.
    assert len(drawn) == 136 and len(set(drawn)) == 66 + 1 and None not in everybody
    assert problems(workspace) == []


def test_a_dry_run_counts_and_changes_nothing(workspace: Workspace) -> None:
    before = bytes_below(workspace.home)
    found = erase(workspace, [GONE, "I0000099"], dry_run=True)
    assert (found.people, found.files, found.rows, found.load_id) == (1, 4, 6, "")
    assert bytes_below(workspace.home) == before


def run(workspace: Workspace, *arguments: str, given: str | None = None) -> Result:
    return CliRunner().invoke(cruscotto, ["privacy", *arguments, "--home", str(workspace.home)], input=given)


def test_numbers_come_from_a_file_or_the_standard_input(workspace: Workspace, tmp_path: Path) -> None:
    """They are in no argument, in no output and in no message."""
    given = run(workspace, "erase", "--matricola-from", "-", "--json", given=f"{GONE}\n\n  i0000005 \n")
    assert given.exit_code == 0, given.output
    assert (json.loads(given.output)["people"], "I000000" in given.output) == (2, False)
    listed = tmp_path / "numbers.txt"
    listed.write_text(f"{STAYS}\n", encoding="utf-8")
    assert "cancellate 1 persone" in run(workspace, "erase", "--matricola-from", str(listed)).output
    again = run(workspace, "erase", "--matricola-from", str(listed))
    assert isinstance(again.exception, NothingToDo) and STAYS not in str(again.exception)
    assert run(workspace, "erase", "--matricola-from", GONE).exit_code == 2
    assert run(workspace, "erase", GONE).exit_code == 2
    wrong = run(workspace, "erase", "--matricola-from", "-", given="I0000005\nMario Rossi\n")
    assert isinstance(wrong.exception, LoadsError) and "Rossi" not in str(wrong.exception)
    assert "line 2" in str(wrong.exception)


def test_the_former_key_tells_nothing_any_more(workspace: Workspace) -> None:
    """No hash under it is left, counts of persons are the same, and it is refused where it is given alone."""
    former, rows, counted = key_of(workspace), without_persons(workspace), counts(workspace)
    rotated = CliRunner().invoke(cruscotto, ["privacy", "rotate-key", "--home", str(workspace.home)])
    assert rotated.exit_code == 0 and "66 persone sotto una nuova chiave, la numero 2" in rotated.output
    after = told(workspace)
    numbers = [f"I{number:07d}" for number in (*range(1, 7), *range(100, 160))]
    assert not [number for number in numbers if hash_of(former, number).encode() in after]
    assert without_persons(workspace) == rows and counts(workspace) == counted
    assert problems(workspace) == []
    file = workspace.secrets / "pseudonym.key"
    both = file.read_text("ascii")
    assert file.stat().st_mode & 0o777 == 0o600 and both not in rotated.output
    deliver(workspace, "03")
    file.write_text(both.splitlines()[0], "ascii")
    with pytest.raises(PseudonymKeyError, match="hashed under 2 keys in turn and 1 are given"):
        land(workspace)
    file.write_text(both, "ascii")
    assert land(workspace).ok
    march = {row[2] for row in heads(workspace) if row[0] == "202503"}
    assert march == {row[2] for row in heads(workspace) if row[0] == "202502"}


def test_keys_from_the_environment(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """The new one is added there first; it counts when it is rotated to, and not before."""
    former, new = key_of(workspace).hex(), "ab" * 32
    monkeypatch.setenv("CRUSCOTTO_PSEUDONYM_KEY", former)
    with pytest.raises(PseudonymKeyError, match="add a new one after those it has"):
        rotate_key(workspace)
    monkeypatch.setenv("CRUSCOTTO_PSEUDONYM_KEY", f"{former},{new}")
    deliver(workspace, "03")
    with pytest.raises(PseudonymKeyError, match="under 1 keys in turn and 2 are given"):
        land(workspace)
    counted = counts(workspace)
    assert rotate_key(workspace).keys == 2
    assert counts(workspace) == counted
    assert land(workspace).ok


@pytest.fixture(scope="module")
def steps(kept: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What an erasure does to the disk, one line for each operation."""
    home = tmp_path_factory.mktemp("steps") / "home"
    shutil.copytree(kept, home)
    log = home.parent / "log"
    assert _victim(home, "--log", str(log)) == 0
    return log.read_text("utf-8").splitlines()


def _victim(home: Path, *options: str) -> int:
    command = [sys.executable, "-m", "tests.landing.privacy_victim", str(home), GONE, *options]
    return subprocess.run(command, stderr=subprocess.DEVNULL, check=False).returncode


@pytest.fixture
def instants(steps: list[str], pytestconfig: pytest.Config) -> Iterator[list[int]]:
    """Just before the commit, half way after it, at the end; with --all-faults, every one."""
    (commit,) = [
        number for number, step in enumerate(steps, 1) if step.endswith(".amending.part") and "rename" in step
    ]
    drawn = [commit, (commit + len(steps)) // 2, len(steps)]
    yield list(range(1, len(steps) + 1)) if pytestconfig.getoption("--all-faults") else drawn


def test_killed_in_the_midst(kept: Path, steps: list[str], instants: list[int], tmp_path: Path) -> None:
    """All of it or nothing, whenever; the next command finishes or forgets it, by itself."""
    gone = hash_of(key_of(Workspace(kept)), GONE).encode()
    outcomes = set()
    for instant in instants:
        workspace = Workspace(tmp_path / str(instant))
        shutil.copytree(kept, workspace.home)
        assert _victim(workspace.home, "--kill-at", str(instant)) == KILLED, steps[instant - 1]
        _next(workspace)
        after = told(workspace)
        last = list(Register(workspace.loads).reports())[-1]
        is_done = last.verdict is LoadVerdict.AMENDED
        assert (gone in after) is not is_done, steps[instant - 1]
        assert problems(workspace) == [] and without_persons(workspace) == without_persons(Workspace(kept))
        assert not [path for path in workspace.home.rglob(".*") if path.name != ".lock"]
        outcomes.add(is_done)
        shutil.rmtree(workspace.home)
    assert outcomes == {True, False}


def _next(workspace: Workspace) -> None:
    """What somebody would run next."""
    steps: list[Callable[[Workspace], object]] = [undo_interrupted, lambda home: erase(home, ["I0000777"])]
    for step in steps:
        try:
            step(workspace)
        except NothingToDo:
            continue
