"""Does the section of open data hold a data set to download?"""

import re
from dataclasses import replace
from datetime import date
from urllib.parse import urlsplit

from lxml import html

from reading.calendar import dates_in
from reading.entries import Entry, files_on
from reading.finding import seen_on
from reading.kinds.content import Content, made_of
from reading.looking import is_html
from reading.section_tree import Tree, has
from reading.text import squeeze

MAX_ROW = 700  # letters of a row that may print its day
_DATA_FILE = re.compile(r"\.(?:xlsx?|csv|json|xml|ods|geojson|zip|rar|7z)(?:$|\?)", re.I)
_FORMAT = re.compile(r"[./=_-](?:xlsx?|csv|json|xml|ods|geojson|zip|rar|7z|docx?|pdf)$", re.I)


def content(tree: Tree) -> Content:
    named = [entry if entry.url is not None else _with_file(entry) for entry in tree.entries]
    sets = [entry for entry in named if entry.url is not None and _is_data(entry, tree)]
    # The day on which a set was renewed is its day, as it is no other entry's.
    addresses = {entry.url for entry in sets}
    sets = [replace(entry, day=entry.day or _day_beside(entry, addresses, tree)) for entry in sets]
    # One set in several formats is one set.
    sets = list({_stem(entry.url): entry for entry in reversed(sets)}.values())[::-1]
    quotes = {"data": seen_on(sets[0].page, f"{sets[0].title} {sets[0].url}")} if sets else {}
    return made_of(quotes, bool(sets), sets)


def _with_file(entry: Entry) -> Entry:
    """A row that names a set, with the address of the first of its files: "yüklə" stands in a cell for each format."""
    inside = set(entry.element.iter("a"))
    files = [link.url for link in entry.page.links if link.element in inside and _DATA_FILE.search(link.url)]
    return replace(entry, url=files[0]) if files else entry


def _is_data(entry: Entry, tree: Tree) -> bool:
    """Whether an entry is a file of data: by its address or, where that tells no format, by its label ("csv")."""
    if _DATA_FILE.search(entry.url or ""):
        return True
    tells_none = "." not in urlsplit(entry.url or "").path.rsplit("/", 1)[-1]
    outcome = tree.site.outcome(entry.url or "")
    if outcome is not None and outcome.page is not None and is_html(outcome.page.capture):
        files = files_on(outcome.page, tree.site) if outcome.page.key in tree.parts else []
        return any(_DATA_FILE.search(link.url) for link in files)
    labels = [link.label for link in entry.page.links if link.url == entry.url] if tells_none else []
    return any(has(tree.section.content_words["data"], label) for label in labels)


def _day_beside(entry: Entry, addresses: set[str | None], tree: Tree) -> date | None:
    """The newest day in the box of a set: the largest part of the page that holds no other set."""
    others = {
        link.element for link in entry.page.links if link.url in addresses and _stem(link.url) != _stem(entry.url)
    }
    box: html.HtmlElement | None = None
    for up in (entry.element, *entry.element.iterancestors()):
        if up.tag == "body" or any(element in others for element in up.iter("a")):
            break
        box = up
    if box is None or not others:
        return None
    days = (found.day for found in dates_in(squeeze(box.text_content())[:MAX_ROW], tree.site.as_of))
    return max((day for day in days if day <= tree.site.as_of), default=None)


def _stem(url: str | None) -> str:
    """The address of a file without its format: /d/1.csv, /d/1.csv?v=2, /file?name=1.csv, /export/1/csv."""
    parts = urlsplit(url or "")
    is_named = _FORMAT.search(parts.path) or not parts.query
    return _FORMAT.sub("", parts.path if is_named else f"{parts.path}?{parts.query}")
