"""What a definition says of itself, compared with a second statement of it, written from the acts.

`expected_catalogue.csv` has one row per indicator of the catalogue, `expected_components.csv` one per
component: both are worked from the acts and never generated from the definitions. Functions give complaints,
one text each, so that the repository's tests and the mutation tool ask the same questions.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

__all__ = [
    "Graph",
    "complaints",
    "completeness",
    "expected_catalogue",
    "expected_components",
    "regime_rows",
]

Graph = Mapping[str, Mapping[str, Any]]
Row = Mapping[str, str]

_HERE = Path(__file__).parent
_ROOT = _HERE.parents[1]
_ACTS = {
    "PP21": "Piano Performance 2021-2023",
    "C102": "Circolare 102/2024",
    "DPCM": "DPCM 22 settembre 2014",
}


def expected_catalogue() -> dict[str, dict[str, str]]:
    """Read the second statement of the indicators, by code.

    Columns: `code`; `kind` (`metric`; `composite`: made of other indicators, by `ind_evaluation`);
    `perspective`; `unit`; `polarity`; `range_min`, `range_max` (empty: unbounded); `levels`, `scenarios`
    (separated by spaces; no scenario named: all); `valid_from`; `valid_to` (empty: in force); `family`;
    `target` (what gives the target, where it is not a table); `succeeded_by`; `act` (`PP21`, `C102`, `DPCM`).
    """
    return {row["code"]: row for row in _read(_HERE / "expected_catalogue.csv")}


def expected_components() -> dict[str, dict[str, str]]:
    """Read the second statement of the components: `name`, `unit`, `nature` (flusso, stock), `source`."""
    return {row["name"]: row for row in _read(_HERE / "expected_components.csv")}


def regime_rows() -> list[dict[str, str]]:
    """Read the seed of the sets of definitions and their validity."""
    return _read(_ROOT / "warehouse" / "seeds" / "registry" / "regimes.csv")


def complaints(graph: Graph, regimes: Sequence[Row]) -> list[str]:
    """Give what is wrong with the definitions that are in the graph.

    Args:
        graph: dbt's graph: `metrics` and `semantic_models`, by unique id.
        regimes: rows of the seed `regimes`.
    """
    metrics = {node["name"]: node for node in graph["metrics"].values()}
    indicators = {name: node for name, node in metrics.items() if node["config"]["meta"].get("codice")}
    (model,) = (node for node in graph["semantic_models"].values() if node["name"] == "componenti")
    return [
        *_against_the_catalogue(indicators),
        *_against_the_regimes(indicators, regimes),
        *_families(indicators),
        *_composites(indicators),
        *_against_the_components(model["measures"]),
    ]


def completeness(indicators: Iterable[str]) -> list[str]:
    """Give the codes of the catalogue that are no metric, and the metrics that it does not have."""
    expected = set(expected_catalogue())
    found = set(indicators)
    return [f"{code}: in the catalogue, no metric" for code in sorted(expected - found)] + [
        f"{code}: a metric, not in expected_catalogue.csv" for code in sorted(found - expected)
    ]


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _said(meta: Mapping[str, Any]) -> dict[str, str]:
    """A metric's meta in the words of the table."""
    low, high = meta.get("intervallo") or (None, None)

    def text(value: object) -> str:
        return "" if value is None else f"{value:g}" if isinstance(value, int | float) else str(value)

    return {
        "perspective": text(meta.get("prospettiva")),
        "unit": text(meta.get("unita")),
        "polarity": text(meta.get("polarita")),
        "range_min": text(low),
        "range_max": text(high),
        "levels": " ".join(meta.get("livelli") or ()),
        "scenarios": " ".join(meta.get("scenari") or ()),
        "valid_from": text(meta.get("valido_dal")),
        "valid_to": text(meta.get("valido_al")),
        "family": text(meta.get("famiglia")),
        "target": text(meta.get("obiettivo")),
        "succeeded_by": " ".join(_listed(meta.get("sostituito_da"))),
    }


