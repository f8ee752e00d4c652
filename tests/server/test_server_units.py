"""Small parts by themselves: dates, periods, values, kept results, addresses."""

import json
import shutil
import subprocess
import time
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semantic.planner import Recent, RefusedByGuard
from semantic.planner.dates import date_range
from semantic.planner.kept import words_of
from semantic.planner.periods import parse_period
from semantic.server.addresses import is_loopback
from semantic.server.encoding import decimal_text, double_text, encode_column
from semantic.server.results import Payload, ResultCache
from semantic.server.tokens import KnownTokens

NOW = datetime(2025, 3, 31, 22, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "start", "end"),
    [
        ("today", "2025-03-31", "2025-03-31"),
        ("yesterday", "2025-03-30", "2025-03-30"),
        ("Tomorrow", "2025-04-01", "2025-04-01"),
        ("this week", "2025-03-31", "2025-04-06"),
        ("last week", "2025-03-24", "2025-03-30"),
        ("this month", "2025-03-01", "2025-03-31"),
        ("last month", "2025-02-01", "2025-02-28"),
        ("next month", "2025-04-01", "2025-04-30"),
        ("this quarter", "2025-01-01", "2025-03-31"),
        ("last quarter", "2024-10-01", "2024-12-31"),
        ("last year", "2024-01-01", "2024-12-31"),
        ("last 7 days", "2025-03-24", "2025-03-30"),
        ("last 2 weeks", "2025-03-17", "2025-03-30"),
        ("last 13 months", "2024-02-01", "2025-02-28"),
        ("next 2 quarters", "2025-04-01", "2025-09-30"),
        ("last 3 years", "2022-01-01", "2024-12-31"),
        ("3 days ago", "2025-03-28", "2025-03-28"),
        ("from 2024-02-01 to today", "2024-02-01", "2025-03-31"),
        ("from 1 year ago to yesterday", "2024-03-31", "2025-03-30"),
        ("2024-02-29", "2024-02-29", "2024-02-29"),
    ],
)
def test_relative_dates(written: str, start: str, end: str) -> None:
    """`last N` leaves the current unit out; weeks start on Monday."""
    assert date_range(written, "UTC", NOW).json == [f"{start}T00:00:00.000", f"{end}T23:59:59.999"]


def test_relative_dates_are_of_the_time_zone() -> None:
    """At half past ten in the evening UTC it is tomorrow in Rome."""
    assert date_range("today", "Europe/Rome", NOW).start == datetime(2025, 4, 1)
    assert date_range("last hour", "UTC", NOW).json == ["2025-03-31T21:00:00.000", "2025-03-31T21:59:59.999"]
    assert date_range("this minute", "UTC", NOW).json == [
        "2025-03-31T22:30:00.000",
        "2025-03-31T22:30:59.999",
    ]


@pytest.mark.parametrize(
    ("code", "first", "last"),
    [
        ("2024-M02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2025-T1", date(2025, 1, 1), date(2025, 3, 31)),
        ("2025-T4", date(2025, 10, 1), date(2025, 12, 31)),
        ("2025-S2", date(2025, 7, 1), date(2025, 12, 31)),
        ("2025-P11", date(2025, 1, 1), date(2025, 11, 30)),
        ("2025-A", date(2025, 1, 1), date(2025, 12, 31)),
    ],
)
def test_periods(code: str, first: date, last: date) -> None:
    """Each kind of reporting period covers its days."""
    period = parse_period(code, "v.periodo")
    assert (period.first, period.last) == (first, last)


@pytest.mark.parametrize("code", ["", "2025-M00", "0000-A", "٢٠٢٥-A", "2025-A ", "2025-T1\n"])
def test_what_is_no_period(code: str) -> None:
    """Nothing but the five formats."""
    with pytest.raises(RefusedByGuard, match="is no reporting period"):
        parse_period(code, "v.periodo")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1, "0.1"),
        (100.0, "100"),
        (-3.5, "-3.5"),
        (-0.0, "0"),
        (1e-6, "0.000001"),
        (1e-7, "1e-7"),
        (1.5e-10, "1.5e-10"),
        (1e16, "10000000000000000"),
        (123456789012345680000.0, "123456789012345680000"),
        (1e21, "1e+21"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        (5e-324, "5e-324"),
        (float("nan"), "NaN"),
        (float("-inf"), "-Infinity"),
    ],
)
def test_doubles_are_written_as_javascript_does(value: float, text: str) -> None:
    """The shortest digits that give the value back, in JavaScript's form."""
    assert double_text(value) == text


@given(st.lists(st.floats(), min_size=1, max_size=50))
def test_doubles_come_back(values: list[float]) -> None:
    """Any double is read back as itself (but for the sign of zero, which JavaScript does not write)."""
    for value in values:
        if value == value:
            assert float(double_text(value)) == value


