"""What does a page of this site show in a browser, and what has the site sent for it?

A look goes out from a page that is in the evidence already. Whatever the page asks for passes the same gate as all else
(guard, robots.txt, the host's turn, the proxy, the line) and lands in the same evidence; what comes of the look is kept
as made by us, beside what it was made from. The files that its HTML names are fetched before the browser is asked for,
at the site's own pace, so that no page sits in the browser waiting for them.
"""

import asyncio
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from sqlalchemy.exc import SQLAlchemyError

from archive.capture import Capture, Made
from archive.database import Trouble
from archive.evidence import Damaged, InUse
from archive.leads import Lead, Lookout
from spiders import guard
from spiders.apart import BrowserApart
from spiders.browser import Delivered, Document, Seen, Typed, Unlooked, View, Wanted, desktop, phone
from spiders.line import LineDown
from spiders.manners import Manners
from spiders.pressing import Pressed
from spiders.robots import Refusal
from spiders.visit import SILENT, bare, route_of
from spiders.walk import PLAIN, How, Walk

MAX_HOPS = 5
MAX_FOREIGN = 8  # files of a page that come from other hosts than the site's own
MAX_IMAGES = 4  # the first of a page: each costs the site a request, and us as much as a small page
MAX_SILENT = 2  # questions that a host may leave unanswered
MAX_SENT_BYTES = 65_536  # of what a page posts
SCROLLS = 8  # of a list that grows
_DATA = ("xhr", "fetch")
_HTML = "text/html; charset=utf-8"
_SENT_ON = ("accept", "content-type", "x-requested-with")  # of a page's own headers
_MOST_HTML_BYTES = 1_000_000
_SCRIPTS = ("", "module", "text/javascript", "application/javascript")
_FILE = re.compile(r"<(script|link|img)\b([^>]{0,2000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_BASE = re.compile(r"""<base\b[^>]{0,500}?href\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)
_PHONE_VIEW = Path(__file__).parent / "phone_view.js"


