"""What can go wrong while landing.

LandingError
├── FileRefused             a file is refused whole; nothing of its month changes
│   ├── UnknownFile         its name belongs to no contract
│   ├── CountsDisagree      rows read are not rows loaded plus rows quarantined (a defect of ours)
│   ├── ControlMismatch     its control file is missing, malformed, or says otherwise
│   ├── DeliveryConflict    its month is already loaded from another file that this one may not replace
│   ├── LateCorrection      it corrects a closed month, and that was not allowed
│   ├── UnreadableFile      encoding, NUL bytes, endless lines, damaged or oversized workbooks
│   ├── UnknownLayout       its headers are not the contract's
│   └── RowsRefused         too many of its rows break the contract, or a fatal rule does not hold
├── PseudonymKeyError       the key of the personal data is missing, short, or readable by others
├── RecordError             a load record cannot be read
└── UnfinishedLoad          a load was interrupted, and must be carried on or undone first

Another load that is running is an `orchestration.lock.WorkspaceBusy`.

A malformed contract is an `orchestration.contracts.ContractError`.
"""

__all__ = [
    "ControlMismatch",
    "CountsDisagree",
    "DeliveryConflict",
    "FileRefused",
    "LandingError",
    "LateCorrection",
    "PseudonymKeyError",
    "RecordError",
    "RowsRefused",
    "UnfinishedLoad",
    "UnknownFile",
    "UnknownLayout",
    "UnreadableFile",
]


class LandingError(Exception):
    """Base of everything that landing raises."""


class FileRefused(LandingError):
    """A file is refused whole. The message names the file, the line where there is one, and what to do."""


class UnknownFile(FileRefused):
    """No contract has files of this name."""


class ControlMismatch(FileRefused):
    """The control file is missing, malformed, or disagrees with its extract."""


class CountsDisagree(FileRefused):
    """Rows read are not rows loaded plus rows quarantined: a defect of the landing."""


class DeliveryConflict(FileRefused):
    """The month is already loaded from a file that this one may not replace."""


class LateCorrection(FileRefused):
    """A correction of a month after which another is loaded, without leave to do so."""


class UnreadableFile(FileRefused):
    """The bytes are not what the contract's layout can hold."""


class UnknownLayout(FileRefused):
    """The headers are not the contract's."""


class RowsRefused(FileRefused):
    """Too many rows break the contract, or a rule on the whole delivery does not hold."""


class PseudonymKeyError(LandingError):
    """The key that hashes personal identifiers cannot be used."""


class RecordError(LandingError):
    """A load record is damaged."""


class UnfinishedLoad(LandingError):
    """A load was interrupted; its rows are half there."""
