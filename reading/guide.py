"""Which addresses of a site are worth a visit, in which order?

The spider asks this of every page it brings. The answer comes from the words of the method: sections and the news
stream first, then language versions, then what the menus show; stories are passed over unless a date is needed.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from urllib.parse import urlsplit

from archive.evidence import Capture
from archive.leads import Lead, MakeGuide, is_route, unpressed
from archive.registry import Agency
from reading.duties import leads_to_duty, names_duty
from reading.handles import Handle, labels_without_address, opens_search
from reading.languages import front_pages, version_of
from reading.lists import is_paging, is_same_list, unturned
from reading.looking import FORM_OF_HOST, SEARCHED, is_blocked, is_html, is_view, next_hop
from reading.method import Method
from reading.news import (
    dated_entries,
    further_pages,
    lists_entries,
    lists_events,
    prints_days,
    stream_promise,
    undated_item_links,
    wants_more,
)
from reading.page import Link, Page, host_of, is_marked, is_web_page, key_of
from reading.pressable import Names, Wanted, chosen, is_worth_a_look, numbered, opens_more, turns_by_script
from reading.read import undisturbed
from reading.scripted import grows, has_own_script, has_script, is_shell, shows_little, waits_for
from reading.search import SearchBox, boxes_on, word_to_try
from reading.section_names import sections_in_slug, sections_named
from reading.stream_names import own_slug, tier_named
from reading.text import fold, slug_of, words

PHONE_VIEW = 60  # after what answers a question, before what only may
FLOOR = 5  # promise under which an address is not worth a request
IN_FRAME = 22  # promise of what the menu of an inner page shows: what promises less, no menu shows
MAX_DUTY_PAGES = 12  # below the pages where one of a body's documents may lie
MAX_VERSION_PAGES = 3  # of each other language version, to judge its language
MONTHS_OF_WINDOW = 4  # that the last 90 days fall into
MAX_LISTS = 3  # of news that a script may bring
MAX_PRESSED = 6  # pages of one site, besides the home page, that are looked at for what can be pressed there
MAX_FOLLOWED = 6  # links of a home page that the server does not know and a script may
MAX_SHELLS = 12  # pages of one site that show nothing without a browser, looked at in one
_SCRIPT_WAITS = {"menu": ("script_menu", 97), "news": ("script_news", 79), "social": ("script_social", 60)}


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
        self.promised: dict[str, int] = {}  # key of a page -> the best that was promised of it
        self.duties = method.duties_of(agency.id)
        self.duty_pages: dict[str, str] = {}  # key of a page where a duty's documents may lie -> duty
        self.duty_opened: Counter[str] = Counter()  # pages named so far below those, by duty
        self.stream_keys: set[str] = set()  # keys of news lists and their further pages
        self.rendered: set[str] = set()  # keys of pages that a browser was or is to be sent to
        self.shells = 0
        self.lists_looked_at = 0  # news lists that a browser was sent to
        self.awaits_home = False  # a browser was sent on from the home page: the next page is it
        self.script_boxes: list[SearchBox] = []
        self.followed = 0  # links whose script was asked in the server's place
        self.names = Names(method, self.duties)
        self.shown: set[str] = set()  # keys of what a browser showed when something was pressed, and keeps
        self.pressed: set[tuple[str, str]] = set()  # (key of a page or list, label); of the site's menu: ("", label)
        self.pressed_looks = 0  # pages besides the home page that were sent for what can be pressed there
        self.turned: list[Page] = []  # what one look has shown so far of a list

    def see(self, capture: Capture) -> Iterable[Lead]:
        with undisturbed():
            leads = self._see(capture)
        return [lead for lead in leads if not self._is_kept(lead)]

    def _is_kept(self, lead: Lead) -> bool:
        """Whether what a lead asks for was shown when something was pressed."""
        is_asked = lead.purpose == "page" or (lead.purpose == "render" and lead.word != "phone" and lead.form is None)
        return is_asked and (key_of(lead.url) in self.shown or unpressed(lead.url) != lead.url)

    def _see(self, capture: Capture) -> list[Lead]:
        if capture.status in (404, 410) and capture.purpose == "page":
            return self._follow_by_script(capture)
        if capture.status is None or capture.status >= 300 or not is_html(capture):
            return []
        if capture.purpose == "search" or (capture.word or "").startswith(SEARCHED):
            return self._leads_of_results(Page(capture))
        if capture.purpose == "rendered":
            return self._see_rendered(Page(capture))
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
        if self.home is None or self.awaits_home:
            leads += self._first_leads(page) if self.home is None else []
            self.home, self.awaits_home = page, False
            self.hosts.add(host_of(page.url))
            self.own_version = version_of(page.url, self.method) or self._version_of_menu(page)
            leads += self._versions(page)
        else:
            self.headings.append(page.h1 or page.title)
        leads += self._leads_on(page)
        if self.promised.get(page.key, IN_FRAME) < IN_FRAME:
            # All that promises more was asked before: the search knows sections that no menu shows, and what it leads
            # to has to come before the rest of the stories, or there may be no page of the budget left for it.
            leads += self._search_for_sections()
        looks = self._to_browser(page)
        looks += [Lead(page.url, PHONE_VIEW, "render", page.url, "phone")] if page is self.home else []
        if looks and is_blocked(capture, page, self.method) is None:
            leads += looks
        return leads

    def _leads_on(self, page: Page) -> list[Lead]:
        home = self.home.key if self.home is not None else ""
        self.shown |= {link.key for link in page.links if link.is_shown} - {home}
        if not self.boxes:
            boxes = boxes_on(page, self.method)
            self.boxes = [box for box in boxes if box.action is not None and self._is_own(box.action)]
            if not is_view(page.capture):  # a field that shows only when something was pressed cannot be typed into
                self.script_boxes = self.script_boxes or [box for box in boxes if box.action is None and box.field_css]
        found = [lead for link in page.links if (lead := self._lead(link, page)) is not None]
        return found + self._news_leads(page)

    # what a browser shows more

    def _follow_by_script(self, missing: Capture) -> list[Lead]:
        """A section or the news, linked from a home page that its scripts build and unknown to the server: perhaps the
        script answers to the link."""
        key = key_of(missing.url)
        if self.home is None or self.home.capture.made is None or self.followed >= MAX_FOLLOWED or key in self.rendered:
            return []
        if key not in self.section_pages and key not in self.stream_keys:
            return []
        if not any(link.key == key for link in self.home.links):
            return []
        self.followed += 1
        return [self._render(missing.url, 84, "follow", self.home.url)]

    def _see_rendered(self, page: Page) -> list[Lead]:
        """The page as a browser showed it, in place of the one that was sent."""
        hop = next_hop(page)
        if is_view(page.capture):
            return self._see_view(page)
        is_home = self.home is not None and page.key == self.home.key
        if hop is not None:
            self.awaits_home = is_home
            return [Lead(hop, 100, found_on=page.url, essential=is_home)] if is_home or self._is_own(hop) else []
        if not is_home:
            self.headings.append(page.h1 or page.title)
            return self._leads_on(page)
        self.home = page
        self.own_version = version_of(page.url, self.method) or self._version_of_menu(page)
        return self._versions(page) + self._leads_on(page)

    def _see_view(self, page: Page) -> list[Lead]:
        """What a page showed when something on it was pressed: a page like any other."""
        if self.home is not None and page.key == self.home.key:
            return []
        self.shown.add(page.key)
        self.headings.append(page.h1 or page.title)
        return self._leads_on(page)

    def press(self, shown: Capture) -> Sequence[int]:
        with undisturbed():
            return self._press(Page(shown))

    def _press(self, page: Page) -> list[int]:
        if self.home is None:
            return []
        is_home = page.key == self.home.key
        if unpressed(page.url) == page.url and page.tree.find(".//head") is not None:
            # A page as it stands at first, and not a menu that was opened on it: a look at it that failed may be the
            # second one, and what the first pressed is forgotten.
            anew = {page.key, ""} if is_home else {page.key}
            self.pressed = {(place, label) for place, label in self.pressed if place not in anew}
        handles = numbered(page)
        is_stream = self._is_stream(page)
        wanted = Wanted(
            is_home=is_home,
            is_stream=is_stream and prints_days(page, self.method, self.as_of),
            more_days=is_stream and self._wants_more_of(page),
            is_section=key_of(unturned(page.url)) in self.section_pages or self._shows_section(page),
            offered=frozenset({*front_pages(page, self.method), self.own_version or page.lang[:2] or "az"}),
            as_of=self.as_of,
        )
        repeated = frozenset() if is_home else self._menu_repeated_on(page)
        picked = chosen(handles, page, self.names, wanted, lambda handle: self._is_open(handle, page, repeated))
        self.pressed |= {self._press_key(handle, page) for handle in picked}
        if is_home:
            self.pressed |= {("", fold(handle.label)) for handle in handles if handle.in_frame}
        return [handle.number for handle in picked]

    def _press_key(self, handle: Handle, page: Page) -> tuple[str, str]:
        is_number = handle.label.strip(" []()").isdigit()
        place = "" if handle.in_frame else key_of(unturned(page.url)) if is_number else page.key
        return place, fold(handle.label)

    def _is_open(self, handle: Handle, page: Page, repeated: frozenset[str]) -> bool:
        """Whether a handle was not pressed before: those of menus once on a site, those of a page once on it."""
        if self._press_key(handle, page) in self.pressed:
            return False
        if opens_search(handle, self.method) and (self.boxes or self.script_boxes or boxes_on(page, self.method)):
            return False
        # Of the menu all is known from the home page; what another page has besides is its own.
        return fold(handle.label) not in repeated

    def _menu_repeated_on(self, page: Page) -> frozenset[str]:
        """What the home page has without an address too, where another page repeats more than one such thing."""
        if self.home is None:
            return frozenset()
        handles = numbered(page)
        said = frozenset(fold(handle.label) for handle in handles) | labels_without_address(page)
        in_frame = frozenset(fold(handle.label) for handle in handles if handle.in_frame)
        both = said & labels_without_address(self.home)
        return (both if len(both) > 2 else frozenset()) | (in_frame & self.home.block_texts)

    def _shows_section(self, page: Page) -> bool:
        """Whether what stands in the browser was pressed under the name of a section."""
        return unpressed(page.url) != page.url and bool(sections_named(page.h1, self.method))

    def _is_stream(self, page: Page) -> bool:
        """Whether a page in the browser lists news."""
        if key_of(unturned(page.url)) in self.stream_keys or tier_named(fold(page.h1), own_slug(page.url), self.method):
            return True
        return lists_events(page, self.method, self.as_of)

    def _wants_more_of(self, page: Page) -> bool:
        """Whether more of a list is wanted than what this look at it has shown so far."""
        is_new = unturned(page.url) == page.url or not self.turned
        self.turned = [page] if is_new else [*self.turned, page]
        return wants_more(self.turned, self.method, self.as_of) or not prints_days(page, self.method, self.as_of)

    def _to_browser(self, page: Page) -> list[Lead]:
        """Whether a page is to be looked at in a browser, and why: at most once, and only where its HTML says so."""
        is_home = page is self.home
        if page.key in self.rendered:
            return []
        why: tuple[str, int] | None = None
        if is_shell(page, self.method):
            self.shells += 1
            why = ("shell", 100 if is_home else 84) if self.shells <= MAX_SHELLS else None
        elif is_home:
            waiting = waits_for(page, self.method)
            why = next((told for kind, told in _SCRIPT_WAITS.items() if kind in waiting), None)
            promise = is_worth_a_look(page, self.names, self.own_version) if why is None or why[1] < 97 else 0
            why = ("press", promise) if promise > (why[1] if why is not None else 0) else why
        elif page.key in self.section_pages and (
            shows_little(page, self.home) or "content" in waits_for(page, self.method)
        ):
            why = ("script_content", 84)
        elif page.key in self.stream_keys and self.lists_looked_at < MAX_LISTS and self._has_more_by_script(page):
            self.lists_looked_at += 1
            why = _SCRIPT_WAITS["news"]
        elif self.pressed_looks < MAX_PRESSED and self._opens_more(page):
            self.pressed_looks += 1
            why = ("press", 84)
        return [] if why is None else [self._render(page.url, why[1], why[0], page.url, essential=is_home)]

    def _opens_more(self, page: Page) -> bool:
        if not has_script(page):
            return False
        is_section = page.key in self.section_pages
        return opens_more(page, self._menu_repeated_on(page), self.names, self.named, is_section)

    def _has_more_by_script(self, page: Page) -> bool:
        """Whether a script brings the news of a list, or more of them than the first few."""
        if "news" in waits_for(page, self.method):
            return True
        if has_script(page) and not dated_entries(page, self.method, self.as_of):
            return True
        grows_here = grows(page, self.method) or has_own_script(page) or turns_by_script(page, self.names)
        if not grows_here or further_pages(page, self.method, self.as_of):
            return False
        return wants_more([page], self.method, self.as_of)

    def _render(self, url: str, promise: int, why: str, found_on: str, essential: bool = False) -> Lead:
        self.rendered.add(key_of(url))
        return Lead(url, promise, "render", found_on, why, essential=essential)

    def _to(self, url: str, promise: int, found_on: str, essential: bool = False) -> Lead:
        """A lead to an address; what stands behind its # only a browser can open."""
        if is_route(urlsplit(url).fragment):
            return self._render(url, promise, "route", found_on)
        return Lead(url, promise, found_on=found_on, essential=essential)

    def _first_leads(self, home: Page) -> list[Lead]:
        """What is asked once the home page is known: the same as a phone, an invented address, the other languages."""
        parts = urlsplit(home.url)
        invented = "saytmetr-" + hashlib.sha256(self.agency.id.encode()).hexdigest()[:10]
        probe = f"{parts.scheme}://{parts.netloc}/{invented}.html"
        return [
            Lead(home.url, 100, "phone", found_on=home.url),
            Lead(probe, 99, "probe", found_on=home.url),
        ]

    def _versions(self, home: Page) -> list[Lead]:
        return [self._to(url, 75, home.url) for url in front_pages(home, self.method).values() if self._is_own(url)]

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
        if link.is_shown or promise < FLOOR or self._is_answered(link):
            return None
        if not self._is_own(link.url) and not self._is_form_under_own(link):
            return None
        self.promised[link.key] = max(promise, self.promised.get(link.key, 0))
        return self._to(link.url, promise, page.url, essential)

    def _is_answered(self, link: Link) -> bool:
        """Whether a link's address is only guessed from its script, and pressing its like on the home page told it."""
        if not link.is_guess or self.home is None or self.home.capture.made is None:
            return False
        return any(is_marked(one.element) and one.label == link.label for one in self.home.links)

    def _promise(self, link: Link, page: Page) -> tuple[int, bool]:
        """(promise, essential) of a link: first what answers a question, then what may lead to an answer."""
        version = version_of(link.url, self.method)
        if version is not None and version not in (self.own_version, "az"):
            return self._promise_of_version(version)
        for section in sections_named(link.head, self.method):
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
            return IN_FRAME, False
        if self._is_story(link) or self._is_dated_entry(link, page):
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
        parts = urlsplit(link.url)
        folders = f"{parts.path}/{parts.fragment.lstrip('!')}".strip("/").split("/")[:-1]
        return bool(folders) and self.method.streams.news.in_slug(slug_of("/".join(folders)))

    def _is_dated_entry(self, link: Link, page: Page) -> bool:
        """Whether a news list prints the day of what a link leads to, wherever that stands: /xeber63.htm."""
        return page.key in self.stream_keys and link.url in dated_entries(page, self.method, self.as_of)

    def _news_leads(self, page: Page) -> list[Lead]:
        """Further pages of a news list until its days are covered, and a few opened entries where it prints no day."""
        if page.key not in self.stream_keys and page is not self.home and not self._is_unnamed_stream(page):
            return []
        leads = []
        if page is not self.home:
            self.lists.append(page)
        if page is not self.home and wants_more(self.lists, self.method, self.as_of):
            # One at a time: each page of the list says whether another is needed. What only leads to the months of an
            # archive says nothing: those that the window falls into are asked for at once.
            fresh = [url for url in further_pages(page, self.method, self.as_of) if key_of(url) not in self.stream_keys]
            self.stream_keys |= {key_of(url) for url in fresh} & self.shown
            fresh = [url for url in fresh if key_of(url) not in self.shown]
            many = 1 if lists_entries(page, self.method, self.as_of) else MONTHS_OF_WINDOW
            for url in fresh[:many]:
                self.stream_keys.add(key_of(url))
                leads.append(self._to(url, 78, page.url))
        leads += [self._to(url, 65, page.url) for url in undated_item_links(page, self.method, self.as_of)]
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
                leads.append(self._to(link.url, 90, page.url, essential=True))
        return leads

    def more(self) -> Iterable[Lead]:
        """The site's own search, tried with a word that it must know, and for the sections that no menu shows."""
        if self.home is None:
            return []
        open_question = self._open_question(self.home)
        if open_question is not None:
            return [open_question]
        if not self.boxes:
            return self._search_by_script()
        known = word_to_try(self.headings, self.method)
        return self._search([known] if known is not None else []) + self._search_for_sections()

    def _search_for_sections(self) -> list[Lead]:
        """The site's own search, asked for the sections that no link has named so far."""
        return self._search(s.search_for for s in self.method.sections if s.search_for and s.id not in self.named)

    def _search(self, asked: Iterable[str]) -> list[Lead]:
        leads: list[Lead] = []
        for word in asked:
            if self.boxes and self.home is not None and word not in self.asked_search:
                self.asked_search.add(word)
                url, form = self.boxes[0].ask(word)
                leads.append(Lead(url, 40, "search", found_on=self.home.url, word=word, form=form))
        return leads

    def _open_question(self, home: Page) -> Lead | None:
        """A browser, once, where nothing on a site is called news and its home page has scripts of its own."""
        if self.stream_keys or self.rendered or home.capture.made is not None or not has_script(home):
            return None
        if self.lists or any(stream_promise(link, self.method) for link in home.links):
            return None
        if is_blocked(home.capture, home, self.method) is not None:
            return None  # what a challenge's script would be shown is none of the site's
        return self._render(home.url, 30, "open_question", home.url)

    def _search_by_script(self) -> list[Lead]:
        """The search that a script answers, tried with a word that the site must know."""
        assert self.home is not None
        headlines = [link.label for link in self.home.links if link.zone == "body" and self._is_own(link.url)]
        word = word_to_try([*self.headings, *headlines], self.method)
        if not self.script_boxes or word is None or word in self.asked_search:
            return []
        self.asked_search.add(word)
        box = self.script_boxes[0]
        return [Lead(box.page.url, 40, "render", box.page.url, SEARCHED + word, ((box.field_css, word),))]


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
