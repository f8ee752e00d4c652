"""The published description of the API and the server that it describes: neither says more."""

import re
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from jsonschema import Draft202012Validator
from starlette.applications import Starlette
from starlette.routing import Route

import semantic.server
from semantic.planner import COMPARISONS, as_of, parsing, query, several
from semantic.server import AuthSettings, create_app

from .conftest import MODEL, SECRET, Api

PAGE = Path(semantic.server.__file__).with_name("openapi.yaml")
SPEC: dict[str, Any] = yaml.safe_load(PAGE.read_text(encoding="utf-8"))
SCHEMAS: dict[str, Any] = SPEC["components"]["schemas"]


@pytest.fixture
def app(published: Path) -> Starlette:
    """The application over the small database."""
    return create_app(MODEL, published, AuthSettings(secrets=(SECRET,)))


def test_it_describes_every_route_and_no_other(app: Starlette) -> None:
    """Paths and methods; `HEAD` is what a server makes of `GET`."""
    served = {
        route.path: sorted((route.methods or set()) - {"HEAD"})
        for route in app.routes
        if isinstance(route, Route)
    }
    described = {path: sorted(method.upper() for method in item) for path, item in SPEC["paths"].items()}
    assert described == served


def test_it_names_what_queries_may_hold() -> None:
    """Keys, operators and choices are those that the parser takes."""
    keys = SCHEMAS["Query"]["properties"]
    assert sorted(keys) == sorted(parsing._KEYS)
    assert sorted(SCHEMAS["Condition"]["properties"]["operator"]["enum"]) == sorted(query.OPERATORS)
    assert SCHEMAS["CacheMode"]["enum"] == list(query.CACHE_MODES)
    assert keys["responseFormat"]["enum"] == list(query.RESPONSE_FORMATS)
    assert keys["comparisons"]["items"]["enum"] == list(COMPARISONS)
    assert (keys["limit"]["default"], keys["limit"]["maximum"]) == (query.DEFAULT_LIMIT, query.MAX_LIMIT)
    assert SCHEMAS["Queries"]["oneOf"][1]["maxItems"] == several.MOST_QUERIES
    kinds = [several.REGULAR, several.COMPARE_DATE_RANGE, several.BLENDING, several.HISTORY]
    assert SCHEMAS["QueryType"]["enum"] == kinds


def test_it_is_a_sound_document() -> None:
    """Every schema is one, every reference leads somewhere, nothing is described that nothing uses."""
    text = PAGE.read_text(encoding="utf-8")
    references = set(re.findall(r'"#/(components/\w+/\w+)"', text))
    for reference in references:
        found: Any = SPEC
        for step in reference.split("/"):
            found = found[step]
    for kind in ("headers", "parameters", "responses", "schemas"):
        for name, item in SPEC["components"][kind].items():
            assert f"components/{kind}/{name}" in references
            if kind == "schemas":
                Draft202012Validator.check_schema(item)
    operations = [item["operationId"] for path in SPEC["paths"].values() for item in path.values()]
    assert len(operations) == len(set(operations))
    assert "<<:" not in text, "YAML 1.2, which OpenAPI is written in, has no merge keys"


def test_it_is_served_to_everybody(api: Api) -> None:
    """Without a token: it holds nothing of the data."""
    response = httpx.get(api.http.base_url.join("/openapi.yaml"))
    assert (response.status_code, response.content) == (200, PAGE.read_bytes())
    assert response.headers["content-type"].startswith("application/yaml")


def test_the_page_tells_every_code_and_key() -> None:
    """What a program may meet is in the documentation: keys of queries, paths, codes of refusals."""
    page = (Path(semantic.server.__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
    modules = (parsing, several, as_of)
    sources = [*PAGE.parent.glob("*.py"), *(Path(str(module.__file__)) for module in modules)]
    codes = {
        code
        for source in sources
        for code in re.findall(r'code\s*=\s*"([A-Z_]+)"', source.read_text(encoding="utf-8"))
    }
    assert {"STOPPING", "QUERY_TYPE", "BODY_TOO_LARGE", "LIMIT_EXCEEDED"} <= codes
    assert not [code for code in sorted(codes) if f"`{code}`" not in page]
    keys = set(parsing._KEYS) - {"cacheMode"}
    assert not [key for key in sorted(keys) if f"`{key}`" not in page]
    paths = [path.removeprefix("/cubejs-api") for path in SPEC["paths"]]
    assert not [path for path in paths if f"`{path}`" not in page]
