"""Reads the Cube data model (YAML) into typed definitions, and refuses whatever it does not know.

ModelError      the model cannot be served; `problems` lists `Problem`s with file, line, member, suggestion
"""

from semantic.model_reader.access import Claim, Policy, RowFilter, RowFilters, RowRule
from semantic.model_reader.definitions import (
    LEVELS,
    Cube,
    CubeRef,
    Dimension,
    Folder,
    Granularity,
    Measure,
    Member,
    MemberRef,
    Model,
    Rules,
    Segment,
    Template,
    View,
    ViewMember,
)
from semantic.model_reader.digest import model_digest, model_files
from semantic.model_reader.errors import ModelError, Place, Problem, nearest
from semantic.model_reader.loading import check_model, load_model
from semantic.model_reader.rollups import Rollup, RollupMember
from semantic.model_reader.vocabulary import GRANULARITIES, OPERATORS, OPERATORS_OF

__all__ = [
    "GRANULARITIES",
    "LEVELS",
    "OPERATORS",
    "OPERATORS_OF",
    "Claim",
    "Cube",
    "CubeRef",
    "Dimension",
    "Folder",
    "Granularity",
    "Measure",
    "Member",
    "MemberRef",
    "Model",
    "ModelError",
    "Place",
    "Policy",
    "Problem",
    "Rollup",
    "RollupMember",
    "RowFilter",
    "RowFilters",
    "RowRule",
    "Rules",
    "Segment",
    "Template",
    "View",
    "ViewMember",
    "check_model",
    "load_model",
    "model_digest",
    "model_files",
    "nearest",
]
