"""What is the method: the words and marks that the readers look for?

Everything here comes from methodology/*.yaml; a lawyer or an economist edits those, nobody edits this.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from archive.border import Record, load
from reading.activity import Rules
from reading.calendar import Calendar
from reading.text import ENDING, Phrase, fold

FOLDER = Path(__file__).parent.parent / "methodology"


class Strict(Record):
    """An entry of the method."""

    model_config = ConfigDict(populate_by_name=True)

    def __hash__(self) -> int:
        # Caches are keyed on the method: it is loaded once and is itself.
        return id(self)


class Words(Strict):
    """Names of one thing, as labels and as addresses."""

    names: tuple[str, ...] = ()
    slugs: tuple[str, ...] = ()

    @cached_property
    def phrases(self) -> tuple[Phrase, ...]:
        return tuple(phrase for phrase in map(Phrase.of, self.names) if phrase.stems)

    @cached_property
    def slug_phrases(self) -> tuple[Phrase, ...]:
        return tuple(phrase for phrase in map(Phrase.of, self.slugs) if phrase.stems) + self.phrases

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        # One group for each phrase; all of them tried at once is some thirty times faster than one after the other.
        return re.compile(r"(?<!\S)(?:" + "|".join(f"({phrase.pattern})" for phrase in self.phrases) + r")(?!\S)")

    @cached_property
    def _slug_pattern(self) -> re.Pattern[str]:
        variants = sorted(
            re.escape(slug) + (r"[^-]*" if phrase.open_ends[-1] else ENDING.pattern)
            for phrase in self.slug_phrases
            for slug in phrase.slugs
        )
        return re.compile(r"(?<![^-])(?:" + "|".join(variants) + r")(?![^-])")

    def in_words(self, folded: Sequence[str]) -> Phrase | None:
        """One of the names that stands among folded words, the first of them in the text."""
        if not self.phrases:
            return None
        found = self._pattern.search(" ".join(folded))
        return self.phrases[_group(found) - 1] if found else None

    def beside(self, folded: Sequence[str]) -> int:
        """How many of some folded words belong to none of the names."""
        return len(self._pattern.sub(" ", " ".join(folded)).split()) if self.phrases else len(folded)

    def in_slug(self, slug: str) -> bool:
        """Whether a folded slug (text.slug_of) holds one of the names as whole words."""
        return bool(self.slug_phrases) and self._slug_pattern.search(slug) is not None


def _group(found: re.Match[str]) -> int:
    assert found.lastindex is not None
    return found.lastindex


class SearchWords(Words):
    fields: tuple[str, ...]
    decoys: tuple[str, ...]
    nothing_found: tuple[str, ...]

    @cached_property
    def decoy_words(self) -> Words:
        return Words(names=self.decoys)

    @cached_property
    def nothing_words(self) -> Words:
        return Words(names=self.nothing_found)


class Streams(Strict):
    news: Words
    press: Words
    notices: Words
    not_news: Words
    contact: Words
    site_map: Words
    about: Words
    next_page: Words
    next_mark: Words
    search: SearchWords
    stamp_words: Words
    published: Words
    named_behind: Words
    named_before: Words
    not_stamp_words: Words
    counted: Words
    comments: Words
    comment_mark: Words
    comment_status: Words
    verbs: Words
    beside: Words
    any_body: Words
    chrome: Words
    nothing_yet: Words
    not_people: Words
    generic: Words

    @cached_property
    def _counts(self) -> re.Pattern[str]:
        names = "|".join(sorted((re.escape(fold(name)) for name in self.counted.names), key=len, reverse=True))
        # Not "Şərh (1) 13.08.2018": ¦ stands where the date was (reading/calendar.py).
        behind = rf"(?:{names})\s*(?::|\(|\[)?\s*\d{{1,6}}+(?![.:]\d)\s*+[)\]]?+(?!\s*[:,-]?\s*¦)"
        return re.compile(rf"(?<!\w)(?:{behind}|(?<![.:/-])\d{{1,6}}+\s+(?:{names})(?!\w))")

    def without_counts(self, text: str) -> str:
        """A text without how often an entry was seen and commented on ("Şərhlər (2)"); folded where it has a number."""
        return self._counts.sub(" ", fold(text)) if any(map(str.isdigit, text)) else text


class Waiting(Strict):
    """Names of boxes that stand empty until a script fills them in."""

    menu: tuple[str, ...]
    news: tuple[str, ...]
    social: tuple[str, ...]
    content: tuple[str, ...]


class Pressable(Strict):
    """By what a thing is known that can be pressed: its words, and the words of its class and id."""

    menu: Words
    menu_marks: tuple[str, ...]
    opener_marks: tuple[str, ...]
    never: Words
    never_marks: tuple[str, ...]
    never_calls: tuple[str, ...]
    search_marks: tuple[str, ...]


class Scripted(Strict):
    """What a browser is told, and the marks of pages that only a browser can read (browser.yaml)."""

    trackers: tuple[str, ...]
    more: Words
    waiting: Waiting
    loading: Words
    needs_script: Words
    pressable: Pressable


class Section(Strict):
    """One kind of section (sections.yaml)."""

    id: str
    names: dict[str, tuple[str, ...]]
    weak: tuple[str, ...] = ()
    slugs: tuple[str, ...] = ()
    not_names: tuple[str, ...] = ()
    content: dict[str, tuple[str, ...]]
    entry: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    full: tuple[str, ...]
    opens: int = Field(ge=0)
    owned: bool = False
    search_for: str = ""

    @cached_property
    def words(self) -> Words:
        return Words(names=(*self.sure_words.names, *self.weak), slugs=self.slugs)

    @cached_property
    def sure_words(self) -> Words:
        return Words(names=tuple(name for names in self.names.values() for name in names))

    @cached_property
    def weak_words(self) -> Words:
        return Words(names=self.weak)

    @cached_property
    def not_words(self) -> Words:
        return Words(names=self.not_names)

    @cached_property
    def entry_words(self) -> Words:
        return Words(names=self.entry)

    @cached_property
    def about_words(self) -> Words:
        return Words(names=self.about)

    @cached_property
    def content_words(self) -> dict[str, Words]:
        return {name: Words(names=names) for name, names in self.content.items()}


class Sections(Strict):
    sections: tuple[Section, ...]


class Network(Strict):
    """One social network (networks.yaml)."""

    id: str
    hosts: tuple[str, ...]
    not_profiles: tuple[str, ...]
    prefixes: tuple[str, ...]


class Wall(Strict):
    """What stands in the place of a profile for those who have no account."""

    reason: str
    addresses: tuple[str, ...]
    html: tuple[str, ...] = ()


class Networks(Strict):
    networks: tuple[Network, ...]
    walled: tuple[str, ...]
    walls: tuple[Wall, ...]
    nobodys_own: tuple[str, ...]
    foreign_words: tuple[str, ...]
    bodies: tuple[str, ...]
    others_box: tuple[str, ...]
    own_box: tuple[str, ...]
    media: tuple[str, ...]
    page_words: tuple[str, ...]

    @cached_property
    def body_words(self) -> Words:
        return Words(names=self.bodies)

    @cached_property
    def media_words(self) -> Words:
        return Words(names=self.media)

    @cached_property
    def names_of_pages(self) -> Words:
        return Words(names=self.page_words)

    @cached_property
    def others_words(self) -> Words:
        return Words(names=self.others_box)

    @cached_property
    def own_words(self) -> Words:
        return Words(names=self.own_box)


class Language(Strict):
    id: str
    names: tuple[str, ...]
    function_words: tuple[str, ...]


class Languages(Strict):
    languages: tuple[Language, ...]

    @cached_property
    def function_words(self) -> dict[str, frozenset[str]]:
        return {entry.id: frozenset(map(fold, entry.function_words)) for entry in self.languages}

    @cached_property
    def by_name(self) -> dict[str, str]:
        return {fold(name): entry.id for entry in self.languages for name in (entry.id, *entry.names)}


class Sign(Strict):
    """Words and marks that show a page not to be the site."""

    id: str = ""
    words: tuple[str, ...] = ()
    html: tuple[str, ...] = ()
    max_letters: int = Field(gt=0)

    @cached_property
    def folded(self) -> tuple[str, ...]:
        return tuple(map(fold, self.words))

    def fits(self, folded_text: str, source: str) -> bool:
        """`folded_text`: title and text of the page, folded; `source`: its HTML in lower case."""
        return (
            len(folded_text) <= self.max_letters
            and all(word in folded_text for word in self.folded)
            and all(mark in source for mark in self.html)
        )


class HeaderSign(Strict):
    name: str
    value: str


class ProxySign(Strict):
    reason: str
    words: tuple[str, ...]


class Signs(Strict):
    blocked: tuple[Sign, ...]
    blocked_headers: tuple[HeaderSign, ...]
    blocking_servers: tuple[str, ...]
    parked: tuple[Sign, ...]
    construction: tuple[Sign, ...]
    default_page: tuple[Sign, ...]
    not_found_words: tuple[str, ...]
    authority_words: tuple[str, ...]
    proxy_says: tuple[ProxySign, ...]

    @cached_property
    def not_found(self) -> Words:
        return Words(names=self.not_found_words)

    @cached_property
    def authority(self) -> Words:
        return Words(names=self.authority_words)


class Indicator(Strict):
    """One question of the method (indicators.yaml; one for each duty of duties.yaml).

    `bodies`: ids of those that are asked, where not all are.
    """

    id: str
    reader: str
    bodies: tuple[str, ...] = ()
    params: dict[str, str] = Field(default_factory=dict, alias="with")
    asks: dict[str, str]
    unit: str
    why: str
    remedy: str


class Indicators(Strict):
    indicators: tuple[Indicator, ...]


class Periods(Strict):
    """Words of the periods that a title names; `first` to `fourth` tell which quarter or half."""

    year: tuple[str, ...]
    quarter: tuple[str, ...]
    half: tuple[str, ...]
    months: tuple[str, ...]
    first: tuple[str, ...]
    second: tuple[str, ...]
    third: tuple[str, ...]
    fourth: tuple[str, ...]


class Duty(Strict):
    """One document that single bodies must publish (duties.yaml)."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z-]*$")]
    asks: dict[str, str]
    item: str
    bodies: Annotated[tuple[str, ...], Field(min_length=1)]
    names: dict[Literal["az", "en", "ru"], tuple[str, ...]]
    not_names: tuple[str, ...] = ()
    ways: tuple[str, ...] = ()
    often: Literal["yearly", "half_yearly", "quarterly", "event"]
    fresh_days: int = Field(ge=0)

    @cached_property
    def words(self) -> Words:
        return Words(names=tuple(name for names in self.names.values() for name in names))

    @cached_property
    def not_words(self) -> Words:
        return Words(names=self.not_names)

    @cached_property
    def way_words(self) -> Words:
        return Words(names=self.ways)

    @property
    def indicator(self) -> Indicator:
        """The question whether it is published; only its bodies are asked."""
        return Indicator.model_validate(
            {
                "id": f"documents.{self.id}",
                "reader": "duties",
                "bodies": self.bodies,
                "with": {"duty": self.id},
                "asks": self.asks,
                "unit": "document",
                "why": f"Item {self.item} of the plan for 2020-2022.",
                "remedy": "Publish the newest document in a section of its own, with its period in the title.",
            }
        )


