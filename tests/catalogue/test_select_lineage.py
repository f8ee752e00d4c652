"""Lineage within one statement, worked by hand on small ones."""

import pytest
from sqlglot import exp

from semantic.compiler import CompileError
from semantic.compiler.selects import Relation, SelectLineage

RELATIONS = {
    "production": Relation("production", ("month", "office", "pieces", "received", "mode")),
    "products": Relation("products", ("product", "coefficient")),
    "plan": Relation("plan", ("month", "office", "planned")),
}


def lineage(sql: str) -> SelectLineage:
    """Read a statement over the relations above."""

    def find(table: exp.Table) -> Relation | None:
        return RELATIONS.get(table.name)

    return SelectLineage("example.sql", sql, find)


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("select pieces as x from production", {"production.pieces"}),
        ("select pieces + received as x from production", {"production.pieces", "production.received"}),
        # An unqualified name belongs to the relation that has it.
        (
            "select pieces * coefficient as x from production cross join products",
            {"production.pieces", "products.coefficient"},
        ),
        # What only chooses rows makes nothing.
        (
            "select sum(p.pieces) as x from production as p inner join plan on p.month = plan.month "
            "where mode = 'R' group by office",
            {"production.pieces"},
        ),
        ("select case when mode = 'P' then pieces end as x from production", {"production.pieces"}),
        ("select sum(pieces) filter (where mode = 'P') as x from production", {"production.pieces"}),
        (
            "select max(pieces) over (partition by office order by month) as x from production",
            {"production.pieces"},
        ),
        # With no column of its own a value is made from its conditions, and without those from the rows.
        ("select count(case when mode = 'P' then 1 end) as x from production", {"production.mode"}),
        ("select count(*) as x from production", {"production.*"}),
        ("select 'obiettivo' as x from production", set()),
        # Stars, CTEs that hide a relation's name, unions by position and by name.
        ("with a as (select * from production) select pieces as x from a", {"production.pieces"}),
        (
            "with a as (select * exclude (mode) from production) select a.pieces as x from a",
            {"production.pieces"},
        ),
        (
            "with production as (select planned as pieces from plan) select pieces as x from production",
            {"plan.planned"},
        ),
        (
            "with a as (select month, pieces as x from production union all select month, planned from plan) "
            "select x from a",
            {"production.pieces", "plan.planned"},
        ),
        (
            "with a as (select month, pieces as x from production union all by name "
            "select planned as x, month from plan) select x from a",
            {"production.pieces", "plan.planned"},
        ),
        (
            "with a as (select pieces as x from production union all select planned from plan "
            "union all select coefficient from products) select x from a",
            {"production.pieces", "plan.planned", "products.coefficient"},
        ),
        (
            "with a as (select * replace (received * 2 as pieces) from production) select pieces as x from a",
            {"production.received"},
        ),
        # A CTE that is there but is not read lends no column.
        (
            "with other as (select coefficient as y from products), one as (select planned as y from plan) "
            "select y as x from one",
            {"plan.planned"},
        ),
        # A column of the same select, by its name.
        ("select pieces as y, y * 2 as x from production", {"production.pieces"}),
        # Subqueries, as a value and correlated.
        ("select (select max(planned) from plan) as x from production", {"plan.planned"}),
        ("select x from (select received as x from production) as inner_rows", {"production.received"}),
        # What a table function makes has no origin.
        ("select number as x from range(1, 12) as numbers (number)", set()),
    ],
)
def test_values_by_hand(sql: str, expected: set[str]) -> None:
    assert {f"{relation}.{column}" for relation, column in lineage(sql).values("x")} == expected


def test_a_recursive_cte_ends() -> None:
    sql = (
        "with recursive tree as (select office, pieces as x from production union all "
        "select tree.office, tree.x from tree inner join plan on plan.office = tree.office) "
        "select x from tree"
    )
    assert lineage(sql).values("x") == {("production", "pieces")}


def test_conditions_are_found_in_any_cte() -> None:
    sql = (
        "with a as (select case when mode = 'P' then pieces end as x, case when month = 1 then 2 end as y "
        "from production) select x from a"
    )
    assert lineage(sql).conditions("x") == {"mode"}


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("select pezzi as x from production", "pezzi"),
        ("with a as (select pieces from production) select a.pezzi as x from a", "pezzi"),
        ("with a as (select pieces from production) select pezzi as x from a", "pezzi"),
        ("select pieces as y from production", "no column 'x'"),
        ("select from where", "example.sql"),
    ],
)
def test_a_column_that_is_nowhere_is_refused(sql: str, told: str) -> None:
    """A step of lineage that cannot be followed is an error, never a shorter lineage."""
    with pytest.raises(CompileError, match=told):
        lineage(sql).values("x")
