"""Does the board say what the rounds say, whole, escaped, and under addresses that stay?"""

from __future__ import annotations

import copy
import csv
import datetime as dt
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from archive.database import Database, open_database
from archive.ledger import Run
from archive.registry import Agency, Registry
from publishing.board import LANGS, Board, NoWholeRound, write_board
from publishing.board_pages import told_alone
from publishing.board_texts import FOLDER, board_texts, load_accuracy
from scoring.claims import load_claims
from scoring.events import Event
from scoring.responses import load_responses
from tests.report_material import HOUSE, closed, every_state, of, plan_of, registry

Document = dict[str, Any]
BODIES: tuple[Agency, ...] = registry()[:14]
FIRST = dt.date(2018, 8, 6)
HOSTILE = '<script>alert(1)</script>"><img src=x>\u202e=cmd'


def rounds_of(count: int, change: Callable[[int, Document], None] = lambda place, document: None) -> list[Document]:
    """Weekly rounds of the same sites, each after its change."""
    documents = []
    for place in range(count):
        document = copy.deepcopy(every_state(BODIES))
        as_of = FIRST + dt.timedelta(days=7 * place)
        document["round"] |= {"name": f"week-{place}", "as_of": as_of.isoformat()}
        change(place, document)
        documents.append(document)
    return documents


def stored(path: Path, documents: list[Document], **settings: Any) -> Database:
    database = open_database(path)
    for document in documents:
        add(database, document, **settings)
    return database


def add(database: Database, document: Document, partial: bool = False, **settings: Any) -> None:
    about = document["round"]
    begun = dt.datetime.combine(dt.date.fromisoformat(about["as_of"]), dt.time(9), dt.UTC)
    known = Registry(BODIES, "0" * 64)
    ids = [agency.id for agency in BODIES]
    round_ = database.start_round(about["name"], begun.date(), begun, known, ids, "saytmetr 0.1.0", settings)
    database.add_reading(round_, begun, "saytmetr 0.1.0", "1" * 64, [(a["id"], a) for a in document["authorities"]])
    database.finish_round(round_, begun + dt.timedelta(hours=2), partial=partial)


def board(**more: Any) -> Board:
    return Board(plan_of(), BODIES, **more)


def page(out: Path, path: str) -> html.HtmlElement:
    return html.document_fromstring((out / path).read_bytes())


def text(out: Path, path: str) -> str:
    return " ".join(str(page(out, path).text_content()).split())


def no_council(place: int, document: Document) -> None:
    """Of one body the council vanishes and stays away; another one's site goes down, both in the third round."""
    if place > 1:
        council = of(document, BODIES[0].id)["sections"]
        council["public_council"] = {**council["procurement"], "state": "absent"}
        place_of = [one["id"] for one in document["authorities"]].index(BODIES[1].id)
        document["authorities"][place_of] = closed(BODIES[1], "down", "timeout")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("board")
    database = stored(folder / "rounds.db", rounds_of(5, no_council), sample=True)
    claims = load_claims(HOUSE / "methodology" / "claims", registry())
    write_board(database, folder / "board", board(claims=claims))
    return folder / "board"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = stored(tmp_path / "rounds.db", rounds_of(2))
    yield opened
    opened.close()


def every_page(out: Path) -> list[Path]:
    return sorted(out.rglob("*.html"))


def test_there_is_a_page_for_each_authority_item_and_language(made: Path) -> None:
    for lang in LANGS:
        assert {path.stem for path in (made / lang / "authority").iterdir()} == {agency.id for agency in BODIES}
        assert {path.name for path in (made / lang / "item").iterdir()} == {f"{i.id}.html" for i in plan_of().items}
    assert "az/index.html" in (made / "index.html").read_text("utf-8")


def test_every_link_within_the_board_leads_to_a_file_and_an_anchor(made: Path) -> None:
    ids: dict[Path, set[str]] = {}
    for path in every_page(made):
        for link in html.document_fromstring(path.read_bytes()).iter("a", "link", "script"):
            href = str(link.get("href") or link.get("src"))
            if href.startswith("http"):
                continue
            file, _, anchor = href.partition("#")
            target = (path.parent / file.partition("?")[0]).resolve() if file else path
            assert target.is_file(), f"{path.relative_to(made)}: {href}"
            if anchor and target.suffix == ".html":
                if target not in ids:
                    ids[target] = {str(one) for one in html.document_fromstring(target.read_bytes()).xpath("//@id")}
                assert anchor in ids[target], f"{path.relative_to(made)}: {href}"


