"""What dbt makes of the checkout: its manifest, with the compiled SQL, and the definitions in it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.paths import warehouse_dir
from semantic.compiler.manifest import SemanticManifest, read_manifest


@pytest.fixture(scope="session")
def manifest_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Dbt's manifest of the checkout, freshly compiled (as `make model` does it: no database is read)."""
    target = tmp_path_factory.mktemp("dbt")
    command = [sys.executable, "-m", "dbt.cli.main", "--quiet", "--log-path", str(target), "compile"]
    command += ["--no-introspect", "--no-populate-cache", "--exclude", "resource_type:test"]
    command += ["--project-dir", str(warehouse_dir()), "--profiles-dir", str(warehouse_dir())]
    command += ["--target-path", str(target)]
    environment = os.environ | {
        "CRUSCOTTO_BUILD_DATABASE": ":memory:",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DBT_VERSION_CHECK": "false",
    }
    subprocess.run(command, check=True, env=environment)
    return target / "manifest.json"


@pytest.fixture(scope="session")
def definitions(manifest_file: Path) -> SemanticManifest:
    """Semantic models and metrics of the checkout."""
    return read_manifest(manifest_file)
