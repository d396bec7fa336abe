"""What happened since the last look that is worth telling, once, and only when it has been seen often enough?

`step` takes what is remembered and one look, and gives what is remembered then and the events that this look settles.
A change is told when as many looks in a row show it as methodology/rhythm.yaml asks for; what is seen first of a fact
is settled the same way, and told to nobody. A partial round, a visit that was cut short and a finding that is unseen
neither count nor break a row. A look that was stepped over before gives nothing again.

What is remembered is plain JSON: `state["format"]` is its version, and a state of another version is refused.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise
from math import ceil
from statistics import multimode
from typing import Any, Literal

from reading.activity import CLASSES, same_profile
from scoring.cohorts import Cohort, Member, fell_silent, is_more_than_chance, platform_of
from scoring.ladder import NOT_ASSESSED, finding_of, short
from scoring.levels import activity_of, rendered_of
from scoring.plans import ORDER
from scoring.rhythm import (
    OFF,
    UP,
    Finding,
    Method,
    Need,
    Pace,
    Sight,
    Span,
    Sure,
    load_method,
    pace_of,
    season_of,
    word_of_silence,
)

FORMAT = "saytmetr-events/1"
State = dict[str, Any]
_Record = dict[str, Any]
_Track = dict[str, Any]

_DAYS_KEPT = 60
_NEAR_DAYS = 3  # within which sites of a platform go down together
_KEPT_COHORT_DAYS = 400
_OFF_KIND = {"down": "went_down", "blocked": "went_blocked", "placeholder": "went_placeholder"}
_PRESENCE = ("absent", "partial", "found")
_SOCIAL_KIND = {"stopped": "social_stopped", "running": "social_resumed"}
_SECTION_KIND = {
    ("absent", "partial"): "section_appeared",
    ("absent", "found"): "section_appeared",
    ("partial", "found"): "section_filled",
    ("found", "partial"): "section_emptied",
    ("found", "absent"): "section_vanished",
    ("partial", "absent"): "section_vanished",
}


class OtherState(ValueError):
    """What is remembered was written by another version: begin anew, from `fresh()` and all rounds."""


@dataclass(frozen=True)
class PlanLevels:
    """The levels that an edition of a plan gave in a full round; rows as scoring.levels.Level or as the database."""

    plan: str
    edition: str
    levels: tuple[Any, ...]


@dataclass(frozen=True)
class Look:
    """One findings document. A light look sees home, news and known sections only: what it lacks is not absent."""

    name: str
    at: str  # when it began, ISO in UTC
    as_of: date
    kind: Literal["full", "light"]
    partial: bool
    authorities: tuple[Finding, ...]
    levels: tuple[PlanLevels, ...] = ()


@dataclass(frozen=True)
class Event:
    """One thing that happened. `part_of`: the event that tells of it already; such a one is listed and not sent."""

    id: str  # of authority or platform, kind, what and the day that it began: the same whenever it is found
    kind: str  # one of scoring.rhythm.EVENT_KINDS
    authority: str | None  # None: of several, see `members`
    name: str
    what: str  # site | news | social.<network>.<profile> | sections.<kind> | "<plan> <item>" | a platform
    since: date
    noticed_on: date
    look: str  # the round that settled it
    before: Mapping[str, Any]  # {"value", "on", "round", "evidence"}
    after: Mapping[str, Any]
    sure: Sure
    why: tuple[str, ...]  # words of `reasons`; of a cohort, words of `causes` too
    members: tuple[str, ...] = ()
    part_of: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)

    @property
    def text_key(self) -> str:
        """Its words: `load_method().words("events", event.text_key)`."""
        return self.kind

    def row(self) -> dict[str, Any]:
        """As plain JSON."""
        days = {"since": self.since.isoformat(), "noticed_on": self.noticed_on.isoformat()}
        return {**asdict(self), **days, "why": list(self.why), "members": list(self.members)}


def look_of(findings: Finding, kind: Literal["full", "light"] | None = None, levels: Iterable[PlanLevels] = ()) -> Look:
    """A findings document as a look. Without `kind` it is what `round.kind` says, else full."""
    about = findings["round"]
    return Look(
        about["name"],
        about.get("started_at") or f"{about['as_of']}T00:00:00Z",
        date.fromisoformat(about["as_of"]),
        kind or about.get("kind") or "full",
        bool(about.get("partial")),
        tuple(findings["authorities"]),
        tuple(levels),
    )


def fresh() -> State:
    """Nothing seen yet."""
    return {
        "format": FORMAT,
        "began": None,
        "authorities": {},
        "cohorts": [],
        "gathering": {},
        "suspected": [],
        "trouble": None,
    }


def step(state: State, look: Look, method: Method | None = None) -> tuple[State, tuple[Event, ...]]:
    """What is remembered after a look, and the events that it settles. `state` itself is left as it was.

    Looks come in the order in which they began; one that began before the last of an authority says nothing of it.
    Raises OtherState.
    """
    if state.get("format") != FORMAT:
        raise OtherState(f"this state is {state.get('format')!r}, and this program writes {FORMAT!r}")
    new = [one for one in look.authorities if look.at > _known(state, one["id"]).get("at", "")]
    if look.partial or not new:
        return state, ()
    taken = _Step(state, look, new, method or load_method())
    events = taken.events()
    return taken.state, tuple(events)


def replay(looks: Iterable[Look], method: Method | None = None) -> tuple[State, tuple[Event, ...]]:
    """All looks from the beginning."""
    state = fresh()
    events: list[Event] = []
    for look in looks:
        state, settled = step(state, look, method)
        events += settled
    return state, tuple(events)


def awaiting(state: State) -> list[dict[str, Any]]:
    """The changes seen and not yet settled: {"authority", "what", "was", "now", "since", "looks"}.

    A full look at these authorities on the next day settles them; who schedules rounds may ask for one.
    """
    return [
        {"authority": one, "what": fact, "was": track["is"], "now": track["next"]["is"]}
        | {"since": track["next"]["since"], "looks": track["next"]["looks"]}
        for one, record in state["authorities"].items()
        for fact, track in record["tracks"].items()
        if track["is"] is not None and track["next"] is not None
    ]


def _known(state: State, authority: str) -> _Record:
    found: _Record = state["authorities"].get(authority, {})
    return found


# ---- one fact over time ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Seen:
    """What a look says of a fact. `since`: the day that it began, where the fact itself tells."""

    value: str
    word: str  # finer than the value: down or blocked
    shown: Mapping[str, Any]
    since: date


@dataclass(frozen=True)
class _Change:
    was: str
    now: str
    word: str
    since: date
    before: Mapping[str, Any]
    after: Mapping[str, Any]


def _new_track() -> _Track:
    return {"is": None, "since": None, "shown": None, "next": None, "told": None, "turns": [], "unsteady": None}


def _observe(track: _Track, seen: _Seen, day: date, need: Need) -> _Change | None:
    """The track after a look; the change, where this look settles one. What is first seen of a fact settles alike."""
    if seen.value == track["is"]:
        track["next"] = None
        track["shown"] = seen.shown
        return None
    coming = track["next"]
    if coming is None or coming["is"] != seen.value:
        coming = {"is": seen.value, "since": seen.since.isoformat(), "first": day.isoformat(), "looks": 0, "words": {}}
    words = {**coming["words"], seen.word: coming["words"].get(seen.word, 0) + 1}
    coming = {**coming, "looks": coming["looks"] + 1, "words": words}
    track["next"] = coming
    if coming["looks"] < need.looks or (day - date.fromisoformat(coming["first"])).days < need.days:
        return None
    was, before = track["is"], track["shown"]
    track.update({"is": seen.value, "since": coming["since"], "shown": seen.shown, "next": None})
    if was is None:
        track["told"] = seen.value
        return None
    often = max(words, key=lambda word: words[word])
    return _Change(was, seen.value, often, date.fromisoformat(coming["since"]), before, seen.shown)


# ---- one look --------------------------------------------------------------------------------------------------------


class _Step:
    """One look taken into what is remembered. Records and tracks are copied before they are written to."""

    def __init__(self, state: State, look: Look, new: list[Finding], method: Method) -> None:
        self.look, self.new, self.method, self.day = look, new, method, look.as_of
        self.levels: dict[str, list[tuple[PlanLevels, Mapping[str, Any]]]] = {}
        for given in look.levels:
            for one in given.levels:
                level: Mapping[str, Any] = one if isinstance(one, Mapping) else vars(one)
                self.levels.setdefault(level["authority"], []).append((given, level))
        self.state: State = {
            **state,
            "began": state["began"] or look.as_of.isoformat(),
            "authorities": dict(state["authorities"]),
            "cohorts": [{**one, "members": dict(one["members"])} for one in state["cohorts"]],
            "gathering": dict(state["gathering"]),
        }

    def events(self) -> list[Event]:
        if self._is_own_trouble():
            return []
        found: list[Event] = []
        for authority in self.new:
            found += self._of_authority(authority)
        found = self._down_together(found)
        found = [*self._silent_together(), *found]
        return self._under_cohorts(found)

    # -- our own trouble

    def _is_own_trouble(self) -> bool:
        """Whether so many sites failed at once that this look is held, until several such looks are believed."""
        rule = self.method.own_trouble
        site = [(_known(self.state, one["id"]).get("tracks", {}).get("site"), one) for one in self.new]
        steady = [one for track, one in site if track and track["is"] == "up" and track["next"] is None]
        failed = [one for one in steady if one["site"]["state"] in OFF]
        if len(failed) < rule.sites or len(failed) < rule.share * len(steady):
            self.state["trouble"] = None
            return False
        before = self.state["trouble"] or {"since": self.day.isoformat(), "looks": 0, "at": ""}
        looks = before["looks"] + (self.look.at > before["at"])
        self.state["trouble"] = {**before, "looks": looks, "at": self.look.at}
        lasted = (self.day - date.fromisoformat(before["since"])).days
        return bool(looks < rule.believe.looks or lasted < rule.believe.days)

    # -- one authority

    def _of_authority(self, authority: Finding) -> list[Event]:
        record = self._record(authority)
        found = [*self._of_site(authority, record), *self._of_news(authority, record)]
        found += self._of_social(authority, record)
        sections = list(self._of_sections(authority, record))
        levels = list(self._of_levels(authority, record))
        found += self._redesigned(authority, record, sections, levels)
        for fact, track in record["tracks"].items():
            found += self._settled(authority, fact, track)
        return found

    def _record(self, authority: Finding) -> _Record:
        old = _known(self.state, authority["id"])
        record = {
            "name": authority.get("name", authority["id"]),
            "at": self.look.at,
            "platform": self._platform_of(authority, old.get("platform")),
            "tracks": {fact: dict(track) for fact, track in old.get("tracks", {}).items()},
            "news": dict(old.get("news") or {"days": [], "pauses": [], "covered_from": None, "up_since": None}),
        }
        self.state["authorities"][authority["id"]] = record
        return record

    def _platform_of(self, authority: Finding, known: str | None) -> str | None:
        """A light look sees too few pages to tell a platform by its paths where a full one has."""
        return known if known and self.look.kind == "light" else platform_of(authority) or known

    def _track(self, record: _Record, fact: str) -> _Track:
        if fact not in record["tracks"]:
            record["tracks"][fact] = _new_track()
        track: _Track = record["tracks"][fact]
        return track

    def _shown(self, authority: Finding, fact: str, value: str | None = None) -> dict[str, Any]:
        finding = finding_of(authority, fact)
        proof = list(finding.get("evidence") or ())[:1]
        told = value if value is not None else short(fact, finding)
        return {"value": told, "on": self.day.isoformat(), "round": self.look.name, "evidence": proof}

    def _of_site(self, authority: Finding, record: _Record) -> Iterator[Event]:
        state = authority["site"]["state"]
        if state not in (*UP, *OFF):
            return
        value = "up" if state in UP else "off"
        need = self.method.hysteresis.up if value == "up" else self.method.hysteresis.down
        track = self._track(record, "site")
        change = _observe(track, _Seen(value, state, self._shown(authority, "site"), self.day), self.day, need)
        if change and change.now == "up":
            # What a site could not publish while it was down is not its silence.
            record["news"]["up_since"] = change.since.isoformat()
        if change:
            kind = "came_back" if change.now == "up" else _OFF_KIND[change.word]
            yield from self._tell(authority, "site", track, change, kind)

    def _of_sections(self, authority: Finding, record: _Record) -> Iterator[Event]:
        need = self.method.hysteresis.section
        for kind, finding in (authority.get("sections") or {}).items():
            fact, state = f"sections.{kind}", finding["state"]
            light = self.look.kind == "light" and state == "absent"
            track = self._track(record, fact)
            if state not in _PRESENCE or light or (not _is_whole(authority) and state != track["is"]):
                continue
            change = _observe(track, _Seen(state, state, self._shown(authority, fact), self.day), self.day, need)
            if change:
                yield from self._tell(authority, fact, track, change, _SECTION_KIND[change.was, change.now])

    def _of_levels(self, authority: Finding, record: _Record) -> Iterator[Event]:
        if self.look.kind != "full" or not _is_whole(authority):
            return
        for given, level in self.levels.get(authority["id"], ()):
            if level["base"] != NOT_ASSESSED:
                yield from self._of_level(authority, record, given, level)

    def _of_level(
        self, authority: Finding, record: _Record, given: PlanLevels, level: Mapping[str, Any]
    ) -> Iterator[Event]:
        what = f"{given.plan} {level['item']}"
        track, looked = self._track(record, what), _looked_at(authority, level["stood_on"])
        by_another_look = track.get("looked", looked) != looked and level["base"] != track["is"]
        if track.get("edition") != given.edition or by_another_look:  # not the site that changed
            track.clear()
            track.update(_new_track(), edition=given.edition)
        track["looked"] = looked
        fact = next(iter(level["stood_on"]), "site")
        shown = {**self._shown(authority, fact, level["base"]), "rule": dict(level["rule"])}
        seen = _Seen(level["base"], level["base"], shown, self.day)
        change = _observe(track, seen, self.day, self.method.hysteresis.level)
        if change:
            fell = ORDER.index(change.now) > ORDER.index(change.was)
            yield from self._tell(authority, what, track, change, "level_fell" if fell else "level_rose")

    # -- news

    def _of_news(self, authority: Finding, record: _Record) -> Iterator[Event]:
        sight = Sight(self.look.name, self.day, False, authority)
        told = set(sight.news.get("dates") or filter(None, [sight.news.get("last_date")]))
        if not sight.saw_news or sight.news["state"] != "found" or not told:
            return
        memory = record["news"]
        self._remember(memory, told, sight)
        value, since, pace = self._silence(memory, record, sight)
        track = self._track(record, "news")
        known = {"last_date": memory["days"][0], "gap_days": pace.gap_days}
        shown = {**self._shown(authority, "news"), **known}
        change = _observe(
            track, _Seen(value, value, shown, since), self.day, self._need_of_news(authority["id"], value)
        )
        if change:
            kind = "news_stopped" if change.now == "stopped" else "news_resumed"
            yield from self._tell(authority, "news", track, change, kind, self._sure(pace))

    def _remember(self, memory: dict[str, Any], told: set[str], sight: Sight) -> None:
        """Item days, the pauses between them, since when every one of them is known, and the pace."""
        known_to, covered = memory.get("known_to"), memory["covered_from"]
        if not known_to or (date.fromisoformat(min(told)) - date.fromisoformat(known_to)).days > 1:
            memory["covered_from"] = min(told)
        new = not told <= set(memory["days"])
        if new:
            self._merge(memory, told)
        memory["known_to"] = max(known_to or "", sight.on.isoformat(), max(told))
        if new or memory["covered_from"] != covered or memory["pace"][3] != "items":
            memory["pace"] = self._pace(memory, sight)

    def _pace(self, memory: dict[str, Any], sight: Sight) -> list[Any]:
        whole = [date.fromisoformat(day) for day in memory["days"] if day >= memory["covered_from"]]
        own = pace_of(whole, {}, self.method)
        pace = own if own.source == "items" else pace_of((), sight.news, self.method)
        return [pace.gap_days, pace.pause_days, max(pace.items, len(whole)), pace.source]

    def _merge(self, memory: dict[str, Any], told: set[str]) -> None:
        merged = sorted(told.union(memory["days"]))
        season = self.method.season
        kept = (self.day - timedelta(days=round(366 * (season.years + 0.5)))).isoformat()
        pauses = {tuple(pause) for pause in memory["pauses"] if pause[1] >= kept}
        for older, newer in pairwise(day for day in merged if day >= memory["covered_from"]):
            if (date.fromisoformat(newer) - date.fromisoformat(older)).days >= season.pause_from_days:
                pauses.add((older, newer))
        memory["pauses"] = sorted([list(pause) for pause in pauses])
        memory["days"] = merged[: -_DAYS_KEPT - 1 : -1]

    def _silence(self, memory: dict[str, Any], record: _Record, sight: Sight) -> tuple[str, date, Pace]:
        """running or stopped, the day that it began, and the pace that it was measured by."""
        pace = Pace(*memory["pace"])
        last = date.fromisoformat(memory["days"][0])
        on = max(sight.on, last)
        track = self._track(record, "news")
        measured_from = max(last, date.fromisoformat(memory["up_since"])) if memory["up_since"] else last
        word = word_of_silence((on - measured_from).days, pace, self.method)
        season = "unknown"
        if word != "active" or (on - last).days >= self.method.cohort.least_silence_days:
            pauses: list[Span] = [(date.fromisoformat(a), date.fromisoformat(b)) for a, b in memory["pauses"]]
            covered: Span = (date.fromisoformat(memory["covered_from"]), on)
            season = season_of((last, on), pauses, [covered], self.method)
        memory["excused"] = season == "quiet_then" or measured_from > last
        if word == "stopped" and season != "quiet_then":
            return "stopped", last, pace
        if track["is"] == "stopped":
            stopped = date.fromisoformat(track["since"])
            if word == "active" and memory["days"][0] > track["since"]:
                return "running", self._first_since(memory, track), pace
            return "stopped", stopped, pace
        return "running", last, pace

    def _first_since(self, memory: Mapping[str, Any], track: _Track) -> date:
        """The first item since silence was last seen; today where all that is new is dated back."""
        newer = [day for day in memory["days"] if day > track["since"] and day >= track["shown"]["on"]]
        return date.fromisoformat(min(newer)) if newer else self.day

    def _need_of_news(self, authority: str, value: str) -> Need:
        """A site that may be one of a cohort waits a little, so that what is one event is told as one."""
        need = self.method.hysteresis.news
        if value == "stopped" and authority in self.state["suspected"]:
            return Need(looks=need.looks, days=max(need.days, self.method.cohort.hold_stop_days))
        if value == "running" and any(authority in one["members"] for one in self._open("stopped")):
            return Need(looks=need.looks, days=max(need.days, self.method.cohort.hold_days))
        return need

    def _sure(self, pace: Pace) -> tuple[Sure, str]:
        rule = self.method.sure
        if pace.gap_days is None:
            return "low", "gap_unknown"
        if pace.items >= rule.many_items and pace.source != "rate":
            return "high", "many_items"
        return ("medium", "some_items") if pace.items >= rule.few_items else ("low", "few_items")

    # -- posts on profiles

    def _of_social(self, authority: Finding, record: _Record) -> Iterator[Event]:
        """Whether posting on a profile stopped, or goes on again. One look at it counts once, in however many rounds it
        is used; a profile that could not be looked at says nothing."""
        social = authority.get("social") or {}
        for profile in social.get("profiles") or social.get("known_profiles") or ():
            if profile.get("activity") in CLASSES:
                yield from self._of_profile(authority, record, profile)

    def _of_profile(self, authority: Finding, record: _Record, profile: Mapping[str, Any]) -> Iterator[Event]:
        network, path = same_profile(profile["network"], profile["url"])
        what = f"social.{network}.{path.strip('/?')}"
        track, on = self._track(record, what), date.fromisoformat(profile["observed_on"])
        if profile["observed_on"] <= track.get("observed_on", ""):
            return
        track["observed_on"] = profile["observed_on"]
        value = "stopped" if profile["activity"] == CLASSES[-1] else "running"
        proof = [*profile.get("activity_evidence", ()), {"url": profile["url"], "sha256": None, "quote": None}][:1]
        shown = {"value": value, "on": self.day.isoformat(), "round": self.look.name, "evidence": proof}
        shown |= {"last_post": profile["last_post"], "observed_on": profile["observed_on"]}
        since = date.fromisoformat(profile["last_post"]) if profile["last_post"] else on
        change = _observe(track, _Seen(value, value, shown, since), on, self.method.hysteresis.social)
        if change:
            yield from self._tell(authority, what, track, change, _SOCIAL_KIND[change.now])

    # -- telling

    def _tell(
        self,
        authority: Finding,
        what: str,
        track: _Track,
        change: _Change,
        kind: str,
        sure: tuple[Sure, str] = ("high", "confirmed"),
    ) -> Iterator[Event]:
        """The event of a change, unless the fact goes to and fro."""
        rule = self.method.unsteady
        oldest = (self.day - timedelta(days=rule.days)).isoformat()
        track["turns"] = [*(turn for turn in track["turns"] if turn >= oldest), self.day.isoformat()]
        if track["unsteady"]:
            return
        if len(track["turns"]) >= rule.turns:
            track["unsteady"] = self.day.isoformat()
            first = date.fromisoformat(track["turns"][0])
            yield self._event(authority, what, "unsteady", replace(change, since=first), ("high", "confirmed"))
            return
        track["told"] = change.now
        yield self._event(authority, what, kind, change, sure)

    def _settled(self, authority: Finding, fact: str, track: _Track) -> Iterator[Event]:
        """What an unsteady fact came to, once it has kept still."""
        if not track["unsteady"] or track["next"] is not None:
            return
        if (self.day - date.fromisoformat(track["turns"][-1])).days < self.method.unsteady.still_days:
            return
        track["unsteady"], track["turns"] = None, []
        if track["is"] == track["told"]:
            return
        since = date.fromisoformat(track["since"])
        change = _Change(track["told"], track["is"], "down", since, {"value": track["told"]}, track["shown"])
        track["told"] = track["is"]
        yield self._event(authority, fact, _kind_of(fact, change), change, ("high", "confirmed"))

    def _event(
        self, authority: Finding, what: str, kind: str, change: _Change, sure: tuple[Sure, str], **more: Any
    ) -> Event:
        name = authority.get("name", authority["id"])
        return Event(
            event_id(authority["id"], kind, what, change.since),
            kind,
            authority["id"],
            name,
            what,
            change.since,
            self.day,
            self.look.name,
            change.before,
            change.after,
            sure[0],
            tuple(dict.fromkeys((sure[1], "confirmed"))),
            **more,
        )

    def _redesigned(
        self, authority: Finding, record: _Record, sections: list[Event], levels: list[Event]
    ) -> list[Event]:
        """One event for all, where so many sections changed at once that the site may be a new one."""
        rule = self.method.redesign
        known = [fact for fact, track in record["tracks"].items() if fact.startswith("sections.") and track["is"]]
        if len(sections) < rule.sections or len(sections) < rule.share * len(known):
            return [*sections, *levels]
        told = [f"{one.what} {one.before['value']} -> {one.after['value']}" for one in sections]
        since = min(one.since for one in sections)
        first = sections[0]
        change = _Change("", "", "", since, first.before, first.after)
        sure: tuple[Sure, str] = ("low", "confirmed")
        event = self._event(authority, "site", "redesign_suspected", change, sure, detail={"changes": told})
        return [event, *(replace(one, part_of=event.id) for one in (*sections, *levels))]

    # -- cohorts

    def _open(self, kind: str) -> list[dict[str, Any]]:
        return [one for one in self.state["cohorts"] if one["kind"] == kind and one["ended"] is None]

    def _silent_together(self) -> list[Event]:
        oldest = (self.day - timedelta(days=_KEPT_COHORT_DAYS)).isoformat()
        self.state["cohorts"] = [one for one in self.state["cohorts"] if one["first"] >= oldest]
        returned = [event for cohort in self._open("stopped") for event in self._returned(cohort)]
        platforms = self._platforms()
        stopped, suspected = [], []
        for platform, members in platforms.items():
            others = [one for name, off in platforms.items() if name != platform for one in off]
            rule = self.method.cohort
            cohort = fell_silent(platform, members, others, self.method, rule.suspect) if platform else None
            if cohort is not None:
                suspected += [one.id for one in members if self._fits(one, cohort)]
            if cohort is None or cohort.chance > rule.chance or cohort.last.isoformat() < self.state["began"]:
                self.state["gathering"].pop(platform, None)
            elif self._is_settled(platform):
                stopped.append(self._stopped(cohort))
        self.state["suspected"] = sorted(suspected)
        return [*returned, *stopped]

    def _platforms(self) -> dict[str, list[Member]]:
        """The sites of each platform ("" of none) of which the rhythm is known, without those of a cohort already."""
        inside = {one for cohort in self._open("stopped") for one in cohort["members"]}
        found: dict[str, list[Member]] = {}
        for one, record in self.state["authorities"].items():
            memory = record["news"]
            if one in inside or not memory["days"]:
                continue
            last, known_to = date.fromisoformat(memory["days"][0]), date.fromisoformat(memory["known_to"])
            excused = bool(memory.get("excused"))
            gap, pause = memory["pace"][:2]
            member = Member(one, record["name"], last, gap, known_to, excused=excused, pause_days=pause)
            found.setdefault(record["platform"] or "", []).append(member)
        return found

    def _fits(self, member: Member, cohort: Cohort) -> bool:
        """Whether a site would belong to a cohort once it is told."""
        return bool(member.last_date and self._is_near(member.last_date, cohort.first, cohort.last))

    def _is_near(self, since: date, first: date, last: date) -> bool:
        """Whether a stop stands in one window with a cohort's, or so near to it that it is told under it."""
        rule = self.method.cohort
        window, near = timedelta(days=rule.window_days - 1), timedelta(days=rule.join_days)
        return min(last - window, first - near) <= since <= max(first + window, last + near)

    def _is_settled(self, platform: str) -> bool:
        need = self.method.hysteresis.news
        before = self.state["gathering"].get(platform) or {"since": self.day.isoformat(), "looks": 0}
        now = {**before, "looks": before["looks"] + 1}
        self.state["gathering"][platform] = now
        return bool(now["looks"] >= need.looks and (self.day - date.fromisoformat(now["since"])).days >= need.days)

    def _stopped(self, cohort: Cohort) -> Event:
        members = {one.id: str(one.last_date) for one in cohort.members}
        event = self._of_platform(
            cohort.platform,
            "cohort_stopped",
            cohort.first,
            members,
            ("by_chance_rarely", *cohort.inferred),
            {"value": f"{len(members)} of {cohort.of}", **_window(cohort.first, cohort.last)},
            cohort.row(),
        )
        self.state["gathering"].pop(cohort.platform)
        self._keep(event, "stopped", cohort.first, cohort.last, members)
        return event

    def _returned(self, cohort: dict[str, Any]) -> Iterator[Event]:
        """Whether half of a cohort publishes again."""
        since: dict[str, str] = {}
        for one, last in cohort["members"].items():
            newer = [day for day in self.state["authorities"][one]["news"]["days"] if day > last]
            if newer:
                since[one] = min(newer)
        rule = self.method.cohort
        if len(since) < max(2, ceil(rule.return_share * len(cohort["members"]))):
            return
        if not self._is_settled(cohort["id"]):
            return
        self.state["gathering"].pop(cohort["id"])
        first, last = (date.fromisoformat(edge(since.values())) for edge in (min, max))
        event = self._of_platform(
            cohort["platform"],
            "cohort_returned",
            first,
            since,
            ("confirmed", "not_proven"),
            {"value": f"{len(since)} of {len(cohort['members'])}", **_window(first, last)},
            {"cohort": cohort["id"], "not_yet": sorted(set(cohort["members"]) - set(since))},
        )
        cohort.update(ended=self.day.isoformat(), returned=event.id)
        yield event

    def _down_together(self, found: list[Event]) -> list[Event]:
        """One event for the sites of a platform that went down on one day, and one for those that came back."""
        for kinds, kind, name in (
            (tuple(_OFF_KIND.values()), "down", "cohort_down"),
            (("came_back",), "up", "cohort_up"),
        ):
            by_platform: dict[str, list[Event]] = {}
            for event in found:
                if event.kind in kinds and event.authority:
                    by_platform.setdefault(self._platform(event.authority), []).append(event)
            for platform, events in by_platform.items():
                if platform:
                    found = self._grouped(found, platform, events, kind, name)
        return found

    def _platform(self, authority: str) -> str:
        return self.state["authorities"][authority]["platform"] or ""

    def _grouped(self, found: list[Event], platform: str, events: list[Event], kind: str, name: str) -> list[Event]:
        begin = min(multimode(event.since for event in events))
        near = {one.id for one in events if abs((one.since - begin).days) <= 1}
        members = {str(one.authority): one.since.isoformat() for one in events if one.id in near}
        whole = sum(1 for one in self.state["authorities"].values() if one["platform"] == platform)
        if kind == "up":
            gone = [one for one in self._open("down") if set(members) & set(one["members"])]
            together = [one for one in gone if self._came_up(one, members)]
            if not together:
                return found
        elif not is_more_than_chance(len(members), whole, self.method):
            return found
        causes = ("confirmed", "shared_platform", "not_proven")
        value = {"value": f"{len(members)} of {whole}", **_window(begin, begin)}
        event = self._of_platform(platform, name, begin, members, causes, value, {})
        if kind == "down":
            self._keep(event, "down", begin, begin, members)
        else:
            for one in together:
                one.update(ended=self.day.isoformat(), returned=event.id)
        return [event, *(replace(one, part_of=event.id) if one.id in near else one for one in found)]

    def _came_up(self, cohort: dict[str, Any], members: Mapping[str, str]) -> bool:
        rule = self.method.cohort
        back = len(set(members) & set(cohort["members"]))
        return back >= max(2, ceil(rule.return_share * len(cohort["members"])))

    def _under_cohorts(self, found: list[Event]) -> list[Event]:
        return [self._under_cohort(event) for event in found]

    def _under_cohort(self, event: Event) -> Event:
        """A single stop or return of a site whose cohort has been told belongs to that."""
        if event.authority is None or event.part_of:
            return event
        one = event.authority
        for cohort in self.state["cohorts"]:
            if self._is_back_with(cohort, event):
                return replace(event, part_of=cohort["returned"])
            if cohort["ended"] is not None or cohort["platform"] != self._platform(one):
                continue
            stops = event.kind == "news_stopped" and cohort["kind"] == "stopped"
            falls = event.kind in _OFF_KIND.values() and cohort["kind"] == "down"
            if (stops or falls) and (one in cohort["members"] or self._joins(event.since, cohort)):
                cohort["members"].setdefault(one, event.since.isoformat())
                return replace(event, part_of=cohort["id"])
        return event

    def _joins(self, since: date, cohort: Mapping[str, Any]) -> bool:
        """Whether a stop or fall belongs to a cohort that has been told. Its window stays as it was told."""
        first, last = (date.fromisoformat(cohort[edge]) for edge in ("first", "last"))
        if cohort["kind"] == "stopped":
            return self._is_near(since, first, last)
        return abs((since - first).days) <= _NEAR_DAYS

    def _is_back_with(self, cohort: Mapping[str, Any], event: Event) -> bool:
        """Whether a site of a cohort that has returned came back with it, or within the days that it would wait."""
        kind = "news_resumed" if cohort["kind"] == "stopped" else "came_back"
        if not cohort.get("returned") or event.kind != kind or event.authority not in cohort["members"]:
            return False
        return (event.since - date.fromisoformat(cohort["ended"])).days <= self.method.cohort.hold_days

    def _keep(self, event: Event, kind: str, first: date, last: date, members: dict[str, str]) -> None:
        kept = {"id": event.id, "kind": kind, "platform": event.what, "members": dict(members), "ended": None}
        self.state["cohorts"].append({**kept, "first": first.isoformat(), "last": last.isoformat()})

    def _of_platform(
        self,
        platform: str,
        kind: str,
        since: date,
        members: Mapping[str, str],
        why: tuple[str, ...],
        after: Mapping[str, Any],
        detail: Mapping[str, Any],
    ) -> Event:
        listed = tuple(sorted(members))
        proof = [
            proof
            for one in listed
            for fact in ("news" if "stopped" in kind or "returned" in kind else "site",)
            for proof in (self.state["authorities"][one]["tracks"].get(fact, {}).get("shown") or {}).get("evidence", ())
        ]
        shown = {**after, "on": self.day.isoformat(), "round": self.look.name, "evidence": proof}
        return Event(
            event_id(platform, kind, platform, since),
            kind,
            None,
            platform,
            platform,
            since,
            self.day,
            self.look.name,
            {"value": None, "evidence": []},
            shown,
            "medium",
            why,
            members=listed,
            detail=detail,
        )


