"""Do the appendix tables say what the findings say, in every format, whatever the sites wrote in them?"""

import csv
import dataclasses
import datetime as dt
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import docx
import lxml.html
import openpyxl
import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn

from archive.registry import Agency
from publishing import pdf
from publishing.clean import LABEL_CHARS, address, clean, shown
from publishing.edition import edition, round_info
from publishing.report import UnknownFormat, write_report
from publishing.tables import COLUMNS, SECTIONS, Table, appendix, summary, summary_lines
from publishing.texts import UnknownLanguage, languages, texts_in

AS_OF = "2018-08-20"
SHA = "ab" * 32
HOSTILE = '=HYPERLINK("http://x")<script>alert(1)</script>\u202egnp.exe\x00\x1b[2J ' + "ə" * 1_000_000
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
            "profiles": [{"network": "facebook", "url": "https://www.facebook.com/a"}],
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
    documents = [{**EVERY_STATE[n % 10], "id": one.id} for n, one in enumerate([*local, *central])]
    return findings(*documents), local + central


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
    local, central = written(tmp_path, "csv")
    assert (local.name, central.name) == ("elave-1.csv", "elave-2.csv")
    assert local.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(local.read_text("utf-8-sig"), newline="")))
    assert len(rows) == 80
    assert rows[0]["4.2.1"].startswith("Var\n")
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
    assert book.sheetnames == ["Əlavə 1", "Əlavə 2", "Tərif və qeydlər"]
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
    page = told.sections[0]
    assert page.orientation == WD_ORIENT.LANDSCAPE
    assert page.page_width is not None
    assert page.page_height is not None
    assert page.page_width > page.page_height
    assert [len(table.rows) for table in told.tables] == [81, 24]
    for table in told.tables:
        rows = list(table.rows)
        assert rows[0]._tr.trPr is not None
        assert rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        for row in rows:
            assert row._tr.trPr is not None
            assert row._tr.trPr.find(qn("w:cantSplit")) is not None
    footer = page.footer._element.xml
    assert 'w:instr="PAGE"' in footer
    assert 'w:instr="NUMPAGES"' in footer


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


def test_pdf_without_pango_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "weasyprint", None)
    told = findings(document("a"))
    with pytest.raises(pdf.MissingTool, match="apt-get install"):
        pdf.render(edition(told, [], [agency("a", 1)], round_info(told), "az"))


@pytest.mark.parametrize("lang", languages())
def test_sample_data_are_called_so(tmp_path: Path, lang: str) -> None:
    banner = texts_in(lang).head.sample
    (page,) = written(tmp_path, "html", lang, sample=True)
    assert banner in page.read_text()
    (paper,) = written(tmp_path, "docx", lang, sample=True)
    assert docx.Document(str(paper)).paragraphs[0].text == banner


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
    files = write_report(told, [], known, round_info(told), "az", ["csv", "html", "xlsx", "docx", "json"], tmp_path)
    assert all(path.stat().st_size < 300_000 for path in files)
    for path in files:
        raw = path.read_bytes()
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as parts:
                raw = b"".join(parts.read(name) for name in parts.namelist() if name.endswith("xml"))
        text = raw.decode("utf-8", "ignore")
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
    for form in ("csv", "html", "xlsx", "json"):
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
