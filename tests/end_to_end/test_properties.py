"""For random indicators, structures, areas and periods: the parent is the formula of the summed parts."""

import math
from typing import Any

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from api_client import Client
from tests.end_to_end.recomputed import Formulas

FORMULAS = Formulas()
RATIOS = FORMULAS.indicators()
PARENTS = ["NAZIONALE", "DR-UMBRIA", "DR-CAMPANIA", "DCM-NAPOLI", "DR-MOLISE"]
PERIODS = ["{year}-M05", "{year}-T2", "{year}-T4", "{year}-S1", "{year}-A", "{year}-P07", "{year}-P12"]
# Area dimension of the API → column of dim_area, with members that the demonstration has.
AREAS = {
    "area_obiettivo": ("target_area_code", ["PSI", "FLUSSI", "ALTRE"]),
    "linea": ("line_code", ["ANAG", "AMM-SOC", "AP-PRIV"]),
}


Question = tuple[str, str, str, tuple[str, str] | None]


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """Draw an indicator, a parent of a level it is published at, a period of its validity, maybe an area."""
    name = draw(st.sampled_from(sorted(RATIOS)))
    meta = RATIOS[name]
    parents = [
        node for node in PARENTS if ("nazionale" if node == "NAZIONALE" else "direzione") in meta["livelli"]
    ]
    first = max(2024, int(meta["valido_dal"][:4]))
    last = 2025 if meta["valido_al"] is None else min(2025, int(meta["valido_al"][:4]))
    year = draw(st.integers(first, last))
    # A family's cuts are those of the definition in force: ask it whole.
    areas = [area for area in AREAS if area in meta["tagli"] and "famiglia" not in meta]
    area = draw(st.sampled_from([None, *areas]))
    return (
        name,
        draw(st.sampled_from(parents)),
        draw(st.sampled_from(PERIODS)).format(year=year),
        None if area is None else (area, draw(st.sampled_from(AREAS[area][1]))),
    )


def asked(client: Client, name: str, parent: str, period: str, area: tuple[str, str] | None) -> Any:
    """The API's value, None where it has no row."""
    where = dict([area]) if area else {}
    by = []
    if parent != "NAZIONALE":
        by = ["direzione"]
        where["direzione"] = parent
    rows = client.query(name, by=by, period=period, where=where).rows
    return rows[0][name] if rows else None


@settings(max_examples=150, deadline=None, derandomize=True)
@given(question=questions())
def test_a_parent_is_the_formula_of_the_summed_parts(
    client: Client,
    published: duckdb.DuckDBPyConnection,
    question: tuple[str, str, str, tuple[str, str] | None],
) -> None:
    name, parent, period, area = question
    conditions, values = ["c.period_code = ?"], [period]
    if parent != "NAZIONALE":
        conditions.append("s.directorate_code = ?")
        values.append(parent)
    if area:
        conditions.append(f"a.{AREAS[area[0]][0]} = ?")
        values.append(area[1])
    sums = FORMULAS.sums(published, name, " and ".join(conditions), values)
    expected = FORMULAS.value(name, sums)
    found = asked(client, name, parent, period, area)
    if expected is None:
        assert found is None
    else:
        assert found is not None
        assert math.isclose(float(found), float(expected), rel_tol=1e-12)
