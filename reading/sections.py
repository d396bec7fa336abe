"""Is there a section of this kind, where is it linked from, and what is really in it?"""

import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from urllib.parse import urljoin, urlsplit

from lxml import html

from reading.calendar import dates_in
from reading.documents import text_of
from reading.entries import Entry, entries_on
from reading.finding import Evidence, Finding, NotSeen, seen_on
from reading.items import dated_urls, is_same_list, item_day
from reading.languages import switch_to
from reading.looking import Site, is_html, registrable
from reading.method import Method, Section, Words
from reading.page import Block, Link, Page, host_of
from reading.people import people_in
from reading.text import fold, is_form_of, slug_of, squeeze, words

MAX_NAME_WORDS = 12  # of a label that names a section; longer ones tell a story
MAX_SUBPAGES = 15
MAX_CHROME_WORDS = 4  # of a block that a page says of itself ("Çap et"); "Çap xidmətlərinin alınması …" is content
MAX_ROW = 700  # letters of a row that may print its day
MAX_ROOTS = 4  # pages that bear the section's name and are looked into, before it is said to be empty
MIN_LETTERS = 25  # of own text; with fewer a page is empty
# How an Azerbaijani sentence of news ends: keçirilib, bitirdi, müzakirə olunmuşdur, başlayacaq.
_PAST = re.compile(r"\w{3}(?:[iu]b|d[iu]|m[iu]s(?:d[iu]r)?|[iu]bl[ae]r|d[iu]l[ae]r|[ae]caq|[ae]cek)$")
_GENITIVE = re.compile(r"n?[iu]n$")
_LOT = re.compile(r"№|\blot\b")
_DATA_FILE = re.compile(r"\.(?:xlsx?|csv|json|xml|ods|geojson|zip)(?:$|\?)", re.I)
_LIST_CELLS = frozenset("li td dt dd figcaption".split())
_NUMBERED = re.compile(r"^\s*(?:\d{1,3}[.)]|[•–·*-])\s*\S")
_ADDRESS = re.compile(r"https?://\S+")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_ARTICLE = re.compile(r"\b(?:madde|statya|article)\s+\d|(?:^|\s)\d{1,2}\.\d{1,2}\.(?:\d{1,2}\.)?\s")

# -- what names a section ----------------------------------------------------------------------------------------------


@lru_cache(maxsize=8_192)
def names_section(label: str, section: Section, method: Method) -> bool:
    """Whether a label is the name of a section of this kind, not a story that mentions it or a look-alike."""
    found = words(label)
    if not found or len(found) > MAX_NAME_WORDS or section.words.in_words(found) is None:
        return False
    if section.not_words.in_words(found) is not None or method.streams.verbs.in_words(found) is not None:
        return False
    if len(found) > 3 and _PAST.search(found[-1]):
        return False
    for phrase in section.words.phrases:
        at = phrase.find(found)
        if at is not None and phrase.text in section.weak and len(found) > len(phrase.stems):
            continue  # "müraciət" alone may be the section; "… barədə müraciət" is one of its services
        # In a long label the name stands first or last: "X yanında İctimai Şura", not "X Procurement and Supply Y".
        if at is not None and (len(found) <= len(phrase.stems) + 3 or at == 0 or at + len(phrase.stems) == len(found)):
            return True
    return False


@lru_cache(maxsize=8_192)
def sections_named(label: str, method: Method) -> tuple[Section, ...]:
    """The sections that a label names."""
    return tuple(section for section in method.sections if names_section(label, section, method))


@lru_cache(maxsize=8_192)
def sections_in_slug(url: str, method: Method) -> tuple[Section, ...]:
    """The sections that an address names."""
    return tuple(section for section in method.sections if slug_names_section(url, section))


def is_of_another_body(label: str, section: Section, site: Site) -> bool:
    """Whether a label names another body's section: "Muzeyin İctimai şurası", "X Mərkəzi yanında İctimai şura".

    The body is another one when its name has a word that is neither in this authority's name nor common to all bodies.
    """
    found = words(label)
    at = next((at for phrase in section.words.phrases if (at := phrase.find(found)) is not None), None)
    beside = site.method.streams.beside.in_words(found[:at]) is not None if at else False
    if not at or not section.owned or not (beside or _GENITIVE.search(found[at - 1])):
        return False
    owner = [word for word in found[:at] if site.method.streams.beside.in_words([word]) is None]
    if any(len(part) <= 5 and part.isupper() for part in label.split()):
        return False  # an abbreviation is how a body calls itself
    home = site.home
    frame = " ".join(block.text for block in home.blocks if block.zone == "header")[:300]
    own = {word[:5] for word in words(f"{site.name} . {home.title} . {frame}")}
    return any(word[:5] not in own and site.method.streams.any_body.in_words([word]) is None for word in owner)


