"""The files of `semantic/cube/` that no test runs: pinned, read-only, without secrets, documented."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "semantic" / "cube"


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """The compose file."""
    found: dict[str, Any] = yaml.safe_load((FOLDER / "compose.yaml").read_text(encoding="utf-8"))
    return found


def test_images_are_those_that_are_compared(compose: dict[str, Any]) -> None:
    """The version that the conformance suite runs, and no moving tag."""
    package = json.loads((ROOT / "tests/conformance/cube/package.json").read_text(encoding="utf-8"))
    version = package["dependencies"]["@cubejs-backend/server-core"]
    images = [service["image"] for service in compose["services"].values()]
    assert images == [f"cubejs/cube:v{version}", f"cubejs/cubestore:v{version}"]


def test_cube_can_write_nothing_of_ours(compose: dict[str, Any]) -> None:
    """Every volume of ours is read-only, and every file of the configuration is there."""
    cube = compose["services"]["cube"]
    mounted = [volume.rsplit(":", 2) for volume in cube["volumes"]]
    assert {mode for _, _, mode in mounted} == {"ro"}
    assert cube["read_only"] is True
    files = {Path(source).name for source, _, _ in mounted if source.endswith(".js")}
    assert files == {path.name for path in FOLDER.glob("*.js")}
    assert all(port.startswith("127.0.0.1:") for port in cube["ports"])


def test_settings_come_from_the_environment(compose: dict[str, Any]) -> None:
    """The example names what the compose file asks for, and holds no secret."""
    asked = set(re.findall(r"\$\{(\w+)", (FOLDER / "compose.yaml").read_text(encoding="utf-8")))
    lines = (FOLDER / ".env.example").read_text(encoding="utf-8").splitlines()
    example = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert set(example) == asked
    assert example["CUBEJS_API_SECRET"] == ""
    read = {
        name
        for path in FOLDER.glob("*.js")
        for name in re.findall(r"process\.env\.(\w+)", path.read_text(encoding="utf-8"))
    }
    assert read <= set(compose["services"]["cube"]["environment"])


def test_every_file_is_documented() -> None:
    """`docs/cube.md` says of each what it does."""
    page = (ROOT / "docs" / "cube.md").read_text(encoding="utf-8")
    assert not [path.name for path in FOLDER.iterdir() if path.is_file() and f"`{path.name}`" not in page]
