"""The parts of the benchmark: what each measures, and how it sums it up. Times are in milliseconds."""

import json
import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.api.load import percentile, post, run_at_rate, run_pages, run_steadily
from benchmarks.api.questions import Question, latest_year, questions
from benchmarks.api.serving import Client, first_answer_seconds, served
from orchestration.build import manifest_path
from orchestration.paths import semantic_model_dir
from orchestration.workspace import Workspace
from semantic.model_reader import load_model
from semantic.planner import Planner
from tests.conformance.cube_process import cube_running, install
from tests.conformance.metricflow_engine import MetricFlow

__all__ = ["compiling", "engines", "load", "overhead", "start"]

Ask = Callable[[Question], object]
# From here on a query is long enough for a ratio to mean something.
_LONG_MS = 50.0
_CONNECTIONS = 32
_LOAD_SECONDS = 10.0
_PER_SECOND = 1500.0
_USERS, _QUERIES_OF_A_PAGE, _PAGES, _CONNECTIONS_OF_A_BROWSER = 8, 20, 10, 6
# A user looks at a page for so long, at least and at most, before the next one.
_BETWEEN_PAGES = (1.0, 5.0)


def _asked(file: Path) -> list[Question]:
    with duckdb.connect(str(file), read_only=True) as database:
        return questions(latest_year(database))


def _milliseconds(ask: Callable[[], object]) -> float:
    started = time.perf_counter()
    ask()
    return (time.perf_counter() - started) * 1000


def _in_turns(
    asked: Sequence[Question], contenders: Mapping[str, Ask], runs: int, skip: Callable[[str, Question], bool]
) -> dict[str, dict[str, list[float]]]:
    """Ask every contender each question in turn, as often as is said; the first time does not count."""
    found: dict[str, dict[str, list[float]]] = {}
    for question in asked:
        times: dict[str, list[float]] = {name: [] for name in contenders if not skip(name, question)}
        for number in range(runs + 1):
            for name in times:
                taken = _milliseconds(lambda ask=contenders[name], one=question: ask(one))  # type: ignore[misc]
                if number:
                    times[name].append(round(taken, 3))
        found[question.name] = times
    return found


def _medians(times: Mapping[str, Mapping[str, list[float]]], name: str) -> dict[str, float]:
    return {question: statistics.median(by[name]) for question, by in times.items() if name in by}


def _spread(values: Iterable[float]) -> dict[str, float]:
    ordered = sorted(values)
    return {
        "p50": round(statistics.median(ordered), 2),
        "p95": round(percentile(ordered, 95), 2),
        "max": round(ordered[-1], 2),
    }


def compiling(_: Workspace, file: Path, runs: int) -> dict[str, Any]:
    """What planning takes: the first query of a shape, and another of a shape that was seen."""
    model = load_model(semantic_model_dir())
    cold, warm = [], []
    for question in _asked(file):
        for number in range(runs):
            planner = Planner(model)
            cold.append(_milliseconds(lambda planner=planner, query=question.query: planner.plan(query)))  # type: ignore[misc]
            other = json.loads(json.dumps(question.query))
            for item in other["filters"]:
                if item["member"].endswith(".scenario"):
                    item["values"] = [f"scenario {number}"]
            warm.append(_milliseconds(lambda planner=planner, query=other: planner.plan(query)))  # type: ignore[misc]
    return {"summary": {"cold_ms": _spread(cold), "warm_shape_ms": _spread(warm)}}


def overhead(workspace: Workspace, file: Path, runs: int) -> dict[str, Any]:
    """The whole way through the server, uncached, over the SQL by hand in this process.

    `statement` is what the server runs, run in this process: the server's own part is what is above that.
    """
    asked = _asked(file)
    planner = Planner(load_model(semantic_model_dir()))
    plain = Planner(planner.model, uses_rollups=False)
    with ExitStack() as stack:
        database = stack.enter_context(duckdb.connect(str(file), read_only=True))
        with_rollups = stack.enter_context(served(workspace)).client()
        without = stack.enter_context(served(workspace, uses_rollups=False)).client()

        def by_statement(question: Question) -> object:
            statement = plain.plan(question.query).statement
            return database.cursor().execute(statement.sql, list(statement.parameters)).fetchall()

        times = _in_turns(
            asked,
            {
                "by_hand": lambda question: database.cursor().execute(question.sql).fetchall(),
                "statement": by_statement,
                "embedded": lambda question: with_rollups.ask(question.query),
                "embedded_without_rollups": lambda question: without.ask(question.query),
            },
            runs,
            lambda name, question: False,
        )
    hand = _medians(times, "by_hand")
    summary: dict[str, Any] = {}
    for name in ("embedded", "embedded_without_rollups"):
        own = _medians(times, name)
        ratios = [own[question] / taken for question, taken in hand.items() if taken > _LONG_MS]
        summary[name] = {
            "overhead_ms": _spread(own[question] - taken for question, taken in hand.items()),
            "ratio_above_50_ms": _spread(ratios) if ratios else None,
            "questions_above_50_ms": len(ratios),
        }
    return {"summary": summary, "milliseconds": times}


