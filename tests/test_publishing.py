"""Do the appendix tables say what the findings say, in every format, whatever the sites wrote in them?"""

import csv
import dataclasses
import datetime as dt
import io
import itertools
import json
import zipfile
from pathlib import Path
from typing import Any

import docx
import lxml.etree
import lxml.html
import openpyxl
import pypdf
import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn

from archive.registry import Agency
from publishing import fonts, pdf
from publishing.beside import Beside
from publishing.clean import LABEL_CHARS, address, clean, shown
from publishing.edition import edition, round_info
from publishing.report import UnknownFormat, write_report
from publishing.tables import COLUMNS, SECTIONS, Table, appendix, summary, summary_lines
from publishing.texts import UnknownLanguage, languages, texts_in
from scoring.claims import Held, load_claims
from scoring.comparison import Change
from scoring.levels import levels_of
from scoring.plans import Plan, find_plan
from scoring.reviews import Agreement

AS_OF = "2018-08-20"
SHA = "ab" * 32
HOSTILE = '=HYPERLINK("http://x")<script>alert(1)</script>\u202egnp.exe\x00\x1b[2J ' + "ə" * 1_000_000
WORD = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
}
PLANS = Path(__file__).parent.parent / "methodology" / "plans"
MISSING_WORDS = ("yoxdur", "absent", "missing", "no mobile", "no page", "no news", " нет", "\nнет")


def piece(url: str, quote: str | None = None) -> dict[str, Any]:
    return {"url": url, "sha256": SHA, "quote": quote, "seen_at": "2018-08-20T09:12:00Z"}


def absent(pages: int = 3) -> dict[str, Any]:
    return {"state": "absent", "evidence": [piece(f"http://a.gov.az/page/{n}") for n in range(pages)]}


def unseen(reason: str = "timeout") -> dict[str, Any]:
    return {"state": "unseen", "reason": reason, "evidence": []}


def section(fullness: str, **more: Any) -> dict[str, Any]:
    state = "found" if fullness in ("full", "formal") else "partial"
    url = "http://a.gov.az/page/144.html"
    return {"state": state, "fullness": fullness, "url": url, "evidence": [piece(url, "İctimai şura")], **more}


def document(id_: str, group: str = "local", **parts: Any) -> dict[str, Any]:
    home = [piece("http://a.gov.az/", "Ana səhifə")]
    sections = dict.fromkeys(SECTIONS, absent()) | parts.pop("sections", {})
    return {
        "id": id_,
        "group": group,
        "name": id_,
        "site": {"url": "http://a.gov.az/", "final_url": "http://a.gov.az/", "state": "up", "reason": "ok"},
        "mobile": {"state": "found", "verdict": "responsive", "evidence": home},
        "social": {
            "state": "found",
            "profiles": [{"network": "facebook", "url": f"https://www.facebook.com/{id_}"}],
            "evidence": home,
        },
        "sections": sections,
        "news": {
            "state": "found",
            "last_date": "2018-08-19",
            "per_month": 7.3,
            "median_gap_days": 1,
            "silence_days": 1,
            "status": "active",
            "url": "http://a.gov.az/news.html",
            "evidence": home,
        },
        "search": {"state": "found", "works": True, "evidence": home},
        "languages": {"state": "found", "codes": ["az", "en"], "evidence": home},
        "fetch": {"requests": 3, "pages": 3, "bytes": 9, "seconds": 1.0, "complete": True},
        **parts,
    }


def closed(id_: str, state: str, reason: str, group: str = "local") -> dict[str, Any]:
    nothing = unseen(reason)
    return document(
        id_,
        group,
        site={"url": "http://a.gov.az/", "final_url": None, "state": state, "reason": reason},
        mobile=nothing,
        social={**nothing, "profiles": []},
        sections=dict.fromkeys(SECTIONS, nothing),
        news=nothing,
        search=nothing,
        languages=nothing,
    )


def findings(*documents: dict[str, Any]) -> dict[str, Any]:
    told = {"name": "2018-08", "as_of": AS_OF, "started_at": "2018-08-20T09:00:00Z", "registry_sha256": SHA}
    return {
        "format": "saytmetr-findings/1",
        "round": {**told, "software": "saytmetr 0.1.0"},
        "authorities": list(documents),
    }


def agency(id_: str, number: int, group: str = "local", **more: Any) -> Agency:
    return Agency.model_validate(
        {"id": id_, "group": group, "number": number, "name": f"Ağ {id_}", "site": "http://a.gov.az/", **more}
    )


def level(authority: str, item: str, given: str) -> dict[str, Any]:
    return {"authority": authority, "item": item, "level": given, "rule": {"az": "qayda", "en": "rule"}, "reason": ""}


