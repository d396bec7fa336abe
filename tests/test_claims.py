"""Is a claim judged by the rows alone, and is what nobody could see never held against anybody?"""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from archive.border import Unusable
from archive.registry import load_registry
from reading.method import load_method
from scoring.claims import Claim, Held, compare_with, held, load_claims, load_claims_file
from scoring.levels import levels_of
from scoring.plans import load_plan
from scoring.queries_of_rows import Check, answer, rows_of
from scoring.rounds import findings_of, load_round

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "methodology" / "claims"
REPORT = FOLDER / "erc-2018-report.yaml"
EXPECTED = ROOT / "tests" / "claims_erc_2018.yaml"
CHECKED_BY_OTHERS = ROOT.parent / "shared" / "data" / "erc_2018_claims.yaml"
REGISTRY = load_registry(ROOT / "agencies.yaml")
PLANS = [load_plan(path) for path in sorted((ROOT / "methodology" / "plans").glob("*.yaml"))]
FINDINGS = findings_of(load_round(ROOT / "methodology" / "rounds" / "erc-2018.yaml"))
KINDS = [section.id for section in load_method(ROOT / "methodology").sections]
CLAIMS = load_claims(FOLDER, REGISTRY, PLANS, KINDS)


def against(findings: dict[str, Any], claims: tuple[Claim, ...] = CLAIMS) -> dict[str, Held]:
    levels = {plan.plan: levels_of(findings, plan) for plan in PLANS}
    return {one.claim: one for one in held(claims, findings, REGISTRY, levels)}


@pytest.fixture(scope="module")
def told() -> dict[str, Held]:
    return against(FINDINGS)


def changed(**of: dict[str, Any]) -> dict[str, Any]:
    """The round of 2018 with facts of some authorities put in place: binagadi={"search": {...}}."""
    findings = copy.deepcopy(FINDINGS)
    rows = {row["id"]: row for row in findings["authorities"]}
    for one, facts in of.items():
        for fact, value in facts.items():
            room, _, kind = fact.partition(".")
            if kind:
                rows[one.replace("_", "-")][room][kind] = value
            else:
                rows[one.replace("_", "-")][room] = value
    return findings


# ---- the report of 2018


def test_every_verdict_on_the_report_of_2018_is_that_of_a_reader_or_says_why_not(told: dict[str, Held]) -> None:
    of_report = [c for c in CLAIMS if c.group == "report"]
    differences = compare_with(EXPECTED, [told[c.id] for c in of_report], of_report)
    assert len(of_report) == 42
    assert [d.claim for d in differences] == ["central-councils-7"]
    assert all(d.why and d.why["az"] and d.why["en"] for d in differences)


@pytest.mark.skipif(not CHECKED_BY_OTHERS.exists(), reason="the checks of others are not beside the checkout")
def test_the_checks_of_others_give_the_same(told: dict[str, Held]) -> None:
    of_report = [c for c in CLAIMS if c.group == "report"]
    differences = compare_with(CHECKED_BY_OTHERS, [told[c.id] for c in of_report], of_report)
    assert [d.claim for d in differences if d.why is None] == []


def test_the_nine_contradictions_are_found(told: dict[str, Held]) -> None:
    assert {c.id for c in CLAIMS if c.group == "report" and told[c.id].status == "contradicted"} == {
        "rubric-levels",
        "others-not-updated-for-months",
        "last-news-june-july",
        "social-table-moderate",
        "social-central-networks",
        "local-sections-17",
        "local-sections-split",
        "sections-hidden",
        "tender-site",
    }


def test_counts_and_names_come_with_the_verdict(told: dict[str, Held]) -> None:
    news = told["last-news-june-july"]
    assert (news.counts["shown"], news.counts["said"]) == (30, 31)
    assert "goychay" in news.behind["not_shown"]
    assert told["others-not-updated-for-months"].counts["shown"] == 19
    moderate = told["social-table-moderate"]
    assert (moderate.counts["shown"], moderate.counts["not_shown"]) == (6, 8)
    assert told["social-table-active"].behind["not_shown"] == ("aghdam",)
    assert told["social-central-networks"].counts["gives"] == ["flickr", "instagram", "twitter", "youtube"]
    assert told["social-local-networks"].counts["by_value"] == {"instagram": 20, "twitter": 14, "youtube": 22}
    assert told["local-sections-17"].counts["shown"] == 16
    assert told["local-sections-split"].counts["shown"] == 8
    assert told["only-khankendi-unassessed"].behind["blank.shown"] == ("khankendi", "dashkasan")


