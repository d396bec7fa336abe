"""Is there a version of the site for a phone?"""

import re
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from reading.finding import Finding, seen_on
from reading.looking import Site, registrable
from reading.page import Page, host_of, key_of
from reading.phone import rendered

_PHONE_HOST = re.compile(r"^(?:m|mobil|mobile|wap|pda)\.")
# The front of a phone's version, not a page of it or about mobile applications.
_PHONE_PATH = re.compile(r"^/(?:[a-z]{2}/)?(?:m|mobile?|mobil-versiya|wap|pda)(?:/(?:index\.\w+)?)?$", re.I)
_GIVEN = re.compile(
    r"([\w-]+)\s*=\s*[\"']?([^\s,;\"']*)"
)  # parts of a viewport stand between commas, semicolons or spaces
_NUMBER = re.compile(r"\d*\.?\d+")
_IN_SCRIPT = re.compile(r"[\"']((?:https?:)?//[^\"'\s]+|/[a-z]{1,15}/?)[\"']", re.I)


def read(site: Site) -> Finding:
    """The fact `mobile` (contract, part 2): responsive by the viewport, separate by a site of its own, or none.

    Beside it, under `rendered`, how the home page looks on a phone's screen: the one does not change the other.
    """
    found = _declared(site)
    return replace(found, fields={**found.fields, "rendered": rendered(site)})


def _declared(site: Site) -> Finding:
    home = site.front  # what a viewport says does not wait for scripts
    viewport = viewport_of(home)
    if viewport is not None and is_responsive(viewport):
        return Finding("found", {"verdict": "responsive"}, (seen_on(home, f"viewport: {viewport}"),))
    separate = _phone_is_sent_elsewhere(site) or _named_by(site, home)
    if separate is not None:
        return Finding("found", {"verdict": "separate"}, (seen_on(home, separate),))
    quote = f"viewport: {viewport}" if viewport is not None else "viewport: -"
    return Finding("absent", {"verdict": "none"}, (seen_on(home, quote),))


def viewport_of(page: Page) -> str | None:
    """The viewport that counts: of several, browsers take the last; wherever it stands on the page."""
    given = [meta for meta in page.tree.iter("meta") if str(meta.get("name") or "").strip().lower() == "viewport"]
    return str(given[-1].get("content") or "") if given else None


def is_responsive(viewport: str) -> bool:
    """Whether a viewport gives the device's width, or an initial scale of 1 or more, and no fixed width in pixels."""
    given = {name.lower(): value.lower() for name, value in _GIVEN.findall(viewport)}
    width = given.get("width", "")
    scale = _NUMBER.match(given.get("initial-scale", ""))
    if _NUMBER.match(width) or (scale is not None and float(scale[0]) < 1):
        return False
    return width == "device-width" or scale is not None


def _phone_is_sent_elsewhere(site: Site) -> str | None:
    """Where a phone asking for the home page was sent, by the server or by a script, when that is a phone's site."""
    for capture in site.captures:
        target = capture.location if capture.purpose == "phone" else None
        if capture.purpose == "phone_view" and capture.made is not None:
            target = capture.made.sent_to
        if target is not None and _is_phone_site(target, site):
            return f"phone -> {target}"
    return None


def _named_by(site: Site, home: Page) -> str | None:
    for element in home.tree.iter("link"):
        kinds, href = (element.get("rel") or "").lower().split(), element.get("href")
        if "alternate" in kinds and "stylesheet" not in kinds and href:
            media = (element.get("media") or "").lower()
            address = urljoin(home.url, href)
            if "handheld" in media or ("max-width" in media and key_of(address) != home.key):
                return f"{element.get('rel')} {media} {address}"
    for link in home.links:
        if _is_phone_site(link.url, site):
            return f"{link.label} {link.url}"
    for script in home.tree.iter("script"):
        for address in _IN_SCRIPT.findall(script.text or ""):
            if _is_phone_site(urljoin(home.url, address), site):
                return f"script: {address}"
    return None


def _is_phone_site(url: str, site: Site) -> bool:
    """Whether an address is a phone's version of this very site, not a page about something mobile."""
    host = host_of(url)
    own = {registrable(name) for name in site.hosts}
    if registrable(host) not in own:
        return False
    return bool(
        (_PHONE_HOST.match(host) and not _PHONE_HOST.match(host_of(site.front.url)))
        or _PHONE_PATH.match(urlsplit(url).path)
    )
