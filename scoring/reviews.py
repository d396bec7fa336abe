"""What does a named person say of a cell, beside what the machine says?

A review is of one authority and one cell: an item of a plan, or a fact. The machine's value and the person's are both
kept. A review holds until a day of its own, and falls when what it was based on has changed, unless it says that it
survives that. reviews/README.md is the page for those who write them; scoring/review_files.py reads the files.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from archive.border import Record, near, wrong
from archive.registry import Address, Id, Text
from scoring.plans import Plan, Words

if TYPE_CHECKING:
    from scoring.levels import Level

LevelWord = Literal["full", "significant", "none", "not_assessed"]
Verdict = Literal["confirms", "corrects", "fills"]
_FACTS = ("mobile", "social", "news", "search", "languages")
_ROOMS = ("sections", "documents")
# What a person may say of each fact beside its state.
_FIELDS: dict[str, tuple[str, ...]] = {
    "mobile": ("verdict",),
    "social": ("profiles",),
    "news": ("url", "last_date", "status", "per_month"),
    "search": ("works",),
    "languages": ("codes",),
    "sections": ("fullness", "placement", "label", "url", "external", "content", "items", "last_date"),
    "documents": ("title", "url", "items", "last_date", "period", "period_end"),
}
_EMPTY: dict[str, dict[str, Any]] = {
    "social": {"profiles": []},
    "languages": {"codes": []},
    "sections": {"content": []},
}
_FULL_STATE = {"full": "found", "formal": "found", "empty": "partial", "off_topic": "partial", "broken": "partial"}
_ACTIVE_DAYS, _SLOWED_DAYS = 14, 30  # contract, part 2, news: the bands where no gap is known
_UNSEEN = "unseen"


@dataclass(frozen=True)
class Hand:
    """A person's word on one cell, kept beside the machine's. Stands in a finding or level under `hand`."""

    review: str  # file and place: "reviews/2018-10.yaml#3"
    reviewer: str
    verdict: Verdict
    on: date
    reason: str
    evidence: str  # address or file
    holds_until: date | None
    machine: Any  # the machine's level, or its finding as it was
    words: Mapping[str, str] = field(default_factory=dict)  # the reason by language; the same twice where it is plain


@dataclass(frozen=True)
class Agreement:
    """How far two reviewers of the same cells agree: share, and Cohen's kappa (None where all said one thing)."""

    reviewers: tuple[str, str]
    cells: int
    agreed: int
    kappa: float | None
    what: Literal["levels", "findings"] = "levels"


# ---- what a reviewer writes


class Profile(Record):
    network: Text
    url: Address


class FindingValue(Record):
    """A finding in a person's words: the contract's fields. A state that is not found or partial has no others."""

    state: Literal["found", "partial", "absent", "unseen"]
    verdict: Literal["responsive", "separate"] | None = None
    profiles: tuple[Profile, ...] | None = None
    status: Literal["active", "slowed", "stopped"] | None = None
    per_month: float | int | None = None
    works: bool | None = None
    codes: tuple[Text, ...] | None = None
    fullness: Literal["full", "formal", "empty", "off_topic", "broken"] | None = None
    placement: Literal["menu", "page", "search_only"] | None = None
    content: tuple[Text, ...] | None = None
    label: Text | None = None
    external: Address | None = None
    items: Annotated[int, Field(ge=0)] | None = None
    url: Address | None = None
    last_date: date | None = None
    title: Text | None = None
    period: Text | None = None
    period_end: date | None = None

    def plain(self) -> dict[str, Any]:
        """As the findings document writes it, without what was not said."""
        told = self.model_dump(mode="json", exclude_none=True)
        return {name: list(value) if isinstance(value, tuple) else value for name, value in told.items()}

    @model_validator(mode="after")
    def _fits_itself(self) -> FindingValue:
        more = sorted(set(self.plain()) - {"state"})
        if self.state in ("absent", _UNSEEN) and more:
            raise wrong(f"what is {self.state} has no {' and no '.join(more)}", "take it away, or change the state")
        if self.fullness and _FULL_STATE[self.fullness] != self.state:
            mend = f"{self.fullness} goes with `state: {_FULL_STATE[self.fullness]}`"
            raise wrong(f"a section that is {self.state} is not {self.fullness}", mend)
        return self