@lru_cache(maxsize=8_192)
def slug_names_section(url: str, section: Section) -> bool:
    """Whether an address names a section of this kind (a view, a folder or a slug of a few words)."""
    parts = urlsplit(url)
    slug = slug_of(f"{parts.path}?{parts.query}")
    if slug.count("-") >= 8 or not section.words.in_slug(slug):
        return False
    return not section.not_words.in_slug(slug)


@dataclass(frozen=True, eq=False)
class Candidate:
    """A way into a section."""

    link: Link
    page: Page  # where the link stands
    strength: int  # 3: the label is its name; 2: the page it leads to is headed so; 1: only the address says so

    @property
    def rank(self) -> tuple[int, int, int]:
        # A shorter name is the section itself, a longer one a part of it.
        return (self.strength, self.link.zone in ("nav", "header", "footer"), -len(self.link.label))


def candidates(site: Site, section: Section) -> list[Candidate]:
    """Links that may lead to the section, best first."""
    placed: list[tuple[int, Candidate]] = []
    for places in site.named_links.values():
        open_ones = (one for one in places if not _is_passed_over(one[2], site))
        first = next(open_ones, None)
        strength = _strength(first[2], section, site) if first is not None else 0
        for place, page, link in (first, *open_ones) if first is not None and strength else ():
            if not _is_story(link, page, site):
                placed.append((place, Candidate(link, page, strength)))
    in_order = [candidate for _, candidate in sorted(placed, key=lambda one: one[0])]
    found = [one for one in in_order if not is_of_another_body(one.link.label, section, site)]
    found.sort(key=lambda c: (c.rank, c.page is site.home), reverse=True)
    return found


def _is_passed_over(link: Link, site: Site) -> bool:
    return link.zone == "crumbs" or link.key == site.home.key or (link.is_file and not site.in_menu(link))


def _strength(link: Link, section: Section, site: Site) -> int:
    if names_section(link.label, section, site.method):
        return 3
    label = words(link.label)
    outcome = site.outcome(link.url) if len(label) <= MAX_NAME_WORDS else None
    if outcome is not None and outcome.page is not None:
        head = outcome.page.h1
        if (
            names_section(head, section, site.method)
            and fold(head) not in site.template_texts  # the name of the site stands over every page
            and section.not_words.in_words(label) is None
            and switch_to(link, site.method) is None
        ):
            return 2
    if not slug_names_section(link.url, section):
        return 0
    if label and section.not_words.in_words(label) is None and all(_is_of_name(word, section) for word in label):
        return 2  # a short form of the name ("Şura"), and the address tells which
    return int(not label or site.method.streams.generic.in_words(label) is not None)


def _is_of_name(word: str, section: Section) -> bool:
    return any(is_form_of(word, stem) for phrase in section.words.phrases for stem in phrase.stems)


def _is_story(link: Link, page: Page, site: Site) -> bool:
    """Whether a link is an entry of a news stream: it stands outside the menus with a date beside it."""
    if link.zone in ("nav", "header", "footer") or (link.key, fold(link.label)) in site.menu_signs:
        return False
    if link.url in dated_urls(page, site):
        return True
    first = urlsplit(link.url).path.strip("/").split("/")
    return site.method.streams.news.in_slug(slug_of("/".join(first[:-1]))) if len(first) > 1 else False


# -- what is in it -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Part:
    """One page or attached document of a section."""

    page: Page
    label: str  # of the link that led here
    document: str | None = None  # text of a document that is no page


