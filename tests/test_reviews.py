"""Does a person's word stand beside the machine's, for as long as it holds and no longer?"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from archive.border import Unusable
from archive.registry import load_registry
from scoring.levels import levels_of
from scoring.plans import load_plan
from scoring.review_files import load_reviews
from scoring.reviews import (
    Agreement,
    Entry,
    Review,
    agreements,
    kappa,
    levels_with_reviews,
    reviewed_levels,
    with_reviews,
)
from scoring.rounds import findings_of, load_round

ROOT = Path(__file__).parents[1]
REGISTRY = load_registry(ROOT / "agencies.yaml")
PLAN = load_plan(ROOT / "methodology" / "plans" / "nap-2016-2018.yaml")
FINDINGS = findings_of(load_round(ROOT / "methodology" / "rounds" / "erc-2018.yaml"))
AS_OF = date(2018, 8, 28)
KINDS = ("public_council", "procurement", "open_data", "e_services", "e_appeal", "ethics_report")
PAGE = "http://www.binegedi-ih.gov.az/page/144.html"


def entry(**of: Any) -> Entry:
    plain: dict[str, Any] = {
        "authority": "dashkasan",
        "cell": "sections.procurement",
        "reviewer": "A. Rəyçi",
        "made_on": date(2018, 10, 1),
        "of_round": "erc-2018",
        "verdict": "fills",
        "reason": "Menyuda var",
        "evidence": "http://dashkesen-ih.gov.az/page/1.html",
        "holds_until": date(2018, 12, 31),
        "survives_change": False,
    }
    return Entry.model_validate({**plain, **of})


def filled(**of: Any) -> Entry:
    return entry(finding={"state": "found", "fullness": "full", "items": 2}, **of)


def corrected(**of: Any) -> Entry:
    return entry(
        **{
            "authority": "binagadi",
            "cell": "sections.public_council",
            "verdict": "corrects",
            "finding": {"state": "found", "fullness": "formal"},
            "based_on": {"finding": {"state": "found", "fullness": "full"}},
            **of,
        }
    )


def levelled(level: str | None = "significant", **of: Any) -> Entry:
    return entry(**{"authority": "baku", "cell": "nap-2016-2018 6.2", "level": level, **of})


def numbered(*entries: Entry) -> list[Review]:
    return [Review(f"reviews/a.yaml#{number}", one) for number, one in enumerate(entries, start=1)]


def apply(*entries: Entry, findings: dict[str, Any] = FINDINGS, as_of: date = AS_OF) -> Any:
    document, used, lapsed = with_reviews(findings, numbered(*entries), as_of)
    rows = {row["id"]: row for row in document["authorities"]}
    return rows, [one.place for one in used], [one.why for one in lapsed]


# ---- findings


def test_an_unseen_cell_is_filled_and_the_machine_is_kept() -> None:
    rows, used, lapsed = apply(filled())
    finding = rows["dashkasan"]["sections"]["procurement"]
    assert (finding["state"], finding["fullness"], finding["items"]) == ("found", "full", 2)
    assert "reason" not in finding
    assert finding["hand"]["machine"] == {
        **next(row for row in FINDINGS["authorities"] if row["id"] == "dashkasan")["sections"]["procurement"]
    }
    assert finding["hand"]["machine"]["state"] == "unseen"
    assert finding["hand"]["reviewer"] == "A. Rəyçi"
    assert finding["hand"]["words"] == {"az": "Menyuda var", "en": "Menyuda var"}
    assert (used, lapsed) == (["reviews/a.yaml#1"], [])


def test_the_machine_s_document_is_not_touched_and_the_new_one_keeps_the_schema() -> None:
    before = json.dumps(FINDINGS)
    document, _, _ = with_reviews(
        FINDINGS,
        numbered(
            filled(),
            corrected(),
            entry(cell="social", authority="baku", verdict="corrects", survives_change=True,
                  finding={"state": "found", "profiles": ({"network": "facebook", "url": "https://fb.com/baku"},)}),
            entry(cell="news", authority="khankendi", finding={"state": "found", "last_date": date(2018, 8, 1)}),
        ),
        AS_OF,
    )  # fmt: skip
    assert json.dumps(FINDINGS) == before
    schema = json.loads((ROOT / "findings.schema.json").read_text("utf-8"))
    Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(document)
    json.dumps(document)


def test_a_correction_changes_what_it_speaks_of_and_no_more() -> None:
    rows, _, _ = apply(corrected())
    finding = rows["binagadi"]["sections"]["public_council"]
    assert finding["fullness"] == "formal"
    assert finding["last_date"] == "2018-08-05"
    assert finding["hand"]["machine"]["fullness"] == "full"
    assert finding["evidence"][0]["url"] == "http://dashkesen-ih.gov.az/page/1.html"


def test_another_state_takes_nothing_of_the_machine_s_with_it() -> None:
    rows, _, _ = apply(corrected(finding={"state": "absent"}, evidence=PAGE))
    finding = rows["binagadi"]["sections"]["public_council"]
    assert finding["state"] == "absent"
    assert "last_date" not in finding
    assert "fullness" not in finding


def test_a_news_date_by_hand_gives_silence_and_status() -> None:
    def of(day: date) -> tuple[int, str]:
        rows, _, _ = apply(entry(cell="news", authority="khankendi", finding={"state": "found", "last_date": day}))
        return rows["khankendi"]["news"]["silence_days"], rows["khankendi"]["news"]["status"]

    assert of(date(2018, 8, 14)) == (14, "active")
    assert of(date(2018, 8, 13)) == (15, "slowed")
    assert of(date(2018, 7, 28)) == (31, "stopped")


def test_a_confirmation_keeps_the_machine_s_value() -> None:
    rows, used, _ = apply(corrected(verdict="confirms", finding=None))
    finding = rows["binagadi"]["sections"]["public_council"]
    assert finding["fullness"] == "full"
    assert finding["hand"]["verdict"] == "confirms"
    assert used == ["reviews/a.yaml#1"]


# ---- how long a review holds


def later(**council: Any) -> dict[str, Any]:
    """A round of November 2018 in which Binəqədi's section reads so."""
    row = next(row for row in FINDINGS["authorities"] if row["id"] == "binagadi")
    section = {**row["sections"]["public_council"], **council}
    there = {**row, "sections": {**row["sections"], "public_council": section}}
    return {
        **FINDINGS,
        "round": {**FINDINGS["round"], "name": "2018-11", "as_of": "2018-11-20"},
        "authorities": [there],
    }


