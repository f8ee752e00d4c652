"""The typed model: what the YAML files say, checked, with every reference resolved.

Members, cubes and views are compared by identity: a model has one object for each.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, TypeAlias

from semantic.model_reader.access import Policy
from semantic.model_reader.errors import Place
from semantic.model_reader.rollups import Rollup

__all__ = [
    "AGGREGATES",
    "DIMENSION_TYPES",
    "LEVELS",
    "MEASURE_TYPES",
    "Cube",
    "CubeRef",
    "Dimension",
    "Folder",
    "Granularity",
    "Hierarchy",
    "Interval",
    "Join",
    "Measure",
    "Member",
    "MemberKind",
    "MemberRef",
    "Model",
    "Rules",
    "Segment",
    "Template",
    "View",
    "ViewMember",
]

MemberKind: TypeAlias = Literal["dimension", "measure", "segment"]

DIMENSION_TYPES = ("string", "number", "boolean", "time")
AGGREGATES = ("sum", "count", "count_distinct", "min", "max")
MEASURE_TYPES = (*AGGREGATES, "number")
# From the coarsest: the structure levels at which an indicator may be published.
LEVELS = ("nazionale", "direzione", "sede", "agenzia")


@dataclass(frozen=True, slots=True)
class CubeRef:
    """`{CUBE}` or `{cube}` in a piece of SQL: the table's alias."""

    cube: str


@dataclass(frozen=True, slots=True)
class MemberRef:
    """`{member}` or `{cube.member}` in a piece of SQL: another member's expression."""

    cube: str
    member: str


@dataclass(frozen=True, slots=True)
class Template:
    """A piece of SQL from the model, cut at its references."""

    parts: tuple[str | CubeRef | MemberRef, ...]

    @property
    def member_refs(self) -> tuple[MemberRef, ...]:
        """The members it refers to, in order."""
        return tuple(part for part in self.parts if isinstance(part, MemberRef))

    @property
    def text(self) -> str:
        """The template as it is written, with every reference spelled out."""
        return "".join(_written(part) for part in self.parts)


def _written(part: str | CubeRef | MemberRef) -> str:
    if isinstance(part, str):
        return part
    if isinstance(part, CubeRef):
        return "{" + part.cube + "}"
    return "{" + f"{part.cube}.{part.member}" + "}"


@dataclass(frozen=True, slots=True)
class Interval:
    """A number of one unit of time, as DuckDB reads it too: `6 months`; `text` is how it is written."""

    count: int
    unit: str
    text: str


@dataclass(frozen=True, slots=True)
class Granularity:
    """A step of time that the model adds to the predefined ones, such as a year that starts in April.

    Attributes:
        interval: how long a step is.
        offset: how long after the start of a year (of the unit, when it is one unit) the first step begins.
        origin: a moment at which a step begins, in the query's time zone.
        written_origin: the origin as the model writes it.
    """

    name: str
    title: str
    interval: Interval
    offset: Interval | None = None
    origin: datetime | None = None
    written_origin: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Dimension:
    """A column, or an expression over columns, to group and filter by.

    Attributes:
        sql: the expression; a `case` is the CASE that it stands for.
        has_title: whether the title is written; else it is made from the name, a view's own where it has one.
        granularities: those of a time dimension, beyond the predefined ones.
        mask: what is seen instead where an access policy masks it; None: NULL.
    """

    cube: str
    name: str
    type: str
    sql: Template
    title: str
    description: str
    place: Place
    has_title: bool = True
    format: str = ""
    meta: Mapping[str, Any] = field(default_factory=dict)
    primary_key: bool = False
    public: bool = True
    granularities: Mapping[str, Granularity] = field(default_factory=dict)
    mask: Template | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """How a measure may be asked for (from its meta).

    Attributes:
        requires: dimensions of its cube that each answer must group by or pin to one value.
        levels: structure levels at which it is published; None: any.
        cuts: the kinds of dimension that may cut it finer; None: any.
        valid_from: first day of the definition; None: always.
        valid_to: last day of the definition; None: still in force.
        family: the definitions of which, in each period, the one in force answers.
        expected: the measure that counts the deliveries a value depends on; '' when not counted.
        present: the measure that counts those that arrived.
        abolished_by: the act that ended the definition; '' when none is named.
        replaced_by: the measures that took its place.
    """

    requires: tuple[str, ...] = ()
    levels: tuple[str, ...] | None = None
    cuts: tuple[str, ...] | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    family: tuple[str, ...] = ()
    expected: str = ""
    present: str = ""
    abolished_by: str = ""
    replaced_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Measure:
    """An aggregate with its filters (`sum`, `count`, …), or a `number` over other measures.

    `mask` is what is seen instead where an access policy masks it, a literal; None: NULL.
    """

    cube: str
    name: str
    type: str
    sql: Template | None
    title: str
    description: str
    place: Place
    has_title: bool = True
    filters: tuple[Template, ...] = ()
    format: str = ""
    meta: Mapping[str, Any] = field(default_factory=dict)
    rules: Rules = field(default_factory=Rules)
    public: bool = True
    mask: Template | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """A named condition."""

    cube: str
    name: str
    sql: Template
    title: str
    description: str
    place: Place
    has_title: bool = True
    meta: Mapping[str, Any] = field(default_factory=dict)
    public: bool = True


