"""Giving persons another text in everything that is kept of them.

    archive/                   lines of files with personal data          ─┐
    raw/, raw/superseded/,     rows of their tables, rows in quarantine    ├─► staged anew, where one changes
    history/<version>/         (further names of the same files)          ─┘
    loads/, reports/           the archived files' digests, which change with their content; rows in messages

Nothing else holds a person: the build database has views of these rows and sums over them, a publication has
sums.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from orchestration.contracts import Contract, load_contracts
from orchestration.landing import Register, archived_path
from orchestration.landing.sql import identifier, literal, string_list
from orchestration.loads.amending import Amendment
from orchestration.workspace import Workspace

__all__ = ["Rewriting"]

Renaming = Callable[[str, str], str | None]
"""Given a file's name and a hash: what stands in its place, or None to leave it."""
_HASH = re.compile(rb"(?<![0-9a-zA-Z])[0-9a-f]{64}(?![0-9a-zA-Z])")
_NAME = re.compile(rb'"name": "([^"]*)"')
_TEXTS = ("value", "raw", "reason")
_QUARANTINE = "quarantine"
_FIRST_LINE = 64 * 1024
_READ_ONLY = 0o444


@dataclass
class Rewriting:
    """Stages everything that holds persons with other texts in their places.

    Args:
        workspace: what to rewrite; the caller holds it.
        renaming: what stands in a hash's place.
        amendment: where to stage; None: only count.

    Attributes:
        found: the hashes that were replaced.
        rows: rows of the raw tables as they are now, quarantined ones too, in which one was.
        files: archived files in which one was.
    """

    workspace: Workspace
    renaming: Renaming
    amendment: Amendment | None
    found: set[str] = field(default_factory=set)
    rows: int = 0
    files: int = 0
    _contracts: list[Contract] = field(init=False)

    def __post_init__(self) -> None:
        self._contracts = [item for item in load_contracts().values() if item.personal is not None]

    def run(self) -> None:
        """Rewrite archive, register, raw tables and their history."""
        moved = self._rewrite_archive()
        with duckdb.connect(config={"autoinstall_known_extensions": False}) as database:
            for paths in self._tables():
                self._rewrite_table(database, paths)
        self._rewrite_records(moved)

    def _rewrite_archive(self) -> dict[str, str]:
        """Stage archived files; return their new digests by the former ones."""
        names = self._archived_names()
        moved: dict[str, str] = {}
        for path in sorted(self.workspace.archive.glob("??/*")):
            if path.name not in names and not self._has_personal_header(path):
                continue
            name = names.get(path.name, path.name)
            content = path.read_bytes()
            changed = self._changed(name, content)
            if changed == content:
                continue
            self.files += 1
            digest = moved[path.name] = hashlib.sha256(changed).hexdigest()
            if self.amendment is not None:
                staged = self.amendment.new_file()
                staged.write_bytes(changed)
                staged.chmod(_READ_ONLY)
                self.amendment.replace(archived_path(self.workspace.archive, digest))
                self.amendment.remove(path)
        return moved

    def _archived_names(self) -> dict[str, str]:
        """Return the names of the files with personal data that the register tells of, by archived digest."""
        personal = {contract.id for contract in self._contracts}
        return {
            file.archived_sha256: file.name
            for report in Register(self.workspace.loads).reports()
            for file in report.files
            if file.archived_sha256 and file.contract in personal
        }

    def _has_personal_header(self, path: Path) -> bool:
        """Whether a file that no record tells of (its load was killed, say) has a personal column."""
        with path.open("rb") as stream:
            first = stream.readline(_FIRST_LINE).rstrip(b"\r\n")
        return any(
            _header(contract).encode() in first.split((contract.layout.delimiter or ";").encode())
            for contract in self._contracts
        )

    def _changed(self, name: str, content: bytes) -> bytes:
        """Return a file's content with other texts in the places of hashes."""

        def renamed(match: re.Match[bytes]) -> bytes:
            found = match.group().decode()
            text = self.renaming(name, found)
            if text is None:
                return match.group()
            self.found.add(found)
            return text.encode()

        return _HASH.sub(renamed, content)

    def _rewrite_records(self, moved: dict[str, str]) -> None:
        """Stage records and reports that name an archived file by its former digest, or show a row of it."""
        if self.amendment is None:
            return

        def changed(line: bytes) -> bytes:
            # A record has one line for each file.
            name = _NAME.search(line)

            def renamed(match: re.Match[bytes]) -> bytes:
                found = match.group().decode()
                if found in self.found:
                    return (self.renaming(name.group(1).decode() if name else "", found) or found).encode()
                return moved.get(found, found).encode()

            return _HASH.sub(renamed, line)

        reports = (path for path in self.workspace.reports.rglob("*") if path.is_file())
        for path in sorted([*self.workspace.loads.glob("*.json"), *reports]):
            content = path.read_bytes()
            fresh = b"\n".join(changed(line) for line in content.split(b"\n"))
            if fresh != content:
                self.amendment.new_file().write_bytes(fresh)
                self.amendment.replace(path)

    def _tables(self) -> Iterator[list[Path]]:
        """Yield the names of each raw file that may hold persons: one content, here and in the history."""
        folders = {table.name for contract in self._contracts for table in contract.tables} | {_QUARANTINE}
        names: dict[tuple[int, int], list[Path]] = {}
        for root in (self.workspace.raw, self.workspace.history):
            for path in sorted(root.rglob("*.parquet")):
                if path.parent.name in folders:
                    status = path.stat()
                    names.setdefault((status.st_dev, status.st_ino), []).append(path)
        yield from names.values()

    def _rewrite_table(self, database: duckdb.DuckDBPyConnection, paths: list[Path]) -> None:
        path = paths[0]
        columns = (
            list(_TEXTS)
            if path.parent.name == _QUARANTINE
            else [_column(item) for item in self._contracts if path.parent.name in _names(item)]
        )
        source = f"read_parquet({literal(str(path))})"
        texts = ", ".join(identifier(column) for column in columns)
        # A quarantined row may be of any file: only those of files with personal data hold a person's hash.
        where = self._of_persons() if path.parent.name == _QUARANTINE else "true"
        rows = database.execute(f"select distinct _file, {texts} from {source} where {where}").fetchall()
        mapping = [
            (file, old, new)
            for file, old in {(row[0], found) for row in rows for found in _hashes(row[1:])}
            if (new := self.renaming(file, old)) is not None
        ]
        if not mapping:
            return
        self.found |= {old for _, old, _ in mapping}
        database.execute("create or replace temp table mapping (file varchar, old varchar, new varchar)")
        files, olds, news = (list(column) for column in zip(*mapping, strict=True))
        database.execute("insert into mapping select unnest(?), unnest(?), unnest(?)", [files, olds, news])
        self._count(database, paths, source, columns)
        if self.amendment is not None:
            staged = self.amendment.new_file()
            select = _replacing(source, columns, is_free=path.parent.name == _QUARANTINE)
            database.execute(f"copy ({select}) to {literal(str(staged))} (format parquet, compression zstd)")
            self.amendment.replace(*paths)

    def _count(
        self, database: duckdb.DuckDBPyConnection, paths: list[Path], source: str, columns: list[str]
    ) -> None:
        """Count the rows of a table as it is now; former ones are the same rows of former times."""
        raw = self.workspace.raw
        if not any(path.parent.parent == raw for path in paths):
            return
        texts = ", ".join(identifier(column) for column in columns)
        held = f"exists (select 1 from mapping where file = _file and contains(concat_ws(' ', {texts}), old))"
        self.rows += int(database.execute(f"select count(*) from {source} where {held}").fetchall()[0][0])

    def _of_persons(self) -> str:
        return f"contract in {string_list(tuple(contract.id for contract in self._contracts))}"


