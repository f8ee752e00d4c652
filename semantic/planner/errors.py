"""Why a query is refused.

QueryError              any refusal: `status`, `code`, `member`, `suggestion`
├── InvalidQuery        the query is not one of the protocol (unknown key, wrong type, limit, …)
├── UnknownMember       it names a member that the model does not have, or does not show
├── UnsupportedQuery    it is of the protocol, but this server does not answer it
├── RefusedByGuard      the number would be wrong: period, level, cut or validity
└── NotGranted          the token does not grant it
"""

__all__ = ["InvalidQuery", "NotGranted", "QueryError", "RefusedByGuard", "UnknownMember", "UnsupportedQuery"]


class QueryError(Exception):
    """A query that is not answered, with what to write instead.

    Attributes:
        code: a stable name of the reason, for programs.
        member: the member at fault, when there is one.
        suggestion: what to change.
        status: the HTTP status.
    """

    status = 400
    default_code = "QUERY"

    def __init__(self, message: str, *, code: str = "", member: str = "", suggestion: str = "") -> None:
        super().__init__(message)
        self.code = code or self.default_code
        self.member = member
        self.suggestion = suggestion


class InvalidQuery(QueryError):
    """The query does not follow the protocol."""

    default_code = "INVALID_QUERY"


class UnknownMember(QueryError):
    """A member is not in the model, or is hidden."""

    default_code = "UNKNOWN_MEMBER"


class UnsupportedQuery(QueryError):
    """A part of the protocol that this server leaves to Cube."""

    default_code = "UNSUPPORTED"


class RefusedByGuard(QueryError):
    """The answer would be a wrong number."""

    default_code = "GUARD"


class NotGranted(QueryError):
    """The asker's token does not grant what the query asks."""

    status = 403
    default_code = "NOT_GRANTED"
