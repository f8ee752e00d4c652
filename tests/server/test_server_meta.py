"""`/v1/meta`, `/v1/sql`, `/v1/dry-run`: what can be asked, and what would be run."""

from typing import Any

import duckdb
import pytest

from .conftest import Api

V = "indicatori."


def view(api: Api, name: str, **options: str) -> dict[str, Any]:
    """Return one view's description."""
    cubes = api.http.get("/cubejs-api/v1/meta", params=options).json()["cubes"]
    (found,) = [cube for cube in cubes if cube["name"] == name]
    assert isinstance(found, dict)
    return found


def member(described: dict[str, Any], kind: str, name: str) -> dict[str, Any]:
    """Return one member's description."""
    (found,) = [item for item in described[kind] if item["name"] == V + name]
    assert isinstance(found, dict)
    return found


def test_meta_lists_views_and_public_cubes(api: Api) -> None:
    """Hidden cubes are not shown; `onlyViews` leaves the public ones out."""
    everything = api.http.get("/cubejs-api/v1/meta").json()["cubes"]
    assert [(cube["name"], cube["type"]) for cube in everything] == [
        ("confronti", "view"),
        ("senza_cluster", "view"),
        ("valori", "view"),
        ("indicatori", "view"),
        ("sintesi", "view"),
        ("lento", "cube"),
        ("infinito", "cube"),
        ("rotto", "cube"),
    ]
    only = api.http.get("/cubejs-api/v1/meta", params={"onlyViews": "true"}).json()["cubes"]
    assert [cube["name"] for cube in only] == [
        "confronti",
        "senza_cluster",
        "valori",
        "indicatori",
        "sintesi",
    ]


def test_meta_describes_members_as_cube_does(api: Api) -> None:
    """Every key of Cube 1.7, with the meta that types the values."""
    described = view(api, "indicatori")
    assert member(described, "measures", "definito_om") == {
        "name": V + "definito_om",
        "title": "Indicatori Definito omogeneizzato",
        "shortTitle": "Definito omogeneizzato",
        "description": "Punti omogeneizzati definiti.",
        "formatDescription": {"name": "number", "specifier": ",.2~f"},
        "cumulativeTotal": False,
        "cumulative": False,
        "type": "number",
        "aggType": "sum",
        "drillMembers": [],
        "drillMembersGrouped": {"measures": [], "dimensions": []},
        "aliasMember": "componenti.definito_om",
        "meta": {"codice": "definito_om", "tipo": "decimal", "scala": 4, "richiede": ["periodo", "scenario"]},
        "isVisible": True,
        "public": True,
    }
    assert member(described, "dimensions", "struttura") == {
        "name": V + "struttura",
        "title": "Indicatori Struttura",
        "shortTitle": "Struttura",
        "type": "string",
        "suggestFilterValues": True,
        "primaryKey": False,
        "aliasMember": "strutture.sede",
        "meta": {"livello": "sede"},
        "isVisible": True,
        "public": True,
    }
    assert member(described, "measures", "linee_diverse")["aggType"] == "countDistinct"
    assert member(described, "measures", "importo_medio")["format"] == "currency"
    assert [item["name"] for item in described["segments"]] == [V + "solo_automatiche", V + "grandi"]


def test_meta_shows_hierarchies_and_folders(api: Api) -> None:
    """Levels are members of the view, under their aliases."""
    described = view(api, "indicatori")
    assert described["hierarchies"][1] == {
        "name": V + "gerarchia_strutture",
        "title": "Strutture",
        "levels": [V + "direzione", V + "struttura", V + "agenzia"],
        "aliasMember": "strutture.gerarchia_strutture",
        "public": True,
    }
    folder = {"name": "Componenti", "members": [V + "importo", V + "righe"]}
    assert described["folders"] == described["nestedFolders"] == [folder]


def test_extended_meta_shows_definitions(api: Api) -> None:
    """`?extended` adds the file, and the SQL with its references spelled out."""
    described = view(api, "indicatori", extended="")
    assert described["fileName"] == "views/indicatori.yml"
    ratio = member(described, "measures", "importo_medio")
    assert ratio["sql"] == "{componenti.importo} / NULLIF({componenti.righe}, 0)"
    assert member(described, "measures", "righe_automatiche")["filters"] == [
        {"sql": "{componenti}.is_automatic"}
    ]
    assert "sql" not in member(view(api, "indicatori"), "measures", "importo_medio")


