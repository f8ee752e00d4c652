"""Slow queries: "Continue wait", joining, interrupting, keeping results."""

import logging
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from semantic.server import ServerSettings

from .conftest import Api, running

SLOW: dict[str, Any] = {
    "measures": ["lento.somma"],
    "dimensions": ["lento.cifra"],
    "order": {"lento.cifra": "asc"},
}
ENDLESS: dict[str, Any] = {"measures": ["infinito.somma"]}
QUICK: dict[str, Any] = {"measures": ["indicatori.righe"]}
WAIT = {"error": "Continue wait"}


def until_ready(api: Api, query: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Ask until there is an answer, as clients do; return it, and how often the server said to wait."""
    waits = 0
    while (answer := api.load(query)) == WAIT:
        waits += 1
    return answer, waits


def started(caplog: pytest.LogCaptureFixture) -> int:
    """Count the queries that were run."""
    return sum(record.getMessage().startswith("running") for record in caplog.records)


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """The server's log, with the queries that it runs."""
    caplog.set_level(logging.DEBUG, logger="semantic.server")
    return caplog


@pytest.fixture
def impatient(published: Path) -> Iterator[Api]:
    """A server that holds a request for a twentieth of a second."""
    with running(published, ServerSettings(wait_seconds=0.05, workers=2)) as api:
        yield api


def test_slow_queries_go_on_while_the_client_asks_again(
    impatient: Api, log: pytest.LogCaptureFixture
) -> None:
    """200 and exactly {"error": "Continue wait"} until it is done; run once; then kept."""
    first = impatient.post(SLOW)
    assert (first.status_code, first.json()) == (200, WAIT)
    answer, waits = until_ready(impatient, SLOW)
    assert len(answer["data"]) == 10
    assert waits >= 1
    assert started(log) == 1
    assert until_ready(impatient, SLOW) == (answer, 0)


@pytest.mark.parametrize("mode", ["no-cache", "must-revalidate"])
def test_fresh_results_can_be_waited_for(impatient: Api, log: pytest.LogCaptureFixture, mode: str) -> None:
    """A client that wants nothing kept still gets the result that it waited for, and then a new one."""
    query = {**SLOW, "cache": mode}
    answer, waits = until_ready(impatient, query)
    assert (len(answer["data"]), waits >= 1, started(log)) == (10, True, 1)
    again = impatient.load(query)
    assert (again == WAIT) is (mode == "no-cache")
    assert until_ready(impatient, query)[0]["data"] == answer["data"]


def test_identical_requests_share_one_query(published: Path, log: pytest.LogCaptureFixture) -> None:
    """Twenty people who open the same page run one query."""
    with running(published, ServerSettings(workers=2)) as api, ThreadPoolExecutor(20) as people:
        answers = list(people.map(api.load, [SLOW] * 20))
    assert all(answer == answers[0] for answer in answers)
    assert started(log) == 1


def test_other_queries_are_answered_meanwhile(impatient: Api) -> None:
    """A slow query takes one worker; quick ones pass."""
    assert impatient.load(SLOW) == WAIT
    assert impatient.load(QUICK)["data"] == [{"indicatori.righe": "240"}]
    until_ready(impatient, SLOW)


def test_endless_queries_are_interrupted(published: Path) -> None:
    """After its time a query is stopped, and whoever waits is told; the next one can run."""
    with running(published, ServerSettings(query_seconds=0.3, workers=1)) as api:
        refusal = api.refused(ENDLESS)
        assert refusal["code"] == "QUERY_TIMEOUT"
        assert api.load(QUICK)["data"]


def test_interruption_reaches_those_who_were_told_to_wait(published: Path) -> None:
    """The failure is kept until the client comes for it: no third query starts."""
    with running(published, ServerSettings(query_seconds=0.3, wait_seconds=0.05, workers=1)) as api:
        assert api.load(ENDLESS) == WAIT
        response = api.post(ENDLESS)
        while response.json() == WAIT:
            response = api.post(ENDLESS)
        assert (response.status_code, response.json()["code"]) == (400, "QUERY_TIMEOUT")


def test_queries_that_never_got_a_worker_end_too(published: Path) -> None:
    """Time in the queue counts: whoever waits behind an endless query is told after the same time."""
    with (
        running(published, ServerSettings(query_seconds=0.3, workers=1)) as api,
        ThreadPoolExecutor(2) as people,
    ):
        slow = {"measures": ["lento.somma"]}
        codes = [response.json()["code"] for response in people.map(api.post, [ENDLESS, slow])]
    assert codes == ["QUERY_TIMEOUT", "QUERY_TIMEOUT"]


def test_a_full_server_says_so(published: Path) -> None:
    """Beyond the queries that may wait: 503 and when to come back."""
    settings = ServerSettings(query_seconds=0.5, wait_seconds=0.05, workers=1, waiting=0)
    with running(published, settings) as api:
        assert api.load(ENDLESS) == WAIT
        response = api.post(QUICK)
        assert (response.status_code, response.json()["code"]) == (503, "BUSY")
        assert int(response.headers["retry-after"]) > 0


def test_results_are_kept_within_their_size(published: Path, log: pytest.LogCaptureFixture) -> None:
    """What does not fit is run again."""
    with running(published, ServerSettings(cache_bytes=100)) as small:
        small.load(QUICK)
        small.load(QUICK)
    assert started(log) == 2
    log.clear()
    with running(published, ServerSettings(cache_bytes=3000)) as api:
        first = {"dimensions": ["indicatori.linea"]}
        for query in (first, QUICK, first, {"dimensions": ["indicatori.area"]}, first, QUICK):
            api.load(query)
    # The third distinct result pushed out the one used longest ago (QUICK), which ran twice.
    assert started(log) == 4


def test_slow_queries_leave_the_quick_lane(published: Path) -> None:
    """More endless queries than workers: quick ones pass all the same."""
    settings = ServerSettings(
        wait_seconds=0.05, workers=1, slow_workers=2, slow_seconds=0.1, abandoned_seconds=0.6
    )
    with running(published, settings) as api:
        for number in range(2):
            assert api.load(_endless(number)) == WAIT
        answer, _ = until_ready(api, QUICK)
        assert answer["data"] == [{"indicatori.righe": "240"}]
        # A third one stays in the quick lane until there is room: nobody came back for the first.
        assert api.load(_endless(2)) == WAIT
        assert until_ready(api, {**QUICK, "offset": 1})[0]["data"] == []


def _endless(number: int) -> dict[str, Any]:
    """Queries without end, each another one."""
    return {**ENDLESS, "offset": number}


def test_queries_of_clients_that_hang_up_are_stopped(published: Path, log: pytest.LogCaptureFixture) -> None:
    """The worker is free for the next one at once."""
    with running(published, ServerSettings(workers=1, slow_workers=0)) as api:
        for number in range(2):
            with pytest.raises(httpx.ReadTimeout):
                api.http.post("/cubejs-api/v1/load", json={"query": _endless(number)}, timeout=0.3)
        assert api.load(QUICK)["data"]
    assert started(log) == 3
    assert sum("nobody waits" in record.getMessage() for record in log.records) == 2


def test_one_client_that_hangs_up_does_not_stop_the_others(
    published: Path, log: pytest.LogCaptureFixture
) -> None:
    """The query belongs to all who wait for it."""
    with running(published, ServerSettings(workers=1)) as api, ThreadPoolExecutor(1) as people:
        patient = people.submit(api.load, SLOW)
        with pytest.raises(httpx.ReadTimeout):
            api.http.post("/cubejs-api/v1/load", json={"query": SLOW}, timeout=0.2)
        assert len(patient.result()["data"]) == 10
    assert started(log) == 1


def test_queries_are_stopped_if_nobody_comes_back(published: Path, log: pytest.LogCaptureFixture) -> None:
    """A client that was told to wait has some time; then its query makes room, and runs anew later."""
    settings = ServerSettings(wait_seconds=0.05, abandoned_seconds=0.3, workers=1, slow_workers=0)
    with running(published, settings) as api:
        assert api.load(ENDLESS) == WAIT
        assert until_ready(api, QUICK)[0]["data"]
        assert api.load(ENDLESS) == WAIT
    assert started(log) == 3


def test_stopping_interrupts_what_runs(published: Path) -> None:
    """A stopped server does not wait for an endless query."""
    before = set(threading.enumerate())
    with running(published, ServerSettings(wait_seconds=0.05)) as api:
        assert api.load(ENDLESS) == WAIT
    assert set(threading.enumerate()) <= before
    with pytest.raises(httpx.ConnectError):
        httpx.get(api.http.base_url.join("/livez"))
