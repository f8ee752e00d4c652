"""Command line: `python -m tests.mutation`, or `make mutation ARGS=--all`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from .laboratory import LaboratoryError
from .mutant import Mutant, Verdict
from .report import document, summary, table
from .running import Equipment, equipped, equivalents, judged, sampled

_EXAMPLES = """examples:
  python -m tests.mutation                                the sample that the pipeline judges
  python -m tests.mutation --all --jobs 2                 every mutant
  python -m tests.mutation --only indice_giacenza         one metric, measure, seed or model
  python -m tests.mutation --all --list                   what would be judged
  python -m tests.mutation --id swap:redditivita:ab12cd34 one mutant, as a report names it

exit status: 0 all killed, 1 a mutant survived, 2 wrong use or the project is broken before any mutation
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge mutants and report; give the exit status."""
    options = _parser().parse_args(arguments)
    try:
        with equipped(_say) as equipment:
            chosen = _chosen(equipment, options)
            if not chosen:
                _say("no such mutant: `--all --list` shows them")
                return 2
            if options.list:
                print("\n".join(f"{one.id}  {one.file}  {one.before} → {one.after}" for one in chosen))
                return 0
            return _report(equipment, _judge(equipment, chosen, options.jobs), options)
    except LaboratoryError as error:
        _say(f"error: {error}")
        return 2
    except KeyboardInterrupt:
        _say("\nstopped; nothing is left behind")
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.mutation",
        description="Make wrong definitions on purpose; the project's own tests must fail (docs/testing.md).",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--all", action="store_true", help="every mutant")
    which.add_argument(
        "--sample", type=int, default=80, metavar="N", help="N mutants of all operators (default 80)"
    )
    which.add_argument("--id", action="append", help="this mutant (may be repeated)")
    which.add_argument(
        "--equivalents", action="store_true", help="those listed as equivalent: all must survive"
    )
    parser.add_argument("--seed", type=int, default=1, help="which sample (default 1)")
    parser.add_argument(
        "--only", action="append", metavar="CODE", help="all mutants of this metric, measure, seed or model"
    )
    parser.add_argument("--kind", action="append", help="only metric, measure, expansion, seed or statement")
    parser.add_argument("--jobs", type=int, default=2, help="processes (default 2)")
    parser.add_argument("--list", action="store_true", help="list the mutants, judge none")
    parser.add_argument("--report", type=Path, metavar="FILE", help="write the verdicts as JSON")
    return parser


def _chosen(equipment: Equipment, options: argparse.Namespace) -> list[Mutant]:
    excused = equivalents()
    if options.equivalents:
        return [mutant for mutant in equipment.mutants if mutant.id in excused]
    mutants = [mutant for mutant in equipment.mutants if mutant.id not in excused]
    if options.kind:
        mutants = [mutant for mutant in mutants if mutant.kind in options.kind]
    if options.only:
        return [mutant for mutant in mutants if mutant.subject in options.only]
    if options.id:
        return [mutant for mutant in equipment.mutants if mutant.id in options.id]
    return mutants if options.all else sampled(mutants, options.sample, options.seed)


def _judge(equipment: Equipment, chosen: Sequence[Mutant], jobs: int) -> list[Verdict]:
    verdicts: list[Verdict] = []
    end = "\r" if sys.stderr.isatty() else "\n"
    for verdict in judged(equipment, chosen, max(1, min(jobs, len(chosen)))):
        verdicts.append(verdict)
        alive = sum(1 for one in verdicts if not one.killers)
        if verdict.survived or end == "\r" or len(verdicts) % 20 == 0 or len(verdicts) == len(chosen):
            what = f"survived: {verdict.mutant.id}\n" if verdict.survived else ""
            print(
                f"{what}{len(verdicts)}/{len(chosen)} judged, {alive} alive",
                end=end,
                file=sys.stderr,
                flush=True,
            )
    return verdicts


def _report(equipment: Equipment, verdicts: Sequence[Verdict], options: argparse.Namespace) -> int:
    if options.report:
        text = json.dumps(document(verdicts, equipment.blunt), ensure_ascii=False, indent=1)
        options.report.write_text(text + "\n", encoding="utf-8")
    alive = [verdict for verdict in verdicts if not verdict.killers]
    print(table(verdicts if len(verdicts) <= 200 else alive))
    print(summary(verdicts))
    for name in equipment.blunt:
        print(f"fails with nothing mutated, so it kills nothing: {name}")
    if options.equivalents:
        return 0 if len(alive) == len(verdicts) else 1
    return 1 if alive else 0


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
