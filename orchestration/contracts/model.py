"""The typed form of a contract."""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from pathlib import Path

__all__ = [
    "Column",
    "Contract",
    "ControlTotal",
    "FileNames",
    "Layout",
    "PersonalColumn",
    "QualityRule",
    "Reference",
    "Table",
]

# What may stand in a file name: a month, an accounting period (13 = closing), a plan's version.
PLACEHOLDERS = {
    "month": r"\d{4}(?:0[1-9]|1[0-2])",
    "period": r"\d{4}(?:0[1-9]|1[0-3])",
    "plan": r"[A-Za-z0-9.]+(?:_[A-Za-z0-9.]+)*_\d{4}",
}


@dataclass(frozen=True)
class FileNames:
    """How the files of an extract are called, `PB_PROD_{month}.csv` for instance.

    Attributes:
        template: the name, with one placeholder: `{month}`, `{period}` or `{plan}`.
        placeholder: which one.
    """

    template: str
    placeholder: str

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The template as a regular expression with the groups `delivery` and `revision`."""
        stem, extension = self.template.rsplit(".", 1)
        before, after = (re.escape(part) for part in stem.split(f"{{{self.placeholder}}}"))
        delivery = f"(?P<delivery>{PLACEHOLDERS[self.placeholder]})"
        return re.compile(rf"{before}{delivery}{after}(?:_r(?P<revision>\d{{2}}))?\.{re.escape(extension)}")

    def match(self, name: str) -> tuple[str, int] | None:
        """Return the delivery and the revision (0 = the first) that `name` stands for, or None."""
        found = self.pattern.fullmatch(name)
        return found and (found["delivery"], int(found["revision"] or 0))


@dataclass(frozen=True)
class Layout:
    """How the bytes of a file are laid out.

    Attributes:
        kind: `delimited` (one header line, no quoting), `alv` (a printed SAP list), `xlsx` or `jsonl`.
        encoding: `windows-1252` or `utf-8` (with or without byte order mark); None for `xlsx`.
        delimiter: between the cells of a `delimited` line.
        headings: regular expressions of the page headings of an `alv` list.
    """

    kind: str
    encoding: str | None = None
    delimiter: str | None = None
    headings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reference:
    """Where the codes of a column come from: a column of a master or of a published table.

    Attributes:
        table: a raw table of a master, or the name of a seed.
        column: its column of codes.
        in_force: the code must also be valid in the month of the delivery.
        regime: the codes count only in the months of this regime (seed `regimes`).
        leaves_by: column that names the parent: only codes that are nobody's parent count.
    """

    table: str
    column: str
    in_force: bool = False
    regime: str | None = None
    leaves_by: str | None = None


@dataclass(frozen=True)
class PersonalColumn:
    """What identifies a person, and is replaced by a keyed hash before anything is kept.

    Attributes:
        position: which column of the file it is, from 0.
        original: regular expression of the identifier before hashing.
        never_elsewhere: what an identifier looks like; a line that holds it in another cell is withheld.
    """

    position: int
    original: str
    never_elsewhere: str


@dataclass(frozen=True)
class Column:
    """One column: of the file (`source_*`) and of the raw table (the rest).

    Attributes:
        name: name in the raw table.
        description: what it holds.
        logical_type: ODCS logical type.
        physical_type: DuckDB type of the raw table.
        source_name: header in the file.
        source_format: how a value is written in the file (`orchestration.landing.formats`).
        title: Italian name.
        unit: unit of the raw value (hours arrive as HHHH:MM and are kept as minutes).
        required: blank is a fault.
        is_key: part of the primary key.
        minimum: least value.
        maximum: greatest value.
        max_length: most characters.
        pattern: regular expression that the whole text must match.
        allowed: the values there are; empty for any.
        references: where its codes come from; a code must be in at least one of them.
        classification: sensitivity (`restricted`), when not open.
    """

    name: str
    description: str
    logical_type: str
    physical_type: str
    source_name: str
    source_format: str
    title: str | None = None
    unit: str | None = None
    required: bool = False
    is_key: bool = False
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    max_length: int | None = None
    pattern: str | None = None
    allowed: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    classification: str | None = None

    @property
    def is_text(self) -> bool:
        """Whether the raw value is text."""
        return self.physical_type == "VARCHAR"


@dataclass(frozen=True)
class ControlTotal:
    """A sum that the control file declares.

    Attributes:
        key: key of the line in the control file.
        columns: columns that are added, row by row, before summing.
    """

    key: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class QualityRule:
    """A query that counts breaches in a whole delivery.

    Attributes:
        name: name of the rule.
        description: what holds when nothing is counted.
        query: SQL with `${table}` (this delivery), `${previous}` (the delivery before) or `${<raw table>}`.
        is_fatal: a breach refuses the file; otherwise it is loaded and reported.
    """

    name: str
    description: str
    query: str
    is_fatal: bool


@dataclass(frozen=True)
class Table:
    """One raw table: a file's rows, or a sheet's.

    Attributes:
        name: name of the raw table.
        title: Italian name.
        grain: what one row is.
        columns: in the file's order.
        rows_key: key of the control file's line that counts its rows.
        sheet: sheet of the workbook, for workbooks.
        delivery_columns: columns that must spell the delivery of the file's name (year, month).
        control_totals: sums that the control file declares.
        rules: rules on the delivery as a whole.
    """

    name: str
    title: str
    grain: str
    columns: tuple[Column, ...]
    rows_key: str
    sheet: str | None = None
    delivery_columns: tuple[str, ...] = ()
    control_totals: tuple[ControlTotal, ...] = ()
    rules: tuple[QualityRule, ...] = ()

    @property
    def key(self) -> tuple[str, ...]:
        """The columns of the primary key, in order; empty when rows may repeat."""
        return tuple(column.name for column in self.columns if column.is_key)

    @property
    def headers(self) -> tuple[str, ...]:
        """The headers of the file, in order."""
        return tuple(column.source_name for column in self.columns)

    def column(self, name: str) -> Column:
        """Return the column called `name`.

        Raises:
            KeyError: there is none.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


@dataclass(frozen=True)
class Contract:
    """The contract of one extract.

    Attributes:
        id: name of the contract and of its file.
        name: Italian name.
        version: version of the contract.
        domain: domain (production, presence, costs, results, controls, measures, masters, plans).
        owner: office that answers for the extract.
        purpose: what the extract is for.
        usage: what is made of it.
        limitations: what it is not.
        files: how its files are called.
        layout: how they are written.
        tables: raw tables that a file fills.
        max_broken_share: rows that break the contract, over all rows; above it the file is refused.
        max_unknown_code_share: rows with a code that no master holds, over all rows; likewise.
        personal: what identifies a person, when something does.
        path: the contract's file.
    """

    id: str
    name: str
    version: str
    domain: str
    owner: str
    purpose: str
    usage: str
    limitations: str
    files: FileNames
    layout: Layout
    tables: tuple[Table, ...]
    max_broken_share: Decimal
    max_unknown_code_share: Decimal
    personal: PersonalColumn | None = None
    path: Path = field(default=Path(), compare=False)

    @property
    def is_master(self) -> bool:
        """Whether other extracts are checked against this one."""
        return self.domain == "masters"
