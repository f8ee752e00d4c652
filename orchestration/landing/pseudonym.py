"""Personal identifiers become keyed hashes while the file is being landed.

    identifier ─ HMAC, first key ─► hash ─ HMAC, second key ─► hash …      a further key at each rotation

The hash is HMAC-SHA-256, 64 hexadecimal digits, of the hash before it. It is stable, so that a person can be
counted over the months, and cannot be recomputed without all the keys. A rotation hashes the rows that are
kept once more, under a new key: who holds the former keys alone can tell nothing from them any more, and the
same person still has one hash in all months (`docs/decisions.md` says why a chain).

The keys come from `CRUSCOTTO_PSEUDONYM_KEY` (each hexadecimal, 32 bytes or more, the oldest first, separated
by commas) or from `secrets/pseudonym.key` (one in a line), which is made on first use and readable by its
owner only.
"""

import hashlib
import hmac
import os
import re
import secrets
import stat
from collections.abc import Collection
from pathlib import Path

from orchestration.contracts import Contract
from orchestration.landing.errors import PseudonymKeyError
from orchestration.landing.register import Register
from orchestration.workspace import Workspace

__all__ = [
    "KEY_IDS",
    "PersonalLines",
    "Pseudonymiser",
    "are_keys_given",
    "erased_marks",
    "key_file",
    "key_id",
    "pseudonym_keys",
]

KEY_IDS = "pseudonym_keys"
"""Under this name a rotation's record tells which keys the rows are hashed under, by id."""
_VARIABLE = "CRUSCOTTO_PSEUDONYM_KEY"
_FILE = "pseudonym.key"
_ERASED = "erased.txt"
_LEAST_BYTES = 32
_ID_DIGITS = 16


class Pseudonymiser:
    """Hashes identifiers with a chain of keys. Neither the keys nor what was hashed show in its text form."""

    def __init__(self, *keys: bytes) -> None:
        """Keep the keys, the oldest first; each must be 32 bytes or more.

        Raises:
            PseudonymKeyError: a key is short, or there is none.
        """
        for key in keys or (b"",):
            if len(key) < _LEAST_BYTES:
                raise PseudonymKeyError(
                    f"the pseudonymisation key has {len(key)} bytes: give at least {_LEAST_BYTES}, "
                    f"in hexadecimal (python -c 'import secrets; print(secrets.token_hex(32))')"
                )
        self._keys = keys

    def __repr__(self) -> str:
        return "Pseudonymiser(<key withheld>)"

    def of(self, identifier: bytes) -> bytes:
        """Return the 64 hexadecimal digits that stand for `identifier`."""
        found = identifier
        for key in self._keys:
            found = hmac.digest(key, found, "sha256").hex().encode()
        return found

    def mark(self, identifier: bytes) -> bytes:
        """Return what the list of erased persons holds of `identifier`: no row holds it."""
        return self.of(b"erased:" + identifier)


class PersonalLines:
    """Rewrites the lines of a delimited extract: the identifier hashed, the rest byte for byte.

    A line that does not have the contract's number of cells, or that shows an identifier in another cell, may
    hold it anywhere: it is replaced whole by a mark, which the checks then quarantine. An identifier of an
    unforeseen form is hashed behind a `?`, so that it is quarantined too. A person who was erased stays so:
    in the place of the hash there is a random text, another one in every file.
    """

    def __init__(
        self, contract: Contract, pseudonymiser: Pseudonymiser, erased: Collection[bytes] = ()
    ) -> None:
        """Prepare for the files of a contract that has a personal column.

        Args:
            contract: the contract.
            pseudonymiser: hashes the identifiers.
            erased: marks of those who were erased.
        """
        if contract.personal is None or contract.layout.delimiter is None:
            raise ValueError(f"contract {contract.id!r} has no personal column in delimited lines")
        self._pseudonymiser, self._erased = pseudonymiser, frozenset(erased)
        self._hash = pseudonymiser.of
        self._known: dict[bytes, bytes] = {}
        # Cells of this file that stand for somebody who was erased.
        self._unlinked: set[bytes] = set()
        self._delimiter = contract.layout.delimiter.encode()
        self._position = contract.personal.position
        self._cells = len(contract.tables[0].columns)
        self._original = re.compile(contract.personal.original.encode())
        self._elsewhere = re.compile(rb"\b" + contract.personal.never_elsewhere.encode() + rb"\b")

    def begin_file(self) -> "PersonalLines":
        """Forget what stood for those who were erased, so that two files cannot be linked; return self."""
        for cell in self._unlinked:
            del self._known[cell]
        self._unlinked.clear()
        return self

    def rewrite(self, block: bytes) -> bytes:
        """Return whole lines rewritten; the header line must not be among them."""
        lines = [self._line(line) for line in block.split(b"\n")]
        rewritten = b"\n".join(lines)
        # The hash is one word of 64 characters, which the pattern cannot match: a hit is another cell.
        if self._elsewhere.search(rewritten):
            rewritten = b"\n".join(
                self._withhold(line) if self._elsewhere.search(line) else line for line in lines
            )
        return rewritten

    def _line(self, line: bytes) -> bytes:
        cells = line.split(self._delimiter)
        if len(cells) != self._cells:
            return self._withhold(line) if line.strip() else line
        identifier = cells[self._position]
        stands_for = self._known.get(identifier)
        if stands_for is None:
            stands_for = self._known[identifier] = self._stands_for(identifier)
        cells[self._position] = stands_for
        return self._delimiter.join(cells)

    def _stands_for(self, cell: bytes) -> bytes:
        identifier = cell.strip()
        if not identifier:
            return identifier
        found = self._hash(identifier)
        if self._erased and self._pseudonymiser.mark(identifier) in self._erased:
            found = self._random(identifier)
            self._unlinked.add(cell)
        return (b"" if self._original.search(identifier) else b"?") + found

    def _random(self, identifier: bytes) -> bytes:
        """Return a text that stands for an erased person in this file: the same in all of its lines."""
        for cell in self._unlinked:
            if cell.strip() == identifier:
                return self._known[cell].removeprefix(b"?")
        return secrets.token_hex(32).encode()

    def _withhold(self, line: bytes) -> bytes:
        return b"<line withheld " + self._hash(line)[:16] + b">" + (b"\r" if line.endswith(b"\r") else b"")


