"""`cruscotto metrics` and `cruscotto catalogue`: what each indicator is, by name and as a page."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from orchestration.catalogue import installed_catalogue, last_results
from orchestration.cli.output import as_json_option, home_option, print_json, print_table
from orchestration.workspace import Workspace
from semantic.catalogue import Catalogue, Check, Component, Indicator, Origin, Outcome
from semantic.catalogue.entry import described
from semantic.catalogue.results import none_told, schema_summary

__all__ = ["catalogue_verb", "metrics"]

_LEVELS = ("nazionale", "direzione", "sede", "agenzia")
_KINDS = {
    "esempio": "esempio svolto a mano",
    "indicatori": "prova di tutti i valori",
    "dati": "prova dei dati",
    "unita": "prova di un passo",
}


@click.group(invoke_without_command=True)
@click.option("--prospettiva", help="Keep this prospettiva: finanza, processi, sviluppo, …")
@click.option("--level", type=click.Choice(_LEVELS), help="Keep indicators valued at this level.")
@click.option(
    "--search", default="", metavar="TEXT", help="Keep those whose code, title or definition has it."
)
@as_json_option
@click.pass_context
def metrics(
    context: click.Context, prospettiva: str | None, level: str | None, search: str, as_json: bool
) -> None:
    """List the indicators; `metrics show CODE` tells everything about one.

    \b
    Examples:
      cruscotto metrics
      cruscotto metrics --prospettiva processi --level agenzia
      cruscotto metrics --search "giacenza"
      cruscotto metrics show indice_giacenza
    """
    if context.invoked_subcommand:
        return
    catalogue = installed_catalogue()
    if prospettiva is not None and prospettiva not in catalogue.perspectives:
        known = ", ".join(catalogue.perspectives)
        raise click.BadParameter(f"{prospettiva!r} is not one of {known}", param_hint="--prospettiva")
    chosen = catalogue.chosen(perspective=prospettiva, level=level, text=search)
    if as_json:
        print_json([_shown(item) for item in chosen])
    elif chosen:
        rows = [_line(item) for item in chosen]
        print_table(f"{len(rows)} indicatori", list(rows[0]), rows)
    else:
        click.echo("nessun indicatore corrisponde", err=True)


@metrics.command("show")
@click.argument("code")
@as_json_option
@home_option
def _show(code: str, as_json: bool, workspace: Workspace) -> None:
    """Print one indicator: definition, formula, act, levels, validity, components, lineage, tests.

    \b
    Examples:
      cruscotto metrics show indice_giacenza
      cruscotto metrics show produttivita --json
    """
    catalogue = installed_catalogue()
    item = catalogue.indicator(code)
    results = last_results(workspace)
    if as_json:
        print_json(_shown(item) | described(item, catalogue, results))
        return
    click.echo(f"{item.code} — {item.title}\n\n{item.description}\n{item.description_en}\n")
    for label, value in _details(item):
        click.echo(f"{label:<12} {value}")
    for source in catalogue.sources(item):
        click.echo("\n" + "\n".join(_component(source, catalogue)))
    click.echo("\nProve")
    for line in _tests(item, catalogue, results):
        click.echo(f"  {line}")


@click.command("catalogue")
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), help="File to write [default: print]."
)
@click.option(
    "--format", "form", type=click.Choice(["html", "markdown"]), default="html", show_default=True,
    help="A page for browsers, or the short table of docs/catalogue.md.",
)  # fmt: skip
@home_option
def catalogue_verb(output: Path | None, form: str, workspace: Workspace) -> None:
    """Write the catalogue: a self-contained page with formulas, lineage, tests and their last result.

    \b
    Examples:
      cruscotto catalogue --output catalogo.html
      cruscotto catalogue --format markdown --output docs/catalogue.md
    """
    from semantic.catalogue.markdown import markdown_table
    from semantic.catalogue.page import page

    catalogue = installed_catalogue()
    is_page = form == "html"
    text = page(catalogue, last_results(workspace)) if is_page else markdown_table(catalogue)
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")
        click.echo(f"scritto {output}: {len(catalogue.indicators)} indicatori")


def _shown(item: Indicator) -> dict[str, Any]:
    return {key: value for key, value in item.declared.items() if key not in ("mathml", "file")}


def _line(item: Indicator) -> dict[str, Any]:
    return {
        "codice": item.code,
        "titolo": item.title,
        "prospettiva": item.perspective,
        "unità": item.declared["unita"],
        "polarità": _polarity(item),
        "livelli": ", ".join(item.levels),
        "validità": _validity(item),
    }


def _polarity(item: Indicator) -> str:
    return {1: "+", -1: "−"}.get(item.declared["polarita"], "0")


def _validity(item: Indicator) -> str:
    return f"{item.declared['valido_dal']} → {item.declared['valido_al'] or ''}"


def _details(item: Indicator) -> Iterator[tuple[str, str]]:
    yield "formula", item.formula
    if " / " in item.formula:
        yield "", "(senza valore dove un denominatore è 0 o assente)"
    yield "unità", f"{item.declared['unita']}, polarità {_polarity(item)}"
    yield "prospettiva", item.perspective
    yield "livelli", ", ".join(item.levels)
    yield "tagli", ", ".join(item.declared["tagli"]) or "nessuno"
    yield "validità", _validity(item)
    if item.abolished_by:
        yield "abolito", f"da {item.abolished_by}"
    if item.replaced_by:
        yield "sostituito", f"da {', '.join(item.replaced_by)}"
    if item.declared.get("famiglia"):
        yield "famiglia", str(item.declared["famiglia"])
    if item.uses and not item.parts:
        yield "usa", ", ".join(item.uses)
    for part in item.parts:
        stretch = f"{part.get('valido_dal', '')} → {part.get('valido_al', '')}".strip(" →")
        told = f"{part.get('titolo', part['codice'])}, {part['ruolo']}, peso {part['peso']}"
        yield "parte", f"{told}, {stretch}" if stretch else told
    yield "atto", item.declared["atto"]
    yield "lettura", "sì: l'atto non dice tutto" if item.declared["lettura"] else "no"


def _component(source: Component, catalogue: Catalogue) -> Iterator[str]:
    kind = "condizione" if source.nature == "condizione" else f"{source.nature}, {source.unit}"
    yield f"{source.name} — {source.title} ({kind})"
    followed: set[str] = set()
    for depth, column in catalogue.walk(source.columns):
        end = catalogue.ends.get(column)
        again = " …" if column in followed and column in catalogue.steps else ""
        followed.add(column)
        fixed = "" if catalogue.steps.get(column, ("",)) else " (valore fisso o del calendario)"
        yield f"{'  ' * (depth + 1)}← {_told(column, end)}{fixed or again}"


def _told(column: str, end: Origin | None) -> str:
    return f"{column}: {end.told}" if end else column


def _tests(item: Indicator, catalogue: Catalogue, results: Mapping[str, Outcome]) -> Iterator[str]:
    for test in catalogue.tests_of(item):
        yield f"{test.name:<52} {_KINDS[test.kind]:<24} {_outcome(test, results)}"
    tested, held = schema_summary(results, catalogue.models(item))
    if tested:
        yield f"{'proprietà dichiarate dei modelli':<52} {'schema':<24} {held} su {tested} superate"


def _outcome(test: Check, results: Mapping[str, Outcome]) -> str:
    return results[test.name].told if test.name in results else none_told(test.kind)
