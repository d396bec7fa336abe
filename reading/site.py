"""Does the site answer, and is it really the authority's site?"""

from archive.evidence import Capture
from reading.finding import Evidence, Finding, seen_on
from reading.looking import MAX_HOPS, Site, is_blocked, is_html, next_hop, reason_of, registrable, sign_on
from reading.page import Page, host_of
from reading.text import fold, squeeze

MIN_LETTERS = 30  # of text on a home page; with fewer, and no links, it is empty


def judge(site: Site) -> tuple[str, str, str | None]:
    """(state, reason, quote) of a site, from the captures of its home page (contract, part 2, `site`)."""
    if site.url is None:
        return "unseen", "no_site", None
    trail = site.home_trail
    if not trail:
        return "down", "timeout", None
    last = trail[-1]
    if last.failure == "robots":
        return "unseen", "robots", last.detail or None
    if last.failure is not None:
        return "down", last.failure, last.detail or None
    page = Page(last) if is_html(last) else None
    mark = is_blocked(last, page, site.method)
    if mark is not None:
        return "blocked", "waf", mark
    if last.status is not None and 300 <= last.status < 400:
        return "down", _why_redirect_ended(site, last), last.location
    problem = reason_of(last)
    if problem is not None:
        return "down", problem, f"HTTP {last.status}"
    return _judge_page(site, last, page)


def _judge_page(site: Site, last: Capture, page: Page | None) -> tuple[str, str, str | None]:
    if page is None:
        if not last.body.strip():
            return "placeholder", "empty", None
        return "down", "not_html", last.header("content-type")
    for reason, signs in (
        ("parked", site.method.signs.parked),
        ("default_page", site.method.signs.default_page),
        ("construction", site.method.signs.construction),
    ):
        sign = sign_on(page, signs)
        # A sign in a short page with a menu of its own is a banner on a working site.
        if sign is not None and (
            reason == "parked" or len({link.key for link in page.links if site.is_own(link.url)}) < 5
        ):
            return "placeholder", reason, squeeze(page.title + " " + page.text)[:200]
    if len(fold(page.text)) < MIN_LETTERS and not page.links and not _is_shell(page):
        return "placeholder", "empty", None
    assert site.url is not None
    if registrable(host_of(last.url)) != registrable(host_of(site.url)) and host_of(last.url) not in map(
        host_of, site.also
    ):
        return "moved", "moved", f"{site.url} -> {last.url}"
    return "up", "ok", None


def _is_shell(page: Page) -> bool:
    """Whether a page without text is built by script: it is not empty, it needs a browser."""
    return any(script.get("src") for script in page.tree.iter("script"))


def _why_redirect_ended(site: Site, last: Capture) -> str:
    target = last.location
    if target is None:
        return "http_4xx"
    failed = [c for c in site.captures if c.url == target and c.failure is not None]
    if failed:
        return failed[-1].failure or "redirect_loop"
    return "redirect_loop"


def read(site: Site) -> Finding:
    """The fact `site`: state, reason, addresses, HTTP status, certificate."""
    state, reason, quote = site.state
    trail = site.home_trail
    fields: dict[str, object] = {"reason": reason, "url": site.url, "final_url": None, "http_status": None, "tls": None}
    evidence: tuple[Evidence, ...] = ()
    if trail:
        last = trail[-1]
        answered = next((hop for hop in reversed(trail) if hop.status is not None), None)
        fields["final_url"] = last.url if last.failure is None else (answered.url if answered else None)
        fields["http_status"] = answered.status if answered and answered is last else last.status
        fields["tls"] = _tls(trail)
        evidence = tuple(
            seen_on(Page(hop), quote if hop is last else (f"-> {hop.location or next_hop(Page(hop)) or ''}"))
            for hop in trail[: MAX_HOPS + 1]
        )
    return Finding(state, fields, evidence)


def _tls(trail: tuple[Capture, ...]) -> str | None:
    """The certificate of the address where the visitor ends up; `none` where that is plain http."""
    return next((hop.tls for hop in reversed(trail) if hop.status is not None), None)
