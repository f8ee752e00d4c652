"""Every metric carries what a tested metric needs; the committed Cube model is the one dbt's metrics give."""

import re
from pathlib import Path

import pytest

from orchestration.compilation import compiled_files
from orchestration.paths import indicators_dir, semantic_model_dir, warehouse_dir
from semantic.compiler import drift
from semantic.compiler.manifest import Metric, SemanticManifest
from semantic.registry import registry_files

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


def test_an_ended_definition_says_what_ended_it(indicators: list[Metric]) -> None:
    """The act and the heirs, or an empty list; a family's definitions find each other by the family."""
    ended = [metric for metric in indicators if metric.meta["valido_al"] and "famiglia" not in metric.meta]
    assert {"redditivita", "ieep"} <= {metric.name for metric in ended}
    silent = [
        f"{metric.file}: {metric.name}"
        for metric in ended
        if not metric.meta.get("abolito_da") or not isinstance(metric.meta.get("sostituito_da"), list)
    ]
    assert not silent, (
        "write abolito_da (the act) and sostituito_da (codes, or [] when nothing took its place)"
    )


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
    assert drift(files, tmp_path) == ["cubes/componenti.yml", "cubes/valutazioni_compositi.yml"]


def test_the_catalogue_drifts_with_the_model(manifest_file: Path, tmp_path: Path) -> None:
    files = dict(compiled_files(manifest_file))
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text.replace('"polarita": -1', '"polarita": 1'), encoding="utf-8")
    assert drift(files, tmp_path) == ["catalogue.json"]


def test_nothing_personal_passes_staging() -> None:
    """Only `fct_presence` reads the rows of single people, and the months of a delivery are asked of them."""
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
