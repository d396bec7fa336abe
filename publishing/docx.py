"""How does the report look as a Word document?

A4 on its side; each appendix one table whose header row comes again on every page and whose rows are not torn
apart; the evidence as a numbered list at the end.
"""

import datetime as dt
import io
from typing import Any

import docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from publishing.clean import address, shown
from publishing.edition import SHOWN_PER_CELL, Edition
from publishing.tables import Cell, Table
from publishing.words import Line, Link

FONT = "Arial"  # in every office, with all the letters of the three languages; metric twins exist elsewhere
BODY_PT, CELL_PT, NOTE_PT = 10, 8, 7
SOFT, LINK_COLOUR, WARNING = RGBColor(0x55, 0x62, 0x6F), "0B4F8A", RGBColor(0xA3, 0x20, 0x1D)
HEADER_SHADE = "E4E9EF"
WIDTHS_MM = {"number": 10, "authority": 37, "2.4": 41, "4.2.1": 46, "4.2.2": 46, "5.6": 43, "notes": 50}
SHOWN_SHA_CHARS = 12
LANGUAGES = {"az": "az-Latn-AZ", "en": "en-GB", "ru": "ru-RU"}


def render(edition: Edition) -> bytes:
    document: Any = docx.Document()
    _set_up(document, edition)
    _write_head(document, edition)
    for table in edition.tables:
        _write_table(document, table, edition)
    _write_legend(document, edition)
    _write_notes(document, edition)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _set_up(document: Any, edition: Edition) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = Mm(12)
    section.top_margin, section.bottom_margin = Mm(12), Mm(14)
    section.header_distance = section.footer_distance = Mm(7)
    for name, size in (("Normal", BODY_PT), ("Title", 18), ("Heading 1", 13), ("Heading 2", 11), ("Caption", 10)):
        _set_font(document.styles[name], size)
    _set_language(document.styles["Normal"], LANGUAGES.get(edition.texts.lang, edition.texts.lang))
    document.styles["Normal"].paragraph_format.space_after = Pt(3)
    _write_footer(section, edition)
    told = document.core_properties
    told.title, told.author, told.comments = edition.texts.title, edition.round.software, ""
    told.created = told.modified = dt.datetime.combine(edition.round.as_of, dt.time())


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
    _add_run(paragraph, f"{edition.texts.title} · {edition.round.name} · ", NOTE_PT, SOFT)
    before, rest = edition.texts.head.page.split("{page}")
    between, after = rest.split("{pages}")
    _add_run(paragraph, before, NOTE_PT, SOFT)
    _add_field(paragraph, "PAGE")
    _add_run(paragraph, between, NOTE_PT, SOFT)
    _add_field(paragraph, "NUMPAGES")
    _add_run(paragraph, after, NOTE_PT, SOFT)