class Duties(Strict):
    periods: Periods
    duties: tuple[Duty, ...]


class Method(Strict):
    """All of the method that reading needs."""

    sections: tuple[Section, ...]
    streams: Streams
    networks: Networks
    languages: Languages
    signs: Signs
    browser: Scripted
    indicators: tuple[Indicator, ...]
    duties: tuple[Duty, ...] = ()
    periods: Periods
    sha256: str

    @cached_property
    def kinds(self) -> dict[str, Section]:
        return {section.id: section for section in self.sections}

    @cached_property
    def duty(self) -> dict[str, Duty]:
        return {duty.id: duty for duty in self.duties}

    def duties_of(self, agency_id: str) -> tuple[Duty, ...]:
        """The documents that this body must publish."""
        return tuple(duty for duty in self.duties if agency_id in duty.bodies)

    @property
    def function_words(self) -> dict[str, frozenset[str]]:
        return self.languages.function_words


def files(folder: Path = FOLDER) -> Iterable[tuple[Path, type[Record]]]:
    """Each file of the method that reading uses, and what it must look like."""
    yield folder / "sections.yaml", Sections
    yield folder / "streams.yaml", Streams
    yield folder / "networks.yaml", Networks
    yield folder / "languages.yaml", Languages
    yield folder / "signs.yaml", Signs
    yield folder / "browser.yaml", Scripted
    yield folder / "indicators.yaml", Indicators
    yield folder / "duties.yaml", Duties
    yield folder / "calendar.yaml", Calendar
    yield folder / "activity.yaml", Rules


def load_method(folder: Path = FOLDER) -> Method:
    """The method of a folder. Raises archive.border.Unusable with file, line and mend."""
    found = {path.stem: load(path, model) for path, model in files(folder)}
    digest = hashlib.sha256()
    for path, _ in files(folder):
        digest.update(path.read_bytes())
    duties: tuple[Duty, ...] = found["duties"].duties  # type: ignore[attr-defined]
    return Method.model_construct(
        sections=found["sections"].sections,  # type: ignore[attr-defined]
        streams=found["streams"],
        networks=found["networks"],
        languages=found["languages"],
        signs=found["signs"],
        browser=found["browser"],
        indicators=(*found["indicators"].indicators, *(duty.indicator for duty in duties)),  # type: ignore[attr-defined]
        duties=duties,
        periods=found["duties"].periods,  # type: ignore[attr-defined]
        sha256=digest.hexdigest(),
    )
