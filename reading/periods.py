"""Which period does a title say that a document is about: a year, a half, a quarter, a month, a day?"""

import calendar
import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from reading.calendar import dates_in, load_calendar
from reading.method import Method, Periods
from reading.text import Phrase, fold, is_form_of, words

MAX_YEARS_AHEAD = 4  # budgets speak of the next year and the three after it
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_SHORT_QUARTER = re.compile(r"(?<!\S)q([1-4])(?!\S)")


@dataclass(frozen=True)
class Period:
    """`name`: 2021, 2021-H1, 2021-Q3, 2021-09 (also the months from January up to it), 2021-07-01 (as of that day)."""

    name: str
    end: date


def period_in(text: str, as_of: date, method: Method, context: str = "") -> Period | None:
    """The period that a title names; `context` (the heading it stands under) may give the year."""
    found = dates_in(text, as_of)
    year = _year(text, as_of) or _year(context, as_of)
    said = " ".join(words(text))
    if year is not None:
        for form in (_quarter, _half, _months):
            period = form(said, year, method.periods)
            if period is not None:
                return period
    if found:
        return Period(found[0].day.isoformat(), found[0].day)
    if year is None:
        return None
    return _month(said, year) or Period(str(year), date(year, 12, 31))


def _year(text: str, as_of: date) -> int | None:
    """The first year of a text: of 2022-2025 the one that the document is for."""
    years = (int(year) for year in _YEAR.findall(text))
    return next((year for year in years if year <= as_of.year + MAX_YEARS_AHEAD), None)


def _quarter(said: str, year: int, periods: Periods) -> Period | None:
    short = _SHORT_QUARTER.search(said)
    number = int(short[1]) if short else _ordinal(said, periods.quarter, periods, 4)
    return None if number is None else Period(f"{year}-Q{number}", _month_end(year, number * 3))


def _half(said: str, year: int, periods: Periods) -> Period | None:
    """A half that is not told from the other is the first: "yarımillik" is the report of January to June."""
    number = _ordinal(said, periods.half, periods, 2)
    if number is None and re.search(_any_of(periods.half), said):
        number = 1
    return None if number is None else Period(f"{year}-H{number}", _month_end(year, number * 6))


def _months(said: str, year: int, periods: Periods) -> Period | None:
    """9 ay, 11 aylıq: from January on."""
    found = re.search(rf"(?<!\S)(\d\d?) (?:c[iu] )?(?:{_any_of(periods.months)})", said)
    number = int(found[1]) if found else 0
    return Period(f"{year}-{number:02}", _month_end(year, number)) if 1 <= number <= 12 else None


def _month(said: str, year: int) -> Period | None:
    """A month, or the last one of yanvar-sentyabr. Short forms are too often other words."""
    named = [number for word in said.split() if (number := _month_of(word)) is not None]
    return Period(f"{year}-{named[-1]:02}", _month_end(year, named[-1])) if named else None


@lru_cache(maxsize=8_192)
def _month_of(word: str) -> int | None:
    for number, names in enumerate(load_calendar().months, 1):
        whole = [fold(name) for at, name in enumerate(names) if at == 0 or len(name) > 3]
        if any(is_form_of(word, name) for name in whole):
            return number
    return None


def _ordinal(said: str, units: tuple[str, ...], periods: Periods, upto: int) -> int | None:
    """Which of its kind: "1 ci rub", "third quarter", "iii rub"; an ending would make of the second the third."""
    ordinals: list[tuple[str, ...]] = [periods.first, periods.second, periods.third, periods.fourth]
    unit = _any_of(units)
    for number, names in enumerate(ordinals[:upto], 1):
        exact = "|".join(re.escape(" ".join(words(name))) for name in names)
        if re.search(rf"(?<!\S)(?:{exact}) (?:c[iu] )?{unit}", said):
            return number
    return None


@lru_cache(maxsize=64)
def _any_of(names: tuple[str, ...]) -> str:
    phrases = sorted({Phrase.of(fold(name)) for name in names}, key=lambda phrase: -len(phrase.text))
    return r"(?<!\S)(?:" + "|".join(phrase.pattern for phrase in phrases) + r")(?!\S)"


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])
