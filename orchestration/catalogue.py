"""The indicators as the compiled model declares them, without a server.

UnknownIndicator      no indicator has that code
"""

import difflib
from dataclasses import dataclass
from typing import Any

import yaml

from orchestration.paths import semantic_model_dir

__all__ = ["CatalogueEntry", "UnknownIndicator", "catalogue", "entry"]

_CUBES = ("componenti", "valutazioni_compositi")
"""Where indicators are measures: the elementary ones, the composites."""


class UnknownIndicator(LookupError):
    """No indicator has that code; the message names the nearest ones."""


@dataclass(frozen=True)
class CatalogueEntry:
    """One indicator: its public code, Italian title and description, and what its definition declares."""

    code: str
    title: str
    description: str
    meta: dict[str, Any]


def catalogue() -> list[CatalogueEntry]:
    """Return every indicator, in order of code."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    measures = []
    for cube in _CUBES:
        text = (semantic_model_dir() / "cubes" / f"{cube}.yml").read_text(encoding="utf-8")
        measures += loader(text).get_single_data()["cubes"][0]["measures"]
    found = [
        CatalogueEntry(item["meta"]["codice"], item["title"], item["description"], item["meta"])
        for item in measures
        if "prospettiva" in item.get("meta", {})
    ]
    return sorted(found, key=lambda item: item.code)


def entry(code: str) -> CatalogueEntry:
    """Return one indicator.

    Raises:
        UnknownIndicator: there is no such code.
    """
    known = {item.code: item for item in catalogue()}
    if code not in known:
        near = difflib.get_close_matches(code, known, n=3) or sorted(known)
        raise UnknownIndicator(f"no indicator is called '{code}'; did you mean {', '.join(near)}?")
    return known[code]