class Tree:
    """A section: its own page and the pages under it."""

    def __init__(self, site: Site, section: Section, root: Page, label: str, top: Link):
        self.site, self.section, self.root, self.label, self.top = site, section, root, label, top
        self._own_blocks: dict[Part, list[Block]] = {}

    @cached_property
    def parts(self) -> dict[str, Part]:
        """The section's pages and documents that were visited, its own page first, by key_of(address)."""
        parts = {self.root.key: Part(self.root, self.label)}
        for link in self._below():
            outcome = self.site.outcome(link.url)
            if outcome is None or outcome.page is None or outcome.page.key in (*parts, self.site.home.key):
                continue
            page = outcome.page
            document = None if is_html(page.capture) else (text_of(page.capture) or link.label)
            parts[page.key] = Part(page, link.label, document)
            if len(parts) > MAX_SUBPAGES:
                break
        return parts

    def _below(self) -> list[Link]:
        """Links to the parts: in the root's own text, under its address, or nested under its entry of the menu."""
        below = [link for link in self.root.links if link.zone == "body" and not self._is_menu(link)]
        stem = urlsplit(self.root.url).path.rstrip("/").removesuffix(".html") + "/"
        if len(stem) > 4:
            below += [link for link in self.root.links if urlsplit(link.url).path.startswith(stem)]
        entry = next((up for up in self.top.element.iterancestors("li")), None)
        # Only where the section's own link heads the entry; in a mega menu one entry holds half the site.
        if entry is not None and next(entry.iter("a"), None) is self.top.element:
            nested = set(entry.iter("a"))
            source = next((page for page in self.site.pages if self.top in page.links), self.root)
            below += [link for link in source.links if link.element in nested]
        below += [
            link
            for link in self.root.links
            if link.zone != "crumbs"
            and _has(self.section.words, link.label)
            and not _has(self.section.not_words, link.label)
        ]
        return [link for link in below if self.site.is_own(link.url)]

    def _is_menu(self, link: Link) -> bool:
        return (link.key, fold(link.label)) in self.site.menu_signs

    def own_blocks(self, part: Part) -> list[Block]:
        """Blocks of a part's own text, without headings that only repeat its name, and without chrome."""
        if part not in self._own_blocks:
            self._own_blocks[part] = self._find_own_blocks(part)
        return self._own_blocks[part]

    def _find_own_blocks(self, part: Part) -> list[Block]:
        heads = {fold(self.label), fold(part.label), fold(part.page.h1), fold(part.page.title)}
        return [
            block
            for block in self.site.own_blocks(part.page)
            if not (block.folded in heads and block.element.tag not in ("li", "td"))
            and not (block.folded.count(" ") < MAX_CHROME_WORDS and _has(self.site.method.streams.chrome, block.text))
            and not (len(block.folded) < 160 and _has(self.site.method.streams.nothing_yet, block.text))
        ]

    @cached_property
    def texts(self) -> list[tuple[Part, str]]:
        """(part, text) of every piece of the section: a block of a page, or a whole document."""
        out: list[tuple[Part, str]] = []
        for part in self.parts.values():
            if part.document is not None:
                out.append((part, part.document))
            else:
                out += [(part, block.text) for block in self.own_blocks(part)]
        return out

    @cached_property
    def entries(self) -> list[Entry]:
        """The entries of the whole section, each once, on its own page or in the list that names it."""
        visited: set[str] = set()
        found = self._entries_of(self.parts[self.root.key], visited)
        for key, part in self.parts.items():
            if key not in visited:
                below = self._entries_of(part, visited)
                is_shelf = part.page is self.root or self._is_shelf_name(part.label)
                found += below if below or is_shelf else [self._whole(part)]
        return list({entry.key: entry for entry in found}.values())

    @cached_property
    def _frame(self) -> set[str]:
        """Keys of links that stand on several parts and are no parts themselves: a sidebar's newest stories."""
        if len(self.parts) < 3:
            return set()
        counts = Counter(key for part in self.parts.values() for key in {link.key for link in part.page.links})
        return {key for key, times in counts.items() if times > 2 and key not in self.parts}

    def _is_shelf_name(self, label: str) -> bool:
        """Whether a label names a list of things (Elanlar), not one of them."""
        found = words(label)
        return len(found) <= 2 and self.site.method.streams.notices.in_words(found) is not None

    def _entries_of(self, part: Part, visited: set[str]) -> list[Entry]:
        visited.add(part.page.key)
        if part.document is not None:
            return []
        out = []
        for entry in entries_on(part.page, self.own_blocks(part), self.site):
            if entry.key in self._frame:
                continue
            below = self.parts.get(entry.key)
            if below is None or below.page.key in visited:
                if below is None or below.page is not self.root:
                    out.append(entry)
                continue
            listed = self._entries_of(below, visited)
            out += listed if self._is_shelf(entry, below, listed) else [self._opened(entry, below)]
        return out

    def _is_shelf(self, entry: Entry, part: Part, listed: list[Entry]) -> bool:
        """Whether an entry's page lists entries of its own, rather than being one with related ones beside it."""
        named = words(entry.title)
        if listed and self.site.method.streams.next_page.in_words(named) is not None:
            return True
        day = entry.day or (item_day(part.page, self.site)[0] if part.document is None else None)
        if day is not None and len(named) >= 3:
            return False
        return len([e for e in listed if e.url]) >= 2 or (
            entry.day is None and any(e.day for e in listed) and len(listed) > 1
        )

    def _opened(self, entry: Entry, part: Part) -> Entry:
        whole = self._whole(part)
        return replace(entry, text=f"{entry.text} {whole.text}", day=entry.day or whole.day)

    def _whole(self, part: Part) -> Entry:
        """A page or document that is an entry by itself."""
        if part.document is not None:
            text, day = part.document[:1500], None
        else:
            text = " ".join(block.text for block in self.own_blocks(part))[:1500]
            day = item_day(part.page, self.site)[0]
        days = (found.day for found in dates_in(text, self.site.as_of) if found.day <= self.site.as_of)
        return Entry(
            part.label or part.page.h1, text, day or next(days, None), part.page.url, part.page, part.page.tree
        )

    def has_something(self) -> bool:
        """Whether the section holds anything of its own beside its name."""
        return sum(len(_ADDRESS.sub("", text)) for _, text in self.texts) >= MIN_LETTERS or bool(self.entries)


