"""Does anybody post on the profiles that an authority shows, and how often?

The thresholds and words are methodology/activity.yaml. What was seen of each profile (`reading.observed.Observed`, by
the program or by a person) becomes fields of the finding `social`. A list that does not reach far enough back proves
what is on it and no silence: where two classes are possible the lower one is told as "at least" (`activity_reason`
list_too_short), and where that is none, the profile is unseen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field

from archive.border import Complaint, Record, load
from reading.observed import Observed

FILE = Path(__file__).parent.parent / "methodology" / "activity.yaml"

CLASSES = ("active", "moderate", "weak", "stopped")  # best first
UNSEEN = "unseen"
NOT_LOOKED, TOO_OLD, TOO_SHORT = "not_looked", "look_too_old", "list_too_short"
NOBODY_THERE = ("missing", "renamed", "foreign")  # accounts on which the authority posts nothing
_WEEK, _MONTH = 7, 30  # days of the fields posts_7d and posts_30d
_ANY = 10**9  # as many as one likes

Positive = Annotated[int, Field(ge=1)]
Language = Literal["az", "en", "ru"]


class Class(Record):
    posts: Positive
    days: Positive
    newest_within_days: Positive | None = None


class Classes(Record):
    active: Class
    moderate: Class
    weak: Class

    def named(self) -> Iterator[tuple[str, Class]]:
        """Best first; `stopped` is what is left."""
        return ((name, getattr(self, name)) for name in CLASSES[:-1])


class Looks(Record):
    good_for_days: Annotated[int, Field(ge=0)]
    good_after_days: Annotated[int, Field(ge=0)]


class Words(Record):
    az: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]
    ru: Annotated[str, Field(min_length=1)]


class Why(Record):
    az: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]


class Lines(Record):
    """What is said of one profile."""

    last_post: Words
    last_post_today: Words
    last_post_on: Words
    no_post: Words
    posts_30d: Words
    posts_30d_at_least: Words
    at_least: Words
    by_machine: Words
    by_hand: Words
    unseen: Words


class Rules(Record):
    """methodology/activity.yaml."""

    classes: Classes
    looks: Looks
    why: Why
    activities: dict[str, Words]
    accounts: dict[str, Words]
    reasons: dict[str, Words]
    lines: Lines

    def word(self, of: Literal["activities", "accounts", "reasons"], word: str, lang: Language) -> str:
        """A machine word in a reader's language; a reason that has no words stays as it is."""
        listed: Mapping[str, Words] = getattr(self, of)
        return str(getattr(listed[word], lang)) if word in listed else word

    def line(self, key: str, lang: Language, **slots: object) -> str:
        words: Words = getattr(self.lines, key)
        return str(getattr(words, lang)).format(**slots)


@lru_cache(maxsize=4)
def load_rules(path: Path = FILE) -> Rules:
    """Raises archive.border.Unusable."""
    return load(path, Rules, also=_sound)


def _sound(rules: Rules) -> Iterator[Complaint]:
    for name, wanted in (
        ("activities", {*CLASSES, UNSEEN}),
        ("accounts", {"missing", "private", "renamed", "foreign"}),
    ):
        missing = sorted(wanted ^ set(getattr(rules, name)))
        if missing:
            what = f"{name} has not exactly its words: {' '.join(missing)}"
            yield Complaint((name,), what, "write each of them once")
    for (better, high), (worse, low) in pairwise(rules.classes.named()):
        if high.posts * low.days < low.posts * high.days:
            yield Complaint(
                ("classes", worse), f"{worse} asks for more than {better}", "let the better one ask for more"
            )


