"""Mutants of metrics and of the measures that they sum, made on the nodes of dbt's manifest.

A node is the dictionary that the project's macros read from dbt's graph, so a mutant is what the same mistake
in the YAML file would be after parsing.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from .mutant import Mutant

__all__ = ["measure_mutants", "metric_mutants"]

Node = dict[str, Any]
Edit = Callable[[Node], None]

_OTHER_VALUES = {"2021": "2025", "2025": "2021", "entrate": "prestazioni", "prestazioni": "entrate"}
_NUMBER = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)(?![\w.])")


def metric_mutants(metrics: Mapping[str, Node], measures: Mapping[str, Node]) -> Iterator[Mutant]:
    """Give every mutant of the indicators (the metrics whose meta has a `codice`).

    Args:
        metrics: all metrics of the graph, by unique id.
        measures: the measures of the semantic model `componenti`, by name.
    """
    for unique_id, node in metrics.items():
        if not node["config"]["meta"].get("codice"):
            continue
        # A composite's metric only shows what `ind_evaluation` computed: its definition is rows of seeds.
        composite = node["config"]["meta"].get("composito", False)
        formula = [] if composite else [*_formula(node), *_inputs(node, measures)]
        for operator, before, after, edit in [*formula, *_filters(node), *_metadata(node)]:
            mutated = copy.deepcopy(node)
            edit(mutated)
            if mutated != node:
                yield Mutant(
                    kind="metric",
                    operator=operator,
                    subject=node["name"],
                    file=node["original_file_path"],
                    before=before,
                    after=after,
                    change={"unique_id": unique_id, "node": mutated},
                )
        if not composite:
            yield from _expansions(node)


def measure_mutants(model: Node) -> Iterator[Mutant]:
    """Give every mutant of the measures of the semantic model `componenti`."""
    for index, measure in enumerate(model["measures"]):
        for operator, before, after, edit in _measure(measure):
            mutated = copy.deepcopy(model)
            edit(mutated["measures"][index])
            if mutated != model:
                yield Mutant(
                    kind="measure",
                    operator=operator,
                    subject=measure["name"],
                    file=model["original_file_path"],
                    before=before,
                    after=after,
                    change={"unique_id": model["unique_id"], "node": mutated},
                )


Change = tuple[str, str, str, Edit]


def _formula(node: Node) -> Iterator[Change]:
    params = node["type_params"]
    if node["type"] == "ratio":
        above, below = params["numerator"], params["denominator"]

        def swap(mutated: Node) -> None:
            mutated["type_params"].update(numerator=below, denominator=above)

        yield "swap", f"{above['name']} / {below['name']}", f"{below['name']} / {above['name']}", swap
    expression = params.get("expr")
    if node["type"] != "derived" or not expression:
        return
    for operator, changed in _expressions(
        expression, [item["alias"] or item["name"] for item in params["metrics"]]
    ):

        def rewrite(mutated: Node, changed: str = changed) -> None:
            mutated["type_params"]["expr"] = changed

        yield operator, expression, changed, rewrite


def _expressions(expression: str, inputs: list[str]) -> Iterator[tuple[str, str]]:
    """Wrong versions of a derived metric's expression."""
    for match in re.finditer(r"(\w+) / nullif\((\w+), 0\)", expression):
        swapped = f"{match[2]} / nullif({match[1]}, 0)"
        yield "swap", expression[: match.start()] + swapped + expression[match.end() :]
    for match in re.finditer(r"\b100(?:\.0+)? \* ", expression):
        yield "factor_lost", expression[: match.start()] + expression[match.end() :]
    for match in re.finditer(r" \* 100(?:\.0+)?\b", expression):
        yield "factor_lost", expression[: match.start()] + expression[match.end() :]
    for match in _NUMBER.finditer(expression):
        zero_of_nullif = float(match[1]) == 0
        if not zero_of_nullif:
            moved = f"{float(match[1]) * 1.1:g}"
            yield "number_moved", expression[: match.start()] + moved + expression[match.end() :]
    for match in re.finditer(r" ([+-]) ", expression):
        other = " - " if match[1] == "+" else " + "
        yield "sign_flipped", expression[: match.start()] + other + expression[match.end() :]
    for match in re.finditer(r"coalesce\((\w+), (\w+)\)", expression):
        for kept in (match[1], match[2]):
            yield "definition_lost", expression[: match.start()] + kept + expression[match.end() :]
    for first, second in pairwise(inputs):
        exchanged = re.sub(
            rf"\b({first}|{second})\b", lambda found, a=first, b=second: b if found[1] == a else a, expression
        )
        already_a_swap = exchanged == re.sub(r"(\w+) / nullif\((\w+), 0\)", r"\2 / nullif(\1, 0)", expression)
        the_same = _ordered_operands(exchanged) == _ordered_operands(expression)
        if not already_a_swap and not the_same and not expression.startswith("coalesce("):
            yield "inputs_exchanged", exchanged


