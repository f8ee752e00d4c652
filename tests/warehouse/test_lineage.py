"""Lineage and formulas of the committed catalogue: derived, whole, and of columns that the contracts have."""

import json
from pathlib import Path
from typing import Any

import pytest

from orchestration.catalogue import installed_catalogue
from orchestration.compilation import compiled_files, known_extracts
from orchestration.contracts import load_contracts
from orchestration.paths import warehouse_dir
from semantic.catalogue import Catalogue
from semantic.catalogue.markdown import markdown_table
from semantic.compiler import CompileError
from semantic.compiler.lineage import read_lineage
from semantic.compiler.manifest import SemanticManifest

ROOT = Path(__file__).parents[2]
# Sources whose deliveries are counted, and the contract that they arrive under.
DELIVERED = {"produzione": "pb_prod", "presenze": "hr_pres", "costi": "sap_coan", "risultati": "sap_ieep"}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """The committed catalogue."""
    return installed_catalogue()


def _rewritten(manifest_file: Path, folder: Path, model: str, old: str, new: str) -> Path:
    """Copy the manifest with one change in the SQL of a model."""
    document: dict[str, Any] = json.loads(manifest_file.read_text(encoding="utf-8"))
    node = document["nodes"][f"model.cruscotto.{model}"]
    assert node["compiled_code"].count(old) == 1
    node["compiled_code"] = node["compiled_code"].replace(old, new)
    path = folder / "manifest.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def test_every_component_reaches_an_extract_or_a_seed(catalogue: Catalogue) -> None:
    columns = {
        f"{table.name}.{column.name}": (contract.id, column.source_name)
        for contract in load_contracts().values()
        for table in contract.tables
        for column in table.columns
    }
    tables = {column.partition(".")[0] for column in columns}
    seeds = {path.stem for path in (warehouse_dir() / "seeds").glob("*/*.csv")}
    for indicator in catalogue.indicators.values():
        if "composito" in indicator.declared:
            continue
        assert indicator.components, indicator.code
        for name in indicator.components:
            origins = catalogue.origins(catalogue.components[name].columns)
            assert origins, name
            for origin in origins:
                if origin.counts_rows:
                    assert origin.column.removesuffix(".*") in tables | seeds
                elif origin.contract:
                    assert columns[origin.column] == (origin.contract, origin.header)
                else:
                    assert origin.column.partition(".")[0] in seeds


def test_a_component_comes_from_the_extract_it_is_counted_under(definitions: SemanticManifest) -> None:
    """`fonte` (whose deliveries make a value complete) and lineage name the same contract."""
    catalogue = installed_catalogue()
    sources = {measure.name: measure.meta["fonte"] for measure in definitions.models["componenti"].measures}
    wrong = {
        name: source
        for name, source in sources.items()
        if source in DELIVERED
        and name in catalogue.components
        and DELIVERED[source]
        not in {origin.contract for origin in catalogue.origins(catalogue.components[name].columns)}
    }
    assert not wrong


@pytest.mark.parametrize(
    ("component", "origins"),
    [
        (
            "giacenza_finale_om_giorni",
            {
                "pb_prod.giacenza_finale",
                "mst_prodotti.coefficiente",
                "piano_volumi.giacenza_om",
                "parametri_performance.valore",
            },
        ),
        ("pervenuto", {"pb_prod.pervenuto"}),
        ("definito", {"pb_prod.definito_accolto", "pb_prod.definito_respinto"}),
        ("costo_totale", {"sap_coan.importo"}),
        ("fte", {"hr_pres.ore_presenza", "hr_pres.ore_lavorabili", "piano_volumi.risorse_fte"}),
    ],
)
def test_lineage_worked_by_hand(catalogue: Catalogue, component: str, origins: set[str]) -> None:
    found = {origin.column for origin in catalogue.origins(catalogue.components[component].columns)}
    assert found == origins


