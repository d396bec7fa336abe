"""Do pictures show the pages as they are in the archive, with the quote marked, and is all as before without them?"""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from PIL import Image

from archive.capture import Capture, Made
from archive.database import Database, Round, open_database
from archive.evidence import Evidence
from archive.pictures import (
    INDEX,
    Picture,
    folder_of,
    keep_index,
    keep_picture,
    load_pictures,
    size_px,
    small_size,
)
from archive.registry import Agency, Registry
from archive.retention import Keep, prune
from publishing.board import Board, write_board
from publishing.edition import round_info
from publishing.evidence_pack import write_pack
from publishing.pictures import Album, Beside, alt
from publishing.report import write_report
from publishing.texts import languages, texts_in
from spiders.browser import INSTALL, NoBrowser, executable
from spiders.pictures import Taken, take_pictures
from tests import report_material as material

needs_browser = pytest.mark.skipif(executable() is None, reason=f"no browser on this machine: {INSTALL}")
NOW = datetime(2018, 8, 20, 9, tzinfo=UTC)
HOME, COUNCIL, DOCUMENT = (f"http://binegedi-ih.gov.az/{path}" for path in ("", "sura", "qanun.pdf"))
STYLE, LOGO = "http://binegedi-ih.gov.az/s.css", "http://cdn.example.az/logo.png"
RED = (212, 0, 42)
AGENCY = Agency(id="binagadi", group="local", name="Binəqədi", name_en="Binagadi", site=HOME)
REGISTRY = Registry((AGENCY,), "ab" * 32)
HOME_PAGE = (
    '<!doctype html><html><head><meta name="viewport" content="width=device-width">'
    '<link rel="stylesheet" href="/s.css"></head><body>'
    '<ul class="menu"><li>Haqqımızda<ul class="closed"><li><a href="/sura">İctimai şura</a></li></ul></li>'
    '</ul><h1>Binəqədi</h1><img src="//cdn.example.az/logo.png"><img src="/itib.png"><p>Xəbərlər</p></body></html>'
)
COUNCIL_PAGE = (
    "<!doctype html><html><body><h1>İctimai şura</h1>"
    + "<p>Sətir</p>" * 60
    + "<p>Şuranın  <b>üzvləri</b>:\n 7 nəfər</p>"
    "</body></html>"
)


def capture(url: str, body: bytes, kind: str = "text/html; charset=utf-8", purpose: str = "page") -> Capture:
    found_on = None if url == HOME else HOME
    return Capture(url, purpose, NOW, 200, (("Content-Type", kind),), body, found_on=found_on)


