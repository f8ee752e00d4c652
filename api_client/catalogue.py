"""What can be asked: the indicators and components that the server's model declares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from api_client.errors import ProtocolError, QueryError, nearest

__all__ = ["Metric", "parse_catalogue", "parse_metrics"]

VIEWS = ("indicatori", "valutazioni")
"""Where indicators are: the elementary ones with the components, the composites."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One indicator, or one component that indicators are made of.

    Attributes:
        code: the public name, which never changes (`indice_giacenza`).
        name: the member to query (`indicatori.indice_giacenza`).
        title: Italian title.
        description: Italian description.
        unit: unit of measure (`giorni`, `%`, `punti`).
        polarity: +1 when higher is better, -1 when lower is, None for a component.
        levels: levels of the organisation at which it is defined, from `nazionale` to `agenzia`.
        cuts: dimensions by which it may also be cut (`area`, `linea`).
        valid_from: first day on which the definition is in force.
        valid_to: last day, None while it still is.
        family: for a family, the definitions that it resolves to, by period.
        act: the act and section that define it.
        formula: the formula, in words.
        composite: whether it is made of other indicators (view `valutazioni`), not of components.
        meta: everything the model declares of it.
    """

    code: str
    name: str
    title: str
    description: str = ""
    unit: str | None = None
    polarity: int | None = None
    levels: tuple[str, ...] = ()
    cuts: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    family: tuple[str, ...] = ()
    act: str | None = None
    formula: str | None = None
    composite: bool = False
    meta: Mapping[str, Any] = field(default_factory=dict, repr=False)


def parse_catalogue(payload: Mapping[str, Any]) -> list[Metric]:
    """Read every indicator and component out of the answer of `/v1/meta`, composites last.

    Raises:
        QueryError: the model has no view of indicators.
        ProtocolError: the answer has another shape.
    """
    first, second = VIEWS
    found = parse_metrics(payload, first)
    has_composites = any(cube["name"] == second for cube in payload["cubes"])
    return found + parse_metrics(payload, second) if has_composites else found


def parse_metrics(payload: Mapping[str, Any], view: str) -> list[Metric]:
    """Read the metrics of one view out of the answer of `/v1/meta`, in the model's order.

    Raises:
        QueryError: the model has no such view.
        ProtocolError: the answer has another shape.
    """
    try:
        views = {str(cube["name"]): cube for cube in payload["cubes"]}
        if view not in views:
            raise QueryError(f"the model has no view {view!r}: {nearest(view, views)}", code="UNKNOWN_VIEW")
        measures = views[view]["measures"]
        return [_metric(measure) for measure in measures if (measure.get("meta") or {}).get("codice")]
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ProtocolError(f"the model's description has another shape: {error!r}") from error


def _metric(measure: Mapping[str, Any]) -> Metric:
    meta = measure["meta"]
    polarity = meta.get("polarita")
    return Metric(
        code=str(meta["codice"]),
        name=str(measure["name"]),
        title=str(measure.get("shortTitle") or measure.get("title") or meta["codice"]),
        description=str(measure.get("description") or ""),
        unit=meta.get("unita"),
        polarity=None if polarity is None else int(polarity),
        levels=_words(meta.get("livelli")),
        cuts=_words(meta.get("tagli")),
        valid_from=_day(meta.get("valido_dal")),
        valid_to=_day(meta.get("valido_al")),
        family=_words(meta.get("famiglia")),
        act=meta.get("atto"),
        formula=meta.get("formula"),
        composite=bool(meta.get("composito")),
        meta=meta,
    )


def _words(value: Any) -> tuple[str, ...]:
    """Read a list of words, or one word."""
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(str(word) for word in value)


def _day(value: Any) -> date | None:
    """Read an ISO day; the time of an ISO moment is dropped."""
    return date.fromisoformat(str(value)[:10]) if value else None
