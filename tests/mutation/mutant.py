"""What a mutant is, and what becomes of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Mutant", "Verdict"]


@dataclass(frozen=True)
class Mutant:
    """One wrong change of one definition.

    Attributes:
        kind: `metric`, `measure`, `expansion` (of a metric into SQL), `seed` or `statement` (SQL).
        operator: the mistake that it imitates (`swap`, `filter_dropped`, …).
        subject: metric, measure, seed or dbt node that is changed.
        file: file of the repository where the definition is.
        before: what the file says, in short.
        after: what the mutant says.
        change: what the laboratory needs in order to make the change; its keys depend on `kind`.
    """

    kind: str
    operator: str
    subject: str
    file: str
    before: str
    after: str
    change: Mapping[str, Any] = field(compare=False, hash=False, repr=False)

    @property
    def id(self) -> str:
        """A name that is the same on every machine: operator, subject and a digest of the change."""
        text = "\n".join([self.kind, self.operator, self.subject, self.file, self.before, self.after])
        text += "\n" + str(self.change.get("place", ""))
        return f"{self.operator}:{self.subject}:{hashlib.sha256(text.encode()).hexdigest()[:8]}"


@dataclass(frozen=True)
class Verdict:
    """What the tests said of a mutant; no killer: it survived; `error`: it could not be judged."""

    mutant: Mutant
    killers: tuple[str, ...]
    seconds: float
    error: str | None = None

    @property
    def survived(self) -> bool:
        """Whether no test failed."""
        return not self.killers and self.error is None
