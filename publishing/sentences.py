"""How does a number become a sentence of the report, in words that fit it?

The words are data: `narrative/<language>.yaml` has each sentence in the forms that its number may need (nobody, one,
some, all), `narrative/words/outline.yaml` the query that it tells. A slot is filled with pieces that carry their
value, so that no figure is ever typed: {n|possessive} is 17-si, {n=birinin} the same number in a word.
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

from babel.numbers import format_decimal

from archive.border import Record, load
from publishing.blocks import Count, Day, Given, Name, Piece, Pieces
from publishing.grammar import Grammar, capital, grammar_of, listed
from publishing.queries import Answer, Asked
from publishing.texts import Texts, texts_in

FOLDER = Path(__file__).parent / "narrative"
FORMS = ("none", "one", "some", "all", "sole", "sole_none")
NAMES_WHOLE = 20  # a list of so many names is told whole
NAMES_CUT = 15  # of a longer one so many, and how many more
_SLOT = re.compile(r"\{(?P<name>[^{}|=?#]+)(?:#(?P<by>\w+))?(?:\|(?P<cases>[a-z,]+))?(?:=(?P<word>[^{}?]*))?"
                   r"(?:\?(?P<either>[^{}]*))?\}")  # fmt: skip

Slot = Piece | Pieces | dt.date
Form = Mapping[str, str]


class Group(Record):
    """The nouns of one table's authorities."""

    one: str
    many: str
    head: str
    title: str


class Narrative(Record):
    """All sentences of one language."""

    lang: str
    groups: Mapping[str, Group]
    kinds: Mapping[str, str]
    more: str
    headings: Mapping[str, str]
    captions: Mapping[str, str]
    columns: Mapping[str, str]
    activities: Mapping[str, str]
    seen_by: Mapping[str, str]
    verdicts: Mapping[str, str]
    statuses: Mapping[str, str]
    things: Mapping[str, str]
    full: Mapping[str, str]
    formal: Mapping[str, str]
    remedies: Mapping[str, str]
    item_cases: tuple[str, ...]  # how an item's number stands before the word "item": 4.2.1-ci bənd
    dropped: tuple[str, ...]  # endings that a name may go without
    acronyms: tuple[tuple[str, str], ...]
    glossary: Mapping[str, tuple[str, str]]
    how: Mapping[str, tuple[str, ...]]
    sentences: Mapping[str, str | Form]


class Told(Record):
    """Which number a sentence tells, of how many, and the column whose address stands behind the names."""

    ask: str | None = None
    of: str | None = None
    link: str | None = None


class _Outline(Record):
    sentences: Mapping[str, Told]


class NoSuchSentence(KeyError):
    """A chapter wants a sentence, or a form or slot of one, that the language file does not have."""


def languages() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


@cache
def narrative_in(lang: str) -> Narrative:
    return load(FOLDER / f"{lang}.yaml", Narrative)


@cache
def outline() -> Mapping[str, Told]:
    return load(FOLDER / "words" / "outline.yaml", _Outline).sentences


