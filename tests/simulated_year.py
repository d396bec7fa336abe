"""A year of daily looks at 103 sites of which everything is known: is each event told once, and nothing else?

    python -m tests.simulated_year [SEED]

The generator plans what happens (stops, returns, outages of an hour to three weeks, a cohort, a summer's quiet, our own
network failing, sections that come and go, a site that flaps, looks that fail) and writes down the truth; the looks are
findings documents as the contract has them. Every seventh look is a full one, and so is the look of the day after a
change was seen for the first time, as scoring.events.awaiting asks for.
"""

from __future__ import annotations

import random
import sys
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Any

from scoring.events import Event, Look, PlanLevels, State, awaiting, fresh, look_of, step

FIRST = date(2025, 1, 1)
DAYS = 365
LOCAL, CENTRAL = 77, 26
KINDS = ("public_council", "procurement", "open_data", "e_services", "e_appeal", "ethics_report")
SLACK_DAYS = 3  # a look that fails may stand between an event and its last look
FULL_EVERY = 7
PLAN = "nap-2016-2018"
Span = tuple[int, int]  # days of the year, both ends in


@dataclass(frozen=True)
class Truth:
    """An event that happened: told once, `since` a day of the span, not later than `by`. Days of the year."""

    kind: str
    authority: str | None  # None: of a platform
    since: Span
    by: int
    members: frozenset[str] = frozenset()
    what: str = ""


@dataclass
class Site:
    """What happens to one site. Days of the year, counted from 0; item days may be before it."""

    id: str
    host: str
    gap: float
    bursts: bool = False
    silent: list[Span] = field(default_factory=list)
    off: dict[int, str] = field(default_factory=dict)  # day -> down | blocked, at the hour of the look
    sections: dict[str, list[tuple[int, str]]] = field(default_factory=dict)  # kind -> (from day, state)
    failed: dict[int, str] = field(default_factory=dict)  # day -> what fails at that one look
    items: list[int] = field(default_factory=list)


@dataclass
class Year:
    sites: list[Site]
    truth: list[Truth]
    partial: dict[int, float]  # day -> share of sites that our own network failed to reach, in a round that says so
    unsaid: dict[int, float]  # the same, in a round that does not say so
    flapping: str


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


@cache
def iso(number: int) -> str:
    return day(number).isoformat()


# ---- the plan --------------------------------------------------------------------------------------------------------


def simulated(seed: int = 1) -> Year:
    chance = random.Random(seed)
    sites = [Site(f"local-{n:02}", f"rayon{n}-ih.gov.az", chance.choice((2, 3, 4, 5, 7, 10))) for n in range(LOCAL)]
    sites += [Site(f"central-{n:02}", f"nazirlik{n}.gov.az", chance.choice((1, 1, 2, 3))) for n in range(CENTRAL)]
    for site in sites:
        site.sections = {kind: [(-1, chance.choice(("found", "absent", "partial")))] for kind in KINDS}
        # Two sections that are there, so that a vanishing one is no redesign.
        site.sections["public_council"] = site.sections["procurement"] = [(-1, "found")]
    free = list(sites)
    chance.shuffle(free)
    year = Year(sites, [], {}, {}, "")
    local = [site for site in free if site.id.startswith("local")]
    central = [site for site in free if site.id.startswith("central")]
    _plan_cohort(year, chance, [local.pop() for _ in range(24)])
    _plan_summer(chance, [local.pop() for _ in range(14)])
    _plan_platform_outage(year, [local.pop() for _ in range(14)])
    _plan_stops(year, chance, [*(local.pop() for _ in range(6)), *(central.pop() for _ in range(4))])
    _plan_outages(year, chance, [*(local.pop() for _ in range(8)), *(central.pop() for _ in range(6))])
    _plan_sections(year, chance, [central.pop() for _ in range(6)])
    _plan_flapping(year, central.pop())
    _plan_redesign(year, central.pop())
    for site in [local.pop(), central.pop()]:
        site.bursts = True
    year.partial = {100: 0.5, 101: 0.5}
    year.unsaid = {222: 0.6}
    for site in sites:
        site.items = _items(site, chance)
        _fail_now_and_then(site, chance)
    _tell_stops(year)
    return year


