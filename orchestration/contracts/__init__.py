"""Data contracts of the extracts: one ODCS 3.1 file each, and the typed form that the rest reads.

The contract of an extract is the one place that says what its files are called, how they are written, which
columns they have and what may be in them. The landing, the documentation and the tests read it from here.
"""

from orchestration.contracts.errors import ContractError
from orchestration.contracts.loader import contracts_dir, load_contract, load_contracts
from orchestration.contracts.model import (
    Column,
    Contract,
    ControlTotal,
    FileNames,
    Layout,
    PersonalColumn,
    QualityRule,
    Reference,
    Table,
)

__all__ = [
    "Column",
    "Contract",
    "ContractError",
    "ControlTotal",
    "FileNames",
    "Layout",
    "PersonalColumn",
    "QualityRule",
    "Reference",
    "Table",
    "contracts_dir",
    "load_contract",
    "load_contracts",
]
