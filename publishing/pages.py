"""Where does each line of the report stand on which page?

Paragraphs, lists, tables and drawings are set from top to bottom onto pages of a given shape, each tagged as what it is
(publishing.tagged). The head of a table comes again on every page; a row stays whole unless it is longer than a page.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from publishing import fonts
from publishing.charts import Dot, Drawing, Label, Rect, Segment, Shape
from publishing.tagged import Book, Element, Mark

INK, SOFT, LINK, LINE, BAND = "#1c2733", "#55626f", "#0b4f8a", "#9aa5b1", "#e9eef3"
LEADING = 1.28
_BREAK_AFTER = "/?&-._=:;,@#%"


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a line in one style. `link` is an address, or "#" and the name of a place."""

    text: str
    style: str = "regular"
    size: float = 9.5
    colour: str = INK
    link: str | None = None
    says: str | None = None  # what the link is, where its text does not tell


@dataclass(frozen=True, slots=True)
class Text:
    """One paragraph. `mark` is a state, drawn as a small shape before the first line."""

    spans: tuple[Span, ...]
    after: float = 0.0
    mark: str | None = None


@dataclass(slots=True)
class _Set:
    """One line as set: pieces with their places, and how high it is."""

    pieces: list[tuple[float, str, Span]]
    height: float
    paragraph: int
    mark: str | None = None
    after: float = 0.0


@dataclass(frozen=True)
class Sheet:
    """A page's shape in points: its size, its margins, its columns of text."""

    width: float
    height: float
    left: float
    top: float
    right: float
    bottom: float
    columns: int = 1
    gap: float = 14.0

    @property
    def column_width(self) -> float:
        return (self.width - self.left - self.right - self.gap * (self.columns - 1)) / self.columns


PORTRAIT = Sheet(595.3, 841.9, 42.5, 48, 42.5, 50)
LANDSCAPE = Sheet(841.9, 595.3, 30, 32, 30, 38)
NARROW = replace(LANDSCAPE, columns=3)
MARK_ROOM = 9.0


def broken(spans: Iterable[Span], width: float, first: float = 0.0) -> list[list[tuple[float, str, Span]]]:
    """The spans as lines that are no wider; the first begins at `first`. A word without room is cut."""
    lines: list[list[tuple[float, str, Span]]] = []
    line: list[tuple[float, str, Span]] = []
    x = first
    for span in spans:
        face, size = fonts.face(span.style), span.size
        space = face.width(" ", size)
        start, words = x, []
        for place, word in enumerate(span.text.split(" ")):
            gap = space if place else 0.0
            wide = face.width(word, size)
            if x + gap + wide <= width + 0.01:
                words.append(word)
                x += gap + wide
                continue
            if words and (place or line):
                if any(words):
                    line.append((start, " ".join(words), span))
                lines.append(line)
                line, words, start, x = [], [], 0.0, 0.0
            elif line:
                line, carried = _glued(line)
                lines.append(line)
                line, start = carried, 0.0
                x = start = sum(fonts.face(one[2].style).width(one[1], one[2].size) for one in carried)
            while wide > width:
                cut = _fits(word, face, size, width - x)
                lines.append([*line, (x, word[:cut], span)])
                line, start, x = [], 0.0, 0.0
                word = word[cut:]
                wide = face.width(word, size)
            words, x = [word], x + wide
        if words:
            line.append((start, " ".join(words), span))
    if line:
        lines.append(line)
    return lines


_Piece = tuple[float, str, Span]


def _glued(line: list[_Piece]) -> tuple[list[_Piece], list[_Piece]]:
    """The line, and its last word where that must go with what follows it: a comma after a link begins no line."""
    x, text, span = line[-1]
    rest, gap, last = text.rpartition(" ")
    if not last or not (gap or line[:-1]):
        return line, []
    return [*line[:-1], *([(x, rest, span)] if rest else [])], [(0.0, last, span)]


