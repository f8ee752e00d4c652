"""The generated files, by name, and the generators that give their metrics."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from semantic.registry.economic_items import economic_items_2021, economic_items_2025
from semantic.registry.measures import measure_metrics
from semantic.registry.standard_costs import standard_costs, structure_costs
from semantic.yaml_text import yaml_text

__all__ = ["registry_files"]

Node = dict[str, Any]
Generator = Callable[[Path], Sequence[Node]]

_HEADER = "# Generated from the seeds by `cruscotto model registry`: change the row there, not here.\n"

# File → what gives its metrics, from the folder of the seeds. A new registry is a module and a line here.
_GENERATORS: Mapping[str, Generator] = {
    "costi_standard": standard_costs,
    "costi_struttura": structure_costs,
    "ieep_2021": economic_items_2021,
    "ieep_2025": economic_items_2025,
    "misure": measure_metrics,
}


def registry_files(seeds: Path) -> dict[str, str]:
    """Return the text of each generated file by its path under `warehouse/models/indicators/`.

    Args:
        seeds: the folder `warehouse/seeds` (with `acts/` and `registry/` in it).

    Raises:
        CompileError: a row of a seed does not say what its metric needs; names file, line and column.
    """
    return {
        f"registro/{name}.yml": _HEADER + yaml_text({"version": 2, "metrics": list(generator(seeds))})
        for name, generator in sorted(_GENERATORS.items())
    }
