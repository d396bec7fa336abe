"""Of which pieces is the text of a report made, so that every number in it can be asked where it comes from?

A chapter is blocks, a block is pieces. Plain text holds words only: a number, a name of an authority or a day stands
in a piece of its own that carries its value and the authorities behind it, and is printed by its `text`. So the
linter can count again what the text says, and every format draws the same pieces.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Count:
    """A number in the text. `query` is a name in publishing.queries; `text` is as printed, suffix included: "17-si"."""

    query: str
    value: int | float
    text: str
    ids: tuple[str, ...] = ()  # the authorities that were counted
    of: int | None = None  # the denominator, where the sentence gives one


@dataclass(frozen=True)
class Name:
    """An authority in the text, as printed: "Şəkidə"."""

    id: str
    text: str
    url: str | None = None


@dataclass(frozen=True)
class Day:
    """A date in the text: `query` tells whose and which."""

    query: str
    value: dt.date
    text: str


@dataclass(frozen=True)
class Ref:
    """An address that the reader may follow, or (with `note`) the page of evidence of the notes at the end."""

    text: str
    url: str


@dataclass(frozen=True)
class Given:
    """Words and numbers that are repeated, not counted: a plan's title, the number of an item, a quoted claim."""

    text: str
    source: str  # where they stand: "plan nap-2016-2018", "claim commission-2017-2.4"


Piece = str | Count | Name | Day | Ref | Given
Pieces = tuple[Piece, ...]


@dataclass(frozen=True)
class Paragraph:
    pieces: Pieces
    style: str = "text"  # text | quote | note


@dataclass(frozen=True)
class Bullets:
    items: tuple[Pieces, ...]


@dataclass(frozen=True)
class Grid:
    """A small table in the text, with a caption of its own."""

    key: str
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Pieces, ...], ...]


@dataclass(frozen=True)
class Figure:
    """A chart: publishing.charts draws it by its key and has its caption and its words for who does not see it."""

    key: str  # levels | news_silence | changes | map


Block = Paragraph | Bullets | Grid | Figure


@dataclass(frozen=True)
class Chapter:
    key: str
    number: str  # "2.1"; numbering has no gaps
    heading: str
    blocks: tuple[Block, ...] = ()
    parts: tuple["Chapter", ...] = ()


def chapters_within(chapters: Iterable[Chapter]) -> Iterator[Chapter]:
    """Each chapter and its parts, in reading order."""
    for chapter in chapters:
        yield chapter
        yield from chapters_within(chapter.parts)


def pieces_of(block: Block) -> Iterator[Piece]:
    """All pieces of a block, in reading order."""
    match block:
        case Paragraph(pieces=pieces):
            yield from pieces
        case Bullets(items=items):
            for item in items:
                yield from item
        case Grid(rows=rows):
            for row in rows:
                for cell in row:
                    yield from cell
        case Figure():
            return


def plain(pieces: Iterable[Piece]) -> str:
    """The words as printed."""
    return "".join(piece if isinstance(piece, str) else piece.text for piece in pieces)