class BasedOn(Record):
    """What the reviewer had in front of him: the machine's value then, or the page it stood on, or both."""

    level: LevelWord | None = None
    finding: FindingValue | None = None
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None


def _cell(name: str) -> str:
    if " " in name:
        plan, item, *more = name.split()
        if plan and item and not more and name == f"{plan} {item}":
            return name
        raise wrong(f"{name!r} is not a plan and an item", "write both with one space: nap-2016-2018 4.2.1")
    room, _, kind = name.partition(".")
    if name in _FACTS or (room in _ROOMS and kind):
        return name
    known = [*_FACTS, *(f"{room}.<kind>" for room in _ROOMS)]
    raise wrong(
        f"{name!r} is neither a fact nor an item", f"{near(name, known)}facts: {' '.join(known)}; or: <plan> <item>"
    )


def _in_both(reason: object) -> object:
    """A plain reason is printed in both languages as it stands."""
    return {"az": reason, "en": reason} if isinstance(reason, str) else reason


class Entry(Record):
    """One review as it is written.

    `level` is said of an item, `finding` of a fact; a review that confirms says neither and repeats under `based_on`
    what it confirms. `of_round` names the round whose cell was reviewed; without it a review is of rounds from
    `made_on` onwards.
    """

    authority: Id
    cell: Annotated[str, AfterValidator(_cell)]
    reviewer: Text
    made_on: date
    of_round: Text | None = None
    verdict: Verdict
    level: LevelWord | None = None
    finding: FindingValue | None = None
    reason: Annotated[Words, BeforeValidator(_in_both)]
    evidence: Text | None = None
    holds_until: date
    survives_change: bool
    based_on: BasedOn = BasedOn()

    @property
    def of_item(self) -> bool:
        return " " in self.cell

    @model_validator(mode="after")
    def _says_what_it_must(self) -> Entry:
        for complaint in (*_of_days(self), *_of_value(self), *_of_basis(self), *_of_evidence(self)):
            raise complaint
        return self


def _of_days(entry: Entry) -> Iterator[Exception]:
    if entry.holds_until < entry.made_on:
        yield wrong(f"it holds until {entry.holds_until}, before it was made", "write a day after `made_on`")


def _of_value(entry: Entry) -> Iterator[Exception]:
    wanted, other = ("level", "finding") if entry.of_item else ("finding", "level")
    if getattr(entry, other) is not None or getattr(entry.based_on, other) is not None:
        yield wrong(f"`{other}` is not said of {entry.cell}", f"write `{wanted}`")
    said = getattr(entry, wanted)
    if entry.verdict == "confirms" and said is not None:
        yield wrong(f"a review that confirms gives no {wanted}", "take it away, or say `verdict: corrects`")
    if entry.verdict != "confirms" and said is None:
        yield wrong(f"it {entry.verdict} and does not say what", f"write the `{wanted}`")
    for value in (entry.finding, entry.based_on.finding):
        allowed = _FIELDS[entry.cell.partition(".")[0]] if value is not None else ()
        more = sorted(set(value.plain()) - {"state", *allowed}) if value is not None else []
        if more:
            yield wrong(f"{entry.cell} has no {' and no '.join(more)}", f"its fields: state {' '.join(allowed)}")
    news = entry.finding if entry.cell == "news" else None
    if news and news.state == "found" and news.last_date is None and news.status is None:
        yield wrong("news that is found has neither last_date nor status", "write one of them, or `state: partial`")


def _of_basis(entry: Entry) -> Iterator[Exception]:
    based = entry.based_on
    value = based.level or based.finding
    if entry.of_item and based.sha256:
        yield wrong("a level stands on no page of its own", "write `based_on: {level: ...}`, or review the fact")
    if entry.verdict == "confirms" and value is None:
        yield wrong("it does not say what it confirms", "write the machine's value under `based_on`")
    if entry.verdict == "confirms" and entry.survives_change:
        mend = "write `survives_change: false`; to insist on a value, `verdict: corrects`"
        yield wrong("when the machine says another thing, nothing is left to confirm", mend)
    if entry.verdict == "corrects" and not entry.survives_change and not (value or based.sha256):
        mend = "write under `based_on` the machine's value or the sha256 of the page, or `survives_change: true`"
        yield wrong("it falls when its basis changes, and names no basis", mend)