def _plan_cohort(year: Year, chance: random.Random, members: list[Site]) -> None:
    """They fall silent within 16 days of October and come back within 6 days, some 60 days later."""
    for site in members:
        site.gap = chance.choice((3, 4, 5, 7))
        site.silent = [(275 + chance.randint(0, 16), 345 + chance.randint(0, 6))]
    ids = frozenset(site.id for site in members)
    year.truth.append(Truth("cohort_stopped", None, (260, 292), 291 + 30, ids))
    year.truth.append(Truth("cohort_returned", None, (345, 360), 356 + SLACK_DAYS, ids))


def _plan_summer(chance: random.Random, members: list[Site]) -> None:
    """Quiet for five weeks, as in the summer before: no event. Their newest 60 items reach back over a year."""
    for site in members:
        site.gap = chance.choice((8, 9, 10))
        start = 185 + chance.randint(0, 5)
        site.silent = [(start, start + 66), (start - 366, start - 366 + 68)]


def _plan_platform_outage(year: Year, members: list[Site]) -> None:
    for site in members:
        site.off.update(dict.fromkeys(range(60, 65), "down"))
    ids = frozenset(site.id for site in members)
    year.truth.append(Truth("cohort_down", None, (59, 61), 62 + SLACK_DAYS, ids))
    year.truth.append(Truth("cohort_up", None, (64, 66), 66 + SLACK_DAYS, ids))


def _plan_stops(year: Year, chance: random.Random, sites: list[Site]) -> None:
    """One of a half of them never comes back within the year."""
    for number, site in enumerate(sites):
        site.gap = chance.choice((1, 2, 3, 4))
        start = 20 + number * 24
        site.silent = [(start, start + chance.randint(50, 90) if number % 2 else DAYS + 1)]


def _plan_outages(year: Year, chance: random.Random, sites: list[Site]) -> None:
    """As many looks as each meets, from one (an hour, six hours, a day) to 21."""
    looks = (1, 1, 1, 2, 2, 3, 3, 4, 5, 7, 10, 14, 21, 21)
    for number, (site, length) in enumerate(zip(sites, looks, strict=True)):
        start = 15 + number * 23
        word = "blocked" if number % 5 == 4 else "down"
        site.off.update(dict.fromkeys(range(start, start + length), word))
        if length >= 3:
            kind = "went_blocked" if word == "blocked" else "went_down"
            year.truth.append(Truth(kind, site.id, (start - 1, start + 1), start + 2 + SLACK_DAYS))
            end = start + length
            year.truth.append(Truth("came_back", site.id, (end, end + SLACK_DAYS), end + 1 + SLACK_DAYS))


def _plan_sections(year: Year, chance: random.Random, sites: list[Site]) -> None:
    """Two that vanish (and the level with the council), two that appear, one that is emptied, one that is filled."""
    plan = (
        *(
            ("public_council", "found", "absent", "section_vanished"),
            ("procurement", "found", "absent", "section_vanished"),
        ),
        *(
            ("open_data", "absent", "found", "section_appeared"),
            ("ethics_report", "absent", "partial", "section_appeared"),
        ),
        *(("e_services", "found", "partial", "section_emptied"), ("e_appeal", "partial", "found", "section_filled")),
    )
    for number, (site, (kind, was, now, event)) in enumerate(zip(sites, plan, strict=True)):
        start = 40 + number * 50
        site.sections[kind] = [(-1, was), (start, now)]
        by = start + FULL_EVERY + 1 + 2 * SLACK_DAYS
        year.truth.append(Truth(event, site.id, (start, start + FULL_EVERY + SLACK_DAYS), by, what=f"sections.{kind}"))
        if kind == "public_council":
            year.truth.append(Truth("level_fell", site.id, (start, start + FULL_EVERY + SLACK_DAYS), by))


def _plan_flapping(year: Year, site: Site) -> None:
    """Three days down, two days up, for 50 days: told a few times and then once as unsteady."""
    for start in range(130, 180, 5):
        site.off.update(dict.fromkeys(range(start, start + 3), "down"))
    year.flapping = site.id


def _plan_redesign(year: Year, site: Site) -> None:
    for kind in KINDS:
        site.sections[kind] = [(-1, "found"), (240, "absent" if kind in KINDS[1:5] else "found")]
    year.truth.append(Truth("redesign_suspected", site.id, (240, 250), 241 + FULL_EVERY + 2 * SLACK_DAYS))


