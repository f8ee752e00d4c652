"""The perspectives (prospettive) as users read them; their codes are names of views and stay plain."""

__all__ = ["perspective_title"]

_TITLES = {"qualita": "Qualità"}


def perspective_title(code: str) -> str:
    """Return the Italian title of a perspective.

    >>> perspective_title("valore_pubblico")
    'Valore pubblico'
    """
    return _TITLES.get(code, code.replace("_", " ").capitalize())
