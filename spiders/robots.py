"""What does a host's robots.txt allow us? (RFC 9309)

Not there (4xx, or redirects without end; section 2.3.1.3): everything. Unreachable (5xx, or no answer; 2.3.1.4):
nothing, so that the home page is not asked for either, and we never learn how it would have fared. What is said of such
a site is what we do know. One that answered 5xx is there, and we were not allowed to look: `unseen`, `robots`, also
where every other page of it would answer 5xx. One that gave no answer at all to our only question (silence, a broken
line, no such name) is `down` by that very reason. Both are asked again in the same round before anything is said
(spiders/walk.py, HOME_LOOKS and the late look).
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from protego import Protego

from archive.evidence import Capture
from spiders.pace import retry_after_s

TOKEN = "saytmetr"
ROBOTS_TXT = "robots.txt"  # how the detail of every failure begins that robots.txt is the cause of
MAX_HOPS = 5
_MAX_BYTES = 512_000


@dataclass(frozen=True)
class Refusal:
    """Why an address is not asked. `passing`: it may be otherwise in a moment."""

    reason: str  # robots, or why robots.txt could not be had: dns refused reset timeout tls ...
    detail: str
    passing: bool = False
    wait_s: float = 0.0


@dataclass(frozen=True)
class Rules:
    """One host's rules. `closed` refuses everything."""

    book: Protego | None = None
    closed: Refusal | None = None

    def refusal(self, url: str) -> Refusal | None:
        if self.closed is not None:
            return self.closed
        if self.book is None or self.book.can_fetch(url, TOKEN):
            return None
        return Refusal("robots", f"{ROBOTS_TXT} disallows this address")

    @property
    def delay_s(self) -> float:
        """The Crawl-delay (or Request-rate) asked for; 0 when none is."""
        if self.book is None:
            return 0.0
        rate = self.book.request_rate(TOKEN)
        by_rate = rate.seconds / rate.requests if rate is not None and rate.requests else 0.0
        return max(float(self.book.crawl_delay(TOKEN) or 0.0), by_rate)


def origin_of(url: str) -> str:
    """Scheme, host and port: one robots.txt each."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.lower()}"


def rules_of(capture: Capture) -> Rules:
    """What the last answer on the way to robots.txt means."""
    if capture.failure == "too_large":
        return Rules()  # the first half megabyte of nonsense is nobody's wish
    if capture.failure is not None:
        passing = capture.failure != "forbidden_redirect"
        return Rules(closed=Refusal(capture.failure, f"{ROBOTS_TXT}: {capture.detail}", passing))
    status = capture.status or 0
    if status >= 500:
        told = f"{ROBOTS_TXT} answers {status}, which forbids everything"
        return Rules(closed=Refusal("robots", told, passing=True, wait_s=retry_after_s(capture)))
    if 200 <= status < 300:
        return Rules(Protego.parse(capture.body[:_MAX_BYTES].decode("utf-8-sig", "replace")))
    return Rules()