def _has(names: Words, text: str) -> bool:
    return names.in_words(words(text)) is not None


def _is_law(text: str, section: Section) -> bool:
    """Whether a piece of text is a law or names one."""
    law = section.content_words.get("law")
    return law is not None and (_has(law, text[:200]) or bool(_ARTICLE.search(fold(text[:400]))))


def _on_subject(tree: Tree, full: bool) -> bool:
    """Whether the section's text is about its subject, rather than about a look-alike or something else.

    What is full need not say its subject again: a list of members under the council's heading is the council's.
    """
    about, lookalike = tree.section.about_words, tree.section.not_words
    if not about.names:
        return True
    on = off = 0
    for _, text in tree.texts:
        found = words(text)
        off_here = lookalike.in_words(found) is not None
        on += about.in_words(found) is not None and not off_here
        off += off_here
    return on >= off and (full or on > 0)


# -- reading it --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Content:
    """What a section holds: `own` are its entries that count."""

    quotes: dict[str, Evidence]  # by kind of content
    full: bool
    items: int
    last_date: date | None


def _content(quotes: dict[str, Evidence], full: bool, own: list[Entry]) -> Content:
    return Content(quotes, full, len(own), max((entry.day for entry in own if entry.day is not None), default=None))


def _council(tree: Tree) -> Content:
    section = tree.section
    quotes: dict[str, Evidence] = {}
    members = 0  # listed one by one
    for part in tree.parts.values():
        blocks = [] if part.document is not None else tree.own_blocks(part)
        if sum(bool(_ARTICLE.search(block.folded)) for block in blocks) >= 2:
            quotes.setdefault("law", seen_on(part.page, blocks[0].text))
        is_list = _has(section.content_words["members"], f"{part.label} . {part.page.h1}")
        if (
            part.document is not None
            and people_in(part.document, tree.site.method.streams.not_people, listed=is_list) >= 3
        ):
            quotes.setdefault("members", seen_on(part.page, part.document))
        named = {
            block.text: people_in(
                block.text, tree.site.method.streams.not_people, listed=is_list or block.element.tag in _LIST_CELLS
            )
            for block in blocks
            if len(block.text) < 400
        }
        people = [text for text, number in named.items() if number]
        if sum(named.values()) >= (2 if is_list else 3):
            quotes.setdefault("members", seen_on(part.page, people[0]))
            rows = {row for block in blocks if named.get(block.text) and (row := _list_entry(block)) is not None}
            tags = Counter(row.tag for row in rows)
            members = max(members, max(tags.values(), default=0))
    shelves = {part.page.key for part in tree.parts.values() if _has(section.content_words["meetings"], part.label)}
    meetings = [
        entry
        for entry in tree.entries
        if _is_meeting(entry, section, tree) or (entry.day is not None and entry.page.key in shelves - {tree.root.key})
    ]
    if not meetings:
        # A meeting may be told in running text, without a list.
        meetings = [e for part, text in tree.texts for e in (_told(part, text),) if _is_meeting(e, section, tree)]
    if meetings:
        quotes["meetings"] = seen_on(meetings[0].page, meetings[0].title)
    notices = []
    for entry in (*tree.entries, *(_told(part, text) for part, text in tree.texts)):
        if _is_law(entry.title, section):
            quotes.setdefault("law", seen_on(entry.page, entry.title))
        if _is_notice(entry, section):
            quotes.setdefault("notices", seen_on(entry.page, entry.title))
            notices.append(entry)
    listed = [entry for entry in notices if entry in tree.entries]
    # Where meetings are told, the council's other dated doings beside them count too.
    doings = [
        e for e in tree.entries if e.day is not None and not _is_law(e.title, section) and not _is_notice(e, section)
    ]
    own = list(dict.fromkeys([*meetings, *doings] if meetings else [*listed, *doings]))
    told = _content(quotes, bool({"members", "meetings"} & set(quotes)), own)
    # A council that tells nothing but its members lists them.
    return told if told.items or members < 2 else replace(told, items=members)


