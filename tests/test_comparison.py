"""Is what changed between two rounds told from what was looked at otherwise, judged otherwise, or not seen?"""

from __future__ import annotations

import copy
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from archive.registry import Agency
from scoring.comparison import Change, changes
from scoring.ladder import facts_of, short, step
from scoring.levels import Level, NotEarlier, levels_of, predecessors_of
from scoring.plans import Condition, Plan, load_plan
from scoring.reviews import Hand
from scoring.rounds import findings_of, load_round

ROOT = Path(__file__).parents[1]
PLANS = ROOT / "methodology" / "plans"
PLAN = load_plan(PLANS / "nap-2016-2018.yaml")
PLAN_2020 = load_plan(PLANS / "nap-2020-2022.yaml")

YES: dict[str, Any] = {"state": "found"}
NO: dict[str, Any] = {"state": "absent"}
BLIND: dict[str, Any] = {"state": "unseen", "reason": "timeout"}
NOT_RECORDED: dict[str, Any] = {"state": "unseen", "reason": "not_recorded"}
UP: dict[str, Any] = {"url": "http://a.az/", "state": "up", "reason": "ok"}


def section(fullness: str = "full", placement: str | None = "menu", **more: Any) -> dict[str, Any]:
    state = "found" if fullness in ("full", "formal") else "partial"
    content = ["members", "meetings"] if fullness == "full" else []
    return {"state": state, "fullness": fullness, "placement": placement, "content": content, **more}


def news(status: str | None) -> dict[str, Any]:
    return {"state": "found" if status else "partial", "status": status}


def profiles(*networks: str) -> dict[str, Any]:
    return {"state": "found", "profiles": [{"network": network, "url": ""} for network in networks]}


def authority(agency_id: str = "a", group: str = "local", sections: Any = None, **facts: Any) -> dict[str, Any]:
    return {
        "id": agency_id,
        "group": group,
        "site": UP,
        "mobile": YES,
        "social": profiles("facebook"),
        "sections": {"public_council": NO, "procurement": NO, **(sections or {})},
        "news": news("active"),
        "search": {"state": "absent", "works": None},
        "languages": {"state": "found", "codes": ["az"]},
        "fetch": {"complete": True},
        **facts,
    }


def round_of(as_of: str, *authorities: dict[str, Any], **about: Any) -> dict[str, Any]:
    return {"round": {"name": as_of, "as_of": as_of, **about}, "authorities": list(authorities)}


def compared(then: dict[str, Any], now: dict[str, Any], plan: Plan = PLAN, **more: Any) -> dict[str, Change]:
    """What changed from one authority to the other, by cell."""
    later, earlier = round_of("2026-09-01", now), round_of("2018-08-28", then)
    agencies = more.pop("agencies", ())
    levels = more.pop("levels", None) or levels_of(later, plan, earlier, predecessors_of(agencies))
    return {one.what: one for one in changes(later, levels, plan, earlier, agencies, **more)}


def told(change: Change) -> tuple[str, str]:
    return change.verdict, change.why


# -- facts -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fact", "was", "now", "expected"),
    [
        ("site", {"url": "x", "state": "down", "reason": "dns"}, UP, "better"),
        ("site", UP, {"url": "x", "state": "placeholder", "reason": "parked"}, "worse"),
        ("site", UP, {"url": "x", "state": "moved", "reason": "moved"}, "same"),
        ("mobile", NO, YES, "better"),
        ("social", profiles("facebook"), NO, "worse"),
        ("social", profiles("facebook"), profiles("facebook", "youtube"), "better"),
        ("social", profiles("facebook"), profiles("twitter"), "same"),
        ("news", news("stopped"), news("slowed"), "better"),
        ("news", news("slowed"), news("active"), "better"),
        ("news", news("stopped"), NO, "worse"),
        ("news", NO, news(None), "better"),
        ("news", news(None), news(None), "same"),
        ("search", NO, {"state": "found", "works": None}, "better"),
        ("search", {"state": "found", "works": None}, {"state": "found", "works": False}, "same"),
        ("search", {"state": "found", "works": True}, {"state": "found", "works": False}, "worse"),
        ("languages", {"state": "found", "codes": ["az"]}, {"state": "found", "codes": ["az", "en"]}, "better"),
    ],
)
def test_a_fact_is_better_or_worse(fact: str, was: dict[str, Any], now: dict[str, Any], expected: str) -> None:
    change = compared(authority() | {fact: was}, authority() | {fact: now})[fact]
    assert told(change) == (expected, "none" if expected == "same" else "site")


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [
        (NO, section("empty"), "better"),
        (section("empty"), section("broken"), "same"),
        (section("off_topic"), section("formal"), "better"),
        (section("formal"), section("full"), "better"),
        (section("full"), section("formal"), "worse"),
        (section("full"), NO, "worse"),
        (section("full"), section("full", "page"), "worse"),
        (section("full", "search_only"), section("full", "page"), "better"),
        (section("full", None), section("full", "page"), "same"),
        (section("formal", "page"), section("full", "search_only"), "better"),
    ],
)
def test_a_section_is_better_or_worse(was: dict[str, Any], now: dict[str, Any], expected: str) -> None:
    cells = compared(authority(sections={"open_data": was}), authority(sections={"open_data": now}))
    assert cells["sections.open_data"].verdict == expected


