"""What would the plain ways of looking say of the same stored pages?

Each baseline gives a part of a findings document, so that it is measured by the very rules that the readers are.
GSA: the rules of the U.S. site-scanning engine (required-links, mobile, search), on the page as served.
htmldate and dateparser: as their documentation has them used, with the languages and the round's day told.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from urllib.parse import urljoin, urlsplit

from dateparser.search import search_dates
from htmldate import find_date
from lxml import etree, html

from archive.evidence import Capture
from reading.method import Method
from reading.page import host_of
from reading.text import decode

OLDEST = "2000-01-01"
MAX_LETTERS = 20_000  # of a home page's text that dateparser is given; it takes a second for each ten thousand
HOPS = 5


@dataclass(frozen=True)
class Looked:
    """What a plain tool has before it: the page that the address led to, and the other pages of the round."""

    home: Capture | None
    pages: tuple[Capture, ...]
    as_of: date
    method: Method

    @property
    def source(self) -> str:
        return _source(self.home) if self.home else ""

    @property
    def tree(self) -> html.HtmlElement:
        return _tree(self.source)


def looked_at(captures: Sequence[Capture], as_of: date, method: Method) -> Looked:
    pages = [one for one in captures if one.purpose == "page"]
    last = {one.url: one for one in pages}
    home = pages[0] if pages else None
    for _ in range(HOPS):
        if home and home.location in last:
            home = last[home.location]
    good = tuple(one for one in pages if one.status == 200 and "html" in (one.header("content-type") or ""))
    return Looked(home if home in good else None, good, as_of, method)


def _source(capture: Capture) -> str:
    return decode(capture.body, capture.header("content-type"))


def _tree(source: str) -> html.HtmlElement:
    try:
        return html.document_fromstring(source.encode(), parser=html.HTMLParser(encoding="utf-8"))
    except etree.ParserError:  # nothing but spaces
        return html.document_fromstring("<html><body></body></html>")


def _hrefs(looked: Looked) -> list[tuple[str, str]]:
    """(address, text) of every link of the home page."""
    assert looked.home is not None
    return [(urljoin(looked.home.url, a.get("href") or ""), str(a.text_content())) for a in looked.tree.iter("a")]


def sections_in_links(looked: Looked) -> dict[str, Any]:
    """GSA required-links: found where the text or the address of a link holds the first name, az or en, of the kind."""
    if looked.home is None:
        return {"sections": {section.id: {"state": "unseen"} for section in looked.method.sections}}
    links = [f"{href} {text}".lower() for href, text in _hrefs(looked)]
    states = {}
    for section in looked.method.sections:
        names = [section.names[language][0].lower() for language in ("az", "en") if section.names.get(language)]
        found = any(name in link for name in names for link in links)
        states[section.id] = {"state": "found" if found else "absent"}
    return {"sections": states}


def mobile_by_width(looked: Looked) -> dict[str, Any]:
    """GSA mobile: the head has a viewport meta whose content holds `width=`."""
    metas = looked.tree.xpath("/html/head/meta[@name='viewport'][contains(@content, 'width=')]")
    return {"mobile": {"verdict": "responsive" if metas else "none"}}


def search_by_name(looked: Looked) -> dict[str, Any]:
    """GSA search: a form that posts to "search", a search input, or an id, name or class that is "search"."""
    marks = looked.tree.xpath(
        "//form[contains(@action, 'search')] | //input[@type='search'] | //*[@id='search' or @name='search'"
        " or contains(concat(' ', normalize-space(@class), ' '), ' search ')]"
    )
    return {"search": {"state": "found" if marks else "absent"}}


def languages_by_attribute(looked: Looked) -> dict[str, Any]:
    """The lang attributes of <html>, of all pages of the round."""
    codes = {(_tree(_source(page)).get("lang") or "").lower()[:2] for page in looked.pages}
    return {"languages": {"codes": sorted(codes - {""})}}


def social_by_host(looked: Looked) -> dict[str, Any]:
    """Every link of the home page to the host of a network."""
    networks = {host: network.id for network in looked.method.networks.networks for host in network.hosts}
    links = [href for href, _ in _hrefs(looked) if urlsplit(href).scheme in ("http", "https")] if looked.home else []
    found = [{"network": networks[host_of(href)], "url": href} for href in links if host_of(href) in networks]
    return {"social": {"profiles": found}}


def _htmldate(capture: Capture, as_of: date) -> str | None:
    if not capture.body.strip():
        return None
    return find_date(_source(capture), url=capture.url, min_date=OLDEST, max_date=as_of.isoformat())


def newest_by_htmldate(looked: Looked) -> dict[str, Any]:
    """htmldate on every page of the round; the newest day of them."""
    days = [day for page in looked.pages if (day := _htmldate(page, looked.as_of))]
    return {"news": {"last_date": max(days, default=None)}}


def home_by_htmldate(looked: Looked) -> dict[str, Any]:
    """htmldate on the home page."""
    return {"news": {"last_date": _htmldate(looked.home, looked.as_of) if looked.home else None}}


def home_by_dateparser(looked: Looked) -> dict[str, Any]:
    """dateparser.search on the text of the home page; the newest day that is not to come."""
    tree = looked.tree
    etree.strip_elements(tree, "script", "style", with_tail=False)
    text = " ".join(tree.text_content().split())[:MAX_LETTERS]
    # Whole dates only: else every bare year is taken for today's day of it.
    settings = {
        "RELATIVE_BASE": datetime.combine(looked.as_of, time()),
        "DATE_ORDER": "DMY",
        "REQUIRE_PARTS": ["day", "month", "year"],
    }
    hits = search_dates(text, languages=["az", "ru", "en"], settings=settings) or []
    days = [day.date().isoformat() for _, day in hits if day.date() <= looked.as_of]
    return {"news": {"last_date": max(days, default=None)}}


@dataclass(frozen=True)
class Baseline:
    name: str
    kinds: tuple[str, ...]  # of facts that it has a word on
    look: Callable[[Looked], dict[str, Any]]


BASELINES = (
    Baseline("name in a link of the home page (GSA)", ("sections.state",), sections_in_links),
    Baseline("viewport with width= (GSA)", ("mobile",), mobile_by_width),
    Baseline("any link to a network", ("social.recall", "social.precision"), social_by_host),
    Baseline("htmldate, newest of all pages", ("news.last_date",), newest_by_htmldate),
    Baseline("htmldate, home page", ("news.last_date",), home_by_htmldate),
    Baseline("dateparser.search, home page", ("news.last_date",), home_by_dateparser),
    Baseline("form, input, id named search (GSA)", ("search",), search_by_name),
    Baseline("html lang attribute", ("languages",), languages_by_attribute),
)
