"""Requests about the past: which publications they are of, planned by the definitions of the time.

    asOf ─► register ─► the publication in force then ─► its model ─► plan ─┐
    includeHistory ─► … every one that counts ────────────────────────────┴─► answered from its file

Definitions are never mixed: a publication whose model of the time is not kept is not answered at all.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from semantic.access import Scope
from semantic.model_reader import Model, ModelError, load_model, model_digest, model_files
from semantic.planner import (
    HISTORY,
    MOST_QUERIES,
    Asked,
    Plan,
    QueryError,
    ScopedPlanners,
    Several,
    UnsupportedQuery,
    asked_of,
    plan_request,
    under_present_access,
)
from semantic.server.errors import ApiError, PublicationGone
from semantic.server.register import Former, Published, Register

__all__ = ["History", "Planned"]

_MODELS = "models"
_MOST_MODELS = 3


@dataclass(frozen=True, slots=True)
class Planned:
    """A request that was understood.

    Attributes:
        several: its plans.
        sources: for each plan, the publication to answer it from; None: the present one.
        omitted: publications that history leaves out, and why.
    """

    several: Several
    sources: tuple[Published | None, ...]
    omitted: tuple[dict[str, Any], ...] = ()


class History:
    """Plans requests, of the present and of the past. Used from the event loop alone.

    Args:
        folder: the folder of the published files, and of the models of their times.
        model_dir: the folder of the model that is served.
        model: that model.
        planners: its planners.
        clock: the current time with its zone.
        uses_rollups: whether statements may read roll-ups in place of the facts.
    """

    def __init__(
        self,
        folder: Path,
        model_dir: Path,
        model: Model,
        planners: ScopedPlanners,
        clock: Callable[[], datetime],
        *,
        uses_rollups: bool,
    ) -> None:
        self._models = folder / _MODELS
        self._register = Register(folder)
        self._present, self._planners = model, planners
        self._present_digest = model_digest(model_files(model_dir))
        self._clock = clock
        self._uses_rollups = uses_rollups
        self._past: OrderedDict[str, Model] = OrderedDict()
        self._past_planners: OrderedDict[tuple[str, bool, bool], ScopedPlanners] = OrderedDict()
        self._reading = asyncio.Lock()

    async def plan(
        self,
        written: Any,
        cache_mode: str | None,
        scope: Scope,
        current_version: Callable[[], Awaitable[str]],
    ) -> Planned:
        """Plan a request.

        Args:
            written: what the request holds under `query`, as decoded from JSON.
            cache_mode: the `cache` given beside it.
            scope: who asks.
            current_version: gives the version of the current publication; '' before the first.

        Raises:
            QueryError: a query is refused.
            UnknownPublication: there is no such publication.
            PublicationGone: it is not kept, or the definitions of its time are not.
        """
        asked = asked_of(written)
        if asked is None:
            planner = self._planners.of(scope)
            several = plan_request(written, lambda query: planner.plan(query, cache_mode))
            return Planned(several, (None,) * len(several.plans))
        current = await current_version()
        if asked.history:
            return await self._every(written, cache_mode, scope, asked, current)
        former = self._register.find(asked, self._clock(), current)
        several = await self._then(written, cache_mode, scope, former)
        return Planned(several, (former.published,) * len(several.plans))

    async def _then(self, written: Any, cache_mode: str | None, scope: Scope, former: Former) -> Several:
        """Plan a request by the definitions of a publication's time."""
        planner = (await self._planners_of(former.published, scope)).of(scope)
        several = plan_request(written, lambda query: planner.plan(query, cache_mode))
        plans = tuple(replace(plan, publication=former.told) for plan in several.plans)
        return Several(several.query_type, plans)

    async def _every(
        self, written: Any, cache_mode: str | None, scope: Scope, asked: Asked, current: str
    ) -> Planned:
        """Plan one query once for each publication; tell of those that cannot answer it."""
        formers = self._register.history(asked, self._clock(), current)
        if len(formers) > MOST_QUERIES:
            raise UnsupportedQuery(
                f"History would be of {len(formers)} publications: one request answers at most "
                f"{MOST_QUERIES}",
                code="LIMIT_EXCEEDED",
                suggestion=f"ask each with 'asOf'; the last ones: {_ids(formers[-MOST_QUERIES:])}",
            )
        plans: list[Plan] = []
        sources: list[Published] = []
        failures: list[ApiError | QueryError] = []
        omitted: list[dict[str, Any]] = []
        for former in formers:
            try:
                if not (self._models.parent / former.published.file).is_file():
                    raise _not_kept(former.published)
                (plan,) = (await self._then(written, cache_mode, scope, former)).plans
            except (ApiError, QueryError) as error:
                failures.append(error)
                omitted.append(former.told | {"error": str(error), "code": error.code})
                continue
            plans.append(replace(plan, constants=(("publication", former.published.version),)))
            sources.append(former.published)
        if not plans:
            raise failures[-1]
        return Planned(Several(HISTORY, tuple(plans)), tuple(sources), tuple(omitted))

    async def _planners_of(self, published: Published, scope: Scope) -> ScopedPlanners:
        if published.model == self._present_digest:
            return self._planners
        key = (published.model, scope.everything, scope.small_cells)
        async with self._reading:
            planners = self._past_planners.get(key)
            if planners is None:
                past = await self._model_of(published)
                model = under_present_access(
                    past, self._present, everything=scope.everything, small_cells=scope.small_cells
                )
                planners = ScopedPlanners(model, self._clock, uses_rollups=self._uses_rollups)
                self._past_planners[key] = planners
                if len(self._past_planners) > _MOST_MODELS:
                    self._past_planners.popitem(last=False)
            self._past_planners.move_to_end(key)
            return planners

    async def _model_of(self, published: Published) -> Model:
        model = self._past.get(published.model)
        if model is None:
            model = await asyncio.to_thread(_read_model, self._models, published)
            self._past[published.model] = model
            if len(self._past) > _MOST_MODELS:
                self._past.popitem(last=False)
        self._past.move_to_end(published.model)
        return model


def _read_model(folder: Path, published: Published) -> Model:
    """Read a model of the past, if it is what the register says."""
    path = folder / published.model
    try:
        if model_digest(model_files(path)) == published.model:
            return load_model(path)
        what = "not kept, or changed"
    except (OSError, ModelError):
        what = "of a form that this version of the software does not read"
    raise PublicationGone(
        f"The semantic model that publication {published.version} was made with is {what}: "
        "its values are not computed by other definitions",
        code="DEFINITIONS_GONE",
        suggestion=f"have `cruscotto loads rebuild {published.load_id}` run, which puts the model of the "
        "time beside the file, with the software of the time if need be",
    )


def _not_kept(published: Published) -> PublicationGone:
    return PublicationGone(
        f"Publication {published.version} is no longer kept",
        code="PUBLICATION_NOT_KEPT",
        suggestion=f"have `cruscotto loads rebuild {published.load_id}` run",
    )


def _ids(formers: Sequence[Former]) -> str:
    return ", ".join(former.published.load_id for former in formers)
