"""Why two publications differ: the files, corrections, re-organisations and definitions between them."""

import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from orchestration.contracts import load_contracts
from orchestration.definitions import Definitions
from orchestration.landing import FileOutcome, LoadReport, Register
from orchestration.loads.finding import find_publication
from orchestration.loads.movements import Movement, months_of_periods, movements
from orchestration.loads.rolling_back import check_kept
from orchestration.workspace import Workspace
from semantic.catalogue import Catalogue, Indicator, load_catalogue

__all__ = ["Cause", "Difference", "Moved", "compare"]

_CATALOGUE = "model/catalogue.json"
_TODAY = "as_is"
# They choose rows rather than make values, so no lineage tells which indicators they reach.
_EVERYWHERE = ("reference", "master", "re-organisation", "plan")


@dataclass(frozen=True)
class Cause:
    """Something that came between two publications.

    Attributes:
        kind: `new` (a first delivery), `correction`, `late correction` (of a closed month), `retried` (rows
            that left the quarantine), `re-organisation` (the structures' master changed), `master`, `plan`,
            `definition`, `reference`, or `withdrawn` before the kind of a file that counts no more.
        name: the file, the indicator or the seed.
        contract: of a file; else empty.
        delivery: of a file; else empty.
        load_id: that brought it; else empty.
    """

    kind: str
    name: str
    contract: str = ""
    delivery: str = ""
    load_id: str = ""


@dataclass(frozen=True)
class Moved:
    """A movement with what can have caused it."""

    movement: Movement
    causes: tuple[Cause, ...]


@dataclass(frozen=True)
class Difference:
    """What differs between two publications, and what came between them.

    Attributes:
        former: id of the load that published the former one.
        later: likewise.
        causes: all that came between.
        moved: under the organisation of each month.
        moved_today: under today's organisation, where that is another.
    """

    former: str
    later: str
    causes: tuple[Cause, ...]
    moved: tuple[Moved, ...]
    moved_today: tuple[Moved, ...]


def compare(workspace: Workspace, former: str, later: str) -> Difference:
    """Compare two publications, by the ids of their loads.

    Raises:
        NoSuchLoad: one of them published nothing.
        NotKept: a published file is gone or was changed; rebuild it first.
        DefinitionsError: the definitions of one are missing.
    """
    first, second = find_publication(workspace, former), find_publication(workspace, later)
    for load, publication in (first, second):
        check_kept(workspace, load, publication)
    old, new = (workspace.published / publication.file for _, publication in (first, second))
    definitions, catalogue = _definitions(workspace, second[0])
    causes = _file_causes(workspace, first[0], second[0])
    causes += _definition_causes(_definitions(workspace, first[0]), (definitions, catalogue))
    judge = _Judge(catalogue, causes, months_of_periods(old) | months_of_periods(new))
    moved, today = (
        tuple(
            Moved(found, judge.causes_of(found, organisation)) for found in movements(old, new, organisation)
        )
        for organisation in ("as_was", _TODAY)
    )
    return Difference(first[0].load_id, second[0].load_id, tuple(causes), moved, today)


