"""MetricFlow as a library: dbt's own metrics, answered by dbt's own engine, on a DuckDB file.

The metrics are read from dbt's `semantic_manifest.json`, the SQL is MetricFlow's and the rows are DuckDB's:

    MetricFlow(manifest, file).rows(["produttivita"], ["struttura__direzione"],
                                    ["{{ Dimension('componente__periodo') }} = '2025-P10'"])
    → [{"struttura__direzione": "DR-UMBRIA", "produttivita": 123.4}, …]
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import duckdb
from metricflow.engine.metricflow_engine import MetricFlowEngine, MetricFlowQueryRequest
from metricflow.protocols.sql_client import SqlEngine
from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer
from metricflow_semantics.model.dbt_manifest_parser import parse_manifest_from_dbt_generated_manifest
from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup

__all__ = ["MetricFlow"]


class DuckDbDialect:
    """What MetricFlow must know of the engine in order to write SQL; it is never asked to run any."""

    sql_engine_type = SqlEngine.DUCKDB
    sql_plan_renderer = DuckDbSqlPlanRenderer()

    def render_bind_parameter_key(self, bind_parameter_key: str) -> str:
        """Give DuckDB's spelling of a named parameter."""
        return f"${bind_parameter_key}"

    def query(self, *_: object) -> NoReturn:
        """Refuse: `MetricFlow.rows` runs the SQL itself."""
        raise NotImplementedError("only the SQL is MetricFlow's")

    execute = dry_run = query

    def close(self) -> None:
        """Close nothing."""


class MetricFlow:
    """MetricFlow over one manifest and one DuckDB file, which is attached read-only."""

    def __init__(self, manifest: Path, file: Path) -> None:
        """Read the manifest and attach the file under the name that the manifest's tables have.

        Args:
            manifest: dbt's `target/semantic_manifest.json`.
            file: the DuckDB file that dbt built, or a copy of it under any name.
        """
        parsed = parse_manifest_from_dbt_generated_manifest(manifest.read_text())
        catalogues = {model.node_relation.database for model in parsed.semantic_models}
        if len(catalogues) != 1:
            raise ValueError(f"{manifest}: the semantic models are in several databases: {catalogues}")
        self._engine = MetricFlowEngine(SemanticManifestLookup(parsed), DuckDbDialect())
        self._database = duckdb.connect(config={"autoinstall_known_extensions": False})
        path = str(file).replace("'", "''")
        self._database.execute(f"ATTACH '{path}' AS \"{catalogues.pop()}\" (READ_ONLY)")

    def sql(self, metrics: Sequence[str], group_by: Sequence[str], where: Sequence[str] = ()) -> str:
        """Give the SQL that MetricFlow writes.

        Args:
            metrics: names of dbt metrics.
            group_by: dimensions as MetricFlow spells them (`entity__dimension`).
            where: conditions, each with its dimensions in `{{ Dimension('entity__dimension') }}`.
        """
        request = MetricFlowQueryRequest.create(
            metric_names=list(metrics), group_by_names=list(group_by), where_constraints=list(where)
        )
        statement = self._engine.explain(request).sql_statement
        if statement.bind_parameter_set.param_items:
            raise NotImplementedError(f"MetricFlow bound parameters: {statement.bind_parameter_set}")
        return str(statement.without_descriptions.sql)

    def rows(
        self, metrics: Sequence[str], group_by: Sequence[str], where: Sequence[str] = ()
    ) -> list[dict[str, Any]]:
        """Answer a question with rows of Python values, by column name; the order is not defined."""
        cursor = self._database.cursor().execute(self.sql(metrics, group_by, where))
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def close(self) -> None:
        """Close the database."""
        self._database.close()