def test_counts_add_up(told: dict[str, Held]) -> None:
    for one in told.values():
        for part in one.parts:
            if "not_shown" in part.counts:
                assert part.counts["shown"] + part.counts["not_shown"] + part.counts["unseen"] == part.counts["covered"]
                assert {len(part.behind[k]) == part.counts[k] for k in ("shown", "not_shown", "unseen")} == {True}


def test_another_row_gives_another_verdict() -> None:
    goychay = {**next(r for r in FINDINGS["authorities"] if r["id"] == "goychay")["news"], "last_date": "2018-07-31"}
    assert against(changed(goychay={"news": goychay}))["last-news-june-july"].status == "supported"

    foreign = {"state": "found", "profiles": [{"network": "facebook", "url": ""}]}
    after = against(changed(foreign_ministry={"social": foreign}))
    assert after["social-central-networks"].status == "partly"  # row 20 cannot be read

    without = {"state": "found", "profiles": [{"network": "youtube", "url": ""}], "activity": "active"}
    after = against(changed(binagadi={"social": without}))
    assert after["social-all-facebook"].status == "contradicted"
    assert after["social-all-facebook"].behind["not_shown"] == ("binagadi",)
    assert after["social-users-32"].status == "supported"


def test_a_blank_that_is_filled_is_no_longer_in_doubt() -> None:
    absent = {"state": "absent", "evidence": []}
    findings = changed(khankendi={"sections.public_council": absent}, dashkasan={"sections.public_council": absent})
    assert against(findings)["local-no-council-77"].status == "supported"


def test_what_the_round_took_from_the_sentence_is_no_check_of_it(told: dict[str, Held]) -> None:
    assert told["site-search-only-on"].status == "cannot_be_checked"
    own = copy.deepcopy(FINDINGS)
    for row in own["authorities"]:
        row["hand_made"]["from_text"] = []
    assert against(own)["site-search-only-on"].status == "supported"


def test_the_report_is_held_against_no_other_round() -> None:
    other = copy.deepcopy(FINDINGS)
    other["round"]["name"] = "2019-05"
    one = against(other)["social-users-32"]
    assert one.status == "cannot_be_checked"
    assert one.reason.startswith("another_round")
    assert one.beside == "supported"


def test_a_file_of_verdicts_that_is_none_is_told(tmp_path: Path, told: dict[str, Held]) -> None:
    path = tmp_path / "verdicts.yaml"
    path.write_text("scope-local: perhaps\n", "utf-8")
    with pytest.raises(Unusable, match="perhaps"):
        compare_with(path, told.values(), CLAIMS)
    path.write_text("- scope-local\n", "utf-8")
    with pytest.raises(Unusable, match="no claims"):
        compare_with(path, told.values(), CLAIMS)


# ---- official statements


def test_what_the_commission_said_of_2017(told: dict[str, Held]) -> None:
    share = told["commission-2017-2.4"]
    assert share.status == "cannot_be_checked"  # 23 central authorities have no news recorded
    assert share.counts["shown"] + share.counts["unseen"] > 0.86 * share.counts["covered"]
    assert told["commission-2017-4.2.2"].status == "contradicted"
    assert told["commission-2017-5.6"].status == "cannot_be_checked"
    assert told["commission-2017-5.6"].beside == "contradicted"
    assert told["commission-2017-5.6"].counts["shown"] == 9


def test_what_the_migration_service_said_of_2017(told: dict[str, Held]) -> None:
    assert told["migration-2017-twitter"].status == "supported"
    assert told["migration-2017-4.2.2-section"].status == "contradicted"
    assert told["migration-2017-4.2.2-languages"].status == "cannot_be_checked"
    assert told["migration-2017-176-posts"] == Held(
        "migration-2017-176-posts", "cannot_be_checked", {}, {}, "out_of_reach"
    )


