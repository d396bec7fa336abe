"""What stands on the sheet that goes with a pack of evidence?

What was looked for, what was found, the level and its rule, and each page it stands on with address, time, SHA-256,
answer and quote. The same record is drawn as html and as a Word document.
"""

import datetime as dt
import io
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import docx as word
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.shared import Mm, Pt, RGBColor
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from archive.border import Record, load
from archive.capture import Capture
from archive.registry import Agency
from publishing import pictures
from publishing.clean import ADDRESS_CHARS, QUOTE_CHARS, address, clean, whole
from publishing.pictures import Album, Shown, picture_texts
from publishing.tables import LevelRecord, hand_in, level_said, words_of
from publishing.texts import Texts, UnknownLanguage
from publishing.words import fact_lines, hand_lines, named
from scoring.plans import Item, Plan

FOLDER = Path(__file__).parent / "sheet"
TEMPLATES = Path(__file__).parent.parent / "templates"
FONT = "Arial"
WARNING = RGBColor(0xA3, 0x20, 0x1D)
RULE_CHARS = 600
COLUMNS = ("number", "address", "seen_at", "answer", "sha256", "quote")
PICTURES = 6  # on one sheet
PICTURE_MM = (200, 150)  # at most
WIDTHS_MM = (10, 62, 30, 40, 62, 66)


class SheetTexts(Record):
    title: str
    item: str
    description: str
    authority: str
    site: str
    round: str
    as_of: str
    asked: str
    item_title: str
    level: str
    rule: str
    reason: str
    found: str
    looks: str
    looks_note: str
    nothing: str
    tried: str
    number: str
    address: str
    seen_at: str
    answer: str
    sha256: str
    quote: str
    http: str
    failed: str
    unchanged: str
    lacking: Mapping[str, str]
    missing: str
    pack: str
    pack_file: str
    no_pack: str
    check: str
    check_text: tuple[str, ...]
    made_by: str


@dataclass(frozen=True)
class Look:
    """One look at one address, and the record of it in the pack (`record_url`, `fetched_at`) where there is one."""

    facts: tuple[str, ...]
    url: str
    seen_at: dt.datetime
    sha256: str | None
    quotes: tuple[str, ...] = ()
    record_url: str | None = None
    fetched_at: dt.datetime | None = None  # when its bytes came: earlier than seen_at where it had not changed
    status: int | None = None
    failure: str | None = None
    unchanged_since: dt.datetime | None = None
    lack: str | None = None  # why its record is not in the pack

    @property
    def title(self) -> str:
        return clean(f"{', '.join(self.facts)}: {self.url}", ADDRESS_CHARS)

    def also(self, fact: str, quote: str | None) -> "Look":
        """The same look, on which another fact stands too."""
        facts = self.facts if fact in self.facts else (*self.facts, fact)
        quotes = self.quotes if not quote or quote in self.quotes else (*self.quotes, quote)
        return replace(self, facts=facts, quotes=quotes)

    def lacking(self, why: str) -> "Look":
        return replace(self, lack=why)

    def answered(self, capture: Capture) -> "Look":
        return replace(
            self,
            record_url=capture.url,
            fetched_at=capture.unchanged_since or capture.fetched_at,
            status=capture.status,
            failure=capture.failure,
            unchanged_since=capture.unchanged_since,
        )


