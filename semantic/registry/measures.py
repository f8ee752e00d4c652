"""The elementary measures: a row of `registry/measures.csv` is a metric over the measures' components.

    nature            numerator                     denominator
    flusso            sum over the period           sum over the period
    stock             closing month                 closing month
    flusso_su_stock   sum over the period           closing month

    formula           value
    percentuale       100 × numerator / denominator
    rapporto          numerator / denominator
    somma             numerator

A row without `indicator_code` is a component of other indicators and gives no metric of its own.
"""

import csv
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from semantic.compiler.errors import CompileError
from semantic.registry.rows import SeedRow, read_rows

__all__ = ["COLUMNS", "measure_metrics"]

Node = dict[str, Any]

COLUMNS = (
    "measure_code",
    "indicator_code",
    "title",
    "title_en",
    "description",
    "description_en",
    "unit",
    "polarity",
    "area_code",
    "section",
    "weight",
    "nature",
    "formula",
    "scale",
    "minimum",
    "maximum",
    "levels",
    "prospettiva",
    "is_reading",
    "note",
    "valid_from",
    "valid_to",
    "act",
)
_NUMERATORS = {
    "flusso": "misura_numeratore",
    "stock": "misura_numeratore_finale",
    "flusso_su_stock": "misura_numeratore",
}
_DENOMINATORS = {
    "flusso": "misura_denominatore",
    "stock": "misura_denominatore_finale",
    "flusso_su_stock": "misura_denominatore_finale",
}
_FORMULAS = ("percentuale", "rapporto", "somma")
_LEVELS = ("nazionale", "direzione", "sede", "agenzia")
_PERSPECTIVES = (
    "finanza",
    "istituzionale",
    "processi",
    "professionisti",
    "qualita",
    "strategia",
    "sviluppo",
    "utenza",
    "valore_pubblico",
)
Regimes = Mapping[tuple[str, str | None], str]


def measure_metrics(seeds: Path) -> list[Node]:
    """Return the metric of each measure that is an indicator, in order of its code.

    Args:
        seeds: the folder `warehouse/seeds`.

    Raises:
        CompileError: a row does not say what its metric needs; names file, line, column, value and remedy.
    """
    path = seeds / "registry" / "measures.csv"
    regimes = _regimes(seeds / "registry" / "regimes.csv")
    areas = _areas(seeds / "acts" / "aree_produzione.csv")
    metrics: dict[str, Node] = {}
    codes: set[str] = set()
    for row in read_rows(path, COLUMNS):
        _check_measure(row, areas, codes)
        if not row["indicator_code"]:
            _check_component(row)
            continue
        metric = _metric(row, regimes)
        if metric["name"] in metrics:
            raise row.error("indicator_code", "write a code that no other row has")
        metrics[metric["name"]] = metric
    return [metrics[name] for name in sorted(metrics)]


def _check_measure(row: SeedRow, areas: set[str], codes: set[str]) -> None:
    """Check what every measure says, indicator or not."""
    code = row.matching("measure_code", r"[A-Z][A-Z0-9_]{0,39}", "capitals, digits and underscores")
    if code in codes:
        raise row.error("measure_code", "write a code that no other row has")
    codes.add(code)
    for column in ("title", "title_en", "unit", "section", "act"):
        row.text(column)
    row.choice("polarity", ("1", "-1"))
    row.choice("nature", _NUMERATORS)
    if row["area_code"]:
        row.choice("area_code", areas)
    weight = row.number("weight")
    if weight is not None and weight <= 0:
        raise row.error("weight", "write a number above zero, or nothing where no index weighs the measure")
    if code.startswith("Q_") and weight is None:
        raise row.error("weight", "a quality measure has a weight in its area's index")


def _check_component(row: SeedRow) -> None:
    for column in ("formula", "scale", "minimum", "maximum", "levels", "prospettiva", "is_reading"):
        if row[column]:
            raise row.error(column, "leave it empty, or give the row an indicator_code")


