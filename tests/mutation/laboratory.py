"""One process's laboratory: dbt's manifest in memory, a copy of the small warehouse, the real tests.

Nothing of the project is written: a mutant is made in the manifest (or in a row of the copied database), dbt
runs the tests that could notice in this process, and the manifest is put back as it was.

What may kill a mutant, in the order in which it is asked:

    metric, measure   the second statement of the catalogue (`tests/warehouse/definition_checks.py`), then the
                      hand-worked examples that name the metric or one that is computed from it
    statement         dbt's unit tests of the models that use the text, the tests by hand that use it, then
                      what is built from it, rebuilt on the small warehouse, with its data tests
    seed              the data tests of the seed alone, the examples that read it, then what is built from it,
                      rebuilt, with its data tests

That the committed Cube model drifts from the changed definition kills nothing here: whoever changes a
definition compiles it again.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest

from orchestration.paths import warehouse_dir
from tests.warehouse.definition_checks import complaints, regime_rows

from .definitions import measure_mutants, metric_mutants
from .mutant import Mutant, Verdict
from .seeds import seed_mutants
from .statements import statement_mutants

__all__ = ["Laboratory", "LaboratoryError"]

_EXAMPLES = re.compile(r"tests/(indicators|evaluation)/\w+_by_hand\.sql$")
# Judged by tests/warehouse/test_changes.py: what a laboratory builds, it builds in full.
_LISTS_OF_PARTS = "models/touched/"
_FAILED = ("fail", "error", "runtime error")


class LaboratoryError(Exception):
    """The project does not parse, or dbt could not run where it had to."""


class Laboratory:
    """Judges mutants; `close` removes what it wrote."""

    def __init__(self, pristine: Path, raw: Path, folder: Path, blunt: Iterable[str] = ()) -> None:
        """Parse the project and take a copy of the small warehouse.

        Args:
            pristine: DuckDB file of the small warehouse, built by dbt; it is copied, never written.
            raw: the raw folder that it was built from.
            folder: a folder of this process's own, for the copy and for dbt's artefacts.
            blunt: tests that fail with nothing mutated (`baseline`); they cannot tell a mutant.
        """
        self._pristine = pristine
        self._folder = folder
        self._copies = 0
        self._blunt = frozenset(blunt)
        self._renew()
        os.environ |= {
            "CRUSCOTTO_RAW": str(raw),
            "CRUSCOTTO_THREADS": "1",
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            "DBT_VERSION_CHECK": "false",
        }
        self._manifest: Manifest | None = None
        parsed = self._dbt("parse")
        if not isinstance(parsed.result, Manifest):
            raise LaboratoryError(f"the project does not parse: {parsed.exception}")
        self._manifest = parsed.result
        self._graph = self._manifest.flat_graph

    def mutants(self) -> list[Mutant]:
        """Every mutant of the definitions, seeds and statements of the checkout, in a fixed order."""
        (model,) = (node for node in self._graph["semantic_models"].values() if node["name"] == "componenti")
        measures = {measure["name"]: measure for measure in model["measures"]}
        found = [
            *metric_mutants(self._graph["metrics"], measures),
            *measure_mutants(model),
            *statement_mutants(self._texts()),
            *seed_mutants(self._pristine, self._seeds()),
        ]
        return sorted({mutant.id: mutant for mutant in found}.values(), key=lambda mutant: mutant.id)

    def baseline(self) -> list[str]:
        """Give the tests and complaints that there are with nothing mutated; none counts against a mutant."""
        self._blunt = frozenset(self._failures(self._dbt("test")) + complaints(self._graph, regime_rows()))
        return sorted(self._blunt)

    def judge(self, mutant: Mutant) -> Verdict:
        """Make the mutant, ask the tests and undo it."""
        started = time.monotonic()
        killers: Sequence[str] = ()
        error: str | None = None
        try:
            with self._made(mutant):
                killers = next((found for found in self._stages(mutant) if found), ())
        except LaboratoryError as failure:
            error = str(failure)
        finally:
            if self._touched:
                self._renew()
        return Verdict(mutant, tuple(killers), time.monotonic() - started, error)

    def close(self) -> None:
        """Remove the copy and dbt's artefacts."""
        shutil.rmtree(self._folder, ignore_errors=True)

    @contextmanager
    def _made(self, mutant: Mutant) -> Iterator[None]:
        change = mutant.change
        if mutant.kind in ("metric", "measure"):
            kept = self._graph["metrics" if mutant.kind == "metric" else "semantic_models"]
            with _replaced(kept, change["unique_id"], change["node"]):
                yield
        elif mutant.kind == "expansion":
            macro = self._known.macros["macro.cruscotto.expand_metric"]
            with _text(macro, "macro_sql", _wrapped(macro.macro_sql, change)):
                yield
        elif mutant.kind == "statement":
            unique_id = change["unique_id"]
            if unique_id in self._known.macros:
                holder, name = self._known.macros[unique_id], "macro_sql"
            else:
                holder, name = self._known.nodes[unique_id], "raw_code"
            with _text(holder, name, change["text"]):
                yield
        else:
            with duckdb.connect(str(self._database)) as connection:
                statement = f"update {change['table']} set {change['column']} = ? where rowid = ?"
                connection.execute(statement, [change["value"], change["rowid"]])
            self._touched = True
            yield

    def _stages(self, mutant: Mutant) -> Iterator[list[str]]:
        if mutant.kind in ("metric", "measure"):
            yield [text for text in complaints(self._graph, regime_rows()) if text not in self._blunt]
            yield self._examples(self._affected(mutant))
        elif mutant.kind == "expansion":
            yield self._examples(self._users({mutant.subject}))
        elif mutant.kind == "statement":
            yield from self._statement_stages(mutant.change["unique_id"])
        else:
            unique_id, name = mutant.change["unique_id"], mutant.subject
            yield self._test(name, "--indirect-selection", "cautious")
            readers = self._children(unique_id)
            yield self._test(*[node.name for node in readers if self._is_by_hand(node)])
            # Not the seed itself: dbt would load the file again, and to exclude it excludes its tests.
            models = {node.name for node in readers if node.resource_type == "model"}
            tests = [node.name for node in readers if node.resource_type == "test"]
            yield from self._rebuilds([*self._downstream(models), *tests])

    def _statement_stages(self, unique_id: str) -> Iterator[list[str]]:
        """Unit tests of the models that the text is in, tests by hand, then all that is built from it."""
        nodes = self._known.nodes
        if unique_id in nodes:
            used = [nodes[unique_id]]
        else:
            macros = self._macros_using(unique_id)
            used = [node for node in nodes.values() if macros & set(node.depends_on.macros)]
        models = {node.name for node in used if node.resource_type == "model"}
        units = [test.name for test in self._known.unit_tests.values() if test.model in models]
        yield self._test(*units)
        stale = {node.unique_id for node in used}
        tests = [node for node in used if node.resource_type == "test"]
        yield self._test(*[node.name for node in tests if not stale & set(node.depends_on_nodes)])
        yield from self._rebuilds(self._downstream(models))

    def _is_by_hand(self, node: Any) -> bool:
        """Whether a test reads nothing that is built, so that it can run before anything is built again."""
        return node.resource_type == "test" and not any(
            key.startswith(("model.", "source.")) for key in node.depends_on_nodes
        )

    def _affected(self, mutant: Mutant) -> set[str]:
        if mutant.kind == "metric":
            return self._users({mutant.subject})
        leaves = {
            metric["name"]
            for metric in self._graph["metrics"].values()
            if (metric["type_params"].get("measure") or {}).get("name") == mutant.subject
        }
        return self._users(leaves | {mutant.subject})

    def _users(self, names: set[str]) -> set[str]:
        """The metrics named and all that are computed from them."""
        found = set(names)
        while True:
            more = {
                metric["name"]
                for metric in self._graph["metrics"].values()
                if found & set(_inputs(metric["type_params"])) and metric["name"] not in found
            }
            if not more:
                return found
            found |= more

    def _examples(self, names: set[str]) -> list[str]:
        """Run the hand-worked examples that name one of the metrics."""
        named = re.compile("|".join(rf"'{re.escape(name)}'" for name in sorted(names)))
        tests = [
            node.name
            for node in self._known.nodes.values()
            if node.resource_type == "test"
            and _EXAMPLES.search(node.original_file_path)
            # An example that loops over rows of a seed names its metrics only when it is compiled.
            and (named.search(node.raw_code) or "{% for" in node.raw_code)
        ]
        return self._test(*tests)

    def _macros_using(self, unique_id: str) -> set[str]:
        found = {unique_id}
        while True:
            more = {
                key for key, macro in self._known.macros.items() if found & set(macro.depends_on.macros)
            } - found
            if not more:
                return found
            found |= more

    def _children(self, unique_id: str) -> list[Any]:
        return [node for node in self._known.nodes.values() if unique_id in node.depends_on_nodes]

    def _test(self, *select: str) -> list[str]:
        if not select or select[0].startswith("--"):
            return []
        return self._failures(self._dbt("test", "--select", *select))

    def _rebuilds(self, select: Sequence[str]) -> Iterator[list[str]]:
        """Build what is selected again in this laboratory's copy, with its data tests; the seeds stay.

        First what needs no indicator, which is quick; then everything, if nothing has failed.
        """
        if select:
            self._touched = True
            heavy = sorted(self._computed())
            yield self._rebuild(select, heavy, "--indirect-selection", "buildable")
            yield self._rebuild(select, [])

    def _rebuild(self, select: Sequence[str], exclude: Sequence[str], *options: str) -> list[str]:
        # With `--fail-fast` a test that failed before any mutation would hide those that come after it.
        blunt = [name for name in self._blunt if re.fullmatch(r"\w+", name)]
        left_out = ["--exclude", "resource_type:unit_test", *blunt, *exclude]
        return self._failures(self._dbt("build", "--select", *select, *left_out, "--fail-fast", *options))

    def _computed(self) -> set[str]:
        """The models that expand metrics in their text, and what is built on those."""
        macros = self._macros_using("macro.cruscotto.expand_metric")
        nodes = {key: node for key, node in self._known.nodes.items() if node.resource_type == "model"}
        found = {key for key, node in nodes.items() if macros & set(node.depends_on.macros)}
        while more := {key for key, node in nodes.items() if found & set(node.depends_on_nodes)} - found:
            found |= more
        return {nodes[key].name for key in found}

    def _downstream(self, names: set[str]) -> list[str]:
        """The models and what is built on them.

        The lists of the parts that a build of changes computes wait for nearly everything, and nearly
        everything for them; in a laboratory everything is computed, and they matter to nothing.
        """
        known = [
            node
            for node in self._known.nodes.values()
            if node.resource_type == "model" and not node.original_file_path.startswith(_LISTS_OF_PARTS)
        ]
        found = {node.unique_id for node in known if node.name in names}
        while more := {
            node.unique_id
            for node in known
            if node.unique_id not in found and found & set(node.depends_on_nodes)
        }:
            found |= more
        return sorted(node.name for node in known if node.unique_id in found)

    def _failures(self, outcome: Any) -> list[str]:
        if outcome.exception is not None:
            return [f"dbt: {type(outcome.exception).__name__}"]
        return [
            result.node.name
            for result in outcome.result or ()
            if str(result.status) in _FAILED and result.node.name not in self._blunt
        ]

    def _dbt(self, verb: str, *options: str) -> Any:
        if self._manifest is not None:
            # What the macros have kept there was found in another mutant.
            for name in [name for name in self._graph if name.startswith("cruscotto_")]:
                del self._graph[name]
        project = str(warehouse_dir())
        command = ["--quiet", "--log-level", "none", "--log-level-file", "none"]
        command += ["--log-path", str(self._folder), verb, *options]
        command += ["--project-dir", project, "--profiles-dir", project]
        command += ["--target-path", str(self._folder / "target")]
        return dbtRunner(manifest=self._manifest).invoke(command)

    def _renew(self) -> None:
        """Take a new copy, in a place of its own: DuckDB may hold the former one open in this process."""
        if self._copies:
            shutil.rmtree(self._database.parent)
        self._touched = False
        self._copies += 1
        self._database.parent.mkdir(parents=True)
        shutil.copy(self._pristine, self._database)
        os.environ["CRUSCOTTO_BUILD_DATABASE"] = str(self._database)

    @property
    def _database(self) -> Path:
        # dbt knows the database by the name of its file, so every copy has the same.
        return self._folder / f"copy-{self._copies}" / self._pristine.name

    def _texts(self) -> dict[str, dict[str, str]]:
        """The models and macros of the project, as their files say."""
        found = {
            key: {"name": node.name, "file": node.original_file_path, "text": node.raw_code}
            for key, node in self._known.nodes.items()
            if node.resource_type == "model"
        }
        return found | {
            key: {"name": macro.name, "file": macro.original_file_path, "text": macro.macro_sql}
            for key, macro in self._known.macros.items()
            if macro.package_name == "cruscotto"
        }

    def _seeds(self) -> dict[str, dict[str, Any]]:
        return {
            key: {
                "name": node.name,
                "schema": node.schema,
                "file": node.original_file_path,
                "readers": [
                    child.raw_code
                    for child in self._children(key)
                    if child.resource_type in ("model", "test")
                ],
            }
            for key, node in self._known.nodes.items()
            if node.resource_type == "seed"
        }

    @property
    def _known(self) -> Manifest:
        if self._manifest is None:
            raise LaboratoryError("the project has not been parsed")
        return self._manifest


