"""How did the pages look that a round's findings stand on?

After the reading, and from the archive alone: the stored page is shown again in the browser, whatever it asks for is
answered from the same round's evidence, and what is missing there stays missing. Nothing is fetched. One bad page is
told and passed over.
"""

import asyncio
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from archive.capture import Capture
from archive.database import Database, PageRow, Round
from archive.evidence import Damaged, Evidence
from archive.pictures import Picture, folder_of, keep_index, keep_picture, load_pictures, size_px
from spiders.browser import Browser, Delivered, Document, Limits, NoBrowser, Seen, Unlooked, Wanted
from spiders.browser import View as Screen
from spiders.manners import Manners

PAGES = 12  # of one authority, beside its home page
HOME_LOOKS = 2  # on a phone and on a desk
LOOKS = 3  # at one page: its quotes may stand far from each other
MAX_HOPS = 5
_MARK = (Path(__file__).parent / "picture_mark.js").read_text("utf-8")
_LIMITS = Limits(page_s=10.0, settle_s=1.0, sub_requests=80)
_NO_SCRIPTS = ("Content-Security-Policy", "script-src 'none'")
_PHONE, _DESK = Manners().phone_agent, Manners().desktop_agent
SCREENS: dict[str, Screen] = {
    "phone": Screen("phone", 390, 844, 2, True, _PHONE),
    "page": Screen("desktop", 1280, 1000, 1, False, _DESK),
}
_PAGES = frozenset({"page", "phone", "search", "feed", "probe", "rendered"})  # purposes of what can be a page


@dataclass(frozen=True)
class Taken:
    """What became of one authority: pictures made now, kept from before, and what could not be shown."""

    agency_id: str
    made: int
    kept: int
    left: int  # pages for which there was no time
    failed: tuple[str, ...]


