"""Does a report contradict itself, or say what nobody counted?

Everything is held against the rows: each number of the text is asked again, each list against the authorities that
were counted, each number of a cell against the row's values. The linter knows nothing of how the text was made.
"""

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

from babel.numbers import parse_decimal

from archive.border import Record, load
from publishing.blocks import (
    Block,
    Bullets,
    Chapter,
    Count,
    Day,
    Figure,
    Given,
    Grid,
    Name,
    Paragraph,
    Piece,
    Pieces,
    chapters_within,
    pieces_of,
)
from publishing.grammar import lower
from publishing.posting import POSTS_DAYS
from publishing.queries import OPEN, Asked, NoSuchQuery
from publishing.tables import Cell, Row, Summary, Table, Value, summary_of
from publishing.texts import texts_in

_WORDS = Path(__file__).parent / "narrative" / "words" / "lint.yaml"
_FIGURES = re.compile(r"\d+(?:[.,]\d+)*")
_BETWEEN_NAMES = re.compile(r"[,;] |\s\w+\s")  # ", ", "; ", " və "
# Plural, possessive, case and copula of Azerbaijani, at most one of each.
_CASES = r"(?:l[aə]r)?(?:s?[ıiuü])?(?:n?[ıiuü]n|n?d[aə]n?|[ny]?[aə]|[ny][ıiuü])?(?:d[ıiuü]r)?"
_SENTENCE_ENDS = re.compile(r"\.(?:\s|$)")


# What tells one authority from another, whatever was seen on its site.
_OWN_VALUES = frozenset({"number", "id", "name", "site_url", "site_final_url"})


@dataclass(frozen=True)
class Complaint:
    """`rule` is the name of the check; `where` a chapter and block, or a table, row and column."""

    rule: str
    where: str
    what: str
    mend: str


class Report(Protocol):
    """What of an edition the linter looks at."""

    @property
    def tables(self) -> tuple[Table, ...]: ...
    @property
    def chapters(self) -> tuple[Chapter, ...]: ...
    @property
    def summary(self) -> Summary: ...


class Weighing(Record):
    """One language's words."""

    weighing: tuple[str, ...]
    ruled: Mapping[str, str]
    none: tuple[str, ...]
    one: tuple[str, ...]
    all: tuple[str, ...]


class _Words(Record):
    az: Weighing
    en: Weighing


Check = Callable[[Report, Asked, str], Iterator[Complaint]]


def lint(report: Report, asked: Asked, lang: str) -> list[Complaint]:
    """All that is wrong, check by check; nothing for a report that can be published."""
    return [complaint for check in CHECKS for complaint in check(report, asked, lang)]


# -- the text ----------------------------------------------------------------------------------------------------------


def figures_are_counted(report: Report, asked: Asked, lang: str) -> Iterator[Complaint]:
    """A figure in plain words has no query behind it. Headings may repeat what is given in the text."""
    mend = "let the sentence ask for it: a slot with a query in publishing/narrative/"
    for where, block in _blocks(report):
        for piece in pieces_of(block):
            if isinstance(piece, str) and (found := _FIGURES.search(piece)):
                yield Complaint("figures", where, f"{found.group()} in plain words: “{_short(piece)}”", mend)
    given = {
        figure
        for _, block in _blocks(report)
        for piece in pieces_of(block)
        if isinstance(piece, Given)
        for figure in _FIGURES.findall(piece.text)
    }
    for where, heading in _headings(report):
        for figure in _FIGURES.findall(heading):
            if figure not in given:
                yield Complaint("figures", where, f"{figure} in “{_short(heading)}” is given nowhere", mend)


def numbers_are_true(report: Report, asked: Asked, lang: str) -> Iterator[Complaint]:
    """Each number and day of the text, asked again over the rows."""
    for where, block in _blocks(report):
        for piece in pieces_of(block):
            if isinstance(piece, Count | Day):
                yield from _true(where, piece, asked, lang)


