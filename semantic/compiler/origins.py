"""How the view of components by period is made, told to the planner in the cube's meta.

    select periods.period_code, case when period_months.is_closing_month then components.teste end as teste
    from components join period_months on … join periods on …
    →   origine: fatti: marts.fct_components, colonne: {period_code: periods.period_code, teste: CASE …}

Read from the SQL that dbt compiled, so that the view stays the one definition.
"""

from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from semantic.compiler.errors import CompileError
from semantic.compiler.lineage import ProjectLineage

__all__ = ["origin_meta"]

_INEXACT = ("double", "float", "real")


def origin_meta(relation: str, lineage: ProjectLineage) -> dict[str, Any]:
    """Return the `origine` of a view over one table of facts.

    Args:
        relation: the view, `schema.table`.
        lineage: the project, with its compiled SQL.

    Raises:
        CompileError: the manifest lacks the view's SQL, or it is not of the shape above.
    """
    node = lineage.nodes[lineage.model(relation)]
    where = node["original_file_path"]
    try:
        statement = sqlglot.parse_one(lineage.sql(node), dialect="duckdb")
    except SqlglotError as error:
        raise CompileError(f"{where}: its SQL cannot be read: {error}") from None
    tables = {cte.alias: _only_table(cte.this) for cte in statement.find_all(exp.CTE)}
    selects = [select for select in statement.find_all(exp.Select) if select.args.get("joins")]
    if len(selects) != 1:
        raise CompileError(f"{where}: one select must join the facts to their periods, {len(selects)} do")
    select = selects[0]
    facts, joined = select.find(exp.From), select.args["joins"]
    first = facts.this.name if facts is not None else ""
    names = [first, *(join.this.name for join in joined)]
    unknown = [name for name in names if not tables.get(name)]
    if unknown or len(names) != 3:
        raise CompileError(f"{where}: joins {', '.join(names)}; expected the facts, the bridge, the periods")
    months, periods = joined
    own = {"fatti": tables[first], "nome": first}
    own["periodi"] = (
        f"{tables[names[1]]} AS {names[1]} JOIN {tables[names[2]]} AS {names[2]} "
        f"ON {_sql(periods.args['on'])}"
    )
    own["condizione"] = _sql(months.args["on"])
    columns = {item.alias_or_name: item.unalias() for item in select.expressions}
    return {
        **own,
        "somme": "esatte" if _is_exact(tables[first], lineage) else "approssimate",
        "colonne": {
            name: _sql(item)
            for name, item in columns.items()
            if not (isinstance(item, exp.Column) and item.table == first and item.name == name)
        },
    }


def _only_table(query: exp.Expr) -> str:
    """Return the table of a `select * from table`; '' of any other query."""
    if not isinstance(query, exp.Select) or not query.is_star or query.args.get("where"):
        return ""
    tables = list(query.find_all(exp.Table))
    return f"{tables[0].db}.{tables[0].name}" if len(tables) == 1 else ""


def _is_exact(relation: str, lineage: ProjectLineage) -> bool:
    """Say whether no column of a table is a binary fraction, by its contract."""
    columns = lineage.nodes[lineage.model(relation)]["columns"].values()
    return bool(columns) and not any(
        str(column["data_type"]).lower().startswith(_INEXACT) for column in columns
    )


def _sql(expression: exp.Expr) -> str:
    return expression.sql(dialect="duckdb")