class Eyes:
    """A site's pages in a browser; one look at a time."""

    def __init__(self, walk: Walk, browser: BrowserApart, lookout: Lookout, manners: Manners) -> None:
        self._walk = walk
        self._browser = browser
        self._lookout = lookout
        self._manners = manners
        self._silent: Counter[str] = Counter()  # hosts that did not answer

    @property
    def are_free(self) -> bool:
        """Whether a look would wait for no other site's."""
        return self._browser.is_free

    def open(self) -> None:
        """A look is near."""
        self._browser.warm()

    async def look(self, lead: Lead) -> None:
        """Looks at a page in the way that the lead asks for, and keeps what was seen, or that nothing could be."""
        found = await self._page(lead)
        if found is None:
            return
        if lead.word == "phone":
            await self._look_as_phone(lead, found)
            return
        page, record_id = found
        seen = await self._seen(lead, page, desktop(self._manners.desktop_agent))
        if seen is None:
            return
        made = self._made(seen, page, record_id, desktop(self._manners.desktop_agent))
        if lead.form is not None:
            await self._keep_search(lead, page, seen, made)
            return
        if lead.word != "follow":
            self._keep(lead, page, "rendered", _HTML, seen.html.encode("utf-8", "replace"), made)
        for view in seen.views:
            self._keep_view(page, view, replace(made, sent_to=None, pressed=view.labels))

    async def _look_as_phone(self, lead: Lead, found: tuple[Capture, str]) -> None:
        """What a phone is shown; where a script sends phones elsewhere on the site, also what stands there."""
        view = phone(self._manners.phone_agent)
        for _ in range(2):
            page, record_id = found
            seen = await self._seen(lead, page, view)
            if seen is None:
                return
            made = self._made(seen, page, record_id, view)
            self._keep_phone_view(lead, page, seen, made)
            target = made.sent_to
            if target is None or not self._walk.visit.is_own(target, page.url) or guard.refusal(target) is not None:
                return
            onward = await self._phones_page(target)
            if onward is None:
                return
            found = onward

    async def _seen(self, lead: Lead, page: Capture, view: View) -> Seen | None:
        """The page in the browser; None when it could not be shown, which is kept."""
        parts = self._parts(lead, page)
        await parts.fetch_before(page.body, images=view.is_phone)
        document = Document(page.url, Delivered(200, page.headers, page.body), route_of(lead.url))
        try:
            return await self._browser.look(
                document,
                parts.deliver,
                view,
                at_hand=parts.files,
                on_turn=self._walk.waited,
                **self._wishes(lead, page),
            )
        except Unlooked as failed:
            await parts.end()
            self._keep_failure(lead, page, failed)
            return None
        finally:
            await parts.end()

    def _made(self, seen: Seen, page: Capture, record_id: str, view: View) -> Made:
        return Made(self._browser.version, str(view), record_id, _elsewhere(seen, page))

    async def prepare(self, lead: Lead) -> None:
        """Fetches what the look will need, as far as the page's HTML names it: the evidence holds it then."""
        found = await self._page(lead)
        if found is not None:
            await self._parts(lead, found[0]).fetch_before(found[0].body, images=lead.word == "phone")

    async def _page(self, lead: Lead) -> tuple[Capture, str] | None:
        if lead.word == "phone":
            return await self._phones_page(lead.url)
        # What is followed has no page of its own on the server: a script shows it on the one where its link stands.
        return self._walk.known(bare(lead.found_on or "" if lead.word == "follow" else lead.url), "page")

    def _parts(self, lead: Lead, page: Capture) -> "_Parts":
        return _Parts(self._walk, self._lookout, self._silent, page.url, is_phone=lead.word == "phone")

    def _wishes(self, lead: Lead, page: Capture) -> dict[str, Any]:
        if lead.word == "phone":
            return {"images": True, "measure": _PHONE_VIEW.read_text("utf-8"), "picture": True, "html": False}
        if lead.form is not None:
            return {"typed": Typed(*lead.form[0])}
        follow = lead.url if lead.word == "follow" else None
        return {"scrolls": SCROLLS, "more_words": self._lookout.more_words, "press": self._choose, "follow": follow}

    async def _choose(self, url: str, html: str) -> Sequence[int]:
        shown = Capture(
            url, "rendered", datetime.now(UTC), 200, (("Content-Type", _HTML),), html.encode("utf-8", "replace")
        )
        return self._walk.press(replace(shown, made=Made(self._browser.version, "", "")))

    async def _phones_page(self, url: str) -> tuple[Capture, str] | None:
        """What a phone is shown at this address, wherever it is sent."""
        for _ in range(MAX_HOPS + 1):
            known = self._walk.known(url, "phone")
            if known is not None:
                return known
            answer = self._walk.visit.answer(url, "phone")
            if answer is None:
                outcome = await self._walk.attempt(url, "phone", url)
                answer = outcome if isinstance(outcome, Capture) and outcome.failure is None else None
            target = answer.location if answer is not None else None
            if answer is None or (target is None and answer.status != 200):
                return None
            url = target or url
        return None

    # what came of it

    def _keep(self, lead: Lead, page: Capture, purpose: str, kind: str, body: bytes, made: Made) -> None:
        self._walk.keep_made(
            Capture(
                url=bare(lead.url) + route_of(lead.url),
                purpose=purpose,
                fetched_at=datetime.now(UTC),
                status=200,
                headers=(("Content-Type", kind),),
                body=body,
                tls=page.tls,
                found_on=lead.found_on,
                word=lead.word,
                made=made,
            )
        )

    def _keep_view(self, page: Capture, view: Pressed, made: Made) -> None:
        self._walk.keep_made(
            Capture(
                url=view.url,
                purpose="rendered",
                fetched_at=datetime.now(UTC),
                status=200,
                headers=(("Content-Type", _HTML),),
                body=view.html.encode("utf-8", "replace"),
                tls=page.tls,
                found_on=page.url,
                word="press",
                made=made,
            )
        )

    def _keep_failure(self, lead: Lead, page: Capture, failed: Unlooked) -> None:
        self._walk.keep_made(
            Capture(
                url=bare(lead.url) + route_of(lead.url),
                purpose="phone_view" if lead.word == "phone" else "rendered",
                fetched_at=datetime.now(UTC),
                status=None,
                headers=(),
                body=b"",
                failure=failed.reason,
                detail=failed.detail,
                tls=page.tls,
                found_on=lead.found_on,
                word=lead.word,
            )
        )

    def _keep_phone_view(self, lead: Lead, page: Capture, seen: Seen, made: Made) -> None:
        told = json.dumps({"url": page.url, "measured": seen.measured}, ensure_ascii=False, sort_keys=True)
        self._keep(lead, page, "phone_view", "application/json", told.encode(), made)
        if seen.picture is not None:
            self._keep(lead, page, "picture", "image/webp", seen.picture, made)

    async def _keep_search(self, lead: Lead, page: Capture, seen: Seen, made: Made) -> None:
        """A search whose script only leads to an address is asked for there, like any other."""
        assert lead.form is not None
        word = lead.form[0][1]
        self._keep(lead, page, "rendered", _HTML, seen.html.encode("utf-8", "replace"), made)
        target = made.sent_to
        if target is not None and self._walk.visit.is_own(target, page.url) and guard.refusal(target) is None:
            await self._walk.attempt(target, "search", page.url, word)