def _told(part: Part, text: str) -> Entry:
    return Entry(text[:300], text, None, None, part.page, part.page.tree)


def _is_meeting(entry: Entry, section: Section, tree: Tree) -> bool:
    """Whether an entry tells of a meeting that was held: its word, and a day or a past verb; no call to elect."""
    found = words(f"{entry.title} {entry.text}"[:900])
    if section.content_words["meetings"].in_words(found) is None or _is_notice(entry, section):
        return False
    if _is_law(entry.title, section):
        return False
    told = tree.site.method.streams.verbs.in_words(found) is not None
    return told or (
        entry.day is not None and section.content_words["meetings"].in_words(words(entry.title)) is not None
    )


def _is_notice(entry: Entry, section: Section) -> bool:
    return _has(section.content_words["notices"], entry.title)


def _procurement(tree: Tree) -> Content:
    section = tree.section
    quotes: dict[str, Evidence] = {}
    own: list[Entry] = []
    plan_words = section.content_words["plans"]
    heads = (f"{tree.label} . {tree.root.h1}", *(text for _, text in tree.texts if len(text) < 120))
    is_plan = any(_has(plan_words, head) for head in heads)
    for entry in tree.entries or [_told(part, text) for part, text in tree.texts if _is_notice_text(text, tree)]:
        found = words(f"{entry.title} {entry.text}"[:700])
        if _is_law(entry.title, section):
            kind = "law"
        elif _has(plan_words, entry.title) or (is_plan and entry.day is None and entry.url is None):
            kind = "plans"  # a row of a plan is what will be bought, not a notice
        elif _has(section.content_words["contracts"], f"{entry.title} . {entry.head}"):
            kind = "contracts"
        elif section.entry_words.in_words(found) is not None or _has(section.entry_words, entry.head):
            kind = "notices"
        else:
            continue
        quotes.setdefault(kind, seen_on(entry.page, entry.title))
        if kind in ("contracts", "notices"):
            own.append(entry)
    if not own and "plans" not in quotes:
        # The page itself may be the one notice that there is.
        whole = tree._whole(tree.parts[tree.root.key])
        if _is_notice_text(whole.text, tree) and not _is_law(whole.text, section):
            own = [whole]
            quotes["notices"] = seen_on(tree.root, whole.text)
    for part, text in tree.texts:
        if _is_law(text, section):
            quotes.setdefault("law", seen_on(part.page, text))
        elif len(text) < 200 and _has(plan_words, text):
            quotes.setdefault("plans", seen_on(part.page, text))
    return _content(quotes, bool(own), own)


def _is_notice_text(text: str, tree: Tree) -> bool:
    """Whether running text is a notice: several of its words, and a day or a number of a lot."""
    found = words(text)
    stems = {phrase.text for phrase in tree.section.entry_words.phrases if phrase.find(found) is not None}
    return len(stems) >= 2 and len(text) > 60 and bool(dates_in(text, tree.site.as_of) or _LOT.search(fold(text)))


def _open_data(tree: Tree) -> Content:
    sets = [entry for entry in tree.entries if entry.url is not None and _DATA_FILE.search(entry.url)]
    # The day on which a set was renewed is its day, as it is no other entry's.
    sets = [entry if entry.day is not None else replace(entry, day=_day_beside(entry, tree.site)) for entry in sets]
    # One set in several formats is one set.
    sets = list({urlsplit(entry.url or "").path.rsplit(".", 1)[0]: entry for entry in reversed(sets)}.values())[::-1]
    quotes = {"data": seen_on(sets[0].page, f"{sets[0].title} {sets[0].url}")} if sets else {}
    return _content(quotes, bool(sets), sets)