def _true(where: str, piece: Count | Day, asked: Asked, lang: str) -> Iterator[Complaint]:
    try:
        now = asked.ask(piece.query)
    except (NoSuchQuery, KeyError, IndexError) as missing:
        yield Complaint("numbers", where, f"{piece.text}: {missing}", "ask a query of publishing/queries.py")
        return
    if now.value != piece.value:
        what = f"{piece.query} gives {now.value}, and the text says {piece.value}"
        yield Complaint("numbers", where, what, "make the text from the same rows as the tables")
    if isinstance(piece, Day):
        return
    if now.ids != piece.ids:
        what = f"{piece.query} counts other authorities than the text: {_differ(piece.ids, now.ids)}"
        yield Complaint("numbers", where, what, "make the text from the same rows as the tables")
    if piece.of is not None and piece.value > piece.of:
        yield Complaint("numbers", where, f"{piece.value} of {piece.of}", "give the denominator that holds them")
    if not _says(piece, lang):
        what = f"“{piece.text}” stands for {piece.value}"
        yield Complaint("numbers", where, what, "print the number, or a word that says it")


def _says(piece: Count, lang: str) -> bool:
    """Whether the print says the value: the figures, or a word for nobody, one or all."""
    if figures := _FIGURES.match(piece.text):
        return figures.group() == texts_in(lang).number(piece.value) or _read(figures.group(), lang) == piece.value
    words, text = _weighing(lang), _lower(piece.text, lang)
    if text.startswith(words.none):  # of all it may be said that none did the contrary
        return piece.value == 0 or piece.value == piece.of
    if text.startswith(words.one):
        return piece.value == 1
    return text.startswith(words.all) and piece.of is not None and piece.value == piece.of


def lists_are_whole(report: Report, asked: Asked, lang: str) -> Iterator[Complaint]:
    """The names after a number are those that it counted, all or, with "so many more", the first of them."""
    for where, block in _blocks(report):
        for piece in pieces_of(block):
            if isinstance(piece, Name) and piece.id not in asked.order:
                what = f"“{piece.text}” ({piece.id}) stands in no table"
                yield Complaint("lists", where, what, "name only authorities of the tables")
    for where, line in _lines(report):
        for start, end in _runs(line):
            if complaint := _list(where, line, start, end, asked):
                yield complaint


def _list(where: str, line: Pieces, start: int, end: int, asked: Asked) -> Complaint | None:
    names = tuple(piece.id for piece in line[start:end] if isinstance(piece, Name))
    told = [piece for piece in _sentence(line, start) if isinstance(piece, Count | Day)]
    if not told:
        return None
    rest = line[end + 1] if end + 1 < len(line) else None
    for piece in told:
        ids = tuple(id_ for id_ in _ids(piece, asked) if id_ in asked.order)
        if isinstance(rest, Count) and rest.query.startswith("rest:"):
            if rest.query == f"rest:{len(names)}:{piece.query}" and (*names, *rest.ids) == ids:
                return None
        elif names == ids:
            return None
    what = f"the names are not those counted by {told[-1].query}: {_differ(names, _ids(told[-1], asked))}"
    return Complaint("lists", where, what, "list the authorities that the number counts")


def _ids(piece: Count | Day, asked: Asked) -> tuple[str, ...]:
    return piece.ids if isinstance(piece, Count) else asked.ask(piece.query).ids


def _sentence(line: Pieces, before: int) -> list[Piece]:
    """The pieces of the same sentence before this place."""
    out: list[Piece] = []
    for piece in reversed(line[:before]):
        if isinstance(piece, str) and _SENTENCE_ENDS.search(piece):
            break
        out.append(piece)
    return out[::-1]


def _runs(line: Pieces) -> Iterator[tuple[int, int]]:
    """Where names stand one after another: [start, end)."""
    at = 0
    while at < len(line):
        if not isinstance(line[at], Name):
            at += 1
            continue
        end = at + 1
        while (
            end + 1 < len(line)
            and isinstance(line[end + 1], Name)
            and isinstance(line[end], str)
            and _BETWEEN_NAMES.fullmatch(str(line[end]))
        ):
            end += 2
        yield at, end
        at = end


def words_are_ruled(report: Report, asked: Asked, lang: str) -> Iterator[Complaint]:
    """No word that weighs, but those that a rule gives."""
    words = _weighing(lang)
    ends = _CASES if lang == "az" else ""
    wanted = re.compile(rf"\b(?P<word>{'|'.join(map(re.escape, words.weighing))}){ends}\b")
    mend = "say what was counted, or give the word a rule in publishing/narrative/words/lint.yaml"
    texts = [(where, piece) for where, block in _blocks(report) for piece in pieces_of(block) if isinstance(piece, str)]
    for where, text in [*texts, *_headings(report)]:
        for found in wanted.finditer(_lower(text, lang)):
            if found["word"] not in words.ruled:
                yield Complaint("words", where, f"“{found.group()}” has no rule", mend)