def _elsewhere(seen: Seen, page: Capture) -> str | None:
    """Where a script sent its visitor; a page that loads itself again sends nobody anywhere."""
    return seen.sent_to if seen.sent_to is not None and bare(seen.sent_to) != bare(page.url) else None


class _Parts:
    """What one page asks for while it is looked at."""

    def __init__(self, walk: Walk, lookout: Lookout, silent: Counter[str], page_url: str, is_phone: bool) -> None:
        self._walk = walk
        self._lookout = lookout
        self._silent = silent
        self._page_url = page_url
        self._is_phone = is_phone
        self._turn = asyncio.Lock()  # one request of a site at a time, also here
        self._is_over = False
        self._foreign = self._images = 0
        self._allowed: set[str] = set()
        self.files: dict[str, Delivered | str] = {}  # what came of each, before the page asks for it
        self._stopped: Exception | None = None

    async def end(self) -> None:
        """Nothing is asked for any more when this returns. Raises what stopped the round in the middle of the look."""
        self._is_over = True
        async with self._turn:
            if self._stopped is not None:
                raise self._stopped

    async def fetch_before(self, html: bytes, images: bool) -> None:
        """Fetches what the page will ask for as soon as it is shown."""
        for url, kind in named_in(html, self._page_url, images):
            self.files[url] = await self.deliver(Wanted(url, kind, "GET", {"accept": "*/*"}, None))
        if self._stopped is not None:
            raise self._stopped

    async def deliver(self, wanted: Wanted) -> Delivered | str:
        """The answer, or a word why there is none."""
        async with self._turn:
            refused = "over" if self._is_over else self._refusal(wanted)
            if refused is not None:
                return refused
            self._allowed.add(wanted.url)
            try:
                return await self._answer(wanted)
            except (Trouble, LineDown, Damaged, InUse, OSError, SQLAlchemyError) as stopped:
                # No page's doing. It would be lost in the browser's own tasks.
                self._stopped, self._is_over = stopped, True
                return "stopped"

    def _refusal(self, wanted: Wanted) -> str | None:
        forbidden = guard.refusal(wanted.url)
        if forbidden is not None or (wanted.url in self._allowed and wanted.method == "GET"):
            return forbidden
        is_own = self._walk.visit.is_own(wanted.url, self._page_url)
        if not is_own and _is_under(_host(wanted.url), self._lookout.trackers):
            return "tracker"
        if not is_own and (wanted.kind in ("document", "image") or self._foreign >= MAX_FOREIGN):
            return "another host"
        if wanted.method not in ("GET", "POST") or len(wanted.body or b"") > MAX_SENT_BYTES:
            return f"method {wanted.method}"
        if wanted.method == "POST" and not (is_own and wanted.kind in _DATA):
            return "method POST"
        if wanted.kind == "image" and self._images >= MAX_IMAGES:
            return "one image too many"
        if self._silent[_host(wanted.url)] >= MAX_SILENT:
            return "silent host"
        self._foreign += not is_own
        self._images += wanted.kind == "image"
        return None

    async def _answer(self, wanted: Wanted) -> Delivered | str:
        url, how = bare(wanted.url), self._how(wanted)
        purpose = "data" if wanted.kind in _DATA or "cookie" in wanted.headers else "asset"
        chosen = wanted.headers.get("cookie", "") if wanted.kind == "document" else ""
        told = how.body if how.method == "POST" else chosen.encode("utf-8", "replace")
        word = hashlib.sha256(told).hexdigest()[:16] if told or how.method == "POST" else None
        for _ in range(MAX_HOPS + 1):
            known = self._walk.known(url, purpose, word)
            if known is None and self._walk.visit.is_done(Lead(url, 0, purpose, word=word)):
                return "failed before"
            outcome = known[0] if known else await self._walk.attempt(url, purpose, self._page_url, word, how)
            if isinstance(outcome, Refusal):
                return outcome.reason
            if outcome.failure is not None:
                self._silent[_host(url)] += outcome.failure in SILENT or outcome.failure == "dns"
                return outcome.failure
            target = outcome.location
            if target is None:
                return Delivered(outcome.status or 200, outcome.headers, outcome.body)
            if guard.refusal(target) is not None or _is_under(_host(target), self._lookout.trackers):
                return "forbidden_redirect"
            url, how, word = target, self._plain(), None
        return "redirect_loop"

    def _how(self, wanted: Wanted) -> How:
        # A cookie goes with a page alone, where a visitor chose something on it (a language) and its script says so.
        sent_on = (*_SENT_ON, "cookie") if wanted.kind == "document" else _SENT_ON
        told = tuple((name.title(), value) for name, value in wanted.headers.items() if name.lower() in sent_on)
        return How(wanted.method, told, wanted.body or b"", self._is_phone)

    def _plain(self) -> How:
        return How(is_phone=True) if self._is_phone else PLAIN


