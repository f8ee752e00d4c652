"""Reads the references in the model's SQL: `{CUBE}.column`, `{cube}.column`, `{member}`, `{cube.member}`.

Whatever else stands in braces is refused: Cube would evaluate it as an expression, and we never would.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from semantic.model_reader.definitions import Cube, CubeRef, Measure, MemberRef, Template
from semantic.model_reader.documents import Document
from semantic.model_reader.errors import Problems, nearest

__all__ = ["Symbols", "check_cycles", "read_template", "unsafe_inlining"]

_REFERENCE = re.compile(r"\{([^{}]*)\}")
_PATH = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)?")
_OPERATOR = re.compile(r"[-+*/%|<>=]|\b(?:and|or|not|is|in|between|like)\b", re.IGNORECASE)
_QUOTED = re.compile(r"'(?:[^']|'')*'")


@dataclass(frozen=True, slots=True)
class Symbols:
    """The names that a piece of SQL may refer to.

    A member reads its own cube only; a join's condition reads the two cubes that it joins.
    """

    members: Mapping[str, frozenset[str]]
    cube: str
    joined: str = ""

    @property
    def reachable(self) -> tuple[str, ...]:
        """The cubes whose columns and members may be read here."""
        return (self.cube, self.joined) if self.joined else (self.cube,)


def read_template(document: Document, key: str, symbols: Symbols) -> Template | None:
    """Read the SQL under `key` as a template; None (and a problem) when it is not one."""
    text = document.required(key)
    if not text:
        return None
    parts: list[str | CubeRef | MemberRef] = []
    end = 0
    for match in _REFERENCE.finditer(text):
        parts.append(text[end : match.start()])
        reference = _resolve(match.group(1), text[match.end() :], symbols)
        if isinstance(reference, _Unknown):
            document.refuse(key, f"{match.group(0)} {reference.why}", reference.suggestion)
            return None
        parts.append(reference)
        end = match.end()
    parts.append(text[end:])
    if any(isinstance(part, str) and ("{" in part or "}" in part) for part in parts):
        document.refuse(key, f"has a brace outside a reference: {text}")
        return None
    return Template(tuple(part for part in parts if part != ""))


@dataclass(frozen=True, slots=True)
class _Unknown:
    why: str
    suggestion: str


def _resolve(written: str, after: str, symbols: Symbols) -> CubeRef | MemberRef | _Unknown:
    if not _PATH.fullmatch(written):
        return _Unknown("is no reference", "write {CUBE}.column, {member} or {cube.member}")
    head, _, tail = written.partition(".")
    head = symbols.cube if head == "CUBE" else head
    if not tail and head not in symbols.members:
        head, tail = symbols.cube, head
    if head not in symbols.members:
        return _Unknown(f"names no cube '{head}'", nearest(head, symbols.reachable))
    if head not in symbols.reachable:
        return _Unknown(f"reads another cube, '{head}'", "show its members through a view that joins it")
    if tail:
        if tail not in symbols.members[head]:
            return _Unknown(f"names no member of '{head}'", nearest(tail, symbols.members[head]))
        return MemberRef(head, tail)
    if written in symbols.members[symbols.cube]:
        return _Unknown("is both a cube and a member", "rename one of the two")
    if not after.startswith("."):
        return _Unknown("stands alone", "write {" + written + "}.column")
    return CubeRef(head)


def check_cycles(cubes: Mapping[str, Cube], problems: Problems) -> None:
    """Note every member whose SQL leads back to itself."""
    done: set[MemberRef] = set()
    for cube in cubes.values():
        for name in cube.member_names:
            _walk(MemberRef(cube.name, name), (), cubes, done, problems)


def _walk(
    ref: MemberRef,
    trail: tuple[MemberRef, ...],
    cubes: Mapping[str, Cube],
    done: set[MemberRef],
    problems: Problems,
) -> None:
    if ref in done:
        return
    member = cubes[ref.cube].member(ref.member)
    if member is None:
        return
    if ref in trail:
        loop = " → ".join(f"{item.cube}.{item.member}" for item in (*trail[trail.index(ref) :], ref))
        problems.add(member.place, f"{ref.cube}.{ref.member}", f"refers to itself: {loop}")
        done.update(trail)
        return
    templates = [member.sql] if member.sql else []
    if isinstance(member, Measure):
        templates += member.filters
    for template in templates:
        for inner in template.member_refs:
            _walk(inner, (*trail, ref), cubes, done, problems)
    done.add(ref)


def unsafe_inlining(template: Template, cubes: Mapping[str, Cube]) -> Iterator[MemberRef]:
    """Yield the references that Cube would inline into the wrong number.

    Cube puts the text of a `number` measure in place of its name without parentheses:

        a_per_cento = 100 * {totale},  totale = {a} + {b}    →    100 * a + b

    A reference is safe where it fills an argument or parentheses of its own, or where it is a single term.
    """
    for index, part in enumerate(template.parts):
        if not isinstance(part, MemberRef):
            continue
        target = cubes[part.cube].measures.get(part.member)
        if target is None or target.type != "number" or target.sql is None or not _is_compound(target.sql):
            continue
        before = "".join(item for item in template.parts[:index] if isinstance(item, str)).rstrip()
        following = template.parts[index + 1 : index + 2]
        after = following[0].lstrip() if following and isinstance(following[0], str) else ""
        alone = len(template.parts) == 1
        if not alone and not (before.endswith(("(", ",")) and after.startswith((")", ","))):
            yield part


def _is_compound(template: Template) -> bool:
    """Say whether an expression has an operator outside all parentheses."""
    depth = 0
    outside = []
    for character in _QUOTED.sub("''", template.text):
        depth += {"(": 1, ")": -1}.get(character, 0)
        outside.append(" " if depth else character)
    return bool(_OPERATOR.search(_REFERENCE.sub("x", "".join(outside))))
