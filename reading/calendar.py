"""Which day does this piece of text name, and is it the stamp of an item or a date in passing?

A grammar of the forms that Azerbaijani official sites print, day first wherever that gives a day. Words come from
methodology/calendar.yaml. dateparser is asked only where the grammar finds nothing in a short text that
looks like a date, because on its own it takes menu words for dates.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ConfigDict, field_validator

from archive.border import Record, load, wrong
from reading.text import fold, words

if TYPE_CHECKING:
    from dateparser.date import DateDataParser

    from reading.method import Streams

FOLDER = Path(__file__).parent.parent / "methodology"
MAX_STAMP = 140  # letters of a text that may be a stamp; prose is longer
MAX_RELATIVE = 60  # letters of a text that may tell a day from today
CUT = " ¦ "  # stands where a date was taken out of a text
MAX_NAME = 3  # words of the name of who wrote an item
MAX_GUESS = 40  # letters of a text that dateparser is asked about

# Two separators between numbers, or a year.
_NUMBERS = re.compile(r"\d(?:\s?[./-]\s?\d{1,2}\s?[./-]\s?\d|(?<=[12])[90]\d\d)")
_COMBINING = re.compile("[\u0300-\u036f\u00ad\u200b-\u200f\u2060\ufeff]")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_ONE_TO_ONE = {
    ord(a): b for a, b in zip("İIəƏşŞçÇğĞöÖüÜıâî\u00a0–—−“”„«»’`", 'iieessccggoouuiai ---"""""\'\'', strict=True)
}
_TIME = re.compile(r"(?<!\d)(?:[01]?\d|2[0-4])\s?[:.]\s?[0-5]\d(?:\s?:\s?[0-5]\d)?(?!\d)(?:\s?[ap]\.?m\b\.?)?")
_FIELDS = re.compile(r"\s*[|•·]\s*|\s/\s")
_NAME_WORD = re.compile(r"[^\W\d_][\w'’.-]*")
_LEFT = re.compile(r"[^\W_]+")

# After the year: "-ci il", glued or set apart, with a case ending or "tarixli" that makes it prose.
_YEAR_TAIL = (
    r"(?:\s*[-']?\s*c[iu](?![^\W\d_])(?:\s*il(?:(?P<bent>lik|[iu]n|[iu]nde|d[ae]n?|[ae]|[ae]d[ae]k|[iu])(?![^\W\d_]))?)?"
    r"|\s*[-']\s*(?P<at>d[ae]n?|[ae]|n[ae]|y[ae]|[ae]?dek)(?![^\W\d_])"
    r"|\s*(?:года|году|год|г)(?![^\W\d_])\.?|\s*-?\s*ҹ[иуүы](?:\s*ил)?(?![^\W\d_]))?"
    r"(?P<dated>\s+(?:tarix[^\W\d_]+|qeder))?"
)
_MONTH_TAIL = (
    r"(?P<case>[iu]n(?:d[ae]n?)?|d[ae]n?|[ae]|[ae]d[ae]k|[iu])?(?![^\W\d_])\.?"
    r"(?P<ay>\s+ay(?:[iu]n[iu]n|[iu]nd[ae]|[iu]n|[iu])(?![^\W\d_]))?"
)
_DAY_TAIL = (
    r"(?P<day_case>\s*[-']\s*(?:c[iu]|s[iu]|n[iu]|d[ae]n?|n[ae]|y[ae]|[ae]|[iu])"
    r"(?:nd[ae]n?|n[ae]|n|d[ae]k)?(?![^\W\d_]))?"
)
_ORDINAL = r"(?:(?:st|nd|rd|th)(?![^\W\d_]))?"
_DAY = r"(?<!\d)(?P<day>0?[1-9]|[12]\d|3[01])(?!\d)"
_YEAR = r"(?<!\d)(?P<year>(?:19|20)\d\d)(?!\d)"
_SEP = r"[\s.,/|'\"-]{0,4}"

