"""Reads the cubes: tables, joins, dimensions, measures, segments, hierarchies."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from semantic.model_reader.definitions import (
    AGGREGATES,
    DIMENSION_TYPES,
    MEASURE_TYPES,
    Cube,
    Dimension,
    Hierarchy,
    Join,
    Measure,
    Segment,
    Template,
)
from semantic.model_reader.dimensions import read_case, read_granularities, read_mask
from semantic.model_reader.documents import Document
from semantic.model_reader.errors import Problems, nearest
from semantic.model_reader.policies import read_policies
from semantic.model_reader.preaggregations import read_rollups
from semantic.model_reader.references import Symbols, check_cycles, read_template
from semantic.model_reader.rules import check_rules, read_rules
from semantic.model_reader.titles import titled

__all__ = ["FORMATS", "IDENTIFIER", "read_cubes"]

IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
FORMATS = ("percent", "currency", "number")

_TABLE = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*){0,2}")
_MEMBER_LISTS = ("dimensions", "measures", "segments")
_RELATIONSHIPS = ("many_to_one", "one_to_one")
_DESCRIBED = ("name", "title", "description", "public", "meta")


def read_cubes(documents: Iterable[Document], problems: Problems) -> dict[str, Cube]:
    """Read all cubes of the given files' `cubes:` lists; what is wrong goes to `problems`."""
    written = _named(documents, "cube", problems)
    members = {name: frozenset(_names(document)) for name, document in written.items()}
    cubes = {name: _read_cube(name, document, Symbols(members, name)) for name, document in written.items()}
    # A roll-up may hold dimensions of other cubes: it is read when all are.
    rollups = {name: read_rollups(written[name], cube, cubes) for name, cube in cubes.items()}
    cubes = {name: replace(cube, rollups=rollups[name]) for name, cube in cubes.items()}
    if not problems.found:
        check_cycles(cubes, problems)
        check_rules(cubes, problems)
    return cubes


def _named(documents: Iterable[Document], kind: str, problems: Problems) -> dict[str, Document]:
    found: dict[str, Document] = {}
    for document in documents:
        name = document.required("name")
        document.label = name or document.label
        if not IDENTIFIER.fullmatch(name):
            document.refuse(
                "name", f"'{name}' is no name", "letters, digits and _, not starting with a digit"
            )
        elif name in found:
            first = found[name].place
            problems.add(document.place, name, f"is a {kind} already written at {first.file}:{first.line}")
        else:
            found[name] = document
    return found


def _names(document: Document) -> Iterator[str]:
    for key in _MEMBER_LISTS:
        for node in document.nodes(key):
            entry = node.value.get("name") if isinstance(node.value, dict) else None
            if entry is not None and isinstance(entry.value, str):
                yield entry.value


def _read_cube(name: str, document: Document, symbols: Symbols) -> Cube:
    document.only(
        *_DESCRIBED, "sql_table", "joins", "hierarchies", *_MEMBER_LISTS, "access_policy", "pre_aggregations"
    )
    table = document.required("sql_table")
    if table and not _TABLE.fullmatch(table):
        document.refuse("sql_table", f"'{table}' is no table", "write schema.table")
    dimensions = [_dimension(item, symbols) for item in _members(document, "dimensions")]
    measures = [_measure(item, symbols) for item in _members(document, "measures")]
    segments = [_segment(item, symbols) for item in _members(document, "segments")]
    known = {item.name: item for item in dimensions if item}
    kinds = {name: item.type for name, item in known.items()}
    kinds |= {item.name: "measure" for item in measures if item}
    kinds |= {item.name: "segment" for item in segments if item}
    hierarchies = [_hierarchy(item, known) for item in document.documents("hierarchies")]
    _refuse_homonyms(document, (*dimensions, *measures, *segments, *hierarchies))
    joins = [_join(item, symbols) for item in document.documents("joins")]
    return Cube(
        name=name,
        table=tuple(table.split(".")),
        title=document.text("title") or titled(name),
        description=document.text("description"),
        place=document.place,
        public=document.flag("public", True),
        meta=document.meta(),
        joins={item.target: item for item in joins if item},
        dimensions=known,
        measures={item.name: item for item in measures if item},
        segments={item.name: item for item in segments if item},
        hierarchies={item.name: item for item in hierarchies},
        policies=read_policies(document, name, kinds),
    )


def _members(document: Document, key: str) -> Iterator[Document]:
    for item in document.documents(key):
        name = item.required("name")
        if name and not IDENTIFIER.fullmatch(name):
            item.refuse("name", f"'{name}' is no name", "letters, digits and _, not starting with a digit")
        elif name:
            yield item


def _refuse_homonyms(
    document: Document, members: Sequence[Dimension | Measure | Segment | Hierarchy | None]
) -> None:
    seen: set[str] = set()
    for member in members:
        if member and member.name in seen:
            document.refuse("name", f"has two members called '{member.name}' (line {member.place.line})")
        elif member:
            seen.add(member.name)


