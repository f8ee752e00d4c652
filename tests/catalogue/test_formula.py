"""Formulas read from definitions, and their two notations."""

from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

import pytest

from semantic.compiler import CompileError
from semantic.compiler.formula import FormulaReader
from semantic.compiler.manifest import Dimension, Input, Measure, Metric, SemanticManifest, SemanticModel
from semantic.compiler.notation import as_mathml, as_text

FLAG = "{{ Dimension('componente__is_flagged') }}"


def _measure(name: str, sql: str | None = None, **meta: str) -> Measure:
    return Measure(name, name.capitalize(), "", sql or name, {"natura": "flusso"} | meta)


BASE = SemanticModel(
    name="componenti",
    label="Componenti",
    description="",
    relation="indicators.ind_components_by_period",
    primary_key=None,
    primary_entity="componente",
    foreign_keys={},
    dimensions=(
        Dimension("is_flagged", "Segnalati", "is_flagged", "categorical", {}),
        Dimension("is_nameless", "is_nameless", "is_nameless", "categorical", {}),
        Dimension("tipo", "Tipo", "type_code", "categorical", {}),
    ),
    measures=(
        _measure("a"),
        _measure("b"),
        _measure("scorta", natura="stock"),
        _measure("iniziale", natura="stock", momento="apertura"),
        _measure("giorni_scorta", "scorta * period_days", natura="stock"),
        _measure("a_segnalati", "case when is_flagged then a end"),
    ),
)


def _metric(name: str, kind: str, inputs: tuple[Input, ...], **other: Any) -> Metric:
    meta: Mapping[str, Any] = other.pop("meta", {})
    values = {"expression": None, "filters": ()} | other
    return Metric(name, name.upper(), "", kind, inputs, meta=meta, file="models/x.yml", **values)


def _plain(name: str) -> Metric:
    return _metric(name, "simple", (Input(name, "misura", ()),))


def _derived(expression: str, *names: str, **other: Any) -> Metric:
    return _metric(
        "d", "derived", tuple(Input(name, name, ()) for name in names), expression=expression, **other
    )


INDICATOR = _metric(
    "tasso",
    "ratio",
    (Input("a", "numeratore", ()), Input("b", "denominatore", ())),
    meta={"codice": "tasso", "valido_dal": "2021-01-01", "valido_al": "2024-12-31"},
)
NEWER = _metric(
    "nuovo",
    "simple",
    (Input("a", "misura", ()),),
    meta={"codice": "nuovo", "valido_dal": "2025-01-01", "valido_al": None},
)


def _read(metric: Metric) -> str:
    return as_text(_formula(metric))


def _formula(metric: Metric) -> Any:
    metrics = [_plain(measure.name) for measure in BASE.measures] + [INDICATOR, NEWER, metric]
    manifest = SemanticManifest({"componenti": BASE}, {one.name: one for one in metrics})
    return FormulaReader(manifest, BASE).read(metric)


