"""Spelling SQL: the few places where a name or a literal stands inside a statement.

Names come from contracts, which allow lower-case letters, digits and underscores only; values are bound
wherever the engine takes parameters.
"""

__all__ = ["identifier", "literal", "string_list"]


def identifier(name: str) -> str:
    """Return a quoted identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return a quoted string."""
    return "'" + text.replace("'", "''") + "'"


def string_list(texts: tuple[str, ...]) -> str:
    """Return `('a', 'b')`."""
    return "(" + ", ".join(literal(text) for text in texts) + ")"
