"""What do all rounds of a database say together: how does everybody stand now, and what was it before?

Rounds of the sample web and rounds of real sites never stand on one board: the newest round says which it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from archive.database import Database, NothingRead, Round
from archive.known import is_light
from archive.registry import Agency
from scoring.claims import Claim
from scoring.cohorts import Cohort, member_of, together
from scoring.comparison import Change, changes
from scoring.events import Event, PlanLevels, State, fresh, look_of, step
from scoring.judged import Judged, judge
from scoring.ladder import facts_of, finding_of, short
from scoring.levels import Level
from scoring.plans import Plan
from scoring.reviews import Review
from scoring.rhythm import STANDINGS, Rhythm, Sight, load_method, rhythm_of

_PROVING = ("site", "news")  # facts of which earlier evidence is shown: the last look that saw the news may be old

Document = dict[str, Any]
Kind = Literal["full", "light", "hand"]


class Judging(Protocol):
    """What rounds are judged by."""

    @property
    def plan(self) -> Plan: ...
    @property
    def agencies(self) -> Sequence[Agency]: ...
    @property
    def reviews(self) -> Sequence[Review]: ...
    @property
    def claims(self) -> Sequence[Claim]: ...
    @property
    def other_plans(self) -> Sequence[Plan]: ...


@dataclass(frozen=True, eq=False)
class Past:
    """One round as the board remembers it."""

    round: Round
    kind: Kind
    reading: int
    levels: Mapping[tuple[str, str], Level]
    shorts: Mapping[str, Mapping[str, str]]  # authority -> fact -> a finding in a few machine words
    events: tuple[Event, ...]  # settled by this round


@dataclass(frozen=True)
class Front:
    """How everybody stood after one whole look."""

    look: Past
    full: Past  # the newest full round up to it: sections and levels are from there
    rhythms: tuple[Rhythm, ...]  # as scoring.rhythm sorts them
    cohorts: tuple[Cohort, ...]
    before: Past | None  # the full round before `full`
    changes: tuple[Change, ...]  # of `full` against `before`
    events: tuple[Event, ...]  # all up to it, newest first


@dataclass(frozen=True)
class History:
    """`last_seen` holds the newest full document of each authority, and the round that it is of."""

    rounds: tuple[Past, ...]  # oldest first; partial rounds are left out
    present: Front
    earlier: tuple[Front, ...]  # those that were asked for
    judged: Judged
    findings: Document  # of the newest full round, reviewed
    method_sha256: str
    last_seen: Mapping[str, tuple[Document, Past]]
    posting: Mapping[str, Sequence[Document]]  # authority -> its profiles, by a light pass newer than that
    agencies: Mapping[str, Agency]  # as the newest round that holds them knows them
    newest_is_partial: bool

    @property
    def is_sample(self) -> bool:
        return bool(self.present.look.round.settings.get("sample"))


class NoWholeRound(ValueError):
    """There is no finished full round that a board could show."""


def history_of(database: Database, judging: Judging, frozen: Collection[str] = ()) -> History:
    """Everything that the rounds of a database say; of the rounds named `frozen` no front is needed any more.

    Raises NoWholeRound, NothingRead.
    """
    rounds = _of_one_kind(database.rounds())
    whole = [one for one in rounds if one.finished_at is not None and not one.partial and database.readings(one)]
    full = [one for one in whole if _kind(one) == "full"]
    if not full:
        raise NoWholeRound(f"{database.name}: there is no finished full round yet; `saytmetr crawl` makes one")
    return _Telling(database, judging, frozen, full[-1]).told(whole, newest_is_partial=rounds[-1] not in whole)


def _of_one_kind(rounds: Iterable[Round]) -> list[Round]:
    """Rounds of the sample web alone where the newest is one, else all but those."""
    rounds = list(rounds)
    crawled = [one for one in rounds if not one.settings.get("by_hand")]
    if not crawled:
        return []
    sample = bool(crawled[-1].settings.get("sample"))
    ours = [one for one in rounds if bool(one.settings.get("sample")) == sample]
    return sorted(ours, key=lambda one: (one.as_of, one.started_at, one.id))


def _kind(round_: Round) -> Kind:
    if round_.settings.get("by_hand"):
        return "hand"
    return "light" if is_light(round_) else "full"


class _Telling:
    """Goes through the rounds once, oldest first, and keeps of each what later ones need."""

    def __init__(self, database: Database, judging: Judging, frozen: Collection[str], newest: Round) -> None:
        self.database, self.judging, self.frozen, self.newest = database, judging, frozen, newest
        self.method = load_method()
        self.sights: dict[str, list[Sight]] = {}
        self.rounds: list[Past] = []
        self.fronts: list[Front] = []
        self.last_seen: dict[str, tuple[Document, Past]] = {}
        self.posting: dict[str, Sequence[Document]] = {}
        self.agencies: dict[str, Agency] = {}
        self.state: State = fresh()
        self.full: tuple[Past, Document] | None = None
        self.before: tuple[Past, Document] | None = None
        self.judged: Judged | None = None

    def told(self, whole: Sequence[Round], newest_is_partial: bool) -> History:
        for round_ in whole:
            self._take(round_, is_last=round_ is whole[-1])
        assert self.judged is not None
        return History(
            tuple(self.rounds),
            self.fronts[-1],
            tuple(self.fronts[:-1]),
            self.judged,
            self.judged.findings,
            self.database.reading(self.newest).method_sha256,
            self.last_seen,
            self.posting,
            self.agencies,
            newest_is_partial,
        )

    def _take(self, round_: Round, is_last: bool) -> None:
        document = self.database.findings(round_)
        kind = _kind(round_)
        agencies = self.database.agencies(round_)
        self.agencies |= {agency.id: agency for agency in agencies}
        is_newest = round_.id == self.newest.id
        judged = self._judged(document, agencies, kind, is_newest)
        past = self._past(round_, kind, document, judged)
        self._remember(document, judged, past, is_newest)
        self.rounds.append(past)
        if kind == "hand":
            return
        if kind == "full":
            self.before, self.full = self.full, (past, judged.findings)
        if is_newest:
            self.judged = judged
        if (is_last or round_.name not in self.frozen) and self.full is not None:
            self.fronts.append(self._front(past))

    def _judged(self, document: Document, agencies: Sequence[Agency], kind: Kind, is_newest: bool) -> Judged:
        ask = self.judging
        if not is_newest:
            return judge(document, agencies, ask.plan, reviews=ask.reviews)
        before = self.full[1] if self.full else None
        return judge(
            document, agencies, ask.plan, reviews=ask.reviews, claims=ask.claims, other_plans=ask.other_plans,
            before=before,
        )  # fmt: skip

    def _past(self, round_: Round, kind: Kind, document: Document, judged: Judged) -> Past:
        events: tuple[Event, ...] = ()
        if kind != "hand":
            levels = [PlanLevels(judged.plan.plan, str(judged.plan.edition), judged.levels)] if kind == "full" else []
            look = look_of(document, "full" if kind == "full" else "light", levels)
            self.state, events = step(self.state, look, self.method)
        return Past(
            round_,
            kind,
            self.database.reading(round_).id,
            {(one.authority, one.item): one for one in judged.levels} if kind != "light" else {},
            {one["id"]: _shorts(one) for one in judged.findings["authorities"]},
            events,
        )

    def _remember(self, document: Document, judged: Judged, past: Past, is_newest: bool) -> None:
        """Sights for rhythms. Evidence of earlier rounds is let go, or fifty of them would fill the memory."""
        for authority in judged.findings["authorities"]:
            kept = authority if is_newest else _light(authority)
            sight = Sight(past.round.name, past.round.as_of, False, kept)
            self.sights.setdefault(authority["id"], []).append(sight)
            if past.kind == "full":
                self.last_seen[authority["id"]] = kept, past
                self.posting.pop(authority["id"], None)
            elif known := (authority.get("social") or {}).get("known_profiles"):
                self.posting[authority["id"]] = known

    def _front(self, look: Past) -> Front:
        assert self.full is not None
        on = look.round.as_of
        told = [rhythm_of(sights, on, self.method) for sights in self.sights.values()]
        rhythms = sorted(told, key=lambda one: (STANDINGS.index(one.standing), -(one.overdue_days or 0), one.name))
        full, findings = self.full
        before = self.before
        changes = self._changes(full, findings)
        events = tuple(event for past in reversed(self.rounds) for event in past.events)
        return Front(look, full, tuple(rhythms), self._cohorts(rhythms), before[0] if before else None, changes, events)

    def _changes(self, full: Past, findings: Document) -> tuple[Change, ...]:
        if self.judged is not None and full.round.id == self.newest.id:
            return self.judged.changes
        if self.before is None:
            return ()
        past, then = self.before
        levels, levels_then = full.levels.values(), past.levels.values()
        agencies = self.agencies.values()
        return changes(findings, levels, self.judging.plan, then, agencies, before_levels=levels_then)

    def _cohorts(self, rhythms: Iterable[Rhythm]) -> tuple[Cohort, ...]:
        platforms: dict[str, list[Any]] = {}
        rest: list[Any] = []
        for rhythm in rhythms:
            member = member_of(rhythm, self.sights[rhythm.id])
            platform = self.state["authorities"].get(rhythm.id, {}).get("platform")  # the events know it already
            if member is not None:
                (platforms.setdefault(platform, []) if platform else rest).append(member)
        return tuple(together(platforms, rest, self.method))


def _light(authority: Document) -> Document:
    """The document without the evidence of what is not shown of earlier rounds."""
    kept: Document = {}
    for name, found in authority.items():
        if name in ("sections", "documents"):
            kept[name] = {kind: _without_evidence(one) for kind, one in found.items()}
        else:
            kept[name] = found if name in _PROVING else _without_evidence(found)
    return kept


def _without_evidence(found: Any) -> Any:
    return {key: value for key, value in found.items() if key != "evidence"} if isinstance(found, dict) else found


def _shorts(authority: Mapping[str, Any]) -> dict[str, str]:
    return {fact: short(fact, finding_of(authority, fact)) for fact in facts_of(authority)}


def runs_of(rounds: Sequence[Past], value_of: Any) -> Iterator[tuple[str, Past, Past, int]]:
    """One thing over the rounds, newest first: (value, first round, last round, how many), while nothing changed.

    `value_of` gives the value of a round, None where the round says nothing of it.
    """
    row: list[tuple[str, Past]] = [(value, past) for past in rounds if (value := value_of(past)) is not None]
    while row:
        value, last = row[-1]
        count = 0
        first = last
        while row and row[-1][0] == value:
            first = row.pop()[1]
            count += 1
        yield value, first, last, count


__all__ = ["Front", "History", "Judging", "Kind", "NoWholeRound", "NothingRead", "Past", "history_of", "runs_of"]
