"""The project, compiled once for the tests of its definitions and once for those of its data tests."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from orchestration.paths import warehouse_dir
from semantic.compiler.manifest import SemanticManifest, read_manifest


def _compile(target: Path, *options: str, database: str) -> Path:
    """Run `dbt compile` on the checkout; return the manifest it writes."""
    project = str(warehouse_dir())
    command = [sys.executable, "-m", "dbt.cli.main", "--quiet", "--log-path", str(target), "compile"]
    command += ["--no-populate-cache", "--project-dir", project, "--profiles-dir", project]
    command += ["--target-path", str(target), *options]
    environment = os.environ | {
        "CRUSCOTTO_BUILD_DATABASE": database,
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DBT_VERSION_CHECK": "false",
    }
    subprocess.run(command, check=True, env=environment)
    return target / "manifest.json"


@pytest.fixture(scope="session")
def manifest_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Dbt's manifest with the SQL of every model, as `make model` compiles it (no database is read)."""
    target = tmp_path_factory.mktemp("dbt")
    return _compile(target, "--no-introspect", "--exclude", "resource_type:test", database=":memory:")


@pytest.fixture(scope="session")
def definitions(manifest_file: Path) -> SemanticManifest:
    """Semantic models and metrics of the checkout."""
    return read_manifest(manifest_file)


@pytest.fixture(scope="session")
def compiled_manifest(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Dbt's manifest with the SQL of every singular data test as it would run (on no data)."""
    target = tmp_path_factory.mktemp("compiled")
    database = str(target / "cruscotto.duckdb")
    file = _compile(target, "--select", "test_type:singular", database=database)
    manifest: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return manifest
