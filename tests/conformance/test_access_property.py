"""Random tokens ask random queries: nothing out of their scope is in any answer.

For each scope there is a copy of the published file that holds nothing out of it (`access_world`):

- the scope gets from the file, byte for byte, what it gets from the copy: rows, totals, completeness, meta,
  SQL, dry runs, the catalogue and every refusal. What is not in the copy cannot have had a part in it;
- whoever may see all gets the same rows from the copy: the scope is not shown less than it may see;
- no answer names what the scope must not know of.

A fixed sample runs with every test run; `make access` asks 10,000 pairs (or `ARGS="--access-pairs=N
--access-seed=S"`).
"""

from __future__ import annotations

import json
import random
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest

from orchestration.paths import semantic_model_dir
from semantic.catalogue import load_catalogue
from semantic.server import AuthSettings, ServerSettings, create_app

from ..server.conftest import publish, serving
from .access_world import LEVELS, Claims, World, own_level, random_claims, random_query, sees_few_people
from .conftest import PATIENT_SECONDS
from .published_file import PublishedFile

SECRET = secrets.token_hex(32)
ALL: Claims = {"structures": "*", "domains": "*", "comparisons": "*"}
PAIRS_OF_A_SCOPE = 75
# Why a scope may be refused what whoever sees all is answered, from a copy that holds the scope alone.
STRICTER = {
    "COMPARISON_NOT_GRANTED",
    "LEVEL_NOT_ALLOWED",
    "NO_TARGETS",
    "UNKNOWN_MEMBER",
    "UNKNOWN_ORDER",
}


@dataclass
class Asker:
    """One token on one server."""

    http: httpx.Client
    claims: Claims
    token: str = field(init=False)

    def __post_init__(self) -> None:
        self.token = jwt.encode(self.claims, SECRET, algorithm="HS256")

    def get(self, path: str) -> tuple[int, str]:
        """Return status and text of a list of what there is."""
        response = self.http.get(path, headers={"Authorization": self.token, "x-request-id": "same"})
        return response.status_code, response.text

    def ask(self, query: dict[str, Any], path: str = "load") -> tuple[int, str]:
        """Return status and text of a query's answer."""
        headers = {"Authorization": self.token, "x-request-id": "same"}
        response = self.http.post(f"/cubejs-api/v1/{path}", json={"query": query}, headers=headers)
        return response.status_code, response.text


@contextmanager
def served(folder: Path, *, uses_rollups: bool = True) -> Iterator[httpx.Client]:
    """Serve the compiled model over a folder of published files."""
    settings = ServerSettings(uses_rollups=uses_rollups, wait_seconds=PATIENT_SECONDS)
    app = create_app(semantic_model_dir(), folder, AuthSettings(secrets=(SECRET,)), settings)
    with serving(app) as address, httpx.Client(base_url=address, timeout=60) as http:
        yield http


@dataclass
class Servers:
    """The file, and beside it whichever copy is published."""

    world: World
    file: httpx.Client
    copy: httpx.Client
    folder: Path
    count: int = 0

    def publish_copy(self, claims: Claims, *, structures: bool = True) -> None:
        """Publish the copy of a scope in the place of the former one."""
        self.count += 1
        path = self.folder.parent / "copy.duckdb"
        self.world.copy_without(claims, path, structures=structures)
        publish(self.folder, path, f"{self.count:06d}")
        for former in sorted(self.folder.glob("*.duckdb"))[:-1]:
            former.unlink()


