"""Reads what a measure's `meta` says about its use: the guards that the planner keeps (see its `guards`)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from semantic.model_reader.definitions import LEVELS, Cube, Dimension, Measure, Rules
from semantic.model_reader.documents import Document
from semantic.model_reader.errors import Problems, nearest

__all__ = ["check_rules", "read_rules"]


def read_rules(document: Document, meta: Mapping[str, Any]) -> Rules:
    """Read the guard keys of a measure's meta; other keys are free.

    Args:
        document: the measure, where problems are noted.
        meta: its meta: `richiede`, `livelli`, `tagli` (lists of names), `valido_dal`, `valido_al` (ISO dates,
            the last day included), `famiglia` (measures), `completezza` (`attese`, `presenti`: measures),
            `abolito_da` (an act), `sostituito_da` (measures).
    """
    levels = _names(document, meta, "livelli")
    for level in levels or ():
        if level not in LEVELS:
            document.refuse("meta", f"livelli: '{level}' is no level", nearest(level, LEVELS))
    expected, present = _companions(document, meta)
    return Rules(
        requires=_names(document, meta, "richiede") or (),
        levels=levels,
        cuts=_names(document, meta, "tagli"),
        valid_from=_date(document, meta, "valido_dal"),
        valid_to=_date(document, meta, "valido_al"),
        family=_names(document, meta, "famiglia") or (),
        expected=expected,
        present=present,
        abolished_by=_text(document, meta, "abolito_da"),
        replaced_by=_names(document, meta, "sostituito_da") or (),
    )


def check_rules(cubes: Mapping[str, Cube], problems: Problems) -> None:
    """Note every guard that names a member its cube does not have."""
    for cube in cubes.values():
        for measure in cube.measures.values():
            _check_names(cube, measure, problems)
        for dimension in cube.dimensions.values():
            _check_level(dimension, problems)


def _check_names(cube: Cube, measure: Measure, problems: Problems) -> None:
    rules = measure.rules
    companions = tuple(name for name in (rules.expected, rules.present) if name)
    for key, names, valid in (
        ("richiede", rules.requires, tuple(cube.dimensions)),
        ("famiglia", rules.family, tuple(cube.measures)),
        ("completezza", companions, tuple(cube.measures)),
    ):
        for name in names:
            if name not in valid:
                message = f"meta.{key} names '{name}', which '{cube.name}' does not have"
                problems.add(measure.place, f"{cube.name}.{measure.name}", message, nearest(name, valid))


def _check_level(dimension: Dimension, problems: Problems) -> None:
    level = dimension.meta.get("livello")
    if level is not None and level not in LEVELS:
        label = f"{dimension.cube}.{dimension.name}"
        problems.add(dimension.place, label, f"livello: '{level}' is no level", nearest(str(level), LEVELS))


def _names(document: Document, meta: Mapping[str, Any], key: str) -> tuple[str, ...] | None:
    names = meta.get(key)
    if names is None:
        return None
    if isinstance(names, list) and all(isinstance(name, str) for name in names):
        return tuple(names)
    document.refuse("meta", f"{key} is {names!r}, not a list of names")
    return None


def _text(document: Document, meta: Mapping[str, Any], key: str) -> str:
    text = meta.get(key)
    if text is None or isinstance(text, str):
        return text or ""
    document.refuse("meta", f"{key} is {text!r}, not a text")
    return ""


def _date(document: Document, meta: Mapping[str, Any], key: str) -> date | None:
    text = meta.get(key)
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        document.refuse("meta", f"{key} is {text!r}, not a date", "write '2025-01-01'")
        return None


def _companions(document: Document, meta: Mapping[str, Any]) -> tuple[str, str]:
    names = meta.get("completezza")
    if names is None:
        return "", ""
    if isinstance(names, dict) and set(names) == {"attese", "presenti"}:
        return str(names["attese"]), str(names["presenti"])
    document.refuse("meta", f"completezza is {names!r}", "write {attese: measure, presenti: measure}")
    return "", ""
