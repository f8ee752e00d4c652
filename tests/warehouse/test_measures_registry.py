"""A measure is one row: it arrives as a metric with no code; a row that cannot be one is refused by name."""

import csv
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.compilation import known_extracts
from orchestration.paths import warehouse_dir
from semantic.compiler import compile_model
from semantic.compiler.errors import CompileError
from semantic.compiler.manifest import SemanticManifest, read_manifest
from semantic.registry import registry_files
from tests.registry import registry_measures

MEASURES = Path("registry") / "measures.csv"
NEW = {
    "measure_code": "Q_CC_99",
    "indicator_code": "qualita_cc_99",
    "title": "Customer care: chiamate abbandonate",
    "title_en": "Customer care: calls abandoned",
    "description": "Chiamate abbandonate su chiamate ricevute, per cento.",
    "description_en": "Calls abandoned over calls received, per cent.",
    "unit": "%",
    "polarity": "-1",
    "area_code": "PCS",
    "section": "customer_care",
    "weight": "1",
    "nature": "flusso",
    "formula": "percentuale",
    "scale": "2",
    "minimum": "0",
    "maximum": "100",
    "levels": "nazionale direzione",
    "prospettiva": "utenza",
    "is_reading": "true",
    "note": "",
    "valid_from": "2021-01-01",
    "valid_to": "",
    "act": "Piano Performance 2021-2023, Cruscotto Qualità",
}
Added = Callable[[dict[str, str]], Path]


@pytest.fixture
def added(tmp_path: Path) -> Added:
    """Adds a row to a copy of the dbt project's seeds, and returns the copy of the project."""

    def add(row: dict[str, str]) -> Path:
        project = tmp_path / "warehouse"
        shutil.copytree(warehouse_dir(), project, ignore=shutil.ignore_patterns("target", "logs"))
        with (project / "seeds" / MEASURES).open("a", encoding="utf-8", newline="") as file:
            csv.DictWriter(file, fieldnames=list(NEW), lineterminator="\n").writerow(row)
        return project

    return add


def _manifest(project: Path) -> Path:
    """Generate the project's metrics, compile it with dbt, return its manifest."""
    for name, text in registry_files(project / "seeds").items():
        (project / "models" / "indicators" / name).write_text(text, encoding="utf-8")
    target = project / "target"
    command = [sys.executable, "-m", "dbt.cli.main", "--quiet", "--log-path", str(target), "compile"]
    command += ["--no-introspect", "--no-populate-cache", "--exclude", "resource_type:test"]
    command += ["--project-dir", str(project), "--profiles-dir", str(project), "--target-path", str(target)]
    environment = os.environ | {
        "CRUSCOTTO_BUILD_DATABASE": ":memory:",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DBT_VERSION_CHECK": "false",
    }
    subprocess.run(command, check=True, env=environment)
    return target / "manifest.json"


