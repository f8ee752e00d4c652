"""Writes the page of the extracts from their contracts: what a supplier must deliver, and what becomes of it.

`python -m orchestration.contracts.page` prints it; `docs/extracts.md` is that output, which a test holds.
"""

from collections.abc import Iterator

from orchestration.contracts.loader import load_contracts
from orchestration.contracts.model import Column, Contract, Table

__all__ = ["contracts_page"]

_LAYOUTS = {
    "delimited": "delimited text",
    "alv": "SAP list saved as text (ALV)",
    "xlsx": "Excel workbook",
    "jsonl": "JSON Lines",
}
_HEAD = """# The extracts

Generated from the contracts in `orchestration/contracts/`: change them there, then run
`python -m orchestration.contracts.page > docs/extracts.md`.

A file comes with a side file of the same stem, `.ctl`, of `key=value` lines: `file`, `sha256` and the keys
below. A file without it, or that disagrees with it, is refused whole. A corrected re-delivery has `_r01`
(`_r02`, …) before the extension and replaces the delivery. Rows that break the contract go to quarantine with
file, line, text and reason; rows with a code that no master holds wait there until one has it
(`cruscotto load --retry`).
"""


def contracts_page() -> str:
    """Return the page, in Markdown."""
    contracts = sorted(load_contracts().values(), key=lambda contract: contract.id)
    return "\n".join([_HEAD, *(line for contract in contracts for line in _contract(contract))])


def _contract(contract: Contract) -> Iterator[str]:
    layout = contract.layout
    cells = layout.delimiter and f"`{layout.delimiter}` between cells"
    how = [_LAYOUTS[layout.kind], layout.encoding, cells]
    yield f"## {contract.name} (`{contract.id}` {contract.version})\n"
    yield f"{contract.purpose} {contract.usage} {contract.limitations}\n"
    yield f"- **File** `{contract.files.template}`: {', '.join(part for part in how if part)}"
    yield f"- **Owner** {contract.owner}"
    yield (
        f"- **Refused whole** above {_percent(contract.max_broken_share)} of rows that break the contract, "
        f"or {_percent(contract.max_unknown_code_share)} of rows with an unknown code"
    )
    if contract.personal:
        yield "- **Personal data**: the identifier is replaced by a keyed hash before anything is kept"
    yield ""
    for table in contract.tables:
        yield from _table(table)


def _percent(share: object) -> str:
    return f"{float(str(share)) * 100:g} %"


def _table(table: Table) -> Iterator[str]:
    sheet = f", sheet `{table.sheet}`" if table.sheet else ""
    yield f"### {table.title} (table `{table.name}`{sheet})\n"
    yield f"{table.grain}\n"
    totals = [f"`{table.rows_key}`", *(f"`{total.key}`" for total in table.control_totals)]
    key = ", ".join(f"`{name}`" for name in table.key) or "none"
    yield f"Control file: {', '.join(totals)}. Key: {key}.\n"
    yield "| column | meaning | as written | kept as | must be |"
    yield "|---|---|---|---|---|"
    for column in table.columns:
        cells = (f"`{column.source_name}`", column.description, column.source_format, column.physical_type)
        yield "| " + " | ".join((*cells, _domain(column))) + " |"
    yield ""
    for rule in table.rules:
        effect = "refuses the file" if rule.is_fatal else "is reported"
        yield f"- {rule.description} (a breach {effect})"
    if table.rules:
        yield ""


def _domain(column: Column) -> str:
    said = ["required" if column.required else "may be blank"]
    if column.allowed:
        said.append("one of " + ", ".join(f"`{value}`" for value in column.allowed))
    if column.references:
        said.append("a code of " + " or ".join(f"`{item.table}.{item.column}`" for item in column.references))
    if column.minimum is not None:
        said.append(f"at least {column.minimum}")
    if column.maximum is not None:
        said.append(f"at most {column.maximum}")
    return "; ".join(said).replace("|", "\\|")


if __name__ == "__main__":
    print(contracts_page(), end="")
