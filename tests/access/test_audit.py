"""The audit log: who asked what, and no personal data."""

import json
from pathlib import Path
from typing import Any

from semantic.server import ServerSettings
from semantic.server.audit import AuditEntry, AuditLog

from ..server.conftest import running, token

QUERY = {
    "measures": ["confronti.pezzi"],
    "dimensions": ["confronti.direzione"],
    "filters": [
        {"member": "confronti.periodo", "operator": "equals", "values": ["2025-M03"]},
        {"member": "confronti.scenario", "operator": "equals", "values": ["consuntivo"]},
        {"member": "confronti.direzione", "operator": "equals", "values": ["DR-A", "DR-B"]},
        {
            "or": [
                {"member": "confronti.linea", "operator": "contains", "values": ["Mario Rossi"]},
                {"member": "confronti.linea", "operator": "set"},
            ]
        },
    ],
}


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def asked(published: Path, log: Path, **settings: Any) -> list[dict[str, Any]]:
    """Ask a query, a refused one, an unknown path and without a token; return what is written."""
    with running(published, ServerSettings(audit_log=log, **settings)) as api:
        api.http.headers["Authorization"] = token(sub="controller", name="Maria Bianchi")
        api.http.headers["x-request-id"] = "one"
        api.load(QUERY)
        api.refused({"measures": ["confronti.nulla"]})
        api.http.get("/cubejs-api/v1/meta", headers={"Authorization": "a.b.c"})
    return lines(log)


def test_who_asked_what(published: Path, tmp_path: Path) -> None:
    first, second, third = asked(published, tmp_path / "logs" / "audit.jsonl")
    assert (first["subject"], first["path"], first["status"], first["request"]) == (
        "controller",
        "/v1/load",
        200,
        "one",
    )
    assert first["members"] == ["confronti.direzione", "confronti.pezzi"]
    assert (first["rows"], first["version"] != "", first["ms"] > 0) == (2, True, True)
    assert [(item["member"], item["values"]) for item in first["filters"]] == [
        ("confronti.periodo", ["2025-M03"]),
        ("confronti.scenario", 1),
        ("confronti.direzione", ["DR-A", "DR-B"]),
        ("confronti.linea", 1),
        ("confronti.linea", 0),
    ]
    assert (second["status"], second["subject"], "members" in second) == (400, "controller", False)
    assert (third["status"], third["subject"]) == (403, "")


def test_no_personal_data(published: Path, tmp_path: Path) -> None:
    """No free text of filters, no other claims, no token; subjects as hashes, the same for the same one."""
    log = tmp_path / "audit.jsonl"
    written = asked(published, log, audit_pseudonym_key="a key")
    text = log.read_text(encoding="utf-8")
    assert not [word for word in ("Rossi", "Bianchi", "controller", "eyJ") if word in text]
    assert written[0]["subject"] == written[1]["subject"] != written[2]["subject"]
    assert log.stat().st_mode & 0o077 == 0


def test_another_file_when_one_is_full(tmp_path: Path) -> None:
    """Two former ones are kept, the last first; nothing is lost of what they hold."""
    path = tmp_path / "audit.jsonl"
    log = AuditLog(path, most_bytes=300, kept=2)
    for number in range(12):
        log.write(AuditEntry(), request=str(number), subject="s", scope="", path="/", status=200, ms=1)
    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == ["audit.jsonl", "audit.jsonl.1", "audit.jsonl.2"]
    assert all(file.stat().st_size <= 300 for file in files)
    numbers = [int(line["request"]) for file in reversed(files) for line in lines(file)]
    assert numbers == list(range(12))[-len(numbers) :] and len(numbers) > 4


def test_a_log_that_cannot_be_written_stops_nobody(published: Path, tmp_path: Path) -> None:
    folder = tmp_path / "audit.jsonl"
    folder.mkdir()
    with running(published, ServerSettings(audit_log=folder)) as api:
        assert api.rows(QUERY)
