"""How does YouTube show a channel, its feed, and the API's list of its uploads?

Feed: Atom with yt: and media: elements, at most 15 entries, as https://www.youtube.com/feeds/videos.xml answers; a
channel that is gone: 404. Page: the marks in its head and data that name the channel (feed offered by link
rel=alternate, canonical address, og:url, externalId), an alert in its data for an account that is gone; redirects to
consent.youtube.com and google.com/sorry. API: developers.google.com/youtube/v3/docs/playlistItems/list, channels/list,
and errors.
"""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime
from xml.sax.saxutils import escape

from sampleweb.networks.people import People, Profile
from sampleweb.networks.service import ATOM, HTML, NOT_FOUND, Service, as_json, one, page, sent_to
from sampleweb.proxy import Request
from sampleweb.site import Answer

OPEN_ROBOTS = "User-agent: *\nDisallow: /comment\nDisallow: /results\nDisallow: /watch_ajax\n"
CLOSED_ROBOTS = OPEN_ROBOTS + "Disallow: /feeds/videos.xml\n"  # as YouTube's reads since 2025
FEED_ENTRIES = 15
PAGE_ITEMS = 50
_ALERT = '{"alerts":[{"alertRenderer":{"type":"ERROR","text":{"simpleText":"This account has been terminated."}}}]}'


def channel_of(profile: Profile) -> str:
    """Its id: what the address says, or made of its name."""
    last = profile.url.rpartition("/")[2]
    if last.startswith("UC") and len(last) == 24:
        return last
    return "UC" + base64.urlsafe_b64encode(hashlib.sha256(profile.name.encode()).digest())[:22].decode()


class YouTube(Service):
    """www.youtube.com."""

    def __init__(self, people: People, robots: str = OPEN_ROBOTS) -> None:
        super().__init__(robots)
        self._people = people
        self._by_channel = {channel_of(profile): profile for profile in people.by_name.values()}

    def answer(self, asked: Request) -> Answer:
        if asked.path == "/feeds/videos.xml":
            return self._feed(one(asked, "channel_id"))
        last = asked.path.rstrip("/").rpartition("/")[2]
        profile = self._by_channel.get(last) or self._people.get(last)
        if profile is None:
            return self._renamed_to(last)
        if profile.does == "renamed" and asked.path.lower() != f"/@{profile.now}".lower():
            return sent_to(f"https://www.youtube.com/@{profile.now}")
        return self._page(profile, asked)

    def _renamed_to(self, name: str) -> Answer:
        for profile in self._people.by_name.values():
            if profile.now is not None and profile.now.lower() == name.lstrip("@").lower():
                return page(_channel_page(profile, f"@{profile.now}"))
        return NOT_FOUND

    def _page(self, profile: Profile, asked: Request) -> Answer:
        here = f"https://www.youtube.com{asked.path}"
        if profile.does == "gone":
            return NOT_FOUND
        if profile.does == "gone_politely":
            return page(f"<!doctype html><html><body><script>var ytInitialData = {_ALERT};</script></body></html>")
        if profile.does == "consent":
            return sent_to(f"https://consent.youtube.com/m?continue={here}&gl=DE&m=0&pc=yt&hl=en", 302)
        if profile.does == "captcha":
            return sent_to(f"https://www.google.com/sorry/index?continue={here}", 302)
        if profile.does == "login":
            return sent_to(f"https://accounts.google.com/ServiceLogin?continue={here}", 302)
        if profile.does == "login_page":
            return page(
                '<html><body><form action="https://consent.youtube.com/save" method="POST"></form></body></html>'
            )
        if profile.does == "nonsense":
            return page("<html><body><p>Oops</p></body></html>")
        return self.passing(profile.does, asked.path) or page(_channel_page(profile, None))

    def _feed(self, channel: str) -> Answer:
        profile = self._by_channel.get(channel)
        if profile is None or profile.does in ("gone", "gone_politely", "no_feed"):
            return NOT_FOUND
        is_direct = "/channel/" in profile.url
        if is_direct and profile.does == "consent":  # a page for people, in the feed's place
            return page('<html><body><form action="https://consent.youtube.com/save"></form></body></html>')
        if is_direct and profile.does == "nonsense":
            return page(
                "<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>no moment</title></entry></feed>", kind=ATOM
            )
        held_up = self.passing(profile.does, f"feed {channel}") if is_direct else None
        moments = profile.moments(self._people.today)[:FEED_ENTRIES]
        return held_up or page(_atom(profile, channel, moments), kind=ATOM)