def engines(workspace: Workspace, file: Path, runs: int) -> dict[str, Any]:
    """The embedded server, Cube and MetricFlow on the same questions, none from a cache."""
    asked = _asked(file)
    install()
    with ExitStack() as stack:
        with_rollups = stack.enter_context(served(workspace)).client()
        without = stack.enter_context(served(workspace, uses_rollups=False)).client()
        running = stack.enter_context(cube_running(semantic_model_dir(), file))
        host, _, port = running.url.removeprefix("http://").rpartition(":")
        cube = Client(host, int(port), running.token)
        manifest = manifest_path(workspace).with_name("semantic_manifest.json")
        metricflow = MetricFlow(manifest, file)
        stack.callback(metricflow.close)

        def by_metricflow(question: Question) -> object:
            metrics, dimensions, conditions = question.metricflow or ([], [], [])
            return metricflow.rows(metrics, dimensions, conditions)

        def skip(name: str, question: Question) -> bool:
            return (name == "cube" and not question.in_cube) or (
                name == "metricflow" and question.metricflow is None
            )

        times = _in_turns(
            asked,
            {
                "embedded": lambda question: with_rollups.ask(question.query),
                "embedded_without_rollups": lambda question: without.ask(question.query),
                "cube": lambda question: cube.ask(question.query),
                "metricflow": by_metricflow,
            },
            runs,
            skip,
        )
    summary: dict[str, Any] = {}
    for name in ("embedded", "embedded_without_rollups"):
        own = _medians(times, name)
        for other in ("cube", "metricflow"):
            ratios = {question: taken / own[question] for question, taken in _medians(times, other).items()}
            summary[f"{other}_over_{name}"] = {
                "questions": len(ratios),
                "median": round(statistics.median(ratios.values()), 1),
                "least": round(min(ratios.values()), 2),
                "slower_than": sorted(question for question, ratio in ratios.items() if ratio <= 1),
            }
    summary["median_ms"] = {
        name: round(statistics.median(_medians(times, name).values()), 1)
        for name in ("embedded", "embedded_without_rollups", "cube", "metricflow")
    }
    return {"summary": summary, "milliseconds": times}


def load(workspace: Workspace, file: Path, _: int) -> dict[str, Any]:
    """Kept answers over 32 connections, and eight users whose pages ask twenty uncached questions each.

    The load generator has the same processors; `server_processor_ms` is the server's own work for an answer.
    """
    asked = _asked(file)
    with served(workspace) as server:
        idle = server.megabytes()
        kept = [_request(question.query, server.token, {}) for question in asked]
        fresh = [_request(question.query, server.token, {"cache": "no-cache"}) for question in asked]
        run_steadily(server.host, server.port, kept, _CONNECTIONS, 0.0, warm_up=3.0)
        worked = server.processor_seconds()
        steady = run_steadily(server.host, server.port, kept, _CONNECTIONS, _LOAD_SECONDS, warm_up=0.0)
        worked = server.processor_seconds() - worked
        paced = run_at_rate(server.host, server.port, kept, _CONNECTIONS, _LOAD_SECONDS, _PER_SECOND)
        pages = [
            [
                [fresh[(user * 7 + page * 3 + index) % len(fresh)] for index in range(_QUERIES_OF_A_PAGE)]
                for page in range(_PAGES)
            ]
            for user in range(_USERS)
        ]
        opened = run_pages(server.host, server.port, pages, _CONNECTIONS_OF_A_BROWSER, _BETWEEN_PAGES)
        after = server.megabytes()
    return {
        "summary": {
            "cached": steady.summary()
            | {
                "connections": _CONNECTIONS,
                "server_processor_ms": round(1000 * worked / len(steady.seconds), 3),
            },
            "cached_at_rate": paced.summary()
            | {"connections": _CONNECTIONS, "wanted_per_second": _PER_SECOND},
            "pages": opened.summary()
            | {
                "users": _USERS,
                "questions_of_a_page": _QUERIES_OF_A_PAGE,
                "seconds_between_pages": _BETWEEN_PAGES,
            },
            "megabytes": {"started": idle, "after_load": after},
        }
    }


def start(workspace: Workspace, file: Path, runs: int) -> dict[str, Any]:
    """From the command to the first answer, and the memory then."""
    query = _asked(file)[0].query
    measured = [first_answer_seconds(workspace, query) for _ in range(max(3, runs // 2))]
    return {
        "summary": {
            "first_answer_seconds": round(statistics.median(seconds for seconds, _ in measured), 2),
            "resident_megabytes": round(statistics.median(memory["resident"] for _, memory in measured), 1),
        },
        "seconds": [round(seconds, 3) for seconds, _ in measured],
    }


def _request(query: Any, token: str, beside: Mapping[str, str]) -> bytes:
    return post("/cubejs-api/v1/load", json.dumps({"query": query, **beside}).encode(), token)