NOVEMBER = date(2018, 11, 20)


def test_a_review_holds_in_later_rounds_until_its_day() -> None:
    _, used, lapsed = apply(corrected(), findings=later(), as_of=NOVEMBER)
    assert (used, lapsed) == (["reviews/a.yaml#1"], [])
    _, used, lapsed = apply(corrected(holds_until=date(2018, 11, 19)), findings=later(), as_of=NOVEMBER)
    assert (used, lapsed) == ([], ["expired: held until 2018-11-19"])


def test_a_review_of_later_says_nothing_of_an_earlier_round() -> None:
    rows, used, lapsed = apply(corrected(of_round=None))
    assert (used, lapsed) == ([], [])
    assert "hand" not in rows["binagadi"]["sections"]["public_council"]


def test_a_review_falls_with_its_basis() -> None:
    gone = later(state="absent", fullness=None)
    rows, used, lapsed = apply(corrected(), findings=gone, as_of=NOVEMBER)
    assert (used, lapsed) == ([], ["changed: state found -> absent"])
    assert rows["binagadi"]["sections"]["public_council"]["state"] == "absent"
    rows, used, lapsed = apply(corrected(survives_change=True), findings=gone, as_of=NOVEMBER)
    assert (used, lapsed) == (["reviews/a.yaml#1"], [])
    assert rows["binagadi"]["sections"]["public_council"]["hand"]["machine"]["state"] == "absent"


def test_a_review_of_a_page_falls_with_the_page() -> None:
    page = "a" * 64
    seen = {"url": PAGE, "sha256": page, "quote": None, "seen_at": "2018-11-20T00:00:00Z"}
    on_page = corrected(based_on={"sha256": page})
    _, used, _ = apply(on_page, findings=later(evidence=[seen]), as_of=NOVEMBER)
    assert used == ["reviews/a.yaml#1"]
    _, used, lapsed = apply(on_page, findings=later(evidence=[{**seen, "sha256": "b" * 64}]), as_of=NOVEMBER)
    assert (used, lapsed) == ([], [f"page_changed: {page}"])


def test_content_in_another_order_is_no_change() -> None:
    of_content = corrected(based_on={"finding": {"state": "found", "content": ("meetings", "law", "members")}})
    _, used, lapsed = apply(of_content)
    assert (used, lapsed) == (["reviews/a.yaml#1"], [])


