"""How does Flickr show an account's photos to programs?

The public feed of flickr.com/services/feeds/docs/photos_public in Atom, with flickr: and media: elements, 20 entries;
the account's page, of which the feed is offered by link rel=alternate, and the NSID stands in its data.
"""

from __future__ import annotations

from datetime import datetime
from urllib.parse import unquote
from xml.sax.saxutils import escape

from sampleweb.networks.people import People, Profile, number_of
from sampleweb.networks.service import NOT_FOUND, Service, one, page, sent_to
from sampleweb.proxy import Request
from sampleweb.site import Answer

FEED_ENTRIES = 20
_ATOM = "application/atom+xml; charset=utf-8"


def nsid_of(profile: Profile) -> str:
    if "@n" in profile.name:
        return profile.name.upper()
    return f"{number_of(profile.name) % 10**8:08d}@N01"


class Flickr(Service):
    """www.flickr.com."""

    def __init__(self, people: People) -> None:
        super().__init__("User-agent: *\nDisallow: /search\n")
        self._people = people
        self._by_nsid = {nsid_of(profile): profile for profile in people.by_name.values()}

    def answer(self, asked: Request) -> Answer:
        if asked.path == "/services/feeds/photos_public.gne":
            return self._feed(one(asked, "id"))
        name = unquote(asked.path).rstrip("/").rpartition("/")[2]
        profile = self._by_nsid.get(name.upper()) or self._people.get(name)
        if profile is None:
            profile = next((one for one in self._people.by_name.values() if one.now == name), None)
        if profile is None or profile.does == "gone":
            return NOT_FOUND
        if profile.does == "renamed" and name != profile.now:
            return sent_to(f"https://www.flickr.com/photos/{profile.now}/", 301)
        if profile.does == "login":
            return sent_to("https://identity.flickr.com/sign-in")
        if profile.does == "captcha":
            return page('<html><body><div class="h-captcha" data-sitekey="x"></div></body></html>')
        return self.passing(profile.does, asked.path) or page(_page(profile))

    def _feed(self, nsid: str) -> Answer:
        profile = self._by_nsid.get(nsid)
        if profile is None or profile.does in ("gone", "no_feed"):
            return NOT_FOUND
        moments = profile.moments(self._people.today)[:FEED_ENTRIES]
        return page(_atom(profile, nsid, moments), kind=_ATOM)


def _page(profile: Profile) -> str:
    nsid = nsid_of(profile)
    told = (
        f'<link rel="alternate" type="application/atom+xml" href="https://www.flickr.com/services/feeds/'
        f'photos_public.gne?id={nsid}&amp;lang=en-us&amp;format=atom">'
        if profile.shows == "feed"
        else f'<script>modelExport: {{"main":{{"person":{{"nsid":"{nsid}"}}}}}}</script>'
    )
    return (
        f"<!doctype html><html><head><title>{escape(profile.title)} | Flickr</title>{told}</head><body></body></html>"
    )


def _atom(profile: Profile, nsid: str, moments: tuple[datetime, ...]) -> str:
    entries = "".join(
        f"<entry><title>Foto {number}</title><id>tag:flickr.com,2005:/photo/{number}</id>"
        f"<published>{at:%Y-%m-%dT%H:%M:%SZ}</published><updated>{at:%Y-%m-%dT%H:%M:%SZ}</updated>"
        "<flickr:date_taken>2009-01-01T00:00:00-08:00</flickr:date_taken>"
        "<dc:date.Taken>2009-01-01T00:00:00-08:00</dc:date.Taken></entry>"
        for number, at in enumerate(moments)
    )
    return (
        '<?xml version="1.0" encoding="utf-8" standalone="yes"?><feed xmlns="http://www.w3.org/2005/Atom"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:flickr="urn:flickr:user"'
        f' xmlns:media="http://search.yahoo.com/mrss/"><title>Uploads from {escape(profile.title)}</title>'
        f'<id>tag:flickr.com,2005:/photos/public/{nsid}</id><generator uri="https://www.flickr.com/">Flickr</generator>'
        f"{entries}</feed>"
    )
