"""Landing of the extracts: verified, archived, checked against their contracts, loaded as typed rows."""

from orchestration.landing.archive import archived_path
from orchestration.landing.dropped import clear_dropped, dropped
from orchestration.landing.errors import (
    ControlMismatch,
    CountsDisagree,
    DeliveryConflict,
    FileRefused,
    LandingError,
    LateCorrection,
    PseudonymKeyError,
    RecordError,
    RowsRefused,
    UnfinishedLoad,
    UnknownFile,
    UnknownLayout,
    UnreadableFile,
)
from orchestration.landing.landing import land, land_into, reload_into, reload_quarantined
from orchestration.landing.raw_tables import ensure_schemas
from orchestration.landing.records import (
    BuildRecord,
    FileOutcome,
    LoadReport,
    LoadVerdict,
    PublicationRecord,
    Step,
    Verdict,
)
from orchestration.landing.register import Register, refuse_unfinished, timestamp
from orchestration.landing.replaying import Replay
from orchestration.lock import WorkspaceBusy

__all__ = [
    "BuildRecord",
    "ControlMismatch",
    "CountsDisagree",
    "DeliveryConflict",
    "FileOutcome",
    "FileRefused",
    "LandingError",
    "LateCorrection",
    "LoadReport",
    "LoadVerdict",
    "PseudonymKeyError",
    "PublicationRecord",
    "RecordError",
    "Register",
    "Replay",
    "RowsRefused",
    "Step",
    "UnfinishedLoad",
    "UnknownFile",
    "UnknownLayout",
    "UnreadableFile",
    "Verdict",
    "WorkspaceBusy",
    "archived_path",
    "clear_dropped",
    "dropped",
    "ensure_schemas",
    "land",
    "land_into",
    "refuse_unfinished",
    "reload_into",
    "reload_quarantined",
    "timestamp",
]