def _day_beside(entry: Entry, site: Site) -> date | None:
    if entry.element.tag not in ("tr", "li", "dd"):
        return None
    days = (found.day for found in dates_in(squeeze(entry.element.text_content())[:MAX_ROW], site.as_of))
    return max((day for day in days if day <= site.as_of), default=None)


def _e_services(tree: Tree) -> Content:
    services = _listed(tree)
    quotes = {"services": seen_on(tree.root, services[0])} if services else {}
    return Content(quotes, bool(services), len(services), None)


def _listed(tree: Tree) -> list[str]:
    """What the section lists: the longest run of entries of one shape, on its list's pages or on one of its parts."""
    lists = [part for part in tree.parts.values() if part.page is tree.root or _is_further(part, tree)]
    singles = [[part] for part in tree.parts.values() if part not in lists]
    return max((_longest_list(tree, parts) for parts in (lists, *singles[:6])), key=len)


def _is_further(part: Part, tree: Tree) -> bool:
    """Whether a part is another page, or another tab, of the same list."""
    if part.document is not None:
        return False
    return (
        is_same_list(part.page.url, tree.root.url)
        or part.label.strip(" []").isdigit()
        or _has(tree.site.method.streams.next_page, part.label)
    )


def _longest_list(tree: Tree, parts: list[Part]) -> list[str]:
    groups: dict[tuple[object, ...], list[str]] = {}
    for part in parts:
        for block in tree.own_blocks(part) if part.document is None else ():
            entry = _list_entry(block)
            if entry is not None and _has(tree.site.method.streams.generic, block.text) and len(words(block.text)) <= 2:
                entry = _card_of(block)  # "Keçid" names nothing: what it leads to stands above it
            if entry is None:
                continue
            text = squeeze(entry.text_content())
            holder = entry.getparent()
            if holder is not None and len(words(text)) >= 2 and len(text) < 400:
                shape = (entry.tag, _class_of(entry), holder.tag, _class_of(holder))
                groups.setdefault(shape, []).append(text)
    best = max((list(dict.fromkeys(texts)) for texts in groups.values()), key=len, default=[])
    return best if len(best) >= 2 or any(_has(tree.section.content_words["services"], text) for text in best) else []


def _card_of(block: Block) -> html.HtmlElement | None:
    """The box round a button that has a fellow with the same button in it."""
    for up in block.element.iterancestors():
        parent = up.getparent()
        if parent is None or up.tag == "body":
            return None
        fellows = (child for child in parent if child is not up and child.tag == up.tag)
        if any(_class_of(child) == _class_of(up) and block.text in child.text_content() for child in fellows):
            return up
    return None


def _class_of(element: html.HtmlElement) -> str:
    """Class names as people give them: those with numbers are made by a program, one for each box."""
    return " ".join(name for name in (element.get("class") or "").split() if not any(map(str.isdigit, name)))


def _list_entry(block: Block) -> html.HtmlElement | None:
    """The repeated element that a block belongs to: list entry, row, term, or the box of a card."""
    entry = next(
        (up for up in (block.element, *block.element.iterancestors()) if up.tag in ("li", "tr", "dt", "figure")), None
    )
    if entry is not None:
        return None if entry.tag == "tr" and entry.find("th") is not None else entry
    if block.is_heading or (block.text and block.link_letters >= len(block.text) * 0.6):
        parent = block.element.getparent()
        # A card is a box of its own among like boxes; a heading or a paragraph may also stand among its fellows.
        fellows = [] if parent is None else [child for child in parent if child.tag == block.element.tag]
        return block.element if len(fellows) > 1 or parent is None else parent
    name, parent = block.element.get("class"), block.element.getparent()
    if (
        name
        and parent is not None
        and sum(child.get("class") == name and child.tag == block.element.tag for child in parent) > 2
    ):
        return block.element  # boxes of one class in a row are a list, whatever they are made of
    # Numbered sentences are the points of a law; a service has a name.
    is_sentence = block.text.endswith((".", ";")) and block.text.count(" ") > 5
    return block.element if _NUMBERED.match(block.text) and not is_sentence else None


