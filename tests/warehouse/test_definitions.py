"""Every metric carries what a tested metric needs; the committed Cube model is the one dbt's metrics give."""

import csv
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.paths import semantic_model_dir, warehouse_dir
from semantic.compiler import compile_model, drift
from semantic.compiler.manifest import Metric, SemanticManifest, read_manifest

NEEDED = {
    "codice": str,
    "descrizione_en": str,
    "prospettiva": str,
    "unita": str,
    "polarita": int,
    "scala": int,
    "intervallo": list,
    "livelli": list,
    "tagli": list,
    "nodi_area": list,
    "valido_dal": str,
    "atto": str,
    "lettura": bool,
}
FIRST = {
    "produzione_omogeneizzata",
    "realizzazione_piano_produzione",
    "produttivita_2021",
    "produttivita_2025",
    "produttivita",
    "indice_giacenza",
    "indice_deflusso",
    "ieep",
    "ieep_entrate",
    "ieep_prestazioni",
    "ieep_realizzazione",
    "redditivita",
    "incidenza_costi_diretti",
    "incidenza_costo_produzione",
    "costo_punto_omogeneizzato",
    "quota_personale_produzione",
    "efficacia_automazione",
    "quota_lavoratori_agili",
}


@pytest.fixture(scope="session")
def manifest_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Dbt's manifest of the checkout, freshly parsed."""
    target = tmp_path_factory.mktemp("dbt")
    command = [sys.executable, "-m", "dbt.cli.main", "--quiet", "--log-path", str(target), "parse"]
    command += ["--project-dir", str(warehouse_dir()), "--profiles-dir", str(warehouse_dir())]
    command += ["--target-path", str(target)]
    environment = os.environ | {"DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "DBT_VERSION_CHECK": "false"}
    subprocess.run(command, check=True, env=environment)
    return target / "manifest.json"


@pytest.fixture(scope="session")
def definitions(manifest_file: Path) -> SemanticManifest:
    """Semantic models and metrics of the checkout."""
    return read_manifest(manifest_file)


@pytest.fixture(scope="session")
def indicators(definitions: SemanticManifest) -> list[Metric]:
    """The metrics that are public indicators."""
    return [metric for metric in definitions.metrics.values() if metric.is_indicator]


def test_the_first_indicators_are_all_there(indicators: list[Metric]) -> None:
    assert {metric.name for metric in indicators} >= FIRST


def test_every_indicator_declares_what_a_tested_metric_needs(indicators: list[Metric]) -> None:
    gaps = [
        f"{metric.file}: {metric.name}: {key}"
        for metric in indicators
        for key, kind in NEEDED.items()
        if not isinstance(metric.meta.get(key), kind)
    ]
    gaps += [
        f"{metric.file}: {metric.name}: label or description"
        for metric in indicators
        if metric.label == metric.name or len(metric.description) < 20
    ]
    assert not gaps


def test_every_indicator_has_a_hand_worked_example_without_denominator(definitions: SemanticManifest) -> None:
    """Composites have theirs by kind, in tests/evaluation."""
    indicators = definitions.elementary
    examples = "\n".join(
        path.read_text(encoding="utf-8") for path in (warehouse_dir() / "tests" / "indicators").glob("*.sql")
    )
    without_example = [
        metric.name for metric in indicators if not re.search(rf"'{metric.name}': -?\d", examples)
    ]
    without_null = [metric.name for metric in indicators if f"'{metric.name}': none" not in examples]
    assert not without_example
    assert not without_null


def test_validity_is_that_of_the_regime_it_filters_on(definitions: SemanticManifest) -> None:
    """The dates shown to users and the filter that computes come from one seed."""
    with (warehouse_dir() / "seeds" / "registry" / "regimes.csv").open(encoding="utf-8", newline="") as file:
        regimes = {
            row["regime_code"]: (row["valid_from"], row["valid_to"] or None) for row in csv.DictReader(file)
        }
    for metric in definitions.metrics.values():
        named = re.findall(r"componente__assetto'\) \}\} = '(\w+)'", " ".join(metric.filters))
        if named:
            assert (metric.meta["valido_dal"], metric.meta["valido_al"]) == regimes[named[0]], metric.name
        elif metric.is_indicator and not metric.is_composite and "definizioni" not in metric.meta:
            assert metric.meta["valido_al"] is None, metric.name


def test_the_committed_model_is_the_compiled_one(manifest_file: Path) -> None:
    changed = drift(compile_model(manifest_file), semantic_model_dir())
    assert not changed, "run `make model` and commit semantic/model/"


def test_a_definition_changed_by_hand_in_the_model_is_drift(manifest_file: Path, tmp_path: Path) -> None:
    files = dict(compile_model(manifest_file))
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text.replace("polarita: -1", "polarita: 1"), encoding="utf-8")
    assert drift(files, tmp_path) == ["cubes/componenti.yml", "cubes/valutazioni_compositi.yml"]


def test_nothing_personal_passes_staging() -> None:
    """Only `fct_presence` reads the rows of single people."""
    readers = [
        path.name
        for path in (warehouse_dir() / "models").rglob("*.sql")
        if "stg_presence" in path.read_text(encoding="utf-8") and path.parent.name != "presence"
    ]
    assert readers == ["fct_presence.sql"]


def test_regulation_is_not_written_in_sql() -> None:
    """R4: no year of an act, no threshold, no weight in the models' SQL; they are rows of seeds."""
    found = [
        f"{path.name}: {match}"
        for path in (warehouse_dir() / "models").rglob("*.sql")
        for match in re.findall(r"'20[12]\d-\d\d-\d\d'", path.read_text(encoding="utf-8"))
    ]
    assert not found
