"""What do the numbers look like, for whom a picture says more?

A drawing is a list of shapes: as SVG it stands in the page, as PNG in the Word document, and pdf draws the shapes
themselves. Nothing is told by colour alone: each kind has a hatching of its own and its number is printed in it, so
that a black-and-white print says as much. Beside the picture stand its words for who does not see it, and its numbers
as a table.
"""

import io
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from PIL import Image, ImageDraw, ImageFont

from archive.border import Record, load
from publishing import fonts
from publishing.edition import Edition
from publishing.listings import Head, Listing, named
from publishing.tables import Row, Table, Value
from publishing.texts import Texts

INK, SOFT, PAPER = "#1c2733", "#55626f", "#ffffff"
WIDTH = 510.0  # points: the width of a portrait page within its margins
PNG_SCALE = 3
LONG_WORDS = 12  # letters
MOST_DOTS = 240  # authorities; more are drawn as bars by time
TILES = Path(__file__).parent / "tiles.yaml"


class NoSuchChart(ValueError):
    """A text asks for a chart that nobody draws, or one that this report has no numbers for."""


@dataclass(frozen=True)
class Rect:
    x: float
    y: float
    width: float
    height: float
    fill: str | None = None
    stroke: str | None = None


@dataclass(frozen=True)
class Segment:
    x1: float
    y1: float
    x2: float
    y2: float
    colour: str = INK
    thickness: float = 0.6


@dataclass(frozen=True)
class Dot:
    x: float
    y: float
    radius: float
    fill: str | None
    stroke: str = INK


@dataclass(frozen=True)
class Label:
    """`anchor`: start, middle or end. `y` is the baseline."""

    x: float
    y: float
    text: str
    size: float = 8
    anchor: str = "start"
    bold: bool = False
    colour: str = INK


Shape = Rect | Segment | Dot | Label


@dataclass(frozen=True)
class Look:
    """How one kind is told apart in grey: its fill, its hatching, and the colour of the number in it."""

    fill: str
    hatch: str = ""  # any of / \ - .
    ink: str = INK


LEVELS = {
    "full": Look("#123f6b", ink=PAPER),
    "significant": Look("#a9c8e6", "/"),
    "none": Look("#ffffff"),
    "worse": Look("#e9a48f", "/\\"),
    "not_assessed": Look("#e3e6ea", "."),
}
CHANGES = {
    "better": Look("#123f6b", ink=PAPER),
    "same": Look("#ffffff"),
    "worse": Look("#e9a48f", "/\\"),
    "not_comparable": Look("#e3e6ea", "."),
}
_NO_LEVEL = Look("#ffffff", "-")


@dataclass(frozen=True)
class Drawing:
    key: str
    caption: str
    alt: str
    table: Listing
    width: float
    height: float
    shapes: tuple[Shape, ...]

    @cached_property
    def svg(self) -> bytes:
        """To be set into a page: no XML head, named by its own title and description."""
        name, told = f"chart-{self.key.replace(':', '-').replace('.', '-')}", escape(self.alt)
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width:g} {self.height:g}" role="img" '
            f'aria-labelledby="{name}-t {name}-d" '
            'font-family="Source Sans Pro, Segoe UI, Noto Sans, Arial, sans-serif">'
            f'<title id="{name}-t">{escape(self.caption)}</title><desc id="{name}-d">{told}</desc>'
        )
        return (head + "".join(map(_svg, self.shapes)) + "</svg>").encode()

    @cached_property
    def png(self) -> bytes | None:
        """For programs that take no SVG; None where the font is not there to write the words with."""
        try:
            return _png(self)
        except fonts.MissingTool:
            return None


def draw(edition: Edition, key: str) -> Drawing:
    """`levels`, `news_silence`, `changes`, or `map` (`map:4.2.2` for one item). Raises NoSuchChart."""
    name, _, item = key.partition(":")
    match name:
        case "levels":
            return _levels(edition)
        case "news_silence":
            return _news_silence(edition)
        case "changes":
            return _changes(edition)
        case "map":
            return _map(edition, item)
    raise NoSuchChart(f"there is no chart {key!r}; there are: levels, news_silence, changes, map")


def _levels(edition: Edition) -> Drawing:
    texts, counts = edition.texts, edition.summary.all.levels
    rows = {item: counts[item] for item in edition.items if item in counts}
    said = texts.charts.levels
    return _stacked("levels", said.title, said.alt, rows, LEVELS, texts.levels, texts)