def _listed(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else [str(value)] if value else []


def _against_the_catalogue(indicators: Graph) -> Iterator[str]:
    expected = expected_catalogue()
    for name, node in indicators.items():
        meta = node["config"]["meta"]
        if meta["codice"] != name:
            yield f"{name}: its codice is {meta['codice']!r}"
        if name not in expected:
            continue
        row = expected[name]
        for column, value in _said(meta).items():
            if value != row[column]:
                yield f"{name}: {column} is {value!r}, expected_catalogue.csv has {row[column]!r}"
        for act in row["act"].split():
            if _ACTS[act] not in str(meta.get("atto")):
                yield f"{name}: the act is {meta.get('atto')!r}, expected_catalogue.csv has {_ACTS[act]!r}"


def _against_the_regimes(indicators: Graph, regimes: Sequence[Row]) -> Iterator[str]:
    """The dates shown to users and the filter that computes come from one seed."""
    validity = {row["regime_code"]: (row["valid_from"], row["valid_to"] or None) for row in regimes}
    for name, node in indicators.items():
        meta = node["config"]["meta"]
        if named := _regimes_of(node):
            first = min(str(validity[code][0]) for code in named)
            last = [validity[code][1] for code in named]
            due = (first, None if None in last else max(str(day) for day in last))
            if (meta.get("valido_dal"), meta.get("valido_al")) != due:
                said = f"{meta.get('valido_dal')} to {meta.get('valido_al')}"
                yield f"{name}: valid {said}, its regime {due[0]} to {due[1]}"


def _regimes_of(node: Mapping[str, Any]) -> set[str]:
    filters = (node.get("filter") or {}).get("where_filters", [])
    text = " ".join(item["where_sql_template"] for item in filters)
    return set(re.findall(r"componente__assetto'\) \}\} = '(\w+)'", text))


def _families(indicators: Graph) -> Iterator[str]:
    """A family names its definitions and they name it; it computes from all of them."""
    for name, node in indicators.items():
        meta = node["config"]["meta"]
        family = indicators.get(meta.get("famiglia") or "")
        if family and name not in (family["config"]["meta"].get("definizioni") or []):
            yield f"{name}: its family {family['name']} does not name it"
        for one in meta.get("definizioni") or []:
            if one not in indicators or indicators[one]["config"]["meta"].get("famiglia") != name:
                yield f"{name}: {one} does not name it as its family"
        if meta.get("definizioni"):
            used = {item["name"] for item in node["type_params"].get("metrics") or []}
            if used != set(meta["definizioni"]):
                yield f"{name}: computed from {sorted(used)}, names {sorted(meta['definizioni'])}"


def _composites(indicators: Graph) -> Iterator[str]:
    """A composite's metric shows the rows of its own code."""
    for name, node in indicators.items():
        if node["config"]["meta"].get("composito"):
            due = f"{{{{ Dimension('valutazione__composito') }}}} = '{name}'"
            measure = node["type_params"].get("measure") or {}
            held = [(one.get("filter") or {}).get("where_filters", []) for one in (node, measure)]
            found = [" ".join(item["where_sql_template"].split()) for items in held for item in items]
            if found != [due]:
                yield f"{name}: reads {found}, a composite reads {due}"


def _against_the_components(measures: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    expected = expected_components()
    stocks = set(_stock_columns())
    for measure in measures:
        name, meta = measure["name"], measure["config"]["meta"]
        said = {"unit": meta.get("unita"), "nature": meta.get("natura"), "source": meta.get("fonte")}
        for key, value in said.items():
            if name in expected and value != expected[name][key]:
                yield f"{name}: {key} is {value!r}, expected_components.csv has {expected[name][key]!r}"
        if name not in expected:
            yield f"{name}: a measure, not in expected_components.csv"
        columns = set(re.findall(r"\b[a-z]\w*\b", measure["expr"] or name))
        if bool(columns & stocks) != (meta.get("natura") == "stock"):
            found = sorted(columns & stocks)
            yield f"{name}: nature {meta.get('natura')!r}, but component_stocks() has {found}"


def _stock_columns() -> list[str]:
    """Columns that stand on one month of a period: stocks, and what is known at the closing month only."""
    text = (_ROOT / "warehouse" / "macros" / "components.sql").read_text(encoding="utf-8")
    listed: list[str] = []
    for macro in ("component_stocks", "component_conditions"):
        body = text.split(f"macro {macro}()", 1)[1].split("endmacro", 1)[0]
        listed += re.findall(r"'(\w+)': '[^']*is_(?:opening|closing)_month[^']*'", body)
    return listed
