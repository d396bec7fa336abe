"""Does the report's text say what the rows say, in sentences that fit their numbers, in both languages?"""

from __future__ import annotations

import ast
import copy
import re
from dataclasses import asdict, replace
from datetime import date
from typing import Any

import pytest

from publishing import narrative
from publishing.beside import Beside, RoundInfo
from publishing.blocks import (
    Bullets,
    Count,
    Day,
    Figure,
    Given,
    Grid,
    Name,
    Paragraph,
    Ref,
    chapters_within,
    pieces_of,
    plain,
)
from publishing.queries import QUERIES, Answer, Asked, NoSuchQuery, asked_of, said
from publishing.sentences import FORMS, NAMES_CUT, NAMES_WHOLE, Speaker, form_of, languages, narrative_in, outline
from publishing.tables import appendices
from reading.method import load_method
from scoring.claims import held, load_claims
from scoring.comparison import changes
from scoring.levels import levels_of
from scoring.reviews import Agreement
from scoring.rounds import findings_of, load_round
from tests.report_material import (
    HOUSE,
    Document,
    Made,
    absent,
    closed,
    document_of,
    every_state,
    lines_of,
    made,
    of,
    plan_of,
    registry,
    section,
)

LANGUAGES = ("az", "en")
PLANS = ("nap-2016-2018", "nap-2020-2022")
_SLOT = re.compile(r"\{([^{}|=?#]+)")


@pytest.fixture(scope="module")
def of_2018() -> Document:
    return findings_of(load_round(HOUSE / "methodology" / "rounds" / "erc-2018.yaml"))


def local(*documents: Document, **more: Any) -> Made:
    """The report of a round of these authorities only."""
    told = every_state(agencies=())
    told["authorities"] = list(documents)
    return made(findings=told, **more)


def bodies(*ids: str) -> list[Any]:
    return [next(agency for agency in registry() if agency.id == id_) for id_ in ids]


# -- the words ---------------------------------------------------------------------------------------------------------


def test_both_languages_have_the_same_sentences() -> None:
    az, en = narrative_in("az"), narrative_in("en")
    assert languages() == ["az", "en"]
    for part in (
        "sentences",
        "headings",
        "captions",
        "columns",
        "things",
        "full",
        "formal",
        "remedies",
        "glossary",
        "how",
    ):
        assert getattr(az, part).keys() == getattr(en, part).keys(), part
    assert az.groups.keys() == en.groups.keys()
    assert az.kinds.keys() == en.kinds.keys()


def test_every_sentence_that_tells_a_number_has_words_and_every_form_is_known() -> None:
    for lang in LANGUAGES:
        sentences = narrative_in(lang).sentences
        assert outline().keys() <= sentences.keys()
        for key, forms in sentences.items():
            if isinstance(forms, str):
                continue
            assert forms.keys() <= set(FORMS), key
            assert outline()[key].ask, f"{key} has forms and tells no number"
            assert outline()[key].of or not forms.keys() & {"all", "sole", "sole_none"}, key