def pseudonym_keys(workspace: Workspace, *, further: int = 0) -> tuple[bytes, ...]:
    """Return the keys of a workspace, the oldest first, making one on first use.

    Args:
        workspace: whose keys.
        further: how many are there beyond those that the rows are hashed under.

    Raises:
        PseudonymKeyError: a key is not hexadecimal, is short, or its file can be read by others; or they are
            not those that the rows are hashed under.
    """
    keys = _given_keys(workspace)
    wanted = _ids_in_use(workspace)
    used = keys[: len(keys) - further]
    if wanted is None and len(used) > 1:
        wanted = [key_id(used[0])]
    if wanted is not None and [key_id(key) for key in used] != wanted:
        raise PseudonymKeyError(
            f"the rows are hashed under {len(wanted)} keys in turn and {len(used)} are given, or others: a "
            f"person would be counted twice. Give all of them, the oldest first, in {_VARIABLE} (separated "
            f"by commas) or in {key_file(workspace)} (one in a line); a new one begins to hold with "
            "`cruscotto privacy rotate-key`"
        )
    return keys


def are_keys_given() -> bool:
    """Say whether the keys come from the environment: then this program cannot add one."""
    return _VARIABLE in os.environ


def key_id(key: bytes) -> str:
    """Return a name of a key that tells nothing of it: the beginning of a digest."""
    return hashlib.sha256(b"id of a pseudonymisation key:" + key).hexdigest()[:_ID_DIGITS]


def key_file(workspace: Workspace) -> Path:
    """Return the file of the keys that were not given through the environment."""
    return workspace.secrets / _FILE


def erased_marks(workspace: Workspace) -> tuple[Path, frozenset[bytes]]:
    """Return the list of erased persons, and what it holds: marks, from which nobody can be told."""
    path = workspace.loads / _ERASED
    return path, frozenset(path.read_bytes().split()) if path.exists() else frozenset()


def _given_keys(workspace: Workspace) -> tuple[bytes, ...]:
    if (given := os.environ.get(_VARIABLE)) is not None:
        texts, source = given.split(","), f"the environment variable {_VARIABLE}"
        return tuple(_decode(text, source) for text in texts)
    path = key_file(workspace)
    if not path.exists():
        _create(path)
    if stat.S_IMODE(path.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO):
        raise PseudonymKeyError(f"{path} can be read by others: run chmod 600 on it, and consider a new key")
    lines = path.read_text(encoding="ascii", errors="replace").splitlines()
    return tuple(_decode(line, str(path)) for line in lines or [""])


def _ids_in_use(workspace: Workspace) -> list[str] | None:
    """Return the ids of the keys that the last rotation told; None before the first."""
    told = [
        report.versions[KEY_IDS]
        for report in Register(workspace.loads).amended()
        if KEY_IDS in report.versions
    ]
    return told[-1].split(",") if told else None


def _create(path: Path) -> None:
    """Write a fresh key; when another process is faster, its key stays."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.part")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(secrets.token_hex(_LEAST_BYTES) + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        # A link, unlike a rename, does not overwrite.
        try:
            os.link(temporary, path)
        except FileExistsError:
            return
    finally:
        temporary.unlink()


def _decode(text: str, source: str) -> bytes:
    """Return the bytes of a hexadecimal key; the message never shows the text."""
    try:
        key = bytes.fromhex(text.strip())
    except ValueError:
        raise PseudonymKeyError(f"{source} does not hold hexadecimal digits only") from None
    if len(key) < _LEAST_BYTES:
        raise PseudonymKeyError(f"{source} holds {len(key)} bytes: give at least {_LEAST_BYTES}")
    return key
