"""Three engines, one answer: our server, Cube and MetricFlow give the same digits to the same question.

Every metric of the view `indicatori`, at the nation, by directorate and by office (under the organisation of
the month and under today's) and by area, over periods of each kind. Our server and Cube answer from the Cube
model, MetricFlow from dbt's own metrics: the published file is all they share.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import pytest

from api_client import Client, Metric, QueryError
from api_client.rows import Value
from orchestration.catalogue import installed_catalogue
from orchestration.paths import semantic_model_dir
from tests.registry import registry_measures

from .metricflow_engine import MetricFlow
from .published_file import PublishedFile

Key: TypeAlias = tuple[Value, ...]
Figures: TypeAlias = dict[Key, Value]

PERIODS = ("2024-M05", "2024-T2", "2024-S1", "2024-P10", "2024-A", "2025-M11", "2025-T1", "2025-P12")
SCENARIO = "{{ Dimension('componente__scenario') }} = 'consuntivo'"
PERIOD = "{{ Dimension('componente__periodo') }} in (" + ", ".join(f"'{period}'" for period in PERIODS) + ")"


class Grouping(NamedTuple):
    """One way to group: the view's dimension, MetricFlow's, and what a metric must allow for it."""

    dimension: str
    in_metricflow: str
    level: str = "nazionale"
    cut: str = ""


GROUPINGS = (
    Grouping("periodo", "componente__periodo"),
    Grouping("direzione", "struttura__direzione", level="direzione"),
    Grouping("struttura", "struttura__sede", level="sede"),
    Grouping("agenzia", "struttura__agenzia", level="agenzia"),
    Grouping("direzione_attuale", "struttura_attuale__direzione", level="direzione"),
    Grouping("struttura_attuale", "struttura_attuale__sede", level="sede"),
    Grouping("macroarea", "area__macroarea", cut="macroarea"),
    Grouping("area", "area__area_produzione", cut="area"),
    Grouping("area_obiettivo", "area__area_obiettivo", cut="area_obiettivo"),
    Grouping("linea", "area__linea", cut="linea"),
    Grouping("prodotto", "prodotto__codice_prodotto", cut="prodotto"),
    Grouping("regione", "struttura__regione", level="direzione"),
    Grouping("cluster_economico", "struttura__cluster_economico", level="direzione"),
    *(
        Grouping(cut, f"componente__{cut}", cut=cut)
        for cut in (
            "voce_ieep",
            "gruppo_voce_ieep",
            "sezione_ieep",
            "capitolo",
            "classe_costo",
            "profilo",
            "funzione",
            "livello_controllo",
            "direzione_sussidiata",
        )
    ),
)
by_each_grouping = pytest.mark.parametrize("grouping", GROUPINGS, ids=lambda grouping: grouping.dimension)


@pytest.fixture(scope="module")
def cube(cube_server: Callable[[Path, Path], Client], published_file: PublishedFile) -> Client:
    """Cube over the committed model and the published file."""
    return cube_server(semantic_model_dir(), published_file.file)


@pytest.fixture(scope="module")
def embedded(embedded_server: Callable[[Path, Path], Client], published_file: PublishedFile) -> Client:
    """Our server over the same two."""
    return embedded_server(semantic_model_dir(), published_file.folder)


@pytest.fixture(scope="module")
def metricflow(published_file: PublishedFile) -> Iterator[MetricFlow]:
    """MetricFlow over dbt's metrics and the same file."""
    engine = MetricFlow(published_file.semantic_manifest, published_file.file)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def metrics(cube: Client) -> dict[str, Metric]:
    """The metrics that the view declares, by code."""
    return {metric.code: metric for metric in cube.metrics("indicatori")}


@pytest.fixture(scope="module")
def compared(metrics: dict[str, Metric]) -> dict[str, Metric]:
    """All metrics; of those that are rows of a seed, and so generated alike, the first of each kind.

    `CRUSCOTTO_CONFORMANCE=all` compares those too. Never the bare sums of the registry (`misura_numeratore`):
    our server gives them of one measure at a time.
    """
    measures = registry_measures()
    alike: dict[tuple[object, ...], str] = {}
    generated = set()
    for code, item in installed_catalogue().indicators.items():
        if "/registro/" in item.declared["file"]:
            generated.add(code)
            kind = measures[code].kind if code in measures else item.declared["unita"]
            alike.setdefault((item.declared["file"], kind, item.declared["valido_dal"]), code)
    left_out = set() if os.environ.get("CRUSCOTTO_CONFORMANCE") == "all" else generated - set(alike.values())
    left_out |= {code for code in metrics if code.startswith("misura_")}
    return {code: metric for code, metric in metrics.items() if code not in left_out}


