"""Formulas and parts of composite indicators, from the seeds that compute them.

A composite is no sum of components: `composites.csv` says how it is put together (its kind) and
`composite_children.csv` of which parts, with which weights; weights that the acts print are in
`pesi_performance.csv`. A project without those seeds has no composites, and needs none of this.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from semantic.compiler.errors import CompileError
from semantic.compiler.formula import Binary, Call, Formula, Given, Name, Sum, Words

__all__ = ["Composites", "Part", "read_composites"]

_KINDS, _PARTS, _WEIGHTS = "composites", "composite_children", "pesi_performance"
_INDEX = {
    "scostamento": "100 + scostamento dall'obiettivo in per cento, entro il limite dell'atto",
    "media_valori": "valore della parte",
    "fasce": "punti della fascia in cui cade il valore della parte",
    "media_realizzazioni": "100 × valore / obiettivo",
    "somma_realizzazioni": "100 × valore / obiettivo",
    "rapporto_cluster": "100 × valore / valore del cluster",
    "rapporto_cluster_inverso": "100 × valore del cluster / valore",
}
_SUMS = ("fasce", "somma_realizzazioni")
_TOLD = {
    "scostamento_con_bonus": "scostamento delle parti di base dai loro obiettivi, più i punti delle parti di "
    "bonus quando tutte li raggiungono",
}
_REGISTER = "registro:"


@dataclass(frozen=True)
class Part:
    """A part of a composite: an indicator's code (or what stands for several), its role and its weight."""

    code: str
    title: str
    role: str
    weight: str
    valid_from: str
    valid_to: str


@dataclass(frozen=True)
class Composites:
    """How composites are put together, by code."""

    kinds: Mapping[str, str]
    parts: Mapping[str, tuple[Part, ...]]

    def formula(self, code: str) -> Formula:
        """Return the formula of a composite.

        Raises:
            CompileError: its seeds do not list it, or its kind has no notation.
        """
        if code not in self.kinds:
            raise CompileError(f"composite '{code}' is in no row of the seed {_KINDS}.csv")
        kind = self.kinds[code]
        if kind in _TOLD:
            return Words(_TOLD[kind])
        if kind not in _INDEX:
            raise CompileError(f"composite '{code}': kind '{kind}' has no notation in composites.py")
        index = Call("indice", (Name("parte", "parte"),))
        weighted = Binary("×", Name("peso", "peso"), index)
        body: Formula = Sum(weighted)
        if kind not in _SUMS:
            body = Binary("/", body, Sum(Name("peso", "peso")))
        return Given(body, (f"indice(parte) = {_INDEX[kind]}",))


def read_composites(nodes: Mapping[str, Mapping[str, Any]], project: Path) -> Composites | None:
    """Read the seeds of the composites; None where the project has none.

    Args:
        nodes: dbt's models and seeds, by unique id.
        project: the dbt project's folder.

    Raises:
        CompileError: a seed lacks a column.
    """
    seeds = {node["name"]: node for node in nodes.values() if node["resource_type"] == "seed"}
    if _KINDS not in seeds or _PARTS not in seeds:
        return None

    def rows(name: str) -> list[dict[str, str]]:
        with (project / seeds[name]["original_file_path"]).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    try:
        printed = _printed(rows(_WEIGHTS)) if _WEIGHTS in seeds else {}
        parts: dict[str, list[Part]] = {}
        for row in rows(_PARTS):
            parts.setdefault(row["composite_code"], []).append(_part(row, printed))
        kinds = {row["composite_code"]: row["kind"] for row in rows(_KINDS)}
    except KeyError as error:
        raise CompileError(f"the seeds {_KINDS}, {_PARTS} or {_WEIGHTS} lack the column {error}") from None
    return Composites(kinds, {code: tuple(found) for code, found in parts.items()})


def _part(row: Mapping[str, str], printed: Mapping[str, Decimal]) -> Part:
    code = row["child_code"]
    title = ""
    if code.startswith(_REGISTER):
        _, section, areas = code.split(":", 2)
        title = f"misure del registro, sezione {section}, {'tutte le aree' if areas == '*' else areas}"
    return Part(code, title, row["role"], _weight(row, printed), row["valid_from"], row["valid_to"])


def _weight(row: Mapping[str, str], printed: Mapping[str, Decimal]) -> str:
    """Return the weight as the seeds give it: its own, else the act's (times its parent's)."""
    if row["weight"] or not row["weight_code"]:
        return row["weight"]
    codes = [code for code in (row["weight_code"], row["weight_parent_code"]) if code]
    if any(code not in printed for code in codes):
        return f"dell'atto ({row['weight_code']})"
    weight = printed[codes[0]]
    for parent in codes[1:]:
        weight = weight * printed[parent] / 100
    return f"{weight.normalize():f}"


def _printed(rows: list[dict[str, str]]) -> dict[str, Decimal]:
    """Return the acts' weights by code; a code with two weights has none here."""
    found: dict[str, set[Decimal]] = {}
    for row in rows:
        if row["peso_percento"]:
            found.setdefault(row["codice"], set()).add(Decimal(row["peso_percento"]))
    return {code: weights.pop() for code, weights in found.items() if len(weights) == 1}