def _of_evidence(entry: Entry) -> Iterator[Exception]:
    if entry.verdict != "confirms" and not entry.evidence:
        yield wrong("there is no evidence", "write the address, or the file, that shows it")
    denies = entry.level == "none" or (entry.finding is not None and entry.finding.state == "absent")
    if denies and not (entry.evidence or "").startswith(("http://", "https://")):
        mend = "write the address (http...) of a page that shows it, or leave the cell as it is"
        yield wrong("nobody becomes absent without an address that shows it", mend)


@dataclass(frozen=True)
class Review:
    """An entry and where it stands: "reviews/2018-10.yaml#3", counted from 1."""

    place: str
    entry: Entry

    @property
    def words(self) -> dict[str, str]:
        return self.entry.reason.model_dump()


@dataclass(frozen=True)
class Lapsed:
    """A review that is of this round and does not apply, and why, for machines: "changed: state absent -> found"."""

    review: Review
    why: str


# ---- beside the findings


def with_reviews(
    findings: Mapping[str, Any], reviews: Iterable[Review], as_of: date
) -> tuple[dict[str, Any], tuple[Review, ...], tuple[Lapsed, ...]]:
    """(the findings document with persons' words in it, the reviews that stand in it, those that have lapsed).

    A reviewed finding carries `hand`, a Hand as plain JSON whose `machine` is the finding as it was. Reviews of levels
    are left to `reviewed_levels`. `as_of` is the round's own day.
    """
    rows = {row["id"]: row for row in findings["authorities"]}
    of_facts = [r for r in reviews if not r.entry.of_item and r.entry.authority in rows]
    round_name = findings["round"]["name"]

    def machine(review: Review) -> Mapping[str, Any] | None:
        return _finding(rows[review.entry.authority], review.entry.cell)

    used, lapsed = _sorted_out(of_facts, round_name, as_of, machine, _finding_changed, _finding_label)
    changed: dict[str, dict[str, Any]] = {}
    for review in _last_words(used):
        entry = review.entry
        row = changed.setdefault(entry.authority, dict(rows[entry.authority]))
        was = machine(review)
        assert was is not None
        _put(row, entry.cell, _reviewed(was, review, as_of))
    authorities = [changed.get(row["id"], row) for row in findings["authorities"]]
    return {**findings, "authorities": authorities}, used, lapsed


def _finding(row: Mapping[str, Any], fact: str) -> Mapping[str, Any] | None:
    room, _, kind = fact.partition(".")
    found: Mapping[str, Any] | None = row.get(room)
    return found.get(kind) if kind and found is not None else found


def _put(row: dict[str, Any], fact: str, finding: Mapping[str, Any]) -> None:
    room, _, kind = fact.partition(".")
    row[room] = {**row[room], kind: finding} if kind else finding


def _reviewed(machine: Mapping[str, Any], review: Review, as_of: date) -> dict[str, Any]:
    """The finding as the person has it. Where the state stays, so does what the person did not speak of."""
    entry = review.entry
    hand = plain_hand(_hand(review, machine))
    if entry.finding is None:
        return {**machine, "hand": hand}
    value = entry.finding.plain()
    same = value["state"] == machine["state"]
    kept = {k: v for k, v in machine.items() if k not in ("reason", "evidence")} if same else {}
    seen = {"url": entry.evidence, "sha256": None, "quote": None, "seen_at": f"{entry.made_on.isoformat()}T00:00:00Z"}
    found = {**_EMPTY.get(entry.cell.partition(".")[0], {}), **kept, **value}
    if entry.cell == "news":
        found |= _ages(found, entry.finding.status, as_of)
    if value["state"] == _UNSEEN:
        found["reason"] = machine.get("reason") or "by_hand"
    return {**found, "evidence": [seen, *(machine.get("evidence", ()) if same else ())], "hand": hand}