def _e_appeal(tree: Tree) -> Content:
    for part in tree.parts.values():
        for form in part.page.tree.iter("form") if part.document is None else ():
            if is_appeal_form(form):
                quote = seen_on(part.page, squeeze(form.text_content())[:120] or "form")
                return Content({"form": quote}, True, 1, None)
        # The form may stand in a frame, on the authority's own host for forms.
        for frame in part.page.tree.iter("iframe") if part.document is None else ():
            source = urljoin(part.page.base, frame.get("src") or "")
            if tree.site.is_authoritys(source) and registrable(host_of(source)) == registrable(host_of(part.page.url)):
                return Content({"form": seen_on(part.page, f"iframe {source}")}, True, 1, None)
    return Content({}, False, 0, None)


def is_appeal_form(form: html.HtmlElement) -> bool:
    """Whether a form takes an appeal: it has room for a text, or several boxes of a person's own."""
    kinds = [(field.get("type") or "text").lower() for field in form.iter("input")]
    typed = sum(kind in ("text", "email", "tel", "number", "date", "file") for kind in kinds)
    return next(form.iter("textarea"), None) is not None or (typed >= 3 and "password" not in kinds)


def _ethics_report(tree: Tree) -> Content:
    section = tree.section
    wanted = section.content_words["reports"]
    reports = [
        entry
        for entry in tree.entries
        if _YEAR.search(entry.title)
        and (_has(wanted, entry.title) or (not _is_law(entry.title, section) and _has(wanted, entry.text[:200])))
    ]
    if not reports:
        # The page itself may be the one report that there is.
        named = [_told(tree.parts[tree.root.key], head) for head in (tree.label, tree.root.h1)]
        told = named + [_told(part, text) for part, text in tree.texts if len(text) < 300]
        reports = [entry for entry in told if _YEAR.search(entry.title) and _has(wanted, entry.title)]
    quotes = {"reports": seen_on(reports[0].page, reports[0].title)} if reports else {}
    law = next(((part, text) for part, text in tree.texts if _is_law(text, section)), None)
    if law is not None:
        quotes["law"] = seen_on(law[0].page, law[1])
    return _content(quotes, bool(reports), reports)


_CONTENT = {
    "public_council": _council,
    "procurement": _procurement,
    "open_data": _open_data,
    "e_services": _e_services,
    "e_appeal": _e_appeal,
    "ethics_report": _ethics_report,
}


# -- the finding -------------------------------------------------------------------------------------------------------


def read(site: Site, kind: str) -> Finding:
    """The fact `sections.<kind>` (contract, part 2). Raises NotSeen where it is linked and could not be looked at."""
    section = site.method.kinds[kind]
    _ = site.home  # raises NotSeen where there is no site to read
    found = candidates(site, section)
    # A form may stand on a host of its own under the authority's; services there are a portal, which is external.
    is_own = site.is_authoritys if kind == "e_appeal" else site.is_own
    own = [c for c in found if is_own(c.link.url)]
    external = next((c for c in found if not is_own(c.link.url)), None)
    beyond = {"external": external.link.whole_url} if external is not None else {}
    searched = _by_search(site, section) if not own else []
    problem: tuple[Candidate, str] | None = None
    broken: Candidate | None = None
    partial: Finding | None = None
    looked: set[str] = set()
    for candidate in (*own, *searched):
        outcome = site.outcome(candidate.link.url)
        if outcome is None or (outcome.page is None and outcome.problem != "not_found"):
            problem = problem or (candidate, (outcome.problem if outcome is not None else None) or "budget")
        elif outcome.page is None:
            broken = broken or (candidate if _is_surely_named(candidate, section) else None)
        else:
            tree = _tree_at(site, section, candidate, outcome.page)
            if tree is None or tree.root.key in looked or len(looked) > MAX_ROOTS:
                continue
            looked.add(tree.root.key)
            if _is_surely_named(candidate, section) or _CONTENT[section.id](tree).full:
                placement = "search_only" if candidate in searched else _placement(site, tree.root, own)
                found_here = _finding(tree, candidate, placement, beyond)
                if found_here.fields["fullness"] == "full":
                    return found_here
                # What a lesser link shows says nothing of the section whose own page we could not look at.
                if problem is not None and problem[0].rank > candidate.rank:
                    continue
                if found_here.state == "found":
                    return found_here
                # Another version of the site may hold what this one only promises.
                partial = partial or found_here
    if partial is not None:
        return partial
    if broken is not None and (problem is None or broken.rank >= problem[0].rank):
        fields = {
            "fullness": "broken",
            "placement": _placement(site, None, [broken]),
            "label": broken.link.label,
            "url": broken.link.url,
        }
        outcome = site.outcome(broken.link.url)
        assert outcome is not None
        return Finding(
            "partial",
            {**fields, **beyond},
            (
                seen_on(broken.page, f"{broken.link.label} {broken.link.url}"),
                seen_on(site.parsed(outcome.capture), f"HTTP {outcome.capture.status}"),
            ),
        )
    if problem is not None:
        where = seen_on(problem[0].page, f"{problem[0].link.label} {problem[0].link.url}")
        raise NotSeen(problem[1], (where,))
    if kind == "e_appeal":
        on_home = _form_on_page(site, section)
        if on_home is not None:
            return on_home
    if not site.complete:
        raise NotSeen("budget", tuple(seen_on(page) for page in site.pages))
    return Finding("absent", beyond, tuple(seen_on(page) for page in site.pages))


