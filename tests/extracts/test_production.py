"""Stocks, subsidiarity and sizes of the production."""

import csv
from collections import defaultdict
from pathlib import Path

from orchestration.paths import seeds_dir

from .conftest import Demo
from .reading import Row, delimited, whole

Coefficients = dict[tuple[str, str], int]

_COUNTS = (
    "giacenza_iniziale",
    "pervenuto",
    "definito_accolto",
    "definito_respinto",
    "definito_automatizzato",
    "giacenza_finale",
)
# The office that continues another keeps its backlog.
_CONTINUES = {"FP-ROSSANO-CALABRO": "DP-ROSSANO-CALABRO"}


def _completed(row: Row) -> int:
    return whole(row["definito_accolto"]) + whole(row["definito_respinto"])


def _owner(row: Row) -> tuple[str, str]:
    code = row["cod_struttura"]
    return _CONTINUES.get(code, code), row["cod_modello"]


def test_stocks_balance_with_what_others_completed(demo: Demo) -> None:
    for rows in demo.production.values():
        by_others: defaultdict[tuple[str, str], int] = defaultdict(int)
        for row in rows:
            if row["modalita"] == "R":
                by_others[row["cod_struttura_sussidiata"], row["cod_modello"]] += _completed(row)
        for row in rows:
            if row["modalita"] == "P":
                flows = whole(row["pervenuto"]) - _completed(row) + whole(row["rettifiche"])
                received = by_others.pop((row["cod_struttura"], row["cod_modello"]), 0)
                expected = whole(row["giacenza_iniziale"]) + flows - received
                assert whole(row["giacenza_finale"]) == expected, row
        assert not by_others


def test_opening_is_the_closing_of_the_month_before(demo: Demo) -> None:
    """Also for the office that changed code in April 2025 and the model that changed line in March."""
    before: dict[tuple[str, str], int] | None = None
    for month in demo.months:
        own = [row for row in demo.production[month] if row["modalita"] == "P"]
        if before is not None:
            for row in own:
                assert whole(row["giacenza_iniziale"]) == before.get(_owner(row), 0), row
            assert before.keys() <= {_owner(row) for row in own}
        before = {_owner(row): whole(row["giacenza_finale"]) for row in own}


def test_pieces_are_never_negative_and_automated_ones_are_among_the_completed(demo: Demo) -> None:
    for rows in demo.production.values():
        for row in rows:
            assert all(whole(row[name]) >= 0 for name in _COUNTS), row
            assert whole(row["definito_automatizzato"]) <= _completed(row), row


def test_work_for_others_is_completed_pieces_only(demo: Demo) -> None:
    for rows in demo.production.values():
        rendered = [row for row in rows if row["modalita"] == "R"]
        helpers = {row["cod_struttura"] for row in rendered}
        assert {"SV-SEDE-VIRTUALE", "UC-ESTRATTO-CONTO-DIP-PUBBLICI", "PG-TFS-TFR"} <= helpers
        for row in rendered:
            assert row["cod_struttura_sussidiata"] not in {"", row["cod_struttura"]}
            assert _completed(row) > 0
            assert {row[name] for name in ("giacenza_iniziale", "pervenuto", "giacenza_finale")} == {"0"}
        assert all(not row["cod_struttura_sussidiata"] for row in rows if row["modalita"] == "P")


def test_keys_are_unique(demo: Demo) -> None:
    names = (
        "cod_struttura",
        "cod_linea",
        "cod_prodotto",
        "cod_modello",
        "modalita",
        "cod_struttura_sussidiata",
    )
    for rows in demo.production.values():
        assert len({tuple(row[name] for name in names) for row in rows}) == len(rows)


