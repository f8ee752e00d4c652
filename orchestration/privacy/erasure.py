"""Erasing a person: no text that is kept leads back to them, and no published value changes.

A person's rows are what sums were made of: fewer rows would be other sums, and a past publication could not
be made again. So the rows stay and the person goes: in the place of the keyed hash stands a random text,
another one in each file, the same in all rows of one file (who is split over several rows is one head).
Nobody can tell any more whose rows these are, with the key or without, nor put two months together. What is
delivered again later is treated alike: the register keeps a mark of who was erased, which is in no row.
"""

import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from orchestration.contracts import Contract, load_contracts
from orchestration.landing import LoadReport, dropped
from orchestration.landing.pseudonym import Pseudonymiser, erased_marks, pseudonym_keys
from orchestration.loads import LoadsError, NothingToDo
from orchestration.loads.amending import Amendment
from orchestration.privacy.changing import change, settled
from orchestration.privacy.rewriting import Rewriting
from orchestration.workspace import Workspace

__all__ = ["Erased", "erase"]


@dataclass(frozen=True)
class Erased:
    """What an erasure did, or would do.

    Attributes:
        load_id: of its record; '' when nothing was done.
        people: how many of those that were named had rows.
        rows: rows of the raw tables that no longer tell whose they are.
        files: archived files that were written anew.
        waiting: files in the landing folder, which still hold what was delivered.
    """

    load_id: str
    people: int
    rows: int
    files: int
    waiting: int


def erase(workspace: Workspace, identifiers: Sequence[str], *, dry_run: bool = False) -> Erased:
    """Erase persons from archive, raw tables, quarantine and history; aggregates stay as they are.

    Args:
        workspace: what to erase from.
        identifiers: the persons' registration numbers, as they are delivered.
        dry_run: count, and change nothing.

    Raises:
        WorkspaceBusy: another process writes here.
        LoadsError: an identifier has a form that none has; or a load was interrupted.
        NothingToDo: nothing that is kept leads back to any of them.
        PseudonymKeyError: the keys are not those of the rows.
    """
    with settled(workspace, "privacy erase") as (workspace, register):
        pseudonymiser = Pseudonymiser(*pseudonym_keys(workspace))
        known = _written(identifiers)
        hashes = {
            pseudonymiser.of(text).decode(): number for number, texts in enumerate(known) for text in texts
        }
        survey = Rewriting(workspace, _random_in_each_file(hashes), None)
        survey.run()
        people = len({hashes[found] for found in survey.found})
        waiting = len(dropped(workspace.landing))
        if not people:
            raise NothingToDo("nothing that is kept leads back to any of these persons")
        if dry_run:
            return Erased("", people, survey.rows, survey.files, waiting)

        def stage(amendment: Amendment, report: LoadReport) -> None:
            Rewriting(workspace, _random_in_each_file(hashes), amendment).run()
            marks = {pseudonymiser.mark(text) for texts in known for text in texts}
            _stage_marks(workspace, amendment, marks)
            report.message = (
                f"{people} persons erased: {survey.rows} rows and {survey.files} archived files no longer "
                "lead back to them; no published value changed"
            )

        report = change(workspace, register, "erase", stage)
        return Erased(report.load_id, people, survey.rows, survey.files, waiting)


def _written(identifiers: Sequence[str]) -> list[set[bytes]]:
    """Return each identifier as it may have been delivered."""
    contracts = [item for item in load_contracts().values() if item.personal is not None]
    found = []
    for number, text in enumerate(identifiers, 1):
        identifier = text.strip()
        if not any(_fits(contract, identifier) for contract in contracts):
            # The text itself is personal: it is in no message.
            raise LoadsError(f"line {number}: not a registration number as the contracts have it")
        found.append({form.encode() for form in (identifier, identifier.upper(), identifier.lower())})
    if not found:
        raise NothingToDo("no registration number was given")
    return found


def _fits(contract: Contract, identifier: str) -> bool:
    assert contract.personal is not None  # noqa: S101 -- asked only of such contracts
    return bool(re.search(contract.personal.original, identifier))


def _random_in_each_file(hashes: dict[str, int]) -> Callable[[str, str], str | None]:
    """Return what stands in a person's place: a random text, the same for them in one file."""
    drawn: dict[tuple[str, int], str] = {}

    def renaming(file: str, found: str) -> str | None:
        number = hashes.get(found)
        if number is None:
            return None
        return drawn.setdefault((file, number), secrets.token_hex(32))

    return renaming


def _stage_marks(workspace: Workspace, amendment: Amendment, marks: set[bytes]) -> None:
    """Stage the list of those who were erased, with these."""
    path, former = erased_marks(workspace)
    staged = amendment.new_file()
    staged.write_bytes(b"".join(mark + b"\n" for mark in sorted(former | marks)))
    amendment.replace(path)
