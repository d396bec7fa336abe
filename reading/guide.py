"""Which addresses of a site are worth a visit, in which order?

The spider asks this of every page it brings. The answer comes from the words of the method: sections and the news
stream first, then language versions, then what the menus show; stories are passed over unless a date is needed.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from urllib.parse import urlsplit

from archive.evidence import Capture
from archive.leads import Lead, MakeGuide
from archive.registry import Agency
from reading.duties import leads_to_duty, names_duty
from reading.items import is_paging, is_same_list
from reading.languages import front_pages, version_of
from reading.looking import FORM_OF_HOST, is_html, next_hop
from reading.method import Method
from reading.news import further_pages, lists_events, stream_promise, undated_item_links, wants_more
from reading.page import Link, Page, host_of, is_web_page, key_of
from reading.read import undisturbed
from reading.search import SearchBox, boxes_on, word_to_try
from reading.sections import sections_in_slug, sections_named
from reading.text import fold, slug_of, words

FLOOR = 5  # promise under which an address is not worth a request
MAX_DUTY_PAGES = 12  # below the pages where one of a body's documents may lie
MAX_VERSION_PAGES = 3  # of each other language version, to judge its language


class SiteGuide:
    """The way through one site (the protocol archive.leads.Guide)."""

    def __init__(self, agency: Agency, method: Method, as_of: date):
        self.agency, self.method, self.as_of = agency, method, as_of
        self.home: Page | None = None
        self.seen: set[str] = set()  # keys of pages
        self.headings: list[str] = []  # of pages other than the home page
        self.lists: list[Page] = []  # pages of the news list: the only ones kept whole, a round has thousands
        self.own_version: str | None = None
        self.hosts = {host_of(url) for url in (agency.site, *agency.also) if url}
        self.section_pages: dict[str, str] = {}  # key of a page that a section's label led to -> kind
        self.opened: Counter[str] = Counter()  # sub-pages named so far, by kind of section
        self.named: set[str] = set()  # kinds of section that some link names
        self.boxes: list[SearchBox] = []
        self.version_pages: dict[str, int] = {}
        self.asked_search: set[str] = set()
        self.duties = method.duties_of(agency.id)
        self.duty_pages: dict[str, str] = {}  # key of a page where a duty's documents may lie -> duty
        self.duty_opened: Counter[str] = Counter()  # pages named so far below those, by duty
        self.stream_keys: set[str] = set()  # keys of news lists and their further pages

    def see(self, capture: Capture) -> Iterable[Lead]:
        with undisturbed():
            return self._see(capture)

    def _see(self, capture: Capture) -> list[Lead]:
        if capture.status is None or capture.status >= 300 or not is_html(capture):
            return []
        if capture.purpose == "search":
            return self._leads_of_results(Page(capture))
        if capture.purpose != "page":
            return []
        page = Page(capture)
        if page.key in self.seen:
            return []
        hop = next_hop(page)
        if hop is not None and key_of(hop) != page.key:
            return [Lead(hop, 100, found_on=capture.url, essential=True)]
        self.seen.add(page.key)
        leads: list[Lead] = []
        if self.home is None:
            self.home = page
            self.hosts.add(host_of(page.url))
            self.own_version = version_of(page.url, self.method) or self._version_of_menu(page)
            leads += self._first_leads(page)
        else:
            self.headings.append(page.h1 or page.title)
        if not self.boxes:
            self.boxes = [
                box for box in boxes_on(page, self.method) if box.action is not None and self._is_own(box.action)
            ]
        for link in page.links:
            lead = self._lead(link, page)
            if lead is not None:
                leads.append(lead)
        leads += self._news_leads(page)
        return leads

    def _first_leads(self, home: Page) -> list[Lead]:
        """What is asked once the home page is known: the same as a phone, an invented address, the other languages."""
        parts = urlsplit(home.url)
        invented = "saytmetr-" + hashlib.sha256(self.agency.id.encode()).hexdigest()[:10]
        probe = f"{parts.scheme}://{parts.netloc}/{invented}.html"
        leads = [
            Lead(home.url, 100, "phone", found_on=home.url),
            Lead(probe, 99, "probe", found_on=home.url),
        ]
        leads += [
            Lead(url, 75, found_on=home.url) for url in front_pages(home, self.method).values() if self._is_own(url)
        ]
        return leads

    def _version_of_menu(self, home: Page) -> str | None:
        """The language that most links of a home page lead to, where its own address names none."""
        named = Counter(version_of(link.url, self.method) for link in home.links if self._is_own(link.url))
        version, times = named.most_common(1)[0] if named else (None, 0)
        return version if times * 2 > sum(named.values()) else None

    def _is_own(self, url: str) -> bool:
        return host_of(url) in self.hosts or FORM_OF_HOST.sub("", host_of(url)) in self.hosts

    def _is_form_under_own(self, link: Link) -> bool:
        """Whether a link names an appeal, and its host is under the site's own: e-muraciet.host."""
        under = any(host_of(link.url).endswith(f".{own}") for own in self.hosts)
        return under and any(section.id == "e_appeal" for section in sections_named(link.label, self.method))

    def _lead(self, link: Link, page: Page) -> Lead | None:
        if link.key == page.key or not is_web_page(link.url):
            return None
        promise, essential = self._promise(link, page)
        if promise < FLOOR:
            return None
        if not self._is_own(link.url) and not self._is_form_under_own(link):
            return None
        return Lead(link.url, promise, found_on=page.url, essential=essential)

    def _promise(self, link: Link, page: Page) -> tuple[int, bool]:
        """(promise, essential) of a link: first what answers a question, then what may lead to an answer."""
        version = version_of(link.url, self.method)
        if version is not None and version not in (self.own_version, "az"):
            return self._promise_of_version(version)
        for section in sections_named(link.label, self.method):
            if not self._is_story(link):
                self.section_pages.setdefault(link.key, section.id)
                if self._is_own(link.url) or self._is_form_under_own(link):
                    self.named.add(section.id)
                return 92, True
        if link.zone != "body" or page is self.home:
            for section in sections_in_slug(link.url, self.method):
                if not self._is_story(link):
                    self.section_pages.setdefault(link.key, section.id)
                    return 88, True
        duty = self._promise_of_duty(link, page) if self.duties else 0
        if duty:
            return duty, True
        if (
            page.key in self.section_pages
            and link.zone == "body"
            and not self._is_story(link)
            and not self._is_menu(link)
        ):
            return self._promise_of_part(self.section_pages[page.key], link, page)
        if link.is_file:
            return 0, False
        stream = stream_promise(link, self.method)
        if stream:
            self.stream_keys.add(link.key)
            return stream, stream >= 80
        helpful = _promise_of_label(link.label, self.method)
        if helpful:
            return helpful, False
        in_frame = link.zone in ("nav", "header", "footer")
        if in_frame and page is self.home:
            return (45, True) if self.method.streams.about.in_words(words(link.label)) else (35, False)
        if in_frame or link.zone == "aside":
            return 22, False
        if self._is_story(link):
            return 0, False
        return (14 if page is self.home else 9), False

    def _promise_of_duty(self, link: Link, page: Page) -> int:
        """What a link promises towards a document that this body must publish; a file's name tells without a visit."""
        if link.is_file or self._is_story(link):
            return 0
        for duty in self.duties:
            names = names_duty(link.label, duty, self.method)
            if names or leads_to_duty(link.label, duty):
                self.duty_pages.setdefault(link.key, duty.id)
                return 90 if names else 86
        below = self.duty_pages.get(page.key)
        if below is None or link.zone != "body" or self._is_menu(link):
            return 0
        self.duty_opened[below] += 1
        return 80 if self.duty_opened[below] <= MAX_DUTY_PAGES else 0

    def _is_menu(self, link: Link) -> bool:
        """Whether a link of an inner page stands on the home page too: a menu, however it is marked up."""
        return self.home is not None and (link.key, fold(link.label)) in self.home.link_signs

    def _promise_of_part(self, kind: str, link: Link, page: Page) -> tuple[int, bool]:
        """Sub-pages and documents of a section, as many as the method says are worth a visit."""
        if is_paging(link, self.method) or is_same_list(link.url, page.url):
            return 80, True  # further pages and tabs of a list are the list
        self.opened[kind] += 1
        if self.opened[kind] > self.method.kinds[kind].opens:
            return 0, False
        return (70, False) if link.is_file else (80, True)

    def _promise_of_version(self, version: str) -> tuple[int, bool]:
        seen = self.version_pages.get(version, 0)
        if seen >= MAX_VERSION_PAGES:
            return 0, False
        self.version_pages[version] = seen + 1
        return 30, False

    def _is_story(self, link: Link) -> bool:
        """Whether an address is under a news folder: /news/123.html, /az/xeberler/…"""
        if link.zone in ("nav", "header", "footer"):
            return False
        folders = urlsplit(link.url).path.strip("/").split("/")[:-1]
        return bool(folders) and self.method.streams.news.in_slug(slug_of("/".join(folders)))

    def _news_leads(self, page: Page) -> list[Lead]:
        """Further pages of a news list until its days are covered, and a few opened entries where it prints no day."""
        if page.key not in self.stream_keys and page is not self.home and not self._is_unnamed_stream(page):
            return []
        leads = []
        if page is not self.home:
            self.lists.append(page)
        if page is not self.home and wants_more(self.lists, self.method, self.as_of):
            # One at a time: each page of the list says whether another is needed.
            fresh = [url for url in further_pages(page, self.method, self.as_of) if key_of(url) not in self.stream_keys]
            for url in fresh[:1]:
                self.stream_keys.add(key_of(url))
                leads.append(Lead(url, 78, found_on=page.url))
        leads += [Lead(url, 65, found_on=page.url) for url in undated_item_links(page, self.method, self.as_of)]
        return leads

    def _is_unnamed_stream(self, page: Page) -> bool:
        """Whether a page that the home page leads to lists events, where no link is called news."""
        if self.stream_keys or self.home is None or page.key in self.section_pages:
            return False
        return any(link.key == page.key for link in self.home.links) and lists_events(page, self.method, self.as_of)

    def _leads_of_results(self, page: Page) -> list[Lead]:
        leads = []
        for link in page.links:
            if link.zone in ("nav", "header", "footer") or not self._is_own(link.url):
                continue
            if sections_named(link.label, self.method):
                leads.append(Lead(link.url, 90, found_on=page.url, essential=True))
        return leads

    def more(self) -> Iterable[Lead]:
        """The site's own search, tried with a word that it must know, and for the sections that no menu shows."""
        if self.home is None or not self.boxes:
            return []
        box, home = self.boxes[0], self.home
        leads = []
        known = word_to_try(self.headings, self.method)
        asked = [known] if known is not None else []
        asked += [s.search_for for s in self.method.sections if s.search_for and s.id not in self.named]
        for word in asked:
            if word not in self.asked_search:
                self.asked_search.add(word)
                url, form = box.ask(word)
                leads.append(Lead(url, 40, "search", found_on=home.url, word=word, form=form))
        return leads


@lru_cache(maxsize=8_192)  # menus say the same on every page
def _promise_of_label(label: str, method: Method) -> int:
    """What a label promises that names contact, a map of the site or a search; 0 for any other."""
    streams, found = method.streams, words(label)
    if streams.contact.in_words(found):
        return 50
    if streams.site_map.in_words(found):
        return 48
    return 46 if len(found) <= 3 and streams.search.in_words(found) else 0


def guides(method: Method, as_of: date) -> MakeGuide:
    """A maker of guides for the spider: agency -> its guide. `as_of` is the round's day."""
    return lambda agency: SiteGuide(agency, method, as_of)