def test_every_sentence_that_the_chapters_ask_for_is_there() -> None:
    source = ast.parse((HOUSE / "publishing" / "narrative.py").read_text("utf-8"))
    strings = {
        node.value for node in ast.walk(source) if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    called = {
        node.args[0].value
        for node in ast.walk(source)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "_say"
        and node.args
        if isinstance(node.args[0], ast.Constant)
    }
    sentences = narrative_in("az").sentences
    assert len(called) > 30
    assert called <= sentences.keys()
    assert sentences.keys() <= strings, sorted(sentences.keys() - strings)


def test_no_figure_is_typed_in_a_sentence() -> None:
    for lang in LANGUAGES:
        for key, forms in narrative_in(lang).sentences.items():
            for text in [forms] if isinstance(forms, str) else forms.values():
                assert not re.search(r"\d", re.sub(r"\{[^{}]*\}", "", text)), f"{lang} {key}: {text}"


def test_every_query_is_explained_in_both_languages() -> None:
    for query in QUERIES.values():
        arguments = [f"<{name}>" for name in query.arguments]
        for lang in LANGUAGES:
            words = query.said(lang, *arguments)
            assert all(argument in words for argument in arguments), f"{lang} {query.name}: {words}"
    assert (
        said("state:public_council:found@local", "en") == "the authorities whose finding on “public_council” is “found”"
    )


def test_every_question_that_is_asked_of_a_site_has_advice() -> None:
    asked = {_remedy(indicator.id) for indicator in load_method().indicators}
    for lang in LANGUAGES:
        assert asked <= narrative_in(lang).remedies.keys()


def _remedy(indicator: str) -> str:
    return "documents" if indicator.startswith("documents.") else indicator.removeprefix("sections.")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_form_of_every_sentence_can_be_said(lang: str) -> None:
    """With numbers that call for each form; no slot is left open, and the number is a piece of its own."""
    report = made(lang)
    for key, forms in narrative_in(lang).sentences.items():
        for form, template in ({"some": forms} if isinstance(forms, str) else forms).items():
            number, whole = {"none": (0, 9), "one": (1, 9), "some": (3, 9), "all": (9, 9), "sole": (1, 1)}.get(
                form, (0, 1)
            )
            ids = report.asked.ask("authorities").ids
            speaker = Speaker(report.asked, lang)
            answer = Answer("state:mobile:found", number, ids[:number])
            whole_answer = Answer("looked:mobile", whole, ids[:whole])
            open_slots = {name for name in _SLOT.findall(template) if name not in ("n", "of", "names")}
            filled: dict[str, Any] = {
                name: Given("4.2.1", "plan") if name == "item" else "söz" if lang == "az" else "word"
                for name in open_slots
                if not name.startswith("group.") and ":" not in name and "@" not in name
            }
            pieces = speaker._fill(
                template, {name.lower(): value for name, value in filled.items()}, "local", answer, whole_answer
            )
            text = plain(pieces)
            assert "{" not in text, f"{key} {form}: {text}"
            assert "}" not in text, f"{key} {form}: {text}"
            assert not [piece for piece in pieces if isinstance(piece, str) and re.search(r"\d", piece)], key


@pytest.mark.parametrize(
    ("value", "of_all", "expected"),
    [(0, 0, None), (0, 5, "none"), (1, 5, "one"), (3, 5, "some"), (5, 5, "all"), (1, 1, "sole"), (0, 1, "sole_none"),
     (3, None, "some"), (0, None, "none"), (1, None, "one")],
)  # fmt: skip
def test_which_form_fits(value: int, of_all: int | None, expected: str | None) -> None:
    assert form_of(value, of_all, dict.fromkeys(FORMS, "")) == expected


def test_a_form_that_is_missing_falls_back_or_says_nothing() -> None:
    assert form_of(1, 5, {"some": ""}) == "some"
    assert form_of(1, 1, {"all": "", "some": ""}) == "all"
    assert form_of(0, 5, {"some": ""}) is None
    assert form_of(5, 5, {"some": "", "one": ""}) is None


# -- whole reports -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("plan", PLANS)
def test_a_report_of_every_state_has_no_complaint(lang: str, plan: str) -> None:
    assert made(lang, plan).complaints() == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_chapters_and_their_numbers(lang: str) -> None:
    report = made(lang)
    keys = [chapter.key for chapter in report.chapters]
    assert keys == [
        *("title", "introduction", "acronyms", "methodology", "items", "conclusions", "recommendations", "limits"),
        "glossary",
    ]
    assert [chapter.number for chapter in report.chapters] == ["", "", "", "1", "2", "3", "4", "5", "6"]
    parts = [part.key for part in report.chapter("items").parts]
    assert parts[:6] == ["item-2.2", "item-2.4", "item-4.2.1", "item-4.2.2", "item-5.6", "item-6.2"]
    assert parts[6:] == ["services", "search", "languages", "updating"]
    figures = [b.key for c in chapters_within(report.chapters) for b in c.blocks if isinstance(b, Figure)]
    assert figures == ["news_silence", "levels", "map"]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("plan", PLANS)
def test_nothing_of_nothing_is_ever_said(lang: str, plan: str) -> None:
    """A nought stands in small tables only; in a sentence it is a word."""
    for findings in (every_state(), every_state(registry()[:3]), every_state(registry()[9:10])):
        report = made(lang, plan, findings=findings)
        for chapter in chapters_within(report.chapters):
            for block in chapter.blocks:
                if isinstance(block, Grid):
                    continue
                for piece in pieces_of(block):
                    if isinstance(piece, Count):
                        assert piece.of != 0
                        assert not piece.text.startswith("0"), plain(pieces_of(block))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_sentences_are_whole(lang: str) -> None:
    for plan in PLANS:
        for chapter in chapters_within(made(lang, plan).chapters):
            for line in lines_of(chapter):
                text = plain(line)
                assert "{" not in text
                assert "  " not in text, text
                assert " ." not in text, text
                assert ".." not in text, text


def test_a_language_without_sentences_has_no_text() -> None:
    report = made("az", findings=every_state(registry()[:2]))
    bodies_, told = report.agencies, report.findings
    tables = appendices(told, report.levels, bodies_, "ru", plan_of())
    assert narrative.chapters(tables, report.summary, bodies_, told, report.levels, _info(), Beside(), "ru") == ()


def _info() -> RoundInfo:
    return RoundInfo("2018-08", date(2018, 8, 20), "saytmetr 0.1.0")


def test_without_a_plan_there_is_still_a_text() -> None:
    told = every_state(registry()[:12])
    report = made("az", findings=told)
    chapters = narrative.chapters(
        report.tables, report.summary, report.agencies, told, report.levels, _info(), Beside(), "az"
    )
    keys = [chapter.key for chapter in chapters_within(chapters)]
    assert "conclusions" not in keys
    assert "search" in keys


# -- what is said, by number -------------------------------------------------------------------------------------------


def test_none_one_some_all() -> None:
    four = bodies("baku", "ganja", "sheki", "binagadi")
    without = [document_of(one) for one in four]
    assert "Baxılan 4 YİH orqanından heç birinin saytında ictimai şura bölməsi yoxdur." in local(*without).text(
        "item-4.2.1"
    )

    def having(*which: int) -> str:
        documents = copy.deepcopy(without)
        for place in which:
            documents[place]["sections"]["public_council"] = section(
                four[place], "full", "s", placement="menu", content=["members"]
            )
        return local(*documents).text("item-4.2.1")

    assert "yalnız birinin saytında ictimai şura bölməsi var: Binəqədi." in having(3)
    assert "Bu bölmədə şuranın üzvləri və ya iclasları göstərilib." in having(3)
    assert "4 YİH orqanından 3-ünün saytında ictimai şura bölməsi var: Gəncə, Şəki və Binəqədi." in having(1, 2, 3)
    assert "Baxılan 4 YİH orqanının hamısının saytında ictimai şura bölməsi var." in having(0, 1, 2, 3)


def test_one_authority_alone() -> None:
    (sheki,) = bodies("sheki")
    text = local(document_of(sheki)).text("item-2.4")
    assert "Baxılan yeganə YİH orqanının saytının mobil versiyası var." in text
    assert "Baxılan yeganə" in local(document_of(sheki)).text("item-4.2.1")
    english = local(document_of(sheki), lang="en").text("item-2.4")
    assert "The only local executive authority looked at has a mobile version of its site." in english


def test_the_same_in_english() -> None:
    four = bodies("baku", "ganja", "sheki", "binagadi")
    documents = [document_of(one) for one in four]
    for place in (1, 3):
        documents[place]["sections"]["public_council"] = section(
            four[place], "full", "s", placement="menu", content=["members"]
        )
    text = local(*documents, lang="en").text("item-4.2.1")
    assert (
        "Of the 4 local executive authorities looked at, 2 have a public council section on their sites: "
        "Ganja and Binagadi (Baku city)."
    ) in text
    assert "All of these sections name the council's members or tell of its meetings." in text


def test_who_could_not_be_looked_at_is_never_among_the_absent() -> None:
    report = made()
    seen_absent = report.asked.ask("state:public_council:absent").ids
    not_seen = set(report.asked.ask("state:public_council:unseen").ids)
    assert not_seen
    assert not not_seen & set(seen_absent)
    looked, everybody = report.asked.count("looked:public_council"), report.asked.count("authorities")
    assert looked + len(not_seen) == everybody
    text = report.text("item-4.2.1")
    assert "onlar yuxarıdakı saylara daxil deyil" in text
    advised = set(report.asked.ask("lacks:public_council").ids)
    assert not advised & not_seen


def test_when_nobody_could_look_no_number_is_given() -> None:
    two = bodies("sheki", "ganja")
    text = local(*(closed(one, "down", "timeout") for one in two)).text()
    assert "heç birində mobil versiyaya baxmaq mümkün olmayıb, ona görə say verilmir." in text
    assert "Orqanların heç birinin saytına baxmaq mümkün olmayıb." in text
    assert "yoxdur." not in local(*(closed(one, "down", "timeout") for one in two)).text("item-4.2.1")


def test_the_place_of_a_section_that_is_not_recorded_is_not_outside_the_menu() -> None:
    (sheki,) = bodies("sheki")
    one = document_of(sheki)
    one["sections"]["public_council"] = section(sheki, "full", "s", placement=None, content=["members"])
    text = local(one).text("item-4.2.2")
    assert "yeganə bölmənin yeri qeydə alınmayıb" in text
    assert "menyusunda deyil" not in text


def test_what_is_recorded_of_some_sections_is_not_said_of_all(of_2018: Document) -> None:
    report = made("az", findings=of_2018)
    text = report.text("item-4.2.2")
    assert "MİH orqanlarının yeri qeydə alınan 2 bölməsindən heç biri ana səhifənin menyusunda deyil." in text
    assert "4 bölmənin yeri qeydə alınmayıb: Gənclər və idman nazirliyi;" in text
    services = report.text("services")
    unfilled = report.asked.count("unfilled:e_services@local")
    assert unfilled
    assert f"{unfilled} bölmənin məzmunu qeydə alınmayıb" in services
    assert "Məzmunu qeydə alınan" in services


def test_long_lists_are_cut_and_say_how_many_more() -> None:
    report = made(findings=every_state(registry()[:80]))
    text = report.text("item-2.4")
    absent_ids = report.asked.ask("state:social:absent@local").ids
    assert len(absent_ids) > NAMES_WHOLE
    assert f"və daha {len(absent_ids) - NAMES_CUT} orqan (tam siyahı Əlavə 1-dədir)" in text
    short = made(findings=every_state(registry()[:40]))
    assert "və daha" not in short.text("item-5.6").split("bölmə tapılmayıb")[0]


def test_names_with_a_comma_are_parted_by_semicolons() -> None:
    report = local(*(document_of(one) for one in bodies("family-committee", "justice-ministry")), lang="az")
    text = report.text("recommendations")
    assert "Ailə, Qadın və Uşaq Problemləri üzrə Dövlət Komitəsi; Ədliyyə nazirliyi." in text


def test_english_names_are_short_unless_two_become_one() -> None:
    text = made("en").text("item-2.4")
    assert "Nizami (Baku city)" in text or "Nizami (Ganja city)" in text
    assert "District Executive Authority" not in text


# -- chapters ----------------------------------------------------------------------------------------------------------


def test_the_sites_that_stopped_stand_by_silence_with_their_dates() -> None:
    report = made()
    grid = next(block for block in report.chapter("updating").blocks if isinstance(block, Grid))
    silences = [piece.value for row in grid.rows for piece in row[3] if isinstance(piece, Count)]
    assert silences == sorted(silences, reverse=True)
    days = [piece for row in grid.rows for piece in row[2] if isinstance(piece, Day)]
    assert [(report.asked.findings["round"]["as_of"], day.value) for day in days]
    for row in grid.rows:
        (name,) = (piece for piece in row[1] if isinstance(piece, Name))
        news = of(report.findings, name.id)["news"]
        assert (date.fromisoformat(news["last_date"]), news["silence_days"]) == (row[2][0].value, row[3][0].value)  # type: ignore[union-attr]
    assert {piece.id for row in grid.rows for piece in row[1] if isinstance(piece, Name)} == set(
        report.asked.ask("news:stopped").ids
    )


def test_a_round_of_machines_says_that_activity_was_not_looked_at() -> None:
    report = made()
    assert "fəallığa bu raundda baxılmayıb" in report.text("item-2.4")
    assert not [
        block for block in report.chapter("item-2.4").blocks if isinstance(block, Grid) and block.key == "activity"
    ]


def test_the_round_of_2018_says_what_its_report_counted(of_2018: Document) -> None:
    report = made("az", findings=of_2018)
    item = report.text("item-2.4")
    assert "Baxılan 79 YİH orqanından 32-sinin sosial şəbəkələrdə səhifəsi var." in item
    assert "Səhifəsi olan orqanların hamısı Facebookdadır." in item
    assert "Səhifəsi olan 32 YİH orqanından 18-i sosial şəbəkələrdən aktiv istifadə edir" in item
    assert "14 orqan orta aktivlikdədir" in item
    activity = next(b for b in report.chapter("item-2.4").blocks if isinstance(b, Grid) and b.key == "activity")
    assert len(activity.rows) == 32
    assert "Onlardan 80-i yerli icra hakimiyyəti (YİH), 23-ü mərkəzi icra hakimiyyəti (MİH) orqanıdır." in report.text(
        "introduction"
    )
    assert "10 şəhər icra hakimiyyəti, 56 rayon icra hakimiyyəti və 14 şəhər rayonu" in report.text("introduction")
    assert "Cəmi bir orqanın (Xankəndi) saytına baxmaq mümkün olmayıb." in report.text("introduction")
    assert "79 YİH orqanından 13-ünün saytında axtarış var: Cəbrayıl, Qobustan," in report.text("search")
    assert "23 MİH orqanından 8-inin saytında dövlət satınalmaları bölməsi var" in report.text("item-5.6")
    assert "saytlara 16 avqust 2018-ci ildən 28 avqust 2018-ci ilə qədər insanlar baxıb" in report.text("title")
    assert "2-si yalnız saytdaxili axtarışla tapılır: Şəki və Sabunçu." in report.text("item-4.2.2")


def test_items_of_the_later_plan_and_their_documents() -> None:
    told = every_state()
    of(told, "finance-ministry")["documents"] = {
        "budget-draft": {"state": "found", "period_end": "2018-12-31", "evidence": []},
        "budget-execution": {"state": "absent", "evidence": []},
    }
    report = made("az", "nap-2020-2022", findings=told)
    assert "birinə aiddir: Maliyyə nazirliyi." in report.text("item-2.1")
    assert "tələb olunan sənəd var: Maliyyə nazirliyi" in report.text("item-2.1")
    assert "tələb olunan sənəd tapılmayıb" in report.text("item-2.3")
    assert "qiymətləndirilməyib" in report.text("item-2.4")
    assert "2.5-ci bənddə tələb olunan sənəd – 1 orqan: Maliyyə nazirliyi." in report.text("limits")
    assert "103 orqandan 80-ə aiddir" in report.text("item-4.3")
    assert set(report.asked.ask("lacks:e_appeal").ids) <= set(report.asked.ask("authorities@local").ids)
    assert report.complaints() == []


def test_official_statements_stand_beside_what_was_found(of_2018: Document) -> None:
    claims = load_claims(HOUSE / "methodology" / "claims")
    levels = {"nap-2016-2018": levels_of(of_2018, plan_of())}
    told = held(claims, of_2018, registry(), levels)
    beside = Beside(claims=claims, held=told)
    for lang in LANGUAGES:
        report = made(lang, findings=of_2018, beside=beside)
        assert not [one for one in report.complaints() if one.rule != "copied"]
        verdict = next(
            one
            for one in told
            if one.status == "contradicted" and one.claim in {c.id for c in claims if c.group == "official"}
        )
        official = [one for one in claims if one.group == "official" and one.plan in (None, "nap-2016-2018")]
        assert report.asked.count("all_claims") == len(official)
        quotes = [
            block
            for chapter in chapters_within(report.chapters)
            for block in chapter.blocks
            if isinstance(block, Paragraph) and block.style == "quote"
        ]
        assert len(quotes) == len(official)
        assert report.asked.count(f"held:{verdict.claim}:shown") == verdict.counts["shown"]
    assert "86%" in made("az", findings=of_2018, beside=beside).text("item-2.4")


def test_changes_against_the_earlier_round(of_2018: Document) -> None:
    now = every_state()
    now["round"] |= {"as_of": "2018-09-20", "started_at": "2018-09-20T09:00:00Z"}
    levels = [asdict(one) for one in levels_of(now, plan_of(), of_2018)]
    found = changes(now, levels, plan_of(), of_2018, registry())
    for lang in LANGUAGES:
        report = made(lang, findings=now, against=of_2018, beside=Beside(changes=found))
        report = made(lang, findings=now, levels=levels, beside=Beside(changes=found))
        assert report.complaints() == []
        for item in ("2.4", "4.2.1"):
            better = {one.authority for one in found if one.what == item and one.verdict == "better"}
            assert set(report.asked.ask(f"change:{item}:better").ids) == better
            assert better
        assert "comparison" in [chapter.key for chapter in report.chapters]
        assert Figure("changes") in report.chapter("comparison").blocks


def test_what_a_person_said_is_marked() -> None:
    told = every_state()
    hand = {"reviewer": "A. Rəyçi", "verdict": "corrects", "on": "2018-08-21", "machine": {"state": "absent"}}
    of(told, "sheki")["search"] = {"state": "found", "works": None, "evidence": [], "hand": hand}
    levels = [asdict(one) for one in levels_of(told, plan_of())]
    for one in levels:
        if one["authority"] == "justice-ministry" and one["item"] == "6.2":
            one.update(level="full", hand={**hand, "reviewer": "B. Rəyçi"})
    pair = (Agreement(("A. Rəyçi", "B. Rəyçi"), 20, 18, 0.756),)
    report = made("az", findings=told, levels=levels, beside=Beside(agreements=pair))
    assert "Bir orqanda bu nəticəyə insan rəy verib: Şəki." in report.text("search")
    assert "Mütəxəssis rəyi bir orqan üzrə verilib: Ədliyyə nazirliyi." in report.text("item-6.2")
    assert "tam icra səviyyəsindədir: Ədliyyə nazirliyi." in report.text("item-6.2")
    assert "Əllə rəy verənlər: A. Rəyçi və B. Rəyçi." in report.text("how")
    assert "eyni 20 xanaya baxıb və 18 xana üzrə razılaşıb; Koen kappası: 0,76." in report.text("how")
    assert report.complaints() == []


def test_one_word_by_both_reviewers_gives_no_kappa() -> None:
    pair = (Agreement(("A", "B"), 4, 4, None),)
    text = made("en", beside=Beside(agreements=pair)).text("how")
    assert "there is no kappa" in text


# -- one finding changed -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_one_finding_changes_every_number_that_stands_on_it_and_no_other(lang: str) -> None:
    def without_council(told: Document) -> None:
        of(told, "sumgait")["sections"]["public_council"] = absent(bodies("sumgait")[0])

    before, after = made(lang), made(lang, findings=every_state(change=without_council))
    assert of(before.findings, "sumgait")["sections"]["public_council"]["fullness"] == "full"
    was, now = before.counts(), after.counts()
    moved = {query for query in was.keys() & now.keys() if was[query] != now[query]}
    assert moved == {
        "state:public_council:found@local",
        "state:public_council:absent@local",
        "fullness:public_council:full@local",
        "filled:public_council@local",
        "placed:public_council@local",
        "placement:public_council:search_only@local",
        "rest:15:state:public_council:found@local",
        "rest:15:state:public_council:absent@local",
        "level:4.2.1:significant",
        "level:4.2.1:significant@local",
        "level:4.2.1:none",
        "level:4.2.1:none@local",
        "level:4.2.1:none+worse",
        "rest:15:level:4.2.1:none@local",
        "level:4.2.2:significant",
        "level:4.2.2:significant@local",
        "level:4.2.2:none",
        "level:4.2.2:none@local",
        "level:4.2.2:none+worse",
        "rest:15:level:4.2.2:none@local",
        "rest:15:level:4.2.2:significant@local",
        "lacks:public_council",
        "rest:15:lacks:public_council",
    } & (was.keys() & now.keys())
    assert len(moved) > 15
    assert after.complaints() == []
    # the old text beside the new rows: the linter names the very numbers that moved
    stale = replace(after, chapters=before.chapters)
    told = {one.what.split(" ")[0] for one in stale.complaints() if one.rule == "numbers"}
    assert told >= moved


def test_a_changed_date_moves_its_day_and_its_silence() -> None:
    report = made()
    id_ = report.asked.ask("news:stopped").ids[0]

    def a_day_later(told: Document) -> None:
        news = of(told, id_)["news"]
        news["last_date"] = date.fromordinal(date.fromisoformat(news["last_date"]).toordinal() + 1).isoformat()
        news["silence_days"] -= 1

    after = made(findings=every_state(change=a_day_later))
    moved = {q for q, value in report.counts().items() if after.counts().get(q) not in (None, value)}
    assert moved == {f"fact:{id_}:news_silence_days"}
    assert after.complaints() == []


# -- queries -----------------------------------------------------------------------------------------------------------


def test_a_query_that_nobody_wrote_is_refused() -> None:
    asked = made().asked
    for name in ("state:mobile", "nothing", "state:mobile:found:more", "level:2.4", "state::found"):
        with pytest.raises(NoSuchQuery):
            asked.ask(name)
    with pytest.raises(NoSuchQuery):
        assert asked.ask("newest:news_last_date").count


def test_queries_keep_to_their_group_and_add_up() -> None:
    asked = made().asked
    for query in ("authorities", "open", "state:mobile:found", "news:active", "level:2.4:none", "lacks:search"):
        assert asked.count(query) == asked.count(f"{query}@local") + asked.count(f"{query}@central")
        assert list(asked.ask(query).ids) == sorted(asked.ask(query).ids, key=asked.order.__getitem__)
    for fact in ("mobile", "social", "public_council", "search"):
        states = [asked.count(f"state:{fact}:{state}") for state in ("found", "partial", "absent", "unseen")]
        assert sum(states) == asked.count("authorities")
    news = [asked.count(f"news:{status}") for status in ("active", "slowed", "stopped", "undated", "absent", "unseen")]
    assert sum(news) == asked.count("authorities")
    assert asked.ask("state:mobile:found@nowhere").ids == ()


def test_the_rest_of_a_list_and_shares() -> None:
    asked = made().asked
    ids = asked.ask("state:social:absent@local").ids
    assert asked.ask("rest:15:state:social:absent@local").ids == ids[15:]
    share = asked.ask("share:level/2.4/full:assessed:2.4")
    assert share.value == round(100 * asked.count("level:2.4:full") / asked.count("assessed:2.4"))
    assert asked.ask("share:level/2.2/full:assessed:2.2").value is None


def test_levels_of_whom_an_item_does_not_concern_are_not_counted() -> None:
    asked = made(plan="nap-2020-2022").asked
    assert asked.ask("concerned:2.1").ids == ("finance-ministry",)
    assert asked.count("level:2.1:full") + asked.count("level:2.1:none") + asked.count("level:2.1:not_assessed") == 1


def test_asked_without_anything_beside() -> None:
    report = made()
    bare = asked_of(report.tables, (), {}, (), Beside())
    assert isinstance(bare, Asked)
    assert bare.count("all_items") == bare.count("all_claims") == bare.count("kind:city") == 0
    assert bare.ask("round_day:as_of").value is None


def test_bullets_of_examples_lead_to_pages() -> None:
    report = made()
    bullets = [block for block in report.chapter("item-4.2.1").blocks if isinstance(block, Bullets)]
    assert bullets
    for line in bullets[0].items:
        assert "http://" not in plain(line)
        assert [piece for piece in line if isinstance(piece, Ref) and piece.url.startswith("http")]
