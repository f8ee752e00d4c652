"""The catalogue as one asker knows it: the indicators that its model shows, and what they are made of."""

import re
from dataclasses import replace

from semantic.catalogue import Catalogue
from semantic.catalogue.reading import Indicator
from semantic.model_reader import Model

__all__ = ["known_catalogue"]

_WORD = re.compile(r"\w+")


def known_catalogue(catalogue: Catalogue, model: Model) -> Catalogue:
    """Leave out of a catalogue what the model withholds: indicators, their components, lineage and tests."""
    if not model.withheld:
        return catalogue
    codes = {
        str(member.meta["codice"])
        for view in model.views.values()
        for member in view.members.values()
        if member.kind == "measure" and "codice" in member.meta
    }
    hidden = set(catalogue.indicators) - codes
    indicators = {code: _silent(item, hidden) for code, item in catalogue.indicators.items() if code in codes}
    sources = {source.name for item in indicators.values() for source in catalogue.sources(item)}
    columns = [
        column
        for source in (*catalogue.components.values(), *catalogue.conditions.values())
        if source.name in sources
        for column in source.columns
    ]
    reached = {column for _, column in catalogue.walk(columns)}
    models = {column.partition(".")[0] for column in reached if column in catalogue.steps}
    models |= {name for item in indicators.values() for name in item.declared.get("modelli", ())}
    return replace(
        catalogue,
        indicators=indicators,
        components={name: item for name, item in catalogue.components.items() if name in sources},
        conditions={name: item for name, item in catalogue.conditions.items() if name in sources},
        steps={column: origins for column, origins in catalogue.steps.items() if column in reached},
        ends={column: origin for column, origin in catalogue.ends.items() if column in reached},
        tests={
            name: test
            for name, test in catalogue.tests.items()
            if test.indicators <= set(indicators)
            and (not test.models or test.models & models)
            and not hidden & set(_WORD.findall(f"{test.name} {test.file} {test.description}"))
        },
    )


def _silent(item: Indicator, hidden: set[str]) -> Indicator:
    """An indicator that names none of those that are withheld."""
    told = {
        key: [name for name in value if name not in hidden]
        for key in ("sostituito_da", "definizioni", "famiglia")
        if isinstance(value := item.declared.get(key), list)
    }
    return replace(
        item, uses=tuple(name for name in item.uses if name not in hidden), declared={**item.declared, **told}
    )
