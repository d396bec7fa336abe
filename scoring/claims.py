"""What did officials (or another report) say, and do the findings show it?

A claim file is one document by one author: methodology/claims/README.md explains its keys. A claim is held against a
round only where the round can speak of the time that the claim is about; what the round shows stands beside it in any
case.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import Field, model_validator

from archive.border import Complaint, Fault, Record, Unusable, load, near, wrong
from archive.registry import Agency, Id, Text
from scoring.levels import Level
from scoring.plans import Plan, Words
from scoring.queries_of_rows import Answer, Check, Rows, Status, Where, answer, rows_of

__all__ = ["Claim", "Difference", "Held", "Status", "compare_with", "held", "load_claims", "load_claims_file"]

# A round within this many days after the period that a claim is about is still held against it: the report of 2018
# itself held what the Commission said of 2017 against what it saw in August 2018. A later one shows another time.
NEAR_DAYS = 366
_STATUS_WORDS: dict[str, Status] = {
    "confirmed": "supported",
    "supported": "supported",
    "partly": "partly",
    "contradicted": "contradicted",
    "not_checkable": "cannot_be_checked",
    "cannot_be_checked": "cannot_be_checked",
}


ClaimId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]*$")]


class Source(Record):
    title: Words
    url: Text | None = None


class Period(Record):
    """The days that a claim is about, both included."""

    begins: date
    ends: date


class _Claim(Record):
    """One statement. `text.az` is the author's sentence, short and as it stands; `text.en` our translation.

    `reading` says how we take it where it can be taken in several ways. `out_of_reach` says why no website can show it:
    its checks, if any, are shown beside it and never decide. `elsewhere` says where else it may be so: then a site that
    does not show it leaves the question open. `holds_on`: the sentence itself says that it goes on after its period.
    `differs` answers another check of the same claim that came to another verdict.
    """

    id: ClaimId
    items: tuple[Text, ...] = ()
    place: Words
    text: Words
    reading: Words | None = None
    about: Period | None = None
    holds_on: bool = False
    elsewhere: Words | None = None
    out_of_reach: Words | None = None
    differs: Words | None = None
    checks: tuple[Check, ...] = ()

    @model_validator(mode="after")
    def _can_be_judged(self) -> _Claim:
        if not self.checks and self.out_of_reach is None:
            raise wrong("nothing is said of how it is checked", "give it `checks`, or say why not in `out_of_reach`")
        if self.elsewhere and self.out_of_reach:
            raise wrong("`elsewhere` and `out_of_reach` stand together", "keep one: with the second no check decides")
        return self


class _File(Record):
    """`of_round`: the author's own findings are this round, and the claims are held against no other.

    `document` quotes other places of the same document, which a claim can be held against; `unread` names notes of rows
    that we cannot read.
    """

    who: Words
    group: Literal["official", "report"]
    said_on: date | None = None
    source: Source
    plan: Id | None = None
    about: Period | None = None
    of_round: Id | None = None
    unread: tuple[Id, ...] = ()
    document: dict[str, tuple[Text, ...]] = Field(default_factory=dict)
    claims: tuple[_Claim, ...]


@dataclass(frozen=True)
class Claim:
    """One statement with what its document says of author, day and source. Words are {"az": ..., "en": ...}."""

    id: str
    file: str
    group: str  # official | report
    who: dict[str, str]
    said_on: date | None
    source: dict[str, str]  # the document's title
    url: str | None
    place: dict[str, str]  # where in the document
    plan: str | None
    items: tuple[str, ...]
    text: dict[str, str]
    reading: dict[str, str] | None
    about: tuple[date, date] | None
    holds_on: bool
    elsewhere: dict[str, str] | None
    out_of_reach: dict[str, str] | None
    differs: dict[str, str] | None
    of_round: str | None
    unread: tuple[str, ...]
    document: Mapping[str, tuple[str, ...]]
    checks: tuple[Check, ...]


@dataclass(frozen=True)
class Held:
    """One claim held against one round. `counts` names every number; `behind` the authorities that each counts."""

    claim: str  # id
    status: Status
    counts: dict[str, Any]  # "shown": 12, "not_shown": 3, "unseen": 1, "covered": 16, or what the claim's query gives
    behind: dict[str, tuple[str, ...]]  # the same names -> agency ids
    reason: str  # why it cannot be checked, or what contradicts it, for machines; words are in the claim file
    beside: Status | None = None  # what the round alone would say, where the claim is out of its reach
    parts: tuple[Answer, ...] = ()  # one per check, in the file's order


# ---- loading


def load_claims_file(
    path: Path | str,
    agencies: Iterable[Agency] = (),
    plans: Iterable[Plan] = (),
    kinds: Collection[str] | None = None,
) -> tuple[Claim, ...]:
    """The claims of one file. What is not given (agencies, plans, kinds) is not checked. Raises Unusable."""
    ids, of_plans = {a.id for a in agencies}, {plan.plan: plan for plan in plans}
    file = load(path, _File, also=lambda file: _together(file, ids, of_plans, kinds))
    return tuple(_claim(one, file, str(path)) for one in file.claims)


def load_claims(
    folder: Path | str,
    agencies: Iterable[Agency] = (),
    plans: Iterable[Plan] = (),
    kinds: Collection[str] | None = None,
) -> tuple[Claim, ...]:
    """Every claim of the folder's *.yaml, files in the order of their names. Raises Unusable with all faults."""
    agencies, plans = tuple(agencies), tuple(plans)
    claims: list[Claim] = []
    faults: list[Fault] = []
    homes: dict[str, str] = {}
    for path in sorted(Path(folder).glob("*.yaml")):
        try:
            loaded = load_claims_file(path, agencies, plans, kinds)
        except Unusable as unusable:
            faults += unusable.faults
            continue
        for claim in loaded:
            if homes.setdefault(claim.id, claim.file) != claim.file:
                what = f"the claim {claim.id!r} stands in {homes[claim.id]} too"
                faults.append(Fault(claim.file, 0, what, "give one of the two another id"))
        claims += loaded
    if faults:
        raise Unusable(faults)
    return tuple(claims)