@pytest.mark.parametrize("status", ["active", "slowed", "stopped"])
def test_a_stream_without_dates_stands_apart_from_dated_ones(status: str) -> None:
    change = compared(authority(news=news(status)), authority(news=news(None)))["news"]
    assert (*told(change), change.detail) == ("not_comparable", "site", "undated")


def test_how_full_a_section_was_that_the_hand_round_only_names() -> None:
    named = {"state": "found", "fullness": None}
    cells = compared(authority(sections={"e_services": named}), authority(sections={"e_services": section("full")}))
    assert told(cells["sections.e_services"]) == ("not_comparable", "not_recorded")
    cells = compared(authority(sections={"e_services": named}), authority(sections={"e_services": NO}))
    assert told(cells["sections.e_services"]) == ("worse", "site")


def test_what_could_not_be_seen_in_one_of_the_rounds_is_not_compared() -> None:
    for then, now in ((BLIND, YES), (YES, BLIND), (BLIND, BLIND)):
        change = compared(authority(mobile=then), authority(mobile=now))["mobile"]
        assert told(change) == ("not_comparable", "capture")
        assert "mobile unseen: timeout" in change.detail


def test_a_blocked_site_is_no_step_down() -> None:
    change = compared(authority(), authority(site={"url": "x", "state": "blocked", "reason": "waf"}))["site"]
    assert told(change) == ("not_comparable", "capture")


def test_what_the_earlier_round_did_not_ask_is_not_recorded() -> None:
    then = authority(sections={"open_data": NOT_RECORDED})
    cells = compared(then, authority(sections={"open_data": section(), "ethics_report": NO}))
    assert told(cells["sections.open_data"]) == ("not_comparable", "not_recorded")
    assert told(cells["sections.ethics_report"]) == ("not_comparable", "not_recorded")


def test_every_fact_has_its_cell() -> None:
    now = authority(documents={"external-debt": {"state": "found", "period": "2026-07-01"}})
    assert [what for what in compared(authority(), now) if "." not in what or what[0].isalpha()] == list(facts_of(now))
    assert short("documents.external-debt", now["documents"]["external-debt"]) == "found 2026-07-01"
    assert short("sections.x", section("full", "page")) == "found full page"
    assert short("site", BLIND) == "unseen timeout"


# -- visits cut short ------------------------------------------------------------------------------------------------


def test_in_a_visit_cut_short_nothing_is_lost_but_what_is_always_seen() -> None:
    full = {"public_council": section(last_date="2026-08-20")}
    then = authority(sections={"public_council": section(last_date="2018-08-20")}, social=profiles("facebook", "vk"))
    half = {"public_council": section("formal")}
    short_visit: Any = {"fetch": {"complete": False}}
    cells = compared(then, authority(sections=half, news=news("stopped"), **short_visit))
    assert told(cells["sections.public_council"]) == ("not_comparable", "capture")
    assert told(cells["4.2.2"]) == ("not_comparable", "capture")
    assert told(cells["social"]) == ("not_comparable", "capture")
    assert told(cells["news"]) == ("worse", "site")
    assert told(cells["2.4"]) == ("worse", "site")
    # And after one, nothing is new but that.
    cells = compared(authority(sections=half, news=news("stopped"), **short_visit), authority(sections=full))
    assert told(cells["sections.public_council"]) == ("not_comparable", "capture")
    assert told(cells["4.2.2"]) == ("not_comparable", "capture")
    assert told(cells["news"]) == ("better", "site")
    assert told(cells["2.4"]) == ("better", "site")


