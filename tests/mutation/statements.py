"""Mutants of the SQL that definitions rest on: stocks and months, signs, coefficients, dates, deviations.

A rule is a regular expression over the text of dbt's models and macros, so that it follows a statement that
moves to another file; each match is a mutant. A rule without a match is stale, and a test says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .mutant import Mutant

__all__ = ["RULES", "Rule", "statement_mutants"]


@dataclass(frozen=True)
class Rule:
    """A mistake: `pattern` (multi-line) replaced with `replacement`, in the files that `where` finds."""

    operator: str
    pattern: str
    replacement: str
    where: str = r"models/(marts|intermediate|indicators)/|macros/"


RULES = (
    # A stock added up over the months, or taken at the wrong one.
    Rule("stock_summed", r"^ +'\w+': 'is_(opening|closing)_month',\n", "", r"macros/components"),
    Rule(
        "stock_summed",
        r"^ +'\w+': '(?:periods|components|period_months)\.[^']*',\n",
        "",
        r"macros/components",
    ),
    Rule("wrong_month", r"'is_opening_month'", "'is_closing_month'", r"macros/components"),
    Rule("wrong_month", r"'is_closing_month'", "'is_opening_month'", r"macros/components"),
    Rule(
        "stock_summed",
        r"case when period_months\.is_closing_month then (components\.\w+_\{\{ source \}\}) end",
        r"\1",
    ),
    Rule("wrong_month", r"= periods\.first_month as is_opening", "= periods.last_month as is_opening"),
    Rule("wrong_month", r"= periods\.last_month as is_closing", "= periods.first_month as is_closing"),
    # SAP's thirteenth month and whole-year amounts.
    Rule("thirteenth_month", r"and not months\.is_calendar_month", "and months.is_calendar_month"),
    Rule("thirteenth_month", r" and periods\.last_month = 12", ""),
    Rule("thirteenth_month", r"\('anno', 'progressivo'\)", "('anno')"),
    Rule("thirteenth_month", r"\('anno', 'progressivo'\)", "('anno', 'progressivo', 'trimestre')"),
    Rule("thirteenth_month", r"month_number between 1 and 12", "month_number between 1 and 13"),
    # Conventional days.
    Rule("days_lost", r" \* day_count\.days_per_month", ""),
    Rule(
        "days_lost",
        r"last_month - periods\.first_month \+ 1\) \* day",
        "last_month - periods.first_month) * day",
    ),
    Rule("days_lost", r"cast\(valore as integer\) // 12", "cast(valore as integer)"),
    Rule("code_exchanged", r"'GIACENZA-GIORNI'", "'DEFLUSSO'"),
    # Signs and weights of the IEEP tree; coefficients; people counted once.
    Rule("sign_flipped", r"amount_eur \* items\.item_sign", "amount_eur"),
    Rule("weight_lost", r" \* section_weight_pct", ""),
    Rule("coefficient_lost", r" ~ ' \* products\.homogenisation_coefficient'", ""),
    Rule("filter_dropped", r"case when is_principal and (agile_days > 0)", r"case when \1"),
    Rule("filter_dropped", r"case when is_principal then (workable_\w+|1) end", r"\1"),
    # Work done for others.
    Rule("filter_changed", r"service_mode = 'P'", "service_mode = 'R'"),
    Rule("filter_changed", r"service_mode = 'R'", "service_mode = 'P'"),
    Rule("wrong_measure", r"'(sum\((?:rows\.)?)definito\)'", r"'\1pervenuto)'"),
    Rule("wrong_measure", r"'(sum\((?:rows\.)?definito)_om\)'", r"'\1)'"),
    # Plans and targets beside the actuals.
    Rule("scenario_wrong", r"where scenario_code = 'obiettivo'", "where scenario_code = 'consuntivo'"),
    Rule("filter_dropped", r"scenarios\.reference_plan_year = plan_rows\.month_key // 100 or ", ""),
    # Effective dates.
    Rule(
        "date_moved",
        r"\{\{ day \}\} >= \{\{ valid_from \}\}",
        "{{ day }} > {{ valid_from }}",
        r"macros/dates",
    ),
    Rule("date_moved", r"\{\{ day \}\} <= coalesce", "{{ day }} < coalesce", r"macros/dates"),
    Rule("date_moved", r"\(\{\{ day \}\} >= \{\{ valid_from \}\} and ", "(", r"macros/dates"),
    # Deviation from the target.
    Rule("polarity_lost", r"\{\{ polarity \}\} \* \(", "(", r"macros/deviation"),
    Rule(
        "sign_flipped",
        r"\(\{\{ value \}\} - \{\{ target \}\}\)",
        "({{ target }} - {{ value }})",
        r"macros/deviation",
    ),
    Rule("factor_lost", r"(, 0\)) \* 100", r"\1", r"macros/deviation"),
    Rule("swap", r"abs\(\{\{ target \}\}\)", "abs({{ value }})", r"macros/deviation"),
    Rule("sign_flipped", r"abs\(\{\{ target \}\}\)", "{{ target }}", r"macros/deviation"),
    # The expansion of definitions into SQL.
    Rule("null_as_zero", r"' end\)'", "' else 0 end)'", r"macros/indicator_graph"),
    Rule("mean_of_ratios", r"'sum\(case when '", "'avg(case when '", r"macros/indicator_graph"),
    Rule(
        "filter_dropped",
        r"conditions \+ filter_sql\(params\.measure\)",
        "conditions",
        r"macros/indicator_graph",
    ),
    Rule(
        "filter_dropped",
        r"conditions \+ filter_sql\(params\.(numerator|denominator)\)",
        "conditions",
        r"macros/indicator_graph",
    ),
    Rule("filter_dropped", r"inherited \+ filter_sql\(metric\)", "inherited", r"macros/indicator_graph"),
    Rule(
        "filter_dropped",
        r"inherited \+ filter_sql\(metric\)",
        "filter_sql(metric)",
        r"macros/indicator_graph",
    ),
    Rule("filter_changed", r"sort \| join\(' and '\)", "sort | join(' or ')", r"macros/indicator_graph"),
)


def statement_mutants(texts: Mapping[str, Mapping[str, Any]]) -> Iterator[Mutant]:
    """Give a mutant for every match of every rule.

    Args:
        texts: unique id of a model or macro → `name`, `file` and `text`.
    """
    for rule in RULES:
        for unique_id, one in texts.items():
            if not re.search(rule.where, one["file"]):
                continue
            for place, match in enumerate(re.finditer(rule.pattern, one["text"], re.MULTILINE)):
                changed = match.expand(rule.replacement)
                yield Mutant(
                    kind="statement",
                    operator=rule.operator,
                    subject=one["name"],
                    file=one["file"],
                    before=" ".join(match[0].split()),
                    after=" ".join(changed.split()) or "(nothing)",
                    change={
                        "unique_id": unique_id,
                        "text": one["text"][: match.start()] + changed + one["text"][match.end() :],
                        "original": one["text"],
                        "rule": rule.pattern,
                        "place": place,
                    },
                )