def _fits(word: str, face: fonts.Face, size: float, room: float) -> int:
    """How many letters of a long word fit, at a place where an address may be cut if there is one."""
    wide, end = 0.0, 0
    for place, letter in enumerate(word):
        wide += face.advances[face.glyphs(letter)[0]] * size / 1000
        if wide > room:
            break
        end = place + 1
    end = max(end, 1)
    nice = max((place + 1 for place in range(end) if word[place] in _BREAK_AFTER), default=0)
    return nice if nice > end * 0.6 else end


def set_lines(texts: Sequence[Text], width: float) -> list[_Set]:
    found: list[_Set] = []
    for number, text in enumerate(texts):
        indent = MARK_ROOM if text.mark else 0.0
        lines = broken(text.spans, width, indent)
        for place, pieces in enumerate(lines):
            height = max(piece[2].size for piece in pieces) * LEADING
            last = place == len(lines) - 1
            found.append(_Set(pieces, height, number, text.mark if place == 0 else None, text.after if last else 0.0))
    return found


def fitted(shares: Sequence[float], rows: Iterable[Sequence[Text]], whole: float) -> list[float]:
    """Widths after the shares, but each column as wide as its widest word where that is no more than a sixth."""
    least = [0.0] * len(shares)
    for row in rows:
        for place, text in enumerate(row):
            for span in text.spans:
                face = fonts.face(span.style)
                is_address = span.link is not None and not {".", "/"}.isdisjoint(span.text)  # these may be broken
                for word in () if is_address else span.text.split():
                    least[place] = max(least[place], face.width(word, span.size) + 2 * _PAD + 1)
    least = [min(one, whole / 6) for one in least]
    rest = whole - sum(least)
    total = sum(shares)
    return [low + rest * share / total for low, share in zip(least, shares, strict=True)]


