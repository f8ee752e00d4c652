"""Every metric has all that a tested metric has; the table of coverage is printed and a gap fails, by name.

| column | what it asks |
|---|---|
| label, text, text_en, unit, polarity, levels, validity, act | the metric says it |
| catalogue | a row of `expected_catalogue.csv` says it a second time (and agrees: `complaints`) |
| number, null | a hand-worked example expects a number of it, and none where there is no denominator |
| range, nation | the data tests that run on every load really read it |
| published | where an act prints numbers, the test that reconciles them exists |
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from .definition_checks import complaints, completeness, expected_catalogue, regime_rows

ROOT = Path(__file__).parents[2]
Node = Mapping[str, Any]


@pytest.fixture(scope="module")
def indicators(compiled_manifest: dict[str, Any]) -> dict[str, Node]:
    """The public indicators, by name."""
    nodes = {node["name"]: node for node in compiled_manifest["metrics"].values()}
    return {name: node for name, node in sorted(nodes.items()) if node["config"]["meta"].get("codice")}


@pytest.fixture(scope="module")
def data_tests(compiled_manifest: dict[str, Any]) -> dict[str, Node]:
    """The data tests that are files of their own, by name."""
    return {
        node["name"]: node
        for node in compiled_manifest["nodes"].values()
        if node["resource_type"] == "test" and not node.get("test_metadata")
    }


def test_every_metric_is_covered(
    indicators: dict[str, Node], data_tests: dict[str, Node], capsys: pytest.CaptureFixture[str]
) -> None:
    asked = {**_said(), **_examples(data_tests), **_loops(data_tests), **_published(data_tests)}
    table = {name: {column: ask(node) for column, ask in asked.items()} for name, node in indicators.items()}
    with capsys.disabled():
        print("\n" + _printed(table, list(asked)))
    gaps = [
        f"{name}: {column}" for name, row in table.items() for column, held in row.items() if held is False
    ]
    assert not gaps, f"{len(gaps)} gaps:\n" + "\n".join(gaps)


def test_definitions_agree_with_the_second_statement_of_them(compiled_manifest: dict[str, Any]) -> None:
    wrong = complaints(compiled_manifest, regime_rows())
    assert not wrong, "\n".join(wrong)


def test_the_catalogue_is_complete(indicators: dict[str, Node]) -> None:
    """Every code of the catalogue is a metric, and every metric is a code of the catalogue."""
    missing = completeness(indicators)
    assert not missing, f"{len(missing)}:\n" + "\n".join(missing)


def test_every_component_has_a_hand_worked_example(
    compiled_manifest: dict[str, Any], data_tests: dict[str, Node]
) -> None:
    (model,) = (
        node for node in compiled_manifest["semantic_models"].values() if node["name"] == "componenti"
    )
    text = _example_text(data_tests)
    lacking = [
        measure["name"]
        for measure in model["measures"]
        if not re.search(rf"'{measure['name']}': -?\d", text) or f"'{measure['name']}': none" not in text
    ]
    assert not lacking, "components_by_hand.sql expects no number, or no `none`, of these"


def test_every_stock_is_in_the_unit_test_of_stocks(compiled_manifest: dict[str, Any]) -> None:
    """A stock that is added up over months must make a unit test of `ind_components_by_period` fail."""
    macros = [f"macro.cruscotto.component_{name}" for name in ("stocks", "conditions")]
    text = "\n".join(compiled_manifest["macros"][name]["macro_sql"] for name in macros)
    units = [
        test
        for test in compiled_manifest["unit_tests"].values()
        if test["model"] == "ind_components_by_period"
    ]
    expected = {column for unit in units for row in unit["expect"]["rows"] for column in row}
    assert not sorted(set(re.findall(r"'(\w+)': '[\w.]+ ?[^']*'", text)) - expected)


Asks = dict[str, Callable[[Node], bool | None]]


def _said() -> Asks:
    catalogue = expected_catalogue()

    def meta(node: Node) -> Mapping[str, Any]:
        found: Mapping[str, Any] = node["config"]["meta"]
        return found

    return {
        "label": lambda node: bool(node["label"]) and node["label"] != node["name"],
        "text": lambda node: len((node["description"] or "").strip()) >= 20,
        "text_en": lambda node: len(str(meta(node).get("descrizione_en") or "").strip()) >= 12,
        "unit": lambda node: bool(meta(node).get("unita")),
        "polarity": lambda node: meta(node).get("polarita") in (1, -1),
        "levels": lambda node: bool(meta(node).get("livelli")),
        "validity": lambda node: _is_date(meta(node).get("valido_dal")) and _is_end(meta(node)),
        "act": lambda node: len(str(meta(node).get("atto") or "")) >= 10,
        "catalogue": lambda node: node["name"] in catalogue,
    }


def _is_date(value: object) -> bool:
    return isinstance(value, str) and bool(re.fullmatch(r"20\d\d-\d\d-\d\d", value))


def _is_end(meta: Mapping[str, Any]) -> bool:
    """The end is said: a date after the beginning, or null."""
    end = meta.get("valido_al")
    return "valido_al" in meta and (end is None or (_is_date(end) and end > str(meta.get("valido_dal"))))


def _example_text(tests: dict[str, Node]) -> str:
    """What the examples expect, as `'name': value`, read from their SQL: some loop over a seed's rows."""
    compiled = "\n".join(
        node["compiled_code"] for node in tests.values() if "indicator_example(" in node["raw_code"]
    )
    expected = re.findall(r"'(\w+)' as indicator_code,\s+cast\((\S+) as double\) as expected_value", compiled)
    said = [f"'{name}': {'none' if value == 'null' else value}" for name, value in expected]
    # Over all rows of the registry, by kind: a number and a case without value for each metric it names.
    registry = (
        tests["registry_measures_by_hand"]["compiled_code"] if "registry_measures_by_hand" in tests else ""
    )
    said += [f"'{name}': 1\n'{name}': none" for name in sorted(set(re.findall(r"\b[a-z]\w+\b", registry)))]
    return "\n".join(said)


