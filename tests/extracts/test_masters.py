"""The masters know what the other extracts use, and no more than was known at their month."""

from collections import defaultdict
from itertools import pairwise

from .conftest import Demo
from .reading import Row, data_lines, delimited, measures, sheets


def _in_force(row: Row, month: str) -> bool:
    day = f"{month[:4]}-{month[4:]}-01"
    return row["valido_dal"] <= day and (not row["valido_al"] or row["valido_al"] >= day)


def _structures(demo: Demo, month: str) -> dict[str, Row]:
    rows = delimited(demo.folder, "MST_STRUTTURE", month)
    return {row["codice"]: row for row in rows if _in_force(row, month)}


def test_every_structure_used_is_in_force(demo: Demo) -> None:
    for month in demo.months:
        known = _structures(demo, month).keys()
        used = {row["cod_struttura"] for row in demo.production[month]}
        used |= {row["cod_struttura_sussidiata"] for row in demo.production[month]} - {""}
        used |= {row["cod_struttura"] for row in delimited(demo.folder, "HR_PRES", month)}
        used |= {cells[3] for cells in data_lines(demo.folder, "SAP_COAN", month)}
        used |= {cells[2] for cells in data_lines(demo.folder, "SAP_IEEP", month)}
        used |= {str(row["struttura"]) for row in measures(demo.folder, month)}
        controls = sheets(demo.folder / f"CTRL_CONTROLLI_{month}.xlsx")
        used |= {str(row["cod_struttura"]) for rows in controls.values() for row in rows}
        assert used <= known, month


def test_every_model_and_line_used_is_allocated(demo: Demo) -> None:
    for month in demo.months:
        products = {
            (row["cod_modello"], row["cod_prodotto"])
            for row in delimited(demo.folder, "MST_PRODOTTI", month)
            if _in_force(row, month)
        }
        allocated = {
            (row["tipo_struttura"], row["cod_modello"], row["cod_linea"])
            for row in delimited(demo.folder, "MST_ALLOCAZIONI", month)
            if _in_force(row, month)
        }
        types = {code: row["tipo"] for code, row in _structures(demo, month).items()}
        for row in demo.production[month]:
            assert (row["cod_modello"], row["cod_prodotto"]) in products, row
            if row["modalita"] == "P":
                assert (types[row["cod_struttura"]], row["cod_modello"], row["cod_linea"]) in allocated, row


def test_versions_of_a_key_do_not_overlap(demo: Demo) -> None:
    keys = {
        "MST_STRUTTURE": ("codice",),
        "MST_PRODOTTI": ("cod_modello",),
        "MST_ALLOCAZIONI": ("cod_modello", "tipo_struttura"),
    }
    for extract, names in keys.items():
        versions: defaultdict[tuple[str, ...], list[tuple[str, str]]] = defaultdict(list)
        for row in delimited(demo.folder, extract, demo.months[-1]):
            versions[tuple(row[name] for name in names)].append((row["valido_dal"], row["valido_al"]))
        for key, found in versions.items():
            found.sort()
            assert all(closing and closing < opening for (_, closing), (opening, _) in pairwise(found)), key


def test_the_tree_hangs_from_the_nation(demo: Demo) -> None:
    for month in demo.months:
        known = _structures(demo, month)
        parents = {code: row["codice_padre"] for code, row in known.items()}
        assert [code for code, parent in parents.items() if not parent] == ["NAZIONALE"]
        assert set(parents.values()) - {""} <= known.keys()
        kinds = {
            kind: {known[row["codice_padre"]]["tipo"] for row in known.values() if row["tipo"] == kind}
            for kind in ("DR", "DP", "AG")
        }
        assert kinds == {"DR": {"NAZ"}, "DP": {"DR"}, "AG": {"DP", "FM"}}


def test_a_reorganisation_is_unknown_until_its_month(demo: Demo) -> None:
    march = {row["codice"]: row for row in delimited(demo.folder, "MST_STRUTTURE", "202503")}
    assert "FP-ROSSANO-CALABRO" not in march
    assert (march["DP-ROSSANO-CALABRO"]["valido_al"], march["DP-ROSSANO-CALABRO"]["codice_successore"]) == (
        "",
        "",
    )
    april = {row["codice"]: row for row in delimited(demo.folder, "MST_STRUTTURE", "202504")}
    closed, opened = april["DP-ROSSANO-CALABRO"], april["FP-ROSSANO-CALABRO"]
    assert (closed["valido_al"], closed["codice_successore"]) == ("2025-03-31", "FP-ROSSANO-CALABRO")
    assert (opened["tipo"], opened["codice_padre"], opened["valido_dal"]) == (
        "FP",
        "DR-CALABRIA",
        "2025-04-01",
    )


def test_the_stabia_branch_changes_directorate(demo: Demo) -> None:
    parents = {month: _structures(demo, month)["FM-NAPOLI-STABIESE"]["codice_padre"] for month in demo.months}
    assert (parents["202506"], parents["202507"]) == ("DCM-NAPOLI", "DR-CAMPANIA")
    july = delimited(demo.folder, "MST_STRUTTURE", "202507")
    versions = [
        (row["valido_dal"], row["valido_al"]) for row in july if row["codice"] == "FM-NAPOLI-STABIESE"
    ]
    assert versions == [("2010-01-01", "2025-06-30"), ("2025-07-01", "")]


def test_coefficients_are_measured_again_in_october_2024(demo: Demo) -> None:
    assert all(not row["valido_al"] for row in delimited(demo.folder, "MST_PRODOTTI", "202409"))
    october = delimited(demo.folder, "MST_PRODOTTI", "202410")
    old = {row["cod_modello"]: row["coefficiente"] for row in october if row["valido_al"] == "2024-09-30"}
    new = {row["cod_modello"]: row["coefficiente"] for row in october if row["valido_dal"] == "2024-10-01"}
    assert len(old) >= 5
    assert old.keys() == new.keys()
    assert any(old[model] != new[model] for model in old)


def test_nt7k00_passes_to_the_registry_line(demo: Demo) -> None:
    rows = [
        row for row in delimited(demo.folder, "MST_ALLOCAZIONI", "202503") if row["cod_modello"] == "NT7K00"
    ]
    versions = {(row["cod_linea"], row["valido_dal"], row["valido_al"]) for row in rows}
    assert versions == {("AGC", "2010-01-01", "2025-02-28"), ("ANAG", "2025-03-01", "")}


def test_published_models_are_all_there_and_invented_ones_say_so(demo: Demo) -> None:
    models = {row["cod_modello"]: row for row in delimited(demo.folder, "MST_PRODOTTI", demo.months[-1])}
    invented = {code for code in models if code.startswith("X")}
    assert len(models.keys() - invented) == 47
    assert all(len(code) == 6 and code.isalnum() for code in invented)
    assert {models[code]["descrizione"].startswith("SINTETICO ") for code in invented} == {True}
