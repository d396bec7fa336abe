"""How is one site visited, from its home page to the last lead?

A walk is a plain sequence: robots.txt, the home page by whichever address answers, then the most promising lead, again
and again. One request at a time. Every step is a capture, kept before the next step is thought of.
"""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise
from random import uniform
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urljoin, urlsplit

from scrapy import Request
from scrapy.http import Response

from archive.capture import Capture, Headers
from archive.codings import ACCEPT_ENCODING, BadEncoding, TooLarge, inflate
from archive.database import Database
from archive.database import Visit as VisitRow
from archive.evidence import Evidence, Referred, revalidated
from archive.leads import Guide, Lead
from archive.quality import as_readable, graded
from archive.registry import Agency
from spiders import guard
from spiders.earlier import Earlier, conditions
from spiders.guard import Forbidden
from spiders.line import NETWORK, Line
from spiders.manners import Manners
from spiders.pace import MAX_CRAWL_DELAY_S, MAX_RETRY_AFTER_S, retry_after_s
from spiders.robots import MAX_HOPS as MAX_ROBOTS_HOPS
from spiders.robots import Refusal, Rules, origin_of
from spiders.visit import MADE, PARTS, SILENT, Key, Visit, bare, key_of, may_pass
from spiders.wire import NoAnswer, ProxyGone, ProxyRefuses, by_proxy_status

if TYPE_CHECKING:
    from spiders.eyes import Eyes

Fetch = Callable[[Request], Awaitable[Response]]
Form = tuple[tuple[str, str], ...]
ProxyReason = Callable[[str], str | None]
SlotOf = Callable[[str], Awaitable[str]]
Widen = Callable[[str, float], None]

MAX_HOPS = 10
# How many looks at the home page before it counts as failed, by what happened. A host that breaks the line may do so
# twice and then answer; one that is silent costs the whole timeout each time.
HOME_LOOKS = {"reset": 4, "refused": 2, "timeout": 2, "dns": 2, "status": 4, "robots": 4}
# What another form of the address may get round.
_WORTH_ANOTHER_FORM = frozenset({"dns", "refused", "reset", "timeout", "tls"})
# A page that sends its visitor on; slow ones only reload themselves.
_META = re.compile(rb"<meta\b[^>]{0,1000}>", re.IGNORECASE)
_IS_REFRESH = re.compile(rb"""http-equiv\s*=\s*["']?\s*refresh\b""", re.IGNORECASE)
_SENDS_TO = re.compile(
    rb"""content\s*=\s*["']?\s*(\d{1,2})(?:\.\d*)?\s*[;,]\s*(?:url\s*=\s*)?["']?([^"'>\s]+)""", re.IGNORECASE
)
_MAX_REFRESH_S = 30
MAX_LATE_S = 600.0  # a home page that asks us to stay away for longer is not looked at again in this round
_LONGEST_STEP_S = 60.0  # a longer silence between two captures is the time that the round lay broken off
_PROXY_PAGE_BYTES = 20_000  # a proxy's own page is small


@dataclass(frozen=True)
class How:
    """In which way an address is asked for, where it is not by a plain GET."""

    method: str = "GET"
    headers: Headers = ()
    body: bytes = b""
    is_phone: bool = False


PLAIN = How()


