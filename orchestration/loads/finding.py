"""Finding loads and publications by id."""

from difflib import get_close_matches

from orchestration.landing import LoadReport, LoadVerdict, PublicationRecord, Register
from orchestration.loads.errors import NoSuchLoad
from orchestration.workspace import Workspace

__all__ = ["find_load", "find_publication", "publications"]

_LAST = "last"


def find_load(workspace: Workspace, name: str) -> LoadReport:
    """Return the load with this id, or the last one (`last`).

    Raises:
        NoSuchLoad: there is none.
    """
    reports = list(Register(workspace.loads).reports())
    found = [report for report in reports if name in (report.load_id, _LAST)]
    if not found:
        raise _unknown(name, [report.load_id for report in reports])
    return found[-1]


def publications(workspace: Workspace) -> list[tuple[LoadReport, PublicationRecord]]:
    """Return what was published, oldest first, each with its load; rollbacks publish nothing anew."""
    return [
        (report, report.publication)
        for report in Register(workspace.loads).reports()
        if report.publication is not None
        and report.verdict is LoadVerdict.PUBLISHED
        and report.back_to is None
    ]


def find_publication(workspace: Workspace, name: str) -> tuple[LoadReport, PublicationRecord]:
    """Return a publication by the id of its load, by its version, or the last one (`last`).

    Raises:
        NoSuchLoad: there is none.
    """
    known = publications(workspace)
    found = [pair for pair in known if name in (pair[0].load_id, pair[1].version, _LAST)]
    if not found:
        raise _unknown(name, [report.load_id for report, _ in known])
    return found[-1]


def _unknown(name: str, known: list[str]) -> NoSuchLoad:
    near = get_close_matches(name, known, n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    told = ", ".join(known[-5:]) or "none"
    return NoSuchLoad(f"no load {name[:60]!r} that published anything.{hint} The last ones: {told}")