def test_a_new_measure_is_one_row(added: Added) -> None:
    """From the row to dbt's metric and to the measure that users query."""
    project = added(NEW)
    manifest_file = _manifest(project)
    metric = read_manifest(manifest_file).metrics["qualita_cc_99"]
    assert (metric.label, metric.meta["polarita"], metric.meta["lettura"]) == (NEW["title"], -1, True)
    files = compile_model(manifest_file, known_extracts(), project)
    assert "- name: qualita_cc_99\n" in files["cubes/componenti.yml"]
    assert "measure_code = ''Q_CC_99''" in files["cubes/componenti.yml"]
    assert "- qualita_cc_99\n" in files["views/indicatori.yml"]


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"formula": "media"}, "column 'formula' is 'media': write one of percentuale, rapporto, somma"),
        ({"nature": "livello"}, "column 'nature' is 'livello': write one of flusso, flusso_su_stock, stock"),
        ({"nature": "flusso_su_stock", "formula": "somma", "unit": "n"}, "a sum has no denominator"),
        ({"unit": "giorni"}, "column 'unit' is 'giorni': the unit is % where the formula is 'percentuale'"),
        ({"polarity": "0"}, "column 'polarity' is '0': write one of -1, 1"),
        ({"indicator_code": "qualita_cc_9"}, "write qualita_cc_99"),
        ({"measure_code": "CC_99", "indicator_code": "Chiamate"}, "small letters, digits"),
        ({"measure_code": "cc 99"}, "column 'measure_code' is 'cc 99': write capitals"),
        ({"measure_code": "Q_CC_01", "indicator_code": "qualita_cc_01"}, "a code that no other row has"),
        ({"measure_code": "CC_99", "indicator_code": "qualita_cc_01"}, "a code that no other row has"),
        ({"area_code": "XYZ"}, "column 'area_code' is 'XYZ': write one of "),
        ({"weight": ""}, "a quality measure has a weight"),
        ({"weight": "-1"}, "column 'weight' is '-1': write a number above zero"),
        ({"scale": "due"}, "column 'scale' is 'due': write the decimals shown"),
        ({"minimum": "zero"}, "column 'minimum' is 'zero': write a number"),
        ({"minimum": "100"}, "column 'maximum' is '100': write a number above the minimum, 100"),
        ({"levels": "direzione nazionale"}, "in this order"),
        ({"levels": ""}, "column 'levels' is '': write some of nazionale"),
        ({"prospettiva": "qualità"}, "column 'prospettiva' is 'qualità': write one of "),
        ({"is_reading": "forse"}, "column 'is_reading' is 'forse': write one of false, true"),
        ({"valid_from": "1/1/2021"}, "column 'valid_from' is '1/1/2021': write a date as YYYY-MM-DD"),
        ({"valid_from": "2023-01-01"}, "write the days of a regime"),
        ({"valid_from": ""}, "write the first day in force"),
        ({"title": ""}, "column 'title' is '': write at least 1 characters"),
        ({"description": "Chiamate"}, "column 'description' is 'Chiamate': write at least 20 characters"),
        ({"indicator_code": ""}, "column 'formula' is 'percentuale': leave it empty, or give the row"),
    ],
)
def test_a_wrong_row_is_refused_where_it_stands(added: Added, cells: dict[str, str], message: str) -> None:
    seeds = added(NEW | cells) / "seeds"
    line = (seeds / MEASURES).read_text(encoding="utf-8").count("\n")
    with pytest.raises(CompileError, match=re.escape(message)) as refusal:
        registry_files(seeds)
    assert f"measures.csv:{line}: column" in str(refusal.value)


def test_a_row_with_a_comma_unquoted_is_refused(added: Added) -> None:
    seeds = added(NEW) / "seeds"
    with (seeds / MEASURES).open("a", encoding="utf-8") as file:
        file.write("Q_CC_98,una cella\n")
    with pytest.raises(CompileError, match=r"measures.csv:\d+: 2 cells, the header has 23"):
        registry_files(seeds)


def test_another_header_is_refused(added: Added) -> None:
    path = added(NEW) / "seeds" / MEASURES
    path.write_text(path.read_text(encoding="utf-8").replace("formula", "calcolo", 1), encoding="utf-8")
    with pytest.raises(CompileError, match=r"measures.csv:1: the header must be "):
        registry_files(path.parents[1])


def test_every_metric_of_the_registry_reads_its_own_measure(definitions: SemanticManifest) -> None:
    """All measures of a kind are worked with the same numbers: this tells one from another."""
    wrong = []
    for measure in registry_measures().values():
        metric = definitions.metrics[measure.indicator]
        expected = f"{{{{ Dimension('componente__misura') }}}} = '{measure.code}'"
        inputs = 1 if measure.formula == "somma" else 2
        if [item.filters for item in metric.inputs] != [(expected,)] * inputs:
            wrong.append(measure.indicator)
    assert not wrong


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [("Q_CC_", 13), ("Q_AS_", 8), ("Q_RIC_", 4), ("Q_IC_", 4), ("Q_ML_", 11), ("Q_CONTO_", 2)],
)
def test_the_indices_have_the_measures_that_the_act_counts(prefix: str, expected: int) -> None:
    """PP21, Obiettivi generali di ente: 13, 8, 4, 4, 11 and 2 measures."""
    assert sum(measure.code.startswith(prefix) for measure in registry_measures().values()) == expected
