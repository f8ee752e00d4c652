"""Renders the compiled model to files, and tells where committed files have drifted from the definitions."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from semantic.compiler.access import add_policies, node_cubes, read_reserved
from semantic.compiler.catalogue import catalogue_text
from semantic.compiler.composites import read_composites
from semantic.compiler.cubes import COMPONENTS, components_cube, dimension_cube
from semantic.compiler.evaluations import (
    EVALUATIONS,
    breakdown_cube,
    breakdown_view,
    evaluations_cube,
    evaluations_view,
)
from semantic.compiler.lineage import Extract, read_lineage
from semantic.compiler.manifest import read_manifest
from semantic.compiler.origins import origin_meta
from semantic.compiler.values import targets_cube, targets_view, values_cube, values_view
from semantic.compiler.views import indicator_views
from semantic.yaml_text import yaml_text

__all__ = ["ModelFiles", "compile_model", "drift", "write_model"]

ModelFiles = Mapping[str, str]
"""Relative path of each file of the model (`cubes/componenti.yml`) and its text."""

_CATALOGUE = "catalogue.json"
_HEADER = "# Generated from dbt by `cruscotto model compile`: change the definition there, not here.\n"


def compile_model(manifest_path: Path, extracts: Mapping[str, Extract], project: Path) -> ModelFiles:
    """Compile dbt's manifest into the files of the Cube model and the catalogue beside it.

    Args:
        manifest_path: `target/manifest.json` of `dbt compile` or `dbt build`.
        extracts: what the contracts say of the raw tables, by name.
        project: the dbt project's folder, where the seeds are.

    Raises:
        CompileError: a definition has no translation, or a column no origin.
    """
    manifest = read_manifest(manifest_path)
    lineage = read_lineage(manifest_path, extracts, project)
    composites = read_composites(lineage.nodes, lineage.project)
    reserved = read_reserved(manifest, manifest.models[COMPONENTS], composites)
    components = components_cube(manifest, reserved)
    components["meta"] = {"origine": origin_meta(components["sql_table"], lineage)}
    cubes = [components]
    facts = (COMPONENTS, EVALUATIONS)
    cubes += [dimension_cube(model) for model in manifest.models.values() if model.name not in facts]
    cubes += [values_cube(reserved), targets_cube(reserved), evaluations_cube(manifest, reserved)]
    cubes += [breakdown_cube(reserved), *node_cubes()]
    views = [*indicator_views(manifest, components), values_view(reserved), targets_view(reserved)]
    views += [evaluations_view(manifest, reserved), breakdown_view(reserved)]
    by_name = {cube["name"]: cube for cube in cubes}
    views = [add_policies(view, by_name, manifest, reserved) for view in views]
    files = {f"cubes/{cube['name']}.yml": _render("cubes", cube) for cube in cubes}
    files |= {f"views/{view['name']}.yml": _render("views", view) for view in views}
    files[_CATALOGUE] = catalogue_text(manifest, manifest.models[COMPONENTS], lineage, manifest_path)
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
    kept = [*folder.glob("*/*.yml"), *folder.glob(_CATALOGUE)]
    present = {str(path.relative_to(folder)): path.read_text(encoding="utf-8") for path in kept}
    return sorted(name for name in {*files, *present} if files.get(name) != present.get(name))


def _render(kind: str, node: dict[str, Any]) -> str:
    return _HEADER + yaml_text({kind: [node]})
