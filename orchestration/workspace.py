"""The folders a running installation keeps its data in (docs/reference.md draws them)."""

import os
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Workspace"]

_PRIVATE = 0o700


@dataclass(frozen=True)
class Workspace:
    """One installation's data: `home` and the folders under it.

    Everything a load touches is inside `home`, so that a copy of the folder is a copy of the system.
    """

    home: Path

    @classmethod
    def from_environment(cls, home: Path | None = None) -> "Workspace":
        """Return the workspace at `home`, else at `$CRUSCOTTO_HOME`, else at `./var`."""
        return cls((home or Path(os.environ.get("CRUSCOTTO_HOME", "var"))).resolve())

    @property
    def landing(self) -> Path:
        """Where extracts and their control files are dropped."""
        return self.home / "landing"

    @property
    def archive(self) -> Path:
        """Every landed file, content-addressed and read-only."""
        return self.home / "archive"

    @property
    def raw(self) -> Path:
        """Typed rows of each extract and month, as Parquet."""
        return self.home / "raw"

    @property
    def loads(self) -> Path:
        """One JSON record per load."""
        return self.home / "loads"

    @property
    def secrets(self) -> Path:
        """Keys that were not given through the environment; readable by the owner only."""
        return self.home / "secrets"

    @property
    def warehouse(self) -> Path:
        """The build database of dbt and its artefacts."""
        return self.home / "warehouse"

    @property
    def published(self) -> Path:
        """Published files and the pointer to the current one."""
        return self.home / "published"

    @property
    def pointer(self) -> Path:
        """The file that names the publication being served."""
        return self.published / "current.json"

    @property
    def history(self) -> Path:
        """The raw tables as they were at each publication: further names of the same files, no copies."""
        return self.home / "history"

    @property
    def reports(self) -> Path:
        """The report of data quality of each load, by its id."""
        return self.home / "reports"

    @property
    def metrics(self) -> Path:
        """What a node exporter's textfile collector reads."""
        return self.home / "metrics"

    @property
    def undo(self) -> Path:
        """The raw tables as they were before the load that runs, or that was interrupted."""
        return self.home / ".undo"

    @property
    def lock_file(self) -> Path:
        """Held by whoever writes in the workspace."""
        return self.home / ".lock"

    def create(self) -> "Workspace":
        """Create the folders that are missing and return self."""
        folders = (
            self.landing,
            self.archive,
            self.raw,
            self.loads,
            self.warehouse,
            self.published,
            self.history,
        )
        for folder in folders:
            folder.mkdir(parents=True, exist_ok=True)
        self.secrets.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
        return self
