"""Whom did the report of 2018 call active and moderate users of social networks, and does each fit its own row?

`python -m tests.appendix_2018.posting` draws the table again from the round made by hand, as our report draws it, holds
its names against those that the printed table lists (methodology/claims/erc-2018-report.yaml), and prints each member
whose own row says less of its posts than the table does. The rows are the report's; which remark fits which class is
our reading, and stands in the claims.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from publishing.blocks import Grid, Name, chapters_within
from scoring.claims import held, load_claims_file
from scoring.rounds import findings_of, load_round
from tests.report_material import made, plan_of, registry

METHOD = Path(__file__).parent.parent.parent / "methodology"
CLASSES = {"active": "social-table-active", "moderate": "social-table-moderate"}  # class -> the claim of its column


@dataclass(frozen=True)
class Member:
    """One authority of the table. `fits`: whether its own row bears the class out."""

    id: str
    name: str
    activity: str
    remark: str | None
    last_post: str | None
    fits: bool


@dataclass(frozen=True)
class Drawn:
    """The table drawn again. `missing` and `added`: ids that only the printed one has, and only ours."""

    members: tuple[Member, ...]
    missing: tuple[str, ...]
    added: tuple[str, ...]

    def of(self, activity: str) -> list[Member]:
        return [member for member in self.members if member.activity == activity]

    def misfits(self, activity: str) -> list[Member]:
        return [member for member in self.of(activity) if not member.fits]


def draw(findings: Mapping[str, Any] | None = None) -> Drawn:
    """The table of a round; of the round of 2018 when none is given."""
    told = dict(findings or findings_of(load_round(METHOD / "rounds" / "erc-2018.yaml")))
    report = made("en", findings=told)
    claims = load_claims_file(METHOD / "claims" / "erc-2018-report.yaml", registry(), [plan_of()])
    judged = {one.claim: one for one in held(claims, told, registry(), {})}
    blocks = [block for chapter in chapters_within(report.chapters) for block in chapter.blocks]
    grid = next(block for block in blocks if isinstance(block, Grid) and block.key == "activity")
    names = [next(piece for cell in row for piece in cell if isinstance(piece, Name)) for row in grid.rows]
    fits = {one for claim in CLASSES.values() for one in judged[claim].behind["shown"]}
    members = []
    for name in names:
        social = report.asked.finding(name.id)["social"]
        fit = name.id in fits
        members.append(Member(name.id, name.text, social["activity"], social["remark"], social["last_post"], fit))
    printed = {one: activity for activity, claim in CLASSES.items() for one in judged[claim].behind["covered"]}
    ours = {member.id: member.activity for member in members}
    return Drawn(
        tuple(members),
        tuple(sorted(one for one in printed if ours.get(one) != printed[one])),
        tuple(sorted(one for one in ours if printed.get(one) != ours[one])),
    )


def told(drawn: Drawn) -> Iterator[str]:
    """The table and what is wrong with it, a line each."""
    for activity in CLASSES:
        members = drawn.of(activity)
        fit = len(members) - len(drawn.misfits(activity))
        yield f"{activity}: {len(members)} authorities, {fit} fit their own rows"
        for member in members:
            until = f", until {member.last_post}" if member.last_post else ""
            mark = "" if member.fits else "  <- does not fit"
            yield f"  {member.name:<24} row says: {member.remark or 'nothing'}{until}{mark}"
    yield f"in the printed table and not in ours: {', '.join(drawn.missing) or 'none'}"
    yield f"in ours and not in the printed table: {', '.join(drawn.added) or 'none'}"


if __name__ == "__main__":
    print("\n".join(told(draw())))
