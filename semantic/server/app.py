"""The HTTP application: Cube's REST protocol over the current publication, and the catalogue as a page."""

import json
import logging
import re
import time
import uuid
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from semantic.catalogue import Catalogue, Outcome, load_catalogue
from semantic.catalogue.entry import described
from semantic.catalogue.page import page
from semantic.model_reader import Model, load_model
from semantic.planner import Plan, QueryError, ScopedPlanners
from semantic.server.answers import dry_run_answer, incomplete, load_answer, sql_answer
from semantic.server.audit import AuditEntry, AuditLog
from semantic.server.auth import Authenticator, SecurityContext
from semantic.server.catalogue import catalogue
from semantic.server.errors import ApiError, ContinueWait, TooManyRequests
from semantic.server.execution import Engine
from semantic.server.known import known_catalogue
from semantic.server.limits import SubjectLimits
from semantic.server.publication import Publication
from semantic.server.requests import QueryRequest, read_request
from semantic.server.settings import AuthSettings, ServerSettings

__all__ = ["create_app"]

_LOG = logging.getLogger(__name__)
_PREFIX = "/cubejs-api"
_BASE = f"{_PREFIX}/v1"
_REQUEST_ID = re.compile(r"[\x21-\x7e]{1,128}")
_LEAST_GZIP = 1024
_MOST_KEPT = 64
_GZIP_LEVEL = 1
# The page brings its own style and search, and needs nothing from anywhere.
_PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"

Endpoint = Callable[[Request, SecurityContext], Awaitable[Response]]


