"""The project, parsed and compiled once for the tests of its definitions."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from orchestration.paths import warehouse_dir


@pytest.fixture(scope="session")
def compiled_manifest(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Dbt's manifest with the SQL of every singular data test as it would run (on no data)."""
    target = tmp_path_factory.mktemp("compiled")
    project = str(warehouse_dir())
    command = [sys.executable, "-m", "dbt.cli.main", "--quiet", "--log-path", str(target), "compile"]
    command += ["--select", "test_type:singular", "--project-dir", project, "--profiles-dir", project]
    command += ["--target-path", str(target), "--no-populate-cache"]
    environment = os.environ | {
        "CRUSCOTTO_BUILD_DATABASE": str(target / "cruscotto.duckdb"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DBT_VERSION_CHECK": "false",
    }
    subprocess.run(command, check=True, env=environment)
    manifest: dict[str, Any] = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    return manifest
