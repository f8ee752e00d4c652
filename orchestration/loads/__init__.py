"""Loads as a whole: one transaction each, registered, comparable, reversible, reproducible."""

from orchestration.loads.errors import LoadsError, NoSuchLoad, NothingToDo, NotKept, ReplayDiffers
from orchestration.loads.finding import find_load, find_publication, publications
from orchestration.loads.rebuilding import Rebuilt, rebuild, recover_all
from orchestration.loads.rolling_back import roll_back, undo_interrupted
from orchestration.loads.transaction import publish_by_hand, run_load

__all__ = [
    "LoadsError",
    "NoSuchLoad",
    "NotKept",
    "NothingToDo",
    "Rebuilt",
    "ReplayDiffers",
    "find_load",
    "find_publication",
    "publications",
    "publish_by_hand",
    "rebuild",
    "recover_all",
    "roll_back",
    "run_load",
    "undo_interrupted",
]