class Pages:
    """Sets blocks one under the other. `foot` gives the words at the foot of a page, by its number."""

    def __init__(self, book: Book, shape: Sheet, foot: Callable[[int], str]) -> None:
        self.book, self.shape, self.foot = book, shape, foot
        self.column, self.y = 0, 0.0
        self._late: list[Callable[[], None]] = []
        self._kept: set[int] = set()
        self.new_page()

    # -- places

    @property
    def x(self) -> float:
        return self.shape.left + self.column * (self.shape.column_width + self.shape.gap)

    @property
    def page(self) -> int:
        return self.book.page_number

    @property
    def _content(self) -> list[str]:
        return self.book.pages[-1].content

    @property
    def room(self) -> float:
        return self.y - self.shape.bottom

    def new_page(self, shape: Sheet | None = None) -> None:
        if self.book.pages and self.page not in self._kept:
            self.book.pack(self.book.pages[-1])
        self.shape = shape or self.shape
        self.book.add_page(self.shape.width, self.shape.height)
        self.column, self.y = 0, self.shape.height - self.shape.top
        self._write_foot()

    def new_column(self) -> None:
        if self.column + 1 < self.shape.columns:
            self.column += 1
            self.y = self.shape.height - self.shape.top
        else:
            self.new_page()

    def need(self, height: float) -> None:
        if self.room < height and self.y < self.shape.height - self.shape.top:
            self.new_column()

    def gap(self, height: float) -> None:
        self.y -= height

    def place(self, name: str) -> None:
        """This spot can be linked to."""
        self.book.places[name] = (self.page, self.y + 2)

    def finish(self) -> bytes:
        for draw in self._late:
            draw()
        return self.book.file()

    # -- blocks

    def heading(self, level: int, text: str, place: str | None = None, *, marked: bool = True) -> None:
        size = {1: 19.0, 2: 14.0, 3: 11.5}.get(level, 10.5)
        self.need(size * LEADING + 46)
        self.gap(size * (0.2 if level == 1 else 0.6))
        if place:
            self.place(place)
            if marked:
                self.book.marks.append(Mark(level, text, place))
        element = Element(f"H{min(level, 6)}", self.book.root)
        self.paragraph(Text((Span(text, "bold", size),), after=size * 0.3), element)

    def paragraph(self, text: Text, element: Element | None = None, *, indent: float = 0.0, keep: float = 0.0) -> None:
        """Set by itself; `element` when it is not a plain paragraph, `indent` from the left."""
        element = element or Element("P", self.book.root)
        lines = set_lines((text,), self.shape.column_width - indent)
        if lines:
            self.need(min(sum(line.height for line in lines[:2]) + keep, 200))
        for line in lines:
            self.need(line.height)
            self._line(line, self.x + indent, element)
            self.gap(line.height + line.after)

    def bullets(self, items: Iterable[tuple[Span, ...]], *, sign: str = "•", size: float = 9.5) -> None:
        whole = Element("L", self.book.root, "/A<</O/List/ListNumbering/Disc>>")
        for spans in items:
            lines = set_lines((Text(spans, after=2),), self.shape.column_width - 12)
            if not lines:
                continue
            self.need(lines[0].height)
            item = Element("LI", whole)
            label, body = Element("Lbl", item), Element("LBody", item)
            self._line(_Set([(0, sign, Span(sign, size=size))], lines[0].height, 0), self.x + 2, label)
            for line in lines:
                self.need(line.height)
                self._line(line, self.x + 12, body)
                self.gap(line.height + line.after)

    def labelled(self, label: Span, spans: tuple[Span, ...], first: Element, rest: Element) -> None:
        """A number and what it stands for, in one run."""
        start = fonts.face(label.style).width(label.text, label.size)
        lines = broken(spans, self.shape.column_width, start)
        height = label.size * LEADING
        for place, pieces in enumerate(lines):
            self.need(height)
            if place == 0:
                self._line(_Set([(0.0, label.text, label)], height, 0), self.x, first)
            self._line(_Set(pieces, height, 0), self.x, rest)
            self.gap(height)
        self.gap(1.6)

    def figure(self, drawing: Drawing, caption: str) -> None:
        """A drawing as wide as the column at most, and its caption under it."""
        scale = min(1.0, self.shape.column_width / drawing.width, (self.shape.height - 140) / drawing.height)
        wide, high = drawing.width * scale, drawing.height * scale
        self.need(high + 24)
        x, bottom = self.x, self.y - high
        box = f"/A<</O/Layout/Placement/Block/BBox[{x:.1f} {bottom:.1f} {x + wide:.1f} {self.y:.1f}]>>"
        element = Element("Figure", self.book.root, box, drawing.alt)
        self._content.append(self.book.open(self.page, element))
        self._content.append(f"q {scale:.4f} 0 0 {scale:.4f} {x:.2f} {bottom:.2f} cm")
        self._content.extend(self._shape(shape, drawing.height) for shape in drawing.shapes)
        self._content.append("Q EMC")
        self.gap(high + 4)
        self.paragraph(Text((Span(caption, "italic", 9, SOFT),), after=8), Element("Caption", element))

    def table(
        self,
        heads: Sequence[Text],
        rows: Iterable[Sequence[Sequence[Text]]],
        widths: Sequence[float],
        caption: Text | None = None,
        row_head: int = 0,
        places: Iterable[str | None] = (),
    ) -> None:
        """`widths` are shares of the column; the cell `row_head` of each row is its head."""
        whole = sum(widths)
        columns = [self.shape.column_width * one / whole for one in widths]
        element = Element("Table", self.book.root)
        head = [set_lines((one,), wide - 2 * _PAD) for one, wide in zip(heads, columns, strict=True)]
        if caption is not None:
            self.paragraph(replace(caption, after=4), Element("Caption", element), keep=_height(head) + 40)
        self.need(_height(head) + 40)
        self._head(head, columns, Element("THead", element))
        body = Element("TBody", element)
        named = iter(places)
        top = self.shape.height - self.shape.top - self.shape.bottom - _height(head)
        for row in rows:
            cells = [set_lines(cell, wide - 2 * _PAD) for cell, wide in zip(row, columns, strict=True)]
            tagged = Element("TR", body)
            boxes = [
                Element("TH" if place == row_head else "TD", tagged, _ROW if place == row_head else "")
                for place in range(len(cells))
            ]
            if _height(cells) <= top and _height(cells) > self.room:
                self._again(head, columns)
            if place_name := next(named, None):
                self.place(place_name)
            self._row(cells, columns, boxes, head)
            tagged.close()
        self.gap(8)

    def contents(self, entries: Sequence[tuple[int, str, str]]) -> None:
        """Level, words and place of each; the numbers of the pages are written when they are known."""
        whole = Element("TOC", self.book.root)
        for level, words, place in entries:
            size = 9.5
            self.need(size * LEADING)
            self._kept.add(self.page)
            entry = Element("TOCI", whole)
            link = Element("Link", Element("Reference", entry))
            indent = 14 * (level - 2)
            self._late.append(self._contents_line(self.page, self.x + indent, self.y, words, place, link, size))
            self.gap(size * LEADING * (1.15 if level == 2 else 1.0))

    def _contents_line(
        self, page: int, x: float, y: float, words: str, place: str, link: Element, size: float
    ) -> Callable[[], None]:
        right = self.shape.left + self.shape.column_width

        def draw() -> None:
            face, number = fonts.face("regular"), str(self.book.places[place][0] + 1)
            shown = words
            while face.width(shown, size) > right - x - 40:
                shown = shown.removesuffix("…")[:-1] + "…"
            content, at = self.book.pages[page].content, y - size
            content.append(self.book.open(page, link))
            content.append(self._show(x, at, shown, Span(shown, size=size)))
            content.append(self._show(right - face.width(number, size), at, number, Span(number, size=size)))
            content.append("EMC")
            start, end = x + face.width(shown, size) + 5, right - face.width(number, size) - 5
            dots = f"[1 2.5] 0 d {start:.1f} {at:.1f} m {end:.1f} {at:.1f} l S [] 0 d"
            content.append(f"/Artifact BMC {_stroke(LINE)} 0.5 w {dots} EMC")
            self.book.link(page, (x, at - 2, right, at + size), f"#{place}", f"{words}, {number}", link)

        return draw

    # -- rows

    def _head(self, head: list[list[_Set]], columns: Sequence[float], element: Element) -> None:
        row = Element("TR", element)
        boxes = [Element("TH", row, "/A<</O/Table/Scope/Column>>") for _ in columns]
        self._band(head, columns)
        self._cells(head, columns, boxes)

    def _again(self, head: list[list[_Set]], columns: Sequence[float]) -> None:
        """The head on the next page: seen there, told once."""
        self.new_column()
        self._band(head, columns)
        self._content.append("/Artifact <</Type/Pagination/Subtype/Header>> BDC")
        self._cells(head, columns, None)
        self._content.append("EMC")

    def _band(self, cells: list[list[_Set]], columns: Sequence[float]) -> None:
        high = _height(cells)
        box = f"{self.x:.1f} {self.y - high:.1f} {sum(columns):.1f} {high:.1f} re f"
        self._content.append(f"/Artifact BMC {_fill(BAND)} {box} EMC")
        self._grid(cells, columns)

    def _row(
        self, cells: list[list[_Set]], columns: Sequence[float], boxes: Sequence[Element], head: list[list[_Set]]
    ) -> None:
        """All of it where it has room; else as many lines as fit, and the rest on the next page."""
        while _height(cells) > self.room:
            now, later = _split(cells, self.room)
            if any(now):
                self._grid(now, columns)
                self._cells(now, columns, boxes)
            self._again(head, columns)
            cells = later
        self._grid(cells, columns)
        self._cells(cells, columns, boxes)

    def _grid(self, cells: list[list[_Set]], columns: Sequence[float]) -> None:
        """The lines around the cells."""
        top, high, x = self.y, _height(cells), self.x
        lines = [f"/Artifact BMC {_stroke(LINE)} 0.5 w {x:.1f} {top - high:.1f} {sum(columns):.1f} {high:.1f} re"]
        for wide in columns[:-1]:
            x += wide
            lines.append(f"{x:.1f} {top:.1f} m {x:.1f} {top - high:.1f} l")
        self._content.append(" ".join(lines) + " S EMC")

    def _cells(self, cells: list[list[_Set]], columns: Sequence[float], boxes: Sequence[Element] | None) -> None:
        """The words of a row, each paragraph of a cell tagged as one; decoration where there are no boxes."""
        top, high = self.y, _height(cells)
        x = self.x
        for place, (cell, wide) in enumerate(zip(cells, columns, strict=True)):
            self.y = top - _PAD
            inner: tuple[int, Element] | None = None
            for line in cell:
                element = None
                if boxes is not None:
                    if inner is None or inner[0] != line.paragraph:
                        inner = (line.paragraph, Element("P", boxes[place]))
                    element = inner[1]
                self._line(line, x + _PAD, element)
                self.gap(line.height + line.after)
            x += wide
        self.y = top - high

    # -- lines

    def _line(self, line: _Set, x: float, element: Element | None) -> None:
        """The pieces of one line. Without an element they are decoration, and whoever calls says so."""
        content, page = self._content, self.page
        base = self.y - line.height * 0.79
        if line.mark:
            content.append(_mark(line.mark, x, base))
        if element is None:
            content += [self._show(x + at, base, text, span) for at, text, span in line.pieces]
            return
        opened = False
        for at, text, span in line.pieces:
            if span.link is None:
                if not opened:
                    content.append(self.book.open(page, element))
                    opened = True
                content.append(self._show(x + at, base, text, span))
                continue
            if opened:
                content.append("EMC")
                opened = False
            link = Element("Link", element)
            content.append(self.book.open(page, link))
            content.append(self._show(x + at, base, text, span))
            content.append("EMC")
            wide = fonts.face(span.style).width(text, span.size)
            box = (x + at, base - span.size * 0.25, x + at + wide, base + span.size * 0.8)
            self.book.link(page, box, span.link, span.says or span.text, link)
        if opened:
            content.append("EMC")

    def _show(self, x: float, y: float, text: str, span: Span) -> str:
        shown = self.book.text(span.style, text)
        return f"BT {_fill(span.colour)} /{span.style[0].upper()} {span.size:g} Tf {x:.2f} {y:.2f} Td {shown} Tj ET"

    def _write_foot(self) -> None:
        words = self.foot(self.page + 1)
        face, size, shape = fonts.face("regular"), 7.0, self.shape
        number = str(self.page + 1)
        self._content.append("/Artifact <</Type/Pagination/Subtype/Footer>> BDC")
        span = Span(words, size=size, colour=SOFT)
        self._content.append(self._show(shape.left, shape.bottom - 18, words, span))
        right = shape.width - shape.right - face.width(number, size)
        self._content.append(self._show(right, shape.bottom - 18, number, span))
        self._content.append("EMC")

    def _shape(self, shape: Shape, height: float) -> str:
        """A shape of a drawing, whose y runs downwards."""
        match shape:
            case Rect():
                box = f"{shape.x:.2f} {height - shape.y - shape.height:.2f} {shape.width:.2f} {shape.height:.2f} re"
                filled = f"{_fill(shape.fill)} {box} f " if shape.fill else ""
                return filled + (f"{_stroke(shape.stroke)} 0.7 w {box} S" if shape.stroke else "")
            case Segment():
                ends = f"{shape.x1:.2f} {height - shape.y1:.2f} m {shape.x2:.2f} {height - shape.y2:.2f} l S"
                return f"{_stroke(shape.colour)} {shape.thickness:g} w {ends}"
            case Dot():
                ring = _circle(shape.x, height - shape.y, shape.radius)
                if shape.radius <= 1:
                    return f"{_fill(shape.fill or INK)} {ring} f"
                return f"{_fill(shape.fill or '#ffffff')} {_stroke(shape.stroke)} 0.8 w {ring} B"
            case Label():
                style = "bold" if shape.bold else "regular"
                wide = fonts.face(style).width(shape.text, shape.size)
                x = shape.x - {"start": 0.0, "middle": wide / 2, "end": wide}[shape.anchor]
                return self._show(x, height - shape.y, shape.text, Span("", style, shape.size, shape.colour))


