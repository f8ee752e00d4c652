"""Writes the cubes: the components with every indicator as a measure, the dimensions, values and targets."""

from collections.abc import Iterable
from typing import Any

from semantic.compiler.access import Reserved, small_cells
from semantic.compiler.expansion import Expander, Term, qualified
from semantic.compiler.hierarchies import component_hierarchies, dimension_hierarchies
from semantic.compiler.manifest import Dimension, Measure, Metric, SemanticManifest, SemanticModel
from semantic.compiler.notation import formula_text

__all__ = ["COMPONENTS", "components_cube", "dimension_cube", "segment_name"]

Node = dict[str, Any]

COMPONENTS = "componenti"
_REQUIRED = ["periodo", "scenario"]
_LEVELS = ["nazionale", "direzione", "sede", "agenzia"]


def dimension_cube(model: SemanticModel) -> Node:
    """Return the cube of a dimension table: its key, its dimensions, segments and hierarchy."""
    key: Node = {"name": "chiave", "sql": f"{{CUBE}}.{model.primary_key}", "type": "string"}
    key |= {"primary_key": True, "public": False}
    cube: Node = {
        "name": model.name,
        "sql_table": model.relation,
        "title": model.label,
        "description": model.description,
        "public": False,
        **({"meta": {"validita": list(model.validity)}} if model.validity else {}),
        "dimensions": [key, *(_dimension(item) for item in model.dimensions if not segment_name(item))],
    }
    if segments := _segments(model):
        cube["segments"] = segments
    if hierarchies := dimension_hierarchies(model):
        cube["hierarchies"] = hierarchies
    return cube


def segment_name(item: Dimension) -> str:
    """Return the name of the segment that a yes-or-no dimension stands for (`segmento`), or ''."""
    return str(item.meta.get("segmento", ""))


def _segments(model: SemanticModel) -> list[Node]:
    """Return the named conditions: which rows they select counts as a cut, or as a level, like any filter."""
    segments = []
    for item in model.dimensions:
        if name := segment_name(item):
            node: Node = {"name": name, "sql": qualified(item.sql), "title": item.label}
            meta = {key: value for key, value in item.meta.items() if key in ("livello", "taglio")}
            segments.append(node | ({"meta": meta} if meta else {}))
    return segments


def components_cube(manifest: SemanticManifest, reserved: Reserved) -> Node:
    """Return the cube of the consolidated fact: one measure per component and per indicator."""
    base = manifest.models[COMPONENTS]
    expander = Expander(manifest, base)
    indicators = manifest.elementary
    measures = [_component(measure, base) for measure in base.measures]
    measures += _deliveries(manifest.counted_sources)
    published = [item for metric in indicators for item in _indicator(metric, expander)]
    measures += [_term(term) for term in sorted(expander.terms.values(), key=lambda term: term.name)]
    sources = {
        metric.name: frozenset(str(item.meta["fonte"]) for item in expander.measures(metric))
        for metric in indicators
    }
    sources |= {measure.name: frozenset([str(measure.meta["fonte"])]) for measure in base.measures}
    measures = small_cells(measures + published, sources, reserved)
    return {
        "name": base.name,
        "sql_table": base.relation,
        "title": base.label,
        "description": base.description,
        "public": False,
        "joins": _joins(base, manifest),
        "dimensions": [
            _grain(base),
            _domain(),
            *(_dimension(item) for item in base.dimensions if not segment_name(item)),
        ],
        "measures": measures,
        "segments": _segments(base),
        "hierarchies": component_hierarchies(base),
    }


def _joins(base: SemanticModel, manifest: SemanticManifest) -> list[Node]:
    joins = []
    for model in manifest.models.values():
        if model.primary_entity and model.primary_entity in base.foreign_keys:
            column = base.foreign_keys[model.primary_entity]
            sql = f"{{CUBE}}.{column} = {{{model.name}}}.{model.primary_key}"
            joins.append({"name": model.name, "relationship": "many_to_one", "sql": sql})
    return joins


def _grain(base: SemanticModel) -> Node:
    """Return the primary key that Cube asks of a cube with joins, from the columns of the grain."""
    columns = ", ".join(f"{{CUBE}}.{column}" for column in base.grain)
    key: Node = {"name": "chiave", "sql": f"concat_ws('/', {columns})", "type": "string"}
    return key | {"primary_key": True, "public": False}


def _domain() -> Node:
    """Return the dimension that says of which domain's facts a row is: what a token may see depends on it."""
    return {"name": "dominio", "sql": "{CUBE}.domain_code", "type": "string", "title": "Dominio dei dati"}


def _dimension(item: Dimension) -> Node:
    kind = "time" if item.kind == "time" else "string"
    if item.name.startswith(("is_", "has_")):
        kind = "boolean"
    node: Node = {"name": item.name, "sql": qualified(item.sql), "type": kind, "title": item.label}
    meta = {key: value for key, value in item.meta.items() if key in ("livello", "taglio")}
    if meta:
        node["meta"] = meta
    if kind == "boolean":
        node["public"] = False
    return node


