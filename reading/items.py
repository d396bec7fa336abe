"""What does a list page list, and on which day did each entry appear?

No layout is known beforehand. An entry is a link with a title; its card is the largest part of the page that holds no
other entry's link (reading/cards.py); its day is a stamp (reading/page_stamps.py) inside the card. Where cards hold no
stamp, the entry takes the one that stands in its line, before or after it, or the heading above it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from weakref import WeakKeyDictionary

from lxml import html

from reading.cards import MAX_CARD, STRONG_WORDS, Card, Cards, is_blank, is_title, rank
from reading.glance import Look
from reading.lists import family_of, names
from reading.page import Block, Link, Page, key_of
from reading.page_stamps import PageStamps
from reading.pageless import printed_entries
from reading.slashed import with_month_first
from reading.stamps import Stamp, up_from
from reading.text import fold, squeeze, words

MAX_CHROME = 24  # letters of a button's label
MAX_REACH = 4  # blocks between an entry and the day that stands in its line


@dataclass(frozen=True, eq=False)
class Item:
    """One entry of a list. `url` None: the entry has no page of its own."""

    url: str | None
    title: str
    day: date | None
    stamp_text: str
    order: int
    element: html.HtmlElement = field(repr=False)
    family: str = ""  # how its address is built, numbers and names left out
    repeated: bool = False  # the site prints this link on most of its pages

    @property
    def quote(self) -> str:
        return f"{self.stamp_text} {self.title}".strip()


def items_on(page: Page, site: Look) -> list[Item]:
    """The entries of the lists on a page, in order."""
    return _layout(page, site).items


def dated_urls(page: Page, site: Look) -> frozenset[str | None]:
    """Addresses of the entries on a page that have a day."""
    return _layout(page, site).dated_urls


def item_day(page: Page, site: Look, title: str | None = None) -> tuple[date | None, str]:
    """The day printed on an opened item, and the words that show it. `title`: as the list gave it, where known."""
    return _layout(page, site).own_day(title)


# A layout knows its page and its site weakly, or none of the three would ever be forgotten.
_READ: "WeakKeyDictionary[Page, _Layout]" = WeakKeyDictionary()


def _layout(page: Page, site: Look) -> "_Layout":
    known = _READ.get(page)
    if known is None or known.look() is not site:
        known = _READ[page] = _Layout(page, site)
    return known


class _Layout(Cards):
    """Cards and stamps of one page, and what they make: its entries, and the day of the item that it shows."""

    def __init__(self, page: Page, site: Look):
        super().__init__(page, site)
        self.printed = PageStamps(self.blocks, self.own, self.letters, site.as_of, self.streams)
        self.stamps = tuple(with_month_first(self.printed.found(), lambda: site.puts_month_first))
        self.free = self._hand_out()
        self._give_up_fields()
        self._lend_to_undated()
        self.items = self._make_items()

    @cached_property
    def dated_urls(self) -> frozenset[str | None]:
        return frozenset(item.url for item in self.items if item.day is not None)

    # -- stamps to cards -----------------------------------------------------------------------------------------------

    def _hand_out(self) -> list[Stamp]:
        """Gives each card the stamps inside it; returns those that are in no card."""
        free = []
        for one in self.stamps:
            card = next((self.card_at[el] for el in up_from(one.element) if el in self.card_at), None)
            if card is None:
                free.append(one)
            else:
                card.stamps.append(one)
        return free

    def _give_up_fields(self) -> None:
        """An entry's day stands in one line with a link to its author or category: the day is the entry's, not the
        link's."""
        fields: defaultdict[Card, list[Card]] = defaultdict(list)
        for card in self.cards:
            if card.stamps and not is_title(max(card.links, key=rank).label):
                outer = next((self.card_at[el] for el in card.root.iterancestors() if el in self.card_at), None)
                if outer is not None and not outer.stamps:
                    fields[outer].append(card)
        for outer, cards in fields.items():
            if len(cards) == 1:  # more of them are entries with short names
                outer.stamps = cards[0].stamps
                self.cards.remove(cards[0])
                del self.card_at[cards[0].root]

    def _lend_to_undated(self) -> None:
        """Entries without a stamp of their own take the one in their line, beside them, or the heading above."""
        groups: defaultdict[html.HtmlElement, list[Card]] = defaultdict(list)
        for card in self.cards:
            parent = card.root.getparent()
            if card.stamps or parent is None:
                continue
            if self._is_repeated(card) and self._is_of_menu(max(card.links, key=rank)):
                continue  # a menu that is not marked as one has no day to take
            groups[parent].append(card)
        self.lent: set[Stamp] = set()
        for parent, cards in groups.items():
            here = [one for one in self.free if any(el is parent for el in up_from(one.element))]
            if here and len(here) <= 400 and self.letters[parent] < 40_000:
                self._lend_in_order(parent, cards, here)
            elif parent.tag not in ("body", "main"):
                self._lend_heading(parent, cards)

    def _lend_in_order(self, parent: html.HtmlElement, cards: list[Card], here: list[Stamp]) -> None:
        tokens: list[tuple[tuple[int, int], Card | Stamp]] = [(one.place, one) for one in here]
        tokens += [(place, card) for card in cards if (place := self._place(card)) is not None]
        tokens.sort(key=lambda token: token[0])
        dates_first = isinstance(tokens[0][1], Stamp)
        if len({one.day for one in here}) == 1 and len(cards) > 1:
            one = here[0]
            # One date above many links: a heading, unless it is a clock.
            if not dates_first or one.repeated or one.day >= self.site.as_of or parent.tag in ("body", "main"):
                return
            if tokens[1][0][0] - one.place[0] > 1:
                return
            if self._stands_free_at_home(one):
                return
        lent: list[tuple[Card, Stamp]] = []
        last: Stamp | None = None
        reach = 0  # blocks from the date to the entry that takes it; entries below a heading go on from each other
        for place, token in tokens if dates_first else reversed(tokens):
            if isinstance(token, Stamp):
                last, reach = token, place[0]
            elif last is not None and not last.repeated and abs(place[0] - reach) <= MAX_REACH:
                lent.append((token, last))
                reach = place[0]
                if not dates_first:
                    last = None
        if 3 * len({id(one) for _, one in lent}) < 2 * len(here) or 2 * len(lent) < len(cards):
            return  # most of the dates here are of other entries, or most of the entries have none
        for card, one in lent:
            card.stamps.append(one)
            self.lent.add(one)

    def _lend_heading(self, parent: html.HtmlElement, cards: list[Card]) -> None:
        above: html.HtmlElement | None = parent
        for _ in range(2):
            if above is None:
                return
            before = above.getprevious()
            if before is not None:
                one = next((s for s in self.free if any(el is before for el in up_from(s.element))), None)
                if one is not None and not one.repeated and self.letters[before] <= 60 and one.day < self.site.as_of:
                    for card in cards:
                        card.stamps.append(one)
                    self.lent.add(one)
                return
            above = above.getparent()

    def _place(self, card: Card) -> tuple[int, int] | None:
        for link in card.links:
            block = self.block_of(link.element)
            if block is not None:
                inside = set(link.element.iter())
                for n, (_, element) in enumerate(block.pieces):
                    if element in inside:
                        return self.index[block.element], n
                return self.index[block.element], 0
            first = next((i for el in link.element.iter() if (i := self.index.get(el)) is not None), None)
            if first is not None:
                return first, 0
        return None

    # -- items ---------------------------------------------------------------------------------------------------------

    def _make_items(self) -> list[Item]:
        merged: dict[str, Item] = {}
        for item in self._once_in_its_list([item for card in self.cards if (item := self._item(card)) is not None]):
            key = key_of(item.url or "")
            known = merged.get(key)
            if known is None or (item.day is not None, not item.repeated) > (known.day is not None, not known.repeated):
                merged[key] = item
        out = [item for item in merged.values() if item.day is not None or not item.repeated]
        out += self._pageless(out)
        return sorted(out, key=lambda item: item.order)

    def _once_in_its_list(self, items: list[Item]) -> Iterator[Item]:
        """The entries; one that a sidebar repeats on every page is no less one of the list in which it stands."""
        boxes = Counter((item.element.getparent(), item.family) for item in items if not item.repeated)
        for item in items:
            is_of_list = item.repeated and boxes[item.element.getparent(), item.family] > 1
            yield replace(item, repeated=False) if is_of_list else item

    def _item(self, card: Card) -> Item | None:
        link = max(card.links, key=rank)
        repeated = self._is_repeated(card)
        if card.is_others or (repeated and self._is_of_menu(link)):
            return None
        nearest = self._nearest(card)
        title = self._title(card, link, nearest)
        if not title or (len(title) <= MAX_CHROME and self._is_chrome(title)):
            return None
        day, text = (nearest.day, nearest.text) if nearest is not None else (None, "")
        return Item(link.url, title, day, text, link.order, card.root, family_of(link.url), repeated)

    def _is_chrome(self, title: str) -> bool:
        """Whether a title is a button's ("Səhifəni çap et"); "Kitabça çapdan çıxdı" is a headline."""
        chrome = self.streams.chrome
        return names(chrome, fold(title)) and chrome.beside(words(title)) < 2

    def _is_repeated(self, card: Card) -> bool:
        return any(self.site.in_menu(one) for one in card.links)

    def _is_of_menu(self, link: Link) -> bool:
        """Whether a link that the site repeats names a part of it, rather than telling a story."""
        return len(words(link.label)) < STRONG_WORDS and not is_blank(link, self.streams.generic)

    def _nearest(self, card: Card) -> Stamp | None:
        """Of several stamps the one nearest to the title."""
        if len(card.stamps) < 2:
            return card.stamps[0] if card.stamps else None
        anchor = max(card.links, key=rank).element
        steps = {element: n for n, element in enumerate(up_from(anchor))}

        def far(one: Stamp) -> int:
            return next((steps[el] for el in up_from(one.element) if el in steps), 99)

        return min(card.stamps, key=lambda one: (one.is_dateline, far(one)))

    def _title(self, card: Card, link: Link, nearest: Stamp | None) -> str:
        if not is_blank(link, self.streams.generic) and self.printed.stamp(link.label) is None:
            label = link.label
            if nearest is not None and nearest.inside_link is not None:
                bare = label.replace(nearest.text, " ", 1).strip(" -–—|,:()[]")
                label = squeeze(bare) or label
            return label
        pieces = [(b.is_heading, squeeze(t)) for b in self._blocks_in(card.root) for t, _ in b.pieces]
        texts = [(head, t) for head, t in pieces if len(t) > 2 and self.printed.stamp(t) is None]
        texts = [(head, t) for head, t in texts if len(t) > 24 or not names(self.streams.generic, fold(t))]
        heading = next((text for head, text in texts if head), None)
        return (heading or max((text for _, text in texts), key=len, default=""))[:300]

    def _blocks_in(self, root: html.HtmlElement) -> list[Block]:
        return [self.blocks[self.index[el]] for el in root.iter() if el in self.index]

    def _pageless(self, linked: list[Item]) -> Iterator[Item]:
        """Entries printed whole on the list page: a date and a text, again and again."""
        own = [
            one for one in self.free if not one.repeated and one not in self.lent and not self._stands_free_at_home(one)
        ]
        found = list(printed_entries(own, self.blocks, lambda text: self.printed.stamp(text) is not None))
        dated = sum(item.day is not None for item in linked)
        titles = sum(is_title(item.title) and not item.repeated for item in linked)
        # Beside a list of links they are the list only where they are more.
        if len(found) < max(2, titles) or (dated and len(found) <= 2 * dated):
            return
        for n, one in enumerate(found):
            yield Item(None, one.title, one.stamp.day, one.stamp.text, 10_000 + n, one.element)

    # -- an opened item ------------------------------------------------------------------------------------------------

    def own_day(self, title: str | None) -> tuple[date | None, str]:
        head = self._head(title)
        near: list[tuple[bool, bool, bool, int, int, Stamp]] = []
        for one in self.stamps:
            if one in self.lent and not self._stands_by_title(one, head, title):
                continue
            if not self._is_own_stamp(one, head):
                continue
            gap = one.place[0] - head if head is not None else one.place[0]
            if abs(gap) > 1 and self._is_of_programme(one, 2 if 0 < gap <= MAX_REACH else len(self.blocks)):
                continue
            is_time = any(el.tag == "time" for el in up_from(one.element))
            is_far = not is_time or abs(gap) > 6
            near.append((one.is_dateline, is_far, not self._is_beside(one, head), abs(gap), -gap, one))
        if not near:
            return None, ""
        best = min(near, key=lambda entry: entry[:5])[5]
        said = self.blocks[head].text if head is not None else self.page.title
        return best.day, f"{best.text} {said}"[:300]

    def _head(self, title: str | None) -> int | None:
        """The block that is the title of the item this page shows."""
        wanted = [fold(t) for t in (title, self.page.meta("og:title")) if t]
        page_title = fold(self.page.title)
        first: int | None = None
        for i, block in enumerate(self.blocks):
            if not block.is_heading and not (len(block.text) <= 200 and block.folded in wanted):
                continue
            card = next((self.card_at[el] for el in up_from(block.element) if el in self.card_at), None)
            if card is not None and card.key != self.page.key:
                continue
            if any(block.folded.startswith(want[:60]) for want in wanted):
                return i
            repeats = block.element not in self.own
            names_page = len(words(block.folded)) >= STRONG_WORDS and block.folded[:60] in page_title
            if names_page and not (repeats and self._is_of_frame(block)):
                return i
            if self._stands_by_a_stamp(i, repeats):
                return i
            if not repeats and first is None:
                first = i
        return first

    def _is_of_frame(self, block: Block) -> bool:
        """Whether a heading that the site repeats is the site's name, rather than a title that a sidebar repeats."""
        home = self.site.home
        return home is None or any(other.is_heading and other.folded == block.folded for other in home.blocks)

    def _stands_by_title(self, one: Stamp, head: int | None, title: str | None) -> bool:
        """Whether a day stands right by the title of the item that the page shows, before any other entry."""
        if head is None or not self._is_next_to(one, head):
            return False
        said = self.blocks[head].folded
        wanted = [fold(text) for text in (title, self.page.meta("og:title")) if text]
        return said in wanted or (len(words(said)) >= STRONG_WORDS and said[:60] in fold(self.page.title))

    def _is_next_to(self, one: Stamp, head: int | None) -> bool:
        """Whether no other entry stands between a day and the title near it."""
        if head is None or abs(one.place[0] - head) > MAX_REACH:
            return False
        first, last = sorted((one.place[0], head))
        return not any(first < place[0] < last for card in self.cards if (place := self._place(card)) is not None)

    def _stands_by_a_stamp(self, i: int, repeats: bool) -> bool:
        """Whether a heading has the day of an item beside it; where the site repeats it, an entry must say the same."""
        block = self.blocks[i]
        for one in self.free:
            if abs(one.place[0] - i) <= 3 and one.element.getparent() is block.element.getparent():
                twin = any(item.day == one.day and fold(item.title) == block.folded for item in self.items)
                return twin or not (repeats or one.repeated)
        return False

    def _stands_free_at_home(self, one: Stamp) -> bool:
        """Whether the home page prints the same date beside no entry: a clock, weather, a rate of exchange."""
        home = self.site.home
        if home is None or home.key == self.page.key:
            return False
        if not any(other.text == one.text for other in _layout(home, self.site).free):
            return False
        # Where its own news have no pages, their dates stand beside entries all the same.
        return all(item.url is not None or item.day != one.day for item in items_on(home, self.site))

    def _is_of_programme(self, one: Stamp, reach: int) -> bool:
        """Whether other days stand in lines by a day: a programme, a table of dates, not the day of the item."""
        return any(
            other.day != one.day
            and other.element.getparent() is one.element.getparent()
            and abs(other.place[0] - one.place[0]) <= reach
            for other in self.free
        )

    def _is_beside(self, one: Stamp, head: int | None) -> bool:
        return head is not None and self.blocks[head].element.getparent() is one.element.getparent()

    def _is_own_stamp(self, one: Stamp, head: int | None) -> bool:
        card = next((self.card_at[el] for el in up_from(one.element) if el in self.card_at), None)
        if card is not None and card.key != self.page.key:
            return False
        # The newest item's title and day are printed on every page; beside its own title the day is its own.
        is_next = self._is_beside(one, head) and self._is_next_to(one, head)
        if (one.repeated and not is_next) or self._stands_free_at_home(one):
            return False
        head_element = self.blocks[head].element if head is not None else None
        # In a list of other entries (a sidebar), unless the title stands there as well.
        for element in up_from(one.element):
            if head_element is not None and any(el is element for el in up_from(head_element)):
                return True
            if element.tag == "body":
                break
            titles = sum(strong for key, (_, strong) in self.held[element].items() if key != self.page.key)
            if titles >= 2 and self.letters[element] < MAX_CARD:
                return False
        return True
