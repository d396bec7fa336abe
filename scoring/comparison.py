"""What changed between two rounds, cell by cell, and is it the site that changed?

Every cell of every authority of the later round gets one answer: the items of the plan that concern it, and its facts.
A verdict is always what one rule says of both rounds, the rule of `plan`; so no count of `better` or `worse` holds a
change of rule. Where another edition scored the earlier round and that alone makes the word differ, the cell is `same`,
why `rule`, and `was` is the word as it was published.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from archive.registry import Agency
from scoring.ladder import (
    NOT_ASSESSED,
    Finding,
    Verdict,
    compare_levels,
    facts_of,
    finding_of,
    hides,
    short,
    step,
    unseen_because,
    was_not_asked,
)
from scoring.levels import Findings, Level, by_another_look, levels_of, must_be_earlier, predecessors_of
from scoring.plans import ORDER, Item, Plan

# Why a cell reads as it does. `site`: the site itself; `rule`: another edition of the rule gave the other level (the
# earlier round, scored again by the present rule, agrees); `capture`: one of the two could not be looked at or was cut
# short; `hand`: one side is the word of a person; `no_earlier`: the authority was not in the earlier round, and the
# registry names no predecessor; `successor`: compared with its predecessor, as the registry says; `not_recorded`: the
# earlier round did not look for this; `none`: nothing changed.
Why = Literal["site", "rule", "capture", "hand", "no_earlier", "successor", "not_recorded", "none"]
__all__ = ["Change", "Verdict", "Why", "changes"]

_BY_SIGN: dict[int, Verdict] = {-1: "worse", 0: "same", 1: "better"}


@dataclass(frozen=True)
class Change:
    """One authority's one cell (a plan item, or a fact: "news", "sections.public_council") in two rounds."""

    authority: str
    what: str
    was: str | None  # level word or a short state ("found full menu"); None where there is none to compare
    now: str
    verdict: Verdict
    why: Why
    detail: str = ""  # for machines: "news unseen: timeout", "edition 1 -> 2"


_Tell = Callable[..., Change]


@dataclass(frozen=True)
class _Word:
    """The level of one cell in one round: as a person or as the rule gave it."""

    level: str
    reason: str
    by_hand: bool


@dataclass(frozen=True)
class _Earlier:
    """What the earlier round knows of one authority."""

    document: Finding | None  # None: it was not in that round
    id: str
    inherited: bool  # it is the predecessor's


def changes(
    now_findings: Findings,
    now_levels: Iterable[Level | Mapping[str, Any]],
    plan: Plan,
    before_findings: Findings,
    agencies: Iterable[Agency],
    before_plan: Plan | None = None,
    before_levels: Iterable[Level | Mapping[str, Any]] | None = None,
) -> tuple[Change, ...]:
    """Every cell of the later round, by authority: the plan's items first, then the facts.

    `now_levels` are those that `plan` gave to `now_findings`, reviewed or not, compared with the earlier round or not.
    `before_levels` likewise, where persons have reviewed the earlier round. `before_plan` is the edition that scored
    the earlier round when it was published.

    Raises scoring.levels.NotEarlier; ValueError where `before_plan` is no edition of `plan`.
    """
    must_be_earlier(before_findings, now_findings)
    if before_plan is not None and before_plan.plan != plan.plan:
        raise ValueError(f"{before_plan.plan} is another plan than {plan.plan}: its items are other promises")
    before = _Before(before_findings, plan, before_plan, before_levels, predecessors_of(agencies))
    now = _words(now_levels)
    days = _as_of(before_findings), _as_of(now_findings)
    found = []
    for authority in now_findings["authorities"]:
        earlier = before.of(authority["id"])
        for item in plan.items:
            if item.concerns(authority["id"], authority.get("group", "")):
                change = _of_item(authority, item, now[authority["id"], item.id], earlier, before)
                found.append(_unless_by_another_look(change, authority, item, earlier, plan, days))
        found += (_of_fact(authority, fact, earlier, before) for fact in facts_of(authority))
    return tuple(found)


