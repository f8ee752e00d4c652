"""Members of cubes over tables with one row per key: dimensions are columns, measures a `max` of one."""

from typing import Any

__all__ = ["row_dimension", "row_measure", "view_over"]

Node = dict[str, Any]


def view_over(cube: Node, name: str, title: str) -> Node:
    """Return a public view with every member of one cube."""
    members = [item["name"] for item in cube["dimensions"] + cube["measures"]]
    return {
        "name": name,
        "title": title,
        "description": cube["description"],
        "cubes": [{"join_path": cube["name"], "includes": members}],
    }


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
