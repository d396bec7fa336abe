"""Which addresses of a site does the newest full round know, so that a light pass need ask for nothing else?

A light pass asks each day for the home page, the news list and the pages of known sections, by conditional requests.
It can see that something is there, or that an address does not answer any more. It can never see that something is
not there: for that a full round looks everywhere. `lightened` keeps a light pass from saying more than it saw.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from archive.capture import Capture
from archive.database import Database, NoSuchRound, Round
from archive.leads import Guide, Lead, MakeGuide, is_route
from archive.registry import Agency, host_of

UNASKED = "light"  # the reason of what a light pass did not look at
EARLIER_ROUNDS = 6  # in which the addresses of a site are looked for that was down in the newest
_NEWS, _SECTION, _LOOK = 90, 80, 70  # promises: the news list first
_FIELDS_OF_SEEN_SECTION = ("state", "label", "placement", "url", "external", "evidence")
_BLANK: dict[str, dict[str, Any]] = {
    "mobile": {"verdict": None},
    "social": {"profiles": []},
    "search": {"works": None},
    "languages": {"codes": []},
}


def is_light(round: Round) -> bool:
    """Whether this was a light pass."""
    return bool(round.settings.get("light"))


def newest_full(database: Database, before: Round | None = None) -> Round:
    """The newest full round that was finished, not made by hand and not partial; of those before `before`, where given.

    Raises NoSuchRound.
    """
    for round in _full_rounds(database, before):
        return round
    raise NoSuchRound(f"{database.name}: no full round is finished yet; `saytmetr crawl` makes the first")


def _full_rounds(database: Database, before: Round | None) -> Iterator[Round]:
    """Newest first."""
    limit = None if before is None else (before.started_at, before.id)
    for round in reversed(database.rounds()):
        if limit is not None and (round.started_at, round.id) >= limit:
            continue
        if round.finished_at and not round.partial and not is_light(round) and not round.settings.get("by_hand"):
            yield round


def known_addresses(database: Database, round: Round, agency: Agency) -> tuple[str, ...]:
    """The news list and the sections' own pages of this authority, as a full round found them; () when it has none.

    Raises archive.database.NothingRead.
    """
    return known_to(database.findings(round)).get(agency.id, ())


def known_to(document: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """authority id -> its known addresses, the news list first. `document` is a round's (contract, part 2).

    An authority whose site could not be looked at is not in it: what was known of it before is known still.
    """
    seen = [authority for authority in document["authorities"] if authority["site"]["state"] in ("up", "moved")]
    return {authority["id"]: tuple(_known_of(authority)) for authority in seen}


def _known_of(authority: Mapping[str, Any]) -> Iterable[str]:
    home = authority["site"].get("final_url") or authority["site"]["url"]
    found = [authority["news"], *authority["sections"].values()]
    addresses = [fact.get("url") for fact in found if fact["state"] in ("found", "partial")]
    # A section that is a link to somebody else's page is not ours to ask every day.
    own = (url for url in addresses if url and host_of(url) == host_of(home) and url != home)
    yield from dict.fromkeys(own)


class LightGuide:
    """The way through a site of which everything worth a visit is known (the protocol archive.leads.Guide)."""

    def __init__(self, known: tuple[str, ...], rendered: frozenset[str] = frozenset()) -> None:
        self._known = known
        self._rendered = rendered  # addresses that were read as a browser showed them
        self._has_begun = False

    def see(self, capture: Capture) -> Iterable[Lead]:
        """All known addresses, once the home page has answered."""
        if self._has_begun or capture.purpose != "page" or capture.status is None or capture.status >= 300:
            return []
        self._has_begun = True
        pages = [url for url in self._known if not is_route(url.partition("#")[2])]
        # A page is there before a browser is sent to it.
        looks = [url for url in (capture.url, *self._known) if url in self._rendered]
        promises = (_NEWS if place == 0 else _SECTION for place in range(len(pages)))
        return [
            *(
                Lead(url, promise, found_on=capture.url, essential=True)
                for url, promise in zip(pages, promises, strict=True)
            ),
            *(Lead(url, _LOOK, "render", capture.url, "shell") for url in looks),
        ]

    def press(self, shown: Capture) -> Sequence[int]:
        return ()

    def more(self) -> Iterable[Lead]:
        return []


def light_guides(database: Database, before: Round) -> MakeGuide:
    """A maker of guides for the spider of a light pass; by the newest full round before it.

    A site that was down just then, or whose news could not be looked at, is asked as a full round before that found
    it, or its news would be unseen for as long as the next full round is away.
    Raises NoSuchRound, archive.database.NothingRead.
    """
    full = newest_full(database, before)
    newest, rendered = database.findings(full), _rendered_in(database, full)
    known, missing = known_to(newest), _ids(newest) - _ids_with_news(newest)
    for earlier in islice(_full_rounds(database, before), 1, 1 + EARLIER_ROUNDS):
        if not missing:
            break
        if database.readings(earlier):
            document = database.findings(earlier)
            older, found = known_to(document), missing & _ids_with_news(document)
            known |= {one: tuple(dict.fromkeys((*older[one], *known.get(one, ())))) for one in found}
            missing -= found

    def guide(agency: Agency) -> Guide:
        return LightGuide(known.get(agency.id, ()), rendered.get(agency.id, frozenset()))

    return guide


def _rendered_in(database: Database, round: Round) -> dict[str, frozenset[str]]:
    """authority id -> addresses of its site that a browser showed in this round."""
    return {
        visit.agency_id: frozenset(
            row.url for row in database.pages(visit.id) if row.purpose == "rendered" and row.failure is None
        )
        for visit in database.visits(round)
    }


def _ids(document: Mapping[str, Any]) -> set[str]:
    return {authority["id"] for authority in document["authorities"]}


def _ids_with_news(document: Mapping[str, Any]) -> set[str]:
    """Of those whose site was there, and of whose news it is known whether there is any."""
    return {
        authority["id"]
        for authority in document["authorities"]
        if authority["site"]["state"] in ("up", "moved") and authority["news"]["state"] != "unseen"
    }


def lightened(document: Mapping[str, Any]) -> dict[str, Any]:
    """An authority's findings as a light pass may tell them: the site; news where it is dated; sections that are there
    or whose own page does not open. All else is unseen, reason `light`."""
    told = dict(document)
    for fact, blank in _BLANK.items():
        if fact in told:
            told[fact] = _unasked(told[fact], blank)
    told["news"] = _as_seen_or_unasked(told["news"])
    for group in ("sections", "documents"):
        if group in told:
            told[group] = {kind: _section(found) for kind, found in told[group].items()}
    return told


def _as_seen_or_unasked(found: Mapping[str, Any]) -> dict[str, Any]:
    """News whose days stand only on pages that were not opened is no news without days."""
    return dict(found) if found["state"] in ("found", "unseen") else _unasked(found, {})


def _section(found: Mapping[str, Any]) -> dict[str, Any]:
    """How full a section is stands on its sub-pages, which were not asked for."""
    if found["state"] == "unseen" or (found["state"] == "partial" and found.get("fullness") == "broken"):
        return dict(found)
    if found["state"] == "found":
        return {name: found[name] for name in _FIELDS_OF_SEEN_SECTION if name in found}
    return _unasked(found, {})


def _unasked(found: Mapping[str, Any], blank: Mapping[str, Any]) -> dict[str, Any]:
    if found["state"] == "unseen":
        return dict(found)
    return {"state": "unseen", "reason": UNASKED, **blank, "evidence": found.get("evidence", [])}