@pytest.fixture(scope="module")
def reference(metricflow: MetricFlow, metrics: Mapping[str, Metric]) -> Callable[[Grouping, str], Figures]:
    """`reference(grouping, code)` is MetricFlow's answer, asked once."""
    known: dict[tuple[str, str], Figures] = {}

    def figures(grouping: Grouping, code: str) -> Figures:
        key = (grouping.dimension, code)
        if key not in known:
            columns = list(dict.fromkeys(["componente__periodo", grouping.in_metricflow]))
            known[key] = keyed(metricflow.rows([code], columns, [SCENARIO, PERIOD]), columns, code)
        return known[key]

    return figures


def keyed(rows: Iterable[Mapping[str, Any]], columns: list[str], code: str) -> Figures:
    """Key the values of one metric; a group without a value counts as no group, as engines differ on it."""
    return {tuple(row[column] for column in columns): row[code] for row in rows if row[code] is not None}


def columns_of(grouping: Grouping) -> list[str]:
    """Give the columns of an answer that tell its rows apart."""
    return list(dict.fromkeys(["periodo", grouping.dimension]))


def allowed_periods(metric: Metric, metrics: Mapping[str, Metric], grouping: Grouping) -> list[str]:
    """Give the periods in which a metric, or its definition in force, is defined for a grouping."""
    if metric.family:
        members = [metrics[code] for code in metric.family]
        return [period for each in members for period in allowed_periods(each, metrics, grouping)]
    if grouping.level not in metric.levels or (grouping.cut and grouping.cut not in metric.cuts):
        return []
    first = metric.valid_from.year if metric.valid_from else 0
    last = metric.valid_to.year if metric.valid_to else 9999
    return [period for period in PERIODS if first <= int(period[:4]) <= last]


@by_each_grouping
def test_cube_gives_the_digits_of_metricflow(
    cube: Client,
    reference: Callable[[Grouping, str], Figures],
    metrics: Mapping[str, Metric],
    compared: Mapping[str, Metric],
    grouping: Grouping,
) -> None:
    """Of what a metric allows: Cube itself refuses nothing."""
    asked = [code for code, metric in compared.items() if allowed_periods(metric, metrics, grouping)]
    rows = list(cube.query(asked, by=[grouping.dimension], period=PERIODS))
    different = {}
    for code in asked:
        ours, theirs = keyed(rows, columns_of(grouping), code), reference(grouping, code)
        if ours != theirs:
            different[code] = dict(set(ours.items()) ^ set(theirs.items()))
    assert not different


@by_each_grouping
def test_our_server_gives_the_digits_of_metricflow_or_refuses(
    embedded: Client,
    reference: Callable[[Grouping, str], Figures],
    metrics: Mapping[str, Metric],
    compared: Mapping[str, Metric],
    grouping: Grouping,
) -> None:
    different = {}
    for code, metric in compared.items():
        periods = allowed_periods(metric, metrics, grouping)
        for period in [period for period in PERIODS if period not in periods][:1]:
            with pytest.raises(QueryError) as refused:
                embedded.query(code, by=[grouping.dimension], period=period)
            assert refused.value.code in ("LEVEL_NOT_ALLOWED", "CUT_NOT_ALLOWED", "OUT_OF_VALIDITY")
        if not periods:
            continue
        answer = embedded.query(code, by=[grouping.dimension], period=periods)
        rows = [{"periodo": periods[0], **row} for row in answer]
        ours = keyed(rows, columns_of(grouping), code)
        theirs = {key: value for key, value in reference(grouping, code).items() if key[0] in periods}
        if ours != theirs:
            different[code] = dict(set(ours.items()) ^ set(theirs.items()))
    assert not different


def test_every_metric_has_a_value_somewhere(cube: Client, metrics: Mapping[str, Metric]) -> None:
    """Agreement on nothing would prove nothing."""
    answers = [cube.query(list(metrics), by=[level], period=PERIODS) for level in ("struttura", "direzione")]
    found = {
        code
        for answer in answers
        for code in metrics
        if any(value is not None for value in answer.column(code))
    }
    assert set(metrics) == found


