"""Members of cubes over tables with one row per key: dimensions are columns, measures a `max` of one."""

from typing import Any

from semantic.compiler.access import NODES
from semantic.compiler.hierarchies import NODE_HIERARCHY, row_hierarchies

__all__ = ["drillable", "row_dimension", "row_key", "row_measure", "view_over"]

Node = dict[str, Any]

_PERIOD, _YEAR = "periodo", "anno"
_OF_A_NODE = ("direzione", "sede", "livello")


def view_over(cube: Node, name: str, title: str) -> Node:
    """Return a public view with every member of one cube but its key, and those of its nodes."""
    listed = cube["dimensions"] + cube["measures"] + cube.get("hierarchies", [])
    members = [item["name"] for item in listed if item["name"] != "chiave"]
    nodes = [
        {
            "join_path": f"{cube['name']}.{joined}",
            "includes": [
                *({"name": item, "alias": f"{before}nodo_{item}"} for item in _OF_A_NODE),
                {"name": NODE_HIERARCHY, "alias": f"{before}{NODE_HIERARCHY}"},
            ],
        }
        for before, joined in NODES.items()
        if any(join["name"] == joined for join in cube["joins"])
    ]
    return {
        "name": name,
        "title": title,
        "description": cube["description"],
        "cubes": [{"join_path": cube["name"], "includes": members}, *nodes],
    }


def drillable(cube: Node) -> Node:
    """Return the cube with the year of its periods, and the hierarchies that its dimensions make."""
    dimensions: list[Node] = []
    names = [item["name"] for item in cube["dimensions"]]
    for item in cube["dimensions"]:
        if item["name"] == _PERIOD and _YEAR not in names:
            year = f"left({item['sql']}, 4)"
            dimensions.append({"name": _YEAR, "sql": year, "type": "string", "title": "Anno"})
        dimensions.append(item)
    return cube | {"dimensions": dimensions, "hierarchies": row_hierarchies(dimensions)}


def row_key(columns: list[str]) -> Node:
    """Return the primary key that Cube asks of a cube with joins, from the columns that tell rows apart."""
    listed = ", ".join(f"{{CUBE}}.{column}" for column in columns)
    key: Node = {"name": "chiave", "sql": f"concat_ws('/', {listed})", "type": "string"}
    return key | {"primary_key": True, "public": False}


def row_dimension(name: str, column: str, title: str, kind: str = "string") -> Node:
    """Return a dimension that is a column."""
    return {"name": name, "sql": f"{{CUBE}}.{column}", "type": kind, "title": title}


def row_measure(
    name: str, column: str, title: str, exact: str, key: list[str], scale: int | None = None
) -> Node:
    """Return the measure of a column that has one value per `key`, the members that a query must fix."""
    meta: Node = {"tipo": exact, "richiede": key}
    if scale is not None:
        meta["scala"] = scale
    return {"name": name, "sql": f"{{CUBE}}.{column}", "type": "max", "title": title, "meta": meta}
