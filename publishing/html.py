"""How does the report look in a browser, on a phone, and on paper?

One file from `templates/report.html.j2`; everything that comes from a site is escaped by the template engine.
"""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from publishing.blocks import Name, Piece, Ref
from publishing.charts import charts_in
from publishing.clean import address, shown
from publishing.edition import SHOWN_PER_CELL, SYMBOLS, Edition, Note
from publishing.tables import Value
from publishing.words import Link

TEMPLATES = Path(__file__).parent.parent / "templates"


def render(edition: Edition) -> bytes:
    def value_of(value: Value) -> Link:
        text = edition.texts.value(value)
        url = address(text) if text.startswith("http") else None
        return Link(shown(text) if url else text, url or "")

    page = _template().render(
        edition=edition,
        symbols=SYMBOLS,
        shown_per_cell=SHOWN_PER_CELL,
        note_link=_note_link,
        drawn=charts_in([*(figure.key for figure in edition.figures), *edition.charts], edition),
        kind_of=lambda block: type(block).__name__,
        link_of=_piece,
        value_of=value_of,
    )
    return page.encode()


def _piece(piece: Piece) -> Link:
    """A piece of the text as words that may lead somewhere."""
    if isinstance(piece, str):
        return Link(piece, "")
    return Link(piece.text, address(piece.url) or "" if isinstance(piece, (Ref, Name)) else "")


def _note_link(note: Note) -> Link:
    return Link(shown(note.url), address(note.url) or "")


@cache
def _template() -> Template:
    room = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    room.filters["css"] = _in_css_string
    return room.get_template("report.html.j2")


def _in_css_string(text: str) -> str:
    """Letters, digits and a few signs only: a round's name must not close the string that it stands in."""
    return "".join(letter if letter.isalnum() or letter in " -._:" else " " for letter in text)
