"""House rules of the server's packages."""

import ast
import importlib
import inspect
import pkgutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import semantic.access
import semantic.catalogue
import semantic.model_reader
import semantic.planner
import semantic.server

PACKAGES = (semantic.access, semantic.catalogue, semantic.model_reader, semantic.planner, semantic.server)
ALLOWED = {"duckdb", "jwt", "semantic", "starlette", "starlette_compress", "uvicorn", "yaml"}
# What each may import of the others: data flows one way.
BELOW = {
    "semantic.access": ("semantic.access",),
    "semantic.catalogue": ("semantic.catalogue", "semantic.perspectives"),
    "semantic.model_reader": ("semantic.model_reader",),
    "semantic.planner": ("semantic.access", "semantic.model_reader", "semantic.planner"),
    "semantic.server": (
        "semantic.access",
        "semantic.catalogue",
        "semantic.exposition",
        "semantic.model_reader",
        "semantic.planner",
        "semantic.server",
    ),
}


def modules() -> Iterator[str]:
    """Name every module of the packages, and the packages themselves."""
    for package in PACKAGES:
        yield package.__name__
        for info in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
            yield info.name


MODULES = tuple(modules())


@pytest.mark.parametrize("name", MODULES)
def test_public_names_are_listed_and_sorted(name: str) -> None:
    """`__all__` is sorted as Ruff sorts it, and each of its names is there with a docstring."""
    module = importlib.import_module(name)
    names = module.__all__
    assert names == sorted(names, key=lambda text: (not text.isupper(), not text[0].isupper(), text))
    public = [getattr(module, text) for text in names]
    assert all(item.__doc__ for item in public if inspect.isclass(item) or inspect.isfunction(item))


@pytest.mark.parametrize("name", MODULES)
def test_imports_follow_the_house(name: str) -> None:
    """The standard library, the server's own dependencies, and packages below."""
    module = importlib.import_module(name)
    tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
    package = ".".join(name.split(".")[:2])
    for node in ast.walk(tree):
        imported = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            imported = [str(node.module)]
        for target in imported:
            top = target.partition(".")[0]
            assert top in sys.stdlib_module_names or top in ALLOWED, target
            if top == "semantic":
                assert target.startswith(BELOW[package]), target


@pytest.mark.parametrize("name", MODULES)
def test_files_are_short(name: str) -> None:
    """A file is read in one sitting."""
    module = importlib.import_module(name)
    assert len(Path(str(module.__file__)).read_text(encoding="utf-8").splitlines()) <= 400
