"""How often may a host be asked?

The steps themselves are kept by Scrapy's download slots, one for each server that we can tell apart; this file says
which slot an address belongs to and how wide its step is.
"""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from scrapy.core.downloader import Downloader

from archive.evidence import Capture
from spiders.guard import Forbidden, Names, PrivateAnswer
from spiders.wire import NoAnswer

# A step counts from one sending to the next; on the way a request may be held up, and the one after it not. Five in a
# hundred more keep the promise at the server's end.
MARGIN = 1.05
MAX_CRAWL_DELAY_S = 30.0
MAX_RETRY_AFTER_S = 60.0


def slot_of(url: str) -> str:
    """Whose turn an address waits for, as far as its host name tells."""
    return (urlsplit(url).hostname or "").rstrip(".").removeprefix("www.")


async def slot_by_place(names: Names | None, url: str) -> str:
    """The same, for connections of our own: by the address that the host's name resolves to, since eighty sites may
    stand on one server. Through a proxy (`names` None) only the host is known. Raises NoAnswer, Forbidden."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    if names is None:
        return slot_of(url)
    try:
        answers = await names.resolve(host)
    except PrivateAnswer as error:
        raise Forbidden(str(error)) from error
    except (OSError, UnicodeError) as error:
        raise NoAnswer("dns", f"{host}: {error}") from error
    return answers[0]["host"]


def widen(downloader: Downloader, slot: str, delay_s: float) -> None:
    """From now on at least this long between two requests that wait for this turn."""
    step_s = min(delay_s, MAX_CRAWL_DELAY_S) * MARGIN
    told = downloader.per_slot_settings.setdefault(slot, {})
    told["delay"] = step_s = max(step_s, float(told.get("delay", 0.0)))
    if slot in downloader.slots:
        downloader.slots[slot].delay = max(step_s, downloader.slots[slot].delay)


def retry_after_s(capture: Capture) -> float:
    """Seconds that the answer asks us to stay away; 0 when it does not say so.

    Where it names a moment, that counts from its own Date: our clock and the server's need not agree."""
    told = (capture.header("retry-after") or "").strip()
    if told.isdigit():
        return float(told[:9])
    until = http_date(told)
    if until is None:
        return 0.0
    return max(0.0, (until - (http_date(capture.header("date")) or capture.fetched_at)).total_seconds())


def http_date(told: str | None) -> datetime | None:
    """The moment that a header names; None where it names none."""
    try:
        at = parsedate_to_datetime(told or "")
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