@pytest.fixture(scope="module")
def servers(published_file: PublishedFile, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    base = tmp_path_factory.mktemp("access")
    # A copy: one process opens a file with one configuration.
    copied = Path(shutil.copy(published_file.file, base))
    world = World(copied, load_catalogue(semantic_model_dir()))
    for name in ("file", "copy"):
        (base / name).mkdir()
        publish(base / name, published_file.file, "000000")
    with ExitStack() as stack:
        file = stack.enter_context(served(base / "file"))
        # The copy's roll-ups still hold what its facts have lost: it must not be answered from them.
        copy = stack.enter_context(served(base / "copy", uses_rollups=False))
        yield Servers(world, file, copy, base / "copy")


@pytest.fixture(scope="module")
def members(servers: Servers) -> dict[str, list[dict[str, Any]]]:
    """View → all its members, as whoever may see all is told of them."""
    meta = json.loads(Asker(servers.file, ALL).get("/cubejs-api/v1/meta")[1])
    return {cube["name"]: cube["measures"] + cube["dimensions"] for cube in meta["cubes"]}


def test_no_pair_finds_a_row_out_of_scope(
    servers: Servers,
    members: dict[str, list[dict[str, Any]]],
    access_pairs: int,
    record_property: Any,
    pytestconfig: pytest.Config,
) -> None:
    """The property, over as many pairs as are asked for."""
    chance = random.Random(int(pytestconfig.getoption("--access-seed")))
    codes = sorted(servers.world.nodes)
    busy = [
        "DR-LAZIO",
        "DR-UMBRIA",
        "DCM-ROMA",
        "DP-VITERBO",
        "DP-TERNI",
        "DP-PERUGIA",
        "DP-FOLIGNO",
        "AG-ORVIETO",
    ]
    counts = {"pairs": 0, "answered": 0, "with rows": 0, "refused": 0}
    while counts["pairs"] < access_pairs:
        claims = random_claims(servers.world, chance)
        asked = min(PAIRS_OF_A_SCOPE, access_pairs - counts["pairs"])
        queries = [random_query(members, codes + busy * 20, chance) for _ in range(asked)]
        if "nazionale" in claims.get("comparisons", []):
            # It shows the nation, which no copy has: `test_policies.py` has its numbers.
            queries = [_without_nation(query) for query in queries]
        lifted = [query for query in queries if sees_all_structures(query, claims, members)]
        servers.publish_copy(claims)
        scope = ScopeCheck(servers, claims)
        scope.check_lists()
        for query in queries:
            if query not in lifted:
                scope.check(query, counts)
                scope.check_comparisons(query)
        if lifted:
            servers.publish_copy(claims, structures=False)
            for query in lifted:
                scope.check(query, counts)
        counts["pairs"] += asked
    record_property("counts", counts)
    # The sample says something: most pairs are answered, and most of these with rows.
    assert counts["answered"] > 0.35 * counts["pairs"], counts
    assert counts["with rows"] > 0.3 * counts["answered"], counts


def sees_all_structures(
    query: dict[str, Any], claims: Claims, members: dict[str, list[dict[str, Any]]]
) -> bool:
    """Whether the claim `livello` shows every structure: the rows are as coarse as the scope's nodes."""
    if "livello" not in claims.get("comparisons", []) or claims["structures"] == "*":
        return False
    names = [*query["dimensions"], *_filtered(query["filters"])]
    view = (names or query["measures"] or ["."])[0].partition(".")[0]
    about = {item["name"]: item.get("meta", {}) for item in members.get(view, ())}
    if not any("livello" in meta for meta in about.values()):
        return False
    finest = [LEVELS.index(about[name]["livello"]) for name in names if "livello" in about.get(name, {})]
    return max(finest, default=0) <= own_level(claims)


def _without_nation(query: dict[str, Any]) -> dict[str, Any]:
    kept = [name for name in query.get("comparisons", ()) if name != "nationalShare"]
    return {**query, "comparisons": kept} if "comparisons" in query else query


def _filtered(filters: list[dict[str, Any]]) -> Iterator[str]:
    for item in filters:
        if "member" in item:
            yield item["member"]
        else:
            yield from _filtered(item["or"])


class ScopeCheck:
    """The checks of one scope, whose copy is published."""

    def __init__(self, servers: Servers, claims: Claims) -> None:
        self.claims = claims
        self.on_file = Asker(servers.file, claims)
        self.on_copy = Asker(servers.copy, claims)
        self.whole_copy = Asker(servers.copy, ALL)
        hidden = servers.world.hidden_indicators(claims) | servers.world.hidden_components(claims)
        # A name of one word may be a word of a sentence too: then only a member's full name counts.
        names = [rf"\b{name}\b" if "_" in name else rf"indicatori\.{name}\b" for name in sorted(hidden)]
        self.hidden = re.compile("|".join(names)) if names else None

    def check_lists(self) -> None:
        """The lists of what there is name nothing that is withheld."""
        for path in ("/cubejs-api/v1/meta", "/cubejs-api/v1/meta?extended", "/catalogue"):
            status, text = self.on_file.get(path)
            assert status == 200
            assert not self.named(text, {}), (self.claims, path)
            assert (status, text) == self.on_copy.get(path)

    def check(self, query: dict[str, Any], counts: dict[str, int]) -> None:
        """One query: the same from file and copy, nothing less than is in the copy, no hidden name."""
        told = self.claims, query
        status, text = self.on_file.ask(query)
        assert (status, text) == self.on_copy.ask(query), told
        assert status in (200, 400, 403), (told, text)
        assert not self.named(text, query), told
        if counts["answered"] % 4 == 0:
            assert self.on_file.ask(query, "dry-run") == self.on_copy.ask(query, "dry-run"), told
        sql_status, sql = self.on_file.ask(query, "sql")
        assert (sql_status == 200) == (status == 200), told
        assert not self.named(sql, query), told
        whole_status, whole = self.whole_copy.ask(query)
        if status == 200:
            counts["answered"] += 1
            if whole_status != 200:
                # To whoever sees some structures only an answer is of those, which is a level of its own.
                assert json.loads(whole)["code"] == "LEVEL_NOT_ALLOWED", (told, whole)
                assert self.claims["structures"] != "*", told
                return
            assert not sees_few_people(self.claims) or seen(text) == seen(whole), told
            counts["with rows"] += bool(rows_of(json.loads(text)["data"]))
        else:
            counts["refused"] += 1
            refusal = json.loads(text)
            assert whole_status != 200 or refusal["code"] in STRICTER, (told, text)

    def check_comparisons(self, query: dict[str, Any]) -> None:
        """No rank and no share of the nation where the scope has some structures only."""
        wide = {"clusterRank", "nationalShare"} & set(query.get("comparisons", ()))
        if self.claims["structures"] != "*" and wide and query["measures"]:
            assert self.on_file.ask(query)[0] != 200, (self.claims, query)

    def named(self, text: str, query: dict[str, Any]) -> set[str]:
        """The hidden names that a text has, but for those that the query itself names."""
        if self.hidden is None:
            return set()
        written = json.dumps(query)
        return {name for name in self.hidden.findall(text) if name not in written}


def seen(text: str) -> tuple[Any, ...]:
    """What an answer says: rows, total, and how complete the values are."""
    answer = json.loads(text)
    counted = {name: about.get("completeness") for name, about in answer["annotation"]["measures"].items()}
    return answer["data"], answer["total"], counted


def rows_of(data: Any) -> int:
    """How many rows an answer has, in whichever format."""
    if isinstance(data, list):
        return len(data)
    if "dataset" in data:
        return len(data["dataset"])
    return len(data["columns"][0]) if data["columns"] else 0
