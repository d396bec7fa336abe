"""Can somebody who does not trust us open the pack of a cell and find exactly the pages that it stood on?"""

import gzip
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import docx
import lxml.html
import pytest
from warcio.archiveiterator import ArchiveIterator

from archive.capture import Capture, Made
from archive.database import Database, Round, open_database
from archive.evidence import Evidence
from archive.registry import Agency, NoSuchAgency, Registry
from publishing import wacz
from publishing.evidence_pack import NoEvidence, NothingAsked, Written, write_pack
from publishing.evidence_sheet import sheet_texts
from publishing.tables import SECTIONS
from publishing.texts import UnknownLanguage, languages
from scoring.levels import levels_of
from scoring.plans import load_plan

ROOT = Path(__file__).parent.parent
PLAN = load_plan(ROOT / "methodology" / "plans" / "nap-2016-2018.yaml")
THEN, NOW = datetime(2018, 7, 20, 9, tzinfo=UTC), datetime(2018, 8, 20, 9, tzinfo=UTC)
HOME, COUNCIL, NEWS = (f"http://binegedi-ih.gov.az/{path}" for path in ("", "page/144.html", "news.html"))
CLOSED = "http://maliyye.gov.az/"
REGISTRY = Registry(
    (
        Agency(id="binagadi", group="local", name="Binəqədi", name_en="Binagadi", site=HOME),
        Agency(id="maliyye", group="central", name="Maliyyə Nazirliyi", site=CLOSED),
        Agency(id="kapaz", group="local", name="Kəpəz", site=None),
    ),
    "ab" * 32,
)


def capture(url: str, at: datetime, body: str = "", **more: Any) -> Capture:
    headers = (("Content-Type", "text/html; charset=utf-8"), ("ETag", '"1"'))
    told: dict[str, Any] = {"url": url, "purpose": "page", "fetched_at": at, "status": 200, "headers": headers}
    asked = (("Host", "binegedi-ih.gov.az"),)
    return Capture(**(told | {"body": body.encode(), "request_headers": asked} | more))


def refused(url: str, at: datetime) -> Capture:
    return capture(url, at, status=None, headers=(), failure="refused", detail="Connection refused", request_headers=())


PAGES_THEN = (capture(HOME, THEN, "<p>Ana səhifə"), capture(NEWS, THEN + timedelta(seconds=2), "<p>köhnə xəbər"))
PAGES_NOW = (
    capture(COUNCIL, NOW + timedelta(seconds=2), "<p>Şuranın üzvləri"),
    capture(NEWS, NOW + timedelta(seconds=4), "<p>19 avqust 2018 Xəbər"),
    capture(HOME + "page/7.html", NOW + timedelta(seconds=6), "<p>Başqa"),
)
TRIES = tuple(refused(CLOSED, NOW + timedelta(seconds=n)) for n in (10, 40))


@dataclass(frozen=True)
class Kept:
    database: Database
    archive: Path
    round: Round
    out: Path

    def pack(self, authority: str = "binagadi", lang: str = "az", **asked: Any) -> Written:
        levels = [asdict(level) for level in levels_of(self.database.findings(self.round), PLAN)]
        return write_pack(
            self.database, self.round, self.archive, levels, PLAN, authority, self.out, lang=lang, **asked
        )


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    database = open_database(tmp_path / "saytmetr.db")
    archive = tmp_path / "archive"
    before = start(database, "2018-07", THEN)
    visit = database.visit(before, "binagadi", THEN)
    with Evidence(archive / "2018-07" / "binagadi.warc.gz", "saytmetr 0.1.0") as file:
        for one in PAGES_THEN:
            database.add_page(visit.id, one, file.append(one, one.body))
        referred = file.refer_to(database.pages(visit.id)[0].offset)
    round_ = start(database, "2018-08", NOW)
    visit = database.visit(round_, "binagadi", NOW)
    path = archive / "2018-08" / "binagadi.warc.gz"
    with Evidence(path, "saytmetr 0.1.0") as file:
        stored = file.append(capture(HOME, NOW, status=304), unchanged=referred)
        database.add_page(visit.id, file.read(stored.offset), stored)
        for one in PAGES_NOW:
            packed = capture(
                one.url, one.fetched_at, one.body.decode(), headers=(*one.headers, ("Content-Encoding", "gzip"))
            )
            database.add_page(visit.id, packed, file.append(packed, gzip.compress(one.body)))
    visit = database.visit(round_, "maliyye", NOW)
    with Evidence(archive / "2018-08" / "maliyye.warc.gz", "saytmetr 0.1.0") as file:
        for one in TRIES:
            database.add_page(visit.id, one, file.append(one))
    database.add_reading(round_, NOW, "saytmetr 0.1.0", "cd" * 32, documents())
    database.finish_round(round_, NOW + timedelta(hours=1))
    yield Kept(database, archive, database.round("2018-08"), tmp_path / "out")
    database.close()


