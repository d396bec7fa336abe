"""Is it the sites that are silent, or our own line?

When many sites fall silent at once, it is seldom they. Before any of that is written down, the round holds its breath
and asks witnesses: the canaries that the settings name, or else addresses that answered a moment ago. One answer, and
the silence was the sites' own. None, and the round pauses, tries again at growing steps, and goes on where it was when
a witness answers; what failed meanwhile is asked again as if it had never been asked. When the line does not come back
within our patience the round ends as partial, with every open visit to be resumed, and no site is called down for it.

A witness is asked for a page that is thrown away: it is in nobody's evidence, and takes its host's turn like any other
request.
"""

import asyncio
import time
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from random import uniform

from spiders.manners import Manners
from spiders.wire import ProxyGone

# Reasons that our own line can be the cause of.
NETWORK = frozenset({"dns", "refused", "reset", "timeout"})
ENOUGH = 5  # visits that answered before and fell silent together
ENOUGH_OF_THE_UNKNOWN = 20  # where nobody has answered yet: dead sites are common, a round of nothing else is not
_SAME = 0.9  # share of them that failed in one and the same way
_WITNESSES = 3
_BAKU = timezone(timedelta(hours=4))

Ask = Callable[[str], Awaitable[bool]]  # whether anybody answers at this address
IsThere = Callable[[], Awaitable[bool]]


class LineDown(Exception):
    """Our own line is gone; str() says since when, and how many visits it cost."""


@dataclass
class _Visit:
    """What was last heard of a visit under way."""

    has_answered: bool = False
    failed_at: float | None = None
    reason: str = ""
    address: str = ""


class Line:
    """Our own way to the network, as the visits of a round find it."""

    def __init__(self, manners: Manners, ask: Ask, is_proxy_there: IsThere) -> None:
        self.paused_s = 0.0  # for clocks that must not count it
        self._manners = manners
        self._ask = ask
        self._is_proxy_there = is_proxy_there
        self._visits: dict[str, _Visit] = {}
        self._answered: OrderedDict[str, str] = OrderedDict()  # agency -> the address that answered, newest last
        self._open = asyncio.Event()
        self._open.set()
        self._examining: asyncio.Task[bool] | None = None
        self._trusted_until = 0.0
        self._heard_at: float | None = None  # when anybody last answered
        self._down: LineDown | ProxyGone | None = None

    async def ready(self) -> None:
        """Waits until requests may go out. Raises LineDown, ProxyGone."""
        while not self._open.is_set() or self._too_early_s():
            await self._open.wait()
            wait_s = self._too_early_s()
            await asyncio.sleep(wait_s)
            self.paused_s += wait_s
        if self._down is not None:
            raise self._down

    def _too_early_s(self) -> float:
        """Seconds until the hours that the settings allow; 0 when it is time, or any time is."""
        return wait_for_hours_s(self._manners.hours, datetime.now(UTC))

    def heard(self, agency_id: str, address: str, status: int) -> None:
        """Somebody answered this visit; what answered well makes a good witness."""
        visit = self._visits.setdefault(agency_id, _Visit())
        visit.has_answered, visit.failed_at = True, None
        self._heard_at = time.monotonic()
        if status < 400 or agency_id not in self._answered:
            self._answered[agency_id] = address
        self._answered.move_to_end(agency_id)

    def left(self, agency_id: str) -> None:
        """This visit is over, or put off."""
        self._visits.pop(agency_id, None)

    async def is_ours(self, agency_id: str, address: str, reason: str) -> bool:
        """Whether this failure was our own and is to be forgotten: the line is back, ask again.

        Takes a moment, so that those that failed together are seen together. Raises LineDown.
        """
        visit = self._visits.setdefault(agency_id, _Visit())
        visit.failed_at, visit.reason, visit.address = time.monotonic(), reason, address
        await asyncio.sleep(self._manners.settle_s)
        if self._examining is None:
            if time.monotonic() < self._trusted_until or not self._is_suspect():
                return False
            self._examining = asyncio.ensure_future(self._examine())
        return await self._result()

    async def _result(self) -> bool:
        examining = self._examining
        assert examining is not None
        try:
            return await asyncio.shield(examining)
        finally:
            if examining.done() and self._examining is examining:
                self._examining = None

    async def proxy_gone(self, gone: ProxyGone) -> None:
        """Waits for our proxy to come back. Raises `gone` when it does not."""
        if self._examining is None:
            self._examining = asyncio.ensure_future(self._wait_until(self._is_proxy_there, gone))
        await self._result()

    def _is_suspect(self) -> bool:
        since = time.monotonic() - self._manners.settle_s * 3
        if self._manners.canaries and (self._heard_at is None or self._heard_at < since):
            return True  # nobody has been heard of for a while: a canary costs one request
        known = [visit for visit in self._visits.values() if visit.has_answered]
        fell_silent = [visit for visit in known if visit.failed_at is not None and visit.failed_at >= since]
        if len(fell_silent) >= ENOUGH and len(fell_silent) > self._manners.share_silent * len(known):
            return True
        if self._answered:
            return False
        silent = [visit for visit in self._visits.values() if visit.failed_at is not None]
        alike = Counter(visit.reason for visit in silent).most_common(1)
        return len(silent) >= ENOUGH_OF_THE_UNKNOWN and alike[0][1] >= _SAME * len(self._visits)

    def _witnesses(self) -> tuple[str, ...]:
        if self._manners.canaries:
            return self._manners.canaries
        answered = tuple(reversed(self._answered.values()))[:_WITNESSES]
        return answered or tuple(visit.address for visit in self._visits.values() if visit.address)[:_WITNESSES]

    async def _examine(self) -> bool:
        witnesses = self._witnesses()

        async def anybody() -> bool:
            return any(await asyncio.gather(*(self._ask(address) for address in witnesses)))

        self._open.clear()
        try:
            if await anybody():
                self._trusted_until = time.monotonic() + self._manners.settle_s * 5
                return False
            since = datetime.now(UTC)
            silent = sum(visit.failed_at is not None for visit in self._visits.values())
            named = "the canaries are" if self._manners.canaries else "those that answered a moment ago are"
            told = f"{silent} of {len(self._visits)} sites under way fell silent together at {since:%H:%M:%S} UTC, and"
            return await self._wait_until(anybody, LineDown(f"{told} {named} silent too: our own line is down"))
        finally:
            self._open.set()

    async def _wait_until(self, is_back: IsThere, or_else: LineDown | ProxyGone) -> bool:
        """Asks again at growing steps; raises `or_else`, here and for whoever asks later, when patience ends."""
        self._open.clear()
        began = time.monotonic()
        pause_s = self._manners.settle_s
        try:
            while (left_s := began + self._manners.longest_pause_s - time.monotonic()) > 0:
                await asyncio.sleep(min(pause_s * uniform(1.0, 1.25), left_s))
                if await is_back():
                    return True
                pause_s *= 2
            self._down = or_else
            raise or_else
        finally:
            self.paused_s += time.monotonic() - began
            self._open.set()


def wait_for_hours_s(hours: tuple[int, int] | None, now: datetime) -> float:
    """Seconds until the next of these hours in Baku: (22, 6) is from ten in the evening to six in the morning."""
    if hours is None:
        return 0.0
    begin, end = hours
    here = now.astimezone(_BAKU)
    is_open = begin <= here.hour < end if begin < end else here.hour >= begin or here.hour < end
    if is_open:
        return 0.0
    opens = here.replace(hour=begin, minute=0, second=0, microsecond=0)
    return ((opens if opens > here else opens + timedelta(days=1)) - here).total_seconds()
