"""Which of dbt's tests guard which indicator, from the manifest and one convention.

esempio      a hand-worked example (`*_by_hand.sql`): guards the indicators that it names, or those of the
             generated file that it names (`registro/misure.yml`); one of tests/evaluation/ that names none (a
             way of putting composites together): every composite
indicatori   a test of the stored values: guards every indicator, or those that it names
dati         a test of a model behind the values: guards the indicators whose lineage passes through it
unita        a unit test of such a model
schema       a declared property of a model's columns (not null, unique, a relationship, a range)
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["EXAMPLE", "FACTS", "SCHEMA", "UNIT", "VALUES", "Guard", "read_guards"]

EXAMPLE, VALUES, FACTS, UNIT, SCHEMA = "esempio", "indicatori", "dati", "unita", "schema"
_EXAMPLE_FILES = "_by_hand.sql"
_COMPOSITES_FOLDER = "tests/evaluation/"
_COMMENT = re.compile(r"\A(?:\s*--[^\n]*\n)+")


@dataclass(frozen=True)
class Guard:
    """One test: its dbt name and unique id, its kind, the models it reads and the indicators it names."""

    name: str
    identifier: str
    kind: str
    file: str
    description: str
    models: tuple[str, ...]
    indicators: tuple[str, ...]


def read_guards(document: Mapping[str, Any]) -> list[Guard]:
    """Return every test of a dbt manifest, in order of name.

    Args:
        document: `manifest.json`, parsed.
    """
    codes = {
        metric["name"]: metric["original_file_path"]
        for metric in sorted(document["metrics"].values(), key=lambda metric: str(metric["name"]))
        if "codice" in (metric.get("config", {}).get("meta") or {})
    }
    known = document["nodes"] | document["sources"]
    value_models = {name for name, node in document["nodes"].items() if node["schema"].endswith("indicators")}
    tests = [node for node in document["nodes"].values() if node["resource_type"] == "test"]
    guards = [_guard(node, known, value_models, codes) for node in (*tests, *document["unit_tests"].values())]
    return sorted(guards, key=lambda guard: (guard.name, guard.identifier))


def _guard(
    node: Mapping[str, Any], known: Mapping[str, Any], value_models: set[str], codes: Mapping[str, str]
) -> Guard:
    read = [name for name in node["depends_on"]["nodes"] if name in known]
    models = {name for name in read if name.startswith("model.")}
    named = tuple(_named(node, codes))
    kind = _kind(node, bool(models & value_models))
    if kind == EXAMPLE and not named and not node["original_file_path"].startswith(_COMPOSITES_FOLDER):
        # A hand-worked example of a macro or of a model, not of an indicator.
        kind = FACTS
    return Guard(
        name=node["name"],
        identifier=node["unique_id"],
        kind=kind,
        file=node["original_file_path"],
        description=_description(node),
        models=tuple(sorted(known[name]["name"] for name in read)),
        indicators=named if kind in (EXAMPLE, VALUES) else (),
    )


def _kind(node: Mapping[str, Any], reads_values: bool) -> str:
    if node["resource_type"] == "unit_test":
        return UNIT
    if node.get("test_metadata"):
        return SCHEMA
    if node["original_file_path"].endswith(_EXAMPLE_FILES):
        return EXAMPLE
    return VALUES if reads_values else FACTS


def _named(node: Mapping[str, Any], codes: Mapping[str, str]) -> Iterator[str]:
    text = node.get("raw_code") or ""
    quoted = set(re.findall(r"'(\w+)'", text)) | {node["name"].removesuffix("_by_hand")}
    files = tuple(re.findall(r"'(registro/\w+\.yml)'", text))
    yield from (code for code, path in codes.items() if code in quoted or path.endswith(files))


def _description(node: Mapping[str, Any]) -> str:
    """Return the test's description, else the comment that its file begins with."""
    if node.get("description"):
        return " ".join(node["description"].split())
    comment = _COMMENT.match(node.get("raw_code") or "")
    if comment is None:
        return ""
    lines = [line.strip().removeprefix("--").strip() for line in comment.group(0).splitlines()]
    return " ".join(line for line in lines if not line.startswith("depends_on:"))
