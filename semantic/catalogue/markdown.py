"""The catalogue as a short Markdown table: docs/catalogue.md."""

from semantic.catalogue.reading import Catalogue, Indicator
from semantic.perspectives import perspective_title

__all__ = ["markdown_table"]

_HEAD = """\
# Catalogue of the indicators

Generated from the definitions by `cruscotto catalogue --format markdown`: change those, not this page.
Definitions in words, lineage and test results are on the page of `cruscotto catalogue` and in
`cruscotto metrics show CODE`. A fraction has no value where its denominator is 0 or missing.
"""
_COLUMNS = ("code", "title", "formula", "unit", "+/−", "levels", "valid", "act")


def markdown_table(catalogue: Catalogue) -> str:
    """Return the page: a table per prospettiva."""
    parts = [_HEAD]
    for name in catalogue.perspectives:
        rows = [_row(item) for item in catalogue.chosen(perspective=name)]
        head = [f"| {' | '.join(_COLUMNS)} |", "|" + "---|" * len(_COLUMNS)]
        parts.append("\n".join([f"## {perspective_title(name)}\n", *head, *rows]) + "\n")
    return "\n".join(parts)


def _row(item: Indicator) -> str:
    declared = item.declared
    cells = (
        f"`{item.code}`",
        item.title,
        item.formula,
        str(declared["unita"]),
        {1: "+", -1: "−"}.get(declared["polarita"], ""),
        ", ".join(item.levels),
        f"{declared['valido_dal']} – {declared['valido_al'] or ''}".rstrip(),
        declared["atto"] + (" *(lettura)*" if declared["lettura"] else ""),
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