def unseen_is_shown(report: Report, asked: Asked, lang: str) -> Iterator[Complaint]:
    """Where a chapter tells of a fact or a level, it tells too of whom nobody could look at."""
    for chapter in chapters_within(report.chapters):
        counts = [piece for block in chapter.blocks for piece in pieces_of(block) if isinstance(piece, Count)]
        queries = {piece.query for piece in counts}
        for unseen in sorted({found for query in queries if (found := _unseen_of(query))}):
            if unseen in queries or unseen.partition("@")[0] in queries or not asked.count(unseen):
                continue
            what = f"{asked.count(unseen)} could not be looked at, and the chapter does not say so ({unseen})"
            yield Complaint("unseen", _at(chapter), what, "add the sentence of the unseen")
    yield from _closed_sites(report, asked)


def _unseen_of(query: str) -> str | None:
    body, at, group = query.partition("@")
    name, _, rest = body.partition(":")
    match name:
        case "state" | "looked" | "fullness":
            fact = rest.partition(":")[0]
            return None if fact == "documents" or "." in fact else f"state:{fact}:unseen{at}{group}"
        case "news" | "news_seen":
            return f"state:news:unseen{at}{group}"
        case "level" | "assessed":
            return f"level:{rest.partition(':')[0]}:not_assessed{at}{group}"
    return None


def _closed_sites(report: Report, asked: Asked) -> Iterator[Complaint]:
    told = {
        id_
        for _, block in _blocks(report)
        for piece in pieces_of(block)
        if isinstance(piece, Count) and piece.query.startswith(("closed", "rest:"))
        for id_ in piece.ids
    }
    for id_ in asked.ask("closed").ids if report.chapters else ():
        if id_ not in told:
            what = f"the site of {id_} could not be looked at, and no sentence counts it"
            yield Complaint("unseen", "chapters", what, "add it to the limits")


# -- numbering and small tables ----------------------------------------------------------------------------------------


def numbering_is_whole(report: Report, asked: Asked, lang: str) -> Iterator[Complaint]:
    """Chapters, lines of small tables and rows of the appendices are numbered without gaps and doubles."""
    yield from _chapter_numbers(report.chapters, "")
    for where, block in _blocks(report):
        if isinstance(block, Grid):
            places = [piece.value for row in block.rows for piece in _of_place(row)]
            if places and places != list(range(1, len(block.rows) + 1)):
                what = f"the lines of “{block.caption}” are numbered {_short(str(places))}"
                yield Complaint("numbering", where, what, "number them from one, each once")
    for table in report.tables:
        numbers = Counter(row.values["number"] for row in table.rows)
        for number, times in numbers.items():
            if times > 1:
                yield Complaint("numbering", table.title, f"{times} rows are number {number}", "mend the registry")


def _chapter_numbers(chapters: Sequence[Chapter], above: str) -> Iterator[Complaint]:
    numbered = [chapter for chapter in chapters if chapter.number]
    for place, chapter in enumerate(numbered, start=1):
        wanted = f"{above}{place}"
        if chapter.number != wanted:
            what = f"the chapter is number {chapter.number} and should be {wanted}"
            yield Complaint("numbering", _at(chapter), what, "number the chapters without a gap")
        yield from _chapter_numbers(chapter.parts, f"{wanted}.")


def _of_place(row: Sequence[Pieces]) -> Iterator[Count]:
    for cell in row:
        for piece in cell:
            if isinstance(piece, Count) and piece.query.startswith("place:"):
                yield piece


def grids_add_up(report: Report, asked: Asked, lang: str) -> Iterator[Complaint]:
    """The levels of an item hold every authority that it concerns once; no authority stands twice in a small table."""
    for where, block in _blocks(report):
        if not isinstance(block, Grid):
            continue
        sums: dict[tuple[str, str], float] = defaultdict(float)
        for piece in pieces_of(block):
            if isinstance(piece, Count) and piece.query.startswith("level:"):
                body, _, group = piece.query.partition("@")
                sums[body.split(":")[1], group] += piece.value
        for (item, group), total in sums.items():
            whole = asked.count(f"concerned:{item}@{group}" if group else f"concerned:{item}")
            if total != whole:
                what = f"the levels of {item} add up to {total:g} of {whole} ({group or 'all'})"
                yield Complaint("sums", where, what, "show every level, also not assessed")
        named = Counter(piece.id for piece in pieces_of(block) if isinstance(piece, Name))
        for id_, times in named.items():
            if times > 1:
                yield Complaint("sums", where, f"{id_} stands {times} times in “{block.caption}”", "keep one line")
        for row in block.rows:
            if len(row) != len(block.columns):
                what = f"a line of “{block.caption}” has {len(row)} cells under {len(block.columns)} heads"
                yield Complaint("sums", where, what, "give it one cell for each head")


