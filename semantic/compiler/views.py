"""Writes the public views: one per prospettiva, and `indicatori` with every indicator and component."""

from typing import Any

from semantic.compiler.cubes import COMPONENTS, hierarchy_levels
from semantic.compiler.manifest import Metric, SemanticManifest, SemanticModel
from semantic.perspectives import perspective_title

__all__ = ["indicator_views"]

Node = dict[str, Any]

_TODAY = "_attuale"


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
    own_dimensions = [item.name for item in base.dimensions if not item.name.startswith("is_")]
    folders = [
        {
            "name": f"Prospettiva {perspective_title(perspective)}",
            "includes": [metric.name for metric in indicators if metric.meta["prospettiva"] == perspective],
        }
        for perspective in sorted({metric.meta["prospettiva"] for metric in indicators})
    ]
    if additive:
        folders.append({"name": "Componenti", "includes": list(additive)})
    joined: list[Node] = [
        {"join_path": f"{COMPONENTS}.{model.name}", "includes": _members(model)}
        for model in manifest.models.values()
        if model.primary_entity in base.foreign_keys
    ]
    return {
        "name": name,
        "title": title,
        "description": "Misure di un periodo e di uno scenario: filtrarli o raggruppare per essi.",
        "cubes": [
            {
                "join_path": COMPONENTS,
                "includes": [*own_dimensions, "dominio", *measures, *additive, "gerarchia_periodi"],
            },
            *joined,
        ],
        "folders": folders,
    }


def _members(model: SemanticModel) -> list[Any]:
    """Dimensions under the names users know; those of today's organisation end in `_attuale`."""
    members: list[Any] = []
    for item in model.dimensions:
        alias = item.meta.get("nome_vista", item.name)
        if model.name.endswith("_attuali"):
            alias += _TODAY
        if alias == item.name:
            members.append(item.name)
        else:
            renamed: Node = {"name": item.name, "alias": alias}
            if model.name.endswith("_attuali"):
                renamed["title"] = f"{item.label} (oggi)"
            members.append(renamed)
    if hierarchy_levels(model):
        members.append(f"gerarchia_{model.name}")
    return members
