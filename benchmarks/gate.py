"""The gate: ratios that were measured against those that were last accepted. Never a time.

A ratio compares two things measured in one run, so that another machine, or a busier one, changes both. The
accepted ones are in `benchmarks/accepted.json`; each may get worse by a share before the gate closes.

Examples:
    python -m benchmarks.gate              compare; exit status 1 when a ratio is worse
    python -m benchmarks.gate --accept     what was measured is what is accepted from now on
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["Ratio", "ratios", "worse"]

RESULTS = Path(__file__).with_name("results")
ACCEPTED = Path(__file__).with_name("accepted.json")
TOLERANCE = 0.2
"""How much worse a ratio may be: runs of the same code differ by as much as half of it."""

_ENGINES = ("cube_over_embedded", "metricflow_over_embedded", "cube_over_embedded_without_rollups")


@dataclass(frozen=True)
class Ratio:
    """One ratio.

    Attributes:
        name: results, part and measure.
        value: what was measured.
        more_is_better: whether a greater one is better.
    """

    name: str
    value: float
    more_is_better: bool


def ratios(results: str, measured: Mapping[str, Any]) -> Iterator[Ratio]:
    """Yield the ratios of one file of results.

    Args:
        results: the name of the file, without its extension.
        measured: its content.
    """
    if results.startswith("semantic-api"):
        for name in _ENGINES:
            compared = measured["engines"]["summary"][name]
            yield Ratio(f"{results}.{name}", compared["median"], more_is_better=True)
    if results.startswith("scale"):
        last = measured["sizes"][-1]
        load, month, file = last["full_load"], last["monthly_load"], last["published_file"]
        least = month["reading_seconds"] + month["dbt_start_seconds"]
        yield Ratio(f"{results}.full_load_over_reading", load["ratio_to_reading"], more_is_better=False)
        yield Ratio(f"{results}.month_over_its_least", month["seconds"] / least, more_is_better=False)
        yield Ratio(f"{results}.file_over_parquet", file["ratio_to_facts"], more_is_better=False)
        if "exponent" in measured:
            yield Ratio(f"{results}.exponent", measured["exponent"], more_is_better=False)


def worse(found: Ratio, accepted: float, tolerance: float = TOLERANCE) -> bool:
    """Say whether a ratio is worse than the accepted one by more than the tolerance (a share of it)."""
    if found.more_is_better:
        return found.value < accepted * (1 - tolerance)
    return found.value > accepted * (1 + tolerance)


def main() -> int:
    """Compare, or accept."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--accept", action="store_true", help="accept what was measured")
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--accepted", type=Path, default=ACCEPTED)
    asked = parser.parse_args()
    found = [
        ratio
        for path in sorted(asked.results.glob("*.json"))
        for ratio in ratios(path.stem, json.loads(path.read_text(encoding="utf-8")))
    ]
    if asked.accept:
        kept = {ratio.name: round(ratio.value, 3) for ratio in found}
        asked.accepted.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
        return 0
    known: dict[str, float] = json.loads(asked.accepted.read_text(encoding="utf-8"))
    refused = 0
    for ratio in found:
        accepted = known.get(ratio.name)
        is_worse = accepted is not None and worse(ratio, accepted)
        refused += is_worse
        told = "new" if accepted is None else "worse" if is_worse else "good"
        print(f"{told:6} {ratio.name}: {ratio.value:.2f} (accepted: {accepted})")
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