class Walk:
    """One site's visit under way."""

    def __init__(
        self,
        agency: Agency,
        visit: Visit,
        guide: Guide,
        row: VisitRow,
        evidence: Evidence,
        database: Database,
        manners: Manners,
        fetch: Fetch,
        slot: SlotOf,
        widen: Widen,
        line: Line,
        earlier: Earlier,
        is_late: bool,
        proxy_reason: ProxyReason,
        on_step: Callable[[], None],
        make_eyes: Callable[["Walk"], "Eyes | None"] = lambda _: None,
    ) -> None:
        self.agency = agency
        self.visit = visit
        self._guide = guide
        self._row = row
        self._evidence = evidence
        self._database = database
        self._manners = manners
        self._fetch = fetch
        self._slot = slot
        self._widen = widen
        self._line = line
        self._earlier = earlier
        self._is_late = is_late
        self._proxy_reason = proxy_reason
        self._on_step = on_step
        self._eyes = make_eyes(self)
        self._phone_view: Lead | None = None  # all that it needs is fetched; until the browser has a place for it
        self._kept: dict[Key, int] = {}  # what answered well -> where it stands in the evidence
        self.ready_again_s: float | None = None  # the home page failed in a way that may pass: when to look again
        self._waited_s = 0.0  # for our turn behind others on the same server
        self._step_s = manners.delay_s  # between two requests of this site
        self._next_step_home: Key | None = None
        self._unfollowed: list[Capture] = []  # redirects that a broken-off visit had not followed yet

    # the whole visit

    async def catch_up(self) -> None:
        """Shows a resumed visit what it has done. Raises archive.evidence.Damaged."""
        seen: list[Capture] = []
        for page in self._database.pages(self._row.id):
            capture = self._evidence.read(page.offset)
            self._take_in(capture, _wire_bytes(capture), page.offset)
            seen.append(capture)
        gaps = (later.fetched_at - earlier.fetched_at for earlier, later in pairwise(seen))
        # A clock that was set back makes a gap of less than nothing.
        self.visit.earlier_s = sum(min(max(gap.total_seconds(), 0.0), _LONGEST_STEP_S) for gap in gaps)
        for capture in seen:
            once = Lead(capture.url, 50, capture.purpose, capture.found_on, capture.word)
            is_lead = _is_lead(capture)
            if capture.failure and may_pass(capture) and self.visit.tries(once) == 1 and is_lead:
                self.visit.postpone(once, 0.0)
        self._unfollowed = [c for c in seen if _is_lead(c) and self._leads_on(c)]
        for rules_for in {origin_of(capture.url) for capture in seen}:
            await self._respect_delay(rules_for)

    def _leads_on(self, capture: Capture) -> bool:
        target = capture.location
        return target is not None and not self.visit.is_done(Lead(target, 0, capture.purpose, word=capture.word))

    async def run(self) -> str:
        """Walks the site; gives the word for what ended it."""
        if self.agency.site is None:
            return "no_site"
        began_s = self._clock_s()
        home = await (self._home_late(self.agency.site) if self._is_late else self._home(self.agency.site))
        if home.failure is not None:
            return "robots" if home.failure == "robots" else "home"
        if self._eyes is not None:
            self._eyes.open()
        for capture in self._unfollowed:
            await self._follow(capture, is_home=False, essential=True)
        while self._clock_s() < began_s + self._manners.visit_cap_s:
            lead = await self._next_lead()
            if lead is None:
                return "budget" if self.visit.undone() else "exhausted"
            await self._pursue(lead)
            if self.visit.has_given_up:
                return "failures"
        return "time"

    def _clock_s(self) -> float:
        """Time as the site's own visit spends it: not while our line was down, nor in the queue for a server's turn."""
        return time.monotonic() - self._line.paused_s - self._waited_s

    async def _next_lead(self) -> Lead | None:
        while True:
            # If each visit took its phone view when all else is done, the last would wait for all the others.
            lead = self._phone_view if self._eyes is not None and self._eyes.are_free else None
            lead = lead or self.visit.next(time.monotonic()) or self._phone_view
            if lead is not None:
                return lead
            ready_at = self.visit.ready_at()
            if ready_at is not None:
                await asyncio.sleep(max(0.0, ready_at - time.monotonic()))
                continue
            before = len(self.visit.undone())
            self._hear(self._guide.more())
            if len(self.visit.undone()) == before:
                return None

    # the home page

    async def _home(self, site: str) -> Capture:
        """Where the visitor of the registry's address ends up, by whichever form of the address answers."""
        first = await self._insist(site, None)
        capture = first
        if first.failure in _WORTH_ANOTHER_FORM:
            for address in _other_forms(site, first.failure, is_by_proxy=self._manners.proxy is not None):
                capture = await self._insist(address, None, looks=1)
                if capture.failure not in _WORTH_ANOTHER_FORM:
                    break
        if capture.failure is not None:
            return capture
        home = await self._follow(capture, is_home=True)
        self.visit.come_home(home)
        return home

    async def _home_late(self, site: str) -> Capture:
        """Another look, later in the round: at the address as registered, or at the form of it that may yet answer."""
        known = self.visit.last(site)
        forms = [site, *_other_forms(site, "", is_by_proxy=False)]
        may_answer = [form for form in forms if (last := self.visit.last(form)) is not None and may_pass(last)]
        capture = await self._insist(may_answer[0] if may_answer else site, None, looks=1)
        if capture.failure is not None:
            return capture if known is None else known
        home = await self._follow(capture, is_home=True)
        self.visit.come_home(home)
        return home

    async def _insist(self, url: str, found_on: str | None, looks: int | None = None) -> Capture:
        """Asks for an address of the home page again while another look may bring more."""
        known = self.visit.answer(url, "page")
        if known is not None and not may_pass(known):
            return known
        pause_s = self._manners.second_look_s
        look = 0
        while True:
            look += 1
            self.visit.give_robots_another_chance(url)
            outcome = await self.attempt(url, "page", found_on)
            wait_s = _asked_wait_s(outcome)
            if look >= (looks or HOME_LOOKS.get(_kind(outcome), 1)) or wait_s > MAX_RETRY_AFTER_S:
                break
            await asyncio.sleep(max(pause_s * 2 ** (look - 1) * uniform(1.0, 1.25), wait_s))
        if _may_change(outcome):
            if wait_s <= MAX_LATE_S:
                self.ready_again_s = max(self._manners.late_look_s * uniform(1.0, 1.25), wait_s)
        elif isinstance(outcome, Refusal) and outcome.reason not in ("robots", "forbidden_redirect"):
            pass  # another form of the address did not resolve, say: that tells nothing about the first
        elif isinstance(outcome, Refusal) or outcome.failure is None:
            self.ready_again_s = None
        if isinstance(outcome, Refusal):
            return self._fail(url, "page", outcome.reason, outcome.detail, found_on)
        return outcome

    # leads

    async def _pursue(self, lead: Lead) -> None:
        if guard.refusal(lead.url) is not None:
            return  # no finding can come of a link that leads to somebody's own machine
        if lead.purpose == "render":
            await self._look(lead)
            return
        capture = await self._try(lead)
        if capture.failure is None:
            await self._follow(capture, is_home=False, essential=lead.essential)

    async def _look(self, lead: Lead) -> None:
        if self._eyes is None:
            return
        if lead.word == "phone" and lead is not self._phone_view:
            await self._eyes.prepare(lead)
            self._phone_view = lead
            return
        self._phone_view = None if lead is self._phone_view else self._phone_view
        await self._eyes.look(lead)

    async def _try(self, lead: Lead) -> Capture:
        """One look; what may pass is looked at once more, later."""
        outcome = await self.attempt(lead.url, lead.purpose, lead.found_on, lead.word, _how(lead.form))
        wait_s = _asked_wait_s(outcome)
        passing = outcome.passing if isinstance(outcome, Refusal) else may_pass(outcome)
        if passing and self.visit.may_try_again(lead) and wait_s <= MAX_RETRY_AFTER_S:
            pause_s = self._manners.second_look_s * 4 ** self.visit.second_looks(lead)
            self.visit.postpone(lead, time.monotonic() + max(pause_s * uniform(1.0, 1.25), wait_s))
        if isinstance(outcome, Refusal):
            return self._fail(lead.url, lead.purpose, outcome.reason, outcome.detail, lead.found_on, lead.word)
        return outcome

    async def _follow(self, first: Capture, is_home: bool, essential: bool = False) -> Capture:
        """Goes where an answer sends its visitor; gives the last capture on the way."""
        capture, trail = first, {_key(first)}
        while (target := _next_hop(capture, is_home)) is not None:
            if key_of(target, first.purpose, first.word) in trail or len(trail) > MAX_HOPS:
                if capture.location is None:
                    return capture  # a page that reloads itself
                told = f"hop {len(trail)}: {capture.url} leads to {target}"
                return self._fail(first.url, first.purpose, "redirect_loop", told, first.found_on, first.word)
            refused = guard.refusal(target)
            if refused is not None:
                return self._fail(target, first.purpose, "forbidden_redirect", refused, capture.url, first.word)
            if not is_home and not self.visit.is_own(target, first.url):
                return capture
            known = self.visit.answer(target, first.purpose, first.word)
            if known is not None:
                capture = known
            elif is_home:
                capture = await self._insist(target, capture.url)
            else:
                # A lead like any other from here on, and the first in line: it is what the lead before it promised.
                hop = Lead(target, 100, first.purpose, capture.url, first.word, essential=essential)
                if self.visit.is_done(hop) or not self.visit.has_budget_for(hop.purpose):
                    self.visit.hear([hop])
                    return capture
                capture = await self._try(hop)
                if capture.failure is not None:
                    return capture
            trail.add(key_of(target, first.purpose, first.word))
        return capture

    # one request

    async def attempt(
        self, url: str, purpose: str, found_on: str | None, word: str | None = None, how: How = PLAIN
    ) -> Capture | Refusal:
        """One request, if the guard and robots.txt allow it; their refusal leaves no capture here."""
        refused = guard.refusal(url)
        if refused is not None:
            return Refusal("forbidden_redirect", refused)
        rules = self.visit.rules(url) or await self._fetch_rules(url)
        refusal = rules.refusal(bare(url))
        return refusal if refusal is not None else await self._ask(url, purpose, found_on, word, how)

    async def _fetch_rules(self, url: str) -> Rules:
        """Asks for robots.txt, follows it five hops; the visit draws the rules from the captures."""
        capture = await self._ask(urljoin(origin_of(url) + "/", "robots.txt"), "robots", None)
        for _ in range(MAX_ROBOTS_HOPS):
            target = capture.location
            # Sites that send every unknown address to their front page have no robots.txt.
            if target is None or guard.refusal(target) is not None or not urlsplit(target).path.endswith(".txt"):
                break
            if self.visit.answer(target, "robots") is not None:
                break  # the visit knows those rules
            capture = await self._ask(target, "robots", capture.url)
        await self._respect_delay(origin_of(url))
        return self.visit.rules_known(url)

    async def _respect_delay(self, origin: str) -> None:
        rules = self.visit.rules(origin)
        # `--delay 0` is for our own sites on loopback, and switches this off as well.
        if rules is not None and rules.delay_s > self._manners.delay_s > 0:
            with suppress(NoAnswer, Forbidden):  # the name does not resolve any more; no request will go there
                self._widen(await self._slot(origin), rules.delay_s)
            self._step_s = max(self._step_s, min(rules.delay_s, MAX_CRAWL_DELAY_S))

    async def _ask(
        self, url: str, purpose: str, found_on: str | None, word: str | None = None, how: How = PLAIN
    ) -> Capture:
        """Sends one request and keeps what came of it."""
        known = self._earlier.of(bare(url), purpose) if how.method == "GET" else None
        try:
            request, response = await self._send(url, purpose, how, conditions(known) if known is not None else ())
        except NoAnswer as failed:
            return self._fail(url, purpose, failed.reason, failed.detail, found_on, word)
        except Forbidden as refused:
            return self._fail(url, purpose, "forbidden_redirect", str(refused), found_on, word)
        answer = request.meta["answer"]
        codings = ",".join(value for name, value in answer["headers"] if name.lower() == "content-encoding")
        fault = None
        try:
            body = inflate(response.body, codings)
        except TooLarge as error:
            return self._fail(url, purpose, "too_large", str(error), found_on, word)
        except BadEncoding as error:
            body, fault = error.partial or response.body, error
        capture = Capture(
            url=bare(url),
            purpose=purpose,
            fetched_at=datetime.now(UTC),
            status=response.status,
            headers=answer["headers"],
            body=body,
            tls=answer["tls"],
            found_on=found_on,
            word=word,
            request_headers=answer["sent"],
        )
        unchanged = known if response.status == 304 else None
        capture = graded(capture, fault) if unchanged is None else replace(capture, quality=unchanged.capture.quality)
        return self._keep(capture, response.body, unchanged)

    async def _send(self, url: str, purpose: str, how: How, more: Headers) -> tuple[Request, Response]:
        """Sends the request, and again where our own line was what failed. Raises NoAnswer, Forbidden."""
        while True:
            await self._line.ready()
            request = self._request(url, purpose, how)
            request.headers.update(more)
            try:
                request.meta["download_slot"] = await self._slot(request.url)
                asked = time.monotonic()
                response = await self._fetch(request)
                self._waited_s += max(0.0, request.meta["began"] - asked - self._step_s)
                raise_what_the_proxy_says(request, response, self._proxy_reason)
            except ProxyRefuses:
                raise
            except ProxyGone as gone:
                await self._line.proxy_gone(gone)
            except NoAnswer as failed:
                if failed.reason in NETWORK and await self._line.is_ours(self.agency.id, url, failed.reason):
                    continue
                raise
            else:
                self._line.heard(self.agency.id, url, response.status)
                return request, response

    def _request(self, url: str, purpose: str, how: How) -> Request:
        headers = {
            "User-Agent": self._manners.phone_agent if purpose == "phone" or how.is_phone else self._manners.agent,
            "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
            "Accept-Language": "az,en;q=0.5,ru;q=0.3",
            "Accept-Encoding": ACCEPT_ENCODING,
        }
        return Request(
            bare(url),
            method=how.method,
            headers=headers | dict(how.headers),
            body=how.body,
            meta={"by_proxy": self._manners.proxy is not None},
        )

    def _fail(
        self, url: str, purpose: str, reason: str, detail: str, found_on: str | None, word: str | None = None
    ) -> Capture:
        capture = Capture(
            url=bare(url),
            purpose=purpose,
            fetched_at=datetime.now(UTC),
            status=None,
            headers=(),
            body=b"",
            failure=reason,
            detail=detail,
            found_on=found_on,
            word=word,
        )
        return self._keep(graded(capture), b"")

    def _keep(self, capture: Capture, wire_body: bytes, unchanged: Referred | None = None) -> Capture:
        """Evidence first, then the index, then what it means: a kill in between loses nothing that was kept."""
        stored = self._evidence.append(capture, wire_body, unchanged)
        if unchanged is not None:
            capture = revalidated(capture, unchanged.capture)
        capture = as_readable(capture)
        self._database.add_page(self._row.id, capture, stored)
        self._take_in(capture, len(wire_body), stored.offset)
        self._on_step()
        return capture

    def keep_made(self, capture: Capture) -> Capture:
        """Keeps what our browser made of a page, or that it could not."""
        return self._keep(graded(capture), b"")

    def known(self, url: str, purpose: str, word: str | None = None) -> tuple[Capture, str] | None:
        """What answered well to this question in this visit, whole, and its WARC-Record-ID."""
        offset = self._kept.get(key_of(url, purpose, word))
        return None if offset is None else (self._evidence.read(offset), self._evidence.record_id(offset))

    def press(self, shown: Capture) -> Sequence[int]:
        """The handles of a page in the browser that are worth pressing."""
        return self._guide.press(shown)

    def waited(self, seconds: float) -> None:
        """Of the visit's time this much was spent in a queue behind others."""
        self._waited_s += seconds

    def _hear(self, leads: Iterable[Lead]) -> None:
        self.visit.hear(lead for lead in leads if lead.purpose != "render" or self._eyes is not None)

    def _take_in(self, capture: Capture, wire_bytes: int, offset: int) -> None:
        is_part = capture.purpose in PARTS and capture.failure is None
        if is_part or (capture.status == 200 and capture.made is None):
            self._kept[_key(capture)] = offset
        if capture.purpose == "page" and (capture.found_on is None or _key(capture) == self._next_step_home):
            self.visit.is_on_the_doorstep(capture)
            target = _next_hop(capture, is_home=True)
            self._next_step_home = key_of(target, "page") if target is not None else None
        self.visit.remember(capture, wire_bytes)
        self._hear(self._guide.see(capture))


