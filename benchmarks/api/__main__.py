"""Measure the semantic API: over SQL by hand, against Cube and MetricFlow, under load, from its start.

All contenders in one run on the same published file, taking turns question by question, so that what else the
machine does falls on all alike. The measures go to a JSON file; `python -m benchmarks.api.report` shows them.

Examples:
    python -m benchmarks.api --home /srv/cruscotto                      everything
    python -m benchmarks.api --home /srv/cruscotto --only overhead      one of the parts
    python -m benchmarks.api --home /srv/cruscotto --only load,start --runs 5
"""

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.api import parts
from orchestration.publication import current_file
from orchestration.workspace import Workspace

RESULTS = Path(__file__).parents[1] / "results"
PARTS: dict[str, Callable[[Workspace, Path, int], Any]] = {
    "compile": parts.compiling,
    "overhead": parts.overhead,
    "engines": parts.engines,
    "load": parts.load,
    "start": parts.start,
}


def surroundings(file: Path) -> dict[str, Any]:
    """Say what was measured, where and beside what else."""
    with duckdb.connect(str(file), read_only=True) as database:
        ((facts,),) = database.execute("SELECT count(*) FROM marts.fct_components").fetchall()
    packages = ("duckdb", "uvicorn", "starlette", "dbt-metricflow")
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "facts": facts,
        "file_megabytes": round(file.stat().st_size / 1e6, 1),
        "processors": os.cpu_count(),
        "python": platform.python_version(),
        "packages": {name: version(name) for name in packages},
        "cube": "1.7.43",
        "load_average_before": os.getloadavg(),
    }


def main() -> None:
    """Run the parts that are asked for, and keep what they measured."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--home", type=Path, required=True, help="a workspace with a publication")
    parser.add_argument("--only", default=",".join(PARTS), help=f"some of {', '.join(PARTS)}")
    parser.add_argument("--runs", type=int, default=9, help="how often each question is asked")
    parser.add_argument("--output", type=Path, help="default: benchmarks/results/semantic-api-<home>.json")
    asked = parser.parse_args()
    workspace = Workspace(asked.home)
    file = current_file(workspace)
    output = asked.output or RESULTS / f"semantic-api-{asked.home.resolve().name}.json"
    kept: dict[str, Any] = json.loads(output.read_text(encoding="utf-8")) if output.is_file() else {}
    for name in asked.only.split(","):
        print(f"measuring: {name}", file=sys.stderr, flush=True)
        measured = PARTS[name](workspace, file, asked.runs)
        kept[name] = measured | {"surroundings": surroundings(file)}
        output.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    print(json.dumps({name: kept[name].get("summary") for name in PARTS if name in kept}, indent=2))


if __name__ == "__main__":
    main()
