"""The parts of the benchmark at scale: generation, full load, monthly load, published file, growth."""

import json
import shutil
import statistics
import tempfile
from collections.abc import Mapping, Sequence
from math import log
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.scale.reading import ReadBack, read_raw
from benchmarks.scale.running import Ran, cruscotto
from orchestration.build import build_database, manifest_path
from orchestration.publication import current_file
from orchestration.workspace import Workspace

__all__ = ["exponent", "full_load", "generation", "monthly_load", "published_file", "set_aside"]

_MB = 1_000_000
_FACTS = "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'marts' AND table_name LIKE 'fct_%'"


def generation(scale: str, months: int, end: str, folder: Path) -> dict[str, Any]:
    """Write the extracts, once: what a folder has already is kept."""
    told = folder / "generated.json"
    if not told.is_file():
        shutil.rmtree(folder, ignore_errors=True)
        options = ["--scale", scale, "--months", str(months), "--end", end, "--out", str(folder / "extracts")]
        ran = cruscotto("extracts", "generate", *options)
        rows = sum(ran.told["rows"].values())
        measured = {
            "rows": rows,
            "seconds": round(ran.seconds, 2),
            "rows_per_second": round(rows / ran.seconds),
            "peak_megabytes": round(ran.peak_bytes / _MB),
        }
        told.write_text(json.dumps(measured), encoding="utf-8")
    found: dict[str, Any] = json.loads(told.read_text(encoding="utf-8"))
    return found


def set_aside(extracts: Path, month: str) -> tuple[list[Path], list[Path]]:
    """Return the files of all other deliveries, and those of a month (yyyymm) with their control files."""
    files = sorted(path for path in extracts.iterdir() if path.is_file())
    last = [path for path in files if path.stem.partition("_r")[0].endswith(f"_{month}")]
    return [path for path in files if path not in set(last)], last


def full_load(home: Path, files: Sequence[Path]) -> dict[str, Any]:
    """Load files into an empty home, and compare with reading them."""
    shutil.rmtree(home, ignore_errors=True)
    reference = read_raw(files)
    return _loaded(home, files, reference)


def monthly_load(home: Path, files: Sequence[Path]) -> dict[str, Any]:
    """Load one more month, and compare with reading its files and starting dbt."""
    reference = read_raw(files)
    measured = _loaded(home, files, reference)
    return measured | {"dbt_start_seconds": _dbt_start(home)}


def _loaded(home: Path, files: Sequence[Path], reference: ReadBack) -> dict[str, Any]:
    workspace = Workspace(home).create()
    for path in files:
        shutil.copyfile(path, workspace.landing / path.name)
    ran = cruscotto("load", "--home", home)
    return _summed_up(ran, reference, workspace)


def _summed_up(ran: Ran, reference: ReadBack, workspace: Workspace) -> dict[str, Any]:
    build = ran.told["build"]
    rows = sum(file["rows_read"] for file in ran.told["files"])
    return {
        "verdict": ran.told["verdict"],
        "rows": rows,
        "raw_megabytes": round(reference.bytes / _MB, 1),
        "seconds": round(ran.seconds, 2),
        "dbt_seconds": round(build["seconds"], 2),
        "reading_seconds": round(reference.seconds, 2),
        "ratio_to_reading": round(ran.seconds / reference.seconds, 2),
        "peak_megabytes": round(ran.peak_bytes / _MB),
        "slowest_nodes": _slowest(workspace),
    }


def _slowest(workspace: Workspace, most: int = 10) -> list[list[Any]]:
    """Return the nodes of the last build that took longest, with their seconds."""
    results = json.loads(manifest_path(workspace).with_name("run_results.json").read_text(encoding="utf-8"))
    timed = [
        (node["unique_id"].split(".")[2], round(node["execution_time"], 2)) for node in results["results"]
    ]
    return [list(item) for item in sorted(timed, key=lambda item: -item[1])[:most]]


def _dbt_start(home: Path, runs: int = 3) -> float:
    """Return the median seconds of a build that selects nothing: what dbt costs before the first node."""
    return round(
        statistics.median(
            cruscotto("build", "--select", "dim_period", "--home", home).seconds for _ in range(runs)
        ),
        2,
    )


def published_file(home: Path) -> dict[str, Any]:
    """Compare the published file with Parquet (zstd) of the same facts, and of all its tables."""
    file = current_file(Workspace(home))
    with duckdb.connect(str(file), read_only=True) as database, tempfile.TemporaryDirectory() as folder:
        facts = [name for (name,) in database.execute(_FACTS).fetchall()]
        tables = database.execute("SELECT schema_name, table_name FROM duckdb_tables()").fetchall()
        sizes: Mapping[str, int] = {
            f"{schema}.{name}": _parquet_bytes(database, schema, name, Path(folder))
            for schema, name in tables
        }
    size, of_facts = file.stat().st_size, sum(sizes[f"marts.{name}"] for name in facts)
    return {
        "megabytes": round(size / _MB, 1),
        "parquet_of_facts_megabytes": round(of_facts / _MB, 1),
        "parquet_of_all_megabytes": round(sum(sizes.values()) / _MB, 1),
        "ratio_to_facts": round(size / of_facts, 2),
        "ratio_to_all": round(size / sum(sizes.values()), 2),
        "build_megabytes": round(build_database(Workspace(home)).stat().st_size / _MB, 1),
    }


def _parquet_bytes(database: duckdb.DuckDBPyConnection, schema: str, name: str, folder: Path) -> int:
    path = folder / f"{schema}.{name}.parquet"
    database.table(f"{schema}.{name}").write_parquet(str(path), compression="zstd")
    return path.stat().st_size


def exponent(points: Sequence[tuple[float, float]]) -> float:
    """Return b of `seconds = a · rows^b`, by least squares over the logarithms.

    Args:
        points: (rows, seconds), two or more, with rows that differ.
    """
    xs, ys = [log(rows) for rows, _ in points], [log(seconds) for _, seconds in points]
    mean_x, mean_y = statistics.fmean(xs), statistics.fmean(ys)
    above = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True))
    return above / sum((x - mean_x) ** 2 for x in xs)
