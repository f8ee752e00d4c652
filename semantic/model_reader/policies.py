"""Reads `access_policy`; what the parts mean is said in `access`."""

import re
from collections.abc import Iterator, Mapping

from semantic.model_reader.access import Claim, Policy, RowFilter, RowFilters, RowRule
from semantic.model_reader.documents import Document, Node
from semantic.model_reader.errors import nearest
from semantic.model_reader.vocabulary import OPERATORS, OPERATORS_OF, PRESENCE

__all__ = ["read_policies"]

_PATH = r"(?:security_context|securityContext)((?:\.[A-Za-z_]\w*)+)"
_CLAIM = re.compile(_PATH)
_IN_BRACES = re.compile(r"\{\s*" + _PATH + r"\s*\}")
_HOW = "write '{ security_context.key }', or values: security_context.key for a claim that is a list"
_CONNECTIVES = ("and", "or")


def read_policies(document: Document, owner: str, members: Mapping[str, str]) -> tuple[Policy, ...]:
    """Read the `access_policy` of a cube or view; what is wrong goes to the document's problems.

    Args:
        document: the cube or view.
        owner: its name.
        members: the type of each of its dimensions, 'measure' or 'segment' of the others, by own name.
    """
    reader = _Reader(owner, members)
    return tuple(reader.policy(item) for item in document.documents("access_policy"))


class _Reader:
    def __init__(self, owner: str, members: Mapping[str, str]) -> None:
        self._owner = owner
        self._members = members

    def policy(self, document: Document) -> Policy:
        document.only("group", "groups", "conditions", "member_level", "member_masking", "row_level")
        level = document.child("member_level")
        masking = document.child("member_masking")
        if masking is not None and level is None:
            document.refuse("member_masking", "needs a member_level beside it: Cube refuses it without")
        return Policy(
            groups=self._groups(document),
            place=document.place,
            conditions=tuple(self._conditions(document)),
            members=None if level is None else self._listed(level),
            masked=frozenset() if masking is None else self._listed(masking),
            rows=self._rows(document),
        )

    def _groups(self, document: Document) -> tuple[str, ...]:
        if "group" in document and "groups" in document:
            document.refuse("groups", "has both 'group' and 'groups'", "write one of them")
        if "group" in document:
            return (document.required("group"),)
        groups = document.texts("groups")
        if not groups:
            document.refuse("groups", "is for nobody", "write group: name, or group: '*' for everybody")
        return tuple(groups)

    def _conditions(self, document: Document) -> Iterator[Claim]:
        for item in document.documents("conditions"):
            item.only("if")
            text = item.required("if")
            match = _IN_BRACES.fullmatch(text) or _CLAIM.fullmatch(text)
            if match:
                yield Claim(_keys(match))
            elif text:
                item.refuse("if", f"'{text}' is no claim", "write '{ security_context.key }'")

    def _listed(self, document: Document) -> frozenset[str]:
        document.only("includes", "excludes")
        names = frozenset(self._members)
        included = names if "includes" not in document else self._names(document, "includes")
        return included - self._names(document, "excludes")

    def _names(self, document: Document, key: str) -> frozenset[str]:
        if document.is_text(key, "*"):
            return frozenset(self._members)
        names = [self._own(name) for name in document.texts(key)]
        for name in names:
            if name not in self._members:
                message = f"{key}: '{name}' is no member of '{self._owner}'"
                document.refuse(key, message, nearest(name, self._members))
        return frozenset(names)

    def _own(self, written: str) -> str:
        """Take the braces and the owner's name off a member's name, as Cube does."""
        text = written.strip().replace("{", "").replace("}", "")
        head, _, tail = text.rpartition(".")
        return tail if head in ("CUBE", self._owner) else text

    def _rows(self, document: Document) -> tuple[RowRule, ...]:
        level = document.child("row_level")
        if level is None:
            return ()
        level.only("filters", "allow_all")
        if "allow_all" in level:
            if "filters" in level:
                level.refuse("allow_all", "shows all rows, and filters them", "leave out one of the two")
            elif not level.flag("allow_all", False):
                level.refuse("allow_all", "'allow_all' can only be true", "list filters instead")
            return ()
        rules = tuple(self._rules(level, "filters"))
        if not rules:
            level.refuse(
                "filters", "has no filter: Cube would show all rows", "write allow_all: true if meant"
            )
        return rules

    def _rules(self, document: Document, key: str) -> Iterator[RowRule]:
        for item in document.documents(key):
            rule = self._rule(item)
            if rule is not None:
                yield rule

    def _rule(self, document: Document) -> RowRule | None:
        for connective in _CONNECTIVES:
            if connective in document:
                document.only(connective)
                items = tuple(self._rules(document, connective))
                if not items:
                    document.refuse(connective, f"'{connective}' joins nothing")
                return RowFilters("and" if connective == "and" else "or", items)
        document.only("member", "operator", "values", *_CONNECTIVES)
        name = self._own(document.required("member"))
        operator = document.choice("operator", OPERATORS)
        kind = self._members.get(name)
        if kind is None:
            document.refuse(
                "member", f"'{name}' is no member of '{self._owner}'", nearest(name, self._members)
            )
        elif kind not in OPERATORS_OF:
            document.refuse("member", f"'{name}' is a {kind}: rows are told apart by dimensions")
        elif operator in OPERATORS and operator not in OPERATORS_OF[kind]:
            valid = ", ".join(OPERATORS_OF[kind])
            document.refuse("operator", f"'{operator}' does not apply to a {kind}", f"one of: {valid}")
        values = tuple(self._values(document))
        if operator in PRESENCE and values:
            document.refuse("values", f"'{operator}' takes no values")
        elif operator not in PRESENCE and not values:
            document.refuse("values", "'values' is missing or empty", _HOW)
        return RowFilter(name, operator, values)

    def _values(self, document: Document) -> Iterator[str | Claim]:
        node = document.node("values")
        if node is None:
            return
        if isinstance(node.value, str):
            match = _IN_BRACES.fullmatch(node.value) or _CLAIM.fullmatch(node.value)
            if match:
                yield Claim(_keys(match), is_list=True)
            else:
                document.refuse("values", f"'{node.value}' is neither a list nor a claim", _HOW)
            return
        for item in document.nodes("values"):
            value = self._value(item)
            if value is None:
                document.refuse("values", f"{item.plain!r} is no value", _HOW)
            else:
                yield value

    def _value(self, node: Node) -> str | Claim | None:
        value = node.value
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int | float):
            return format(value)
        if not isinstance(value, str):
            return None
        match = _IN_BRACES.fullmatch(value)
        if match:
            return Claim(_keys(match))
        return None if "{" in value or "}" in value else value


def _keys(match: re.Match[str]) -> tuple[str, ...]:
    return tuple(match.group(1).removeprefix(".").split("."))
