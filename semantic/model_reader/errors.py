"""What can be wrong with a data model.

ModelError      the model cannot be served; `problems` says where and why, one by one
"""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["ModelError", "Place", "Problem", "Problems", "nearest"]

_SHOWN = 3


def nearest(name: str, valid: Iterable[str]) -> str:
    """Say which valid names resemble `name`, else list them all (a few): the tail of a refusal.

    >>> nearest("direzzione", ["direzione", "struttura"])
    'did you mean direzione?'
    """
    names = sorted(valid)
    close = difflib.get_close_matches(name, names, n=_SHOWN, cutoff=0.6)
    if close:
        return f"did you mean {' or '.join(close)}?"
    listed = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
    return f"one of: {listed}" if names else "there is none"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is written: a file relative to the model's folder and a line from 1."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where, which member, what, and what to write instead."""

    file: str
    line: int
    member: str
    message: str
    suggestion: str = ""

    def __str__(self) -> str:
        """Return `file:line: member: message (suggestion)`."""
        tail = f" ({self.suggestion})" if self.suggestion else ""
        return f"{self.file}:{self.line}: {self.member}: {self.message}{tail}"


class ModelError(Exception):
    """The model cannot be served. All problems are found in one pass, so that one edit mends them all."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class Problems:
    """Collects problems while the model is read."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def add(self, place: Place, member: str, message: str, suggestion: str = "") -> None:
        """Note one problem, once."""
        problem = Problem(place.file, place.line, member, message, suggestion)
        if problem not in self.found:
            self.found.append(problem)

    def refuse(self) -> None:
        """Raise when anything was found.

        Raises:
            ModelError: with all problems, in order of place.
        """
        if self.found:
            raise ModelError(sorted(self.found, key=lambda problem: (problem.file, problem.line)))
