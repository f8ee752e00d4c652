"""Presence holds personal data: no registration number is kept, logged or shown, whatever the line."""

import hmac
import stat
from pathlib import Path

import pytest

from orchestration.landing import PseudonymKeyError, Verdict, land
from orchestration.landing.pseudonym import Pseudonymiser, pseudonym_keys
from orchestration.workspace import Workspace

from .deliveries import PERSON, bytes_below, declare, drop_presence, land_one, rows_of

MINUTES = 114 * 60 + 46
KEY = bytes(range(32))


def people(count: int) -> list[str]:
    return [PERSON.replace("I0000001", f"I{number:07d}") for number in range(1, count + 1)]


def kept(workspace: Workspace) -> bytes:
    """All that is kept or told of a landing."""
    return b"".join(bytes_below(workspace.archive, workspace.raw, workspace.loads).values())


def test_the_number_is_nowhere(ready: Workspace, caplog: pytest.LogCaptureFixture) -> None:
    drop_presence(ready.landing, people(20), 20 * MINUTES)
    assert land_one(ready).verdict is Verdict.LOADED
    everything = kept(ready) + caplog.text.encode()
    assert not [number for number in range(1, 21) if f"I{number:07d}".encode() in everything]
    assert list(ready.landing.iterdir()) == []


