"""Does a body publish the document that it must, and which period does the newest one cover?

A document is a file, a page or an entry of a list that bears the document's name, or that stands in a section of that
name with its period. A news item that tells of the document is not the document.
"""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from reading.documents import text_of
from reading.entries import Entry, entries_on
from reading.finding import Evidence, Finding, NotSeen, seen_on
from reading.handles import unopened_on, unpressed_on
from reading.items import item_day
from reading.languages import version_of
from reading.looking import Site, is_html
from reading.method import Duty, Method
from reading.page import Link, Page, is_web_page
from reading.periods import Period, period_in
from reading.text import slug_of, squeeze, words

MAX_TITLE_WORDS = 40
MAX_WAY_WORDS = 4  # of a label that names a section only; longer ones name something in it
MAX_DEPTH = 3  # of lists in lists: the documents, their year, their quarter
MIN_LETTERS = 200  # of own text of a page that is itself the document


def names_duty(label: str, duty: Duty, method: Method) -> bool:
    """Whether a label names the document, or the list of them, and does not tell a story of it."""
    found = words(label)
    return (
        0 < len(found) <= MAX_TITLE_WORDS
        and duty.words.in_words(found) is not None
        and duty.not_words.in_words(found) is None
        and method.streams.verbs.in_words(found) is None
    )


def leads_to_duty(label: str, duty: Duty) -> bool:
    """Whether a label names a section where the document is usually kept."""
    found = words(label)
    return 0 < len(found) <= MAX_WAY_WORDS and duty.way_words.in_words(found) is not None


def read(site: Site, duty: str) -> Finding:
    """The fact `documents.<duty>`. Raises NotSeen where a page that may hold a newer one could not be looked at.

    `period` and `period_end` are the newest document's, `last_date` is the day printed with it.
    """
    asked = site.method.duty[duty]
    _ = site.home  # raises NotSeen where there is no site to read
    search = _Search(site, asked)
    search.all_pages()
    newest = max(search.documents, key=lambda document: document.age_key, default=None)
    if newest is not None and newest.is_fresh(asked, site.as_of):
        return _found(newest, search)
    if search.unlooked is not None:
        raise NotSeen(*search.unlooked)
    if not site.complete or _unseen_menu(site):
        raise NotSeen("budget", tuple(seen_on(page) for page in site.pages))
    if newest is not None:
        return _found(newest, search)
    unpressed = unpressed_on(site.home, lambda label: names_duty(label, asked, site.method))
    unpressed = unpressed or unopened_on(site.home, site.method)
    if unpressed is not None:
        raise NotSeen(site.why_unpressed(site.home), (seen_on(site.home, unpressed),))
    if search.empty:
        # Named, and nothing in it.
        page, link_url, proof = search.empty[0]
        return Finding("partial", _fields(link_url, page), proof)
    return Finding("absent", _fields(None, ""), tuple(seen_on(page) for page in site.pages))


def _unseen_menu(site: Site) -> bool:
    """Whether the home page's menu leads to pages that were not visited: such documents lie deep."""
    known = {None, "az", version_of(site.home.url, site.method)}
    return any(
        site.outcome(link.url) is None
        for link in site.home.links
        if link.zone in ("nav", "header")
        and link.key != site.home.key
        and not link.is_file
        and site.is_own(link.url)
        and is_web_page(link.url)
        and version_of(link.url, site.method) in known
    )


def _fields(url: str | None, title: str) -> dict[str, object]:
    blank = {"items": 0, "last_date": None, "period": None, "period_end": None}
    return {"title": title or None, "url": url, **blank}


@dataclass(frozen=True, eq=False)
class Document:
    title: str
    url: str
    day: date | None
    period: Period | None
    page: Page  # where it was seen

    @property
    def ended(self) -> date | None:
        return self.period.end if self.period is not None else self.day

    @property
    def age_key(self) -> tuple[date, date]:
        return self.ended or date.min, self.day or date.min

    def is_fresh(self, duty: Duty, as_of: date) -> bool:
        """Whether no newer one can be expected yet."""
        return self.ended is not None and (as_of - self.ended).days <= duty.fresh_days


def _found(newest: Document, search: "_Search") -> Finding:
    fields: dict[str, object] = {
        "title": newest.title,
        "url": newest.url,
        "items": len({(document.url, document.title) for document in search.documents}),
        "last_date": newest.day.isoformat() if newest.day else None,
        "period": newest.period.name if newest.period else None,
        "period_end": newest.period.end.isoformat() if newest.period else None,
    }
    if search.unlooked is not None:
        fields["list_unseen"] = search.unlooked[0]
    return Finding("found", fields, (seen_on(newest.page, f"{newest.title} {newest.url}"),))


# Every duty goes through the same links.
_LINKS: "WeakKeyDictionary[Site, list[tuple[Page, Link]]]" = WeakKeyDictionary()


def _links(site: Site) -> list[tuple[Page, Link]]:
    """Each link to a page or file of the site's own once, where it first stands; none to its stories."""
    if site not in _LINKS:
        first: dict[tuple[str, str], tuple[Page, Link]] = {}
        for page in site.pages:
            for link in page.links:
                sign = (link.key, link.label)
                if sign not in first and link.zone != "crumbs" and _may_follow(link, site):
                    first[sign] = (page, link)
        _LINKS[site] = list(first.values())
    return _LINKS[site]


def _may_follow(link: Link, site: Site) -> bool:
    in_frame = link.zone in ("nav", "header", "footer")
    return site.is_own(link.url) and is_web_page(link.url) and not _is_story(link.url, in_frame, site)