def table_of(*documents: dict[str, Any], lang: str = "az", levels: tuple[dict[str, Any], ...] = ()) -> Table:
    known = [agency(one["id"], place) for place, one in enumerate(documents, start=1)]
    return appendix(findings(*documents), levels, known, "local", lang)


def cell_text(one: dict[str, Any], column: str, lang: str = "az") -> str:
    return table_of(one, lang=lang).rows[0].cells[COLUMNS.index(column)].text


COUNCIL_FULL = section(
    "full",
    label="İctimai şura",
    placement="menu",
    content=["law", "members", "meetings"],
    items=7,
    last_date="2018-08-05",
)
EVERY_STATE = (
    document("a1", sections={"public_council": COUNCIL_FULL, "e_services": section("full", items=13)}),
    document("a2", sections={"public_council": section("empty"), "procurement": section("formal")}),
    document("a3", sections={"public_council": section("broken"), "procurement": unseen("robots")}),
    document("a4", mobile={"state": "absent", "verdict": "none", "evidence": []}, news=absent()),
    document("a5", news={"state": "partial", "evidence": [piece("http://a.gov.az/news.html")]}),
    closed("a6", "down", "timeout"),
    closed("a7", "blocked", "waf"),
    closed("a8", "placeholder", "construction"),
    closed("a9", "unseen", "no_site"),
    document("a10", site={"url": "http://a.gov.az/", "final_url": "http://b.az/", "state": "moved", "reason": "moved"}),
)
KNOWN = [agency(one["id"], place) for place, one in enumerate(EVERY_STATE, start=1)]


def whole_registry() -> tuple[dict[str, Any], list[Agency]]:
    local = [agency(f"l{n}", n) for n in range(1, 81)]
    central = [agency(f"c{n}", n, "central") for n in range(1, 24)]
    documents = [_as(one.id, EVERY_STATE[n % 10]) for n, one in enumerate([*local, *central])]
    return findings(*documents), local + central


def _as(id_: str, other: dict[str, Any]) -> dict[str, Any]:
    """The same of another authority, which has a profile of its own."""
    own = [{**profile, "url": f"https://www.facebook.com/{id_}"} for profile in other["social"]["profiles"]]
    return {**other, "id": id_, "social": {**other["social"], "profiles": own}}


def written(tmp_path: Path, form: str, lang: str = "az", **more: Any) -> list[Path]:
    told, known = whole_registry()
    return write_report(told, [level("l1", "2.4", "full")], known, round_info(told, **more), lang, [form], tmp_path)


# the words of a cell


def test_columns_are_those_of_2018_in_their_order() -> None:
    headings = [column.heading for column in table_of(document("a")).columns]
    assert headings == ["№", "Yerli icra hakimiyyəti", "2.4", "4.2.1", "4.2.2", "5.6", "Qeydlər"]


def test_mobile_and_networks() -> None:
    text = cell_text(document("a"), "2.4")
    assert text.startswith("Var\n")
    assert "Sosial şəbəkələr: Facebook" in text


def test_mobile_absent() -> None:
    one = document("a", mobile={"state": "absent", "verdict": "none", "evidence": []})
    assert cell_text(one, "2.4").startswith("Mobil versiya yoxdur")


def test_full_council() -> None:
    one = document("a", sections={"public_council": COUNCIL_FULL})
    content, place = cell_text(one, "4.2.1"), cell_text(one, "4.2.2")
    assert content.startswith("Var\nBölmədə var: qanunvericilik, üzvlər, iclaslar")
    assert "a.gov.az/page/144.html" in content
    assert "Son tarix: 5 avqust 2018 (15 gün əvvəl)" in content
    assert "Yeri: ana səhifənin menyusu" in place
    assert "Yazıların sayı: 7" in place


@pytest.mark.parametrize(
    ("fullness", "words"), [("empty", "içi boşdur"), ("off_topic", "başqa mövzuda"), ("broken", "səhifə açılmır")]
)
def test_partial_says_what_is_there(fullness: str, words: str) -> None:
    one = document("a", sections={"public_council": section(fullness)})
    assert cell_text(one, "4.2.1").startswith("Qismən\n")
    assert words in cell_text(one, "4.2.1")
    assert words in cell_text(one, "4.2.2")


def test_absent_says_how_much_was_looked_at() -> None:
    assert cell_text(document("a"), "5.6") == "Yoxdur\nBaxılmış səhifələrin sayı: 3"
    assert cell_text(document("a"), "5.6", "en") == "Absent\nPages looked at: 3"


