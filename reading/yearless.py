"""Which year do the days mean that a list prints without one?

Many lists print "15 Avq" beside each entry, and only the opened items print the year. Where the day of an opened item
is the one that the list prints beside it, the entries below it are no newer: each goes on from the one above.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from lxml import html

from reading.calendar import dates_in
from reading.text import squeeze

LEAP_YEAR = 2016  # any year that has every day
MAX_PIECES = 3  # of text that a day and its month are printed in
MAX_PRINTED = 24  # letters of them
MAX_STEP_DAYS = 180  # between two entries; with more the list may not be in order
_NUMBERS = re.compile(r"(\d{1,2})\s?[./-]\s?(\d{1,2})\.?")
_TIME = re.compile(r",?\s*\d{1,2}:\d\d\s*,?")


def days_in_order(printed: Sequence[tuple[html.HtmlElement, date | None]]) -> Iterator[date | None]:
    """The day of each entry of a list, newest first: the one that is known, or the one told by those above it."""
    above: date | None = None
    for element, known in printed:
        said = day_and_month(element) if known is None or above is None else None
        if known is not None:
            # The list is trusted from the first entry on whose printed day is the item's.
            above = known if above is not None or said == (known.day, known.month) else None
            yield known
            continue
        day = _not_after(above, *said) if above is not None and said is not None else None
        above = day
        yield day


def day_and_month(element: html.HtmlElement) -> tuple[int, int] | None:
    """What an entry prints at its beginning or its end, in pieces of text of their own."""
    pieces = [text for piece in element.itertext() if (text := squeeze(str(piece)))]
    for n in range(1, min(MAX_PIECES, len(pieces)) + 1):
        for run in (pieces[:n], pieces[-n:]):
            told = _told(" ".join(run))
            if told is not None:
                return told
    return None


def _told(text: str) -> tuple[int, int] | None:
    text = _TIME.sub("", text).strip(" ,|-–—")
    if not 3 <= len(text) <= MAX_PRINTED:
        return None
    numbers = _NUMBERS.fullmatch(text)
    if numbers is not None:
        day, month = int(numbers[1]), int(numbers[2])
        return (day, month) if _day(LEAP_YEAR, month, day) is not None else None
    found = dates_in(text, date(LEAP_YEAR, 12, 31), year=LEAP_YEAR)
    if len(found) != 1 or found[0].sure_year or found[0].kind != "words" or squeeze(found[0].text) != text:
        return None
    return found[0].day.day, found[0].day.month


def _not_after(above: date, day: int, month: int) -> date | None:
    for year in (above.year, above.year - 1):
        made = _day(year, month, day)
        if made is not None and made <= above:
            return made if (above - made).days <= MAX_STEP_DAYS else None
    return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:  # 31.02, or 29.02 of a common year
        return None
