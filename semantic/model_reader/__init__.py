"""Reads the Cube data model (YAML) into typed definitions, and refuses whatever it does not know.

ModelError      the model cannot be served; `problems` lists `Problem`s with file, line, member, suggestion
"""

from semantic.model_reader.definitions import (
    LEVELS,
    Cube,
    CubeRef,
    Dimension,
    Measure,
    MemberRef,
    Model,
    Rules,
    Segment,
    Template,
    View,
    ViewMember,
)
from semantic.model_reader.errors import ModelError, Place, Problem, nearest
from semantic.model_reader.loading import check_model, load_model

__all__ = [
    "LEVELS",
    "Cube",
    "CubeRef",
    "Dimension",
    "Measure",
    "MemberRef",
    "Model",
    "ModelError",
    "Place",
    "Problem",
    "Rules",
    "Segment",
    "Template",
    "View",
    "ViewMember",
    "check_model",
    "load_model",
    "nearest",
]