def create_app(
    model_dir: Path,
    published: Path,
    auth: AuthSettings,
    settings: ServerSettings | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Starlette:
    """Build the application.

    Args:
        model_dir: the folder of the data model.
        published: the folder with `current.json` and the databases it names.
        auth: whom to answer.
        settings: limits; None: the defaults.
        clock: the current time with its zone, for relative dates.

    Raises:
        ModelError: the model cannot be served; every problem with file and line.
        CatalogueError: the catalogue beside the model is damaged.
    """
    limits = settings or ServerSettings()
    planners = ScopedPlanners(load_model(model_dir), clock)
    engine = Engine(Publication(published, limits), limits)
    server = _Server(
        planners,
        engine,
        Authenticator(auth),
        limits,
        load_catalogue(model_dir, missing_ok=True),
        SubjectLimits(limits.subject_rate, limits.subject_burst, limits.subject_concurrent),
        AuditLog(limits.audit_log, limits.audit_bytes, limits.audit_files, limits.audit_pseudonym_key),
    )
    both = ["GET", "POST"]
    return Starlette(
        routes=[
            Route("/readyz", server.readyz, methods=["GET"]),
            Route("/livez", server.livez, methods=["GET"]),
            Route(f"{_BASE}/load", server.guarded(server.load), methods=both),
            Route(f"{_BASE}/sql", server.guarded(server.sql), methods=both),
            Route(f"{_BASE}/dry-run", server.guarded(server.dry_run), methods=both),
            Route(f"{_BASE}/meta", server.guarded(server.meta), methods=["GET"]),
            Route("/catalogue", server.guarded(server.page), methods=["GET"]),
        ],
        middleware=list(_middleware(limits)),
        exception_handlers={HTTPException: server.not_found},
        lifespan=server.lifespan,
    )


def _middleware(settings: ServerSettings) -> Iterator[Middleware]:
    if settings.cors_origins:
        yield Middleware(
            CORSMiddleware,
            allow_origins=list(settings.cors_origins),
            allow_methods=["GET", "POST"],
            allow_headers=["authorization", "content-type", "x-request-id"],
        )
    yield Middleware(GZipMiddleware, minimum_size=_LEAST_GZIP, compresslevel=_GZIP_LEVEL)


@dataclass(frozen=True, slots=True)
class _Server:
    planners: ScopedPlanners
    engine: Engine
    auth: Authenticator
    settings: ServerSettings
    catalogue: Catalogue
    limits: SubjectLimits
    audit: AuditLog
    kept: OrderedDict[tuple[str, ...], tuple[str, bytes]] = field(default_factory=OrderedDict)

    @asynccontextmanager
    async def lifespan(self, _: Starlette) -> AsyncIterator[None]:
        """Open the current publication before the first request; stop all queries after the last."""
        await self.engine.ready()
        try:
            yield
        finally:
            await self.engine.close()

    def guarded(self, endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
        """Wrap an endpoint: a request id, a valid token, and refusals in the protocol's form."""

        async def answer(request: Request) -> Response:
            started = time.perf_counter()
            request_id = _request_id(request)
            entry, context = AuditEntry(), None
            request.state.audit = entry
            try:
                context = await self.auth.authenticate(request)
                with self.limits.admitted(context.account):
                    response = await endpoint(request, context)
            except ContinueWait:
                response = _json({"error": "Continue wait"})
            except (ApiError, QueryError) as error:
                response = _refusal(error, request_id)
            except Exception:
                _LOG.exception("request %s failed", request_id)
                response = _json(
                    {"error": "Internal error", "code": "INTERNAL", "requestId": request_id},
                    HTTPStatus.INTERNAL_SERVER_ERROR,
                )
            response.headers["x-request-id"] = request_id
            milliseconds = (time.perf_counter() - started) * 1000
            path = request.url.path
            _LOG.info(
                "%s %s %s %d %.1f ms", request_id, request.method, path, response.status_code, milliseconds
            )
            self.audit.write(
                entry,
                request=request_id,
                subject=context.subject if context else "",
                scope=context.scope.key if context else "",
                path=path.removeprefix(_PREFIX),
                status=response.status_code,
                ms=milliseconds,
            )
            return response

        return answer

    async def load(self, request: Request, context: SecurityContext) -> Response:
        """`/v1/load`: the rows of a query."""
        asked = await read_request(request, self.settings.body_bytes)
        plan = self._plan(request, context, asked)
        payload = await self.engine.answer(plan)
        request.state.audit.answered(payload.rows, payload.published_at)
        if plan.query.complete_only:
            incomplete(plan, payload)
        return Response(load_answer(plan, payload, is_multi=asked.is_multi), media_type="application/json")

    async def sql(self, request: Request, context: SecurityContext) -> Response:
        """`/v1/sql`: the SQL of a query and the values bound to it."""
        asked = await read_request(request, self.settings.body_bytes)
        return _json(sql_answer(self._plan(request, context, asked)))

    async def dry_run(self, request: Request, context: SecurityContext) -> Response:
        """`/v1/dry-run`: the query as it would be run."""
        asked = await read_request(request, self.settings.body_bytes)
        return _json(dry_run_answer(self._plan(request, context, asked)))

    def _plan(self, request: Request, context: SecurityContext, asked: QueryRequest) -> Plan:
        plan = self.planners.of(context.scope).plan(asked.query, asked.cache_mode)
        request.state.audit.planned(plan)
        return plan

    async def meta(self, request: Request, context: SecurityContext) -> Response:
        """`/v1/meta`: what can be queried, as far as the asker knows of it."""
        model = self.planners.of(context.scope).model
        extended = "extended" in request.query_params
        only_views = request.query_params.get("onlyViews") == "true"
        return await self._keeping(
            ("meta", context.scope.key, str(extended), str(only_views)),
            "application/json",
            lambda results: _encoded(
                catalogue(
                    model,
                    extended=extended,
                    only_views=only_views,
                    entries=self._entries(results, model) if extended else None,
                )
            ),
        )

    async def page(self, _: Request, context: SecurityContext) -> Response:
        """`/catalogue`: the catalogue as a page for people."""
        known = known_catalogue(self.catalogue, self.planners.of(context.scope).model)
        response = await self._keeping(
            ("page", context.scope.key),
            "text/html",
            lambda results: page(known, results).encode(),
        )
        response.headers["content-security-policy"] = _PAGE_POLICY
        return response

    def _entries(self, results: Mapping[str, Outcome], model: Model) -> dict[str, dict[str, Any]]:
        known = known_catalogue(self.catalogue, model)
        return {code: described(item, known, results) for code, item in known.indicators.items()}

    async def _keeping(
        self,
        key: tuple[str, ...],
        media_type: str,
        write: Callable[[Mapping[str, Outcome]], bytes],
    ) -> Response:
        """Answer with a text that changes only with the publication: written once for each and each scope."""
        version, results = await self.engine.test_results()
        kept = self.kept.get(key)
        if kept is None or kept[0] != version:
            kept = self.kept[key] = (version, write(results))
            if len(self.kept) > _MOST_KEPT:
                self.kept.popitem(last=False)
        return Response(kept[1], media_type=media_type)

    async def readyz(self, _: Request) -> Response:
        """Whether queries can be answered."""
        if await self.engine.ready():
            return _json({"health": "HEALTH"})
        return _json({"health": "DOWN"}, HTTPStatus.SERVICE_UNAVAILABLE)

    async def livez(self, _: Request) -> Response:
        """Whether the process answers at all."""
        return _json({"health": "HEALTH"})

    async def not_found(self, request: Request, error: Exception) -> Response:
        """Answer unknown paths and methods in the protocol's form."""
        status = error.status_code if isinstance(error, HTTPException) else HTTPStatus.NOT_FOUND
        message = f"Cannot {request.method} {request.url.path}"
        code = HTTPStatus(status).name
        response = _json({"error": message, "code": code, "requestId": _request_id(request)}, status)
        response.headers.update((error.headers or {}) if isinstance(error, HTTPException) else {})
        return response


def _request_id(request: Request) -> str:
    given = request.headers.get("x-request-id", "")
    return given if _REQUEST_ID.fullmatch(given) else str(uuid.uuid4())


def _refusal(error: ApiError | QueryError, request_id: str) -> Response:
    body = {"error": str(error), "code": error.code, "requestId": request_id}
    if error.member:
        body["member"] = error.member
    if error.suggestion:
        body["suggestion"] = error.suggestion
    response = _json(body, error.status)
    if isinstance(error, TooManyRequests):
        response.headers["retry-after"] = str(error.retry_after)
    if error.status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["retry-after"] = "2"
    return response


def _json(body: Any, status: int = HTTPStatus.OK) -> Response:
    return Response(_encoded(body), status, media_type="application/json")


def _encoded(body: Any) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
