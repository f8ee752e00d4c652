"""Limits per subject: how often, how much at once; and what one query may take."""

import threading
from pathlib import Path

import pytest

from semantic.server import AuthSettings, ServerSettings
from semantic.server.errors import TooManyRequests
from semantic.server.limits import SubjectLimits

from ..server.conftest import SECRET, running, token


def test_a_bucket_fills_at_the_rate() -> None:
    """Two at once, then one every half second; each subject has its own."""
    now = [0.0]
    limits = SubjectLimits(rate=2, burst=2, concurrent=None, clock=lambda: now[0])

    def asks(subject: str) -> int:
        try:
            with limits.admitted(subject):
                return 0
        except TooManyRequests as refused:
            return refused.retry_after

    assert [asks("a"), asks("a"), asks("a"), asks("b")] == [0, 0, 1, 0]
    now[0] = 0.5
    assert [asks("a"), asks("a")] == [0, 1]
    now[0] = 100
    assert [asks("a"), asks("a"), asks("a")] == [0, 0, 1]


def test_at_once() -> None:
    """What is in flight counts, until it is over, however it ends."""
    limits = SubjectLimits(rate=None, burst=1, concurrent=1)
    with limits.admitted("a"), pytest.raises(TooManyRequests, match="in flight"), limits.admitted("a"):
        raise AssertionError("two at once")
    with pytest.raises(LookupError), limits.admitted("a"):
        raise LookupError
    with limits.admitted("a"):
        pass


def test_too_often_is_429(published: Path) -> None:
    """With the seconds to wait; another subject is answered."""
    with running(published, ServerSettings(subject_rate=0.1, subject_burst=2)) as api:
        answers = [api.http.get("/cubejs-api/v1/meta") for _ in range(3)]
        other = api.http.get("/cubejs-api/v1/meta", headers={"Authorization": token(sub="other")})
    assert [answer.status_code for answer in (*answers, other)] == [200, 200, 429, 200]
    refusal = answers[2].json()
    assert (refusal["code"], answers[2].headers["retry-after"]) == ("TOO_MANY_REQUESTS", "10")
    assert "wait 10 s" in refusal["suggestion"]


def test_too_much_at_once_is_429(published: Path) -> None:
    """A slow query in flight, and room for one: the next is refused, and answered when the first is over."""
    slow = {"measures": ["infinito.somma"]}
    settings = ServerSettings(subject_concurrent=1, wait_seconds=2, query_seconds=3)
    with running(published, settings) as api:

        def ask_until_admitted() -> None:
            # When the other request of this subject is the one in flight, it is the slow one that is refused.
            while api.post(slow).status_code == 429:
                pass

        first = threading.Thread(target=ask_until_admitted)
        first.start()
        statuses = []
        while first.is_alive() and 429 not in statuses:
            statuses.append(api.post({}).status_code)
        first.join()
        assert (statuses[-1], set(statuses[:-1]) <= {400}) == (429, True)
        assert api.http.get("/cubejs-api/v1/meta").status_code == 200


def test_a_query_that_needs_too_much_memory(published: Path) -> None:
    """400 with what to ask instead; the server goes on."""
    settings = ServerSettings(memory_limit="8MB", spill_limit="1MB")
    wide = {"measures": ["lento.somma"], "dimensions": ["lento.numero"]}
    with running(published, settings, AuthSettings(secrets=(SECRET,))) as api:
        refusal = api.refused(wide)
        assert (refusal["code"], "fewer periods" in refusal["suggestion"]) == ("QUERY_TOO_LARGE", True)
        assert api.http.get("/cubejs-api/v1/meta").status_code == 200
