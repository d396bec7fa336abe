"""How often may a host be asked?

The steps themselves are kept by Scrapy's download slots, one per host; this file says which slot an address belongs to
and how wide its step is.
"""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from scrapy.core.downloader import Downloader

from archive.evidence import Capture

# A step counts from one sending to the next; on the way a request may be held up, and the one after it not. Five in a
# hundred more keep the promise at the server's end.
MARGIN = 1.05
MAX_CRAWL_DELAY_S = 30.0
MAX_RETRY_AFTER_S = 60.0


def slot_of(url: str) -> str:
    """Whose turn an address waits for. THE place to key on the resolved address instead of the host, where several
    hosts share one server."""
    return (urlsplit(url).hostname or "").rstrip(".").removeprefix("www.")


def widen(downloader: Downloader, url: str, delay_s: float) -> None:
    """From now on at least this long between two requests to the host of this address."""
    slot = slot_of(url)
    step_s = min(delay_s, MAX_CRAWL_DELAY_S) * MARGIN
    told = downloader.per_slot_settings.setdefault(slot, {})
    told["delay"] = step_s = max(step_s, float(told.get("delay", 0.0)))
    if slot in downloader.slots:
        downloader.slots[slot].delay = max(step_s, downloader.slots[slot].delay)


def retry_after_s(capture: Capture) -> float:
    """Seconds that the answer asks us to stay away; 0 when it does not say so."""
    told = (capture.header("retry-after") or "").strip()
    if told.isdigit():
        return float(told[:9])
    try:
        at = parsedate_to_datetime(told)
    except ValueError:
        return 0.0
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0.0, (at - datetime.now(UTC)).total_seconds())
