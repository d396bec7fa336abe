"""Which day does a date without its year mean, where the year stands once above many entries?

A list may be headed "2018" or "Avqust 2018" and print "29.07", "29 iyul" or "29" beside each entry.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from lxml import html

from reading.calendar import dates_in, load_calendar
from reading.page import Block
from reading.text import fold, words

MAX_HEADING = 40  # letters of a block that may head a list with its year
MAX_SHORT = 24  # letters of a date without a year
MIN_BESIDE = 3  # words that stand in a row beside the number of its day; a calendar's rows hold numbers only
_YEAR_HEAD = re.compile(r"(?:(?P<month>[^\W\d_]+)\s+)?(?P<year>20\d\d)(?:\s*-?\s*c[iu]\s+il\w*)?(?:\s+[^\W\d_]+){0,2}$")
_DAY_AND_MONTH = re.compile(r"(?P<day>\d{1,2})\s?[./-]\s?(?P<month>\d{1,2})\.?$")
_LEAD = re.compile(r"([^–—:|]{1,24}?)\s*(?:[–—|]|\s-\s)\s*\S")  # "22.06 – Şuranın iclası"
_DAY = re.compile(r"\d{1,2}$")
_ROWS = frozenset("tr li dd dt p div article section".split())


@dataclass(frozen=True, eq=False)
class Stamp:
    """A day printed beside an entry, and where."""

    day: date
    text: str
    element: html.HtmlElement
    place: tuple[int, int]  # block and piece
    inside_link: html.HtmlElement | None = None
    repeated: bool = False
    is_dateline: bool = False  # "Bakı, 13 avqust 2018-ci il (AzərTAc).": any other day of the entry goes before it


def days_under_headings(blocks: Iterable[Block], as_of: date) -> dict[int, tuple[date, str, html.HtmlElement]]:
    """(day, text, element) of the blocks that begin with a day whose year, or month and year, a block above names."""
    found: dict[int, tuple[date, str, html.HtmlElement]] = {}
    year = month = None
    before: Block | None = None
    for i, block in enumerate(blocks):
        head = _headed(block)
        is_box = before is not None and _is_date_box(before, block)
        before = block
        if head is not None:
            year, month = (None, None) if is_box else head
            continue
        if year is None or not block.pieces:
            continue
        text, element = next(((t.strip(), el) for t, el in block.pieces if t.strip()), ("", block.element))
        lead = _LEAD.match(text)
        text = lead[1] if lead else text
        day = _day_of(text, year, month, as_of, block) if 0 < len(text) <= MAX_SHORT else None
        if day is not None:
            found[i] = (day, text, element)
    return found


def names_period(block: Block) -> bool:
    """Whether a block is nothing but the year, or the month, of what stands under it."""
    return _headed(block) is not None


def _is_date_box(one: Block, other: Block) -> bool:
    """Whether a year is the last part of one entry's own date, rather than a heading."""
    beside = one.element.getparent() is other.element.getparent()
    return beside and len(one.text) <= MAX_SHORT and any(letter.isdigit() for letter in one.text)


def _headed(block: Block) -> tuple[int, int | None] | None:
    """(year, month or None) that a block names for what stands under it."""
    if len(block.text) > MAX_HEADING or block.link_letters or "20" not in block.text:
        return None
    head = _YEAR_HEAD.match(block.folded)
    if head is None:
        return None
    month = load_calendar().month_number.get(head["month"] or "")
    return (int(head["year"]), month) if month or not head["month"] else None


def _day_of(text: str, year: int, month: int | None, as_of: date, block: Block) -> date | None:
    level = fold(text)
    numbers = _DAY_AND_MONTH.match(level)
    if numbers is not None:
        return _valid(year, int(numbers["month"]), int(numbers["day"]), as_of)
    if month is not None and _DAY.match(level):
        return _valid(year, month, int(level), as_of) if _has_words_beside(block) else None
    named = dates_in(text, as_of, year=year)
    whole = len(named) == 1 and not named[0].sure_year and not words(level.replace(fold(named[0].text), " ", 1))
    return named[0].day if whole and named[0].day <= as_of else None


def _valid(year: int, month: int, day: int, as_of: date) -> date | None:
    try:
        made = date(year, month, day)
    except ValueError:  # 31.02: printed, and no day
        return None
    return made if made <= as_of else None


def _has_words_beside(block: Block) -> bool:
    """Whether the row of a lone number tells something: a calendar's rows do not."""
    row = next((up for up in block.element.iterancestors() if up.tag in _ROWS), None)
    if row is None:
        return False
    said = " ".join(str(text) for text in row.itertext())
    return sum(word.isalpha() and len(word) > 2 for word in words(said[:400])) >= MIN_BESIDE


def up_from(element: html.HtmlElement) -> Iterator[html.HtmlElement]:
    """An element and all above it."""
    at: html.HtmlElement | None = element
    while at is not None:
        yield at
        at = at.getparent()
