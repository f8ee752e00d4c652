"""The words that a model and a query share: operators of filters, and granularities of time."""

__all__ = ["GRANULARITIES", "OPERATORS", "OPERATORS_OF", "PRESENCE"]

# From the finest.
GRANULARITIES = ("second", "minute", "hour", "day", "week", "month", "quarter", "year")

# These take no values.
PRESENCE = ("set", "notSet")
_EQUALITY = ("equals", "notEquals", "in", "notIn")
_COMPARISON = ("gt", "gte", "lt", "lte")
_TEXT = ("contains", "notContains", "startsWith", "notStartsWith", "endsWith", "notEndsWith")
_DATES = (
    "inDateRange",
    "notInDateRange",
    "onTheDate",
    "beforeDate",
    "beforeOrOnDate",
    "afterDate",
    "afterOrOnDate",
)

OPERATORS = (*_EQUALITY, *_COMPARISON, *_TEXT, *PRESENCE, *_DATES)

# By the type of the member that is filtered.
OPERATORS_OF = {
    "string": (*PRESENCE, *_EQUALITY, *_COMPARISON, *_TEXT),
    "number": (*PRESENCE, *_EQUALITY, *_COMPARISON),
    "boolean": (*PRESENCE, *_EQUALITY),
    "time": (*PRESENCE, *_EQUALITY, *_COMPARISON, *_DATES),
}