# -- items -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [
        (NO, section(last_date="2026-08-20"), ("better", "site")),
        (section(last_date="2018-08-20"), section(last_date="2026-08-20"), ("same", "none")),
        (section(last_date="2018-08-20"), section(last_date="2018-08-20"), ("worse", "site")),
        (section("formal"), NO, ("worse", "site")),
        (BLIND, NO, ("not_comparable", "capture")),
        (section(), BLIND, ("not_comparable", "capture")),
        (NOT_RECORDED, section(), ("not_comparable", "not_recorded")),
    ],
)
def test_an_item_is_better_or_worse(was: dict[str, Any], now: dict[str, Any], expected: tuple[str, str]) -> None:
    cells = compared(authority(sections={"public_council": was}), authority(sections={"public_council": now}))
    assert told(cells["4.2.2"]) == expected


def test_a_formal_section_that_is_gone_is_worse_though_the_level_stays() -> None:
    then = authority(sections={"public_council": section("formal")})
    change = compared(then, authority())["4.2.1"]
    assert (change.was, change.now, *told(change)) == ("none", "none", "worse", "site")
    assert change.detail == "sections.public_council found -> absent"


_STATES = [
    NO,
    BLIND,
    section("empty"),
    section("formal"),
    section(last_date="2018-08-20"),
    section(last_date="2026-08-20"),
]
_NEWS = [news("active"), news("stopped"), news(None), NO, BLIND]


@pytest.mark.parametrize("complete", [True, False])
def test_the_level_worse_and_the_verdict_worse_are_one(complete: bool) -> None:
    seen = set()
    for was in _STATES:
        for now in _STATES:
            for stream in _NEWS:
                then = authority(sections={"public_council": was, "procurement": now}, news=news("active"))
                later = authority(
                    sections={"public_council": now, "procurement": was}, news=stream, fetch={"complete": complete}
                )
                rounds = round_of("2026-09-01", later), round_of("2018-08-28", then)
                levels = levels_of(rounds[0], PLAN, rounds[1])
                verdicts = {one.what: one.verdict for one in changes(rounds[0], levels, PLAN, rounds[1], ())}
                for level in levels:
                    assert (level.level == "worse") == (verdicts[level.item] == "worse"), (was, now, level)
                    seen.add(verdicts[level.item])
    assert seen == {"better", "same", "worse", "not_comparable"}


def test_items_judged_by_hand_are_not_compared_without_a_person() -> None:
    change = compared(authority(), authority())["6.2"]
    assert (*told(change), change.detail) == ("not_comparable", "hand", "by_hand")


def test_levels_may_come_as_records() -> None:
    then, now = round_of("2018-08-28", authority()), round_of("2026-09-01", authority(mobile=NO))
    levels = levels_of(now, PLAN, then)
    assert changes(now, [asdict(one) for one in levels], PLAN, then, ()) == changes(now, levels, PLAN, then, ())
    # With or without the comparison of levels, the answer is the same.
    assert changes(now, levels_of(now, PLAN), PLAN, then, ()) == changes(now, levels, PLAN, then, ())


def test_a_round_beside_itself_has_no_change() -> None:
    of_2018 = findings_of(load_round(ROOT / "methodology" / "rounds" / "erc-2018.yaml"))
    for plan in (PLAN, PLAN_2020):
        found = changes(of_2018, levels_of(of_2018, plan), plan, of_2018, (), before_plan=plan)
        assert {one.verdict for one in found} == {"same", "not_comparable"}
        assert {one.why for one in found} == {"none", "capture", "not_recorded"} | ({"hand"} if plan is PLAN else set())


def test_a_later_round_is_refused() -> None:
    then, now = round_of("2026-09-01", authority()), round_of("2018-08-28", authority())
    with pytest.raises(NotEarlier):
        changes(now, levels_of(now, PLAN), PLAN, then, ())