def test_portal_of_others_is_told_of_an_absent_section() -> None:
    one = document("a", sections={"procurement": {**absent(), "external": "https://tender.gov.az/"}})
    assert "Xarici portala keçid: tender.gov.az" in cell_text(one, "5.6")


def test_notes_in_the_numbers_of_the_language() -> None:
    one = document("a", sections={"e_services": section("full", items=13)})
    az, en = cell_text(one, "notes"), cell_text(one, "notes", "en")
    assert "Elektron xidmətlər: 13 xidmət sadalanır" in az
    assert "son xəbər 19 avqust 2018 (1 gün əvvəl); ayda orta hesabla 7,3 xəbər" in az
    assert "mütəmadi yenilənir" in az
    assert "latest news 19 August 2018 (1 day before); 7.3 items a month" in en


def test_news_of_the_day_itself() -> None:
    news = {**document("a")["news"], "last_date": AS_OF, "silence_days": 0}
    assert "20 avqust 2018 (baxış günü)" in cell_text(document("a", news=news), "notes")


def test_undated_news() -> None:
    one = document("a", news={"state": "partial", "evidence": []})
    assert "xəbərlərdə tarix göstərilmir" in cell_text(one, "notes")


@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize(
    ("state", "reason"), [("down", "timeout"), ("blocked", "waf"), ("unseen", "robots"), ("unseen", "no_site")]
)
def test_unseen_is_never_told_as_absent(lang: str, state: str, reason: str) -> None:
    row = table_of(closed("a", state, reason), lang=lang).rows[0]
    said = "\n".join(cell.text for cell in row.cells).casefold()
    assert not [word for word in MISSING_WORDS if word in said]
    assert texts_in(lang).states["unseen"] in row.cells[2].text
    assert texts_in(lang).reasons[reason] in row.cells[2].text


@pytest.mark.parametrize("lang", languages())
def test_one_unseen_fact_beside_seen_ones(lang: str) -> None:
    one = document("a", mobile=unseen("timeout"), news=unseen("robots"), sections={"public_council": unseen("budget")})
    row, texts = table_of(one, lang=lang).rows[0], texts_in(lang)
    assert texts.reasons["timeout"] in row.cells[2].text
    assert "Facebook" in row.cells[2].text
    for council in row.cells[3:5]:
        assert council.text == f"{texts.states['unseen']}\n{texts.reasons['budget']}"
    news = row.cells[6].lines[-1]
    assert news.state == "unseen"
    assert not [word for word in MISSING_WORDS if word in news.plain.casefold()]


def test_reason_that_is_a_sentence() -> None:
    assert texts_in("az").reason("home page: timeout") == texts_in("az").reasons["timeout"]
    assert texts_in("az").reason("solar flare") == "solar flare"


def test_agency_that_the_round_did_not_visit() -> None:
    row = appendix(findings(document("a")), [], [agency("a", 1), agency("b", 2)], "local", "az").rows[1]
    assert row.cells[3].text == "Yoxlamaq mümkün olmadı\nbu raundda baxılmayıb"


def test_levels_in_words() -> None:
    row = table_of(document("a"), levels=(level("a", "2.4", "full"), level("a", "5.6", "worse"))).rows[0]
    assert [cell.level.text if cell.level else None for cell in row.cells] == [
        None,
        None,
        "Tam icra",
        "Qiymətləndirilməyib",
        "Qiymətləndirilməyib",
        "Pisləşib",
        None,
    ]


def test_later_fate_is_not_told_in_a_round_of_2018() -> None:
    fate = {"status": "abolished", "note": "law of 2022"}
    known, later = agency("a", 1, after_2018=fate), findings(document("a"))
    assert "ləğv" not in appendix(later, [], [known], "local", "az").rows[0].cells[1].text
    later["round"]["as_of"] = "2026-01-31"
    assert "ləğv edilib" in appendix(later, [], [known], "local", "az").rows[0].cells[1].text


# texts


def test_languages_have_the_same_words() -> None:
    def keys(value: object, path: str = "") -> set[str]:
        if isinstance(value, dict):
            return {key for name, inner in value.items() for key in keys(inner, f"{path}/{name}")}
        return {path}

    def told(lang: str) -> set[str]:
        forms = keys(texts_in(lang).model_dump())
        return {key for key in forms if not key.startswith("/counted/")}

    assert all(told(lang) == told("az") for lang in languages())


def test_unknown_language_is_refused() -> None:
    with pytest.raises(UnknownLanguage, match="there are: az, en"):
        texts_in("xx")


# clean