def named_in(html: bytes, page_url: str, images: bool) -> Iterator[tuple[str, str]]:
    """(address, kind) of the scripts, styles and pictures that a page names in its HTML, in its order, each once."""
    text = html[:_MOST_HTML_BYTES].decode("utf-8", "replace")
    base = _BASE.search(text)
    named: dict[str, str] = {}
    for tag, inside in _FILE.findall(text):
        attributes = {name.lower(): a or b or c for name, a, b, c in _ATTRIBUTE.findall(inside)}
        kind = _kind(tag.lower(), attributes)
        if kind is None or (kind == "image" and not images):
            continue
        with suppress(ValueError):
            address = unescape(attributes.get("href" if tag.lower() == "link" else "src", "")).strip()
            url = urljoin(urljoin(page_url, unescape(base[1])) if base else page_url, address) if address else ""
            if url.startswith(("http://", "https://")):
                named.setdefault(bare(url), kind)
    yield from named.items()


def _kind(tag: str, attributes: dict[str, str]) -> str | None:
    if tag == "link":
        return "stylesheet" if "stylesheet" in attributes.get("rel", "").lower().split() else None
    if tag == "img":
        return "image" if attributes.get("loading", "").lower() != "lazy" else None
    return "script" if attributes.get("type", "").lower() in _SCRIPTS else None


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").lower()


def _is_under(host: str, names: tuple[str, ...]) -> bool:
    return any(host == name or host.endswith(f".{name}") for name in names)