# -- one profile -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Seen:
    """What a look knows: of any number of days how many posts at least and at most, and how old the newest is."""

    look: Observed

    @property
    def covered_days(self) -> int:
        """Days, the day of the look the first of them, of which every post is known."""
        since = self.look.since
        return _ANY if since is None else (self.look.observed_on - since).days + 1

    @property
    def last_post(self) -> date | None:
        return self.look.last_post if self.look.by else max(self.look.posts, default=None)

    @property
    def newest_age(self) -> int | None:
        return None if self.last_post is None else (self.look.observed_on - self.last_post).days

    def posts(self, days: int) -> tuple[int, int]:
        """(at least, at most) within so many days."""
        if self.look.by:
            return self._counted_by_hand(days)
        listed = sum((self.look.observed_on - post).days < days for post in self.look.posts)
        return listed, listed if self.covered_days >= days else _ANY

    def _counted_by_hand(self, days: int) -> tuple[int, int]:
        """A person counts those of 30 days and writes down the newest."""
        is_recent = self.newest_age is not None and self.newest_age < days
        count = self.look.posts_30d
        if count is not None and days == _MONTH:
            return count, count
        least = max(int(is_recent), (count or 0) if days > _MONTH else 0)
        most = 0 if not is_recent else (count if count is not None and days < _MONTH else _ANY)
        return least, most

    def reaches(self, wanted: Class) -> tuple[bool, bool]:
        """(surely, possibly)."""
        least, most = self.posts(wanted.days)
        surely, possibly = self._is_fresh(wanted.newest_within_days)
        return least >= wanted.posts and surely, most >= wanted.posts and possibly

    def _is_fresh(self, within_days: int | None) -> tuple[bool, bool]:
        if within_days is None:
            return True, True
        if self.newest_age is not None:  # a list is whole back to its beginning, so its newest post is the newest
            return self.newest_age < within_days, self.newest_age < within_days
        return False, self.covered_days < within_days and not self.look.by


def _class_of(seen: _Seen, rules: Rules) -> tuple[str, bool]:
    """(the class that is proved, whether it could be a better one)."""
    found = [(name, *seen.reaches(wanted)) for name, wanted in rules.classes.named()]
    proved = next((name for name, surely, _ in found if surely), CLASSES[-1])
    possible = next((name for name, _, possibly in found if possibly), CLASSES[-1])
    return proved, CLASSES.index(possible) < CLASSES.index(proved)


def _fields(look: Observed, rules: Rules) -> dict[str, Any]:
    """What a finding says of a profile after one look."""
    if look.reason is not None:
        return _told(look, UNSEEN, look.reason)
    if look.account == "private":
        return _told(look, UNSEEN, "private")
    if look.account in NOBODY_THERE and not look.posts:
        return _told(look, None, None)
    seen = _Seen(look)
    activity, could_be_better = _class_of(seen, rules)
    if could_be_better and activity == CLASSES[-1]:
        return _told(look, UNSEEN, TOO_SHORT, seen)
    return _told(look, activity, TOO_SHORT if could_be_better else None, seen)


def _told(look: Observed, activity: str | None, reason: str | None, seen: _Seen | None = None) -> dict[str, Any]:
    last = seen.last_post if seen else None
    week = seen.posts(_WEEK) if seen and not look.by else None
    month = seen.posts(_MONTH) if seen else None
    # A person who wrote down no count knows only whether there was a post.
    counted = month is not None and (not look.by or look.posts_30d is not None)
    told: dict[str, Any] = {
        "account": look.account,
        "activity": activity,
        "activity_reason": reason,
        "last_post": last.isoformat() if last else None,
        "posts_7d": week[0] if week else None,
        "posts_30d": month[0] if month and counted else None,
        "listed_since": look.since.isoformat() if look.since else None,
        "observed_on": look.observed_on.isoformat(),
        "observed_by": look.by,
        "activity_evidence": [entry.as_json() for entry in look.evidence],
    }
    return told | ({"observed_note": look.note} if look.note else {})


def _unlooked(reason: str) -> dict[str, Any]:
    """Fields of a profile that no usable look is of."""
    blank = dict.fromkeys(("last_post", "posts_7d", "posts_30d", "listed_since", "observed_on", "observed_by"))
    return {"account": None, "activity": UNSEEN, "activity_reason": reason, **blank, "activity_evidence": []}


def is_of_round(observed_on: date, rules: Rules, as_of: date) -> bool:
    """Whether a round may stand on a look of this day."""
    return -rules.looks.good_after_days <= (as_of - observed_on).days <= rules.looks.good_for_days


def is_usable(look: Observed, rules: Rules, as_of: date) -> bool:
    return is_of_round(look.observed_on, rules, as_of)


def _best(looks: Iterable[Observed], rules: Rules, as_of: date) -> Observed | None:
    """Of the usable looks that saw something, else of the usable, the nearest to the round's day.

    Of two as near the earlier; of one day the program's, whose bytes are kept.
    """
    usable = [look for look in looks if is_usable(look, rules, as_of)]

    def worth(look: Observed) -> tuple[bool, int, bool, bool]:
        days = (as_of - look.observed_on).days
        return look.reason is None, -abs(days), days > 0, look.by is None

    return max(usable, key=worth, default=None)


# -- one authority -----------------------------------------------------------------------------------------------------


def same_profile(network: str, url: str) -> tuple[str, str]:
    """What tells profiles apart, whatever the spelling of the address."""
    parts = urlsplit(url.strip())  # a network has several hosts: twitter.com and x.com
    return network, f"{parts.path.rstrip('/')}?{parts.query}".casefold()


