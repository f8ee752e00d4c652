"""The HTTP application: Cube's REST protocol over the current publication, and the catalogue as a page."""

import logging
import time
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
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette_compress import CompressMiddleware

from semantic.catalogue import Catalogue, Outcome, load_catalogue
from semantic.catalogue.entry import described
from semantic.catalogue.page import page
from semantic.exposition import CONTENT_TYPE
from semantic.model_reader import Model, load_model
from semantic.planner import HISTORY, REGULAR, QueryError, ScopedPlanners
from semantic.server.answers import dry_run_answer, incomplete, load_answer, sql_answer
from semantic.server.audit import AuditEntry, AuditLog
from semantic.server.auth import Authenticator, SecurityContext
from semantic.server.callers import Caller
from semantic.server.catalogue import catalogue
from semantic.server.draining import Gate, GateMiddleware
from semantic.server.errors import ApiError, BadRequest, CallerGone, ContinueWait, NotAuthorised, NotReady
from semantic.server.execution import Engine
from semantic.server.history import History, Planned
from semantic.server.kept import Kept
from semantic.server.known import known_catalogue
from semantic.server.limits import SubjectLimits
from semantic.server.metrics import ServerMetrics
from semantic.server.past import PastPublications
from semantic.server.publication import Publication
from semantic.server.requests import QueryRequest, read_request
from semantic.server.responses import json_response, pieces_response, refusal, request_id_of
from semantic.server.results import Payload
from semantic.server.rows import json_bytes
from semantic.server.settings import AuthSettings, ServerSettings

__all__ = ["create_app"]

_LOG = logging.getLogger(__name__)
_PREFIX = "/cubejs-api"
_BASE = f"{_PREFIX}/v1"
_MOST_KEPT = 64
_HEALTH = frozenset({"/readyz", "/livez"})
_LEAST_COMPRESSED = 1024
# The fast end: most of the gain for a fraction of the time.
_GZIP_LEVEL = 1
_BROTLI_QUALITY = 1
_CALLER_GONE = 499
_OPENAPI = Path(__file__).with_name("openapi.yaml")
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
    model = load_model(model_dir)
    planners = ScopedPlanners(model, clock, uses_rollups=limits.uses_rollups)
    engine = Engine(Publication(published, limits), PastPublications(published, limits), limits)
    server = _Server(
        planners,
        History(published, model_dir, model, planners, clock, uses_rollups=limits.uses_rollups),
        engine,
        Authenticator(auth),
        limits,
        load_catalogue(model_dir, missing_ok=True),
        SubjectLimits(limits.subject_rate, limits.subject_burst, limits.subject_concurrent),
        AuditLog(limits.audit_log, limits.audit_bytes, limits.audit_files, limits.audit_pseudonym_key),
    )
    both = ["GET", "POST"]
    gate = server.gate
    app = Starlette(
        routes=[
            Route("/readyz", server.readyz, methods=["GET"]),
            Route("/livez", server.livez, methods=["GET"]),
            Route(f"{_BASE}/load", server.guarded(server.load), methods=both),
            Route(f"{_BASE}/subscribe", server.guarded(server.load), methods=both),
            Route(f"{_BASE}/sql", server.guarded(server.sql), methods=both),
            Route(f"{_BASE}/dry-run", server.guarded(server.dry_run), methods=both),
            Route(f"{_BASE}/meta", server.guarded(server.meta), methods=["GET"]),
            Route("/openapi.yaml", server.openapi, methods=["GET"]),
            Route("/catalogue", server.guarded(server.page), methods=["GET"]),
            Route("/metrics", server.guarded(server.metrics), methods=["GET"]),
        ],
        middleware=list(_middleware(limits, gate)),
        exception_handlers={HTTPException: server.not_found},
        lifespan=server.lifespan,
    )
    app.state.gate = gate
    return app


