"""What does a feed say of the days of posts, and does a profile's page offer one?

The door of every network that has no file of its own: its profile's page is asked for once, and where it offers a feed
(link rel=alternate) that is read. RFC 4287 (Atom), RSS 2.0 (rssboard.org/rss-specification), RSS 1.0 with dc:date.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin

from lxml import etree, html

from archive.asks import Ask
from archive.capture import Capture
from reading.doors import Told, answers, arrived, first, is_gone, moment, page_of, sensible, trouble, unseen
from reading.method import Method
from reading.social import Profile
from reading.text import squeeze

_FEEDS = ("application/atom+xml", "application/rss+xml")


@dataclass(frozen=True)
class Entry:
    at: datetime
    said: str  # the moment, as the feed writes it


@dataclass(frozen=True)
class Feed:
    title: str
    entries: tuple[Entry, ...]  # newest first


def read(profile: Profile, captures: Sequence[Capture], back_to: date, tokens: frozenset[str], method: Method) -> Told:
    known = answers(captures)
    page = arrived(profile.url, known, _hosts(profile, method), method)
    if isinstance(page, Ask):
        return first(page)
    if is_gone(page):
        return Told("missing", note=f"HTTP {page.status}")
    why = trouble(page, method)
    if why is not None:
        return unseen(why)
    address = offered_feed(page)
    if address is None:
        return unseen("no_door")
    answer = known.get(address)
    if answer is None:
        return first(Ask(address))
    return of_feed(answer, method, whole_below=0)


def _hosts(profile: Profile, method: Method) -> tuple[str, ...]:
    return next((network.hosts for network in method.networks.networks if network.id == profile.network), ())


def offered_feed(page: Capture) -> str | None:
    """The feed that a page offers to programs."""
    tree = page_of(page)
    if tree is None:
        return None
    links: list[html.HtmlElement] = list(tree.iter("link"))
    for link in links:
        if "alternate" in (link.get("rel") or "").lower().split() and (link.get("type") or "").lower() in _FEEDS:
            href = (link.get("href") or "").strip()
            try:
                return urljoin(page.url, href).partition("#")[0] if href else None
            except ValueError:  # half an IPv6 address
                return None
    return None


def of_feed(answer: Capture, method: Method, whole_below: int) -> Told:
    """What a feed tells. One of fewer than `whole_below` entries has all there are; no other says how many it leaves
    out, so that nothing older than its oldest is known."""
    why = trouble(answer, method)
    if why is not None:
        return unseen(why)
    feed = feed_of(answer)
    if feed is None or (not feed.entries and not whole_below):
        return unseen("unreadable")
    posts = tuple(entry.at for entry in feed.entries)
    since = None if len(posts) < whole_below else posts[-1]
    return Told("open", posts, since, title=feed.title, quote=feed.entries[0].said if posts else None)


def feed_of(answer: Capture) -> Feed | None:
    """The feed; None where the answer is none, or an entry of it has no moment."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(answer.body, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    kind = _name(root)
    if kind not in ("feed", "rss", "rdf"):
        return None
    box = root if kind == "feed" else next((one for one in root if _name(one) == "channel"), root)
    items = [one for one in root.iter() if _name(one) in ("entry", "item")]
    entries = [entry for item in items if (entry := _entry(item)) is not None]
    if len(entries) < len(items):
        return None
    title = next((squeeze(one.text or "") for one in box if _name(one) == "title"), "")
    return Feed(title, tuple(sorted(entries, key=lambda entry: entry.at, reverse=True)))


def _entry(item: "etree._Element") -> Entry | None:
    told = {_name(part): squeeze(part.text or "") for part in item}
    for name in ("published", "pubdate", "date", "updated"):
        said = told.get(name)
        at = (_rfc822(said) if name == "pubdate" else moment(said)) if said else None
        if said and at is not None:
            return Entry(at, said)
    return None


def _rfc822(said: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(said)
    except (ValueError, OverflowError):
        return None
    return sensible(at if at.tzinfo else at.replace(tzinfo=UTC))


def _name(element: "etree._Element") -> str:
    return etree.QName(element).localname.lower() if isinstance(element.tag, str) else ""