def test_doubles_agree_with_javascript() -> None:
    """Node itself writes a few hundred doubles of all sizes the same way."""
    values = [
        mantissa * 10.0**power
        for power in range(-30, 31, 3)
        for mantissa in (1.0, 1.1, -7.25, 9.999999999999999)
    ]
    node = shutil.which("node")
    assert node is not None, "the conformance tests need Node too: install it"
    script = f"console.log(JSON.stringify({json.dumps(values)}.map(String)))"
    written = subprocess.run([node, "-e", script], check=True, capture_output=True, text=True).stdout
    assert [double_text(value) for value in values] == json.loads(written)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("10.5000", "10.5"),
        ("100.00", "100"),
        ("100", "100"),
        ("0.00", "0"),
        ("-0.10", "-0.1"),
        ("1E-10", "0.0000000001"),
    ],
)
def test_decimals_are_written_in_full(value: str, text: str) -> None:
    """No exponent, no zeros at the end, all the digits."""
    assert decimal_text(Decimal(value)) == text


def test_columns_are_encoded_by_their_type() -> None:
    """Text and booleans stay, numbers become text, whatever the width."""
    assert encode_column([None, "a"], "VARCHAR") == [None, "a"]
    assert encode_column([True, None], "BOOLEAN") == [True, None]
    assert encode_column([10**30, None], "HUGEINT") == [str(10**30), None]
    assert encode_column([Decimal("1.10")], "DECIMAL(18,2)") == ["1.1"]
    assert encode_column([date(2025, 1, 31)], "DATE") == ["2025-01-31T00:00:00.000"]
    assert encode_column([datetime(2025, 1, 31, 1, 2, 3, 456789)], "TIMESTAMP") == ["2025-01-31T01:02:03.456"]


def payload(size: int) -> Payload:
    """A result of so many bytes."""
    return Payload((b"x" * size,), 1, None, {}, "")


def test_results_are_kept_by_use_and_size() -> None:
    """The one used longest ago goes first; what is too large is not kept at all."""
    cache = ResultCache(10_000)
    for name in ("a", "b", "c"):
        cache.put((name,), payload(2000), uncollected=False)
    assert cache.get(("a",), fresh=False) is not None
    cache.put(("d",), payload(2000), uncollected=False)
    assert [cache.get((name,), fresh=False) is None for name in "abcd"] == [False, True, False, False]
    cache.put(("e",), payload(20_000), uncollected=False)
    assert cache.get(("e",), fresh=False) is None
    assert cache.size <= 10_000
    cache.clear()
    assert (len(cache), cache.size) == (0, 0)


def test_uncollected_results_are_given_once_to_who_wants_them_fresh() -> None:
    """A failure is given once to anybody."""
    cache = ResultCache(10_000)
    cache.put(("a",), payload(10), uncollected=True)
    assert cache.get(("a",), fresh=True) is not None
    assert cache.get(("a",), fresh=True) is None
    assert cache.get(("a",), fresh=False) is not None
    cache.put(("f",), ValueError("x"), uncollected=True)
    assert isinstance(cache.get(("f",), fresh=False), ValueError)
    assert cache.get(("f",), fresh=False) is None
    cache.put(("g",), ValueError("x"), uncollected=False)
    assert len(cache) == 1


@pytest.mark.parametrize(
    ("host", "is_local"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("localhost", True),
        ("10.0.0.1", False),
        ("::", False),
        ("localhost.example.org", False),
    ],
)
def test_loopback(host: str, is_local: bool) -> None:
    """Addresses of this machine alone."""
    assert is_loopback(host) is is_local


def test_recent_lets_go_of_what_was_not_used_for_longest() -> None:
    """Use counts, not age."""
    kept: Recent[int] = Recent(2)
    kept.put("a", 1)
    kept.put("b", 2)
    assert kept.get("a") == 1
    kept.put("c", 3)
    assert (kept.get("a"), kept.get("b"), kept.get("c"), len(kept)) == (1, None, 3, 2)


def test_words_of_a_query_tell_numbers_from_texts() -> None:
    """A plan is kept by its words: a tenth and the text of it are not the same words."""
    written = [Decimal("0.1"), "0.1", "Decimal('0.1')", '{"decimal": "0.1"}', 1, True, "1", None]
    words = [words_of({"values": [value]}, None) for value in written]
    assert len(set(words)) == len(written)
    assert words_of({}, "no-cache") != words_of({}, None)
    assert words_of({"values": [object()]}, None) is None


def test_known_tokens_are_in_force_only_in_their_time() -> None:
    """The signature is not checked again; the time always is, and what is no time is looked at anew."""
    known: KnownTokens[dict[str, object]] = KnownTokens()
    now = time.time()
    for token, claims in {
        "plain": {},
        "later": {"exp": now + 60},
        "expired": {"exp": now - 1},
        "early": {"nbf": now + 60},
        "odd": {"exp": "soon"},
    }.items():
        known.put(token, claims, claims)
    assert known.get("plain") == {}
    assert known.get("later") == {"exp": now + 60}
    assert [known.get(token) for token in ("expired", "early", "odd", "unknown")] == [None] * 4
