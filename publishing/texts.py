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
    by_hand_round: str
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
    posts_not_looked: str
    posts_looked: str
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


class HandTexts(Record):
    confirms: str
    corrects: str
    fills: str
    machine: str
    meaning: str
    legend: str


class ComparedTexts(Record):
    line: str
    because: str
    legend: str
    verdicts: Words
    verdicts_explained: Words
    whys: Words


class MarkTexts(Record):
    mark: str
    meaning: str


class Titled(Record):
    title: str
    caption: str


class ChartTexts(Record):
    title: str
    alt: str


class SilenceTexts(ChartTexts):
    unknown: str
    bands: Words
    bin: str


class ChartsTexts(Record):
    table: str
    figure: str
    contents: str
    skip: str
    top: str
    authorities: str
    days: str
    levels: ChartTexts
    news_silence: SilenceTexts
    changes: ChartTexts
    map: ChartTexts


class Texts(Record):
    """All words of one language, and its ways to write numbers and dates."""

    lang: str
    title: str
    subtitle: str
    plan: str
    appendices: Mapping[str, AppendixTexts]
    columns: Words
    column_notes: Words
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
    holds: str
    content_unnamed: str
    label: str
    placement: Words
    items: str
    last_date: str
    last_vague: str
    ago: str
    same_day: str
    no_date: str
    external: str
    looked_at: str
    services: Words
    news: Words
    own_page: str
    activity: Words
    remarks: Words
    last_post: str
    appeal: str
    appeals: Words
    observed_on: str
    unseen_because: str
    after_2018: Words
    counted: Mapping[str, Words]
    head: HeadTexts
    made_with_hands: str
    made_with_observers: str
    made_by_hand: str
    hand: HandTexts
    compared: ComparedTexts
    not_applicable: MarkTexts
    statuses: Words
    shorts: Words
    claim_reasons: Words
    listings: Mapping[str, Titled]
    heads: Words
    methods: Words
    count_names: Words
    charts: ChartsTexts
    summary: SummaryTexts

    @property
    def locale(self) -> Locale:
        return Locale.parse(self.lang)

    def date(self, day: dt.date) -> str:
        """19 avqust 2018, 19 August 2018."""
        return format_date(day, "d MMMM y", locale=self.locale)

    def month(self, day: dt.date) -> str:
        """avqust 2018, August 2018."""
        return format_date(day, "LLLL y", locale=self.locale)

    def number(self, value: float) -> str:
        """At most one digit after the comma (or the point)."""
        return format_decimal(value, "#,##0.#", locale=self.locale)

    def value(self, value: str | float | bool | dt.date | None) -> str:
        """A typed value as a reader reads it; nothing is a dash."""
        match value:
            case None:
                return "–"
            case bool():
                return "✓" if value else "–"
            case int():
                return self.number(value)
            case float():
                return format_decimal(value, "#,##0.###", locale=self.locale)
            case dt.date():
                return self.date(value)
        return value

    def span(self, low: float | None, high: float | None) -> str:
        """A number, or from which to which; "≤ 5" where only the most is known."""
        if low is None:
            return f"≤ {self.number(high or 0)}"
        if high is None or low == high:
            return self.number(low)
        return f"{self.number(low)}–{self.number(high)}"

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
