"""People: who they are said to be, what their month adds up to, and what each of them produces."""

from collections import Counter, defaultdict

import pytest

from orchestration.synthetic.months import Month, holidays, working_days

from .conftest import Demo
from .reading import Row, delimited, minutes, whole

_ADMINISTRATIVE = {"elevata_professionalita", "funzionario", "assistente", "operatore"}
_PROFILES = _ADMINISTRATIVE | {
    "sanitario",
    "tecnico",
    "edilizio",
    "informatico",
    "socio_assistenziale",
    "ispettore_vigilanza",
}
_FUNCTIONS = {"produzione", "supporto", "regionale", "sportello", "centralino", "ispettiva", "staff"}
# Lines whose points and people the productivity index leaves out.
_OUTSIDE = {"VIG-ISP", "LEGALE", "MED-LEG", "CPP", "AUTOCERT", "RPS-ARCHIVI", "AMM-SOC-REG"}


@pytest.fixture(scope="module")
def presence(demo: Demo) -> dict[str, list[Row]]:
    return {month: delimited(demo.folder, "HR_PRES", month) for month in demo.months}


def test_code_lists(presence: dict[str, list[Row]]) -> None:
    rows = [row for found in presence.values() for row in found]
    assert {row["profilo"] for row in rows} == _PROFILES
    assert {row["funzione"] for row in rows} == _FUNCTIONS
    assert {row["comandato"] for row in rows} == {"S", "N"}
    assert all(row["matricola"][0] == "I" and len(row["matricola"]) == 8 for row in rows)


def test_a_person_has_one_row_or_two_and_one_place_of_work(presence: dict[str, list[Row]]) -> None:
    for rows in presence.values():
        by_person: defaultdict[str, list[Row]] = defaultdict(list)
        for row in rows:
            by_person[row["matricola"]].append(row)
        counts = Counter(len(found) for found in by_person.values())
        assert set(counts) == {1, 2}
        assert 0.04 < counts[2] / len(by_person) < 0.10
        for found in by_person.values():
            assert len({(row["cod_struttura"], row["profilo"]) for row in found}) == 1
            assert len({row["cod_area"] for row in found}) == len(found)


def test_registration_numbers_last_from_month_to_month(presence: dict[str, list[Row]], demo: Demo) -> None:
    first, last = ({row["matricola"] for row in presence[demo.months[at]]} for at in (0, -1))
    assert len(first & last) / len(first) > 0.95
    assert first != last


def test_a_month_of_a_person_adds_up(presence: dict[str, list[Row]]) -> None:
    """Presence, sickness and other absences make the workable time times the part-time share (±3 minutes)."""
    for rows in presence.values():
        workable = {row["ore_lavorabili"] for row in rows}
        assert len(workable) == len({row["giorni_lavorabili"] for row in rows}) == 1
        spent: defaultdict[str, int] = defaultdict(int)
        due = {}
        for row in rows:
            accounted = ("ore_presenza", "ore_malattia", "ore_altre_assenze")
            spent[row["matricola"]] += sum(minutes(row[name]) for name in accounted)
            share = whole(row["part_time_pct"].replace(",", ""))
            due[row["matricola"]] = minutes(row["ore_lavorabili"]) * share / 10_000
            days = [int(row[name]) for name in ("giorni_agili", "giorni_presenza", "giorni_lavorabili")]
            assert days == sorted(days)
        assert all(abs(spent[person] - due[person]) <= 3 for person in due)


def test_workable_time_is_the_working_days_of_seven_hours_twelve(presence: dict[str, list[Row]]) -> None:
    for month, rows in presence.items():
        days = working_days(Month(int(month[:4]), int(month[4:])))
        assert int(rows[0]["giorni_lavorabili"]) == days
        assert minutes(rows[0]["ore_lavorabili"]) == days * 432


@pytest.mark.parametrize(
    ("year", "month", "days"), [(2024, 12, 20), (2025, 1, 21), (2025, 4, 20), (2025, 6, 20), (2025, 8, 20)]
)
def test_working_days_by_hand(year: int, month: int, days: int) -> None:
    assert working_days(Month(year, month)) == days


def test_easter_monday_is_a_holiday() -> None:
    mondays = {2021: "2021-04-05", 2024: "2024-04-01", 2025: "2025-04-21", 2026: "2026-04-06"}
    for year, expected in mondays.items():
        assert expected in {day.isoformat() for day in holidays(year)}


def test_productivity_is_plausible_by_both_definitions(
    presence: dict[str, list[Row]], demo: Demo, coefficients: dict[tuple[str, str], int]
) -> None:
    points = {
        month: sum(
            (whole(row["definito_accolto"]) + whole(row["definito_respinto"]))
            * coefficients[row["cod_modello"], month]
            for row in rows
            if row["cod_linea"] not in _OUTSIDE
        )
        / 10_000
        for month, rows in demo.production.items()
    }
    of_2021 = {month: sum(map(_fte, filter(_counts_in_2021, rows))) for month, rows in presence.items()}
    of_2025 = {month: sum(map(_fte, filter(_counts_in_2025, rows))) for month, rows in presence.items()}
    for heads in (of_2021, of_2025):
        assert 95 < sum(points.values()) / sum(heads.values()) < 130
        assert all(85 < points[month] / heads[month] < 142 for month in points)


def _fte(row: Row) -> float:
    return minutes(row["ore_presenza"]) / minutes(row["ore_lavorabili"])


def _counts_in_2021(row: Row) -> bool:
    inside = row["cod_area"] not in _OUTSIDE | {"SUPPORTO", "REGIONALE"}
    at_the_counter = row["funzione"] == "sportello" and row["profilo"] in _ADMINISTRATIVE
    return inside and not at_the_counter and row["funzione"] != "ispettiva"


def _counts_in_2025(row: Row) -> bool:
    return row["profilo"] in _ADMINISTRATIVE and row["funzione"] != "centralino"


def test_shares_of_staff(presence: dict[str, list[Row]]) -> None:
    rows = [row for found in presence.values() for row in found]
    offices = [row for row in rows if row["cod_struttura"][:2] not in {"DR", "DC"}]
    everyone, of_offices = sum(map(_fte, rows)), sum(map(_fte, offices))
    in_production = sum(_fte(row) for row in offices if row["cod_area"] not in {"SUPPORTO", "REGIONALE"})
    assert 0.84 < in_production / of_offices < 0.89
    assert 0.05 < 1 - of_offices / everyone < 0.09
    agile = sum(int(row["giorni_agili"]) for row in rows) / sum(int(row["giorni_presenza"]) for row in rows)
    assert 0.15 < agile < 0.30
