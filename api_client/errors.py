"""What can go wrong between an analyst and the figures.

```
CruscottoError
├── TransportError     the server could not be reached, or the line broke
├── ProtocolError      something answered, but not in the protocol (HTML, too large, wrong shape)
├── WaitTimeout        the answer was still being computed when `wait` ran out
└── ApiError           the server answered, and said no
    ├── AuthError        401, 403: the token is missing, wrong, expired, or does not cover this
    ├── QueryError       400, 410, 413, 422: the question is not well put (also raised before sending)
    ├── IncompleteError  409: `complete_only` was asked and some structure is missing
    └── ServerError      429, 5xx: the server's own trouble, after the retries
```

Every class carries a message that says what to do next. None ever carries the token.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = [
    "ApiError",
    "AuthError",
    "CruscottoError",
    "IncompleteError",
    "ProtocolError",
    "QueryError",
    "ServerError",
    "TransportError",
    "WaitTimeout",
    "nearest",
]


class CruscottoError(Exception):
    """The root: `except CruscottoError` catches all that this package raises."""


class TransportError(CruscottoError):
    """The server could not be reached, or the line broke before the answer was whole.

    Attributes:
        retryable: whether sending the same request again may help.
    """

    def __init__(self, message: str, *, retryable: bool = False) -> None:
        super().__init__(message)
        self.retryable = retryable


class ProtocolError(CruscottoError):
    """Something answered, but not in Cube's REST protocol."""


class WaitTimeout(CruscottoError):
    """The server was still computing when the caller's patience (`wait`, seconds) ran out.

    Attributes:
        waited: seconds spent waiting.
    """

    def __init__(self, waited: float) -> None:
        super().__init__(
            f"the server was still computing after {waited:.0f} s: "
            "give a longer wait=… to the client, or ask a narrower question"
        )
        self.waited = waited


class ApiError(CruscottoError):
    """The server answered with an error.

    Attributes:
        status: the HTTP status, or None when the client refused before sending.
        message: the server's sentence.
        code: the machine-readable reason, when the server gives one.
        member: the member of the model at fault, when there is one.
        suggestion: what to do about it, when the server knows.
        request_id: the identifier to quote to whoever runs the server.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        code: str | None = None,
        member: str | None = None,
        suggestion: str | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.code = code
        self.member = member
        self.suggestion = suggestion
        self.request_id = request_id

    def __str__(self) -> str:
        """Give the sentence, then each further thing the server said that the sentence does not."""
        parts = [self.message]
        labelled = (("code", self.code), ("member", self.member), ("request", self.request_id))
        parts += [f"[{label} {value}]" for label, value in labelled if value and value not in self.message]
        if self.suggestion and self.suggestion not in self.message:
            parts.append(f"→ {self.suggestion}")
        return " ".join(parts)


class AuthError(ApiError):
    """The token is missing, wrong, expired, or does not give access to what was asked."""


class QueryError(ApiError):
    """The question is not well put: an unknown member, a level that the indicator does not have."""


class IncompleteError(ApiError):
    """Complete values only were asked, and some expected structure has not arrived."""


class ServerError(ApiError):
    """The server's own trouble (5xx), or too many requests (429), after all retries.

    Attributes:
        retry_after: seconds that the server asked to be left alone (0 when it did not say).
    """

    retry_after: float = 0.0


def nearest(word: str, valid: Iterable[str]) -> str:
    """Say which value was probably meant, and list the valid ones.

    Args:
        word: what was written.
        valid: what may be written.
    """
    choices = list(valid)
    close = difflib.get_close_matches(word, choices, n=1)
    hint = f"did you mean {close[0]!r}? " if close else ""
    return f"{hint}Valid values: {', '.join(choices)}"
