"""What entries does a section hold: notices, meetings, reports, data sets, and on which day each?

An entry is told once, however the page tells it: a link of a list (with the page it leads to), a row of a table, a
heading with its text, a dated paragraph, an attached document.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from lxml import html

from reading.calendar import dates_in
from reading.items import items_on
from reading.lines import line_of, lines_of
from reading.looking import Site
from reading.page import Block, Link, Page, key_of
from reading.stamps import days_under_headings, names_period
from reading.text import fold, squeeze, words

_FILE = re.compile(r"\.(?:pdf|docx?|xlsx?|csv|json|xml|ods|odt|rtf|zip|rar)(?:$|\?)", re.I)
_HEADING = frozenset("h2 h3 h4 h5 h6 dt summary".split())
_TOGGLES = ("aria-expanded", "data-toggle", "data-bs-toggle")  # of an accordion's heads: Bootstrap, WAI-ARIA
_ROW = frozenset("tr li dd".split())
# "26.03.2018 tarixi saat 16:00-dək", "26 mart 2018-ci il tarixinədək"
_UP_TO = re.compile(
    r"\W*(?:ci il)?\W*(?:tarixi?)?(?:n[ae])?\W*(?:saat\W*\d{1,2}(?:\W\d\d)?)?\W*(?:n[ae]\W*)?(?:d[ae]k|qeder)\b"
)
_IS_UP_TO = re.compile(r"(?:d[ae]k|qeder)\W*$")
MAX_ROW = 700  # letters of a row of data
MAX_BREAKS = 3  # lines of a cell of data, more or less
MAX_BUTTON = 3  # words of a label that is a button: "Yüklə (CSV)"
MAX_TITLE = 300  # letters of a block that can be an entry by itself; more is running text


@dataclass(frozen=True, eq=False)
class Entry:
    """One entry. `text`: its title and what stands under it; `url`: its own page or document, if it has one."""

    title: str
    text: str
    day: date | None
    url: str | None
    page: Page  # where it was seen
    element: html.HtmlElement = field(repr=False)
    head: str = ""  # of a row: the heads of its table's columns

    @property
    def key(self) -> str:
        return key_of(self.url) if self.url is not None else fold(self.title + " " + self.text)[:160]


def files_on(page: Page, site: Site) -> list[Link]:
    """Documents attached to a page, in its own part or its frame's, but not those that every page repeats."""
    return [
        link
        for link in page.links
        if _FILE.search(link.url)
        and link.zone in ("body", "aside")
        and (link.key, fold(link.label)) not in site.menu_signs
    ]


def entries_on(page: Page, blocks: list[Block], site: Site) -> list[Entry]:
    """The entries of one page, from its own blocks: in the way that the page tells them, and its documents."""
    own = {block.element for block in blocks}
    found: list[Entry] = []
    for way in (_linked, _rows, _headed, _dated, _listed):
        here = list(way(page, blocks, own, site))
        if found and way is _headed:
            here = [entry for entry in here if entry.text != entry.title]  # the heading of a table that is told
        found += here
        if here and way is not _rows:
            break
        # A table of members may stand above a list of meetings: what it holds is told, the rest is looked at further.
        covered = {below for entry in found for below in _table_of(entry.element).iter()}
        blocks = [block for block in blocks if block.element not in covered]
    told = {entry.key for entry in found} | {entry.url for entry in found}
    inside = {above for entry in found for above in entry.element.iter()}
    for link in files_on(page, site):
        if link.key in told or link.url in told or link.element in inside:
            continue
        found.append(_attached(link, page, site))
    return list({entry.key: entry for entry in reversed(found)}.values())[::-1]


def _table_of(element: html.HtmlElement) -> html.HtmlElement:
    """The table of an entry that is a row, with its head; else the entry itself."""
    return next(element.iterancestors("table"), element) if element.tag == "tr" else element


def _attached(link: Link, page: Page, site: Site) -> Entry:
    """A document as an entry: named by its link or, where that says no more than "yüklə", by what stands beside it."""
    row = _row_of(link.element)
    line = line_of(link.element)
    text = squeeze(row.text_content()) if row is not None else line
    if row is not None and len(line) < len(text) and sum(1 for _ in row.iter("a")) > 1:
        row, text = None, line  # one line of several in a cell
    title = link.label
    if not title or _is_button(title, site):
        title = text if len(text) > len(title) + 2 else _heading_above(link.element) or text
    element = row if row is not None else link.element
    return Entry(title[:MAX_TITLE], text[:MAX_TITLE], _day(text, site), link.url, page, element)


