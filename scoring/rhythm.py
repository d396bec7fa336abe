"""Is an authority's news silent by its own rhythm, since when, and how sure is that?

The contract's `news.status` is one round's word. This stands beside it: it is drawn from all rounds that are known, in
days that were looked at. A round or visit that could not look says nothing of silence; a newer item is believed
wherever it was seen.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from functools import cached_property, lru_cache
from itertools import pairwise
from math import ceil
from pathlib import Path
from statistics import median
from typing import Annotated, Any, Literal

from pydantic import Field

from archive.border import Complaint, Record, load
from scoring.plans import Words

METHOD = Path(__file__).parent.parent / "methodology" / "rhythm.yaml"

STANDINGS = (
    *("stopped", "slowed", "active", "came_back", "never_dated", "no_news"),
    *("down", "blocked", "placeholder", "could_not_check"),
)
OFF = ("down", "blocked", "placeholder")
UP = ("up", "moved")
SURE = ("low", "medium", "high")
EVENT_KINDS = (
    *("went_down", "went_blocked", "went_placeholder", "came_back", "news_stopped", "news_resumed"),
    *("social_stopped", "social_resumed"),
    *("section_appeared", "section_vanished", "section_emptied", "section_filled", "level_fell", "level_rose"),
    *("cohort_stopped", "cohort_returned", "cohort_down", "cohort_up", "unsteady", "redesign_suspected"),
)
_MIN_ITEM_DAYS = 4  # that tell gaps of a site's own
_HAND_BASES = ("until", "garbled", "month")

Positive = Annotated[int, Field(ge=1)]
Share = Annotated[float, Field(gt=0, le=1)]
Finding = Mapping[str, Any]
Sure = Literal["high", "medium", "low"]
Span = tuple[date, date]


# ---- the method ------------------------------------------------------------------------------------------------------


class Band(Record):
    days: Positive
    gaps: float | int


class Pacing(Record):
    """Silence up to `active` is usual, up to `slowed` slow, beyond it a stop."""

    active: Band
    slowed: Band
    newest: Positive
    pause_share: Share
    pause_times: float
    pause_at_most_days: Positive
    why: Words


class Back(Record):
    within_days: Positive
    why: Words


class Seasons(Record):
    years: Positive
    slack_days: Positive
    share: Share
    pause_from_days: Positive
    why: Words


class Sureness(Record):
    many_items: Positive
    few_items: Positive
    fresh_days: Positive
    old_days: Positive
    good_for_days: Positive
    why: Words


class Need(Record):
    """So many looks in a row, the last so many days after the first."""

    looks: Positive
    days: Annotated[int, Field(ge=0)]


class Hysteresis(Record):
    down: Need
    up: Need
    news: Need
    section: Need
    level: Need
    social: Need
    why: Words


class Unsteady(Record):
    turns: Positive
    days: Positive
    still_days: Positive
    why: Words


class Redesign(Record):
    sections: Positive
    share: Share
    why: Words


class OwnTrouble(Record):
    share: Share
    sites: Positive
    believe: Need
    why: Words


MonthDay = Annotated[str, Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]


class QuietTime(Record):
    """A part of the year, by month and day; `to` before `from` runs over the new year."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z_]*$")]
    from_: MonthDay = Field(alias="from")
    to: MonthDay

    def holds(self, day: date) -> bool:
        here = f"{day:%m-%d}"
        if self.from_ <= self.to:
            return self.from_ <= here <= self.to
        return here >= self.from_ or here <= self.to


class CohortRule(Record):
    window_days: Positive
    members: Annotated[int, Field(ge=2)]
    overdue_gaps: float
    least_silence_days: Positive
    look_back_days: Positive
    stops_per_site_year: float | int
    outages_per_site_year: float | int
    chance: Share
    suspect: Share
    return_share: Share
    hold_days: Positive
    hold_stop_days: Positive
    join_days: Positive
    quiet_times: tuple[QuietTime, ...]
    why: Words


class Method(Record):
    """methodology/rhythm.yaml."""

    pace: Pacing
    back: Back
    season: Seasons
    sure: Sureness
    hysteresis: Hysteresis
    unsteady: Unsteady
    redesign: Redesign
    own_trouble: OwnTrouble
    cohort: CohortRule
    standings: dict[str, Words]
    surenesses: dict[str, Words]
    seasons: dict[str, Words]
    reasons: dict[str, Words]
    causes: dict[str, Words]
    platforms: dict[str, Words]
    events: dict[str, Words]

    def words(self, of: str, word: str) -> dict[str, str]:
        """{"az", "en"} of a machine word; `of`: standings surenesses seasons reasons causes
        platforms events."""
        listed: dict[str, Words] = getattr(self, of)
        return listed[word].by_language


