"""The house's own rules: who may import whom, sizes, names, settings that are documented."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = {"api_client", "semantic", "orchestration", "tests"}
MAY_IMPORT = {
    "api_client": {"api_client"},
    "semantic": {"semantic"},
    "orchestration": {"orchestration", "semantic", "api_client"},
}
LONGEST_FILE = 420
LONGEST_FUNCTION = 50


def _modules(package: str) -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted((ROOT / package).rglob("*.py")):
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def _imported(tree: ast.Module) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names & OURS


@pytest.mark.parametrize("package", sorted(MAY_IMPORT))
def test_no_package_imports_to_its_left(package: str) -> None:
    wrong = {
        str(path.relative_to(ROOT)): sorted(_imported(tree) - MAY_IMPORT[package])
        for path, tree in _modules(package)
        if _imported(tree) - MAY_IMPORT[package]
    }
    assert not wrong


@pytest.mark.parametrize("package", sorted(MAY_IMPORT))
def test_files_and_functions_fit(package: str) -> None:
    large = []
    for path, tree in _modules(package):
        lines = path.read_text(encoding="utf-8").count("\n")
        if lines > LONGEST_FILE:
            large.append(f"{path.relative_to(ROOT)}: {lines} lines")
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                # The signature and the docstring do not count: a command has an option per line.
                first = node.body[0]
                told = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
                start = (first.end_lineno or first.lineno) + 1 if told else first.lineno
                length = (node.end_lineno or start) - start + 1
                if length > LONGEST_FUNCTION:
                    large.append(f"{path.relative_to(ROOT)}:{node.lineno}: {node.name}: {length} lines")
    assert not large


@pytest.mark.parametrize("package", sorted(MAY_IMPORT))
def test_public_names_are_listed(package: str) -> None:
    """Every module that defines something public has an `__all__`, and each name in it exists."""
    wrong = []
    for path, tree in _modules(package):
        defined = {
            node.name
            for node in tree.body
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            and not node.name.startswith("_")
        }
        listed = [
            [element.value for element in node.value.elts if isinstance(element, ast.Constant)]
            for node in tree.body
            if isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and node.targets[0].id == "__all__"
            and isinstance(node.value, ast.List)
        ]
        if defined and not listed:
            wrong.append(f"{path.relative_to(ROOT)}: no __all__")
        if listed and defined - set(listed[0]):
            wrong.append(f"{path.relative_to(ROOT)}: {sorted(defined - set(listed[0]))} not in __all__")
    assert not wrong


def test_nothing_is_called_utils() -> None:
    packages = [path for package in MAY_IMPORT for path in (ROOT / package).rglob("*")]
    assert not [path for path in packages if path.stem in ("utils", "util", "helpers", "common", "misc")]


def test_every_setting_is_documented() -> None:
    page = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    used = {
        name
        for package in MAY_IMPORT
        for path in (ROOT / package).rglob("*.py")
        for name in re.findall(r'"(CRUSCOTTO_[A-Z_]+)"', path.read_text(encoding="utf-8"))
    }
    internal = {
        "CRUSCOTTO_RAW",
        "CRUSCOTTO_BUILD_DATABASE",
        "CRUSCOTTO_THREADS",
        "CRUSCOTTO_BUILD_OF_CHANGES",
    }
    assert not [name for name in sorted(used - internal) if f"`{name}`" not in page]


def test_sql_has_no_star_past_staging() -> None:
    """`select *` only for a whole CTE or relation (import CTEs, unions of equal blocks, the last line)."""
    wrong = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in (ROOT / "warehouse" / "models").rglob("*.sql")
        if path.parts[-3] != "staging"
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"select \*.* from \w+ (join|left|inner|where)", line)
    ]
    assert not wrong