def test_clean_leaves_plain_text_of_sane_length() -> None:
    line = clean(HOSTILE)
    assert len(line) == LABEL_CHARS
    assert line.endswith("…")
    assert not set("\u202e\x00\x1b") & set(line)


def test_clean_keeps_our_letters_and_joins_lines() -> None:
    assert clean(" İctimai\r\n\tşura – ğüöçə ") == "İctimai şura – ğüöçə"


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "ftp://a/", "http://", "http://[", "a b", None]
)
def test_what_cannot_be_a_link(url: str | None) -> None:
    assert address(url) is None


def test_address_is_shown_short() -> None:
    assert shown("http://binegedi-ih.gov.az/") == "binegedi-ih.gov.az"


# summary


def test_summary_counts_what_the_table_shows() -> None:
    told = summary(findings(*EVERY_STATE), [level("a1", "2.4", "full")], KNOWN)
    assert told.all.authorities == 10
    assert told.all.sites == {"up": 5, "down": 1, "blocked": 1, "placeholder": 1, "unseen": 1, "moved": 1}
    assert told.all.sections["public_council"] == {"found": 1, "partial": 2, "absent": 3, "unseen": 4}
    assert told.all.sections["procurement"] == {"found": 1, "absent": 4, "unseen": 5}
    assert told.all.news == {"active": 4, "absent": 1, "undated": 1, "unseen": 4}
    assert told.all.levels["2.4"] == {"full": 1, "not_assessed": 9}
    assert {(gap.what, gap.reason) for gap in told.not_seen} == {
        ("site", "timeout"),
        ("site", "waf"),
        ("site", "construction"),
        ("site", "no_site"),
        ("procurement", "robots"),
    }


@pytest.mark.parametrize("lang", languages())
def test_summary_lines(lang: str) -> None:
    lines = summary_lines(summary(findings(*EVERY_STATE), [], KNOWN), lang)
    assert 10 <= len(lines) <= 12
    assert "10" in lines[0]


# formats


def test_csv_is_read_back(tmp_path: Path) -> None:
    local, central, *_ = written(tmp_path, "csv")
    assert (local.name, central.name) == ("elave-1.csv", "elave-2.csv")
    assert local.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(local.read_text("utf-8-sig"), newline="")))
    assert len(rows) == 80
    (council,) = [head for head in rows[0] if head.startswith("4.2.1 ")]
    assert rows[0][council].startswith("Var\n")
    assert rows[0]["public_council_last_date"] == "2018-08-05"
    assert rows[0]["news_per_month"] == "7.3"
    assert rows[5]["mobile_state"] == "unseen"
    assert rows[5]["mobile_reason"] == "timeout"


def test_csv_columns_are_the_same_in_every_language(tmp_path: Path) -> None:
    headers = []
    for lang in languages():
        with written(tmp_path, "csv", lang)[0].open(encoding="utf-8-sig", newline="") as file:
            headers.append(next(csv.reader(file))[7:])
    assert all(header == headers[0] for header in headers)


def test_xlsx_is_typed(tmp_path: Path) -> None:
    (path,) = written(tmp_path, "xlsx")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[:2] == ["Əlavə 1", "Əlavə 2"]
    assert book.sheetnames[2:] == ["Səviyyələr", "Mətndəki rəqəmlər", "Sübutlar", "Tərif və qeydlər"]
    for name in book.sheetnames[:-1]:
        assert book[name].auto_filter.ref, name
        assert book[name].freeze_panes, name
    sheet = book["Əlavə 1"]
    assert sheet.max_row == 83
    head = {cell.value: cell.column for cell in sheet[3]}
    first = {name: sheet.cell(4, column).value for name, column in head.items()}
    assert first["№"] == 1
    assert first["news_last_date"] == dt.datetime(2018, 8, 19)  # noqa: DTZ001  a spreadsheet's dates have no zone
    assert first["news_per_month"] == 7.3
    assert first["public_council_items"] == 7
    assert sheet.cell(4, head["site_url"]).hyperlink.target == "http://a.gov.az/"
    assert sheet.freeze_panes == "C4"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.print_title_rows == "$3:$3"
    assert sheet.auto_filter.ref


def test_docx_for_the_printer(tmp_path: Path) -> None:
    (path,) = written(tmp_path, "docx")
    told = docx.Document(str(path))
    upright, page = told.sections[0], told.sections[1]
    assert upright.page_width is not None
    assert upright.page_height is not None
    assert upright.page_width < upright.page_height
    assert page.orientation == WD_ORIENT.LANDSCAPE
    assert page.page_width is not None
    assert page.page_height is not None
    assert page.page_width > page.page_height
    assert [len(table.rows) for table in told.tables][-2:] == [81, 24]
    for table in told.tables:
        rows = list(table.rows)
        assert rows[0]._tr.trPr is not None
        assert rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        for row in rows:
            assert row._tr.trPr is not None
            assert row._tr.trPr.find(qn("w:cantSplit")) is not None
    footer = upright.footer._element.xml
    assert 'w:instr="PAGE"' in footer
    assert 'w:instr="NUMPAGES"' in footer


