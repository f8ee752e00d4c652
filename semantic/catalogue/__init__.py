"""The catalogue of the indicators: read from the compiled model, shown as a page and as a short table.

CatalogueError      the compiled catalogue is missing or is not one
UnknownIndicator    no indicator has that code
"""

from semantic.catalogue.errors import CatalogueError, UnknownIndicator
from semantic.catalogue.reading import Catalogue, Check, Component, Indicator, Origin, load_catalogue
from semantic.catalogue.results import RESULTS_TABLE, Outcome, read_results

__all__ = [
    "RESULTS_TABLE",
    "Catalogue",
    "CatalogueError",
    "Check",
    "Component",
    "Indicator",
    "Origin",
    "Outcome",
    "UnknownIndicator",
    "load_catalogue",
    "read_results",
]
