"""Says which rules a failed test of many rules found broken: dbt itself counts the rows only."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

__all__ = ["broken_rules"]

_TEST = "rules"


def broken_rules(node: Mapping[str, Any], result: Mapping[str, Any], database: Path) -> str:
    """Return the broken rules with their rows, `month_key is not null (3 rows); …`; empty for other tests.

    Args:
        node: the test, as dbt's manifest has it.
        result: what dbt's results say of it.
        database: the build database; nothing else may have it open for writing.
    """
    is_of_rules = (node.get("test_metadata") or {}).get("name") == _TEST
    if not (is_of_rules and result["status"] in ("fail", "warn") and result.get("compiled_code")):
        return ""
    with duckdb.connect(str(database), read_only=True) as connection:
        found = connection.execute(str(result["compiled_code"])).fetchall()
    return "; ".join(f"{rule} ({rows} rows)" for rule, rows in found)