def _examples(tests: dict[str, Node]) -> Asks:
    """A composite's example is that of its kind: `evaluation_example` knows no names of composites."""
    text = _example_text(tests)
    kinds = _kinds_by_hand(tests)
    composites = {
        row["composite_code"]: row["kind"] for row in _rows("warehouse/seeds/evaluation/composites.csv")
    }

    def number(node: Node) -> bool:
        if node["name"] in composites:
            return "number" in kinds.get(composites[node["name"]], set())
        return bool(re.search(rf"'{node['name']}': -?\d", text))

    def null(node: Node) -> bool:
        if node["name"] in composites:
            return "null" in kinds.get(composites[node["name"]], set())
        return f"'{node['name']}': none" in text

    return {"number": number, "null": null}


def _kinds_by_hand(tests: dict[str, Node]) -> dict[str, set[str]]:
    """Kinds of evaluation, with whether an example of it expects a number and an unpublished value."""
    found: dict[str, set[str]] = {}
    for node in tests.values():
        text = node["raw_code"]
        if "evaluation_example(" not in text:
            continue
        held = {name for name, mark in (("number", "'value': "), ("null", "'value': none")) if mark in text}
        # The macro's default kind is the deviation.
        for kind in set(re.findall(r"'kind': '(\w+)'", text)) | {"scostamento"}:
            found.setdefault(kind, set()).update(held)
    return found


def _loops(tests: dict[str, Node]) -> Asks:
    """Whether the tests over all indicators read this one, from their SQL as it runs."""
    ranges = _compiled(tests, r"stay_in_their_range")
    nations = _compiled(tests, r"nation_equals_recomputation")

    def nation(node: Node) -> bool | None:
        meta = node["config"]["meta"]
        if meta.get("composito") or "nazionale" not in meta["livelli"]:
            return None
        return f"'{node['name']}'" in nations

    return {"range": lambda node: f"'{node['name']}'" in ranges, "nation": nation}


def _compiled(tests: dict[str, Node], name: str) -> str:
    found = [node["compiled_code"] for key, node in tests.items() if re.search(name, key)]
    assert found, f"no data test is called …{name}…: the column of the table asks for one"
    return "\n".join(found)


def _published(tests: dict[str, Node]) -> Asks:
    """Where the acts print numbers of a metric (`published_numbers.csv`), each test named there exists."""
    named = {row["code"]: row["tests"].split() for row in _rows("tests/warehouse/published_numbers.csv")}

    def exists(test: str) -> bool:
        if "::" not in test:
            return test in tests
        file, function = test.split("::")
        path = ROOT / file
        return path.is_file() and f"def {function}(" in path.read_text(encoding="utf-8")

    def reconciled(node: Node) -> bool | None:
        return all(exists(test) for test in named[node["name"]]) if node["name"] in named else None

    return {"published": reconciled}


def test_every_printed_target_has_its_reconciliation() -> None:
    """What `target_map.csv` reads from a table of the acts is in `published_numbers.csv`."""
    named = {row["code"] for row in _rows("tests/warehouse/published_numbers.csv")}
    mapped = {row["indicator_code"] for row in _rows("warehouse/seeds/registry/target_map.csv")}
    assert not mapped - named - {""}


def _rows(path: str) -> list[dict[str, str]]:
    file = ROOT / path
    if not file.is_file():
        return []
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def _printed(table: Mapping[str, Mapping[str, bool | None]], columns: list[str]) -> str:
    mark = {True: "x", False: "GAP", None: "-"}
    width = max(map(len, table))
    lines = ["metric".ljust(width) + "  " + "  ".join(columns)]
    lines += [
        name.ljust(width) + "  " + "  ".join(mark[row[column]].ljust(len(column)) for column in columns)
        for name, row in table.items()
    ]
    return "\n".join(line.rstrip() for line in lines)
