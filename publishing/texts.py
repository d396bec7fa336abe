"""In which words does the report speak?

One file per language in `texts/`, all with the same keys; the model below refuses a file that lacks one or adds one.
"""

import datetime as dt
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from archive.border import Record, load

FOLDER = Path(__file__).parent / "texts"

Words = Mapping[str, str]


class UnknownLanguage(Exception):
    """Asked for a language that has no file of texts; says which there are."""

    def __init__(self, lang: str) -> None:
        super().__init__(f"no texts for language {lang!r}; there are: {', '.join(languages())}")


class AppendixTexts(Record):
    title: str
    caption: str
    authority: str


class HeadTexts(Record):
    round: str
    as_of: str
    against: str
    authorities: str
    seen: str
    made_by: str
    registry: str
    partial_round: str
    sample: str
    numbers: str
    how: str
    how_text: tuple[str, ...]
    limits: str
    limits_none: str
    limit: str
    limit_site: str
    limit_incomplete: str
    limit_incomplete_reason: str
    made: str
    made_text: tuple[str, ...]
    states: str
    levels: str
    news: str
    news_text: Words
    evidence: str
    seen_at: str
    quote: str
    more: str
    page: str
    definitions: str
    rules: str
    evidence_link: str


class SummaryTexts(Record):
    groups: str
    sites: str
    mobile: str
    social: str
    section: str
    news: str
    levels: str
    count: str
    states: Words
    news_states: Words


class Texts(Record):
    """All words of one language, and its ways to write numbers and dates."""

    lang: str
    title: str
    subtitle: str
    appendices: Mapping[str, AppendixTexts]
    columns: Words
    groups: Words
    states: Words
    states_explained: Words
    levels: Words
    level_line: str
    reasons: Words
    site: Words
    site_names: Words
    mobile: Words
    social: Words
    networks: Words
    sections: Words
    facts: Words
    fullness: Mapping[str, Words]
    content: Words
    content_unnamed: str
    label: str
    placement: Words
    items: str
    last_date: str
    ago: str
    same_day: str
    no_date: str
    external: str
    looked_at: str
    services: Words
    news: Words
    unseen_because: str
    after_2018: Words
    counted: Mapping[str, Words]
    head: HeadTexts
    summary: SummaryTexts

    @property
    def locale(self) -> Locale:
        return Locale.parse(self.lang)

    def date(self, day: dt.date) -> str:
        """19 avqust 2018, 19 August 2018."""
        return format_date(day, "d MMMM y", locale=self.locale)

    def number(self, value: float) -> str:
        """At most one digit after the comma (or the point)."""
        return format_decimal(value, "#,##0.#", locale=self.locale)

    def count(self, thing: str, n: float) -> str:
        """`3 days`, in the form that the language wants after this number."""
        forms = self.counted[thing]
        form = self.locale.plural_form(n)
        return (forms[form] if form in forms else forms["other"]).format(n=self.number(n))

    def days_before(self, day: dt.date, as_of: dt.date) -> str:
        days = (as_of - day).days
        return self.same_day if days == 0 else self.ago.format(days=self.count("days", days))

    def reason(self, word: str | None) -> str:
        """A machine reason in words; `home page: timeout` is known by its last word, an unknown one stays as it is."""
        if not word:
            return self.reasons["unknown"]
        last = word.replace(":", " ").split()[-1] if word.strip(": ") else ""
        return self.reasons.get(word) or self.reasons.get(last) or word


def languages() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


@cache
def texts_in(lang: str) -> Texts:
    if lang not in languages():
        raise UnknownLanguage(lang)
    return load(FOLDER / f"{lang}.yaml", Texts)