# -- persons ---------------------------------------------------------------------------------------------------------


def by_hand(level: Level, said: str, verdict: Any = "corrects") -> Level:
    hand = Hand("reviews/x.yaml#1", "Reviewer", verdict, date(2026, 9, 2), "", "http://a.az/", None, level.level)
    return replace(level, level=said, base=said, hand=hand)


def test_a_level_that_a_person_gave_is_told_as_such() -> None:
    later, earlier = round_of("2026-09-01", authority()), round_of("2018-08-28", authority(mobile=NO))
    machine = levels_of(later, PLAN, earlier)
    for verdict, said, expected in (
        ("corrects", "none", ("same", "none")),
        ("corrects", "significant", ("better", "hand")),
        ("confirms", "full", ("better", "site")),
    ):
        levels = [by_hand(one, said, verdict) if one.item == "2.4" else one for one in machine]
        cells = {one.what: one for one in changes(later, levels, PLAN, earlier, ())}
        assert told(cells["2.4"]) == expected


def test_items_that_persons_judged_in_both_rounds_are_compared() -> None:
    later, earlier = round_of("2026-09-01", authority()), round_of("2018-08-28", authority())
    now = [by_hand(one, "full", "fills") if one.item == "6.2" else one for one in levels_of(later, PLAN)]
    then = [by_hand(one, "none", "fills") if one.item == "6.2" else one for one in levels_of(earlier, PLAN)]
    cells = {one.what: one for one in changes(later, now, PLAN, earlier, (), before_levels=then)}
    assert (cells["6.2"].was, cells["6.2"].now, *told(cells["6.2"])) == ("none", "full", "better", "hand")
    cells = {one.what: one for one in changes(later, now, PLAN, earlier, ())}
    assert told(cells["6.2"]) == ("not_comparable", "hand")


def test_a_finding_that_a_person_filled_in_is_told_as_such() -> None:
    filled = {**profiles("facebook", "vk"), "hand": {"verdict": "fills"}}
    cells = compared(authority(social=NO, news=news("slowed")), authority(social=filled, news=news("slowed")))
    assert told(cells["social"]) == ("better", "hand")
    cells = compared(authority(social=NO, news=news("stopped")), authority(social=filled, news=news("stopped")))
    assert told(cells["2.4"]) == ("better", "hand")


# -- editions --------------------------------------------------------------------------------------------------------


def second_edition() -> Plan:
    """4.2.2 full needs no menu any more, and a section that is fresh within a year."""
    item = PLAN.item("4.2.2")
    eased = Condition.model_validate(
        {"fact": "sections.public_council", "state": ("found",), "fullness": ("full",), "last_within_days": 365}
    )
    rules = (item.levels[0].model_copy(update={"when": eased}), *item.levels[1:])
    items = tuple(one.model_copy(update={"levels": rules}) if one is item else one for one in PLAN.items)
    # Through JSON, as from a file: nothing that the first edition had worked out comes with it.
    return Plan.model_validate_json(PLAN.model_copy(update={"edition": 2, "items": items}).model_dump_json())


def test_a_change_of_rule_is_told_apart_from_a_change_of_site() -> None:
    second = second_edition()
    then = authority(sections={"public_council": section(last_date="2018-01-01")})
    unchanged = authority(sections={"public_council": section(last_date="2026-01-01")})
    change = compared(then, unchanged, second, before_plan=PLAN)["4.2.2"]
    assert (change.was, change.now, *told(change)) == ("significant", "full", "same", "rule")
    assert change.detail == "edition 1 -> 2: significant -> full"
    # Where the site changed as well, the verdict is the site's and the rule is told beside it.
    change = compared(then, authority(), second, before_plan=PLAN)["4.2.2"]
    assert (change.was, change.now, *told(change)) == ("full", "none", "worse", "site")
    assert change.detail.endswith("; edition 1 -> 2: significant -> full")
    # Other items, and the same edition, know of no change.
    cells = compared(then, unchanged, second, before_plan=PLAN)
    assert {told(cells[item]) for item in ("2.4", "4.2.1")} == {("same", "none")}
    assert "rule" not in {one.why for one in compared(then, unchanged, PLAN, before_plan=PLAN).values()}