# -- the tables --------------------------------------------------------------------------------------------------------


def summary_is_true(report: Report, asked: Asked, lang: str) -> Iterator[Complaint]:
    """The summary, counted again from the rows."""
    if report.summary != summary_of(report.tables):
        yield Complaint("summary", "summary", "it does not count these rows", "make it with tables.summary_of")


def levels_are_those_given(report: Report, asked: Asked, lang: str) -> Iterator[Complaint]:
    """A row's level is the level record's."""
    for table in report.tables:
        for row in table.rows:
            for column in table.columns:
                name = f"level_{column.key.replace('.', '_')}"
                given = asked.level(row.id, column.key)
                if name in row.values and row.values[name] != given:
                    what = f"the row says {row.values[name]}, the level is {given}"
                    yield Complaint("levels", _cell_at(table, row, column.key), what, "make the table from the levels")


def notes_are_own(report: Report, asked: Asked, lang: str) -> Iterator[Complaint]:
    """No two authorities share what was seen: the same words on the same pages; without pages, all the same facts."""
    by_mark: dict[tuple[object, ...], list[tuple[Table, Row]]] = defaultdict(list)
    for table in report.tables:
        for row in table.rows:
            if mark := _copied_mark(table, row):
                by_mark[mark].append((table, row))
    for alike in by_mark.values():
        if len(alike) > 1:
            table, first = alike[0]
            names = ", ".join(row.id for _, row in alike)
            what = f"the notes of {names} are one and the same: “{_short(first.cells[-1].text)}”"
            mend = "look at each site on its own, or say that it could not be looked at"
            yield Complaint("copied", _cell_at(table, first, table.columns[-1].key), what, mend)


def _copied_mark(table: Table, row: Row) -> tuple[object, ...] | None:
    """What two rows must not share. Nothing of a row that could not be looked at, or that says only what is missing."""
    if row.values["site_state"] not in OPEN and row.values["news_state"] == "unseen":
        return None
    notes = row.cells[-1]
    if notes.evidence:
        return (notes.text, tuple((piece.url, piece.sha256) for piece in notes.evidence))
    if any(cell.evidence for cell in row.cells):
        return None
    if row.values["news_last_date"] is None:
        return None
    facts = ((name, value) for name, value in row.values.items() if name not in _OWN_VALUES)
    return (notes.text, *facts)


def cells_say_their_values(report: Report, asked: Asked, lang: str) -> Iterator[Complaint]:
    """Each number printed in a cell is one of the row's values, or follows from them."""
    told = asked.findings.get("round", {}).get("as_of")
    as_of = dt.date.fromisoformat(told) if told else None
    for table in report.tables:
        for row in table.rows:
            known = _known(row, as_of, lang) | _beside_values(asked, row, lang)
            for column, cell in zip(table.columns, row.cells, strict=True):
                for figure in _printed(cell, row):
                    if figure not in known:
                        what = f"{figure} is none of the row's values: “{_short(cell.text)}”"
                        where = _cell_at(table, row, column.key)
                        yield Complaint("cells", where, what, "make the cell from the row's values")


def _printed(cell: Cell, row: Row) -> Iterator[str]:
    """The numbers of a cell in our own words: addresses, and what the site wrote, are left out."""
    theirs = [
        str(value) for name, value in row.values.items() if value and name.endswith(("_label", "_reason", "name"))
    ]
    for line in cell.lines:
        text = line.text
        for part in sorted(theirs, key=len, reverse=True):
            text = text.replace(part, " ")
        yield from (figure for figure in _FIGURES.findall(re.sub(r"\([^()]*\dxx[^()]*\)|https?://\S+", " ", text)))


