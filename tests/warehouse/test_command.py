"""The command: help with examples, exit statuses, output that a script can read."""

import json
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from orchestration.cli.application import cruscotto
from orchestration.workspace import Workspace

VERBS = [
    "extracts",
    "load",
    "loads",
    "quarantine",
    "land",
    "build",
    "publish",
    "serve",
    "token",
    "secret",
    "query",
    "metrics",
    "catalogue",
    "model",
    "demo",
]


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
        ["loads"],
        ["loads", "show"],
        ["loads", "diff"],
        ["loads", "report"],
        ["loads", "rollback"],
        ["loads", "rebuild"],
        ["loads", "recover"],
        ["loads", "undo"],
        ["loads", "verify"],
        ["loads", "prune"],
        ["quarantine"],
        ["quarantine", "explain"],
        ["quarantine", "export"],
        ["privacy", "erase"],
        ["privacy", "rotate-key"],
        ["land"],
        ["build"],
        ["serve"],
        ["query"],
        ["metrics"],
        ["metrics", "show"],
        ["catalogue"],
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
    missing: list[str] = []
    visited: list[str] = []

    def visit(command: click.Command, path: str) -> None:
        if isinstance(command, click.Group):
            context = click.Context(command)
            for name in command.list_commands(context):
                child = command.get_command(context, name)
                assert child is not None
                visit(child, f"{path} {name}".strip())
        visited.append(path)
        for parameter in command.params:
            missing.extend(
                f"{path} {option}"
                for option in parameter.opts
                if option.startswith("--") and f"`{option}`" not in page
            )

    visit(cruscotto, "")
    assert {*VERBS, "metrics show", "model compile", "loads rollback", "quarantine export"} <= set(visited)
    assert not missing


def test_metrics_are_listed_and_shown() -> None:
    listed = _run("metrics", "--json")
    assert listed.returncode == 0
    codes = [item["codice"] for item in json.loads(listed.stdout)]
    assert "indice_giacenza" in codes
    shown = _run("metrics", "show", "indice_giacenza")
    assert shown.returncode == 0
    for told in (
        "i giorni necessari a definire la produzione giacente",
        "the days needed to complete the backlog",
        "Σ (giacenza_finale_om × giorni(periodo)) [al mese di chiusura] / Σ pervenuto_om",
        "Tabella A",
        "nazionale, direzione, sede, agenzia",
        "estratto pb_prod, PB_PROD_{month}.csv, colonna «giacenza_finale» (Giacenza finale)",
        "indice_giacenza_by_hand",
    ):
        assert told in shown.stdout, told


def test_an_abolished_metric_names_the_act_and_what_replaced_it() -> None:
    shown = _run("metrics", "show", "redditivita").stdout
    assert "abolito      da Circolare 102/2024" in shown
    assert "sostituito   da costi_struttura, " in shown
    assert "abolito  " not in _run("metrics", "show", "indice_giacenza").stdout


def test_metrics_are_filtered() -> None:
    def codes(*options: str) -> set[str]:
        return {item["codice"] for item in json.loads(_run("metrics", *options, "--json").stdout)}

    everything = codes()
    processes = codes("--prospettiva", "processi")
    assert "indice_giacenza" in processes < everything
    assert "produttivita_2025" not in codes("--level", "agenzia")
    # Accents and case do not matter; words may stand anywhere in code, title or definition.
    found = codes("--search", "PRODUTTIVITA fte")
    assert {"produttivita_2021", "produttivita_2025"} <= found
    assert not {"produttivita", "quota_personale_produzione"} & found
    assert not codes("--search", "nessuno lo dice")
    assert _run("metrics", "--prospettiva", "qualcosa").returncode == 2


def test_the_list_waits_for_no_library_it_does_not_use() -> None:
    """A second is the promise (benchmarks/catalogue.py measures it); what would break it is an import."""
    program = (
        "import sys; from orchestration.cli.application import cruscotto; "
        "cruscotto.main(['metrics', '--json'], standalone_mode=False); "
        "heavy = {'duckdb', 'httpx', 'starlette', 'uvicorn', 'sqlglot', 'dbt', 'yaml'} & set(sys.modules); "
        "sys.exit(str(heavy) if heavy else 0)"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


def test_one_metric_as_json_has_lineage_and_tests() -> None:
    shown = json.loads(_run("metrics", "show", "efficacia_automazione", "--json").stdout)
    assert shown["atto"] == "Circolare 102/2024, paragrafo 3.3"
    ends = {part["nome"]: [end["colonna"] for end in part["origini"]] for part in shown["componenti"]}
    assert ends["definito_automatizzato"] == ["pb_prod.definito_automatizzato"]
    assert {test["tipo"] for test in shown["prove"]} == {"esempio", "indicatori", "dati", "unita"}


def test_the_catalogue_is_written_as_a_page_and_as_a_table(tmp_path: Path) -> None:
    for form, told in (("html", 'id="indice_giacenza"'), ("markdown", "| `indice_giacenza` |")):
        path = tmp_path / form
        result = _run("catalogue", "--format", form, "--output", str(path), "--home", str(tmp_path))
        assert result.returncode == 0, result.stderr
        assert told in path.read_text(encoding="utf-8")


def test_the_last_results_are_those_of_the_published_file(demo_workspace: Workspace, tmp_path: Path) -> None:
    home = ["--home", str(demo_workspace.home)]
    shown = json.loads(_run("metrics", "show", "indice_giacenza", "--json", *home).stdout)
    assert {test["esito"]["stato"] for test in shown["prove"]} == {"pass"}
    assert shown["prove_di_schema"]["provate"] == shown["prove_di_schema"]["superate"] > 0
    path = tmp_path / "catalogo.html"
    assert _run("catalogue", "--output", str(path), *home).returncode == 0
    text = path.read_text(encoding="utf-8")
    assert "superata il" in text
    assert "nessun esito pubblicato" not in text
    assert str(demo_workspace.home) not in text


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
        ("serve", "cruscotto load"),
        ("model check", "cruscotto load"),
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
    series = _run(*asked, "--period", "2024-M12", *place)
    told = (
        "nota: produttivita: definizioni diverse: produttivita_2021 (2024-M12), produttivita_2025 (2025-M01)"
    )
    assert told in series.stderr
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