@lru_cache(maxsize=8)
def load_method(path: Path = METHOD) -> Method:
    """The thresholds and words. Raises archive.border.Unusable."""
    return load(path, Method, also=_together)


def _together(method: Method) -> Iterator[Complaint]:
    for name, wanted in (("standings", STANDINGS), ("surenesses", SURE), ("events", EVENT_KINDS)):
        missing = sorted(set(wanted) ^ set(getattr(method, name)))
        if missing:
            yield Complaint(
                (name,), f"{name} has not exactly its words: {' '.join(missing)}", "write each of them once"
            )
    pace = method.pace
    if pace.active.days > pace.slowed.days or pace.active.gaps > pace.slowed.gaps:
        yield Complaint(("pace", "slowed"), "slowed ends before active does", "give it more days and more gaps")


# ---- what is known of a site -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sight:
    """One authority in one look. `partial`: the round ended early or our own network failed in it."""

    round: str
    as_of: date
    partial: bool
    authority: Finding

    @property
    def news(self) -> Finding:
        found: Finding = self.authority.get("news", {"state": "unseen", "reason": "not_in_findings"})
        return found

    @property
    def site_state(self) -> str:
        return str(self.authority["site"]["state"])

    @property
    def complete(self) -> bool:
        return bool(self.authority.get("fetch", {}).get("complete", True))

    @cached_property
    def days(self) -> tuple[date, ...]:
        """The days of the items that it saw, newest first."""
        return tuple(days_of(self.news))

    @cached_property
    def on(self) -> date:
        """The day until which silence is known: that of the look, which may be before the round's as_of."""
        observed = self.news.get("observed_on")
        return date.fromisoformat(observed) if observed else self.as_of

    @cached_property
    def saw_news(self) -> bool:
        """Whether it may speak of silence."""
        whole = not self.partial and self.complete and self.site_state in UP
        return whole and self.news["state"] in ("found", "partial", "absent")


@dataclass(frozen=True)
class Pace:
    """A site's own rhythm. `pause_days`: the usual long pause; `items`: days with items that it is known from."""

    gap_days: float | None
    pause_days: float | None
    items: int
    source: Literal["items", "finding", "rate", "unknown"]

    @property
    def step_days(self) -> int | None:
        """Days from one item to the next that is expected: one at least."""
        return None if self.gap_days is None else max(1, ceil(self.gap_days))


@dataclass(frozen=True)
class Rhythm:
    """How one authority's news stands by its own rhythm. Ages are in days up to `known_to`, the last day looked at."""

    id: str
    group: str
    name: str
    standing: str  # one of STANDINGS
    contract_status: str | None  # news.status of the newest round that has one
    reason: str | None  # why it is off or could not be checked, in the contract's words
    last_date: date | None
    known_to: date | None
    silence_days: int | None
    gap_days: float | None
    gap_from: str
    pause_days: float | None
    expected_next: date | None
    overdue_days: int | None
    season: str  # quiet_then | busy_then | unknown
    back_since: date | None  # of the first item after a stop
    off_since: date | None  # of the first look of the row in which the site is off
    sure: Sure
    why: tuple[str, ...]  # words of `reasons`
    url: str | None
    evidence: tuple[Mapping[str, Any], ...] = field(default=())

    def row(self) -> dict[str, Any]:
        """As plain JSON."""
        told = asdict(self)
        days = {name: value.isoformat() for name, value in told.items() if isinstance(value, date)}
        return {**told, **days, "why": list(self.why), "evidence": [dict(one) for one in self.evidence]}


def sights_of(documents: Iterable[Finding]) -> dict[str, list[Sight]]:
    """Authority id -> its sights, oldest first, out of findings documents in any order."""
    found: dict[str, list[Sight]] = {}
    for document in sorted(documents, key=lambda one: (one["round"]["as_of"], one["round"].get("started_at") or "")):
        about = document["round"]
        as_of = date.fromisoformat(about["as_of"])
        for authority in document["authorities"]:
            sight = Sight(about["name"], as_of, bool(about.get("partial")), authority)
            found.setdefault(authority["id"], []).append(sight)
    return found


