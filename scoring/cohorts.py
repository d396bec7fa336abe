"""Did sites of one platform fall silent within the same days, more of them than chance allows?

What is said of a platform is inferred from addresses: hosts that are named alike (`baku-ih.gov.az`, `ganja-ih.gov.az`)
or numbered pages under the same path (`/page/12.html`). A finding that records the markup family or the address of the
server (`site.platform`, `site.address`) goes before. None of it proves a cause.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from math import exp, log
from statistics import median
from typing import Any
from urllib.parse import urlsplit

from archive.registry import host_of
from scoring.rhythm import CohortRule, Finding, Method, Rhythm, Sight, load_method, rhythm_of, sights_of

_DIGITS = re.compile(r"\d+")
_USUAL_GAP_DAYS = 7.0  # of a site of which nothing else is known


# ---- platforms -------------------------------------------------------------------------------------------------------


def platform_of(authority: Finding, kind: str | None = None) -> str | None:
    """The platform that a site is on, as far as its findings show it; None where they show none.

    `kind` is that of the registry: a path alone binds only bodies of one kind.
    """
    site = authority["site"]
    for mark in ("platform", "address"):
        if site.get(mark):
            return f"{mark}:{site[mark]}"
    url = site.get("final_url") or site.get("url")
    if not url:
        return None
    family = host_family(url)
    if family:
        return f"host:{family}"
    shapes = Counter(address_shapes(authority))
    if not shapes:
        return None
    shape = min(shapes, key=lambda one: (-shapes[one], one))
    return f"path:{shape} of {kind or authority.get('group', '')}"


def platform_words(platform: str) -> dict[str, str]:
    """{"az", "en"} of a platform's key, for readers."""
    mark, _, name = platform.partition(":")
    name = name.rpartition(" of ")[0] if mark == "path" else name
    return {language: text.format(name=name) for language, text in load_method().words("platforms", mark).items()}


def host_family(url: str) -> str | None:
    """What is left of a host when the name before its last hyphen is taken off: "-ih.gov.az"."""
    label, _, rest = host_of(url).partition(".")
    name, hyphen, end = label.rpartition("-")
    return f"-{end}.{rest}" if hyphen and name and end and rest else None


def address_shapes(authority: Finding) -> Iterator[str]:
    """The paths of the site's own numbered pages, a "#" for each number: "/page/#.html"."""
    site = authority["site"]
    own = {host_of(url) for url in (site.get("url"), site.get("final_url")) if url}
    for url in sorted(set(_addresses(authority))):
        parts = urlsplit(url)
        if host_of(url) in own:
            whole = parts.path + (f"?{parts.query}" if parts.query else "")
            if _DIGITS.search(whole) and "%" not in whole:
                yield _DIGITS.sub("#", whole)


def _addresses(authority: Finding) -> Iterator[str]:
    news = authority.get("news") or {}
    findings = [news, *(authority.get("sections") or {}).values()]
    for finding in findings:
        if finding.get("url"):
            yield finding["url"]
        for proof in finding.get("evidence") or ():
            yield proof["url"]


# ---- falling silent together -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Member:
    """A site of which the rhythm is known. `last_date` None: it publishes, its last day is not known.

    `said_stopped`: a person wrote that nothing came after the day. `excused`: as quiet in the same weeks
    of earlier years, or down for a part of its silence.
    """

    id: str
    name: str
    last_date: date | None
    gap_days: float | None
    known_to: date
    said_stopped: bool = False
    excused: bool = False
    pause_days: float | None = None  # its usual long pause: one in ten is longer
    basis: str | None = None  # what a hand-made round says of the day: item, until, garbled, month


@dataclass(frozen=True)
class Cohort:
    """Sites of one platform whose last items stand in the same days. `chance`: of as many or more by accident."""

    platform: str
    first: date  # of the window: the earliest and the latest last item of its members
    last: date
    members: tuple[Member, ...]  # by their last day
    of: int  # sites of the platform of which the rhythm is known
    expected: float  # members by chance
    chance: float
    elsewhere: tuple[int, int]  # (silent since the same days, of) sites off the platform; (0, 0): none can be told
    inferred: tuple[str, ...]  # words of `causes`, never proven
    season: str | None  # the quiet time of the year that the window touches

    def row(self) -> dict[str, Any]:
        """As plain JSON."""
        members = [
            {
                "id": one.id,
                "name": one.name,
                "last_date": one.last_date.isoformat() if one.last_date else None,
                "basis": one.basis,
            }
            for one in self.members
        ]
        days = {"first": self.first.isoformat(), "last": self.last.isoformat()}
        plain = {"members": members, "inferred": list(self.inferred), "elsewhere": list(self.elsewhere)}
        return {**asdict(self), **days, **plain}


def cohorts(documents: Iterable[Finding], as_of: date, kinds: Mapping[str, str] | None = None) -> list[Cohort]:
    """The cohorts that the rounds up to a day show, the largest first. `kinds`: registry id -> kind."""
    method, kinds = load_method(), kinds or {}
    platforms: dict[str, list[Member]] = {}
    rest: list[Member] = []
    for one, sights in sights_of(documents).items():
        seen = [sight for sight in sights if sight.as_of <= as_of]
        member = member_of(rhythm_of(seen, as_of, method), seen) if seen else None
        if member is not None and seen[-1].authority["site"].get("url"):
            platform = platform_of(seen[-1].authority, kinds.get(one))
            platforms.setdefault(platform, []).append(member) if platform else rest.append(member)
    return together(platforms, rest, method)


