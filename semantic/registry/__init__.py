"""Writes the dbt metrics that are rows of a registry seed: one row, one metric, no code.

An indicator of which there are many alike (elementary measures, IEEP items, standard costs) is defined by its
row. The files of `warehouse/models/indicators/registro/` are generated from the seeds and committed: dbt,
MetricFlow and the Cube compiler read them like any other metric; a test fails when they drift.
"""

from semantic.registry.files import registry_files

__all__ = ["registry_files"]