def test_sums_are_decimals_with_their_digits(cube: Client, metricflow: MetricFlow) -> None:
    period = "{{ Dimension('componente__periodo') }} = '2024-A'"
    [nation] = metricflow.rows(["pervenuto_om"], [], [SCENARIO, period])
    [asked] = cube.query("pervenuto_om", period="2024-A")
    assert isinstance(asked["pervenuto_om"], Decimal)
    assert asked["pervenuto_om"] == nation["pervenuto_om"]


@pytest.mark.parametrize("period", ["2024-A", "2025-P12"])
def test_our_server_writes_every_measure_as_cube_does(cube: Client, embedded: Client, period: str) -> None:
    """To the letter, the measures of completeness too, which dbt does not know."""
    [view] = [view for view in cube.meta()["cubes"] if view["name"] == "indicatori"]
    allowed, different = [], {}
    for measure in view["measures"]:
        query = nation(measure["name"], period)
        try:
            ours = written(embedded, query)
        except QueryError as refusal:
            assert refusal.code in ("OUT_OF_VALIDITY", "LEVEL_NOT_ALLOWED", "REQUIRED_MEMBER")
            continue
        allowed.append(measure["name"])
        if ours != written(cube, query):
            different[measure["name"]] = (ours, written(cube, query))
    assert not different
    assert len(allowed) > len(view["measures"]) / 2


def test_reported_values_and_targets_are_read_alike(cube: Client, embedded: Client) -> None:
    """The views that read one stored table: every value of a year, and every target."""
    node = ["indicatore", "nodo", "nodo_area", "periodo", "scenario"]
    year = {"member": "valori.periodo", "operator": "equals", "values": ["2024-A"]}
    as_was = {"member": "valori.organizzazione", "operator": "equals", "values": ["as_was"]}
    values = {
        "measures": ["valori.valore", "valori.numeratore", "valori.obiettivo", "valori.presenti"],
        "dimensions": [f"valori.{name}" for name in node],
        "filters": [year, as_was],
    }
    targets = {"measures": ["obiettivi.obiettivo"], "dimensions": [f"obiettivi.{name}" for name in node]}
    for query in (values, targets):
        whole = query | {"limit": 50_000, "order": [[name, "asc"] for name in query["dimensions"]]}
        ours = written(embedded, whole)
        assert len(ours) > 100
        assert ours == written(cube, whole)


def test_composites_are_read_alike(cube: Client, embedded: Client, metricflow: MetricFlow) -> None:
    """Every composite and its breakdown, in one period: our server, Cube and (the values) dbt's metrics."""
    key = ("organizzazione", "livello", "nodo", "periodo", "scenario")
    asked = cube.metrics("valutazioni")
    codes = [metric.code for metric in asked if metric.valid_from and metric.valid_from.year <= 2024]
    period = {"operator": "equals", "values": ["2024-A"]}
    values = {
        "measures": [f"valutazioni.{code}" for code in codes],
        "dimensions": [f"valutazioni.{name}" for name in key],
        "filters": [period | {"member": "valutazioni.periodo"}],
    }
    children = {
        "measures": ["scomposizione.peso", "scomposizione.indice", "scomposizione.contributo"],
        "dimensions": [f"scomposizione.{name}" for name in (*key, "composito", "figlio", "area_figlio")],
        "filters": [period | {"member": "scomposizione.periodo"}],
    }
    for query in (values, children):
        whole = query | {"limit": 50_000, "order": [[name, "asc"] for name in query["dimensions"]]}
        ours = written(embedded, whole)
        assert ours
        assert ours == written(cube, whole)
    columns = [f"valutazione__{name}" for name in key]
    where = ["{{ Dimension('valutazione__periodo') }} = '2024-A'"]
    rows = list(embedded.load(values | {"limit": 50_000}))
    found = 0
    for code in codes:
        theirs = keyed(metricflow.rows([code], columns, where), columns, code)
        assert keyed(rows, list(key), code) == theirs, code
        found += len(theirs)
    assert found


def nation(measure: str, period: str) -> dict[str, Any]:
    """Ask one measure for the nation in one period."""
    return {
        "measures": [measure],
        "filters": [
            {"member": "indicatori.periodo", "operator": "equals", "values": [period]},
            {"member": "indicatori.scenario", "operator": "equals", "values": ["consuntivo"]},
        ],
    }


def written(client: Client, query: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Answer a query with rows of texts: `Decimal` keeps the digits as they were written."""
    return [tuple(str(value) for value in row.values()) for row in client.load(query)]
