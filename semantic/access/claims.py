"""The claims of a token that say what it grants.

    structures   "*", or {"direzione": ["DR-UMBRIA"], "sede": [], "agenzia": []}     needed
    domains      "*", or reserved domains: ["costi", "personale", "persone"]         none when missing
    comparisons  "*", or what is shown beyond the structures: ["nazionale", "livello"]  none when missing

    {"structures": {"direzione": ["DR-UMBRIA"]}, "domains": ["costi"]}
                          │
                          ▼
    Scope(groups={"locale_costi"}, attributes={"direzioni": ["DR-UMBRIA"], "sedi": [], …})

Groups and attributes are what the model's `access_policy` speaks of (`semantic/cube/access.js` makes the same
of them for Cube). A missing claim grants nothing, and a malformed one refuses the whole token: a mistake in
the identity provider must not look like an answer.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

__all__ = ["ANONYMOUS", "COMPARISONS", "EVERYTHING", "ClaimsRefused", "Scope", "read_scope"]

# Claim of structures → attribute that policies name, from the coarsest level.
_ATTRIBUTES = {"direzione": "direzioni", "sede": "sedi", "agenzia": "agenzie"}
_NATION = "nazionale"
_LEVELS = (_NATION, *_ATTRIBUTES)
COMPARISONS = (_NATION, "livello")
"""nazionale: the nation's own values; livello: values of all nodes as coarse as the token's own."""

_ALL = "*"
# The domain that is no group of members: what rests on few people.
_SMALL_CELLS = "persone"
_MOST_NODES = 500
_NODE = re.compile(r"[^\s\x00-\x1f*]{1,100}")
_DOMAIN = re.compile(r"[a-z]{1,40}")
# What programs write where they have no value.
_NO_VALUES = frozenset({"undefined", "null", "none", "nan", "false", "true"})
# Claims about the token itself, which grant nothing.
_REGISTERED = frozenset({"aud", "exp", "iat", "iss", "jti", "nbf", "sub"})


class ClaimsRefused(Exception):
    """The claims grant nothing, or cannot be read.

    Attributes:
        code: NO_SCOPE or MALFORMED_CLAIM.
        claim: the claim at fault.
        suggestion: what the claim should look like.
    """

    def __init__(self, message: str, *, code: str, claim: str, suggestion: str) -> None:
        super().__init__(message)
        self.code = code
        self.claim = claim
        self.suggestion = suggestion


@dataclass(frozen=True, slots=True)
class Scope:
    """What a token grants.

    Attributes:
        everything: all structures and all domains.
        groups: the groups of the model's policies that it belongs to.
        attributes: what policies name as `security_context`: the token's claims and the lists made from them.
        level: the finest structure level that its nodes are of; '' for all structures.
        comparisons: what is shown beyond the structures (of `COMPARISONS`).
        small_cells: values of fewer people than the definitions' threshold are shown too.
    """

    everything: bool
    groups: frozenset[str]
    attributes: Mapping[str, Any] = field(hash=False)
    level: str
    comparisons: frozenset[str]
    small_cells: bool

    @property
    def key(self) -> str:
        """What tells this scope from any other: results are kept under it."""
        written = [
            self.everything,
            sorted(self.groups),
            self.attributes,
            self.level,
            sorted(self.comparisons),
            self.small_cells,
        ]
        text = json.dumps(written, sort_keys=True, default=_plain)
        return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else str(value)


def read_scope(claims: Mapping[str, Any]) -> Scope:
    """Return what the claims grant.

    Args:
        claims: the verified payload of a token.

    Raises:
        ClaimsRefused: `structures` is missing, or a claim has another shape than it must.
    """
    nodes = _nodes(claims)
    domains = _words(claims, "domains")
    comparisons = _words(claims, "comparisons")
    if comparisons is None:
        comparisons = COMPARISONS
    unknown = set(comparisons) - set(COMPARISONS)
    if unknown:
        raise _malformed("comparisons", f'a list of {" and ".join(COMPARISONS)}, or "*"')
    reach = _NATION if nodes is None else "locale"
    granted = ["tutti"] if domains is None else sorted(set(domains) - {_SMALL_CELLS})
    level = "" if nodes is None else max((name for name in nodes if nodes[name]), key=_LEVELS.index)
    attributes = {name: value for name, value in claims.items() if name not in _REGISTERED}
    for name, attribute in _ATTRIBUTES.items():
        attributes[attribute] = list((nodes or {}).get(name, ()))
    attributes["livelli"] = _levels_shown(level, comparisons)
    return Scope(
        everything=nodes is None and domains is None,
        groups=frozenset({"_".join([reach, *granted])}),
        attributes=MappingProxyType(attributes),
        level=level,
        comparisons=frozenset(comparisons),
        small_cells=domains is None or _SMALL_CELLS in domains,
    )


def _levels_shown(level: str, comparisons: tuple[str, ...]) -> list[str]:
    """The levels all of whose nodes are shown: the nation, or every level down to the token's own."""
    if "livello" in comparisons and level:
        return list(_LEVELS[: _LEVELS.index(level) + 1])
    return [_NATION] if _NATION in comparisons else []


