"""Writes formulas: as a line of text, and as MathML, which browsers draw without a script or a network.

Σ giacenza_finale_om × giorni(periodo) [al mese di chiusura] / Σ pervenuto_om
"""

from collections.abc import Callable
from datetime import date
from html import escape

from semantic.compiler.expansion import Expander
from semantic.compiler.formula import (
    Binary,
    Call,
    Cases,
    Formula,
    FormulaReader,
    Given,
    Name,
    Number,
    Reference,
    Sum,
    Words,
)
from semantic.compiler.manifest import Metric

__all__ = ["as_mathml", "as_text", "day", "formula_text"]

_BINDING = {"+": 1, "−": 1, "×": 2, "/": 2}


def day(iso: str) -> str:
    """Return an ISO date as Italians write it.

    >>> day("2024-12-31")
    '31/12/2024'
    """
    return f"{date.fromisoformat(iso):%d/%m/%Y}"


def formula_text(metric: Metric, expander: Expander) -> str:
    """Return the formula of a metric on one line.

    >>> formula_text(...)  # doctest: +SKIP
    'Σ definito_titolare / Σ pervenuto'

    Raises:
        CompileError: the definition uses something that has no notation.
    """
    return as_text(FormulaReader(expander.manifest, expander.base).read(metric))


def as_text(formula: Formula) -> str:
    """Return the formula on one line, with the components' codes."""
    match formula:
        case Number(text) | Words(text):
            return text
        case Name(code, _):
            return code
        case Sum(body, conditions, moment):
            inner = as_text(body)
            return f"Σ {f'({inner})' if isinstance(body, Binary) else inner}{_bracketed(moment, conditions)}"
        case Reference(code, _, conditions):
            return f"{code}{_bracketed('', conditions)}"
        case Call(name, arguments):
            return f"{name}({'; '.join(as_text(item) for item in arguments)})"
        case Cases(branches):
            return "; ".join(f"{as_text(one)} {_stretch(start, end)}" for start, end, one in branches)
        case Given(body, conditions):
            return f"{as_text(body)}, con {'; '.join(conditions)}"
        case Binary(operator, left, right):
            if _is_negation(formula):
                return f"−{_operand(right, 2, as_text, '(', ')')}"
            binding = _BINDING[operator]
            first = _operand(left, binding, as_text, "(", ")")
            second = _operand(right, binding + (operator in "−/"), as_text, "(", ")")
            return f"{first} {operator} {second}"


def as_mathml(formula: Formula) -> str:
    """Return the formula as a `<math>` element, with the components' titles and the text as alternative."""
    namespace = 'xmlns="http://www.w3.org/1998/Math/MathML"'
    return (
        f'<math {namespace} display="block" alttext="{escape(as_text(formula))}">{_element(formula)}</math>'
    )


def _element(formula: Formula) -> str:
    match formula:
        case Number(text):
            return f"<mn>{escape(text)}</mn>"
        case Words(text):
            return f"<mtext>{escape(text)}</mtext>"
        case Name(_, title):
            return f"<mtext>{escape(title)}</mtext>"
        case Sum(body, conditions, moment):
            inner = _element(body)
            under = ", ".join((*((moment,) if moment else ()), *conditions))
            sign = "<mo>∑</mo>"
            if under:
                sign = f"<munder>{sign}<mtext>{escape(under)}</mtext></munder>"
            grouped = f"<mo>(</mo>{inner}<mo>)</mo>" if isinstance(body, Binary) else inner
            return f"<mrow>{sign}{grouped}</mrow>"
        case Reference(_, title, conditions):
            return f"<mtext>{escape(title + _bracketed('', conditions))}</mtext>"
        case Call(name, arguments):
            listed = "<mo>;</mo>".join(_element(item) for item in arguments)
            return f"<mrow><mtext>{escape(name)}</mtext><mo>(</mo>{listed}<mo>)</mo></mrow>"
        case Cases(branches):
            rows = "".join(
                f"<mtr><mtd>{_element(one)}</mtd>"
                f"<mtd><mtext>{escape(_stretch(start, end))}</mtext></mtd></mtr>"
                for start, end, one in branches
            )
            return f"<mrow><mo>{{</mo><mtable>{rows}</mtable></mrow>"
        case Given(body, conditions):
            told = escape(f", con {', '.join(conditions)}")
            return f"<mrow>{_element(body)}<mtext>{told}</mtext></mrow>"
        case Binary(operator, left, right):
            if _is_negation(formula):
                return f"<mrow><mo>−</mo>{_operand(right, 2, _element, '<mo>(</mo>', '<mo>)</mo>')}</mrow>"
            if operator == "/":
                return f"<mfrac>{_element(left)}{_element(right)}</mfrac>"
            binding = _BINDING[operator]
            first = _operand(left, binding, _element, "<mo>(</mo>", "<mo>)</mo>")
            second = _operand(right, binding + (operator == "−"), _element, "<mo>(</mo>", "<mo>)</mo>")
            return f"<mrow>{first}<mo>{operator}</mo>{second}</mrow>"


def _operand(
    formula: Formula, binding: int, write: Callable[[Formula], str], opening: str, closing: str
) -> str:
    """Write one side of an operation, in parentheses where its own operator binds less."""
    written = write(formula)
    loose = isinstance(formula, Binary) and _BINDING[formula.operator] < binding
    return f"{opening}{written}{closing}" if loose or isinstance(formula, Cases) else written


def _is_negation(formula: Binary) -> bool:
    return formula.operator == "−" and formula.left == Number("0")


def _bracketed(moment: str, conditions: tuple[str, ...]) -> str:
    told = [*([moment] if moment else []), *conditions]
    return f" [{'; '.join(told)}]" if told else ""


def _stretch(start: str, end: str | None) -> str:
    return f"dal {day(start)} al {day(end)}" if end else f"dal {day(start)}"
