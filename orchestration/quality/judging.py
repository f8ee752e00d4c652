"""Judges what was found: a level for each finding by its threshold, an outcome for the load."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from importlib.resources import files

import yaml

from orchestration.landing import LoadReport, LoadVerdict
from orchestration.quality.errors import ThresholdsError
from orchestration.quality.records import Cell, Finding, Level, Outcome, Section
from orchestration.workspace import Workspace

__all__ = ["Thresholds", "judge", "outcome_of"]

_FILE = "quality.yml"
_TITLES = {
    "files_unbalanced": "File e righe",
    "quarantined_share": "Quarantena",
    "unknown_codes": "Codici sconosciuti",
    "contract_warnings": "Regole dei contratti",
    "freshness_late": "Freschezza",
    "completeness_missing_share": "Completezza",
    "missing_deliveries": "Consegne mancanti",
    "stock_breaks": "Identità di giacenza",
    "jumps_share": "Salti delle sedi",
    "nation_jumps": "Salti nazionali",
    "new_codes": "Codici nuovi",
    "tests_warned": "Prove",
}


@dataclass(frozen=True)
class Thresholds:
    """The most of each finding that is still good.

    Attributes:
        most: by finding; None: nothing is ever too much.
    """

    most: Mapping[str, Decimal | None]

    @classmethod
    def default(cls) -> "Thresholds":
        """Return those that come with this software."""
        text = files("orchestration.quality").joinpath("thresholds.yml").read_text(encoding="utf-8")
        return cls(_read(text, "thresholds.yml"))

    @classmethod
    def of(cls, workspace: Workspace) -> "Thresholds":
        """Return the defaults, but for the lines of the installation's own `quality.yml`.

        Raises:
            ThresholdsError: that file cannot be used.
        """
        default, path = cls.default(), workspace.home / _FILE
        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return default
        except (OSError, UnicodeDecodeError) as error:
            raise ThresholdsError(f"{path}: {error}") from None
        return cls({**default.most, **_read(text, str(path))})


def judge(found: Finding, thresholds: Thresholds) -> Section:
    """Return a finding with its level."""
    most = thresholds.most[found.name]
    is_found = found.is_found if found.is_found is not None else bool(found.value)
    if found.value is None:
        level = Level.UNKNOWN
    elif most is not None and found.value > most:
        level = Level.OVER
    else:
        level = Level.NOTED if is_found else Level.GOOD
    return Section(
        found.name,
        _TITLES[found.name],
        level,
        found.sentence,
        _plain(found.value),
        _plain(most),
        dict(found.columns),
        [[_jsonable(cell) for cell in row] for row in found.rows],
        len(found.rows) if found.total is None else found.total,
    )


def outcome_of(load: LoadReport, sections: Sequence[Section]) -> Outcome:
    """Return what became of a load, for a scheduler: the gravest that is true of it."""
    if load.refused or load.verdict is LoadVerdict.REFUSED:
        return Outcome.REFUSED
    if load.verdict not in (LoadVerdict.PUBLISHED, LoadVerdict.UNCHANGED):
        return Outcome.FAILED
    is_over = any(section.level is Level.OVER for section in sections)
    return Outcome.WARNINGS if is_over else Outcome.GOOD


def _read(text: str, where: str) -> dict[str, Decimal | None]:
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ThresholdsError(f"{where}: not YAML ({error})".replace("\n", " ")) from None
    if not isinstance(content, dict):
        raise ThresholdsError(f"{where}: not a mapping of thresholds to numbers")
    for key, value in content.items():
        if key not in _TITLES:
            raise ThresholdsError(f"{where}: no threshold {key!r}; there are {', '.join(_TITLES)}")
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if value is not None and not (is_number and 0 <= value < float("inf")):
            raise ThresholdsError(f"{where}: {key}: {value!r} is neither a number of 0 or more nor null")
    # A float of YAML is written as it was read: 0.02 stays 0.02.
    return {key: None if value is None else Decimal(str(value)) for key, value in content.items()}


def _plain(value: Decimal | int | None) -> str | None:
    if value is None or isinstance(value, int):
        return None if value is None else str(value)
    return format(round(value, 6).normalize(), "f")


def _jsonable(cell: Cell) -> str | int | bool | None:
    return format(cell, "f") if isinstance(cell, Decimal) else cell
