"""Which level did each authority reach on each item of a plan, by which rule, and what did that stand on?

An unseen finding makes a condition unknown, never false: Kleene's logic, where `all` is false as soon as one part is
false, and unknown before it is true.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from archive.registry import Agency
from scoring.ladder import NOT_ASSESSED, Finding, compare_levels, finding_of
from scoring.plans import Condition, Item, Plan, Words
from scoring.reviews import Hand

WORSE = "worse"

Findings = Mapping[str, Any]


@dataclass(frozen=True)
class Level:
    """One authority's level on one item. A round and a plan give one Level per authority and item."""

    authority: str  # agency id
    item: str  # "2.4"
    level: str  # full | significant | none | worse | not_assessed
    base: str  # the level before comparison with an earlier round: the same words, never "worse"
    rule: dict[str, str]  # {"az": ..., "en": ...}: the rule that gave it, in words
    reason: str  # why not assessed or why worse, for machines: "news unseen: timeout"; else empty
    stood_on: tuple[str, ...]  # facts: "mobile", "sections.public_council", ...
    hand: Hand | None = None  # the word of a named reviewer that it now is: scoring.reviews


class NotEarlier(ValueError):
    """The round to compare with is later than the round that is judged."""


def levels_of(
    findings: Findings,
    plan: Plan,
    against: Findings | None = None,
    predecessors: Mapping[str, str] | None = None,
) -> list[Level]:
    """One Level per authority and item that concerns it, in the findings' order.

    Both documents have the contract's shape. Ages are measured from each round's own as_of. An authority that is not in
    the earlier round is compared with its predecessor there, if it has one (`predecessors_of`). Raises NotEarlier.
    """
    as_of = _as_of(findings)
    cells = [
        (a, item) for a in findings["authorities"] for item in plan.items if item.concerns(a["id"], a.get("group", ""))
    ]
    if against is None:
        return [_base(a, item, plan, as_of) for a, item in cells]
    must_be_earlier(against, findings)
    before = {a["id"]: a for a in against["authorities"]}
    heirs = predecessors or {}
    return [
        _compared(
            _base(a, item, plan, as_of),
            a,
            before.get(a["id"]) or before.get(heirs.get(a["id"], "")),
            item,
            plan,
            _as_of(against),
        )
        for a, item in cells
    ]


def predecessors_of(agencies: Iterable[Agency]) -> dict[str, str]:
    """Whose findings of earlier rounds a body is compared with where it has none of its own: id -> id."""
    return {agency.id: agency.predecessor for agency in agencies if agency.predecessor}


def must_be_earlier(against: Findings, findings: Findings) -> None:
    """Raises NotEarlier."""
    if _began(against) > _began(findings):
        raise NotEarlier(f"{against['round']['name']} is later than {findings['round']['name']}")


def _as_of(findings: Findings) -> date:
    return date.fromisoformat(findings["round"]["as_of"])


def _began(findings: Findings) -> date:
    """The first day that a round looked at: one made by hand takes weeks and is dated by its last day."""
    started = findings["round"].get("started_at")
    return min(_as_of(findings), date.fromisoformat(started[:10])) if started else _as_of(findings)


def _base(authority: Finding, item: Item, plan: Plan, as_of: date) -> Level:
    """The level by this round alone: the first level that holds, unless a better one is unknown."""

    def give(level: str, words: Words, reason: str = "") -> Level:
        return Level(authority["id"], item.id, level, level, words.by_language, reason, item.facts())

    if item.by_hand:
        return give(NOT_ASSESSED, item.by_hand, "by_hand")
    if authority["site"]["url"] is None or authority["site"]["reason"] == "no_site":
        return give(NOT_ASSESSED, plan.not_assessed, "no_site")
    for rule in item.levels:
        holds = rule.when is None or _holds(rule.when, authority, as_of)
        if holds is None:
            assert rule.when is not None
            return give(NOT_ASSESSED, plan.not_assessed, _unseen(rule.when.facts(), authority))
        if holds:
            return give(rule.level, rule.words)
    raise AssertionError("the last level of an item takes what is left: scoring.plans checks it")


def _compared(now: Level, authority: Finding, before: Finding | None, item: Item, plan: Plan, then: date) -> Level:
    """The same level, or `worse` where the comparison of the two rounds says so."""
    if before is None or not item.concerns(before["id"], before.get("group", "")):
        return now
    was = _base(before, item, plan, then).level
    verdict, shown_by = compare_levels(was, now.level, item.facts(), before, authority)
    if verdict != WORSE:
        return now
    return replace(now, level=WORSE, rule=plan.worse.by_language, reason=shown_by)


def _unseen(facts: Iterable[str], authority: Finding) -> str:
    seen = [(fact, finding_of(authority, fact)) for fact in facts]
    return "; ".join(f"{fact} unseen: {f.get('reason') or 'unknown'}" for fact, f in seen if f["state"] == "unseen")


def _holds(condition: Condition, authority: Finding, as_of: date) -> bool | None:
    """True, False, or None where it could not be looked at."""
    if condition.fact:
        return _fact_holds(condition, finding_of(authority, condition.fact), as_of)
    parts = [_holds(part, authority, as_of) for part in condition.parts]
    decisive = condition.any is not None
    if decisive in parts:
        return decisive
    return None if None in parts else not decisive


def _fact_holds(condition: Condition, finding: Finding, as_of: date) -> bool | None:
    if finding["state"] == "unseen":
        return None
    return all(_TESTS.get(name, _one_of)(name, finding, wanted, as_of) for name, wanted in condition.tests.items())


def _one_of(name: str, finding: Finding, wanted: Any, _: date) -> bool:
    return finding.get(name) in wanted


def _content(_: str, finding: Finding, wanted: Any, __: date) -> bool:
    return set(wanted) <= set(finding.get("content") or ())


def _items(_: str, finding: Finding, wanted: Any, __: date) -> bool:
    return bool((finding.get("items") or 0) >= wanted)


def _recent(_: str, finding: Finding, wanted: Any, as_of: date) -> bool:
    """No date on a section that was seen is a fact about the section: it is not recent."""
    printed = finding.get("last_date")
    return printed is not None and bool((as_of - date.fromisoformat(printed)).days <= wanted)


def _covers(_: str, finding: Finding, wanted: Any, as_of: date) -> bool:
    """Days since the end of the period that a document covers; one about the year to come is as new as can be."""
    ended = finding.get("period_end")
    return ended is not None and bool((as_of - date.fromisoformat(ended)).days <= wanted)


_TESTS: dict[str, Callable[[str, Finding, Any, date], bool]] = {
    "content": _content,
    "items_at_least": _items,
    "last_within_days": _recent,
    "period_within_days": _covers,
}


def condition_holds(condition: Condition, authority: Finding, as_of: date) -> bool | None:
    """Whether a plan's condition holds of one authority; None where it could not be looked at."""
    return _holds(condition, authority, as_of)
