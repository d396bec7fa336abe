"""How do the tables look as a workbook?

A sheet per appendix: the printed columns first, then the facts typed (numbers are numbers, dates are dates) for whoever
sorts and counts; a sheet per listing (statements, changes, levels, evidence …); a last sheet says what the words mean.
Each sheet has filters and a head that stays. Text stays text: no cell of ours is ever a formula, and an address is a
link only where we make it one. Rows go to the disk as they are written, so that a large round is no trouble.
"""

import datetime as dt
import io
from typing import Any

import xlsxwriter

from publishing.clean import address
from publishing.edition import Edition
from publishing.listings import Listing
from publishing.tables import Table, Value

# In characters, as spreadsheets count widths.
WIDTHS = {"number": 5, "authority": 24, "notes": 34}
ITEM_WIDTH = 29
WIDE = {"title", "claim", "reason", "rule", "behind", "source", "quote", "executes", "url", "counts"}
MACHINE_WIDTH = 16
SHEET_LINK_CHARS = 2000  # Excel takes 2079
CELL_CHARS = 32_000  # Excel takes 32,767
LINKS_PER_SHEET = 60_000  # Excel takes 65,530; further addresses are plain text
SHEET_NAME_CHARS = 31


def render(edition: Edition) -> bytes:
    file = io.BytesIO()
    safe = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(file, safe)
    book.set_properties({"title": edition.texts.title, "author": edition.round.software})
    # The file's own date is the round's, so that the same round gives the same bytes.
    book.set_properties({"created": dt.datetime.combine(edition.round.as_of, dt.time(), dt.UTC)})
    formats = _formats(book)
    for table in edition.tables:
        _write_table(book, formats, table, edition)
    told = []
    for listing in edition.data:
        _write_listing(book, formats, listing)
        told.append((listing.title, listing.caption))
    _write_definitions(book, formats, edition, told)
    book.close()
    return file.getvalue()


def _formats(book: Any) -> dict[str, Any]:
    cell = {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#9AA5B1", "font_size": 9}
    return {
        "head": book.add_format({**cell, "bold": True, "bg_color": "#E4E9EF", "valign": "vcenter"}),
        "text": book.add_format(cell),
        "plain": book.add_format({"valign": "top", "font_size": 9}),
        "date": book.add_format({"valign": "top", "font_size": 9, "num_format": "yyyy-mm-dd"}),
        "link": book.add_format({"valign": "top", "font_size": 9, "font_color": "#0B4F8A", "underline": 1}),
        "title": book.add_format({"bold": True, "font_size": 12}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top", "font_size": 10}),
        "bold": book.add_format({"bold": True, "valign": "top", "font_size": 10, "text_wrap": True}),
        "banner": book.add_format({"bold": True, "font_color": "#9C0006", "bg_color": "#FFE3E0"}),
    }


def _write_table(book: Any, formats: dict[str, Any], table: Table, edition: Edition) -> None:
    sheet = book.add_worksheet(table.title)
    machine = [name for name in machine_names(table) if name != "number"]
    sheet.write_string(0, 0, f"{table.title}. {table.caption}", formats["title"])
    sheet.write_string(
        1, 0, edition.banner or " · ".join(edition.facts[:2]), formats["banner" if edition.banner else "plain"]
    )
    header, width = 2, len(table.columns)
    for place, column in enumerate(table.columns):
        heading = " ".join(part for part in (column.heading, column.title, column.note) if part)
        sheet.set_column(place, place, WIDTHS.get(column.key, ITEM_WIDTH))
        sheet.write_string(header, place, heading, formats["head"])
    for place, name in enumerate(machine, start=width):
        sheet.write_string(header, place, name, formats["head"])
    sheet.set_column(width, width + len(machine) - 1, MACHINE_WIDTH)
    links = 0
    for line, row in enumerate(table.rows, start=header + 1):
        sheet.write_number(line, 0, _number(row.values["number"]), formats["text"])
        for place, cell in enumerate(row.cells[1:], start=1):
            words = "\n".join([cell.text, *edition.level_lines(cell)])
            sheet.write_string(line, place, words[:CELL_CHARS], formats["text"])
        for place, name in enumerate(machine, start=width):
            linked = name.endswith("_url") and links < LINKS_PER_SHEET
            links += _write_value(sheet, formats, line, place, row.values.get(name), linked=linked)
    last = header + len(table.rows)
    sheet.autofilter(header, 0, max(last, header), width + len(machine) - 1)
    sheet.freeze_panes(header + 1, 2)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.print_area(0, 0, last, width - 1)
    sheet.repeat_rows(header)
    sheet.set_footer("&C&P / &N")


def machine_names(table: Table) -> list[str]:
    """The names of all values, in their order; a row may lack what concerns others only."""
    return list(dict.fromkeys(name for row in table.rows for name in row.values))


def _write_listing(book: Any, formats: dict[str, Any], listing: Listing) -> None:
    sheet = book.add_worksheet(listing.title[:SHEET_NAME_CHARS])
    for place, head in enumerate(listing.heads):
        sheet.set_column(place, place, 45 if head.key in WIDE else 18)
        sheet.write_string(0, place, head.heading, formats["head"])
    links = 0
    for line, row in enumerate(listing.rows, start=1):
        for place, value in enumerate(row):
            links += _write_value(sheet, formats, line, place, value, linked=links < LINKS_PER_SHEET)
    sheet.autofilter(0, 0, max(len(listing.rows), 1), len(listing.heads) - 1)
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_footer("&C&P / &N")


def _write_value(sheet: Any, formats: dict[str, Any], line: int, place: int, value: Value, *, linked: bool) -> bool:
    """Whether it became a link."""
    match value:
        case None:
            return False
        case bool():
            sheet.write_boolean(line, place, value, formats["plain"])
        case int() | float():
            sheet.write_number(line, place, value, formats["plain"])
        case dt.date():
            sheet.write_datetime(line, place, dt.datetime.combine(value, dt.time()), formats["date"])
        case str() if (
            linked and value.startswith("http") and (link := address(value)) and len(link) <= SHEET_LINK_CHARS
        ):
            sheet.write_url(line, place, link, formats["link"], string=link)
            return True
        case str():
            sheet.write_string(line, place, value[:CELL_CHARS], formats["plain"])
    return False


def _write_definitions(book: Any, formats: dict[str, Any], edition: Edition, sheets: list[tuple[str, str]]) -> None:
    said = edition.texts.head
    sheet = book.add_worksheet(said.definitions)
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 110)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    entries = [(edition.texts.title, edition.subtitle)]
    entries += [("", edition.banner)] if edition.banner else []
    entries += [("", fact) for fact in edition.facts]
    entries += _listed(said.numbers, edition.numbers)
    entries += _listed(said.how, said.how_text)
    for heading, meanings in edition.legend:
        entries += [(heading, ""), *((one.name, one.meaning) for one in meanings)]
    entries += [(edition.texts.head.definitions, "")]
    entries += [(f"{c.heading} {c.title}".strip(), c.note) for table in edition.tables[:1] for c in table.columns]
    entries += sheets
    entries += _listed(said.limits, edition.limits)
    entries += _listed(said.made, edition.made)
    for line, (term, meaning) in enumerate(entries):
        sheet.write_string(line, 0, term, formats["bold"])
        sheet.write_string(line, 1, meaning, formats["wrap"])


def _listed(heading: str, lines: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(heading if place == 0 else "", line) for place, line in enumerate(lines)]


def _number(value: Value) -> int:
    assert isinstance(value, int)
    return value