def test_any_round_is_scored_again_under_any_edition() -> None:
    of_2018 = findings_of(load_round(ROOT / "methodology" / "rounds" / "erc-2018.yaml"))
    first, second = levels_of(of_2018, PLAN), levels_of(of_2018, second_edition())
    moved = {(one.authority, one.item) for one, two in zip(first, second, strict=True) if one.level != two.level}
    assert moved
    assert {item for _, item in moved} == {"4.2.2"}
    assert levels_of(copy.deepcopy(of_2018), PLAN) == first


def test_another_plan_is_no_edition() -> None:
    with pytest.raises(ValueError, match="another plan"):
        compared(authority(), authority(), PLAN, before_plan=PLAN_2020)


# -- who is compared with whom ---------------------------------------------------------------------------------------


def agency(agency_id: str, **more: Any) -> Agency:
    return Agency.model_validate({"id": agency_id, "group": "local", "name": agency_id, "site": None, **more})


def test_a_new_body_is_compared_with_nobody() -> None:
    cells = compared(authority("old", mobile=NO), authority("new"))
    assert {told(one) for one in cells.values()} == {("not_comparable", "no_earlier")}
    assert {one.was for one in cells.values()} == {None}


def test_who_took_over_is_not_for_that_compared() -> None:
    old = agency("old", after_2018={"status": "merged", "note": "n", "successor_id": "new"})
    cells = compared(authority("old", mobile=NO), authority("new"), agencies=(old, agency("new")))
    assert {told(one) for one in cells.values()} == {("not_comparable", "no_earlier")}


def test_a_successor_is_compared_where_the_registry_says_so() -> None:
    agencies = (agency("old"), agency("new", predecessor="old"))
    cells = compared(authority("old", mobile=NO), authority("new"), agencies=agencies)
    assert (cells["mobile"].detail, *told(cells["mobile"])) == ("predecessor old", "better", "successor")
    assert told(cells["2.4"]) == ("better", "successor")
    assert told(cells["news"]) == ("same", "successor")
    # One that stands in the earlier round itself needs no predecessor.
    earlier = round_of("2018-08-28", authority("old", mobile=NO), authority("new"))
    later = round_of("2026-09-01", authority("new"))
    found = {one.what: one for one in changes(later, levels_of(later, PLAN), PLAN, earlier, agencies)}
    assert told(found["mobile"]) == ("same", "none")


def test_the_level_of_a_successor_may_be_worse() -> None:
    earlier = round_of("2018-08-28", authority("old"))
    later = round_of("2026-09-01", authority("new", mobile=NO))
    heirs = predecessors_of((agency("old"), agency("new", predecessor="old")))
    assert [one.level for one in levels_of(later, PLAN, earlier, heirs) if one.item == "2.4"] == ["worse"]
    assert [one.level for one in levels_of(later, PLAN, earlier) if one.item == "2.4"] == ["none"]


def test_an_authority_that_a_partial_round_did_not_come_to() -> None:
    earlier = round_of("2018-08-28", partial=True)
    later = round_of("2026-09-01", authority())
    found = changes(later, levels_of(later, PLAN), PLAN, earlier, ())
    assert {(*told(one), one.detail) for one in found} == {
        ("not_comparable", "capture", "the earlier round is partial")
    }


def test_an_item_has_cells_only_for_those_whom_it_concerns() -> None:
    local, central = authority("baku"), authority("some-ministry", "central")
    later, earlier = round_of("2026-09-01", local, central), round_of("2018-08-28", local, central)
    found = changes(later, levels_of(later, PLAN_2020), PLAN_2020, earlier, ())
    assert {one.authority for one in found if one.what == "4.3"} == {"baku"}
    assert {one.authority for one in found if one.what == "6.3"} == {"baku", "some-ministry"}
    assert not [one for one in found if one.what == "2.7"]


def test_steps_go_both_ways() -> None:
    for fact, one, other in (
        ("mobile", NO, YES),
        ("news", news("stopped"), news("active")),
        ("sections.x", section("formal"), section("full")),
    ):
        assert (step(fact, one, other), step(fact, other, one), step(fact, one, one)) == (1, -1, 0)
