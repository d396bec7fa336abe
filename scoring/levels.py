"""Which level did each authority reach on each item of a plan, by which rule, and what did that stand on?

An unseen finding makes a condition unknown, never false: Kleene's logic, where `all` is false as soon as one part is
false, and unknown before it is true.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from scoring.plans import ORDER, Condition, Item, Plan, Words

NOT_ASSESSED = "not_assessed"
WORSE = "worse"

Finding = Mapping[str, Any]
Findings = Mapping[str, Any]
_NOT_THERE: Finding = {"state": "unseen", "reason": "not_in_findings"}


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


class NotEarlier(ValueError):
    """The round to compare with is later than the round that is judged."""


def levels_of(findings: Findings, plan: Plan, against: Findings | None = None) -> list[Level]:
    """One Level per authority and item, in the findings' order. Both documents have the contract's shape.

    Ages are measured from each round's own as_of. Raises NotEarlier.
    """
    as_of = _as_of(findings)
    if against is None:
        return [_base(a, item, plan, as_of) for a in findings["authorities"] for item in plan.items]
    if _began(against) > _began(findings):
        raise NotEarlier(f"{against['round']['name']} is later than {findings['round']['name']}")
    before = {a["id"]: a for a in against["authorities"]}
    return [
        _compared(_base(a, item, plan, as_of), a, before.get(a["id"]), item, plan, _as_of(against))
        for a in findings["authorities"]
        for item in plan.items
    ]


def _as_of(findings: Findings) -> date:
    return date.fromisoformat(findings["round"]["as_of"])


def _began(findings: Findings) -> date:
    """The first day that a round looked at: one made by hand takes weeks and is dated by its last day."""
    started = findings["round"].get("started_at")
    return min(_as_of(findings), date.fromisoformat(started[:10])) if started else _as_of(findings)


def _base(authority: Finding, item: Item, plan: Plan, as_of: date) -> Level:
    """The level by this round alone: the first level that holds, unless a better one is unknown."""

    def give(level: str, words: Words, reason: str = "") -> Level:
        return Level(authority["id"], item.id, level, level, words.model_dump(), reason, item.facts())

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
    """The same level, or `worse` where both rounds were seen and this one is below the other."""
    if before is None or now.level == NOT_ASSESSED:
        return now
    was = _base(before, item, plan, then).level
    fell = was != NOT_ASSESSED and ORDER.index(now.level) > ORDER.index(was)
    lost = [
        fact
        for fact in item.facts()
        if fact.startswith("sections.")
        and _finding(before, fact)["state"] == "found"
        and _finding(authority, fact)["state"] == "absent"
    ]
    if not fell and not lost:
        return now
    reasons = [f"level {was} -> {now.level}"] if fell else []
    reasons += [f"{fact} found -> absent" for fact in lost]
    return replace(now, level=WORSE, rule=plan.worse.model_dump(), reason="; ".join(reasons))


def _unseen(facts: Iterable[str], authority: Finding) -> str:
    seen = [(fact, _finding(authority, fact)) for fact in facts]
    return "; ".join(f"{fact} unseen: {f.get('reason') or 'unknown'}" for fact, f in seen if f["state"] == "unseen")


def _finding(authority: Finding, fact: str) -> Finding:
    room, _, kind = fact.partition(".")
    finding: Finding = authority.get(room, _NOT_THERE)
    return finding.get(kind, _NOT_THERE) if kind else finding


def _holds(condition: Condition, authority: Finding, as_of: date) -> bool | None:
    """True, False, or None where it could not be looked at."""
    if condition.fact:
        return _fact_holds(condition, _finding(authority, condition.fact), as_of)
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


_TESTS: dict[str, Callable[[str, Finding, Any, date], bool]] = {
    "content": _content,
    "items_at_least": _items,
    "last_within_days": _recent,
}
