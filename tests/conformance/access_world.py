"""What a scope may see, worked out again by other means than the server's: the oracle of the access tests.

    claims ─► rows in scope, by walking the masters in Python ─► a copy of the file without the other rows
    lineage of the catalogue (which extract a number comes from) ─► members that a scope must not know of

Where the copy gives the same answers as the file, nothing of what was left out has reached an answer.
"""

from __future__ import annotations

import random
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from semantic.catalogue import Catalogue

__all__ = ["LEVELS", "World", "own_level", "random_claims", "random_query", "sees_few_people"]

LEVELS = ("nazionale", "direzione", "sede", "agenzia")
# The extracts whose data a token must name to see.
CONTRACTS = {"costi": "sap_coan", "personale": "hr_pres"}
FACT_DOMAINS = {"costi": "costs", "personale": "staff"}
VIEWS = [
    "indicatori",
    "finanza",
    "processi",
    "sviluppo",
    "valori",
    "obiettivi",
    "valutazioni",
    "scomposizione",
]
PERIODS = ["2024-M03", "2024-P12", "2025-M01", "2025-P03", "2025-P06", "2025-T1", "2025-A"]
COMPARISONS = ["previousYear", "previousPeriod", "programme", "target", "clusterRank", "nationalShare"]
Claims = dict[str, Any]


