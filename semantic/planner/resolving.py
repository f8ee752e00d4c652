"""Binds a query to the model: names to members, filter values to types, order to columns."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from math import isinf

from semantic.model_reader import OPERATORS_OF, Model, View, ViewMember, nearest
from semantic.planner.comparisons import Added, added_columns
from semantic.planner.dates import day_range, to_utc
from semantic.planner.errors import InvalidQuery, UnknownMember, UnsupportedQuery
from semantic.planner.granularities import known_granularities
from semantic.planner.query import Condition, Filter, Query, TimeDimension
from semantic.planner.resolved import Both, Column, Predicate, ResolvedQuery, Test, Value, finest_times

__all__ = ["resolve"]

_COMPARISON = ("gt", "gte", "lt", "lte")
_NUMBER = re.compile(r"[-+]?(\d{1,400}(\.\d{0,400})?|\.\d{1,400})([eE][-+]?\d{1,3})?")
_BOOLEANS = {"true": True, "false": False, "1": True, "0": False}
# DuckDB compares DECIMAL(38, s) exactly up to these; beyond, the two scales no longer fit in 38 digits.
_EXACT_DIGITS = 18
_EXACT_SCALE = 9


def resolve(query: Query, model: Model) -> ResolvedQuery:
    """Bind a query to the model.

    Raises:
        UnknownMember: a name is not in the model, or is hidden; the nearest names are suggested.
        InvalidQuery: an operator or value does not fit its member, or the order names no column.
        UnsupportedQuery: the query mixes members of several views.
    """
    return _Resolver(query, model).resolve()


@dataclass(frozen=True, slots=True)
class _Resolver:
    query: Query
    model: Model

    def resolve(self) -> ResolvedQuery:
        query = self.query
        dimensions = [Column(self._member(name, "dimension")) for name in query.dimensions]
        times = [
            Column(self._time(item), item.granularity) for item in query.time_dimensions if item.granularity
        ]
        measures = [Column(self._member(name, "measure")) for name in query.measures]
        columns = tuple(dict.fromkeys((*dimensions, *times, *measures)))
        added = added_columns((column.member for column in dict.fromkeys(measures)), query.comparisons)
        where, having = self._filters()
        return ResolvedQuery(
            query=query,
            view=self._view(),
            columns=columns,
            where=(*(self._range(item) for item in query.time_dimensions if item.date_range), *where),
            having=having,
            segments=tuple(self._member(name, "segment") for name in query.segments),
            order=tuple(self._order(columns, added)),
            added=added,
        )

    def _view(self) -> View:
        names = dict.fromkeys(
            name.partition(".")[0]
            for name in (
                *self.query.measures,
                *self.query.dimensions,
                *self.query.segments,
                *(item.dimension for item in self.query.time_dimensions),
                *_filtered(self.query.filters),
            )
        )
        if len(names) > 1:
            raise UnsupportedQuery(
                f"The query mixes members of {' and '.join(names)}", suggestion="ask one view at a time"
            )
        return self.model.views[next(iter(names))]

    def _member(self, name: str, kind: str) -> ViewMember:
        view_name, _, member_name = name.partition(".")
        view = self.model.views.get(view_name)
        if view is None or not view.public:
            if view is not None or (view_name in self.model.cubes and view_name not in self.model.withheld):
                raise _hidden(name)
            known = [item.name for item in self.model.views.values() if item.public]
            message = f"Cube '{view_name}' not found for path '{name}'"
            raise UnknownMember(message, member=name, suggestion=nearest(view_name, known))
        member = view.members.get(member_name)
        is_hidden = member is None and view.is_cube and self.model.cubes[view_name].member(member_name)
        if is_hidden and name not in self.model.withheld:
            raise _hidden(name)
        if member is not None and (kind == "any" or member.kind == kind):
            return member
        known = [item.name for item in view.members.values() if kind in ("any", item.kind)]
        suggestion = f"it is a {member.kind}" if member else nearest(member_name, known)
        raise UnknownMember(
            f"'{member_name}' not found for path '{name}'", member=name, suggestion=suggestion
        )

    def _time(self, item: TimeDimension) -> ViewMember:
        member = self._member(item.dimension, "dimension")
        if member.type != "time":
            known = [
                one.full_name for one in self.model.views[member.view].members.values() if one.type == "time"
            ]
            raise InvalidQuery(
                f"{item.dimension} is no time dimension: its type is {member.type}",
                member=item.dimension,
                suggestion=nearest(item.dimension, known),
            )
        if item.granularity and item.granularity not in (steps := known_granularities(member)):
            raise InvalidQuery(
                f'Granularity "{item.granularity}" does not exist in dimension {item.dimension}',
                member=item.dimension,
                suggestion=nearest(item.granularity, steps),
            )
        return member

    def _range(self, item: TimeDimension) -> Predicate:
        return self._dates(self._time(item), Condition(item.dimension, "inDateRange", (), item.date_range))

    def _filters(self) -> tuple[tuple[Predicate, ...], tuple[Predicate, ...]]:
        where: list[Predicate] = []
        having: list[Predicate] = []
        for item in self.query.filters:
            kinds = {self._member(name, "any").kind for name in _filtered((item,))}
            if "segment" in kinds:
                raise InvalidQuery("A segment is no filter", suggestion="list it under 'segments'")
            if len(kinds) > 1:
                shown = json.dumps(item.json, ensure_ascii=False)
                raise InvalidQuery(
                    f"You cannot use dimension and measure in same condition: {shown}",
                    suggestion="write two filters",
                )
            if "measure" in kinds and self.query.ungrouped:
                raise InvalidQuery(
                    "Measure filters aren't allowed in ungrouped query",
                    suggestion="leave out 'ungrouped', or filter by dimensions",
                )
            if kinds:
                (having if "measure" in kinds else where).append(self._predicate(item))
        return tuple(where), tuple(having)

    def _predicate(self, item: Filter) -> Predicate:
        if not isinstance(item, Condition):
            # An empty group, as in Cube, says nothing.
            return Both(
                item.connective, tuple(self._predicate(one) for one in item.items if _says_something(one))
            )
        member = self._member(item.member, "any")
        allowed = OPERATORS_OF[member.type]
        if item.operator not in allowed:
            raise InvalidQuery(
                f"Operator {item.operator} does not apply to {item.member}, which is a {member.type}",
                member=item.member,
                suggestion=f"one of: {', '.join(allowed)}",
            )
        if item.dates is not None:
            return self._dates(member, item)
        texts = [value for value in item.values if value is not None]
        if item.operator in _COMPARISON and (len(texts) != 1 or len(item.values) != 1):
            raise InvalidQuery(f"Operator {item.operator} takes one value", member=item.member)
        return Test(
            member,
            item.operator,
            tuple(self._value(member, text) for text in texts),
            with_null=len(texts) < len(item.values),
            exact=_is_exact(member, texts),
        )

    def _dates(self, member: ViewMember, item: Condition) -> Predicate:
        if item.dates is None:
            raise ValueError(f"the dates of {item} were not resolved")
        moments = [item.dates.start]
        if item.operator in ("inDateRange", "notInDateRange", "onTheDate"):
            moments.append(item.dates.end)
        return Test(member, item.operator, tuple(to_utc(moment, self.query.timezone) for moment in moments))

    def _value(self, member: ViewMember, text: str) -> Value:
        if member.type == "number":
            if not _NUMBER.fullmatch(text.strip()) or isinf(float(text)):
                raise InvalidQuery(
                    f"'{text}' is no number, as {member.full_name} is", member=member.full_name
                )
            return Decimal(text.strip())
        if member.type == "boolean":
            if text.lower() not in _BOOLEANS:
                raise InvalidQuery(f"'{text}' is neither true nor false", member=member.full_name)
            return _BOOLEANS[text.lower()]
        if member.type == "time":
            found = day_range(text)
            if found is None:
                raise InvalidQuery(f"Can't parse date: '{text}'", member=member.full_name)
            return found.start
        return text

    def _order(self, columns: tuple[Column, ...], added: tuple[Added, ...]) -> Iterable[tuple[int, bool]]:
        if self.query.order is None:
            yield from _default_order(columns)
            return
        shown: tuple[Column | Added, ...] = (*columns, *added)
        names = {column.name: index for index, column in enumerate(shown)}
        bare = finest_times(columns)
        for item in self.query.order:
            index = names.get(item.member, bare.get(item.member))
            if index is None:
                raise InvalidQuery(
                    f"Order by '{item.member}', which the query does not select",
                    code="UNKNOWN_ORDER",
                    member=item.member,
                    suggestion=nearest(item.member, names),
                )
            yield index, item.descending


def _default_order(columns: tuple[Column, ...]) -> Iterable[tuple[int, bool]]:
    """First time dimension ascending, else first measure descending, else first dimension ascending."""
    times = [index for index, column in enumerate(columns) if column.granularity]
    measures = [index for index, column in enumerate(columns) if column.member.kind == "measure"]
    if times:
        yield times[0], False
    elif measures and measures[0] > 0:
        yield measures[0], True
    elif not measures and columns:
        yield 0, False


def _filtered(filters: Iterable[Filter]) -> Iterable[str]:
    for item in filters:
        if isinstance(item, Condition):
            yield item.member
        else:
            yield from _filtered(item.items)


def _says_something(item: Filter) -> bool:
    return isinstance(item, Condition) or any(_says_something(one) for one in item.items)


def _is_exact(member: ViewMember, texts: list[str]) -> bool:
    """Whether numbers can be compared as decimals: the member's values are exact, and so few digits fit."""
    if member.type != "number" or member.meta.get("tipo") == "double":
        return False
    for text in texts:
        parts = Decimal(text).as_tuple()
        scale = -parts.exponent if isinstance(parts.exponent, int) else _EXACT_SCALE + 1
        if len(parts.digits) > _EXACT_DIGITS or not 0 <= scale <= _EXACT_SCALE:
            return False
    return True


def _hidden(name: str) -> UnknownMember:
    return UnknownMember(
        f"You requested hidden member: '{name}'. Please make it visible using `public: true`.",
        code="HIDDEN_MEMBER",
        member=name,
        suggestion="ask the views that /v1/meta lists",
    )