def open_data(found: int, absent: int, unseen: int, as_of: str = "2021-12-15") -> dict[str, Any]:
    states = ["found"] * found + ["absent"] * absent + ["unseen"] * unseen
    blind = {"state": "unseen", "reason": "timeout", "evidence": []}
    authorities = [
        {
            "id": f"a{number}",
            "group": "local",
            "name": str(number),
            "site": {"url": "http://a.az/", "state": "up", "reason": "ok"},
            **dict.fromkeys(("mobile", "social", "news", "search", "languages"), blind),
            "sections": {"open_data": {"state": state, "evidence": []}, "ethics_report": blind, "e_appeal": blind},
        }
        for number, state in enumerate(states)
    ]
    return {"round": {"name": as_of, "as_of": as_of}, "authorities": authorities}


OPEN_DATA = tuple(c for c in CLAIMS if c.id == "commission-2021-6.3")


def status(findings: dict[str, Any]) -> str:
    return held(OPEN_DATA, findings, REGISTRY)[0].parts[0].status


def test_most_is_more_than_half_of_all_with_the_unseen_in_doubt() -> None:
    assert status(open_data(6, 4, 0)) == "supported"
    assert status(open_data(5, 5, 0)) == "contradicted"
    assert status(open_data(6, 0, 4)) == "supported"
    assert status(open_data(5, 4, 1)) == "cannot_be_checked"
    assert status(open_data(1, 5, 4)) == "contradicted"
    assert status(open_data(0, 0, 10)) == "cannot_be_checked"


@pytest.mark.parametrize(
    ("as_of", "verdict", "beside", "reason"),
    [
        ("2020-12-31", "cannot_be_checked", "partly", "too_early"),
        ("2021-06-01", "partly", None, ""),
        ("2023-01-01", "partly", None, ""),
        ("2023-01-02", "cannot_be_checked", "partly", "too_late"),
    ],
)
def test_a_round_of_another_time_does_not_decide(as_of: str, verdict: str, beside: str | None, reason: str) -> None:
    one = held(OPEN_DATA, open_data(6, 4, 0, as_of), REGISTRY)[0]
    assert (one.status, one.beside) == (verdict, beside)  # partly: of the central ones there is nobody in this round
    assert one.reason.startswith(reason)
    assert one.counts["shown"] == 6


# ---- the query language

YES, NO, BLIND = {"state": "found"}, {"state": "absent"}, {"state": "unseen", "reason": "timeout"}


def ask(check: dict[str, Any], *searches: dict[str, Any], notes: tuple[str, ...] = (), **more: Any) -> str:
    rows = [
        {"id": f"a{n}", "group": "local", "search": one, "hand_made": {"notes": list(notes) if one is BLIND else []}}
        for n, one in enumerate(searches)
    ]
    findings = {"round": {"as_of": "2018-08-28"}, "authorities": rows}
    return answer(Check.model_validate(check), rows_of(findings, {}, {}, **more)).status


def found(**expect: Any) -> dict[str, Any]:
    return {"where": {"field": "search.state", "is": ("found",)}, "expect": expect}