def raise_what_the_proxy_says(request: Request, response: Response, proxy_reason: ProxyReason) -> None:
    """Raises NoAnswer when this answer is the proxy's own and not the site's: why it could not reach the site."""
    if (
        not request.meta["by_proxy"]
        or urlsplit(request.url).scheme == "https"
        or response.status not in (502, 503, 504)
    ):
        return
    headers: Headers = request.meta["answer"]["headers"]
    said = by_proxy_status(dict(headers)) or proxy_reason(_words(response.body))
    if said is not None:
        raise NoAnswer(said, f"the proxy answers {response.status}: {_words(response.body)[:200]}")


def _how(form: Form | None) -> How:
    if form is None:
        return PLAIN
    return How("POST", (("Content-Type", "application/x-www-form-urlencoded"),), urlencode(form).encode())


def _is_lead(capture: Capture) -> bool:
    """Whether a capture came of a lead: not of the way home, and not of another page or question."""
    return capture.found_on is not None and capture.purpose not in ("robots", *PARTS, *MADE)


def _may_change(outcome: Capture | Refusal) -> bool:
    """Whether a home page that ended so is worth another look when the others have been visited."""
    if isinstance(outcome, Refusal):
        return outcome.passing and (outcome.reason == "robots" or outcome.reason in SILENT)
    return may_pass(outcome)