def with_activity(
    profiles: Iterable[Mapping[str, Any]], looks: Iterable[Observed], rules: Rules, as_of: date
) -> list[dict[str, Any]]:
    """The profiles of a finding, each with what is known of its posts on the day of the round."""
    by_profile: dict[tuple[str, str], list[Observed]] = {}
    for look in looks:
        by_profile.setdefault(same_profile(look.network, look.url), []).append(look)
    told = []
    for profile in profiles:
        of_it = by_profile.get(same_profile(profile["network"], profile["url"]), [])
        best = _best(of_it, rules, as_of)
        fields = _fields(best, rules) if best else _unlooked(TOO_OLD if of_it else NOT_LOOKED)
        told.append({**profile, **fields})
    return told


def best_of(profiles: Iterable[Mapping[str, Any]]) -> str | None:
    """The authority's activity: the best class of the profiles that were seen; None where none was."""
    seen = {profile.get("activity") for profile in profiles}
    return next((name for name in CLASSES if name in seen), None)


def is_open(profile: Mapping[str, Any]) -> bool:
    """Whether a profile may be used more than is known: it was not seen, or not far enough back."""
    return profile.get("activity") == UNSEEN or profile.get("activity_reason") == TOO_SHORT


def told_activity(social: Mapping[str, Any], looks: Iterable[Observed], rules: Rules, as_of: date) -> Mapping[str, Any]:
    """The finding `social` with the activity of its profiles; as it is where nobody looked at any of them."""
    looks = tuple(looks)
    if not looks or not social.get("profiles"):
        return social
    profiles = with_activity(social["profiles"], looks, rules, as_of)
    if all(profile["activity_reason"] == NOT_LOOKED for profile in profiles):
        return social
    return {**social, "profiles": profiles, "activity": best_of(profiles)}


def is_at_least(profile: Mapping[str, Any]) -> bool:
    """Whether the posts of 30 days are counted on a list that does not reach so far back."""
    since, on = profile.get("listed_since"), profile.get("observed_on")
    return bool(since and on) and (date.fromisoformat(str(on)) - date.fromisoformat(str(since))).days + 1 < _MONTH


def lines_of(
    profile: Mapping[str, Any],
    lang: Language,
    rules: Rules | None = None,
    say_day: Callable[[date], str] = date.isoformat,
    with_age: bool = True,
) -> list[str]:
    """What is said of a profile's posts, most telling first; nothing where the round says nothing of them."""
    if "activity" not in profile:
        return []
    rules = rules or load_rules()
    activity, reason, account = (profile.get(key) for key in ("activity", "activity_reason", "account"))
    told: list[str] = []
    if account in rules.accounts:
        told.append(rules.word("accounts", str(account), lang))
    if activity == UNSEEN and account != "private":
        told.append(rules.line("unseen", lang, reason=rules.word("reasons", str(reason), lang)))
    elif activity in CLASSES:
        word = rules.word("activities", str(activity), lang)
        told.append(rules.line("at_least", lang, activity=word) if reason == TOO_SHORT else word)
        told += _of_posts(profile, lang, rules, say_day, with_age)
    if by := _by_whom(profile, lang, rules, say_day):
        told.append(by)
    return told


def _of_posts(
    profile: Mapping[str, Any], lang: Language, rules: Rules, say_day: Callable[[date], str], with_age: bool
) -> Iterator[str]:
    last, on = profile.get("last_post"), profile["observed_on"]
    if last is None:
        yield rules.line("no_post", lang)
    else:
        day = date.fromisoformat(last)
        days = (date.fromisoformat(on) - day).days
        key = "last_post_on" if not with_age else "last_post" if days else "last_post_today"
        yield rules.line(key, lang, days=days, date=say_day(day))
    if profile.get("posts_30d") is not None:
        key = "posts_30d_at_least" if is_at_least(profile) else "posts_30d"
        yield rules.line(key, lang, n=profile["posts_30d"])


def _by_whom(profile: Mapping[str, Any], lang: Language, rules: Rules, say_day: Callable[[date], str]) -> str:
    """By whom it was seen, and when; nothing where nobody looked."""
    if profile.get("observed_on") is None:
        return ""
    on = say_day(date.fromisoformat(profile["observed_on"]))
    if profile.get("observed_by"):
        return rules.line("by_hand", lang, by=profile["observed_by"], date=on)
    return rules.line("by_machine", lang, date=on) if profile["activity"] != UNSEEN else ""
