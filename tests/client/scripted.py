"""A server that says what a test tells it to, and the answers that tests are made of."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

TOKEN = "aaaa.bbbb.cccc"


@dataclass
class Asked:
    """One request that the server received."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def query(self) -> dict[str, Any]:
        """The query of a POST."""
        return json.loads(self.body)["query"]


@dataclass
class Scripted:
    """A server that gives its prepared answers in order, the last one for ever."""

    url: str
    answers: list[Callable[[Asked], Response]] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    hold: float = 0.0

    def says(self, payload: Any, status: int = 200, **headers: str) -> Scripted:
        """Prepare an answer: a JSON value, or raw bytes."""
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers.append(lambda asked: Response(body, status, named, "application/json"))
        return self

    def computes(self, answer: Callable[[Asked], Any]) -> Scripted:
        """Prepare an answer that depends on the request."""
        self.answers.append(lambda asked: Response(json.dumps(answer(asked)), 200))
        return self

    async def respond(self, request: Request) -> Response:
        """Keep the request and give the next answer, after `hold` seconds."""
        asked = Asked(request.method, request.url.path, dict(request.headers), await request.body())
        self.asked.append(asked)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        await asyncio.sleep(self.hold)
        return answer(asked)


def answer_of(data: Any, *, annotation: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """Build an answer of /v1/load."""
    return {"query": {}, "data": data, "annotation": annotation or ANNOTATION, **more}


ANNOTATION: dict[str, Any] = {
    "measures": {
        "indicatori.indice_giacenza": {
            "title": "Indicatori Indice di giacenza",
            "shortTitle": "Indice di giacenza",
            "type": "number",
            "meta": {"codice": "indice_giacenza", "tipo": "double"},
        },
        "indicatori.definito_om": {"type": "number", "meta": {"scala": 4}},
        "indicatori.pervenuto": {"type": "number", "meta": {"tipo": "bigint"}},
    },
    "dimensions": {
        "indicatori.direzione": {"title": "Direzione", "type": "string"},
        "indicatori.periodo": {"title": "Periodo", "type": "string"},
    },
    "segments": {},
    "timeDimensions": {},
}