def _act(name: str) -> list[Row]:
    with Path(seeds_dir() / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_points_of_each_line_are_near_a_tenth_of_the_published_plan(
    demo: Demo, coefficients: Coefficients
) -> None:
    """Twelve months against a year's plan: lines of some size within 15 %, the total within 6 %."""
    points: defaultdict[str, int] = defaultdict(int)
    for month, rows in demo.production.items():
        for row in rows:
            points[row["cod_linea"]] += _completed(row) * coefficients[row["cod_modello"], month]
    planned = {row["codice_area"]: int(row["valore"]) for row in _act("obiettivi_produzione_2021")}
    for line in points.keys() & planned.keys():
        if planned[line] > 100_000:
            assert 0.85 < points[line] / 1000 / planned[line] < 1.15, line
    assert 0.97 < sum(points.values()) / 1000 / planned["TOT"] < 1.06


def test_backlog_is_near_the_published_days(demo: Demo, coefficients: Coefficients) -> None:
    """Mean backlog over a mean month's received points, per office and area: ±30 % of Tabella A."""
    area_of = {"GCAI": "GCAI", **dict.fromkeys(("ANAG", "AGC", "VIG-DOC"), "FLUSSI")}
    area_of |= dict.fromkeys(("AP-PRIV", "AP-PUBB", "FS-PC", "AMM-SOC", "REQ-SS", "CRED-WELF"), "PSI")
    stock: defaultdict[tuple[str, str], int] = defaultdict(int)
    received: defaultdict[tuple[str, str], int] = defaultdict(int)
    for month, rows in demo.production.items():
        for row in rows:
            if row["cod_linea"] in area_of:
                key = _owner(row)[0], area_of[row["cod_linea"]]
                coefficient = coefficients[row["cod_modello"], month]
                stock[key] += whole(row["giacenza_finale"]) * coefficient
                received[key] += whole(row["pervenuto"]) * coefficient
    days = [
        (stock[key] * 30 / received[key]) / int(row["valore"])
        for row in _act("obiettivi_indice_giacenza_2021")
        if (key := (row["codice_struttura"], row["codice_area"])) in stock
    ]
    assert len(days) == 138
    assert sum(0.7 < ratio < 1.3 for ratio in days) / len(days) > 0.97


def test_seasons(demo: Demo, coefficients: Coefficients) -> None:
    received = {
        month: sum(whole(row["pervenuto"]) * coefficients[row["cod_modello"], month] for row in rows)
        for month, rows in demo.production.items()
    }
    assert min(received, key=received.__getitem__) == "202508"
    assert max(received, key=received.__getitem__) in {"202410", "202503"}


def test_rossano_becomes_a_branch_and_keeps_its_backlog(demo: Demo) -> None:
    march = {row["cod_struttura"] for row in demo.production["202503"]}
    april = {row["cod_struttura"] for row in demo.production["202504"]}
    assert "DP-ROSSANO-CALABRO" in march and "FP-ROSSANO-CALABRO" not in march
    assert "FP-ROSSANO-CALABRO" in april and "DP-ROSSANO-CALABRO" not in april
    closing = _backlog(demo.production["202503"], "DP-ROSSANO-CALABRO", "giacenza_finale")
    assert closing == _backlog(demo.production["202504"], "FP-ROSSANO-CALABRO", "giacenza_iniziale")
    assert sum(closing.values()) > 0


def _backlog(rows: list[Row], code: str, column: str) -> dict[str, int]:
    return {
        row["cod_modello"]: whole(row[column])
        for row in rows
        if row["cod_struttura"] == code and row["modalita"] == "P"
    }


def test_a_model_passes_from_a_line_to_another(demo: Demo) -> None:
    lines = {
        month: {row["cod_linea"] for row in rows if row["cod_modello"] == "NT7K00"}
        for month, rows in demo.production.items()
    }
    assert (lines["202502"], lines["202503"]) == ({"AGC"}, {"ANAG"})


def test_the_advice_line_is_born_in_2025_without_backlog(demo: Demo) -> None:
    advice = {
        month: [row for row in rows if row["cod_linea"] == "INFO-CONS"]
        for month, rows in demo.production.items()
    }
    assert not advice["202412"]
    assert advice["202501"] and all(row["giacenza_iniziale"] == "0" for row in advice["202501"])


def test_every_office_delivers_every_line_allocated_to_its_type(demo: Demo) -> None:
    for month in ("202409", "202504"):
        day = f"{month[:4]}-{month[4:]}-01"
        allocations = delimited(demo.folder, "MST_ALLOCAZIONI", month)
        types = {
            row["codice"]: row["tipo"]
            for row in delimited(demo.folder, "MST_STRUTTURE", month)
            if row["valido_dal"] <= day and (not row["valido_al"] or row["valido_al"] >= day)
        }
        lines: defaultdict[str, set[str]] = defaultdict(set)
        for row in allocations:
            if row["valido_dal"] <= day and (not row["valido_al"] or row["valido_al"] >= day):
                lines[row["tipo_struttura"]].add(row["cod_linea"])
        worked: defaultdict[str, set[str]] = defaultdict(set)
        for row in demo.production[month]:
            if row["modalita"] == "P":
                worked[row["cod_struttura"]].add(row["cod_linea"])
        expected = {code: lines[kind] for code, kind in types.items() if lines[kind]}
        assert worked == expected
