"""When were a Flickr account's public photos uploaded?

The public feed, https://www.flickr.com/services/feeds/photos_public.gne?id=NSID&format=atom
(flickr.com/services/feeds/docs/photos_public): its 20 newest, <published> being the upload. The NSID (12345678@N01)
stands in the address, or in the page of https://www.flickr.com/photos/NAME/: the feed that it offers, or "nsid" in its
data. A feed that is not found is no proof that the account is gone: its page decides.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from urllib.parse import quote, unquote, urlsplit

from archive.asks import Ask
from archive.capture import Capture
from reading.doors import Told, answers, arrived, first, is_gone, trouble, unseen
from reading.doors.feed import of_feed
from reading.method import Method
from reading.social import Profile
from reading.text import decode

FEED = "https://www.flickr.com/services/feeds/photos_public.gne"
FEED_ENTRIES = 20
_HOSTS = ("flickr.com",)
_NSID = re.compile(r"\d+@N\d{2}")
_PLACES = (
    re.compile(r"photos_public\.gne\?id=(\d+(?:@|%40)N\d{2})"),
    re.compile(r"\"(?:ownerNsid|nsid)\":\"(\d+(?:@|%40)N\d{2})\""),
)


def read(profile: Profile, captures: Sequence[Capture], back_to: date, tokens: frozenset[str], method: Method) -> Told:
    path = [unquote(part) for part in urlsplit(profile.url).path.split("/") if part]
    if path[0] == "groups":
        return unseen("no_door")  # many people's pool, and nobody's profile
    known, name = answers(captures), path[-1]
    page = f"https://www.flickr.com/photos/{quote(name, safe='@')}/"
    if _NSID.fullmatch(name):
        return _uploads(name, page, known, method)
    answer = arrived(page, known, _HOSTS, method)
    if isinstance(answer, Ask):
        return first(answer)
    gone = _gone(answer, method)
    if gone is not None:
        return gone
    text = decode(answer.body, answer.header("content-type"))
    nsid = next((unquote(found[1]) for place in _PLACES if (found := place.search(text)) is not None), None)
    if nsid is None:
        return unseen("unreadable")
    told = _uploads(nsid, page, known, method)
    shown = [part for part in urlsplit(answer.url).path.split("/") if part][-1]
    if told.account == "open" and shown.lower() != name.lower() and not _NSID.fullmatch(unquote(shown)):
        return Told("renamed", told.posts, told.since, note=shown, title=told.title, quote=told.quote)
    return told


def _gone(page: Capture, method: Method) -> Told | None:
    if is_gone(page):
        return Told("missing", note=f"HTTP {page.status}")
    why = trouble(page, method)
    return unseen(why) if why is not None else None


def _uploads(nsid: str, page: str, known: Mapping[str, Capture], method: Method) -> Told:
    url = f"{FEED}?id={nsid}&lang=en-us&format=atom"
    answer = known.get(url)
    if answer is None:
        return first(Ask(url))
    if not is_gone(answer):
        return of_feed(answer, method, whole_below=FEED_ENTRIES)
    there = arrived(page, known, _HOSTS, method)
    if isinstance(there, Ask):
        return first(there)
    return _gone(there, method) or unseen("no_feed")
