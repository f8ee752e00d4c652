"""Every metric carries what a tested metric needs; the committed Cube model is the one dbt's metrics give."""

import csv
import re
from pathlib import Path

import pytest

from orchestration.compilation import compiled_files
from orchestration.paths import indicators_dir, semantic_model_dir, warehouse_dir
from semantic.compiler import drift
from semantic.compiler.manifest import Metric, SemanticManifest
from semantic.registry import registry_files
from tests.registry import registry_measures

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


def test_every_indicator_has_a_hand_worked_example_without_denominator(indicators: list[Metric]) -> None:
    examples = "\n".join(
        path.read_text(encoding="utf-8") for path in (warehouse_dir() / "tests" / "indicators").glob("*.sql")
    )
    registry = registry_measures()
    own = [metric for metric in indicators if metric.name not in registry]
    without_example = [metric.name for metric in own if not re.search(rf"'{metric.name}': -?\d", examples)]
    without_null = [metric.name for metric in own if f"'{metric.name}': none" not in examples]
    # The rows of the registry are all worked by one example, which has each kind of row.
    for kind in {measure.kind for measure in registry.values()}:
        if not re.search(rf"'{kind}', '[^']+', \d", examples):
            without_example.append(kind)
        if f"'{kind}', '2025-M03', null" not in examples:
            without_null.append(kind)
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
        elif metric.is_indicator and "definizioni" not in metric.meta:
            assert metric.meta["valido_al"] is None, metric.name


def test_the_committed_model_is_the_compiled_one(manifest_file: Path) -> None:
    changed = drift(compiled_files(manifest_file), semantic_model_dir())
    assert not changed, "run `make model` and commit semantic/model/"


def test_the_committed_registry_metrics_are_the_generated_ones() -> None:
    changed = drift(registry_files(warehouse_dir() / "seeds"), indicators_dir())
    assert not changed, "run `make model` and commit warehouse/models/indicators/registro/"


def test_a_definition_changed_by_hand_in_the_model_is_drift(manifest_file: Path, tmp_path: Path) -> None:
    files = dict(compiled_files(manifest_file))
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text.replace("polarita: -1", "polarita: 1"), encoding="utf-8")
    assert drift(files, tmp_path) == ["cubes/componenti.yml"]


def test_the_catalogue_drifts_with_the_model(manifest_file: Path, tmp_path: Path) -> None:
    files = dict(compiled_files(manifest_file))
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text.replace('"polarita": -1', '"polarita": 1'), encoding="utf-8")
    assert drift(files, tmp_path) == ["catalogue.json"]


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
