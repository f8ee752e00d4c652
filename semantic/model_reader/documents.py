"""YAML with line numbers: every value knows where it is written, so that a refusal can say so.

The scalars are those of YAML 1.2, as Cube's reader has them: `yes`, `on` and `12:30` are text, while PyYAML
alone (YAML 1.1) would make them booleans and a number of minutes. A date without quotes is refused: Cube's
reader takes it for a date, and its compiler then makes an empty mapping of it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import yaml

from semantic.model_reader.errors import Place, Problems, nearest

__all__ = ["Document", "Node", "Plain", "read_document"]

Plain: TypeAlias = "str | int | float | bool | list[Plain] | dict[str, Plain] | None"

S = TypeVar("S", str, bool)

_TAG = "tag:yaml.org,2002:"
# What Cube's reader makes of these, unquoted: a date (which it then loses), or a number.
_MISREAD = re.compile(
    r"\d{4}-\d{2}-\d{2}"
    r"|\d{4}-\d{1,2}-\d{1,2}(?:[Tt]|\s+)\d{1,2}:\d{2}:\d{2}(?:\.\d*)?(?:\s*(?:Z|[-+]\d{1,2}(?::\d{2})?))?"
    r"|[-+]?0[xob][0-9a-fA-F]+|[-+]?\d+[eE][-+]?\d+|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)
_JINJA = re.compile(r"\{\{|\{%|\{#")


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """PyYAML, with libyaml where it has it, and the implicit types of YAML 1.2's core schema."""


_Loader.yaml_implicit_resolvers = {}
for _kind, _pattern, _first in (
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", list("tTfF")),
    ("int", r"^[-+]?[0-9]+$", list("-+0123456789")),
    ("float", r"^[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)(?:[eE][-+]?[0-9]+)?$", list("-+.0123456789")),
):
    _Loader.add_implicit_resolver(_TAG + _kind, re.compile(_pattern), _first)


@dataclass(frozen=True, slots=True)
class Node:
    """A value of the document and its place; `value` holds nodes when it is a list or a mapping."""

    value: "str | int | float | bool | tuple[Node, ...] | dict[str, Node] | None"
    place: Place

    @property
    def plain(self) -> Plain:
        """The value without places, as JSON would hold it."""
        if isinstance(self.value, tuple):
            return [item.plain for item in self.value]
        if isinstance(self.value, dict):
            return {key: item.plain for key, item in self.value.items()}
        return self.value


class Document:
    """A mapping of the file with typed access to its keys; what is wrong goes to `problems`."""

    def __init__(self, node: Node, label: str, problems: Problems) -> None:
        self.place = node.place
        self.label = label
        self._problems = problems
        self._entries: Mapping[str, Node] = {}
        if isinstance(node.value, dict):
            self._entries = node.value
        else:
            problems.add(node.place, label, f"is {_described(node)}, not a mapping of keys to values")

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def only(self, *known: str) -> None:
        """Refuse every key that is not among `known`: Cube would ignore it, or mean something by it."""
        for key in self._entries:
            if key not in known:
                self.refuse(key, f"'{key}' is not known here", nearest(key, known))

    def refuse(self, key: str, message: str, suggestion: str = "") -> None:
        """Note a problem at the place of `key` (or of the mapping when the key is missing)."""
        node = self._entries.get(key)
        self._problems.add(node.place if node else self.place, self.label, message, suggestion)

    def text(self, key: str, default: str = "") -> str:
        """Return the text under `key`."""
        return self._scalar(key, "text", default)

    def required(self, key: str) -> str:
        """Return the text under `key`; missing or empty is a problem (and '')."""
        if key not in self._entries:
            self.refuse(key, f"'{key}' is missing")
            return ""
        value = self.text(key)
        if not value:
            self.refuse(key, f"'{key}' is empty")
        return value

    def flag(self, key: str, default: bool) -> bool:
        """Return the boolean under `key`."""
        return self._scalar(key, "true or false", default)

    def choice(self, key: str, valid: Sequence[str], default: str | None = None) -> str:
        """Return the text under `key`, which must be one of `valid`; without a default it is required."""
        value = self.required(key) if default is None else self.text(key, default)
        if value and value not in valid:
            self.refuse(key, f"'{key}: {value}' is not supported", nearest(value, valid))
        return value

    def meta(self) -> Mapping[str, Any]:
        """Return the mapping under `meta`, as JSON would hold it."""
        node = self._entries.get("meta")
        if node is None or node.value is None:
            return {}
        if not isinstance(node.value, dict):
            self.refuse("meta", f"'meta' is {_described(node)}, not a mapping")
            return {}
        return {key: item.plain for key, item in node.value.items()}

    def nodes(self, key: str) -> Iterator[Node]:
        """Yield the items of the list under `key` (none when the key is missing)."""
        node = self._entries.get(key)
        if node is None or node.value is None:
            return
        if isinstance(node.value, tuple):
            yield from node.value
        else:
            self.refuse(key, f"'{key}' is {_described(node)}, not a list")

    def node(self, key: str) -> Node | None:
        """Return what is under `key`; None when it is missing or empty."""
        node = self._entries.get(key)
        return None if node is None or node.value is None else node

    def child(self, key: str) -> "Document | None":
        """Return the mapping under `key`, with this one's label; None when it is missing or empty."""
        node = self.node(key)
        return None if node is None else Document(node, self.label, self._problems)

    def documents(self, key: str) -> Iterator["Document"]:
        """Yield the mappings of the list under `key`, each labelled with its name."""
        for node in self.nodes(key):
            yield Document(node, f"{self.label}.{_name(node) or key}", self._problems)

    def texts(self, key: str) -> list[str]:
        """Return the list of names under `key`."""
        names = []
        for node in self.nodes(key):
            if isinstance(node.value, str):
                names.append(node.value)
            else:
                self._problems.add(node.place, self.label, f"'{key}' lists {_described(node)}, not a name")
        return names

    def is_text(self, key: str, text: str) -> bool:
        """Say whether `key` holds exactly this text (`includes: "*"`)."""
        node = self._entries.get(key)
        return node is not None and node.value == text

    def _scalar(self, key: str, described: str, default: S) -> S:
        node = self._entries.get(key)
        if node is None or node.value is None:
            return default
        if not isinstance(node.value, type(default)):
            self.refuse(key, f"'{key}' is {_described(node)}, not {described}")
            return default
        return node.value