def test_a_filled_cell_that_the_machine_sees_is_the_machine_s_again() -> None:
    found = later(state="found")
    fill = corrected(verdict="fills", based_on={})
    _, used, lapsed = apply(fill, findings=found, as_of=NOVEMBER)
    assert (used, lapsed) == ([], ["changed: state unseen -> found"])


def test_the_later_of_two_reviewers_stands_and_the_other_is_named() -> None:
    first = corrected()
    second = corrected(
        reviewer="B. Rəyçi",
        made_on=date(2018, 10, 2),
        finding={"state": "partial", "fullness": "off_topic"},
    )
    rows, used, lapsed = apply(second, first)
    assert rows["binagadi"]["sections"]["public_council"]["state"] == "partial"
    assert (used, lapsed) == (["reviews/a.yaml#1"], ["overtaken: reviews/a.yaml#1"])


# ---- levels

LEVELS = levels_of(FINDINGS, PLAN)


def level(entries: tuple[Entry, ...], authority: str, item: str) -> Any:
    told = levels_with_reviews(LEVELS, numbered(*entries), PLAN, AS_OF, "erc-2018")
    assert len(told) == len(LEVELS)
    return next(one for one in told if (one.authority, one.item) == (authority, item))


@pytest.mark.parametrize("item", ["2.2", "6.2"])
def test_what_only_a_person_can_judge_is_filled(item: str) -> None:
    one = level(
        (levelled(cell=f"nap-2016-2018 {item}", reason={"az": "Təlim olub", "en": "There was one"}),), "baku", item
    )
    assert (one.level, one.base, one.reason) == ("significant", "significant", "")
    assert one.rule == {"az": "Təlim olub", "en": "There was one"}
    assert one.hand.machine == "not_assessed"
    assert one.hand.verdict == "fills"
    assert one.hand.on == date(2018, 10, 1)


def test_a_level_is_confirmed_or_falls() -> None:
    machine = next(one for one in LEVELS if (one.authority, one.item) == ("binagadi", "4.2.1"))
    assert machine.level == "full"
    confirm = {"authority": "binagadi", "cell": "nap-2016-2018 4.2.1", "verdict": "confirms", "level": None}
    one = level((levelled(**confirm, based_on={"level": "full"}),), "binagadi", "4.2.1")
    assert (one.level, one.rule) == ("full", machine.rule)
    assert one.hand.verdict == "confirms"
    _, used, lapsed = reviewed_levels(
        LEVELS, numbered(levelled(**confirm, based_on={"level": "none"})), PLAN, AS_OF, "erc-2018"
    )
    assert used == ()
    assert [one.why for one in lapsed] == ["changed: level none -> full"]


def test_a_level_of_another_plan_is_left_alone() -> None:
    assert levels_with_reviews(LEVELS, numbered(levelled(cell="nap-2020-2022 5.5")), PLAN, AS_OF, "erc-2018") == LEVELS


# ---- agreement


def table(yes_yes: int, yes_no: int, no_yes: int, no_no: int) -> list[tuple[str, str]]:
    return [("yes", "yes")] * yes_yes + [("yes", "no")] * yes_no + [("no", "yes")] * no_yes + [("no", "no")] * no_no


def test_kappa_as_in_the_textbooks() -> None:
    # Examples of the article "Cohen's kappa" in Wikipedia. 50 grant proposals, two readers, 20 both yes, 15 both no:
    # po 0.70, pe 0.50, kappa 0.40.
    assert kappa(table(20, 5, 10, 15)) == pytest.approx(0.40)
    # The same share of agreement, 0.60, and another chance: 0.1304 and 0.2593.
    assert kappa(table(45, 15, 25, 15)) == pytest.approx(0.1304, abs=5e-5)
    assert kappa(table(25, 35, 5, 35)) == pytest.approx(0.2593, abs=5e-5)


def test_kappa_at_its_ends() -> None:
    assert kappa(table(1, 0, 0, 1)) == 1
    assert kappa(table(0, 1, 1, 0)) == -1
    assert kappa(table(7, 0, 0, 0)) is None  # both said one thing: chance agrees as well
    assert kappa(table(7, 1, 0, 0)) == 0


