"""How does the report look as pages?

The chapters upright, the appendices on their side, the evidence in narrow columns; tagged throughout, with bookmarks
and its letters embedded. Set by publishing.pages, which asks nothing of the machine but its own font.
"""

from collections.abc import Iterator
from typing import assert_never

from publishing.blocks import Block, Bullets, Chapter, Figure, Grid, Name, Paragraph, Pieces, Ref
from publishing.charts import Drawing, charts_in
from publishing.clean import address, shown
from publishing.edition import SHOWN_PER_CELL, Edition
from publishing.fonts import MissingTool
from publishing.listings import Listing
from publishing.pages import INK, LANDSCAPE, LINK, NARROW, PORTRAIT, SOFT, Pages, Span, Text, fitted
from publishing.tables import Cell, Table, Value
from publishing.tagged import Book, Element
from publishing.words import Line

__all__ = ["MissingTool", "render"]

BODY, CELL, SMALL, NOTE = 9.5, 7.2, 6.6, 6.2
WIDTHS = {"number": 9, "authority": 40, "notes": 52}
ITEM_WIDTH = 45
SHOWN_SHA_CHARS = 12
SAMPLED_ROWS = 300  # of a listing, to see how wide its words are


def render(edition: Edition) -> bytes:
    """Raises MissingTool where the font is not installed."""
    return _Report(edition).made()


