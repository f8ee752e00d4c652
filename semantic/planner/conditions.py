"""Writes one test of a query on one expression: operators as Cube has them, values bound."""

from collections.abc import Callable
from dataclasses import dataclass

from semantic.planner.resolved import Slot, Test
from semantic.planner.shapes import Bound

__all__ = ["is_null_kept", "write_test"]

_SIMPLE = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
_DATE = {"beforeDate": "<", "beforeOrOnDate": "<=", "afterDate": ">", "afterOrOnDate": ">="}
_LIKE = {"contains": ("%", "%"), "startsWith": ("", "%"), "endsWith": ("%", "")}


def write_test(test: Test, column: str, bind: Callable[[Bound], str]) -> str:
    """Write a test on a column.

    Args:
        test: the operator, and slots for its values.
        column: the SQL of what is tested.
        bind: takes what to bind and returns its placeholder.
    """
    return _Condition(test, column, bind).text()


def is_null_kept(test: Test) -> bool:
    """Say whether a test holds where there is no value: as in Cube, negations do unless null is negated."""
    if test.operator == "notSet":
        return True
    negated = test.operator.startswith("not")
    return negated != test.with_null


@dataclass
class _Condition:
    test: Test
    column: str
    bind: Callable[[Bound], str]

    @property
    def slots(self) -> list[Slot]:
        """Where its values go."""
        return [value for value in self.test.values if isinstance(value, Slot)]

    def text(self) -> str:
        """Write the test; as in Cube, negations keep NULL, unless null is among the values."""
        operator = self.test.operator
        column = self.column
        values = self.slots
        if operator == "set":
            return f"{column} IS NOT NULL"
        if operator == "notSet":
            return f"{column} IS NULL"
        if operator in _SIMPLE:
            return f"{column} {_SIMPLE[operator]} {self._value(values[0])}"
        if operator in _DATE:
            return f"{column} {_DATE[operator]} {self._value(values[0])}"
        if operator in ("inDateRange", "onTheDate"):
            return f"{column} >= {self._value(values[0])} AND {column} <= {self._value(values[1])}"
        if operator == "notInDateRange":
            return f"{column} < {self._value(values[0])} OR {column} > {self._value(values[1])}"
        if operator in ("equals", "in"):
            return self._any_of(self._members(negated=False))
        if operator in ("notEquals", "notIn"):
            return self._none_of(self._members(negated=True))
        negated = operator.startswith("not")
        base = operator.removeprefix("not")
        likes = [self._like(base[0].lower() + base[1:], value, negated=negated) for value in values]
        return self._none_of(" AND ".join(likes)) if negated else self._any_of(" OR ".join(likes))

    def _any_of(self, matched: str) -> str:
        null = f"{self.column} IS NULL"
        if not self.test.with_null:
            return matched
        return f"{matched} OR {null}" if matched else null

    def _none_of(self, unmatched: str) -> str:
        if not self.test.with_null:
            return f"{unmatched} OR {self.column} IS NULL"
        return unmatched or f"{self.column} IS NOT NULL"

    def _members(self, *, negated: bool) -> str:
        values = [self._value(value) for value in self.slots]
        if not values:
            return ""
        if len(values) == 1:
            return f"{self.column} {'<>' if negated else '='} {values[0]}"
        return f"{self.column} {'NOT IN' if negated else 'IN'} ({', '.join(values)})"

    def _like(self, kind: str, slot: Slot, *, negated: bool) -> str:
        placeholder = self.bind(Bound(slot, _LIKE[kind]))
        return f"{self.column} {'NOT ' if negated else ''}ILIKE {placeholder} ESCAPE '\\'"

    def _value(self, slot: Slot) -> str:
        placeholder = self.bind(Bound(slot))
        return f"CAST({placeholder} AS {slot.kind})" if slot.kind else placeholder
