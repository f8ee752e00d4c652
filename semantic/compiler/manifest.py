"""Reads the parts of dbt's `manifest.json` that the semantic layer is made from."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from semantic.compiler.errors import CompileError

__all__ = ["Dimension", "Input", "Measure", "Metric", "SemanticManifest", "SemanticModel", "read_manifest"]

Meta = Mapping[str, Any]
_CONSOLIDATED = "fct_components"
_EXPECTED = "attese_"
_VALIDITY = ("valid_from", "valid_to")


@dataclass(frozen=True)
class Dimension:
    """A dimension of a dbt semantic model; `sql` is a column or an expression over the model's columns."""

    name: str
    label: str
    sql: str
    kind: str
    meta: Meta


@dataclass(frozen=True)
class Measure:
    """An additive measure; `sql` is summed. `meta` holds `unita`, `scala`, `natura`, `fonte`."""

    name: str
    label: str
    description: str
    sql: str
    meta: Meta


@dataclass(frozen=True)
class Input:
    """A metric (or measure) that another metric uses, with the filters it adds, as MetricFlow templates."""

    name: str
    alias: str
    filters: tuple[str, ...]


@dataclass(frozen=True)
class Metric:
    """A dbt metric: `kind` is `simple` (one measure), `ratio` (numerator, denominator) or `derived`."""

    name: str
    label: str
    description: str
    kind: str
    inputs: tuple[Input, ...]
    expression: str | None
    filters: tuple[str, ...]
    meta: Meta
    file: str

    @property
    def is_indicator(self) -> bool:
        """Whether the metric is a public indicator (has a `codice`), not a bare component."""
        return "codice" in self.meta

    @property
    def is_composite(self) -> bool:
        """Whether the indicator is computed from others (`composito`), not a formula over components."""
        return bool(self.meta.get("composito"))


@dataclass(frozen=True)
class SemanticModel:
    """A dbt semantic model: one relation with its keys, dimensions and measures.

    `grain` lists the columns that together identify a row, where no single column does; `meta` is what the
    model says of itself. `validity` names the columns of a version's first and last day, in a relation that
    keeps versions.
    """

    name: str
    label: str
    description: str
    relation: str
    primary_key: str | None
    primary_entity: str | None
    foreign_keys: Mapping[str, str]
    dimensions: tuple[Dimension, ...]
    measures: tuple[Measure, ...] = field(default=())
    grain: tuple[str, ...] = ()
    meta: Meta = field(default_factory=dict)
    validity: tuple[str, str] | None = None


@dataclass(frozen=True)
class SemanticManifest:
    """All semantic models and metrics of the dbt project, by name.

    `counted_sources` are the sources (`fonte`) whose deliveries are counted: those for which the consolidated
    fact has the columns `attese_<source>` and `presenti_<source>`.
    """

    models: Mapping[str, SemanticModel]
    metrics: Mapping[str, Metric]
    counted_sources: tuple[str, ...] = ()

    @property
    def elementary(self) -> list[Metric]:
        """The indicators that are formulas over components, in order of name."""
        return [metric for metric in self.metrics.values() if metric.is_indicator and not metric.is_composite]


def read_manifest(path: Path) -> SemanticManifest:
    """Read `target/manifest.json`.

    Raises:
        CompileError: the file is missing or is no dbt manifest (run `dbt parse` first).
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CompileError(f"{path} does not exist: run `dbt parse` in the dbt project first") from None
    except json.JSONDecodeError as error:
        raise CompileError(f"{path} is not JSON ({error}): run `dbt parse` again") from None
    try:
        models = [_model(node, document["nodes"]) for node in document["semantic_models"].values()]
        metrics = [_metric(node) for node in document["metrics"].values()]
        sources = _counted_sources(document["nodes"])
    except (KeyError, StopIteration) as error:
        raise CompileError(f"{path} has no {error}: is it a manifest of dbt 1.11?") from None
    return SemanticManifest(
        models={model.name: model for model in sorted(models, key=lambda model: model.name)},
        metrics={metric.name: metric for metric in sorted(metrics, key=lambda metric: metric.name)},
        counted_sources=sources,
    )


def _counted_sources(nodes: dict[str, Any]) -> tuple[str, ...]:
    """Read the sources from the contract of the consolidated fact, which dbt holds to the macro's columns."""
    columns = next(node["columns"] for key, node in nodes.items() if key.endswith(f".{_CONSOLIDATED}"))
    return tuple(sorted(name.removeprefix(_EXPECTED) for name in columns if name.startswith(_EXPECTED)))


def _model(node: dict[str, Any], nodes: dict[str, Any]) -> SemanticModel:
    relation = nodes[node["depends_on"]["nodes"][0]]
    primary = [entity for entity in node["entities"] if entity["type"] == "primary"]
    return SemanticModel(
        name=node["name"],
        label=node["label"] or node["name"],
        description=_one_line(node["description"]),
        relation=f"{relation['schema']}.{relation['alias']}",
        primary_key=(primary[0]["expr"] or primary[0]["name"]) if primary else None,
        primary_entity=primary[0]["name"] if primary else None,
        foreign_keys={
            entity["name"]: entity["expr"] or entity["name"]
            for entity in node["entities"]
            if entity["type"] == "foreign"
        },
        dimensions=tuple(
            Dimension(
                name=item["name"],
                label=item["label"] or item["name"],
                sql=item["expr"] or item["name"],
                kind=item["type"],
                meta=_meta(item),
            )
            for item in node["dimensions"]
        ),
        measures=tuple(
            Measure(
                name=item["name"],
                label=item["label"] or item["name"],
                description=_one_line(item["description"]),
                sql=item["expr"] or item["name"],
                meta=_meta(item),
            )
            for item in node["measures"]
        ),
        grain=tuple(_meta(node).get("chiave", ())),
        meta=_meta(node),
        validity=_VALIDITY if set(_VALIDITY) <= set(relation["columns"]) else None,
    )


def _metric(node: dict[str, Any]) -> Metric:
    params = node["type_params"]
    kind = node["type"]
    if kind == "simple":
        inputs = [_input(params["measure"], "misura")]
    elif kind == "ratio":
        inputs = [_input(params["numerator"], "numeratore"), _input(params["denominator"], "denominatore")]
    else:
        inputs = [_input(item, item["alias"] or item["name"]) for item in params["metrics"]]
    return Metric(
        name=node["name"],
        label=node["label"] or node["name"],
        description=_one_line(node["description"]),
        kind=kind,
        inputs=tuple(inputs),
        expression=params["expr"] if kind == "derived" else None,
        filters=_filters(node),
        meta=_meta(node),
        file=node["original_file_path"],
    )


def _input(item: dict[str, Any], alias: str) -> Input:
    return Input(name=item["name"], alias=alias, filters=_filters(item))


def _filters(item: dict[str, Any]) -> tuple[str, ...]:
    if not item.get("filter"):
        return ()
    return tuple(_one_line(where["where_sql_template"]) for where in item["filter"]["where_filters"])


def _meta(item: dict[str, Any]) -> Meta:
    return (item.get("config") or {}).get("meta") or {}


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())
