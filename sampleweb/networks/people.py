"""Who lives on the services of the sample web, and what is true of each?

`profiles.yaml` describes them; this file loads it strictly. Every day is told by its age: the services are set up for a
day that counts as today.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field

from archive.border import Record, load

HERE = Path(__file__).parent
BAKU = ZoneInfo("Asia/Baku")
# Of the day in Baku, one after the other: some of them fall on another day in UTC.
_HOURS = (time(0, 20), time(9, 15), time(14, 40), time(23, 50))

Network = Literal["facebook", "instagram", "youtube", "twitter", "flickr", "telegram", "vk", "odnoklassniki", "tiktok",
                  "linkedin", "threads", "whatsapp"]  # fmt: skip
Behaviour = Literal[
    "open",
    "gone",  # its page answers 404
    "gone_politely",  # 200, and words in the page's data
    "suspended",
    "private",
    "renamed",  # leads to, or says, `now`
    "consent",
    "captcha",
    "login",
    "login_page",  # 200, with a form to log in
    "no_feed",  # the page is there, the feed answers 404
    "no_preview",
    "group",
    "person",
    "not_business",
    "no_permission",
    "limited_once",  # 429 with Retry-After: 1, then open
    "limited",  # 429 with Retry-After: 3600
    "over_limit",  # an error of the interface, without 429
    "fails_once",  # 503, then open
    "fails",  # 503
    "cut",  # the line breaks in the middle of the answer
    "nonsense",  # 200, and nothing of the known form
    "offers_feed",  # its page offers an RSS feed
    "no_feed_offered",
]


class Truth(Record):
    """What has to be said: `account` where it was seen, else `reason`. `last` is an age in days."""

    account: Literal["open", "missing", "private", "renamed", "foreign"] | None = None
    reason: str | None = None
    last: int | None = None
    week: int | None = None
    month: int | None = None
    activity: Literal["active", "moderate", "weak", "stopped", "unseen"] | None = None
    at_least: bool = False


class Posts(Record):
    """A post every so many days, the first `start` days ago, so many of them."""

    every: Annotated[float, Field(gt=0)]
    count: Annotated[int, Field(ge=1)]
    start: Annotated[float, Field(ge=0)] = 0.0


class Profile(Record):
    """One profile. `ages`: of its posts, in days; `does`: how it behaves."""

    network: Network
    url: str
    does: Behaviour = "open"
    ages: tuple[int, ...] = ()
    posts: Posts | None = None
    title: str = "Sınaq Rayon İcra Hakimiyyəti"
    now: str | None = None
    shows: Literal["feed", "canonical", "og", "data"] = "feed"  # YouTube: where the page tells its channel
    truth: Truth = Truth()

    @property
    def name(self) -> str:
        """The last part of the address, or the number in its query, as the service knows it."""
        parts = urlsplit(self.url)
        number = parts.query.partition("id=")[2]
        return number or unquote(parts.path).rstrip("/").rpartition("/")[2].lstrip("@").lower()

    def moments(self, today: date) -> tuple[datetime, ...]:
        """When it posted, newest first."""
        ages = self.ages
        if self.posts is not None:
            ages = tuple(int(self.posts.start + number * self.posts.every) for number in range(self.posts.count))
        found = [
            datetime.combine(today - timedelta(days=age), _HOURS[number % len(_HOURS)], BAKU).astimezone(UTC)
            for number, age in enumerate(ages)
        ]
        return tuple(sorted(found, reverse=True))


class _File(Record):
    profiles: tuple[Profile, ...]
    apart: tuple[Profile, ...]


@dataclass(frozen=True)
class People:
    """Those who live on one service, by name, on a day."""

    by_name: dict[str, Profile]
    today: date

    def get(self, name: str) -> Profile | None:
        return self.by_name.get(name.lower().lstrip("@"))


def people_of(profiles: Iterable[Profile], network: str, today: date) -> People:
    return People({one.name: one for one in profiles if one.network == network}, today)


@cache
def labelled() -> tuple[Profile, ...]:
    """The profiles that a run may meet together."""
    return load(HERE / "profiles.yaml", _File).profiles


@cache
def apart() -> tuple[Profile, ...]:
    """Those that a service closes itself after, for everybody."""
    return load(HERE / "profiles.yaml", _File).apart


def number_of(text: str) -> int:
    """A number that stays the same for a name."""
    return int(hashlib.sha256(text.encode()).hexdigest()[:12], 16)
