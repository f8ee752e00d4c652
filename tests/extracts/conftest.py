"""One year of demo extracts, holding every re-organisation, generated once."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from orchestration.synthetic import GenerationReport, generate

from .reading import Row, delimited, months_of, whole

SEED = 42


@dataclass(frozen=True)
class Demo:
    """The generated year: where it is, what the generator said, its months and their production."""

    folder: Path
    report: GenerationReport
    months: tuple[str, ...]
    production: dict[str, list[Row]]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """September 2024 to August 2025."""
    folder = tmp_path_factory.mktemp("demo") / "landing"
    report = generate("demo", 12, SEED, folder, end="2025-08")
    months = tuple(months_of(folder, "PB_PROD"))
    production = {month: delimited(folder, "PB_PROD", month) for month in months}
    return Demo(folder, report, months, production)


@pytest.fixture(scope="session")
def coefficients(demo: Demo) -> dict[tuple[str, str], int]:
    """The coefficient of every model in every month, in ten-thousandths."""
    latest = delimited(demo.folder, "MST_PRODOTTI", demo.months[-1])
    found = {}
    for month in demo.months:
        day = f"{month[:4]}-{month[4:]}-01"
        for row in latest:
            if row["valido_dal"] <= day and (not row["valido_al"] or row["valido_al"] >= day):
                found[row["cod_modello"], month] = whole(row["coefficiente"])
    return found
