"""What do other networks show of a profile: a page with a feed (RSS 2.0), one without, a form to log in?

The feed follows rssboard.org/rss-specification; it is offered as rssboard.org/rss-autodiscovery says.
"""

from __future__ import annotations

from email.utils import format_datetime
from html import escape

from sampleweb.networks.people import People
from sampleweb.networks.service import NOT_FOUND, Service, page, sent_to
from sampleweb.proxy import Request
from sampleweb.site import Answer

_LOGIN = '<!doctype html><html><body><form id="login_form" action="/login" method="post"></form></body></html>'
FEED_ITEMS = 30


class Pages(Service):
    """vk.com, ok.ru."""

    def __init__(self, people: People, host: str) -> None:
        super().__init__("User-agent: *\nDisallow: /search\nDisallow: /qapali\n")
        self._people, self._host = people, host

    def answer(self, asked: Request) -> Answer:
        name, _, rest = asked.path.strip("/").removeprefix("group/").partition("/")
        profile = self._people.get(name)
        if profile is None or profile.does == "gone":
            return NOT_FOUND
        if rest == "rss":
            return self._feed(name)
        if profile.does == "login":
            return sent_to(f"https://{self._host}/login?u=1")
        if profile.does == "login_page":
            return page(_LOGIN)
        offered = f'<link rel="alternate" type="application/rss+xml" href="/{name}/rss">'
        head = offered if profile.does == "offers_feed" else ""
        return self.passing(profile.does, name) or page(
            f"<!doctype html><html><head><title>{escape(profile.title)}</title>{head}</head><body>…</body></html>"
        )

    def _feed(self, name: str) -> Answer:
        profile = self._people.get(name)
        assert profile is not None, "asked for above"
        items = "".join(
            f"<item><title>Xəbər</title><pubDate>{format_datetime(at)}</pubDate></item>"
            for at in profile.moments(self._people.today)[:FEED_ITEMS]
        )
        return page(
            f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{escape(profile.title)}</title>'
            f"<link>https://{self._host}/{name}</link>{items}</channel></rss>",
            kind="application/rss+xml; charset=utf-8",
        )
