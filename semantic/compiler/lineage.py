"""Column lineage of the whole dbt project, from the SQL that dbt compiled.

    ind_components_by_period.pervenuto_om ← fct_components.pervenuto_om ← fct_production.pervenuto_om
        ← stg_production.pervenuto, dim_product.homogenisation_coefficient ← … ← pb_prod.pervenuto, …

The ends are columns of the extracts (their contracts describe them) and of seeds.
"""

import csv
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from semantic.compiler.errors import CompileError
from semantic.compiler.selects import ROWS, ColumnRef, Relation, SelectLineage

__all__ = ["Extract", "ExtractColumn", "ProjectLineage", "read_lineage"]

_REMEDY = "run `make model` (`dbt compile`; `dbt parse` alone leaves the SQL out)"


@dataclass(frozen=True)
class ExtractColumn:
    """A column of an extract as its contract has it: header in the file, Italian title, what it holds."""

    header: str
    title: str
    description: str


@dataclass(frozen=True)
class Extract:
    """A raw table as its contract has it: contract, Italian name, file names and columns by raw name."""

    contract: str
    title: str
    files: str
    columns: Mapping[str, ExtractColumn]


@dataclass
class ProjectLineage:
    """Lineage between the relations of one dbt project.

    Attributes:
        nodes: dbt's models and seeds, by unique id.
        sources: dbt's sources, by unique id.
        extracts: what the contracts say of the raw tables, by name.
        project: the dbt project's folder, where the seeds are.
    """

    nodes: Mapping[str, Mapping[str, Any]]
    sources: Mapping[str, Mapping[str, Any]]
    extracts: Mapping[str, Extract]
    project: Path
    _statements: dict[str, SelectLineage] = field(default_factory=dict)
    _relations: dict[tuple[str, str], Relation] = field(default_factory=dict)
    _by_table: dict[tuple[str, str], str] = field(init=False)
    _by_text: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        """Index the relations by what the SQL calls them."""
        self._by_table = {(node["schema"], node["alias"]): name for name, node in self.nodes.items()}
        self._by_text = {_source_text(node): name for name, node in self.sources.items()}

    def model(self, relation: str) -> str:
        """Return the unique id of the model behind `schema.table`.

        Raises:
            CompileError: dbt makes no such relation.
        """
        schema, _, table = relation.rpartition(".")
        try:
            return self._by_table[schema, table]
        except KeyError:
            raise CompileError(f"no dbt model makes {relation}") from None

    def sql(self, node: Mapping[str, Any]) -> str:
        """Return the compiled SQL of one of the nodes.

        Raises:
            CompileError: the manifest is of a project that was parsed only.
        """
        if not node.get("compiled_code"):
            raise CompileError(f"{node['original_file_path']}: the manifest lacks its SQL: {_REMEDY}")
        return str(node["compiled_code"])

    def columns_in(self, model: str, sql: str, name: str) -> list[str]:
        """Return the columns of a model that make the value of an expression over it.

        Raises:
            CompileError: the expression cannot be read, or names a column that the model lacks.
        """
        relation = Relation(model, self._columns(model))
        found = SelectLineage(f"'{name}'", f'select {sql} as "{name}" from model', lambda _: relation)
        return sorted(column for _, column in found.values(name))

    def name(self, ref: ColumnRef) -> str:
        """Return a column as the catalogue writes it, `fct_production.pervenuto`."""
        node = self.nodes.get(ref[0]) or self.sources[ref[0]]
        return f"{node['name']}.{ref[1]}"

    def is_model(self, identifier: str) -> bool:
        """Say whether lineage goes on behind a relation: seeds and extracts are where it ends."""
        return identifier in self.nodes and self.nodes[identifier]["resource_type"] == "model"

    def values(self, ref: ColumnRef) -> tuple[ColumnRef, ...]:
        """Return the columns that make a model's column, one step back, in order of name.

        Raises:
            CompileError: the model has no such column, or dbt did not compile it.
        """
        found = self._statement(ref[0]).values(ref[1])
        for identifier, column in found:
            self._check(ref, identifier, column)
        return tuple(sorted(found, key=self.name))

    def conditions(self, ref: ColumnRef) -> frozenset[str]:
        """Return the names of the columns in the CASE conditions that decide over a model's column."""
        return self._statement(ref[0]).conditions(ref[1])

    def graph(self, starts: Iterable[ColumnRef]) -> dict[ColumnRef, tuple[ColumnRef, ...]]:
        """Return every step behind the columns; what ends the lineage has no entry of its own."""
        steps: dict[ColumnRef, tuple[ColumnRef, ...]] = {}
        waiting = list(starts)
        while waiting:
            ref = waiting.pop()
            if ref not in steps and self.is_model(ref[0]):
                steps[ref] = self.values(ref)
                waiting.extend(steps[ref])
        return steps

    def _check(self, ref: ColumnRef, identifier: str, column: str) -> None:
        """Refuse a column that its relation does not have: of an extract, the contract's word counts."""
        if column != ROWS and column not in self._columns(identifier):
            raise CompileError(
                f"{self.name(ref)}: is made from {self.name((identifier, column))}, which is not there"
            )

    def _statement(self, identifier: str) -> SelectLineage:
        kept = self._statements.get(identifier)
        if kept is None:
            node = self.nodes[identifier]
            kept = SelectLineage(node["original_file_path"], self.sql(node), self._find)
            self._statements[identifier] = kept
        return kept

    def _columns(self, identifier: str) -> tuple[str, ...]:
        if identifier in self.sources:
            name = self.sources[identifier]["name"]
            if name not in self.extracts:
                raise CompileError(f"source '{name}' has no contract in orchestration/contracts/")
            return tuple(self.extracts[name].columns)
        node = self.nodes[identifier]
        if node["resource_type"] == "model":
            return self._statement(identifier).columns()
        with (self.project / node["original_file_path"]).open(encoding="utf-8", newline="") as file:
            return tuple(next(csv.reader(file)))

    def _find(self, table: exp.Table) -> Relation | None:
        if table.name:
            key = (table.db, table.name)
            identifier = self._by_table.get(key)
        else:
            key = ("", table.this.sql(dialect="duckdb"))
            identifier = self._by_text.get(key[1])
        if identifier is None:
            return None
        if key not in self._relations:
            self._relations[key] = Relation(identifier, self._columns(identifier))
        return self._relations[key]


def _source_text(node: Mapping[str, Any]) -> str:
    """Return what a source is called in compiled SQL (`read_parquet('…')`), as the parser writes it."""
    parsed = sqlglot.parse_one(f"select * from {node['relation_name']}", dialect="duckdb")
    table = parsed.find(exp.Table)
    return table.this.sql(dialect="duckdb") if table else ""


def read_lineage(manifest_path: Path, extracts: Mapping[str, Extract], project: Path) -> ProjectLineage:
    """Read the compiled SQL of the project from dbt's manifest.

    Args:
        manifest_path: `target/manifest.json` of `dbt compile` or `dbt build`.
        extracts: what the contracts say of the raw tables, by name.
        project: the dbt project's folder.

    Raises:
        CompileError: the manifest cannot be read.
    """
    document = json.loads(manifest_path.read_text(encoding="utf-8"))
    kinds = ("model", "seed")
    nodes = {name: node for name, node in document["nodes"].items() if node["resource_type"] in kinds}
    try:
        return ProjectLineage(nodes, document["sources"], extracts, project)
    except SqlglotError as error:
        raise CompileError(f"{manifest_path}: a source's location cannot be read: {error}") from None
