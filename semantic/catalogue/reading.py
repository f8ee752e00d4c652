"""Reads `catalogue.json`, which the compiler writes beside the Cube model.

Imports nothing but the standard library: `cruscotto metrics` answers at once.
"""

import difflib
import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from semantic.catalogue.errors import CatalogueError, UnknownIndicator

__all__ = ["Catalogue", "Check", "Component", "Indicator", "Origin", "load_catalogue"]

FILE_NAME = "catalogue.json"
_BEHIND = ("dati", "unita")


@dataclass(frozen=True)
class Indicator:
    """One indicator; `declared` is all that its definition declares, by the keys of the Cube model's meta."""

    code: str
    title: str
    description: str
    description_en: str
    formula: str
    mathml: str
    components: tuple[str, ...]
    conditions: tuple[str, ...]
    uses: tuple[str, ...]
    declared: Mapping[str, Any]

    @property
    def perspective(self) -> str:
        """The prospettiva it belongs to."""
        return str(self.declared["prospettiva"])

    @property
    def levels(self) -> tuple[str, ...]:
        """The organisation's levels that it is valued at."""
        return tuple(self.declared["livelli"])

    @property
    def parts(self) -> tuple[Mapping[str, str], ...]:
        """The parts of a composite: `codice`, `ruolo`, `peso`; where they have them `titolo`, validity."""
        return tuple(self.declared.get("parti", ()))

    @property
    def replaced_by(self) -> tuple[str, ...]:
        """The codes of the indicators that take its place when it ends."""
        return tuple(self.declared.get("sostituito_da") or ())

    @property
    def abolished_by(self) -> str:
        """The act that ends it; "" while none does."""
        return str(self.declared.get("abolito_da") or "")

    def mentions(self, text: str) -> bool:
        """Say whether every word of the text is in its code, title or definition; case and accents aside."""
        own = _plain(f"{self.code} {self.title} {self.description} {self.description_en}")
        return all(word in own for word in _plain(text).split())


@dataclass(frozen=True)
class Component:
    """An additive component or a condition: what it is, and the columns of the components it is read from."""

    name: str
    title: str
    description: str
    unit: str
    nature: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Origin:
    """Where a value comes from in the end: a column of an extract (with its contract) or of a seed."""

    column: str
    contract: str = ""
    file: str = ""
    header: str = ""
    title: str = ""
    seed: str = ""

    @property
    def counts_rows(self) -> bool:
        """Whether the value counts the rows, and takes none of their columns."""
        return self.column.endswith(".*")

    @property
    def told(self) -> str:
        """The origin on one line."""
        place = f"estratto {self.contract}, {self.file}" if self.contract else f"tavola {self.seed}"
        if self.counts_rows:
            return f"{place}, numero di righe"
        if self.contract:
            return f"{place}, colonna «{self.header}» ({self.title})"
        return f"{place}, colonna «{self.column.partition('.')[2]}»"

    @property
    def short(self) -> str:
        """The origin in a few letters: `pb_prod: giacenza_finale`, `prodotti.coefficiente`."""
        if self.counts_rows:
            return f"{self.contract or self.column.partition('.')[0]}: righe"
        return f"{self.contract}: {self.header}" if self.contract else self.column


@dataclass(frozen=True)
class Check:
    """A test of dbt's: its kind (esempio, indicatori, dati, unita) and what it reads and names."""

    name: str
    kind: str
    file: str
    description: str
    models: frozenset[str]
    indicators: frozenset[str]


