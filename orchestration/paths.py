"""Where the project's own files are, in a checkout and in an installed wheel."""

from pathlib import Path

__all__ = ["indicators_dir", "seeds_dir", "semantic_model_dir", "warehouse_dir"]

_PACKAGE = Path(__file__).resolve().parent


def warehouse_dir() -> Path:
    """Return the dbt project: beside the packages in a checkout, inside this package in a wheel."""
    in_wheel = _PACKAGE / "_warehouse"
    return in_wheel if in_wheel.is_dir() else _PACKAGE.parent / "warehouse"


def seeds_dir() -> Path:
    """Return the folder of the published tables of the acts, as CSV seeds."""
    return warehouse_dir() / "seeds" / "acts"


def semantic_model_dir() -> Path:
    """Return the committed Cube data model."""
    return _PACKAGE.parent / "semantic" / "model"


def indicators_dir() -> Path:
    """Return the folder of the indicators' definitions in the dbt project."""
    return warehouse_dir() / "models" / "indicators"
