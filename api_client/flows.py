"""The conversations behind the client's verbs: each is a flow (see `protocol`), written once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from api_client.catalogue import Metric, parse_catalogue, parse_metrics
from api_client.composites import COMPOSITES, on_nodes
from api_client.errors import ProtocolError, QueryError
from api_client.past import history, stacked
from api_client.protocol import Flow, Policy, Request, exchange, is_ready, post
from api_client.question import INDICATORS, Question, total_order
from api_client.result import Result, parse_result
from api_client.targets import indicators_of, joined, plan_targets

__all__ = [
    "Pages",
    "Sql",
    "answer",
    "compiled",
    "dry_run",
    "everything",
    "meta",
    "metrics",
    "ready",
    "streamed",
]

META = Request("GET", "/v1/meta")
READY = Request("GET", "/readyz", at_root=True)


@dataclass(frozen=True, slots=True)
class Sql:
    """What a query compiles to.

    Attributes:
        text: the SQL, with a placeholder per parameter.
        parameters: the values of the placeholders, in order.
    """

    text: str
    parameters: tuple[Any, ...]


@dataclass(slots=True)
class Pages:
    """The pages of one query's rows; each call of `next_page` is a conversation of its own.

    Attributes:
        query: the query as the caller wrote it; its limit may be past what the server gives at once.
        policy: how patient to be for each page.
        page_rows: rows to ask at once; the server's maximum is 50,000.
        names: columns to rename in each page.
        done: whether the last page has been read.
    """

    query: Mapping[str, Any]
    policy: Policy
    page_rows: int
    names: Mapping[str, str] = field(default_factory=dict)
    done: bool = False
    _read: int = field(default=0, init=False)

    def next_page(self) -> Flow[Result]:
        """Read the next page.

        Raises:
            CruscottoError: as `exchange`, and `ProtocolError` when a page is longer than asked.
        """
        limit = self.query.get("limit")
        wanted = self.page_rows if limit is None else min(self.page_rows, limit - self._read)
        paging = {
            "order": total_order(self.query),
            "limit": wanted,
            "offset": self.query.get("offset", 0) + self._read,
        }
        payload = yield from exchange(post("/v1/load", {**self.query, **paging}), self.policy)
        page = parse_result(payload)
        if len(page) > wanted:
            raise ProtocolError(f"the server gave {len(page)} rows where {wanted} were asked")
        self._read += len(page)
        self.done = len(page) < wanted or self._read == limit
        return _renamed(page, self.names)


def everything(query: Mapping[str, Any], policy: Policy, page_rows: int) -> Flow[Result]:
    """Load all rows of a query, in as many requests as it takes.

    A query written without limit is sent as it is: the server's default limit holds (10,000 rows).
    A query with a limit past one page, or built by the client (see `answer`), is read page by page.
    """
    limit = query.get("limit")
    if not isinstance(limit, int) or limit <= page_rows:
        payload = yield from exchange(post("/v1/load", query), policy)
        return parse_result(payload)
    return (yield from _all_pages(Pages(query, policy, page_rows)))


def answer(question: Question, policy: Policy, page_rows: int) -> Flow[Result]:
    """Answer a question: all its rows, with targets when they were asked for.

    The view `indicatori` has no composites: a question of such only is asked again of the view that has.
    """
    try:
        return (yield from _answered(question, policy, page_rows))
    except QueryError as error:
        if question.view != INDICATORS or error.code != "UNKNOWN_MEMBER":
            raise
        payload = yield from exchange(META, policy)
        composites = {metric.code for metric in parse_catalogue(payload) if metric.composite}
        if not composites.issuperset(question.metrics):
            raise
    return (yield from _answered(replace(question, view=COMPOSITES), policy, page_rows))


def _answered(question: Question, policy: Policy, page_rows: int) -> Flow[Result]:
    """Answer a question from the view it names."""
    if question.include_history:
        sent, names = on_nodes(question) if question.view == COMPOSITES else (question, {})
        return _renamed((yield from history(sent, policy, page_rows)), names)
    plan = plan_targets(question) if question.targets else None
    figures = yield from _all_pages(_pages(question, policy, page_rows))
    if plan is None:
        return figures
    indicators = indicators_of(question, figures.annotation)
    codes = sorted({code for codes in indicators.values() for code in codes})
    past = {"asOf": question.as_of} if question.as_of is not None else {}
    targets = yield from _all_pages(Pages(plan.query(codes) | past, policy, page_rows))
    return joined(figures, targets, plan, indicators)


def _pages(question: Question, policy: Policy, page_rows: int) -> Pages:
    """Give the pages of a question, under the names that its caller knows."""
    if question.view != COMPOSITES:
        return Pages(question.query, policy, page_rows)
    sent, names = on_nodes(question)
    return Pages(sent.query, policy, page_rows, names)


def _renamed(page: Result, names: Mapping[str, str]) -> Result:
    """Give the page with other column names."""
    if not names:
        return page
    columns = tuple(replace(column, name=names.get(column.name, column.name)) for column in page.columns)
    return replace(page, columns=columns)


def _all_pages(pages: Pages) -> Flow[Result]:
    """Read every page and put them one under the other."""
    read = [(yield from pages.next_page())]
    while not pages.done:
        read.append((yield from pages.next_page()))
    return read[0] if len(read) == 1 else stacked(read)


def compiled(query: Mapping[str, Any], policy: Policy) -> Flow[Sql]:
    """Ask what a query compiles to.

    Raises:
        ProtocolError: the answer holds no SQL.
    """
    payload = yield from exchange(post("/v1/sql", query), policy)
    try:
        text, parameters = payload["sql"]["sql"]
    except (KeyError, TypeError, ValueError) as error:
        raise ProtocolError(f"the answer holds no SQL: {error!r}") from error
    return Sql(str(text), tuple(parameters))


def dry_run(query: Mapping[str, Any], policy: Policy) -> Flow[dict[str, Any]]:
    """Ask how the server understands a query, without running it."""
    return exchange(post("/v1/dry-run", query), policy)


def meta(policy: Policy) -> Flow[dict[str, Any]]:
    """Ask for the whole description of the model."""
    return exchange(META, policy)


def metrics(view: str | None, policy: Policy) -> Flow[list[Metric]]:
    """Ask which metrics a view has; None: all there are, composites included."""
    payload = yield from exchange(META, policy)
    return parse_catalogue(payload) if view is None else parse_metrics(payload, view)


def ready() -> Flow[bool]:
    """Ask once whether the server is ready."""
    return is_ready(READY)


def streamed(question: Question, policy: Policy, page_rows: int) -> Pages:
    """Give the pages of a question, to be read one at a time.

    Raises:
        QueryError: targets were asked, which are joined on the whole answer; or history, which is one answer.
    """
    if question.include_history:
        raise QueryError("iter_rows has no history: use query(…, include_history=True)", code="NO_HISTORY")
    if question.targets:
        raise QueryError("iter_rows has no targets: use query(…, targets=True)", code="NO_TARGETS")
    return _pages(question, policy, page_rows)
