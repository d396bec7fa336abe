"""How does the report look as a Word document?

The chapters upright with real headings, lists, captions and a table of contents; each appendix one table on its side,
whose head comes again on every page and whose rows are not torn apart; an endnote behind every cell's number, with the
page, the time and the fingerprint that the cell stands on. Styles, page shapes and footers are python-docx's work; the
body is written as text, because five thousand rows built node by node take minutes and gigabytes.
"""

import datetime as dt
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, assert_never
from xml.sax.saxutils import escape, quoteattr

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from lxml import etree

from publishing.blocks import Block, Bullets, Chapter, Figure, Grid, Name, Paragraph, Pieces, Ref
from publishing.charts import Drawing, charts_in
from publishing.clean import address, shown
from publishing.edition import SHOWN_PER_CELL, Edition, Note
from publishing.listings import Listing
from publishing.tables import Cell, Table, Value
from publishing.words import Line

FONT = "Arial"  # in every office, with all the letters of the three languages; metric twins exist elsewhere
BODY_PT, CELL_PT, NOTE_PT = 10, 8, 7
SOFT, LINK_COLOUR, WARNING = "55626F", "0B4F8A", "A3201D"
HEADER_SHADE = "E4E9EF"
WIDTHS_MM = {"number": 10, "authority": 37, "notes": 50}
PORTRAIT_MM, LANDSCAPE_MM = 174, 273  # what the margins leave
SHOWN_SHA_CHARS = 12
LANGUAGES = {"az": "az-Latn-AZ", "en": "en-GB", "ru": "ru-RU"}
_TWIPS = 56.6929  # in a millimetre
_EMU = 12700  # in a point
_NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_DECIMAL = '<w:endnotePr><w:numFmt w:val="decimal"/></w:endnotePr>'


def render(edition: Edition) -> bytes:
    return _Report(edition).made()


