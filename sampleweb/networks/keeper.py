"""Which hosts of services stand behind the proxy, and who lives on them on a given day?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sampleweb.describe import World
from sampleweb.networks.flickr import Flickr
from sampleweb.networks.graph import Graph
from sampleweb.networks.pages import Pages
from sampleweb.networks.people import Posts, Profile, labelled, number_of, people_of
from sampleweb.networks.telegram import Telegram
from sampleweb.networks.x import X
from sampleweb.networks.youtube import OPEN_ROBOTS, GoogleApi, Interstitial, YouTube
from sampleweb.proxy import Guest

META_TOKEN = "EAASinaqMetaTokenNobodyMayEverSeeWritten0123456789AbCdEf"
X_TOKEN = "AAAAAAAAAAAAAAAAAAAAASinaqXToken%2FNobodyMayEverSee%3DWritten0123456789"
GOOGLE_KEY = "AIzaSinaqGoogleKeyNobodyMayEverSee0123"
# How the profiles of the sample sites are used: chosen by their names, the same on every day.
_HABITS = (
    Posts(every=1.5, count=90),
    Posts(every=3, count=40, start=2),
    Posts(every=9, count=12, start=4),
    Posts(every=40, count=5, start=35),
    Posts(every=30, count=8, start=200),
)


def services(
    today: date,
    profiles: Iterable[Profile] | None = None,
    youtube_robots: str = OPEN_ROBOTS,
    meta_is_used_up: bool = False,
) -> dict[str, Guest]:
    """All services, for `sampleweb.proxy.running`: nobody's behaviour is left over from an earlier visit."""
    everybody = tuple(labelled() if profiles is None else profiles)
    people = {
        network: people_of(everybody, network, today)
        for network in ("facebook", "instagram", "youtube", "twitter", "flickr", "telegram", "vk", "odnoklassniki")
    }
    return {
        "www.youtube.com": YouTube(people["youtube"], youtube_robots),
        "consent.youtube.com": Interstitial(),
        "accounts.google.com": Interstitial(),
        "www.google.com": Interstitial(),
        "www.googleapis.com": GoogleApi(people["youtube"], GOOGLE_KEY),
        "t.me": Telegram(people["telegram"]),
        "www.flickr.com": Flickr(people["flickr"]),
        "identity.flickr.com": Interstitial(),
        "graph.facebook.com": Graph(people["facebook"], people["instagram"], META_TOKEN, meta_is_used_up),
        "api.x.com": X(people["twitter"], X_TOKEN),
        "vk.com": Pages(people["vk"], "vk.com"),
        "ok.ru": Pages(people["odnoklassniki"], "ok.ru"),
    }


def profiles_of_sites(described: World) -> tuple[Profile, ...]:
    """Those that the sample sites show."""
    return tuple(
        Profile(network=one.network, url=one.url, posts=_HABITS[number_of(one.url) % len(_HABITS)], title=site.name)
        for site in described.sites
        for one in site.social
    )
