"""Measure the catalogue at its full size: what `cruscotto metrics` and `metrics show` take, and the page.

The committed catalogue is multiplied to the size asked for; each command runs in a process of its own, as a
user's does. Seconds are the median of some runs, from start of the process to its end; beside them the
processor's, which a busy machine does not add to.

Example:
    python benchmarks/catalogue.py --metrics 200
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from orchestration.paths import semantic_model_dir
from semantic.catalogue import load_catalogue
from semantic.catalogue.page import page

PROGRAM = """
import sys
from pathlib import Path
import orchestration.catalogue
orchestration.catalogue.semantic_model_dir = lambda: Path(sys.argv[1])
from orchestration.cli.application import cruscotto
cruscotto.main(sys.argv[2:], standalone_mode=False)
"""


def enlarged(folder: Path, metrics: int) -> None:
    """Write a catalogue of so many indicators: copies of the committed ones under other codes."""
    content = json.loads((semantic_model_dir() / "catalogue.json").read_text(encoding="utf-8"))
    committed = list(content["indicatori"].items())
    indicators = dict(committed)
    for number in range(metrics - len(committed)):
        code, item = committed[number % len(committed)]
        copied = f"{code}_{number}"
        indicators[copied] = item | {"codice": copied}
    content["indicatori"] = indicators
    (folder / "catalogue.json").write_text(json.dumps(content), encoding="utf-8")


def seconds(folder: Path, runs: int, *arguments: str) -> dict[str, float]:
    """Return the median time of a command over the catalogue in `folder`, and the processor's."""
    taken, worked = [], []
    for _ in range(runs):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        started = time.perf_counter()
        command = [sys.executable, "-c", PROGRAM, str(folder), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        taken.append(time.perf_counter() - started)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        worked.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return {
        "seconds": round(statistics.median(taken), 3),
        "processor_seconds": round(statistics.median(worked), 3),
    }


def main() -> None:
    """Print the measures as JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--metrics", type=int, default=200)
    parser.add_argument("--runs", type=int, default=5)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        enlarged(folder, asked.metrics)
        catalogue = load_catalogue(folder)
        started = time.perf_counter()
        size = len(page(catalogue, {}).encode())
        page_seconds = round(time.perf_counter() - started, 3)
        measures = {
            "metrics": len(catalogue.indicators),
            "list": seconds(folder, asked.runs, "metrics"),
            "list_json": seconds(folder, asked.runs, "metrics", "--json"),
            "show": seconds(folder, asked.runs, "metrics", "show", "indice_giacenza"),
            "page_seconds": page_seconds,
            "page_megabytes": round(size / 1e6, 2),
        }
    print(json.dumps(measures, indent=2))


if __name__ == "__main__":
    main()