def _is_button(label: str, site: Site) -> bool:
    """Whether a label says what may be done, or the format of a file, rather than what it is."""
    return len(words(label)) <= MAX_BUTTON and site.method.streams.generic.in_words(words(label)) is not None


def _heading_above(element: html.HtmlElement) -> str:
    """The heading of the box that a button stands in, or the nearest before it."""
    for up in (element, *element.iterancestors()):
        before = up.getprevious()
        while before is not None:
            if before.tag in ("h1", "h2", "h3", "h4", "h5", "h6", "dt", "b", "strong", "p"):
                return squeeze(before.text_content())
            before = before.getprevious()
        if up.tag in ("body", "main", "td", "li", "article", "section"):
            break
    return ""


def _day(text: str, site: Site) -> date | None:
    """The first day that a text prints, when it is not still to come; "Bu gün: 14" is a count of visitors."""
    printed = (found.day for found in dates_in(text, site.as_of) if found.kind != "relative")
    return next((day for day in printed if day <= site.as_of), None)


def _names_deadline(text: str, site: Site) -> bool:
    """Whether every day that a text prints is one up to which something may be done."""
    found = dates_in(text, site.as_of)
    return bool(found) and all(
        _IS_UP_TO.search(fold(one.text)) or _UP_TO.match(fold(text[one.end :])) is not None for one in found
    )


def _linked(page: Page, blocks: list[Block], own: set[html.HtmlElement], site: Site) -> Iterator[Entry]:
    items = [item for item in items_on(page, site) if not item.repeated]
    linked = sum(item.url is not None for item in items)
    if len(items) == linked == 1 and _FILE.search(items[0].url or ""):
        return  # one document is attached to what the page tells, and is no list
    for item in items:
        # Beside a link or two, a list of entries printed whole is the list; without links it is told by what follows.
        if item.url is None and not 0 < linked < len(items) - linked:
            continue
        row = _row_of(item.element) if item.url is not None else _box_of(item.element)
        text = squeeze(row.text_content())[:MAX_TITLE] if row is not None else item.title
        yield Entry(
            item.title, text, item.day or _day(text, site), item.url, page, row if row is not None else item.element
        )


def _rows(page: Page, blocks: list[Block], own: set[html.HtmlElement], site: Site) -> Iterator[Entry]:
    """Rows of a table of data, without its head; a table that only lays out the page has big or nested cells."""
    seen = set()
    for block in blocks:
        row = next((up for up in (block.element, *block.element.iterancestors()) if up.tag == "tr"), None)
        if row is None or row in seen or is_head_row(row):
            continue
        seen.add(row)
        text = squeeze(" ".join(cell.text_content() for cell in row))
        is_data = len(row) >= 2 and row.find("th") is None
        # Beside a menu and a box that every page has, one cell alone is the page's own.
        is_data = is_data and sum(any(el in own for el in cell.iter()) for cell in row) > 1
        if is_data and not lays_out(row) and 12 < len(text) < MAX_ROW:
            columns = _columns(row)
            head = " ".join((_heading_above(_table_of(row)), *columns))
            yield Entry(text[:MAX_TITLE], text[:MAX_TITLE], _day_of_row(row, columns, site), None, page, row, head)


def lays_out(row: html.HtmlElement) -> bool:
    """Whether a row of a table holds parts of the page, rather than data: a list, paragraphs, a menu."""
    return any(
        cell.find(".//table") is not None
        or cell.find(".//ul") is not None
        or cell.find(".//h2") is not None
        or len(cell.findall(".//p")) > 1
        or len(cell.findall(".//br")) > MAX_BREAKS
        for cell in row
    )


def is_head_row(row: html.HtmlElement) -> bool:
    """Whether a row without <th> is the head of its table: no number in it, and one in every row below."""
    table = next(row.iterancestors("table"), None)
    rows = list(table.iter("tr")) if table is not None else []
    if len(rows) < 2 or rows[0] is not row or len(row) < 2:
        return False
    return not _has_digit(row) and all(_has_digit(other) for other in rows[1:])


def _has_digit(row: html.HtmlElement) -> bool:
    return any(letter.isdigit() for letter in row.text_content())


def _columns(row: html.HtmlElement) -> list[str]:
    """The heads of the columns of a row's table, as far as there are any."""
    table = next(row.iterancestors("table"), None)
    first = next(table.iter("tr"), None) if table is not None else None
    if first is None or first is row:
        return []
    return [squeeze(cell.text_content()) for cell in first]


