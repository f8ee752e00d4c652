"""The past under the rights of the present: an older publication gives nobody more than today's policies."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from semantic.model_reader import Model, load_model, model_digest, model_files
from semantic.planner import under_present_access
from semantic.server import AuthSettings, create_app

from ..server.conftest import SECRET, publish, register, serving
from .test_policies import HERE, SCOPES, Asker, by_directorate

PRESENT = Path(__file__).with_name("model.yml").read_text(encoding="utf-8")
# Then nothing was reserved: no policies at all but those that show everything, and one more measure and view.
OPEN = 'access_policy: [{group: "*", row_level: {allow_all: true}}]'
POLICIES = re.compile(r"access_policy:\n(?:      .*\n)+")
FORMER = '- {name: ex_ore, type: sum, sql: "{CUBE}.hours", meta: {richiede: [periodo, scenario]}}\n      '
MEASURES = "pezzi, ore, resa, regionale, con_ore"


def past_text() -> str:
    """The model of then."""
    text = POLICIES.sub(OPEN + "\n", PRESENT).replace("- {name: pezzi, ", FORMER + "- {name: pezzi, ")
    text = text.replace(MEASURES, f"ex_ore, {MEASURES}")
    return text + f"  - name: abolita\n    cubes: *tutto\n    {OPEN}\n"


def _written(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True)
    (folder / "model.yml").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def asker(database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Asker]]:
    """Askers of a server whose one publication is of a time when everything was open."""
    base = tmp_path_factory.mktemp("past")
    present, then = _written(base / "present", PRESENT), _written(base / "then", past_text())
    published, digest = base / "published", model_digest(model_files(then))
    (published / "models").mkdir(parents=True)
    then.rename(published / "models" / digest)
    publish(published, database, "1")
    moment = "2025-04-01T08:00:00+02:00"
    item = {"version": "1", "load_id": "then", "file": "cruscotto-1.duckdb", "published_at": moment}
    register(published, item | {"model": digest}, served=[(moment, "1")])
    app = create_app(present, published, AuthSettings(secrets=(SECRET,)))
    with serving(app) as address, httpx.Client(base_url=address, timeout=60) as http:
        yield {name: Asker(http, **claims) for name, claims in SCOPES.items()}


@pytest.mark.parametrize("name", sorted(SCOPES))
@pytest.mark.parametrize("measure", ["pezzi", "ore", "resa", "regionale"])
def test_an_older_publication_shows_what_the_present_shows(
    asker: dict[str, Asker], name: str, measure: str
) -> None:
    """Row by row, and refusal by refusal: the publication is the same, only the definitions are of then."""
    query = by_directorate(measure)
    now, then = asker[name].post(query), asker[name].post(query | {"asOf": "1"})
    assert then.status_code == now.status_code
    told = ("data", "error", "code")
    assert {key: then.json().get(key) for key in told} == {key: now.json().get(key) for key in told}


def test_what_is_no_more_is_for_whoever_sees_everything(asker: dict[str, Asker]) -> None:
    """Nobody says today who else may see it."""
    former = by_directorate("ex_ore") | {"asOf": "then"}
    view: dict[str, Any] = {"measures": ["abolita.pezzi"], "asOf": "then"}
    view["filters"] = [item | {"member": item["member"].replace("lavoro", "abolita")} for item in HERE]
    assert len(asker["all"].rows(former)) == 6 and len(asker["all"].rows(view)) == 1
    for name in sorted(set(SCOPES) - {"all"}):
        assert asker[name].refused(former)["code"] == "UNKNOWN_MEMBER"
        assert asker[name].refused(view)["code"] == "UNKNOWN_MEMBER"


def _model(folder: Path, text: str) -> Model:
    return load_model(_written(folder, text))


def test_a_policy_whose_rows_cannot_be_chosen_grants_nothing(tmp_path: Path) -> None:
    """The old view has no such dimension, or one of another type."""
    then = past_text().replace("direzione, sede, regione", "direzione, regione")
    then = then.replace("levels: [direzione, sede]", "levels: [direzione]")
    past, present = _model(tmp_path / "then", then), _model(tmp_path / "now", PRESENT)
    found = under_present_access(past, present, everything=False, small_cells=True).views
    assert [policy.groups for policy in found["lavoro"].policies] == [
        ("nazionale_tutti", "nazionale_ore"), ("nazionale",),
    ]  # fmt: skip
    assert found["personale"].policies == ()


def test_other_protection_of_small_numbers_is_for_whoever_may_see_them(tmp_path: Path) -> None:
    """A threshold that rose since must not be walked around by asking for an older publication."""
    protected = PRESENT.replace(
        '{name: ore, type: sum, sql: "{CUBE}.hours", meta: {',
        '{name: ore, type: sum, sql: "{CUBE}.hours", meta: {riservatezza: {soglia: 5, persone: pezzi}, ',
    )
    assert protected != PRESENT
    past, present = _model(tmp_path / "then", past_text()), _model(tmp_path / "now", protected)
    for small_cells in (True, False):
        view = under_present_access(past, present, everything=False, small_cells=small_cells).views["lavoro"]
        assert view.policies[0].grants("ore") is small_cells and view.policies[0].grants("pezzi")