def _ordered_operands(expression: str) -> str:
    """The expression with the operands of each sum and product in one order: `b + a` means `a + b`."""
    return re.sub(
        r"\b(\w+)( [+*] )(\w+)\b",
        lambda found: found[2].join(sorted((found[1], found[3]))),
        expression,
    )


def _holders(node: Node) -> Iterator[tuple[str, Callable[[Node], Node]]]:
    """The places of a metric that can have a filter: itself and its inputs."""
    yield "", lambda mutated: mutated
    params = node["type_params"]
    if params.get("measure"):
        yield params["measure"]["name"], lambda mutated: mutated["type_params"]["measure"]
    for side in ("numerator", "denominator"):
        if params.get(side):
            yield params[side]["name"], lambda mutated, side=side: mutated["type_params"][side]
    for index, item in enumerate(params.get("metrics") or []):
        yield (
            item["alias"] or item["name"],
            lambda mutated, index=index: mutated["type_params"]["metrics"][index],
        )


def _filters(node: Node) -> Iterator[Change]:
    for label, place in _holders(node):
        for index, where in enumerate((place(node).get("filter") or {}).get("where_filters", [])):
            text = " ".join(where["where_sql_template"].split())
            for operator, changed in _conditions(text):

                def rewrite(mutated: Node, changed=changed, place=place, index=index) -> None:  # type: ignore[no-untyped-def]
                    place(mutated)["filter"]["where_filters"][index]["where_sql_template"] = changed

                named = f"{label}: " if label else ""
                yield operator, named + _short(text), named + _short(changed), rewrite


def _conditions(text: str) -> Iterator[tuple[str, str]]:
    """Wrong versions of a filter: each condition dropped, each negated, each value another."""
    parts = re.split(r" and (?=\{\{)", text)
    for index, part in enumerate(parts):
        rest = parts[:index] + parts[index + 1 :]
        yield "filter_dropped", " and ".join(rest) or "true"
        for changed in _condition(part):
            yield "filter_changed", " and ".join([*parts[:index], changed, *parts[index + 1 :]])


def _condition(part: str) -> Iterator[str]:
    if part.endswith("= true"):
        yield part.removesuffix("true") + "false"
    elif part.endswith("= false"):
        yield part.removesuffix("false") + "true"
    elif (match := re.search(r" (<>|!=|=) '([^']*)'$", part)) and match[2]:
        yield part[: match.start()] + f" {match[1]} '{_OTHER_VALUES.get(match[2], match[2] + '_ALTRO')}'"
        yield part[: match.start()] + f" {'<>' if match[1] == '=' else '='} '{match[2]}'"
    elif (match := re.search(r" (not )?in \((.*)\)$", part)) and match[2]:
        values = match[2].split(",")
        for index in range(len(values)):
            kept = ",".join(values[:index] + values[index + 1 :]).strip() or "''"
            yield part[: match.start()] + f" {match[1] or ''}in ({kept})"


def _inputs(node: Node, measures: Mapping[str, Node]) -> Iterator[Change]:
    """Each input replaced with others of the same source: pieces for points, received for completed."""
    for label, place in _holders(node):
        if not label:
            continue
        name = place(node)["name"]
        for other in _siblings(name, measures):

            def replace(mutated: Node, place=place, other=other) -> None:  # type: ignore[no-untyped-def]
                place(mutated)["name"] = other

            yield "wrong_measure", f"{label}: {name}", f"{label}: {other}", replace


def _siblings(name: str, measures: Mapping[str, Node]) -> list[str]:
    """The measures most easily taken for this one: its twin in points or pieces, then its neighbours."""
    if name not in measures:
        return []
    source = measures[name]["config"]["meta"].get("fonte")
    twin = name.removesuffix("_om") if name.endswith("_om") else f"{name}_om"
    same = [
        other
        for other, measure in measures.items()
        if other != name
        and measure["config"]["meta"].get("fonte") == source
        and measure["expr"] != measures[name]["expr"]
    ]
    unit = measures[name]["config"]["meta"].get("unita")
    same.sort(
        key=lambda other: (other != twin, measures[other]["config"]["meta"].get("unita") != unit, other)
    )
    return same[:3]


def _short(text: str) -> str:
    return re.sub(r"\{\{ *Dimension\('componente__(\w+)'\) *\}\}", r"\1", text)


def _metadata(node: Node) -> Iterator[Change]:
    """Wrong versions of what a metric says of itself."""
    meta = node["config"]["meta"]
    for operator, key, value in _meta_values(meta):

        def rewrite(mutated: Node, key=key, value=value) -> None:  # type: ignore[no-untyped-def]
            mutated["config"]["meta"][key] = value

        yield operator, f"{key}: {meta.get(key)}", f"{key}: {value}", rewrite


