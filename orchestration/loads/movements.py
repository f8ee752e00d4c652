"""Which published values differ between two publications, counted by the engine over both files."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

__all__ = ["Example", "Movement", "months_of_periods", "movements"]

_KEYS = "code, organisation, node, area_type, area, period, scenario"
_VALUES = """
select
    indicator_code as code, organisation_code as organisation, node_code as node, node_level as level,
    area_node_type as area_type, area_node_code as area, period_code as period, scenario_code as scenario,
    value, target
from {catalog}.indicators.ind_stored_values
union all
select
    composite_code, organisation_code, node_code, node_level, '', '', period_code, scenario_code,
    value, target
from {catalog}.indicators.ind_evaluation_values
"""
_MOVED = f"""
create temp table moved as
select
    {_KEYS}, coalesce(later.level, former.level) as level,
    former.value as was, later.value as now, former.target as target_was, later.target as target_now,
    former.value is not distinct from later.value as is_target_alone
from ({_VALUES.format(catalog="former_file")}) as former
full join ({_VALUES.format(catalog="later_file")}) as later using ({_KEYS})
where former.value is distinct from later.value or former.target is distinct from later.target
"""
_COUNTED = """
select
    code, period,
    count(*) filter (was is null and now is not null) as appeared,
    count(*) filter (was is not null and now is null) as gone,
    count(*) filter (was is not null and now is not null and not is_target_alone) as changed,
    count(*) filter (is_target_alone) as targets
from moved where organisation = ? group by all order by all
"""
# The largest change in proportion; the nation before its parts when they are equal.
_EXAMPLES = """
select code, period, node, area, scenario, was, now from moved
where organisation = ? and was is not null and now is not null and not is_target_alone
qualify row_number() over (
    partition by code, period
    order by
        abs(now - was) / greatest(abs(was), abs(now), 1e-9) desc,
        level = 'nazionale' desc, node, area, scenario
) = 1
"""


@dataclass(frozen=True)
class Example:
    """The value that moved most, in proportion."""

    node: str
    area: str
    scenario: str
    was: float
    now: float


@dataclass(frozen=True)
class Movement:
    """How the values of an indicator in a period differ.

    Attributes:
        code: of the indicator.
        period: reporting period.
        appeared: values that there were not.
        gone: values that there are no more.
        changed: values that are others.
        targets: values that are the same, with another target.
        example: the one that changed most; None when none did.
    """

    code: str
    period: str
    appeared: int
    gone: int
    changed: int
    targets: int
    example: Example | None


def movements(former: Path, later: Path, organisation: str = "as_was") -> list[Movement]:
    """Return what differs from one published file to another, by indicator and period.

    Args:
        former: published file.
        later: published file.
        organisation: `as_was` (the month's own organisation) or `as_is` (today's).
    """
    with _both(former, later) as connection:
        connection.execute(_MOVED)
        examples = {
            (code, period): Example(*rest)
            for code, period, *rest in connection.execute(_EXAMPLES, [organisation]).fetchall()
        }
        return [
            Movement(code, period, appeared, gone, changed, targets, examples.get((code, period)))
            for code, period, appeared, gone, changed, targets in connection.execute(
                _COUNTED, [organisation]
            ).fetchall()
        ]


def months_of_periods(file: Path) -> dict[str, frozenset[str]]:
    """Return the months (`yyyymm`) of each reporting period of a published file."""
    query = "select period_code, list(cast(month_key as varchar)) from marts.bridge_period group by all"
    with duckdb.connect(str(file), read_only=True) as connection:
        return {period: frozenset(months) for period, months in connection.execute(query).fetchall()}


def _both(former: Path, later: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"autoinstall_known_extensions": "false"})
    for name, path in (("former_file", former), ("later_file", later)):
        quoted = str(path).replace("'", "''")
        connection.execute(f"attach '{quoted}' as {name} (read_only)")
    return connection
