"""Turns a query into a plan: what to run, and how to read the answer.

JSON ─parse─► Query ─resolve─► ResolvedQuery ─guard─► the same ─render─► Plan
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from semantic.model_reader import Measure, Model
from semantic.planner.guards import check_guards
from semantic.planner.parsing import parse_query
from semantic.planner.query import Query
from semantic.planner.rendering import Statement, render_query, render_total
from semantic.planner.resolved import Column, ResolvedQuery, finest_times
from semantic.planner.resolving import resolve

__all__ = ["Plan", "Planner"]


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that is needed to answer a query.

    Attributes:
        statement: the answer's rows: `resolved.columns`, then the hidden columns of completeness.
        total: counts the rows, when asked; else None.
        completeness: measure name → positions of its expected and present counts in the rows.
        bare_times: (name, position) of time dimensions that the answer also shows under their bare name.
    """

    resolved: ResolvedQuery
    statement: Statement
    total: Statement | None
    completeness: dict[str, tuple[int, int]]
    bare_times: tuple[tuple[str, int], ...]

    @property
    def query(self) -> Query:
        """The query that the plan answers."""
        return self.resolved.query

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns of the answer."""
        return self.resolved.columns

    @property
    def order(self) -> dict[str, str]:
        """The order of the answer by member, as the protocol writes it."""
        return {
            self.columns[index].member.full_name: "desc" if descending else "asc"
            for index, descending in self.resolved.order
        }


class Planner:
    """Plans queries against one model; holds no state beyond it, so one serves all threads.

    Args:
        model: the model to plan against.
        clock: the current time with its zone, for relative dates.
    """

    def __init__(self, model: Model, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.model = model
        self._clock = clock

    def plan(self, written: Any, cache_mode: str | None = None) -> Plan:
        """Plan a query.

        Args:
            written: the query as decoded from JSON.
            cache_mode: the `cache` given beside the query.

        Raises:
            QueryError: the query is refused (see `errors`).
        """
        resolved = resolve(parse_query(written, self._clock(), cache_mode), self.model)
        check_guards(resolved, self.model)
        hidden, completeness = self._completeness(resolved)
        return Plan(
            resolved=resolved,
            statement=render_query(resolved, self.model, hidden),
            total=render_total(resolved, self.model) if resolved.query.total else None,
            completeness=completeness,
            bare_times=_bare_times(resolved),
        )

    def _completeness(self, resolved: ResolvedQuery) -> tuple[list[Measure], dict[str, tuple[int, int]]]:
        """The hidden measures that count deliveries, each once, and where each measure finds its two."""
        hidden: dict[str, Measure] = {}
        pairs: dict[str, tuple[str, str]] = {}
        for column in resolved.measures:
            target = column.member.target
            if isinstance(target, Measure) and target.rules.expected:
                names = (target.rules.expected, target.rules.present)
                cube = self.model.cubes[target.cube]
                hidden.update({name: cube.measures[name] for name in names})
                pairs[column.name] = names
        positions = {name: len(resolved.columns) + index for index, name in enumerate(hidden)}
        found = {name: (positions[pair[0]], positions[pair[1]]) for name, pair in pairs.items()}
        return list(hidden.values()), found


def _bare_times(resolved: ResolvedQuery) -> tuple[tuple[str, int], ...]:
    """Cube shows `view.date.month` also as `view.date`, unless that is asked for itself."""
    names = {column.name for column in resolved.columns}
    finest = finest_times(resolved.columns)
    return tuple((name, index) for name, index in finest.items() if name not in names)