def _changes(edition: Edition) -> Drawing:
    texts = edition.texts
    if not edition.beside.changes:
        raise NoSuchChart("no comparison with an earlier round was asked for")
    counted: dict[str, Counter[str]] = {}
    for change in edition.beside.changes:
        counted.setdefault(named(change.what, texts), Counter())[change.verdict] += 1
    said = texts.charts.changes
    return _stacked("changes", said.title, said.alt, counted, CHANGES, texts.compared.verdicts, texts)


def _stacked(
    key: str,
    title: str,
    alt: str,
    rows: Mapping[str, Mapping[str, int]],
    looks: Mapping[str, Look],
    names: Mapping[str, str],
    texts: Texts,
) -> Drawing:
    """A bar for each row, cut by kinds; the number stands in its part, or over it where the part is narrow."""
    if not rows:
        raise NoSuchChart(f"there are no numbers for the chart {key!r}")
    bar, step, label = 20.0, 31.0, 14 + max(_width(row, 9) for row in rows)
    whole, room = max(sum(parts.values()) for parts in rows.values()) or 1, WIDTH - label - 8
    used = [kind for kind in looks if any(parts.get(kind) for parts in rows.values())]
    shapes: list[Shape] = []
    top = 12.0
    for row, parts in rows.items():
        shapes.append(Label(label - 6, top + bar / 2 + 3, row, 9, "end", bold=True))
        x = label
        for kind in used:
            n = parts.get(kind, 0)
            if n:
                wide = room * n / whole
                shapes += _swatch(x, top, wide, bar, looks[kind])
                shapes += _number(x, top, wide, bar, texts.number(n), looks[kind])
                x += wide
        top += step
    shapes.append(
        Label(WIDTH - 8, top - 2, f"{texts.charts.authorities}: {texts.number(whole)}", 8, "end", colour=SOFT)
    )
    legend, height = _legend([(looks[kind], names[kind]) for kind in used], top + 12)
    shapes += legend
    heads = (Head("what", ""), *(Head(kind, names[kind]) for kind in used))
    lines: tuple[tuple[Value, ...], ...] = tuple(
        (row, *(parts.get(kind, 0) for kind in used)) for row, parts in rows.items()
    )
    told = "; ".join(
        f"{row}: " + ", ".join(f"{names[kind]} {parts[kind]}" for kind in used if parts.get(kind))
        for row, parts in rows.items()
    )
    table = Listing(key, title, title, heads, lines)
    return Drawing(key, title, alt.format(table=told), table, WIDTH, height, tuple(shapes))


def _number(x: float, top: float, wide: float, bar: float, text: str, look: Look) -> Iterator[Shape]:
    space = _width(text, 8.5, bold=True)
    if wide < space + 2:
        yield Label(x + wide / 2, top - 2.5, text, 7, "middle")
        return
    if look.hatch and wide >= space + 6:
        yield Rect(x + wide / 2 - space / 2 - 2, top + bar / 2 - 6, space + 4, 12, fill=PAPER)
    ink = INK if look.hatch else look.ink
    yield Label(x + wide / 2, top + bar / 2 + 3, text, 8.5, "middle", bold=True, colour=ink)


def _legend(entries: Sequence[tuple[Look, str]], top: float) -> tuple[list[Shape], float]:
    shapes: list[Shape] = []
    x = 4.0
    for look, name in entries:
        wide = 18 + _width(name, 8.5) + 14
        if x + wide > WIDTH and x > 4:
            x, top = 4.0, top + 15
        shapes += _swatch(x, top, 13, 10, look)
        shapes.append(Label(x + 18, top + 8, name, 8.5))
        x += wide
    return shapes, top + 16


# Shapes beside colours for the three standings of news.
_STANDINGS = ("active", "slowed", "stopped")
_TICKS = (0, 7, 14, 30, 90, 365, 1000, 3650)


