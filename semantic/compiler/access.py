"""Writes the `access_policy` of every view from one definition: `accesso`, in the meta of the components.

    accesso:
      domini:                                        # reserved: a token must name them
        costi: {fonti: [costi], righe: [costs]}      # sources of components; domains of the fact's rows
      righe: [production, results]                   # the domains of the other rows

A policy for every combination: all structures or the token's own (`nazionale`, `locale`), and each set of
reserved domains. A token belongs to exactly one group (`semantic.access` and `semantic/cube/access.js` say
which), so that the union that Cube makes of policies is one policy. What rests on a reserved domain is left
out of the members; rows are told apart by domain, and by the structures that are theirs then or today.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from semantic.compiler.composites import Composites
from semantic.compiler.errors import CompileError
from semantic.compiler.expansion import Expander
from semantic.compiler.hierarchies import node_hierarchies
from semantic.compiler.manifest import Metric, SemanticManifest, SemanticModel

__all__ = [
    "NODES",
    "WIDE_NODES",
    "Reserved",
    "add_policies",
    "kind_dimensions",
    "node_cubes",
    "node_join",
    "read_reserved",
    "small_cells",
    "wide_nodes",
]

Node = dict[str, Any]
Domains = frozenset[str]

NODES = {"": "nodi", "figlio_": "nodi_figli"}
"""What comes before the members of a row's own node, and of the node whose value it takes; their cubes."""

WIDE_NODES = "{CUBE}.node_level IN ('nazionale', 'direzione')"
"""The nodes whose reported values always rest on more people than the threshold."""

_ALL, _OWN, _EVERY_DOMAIN = "nazionale", "locale", "tutti"
_COMMON = "comune"
_KIND = "ambito_"
_ROWS = "dominio"
_COMPLETENESS = "completezza_di"
_SMALL_KEYS = ("fonti", "soglia", "organico", "mesi_persona", "mesi")
_ENOUGH = "persone_sufficienti"
_WIDE = "nodo_ampio"
# Level of the structures → the token's list of its nodes (`semantic.access`).
_CLAIMS = {"direzione": "direzioni", "sede": "sedi", "agenzia": "agenzie"}
_LEVELS_SHOWN = "livelli"


@dataclass(frozen=True)
class Reserved:
    """What the definitions reserve.

    Attributes:
        sources: reserved domain → the sources (`fonte`) of its components.
        rows: reserved domain → its rows' domains in the consolidated fact.
        common: the domains of the rows that are not reserved.
        indicators: code → the reserved domains that its value rests on.
        small: what is withheld where a cell has few people (`riservatezza`).
    """

    sources: Mapping[str, Domains]
    rows: Mapping[str, Domains]
    common: Domains
    indicators: Mapping[str, Domains]
    small: Mapping[str, Any]

    def of_sources(self, sources: Iterable[str]) -> Domains:
        """Return the reserved domains among sources."""
        found = set(sources)
        return frozenset(name for name, own in self.sources.items() if own & found)

    def kinds(self) -> dict[Domains, str]:
        """Return the name of every set of reserved domains."""
        names = sorted(self.sources)
        sets = [frozenset(chosen) for size in range(len(names) + 1) for chosen in combinations(names, size)]
        return {one: "_".join(sorted(one)) or _COMMON for one in sets}


def read_reserved(manifest: SemanticManifest, base: SemanticModel, composites: Composites | None) -> Reserved:
    """Read what the definitions reserve, and work out what each indicator rests on.

    Raises:
        CompileError: `accesso` is missing or incomplete.
    """
    try:
        declared = base.meta["accesso"]
        sources = {name: frozenset(item["fonti"]) for name, item in declared["domini"].items()}
        rows = {name: frozenset(item["righe"]) for name, item in declared["domini"].items()}
        common = frozenset(declared["righe"])
        small = {key: declared["riservatezza"][key] for key in _SMALL_KEYS}
    except (KeyError, TypeError) as error:
        raise CompileError(
            f"semantic model '{base.name}' has no meta accesso.{error}: declare the reserved domains"
        ) from None
    found = Reserved(sources, rows, common, {}, small)
    expander = Expander(manifest, base)
    plain = {
        metric.name: found.of_sources(str(item.meta["fonte"]) for item in expander.measures(metric))
        for metric in manifest.elementary
    }
    whole = {
        metric.name: _of_composite(metric.name, plain, composites)
        for metric in manifest.metrics.values()
        if metric.is_composite
    }
    codes = {str(manifest.metrics[name].meta["codice"]): domains for name, domains in plain.items()}
    return Reserved(sources, rows, common, codes | whole, small)


def _of_composite(code: str, plain: Mapping[str, Domains], composites: Composites | None) -> Domains:
    """The domains of a composite's parts, and of theirs; what no metric measures has no values to reserve."""
    found: set[str] = set()
    waiting, seen = [code], {code}
    while waiting:
        name = waiting.pop()
        parts = composites.parts.get(name, ()) if composites else ()
        if name in plain:
            found |= plain[name]
        waiting += [part.code for part in parts if part.code not in seen]
        seen |= {part.code for part in parts}
    return frozenset(found)


