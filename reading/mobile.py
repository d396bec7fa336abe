"""Is there a version of the site for a phone?"""

import re
from urllib.parse import urljoin, urlsplit

from reading.finding import Finding, seen_on
from reading.looking import Site, registrable
from reading.page import Page, host_of

_PHONE_HOST = re.compile(r"^(?:m|mobil|mobile|wap|pda)\.")
_PHONE_PATH = re.compile(r"^/(?:[a-z]{2}/)?(?:m|mobile?|mobil-versiya|wap|pda)(?:/|$)", re.I)
_NUMBER = re.compile(r"\d*\.?\d+")


def read(site: Site) -> Finding:
    """The fact `mobile` (contract, part 2): responsive by the viewport, separate by a site of its own, or none."""
    home = site.home
    viewport = home.meta("viewport")
    if viewport is not None and is_responsive(viewport):
        return Finding("found", {"verdict": "responsive"}, (seen_on(home, f"viewport: {viewport}"),))
    separate = _phone_is_sent_elsewhere(site) or _named_by(site, home)
    if separate is not None:
        return Finding("found", {"verdict": "separate"}, (seen_on(home, separate),))
    quote = f"viewport: {viewport}" if viewport is not None else "viewport: -"
    return Finding("absent", {"verdict": "none"}, (seen_on(home, quote),))


def is_responsive(viewport: str) -> bool:
    """Whether a viewport gives the device's width, or an initial scale of 1 or more, and no fixed width in pixels."""
    given: dict[str, str] = {}
    for part in re.split(r"[,;]", viewport):
        name, _, value = part.partition("=")
        given.setdefault(name.strip().lower(), value.strip().lower())
    width = given.get("width")
    scale = _NUMBER.match(given.get("initial-scale", ""))
    if width is not None and width != "device-width" and _NUMBER.match(width):
        return False
    if scale is not None and float(scale[0]) < 1:
        return False
    return width == "device-width" or scale is not None


def _phone_is_sent_elsewhere(site: Site) -> str | None:
    """Where a phone asking for the home page was redirected, when that is a phone's site."""
    for capture in site.captures:
        if capture.purpose == "phone" and capture.location is not None and _is_phone_site(capture.location, site):
            return f"phone -> {capture.location}"
    return None


def _named_by(site: Site, home: Page) -> str | None:
    for element in home.tree.iter("link"):
        if "alternate" in (element.get("rel") or "").lower() and element.get("href"):
            media = (element.get("media") or "").lower()
            if "handheld" in media or "max-width" in media:
                return f"{element.get('rel')} {media} {urljoin(home.url, element.get('href') or '')}"
    for link in home.links:
        if _is_phone_site(link.url, site):
            return f"{link.label} {link.url}"
    return None


def _is_phone_site(url: str, site: Site) -> bool:
    """Whether an address is a phone's version of this very site, not a page about something mobile."""
    host = host_of(url)
    own = {registrable(name) for name in site.hosts}
    if registrable(host) not in own:
        return False
    return bool(
        (_PHONE_HOST.match(host) and not _PHONE_HOST.match(host_of(site.home.url)))
        or _PHONE_PATH.match(urlsplit(url).path)
    )
