"""Compiles dbt's semantic models and metrics into the Cube data model under `semantic/model/`."""

from semantic.compiler.errors import CompileError
from semantic.compiler.writer import ModelFiles, compile_model, drift, write_model

__all__ = ["CompileError", "ModelFiles", "compile_model", "drift", "write_model"]
