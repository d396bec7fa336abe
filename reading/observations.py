"""Which profiles did people look at by hand, and what did they see there?

observations/*.csv, one row for each look at one profile (observations/README.md). A row in which only the profile is
named waits for somebody, and is no look. What is read here is as strict as every file that people write.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, get_args

from archive.border import Complaint, Fault, Unusable, near
from archive.csv_file import read_csv
from archive.registry import Agency
from reading.activity import NOBODY_THERE, UNSEEN, Rules, is_usable, load_rules, same_profile
from reading.finding import Evidence
from reading.method import Method, load_method
from reading.observed import Account, Observed
from reading.social import profile_of

COLUMNS = (
    *("authority", "network", "profile", "observed_on", "last_post", "posts_30d", "observer", "evidence"),
    *("account", "note"),
)
_NAMES_THE_PROFILE = COLUMNS[:3]
_PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".pdf")
_ACCOUNTS: tuple[str, ...] = get_args(Account)
_WITH_POSTS = ("open", "private")  # accounts of which posts can be told
_MONTH = 30  # days in which a person counts


@dataclass(frozen=True)
class HandLook:
    """One row. `place`: "observations/may.csv:7"."""

    place: str
    authority: str
    observed: Observed


class _Wrong(ValueError):
    """A cell that cannot be used; what, and how it is mended."""

    def __init__(self, what: str, mend: str) -> None:
        super().__init__(what)
        self.what, self.mend = what, mend


def load_observations(
    folder: Path, agencies: Iterable[Agency] = (), method: Method | None = None
) -> tuple[HandLook, ...]:
    """Every look of the folder's *.csv, files by name. No folder: none. Without `agencies` their ids are not checked.

    Raises archive.border.Unusable with every fault of every file.
    """
    ids = {agency.id for agency in agencies}
    found: list[HandLook] = []
    faults: list[Fault] = []
    for path in sorted(folder.glob("*.csv")):
        try:
            file = read_csv(path, COLUMNS, "observations")
            missing = [one for one in COLUMNS[:-2] if one not in file.head]
            if missing:
                raise Unusable([Fault(str(path), 1, f"the columns {' '.join(missing)} are missing", "add them")])
        except Unusable as unusable:
            faults += unusable.faults
            continue
        for line, row in file.rows:
            if len(row) != len(file.head):
                what = f"{len(row)} cells stand under {len(file.head)} columns"
                faults.append(Fault(str(path), line, what, "check the commas and the quotes"))
                continue
            cells = {name: text.strip() for name, text in zip(file.head, row, strict=True)}
            if all(not cells[name] for name in cells if name not in _NAMES_THE_PROFILE):
                continue
            try:
                method = method or load_method()
                look = _look(cells, path, line, method)
            except _Wrong as wrong:
                faults.append(Fault(str(path), line, wrong.what, wrong.mend))
                continue
            faults += [Fault(str(path), line, one.what, one.mend) for one in _beside(look, found, ids)]
            found.append(look)
    if faults:
        raise Unusable(faults)
    return tuple(found)


def _beside(look: HandLook, others: Iterable[HandLook], ids: Collection[str]) -> Iterator[Complaint]:
    """What is wrong with a row only beside the registry and the other rows."""
    if ids and look.authority not in ids:
        mend = f"{near(look.authority, ids)}use an id of the registry"
        yield Complaint((), f"there is no agency {look.authority!r}", mend)
    for other in others:
        if _key(other) == _key(look):
            what = f"{look.observed.by} has a look at this profile on this day in {other.place}"
            yield Complaint((), what, "keep one of the two")


def _key(look: HandLook) -> tuple[Any, ...]:
    one = look.observed
    return look.authority, same_profile(one.network, one.url), one.observed_on, str(one.by).casefold()


def _look(cells: Mapping[str, str], path: Path, line: int, method: Method) -> HandLook:
    url = _address(cells, method)
    on = _day(cells, "observed_on")
    if on is None:
        raise _Wrong("observed_on is missing", "write the day of the look, such as 2018-10-01")
    if not cells["observer"]:
        raise _Wrong("observer is missing", "write your name; nobody observes without one")
    account = cells.get("account") or "open"
    if account not in _ACCOUNTS:
        raise _Wrong(f"account: {account!r} is no such thing", f"leave it empty, or one of: {' '.join(_ACCOUNTS)}")
    last, count = _posts(cells, on, account)
    observed = Observed(
        network=cells["network"],
        url=url,
        observed_on=on,
        account=account,  # type: ignore[arg-type] # one of _ACCOUNTS
        posts=(last,) if last else (),
        since=None,
        reason=None,
        evidence=(_evidence(cells, path, on),),
        by=cells["observer"],
        posts_30d=count,
        last_post=last,
        note=cells.get("note") or None,
    )
    return HandLook(f"{path.parent.name}/{path.name}:{line}", cells["authority"], observed)


def _address(cells: Mapping[str, str], method: Method) -> str:
    known = [network.id for network in method.networks.networks]
    if cells["network"] not in known:
        mend = f"{near(cells['network'], known)}networks: {' '.join(known)}"
        raise _Wrong(f"there is no network {cells['network']!r}", mend)
    profile = profile_of(cells["profile"], method)
    if profile is None or profile.network != cells["network"]:
        what = f"profile: {cells['profile']!r} is no profile of {cells['network']}"
        raise _Wrong(what, "copy the address as `saytmetr observations new` wrote it")
    return profile.url


def _day(cells: Mapping[str, str], column: str) -> date | None:
    text = cells[column]
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        wanted = "a day such as 2018-10-01"
        raise _Wrong(f"{column}: {text!r} stands where {wanted} is wanted", f"write {wanted}") from None


def _posts(cells: Mapping[str, str], on: date, account: str) -> tuple[date | None, int | None]:
    """(day of the newest post, posts in 30 days), and whether the two can both be true."""
    last, told = _day(cells, "last_post"), cells["posts_30d"]
    if told and not (told.isascii() and told.isdigit()):
        raise _Wrong(f"posts_30d: {told!r} stands where a number is wanted", "write a whole number, such as 12")
    count = int(told) if told else None
    if account not in _WITH_POSTS:
        if account in NOBODY_THERE and (last or count):
            what = f"posts are told of an account that is {account}"
            raise _Wrong(what, "leave last_post and posts_30d empty, or account")
        return None, None
    if account == "private" and last is None and count is None:
        return None, None
    if count is None:
        raise _Wrong("posts_30d is missing", "count the posts of the last 30 days; 0 when there is none")
    if last is None and count:
        raise _Wrong(f"{count} posts are counted, and last_post is missing", "write the day of the newest post")
    if last is not None and last > on:
        raise _Wrong(f"last_post {last} is later than the look of {on}", "check the two days")
    if last is not None and ((on - last).days < _MONTH) != bool(count):
        what = f"the last post is {(on - last).days} days old, and {count} are counted in {_MONTH} days"
        raise _Wrong(what, "check last_post and posts_30d: the day of the look is the first of the 30")
    return last, count


def _evidence(cells: Mapping[str, str], path: Path, on: date) -> Evidence:
    told, note, seen_at = cells["evidence"], cells.get("note") or None, f"{on.isoformat()}T00:00:00Z"
    if not told:
        mend = "write an address (http...), or the name of a picture beside this file"
        raise _Wrong("evidence is missing", mend)
    if told.startswith(("http://", "https://")):
        return Evidence(told, None, note, seen_at)
    picture = path.parent / told
    inside = picture.resolve().is_relative_to(path.parent.resolve())
    if not inside or picture.suffix.lower() not in _PICTURES or not picture.is_file():
        what = f"evidence: there is no picture {told!r} beside this file"
        raise _Wrong(what, f"write an address (http...), or put the picture there ({' '.join(_PICTURES)})")
    sha256 = hashlib.sha256(picture.read_bytes()).hexdigest()
    return Evidence(f"{path.parent.name}/{told}", sha256, note, seen_at)


# -- what is still to be looked at -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Unseen:
    """A profile of a round of whose posts nothing is known. `reason` as in the finding."""

    authority: str
    network: str
    url: str
    reason: str


def unseen_in(findings: Mapping[str, Any]) -> Iterator[Unseen]:
    """The profiles of a round's findings that nobody could look at, in its order; all of them where nobody looked.

    A profile that was seen, though not far enough back, is not among them.
    """
    for authority in findings["authorities"]:
        for profile in authority["social"].get("profiles", ()):
            if profile["url"] and profile.get("activity", UNSEEN) == UNSEEN and profile.get("account") != "private":
                reason = profile.get("activity_reason") or "not_looked"
                yield Unseen(authority["id"], profile["network"], profile["url"], str(reason))


def still_unseen(
    findings: Mapping[str, Any], looks: Iterable[HandLook], rules: Rules | None = None
) -> tuple[Unseen, ...]:
    """As `unseen_in`, without those that people have looked at since the round was read."""
    rules, as_of = rules or load_rules(), date.fromisoformat(findings["round"]["as_of"])
    done = {
        (one.authority, *same_profile(one.observed.network, one.observed.url))
        for one in looks
        if is_usable(one.observed, rules, as_of)
    }
    return tuple(one for one in unseen_in(findings) if (one.authority, *same_profile(one.network, one.url)) not in done)


def template(unseen: Sequence[Unseen]) -> str:
    """A CSV file to be filled in: one row for each profile."""
    page = io.StringIO(newline="")
    writer = csv.writer(page, lineterminator="\n")
    writer.writerow(COLUMNS)
    blank = [""] * (len(COLUMNS) - len(_NAMES_THE_PROFILE))
    writer.writerows([one.authority, one.network, one.url, *blank] for one in unseen)
    return page.getvalue()
