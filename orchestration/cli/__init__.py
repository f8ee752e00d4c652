"""The `cruscotto` command."""

from orchestration.cli.application import main

__all__ = ["main"]
