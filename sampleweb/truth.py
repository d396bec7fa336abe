"""What would a person, reading the sample sites by the contract, have to find?

Derived from the descriptions, never from the pages. A leaf is a value, {any: [...]}, or {min:, max:}.
`python -m sampleweb.truth OUTDIR` writes OUTDIR/<host>/truth.yaml.
"""

from __future__ import annotations

import argparse
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import yaml

from sampleweb.describe import Description, NoSite, Section, World, world
from sampleweb.site import Site, news_days

KINDS = ("public_council", "procurement", "open_data", "e_services", "e_appeal", "ethics_report")

Truth = dict[str, Any]


def truth_of(described: World, agency_id: str) -> Truth:
    """The truth of one authority; raises KeyError for an id that is not described."""
    for one in described.sites:
        if one.id == agency_id:
            return _truth(one, described.as_of)
    for lacking in described.without_site:
        if lacking.id == agency_id:
            return _nothing_to_visit(lacking)
    raise KeyError(agency_id)


def _nothing_to_visit(one: NoSite) -> Truth:
    return {"id": one.id, "site": {"state": "unseen", "reason": "no_site"}, **_all_unseen()}


def _all_unseen() -> Truth:
    return {
        "mobile": None,
        "social": [],
        "sections": {kind: {"state": "unseen"} for kind in KINDS},
        "news": {"state": "unseen", "last_date": None, "status": None},
        "search": False,
        "languages": [],
    }


_FAILED = {
    # through a proxy a refused connection may be told as closed, reset, or unreachable
    "refuse": ["refused", "reset"], "reset": ["reset"], "hang": ["timeout"], "dns": ["dns"],
    "drip": ["timeout", "empty"], "truncate": ["reset", "timeout"],
}  # fmt: skip


def _truth(site: Description, as_of: date) -> Truth:
    if site.fault is not None:
        return {"id": site.id, "site": {"state": "down", "reason": {"any": _FAILED[site.fault]}}, **_all_unseen()}
    built = Site(site, as_of)
    return {
        "id": site.id,
        "site": _site(site),
        "mobile": site.mobile,
        "social": [{"network": one.network, "url": one.url} for one in site.social],
        "sections": {kind: _section(site, built, kind) for kind in KINDS},
        "news": _news(site, as_of),
        "search": site.search,
        "languages": ["az", *(lang for lang, state in site.languages.items() if state == "real")],
    }


def _site(site: Description) -> Truth:
    host = {"same": site.host, "to_bare": site.bare_host, "to_www": f"www.{site.bare_host}"}[site.www]
    secure = site.https == "forced" or site.url.startswith("https:")
    return {
        "state": "up",
        "reason": "ok",
        "http_status": 200,
        "tls": "invalid" if secure else "none",
        "final_url": f"{'https' if secure else 'http'}://{host}/",
    }


def _section(site: Description, built: Site, kind: str) -> Truth:
    section = site.sections.get(kind)  # type: ignore[call-overload]
    if section is None:
        portal = site.external.get(kind)  # type: ignore[call-overload]
        return {"state": "absent", **({"external": portal.url} if portal else {})}
    if section.unsure:
        return {"state": {"any": ["found", "partial", "absent"]}}
    found = section.fullness in ("full", "formal")
    facts: Truth = {
        "state": "found" if found else "partial",
        "fullness": section.fullness,
        "placement": section.placement,
        "label": section.label,
        "url": _addresses(built, section),
    }
    if section.fullness == "full":
        facts |= _full(section)
    return facts


def _addresses(built: Site, section: Section) -> Any:
    """The address of the section's own page; several when the same page answers at several."""
    root = built.of.url.rstrip("/")
    here = root + built.section_address(section)
    return {"any": [here, *(root + also for also in section.also)]} if section.also else here


def _full(section: Section) -> Truth:
    facts: Truth = {}
    if section.content:
        facts["content"] = list(section.content)
    if section.dates:
        facts |= {"items": len(section.dates), "last_date": section.dates[0].isoformat()}
    elif section.count:
        facts["items"] = section.count
    return facts


def _news(site: Description, as_of: date) -> Truth:
    days = [*news_days(site)]
    assert site.news is not None
    if site.news.pinned:
        days.append(site.news.pinned)
    last, silence = days[0], (as_of - days[0]).days
    gaps = [(a - b).days for a, b in pairwise(days[:20])]
    usual = median(gaps) if gaps else 0
    # the ninetieth day itself may be counted or not; a third is one item
    recent = sum(timedelta(0) <= as_of - day < timedelta(days=90) for day in days) / 3
    if silence <= max(14, 3 * usual):
        status = "active"
    elif silence <= max(30, 6 * usual):
        status = "slowed"
    else:
        status = "stopped"
    return {
        "state": "found",
        "last_date": last.isoformat(),
        "silence_days": silence,
        "status": status,
        "per_month": {"min": round(max(0, recent - 0.4), 2), "max": round(recent + 0.4, 2)},
    }


def write(described: World, folder: Path) -> int:
    """Writes a truth file per authority; returns how many."""
    homes = {one.id: one.bare_host for one in described.sites} | {one.id: one.id for one in described.without_site}
    for agency_id, home in homes.items():
        place = folder / home
        place.mkdir(parents=True, exist_ok=True)
        text = yaml.safe_dump(truth_of(described, agency_id), allow_unicode=True, sort_keys=False)
        (place / "truth.yaml").write_text(text, encoding="utf-8")
    return len(homes)


def main() -> None:
    ask = argparse.ArgumentParser(prog="python -m sampleweb.truth", description=__doc__)
    ask.add_argument("folder", type=Path)
    print(f"{write(world(), ask.parse_args().folder)} truths written")


if __name__ == "__main__":
    main()
