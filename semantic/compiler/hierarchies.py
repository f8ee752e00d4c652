"""The hierarchies: which dimensions one drills down by, wherever a cube has them."""

from collections.abc import Iterable
from typing import Any

from semantic.compiler.manifest import SemanticModel

__all__ = [
    "NODE_HIERARCHY",
    "component_hierarchies",
    "dimension_hierarchies",
    "hierarchy_names",
    "node_hierarchies",
    "row_hierarchies",
]

Node = dict[str, Any]

NODE_HIERARCHY = "gerarchia_nodi"
# Of dimension tables: one per cube, called after it.
_LEVELS = (
    ("nazione", "direzione", "sede", "agenzia"),
    ("macroarea", "area_produzione", "linea"),
)
# Of the facts' own dimensions: name, title, levels.
_OF_COMPONENTS = (
    ("gerarchia_anni", "Anni e periodi", ("anno", "periodo")),
    ("gerarchia_periodi", "Periodi", ("tipo_periodo", "periodo")),
    ("gerarchia_voci_ieep", "Voci IEEP", ("sezione_ieep", "gruppo_voce_ieep", "voce_ieep")),
)
# Of cubes with one row per node, period and what else tells rows apart.
_OF_ROWS = (
    ("gerarchia_anni", "Anni e periodi", ("anno", "periodo")),
    ("gerarchia_nodi_area", "Nodi di area", ("tipo_nodo_area", "nodo_area")),
)


def dimension_hierarchies(model: SemanticModel) -> list[Node]:
    """Return the hierarchy of a dimension table, in a list; none where it has not all levels of one."""
    names = {item.name for item in model.dimensions}
    for levels in _LEVELS:
        if names.issuperset(levels):
            return [{"name": f"gerarchia_{model.name}", "title": model.label, "levels": list(levels)}]
    return []


def component_hierarchies(base: SemanticModel) -> list[Node]:
    """Return the hierarchies over the facts' own dimensions."""
    return _having({item.name for item in base.dimensions}, _OF_COMPONENTS)


def row_hierarchies(dimensions: list[Node]) -> list[Node]:
    """Return the hierarchies over the dimensions of a cube of reported values."""
    return _having({item["name"] for item in dimensions}, _OF_ROWS)


def node_hierarchies() -> list[Node]:
    """Return the hierarchy of the tree's nodes, in a list: what today stands above each."""
    return [{"name": NODE_HIERARCHY, "title": "Struttura del nodo (oggi)", "levels": ["direzione", "sede"]}]


def _having(names: set[str], known: Iterable[tuple[str, str, tuple[str, ...]]]) -> list[Node]:
    return [
        {"name": name, "title": title, "levels": list(levels)}
        for name, title, levels in known
        if names.issuperset(levels)
    ]


def hierarchy_names(hierarchies: list[Node]) -> list[str]:
    """Return the names of hierarchies, as a view includes them."""
    return [item["name"] for item in hierarchies]
