"""What was published before is to be asked for: through the real server, over what real loads left."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from api_client import Client, QueryError
from orchestration.access import local_token
from orchestration.landing import Register
from orchestration.loads import publications, roll_back
from orchestration.loads.index import write_index
from orchestration.server_process import ServerProcess
from orchestration.workspace import Workspace

from .cases import OFFICE, PIECES, clone

RECEIVED: dict[str, Any] = {"period": "2024-M12", "where": {"struttura": OFFICE}}


@pytest.fixture
def workspace(second: Workspace, tmp_path: Path) -> Workspace:
    """Two publications, between which an office's December was corrected."""
    return clone(second.home, tmp_path / "home")


@pytest.fixture
def client(workspace: Workspace) -> Iterator[Client]:
    """A client of a real server over them."""
    with ServerProcess(workspace, port=0) as server:
        address = server.wait_until_ready()
        with Client(address, local_token(workspace, "tests")) as client:
            yield client


def test_a_correction_is_seen_from_its_load_on(client: Client, workspace: Workspace) -> None:
    """By load, version, moment and history; after going back, the withdrawn one by its id alone."""
    (former, before), (later, after) = publications(workspace)
    present = client.query("pervenuto", **RECEIVED)[0]["pervenuto"]
    for as_of in (former.load_id, before.version, before.published_at):
        then = client.query("pervenuto", **RECEIVED, as_of=as_of)
        assert then[0]["pervenuto"] == present - PIECES  # type: ignore[operator]
        assert then.publications[0]["loadId"] == former.load_id
    history = client.query("pervenuto", **RECEIVED, include_history=True)
    assert [(row["publication"], row["pervenuto"]) for row in history] == [
        (before.version, present - PIECES), (after.version, present),  # type: ignore[operator]
    ]  # fmt: skip
    early = datetime.fromisoformat(before.published_at) - timedelta(seconds=1)
    with pytest.raises(QueryError) as refused:
        client.query("pervenuto", **RECEIVED, as_of=early)
    assert refused.value.code == "AS_OF_TOO_EARLY"

    roll_back(workspace, former.load_id)
    assert client.query("pervenuto", **RECEIVED)[0]["pervenuto"] == present - PIECES  # type: ignore[operator]
    dated = client.query("pervenuto", **RECEIVED, as_of=after.published_at).publications[0]
    assert (dated["version"], dated["servedThen"]) == (before.version, after.version)
    named = client.query("pervenuto", **RECEIVED, as_of=later.load_id)
    assert named[0]["pervenuto"] == present and named.publications[0]["withdrawn"] is True
    history = client.query("pervenuto", **RECEIVED, include_history=True)
    assert [item["version"] for item in history.publications] == [before.version]

    (workspace.published / after.file).unlink()
    # Open files outlive their names; a server that closed it does not find it again.
    fresh = client.query("pervenuto", **RECEIVED, as_of=datetime.now(UTC))
    assert fresh.publications[0]["version"] == before.version


def test_the_register_of_publications_tells_nobody_s_name(workspace: Workspace) -> None:
    """It is made from the load records alone, with the model of the time beside it."""
    index = workspace.published / "publications.json"
    written = index.read_text(encoding="utf-8")
    index.unlink()
    write_index(workspace, Register(workspace.loads))
    assert index.read_text(encoding="utf-8") == written
    told = json.loads(written)
    assert {key for item in told["publications"] for key in item} == {
        "version", "load_id", "file", "sha256", "published_at", "definitions", "model", "withdrawn",
    }  # fmt: skip
    models = {path.name for path in (workspace.published / "models").iterdir()}
    assert models == {item["model"] for item in told["publications"]}