def _component(measure: Measure, base: SemanticModel) -> Node:
    cuts = [
        item.meta["taglio"] for item in base.dimensions if measure.meta["fonte"] in item.meta.get("fonti", ())
    ]
    if measure.meta["fonte"] in ("produzione", "presenze", "piano"):
        cuts += ["area_obiettivo", "macroarea", "area", "linea"]
    if measure.meta["fonte"] == "produzione":
        cuts.append("prodotto")
    meta: Node = {
        "codice": measure.name,
        "unita": measure.meta["unita"],
        "natura": measure.meta["natura"],
        "fonte": measure.meta["fonte"],
        **_exact_type(measure),
        "livelli": _LEVELS,
        "tagli": cuts,
        # Some components are another quantity in each row (a measure's numerator): summed within one kind.
        "richiede": [*_REQUIRED, *measure.meta.get("richiede", ())],
        "descrizione_en": measure.meta["descrizione_en"],
    }
    return {
        "name": measure.name,
        "type": "sum",
        "sql": qualified(measure.sql),
        "title": measure.label,
        "description": measure.description,
        "meta": meta,
    }


def _exact_type(measure: Measure) -> Node:
    scale = measure.meta["scala"]
    return {"tipo": "decimal" if scale else "integer", "scala": scale}


def _term(term: Term) -> Node:
    return {
        "name": term.name,
        "type": "sum",
        "sql": qualified(term.measure.sql),
        "filters": [{"sql": qualified(condition)} for condition in term.conditions],
        "public": False,
    }


def _deliveries(sources: Iterable[str]) -> list[Node]:
    """Counts of deliveries expected and present, per source; `_chiusura` counts the closing month only."""
    return [
        {
            "name": f"{state}_{source}{moment}",
            "type": "sum",
            "sql": f"{{CUBE}}.{state}_{source}{moment}",
            "public": False,
        }
        for source in sources
        for moment in ("", "_chiusura")
        for state in ("attese", "presenti")
    ]


def _indicator(metric: Metric, expander: Expander) -> Iterable[Node]:
    sources = sorted(
        {
            measure.meta["fonte"] + ("_chiusura" if measure.meta["natura"] == "stock" else "")
            for measure in expander.measures(metric)
            if measure.meta["fonte"] in expander.manifest.counted_sources
        }
    )
    single = expander.single_term(metric)
    node: Node = {"name": metric.name, "type": "sum" if single else "number"}
    if single:
        node["sql"] = qualified(single.measure.sql)
        node["filters"] = [{"sql": qualified(condition)} for condition in single.conditions]
    else:
        node["sql"] = expander.expression(metric)
    node |= {
        "title": metric.label,
        "description": metric.description,
        "meta": _indicator_meta(metric, expander, single, sources),
    }
    yield node
    if sources:
        yield from _completeness(metric, sources)


def _indicator_meta(metric: Metric, expander: Expander, single: Term | None, sources: list[str]) -> Node:
    meta: Node = {
        key: metric.meta[key] for key in ("codice", "prospettiva", "unita", "polarita") if key in metric.meta
    }
    meta |= _exact_type(single.measure) if single else {"tipo": "double"}
    meta |= {
        "decimali": metric.meta["scala"],
        "livelli": metric.meta["livelli"],
        "tagli": metric.meta["tagli"],
        "richiede": _REQUIRED,
        "valido_dal": metric.meta["valido_dal"],
        "valido_al": metric.meta["valido_al"],
        "atto": metric.meta["atto"],
        "lettura": metric.meta["lettura"],
        "formula": formula_text(metric, expander),
        "descrizione_en": " ".join(metric.meta["descrizione_en"].split()),
    }
    meta |= {key: metric.meta[key] for key in ("abolito_da", "sostituito_da") if key in metric.meta}
    if "definizioni" in metric.meta:
        meta["famiglia"] = metric.meta["definizioni"]
    if sources:
        meta["completezza"] = {"attese": f"{metric.name}_attese", "presenti": f"{metric.name}_presenti"}
    return meta


def _completeness(metric: Metric, sources: list[str]) -> Iterable[Node]:
    for state, title in (("attese", "consegne attese"), ("presenti", "consegne presenti")):
        yield {
            "name": f"{metric.name}_{state}",
            "type": "number",
            "sql": " + ".join(f"COALESCE({{{state}_{source}}}, 0)" for source in sources),
            "title": f"{metric.label}: {title}",
            "description": "Consegne (struttura, linea, mese) da cui dipende il valore.",
            "meta": {"tipo": "integer", "scala": 0, **_same_scope(metric)},
        }
    yield {
        "name": f"{metric.name}_completezza",
        "type": "number",
        "sql": f"({{{metric.name}_presenti}}) / NULLIF({{{metric.name}_attese}}, 0)",
        "title": f"{metric.label}: completezza",
        "description": "Quota delle consegne presenti sulle attese; 1 = valore completo.",
        "meta": {"tipo": "double", **_same_scope(metric)},
    }


def _same_scope(metric: Metric) -> Node:
    return {
        "richiede": _REQUIRED,
        "livelli": metric.meta["livelli"],
        "tagli": metric.meta["tagli"],
        "completezza_di": metric.name,
    }
