"""The page of the extracts is the contracts'."""

from pathlib import Path

from orchestration.contracts import load_contracts
from orchestration.contracts.page import contracts_page


def test_the_page_is_generated_from_the_contracts() -> None:
    page = (Path(__file__).parents[2] / "docs" / "extracts.md").read_text(encoding="utf-8")
    assert page == contracts_page(), "run `python -m orchestration.contracts.page > docs/extracts.md`"


def test_every_column_of_every_contract_is_on_it() -> None:
    page = contracts_page()
    missing = [
        column.source_name
        for contract in load_contracts().values()
        for table in contract.tables
        for column in table.columns
        if f"| `{column.source_name}` |" not in page
    ]
    assert not missing
