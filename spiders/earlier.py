"""What did this site say in the round before, and need it say it again?

A page that the last finished round of the same database holds is asked for with the marks that its server gave it
(ETag, Last-Modified). Where nothing has changed the server answers 304, without the page, and the evidence refers to
the earlier record.
"""

from pathlib import Path

from archive.database import Database, PageRow, Round
from archive.evidence import Damaged, Evidence, Headers, Referred

_PURPOSES = ("page", "feed", "phone", "robots", "asset", "data")


class Earlier:
    """The captures of one site in an earlier round; none when there is no such round."""

    def __init__(self, rows: list[PageRow], path: Path | None) -> None:
        self._path = path
        wanted = (row for row in rows if row.status == 200 and row.purpose in _PURPOSES)
        self._rows = {(row.purpose, row.url): row for row in wanted}

    def of(self, url: str, purpose: str) -> Referred | None:
        """The earlier capture of this address, where its server marked it; None when the page is to be sent whole."""
        row = self._rows.get((purpose, url))
        if row is None or self._path is None:
            return None
        try:
            with Evidence(self._path) as evidence:
                known = evidence.refer_to(row.offset)
        except Damaged:
            return None  # lost evidence is gathered anew
        return known if conditions(known) else None


def conditions(known: Referred) -> Headers:
    """The headers that ask for a page only if it is not this one any more."""
    capture = known.capture
    asked = (("If-None-Match", capture.header("etag")), ("If-Modified-Since", capture.header("last-modified")))
    return tuple((name, mark) for name, mark in asked if mark is not None)


def round_before(database: Database, round_: Round) -> Round | None:
    """The newest finished round that was started before this one and fetched anything.

    Before a round that looks everywhere it is one that did so too: a light pass holds only a few pages of each site.
    """
    this, is_light = (round_.started_at, round_.id), bool(round_.settings.get("light"))
    before = [
        one
        for one in database.rounds()
        if one.finished_at and (one.started_at, one.id) < this and (is_light or not one.settings.get("light"))
    ]
    return next((one for one in reversed(before) if database.visits(one)), None)
