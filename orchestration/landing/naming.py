"""From file names to contracts, and the order in which files are loaded."""

from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches
from pathlib import Path

from orchestration.contracts import Contract
from orchestration.landing.errors import UnknownFile

__all__ = ["Landed", "identify", "in_order"]


@dataclass(frozen=True)
class Landed:
    """A file that a contract recognises.

    Attributes:
        path: where it is.
        contract: its contract.
        delivery: month (`202501`), period (`202513`) or plan version (`V0_2025`).
        revision: 0, or NN of `_rNN`.
    """

    path: Path
    contract: Contract
    delivery: str
    revision: int

    @property
    def name(self) -> str:
        """Name of the file."""
        return self.path.name

    @property
    def days(self) -> tuple[date, date]:
        """First and last day that the delivery speaks of: its month, or the year of a plan.

        Period 13 stands in December.
        """
        if self.contract.files.placeholder == "plan":
            year = int(self.delivery[-4:])
            return date(year, 1, 1), date(year, 12, 31)
        year, month = int(self.delivery[:4]), min(int(self.delivery[4:]), 12)
        following = date(year + month // 12, month % 12 + 1, 1)
        return date(year, month, 1), following - timedelta(days=1)

    @property
    def previous_delivery(self) -> str | None:
        """The delivery of the month before; None for a plan, and for the closing period."""
        if self.contract.files.placeholder == "plan" or self.delivery.endswith("13"):
            return None
        return f"{self.days[0] - timedelta(days=1):%Y%m}"


def identify(path: Path, contracts: dict[str, Contract]) -> Landed:
    """Return what a file is, by its name.

    Raises:
        UnknownFile: no contract has files of this name; the message lists the names there are.
    """
    for contract in contracts.values():
        if found := contract.files.match(path.name):
            return Landed(path, contract, *found)
    templates = [contract.files.template for contract in contracts.values()]
    near = get_close_matches(path.name, templates, n=1, cutoff=0.5)
    hint = f"; did you mean {near[0]}?" if near else ""
    raise UnknownFile(
        f"{path.name}: no contract has files of this name{hint} Names there are: {', '.join(templates)}, "
        "with _rNN before the extension for a corrected delivery"
    )


def in_order(files: list[Landed], contracts: dict[str, Contract]) -> list[Landed]:
    """Return the files sorted: what others refer to first, then by delivery, then by revision."""
    ranks = _ranks(contracts)
    return sorted(
        files, key=lambda file: (ranks[file.contract.id], file.delivery, file.contract.id, file.revision)
    )


def _ranks(contracts: dict[str, Contract]) -> dict[str, int]:
    """Return how many contracts must be loaded before each: 0 for one that refers to nobody else."""
    owners = {table.name: contract.id for contract in contracts.values() for table in contract.tables}
    needs = {
        contract.id: {
            owners[reference.table]
            for table in contract.tables
            for column in table.columns
            for reference in column.references
            if reference.table in owners
        }
        - {contract.id}
        for contract in contracts.values()
    }
    ranks: dict[str, int] = {}
    while len(ranks) < len(needs):
        ready = [name for name in needs if name not in ranks and needs[name] <= ranks.keys()]
        if not ready:
            raise ValueError(
                f"contracts refer to each other in a circle: {sorted(needs.keys() - ranks.keys())}"
            )
        ranks.update({name: 1 + max((ranks[need] for need in needs[name]), default=-1) for name in ready})
    return ranks