def test_every_listed_member_can_be_asked(api: Api) -> None:
    """What the catalogue lists is answered, and says what the catalogue says of its type."""
    described = view(api, "indicatori")
    pins = [
        {"member": V + "periodo", "operator": "equals", "values": ["2024-M03"]},
        {"member": V + "scenario", "operator": "equals", "values": ["consuntivo"]},
    ]
    for measure in described["measures"]:
        query = {"measures": [measure["name"]], "filters": pins}
        if "livelli" in measure.get("meta", {}) and "2025" in measure["name"]:
            query["filters"] = [{**pins[0], "values": ["2025-P03"]}, pins[1]]
        if "quota_regionale" in measure["name"]:
            query["dimensions"] = [V + "direzione"]
        assert api.load(query)["annotation"]["measures"][measure["name"]]["type"] == "number"
    for dimension in described["dimensions"]:
        answer = api.load({"dimensions": [dimension["name"]]})
        assert answer["annotation"]["dimensions"][dimension["name"]]["type"] == dimension["type"]


def test_sql_can_be_run_as_it_is(api: Api, sql: duckdb.DuckDBPyConnection) -> None:
    """The statement and its values answer what `/load` answers."""
    query = {
        "measures": [V + "righe"],
        "dimensions": [V + "linea"],
        "filters": [
            {"member": V + "direzione", "operator": "contains", "values": ["lazio"]},
            {"member": V + "priorita", "operator": "gt", "values": ["2.5"]},
        ],
        "segments": [V + "grandi"],
        "order": {V + "linea": "asc"},
    }
    answer = api.post(query, "sql").json()
    statement, values = answer["sql"]["sql"]
    assert [(line, str(count)) for line, count in sql.execute(statement, values).fetchall()] == api.rows(
        query
    )
    assert values == ["%lazio%", "2.5"]
    assert answer["sql"]["order"] == {V + "linea": "asc"}
    assert answer["sql"]["aliasNameToMember"] == {
        "indicatori__linea": V + "linea",
        "indicatori__righe": V + "righe",
    }
    assert answer["dataSource"] == answer["sql"]["dataSource"] == "default"


@pytest.mark.parametrize(
    ("members", "tables"),
    [
        ({"measures": [V + "righe"]}, []),
        ({"measures": [V + "righe"], "dimensions": [V + "linea"]}, ["areas"]),
        ({"measures": [V + "righe"], "dimensions": [V + "linea", V + "direzione"]}, ["areas", "structures"]),
        (
            {"measures": [V + "righe"], "filters": [{"member": V + "direzione", "operator": "notSet"}]},
            ["structures"],
        ),
    ],
)
def test_only_the_tables_that_are_needed_are_joined(
    api: Api, members: dict[str, Any], tables: list[str]
) -> None:
    """A dimension that nobody asks for costs nothing."""
    statement = api.post(members, "sql").json()["sql"]["sql"][0]
    assert statement.count("LEFT JOIN") == len(tables)
    assert all(f'"marts"."{table}"' in statement for table in tables)


def test_facts_without_the_row_that_a_filter_asks_of_are_left_out_below_the_join(api: Api) -> None:
    """A filter that no missing row passes makes the join an inner one, which can be asked of the facts."""
    query = {"measures": [V + "righe"], "filters": [{"member": V + "direzione", "operator": "set"}]}
    statement = api.post(query, "sql").json()["sql"]["sql"][0]
    assert "LEFT JOIN" not in statement
    assert 'JOIN "marts"."structures"' in statement


def test_dry_run_tells_what_would_be_run(api: Api) -> None:
    """The normal form, and the default order."""
    query = {
        "measures": [V + "righe"],
        "dimensions": [V + "linea"],
        "timeDimensions": [{"dimension": V + "data_fine_periodo", "granularity": "month"}],
    }
    answer = api.post(query, "dry-run").json()
    normal = api.load(query)["query"] | {"queryType": "regularQuery"}
    assert answer["queryType"] == "regularQuery"
    assert answer["normalizedQueries"] == [normal]
    assert answer["pivotQuery"] == normal
    assert answer["queryOrder"] == [{V + "data_fine_periodo": "asc"}]
    assert answer["transformedQueries"][0]["timeDimensions"] == [[V + "data_fine_periodo", "month"]]