class _Links:
    """Addresses of one part, each under one name however often it is linked to."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.known: dict[str, str] = {}

    def __call__(self, url: str) -> str:
        return self.known.setdefault(url, f"{self.prefix}{len(self.known) + 1}")

    def relations(self) -> str:
        return "".join(
            f'<Relationship Id="{name}" Type="{_RELATIONS}/hyperlink" Target={quoteattr(url)} TargetMode="External"/>'
            for url, name in self.known.items()
        )


class _Report:
    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.body: list[str] = []
        self.links, self.note_links = _Links("rIdL"), _Links("rIdN")
        self.pictures: list[bytes] = []
        self.cited: set[int] = set()
        self.marks = 0
        self.tables, self.figures = 0, 0
        keys = [figure.key for figure in edition.figures]
        self.drawn: dict[str, Drawing] = charts_in([*keys, *edition.charts], edition)

    def made(self) -> bytes:
        frame = _frame(self.edition)
        upright = _section(frame)
        self._head()
        for chapter in self.edition.body:
            self._chapter(chapter, 1)
        for key in self.edition.charts:
            self._figure(key)
        self.body.append(f"<w:p><w:pPr>{upright}</w:pPr></w:p>")
        for place, table in enumerate(self.edition.tables):
            self._table(table, new_page=place > 0)
        for place, listing in enumerate(self.edition.printed):
            self._listing(listing, new_page=place == 0)
        self._legend()
        self._notes()
        self.body.append("<w:p/>")
        self.body.append(_sideways(columns=2, kind="continuous" if self.edition.notes else "nextPage"))
        return _packed(frame, self)

    # -- parts

    def _head(self) -> None:
        edition, texts = self.edition, self.edition.texts
        if edition.banner:
            self._paragraph(_run(edition.banner, size=12, colour=WARNING, bold=True))
        self._paragraph(_run(texts.title), "Title")
        self._paragraph(_run(edition.subtitle))
        for fact in edition.facts:
            self._paragraph(_run(fact, colour=SOFT), tight=True)
        self._paragraph(_run(texts.charts.contents, bold=True, size=13), tight=False)
        self._contents()
        for heading, lines in edition.front:
            self._heading(heading, 1)
            for line in lines:
                self._paragraph(_run(line), "ListBullet", tight=True)

    def _contents(self) -> None:
        """A field that Word makes anew, with the pages' numbers; until then the entries lead to their headings."""
        begin = '<w:r><w:fldChar w:fldCharType="begin" w:dirty="true"/></w:r>'
        code = r'<w:r><w:instrText xml:space="preserve"> TOC \o "1-2" \h \z \u </w:instrText></w:r>'
        opened = begin + code + '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        entries = list(self._entries())
        for place, (level, words) in enumerate(entries):
            mark = f"_Toc{place + 1:06d}"
            inner = f'<w:hyperlink w:anchor="{mark}" w:history="1">{_run(words)}</w:hyperlink>'
            start = opened if place == 0 else ""
            close = '<w:r><w:fldChar w:fldCharType="end"/></w:r>' if place == len(entries) - 1 else ""
            self.body.append(f'<w:p><w:pPr><w:pStyle w:val="TOC{level}"/></w:pPr>{start}{inner}{close}</w:p>')

    def _entries(self) -> Iterator[tuple[int, str]]:
        """Every heading of the first two levels, in the order in which they come."""
        edition = self.edition
        yield from ((1, heading) for heading, _ in edition.front)
        for chapter in edition.body:
            yield 1, _numbered(chapter)
            yield from ((2, _numbered(part)) for part in chapter.parts)
        yield from ((1, table.title) for table in edition.tables)
        yield from ((1, one.title) for one in edition.printed)
        yield 1, edition.texts.head.definitions
        yield from ((2, heading) for heading, _ in edition.legend)
        if edition.notes:
            yield 1, edition.texts.head.evidence

    def _chapter(self, chapter: Chapter, level: int) -> None:
        self._heading(_numbered(chapter), level)
        for block in chapter.blocks:
            self._block(block)
        for part in chapter.parts:
            self._chapter(part, level + 1)

    def _block(self, block: Block) -> None:
        match block:
            case Paragraph():
                style = {"quote": "Quote", "note": "Note"}.get(block.style)
                self._paragraph(self._pieces(block.pieces), style)
            case Bullets():
                for item in block.items:
                    self._paragraph(self._pieces(item), "ListBullet", tight=True)
            case Grid():
                self._caption(block.caption)
                rows = ([f"<w:p>{_TIGHT}{self._pieces(cell, 9)}</w:p>" for cell in row] for row in block.rows)
                heads = [_run(head, size=9, bold=True) for head in block.columns]
                self._grid(heads, rows, _shares(block), block.caption)
            case Figure():
                self._figure(block.key)
            case _:
                assert_never(block)

    def _figure(self, key: str) -> None:
        drawing = self.drawn.get(key)
        if drawing is None or drawing.png is None:
            return
        self.pictures.append(drawing.png)
        number = len(self.pictures)
        wide, high = round(drawing.width * 0.966 * _EMU), round(drawing.height * 0.966 * _EMU)
        about = f'id="{number}" name="{key}" title={quoteattr(drawing.caption)} descr={quoteattr(drawing.alt)}'
        inline = (
            '<wp:inline distT="0" distB="0" distL="0" distR="0">'
            f'<wp:extent cx="{wide}" cy="{high}"/><wp:docPr {about}/>'
            '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>'
            f"<pic:nvPicPr><pic:cNvPr {about}/><pic:cNvPicPr/></pic:nvPicPr>"
            f'<pic:blipFill><a:blip r:embed="rIdP{number}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
            f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{wide}" cy="{high}"/></a:xfrm>'
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>'
            "</pic:pic></a:graphicData></a:graphic></wp:inline>"
        )
        self.body.append(f"<w:p><w:pPr><w:keepNext/></w:pPr><w:r><w:drawing>{inline}</w:drawing></w:r></w:p>")
        self._caption(drawing.caption, figure=True)

    def _table(self, table: Table, *, new_page: bool) -> None:
        self._heading(table.title, 1, new_page=new_page)
        self._caption(table.caption)
        heads = [
            _run(column.heading, size=CELL_PT, bold=True)
            + (_run(f" {column.title}", size=CELL_PT) if column.title else "")
            + (_run(f" {column.note}", size=CELL_PT, italic=True) if column.note else "")
            for column in table.columns
        ]
        items = [column for column in table.columns if column.key not in WIDTHS_MM]
        rest = (LANDSCAPE_MM - sum(WIDTHS_MM.values())) / max(len(items), 1)
        widths = [WIDTHS_MM.get(column.key, rest) for column in table.columns]
        rows = ([self._cell(cell) for cell in row.cells] for row in table.rows)
        self._grid(heads, rows, widths, f"{table.title}. {table.caption}", LANDSCAPE_MM)

    def _cell(self, cell: Cell) -> str:
        found = [f"<w:p>{_TIGHT}{self._line(line)}</w:p>" for line in cell.lines]
        for line in self.edition.level_lines(cell):
            found.append(f"<w:p>{_TIGHT}{_run(line, size=CELL_PT, colour=SOFT, italic=True)}</w:p>")
        if cited := self.edition.cited(cell):
            comma = '<w:r><w:rPr><w:rStyle w:val="EndnoteReference"/></w:rPr><w:t xml:space="preserve">, </w:t></w:r>'
            found.append(f"<w:p>{_TIGHT}{comma.join(map(self._note_mark, cited))}</w:p>")
        return "".join(found) or "<w:p/>"

    def _note_mark(self, number: int) -> str:
        """The endnote itself where it is first cited, and a reference to it where it is cited again."""
        style = '<w:rPr><w:rStyle w:val="EndnoteReference"/></w:rPr>'
        if number in self.cited:
            shown_as = f"<w:r>{style}<w:t>{number}</w:t></w:r>"
            return f'<w:fldSimple w:instr=" NOTEREF _Note{number} \\h ">{shown_as}</w:fldSimple>'
        self.cited.add(number)
        mark = 100_000 + number
        return (
            f'<w:bookmarkStart w:id="{mark}" w:name="_Note{number}"/><w:r>{style}<w:endnoteReference w:id="{number}"/>'
            f'</w:r><w:bookmarkEnd w:id="{mark}"/>'
        )

    def _line(self, line: Line) -> str:
        runs = [_run(line.text + (" " if line.links else ""), size=CELL_PT, bold=line.head)] if line.text else []
        for place, link in enumerate(line.links):
            if place:
                runs.append(_run(", ", size=CELL_PT))
            runs.append(self._link(link.text, link.url, CELL_PT))
        if line.after:
            runs.append(_run(f"; {line.after}" if line.links else f" {line.after}", size=CELL_PT))
        return "".join(runs)

    def _listing(self, listing: Listing, *, new_page: bool) -> None:
        self._heading(listing.title, 1, new_page=new_page)
        self._caption(listing.caption)
        heads = [_run(head.heading, size=CELL_PT, bold=True) for head in listing.heads]
        rows = ([f"<w:p>{_TIGHT}{self._value(value)}</w:p>" for value in row] for row in listing.rows)
        self._grid(heads, rows, listing.widths, listing.caption, LANDSCAPE_MM)

    def _value(self, value: Value) -> str:
        text = self.edition.texts.value(value)
        link = address(text) if text.startswith("http") else None
        return self._link(shown(text), link, CELL_PT) if link else _run(text, size=CELL_PT)

    def _legend(self) -> None:
        self._heading(self.edition.texts.head.definitions, 1, new_page=True)
        for heading, entries in self.edition.legend:
            self._heading(heading, 2)
            for one in entries:
                meaning = _run(f" – {one.meaning}") if one.meaning else ""
                self._paragraph(_run(one.name, bold=True) + meaning, "ListBullet", tight=True)

    def _notes(self) -> None:
        """The heading under which Word sets the endnotes: they end the document."""
        if self.edition.notes:
            self._heading(self.edition.texts.head.evidence, 1, new_page=True)
            self._paragraph(_run(self.edition.texts.head.more.format(n=SHOWN_PER_CELL)))
            self.body.append(f"<w:p><w:pPr>{_sideways(kind='nextPage')}</w:pPr></w:p>")

    def endnotes(self) -> Iterator[str]:
        mark = '<w:p><w:pPr><w:spacing w:after="0"/></w:pPr><w:r><w:{}/></w:r></w:p>'
        special = (
            f'<w:endnote w:type="separator" w:id="-1">{mark.format("separator")}</w:endnote>'
            f'<w:endnote w:type="continuationSeparator" w:id="0">{mark.format("continuationSeparator")}</w:endnote>'
        )
        yield f"{_HEAD}<w:endnotes {_NAMES}>{special}"
        yield from (self._endnote(note) for note in self.edition.notes if note.number in self.cited)
        yield "</w:endnotes>"

    def _endnote(self, note: Note) -> str:
        edition = self.edition
        parts = [edition.note_time(note)]
        if note.sha256:
            parts.append(f"sha256 {note.sha256[:SHOWN_SHA_CHARS]}…")
        parts += [edition.texts.head.quote.format(quote=quote) for quote in note.quotes]
        url = address(note.url)
        if url:
            words = _run(shown(note.url), colour=LINK_COLOUR, size=NOTE_PT)
            where = f'<w:hyperlink r:id="{self.note_links(url)}">{words}</w:hyperlink>'
        else:
            where = _run(shown(note.url), size=NOTE_PT)
        reference = '<w:r><w:rPr><w:rStyle w:val="EndnoteReference"/></w:rPr><w:endnoteRef/></w:r>'
        rest = _run(" · " + " · ".join(parts), size=NOTE_PT) + self._picture(note)
        style = '<w:pPr><w:pStyle w:val="EndnoteText"/></w:pPr>'
        gap = _run(" ", size=NOTE_PT)
        return f'<w:endnote w:id="{note.number}"><w:p>{style}{reference}{gap}{where}{rest}</w:p></w:endnote>'

    def _picture(self, note: Note) -> str:
        """The way to the picture of the page, where there is one."""
        found = self.edition.picture_of(note)
        if found is None:
            return ""
        words, way = found
        gap = _run(" · ", size=NOTE_PT)
        if not way:
            return gap + _run(words, size=NOTE_PT)
        link = _run(words, colour=LINK_COLOUR, size=NOTE_PT)
        return f'{gap}<w:hyperlink r:id="{self.note_links(way)}">{link}</w:hyperlink>'

    # -- pieces

    def _heading(self, words: str, level: int, *, new_page: bool = False) -> None:
        page = "<w:pageBreakBefore/>" if new_page else ""
        style = f'<w:pPr><w:pStyle w:val="Heading{min(level, 4)}"/>{page}</w:pPr>'
        if level > 2:
            self.body.append(f"<w:p>{style}{_run(words)}</w:p>")
            return
        self.marks += 1
        start = f'<w:bookmarkStart w:id="{self.marks}" w:name="_Toc{self.marks:06d}"/>'
        self.body.append(f'<w:p>{style}{start}{_run(words)}<w:bookmarkEnd w:id="{self.marks}"/></w:p>')

    def _caption(self, words: str, *, figure: bool = False) -> None:
        if figure:
            self.figures += 1
            said, number, sequence = self.edition.texts.charts.figure, self.figures, "Figure"
        else:
            self.tables += 1
            said, number, sequence = self.edition.texts.charts.table, self.tables, "Table"
        before, after = said.split("{n}")
        field = f'<w:fldSimple w:instr=" SEQ {sequence} \\* ARABIC "><w:r><w:t>{number}</w:t></w:r></w:fldSimple>'
        keep = "" if figure else "<w:keepNext/>"
        inner = _run(before) + field + _run(f"{after}. {words}")
        self.body.append(f'<w:p><w:pPr><w:pStyle w:val="Caption"/>{keep}</w:pPr>{inner}</w:p>')

    def _paragraph(self, runs: str, style: str | None = None, *, tight: bool = False) -> None:
        named = f'<w:pStyle w:val="{style}"/>' if style else ""
        close = '<w:spacing w:after="20"/>' if tight else ""
        self.body.append(f"<w:p><w:pPr>{named}{close}</w:pPr>{runs}</w:p>")

    def _pieces(self, pieces: Pieces, size: float | None = None) -> str:
        runs = []
        for piece in pieces:
            text = piece if isinstance(piece, str) else piece.text
            url = address(piece.url) if isinstance(piece, (Ref, Name)) else None
            runs.append(self._link(text, url, size) if url else _run(text, size=size))
        return "".join(runs)

    def _link(self, text: str, url: str | None, size: float | None = None) -> str:
        if not url:
            return _run(text, size=size)
        run = _run(text, size=size, colour=LINK_COLOUR, underlined=True)
        return f'<w:hyperlink r:id="{self.links(url)}" w:history="1">{run}</w:hyperlink>'

    def _grid(
        self,
        heads: Sequence[str],
        rows: Iterable[Sequence[str]],
        shares: Sequence[float],
        about: str,
        wide_mm: float = PORTRAIT_MM,
    ) -> None:
        """A table whose first row comes again on every page; a row holds the paragraphs of each cell."""
        widths = [round(wide_mm * _TWIPS * share / sum(shares)) for share in shares]
        columns = "".join(f'<w:gridCol w:w="{wide}"/>' for wide in widths)
        described = f"<w:tblCaption w:val={quoteattr(about)}/>"
        self.body.append(
            '<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/>'
            f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
            '<w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="1" '
            f'w:noVBand="1"/>{described}</w:tblPr>'
            f"<w:tblGrid>{columns}</w:tblGrid>"
        )
        shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{HEADER_SHADE}"/>'
        cells = "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{wide}" w:type="dxa"/>{shade}</w:tcPr><w:p>{_TIGHT}{head}</w:p></w:tc>'
            for head, wide in zip(heads, widths, strict=True)
        )
        self.body.append(f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{cells}</w:tr>")
        starts = [f'<w:tc><w:tcPr><w:tcW w:w="{wide}" w:type="dxa"/></w:tcPr>' for wide in widths]
        for row in rows:
            inner = "</w:tc>".join(f"{start}{cell}" for start, cell in zip(starts, row, strict=True))
            self.body.append(f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{inner}</w:tc></w:tr>")
        self.body.append("</w:tbl><w:p/>")


_TIGHT = '<w:pPr><w:spacing w:after="0"/></w:pPr>'


def _run(
    text: str,
    *,
    size: float | None = None,
    colour: str | None = None,
    bold: bool = False,
    italic: bool = False,
    underlined: bool = False,
) -> str:
    if not text:
        return ""
    look = "<w:b/>" if bold else ""
    look += "<w:i/>" if italic else ""
    look += f'<w:color w:val="{colour}"/>' if colour else ""
    look += f'<w:sz w:val="{round(size * 2)}"/><w:szCs w:val="{round(size * 2)}"/>' if size else ""
    look += '<w:u w:val="single"/>' if underlined else ""
    return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def _numbered(chapter: Chapter) -> str:
    return f"{chapter.number}. {chapter.heading}" if chapter.number else chapter.heading


def _shares(grid: Grid) -> list[float]:
    """How wide the columns of a small table are, by their longest cells."""
    lengths = [
        max([len(head), *(sum(len(p if isinstance(p, str) else p.text) for p in row[place]) for row in grid.rows)])
        for place, head in enumerate(grid.columns)
    ]
    return [float(min(max(one, 7), 45)) for one in lengths]


# -- the frame: styles, page shapes, footers


def _frame(edition: Edition) -> Any:
    document: Any = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(18)
    section.top_margin, section.bottom_margin = Mm(18), Mm(18)
    section.header_distance = section.footer_distance = Mm(8)
    styles = document.styles
    for name, size in (
        ("Normal", BODY_PT), ("Title", 18), ("Heading 1", 14), ("Heading 2", 12), ("Heading 3", 11), ("Heading 4", 10),
        ("Caption", 9), ("Quote", BODY_PT),
    ):  # fmt: skip
        _set_font(styles[name], size)
    _set_language(styles["Normal"], LANGUAGES.get(edition.texts.lang, edition.texts.lang))
    styles["Normal"].paragraph_format.space_after = Pt(4)
    styles["Quote"].paragraph_format.left_indent = Mm(6)
    note = styles.add_style("Note", WD_STYLE_TYPE.PARAGRAPH)
    note.base_style, note.font.size = styles["Normal"], Pt(9)
    _add_styles(styles)
    _write_footer(section, edition)
    told = document.core_properties
    told.title, told.author, told.comments = edition.texts.title, edition.round.software, ""
    told.language = LANGUAGES.get(edition.texts.lang, edition.texts.lang)
    told.created = told.modified = dt.datetime.combine(edition.round.as_of, dt.time())
    settings = document.settings.element
    notes = OxmlElement("w:endnotePr")
    for number in ("-1", "0"):
        special = OxmlElement("w:endnote")
        special.set(qn("w:id"), number)
        notes.append(special)
    _put_before(settings, notes, _AFTER_ENDNOTES)
    return document


_AFTER_ENDNOTES = tuple(
    f"w:{name}"
    for name in "compat docVars rsids themeFontLang clrSchemeMapping shapeDefaults decimalSymbol listSeparator".split()
)


def _put_before(parent: Any, child: Any, after: Sequence[str]) -> None:
    """The schema wants an order: `child` comes before the first of these that there is."""
    later = [parent.find(qn(name)) for name in after]
    first = min((one for one in later if one is not None), key=list(parent).index, default=None)
    if first is None:
        parent.append(child)
    else:
        first.addprevious(child)


def _add_styles(styles: Any) -> None:
    """What the template lacks: contents and endnotes."""
    for level in (1, 2):
        entry = styles.add_style(f"toc {level}", WD_STYLE_TYPE.PARAGRAPH)
        entry.element.set(qn("w:styleId"), f"TOC{level}")
        entry.base_style = styles["Normal"]
        entry.paragraph_format.space_after = Pt(1)
        entry.paragraph_format.left_indent = Mm(6 * (level - 1))
        entry.paragraph_format.tab_stops.add_tab_stop(Mm(PORTRAIT_MM), 2, 1)
    text = styles.add_style("endnote text", WD_STYLE_TYPE.PARAGRAPH)
    text.element.set(qn("w:styleId"), "EndnoteText")
    text.base_style, text.font.size = styles["Normal"], Pt(NOTE_PT)
    text.paragraph_format.space_after = Pt(1)
    mark = styles.add_style("endnote reference", WD_STYLE_TYPE.CHARACTER)
    mark.element.set(qn("w:styleId"), "EndnoteReference")
    mark.font.superscript, mark.font.size = True, Pt(9)


def _set_font(style: Any, size: int) -> None:
    style.font.name, style.font.size = FONT, Pt(size)
    style.font.color.rgb = RGBColor(0x1C, 0x27, 0x33)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)  # a theme font would win over ours
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), FONT)


