"""The loads as Dagster sees them, for those who already run it (`pip install 'cruscotto[dagster]'`).

    dagster dev -m orchestration.dagster_definitions        # CRUSCOTTO_HOME names the installation

Every dbt model and seed is known from dbt's own manifest (dagster-dbt); all of them are made by one step,
`run_load`, since a load is all or nothing: Dagster sees the graph, and never a half-built warehouse. The
sensor starts a run for each complete delivery, the schedule one every working day; turn on one of the two.
"""

import hashlib
import json
from collections.abc import Iterator
from graphlib import TopologicalSorter
from typing import Any

from dagster import (
    AssetExecutionContext,
    AssetSelection,
    AssetSpec,
    DefaultSensorStatus,
    Definitions,
    Failure,
    MaterializeResult,
    RunRequest,
    ScheduleDefinition,
    SensorEvaluationContext,
    SensorResult,
    SkipReason,
    define_asset_job,
    multi_asset,
    sensor,
)
from dagster_dbt import build_dbt_asset_specs

from orchestration.build import BuildError, manifest_path, parse
from orchestration.landing import LoadReport, LoadVerdict
from orchestration.loads import run_load
from orchestration.quality import NoReport, read_report
from orchestration.scheduling import look
from orchestration.workspace import Workspace

__all__ = ["definitions", "defs"]

_GROUP = "cruscotto"
_QUIET_SECONDS = 30
_EVERY_WORKING_DAY = "0 6 * * 1-5"


def definitions(workspace: Workspace) -> Definitions:
    """Return the assets, the job, the sensor and the schedule of an installation.

    Args:
        workspace: whose landing folder is loaded. Before its first load dbt parses the project once.

    Raises:
        BuildError: dbt cannot read the project.
    """
    workspace.create()
    specs = _specs(workspace)

    @multi_asset(name="carico", specs=specs, can_subset=False)
    def load(context: AssetExecutionContext) -> Iterator[MaterializeResult]:
        """Land, build, test and publish as one transaction."""
        report = run_load(workspace)
        told = _told(workspace, report)
        context.log.info(f"load {report.load_id}: {report.verdict}")
        if report.verdict not in (LoadVerdict.PUBLISHED, LoadVerdict.UNCHANGED):
            raise Failure(description=report.message or f"the load {report.verdict}", metadata=told)
        if report.verdict is LoadVerdict.PUBLISHED:
            for spec in specs:
                yield MaterializeResult(asset_key=spec.key, metadata=told)

    job = define_asset_job("carica", selection=AssetSelection.assets(*(spec.key for spec in specs)))

    @sensor(
        name="consegna_completa",
        job=job,
        minimum_interval_seconds=_QUIET_SECONDS,
        default_status=DefaultSensorStatus.STOPPED,
    )
    def delivery(context: SensorEvaluationContext) -> SensorResult | SkipReason:
        """Ask for a run when the landing folder is complete and as it was at the look before."""
        found = look(workspace.landing)
        seen = hashlib.sha256(json.dumps(found.files, sort_keys=True).encode()).hexdigest()
        if not found.files:
            return SkipReason("nothing in the landing folder")
        if found.lacking:
            return SkipReason(f"incomplete: {', '.join(found.lacking[:5])} without the other half")
        if context.cursor != seen:
            return SensorResult(cursor=seen, skip_reason="complete; waiting until nothing changes any more")
        return SensorResult(cursor=seen, run_requests=[RunRequest(run_key=seen)])

    schedule = ScheduleDefinition(
        name="ogni_giorno_lavorativo",
        job=job,
        cron_schedule=_EVERY_WORKING_DAY,
        execution_timezone="Europe/Rome",
    )
    return Definitions(assets=[load], jobs=[job], sensors=[delivery], schedules=[schedule])


def _specs(workspace: Workspace) -> list[AssetSpec]:
    path = manifest_path(workspace)
    if not path.is_file():
        parse(workspace)
    if not path.is_file():
        raise BuildError(f"dbt did not write {path}: run `cruscotto build` to see why")
    # A load that finds nothing new publishes nothing, so no asset is sure to be made.
    specs = {
        spec.key: spec.replace_attributes(group_name=_GROUP, skippable=True)
        for spec in build_dbt_asset_specs(manifest=path)
    }
    # Dagster wants what one step makes in the order of its dependencies.
    needs = {key: [item.asset_key for item in spec.deps] for key, spec in specs.items()}
    return [specs[key] for key in TopologicalSorter(needs).static_order() if key in specs]


def _told(workspace: Workspace, report: LoadReport) -> dict[str, Any]:
    told: dict[str, Any] = {
        "load_id": report.load_id,
        "verdict": report.verdict.value,
        "rows_loaded": report.rows_loaded,
        "rows_quarantined": report.rows_quarantined,
        "version": report.publication.version if report.publication else "",
    }
    try:
        told["quality"] = read_report(workspace, report.load_id).outcome.value
    except NoReport:
        told["quality"] = ""
    return told


defs = definitions(Workspace.from_environment())