def start(database: Database, name: str, at: datetime) -> Round:
    ids = [agency.id for agency in REGISTRY]
    return database.start_round(name, at.date(), at, REGISTRY, ids, "saytmetr 0.1.0", {})


def piece(one: Capture, quote: str | None = None, at: datetime | None = None) -> dict[str, Any]:
    seen_at = f"{at or one.fetched_at:%Y-%m-%dT%H:%M:%SZ}"
    return {"url": one.url, "sha256": one.sha256, "quote": quote, "seen_at": seen_at}


def documents() -> list[tuple[str, dict[str, Any]]]:
    """Binəqədi: a council, no procurement, news. The ministry: closed. Kəpəz was not visited."""
    home = piece(PAGES_THEN[0], "İctimai şura", at=NOW)
    council = {
        "state": "found",
        "fullness": "full",
        "placement": "menu",
        "label": "İctimai şura",
        "url": COUNCIL,
        "content": ["members"],
        "items": 7,
        "last_date": "2018-08-05",
        "evidence": [home, piece(PAGES_NOW[0], "Şuranın üzvləri <b>")],
    }
    looked = {"state": "absent", "evidence": [piece(PAGES_THEN[0], at=NOW), *map(piece, PAGES_NOW)]}
    news = {"state": "found", "url": NEWS, "last_date": "2018-08-19", "per_month": 20.0, "median_gap_days": 1}
    up = {"state": "up", "reason": "ok", "url": HOME, "final_url": HOME, "evidence": [home]}
    open_site = {
        "site": up,
        "mobile": {"state": "found", "verdict": "responsive", "evidence": [home]},
        "social": {"state": "absent", "profiles": [], "evidence": [home]},
        "sections": dict.fromkeys(SECTIONS, looked) | {"public_council": council},
        "news": news | {"silence_days": 1, "status": "active", "evidence": [piece(PAGES_NOW[1], "19 avqust 2018")]},
        "search": {"state": "absent", "evidence": [home]},
        "languages": {"state": "found", "codes": ["az"], "evidence": [home]},
    }
    tried = {"reason": "refused", "evidence": [piece(TRIES[0], "Connection refused")]}
    unseen = {"state": "unseen", **tried}
    closed = {
        "site": {"state": "down", "url": CLOSED, "final_url": None, **tried},
        "sections": dict.fromkeys(SECTIONS, unseen),
        "social": unseen | {"profiles": []},
        **dict.fromkeys(("mobile", "news", "search"), unseen),
        "languages": unseen | {"codes": []},
    }
    fetch = {"fetch": {"requests": 5, "pages": 4, "bytes": 1, "seconds": 1.0, "complete": True}}
    return [("binagadi", open_site | fetch), ("maliyye", closed | fetch)]


# -- reading a pack without our own code -------------------------------------------------------------------------------


def parts(pack: Path | None) -> dict[str, bytes]:
    assert pack is not None
    with zipfile.ZipFile(pack) as file:
        return {name: file.read(name) for name in file.namelist()}


def index(held: Mapping[str, bytes]) -> list[dict[str, Any]]:
    lines = gzip.decompress(held["indexes/index.cdx.gz"]).decode().splitlines()
    assert lines == sorted(lines)
    return [json.loads(line.split(" ", 2)[2]) | {"key": line.split(" ")[0]} for line in lines]