def test_docx_cites_every_note_once_and_in_order(tmp_path: Path) -> None:
    (path,) = written(tmp_path, "docx")
    with zipfile.ZipFile(path) as parts:
        body = lxml.etree.fromstring(parts.read("word/document.xml"))
        notes = lxml.etree.fromstring(parts.read("word/endnotes.xml"))
        assert parts.testzip() is None
        names = set(parts.namelist())
        for part in ("document", "endnotes"):
            rels = lxml.etree.fromstring(parts.read(f"word/_rels/{part}.xml.rels"))
            known = {rel.get("Id"): rel for rel in rels}
            used = set((body if part == "document" else notes).xpath("//@r:id | //@r:embed", namespaces=WORD))
            assert used <= set(known)
            inside = [rel.get("Target") for rel in known.values() if rel.get("TargetMode") != "External"]
            assert {f"word/{target}" for target in inside if not str(target).startswith("..")} <= names
    cited = body.xpath("//w:endnoteReference/@w:id", namespaces=WORD)
    assert cited == [str(n) for n in range(1, len(cited) + 1)]
    assert notes.xpath("//w:endnote[not(@w:type)]/@w:id", namespaces=WORD) == cited
    for again in body.xpath("//w:fldSimple/@w:instr[contains(., 'NOTEREF')]", namespaces=WORD):
        assert body.xpath(f"//w:bookmarkStart[@w:name='{again.split()[1]}']", namespaces=WORD)
    ids = body.xpath("//w:bookmarkStart/@w:id", namespaces=WORD)
    assert len(ids) == len(set(ids))


def test_docx_has_headings_captions_contents_and_words_for_pictures(tmp_path: Path) -> None:
    (path,) = written(tmp_path, "docx")
    told = docx.Document(str(path))
    headings = [one.text for one in told.paragraphs if one.style is not None and one.style.name == "Heading 1"]
    with zipfile.ZipFile(path) as parts:
        body = lxml.etree.fromstring(parts.read("word/document.xml"))
    assert "TOC" in "".join(body.xpath("//w:instrText/text()", namespaces=WORD))
    places = set(body.xpath("//w:bookmarkStart/@w:name", namespaces=WORD))
    entries = body.xpath("//w:p[w:pPr/w:pStyle[starts-with(@w:val, 'TOC')]]//w:hyperlink", namespaces=WORD)
    assert {entry.get(qn("w:anchor")) for entry in entries} <= places
    assert {"".join(entry.itertext()) for entry in entries} >= set(headings)
    assert len(body.xpath("//w:fldSimple[contains(@w:instr, 'SEQ Table')]", namespaces=WORD)) == len(told.tables)
    pictures = body.xpath("//wp:docPr", namespaces=WORD)
    assert pictures
    assert all(one.get("descr") for one in pictures)


def test_html_holds_all_rows_and_asks_nobody(tmp_path: Path) -> None:
    (path,) = written(tmp_path, "html")
    page = lxml.html.fromstring(path.read_bytes())
    assert len(page.xpath("//section[@id='local']//tbody/tr")) == 80
    assert len(page.xpath("//section[@id='central']//tbody/tr")) == 23
    assert len(page.xpath("//section[@id='local']//thead//th[@scope='col']")) == 7
    assert len(page.xpath("//section[@id='local']//tbody//th[@scope='row']")) == 80
    assert not page.xpath("//script | //img | //link | //iframe | //@src | //@onclick")
    targets = set(page.xpath("//@id"))
    assert all(href[1:] in targets for href in page.xpath("//a[starts-with(@href, '#')]/@href"))


def test_json_carries_all_the_evidence(tmp_path: Path) -> None:
    (path,) = written(tmp_path, "json", "en")
    assert path.name == "elaveler-en.json"
    told = json.loads(path.read_text())
    cell = told["tables"][0]["rows"][0]["cells"]["4.2.1"]
    assert cell["state"] == "found"
    assert cell["evidence"][0]["sha256"] == SHA
    assert told["tables"][0]["rows"][0]["values"]["news_last_date"] == "2018-08-19"


