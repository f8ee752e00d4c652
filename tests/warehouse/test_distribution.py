"""The wheel carries the dbt project, the model and the contracts, and nothing that a build left behind."""

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]


def _files(folder: str, pattern: str) -> set[str]:
    return {str(path.relative_to(ROOT)) for path in (ROOT / folder).rglob(pattern)}


def test_the_wheel_holds_what_an_installation_needs(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--wheel-dir", str(tmp_path), str(ROOT)], check=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        held = {name.replace("orchestration/_warehouse", "warehouse") for name in archive.namelist()}
    needed = _files("semantic", "*.yml") | _files("semantic", "*.json") | _files("semantic", "*.html")
    needed |= _files("orchestration/contracts", "*.yaml")
    needed |= _files("warehouse/models", "*.*") | _files("warehouse/seeds", "*.csv")
    needed |= _files("warehouse/macros", "*.sql") | _files("warehouse/tests", "*.sql")
    assert not needed - held
    assert not [name for name in held if "/target/" in name or "/logs/" in name or name.endswith(".duckdb")]