def _claim(one: _Claim, file: _File, path: str) -> Claim:
    about = one.about or file.about
    return Claim(
        id=one.id,
        file=path,
        group=file.group,
        who=file.who.model_dump(),
        said_on=file.said_on,
        source=file.source.title.model_dump(),
        url=file.source.url,
        place=one.place.model_dump(),
        plan=file.plan,
        items=one.items,
        text=one.text.model_dump(),
        reading=_words(one.reading),
        about=(about.begins, about.ends) if about else None,
        holds_on=one.holds_on,
        elsewhere=_words(one.elsewhere),
        out_of_reach=_words(one.out_of_reach),
        differs=_words(one.differs),
        of_round=file.of_round,
        unread=file.unread,
        document=file.document,
        checks=one.checks,
    )


def _words(words: Words | None) -> dict[str, str] | None:
    return words.model_dump() if words else None


def _together(
    file: _File, ids: Collection[str], plans: Mapping[str, Plan], kinds: Collection[str] | None
) -> Iterator[Complaint]:
    if not file.claims:
        yield Complaint(("claims",), "the file has no claims", "write them, or take the file away")
    if file.plan and plans and file.plan not in plans:
        mend = f"{near(file.plan, plans)}plans: {' '.join(plans)}"
        yield Complaint(("plan",), f"there is no plan {file.plan!r}", mend)
    seen: set[str] = set()
    for index, claim in enumerate(file.claims):
        here = ("claims", index)
        if claim.id in seen:
            yield Complaint((*here, "id"), f"the claim {claim.id!r} stands twice", "give one of the two another id")
        seen.add(claim.id)
        names = [check.name for check in claim.checks]
        if len(names) > 1 and len(set(names)) < len(names):
            yield Complaint((*here, "checks"), "checks of one claim without names of their own", "give each a `name`")
        if (claim.about or file.about or file.of_round) is None:
            yield Complaint(here, f"{claim.id} is about no time", "give `about` here or at the top of the file")
        for number, check in enumerate(claim.checks):
            yield from _check(check, (*here, "checks", number), file, ids, plans, kinds)


def _check(
    check: Check,
    here: tuple[str | int, ...],
    file: _File,
    ids: Collection[str],
    plans: Mapping[str, Plan],
    kinds: Collection[str] | None,
) -> Iterator[Complaint]:
    if check.document is not None and check.document not in file.document:
        mend = f"{near(check.document, file.document)}quote it under `document` at the top"
        yield Complaint((*here, "document"), f"nothing is quoted as {check.document!r}", mend)
    named = (*(check.covers.ids or ()), *check.covers.except_ids, *(check.expect.these or ()))
    for one in named if ids else ():
        if one not in ids:
            yield Complaint(here, f"there is no agency {one!r}", f"{near(one, ids)}use an id of the registry")
    for where in _wheres(check):
        yield from _where(where, here, plans, kinds)


def _wheres(check: Check) -> Iterator[Where]:
    todo = [part for part in (check.where, check.covers.where, check.expect.same_as) if part is not None]
    while todo:
        part = todo.pop()
        yield part
        todo += [*(part.all or ()), *(part.any or ()), *((part.negated,) if part.negated else ())]


def _where(
    where: Where, here: tuple[str | int, ...], plans: Mapping[str, Plan], kinds: Collection[str] | None
) -> Iterator[Complaint]:
    if where.plan is not None and plans:
        items = [item.id for item in plans[where.plan].items] if where.plan in plans else []
        if where.item not in items:
            mend = f"plans: {' '.join(plans)}" if not items else f"items: {' '.join(items)}"
            yield Complaint(here, f"there is no item {where.item!r} of {where.plan!r}", mend)
    for path in where.fields() if kinds is not None else ():
        room, _, rest = path.partition(".")
        kind = rest.partition(".")[0]
        if room == "sections" and kind not in (kinds or ()):
            mend = f"{near(kind, kinds or ())}kinds: {' '.join(kinds or ())}"
            yield Complaint(here, f"there is no kind of section {kind!r}", mend)


# ---- holding


