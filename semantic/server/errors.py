"""What the server answers when it does not answer.

ApiError                 any refusal over HTTP: `status`, `code`, `member`, `suggestion`
├── NotAuthorised        403: no token, or not a valid one
├── BadRequest           400: no query, malformed JSON
├── BodyTooLarge         413
├── UnknownPublication   400: no publication has this id, or none was in force at this time
├── IncompleteValues     409: only complete values were asked for, and some are not
├── PublicationGone      410: it was published, and its file, or the definitions of its time, are not kept
├── QueryTimeout         400: the query took longer than is allowed
├── QueryTooLarge        400: the query needs more memory than is allowed
├── TooManyRequests      429: the subject asks too often, or too much at once
├── DatabaseFailure      500: the database refused the SQL; the log has it under the error's id
└── NotReady             503: nothing is published, too many queries are waiting, or the server stops
ContinueWait             the result is not ready within the wait limit: the client asks again
CallerGone               the client hung up: there is nobody to answer

A refused query is a `QueryError` of the planner, which has the same attributes.
"""

__all__ = [
    "ApiError",
    "BadRequest",
    "BodyTooLarge",
    "CallerGone",
    "ContinueWait",
    "DatabaseFailure",
    "IncompleteValues",
    "NotAuthorised",
    "NotReady",
    "PublicationGone",
    "QueryTimeout",
    "QueryTooLarge",
    "TooManyRequests",
    "UnknownPublication",
]


class ApiError(Exception):
    """A request that is not answered.

    Attributes:
        code: a stable name of the reason, for programs.
        member: the member at fault, when there is one.
        suggestion: what to do instead.
        status: the HTTP status.
    """

    status = 400
    default_code = "BAD_REQUEST"

    def __init__(self, message: str, *, code: str = "", member: str = "", suggestion: str = "") -> None:
        super().__init__(message)
        self.code = code or self.default_code
        self.member = member
        self.suggestion = suggestion


class NotAuthorised(ApiError):
    """No token, or not a valid one."""

    status = 403
    default_code = "NOT_AUTHORISED"


class BadRequest(ApiError):
    """The request holds no query that can be read."""


class BodyTooLarge(ApiError):
    """The body is larger than the server reads."""

    status = 413
    default_code = "BODY_TOO_LARGE"


class IncompleteValues(ApiError):
    """Only complete values were asked for, and a delivery is missing."""

    status = 409
    default_code = "INCOMPLETE"


class UnknownPublication(ApiError):
    """What `asOf` names was never published, or nothing was in force then."""

    default_code = "UNKNOWN_PUBLICATION"


class PublicationGone(ApiError):
    """A past publication cannot be read any more: its file or its definitions are gone, or were changed."""

    status = 410
    default_code = "PUBLICATION_NOT_KEPT"


class QueryTimeout(ApiError):
    """The query was interrupted after the time that one query may take."""

    default_code = "QUERY_TIMEOUT"


class QueryTooLarge(ApiError):
    """The query needs more memory, or more room to spill to, than is allowed."""

    default_code = "QUERY_TOO_LARGE"


class TooManyRequests(ApiError):
    """The subject asks too often, or too much at once; `retry_after` seconds from now it may ask again."""

    status = 429
    default_code = "TOO_MANY_REQUESTS"

    def __init__(self, message: str, *, code: str, suggestion: str, retry_after: int) -> None:
        super().__init__(message, code=code, suggestion=suggestion)
        self.retry_after = retry_after


class DatabaseFailure(ApiError):
    """The database refused the statement; its text and the reason are in the log only."""

    status = 500
    default_code = "DATABASE_ERROR"


class NotReady(ApiError):
    """Nothing is published yet, or the server has as much to do as it takes on, or it is stopping."""

    status = 503
    default_code = "NOT_READY"


class CallerGone(Exception):
    """The client hung up before the answer was ready."""


class ContinueWait(Exception):
    """The result is not ready yet: the client sends the identical request again."""