@dataclass(frozen=True)
class Sheet:
    agency: Agency
    document: Mapping[str, Any]  # findings of the authority
    facts: tuple[str, ...]
    findings: Mapping[str, Mapping[str, Any]]  # fact -> finding
    item: Item | None
    level: LevelRecord | None
    plan: Plan
    round_name: str
    as_of: dt.date
    software: str
    sample: bool
    looks: tuple[Look, ...]
    missing: tuple[str, ...]
    pack_name: str | None = None
    pack_sha256: str | None = None
    album: Album | None = None  # the pictures of the round

    @property
    def pictures(self) -> tuple[tuple[int, Shown], ...]:
        """(number of the look, picture of its page), each picture once, and of these facts alone."""
        taken = self.album.of(self.agency.id) if self.album is not None else ()
        found: dict[str, tuple[int, Shown]] = {}
        for number, look in enumerate(self.looks, start=1):
            for one in taken:
                is_of_look = one.first.page_sha256 == look.sha256 or one.first.view == "phone"
                if is_of_look and any(map(one.shows, look.facts)):
                    found.setdefault(one.path.name, (number, one))
        return tuple(found.values())[:PICTURES]

    def of_pack(self, name: str, sha256: str) -> "Sheet":
        return replace(self, pack_name=name, pack_sha256=sha256)


@dataclass(frozen=True)
class _Image:
    """A picture of a page: its heading, what is said under it, its words for whoever does not see it, its bytes."""

    heading: str
    caption: str
    alt: str
    width: int
    height: int
    path: Path

    @property
    def data(self) -> str:
        return f"data:image/webp;base64,{b64encode(self.path.read_bytes()).decode()}"


@dataclass(frozen=True)
class _Drawn:
    """The sheet in the reader's words: (heading, lines) and one table."""

    lang: str
    title: str
    banner: str | None
    facts: tuple[tuple[str, str], ...]
    found: tuple[str, ...]
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    links: tuple[str | None, ...]  # of the rows' addresses
    missing: tuple[str, ...]
    pack: str
    said: SheetTexts
    looks_heading: str
    looks_note: str | None
    check: tuple[str, ...]
    made_by: str
    images_heading: str = ""
    images: tuple[_Image, ...] = ()


@cache
def sheet_texts(lang: str) -> SheetTexts:
    """Raises UnknownLanguage."""
    path = FOLDER / f"{lang}.yaml"
    if not path.is_file():
        raise UnknownLanguage(lang)
    return load(path, SheetTexts)


def title(sheet: Sheet, texts: Texts) -> str:
    said = sheet_texts(texts.lang)
    return said.title.format(name=_name(sheet, texts), what=_what(sheet, texts))


def description(sheet: Sheet, texts: Texts) -> str:
    said = sheet_texts(texts.lang)
    about = said.description.format(
        round=clean(sheet.round_name),
        as_of=texts.date(sheet.as_of),
        name=_name(sheet, texts),
        what=_what(sheet, texts),
    )
    return f"{texts.head.sample}. {about}" if sheet.sample else about


def html(sheet: Sheet, texts: Texts) -> bytes:
    return _template().render(drawn=_drawn(sheet, texts)).encode()


def docx(sheet: Sheet, texts: Texts) -> bytes:
    drawn = _drawn(sheet, texts)
    document: Any = word.Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(13)
    document.styles["Normal"].font.name, document.styles["Normal"].font.size = FONT, Pt(9)
    document.styles["Normal"].paragraph_format.space_after = Pt(1)
    for style in ("Heading 1", "Heading 2"):
        document.styles[style].paragraph_format.space_before = Pt(6)
    told = document.core_properties
    told.title, told.author, told.comments = drawn.title, clean(sheet.software), ""
    told.created = told.modified = dt.datetime.combine(sheet.as_of, dt.time())
    if drawn.banner:
        run = document.add_paragraph().add_run(drawn.banner)
        run.bold, run.font.color.rgb = True, WARNING
    document.add_heading(drawn.title, level=1)
    for name, value in drawn.facts:
        paragraph = document.add_paragraph()
        paragraph.add_run(f"{name}: ").bold = True
        paragraph.add_run(value)
    _listed(document, drawn.said.found, drawn.found)
    document.add_heading(drawn.looks_heading, level=2)
    if drawn.looks_note:
        document.add_paragraph(drawn.looks_note)
    if drawn.rows:
        _tabled(document, drawn)
    else:
        document.add_paragraph(drawn.said.nothing)
    _pictured(document, drawn)
    if drawn.missing:
        _listed(document, drawn.said.missing, drawn.missing)
    _listed(document, drawn.said.pack, (drawn.pack,))
    if drawn.check:
        _listed(document, drawn.said.check, drawn.check)
    document.add_paragraph(drawn.made_by)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _listed(document: Any, heading: str, lines: tuple[str, ...]) -> None:
    document.add_heading(heading, level=2)
    for line in lines:
        document.add_paragraph(line, style="List Bullet")


