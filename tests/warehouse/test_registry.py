"""The registry generators say which cell of a seed is wrong; the trees and tables give one metric per row."""

import csv
import shutil
from pathlib import Path

import pytest
import yaml

from orchestration.paths import indicators_dir, warehouse_dir
from semantic.compiler import CompileError
from semantic.registry import registry_files

SEEDS = warehouse_dir() / "seeds"


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    """A copy of the seeds, to be spoilt."""
    folder = tmp_path / "seeds"
    shutil.copytree(SEEDS, folder)
    return folder


def _names(file: str) -> set[str]:
    document = yaml.safe_load((indicators_dir() / "registro" / f"{file}.yml").read_text(encoding="utf-8"))
    return {metric["name"] for metric in document["metrics"]}


def _rows(table: str) -> list[dict[str, str]]:
    with (SEEDS / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_printed_row_has_a_metric() -> None:
    """27 items of 2021 (three by hand), 25 of 2025, 21 standard costs, nine costs of premises and a total."""
    assert len(_rows("acts/ieep_voci")) == len(_names("ieep_2021")) + 3 == 27
    assert len(_rows("acts/ieep_voci_2025")) == len(_names("ieep_2025")) == 25
    printed = {row["codice_indicatore"].lower() for row in _rows("acts/obiettivi_costi_standard_2021")}
    assert {name.removeprefix("costi_standard_") for name in _names("costi_standard")} == printed
    assert len(printed) == 21
    assert len(_names("costi_struttura")) == 10


@pytest.mark.parametrize(
    ("seed", "former", "spoilt", "message"),
    [
        (
            "registry/standard_costs",
            "illuminazione,,mq_netti",
            "luce,,mq_netti",
            "names 'luce'",
        ),
        ("registry/standard_costs", "illuminazione,,mq_netti", "illuminazione,,mq", "driver is 'mq'"),
        ("registry/standard_costs", "CS08,", "CS99,", "item_code is 'CS99'"),
        ("registry/structure_costs", "riscaldamento,false", "caldo,false", "names 'caldo'"),
        (
            "acts/ieep_voci",
            "E2.1,Accertamenti da vigilanza ispettiva,E2,sottovoce,entrate,+",
            "E2.1,,E2,sottovoce,entrate,+",
            "voce is empty",
        ),
        (
            "acts/ieep_voci_2025",
            "Accertamenti,dal nome della voce,+,",
            "Accertamenti,dal nome della voce,?,",
            "segno is '?'",
        ),
    ],
)
def test_a_wrong_cell_is_named(seeds: Path, seed: str, former: str, spoilt: str, message: str) -> None:
    path = seeds / f"{seed}.csv"
    text = path.read_text(encoding="utf-8")
    assert former in text
    path.write_text(text.replace(former, spoilt, 1), encoding="utf-8")
    with pytest.raises(CompileError) as raised:
        registry_files(seeds)
    assert message in str(raised.value)
    assert f"{path}, line " in str(raised.value)


def test_a_missing_seed_is_named(seeds: Path) -> None:
    (seeds / "registry" / "cost_classes.csv").unlink()
    with pytest.raises(CompileError, match=r"cost_classes\.csv does not exist"):
        registry_files(seeds)
