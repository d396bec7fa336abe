"""Which pages, texts and entries make up a section?"""

import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from lxml import html

from archive.leads import unpressed
from reading.calendar import dates_in
from reading.documents import text_of
from reading.entries import Entry, entries_on
from reading.items import item_day, items_on
from reading.lists import names
from reading.looking import Site, is_html
from reading.method import Section, Words
from reading.page import Block, Link, Page, key_of
from reading.section_names import sections_named, tells_event
from reading.text import fold, squeeze, words

MAX_SUBPAGES = 15
MAX_CHROME_WORDS = 4  # of a block that a page says of itself ("Çap et"); "Çap xidmətlərinin alınması …" is content
MIN_LETTERS = 25  # of own text; with fewer a page is empty
MAX_TRAIL = 160  # letters of a breadcrumb
MAX_HEAD_CELL = 25  # letters of the head of a column
_TRAIL = re.compile(r"\s*[»›→|\\]\s*|\s*>+\s*|\s+/\s+|\s*::\s*|\s[-–—]\s")
_ROW_NUMBER = re.compile(r"№|#|n|s/s|sıra(?: №-?si)?", re.I)  # heads the column of the numbers of rows
_ADDRESS = re.compile(r"https?://\S+")
ARTICLE = re.compile(r"\b(?:madde|statya|article)\s+\d|(?:^|\s)\d{1,2}\.\d{1,2}\.(?:\d{1,2}\.)?\s")


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
            if self._is_news(link.url) or self._is_shown_already(outcome.page):
                continue
            page = outcome.page
            document = None if is_html(page.capture) else (text_of(page.capture) or link.label)
            parts[page.key] = Part(page, link.label, document)
            if len(parts) > MAX_SUBPAGES:
                break
        return parts

    def _is_shown_already(self, page: Page) -> bool:
        """Whether a page is what appeared on the section's own when something was pressed, and stands there too."""
        own = {block.folded for block in page.blocks if not block.is_heading}
        return unpressed(page.url) != page.url and own <= self.root.block_texts

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
            and has(self.section.words, link.label)
            and not has(self.section.not_words, link.label)
        ]
        return [link for link in below if self.site.is_own(link.url)]

    def _is_menu(self, link: Link) -> bool:
        return (link.key, fold(link.label)) in self.site.menu_signs or self.site.is_pressed_menu(link)

    def own_blocks(self, part: Part) -> list[Block]:
        """Blocks of a part's own text, without headings that only repeat its name, and without chrome."""
        if part not in self._own_blocks:
            self._own_blocks[part] = self._find_own_blocks(part)
        return self._own_blocks[part]

    def _find_own_blocks(self, part: Part) -> list[Block]:
        heads = {fold(self.label), fold(part.label), fold(part.page.title)} - {""}
        own = self.site.own_blocks(part.page) or self.site.own_menu(part.page)
        # Where the page's name is printed otherwise, its first h3 heads a part of the text.
        is_named = any(block.folded == fold(self.label) and not block.link_letters for block in part.page.blocks)
        if not is_named or not any(block.element.tag == "h3" and block.text == part.page.h1 for block in own):
            heads.add(fold(part.page.h1))
        first = own[0].element if own else None
        return [
            block
            for block in (_beheaded(block, heads) for block in own)
            if not (block.folded in heads and (block.element is first or block.element.tag not in ("li", "td")))
            and not (len(block.text) < MAX_TRAIL and self._is_trail(block, heads))
            and not _heads_nothing(block)
            and not self._is_of_news(block)
            and not (block.folded.count(" ") < MAX_CHROME_WORDS and has(self.site.method.streams.chrome, block.text))
            and not (len(block.folded) < 160 and has(self.site.method.streams.nothing_yet, block.text))
        ]

    def _is_trail(self, block: Block, heads: set[str]) -> bool:
        """Whether a block is a breadcrumb: names of the page and of entries of the menu, parted by marks."""
        steps = [fold(step) for step in _TRAIL.split(block.text) if step.strip()]
        chrome, menu = self.site.method.streams.chrome, self._menu_labels
        return len(steps) > 1 and all(step in heads or step in menu or names(chrome, step) for step in steps)

    @cached_property
    def _menu_labels(self) -> set[str]:
        return {fold(link.label) for link in self.root.links if self.site.in_menu(link)}

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
                found += below if below or is_shelf else [self.whole(part)]
        return list({entry.key: entry for entry in found if not self._is_news(entry.url)}.values())

    def leads_to_news(self, element: html.HtmlElement) -> bool:
        """Whether a part of a page is an item of the site's news that says nothing of the section's subject."""
        inside = set(element.iter("a"))
        links = [link for link in self.root.links if link.element in inside]
        return any(self._is_news(link.url) for link in links)

    def _is_news(self, url: str | None) -> bool:
        title = news_of(self.site).get(key_of(url)) if url is not None else None
        if title is None or has(self.section.sure_words, title):
            return False
        # Notices may stand in the news as well; what is told there as done is news.
        own = self.section.about_words if self.section.owned else self.section.entry_words
        return not has(own, title) or (not self.section.owned and tells_event(title, self.site.method))

    def _is_of_news(self, block: Block) -> bool:
        """Whether a block is the title of such an item."""
        return block.element in self._news_titles

    @cached_property
    def _news_titles(self) -> set[html.HtmlElement]:
        links = [link for part in self.parts.values() for link in part.page.links if self._is_news(link.url)]
        return {up for link in links for up in (link.element, link.element.getparent()) if up is not None}

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
        whole = self.whole(part)
        return replace(entry, text=f"{entry.text} {whole.text}", day=entry.day or whole.day)

    def whole(self, part: Part) -> Entry:
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
        letters = sum(len(_ADDRESS.sub("", text)) for _, text in self.texts)
        shows_news = any(self._is_of_news(block) for block in self.site.own_blocks(self.root))
        return letters >= MIN_LETTERS or bool(self.entries) or shows_news


