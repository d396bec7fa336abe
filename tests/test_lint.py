"""Does the linter find each way in which a report can contradict itself, and nothing in a report that does not?"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from publishing.blocks import (
    Block,
    Bullets,
    Chapter,
    Count,
    Day,
    Grid,
    Name,
    Paragraph,
    Piece,
    Pieces,
)
from publishing.lint import CHECKS, Complaint
from publishing.tables import Row, summary_of
from scoring.rounds import findings_of, load_round
from tests.report_material import HOUSE, Document, Made, every_state, made, of, registry

LANGUAGES = ("az", "en")
PLANS = ("nap-2016-2018", "nap-2020-2022")
Mend = Callable[[Piece], Piece]


@pytest.fixture(scope="module")
def sound() -> Made:
    return made("az")


def rules(report: Made) -> set[str]:
    return {complaint.rule for complaint in report.complaints()}


def of_rule(report: Made, rule: str) -> list[Complaint]:
    return [complaint for complaint in report.complaints() if complaint.rule == rule]


# -- ways to break a report --------------------------------------------------------------------------------------------


def with_block(report: Made, key: str, block: Block) -> Made:
    """The report with one more block in a chapter."""
    return with_chapter(report, key, lambda chapter: replace(chapter, blocks=(*chapter.blocks, block)))


def with_chapter(report: Made, key: str, change: Callable[[Chapter], Chapter]) -> Made:
    def changed(chapter: Chapter) -> Chapter:
        parts = tuple(changed(part) for part in chapter.parts)
        one = replace(chapter, parts=parts)
        return change(one) if one.key == key else one

    return replace(report, chapters=tuple(changed(chapter) for chapter in report.chapters))


def with_pieces(report: Made, change: Mend) -> Made:
    """The report with every piece changed."""

    def line(pieces: Pieces) -> Pieces:
        return tuple(change(piece) for piece in pieces)

    def block(one: Block) -> Block:
        match one:
            case Paragraph(pieces=pieces):
                return replace(one, pieces=line(pieces))
            case Bullets(items=items):
                return Bullets(tuple(line(item) for item in items))
            case Grid(rows=rows):
                return replace(one, rows=tuple(tuple(line(cell) for cell in row) for row in rows))
        return one

    def chapter(one: Chapter) -> Chapter:
        blocks, parts = tuple(block(b) for b in one.blocks), tuple(chapter(part) for part in one.parts)
        return replace(one, blocks=blocks, parts=parts)

    return replace(report, chapters=tuple(chapter(one) for one in report.chapters))


def with_row(report: Made, id_: str, change: Callable[[Row], Row]) -> Made:
    tables = tuple(
        replace(table, rows=tuple(change(row) if row.id == id_ else row for row in table.rows))
        for table in report.tables
    )
    asked = replace(report.asked, tables=tables, _known={})
    return replace(report, tables=tables, asked=asked)


def count_of(report: Made, query: str) -> Count:
    return next(piece for piece in report.pieces() if isinstance(piece, Count) and piece.query == query)


# -- nothing to complain of --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("plan", PLANS)
def test_a_sound_report(lang: str, plan: str) -> None:
    assert made(lang, plan).complaints() == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_rounds_of_one_and_of_few(lang: str) -> None:
    for some in (registry()[:1], registry()[9:10], registry()[78:82], registry()[80:]):
        assert made(lang, findings=every_state(some)).complaints() == []


def test_a_report_without_text_is_held_to_its_tables() -> None:
    report = replace(made("az"), chapters=())
    assert report.complaints() == []


def test_every_check_has_a_test_that_breaks_it() -> None:
    source = (HOUSE / "tests" / "test_lint.py").read_text("utf-8")
    told = {
        "figures",
        "numbers",
        "lists",
        "words",
        "unseen",
        "numbering",
        "sums",
        "summary",
        "levels",
        "copied",
        "cells",
    }
    assert len(told) == len(CHECKS)
    for rule in told:
        assert re.search(rf'(of_rule\(\w+, |in |== \{{)"{rule}"', source), rule


# -- the text ----------------------------------------------------------------------------------------------------------


def test_a_figure_that_nobody_counted(sound: Made) -> None:
    broken = with_block(sound, "item-2.4", Paragraph(("Orqanların 86 faizi bəndi icra edib.",)))
    (complaint,) = of_rule(broken, "figures")
    assert "86" in complaint.what
    assert complaint.where.startswith("chapter 2.2")
    assert rules(broken) == {"figures"}


def test_a_figure_in_a_heading_that_nothing_gives(sound: Made) -> None:
    broken = with_chapter(sound, "item-2.4", lambda c: replace(c, heading="22.2-ci bənd"))
    assert [complaint.what for complaint in of_rule(broken, "figures")] == ["22.2 in “22.2-ci bənd” is given nowhere"]


def test_a_number_that_the_rows_do_not_give(sound: Made) -> None:
    query = "state:social:found@local"
    true = count_of(sound, query)

    def one_more(piece: Piece) -> Piece:
        if not isinstance(piece, Count) or piece.query != query:
            return piece
        return replace(piece, value=true.value + 1, text=str(int(true.value) + 1))

    found = of_rule(with_pieces(sound, one_more), "numbers")
    assert found
    assert found[0].what == f"{query} gives {true.value}, and the text says {true.value + 1}"


def test_a_number_that_prints_another(sound: Made) -> None:
    true = count_of(sound, "authorities")
    broken = with_block(sound, "introduction", Paragraph((replace(true, text="104"), " orqan")))
    assert [one.what for one in of_rule(broken, "numbers")] == ["“104” stands for 103"]


@pytest.mark.parametrize(("text", "query"), [("heç bir", "open"), ("bir", "open"), ("hamısı", "open"), ("çox", "open")])
def test_a_word_that_says_another_number(sound: Made, text: str, query: str) -> None:
    piece = replace(count_of(sound, "authorities"), query=query, text=text, of=103)
    answer = sound.asked.ask(query)
    broken = with_block(sound, "introduction", Paragraph((replace(piece, value=answer.count, ids=answer.ids),)))
    assert [one.rule for one in broken.complaints()] == ["numbers"]


def test_a_number_over_its_denominator(sound: Made) -> None:
    answer = sound.asked.ask("authorities")
    piece = Count("authorities", answer.count, "103", answer.ids, of=80)
    broken = with_block(sound, "introduction", Paragraph((piece, " orqan")))
    assert [one.what for one in of_rule(broken, "numbers")] == ["103 of 80"]


def test_a_number_of_a_query_that_there_is_not(sound: Made) -> None:
    broken = with_block(sound, "introduction", Paragraph((Count("guess", 7, "7"),)))
    assert "there is no query 'guess'" in of_rule(broken, "numbers")[0].what


def test_other_authorities_than_were_counted(sound: Made) -> None:
    true = count_of(sound, "state:mobile:absent@local")
    others = ("baku", *true.ids[1:])
    broken = with_block(sound, "item-2.4", Paragraph((replace(true, ids=others),)))
    (complaint,) = of_rule(broken, "numbers")
    assert "baku too many" in complaint.what
    assert f"{true.ids[0]} missing" in complaint.what


def test_a_day_that_the_rows_do_not_give(sound: Made) -> None:
    def another_year(piece: Piece) -> Piece:
        return replace(piece, value=piece.value.replace(year=2015)) if isinstance(piece, Day) else piece

    assert len(of_rule(with_pieces(sound, another_year), "numbers")) > 10


def test_a_list_that_is_not_what_was_counted(sound: Made) -> None:
    true = count_of(sound, "state:mobile:absent@local")
    names = [Name(id_, id_) for id_ in true.ids]
    whole = Paragraph(
        (
            true,
            " orqan: ",
            names[0],
            ", ",
            names[1],
            ", ",
            names[2],
            ", ",
            names[3],
            ", ",
            names[4],
            " və ",
            names[5],
            ".",
        )
    )
    assert with_block(sound, "item-2.4", whole).complaints() == []
    for line in (
        (true, " orqan: ", names[0], ", ", names[1], " və ", names[2], "."),
        (*whole.pieces[:-2], Name("baku", "Bakı"), "."),
    ):
        (complaint,) = of_rule(with_block(sound, "item-2.4", Paragraph(line)), "lists")
        assert true.query in complaint.what


def test_a_name_that_no_table_holds(sound: Made) -> None:
    broken = with_block(sound, "item-2.4", Paragraph((Name("atlantis", "Atlantida"), " də var.")))
    assert [one.what for one in broken.complaints()] == ["“Atlantida” (atlantis) stands in no table"]


def test_a_cut_list_that_miscounts_the_rest(sound: Made) -> None:
    query = "state:social:absent@local"
    true = count_of(sound, query)
    rest = sound.asked.ask(f"rest:15:{query}")

    def line(shown: int) -> Paragraph:
        pieces: list[Piece] = [true, " orqan: "]
        for id_ in true.ids[:shown]:
            pieces += [Name(id_, id_), ", "]
        return Paragraph(
            (*pieces[:-1], " və daha ", Count(rest.query, rest.count, str(rest.count), rest.ids), " orqan.")
        )

    assert with_block(sound, "item-2.4", line(15)).complaints() == []
    assert rules(with_block(sound, "item-2.4", line(14))) == {"lists"}


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("az", "Vəziyyət pisdir, bəzilərində isə acınacaqlıdır."),
        ("az", "Saytların yaxşılarından biri budur."),
        ("az", "Demək olar ki, hər yerdə belədir."),
        ("en", "The state of most of the sites is poor."),
        ("en", "Unfortunately this was not done."),
    ],
)
def test_words_without_a_rule(lang: str, text: str) -> None:
    broken = with_block(made(lang), "conclusions", Paragraph((text,)))
    assert rules(broken) == {"words"}


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("az", "Əlavələrdə tam siyahı var, vəziyyət pisləşib və ya yaxşılaşıb, fəaliyyət göstərilib."),
        ("az", "Saytlar mütəmadi yenilənir, bölmə dolğundur."),
        ("en", "The goods of the badger are updated regularly."),
    ],
)
def test_words_with_a_rule_and_words_that_only_look_so(lang: str, text: str) -> None:
    assert with_block(made(lang), "conclusions", Paragraph((text,))).complaints() == []


def test_a_weighing_word_in_a_quoted_statement_is_not_ours(sound: Made) -> None:
    from publishing.blocks import Given

    assert with_block(sound, "conclusions", Paragraph((Given("Vəziyyət yaxşıdır 86%", "claim x"),))).complaints() == []


def test_the_unseen_left_out(sound: Made) -> None:
    query = "state:mobile:unseen@local"

    def without(chapter: Chapter) -> Chapter:
        kept = [
            b
            for b in chapter.blocks
            if not (isinstance(b, Paragraph) and any(isinstance(p, Count) and p.query == query for p in b.pieces))
        ]
        found = count_of(sound, "state:mobile:found@local")
        return replace(chapter, blocks=(*kept, Paragraph((found, " orqan"))))

    broken = with_chapter(sound, "item-2.4", without)
    assert [one.what for one in of_rule(broken, "unseen")] == [
        f"{sound.asked.count(query)} could not be looked at, and the chapter does not say so ({query})"
    ]


def test_a_closed_site_that_no_sentence_counts(sound: Made) -> None:
    def reworded(piece: Piece) -> Piece:
        closed = isinstance(piece, Count) and piece.query.startswith(("closed", "rest:"))
        return "bir neçə" if closed else piece

    told = " ".join(one.what for one in of_rule(with_pieces(sound, reworded), "unseen"))
    assert all(id_ in told for id_ in sound.asked.ask("closed").ids)


# -- numbering and sums ------------------------------------------------------------------------------------------------


def test_a_chapter_is_missing_from_the_numbering(sound: Made) -> None:
    """The report of 2018 went from 4 to 6."""
    broken = replace(sound, chapters=tuple(c for c in sound.chapters if c.number != "5"))
    found = of_rule(broken, "numbering")
    assert found[0].what == "the chapter is number 6 and should be 5"


def test_a_line_of_a_table_is_missing(sound: Made) -> None:
    def without_second(chapter: Chapter) -> Chapter:
        blocks = tuple(
            replace(b, rows=(b.rows[0], *b.rows[2:])) if isinstance(b, Grid) and b.key == "stopped" else b
            for b in chapter.blocks
        )
        return replace(chapter, blocks=blocks)

    broken = with_chapter(sound, "updating", without_second)
    assert any("are numbered [1, 3" in one.what for one in of_rule(broken, "numbering"))


def test_two_rows_with_one_number(sound: Made) -> None:
    broken = with_row(sound, "ganja", lambda row: replace(row, values={**row.values, "number": 1}))
    assert [one.what for one in of_rule(broken, "numbering")] == ["2 rows are number 1"]


def test_levels_that_do_not_add_up(sound: Made) -> None:
    def without_unassessed(chapter: Chapter) -> Chapter:
        blocks = tuple(
            replace(b, rows=b.rows[:-1]) if isinstance(b, Grid) and b.key == "levels-2.4" else b for b in chapter.blocks
        )
        return replace(chapter, blocks=blocks)

    broken = with_chapter(sound, "item-2.4", without_unassessed)
    whats = [one.what for one in of_rule(broken, "sums")]
    assert "the levels of 2.4 add up to 95 of 103 (all)" in whats


def test_one_authority_twice_in_a_table_and_a_short_line(sound: Made) -> None:
    name = Name("sheki", "Şəki")
    grid = Grid("two", "Cədvəl", ("Orqan", "Ünvan"), (((name,), ("a",)), ((name,), ("b",)), (("c",),)))
    whats = [one.what for one in of_rule(with_block(sound, "updating", grid), "sums")]
    assert whats == ["sheki stands 2 times in “Cədvəl”", "a line of “Cədvəl” has 1 cells under 2 heads"]


# -- the tables --------------------------------------------------------------------------------------------------------


def test_a_summary_of_other_rows(sound: Made) -> None:
    other = summary_of(sound.tables[:1])
    assert rules(replace(sound, summary=other)) == {"summary"}


def test_a_row_with_another_level_than_was_given(sound: Made) -> None:
    given = sound.asked.level("sheki", "2.4")
    assert given != "full"
    broken = with_row(sound, "sheki", lambda row: replace(row, values={**row.values, "level_2_4": "full"}))
    assert [one.what for one in of_rule(broken, "levels")] == [f"the row says full, the level is {given}"]


def copied(told: Document, source: str, *targets: str) -> None:
    for id_ in targets:
        for part in ("news", "sections", "mobile", "social", "search", "languages", "site"):
            of(told, id_)[part] = of(told, source)[part]


def test_notes_copied_from_one_authority_to_another() -> None:
    """As the districts of Gəncə repeat their city's in the report of 2018: the same words from the same pages."""
    told = every_state(change=lambda told: copied(told, "ganja", "nizami-ganja"))
    (complaint,) = of_rule(made("az", findings=told), "copied")
    assert "ganja, nizami-ganja" in complaint.what
    assert complaint.where.endswith("ganja, notes")