def rhythms(documents: Iterable[Finding], as_of: date, method: Method | None = None) -> list[Rhythm]:
    """Every authority of these rounds, the longest overdue first."""
    listed = [rhythm_of(sights, as_of, method) for sights in sights_of(documents).values()]
    return sorted(listed, key=lambda one: (STANDINGS.index(one.standing), -(one.overdue_days or 0), one.name))


def days_of(news: Finding) -> list[date]:
    """The days of the items that a finding tells, newest first, each once: `dates` where it carries them."""
    told = news.get("dates") or ([news["last_date"]] if news.get("last_date") else [])
    return sorted({date.fromisoformat(day) for day in told}, reverse=True)


def pace_of(days: Sequence[date], news: Finding, method: Method) -> Pace:
    """The rhythm by a site's own item days (newest first), else by what its finding says of it."""
    gaps = [(newer - older).days for newer, older in pairwise(days[: method.pace.newest + 1])]
    if len(days) >= _MIN_ITEM_DAYS:
        return Pace(float(median(gaps)), _usual_long(gaps, method), len(days), "items")
    pause = news.get("longest_gap_days")
    items = max(len(days), news.get("items_seen") or 0)
    if news.get("median_gap_days") is not None:
        return Pace(float(news["median_gap_days"]), pause, items, "finding")
    if news.get("per_month"):
        return Pace(30 / float(news["per_month"]), pause, items, "rate")
    return Pace(None, pause, items, "unknown")


def _usual_long(gaps: Sequence[int], method: Method) -> float:
    """The pause that nine of ten are no longer than. A single longest one is never usual: it may be a stop."""
    listed = sorted(gaps)
    return float(listed[min(ceil(method.pace.pause_share * len(listed)), len(listed) - 1) - 1])


def word_of_silence(silence_days: int, pace: Pace, method: Method) -> str:
    """active, slowed or stopped."""
    rule, gap = method.pace, pace.gap_days or 0.0
    pause = min(pace.pause_days or 0.0, rule.pause_at_most_days)
    if silence_days <= max(rule.active.days, rule.active.gaps * gap, pause):
        return "active"
    return "slowed" if silence_days <= _stop_after(gap, pause, method) else "stopped"


def _stop_after(gap: float, pause: float, method: Method) -> float:
    rule = method.pace
    return max(rule.slowed.days, rule.slowed.gaps * gap, rule.pause_times * pause)


def season_of(silence: Span, pauses: Iterable[Span], covered: Iterable[Span], method: Method) -> str:
    """Was it as quiet in the same weeks of an earlier year: quiet_then, busy_then, or unknown?

    `pauses` are silences that are known, `covered` the spans of which every item day is.
    """
    rule = method.season
    length = (silence[1] - silence[0]).days
    pauses, covered = list(pauses), list(covered)
    busy = False
    for years in range(1, rule.years + 1):
        back = timedelta(days=round(365.25 * years))
        slack = timedelta(days=rule.slack_days)
        first, last = silence[0] - back - slack, silence[1] - back + slack
        quiet = max(((min(end, last) - max(start, first)).days for start, end in pauses), default=0)
        if length and quiet >= rule.share * length:
            return "quiet_then"
        busy |= any(start <= first + slack and end >= last - slack for start, end in covered)
    return "busy_then" if busy else "unknown"


# ---- one authority ---------------------------------------------------------------------------------------------------


def rhythm_of(history: Sequence[Sight], as_of: date, method: Method | None = None) -> Rhythm:
    """How its news stands on a day, from all looks up to it (oldest first, one at least up to that day)."""
    method = method or load_method()
    sights = [sight for sight in history if sight.as_of <= as_of]
    if not sights:
        raise ValueError(f"there is no look up to {as_of}")
    return _Judge(sights, as_of, method).rhythm()


