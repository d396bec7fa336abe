"""Does every level follow from what was seen, and never from what was not?"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from archive.border import Unusable
from archive.registry import load_registry
from reading.method import load_method
from scoring.levels import Level, NotEarlier, levels_of
from scoring.plans import NoSuchPlan, find_plan, load_edition, load_plan, plan_files
from scoring.rounds import Loaded, findings_of, load_round
from scoring.scales import OUR_LEVELS, load_scales

ROOT = Path(__file__).parents[1]
PLAN_FILE = ROOT / "methodology" / "plans" / "nap-2016-2018.yaml"
PLAN = load_plan(PLAN_FILE)
ROUND_FILE = ROOT / "methodology" / "rounds" / "erc-2018.yaml"

YES: dict[str, Any] = {"state": "found"}
NO: dict[str, Any] = {"state": "absent"}
BLIND: dict[str, Any] = {"state": "unseen", "reason": "timeout"}


def news(status: str | None) -> dict[str, Any]:
    return {"state": "found" if status else "partial", "status": status}


def council(**more: Any) -> dict[str, Any]:
    whole = {"content": ["law", "members", "meetings"], "last_date": "2018-08-05", "placement": "menu"}
    return {"state": "found", "fullness": "full", **whole, **more}


def procurement(**more: Any) -> dict[str, Any]:
    return {
        "state": "found",
        "fullness": "full",
        "placement": "menu",
        "items": 4,
        "last_date": "2018-05-05",
        **more,
    }


def round_of(as_of: str = "2018-08-20", sections: dict[str, Any] | None = None, **facts: Any) -> dict[str, Any]:
    authority = {
        "id": "a",
        "site": {"url": "http://a.az/", "state": "up", "reason": "ok"},
        "mobile": YES,
        "social": YES,
        "news": news("active"),
        "sections": {"public_council": NO, "procurement": NO, **(sections or {})},
        **facts,
    }
    return {"round": {"name": as_of, "as_of": as_of}, "authorities": [authority]}


def level(item: str, findings: dict[str, Any], against: dict[str, Any] | None = None) -> Level:
    return next(one for one in levels_of(findings, PLAN, against) if one.item == item)


@pytest.mark.parametrize(
    ("mobile", "social", "stream", "expected"),
    [
        pytest.param(YES, YES, news("active"), "full", id="mobile, a profile and active news are full"),
        pytest.param(YES, YES, news("slowed"), "significant", id="news that has slowed is not full"),
        pytest.param(YES, YES, news("stopped"), "significant", id="a profile carries stopped news"),
        pytest.param(YES, NO, news("slowed"), "significant", id="slow news carries a missing profile"),
        pytest.param(YES, NO, news("stopped"), "none", id="mobile alone is nothing"),
        pytest.param(YES, NO, news(None), "none", id="news without dates is seen, and not active"),
        pytest.param(NO, YES, news("active"), "none", id="without mobile nothing helps"),
        pytest.param(NO, BLIND, BLIND, "none", id="without mobile the unseen cannot help either"),
        pytest.param(BLIND, YES, news("active"), "not_assessed", id="mobile unseen"),
        pytest.param(BLIND, NO, news("stopped"), "none", id="what mobile could not mend anyway"),
        pytest.param(YES, YES, BLIND, "not_assessed", id="news unseen: full or significant, nobody knows"),
        pytest.param(YES, NO, BLIND, "not_assessed", id="news unseen: significant or none, nobody knows"),
        pytest.param(YES, BLIND, news("stopped"), "not_assessed", id="profiles unseen beside stopped news"),
        pytest.param(YES, BLIND, news("slowed"), "significant", id="profiles unseen could change nothing"),
    ],
)
def test_item_2_4(mobile: dict[str, Any], social: dict[str, Any], stream: dict[str, Any], expected: str) -> None:
    assert level("2.4", round_of(mobile=mobile, social=social, news=stream)).level == expected


@pytest.mark.parametrize(
    ("section", "on_421", "on_422"),
    [
        pytest.param(council(), "full", "full", id="members, meetings, fresh, in the menu"),
        pytest.param(council(content=["meetings"]), "significant", "full", id="no members named"),
        pytest.param(council(last_date="2018-01-01"), "full", "significant", id="older than 180 days"),
        pytest.param(council(last_date="2018-02-21"), "full", "full", id="180 days to the day"),
        pytest.param(council(last_date="2018-02-20"), "full", "significant", id="181 days"),
        pytest.param(council(last_date="2017-08-20"), "full", "significant", id="365 days to the day"),
        pytest.param(council(last_date="2017-08-19"), "significant", "significant", id="366 days"),
        pytest.param(council(last_date=None), "significant", "significant", id="no date is not unknown"),
        pytest.param(
            {"state": "found", "fullness": "full"}, "significant", "significant", id="optional facts left out"
        ),
        pytest.param(council(placement="search_only"), "full", "significant", id="found by search only"),
        pytest.param(council(fullness="formal"), "none", "significant", id="laws and notices only"),
        pytest.param({"state": "partial", "fullness": "empty"}, "none", "none", id="an empty section"),
        pytest.param({"state": "partial", "fullness": "off_topic"}, "none", "none", id="another subject"),
        pytest.param(NO, "none", "none", id="no section"),
        pytest.param(BLIND, "not_assessed", "not_assessed", id="unseen is never none"),
    ],
)
def test_items_4_2(section: dict[str, Any], on_421: str, on_422: str) -> None:
    findings = round_of(sections={"public_council": section})
    assert (level("4.2.1", findings).level, level("4.2.2", findings).level) == (on_421, on_422)


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        pytest.param(procurement(), "full", id="three or more notices, fresh, in the menu"),
        pytest.param(procurement(items=3), "full", id="three are enough"),
        pytest.param(procurement(items=2), "significant", id="two are not"),
        pytest.param(procurement(items=None), "significant", id="uncounted notices are not three"),
        pytest.param(procurement(placement="page"), "significant", id="not in the menu"),
        pytest.param(procurement(last_date="2017-05-01"), "significant", id="more than a year old"),
        pytest.param({"state": "found", "fullness": "formal"}, "none", id="the law only"),
        pytest.param(
            {"state": "absent", "external": "http://tender.gov.az/"}, "none", id="a link to the national portal"
        ),
        pytest.param({"state": "unseen", "reason": "waf"}, "not_assessed", id="unseen is never none"),
    ],
)
def test_item_5_6(section: dict[str, Any], expected: str) -> None:
    assert level("5.6", round_of(sections={"procurement": section})).level == expected


@pytest.mark.parametrize("state", ["down", "blocked", "placeholder", "unseen"])
def test_a_site_that_could_not_be_seen_is_never_none(state: str) -> None:
    blind = round_of(
        mobile=BLIND,
        social=BLIND,
        news=BLIND,
        sections={"public_council": BLIND, "procurement": BLIND},
        site={"url": "http://a.az/", "state": state, "reason": "dns"},
    )
    assert {one.level for one in levels_of(blind, PLAN)} == {"not_assessed"}


def test_nothing_to_visit_is_not_assessed() -> None:
    got = level("4.2.1", round_of(site={"url": None, "state": "unseen", "reason": "no_site"}))
    assert (got.level, got.reason) == ("not_assessed", "no_site")


def test_what_concerns_single_bodies_is_left_to_a_person() -> None:
    got = level("6.2", round_of())
    assert (got.level, got.base, got.reason, got.stood_on) == ("not_assessed", "not_assessed", "by_hand", ())


def test_a_level_says_by_which_rule_and_on_what() -> None:
    got = level("2.4", round_of())
    assert got.rule == PLAN.item("2.4").levels[0].words.model_dump()
    assert (got.stood_on, got.reason) == (("mobile", "social", "news"), "")


def test_not_assessed_names_what_was_unseen_and_why() -> None:
    got = level("2.4", round_of(news={"state": "unseen", "reason": "timeout"}))
    assert (got.level, got.reason) == ("not_assessed", "news unseen: timeout")


def test_a_fact_that_the_findings_do_not_hold_is_unseen() -> None:
    findings = round_of()
    del findings["authorities"][0]["sections"]["procurement"]
    assert level("5.6", findings).reason == "sections.procurement unseen: not_in_findings"


@pytest.mark.parametrize(
    ("then", "now", "expected", "base", "reason"),
    [
        pytest.param(council(), council(), "full", "full", "", id="the same is not worse"),
        pytest.param(NO, council(), "full", "full", "", id="better is not worse"),
        pytest.param(
            council(),
            council(placement="page"),
            "worse",
            "significant",
            "level full -> significant",
            id="a lower level is worse",
        ),
        pytest.param(
            council(fullness="formal"),
            NO,
            "worse",
            "none",
            "level significant -> none; sections.public_council found -> absent",
            id="a section that is gone is worse",
        ),
        pytest.param({"state": "partial", "fullness": "empty"}, NO, "none", "none", "", id="an empty one is no loss"),
        pytest.param(
            council(),
            BLIND,
            "not_assessed",
            "not_assessed",
            "sections.public_council unseen: timeout",
            id="unseen now is not gone",
        ),
        pytest.param(BLIND, NO, "none", "none", "", id="unseen then cannot be lost"),
        pytest.param(NO, NO, "none", "none", "", id="none stays none"),
    ],
)
def test_worse_on_4_2_2(then: dict[str, Any], now: dict[str, Any], expected: str, base: str, reason: str) -> None:
    earlier = round_of("2018-08-10", sections={"public_council": then})
    got = level("4.2.2", round_of(sections={"public_council": now}), earlier)
    assert (got.level, got.base, got.reason) == (expected, base, reason)
    assert (got.rule == PLAN.worse.model_dump()) == (expected == "worse")


def test_a_formal_section_that_is_gone_is_worse_though_the_level_stays_none() -> None:
    earlier = round_of("2018-08-10", sections={"public_council": council(fullness="formal")})
    got = level("4.2.1", round_of(), earlier)
    assert (got.level, got.base, got.reason) == ("worse", "none", "sections.public_council found -> absent")


def test_ages_are_measured_from_each_rounds_own_day() -> None:
    earlier = round_of("2018-08-10", sections={"public_council": council()})
    later = round_of("2020-08-10", sections={"public_council": council()})
    assert level("4.2.2", later, earlier).reason == "level full -> significant"


def test_an_authority_new_in_this_round_is_not_compared() -> None:
    earlier = round_of("2018-08-10")
    earlier["authorities"] = []
    assert level("4.2.1", round_of(), earlier).level == "none"


def test_a_later_round_is_refused() -> None:
    with pytest.raises(NotEarlier, match="2019-01-01 is later than 2018-08-20"):
        levels_of(round_of(), PLAN, round_of("2019-01-01"))


def test_every_rule_has_its_words_in_both_languages() -> None:
    for item in PLAN.items:
        words = [item.title, item.executes, *(rule.words for rule in item.levels), *filter(None, [item.by_hand])]
        assert all(w.az and w.en and w.az != w.en for w in words)
    assert [item.id for item in PLAN.items] == ["2.2", "2.4", "4.2.1", "4.2.2", "5.6", "6.2"]


@pytest.mark.parametrize(
    ("right", "wrong", "what"),
    [
        pytest.param(
            "- {fact: mobile, state", "- {fact: mobil, state", "no fact 'mobil'; did you mean mobile?", id="a fact"
        ),
        pytest.param("status: [active]}", "status: [aktive]}", "did you mean active?", id="an answer"),
        pytest.param("fullness: [full]}", "fulness: [full]}", "did you mean fullness?", id="a test"),
        pytest.param(
            "- {fact: mobile, state: [found]}", "- {fact: mobile}", "nothing is asked of it", id="a fact alone"
        ),
        pytest.param('id: "2.4"', "id: 2.4", 'quote it: "2.4"', id="an item's number unquoted"),
        pytest.param("- level: significant", "- level: none", "not complete, or not best first", id="the order"),
        pytest.param("    method: hand\n", "    method: rule\n", "not complete", id="a rule without levels"),
        pytest.param("    method: rule\n", "    method: hand\n", "judged by hand", id="levels for a person"),
        pytest.param("sections.procurement", "sections.procurment", "did you mean procurement?", id="a section kind"),
    ],
)
def test_a_slip_in_the_plan_is_told(tmp_path: Path, right: str, wrong: str, what: str) -> None:
    head, mark, body = PLAN_FILE.read_text("utf-8").partition("\nplan: ")
    assert right in body
    path = tmp_path / "plan.yaml"
    path.write_text(head + mark + body.replace(right, wrong, 1), "utf-8")
    with pytest.raises(Unusable) as caught:
        load_plan(path, {"public_council", "procurement"})
    assert what in str(caught.value)


@pytest.fixture(scope="module")
def hand_made() -> Loaded:
    return load_round(ROUND_FILE)


@pytest.fixture(scope="module")
def of_2018(hand_made: Loaded) -> dict[str, Any]:
    return findings_of(hand_made)


def having(findings: dict[str, Any], group: str, room: str, state: str, kind: str | None = None) -> list[str]:
    rows = [a for a in findings["authorities"] if a["group"] == group]
    return [a["id"] for a in rows if (a[room][kind] if kind else a[room])["state"] == state]


def test_the_round_of_2018_is_about_the_registry(hand_made: Loaded) -> None:
    registry = load_registry(ROOT / "agencies.yaml")
    rows = [(a.id, a.group, a.number, a.name, a.site) for a in hand_made.round.authorities]
    assert rows == [(a.id, a.group, a.number, a.name, a.site) for a in registry]


def test_every_finding_of_2018_has_evidence_and_the_unseen_a_reason(of_2018: dict[str, Any]) -> None:
    for authority in of_2018["authorities"]:
        rooms = [authority[room] for room in ("mobile", "social", "news", "search", "languages")]
        for finding in [*rooms, *authority["sections"].values()]:
            assert finding["evidence"] == []
            assert bool(finding.get("reason")) == (finding["state"] == "unseen")


@pytest.mark.parametrize(
    ("group", "room", "kind", "counts"),
    [
        pytest.param("local", "mobile", None, {"found": 79, "unseen": 1}, id="mobile: all but Xankəndi"),
        pytest.param("local", "social", None, {"found": 32, "absent": 47, "unseen": 1}, id="32 on social networks"),
        pytest.param("central", "social", None, {"found": 22, "unseen": 1}, id="22 central rows name a network"),
        pytest.param("local", "search", None, {"found": 13, "absent": 66, "unseen": 1}, id="13 sites with a search"),
        pytest.param(
            "local",
            "sections",
            "public_council",
            {"found": 12, "partial": 4, "absent": 62, "unseen": 2},
            id="16 rows speak of a council section",
        ),
        pytest.param(
            "central",
            "sections",
            "public_council",
            {"found": 6, "absent": 16, "unseen": 1},
            id="six central councils, one lost",
        ),
        pytest.param(
            "local", "sections", "procurement", {"found": 1, "absent": 77, "unseen": 2}, id="procurement: Nizami alone"
        ),
        pytest.param("central", "sections", "procurement", {"found": 8, "absent": 15}, id="eight central bodies"),
    ],
)
def test_the_round_of_2018_counts_as_the_report_does(
    of_2018: dict[str, Any], group: str, room: str, kind: str | None, counts: dict[str, int]
) -> None:
    got = {state: len(having(of_2018, group, room, state, kind)) for state in ("found", "partial", "absent", "unseen")}
    assert {state: count for state, count in got.items() if count} == counts


def test_31_rows_of_2018_give_a_last_day(hand_made: Loaded) -> None:
    days = [a.news.last_date for a in hand_made.round.authorities if a.news.last_date]
    assert Counter(day.month for day in days) == {7: 30, 8: 1}
    assert sum(bool(a.news.stopped) for a in hand_made.round.authorities) == 31


def test_blank_and_garbled_cells_of_2018_are_unseen(of_2018: dict[str, Any]) -> None:
    assert having(of_2018, "local", "sections", "unseen", "public_council") == ["khankendi", "dashkasan"]
    assert having(of_2018, "central", "sections", "unseen", "public_council") == ["citizen-services-agency"]


def test_the_round_of_2018_scored(of_2018: dict[str, Any]) -> None:
    levels = levels_of(of_2018, PLAN)
    assert len(levels) == 103 * len(PLAN.items)
    full = {
        item.id: [one.authority for one in levels if (one.item, one.level) == (item.id, "full")] for item in PLAN.items
    }
    assert full["4.2.1"] == ["binagadi", "justice-ministry"]
    assert full["4.2.2"] == ["binagadi"]
    assert full["5.6"] == ["nizami-baku"]
    assert len(full["2.4"]) == 25
    assert {one.level for one in levels if one.authority in ("khankendi", "kapaz", "nizami-ganja")} == {"not_assessed"}


def test_no_unseen_finding_of_2018_became_a_level(of_2018: dict[str, Any]) -> None:
    rows = {a["id"]: a for a in of_2018["authorities"]}
    for one in levels_of(of_2018, PLAN):
        kinds = [fact.removeprefix("sections.") for fact in one.stood_on if fact.startswith("sections.")]
        if any(rows[one.authority]["sections"][kind]["state"] == "unseen" for kind in kinds):
            assert one.level == "not_assessed"


def test_a_round_is_never_worse_than_itself(of_2018: dict[str, Any]) -> None:
    assert levels_of(of_2018, PLAN, of_2018) == levels_of(of_2018, PLAN)


def test_a_code_that_is_not_explained_is_told(tmp_path: Path) -> None:
    path = tmp_path / "round.yaml"
    text = ROUND_FILE.read_text("utf-8")
    path.write_text(text.replace("notes: [two-items-since-2015]", "notes: [two-items]"), "utf-8")
    with pytest.raises(Unusable, match="there is no code 'two-items'; did you mean two-items-since-2015"):
        load_round(path)


# -- plans and their editions ------------------------------------------------------------------------------------------

PLANS = ROOT / "methodology" / "plans"
PLAN_2020 = find_plan(PLANS, "nap-2020-2022")
# What a published edition means never changes; another opinion is another edition, with a line of its own here.
PUBLISHED = {
    "nap-2016-2018@1": "c6d18c9f15ccc4d0728d47852bc30ad6fa65754080749693a59ab69476c4746d",
    "nap-2016-2018@2": "43daacd458e55a4153c3b1ff69fcff8f7f2e07d6dcb0a8560458444cd2faccdf",
    "nap-2020-2022@1": "d05e29281e75e1ece7934e949a9cf8c84f8cee448432d6aafc9c0f579fe65a66",
}


def test_published_editions_mean_what_they_meant() -> None:
    found = {str(file): load_edition(file).rules_sha256 for file in plan_files(PLANS)}
    assert {name: found.get(name) for name in PUBLISHED} == PUBLISHED


@pytest.mark.parametrize(
    ("right", "other", "same"),
    [
        pytest.param("items_at_least: 3", "items_at_least: 4", False, id="a number"),
        pytest.param("status: [active]}", "status: [active, slowed]}", False, id="a status"),
        pytest.param("    method: rule\n", "    applies: {groups: [local]}\n    method: rule\n", False, id="for whom"),
        pytest.param("news is active.", "news is fresh.", True, id="words"),
        pytest.param("worse:\n", "# a remark\nworse:\n", True, id="a remark"),
    ],
)
def test_the_fingerprint_is_of_the_rules_alone(tmp_path: Path, right: str, other: str, same: bool) -> None:
    head, mark, body = PLAN_FILE.read_text("utf-8").partition("\nplan: ")
    assert right in body
    path = tmp_path / "plan.yaml"
    path.write_text(head + mark + body.replace(right, other, 1), "utf-8")
    assert (load_plan(path).rules_sha256 == PLAN.rules_sha256) is same


@pytest.fixture
def three_editions(tmp_path: Path) -> Path:
    text = PLAN_FILE.read_text("utf-8")
    for edition, name in ((1, "nap-2016-2018"), (2, "nap-2016-2018.2"), (10, "nap-2016-2018.10")):
        (tmp_path / f"{name}.yaml").write_text(text.replace("edition: 1\n", f"edition: {edition}\n", 1), "utf-8")
    return tmp_path


@pytest.mark.parametrize(("wanted", "edition"), [("", 10), ("@1", 1), ("@2", 2), ("@10", 10)])
def test_a_plan_is_found_by_name_and_edition(three_editions: Path, wanted: str, edition: int) -> None:
    assert find_plan(three_editions, f"nap-2016-2018{wanted}").edition == edition


@pytest.mark.parametrize(
    ("wanted", "what"),
    [
        ("nap-2016-2018@3", "no edition '3' of the plan 'nap-2016-2018'"),
        ("nap-2016-2018@x", "no edition 'x'"),
        ("nap-2016-2019", "no plan 'nap-2016-2019'; did you mean nap-2016-2018@"),
        ("../plans/nap-2016-2018", "no plan"),
    ],
)
def test_a_plan_that_is_not_there_is_told_with_those_that_are(three_editions: Path, wanted: str, what: str) -> None:
    with pytest.raises(NoSuchPlan) as caught:
        find_plan(three_editions, wanted)
    assert what in str(caught.value)
    assert str(caught.value).endswith("there are: nap-2016-2018@1, nap-2016-2018@2, nap-2016-2018@10")


def test_a_file_must_hold_the_edition_that_its_name_says(three_editions: Path) -> None:
    (three_editions / "nap-2016-2018.3.yaml").write_text(PLAN_FILE.read_text("utf-8"), "utf-8")
    with pytest.raises(Unusable, match="named as nap-2016-2018@3, and says that it is nap-2016-2018@1"):
        find_plan(three_editions, "nap-2016-2018@3")
    (three_editions / "My plan.yaml").write_text("", "utf-8")
    with pytest.raises(Unusable, match="no plan is named like this"):
        plan_files(three_editions)


def test_the_plans_ask_for_what_there_is() -> None:
    method = load_method()
    for file in plan_files(PLANS):
        load_edition(file, method.kinds, method.duty)
    with pytest.raises(Unusable, match="there is no duty 'budget-draft'; did you mean budget-drafts"):
        load_edition(plan_files(PLANS)[-1], method.kinds, ["budget-drafts"])


# -- the plan of 2020 to 2022 ------------------------------------------------------------------------------------------


def of_2020(item: str, group: str = "local", agency_id: str = "a", **sections: dict[str, Any]) -> str | None:
    findings = round_of("2026-09-01", sections=sections, id=agency_id, group=group)
    return next((one.level for one in levels_of(findings, PLAN_2020) if one.item == item), None)


FORM = {"state": "found", "fullness": "full", "placement": "menu"}
DATED = {**FORM, "last_date": "2026-03-01"}


@pytest.mark.parametrize(
    ("item", "sections", "expected"),
    [
        ("1.9", {"ethics_report": DATED}, "full"),
        ("1.9", {"ethics_report": {**DATED, "last_date": "2024-03-01"}}, "significant"),
        ("1.9", {"ethics_report": FORM}, "significant"),
        ("1.9", {"ethics_report": {"state": "found", "fullness": "formal"}}, "none"),
        ("1.9", {"ethics_report": BLIND}, "not_assessed"),
        ("4.3", {"e_appeal": FORM, "e_services": {**FORM, "items": 3}}, "full"),
        ("4.3", {"e_appeal": FORM, "e_services": {**FORM, "items": 2}}, "significant"),
        ("4.3", {"e_appeal": FORM, "e_services": NO}, "significant"),
        ("4.3", {"e_appeal": NO, "e_services": {**FORM, "items": 9}}, "significant"),
        ("4.3", {"e_appeal": NO, "e_services": NO}, "none"),
        ("4.3", {"e_appeal": BLIND, "e_services": NO}, "not_assessed"),
        ("4.3", {"e_appeal": BLIND, "e_services": {**FORM, "items": 1}}, "significant"),
        ("5.5", {"public_council": council(last_date="2026-03-01")}, "full"),
        ("5.5", {"public_council": council(last_date="2026-03-01", content=["members"])}, "significant"),
        ("5.5", {"public_council": council(last_date="2026-03-01", placement="page")}, "significant"),
        ("5.5", {"public_council": council(fullness="formal")}, "none"),
        ("6.3", {"open_data": FORM}, "full"),
        ("6.3", {"open_data": {**FORM, "placement": "page"}}, "significant"),
        ("6.3", {"open_data": {**FORM, "fullness": "formal"}}, "significant"),
        ("6.3", {"open_data": {"state": "partial", "fullness": "empty"}}, "none"),
        ("6.3", {"open_data": NO}, "none"),
        ("6.3", {"open_data": BLIND}, "not_assessed"),
    ],
)
def test_items_of_2020(item: str, sections: dict[str, Any], expected: str) -> None:
    assert of_2020(item, **sections) == expected


def test_an_item_gives_a_level_only_to_those_whom_it_concerns() -> None:
    assert of_2020("4.3", "central", e_appeal=FORM, e_services=NO) is None
    assert of_2020("2.7") is None
    assert of_2020("2.7", "central", "finance-ministry") == "not_assessed"
    assert of_2020("6.3", "central", open_data=NO) == "none"


def test_the_words_of_2020_are_there_in_both_languages() -> None:
    for item in PLAN_2020.items:
        words = [item.title, item.executes, *(rule.words for rule in item.levels)]
        assert all(w.az and w.en and w.az != w.en for w in words)
    assert [item.id for item in PLAN_2020.items] == "1.9 2.1 2.3 2.4 2.5 2.6 2.7 2.9 4.3 5.5 6.3".split()


def test_what_the_round_of_2018_did_not_record_is_not_assessed_under_the_later_plan(of_2018: dict[str, Any]) -> None:
    levels = levels_of(of_2018, PLAN_2020)
    unrecorded = [one for one in levels if one.item in ("1.9", "6.3") or one.item.startswith("2.")]
    assert {one.level for one in unrecorded} == {"not_assessed"}
    assert len([one for one in levels if one.item == "4.3"]) == 80
    unseen = {
        one for group in ("local", "central") for one in having(of_2018, group, "sections", "unseen", "public_council")
    }
    no_site = {a["id"] for a in of_2018["authorities"] if a["site"]["url"] is None}
    assert {one.authority for one in levels if (one.item, one.level) == ("5.5", "not_assessed")} == unseen | no_site
    rows = {a["id"]: a for a in of_2018["authorities"]}
    for one in levels:
        if one.item == "4.3" and one.level == "none":
            both = (rows[one.authority]["sections"][kind]["state"] for kind in ("e_appeal", "e_services"))
            assert "unseen" not in both


# -- scales ------------------------------------------------------------------------------------------------------------


def test_every_level_of_ours_reads_on_every_scale() -> None:
    scales = load_scales()
    assert tuple(step.id for step in scales.scale("split").levels) == OUR_LEVELS
    printed = [step.id for level in OUR_LEVELS for step in scales.read_on(level, "erc-2018")]
    assert printed == ["full", "significant", "none_or_worse", "none_or_worse"]
    assert [step.en for step in scales.read_on("full", "ogp-irm")] == ["Complete", "Substantial"]
    assert scales.read_on("worse", "ogp-irm") == ()
    assert [step.id for step in scales.read_on("not_assessed", "ogp-irm")] == ["no_evidence"]
    assert [step.id for step in scales.read_on("worse", "split")] == ["worse"]


@pytest.mark.parametrize(
    ("right", "wrong", "what"),
    [
        ("significant: [limited, substantial]", "significant: [limitd]", "no level 'limitd'; did you mean limited?"),
        ("    worse: []\n", "", "not every level of ours is there"),
        ("to: ogp-irm", "to: ogp", "there is no scale 'ogp'; did you mean ogp-irm?"),
        ("{id: worse, az", "{id: worst, az", "not the scale of the plans"),
    ],
)
def test_a_slip_in_the_scales_is_told(tmp_path: Path, right: str, wrong: str, what: str) -> None:
    path = tmp_path / "scales.yaml"
    text = (ROOT / "methodology" / "scales.yaml").read_text("utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong, 1), "utf-8")
    with pytest.raises(Unusable) as caught:
        load_scales(path)
    assert what in str(caught.value)


# -- predecessors ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("named", "what"), [("nobody", "there is no agency 'nobody'"), ("baku", "'baku' is this entry itself")]
)
def test_a_predecessor_is_another_entry_of_the_registry(tmp_path: Path, named: str, what: str) -> None:
    path = tmp_path / "agencies.yaml"
    text = (ROOT / "agencies.yaml").read_text("utf-8")
    path.write_text(text.replace("- id: baku\n", f"- id: baku\n  predecessor: {named}\n", 1), "utf-8")
    with pytest.raises(Unusable) as caught:
        load_registry(path)
    assert what in str(caught.value)
