"""The measures registry as the tests read it: from the seed, never from a metric's definition."""

import csv
from dataclasses import dataclass

from orchestration.paths import warehouse_dir

__all__ = ["RegistryMeasure", "registry_measures"]


@dataclass(frozen=True)
class RegistryMeasure:
    """One measure that is an indicator; `kind` is nature and formula, as in `flusso/percentuale`."""

    code: str
    indicator: str
    nature: str
    formula: str
    levels: tuple[str, ...]
    valid_from: str

    @property
    def kind(self) -> str:
        """What the check query and the worked example go by."""
        return f"{self.nature}/{self.formula}"


def registry_measures() -> dict[str, RegistryMeasure]:
    """Return the measures that are indicators, by the indicator's code."""
    path = warehouse_dir() / "seeds" / "registry" / "measures.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {
            row["indicator_code"]: RegistryMeasure(
                code=row["measure_code"],
                indicator=row["indicator_code"],
                nature=row["nature"],
                formula=row["formula"],
                levels=tuple(row["levels"].split()),
                valid_from=row["valid_from"],
            )
            for row in csv.DictReader(file)
            if row["indicator_code"]
        }