def _dimension(document: Document, symbols: Symbols) -> Dimension | None:
    document.only(*_DESCRIBED, "sql", "case", "type", "primary_key", "format", "granularities", "mask")
    kind = document.choice("type", DIMENSION_TYPES)
    if "case" in document and "sql" in document:
        document.refuse("case", "has both 'sql' and 'case'", "write one of them")
    is_case = "case" in document
    sql = read_case(document, symbols) if is_case else read_template(document, "sql", symbols)
    primary_key = document.flag("primary_key", False)
    if sql is None:
        return None
    name = document.text("name")
    return Dimension(
        cube=symbols.cube,
        name=name,
        type=kind,
        sql=sql,
        title=document.text("title") or titled(name),
        has_title="title" in document,
        description=document.text("description"),
        place=document.place,
        format=_format(document),
        meta=document.meta(),
        primary_key=primary_key,
        public=document.flag("public", not primary_key),
        granularities=read_granularities(document, kind),
        mask=read_mask(document, symbols, kind),
    )


def _measure(document: Document, symbols: Symbols) -> Measure | None:
    document.only(*_DESCRIBED, "sql", "type", "filters", "format", "mask")
    kind = document.choice("type", MEASURE_TYPES)
    sql = None
    if kind != "count" or "sql" in document:
        sql = read_template(document, "sql", symbols)
        if sql is None:
            return None
    filters = tuple(_filters(document, symbols))
    if kind == "number":
        _check_number(document, sql, filters)
    name = document.text("name")
    meta = document.meta()
    return Measure(
        cube=symbols.cube,
        name=name,
        type=kind,
        sql=sql,
        title=document.text("title") or titled(name),
        has_title="title" in document,
        description=document.text("description"),
        place=document.place,
        filters=filters,
        format=_format(document),
        meta=meta,
        rules=read_rules(document, meta),
        public=document.flag("public", True),
        mask=_measure_mask(document, symbols),
    )


def _measure_mask(document: Document, symbols: Symbols) -> Template | None:
    mask = read_mask(document, symbols, "number")
    if mask is not None and any(not isinstance(part, str) for part in mask.parts):
        document.refuse("mask", "a measure's mask reads no column and no member", "write a number")
    return mask


def _filters(document: Document, symbols: Symbols) -> Iterator[Template]:
    for item in document.documents("filters"):
        item.only("sql")
        template = read_template(item, "sql", symbols)
        if template is not None:
            yield template


def _check_number(document: Document, sql: Template | None, filters: tuple[Template, ...]) -> None:
    if filters:
        document.refuse(
            "filters", "a 'number' has no rows to filter", f"filter one of {', '.join(AGGREGATES)}"
        )
    if sql is None:
        return
    if not sql.member_refs:
        document.refuse("sql", "a 'number' is an expression over measures", "refer to them as {measure}")
    for part in sql.parts:
        if not isinstance(part, str) and part not in sql.member_refs:
            document.refuse(
                "sql", "a 'number' reads no column", "aggregate the column in a measure of its own"
            )


def _segment(document: Document, symbols: Symbols) -> Segment | None:
    document.only(*_DESCRIBED, "sql")
    sql = read_template(document, "sql", symbols)
    if sql is None:
        return None
    name = document.text("name")
    return Segment(
        cube=symbols.cube,
        name=name,
        sql=sql,
        title=document.text("title") or titled(name),
        has_title="title" in document,
        description=document.text("description"),
        place=document.place,
        meta=document.meta(),
        public=document.flag("public", True),
    )


def _join(document: Document, symbols: Symbols) -> Join | None:
    document.only("name", "relationship", "sql")
    target = document.required("name")
    if target not in symbols.members:
        document.refuse("name", f"joins '{target}', which is no cube", nearest(target, symbols.members))
        return None
    relationship = document.choice("relationship", _RELATIONSHIPS)
    sql = read_template(document, "sql", replace(symbols, joined=target))
    return Join(target, relationship, sql, document.place) if sql else None


def _hierarchy(document: Document, dimensions: Mapping[str, Dimension]) -> Hierarchy:
    document.only("name", "title", "levels", "public")
    name = document.required("name")
    levels = document.texts("levels")
    for level in levels:
        if level not in dimensions:
            document.refuse("levels", f"level '{level}' is no dimension", nearest(level, dimensions))
    if not levels or len(set(levels)) < len(levels):
        document.refuse("levels", "has no levels, or one of them twice")
    title = document.text("title")
    return Hierarchy(name, title, tuple(levels), document.place, public=document.flag("public", True))


def _format(document: Document) -> str:
    return document.choice("format", FORMATS, "") if "format" in document else ""
