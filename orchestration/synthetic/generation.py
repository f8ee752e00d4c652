"""Generation of all extracts of a range of months."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from orchestration.synthetic.accounting import (
    write_closing_costs,
    write_closing_results,
    write_costs,
    write_results,
)
from orchestration.synthetic.database import Database
from orchestration.synthetic.delivery import Delivery, Outbox
from orchestration.synthetic.errors import OutputNotEmpty
from orchestration.synthetic.monthly import write_masters, write_presence, write_production
from orchestration.synthetic.months import Month, months_until
from orchestration.synthetic.scales import scale_named
from orchestration.synthetic.workbooks import write_controls, write_measures, write_plans

__all__ = ["GenerationReport", "generate"]

Progress = Callable[[str, int, int], None]
Writer = Callable[[Database, Outbox, Month], None]
Step = tuple[str, Month, tuple[Writer, ...]]

_MONTHLY: tuple[Writer, ...] = (
    write_masters,
    write_production,
    write_presence,
    write_costs,
    write_results,
    write_controls,
    write_measures,
)
_YEARLY: tuple[Writer, ...] = (write_plans,)
_AFTER_DECEMBER: tuple[Writer, ...] = (write_closing_costs, write_closing_results)


@dataclass(frozen=True)
class GenerationReport:
    """What was generated.

    Attributes:
        scale: name of the scale.
        divisor: the volumes are the national ones divided by this (10 in the demo).
        seed: the seed of every draw.
        months: months generated, `YYYYMM`, oldest first.
        files: every extract written, in order; the control files beside them are not listed.
        seconds: elapsed time.
    """

    scale: str
    divisor: int
    seed: int
    months: tuple[str, ...]
    files: tuple[Delivery, ...]
    seconds: float

    @property
    def rows(self) -> dict[str, int]:
        """Data rows per extract, by the extract's name (`PB_PROD`, `HR_PRES`, …)."""
        counts: Counter[str] = Counter()
        for file in self.files:
            counts[_extract(file.name)] += file.rows
        return dict(sorted(counts.items()))


def generate(
    scale: str,
    months: int,
    seed: int,
    out: Path,
    *,
    end: str = "2025-12",
    progress: Progress | None = None,
    force: bool = False,
    threads: int | None = None,
) -> GenerationReport:
    """Write the extracts of `months` months until `end` into `out`, each with its control file.

    The same scale, seed and months give the same bytes on every run, and a month's files do not depend on how
    many months are asked for. At the scale `demo` volumes, staff and costs are a tenth of the nation's, and a
    directorate has two offices. A run that is interrupted leaves whole files only, all with their control
    file but at most the last one.

    Args:
        scale: `demo`, `regional` or `national`.
        months: how many months, counted back from `end`.
        seed: any integer.
        out: folder to write in; created when missing.
        end: last month, `YYYY-MM`.
        progress: called with the step's name, the steps done and the steps to do.
        force: write into a folder that is not empty, replacing files of the same name.
        threads: DuckDB's threads; the bytes do not depend on it.

    Raises:
        UnknownScale: no such scale.
        InvalidRange: the months cannot be counted back from `end`.
        OutputNotEmpty: `out` holds files and `force` is false.
    """
    started = time.monotonic()
    size = scale_named(scale)
    wanted = months_until(end, months)
    _prepare(out, force)
    outbox = Outbox(out)
    with closing(Database(size, seed, threads=threads)) as database:
        _write_all(database, outbox, list(_steps(wanted)), progress)
    codes = tuple(month.code for month in wanted)
    seconds = time.monotonic() - started
    return GenerationReport(scale, size.divisor, seed, codes, tuple(outbox.delivered), seconds)


def _write_all(database: Database, outbox: Outbox, steps: list[Step], progress: Progress | None) -> None:
    for done, (name, month, writers) in enumerate(steps):
        if progress is not None:
            progress(name, done, len(steps))
        database.set_month(month)
        for write in writers:
            write(database, outbox, month)
    if progress is not None:
        progress("done", len(steps), len(steps))


def _steps(months: list[Month]) -> Iterator[Step]:
    """Yield the steps in order: name, month to compute, what to write."""
    planned: set[int] = set()
    for month in months:
        if month.year not in planned:
            planned.add(month.year)
            yield f"{month.year}", Month(month.year, 1), _YEARLY
        yield month.code, month, _MONTHLY
        if month.month == 12:
            yield f"{month.year}13", month, _AFTER_DECEMBER


def _prepare(out: Path, force: bool) -> None:
    out.mkdir(parents=True, exist_ok=True)
    present = sorted(path.name for path in out.iterdir())
    if present and not force:
        raise OutputNotEmpty(
            f"{out} already holds {len(present)} files ({present[0]}, …): choose an empty folder, "
            "or ask with force to write into this one"
        )


def _extract(name: str) -> str:
    """Return the extract that a file name belongs to: `PB_PROD_202501.csv` → `PB_PROD`."""
    system, kind, *_ = name.split("_")
    return system if system == "PIANO" else f"{system}_{kind}"
