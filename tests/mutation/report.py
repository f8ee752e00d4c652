"""What a run of the mutation tool says: a table for people, a document for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from .mutant import Verdict

__all__ = ["document", "summary", "table"]


def table(verdicts: Sequence[Verdict]) -> str:
    """One line per mutant: what was changed, and the test that noticed."""
    rows = [("mutant", "file", "before → after", "killed by", "s")]
    for verdict in sorted(verdicts, key=lambda one: (not one.survived, one.mutant.id)):
        mutant = verdict.mutant
        change = f"{_short(mutant.before, 44)} → {_short(mutant.after, 44)}"
        killer = verdict.error or (verdict.killers[0] if verdict.killers else "SURVIVED")
        rows.append((mutant.id, mutant.file, change, _short(killer, 60), f"{verdict.seconds:.1f}"))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def summary(verdicts: Sequence[Verdict]) -> str:
    """Killed over made, by kind and operator, and the survivors of each seed by column."""
    made = Counter((verdict.mutant.kind, verdict.mutant.operator) for verdict in verdicts)
    alive = Counter(
        (verdict.mutant.kind, verdict.mutant.operator)
        for verdict in verdicts
        if verdict.survived or verdict.error
    )
    lines = [
        f"{kind:10} {operator:20} {count - alive[kind, operator]:5} of {count:5} killed"
        for (kind, operator), count in sorted(made.items())
    ]
    columns = Counter(
        (verdict.mutant.subject, verdict.mutant.before.split(", ", 1)[1].split(":", 1)[0])
        for verdict in verdicts
        if verdict.survived and verdict.mutant.kind == "seed"
    )
    lines += [
        f"survivors in seed {seed}, column {column}: {count}"
        for (seed, column), count in sorted(columns.items())
    ]
    killed = len(verdicts) - sum(alive.values())
    seconds = sum(verdict.seconds for verdict in verdicts)
    return "\n".join([*lines, f"{killed} of {len(verdicts)} mutants killed, {seconds:.0f} s of work"])


def document(verdicts: Sequence[Verdict], blunt: Sequence[str]) -> dict[str, Any]:
    """The report as JSON values."""
    return {
        "made": len(verdicts),
        "killed": sum(1 for verdict in verdicts if verdict.killers),
        "failing_before": list(blunt),
        "mutants": [
            {
                "id": verdict.mutant.id,
                "kind": verdict.mutant.kind,
                "operator": verdict.mutant.operator,
                "subject": verdict.mutant.subject,
                "file": verdict.mutant.file,
                "before": verdict.mutant.before,
                "after": verdict.mutant.after,
                "killed_by": list(verdict.killers),
                "error": verdict.error,
                "seconds": round(verdict.seconds, 2),
            }
            for verdict in sorted(verdicts, key=lambda one: one.mutant.id)
        ],
    }


def _short(text: str, width: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= width else line[: width - 1] + "…"
