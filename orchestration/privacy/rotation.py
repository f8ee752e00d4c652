"""A new key for the hashes of persons: what the former keys can tell ends here.

The rows that are kept hold `HMAC(key, number)` and not the number: they are hashed once more under the new
key, and what is delivered from now on goes through all keys in turn. So the same person has one hash in all
months, before and after, and counts of persons stay what they were.
"""

import secrets
from dataclasses import dataclass

from orchestration.landing import LoadReport
from orchestration.landing.errors import PseudonymKeyError
from orchestration.landing.pseudonym import (
    KEY_IDS,
    Pseudonymiser,
    are_keys_given,
    erased_marks,
    key_file,
    key_id,
    pseudonym_keys,
)
from orchestration.loads.amending import Amendment
from orchestration.privacy.changing import change, settled
from orchestration.privacy.rewriting import Rewriting
from orchestration.workspace import Workspace

__all__ = ["Rotated", "rotate_key"]

_KEY_BYTES = 32
_PRIVATE = 0o600


@dataclass(frozen=True)
class Rotated:
    """What a rotation did.

    Attributes:
        load_id: of its record.
        keys: how many keys an identifier now goes through.
        hashes: how many different hashes were hashed once more.
        files: archived files that were written anew.
    """

    load_id: str
    keys: int
    hashes: int
    files: int


def rotate_key(workspace: Workspace) -> Rotated:
    """Hash every person that is kept once more, under a new key.

    The key is made here, and added to `secrets/pseudonym.key`. Where keys come from the environment, the new
    one must have been added to them already.

    Raises:
        WorkspaceBusy: another process writes here.
        LoadsError: a load was interrupted.
        PseudonymKeyError: the keys are not those of the rows, or no new one was added to those given.
    """
    with settled(workspace, "privacy rotate-key") as (workspace, register):
        former, new = _former_and_new(workspace)
        once_more = Pseudonymiser(new)
        known: dict[str, str] = {}

        def renaming(_file: str, found: str) -> str:
            if found not in known:
                known[found] = once_more.of(found.encode()).decode()
            return known[found]

        done: list[Rewriting] = []

        def stage(amendment: Amendment, report: LoadReport) -> None:
            rewriting = Rewriting(workspace, renaming, amendment)
            rewriting.run()
            done.append(rewriting)
            _stage_marks(workspace, amendment, once_more)
            if not are_keys_given():
                _stage_keys(workspace, amendment, (*former, new))
            report.versions = {KEY_IDS: ",".join(key_id(key) for key in (*former, new))}
            report.message = f"{len(rewriting.found)} hashes of persons under a new key; no value changed"

        report = change(workspace, register, "rotate-key", stage)
        return Rotated(report.load_id, len(former) + 1, len(done[0].found), done[0].files)


def _former_and_new(workspace: Workspace) -> tuple[tuple[bytes, ...], bytes]:
    if not are_keys_given():
        return pseudonym_keys(workspace), secrets.token_bytes(_KEY_BYTES)
    *former, new = pseudonym_keys(workspace, further=1)
    if not former or new in former:
        raise PseudonymKeyError(
            "the keys come from the environment: add a new one after those it has, then rotate"
        )
    return tuple(former), new


def _stage_marks(workspace: Workspace, amendment: Amendment, once_more: Pseudonymiser) -> None:
    """Stage the list of those who were erased under the new key, so that the former ones cannot read it."""
    path, former = erased_marks(workspace)
    if former:
        marks = sorted(once_more.of(mark) for mark in former)
        amendment.new_file().write_bytes(b"".join(mark + b"\n" for mark in marks))
        amendment.replace(path)


def _stage_keys(workspace: Workspace, amendment: Amendment, keys: tuple[bytes, ...]) -> None:
    staged = amendment.new_file()
    staged.touch(mode=_PRIVATE)
    staged.write_text("".join(f"{key.hex()}\n" for key in keys), encoding="ascii")
    amendment.replace(key_file(workspace))
