"""Pieces of dbt metric nodes that the registries of costs share: filters, inputs, the fixed part of meta."""

from typing import Any, TypeAlias

__all__ = ["Node", "cost_meta", "dimension_equals", "dimension_in", "input_of"]

Node: TypeAlias = dict[str, Any]


def dimension_equals(dimension: str, value: str) -> str:
    """Return the filter that a dimension of `componenti` has a value."""
    return f"{{{{ Dimension('componente__{dimension}') }}}} = '{value}'"


def dimension_in(dimension: str, values: list[str], *, negated: bool = False) -> str:
    """Return the filter that a dimension of `componenti` has one of the values (or none of them)."""
    listed = ", ".join(f"'{value}'" for value in values)
    return f"{{{{ Dimension('componente__{dimension}') }}}} {'not in' if negated else 'in'} ({listed})"


def input_of(metric: str, alias: str, condition: str | None = None) -> Node:
    """Return an input of a derived metric."""
    node: Node = {"name": metric, "alias": alias}
    return node | {"filter": condition} if condition else node


def cost_meta(code: str, *, act: str, valid_from: str, valid_to: str | None, is_reading: bool) -> Node:
    """Return the meta of an indicator of costs at the directorates: less is better, any range."""
    return {
        "codice": code,
        "descrizione_en": "",
        "prospettiva": "finanza",
        "unita": "euro",
        "polarita": -1,
        "scala": 2,
        "intervallo": [None, None],
        "livelli": ["nazionale", "direzione"],
        "tagli": [],
        "nodi_area": [],
        "scenari": ["consuntivo"],
        "valido_dal": valid_from,
        "valido_al": valid_to,
        "atto": act,
        "lettura": is_reading,
    }
