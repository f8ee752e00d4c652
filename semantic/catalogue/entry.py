"""One indicator as data: what `/v1/meta?extended` and `cruscotto metrics show --json` add to its meta."""

from collections.abc import Mapping
from typing import Any

from semantic.catalogue.reading import Catalogue, Check, Component, Indicator
from semantic.catalogue.results import Outcome, schema_summary

__all__ = ["described"]

Node = dict[str, Any]


def described(item: Indicator, catalogue: Catalogue, results: Mapping[str, Outcome]) -> Node:
    """Return the formula, the components with their lineage, and the tests with their last result.

    Args:
        item: an indicator of the catalogue.
        catalogue: the catalogue.
        results: the last results, by the test's name; a test without one has `esito: null`.
    """
    tested, held = schema_summary(results, catalogue.models(item))
    return {
        "formula": item.formula,
        "mathml": item.mathml,
        "usa": list(item.uses),
        **({"parti": [dict(part) for part in item.parts]} if item.parts else {}),
        "componenti": [_component(source, catalogue) for source in catalogue.sources(item)],
        "prove": [_test(test, results) for test in catalogue.tests_of(item)],
        "prove_di_schema": {"provate": tested, "superate": held},
    }


def _component(source: Component, catalogue: Catalogue) -> Node:
    reached = {column for _, column in catalogue.walk(source.columns)}
    return {
        "nome": source.name,
        "titolo": source.title,
        "natura": source.nature,
        **({"unita": source.unit} if source.unit else {}),
        "colonne": list(source.columns),
        "provenienza": {
            column: list(catalogue.steps[column]) for column in sorted(reached) if column in catalogue.steps
        },
        "origini": [
            {"colonna": end.column, "contratto": end.contract, "file": end.file, "intestazione": end.header}
            if end.contract
            else {"colonna": end.column, "tavola": end.seed}
            for end in catalogue.origins(source.columns)
        ],
    }


def _test(test: Check, results: Mapping[str, Outcome]) -> Node:
    last = results.get(test.name)
    told = last and {
        "stato": last.status,
        "righe": last.failures,
        "eseguita": f"{last.run_at.isoformat(timespec='seconds')}Z",
        "esecuzione": last.invocation,
    }
    return {"nome": test.name, "tipo": test.kind, "file": test.file, "esito": told}