_NUMERIC = re.compile(
    r"(?<!\d)(?P<day>\d{1,2})\s?(?P<sep>[./-])\s?(?P<month>\d{1,2})\s?(?P=sep)\s?(?P<year>\d{4}|\d\d)(?!\d)"
    + _YEAR_TAIL
)
_ISO = re.compile(
    r"(?<!\d)(?P<year>\d{4})\s?(?P<sep>[./-])\s?(?P<month>\d{1,2})\s?(?P=sep)\s?(?P<day>\d{1,2})(?!\d)(?:t\d\d:\d\d\S*)?"
)
# 14.VIII.2018
_ROMAN = re.compile(
    r"(?<!\d)(?P<day>\d{1,2})\s?(?P<sep>[./-])\s?(?P<month>i{1,3}|iv|vi{0,3}|ix|xi{0,2})\s?(?P=sep)\s?(?P<year>\d{4})(?!\d)"
)
_ROMAN_MONTHS = "i ii iii iv v vi vii viii ix x xi xii".split()
_ICU = re.compile(r"(?<!\d)(?P<year>\d{4}),?\s+m(?P<month>\d\d),?\s+(?P<day>\d{1,2})(?!\d)")


class Near(Record):
    names: tuple[str, ...]
    days: int


class Calendar(Record):
    """The words of dates (methodology/calendar.yaml)."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, ignored_types=(cached_property,))

    months: tuple[tuple[str, ...], ...]
    weekdays: tuple[str, ...]
    near: tuple[Near, ...]
    units: tuple[Near, ...]
    ago: tuple[str, ...]
    never: tuple[str, ...]
    first_year: int

    @field_validator("months")
    @classmethod
    def _twelve(cls, months: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
        if len(months) != 12:
            raise wrong(f"{len(months)} months", "list the twelve months in order, one line each")
        return months

    @cached_property
    def month_number(self) -> dict[str, int]:
        return {fold(name): number for number, names in enumerate(self.months, 1) for name in names}

    @cached_property
    def zero_days(self) -> frozenset[date]:
        return frozenset(map(date.fromisoformat, self.never))

    @cached_property
    def grammar(self) -> "tuple[re.Pattern[str], ...]":
        """Forms with the month in words, the surest first."""
        month = f"(?P<month>{_any(self.month_number)})" + _MONTH_TAIL
        begin = r"(?<![^\W_])"
        return tuple(
            map(
                re.compile,
                (
                    # 14 iyul 2020 · “04” iyul 2003-cü il · 12.İyul.2018 · 5th of July 2018
                    _DAY + _DAY_TAIL + _ORDINAL + r"(?:\s+of\b)?" + _SEP + month + _SEP + _YEAR + _YEAR_TAIL,
                    # 2018-ci il avqustun 5-də · 2018-ci ilin iyul ayının 2-nə qədər · 2018 iyul 14
                    _YEAR + _YEAR_TAIL.replace("<at>", "<at_>") + _SEP + month + _SEP + _DAY + _DAY_TAIL,
                    # 2018-ci il 5 avqust
                    _YEAR + r"\s*-?\s*c[iu]\s+il(?P<bent>[iu]n|d[ae])?" + _SEP + _DAY + _DAY_TAIL + _SEP + month,
                    # July 5, 2018 · avqustun 5-i, 2018
                    begin + month + _SEP + _DAY + _DAY_TAIL + _ORDINAL + _SEP + _YEAR + _YEAR_TAIL,
                ),
            )
        )

    @cached_property
    def yearless(self) -> "tuple[re.Pattern[str], ...]":
        month = f"(?P<month>{_any(self.month_number)})" + _MONTH_TAIL
        return (
            re.compile(_DAY + _DAY_TAIL + _ORDINAL + r"(?:\s+of\b)?" + _SEP + month),
            re.compile(r"(?<![^\W_])" + month + _SEP + _DAY + _DAY_TAIL + _ORDINAL),
        )

    @cached_property
    def month_like(self) -> re.Pattern[str]:
        """The first letters of any month, at the start of a word."""
        return re.compile(rf"(?<![^\W\d_])(?:{_any({name[:3] for name in self.month_number})})")

    @cached_property
    def relative(self) -> re.Pattern[str]:
        near = _any({fold(name) for entry in self.near for name in entry.names})
        units = _any({fold(name) for entry in self.units for name in entry.names})
        ago = _any(map(fold, self.ago))
        return re.compile(rf"(?<!\w)(?:(?P<near>{near})|(?P<n>\d{{1,3}}|bir)\s+(?P<unit>{units})\s+(?:{ago}))(?!\w)")

    @cached_property
    def hint(self) -> re.Pattern[str]:
        """A word of relative days, in a text as it stands."""
        said = (*self.ago, *(name for entry in self.near for name in entry.names))
        return re.compile("|".join(map(re.escape, said)), re.I)

    @cached_property
    def days_back(self) -> dict[str, int]:
        return {fold(name): entry.days for entry in (*self.near, *self.units) for name in entry.names}

    @cached_property
    def weekday(self) -> re.Pattern[str]:
        return re.compile(rf"(?<!\w)(?:{_any(map(fold, self.weekdays))})(?!\w)")

    def is_day(self, day: date) -> bool:
        """Whether a day can be the date of anything on a website, and is not what an empty field prints."""
        return day.year >= self.first_year and day not in self.zero_days


def _any(names: "Iterator[str] | set[str] | dict[str, int]") -> str:
    return "|".join(re.escape(name).replace("\\ ", r"\s?") for name in sorted(set(names), key=lambda n: (-len(n), n)))


@cache
def load_calendar(folder: Path = FOLDER) -> Calendar:
    """Raises archive.border.Unusable."""
    return load(folder / "calendar.yaml", Calendar)


@dataclass(frozen=True)
class Found:
    """One date in a text. `kind`: numeric | words | prose (bent by case endings, or "tarixli") | relative."""

    day: date
    start: int
    end: int
    text: str
    kind: str
    sure_year: bool = field(default=True)  # False: the text names no year, the caller gave it


def _level(text: str) -> tuple[str, list[int] | None]:
    """The text folded letter by letter, so that places in it are places in the text (or are mapped back)."""
    places = None
    if _COMBINING.search(text):
        places = [at for at, letter in enumerate(text) if not _COMBINING.match(letter)]
        text = "".join(text[at] for at in places)
    level = text.translate(_ONE_TO_ONE).lower()
    if len(level) != len(text):  # a letter that is two when lowered: none that these sites write
        level = text.translate(_ONE_TO_ONE)
    if _CYRILLIC.search(level):
        level = _LEFT.sub(_same_length, level)
    return level, places


def _same_length(word: re.Match[str]) -> str:
    folded = fold(word[0])
    return folded if len(folded) == len(word[0]) else word[0]


def dates_in(text: str, as_of: date, year: int | None = None) -> list[Found]:
    """Every date of a text in order. Dates without a year only where `year` is given."""
    if year is None and not may_hold_date(text):
        return []
    return list(_dates_in(text, as_of, year))


def may_hold_date(text: str) -> bool:
    """Cheaply, whether a text can hold a date with a year, or a relative one."""
    if _NUMBERS.search(text):
        return True
    return len(text) <= MAX_RELATIVE and load_calendar().hint.search(text) is not None


@lru_cache(maxsize=8_192)
def _dates_in(text: str, as_of: date, year: int | None) -> tuple[Found, ...]:
    calendar = load_calendar()
    level, places = _level(text)
    spans: list[tuple[int, int, date, str, bool]] = []

    def add(match: re.Match[str], day: date | None, kind: str, sure: bool = True) -> None:
        taken = any(match.start() < end and start < match.end() for start, end, *_ in spans)
        if day is not None and calendar.is_day(day) and not taken:
            spans.append((match.start(), match.end(), day, kind, sure))

    if any(letter.isdigit() for letter in level):
        for match in _NUMERIC.finditer(level):
            add(match, _numeric_day(match, level, as_of), "prose" if _is_bent(match) else "numeric")
        for match in _ROMAN.finditer(level):
            add(match, _day(int(match["year"]), _ROMAN_MONTHS.index(match["month"]) + 1, int(match["day"])), "numeric")
        for form in (_ISO, _ICU):
            for match in form.finditer(level):
                add(match, _day(int(match["year"]), int(match["month"]), int(match["day"])), "numeric")
        if calendar.month_like.search(level):
            for form in calendar.grammar:
                for match in form.finditer(level):
                    number = calendar.month_number[match["month"]]
                    named = _day(int(match["year"]), number, int(match["day"]))
                    add(match, named, "prose" if _is_bent(match) else "words")
            if year is not None:
                for form in calendar.yearless:
                    for match in form.finditer(level):
                        named = _day(year, calendar.month_number[match["month"]], int(match["day"]))
                        add(match, named, "prose" if _is_bent(match) else "words", False)
    for match in calendar.relative.finditer(level) if len(level) <= MAX_RELATIVE else ():
        add(match, _relative_day(match, calendar, as_of), "relative")
    return tuple(
        _found(text, start, end, day, kind, sure, places)
        for start, end, day, kind, sure in sorted(spans, key=lambda span: span[0])
    )


def _found(text: str, start: int, end: int, day: date, kind: str, sure: bool, places: list[int] | None) -> Found:
    if places is not None:
        start, end = places[start], places[end - 1] + 1
    return Found(day, start, end, text[start:end], kind, sure)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:  # 31.02.2018: printed, and no day
        return None


def _numeric_day(match: re.Match[str], level: str, as_of: date) -> date | None:
    start, end, sep = match.start(), match.end("year"), match["sep"]
    # Part of a longer row of numbers: an address of a machine, a version, a telephone.
    if (start > 1 and level[start - 1] == sep and level[start - 2].isdigit()) or (
        level[end : end + 1] == sep and level[end + 1 : end + 2].isdigit()
    ):
        return None
    year = int(match["year"])
    if len(match["year"]) == 2:
        whole = len(match["month"]) == 2 and (sep == "." or (len(match["day"]) == 2 and sep != "-"))
        if not whole or 2000 + year > as_of.year + 1:
            return None
        year += 2000
    day, month = int(match["day"]), int(match["month"])
    if day <= 12 < month and sep != "." and len(match["year"]) == 4:
        day, month = month, day  # 08/17/2018 (reading/slashed.py)
    return _day(year, month, day)


def _is_bent(match: re.Match[str]) -> bool:
    """Whether endings make the date a part of a sentence."""
    groups = match.groupdict()
    return any(groups.get(name) for name in ("bent", "at", "at_", "dated", "case", "ay", "day_case"))


def _relative_day(match: re.Match[str], calendar: Calendar, as_of: date) -> date | None:
    near = match["near"]
    back = calendar.days_back
    if near is not None:
        return as_of - timedelta(days=back.get(near, back.get(near.replace(" ", ""), 0)))
    number = 1 if match["n"] == "bir" else int(match["n"])
    return as_of - timedelta(days=number * back[match["unit"]])


# Endings that lead to a day or from it: "avqustun 14-nə", "14 iyuladək", "tarixə"; not "avqustun 14-də", "29-u iyun".
_NOT_ON_A_DAY = re.compile(
    r"(?:\d-?(?:n[ae]|y[ae]|d[ae]n|d[ae]k)|[^\W\d_](?:d[ae]k|d[ae]n|[iu]n|qeder|rix[ae]|rixin[ae]))\W*$|qeder\W*$"
)


def stamp(text: str, as_of: date, streams: "Streams") -> date | None:
    """The day, where the whole text is a date with at most time, weekday and stamp words beside it; else None."""
    if not 4 <= len(text) <= MAX_STAMP or not may_hold_date(text):
        return None
    calendar = load_calendar()
    found = dates_in(text, as_of)
    if not found:
        guess = _guess(text, calendar)
        return guess if guess is not None and calendar.is_day(guess) else None
    fixed = [one for one in found if one.kind != "relative"] or found
    if len({one.day for one in fixed}) != 1:
        return None
    rest = text
    for one in reversed(fixed):
        rest = rest[: one.start] + CUT + rest[one.end :]
    rest = streams.without_counts(rest)
    if any(one.kind == "prose" for one in fixed):
        # "2018-ci il avqustun 14-də" is a stamp where it stands all alone or says "published", else part of a sentence.
        if _LEFT.search(rest):
            published = streams.published.in_words(words(rest)) is not None
            return fixed[0].day if published and _is_stamp_talk(rest, calendar, streams) else None
        return None if any(_leads_elsewhere(one.text) for one in fixed) else fixed[0].day
    has_time = bool(_TIME.search(rest))
    # "Bu gün" alone is a tab or a clock; beside a time it is the stamp of an item.
    if fixed[0].kind == "relative" and fixed[0].day == as_of and not has_time and not fixed[0].text[:1].isdigit():
        return None
    is_stamp = (
        not _LEFT.search(rest) or _is_stamp_talk(rest, calendar, streams) or _is_beside_names(text, as_of, streams)
    )
    return fixed[0].day if is_stamp else None


def _is_beside_names(text: str, as_of: date, streams: "Streams") -> bool:
    """Whether the date is one of the fields of a line, beside names: "Cəmiyyət | 09.08.2018 | 12:30", "Aysel Məmmədova,
    9 avqust 2018"."""
    fields = [field for field in _FIELDS.split(text) if field.strip()]
    is_list = len(fields) > 1
    if not is_list:
        fields = text.split(", ")
    dated = [field for field in fields if may_hold_date(field)]
    if len(fields) < 2 or len(dated) != 1 or streams.not_stamp_words.in_words(words(text)) is not None:
        return False
    names = [name for field in fields if field is not dated[0] and (name := _NAME_WORD.findall(field))]
    if is_list:
        are_names = all(len(name) <= MAX_NAME and name[0][0].isupper() for name in names)
    else:  # behind a comma only a person's
        are_names = all(1 < len(name) <= MAX_NAME and all(word[0].isupper() for word in name) for name in names)
    return are_names and stamp(dated[0].strip(), as_of, streams) is not None


