"""`/metrics`: counted requests in Prometheus' format, for whoever may see everything."""

import re
from pathlib import Path

import httpx

from semantic.exposition import CONTENT_TYPE, Family, exposition

from .conftest import running, token

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = rf'{NAME}="(?:[^"\\\n]|\\["\\n])*"'
SAMPLE = re.compile(rf"({NAME})(?:\{{({LABEL}(?:,{LABEL})*)\}})? (-?[0-9.e+-]+)")
COMMENT = re.compile(rf"# (HELP|TYPE) ({NAME}) (.+)")


def parsed(text: str) -> dict[str, float]:
    """Return every sample by name and labels, holding the text against the format's grammar."""
    assert text.endswith("\n")
    found: dict[str, float] = {}
    for line in text.splitlines():
        if line.startswith("#"):
            assert COMMENT.fullmatch(line), line
            continue
        sample = SAMPLE.fullmatch(line)
        assert sample, line
        key = f"{sample[1]}{{{sample[2]}}}" if sample[2] else sample[1]
        assert key not in found, f"{key} twice"
        found[key] = float(sample[3])
    return found


def test_requests_are_counted(published: Path) -> None:
    """By path and status, with a histogram whose last bucket is all of them; other paths count nothing."""
    with running(published) as api:
        assert api.http.get("/cubejs-api/v1/meta").status_code == 200
        assert api.http.get("/cubejs-api/v1/meta", headers={"Authorization": "none"}).status_code == 403
        assert api.http.get("/elsewhere").status_code == 404
        response = api.http.get("/metrics")
    assert (response.status_code, response.headers["content-type"]) == (200, CONTENT_TYPE)
    found = parsed(response.text)
    meta = 'path="/cubejs-api/v1/meta"'
    assert found[f'cruscotto_api_requests_total{{{meta},status="200"}}'] == 1
    assert found[f'cruscotto_api_requests_total{{{meta},status="403"}}'] == 1
    assert found[f'cruscotto_api_request_seconds_bucket{{{meta},le="+Inf"}}'] == 2
    assert found[f"cruscotto_api_request_seconds_count{{{meta}}}"] == 2
    assert found[f"cruscotto_api_request_seconds_sum{{{meta}}}"] > 0
    assert found["cruscotto_api_requests_in_flight"] == 1
    assert found['cruscotto_api_publication_info{version="1"}'] == 1
    assert "elsewhere" not in response.text


def test_they_are_for_whoever_may_see_everything(published: Path) -> None:
    with running(published) as api:
        some = api.http.get("/metrics", headers={"Authorization": token(domains=[])})
        nobody = httpx.get(api.http.base_url.join("/metrics"))
    assert some.status_code == nobody.status_code == 403
    assert "all structures" in some.json()["suggestion"] and "cruscotto_api" not in some.text


def test_hostile_labels_stay_labels() -> None:
    family = Family("some_total", "counter", "Line\nbreak and \\.").add(1, {"name": 'a"} 7\n\\evil 1'})
    text = exposition([family, Family("none", "gauge", "Without samples.")])
    assert text.count("\n") == 3 and len(parsed(text)) == 1 and "none" not in text