def kind_dimensions(column: str, reserved: Reserved) -> list[Node]:
    """Return the dimensions that say of a row's indicator on which reserved domains it rests.

    One for each set of domains, so that nobody's SQL names what only others may know of.
    """
    found = []
    for domains, kind in reserved.kinds().items():
        codes = sorted(code for code, own in reserved.indicators.items() if own == domains)
        if codes:
            listed = ", ".join(f"'{code}'" for code in codes)
            title = f"Ambito dei dati: {kind.replace('_', ' e ')}"
            node: Node = {"name": f"{_KIND}{kind}", "sql": f"({{CUBE}}.{column} IN ({listed}))"}
            found.append(node | {"type": "boolean", "title": title})
    return found


def small_cells(measures: list[Node], sources_of: Mapping[str, Domains], reserved: Reserved) -> list[Node]:
    """Say of each measure whether a cell of few people withholds it, and add what tells such cells.

    Args:
        measures: of the components.
        sources_of: measure → the sources that it rests on; those that it does not name rest on none.
        reserved: what the definitions reserve.
    """
    small = reserved.small
    threshold, staff = small["soglia"], small["organico"]
    # No count at all: nothing of the cell rests on people (a plan's staff).
    none = "{persone_per_mese} IS NULL"
    months = f"{{persone_per_mese}} >= {threshold} * {{mesi_del_periodo}}"
    added: list[Node] = [
        {
            "name": "persone_per_mese",
            "type": "sum",
            "sql": f"{{CUBE}}.{small['mesi_persona']}",
            "public": False,
        },
        {"name": "mesi_del_periodo", "type": "max", "sql": f"{{CUBE}}.{small['mesi']}", "public": False},
        _hidden(_ENOUGH, "number", f"CASE WHEN {none} OR {{{staff}}} >= {threshold} OR {months} THEN 1 END"),
    ]
    marked = [
        {**item, "meta": {**item["meta"], "riservatezza": {"soglia": threshold, "persone": _ENOUGH}}}
        if sources_of.get(item["name"], frozenset()) & set(small["fonti"])
        else item
        for item in measures
    ]
    return [*marked, *added]


def _hidden(name: str, kind: str, sql: str) -> Node:
    return {"name": name, "type": kind, "sql": sql, "public": False}


def wide_nodes(condition: str, reserved: Reserved) -> tuple[Node, list[str]]:
    """Return the dimension that says of a reported row that it is of many people, and what else shows a row.

    Args:
        condition: on the cube's columns: the nodes, and the areas, that are wide enough.
        reserved: what the definitions reserve.
    """
    title = "Nodo con più persone della soglia di riservatezza"
    node: Node = {"name": _WIDE, "sql": f"({condition})", "type": "boolean", "title": title}
    staff = reserved.of_sources(reserved.small["fonti"])
    kinds = [f"{_KIND}{kind}" for domains, kind in reserved.kinds().items() if not domains & staff]
    return node, [*kinds, _WIDE]


def node_cubes() -> list[Node]:
    """Return the cubes over the tree's nodes: a row's own, and the one whose value it takes."""
    return [
        _node_cube(name, title)
        for name, title in zip(NODES.values(), ("Nodi", "Nodi dei figli"), strict=True)
    ]


def node_join(column: str, before: str = "") -> Node:
    """Return the join to the node that a column names."""
    cube = NODES[before]
    return {
        "name": cube,
        "relationship": "many_to_one",
        "sql": f"{{CUBE}}.{column} = {{{cube}}}.node_code",
    }


def _node_cube(name: str, title: str) -> Node:
    columns = {
        "direzione": ("directorate_code", "Direzione del nodo (oggi)"),
        "sede": ("office_code", "Struttura del nodo (oggi)"),
        "livello": ("node_level", "Livello del nodo"),
    }
    return {
        "name": name,
        "sql_table": "marts.dim_node",
        "title": title,
        "description": "Nodi dell'albero delle strutture, con i nodi che oggi stanno sopra.",
        "public": False,
        "dimensions": [
            {
                "name": "chiave",
                "sql": "{CUBE}.node_code",
                "type": "string",
                "primary_key": True,
                "public": False,
            },
            *(
                {
                    "name": level,
                    "sql": f"{{CUBE}}.{column}",
                    "type": "string",
                    "title": label,
                    "meta": _OF_NODES,
                }
                for level, (column, label) in columns.items()
            ),
        ],
        "hierarchies": node_hierarchies(),
    }


# Of a node, whatever the period; its values are codes of structures.
_OF_NODES: Node = {"stabile": True, "struttura": True}