def _day_of_row(row: html.HtmlElement, columns: list[str], site: Site) -> date | None:
    """The first day of a row that is not in a column of deadlines."""
    for n, cell in enumerate(row):
        head = columns[n] if n < len(columns) else ""
        day = _day(squeeze(cell.text_content()), site)
        if day is not None and site.method.streams.not_stamp_words.in_words(words(head)) is None:
            return day
    return None


def _headed(page: Page, blocks: list[Block], own: set[html.HtmlElement], site: Site) -> Iterator[Entry]:
    """Headings, each with the text up to the next one; two at least, or one heading is the page's own."""
    heads = [at for at, block in enumerate(blocks) if is_head(block) and not names_period(block)]
    if len(heads) < 2:
        return
    for at, end in zip(heads, [*heads[1:], len(blocks)], strict=True):
        text = " ".join(block.text for block in blocks[at:end])
        yield Entry(blocks[at].text, text[:1500], _day(text, site), None, page, blocks[at].element)


def is_head(block: Block) -> bool:
    if block.element.tag in _HEADING:
        return True
    if any(holder.get(mark) is not None for _, holder in block.pieces for mark in _TOGGLES):
        return True  # what opens the text below it
    # <p><b>Title</b></p>: all of a short paragraph in bold
    bold = [piece for piece, holder in block.pieces if holder.tag in ("b", "strong")]
    return len(block.text) < 160 and bool(bold) and sum(map(len, bold)) >= len(block.text) * 0.95


def _dated(page: Page, blocks: list[Block], own: set[html.HtmlElement], site: Site) -> Iterator[Entry]:
    """Paragraphs and list entries that carry a day; a day alone in its block belongs to the block after it."""
    # The year that heads a list may stand in the site's frame as well.
    headed = {page.blocks[at].element: day for at, (day, *_) in days_under_headings(page.blocks, site.as_of).items()}
    waiting: date | None = None
    told: html.HtmlElement | None = None  # the box of the entry before
    for block in blocks:
        if told is not None and told in block.element.iterancestors() and _names_deadline(block.text, site):
            continue  # the text below a title and its day
        lines = [line for line in lines_of(block) if _day(line[0], site) is not None or _files_in(line[1], page)]
        if len(lines) > 1:
            for text, elements in lines:
                file = next(iter(_files_in(elements, page)), None)
                element = elements[0] if file is not None else block.element
                yield Entry(text[:MAX_TITLE], text, _day(text, site), file, page, element)
            continue
        day = headed.get(block.element) or _day(block.text, site)
        if day is not None and len(block.text) < 25:
            waiting = day
            continue
        if (day is not None or waiting is not None) and len(block.text) < 900:
            yield Entry(block.text[:MAX_TITLE], block.text, day or waiting, None, page, block.element)
            told = block.element
        waiting = None


def _files_in(elements: list[html.HtmlElement], page: Page) -> list[str]:
    """Addresses of the documents that a line links to."""
    inside = set(elements)
    return [link.url for link in page.links if link.element in inside and _FILE.search(link.url)] if inside else []


def _listed(page: Page, blocks: list[Block], own: set[html.HtmlElement], site: Site) -> Iterator[Entry]:
    """What stands in a list without days and links, and paragraphs that each begin with their name in bold."""
    for block in blocks:
        element = block.element
        parent = element.getparent()
        is_one = element.tag in ("li", "dd") or (element.tag in ("p", "div") and _has_bold_lead(block))
        if not is_one or parent is None or not 12 < len(block.text) < MAX_ROW:
            continue
        if sum(child.tag == element.tag for child in parent) >= 2:
            yield Entry(block.text[:MAX_TITLE], block.text, None, None, page, element)


def _has_bold_lead(block: Block) -> bool:
    said = [(text.strip(), holder) for text, holder in block.pieces if text.strip()]
    return len(said) > 1 and said[0][1].tag in ("b", "strong") and len(said[0][0]) < 80


def _box_of(element: html.HtmlElement) -> html.HtmlElement:
    """The row of an entry that is printed whole, or the box that it stands in."""
    row = _row_of(element)
    parent = element.getparent()
    if row is not None:
        return row
    if parent is None or element.tag in ("div", "article", "section", "details", "figure"):
        return element
    return element if len(squeeze(parent.text_content())) > MAX_ROW else parent


def _row_of(element: html.HtmlElement) -> html.HtmlElement | None:
    """The row or list entry that an element stands in; none where the row is half a page."""
    row = next((up for up in element.iterancestors() if up.tag in _ROW), None)
    return row if row is not None and len(squeeze(row.text_content())) <= MAX_ROW else None
