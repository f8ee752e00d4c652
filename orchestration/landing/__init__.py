"""Landing of the extracts: verified, archived, checked against their contracts, loaded as typed rows."""

from orchestration.landing.errors import (
    ControlMismatch,
    CountsDisagree,
    DeliveryConflict,
    FileRefused,
    LandingError,
    PseudonymKeyError,
    RecordError,
    RowsRefused,
    UnknownFile,
    UnknownLayout,
    UnreadableFile,
    WorkspaceBusy,
)
from orchestration.landing.landing import land, reload_quarantined
from orchestration.landing.raw_tables import ensure_schemas
from orchestration.landing.records import FileOutcome, LoadReport, Register, Verdict

__all__ = [
    "ControlMismatch",
    "CountsDisagree",
    "DeliveryConflict",
    "FileOutcome",
    "FileRefused",
    "LandingError",
    "LoadReport",
    "PseudonymKeyError",
    "RecordError",
    "Register",
    "RowsRefused",
    "UnknownFile",
    "UnknownLayout",
    "UnreadableFile",
    "Verdict",
    "WorkspaceBusy",
    "ensure_schemas",
    "land",
    "reload_quarantined",
]