class _Judge:
    """The steps from sights to a rhythm, over what they all look at."""

    def __init__(self, sights: Sequence[Sight], as_of: date, method: Method) -> None:
        self.sights, self.as_of, self.method = sights, as_of, method
        self.whole = [sight for sight in sights if not sight.partial]
        self.seeing = [sight for sight in sights if sight.saw_news]
        self.dated = [sight for sight in sights if sight.news["state"] == "found" and sight.days]
        self.days = sorted({day for sight in self.dated for day in sight.days}, reverse=True)
        self.runs = _runs(self.dated)
        found = [sight.news for sight in sights if sight.news["state"] == "found"]
        newest = found[-1] if found else {}
        # Only days without a hole between them tell gaps.
        whole = [day for day in self.days if self.runs and day >= self.runs[-1][0]]
        self.pace = pace_of(whole, newest, method)

    def rhythm(self) -> Rhythm:
        newest = self.whole[-1] if self.whole else None
        if newest is None:
            return self._told("could_not_check", None, "partial_round", ["never_seen"])
        row = self._off_row()
        held = self._held(newest)
        if row and (held is None or self._is_confirmed(row)):
            looks = "several_looks" if self._is_confirmed(row) else ("one_look" if len(row) == 1 else "few_looks")
            word = row[-1].site_state
            return self._told(word, row[-1], row[-1].authority["site"].get("reason"), [looks], off_since=row[0].as_of)
        if newest.saw_news:
            return self._of_news(newest, [])
        if held is not None:
            return self._of_news(held, ["newest_look_failed"])
        return self._unseen(newest)

    def _off_row(self) -> list[Sight]:
        """The newest looks in a row at which the site was off; those that could not look are passed over."""
        row: list[Sight] = []
        for sight in reversed(self.whole):
            if sight.site_state in OFF:
                row.insert(0, sight)
            elif sight.site_state in UP:
                break
        return row

    def _is_confirmed(self, row: Sequence[Sight]) -> bool:
        need = self.method.hysteresis.down
        return len(row) >= need.looks and (row[-1].as_of - row[0].as_of).days >= need.days

    def _held(self, newest: Sight) -> Sight | None:
        """The last look that saw the news, where it still holds after looks that failed."""
        last = self.seeing[-1] if self.seeing else None
        fresh = last is not None and (newest.as_of - last.as_of).days <= self.method.sure.good_for_days
        return last if fresh else None

    def _unseen(self, newest: Sight) -> Rhythm:
        """Neither seen now nor lately: only a new item would say anything."""
        if self.days and newest.site_state in UP and self._word(newest.on) == "active":
            return self._of_silence(newest, ["cut_short"])
        if newest.news["state"] == "unseen":
            reason = newest.news.get("reason") or newest.authority["site"].get("reason")
            return self._told(
                "could_not_check", newest, reason, ["newest_look_failed" if self.seeing else "never_seen"]
            )
        return self._told("could_not_check", newest, "visit_incomplete", ["cut_short"])

    def _of_news(self, sight: Sight, why: list[str]) -> Rhythm:
        if sight.news["state"] == "absent":
            return self._told("no_news", sight, None, why)
        if not self.days:
            rated = sight.news["state"] == "found"  # a hand-made round may give a rate and no day
            return self._told("active" if rated else "never_dated", sight, None, why)
        return self._of_silence(sight, why)

    def _word(self, on: date) -> str:
        return word_of_silence((on - self.days[0]).days, self.pace, self.method)

    def _of_silence(self, sight: Sight, why: list[str]) -> Rhythm:
        last, on = self.days[0], max(sight.on, self.days[0])
        word = self._word(on)
        season = season_of((last, on), _pauses(self.runs, self.days, self.dated, on), self.runs, self.method)
        if word == "stopped" and season == "quiet_then":
            word, why = "slowed", [*why, "season_quiet_then"]
        back = self._back_since(on) if word == "active" else None
        return self._told("came_back" if back else word, sight, None, why, season=season, back_since=back)

    def _back_since(self, on: date) -> date | None:
        """The first item after the newest stop, where it is not long ago."""
        pauses = sorted(_pauses(self.runs, self.days, self.dated, self.days[0]))
        for start, end in reversed(pauses):
            if word_of_silence((end - start).days, self.pace, self.method) == "stopped":
                first = min(day for day in self.days if day > start)
                fresh = (on - first).days <= self.method.back.within_days
                return first if fresh else None
        return None

    def _told(
        self,
        standing: str,
        sight: Sight | None,
        reason: str | None,
        why: list[str],
        *,
        season: str = "unknown",
        back_since: date | None = None,
        off_since: date | None = None,
    ) -> Rhythm:
        about = self.sights[-1].authority
        news = sight.news if sight else {}
        seen = self.seeing[-1] if self.seeing else None
        last = self.days[0] if self.days else None
        known_to = max(filter(None, (seen.on if seen else None, last)), default=None)
        silence = (known_to - last).days if last and known_to else None
        step = self.pace.step_days
        expected = last + timedelta(days=step) if last and step else None
        words = self._why(standing, known_to, why)
        stated = [one.news["status"] for one in self.dated if one.news.get("status")]
        dated = self.dated[-1].news if self.dated else {}
        proof = (sight.authority["site"] if standing in OFF and sight else dated or news).get("evidence") or ()
        return Rhythm(
            id=about["id"],
            group=about.get("group", ""),
            name=about.get("name", about["id"]),
            standing=standing,
            contract_status=news.get("status") or (stated[-1] if stated else None),
            reason=reason,
            last_date=last,
            known_to=known_to,
            silence_days=silence,
            gap_days=self.pace.gap_days,
            gap_from=self.pace.source,
            pause_days=self.pace.pause_days,
            expected_next=expected,
            overdue_days=max(0, (known_to - expected).days) if expected and known_to else None,
            season=season,
            back_since=back_since,
            off_since=off_since,
            sure=_sureness(words),
            why=tuple(words),
            url=dated.get("url") or about["site"].get("final_url") or about["site"].get("url"),
            evidence=tuple(proof),
        )

    def _why(self, standing: str, known_to: date | None, why: list[str]) -> list[str]:
        """What the answer rests on, and what weakens it."""
        if standing in OFF or standing == "could_not_check":
            return why
        rule, words = self.method.sure, list(why)
        if standing in ("stopped", "slowed", "active", "came_back"):
            words += self._of_pace()
        looked = known_to or self.sights[-1].as_of
        days = (self.as_of - looked).days
        if days > rule.fresh_days:
            words.append("looked_long_ago" if days > rule.old_days else "looked_days_ago")
        if standing in ("no_news", "never_dated"):
            same = [one for one in self.seeing if one.news["state"] == self.seeing[-1].news["state"]]
            words.append("several_looks" if len(same) > 1 else "few_looks")
        return words

    def _of_pace(self) -> Iterator[str]:
        rule, pace = self.method.sure, self.pace
        if pace.source == "unknown":
            yield "gap_unknown"
        elif pace.source == "rate":
            yield "gap_from_rate"
        else:
            if pace.source == "finding":
                yield "gap_from_finding"
            many = "many_items" if pace.items >= rule.many_items else "some_items"
            yield many if pace.items >= rule.few_items else "few_items"
        if (pace.pause_days or 0) > 4 * max(1.0, pace.gap_days or 0):
            yield "in_bursts"
        if self.dated and self.dated[-1].news.get("basis") in _HAND_BASES:
            yield "date_not_of_an_item"


