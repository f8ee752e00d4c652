"""Texts that change only with the publication: written once for each, and sent to those who lack them."""

import hashlib
from dataclasses import dataclass

__all__ = ["Kept"]


@dataclass(frozen=True, slots=True)
class Kept:
    """A text of one publication.

    Attributes:
        version: of the publication.
        tag: its entity tag (RFC 9110, 8.8.3), which changes with the publication and with the text.
        body: the text.
    """

    version: str
    tag: str
    body: bytes

    @classmethod
    def of(cls, version: str, body: bytes) -> "Kept":
        """Keep a text of a publication."""
        digest = hashlib.sha256(version.encode() + b"\0" + body).hexdigest()[:32]
        # Weak: the same text may be sent compressed or not.
        return cls(version, f'W/"{digest}"', body)

    def is_known(self, if_none_match: str) -> bool:
        """Say whether the client has this text, by what it sent in `If-None-Match`."""
        known = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
        return "*" in known or self.tag.removeprefix("W/") in known
