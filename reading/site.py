"""Does the site answer, and is it really the authority's site?"""

import re
from urllib.parse import urljoin

from archive.evidence import Capture
from reading.finding import Evidence, Finding, seen_on
from reading.looking import MAX_HOPS, Site, is_blocked, is_html, next_hop, reason_of, registrable, sign_on
from reading.method import Sign
from reading.page import Page, host_of, key_of
from reading.scripted import is_shell
from reading.text import fold, squeeze, words

MIN_LETTERS = 30  # of text on a home page; with fewer, and no links, it is empty
MENU = 5  # links to its own pages by which a page is a site at work, whatever some sentence on it says
FEW_LETTERS = 400  # of a page that leads nowhere
# How a gate looks at its visitor: pictures to be read, scripts that set a mark and come again.
_GATE = re.compile(r"captcha|challenge|bot_?check|document\.cookie.{0,200}?(?:reload\(|location)", re.I | re.S)
# A number to call: an office's card, and small as it is, the site.
_CALL = re.compile(r"(?:\d[\s()-]*){7,}")
_HOST_NAME = re.compile(r"[\w-]+(?:\.[\w-]+)+")
SHORT = 1_200  # letters; a placeholder that says its sentence among more of them says it in its title


def judge(site: Site) -> tuple[str, str, str | None]:
    """(state, reason, quote) of a site, from the captures of its home page (contract, part 2, `site`)."""
    if site.url is None:
        return "unseen", "no_site", None
    trail = site.home_trail
    if not trail:
        return "unseen", "timeout", None  # the round ended before anybody asked
    last = trail[-1]
    for capture in site.captures:
        # A firewall that answers even robots.txt has answered for the whole site.
        if capture.purpose == "robots" and (capture.status or 0) >= 500:
            mark = is_blocked(capture, site.parsed(capture) if is_html(capture) else None, site.method)
            if mark is not None:
                return "blocked", "waf", mark
    if last.failure == "robots":
        return "unseen", "robots", last.detail or None
    if last.failure is not None:
        return "down", last.failure, last.detail or None
    if last.status is not None and last.status >= 500 and last.status != 503:
        # A shield that cannot reach the site behind it (Cloudflare 52x, a gateway's 502, 504) blocks nobody.
        return "down", "http_5xx", f"HTTP {last.status}"
    page = site.parsed(last) if is_html(last) else None
    shown = page or (
        site.parsed(last) if (last.header("content-type") or "text/").lower().startswith("text/") else None
    )
    mark = is_blocked(last, shown, site.method)
    # A mark that is only a sentence, on a page that answers well and has a menu, is a notice of the site's own.
    if mark is not None and not (last.status == 200 and page is not None and _has_menu(site, page)):
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
        if sign is not None and not _is_mention(site, page, sign, reason):
            return "placeholder", reason, squeeze(page.title + " " + page.text)[:200]
    hop = next_hop(page)
    if hop and shows_nothing(page) and key_of(hop) in {key_of(seen.url) for seen in site.home_trail}:
        return "down", "redirect_loop", hop
    if shows_nothing(page) and not _is_shell(site, page) and not _is_unread(site, page):
        return "placeholder", "empty", squeeze(page.title + " " + page.text) or "-"
    if _leads_nowhere(site, page) and not _is_unread(site, page):
        said = squeeze(page.title + " " + page.text)[:200]
        if _GATE.search(page.source):
            return "blocked", "waf", said
        if not _is_a_card(site, page) and not _is_shell(site, page):
            return "placeholder", "construction", said
    assert site.url is not None
    if registrable(host_of(last.url)) != registrable(host_of(site.url)) and host_of(last.url) not in map(
        host_of, site.also
    ):
        return "moved", "moved", f"{site.url} -> {last.url}"
    return "up", "ok", f"HTTP {last.status}; {page.title}"


def shows_nothing(page: Page) -> bool:
    """Whether a page has neither text nor links. A site whose home page is so is empty, or made by script or of frames:
    then nothing on it can be called absent, because nothing was seen."""
    return len(fold(page.text)) < MIN_LETTERS and not page.links


def _leads_nowhere(site: Site, page: Page) -> bool:
    """Whether a home page is a few sentences and no way on: whatever it says, the site is not behind it."""
    is_short = len(fold(page.text)) <= FEW_LETTERS
    return is_short and not any(site.is_own(link.url) and link.key != page.key for link in page.links)


def _is_a_card(site: Site, page: Page) -> bool:
    """Whether a page that leads nowhere is all that the body has: it says whose it is, or whom to call or write to."""
    return _names_a_body(site, page) or bool(_CALL.search(page.text)) or bool(page.tree.xpath("//form"))


def _names_a_body(site: Site, page: Page) -> bool:
    """Whether it says whose it is: what a public body is called, or the authority's own name. A host name is none:
    whoever sells the domain prints it."""
    said = words(_HOST_NAME.sub(" ", page.title + " " + page.text))
    common = site.method.streams.any_body
    own = {word[:5] for word in words(site.name) if len(word) > 3 and common.in_words([word]) is None}
    return site.method.signs.authority.in_words(said) is not None or any(word[:5] in own for word in said)


def _has_menu(site: Site, page: Page) -> bool:
    own = {link.key for link in page.links if site.is_own(link.url) and link.key != page.key}
    return len(own) >= MENU


def _is_mention(site: Site, page: Page, sign: Sign, reason: str) -> bool:
    """Whether a sign of a placeholder is only spoken of, or is a banner, on a site at work."""
    if not _has_menu(site, page):
        return False
    if reason == "default_page" and any(word in fold(page.title) for word in sign.folded):
        return False  # a directory listing has links like a menu, and says in its title what it is
    if reason != "parked" or sign.html:
        return reason != "parked"
    # A parked page has links by the dozen, to searches of its own; but it says what it is, and says little else.
    head = fold(page.title + " " + page.h1)
    if any(word in head for word in sign.folded):
        return False
    return len(page.text) > SHORT or _names_a_body(site, page)


def _is_unread(site: Site, page: Page) -> bool:
    """Whether scripts have yet to build a page that no browser has looked at: nothing is known of it then."""
    return site.why_unread(page) is not None and is_shell(page, site.method)


def _is_shell(site: Site, page: Page) -> bool:
    """Whether a page without text has its content from elsewhere: built by script, or in frames. It is not empty."""
    if any(frame.get("src") and frame.get("height") != "0" for frame in page.tree.iter("frame", "iframe")):
        return True
    sources = [urljoin(page.base, script.get("src") or "") for script in page.tree.iter("script") if script.get("src")]
    # A script of its own builds it, or any script where a box with a name waits to be filled; a counter alone does not.
    waiting = any(box.get("id") and not len(box) for box in page.tree.iter("div", "main", "app-root"))
    return any(site.is_own(source) for source in sources) or (waiting and bool(sources))


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
            seen_on(
                site.parsed(hop), quote if hop is last else (f"-> {hop.location or next_hop(site.parsed(hop)) or ''}")
            )
            for hop in trail[: MAX_HOPS + 1]
        )
    return Finding(state, fields, evidence)


def _tls(trail: tuple[Capture, ...]) -> str | None:
    """The certificate of the address where the visitor ends up; `none` where that is plain http."""
    return next((hop.tls for hop in reversed(trail) if hop.status is not None), None)