_PAD = 2.6
_ROW = "/A<</O/Table/Scope/Row>>"


def _height(cells: Sequence[Sequence[_Set]]) -> float:
    return max(sum(line.height + line.after for line in cell) for cell in cells) + 2 * _PAD


def _split(cells: list[list[_Set]], room: float) -> tuple[list[list[_Set]], list[list[_Set]]]:
    """The lines that fit into the room, and the others."""
    now, later = [], []
    for cell in cells:
        high, end = 2 * _PAD, 0
        for line in cell:
            high += line.height + line.after
            if high > room:
                break
            end += 1
        now.append(cell[:end])
        later.append(cell[end:])
    return now, later


@cache
def _rgb(colour: str) -> str:
    return " ".join(f"{int(colour[place : place + 2], 16) / 255:.3g}" for place in (1, 3, 5))


def _fill(colour: str) -> str:
    return f"{_rgb(colour)} rg"


def _stroke(colour: str) -> str:
    return f"{_rgb(colour)} RG"


def _circle(x: float, y: float, r: float) -> str:
    k = 0.5523 * r
    return (
        f"{x + r:.2f} {y:.2f} m {x + r:.2f} {y + k:.2f} {x + k:.2f} {y + r:.2f} {x:.2f} {y + r:.2f} c "
        f"{x - k:.2f} {y + r:.2f} {x - r:.2f} {y + k:.2f} {x - r:.2f} {y:.2f} c "
        f"{x - r:.2f} {y - k:.2f} {x - k:.2f} {y - r:.2f} {x:.2f} {y - r:.2f} c "
        f"{x + k:.2f} {y - r:.2f} {x + r:.2f} {y - k:.2f} {x + r:.2f} {y:.2f} c"
    )