def replayed(held: Mapping[str, bytes]) -> dict[str, str]:
    """Address -> SHA-256 of the body that a viewer gets by the index: file, offset, length."""
    found = {}
    for entry in index(held):
        start, length = int(entry["offset"]), int(entry["length"])
        member = held[f"archive/{entry['filename']}"][start : start + length]
        record = next(iter(ArchiveIterator(io.BytesIO(member))))
        assert record.rec_headers.get_header("WARC-Target-URI") == entry["url"]
        assert record.http_headers.get_statuscode() == entry["status"]
        found[entry["url"]] = hashlib.sha256(record.content_stream().read()).hexdigest()
    return found


def kinds(held: Mapping[str, bytes]) -> list[tuple[str, str]]:
    return [
        (record.rec_type, record.rec_headers.get_header("WARC-Target-URI") or "")
        for name in sorted(held)
        if name.startswith("archive/")
        for record in ArchiveIterator(io.BytesIO(held[name]))
    ]


def text(written: Written) -> str:
    return str(lxml.html.fromstring(written.sheets[0].read_bytes()).text_content())


# -- the pack ----------------------------------------------------------------------------------------------------------


def test_the_pack_holds_the_pages_that_the_item_stood_on_and_no_others(kept: Kept) -> None:
    written = kept.pack(item="4.2.2")
    held = parts(written.pack)
    assert replayed(held) == {HOME: PAGES_THEN[0].sha256, COUNCIL: PAGES_NOW[0].sha256}
    assert kinds(held) == [
        ("warcinfo", ""),
        ("response", HOME),
        ("request", HOME),
        ("warcinfo", ""),
        ("revisit", HOME),
        ("request", HOME),
        ("response", COUNCIL),
        ("request", COUNCIL),
    ]
    assert written.missing == ()
    assert written.records == 8


def test_what_a_browser_made_brings_the_answer_that_it_was_made_from(kept: Kept) -> None:
    later = NOW + timedelta(days=31)
    sent = capture(HOME, later, "<div id=app></div><script src=/app.js></script>")
    round_ = start(kept.database, "2018-09", later)
    visit = kept.database.visit(round_, "binagadi", later)
    with Evidence(kept.archive / "2018-09" / "binagadi.warc.gz", "saytmetr 0.1.0") as file:
        other = capture(NEWS, later, "<p>19 avqust 2018 Xəbər")
        for one in (other, sent):
            stored = file.append(one, one.body)
            kept.database.add_page(visit.id, one, stored)
        made = Made("Chromium 150", "desktop 1366x900@1", file.record_id(stored.offset), None)
        shown = capture(HOME + "#/news", later, "<p>Xəbərlər", purpose="rendered", request_headers=(), made=made)
        kept.database.add_page(visit.id, shown, file.append(shown))
    found = documents()[0]
    found[1]["news"]["evidence"] = [piece(shown, "Xəbərlər")]
    kept.database.add_reading(round_, later, "saytmetr 0.1.0", "cd" * 32, [found])
    kept.database.finish_round(round_, later + timedelta(hours=1))
    written = replace(kept, round=kept.database.round("2018-09")).pack(fact="news")
    held = parts(written.pack)
    assert kinds(held) == [("warcinfo", ""), ("response", HOME), ("request", HOME), ("conversion", HOME + "#/news")]
    assert replayed(held) == {HOME: sent.sha256}
    assert written.missing == ()


def test_its_records_are_the_archives_own_bytes(kept: Kept) -> None:
    held = parts(kept.pack(item="4.2.2").pack)
    whole = (kept.archive / "2018-08" / "binagadi.warc.gz").read_bytes()
    ours = held["archive/2018-08-binagadi.warc.gz"]
    assert ours == whole[: len(ours)]


def test_its_descriptor_answers_for_every_file(kept: Kept) -> None:
    held = parts(kept.pack(item="4.2.2").pack)
    descriptor = json.loads(held["datapackage.json"])
    assert descriptor["profile"] == "data-package"
    assert descriptor["wacz_version"] == "1.1.1"
    listed = {one["path"]: (one["hash"], one["bytes"]) for one in descriptor["resources"]}
    rest = {path: data for path, data in held.items() if not path.startswith("datapackage")}
    assert listed == {path: (f"sha256:{hashlib.sha256(data).hexdigest()}", len(data)) for path, data in rest.items()}
    digest = json.loads(held["datapackage-digest.json"])
    sha256 = hashlib.sha256(held["datapackage.json"]).hexdigest()
    assert digest == {"path": "datapackage.json", "hash": f"sha256:{sha256}"}
    assert descriptor["mainPageUrl"] == HOME


