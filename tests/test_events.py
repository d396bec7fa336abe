"""Is every event told once, when it has been seen often enough, and never out of a look that could not look?"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from scoring.events import Event, Look, OtherState, PlanLevels, State, awaiting, fresh, look_of, replay, step
from scoring.rhythm import EVENT_KINDS, load_method
from tests import simulated_year

FIRST = date(2026, 3, 1)
KINDS = ("public_council", "procurement", "open_data", "e_services", "e_appeal", "ethics_report")


def authority(number: int, age: int = 1, one: str = "a", **more: Any) -> dict[str, Any]:
    """One site on day `number`; its newest item is `age` days old. `site`, `complete`, `sections`, `news` change it."""
    day = FIRST + timedelta(days=number)
    state = more.get("site", "up")
    proof = [
        {"url": f"http://{one}-ih.gov.az/", "sha256": None, "quote": f"day {number}", "seen_at": f"{day}T02:00:00Z"}
    ]
    dates = [(day - timedelta(days=age + 4 * n)).isoformat() for n in range(20)]
    news = more.get("news") or {"state": "found", "last_date": dates[0], "dates": dates, "evidence": proof}
    unseen = {"state": "unseen", "reason": "timeout", "evidence": []}
    sections = dict.fromkeys(KINDS, "found") | more.get("sections", {})
    found = {kind: {"state": word, "evidence": proof} for kind, word in sections.items()}
    site = {"url": proof[0]["url"], "state": state, "reason": "ok" if state == "up" else "timeout", "evidence": proof}
    return {
        "id": one,
        "group": "local",
        "name": one.upper(),
        "site": site,
        "news": news if state == "up" else unseen,
        "sections": found if state == "up" else dict.fromkeys(KINDS, unseen),
        "fetch": {"complete": more.get("complete", True)},
    }


def look(number: int, *authorities: dict[str, Any], kind: Any = "full", partial: bool = False, **more: Any) -> Look:
    day = (FIRST + timedelta(days=number)).isoformat()
    about = {"name": f"look-{number}", "as_of": day, "started_at": f"{day}T02:00:00Z", "partial": partial}
    return look_of({"round": about, "authorities": list(authorities)}, kind, **more)


def sites(words: str) -> list[Look]:
    """A look a day: u up, d down, b blocked, p a partial round in which the site failed, x may not be visited."""
    states = {"u": "up", "d": "down", "b": "blocked", "p": "down", "x": "unseen"}
    return [look(n, authority(n, site=states[word]), partial=word == "p") for n, word in enumerate(words)]


def told(looks: Iterable[Look]) -> list[tuple[str, int, int]]:
    """(kind, day since, day noticed) of what is told."""
    return [(one.kind, (one.since - FIRST).days, (one.noticed_on - FIRST).days) for one in replay(looks)[1]]


@pytest.mark.parametrize(
    ("words", "events"),
    [
        ("uuduu", []),
        ("uudduu", []),
        ("uuddd", [("went_down", 2, 4)]),
        ("uudddddd", [("went_down", 2, 4)]),
        ("uudddduu", [("went_down", 2, 4), ("came_back", 6, 7)]),
        ("uudddduduu", [("went_down", 2, 4), ("came_back", 8, 9)]),
        ("uubbb", [("went_blocked", 2, 4)]),
        ("uudpxdd", [("went_down", 2, 6)]),  # what could not look neither counts nor breaks the row
        ("uuppp", []),
        ("uuxxx", []),
        ("ddddd", []),  # down since before we looked
        ("dddduu", [("came_back", 4, 5)]),
    ],
)
def test_down_is_said_after_three_looks_over_two_days(words: str, events: list[Any]) -> None:
    assert told(sites(words)) == events


def test_three_looks_of_one_day_are_not_enough() -> None:
    looks = sites("uu")
    hourly = [authority(2, site="down") for _ in range(5)]
    day = (FIRST + timedelta(days=2)).isoformat()
    for hour, one in enumerate(hourly):
        about = {"name": f"h{hour}", "as_of": day, "started_at": f"{day}T{hour + 3:02}:00:00Z"}
        looks.append(look_of({"round": about, "authorities": [one]}))
    assert told(looks) == []


def test_a_site_that_flaps_is_told_a_few_times_and_then_once_more_when_it_keeps_still() -> None:
    events = told(sites("uu" + "ddduu" * 8 + "ddd" + "d" * 20))
    assert [kind for kind, _, _ in events] == ["went_down", "came_back", "went_down", "unsteady", "came_back"][:4]
    still = told(sites("uu" + "ddduu" * 8 + "u" * 20))
    assert [kind for kind, _, _ in still] == ["went_down", "came_back", "went_down", "unsteady", "came_back"]


def test_news_that_stops_and_resumes_is_told_once_each() -> None:
    silent = [look(n, authority(n, age=1 + max(0, n - 5))) for n in range(50)]
    again = [look(n, authority(n, age=n - 49)) for n in range(50, 60)]
    assert told(silent + again) == [("news_stopped", 4, 36), ("news_resumed", 49, 51)]


def test_items_that_are_dated_back_are_not_when_it_resumed() -> None:
    looks = [look(n, authority(n, age=1 + max(0, n - 5))) for n in range(50)]
    looks += [look(n, authority(n, age=n - 40)) for n in range(50, 53)]
    assert told(looks)[1:] == [("news_resumed", 50, 51)]


def test_a_site_is_not_silent_while_it_is_down() -> None:
    looks = [look(n, authority(n)) for n in range(5)]
    looks += [look(n, authority(n, site="down")) for n in range(5, 40)]
    looks += [look(n, authority(n, age=n - 3)) for n in range(40, 60)]
    assert [kind for kind, _, _ in told(looks)] == ["went_down", "came_back"]


@pytest.mark.parametrize("fails", [{"complete": False}, {"news": {"state": "unseen", "reason": "timeout"}}])
def test_silence_is_never_read_out_of_a_look_that_could_not_look(fails: dict[str, Any]) -> None:
    looks = [look(n, authority(n)) for n in range(3)]
    looks += [look(n, authority(n, age=n + 60, **fails)) for n in range(3, 60)]
    assert told(looks) == []


@pytest.mark.parametrize(
    ("was", "now", "kind"),
    [
        ("found", "absent", "section_vanished"),
        ("found", "partial", "section_emptied"),
        ("partial", "found", "section_filled"),
        ("absent", "partial", "section_appeared"),
        ("absent", "found", "section_appeared"),
    ],
)
def test_sections_come_and_go(was: str, now: str, kind: str) -> None:
    looks = [look(n, authority(n, sections={"open_data": was if n < 3 else now})) for n in range(6)]
    assert told(looks) == [(kind, 3, 4)]
    event = replay(looks)[1][0]
    assert (event.what, event.before["value"], event.after["value"]) == ("sections.open_data", was, now)
    assert event.before["evidence"][0]["quote"] == "day 2"
    assert event.after["evidence"][0]["quote"] == "day 4"


@pytest.mark.parametrize("how", [{"kind": "light"}, {"partial": True}, {"complete": False}])
def test_nothing_vanishes_where_the_look_was_not_whole(how: dict[str, Any]) -> None:
    complete = how.pop("complete", True)
    looks = [look(n, authority(n)) for n in range(3)]
    looks += [look(n, authority(n, sections={"open_data": "absent"}, complete=complete), **how) for n in range(3, 9)]
    assert told(looks) == []


def test_one_look_that_misses_a_section_is_no_event_and_is_awaited() -> None:
    looks = [look(n, authority(n, sections={"open_data": "absent"} if n == 3 else {})) for n in range(6)]
    state, events = replay(looks[:4])
    assert events == ()
    assert awaiting(state) == [
        {"authority": "a", "what": "sections.open_data", "was": "found", "now": "absent"}
        | {"since": (FIRST + timedelta(days=3)).isoformat(), "looks": 1}
    ]
    state, events = replay(looks)
    assert (events, awaiting(state)) == ((), [])


def levels(number: int, word: str, edition: str = "1", **more: Any) -> Look:
    row = {"authority": "a", "item": "4.2.1", "level": word, "base": word, "rule": {"az": "q", "en": "r"}}
    given = PlanLevels("nap", edition, ({**row, "stood_on": ["sections.public_council"]},))
    return look(number, authority(number), levels=[given], **more)


def test_a_level_that_falls_is_told_with_its_rule() -> None:
    looks = [levels(n, "full" if n < 3 else "none") for n in range(6)]
    assert told(looks) == [("level_fell", 3, 4)]
    event = replay(looks)[1][0]
    assert (event.what, event.before["value"], event.after["value"]) == ("nap 4.2.1", "full", "none")
    assert event.after["rule"] == {"az": "q", "en": "r"}
    assert told([levels(n, "none" if n < 3 else "full") for n in range(6)]) == [("level_rose", 3, 4)]


def test_another_edition_of_the_rule_and_what_was_not_assessed_are_no_events() -> None:
    assert told([levels(n, *(("full", "1") if n < 3 else ("none", "2"))) for n in range(8)]) == []
    assert told([levels(n, "full" if n < 3 else "not_assessed") for n in range(8)]) == []
    assert told([levels(n, "full" if n < 3 else "none", kind="full" if n < 3 else "light") for n in range(8)]) == []


def test_many_sections_that_change_at_once_ask_for_a_look() -> None:
    gone = dict.fromkeys(KINDS[:4], "absent")
    events = replay(look(n, authority(n, sections=gone if n > 2 else {})) for n in range(6))[1]
    sent = [one for one in events if one.part_of is None]
    assert [one.kind for one in sent] == ["redesign_suspected"]
    assert sent[0].detail["changes"] == [f"sections.{kind} found -> absent" for kind in KINDS[:4]]
    assert [one.kind for one in events if one.part_of == sent[0].id] == ["section_vanished"] * 4


def many(number: int, down: Iterable[int] = (), count: int = 40) -> Look:
    down = set(down)
    return look(number, *(authority(number, one=f"s{n}", site="down" if n in down else "up") for n in range(count)))


def test_sites_of_a_platform_that_go_down_together_are_one_event() -> None:
    looks = [many(n, range(11) if 3 <= n < 8 else ()) for n in range(12)]
    events = [one for one in replay(looks)[1] if one.part_of is None]
    assert [(one.kind, len(one.members)) for one in events] == [("cohort_down", 11), ("cohort_up", 11)]
    assert events[0].what == "host:-ih.gov.az"
    assert events[0].after["value"] == "11 of 40"
    assert len(events[0].after["evidence"]) == 11


def test_two_sites_that_go_down_on_one_day_are_two_events() -> None:
    events = replay(many(n, range(2) if n >= 3 else ()) for n in range(8))[1]
    assert [(one.kind, one.authority) for one in events] == [("went_down", "s0"), ("went_down", "s1")]


def test_what_half_of_the_sites_do_at_once_is_first_taken_for_our_own_trouble() -> None:
    assert told(many(n, range(20) if n in (3, 4, 5) else ()) for n in range(12)) == []
    lasting = replay(many(n, range(20) if n >= 3 else ()) for n in range(12))[1]
    assert [(one.kind, one.noticed_on) for one in lasting if one.part_of is None] == [
        ("cohort_down", FIRST + timedelta(days=8))
    ]


def test_a_look_stepped_over_twice_gives_nothing_new() -> None:
    state = fresh()
    events: list[Event] = []
    for one in sites("uudddduu"):
        state, new = step(state, one)
        again, nothing = step(state, one)
        assert nothing == ()
        assert again == state
        events += new
    assert [one.kind for one in events] == ["went_down", "came_back"]
    for one in sites("uudddduu"):
        assert step(state, one) == (state, ())


def test_the_state_is_plain_json_and_step_leaves_it_as_it_was() -> None:
    state: State = fresh()
    whole: list[Event] = []
    for one in sites("uudddduu"):
        kept = json.dumps(state, ensure_ascii=False)
        state_after, new = step(json.loads(kept), one)
        unharmed, _ = step(state, one)
        assert json.dumps(state, ensure_ascii=False) == kept
        assert unharmed == state_after == json.loads(json.dumps(state_after))
        state = state_after
        whole += new
    assert [one.row() for one in whole] == [one.row() for one in replay(sites("uudddduu"))[1]]
    assert json.loads(json.dumps(whole[0].row()))["since"] == "2026-03-03"


def test_a_state_of_another_version_is_refused() -> None:
    with pytest.raises(OtherState, match="saytmetr-events/0"):
        step({**fresh(), "format": "saytmetr-events/0"}, sites("u")[0])


def test_ids_are_the_same_whenever_an_event_is_found() -> None:
    looks = sites("uudddduu")
    every_other = [look for n, look in enumerate(looks) if n not in (3,)] + [
        look(n, authority(n)) for n in range(8, 12)
    ]
    ids = {one.kind: one.id for one in replay(looks)[1]}
    assert {one.kind: one.id for one in replay(every_other)[1]} == ids
    assert len(set(ids.values())) == 2


def test_every_kind_of_event_has_its_words() -> None:
    method = load_method()
    assert all(method.words("events", kind)["az"] and method.words("events", kind)["en"] for kind in EVENT_KINDS)


@pytest.fixture(scope="module")
def year() -> tuple[simulated_year.Year, list[Event]]:
    planned = simulated_year.simulated(seed=1)
    return planned, simulated_year.run(planned, seed=1)[1]


def test_a_simulated_year_is_told_once_and_nothing_else(year: tuple[simulated_year.Year, list[Event]]) -> None:
    planned, events = year
    lines = simulated_year.verdict(planned, events)
    printed = "\n".join(simulated_year.table(lines))
    assert sum(line.happened for line in lines) == len(planned.truth) > 40, printed
    for line in lines:
        assert line.once == line.happened, printed
        assert line.false == 0, printed
    flaps = simulated_year.of_flapping(planned, events)
    assert len(flaps) <= 6
    assert [one.kind for one in flaps].count("unsteady") == 1
    assert len({one.id for one in events}) == len(events)
    words = load_method()
    assert {word for one in events for word in one.why} <= {*words.reasons, *words.causes}


def test_the_verdict_on_a_year_tells_what_is_missed_late_twice_and_false(
    year: tuple[simulated_year.Year, list[Event]],
) -> None:
    planned, events = year
    stop = next(one for one in events if one.kind == "news_stopped" and one.part_of is None)
    rest = [one for one in events if one is not stop]

    def line(*more: Event) -> simulated_year.Line:
        lines = simulated_year.verdict(planned, [*rest, *more])
        return next(one for one in lines if one.kind == "news_stopped")

    assert (line().never, line(stop).never) == (1, 0)
    assert line(stop, stop).twice == 1
    assert line(replace(stop, noticed_on=stop.noticed_on + timedelta(days=20))).late == 1
    assert line(replace(stop, authority="nobody")).false == 1
