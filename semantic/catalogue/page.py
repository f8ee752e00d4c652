"""The catalogue as one HTML page: no network, no dependency, readable without JavaScript, printable.

Sections: one per prospettiva with an article per indicator (anchor: its code), the components with their
lineage (`componente-…`), and the tests that guard more than one indicator (`prova-…`).
"""

from collections.abc import Iterable, Iterator, Mapping
from html import escape
from importlib.resources import files
from string import Template

from semantic.catalogue.reading import Catalogue, Check, Component, Indicator
from semantic.catalogue.results import Outcome, none_told, schema_summary
from semantic.perspectives import perspective_title

__all__ = ["page"]

_KINDS = {
    "esempio": "esempio svolto a mano",
    "indicatori": "tutti i valori",
    "dati": "dati",
    "unita": "un passo del calcolo",
}
_NATURES = {"stock": "stock al mese di chiusura", "flusso": "flusso", "condizione": "condizione"}


def page(catalogue: Catalogue, results: Mapping[str, Outcome]) -> str:
    """Return the page.

    Args:
        catalogue: the catalogue.
        results: the last results of the tests, by name; {} before the first publication.
    """
    template = files("semantic.catalogue").joinpath("page.html").read_text(encoding="utf-8")
    shared = [test for test in catalogue.tests.values() if test.kind != "esempio" or not test.indicators]
    sections = [_perspective(name, catalogue, results) for name in catalogue.perspectives]
    sections += [_components(catalogue), _shared_tests(shared, results)]
    return Template(template).substitute(
        intro=_intro(catalogue, results), index=_index(catalogue), sections="\n".join(sections)
    )


def _intro(catalogue: Catalogue, results: Mapping[str, Outcome]) -> str:
    told = (
        f"{len(catalogue.indicators)} indicatori. Formule e provenienza sono generate dalle stesse "
        "definizioni che calcolano i valori; una frazione non ha valore dove il denominatore è 0 o assente."
    )
    if not results:
        return escape(f"{told} Nessun esito delle prove è ancora pubblicato.")
    last = max(results.values(), key=lambda item: item.run_at)
    held = sum(item.status == "pass" for item in results.values())
    return escape(
        f"{told} Ultima esecuzione delle prove: {last.run_at:%d/%m/%Y %H:%M} UTC, "
        f"{held} su {len(results)} superate."
    )


def _index(catalogue: Catalogue) -> str:
    parts = []
    for name in catalogue.perspectives:
        items = "".join(
            f'<li><a href="#{item.code}">{escape(item.title)}</a></li>'
            for item in catalogue.chosen(perspective=name)
        )
        title = escape(perspective_title(name))
        parts.append(f'<p><a href="#prospettiva-{name}">Prospettiva {title}</a></p><ul>{items}</ul>')
    parts.append(
        '<p><a href="#componenti">Componenti e provenienza</a> · <a href="#prove">Prove comuni</a></p>'
    )
    return "\n".join(parts)


def _perspective(name: str, catalogue: Catalogue, results: Mapping[str, Outcome]) -> str:
    articles = "\n".join(_article(item, catalogue, results) for item in catalogue.chosen(perspective=name))
    heading = f'<h2 id="titolo-{name}">Prospettiva {escape(perspective_title(name))}</h2>'
    return f'<section id="prospettiva-{name}" aria-labelledby="titolo-{name}">{heading}\n{articles}</section>'


def _article(item: Indicator, catalogue: Catalogue, results: Mapping[str, Outcome]) -> str:
    searched = escape(f"{item.code} {item.title} {item.description}", quote=True)
    facts = "".join(f"<dt>{escape(label)}</dt><dd>{value}</dd>" for label, value in _facts(item, catalogue))
    return (
        f'<article class="indicatore" id="{item.code}" data-testo="{searched}">'
        f"<h3>{escape(item.title)} <code>{item.code}</code></h3>"
        f'<p>{escape(item.description)}</p><p lang="en">{escape(item.description_en)}</p>'
        f'<div class="formula">{item.mathml}<p><code>{escape(item.formula)}</code></p></div>'
        f"<dl>{facts}</dl>{_parts(item, catalogue)}{_tests(item, catalogue, results)}</article>"
    )


