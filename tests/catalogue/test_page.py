"""The page: every indicator, no broken link, nothing fetched, nothing executed from what definitions say."""

from datetime import datetime
from html.parser import HTMLParser

import pytest

from orchestration.catalogue import installed_catalogue
from semantic.catalogue import Catalogue, Outcome
from semantic.catalogue.page import page

VOID = {"meta", "input"}


class _Page(HTMLParser):
    """Reads the page: ids, links, what would be fetched, text of each article, and that tags are closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.articles: dict[str, str] = {}
        self.tags: set[str] = set()
        self._open: list[str] = []
        self._article = ""
        self.feed(text)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        given = dict(attrs)
        self.tags.add(tag)
        if tag not in VOID:
            self._open.append(tag)
        if identifier := given.get("id"):
            self.ids.append(identifier)
        if tag == "article":
            self._article = str(given.get("id"))
            self.articles[self._article] = ""
        if href := given.get("href"):
            self.links.append(href)
        if source := given.get("src"):
            self.fetched.append(source)

    def handle_endtag(self, tag: str) -> None:
        """Check that the innermost open tag is closed."""
        assert self._open.pop() == tag
        if tag == "article":
            self._article = ""

    def handle_data(self, data: str) -> None:
        """Collect the text of the article."""
        if self._article:
            self.articles[self._article] += data


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """The committed catalogue."""
    return installed_catalogue()


@pytest.fixture(scope="module")
def results(catalogue: Catalogue) -> dict[str, Outcome]:
    """Every test passed but one."""
    when = datetime(2025, 2, 3, 4, 5)
    passed = {
        test.name: Outcome(test.name, test.kind, test.models, "pass", 0, when, "run-1")
        for test in catalogue.tests.values()
    }
    name = "indice_giacenza_by_hand"
    return passed | {name: Outcome(name, "esempio", frozenset(), "fail", 2, when, "run-1")}


@pytest.fixture(scope="module")
def read(catalogue: Catalogue, results: dict[str, Outcome]) -> _Page:
    """The page of the committed catalogue, parsed."""
    return _Page(page(catalogue, results))


def test_every_indicator_is_there_with_what_it_is(catalogue: Catalogue, read: _Page) -> None:
    for code, indicator in catalogue.indicators.items():
        text = read.articles[code]
        for told in (
            indicator.title,
            indicator.description,
            indicator.formula,
            indicator.declared["atto"],
            str(indicator.declared["unita"]),
            indicator.declared["valido_dal"],
        ):
            assert told in text, (code, told)


def test_what_ended_says_by_which_act_and_what_came_after(read: _Page) -> None:
    old = read.articles["ieep"]
    assert "Abolito da" in old
    assert "Sostituito da" in old


def test_composites_link_to_their_parts(read: _Page) -> None:
    assert "Parti" in read.articles["performance_strategica"]
    assert "#oge_a" in read.links
    assert "Ruolo" in read.articles["performance_strategica"]


def test_links_and_anchors_fit(read: _Page) -> None:
    assert len(read.ids) == len(set(read.ids))
    assert read.links
    assert {link.removeprefix("#") for link in read.links} <= set(read.ids)


def test_nothing_is_fetched(read: _Page) -> None:
    assert not read.fetched
    assert "link" not in read.tags
    assert {"math", "mfrac", "munder"} <= read.tags


def test_lineage_and_results_are_told(read: _Page) -> None:
    stock = read.articles["indice_giacenza"]
    assert "pb_prod: giacenza_finale" in stock
    assert "non superata, 2 righe il 03/02/2025 04:05 UTC" in stock
    component = read.articles["componente-giacenza_finale_om_giorni"]
    assert "fct_production.giacenza_finale_om" in component
    assert "PB_PROD_{month}.csv" in component


def test_without_a_publication_no_result_is_claimed(catalogue: Catalogue) -> None:
    text = page(catalogue, {})
    assert "Nessun esito delle prove è ancora pubblicato" in text
    assert "superata il" not in text


def test_what_a_definition_says_is_text(catalogue: Catalogue) -> None:
    """Markup in a definition is shown, not obeyed."""
    indicator = catalogue.indicator("indice_giacenza")
    object.__setattr__(indicator, "title", '<script>alert(1)</script> & "x"')
    try:
        text = page(catalogue, {})
    finally:
        object.__setattr__(indicator, "title", "Indice di giacenza")
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp;" in text