def _known(row: Row, as_of: dt.date | None, lang: str) -> set[str]:
    numbers = texts_in(lang).number
    out: set[str] = set()
    for value in row.values.values():
        out |= set(_written(value, as_of, numbers))
    return out


def _written(value: Value, as_of: dt.date | None, numbers: Callable[[float], str]) -> Iterator[str]:
    match value:
        case bool() | None:
            return
        case dt.date():
            yield from (str(value.day), str(value.year), f"{value:%d.%m.%Y}", f"{value:%d}", f"{value:%m}")
            if as_of:
                yield numbers((as_of - value).days)
        case int() | float():
            yield from (numbers(value), _plainly(value))


def _beside_values(asked: Asked, row: Row, lang: str) -> set[str]:
    """What a cell may tell beside the values: pages looked at, the day a row was seen by hand, periods of documents,
    the days in which posts are counted."""
    finding, numbers = asked.finding(row.id), texts_in(lang).number
    documents: Mapping[str, Mapping[str, object]] = finding.get("documents", {})
    parts = [*finding.get("sections", {}).values(), *documents.values()]
    out = {numbers(len(part.get("evidence") or ())) for part in parts}
    out |= {numbers(len(cell.evidence)) for cell in row.cells}
    out |= {numbers(POSTS_DAYS)} if row.values.get("social_posts_30d") is not None else set()
    news = finding.get("news", {})
    if seen := news.get("observed_on"):
        out |= set(_written(dt.date.fromisoformat(seen), None, numbers))
    ends = (news.get(f"{unit}_{end}") for unit in ("per_month", "per_day") for end in ("min", "max"))
    out |= {numbers(end) for end in ends if end is not None}
    for note in finding.get("hand_made", {}).get("said", ()):
        out |= set(_FIGURES.findall(note[lang if lang in note else "en"]))
    for part in documents.values():
        out |= {figure for name, value in part.items() if name != "evidence" for figure in _FIGURES.findall(str(value))}
    return out


# -- small things ------------------------------------------------------------------------------------------------------

CHECKS: tuple[Check, ...] = (
    figures_are_counted,
    numbers_are_true,
    lists_are_whole,
    words_are_ruled,
    unseen_is_shown,
    numbering_is_whole,
    grids_add_up,
    summary_is_true,
    levels_are_those_given,
    notes_are_own,
    cells_say_their_values,
)


def _blocks(report: Report) -> Iterator[tuple[str, Block]]:
    for chapter in chapters_within(report.chapters):
        for place, block in enumerate(chapter.blocks, start=1):
            yield f"{_at(chapter)}, block {place}", block


def _lines(report: Report) -> Iterator[tuple[str, Pieces]]:
    """Paragraphs and bullets: what is read as sentences."""
    for where, block in _blocks(report):
        match block:
            case Paragraph(pieces=pieces):
                yield where, pieces
            case Bullets(items=items):
                yield from ((where, item) for item in items)
            case Grid() | Figure():
                continue


def _headings(report: Report) -> Iterator[tuple[str, str]]:
    for chapter in chapters_within(report.chapters):
        yield _at(chapter), chapter.heading
    for where, block in _blocks(report):
        if isinstance(block, Grid):
            yield from ((where, text) for text in (block.caption, *block.columns))


def _at(chapter: Chapter) -> str:
    return f"chapter {chapter.number or chapter.key}"


def _cell_at(table: Table, row: Row, column: str) -> str:
    return f"{table.title}, {row.id}, {column}"


def _differ(told: Iterable[str], counted: Iterable[str]) -> str:
    told, counted = tuple(told), tuple(counted)
    more, less = sorted(set(told) - set(counted)), sorted(set(counted) - set(told))
    parts = [f"{', '.join(more)} too many"] if more else []
    parts += [f"{', '.join(less)} missing"] if less else []
    return _short("; ".join(parts) or "in another order")


def _short(text: str) -> str:
    return text if len(text) <= 120 else text[:119] + "…"


def _lower(text: str, lang: str) -> str:
    return lower(text) if lang == "az" else text.lower()


def _read(figures: str, lang: str) -> float:
    return float(parse_decimal(figures, locale=texts_in(lang).locale))


def _plainly(value: float) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _weighing(lang: str) -> Weighing:
    words = _words()
    return words.az if lang == "az" else words.en


@cache
def _words() -> _Words:
    return load(_WORDS, _Words)
