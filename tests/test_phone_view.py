"""Is the phone view judged as a person would, and is a look that nobody took never a verdict?"""

import asyncio
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from archive.border import Unusable
from archive.capture import Capture
from publishing.pictures import phone_lines
from publishing.texts import languages, texts_in
from reading.looking import Site
from reading.method import load_method
from reading.mobile import read
from reading.phone import FILE, FORMAT, MEASURED, load_phone_view, phone_view
from spiders.browser import INSTALL, executable
from tests.phone_view.pages import HALVES, Case, cases, measured
from tests.report_material import every_state, made

HOME = "http://sinaqli-ih.gov.az/"
SEEN_AT = datetime(2018, 8, 20, 9, tzinfo=UTC)
PAGE = (
    '<html><head><title>Sınaqlı Rayon İcra Hakimiyyəti</title><meta name="viewport" content="width=device-width">'
    "</head>"
    "<body><h1>Sınaqlı Rayon İcra Hakimiyyəti</h1><p>Başçı vətəndaşları qəbul etdi və müraciətləri dinlədi.</p>"
    '<a href="/a">Xəbərlər</a><a href="/b">Rəhbərlik</a><a href="/c">Əlaqə</a></body></html>'
)
# One for each kind of fault, and pages that are near to one and good.
SOME = (
    "plain-good", "no-viewport", "wrapper-1200", "wide-table-in-scroller", "ten-px-text", "tiny-social-icons",
    "inline-links-in-text", "wall-without-way-out", "preloader-that-goes", "overflow-hidden-cut",
    "horizontal-menu-out", "carousel-translated", "off-canvas-menu", "absolute-leftover", "blank-on-phone",
)  # fmt: skip
needs_browser = pytest.mark.skipif(executable() is None, reason=f"no browser on this machine: {INSTALL}")


def told(**more: Any) -> dict[str, Any]:
    return {**MEASURED, "format": FORMAT, "offenders": {}, **more}


def capture(purpose: str, body: bytes, kind: str, **more: Any) -> Capture:
    given: dict[str, Any] = {
        "url": HOME, "purpose": purpose, "fetched_at": SEEN_AT, "status": 200, "headers": (("Content-Type", kind),),
        "body": body, "found_on": None if purpose == "page" else HOME,
    }  # fmt: skip
    return Capture(**(given | more))


def site(*looks: Capture) -> Site:
    home = capture("page", PAGE.encode(), "text/html; charset=utf-8")
    return Site(HOME, (home, *looks), date(2018, 8, 20), load_method())


def view(body: dict[str, Any] | bytes, **more: Any) -> Capture:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return capture("phone_view", content, "application/json", **more)


# -- the rules