@dataclass(frozen=True)
class Catalogue:
    """Everything the compiler wrote down.

    Attributes:
        indicators: by code, in order of code.
        components: additive components, by name.
        conditions: dimensions that definitions filter on, by name.
        steps: each column of a model → the columns it is made from.
        ends: the columns of extracts and seeds, by name.
        tests: by name.
    """

    indicators: Mapping[str, Indicator]
    components: Mapping[str, Component]
    conditions: Mapping[str, Component]
    steps: Mapping[str, tuple[str, ...]]
    ends: Mapping[str, Origin]
    tests: Mapping[str, Check]

    def indicator(self, code: str) -> Indicator:
        """Return one indicator.

        Raises:
            UnknownIndicator: there is no such code.
        """
        if code not in self.indicators:
            near = difflib.get_close_matches(code, self.indicators, n=3)
            hint = f"did you mean {', '.join(near)}?" if near else "`cruscotto metrics` lists them all"
            raise UnknownIndicator(f"no indicator is called '{code}'; {hint}")
        return self.indicators[code]

    def chosen(
        self, *, perspective: str | None = None, level: str | None = None, text: str = ""
    ) -> list[Indicator]:
        """Return the indicators of a prospettiva, with a level, that mention a text; None or "": any."""
        return [
            item
            for item in self.indicators.values()
            if perspective in (None, item.perspective)
            and (level is None or level in item.levels)
            and item.mentions(text)
        ]

    def sources(self, indicator: Indicator) -> list[Component]:
        """Return the components that an indicator sums, then the conditions it filters on."""
        return [self.components[name] for name in indicator.components] + [
            self.conditions[name] for name in indicator.conditions
        ]

    def walk(self, columns: Iterable[str]) -> Iterator[tuple[int, str]]:
        """Yield (depth, column) from columns back to their origins; one met again is not followed twice."""
        seen: set[str] = set()
        waiting = [(0, column) for column in reversed(list(columns))]
        while waiting:
            depth, column = waiting.pop()
            yield depth, column
            if column not in seen:
                seen.add(column)
                waiting += [(depth + 1, origin) for origin in reversed(self.steps.get(column, ()))]

    def origins(self, columns: Iterable[str]) -> list[Origin]:
        """Return the columns of extracts and seeds that columns come from, extracts first."""
        found = {column for _, column in self.walk(columns) if column in self.ends}
        return sorted((self.ends[name] for name in found), key=lambda end: (not end.contract, end.column))

    def models(self, indicator: Indicator) -> frozenset[str]:
        """Return the models that an indicator's values pass through."""
        columns = [column for source in self.sources(indicator) for column in source.columns]
        passed = {column.partition(".")[0] for _, column in self.walk(columns) if column in self.steps}
        return frozenset(passed | set(indicator.declared.get("modelli", ())))

    def tests_of(self, indicator: Indicator) -> list[Check]:
        """Return the tests that guard an indicator: its own, those of all values, of the models behind."""
        models = self.models(indicator)
        guarding = [
            test
            for test in self.tests.values()
            if indicator.code in test.indicators
            or (test.kind == "indicatori" and not test.indicators)
            or (test.kind == "esempio" and not test.indicators and "composito" in indicator.declared)
            or (test.kind in _BEHIND and test.models & models)
        ]
        order = ("esempio", "indicatori", *_BEHIND)
        return sorted(guarding, key=lambda test: (order.index(test.kind), test.name))

    @cached_property
    def perspectives(self) -> list[str]:
        """The prospettive there are, in order of name."""
        return sorted({item.perspective for item in self.indicators.values()})


def load_catalogue(model_dir: Path, *, missing_ok: bool = False) -> Catalogue:
    """Read the catalogue of a compiled model.

    Args:
        model_dir: the folder of the Cube model.
        missing_ok: give an empty catalogue where there is none (a model written by hand for Cube has none).

    Raises:
        CatalogueError: there is none, or it is of another version of the compiler.
    """
    path = model_dir / FILE_NAME
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return _catalogue(content)
    except FileNotFoundError:
        if missing_ok:
            return Catalogue({}, {}, {}, {}, {}, {})
        raise CatalogueError(f"{path} does not exist: run `make model`") from None
    except (ValueError, KeyError, TypeError) as error:
        raise CatalogueError(f"{path} is not a catalogue ({error!r}): run `make model`") from None


def _catalogue(content: Mapping[str, Mapping[str, Any]]) -> Catalogue:
    ends = {name: _extract_origin(name, item) for name, item in content["estratti"].items()}
    ends |= {name: Origin(name, seed=file) for name, file in content["tavole"].items()}
    return Catalogue(
        indicators={code: _indicator(item) for code, item in sorted(content["indicatori"].items())},
        components={name: _component(name, item) for name, item in content["componenti"].items()},
        conditions={name: _component(name, item) for name, item in content["condizioni"].items()},
        steps={name: tuple(origins) for name, origins in content["provenienza"].items()},
        ends=ends,
        tests={
            name: Check(
                name=name,
                kind=item["tipo"],
                file=item["file"],
                description=item.get("descrizione", ""),
                models=frozenset(item["modelli"]),
                indicators=frozenset(item["indicatori"]),
            )
            for name, item in content["prove"].items()
        },
    )


def _indicator(item: Mapping[str, Any]) -> Indicator:
    return Indicator(
        code=item["codice"],
        title=item["titolo"],
        description=item["descrizione"],
        description_en=item["descrizione_en"],
        formula=item["formula"],
        mathml=item["mathml"],
        components=tuple(item["componenti"]),
        conditions=tuple(item["condizioni"]),
        uses=tuple(item["usa"]),
        declared=item,
    )


def _component(name: str, item: Mapping[str, Any]) -> Component:
    return Component(
        name=name,
        title=item["titolo"],
        description=item.get("descrizione", ""),
        unit=item.get("unita", ""),
        nature=item.get("natura", "condizione"),
        columns=tuple(item["colonne"]),
    )


def _extract_origin(name: str, item: Mapping[str, Any]) -> Origin:
    return Origin(
        name,
        contract=item["contratto"],
        file=item["file"],
        header=item["colonna"],
        title=item.get("titolo", ""),
    )


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
