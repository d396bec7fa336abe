"""What has this visit done, what may it still do, and what is worth doing next?

No socket and no clock of its own: all that happens comes in as captures, so that a visit that was broken off is brought
back by showing it its captures again.
"""

import heapq
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from urllib.parse import urlsplit

from w3lib.url import safe_url_string

from archive.evidence import Capture
from archive.leads import Lead, is_route
from archive.registry import Agency, host_of
from spiders.kin import (
    MAX_LEADS,
    MAX_SELF_BRED,
    MAX_SELF_BRED_WANTED,
    MAX_UNKNOWN,
    WANTED,
    family,
    identity,
    is_growing,
)
from spiders.robots import ROBOTS_TXT, Rules, origin_of, rules_of

MAX_EXTRAS = 12  # requests that are no pages: robots, phone, probe, search
MAX_FAILURES = 5  # in a row
MAX_SECOND_LOOKS = 1  # at an address whose failure may pass
MAX_SECOND_LOOKS_ESSENTIAL = 2
MAX_RENDERS = 16  # looks in a browser
PAGES = ("page", "feed")
PARTS = ("asset", "data")  # what a page in a browser asks for
MADE = ("rendered", "phone_view", "picture")  # by our browser: no requests
SILENT = frozenset({"refused", "reset", "timeout"})  # the host may answer in a moment
# Reasons that are written down without a request.
_UNASKED = frozenset({"robots", "forbidden_redirect", "redirect_loop"})
_ROLES = {"phone": "phone", "robots": "robots", "asset": "asset", "render": "render", "rendered": "render"}
_SECOND_LEVEL = frozenset("gov edu com org net info biz name pp pro int mil".split())

Key = tuple[str, str]


def bare(url: str) -> str:
    """The address as it was written, without its fragment: what a server is asked for."""
    return url.partition("#")[0].strip()


def key_of(url: str, purpose: str, word: str | None = None) -> Key:
    """What is asked for once: an exact address, in the role in which it is asked."""
    if purpose in ("search", "data", "picture"):
        return f"{purpose} {word or ''}", _exact(url)
    if purpose == "phone_view" or (purpose, word) == ("render", "phone"):
        return "phone_view", _exact(url)
    role = _ROLES.get(purpose, "page")
    if role == "render" and (word or "").startswith("search "):
        return f"render {word}", _exact(url)
    return role, _exact(url) + (route_of(url) if role == "render" else "")


def route_of(url: str) -> str:
    """The part of an address that names a page inside a page, with its #; "" when there is none."""
    fragment = url.partition("#")[2].strip()
    return f"#{fragment}" if is_route(fragment) else ""


@lru_cache(maxsize=8_192)  # the same few links stand on every page of a site
def _exact(url: str) -> str:
    try:
        parts = urlsplit(safe_url_string(bare(url)))
    except ValueError:
        return url  # no address; the guard will say so
    return f"{parts.scheme}://{parts.netloc.lower()}{parts.path or '/'}" + (f"?{parts.query}" if parts.query else "")


def registered(url: str) -> str:
    """The part of a host name that a body registers, by rule of thumb: three labels under gov.az, else two."""
    labels = host_of(url).split(".")
    three = len(labels) > 2 and labels[-2] in _SECOND_LEVEL and len(labels[-1]) == 2
    return ".".join(labels[-3:] if three else labels[-2:])


@dataclass(order=True)
class _Entry:
    rank: tuple[int, int]  # highest promise first, then first come first served
    lead: Lead = field(compare=False)


