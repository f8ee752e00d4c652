"""What goes wrong with the reports of data quality.

QualityError
├── NoReport            a load has no report; the message says which have one
└── ThresholdsError     `quality.yml` cannot be used; the defaults are, and the report says so
"""

__all__ = ["NoReport", "QualityError", "ThresholdsError"]


class QualityError(Exception):
    """Base of everything that this package raises."""


class NoReport(QualityError):
    """A load has no report, or none that can be read."""


class ThresholdsError(QualityError):
    """The thresholds are malformed; the message names file, key and what is allowed."""
