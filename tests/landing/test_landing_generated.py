"""What the synthetic generator delivers is landed whole: every file, every row, no warning."""

from pathlib import Path

import pytest

from orchestration.landing import LoadReport, land
from orchestration.synthetic import GenerationReport, generate
from orchestration.workspace import Workspace

from .deliveries import rows_of

WITHOUT_LOAD = "* exclude (_load_id)"


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> tuple[GenerationReport, LoadReport, Workspace]:
    """April 2025, the month of a re-organisation, and the month before."""
    workspace = Workspace(tmp_path_factory.mktemp("generated")).create()
    generated = generate("demo", 2, 42, workspace.landing, end="2025-04")
    return generated, land(workspace), workspace


def test_every_row_is_loaded(landed: tuple[GenerationReport, LoadReport, Workspace]) -> None:
    generated, report, _ = landed
    assert [file.message for file in report.refused] == []
    assert {file.name: file.rows_loaded for file in report.files} == {
        file.name: file.rows for file in generated.files
    }


def test_nothing_is_doubtful(landed: tuple[GenerationReport, LoadReport, Workspace]) -> None:
    """Stocks follow each other, through the re-organisation too; no row is in quarantine."""
    _, report, workspace = landed
    assert [warning for file in report.files for warning in file.warnings] == []
    assert rows_of(workspace, "quarantine") == []


def test_the_landing_folder_is_empty(landed: tuple[GenerationReport, LoadReport, Workspace]) -> None:
    _, _, workspace = landed
    assert list(workspace.landing.iterdir()) == []


def test_the_same_files_give_the_same_rows(
    landed: tuple[GenerationReport, LoadReport, Workspace], tmp_path: Path
) -> None:
    """In another workspace, on another day, with other months around them."""
    again = Workspace(tmp_path / "again").create()
    generate("demo", 1, 42, again.landing, end="2025-04")
    assert land(again).ok
    april = [row for row in rows_of(landed[2], "pb_prod", WITHOUT_LOAD) if row[-1] == "202504"]
    assert rows_of(again, "pb_prod", WITHOUT_LOAD) == april
