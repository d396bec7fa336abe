"""What did a round made by hand find, and how does it read as findings beside the rounds of the machine?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from archive.border import Complaint, Record, load, near, wrong
from archive.registry import Address, Group, Id, Text

SOFTWARE = "by hand"
# Kinds that the people of 2018 were not looking for; what they did not look at is unseen, not absent.
_OTHER_KINDS = ("open_data", "ethics_report")
_NOT_RECORDED = "not_recorded"
_ACTIVE_DAYS, _SLOWED_DAYS = 14, 30  # contract, part 2, news

Reason = Annotated[str, Field(pattern=r"^[a-z_]+$")]
Network = Literal["facebook", "instagram", "youtube", "twitter", "flickr"]
Month = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]


class Looked(Record):
    """A finding by hand. What was not recorded is unseen and says so; it is never absent."""

    state: Literal["found", "partial", "absent", "unseen"]
    reason: Reason | None = None

    @model_validator(mode="after")
    def _reason_where_unseen(self) -> Looked:
        if (self.state == "unseen") != (self.reason is not None):
            raise wrong("`reason` goes with `state: unseen`, and with no other", "add it, or take it away")
        return self


class Social(Looked):
    """`activity` is the class of the report's table; `remark` our word for what the row says of posting."""

    networks: tuple[Network, ...] = ()
    activity: Literal["active", "moderate"] | None = None
    remark: (
        Literal[
            "active", "fairly_active", "steady", "weak", "irregular", "very_low", "few_a_month", "not_active", "stopped"
        ]
        | None
    ) = None
    last_post: Month | None = None


class Section(Looked):
    """`own` is false where the report says that there is information and no section of its own."""

    fullness: Literal["full", "formal", "empty", "off_topic", "broken"] | None = None
    placement: Literal["menu", "page", "search_only"] | None = None
    content: tuple[Literal["law", "notices", "members", "meetings", "contracts", "plans"], ...] = ()
    url: Address | None = None
    links: tuple[Address, ...] = ()
    external: Address | None = None
    own: bool | None = None
    items: int | None = None
    meetings: int | None = None
    members: int | None = None
    elected: tuple[Literal["chair", "deputy", "secretary"], ...] = ()
    last_date: date | None = None
    last_month: Month | None = None
    last_year: int | None = None

    @property
    def newest(self) -> date | None:
        """The newest date, or the first day of the month or year where the report gives no more."""
        if self.last_date or not (self.last_month or self.last_year):
            return self.last_date
        return date.fromisoformat(f"{self.last_month or f'{self.last_year}-01'}-01")


class News(Looked):
    """`basis` says what the date is; `stopped` is true where the report gives a last day, after which nothing came.

    `per_month_min` and `per_month_max` are items a month while items came (a rate by the day is times 30, and stands in
    `per_day_min` and `per_day_max` as the report gives it). `items` is the number of items in all since the year
    `since`, where the report counts them.
    """

    last_date: date | None = None
    last_month: Month | None = None
    basis: Literal["item", "until", "garbled", "month"] | None = None
    observed_on: date | None = None
    per_month_min: float | int | None = None
    per_month_max: float | int | None = None
    per_day_min: float | int | None = None
    per_day_max: float | int | None = None
    stopped: bool | None = None
    items: int | None = None
    since: int | None = None

    @property
    def newest(self) -> date | None:
        return date.fromisoformat(f"{self.last_month}-01") if self.last_month else self.last_date

    @property
    def per_month(self) -> float | None:
        ends = [end for end in (self.per_month_min, self.per_month_max) if end is not None]
        return round(sum(ends) / len(ends), 1) if ends else None

    def status(self, as_of: date) -> str:
        """The contract's bands, with the median gap taken from the rate; a rate without an end is active."""
        if self.newest is None:
            return "active"
        silence_days = (as_of - self.newest).days
        gap_days = 30 / self.per_month if self.per_month else 0.0
        if silence_days <= max(_ACTIVE_DAYS, 3 * gap_days):
            return "active"
        return "slowed" if silence_days <= max(_SLOWED_DAYS, 6 * gap_days) else "stopped"


class Authority(Record):
    id: Id
    group: Group
    number: int
    name: Text
    site: Address | None
    site_state: Literal["up", "down"] = "up"
    mobile: Looked
    social: Social
    council: Section
    procurement: Section
    e_services: Section
    e_appeal: Section
    news: News
    search: Looked
    notes: tuple[Id, ...] = ()
    from_text: tuple[Text, ...] = ()


class Code(Record):
    """What a note on a row means, and of which cell of the row it tells (an item, or the notes)."""

    id: Id
    cell: Literal["2.4", "4.2.1", "4.2.2", "5.6", "notes"] = "notes"
    az: Text
    en: Text


class Source(Record):
    publisher: Text
    title: Text
    published: Month
    text_closed: date
    observed_from: date
    observed_to: date


class HandRound(Record):
    """`from_text` names findings that stand in the text of the report and in no row: here of every authority, in an
    authority of that one. They are no check of what the text says (scoring.claims)."""

    round: Id
    as_of: date
    source: Source
    codes: tuple[Code, ...]
    from_text: tuple[Text, ...] = ()
    authorities: Annotated[tuple[Authority, ...], Field(min_length=1)]


