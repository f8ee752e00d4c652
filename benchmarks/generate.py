"""Measure the generation of synthetic extracts: rows per second, size on disk and peak memory, as JSON.

Example:
    python benchmarks/generate.py --scale national --months 2
"""

import argparse
import json
import resource
import tempfile
from pathlib import Path

from orchestration.synthetic import SCALES, generate


def main() -> None:
    """Generate into a folder that is removed at the end and print the measures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--scale", choices=sorted(SCALES), default="demo")
    parser.add_argument("--months", type=int, default=24)
    parser.add_argument("--end", default="2025-12", metavar="YYYY-MM")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, help="DuckDB's threads; its own default when not given")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        report = generate(
            asked.scale, asked.months, asked.seed, Path(folder), end=asked.end, threads=asked.threads
        )
    rows = sum(report.rows.values())
    measures = {
        **vars(asked),
        "seconds": round(report.seconds, 2),
        "rows": rows,
        "rows_per_second": round(rows / report.seconds),
        "files": len(report.files),
        "megabytes": round(sum(file.size for file in report.files) / 1e6, 1),
        "peak_memory_megabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "rows_by_extract": report.rows,
    }
    print(json.dumps(measures, indent=2))


if __name__ == "__main__":
    main()