def _metric(row: SeedRow, regimes: Regimes) -> Node:
    """Return the dbt metric of a row."""
    code = _indicator_code(row)
    formula = row.choice("formula", _FORMULAS)
    if formula == "somma" and row["nature"] == "flusso_su_stock":
        raise row.error("formula", "a sum has no denominator: write nature 'flusso' or 'stock'")
    metric: Node = {
        "name": code,
        "label": row.text("title"),
        "description": row.text("description", at_least=20),
        **_formula(row, formula),
    }
    valid_from, valid_to = row.day("valid_from"), row.day("valid_to")
    if valid_from is None:
        raise row.error("valid_from", "write the first day in force, as YYYY-MM-DD")
    if (valid_from, valid_to) in regimes:
        regime = regimes[valid_from, valid_to]
        metric["filter"] = f"{{{{ Dimension('componente__assetto') }}}} = '{regime}'"
    elif valid_to is not None or valid_from != min(start for start, _ in regimes):
        raise row.error(
            "valid_from", "write the days of a regime (seed regimes), or its first day and no end"
        )
    metric["config"] = {"meta": _meta(row, code, formula) | {"valido_dal": valid_from, "valido_al": valid_to}}
    return metric


def _indicator_code(row: SeedRow) -> str:
    code = row.matching(
        "indicator_code", r"[a-z][a-z0-9]*(_[a-z0-9]+)*", "small letters, digits and single underscores"
    )
    measure = row["measure_code"]
    if measure.startswith("Q_") and code != "qualita_" + measure.removeprefix("Q_").lower():
        raise row.error("indicator_code", f"write qualita_{measure.removeprefix('Q_').lower()}")
    return code


def _formula(row: SeedRow, formula: str) -> Node:
    """Return the type of metric and its inputs, each filtered on the row's measure."""
    nature = row["nature"]
    own = f"{{{{ Dimension('componente__misura') }}}} = '{row['measure_code']}'"
    upper = {"name": _NUMERATORS[nature], "filter": own}
    lower = {"name": _DENOMINATORS[nature], "filter": own}
    if formula == "somma":
        return {"type": "simple", "type_params": {"measure": upper}}
    if formula == "rapporto":
        return {"type": "ratio", "type_params": {"numerator": upper, "denominator": lower}}
    inputs = [upper | {"alias": "numeratore"}, lower | {"alias": "denominatore"}]
    expression = "100 * numeratore / nullif(denominatore, 0)"
    return {"type": "derived", "type_params": {"expr": expression, "metrics": inputs}}


def _meta(row: SeedRow, code: str, formula: str) -> Node:
    unit = row.text("unit")
    if (unit == "%") != (formula == "percentuale"):
        raise row.error("unit", "the unit is % where the formula is 'percentuale', and only there")
    return {
        "codice": code,
        "descrizione_en": row.text("description_en", at_least=20),
        "prospettiva": row.choice("prospettiva", _PERSPECTIVES),
        "unita": unit,
        "polarita": int(row["polarity"]),
        "scala": int(row.matching("scale", "[0-6]", "the decimals shown, 0 to 6")),
        "intervallo": _range(row),
        "livelli": _levels(row),
        "tagli": [],
        "nodi_area": [],
        "scenari": ["consuntivo"],
        "atto": row.text("act"),
        "lettura": row.choice("is_reading", ("true", "false")) == "true",
    }


def _range(row: SeedRow) -> list[int | float | None]:
    low, high = row.number("minimum"), row.number("maximum")
    if low is not None and high is not None and low >= high:
        raise row.error("maximum", f"write a number above the minimum, {low}")
    return [_plain(low), _plain(high)]


def _plain(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _levels(row: SeedRow) -> list[str]:
    levels = row["levels"].split()
    if not levels or levels != [level for level in _LEVELS if level in levels]:
        raise row.error("levels", f"write some of {' '.join(_LEVELS)}, in this order, with a space between")
    return levels


def _regimes(path: Path) -> dict[tuple[str, str | None], str]:
    columns = ("regime_code", "title", "valid_from", "valid_to", "act")
    found = {
        (row.text("valid_from"), row.day("valid_to")): row["regime_code"] for row in read_rows(path, columns)
    }
    if not found:
        raise CompileError(f"{path}: no regime: the first day of every definition is that of one")
    return found


def _areas(path: Path) -> set[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return {row["codice"] for row in csv.DictReader(file)}