def test_the_hash_is_keyed_and_stable(ready: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """HMAC-SHA-256 of the number as it was written; the same person has the same hash in every month."""
    monkeypatch.setenv("CRUSCOTTO_PSEUDONYM_KEY", KEY.hex())
    drop_presence(ready.landing, people(1), MINUTES)
    february = people(1)[0].replace("01/2025", "02/2025")
    drop_presence(ready.landing, [february], MINUTES, "HR_PRES_202502.csv")
    assert land(ready).ok
    expected = hmac.new(KEY, b"I0000001", "sha256").hexdigest()
    assert rows_of(ready, "hr_pres", "matricola") == [(expected,), (expected,)]


def test_the_rest_is_archived_byte_for_byte(ready: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRUSCOTTO_PSEUDONYM_KEY", KEY.hex())
    path = drop_presence(ready.landing, people(2), 2 * MINUTES)
    original = path.read_bytes()
    outcome = land_one(ready)
    assert outcome.sha256 != outcome.archived_sha256
    archived = (ready.archive / str(outcome.archived_sha256)[:2] / str(outcome.archived_sha256)).read_bytes()
    for number in (b"I0000001", b"I0000002"):
        archived = archived.replace(hmac.new(KEY, number, "sha256").hexdigest().encode(), number)
    assert archived == original


@pytest.mark.parametrize(
    "line",
    [
        PERSON.replace("01/2025;", ""),
        PERSON + ";I0000077",
        "I0000077",
        PERSON.replace("I0000001", "01/2025").replace("01/2025", "I0000077", 1),
        PERSON.replace("DP-TERNI", "I0000077"),
        PERSON.replace(";", ","),
        PERSON.replace("I0000001", "I00 00077"),
        PERSON.replace("I0000001", "rossi-i0000077"),
    ],
    ids=["too few", "too many", "alone", "swapped", "elsewhere", "commas", "spaced", "unforeseen"],
)
def test_a_malformed_line_does_not_leak(ready: Workspace, line: str) -> None:
    """Whatever the line looks like, it is kept aside and the number in it is not kept."""
    lines = [PERSON.replace("I0000001", f"I{number:07d}") for number in range(100, 1400)]
    path = drop_presence(ready.landing, lines, len(lines) * MINUTES)
    path.write_bytes(path.read_bytes() + f"{line}\r\n".encode())
    well_formed = line.count(";") == PERSON.count(";") and "0114:46" in line
    withheld = "I0000077" in line
    minutes = (len(lines) + (well_formed and not withheld)) * MINUTES
    declare(path, len(lines) + 1, somma_ore_presenza=minutes)
    outcome = land_one(ready)
    assert (outcome.verdict, outcome.rows_quarantined) == (Verdict.LOADED, 1), outcome.message
    everything = kept(ready).lower()
    assert not [text for text in (b"i0000077", b"i0000001", b"i00 00077") if text in everything]


def test_a_blank_number_is_a_fault(ready: Workspace) -> None:
    drop_presence(ready.landing, [*people(1200), PERSON.replace("I0000001", " ")], 1201 * MINUTES)
    assert land_one(ready).rows_quarantined == 1
    assert rows_of(ready, "quarantine", "column_name, reason") == [("matricola", "it is blank")]


def test_a_refused_file_is_told_without_numbers(ready: Workspace) -> None:
    """The message shows the faulty row; the number in it is already hashed."""
    faulty = [line.replace("funzionario", "astronauta") for line in people(3)]
    drop_presence(ready.landing, faulty, 3 * MINUTES)
    outcome = land_one(ready)
    assert outcome.verdict is Verdict.REFUSED and "astronauta" in outcome.message
    duplicates = [people(1)[0]] * 2
    drop_presence(ready.landing, duplicates, 2 * MINUTES)
    assert "is already in the file" in land_one(ready).message
    assert b"I000000" not in kept(ready)


def test_another_header_is_refused_before_anything_is_kept(ready: Workspace) -> None:
    """With other columns, nobody can say where the number is."""
    path = drop_presence(ready.landing, people(2), 2 * MINUTES)
    before = bytes_below(ready.archive)
    path.write_bytes(path.read_bytes().replace(b"periodo;matricola", b"matricola;periodo"))
    declare(path, 2, somma_ore_presenza=2 * MINUTES)
    assert "HR_PRES_202501.csv:1: unknown layout" in land_one(ready).message
    assert bytes_below(ready.archive) == before


def test_landing_twice_is_recognised(ready: Workspace) -> None:
    """By the digest of the original, which the record keeps."""
    drop_presence(ready.landing, people(2), 2 * MINUTES)
    first = land_one(ready)
    drop_presence(ready.landing, people(2), 2 * MINUTES)
    second = land_one(ready)
    assert second.verdict is Verdict.ALREADY_LOADED
    assert (second.sha256, second.archived_sha256) == (first.sha256, first.archived_sha256)


def test_the_key_is_made_once_for_its_owner_only(workspace: Workspace) -> None:
    (key,) = pseudonym_keys(workspace)
    path = workspace.secrets / "pseudonym.key"
    assert len(key) == 32 and pseudonym_keys(workspace) == (key,)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [found.name for found in workspace.secrets.iterdir()] == ["pseudonym.key"]


def test_no_key_is_made_when_nothing_is_personal(ready: Workspace) -> None:
    assert list(ready.secrets.iterdir()) == []


def test_a_key_that_others_can_read_is_refused(workspace: Workspace) -> None:
    pseudonym_keys(workspace)
    (workspace.secrets / "pseudonym.key").chmod(0o644)
    with pytest.raises(PseudonymKeyError, match="can be read by others: run chmod 600"):
        pseudonym_keys(workspace)


@pytest.mark.parametrize(
    ("text", "reason"),
    [("not hexadecimal", "hexadecimal digits only"), ("00" * 31, "31 bytes"), ("", "0 bytes")],
)
def test_a_useless_key_is_refused_and_not_shown(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, text: str, reason: str
) -> None:
    monkeypatch.setenv("CRUSCOTTO_PSEUDONYM_KEY", text)
    with pytest.raises(PseudonymKeyError, match=reason) as caught:
        pseudonym_keys(workspace)
    assert "CRUSCOTTO_PSEUDONYM_KEY" in str(caught.value)
    assert not text or text not in str(caught.value)


def test_the_key_does_not_show(workspace: Workspace, tmp_path: Path) -> None:
    pseudonymiser = Pseudonymiser(KEY)
    shown = f"{pseudonymiser!r} {pseudonymiser}"
    assert KEY.hex() not in shown and repr(KEY) not in shown
    with pytest.raises(PseudonymKeyError, match="3 bytes"):
        Pseudonymiser(b"abc")