def together(platforms: Mapping[str, Sequence[Member]], rest: Sequence[Member], method: Method) -> list[Cohort]:
    """One cohort of each platform at most; `rest` are sites of no platform."""
    found = []
    for platform, members in platforms.items():
        off = [one for name, others in platforms.items() if name != platform for one in others]
        cohort = fell_silent(platform, members, [*off, *rest], method)
        if cohort is not None:
            found.append(cohort)
    return sorted(found, key=lambda one: (-len(one.members), one.platform))


def member_of(rhythm: Rhythm, sights: Sequence[Sight]) -> Member | None:
    """What a rhythm says of a site as a member; None where its silence could not be looked at."""
    if rhythm.standing not in ("stopped", "slowed", "active", "came_back"):
        return None
    newest = sights[-1]
    said = newest.news.get("stopped") is True
    basis = newest.news.get("basis")
    return Member(
        rhythm.id,
        rhythm.name,
        rhythm.last_date,
        rhythm.gap_days,
        rhythm.known_to or newest.on,
        said_stopped=said,
        excused=rhythm.season == "quiet_then",
        pause_days=rhythm.pause_days,
        basis=str(basis) if basis else None,
    )


def fell_silent(
    platform: str, members: Sequence[Member], others: Sequence[Member], method: Method, chance: float | None = None
) -> Cohort | None:
    """The days in which more of a platform's sites printed their last item than chance allows, if there are such.

    `chance`: the limit; the method's own where none is given.
    """
    rule = method.cohort
    silent = sorted((one for one in members if _is_silent(one, rule)), key=lambda one: (str(one.last_date), one.id))
    if len(silent) < rule.members:
        return None
    days = sorted({one.last_date for one in silent if one.last_date})
    windows = [(a, b) for a in days for b in days if 0 <= (b - a).days < rule.window_days]
    best: tuple[float, float, list[Member]] | None = None
    for start, end in windows:
        inside = [one for one in silent if one.last_date and start <= one.last_date <= end]
        if len(inside) < rule.members:
            continue
        chances = [_by_chance(one, start, end, members, rule) for one in members]
        if len(inside) <= 1.5 * sum(chances):
            continue
        by_accident = min(1.0, tail(len(inside), chances) * len(windows))
        if best is None or by_accident < best[0]:
            best = by_accident, sum(chances), inside
    if best is None or best[0] > (rule.chance if chance is None else chance):
        return None
    by_accident, expected, inside = best
    first, last = (edge(one.last_date for one in inside if one.last_date) for edge in (min, max))
    return _cohort(platform, first, last, inside, members, others, (expected, by_accident), rule)


def tail(k: int, chances: Sequence[float]) -> float:
    """The chance that k or more of these independent things happen, each with its own chance (0 to 1)."""
    counts = [1.0] + [0.0] * k  # [i]: i happened; the last: k or more
    for chance in chances:
        counts[k] += counts[k - 1] * chance
        for i in range(k - 1, 0, -1):
            counts[i] += (counts[i - 1] - counts[i]) * chance
        counts[0] *= 1 - chance
    return counts[k] if k else 1.0


def _is_silent(member: Member, rule: CohortRule) -> bool:
    if member.last_date is None or member.basis == "month" or member.excused:
        return False
    silence = (member.known_to - member.last_date).days
    if silence > rule.look_back_days:
        return False
    usual = max(rule.overdue_gaps * (member.gap_days or _USUAL_GAP_DAYS), member.pause_days or 0)
    return member.said_stopped or silence >= max(rule.least_silence_days, usual)


def _by_chance(member: Member, start: date, end: date, members: Sequence[Member], rule: CohortRule) -> float:
    """The chance that a site's last item falls into the window: it goes on at random, or stopped for itself."""
    # Where one pause in ten is known to be longer than this, that is the better measure of what is unusual.
    mean = member.pause_days / log(10) if member.pause_days else member.gap_days or _gap_of_others(members)
    gap = max(1.0, mean)
    since_end, since_start = (max(0, (member.known_to - day).days) for day in (end, start - timedelta(days=1)))
    goes_on = exp(-since_end / gap) - exp(-since_start / gap)
    stopped = 1 - exp(-rule.stops_per_site_year * ((end - start).days + 1) / 365)
    return min(1.0, goes_on + stopped)


def _gap_of_others(members: Sequence[Member]) -> float:
    known = [one.gap_days for one in members if one.gap_days is not None]
    return float(median(known)) if known else _USUAL_GAP_DAYS


def _cohort(
    platform: str,
    first: date,
    last: date,
    inside: Sequence[Member],
    members: Sequence[Member],
    others: Sequence[Member],
    odds: tuple[float, float],
    rule: CohortRule,
) -> Cohort:
    dated = [one for one in others if one.last_date is not None]
    quiet = [one for one in dated if _is_silent(one, rule) and one.last_date and first <= one.last_date <= last]
    season = next((time.id for time in rule.quiet_times if time.holds(first) or time.holds(last)), None)
    inferred = ["shared_platform"]
    if season:
        inferred.append("holidays")
    inferred.append("instruction")
    if dated and len(quiet) / len(dated) >= len(inside) / len(members) / 2:
        inferred.append("everywhere")
    return Cohort(
        platform,
        first,
        last,
        tuple(inside),
        len(members),
        round(odds[0], 2),
        odds[1],
        (len(quiet), len(dated)),
        (*inferred, "not_proven"),
        season,
    )


# ---- going down together ---------------------------------------------------------------------------------------------


def is_more_than_chance(count: int, of: int, method: Method) -> bool:
    """Whether so many of a platform's sites going down on one day is more than each site's own outages explain."""
    rule = method.cohort
    return count >= rule.members and tail(count, [rule.outages_per_site_year / 365] * of) <= rule.chance
