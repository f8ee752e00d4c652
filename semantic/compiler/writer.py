"""Renders the compiled model to files, and tells where committed files have drifted from the definitions."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from semantic.compiler.cubes import COMPONENTS, components_cube, dimension_cube
from semantic.compiler.evaluations import (
    EVALUATIONS,
    breakdown_cube,
    breakdown_view,
    evaluations_cube,
    evaluations_view,
)
from semantic.compiler.manifest import read_manifest
from semantic.compiler.values import targets_cube, targets_view, values_cube, values_view
from semantic.compiler.views import indicator_views

__all__ = ["ModelFiles", "compile_model", "drift", "write_model"]

ModelFiles = Mapping[str, str]
"""Relative path of each file of the model (`cubes/componenti.yml`) and its text."""

_HEADER = "# Generated from dbt by `cruscotto model compile`: change the definition there, not here.\n"


def compile_model(manifest_path: Path) -> ModelFiles:
    """Compile dbt's manifest into the files of the Cube model.

    Raises:
        CompileError: a definition has no translation.
    """
    manifest = read_manifest(manifest_path)
    components = components_cube(manifest)
    cubes = [components]
    facts = (COMPONENTS, EVALUATIONS)
    cubes += [dimension_cube(model) for model in manifest.models.values() if model.name not in facts]
    cubes += [values_cube(), targets_cube(), evaluations_cube(manifest), breakdown_cube()]
    views = [*indicator_views(manifest, components), values_view(), targets_view()]
    views += [evaluations_view(manifest), breakdown_view()]
    files = {f"cubes/{cube['name']}.yml": _render("cubes", cube) for cube in cubes}
    files |= {f"views/{view['name']}.yml": _render("views", view) for view in views}
    return dict(sorted(files.items()))


def write_model(files: ModelFiles, folder: Path) -> list[str]:
    """Write the files, remove those no longer generated, and return the relative paths that changed."""
    changed = drift(files, folder)
    for name in changed:
        path = folder / name
        if name in files:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(files[name], encoding="utf-8")
        else:
            path.unlink()
    return changed


def drift(files: ModelFiles, folder: Path) -> list[str]:
    """Return the relative paths that differ between the compiled files and the folder, sorted."""
    present = {
        str(path.relative_to(folder)): path.read_text(encoding="utf-8") for path in folder.glob("*/*.yml")
    }
    return sorted(name for name in {*files, *present} if files.get(name) != present.get(name))


class _Dumper(yaml.SafeDumper):
    """Plain YAML: no anchors, short lists of words on one line."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _short_list(dumper: yaml.SafeDumper, data: list[Any]) -> yaml.Node:
    flow = all(isinstance(item, str) for item in data) and sum(len(item) + 2 for item in data) < 90
    return dumper.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=flow)


_Dumper.add_representer(list, _short_list)


def _render(kind: str, node: dict[str, Any]) -> str:
    body = yaml.dump({kind: [node]}, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)
    return _HEADER + body