def test_the_same_words_from_other_pages_are_no_copy() -> None:
    told = every_state()
    for id_ in ("ganja", "nizami-ganja"):
        of(told, id_)["news"] = {**of(told, "baku")["news"], "evidence": of(told, id_)["mobile"]["evidence"]}
        of(told, id_)["sections"]["e_services"] = {"state": "absent", "evidence": of(told, id_)["mobile"]["evidence"]}
    assert of_rule(made("az", findings=told), "copied") == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_round_of_2018_repeats_gence(lang: str) -> None:
    """Two pairs of rows hold the very same facts; of Kəpəz and Nizami (Gəncə) the round itself says so."""
    found = made(
        lang, findings=findings_of(load_round(HOUSE / "methodology" / "rounds" / "erc-2018.yaml"))
    ).complaints()
    assert {one.rule for one in found} == {"copied"}
    assert [one.what.split(" are ")[0] for one in found] == [
        "the notes of astara, gadabay",
        "the notes of kapaz, nizami-ganja",
    ]


def test_a_cell_that_prints_another_number_than_its_row(sound: Made) -> None:
    id_ = sound.asked.ask("news:active").ids[0]
    row = sound.asked.row(id_)
    lines = row.cells[-1].lines
    wrong = tuple(replace(line, text=line.text + "; 987 xəbər") for line in lines)
    cells = (*row.cells[:-1], replace(row.cells[-1], lines=wrong))
    broken = with_row(sound, id_, lambda row: replace(row, cells=cells))
    assert {one.what.split(" is ")[0] for one in of_rule(broken, "cells")} == {"987"}


def test_a_number_in_what_the_site_wrote_is_not_ours() -> None:
    def labelled(told: Document) -> None:
        of(told, "baku")["sections"]["public_council"]["label"] = "İctimai şura 1994-2044"

    assert made("az", findings=every_state(change=labelled)).complaints() == []


def test_complaints_say_where_what_and_how_to_mend(sound: Made) -> None:
    (complaint,) = with_block(sound, "item-2.4", Paragraph(("86 faiz",))).complaints()
    assert complaint == Complaint(
        "figures",
        "chapter 2.2, block 14",
        "86 in plain words: “86 faiz”",
        "let the sentence ask for it: a slot with a query in publishing/narrative/",
    )
