"""What was seen of one authority's site in one round?

`Site` is all captures of a visit, sorted: the home page, the pages that really are pages, and for every other address
why it could not be read. Readers ask it for pages; it raises NotSeen where the visit could not look.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from urllib.parse import urljoin, urlsplit

import tldextract

from archive.evidence import Capture
from archive.leads import is_route, unpressed
from reading.finding import NotSeen, seen_on
from reading.handles import hides_menu, labels_without_address
from reading.method import Method, Sign
from reading.page import Block, Link, Page, host_of, is_marked, key_of
from reading.scripted import has_script, is_shell, shows_little, waits_for
from reading.slashed import month_comes_first
from reading.text import fold, squeeze, words

SEARCHED = "search "  # how the word of a page begins in which a browser typed something to be found
MAX_HOPS = 10
MAX_REFRESH_S = 15  # a page that waits longer is read by its visitor and shows something else then
MANY_LINKS = 8  # on a page that a firewall would not show
MIN_PAGES_FOR_TEMPLATE = 4  # with fewer pages, what two of them share is called repeated
# The list of public suffixes that ships with tldextract; it never asks the network.
_suffixes = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
FORM_OF_HOST = re.compile(r"^(?:az|en|ru|m|mobil|mobile)\.")
_LOOKS_LIKE_HTML = re.compile(rb"<(?:!doctype html|html|head|body)\b", re.I)
_META_REFRESH = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*[;,]\s*(?:url\s*=\s*)?[\"']?([^\"'>]+)", re.I)
_SCRIPT_REDIRECT = re.compile(
    r"(?:window|document|self|top)?\.?location(?:\.href)?\s*=\s*[\"']([^\"']+)[\"']|location\.(?:replace|assign)\([\"']([^\"']+)[\"']\)"
)


def registrable(host: str) -> str:
    """The domain that a body registers: baku-ih.gov.az of www.baku-ih.gov.az."""
    found = _suffixes(host)
    return ".".join(part for part in (found.domain, found.suffix) if part) or host


@dataclass(frozen=True)
class Outcome:
    """What became of an address: the page, or why there is none.

    `problem`: None with a page; "not_found" (404, 410, soft 404); else the reason why we could not look.
    """

    page: Page | None
    problem: str | None
    capture: Capture


def next_hop(page: Page) -> str | None:
    """Where a page sends its visitor by meta refresh, or by a script on a page that has nothing else to show; of a
    page that was looked at in a browser, where that was sent."""
    if page.capture.made is not None:
        return page.capture.made.sent_to
    for meta in page.tree.iter("meta"):
        if str(meta.get("http-equiv") or "").strip().lower() == "refresh":
            found = _META_REFRESH.match(str(meta.get("content") or ""))
            if found and float(found[1]) <= MAX_REFRESH_S:
                return str(urljoin(page.url, found[2].strip()))
    if len(page.text) < 200 and not page.links:
        script = " ".join(str(s.text or "") for s in page.tree.iter("script"))
        moved = _SCRIPT_REDIRECT.search(script)
        if moved:
            return str(urljoin(page.url, (moved[1] or moved[2]).strip()))
    return None


def sign_on(page: Page, signs: Iterable[Sign]) -> Sign | None:
    """The first of the signs that a page carries."""
    short = [sign for sign in signs if len(page.folded) <= sign.max_letters]
    # Most pages are longer than any sign: they need no second copy of their HTML.
    source = page.source.lower() if short else ""
    return next((sign for sign in short if sign.fits(page.folded, source)), None)


def is_blocked(capture: Capture, page: Page | None, method: Method) -> str | None:
    """Quote of the mark by which a firewall or a challenge answered in place of the site; None when the site did."""
    for mark in method.signs.blocked_headers:
        value = capture.header(mark.name)
        if value is not None and mark.value in value.lower():
            return f"{mark.name}: {value}"
    if page is not None:
        sign = sign_on(page, method.signs.blocked)
        # A page with the menus of a site is the site's, whatever it says of robots and blocked requests.
        if sign is not None and len({link.key for link in page.links}) < MANY_LINKS:
            return squeeze(page.title + " " + page.text)[:200] or sign.id
    server = (capture.header("server") or "").lower()
    if capture.status in (403, 406, 429, 503) and any(name in server for name in method.signs.blocking_servers):
        return f"server: {server}"
    return None


def reason_of(capture: Capture) -> str | None:
    """The contract's reason for a capture that holds no page; None for a page (status 2xx)."""
    if capture.failure is not None:
        return capture.failure
    status = capture.status or 0
    if status < 300:
        return None
    return "http_4xx" if status < 500 else "http_5xx"


