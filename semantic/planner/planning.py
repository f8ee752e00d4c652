"""Turns a query into a plan: what to run, and how to read the answer.

JSON ─parse─► Query ─resolve─► ResolvedQuery ─guard─► the same ─render─► Plan
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from semantic.access import EVERYTHING, Scope
from semantic.model_reader import Measure, Model, ViewMember
from semantic.planner.access import Access
from semantic.planner.comparing import compare
from semantic.planner.guards import InForce, check_guards, cutting, in_force
from semantic.planner.kept import Recent, depends_on_time, words_of
from semantic.planner.parsing import parse_query
from semantic.planner.query import Query
from semantic.planner.rendering import Renderer, Statement
from semantic.planner.resolved import Column, ResolvedQuery, finest_times
from semantic.planner.resolving import resolve
from semantic.planner.scope import is_structural

__all__ = ["Plan", "Planner"]

_KEPT_PLANS = 300


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that is needed to answer a query.

    Attributes:
        statement: the answer's rows: `resolved.columns`, those that comparisons add, then the hidden columns
            of completeness.
        total: counts the rows, when asked; else None.
        completeness: measure (or added column) → positions of its expected and present counts in the rows.
        bare_times: (name, position) of time dimensions that the answer also shows under their bare name.
        definitions: family → its definitions that answer, and in which periods.
        comparisons: added column → what it compares with.
        structural: names of the members it cuts by that are about structures.
        repeated: (name, position) of columns shown again, under a name that all queries of a request share.
        constants: (name, text) of columns that say which query of a request a row answers.
        publication: what the answer tells of the publication that it is of, where a past one was asked for.
    """

    resolved: ResolvedQuery
    statement: Statement
    total: Statement | None
    completeness: dict[str, tuple[int, int]]
    bare_times: tuple[tuple[str, int], ...]
    definitions: Mapping[str, tuple[InForce, ...]] = field(default_factory=dict)
    comparisons: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    structural: frozenset[str] = frozenset()
    repeated: tuple[tuple[str, int], ...] = ()
    constants: tuple[tuple[str, str], ...] = ()
    publication: Mapping[str, Any] = field(default_factory=dict)

    @property
    def query(self) -> Query:
        """The query that the plan answers."""
        return self.resolved.query

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns of the answer."""
        return self.resolved.columns

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all columns of the answer, added ones last."""
        return self.resolved.names

    @property
    def order(self) -> dict[str, str]:
        """The order of the answer by member, as the protocol writes it."""
        members = [column.member.full_name for column in self.columns]
        members += [column.name for column in self.resolved.added]
        return {members[index]: "desc" if descending else "asc" for index, descending in self.resolved.order}

    def tells_structures(self, member: ViewMember) -> bool:
        """Say whether a member's values are codes of structures."""
        return member.name in self.structural


class Planner:
    """Plans queries against one model; what it keeps are plans of that model, and one serves all threads.

    Args:
        model: the model to plan against.
        clock: the current time with its zone, for relative dates.
        scope: who asks; `model` is what that scope knows of.
        uses_rollups: whether statements may read roll-ups in place of the facts.
    """

    def __init__(
        self,
        model: Model,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        scope: Scope = EVERYTHING,
        *,
        uses_rollups: bool = True,
    ) -> None:
        self._access = Access(model, scope)
        self.model = self._access.model
        self._clock = clock
        self._renderer = Renderer(model, uses_rollups=uses_rollups)
        self._recent: Recent[Plan] = Recent(_KEPT_PLANS)

    @property
    def shapes(self) -> int:
        """How many shapes of statements have been written and are kept."""
        return self._renderer.shapes

    def plan(self, written: Any, cache_mode: str | None = None) -> Plan:
        """Plan a query, or return the plan that was made of the same words before.

        Args:
            written: the query as decoded from JSON.
            cache_mode: the `cache` given beside the query.

        Raises:
            QueryError: the query is refused (see `errors`).
        """
        words = words_of(written, cache_mode)
        plan = self._recent.get(words) if words is not None else None
        if plan is None:
            plan = self._made(parse_query(written, self._clock(), cache_mode))
            if words is not None and not depends_on_time(plan.query):
                self._recent.put(words, plan)
        return plan

    def _made(self, query: Query) -> Plan:
        resolved = self._access.restrict(resolve(query, self.model))
        check_guards(resolved, self.model)
        hidden, pairs = self._counted(resolved)
        shown = len(resolved.names)
        positions = {item.name: shown + index for index, item in enumerate(hidden)}
        completeness, about = {}, {}
        if resolved.added:
            compared = compare(resolved, self._renderer, hidden, pairs)
            statement, about = compared.statement, compared.about
            positions = {name: shown + index for name, index in compared.hidden.items()}
            completeness = {name: (shown + a, shown + b) for name, (a, b) in compared.completeness.items()}
        else:
            statement = self._renderer.query(resolved, hidden)
        own = {name: (positions[pair[0]], positions[pair[1]]) for name, pair in pairs.items()}
        return Plan(
            resolved=resolved,
            statement=statement,
            total=self._renderer.total(resolved) if resolved.query.total else None,
            completeness=own | completeness,
            bare_times=_bare_times(resolved),
            definitions=in_force(resolved, self.model),
            comparisons=about,
            structural=frozenset(
                member.name
                for member in cutting(resolved)
                if is_structural(member, self.model) or member.meta.get("struttura") is True
            ),
        )

    def _counted(self, resolved: ResolvedQuery) -> tuple[list[Measure], dict[str, tuple[str, str]]]:
        """The hidden measures that count deliveries, each once, and which two of them are each measure's."""
        hidden: dict[str, Measure] = {}
        pairs: dict[str, tuple[str, str]] = {}
        for column in resolved.measures:
            target = column.member.target
            if isinstance(target, Measure) and target.rules.expected:
                names = (target.rules.expected, target.rules.present)
                cube = self.model.cubes[target.cube]
                hidden.update({name: cube.measures[name] for name in names})
                pairs[column.name] = names
        return list(hidden.values()), pairs


def _bare_times(resolved: ResolvedQuery) -> tuple[tuple[str, int], ...]:
    """Cube shows `view.date.month` also as `view.date`, unless that is asked for itself."""
    names = {column.name for column in resolved.columns}
    finest = finest_times(resolved.columns)
    return tuple((name, index) for name, index in finest.items() if name not in names)