class _Report:
    def __init__(self, edition: Edition) -> None:
        self.edition, texts = edition, edition.texts
        title = f"{texts.title} – {edition.round.name}"
        book = Book(title, texts.lang, edition.round.software, edition.round.as_of)
        self.pages = Pages(book, PORTRAIT, lambda _: title)
        self.figures, self.tables = 0, 0
        self.drawn: dict[str, Drawing] = {}

    def made(self) -> bytes:
        edition = self.edition
        keys = [figure.key for figure in edition.figures]
        self.drawn = charts_in([*keys, *edition.charts], edition)
        self._head()
        for chapter in edition.body:
            self._chapter(chapter, 2)
        for key in edition.charts:
            self._figure(key)
        for table in edition.tables:
            self.pages.new_page(LANDSCAPE)
            self._table(table)
        for listing in edition.printed:
            self._listing(listing)
        self._legend()
        self._notes()
        return self.pages.finish()

    def _head(self) -> None:
        edition, pages = self.edition, self.pages
        if edition.banner:
            pages.paragraph(Text((Span(edition.banner, "bold", 11, "#a3201d"),), after=8))
        pages.heading(1, edition.texts.title, "top", marked=False)
        pages.paragraph(Text((Span(edition.subtitle, size=11),), after=8))
        for fact in edition.facts:
            pages.paragraph(Text((Span(fact, size=9, colour=SOFT),), after=1))
        pages.heading(2, edition.texts.charts.contents, "contents")
        pages.contents(tuple(self._entries()))
        for place, (heading, lines) in enumerate(edition.front):
            pages.heading(2, heading, f"front-{place}")
            pages.bullets((Span(line, size=BODY),) for line in lines)

    def _entries(self) -> Iterator[tuple[int, str, str]]:
        """What the contents name, with the places that the headings have."""
        edition = self.edition
        yield from ((2, heading, f"front-{place}") for place, (heading, _) in enumerate(edition.front))
        for chapter in edition.body:
            yield 2, _numbered(chapter), _anchor(chapter)
            yield from ((3, _numbered(part), _anchor(part)) for part in chapter.parts)
        yield from ((2, table.title, f"table-{table.key}") for table in edition.tables)
        yield from ((2, one.title, f"list-{one.key}") for one in edition.printed)
        yield 2, edition.texts.head.definitions, "legend"
        if edition.notes:
            yield 2, edition.texts.head.evidence, "evidence"

    def _chapter(self, chapter: Chapter, level: int) -> None:
        self.pages.heading(level, _numbered(chapter), _anchor(chapter))
        for block in chapter.blocks:
            self._block(block)
        for part in chapter.parts:
            self._chapter(part, level + 1)

    def _block(self, block: Block) -> None:
        match block:
            case Paragraph():
                style = "italic" if block.style == "quote" else "regular"
                size, indent = (BODY - 1 if block.style == "note" else BODY), (14.0 if block.style == "quote" else 0.0)
                element = Element("BlockQuote", self.pages.book.root) if block.style == "quote" else None
                inner = Element("P", element) if element else None
                self.pages.paragraph(Text(_spans(block.pieces, style, size), after=5), inner, indent=indent)
            case Bullets():
                self.pages.bullets(_spans(item, "regular", BODY) for item in block.items)
                self.pages.gap(3)
            case Grid():
                self._grid(block)
            case Figure():
                self._figure(block.key)
            case _:
                assert_never(block)

    def _figure(self, key: str) -> None:
        if drawing := self.drawn.get(key):
            self.figures += 1
            number = self.edition.texts.charts.figure.format(n=self.figures)
            self.pages.figure(drawing, f"{number}. {drawing.caption}")

    def _caption(self, words: str) -> Text:
        self.tables += 1
        return Text((Span(f"{self.edition.texts.charts.table.format(n=self.tables)}. {words}", "bold", 9),))

    def _grid(self, grid: Grid) -> None:
        rows = [[(Text(_spans(cell, "regular", 8.5)),) for cell in row] for row in grid.rows]
        heads = [Text((Span(head, "bold", 8.5),)) for head in grid.columns]
        lengths = [
            max([len(head), *(sum(len(span.text) for span in row[place][0].spans) for row in rows)])
            for place, head in enumerate(grid.columns)
        ]
        sample = [heads, *([cell[0] for cell in row] for row in rows)]
        widths = fitted([min(max(one, 7), 45) for one in lengths], sample, self.pages.shape.column_width)
        self.pages.table(heads, rows, widths, self._caption(grid.caption))

    def _table(self, table: Table) -> None:
        pages = self.pages
        pages.heading(2, table.title, f"table-{table.key}")
        heads = [
            Text(
                (
                    Span(column.heading, "bold", CELL),
                    *([Span(f" {column.title}", size=SMALL)] if column.title else []),
                    *([Span(f" {column.note}", "italic", SMALL)] if column.note else []),
                )
            )
            for column in table.columns
        ]
        widths = [WIDTHS.get(column.key, ITEM_WIDTH) for column in table.columns]
        rows = ([self._cell(cell) for cell in row.cells] for row in table.rows)
        places = (f"row-{row.id}" for row in table.rows)
        pages.table(heads, rows, widths, self._caption(table.caption), 1, places)

    def _cell(self, cell: Cell) -> list[Text]:
        found = [_line(line) for line in cell.lines]
        found += [Text((Span(line, "italic", CELL, SOFT),)) for line in self.edition.level_lines(cell)]
        if cited := self.edition.cited(cell):
            said = self.edition.texts.head.evidence_link
            spans = tuple(
                span
                for place, n in enumerate(cited)
                for span in (
                    *([Span(" ", size=SMALL)] if place else []),
                    Span(f"[{n}]", size=SMALL, colour=LINK, link=f"#note-{n}", says=said.format(n=n)),
                )
            )
            found.append(Text(spans))
        return found

    def _listing(self, listing: Listing) -> None:
        self.pages.heading(2, listing.title, f"list-{listing.key}")
        heads = [Text((Span(head.heading, "bold", CELL),)) for head in listing.heads]
        rows = [[(Text((self._value(value),)),) for value in row] for row in listing.rows]
        sample = [[cell[0] for cell in row] for row in rows[:SAMPLED_ROWS]]
        widths = fitted(listing.widths, [heads, *sample], self.pages.shape.column_width)
        self.pages.table(heads, rows, widths, self._caption(listing.caption))

    def _value(self, value: Value) -> Span:
        text = self.edition.texts.value(value)
        link = address(text) if text.startswith("http") else None
        return Span(shown(text) if link else text, size=CELL, colour=LINK if link else INK, link=link)

    def _legend(self) -> None:
        pages = self.pages
        pages.heading(2, self.edition.texts.head.definitions, "legend")
        for place, (heading, entries) in enumerate(self.edition.legend):
            pages.heading(3, heading, f"legend-{place}", marked=False)
            pages.bullets(
                (Span(one.name, "bold", 8.5), *([Span(f" – {one.meaning}", size=8.5)] if one.meaning else []))
                for one in entries
            )

    def _notes(self) -> None:
        edition, pages = self.edition, self.pages
        if not edition.notes:
            return
        pages.new_page(NARROW)
        pages.heading(2, edition.texts.head.evidence, "evidence")
        pages.paragraph(Text((Span(edition.texts.head.more.format(n=SHOWN_PER_CELL), size=7.5),), after=4))
        whole = Element("L", pages.book.root)
        for note in edition.notes:
            item = Element("LI", whole)
            label, body = Element("Lbl", item), Element("LBody", item)
            link = address(note.url)
            parts = [edition.note_time(note)]
            if note.sha256:
                parts.append(f"sha256 {note.sha256[:SHOWN_SHA_CHARS]}…")
            parts += [edition.texts.head.quote.format(quote=quote) for quote in note.quotes]
            pages.need(NOTE * 2.6)
            pages.place(f"note-{note.number}")
            pages.labelled(
                Span(f"[{note.number}] ", "bold", NOTE),
                (
                    Span(shown(note.url), size=NOTE, colour=LINK if link else INK, link=link),
                    Span(" · " + " · ".join(parts), size=NOTE),
                ),
                label,
                body,
            )
            item.close()


def _anchor(chapter: Chapter) -> str:
    return f"chapter-{chapter.number or chapter.key}"


def _numbered(chapter: Chapter) -> str:
    return f"{chapter.number}. {chapter.heading}" if chapter.number else chapter.heading


def _spans(pieces: Pieces, style: str, size: float) -> tuple[Span, ...]:
    found = []
    for piece in pieces:
        text = piece if isinstance(piece, str) else piece.text
        url = address(piece.url) if isinstance(piece, (Ref, Name)) else None
        if text:
            found.append(Span(text, style, size, LINK if url else INK, url))
    return tuple(found)


def _line(line: Line) -> Text:
    """A line of a cell: its words, its links, what follows them."""
    style = "bold" if line.head else "regular"
    spans: list[Span] = []
    if line.text:
        spans.append(Span(line.text + (" " if line.links else ""), style, CELL))
    for place, link in enumerate(line.links):
        if place:
            spans.append(Span(", ", size=CELL))
        spans.append(Span(link.text, size=CELL, colour=LINK if link.url else INK, link=link.url or None))
    if line.after:
        spans.append(Span(f"; {line.after}" if line.links else f" {line.after}", size=CELL))
    return Text(tuple(spans), mark=line.state)