def _set_language(style: Any, tag: str) -> None:
    lang = OxmlElement("w:lang")
    lang.set(qn("w:val"), tag)
    style.element.get_or_add_rPr().append(lang)


def _write_footer(section: Any, edition: Edition) -> None:
    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    before, rest = edition.texts.head.page.split("{page}")
    between, after = rest.split("{pages}")
    for words, code in (
        (f"{edition.texts.title} · {edition.round.name} · {before}", "PAGE"), (between, "NUMPAGES"), (after, None),
    ):  # fmt: skip
        run = paragraph.add_run(words)
        run.font.size, run.font.color.rgb = Pt(NOTE_PT), RGBColor.from_string(SOFT)
        if code:
            field, inner = OxmlElement("w:fldSimple"), paragraph.add_run("1")
            field.set(qn("w:instr"), code)
            inner.font.size, inner.font.color.rgb = Pt(NOTE_PT), RGBColor.from_string(SOFT)
            field.append(inner._r)
            paragraph._p.append(field)


def _section(document: Any) -> str:
    """The upright section's shape, footer and all, to be put where it ends."""
    element = document.sections[0]._sectPr
    footer = element.find(qn("w:footerReference"))
    kept = f'<w:footerReference w:type="default" r:id="{footer.get(qn("r:id"))}"/>' if footer is not None else ""
    inner = "".join(
        etree.tostring(element.find(qn(name)), encoding="unicode") for name in ("w:pgSz", "w:pgMar", "w:cols")
    )
    return f"<w:sectPr>{kept}{_DECIMAL}{inner}</w:sectPr>"


