"""Reads a whole model from its folder, and checks it."""

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb

from semantic.model_reader.cubes import read_cubes
from semantic.model_reader.definitions import Cube, CubeRef, Measure, Member, Model, Template, View
from semantic.model_reader.documents import Document, read_document
from semantic.model_reader.errors import ModelError, Place, Problem, Problems, nearest
from semantic.model_reader.references import unsafe_inlining
from semantic.model_reader.views import cube_view, read_views

__all__ = ["check_model", "load_model"]

_COLUMN = re.compile(r'\."?(\w+)"?')


def load_model(folder: Path) -> Model:
    """Read every `*.yml` under `folder` into a typed model.

    Raises:
        ModelError: with file, line, member and suggestion of everything that is unknown, missing or
            contradictory; nothing is ignored.
    """
    problems = Problems()
    model = _read(folder, problems)
    problems.refuse()
    return model


def check_model(folder: Path, database: Path | None = None) -> list[Problem]:
    """Find everything that is wrong with a model, without serving it.

    Beyond what `load_model` refuses, this finds what Cube would refuse or compute otherwise, and, given a
    database, tables and columns that it lacks.

    Args:
        folder: the model.
        database: a DuckDB file to compare with; opened read-only.
    """
    problems = Problems()
    try:
        model = load_model(folder)
    except ModelError as error:
        return list(error.problems)
    for cube in model.cubes.values():
        _check_portability(cube, model, problems)
    if database is not None:
        _check_database(model, database, problems)
    return sorted(problems.found, key=lambda problem: (problem.file, problem.line))


def _read(folder: Path, problems: Problems) -> Model:
    files = [path for pattern in ("*.yml", "*.yaml") for path in sorted(folder.rglob(pattern))]
    if not files:
        problems.add(Place(".", 1), str(folder), "holds no model", "point at the folder of cubes/ and views/")
    cubes: list[Document] = []
    views: list[Document] = []
    for path in files:
        document = read_document(path, folder, problems)
        if document is not None:
            document.only("cubes", "views")
            cubes += document.documents("cubes")
            views += document.documents("views")
    read = read_cubes(cubes, problems)
    shown = {} if problems.found else read_views(views, read, problems)
    if not problems.found:
        for view in shown.values():
            _check_requirements(view, problems)
    return Model(read, shown | {cube.name: cube_view(cube) for cube in read.values() if cube.public})


def _check_requirements(view: View, problems: Problems) -> None:
    """A measure whose required dimension is not in the view could never be asked for."""
    for member in view.members.values():
        if isinstance(member.target, Measure):
            for name in member.target.rules.requires:
                if view.member_of(member.target.cube, name) is None:
                    message = f"requires '{name}', which the view does not show"
                    problems.add(
                        view.place, member.full_name, message, f"include {member.target.cube}.{name}"
                    )


def _check_portability(cube: Cube, model: Model, problems: Problems) -> None:
    if cube.joins and not any(dimension.primary_key for dimension in cube.dimensions.values()):
        message = "has joins but no primary key: Cube refuses it"
        problems.add(cube.place, cube.name, message, "declare a dimension with primary_key: true")
    for member in _members(cube):
        label = f"{cube.name}.{member.name}"
        for text in (member.title, member.description, *_texts(dict(member.meta))):
            if "{" in text or "}" in text:
                problems.add(
                    member.place, label, f"Cube evaluates the braces in {text!r}", "write it without"
                )
        for template in _templates(member):
            for ref in unsafe_inlining(template, model.cubes):
                problems.add(
                    member.place,
                    label,
                    f"Cube puts {{{ref.member}}} in without parentheses: it is a sum of terms",
                    f"write ({{{ref.member}}})",
                )


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def _members(cube: Cube) -> Iterator[Member]:
    yield from cube.dimensions.values()
    yield from cube.measures.values()
    yield from cube.segments.values()


def _templates(member: Member) -> Iterator[Template]:
    if member.sql is not None:
        yield member.sql
    if isinstance(member, Measure):
        yield from member.filters


def _check_database(model: Model, database: Path, problems: Problems) -> None:
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute(
            "select lower(table_schema), lower(table_name), lower(column_name)"
            " from information_schema.columns"
        ).fetchall()
    tables: dict[str, set[str]] = {}
    for schema, table, column in rows:
        tables.setdefault(f"{schema}.{table}", set()).add(column)
    for cube in model.cubes.values():
        name = ".".join(cube.table[-2:] if len(cube.table) > 1 else ("main", *cube.table)).lower()
        if name not in tables:
            problems.add(cube.place, cube.name, f"its table {name} does not exist", nearest(name, tables))
        _check_below(cube, tables, problems)
    for cube in model.cubes.values():
        for place, label, template in _all_templates(cube):
            _check_columns(model, tables, place, label, template, problems)


def _check_below(cube: Cube, tables: dict[str, set[str]], problems: Problems) -> None:
    """Check the tables that the planner reads in place of a cube's own: the facts, and their roll-ups."""
    told = cube.meta.get("origine")
    if not isinstance(told, dict):
        return
    read = [(cube.place, str(told.get("fatti", "")))]
    if schema := told.get("aggregati"):
        read += [(rollup.place, f"{schema}.{rollup.table}") for rollup in cube.rollups.values()]
    for place, name in read:
        if name.lower() not in tables:
            problems.add(
                place, cube.name, f"its rows are read from {name}, which does not exist", "build again"
            )


def _all_templates(cube: Cube) -> Iterator[tuple[Place, str, Template]]:
    for join in cube.joins.values():
        yield join.place, f"{cube.name}.{join.target}", join.sql
    for member in _members(cube):
        for template in _templates(member):
            yield member.place, f"{cube.name}.{member.name}", template


def _check_columns(
    model: Model,
    tables: dict[str, set[str]],
    place: Place,
    label: str,
    template: Template,
    problems: Problems,
) -> None:
    for part, following in zip(template.parts, template.parts[1:], strict=False):
        if not isinstance(part, CubeRef) or not isinstance(following, str):
            continue
        match = _COLUMN.match(following)
        table = ".".join(model.cubes[part.cube].table[-2:]).lower()
        columns = tables.get(table)
        # A table that is missing altogether has its own problem; rowid is DuckDB's own.
        if match and columns is not None and match.group(1).lower() not in {*columns, "rowid"}:
            column = match.group(1)
            problems.add(place, label, f"{table} has no column {column}", nearest(column, columns))
