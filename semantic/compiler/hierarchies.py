"""The hierarchies: which dimensions one drills down by, wherever a cube has them."""

from typing import Any

from semantic.compiler.manifest import SemanticModel

__all__ = ["component_hierarchies", "dimension_hierarchies", "hierarchy_names"]

Node = dict[str, Any]

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


def dimension_hierarchies(model: SemanticModel) -> list[Node]:
    """Return the hierarchy of a dimension table, in a list; none where it has not all levels of one."""
    names = {item.name for item in model.dimensions}
    for levels in _LEVELS:
        if names.issuperset(levels):
            return [{"name": f"gerarchia_{model.name}", "title": model.label, "levels": list(levels)}]
    return []


def component_hierarchies(base: SemanticModel) -> list[Node]:
    """Return the hierarchies over the facts' own dimensions."""
    names = {item.name for item in base.dimensions}
    return [
        {"name": name, "title": title, "levels": list(levels)}
        for name, title, levels in _OF_COMPONENTS
        if names.issuperset(levels)
    ]


def hierarchy_names(hierarchies: list[Node]) -> list[str]:
    """Return the names of hierarchies, as a view includes them."""
    return [item["name"] for item in hierarchies]