def _inputs(params: dict[str, Any]) -> list[str]:
    given = [
        params.get("measure"),
        params.get("numerator"),
        params.get("denominator"),
        *(params.get("metrics") or []),
    ]
    return [item["name"] for item in given if item]


def _wrapped(macro: str, change: Any) -> str:
    """`expand_metric` with one metric's value wrapped in something."""
    opening = re.compile(r"\{% macro expand_metric\((.*?)\) %\}")
    value = "expand_metric(metric, inherited, true)"
    wrapped = change["template"].replace("{value}", value)
    condition = f"metric.name == '{change['metric']}' and not plain"
    guard = f"{{% if {condition} %}}{{{{ return({wrapped}) }}}}{{% endif %}}"
    changed, count = opening.subn(
        lambda found: f"{{% macro expand_metric({found[1]}, plain=false) %}}{guard}", macro, count=1
    )
    if not count:
        raise LaboratoryError(
            "macros/indicator_graph.sql has no macro `expand_metric(metric, inherited=[])` any more"
        )
    return changed


@contextmanager
def _replaced(holder: dict[str, Any], key: str, value: Any) -> Iterator[None]:
    kept = holder[key]
    holder[key] = value
    try:
        yield
    finally:
        holder[key] = kept


@contextmanager
def _text(holder: Any, name: str, value: str) -> Iterator[None]:
    kept = getattr(holder, name)
    setattr(holder, name, value)
    try:
        yield
    finally:
        setattr(holder, name, kept)
