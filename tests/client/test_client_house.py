"""The rest of the house: catalogue, SQL, frames, the public names, and standing alone."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import pkgutil
import subprocess
import sys
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars
import pyarrow
import pytest

import api_client
from api_client import AsyncClient, Client, Metric, ProtocolError, QueryError, QueryOptions, Sql
from api_client.result import parse_result

from .scripted import TOKEN, Scripted

MEASURE = {
    "name": "indicatori.produttivita_2021",
    "title": "Indicatori Produttività",
    "shortTitle": "Produttività",
    "description": "Punti per addetto",
    "type": "number",
    "meta": {
        "codice": "produttivita_2021",
        "unita": "punti",
        "polarita": 1,
        "livelli": ["nazionale", "direzione"],
        "tagli": ["area"],
        "valido_dal": "2021-01-01",
        "valido_al": "2024-12-31T00:00:00.000",
        "atto": "PP21",
        "formula": "punti / FTE",
    },
}
PLAIN = {"name": "indicatori.conteggio", "type": "number"}
FAMILY = {
    "name": "indicatori.produttivita",
    "meta": {"codice": "produttivita", "famiglia": "produttivita_2021"},
}
META = {"cubes": [{"name": "indicatori", "measures": [MEASURE, PLAIN, FAMILY]}]}


def test_metrics(server: Scripted) -> None:
    server.says(META)
    with Client(server.url, TOKEN) as client:
        metric, family = client.metrics()
        assert client.meta() == META
    assert (server.asked[0].method, server.asked[0].path) == ("GET", "/cubejs-api/v1/meta")
    assert metric == Metric(
        code="produttivita_2021",
        name="indicatori.produttivita_2021",
        title="Produttività",
        description="Punti per addetto",
        unit="punti",
        polarity=1,
        levels=("nazionale", "direzione"),
        cuts=("area",),
        valid_from=date(2021, 1, 1),
        valid_to=date(2024, 12, 31),
        act="PP21",
        formula="punti / FTE",
        meta=MEASURE["meta"],
    )
    assert (family.title, family.family, family.polarity) == ("produttivita", ("produttivita_2021",), None)


def test_a_view_that_is_not_there(server: Scripted) -> None:
    server.says(META)
    with Client(server.url, TOKEN) as client, pytest.raises(QueryError, match="did you mean 'indicatori'"):
        client.metrics("indicatore")


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"cubes": [{}]},
        {"cubes": [{"name": "indicatori"}]},
        {"cubes": [{"name": "indicatori", "measures": [3]}]},
    ],
)
def test_a_crooked_model(server: Scripted, payload: Any) -> None:
    server.says(payload)
    with Client(server.url, TOKEN) as client, pytest.raises(ProtocolError, match="another shape"):
        client.metrics()


def test_sql_and_dry_run(server: Scripted) -> None:
    server.says({"sql": {"sql": ["SELECT ?", ["2025-P10"]]}}).says({"queryType": "regularQuery"})
    query = {"measures": ["indicatori.pervenuto"]}
    with Client(server.url, TOKEN) as client:
        assert client.sql(query) == Sql("SELECT ?", ("2025-P10",))
        assert client.dry_run(query) == {"queryType": "regularQuery"}
        server.answers = []
        server.says({"sql": {}})
        with pytest.raises(ProtocolError, match="no SQL"):
            client.sql(query)
    assert [asked.path for asked in server.asked[:2]] == ["/cubejs-api/v1/sql", "/cubejs-api/v1/dry-run"]


def test_the_asyncio_client_asks_the_same_things(server: Scripted) -> None:
    server.says(META).says(META).says({"sql": {"sql": ["SELECT 1", []]}}).says({"queryType": "x"}).says({})

    async def ask() -> list[Any]:
        async with AsyncClient(server.url, TOKEN) as client:
            query = {"measures": ["indicatori.pervenuto"]}
            return [
                len(await client.metrics()),
                await client.meta(),
                await client.sql(query),
                await client.dry_run(query),
                await client.ready(),
            ]

    assert asyncio.run(ask()) == [2, META, Sql("SELECT 1", ()), {"queryType": "x"}, True]


TYPES = {
    "giorno": ({"type": "time", "meta": {"tipo": "date"}}, ["2025-10-31T00:00:00.000", None]),
    "istante": ({"type": "time"}, ["2025-10-31T12:30:00.000", None]),
    "nome": ({"type": "string"}, ["<b>", None]),
    "vero": ({"type": "boolean"}, [True, None]),
    "pezzi": ({"type": "number", "meta": {"scala": 0}}, ["7", None]),
    "punti": ({"type": "number", "meta": {"scala": 4}}, ["12345678901234567890.1000", None]),
    "libero": ({"type": "number"}, ["0.125", None]),
    "indice": ({"type": "number", "meta": {"tipo": "double"}}, ["0.1", None]),
}
ONE_OF_EACH = parse_result(
    {
        "data": {
            "members": [f"v.{name}" for name in TYPES],
            "columns": [values for _, values in TYPES.values()],
        },
        "annotation": {"measures": {f"v.{name}": about for name, (about, _) in TYPES.items()}},
    }
)
FIRST = {
    "giorno": date(2025, 10, 31),
    "istante": datetime(2025, 10, 31, 12, 30),
    "nome": "<b>",
    "vero": True,
    "pezzi": 7,
    "punti": Decimal("12345678901234567890.1000"),
    "libero": Decimal("0.125"),
    "indice": 0.1,
}
NOTHING = dict.fromkeys(FIRST)


def test_arrow_keeps_the_types() -> None:
    table = ONE_OF_EACH.to_arrow()
    assert table.to_pylist() == [FIRST, NOTHING]
    assert table.schema.field("punti").type == pyarrow.decimal128(38, 4)
    assert table.schema.field("libero").type == pyarrow.decimal128(38, 3)
    assert table.schema.field("pezzi").type == pyarrow.int64()
    assert table.schema.field("giorno").type == pyarrow.date32()


def test_polars_keeps_the_types() -> None:
    frame = ONE_OF_EACH.to_polars()
    assert frame.to_dicts() == [FIRST, NOTHING]
    assert frame.schema["punti"] == polars.Decimal(38, 4)
    assert frame.schema["pezzi"] == polars.Int64


def test_pandas_keeps_the_types() -> None:
    frame = ONE_OF_EACH.to_pandas()
    assert frame.loc[0].to_dict() == FIRST
    assert frame.loc[1].isna().all()
    assert str(frame.dtypes["pezzi"]) == "Int64"
    assert str(frame.dtypes["vero"]) == "boolean"
    assert type(frame.loc[0, "punti"]) is Decimal


def test_an_empty_frame_keeps_its_columns() -> None:
    empty = parse_result({"data": [], "annotation": ONE_OF_EACH.annotation})
    assert empty.to_arrow().schema.names == list(TYPES)
    assert empty.to_polars().columns == list(TYPES)
    assert list(empty.to_pandas().columns) == list(TYPES)


def test_a_notebook_shows_escaped_text() -> None:
    shown = ONE_OF_EACH._repr_html_()
    assert "&lt;b&gt;" in shown
    assert "<b>" not in shown
    assert "caption" not in shown
    long = parse_result({"data": [{"v.n": str(number)} for number in range(60)], "annotation": {}})
    assert "… 10 more rows" in long._repr_html_()
    assert long._repr_html_().count("<tr>") == 51


def modules() -> list[str]:
    return [
        "api_client",
        *(f"api_client.{found.name}" for found in pkgutil.iter_modules(api_client.__path__)),
    ]


@pytest.mark.parametrize("name", modules())
def test_public_names_are_sorted_and_there(name: str) -> None:
    module = importlib.import_module(name)
    assert module.__all__ == sorted(module.__all__)
    assert not [public for public in module.__all__ if not hasattr(module, public)]


def test_the_package_shows_what_its_modules_define() -> None:
    exceptions = [name for name in importlib.import_module("api_client.errors").__all__ if name != "nearest"]
    assert set(exceptions) < set(api_client.__all__)
    imported = {name for name, value in vars(api_client).items() if isinstance(value, type)}
    assert imported == set(api_client.__all__)


def test_every_exception_is_in_the_tree_of_the_docstring() -> None:
    errors = importlib.import_module("api_client.errors")
    assert not [name for name in errors.__all__ if name != "nearest" and name not in (errors.__doc__ or "")]


def test_the_page_tells_every_verb_option_setting_and_exception() -> None:
    page = (Path(api_client.__file__).parents[1] / "docs" / "client.md").read_text()
    verbs = [name for name in vars(Client) if not name.startswith("_")]
    settings = list(inspect.signature(Client).parameters)
    told = [
        *verbs,
        *settings,
        *QueryOptions.__annotations__,
        *importlib.import_module("api_client.errors").__all__,
    ]
    assert not [name for name in told if name != "nearest" and f"`{name}" not in page]


ALONE = """
import importlib.abc, sys

