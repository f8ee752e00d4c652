"""What can go wrong when synthetic extracts are asked for.

SyntheticError (Exception)
├── UnknownScale       the scale's name is not one of `SCALES`
├── InvalidRange       the months asked for cannot be counted back from the end
└── OutputNotEmpty     the folder already holds files
"""

__all__ = ["InvalidRange", "OutputNotEmpty", "SyntheticError", "UnknownScale"]


class SyntheticError(Exception):
    """Base of every error raised on purpose by this package."""


class UnknownScale(SyntheticError):
    """The scale's name is not one of the known ones."""


class InvalidRange(SyntheticError):
    """The range of months is malformed, empty or out of bounds."""


class OutputNotEmpty(SyntheticError):
    """The output folder already holds files and `force` was not given."""