def _replacing(source: str, columns: list[str], *, is_free: bool) -> str:
    """Return the query of a table with the mapping applied, its rows in their order."""
    if is_free:
        # Free text: each hash of the file in it, one after the other.
        changed = ", ".join(
            "list_reduce(coalesce(pairs, []), (text, pair) -> "
            "{'old': '', 'new': replace(text.new, pair.old, pair.new)}, "
            f"{{'old': '', 'new': {identifier(column)}}}).new as {identifier(column)}"
            for column in columns
        )
        return (
            f"select rows.* replace ({changed}) from {source} as rows left join (select file, "
            "list({'old': old, 'new': new}) as pairs from mapping group by file) as told "
            "on told.file = rows._file order by table_name, _line"
        )
    (column,) = (identifier(name) for name in columns)
    return (
        f"select rows.* replace (coalesce(mapping.new, rows.{column}) as {column}) from {source} as rows "
        f"left join mapping on mapping.file = rows._file and mapping.old = rows.{column} order by rows._line"
    )


def _hashes(texts: Iterable[str | None]) -> Iterator[str]:
    for text in texts:
        for found in _HASH.findall((text or "").encode()):
            yield found.decode()


def _column(contract: Contract) -> str:
    assert contract.personal is not None  # noqa: S101 -- only such contracts are kept
    return contract.tables[0].columns[contract.personal.position].name


def _header(contract: Contract) -> str:
    assert contract.personal is not None  # noqa: S101 -- only such contracts are kept
    return contract.tables[0].headers[contract.personal.position]


def _names(contract: Contract) -> set[str]:
    return {table.name for table in contract.tables}
