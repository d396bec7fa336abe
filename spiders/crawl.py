"""How is a round gathered: every site visited, every answer kept, and a broken-off round taken up again?"""

import asyncio
import gc
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scrapy.crawler import AsyncCrawlerRunner
from scrapy.settings import Settings
from sqlalchemy.exc import DBAPIError

from archive.database import Busy, Database, Round, Trouble
from archive.database import Visit as VisitRow
from archive.leads import NO_LOOKOUT, Lookout, MakeGuide
from archive.registry import Agency
from spiders.line import LineDown
from spiders.manners import Manners
from spiders.pace import MARGIN
from spiders.preflight import check_proxy
from spiders.site import Job, Outcome, Progress, SiteSpider, evidence_path
from spiders.wire import ProxyGone

__all__ = ["CrawlSummary", "Manners", "Progress", "ProxyGone", "Stopped", "crawl", "evidence_path"]


class Stopped(Trouble):
    """This machine stopped the round: a full disk, a file or a database that somebody else holds."""


@dataclass(frozen=True)
class CrawlSummary:
    """What one run of a round did. `errors`: visits that our own fault ended, by agency id."""

    visits: tuple[VisitRow, ...]  # finished in this run
    skipped: int  # finished by an earlier run
    unfinished: tuple[str, ...]  # ids of agencies whose visit is to be resumed
    errors: dict[str, str]
    interrupted: bool
    partial: bool  # our own line went down: what is unfinished is no site's fault, and may be resumed
    note: str  # why it is partial, in words; "" when it is not
    requests: int
    pages: int
    bytes: int
    seconds: float


def crawl(
    round_: Round,
    agencies: Sequence[Agency],
    make_guide: MakeGuide,
    database: Database,
    archive_dir: Path,
    manners: Manners,
    on_progress: Callable[[Progress], None] | None = None,
    proxy_signs: Sequence[tuple[str, Sequence[str]]] = (),
    lookout: Lookout = NO_LOOKOUT,
) -> CrawlSummary:
    """Visits every agency whose visit is not finished in this round, and goes on with those that were broken off.

    `lookout`: what pages in a browser are looked at with, where `manners.browser` says so.
    `proxy_signs`: (reason, words) by which a proxy's own error page is known (methodology/signs.yaml, proxy_says).
    Ctrl-C ends it in order: `interrupted` is True and every open visit can be resumed by calling this again.
    When our own line goes down and stays down, it ends as `partial`, with words in `note`.
    Raises ProxyGone (nothing is written about any site), and Stopped when this machine does not let the round go on;
    both can be resumed once that is mended.
    """
    if manners.proxy is not None:
        check_proxy(manners.proxy, manners.timeout_s)
    began = time.monotonic()
    outcome = Outcome()
    job = Job(round_, agencies, make_guide, database, archive_dir, manners, proxy_signs, on_progress, lookout)
    interrupted = asyncio.run(_run(job, outcome))
    line_down = outcome.stopped_by if isinstance(outcome.stopped_by, LineDown) else None
    if outcome.stopped_by is not None and line_down is None:
        raise _in_words(round_, outcome.stopped_by)
    finished = {visit.agency_id for visit in database.visits(round_) if visit.finished_at is not None}
    return CrawlSummary(
        visits=tuple(outcome.visits),
        skipped=outcome.skipped,
        unfinished=tuple(agency.id for agency in agencies if agency.id not in finished),
        errors=outcome.errors,
        interrupted=interrupted,
        partial=line_down is not None,
        note=str(line_down or ""),
        requests=sum(visit.requests for visit in outcome.visits),
        pages=sum(visit.pages for visit in outcome.visits),
        bytes=sum(visit.bytes for visit in outcome.visits),
        seconds=time.monotonic() - began,
    )


def _in_words(round_: Round, error: BaseException) -> BaseException:
    """What stopped the round, so that whoever started it knows what to do."""
    if isinstance(error, ProxyGone) or (isinstance(error, Trouble) and not isinstance(error, Busy)):
        return error
    what = error.orig if isinstance(error, DBAPIError) else error
    again = f"when that is mended, go on with the same options and: saytmetr crawl --round {round_.name} --resume"
    stopped = Stopped(f"the round was stopped, and nothing that was kept is lost: {what}; {again}")
    stopped.__cause__ = error
    return stopped


async def _run(job: Job, outcome: Outcome) -> bool:
    """Runs the spider; True when it was interrupted."""
    runner = AsyncCrawlerRunner(_settings(job.manners))
    crawler = runner.create_crawler(SiteSpider)
    running = runner.crawl(crawler, job=job, outcome=outcome)
    interrupted = False

    def stop() -> None:
        nonlocal interrupted
        interrupted = True
        stopping.append(asyncio.ensure_future(crawler.stop_async()))

    stopping: list[asyncio.Future[None]] = []
    _on_first_signal(stop)
    with _collecting_seldom():
        await running
        await asyncio.gather(*stopping)
    return interrupted


@contextmanager
def _collecting_seldom() -> Iterator[None]:
    """Nearly all that a round makes is freed as soon as nobody holds it; to look through all that lives, again and
    again, for the little that is not took a tenth of a round's processor time (tests/bench)."""
    before = gc.get_threshold()
    gc.freeze()  # code and method, which stay anyhow
    gc.set_threshold(before[0], 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def _on_first_signal(stop: Callable[[], None]) -> None:
    """Ctrl-C or kill: the first is kindly meant, the second ends it at once, as it always does."""
    # Only the main thread hears signals; a round in a scheduler's thread is stopped by the scheduler.
    if threading.current_thread() is not threading.main_thread():
        return
    loop = asyncio.get_running_loop()
    signals = (signal.SIGINT, signal.SIGTERM)

    def heard() -> None:
        for number in signals:
            loop.remove_signal_handler(number)
        stop()

    for number in signals:
        loop.add_signal_handler(number, heard)


def _settings(manners: Manners) -> Settings:
    settings = Settings()
    settings.setmodule("spiders.settings", priority="project")
    mine: dict[str, Any] = {
        "DOWNLOAD_DELAY": manners.delay_s * MARGIN,
        "DOWNLOAD_TIMEOUT": manners.timeout_s,
        "CONCURRENT_REQUESTS": manners.concurrency,
        "USER_AGENT": manners.agent,
    }
    settings.setdict(mine, priority="cmdline")
    return settings
