"""Reading contracts.

The standard's keys describe the raw table; the custom properties say what the standard has no word for, above
all how the file is written. Only the keys that mean something to us are accepted: a misspelt one is an error,
never a silent default.
"""

import re
from decimal import Decimal
from pathlib import Path

from orchestration.contracts.errors import ContractError
from orchestration.contracts.model import (
    PLACEHOLDERS,
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
from orchestration.contracts.nodes import Mapping, read_document

__all__ = ["contracts_dir", "load_contract", "load_contracts"]

_API_VERSION = "v3.1.0"
_DOMAINS = ("controls", "costs", "masters", "measures", "plans", "presence", "production", "results")
_ENCODINGS = ("utf-8", "windows-1252")
_FORMATS = (
    "dotted_date", "hours_minutes", "iso_date", "iso_month", "italian", "month_year", "plain", "sap", "text"
)  # fmt: skip
_IDENTIFIER = re.compile(r"[a-z_][a-z0-9_]*")
_TYPE = re.compile(r"INTEGER|VARCHAR|DATE|DECIMAL\(\d{1,2},\d\)")
_LOGICAL = {"INTEGER": "integer", "VARCHAR": "string", "DATE": "date", "DECIMAL": "number"}


def contracts_dir() -> Path:
    """Return the folder of the contracts that come with the project."""
    return Path(__file__).resolve().parent


def load_contracts(folder: Path | None = None) -> dict[str, Contract]:
    """Return every contract of a folder, by id.

    Args:
        folder: the project's own contracts when not given.

    Raises:
        ContractError: a contract is malformed, or two fill the same raw table.
    """
    contracts: dict[str, Contract] = {}
    owners: dict[str, str] = {}
    for path in sorted((folder or contracts_dir()).glob("*.yaml")):
        contract = load_contract(path)
        contracts[contract.id] = contract
        for table in contract.tables:
            if (owner := owners.setdefault(table.name, contract.id)) != contract.id:
                raise ContractError(f"{path}:1: table {table.name!r} is already filled by contract {owner!r}")
    return contracts


def load_contract(path: Path) -> Contract:
    """Return the contract written in a file.

    Raises:
        ContractError: the file is not a contract that the landing can hold a delivery to.
    """
    top = read_document(path)
    top.choice("apiVersion", [_API_VERSION])
    top.choice("kind", ["DataContract"])
    top.choice("status", ["active", "deprecated", "draft", "proposed", "retired"])
    if (contract_id := top.text("id")) != path.stem:
        raise top.error(f"id {contract_id!r} must be the file's stem, {path.stem!r}", "id")
    description, team = top.mapping("description", "description"), top.mapping("team", "team")
    custom = top.properties("the contract")
    layout = _layout(custom.mapping("layout", "layout"))
    tables = _tables(top, layout)
    contract = Contract(
        id=contract_id,
        name=top.text("name"),
        version=top.text("version"),
        domain=top.choice("domain", _DOMAINS),
        owner=team.text("name"),
        purpose=description.text("purpose"),
        usage=description.text("usage"),
        limitations=description.text("limitations"),
        files=_file_names(custom),
        layout=layout,
        tables=tuple(table for table, _ in tables),
        max_broken_share=_share(custom, "maxBrokenShare"),
        max_unknown_code_share=_share(custom, "maxUnknownCodeShare"),
        personal=_personal(custom, tuple(found for _, found in tables)),
        path=path,
    )
    team.optional_text("description")
    _service_levels(top)
    for mapping in (description, team, custom, top):
        mapping.finish()
    return contract


def _tables(top: Mapping, layout: Layout) -> list[tuple[Table, PersonalColumn | None]]:
    tables = [_table(item) for item in top.mappings("schema", "a table")]
    if not tables:
        raise top.error("'schema' lists no table")
    if (layout.kind == "xlsx") != all(table.sheet for table, _ in tables):
        raise top.error("the tables of a workbook, and no others, name their 'sheet'")
    return tables


def _service_levels(top: Mapping) -> None:
    """Check the shape of what the owner promises; nothing of the landing depends on it."""
    for item in top.mappings("slaProperties", "a service level"):
        item.text("property")
        item.scalar("value", int)
        item.optional_text("unit")
        item.optional_text("description")
        item.finish()


def _file_names(custom: Mapping) -> FileNames:
    template = custom.text("fileName")
    found = re.findall(r"\{(\w+)\}", template)
    if len(found) != 1 or found[0] not in PLACEHOLDERS or "." not in template:
        valid = ", ".join(f"{{{name}}}" for name in sorted(PLACEHOLDERS))
        raise custom.error(f"fileName {template!r} must hold one of {valid} and an extension", "fileName")
    return FileNames(template, found[0])


def _layout(item: Mapping) -> Layout:
    kind = item.choice("kind", ["alv", "delimited", "jsonl", "xlsx"])
    layout = Layout(
        kind,
        encoding=None if kind == "xlsx" else item.choice("encoding", _ENCODINGS),
        delimiter=item.text("delimiter") if kind == "delimited" else None,
        headings=tuple(_regex(item, "headings", text) for text in item.texts("headings"))
        if kind == "alv"
        else (),
    )
    item.finish()
    return layout


def _share(custom: Mapping, key: str) -> Decimal:
    share = custom.decimal(key)
    if share is None or not 0 <= share <= 1:
        raise custom.error(f"{key!r} must be a share between 0 and 1", key)
    return share


def _personal(custom: Mapping, found: tuple[PersonalColumn | None, ...]) -> PersonalColumn | None:
    """Return the column that identifies a person; the contract must say whether it has one."""
    declared = custom.choice("personalData", ["none", "pseudonymised"])
    columns = [column for column in found if column is not None]
    if len(columns) != (declared == "pseudonymised"):
        raise custom.error(
            f"personalData is {declared!r} but {len(columns)} columns have 'pseudonymisedFrom'",
            "personalData",
        )
    return columns[0] if columns else None


def _table(item: Mapping) -> tuple[Table, PersonalColumn | None]:
    name = _identifier(item, "name")
    item.choice("logicalType", ["object"])
    item.choice("physicalType", ["table"])
    item.text("description")
    custom = item.properties(f"table {name!r}")
    columns = [_column(column, place) for place, column in enumerate(item.mappings("properties", "a column"))]
    table = Table(
        name=name,
        title=item.text("businessName"),
        grain=item.text("dataGranularityDescription"),
        columns=tuple(column for column, _ in columns),
        rows_key=custom.text("rowsKey"),
        sheet=custom.optional_text("sheet"),
        delivery_columns=custom.texts("deliveryColumns"),
        control_totals=tuple(_total(total) for total in custom.mappings("controlTotals", "a control total")),
        rules=tuple(_rule(rule) for rule in item.mappings("quality", "a rule")),
    )
    names = [column.name for column in table.columns]
    mentioned = {
        *table.delivery_columns,
        *(column for total in table.control_totals for column in total.columns),
    }
    for column in sorted(mentioned - set(names)):
        raise custom.error(f"{column!r} is not one of the columns {', '.join(names)}")
    if len(set(names)) < len(names):
        raise item.error(f"two columns of {name!r} have the same name")
    custom.finish()
    item.finish()
    return table, next((found for _, found in columns if found is not None), None)


def _column(item: Mapping, position: int) -> tuple[Column, PersonalColumn | None]:
    name = _identifier(item, "name")
    physical = item.text("physicalType")
    if not _TYPE.fullmatch(physical):
        raise item.error(
            f"physicalType {physical!r} is not INTEGER, VARCHAR, DATE or DECIMAL(p,s)", "physicalType"
        )
    options = item.empty(f"the options of {name!r}")
    if item.optional_node("logicalTypeOptions") is not None:
        options = item.mapping("logicalTypeOptions", f"the options of {name!r}")
    custom = item.properties(f"column {name!r}")
    pattern = options.optional_text("pattern")
    column = Column(
        name=name,
        description=item.text("description"),
        logical_type=item.choice("logicalType", [_LOGICAL[physical.split("(")[0]]]),
        physical_type=physical,
        source_name=custom.optional_text("sourceName") or name,
        source_format=custom.choice("sourceFormat", _FORMATS),
        title=item.optional_text("businessName"),
        unit=custom.optional_text("unit"),
        required=item.flag("required"),
        is_key=item.flag("primaryKey"),
        minimum=options.decimal("minimum"),
        maximum=options.decimal("maximum"),
        max_length=options.scalar("maxLength", int),
        pattern=pattern and _regex(options, "pattern", pattern),
        allowed=_allowed(item),
        references=tuple(_reference(found) for found in item.mappings("relationships", "a relationship")),
        classification=item.optional_text("classification"),
    )
    item.scalar("primaryKeyPosition", int)
    personal = _personal_column(custom, position)
    for mapping in (options, custom, item):
        mapping.finish()
    return column, personal


def _personal_column(custom: Mapping, position: int) -> PersonalColumn | None:
    original, elsewhere = custom.optional_text("pseudonymisedFrom"), custom.optional_text("neverElsewhere")
    if (original is None) != (elsewhere is None):
        raise custom.error("'pseudonymisedFrom' and 'neverElsewhere' go together")
    if original is None or elsewhere is None:
        return None
    return PersonalColumn(
        position, _regex(custom, "pseudonymisedFrom", original), _regex(custom, "neverElsewhere", elsewhere)
    )


def _allowed(item: Mapping) -> tuple[str, ...]:
    """Return the valid values of a column's one quality rule, `invalidValues`."""
    values: tuple[str, ...] = ()
    for rule in item.mappings("quality", "a rule on values"):
        rule.choice("metric", ["invalidValues"])
        arguments = rule.mapping("arguments", "arguments")
        values = arguments.texts("validValues")
        if rule.scalar("mustBe", int) != 0 or not values:
            raise rule.error("the rule must list 'validValues' and say 'mustBe: 0'")
        arguments.finish()
        rule.finish()
    return values


def _reference(item: Mapping) -> Reference:
    table, _, column = item.text("to").partition(".")
    if not (_IDENTIFIER.fullmatch(table) and _IDENTIFIER.fullmatch(column)):
        raise item.error("'to' must be <table>.<column>", "to")
    custom = item.properties("a relationship")
    reference = Reference(
        table,
        column,
        in_force=custom.flag("inForce"),
        regime=custom.optional_text("regime"),
        leaves_by=_identifier(custom, "leavesBy") if custom.optional_node("leavesBy") else None,
    )
    custom.finish()
    item.finish()
    return reference


def _total(item: Mapping) -> ControlTotal:
    total = ControlTotal(item.text("key"), item.texts("columns"))
    if not total.columns:
        raise item.error("a control total sums at least one column")
    item.finish()
    return total


def _rule(item: Mapping) -> QualityRule:
    item.choice("type", ["sql"])
    item.text("dimension")
    rule = QualityRule(
        name=item.text("name"),
        description=item.text("description"),
        query=item.text("query"),
        is_fatal=item.choice("severity", ["error", "warning"]) == "error",
    )
    if item.scalar("mustBe", int) != 0:
        raise item.error("a rule counts breaches: say 'mustBe: 0'")
    item.finish()
    return rule


def _identifier(item: Mapping, key: str) -> str:
    value = item.text(key)
    if not _IDENTIFIER.fullmatch(value):
        raise item.error(f"{key} {value!r} must be lower-case letters, digits and underscores", key)
    return value


def _regex(item: Mapping, key: str, text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise item.error(f"{key} {text!r} is not a regular expression: {error}", key) from None
    return text