class Visit:
    """One site's visit. `pages` counts requests for pages, which the budget is about; `requests` counts all."""

    def __init__(self, agency: Agency, budget_pages: int) -> None:
        self.budget_pages = budget_pages
        self.requests = 0
        self.pages = 0
        self.extras = 0
        self.renders = 0
        self.bytes = 0  # of bodies, as they came over the wire
        self.failures_in_row = 0
        self.earlier_s = 0.0  # spent before the visit was broken off
        self.is_on_its_way_home = True
        self.own = {registered(url) for url in (agency.site, *agency.also) if url}
        self._rules: dict[str, Rules] = {}
        self._robots_from: str | None = None
        self._robots_failed: Counter[str] = Counter()
        self._last: dict[Key, Capture] = {}
        self._tries: Counter[Key] = Counter()
        self._heap: list[_Entry] = []
        self._best: dict[Key, Lead] = {}
        self._later: list[tuple[float, Lead]] = []
        self._postponed: Counter[Key] = Counter()
        self._again: set[Key] = set()  # postponed, and ready now
        self._came = 0
        self._doorstep: set[str] = set()  # identities of the pages on the way home, and of the home page
        self._faces: dict[str, Key] = {}  # identity -> the address by which that page was met first
        self._bred_by: dict[str, frozenset[str]] = {}  # identity -> kinds of the pages on the way to it
        self._self_bred: Counter[str] = Counter()  # visits, by kind
        self._unknown_on: Counter[str] = Counter()  # leads of no known word, by the page that they stand on

    # what happened

    def remember(self, capture: Capture, wire_bytes: int) -> None:
        key = key_of(capture.url, capture.purpose, capture.word)
        if capture.failure not in _UNASKED or key not in self._last:
            self._last[key] = capture if self.is_on_its_way_home else replace(capture, body=b"")
        if capture.purpose in MADE or capture.made is not None:
            # What one look shows when things are pressed is of that look.
            self.renders += capture.purpose != "picture" and not (capture.made and capture.made.pressed)
            return
        asked = capture.failure not in _UNASKED and not capture.detail.startswith(ROBOTS_TXT)
        if asked:
            self.requests += 1
            self.bytes += wire_bytes
            self._tries[key] += 1
            if capture.purpose in PAGES:
                self.pages += 1
            elif capture.purpose not in PARTS:
                self.extras += 1
        if capture.purpose in PAGES:
            self._faces.setdefault(identity(capture.url), key)
            if asked and self._breeds_itself(capture.url, capture.found_on):
                self._self_bred[family(capture.url)] += 1
        if capture.purpose == "robots":
            self._remember_robots(capture)
        elif capture.purpose in PARTS:
            pass  # a picture that does not come is no silence of the site
        elif capture.failure in SILENT:
            self.failures_in_row += 1
        elif asked:
            self.failures_in_row = 0

    def _remember_robots(self, capture: Capture) -> None:
        if capture.found_on is None:
            self._robots_from = origin_of(capture.url)
        if self._robots_from is not None:
            # Each hop is the last one until another follows it; a redirect that leads nowhere allows everything.
            self.set_rules(self._robots_from, self._rules_led_to(capture) or rules_of(capture))

    def _rules_led_to(self, capture: Capture) -> Rules | None:
        """Rules that are known already, where this robots.txt only leads to another host's."""
        target = capture.location
        if target is None or origin_of(target) == self._robots_from or not target.endswith("/robots.txt"):
            return None
        return self._rules.get(origin_of(target))

    def is_on_the_doorstep(self, capture: Capture) -> None:
        """This capture is a step on the way home, or the home page itself: every kind of address may start there."""
        self._doorstep.add(identity(capture.url))

    def come_home(self, home: Capture) -> None:
        """The home page is found: it is the site's own, and bodies need not be kept in memory any longer."""
        self.own.add(registered(home.url))
        self.is_on_its_way_home = False
        self._last = {key: replace(capture, body=b"") for key, capture in self._last.items()}

    def answer(self, url: str, purpose: str, word: str | None = None) -> Capture | None:
        """What this address answered, when it did (a failure is no answer)."""
        last = self._last.get(key_of(url, purpose, word))
        return last if last is not None and last.failure is None else None

    def last(self, url: str) -> Capture | None:
        """What last came of asking for this page."""
        return self._last.get(key_of(url, "page"))

    def is_done(self, lead: Lead) -> bool:
        return key_of(lead.url, lead.purpose, lead.word) in self._last

    @property
    def has_given_up(self) -> bool:
        return self.failures_in_row >= MAX_FAILURES

    def has_budget_for(self, purpose: str) -> bool:
        if purpose == "render":
            return self.renders < min(MAX_RENDERS, self.budget_pages)
        return self.pages < self.budget_pages if purpose in PAGES else self.extras < MAX_EXTRAS

    def second_looks(self, lead: Lead) -> int:
        """How often this lead was put off to be looked at again."""
        return self._postponed[key_of(lead.url, lead.purpose, lead.word)]

    def may_try_again(self, lead: Lead) -> bool:
        return self.second_looks(lead) < (MAX_SECOND_LOOKS_ESSENTIAL if lead.essential else MAX_SECOND_LOOKS)

    def tries(self, lead: Lead) -> int:
        return self._tries[key_of(lead.url, lead.purpose, lead.word)]

    def is_own(self, url: str, first: str) -> bool:
        """Whether a redirect that began at `first` may be followed here: it stays on the site."""
        return registered(url) in self.own or registered(url) == registered(first)

    # robots

    def rules(self, url: str) -> Rules | None:
        """The rules of this address's host; None when they are to be fetched (again)."""
        rules = self._rules.get(origin_of(url))
        if rules is None or rules.closed is None or not rules.closed.passing:
            return rules
        return rules if self._robots_failed[origin_of(url)] > 1 else None

    def rules_known(self, url: str) -> Rules:
        """The rules as they were last heard, even where they are to be fetched again."""
        return self._rules[origin_of(url)]

    def set_rules(self, origin: str, rules: Rules) -> None:
        self._rules[origin] = rules
        if rules.closed is not None:
            self._robots_failed[origin] += 1

    def give_robots_another_chance(self, url: str) -> None:
        self._robots_failed[origin_of(url)] = 0

    # what next

    def hear(self, leads: Iterable[Lead]) -> None:
        """Takes leads in; the better of two names for one address stays, and of a page's links the better ones."""
        for named in sorted(leads, key=lambda lead: (not lead.essential, -lead.promise)):
            lead = self._by_first_face(named) if named.purpose in PAGES else named
            if lead is None:
                continue
            key = key_of(lead.url, lead.purpose, lead.word)
            known = self._best.get(key)
            if key in self._last or (known is not None and known.promise >= lead.promise):
                continue
            if known is None and lead.promise < WANTED and not lead.essential and not self._has_room_for(lead):
                continue
            if known is not None and known.essential:
                lead = replace(lead, essential=True)
            self._best[key] = lead
            self._push(lead)

    def _has_room_for(self, lead: Lead) -> bool:
        """Whether one more address may be kept in mind of which nobody knows whether it answers anything: a menu of
        thousands must not spend the visit's budget."""
        if len(self._best) >= MAX_LEADS:
            return False
        if lead.found_on is None or lead.purpose not in PAGES:
            return True
        self._unknown_on[identity(lead.found_on)] += 1
        return self._unknown_on[identity(lead.found_on)] <= MAX_UNKNOWN

    def _by_first_face(self, lead: Lead) -> Lead | None:
        """The lead with the address by which its page was met first; None when it leads nowhere.

        A first address that failed or only sent us elsewhere does not stand for the others.
        """
        if is_growing(lead.url):
            return None
        if lead.found_on is not None:
            self._bred_by.setdefault(identity(lead.url), self._kinds_before(lead.found_on))
        key = key_of(lead.url, lead.purpose)
        first = self._faces.setdefault(identity(lead.url), key)
        if first == key:
            return lead
        answer = self._last.get(first)
        if answer is None:
            return replace(lead, url=self._best[first].url) if first in self._best else lead
        gave_a_page = answer.failure is None and not 300 <= (answer.status or 0) < 400
        return None if gave_a_page else lead

    # kinds of address (spiders/kin.py)

    def _kinds_before(self, found_on: str) -> frozenset[str]:
        page = identity(found_on)
        return self._bred_by.get(page, frozenset()) | (frozenset() if page in self._doorstep else {family(found_on)})

    def _breeds_itself(self, url: str, found_on: str | None) -> bool:
        """Whether the way to this address led through pages of its own kind."""
        page = identity(url)
        if found_on is None or page in self._doorstep or page == identity(found_on):
            return False
        return family(url) in self._bred_by.get(page, self._kinds_before(found_on))

    def _is_one_too_many(self, lead: Lead) -> bool:
        if lead.purpose not in PAGES or not self._breeds_itself(lead.url, lead.found_on):
            return False
        most = MAX_SELF_BRED_WANTED if lead.essential or lead.promise >= WANTED else MAX_SELF_BRED
        return self._self_bred[family(lead.url)] >= most

    # in which order

    def postpone(self, lead: Lead, ready_at: float) -> None:
        """To be asked a second time, not before then."""
        self._postponed[key_of(lead.url, lead.purpose, lead.word)] += 1
        self._later.append((ready_at, lead))

    def next(self, now: float) -> Lead | None:
        """The most promising lead that may be asked now."""
        self._call_back_postponed(now)
        too_dear = []
        found = None
        while self._heap and found is None:
            entry = heapq.heappop(self._heap)
            key = key_of(entry.lead.url, entry.lead.purpose, entry.lead.word)
            if (key in self._last and key not in self._again) or self._is_one_too_many(entry.lead):
                continue
            if self.has_budget_for(entry.lead.purpose):
                self._again.discard(key)
                found = entry.lead
            else:
                too_dear.append(entry)
        for entry in too_dear:
            heapq.heappush(self._heap, entry)
        return found

    def _call_back_postponed(self, now: float) -> None:
        ready = [lead for at, lead in self._later if at <= now]
        self._later = [(at, lead) for at, lead in self._later if at > now]
        for lead in ready:
            self._again.add(key_of(lead.url, lead.purpose, lead.word))
            self._push(lead)

    def ready_at(self) -> float | None:
        """When the next postponed lead may be asked; None when there is none that we can afford."""
        return min((at for at, lead in self._later if self.has_budget_for(lead.purpose)), default=None)

    def undone(self) -> list[Lead]:
        """Leads that nobody has asked yet, but for those of a kind without end."""
        waiting = [entry.lead for entry in self._heap] + [lead for _, lead in self._later]
        return [lead for lead in waiting if not self.is_done(lead) and not self._is_one_too_many(lead)]

    def _push(self, lead: Lead) -> None:
        self._came += 1
        heapq.heappush(self._heap, _Entry((-lead.promise, self._came), lead))


def may_pass(capture: Capture) -> bool:
    """Whether it may be otherwise in a moment: silence, or an answer that says so."""
    return capture.failure in SILENT or capture.status == 429 or (capture.status or 0) >= 500