def test_nothing_is_asked_of_another_host(made: Path) -> None:
    for path in every_page(made):
        tree = html.document_fromstring(path.read_bytes())
        asked = [*tree.xpath("//@src"), *tree.xpath("//link[@rel='stylesheet' or @rel='icon']/@href")]
        assert not [one for one in asked if "//" in str(one)], path
    assert "http" not in (made / "board.css").read_text("utf-8")


def test_pages_stay_small_and_ids_stand_once(made: Path) -> None:
    for path in every_page(made):
        assert path.stat().st_size <= 100_000, path
        ids = [str(one) for one in html.document_fromstring(path.read_bytes()).xpath("//@id")]
        assert len(ids) == len(set(ids)), path


def test_each_page_says_that_the_sites_are_invented(made: Path) -> None:
    for path in every_page(made):
        if path != made / "index.html":
            assert "banner" in path.read_text("utf-8"), path


def test_could_not_look_is_never_told_as_absent_or_silent(made: Path) -> None:
    """The body that went down: its facts read as not checked, its level as not assessed, and it is no silent one."""
    one = BODIES[1].id
    said = page(made, f"en/authority/{one}.html")
    facts = {str(fact.get("id")): str(fact.text_content()) for fact in said.xpath("//article")}
    for key in ("fact-mobile", "fact-sections-public_council", "fact-news"):
        assert "ould not be checked" in facts[key]
        assert "Absent" not in facts[key]
    rows = list(csv.DictReader(io.StringIO((made / "data/board.csv").read_text("utf-8-sig"))))
    row = next(row for row in rows if row["id"] == one)
    assert row["standing"] == "down"
    assert row["level_4_2_1"] == "not_assessed"
    front = page(made, "en/index.html")
    assert front.xpath(f"//section[@id='off']//li[@id='down-{one}']")
    assert not front.xpath(f"//section[@id='stopped']//li[contains(@id, '-{one}')]")


def test_a_line_can_be_quoted_with_its_date_round_and_source(made: Path) -> None:
    cites = page(made, "en/index.html").xpath("//section[@id='stopped']//details")
    assert cites
    for cite in cites:
        words = str(cite.text_content())
        assert "round week-4, as of 3 September 2018" in words
        assert "Source: http" in words
        assert "rounds/week-4/en/index.html#" in words


def test_the_numbers_on_the_front_are_those_of_the_table(made: Path) -> None:
    front = page(made, "en/index.html")
    tiles = {str(tile.get("class")): int(tile.xpath(".//b")[0].text) for tile in front.xpath("//ul[@class='tiles']/li")}
    rows = page(made, "en/authorities.html").xpath("//tbody/tr/@data-s")
    assert tiles == {word: rows.count(word) for word in set(rows)}
    assert sum(tiles.values()) == len(BODIES)


def test_what_changed_names_the_section_that_vanished_only_when_it_vanished(tmp_path: Path) -> None:
    database = stored(tmp_path / "rounds.db", rounds_of(3, no_council))
    write_board(database, tmp_path / "board", board())
    changed = page(tmp_path / "board", "en/index.html").xpath("//section[@id='changed']")[0]
    worse = [str(one) for one in changed.xpath(".//li/@id")]
    assert f"change-{BODIES[0].id}-sections-public_council" in worse
    assert f"change-{BODIES[1].id}-sections-public_council" not in worse


def test_events_stand_on_the_page_of_their_authority(made: Path) -> None:
    events = json.loads((made / "data/events.json").read_text("utf-8"))["events"]
    vanished = [event for event in events if event["kind"] == "section_vanished"]
    assert [event["authority"] for event in vanished] == [BODIES[0].id]
    assert page(made, f"az/authority/{BODIES[0].id}.html").xpath(f"//li[@id='e-{vanished[0]['id']}']")


def test_a_cohort_is_told_first_and_its_sites_only_on_their_pages() -> None:
    alone, part = (
        Event(
            id=key, kind="news_stopped", authority="baku", name="Bakı", what="news", since=FIRST, noticed_on=FIRST,
            look="week-0", before={}, after={}, sure="high", why=(), part_of=of_another,
        )
        for key, of_another in (("a" * 16, None), ("b" * 16, "c" * 16))
    )  # fmt: skip
    assert list(told_alone([part, alone])) == [alone]


def test_history_runs_together_what_did_not_change(made: Path) -> None:
    history = page(made, f"en/authority/{BODIES[0].id}.html").xpath("//section[@id='history']")[0]
    runs = [" ".join(str(one.text_content()).split()) for one in history.xpath(".//ol")]
    council = next(run for run in runs if "full" in run.lower() and "Absent" in run)
    assert "2018-08-20 – 2018-09-03" in council
    assert "(3 rounds)" in council
    assert "(2 rounds)" in council


