"""`/v1/meta`: what can be queried, as Cube lists it."""

from collections.abc import Mapping
from typing import Any

from semantic.model_reader import Dimension, Folder, Granularity, Measure, Model, Template, View, ViewMember

__all__ = ["catalogue", "granularity_entries", "granularity_entry"]

_NUMBER_FORMATS = {
    "": {"name": "number", "specifier": ",.2~f"},
    "number": {"name": "number", "specifier": ",.2~f"},
    "percent": {"name": "percent", "specifier": ".2~%"},
    "currency": {"name": "currency", "specifier": "$,.2~f"},
}
_AGGREGATES = {"count_distinct": "countDistinct"}


def catalogue(
    model: Model,
    *,
    extended: bool = False,
    only_views: bool = False,
    entries: Mapping[str, Mapping[str, Any]] | None = None,
) -> dict[str, Any]:
    """Describe every public view (and public cube) with its members, hierarchies and folders.

    Args:
        model: the model.
        extended: add where each is defined and its SQL.
        only_views: leave public cubes out.
        entries: what to add to an indicator's meta as `catalogo`, by code; with `extended` only.
    """
    shown = [view for view in model.views.values() if view.public and view.members]
    cubes = [_view(view, model, extended) for view in shown if not (only_views and view.is_cube)]
    if extended:
        _add_entries(cubes, entries or {})
    return {"cubes": cubes}


def _add_entries(cubes: list[dict[str, Any]], entries: Mapping[str, Mapping[str, Any]]) -> None:
    """Add formula, lineage and tests to the indicators: one of them and its parts have the same `codice`."""
    for cube in cubes:
        for measure in cube["measures"]:
            meta = measure.get("meta", {})
            if "prospettiva" in meta and meta.get("codice") in entries:
                measure["meta"] = meta | {"catalogo": entries[meta["codice"]]}


def _view(view: View, model: Model, extended: bool) -> dict[str, Any]:
    members = list(view.members.values())
    described: dict[str, Any] = {
        "name": view.name,
        "type": "cube" if view.is_cube else "view",
        "title": view.title,
        "isVisible": True,
        "public": True,
        **({"description": view.description} if view.description else {}),
        **({"meta": dict(view.meta)} if view.meta else {}),
        "measures": [_measure(item, view, extended) for item in members if item.kind == "measure"],
        "dimensions": [_dimension(item, view, extended) for item in members if item.kind == "dimension"],
        "segments": [_member(item, extended) for item in members if item.kind == "segment"],
        "hierarchies": [
            {
                **({"title": item.title} if item.title else {}),
                "name": f"{view.name}.{item.name}",
                "levels": [f"{view.name}.{level}" for level in item.levels],
                **({"aliasMember": item.source} if item.source else {}),
                "public": item.public,
            }
            for item in view.hierarchies
            if item.levels
        ],
        "folders": [
            {"name": folder.name, "members": [f"{view.name}.{name}" for name in folder.flat]}
            for folder in view.folders
        ],
        "nestedFolders": [_folder(folder, view.name) for folder in view.folders],
    }
    if extended:
        described |= {"fileName": view.place.file, "joins": _joins(view, model), "preAggregations": []}
    return described


def _folder(folder: Folder, view: str) -> dict[str, Any]:
    return {
        "name": folder.name,
        "members": [
            _folder(item, view) if isinstance(item, Folder) else f"{view}.{item}" for item in folder.members
        ],
    }


def _joins(view: View, model: Model) -> list[dict[str, str]]:
    if not view.is_cube:
        return []
    joins = model.cubes[view.name].joins.values()
    return [{"name": join.target, "relationship": join.relationship, "sql": _sql(join.sql)} for join in joins]


def _member(member: ViewMember, extended: bool) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": member.full_name,
        "title": member.long_title,
        "shortTitle": member.title,
        **({"description": member.description} if member.description else {}),
        **({"meta": dict(member.meta)} if member.meta else {}),
        "isVisible": True,
        "public": True,
    }
    if extended and member.target.sql is not None:
        described["sql"] = _sql(member.target.sql)
    return described


def _measure(member: ViewMember, view: View, extended: bool) -> dict[str, Any]:
    described = _member(member, extended) | {
        "type": member.type,
        **({"format": member.format} if member.format else {}),
        "formatDescription": _NUMBER_FORMATS[member.format],
        "cumulativeTotal": False,
        "cumulative": False,
        "aggType": _AGGREGATES.get(_type(member), _type(member)),
        "drillMembers": [],
        "drillMembersGrouped": {"measures": [], "dimensions": []},
        **_alias(member, view),
    }
    if extended and isinstance(member.target, Measure) and member.target.filters:
        described["filters"] = [{"sql": _sql(item)} for item in member.target.filters]
    return described


def _dimension(member: ViewMember, view: View, extended: bool) -> dict[str, Any]:
    described = _member(member, extended) | {
        "type": member.type,
        "suggestFilterValues": True,
        "primaryKey": isinstance(member.target, Dimension) and member.target.primary_key and view.is_cube,
        **_alias(member, view),
        **granularity_entries(member),
    }
    if member.type == "number":
        described["formatDescription"] = _NUMBER_FORMATS[member.format]
    return described | ({"format": member.format} if member.format else {})


def granularity_entries(member: ViewMember) -> dict[str, list[dict[str, str]]]:
    """Describe the granularities that the model adds to a member: {} when it adds none."""
    own = member.target.granularities if isinstance(member.target, Dimension) else {}
    return {"granularities": [granularity_entry(item) for item in own.values()]} if own else {}


def granularity_entry(granularity: Granularity) -> dict[str, str]:
    """Describe a granularity of the model."""
    described = {
        "name": granularity.name,
        "title": granularity.title,
        "interval": granularity.interval.text,
    }
    if granularity.offset:
        described["offset"] = granularity.offset.text
    if granularity.origin:
        described["origin"] = granularity.written_origin
    return described


def _type(member: ViewMember) -> str:
    return member.target.type if isinstance(member.target, Dimension | Measure) else member.type


def _alias(member: ViewMember, view: View) -> dict[str, str]:
    return {} if view.is_cube else {"aliasMember": f"{member.target.cube}.{member.target.name}"}


def _sql(template: Template) -> str:
    return template.text
