"""The catalogue of the indicators: read from the compiled model, shown as a page and as a short table.

CatalogueError      the compiled catalogue is missing or is not one
UnknownIndicator    no indicator has that code
"""

from semantic.catalogue.errors import CatalogueError, UnknownIndicator
from semantic.catalogue.reading import Catalogue, Component, Indicator, Origin, Test, load_catalogue
from semantic.catalogue.results import RESULTS_TABLE, TestResult, read_results

__all__ = [
    "RESULTS_TABLE",
    "Catalogue",
    "CatalogueError",
    "Component",
    "Indicator",
    "Origin",
    "Test",
    "TestResult",
    "UnknownIndicator",
    "load_catalogue",
    "read_results",
]