# What the pages of news list is worked out once for a site, and forgotten with it.
_NEWS: "WeakKeyDictionary[Site, dict[str, str]]" = WeakKeyDictionary()


def news_of(site: Site) -> dict[str, str]:
    """Titles of the dated items on the pages that the site calls news, by key_of(address)."""
    if site not in _NEWS:
        named = {
            link.url
            for link in site.home.links
            if site.is_own(link.url)
            and names(site.method.streams.news, fold(link.label))
            and not sections_named(link.label, site.method)  # "İctimai Şuranın xəbərləri"
        }
        outcomes = [outcome for url in named if (outcome := site.outcome(url)) is not None]
        pages = [outcome.page for outcome in outcomes if outcome.page is not None and is_html(outcome.page.capture)]
        items = [item for page in pages for item in items_on(page, site)]
        _NEWS[site] = {key_of(item.url): item.title for item in items if item.url is not None and item.day is not None}
    return _NEWS[site]


def _beheaded(block: Block, heads: set[str]) -> Block:
    """A block without the name of its page, where that is printed as the block's first line."""
    if len(block.pieces) < 2 or fold(block.pieces[0][0]) not in heads:
        return block
    rest = block.pieces[1:]
    return replace(block, text=squeeze("".join(text for text, _ in rest)), pieces=rest)


def _heads_nothing(block: Block) -> bool:
    """Whether a block is a cell in the head of a table that has no other row."""
    row = next(block.element.iterancestors("tr"), None) if block.element.tag != "tr" else block.element
    table = next(row.iterancestors("table"), None) if row is not None else None
    if row is None or table is None or len(row) < 2 or len(block.text) > MAX_HEAD_CELL:
        return False
    rows = [other for other in table.iter("tr") if squeeze(other.text_content())]
    is_head = all(cell.tag == "th" for cell in row) or _ROW_NUMBER.fullmatch(squeeze(row[0].text_content()))
    return len(rows) == 1 and bool(is_head)


def has(what: Words, text: str) -> bool:
    return what.in_words(words(text)) is not None


def is_law(text: str, section: Section) -> bool:
    """Whether a piece of text is a law or names one."""
    law = section.content_words.get("law")
    return law is not None and (has(law, text[:200]) or bool(ARTICLE.search(fold(text[:400]))))


def on_subject(tree: Tree, full: bool) -> bool:
    """Whether the section's text is about its subject, rather than about a look-alike or something else.

    What is full need not say its subject again: a list of members under the council's heading is the council's.
    """
    about, lookalike = tree.section.about_words, tree.section.not_words
    if not about.names:
        return True
    on = off = 0
    for _, text in tree.texts:
        found = words(text)
        is_about = about.in_words(found) is not None
        # "ağsaqqal, əmək veteranı" is a member; the look-alike of a body is a body too: "Ağsaqqallar Şurası".
        # Of other kinds a text may speak of winners and courts, as a law on tenders does.
        off_here = lookalike.in_words(found) is not None and is_about == tree.section.owned
        on += is_about and not off_here
        off += off_here
    return on >= off and (full or on > 0)
