"""The titles that Cube makes from names, for what has none: our answers carry the same."""

import re

__all__ = ["titled"]

# English, as Cube's library has them: they stay small, except in front.
_SMALL = frozenset(
    {"and", "or", "nor", "a", "an", "the", "so", "but", "to", "of", "at", "by", "from", "into", "on", "onto"}
    | {"off", "out", "in", "over", "with", "for"}
)
_HUMPS = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def titled(name: str) -> str:
    """Return the title that Cube gives to a member that has none.

    Cube joins the words of a name and parts them again at capitals, which digits hide.

    >>> titled("giacenza_finale"), titled("ente_id"), titled("perc_90_gg")
    ('Giacenza Finale', 'Ente ID', 'Perc90 Gg')
    """
    lower = _HUMPS.sub("_", name).lower().lstrip("_")
    joined = re.sub(r"(?:^|_+)([a-z0-9]|$)", lambda match: match.group(1).upper(), lower)
    joined = re.sub(r"[0-9]+([a-z])", lambda match: match.group(0).upper(), joined)
    words = [word.lower() for word in re.findall(r"[A-Z][^A-Z]*|^[^A-Z]+", joined)]
    title = " ".join(word if word in _SMALL else word.capitalize() for word in words)
    title = title[:1].upper() + title[1:]
    return re.sub(r"\bId(s?)\b", r"ID\1", title)