def event_id(of: str, kind: str, what: str, since: date) -> str:
    """Sixteen hex digits that are the same whenever the event is found again."""
    return hashlib.sha256("\n".join((of, kind, what, since.isoformat())).encode()).hexdigest()[:16]


def _looked_at(authority: Finding, facts: Iterable[str]) -> list[bool]:
    """Of the looks that not every round makes, which this one made: posts on profiles, the page as it is drawn."""
    asked = set(facts)
    social, mobile = finding_of(authority, "social"), finding_of(authority, "mobile")
    return ["social" in asked and not activity_of(social)[1], "mobile" in asked and rendered_of(mobile) is not None]


def _kind_of(fact: str, change: _Change) -> str:
    if fact == "site":
        return "came_back" if change.now == "up" else "went_down"
    if fact == "news":
        return "news_stopped" if change.now == "stopped" else "news_resumed"
    if fact.startswith("sections."):
        return _SECTION_KIND[change.was, change.now]
    if fact.startswith("social."):
        return _SOCIAL_KIND[change.now]
    return "level_fell" if ORDER.index(change.now) > ORDER.index(change.was) else "level_rose"


def _is_whole(authority: Finding) -> bool:
    """Whether a visit may say that something is gone, or new."""
    return bool(authority.get("fetch", {}).get("complete", True)) and authority["site"]["state"] in UP


def _window(first: date, last: date) -> dict[str, str]:
    return {"first": first.isoformat(), "last": last.isoformat()}
