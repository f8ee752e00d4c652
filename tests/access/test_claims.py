"""Claims: what they grant, and that a mistake in them grants nothing."""

from typing import Any

import pytest

from semantic.access import EVERYTHING, ClaimsRefused, Scope, read_scope

UMBRIA = {"structures": {"direzione": ["DR-UMBRIA"]}}


def scope(**claims: Any) -> Scope:
    return read_scope(UMBRIA | claims)


@pytest.mark.parametrize(
    ("claims", "group", "level"),
    [
        ({"structures": "*", "domains": "*"}, "nazionale_tutti", ""),
        ({"structures": "*"}, "nazionale", ""),
        (UMBRIA, "locale", "direzione"),
        (UMBRIA | {"domains": ["personale", "costi", "costi"]}, "locale_costi_personale", "direzione"),
        ({"structures": {"direzione": [], "sede": ["DP-TERNI"]}}, "locale", "sede"),
        ({"structures": {"agenzia": ["AG-1"], "direzione": ["DR-UMBRIA"]}}, "locale", "agenzia"),
    ],
)
def test_a_token_is_of_one_group(claims: dict[str, Any], group: str, level: str) -> None:
    read = read_scope(claims)
    assert (read.groups, read.level) == ({group}, level)
    assert read.everything == (group == "nazionale_tutti")


def test_lists_for_the_policies() -> None:
    """Every level has its list, also an empty one, which grants nothing."""
    attributes = read_scope({"structures": {"sede": ["DP-TERNI", "DP-PERUGIA", "DP-TERNI"]}}).attributes
    assert attributes["sedi"] == ["DP-TERNI", "DP-PERUGIA"]
    assert attributes["direzioni"] == attributes["agenzie"] == attributes["livelli"] == []


@pytest.mark.parametrize(
    ("comparisons", "levels"),
    [
        (["nazionale"], ["nazionale"]),
        (["livello"], ["nazionale", "direzione"]),
        ("*", ["nazionale", "direzione"]),
    ],
)
def test_levels_that_comparisons_show(comparisons: Any, levels: list[str]) -> None:
    assert scope(comparisons=comparisons).attributes["livelli"] == levels


@pytest.mark.parametrize(
    "structures",
    [
        None,
        "",
        "DR-UMBRIA",
        ["DR-UMBRIA"],
        {"direzione": "DR-UMBRIA"},
        {"direzione": ["DR-UMBRIA", None]},
        {"direzione": ["*"]},
        {"direzione": ["undefined"]},
        {"direzione": ["NULL"]},
        {"direzione": ["DR UMBRIA"]},
        {"direzione": ["a" * 101]},
        {"direzione": [f"N{number}" for number in range(501)]},
        {"nazionale": ["NAZIONALE"]},
        {"regione": ["Umbria"]},
        True,
    ],
)
def test_malformed_structures_refuse_the_token(structures: Any) -> None:
    """Never read as "all", and never as the text 'undefined'; the refusal does not repeat the value."""
    with pytest.raises(ClaimsRefused) as refused:
        read_scope({"structures": structures})
    assert (refused.value.code, refused.value.claim) == ("MALFORMED_CLAIM", "structures")
    assert "UMBRIA" not in str(refused.value)


@pytest.mark.parametrize(
    "claims", [{}, {"domains": "*"}, {"structures": {}}, {"structures": {"direzione": []}}]
)
def test_no_structures_no_answer(claims: dict[str, Any]) -> None:
    with pytest.raises(ClaimsRefused) as refused:
        read_scope(claims)
    assert refused.value.code == "NO_SCOPE"


@pytest.mark.parametrize(
    "claims",
    [
        {"domains": None},
        {"domains": "costi"},
        {"domains": ["Costi"]},
        {"domains": [1]},
        {"domains": {"costi": True}},
        {"comparisons": ["tutto"]},
        {"comparisons": "nazionale"},
        {"comparisons": ["undefined"]},
    ],
)
def test_malformed_words_refuse_the_token(claims: dict[str, Any]) -> None:
    with pytest.raises(ClaimsRefused, match="cannot be read"):
        scope(**claims)


def test_scopes_are_told_apart() -> None:
    """Results are kept under the key: it holds all that may be seen, and nothing about the token itself."""
    keys = [
        EVERYTHING.key,
        scope().key,
        scope(domains=["costi"]).key,
        scope(comparisons=["nazionale"]).key,
        scope(attivo=True).key,
        read_scope({"structures": {"sede": ["DR-UMBRIA"]}}).key,
    ]
    assert len(set(keys)) == len(keys)
    assert scope(sub="a", exp=1, jti="x").key == scope(sub="b", exp=2).key
