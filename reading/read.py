"""What do we find on one authority's site? Every question of the method asked, every answer with its evidence."""

import gc
import importlib
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from archive.leads import unpressed
from archive.registry import Agency
from reading.finding import Evidence, Finding, NotSeen, seen_on
from reading.looking import Site
from reading.method import Indicator, Method

log = logging.getLogger("saytmetr.reading")


def ask(site: Site, indicator: Indicator) -> Finding:
    """Ask one question of one site. Where the visit could not look, the finding says unseen, and why."""
    reader: Callable[..., Finding] = importlib.import_module(f"reading.{indicator.reader}").read
    try:
        with undisturbed():
            found = reader(site, **indicator.params)
            why = _why_open(site, indicator.id, found)
            return _as_visited(found) if why is None else Finding("unseen", _blank(indicator.id), found.evidence, why)
    except NotSeen as unseen:
        evidence = unseen.evidence or _last_look(site)
        return Finding("unseen", _blank(indicator.id), evidence, unseen.reason)
    except Exception as fault:  # noqa: BLE001 - the one place of reading that keeps a round alive
        # A fault of ours in one question on one site is told and named; it is no finding about the site.
        log.error("%s: %s: %s: %s", site.url, indicator.id, type(fault).__name__, fault)
        return Finding("unseen", _blank(indicator.id), (), "reader_fault")


def _as_visited(found: Finding) -> Finding:
    """A finding with addresses that a visitor would see: what a press showed has one of ours, which only we know."""
    told = {name: found.fields[name] for name in ("url", "external") if isinstance(found.fields.get(name), str)}
    return replace(found, fields={**found.fields, **{name: unpressed(url) for name, url in told.items()}})


def _why_open(site: Site, fact: str, found: Finding) -> str | None:
    """Why nothing, or next to nothing, was found where only a browser could tell; None where it was looked at all."""
    if found.state == "absent":
        return site.left_open(fact)
    is_hollow = found.state == "partial" and found.fields.get("fullness", "empty") == "empty"
    url = found.fields.get("url")
    if not is_hollow or not isinstance(url, str):
        return None
    return site.why_empty(url, "news" if fact == "news" else "content")


@contextmanager
def undisturbed() -> Iterator[None]:
    """Puts off Python's search for cycles: pages are many small records without any, and it takes a quarter of the time
    to find that out again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _last_look(site: Site) -> tuple[Evidence, ...]:
    """The look at the home page after which nothing more could be seen."""
    return tuple(seen_on(site.parsed(hop), hop.detail or f"HTTP {hop.status}") for hop in site.home_trail[-1:])


def _blank(fact: str) -> dict[str, Any]:
    """Fields that a fact must have even when it could not be looked at."""
    blanks: dict[str, dict[str, Any]] = {
        "site": {"url": None},
        "social": {"profiles": []},
        "languages": {"codes": []},
        "mobile": {"verdict": None},
        "search": {"works": None},
    }
    return blanks.get(fact, {})


def document(agency: Agency, site: Site, method: Method, fetch: dict[str, Any]) -> dict[str, Any]:
    """All findings of one authority, in the shape of the contract (part 2, one entry of `authorities`)."""
    out: dict[str, Any] = {"id": agency.id, "group": agency.group, "name": agency.name, "sections": {}}
    for indicator in method.indicators:
        if indicator.bodies and agency.id not in indicator.bodies:
            continue
        finding = ask(site, indicator).as_json()
        family, _, kind = indicator.id.partition(".")
        if kind:
            out.setdefault(family, {})[kind] = finding
        else:
            out[family] = finding
    out["fetch"] = fetch
    return out
