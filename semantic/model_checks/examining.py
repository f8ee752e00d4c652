"""Runs all checks."""

from pathlib import Path

import duckdb

from semantic.model_checks.hierarchies import check_hierarchies
from semantic.model_checks.joins import check_joins
from semantic.model_checks.report import Check, Report
from semantic.model_checks.types import check_types
from semantic.model_reader import Model, ModelError, check_model, load_model

__all__ = ["examine"]

# No way to other files, nor to the network.
_CLOSED: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoload_known_extensions": "false",
}


def examine(folder: Path, database: Path | None = None) -> Report:
    """Check a model, and, given a database, whether the data are as it says.

    Args:
        folder: the model.
        database: a DuckDB file; opened read-only, with no way to other files or to the network.

    Raises:
        duckdb.Error: the file is no DuckDB database, or cannot be opened.
    """
    language = Check("language", "is everything known, and every reference resolved?")
    try:
        model = load_model(folder)
    except ModelError as error:
        language.problems += error.problems
        return Report((language,))
    language.examined = sum(len(cube.member_names) for cube in model.cubes.values())
    portability = Check("portability", "does Cube read and compute it alike?", language.examined)
    portability.problems += check_model(folder)
    checks = [language, portability, _rollups(model)]
    if database is not None:
        columns = Check("columns", "does the database have the tables and columns?", language.examined)
        columns.problems += [
            item for item in check_model(folder, database) if item not in portability.problems
        ]
        known = {problem.member for problem in columns.problems}
        with duckdb.connect(str(database), read_only=True, config=dict(_CLOSED)) as connection:
            data = (check_types, check_joins, check_hierarchies)
            checks += [columns, *(check(model, connection, known) for check in data)]
    return Report(tuple(checks))


def _rollups(model: Model) -> Check:
    """The reader refuses a roll-up whose measures cannot be added up: what is here has passed."""
    rollups = [rollup for cube in model.cubes.values() for rollup in cube.rollups.values()]
    return Check("roll-ups", "can every measure be added up from the roll-up's rows?", len(rollups))