@pytest.mark.parametrize(
    ("expect", "rows", "verdict"),
    [
        ({"quantifier": "all"}, (YES, YES), "supported"),
        ({"quantifier": "all"}, (YES, YES, BLIND), "partly"),
        ({"quantifier": "all"}, (YES, BLIND), "cannot_be_checked"),
        ({"quantifier": "all"}, (YES, NO, BLIND), "contradicted"),
        ({"quantifier": "all"}, (), "cannot_be_checked"),
        ({"quantifier": "none"}, (NO, NO), "supported"),
        ({"quantifier": "none"}, (NO, BLIND), "cannot_be_checked"),
        ({"quantifier": "none"}, (YES, BLIND), "contradicted"),
        ({"quantifier": "some"}, (YES, BLIND), "supported"),
        ({"quantifier": "some"}, (NO, BLIND), "cannot_be_checked"),
        ({"quantifier": "some"}, (NO, NO), "contradicted"),
        ({"quantifier": "not_all"}, (NO, BLIND), "supported"),
        ({"quantifier": "not_all"}, (YES, BLIND), "cannot_be_checked"),
        ({"quantifier": "not_all"}, (YES, YES), "contradicted"),
        ({"quantifier": "each"}, (YES, YES, NO), "partly"),
        ({"quantifier": "each"}, (YES, NO), "contradicted"),
        ({"quantifier": "each"}, (YES, NO, BLIND), "cannot_be_checked"),
        ({"exactly": 1}, (YES, NO), "supported"),
        ({"exactly": 1}, (NO, NO, BLIND), "partly"),
        ({"exactly": 2}, (YES, NO), "contradicted"),
        ({"exactly": 0}, (YES, BLIND), "contradicted"),
        ({"at_least": 2}, (YES, YES, BLIND), "supported"),
        ({"at_least": 2}, (YES, NO, BLIND), "cannot_be_checked"),
        ({"at_least": 2}, (YES, NO, NO), "contradicted"),
        ({"at_most": 1}, (YES, NO), "supported"),
        ({"at_most": 1}, (YES, BLIND), "cannot_be_checked"),
        ({"at_most": 1}, (YES, YES), "contradicted"),
        ({"share_at_least": 0.5}, (YES, NO), "supported"),
        ({"share_at_least": 0.86}, (YES, BLIND), "cannot_be_checked"),
        ({"share_at_least": 0.86}, (YES, NO, BLIND), "contradicted"),
        ({"these": ("a0",)}, (YES, NO), "supported"),
        ({"these": ("a0", "a2")}, (YES, NO, BLIND), "partly"),
        ({"these": ("a0", "a1")}, (YES, NO), "contradicted"),
        ({"these": ("a1",)}, (YES, BLIND), "contradicted"),
        ({"same_as": {"field": "id", "is": ("a0",)}}, (YES, NO), "supported"),
        ({"same_as": {"field": "id", "is": ("a1",)}}, (YES, NO), "contradicted"),
        ({"same_as": {"field": "id", "is": ("a0",)}}, (YES, BLIND), "cannot_be_checked"),
    ],
)
def test_unseen_is_neither_for_nor_against(expect: dict[str, Any], rows: tuple[Any, ...], verdict: str) -> None:
    assert ask(found(**expect), *rows) == verdict


def test_what_authors_recorded_leaves_their_blanks_out_and_ours_in() -> None:
    recorded = {**found(exactly=2), "recorded": True}
    assert ask(recorded, YES, YES, BLIND) == "supported"
    assert ask(recorded, YES, BLIND, BLIND) == "contradicted"
    assert ask(recorded, YES, NO, BLIND, notes=("row-garbled",), unread=frozenset({"row-garbled"})) == "partly"


def test_not_and_any_keep_what_is_unknown() -> None:
    hidden = {"field": "search.state", "is": ("found",)}
    assert ask({"where": {"not": hidden}, "expect": {"quantifier": "none"}}, YES, BLIND) == "cannot_be_checked"
    either = {"any": (hidden, {"field": "id", "is": ("a1",)})}
    assert ask({"where": either, "expect": {"quantifier": "all"}}, YES, BLIND) == "supported"
    both = {"all": (hidden, {"field": "id", "is": ("a1",)})}
    assert ask({"where": both, "expect": {"quantifier": "none"}}, BLIND) == "supported"  # a0 is not a1, seen or not


def test_a_value_is_unknown_where_there_is_none_and_false_where_nothing_is() -> None:
    works = {"where": {"field": "search.works", "is": (True,)}, "expect": {"quantifier": "none"}}
    assert ask(works, NO) == "supported"
    assert ask(works, {"state": "found", "works": None}) == "cannot_be_checked"
    assert ask(works, {"state": "found", "works": True}) == "contradicted"


def test_levels_that_were_not_given_are_unknown() -> None:
    of_levels = tuple(c for c in CLAIMS if c.id == "commission-2017-2.4")
    one = held(of_levels, FINDINGS, REGISTRY)[0]
    assert one.status == "cannot_be_checked"
    assert one.counts["unseen"] == 103


