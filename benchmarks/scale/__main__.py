"""Measure loads at national scale: from raw files to a published file, month by month, and how they grow.

The extracts are generated once and kept in the folder. Each figure stands beside a reference measured in the
same run: the same raw files read by DuckDB alone, Parquet of the same facts, dbt that does next to nothing.

Examples:
    python -m benchmarks.scale --folder /data/bench                       five years, then one month more
    python -m benchmarks.scale --folder /data/bench --months 13           a year and a month
    python -m benchmarks.scale --folder /data/bench --growth 13,25,61     the exponent over these sizes
"""

import argparse
import json
import os
import platform
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.scale.parts import exponent, full_load, generation, monthly_load, published_file, set_aside

RESULTS = Path(__file__).parents[1] / "results"


def measured(folder: Path, scale: str, months: int, end: str) -> dict[str, Any]:
    """Measure one size: all but the last month loaded at once, then the last month."""
    place = folder / f"{scale}-{months}-{end}"
    _say(f"{months} months at {scale} scale: extracts")
    found: dict[str, Any] = {"months": months, "generation": generation(scale, months, end, place)}
    before, last = set_aside(place / "extracts", end.replace("-", ""))
    _say(f"full load of {months - 1} months")
    found["full_load"] = full_load(place / "home", before)
    _say("one month more")
    found["monthly_load"] = monthly_load(place / "home", last)
    found["published_file"] = published_file(place / "home")
    return found


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main() -> None:
    """Measure, and keep what was measured."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--folder", type=Path, required=True, help="for extracts and homes; some GB")
    parser.add_argument("--scale", default="national")
    parser.add_argument("--months", type=int, default=61)
    parser.add_argument("--end", default="2025-12", metavar="YYYY-MM")
    parser.add_argument("--growth", default="", help="several numbers of months instead of one")
    asked = parser.parse_args()
    sizes = [int(text) for text in asked.growth.split(",") if text] or [asked.months]
    output = RESULTS / f"scale-{asked.scale}.json"
    kept: dict[str, Any] = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "processors": os.cpu_count(),
        "python": platform.python_version(),
        "packages": {name: version(name) for name in ("duckdb", "dbt-core", "dbt-duckdb")},
        "load_average_before": os.getloadavg(),
        "sizes": [],
    }
    for months in sizes:
        kept["sizes"].append(measured(asked.folder, asked.scale, months, asked.end))
        output.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    if len(sizes) > 1:
        loads = [size["full_load"] for size in kept["sizes"]]
        kept["exponent"] = round(exponent([(load["rows"], load["seconds"]) for load in loads]), 3)
        output.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(kept, indent=2))


if __name__ == "__main__":
    main()