def test_the_same_board_has_the_same_bytes(database: Database, tmp_path: Path) -> None:
    outs = [tmp_path / name for name in ("one", "two")]
    for out in outs:
        write_board(database, out, board())
        write_board(database, out, board())
    first, second = ({p.relative_to(out): p.read_bytes() for p in out.rglob("*") if p.is_file()} for out in outs)
    assert first == second


def test_the_page_of_an_earlier_round_stays_as_it_was(database: Database, tmp_path: Path) -> None:
    out = tmp_path / "board"
    write_board(database, out, board())
    kept = out / "rounds/week-1/az/index.html"
    marked = kept.read_bytes() + b"<!-- as published -->"
    kept.write_bytes(marked)
    add(database, rounds_of(3)[2])
    written = write_board(database, out, board())
    assert kept.read_bytes() == marked
    assert kept in written
    assert (out / "rounds/week-2/az/index.html").is_file()
    assert (out / "rounds/week-1/findings.json").is_file()


def test_a_partial_round_is_not_the_present(database: Database, tmp_path: Path) -> None:
    add(database, rounds_of(3)[2], partial=True)
    write_board(database, tmp_path / "board", board())
    assert "week-1" in text(tmp_path / "board", "en/index.html")
    assert "broken off" in text(tmp_path / "board", "en/index.html")
    assert not (tmp_path / "board/rounds/week-2").exists()


def test_a_light_look_moves_the_standing_and_leaves_the_levels(database: Database, tmp_path: Path) -> None:
    document = rounds_of(3)[2]
    for authority in document["authorities"]:
        authority["sections"] = {
            kind: {"state": "unseen", "reason": "not_in_findings", "evidence": []} for kind in authority["sections"]
        }
    add(database, document, light=True)
    write_board(database, tmp_path / "board", board())
    told = json.loads((tmp_path / "board/data/board.json").read_text("utf-8"))
    assert (told["round"]["name"], told["full_round"]["name"]) == ("week-2", "week-1")
    council = next(one for one in told["authorities"] if one["id"] == BODIES[0].id)["facts"]["sections.public_council"]
    assert council.startswith("found")


def test_real_and_invented_rounds_never_stand_on_one_board(database: Database, tmp_path: Path) -> None:
    add(database, rounds_of(3)[2], sample=True)
    write_board(database, tmp_path / "board", board())
    assert [path.name for path in (tmp_path / "board/rounds").iterdir()] == ["week-2"]


def test_without_a_whole_round_nothing_is_written(tmp_path: Path) -> None:
    database = open_database(tmp_path / "rounds.db")
    add(database, rounds_of(1)[0], partial=True)
    with pytest.raises(NoWholeRound):
        write_board(database, tmp_path / "board", board())
    assert not (tmp_path / "board").exists()


def test_the_old_board_stays_when_the_new_one_cannot_be_made(database: Database, tmp_path: Path) -> None:
    out = tmp_path / "board"
    write_board(database, out, board())
    before = (out / "az/index.html").read_bytes()
    with pytest.raises(FileNotFoundError):
        write_board(database, out, board(reports=(tmp_path / "not-there.docx",)))
    assert (out / "az/index.html").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir() if "board" in path.name) == ["board"]


def test_what_strangers_wrote_runs_nowhere(tmp_path: Path) -> None:
    def hostile(_: int, document: Document) -> None:
        one = of(document, BODIES[0].id)
        for finding in (one["news"], *one["sections"].values()):
            finding["label"] = HOSTILE
            finding["url"] = "javascript:alert(1)"
            finding["evidence"] = [
                {"url": "javascript:alert(2)", "sha256": None, "quote": HOSTILE, "seen_at": "2018-08-20T09:12:00Z"}
            ]

    database = stored(tmp_path / "rounds.db", rounds_of(2, hostile))
    write_board(database, tmp_path / "board", board())
    for path in every_page(tmp_path / "board"):
        tree = html.document_fromstring(path.read_bytes())
        assert not tree.xpath("//img | //script[not(@src)] | //*[starts-with(@href, 'javascript')]"), path
        assert "\u202e" not in path.read_text("utf-8")
    for path in (tmp_path / "board").rglob("*.csv"):
        assert not re.search(r'(^|,)"?=', path.read_text("utf-8-sig"), re.MULTILINE), path