class _Before:
    """The earlier round, scored by the present rules and, where another edition is named, by that one too."""

    def __init__(
        self,
        findings: Findings,
        plan: Plan,
        published: Plan | None,
        reviewed: Iterable[Level | Mapping[str, Any]] | None,
        heirs: Mapping[str, str],
    ):
        self.documents = {authority["id"]: authority for authority in findings["authorities"]}
        self.heirs = heirs
        self.partial = bool(findings["round"].get("partial"))
        # Its own groups decided whom an item concerned; the present ones decide which cells are compared.
        self.words = _words(levels_of(findings, plan))
        if reviewed is not None:
            self.words |= {cell: word for cell, word in _words(reviewed).items() if word.by_hand}
        other = published is not None and published.rules_sha256 != plan.rules_sha256
        self.published = _words(levels_of(findings, published)) if published is not None and other else {}
        self.editions = f"edition {published.edition} -> {plan.edition}" if published is not None else ""

    def of(self, authority_id: str) -> _Earlier:
        for known, inherited in ((authority_id, False), (self.heirs.get(authority_id, ""), True)):
            if known in self.documents:
                return _Earlier(self.documents[known], known, inherited)
        return _Earlier(None, authority_id, False)


def _words(levels: Iterable[Level | Mapping[str, Any]]) -> dict[tuple[str, str], _Word]:
    """(authority, item) -> the level by the round alone: a person's word, else the rule's base."""
    found = {}
    for one in levels:
        level: Mapping[str, Any] = one if isinstance(one, Mapping) else vars(one)
        by_hand = _is_of_a_person(level)
        said = level["level"] if by_hand else level["base"]
        found[level["authority"], level["item"]] = _Word(said, level["reason"], by_hand)
    return found


def _is_of_a_person(reviewed: Mapping[str, Any]) -> bool:
    """Whether a level or finding is what a person put in the machine's place; one that was confirmed is not."""
    hand = reviewed.get("hand")
    verdict = hand.get("verdict") if isinstance(hand, Mapping) else getattr(hand, "verdict", None)
    return verdict in ("corrects", "fills")


# -- items -------------------------------------------------------------------------------------------------------------


def _of_item(authority: Finding, item: Item, now: _Word, earlier: _Earlier, before: _Before) -> Change:
    def tell(was: str | None, verdict: Verdict, why: Why, detail: str = "") -> Change:
        return Change(authority["id"], item.id, was, now.level, verdict, why, detail)

    if earlier.document is None:
        return tell(None, "not_comparable", *_never_there(before))
    was = before.words.get((earlier.id, item.id))
    if was is None:  # the item did not concern the body then
        return tell(None, "not_comparable", "no_earlier", "the item did not concern it")
    if item.method == "hand" and not (was.by_hand and now.by_hand):
        return tell(was.level, "not_comparable", "hand", "by_hand")
    if was.by_hand or now.by_hand:
        change = _by_persons(was, now, tell)
    else:
        change = _by_rule(authority, item, was, now, earlier.document, tell)
        published = before.published.get((earlier.id, item.id))
        if published is not None and published.level != was.level:
            change = _with_rule(change, published.level, was.level, before.editions)
    return _from_predecessor(change, earlier)


def _never_there(before: _Before) -> tuple[Why, str]:
    return ("capture", "the earlier round is partial") if before.partial else ("no_earlier", "")


def _by_rule(authority: Finding, item: Item, was: _Word, now: _Word, then: Finding, tell: _Tell) -> Change:
    verdict, shown_by = compare_levels(was.level, now.level, item.facts(), then, authority)
    if verdict != "not_comparable":
        hand = any(_is_of_a_person(finding_of(one, fact)) for one in (then, authority) for fact in item.facts())
        why: Why = "none" if verdict == "same" else ("hand" if hand else "site")
        return tell(was.level, verdict, why, shown_by)
    unseen = [word.reason for word in (was, now) if word.level == NOT_ASSESSED]
    asked = was.level != NOT_ASSESSED or not _was_not_asked(item, then)
    return tell(was.level, verdict, "capture" if asked else "not_recorded", "; ".join(unseen) or shown_by)


