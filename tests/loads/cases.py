"""A month and what came after it: a closing period, a late correction, a re-organisation."""

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from orchestration.landing import dropped
from orchestration.loads import problems
from orchestration.workspace import Workspace
from semantic.server.publication import Publication
from semantic.server.settings import ServerSettings

CLOSING = ("SAP_COAN_202413.txt", "SAP_IEEP_202413.txt")
CORRECTED = "PB_PROD_202412_r01.csv"
REORGANISED = "MST_STRUTTURE_202502.csv"
OFFICE, FORMER_PARENT, NEW_PARENT = "DP-TERNI", "DR-UMBRIA", "DR-LAZIO"
PIECES = 1000


class Seen(NamedTuple):
    """What must not change unless a load is published: pointer, published, raw and waiting files."""

    pointer: str
    published: dict[str, str]
    raw: dict[str, str]
    landing: dict[str, str]


def digests(folder: Path) -> dict[str, str]:
    """Return the digest of every file below a folder that is not hidden."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    }


def seen(workspace: Workspace) -> Seen:
    pointer = workspace.pointer.read_text("utf-8") if workspace.pointer.exists() else ""
    return Seen(pointer, digests(workspace.published), digests(workspace.raw), digests(workspace.landing))


def served(workspace: Workspace) -> str:
    """Return the version that a server which starts now would serve."""
    publication = Publication(workspace.published, ServerSettings())
    publication.refresh()
    database = publication.acquire()
    try:
        database.cursor().execute("select count(*) from indicators.ind_stored_values").fetchall()
        return database.version
    finally:
        database.release()
        publication.close()


def clone(home: Path, target: Path) -> Workspace:
    """Copy a workspace: further names for what is never changed in place, copies of the rest."""

    def copy(source: str, copied: str) -> str:
        inside = Path(source).relative_to(home).parts[0]
        if inside in ("archive", "raw", "history", ".undo", "published"):
            os.link(source, copied)
        else:
            shutil.copy2(source, copied)
        return copied

    shutil.copytree(home, target, copy_function=copy, symlinks=True)
    return Workspace(target)


def give(workspace: Workspace, deliveries: Path, *names: str) -> None:
    """Drop extracts of a delivery folder into the landing folder."""
    for name in names:
        for path in (deliveries / name, (deliveries / name).with_suffix(".ctl")):
            shutil.copy(path, workspace.landing)


def give_first(workspace: Workspace, deliveries: Path) -> None:
    """Drop December 2024 without its closing period, the year's plans, and the production of January."""
    names = [path.name for path in dropped(deliveries)]
    december = [name for name in names if "202412" in name or "_2024." in name]
    give(workspace, deliveries, *december, "PB_PROD_202501.csv")


def give_second(workspace: Workspace, deliveries: Path) -> None:
    """Drop the closing period of 2024, a correction of December that is late, a re-organised office."""
    give(workspace, deliveries, *CLOSING)
    give_correction(workspace, deliveries, "PB_PROD_202412.csv", CORRECTED, _more_work)
    lines = (deliveries / "MST_STRUTTURE_202412.csv").read_text("utf-8").splitlines()
    (row,) = [line for line in lines if line.startswith(f"{OFFICE};")]
    cells = row.split(";")
    cells[9] = "2025-01-31"
    moved = row.split(";")
    moved[3], moved[8] = NEW_PARENT, "2025-02-01"
    lines[lines.index(row)] = ";".join(cells)
    lines.append(";".join(moved))
    _write(
        workspace.landing / REORGANISED, "".join(f"{line}\n" for line in lines).encode(), len(lines) - 1, {}
    )


def give_correction(
    workspace: Workspace,
    deliveries: Path,
    name: str,
    correction: str,
    change: Callable[[dict[str, int]], dict[str, int]],
) -> None:
    """Drop a corrected production extract: the first own row of the office, with other numbers."""
    header, *lines = (deliveries / name).read_bytes().decode("cp1252").splitlines()
    columns = header.split(";")
    number = next(
        number
        for number, line in enumerate(lines)
        if f";{OFFICE};" in line and line.split(";")[columns.index("modalita")] == "P"
    )
    cells = lines[number].split(";")
    was = {column: _whole(cell) for column, cell in zip(columns, cells, strict=True) if _is_whole(cell)}
    now = change(was)
    for column, value in now.items():
        if value != was[column]:
            cells[columns.index(column)] = f"{value:,}".replace(",", ".")
    lines[number] = ";".join(cells)
    totals = _totals(deliveries / name)
    totals["somma_pervenuto"] += now["pervenuto"] - was["pervenuto"]
    totals["somma_definito"] += now["definito_accolto"] - was["definito_accolto"]
    totals["somma_giacenza_finale"] += now["giacenza_finale"] - was["giacenza_finale"]
    content = "".join(f"{line}\r\n" for line in (header, *lines)).encode("cp1252")
    _write(workspace.landing / correction, content, len(lines), totals)


def broken_stock(row: dict[str, int]) -> dict[str, int]:
    """One piece in stock that nobody received: a data test refuses it."""
    return row | {"giacenza_finale": row["giacenza_finale"] + 1}


def assert_sound(workspace: Workspace) -> None:
    """Everything that the register tells of is there: no row lost, nothing half written."""
    assert problems(workspace) == []
    left = {".lock"}
    assert {path.name for path in workspace.home.iterdir() if path.name.startswith(".")} <= left
    assert not [path for path in workspace.home.rglob("*.part*")]
    pointer = json.loads(workspace.pointer.read_text("utf-8"))
    assert served(workspace) == pointer["version"]


def _more_work(row: dict[str, int]) -> dict[str, int]:
    more = {name: row[name] + PIECES for name in ("pervenuto", "definito_accolto")}
    return row | more


def _totals(extract: Path) -> dict[str, int]:
    pairs = (line.split("=") for line in extract.with_suffix(".ctl").read_text("utf-8").splitlines())
    return {key: int(value) for key, value in pairs if key.startswith("somma_")}


def _write(path: Path, content: bytes, rows: int, totals: dict[str, int]) -> None:
    path.write_bytes(content)
    told = {"file": path.name, "righe": rows, "sha256": hashlib.sha256(content).hexdigest(), **totals}
    path.with_suffix(".ctl").write_text("".join(f"{key}={value}\n" for key, value in told.items()), "utf-8")


def _whole(cell: str) -> int:
    return int(cell.replace(".", ""))


def _is_whole(cell: str) -> bool:
    return cell.replace(".", "").lstrip("-").isdigit()