def _middleware(settings: ServerSettings, gate: Gate) -> Iterator[Middleware]:
    if settings.cors_origins:
        yield Middleware(
            CORSMiddleware,
            allow_origins=list(settings.cors_origins),
            allow_methods=["GET", "POST"],
            allow_headers=["authorization", "content-type", "if-none-match", "traceparent", "x-request-id"],
            expose_headers=["etag", "retry-after", "x-request-id"],
        )
    yield Middleware(
        CompressMiddleware,
        minimum_size=_LEAST_COMPRESSED,
        zstd=False,
        brotli_quality=_BROTLI_QUALITY,
        gzip_level=_GZIP_LEVEL,
    )
    yield Middleware(GateMiddleware, gate=gate, open_paths=_HEALTH)


@dataclass(frozen=True, slots=True)
class _Server:
    planners: ScopedPlanners
    history: History
    engine: Engine
    auth: Authenticator
    settings: ServerSettings
    catalogue: Catalogue
    limits: SubjectLimits
    audit: AuditLog
    gate: Gate = field(default_factory=Gate)
    counts: ServerMetrics = field(default_factory=ServerMetrics)
    kept: OrderedDict[tuple[str, ...], Kept] = field(default_factory=OrderedDict)

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
            request_id = request_id_of(request.scope)
            entry, context = AuditEntry(), None
            request.state.audit = entry
            try:
                context = await self.auth.authenticate(request)
                with self.limits.admitted(context.account):
                    response = await endpoint(request, context)
            except ContinueWait:
                response = json_response({"error": "Continue wait"})
            except CallerGone:
                response = Response(status_code=_CALLER_GONE)
            except (ApiError, QueryError) as error:
                response = refusal(error, request_id)
            except Exception:
                _LOG.exception("request %s failed", request_id)
                response = json_response(
                    {"error": "Internal error", "code": "INTERNAL", "requestId": request_id},
                    HTTPStatus.INTERNAL_SERVER_ERROR,
                )
            response.headers["x-request-id"] = request_id
            milliseconds = (time.perf_counter() - started) * 1000
            path = request.url.path
            self.counts.seen(path, response.status_code, milliseconds / 1000)
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
        """`/v1/load`: the rows of a query, or of several."""
        asked = await read_request(request, self.settings.body_bytes)
        planned = await self._planned(request, context, asked)
        several = planned.several
        if several.query_type != REGULAR and not asked.is_multi:
            raise BadRequest(
                f"'{several.query_type}' query type is not supported by the client.",
                code="QUERY_TYPE",
                suggestion='send "queryType": "multi" beside the query, and read `results`',
            )
        caller = Caller(request)
        try:
            payloads = await self._answered(planned, caller)
        finally:
            caller.close()
        for payload in payloads:
            request.state.audit.answered(payload.rows, payload.published_at)
        for plan, payload in zip(several.plans, payloads, strict=True):
            if plan.query.complete_only:
                incomplete(plan, payload)
        return pieces_response(
            load_answer(several, payloads, is_multi=asked.is_multi, omitted=planned.omitted)
        )

    async def _answered(self, planned: Planned, caller: Caller) -> list[Payload]:
        plans, sources = planned.several.plans, [item for item in planned.sources if item is not None]
        if planned.several.query_type == HISTORY:
            return await self.engine.answer_each(plans, sources, caller)
        return await self.engine.answer_all(plans, caller, planned.sources[0])

    async def sql(self, request: Request, context: SecurityContext) -> Response:
        """`/v1/sql`: the SQL of a query and the values bound to it."""
        asked = await read_request(request, self.settings.body_bytes)
        return json_response(sql_answer((await self._planned(request, context, asked)).several))

    async def dry_run(self, request: Request, context: SecurityContext) -> Response:
        """`/v1/dry-run`: the query as it would be run."""
        asked = await read_request(request, self.settings.body_bytes)
        return json_response(dry_run_answer((await self._planned(request, context, asked)).several))

    async def _planned(self, request: Request, context: SecurityContext, asked: QueryRequest) -> Planned:
        planned = await self.history.plan(
            asked.query, asked.cache_mode, context.scope, self.engine.current_version
        )
        for plan in planned.several.plans:
            request.state.audit.planned(plan)
        return planned

    async def meta(self, request: Request, context: SecurityContext) -> Response:
        """`/v1/meta`: what can be queried, as far as the asker knows of it."""
        if "asOf" in request.query_params:
            raise BadRequest(
                "The list of what can be asked is that of the present model",
                code="AS_OF_META",
                suggestion="leave out 'asOf': an answer of the past has the definitions of its time",
            )
        model = self.planners.of(context.scope).model
        extended = "extended" in request.query_params
        only_views = request.query_params.get("onlyViews") == "true"
        return await self._keeping(
            request,
            ("meta", context.scope.key, str(extended), str(only_views)),
            "application/json",
            lambda results: json_bytes(
                catalogue(
                    model,
                    extended=extended,
                    only_views=only_views,
                    entries=self._entries(results, model) if extended else None,
                )
            ),
        )

    async def page(self, request: Request, context: SecurityContext) -> Response:
        """`/catalogue`: the catalogue as a page for people."""
        known = known_catalogue(self.catalogue, self.planners.of(context.scope).model)
        response = await self._keeping(
            request,
            ("page", context.scope.key),
            "text/html",
            lambda results: page(known, results).encode(),
        )
        response.headers["content-security-policy"] = _PAGE_POLICY
        return response

    async def metrics(self, _: Request, context: SecurityContext) -> Response:
        """`/metrics`: what the server counts of itself, to whoever may see everything."""
        if not context.scope.everything:
            raise NotAuthorised(
                "Metrics are of the whole server",
                suggestion="use a token that grants all structures and domains",
            )
        try:
            version, _results = await self.engine.test_results()
        except NotReady:
            version = ""
        return Response(self.counts.text(self.gate.in_flight, version), media_type=CONTENT_TYPE)

    def _entries(self, results: Mapping[str, Outcome], model: Model) -> dict[str, dict[str, Any]]:
        known = known_catalogue(self.catalogue, model)
        return {code: described(item, known, results) for code, item in known.indicators.items()}

    async def _keeping(
        self,
        request: Request,
        key: tuple[str, ...],
        media_type: str,
        write: Callable[[Mapping[str, Outcome]], bytes],
    ) -> Response:
        """Answer with a text that changes only with the publication: written once, sent if it is new."""
        version, results = await self.engine.test_results()
        kept = self.kept.get(key)
        if kept is None or kept.version != version:
            kept = self.kept[key] = Kept.of(version, write(results))
            if len(self.kept) > _MOST_KEPT:
                self.kept.popitem(last=False)
        headers = {"etag": kept.tag, "cache-control": "private, no-cache", "vary": "Authorization"}
        if kept.is_known(request.headers.get("if-none-match", "")):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        return Response(kept.body, media_type=media_type, headers=headers)

    async def readyz(self, _: Request) -> Response:
        """Whether queries can be answered."""
        if not self.gate.is_closed and await self.engine.ready():
            return json_response({"health": "HEALTH"})
        return json_response({"health": "DOWN"}, HTTPStatus.SERVICE_UNAVAILABLE)

    async def livez(self, _: Request) -> Response:
        """Whether the process answers at all."""
        return json_response({"health": "HEALTH"})

    async def openapi(self, _: Request) -> Response:
        """`/openapi.yaml`: the description of this API, for whoever asks."""
        return Response(_OPENAPI.read_bytes(), media_type="application/yaml")

    async def not_found(self, request: Request, error: Exception) -> Response:
        """Answer unknown paths and methods in the protocol's form."""
        status = error.status_code if isinstance(error, HTTPException) else HTTPStatus.NOT_FOUND
        message = f"Cannot {request.method} {request.url.path}"
        code = HTTPStatus(status).name
        request_id = request_id_of(request.scope)
        response = json_response({"error": message, "code": code, "requestId": request_id}, status)
        response.headers["x-request-id"] = request_id
        response.headers.update((error.headers or {}) if isinstance(error, HTTPException) else {})
        return response
