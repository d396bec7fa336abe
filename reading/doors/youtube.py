"""When were a YouTube channel's videos published?

Two doors. The channel's Atom feed, https://www.youtube.com/feeds/videos.xml?channel_id=UC…, which the channel's page
offers to programs (link rel=alternate type=application/rss+xml): its 15 newest videos. And, with an operator's key, the
YouTube Data API v3, playlistItems.list over the channel's playlist of uploads
(developers.google.com/youtube/v3/docs/playlistItems/list), 50 a page. The feed obeys YouTube's robots.txt like any
page: where that disallows /feeds/videos.xml, as it was found to in 2025, the API is the only open door.

The channel's id: from /channel/UC…, or from the page of /@name, /user/name, /c/name: the feed that it offers, its
canonical address, og:url, or "externalId" in its data.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from urllib.parse import quote, urlsplit

from archive.asks import Ask
from archive.capture import Capture
from reading.doors import (
    Page,
    Shape,
    Told,
    answers,
    arrived,
    first,
    is_gone,
    page_of,
    paged,
    shaped,
    trouble,
    unseen,
)
from reading.doors.feed import of_feed
from reading.method import Method
from reading.social import Profile
from reading.text import decode

FEED = "https://www.youtube.com/feeds/videos.xml?channel_id="
API = "https://www.googleapis.com/youtube/v3"
KEY = "google"
FEED_ENTRIES = 15
_HOSTS = ("youtube.com",)
_ID = re.compile(r"UC[\w-]{22}")
_PLACES = (  # of the id in a channel's page, surest first
    re.compile(r"feeds/videos\.xml\?channel_id=(UC[\w-]{22})"),
    re.compile(r"<link[^>]+rel=\"canonical\"[^>]+/channel/(UC[\w-]{22})"),
    re.compile(r"<meta[^>]+og:url[^>]+/channel/(UC[\w-]{22})"),
    re.compile(r"\"externalId\":\"(UC[\w-]{22})\""),
    re.compile(r"itemprop=\"(?:identifier|channelId)\" content=\"(UC[\w-]{22})\""),
)
# A channel that is gone answers 200 now and then, and says so in an alert in the page's data.
_ALERT = re.compile(r"\"alertRenderer\":\{\"type\":\"ERROR\",\"text\":\{[^}]*?\"simpleText\":\"([^\"]+)\"")


class _Details(Shape):
    videoPublishedAt: str | None = None


class _Upload(Shape):
    contentDetails: _Details


class _Uploads(Shape):
    items: tuple[_Upload, ...]
    nextPageToken: str | None = None


class _Snippet(Shape):
    title: str = ""


class _Channel(Shape):
    snippet: _Snippet = _Snippet()


class _Channels(Shape):
    items: tuple[_Channel, ...] = ()


class _Reason(Shape):
    reason: str = ""


class _Error(Shape):
    code: int
    errors: tuple[_Reason, ...] = ()
    details: tuple[_Reason, ...] = ()


class _Refusal(Shape):
    error: _Error


def read(profile: Profile, captures: Sequence[Capture], back_to: date, tokens: frozenset[str], method: Method) -> Told:
    known = answers(captures)
    direct = _ID.fullmatch(urlsplit(profile.url).path.rpartition("/")[2])
    if direct is not None:
        return _uploads(direct[0], profile, known, back_to, tokens, method)
    page = arrived(profile.url, known, _HOSTS, method)
    if isinstance(page, Ask):
        return first(page)
    gone = _gone(page, method)
    if gone is not None:
        return gone
    channel = _channel(page)
    if channel is None:
        return unseen("unreadable")
    told = _uploads(channel, profile, known, back_to, tokens, method)
    new_name = _new_name(profile, page)
    if new_name is not None and told.account == "open":
        return replace(told, account="renamed", note=new_name)
    return told


def _gone(page: Capture, method: Method) -> Told | None:
    """What a channel's page says where it does not show the channel."""
    if is_gone(page):
        return Told("missing", note=f"HTTP {page.status}")
    why = trouble(page, method)
    if why is not None:
        return unseen(why)
    alert = _ALERT.search(_text(page))
    return Told("missing", note=alert[1], quote=alert[1]) if alert is not None else None