def _sideways(*, columns: int = 1, kind: str) -> str:
    margins = 'w:top="680" w:right="680" w:bottom="794" w:left="680" w:header="397" w:footer="397" w:gutter="0"'
    return (
        f'<w:sectPr>{_DECIMAL}<w:type w:val="{kind}"/><w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>'
        f'<w:pgMar {margins}/><w:cols w:num="{columns}" w:space="400"/></w:sectPr>'
    )


# -- the package


def _packed(frame: Any, report: _Report) -> bytes:
    """The frame with our body in it, the endnotes, the pictures, and all that says where they are."""
    saved = io.BytesIO()
    frame.save(saved)
    out = io.BytesIO()
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "word/document.xml":
                start, end = f"{_HEAD}<w:document {_NAMES}><w:body>", "</w:body></w:document>"
                _put_parts(new, name, [start, *report.body, end])
                report.body.clear()
                continue
            if name == "word/_rels/document.xml.rels":
                pictures = "".join(
                    f'<Relationship Id="rIdP{n}" Type="{_RELATIONS}/image" Target="media/chart{n}.png"/>'
                    for n in range(1, len(report.pictures) + 1)
                )
                notes = f'<Relationship Id="rIdE1" Type="{_RELATIONS}/endnotes" Target="endnotes.xml"/>'
                more = f"{notes}{pictures}{report.links.relations()}</Relationships>"
                content = content.decode().replace("</Relationships>", more).encode()
            elif name == "[Content_Types].xml":
                kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.endnotes+xml"
                more = f'<Override PartName="/word/endnotes.xml" ContentType="{kind}"/></Types>'
                if 'Extension="png"' not in content.decode():
                    more = f'<Default Extension="png" ContentType="image/png"/>{more}'
                content = content.decode().replace("</Types>", more).encode()
            _put(new, name, content)
        _put_parts(new, "word/endnotes.xml", report.endnotes())
        links = report.note_links.relations()
        rels = "http://schemas.openxmlformats.org/package/2006/relationships"
        _put(
            new,
            "word/_rels/endnotes.xml.rels",
            f'{_HEAD}<Relationships xmlns="{rels}">{links}</Relationships>'.encode(),
        )
        for place, picture in enumerate(report.pictures, start=1):
            _put(new, f"word/media/chart{place}.png", picture)
    return out.getvalue()


def _put(package: zipfile.ZipFile, name: str, content: bytes) -> None:
    package.writestr(_entry(name), content)


def _put_parts(package: zipfile.ZipFile, name: str, parts: Iterable[str]) -> None:
    """Piece by piece: the body of a large round is not needed in one piece."""
    with package.open(_entry(name), "w", force_zip64=True) as file:
        for part in parts:
            file.write(part.encode())


def _entry(name: str) -> zipfile.ZipInfo:
    """Without the day of writing, so that the same round gives the same bytes."""
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry
