"""Takes every look at a load that ends. A look that fails is a section not judged, not a failed load."""

import logging
from collections.abc import Callable, Iterator

from orchestration.landing import LoadReport
from orchestration.quality.deliveries import (
    completeness,
    contract_warnings,
    files,
    freshness,
    missing_deliveries,
    quarantined,
    unknown_codes,
)
from orchestration.quality.evidence import Evidence, evidence
from orchestration.quality.jumps import nation_jumps, office_jumps
from orchestration.quality.records import Finding, none_judged
from orchestration.quality.results import new_codes, stock_breaks, tests
from orchestration.workspace import Workspace

__all__ = ["LOOKS", "collect"]

_LOG = logging.getLogger(__name__)

LOOKS: dict[str, Callable[[Evidence], Finding]] = {
    "files_unbalanced": files,
    "quarantined_share": quarantined,
    "unknown_codes": unknown_codes,
    "contract_warnings": contract_warnings,
    "freshness_late": freshness,
    "completeness_missing_share": completeness,
    "missing_deliveries": missing_deliveries,
    "stock_breaks": stock_breaks,
    "jumps_share": office_jumps,
    "nation_jumps": nation_jumps,
    "new_codes": new_codes,
    "tests_warned": tests,
}
"""Each look by the name of its finding, in the order of the report."""


def collect(workspace: Workspace, load: LoadReport) -> tuple[list[Finding], str | None]:
    """Return what every look finds, and the closing month.

    Args:
        workspace: held by the caller, with the rows and the build of this load still there.
        load: the load's record.
    """
    with evidence(workspace, load) as found:
        return list(_findings(found)), found.closing_month


def _findings(found: Evidence) -> Iterator[Finding]:
    for name, look in LOOKS.items():
        try:
            yield look(found)
        except Exception as error:
            # A look is of less worth than the load it looks at.
            _LOG.warning("%s: the look %s failed (%s)", found.load.load_id, name, type(error).__name__)
            yield none_judged(name, f"Non valutabile: errore interno ({type(error).__name__}).")
