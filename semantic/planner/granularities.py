"""Steps of time: the predefined granularities, and those that a model adds.

```
1 year, offset 3 months      2025-03-31 → 2024-04-01    2025-04-01 → 2025-04-01
2 weeks, origin 2025-01-06   2025-01-19 → 2025-01-06    2025-01-20 → 2025-01-20
6 months                     2025-06-30 → 2025-01-01    2025-07-01 → 2025-07-01
```

The computation is that of Cube's DuckDB dialect (`dimensionTimeGroupedColumn`, `dateBin`), for the
granularities that it computes rightly; the model's reader refuses the others.
"""

from semantic.model_reader import GRANULARITIES, Dimension, Granularity, ViewMember
from semantic.model_reader.definitions import Interval

__all__ = ["custom_granularity", "finest_unit", "known_granularities", "step_of"]

# What Cube's DuckDB dialect counts steps in, and how many of them make one of the unit.
_COUNTED = {"week": ("day", 7), "quarter": ("month", 3)}
# Steps that start with each year (or day, or hour) start with this one.
_ORIGIN = "1970-01-01 00:00:00"


def known_granularities(member: ViewMember) -> tuple[str, ...]:
    """Return the names of all granularities of a time dimension."""
    own = member.target.granularities if isinstance(member.target, Dimension) else {}
    return (*GRANULARITIES, *own)


def custom_granularity(member: ViewMember, name: str) -> Granularity | None:
    """Return the granularity of that name that the model adds to a time dimension."""
    if name in GRANULARITIES or not isinstance(member.target, Dimension):
        return None
    return member.target.granularities.get(name)


def finest_unit(member: ViewMember, name: str) -> int:
    """Return the position in `GRANULARITIES` of the finest unit that a granularity's steps begin with."""
    custom = custom_granularity(member, name)
    if custom is None:
        return GRANULARITIES.index(name)
    units = [custom.interval.unit, *([custom.offset.unit] if custom.offset else [])]
    return min(GRANULARITIES.index(unit) for unit in units)


def step_of(moment: str, member: ViewMember, name: str) -> str:
    """Write the SQL of the start of the step that a moment falls in.

    Args:
        moment: the SQL of a TIMESTAMP in the query's time zone.
        member: the time dimension.
        name: one of its granularities.
    """
    custom = custom_granularity(member, name)
    if custom is None:
        return f"date_trunc('{name}', {moment})"
    interval, offset = custom.interval, custom.offset
    if interval.count == 1:
        if offset is None:
            return f"date_trunc('{interval.unit}', {moment})"
        return f"date_trunc('{interval.unit}', {moment} - {_sql(offset)}) + {_sql(offset)}"
    origin = f"TIMESTAMP '{custom.origin.isoformat(sep=' ') if custom.origin else _ORIGIN}'"
    if offset is not None:
        origin = f"({origin} + {_sql(offset)})"
    unit, size = _COUNTED.get(interval.unit, (interval.unit, 1))
    steps = f"floor(date_diff('{unit}', {origin}, {moment}) / {size * interval.count})"
    return f"{origin} + {_sql(interval)} * CAST({steps} AS INTEGER)"


def _sql(interval: Interval) -> str:
    return f"INTERVAL '{interval.count} {interval.unit}'"