def _unless_by_another_look(
    change: Change, authority: Finding, item: Item, earlier: _Earlier, plan: Plan, days: tuple[date, date]
) -> Change:
    """The change; not comparable where only one round looked at the posts on profiles, or at the page as it is drawn,
    and that alone makes the levels differ."""
    if earlier.document is None or change.why not in ("site", "successor") or change.verdict == "not_comparable":
        return change
    if not by_another_look(change.verdict, earlier.document, authority, item, plan, days):
        return change
    detail = "; ".join(filter(None, (change.detail, "one of the two rounds did not look at all that the rule asks")))
    return replace(change, verdict="not_comparable", why="not_recorded", detail=detail)


def _as_of(findings: Findings) -> date:
    return date.fromisoformat(findings["round"]["as_of"])


def _was_not_asked(item: Item, then: Finding) -> bool:
    """Whether all that the item lacked is what that round did not look for."""
    unseen = [finding for fact in item.facts() if (finding := finding_of(then, fact))["state"] == "unseen"]
    return bool(unseen) and all(map(was_not_asked, unseen))


def _by_persons(was: _Word, now: _Word, tell: _Tell) -> Change:
    """Where a person gave one of the two levels; `worse` may be that person's own word."""
    if NOT_ASSESSED in (was.level, now.level) or was.level == "worse":
        return tell(was.level, "not_comparable", "hand", "; ".join(filter(None, (was.reason, now.reason))))
    if now.level == "worse":
        return tell(was.level, "worse", "hand")
    went = ORDER.index(was.level) - ORDER.index(now.level)
    verdict = _BY_SIGN[(went > 0) - (went < 0)]
    return tell(was.level, verdict, "hand" if went else "none", f"level {was.level} -> {now.level}" if went else "")


def _with_rule(change: Change, published: str, again: str, editions: str) -> Change:
    """The change, with what another edition of the rule had said of the earlier round."""
    detail = f"{editions}: {published} -> {again}"
    if change.verdict == "same":
        return replace(change, was=published, why="rule", detail=detail)
    return replace(change, detail="; ".join(filter(None, (change.detail, detail))))


def _from_predecessor(change: Change, earlier: _Earlier) -> Change:
    if not earlier.inherited:
        return change
    detail = "; ".join(filter(None, (change.detail, f"predecessor {earlier.id}")))
    why: Why = "successor" if change.why in ("site", "none") else change.why
    return replace(change, why=why, detail=detail)


# -- facts -------------------------------------------------------------------------------------------------------------


def _of_fact(authority: Finding, fact: str, earlier: _Earlier, before: _Before) -> Change:
    now = finding_of(authority, fact)

    def tell(was: str | None, verdict: Verdict, why: Why, detail: str = "") -> Change:
        return Change(authority["id"], fact, was, short(fact, now), verdict, why, detail)

    then = earlier.document
    if then is None:
        return tell(None, "not_comparable", *_never_there(before))
    was = finding_of(then, fact)
    told = short(fact, was)
    if was_not_asked(was) or was_not_asked(now):
        return tell(told, "not_comparable", "not_recorded")
    unseen = "; ".join(_unseen(fact, was, now))
    if unseen:
        return tell(told, "not_comparable", "capture", unseen)
    went = step(fact, was, now)
    if went is None:
        apart: tuple[Why, str] = ("site", "undated") if fact == "news" else ("not_recorded", "how full")
        return tell(told, "not_comparable", *apart)
    hand = _is_of_a_person(was) or _is_of_a_person(now)
    hidden = None if hand else hides(fact, went, then, authority)
    if hidden is not None:
        return tell(told, "not_comparable", "capture", hidden)
    why: Why = "none" if not went else ("hand" if hand else "site")
    return _from_predecessor(tell(told, _BY_SIGN[went], why), earlier)


def _unseen(fact: str, was: Finding, now: Finding) -> Iterator[str]:
    for when, finding in (("earlier", was), ("now", now)):
        reason = unseen_because(fact, finding)
        if reason is not None:
            yield f"{when} {fact} unseen: {reason}"