def held(
    claims: Iterable[Claim],
    findings: Mapping[str, Any],
    agencies: Iterable[Agency],
    levels: Mapping[str, Collection[Level]] | None = None,
) -> tuple[Held, ...]:
    """Each claim against this round, in the claims' order. `levels`: plan id -> its levels of this round.

    A claim that asks for the levels of a plan that is not given is unknown in every authority.
    """
    kinds = {agency.id: agency.kind for agency in agencies}
    views: dict[tuple[str, bool], Rows] = {}
    told = []
    for claim in claims:
        own_text = claim.of_round == findings["round"]["name"]
        key = (claim.file, own_text)
        if key not in views:
            of_claims = {"own_text": own_text, "unread": frozenset(claim.unread), "document": claim.document}
            views[key] = rows_of(findings, kinds, levels or {}, **of_claims)
        told.append(_held(claim, findings, views[key]))
    return tuple(told)


def _held(claim: Claim, findings: Mapping[str, Any], rows: Rows) -> Held:
    parts = tuple(_open(answer(check, rows), claim) for check in claim.checks)
    round_says = _together_says([part.status for part in parts])
    beyond = _beyond(claim, findings)
    counts = {_name(part, n, key): value for n, part in enumerate(parts) for key, value in part.counts.items()}
    behind = {_name(part, n, key): ids for n, part in enumerate(parts) for key, ids in part.behind.items()}
    if beyond:
        return Held(claim.id, "cannot_be_checked", counts, behind, beyond, round_says if parts else None, parts)
    reason = "; ".join(f"{part.name}: {part.reason}" if part.name else part.reason for part in parts if part.reason)
    return Held(claim.id, round_says, counts, behind, reason, None, parts)


def _name(part: Answer, number: int, key: str) -> str:
    """The first check's numbers go by their own names, those of the others by the check's name too."""
    return f"{part.name}.{key}" if number else key


def _open(part: Answer, claim: Claim) -> Answer:
    """Not shown on the site is no contradiction where the thing may be elsewhere."""
    if claim.elsewhere is None or part.status not in ("contradicted", "partly"):
        return part
    return Answer(part.name, "cannot_be_checked", part.counts, part.behind, f"may be elsewhere; {part.reason}")


def _together_says(statuses: Sequence[Status]) -> Status:
    """All alike: that. Something supported beside something not: partly. Nothing supported: the worst that is known."""
    said = set(statuses)
    if len(said) == 1:
        return statuses[0]
    if said & {"supported", "partly"}:
        return "partly"
    return "contradicted" if "contradicted" in said else "cannot_be_checked"


def _beyond(claim: Claim, findings: Mapping[str, Any]) -> str:
    """Why this round cannot speak of the claim; empty where it can."""
    name, as_of = findings["round"]["name"], date.fromisoformat(findings["round"]["as_of"])
    if claim.out_of_reach is not None:
        return "out_of_reach"
    if claim.of_round is not None and claim.of_round != name:
        return f"another_round: said of {claim.of_round}, this is {name}"
    if claim.about is None:
        return ""
    begins, ends = claim.about
    if as_of < begins:
        return f"too_early: said of {begins} to {ends}, this round is as of {as_of}"
    if (as_of - ends).days > NEAR_DAYS and not claim.holds_on:
        return f"too_late: said of {begins} to {ends}, this round is as of {as_of}, {(as_of - ends).days} days after"
    return ""


# ---- against another check of the same claims


@dataclass(frozen=True)
class Difference:
    """A claim on which two checks come to different verdicts; `why` is None where the claim file gives no reason."""

    claim: str
    ours: Status | None  # None: we hold no such claim
    theirs: Status | None  # None: they hold no such claim
    why: dict[str, str] | None


def compare_with(path: Path | str, told: Iterable[Held], claims: Iterable[Claim]) -> tuple[Difference, ...]:
    """Where a file of verdicts (`claims:` with `id` and `check.status`, or a mapping id -> status) says otherwise.

    Raises Unusable where the file is neither.
    """
    theirs = _verdicts(path)
    ours = {one.claim: one.status for one in told}
    why = {claim.id: claim.differs for claim in claims}
    ids = dict.fromkeys([*theirs, *ours])
    both = ((one, ours.get(one), theirs.get(one)) for one in ids)
    return tuple(Difference(one, mine, other, why.get(one)) for one, mine, other in both if mine != other)


def _verdicts(path: Path | str) -> dict[str, Status]:
    data = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    listed = data.get("claims") if isinstance(data, dict) else None
    if isinstance(listed, list):
        pairs = {entry["id"]: entry["check"]["status"] for entry in listed}
    elif isinstance(data, dict):
        pairs = data
    else:
        raise Unusable([Fault(str(path), 0, "no claims stand here", "give `claims`, or a mapping of ids to verdicts")])
    unknown = sorted(f"{one}: {word}" for one, word in pairs.items() if word not in _STATUS_WORDS)
    if unknown:
        mend = f"verdicts: {' '.join(_STATUS_WORDS)}"
        raise Unusable([Fault(str(path), 0, f"no verdict: {', '.join(unknown)}", mend)])
    return {one: _STATUS_WORDS[word] for one, word in pairs.items()}
