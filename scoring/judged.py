"""What does a round come to: persons' words in place, levels, what changed since, which statements it bears out?

The one order of the steps: reviews stand in the findings, the plan's rules judge those, reviews of levels stand in
the levels, the result is compared with an earlier round, and claims are held against it. Pure: who calls loads.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from archive.registry import Agency
from scoring.claims import Claim, Held, held
from scoring.comparison import Change, changes
from scoring.levels import Level, levels_of, predecessors_of
from scoring.plans import Plan
from scoring.reviews import Agreement, Lapsed, Review, agreements, reviewed_levels, with_reviews

OFFICIAL = "official"


@dataclass(frozen=True)
class Judged:
    """A round under one edition of one plan. `findings` and `levels` carry reviewed cells with `hand`."""

    plan: Plan
    findings: dict[str, Any]
    levels: tuple[Level, ...]
    changes: tuple[Change, ...]
    claims: tuple[Claim, ...]  # those that are held, in the order of `held`
    held: tuple[Held, ...]
    agreements: tuple[Agreement, ...]
    used: tuple[Review, ...]
    lapsed: tuple[Lapsed, ...]
    before_findings: dict[str, Any] | None


def judge(
    findings: Mapping[str, Any],
    agencies: Sequence[Agency],
    plan: Plan,
    *,
    reviews: Iterable[Review] = (),
    claims: Iterable[Claim] = (),
    other_plans: Iterable[Plan] = (),
    before: Mapping[str, Any] | None = None,
    before_plan: Plan | None = None,
) -> Judged:
    """The round judged. `before` is the earlier round's findings, `before_plan` the edition it was published under.

    `other_plans` are those whose levels a claim may ask for. Official claims are always held; another report's claims
    only against the round that the report is about. Raises scoring.levels.NotEarlier, and ValueError where
    `before_plan` is another plan.
    """
    reviews = tuple(reviews)
    seen, of_facts, fallen = with_reviews(findings, reviews, _as_of(findings))
    then = with_reviews(before, reviews, _as_of(before))[0] if before is not None else None
    heirs = predecessors_of(agencies)

    def reviewed(levels: list[Level], of: Mapping[str, Any]) -> tuple[list[Level], Sequence[Review], Sequence[Lapsed]]:
        return reviewed_levels(levels, reviews, plan, _as_of(of), of["round"]["name"])

    levels, of_levels, fallen_levels = reviewed(levels_of(seen, plan, then, heirs), seen)
    changed: tuple[Change, ...] = ()
    if then is not None:
        earlier, _, _ = reviewed(levels_of(then, plan), then)
        changed = changes(seen, levels, plan, then, agencies, before_plan, earlier)
    relevant = tuple(
        claim for claim in claims if claim.group == OFFICIAL or claim.of_round == findings["round"]["name"]
    )
    by_plan = {plan.plan: levels} | {one.plan: levels_of(seen, one) for one in other_plans if one.plan != plan.plan}
    return Judged(
        plan=plan,
        findings=seen,
        levels=tuple(levels),
        changes=changed,
        claims=relevant,
        held=held(relevant, seen, agencies, by_plan) if relevant else (),
        agreements=agreements(reviews),
        used=(*of_facts, *of_levels),
        lapsed=(*fallen, *fallen_levels),
        before_findings=then,
    )


def _as_of(findings: Mapping[str, Any]) -> date:
    return date.fromisoformat(findings["round"]["as_of"])
