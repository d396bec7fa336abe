"""What does a whole report hold, before it is drawn in any format?

The tables, what must be said before them (the round, the numbers in short, how to read, what was not checked, who
made it), what explains them (states, levels, rules), and the numbered list of evidence that the cells point to.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from archive.registry import Agency
from publishing.clean import clean
from publishing.tables import (
    Cell,
    Evidence,
    Findings,
    LevelRecord,
    NotSeen,
    Summary,
    Table,
    appendices,
    summary_lines,
    summary_of,
)
from publishing.texts import Texts, texts_in

# Shapes, so that nothing is told by colour alone; each stands beside its word.
SYMBOLS = {"found": "✓", "partial": "◐", "absent": "✗", "unseen": "?"}
SHOWN_PER_CELL = 4  # pieces of evidence a cell points to; the json file has them all
QUOTES_PER_NOTE = 2


@dataclass(frozen=True)
class RoundInfo:
    name: str
    as_of: dt.date
    software: str
    registry_sha256: str | None = None
    finished_at: str | None = None
    against: str | None = None  # the round it is compared with
    partial: bool = False
    sample: bool = False  # the pages came from the sample web


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
) -> Edition:
    tables = appendices(findings, levels, agencies, lang)
    return Edition(texts_in(lang), round_info, tables, summary_of(tables))


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


def _note(number: int, pieces: Sequence[Evidence]) -> Note:
    quotes = tuple(dict.fromkeys(piece.quote for piece in pieces if piece.quote))
    first = pieces[0]
    return Note(number, first.url, first.sha256, first.seen_at, quotes[:QUOTES_PER_NOTE])