def test_pdf_without_its_font_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "PACKAGE", "no_such_font")
    fonts.face.cache_clear()
    told = findings(document("a"))
    with pytest.raises(pdf.MissingTool, match="pip install"):
        pdf.render(edition(told, [], [agency("a", 1)], round_info(told), "az"))
    fonts.face.cache_clear()


def structure(reader: pypdf.PdfReader) -> list[Any]:
    """Every element of a pdf's structure, parents first."""
    root: Any = reader.trailer["/Root"]
    waiting, found = [root["/StructTreeRoot"]["/K"]], []
    while waiting:
        one = waiting.pop().get_object()
        if not isinstance(one, pypdf.generic.DictionaryObject) or "/S" not in one:
            continue
        found.append(one)
        kids = one.get("/K", [])
        waiting += [kid for kid in reversed(kids) if not isinstance(kid, int)]
    return found


def test_pdf_is_tagged_from_end_to_end(tmp_path: Path) -> None:
    (path,) = written(tmp_path, "pdf")
    reader = pypdf.PdfReader(path)
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "az"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert texts_in("az").title in str(reader.metadata and reader.metadata.title)
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_object().get_data()
    elements = structure(reader)
    kinds = [one["/S"] for one in elements]
    assert kinds.count("/TR") == sum(len(t.rows) for t in docx_tables(tmp_path))
    assert all(one.get("/Alt") for one in elements if one["/S"] == "/Figure")
    assert "/Figure" in kinds
    levels = [int(kind[2:]) for kind in kinds if kind.startswith("/H") and kind[2:].isdigit()]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert all(one.get("/A") for one in elements if one["/S"] == "/TH")
    titles = [one.title for one in flat(reader.outline)]
    assert "Əlavə 1" in titles


def test_pdf_marks_every_word_and_embeds_its_letters(tmp_path: Path) -> None:
    (path,) = written(tmp_path, "pdf")
    reader = pypdf.PdfReader(path)
    text = ""
    pages: Any = reader.pages
    for page in pages:
        assert page["/Tabs"] == "/S"
        content = page.get_contents()
        assert content is not None
        operators = [operator for _, operator in content.operations]
        depth = 0
        for operator in operators:
            depth += (operator in (b"BDC", b"BMC")) - (operator == b"EMC")
            assert depth in (0, 1)
            assert depth == 1 or operator not in (b"Tj", b"S", b"f", b"re")
        for font in page["/Resources"]["/Font"].values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            assert inner["/FontDescriptor"]["/FontFile2"]
            assert font.get_object()["/ToUnicode"]
        for link in page.get("/Annots", ()):
            assert link.get_object()["/Contents"]
            assert "/StructParent" in link.get_object()
        text += page.extract_text()
    assert "İctimai" in text
    assert "Əlavə 1" in text
    assert "ə" in text


def docx_tables(folder: Path) -> list[Any]:
    (path,) = written(folder, "docx")
    return list(docx.Document(str(path)).tables)


def flat(outline: Any) -> list[Any]:
    return [one for entry in outline for one in (flat(entry) if isinstance(entry, list) else [entry])]


@pytest.mark.parametrize("lang", languages())
def test_sample_data_are_called_so(tmp_path: Path, lang: str) -> None:
    banner = texts_in(lang).head.sample
    (page,) = written(tmp_path, "html", lang, sample=True)
    assert banner in page.read_text()
    (paper,) = written(tmp_path, "docx", lang, sample=True)
    assert docx.Document(str(paper)).paragraphs[0].text == banner
    (pages,) = written(tmp_path, "pdf", lang, sample=True)
    assert " ".join(banner.split()[:3]) in pypdf.PdfReader(pages).pages[0].extract_text().replace("\n", " ")


def hostile_document() -> dict[str, Any]:
    bad = section("full", label=HOSTILE, url="javascript:alert(1)", external=HOSTILE, content=[HOSTILE], items=2)
    bad["evidence"] = [piece("javascript:alert(1)//" + HOSTILE, HOSTILE)]
    profiles = [{"network": "facebook", "url": "javascript:alert(1)"}]
    return document(
        "a",
        sections={"public_council": bad, "procurement": unseen(HOSTILE)},
        social={"state": "found", "profiles": profiles, "evidence": [piece("http://a.gov.az/\u202e", HOSTILE)]},
    )