def _news_silence(edition: Edition) -> Drawing:
    """How long each authority's news has been silent, longest first."""
    texts, said = edition.texts, edition.texts.charts.news_silence
    rows = [row for table in edition.tables for row in table.rows]
    known = [row for row in rows if _silence(row) is not None]
    known.sort(key=lambda row: (-(_silence(row) or 0), row.name))
    if not known:
        raise NoSuchChart("no authority's latest news has a known date")
    days = [_silence(row) or 0 for row in known]
    banded = Counter(_band(one) for one in days)
    lines = [(said.bands[band], banded[band]) for band in said.bands]
    unknown = len(rows) - len(known)
    told = "; ".join(f"{name}: {n}" for name, n in lines) + f". {said.unknown.format(n=unknown)}"
    middle = sorted(days)[len(days) // 2] if len(days) % 2 else sum(sorted(days)[len(days) // 2 - 1 :][:2]) / 2
    alt = said.alt.format(n=len(days), median=texts.number(middle), most=texts.number(days[0]), table=told)
    heads = (Head("band", said.bin), Head("authorities", texts.charts.authorities))
    table = Listing("news_silence", said.title, said.title, heads, tuple(lines))
    shapes, height = _dots(known, texts) if len(known) <= MOST_DOTS else _bands(lines, texts)
    if unknown:
        shapes.append(Label(4, height + 2, said.unknown.format(n=texts.number(unknown)), 8, colour=SOFT))
        height += 10
    return Drawing("news_silence", said.title, alt, table, WIDTH, height, tuple(shapes))


def _dots(known: Sequence[Row], texts: Texts) -> tuple[list[Shape], float]:
    """Two columns of names, each with a dot on a scale that is wide where it matters: 0, 7, 14, 30 … days."""
    half, pitch, top = math.ceil(len(known) / 2), 11.0, 26.0
    shapes: list[Shape] = []
    names = min(112.0, max(_width(row.name, 7.5) for row in known) + 4)
    most = max(_silence(row) or 0 for row in known)
    end = next((tick for tick in _TICKS if tick >= most), most)
    column = WIDTH / 2 - 8
    for side in range(2 if half < len(known) else 1):
        left = side * (WIDTH / 2 + 4)
        start, room = left + names + 6, column - names - 36
        bottom = top + half * pitch
        for tick in [tick for tick in _TICKS if tick <= end]:
            x = start + room * _log(tick, end)
            shapes.append(Segment(x, top - 6, x, bottom - 4, "#c3ccd5", 0.5))
            if tick not in (14,):
                shapes.append(Label(x, top - 9, texts.number(tick), 7, "middle", colour=SOFT))
        for place, row in enumerate(known[side * half : (side + 1) * half]):
            y = top + place * pitch
            silence = _silence(row) or 0
            x = start + room * _log(silence, end)
            shapes.append(Label(left + names, y + 2.5, _cut(row.name, 7.5, names - 2), 7.5, "end"))
            shapes.append(Segment(start, y, x, y, SOFT, 0.7))
            shapes += _marker(x, y, str(row.values["news_status"]))
            shapes.append(Label(x + 5, y + 2.5, texts.number(silence), 7))
    shapes.append(Label(WIDTH, 8, texts.charts.days, 7.5, "end", colour=SOFT))
    x = 4.0
    for status in _STANDINGS:
        name = texts.summary.news_states[status]
        shapes += _marker(x + 4, 5.5, status)
        shapes.append(Label(x + 11, 8, name, 8))
        x += 26 + _width(name, 8)
    return shapes, top + half * pitch + 4


def _marker(x: float, y: float, status: str) -> Iterator[Shape]:
    """A filled dot, an open one, a square."""
    if status == "stopped":
        yield Rect(x - 2.8, y - 2.8, 5.6, 5.6, fill=INK)
    else:
        yield Dot(x, y, 2.8, "#2a6fb0" if status == "active" else PAPER)


def _bands(lines: Sequence[tuple[str, int]], texts: Texts) -> tuple[list[Shape], float]:
    most, label = max(n for _, n in lines) or 1, 14 + max(_width(name, 9) for name, _ in lines)
    shapes: list[Shape] = []
    top = 10.0
    for name, n in lines:
        wide = (WIDTH - label - 40) * n / most
        shapes.append(Label(label - 6, top + 12, name, 9, "end"))
        shapes.append(Rect(label, top, max(wide, 0.5), 16, fill="#123f6b", stroke=INK))
        shapes.append(Label(label + wide + 5, top + 12, texts.number(n), 9, bold=True))
        top += 24
    shapes.append(Label(WIDTH - 4, top + 6, texts.charts.authorities, 8, "end", colour=SOFT))
    return shapes, top + 10


class _Tiles(Record):
    rows: tuple[str, ...]


@cache
def tiles() -> Mapping[str, tuple[int, int]]:
    """id of a local authority -> (column, row) of its square."""
    rows = load(TILES, _Tiles).rows
    return {id_: (x, y) for y, row in enumerate(rows) for x, id_ in enumerate(row.split()) if id_ != "."}


def _map(edition: Edition, item: str) -> Drawing:
    texts, said = edition.texts, edition.texts.charts.map
    table = next((one for one in edition.tables if one.key == "local"), None)
    if table is None or not table.items:
        raise NoSuchChart("there are no local authorities to map")
    item = item or table.items[0]
    if item not in table.items:
        raise NoSuchChart(f"the local authorities are not judged on {item!r}")
    placed = [row for row in table.rows if row.id in tiles()]
    if not placed:
        raise NoSuchChart("none of these authorities has a place on the map")
    columns, high = 1 + max(x for x, _ in tiles().values()), 34.0
    wide = WIDTH / columns
    shapes: list[Shape] = []
    for row in placed:
        x, y = tiles()[row.id]
        look = LEVELS.get(_level(row, item) or "", _NO_LEVEL)
        shapes += _tile(x * wide + 1, y * high + 1, wide - 2, high - 2, row.name, look)
    used = [kind for kind in LEVELS if any(_level(row, item) == kind for row in placed)]
    bottom = (1 + max(tiles()[row.id][1] for row in placed)) * high
    legend, height = _legend([(LEVELS[kind], texts.levels[kind]) for kind in used], bottom + 8)
    shapes += legend
    return Drawing(
        f"map:{item}",
        said.title.format(item=item),
        said.alt.format(table=_map_told(placed, item, used, texts)),
        _map_table(placed, item, table, used, texts),
        WIDTH,
        height,
        tuple(shapes),
    )


def _tile(x: float, y: float, wide: float, high: float, name: str, look: Look) -> Iterator[Shape]:
    """The level is the upper part, the name stands on white under it."""
    yield from _swatch(x, y, wide, high * 0.48, look)
    lines = _broken(name, 6.2, wide)
    for place, line in enumerate(lines):
        yield Label(x + wide / 2, y + high * 0.48 + 7 + 6.4 * place, line, 6.2, "middle")


def _map_told(rows: Sequence[Row], item: str, used: Sequence[str], texts: Texts) -> str:
    return "; ".join(
        f"{texts.levels[kind]}: {', '.join(row.name for row in rows if _level(row, item) == kind)}" for kind in used
    )


def _map_table(rows: Sequence[Row], item: str, table: Table, used: Sequence[str], texts: Texts) -> Listing:
    heads = (Head("level", texts.heads["level"]), Head("authorities", texts.charts.authorities))
    counted = Counter(_level(row, item) for row in rows)
    lines = tuple((texts.levels[kind], counted[kind]) for kind in used)
    return Listing(f"map:{item}", table.title, texts.charts.map.title.format(item=item), heads, lines)


def _level(row: Row, item: str) -> str | None:
    level = row.values.get(f"level_{item.replace('.', '_')}")
    return None if level is None else str(level)


def _silence(row: Row) -> int | None:
    days = row.values["news_silence_days"]
    return days if isinstance(days, int) else None


def _band(days: int) -> str:
    return next((f"d{end}" for end in (14, 30, 90, 365) if days <= end), "more")


def _log(days: float, end: float) -> float:
    return math.log1p(max(days, 0)) / (math.log1p(end) or 1)


def _swatch(x: float, y: float, wide: float, high: float, look: Look) -> Iterator[Shape]:
    yield Rect(x, y, wide, high, fill=look.fill)
    for hatch in look.hatch:
        yield from _hatching(x, y, wide, high, hatch)
    yield Rect(x, y, wide, high, stroke=INK)


def _hatching(x: float, y: float, wide: float, high: float, hatch: str, gap: float = 4.5) -> Iterator[Shape]:
    """Lines or dots within the rectangle, cut at its edges."""
    if hatch == ".":
        for row in range(int(high / gap)):
            for column in range(int(wide / gap)):
                yield Dot(x + gap * (column + 0.5), y + gap * (row + 0.5), 0.5, INK)
        return
    if hatch == "-":
        for row in range(1, math.ceil(high / gap)):
            yield Segment(x, y + row * gap, x + wide, y + row * gap, SOFT, 0.5)
        return
    at = gap / 2
    while at < wide + high:
        x1, y1 = (at, 0.0) if at <= wide else (wide, at - wide)
        x2, y2 = (0.0, at) if at <= high else (at - high, high)
        if hatch == "\\":
            x1, x2 = wide - x1, wide - x2
        yield Segment(x + x1, y + y1, x + x2, y + y2, INK, 0.5)
        at += gap


def _width(text: str, size: float, *, bold: bool = False) -> float:
    """By the font where it is there, else by a guess: SVG is drawn without it too."""
    try:
        return fonts.face("bold" if bold else "regular").width(text, size)
    except fonts.MissingTool:
        return 0.52 * size * len(text)


def _cut(text: str, size: float, room: float) -> str:
    while text and _width(text, size) > room:
        text = text.rstrip("…")[:-1] + "…" if len(text) > 2 else ""
    return text


def _broken(name: str, size: float, room: float) -> list[str]:
    """At most two lines, broken at a space or where the room ends."""
    if _width(name, size) <= room:
        return [name]
    first, _, rest = name.partition(" ")
    if rest and _width(first, size) <= room:
        return [first, _cut(rest, size, room)]
    end = len(name)
    while end > 1 and _width(name[:end] + "-", size) > room:
        end -= 1
    return [name[:end] + "-", _cut(name[end:], size, room)]


def _svg(shape: Shape) -> str:
    match shape:
        case Rect():
            stroke = f' stroke="{shape.stroke}" stroke-width="0.7"' if shape.stroke else ""
            box = f'x="{shape.x:.2f}" y="{shape.y:.2f}" width="{shape.width:.2f}" height="{shape.height:.2f}"'
            return f'<rect {box} fill="{shape.fill or "none"}"{stroke}/>'
        case Segment():
            ends = f'x1="{shape.x1:.2f}" y1="{shape.y1:.2f}" x2="{shape.x2:.2f}" y2="{shape.y2:.2f}"'
            return f'<line {ends} stroke="{shape.colour}" stroke-width="{shape.thickness:g}"/>'
        case Dot():
            stroke = f' stroke="{shape.stroke}" stroke-width="0.8"' if shape.radius > 1 else ""
            return f'<circle cx="{shape.x:.2f}" cy="{shape.y:.2f}" r="{shape.radius:g}" fill="{shape.fill}"{stroke}/>'
        case Label():
            bold = ' font-weight="700"' if shape.bold else ""
            anchor = f' text-anchor="{shape.anchor}"' if shape.anchor != "start" else ""
            place = f'x="{shape.x:.2f}" y="{shape.y:.2f}" font-size="{shape.size:g}"'
            if len(shape.text) > LONG_WORDS:  # in a wider font it would leave the drawing
                place += f' textLength="{_width(shape.text, shape.size, bold=shape.bold):.1f}"'
                place += ' lengthAdjust="spacingAndGlyphs"'
            return f"<text {place} fill={quoteattr(shape.colour)}{anchor}{bold}>{escape(shape.text)}</text>"


def _png(drawing: Drawing) -> bytes:
    scale = PNG_SCALE
    size = (round(drawing.width * scale), round(drawing.height * scale))
    picture = Image.new("RGB", size, PAPER)
    pen = ImageDraw.Draw(picture)
    for shape in drawing.shapes:
        _paint(pen, shape, scale)
    file = io.BytesIO()
    picture.quantize(64).save(file, "PNG", optimize=True, dpi=(72 * scale, 72 * scale))
    return file.getvalue()


def _paint(pen: ImageDraw.ImageDraw, shape: Shape, scale: float) -> None:
    match shape:
        case Rect():
            box = (
                shape.x * scale,
                shape.y * scale,
                (shape.x + shape.width) * scale,
                (shape.y + shape.height) * scale,
            )
            pen.rectangle(box, fill=shape.fill, outline=shape.stroke, width=2)
        case Segment():
            ends = (shape.x1 * scale, shape.y1 * scale, shape.x2 * scale, shape.y2 * scale)
            pen.line(ends, fill=shape.colour, width=max(1, round(shape.thickness * scale)))
        case Dot():
            x, y, r = shape.x * scale, shape.y * scale, shape.radius * scale
            outline = shape.stroke if shape.radius > 1 else None
            pen.ellipse((x - r, y - r, x + r, y + r), fill=shape.fill, outline=outline, width=2)
        case Label():
            anchor = {"start": "ls", "middle": "ms", "end": "rs"}[shape.anchor]
            font = _letters("bold" if shape.bold else "regular", round(shape.size * scale))
            pen.text((shape.x * scale, shape.y * scale), shape.text, fill=shape.colour, font=font, anchor=anchor)


@cache
def _letters(style: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(fonts.face(style).path), size)


def charts_in(keys: Iterable[str], edition: Edition) -> dict[str, Drawing]:
    """Those that there are numbers for; a chart of nothing is left out."""
    drawn = {}
    for key in keys:
        try:
            drawn[key] = draw(edition, key)
        except NoSuchChart:
            continue
    return drawn