def _channel_page(profile: Profile, handle: str | None) -> str:
    channel = channel_of(profile)
    told = {
        "feed": '<link rel="alternate" type="application/rss+xml" title="RSS"'
        f' href="https://www.youtube.com/feeds/videos.xml?channel_id={channel}">',
        "canonical": f'<link rel="canonical" href="https://www.youtube.com/channel/{channel}">',
        "og": f'<meta property="og:url" content="https://www.youtube.com/channel/{channel}">',
        "data": f'<script>var ytInitialData = {{"metadata":{{"externalId":"{channel}"}}}};</script>',
    }[profile.shows]
    named = f'<link rel="canonical" href="https://www.youtube.com/{handle}">' if handle else ""
    title = escape(profile.title)
    return f"<!doctype html><html><head><title>{title} - YouTube</title>{named}{told}</head><body></body></html>"


def _atom(profile: Profile, channel: str, moments: tuple[datetime, ...]) -> str:
    entries = "".join(
        f"<entry><id>yt:video:video{number:06d}</id><yt:videoId>video{number:06d}</yt:videoId>"
        f"<yt:channelId>{channel}</yt:channelId><title>Video {number}</title>"
        f'<link rel="alternate" href="https://www.youtube.com/watch?v=video{number:06d}"/>'
        f"<author><name>{escape(profile.title)}</name></author>"
        f"<published>{at:%Y-%m-%dT%H:%M:%S}+00:00</published><updated>{at:%Y-%m-%dT%H:%M:%S}+00:00</updated>"
        "<media:group><media:description>Log in, captcha: only words</media:description></media:group></entry>"
        for number, at in enumerate(moments)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><feed xmlns:yt="http://www.youtube.com/xml/schemas/2015"'
        ' xmlns:media="http://search.yahoo.com/mrss/" xmlns="http://www.w3.org/2005/Atom">'
        f'<link rel="self" href="http://www.youtube.com/feeds/videos.xml?channel_id={channel}"/>'
        f"<id>yt:channel:{channel[2:]}</id><yt:channelId>{channel[2:]}</yt:channelId>"
        f"<title>{escape(profile.title)}</title><published>2012-03-01T08:00:00+00:00</published>{entries}</feed>"
    )


class GoogleApi(Service):
    """www.googleapis.com, with a key."""

    def __init__(self, people: People, key: str) -> None:
        super().__init__()
        self._people, self._key = people, key
        self._by_channel = {channel_of(profile): profile for profile in people.by_name.values()}

    def answer(self, asked: Request) -> Answer:
        key = asked.headers.get("x-goog-api-key", "")
        if key != self._key:
            said = "API key not valid. Please pass a valid API key."
            reason = {"message": said, "domain": "global", "reason": "badRequest"}
            details = [{"reason": "API_KEY_INVALID", "metadata": {"key": key}}]
            error = {"code": 400, "message": said, "errors": [reason], "status": "INVALID_ARGUMENT", "details": details}
            return as_json({"error": error}, 400)
        if asked.path == "/youtube/v3/channels":
            profile = self._by_channel.get(one(asked, "id"))
            is_there = profile is not None and profile.does not in ("gone", "gone_politely")
            shown = [{"id": one(asked, "id"), "snippet": {"title": profile.title}}] if profile and is_there else []
            return as_json({"kind": "youtube#channelListResponse", "items": shown})
        return self._uploads(asked)

    def _uploads(self, asked: Request) -> Answer:
        profile = self._by_channel.get("UC" + one(asked, "playlistId")[2:])
        moments = profile.moments(self._people.today) if profile is not None else ()
        if profile is None or not moments or profile.does in ("gone", "gone_politely"):
            reason = {"message": "not found", "domain": "youtube.playlistItem", "reason": "playlistNotFound"}
            return as_json({"error": {"code": 404, "message": "not found", "errors": [reason]}}, 404)
        if profile.does == "over_limit":
            reason = {"message": "quota", "domain": "youtube.quota", "reason": "quotaExceeded"}
            return as_json({"error": {"code": 403, "message": "quota", "errors": [reason]}}, 403)
        start = int(one(asked, "pageToken").removeprefix("CAU-") or 0)
        items = [
            {"contentDetails": {"videoId": f"v{start + n}", "videoPublishedAt": f"{at:%Y-%m-%dT%H:%M:%SZ}"}}
            for n, at in enumerate(moments[start : start + PAGE_ITEMS])
        ]
        told = {"kind": "youtube#playlistItemListResponse", "items": items}
        if start + PAGE_ITEMS < len(moments):
            told["nextPageToken"] = f"CAU-{start + PAGE_ITEMS}"
        return as_json(told)


class Interstitial(Service):
    """consent.youtube.com, accounts.google.com, www.google.com/sorry: pages for people."""

    def answer(self, asked: Request) -> Answer:
        return page('<html><body><form action="/save"><button>Accept all</button></form></body></html>', kind=HTML)