def test_a_component_that_loses_its_origin_is_refused(manifest_file: Path, tmp_path: Path) -> None:
    old, new = "\n        pervenuto,\n", "\n        cast(null as bigint) as pervenuto,\n"
    broken = _rewritten(manifest_file, tmp_path, "stg_production", old, new)
    with pytest.raises(CompileError, match=r"component 'pervenuto' .* comes from no column"):
        compiled_files(broken)


def test_a_column_that_the_contract_lacks_is_refused(manifest_file: Path, tmp_path: Path) -> None:
    old, new = "\n        pervenuto,\n", "\n        pervenuti as pervenuto,\n"
    broken = _rewritten(manifest_file, tmp_path, "stg_production", old, new)
    with pytest.raises(CompileError, match="'pervenuti'"):
        compiled_files(broken)


def test_a_manifest_without_sql_says_what_to_run(manifest_file: Path, tmp_path: Path) -> None:
    document = json.loads(manifest_file.read_text(encoding="utf-8"))
    for node in document["nodes"].values():
        node.pop("compiled_code", None)
    parsed = tmp_path / "manifest.json"
    parsed.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(CompileError, match="make model"):
        compiled_files(parsed)


def test_the_month_of_a_stock_is_the_one_that_computes(
    manifest_file: Path, definitions: SemanticManifest
) -> None:
    """`natura` and `momento` (told in formulas) against the CASE that keeps a stock's one month."""
    lineage = read_lineage(manifest_file, known_extracts(), warehouse_dir())
    model = lineage.model("indicators.ind_components_by_period")
    expected = {"stock": "is_closing_month", "apertura": "is_opening_month"}
    for measure in definitions.models["componenti"].measures:
        columns = lineage.columns_in(model, measure.sql, measure.name)
        found = {name for column in columns for name in lineage.conditions((model, column))}
        told = expected.get(measure.meta.get("momento", measure.meta["natura"]))
        assert found & set(expected.values()) == ({told} if told else set()), measure.name


def test_the_short_table_is_the_one_of_the_model(catalogue: Catalogue) -> None:
    page = (ROOT / "docs" / "catalogue.md").read_text(encoding="utf-8")
    assert page == markdown_table(catalogue), "run `make model` and commit docs/catalogue.md"


def test_every_indicator_has_an_example_among_its_tests(catalogue: Catalogue) -> None:
    without = [
        indicator.code
        for indicator in catalogue.indicators.values()
        if "composito" not in indicator.declared
        and not any(
            test.kind == "esempio" and indicator.code in test.indicators
            for test in catalogue.tests_of(indicator)
        )
    ]
    assert not without


@pytest.mark.parametrize(
    ("code", "formula"),
    [
        (
            "indice_giacenza",
            "Σ (giacenza_finale_om × giorni(periodo)) [al mese di chiusura] / Σ pervenuto_om",
        ),
        ("indice_deflusso", "Σ (definito + definito_sussidiarieta_ricevuta) / Σ pervenuto"),
        ("efficacia_automazione", "100 × Σ definito_automatizzato / Σ definito"),
        (
            "produttivita",
            "produttivita_2021 dal 01/01/2021 al 31/12/2024; produttivita_2025 dal 01/01/2025",
        ),
        (
            "produttivita_2025",
            "Σ (definito_om + definito_sussidiarieta_resa_om) [Aree della produttività]"
            " / Σ fte [Personale amministrativo; non Centralino], con Assetto = 2025",
        ),
        (
            "incidenza_costi_diretti",
            "100 × Σ costo_totale [Costi diretti] / Σ costo_totale, con Assetto = 2021",
        ),
        (
            "quota_lavoratori_agili",
            "100 × Σ teste_agili [al mese di chiusura] / Σ teste [al mese di chiusura]",
        ),
    ],
)
def test_formulas_read_as_the_definitions_say(catalogue: Catalogue, code: str, formula: str) -> None:
    assert catalogue.indicator(code).formula == formula