_LOW = {"gap_unknown", "few_items", "date_not_of_an_item", "looked_long_ago", "one_look", "never_seen"}
_MEDIUM = {
    *("some_items", "gap_from_rate", "in_bursts", "season_quiet_then", "newest_look_failed", "looked_days_ago"),
    *("few_looks", "cut_short"),
}


def _sureness(words: Iterable[str]) -> Sure:
    found = set(words)
    if found & _LOW:
        return "low"
    return "medium" if found & _MEDIUM else "high"


def _runs(dated: Sequence[Sight]) -> list[Span]:
    """The spans of which every item day is known: lists of dates that meet run together. Oldest first."""
    found = []
    for sight in dated:
        days = sight.days
        found.append((days[-1], max(days[0], sight.on) if sight.saw_news else days[0]))
    spans: list[Span] = []
    for start, end in sorted(found):
        if spans and (start - spans[-1][1]).days <= 1:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return spans


def _pauses(runs: Sequence[Span], days: Sequence[date], dated: Sequence[Sight], on: date) -> list[Span]:
    """The silences that are known: between neighbouring days of one run, and from a look's last item to that look."""
    listed = days[::-1]
    begins = [start for start, _ in runs]  # runs are in order and do not meet
    found = [span for span in pairwise(listed) if (at := bisect_right(begins, span[0])) and span[1] <= runs[at - 1][1]]
    seen = {(sight.days[0], sight.on) for sight in dated if sight.saw_news and sight.on <= on}
    # A look's own silence counts where no other look knows of an item in it.
    return found + [span for span in seen if listed[bisect_right(listed, span[1]) - 1] == span[0]]