Member: TypeAlias = Dimension | Measure | Segment


@dataclass(frozen=True, slots=True)
class Join:
    """A many-to-one join to a dimension: it never multiplies rows, so any measure stays right."""

    target: str
    relationship: str
    sql: Template
    place: Place


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """Dimensions from the coarsest to the finest; `source` is the cube's hierarchy that a view shows.

    `title` is '' when none is written.
    """

    name: str
    title: str
    levels: tuple[str, ...]
    place: Place
    source: str = ""
    public: bool = True


@dataclass(frozen=True, slots=True)
class Folder:
    """A named group of a view's members, to show them by; it may hold folders in its turn."""

    name: str
    members: tuple["str | Folder", ...]

    @property
    def flat(self) -> tuple[str, ...]:
        """The members of the folder and of those in it, each once: its own first come first."""
        found: dict[str, None] = {}
        for item in self.members:
            found.update(dict.fromkeys(item.flat if isinstance(item, Folder) else (item,)))
        return tuple(found)


@dataclass(frozen=True, slots=True, eq=False)
class Cube:
    """One table with its members; `table` is schema and name.

    `policies` say who may see what of it (see `access`), `rollups` what is summed up beforehand.
    """

    name: str
    table: tuple[str, ...]
    title: str
    description: str
    place: Place
    public: bool = True
    meta: Mapping[str, Any] = field(default_factory=dict)
    joins: Mapping[str, Join] = field(default_factory=dict)
    dimensions: Mapping[str, Dimension] = field(default_factory=dict)
    measures: Mapping[str, Measure] = field(default_factory=dict)
    segments: Mapping[str, Segment] = field(default_factory=dict)
    hierarchies: Mapping[str, Hierarchy] = field(default_factory=dict)
    policies: tuple[Policy, ...] = ()
    rollups: Mapping[str, Rollup] = field(default_factory=dict)

    def member(self, name: str) -> Member | None:
        """Return the member of that name, of whatever kind."""
        return self.dimensions.get(name) or self.measures.get(name) or self.segments.get(name)

    @property
    def member_names(self) -> tuple[str, ...]:
        """All members: dimensions, measures, segments."""
        return (*self.dimensions, *self.measures, *self.segments)


@dataclass(frozen=True, slots=True, eq=False)
class ViewMember:
    """A member as it is queried: `view.name`, standing for a member of a cube reached by `path`.

    Attributes:
        title: its own title.
        long_title: its title after the view's.
    """

    view: str
    name: str
    path: tuple[str, ...]
    target: Member
    title: str
    long_title: str
    description: str
    format: str
    meta: Mapping[str, Any]

    @property
    def full_name(self) -> str:
        """The name that queries use."""
        return f"{self.view}.{self.name}"

    @property
    def kind(self) -> MemberKind:
        """Whether it is a dimension, a measure or a segment."""
        if isinstance(self.target, Measure):
            return "measure"
        return "dimension" if isinstance(self.target, Dimension) else "segment"

    @property
    def type(self) -> str:
        """The type of its values in the protocol: string, number, boolean or time."""
        if isinstance(self.target, Measure):
            return "number"
        return self.target.type if isinstance(self.target, Dimension) else "boolean"


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """What can be queried: members of one root cube and of the cubes it joins.

    A public cube is queried through a view of its own members (`is_cube`).
    """

    name: str
    root: str
    title: str
    description: str
    place: Place
    members: Mapping[str, ViewMember]
    public: bool = True
    is_cube: bool = False
    meta: Mapping[str, Any] = field(default_factory=dict)
    hierarchies: tuple[Hierarchy, ...] = ()
    folders: tuple[Folder, ...] = ()
    policies: tuple[Policy, ...] = ()

    def member_of(self, cube: str, name: str) -> ViewMember | None:
        """Return the member that shows a cube's member, under whatever alias."""
        for member in self.members.values():
            if member.target.cube == cube and member.target.name == name:
                return member
        return None


@dataclass(frozen=True, slots=True)
class Model:
    """A whole data model: cubes, and what can be queried, by name.

    `withheld` names the views and members that this reader of the model must not know of.
    """

    cubes: Mapping[str, Cube]
    views: Mapping[str, View]
    withheld: frozenset[str] = frozenset()
