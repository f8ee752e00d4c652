"""What a load was judged and computed by: dbt project, contracts, seeds, semantic model.

They are kept with the register:

    loads/definitions/<digest>.tar.gz
        warehouse/…     the dbt project: models, macros, tests, seeds
        contracts/…     the data contracts
        model/…         the compiled semantic model

The digest is that of the files' names and contents, so the same definitions are kept once, and a past
publication can be rebuilt with those of its own time.
"""

import gzip
import hashlib
import io
import tarfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from orchestration.contracts import contracts_dir
from orchestration.durable import flush_file, put_in_place
from orchestration.paths import semantic_model_dir, warehouse_dir
from orchestration.workspace import Workspace

__all__ = ["Definitions", "DefinitionsError", "current_versions", "keep_definitions"]

_SEEDS = "warehouse/seeds/"
_LEFT_OUT = {"target", "logs", "dbt_packages", "__pycache__"}
_Key = tuple[tuple[str, Path, int, int], ...]


class DefinitionsError(Exception):
    """The definitions of a load are missing or damaged."""


class Definitions:
    """The definitions of a load, from its register.

    Attributes:
        digest: of their names and contents.
        files: content by name.
    """

    def __init__(self, digest: str, files: dict[str, bytes]) -> None:
        """Keep the files; `read` finds them."""
        self.digest, self.files = digest, files

    @classmethod
    def read(cls, workspace: Workspace, digest: str) -> "Definitions":
        """Return the definitions that the register keeps under a digest.

        Raises:
            DefinitionsError: they are missing, or not what the digest says.
        """
        path = _path(workspace, digest)
        try:
            with tarfile.open(path, "r:gz") as bundle:
                members = [member for member in bundle.getmembers() if member.isfile()]
                files = {member.name: _content(bundle, member) for member in members}
        except (OSError, EOFError, tarfile.TarError) as error:
            raise DefinitionsError(
                f"{path} cannot be read ({error}): restore it from a copy of the register"
            ) from None
        if _digest(files) != digest:
            raise DefinitionsError(f"{path} was changed: restore it from a copy of the register")
        return cls(digest, files)

    def unpack(self, folder: Path) -> "Definitions":
        """Write the files below a folder, and return self."""
        for name, content in self.files.items():
            path = (folder / name).resolve()
            if not path.is_relative_to(folder.resolve()):
                raise DefinitionsError(f"{name!r} is outside its folder: not a bundle of ours")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return self

    def seeds(self) -> dict[str, bytes]:
        """Return the reference tables, by the seed's name."""
        return {
            Path(name).stem: content
            for name, content in self.files.items()
            if name.startswith(_SEEDS) and name.endswith(".csv")
        }


def current_versions() -> dict[str, str]:
    """Return the digests of the project's definitions as they are now: of all, and of three parts."""
    return dict(_current(_key())[0])


def keep_definitions(workspace: Workspace) -> dict[str, str]:
    """Keep the present definitions with the register, where they are not yet; return their digests."""
    versions, bundle = _current(_key())
    path = _path(workspace, versions["definitions"])
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        staged = path.with_name(f".{path.name}.part")
        try:
            staged.write_bytes(bundle)
            flush_file(staged)
            put_in_place(staged, path)
        finally:
            staged.unlink(missing_ok=True)
    return dict(versions)


def _path(workspace: Workspace, digest: str) -> Path:
    return workspace.loads / "definitions" / f"{digest}.tar.gz"


def _key() -> _Key:
    """Return what tells whether a file changed, so that one process reads the definitions once."""
    return tuple((name, path, (found := path.stat()).st_mtime_ns, found.st_size) for name, path in _sources())


def _sources() -> Iterator[tuple[str, Path]]:
    roots = {"warehouse": warehouse_dir(), "contracts": contracts_dir(), "model": semantic_model_dir()}
    for prefix, root in roots.items():
        for path in sorted(root.rglob("*")):
            inside = path.relative_to(root)
            if path.is_file() and not _LEFT_OUT & set(inside.parts) and path.suffix not in (".py", ".pyc"):
                yield f"{prefix}/{inside.as_posix()}", path


@cache
def _current(key: _Key) -> tuple[dict[str, str], bytes]:
    files = {name: path.read_bytes() for name, path, *_ in key}
    parts = {
        "contracts": [name for name in files if name.startswith("contracts/")],
        "reference": [name for name in files if name.startswith(_SEEDS)],
        "models": [name for name in files if not name.startswith(("contracts/", _SEEDS))],
    }
    versions = {"definitions": _digest(files)}
    versions |= {part: _digest({name: files[name] for name in names}) for part, names in parts.items()}
    return versions, _packed(files)


def _packed(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    # Without times and owners: the same definitions, the same bytes.
    zipped = gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0)
    with zipped, tarfile.open(fileobj=zipped, mode="w") as bundle:
        for name, content in sorted(files.items()):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            bundle.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def _content(bundle: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    stream = bundle.extractfile(member)
    return stream.read() if stream is not None else b""


def _digest(files: dict[str, bytes]) -> str:
    lines = (f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items()))
    return hashlib.sha256("".join(lines).encode()).hexdigest()