def test_the_commonest_value_must_lead_by_more_than_the_unseen() -> None:
    def commonest(*networks: str | None) -> str:
        rows = [
            {"id": f"a{n}", "group": "local", "social": {"state": "found", "profiles": [{"network": one}]}}
            if one
            else {"id": f"a{n}", "group": "local", "social": BLIND}
            for n, one in enumerate(networks)
        ]
        check = Check.model_validate(
            {"gather": "commonest", "field": "social.networks", "expect": {"value": "facebook"}}
        )
        return answer(check, rows_of({"round": {"as_of": "2018-08-28"}, "authorities": rows}, {}, {})).status

    assert commonest("facebook", "facebook", "youtube") == "supported"
    assert commonest("facebook", "facebook", "youtube", None) == "cannot_be_checked"
    assert commonest("facebook", "youtube", "youtube") == "contradicted"
    assert commonest("facebook", "youtube") == "contradicted"  # level is not most


# ---- the files

FILE = """\
who: {az: Komissiya, en: Commission}
group: official
source: {title: {az: Məlumat, en: Information}}
plan: nap-2016-2018
about: {begins: 2017-01-01, ends: 2017-12-31}
claims:
  - id: one
    place: {az: bənd, en: item}
    text: {az: Hamısında axtarış var., en: All have a search.}
    checks:
      - {where: {field: search.state, is: [found]}, expect: {quantifier: all}}
"""
TWIN = "{id: one, place: {az: a, en: b}, text: {az: a, en: b}, out_of_reach: {az: a, en: b}}"


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("search.state", "serch.state", 11, "did you mean search.state"),
        ("quantifier: all}", "quantifier: alle}", 11, "did you mean all"),
        ("quantifier: all}", "quantifier: all, exactly: 3}", 11, "one thing is expected"),
        ("field: search.state, is: [found]", "field: search.state", 11, "go together"),
        ("expect: {quantifier: all}", "expect: {values: [x]}", 11, "no answer to `where`"),
        ("plan: nap-2016-2018", "plan: nap-2016-2019", 4, "did you mean nap-2016-2018"),
        ("about:", "abouts:", 5, "unknown key"),
        ("about: {begins: 2017-01-01, ends: 2017-12-31}\n", "", 6, "about no time"),
        ("{where: {field", "{covers: {ids: [binegedi]}, where: {field", 11, "did you mean binagadi"),
        ("search.state", "sections.councils.state", 11, "no kind of section"),
        (
            "field: search.state, is: [found]",
            "plan: nap-2016-2018, item: '9.9', level: [full]",
            11,
            "there is no item '9.9'",
        ),
        (
            "where: {field: search.state, is: [found]}, expect: {quantifier: all}",
            "document: elsewhere, expect: {exactly: 1}",
            11,
            "nothing is quoted",
        ),
        ("    checks:\n", "    checks: []\n    # ", 7, "nothing is said of how it is checked"),
        ("  - id: one", f"  - {TWIN}\n  - id: one", 8, "stands twice"),
    ],
)
def test_a_wrong_file_names_line_and_mend(tmp_path: Path, old: str, new: str, line: int, said: str) -> None:
    path = tmp_path / "claims.yaml"
    assert old in FILE
    path.write_text(FILE.replace(old, new, 1), "utf-8")
    with pytest.raises(Unusable) as told:
        load_claims_file(path, REGISTRY, PLANS, KINDS)
    assert said in str(told.value)
    assert {fault.line for fault in told.value.faults} == {line}, str(told.value)


def test_one_id_in_two_files_is_told(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(FILE, "utf-8")
    with pytest.raises(Unusable, match=r"'one' stands in .*a\.yaml too"):
        load_claims(tmp_path)


def test_every_claim_can_be_read_in_both_languages() -> None:
    for claim in CLAIMS:
        for words in (claim.text, claim.place, claim.who, claim.source):
            assert words["az"], claim.id
            assert words["en"], claim.id


def test_a_hidden_thing_may_be_elsewhere() -> None:
    samukh = tuple(c for c in CLAIMS if c.id == "samukh-2022-5.5-site")
    findings = copy.deepcopy(FINDINGS)
    findings["round"] |= {"as_of": "2022-10-01", "name": "2022"}
    one = held(samukh, findings, REGISTRY)[0]
    assert one.status == "cannot_be_checked"
    assert one.reason.startswith("may be elsewhere")
    assert one.counts["not_shown"] == 1