_MARKS = {"found": "#1a6b36", "partial": "#8a5300", "absent": "#a3201d", "unseen": "#4a4f8f"}


def _mark(state: str, x: float, base: float) -> str:
    """A tick, a half-filled ring, a cross, an empty ring: the word that says the same follows."""
    colour, y = _MARKS[state], base + 2.4
    pen = f"/Artifact BMC q {_stroke(colour)} {_fill(colour)} 1.1 w "
    match state:
        case "found":
            drawn = f"{x + 0.5:.1f} {y:.1f} m {x + 2.4:.1f} {y - 2.2:.1f} l {x + 5.8:.1f} {y + 2.6:.1f} l S"
        case "absent":
            drawn = (
                f"{x + 0.8:.1f} {y - 2.4:.1f} m {x + 5.6:.1f} {y + 2.4:.1f} l "
                f"{x + 0.8:.1f} {y + 2.4:.1f} m {x + 5.6:.1f} {y - 2.4:.1f} l S"
            )
        case "partial":
            drawn = f"{_circle(x + 3.2, y, 2.5)} S {x + 3.2:.1f} {y - 2.5:.1f} 2.5 5 re f"
        case _:
            drawn = f"{_circle(x + 3.2, y, 2.5)} S"
    return pen + drawn + " Q EMC"
