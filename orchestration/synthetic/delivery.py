"""Writing deliveries: the extract, then its control file, each in one atomic step."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["Delivery", "Outbox"]


@dataclass(frozen=True)
class Delivery:
    """One written extract."""

    name: str
    rows: int
    size: int


@dataclass
class Outbox:
    """The folder that deliveries are dropped in, and what was dropped so far."""

    folder: Path
    delivered: list[Delivery] = field(default_factory=list)

    def drop(self, name: str, content: bytes, rows: int, totals: Mapping[str, object]) -> None:
        """Write an extract held in memory, then its control file.

        Args:
            name: file name of the extract.
            content: its bytes.
            rows: data rows, as the control file declares them.
            totals: the other lines of the control file, by key.
        """
        self.build(name, lambda path: _write(path, content), rows, totals)

    def build(
        self, name: str, write: Callable[[Path], None], rows: int, totals: Mapping[str, object]
    ) -> None:
        """Have `write` fill a new file, then name it `name` and add its control file last."""
        path = self.folder / name
        path.with_suffix(".ctl").unlink(missing_ok=True)
        with _replacing(path) as part:
            write(part)
        digest, size = _sha256(path), path.stat().st_size
        lines = {"file": name, "righe": rows, "sha256": digest, **totals}
        text = "".join(f"{key}={value}\n" for key, value in lines.items())
        with _replacing(path.with_suffix(".ctl")) as part:
            _write(part, text.encode())
        self.delivered.append(Delivery(name, rows, size))


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """Yield a `.part` path that takes `path`'s place at the end, or vanishes when anything goes wrong."""
    part = path.with_name(path.name + ".part")
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
