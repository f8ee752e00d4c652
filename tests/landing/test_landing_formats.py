"""How numbers, durations and dates are read: the engine's SQL against a reference written in Python."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.contracts import Column
from orchestration.landing.formats import description_of, parse

ANYTHING = st.text(alphabet="0123456789.,-+:/ eE'xà²", max_size=14)
Reader = Callable[[str, str, str], object]


@pytest.fixture(scope="module")
def read() -> Iterator[Reader]:
    """Read one text as a format and a type."""
    with duckdb.connect(":memory:") as database:

        def run(text: str, source_format: str, physical_type: str) -> object:
            column = Column("c", "", "", physical_type, "c", source_format)
            query = f"select {parse(column, 'c1')} from (select $text as c1)"
            return database.execute(query, {"text": text}).fetchall()[0][0]

        yield run


def grouped(whole: int) -> str:
    return f"{whole:,}".replace(",", ".")


def italian(text: str) -> Decimal | None:
    """Digit by digit: sign, digits with or without thousands' dots, comma and decimals."""
    sign = -1 if text.startswith("-") else 1
    whole, comma, fraction = text.removeprefix("-").partition(",")
    groups = whole.split(".")
    if not all(group and set(group) <= set("0123456789") for group in groups):
        return None
    if len(groups) > 1 and (len(groups[0]) > 3 or any(len(group) != 3 for group in groups[1:])):
        return None
    if comma and not (1 <= len(fraction) <= 2 and set(fraction) <= set("0123456789")):
        return None
    return sign * Decimal("".join(groups) + "." + (fraction or "0"))


def sap(text: str) -> Decimal | None:
    """As the Italian one, the sign behind."""
    if text.startswith("-"):
        return None
    return italian("-" + text[:-1]) if text.endswith("-") else italian(text)


def duration(text: str) -> int | None:
    hours, colon, minutes = text.partition(":")
    digits = set("0123456789")
    if not colon or not 1 <= len(hours) <= 4 or len(minutes) != 2 or not set(hours + minutes) <= digits:
        return None
    return int(hours) * 60 + int(minutes) if int(minutes) < 60 else None


def fits(value: Decimal | None) -> Decimal | None:
    return value if value is None or abs(value) < Decimal(10) ** 16 else None


SETTINGS = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@SETTINGS
@given(st.one_of(ANYTHING, st.decimals(-(10**17), 10**17, places=2).map(lambda d: f"{d}".replace(".", ","))))
def test_italian_numbers(read: Reader, text: str) -> None:
    assert read(text, "italian", "DECIMAL(18,2)") == fits(italian(text))


@SETTINGS
@given(whole=st.integers(0, 10**15), cents=st.integers(0, 99), negative=st.booleans())
def test_numbers_written_by_the_book_are_read_back(
    read: Reader, whole: int, cents: int, negative: bool
) -> None:
    value = (-1 if negative else 1) * (Decimal(whole) + Decimal(cents) / 100)
    text = f"{grouped(whole)},{cents:02d}"
    assert read(f"-{text}" if negative else text, "italian", "DECIMAL(18,2)") == value
    assert read(f"{text}-" if negative else text, "sap", "DECIMAL(18,2)") == value
    assert read(f"{value:.2f}", "plain", "DECIMAL(18,2)") == value


@SETTINGS
@given(ANYTHING)
def test_sap_numbers(read: Reader, text: str) -> None:
    assert read(text, "sap", "DECIMAL(18,2)") == fits(sap(text))


@SETTINGS
@given(st.one_of(ANYTHING, st.integers(-(2**33), 2**33).map(str), st.integers(0, 2**33).map(grouped)))
def test_whole_italian_numbers(read: Reader, text: str) -> None:
    value = None if "," in text else italian(text)
    expected = int(value) if value is not None and -(2**31) <= value < 2**31 else None
    assert read(text, "italian", "INTEGER") == expected


@SETTINGS
@given(
    st.one_of(
        ANYTHING, st.tuples(st.integers(0, 99999), st.integers(0, 99)).map(lambda t: f"{t[0]:04d}:{t[1]:02d}")
    )
)
def test_durations(read: Reader, text: str) -> None:
    assert read(text, "hours_minutes", "INTEGER") == duration(text)


@SETTINGS
@given(st.one_of(ANYTHING, st.tuples(*[st.integers(0, 40)] * 2).map(lambda t: f"{t[0]:02d}.{t[1]:02d}.2025")))
def test_dates(read: Reader, text: str) -> None:
    try:
        expected: date | None = datetime.strptime(text, "%d.%m.%Y").date()
    except ValueError:
        expected = None
    if expected is not None and len(text) != 10:
        expected = None
    assert read(text, "dotted_date", "DATE") == expected


@pytest.mark.parametrize(
    ("text", "source_format", "physical_type", "expected"),
    [
        ("1.5", "italian", "DECIMAL(18,2)", None),
        ("1,505", "italian", "DECIMAL(18,2)", None),
        ("1.204", "italian", "INTEGER", 1204),
        ("00", "italian", "INTEGER", 0),
        ("1.234.567,89-", "sap", "DECIMAL(18,2)", Decimal("-1234567.89")),
        ("0,00-", "sap", "DECIMAL(18,2)", Decimal("0.00")),
        ("-1,00", "sap", "DECIMAL(18,2)", None),
        ("1e3", "plain", "DECIMAL(18,4)", None),
        ("12345678901234.5678", "plain", "DECIMAL(18,4)", Decimal("12345678901234.5678")),
        ("123456789012345.5678", "plain", "DECIMAL(18,4)", None),
        ("1.00005", "plain", "DECIMAL(18,4)", None),
        ("9999:59", "hours_minutes", "INTEGER", 599999),
        ("12/2024", "month_year", "INTEGER", 202412),
        ("13/2024", "month_year", "INTEGER", None),
        ("2024-12", "iso_month", "INTEGER", 202412),
        ("2024-02-29", "iso_date", "DATE", date(2024, 2, 29)),
        ("2025-02-29", "iso_date", "DATE", None),
        ("31.04.2025", "dotted_date", "DATE", None),
        ("\u0661\u0662", "plain", "INTEGER", None),
    ],
)
def test_by_hand(read: Reader, text: str, source_format: str, physical_type: str, expected: object) -> None:
    assert read(text, source_format, physical_type) == expected


@pytest.mark.parametrize(
    ("source_format", "physical_type", "expected"),
    [
        ("italian", "INTEGER", "a whole Italian number such as 1.234"),
        ("sap", "DECIMAL(18,2)", "a SAP number such as 1.234,50- that fits DECIMAL(18,2)"),
        ("iso_date", "DATE", "a date YYYY-MM-DD"),
        ("text", "VARCHAR", "text"),
    ],
)
def test_messages_say_what_was_expected(source_format: str, physical_type: str, expected: str) -> None:
    assert description_of(Column("c", "", "", physical_type, "c", source_format)) == expected
