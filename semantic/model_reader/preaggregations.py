"""Reads `pre_aggregations`; what the parts mean is said in `rollups`."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Literal

from semantic.model_reader.definitions import Cube, Dimension, Measure
from semantic.model_reader.documents import Document
from semantic.model_reader.errors import nearest
from semantic.model_reader.rollups import Rollup, RollupMember
from semantic.model_reader.vocabulary import GRANULARITIES

__all__ = ["ADDITIVE", "read_rollups"]

# What can be rolled up further without the rows.
ADDITIVE = ("sum", "count", "min", "max")

_KEYS = (
    "name",
    "type",
    "sql_alias",
    "measures",
    "dimensions",
    "segments",
    "time_dimension",
    "granularity",
    "time_dimensions",
)
# How Cube builds and keeps its own copy. The published file has its roll-ups: these say nothing here.
_CUBE_ONLY = ("refresh_key", "external", "scheduled_refresh")
_REFERENCE = re.compile(r"\{?([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)\}?")
_IDENTIFIER = re.compile(r"[A-Za-z_]\w*", re.ASCII)


def read_rollups(document: Document, cube: Cube, cubes: Mapping[str, Cube]) -> dict[str, Rollup]:
    """Read the `pre_aggregations` of a cube; what is wrong goes to the document's problems."""
    found: dict[str, Rollup] = {}
    for item in document.documents("pre_aggregations"):
        item.only(*_KEYS, *_CUBE_ONLY)
        name = item.required("name")
        item.choice("type", ("rollup",))
        for key in ("name", "sql_alias"):
            text = item.text(key)
            if text and not _IDENTIFIER.fullmatch(text):
                item.refuse(key, f"'{text}' is no name", "letters, digits and _, not starting with a digit")
        if name in found:
            item.refuse("name", f"has two pre-aggregations called '{name}'")
        found[name] = _Reader(item, cube, cubes).read(name)
    return found


class _Reader:
    """Reads one roll-up."""

    def __init__(self, document: Document, cube: Cube, cubes: Mapping[str, Cube]) -> None:
        self._document = document
        self._cube = cube
        self._cubes = cubes

    def read(self, name: str) -> Rollup:
        """Return the roll-up with all members that could be made out."""
        document = self._document
        rollup = Rollup(
            cube=self._cube.name,
            name=name,
            place=document.place,
            measures=tuple(self._members("measures", "measure")),
            dimensions=tuple(self._members("dimensions", "dimension")),
            segments=tuple(self._members("segments", "segment")),
            times=tuple(self._times()),
            alias=document.text("sql_alias"),
        )
        if not rollup.measures:
            document.refuse("measures", "rolls up no measure")
        for column in [column for column, times in Counter(rollup.columns).items() if times > 1]:
            document.refuse("name", f"holds '{column}' twice")
        return rollup

    def _members(self, key: str, kind: Literal["measure", "dimension", "segment"]) -> Iterator[RollupMember]:
        for written in self._document.texts(key):
            found = self._reach(self._document, key, written)
            if found is not None and self._is_fit(key, kind, found):
                yield RollupMember(*found, kind)

    def _is_fit(self, key: str, kind: str, found: tuple[tuple[str, ...], str]) -> bool:
        path, name = found
        cube = self._cubes[path[-1]]
        member = cube.member(name)
        is_own = len(path) == 1 or kind == "dimension"
        valid = {"measure": cube.measures, "dimension": cube.dimensions, "segment": cube.segments}[kind]
        if not is_own:
            self._document.refuse(key, f"'{'.'.join(path)}.{name}' is a {kind} of another cube")
        elif name not in valid:
            self._document.refuse(key, f"'{name}' is no {kind} of '{cube.name}'", nearest(name, valid))
        elif isinstance(member, Measure) and member.type not in ADDITIVE:
            self._document.refuse(
                key,
                f"'{name}' is a {member.type}, which cannot be added up from the roll-up's rows",
                self._parts(member) or f"roll up {', '.join(ADDITIVE)} measures",
            )
        else:
            return True
        return False

    def _parts(self, measure: Measure) -> str:
        if measure.type != "number" or measure.sql is None:
            return ""
        return f"roll up what it is made of: {', '.join(ref.member for ref in measure.sql.member_refs)}"

    def _reach(self, document: Document, key: str, written: str) -> tuple[tuple[str, ...], str] | None:
        """Walk a path (`strutture.enti.nome`) from the cube; None, and a problem, where there is no way."""
        match = _REFERENCE.fullmatch(written)
        if not match:
            document.refuse(key, f"'{written}' is no member", "write member or joined_cube.member")
            return None
        *steps, name = match.group(1).split(".")
        if steps and steps[0] in ("CUBE", self._cube.name):
            steps = steps[1:]
        path = [self._cube.name]
        for step in steps:
            joins = self._cubes[path[-1]].joins
            if step not in joins or step not in self._cubes:
                message = f"'{path[-1]}' has no join to '{step}'"
                document.refuse(key, message, f"write the whole way: {nearest(step, joins)}")
                return None
            path.append(step)
        return tuple(path), name

    def _times(self) -> Iterator[RollupMember]:
        document = self._document
        if "time_dimensions" in document and "time_dimension" in document:
            document.refuse("time_dimension", "has both 'time_dimension' and 'time_dimensions'", "write one")
        if "time_dimension" in document:
            yield from self._time(document, "time_dimension")
        elif "granularity" in document:
            document.refuse("granularity", "is the granularity of nothing", "add time_dimension")
        for item in document.documents("time_dimensions"):
            item.only("dimension", "granularity")
            yield from self._time(item, "dimension")

    def _time(self, document: Document, key: str) -> Iterator[RollupMember]:
        found = self._reach(document, key, document.required(key))
        granularity = document.required("granularity")
        if found is None:
            return
        path, name = found
        dimension = self._cubes[path[-1]].dimensions.get(name)
        if not isinstance(dimension, Dimension) or dimension.type != "time":
            times = [item.name for item in self._cubes[path[-1]].dimensions.values() if item.type == "time"]
            document.refuse(key, f"'{name}' is no time dimension of '{path[-1]}'", nearest(name, times))
        elif granularity and granularity not in (valid := (*GRANULARITIES, *dimension.granularities)):
            message = f"'{name}' has no granularity '{granularity}'"
            document.refuse("granularity", message, nearest(granularity, valid))
        else:
            yield RollupMember(path, name, "time", granularity)
