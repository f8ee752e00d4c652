"""The audit log: who asked what, one JSON line per request, without personal data.

    {"at": "2025-04-01T06:00:00.123Z", "request": "…", "subject": "controller", "scope": "5c0f…",
     "path": "/v1/load", "status": 200, "ms": 12.3, "version": "…", "members": ["indicatori.fte"], "rows": 21,
     "filters": [{"member": "indicatori.direzione", "operator": "equals", "values": ["DR-UMBRIA"]},
                 {"member": "indicatori.profilo", "operator": "equals", "values": 1}]}

Values of filters are written where they are structures or periods, and counted elsewhere: free text could
hold anything. The subject is the token's `sub`; where it is a person's name or address, give the log a key
(`pseudonym_key`) and it is written as a keyed hash, the same for the same subject.
"""

import hashlib
import hmac
import json
import logging
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from semantic.planner import Condition, Plan

__all__ = ["AuditEntry", "AuditLog"]

_LOG = logging.getLogger(__name__)
_PRIVATE = 0o600
_PERIOD = "periodo"
_DIGITS = 16
_SUBJECT_LENGTH = 128


@dataclass(slots=True)
class AuditEntry:
    """What one request asked, as far as it was understood."""

    members: list[str] = field(default_factory=list)
    filters: list[dict[str, Any]] = field(default_factory=list)
    comparisons: list[str] = field(default_factory=list)
    rows: int | None = None
    version: str = ""

    def planned(self, plan: Plan) -> None:
        """Note a query that was understood."""
        self.members += [column.name for column in plan.resolved.columns]
        self.members += [segment.full_name for segment in plan.resolved.segments]
        self.comparisons += plan.query.comparisons
        self.filters += [_told(item, plan) for item in _conditions(plan.query.filters)]
        for time in plan.query.time_dimensions:
            if time.date_range:
                told = {"member": time.dimension, "operator": "inDateRange", "values": time.date_range.json}
                self.filters.append(told)

    def answered(self, rows: int, version: str) -> None:
        """Note an answer: its rows, and the published version that they are of."""
        self.rows = (self.rows or 0) + rows
        self.version = version


class AuditLog:
    """Appends entries to a file, and starts another when it is full.

    `audit.jsonl` is the current file; `audit.jsonl.1` the one before it, up to `kept` of them.

    Args:
        path: the file; None: nothing is written.
        most_bytes: the size at which another file is started.
        kept: former files that are kept.
        pseudonym_key: subjects are written as hashes under this key; '': as they are.
    """

    def __init__(
        self, path: Path | None, most_bytes: int = 64 * 1024 * 1024, kept: int = 10, pseudonym_key: str = ""
    ) -> None:
        self._path = path
        self._most = most_bytes
        self._kept = kept
        self._key = pseudonym_key.encode()
        self._lock = threading.Lock()
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)

    def write(
        self, entry: AuditEntry, *, request: str, subject: str, scope: str, path: str, status: int, ms: float
    ) -> None:
        """Write one entry. A disk that is full is logged: it does not stop the answers.

        Args:
            entry: what was asked.
            request: the request's id.
            subject: who asked.
            scope: the key of what it may see.
            path: the endpoint.
            status: of the answer.
            ms: milliseconds until it.
        """
        if self._path is None:
            return
        line: dict[str, Any] = {
            "at": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "request": request,
            "subject": self._named(subject),
            "scope": scope[:_DIGITS],
            "path": path,
            "status": status,
            "ms": round(ms, 1),
        }
        asked = {
            "version": entry.version,
            "members": list(dict.fromkeys(entry.members)),
            "filters": entry.filters,
            "comparisons": entry.comparisons,
        }
        line |= {name: value for name, value in asked.items() if value}
        if entry.rows is not None:
            line["rows"] = entry.rows
        text = json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n"
        try:
            with self._lock:
                self._append(self._path, text.encode())
        except OSError as error:
            _LOG.error("the audit log %s cannot be written: %s", self._path, error)

    def _append(self, path: Path, text: bytes) -> None:
        if path.exists() and path.stat().st_size + len(text) > self._most:
            self._rotate(path)
        if not path.exists():
            path.touch(mode=_PRIVATE)
        with path.open("ab") as file:
            file.write(text)

    def _rotate(self, path: Path) -> None:
        files = [path, *(path.with_name(f"{path.name}.{number}") for number in range(1, self._kept + 1))]
        files[-1].unlink(missing_ok=True)
        for older, newer in zip(reversed(files), list(reversed(files))[1:], strict=False):
            if newer.exists():
                newer.replace(older)

    def _named(self, subject: str) -> str:
        if not self._key:
            return subject[:_SUBJECT_LENGTH]
        return hmac.new(self._key, subject.encode(), hashlib.sha256).hexdigest()[:_DIGITS]


def _conditions(filters: Iterable[Any]) -> Iterator[Condition]:
    for item in filters:
        if isinstance(item, Condition):
            yield item
        else:
            yield from _conditions(item.items)


def _told(condition: Condition, plan: Plan) -> dict[str, Any]:
    view = plan.resolved.view
    member = view.members[condition.member.partition(".")[2]]
    described: dict[str, Any] = {"member": condition.member, "operator": condition.operator}
    open_values = member.target.name == _PERIOD or plan.tells_structures(member)
    described["values"] = list(condition.values) if open_values else len(condition.values)
    return described
