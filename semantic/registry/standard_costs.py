"""The metrics of the standard costs (Tabella C) and of the costs of premises: one per row of their seeds.

A standard cost is the cost of some classes over what drives it: homogenised points, square metres, heads,
people present, the same cost of the year before. A cost of premises is how far actual cost is from the
programmed one.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from semantic.registry.metric_nodes import Node, cost_meta, dimension_equals, dimension_in, input_of
from semantic.registry.seed_rows import SeedRow, seed_rows

__all__ = ["standard_costs", "structure_costs"]

# Driver → the cost measure that it divides, the base's input and how the description names the base.
_COST, _COST_TIMES_MONTHS = "costo_totale", "costo_mesi"
_DRIVERS: Mapping[str, tuple[str, Node, str]] = {
    "punti": (
        _COST,
        input_of("definito_lavorato_om", "base", "{{ Dimension('componente__is_production_area') }} = true"),
        "punti omogeneizzati delle aree di produzione",
    ),
    "mq_lordi": (
        _COST,
        input_of("misura_numeratore_finale", "base", dimension_equals("misura", "MQ_LORDI")),
        "metri quadrati lordi al mese di chiusura",
    ),
    "mq_netti": (
        _COST,
        input_of("misura_numeratore_finale", "base", dimension_equals("misura", "MQ_NETTI")),
        "metri quadrati netti al mese di chiusura",
    ),
    "teste": (_COST, input_of("teste", "base"), "dipendenti in organico al mese di chiusura"),
    "presenti": (_COST_TIMES_MONTHS, input_of("fte", "base"), "persone mediamente presenti (FTE)"),
    "costi_discrezionali": (
        _COST,
        input_of(_COST, "base", "{{ Dimension('componente__is_discretionary_cost') }} = true"),
        "costi discrezionali",
    ),
}
_PREVIOUS_YEAR, _MEASURE = "anno_precedente", "misura:"
_FACTORS = {"1": "", "100": "100 * "}


def standard_costs(seeds: Path) -> Sequence[Node]:
    """Return the metrics `costi_standard_cs01` … of `standard_costs.csv`, with the titles of Tabella C.

    Raises:
        CompileError: a row names a cost class or a driver that there is not, or no row of Tabella C.
    """
    published = {
        row.text("codice_indicatore"): row for row in seed_rows(seeds, "acts/obiettivi_costi_standard_2021")
    }
    classes = _class_titles(seeds)
    regimes = {row.text("regime_code"): row for row in seed_rows(seeds, "registry/regimes")}
    return [
        _standard_cost(row, published[row.chosen("item_code", published)], classes, regimes)
        for row in seed_rows(seeds, "registry/standard_costs")
    ]


def structure_costs(seeds: Path) -> Sequence[Node]:
    """Return `costi_struttura` and its nine items of `structure_costs.csv` (C102, 5.4.2.1).

    Raises:
        CompileError: a row names a cost class that there is not.
    """
    titles = _class_titles(seeds)
    rows = seed_rows(seeds, "registry/structure_costs")
    items = [_classes(row, "cost_classes", titles) for row in rows]
    regime = next(row for row in seed_rows(seeds, "registry/regimes") if row.text("regime_code") == "2025")
    total = _structure_cost(
        code="costi_struttura",
        title="Costi di struttura",
        title_en="Costs of premises, nine items",
        # Two items share the leases: in the total every euro counts once.
        classes=list(dict.fromkeys(name for item in items for name in item)),
        regime=regime,
        note="totale delle nove voci, ogni euro una volta",
    )
    return [total] + [
        _structure_cost(
            code=f"costi_struttura_{row.text('item_code')}",
            title=f"Costi di struttura: {row.text('title')}",
            title_en=f"Costs of premises: {row.text('title_en')}",
            classes=item,
            regime=regime,
            note=row.optional("note"),
        )
        for row, item in zip(rows, items, strict=True)
    ]


def _standard_cost(
    row: SeedRow, published: SeedRow, titles: Mapping[str, str], regimes: Mapping[str, SeedRow]
) -> Node:
    code = f"costi_standard_{row.text('item_code').lower()}"
    cost, base, about = _sides(row, titles)
    note = row.optional("note")
    regime = regimes[row.chosen("regime_code", regimes)] if row.optional("regime_code") else None
    factor = row.chosen("factor", _FACTORS)
    node: Node = {
        "name": code,
        "label": published.text("indicatore"),
        "description": f"{about}{', per cento' if factor == '100' else ''}."
        + (f" Lettura: {note}." if note else ""),
        "type": "derived",
        "type_params": {"expr": f"{_FACTORS[factor]}costo / nullif(base, 0)", "metrics": [cost, base]},
    }
    meta = cost_meta(
        code,
        act=published.text("fonte"),
        valid_from=(regime or regimes["2021"]).text("valid_from"),
        valid_to=regime.optional("valid_to") if regime else None,
        is_reading=row.chosen("is_reading", {"true": 1, "false": 0}) == "true",
    )
    meta |= {"unita": row.text("unit"), "descrizione_en": f"{row.text('title_en')}."}
    meta |= {"registro": "standard_costs", "voce": row.text("item_code"), "livelli": ["direzione"]}
    if regime:
        node["filter"] = dimension_equals("assetto", regime.text("regime_code"))
    return node | {"config": {"meta": meta}}


def _sides(row: SeedRow, titles: Mapping[str, str]) -> tuple[Node, Node, str]:
    """Return the inputs `costo` and `base`, and the Italian words for one over the other."""
    driver = row.text("driver")
    if driver.startswith(_MEASURE):
        code = driver.removeprefix(_MEASURE)
        sides = [
            input_of(f"misura_{side}_finale", alias, dimension_equals("misura", code))
            for side, alias in (("numeratore", "costo"), ("denominatore", "base"))
        ]
        return sides[0], sides[1], f"Numeratore su denominatore della misura elementare {code}"
    included = _classes(row, "cost_classes", titles)
    excluded = _classes(row, "excluded_classes", titles)
    filters = [dimension_in("classe_costo", included)] if included else []
    filters += [dimension_in("classe_costo", excluded, negated=True)] if excluded else []
    words = "Costo totale" if not included else f"Costi ({_listed(included, titles)})"
    words += f", esclusi {_listed(excluded, titles)}," if excluded else ""
    condition = " and ".join(filters) or None
    if driver == _PREVIOUS_YEAR:
        base = input_of("costo_anno_precedente", "base", condition)
        return (
            input_of(_COST, "costo", condition),
            base,
            f"{words} su quelli degli stessi mesi dell'anno prima",
        )
    measure, base, base_words = _DRIVERS[row.chosen("driver", _DRIVERS)]
    return input_of(measure, "costo", condition), base, f"{words} su {base_words}"


def _structure_cost(
    *, code: str, title: str, title_en: str, classes: list[str], regime: SeedRow, note: str | None
) -> Node:
    condition = dimension_in("classe_costo", classes)
    meta = cost_meta(
        code,
        act="Circolare 102/2024, paragrafo 5.4.2.1",
        valid_from=regime.text("valid_from"),
        valid_to=regime.optional("valid_to"),
        is_reading=True,
    )
    meta |= {
        "unita": "%",
        "descrizione_en": f"{title_en}: actual (or forecast) cost over initial budget, less one, per cent.",
        "tagli": ["classe_costo"],
        "registro": "structure_costs",
        "voce": code.removeprefix("costi_struttura").removeprefix("_") or "totale",
    }
    description = (
        "Scostamento per cento del costo effettivo (o del forecast, nel suo scenario) dal budget programmato."
    )
    return {
        "name": code,
        "label": title,
        "description": description + (f" Lettura: {note}." if note else ""),
        "type": "derived",
        "type_params": {
            "expr": "100 * (costo - programmato) / nullif(programmato, 0)",
            "metrics": [
                input_of(_COST, "costo", condition),
                input_of("costo_programmato", "programmato", condition),
            ],
        },
        "filter": dimension_equals("assetto", regime.text("regime_code")),
        "config": {"meta": meta},
    }


def _class_titles(seeds: Path) -> dict[str, str]:
    return {row.text("class_code"): row.text("title") for row in seed_rows(seeds, "registry/cost_classes")}


def _classes(row: SeedRow, column: str, titles: Mapping[str, str]) -> list[str]:
    names = (row.optional(column) or "").split()
    for name in names:
        if name not in titles:
            raise row.error(column, f"names '{name}', which is no class of cost_classes.csv")
    return names


def _listed(names: list[str], titles: Mapping[str, str]) -> str:
    return ", ".join(titles[name][0].lower() + titles[name][1:] for name in names)