def test_hostile_text_in_every_format(tmp_path: Path) -> None:
    told = findings(hostile_document())
    known = [agency("a", 1, name="=cmd|' /C calc'!A0")]
    files = write_report(
        told, [], known, round_info(told), "az", ["csv", "html", "xlsx", "docx", "json", "pdf"], tmp_path
    )
    assert all(path.stat().st_size < 300_000 for path in files)
    for path in files:
        raw = path.read_bytes()
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as parts:
                raw = b"".join(parts.read(name) for name in parts.namelist() if name.endswith("xml"))
        text = plain_text(path) if path.suffix == ".pdf" else raw.decode("utf-8", "ignore")
        assert "\u202e" not in text
        assert "\x1b" not in text
    page = lxml.html.fromstring((tmp_path / "elaveler.html").read_bytes())
    assert not page.xpath("//script | //a[starts-with(@href, 'javascript')]")
    with (tmp_path / "elave-1.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.reader(file):
            assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t"))]
    book = openpyxl.load_workbook(tmp_path / "elaveler.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert not [cell for cell in cells if cell.hyperlink and not cell.hyperlink.target.startswith("http")]
    paper = docx.Document(str(tmp_path / "elaveler.docx"))
    assert not [rel for rel in paper.part.rels.values() if rel.is_external and not rel.target_ref.startswith("http")]


def test_nothing_half_written_remains(tmp_path: Path) -> None:
    written(tmp_path, "json")
    assert [path.name for path in tmp_path.iterdir()] == ["elaveler.json"]


def test_same_round_same_csv_and_html(tmp_path: Path) -> None:
    for form in ("csv", "html", "xlsx", "json", "docx", "pdf"):
        once = [path.read_bytes() for path in written(tmp_path / "1", form)]
        again = [path.read_bytes() for path in written(tmp_path / "2", form)]
        assert once == again


def test_unknown_format_writes_nothing(tmp_path: Path) -> None:
    told = findings(document("a"))
    with pytest.raises(UnknownFormat, match="odt"):
        write_report(told, [], [agency("a", 1)], round_info(told), "az", ["csv", "odt"], tmp_path)
    assert not list(tmp_path.iterdir())


def test_head_names_what_was_not_seen() -> None:
    told = findings(*EVERY_STATE)
    report = edition(told, [], KNOWN, dataclasses.replace(round_info(told), against="2017"), "az")
    assert any("server vaxtında cavab vermədi: Ağ a6" in line for line in report.limits)
    assert any("robots.txt" in line and "Ağ a3" in line for line in report.limits)
    assert "Müqayisə edilən raund: 2017" in report.facts


# what stands beside a round


def judged(plan_id: str, *documents: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]], Plan]:
    told, plan = findings(*documents), find_plan(PLANS, plan_id)
    return told, [dataclasses.asdict(one) for one in levels_of(told, plan)], plan


def test_columns_follow_the_plan_and_its_words() -> None:
    told, levels, plan = judged("nap-2020-2022", *EVERY_STATE)
    table = appendix(told, levels, KNOWN, "local", "en", plan)
    wanted = [
        item.id for item in plan.items if (item.concerns("a1", "local") and item.applies is None) or item.id in ("4.3",)
    ]
    assert [column.heading for column in table.columns if column.item] == wanted
    for column in table.columns:
        if column.item:
            assert column.title == plan.item(column.key).title.en
    assert not [name for name in table.rows[0].values if name == "level_2_4"]


def test_heads_are_the_words_of_the_2018_report() -> None:
    told, levels, plan = judged("nap-2016-2018", document("a"))
    columns = appendix(told, levels, [agency("a", 1)], "local", "az", plan).columns
    assert [column.heading for column in columns] == [
        "№",
        "Yerli icra hakimiyyəti",
        "2.4",
        "4.2.1",
        "4.2.2",
        "5.6",
        "Qeydlər",
    ]
    assert columns[3].title == (
        "İctimai şuraların fəaliyyətinin təşkil edilməsi, gücləndirilməsi və davamlılığının təmin edilməsi"
    )


def test_items_of_single_bodies_are_a_table_of_their_own() -> None:
    told, levels, plan = judged("nap-2016-2018", *EVERY_STATE)
    report = edition(told, levels, KNOWN, round_info(told), "en", Beside(plan=plan))
    (single,) = [one for one in report.printed if one.key == "single_items"]
    assert [row[0] for row in single.rows] == ["2.2", "6.2"]
    assert report.items == ("2.4", "4.2.1", "4.2.2", "5.6")


HAND = {
    "review": "reviews/x.yaml#1",
    "reviewer": "Aygün Sınaq",
    "verdict": "corrects",
    "on": "2018-09-01",
    "reason": "bölmə menyudadır",
    "evidence": "http://a.gov.az/sura",
    "holds_until": None,
}