def _meta_values(meta: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    yield "polarity_flipped", "polarita", -meta["polarita"] if meta.get("polarita") else 1
    yield "unit_wrong", "unita", "%" if meta.get("unita") != "%" else "rapporto"
    for level in meta.get("livelli") or []:
        yield "level_lost", "livelli", [other for other in meta["livelli"] if other != level]
    for level in ("nazionale", "direzione", "sede", "agenzia"):
        if level not in (meta.get("livelli") or []):
            yield "level_added", "livelli", [*(meta.get("livelli") or []), level]
    first = str(meta.get("valido_dal"))
    yield "date_moved", "valido_dal", f"{int(first[:4]) + 1}{first[4:]}"
    yield "date_moved", "valido_dal", f"{int(first[:4]) - 1}{first[4:]}"
    if meta.get("valido_al"):
        yield "date_moved", "valido_al", f"{int(str(meta['valido_al'])[:4]) + 1}{str(meta['valido_al'])[4:]}"
        yield "date_moved", "valido_al", None
    else:
        yield "date_moved", "valido_al", "2024-12-31"
    low, high = meta.get("intervallo") or [None, None]
    yield "range_moved", "intervallo", [1 if low is None else low - 1, high]
    yield "range_moved", "intervallo", [low, 100 if high is None else high * 100]
    yield "scenario_wrong", "scenari", None if meta.get("scenari") else ["consuntivo"]
    for key in ("famiglia", "obiettivo", "sostituito_da"):
        if meta.get(key):
            yield "reference_lost", key, None
    for one in meta.get("definizioni") or []:
        yield "definition_lost", "definizioni", [other for other in meta["definizioni"] if other != one]


_EXPANSIONS = {
    "mean_of_ratios": (
        "mean of the rows' values",
        "'avg(' ~ modules.re.sub('\\\\bsum\\\\(', '(', {value}) ~ ')'",
    ),
    "sign_flipped": ("minus the value", "'-(' ~ {value} ~ ')'"),
    "null_as_zero": ("coalesce(value, 0)", "'coalesce(' ~ {value} ~ ', 0)'"),
    "factor_changed": ("value / 100", "'(' ~ {value} ~ ') / 100'"),
}


def _expansions(node: Node) -> Iterator[Mutant]:
    """Mistakes of the whole formula, made where the metric becomes SQL."""
    kinds = ["sign_flipped", "null_as_zero", "factor_changed"]
    if node["type"] == "ratio" or "nullif(" in (node["type_params"].get("expr") or ""):
        kinds.append("mean_of_ratios")
    for kind in kinds:
        after, template = _EXPANSIONS[kind]
        yield Mutant(
            kind="expansion",
            operator=kind,
            subject=node["name"],
            file=node["original_file_path"],
            before="value",
            after=after,
            change={"metric": node["name"], "template": template},
        )


def _measure(measure: Node) -> Iterator[Change]:
    expression = measure["expr"] or measure["name"]
    for operator, changed in _measure_expressions(expression):

        def rewrite(mutated: Node, changed: str = changed) -> None:
            mutated["expr"] = changed

        yield operator, expression, changed, rewrite
    meta = measure["config"]["meta"]
    other_nature = "flusso" if meta.get("natura") == "stock" else "stock"
    for operator, key, value in [
        ("nature_wrong", "natura", other_nature),
        ("source_wrong", "fonte", "presenze" if meta.get("fonte") != "presenze" else "produzione"),
        ("unit_wrong", "unita", "%"),
    ]:

        def describe(mutated: Node, key: str = key, value: str = value) -> None:
            mutated["config"]["meta"][key] = value

        yield operator, f"{key}: {meta.get(key)}", f"{key}: {value}", describe


def _measure_expressions(expression: str) -> Iterator[tuple[str, str]]:
    yield "sign_flipped", f"-({expression})"
    for match in re.finditer(r" ([+-]) ", expression):
        other = " - " if match[1] == "+" else " + "
        yield "sign_flipped", expression[: match.start()] + other + expression[match.end() :]
        yield "term_lost", expression[: match.start()]
        yield "term_lost", expression[match.end() :]
    for match in re.finditer(r" \* (\w+)", expression):
        yield (
            "days_lost" if match[1] == "period_days" else "factor_lost",
            (expression[: match.start()] + expression[match.end() :]),
        )
    if match := re.match(r"case when (.*?) then (.*?)( else .*?)? end$", expression):
        conditions = match[1].split(" and ")
        for index in range(len(conditions)):
            rest = " and ".join(conditions[:index] + conditions[index + 1 :]) or "true"
            yield "filter_dropped", expression.replace(match[1], rest, 1)
            negated = [*conditions[:index], f"not ({conditions[index]})", *conditions[index + 1 :]]
            yield "filter_changed", expression.replace(match[1], " and ".join(negated), 1)