@pytest.mark.parametrize(
    ("metric", "text"),
    [
        (_plain("a"), "Σ a"),
        (_plain("scorta"), "Σ scorta [al mese di chiusura]"),
        (_plain("iniziale"), "Σ iniziale [al primo mese]"),
        (_plain("giorni_scorta"), "Σ (scorta × giorni(periodo)) [al mese di chiusura]"),
        (_plain("a_segnalati"), "Σ a [Segnalati]"),
        (INDICATOR, "Σ a / Σ b"),
        (_derived("100 * a / nullif(b, 0)", "a", "b"), "100 × Σ a / Σ b"),
        (_derived("100 * (a - b) / nullif(a + b, 0)", "a", "b"), "100 × (Σ a − Σ b) / (Σ a + Σ b)"),
        (_derived("a - (b - a)", "a", "b"), "Σ a − (Σ b − Σ a)"),
        (_derived("a / nullif(b * a, 0)", "a", "b"), "Σ a / (Σ b × Σ a)"),
        (_derived("-a", "a"), "−Σ a"),
        (_derived("least(a, b)", "a", "b"), "min(Σ a; Σ b)"),
        (_derived("coalesce(a, b)", "a", "b"), "primo valore presente(Σ a; Σ b)"),
        # An indicator within another is a reference, not repeated.
        (_derived("tasso * 2", "tasso"), "tasso × 2"),
        (
            _metric("f", "simple", (Input("a", "misura", (f"{FLAG} = false",)),)),
            "Σ a [non Segnalati]",
        ),
        (
            _metric("g", "ratio", INDICATOR.inputs, filters=(f"{FLAG} = true",)),
            "Σ a / Σ b, con Segnalati",
        ),
        (
            _metric("h", "derived", (Input("tasso", "tasso", (f"{FLAG} = true",)),), expression="tasso * 2"),
            "tasso [Segnalati] × 2",
        ),
        (
            _derived("coalesce(tasso, nuovo)", "tasso", "nuovo", meta={"definizioni": ["tasso", "nuovo"]}),
            "tasso dal 01/01/2021 al 31/12/2024; nuovo dal 01/01/2025",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_formulas_worked_by_hand(metric: Metric, text: str) -> None:
    assert _read(metric) == text


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("{{ Dimension('componente__tipo') }} = 'E'", "Tipo = E"),
        ("{{ Dimension('componente__tipo') }} <> 'E'", "Tipo ≠ E"),
        ("{{ Dimension('componente__tipo') }} in ('E', 'P')", "Tipo in E, P"),
        (f"{FLAG} = true and {{{{ Dimension('componente__tipo') }}}} = 'E'", "Segnalati; Tipo = E"),
        (f"{FLAG} = true or {{{{ Dimension('componente__tipo') }}}} = 'E'", "Segnalati o Tipo = E"),
        (f"not {FLAG}", "non Segnalati"),
        ("{{ Dimension('componente__tipo') }} is null", "Tipo assente"),
        ("{{ Dimension('componente__tipo') }} is not null", "non Tipo assente"),
    ],
)
def test_conditions_are_said_in_words(condition: str, words: str) -> None:
    metric = _metric("x", "simple", (Input("a", "misura", (condition,)),))
    assert _read(metric) == f"Σ a [{words}]"


def test_a_flag_without_a_label_is_refused() -> None:
    condition = "{{ Dimension('componente__is_nameless') }} = true"
    with pytest.raises(CompileError, match=r"models/x\.yml: x: 'is_nameless' .* label"):
        _read(_metric("x", "simple", (Input("a", "misura", (condition,)),)))


@pytest.mark.parametrize("expression", ["a % b", "a || b", "a +"])
def test_what_has_no_notation_is_refused(expression: str) -> None:
    with pytest.raises(CompileError, match=r"models/x\.yml: d"):
        _read(_derived(expression, "a", "b"))


def test_a_composite_is_told_and_not_computed() -> None:
    composite = _metric("c", "simple", (Input("punteggio", "misura", ()),), meta={"composito": True})
    assert "media ponderata" in _read(composite)


def test_mathml_is_xml_with_a_fraction_and_the_conditions_under_the_sum() -> None:
    metric = _metric(
        "x",
        "ratio",
        (Input("giorni_scorta", "numeratore", (f"{FLAG} = true",)), Input("b", "denominatore", ())),
    )
    root = ElementTree.fromstring(as_mathml(_formula(metric)))  # noqa: S314 -- our own text
    space = "{http://www.w3.org/1998/Math/MathML}"
    assert root.tag == f"{space}math"
    assert root.attrib["alttext"] == _read(metric)
    fraction = root.find(f"{space}mfrac")
    assert fraction is not None
    above, below = fraction
    under = above.find(f"{space}munder")
    assert under is not None
    assert [element.text for element in under] == ["∑", "al mese di chiusura, Segnalati"]
    assert [element.text for element in below] == ["∑", "B"]