def _add_field(paragraph: Any, code: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    run = _add_run(paragraph, "1", NOTE_PT, SOFT)
    field.append(run._r)
    paragraph._p.append(field)


def _write_head(document: Any, edition: Edition) -> None:
    said = edition.texts.head
    if edition.banner:
        banner = document.add_paragraph()
        _add_run(banner, edition.banner, 12, WARNING, bold=True)
    document.add_paragraph(edition.texts.title, style="Title")
    document.add_paragraph(edition.texts.subtitle)
    for fact in edition.facts:
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(0)
        _add_run(paragraph, fact, BODY_PT, SOFT)
    _write_list(document, said.numbers, edition.numbers)
    _write_list(document, said.how, said.how_text)
    _write_list(document, said.limits, edition.limits)
    _write_list(document, said.made, said.made_text)


def _write_list(document: Any, heading: str, lines: tuple[str, ...]) -> None:
    document.add_heading(heading, level=2)
    for line in lines:
        paragraph = document.add_paragraph(line, style="List Bullet")
        paragraph.paragraph_format.space_after = Pt(1)


def _write_table(document: Any, table: Table, edition: Edition) -> None:
    document.add_heading(table.title, level=1).paragraph_format.page_break_before = True
    document.add_paragraph(table.caption, style="Caption")
    grid = document.add_table(rows=1 + len(table.rows), cols=len(table.columns), style="Table Grid")
    grid.autofit = False
    widths = [Mm(WIDTHS_MM[column.key]) for column in table.columns]
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = width
    rows = list(grid.rows)
    _repeat_on_each_page(rows[0])
    for place, (column, cell) in enumerate(zip(table.columns, rows[0].cells, strict=True)):
        cell.width = widths[place]
        _shade(cell)
        paragraph = _tight(cell.paragraphs[0])
        _add_run(paragraph, column.heading, CELL_PT, bold=True)
        if column.title:
            _add_run(paragraph, f" {column.title}", CELL_PT)
    for row, drawn in zip(table.rows, rows[1:], strict=True):
        _keep_whole(drawn)
        for place, (cell, box) in enumerate(zip(row.cells, drawn.cells, strict=True)):
            box.width = widths[place]
            _write_cell(box, cell, edition)


def _write_cell(box: Any, cell: Cell, edition: Edition) -> None:
    paragraph = _tight(box.paragraphs[0])
    for place, line in enumerate(cell.lines):
        _write_line(paragraph if place == 0 else _tight(box.add_paragraph()), line)
    if cell.level:
        level = edition.texts.level_line.format(level=cell.level.text)
        _add_run(_tight(box.add_paragraph()), level, CELL_PT, SOFT, italic=True)
    if cited := edition.cited(cell):
        _add_run(_tight(box.add_paragraph()), f"[{', '.join(map(str, cited))}]", NOTE_PT, SOFT)


def _write_line(paragraph: Any, line: Line) -> None:
    if line.text:
        _add_run(paragraph, line.text + (" " if line.links else ""), CELL_PT, bold=line.head)
    for place, link in enumerate(line.links):
        if place:
            _add_run(paragraph, ", ", CELL_PT)
        _add_link(paragraph, link, CELL_PT)


def _write_legend(document: Any, edition: Edition) -> None:
    said = edition.texts.head
    document.add_heading(said.definitions, level=1).paragraph_format.page_break_before = True
    _write_list(document, said.states, tuple(f"{one.name} – {one.meaning}" for one in edition.states))
    _write_list(document, said.levels, tuple(edition.texts.levels.values()))
    _write_list(document, said.news, tuple(f"{one.name} – {one.meaning}" for one in edition.news))
    if edition.rules:
        rules = tuple(f"{one.key} – {one.name}: {one.meaning}" for one in edition.rules)
        _write_list(document, said.rules, rules)


def _write_notes(document: Any, edition: Edition) -> None:
    said = edition.texts.head
    document.add_heading(said.evidence, level=1)
    document.add_paragraph(said.more.format(n=SHOWN_PER_CELL))
    section = document.add_section(WD_SECTION.CONTINUOUS)
    columns = section._sectPr.find(qn("w:cols"))
    columns.set(qn("w:num"), "2")
    columns.set(qn("w:space"), "400")
    for note in edition.notes:
        paragraph = _tight(document.add_paragraph())
        paragraph.paragraph_format.space_after = Pt(2)
        _add_run(paragraph, f"[{note.number}] ", NOTE_PT, bold=True)
        _add_link(paragraph, Link(shown(note.url), address(note.url) or ""), NOTE_PT)
        parts = [edition.note_time(note)]
        if note.sha256:
            parts.append(f"sha256 {note.sha256[:SHOWN_SHA_CHARS]}…")
        parts += [said.quote.format(quote=quote) for quote in note.quotes]
        _add_run(paragraph, " · " + " · ".join(parts), NOTE_PT)


def _add_run(
    paragraph: Any,
    text: str,
    size: float,
    colour: RGBColor | None = None,
    *,
    bold: bool = False,
    italic: bool = False,
) -> Any:
    run = paragraph.add_run(text)
    run.font.size, run.bold, run.italic = Pt(size), bold, italic
    if colour is not None:
        run.font.color.rgb = colour
    return run


def _add_link(paragraph: Any, link: Link, size: float) -> None:
    run = _add_run(paragraph, link.text, size)
    if not link.url:
        return
    anchor = OxmlElement("w:hyperlink")
    anchor.set(qn("r:id"), paragraph.part.relate_to(link.url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run.font.color.rgb = RGBColor.from_string(LINK_COLOUR)
    run.underline = True
    anchor.append(run._r)
    paragraph._p.append(anchor)


def _tight(paragraph: Any) -> Any:
    paragraph.paragraph_format.space_after = Pt(0)
    return paragraph


def _repeat_on_each_page(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _keep_whole(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _shade(cell: Any) -> None:
    shade = OxmlElement("w:shd")
    shade.set(qn("w:val"), "clear")
    shade.set(qn("w:fill"), HEADER_SHADE)
    cell._tc.get_or_add_tcPr().append(shade)
