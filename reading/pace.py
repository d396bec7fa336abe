"""How often does a stream publish, how long has it been silent, and how far back does what was seen of it reach?"""

from datetime import date
from itertools import pairwise
from statistics import median
from typing import Any

from reading.items import items_on
from reading.lists import is_paging, list_key
from reading.looking import Site
from reading.page import Page

WINDOW_DAYS = 90
MOST_DATES = 60  # kept of a stream: the rhythm of a site is judged by them over rounds
NEWEST = 20  # items whose gaps tell the usual pace


def fields_of(
    url: str | None, days: list[date] | None = None, as_of: date | None = None, covers: int = 0
) -> dict[str, Any]:
    """The contract's fields, and `dates`: the days on which something was published; `days` newest first."""
    if not days or as_of is None:
        blank = dict.fromkeys(("last_date", "per_month", "median_gap_days", "silence_days", "status"))
        return {"url": url, **blank}
    gaps = [(later - earlier).days for later, earlier in pairwise(days[:NEWEST])]
    gap = median(gaps) if gaps else None
    silence = (as_of - days[0]).days
    window = min(WINDOW_DAYS, max(covers, 1))
    recent = sum((as_of - day).days < window for day in days)
    fields: dict[str, Any] = {
        "url": url,
        "last_date": days[0].isoformat(),
        "per_month": round(recent * 30 / window, 1),
        "median_gap_days": int(gap) if gap is not None and gap == int(gap) else gap,
        "silence_days": silence,
        "status": status(silence, gap),
        "longest_gap_days": max(gaps, default=None),
        "dates": [day.isoformat() for day in dict.fromkeys(days)][:MOST_DATES],
        "covers_days": covers,
    }
    if window < WINDOW_DAYS:
        fields["per_month_over_days"] = window
    return fields


def status(silence_days: int, median_gap_days: float | None) -> str:
    """active | slowed | stopped, by the silence against the usual pace; without a pace by 14 and 30 days."""
    gap = median_gap_days or 0
    if silence_days <= max(14, 3 * gap):
        return "active"
    return "slowed" if silence_days <= max(30, 6 * gap) else "stopped"


def days_covered(site: Site, pages: list[Page], days: list[date]) -> int:
    """How many days up to as_of the visited part of the list accounts for; all of its age where no page is missing."""
    whole = (site.as_of - days[-1]).days + 1
    keys = {page.key for page in pages}
    lists = {list_key(page.url) for page in pages}
    missing = any(
        link.key not in keys and site.outcome(link.url) is None and not _leads_back(link.label)
        for page in pages
        for link in page.links
        if is_paging(link, site.method) and (list_key(link.url) in lists or link.zone in ("body", "nav"))
    )
    if not missing:
        return max(whole, WINDOW_DAYS)
    reach = min(
        (reach_of(here, site.as_of) for page in pages if (here := _page_days(page, site, days))), default=days[-1]
    )
    return (site.as_of - reach).days + 1


def _leads_back(label: str) -> bool:
    """To the first or the previous page, which is the list as it was met."""
    return label.strip() in ("1", "") or label.strip()[0] in "«‹<←"


def _page_days(page: Page, site: Site, days: list[date]) -> list[date]:
    known = set(days)
    return [item.day for item in items_on(page, site) if item.day in known and item.day is not None]


def reach_of(here: list[date], as_of: date) -> date:
    """The oldest day that a page of a list reaches; an old entry pinned above newer ones reaches nothing."""
    reach = as_of
    for n, day in enumerate(here):
        if day <= as_of and not any((later - day).days > 7 for later in here[n + 1 :] if later <= as_of):
            reach = min(reach, day)
    return reach
