"""What an examination found."""

from dataclasses import asdict, dataclass, field
from typing import Any

from semantic.model_reader import Place, Problem

__all__ = ["Check", "Note", "Report"]


@dataclass(frozen=True, slots=True)
class Note:
    """Something that is not wrong but worth knowing: where it is said, of what, what."""

    file: str
    line: int
    member: str
    message: str

    def __str__(self) -> str:
        """Return `file:line: member: message`."""
        return f"{self.file}:{self.line}: {self.member}: {self.message}"


@dataclass(slots=True)
class Check:
    """One check: its name, what it asks, how many things it looked at, and what it found."""

    name: str
    question: str
    examined: int = 0
    problems: list[Problem] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def fail(self, place: Place, member: str, message: str, suggestion: str = "") -> None:
        """Add a problem."""
        self.problems.append(Problem(place.file, place.line, member, message, suggestion))

    def note(self, place: Place, member: str, message: str) -> None:
        """Add a note."""
        self.notes.append(Note(place.file, place.line, member, message))


@dataclass(frozen=True, slots=True)
class Report:
    """All checks that were made, in order."""

    checks: tuple[Check, ...]

    @property
    def problems(self) -> list[Problem]:
        """All problems, in order of check and place."""
        return [problem for check in self.checks for problem in check.problems]

    @property
    def notes(self) -> list[Note]:
        """All notes, in order of check and place."""
        return [note for check in self.checks for note in check.notes]

    @property
    def is_sound(self) -> bool:
        """Whether there are no problems."""
        return not self.problems

    @property
    def json(self) -> dict[str, Any]:
        """The report as JSON has it."""
        return {
            "sound": self.is_sound,
            "checks": [
                {
                    "name": check.name,
                    "question": check.question,
                    "examined": check.examined,
                    "problems": len(check.problems),
                    "notes": len(check.notes),
                }
                for check in self.checks
            ],
            "problems": [asdict(problem) for problem in self.problems],
            "notes": [asdict(note) for note in self.notes],
        }
