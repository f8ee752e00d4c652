"""A workspace of its own for every test, with the masters landed where a test wants them."""

import shutil
from pathlib import Path

import pytest

from orchestration.landing import land
from orchestration.workspace import Workspace

from .deliveries import drop_products, drop_structures


@pytest.fixture(autouse=True)
def no_key_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CRUSCOTTO_PSEUDONYM_KEY", raising=False)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """An empty workspace."""
    return Workspace(tmp_path / "home").create()


@pytest.fixture(scope="session")
def masters(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Home of a workspace with the structures and the models of January 2025; copy it."""
    workspace = Workspace(tmp_path_factory.mktemp("masters")).create()
    drop_structures(workspace.landing)
    drop_products(workspace.landing)
    assert land(workspace).ok
    return workspace.home


@pytest.fixture
def ready(masters: Path, tmp_path: Path) -> Workspace:
    """A workspace of one's own that knows the structures and the models."""
    shutil.copytree(masters, tmp_path / "ready")
    return Workspace(tmp_path / "ready")