def _text(page: Capture) -> str:
    return decode(page.body, page.header("content-type"))


def _channel(page: Capture) -> str | None:
    text = _text(page)
    return next((found[1] for place in _PLACES if (found := place.search(text)) is not None), None)


def _new_name(profile: Profile, page: Capture) -> str | None:
    """Another @name that an @name leads to. From /user/ and /c/ every channel leads to its @name."""
    old = urlsplit(profile.url).path.strip("/").split("/")[0]
    names = [urlsplit(page.url).path.strip("/").split("/")[0]]
    tree = page_of(page)
    if tree is not None:
        names += [urlsplit(one).path.strip("/") for one in tree.xpath("//link[@rel='canonical']/@href")]
    if not old.startswith("@"):
        return None
    return next((name for name in names if name.startswith("@") and name.lower() != old.lower()), None)


def _uploads(
    channel: str, profile: Profile, known: Mapping[str, Capture], back_to: date, tokens: frozenset[str], method: Method
) -> Told:
    if KEY in tokens or any(url.startswith(API) for url in known):
        return _by_key(channel, known, back_to, method)
    answer = known.get(FEED + channel)
    if answer is None:
        return first(Ask(FEED + channel))
    if not is_gone(answer):
        return of_feed(answer, method, whole_below=FEED_ENTRIES)
    # A feed is not to be found now and then while its channel is there; the channel's own page decides.
    page = arrived(f"https://www.youtube.com/channel/{channel}", known, _HOSTS, method)
    if isinstance(page, Ask):
        return first(page)
    return _gone(page, method) or unseen("no_feed")


def _by_key(channel: str, known: Mapping[str, Capture], back_to: date, method: Method) -> Told:
    def ask(cursor: str | None) -> Ask:
        page = f"&pageToken={quote(cursor, safe='')}" if cursor else ""
        url = f"{API}/playlistItems?part=contentDetails&playlistId=UU{channel[2:]}&maxResults=50{page}"
        return Ask(url, token=KEY, is_api=True)

    first_page = known.get(ask(None).url)
    if first_page is not None and is_gone(first_page):
        return _without_uploads(channel, known, method)
    return paged(known, ask, lambda answer: _page(answer, method), back_to)


def _page(answer: Capture, method: Method) -> Page | str:
    why = _refusal(answer, method)
    if why is not None:
        return why
    told = shaped(answer, _Uploads)
    if told is None:
        return "unreadable"
    dated = (one.contentDetails.videoPublishedAt for one in told.items)
    return Page(tuple(filter(None, dated)), told.nextPageToken)  # a private video has no date


def _without_uploads(channel: str, known: Mapping[str, Capture], method: Method) -> Told:
    """A channel without a video has no such playlist; nor has one that is gone."""
    url = f"{API}/channels?part=snippet&id={channel}"
    answer = known.get(url)
    if answer is None:
        return first(Ask(url, token=KEY, is_api=True))
    why = _refusal(answer, method)
    if why is not None:
        return unseen(why)
    told = shaped(answer, _Channels)
    if told is None:
        return unseen("unreadable")
    return Told("open", title=told.items[0].snippet.title) if told.items else Told("missing", note="no such channel")


def _refusal(answer: Capture, method: Method) -> str | None:
    """Errors of Google's APIs (developers.google.com/youtube/v3/docs/errors)."""
    refused = shaped(answer, _Refusal) if answer.failure is None else None
    if refused is None:
        return trouble(answer, method)
    reasons = {one.reason for one in (*refused.error.errors, *refused.error.details)}
    if reasons & {"quotaExceeded", "rateLimitExceeded", "userRateLimitExceeded"}:
        return "rate_limited"
    if refused.error.code == 401 or reasons & {"keyInvalid", "badRequest", "authError", "API_KEY_INVALID"}:
        return "token_refused"
    return "no_permission" if refused.error.code == 403 else trouble(answer, method) or "unreadable"