def add_policies(
    view: Node, cubes: Mapping[str, Node], manifest: SemanticManifest, reserved: Reserved
) -> Node:
    """Return a view with its policies.

    Args:
        view: as the other modules wrote it.
        cubes: all cubes, by name.
        manifest: the definitions.
        reserved: what they reserve.
    """
    shown = _shown(view, cubes)
    resting = {name: _rests_on(name, member, manifest, reserved) for name, member in shown.items()}
    policies = []
    for granted in reserved.kinds():
        excluded = sorted(name for name, domains in resting.items() if domains - granted)
        is_full = granted == frozenset(reserved.sources)
        rows = [] if is_full else _rows_of_domains(shown, granted, reserved)
        for reach in (_ALL, _OWN):
            structures = [] if reach == _ALL else _rows_of_structures(shown)
            names = ["_".join([reach, *sorted(granted)]), *([f"{reach}_{_EVERY_DOMAIN}"] if is_full else [])]
            policy: Node = {"groups": names, "member_level": {"includes": "*"}}
            if excluded:
                policy["member_level"]["excludes"] = excluded
            filters = rows + structures
            policy["row_level"] = {"filters": filters} if filters else {"allow_all": True}
            policies.append(policy)
    return {**view, "access_policy": policies}


def _shown(view: Node, cubes: Mapping[str, Node]) -> dict[str, Node]:
    """The members of a view by the name it gives them: the cube's definition of each."""
    found: dict[str, Node] = {}
    for part in view["cubes"]:
        cube = cubes[part["join_path"].rpartition(".")[2]]
        own = {item["name"]: item for item in (*cube["dimensions"], *cube.get("measures", ()))}
        named = dict(_named(item) for item in part["includes"])
        # A hierarchy brings its levels along.
        brought = {level: level for name in named for level in _levels(cube, name)}
        for name, alias in (brought | named).items():
            if name in own:
                found[alias] = {**own[name], "cube": cube["name"]}
    return found


def _named(item: str | Node) -> tuple[str, str]:
    if isinstance(item, str):
        return item, item
    name = str(item["name"])
    return name, str(item.get("alias", name))


def _levels(cube: Node, name: str) -> list[str]:
    listed = [item["levels"] for item in cube.get("hierarchies", ()) if item["name"] == name]
    return list(listed[0]) if listed else []


def _rests_on(name: str, member: Node, manifest: SemanticManifest, reserved: Reserved) -> Domains:
    """The reserved domains without which a member must not be seen."""
    meta = member.get("meta", {})
    if name.startswith(_KIND):
        return next(domains for domains, kind in reserved.kinds().items() if f"{_KIND}{kind}" == name)
    metric: Metric | None = manifest.metrics.get(str(meta.get(_COMPLETENESS, member["name"])))
    if metric is not None and metric.is_indicator:
        return reserved.indicators[str(metric.meta["codice"])]
    if "fonte" in meta:
        return reserved.of_sources([meta["fonte"]])
    model = manifest.models.get(member["cube"])
    declared = [item for item in model.dimensions if item.name == member["name"]] if model else []
    sources = frozenset(source for item in declared for source in item.meta.get("fonti", ()))
    # A dimension that facts of several domains know is nobody's in particular.
    return frozenset(domain for domain, own in reserved.sources.items() if sources and sources <= own)


def _rows_of_domains(shown: Mapping[str, Node], granted: Domains, reserved: Reserved) -> list[Node]:
    """The condition that keeps the rows of what is granted, by the fact's domain or the indicator's."""
    if _ROWS in shown:
        seen = set(reserved.common)
        for name in granted:
            seen |= reserved.rows[name]
        return [{"member": _ROWS, "operator": "equals", "values": sorted(seen)}]
    kinds = sorted(f"{_KIND}{kind}" for domains, kind in reserved.kinds().items() if domains <= granted)
    known = [kind for kind in kinds if kind in shown]
    return [{"or": [{"member": kind, "operator": "equals", "values": ["true"]} for kind in known]}]


def _rows_of_structures(shown: Mapping[str, Node]) -> list[Node]:
    """The conditions that keep the rows of the token's structures."""
    if _ROWS in shown:
        levels = [
            (name, member["name"])
            for name, member in shown.items()
            if member["cube"] in ("strutture", "strutture_attuali")
        ]
        return [{"or": [_claimed(name, _CLAIMS[level]) for name, level in levels if level in _CLAIMS]}]
    found = []
    for before, column in (("", "nodo"), ("figlio_", "nodo_figlio")):
        if f"{before}nodo_direzione" in shown:
            own = [
                _claimed(f"{before}nodo_direzione", _CLAIMS["direzione"]),
                _claimed(f"{before}nodo_sede", _CLAIMS["sede"]),
                _claimed(column, _CLAIMS["agenzia"]),
                _claimed(f"{before}nodo_livello", _LEVELS_SHOWN),
            ]
            found.append({"or": own})
    return found


def _claimed(member: str, claim: str) -> Node:
    return {"member": member, "operator": "equals", "values": f"security_context.{claim}"}