def test_what_viewers_read_by_offset_is_not_packed_twice(kept: Kept) -> None:
    pack = kept.pack(item="4.2.2").pack
    assert pack is not None
    with zipfile.ZipFile(pack) as file:
        how = {entry.filename: entry.compress_type for entry in file.infolist()}
    assert all(how[name] == zipfile.ZIP_STORED for name in how if name.endswith(".gz"))


def test_its_pages_can_be_opened_by_its_index(kept: Kept) -> None:
    held = parts(kept.pack(item="4.2.2").pack)
    head, *pages = [json.loads(line) for line in held["pages/pages.jsonl"].decode().splitlines()]
    assert head["format"] == "json-pages-1.0"
    assert [(page["url"], page["ts"]) for page in pages] == [
        (HOME, "2018-07-20T09:00:00Z"),  # its bytes came then; the site said 304 since
        (COUNCIL, "2018-08-20T09:00:02Z"),
    ]
    assert {page["url"] for page in pages} == {entry["url"] for entry in index(held)}
    blocks = held["indexes/index.idx"].decode().splitlines()
    place = json.loads(blocks[1].split(" ", 2)[2])
    block = held["indexes/index.cdx.gz"][place["offset"] : place["offset"] + place["length"]]
    assert place["digest"] == f"sha256:{hashlib.sha256(block).hexdigest()}"


def test_an_absence_brings_every_page_that_was_looked_at(kept: Kept) -> None:
    written = kept.pack(item="5.6")
    assert set(replayed(parts(written.pack))) == {HOME, *(one.url for one in PAGES_NOW)}
    assert all(one.sha256 in text(written) for one in PAGES_NOW if one.sha256)


def test_a_fact_can_be_asked_for_instead_of_an_item(kept: Kept) -> None:
    written = kept.pack(fact="news")
    assert replayed(parts(written.pack)) == {NEWS: PAGES_NOW[1].sha256}
    assert PAGES_THEN[1].sha256 not in replayed(parts(written.pack)).values()


def test_the_same_round_gives_the_same_bytes(kept: Kept) -> None:
    first = kept.pack(item="4.2.2").pack
    assert first is not None
    bytes_then = first.read_bytes()
    assert kept.pack(item="4.2.2").pack == first
    assert first.read_bytes() == bytes_then


def test_of_a_closed_site_it_holds_what_was_tried(kept: Kept) -> None:
    written = kept.pack("maliyye", item="5.6")
    held = parts(written.pack)
    assert [kind for kind, _ in kinds(held)] == ["warcinfo", "metadata", "metadata"]
    assert index(held) == []
    said = text(written)
    assert said.count("2018-08-20 09:00:") == 2
    assert sheet_texts("az").tried in said
    assert sheet_texts("az").looks not in said
    assert "yoxdur" not in said.replace("yararlı cavab yoxdur", "").lower()


# -- the sheet ---------------------------------------------------------------------------------------------------------


def test_the_sheet_says_address_time_hash_quote_level_and_rule(kept: Kept) -> None:
    written = kept.pack(item="4.2.2", lang="en")
    said = text(written)
    (level,) = [
        one
        for one in levels_of(kept.database.findings(kept.round), PLAN)
        if (one.authority, one.item) == ("binagadi", "4.2.2")
    ]
    assert written.pack is not None
    for wanted in (
        "Binagadi",
        COUNCIL,
        "2018-08-20 09:00:02",
        PAGES_NOW[0].sha256,
        "“Şuranın üzvləri <b>”",
        "HTTP 200",
        "not changed since 2018-07-20 09:00:00",
        level.rule["en"],
        hashlib.sha256(written.pack.read_bytes()).hexdigest(),
    ):
        assert str(wanted) in said