class _Judge:
    """Tells which of the causes an indicator's movement can have."""

    def __init__(
        self, catalogue: Catalogue, causes: Iterable[Cause], months: Mapping[str, frozenset[str]]
    ) -> None:
        self._catalogue, self._causes, self._months = catalogue, list(causes), months
        self._needs: dict[str, tuple[frozenset[str], frozenset[str]]] = {}

    def causes_of(self, movement: Movement, organisation: str) -> tuple[Cause, ...]:
        """Return what feeds the indicator in the period; all that feeds it, when nothing of the period does.

        A comparison with a former year or month moves by a file of another period; under today's organisation
        a re-organisation moves every period.
        """
        if movement.code not in self._needs:
            self._needs[movement.code] = self._feeds(movement.code)
        codes, contracts = self._needs[movement.code]
        months = self._months.get(movement.period, frozenset())
        feeding = [
            cause
            for cause in self._causes
            if cause.contract in contracts
            or (cause.kind == "definition" and cause.name in codes)
            or cause.kind.removeprefix("withdrawn ") in _EVERYWHERE
        ]
        near = [
            cause
            for cause in feeding
            if cause.delivery in months
            or not cause.delivery.isdigit()
            or (organisation == _TODAY and cause.kind.endswith("re-organisation"))
        ]
        dated = [cause for cause in near if cause.contract in contracts]
        return tuple(near if dated or near == feeding else feeding)

    def _feeds(self, code: str) -> tuple[frozenset[str], frozenset[str]]:
        """Return the codes that a value is made of, and the contracts of the extracts behind them."""
        codes, waiting = set[str](), [code]
        while waiting:
            name = waiting.pop()
            if name in codes or name not in self._catalogue.indicators:
                continue
            codes.add(name)
            indicator = self._catalogue.indicators[name]
            waiting += [*indicator.uses, *(part["codice"] for part in indicator.parts)]
        columns = [
            column
            for name in codes
            for source in self._catalogue.sources(self._catalogue.indicators[name])
            for column in source.columns
        ]
        contracts = {origin.contract for origin in self._catalogue.origins(columns) if origin.contract}
        return frozenset(codes), frozenset(contracts)


def _definitions(workspace: Workspace, load: LoadReport) -> tuple[Definitions, Catalogue]:
    definitions = Definitions.read(workspace, load.versions["definitions"])
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "catalogue.json").write_bytes(definitions.files[_CATALOGUE])
        return definitions, load_catalogue(Path(folder))


def _file_causes(workspace: Workspace, former: LoadReport, later: LoadReport) -> list[Cause]:
    """Return the files that count at one of the two and not at the other."""
    register = Register(workspace.loads)
    before = {load.load_id: load for load in register.effective(until=former.load_id)}
    after = {load.load_id: load for load in register.effective(until=later.load_id)}
    domains = {contract.id: contract.domain for contract in load_contracts().values()}
    known: dict[tuple[str | None, str | None], FileOutcome] = {}
    last_master: dict[str | None, str | None] = {}
    found = []
    for load_id in sorted(before.keys() | after.keys()):
        load = after.get(load_id) or before[load_id]
        for file in load.loaded:
            key = (file.contract, file.delivery)
            kind = _kind(file, known.get(key), domains.get(file.contract or "", ""), last_master)
            known[key], last_master[file.contract] = file, file.archived_sha256
            if kind and (load_id in before) != (load_id in after):
                told = kind if load_id in after else f"withdrawn {kind}"
                found.append(Cause(told, file.name, file.contract or "", file.delivery or "", load_id))
    return found


def _kind(
    file: FileOutcome, former: FileOutcome | None, domain: str, last_master: Mapping[str | None, str | None]
) -> str:
    """Return what a file was to those before it; empty for a master that brought nothing new."""
    if former is not None and former.sha256 == file.sha256:
        return "retried"
    if domain == "masters":
        if last_master.get(file.contract) == file.archived_sha256:
            return ""
        return "re-organisation" if file.contract == "mst_strutture" else "master"
    if former is not None:
        return "late correction" if file.is_late else "correction"
    return "plan" if domain == "plans" else "new"


def _definition_causes(
    former: tuple[Definitions, Catalogue], later: tuple[Definitions, Catalogue]
) -> list[Cause]:
    """Return the indicators whose definition, and the seeds whose content, is another."""
    (old, old_catalogue), (new, new_catalogue) = former, later
    if old.digest == new.digest:
        return []

    def told(catalogue: Catalogue, code: str) -> tuple[Indicator | None, object]:
        indicator = catalogue.indicators.get(code)
        return indicator, indicator and catalogue.sources(indicator)

    codes = sorted(old_catalogue.indicators.keys() | new_catalogue.indicators.keys())
    changed = [code for code in codes if told(old_catalogue, code) != told(new_catalogue, code)]
    seeds, former_seeds = new.seeds(), old.seeds()
    names = sorted(seeds.keys() | former_seeds.keys())
    return [
        *(Cause("definition", code) for code in changed),
        *(Cause("reference", name) for name in names if seeds.get(name) != former_seeds.get(name)),
    ]