def _items(site: Site, chance: random.Random) -> list[int]:
    """Days with items from 700 days before the year to its end, none in a silence."""
    found, at = [], -700.0
    while at < DAYS:
        if site.bursts:
            found += [round(at) + n for n in range(4)]
            at += chance.randint(19, 24)
        else:
            found.append(round(at))
            at += site.gap * chance.uniform(0.4, 1.6)
    return sorted({one for one in found if not any(start <= one <= end for start, end in site.silent)})


def _fail_now_and_then(site: Site, chance: random.Random) -> None:
    at = chance.randint(3, 30)
    while at < DAYS:
        # A look that fails beside an outage of two looks makes it one of three, which is to be told.
        if not any(abs(at - off) <= 1 for off in site.off):
            site.failed[at] = chance.choice(("timeout", "news_unseen", "cut_short", "old_date", "no_section"))
        at += chance.randint(8, 40)


def _tell_stops(year: Year) -> None:
    """A single stop begins with its last item. The cohort's are planned apart, and the summer's quiet is none."""
    members = {one for truth in year.truth for one in truth.members if truth.kind == "cohort_stopped"}
    for site in year.sites:
        for start, end in site.silent:
            if site.id in members or site.gap > 7 or start < 0:
                continue
            last = site.items[bisect_right(site.items, start) - 1]
            year.truth.append(Truth("news_stopped", site.id, (last, last), last + 31 + 1 + 1 + SLACK_DAYS))
            if end < DAYS:
                first = next(one for one in site.items if one > end)
                year.truth.append(Truth("news_resumed", site.id, (first, first), first + 1 + SLACK_DAYS))


# ---- what a look sees ------------------------------------------------------------------------------------------------


def look_at(year: Year, number: int, full: bool, chance: random.Random) -> Look:
    """The findings of one day. A light look has the site, the news and the sections that are there."""
    partial, unsaid = year.partial.get(number), year.unsaid.get(number)
    lost = partial or unsaid or 0.0
    authorities = [_authority(site, number, full, chance.random() < lost) for site in year.sites]
    as_of = iso(number)
    about = {"name": f"look-{number:03}", "as_of": as_of, "started_at": f"{as_of}T02:00:00Z", "partial": bool(partial)}
    document = {"format": "saytmetr-findings/1", "round": about, "authorities": authorities}
    levels = tuple(_levels(authorities)) if full else ()
    return look_of(document, "full" if full else "light", [PlanLevels(PLAN, "1", levels)])


def _authority(site: Site, number: int, full: bool, lost: bool) -> dict[str, Any]:
    failure = site.failed.get(number)
    url = f"http://{site.host}/"
    state = site.off.get(number) or ("down" if lost or failure == "timeout" else "up")
    seen_at = f"{iso(number)}T02:00:00Z"
    proof = [{"url": url, "sha256": None, "quote": None, "seen_at": seen_at}]
    about = {"id": site.id, "group": site.id.partition("-")[0], "name": site.id}
    reason = "ok" if state == "up" else "timeout" if state == "down" else "waf"
    known = {"site": {"state": state, "reason": reason, "url": url, "final_url": url, "evidence": proof}}
    unseen = {"state": "unseen", "reason": reason, "evidence": []}
    fetch = {"requests": 1, "pages": 1, "bytes": 1, "seconds": 1.0, "complete": failure != "cut_short"}
    if state != "up":
        return {**about, **known, "news": unseen, "sections": dict.fromkeys(KINDS, unseen), "fetch": fetch}
    news = {**unseen, "reason": "timeout"} if failure == "news_unseen" else _news(site, number, failure, proof)
    sections = {kind: _section(site, kind, number, failure, full, proof) for kind in KINDS}
    return {**about, **known, "news": news, "sections": sections, "fetch": fetch}


def _news(site: Site, number: int, failure: str | None, proof: list[Any]) -> dict[str, Any]:
    """Its newest 60 days with items; one look reads an older list."""
    newest = number - 60 if failure == "old_date" else number
    days = site.items[: bisect_right(site.items, newest)][-60:][::-1]
    dates = [iso(one) for one in days]
    return {"state": "found", "last_date": dates[0], "dates": dates, "evidence": proof}