def reviewed() -> tuple[dict[str, Any], list[dict[str, Any]], list[Agency], Beside]:
    """Two authorities: one level and one fact by hand, one change, one statement."""
    one, two = document("a1"), document("a2")
    one["mobile"] = {**one["mobile"], "hand": {**HAND, "machine": absent()}}
    told, levels, plan = judged("nap-2016-2018", one, two)
    for given in levels:
        if (given["authority"], given["item"]) == ("a2", "4.2.1"):
            given |= {"level": "full", "hand": {**HAND, "machine": "none"}}
    claims = load_claims(PLANS.parent / "claims")
    held = Held(claims[0].id, "contradicted", {"shown": 1, "not_shown": 1}, {"shown": ("a1",)}, "")
    change = Change("a1", "5.6", "significant", "none", "worse", "site")
    agreement = Agreement(("Aygün Sınaq", "Elçin Sınaq"), 10, 9, 0.8)
    beside = Beside(plan, (change,), claims, (held,), (agreement,))
    return told, levels, [agency("a1", 1), agency("a2", 2)], beside


def test_hand_and_machine_stand_in_one_cell() -> None:
    told, levels, known, beside = reviewed()
    report = edition(told, levels, known, round_info(told), "en", beside)
    first, second = report.tables[0].rows
    assert "Corrected by hand: Aygün Sınaq, 1 September 2018" in first.cells[2].text
    assert "the program's value: Absent" in first.cells[2].text
    lines = report.level_lines(second.cells[3])
    assert lines[0] == "Level: Full implementation"
    assert lines[1:3] == ("Corrected by hand: Aygün Sınaq, 1 September 2018", "the program's value: No progress")
    assert report.level_lines(first.cells[5])[-1] == "Compared: worse (the site changed)"
    assert not any("nobody filled in" in line for line in report.made)
    assert {mark.key for mark in report.marks} >= {"hand", "worse"}


@pytest.mark.parametrize("lang", languages())
def test_statements_changes_and_reviews_are_in_every_form(tmp_path: Path, lang: str) -> None:
    told, levels, known, beside = reviewed()
    forms = ["csv", "html", "xlsx", "docx", "json", "pdf"]
    files = write_report(told, levels, known, round_info(told), lang, forms, tmp_path, beside)
    said = texts_in(lang)
    words = {said.statuses["contradicted"], said.compared.verdicts["worse"], "Aygün Sınaq"}
    for form in forms:
        text = "\n".join(plain_text(path) for path in files if path.suffix == f".{form}")
        assert not [word for word in words if word not in text], form


def plain_text(path: Path) -> str:
    if path.suffix == ".pdf":
        return "\n".join(page.extract_text() for page in pypdf.PdfReader(path).pages)
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as parts:
            return "\n".join(parts.read(name).decode() for name in parts.namelist() if name.endswith(".xml"))
    return path.read_text("utf-8")


def test_numbers_of_the_text_are_listed_with_their_queries(tmp_path: Path) -> None:
    (path,) = written(tmp_path, "json", "en")
    told = json.loads(path.read_text())
    (numbers,) = [one for one in told["listings"] if one["key"] == "numbers"]
    assert [column["key"] for column in numbers["columns"]][:4] == ["chapter", "text", "query", "value"]
    assert numbers["rows"]
    assert all(row[2] for row in numbers["rows"])
    assert told["chapters"]


def test_html_leads_the_reader(tmp_path: Path) -> None:
    (path,) = written(tmp_path, "html")
    page = lxml.html.fromstring(path.read_bytes())
    (skip,) = page.xpath("//a[@class='skip']/@href")
    assert page.xpath(f"//main[@id='{skip[1:]}']")
    assert page.xpath("//nav[@aria-label]//a")
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    drawings = page.xpath("//*[local-name()='svg']")
    assert drawings
    for drawing in drawings:
        named = str(drawing.get("aria-labelledby")).split()
        assert [drawing.xpath(f".//*[@id='{one}']")[0].text for one in named]


def test_a_profile_that_two_sites_call_their_own_is_told() -> None:
    def social(*urls: str) -> dict[str, Any]:
        profiles = [{"network": "facebook", "url": url} for url in urls]
        return {"state": "found", "profiles": profiles, "evidence": []}

    two = [
        document("a", social=social("https://www.facebook.com/Icra")),
        document("b", social=social("https://www.facebook.com/icra/", "https://www.facebook.com/own")),
    ]

    def shared(*documents: dict[str, Any]) -> list[Any]:
        told, known = findings(*documents), [agency(one["id"], n) for n, one in enumerate(documents, start=1)]
        printed = edition(told, [], known, round_info(told), "az").printed
        return [row for one in printed if one.key == "shared_profiles" for row in one.rows]

    assert [row[1] for row in shared(*two)] == ["https://www.facebook.com/Icra"]
    assert shared(two[0]) == []
