"""Builds the small warehouse, chooses mutants and judges them in several processes."""

from __future__ import annotations

import csv
import multiprocessing
import os
import random
import signal
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from orchestration.build import BuildFailed, build, build_database
from orchestration.workspace import Workspace
from tests.conformance.published_file import write_raw

from .laboratory import Laboratory, LaboratoryError
from .mutant import Mutant, Verdict

__all__ = ["Equipment", "equipped", "equivalents", "judged", "sampled"]

_EQUIVALENT = Path(__file__).parent / "equivalent.csv"


@dataclass(frozen=True)
class Equipment:
    """The small warehouse, every mutant of the checkout, the tests that fail before anything is mutated."""

    pristine: Path
    raw: Path
    folder: Path
    mutants: tuple[Mutant, ...]
    blunt: tuple[str, ...]


@contextmanager
def equipped(say: Callable[[str], None]) -> Iterator[Equipment]:
    """Build the small warehouse in a temporary folder, which goes with the context, whatever ends it."""
    with tempfile.TemporaryDirectory(prefix="cruscotto-mutation-") as name:
        folder = Path(name)
        workspace = Workspace(folder / "home").create()
        say("building the small warehouse …")
        write_raw(workspace.raw)
        _build(workspace)
        laboratory = Laboratory(build_database(workspace), workspace.raw, folder / "first")
        say("running every test with nothing mutated …")
        blunt = laboratory.baseline()
        mutants = laboratory.mutants()
        laboratory.close()
        yield Equipment(build_database(workspace), workspace.raw, folder, tuple(mutants), tuple(blunt))


def _build(workspace: Workspace) -> None:
    """Build seeds and models without their tests: what fails is the baseline's business.

    Raises:
        LaboratoryError: a seed or a model failed.
    """
    former = os.environ.get("DBT_INDIRECT_SELECTION")
    os.environ["DBT_INDIRECT_SELECTION"] = "empty"
    try:
        build(workspace, select="resource_type:seed resource_type:model")
    except BuildFailed as error:
        raise LaboratoryError(f"the small warehouse does not build: {error}") from None
    finally:
        os.environ.pop("DBT_INDIRECT_SELECTION")
        if former is not None:
            os.environ["DBT_INDIRECT_SELECTION"] = former


def equivalents() -> dict[str, str]:
    """Read the mutants that mean the same as the original, id → reason."""
    with _EQUIVALENT.open(encoding="utf-8", newline="") as file:
        return {row["id"]: row["reason"] for row in csv.DictReader(file)}


def sampled(mutants: Sequence[Mutant], count: int, seed: int) -> list[Mutant]:
    """Choose `count` mutants, spread over operators and kinds, the same ones for the same seed."""
    chance = random.Random(seed)
    strata: dict[tuple[str, str], list[Mutant]] = {}
    for mutant in mutants:
        strata.setdefault((mutant.operator, mutant.kind), []).append(mutant)
    for members in strata.values():
        chance.shuffle(members)
    chosen: list[Mutant] = []
    while len(chosen) < min(count, len(mutants)):
        for key in sorted(strata):
            if strata[key] and len(chosen) < count:
                chosen.append(strata[key].pop())
    return chosen


def judged(equipment: Equipment, mutants: Sequence[Mutant], jobs: int) -> Iterator[Verdict]:
    """Give the verdicts as they come, from `jobs` processes; they end with the iteration."""
    context = multiprocessing.get_context("spawn")
    arguments = (equipment.pristine, equipment.raw, equipment.folder, equipment.blunt)
    with context.Pool(jobs, initializer=_open, initargs=arguments) as pool:
        yield from pool.imap_unordered(_judge, mutants)
        pool.close()
        pool.join()


_laboratory: Laboratory | str = "not opened"


def _open(pristine: Path, raw: Path, folder: Path, blunt: tuple[str, ...]) -> None:
    """Make this process's laboratory; Ctrl-C is the first process's business."""
    global _laboratory
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        _laboratory = Laboratory(pristine, raw, folder / str(os.getpid()), blunt)
    except LaboratoryError as error:
        _laboratory = str(error)


def _judge(mutant: Mutant) -> Verdict:
    if isinstance(_laboratory, str):
        return Verdict(mutant, (), 0.0, _laboratory)
    return _laboratory.judge(mutant)
