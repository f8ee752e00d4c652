"""What can go wrong while compiling.

CompileError      a definition in dbt cannot be turned into the Cube model
"""

__all__ = ["CompileError"]


class CompileError(Exception):
    """A dbt definition has no translation; the message names the metric and what to change in which file."""
