"""What can go wrong with the catalogue.

CatalogueError      the compiled catalogue is missing or is not one
UnknownIndicator    no indicator has that code
"""

__all__ = ["CatalogueError", "UnknownIndicator"]


class CatalogueError(Exception):
    """`catalogue.json` cannot be read; the message says how to write it again."""


class UnknownIndicator(LookupError):
    """No indicator has that code; the message names the nearest ones."""
