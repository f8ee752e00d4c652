"""Writes the public views: one per prospettiva, and `indicatori` with every indicator and component."""

from typing import Any

from semantic.compiler.cubes import COMPONENTS, segment_name
from semantic.compiler.hierarchies import component_hierarchies, dimension_hierarchies, hierarchy_names
from semantic.compiler.manifest import Dimension, Metric, SemanticManifest, SemanticModel
from semantic.perspectives import perspective_title

__all__ = ["indicator_views"]

Node = dict[str, Any]

_TODAY = "_attuale"
# What of the facts' own dimensions is about time.
_OF_PERIODS = ("anno", "periodo", "assetto", "scenario", "progressivi")
_STRUCTURES = (("strutture", "Assetto del mese"), ("strutture_attuali", "Oggi"))


def indicator_views(manifest: SemanticManifest, components: Node) -> list[Node]:
    """Return the views, `indicatori` first, given the components cube they are made from."""
    indicators = manifest.elementary
    additive = [measure.name for measure in manifest.models[COMPONENTS].measures]
    perspectives = sorted({metric.meta["prospettiva"] for metric in indicators})
    views = [_view(manifest, components, "indicatori", "Tutti gli indicatori", indicators, additive)]
    for perspective in perspectives:
        chosen = [metric for metric in indicators if metric.meta["prospettiva"] == perspective]
        title = f"Prospettiva {perspective_title(perspective)}"
        views.append(_view(manifest, components, perspective, title, chosen, []))
    return views


def _view(
    manifest: SemanticManifest,
    components: Node,
    name: str,
    title: str,
    indicators: list[Metric],
    additive: list[str],
) -> Node:
    base = manifest.models[COMPONENTS]
    public = {item["name"] for item in components["measures"] if item.get("public", True)}
    measures = [
        member
        for metric in indicators
        for member in (
            metric.name,
            *(f"{metric.name}_{part}" for part in ("attese", "presenti", "completezza")),
        )
        if member in public
    ]
    own_dimensions = [segment_name(item) or item.name for item in base.dimensions if _is_shown(item)]
    tables = [model for model in manifest.models.values() if model.primary_entity in base.foreign_keys]
    folders = _dimension_folders(base, tables) + [
        {
            "name": f"Prospettiva {perspective_title(perspective)}",
            "includes": [metric.name for metric in indicators if metric.meta["prospettiva"] == perspective],
        }
        for perspective in sorted({metric.meta["prospettiva"] for metric in indicators})
    ]
    if additive:
        folders.append({"name": "Componenti", "includes": list(additive)})
    joined: list[Node] = [
        {"join_path": f"{COMPONENTS}.{model.name}", "includes": _members(model)} for model in tables
    ]
    hierarchies = hierarchy_names(component_hierarchies(base))
    return {
        "name": name,
        "title": title,
        "description": "Misure di un periodo e di uno scenario: filtrarli o raggruppare per essi.",
        "cubes": [
            {
                "join_path": COMPONENTS,
                "includes": [*own_dimensions, "dominio", *measures, *additive, *hierarchies],
            },
            *joined,
        ],
        "folders": folders,
    }


def _members(model: SemanticModel) -> list[Any]:
    """Dimensions, segments and hierarchies under the names users know; today's organisation: `_attuale`."""
    members: list[Any] = []
    for item in model.dimensions:
        source, alias = segment_name(item) or item.name, _shown(item, model)
        if alias == source:
            members.append(source)
        else:
            renamed: Node = {"name": source, "alias": alias}
            if model.name.endswith("_attuali"):
                renamed["title"] = f"{item.label} (oggi)"
            members.append(renamed)
    return [*members, *hierarchy_names(dimension_hierarchies(model))]


def _shown(item: Dimension, model: SemanticModel) -> str:
    """Return the name under which the views show a dimension, or the segment that it stands for."""
    alias = segment_name(item) or str(item.meta.get("nome_vista", item.name))
    return alias + _TODAY if model.name.endswith("_attuali") else alias


def _dimension_folders(base: SemanticModel, joined: list[SemanticModel]) -> list[Node]:
    """Return the folders of what one groups and filters by: by subject, each with its segments."""
    own = [segment_name(item) or item.name for item in base.dimensions if _is_shown(item)]
    periods = [name for name in own if any(word in name for word in _OF_PERIODS)]
    tables = {model.name: [_shown(item, model) for item in model.dimensions] for model in joined}
    structures: list[Any] = [
        {"name": label, "includes": tables.pop(name)} for name, label in _STRUCTURES if name in tables
    ]
    folders: list[Node] = [{"name": "Periodo e scenario", "includes": periods}]
    if structures:
        folders.append({"name": "Struttura", "includes": structures})
    folders += [
        {"name": model.label, "includes": tables[model.name]} for model in joined if model.name in tables
    ]
    others = [name for name in own if name not in periods]
    folders.append({"name": "Altri tagli", "includes": [*others, "dominio"]})
    return [folder for folder in folders if folder["includes"]]


def _is_shown(item: Dimension) -> bool:
    return bool(segment_name(item)) or not item.name.startswith("is_")
