"""What does a list page list, and on which day did each entry appear?

No layout is known beforehand. An entry is a link with a title; its card is the largest part of the page that holds no
other entry's link; its day is a stamp (reading/calendar.py) inside the card. Where cards hold no stamp, the entry
takes the one that stands in its line, before or after it, or the heading above it.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from typing import Protocol
from urllib.parse import unquote, urlsplit
from weakref import WeakKeyDictionary, ref

from lxml import html

from reading.calendar import MAX_STAMP, dates_in, load_calendar, may_hold_date, stamp
from reading.method import Method, Words
from reading.page import Block, Link, Page, host_of, is_web_page, key_of
from reading.pageless import printed_entries
from reading.stamps import Stamp, days_under_headings, names_period
from reading.text import fold, squeeze, words

MAX_CARD = 1_600  # letters of a card; more is an article or half a page
MAX_BOX = 24  # letters of a piece that may be a part of a date box: day, month, year
_ISO_DAY = re.compile(r"(\d{4})-\d\d-\d\d")
MAX_LABEL_WORDS = 2  # before a date, that say what date it is: "Redaktə 20.08.2018"
STRONG_WORDS = 3  # a label of so many words is a title by itself
_LANGUAGE = re.compile(r"^(?:az|aze|en|eng|ru|rus|tr)$", re.I)
_PAGE_PARAM = re.compile(r"(?:^|[?&])(?:page|pagen_\d+|p|pg|start|offset|sehife|seh|limitstart)=\d+", re.I)
_PAGE_LABEL = re.compile(r"^[\d«»‹›<>←→|.…\[\]()\s]{1,6}$")
# "Avqust 2018", "2017-ci ilin xəbərləri", with how many there are: an older part of the same list.
_ARCHIVE_LABEL = re.compile(
    r"(?:(?P<month>[^\W\d_]+)\W+20\d\d|20\d\d\W*c[iu] il\w*(?=\s+[xanн]))"
    r"(?:\s+(?:xeber|arxiv|news|новост)\w*)?\W*\d*\W*"
)
PAGE_QUERY = re.compile(r"^(?:page|pagen_\d+|p|pg|start|offset|sehife|seh|limitstart|lang|ln|l)$", re.I)
# "Səhifə 2", "2-ci səhifə", "7-12"
_NUMBERED_PAGE = re.compile(
    r"(?:sehife|page|страница|стр)\W*\d{1,3}|\d{1,3}\W*(?:c[iu]\W*)?(?:sehife|page)|\d{1,4}\s?-\s?\d{1,4}"
)
_IN_BRACKETS = re.compile(r"\([^()]*\)")
_DASH = re.compile(r"\s[-–—|]\s")
_CAPITAL = re.compile(r"\s+[«“\"]?[A-ZƏİIŞÇĞÖÜА-Я]")
_ITEM_QUERY = re.compile(r"id$|^(?:no|n|news|item|cat|kat)$", re.I)  # names of numbers that tell one entry from another
_NUMBER = re.compile(r"\d")
# A day set apart at the head or the tail of a title; "5 avqust 2018-ci il tarixində …" is not set apart.
_APART_HEAD = re.compile(r"^\s*(?:\d{1,2}:\d\d\s*)?(?:[-–—|:/]|\)|\])\s*\S|^\s*,?\s*\d{1,2}:\d\d\b")
_APART_TAIL = re.compile(r"\S\s*(?:[-–—|/]|\(|\[)\s*(?:\d{1,2}:\d\d,?\s*)?$")


class Look(Protocol):
    """What must be known beside the page: reading.looking.Site, or a Glance."""

    @property
    def as_of(self) -> date: ...
    @property
    def method(self) -> Method: ...
    @property
    def home(self) -> Page | None: ...
    def is_own(self, url: str) -> bool: ...
    def in_menu(self, link: Link) -> bool: ...
    def own_blocks(self, page: Page) -> tuple[Block, ...]: ...


@dataclass(frozen=True, eq=False)
class Glance:
    """A look at pages while the visit still goes on: what repeats from page to page is not known yet."""

    as_of: date
    method: Method
    host: str
    home: Page | None = None

    def is_own(self, url: str) -> bool:
        return host_of(url) == self.host

    def in_menu(self, link: Link) -> bool:
        return link.zone in ("nav", "header", "footer")

    def own_blocks(self, page: Page) -> tuple[Block, ...]:
        own = tuple(block for block in page.blocks if block.zone == "body")
        return own or tuple(block for block in page.blocks if block.zone in ("header", "aside"))


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


def is_paging(link: Link, method: Method) -> bool:
    """Whether a link leads to another page of the same list."""
    if _PAGE_LABEL.match(link.label) and (link.label.strip()[:1] != "." or not link.label.strip(".")):
        return True
    if is_archive(link) or "next" in link.rel.split():
        return True
    label = fold(link.label)
    if not label:
        return _is_arrow(link.element, method)
    if len(label) > 24:
        return False
    if _NUMBERED_PAGE.fullmatch(label):
        return True
    next_page = names(method.streams.next_page, label) and not names(method.streams.generic, label)
    return next_page or bool(_PAGE_PARAM.search(link.url))


def _is_arrow(element: html.HtmlElement, method: Method) -> bool:
    """Whether the marks of a link without words, or of the icon in it, say "next"."""
    marks = " ".join(str(one.get("class") or "") for one in (element, *element.iter("i", "span", "svg", "img")))
    return names(method.streams.next_mark, fold(re.sub(r"[-_]+", " ", marks)))


def is_archive(link: Link) -> bool:
    """Whether a link is named as the part of a list that is of a month or a year."""
    if "20" not in link.label or len(link.label) > 40 or link.is_file:
        return False
    found = _ARCHIVE_LABEL.fullmatch(fold(link.label))
    return found is not None and (not found["month"] or found["month"] in load_calendar().month_number)


@lru_cache(maxsize=8_192)
def list_key(url: str) -> str:
    """One name for all pages of one list."""
    key = key_of(url)
    bare, _, query = key.partition("?")
    bare = re.sub(r"/(?:page|sehife|view|p)[-/]\d+$", "", bare)
    kept = "&".join(pair for pair in query.split("&") if pair and not PAGE_QUERY.match(pair.partition("=")[0]))
    return bare + (f"?{kept}" if kept else "")


def is_same_list(one: str, other: str) -> bool:
    """Whether two addresses are pages of one list: the same but for a small number, whatever its name (?tab=2)."""
    if list_key(one) == list_key(other):
        return True
    (bare, _, asked), (other_bare, _, other_asked) = key_of(one).partition("?"), key_of(other).partition("?")
    pairs = set(asked.split("&")) ^ set(other_asked.split("&"))
    named = [pair.partition("=") for pair in pairs if pair]
    return (
        bare == other_bare
        and len({name for name, _, _ in named}) == 1
        and all(value.isdigit() and len(value) <= 2 and not _ITEM_QUERY.search(name) for name, _, value in named)
    )


@lru_cache(maxsize=8_192)
def names(what: Words, folded: str) -> bool:
    """Whether a folded label is or holds one of the names."""
    return what.in_words(words(folded)) is not None or folded.strip() in map(str.strip, what.names)


@lru_cache(maxsize=8_192)
def family_of(url: str) -> str:
    """How an address is built: /az/news/1324.html and /news/slug.html are both /news/*."""
    parts = urlsplit(url)
    steps = [step for step in unquote(parts.path).split("/") if step and not _LANGUAGE.match(step)]
    if re.search(r"\.(?:pdf|docx?|xlsx?|rtf|zip|rar|pptx?|csv)$", parts.path, re.I):
        return "file"
    asked = []
    numbered = False
    for pair in unquote(parts.query).split("&"):
        name, _, value = pair.partition("=")
        if not name or _LANGUAGE.match(value) or name in ("lang", "ln", "l"):
            continue
        is_number = re.match(r"\d+(?:$|[:-])", value) is not None  # id=12, id=12:title-of-the-item
        numbered = numbered or is_number
        asked.append(f"{name}={'*' if is_number else value}")
    steps = ["N" if step.isdigit() else re.sub(r"^\d+(?=-)|(?<=[-_])\d+$", "N", step) for step in steps]
    if len(steps) > 2 and steps[-1] == "N" and steps[-2].count("-") > 1:
        del steps[-2]  # /article/title-of-the-item/2785
    if steps and not numbered:
        steps[-1] = "*"
    return "/" + "/".join(steps) + ("?" + "&".join(sorted(asked)) if asked else "")


# -- one page --------------------------------------------------------------------------------------------------------


@dataclass(eq=False)
class _Card:
    """The places on the page that belong to one link target."""

    key: str
    root: html.HtmlElement
    links: list[Link]
    stamps: list[Stamp] = field(default_factory=list)


# A layout knows its page and its site weakly, or none of the three would ever be forgotten.
_READ: "WeakKeyDictionary[Page, _Layout]" = WeakKeyDictionary()


def _layout(page: Page, site: Look) -> "_Layout":
    known = _READ.get(page)
    if known is None or known.look() is not site:
        known = _READ[page] = _Layout(page, site)
    return known


class _Layout:
    """Links, cards and stamps of one page."""

    def __init__(self, page: Page, site: Look):
        self.sheet, self.look, self.streams = ref(page), ref(site), site.method.streams
        own = site.own_blocks(page)
        self.own = {block.element for block in own}
        zones = {block.zone for block in own} or {"body"}
        self.blocks = tuple(block for block in page.blocks if block.zone in zones)
        self.zones = zones
        self.index = {block.element: i for i, block in enumerate(self.blocks)}
        self._measure()
        self.links = tuple(self._candidates())
        self._weigh_links()
        self.cards = self._make_cards()
        self.card_at = {card.root: card for card in self.cards}
        self.stamps = tuple(self._find_stamps())
        self.free = self._hand_out()
        self._lend_to_undated()
        self.items = self._make_items()

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

    @cached_property
    def dated_urls(self) -> frozenset[str | None]:
        return frozenset(item.url for item in self.items if item.day is not None)

    # -- measures ------------------------------------------------------------------------------------------------------

    def _measure(self) -> None:
        self.letters: defaultdict[html.HtmlElement, int] = defaultdict(int)
        self.headings: defaultdict[html.HtmlElement, int] = defaultdict(int)
        page_title = fold(self.page.title)
        for block in self.blocks:
            size, is_head = len(block.text), block.element.tag == "h1"
            if block.is_heading and not is_head and block.folded.count(" ") > 1:
                is_head = block.folded[:60] in page_title
            for element in _up(block.element):
                self.letters[element] += size
                if is_head:
                    self.headings[element] += 1

    def _candidates(self) -> Iterator[Link]:
        """Links that may be entries or bound them."""
        for link in self.page.links:
            if link.zone not in self.zones or not self.site.is_own(link.url) or not is_web_page(link.url):
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
            mark = (family_of(link.url), _is_title(link.label))
            for element in _up(link.element):
                held = self.held[element]
                if len(held) > 12:
                    continue
                known = held.get(link.key)
                held[link.key] = (mark[0], mark[1] or (known is not None and known[1]))

    # -- cards ---------------------------------------------------------------------------------------------------------

    def _make_cards(self) -> list[_Card]:
        cards: dict[html.HtmlElement, _Card] = {}
        for link in self.links:
            if self._is_in_prose(link):
                continue
            root = self._card_root(link)
            card = cards.get(root)
            if card is None:
                cards[root] = _Card(link.key, root, [link])
            elif card.key == link.key:
                card.links.append(link)
            elif _rank(link) > _rank(card.links[0]):  # a title beside the link to its category
                cards[root] = _Card(link.key, root, [link])
        return list(cards.values())

    def _card_root(self, link: Link) -> html.HtmlElement:
        family, root = family_of(link.url), link.element
        for element in _up(link.element):
            if element.tag in ("body", "html", "main", "tbody", "table", "dl") or self.letters[element] > MAX_CARD:
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

    def _in_heading(self, link: Link) -> bool:
        return any(element.tag in ("h1", "h2", "h3", "h4") for element in _up(link.element))

    def _is_in_prose(self, link: Link) -> bool:
        """A link in the middle of a paragraph, which is no entry."""
        block = self._block_of(link.element)
        if block is None or len(block.text) - len(link.label) < 120 or _is_blank(link, self.streams.generic):
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

    def _block_of(self, element: html.HtmlElement) -> Block | None:
        for above in _up(element):
            if above in self.index:
                return self.blocks[self.index[above]]
        return None

    # -- stamps --------------------------------------------------------------------------------------------------------

    def _stamp(self, text: str) -> date | None:
        return stamp(text, self.site.as_of, self.streams)

    def _find_stamps(self) -> Iterator[Stamp]:
        skip = -1
        headed = days_under_headings(self.blocks, self.site.as_of)
        for i, block in enumerate(self.blocks):
            if i <= skip:
                continue
            if _is_box_part(block.text):
                boxed = self._box(i)
                if boxed is not None:
                    skip = boxed[1]
                    yield boxed[0]
                    continue
            if i in headed and not self._is_led_astray(i):
                day, text, element = headed[i]
                yield self._made(day, text, element, (i, 0), self._anchor(element, block))
                continue
            is_timed = any(element.tag == "time" for _, element in block.pieces)
            if (is_timed or may_hold_date(block.text)) and not self._is_led_astray(i):
                yield from self._stamps_of(i, block)

    def _stamps_of(self, i: int, block: Block) -> Iterator[Stamp]:
        day = self._stamp(block.text) if len(block.text) <= MAX_STAMP else None
        if day is None and "(" in block.text and len(block.text) <= MAX_STAMP:
            day = self._stamp(_IN_BRACKETS.sub(" ", block.text))
        if day is not None:
            yield self._made(day, block.text, block.element, (i, 0), self._anchor(block.element, block))
            return
        outside = [(n, text, el) for n, (text, el) in enumerate(block.pieces) if self._anchor(el, block) is None]
        said = squeeze(" ".join(text for _, text, _ in outside)) if len(outside) < len(block.pieces) else ""
        if 0 < len(said) <= MAX_STAMP:
            day = self._stamp(said)
            if day is not None:
                yield self._made(day, said, block.element, (i, outside[0][0]))
                return
            printed = dates_in(said, self.site.as_of)
            # Words that lead astray count beside the date, not at the far end of the summary behind it.
            if len(printed) == 1 and self._is_astray(said[max(0, printed[0].start - 40) : printed[0].end + 25]):
                return
        found = False
        before = ""
        for n, (text, element) in enumerate(block.pieces):
            timed = _timed_day(element, text, self.site.as_of)
            if timed is not None:
                found = True
                yield self._made(timed, squeeze(text), element, (i, n), self._anchor(element, block))
                continue
            fits = len(text) <= MAX_STAMP and may_hold_date(text)
            if fits and not self._is_other_label(before, text, in_line=True):
                text = squeeze(text)
                day = self._stamp(text.strip(" -–—|,;:()[]"))
                goes_on = text + "".join(after for after, _ in block.pieces[n + 1 : n + 2])[:24]
                bent = any(one.kind == "prose" for one in dates_in(goes_on, self.site.as_of))
                if bent and day is not None and not self._goes_on(block, n):
                    bent = False
                if day is not None and not bent and not _is_in_sentence(element, block):
                    found = True
                    yield self._made(day, text, element, (i, n), self._anchor(element, block))
            before = text if self._anchor(element, block) is None else ""
        if not found and len(block.text) <= 400:
            yield from self._joined_or_apart(i, block)

    def _goes_on(self, block: Block, n: int) -> bool:
        """Whether the piece after the n-th goes on with its sentence, rather than beginning another entry."""
        holder = block.pieces[n][1]
        below = holder.getnext() if holder is not block.element else None
        if below is not None and below.tag == "br" and not (holder.tail or "").strip():
            return False
        after = next(((text, el) for text, el in block.pieces[n + 1 :] if text.strip()), None)
        return after is not None and self._anchor(after[1], block) is None and after[0].strip()[:1].isalpha()

    def _joined_or_apart(self, i: int, block: Block) -> Iterator[Stamp]:
        """Dates cut over inline elements, and dates set apart at the edge of a title."""
        pieces = [(n, squeeze(text), el) for n, (text, el) in enumerate(block.pieces)]
        for at in range(len(pieces)):
            for to in (at + 3, at + 2):
                run = pieces[at:to]
                if len(run) == to - at and all(len(text) <= MAX_BOX for _, text, _ in run):
                    day = self._stamp(" ".join(text for _, text, _ in run))
                    if day is not None:
                        said = " ".join(text for _, text, _ in run)
                        yield self._made(day, said, run[0][2], (i, at), self._anchor(run[0][2], block))
                        return
        for n, text, element in pieces:
            anchor = self._anchor(element, block)
            if anchor is not None or block.is_heading or (len(pieces) <= 2 and len(text) <= 160):
                day_text = self._led(text) or _apart(text, self.site.as_of)
                if day_text is not None:
                    yield self._made(day_text[0], day_text[1], element, (i, n), anchor)

    def _led(self, text: str) -> tuple[date, str] | None:
        """The stamp before the first dash of a line: "Tarix: 05.08.2018 – Sahibkarlarla görüş keçirilib"."""
        for dash in _DASH.finditer(text[: MAX_STAMP // 2]):
            day = self._stamp(text[: dash.start()].strip(" •·*"))
            if day is not None and len(text) - dash.end() >= 12:
                return day, text[: dash.start()]
        return None

    def _box(self, i: int) -> tuple[Stamp, int] | None:
        """A date whose day, month and year stand in blocks of their own."""
        for n in (4, 3, 2):
            run = self.blocks[i : i + n]
            if len(run) < n or not all(_is_box_part(block.text) for block in run):
                continue
            if names_period(run[0]) and not run[0].text.isdigit():
                continue  # "Avqust 2018" heads the days of a calendar, or a list
            whole = _common(run[0].element, run[-1].element)
            if self.letters[whole] > 60 and whole not in (run[0].element.getparent(), run[0].element):
                continue
            texts = [block.text for block in run]
            glue = "." if all(text.isdigit() for text in texts) else " "
            day = self._stamp(glue.join(texts))
            if day is not None and not any(self._stamp(text) for text in texts):
                anchor = self._anchor(run[0].element, run[0])
                return self._made(day, " ".join(texts), run[0].element, (i, 0), anchor), i + n - 1
        return None

    def _made(
        self,
        day: date,
        text: str,
        element: html.HtmlElement,
        place: tuple[int, int],
        anchor: html.HtmlElement | None = None,
    ) -> Stamp:
        repeated = self.blocks[place[0]].element not in self.own
        return Stamp(day, squeeze(text)[:80], element, place, anchor, repeated)

    def _anchor(self, element: html.HtmlElement, block: Block) -> html.HtmlElement | None:
        for above in _up(element):
            if above.tag == "a":
                return above
            if above is block.element:
                break
        return next((el for el in block.element.iterancestors("a")), None) if block.link_letters else None

    def _is_astray(self, text: str) -> bool:
        return self.streams.not_stamp_words.in_words(words(text)) is not None

    def _is_other_label(self, label: str, text: str, *, in_line: bool) -> bool:
        """Whether a label says that the date behind it is not the day an entry appeared ("Bitmə tarixi:").

        A word or two of the same line are such a label as well, without a colon.
        """
        if not label.strip() or len(label) > 60 or may_hold_date(label):
            return False
        is_label = label.rstrip().endswith(":")
        if in_line and label.strip()[-1].isalpha():
            is_label = len(words(label)) <= MAX_LABEL_WORDS
        if is_label and self._stamp(f"{squeeze(label)} {squeeze(text)}") is None:
            return True
        return self._is_astray(label)

    def _is_led_astray(self, i: int) -> bool:
        """Whether the label before a date, or the head of its column, says that it is another kind of date."""
        block = self.blocks[i]
        parent = block.element.getparent()
        if i and parent is not None:
            before = self.blocks[i - 1]
            near = before.element.getparent() is parent and not before.is_heading and not before.link_letters
            if near and self._is_other_label(before.text, block.text, in_line=False):
                return True
        cell = next((el for el in _up(block.element) if el.tag == "td"), None)
        if cell is None:
            return False
        table = next(cell.iterancestors("table"), None)
        first = table.find(".//tr") if table is not None else None
        if first is None or first is cell.getparent():
            return False
        at = sum(1 for _ in cell.itersiblings("td", "th", preceding=True))
        heads = [el for el in first if el.tag in ("td", "th")]
        return at < len(heads) and len(heads) > 1 and self._is_astray(squeeze(heads[at].text_content())[:80])

    # -- stamps to cards -----------------------------------------------------------------------------------------------

    def _hand_out(self) -> list[Stamp]:
        """Gives each card the stamps inside it; returns those that are in no card."""
        free = []
        for one in self.stamps:
            card = next((self.card_at[el] for el in _up(one.element) if el in self.card_at), None)
            if card is None:
                free.append(one)
            else:
                card.stamps.append(one)
        return free

    def _lend_to_undated(self) -> None:
        """Entries without a stamp of their own take the one in their line, beside them, or the heading above."""
        groups: defaultdict[html.HtmlElement, list[_Card]] = defaultdict(list)
        for card in self.cards:
            parent = card.root.getparent()
            if not card.stamps and parent is not None:
                groups[parent].append(card)
        self.lent: set[Stamp] = set()
        for parent, cards in groups.items():
            here = [one for one in self.free if any(el is parent for el in _up(one.element))]
            if here and len(here) <= 400 and self.letters[parent] < 40_000:
                self._lend_in_order(parent, cards, here)
            elif parent.tag not in ("body", "main"):
                self._lend_heading(parent, cards)

    def _lend_in_order(self, parent: html.HtmlElement, cards: list[_Card], here: list[Stamp]) -> None:
        tokens: list[tuple[tuple[int, int], _Card | Stamp]] = [(one.place, one) for one in here]
        tokens += [(place, card) for card in cards if (place := self._place(card)) is not None]
        tokens.sort(key=lambda token: token[0])
        dates_first = isinstance(tokens[0][1], Stamp)
        if len({one.day for one in here}) == 1 and len(cards) > 1:
            one = here[0]
            # One date above many links: a heading, unless it is a clock.
            if not dates_first or one.repeated or one.day >= self.site.as_of or parent.tag in ("body", "main"):
                return
            if self._stands_free_at_home(one):
                return
        lent: list[tuple[_Card, Stamp]] = []
        last: Stamp | None = None
        for _, token in tokens if dates_first else reversed(tokens):
            if isinstance(token, Stamp):
                last = token
            elif last is not None and not last.repeated:
                lent.append((token, last))
                if not dates_first:
                    last = None
        if 2 * len({id(one) for _, one in lent}) < len(here):
            return  # most of the dates here are of other entries, printed whole, and the links are a menu
        for card, one in lent:
            card.stamps.append(one)
            self.lent.add(one)

    def _lend_heading(self, parent: html.HtmlElement, cards: list[_Card]) -> None:
        above: html.HtmlElement | None = parent
        for _ in range(2):
            if above is None:
                return
            before = above.getprevious()
            if before is not None:
                one = next((s for s in self.free if any(el is before for el in _up(s.element))), None)
                if one is not None and not one.repeated and self.letters[before] <= 60 and one.day < self.site.as_of:
                    for card in cards:
                        card.stamps.append(one)
                    self.lent.add(one)
                return
            above = above.getparent()

    def _place(self, card: _Card) -> tuple[int, int] | None:
        for link in card.links:
            block = self._block_of(link.element)
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
        for card in self.cards:
            item = self._item(card)
            if item is None:
                continue
            known = merged.get(card.key)
            if known is None or (known.day is None and item.day is not None):
                merged[card.key] = item
        out = [item for item in merged.values() if item.day is not None or not item.repeated]
        out += self._pageless(out)
        return sorted(out, key=lambda item: item.order)

    def _item(self, card: _Card) -> Item | None:
        link = max(card.links, key=_rank)
        repeated = any(self.site.in_menu(one) for one in card.links)
        if repeated and len(words(link.label)) < STRONG_WORDS and not _is_blank(link, self.streams.generic):
            return None
        nearest = self._nearest(card)
        title = self._title(card, link, nearest)
        if not title or (len(title) <= 24 and names(self.streams.chrome, fold(title))):
            return None
        day, text = (nearest.day, nearest.text) if nearest is not None else (None, "")
        return Item(link.url, title, day, text, link.order, card.root, family_of(link.url), repeated)

    def _nearest(self, card: _Card) -> Stamp | None:
        """Of several stamps the one nearest to the title."""
        if len(card.stamps) < 2:
            return card.stamps[0] if card.stamps else None
        anchor = max(card.links, key=_rank).element
        steps = {element: n for n, element in enumerate(_up(anchor))}

        def far(one: Stamp) -> int:
            return next((steps[el] for el in _up(one.element) if el in steps), 99)

        return min(card.stamps, key=far)

    def _title(self, card: _Card, link: Link, nearest: Stamp | None) -> str:
        if not _is_blank(link, self.streams.generic) and self._stamp(link.label) is None:
            label = link.label
            if nearest is not None and nearest.inside_link is not None:
                bare = label.replace(nearest.text, " ", 1).strip(" -–—|,:()[]")
                label = squeeze(bare) or label
            return label
        pieces = [(b.is_heading, squeeze(t)) for b in self._blocks_in(card.root) for t, _ in b.pieces]
        texts = [(head, t) for head, t in pieces if len(t) > 2 and self._stamp(t) is None]
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
        found = list(printed_entries(own, self.blocks, lambda text: self._stamp(text) is not None))
        dated = sum(item.day is not None for item in linked)
        titles = sum(_is_title(item.title) and not item.repeated for item in linked)
        # Beside a list of links they are the list only where they are more.
        if len(found) < max(2, titles) or (dated and len(found) <= 2 * dated):
            return
        for n, one in enumerate(found):
            yield Item(None, one.title, one.stamp.day, one.stamp.text, 10_000 + n, one.element)

    # -- an opened item ------------------------------------------------------------------------------------------------

    def own_day(self, title: str | None) -> tuple[date | None, str]:
        head = self._head(title)
        near: list[tuple[bool, bool, int, int, Stamp]] = []
        for one in self.stamps:
            if one in self.lent or not self._is_own_stamp(one, head):
                continue
            gap = one.place[0] - head if head is not None else one.place[0]
            is_time = any(el.tag == "time" for el in _up(one.element))
            near.append((not is_time or abs(gap) > 6, not self._is_beside(one, head), abs(gap), -gap, one))
        if not near:
            return None, ""
        best = min(near, key=lambda entry: entry[:4])[4]
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
            card = next((self.card_at[el] for el in _up(block.element) if el in self.card_at), None)
            if card is not None and card.key != self.page.key:
                continue
            if any(block.folded.startswith(want[:60]) for want in wanted):
                return i
            repeats = block.element not in self.own
            if not repeats and len(words(block.folded)) >= 3 and block.folded[:60] in page_title:
                return i
            if self._stands_by_a_stamp(i, repeats):
                return i
            if not repeats and first is None:
                first = i
        return first

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
        return any(other.text == one.text for other in _layout(home, self.site).free)

    def _is_beside(self, one: Stamp, head: int | None) -> bool:
        return head is not None and self.blocks[head].element.getparent() is one.element.getparent()

    def _is_own_stamp(self, one: Stamp, head: int | None) -> bool:
        card = next((self.card_at[el] for el in _up(one.element) if el in self.card_at), None)
        if card is not None and card.key != self.page.key:
            return False
        # The newest item's title and day are printed on every page; beside its own title the day is its own.
        if (one.repeated and not self._is_beside(one, head)) or self._stands_free_at_home(one):
            return False
        head_element = self.blocks[head].element if head is not None else None
        # In a list of other entries (a sidebar), unless the title stands there as well.
        for element in _up(one.element):
            if head_element is not None and any(el is element for el in _up(head_element)):
                return True
            titles = sum(strong for key, (_, strong) in self.held[element].items() if key != self.page.key)
            if titles >= 2 and self.letters[element] < MAX_CARD:
                return False
        return True


def _timed_day(element: html.HtmlElement, text: str, as_of: date) -> date | None:
    """The day of <time datetime="2018-08-11">11 avqust</time>: printed without its year, which the mark-up tells."""
    machine = _ISO_DAY.match(element.get("datetime") or "") if element.tag == "time" else None
    if machine is None or len(text) > MAX_STAMP:
        return None
    year = int(machine[1])
    printed = dates_in(text, as_of, year=year)
    return (
        printed[0].day
        if len(printed) == 1 and printed[0].day.isoformat() == machine[0] and not printed[0].sure_year
        else None
    )


def _up(element: html.HtmlElement) -> Iterator[html.HtmlElement]:
    """An element and all above it."""
    at: html.HtmlElement | None = element
    while at is not None:
        yield at
        at = at.getparent()


def _common(one: html.HtmlElement, other: html.HtmlElement) -> html.HtmlElement:
    above = list(_up(one))
    return next(element for element in _up(other) if any(element is el for el in above))


def _is_box_part(text: str) -> bool:
    """Whether a piece may be a part of a date box: numbers and names of months, nothing else."""
    if len(text) > MAX_BOX:
        return False
    months = load_calendar().month_number
    return all(word.isdigit() or word in months for word in words(text))


def _asks_for_something(url: str) -> bool:
    parts = urlsplit(url)
    return bool(parts.path.strip("/") or parts.query)


def _is_title(label: str) -> bool:
    return len(label) >= 16 and label.count(" ") >= STRONG_WORDS - 1


def _is_blank(link: Link, generic: Words) -> bool:
    """A label that names nothing: a picture, "Ətraflı"."""
    label = fold(link.label)
    return len(label) < 3 or (len(label) <= 24 and names(generic, label))


def _is_in_sentence(element: html.HtmlElement, block: Block) -> bool:
    """Whether words run on before or after an inline element: a bold date in the middle of prose."""
    if _is_set_apart(element, block):
        return False
    while element is not block.element:
        if re.match(r"\s*-\s?c[iıuü]|\s*,?\s*[^\W\d_]{3,}\D{9}", element.tail or "", re.I):
            return True
        before = element.getprevious()
        parent = element.getparent()
        said = before.tail if before is not None else (parent.text if parent is not None else "")
        if (before is None or before.tag != "br") and re.search(r"[^\W\d_]{3,}\s+[^\W\d_]{2,}\s*$", said or ""):
            return True
        if parent is None:
            break
        element = parent
    return False


def _is_set_apart(element: html.HtmlElement, block: Block) -> bool:
    """Whether an inline element opens its block before a capital, or closes it in other letters than bold."""
    said = [(text.strip(), holder) for text, holder in block.pieces if text.strip()]
    if len(said) < 2:
        return False
    if said[0][1] is element:
        return said[1][0].lstrip(" -–—|,:;()[]«“\"'")[:1].isupper()
    return said[-1][1] is element and element.tag not in ("b", "strong", "u", "a")


def _rank(link: Link) -> tuple[bool, int]:
    """How much a label is a title."""
    return _is_title(link.label), len(link.label)


def _apart(text: str, as_of: date) -> tuple[date, str] | None:
    """A day set apart at the head or the tail of a title."""
    if len(text) > 300 or not (_NUMBER.search(text[:14]) or _NUMBER.search(text[-14:])):
        return None
    found = dates_in(text, as_of)
    if not found:
        return None
    first, last = found[0], found[-1]
    rest, tail = text[first.end :], text[last.end :].strip(" )].")
    opens = first.kind in ("numeric", "words") and not text[: first.start].strip(" ([•·*–—-") and bool(rest.strip())
    goes_on = re.match(r"\s+[^\W\d_]", rest) if first.kind == "numeric" else _CAPITAL.match(rest)
    if opens and (_APART_HEAD.match(rest) or goes_on):
        return first.day, first.text
    closes = last.kind in ("numeric", "words") and (not tail or re.fullmatch(r",?\s*\d{1,2}:\d\d", tail))
    return (last.day, last.text) if closes and _APART_TAIL.search(text[: last.start]) else None