def read_document(path: Path, folder: Path, problems: Problems) -> Document | None:
    """Read one file of the model; None (and a problem) when it is not YAML.

    Args:
        path: the file.
        folder: the model's folder, to which places are relative.
        problems: where to note what is wrong.
    """
    file = path.relative_to(folder).as_posix()
    text = path.read_text(encoding="utf-8")
    for number, line in enumerate(text.splitlines(), start=1):
        if _JINJA.search(line):
            problems.add(
                Place(file, number),
                file,
                "holds {{, {% or {#, which Cube reads as a template",
                "the model is plain YAML: write flow mappings with a space between braces",
            )
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        at = error.problem_mark.line + 1 if error.problem_mark else 1
        problems.add(Place(file, at), file, f"is not YAML: {error.problem}")
        return None
    if node is None:
        problems.add(Place(file, 1), file, "is empty", "delete it, or write cubes: or views:")
        return None
    return Document(_located(node, file, problems), file, problems)


def _located(node: yaml.Node, file: str, problems: Problems) -> Node:
    place = Place(file, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        return Node(tuple(_located(item, file, problems) for item in node.value), place)
    if isinstance(node, yaml.MappingNode):
        entries: dict[str, Node] = {}
        for key, value in node.value:
            if key.value in entries:
                where = Place(file, key.start_mark.line + 1)
                problems.add(where, str(key.value), "is written twice in one mapping")
            located = _located(value, file, problems)
            # A list that starts on the next line is found by its key.
            entries[str(key.value)] = Node(located.value, Place(file, key.start_mark.line + 1))
        return Node(entries, place)
    if isinstance(node, yaml.ScalarNode) and not node.style and _MISREAD.fullmatch(str(node.value)):
        problems.add(
            place, file, f"{node.value} without quotes is another thing for Cube", "put it in quotes"
        )
    return Node(_scalar_value(node), place)


def _scalar_value(node: yaml.Node) -> str | int | float | bool | None:
    text = str(node.value)
    kind = node.tag.removeprefix(_TAG)
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() == "true"
    if kind == "int":
        return int(text)
    if kind == "float":
        return float(text)
    return text


def _described(node: Node) -> str:
    if isinstance(node.value, tuple):
        return "a list"
    if isinstance(node.value, dict):
        return "a mapping"
    return "empty" if node.value is None else repr(node.value)


def _name(node: Node) -> str:
    if isinstance(node.value, dict):
        name = node.value.get("name") or node.value.get("join_path")
        return str(name.value) if name else ""
    return ""
