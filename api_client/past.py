"""The history of a question: the answers of every publication, one under the other.

```
includeHistory  ─►  {"queryType": "historyQuery", "results": [answer, answer, …], "omitted": […]}
                     one Result; its column `publication` says which publication a row is of
```
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from api_client.errors import ProtocolError, QueryError
from api_client.protocol import Flow, Policy, exchange, post
from api_client.question import Question, total_order
from api_client.result import Completeness, Result, parse_result

__all__ = ["history", "stacked"]


def history(question: Question, policy: Policy, page_rows: int) -> Flow[Result]:
    """Answer a question from every publication that counts, in one request.

    Raises:
        QueryError: targets were asked, which are of one publication; or a publication has more rows than the
            server gives at once.
        ProtocolError: the answer is no history: Cube has none.
    """
    if question.targets:
        raise QueryError(
            "the history of a question has no targets: ask each publication with as_of=…", code="NO_TARGETS"
        )
    query: dict[str, Any] = {"limit": page_rows, **question.query}
    query["order"] = total_order(query)
    payload = yield from exchange(post("/v1/load", query, queryType="multi"), policy)
    results, omitted = payload.get("results"), payload.get("omitted")
    if not isinstance(results, list) or not results or not isinstance(omitted, list):
        raise ProtocolError("the answer is no history: is this the embedded server?")
    answers = [parse_result(result) for result in results]
    if question.limit is None and any(len(answer) == page_rows for answer in answers):
        raise QueryError(
            f"a publication has more than {page_rows} rows: narrow the question, or give a limit",
            code="LIMIT_EXCEEDED",
        )
    told: list[Mapping[str, Any]] = [one for answer in answers for one in answer.publications]
    whole = stacked(answers)
    # Of several answers none is the one that was last refreshed.
    return replace(whole, publications=tuple(told), omitted=tuple(omitted), last_refresh=None, total=None)


def stacked(pages: Sequence[Result]) -> Result:
    """Put answers one under the other; the whole is complete when every one is.

    Raises:
        ProtocolError: they have different columns.
    """
    first = pages[0]
    if any([c.member for c in page.columns] != [c.member for c in first.columns] for page in pages):
        raise ProtocolError("the parts of one answer have different columns: ask again")
    values = tuple(
        [value for part in parts for value in part] for parts in zip(*(p.values for p in pages), strict=True)
    )
    names = set.intersection(*(set(page.completeness) for page in pages))
    known = {
        name: Completeness(
            max(page.completeness[name].expected for page in pages),
            min(page.completeness[name].present for page in pages),
            all(page.completeness[name].complete for page in pages),
        )
        for name in first.completeness
        if name in names
    }
    return replace(first, values=values, completeness=known)