def test_two_reviewers_of_the_same_cells() -> None:
    def by(reviewer: str, **levels: str) -> list[Entry]:
        return [
            levelled(word, authority=one.replace("_", "-"), reviewer=reviewer, evidence=PAGE)
            for one, word in levels.items()
        ]

    words = [
        *by("A", baku="full", ganja="none", sumgait="none", sheki="significant"),
        *by("B", baku="full", ganja="none", sumgait="significant", yevlakh="none"),
        corrected(reviewer="A"),
        corrected(reviewer="B"),
    ]
    levels, findings = agreements(numbered(*words))
    assert (levels.reviewers, levels.cells, levels.agreed, levels.what) == (("A", "B"), 3, 2, "levels")
    assert levels.kappa == pytest.approx((2 / 3 - 1 / 3) / (1 - 1 / 3))
    assert findings == Agreement(("A", "B"), 1, 1, None, "findings")


def test_reviews_of_different_rounds_are_not_of_one_cell() -> None:
    assert agreements(numbered(levelled(), levelled(reviewer="B", of_round="2018-11"))) == ()


# ---- files

FILE = """\
reviews:
  - authority: dashkasan
    cell: sections.procurement
    reviewer: A. Rəyçi
    made_on: 2018-10-01
    of_round: erc-2018
    verdict: fills
    finding: {state: absent}
    reason: Yoxdur
    evidence: http://dashkesen-ih.gov.az/
    holds_until: 2018-12-31
    survives_change: false
"""


def loaded(folder: Path) -> tuple[Review, ...]:
    return load_reviews(folder, REGISTRY, [PLAN], KINDS)


def test_a_folder_of_reviews_is_read_and_its_examples_are_not(tmp_path: Path) -> None:
    assert load_reviews(tmp_path / "nowhere") == ()
    (tmp_path / "a.yaml").write_text(FILE, "utf-8")
    (tmp_path / "b.yaml.txt").write_text("nonsense", "utf-8")
    (one,) = loaded(tmp_path)
    assert one.place == f"{tmp_path.name}/a.yaml#1"
    assert load_reviews(ROOT / "reviews", REGISTRY, [PLAN], KINDS) == ()


@pytest.mark.parametrize(("name", "count"), [("example.yaml", 2), ("example.csv", 2)])
def test_the_examples_are_right(tmp_path: Path, name: str, count: int) -> None:
    (tmp_path / name).write_bytes((ROOT / "reviews" / f"{name}.txt").read_bytes())
    assert len(loaded(tmp_path)) == count
    used = with_reviews(FINDINGS, loaded(tmp_path), AS_OF)[1]
    levels = reviewed_levels(LEVELS, loaded(tmp_path), PLAN, AS_OF, "erc-2018")[1]
    assert len(used) + len(levels) == count


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("authority: dashkasan", "authority: dashkesen", 2, "did you mean dashkasan"),
        ("cell: sections.procurement", "cell: sections.procurment", 3, "did you mean procurement"),
        ("cell: sections.procurement", "cell: mobil", 3, "did you mean mobile"),
        ("cell: sections.procurement", "cell: nap-2016-2018  5.6", 3, "with one space"),
        ("cell: sections.procurement", "cell: mobile", 2, None),
        ("reviewer: A. Rəyçi", "reviewer: ''", 4, "reviewer is empty"),
        ("reviewer: A. Rəyçi", "reviewer: A. Rəyçi\n    rewiewer: B", 5, "did you mean reviewer"),
        ("made_on: 2018-10-01", "made_on: 2018-13-01", 5, "2018-13-01"),
        ("verdict: fills", "verdict: fill", 7, "did you mean fills"),
        ("finding: {state: absent}", "finding: {state: absent, items: 3}", 8, "what is absent has no items"),
        ("finding: {state: absent}", "finding: {state: found, fullness: empty}", 8, "goes with `state: partial`"),
        ("finding: {state: absent}", "finding: {state: found, codes: [az]}", 2, "has no codes"),
        ("finding: {state: absent}", "level: none", 2, "`level` is not said of sections.procurement"),
        ("    finding: {state: absent}\n", "", 2, "does not say what"),
        ("evidence: http://dashkesen-ih.gov.az/", "evidence: protokol.pdf", 2, "nobody becomes absent"),
        ("    evidence: http://dashkesen-ih.gov.az/\n", "", 2, "there is no evidence"),
        ("holds_until: 2018-12-31", "holds_until: 2018-09-30", 2, "before it was made"),
        ("    holds_until: 2018-12-31\n", "", 2, "holds_until is missing"),
        ("    survives_change: false\n", "", 2, "survives_change is missing"),
        ("verdict: fills", "verdict: corrects", 2, "names no basis"),
        ("verdict: fills\n    finding: {state: absent}", "verdict: confirms", 2, "what it confirms"),
    ],
)
def test_a_wrong_review_names_line_and_mend(tmp_path: Path, old: str, new: str, line: int, said: str | None) -> None:
    assert old in FILE
    (tmp_path / "a.yaml").write_text(FILE.replace(old, new, 1), "utf-8")
    if said is None:
        assert loaded(tmp_path)
        return
    with pytest.raises(Unusable) as told:
        loaded(tmp_path)
    assert said in str(told.value)
    assert {fault.line for fault in told.value.faults} == {line}, str(told.value)