class Site:
    """All that one visit brought of one authority's site."""

    def __init__(
        self,
        url: str | None,
        captures: Iterable[Capture],
        as_of: date,
        method: Method,
        *,
        complete: bool = True,
        also: Iterable[str] = (),
        name: str = "",
        neighbours: Iterable[str] = (),
    ):
        self.url = url
        self.captures = tuple(captures)
        self.as_of = as_of
        self.method = method
        self._parsed: dict[int, Page] = {}  # by id of the capture, which lives as long as the site
        self.complete = complete  # False: the budget ran out before the promising addresses did
        self.name = name
        self.neighbours = frozenset(neighbours)  # host names of the other authorities of the registry
        self.also = tuple(also)  # other addresses of the same site, as the registry knows them

    def parsed(self, capture: Capture) -> Page:
        """The page of a capture, parsed once."""
        if id(capture) not in self._parsed:
            self._parsed[id(capture)] = Page(capture)
        return self._parsed[id(capture)]

    # -- the home page ---------------------------------------------------------------------------------------------

    @cached_property
    def _by_key(self) -> dict[str, Capture]:
        """The best capture of each address: an answer outdoes a failure, a later answer an earlier one."""
        best: dict[str, Capture] = {}
        for capture in self.captures:
            if capture.purpose not in ("page", "feed"):
                continue
            key = _exact(capture.url)
            known = best.get(key)
            if known is None or _rank(capture) >= _rank(known):
                best[key] = capture
        for key, shown in self._rendered.items():
            static = best.get(key)
            if shown.failure is None and (static is None or static.status == 200):
                best[key] = shown
        for key, shown in self._views.items():
            static = best.get(key)
            # Addresses that a script alone makes up mean nothing to the server: what it answers there is outdone.
            if static is None or (static.made is None and static.found_on is not None):
                best[key] = shown
        return best

    @cached_property
    def _views(self) -> dict[str, Capture]:
        """What pages showed when something on them was pressed."""
        return {_exact(capture.url): capture for capture in self.captures if is_view(capture) and not capture.failure}

    @cached_property
    def _rendered(self) -> dict[str, Capture]:
        """What became of every page that was looked at in a browser: as it stood, or why it could not be shown."""
        return {
            _exact(capture.url): capture
            for capture in self.captures
            if capture.purpose == "rendered" and not (capture.word or "").startswith(SEARCHED) and not is_view(capture)
        }

    def why_unread(self, page: Page) -> str | None:
        """Why a page that its scripts build is not as a visitor sees it; None where it is."""
        if page.capture.made is not None:
            return None
        shown = self._rendered.get(_exact(page.url))
        return "needs_browser" if shown is None else shown.failure

    def why_unpressed(self, page: Page) -> str:
        """Why nobody knows what a thing shows that can be pressed: no browser was there, or nothing came of it."""
        return (self.why_unread(page) if has_script(page) else None) or "script"

    @cached_property
    def _waiting(self) -> frozenset[str]:
        return waits_for(self.home, self.method)

    def why_empty(self, url: str, what: str) -> str | None:
        """Why a page shows nothing of its news or its content: that may come by a script, and no browser showed it, or
        the one that was sent failed; None where it is as a visitor sees it."""
        outcome = self.outcome(url)
        page = outcome.page if outcome is not None else None
        why = self.why_unread(page) if page is not None else None
        if page is None or why is None:
            return None
        was_sent = _exact(page.url) in self._rendered
        return why if was_sent or what in waits_for(page, self.method) or shows_little(page, self.front) else None

    def left_open(self, fact: str) -> str | None:
        """Why a fact that was not found may yet be there: what would show it waits on the home page for a script, or to
        be pressed."""
        kind = fact.partition(".")[0]
        is_of_menu = kind in ("sections", "news", "documents", "search", "social")
        why = self.why_unread(self.home)
        if is_of_menu and kind != "social" and hides_menu(self.home, self.method):
            return why or "script"
        if why is None:
            return None
        return why if kind in self._waiting or ("menu" in self._waiting and is_of_menu) else None

    @cached_property
    def home_trail(self) -> tuple[Capture, ...]:
        """The captures from the first address that answered best to the page where the visitor ends up."""
        firsts = [c for c in self.captures if c.purpose == "page" and c.found_on is None]
        if not firsts:
            return ()
        trails = [self._trail(first) for first in firsts]
        return max(trails, key=lambda trail: _rank(trail[-1]))

    def _trail(self, first: Capture) -> tuple[Capture, ...]:
        trail, seen = [self._by_key.get(_exact(first.url), first)], {_exact(first.url)}
        while len(trail) <= MAX_HOPS:
            target = trail[-1].location
            if target is None and trail[-1].status == 200:
                target = next_hop(self.parsed(trail[-1]))
            if target is None or _exact(target) in seen or _exact(target) not in self._by_key:
                break
            seen.add(_exact(target))
            trail.append(self._by_key[_exact(target)])
        return tuple(trail)

    @cached_property
    def home(self) -> Page:
        """The home page. Raises NotSeen where there is none to read, or nothing on it before its scripts have run."""
        home = self.front
        why = self.why_unread(home) if not home.links and is_shell(home, self.method) else None
        if why is not None:
            raise NotSeen(why, (seen_on(home),))
        return home

    @cached_property
    def front(self) -> Page:
        """The home page as it came, be it empty. Raises NotSeen where there is none."""
        if self.state_reason != "ok":
            raise NotSeen(self.state_reason)
        return self._home_page

    @cached_property
    def _home_page(self) -> Page:
        return self.parsed(self.home_trail[-1])

    @cached_property
    def state(self) -> tuple[str, str, str | None]:
        """(state, reason, quote) of the site itself, in the words of the contract."""
        from reading.site import judge  # the reader of the fact `site` decides; nothing is read of a site it refuses

        return judge(self)

    @property
    def state_reason(self) -> str:
        state, reason, _ = self.state
        return "ok" if state in ("up", "moved") else reason

    @cached_property
    def hosts(self) -> frozenset[str]:
        """Host names (without www.) that are this site."""
        known = {host_of(url) for url in self.also}
        if self.home_trail:
            known |= {host_of(self.home_trail[-1].url)}
        if self.url:
            known.add(host_of(self.url))
        return frozenset(known)

    def is_own(self, url: str) -> bool:
        """Whether an address is on this site: its hosts, or their language and phone forms (en.host, m.host)."""
        return host_of(url) in self.hosts or FORM_OF_HOST.sub("", host_of(url)) in self.hosts

    def is_authoritys(self, url: str) -> bool:
        """Whether an address is on this site or on a host under its own (e-muraciet.host)."""
        host = host_of(url)
        return self.is_own(url) or any(host.endswith(f".{own}") for own in self.hosts)

    # -- pages -----------------------------------------------------------------------------------------------------

    @cached_property
    def outcomes(self) -> dict[str, Outcome]:
        """What became of every address that was visited, by key_of(address)."""
        out: dict[str, Outcome] = {}
        for capture in self._by_key.values():
            key = key_of(capture.url)
            outcome = self._outcome(capture)
            if key not in out or (out[key].page is None and outcome.page is not None):
                out[key] = outcome
        return out

    def _outcome(self, capture: Capture) -> Outcome:
        trail = self._trail(capture)
        last = trail[-1]
        if len(trail) > 1 and self._lands_on_home(capture, last):
            # A deep address that sends its visitor to the front page says "not found" politely.
            return Outcome(None, "not_found", last)
        if last.status is not None and 300 <= last.status < 400:
            return Outcome(None, "redirect_loop" if last.location else "http_4xx", last)
        if last.status in (404, 410):
            return Outcome(None, "not_found", last)
        page = self.parsed(last) if last.failure is None else None
        if page is not None and is_blocked(last, page if is_html(last) else None, self.method):
            return Outcome(None, "waf", last)
        problem = reason_of(last)
        if problem is not None or page is None:
            return Outcome(None, problem, last)
        if is_html(last) and is_shell(page, self.method) and (why := self.why_unread(page)) is not None:
            return Outcome(None, why, last)
        if is_html(last) and self.says_not_found(page):
            return Outcome(None, "not_found", last)
        return Outcome(page, None, last)

    def _lands_on_home(self, first: Capture, last: Capture) -> bool:
        if not self.home_trail:
            return False
        home_keys = {key_of(hop.url) for hop in self.home_trail}
        path = urlsplit(first.url).path.strip("/")
        return key_of(last.url) in home_keys and key_of(first.url) not in home_keys and len(path) > 3

    @cached_property
    def puts_month_first(self) -> bool:
        """Whether the site writes 08/17/2018; asked only of a site with dates that can be read both ways."""
        return month_comes_first(page.text for page in self.pages) is True

    @cached_property
    def _invented(self) -> tuple[Page, ...]:
        """What the site answered, with success, to addresses that we invented."""
        return tuple(
            self.parsed(capture)
            for capture in self.captures
            if capture.purpose == "probe" and capture.status == 200 and is_html(capture)
        )

    def says_not_found(self, page: Page) -> bool:
        """Whether a page that answers 200 means 404: in words, or as the site answers an invented address."""
        for head in (page.title, page.h1):
            found = words(head)
            if len(found) <= 12 and self.method.signs.not_found.in_words(found):
                return True
        if self.home_trail and page.key == key_of(self.home_trail[-1].url):
            return False
        shown = _shown(page)
        for invented in self._invented:
            same_head = fold(page.title) == fold(invented.title) and fold(page.h1) == fold(invented.h1)
            if same_head and _without_digits(shown) == _without_digits(_shown(invented)):
                return True
        return len(shown) < 400 and bool(self.method.signs.not_found.in_words(words(shown[:300])))

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        """The HTML pages of the site, the home page first, each once."""
        found: dict[str, Page] = {}
        if self.state_reason == "ok":
            found[self._home_page.key] = self._home_page
        for outcome in self.outcomes.values():
            if outcome.page is not None and is_html(outcome.page.capture):
                found.setdefault(outcome.page.key, outcome.page)
        return tuple(found.values())

    def outcome(self, url: str) -> Outcome | None:
        """What became of an address; None when it was not visited."""
        return self.outcomes.get(key_of(url))

    def page(self, url: str) -> Page:
        """The page at an address. Raises NotSeen: budget when it was never asked for, else why it could not be read."""
        if self.state_reason == "ok" and key_of(url) == self._home_page.key:
            return self._home_page
        outcome = self.outcome(url)
        if outcome is None:
            raise NotSeen("budget")
        if outcome.page is None:
            raise NotSeen(outcome.problem or "http_4xx")
        return outcome.page

    # -- what repeats from page to page ----------------------------------------------------------------------------

    @cached_property
    def _whole_pages(self) -> tuple[Page, ...]:
        """The pages with all that stands round their content: not what appeared on one when something was pressed."""
        return tuple(page for page in self.pages if unpressed(page.url) == page.url)

    @cached_property
    def _printed(self) -> Counter[str]:
        """On how many pages each folded text of a block stands."""
        return Counter(text for page in self._whole_pages for text in page.block_texts)

    @cached_property
    def template_texts(self) -> frozenset[str]:
        """Folded texts of the blocks that the site prints on page after page: clocks, banners, tickers, menus."""
        return self._on_page_after_page(self._printed)

    @cached_property
    def template_heads(self) -> frozenset[str]:
        """Folded headings of page after page: the name of the site."""
        return self._on_page_after_page(Counter(fold(page.h1) for page in self._whole_pages))

    def _on_page_after_page(self, printed: Counter[str]) -> frozenset[str]:
        pages = self._whole_pages
        # The newest story stands on the home page, in its list and on its own page: three times is no frame yet.
        limit = max(4, len(pages) * 0.4) if len(pages) >= MIN_PAGES_FOR_TEMPLATE else max(2, len(pages))
        return frozenset(text for text, n in printed.items() if n >= limit)

    @cached_property
    def named_links(self) -> dict[tuple[str, str], list[tuple[int, Page, Link]]]:
        """(place in the site, page, link) of every link by what it is called, (address, label): menus repeat theirs."""
        named: defaultdict[tuple[str, str], list[tuple[int, Page, Link]]] = defaultdict(list)
        every = ((page, link) for page in self.pages for link in page.links)
        for place, (where, link) in enumerate(every):
            named[link.url, link.label].append((place, where, link))
        return dict(named)

    @cached_property
    def menu_signs(self) -> frozenset[tuple[str, str]]:
        """(key, folded label) of links that stand on most pages: the site's navigation, however it is marked up."""
        pages = self._whole_pages
        if len(pages) < MIN_PAGES_FOR_TEMPLATE:
            return frozenset()
        counts = Counter(sign for page in pages for sign in page.link_signs)
        limit = max(3, len(pages) * 0.6)
        return frozenset(sign for sign, n in counts.items() if n >= limit)

    def own_blocks(self, page: Page) -> tuple[Block, ...]:
        """The blocks that are the page's own: not in menu, header, footer or sidebar, and not on page after page."""
        template = self.template_texts
        own = tuple(b for b in page.blocks if b.zone == "body" and b.folded not in template)
        if own or not page.blocks:
            return own
        # Some builders put all of a page into what is named a header or a widget.
        return tuple(b for b in page.blocks if b.zone in ("header", "aside") and b.folded not in template)

    def own_menu(self, page: Page) -> tuple[Block, ...]:
        """What is named a menu and stands on this page alone, beside one that others have: a list of the page's own."""
        menu = [block for block in page.blocks if block.zone == "nav"]
        own = tuple(block for block in menu if self._printed[block.folded] <= 1)
        return own if len(own) < len(menu) else ()

    def own_text(self, page: Page) -> str:
        return "\n".join(block.text for block in self.own_blocks(page))

    def in_menu(self, link: Link) -> bool:
        """Whether a link of a page is navigation: by its zone, or because most pages repeat it."""
        if link.zone in ("nav", "header", "footer") or (link.key, fold(link.label)) in self.menu_signs:
            return True
        return self.is_pressed_menu(link)

    def is_pressed_menu(self, link: Link) -> bool:
        """Whether a link is an entry, without an address, of a menu that most pages repeat."""
        return is_marked(link.element) and fold(link.label) in self._pressed_menu

    @cached_property
    def _pressed_menu(self) -> frozenset[str]:
        """Folded labels of what stands on most pages and has no address: navigation by a script."""
        pages = self._whole_pages
        if len(pages) < MIN_PAGES_FOR_TEMPLATE:
            return frozenset()
        counts = Counter(label for page in pages for label in labels_without_address(page))
        limit = max(3, len(pages) * 0.6)
        return frozenset(label for label, n in counts.items() if n >= limit)