def _pictured(document: Any, drawn: _Drawn) -> None:
    if drawn.images:
        document.add_heading(drawn.images_heading, level=2)
    for image in drawn.images:
        heading = document.add_paragraph()
        heading.add_run(image.heading).bold = True
        heading.paragraph_format.keep_with_next = True
        height_mm = min(PICTURE_MM[1], PICTURE_MM[0] * image.height / image.width)
        shape = document.add_picture(io.BytesIO(_png(image.path)), height=Mm(height_mm))
        shape._inline.docPr.set("descr", image.alt)
        document.paragraphs[-1].paragraph_format.keep_with_next = True
        document.add_paragraph(image.caption)


def _png(path: Path) -> bytes:
    """Word knows no WebP."""
    from PIL import Image

    out = io.BytesIO()
    with Image.open(path) as image:
        image.convert("RGB").quantize(128).save(out, "PNG", optimize=True)
    return out.getvalue()


def _tabled(document: Any, drawn: _Drawn) -> None:
    grid = document.add_table(rows=1 + len(drawn.rows), cols=len(drawn.heads), style="Table Grid")
    grid.autofit = False
    for column, width in zip(grid.columns, WIDTHS_MM, strict=True):
        column.width = Mm(width)
    lines = list(grid.rows)
    lines[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for place, (line, texts) in enumerate(zip(lines, (drawn.heads, *drawn.rows), strict=True)):
        line._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, text, width in zip(line.cells, texts, WIDTHS_MM, strict=True):
            cell.width = Mm(width)
            cell.paragraphs[0].paragraph_format.space_after = Pt(0)
            run = cell.paragraphs[0].add_run(text)
            run.font.size, run.bold = Pt(7.5), place == 0


def _drawn(sheet: Sheet, texts: Texts) -> _Drawn:
    said = sheet_texts(texts.lang)
    states = {finding["state"] for fact, finding in sheet.findings.items() if fact != "site"}
    pack = said.pack_file.format(name=sheet.pack_name, sha256=sheet.pack_sha256) if sheet.pack_name else said.no_pack
    return _Drawn(
        lang=texts.lang,
        title=title(sheet, texts),
        banner=texts.head.sample if sheet.sample else None,
        facts=tuple(_facts(sheet, said, texts)),
        found=tuple(_found(sheet, texts)),
        heads=tuple(getattr(said, column) for column in COLUMNS),
        rows=tuple(_row(number, look, said, texts) for number, look in enumerate(sheet.looks, start=1)),
        links=tuple(address(look.url) for look in sheet.looks),
        missing=tuple(clean(line, ADDRESS_CHARS) for line in sheet.missing),
        pack=pack,
        said=said,
        looks_heading=said.looks if states - {"unseen"} else said.tried,
        looks_note=said.looks_note if "absent" in states else None,
        check=said.check_text if sheet.pack_name else (),
        made_by=said.made_by.format(software=clean(sheet.software)),
        images_heading=picture_texts(texts.lang).sheet,
        images=tuple(_image(number, shown, texts) for number, shown in sheet.pictures),
    )


def _image(number: int, shown: Shown, texts: Texts) -> _Image:
    first = shown.first
    heading = picture_texts(texts.lang).row.format(n=number, title=pictures.title(shown, texts), url=whole(first.url))
    caption = f"{pictures.caption(shown, texts)}; sha256 {first.sha256}"
    return _Image(heading, caption, pictures.alt(shown, texts), first.width, first.height, shown.path)


def _facts(sheet: Sheet, said: SheetTexts, texts: Texts) -> list[tuple[str, str]]:
    site = sheet.document["site"]
    lines = [
        (said.authority, _name(sheet, texts)),
        (said.site, f"{clean(site.get('url') or '–', ADDRESS_CHARS)} ({_site_state(site, texts)})"),
        (said.round, clean(sheet.round_name)),
        (said.as_of, texts.date(sheet.as_of)),
    ]
    if sheet.item is not None:
        asked = words_of(sheet.item.title.by_language, texts, sheet.item.id)
        lines.append((said.asked, said.item_title.format(item=sheet.item.id, title=asked)))
    if sheet.level is not None:
        lines.append((said.level, texts.levels[sheet.level["level"]]))
        rule = sheet.level.get("rule") or {}
        if words := rule.get(texts.lang) or rule.get("en"):
            lines.append((said.rule, clean(words, RULE_CHARS)))
        if reason := sheet.level.get("reason"):
            lines.append((said.reason, texts.reason(clean(reason))))
        if hand := hand_in(sheet.level):
            lines += [(said.level, line) for line in hand_lines(hand, level_said(hand["machine"], texts), texts)]
    return lines


def _site_state(site: Mapping[str, Any], texts: Texts) -> str:
    state = texts.site_names[site["state"]]
    return state if site["state"] in ("up", "moved") else f"{state}: {texts.reason(site['reason'])}"


def _found(sheet: Sheet, texts: Texts) -> list[str]:
    """Each fact in the words of the report."""
    lines = []
    for fact, finding in sheet.findings.items():
        if fact == "site":
            continue  # stands in the head
        told = fact_lines(fact, finding, sheet.as_of, texts)
        if fact == "mobile":
            told = (*told, *pictures.phone_lines(finding, texts))
        if "." in fact or fact in ("search", "languages"):  # the others name themselves
            told = named(fact, told, texts)
        lines.append("; ".join(clean(line.plain, ADDRESS_CHARS) for line in told))
        if hand := hand_in(finding):
            machine = hand["machine"]
            state = str(machine.get("state") if isinstance(machine, Mapping) else machine)
            lines += hand_lines(hand, texts.states.get(state, state), texts)
    return lines


def _row(number: int, look: Look, said: SheetTexts, texts: Texts) -> tuple[str, ...]:
    quotes = " | ".join(f"“{clean(quote, QUOTE_CHARS)}”" for quote in look.quotes)
    return (
        str(number),
        whole(look.url),
        _time(look.seen_at),
        _answer(look, said, texts),
        look.sha256 or "–",
        quotes or "–",
    )


def _answer(look: Look, said: SheetTexts, texts: Texts) -> str:
    if look.lack is not None:
        return said.lacking[look.lack]
    if look.failure is not None:
        return said.failed.format(reason=texts.reason(look.failure))
    answer = said.http.format(status=look.status)
    if look.unchanged_since is not None:
        return f"{answer}; {said.unchanged.format(time=_time(look.unchanged_since))}"
    return answer


def _time(at: dt.datetime) -> str:
    return f"{at.astimezone(dt.UTC):%Y-%m-%d %H:%M:%S}"


def _name(sheet: Sheet, texts: Texts) -> str:
    agency = sheet.agency
    return clean((agency.name_full or agency.name) if texts.lang == "az" else agency.name_en or agency.name)


def _what(sheet: Sheet, texts: Texts) -> str:
    if sheet.item is not None:
        return sheet_texts(texts.lang).item.format(item=sheet.item.id)
    fact = next((one for one in sheet.facts if one != "site"), sheet.facts[0])
    kind = fact.partition(".")[2] or fact
    return texts.sections.get(kind) or texts.facts.get(kind) or kind


@cache
def _template() -> Template:
    room = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return room.get_template("evidence.html.j2")
