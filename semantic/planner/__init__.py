"""Turns queries of Cube's protocol into SQL over the published tables, and refuses wrong numbers.

QueryError              any refusal: `status`, `code`, `member`, `suggestion`
├── InvalidQuery        the query is not one of the protocol
├── UnknownMember       it names a member that the model does not have, or does not show
├── UnsupportedQuery    it is of the protocol, but this server does not answer it
├── RefusedByGuard      the number would be wrong
└── NotGranted          the token does not grant it
"""

from semantic.planner.as_of import Asked, asked_of, instant_of
from semantic.planner.comparisons import COMPARISONS, Added
from semantic.planner.errors import (
    InvalidQuery,
    NotGranted,
    QueryError,
    RefusedByGuard,
    UnknownMember,
    UnsupportedQuery,
)
from semantic.planner.granularities import custom_granularity
from semantic.planner.guards import InForce
from semantic.planner.kept import Recent
from semantic.planner.planning import Plan, Planner
from semantic.planner.query import GRANULARITIES, Condition, Query
from semantic.planner.rendering import Statement
from semantic.planner.resolved import Column
from semantic.planner.scoped import ScopedPlanners
from semantic.planner.several import BLENDING, HISTORY, MOST_QUERIES, REGULAR, Several, plan_request
from semantic.planner.then import under_present_access

__all__ = [
    "BLENDING",
    "COMPARISONS",
    "GRANULARITIES",
    "HISTORY",
    "MOST_QUERIES",
    "REGULAR",
    "Added",
    "Asked",
    "Column",
    "Condition",
    "InForce",
    "InvalidQuery",
    "NotGranted",
    "Plan",
    "Planner",
    "Query",
    "QueryError",
    "Recent",
    "RefusedByGuard",
    "ScopedPlanners",
    "Several",
    "Statement",
    "UnknownMember",
    "UnsupportedQuery",
    "asked_of",
    "custom_granularity",
    "instant_of",
    "plan_request",
    "under_present_access",
]
