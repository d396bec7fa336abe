"""How is a profile's list of posts come by, through a door that its network leaves open?

One file for each network, found by its name: `reading/doors/<network>.py` with one `read`. A network without a file is
asked for a feed that its profile's page may offer (feed.py); one that lets nobody in without an account is not asked
(methodology/networks.yaml, `walled`). A door has no memory and opens no socket: it is shown what was answered so far,
says what can be read from that, and what to ask next.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from fnmatch import fnmatch
from typing import Protocol, TypeVar
from urllib.parse import urlsplit

from lxml import etree, html
from pydantic import BaseModel, ConfigDict, ValidationError

from archive.asks import PURPOSE, Ask
from archive.capture import Capture
from reading.method import Method
from reading.observed import Account
from reading.social import Profile
from reading.text import decode

MAX_PAGES = 10  # of one profile's list of posts
MAX_HOPS = 5
_FIRST_YEAR, _LAST_YEAR = 1990, 2200
_ISO_ZONE = re.compile(r"([+-]\d\d)(\d\d)$")


@dataclass(frozen=True)
class Told:
    """What can be said from the captures so far, and what to ask next (`more`).

    `reason` is None where the profile was seen. `since`: the list of posts is whole back to there; None: to the
    beginning of the account.
    """

    account: Account | None = None
    posts: tuple[datetime, ...] = ()
    since: datetime | None = None
    reason: str | None = None
    note: str | None = None
    title: str | None = None  # what the profile calls itself
    quote: str | None = None
    more: Ask | None = None


class Door(Protocol):
    """A file of this folder."""

    def read(
        self, profile: Profile, captures: Sequence[Capture], back_to: date, tokens: frozenset[str], method: Method
    ) -> Told:
        """What the captures tell. Posts before `back_to` need not be asked for. `tokens`: words of those at hand."""
        ...


def first(ask: Ask) -> Told:
    """Nothing is known before this is asked."""
    return Told(reason="not_looked", more=ask)


def unseen(reason: str) -> Told:
    return Told(reason=reason)


def answers(captures: Iterable[Capture]) -> dict[str, Capture]:
    """Address -> the last capture of it."""
    return {capture.url: capture for capture in captures if capture.purpose == PURPOSE}


def arrived(url: str, known: Mapping[str, Capture], hosts: Iterable[str], method: Method) -> Capture | Ask:
    """Where an address leads within the network's own hosts: the last answer on the way, or what to ask next.

    Nobody goes on to a form to log in: what answers there, be it 404, says nothing of the profile.
    """
    capture = known.get(url)
    for _ in range(MAX_HOPS):
        if capture is None:
            return Ask(url)
        target = (capture.location or "").partition("#")[0]
        if not target or not _is_on(target, hosts) or _wall(capture, method) is not None:
            break
        url = target
        capture = known.get(url)
    return capture or Ask(url)


def _is_on(url: str, hosts: Iterable[str]) -> bool:
    host = (urlsplit(url).hostname or "").removeprefix("www.").removeprefix("m.")
    return host in set(hosts)


def is_gone(capture: Capture) -> bool:
    return capture.status in (404, 410)


def trouble(capture: Capture, method: Method) -> str | None:
    """Why nothing may be read from this answer; None where it is what was asked for."""
    if capture.failure is not None:
        return capture.failure
    return _wall(capture, method) or _refused(capture.status or 0)


def _wall(capture: Capture, method: Method) -> str | None:
    """The reason of a page for people who log in, consent or prove to be people, in whose place it stands."""
    addresses = [_bare(address) for address in (capture.url, capture.location) if address is not None]
    source = decode(capture.body, capture.header("content-type")).lower() if _is_page(capture) else ""
    for wall in method.networks.walls:
        if any(fnmatch(address, pattern) for address in addresses for pattern in wall.addresses):
            return wall.reason
        if any(mark in source for mark in wall.html):
            return wall.reason
    return None


def _is_page(capture: Capture) -> bool:
    kind = (capture.header("content-type") or "").lower()
    return capture.status == 200 and ("html" in kind or not ("xml" in kind or "json" in kind))


def _bare(address: str) -> str:
    parts = urlsplit(address)
    return f"{(parts.hostname or '').removeprefix('www.')}{parts.path}".lower()


def _refused(status: int) -> str | None:
    if status == 429:
        return "rate_limited"
    if status >= 500:
        return "http_5xx"
    if status >= 400:
        return "http_4xx"
    return "redirected" if 300 <= status < 400 else None


def page_of(capture: Capture) -> html.HtmlElement | None:
    """The page that was answered; None where it is none."""
    text = decode(capture.body, capture.header("content-type"))
    try:
        tree: html.HtmlElement = html.document_fromstring(text.encode(), parser=html.HTMLParser(encoding="utf-8"))
    except (etree.ParserError, ValueError):  # nothing but white space and comments; signs that no page has
        return None
    return tree


class Shape(BaseModel):
    """What an interface's answer is to look like; what else it holds is passed over."""

    model_config = ConfigDict(extra="ignore", frozen=True)


S = TypeVar("S", bound=Shape)


def shaped(capture: Capture, shape: type[S]) -> S | None:
    """The answer as this shape; None where it has another."""
    try:
        return shape.model_validate_json(capture.body)
    except ValidationError:
        return None


def moment(text: str | None) -> datetime | None:
    """2018-08-20T09:15:00+0000, …Z and +00:00; None where it is no moment with its zone."""
    try:
        at = datetime.fromisoformat(_ISO_ZONE.sub(r"\1:\2", (text or "").strip()))
    except ValueError:
        return None
    return sensible(at) if at.tzinfo else None


def sensible(at: datetime) -> datetime | None:
    """In UTC; None for a year in which there were no such networks, or that no calendar is good for."""
    return at.astimezone(UTC) if _FIRST_YEAR < at.year < _LAST_YEAR else None


@dataclass(frozen=True)
class Page:
    """One page of a list of posts: each post's moment as the network writes it, and the cursor of the next page."""

    said: tuple[str, ...]
    next: str | None


def paged(
    known: Mapping[str, Capture],
    ask: Callable[[str | None], Ask],
    read: Callable[[Capture], Page | str],
    back_to: date,
) -> Told:
    """A list of posts, newest first, read page by page until it reaches a day before `back_to`.

    `ask`: how the page of a cursor is asked for (None: the first). `read`: what an answer holds, or the reason why it
    holds nothing. Where a later page is not to be had, what was seen stands, and `since` says how far it goes.
    """
    posts: list[tuple[datetime, str]] = []
    cursor: str | None = None
    for _ in range(MAX_PAGES):
        wanted = ask(cursor)
        answer = known.get(wanted.url)
        if answer is None:
            return _so_far(posts, wanted) if posts else first(wanted)
        page = read(answer)
        if isinstance(page, str):
            return _so_far(posts) if posts else unseen(page)
        dated = [(at, said) for said in page.said if (at := moment(said)) is not None]
        if len(dated) < len(page.said):
            return unseen("unreadable")
        posts += dated
        if page.next is None:
            return replace(_so_far(posts), since=None)
        if posts and min(posts)[0].date() < back_to:
            return _so_far(posts)
        cursor = page.next
    return _so_far(posts) if posts else unseen("unreadable")


def _so_far(posts: list[tuple[datetime, str]], more: Ask | None = None) -> Told:
    newest_first = sorted(posts, reverse=True)
    moments = tuple(at for at, _ in newest_first)
    quote = newest_first[0][1] if newest_first else None
    return Told("open", moments, moments[-1] if moments else None, quote=quote, more=more)
