"""Which pictures prove a round's findings, and in which words are they told?

Whoever draws a report, a board or a sheet asks here for the pictures of an authority or of a page. Where there are none
the answer is nothing, and everything is drawn as it would be without.
"""

import datetime as dt
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from archive.border import Record, load
from archive.pictures import FOLDER, Picture, folder_of, load_pictures
from publishing.clean import clean, whole
from publishing.texts import Texts
from publishing.words import Line
from reading.phone import NEEDS_BROWSER, phone_view

__all__ = ["FOLDER", "Album", "Beside", "Shown", "alt", "caption", "phone_lines", "picture_texts", "title"]

FILE = Path(__file__).parent / "pictures.yaml"
MAX_STEPS_UP = 3  # from a report to the archive beside it; farther away it does not lie beside
QUOTE_CHARS, QUOTES = 80, 3
_MARKS = {"good": "found", "poor": "partial", "broken": "absent"}


class PictureTexts(Record):
    heading: str
    note: str
    phone: str
    desktop: str
    page: str
    alt: str
    marked: str
    unmarked: str
    shows: str
    from_archive: str
    from_visit: str
    lacking: str
    link: str
    named: str
    number: str
    sheet: str
    row: str
    on_phone: str
    phone_unseen: str


class _File(Record):
    az: PictureTexts
    en: PictureTexts
    ru: PictureTexts


@dataclass(frozen=True)
class Shown:
    """One picture, and everything that stands on it."""

    agency_id: str
    first: Picture
    lines: tuple[Picture, ...]  # of the index, that name this picture
    folder: Path

    @property
    def path(self) -> Path:
        return self.folder / self.first.name

    @property
    def small_path(self) -> Path:
        return self.folder / self.first.small_name

    @property
    def facts(self) -> tuple[str, ...]:
        own = ("mobile",) if self.first.view == "phone" else ()
        return tuple(dict.fromkeys((*own, *(line.fact for line in self.lines if line.fact is not None))))

    @property
    def marked(self) -> tuple[str, ...]:
        """The quotes that are marked on it."""
        return tuple(dict.fromkeys(line.quote for line in self.lines if line.quote and line.box is not None))

    def shows(self, fact: str) -> bool:
        return fact in self.facts


@dataclass(frozen=True)
class Album:
    """The pictures of one round."""

    archive_dir: Path
    round_name: str

    def of(self, agency_id: str) -> tuple[Shown, ...]:
        """Each picture of an authority once, in the order of its index; those whose file is gone are left out."""
        folder = folder_of(self.archive_dir, self.round_name, agency_id)
        by_picture: dict[str, list[Picture]] = {}
        for line in load_pictures(self.archive_dir, self.round_name, agency_id):
            if line.sha256 is not None:
                by_picture.setdefault(line.sha256, []).append(line)
        shown = (Shown(agency_id, lines[0], tuple(lines), folder) for lines in by_picture.values())
        return tuple(one for one in shown if one.path.is_file() and one.small_path.is_file())

    @cached_property
    def by_page(self) -> Mapping[str, Shown]:
        """SHA-256 of a page's bytes -> its picture on a computer's screen."""
        folder = self.archive_dir / self.round_name / FOLDER
        found: dict[str, Shown] = {}
        for authority in sorted(folder.iterdir()) if folder.is_dir() else ():
            for shown in self.of(authority.name):
                if shown.first.view != "phone":
                    found.setdefault(shown.first.page_sha256, shown)
        return found


@dataclass(frozen=True)
class Beside:
    """The pictures of a round, as a report that lies in `out_dir` leads to them."""

    album: Album
    out_dir: Path

    def of_page(self, page_sha256: str | None, lang: str) -> tuple[str, str] | None:
        """(words, relative address) of the picture of a page; the address is empty where the archive lies elsewhere,
        and the words then name the file."""
        shown = self.album.by_page.get(page_sha256 or "")
        if shown is None:
            return None
        said, way = picture_texts(lang), _way(shown.path, self.out_dir)
        if way is not None:
            return said.link, way
        name = shown.path.relative_to(self.album.archive_dir).as_posix()
        return said.named.format(name=name), ""


def _way(path: Path, out_dir: Path) -> str | None:
    """How a file in `out_dir` names a file that lies beside it."""
    try:
        way = Path(os.path.relpath(path.resolve(), out_dir.resolve()))
    except ValueError:  # on another drive
        return None
    return way.as_posix() if way.parts.count("..") <= MAX_STEPS_UP else None


@cache
def _texts() -> _File:
    return load(FILE, _File)


def picture_texts(lang: str) -> PictureTexts:
    said: PictureTexts = getattr(_texts(), lang)
    return said


def caption(shown: Shown, texts: Texts) -> str:
    """When it was made, by what, and what it lacks."""
    said, first = picture_texts(texts.lang), shown.first
    made = f"{first.made_at.replace('T', ' ').removesuffix('Z')} UTC"
    words = said.from_visit if first.source == "visit" else said.from_archive
    lines = [words.format(made=clean(made), browser=clean(first.browser) or "Chromium")]
    if first.lacking:
        lines.append(said.lacking.format(n=first.lacking))
    return "; ".join(lines)


def title(shown: Shown, texts: Texts) -> str:
    return str(getattr(picture_texts(texts.lang), shown.first.view))


def alt(shown: Shown, texts: Texts) -> str:
    """The picture in words, for whoever does not see it."""
    said = picture_texts(texts.lang)
    quotes = "; ".join(f"“{clean(quote, QUOTE_CHARS)}”" for quote in shown.marked[:QUOTES])
    unmarked = said.unmarked if any(line.quote for line in shown.lines) else ""
    marked = said.marked.format(quotes=quotes) if quotes else unmarked
    day = texts.date(dt.date.fromisoformat(shown.first.seen_at[:10]))
    url = whole(shown.first.url)
    return said.alt.format(what=title(shown, texts), url=url, date=day, marked=marked).strip()


def drawn(mobile: Mapping[str, Any]) -> str | None:
    """The verdict on the home page as a browser drew it for a phone, or "unseen"; None where none was to look."""
    found = mobile.get("rendered")
    if not found or found.get("reason") == NEEDS_BROWSER:
        return None
    return str(found.get("verdict") or found["state"])


def phone_lines(mobile: Mapping[str, Any], texts: Texts) -> tuple[Line, ...]:
    """How the home page looks on a phone's screen; nothing where no browser looked."""
    found = mobile.get("rendered")
    if not found or found.get("reason") == NEEDS_BROWSER or mobile["state"] == "unseen":
        return ()
    said, known = picture_texts(texts.lang), phone_view()
    if found["state"] == "unseen":
        return (Line(said.phone_unseen.format(reason=texts.reason(clean(found["reason"]))), "unseen"),)
    verdict = getattr(getattr(known.verdicts, found["verdict"]), texts.lang)
    rules, measured = known.by_id, found["measured"]
    told = [rules[id].said(measured, texts.lang) for id in (*found["faults"], *found["notes"]) if id in rules]
    return (
        Line(said.on_phone.format(verdict=verdict), _MARKS[found["verdict"]]),
        *(Line(clean(one)) for one in told),
    )
