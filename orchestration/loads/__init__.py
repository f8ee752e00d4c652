"""Loads as a whole: one transaction each, registered, comparable, reversible, reproducible."""

from orchestration.loads.checking import Problem, problems
from orchestration.loads.comparing import Cause, Difference, Moved, compare
from orchestration.loads.ending import Stage, silent
from orchestration.loads.errors import LoadsError, NoSuchLoad, NothingToDo, NotKept, ReplayDiffers
from orchestration.loads.finding import find_load, find_publication, publications
from orchestration.loads.movements import Example, Movement
from orchestration.loads.quarantine import (
    QuarantinedRow,
    QuarantinedSum,
    export_quarantine,
    quarantine_rows,
    quarantine_sums,
)
from orchestration.loads.rebuilding import Rebuilt, rebuild, recover_all
from orchestration.loads.retention import Kept, Retention, prune, retention
from orchestration.loads.rolling_back import roll_back, undo_interrupted
from orchestration.loads.transaction import by_hand, publish_by_hand, run_load

__all__ = [
    "Cause",
    "Difference",
    "Example",
    "Kept",
    "LoadsError",
    "Moved",
    "Movement",
    "NoSuchLoad",
    "NotKept",
    "NothingToDo",
    "Problem",
    "QuarantinedRow",
    "QuarantinedSum",
    "Rebuilt",
    "ReplayDiffers",
    "Retention",
    "Stage",
    "by_hand",
    "compare",
    "export_quarantine",
    "find_load",
    "find_publication",
    "problems",
    "prune",
    "publications",
    "publish_by_hand",
    "quarantine_rows",
    "quarantine_sums",
    "rebuild",
    "recover_all",
    "retention",
    "roll_back",
    "run_load",
    "silent",
    "undo_interrupted",
]
