"""How are all sites of a round visited at once, without one of them holding up or bringing down the others?"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scrapy import Request, Spider
from scrapy.exceptions import UsageError
from scrapy.http import Response
from sqlalchemy.exc import SQLAlchemyError

from archive.database import Database, Round, Trouble
from archive.database import Visit as VisitRow
from archive.evidence import Damaged, Evidence, InUse, SetAside
from archive.leads import NO_LOOKOUT, Lookout, MakeGuide
from archive.registry import Agency
from spiders.apart import BrowserApart
from spiders.earlier import Earlier, round_before
from spiders.eyes import Eyes
from spiders.guard import Names
from spiders.line import NETWORK, Line, LineDown
from spiders.manners import Manners
from spiders.pace import slot_by_place, widen
from spiders.preflight import is_there
from spiders.tls import Trust
from spiders.visit import Visit
from spiders.walk import Walk, raise_what_the_proxy_says
from spiders.wire import NoAnswer, ProxyGone

log = logging.getLogger(__name__)

LONG_S = 0.5
NO_REQUESTS: tuple[Request, ...] = ()


@dataclass(frozen=True)
class Progress:
    """Where the round stands, told after every request and at the end of every visit."""

    agency_id: str
    requests: int  # of this visit so far
    pages: int
    stopped_by: str | None  # None while the visit goes on
    visits_done: int
    visits_total: int


@dataclass(frozen=True)
class Job:
    """All that a round's spider is given."""

    round: Round
    agencies: Sequence[Agency]
    make_guide: MakeGuide
    database: Database
    archive_dir: Path
    manners: Manners
    proxy_signs: Sequence[tuple[str, Sequence[str]]]  # reason, and words that together give it away
    on_progress: Callable[[Progress], None] | None
    lookout: Lookout = NO_LOOKOUT


@dataclass
class Outcome:
    """What came of it, filled in while the spider runs."""

    visits: list[VisitRow] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
    skipped: int = 0  # visits that an earlier run of this round had finished
    stopped_by: BaseException | None = None


def evidence_path(archive_dir: Path, round: Round, agency_id: str) -> Path:
    return archive_dir / round.name / f"{agency_id}.warc.gz"