@dataclass
class World:
    """The published file, its structures, and which indicators come from which extract."""

    file: Path
    catalogue: Catalogue
    rows: list[dict[str, Any]] = field(default_factory=list)
    nodes: dict[str, tuple[str, str | None, str | None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        with duckdb.connect(str(self.file), read_only=True) as database:
            cursor = database.execute(
                "select structure_key, current_structure_key, directorate_code, office_code, agency_code, "
                "valid_from from marts.dim_structure order by valid_from"
            )
            names = [column[0] for column in cursor.description or ()]
            self.rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        # Node → level, directorate, office; what comes later is what is today.
        self.nodes["NAZIONALE"] = ("nazionale", None, None)
        for row in self.rows:
            directorate, office, agency = row["directorate_code"], row["office_code"], row["agency_code"]
            self.nodes[directorate] = ("direzione", directorate, None)
            if office != directorate:
                self.nodes[office] = ("sede", directorate, office)
            if agency and agency not in (office, directorate):
                self.nodes[agency] = ("agenzia", directorate, office)

    def keys_in(self, claims: Claims) -> set[str]:
        """The versions of structures at or below the claims' nodes."""
        granted = claims["structures"]
        columns = {"direzione": "directorate_code", "sede": "office_code", "agenzia": "agency_code"}
        return {
            row["structure_key"]
            for row in self.rows
            if granted == "*" or any(row[columns[level]] in codes for level, codes in granted.items())
        }

    def nodes_in(self, claims: Claims) -> set[str]:
        """The nodes at or below the claims' nodes, and those that its comparisons show."""
        granted = claims["structures"]
        if granted == "*":
            return set(self.nodes)
        found = set()
        for node, (level, directorate, office) in self.nodes.items():
            own = (
                directorate in granted.get("direzione", ())
                or office in granted.get("sede", ())
                or node in granted.get("agenzia", ())
            )
            if own or level in shown_levels(claims):
                found.add(node)
        return found

    def reserved_from(self, claims: Claims) -> list[str]:
        """The reserved domains that the claims do not name."""
        domains = claims.get("domains", [])
        return [] if domains == "*" else [name for name in CONTRACTS if name not in domains]

    def hidden_indicators(self, claims: Claims) -> set[str]:
        """The indicators that rest on a reserved extract, by lineage; composites, by their parts'."""
        away = {CONTRACTS[name] for name in self.reserved_from(claims)}
        hidden: set[str] = set()
        for code, item in self.catalogue.indicators.items():
            columns = [
                column for name in item.components for column in self.catalogue.components[name].columns
            ]
            if away & {origin.contract for origin in self.catalogue.origins(columns)}:
                hidden.add(code)
        grown = True
        while grown:
            above = {
                code
                for code, item in self.catalogue.indicators.items()
                if any(part["codice"] in hidden for part in item.parts)
            }
            grown = not above <= hidden
            hidden |= above
        return hidden

    def hidden_components(self, claims: Claims) -> set[str]:
        """The components that come from a reserved extract."""
        away = {CONTRACTS[name] for name in self.reserved_from(claims)}
        return {
            name
            for name, item in self.catalogue.components.items()
            if away & {origin.contract for origin in self.catalogue.origins(item.columns)}
        }

    def copy_without(self, claims: Claims, target: Path, *, structures: bool = True) -> None:
        """Write a copy of the file that holds nothing out of scope.

        Args:
            claims: whose scope.
            target: the copy.
            structures: leave out other structures; else only what is of reserved domains.
        """
        shutil.copyfile(self.file, target)
        keys = self.keys_in(claims) if structures else {row["structure_key"] for row in self.rows}
        nodes = self.nodes_in(claims) if structures else set(self.nodes)
        hidden = sorted(self.hidden_indicators(claims))
        domains = [FACT_DOMAINS[name] for name in self.reserved_from(claims)]
        with duckdb.connect(str(target)) as database:
            database.execute(
                "delete from marts.fct_components where list_contains(?, domain_code) or not "
                "(list_contains(?, structure_key) or list_contains(?, coalesce(structure_current_key, '')))",
                [domains, sorted(keys), sorted(keys)],
            )
            for table, code, own in (
                ("indicators.ind_stored_values", "indicator_code", ("node_code",)),
                ("indicators.ind_evaluation_values", "composite_code", ("node_code",)),
                ("indicators.ind_evaluation", "composite_code", ("node_code", "child_node_code")),
                ("marts.fct_targets", "indicator_code", ("node_code",)),
            ):
                database.execute(f"delete from {table} where list_contains(?, {code})", [hidden])
                for column in own:
                    database.execute(
                        f"delete from {table} where not list_contains(?, {column})", [sorted(nodes)]
                    )


def sees_few_people(claims: Claims) -> bool:
    """Whether the claims show values that rest on few people."""
    return claims.get("domains") == "*" or "persone" in claims.get("domains", [])


def shown_levels(claims: Claims) -> list[str]:
    """The levels all of whose nodes the claims' comparisons show."""
    comparisons, granted = claims.get("comparisons", []), claims["structures"]
    if "livello" in comparisons and granted != "*":
        return list(LEVELS[: own_level(claims) + 1])
    return ["nazionale"] if "nazionale" in comparisons else []


def own_level(claims: Claims) -> int:
    """The position of the finest level that the claims name."""
    return max(LEVELS.index(level) for level, codes in claims["structures"].items() if codes)


def random_claims(world: World, chance: random.Random) -> Claims:
    """Draw claims: mostly a few nodes, sometimes all of them; some reserved domains; some comparisons."""
    claims: Claims = {"sub": f"s{chance.randrange(1000)}"}
    if chance.random() < 0.12:
        claims["structures"] = "*"
    else:
        busy = ["DR-LAZIO", "DR-UMBRIA", "DCM-ROMA", "DP-VITERBO", "DP-TERNI", "AG-ORVIETO", "DP-PERUGIA"]
        names = [*(busy * 6), "DP-FOLIGNO", "FM-ROMA-EUR", *sorted(world.nodes)]
        chosen: dict[str, list[str]] = {}
        for node in chance.sample(names, chance.choice([1, 1, 1, 2, 3])):
            level = world.nodes[node][0]
            # A code under the wrong level names nothing.
            placed = chance.choice(LEVELS[1:]) if level == "nazionale" or chance.random() < 0.05 else level
            chosen.setdefault(placed, []).append(node)
        claims["structures"] = chosen
    # Mostly with `persone`: else values are withheld that the copy has (`sees_few_people`).
    few = ["persone"] if chance.random() < 0.7 else []
    domains = chance.choice([None, few, ["costi", *few], ["personale", *few], "*"])
    if domains is not None:
        claims["domains"] = domains
    if chance.random() < 0.3:
        claims["comparisons"] = chance.choice([["nazionale"], ["livello"], []])
    return claims


def random_query(
    members: dict[str, list[dict[str, Any]]], codes: list[str], chance: random.Random
) -> dict[str, Any]:
    """Draw a query over one view: mostly sound, of structures in and out of scope; sometimes with a mistake.

    Args:
        members: view → what `/v1/meta` says of its members, to whoever may see all.
        codes: codes of structures.
        chance: where numbers come from.
    """
    view = chance.choice(VIEWS)
    own = members[view]
    measures = [item for item in own if "aggType" in item]
    dimensions = [item for item in own if "aggType" not in item and item["type"] == "string"]
    chosen = chance.sample(measures, min(len(measures), chance.choice([0, 1, 1, 1, 2, 3])))
    needed = {
        f"{view}.{name}"
        for item in chosen
        for name in item.get("meta", {}).get("richiede", ())
        if chance.random() < 0.97
    }
    structural = [item["name"] for item in own if _is_structural(item)]
    asked = set(chance.sample([item["name"] for item in dimensions], chance.choice([0, 0, 1, 1, 2])))
    if structural and chance.random() < 0.6:
        asked.add(chance.choice(structural))
    filters = []
    for name in sorted(needed):
        if name.endswith(".periodo"):
            periods = chance.sample(PERIODS, chance.choice([1, 1, 2]))
            filters.append({"member": name, "operator": "equals", "values": periods})
            asked |= {name} if len(periods) > 1 or chance.random() < 0.3 else set()
        elif name.endswith(".scenario") and chance.random() < 0.8:
            filters.append({"member": name, "operator": "equals", "values": ["consuntivo"]})
        else:
            asked.add(name)
    if structural and chance.random() < 0.5:
        filters.append(_on_structures(structural, codes, chance))
    if chance.random() < 0.02:
        asked.add(f"{view}.{chance.choice(['cost', 'teste_', 'produttivit', 'fte2', 'profil'])}")
    query: dict[str, Any] = {
        "measures": [item["name"] for item in chosen],
        "dimensions": sorted(asked),
        "filters": filters,
        "limit": chance.choice([5, 100, 10_000]),
    }
    if chance.random() < 0.3:
        query["total"] = True
    if chance.random() < 0.2:
        query["comparisons"] = chance.sample(COMPARISONS, chance.choice([1, 1, 2]))
    if chance.random() < 0.2:
        query["responseFormat"] = chance.choice(["compact", "columnar"])
    query["order"] = [[name, chance.choice(["asc", "desc"])] for name in query["dimensions"]]
    return query


def _is_structural(item: dict[str, Any]) -> bool:
    meta = item.get("meta", {})
    return "aggType" not in item and ("livello" in meta or meta.get("struttura") is True)


def _on_structures(structural: list[str], codes: list[str], chance: random.Random) -> dict[str, Any]:
    member = chance.choice(structural)
    kind = chance.random()
    if kind < 0.1:
        return {"member": member, "operator": chance.choice(["set", "notSet"])}
    if kind < 0.2:
        return {"member": member, "operator": chance.choice(["contains", "notContains"]), "values": ["A"]}
    operator = chance.choice(["equals", "equals", "notEquals", "in"])
    one = {"member": member, "operator": operator, "values": chance.sample(codes, 2)}
    if kind < 0.8:
        return one
    return {"or": [one, {"member": chance.choice(structural), "operator": "set"}]}
