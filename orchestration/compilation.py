"""Compiles the committed semantic model: dbt's manifest, with what the contracts say of the extracts."""

from pathlib import Path

from orchestration.contracts import load_contracts
from orchestration.landing.raw_tables import STAMPS
from orchestration.paths import warehouse_dir
from semantic.compiler import Extract, ExtractColumn, ModelFiles, compile_model

__all__ = ["compiled_files", "known_extracts"]


def known_extracts() -> dict[str, Extract]:
    """Return every raw table as its contract describes it, with the columns that the landing stamps."""
    stamps = {name: ExtractColumn("", name, "Stamped by the landing; not in the file.") for name in STAMPS}
    return {
        table.name: Extract(
            contract.id,
            table.title,
            contract.files.template,
            {
                column.name: ExtractColumn(
                    column.source_name, column.title or column.name, column.description
                )
                for column in table.columns
            }
            | stamps,
        )
        for contract in load_contracts().values()
        for table in contract.tables
    }


def compiled_files(manifest: Path) -> ModelFiles:
    """Return the files of the semantic model that a dbt manifest gives.

    Raises:
        CompileError: a definition has no translation, or a column no origin.
        ContractError: a contract is malformed.
    """
    return compile_model(manifest, known_extracts(), warehouse_dir())
