"""Roll-ups: the `pre_aggregations` of a cube, typed. Which answers which query is the planner's matter.

```yaml
pre_aggregations:
- name: per_direzione
  type: rollup                                   # the only type there is
  measures: [punti, fte]                         # additive ones of this cube
  dimensions: [periodo, scenario, strutture.direzione]
  segments: [produzione]
  time_dimension: data                           # with granularity; or time_dimensions, a list of the two
  granularity: month
```

A roll-up is the answer to: these measures, by these dimensions, segments and times at their granularity,
over all rows; any measure in it can be rolled up further: sums and counts are summed, `min` and `max` taken
again. The table that Cube would build has one column for each member (`Rollup.columns`: `cube__member`, a
time with `_granularity` after it, a segment as a boolean). Ours, of the same name (`Rollup.table`), are
dbt's: they have the columns of the facts, summed up (`semantic/planner/rollups.py`).
"""

from dataclasses import dataclass
from typing import Literal

from semantic.model_reader.errors import Place

__all__ = ["Rollup", "RollupMember"]


@dataclass(frozen=True, slots=True)
class RollupMember:
    """A member that a roll-up holds.

    Attributes:
        path: the cubes from the roll-up's own to the member's, as a `ViewMember` has them.
        name: the member's name in its cube.
        kind: what it is there; a `time` is a dimension at a granularity.
        granularity: of a time; '' otherwise.
    """

    path: tuple[str, ...]
    name: str
    kind: Literal["measure", "dimension", "time", "segment"]
    granularity: str = ""

    @property
    def cube(self) -> str:
        """The cube that has the member."""
        return self.path[-1]

    @property
    def column(self) -> str:
        """The name of its column in the roll-up's table (Cube's: `cube__member`, `cube__member_month`)."""
        suffix = f"_{self.granularity}" if self.granularity else ""
        return f"{self.cube}__{self.name}{suffix}"


@dataclass(frozen=True, slots=True)
class Rollup:
    """One entry of `pre_aggregations`.

    Attributes:
        cube: the cube that it rolls up.
        name: its name in the cube.
        alias: `sql_alias`, a shorter name for its table; '' when not given.
        measures: additive measures of the cube.
        dimensions: dimensions of the cube and of cubes that it joins.
        segments: segments of the cube.
        times: time dimensions, each at a granularity (a predefined one, or one of the dimension's own).
    """

    cube: str
    name: str
    place: Place
    measures: tuple[RollupMember, ...]
    dimensions: tuple[RollupMember, ...] = ()
    segments: tuple[RollupMember, ...] = ()
    times: tuple[RollupMember, ...] = ()
    alias: str = ""

    @property
    def table(self) -> str:
        """The name of its table, as Cube has it: `cube_rollup`."""
        return f"{self.cube}_{self.alias or self.name}"

    @property
    def members(self) -> tuple[RollupMember, ...]:
        """All that it holds: what it groups by, then the measures."""
        return (*self.dimensions, *self.segments, *self.times, *self.measures)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of its table, in that order."""
        return tuple(member.column for member in self.members)
