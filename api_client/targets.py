"""Targets, deviations and verdicts beside each figure: the second query, on the view `valori`, and the join.

```
indicatori: direzione, indice_giacenza          valori: nodo, obiettivo, scostamento
DR-UMBRIA   38.2                          +     DR-UMBRIA   40   4.5
      → DR-UMBRIA  38.2  indice_giacenza_obiettivo 40  indice_giacenza_scostamento 4.5
```
The act's bounds and the verdict on them (`soglia_minima`, `soglia_massima`, `esito`) come with the same row.
`valori` holds the values that are reported: one structure node, one area node and one period per row.
An area node is spelled with its kind (`linea:AMM-SOC`, `area_obiettivo:PSI`); `TOT` is all areas together.
A question that cuts otherwise (by product, by two kinds of area, with free filters) has no target to join.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from api_client.errors import QueryError
from api_client.question import AS_IS, Question
from api_client.result import Result
from api_client.rows import Column, Row, Value

__all__ = ["Source", "TargetPlan", "indicators_of", "joined", "plan_targets"]

VIEW = "valori"
ALL_AREAS = "TOT"
# From the finest: the finest level that a question names is the level of its rows.
LEVELS = {"agenzia": "agenzia", "struttura": "sede", "direzione": "direzione"}
NATION = "nazionale"
AREAS = ("linea", "area", "macroarea", "area_obiettivo")
ALLOWED = (*LEVELS, *AREAS, "periodo", "scenario")
MEASURES = ("obiettivo", "scostamento", "soglia_minima", "soglia_massima")
# The verdict is a text, so a dimension: one row per key, it splits nothing.
VERDICT = "esito"
ADDED = (*MEASURES, VERDICT)


@dataclass(frozen=True, slots=True)
class TargetPlan:
    """How the rows of a question find their targets.

    Attributes:
        node: the column, or the fixed value, of the structure (None: the nation).
        area: the same for the area; its values are codes without the kind.
        area_kind: the dimension that the area is a value of, or TOT.
        period: the same for the reporting period.
        scenario: the same for the scenario.
        level: the level of the structure.
        organisation: as_was or as_is.
    """

    level: str
    organisation: str
    node: Source | None
    area: Source
    area_kind: str
    period: Source
    scenario: Source

    def key(self, row: Row) -> tuple[Value, ...]:
        """Give the key under which `joined` finds the target of a row."""
        node = self.node.of(row) if self.node else None
        return (node, self._area_node(self.area.of(row)), self.period.of(row), self.scenario.of(row))

    def _area_node(self, code: Value) -> Value:
        return code if self.area_kind == ALL_AREAS else f"{self.area_kind}:{code}"

    def query(self, indicators: list[str]) -> dict[str, Any]:
        """Build the query on `valori` for some indicators."""
        wanted: dict[str, tuple[str, ...]] = {
            "indicatore": tuple(indicators),
            "livello": (self.level,),
            "organizzazione": (self.organisation,),
            "tipo_nodo_area": (self.area_kind,),
        }
        sources = {
            "nodo": self.node,
            "periodo": self.period,
            "scenario": self.scenario,
        }
        wanted |= {name: source.values for name, source in sources.items() if source and source.values}
        dimensions = ("indicatore", "nodo", "nodo_area", "periodo", "scenario", VERDICT)
        return {
            "measures": [f"{VIEW}.{name}" for name in MEASURES],
            "dimensions": [f"{VIEW}.{name}" for name in dimensions],
            "filters": [
                {"member": f"{VIEW}.{name}", "operator": "equals", "values": list(values)}
                for name, values in wanted.items()
            ],
            "responseFormat": "compact",
        }


@dataclass(frozen=True, slots=True)
class Source:
    """Where one part of the key comes from: a column of the row, or one value for all rows."""

    column: str | None
    values: tuple[str, ...] = ()

    def of(self, row: Row) -> Value:
        """Give the value for a row."""
        return row[self.column] if self.column else self.values[0]


def plan_targets(question: Question) -> TargetPlan:
    """Work out, before anything is sent, where the targets of a question's rows are.

    Raises:
        QueryError: the question cuts or filters by something that targets are not set for.
    """
    pinned = _pinned(question)
    named = [*question.by, *pinned]
    for name in named:
        if name not in ALLOWED:
            raise QueryError(
                f"targets=True: targets are not set by {name!r}, only by {', '.join(ALLOWED)}",
                code="NO_TARGETS",
                member=question.member(name),
            )
    finest = next((name for name in LEVELS if name in named), None)
    areas = sorted({name for name in named if name in AREAS})
    if len(areas) > 1:
        raise QueryError(
            f"targets=True: one kind of area at a time, not {' and '.join(areas)}", code="NO_TARGETS"
        )
    area = areas[0] if areas else ALL_AREAS

    return TargetPlan(
        level=LEVELS[finest] if finest else NATION,
        organisation=question.organisation,
        node=_source(question, finest, pinned.get(finest, ())) if finest else None,
        area=_source(question, area, pinned.get(area, ()), ALL_AREAS),
        area_kind=area,
        period=_source(question, "periodo", question.period or ()),
        scenario=_source(question, "scenario", question.scenario or ()),
    )


def _source(question: Question, name: str, fixed: tuple[str, ...], default: str = "") -> Source:
    """Say where a part of the key comes from: a column when grouped by, else the one value fixed."""
    column = question.dimension(name)
    if column in question.dimensions:
        return Source(column, fixed)
    if len(fixed) > 1:
        raise QueryError(
            f"targets=True with several values of {name!r}: add it to by=[…], or choose one",
            code="NO_TARGETS",
            member=question.member(name),
        )
    return Source(None, fixed or (default,))


def _pinned(question: Question) -> dict[str, tuple[str, ...]]:
    """Read the `where` of a question as dimension → values."""
    if not isinstance(question.where, Mapping):
        if question.where:
            raise QueryError(
                "targets=True needs where={dimension: value}: a raw filter may cut finer than targets do",
                code="NO_TARGETS",
            )
        return {}
    current = {renamed: name for name, renamed in AS_IS.items()} if question.organisation == "as_is" else {}
    pinned = {}
    for name, value in question.where.items():
        if value is None:
            raise QueryError(f"targets=True: {name}=None names no node: give a code", code="NO_TARGETS")
        pinned[current.get(name, name)] = (value,) if isinstance(value, str) else tuple(map(str, value))
    return pinned


def indicators_of(question: Question, annotation: Mapping[str, Any]) -> dict[str, list[str]]:
    """Give, for each metric asked, the indicators under whose code its targets may be.

    A family (`produttivita`) is answered by the definition in force, and its target is kept under that one.
    """
    measures = annotation.get("measures") or {}
    found = {}
    for name in question.metrics:
        meta = measures.get(question.member(name), {}).get("meta") or {}
        members = meta.get("famiglia")
        found[name] = [name, *(members if isinstance(members, list) else ())]
    return found


def joined(figures: Result, targets: Result, plan: TargetPlan, indicators: Mapping[str, list[str]]) -> Result:
    """Add to each row the target, deviation, bounds and verdict of each metric; None where there is none."""
    known: dict[tuple[Value, ...], Row] = {}
    for row in targets:
        node = row["nodo"] if plan.node else None
        known[row["indicatore"], node, row["nodo_area"], row["periodo"], row["scenario"]] = row
    types = {column.name: column for column in targets.columns}
    columns = list(figures.columns)
    values = list(figures.values)
    for metric, codes in indicators.items():
        found = [_first(known, codes, plan.key(row)) for row in figures]
        for added in ADDED:
            columns.append(
                Column(f"{metric}_{added}", f"{VIEW}.{added}", types[added].type, types[added].scale)
            )
            values.append([row[added] if row is not None else None for row in found])
    return replace(figures, columns=tuple(columns), values=tuple(values))


def _first(known: Mapping[tuple[Value, ...], Row], codes: list[str], key: tuple[Value, ...]) -> Row | None:
    """Find the row of the first code that has a target, or else any row."""
    rows = [row for row in (known.get((code, *key)) for code in codes) if row is not None]
    return next((row for row in rows if row["obiettivo"] is not None), rows[0] if rows else None)