def _section(site: Site, kind: str, number: int, failure: str | None, full: bool, proof: list[Any]) -> dict[str, Any]:
    state = [state for start, state in site.sections[kind] if start <= number][-1]
    if failure in ("no_section", "cut_short") and kind in ("procurement", "open_data"):
        state = "absent"
    if not full and state == "absent":
        return {"state": "unseen", "reason": "not_in_findings", "evidence": []}
    return {"state": state, "evidence": proof}


def _levels(authorities: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for one in authorities:
        state = one["sections"]["public_council"]["state"]
        base = {"found": "full", "partial": "significant", "absent": "none"}.get(state, "not_assessed")
        yield {"authority": one["id"], "item": "4.2.1", "level": base, "base": base, "rule": {}} | {
            "stood_on": ("sections.public_council",)
        }


# ---- a run, and what came of it --------------------------------------------------------------------------------------


def run(year: Year, seed: int = 1) -> tuple[State, list[Event]]:
    """The year look by look."""
    chance, state = random.Random(seed + 1000), fresh()
    told: list[Event] = []
    for number in range(DAYS):
        # One fact that is stuck may not make every look a full one.
        asked = any(one["what"].startswith(("sections.", PLAN)) for one in awaiting(state))
        look = look_at(year, number, number % FULL_EVERY == 0 or asked, chance)
        state, events = step(state, look)
        told += events
    return state, told


@dataclass(frozen=True)
class Line:
    """One kind of event: how often it happened, was told once and in time, late, twice, never; and told of nothing."""

    kind: str
    happened: int = 0
    once: int = 0
    late: int = 0
    twice: int = 0
    never: int = 0
    false: int = 0


def verdict(year: Year, told: Sequence[Event]) -> list[Line]:
    """What was sent (not what is part of another event) held against the truth. The flapping site is told apart."""
    sent = [one for one in told if one.part_of is None and one.authority != year.flapping]
    counts: dict[str, Counter[str]] = {}
    used: set[int] = set()
    for truth in year.truth:
        fits = [index for index, event in enumerate(sent) if _is_told(truth, event)]
        used |= set(fits)
        late = bool(fits) and (sent[fits[0]].noticed_on - FIRST).days > truth.by
        how = "never" if not fits else "twice" if len(fits) > 1 else "late" if late else "once"
        counts.setdefault(truth.kind, Counter()).update(["happened", how])
    for index, event in enumerate(sent):
        if index not in used:
            counts.setdefault(event.kind, Counter()).update(["false"])
    return [Line(kind, **count) for kind, count in sorted(counts.items())]


def _is_told(truth: Truth, event: Event) -> bool:
    since = (event.since - FIRST).days
    if event.kind != truth.kind or event.authority != truth.authority or not truth.since[0] <= since <= truth.since[1]:
        return False
    # A cohort is told while it still grows: half of it at least, and nobody else beyond a sixth.
    members = set(event.members)
    return not truth.members or (
        2 * len(members & truth.members) >= len(truth.members) and 6 * len(members - truth.members) <= len(members)
    )


def of_flapping(year: Year, told: Sequence[Event]) -> list[Event]:
    return [one for one in told if one.authority == year.flapping]


def table(lines: Sequence[Line]) -> Iterator[str]:
    heads = ("happened", "once", "late", "twice", "never", "false")
    yield f"{'event':<20}" + "".join(f"{head:>10}" for head in heads)
    for line in lines:
        yield f"{line.kind:<20}" + "".join(f"{getattr(line, head):>10}" for head in heads)
    sums = {head: sum(getattr(line, head) for line in lines) for head in heads}
    yield f"{'all':<20}" + "".join(f"{sums[head]:>10}" for head in heads)


def main() -> None:
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    year = simulated(seed)
    _, told = run(year, seed)
    print(f"{len(year.sites)} sites, {DAYS} looks, seed {seed}")
    print("\n".join(table(verdict(year, told))))
    flaps = Counter(one.kind for one in of_flapping(year, told))
    print(f"the site that flaps: {', '.join(f'{kind} {count}' for kind, count in sorted(flaps.items()))}")
    failed = sum(len(site.failed) for site in year.sites)
    print(
        f"looks at one site that failed: {failed}; looks in which our own network did: {len(year.partial)} said, ",
        end="",
    )
    print(f"{len(year.unsaid)} unsaid")
    print(f"listed under another event: {sum(one.part_of is not None for one in told)}")


if __name__ == "__main__":
    main()