class Refuse(importlib.abc.MetaPathFinder):
    allowed = {"api_client", "httpx", "httpcore", "h11", "anyio", "certifi", "idna", "sniffio",
               "typing_extensions", "socksio", "h2", "brotli", "brotlicffi", "zstandard", "rich", "click"}
    optional = {"socksio", "h2", "brotli", "brotlicffi", "zstandard", "rich", "click", "sniffio"}

    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top in self.optional or top not in self.allowed | sys.stdlib_module_names:
            raise ModuleNotFoundError(f"{name} is not for the client", name=name)
        return None

sys.path.insert(0, sys.argv[1])
sys.meta_path.insert(0, Refuse())
from api_client import Client, CruscottoError
from api_client.result import parse_result

with Client("http://127.0.0.1:1", "a.b.c", retries=0) as client:
    try:
        client.query("produttivita")
    except CruscottoError as error:
        print(type(error).__name__)
result = parse_result({"data": [{"v.n": "1"}], "annotation": {}})
for convert in (result.to_pandas, result.to_polars, result.to_arrow):
    try:
        convert()
    except ImportError as error:
        print(error.name)
"""


def test_httpx_is_all_it_needs() -> None:
    """In a process where nothing but httpx and its own dependencies can be imported."""
    root = Path(api_client.__file__).parents[1]
    ran = subprocess.run(
        [sys.executable, "-I", "-W", "error", "-c", ALONE, str(root)],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.stderr == ""
    assert ran.stdout.split() == ["TransportError", "pandas", "polars", "pyarrow"]


def test_one_module_imports_httpx() -> None:
    package = Path(api_client.__file__).parent
    assert [path.name for path in package.glob("*.py") if "import httpx" in path.read_text()] == [
        "transport.py"
    ]
