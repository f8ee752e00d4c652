"""The contracts: complete, standard, strict, and the same as what the tables and the seeds hold."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
import yaml

from orchestration.contracts import Contract, ContractError, contracts_dir, load_contract, load_contracts
from orchestration.landing.codes import seeds_root
from orchestration.landing.naming import identify, in_order

CONTRACTS = load_contracts()
EVERY = pytest.mark.parametrize("contract", CONTRACTS.values(), ids=CONTRACTS.keys())
SCHEMA = json.loads(Path(__file__).with_name("odcs_subset.json").read_text("utf-8"))


@EVERY
def test_a_contract_is_standard(contract: Contract) -> None:
    """Valid under the parts of ODCS 3.1 that our contracts use."""
    document = yaml.safe_load(contract.path.read_text("utf-8"))
    jsonschema.Draft201909Validator(SCHEMA).validate(document)


@EVERY
def test_a_contract_says_all_that_people_need(contract: Contract) -> None:
    assert contract.owner and contract.purpose and contract.usage and contract.limitations
    for table in contract.tables:
        assert table.grain.startswith("One row per ")
        for column in table.columns:
            assert column.title, f"{table.name}.{column.name} has no Italian name"
            assert column.description.endswith(".")
            assert column.unit or column.physical_type in ("VARCHAR", "DATE"), f"{column.name} has no unit"


@EVERY
def test_codes_come_from_somewhere(contract: Contract) -> None:
    """Every reference names a column of a master's contract, or of a published table."""
    for table in contract.tables:
        for reference in (found for column in table.columns for found in column.references):
            seeds = list(seeds_root().glob(f"*/{reference.table}.csv"))
            if seeds:
                with seeds[0].open(encoding="utf-8", newline="") as stream:
                    columns = next(csv.reader(stream))
                needed = ["valid_from", "valid_to"] if reference.in_force else []
                assert {reference.column, *needed} <= set(columns)
            else:
                (master,) = CONTRACTS[reference.table].tables
                assert master.column(reference.column)


def test_only_one_table_may_repeat_its_rows() -> None:
    """A printed list has no item numbers; every other table has a key."""
    without = [table.name for contract in CONTRACTS.values() for table in contract.tables if not table.key]
    assert without == ["sap_coan"]


def test_personal_data_is_marked_where_it_is() -> None:
    assert [contract.id for contract in CONTRACTS.values() if contract.personal] == ["hr_pres"]
    restricted = [
        column.name
        for contract in CONTRACTS.values()
        for table in contract.tables
        for column in table.columns
        if column.classification == "restricted"
    ]
    assert restricted == ["matricola"]


@pytest.mark.parametrize(
    ("name", "contract", "delivery", "revision"),
    [
        ("PB_PROD_202501.csv", "pb_prod", "202501", 0),
        ("PB_PROD_202501_r01.csv", "pb_prod", "202501", 1),
        ("SAP_COAN_202513.txt", "sap_coan", "202513", 0),
        ("PIANO_V0_2025.xlsx", "piano", "V0_2025", 0),
        ("PIANO_V0.1_2025_r12.xlsx", "piano", "V0.1_2025", 12),
        ("MST_STRUTTURE_202501.csv", "mst_strutture", "202501", 0),
    ],
)
def test_names(name: str, contract: str, delivery: str, revision: int) -> None:
    found = identify(Path(name), CONTRACTS)
    assert (found.contract.id, found.delivery, found.revision) == (contract, delivery, revision)


@pytest.mark.parametrize(
    ("name", "first", "last", "previous"),
    [
        ("PB_PROD_202501.csv", "2025-01-01", "2025-01-31", "202412"),
        ("PB_PROD_202412.csv", "2024-12-01", "2024-12-31", "202411"),
        ("SAP_COAN_202413.txt", "2024-12-01", "2024-12-31", None),
        ("PIANO_V0_2025.xlsx", "2025-01-01", "2025-12-31", None),
    ],
)
def test_days_of_a_delivery(name: str, first: str, last: str, previous: str | None) -> None:
    found = identify(Path(name), CONTRACTS)
    assert [day.isoformat() for day in found.days] == [first, last]
    assert found.previous_delivery == previous