def _ages(news: Mapping[str, Any], status: str | None, as_of: date) -> dict[str, Any]:
    """The silence that follows from a date, and the contract's status where the person named none."""
    if news["state"] != "found" or news.get("last_date") is None:
        return {}
    days = (as_of - date.fromisoformat(news["last_date"])).days
    gap = news.get("median_gap_days") or 0
    active, slowed = max(_ACTIVE_DAYS, 3 * gap), max(_SLOWED_DAYS, 6 * gap)
    band = "active" if days <= active else "slowed" if days <= slowed else "stopped"
    return {"silence_days": days, "status": status or band}


def _finding_changed(entry: Entry, machine: Mapping[str, Any]) -> str:
    """What the review was based on and the machine no longer says; empty where it still does."""
    if entry.verdict == "fills" and entry.based_on == BasedOn() and machine["state"] != _UNSEEN:
        return f"changed: state unseen -> {machine['state']}"
    saw = entry.based_on.finding.plain() if entry.based_on.finding else {}
    for name, was in saw.items():
        if _comparable(machine.get(name)) != _comparable(was):
            return f"changed: {name} {was} -> {machine.get(name)}"
    page = entry.based_on.sha256
    if page and page not in {one.get("sha256") for one in machine.get("evidence", ())}:
        return f"page_changed: {page}"
    return ""


def _comparable(value: Any) -> Any:
    if not isinstance(value, (list, tuple)):
        return value
    return {tuple(sorted(one.items())) if isinstance(one, dict) else one for one in value}


def _finding_label(entry: Entry) -> str:
    """The category for agreement: the state, and the word that goes with it."""
    value = entry.finding or entry.based_on.finding
    assert value is not None
    return " ".join(filter(None, (value.state, value.fullness, value.verdict, value.status)))


# ---- beside the levels


def levels_with_reviews(
    levels: Iterable[Level], reviews: Iterable[Review], plan: Plan, as_of: date, round_name: str = ""
) -> list[Level]:
    """The levels with persons' words in place; see `reviewed_levels` for which stand and which have lapsed."""
    return reviewed_levels(levels, reviews, plan, as_of, round_name)[0]


def reviewed_levels(
    levels: Iterable[Level], reviews: Iterable[Review], plan: Plan, as_of: date, round_name: str = ""
) -> tuple[list[Level], tuple[Review, ...], tuple[Lapsed, ...]]:
    """(every level, those reviewed with `hand`; the reviews that stand; those that have lapsed).

    `round_name` lets reviews `of_round` reach a round that ended before they were made.
    """
    every = list(levels)
    cells = {(one.authority, f"{plan.plan} {one.item}"): one for one in every}
    mine = [r for r in reviews if (r.entry.authority, r.entry.cell) in cells]

    def machine(review: Review) -> Level | None:
        return cells.get((review.entry.authority, review.entry.cell))

    used, lapsed = _sorted_out(mine, round_name, as_of, machine, _level_changed, _level_label)
    words = {(r.entry.authority, r.entry.cell): r for r in _last_words(used)}
    told = []
    for one in every:
        review = words.get((one.authority, f"{plan.plan} {one.item}"))
        told.append(_of_hand(one, review) if review else one)
    return told, used, lapsed


def _of_hand(level: Level, review: Review) -> Level:
    hand = _hand(review, level.level)
    said = review.entry.level
    if said is None:
        return replace(level, hand=hand)
    return replace(level, level=said, base=said, rule=review.words, reason="", hand=hand)


def _level_changed(entry: Entry, machine: Level) -> str:
    if entry.verdict == "fills" and entry.based_on.level is None and machine.level != "not_assessed":
        return f"changed: level not_assessed -> {machine.level}"
    saw = entry.based_on.level
    return f"changed: level {saw} -> {machine.base}" if saw and machine.base != saw else ""


def _level_label(entry: Entry) -> str:
    value = entry.level or entry.based_on.level
    assert value is not None
    return value