def _nodes(claims: Mapping[str, Any]) -> dict[str, tuple[str, ...]] | None:
    """The nodes by level; None for all structures."""
    shape = '"*", or codes by level such as {"direzione": ["DR-UMBRIA"], "sede": ["DP-TERNI"]}'
    if "structures" not in claims:
        raise ClaimsRefused(
            "The token grants no structures",
            code="NO_SCOPE",
            claim="structures",
            suggestion=f"it must have the claim 'structures': {shape}",
        )
    written = claims["structures"]
    if written == _ALL:
        return None
    if not isinstance(written, Mapping) or not set(written) <= set(_ATTRIBUTES):
        raise _malformed("structures", shape)
    found: dict[str, tuple[str, ...]] = {}
    for level, codes in written.items():
        if not isinstance(codes, list) or not all(_is_code(code, _NODE) for code in codes):
            raise _malformed("structures", shape)
        found[level] = tuple(dict.fromkeys(codes))
    count = sum(len(codes) for codes in found.values())
    if not count:
        raise ClaimsRefused(
            "The token grants no structures",
            code="NO_SCOPE",
            claim="structures",
            suggestion=f"its claim 'structures' names none: {shape}",
        )
    if count > _MOST_NODES:
        raise _malformed("structures", f"at most {_MOST_NODES} codes; name the nodes above them instead")
    return found


def _words(claims: Mapping[str, Any], name: str) -> tuple[str, ...] | None:
    """A claim that is a list of words, none when it is missing; None for '*'."""
    if name not in claims:
        return ()
    written = claims[name]
    if written == _ALL:
        return None
    if not isinstance(written, list) or not all(_is_code(word, _DOMAIN) for word in written):
        raise _malformed(name, 'a list of words, or "*"')
    return tuple(dict.fromkeys(written))


def _is_code(value: Any, pattern: re.Pattern[str]) -> bool:
    return isinstance(value, str) and bool(pattern.fullmatch(value)) and value.lower() not in _NO_VALUES


def _malformed(claim: str, shape: str) -> ClaimsRefused:
    """Never with the claim's value: it may hold anything."""
    return ClaimsRefused(
        f"The token's claim '{claim}' cannot be read",
        code="MALFORMED_CLAIM",
        claim=claim,
        suggestion=f"it must be {shape}",
    )


# For development without tokens, and for programs that plan without a token.
ANONYMOUS: Mapping[str, Any] = MappingProxyType({"structures": _ALL, "domains": _ALL, "comparisons": _ALL})
EVERYTHING = read_scope(ANONYMOUS)
"""The scope of whoever may see all."""
