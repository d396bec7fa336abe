"""Is 08/03/2018 a day of March or of August?

Day first is the country's custom; some systems print the month first unless they are told otherwise (Drupal). A date
that can be read in one way only (08/17/2018) tells which: one of the same page or, where the page has none, of another
page of the site.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date

from reading.stamps import Stamp

MONTHS = 12
_SLASHED = re.compile(r"(?<![\w/-])(?P<one>\d{1,2})(?P<sep>[/-])(?P<two>\d{1,2})(?P=sep)(?P<year>20\d\d)(?![\d/-])")


def month_comes_first(texts: Iterable[str]) -> bool | None:
    """Whether the dates of some texts have the month first; None where every one of them can be read both ways."""
    told = None
    for text in texts:
        for found in _SLASHED.finditer(text):
            if int(found["one"]) > MONTHS >= int(found["two"]):
                return False
            if int(found["two"]) > MONTHS >= int(found["one"]):
                told = True
    return told


def with_month_first(stamps: Sequence[Stamp], on_site: Callable[[], bool]) -> Sequence[Stamp]:
    """The stamps of a page, their days turned where it writes the month first. `on_site`: whether the site does."""
    turned = [_turned(one) for one in stamps]
    if not any(turned):
        return stamps
    told = month_comes_first(one.text for one in stamps)
    if not (on_site() if told is None else told):
        return stamps
    return [replace(one, day=day) if day is not None else one for one, day in zip(stamps, turned, strict=True)]


def _turned(one: Stamp) -> date | None:
    """The other day that a stamp can mean; None where it can mean one only."""
    found = _SLASHED.search(one.text)
    if found is None or (one.day.month, one.day.day) != (int(found["two"]), int(found["one"])):
        return None
    return date(one.day.year, one.day.day, one.day.month) if one.day.day <= MONTHS else None