def take_pictures(
    database: Database,
    round: Round,
    archive_dir: Path,
    only: Sequence[str] | None = None,
    pages: int = PAGES,
    seconds: float | None = None,
    on_authority: Callable[[Taken], None] = lambda _: None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> list[Taken]:
    """Makes the pictures of a round that are not there yet: every home page first, then the other pages.

    After so many `seconds` nothing more is begun; another call goes on from there.
    Raises NoBrowser, archive.database.NothingRead.
    """
    documents = [one for one in database.findings(round)["authorities"] if only is None or one["id"] in only]
    visits = {visit.agency_id: visit for visit in database.visits(round)}
    rows = {one: database.pages(visit.id) for one, visit in visits.items()}
    until_s = None if seconds is None else time.monotonic() + seconds

    def is_over() -> bool:
        return until_s is not None and time.monotonic() > until_s

    async def take() -> list[Taken]:
        async with Browser(_LIMITS) as browser:
            studios = [
                _Studio(browser, archive_dir, round, document, rows.get(document["id"], ()), now)
                for document in documents
            ]
            homes = await _each(studios, 0, is_over)
            done = await _each(studios, pages, is_over, on_authority) if pages else homes
        return [
            replace(one, made=one.made + home.made, kept=home.kept) if pages else one
            for home, one in zip(homes, done, strict=True)
        ]

    return asyncio.run(take())


async def _each(
    studios: Sequence["_Studio"],
    pages: int,
    is_over: Callable[[], bool],
    on_authority: Callable[[Taken], None] = lambda _: None,
) -> list[Taken]:
    """Two at a time, in their order."""
    done: dict[int, Taken] = {}
    waiting = iter(enumerate(studios))

    async def work() -> None:
        for place, studio in waiting:
            done[place] = await studio.work(pages, is_over)
            on_authority(done[place])

    await asyncio.gather(*(work() for _ in range(_LIMITS.at_once)))
    return [done[place] for place in range(len(studios))]


@dataclass(frozen=True)
class _Ask:
    """A page to be shown, and what stands on it."""

    screen: str  # of SCREENS
    row: PageRow
    wants: tuple[Picture, ...]


class _Studio:
    """One authority's pictures."""

    def __init__(
        self,
        browser: Browser,
        archive_dir: Path,
        round: Round,
        document: Mapping[str, Any],
        rows: Sequence[PageRow],
        now: Callable[[], datetime],
    ) -> None:
        self._browser, self._now = browser, now
        self._archive_dir, self._round = archive_dir, round
        self._document, self._id = document, str(document["id"])
        self._path = archive_dir / round.name / f"{self._id}.warc.gz"
        self._rows = rows
        self._by_url = _by_url(rows)
        self._failed: list[str] = []

    async def work(self, pages: int, is_over: Callable[[], bool]) -> Taken:
        """Makes what is not there yet, of the home page and so many pages more, until it `is_over`."""
        asks = list(self._asks())
        known = {one.key: one for one in self._known()}
        told = {want.key: known[want.key] for ask in asks for want in ask.wants if want.key in known}
        kept, left = len(told), 0
        with Evidence(self._path) as evidence:
            for place, ask in enumerate(asks):
                wants = tuple(want for want in ask.wants if want.key not in told)
                if not wants or place >= HOME_LOOKS + pages:
                    continue
                if is_over():
                    left += 1
                    continue
                told |= {one.key: one for one in await self._shoot(evidence, replace(ask, wants=wants))}
        lines = [told[want.key] for ask in asks for want in ask.wants if want.key in told]
        if len(told) > kept or len(known) > kept:
            keep_index(self._archive_dir, self._round.name, self._id, lines)
        return Taken(self._id, len(told) - kept, kept, left, tuple(dict.fromkeys(self._failed)))

    def _known(self) -> Iterator[Picture]:
        """What is there already, picture and all."""
        folder = folder_of(self._archive_dir, self._round.name, self._id)
        for one in load_pictures(self._archive_dir, self._round.name, self._id):
            if one.sha256 is not None and (folder / one.name).is_file() and (folder / one.small_name).is_file():
                yield one

    # what is to be shown

    def _asks(self) -> Iterator[_Ask]:
        """The home page on a phone, on a desk, then the pages that findings stand on, in the order of the facts.

        The home page on a desk shows what stands on it, too: one look for both.
        """
        home = self._home()
        of_page: dict[str, list[Picture]] = {}
        if home is not None:
            yield self._phone_view(home)
            of_page[str(home.sha256)] = [Picture("desktop", home.url, str(home.sha256), None, None, _seen_at(home))]
        for fact, finding in _facts(self._document):
            for piece in finding.get("evidence") or ():
                sha256 = piece.get("sha256")
                if finding["state"] in ("found", "partial") and sha256 is not None:
                    want = Picture("page", piece["url"], sha256, fact, piece.get("quote"), piece["seen_at"])
                    known = of_page.setdefault(sha256, [])
                    if want.key not in {one.key for one in known}:
                        known.append(want)
        for sha256, wants in of_page.items():
            row = self._row_of(wants[0], sha256)
            if row is not None:
                yield _Ask("page", row, tuple(wants))

    def _home(self) -> PageRow | None:
        site = self._document["site"]
        url = site.get("final_url") or site.get("url")
        if site["state"] not in ("up", "moved") or url is None:
            return None
        return next((row for row in reversed(self._rows) if row.url == url and _is_page(row)), None)

    def _phone_view(self, home: PageRow) -> _Ask:
        # A phone may have been sent something else.
        row = next((one for one in reversed(self._rows) if one.purpose == "phone" and one.status == 200), home)
        return _Ask("phone", row, (Picture("phone", row.url, str(row.sha256), None, None, _seen_at(row)),))

    def _row_of(self, want: Picture, sha256: str) -> PageRow | None:
        same = [row for row in self._rows if row.sha256 == sha256 and row.purpose in _PAGES and row.failure is None]
        return min(same, key=lambda row: row.url != want.url, default=None)

    # showing it

    async def _shoot(self, evidence: Evidence, ask: _Ask) -> list[Picture]:
        """A line for everything that was asked for; where there is no picture it says why."""
        made: list[Picture] = []
        left = list(ask.wants)
        try:
            if ask.screen == "phone" and (own := self._of_the_visit(evidence, ask)) is not None:
                return [own]
            page = evidence.read(ask.row.offset)
            if not _is_html(page):
                return [self._without(want, "not_html") for want in left]
            for _ in range(LOOKS):
                found, left = await self._one_look(evidence, ask, page, left)
                made += found
                if not left:
                    return made
            return made + [self._without(want, "elsewhere") for want in left]
        except Unlooked as failed:
            self._failed.append(f"{ask.row.url}: {failed}")
            return made + [self._without(want, failed.reason) for want in left]
        except Damaged as damaged:
            self._failed.append(f"{ask.row.url}: {damaged.why}")
            return made + [self._without(want, "damaged") for want in left]

    def _of_the_visit(self, evidence: Evidence, ask: _Ask) -> Picture | None:
        """The picture of the phone's screen that was taken during the visit itself."""
        rows = [row for row in self._rows if row.purpose == "picture" and row.failure is None]
        if not rows:
            return None
        capture = evidence.read(rows[-1].offset)
        size = size_px(capture.body)
        if size is None:
            return None
        told = replace(
            ask.wants[0],
            sha256=keep_picture(self._archive_dir, self._round.name, self._id, capture.body),
            made_at=f"{capture.fetched_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            browser=capture.made.browser if capture.made is not None else "",
            source="visit",
        )
        return replace(told, width=size[0], height=size[1])

    async def _one_look(
        self, evidence: Evidence, ask: _Ask, page: Capture, wants: Sequence[Picture]
    ) -> tuple[list[Picture], list[Picture]]:
        """(what one picture shows, what stands elsewhere on the page)."""
        seen = await self._seen(evidence, ask.screen, page, [want.quote or "" for want in wants], scripts=True)
        spots = seen.measured["told"]
        is_hidden = all(spot is None or (spot != "elsewhere" and spot["covered"]) for spot in spots)
        if any(want.quote for want in wants) and is_hidden:
            # A script laid something over it, or put it away: the page as it was read had none.
            plain = await self._seen(evidence, ask.screen, page, [want.quote or "" for want in wants], scripts=False)
            if any(spot is not None and spot != "elsewhere" for spot in plain.measured["told"]):
                seen, spots = plain, plain.measured["told"]
        if seen.picture is None:
            raise Unlooked("browser_crash", "it gave no picture")
        shown = [(want, spot) for want, spot in zip(wants, spots, strict=True) if spot != "elsewhere"]
        size = size_px(seen.picture) or (0, 0)
        told: dict[str, Any] = {
            "sha256": keep_picture(self._archive_dir, self._round.name, self._id, seen.picture),
            "width": size[0],
            "height": size[1],
            "made_at": f"{self._now().astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "browser": self._browser.version,
            "lacking": sum(one.startswith("not fetched") for one in seen.refused),
        }
        scale = size[0] / SCREENS[ask.screen].width
        made = [
            replace(want, **told, box=_box(spot, scale), within=bool(spot and spot["within"])) for want, spot in shown
        ]
        return made, [want for want, spot in zip(wants, spots, strict=True) if spot == "elsewhere"]

    async def _seen(
        self, evidence: Evidence, view: str, page: Capture, quotes: Sequence[str], *, scripts: bool
    ) -> Seen:
        screen = SCREENS[view]
        # What a browser made already ran its scripts when it was made.
        headers = page.headers if scripts and page.made is None else (*page.headers, _NO_SCRIPTS)
        document = Document(page.url.partition("#")[0], Delivered(200, headers, page.body))
        measure = f"() => ({_MARK})({json.dumps(list(quotes))}, {screen.height})"
        deliver = _Replay(evidence, self._by_url).deliver
        return await self._browser.look(
            document, deliver, screen, images=True, measure=measure, picture=True, html=False
        )

    def _without(self, want: Picture, why: str) -> Picture:
        return replace(want, failure=why, made_at=f"{self._now().astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}")


@dataclass(frozen=True)
class _Replay:
    """Answers from the archive; what it does not have is refused."""

    evidence: Evidence
    by_url: Mapping[str, PageRow]

    async def deliver(self, wanted: Wanted) -> Delivered | None:
        url = wanted.url
        for _ in range(MAX_HOPS + 1):
            row = self.by_url.get(_plain(url))
            if row is None or wanted.method != "GET":
                return None
            try:
                capture = self.evidence.read(row.offset)
            except Damaged:
                return None
            if capture.location is None:
                return Delivered(capture.status or 200, capture.headers, capture.body)
            url = capture.location
        return None


def _by_url(rows: Iterable[PageRow]) -> dict[str, PageRow]:
    """The best look at each address that a page may ask for: an answer outdoes none, a later one an earlier."""
    best: dict[str, PageRow] = {}
    for row in rows:
        if row.failure is None and row.purpose not in ("rendered", "phone_view", "picture", "robots"):
            known = best.get(_plain(row.url))
            if known is None or known.status != 200 or row.status == 200:
                best[_plain(row.url)] = row
    return best


def _plain(url: str) -> str:
    return url.partition("#")[0]


def _seen_at(row: PageRow) -> str:
    return f"{row.fetched_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _is_page(row: PageRow) -> bool:
    return row.purpose == "page" and row.status == 200 and row.failure is None


def _is_html(page: Capture) -> bool:
    kind = (page.header("content-type") or "text/html").lower()
    return "html" in kind and page.failure is None


def _box(spot: Mapping[str, Any] | None, scale: float) -> tuple[int, int, int, int] | None:
    """In pixels of the picture, which has `scale` of them for one of the page."""
    if spot is None or spot["covered"]:
        return None
    left, top, width, height = (round(float(side) * scale) for side in spot["box"])
    return left, top, width, height


def _facts(document: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every finding of an authority but the site's own, by the name of its fact."""
    for room, found in document.items():
        if room in ("sections", "documents"):
            yield from ((f"{room}.{kind}", one) for kind, one in found.items())
        elif room != "site" and isinstance(found, Mapping) and "evidence" in found:
            yield room, found


__all__ = ["NoBrowser", "Taken", "take_pictures"]