@pytest.mark.parametrize("lang", languages())
def test_every_language_has_a_sheet_in_both_forms_with_the_same_facts(kept: Kept, lang: str) -> None:
    written = kept.pack(item="4.2.2", lang=lang)
    page, document = written.sheets
    words = docx.Document(str(document))
    table = [[cell.text for cell in row.cells] for row in words.tables[0].rows]
    shown = lxml.html.fromstring(page.read_bytes())
    rows = [[cell.text_content() for cell in row.iter("th", "td")] for row in shown.iter("tr")]
    assert table == rows
    assert len(rows) == 3
    assert shown.get("lang") == lang


def test_a_hostile_quote_stays_text(kept: Kept) -> None:
    page = kept.pack(item="4.2.2").sheets[0].read_text()
    assert "üzvləri &lt;b&gt;" in page
    assert "<script" not in page


# -- what is missing ---------------------------------------------------------------------------------------------------


def test_an_earlier_round_that_is_gone_is_said_to_be_missing(kept: Kept) -> None:
    (kept.archive / "2018-07" / "binagadi.warc.gz").unlink()
    written = kept.pack(item="4.2.2")
    assert replayed(parts(written.pack)) == {COUNCIL: PAGES_NOW[0].sha256}
    (lack,) = written.missing
    assert HOME in lack
    assert sheet_texts("az").lacking["damaged"] in text(written)


def test_evidence_that_is_gone_leaves_a_sheet_that_says_so(kept: Kept) -> None:
    (kept.archive / "2018-08" / "binagadi.warc.gz").unlink()
    written = kept.pack(item="4.2.2")
    assert written.pack is None
    assert len(written.missing) == 2
    assert sheet_texts("az").no_pack in text(written)


def test_a_finding_whose_capture_is_not_indexed_is_said_to_be_missing(kept: Kept) -> None:
    found = kept.database.findings(kept.round)
    found["authorities"][0]["news"]["evidence"][0]["sha256"] = "0" * 64
    written = kept.pack(fact="news", findings=found)
    assert written.pack is None
    assert written.missing == (f"{NEWS}: the index of the round has no such capture",)


def test_a_damaged_record_never_stands_in_for_the_page(kept: Kept) -> None:
    path = kept.archive / "2018-08" / "binagadi.warc.gz"
    whole = bytearray(path.read_bytes())
    (row,) = [
        row for visit in kept.database.visits(kept.round) for row in kept.database.pages(visit.id) if row.url == COUNCIL
    ]
    whole[row.offset + row.length // 2] ^= 0xFF
    path.write_bytes(bytes(whole))
    written = kept.pack(item="4.2.2")
    assert replayed(parts(written.pack)) == {HOME: PAGES_THEN[0].sha256}
    assert COUNCIL in written.missing[0]


def test_what_cannot_be_asked_for_is_refused_with_what_can(kept: Kept) -> None:
    with pytest.raises(NothingAsked, match=r"no item 9\.9; it has: 2\.2, 2\.4"):
        kept.pack(item="9.9")
    with pytest.raises(NothingAsked, match="no fact weather; it has: site, mobile"):
        kept.pack(fact="weather")
    with pytest.raises(NoSuchAgency, match="nobody"):
        kept.pack("nobody", item="4.2.2")
    with pytest.raises(NoEvidence, match="kapaz was not visited"):
        kept.pack("kapaz", item="4.2.2")
    with pytest.raises(UnknownLanguage):
        kept.pack(item="4.2.2", lang="xx")
    assert not kept.out.exists()


def test_a_round_made_by_hand_has_nothing_to_pack(kept: Kept) -> None:
    by_hand = kept.database.start_round(
        "by-hand", date(2018, 8, 28), NOW, REGISTRY, ["binagadi"], "by hand", {"by_hand": True}
    )
    kept.database.add_reading(by_hand, NOW, "by hand", "cd" * 32, documents()[:1])
    with pytest.raises(NoEvidence, match="made by hand"):
        write_pack(kept.database, by_hand, kept.archive, (), PLAN, "binagadi", kept.out, fact="news")


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://www.binegedi-ih.gov.az/page/144.html", "az,gov,binegedi-ih)/page/144.html"),
        ("https://eco.gov.az", "az,gov,eco)/"),
        ("http://a.gov.az:8080/X?b=2&a=1", "az,gov,a:8080)/x?a=1&b=2"),
    ],
)
def test_addresses_are_sorted_as_viewers_look_them_up(url: str, key: str) -> None:
    assert wacz.search_key(url) == key