def _facts(item: Indicator, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    declared = item.declared
    better = {1: "positiva (un valore più alto è migliore)", -1: "negativa (un valore più basso è migliore)"}
    yield "Unità", escape(str(declared["unita"]))
    yield "Polarità", better.get(declared["polarita"], "nessuna")
    yield "Livelli", escape(", ".join(item.levels))
    yield "Tagli", escape(", ".join(declared["tagli"]) or "nessuno")
    until = f" al {declared['valido_al']}" if declared["valido_al"] else ""
    yield "Validità", escape(f"dal {declared['valido_dal']}{until}")
    if item.abolished_by:
        yield "Abolito da", escape(item.abolished_by)
    if item.replaced_by:
        yield "Sostituito da", _links(item.replaced_by, catalogue)
    if declared.get("famiglia"):
        yield "Famiglia", _links([declared["famiglia"]], catalogue)
    if item.uses and not item.parts:
        yield "Usa", _links(item.uses, catalogue)
    if item.parts:
        yield "Parti", _composed(item, catalogue)
    yield "Atto", escape(declared["atto"])
    yield "Lettura", "sì: l'atto non dice tutto" if declared["lettura"] else "no"


def _composed(item: Indicator, catalogue: Catalogue) -> str:
    rows = []
    for part in item.parts:
        name = escape(part["titolo"]) if "titolo" in part else _links([part["codice"]], catalogue)
        stretch = escape(" – ".join((part.get("valido_dal", ""), part.get("valido_al", ""))).strip(" –"))
        cells = (name, escape(part["ruolo"]), escape(part["peso"]), stretch)
        rows.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    head = "".join(f"<th scope='col'>{name}</th>" for name in ("Parte", "Ruolo", "Peso", "Validità"))
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _links(codes: Iterable[str], catalogue: Catalogue) -> str:
    """Link to indicators; a code that is not in the catalogue stays text."""
    return ", ".join(
        f'<a href="#{code}">{escape(code)}</a>' if code in catalogue.indicators else escape(code)
        for code in codes
    )


def _parts(item: Indicator, catalogue: Catalogue) -> str:
    rows = "".join(
        f'<tr><td><a href="#componente-{source.name}">{escape(source.title)}</a></td>'
        f"<td>{escape(_nature(source))}</td><td>{_origins(source, catalogue)}</td></tr>"
        for source in catalogue.sources(item)
    )
    if not rows:
        return ""
    head = "<tr><th scope='col'>Componente</th><th scope='col'>Natura</th><th scope='col'>Origine</th></tr>"
    return f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"


def _nature(source: Component) -> str:
    nature = _NATURES.get(source.nature, source.nature)
    return f"{nature}, {source.unit}" if source.unit else nature


def _origins(source: Component, catalogue: Catalogue) -> str:
    told = [end.short for end in catalogue.origins(source.columns)]
    return "; ".join(f"<code>{escape(one)}</code>" for one in told) or "calendario"


def _tests(item: Indicator, catalogue: Catalogue, results: Mapping[str, Outcome]) -> str:
    guarding = catalogue.tests_of(item)
    own = [test for test in guarding if item.code in test.indicators and test.kind == "esempio"]
    shared = [test for test in guarding if test not in own]
    rows = "".join(
        f"<tr><td><code>{escape(test.name)}</code></td><td>{_outcome(test, results)}</td></tr>"
        for test in own
    )
    table = (
        "<table><thead><tr><th scope='col'>Esempio svolto a mano</th><th scope='col'>Ultimo esito</th></tr>"
        f"</thead><tbody>{rows}</tbody></table>"
    )
    links = ", ".join(
        f'<a href="#prova-{test.name}">{escape(test.name)}</a>{_mark(test, results)}' for test in shared
    )
    tested, held = schema_summary(results, catalogue.models(item))
    schema = f" Proprietà dichiarate dei modelli: {held} su {tested} superate." if tested else ""
    return f"{table if rows else ''}<p>Prove comuni: {links}.{schema}</p>"


def _mark(test: Check, results: Mapping[str, Outcome]) -> str:
    last = results.get(test.name)
    return "" if last is None or last.status == "pass" else f' <span class="bad">({escape(last.told)})</span>'


def _outcome(test: Check, results: Mapping[str, Outcome]) -> str:
    last = results.get(test.name)
    if last is None:
        return none_told(test.kind)
    return escape(last.told) if last.status == "pass" else f'<span class="bad">{escape(last.told)}</span>'


def _components(catalogue: Catalogue) -> str:
    articles = "\n".join(
        f'<article id="componente-{source.name}"><h3>{escape(source.title)} <code>{source.name}</code></h3>'
        f"<p>{escape(source.description)} ({escape(_nature(source))})</p>"
        f'<ul class="tree">{_tree(source.columns, catalogue, set())}</ul></article>'
        for source in (*catalogue.components.values(), *catalogue.conditions.values())
    )
    return f'<section id="componenti"><h2>Componenti e provenienza</h2>\n{articles}</section>'


def _tree(columns: Iterable[str], catalogue: Catalogue, seen: set[str]) -> str:
    items = []
    for column in columns:
        end = catalogue.ends.get(column)
        told = f": {end.told}" if end else ""
        if not catalogue.steps.get(column, ("",)):
            told = " (valore fisso o del calendario)"
        inner = ""
        if column not in seen and column in catalogue.steps:
            seen.add(column)
            below = _tree(catalogue.steps[column], catalogue, seen)
            inner = f"<ul>{below}</ul>" if below else ""
        items.append(f"<li><code>{escape(column)}</code>{escape(told)}{inner}</li>")
    return "".join(items)


def _shared_tests(tests: Iterable[Check], results: Mapping[str, Outcome]) -> str:
    rows = "\n".join(
        f'<tr id="prova-{test.name}"><td><code>{escape(test.name)}</code></td>'
        f"<td>{escape(_KINDS[test.kind])}</td>"
        f'<td lang="en">{escape(test.description)}</td><td>{_outcome(test, results)}</td></tr>'
        for test in tests
    )
    head = "".join(
        f"<th scope='col'>{name}</th>" for name in ("Prova", "Guarda", "Che cosa dice", "Ultimo esito")
    )
    return (
        '<section id="prove"><h2>Prove comuni</h2>'
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></section>"
    )
