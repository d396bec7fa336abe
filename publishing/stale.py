"""Which sites have stopped updating, and for how long have they been silent?"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from scoring.rhythm import Rhythm

COLUMNS = (
    "id",
    "group",
    "name",
    "standing",
    "silence_days",
    "last_date",
    "median_gap_days",
    "per_month",
    "reason",
    "url",
)
# What the rhythm over all rounds (scoring/rhythm.py) adds to the standing in this one.
RHYTHM_COLUMNS = ("rhythm", "expected_next", "overdue_days", "season", "back_since", "known_to", "sure", "why")
# The order in which they are told: silence first, then what nobody can tell the silence of.
_ORDER = ("stopped", "slowed", "active", "never_dated", "no_news", "down", "blocked", "placeholder", "could_not_check")


@dataclass(frozen=True)
class Standing:
    """How one authority's news stands. `standing` keeps apart silence, no dates, and could not look."""

    id: str
    group: str
    name: str
    standing: str
    silence_days: int | None
    last_date: str | None
    median_gap_days: float | None
    per_month: float | None
    reason: str | None
    url: str | None

    def row(self) -> dict[str, Any]:
        return asdict(self)


def stale(findings: dict[str, Any]) -> list[Standing]:
    """Every authority of a round, longest silence first; after them those whose silence is unknown, with the reason."""
    standings = [_standing(authority) for authority in findings["authorities"]]
    return sorted(
        standings,
        key=lambda s: (s.silence_days is None, -(s.silence_days or 0), _ORDER.index(s.standing), s.name),
    )


def rows_with_rhythm(standings: Iterable[Standing], rhythms: Iterable[Rhythm]) -> list[dict[str, Any]]:
    """The rows of `stale`, each with RHYTHM_COLUMNS. `rhythm`: the standing over all rounds; None where none is known.

    The columns of the round's own standing stay as they are.
    """
    told = {one.id: one.row() for one in rhythms}
    nothing: dict[str, Any] = {}
    rows = []
    for standing in standings:
        own = told.get(standing.id, nothing)
        more = {name: own.get("standing" if name == "rhythm" else name) for name in RHYTHM_COLUMNS}
        rows.append(standing.row() | more)
    return rows


def _standing(authority: dict[str, Any]) -> Standing:
    site, news = authority["site"], authority["news"]
    standing, reason = _word(site, news)
    return Standing(
        authority["id"],
        authority["group"],
        authority["name"],
        standing,
        news.get("silence_days"),
        news.get("last_date"),
        news.get("median_gap_days"),
        news.get("per_month"),
        reason,
        news.get("url") or site.get("final_url") or site.get("url"),
    )


def _word(site: dict[str, Any], news: dict[str, Any]) -> tuple[str, str | None]:
    if site["state"] in ("down", "blocked", "placeholder"):
        return site["state"], site["reason"]
    if news["state"] == "found":
        return news["status"], None
    if news["state"] == "partial":
        return "never_dated", None
    if news["state"] == "absent":
        return "no_news", None
    return "could_not_check", news.get("reason")