def square(colour: str, size: tuple[int, int] = (40, 40)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


CAPTURES = (
    capture(HOME, HOME_PAGE.encode()),
    capture(COUNCIL, COUNCIL_PAGE.encode()),
    capture(DOCUMENT, b"%PDF-1.4", "application/pdf"),
    capture(STYLE, b".closed{display:none} h1{background:#00aa00}", "text/css", "asset"),
    capture(LOGO, square("blue"), "image/png", "asset"),
)


@dataclass(frozen=True)
class Kept:
    database: Database
    archive: Path
    round: Round

    def take(self, **more: Any) -> Taken:
        (taken,) = take_pictures(self.database, self.round, self.archive, **more)
        return taken

    @property
    def lines(self) -> dict[tuple[str, str | None], Picture]:
        return {(one.view, one.quote): one for one in load_pictures(self.archive, self.round.name, "binagadi")}

    def image(self, picture: Picture) -> Image.Image:
        path = folder_of(self.archive, self.round.name, "binagadi") / picture.name
        return Image.open(path).convert("RGB")


def piece(one: Capture, quote: str | None) -> dict[str, Any]:
    return {"url": one.url, "sha256": one.sha256, "quote": quote, "seen_at": "2018-08-20T09:00:00Z"}


def document() -> dict[str, Any]:
    found = material.document_of(AGENCY)
    home, council, law = CAPTURES[:3]
    found["site"] = {"url": HOME, "final_url": HOME, "state": "up", "reason": "ok", "evidence": [piece(home, None)]}
    evidence = [piece(home, f"İctimai şura {COUNCIL}"), piece(council, "Şuranın üzvləri: 7 nəfər"), piece(law, "qanun")]
    found["sections"]["public_council"] |= {"state": "found", "evidence": evidence}
    found["mobile"]["evidence"] = [piece(home, "viewport: width=device-width")]
    for fact in ("social", "news", "search", "languages"):
        found[fact]["evidence"] = []
    for kind in found["sections"]:
        if kind != "public_council":
            found["sections"][kind]["evidence"] = []
    return {key: value for key, value in found.items() if key not in ("id", "group", "name")}


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    database = open_database(tmp_path / "saytmetr.db")
    round_ = database.start_round("2018-08", NOW.date(), NOW, REGISTRY, ["binagadi"], "saytmetr 0.1.0", {})
    visit = database.visit(round_, "binagadi", NOW)
    with Evidence(tmp_path / "archive" / "2018-08" / "binagadi.warc.gz", "saytmetr 0.1.0") as file:
        for one in CAPTURES:
            database.add_page(visit.id, one, file.append(one, one.body))
    database.add_reading(round_, NOW, "saytmetr 0.1.0", "cd" * 32, [("binagadi", document())])
    yield Kept(database, tmp_path / "archive", database.finish_round(round_, NOW))
    database.close()


def index(kept: Kept, *quotes: str) -> list[Picture]:
    """Pictures as if a browser had made them."""
    council = CAPTURES[1]
    picture = square("white", (1280, 1000))
    sha256 = keep_picture(kept.archive, "2018-08", "binagadi", picture)
    lines = [
        Picture("page", COUNCIL, str(council.sha256), "sections.public_council", quote, "2018-08-20T09:00:00Z", sha256,
                1280, 1000, (10, 20, 30, 40), made_at="2018-08-21T00:00:00Z", browser="Chromium 1", lacking=2)
        for quote in quotes
    ]  # fmt: skip
    keep_index(kept.archive, "2018-08", "binagadi", lines)
    return lines


# -- the index


def test_an_index_comes_back_as_it_was_and_pictures_it_does_not_name_go(kept: Kept) -> None:
    keep_picture(kept.archive, "2018-08", "binagadi", square("red"))
    lines = index(kept, "a", "b")
    assert list(load_pictures(kept.archive, "2018-08", "binagadi")) == lines
    names = {path.name for path in folder_of(kept.archive, "2018-08", "binagadi").iterdir()}
    assert names == {INDEX, lines[0].name, lines[0].small_name}


@pytest.mark.parametrize("content", ["", "{", '{"view": "page"}\n', "[]\n", '{"unknown": 1}\n'])
def test_an_index_that_is_not_ours_tells_nothing(kept: Kept, content: str) -> None:
    folder = folder_of(kept.archive, "2018-08", "binagadi")
    folder.mkdir(parents=True)
    (folder / INDEX).write_text(content)
    assert load_pictures(kept.archive, "2018-08", "binagadi") == ()
    assert Album(kept.archive, "2018-08").of("binagadi") == ()


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_the_size_of_a_picture_is_read_from_its_bytes(kind: str) -> None:
    for lossless in (True, False):
        out = io.BytesIO()
        Image.new("RGB", (123, 45), "red").save(out, kind, lossless=lossless)
        assert size_px(out.getvalue()) == (123, 45)
    assert size_px(b"RIFF") is None
    assert size_px(b"<html>") is None


def test_the_small_form_keeps_its_shape(kept: Kept) -> None:
    (line,) = index(kept, "a")
    with Image.open(folder_of(kept.archive, "2018-08", "binagadi") / line.small_name) as small:
        assert small.size == line.small_size == small_size(1280, 1000) == (307, 240)


def test_pictures_go_with_their_round(kept: Kept) -> None:
    index(kept, "a")
    later = kept.database.start_round("2026-01", NOW.date(), NOW, REGISTRY, ["binagadi"], "saytmetr 0.1.0", {})
    kept.database.finish_round(later, NOW)
    least = Keep(full_rounds=1, light_rounds=1, full_days=0, light_days=0)
    pruned = prune(kept.database, kept.archive, least, (), datetime(2030, 1, 1, tzinfo=UTC), dry_run=False)
    gone = [fate.file for fate in pruned.fates if not fate.stays]
    assert any(file.endswith(f"pictures/binagadi/{INDEX}") for file in gone)
    assert not (kept.archive / "2018-08").exists()


# -- in a browser, from the archive


@needs_browser
def test_pages_are_shown_from_the_archive_with_the_quote_marked(kept: Kept) -> None:
    taken = kept.take()
    assert (taken.kept, taken.left, taken.failed) == (0, 0, ())
    lines = kept.lines
    council = lines["page", "Şuranın üzvləri: 7 nəfər"]
    assert (council.width, council.height, council.within) == (1280, 1000, False)
    assert council.box is not None
    left, top, width, height = council.box
    image = kept.image(council)
    edge = [image.getpixel((left + 1, top + height // 2)), image.getpixel((left + width // 2, top + height - 2))]
    for pixel in edge:
        assert isinstance(pixel, tuple)
        assert all(abs(a - b) < 60 for a, b in zip(pixel, RED, strict=True)), edge
    assert width < 400, "the words alone are marked, not the page"


@needs_browser
def test_what_the_archive_has_is_shown_and_what_it_lacks_stays_missing(kept: Kept) -> None:
    kept.take()
    desktop = kept.lines["desktop", None]
    assert desktop.lacking == 1  # itib.png
    colours = {colour for _, colour in kept.image(desktop).getcolors(1_000_000) or []}
    near = [any(all(abs(a - b) < 40 for a, b in zip(c, want, strict=True)) for c in colours if isinstance(c, tuple))
            for want in ((0, 0xAA, 0), (0, 0, 255))]  # fmt: skip
    assert near == [True, True], "the stored style and the stored picture"
    assert kept.lines["phone", None].width == 390


@needs_browser
def test_a_quote_in_a_closed_menu_is_marked_at_the_menu(kept: Kept) -> None:
    kept.take()
    menu = kept.lines["page", f"İctimai şura {COUNCIL}"]
    assert menu.within
    assert menu.box is not None
    assert kept.lines["page", "viewport: width=device-width"].box is None  # no words of the page


@needs_browser
def test_a_page_that_is_none_is_told_and_the_others_are_shown(kept: Kept) -> None:
    kept.take()
    law = kept.lines["page", "qanun"]
    assert (law.sha256, law.failure) == (None, "not_html")
    assert sum(line.sha256 is not None for line in kept.lines.values()) == 5


@needs_browser
def test_what_is_there_is_not_made_again_and_what_was_cut_short_goes_on(kept: Kept) -> None:
    cut = kept.take(seconds=0)
    assert (cut.made, cut.left > 0) == (0, True)
    first = kept.take(pages=0)
    before = set(kept.lines)
    rest = kept.take()
    assert first.made == len(before) == 4  # a phone's and a desk's view, and what stands on the home page
    assert (rest.kept, rest.made) == (4, 2)
    again = kept.take(pages=0)
    assert again.made == 0
    assert set(kept.lines) > before, "fewer pages asked for takes none away"


@needs_browser
def test_the_visits_own_picture_of_the_phone_is_taken_over(kept: Kept) -> None:
    out = io.BytesIO()
    Image.new("RGB", (1170, 2532), "green").save(out, "WEBP")
    made = Made("Chromium 1", "phone 390x844@3", "<urn:uuid:0>")
    own = Capture(HOME, "picture", NOW, 200, (("Content-Type", "image/webp"),), out.getvalue(), found_on=HOME,
                  word="phone", made=made)  # fmt: skip
    (visit,) = kept.database.visits(kept.round)
    with Evidence(kept.archive / "2018-08" / "binagadi.warc.gz", "saytmetr 0.1.0") as file:
        kept.database.add_page(visit.id, own, file.append(own))
    kept.take()
    line = kept.lines["phone", None]
    assert (line.sha256, line.source, line.browser) == (own.sha256, "visit", "Chromium 1")


@needs_browser
def test_a_lost_file_of_evidence_stops_nothing(kept: Kept) -> None:
    (kept.archive / "2018-08" / "binagadi.warc.gz").write_bytes(b"broken")
    taken = kept.take()
    assert len(taken.failed) == 3
    assert all(line.failure == "damaged" for line in kept.lines.values())


def test_without_a_browser_it_says_how_to_get_one(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAYTMETR_BROWSER", "no-such-browser")
    with pytest.raises(NoBrowser, match=INSTALL):
        kept.take()


# -- on board, report and sheet


def board_of(kept: Kept, out: Path, archive: Path | None) -> dict[str, bytes]:
    write_board(kept.database, out, Board(material.plan_of(), (AGENCY,), archive=archive))
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}


def test_without_pictures_the_board_is_the_same_to_the_byte(kept: Kept, tmp_path: Path) -> None:
    assert board_of(kept, tmp_path / "a", kept.archive) == board_of(kept, tmp_path / "b", None)


@pytest.mark.parametrize("lang", ["az", "en"])
def test_the_board_shows_pictures_with_size_words_and_a_way_to_the_whole(kept: Kept, tmp_path: Path, lang: str) -> None:
    (line,) = index(kept, "Şuranın <b>üzvləri</b>")
    files = board_of(kept, tmp_path / "board", kept.archive)
    page = html.fromstring(files[f"{lang}/authority/binagadi.html"])
    (image,) = page.xpath("//section[@id='pictures']//img")
    assert (image.get("width"), image.get("height"), image.get("loading")) == ("307", "240", "lazy")
    assert "Şuranın <b>üzvləri</b>" in image.get("alt")
    assert image.get("src") == f"../../pictures/binagadi/{line.small_name}"
    assert image.getparent().get("href") == f"../../pictures/binagadi/{line.name}"
    assert f"pictures/binagadi/{line.name}" in files
    assert page.xpath("//article[@id='fact-sections-public_council']//a[@href='#picture1']")


def report_of(kept: Kept, out: Path, album: Album | None) -> dict[str, bytes]:
    findings = kept.database.findings(kept.round)
    written = write_report(
        findings, [], (AGENCY,), round_info(findings), "az", ["html", "docx", "json"], out, pictures=album
    )
    return {path.name: path.read_bytes() for path in written}


def test_without_pictures_the_report_is_the_same_to_the_byte(kept: Kept, tmp_path: Path) -> None:
    with_none = report_of(kept, tmp_path / "a", Album(kept.archive, "2018-08"))
    assert with_none == report_of(kept, tmp_path / "b", None)


def test_the_report_leads_to_the_pictures_beside_it(kept: Kept, tmp_path: Path) -> None:
    (line,) = index(kept, "a")
    files = report_of(kept, tmp_path / "report", Album(kept.archive, "2018-08"))
    page = html.fromstring(files["elaveler.html"])
    (link,) = [one for one in page.xpath("//ol[@class='notes']//a") if one.get("href").endswith(".webp")]
    assert (tmp_path / "report" / link.get("href")).resolve() == (
        folder_of(kept.archive, "2018-08", "binagadi") / line.name
    ).resolve()


def test_a_picture_that_lies_elsewhere_is_named(kept: Kept) -> None:
    (line,) = index(kept, "a")
    far = Beside(Album(kept.archive, "2018-08"), Path("/a/b/c/d/e/f/g/h"))
    words, way = far.of_page(CAPTURES[1].sha256, "en") or ("", "?")
    assert way == ""
    assert words == f"picture: 2018-08/pictures/binagadi/{line.name}"


def test_the_sheet_shows_the_page(kept: Kept, tmp_path: Path) -> None:
    def sheet(out: Path) -> str:
        fact = "sections.public_council"
        written = write_pack(
            kept.database, kept.round, kept.archive, [], material.plan_of(), "binagadi", out, fact=fact
        )
        return written.sheets[0].read_text("utf-8")

    assert "<img" not in sheet(tmp_path / "without")
    index(kept, "a")
    page = html.fromstring(sheet(tmp_path / "with"))
    (image,) = page.xpath("//img")
    assert image.get("src").startswith("data:image/webp;base64,")
    assert image.get("alt")


@pytest.mark.parametrize("lang", languages())
def test_a_picture_has_words_in_every_language(kept: Kept, lang: str) -> None:
    index(kept, "a")
    (shown,) = Album(kept.archive, "2018-08").of("binagadi")
    assert COUNCIL in alt(shown, texts_in(lang))


def test_the_index_is_plain_json_lines(kept: Kept) -> None:
    index(kept, "ə")
    text = (folder_of(kept.archive, "2018-08", "binagadi") / INDEX).read_text("utf-8")
    (line,) = [json.loads(one) for one in text.splitlines()]
    assert (line["quote"], line["box"]) == ("ə", [10, 20, 30, 40])


def test_the_view_on_a_phone_shows_the_mobile_version(kept: Kept) -> None:
    lines = index(kept, "a")
    phone = Picture("phone", HOME, "ab" * 32, None, None, "2018-08-20T09:00:00Z", lines[0].sha256, 390, 844)
    keep_index(kept.archive, "2018-08", "binagadi", [phone])
    (shown,) = Album(kept.archive, "2018-08").of("binagadi")
    assert shown.facts == ("mobile",)
    assert alt(shown, texts_in("en")) == f"Home page on a phone: {HOME}, 20 August 2018."