def test_an_item_that_is_not_in_the_plan_is_told(tmp_path: Path) -> None:
    item = FILE.replace("cell: sections.procurement", "cell: nap-2016-2018 6.3").replace(
        "finding: {state: absent}", "level: none"
    )
    (tmp_path / "a.yaml").write_text(item, "utf-8")
    with pytest.raises(Unusable, match=r"a\.yaml:3: there is no item '6\.3' in nap-2016-2018"):
        loaded(tmp_path)


def test_one_reviewer_has_one_word_on_a_cell_at_a_time(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(FILE, "utf-8")
    again = FILE.replace("made_on: 2018-10-01", "made_on: 2018-12-31").replace(
        "2018-12-31\n    surv", "2019-03-01\n    surv"
    )
    (tmp_path / "b.yaml").write_text(again, "utf-8")
    with pytest.raises(Unusable) as told:
        loaded(tmp_path)
    assert "b.yaml:2: A. Rəyçi has reviewed this cell of dashkasan for these days in" in str(told.value)
    assert f"{tmp_path.name}/a.yaml#1" in str(told.value)
    (tmp_path / "b.yaml").write_text(again.replace("made_on: 2018-12-31", "made_on: 2019-01-01"), "utf-8")
    assert len(loaded(tmp_path)) == 2


HEAD = "authority,cell,reviewer,made_on,verdict,finding,reason,evidence,holds_until,survives_change\n"
ROW = 'binagadi,sections.procurement,A,2018-10-01,fills,"state=found; fullness=full; content=notices,law; items=3; last_date=2018-05-05","Var,\nbəli",http://a.az/,2018-12-31,false\n'


def test_a_csv_says_the_same_as_a_yaml(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(HEAD + ROW, "utf-8")
    (one,) = loaded(tmp_path)
    assert one.place.endswith("a.csv#1")
    assert one.entry.finding is not None
    assert one.entry.finding.plain() == {
        "state": "found",
        "fullness": "full",
        "content": ["notices", "law"],
        "items": 3,
        "last_date": "2018-05-05",
    }
    assert one.words["az"] == "Var,\nbəli"


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (HEAD.replace("verdict", "verdikt") + ROW, 1, "did you mean verdict"),
        (HEAD, 1, "no reviews"),
        (HEAD + ROW + ROW.replace("2018-10-01", "1.10.2018"), 4, "a day such as"),
        (HEAD + ROW + ROW.replace("binagadi", "binegedi"), 4, "did you mean binagadi"),
        (HEAD + ROW + ROW.replace("false", "maybe").replace("procurement", "open_data"), 4, "true or false"),
        (HEAD + ROW + ROW.replace("binagadi", "sheki").replace("fullness=full", "fulness=full"), 4, "unknown field"),
        (HEAD + ROW + ROW.replace("binagadi", "sheki").replace("items=3", "items=x"), 4, "state=found"),
        (HEAD + ROW + ROW.replace("A,", "A,B,"), 4, "11 cells stand under 10 columns"),
        (HEAD + ROW + ROW, 4, "has reviewed this cell"),
        (HEAD + ROW + ROW.replace("binagadi", "sheki").replace("fills", "corrects"), 4, "names no basis"),
        (HEAD + 'x,"y', 2, "this is not CSV"),
    ],
)
def test_a_wrong_csv_names_line_and_mend(tmp_path: Path, text: str, line: int, said: str) -> None:
    (tmp_path / "a.csv").write_text(text, "utf-8")
    with pytest.raises(Unusable) as told:
        loaded(tmp_path)
    assert said in str(told.value)
    assert {fault.line for fault in told.value.faults} == {line}, str(told.value)
