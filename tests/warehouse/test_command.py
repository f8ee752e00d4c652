"""The command: help with examples, exit statuses, output that a script can read."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from orchestration.cli.application import cruscotto
from orchestration.workspace import Workspace

VERBS = ["extracts", "load", "build", "publish", "serve", "token", "query", "metrics", "model", "demo"]


def _run(*arguments: str, cwd: Path | None = None) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "orchestration.cli", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd)


def test_help_shows_every_verb() -> None:
    result = CliRunner().invoke(cruscotto, ["--help"])
    assert result.exit_code == 0
    assert not [verb for verb in VERBS if f"  {verb}" not in result.output]


@pytest.mark.parametrize(
    "path",
    [
        ["extracts", "generate"],
        ["load"],
        ["build"],
        ["serve"],
        ["query"],
        ["model", "compile"],
        ["model", "check"],
    ],
    ids=" ".join,
)
def test_every_verb_has_examples(path: list[str]) -> None:
    result = CliRunner().invoke(cruscotto, [*path, "--help"])
    assert result.exit_code == 0
    assert f"cruscotto {' '.join(path)}" in result.output.split("Example", 1)[1]


def test_every_option_is_documented() -> None:
    """Each command-line option and setting appears in docs/reference.md."""
    page = (Path(__file__).parents[2] / "docs" / "reference.md").read_text(encoding="utf-8")
    missing = []

    def visit(command: object, path: str) -> None:
        for name, child in getattr(command, "commands", {}).items():
            visit(child, f"{path} {name}".strip())
        for parameter in getattr(command, "params", ()):
            missing.extend(
                f"{path} {option}"
                for option in parameter.opts
                if option.startswith("--") and f"`{option}`" not in page
            )

    visit(cruscotto, "")
    assert not missing


def test_metrics_are_listed_and_shown() -> None:
    listed = _run("metrics", "--json")
    assert listed.returncode == 0
    codes = [item["codice"] for item in json.loads(listed.stdout)]
    assert "indice_giacenza" in codes
    shown = _run("metrics", "show", "indice_giacenza")
    assert shown.returncode == 0
    assert "Tabella A" in shown.stdout
    assert "Σ" in shown.stdout


def test_an_unknown_metric_names_the_nearest(tmp_path: Path) -> None:
    result = _run("metrics", "show", "indice_giacensa")
    assert result.returncode == 1
    assert "indice_giacenza" in result.stderr
    assert "Traceback" not in result.stderr


def test_wrong_use_exits_with_two() -> None:
    assert _run("extracts", "generate", "--scale", "huge", "--out", "x").returncode == 2
    assert _run("query").returncode == 2


@pytest.mark.parametrize(
    ("arguments", "remedy"),
    [
        ("publish", "cruscotto build"),
        ("serve", "cruscotto publish"),
        ("model check", "cruscotto publish"),
    ],
)
def test_a_step_before_its_turn_says_which_comes_first(arguments: str, remedy: str, tmp_path: Path) -> None:
    result = _run(*arguments.split(), "--home", str(tmp_path))
    assert result.returncode == 1
    assert remedy in result.stderr
    assert "Traceback" not in result.stderr


def test_no_server_says_so(tmp_path: Path) -> None:
    result = _run(
        "query", "ieep", "--period", "2024-A", "--url", "http://127.0.0.1:9", "--home", str(tmp_path)
    )
    assert result.returncode == 1
    assert "127.0.0.1:9" in result.stderr


def test_the_query_verb_prints_json_and_a_table(demo_workspace: Workspace, demo_address: str) -> None:
    asked = ["query", "indice_giacenza", "--by", "direzione", "--period", "2025-T3"]
    place = ["--url", demo_address, "--home", str(demo_workspace.home)]
    rows = json.loads(_run(*asked, *place, "--json").stdout)
    assert len([row for row in rows if row["indice_giacenza"] is not None]) == 23
    table = _run(*asked, *place, "--targets")
    assert table.returncode == 0
    assert "DR-UMBRIA" in table.stdout


def test_the_query_verb_compares(demo_workspace: Workspace, demo_address: str) -> None:
    """Each comparison adds its columns; what a reader must know goes to standard error."""
    asked = ["query", "produttivita", "--by", "direzione", "--period", "2025-M01"]
    place = ["--url", demo_address, "--home", str(demo_workspace.home)]
    compared = _run(*asked, "--compare", "previousPeriod", "--compare", "clusterRank", *place, "--json")
    rows = json.loads(compared.stdout)
    assert (
        sorted({row["produttivita__clusterRank"] for row in rows if row["direzione"] == "DR-MOLISE"})[0] >= 1
    )
    assert all("produttivita__previousPeriodChangePct" in row for row in rows)
    assert "nota: definizioni diverse: produttivita_2025 nel 2025-M01" in compared.stderr
    refused = _run(*asked, "--compare", "nationalShare", *place)
    assert refused.returncode == 1
    assert "a ratio has no share" in " ".join(refused.stderr.split())
    unknown = _run(*asked, "--compare", "lastYear", *place)
    assert unknown.returncode == 2
    assert "previousYear" in unknown.stderr


def test_the_model_is_sound_on_the_published_file(demo_workspace: Workspace) -> None:
    result = _run("model", "check", "--home", str(demo_workspace.home))
    assert result.returncode == 0, result.stderr


def test_the_demonstration_prints_a_real_table(tmp_path: Path) -> None:
    result = _run("demo", "--once", "--home", str(tmp_path / "demo"))
    assert result.returncode == 0, result.stderr[-2000:]
    lines = [line for line in result.stdout.splitlines() if "DR-" in line or "DCM-" in line]
    assert len(lines) == 23
    assert all(any(digit in line for digit in "123456789") for line in lines)
