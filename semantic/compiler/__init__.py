"""Compiles dbt's semantic models and metrics into the Cube model and catalogue under `semantic/model/`."""

from semantic.compiler.errors import CompileError
from semantic.compiler.lineage import Extract, ExtractColumn
from semantic.compiler.writer import ModelFiles, compile_model, drift, write_model

__all__ = ["CompileError", "Extract", "ExtractColumn", "ModelFiles", "compile_model", "drift", "write_model"]
