"""Strict reading of YAML: every key must be known, every error names file and line."""

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from orchestration.contracts.errors import ContractError

__all__ = ["Mapping", "read_document"]

# The parser in C, where PyYAML was built with it, is ten times faster.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Mapping:
    """A YAML mapping whose keys are taken one by one; `finish` refuses those that nobody took."""

    def __init__(self, path: Path, node: yaml.Node, what: str) -> None:
        """Wrap `node`.

        Args:
            path: file it comes from.
            node: must be a mapping.
            what: what it describes, for messages.

        Raises:
            ContractError: not a mapping, or a key stands twice.
        """
        if not isinstance(node, yaml.MappingNode):
            raise ContractError(f"{path}:{_line(node)}: {what} must be a mapping of keys to values")
        self._path, self._what = path, what
        self._node: yaml.Node = node
        self._values: dict[str, yaml.Node] = {}
        self._taken: set[str] = set()
        for key, value in node.value:
            self._add(str(key.value), key, value)

    @classmethod
    def of_properties(cls, path: Path, node: yaml.Node | None, what: str) -> "Mapping":
        """Return ODCS custom properties, a list of `property` and `value`, as one mapping."""
        mapping = cls(path, yaml.MappingNode("tag:yaml.org,2002:map", []), what)
        if node is None:
            return mapping
        mapping._node = node
        for item in _items(path, node, what):
            pair = cls(path, item, f"a custom property of {what}")
            name, value = pair.text("property"), pair.node("value")
            pair.finish()
            mapping._add(name, item, value)
        return mapping

    def _add(self, name: str, key: yaml.Node, value: yaml.Node) -> None:
        if name in self._values:
            raise ContractError(f"{self._path}:{_line(key)}: {name!r} stands twice in {self._what}")
        self._values[name] = value

    def error(self, message: str, key: str | None = None) -> ContractError:
        """Return an error that points at this mapping, or at the value of `key`."""
        node = self._values.get(key or "", self._node)
        return ContractError(f"{self._path}:{_line(node)}: {self._what}: {message}")

    def node(self, key: str) -> yaml.Node:
        """Take the value of a required key, whatever it is."""
        found = self.optional_node(key)
        if found is None:
            raise self.error(f"{key!r} is missing")
        return found

    def optional_node(self, key: str) -> yaml.Node | None:
        """Take the value of `key`, or None."""
        self._taken.add(key)
        return self._values.get(key)

    def scalar(self, key: str, kind: type) -> Any:
        """Take an optional scalar of Python type `kind`."""
        node = self.optional_node(key)
        if node is None:
            return None
        value = yaml.constructor.SafeConstructor().construct_object(node, deep=True)
        if type(value) is not kind:
            raise self.error(f"{key!r} must be {kind.__name__}, not {value!r}", key)
        return value

    def text(self, key: str) -> str:
        """Take a required text."""
        self.node(key)
        value: str = self.scalar(key, str)
        if not value.strip():
            raise self.error(f"{key!r} is blank", key)
        return value

    def optional_text(self, key: str) -> str | None:
        """Take a text, or None."""
        return None if self.optional_node(key) is None else self.text(key)

    def flag(self, key: str) -> bool:
        """Take a boolean; absent is false."""
        return bool(self.scalar(key, bool))

    def decimal(self, key: str) -> Decimal | None:
        """Take a number exactly as written, quoted or not, or None."""
        node = self.optional_node(key)
        if node is None:
            return None
        try:
            return Decimal(str(node.value))
        except InvalidOperation:
            raise self.error(f"{key!r} must be a number, not {node.value!r}", key) from None

    def choice(self, key: str, valid: Iterable[str]) -> str:
        """Take a required text that is one of `valid`."""
        value = self.text(key)
        names = sorted(valid)
        if value not in names:
            raise self.error(f"{key} {value!r} is not one of {', '.join(names)}{_nearest(value, names)}", key)
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Take a list of texts; absent is empty."""
        node = self.optional_node(key)
        items = _items(self._path, node, key) if node is not None else []
        if any(not isinstance(item, yaml.ScalarNode) for item in items):
            raise self.error(f"{key!r} must list texts", key)
        return tuple(str(item.value) for item in items)

    def mapping(self, key: str, what: str) -> "Mapping":
        """Take a required mapping."""
        return Mapping(self._path, self.node(key), what)

    def mappings(self, key: str, what: str) -> "list[Mapping]":
        """Take a list of mappings; absent is empty."""
        node = self.optional_node(key)
        return [Mapping(self._path, item, what) for item in _items(self._path, node, what)] if node else []

    def empty(self, what: str) -> "Mapping":
        """Return a mapping without keys, standing for one that is absent."""
        return Mapping.of_properties(self._path, None, what)

    def properties(self, what: str) -> "Mapping":
        """Take `customProperties` as one mapping."""
        return Mapping.of_properties(self._path, self.optional_node("customProperties"), what)

    def finish(self) -> None:
        """Refuse the keys that were not taken."""
        for key in self._values:
            if key not in self._taken:
                known = sorted(self._taken)
                raise self.error(f"unknown key {key!r}; known: {', '.join(known)}{_nearest(key, known)}", key)


def read_document(path: Path) -> Mapping:
    """Return the top of a YAML document.

    Raises:
        ContractError: unreadable, not YAML, not a mapping.
    """
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ContractError(f"{path}:{line}: not YAML: {error.problem}") from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ContractError(f"{path}:1: unreadable: {error}") from None
    if node is None:
        raise ContractError(f"{path}:1: the contract is empty")
    return Mapping(path, node, "the contract")


def _items(path: Path, node: yaml.Node, what: str) -> list[yaml.Node]:
    if not isinstance(node, yaml.SequenceNode):
        raise ContractError(f"{path}:{_line(node)}: {what} must be a list")
    return list(node.value)


def _line(node: yaml.Node) -> int:
    return node.start_mark.line + 1 if node.start_mark else 1


def _nearest(value: str, names: list[str]) -> str:
    near = get_close_matches(value, names, n=1)
    return f" (did you mean {near[0]!r}?)" if near else ""
