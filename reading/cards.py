"""Which parts of a page belong to which link?

No layout is known beforehand: the card of a link is the largest part of the page that holds no other entry's link.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urlsplit
from weakref import ref

from lxml import html

from archive.leads import is_route
from reading.calendar import MAX_STAMP, may_hold_date
from reading.glance import Look
from reading.lists import family_of, is_paging, names
from reading.looking import registrable
from reading.method import Words
from reading.page import Block, Link, Page, host_of, is_web_page
from reading.stamps import Stamp, up_from
from reading.text import fold, squeeze

MAX_CARD = 1_600  # letters of a card; more is an article or half a page
MAX_OTHERS_CARD = 400  # of a story of another site: a headline and a few lines
STRONG_WORDS = 3  # a label of so many words is a title by itself


@dataclass(eq=False)
class Card:
    """The places on the page that belong to one link target."""

    key: str
    root: html.HtmlElement
    links: list[Link]
    stamps: list[Stamp] = field(default_factory=list)
    is_others: bool = False  # a story of another site: its day is no day of this one


class Cards:
    """The links of one page that may be entries, and the part of the page that each has to itself."""

    def __init__(self, page: Page, site: Look):
        self.sheet, self.look, self.streams = ref(page), ref(site), site.method.streams
        own = site.own_blocks(page)
        self.own = frozenset(block.element for block in own)
        zones = {block.zone for block in own} or {"body"}
        self.blocks = tuple(block for block in page.blocks if block.zone in zones)
        self.zones = zones
        self.index = {block.element: i for i, block in enumerate(self.blocks)}
        self._measure()
        self.links = tuple(self._candidates())
        self._weigh_links()
        self.cards = self._make_cards()
        self.card_at = {card.root: card for card in self.cards}

    @property
    def page(self) -> Page:
        page = self.sheet()
        assert page is not None  # who asks about a layout holds its page
        return page

    @property
    def site(self) -> Look:
        site = self.look()
        assert site is not None
        return site

    def _measure(self) -> None:
        self.letters: defaultdict[html.HtmlElement, int] = defaultdict(int)
        self.headings: defaultdict[html.HtmlElement, int] = defaultdict(int)
        page_title = fold(self.page.title)
        for block in self.blocks:
            size, is_head = len(block.text), block.element.tag == "h1"
            if block.is_heading and not is_head and block.folded.count(" ") > 1:
                is_head = block.folded[:60] in page_title
            for element in up_from(block.element):
                self.letters[element] += size
                if is_head:
                    self.headings[element] += 1

    def _candidates(self) -> Iterator[Link]:
        """Links that may be entries or bound them."""
        for link in self.page.links:
            if link.zone not in self.zones or not is_web_page(link.url):
                continue
            if not self.site.is_own(link.url) and not self._is_others_story(link):
                continue
            if link.key == self.page.key and "#" in (link.element.get("href") or ""):
                continue  # to a place on the same page: what it leads to is printed whole
            if link.rel == "tag" or is_paging(link, self.site.method) or not _asks_for_something(link.url):
                continue
            yield link

    def _weigh_links(self) -> None:
        """What links each part of the page holds: key -> (family, is it a title by itself)."""
        self.held: defaultdict[html.HtmlElement, dict[str, tuple[str, bool]]] = defaultdict(dict)
        for link in self.links:
            mark = (family_of(link.url), is_title(link.label))
            for element in up_from(link.element):
                held = self.held[element]
                if len(held) > 12:
                    continue
                known = held.get(link.key)
                held[link.key] = (mark[0], mark[1] or (known is not None and known[1]))

    def _make_cards(self) -> list[Card]:
        cards: dict[html.HtmlElement, Card] = {}
        for link in self.links:
            if self._is_in_prose(link):
                continue
            root = self._card_root(link)
            card = cards.get(root)
            if card is None:
                cards[root] = Card(link.key, root, [link], is_others=not self.site.is_own(link.url))
            elif card.key == link.key:
                card.links.append(link)
            elif rank(link) > rank(card.links[0]):  # a title beside the link to its category
                cards[root] = Card(link.key, root, [link], is_others=not self.site.is_own(link.url))
        # One link to another site is a source or a partner; several headlines of one site are its stories.
        told = Counter(host_of(card.links[0].url) for card in cards.values() if card.is_others)
        return [card for card in cards.values() if not card.is_others or told[host_of(card.links[0].url)] > 1]

    def _card_root(self, link: Link) -> html.HtmlElement:
        family, root = family_of(link.url), link.element
        most = MAX_CARD if self.site.is_own(link.url) else MAX_OTHERS_CARD
        for element in up_from(link.element):
            if element.tag in ("body", "html", "main", "tbody", "table", "dl") or self.letters[element] > most:
                break
            if self.page.zones.get(element, "body") not in self.zones:
                break
            if any(
                key != link.key and (strong or other == family) for key, (other, strong) in self.held[element].items()
            ):
                break
            if self.headings[element] and not self._in_heading(link):
                break
            root = element
        return root

    def _is_others_story(self, link: Link) -> bool:
        """Whether a link is a headline that leads to another body's site: an agency's news box, the President's
        speeches."""
        if not is_title(link.label) or not _is_elsewhere(host_of(link.url), host_of(self.page.url)):
            return False
        block = self.block_of(link.element)
        if block is None:
            return False
        inside = set(link.element.iter())
        at = next((n for n, (_, holder) in enumerate(block.pieces) if holder in inside), 0)
        before = "".join(text for text, _ in block.pieces[:at])
        return not any(letter.isalpha() for letter in before) or (len(before) <= MAX_STAMP and may_hold_date(before))

    def _in_heading(self, link: Link) -> bool:
        return any(element.tag in ("h1", "h2", "h3", "h4") for element in up_from(link.element))

    def _is_in_prose(self, link: Link) -> bool:
        """A link in the middle of a paragraph, which is no entry."""
        block = self.block_of(link.element)
        if block is None or len(block.text) - len(link.label) < 120 or is_blank(link, self.streams.generic):
            return False
        if block.link_letters >= len(block.text) * 0.8 or self._begins_line(link, block):
            return False
        first = next((text for text, _ in block.pieces if text.strip()), "")
        return not (link.label.startswith(squeeze(first)[:20]) or bool(may_hold_date(first) and len(first) < 40))

    def _begins_line(self, link: Link, block: Block) -> bool:
        """Whether a link follows nothing, a bullet or a date: a list whose lines are parted by <br>."""
        inside = set(link.element.iter())
        at = next((n for n, (_, holder) in enumerate(block.pieces) if holder in inside), 0)
        before = block.pieces[at - 1][0] if at else ""
        others = sum(piece[1].tag == "a" for piece in block.pieces) > 1
        has_letters = any(letter.isalpha() for letter in before)
        return others and (not has_letters or (len(before) <= MAX_STAMP and may_hold_date(before)))

    def block_of(self, element: html.HtmlElement) -> Block | None:
        for above in up_from(element):
            if above in self.index:
                return self.blocks[self.index[above]]
        return None


@lru_cache(maxsize=1_024)
def _is_elsewhere(host: str, own: str) -> bool:
    return registrable(host) != registrable(own)


def _asks_for_something(url: str) -> bool:
    parts = urlsplit(url)
    return bool(parts.path.strip("/") or parts.query or is_route(parts.fragment))


def is_title(label: str) -> bool:
    return len(label) >= 16 and label.count(" ") >= STRONG_WORDS - 1


def is_blank(link: Link, generic: Words) -> bool:
    """A label that names nothing: a picture, "Ətraflı"."""
    label = fold(link.label)
    return len(label) < 3 or (len(label) <= 24 and names(generic, label))


def rank(link: Link) -> tuple[bool, int]:
    """How much a label is a title."""
    return is_title(link.label), len(link.label)