def is_view(capture: Capture) -> bool:
    """Whether a capture is what a page showed in a browser when something on it was pressed."""
    return capture.made is not None and bool(capture.made.pressed)


def is_html(capture: Capture) -> bool:
    """Whether an answer is a page: by its type, or by its first bytes where the type says nothing."""
    kind = (capture.header("content-type") or "").lower()
    if "html" in kind:
        return True
    says_nothing = not kind or "text/plain" in kind or "octet-stream" in kind
    return says_nothing and _LOOKS_LIKE_HTML.search(capture.body[:2000]) is not None


def _exact(url: str) -> str:
    """An address as the server is asked for it, without letter case of the host and without a fragment, unless that
    names a page which a script shows."""
    parts = urlsplit(url)
    return (
        f"{parts.scheme}://{(parts.netloc or '').lower()}{parts.path or '/'}"
        + (f"?{parts.query}" if parts.query else "")
        + (f"#{parts.fragment}" if is_route(parts.fragment) else "")
    )


def _rank(capture: Capture) -> int:
    """How much a capture tells: a page, then a redirect, then an error answer, then silence."""
    if capture.failure is not None:
        return 0 if capture.failure in ("dns",) else 1
    status = capture.status or 0
    if status < 300:
        return 5
    if status < 400:
        return 4
    return 3 if status in (401, 403, 404, 410, 429, 503) else 2


def _shown(page: Page) -> str:
    """Text outside menus and footers, before it is known what the site repeats."""
    return "\n".join(block.text for block in page.blocks if block.zone == "body")


def _without_digits(text: str) -> str:
    return re.sub(r"\d+", "", fold(text))[:2000]
