"""What does a whole report hold, before it is drawn in any format?

The tables, what must be said before them (the round, the numbers in short, how to read, what was not checked, who
made it), what explains them (states, levels, rules), and the numbered list of evidence that the cells point to.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from archive.registry import Agency
from publishing import narrative
from publishing.beside import NOTHING, Beside, RoundInfo
from publishing.blocks import Chapter, Figure, chapters_within
from publishing.clean import address, clean
from publishing.listings import Head, Listing, Material, in_full, printed
from publishing.pictures import Beside as Pictures
from publishing.tables import (
    Cell,
    Evidence,
    Findings,
    LevelRecord,
    NotSeen,
    Summary,
    Table,
    Value,
    appendices,
    summary_lines,
    summary_of,
    words_of,
)
from publishing.texts import Texts, texts_in
from scoring.rounds import SOFTWARE

# Shapes, so that nothing is told by colour alone; each stands beside its word.
SYMBOLS = {"found": "✓", "partial": "◐", "absent": "✗", "unseen": "?"}
SHOWN_PER_CELL = 4  # pieces of evidence a cell points to; the json file has them all
QUOTES_PER_NOTE = 2
CHARTS = ("levels", "news_silence", "changes", "map")


@dataclass(frozen=True)
class Note:
    """One page that cells stand on, under the number they cite it by."""

    number: int
    url: str
    sha256: str | None
    seen_at: dt.datetime
    quotes: tuple[str, ...]


@dataclass(frozen=True)
class Meaning:
    """One entry of a legend."""

    key: str
    name: str
    meaning: str


@dataclass(frozen=True)
class Edition:
    texts: Texts
    round: RoundInfo
    tables: tuple[Table, ...]
    summary: Summary
    beside: Beside = NOTHING
    chapters: tuple[Chapter, ...] = ()
    printed: tuple[Listing, ...] = ()  # the listings that people read
    material: Material | None = None  # what the others are made of
    hands: int = 0  # values given by hand
    pictures: Pictures | None = None  # of the pages, where a report can lead to them

    @property
    def subtitle(self) -> str:
        plan = self.beside.plan
        title = words_of(plan.title.by_language, self.texts) if plan and self.texts.lang != "ru" else self.texts.plan
        return self.texts.subtitle.format(plan=title, items=", ".join(self.items))

    @cached_property
    def items(self) -> tuple[str, ...]:
        """The items that the tables have columns for, in the plan's order."""
        if self.beside.plan is None:
            return tuple(dict.fromkeys(item for table in self.tables for item in table.items))
        shown = {item for table in self.tables for item in table.items}
        return tuple(item.id for item in self.beside.plan.items if item.id in shown)

    @property
    def data(self) -> Iterator[Listing]:
        """All listings, those that people read first and the evidence last."""
        yield from self.printed
        if self.material is not None:
            yield from in_full(self.material)
        if self.notes:
            yield self._evidence_list

    def level_lines(self, cell: Cell) -> tuple[str, ...]:
        """What stands under a cell: its level, who gave it by hand, how it stands to the earlier round."""
        if cell.level is None:
            return ()
        level = self.texts.level_line.format(level=cell.level.text)
        return (level, *cell.level.hand, *([cell.level.change] if cell.level.change else []))

    @property
    def made(self) -> tuple[str, ...]:
        """How it was made. Nobody may read that no hand was in it where one was."""
        first, *rest = self.texts.head.made_text
        if self.round.software == SOFTWARE:
            return (self.texts.made_by_hand,)
        if self.hands:
            first = self.texts.made_with_hands.format(n=self.texts.number(self.hands))
        observed = sum(bool(row.values.get("social_observers")) for table in self.tables for row in table.rows)
        if observed:
            by_people = self.texts.made_with_observers.format(n=self.texts.number(observed))
            first = f"{first} {by_people}" if self.hands else by_people
        looked = any("social_posting_network" in row.values for table in self.tables for row in table.rows)
        return (first, *rest, self.texts.head.posts_looked if looked else self.texts.head.posts_not_looked)

    @property
    def marks(self) -> tuple[Meaning, ...]:
        """What the words on comparison, on values by hand and the dash mean, where they are used."""
        said, found = self.texts, []
        if self.hands:
            found.append(Meaning("hand", said.hand.legend, said.hand.meaning))
        if self.beside.changes:
            verdicts = said.compared.verdicts
            found += [Meaning(key, verdicts[key], said.compared.verdicts_explained[key]) for key in verdicts]
        if any(cell.text == said.not_applicable.mark and cell.level is None for cell in self._cells()):
            found.append(Meaning("not_applicable", said.not_applicable.mark, said.not_applicable.meaning))
        return tuple(found)

    @property
    def banner(self) -> str | None:
        return self.texts.head.sample if self.round.sample else None

    @cached_property
    def facts(self) -> tuple[str, ...]:
        """The lines under the title."""
        said, tally = self.texts.head, self.summary.all
        closed = sum(len(gap.names) for gap in self.summary.not_seen if gap.what == "site")
        group = {key: one.authorities for key, one in self.summary.groups.items()}
        lines = [
            said.round.format(name=clean(self.round.name)),
            said.as_of.format(date=self.texts.date(self.round.as_of)),
            said.authorities.format(n=tally.authorities, local=group.get("local", 0), central=group.get("central", 0)),
            said.seen.format(n=tally.authorities - closed, unseen=closed),
            said.made_by.format(software=clean(self.round.software)),
        ]
        if self.round.software == SOFTWARE:
            lines.append(said.by_hand_round)
        if self.round.against:
            lines.insert(2, said.against.format(name=clean(self.round.against)))
        if self.round.registry_sha256:
            lines.append(said.registry.format(sha256=self.round.registry_sha256))
        return tuple([*lines, said.partial_round] if self.round.partial else lines)

    @cached_property
    def numbers(self) -> tuple[str, ...]:
        return tuple(summary_lines(self.summary, self.texts.lang))

    @cached_property
    def limits(self) -> tuple[str, ...]:
        """What could not be checked, why, and whose: never left for the reader to guess."""
        return tuple(self._limit(gap) for gap in self.summary.not_seen) or (self.texts.head.limits_none,)

    @property
    def front(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The lists before the tables: heading and lines. What a chapter tells at length is not listed again."""
        said = self.texts.head
        lists = [(said.numbers, self.numbers), (said.how, said.how_text), (said.made, self.made)]
        if not any(chapter.key == "limits" for chapter in chapters_within(self.chapters)):
            lists.insert(2, (said.limits, self.limits))
        return tuple(lists)

    @property
    def body(self) -> tuple[Chapter, ...]:
        """The chapters but for the title's, which the lines under the title say already."""
        return tuple(chapter for chapter in self.chapters if chapter.key != "title")

    @property
    def legend(self) -> tuple[tuple[str, tuple[Meaning, ...]], ...]:
        """What the words mean: heading and entries."""
        said = self.texts.head
        levels = tuple(Meaning(key, name, "") for key, name in self.texts.levels.items())
        rules = tuple(Meaning(one.key, f"{one.key} – {one.name}", one.meaning) for one in self.rules)
        lists = [(said.states, self.states), (said.levels, levels), (said.news, self.news)]
        if self.marks:
            lists.append((self.texts.compared.legend if self.beside.changes else said.definitions, self.marks))
        return tuple([*lists, (said.rules, rules)] if rules else lists)

    @property
    def charts(self) -> tuple[str, ...]:
        """The charts that no chapter shows already."""
        shown = {figure.key.partition(":")[0] for figure in self.figures}
        return tuple(key for key in CHARTS if key not in shown)

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The charts of the chapters, in reading order."""
        blocks = (block for chapter in chapters_within(self.chapters) for block in chapter.blocks)
        return tuple(block for block in blocks if isinstance(block, Figure))

    @property
    def states(self) -> tuple[Meaning, ...]:
        said = self.texts
        return tuple(Meaning(key, said.states[key], said.states_explained[key]) for key in SYMBOLS)

    @property
    def news(self) -> tuple[Meaning, ...]:
        said = self.texts.head.news_text
        return tuple(Meaning(key, self.texts.news[key], said[key]) for key in said)

    @cached_property
    def rules(self) -> tuple[Meaning, ...]:
        """The rules that gave the levels in these tables, each once, in the order of items and levels."""
        marks = {
            (cell.level.item, cell.level.level, cell.level.rule): cell.level
            for cell in self._cells()
            if cell.level and cell.level.rule
        }
        order = list(self.texts.levels)
        keys = sorted(marks, key=lambda key: (key[0], order.index(key[1]), key[2]))
        return tuple(Meaning(key[0], marks[key].text, marks[key].rule) for key in keys)

    @cached_property
    def notes(self) -> tuple[Note, ...]:
        """The pages cited, each once, numbered in the order in which the tables come to them."""
        pages: dict[tuple[str, str | None], list[Evidence]] = {}
        for cell in self._cells():
            for piece in cell.evidence[:SHOWN_PER_CELL]:
                pages.setdefault((piece.url, piece.sha256), []).append(piece)
        return tuple(_note(number, pieces) for number, pieces in enumerate(pages.values(), start=1))

    def cited(self, cell: Cell) -> tuple[int, ...]:
        """The numbers of the notes that the cell points to."""
        return tuple(sorted({self._numbers[piece.url, piece.sha256] for piece in cell.evidence[:SHOWN_PER_CELL]}))

    @cached_property
    def _numbers(self) -> Mapping[tuple[str, str | None], int]:
        return {(note.url, note.sha256): note.number for note in self.notes}

    @property
    def _evidence_list(self) -> Listing:
        said = self.texts.listings["evidence"]
        heads = tuple(Head(key, self.texts.heads[key]) for key in ("number", "url", "seen_at", "sha256", "quote"))
        return Listing(
            "evidence", said.title, said.caption, heads, tuple(map(_evidence_row, self.notes)), printed=False
        )

    def picture_of(self, note: Note) -> tuple[str, str] | None:
        """(words, relative address) of the picture of the page that a note names; the address may be empty."""
        return self.pictures.of_page(note.sha256, self.texts.lang) if self.pictures is not None else None

    def note_time(self, note: Note) -> str:
        at = note.seen_at.astimezone(dt.UTC)
        return self.texts.head.seen_at.format(time=f"{at:%Y-%m-%d %H:%M}")

    def _cells(self) -> Iterable[Cell]:
        return (cell for table in self.tables for row in table.rows for cell in row.cells)

    def _limit(self, gap: NotSeen) -> str:
        said = self.texts.head
        names = ", ".join(gap.names)
        if gap.what == "visit":
            return said.limit.format(what=said.limit_incomplete, reason=said.limit_incomplete_reason, names=names)
        named = {**self.texts.facts, **self.texts.sections, "site": said.limit_site}
        return said.limit.format(what=named[gap.what], reason=self.texts.reason(gap.reason), names=names)


def edition(
    findings: Findings,
    levels: Sequence[LevelRecord],
    agencies: Sequence[Agency],
    round_info: RoundInfo,
    lang: str,
    beside: Beside = NOTHING,
) -> Edition:
    texts = texts_in(lang)
    tables = appendices(findings, levels, agencies, lang, beside.plan, beside.changes)
    summary = summary_of(tables)
    chapters = narrative.chapters(tables, summary, agencies, findings, levels, round_info, beside, lang)
    material = Material(findings, levels, agencies, tables, beside, chapters, texts)
    lists = printed(material)
    hands = sum(len(one.rows) for one in lists if one.key == "reviews")
    return Edition(texts, round_info, tables, summary, beside, chapters, lists, material, hands)


def round_info(findings: Findings, **more: Any) -> RoundInfo:
    """The round as the findings document names it; `more` adds against=, partial=, sample=."""
    told = findings["round"]
    return RoundInfo(
        name=told["name"],
        as_of=dt.date.fromisoformat(told["as_of"]),
        software=told["software"],
        registry_sha256=told.get("registry_sha256"),
        finished_at=told.get("finished_at"),
        **more,
    )


def _evidence_row(note: Note) -> tuple[Value, ...]:
    seen_at = f"{note.seen_at.astimezone(dt.UTC):%Y-%m-%d %H:%M}"
    return (note.number, address(note.url), seen_at, note.sha256, " | ".join(note.quotes) or None)


def _note(number: int, pieces: Sequence[Evidence]) -> Note:
    quotes = tuple(dict.fromkeys(piece.quote for piece in pieces if piece.quote))
    first = pieces[0]
    return Note(number, first.url, first.sha256, first.seen_at, quotes[:QUOTES_PER_NOTE])
