"""An office whose closing month has not arrived is neither dropped in silence nor shown with an older one."""

import hashlib
import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from api_client import Client, IncompleteError
from orchestration.access import local_token
from orchestration.build import build
from orchestration.landing import land
from orchestration.publication import publish
from orchestration.server_process import ServerProcess
from orchestration.workspace import Workspace

WITHHELD = "DP-CUNEO"
CLOSING = "202512"
PERIOD = "2025-P12"


def _withhold(delivery: Path, target: Path) -> None:
    """Write a re-delivery of a PB_PROD month without one office, with its control file."""
    lines = delivery.read_bytes().split(b"\r\n")
    kept = [line for line in lines if f";{WITHHELD};".encode() not in line[:40]]
    assert len(kept) < len(lines)
    content = b"\r\n".join(kept)
    target.write_bytes(content)
    cells = [line.decode("cp1252").replace(".", "").split(";") for line in kept[1:] if line]
    totals = {
        "pervenuto": sum(int(row[9]) for row in cells),
        "definito": sum(int(row[10]) + int(row[11]) for row in cells),
        "giacenza_finale": sum(int(row[14]) for row in cells),
    }
    control = [f"file={target.name}", f"righe={len(cells)}", f"sha256={hashlib.sha256(content).hexdigest()}"]
    control += [f"somma_{name}={total}" for name, total in totals.items()]
    target.with_suffix(".ctl").write_text("\n".join(control) + "\n", encoding="utf-8")


@pytest.fixture(scope="module")
def late(
    demo_workspace: Workspace, demo_extracts: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Client]:
    """A client of the demonstration in which one office's December has not arrived."""
    home = tmp_path_factory.mktemp("late") / "home"
    shutil.copytree(demo_workspace.home, home, ignore=shutil.ignore_patterns("published", "warehouse"))
    workspace = Workspace.from_environment(home).create()
    name = f"PB_PROD_{CLOSING}"
    _withhold(demo_extracts / f"{name}.csv", workspace.landing / f"{name}_r01.csv")
    report = land(workspace)
    assert not report.refused, [item.message for item in report.refused]
    build(workspace)
    publish(workspace)
    with (
        ServerProcess(workspace, port=0) as server,
        Client(server.wait_until_ready(), local_token(workspace, "tests")) as client,
    ):
        yield client


def test_the_nation_says_which_share_is_present(late: Client, client: Client) -> None:
    full = client.query("indice_giacenza", period=PERIOD).completeness["indice_giacenza"]
    short = late.query("indice_giacenza", period=PERIOD).completeness["indice_giacenza"]
    assert full.complete
    assert not short.complete
    assert short.expected == full.expected
    assert 0 < short.present < short.expected


def test_the_share_is_that_of_the_closing_month_too(late: Client) -> None:
    counts = ["indice_giacenza_attese", "indice_giacenza_presenti"]
    result = late.query(counts, by=["struttura"], period=PERIOD)
    missing = {row["struttura"] for row in result.rows if row[counts[0]] != row[counts[1]]}
    assert missing == {WITHHELD}


def test_the_office_has_no_value_rather_than_an_older_one(late: Client, client: Client) -> None:
    asked = {"period": PERIOD, "where": {"struttura": WITHHELD}}
    assert [row["indice_giacenza"] for row in late.query("indice_giacenza", **asked).rows] == [None]
    before, after = (
        source.query(["giacenza_finale", "pervenuto"], period=PERIOD).rows[0] for source in (client, late)
    )
    office = client.query("giacenza_finale", **asked).rows[0]["giacenza_finale"]
    agencies = late.query("giacenza_finale", **asked).rows[0]["giacenza_finale"] or 0
    assert after["giacenza_finale"] == before["giacenza_finale"] - office + agencies


def test_complete_values_only_are_refused(late: Client, client: Client) -> None:
    with pytest.raises(IncompleteError):
        late.query("indice_giacenza", period=PERIOD, complete_only=True)
    assert client.query("indice_giacenza", period=PERIOD, complete_only=True).rows


def test_the_stored_value_is_flagged(late: Client) -> None:
    result = late.load(
        {
            "dimensions": ["valori.nodo", "valori.completo"],
            "measures": ["valori.attese", "valori.presenti"],
            "filters": [
                {"member": f"valori.{name}", "operator": "equals", "values": [value]}
                for name, value in {
                    "indicatore": "indice_giacenza",
                    "organizzazione": "as_was",
                    "nodo": "NAZIONALE",
                    "nodo_area": "TOT",
                    "periodo": PERIOD,
                    "scenario": "consuntivo",
                }.items()
            ],
        }
    )
    (row,) = result.rows
    assert row["completo"] is False
    assert Decimal(row["presenti"]) < Decimal(row["attese"])