@dataclass(frozen=True)
class Loaded:
    """The round, and the SHA-256 of the file it came from: its own list of authorities is its registry."""

    round: HandRound
    sha256: str


def load_round(path: Path | str) -> Loaded:
    """A hand-made round. Raises archive.border.Unusable."""
    made = load(path, HandRound, also=_together)
    return Loaded(made, hashlib.sha256(Path(path).read_bytes()).hexdigest())


def _together(made: HandRound) -> Iterator[Complaint]:
    codes = [code.id for code in made.codes]
    seen: set[str] = set()
    for index, authority in enumerate(made.authorities):
        here = ("authorities", index)
        if authority.id in seen:
            yield Complaint((*here, "id"), f"{authority.id} stands twice", "keep one of the two")
        seen.add(authority.id)
        for note in authority.notes:
            if note not in codes:
                mend = f"{near(note, codes)}codes: {' '.join(codes)}"
                yield Complaint((*here, "notes"), f"there is no code {note!r}", mend)


def findings_of(loaded: Loaded) -> dict[str, Any]:
    """The round as the contract's findings document. A hand-made round keeps no pages: every evidence is empty.

    What the report did not record is `unseen`, reason `not_recorded`. Only the names of networks are known, so a
    profile's `url` is empty. Dates that the report gives by month or year count as its first day.
    """
    made = loaded.round
    source = made.source
    return {
        "format": "saytmetr-findings/1",
        "round": {
            "name": made.round,
            "as_of": made.as_of.isoformat(),
            "started_at": f"{source.observed_from.isoformat()}T00:00:00Z",
            "finished_at": f"{source.observed_to.isoformat()}T23:59:59Z",
            "registry_sha256": loaded.sha256,
            "software": SOFTWARE,
        },
        "authorities": [_authority(authority, made) for authority in made.authorities],
    }


def _authority(a: Authority, made: HandRound) -> dict[str, Any]:
    up = a.site_state == "up"
    return {
        "id": a.id,
        "group": a.group,
        "name": a.name,
        # The report says only that a site does not work, never how: timeout stands for "nobody answered".
        "site": {"url": a.site, "final_url": None, "state": a.site_state, "reason": "ok" if up else "timeout"},
        "mobile": _finding(a.mobile, verdict="none" if a.mobile.state == "absent" else None),
        "social": _social(a.social),
        "sections": {
            "public_council": _section(a.council),
            "procurement": _section(a.procurement),
            "e_services": _section(a.e_services),
            "e_appeal": _section(a.e_appeal),
            **{kind: _not_looked_for(a) for kind in _OTHER_KINDS},
        },
        "news": _news(a.news, made.as_of),
        "search": _finding(a.search, works=None),
        "languages": {**_not_looked_for(a), "codes": []},
        "fetch": {"requests": 0, "pages": 0, "bytes": 0, "seconds": 0.0, "complete": True},
        "hand_made": {
            "notes": list(a.notes),
            "from_text": [*made.from_text, *a.from_text],
            "said": [{"cell": code.cell, "az": code.az, "en": code.en} for code in made.codes if code.id in a.notes],
        },
    }


def _finding(looked: Looked, **more: Any) -> dict[str, Any]:
    reason = {"reason": looked.reason} if looked.state == "unseen" else {}
    return {"state": looked.state, **reason, "evidence": [], **more}


def _not_looked_for(a: Authority) -> dict[str, Any]:
    return {"state": "unseen", "reason": _NOT_RECORDED if a.site_state == "up" else "site_down", "evidence": []}


def _social(social: Social) -> dict[str, Any]:
    profiles = [{"network": network, "url": ""} for network in social.networks]
    return _finding(
        social, profiles=profiles, activity=social.activity, remark=social.remark, last_post=social.last_post
    )


def _section(section: Section) -> dict[str, Any]:
    return _finding(
        section,
        fullness=section.fullness,
        placement=section.placement,
        label=None,
        url=section.url,
        external=section.external,
        links=list(section.links),
        own=section.own,
        content=list(section.content),
        items=section.items if section.items is not None else section.meetings,
        last_date=_iso(section.newest),
        last_month=section.last_month,
        last_year=section.last_year,
        meetings=section.meetings,
        members=section.members,
        elected=list(section.elected),
    )


def _news(news: News, as_of: date) -> dict[str, Any]:
    if news.state == "unseen":
        return _finding(news)
    newest = news.newest
    return _finding(
        news,
        url=None,
        last_date=_iso(newest),
        last_month=news.last_month,
        per_month=news.per_month,
        median_gap_days=None,
        silence_days=(as_of - newest).days if newest else None,
        status=news.status(as_of),
        observed_on=_iso(news.observed_on),
        basis=news.basis,
        per_month_min=news.per_month_min,
        per_month_max=news.per_month_max,
        per_day_min=news.per_day_min,
        per_day_max=news.per_day_max,
        stopped=news.stopped,
        items=news.items,
        since=news.since,
    )


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