# ---- which reviews stand


def _sorted_out(
    reviews: Iterable[Review],
    round_name: str,
    as_of: date,
    machine: Callable[[Review], Any],
    changed: Callable[[Entry, Any], str],
    label: Callable[[Entry], str],
) -> tuple[tuple[Review, ...], tuple[Lapsed, ...]]:
    """Those that stand, oldest first, and those that lapsed. One that is not of this round is in neither."""
    standing: list[Review] = []
    lapsed: list[Lapsed] = []
    for review in sorted(reviews, key=lambda one: (one.entry.made_on, one.place)):
        entry = review.entry
        if entry.of_round != round_name and as_of < entry.made_on:
            continue
        why = f"expired: held until {entry.holds_until}" if as_of > entry.holds_until else ""
        now = machine(review)
        why = why or ("not_in_findings" if now is None else "" if entry.survives_change else changed(entry, now))
        if why:
            lapsed.append(Lapsed(review, why))
        else:
            standing.append(review)
    last = {(one.entry.authority, one.entry.cell): one for one in standing}
    used = []
    for review in standing:
        latest = last[review.entry.authority, review.entry.cell]
        if label(review.entry) == label(latest.entry):
            used.append(review)
        else:
            lapsed.append(Lapsed(review, f"overtaken: {latest.place}"))
    return tuple(used), tuple(lapsed)


def _last_words(used: Iterable[Review]) -> Iterable[Review]:
    """One review for each cell: the latest of those that stand."""
    return {(one.entry.authority, one.entry.cell): one for one in used}.values()


def _hand(review: Review, machine: Any) -> Hand:
    entry = review.entry
    return Hand(
        review=review.place,
        reviewer=entry.reviewer,
        verdict=entry.verdict,
        on=entry.made_on,
        reason=review.words["en"],
        evidence=entry.evidence or "",
        holds_until=entry.holds_until,
        machine=machine,
        words=review.words,
    )


def plain_hand(hand: Hand) -> dict[str, Any]:
    """A Hand as plain JSON."""
    days = {"on": hand.on.isoformat(), "holds_until": hand.holds_until.isoformat() if hand.holds_until else None}
    return {**vars(hand), **days, "words": dict(hand.words)}


# ---- agreement


def agreements(reviews: Iterable[Review]) -> tuple[Agreement, ...]:
    """For each two reviewers who reviewed the same cells of the same round: how far they agree.

    Levels and findings apart. Cohen (1960): kappa = (po - pe) / (1 - pe), where po is the share of cells on which both
    said the same and pe the share that chance would give from how often each used each category. Where both used one
    and the same category throughout, pe is 1 and kappa has no value.
    """
    said: dict[str, dict[str, dict[tuple[str, str, str | None], str]]] = {"levels": {}, "findings": {}}
    for review in sorted(reviews, key=lambda one: (one.entry.made_on, one.place)):
        entry = review.entry
        what = "levels" if entry.of_item else "findings"
        label = _level_label(entry) if entry.of_item else _finding_label(entry)
        said[what].setdefault(entry.reviewer, {})[entry.authority, entry.cell, entry.of_round] = label
    found = []
    for what, by_reviewer in said.items():
        for one, other in combinations(sorted(by_reviewer), 2):
            cells = sorted(by_reviewer[one].keys() & by_reviewer[other].keys(), key=str)
            pairs = [(by_reviewer[one][cell], by_reviewer[other][cell]) for cell in cells]
            if pairs:
                agreed = sum(a == b for a, b in pairs)
                kind: Literal["levels", "findings"] = "levels" if what == "levels" else "findings"
                found.append(Agreement((one, other), len(pairs), agreed, kappa(pairs), kind))
    return tuple(found)


def kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Cohen's kappa of two raters' words on the same cells; None where chance alone would agree on every cell."""
    cells = len(pairs)
    observed = Fraction(sum(one == other for one, other in pairs), cells)
    first, second = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    chance = sum((Fraction(first[word] * second[word], cells**2) for word in first), Fraction(0))
    return None if chance == 1 else float((observed - chance) / (1 - chance))
