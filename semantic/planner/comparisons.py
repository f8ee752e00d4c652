"""The comparisons that a query may ask for, and the columns that each adds beside every measure.

    "comparisons": ["previousYear"]      indicatori.produttivita
                                     →   indicatori.produttivita__previousYear           the value then
                                         indicatori.produttivita__previousYearChange     now minus then
                                         indicatori.produttivita__previousYearChangePct  … over |then| × 100

They are our extension of the protocol (`docs/decisions.md`): without the key nothing changes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from semantic.model_reader import Measure, ViewMember
from semantic.planner.errors import RefusedByGuard

__all__ = ["COMPARISONS", "PERIOD_COMPARISONS", "Added", "added_columns", "is_additive"]

# value: in the measure's type; target: in its unit, as a double; change and signed: differences, the second
# by polarity (positive is better); percent: a change in per cent; deviation: the same by polarity.
Form = Literal["value", "target", "change", "signed", "percent", "deviation", "share", "count"]

_FORMS: dict[str, dict[str, tuple[Form, str]]] = {
    "previousYear": {
        "previousYear": ("value", "anno precedente"),
        "previousYearChange": ("change", "variazione sull'anno precedente"),
        "previousYearChangePct": ("percent", "variazione % sull'anno precedente"),
    },
    "previousPeriod": {
        "previousPeriod": ("value", "periodo precedente"),
        "previousPeriodChange": ("change", "variazione sul periodo precedente"),
        "previousPeriodChangePct": ("percent", "variazione % sul periodo precedente"),
    },
    "programme": {
        "programmeActual": ("value", "consuntivo progressivo"),
        "programme": ("target", "programma progressivo"),
        "programmeDeviation": ("deviation", "scostamento % dal programma"),
    },
    "target": {
        "target": ("target", "obiettivo"),
        "targetDeviation": ("deviation", "scostamento % dall'obiettivo"),
    },
    "clusterRank": {
        "clusterRank": ("count", "posizione nel cluster"),
        "clusterSize": ("count", "strutture del cluster con un valore"),
        "clusterBest": ("value", "migliore del cluster"),
        "clusterBestDistance": ("signed", "distanza dal migliore del cluster"),
        "clusterValue": ("value", "valore del cluster"),
        "clusterDistance": ("signed", "distanza dal valore del cluster"),
    },
    "nationalShare": {
        "nationalValue": ("value", "valore nazionale"),
        "nationalShare": ("share", "quota % sul nazionale"),
    },
}
COMPARISONS = tuple(_FORMS)
# Those that set other periods beside the row's own.
PERIOD_COMPARISONS = ("previousYear", "previousPeriod", "programme")
_NEED_POLARITY = ("programme", "target", "clusterRank")
# A sum has no ratio of sums to be near to: the cluster's total says nothing of one structure.
_OF_RATIOS = ("clusterValue", "clusterDistance")
_PERCENT = ("percent", "deviation", "share")
_SIGNED = ("signed", "deviation")


@dataclass(frozen=True, slots=True)
class Added:
    """One column that a comparison adds to the measure `member`; `suffix` ends its name."""

    member: ViewMember
    comparison: str
    suffix: str

    @property
    def name(self) -> str:
        """The name under which the answer shows it."""
        return f"{self.member.full_name}__{self.suffix}"

    @property
    def alias(self) -> str:
        """Its name in the SQL."""
        return f"{self.member.view}__{self.member.name}__{self.suffix}"

    @property
    def title(self) -> str:
        """What it is, in Italian, after the measure's title."""
        return f"{self.member.title}: {_FORMS[self.comparison][self.suffix][1]}"

    @property
    def format(self) -> str:
        """The measure's format, for what is in the measure's unit."""
        return self.member.format if self._form in ("value", "target", "change", "signed") else ""

    @property
    def meta(self) -> dict[str, Any]:
        """Type and unit, under the keys that a measure's meta has."""
        own = self.member.meta
        if self._form == "count":
            unit = "posizione" if self.suffix == "clusterRank" else "strutture"
            return {"tipo": "integer", "scala": 0, "unita": unit}
        if self._form in _PERCENT:
            kept: dict[str, Any] = {"tipo": "double", "decimali": 2, "unita": "%"}
        else:
            keys = ("decimali", "unita") if self._form == "target" else ("tipo", "scala", "decimali", "unita")
            kept = {key: own[key] for key in keys if key in own}
            kept |= {"tipo": "double"} if self._form == "target" else {}
        if self._form in _SIGNED:
            kept["polarita"] = 1
        elif self._form != "share" and "polarita" in own:
            kept["polarita"] = own["polarita"]
        return kept

    @property
    def _form(self) -> Form:
        return _FORMS[self.comparison][self.suffix][0]


def added_columns(measures: Iterable[ViewMember], comparisons: Iterable[str]) -> tuple[Added, ...]:
    """Return the columns to add: for each measure, those of each comparison.

    Raises:
        RefusedByGuard: a comparison makes no sense of a measure (no polarity, no share of a ratio).
    """
    asked = tuple(comparisons)
    return tuple(
        Added(member, comparison, suffix)
        for member in measures
        for comparison in asked
        for suffix in _suffixes(member, comparison)
    )


def is_additive(member: ViewMember) -> bool:
    """Whether values of parts add up to the value of the whole."""
    return isinstance(member.target, Measure) and member.target.type in ("sum", "count")


def _suffixes(member: ViewMember, comparison: str) -> list[str]:
    if comparison in _NEED_POLARITY and member.meta.get("polarita") not in (1, -1):
        raise RefusedByGuard(
            f"{comparison}: {member.full_name} has no polarity, so nobody can say whether more is better",
            code="NO_POLARITY",
            member=member.full_name,
            suggestion=f"ask {comparison} of indicators (meta.polarita 1 or -1)",
        )
    if comparison == "nationalShare" and not is_additive(member):
        raise RefusedByGuard(
            f"nationalShare: {member.full_name} is no sum, and a ratio has no share of the nation's: "
            "the parts do not add up to it",
            code="NOT_ADDITIVE",
            member=member.full_name,
            suggestion="ask the share of the sums that it is made of, or clusterRank for a place among peers",
        )
    ratios_only = _OF_RATIOS if is_additive(member) else ()
    return [suffix for suffix in _FORMS[comparison] if suffix not in ratios_only]
