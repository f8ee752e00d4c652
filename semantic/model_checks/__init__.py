"""Checks a data model against what it says of itself and, given a database, against the data.

`examine` gives a `Report`: how many things each check looked at, the problems (the model is not sound) and
the notes (worth knowing: rows that find no row in a joined table, and how many).
"""

from semantic.model_checks.examining import examine
from semantic.model_checks.report import Check, Note, Report

__all__ = ["Check", "Note", "Report", "examine"]