def test_files_are_loaded_in_the_order_of_what_they_need() -> None:
    """Structures and models before allocations, masters before facts, months and revisions in order."""
    names = [
        "PB_PROD_202502.csv",
        "PB_PROD_202501_r01.csv",
        "PB_PROD_202501.csv",
        "MST_ALLOCAZIONI_202501.csv",
        "MST_STRUTTURE_202502.csv",
        "MST_PRODOTTI_202501.csv",
    ]
    files = [identify(Path(name), CONTRACTS) for name in names]
    assert [file.name for file in in_order(files, CONTRACTS)] == [
        "MST_PRODOTTI_202501.csv",
        "MST_STRUTTURE_202502.csv",
        "MST_ALLOCAZIONI_202501.csv",
        "PB_PROD_202501.csv",
        "PB_PROD_202501_r01.csv",
        "PB_PROD_202502.csv",
    ]


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda text: text.replace("domain:", "domian:"), ":1: the contract: 'domain' is missing"),
        (lambda text: text.replace("status:", "extra: 1\nstatus:"), ":6: the contract: unknown key 'extra'"),
        (lambda text: text.replace("rowsKey", "rowKeys"), "'rowsKey' is missing"),
        (
            lambda text: text.replace("value: iso_month", "value: iso_mouth"),
            "sourceFormat 'iso_mouth' is not one of .* [(]did you mean 'iso_month'[?][)]",
        ),
        (lambda text: text.replace("inForce", "inFroce"), "unknown key 'inFroce'.*did you mean 'inForce'"),
        (lambda text: text.replace("kind: jsonl", "kind: json"), "did you mean 'jsonl'"),
        (lambda text: text.replace("mis_misure", "misure", 1), ":3: .*must be the file's stem, 'mis_misure'"),
        (lambda text: text.replace("name: numeratore", "name: Numeratore"), "lower-case letters"),
        (lambda text: text.replace("DECIMAL(18,4)", "DOUBLE"), "physicalType 'DOUBLE' is not INTEGER"),
        (lambda text: text.replace("[periodo]", "[mese]"), "'mese' is not one of the columns periodo, strut"),
        (lambda text: text.replace('"0.001"', '"1.5"'), "'maxBrokenShare' must be a share between 0 and 1"),
        (lambda text: text.replace('"0.001"', "much"), "'maxBrokenShare' must be a number, not 'much'"),
        (lambda text: text.replace("{month}", "{mese}"), "must hold one of {month}, {period}, {plan}"),
        (lambda text: text.replace("'^[A-Z][A-Z0-9_]*$'", "'^[A-Z'"), "is not a regular expression"),
        (lambda text: text.replace("required: true", "required: perhaps"), "'required' must be bool"),
        (
            lambda text: text.replace("value: none", "value: pseudonymised"),
            "0 columns have 'pseudonymisedFrom'",
        ),
        (lambda text: text.replace("version: 1.0.0", "version: ''"), ":5: the contract: 'version' is blank"),
        (lambda text: text.replace("id: mis_misure", "id: mis_misure\nid: x"), ":4: 'id' stands twice"),
        (lambda text: text[: text.index("schema:")] + "schema: []\n", "'schema' lists no table"),
        (
            lambda text: text.replace("value: {kind: jsonl, encoding: utf-8}", "value: {kind: xlsx}"),
            "'sheet'",
        ),
        (lambda text: text.replace("to: mst", "to: MST"), "'to' must be <table>.<column>"),
        (lambda text: text.replace("columns: [numeratore]", "columns: []"), "sums at least one column"),
        (lambda text: text.replace("value: [periodo]", "value: periodo"), "deliveryColumns must be a list"),
        (lambda text: text.replace("name: denominatore", "name: numeratore"), "have the same name"),
        (lambda text: text + "  - [", ": not YAML: "),
        (lambda text: "", ":1: the contract is empty"),
        (lambda text: "- a list\n", ":1: the contract must be a mapping"),
        (lambda text: text.replace("mst_strutture.codice", "mst_strutture"), "'to' must be <table>.<column>"),
    ],
)
def test_a_malformed_contract_is_refused(tmp_path: Path, edit: Callable[[str], str], message: str) -> None:
    """Never a silent default: the message names the file, the line and what was meant."""
    original = (contracts_dir() / "mis_misure.yaml").read_text("utf-8")
    path = tmp_path / "mis_misure.yaml"
    path.write_text(edit(original), "utf-8")
    assert path.read_text("utf-8") != original
    with pytest.raises(ContractError, match=message) as caught:
        load_contract(path)
    assert str(caught.value).startswith(f"{path}:")


def test_two_contracts_cannot_fill_one_table(tmp_path: Path) -> None:
    original = (contracts_dir() / "mis_misure.yaml").read_text("utf-8")
    for name in ("mis_misure", "mis_altre"):
        (tmp_path / f"{name}.yaml").write_text(original.replace("id: mis_misure", f"id: {name}"), "utf-8")
    with pytest.raises(ContractError, match="table 'mis' is already filled by contract 'mis_altre'"):
        load_contracts(tmp_path)
