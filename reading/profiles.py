"""Which profiles are to be looked at, and what do the looks of a round say of their posts?

The network of a profile is the name of the file that knows the way to its posts (reading/doors). What was answered lies
in the archive; a better door reads it anew.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

from archive.asks import PURPOSE, Ask, Errand
from archive.capture import Capture
from archive.database import Database, Look, Round
from archive.evidence import Evidence as Archive
from archive.registry import Agency
from reading.doors import Door, Told
from reading.finding import MAX_QUOTE, Evidence
from reading.method import Method, load_method
from reading.observed import Observed
from reading.social import Profile, profile_of
from reading.text import decode, fold, squeeze, words

BAKU = ZoneInfo("Asia/Baku")
BACK_DAYS = 90  # how far back a list of posts is asked for, where it is given page by page
_MIN_SHARED = 4  # letters in a row that a title has of a body's own name
_MAX_EVIDENCE = 6


@dataclass(frozen=True)
class ProfilesWay:
    """The way to one profile's posts (archive.asks.Way)."""

    profile: Profile
    door: Door | None  # None: the network has none
    back_to: date
    tokens: frozenset[str]
    method: Method

    def next(self, captures: Sequence[Capture]) -> Ask | None:
        return self.told(captures).more

    def why_unseen(self, captures: Sequence[Capture]) -> str | None:
        return self.told(captures).reason

    def told(self, captures: Sequence[Capture]) -> Told:
        if self.door is None:
            return Told(reason="login_wall")
        return self.door.read(self.profile, captures, self.back_to, self.tokens, self.method)


@cache
def door_of(network: str, method: Method) -> Door | None:
    """The file of this network; that of feeds where it has none; None where nobody gets in without an account."""
    if network in method.networks.walled:
        return None
    name = f"reading.doors.{network}"
    return cast(Door, import_module(name if find_spec(name) is not None else "reading.doors.feed"))


def way_to(network: str, url: str, on: date, tokens: Iterable[str], method: Method) -> ProfilesWay:
    """The way to a profile that a finding names. `tokens`: words of the tokens that are at hand."""
    profile = profile_of(url, method) or Profile(network, url, fold(url.rstrip("/").rpartition("/")[2]))
    back_to = on - timedelta(days=BACK_DAYS)
    return ProfilesWay(profile, door_of(network, method), back_to, frozenset(tokens), method)


def errands(
    findings: Mapping[str, Any], on: date, tokens: Iterable[str], method: Method, only: Iterable[str] = ()
) -> Iterator[Errand]:
    """What there is to look at in a round: one for each profile that its findings name."""
    wanted, at_hand = set(only), frozenset(tokens)
    for authority in findings["authorities"]:
        if wanted and authority["id"] not in wanted:
            continue
        for profile in authority.get("social", {}).get("profiles", ()):
            network, url = profile["network"], profile["url"]
            yield Errand(authority["id"], network, url, way_to(network, url, on, at_hand, method))


@cache
def _method() -> Method:
    return load_method()


def observed_of(
    database: Database, round_: Round, archive_dir: Path, is_wanted: Callable[[Look], bool] = lambda _: True
) -> dict[str, tuple[Observed, ...]]:
    """What was seen of each profile that was looked at for this round, by agency id: its newest look that saw it, or
    else its newest. A profile that was not looked at is not named.

    Raises archive.evidence.Damaged where a look's file is broken.
    """
    method = _method()
    agencies = {agency.id: agency for agency in database.agencies(round_)}
    seen: dict[str, list[Observed]] = {}
    for look in _chosen(filter(is_wanted, database.looks(round_))):
        seen.setdefault(look.agency_id, []).append(
            _observed(look, _captures(look, archive_dir), agencies[look.agency_id], method)
        )
    return {agency_id: tuple(found) for agency_id, found in seen.items()}


def _chosen(looks: Iterable[Look]) -> list[Look]:
    """One look of each profile, in the order in which they were first looked at."""
    best: dict[tuple[str, str, str], Look] = {}
    for look in looks:
        key = (look.agency_id, look.network, look.url)
        if key not in best or look.reason is None or best[key].reason is not None:
            best[key] = look
    return list(best.values())


def _captures(look: Look, archive_dir: Path) -> list[Capture]:
    if look.file is None:
        return []
    with Archive(archive_dir / look.file) as file:
        return [file.read(record.offset) for record in look.records]


def _observed(look: Look, captures: Sequence[Capture], agency: Agency, method: Method) -> Observed:
    told = way_to(look.network, look.url, look.observed_on, (), method).told(captures)
    if told.reason is not None and told.more is not None:
        told = replace(told, reason=look.reason or "not_looked")  # what stopped the look is not in its captures
    told = _with_owner(told, agency, method)
    days = sorted((day for at in told.posts if (day := _day(at)) <= look.observed_on), reverse=True)
    return Observed(
        network=look.network,
        url=look.url,
        observed_on=look.observed_on,
        account=told.account,
        posts=tuple(days),
        since=None if told.since is None else min(_day(told.since), look.observed_on),
        reason=told.reason,
        evidence=_evidence(captures, told.quote),
        note=told.note,
    )


def _day(at: datetime) -> date:
    return at.astimezone(BAKU).date()


def _evidence(captures: Sequence[Capture], quote: str | None) -> tuple[Evidence, ...]:
    """The answers that a look stands on; the quote with the one that it stands in."""
    asked = [capture for capture in captures if capture.purpose == PURPOSE]
    out, unsaid = [], quote
    for capture in asked[:_MAX_EVIDENCE]:
        said = None
        if unsaid is not None and unsaid in decode(capture.body, capture.header("content-type")):
            said, unsaid = squeeze(unsaid)[:MAX_QUOTE], None
        seen_at = capture.fetched_at.strftime("%Y-%m-%dT%H:%M:%SZ")
        out.append(Evidence(capture.url, capture.sha256, said, seen_at))
    return tuple(out)


def _with_owner(told: Told, agency: Agency, method: Method) -> Told:
    """The same, told to be another body's where the profile itself says so by its title."""
    if told.account in ("open", "renamed") and told.title and names_another_body(told.title, agency, method):
        return replace(told, account="foreign", note=squeeze(told.title))
    return told


def names_another_body(title: str, agency: Agency, method: Method) -> bool:
    """Whether a profile's own title plainly names a body, and it is not this authority.

    Plainly: it has the word of a kind of body, and beside the words that the names of all bodies have it shares no four
    letters in a row with the authority's name, in Azerbaijani or English, or its host. Titles in other scripts are not
    judged: the registry has no such names to hold them against.
    """
    said = words(title)
    if method.networks.body_words.in_words(said) is None or not "".join(said).isascii():
        return False
    names = (agency.name, agency.name_full, agency.name_en, (agency.host or "").partition(".")[0])
    own = " ".join(fold(name) for name in names if name)
    beside = [word for word in said if len(word) >= _MIN_SHARED and not _is_common(word, method)]
    return bool(beside) and not any(
        word[at : at + _MIN_SHARED] in own for word in beside for at in range(len(word) - _MIN_SHARED + 1)
    )


def _is_common(word: str, method: Method) -> bool:
    kinds = (method.networks.body_words, method.networks.names_of_pages, method.streams.any_body)
    return any(kind.in_words([word]) is not None for kind in kinds)