def _is_story(url: str, in_frame: bool, site: Site) -> bool:
    """Whether an address is under a news folder; what a menu shows is a section all the same."""
    folders = urlsplit(url).path.strip("/").split("/")[:-1]
    return not in_frame and bool(folders) and site.method.streams.news.in_slug(slug_of("/".join(folders)))


class _Search:
    """All that a site shows of one duty."""

    def __init__(self, site: Site, duty: Duty):
        self.site, self.duty = site, duty
        self.documents: list[Document] = []
        self.unlooked: tuple[str, tuple[Evidence, ...]] | None = None  # reason, and the link that leads there
        self.empty: list[tuple[str, str, tuple[Evidence, ...]]] = []  # label, address, proof
        self.seen = {site.home.key}

    def all_pages(self) -> None:
        ways: list[tuple[Page, Link]] = []
        for page, link in _links(self.site):
            if names_duty(link.label, self.duty, self.site.method):
                self._follow(link, page)
            elif leads_to_duty(link.label, self.duty) and not link.is_file:
                ways.append((page, link))
        for page in self.site.pages:
            if names_duty(page.h1, self.duty, self.site.method) and not _is_story(page.url, False, self.site):
                self._look_into(page, page.h1, page.url, page)
        for page, link in ways:
            self._walk(link, page)

    def _could_not_look(self, reason: str, page: Page, label: str, url: str) -> None:
        if self.unlooked is None:
            self.unlooked = (reason, (seen_on(page, f"{label} {url}"),))

    def _follow(self, link: Link, page: Page) -> None:
        outcome = self.site.outcome(link.url)
        if outcome is not None and outcome.problem == "not_found":
            proof = (seen_on(page, f"{link.label} {link.url}"), seen_on(self.site.parsed(outcome.capture), "not found"))
            self.empty.append((link.label, link.url, proof))
        elif link.is_file:
            self._note(link.label, _row(link), link.url, page)
        elif outcome is None or outcome.page is None:
            reason = outcome.problem if outcome is not None else None
            self._could_not_look(reason or "budget", page, link.label, link.url)
        else:
            self._look_into(outcome.page, link.label, link.url, page)

    def _walk(self, link: Link, page: Page) -> None:
        """A section where such documents are kept: what it names was followed; its plain entries are looked at here."""
        outcome = self.site.outcome(link.url)
        if outcome is None or (outcome.page is None and outcome.problem != "not_found"):
            reason = outcome.problem if outcome is not None else None
            self._could_not_look(reason or "budget", page, link.label, link.url)
        elif outcome.page is not None and outcome.page.key not in self.seen:
            self.seen.add(outcome.page.key)
            for entry in self._entries(outcome.page):
                if entry.url is None and names_duty(entry.title, self.duty, self.site.method):
                    self._note(entry.title, entry.text, outcome.page.url, outcome.page, entry.day)

    def _look_into(self, page: Page, label: str, url: str, came_from: Page, depth: int = 1) -> None:
        """A page that bears the document's name: a list of them, or the document itself."""
        if page.key in self.seen:
            return
        self.seen.add(page.key)
        if not is_html(page.capture):
            self._note(label, text_of(page.capture) or "", url, came_from)
            return
        before = len(self.documents), self.unlooked
        head = f"{label} . {page.h1}"
        for entry in self._entries(page):
            self._take(entry, page, head, depth)
        if (len(self.documents), self.unlooked) != before:
            return
        own = " ".join(block.text for block in self.site.own_blocks(page))
        if len(own) >= MIN_LETTERS:
            day = item_day(page, self.site)[0]
            self._note(page.h1 or label, f"{head} {own[:600]}", page.url, page, day)
        else:
            proof = (seen_on(came_from, f"{label} {url}"), seen_on(page, own[:200] or page.h1))
            self.empty.append((label, page.url, proof))

    def _take(self, entry: Entry, page: Page, head: str, depth: int) -> None:
        """An entry of a list of the documents: it is one, or leads to those of its year."""
        said = words(entry.title)
        if self.duty.not_words.in_words(said) is not None or self.site.method.streams.verbs.in_words(said) is not None:
            return
        if entry.url is not None and _is_story(entry.url, False, self.site):
            return
        period = self._period(entry.title, head)
        if period is None and entry.day is None and not names_duty(entry.title, self.duty, self.site.method):
            return
        outcome = self.site.outcome(entry.url) if entry.url is not None else None
        is_file = entry.url is not None and any(link.is_file for link in page.links if link.url == entry.url)
        if entry.url is None or is_file:
            self._note(entry.title, entry.text, entry.url or page.url, page, entry.day, head)
        elif outcome is None or outcome.page is None:
            if outcome is None or outcome.problem != "not_found":
                reason = outcome.problem if outcome is not None else None
                self._could_not_look(reason or "budget", page, entry.title, entry.url)
        elif depth < MAX_DEPTH:
            self._look_into(outcome.page, entry.title, entry.url, page, depth + 1)

    def _entries(self, page: Page) -> list[Entry]:
        return entries_on(page, list(self.site.own_blocks(page)), self.site)

    def _period(self, title: str, head: str) -> Period | None:
        return period_in(title, self.site.as_of, self.site.method, head)

    def _note(self, title: str, text: str, url: str, page: Page, day: date | None = None, head: str = "") -> None:
        period = self._period(title, head) or self._period(text[:600], head)
        if day is not None and day > self.site.as_of:
            day = None
        self.documents.append(Document(squeeze(title)[:300], url, day, period, page))


def _row(link: Link) -> str:
    """What stands beside a link in its row or list entry."""
    row = next((up for up in link.element.iterancestors() if up.tag in ("li", "tr", "p", "dd")), None)
    return squeeze(row.text_content())[:300] if row is not None else link.label
