"""What does each sample site show, and how is it built?

`sites.yaml` answers it; this file loads it strictly: an unknown key, a repeated id or host, a section
without what its state needs are errors that name the site.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from archive.border import Record, load

SITES = Path(__file__).with_name("sites.yaml")

Fault = Literal["refuse", "reset", "hang", "dns", "drip", "truncate"]
Network = Literal["facebook", "instagram", "youtube", "twitter", "flickr", "telegram", "linkedin"]
Kind = Literal["public_council", "procurement", "open_data", "e_services", "e_appeal", "ethics_report"]
Decoy = Literal[
    "clock", "counter", "weather", "currency", "page_updated", "ticker", "appeals_council", "elders_council",
    "science_council", "council_news", "tender_news", "share", "hash_icons", "president_links", "newsletter",
    "login", "voen", "wrong_lang", "event", "portal_banner", "video_link", "official_banner",
    "empty_switcher",
]  # fmt: skip


class Profile(Record):
    network: Network
    url: str


class Part(Record):
    """A page below a section: its label and which of the stock texts it carries."""

    label: str
    holds: Literal["law", "notices", "members", "meetings", "nothing"]


class Section(Record):
    """A section of a site as it stood on the as-of day."""

    fullness: Literal["full", "formal", "empty", "off_topic", "broken"]
    placement: Literal["menu", "page", "search_only"] = "menu"
    label: str
    number: int
    path: str | None = None
    also: tuple[str, ...] = ()
    content: tuple[Literal["law", "notices", "members", "meetings", "contracts", "plans"], ...] = ()
    dates: tuple[date, ...] = ()
    """Days of its dated entries, newest first: meetings, notices, reports."""
    count: int | None = None
    """How many undated entries it lists: services, datasets."""
    parts: tuple[Part, ...] = ()
    carries: Literal["appeals_statute", "orders"] | None = None
    links_to: str | None = None
    """Where the listed services lead, when not to pages of the site."""
    dead_links: bool = False
    pdf: bool = False
    unsure: bool = False
    """Two honest readings of the contract differ: the truth accepts either state."""

    @model_validator(mode="after")
    def holds_together(self) -> Section:
        if (self.carries is not None) != (self.fullness == "off_topic"):
            raise ValueError("an off_topic section says what it carries, and no other does")
        if self.fullness == "full" and not (self.content or self.dates or self.count):
            raise ValueError("a full section names its content, dates or count")
        return self


class External(Record):
    """A menu label that leads to a portal elsewhere."""

    label: str
    url: str


class News(Record):
    """The news stream: when it ended, how fast it ran until then."""

    label: str = "Xəbərlər"
    last: date
    per_month: float = Field(gt=0)
    history_days: int = 210
    only: tuple[date, ...] = ()
    """The very days, where the report counts the items; `last` and `per_month` are then only said."""
    pinned: date | None = None
    default_time: str | None = "16:00"


class Addresses(Record):
    """Address patterns that differ from the family's own."""

    news: str | None = None
    news_more: str | None = None
    item: str | None = None
    page: str | None = None
    search: str | None = None


class Description(Record):
    id: str
    url: str
    group: Literal["local", "central"]
    kind: str
    name: str
    short: str
    name_en: str
    family: Literal["ih_old", "ih_new", "php", "drupal", "joomla", "bitrix", "portal"]
    addresses: Addresses = Addresses()
    stamp: str | None = None
    slugs: Literal["plain", "sh", "lost", "dotted"] | None = None
    fault: Fault | None = None
    https: Literal["none", "also", "forced"] = "none"
    www: Literal["same", "to_bare", "to_www"] = "same"
    mobile: Literal["responsive", "separate"] = "responsive"
    charset: Literal["utf-8", "windows-1254"] = "utf-8"
    says_charset: str | None = None
    robots: str | None = None
    soft_404: bool = False
    copyright: int = 2018
    social: tuple[Profile, ...] = ()
    sections: dict[Kind, Section] = Field(default_factory=dict)
    external: dict[Kind, External] = Field(default_factory=dict)
    news: News | None = None
    search: bool = False
    languages: dict[Literal["en", "ru"], Literal["real", "hollow", "empty"]] = Field(default_factory=dict)
    decoys: tuple[Decoy, ...] = ()
    inferred: tuple[str, ...] = ()
    """What the 2018 report does not say and the description had to choose."""

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc

    @property
    def bare_host(self) -> str:
        return self.host.removeprefix("www.")

    @model_validator(mode="after")
    def works_or_fails(self) -> Description:
        if (self.fault is None) != (self.news is not None):
            raise ValueError("a site that answers has news, one that fails has none")
        return self


class NoSite(Record):
    """An authority without a site."""

    id: str
    group: Literal["local", "central"]
    name: str
    note: str


class World(Record):
    as_of: date
    sites: tuple[Description, ...]
    without_site: tuple[NoSite, ...]

    @model_validator(mode="after")
    def nothing_twice(self) -> World:
        ids = [site.id for site in self.sites] + [one.id for one in self.without_site]
        hosts = [site.bare_host for site in self.sites]
        twice = {x for x in (*ids, *hosts) if (ids + hosts).count(x) > 1}
        if twice:
            raise ValueError(f"described twice: {', '.join(sorted(twice))}")
        return self


def load_world(path: Path = SITES) -> World:
    """Read the descriptions; raises archive.border.Unusable, which tells file, line and mend."""
    return load(path, World)


@cache
def world() -> World:
    """The committed descriptions, read once."""
    return load_world()
