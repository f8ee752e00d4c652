"""Questions about composite indicators, asked in the words of the view `indicatori`.

The view `valutazioni` holds one value per composite, node, level, period, scenario and organisation; a query
fixes or groups by each of them. So the node that a question speaks of becomes the view's `nodo`, and back:

```
query("performance_gestionale", by=["direzione"], period="2024-A")
  → dimensions [valutazioni.nodo], filters livello = direzione, organizzazione = as_was
  → rows with the column `direzione`
```
A question that names `nodo` or `livello` itself is sent with them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from api_client.question import Question, order_pairs

__all__ = ["COMPOSITES", "on_nodes"]

COMPOSITES = "valutazioni"
"""The view that answers for composites."""

LEVELS = {"struttura": "sede", "direzione": "direzione"}
NATION = {"livello": "nazionale", "nodo": "NAZIONALE"}


def on_nodes(question: Question) -> tuple[Question, Mapping[str, str]]:
    """Translate a question for the view `valutazioni`.

    Returns:
        The question to send, and the columns of its answer to rename (the view's name → the caller's).
    """
    where = _conditions(question)
    named = {*question.by, *_members(where)}
    organisation = [] if "organizzazione" in named else [_equals("organizzazione", question.organisation)]
    plain = replace(question, view=COMPOSITES, organisation="as_was")
    if named & {"nodo", "livello"}:
        by = [*question.by, *(name for name in ("nodo", "livello") if name not in named)]
        return replace(plain, by=tuple(by), where=where + organisation), {}
    finest = next((name for name in LEVELS if name in named), None)
    if finest is None:
        fixed = [_equals(name, value) for name, value in NATION.items()]
        return replace(plain, where=where + fixed + organisation), {}
    renamed = {finest: "nodo"}
    sent = replace(
        plain,
        by=tuple(renamed.get(name, name) for name in question.by),
        where=[
            *_with_members(where, renamed),
            _equals("livello", LEVELS[finest]),
            *organisation,
        ],
        order=[(renamed.get(name, name), direction) for name, direction in order_pairs(question.order)],
    )
    return sent, {"nodo": question.dimension(finest)}


def _conditions(question: Question) -> list[dict[str, Any]]:
    """Give the `where` of a question as the protocol's conditions, with the names the caller wrote."""
    if not isinstance(question.where, Mapping):
        return [dict(condition) for condition in question.where]
    return [_equals(name, value) for name, value in question.where.items()]


def _members(conditions: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Name every member that conditions test, at any depth."""
    for condition in conditions:
        if "member" in condition:
            yield str(condition["member"])
        for both in ("and", "or"):
            yield from _members(condition.get(both, ()))


def _with_members(
    conditions: Iterable[Mapping[str, Any]], renamed: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    """Give the conditions with other members, at any depth."""
    for condition in conditions:
        changed = dict(condition)
        if "member" in condition:
            changed["member"] = renamed.get(str(condition["member"]), condition["member"])
        for both in ("and", "or"):
            if both in condition:
                changed[both] = list(_with_members(condition[both], renamed))
        yield changed


def _equals(name: str, value: Any) -> dict[str, Any]:
    if value is None:
        return {"member": name, "operator": "notSet"}
    values = [value] if isinstance(value, str) else [str(one) for one in value]
    return {"member": name, "operator": "equals", "values": values}