class SiteSpider(Spider):
    """One spider for all sites: every visit is a walk of its own, and Scrapy's downloader keeps their steps apart."""

    name = "site"

    def __init__(self, job: Job | None = None, outcome: Outcome | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if job is None or outcome is None:
            raise UsageError("this spider is sent out by `saytmetr crawl`, which knows the round and its registry")
        self.job = job
        self.outcome = outcome
        self.proxy = job.manners.proxy
        self.trust = Trust()
        self.names = Names(timeout_s=min(10.0, job.manners.timeout_s))
        self.line = Line(job.manners, self._anybody_at, self._is_proxy_there)
        self._before = round_before(job.database, job.round)
        self._visits_before = (
            {} if self._before is None else {visit.agency_id: visit for visit in job.database.visits(self._before)}
        )
        self._room = asyncio.Semaphore(job.manners.concurrency)
        self._browser: BrowserApart | None = None

    async def start(self) -> AsyncIterator[Any]:
        """Yields nothing: walks ask the downloader themselves, so that each next address is chosen late."""
        self._browser = BrowserApart() if self.job.manners.browser else None
        try:
            await self._visit_all()
        except* (ProxyGone, LineDown, Trouble, Damaged, InUse, OSError, SQLAlchemyError) as stopped:
            self.outcome.stopped_by = _first(stopped)
        finally:
            if self._browser is not None:
                await self._browser.close()
            await self.names.close()
        for request in NO_REQUESTS:
            yield request

    async def _visit_all(self) -> None:
        async with asyncio.TaskGroup() as group:
            for agency in self.job.agencies:
                await self._room.acquire()
                group.create_task(self._visit_and_look_again(agency))

    async def _visit_and_look_again(self, agency: Agency) -> None:
        """One visit, in the room that is held for it; and a late look where the home page may answer yet."""
        try:
            again_s = await self._visit(agency, is_late=False)
        finally:
            self._room.release()
        if again_s is not None:
            await asyncio.sleep(again_s)
            async with self._room:
                await self._visit(agency, is_late=True)

    async def _visit(self, agency: Agency, is_late: bool) -> float | None:
        """Seconds after which another look is worth while; None when the visit is done."""
        job = self.job
        row = job.database.visit(job.round, agency.id, at=datetime.now(UTC))
        if row.finished_at is not None:
            self.outcome.skipped += 1
            return None
        began = time.monotonic()
        visit = Visit(agency, job.manners.budget_pages)
        complete = False
        path = evidence_path(job.archive_dir, job.round, agency.id)
        with Evidence(path, software=job.round.software) as evidence:
            row = self._mend(row, evidence)
            try:
                walk = self._walk(agency, visit, row, evidence, is_late)
                await walk.catch_up()
                stopped_by = await walk.run()
                complete = not any(lead.essential for lead in visit.undone())
                if walk.ready_again_s is not None and job.manners.late_look and not is_late:
                    return walk.ready_again_s
            except (ProxyGone, LineDown, Trouble, Damaged, InUse, OSError, SQLAlchemyError):
                raise  # no one site's doing: the round stops, and this visit stays resumable
            except Exception as error:
                # THE place that keeps a round alive: one site's strange page must not cost the other hundred theirs.
                log.exception("%s: the visit was given up", agency.id)
                stopped_by = f"error: {type(error).__name__}: {error}"
                self.outcome.errors[agency.id] = stopped_by
            finally:
                self.line.left(agency.id)
        self._finish(agency, row, visit, complete, stopped_by, visit.earlier_s + time.monotonic() - began)
        return None

    async def _fetch(self, visit: Visit, request: Request) -> Response:
        """Downloads. Whoever waits long for a site's first words leaves the room meanwhile, so that silent sites, be
        they ever so many, do not keep the others out; a visit that is under way keeps its place and its memory."""
        asking = asyncio.ensure_future(self.crawler.engine.download_async(request))
        try:
            await asyncio.wait({asking}, timeout=LONG_S if visit.is_on_its_way_home else None)
            if not asking.done():
                self._room.release()
                try:
                    await asyncio.wait({asking})
                finally:
                    await self._room.acquire()
        except asyncio.CancelledError:
            asking.cancel()
            raise
        return asking.result()

    def _mend(self, row: VisitRow, evidence: Evidence) -> VisitRow:
        """Brings file and index of a broken-off visit together; lost evidence means another visit."""
        database = self.job.database
        known_end = database.known_end(row.id)
        if not known_end and not evidence.path.exists():
            return row
        try:
            mended = evidence.mend(known_end)
        except (SetAside, Damaged) as damage:
            log.warning("%s: %s; visited anew", row.agency_id, damage)
            return database.visit(self.job.round, row.agency_id, at=datetime.now(UTC), again=True)
        for capture, stored in mended.adopted:
            database.add_page(row.id, capture, stored)
        return row

    def _walk(self, agency: Agency, visit: Visit, row: VisitRow, evidence: Evidence, is_late: bool) -> Walk:
        return Walk(
            agency=agency,
            visit=visit,
            guide=self.job.make_guide(agency),
            row=row,
            evidence=evidence,
            database=self.job.database,
            manners=self.job.manners,
            fetch=lambda request: self._fetch(visit, request),
            slot=self._slot,
            widen=lambda slot, delay_s: widen(self.crawler.engine.downloader, slot, delay_s),
            line=self.line,
            earlier=self._earlier(agency),
            is_late=is_late,
            proxy_reason=self.proxy_reason,
            on_step=lambda: self._tell(agency, visit, None),
            make_eyes=self._eyes,
        )

    def _eyes(self, walk: Walk) -> Eyes | None:
        return None if self._browser is None else Eyes(walk, self._browser, self.job.lookout, self.job.manners)

    def _earlier(self, agency: Agency) -> Earlier:
        visit = self._visits_before.get(agency.id)
        if self._before is None or visit is None:
            return Earlier([], None)
        path = evidence_path(self.job.archive_dir, self._before, agency.id)
        return Earlier(self.job.database.pages(visit.id), path)

    async def _slot(self, url: str) -> str:
        return await slot_by_place(None if self.proxy else self.names, url)

    async def _is_proxy_there(self) -> bool:
        return self.proxy is None or await is_there(self.proxy)

    async def _anybody_at(self, address: str) -> bool:
        """Asked by the line of its witnesses: whether an answer of any kind comes from there."""
        manners = self.job.manners
        request = Request(address, headers={"User-Agent": manners.agent}, meta={"by_proxy": self.proxy is not None})
        try:
            request.meta["download_slot"] = await self._slot(address)
            response = await self.crawler.engine.download_async(request)
            raise_what_the_proxy_says(request, response, self.proxy_reason)
        except ProxyGone:
            return False
        except NoAnswer as failed:
            return failed.reason not in NETWORK
        return True

    def _finish(
        self, agency: Agency, row: VisitRow, visit: Visit, complete: bool, stopped_by: str, seconds: float
    ) -> None:
        finished = self.job.database.finish_visit(
            row,
            datetime.now(UTC),
            complete=complete,
            requests=visit.requests,
            pages=visit.pages,
            bytes=visit.bytes,
            seconds=round(seconds, 3),
            stopped_by=stopped_by,
        )
        self.outcome.visits.append(finished)
        self._tell(agency, visit, stopped_by)

    def _tell(self, agency: Agency, visit: Visit, stopped_by: str | None) -> None:
        if self.job.on_progress is not None:
            done = len(self.outcome.visits) + self.outcome.skipped
            total = len(self.job.agencies)
            self.job.on_progress(Progress(agency.id, visit.requests, visit.pages, stopped_by, done, total))

    def proxy_reason(self, text: str) -> str | None:
        """What went wrong, in the words by which proxies give themselves away; None when these are not such."""
        text = text.lower()
        return next(
            (reason for reason, words in self.job.proxy_signs if all(word.lower() in text for word in words)), None
        )


def _first(group: BaseExceptionGroup[Any]) -> BaseException:
    first: BaseException = group.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