def _other_forms(site: str, failure: str, is_by_proxy: bool) -> Iterator[str]:
    """The other scheme, with or without www., and both. Only www. for a name that does not resolve.

    A proxy that turns CONNECT down seldom says whether there is no such host or no such port; plain http tells.
    """
    parts = urlsplit(site)
    if parts.port is not None:
        return
    other_scheme = parts._replace(scheme="https" if parts.scheme == "http" else "http")
    host = parts.netloc.lower()
    other_host = host.removeprefix("www.") if host.startswith("www.") else f"www.{host}"
    if failure != "dns" or (is_by_proxy and parts.scheme == "https"):
        yield other_scheme.geturl()
    yield parts._replace(netloc=other_host).geturl()
    if failure not in ("dns", "timeout"):  # a silent host costs the whole timeout each time
        yield other_scheme._replace(netloc=other_host).geturl()


def _next_hop(capture: Capture, is_home: bool) -> str | None:
    """Where this answer sends its visitor. Meta refresh counts on the way to the home page only: elsewhere it is
    reading that tells a page from a signpost."""
    if capture.location is not None:
        return bare(capture.location)
    if not is_home or capture.status != 200:
        return None
    for tag in _META.findall(capture.body[:65_536]):
        sends = _SENDS_TO.search(tag) if _IS_REFRESH.search(tag) else None
        if sends is not None and int(sends[1]) <= _MAX_REFRESH_S:
            return _joined(capture.url, sends[2].decode("utf-8", "replace").replace("&amp;", "&"))
    return None


def _joined(base: str, target: str) -> str | None:
    try:
        return bare(urljoin(base, target))
    except ValueError:
        return None


def _kind(outcome: Capture | Refusal) -> str:
    """The word under which HOME_LOOKS knows this outcome; "" when one look is enough."""
    if isinstance(outcome, Refusal):
        return outcome.reason if outcome.passing else ""
    if outcome.failure is not None:
        return outcome.failure
    return "status" if may_pass(outcome) else ""


def _asked_wait_s(outcome: Capture | Refusal) -> float:
    if isinstance(outcome, Refusal):
        return outcome.wait_s
    return retry_after_s(outcome) if may_pass(outcome) else 0.0


def _key(capture: Capture) -> Key:
    return key_of(capture.url, capture.purpose, capture.word)


def _wire_bytes(capture: Capture) -> int:
    if capture.unchanged_since is not None:
        return 0
    told = capture.header("content-length") or ""
    return int(told) if told.isdigit() else len(capture.body)


def _words(body: bytes) -> str:
    return body[:_PROXY_PAGE_BYTES].decode("utf-8", "replace")