@pytest.mark.parametrize(
    ("more", "verdict", "faults", "notes"),
    [
        ({}, "good", (), ()),
        ({"wide_px": 5}, "good", (), ()),
        ({"wide_px": 6}, "poor", ("wide_content",), ()),
        ({"wide_px": 800, "wide_text_share": 0.5}, "broken", ("wide_content",), ()),
        ({"small_text_share": 0.41}, "poor", ("small_text",), ()),
        ({"small_text_share": 1, "tiny_text_share": 0.9, "miniature": True}, "broken", ("miniature", "small_text"), ()),
        ({"targets_failing": 2, "targets_failing_share": 0.5}, "good", (), ()),
        ({"targets_failing": 5, "targets_failing_share": 0.2}, "poor", ("tap_targets",), ()),
        ({"covered_share": 1, "covered_way_out": True}, "poor", ("covered",), ()),
        ({"covered_share": 1, "covered_way_out": False}, "broken", ("covered",), ()),
        ({"chars": 0, "pictured_share": 0}, "broken", ("blank",), ()),
        ({"chars": 0, "pictured_share": 0.9}, "good", (), ()),
        ({"zoom_forbidden": True}, "good", (), ("zoom_forbidden",)),
    ],
)
def test_the_worst_rule_that_holds_is_the_verdict(
    more: dict[str, Any], verdict: str, faults: tuple[str, ...], notes: tuple[str, ...]
) -> None:
    assert phone_view().judge(told(**more)) == (verdict, faults, notes)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("value: overlap_chars", "value: overlap_letters", "overlap_letters is not measured"),
        ("sources: [wcag-1.4.4]", "sources: [wcag-9.9.9]", "no source wcag-9.9.9"),
        ("{targets_failing} of {targets} links", "{targets_bad} of {targets} links", "the words name {targets_bad}"),
        ("{value: menus_out, at_least: 1}", "{value: menus_out}", "held against nothing"),
        ("{value: menus_out, at_least: 1}", "{value: menus_out, at_least: 1, at_most: 2}", "two things"),
        ("- id: overlap\n", "- id: covered\n", "covered stands twice"),
        ("keeps: [layout_px,", "keeps: [layout_size,", "layout_size is not measured"),
    ],
)
def test_a_wrong_rule_is_named_with_its_line(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    text = FILE.read_text("utf-8")
    assert text.count(old) == 1
    path = tmp_path / "phone_view.yaml"
    path.write_text(text.replace(old, new), "utf-8")
    with pytest.raises(Unusable) as fault:
        load_phone_view(path)
    assert complaint in str(fault.value)
    assert ".yaml:" in str(fault.value)


@pytest.mark.parametrize("lang", languages())
def test_every_fault_is_told_in_every_language(lang: str) -> None:
    found = {
        "state": "found", "verdict": "poor", "faults": list(phone_view().by_id), "notes": [],
        "measured": {name: MEASURED[name] for name in phone_view().keeps},
    }  # fmt: skip
    lines = phone_lines({"state": "found", "rendered": found}, texts_in(lang))
    assert len(lines) == 1 + len(phone_view().rules)
    assert not any("{" in line.text or "?" in line.text for line in lines)


# -- the finding


def test_without_a_browser_the_phone_view_is_unseen_and_the_static_verdict_stands() -> None:
    finding = read(site())
    rendered = finding.fields["rendered"]
    assert (finding.state, finding.fields["verdict"]) == ("found", "responsive")
    assert (rendered["state"], rendered["reason"], rendered["verdict"]) == ("unseen", "needs_browser", None)
    assert phone_lines(finding.as_json(), texts_in("en")) == ()


def test_the_two_verdicts_are_two_facts() -> None:
    finding = read(site(view({"url": HOME, "measured": told(wide_px=900, wide_text_share=0.6)})))
    rendered = finding.fields["rendered"]
    assert finding.fields["verdict"] == "responsive"
    assert (rendered["state"], rendered["verdict"], rendered["faults"]) == ("found", "broken", ["wide_content"])
    assert rendered["measured"]["wide_px"] == 900
    assert rendered["evidence"][0]["url"] == HOME


def test_a_picture_of_the_same_look_is_named_with_its_size() -> None:
    png = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + (1170).to_bytes(4, "big") + (2532).to_bytes(4, "big") + b"\0" * 9
    picture = capture("picture", png, "image/png", word="phone")
    rendered = read(site(view(told()), picture)).fields["rendered"]
    assert rendered["picture"]["sha256"] == picture.sha256
    assert (rendered["picture"]["width"], rendered["picture"]["height"]) == (1170, 2532)


@pytest.mark.parametrize(
    ("look", "reason"),
    [
        (view(b"", status=None, failure="browser_timeout", headers=()), "browser_timeout"),
        (view(b"not json"), "measure_fault"),
        (view(b"[]"), "measure_fault"),
        (view({"measured": {"format": "another/1"}}), "measure_fault"),
        (view({"measured": None}), "measure_fault"),
    ],
)
def test_a_look_that_failed_is_unseen(look: Capture, reason: str) -> None:
    rendered = read(site(look)).fields["rendered"]
    assert (rendered["state"], rendered["reason"], rendered["verdict"]) == ("unseen", reason, None)


# -- the cases, and some of them in a browser


def test_the_cases_are_many_and_of_every_kind() -> None:
    all_cases = [case for half in HALVES for case in cases(half)]
    assert len({case.id for case in all_cases}) == len(all_cases)
    assert sum(case.verdict != "good" for case in all_cases) >= 40
    assert sum(case.verdict == "good" for case in all_cases) >= 20
    known = set(phone_view().by_id)
    for half in HALVES:
        assert {fault for case in cases(half) for fault in case.faults | case.notes} == known


def test_the_truth_of_a_case_is_whole() -> None:
    for case in (case for half in HALVES for case in cases(half)):
        assert (case.verdict == "good") == (not case.faults), case.id
        assert "[[" not in case.html, case.id


def in_browser(of: list[Case]) -> dict[str, dict[str, Any] | None]:
    async def look() -> dict[str, dict[str, Any] | None]:
        return {case.id: found async for case, found in measured(of)}

    return asyncio.run(look())


@pytest.fixture(scope="module")
def looked() -> dict[str, dict[str, Any] | None]:
    return in_browser([case for case in cases("open") if case.id in SOME])


@needs_browser
@pytest.mark.parametrize("case", [case for case in cases("open") if case.id in SOME], ids=lambda case: case.id)
def test_what_a_browser_measures_is_what_a_person_said(case: Case, looked: dict[str, dict[str, Any] | None]) -> None:
    found = looked[case.id]
    assert found is not None
    verdict, faults, notes = phone_view().judge(found)
    assert verdict == case.verdict
    assert (set(faults), set(notes)) == (set(case.faults), set(case.notes))


@needs_browser
def test_the_script_measures_what_the_rules_may_name(looked: dict[str, dict[str, Any] | None]) -> None:
    found = looked["plain-good"]
    assert found is not None
    assert found.keys() >= MEASURED.keys()
    assert found["format"] == FORMAT
    assert found["screen_px"] == [390, 844]


@needs_browser
def test_an_offender_is_named_where_it_stands(looked: dict[str, dict[str, Any] | None]) -> None:
    found = looked["tiny-social-icons"]
    assert found is not None
    first = found["offenders"]["targets"][0]
    assert "a" in first["where"].split(" > ")[-1]
    assert first["text"] == "facebook"
    assert first["size"] == [14, 14]


@pytest.mark.parametrize("lang", languages())
def test_the_appendix_tells_both_verdicts_in_one_cell(lang: str) -> None:
    finding = read(site(view({"url": HOME, "measured": told(wide_px=900, wide_text_share=0.6)}))).as_json()
    findings = every_state()
    body = next(one for one in findings["authorities"] if one["site"]["state"] == "up")
    body["mobile"] = finding
    tables = made(lang, findings=findings).tables
    row = next(row for table in tables for row in table.rows if row.id == body["id"])
    place = next(at for at, column in enumerate(tables[0].columns) if column.key == "2.4")
    said = [line.text for line in row.cells[place].lines]
    static = said.index(texts_in(lang).mobile["responsive"])
    assert said[-1] == phone_lines(finding, texts_in(lang))[0].text
    assert static < len(said) - 1
    assert row.values["mobile_verdict"] == "responsive"
    assert row.values["mobile_rendered"] == "broken"