@dataclass
class Speaker:
    """Says the sentences of one language over one material."""

    asked: Asked
    lang: str
    said: Narrative = field(init=False)
    words: Texts = field(init=False)
    grammar: Grammar = field(init=False)

    def __post_init__(self) -> None:
        self.said, self.words, self.grammar = narrative_in(self.lang), texts_in(self.lang), grammar_of(self.lang)

    # -- sentences

    def say(self, key: str, group: str = "", **slots: Slot) -> Pieces:
        """One sentence over the authorities of a table (or all), in the form that its number wants; may be nothing.

        Slots that are text also fill the sentence's query: say("section_found", kind="procurement").
        """
        told = outline().get(key, Told())
        forms = self._forms(key)
        if told.ask is None:
            return self._filled(key, forms["some"], group, slots, None, None, None)
        plain = {name: value for name, value in slots.items() if isinstance(value, str)}
        given = {name: value.text for name, value in slots.items() if isinstance(value, Given)}
        answer = self._ask(told.ask.format(**given | plain), group)
        whole = self._ask(told.of.format(**given | plain), group) if told.of else None
        form = form_of(answer.count, whole.count if whole else None, forms)
        if form is None:
            return ()
        link = told.link.format(**given | plain) if told.link else None
        return self._filled(key, forms[form], group, slots, answer, whole, link)

    def paragraph(self, sentences: Sequence[Pieces]) -> Pieces:
        """Sentences one after another; those that say nothing are left out."""
        out: list[Piece] = []
        for sentence in sentences:
            if sentence:
                out += [" ", *sentence] if out else sentence
        return _merged(out)

    # -- pieces

    def count(self, query: str, group: str = "", cases: Sequence[str] = (), text: str | None = None) -> Count:
        answer = self._ask(query, group)
        return self._count(answer, None, cases, text)

    def day(self, query: str, cases: Sequence[str] = ()) -> Day | None:
        answer = self.asked.ask(query)
        return self._day(answer, cases) if isinstance(answer.value, dt.date) else None

    def name(self, id_: str, link: str | None = None) -> Name:
        row = self.asked.row(id_)
        url = row.values.get(link) if link else None
        return Name(id_, self._short[id_], str(url) if url and str(url).startswith("http") else None)

    def names(
        self,
        answer: Answer,
        group: str = "",
        link: str | None = None,
        cases: Sequence[str] = (),
        whole: int = NAMES_WHOLE,
    ) -> Pieces:
        """The authorities, listed; a long list says how many more there are, and where they all stand."""
        known = [id_ for id_ in answer.ids if id_ in self.asked.order]
        cut = len(known) > whole
        shown = [self.name(id_, link) for id_ in (known[: min(NAMES_CUT, whole)] if cut else known)]
        if not shown:
            return ()
        between = any("," in one.text or self.grammar.conjunction in one.text for one in shown)
        comma, conjunction = ("; ", "; ") if between else (", ", self.grammar.conjunction)
        if not cut:
            last = shown[-1]
            shown[-1] = Name(last.id, self.grammar.word(last.text, cases), last.url)
        out: list[Piece] = []
        for place, one in enumerate(shown):
            last_of_all = place == len(shown) - 1 and not cut
            out += [conjunction if last_of_all else comma, one] if place else [one]
        if not cut:
            return tuple(out)
        rest = self.asked.ask(f"rest:{len(shown)}:{answer.query}")
        slots: dict[str, Slot] = {"rest": self._count(rest, None, (), None), "appendix": self._appendix(group)}
        return _merged([*out, *self._fill(self.said.more, slots, group)])

    def given(self, text: str, source: str) -> Given:
        return Given(text, source)

    def group(self, key: str) -> Group:
        return self.said.groups.get(key or "all", self.said.groups["other"])

    def capital(self, text: str) -> str:
        return capital(text) if self.lang == "az" else text[:1].upper() + text[1:]

    # -- inside

    @cached_property
    def _short(self) -> Mapping[str, str]:
        """Names without the endings that say the same of each, where no two become one."""
        full = {row.id: row.name for row in self.asked.rows()}
        short = {id_: _without(name, self.said.dropped) for id_, name in full.items()}
        times = Counter(short.values())
        return {id_: short[id_] if times[short[id_]] == 1 else full[id_] for id_ in full}

    def _ask(self, query: str, group: str) -> Answer:
        return self.asked.ask(f"{query}@{group}" if group and "@" not in query else query)

    def _forms(self, key: str) -> Form:
        sentence = self.said.sentences.get(key)
        if sentence is None:
            raise NoSuchSentence(f"{self.lang}: {key}")
        return {"some": sentence} if isinstance(sentence, str) else sentence

    def _filled(
        self,
        key: str,
        template: str,
        group: str,
        slots: Mapping[str, Slot],
        answer: Answer | None,
        whole: Answer | None,
        link: str | None,
    ) -> Pieces:
        try:
            return self._fill(template, slots, group, answer, whole, link)
        except KeyError as missing:
            raise NoSuchSentence(f"{self.lang}: {key}: no slot {missing}") from missing

    def _fill(
        self,
        template: str,
        slots: Mapping[str, Slot],
        group: str,
        answer: Answer | None = None,
        whole: Answer | None = None,
        link: str | None = None,
    ) -> Pieces:
        out: list[Piece] = []
        at = 0
        for slot in _SLOT.finditer(template):
            out.append(template[at : slot.start()])
            out += self._slot(slot, slots, group, answer, whole, link)
            at = slot.end()
        return _merged([*out, template[at:]])

    def _slot(
        self,
        slot: re.Match[str],
        slots: Mapping[str, Slot],
        group: str,
        answer: Answer | None,
        whole: Answer | None,
        link: str | None,
    ) -> Iterator[Piece]:
        name, word = slot["name"], slot["word"]
        cases = slot["cases"].split(",") if slot["cases"] else []
        if slot["either"] is not None:
            one, many = slot["either"].split("/")
            yield one if self._number_of(name, group, answer, whole) == 1 else many
        elif name in ("n", "of"):
            counted = answer if name == "n" else whole
            if counted is None:
                raise KeyError(name)
            yield self._count(counted, whole if name == "n" else None, cases, word)
        elif name == "names":
            if answer is None:
                raise KeyError(name)
            yield from self.names(answer, group, link, cases)
        elif name.startswith("group."):
            yield self._noun(name.removeprefix("group."), slot["by"], group, cases, answer, whole)
        elif name in slots:
            yield from self._given(slots[name], cases)
        elif name[:1].isupper() and name.lower() in slots:
            value = slots[name.lower()]
            assert isinstance(value, str)
            yield self.capital(value)
        elif ":" in name or "@" in name:
            yield self._count(self._ask(name, group), None, cases, word)
        else:
            raise KeyError(name)

    def _number_of(self, name: str, group: str, answer: Answer | None, whole: Answer | None) -> float:
        if name == "n" and answer:
            return answer.count
        if name == "of" and whole:
            return whole.count
        return self._ask(name, group).count

    def _noun(
        self, form: str, by: str | None, group: str, cases: Sequence[str], answer: Answer | None, whole: Answer | None
    ) -> str:
        nouns = self.group(group)
        if by:
            noun = self.grammar.plural(self._number_of(by, group, answer, whole), nouns.one, nouns.many)
        else:
            noun = {"one": nouns.one, "many": nouns.many, "title": nouns.title, "head": nouns.head}[form]
        return self.grammar.word(noun, cases)

    def _given(self, value: Slot, cases: Sequence[str]) -> Iterator[Piece]:
        match value:
            case str():
                yield self.grammar.word(value, cases)
            case Given(text=text, source=source) if cases:
                yield Given(self.grammar.number(text, _tail(text), cases) if text[-1:].isdigit() else
                            self.grammar.word(text, cases), source)  # fmt: skip
            case Day(query=query) if cases:
                yield self._day(self.asked.ask(query), cases)
            case tuple():
                yield from value
            case dt.date():
                raise KeyError("a day without its query")
            case _:
                yield value

    def _count(self, answer: Answer, whole: Answer | None, cases: Sequence[str], text: str | None) -> Count:
        value = answer.count
        shown = text if text is not None else self.grammar.number(self._shown(answer), value, cases)
        return Count(answer.query, value, shown, answer.ids, int(whole.count) if whole else None)

    def _shown(self, answer: Answer) -> str:
        if answer.query.startswith("agreement:"):  # kappa wants two places
            return format_decimal(answer.count, "0.##", locale=self.words.locale)
        figures = self.words.number(answer.count)
        return f"{figures}%" if answer.query.startswith("share:") else figures

    def _day(self, answer: Answer, cases: Sequence[str]) -> Day:
        assert isinstance(answer.value, dt.date)
        return Day(answer.query, answer.value, self.grammar.day(self.words.date(answer.value), cases))

    def _appendix(self, group: str) -> Given:
        titles = [table.title for table in self.asked.tables if table.rows and (not group or table.key == group)]
        return Given(listed(titles, self.grammar.conjunction), "appendix")


def form_of(value: float, of: float | None, forms: Form) -> str | None:
    """Which form fits; None where there is nothing to say."""
    if of is not None and of <= 0:
        return None
    if value == 0:
        return _first(forms, "sole_none" if of == 1 else "none", "none")
    if of is not None and value == of:
        return _first(forms, "sole" if of == 1 else "all", "all")
    return _first(forms, "one", "some") if value == 1 else _first(forms, "some")


def _first(forms: Form, *wanted: str) -> str | None:
    return next((form for form in wanted if form in forms), None)


def _tail(text: str) -> int:
    """The last figures of an item's number or an appendix, as they are read after a point: 4.2.1 -> 1."""
    figures = re.search(r"\d+$", text)
    return int(figures.group()) if figures else 0


def _merged(pieces: Sequence[Piece]) -> Pieces:
    """Neighbouring words in one piece; empty ones gone."""
    out: list[Piece] = []
    for piece in pieces:
        if piece == "":
            continue
        if isinstance(piece, str) and out and isinstance(out[-1], str):
            out[-1] += piece
        else:
            out.append(piece)
    return tuple(out)


def _without(name: str, endings: Sequence[str]) -> str:
    for ending in endings:
        name = name.replace(ending, "")
    return name
