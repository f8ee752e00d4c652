"""The register of publications beside the pointer: what a server knows of the past.

    published/publications.json    which there are, when each was served, by which definitions; not who loaded
    published/models/<digest>/     the semantic model of each publication that is kept, once per content

It is made from the load records, so it can be made again at any time (`semantic.server.register` reads it).
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from orchestration.definitions import Definitions, DefinitionsError
from orchestration.durable import flush_folder, write_text
from orchestration.landing import LoadReport, LoadVerdict, Register
from orchestration.loads.trees import remove_tree
from orchestration.workspace import Workspace
from semantic.model_reader import model_digest

__all__ = ["write_index"]

_FILE = "publications.json"
_MODEL = "model/"


def write_index(workspace: Workspace, register: Register, last: LoadReport | None = None) -> None:
    """Write the register of publications, and put the models of their times beside them.

    Args:
        workspace: whose published folder is written.
        register: the load records.
        last: a record that says more than the one that is written.
    """
    reports = [*register.reports()]
    if last is not None:
        reports = [*(item for item in reports if item.load_id != last.load_id), last]
    served = [item for item in reports if item.verdict is LoadVerdict.PUBLISHED and item.publication]
    counting = {item.load_id for item in register.effective(last=last)}
    models = _Models(workspace)
    content = {
        "publications": [_told(item, models.of(item), counting) for item in served if item.back_to is None],
        "served": [{"version": _version(item), "from": _since(item)} for item in served],
    }
    models.tidy()
    write_text(workspace.published / _FILE, json.dumps(content, indent=1) + "\n")


class _Models:
    """The semantic models below a published folder."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._folder = workspace.published / "models"
        self._digests = _former_digests(workspace)
        self._used: set[str] = set()

    def of(self, report: LoadReport) -> str:
        """Return the digest of a publication's model, which is put in place where its file is kept.

        '' when the register has lost the definitions: then no server answers from that publication.
        """
        definitions = report.versions.get("definitions", "")
        files: dict[str, bytes] = {}
        if definitions not in self._digests:
            files = self._files(definitions)
            self._digests[definitions] = model_digest(files) if files else ""
        digest = self._digests[definitions]
        is_kept = report.publication and (self._workspace.published / report.publication.file).is_file()
        if digest and is_kept:
            self._used.add(digest)
            if not (self._folder / digest).is_dir() and (files := files or self._files(definitions)):
                self._write(self._folder / digest, files)
        return digest

    def tidy(self) -> None:
        """Remove the models of publications that are no longer kept."""
        for path in self._folder.glob("*"):
            if path.name not in self._used:
                remove_tree(path)

    def _files(self, definitions: str) -> dict[str, bytes]:
        try:
            kept = Definitions.read(self._workspace, definitions).files if definitions else {}
        except DefinitionsError:
            # `cruscotto loads verify` tells of it.
            return {}
        return {
            name.removeprefix(_MODEL): content for name, content in kept.items() if name.startswith(_MODEL)
        }

    def _write(self, target: Path, files: dict[str, bytes]) -> None:
        staged = target.with_name(f".{target.name}.part")
        remove_tree(staged)
        for name, content in files.items():
            path = staged / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        staged.rename(target)
        flush_folder(target.parent)


def _former_digests(workspace: Workspace) -> dict[str, str]:
    """Return the models' digests by that of their definitions, as the register of before has them."""
    try:
        content = json.loads((workspace.published / _FILE).read_text(encoding="utf-8"))
        return {item["definitions"]: item["model"] for item in content["publications"] if item["model"]}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _told(report: LoadReport, model: str, counting: set[str]) -> dict[str, Any]:
    assert report.publication is not None  # noqa: S101 -- asked only of what was published
    told = asdict(report.publication)
    return {name: told[name] for name in ("version", "file", "sha256", "published_at")} | {
        "load_id": report.load_id,
        "definitions": report.versions.get("definitions", ""),
        "model": model,
        "withdrawn": report.load_id not in counting,
    }


def _version(report: LoadReport) -> str:
    return report.publication.version if report.publication else ""


def _since(report: LoadReport) -> str:
    """Return since when readers saw it: a rollback publishes at its own time what is older."""
    published = report.publication.published_at if report.publication else ""
    return published if report.back_to is None else report.finished or report.started
