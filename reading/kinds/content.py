"""What does a section hold?"""

from dataclasses import dataclass
from datetime import date

from reading.entries import Entry
from reading.finding import Evidence
from reading.section_tree import Part


@dataclass(frozen=True)
class Content:
    """What a section holds: `own` are its entries that count."""

    quotes: dict[str, Evidence]  # by kind of content
    full: bool
    items: int
    last_date: date | None


def made_of(quotes: dict[str, Evidence], full: bool, own: list[Entry]) -> Content:
    return Content(quotes, full, len(own), max((entry.day for entry in own if entry.day is not None), default=None))


def told(part: Part, text: str) -> Entry:
    return Entry(text[:300], text, None, None, part.page, part.page.tree)
