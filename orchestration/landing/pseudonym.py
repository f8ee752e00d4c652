"""Personal identifiers become keyed hashes while the file is being landed.

The hash is HMAC-SHA-256, 64 hexadecimal digits. It is stable for one key, so that a person can be counted
over the months, and cannot be recomputed without the key. The key comes from `CRUSCOTTO_PSEUDONYM_KEY`
(hexadecimal, 32 bytes or more) or from `secrets/pseudonym.key`, which is made on first use and readable by
its owner only.
"""

import hmac
import os
import re
import secrets
import stat
from pathlib import Path

from orchestration.contracts import Contract
from orchestration.landing.errors import PseudonymKeyError
from orchestration.workspace import Workspace

__all__ = ["PersonalLines", "Pseudonymiser", "pseudonym_key"]

_VARIABLE = "CRUSCOTTO_PSEUDONYM_KEY"
_FILE = "pseudonym.key"
_LEAST_BYTES = 32


class Pseudonymiser:
    """Hashes identifiers with one key. Neither the key nor what was hashed shows in its text form."""

    def __init__(self, key: bytes) -> None:
        """Keep the key, which must be 32 bytes or more.

        Raises:
            PseudonymKeyError: the key is short.
        """
        if len(key) < _LEAST_BYTES:
            raise PseudonymKeyError(
                f"the pseudonymisation key has {len(key)} bytes: give at least {_LEAST_BYTES}, "
                f"in hexadecimal (python -c 'import secrets; print(secrets.token_hex(32))')"
            )
        self._key = key

    def __repr__(self) -> str:
        return "Pseudonymiser(<key withheld>)"

    def of(self, identifier: bytes) -> bytes:
        """Return the 64 hexadecimal digits that stand for `identifier`."""
        return hmac.digest(self._key, identifier, "sha256").hex().encode()


class PersonalLines:
    """Rewrites the lines of a delimited extract: the identifier hashed, the rest byte for byte.

    A line that does not have the contract's number of cells, or that shows an identifier in another cell, may
    hold it anywhere: it is replaced whole by a mark, which the checks then quarantine. An identifier of an
    unforeseen form is hashed behind a `?`, so that it is quarantined too.
    """

    def __init__(self, contract: Contract, pseudonymiser: Pseudonymiser) -> None:
        """Prepare for the files of a contract that has a personal column."""
        if contract.personal is None or contract.layout.delimiter is None:
            raise ValueError(f"contract {contract.id!r} has no personal column in delimited lines")
        self._hash = pseudonymiser.of
        self._known: dict[bytes, bytes] = {}
        self._delimiter = contract.layout.delimiter.encode()
        self._position = contract.personal.position
        self._cells = len(contract.tables[0].columns)
        self._original = re.compile(contract.personal.original.encode())
        self._elsewhere = re.compile(rb"\b" + contract.personal.never_elsewhere.encode() + rb"\b")

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
            stands_for = self._known[identifier] = self._stands_for(identifier.strip())
        cells[self._position] = stands_for
        return self._delimiter.join(cells)

    def _stands_for(self, identifier: bytes) -> bytes:
        if not identifier:
            return identifier
        return (b"" if self._original.search(identifier) else b"?") + self._hash(identifier)

    def _withhold(self, line: bytes) -> bytes:
        return b"<line withheld " + self._hash(line)[:16] + b">" + (b"\r" if line.endswith(b"\r") else b"")


def pseudonym_key(workspace: Workspace) -> bytes:
    """Return the key of a workspace, making one on first use.

    Raises:
        PseudonymKeyError: the key is not hexadecimal, is short, or its file can be read by others.
    """
    if (given := os.environ.get(_VARIABLE)) is not None:
        return _decode(given, f"the environment variable {_VARIABLE}")
    path = workspace.secrets / _FILE
    if not path.exists():
        _create(path)
    if stat.S_IMODE(path.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO):
        raise PseudonymKeyError(f"{path} can be read by others: run chmod 600 on it, and consider a new key")
    return _decode(path.read_text(encoding="ascii", errors="replace"), str(path))


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