def _tree_at(site: Site, section: Section, candidate: Candidate, page: Page) -> Tree | None:
    """The section at a page; None where the page is the home page under another address."""
    if page.key == site.home.key:
        return None
    return Tree(site, section, page, candidate.link.label or page.h1, candidate.link)


def _is_surely_named(candidate: Candidate, section: Section) -> bool:
    """Whether a candidate's name can be of nothing else; "Bizə yazın" is a section only if it turns out to hold one."""
    found = words(candidate.link.label)
    return section.weak_words.in_words(found) is None or section.sure_words.in_words(found) is not None


def _placement(site: Site, root: Page | None, own: list[Candidate]) -> str:
    for candidate in own:
        if candidate.page.key != site.home.key:
            continue
        outcome = site.outcome(candidate.link.url)
        same = root is None or (outcome is not None and outcome.page is not None and outcome.page.key == root.key)
        if same and site.in_menu(candidate.link):
            return "menu"
    return "page"


def _by_search(site: Site, section: Section) -> list[Candidate]:
    """Ways into the section that only the site's own search shows."""
    out = []
    for capture in site.captures:
        if (
            capture.purpose != "search"
            or capture.word != section.search_for
            or capture.status != 200
            or not is_html(capture)
        ):
            continue
        page = site.parsed(capture)
        for link in page.links:
            if site.is_own(link.url) and not site.in_menu(link) and names_section(link.label, section, site.method):
                out.append(Candidate(link, page, 3))
    return sorted(out, key=lambda c: c.rank, reverse=True)


def _finding(tree: Tree, candidate: Candidate, placement: str, beyond: dict[str, str]) -> Finding:
    section, root = tree.section, tree.root
    content = _CONTENT[section.id](tree)
    on_subject = _on_subject(tree, content.full)
    if content.full and (on_subject or not section.owned):
        fullness = "full"
    elif not tree.has_something():
        fullness = "empty"
    else:
        fullness = "formal" if on_subject else "off_topic"
    is_there = fullness in ("full", "formal")
    fields: dict[str, object] = {
        "fullness": fullness,
        "placement": placement,
        "label": candidate.link.label.strip(" -–—•·»>") or root.h1,
        "url": root.url,
        "content": sorted(content.quotes) if is_there else [],
        "items": content.items if is_there else 0,
        "last_date": content.last_date.isoformat() if content.last_date and is_there else None,
        **beyond,
    }
    first = seen_on(root, f"{root.h1 or root.title}: " + " ".join(text for _, text in tree.texts)[:200])
    way = seen_on(candidate.page, f"{candidate.link.label} {candidate.link.url}")
    return Finding("found" if is_there else "partial", fields, (way, first, *content.quotes.values()))


def _form_on_page(site: Site, section: Section) -> Finding | None:
    """An appeal form that stands on a page of another name (contact)."""
    for page in site.pages:
        for form in page.tree.iter("form"):
            heading = squeeze(form.text_content())[:300]
            if is_appeal_form(form) and _has(section.sure_words, heading):
                fields = {
                    "fullness": "full",
                    "placement": "page",
                    "label": heading[:60],
                    "url": page.url,
                    "content": ["form"],
                    "items": 1,
                    "last_date": None,
                }
                return Finding("found", fields, (seen_on(page, heading),))
    return None
