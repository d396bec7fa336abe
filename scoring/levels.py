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
from reading.activity import CLASSES, UNSEEN, is_open
from scoring.ladder import NOT_ASSESSED, Finding, Verdict, compare_levels, finding_of
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
            (_as_of(against), as_of),
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
        said = words.by_language
        if level != NOT_ASSESSED:
            said = _with_look_at_mobile(said, item, plan, authority)
        return Level(authority["id"], item.id, level, level, said, reason, item.facts())

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


def _with_look_at_mobile(rule: dict[str, str], item: Item, plan: Plan, authority: Finding) -> dict[str, str]:
    """The rule in words, and which look at the mobile version it stood on, where it asks for both."""
    mobile = finding_of(authority, "mobile")
    if plan.mobile_by is None or mobile["state"] != "found" or not _asks_rendered(item):
        return rule
    by = plan.mobile_by.rendered if rendered_of(mobile) else plan.mobile_by.static
    return {lang: f"{said} {by.by_language[lang]}" for lang, said in rule.items()}


def _asks_rendered(item: Item) -> bool:
    def asks(condition: Condition) -> bool:
        return condition.rendered is not None or any(map(asks, condition.parts))

    return any(rule.when is not None and asks(rule.when) for rule in item.levels)


def _compared(
    now: Level, authority: Finding, before: Finding | None, item: Item, plan: Plan, days: tuple[date, date]
) -> Level:
    """The same level, or `worse` where the comparison of the two rounds says so. `days`: as_of then and now."""
    if before is None or not item.concerns(before["id"], before.get("group", "")):
        return now
    was = _base(before, item, plan, days[0]).level
    verdict, shown_by = compare_levels(was, now.level, item.facts(), before, authority)
    if verdict != WORSE or by_another_look(verdict, before, authority, item, plan, days):
        return now
    return replace(now, level=WORSE, rule=plan.worse.by_language, reason=shown_by)


def by_another_look(
    verdict: Verdict, before: Finding, now: Finding, item: Item, plan: Plan, days: tuple[date, date]
) -> bool:
    """Whether two levels differ so only because one of the two rounds looked at what the other did not look at: the
    posts on profiles, the page as a browser draws it. Without that look on both sides the verdict is another."""
    even_before, even_now = _on_equal_footing(before, now)
    if (even_before, even_now) == (before, now):
        return False
    was, is_now = _base(even_before, item, plan, days[0]).level, _base(even_now, item, plan, days[1]).level
    return compare_levels(was, is_now, item.facts(), before, now)[0] != verdict


def _on_equal_footing(before: Finding, now: Finding) -> tuple[Finding, Finding]:
    """Both rounds' findings without the looks that only one of them made."""
    pair = [dict(before), dict(now)]
    mobile = [finding_of(one, "mobile") for one in pair]
    if (rendered_of(mobile[0]) is None) != (rendered_of(mobile[1]) is None):
        for one, found in zip(pair, mobile, strict=True):
            one["mobile"] = {key: value for key, value in found.items() if key != "rendered"}
    social = [finding_of(one, "social") for one in pair]
    if activity_of(social[0])[1] != activity_of(social[1])[1]:
        for one, found in zip(pair, social, strict=True):
            bare = [{"network": p["network"], "url": p["url"]} for p in found.get("profiles") or ()]
            one["social"] = {**found, "activity": None, "profiles": bare}
    return pair[0], pair[1]


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
    told = [_TESTS.get(name, _one_of)(name, finding, wanted, as_of) for name, wanted in condition.tests.items()]
    return False if False in told else None if None in told else True


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


def _activity(_: str, finding: Finding, wanted: Any, __: date) -> bool | None:
    """Of the best profile. One that could not be looked at may be better than those that were: then it is unknown."""
    if finding["state"] != "found":
        return False
    best, could_be_better = activity_of(finding)
    if not could_be_better:
        return best in wanted
    if UNSEEN in wanted:
        return True
    possible = CLASSES[: CLASSES.index(best) + 1] if best else CLASSES
    return _of_all(word in wanted for word in possible)


def _rendered(_: str, finding: Finding, wanted: Any, __: date) -> bool | None:
    verdict = rendered_of(finding)
    if verdict is None:
        return True if UNSEEN in wanted else None
    return verdict in wanted


def _of_all(answers: Iterable[bool]) -> bool | None:
    """The one answer that all of them give; None where they differ."""
    told = set(answers)
    return told.pop() if len(told) == 1 else None


def activity_of(social: Finding) -> tuple[str | None, bool]:
    """(the best class of the profiles that were seen, whether one that was not seen could be better).

    A hand-made round tells one class of the whole authority, and that is all there is to know of it.
    """
    best = social.get("activity")
    looked = [profile for profile in social.get("profiles") or () if "activity" in profile]
    unsure = any(map(is_open, looked)) if looked else best is None
    return best, unsure and best != CLASSES[0]


def rendered_of(mobile: Finding) -> str | None:
    """good, poor or broken: what a browser drew; None where no browser looked."""
    verdict = (mobile.get("rendered") or {}).get("verdict")
    return str(verdict) if verdict else None


_TESTS: dict[str, Callable[[str, Finding, Any, date], bool | None]] = {
    "activity": _activity,
    "rendered": _rendered,
    "content": _content,
    "items_at_least": _items,
    "last_within_days": _recent,
    "period_within_days": _covers,
}


def condition_holds(condition: Condition, authority: Finding, as_of: date) -> bool | None:
    """Whether a plan's condition holds of one authority; None where it could not be looked at."""
    return _holds(condition, authority, as_of)
