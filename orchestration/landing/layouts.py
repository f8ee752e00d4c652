"""One relation for every layout: the data rows of a file as `line`, `raw` and `cells`.

    parts of UTF-8 text ──► line INTEGER, raw VARCHAR ──► data rows only ──► cells VARCHAR[]

What comes after (types, checks, quarantine) is the same for all. The folder of the parts is in the session
variable `parts`.
"""

import re

import duckdb

from orchestration.contracts import Column, Layout, Table
from orchestration.landing.archive import header_difference
from orchestration.landing.errors import UnknownLayout
from orchestration.landing.sql import literal
from orchestration.landing.workbook import CELL_SEPARATOR

__all__ = ["check_printed_headers", "rows_of"]

# The part's name is the number of its first line; it is read once per part, below the unnesting.
_LINES = """
select line, raw from (
    select
        first_line + cast(generate_subscripts(split, 1) as integer) - 1 as line,
        unnest(split) as raw
    from (
        select
            cast(parse_filename(filename, true) as integer) as first_line,
            string_split(content, chr(10)) as split
        from read_text(getvariable('parts'))
    )
) where raw <> ''
"""
_JSON_NUMBERS = "('UBIGINT', 'BIGINT', 'HUGEINT', 'UHUGEINT', 'DOUBLE')"


def rows_of(layout: Layout, table: Table) -> str:
    """Return the query of a file's data rows: `line`, `raw`, `cells`, in no particular order."""
    if layout.kind == "alv":
        return _printed_rows(layout, table)
    if layout.kind == "jsonl":
        return _json_rows(table)
    if layout.kind == "xlsx":
        separator = literal(CELL_SEPARATOR)
        return f"""
            select line, replace(raw, {separator}, ';') as raw, string_split(raw, {separator}) as cells
            from ({_LINES})"""
    delimiter = literal(layout.delimiter or ";")
    return f"select line, raw, string_split(raw, {delimiter}) as cells from ({_LINES}) where line > 1"


def check_printed_headers(database: duckdb.DuckDBPyConnection, name: str, table: Table) -> None:
    """Refuse a printed list without column headings, or with others than the contract's.

    Raises:
        UnknownLayout: names the first such line.
    """
    query = f"""
        select raw, min(line) from ({_LINES})
        where starts_with(raw, '|') and trim(split_part(raw, '|', 2)) = $first group by raw order by 2"""
    found = database.execute(query, {"first": table.headers[0]}).fetchall()
    wanted = list(table.headers)
    for raw, line in found:
        if (cells := [cell.strip() for cell in raw.strip().split("|")[1:-1]]) != wanted:
            raise UnknownLayout(f"{name}:{line}: {header_difference(cells, wanted)}")
    if not found:
        raise UnknownLayout(f"{name}: unknown layout: no line of headings | {' | '.join(wanted)} |")


def _printed_rows(layout: Layout, table: Table) -> str:
    """A printed list: page headings, rules, column headings and subtotals are left out.

    A line of any other kind is kept, with no cells, so that nothing vanishes unseen.
    """
    headings = (
        " or ".join(f"regexp_matches(raw, {literal(heading)})" for heading in layout.headings) or "false"
    )
    return f"""
        select line, raw, cells from (
            select
                line, raw, starts_with(raw, '|') as is_row,
                case when starts_with(raw, '|') then string_split(rtrim(raw), '|')[2:-2] else [] end as cells
            from ({_LINES})
        )
        where
            case
                when is_row then
                    not starts_with(raw, '|*') and coalesce(trim(cells[1]), '') <> {literal(table.headers[0])}
                else not (regexp_full_match(trim(raw), '-*') or {headings})
            end"""


def _json_rows(table: Table) -> str:
    """JSON Lines: an object with the contract's keys and no others; anything else has no cells."""
    names = ", ".join(literal(header) for header in table.headers)
    cells = ", ".join(_json_cell(column) for column in table.columns)
    return f"""
        select line, raw, case when is_object then [{cells}] else [] end as cells
        from (
            select
                *, json_type(document) = 'OBJECT' and len(keys) = len(list_distinct(keys))
                    and list_has_all([{names}], keys) as is_object
            from (
                select *, json_keys(document) as keys
                from (
                    select line, raw, case when json_valid(raw) then cast(raw as json) end as document
                    from ({_LINES})
                )
            )
        )"""


def _json_cell(column: Column) -> str:
    """A value as text. Numbers are cut from the text itself: the engine would pass them through a double."""
    path = literal(f'$."{column.source_name}"')
    kind, other = f"json_type(document, {path})", f"cast(json_extract(document, {path}) as varchar)"
    if column.source_format != "plain":
        text = f"json_extract_string(document, {path})"
        return f"case {kind} when 'VARCHAR' then {text} when 'NULL' then null else {other} end"
    number = literal(rf'"{re.escape(column.source_name)}"\s*:\s*(-?[0-9.eE+-]+)')
    cut = f"regexp_extract(raw, {number}, 1)"
    return f"case when {kind} in {_JSON_NUMBERS} then {cut} else nullif({other}, 'null') end"
