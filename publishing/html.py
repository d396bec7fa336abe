"""How does the report look in a browser, on a phone, and on paper?

One file from `templates/report.html.j2`; everything that comes from a site is escaped by the template engine.
"""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from publishing.clean import address, shown
from publishing.edition import SHOWN_PER_CELL, SYMBOLS, Edition, Note
from publishing.words import Link

TEMPLATES = Path(__file__).parent.parent / "templates"


def render(edition: Edition) -> bytes:
    page = _template().render(edition=edition, symbols=SYMBOLS, shown_per_cell=SHOWN_PER_CELL, note_link=_note_link)
    return page.encode()


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