def _leads_elsewhere(said: str) -> bool:
    """Whether a bent date is an end or a beginning ("14-dək") rather than a day on which something was."""
    level = fold(said)
    return (
        _NOT_ON_A_DAY.search(level) is not None or re.search(r"\d-(?:n[ae]|y[ae]|d[ae]n|d[ae]k)\b", level) is not None
    )


def _is_stamp_talk(rest: str, calendar: Calendar, streams: "Streams") -> bool:
    left = calendar.weekday.sub(" ", _TIME.sub(" ", fold(rest)))
    talk = words(left)
    if not talk:
        return True
    if streams.not_stamp_words.in_words(words(rest)) is not None:
        return False
    said = [word for word in talk if not word.isdigit()]
    letters = _without_names(said, streams)
    if not said or len(letters) > 6 or len(talk) - len(said) > 2:
        return False
    while letters:
        known = _stamp_words_at(letters, streams)
        if not known:
            return False
        letters = letters[known:]
    return True


def _stamp_words_at(letters: list[str], streams: "Streams") -> int:
    """How many words a row of them begins with that stand beside the dates of items."""
    phrases = streams.stamp_words.phrases
    return max((len(p.stems) for p in phrases if p.find(letters[: len(p.stems)]) == 0), default=0)


def _without_names(letters: list[str], streams: "Streams") -> list[str]:
    """The words without who wrote an item and where: "Müəllif: Aysel Məmmədova", "Aysel Məmmədova tərəfindən"."""
    kept: list[str] = []
    at = 0
    while at < len(letters):
        word, at = letters[at], at + 1
        if streams.named_behind.in_words([word]) is not None:
            end = at + MAX_NAME
            while at < min(end, len(letters)) and not _stamp_words_at(letters[at:], streams):
                at += 1
        elif streams.named_before.in_words([word]) is not None:
            end = len(kept) - MAX_NAME
            while len(kept) > max(end, 0) and not _stamp_words_at(kept[-1:], streams):
                kept.pop()
        else:
            kept.append(word)
    return kept


def _guess(text: str, calendar: Calendar) -> date | None:
    """dateparser's reading of a short text with a day, a month-like word and a year that the grammar does not know."""
    level = _level(text)[0]
    if len(text) > MAX_GUESS or not re.search(_YEAR, level) or not calendar.month_like.search(level):
        return None
    if not re.search(_DAY, re.sub(_YEAR, " ", _TIME.sub(" ", level))):
        return None
    got = _dateparser().get_date_data(text)
    return got.date_obj.date() if got.date_obj is not None else None


@cache
def _dateparser() -> "DateDataParser":
    from dateparser.date import DateDataParser  # 0.1 s of loading that most rounds never need

    return DateDataParser(
        languages=["az", "ru", "en"],
        use_given_order=True,
        settings={
            "DATE_ORDER": "DMY",
            "PARSERS": ["absolute-time"],
            "REQUIRE_PARTS": ["day", "month", "year"],
        },
    )