def test_ten_thousand_pages_of_evidence_make_no_large_page(tmp_path: Path) -> None:
    def long(_: int, document: Document) -> None:
        seen_at = "2018-08-20T09:12:00Z"
        pages = [
            {"url": f"http://a.gov.az/{n}/{'x' * 300}", "sha256": "a" * 64, "quote": "q" * 200, "seen_at": seen_at}
            for n in range(2000)
        ]
        for finding in of(document, BODIES[2].id)["sections"].values():
            finding["evidence"] = pages

    database = stored(tmp_path / "rounds.db", rounds_of(1, long))
    write_board(database, tmp_path / "board", board())
    path = tmp_path / f"board/en/authority/{BODIES[2].id}.html"
    assert path.stat().st_size <= 100_000
    assert "more pages are in the data file" in text(tmp_path / "board", f"en/authority/{BODIES[2].id}.html")


def test_an_answer_stands_beside_its_finding(database: Database, tmp_path: Path) -> None:
    answers = tmp_path / "responses"
    answers.mkdir()
    (answers / "one.yaml").write_text(
        f"""responses:
  - authority: {BODIES[0].id}
    cell: sections.public_council
    by: Press service
    received: letter
    answered_on: 2018-08-10
    holds_until: 2018-08-12
    stand: explains
    text: {{az: Şuranın səhifəsi yenilənir., en: The page of the council is being rebuilt.}}
""",
        "utf-8",
    )
    write_board(database, tmp_path / "board", board(answers=load_responses(answers)))
    said = page(tmp_path / "board", f"en/authority/{BODIES[0].id}.html")
    beside = str(said.xpath("//article[@id='fact-sections-public_council']")[0].text_content())
    assert "The page of the council is being rebuilt." in beside
    assert "has lapsed" in beside
    assert "Press service" in str(said.xpath("//section[@id='answer']")[0].text_content())
    assert "No answer" in text(tmp_path / "board", f"en/authority/{BODIES[3].id}.html")


def test_an_address_of_its_own_makes_whole_addresses(database: Database, tmp_path: Path) -> None:
    write_board(database, tmp_path / "board", board(base_url="https://example.org/lovhe/", tag="example.org,2026"))
    front = (tmp_path / "board/az/index.html").read_text("utf-8")
    assert '<link rel="canonical" href="https://example.org/lovhe/az/index.html">' in front
    assert "https://example.org/lovhe/rounds/week-1/az/index.html#" in front
    assert "https://example.org/lovhe/en/item/2.4.html" in (tmp_path / "board/sitemap.xml").read_text("utf-8")


def test_the_age_of_the_data_is_said(made: Path) -> None:
    front = text(made, "en/index.html")
    assert "looked at from 3 September 2018 09:00 to 3 September 2018 11:00 (UTC)" in front
    assert "If today is later than 11 September 2018, this page is old" in front


def test_rounds_that_were_owed_since_and_never_came_are_said(database: Database, tmp_path: Path) -> None:
    """The newest round ended on 13 August; what was lost before it is of no more interest to the reader."""
    before, since = (dt.datetime(2018, 8, day, 3, tzinfo=dt.UTC) for day in (7, 20))
    runs = tuple(
        Run(n, "full", at, False, "missed", at, f"r{n}", 0, 0, None, None, (), "")
        for n, at in enumerate((before, since))
    )
    write_board(database, tmp_path / "board", board(missed=runs))
    said = text(tmp_path / "board", "en/index.html")
    assert "did not come to their end: 20 August 2018." in said


def test_both_languages_have_the_same_words() -> None:
    az, en = (board_texts(lang).model_dump() for lang in LANGS)
    for part, words in az.items():
        if isinstance(words, dict):
            assert words.keys() == en[part].keys(), part
            for key, said in words.items():
                assert _holes(said) == _holes(en[part][key]), f"{part}.{key}"
    assert {path.stem for path in FOLDER.glob("??.yaml")} == set(LANGS)


def _holes(said: Any) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", said)) if isinstance(said, str) else set(said)


def test_the_figures_of_accuracy_are_printed_as_they_are_saved(made: Path) -> None:
    figures = load_accuracy()
    assert figures is not None
    printed = text(made, "en/accuracy.html")
    for row in figures.rows:
        assert row.en in printed
        if isinstance(row.held, tuple):
            assert f"{row.held[0]}/{row.held[1]}" in printed


def test_no_saved_figures_is_said(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("publishing.board.load_accuracy", lambda: None)
    write_board(database, tmp_path / "board", replace(board(), langs=("en",)))
    assert "No figures have been saved" in text(tmp_path / "board", "en/accuracy.html")
