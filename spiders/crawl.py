"""How is a round gathered: every site visited, every answer kept, and a broken-off round taken up again?"""

import asyncio
import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scrapy.crawler import AsyncCrawlerRunner
from scrapy.settings import Settings

from archive.database import Database, Round
from archive.database import Visit as VisitRow
from archive.registry import Agency
from spiders.guide import MakeGuide
from spiders.manners import Manners
from spiders.pace import MARGIN
from spiders.preflight import check_proxy
from spiders.site import Job, Outcome, Progress, SiteSpider, evidence_path
from spiders.wire import ProxyGone

__all__ = ["CrawlSummary", "Manners", "Progress", "ProxyGone", "crawl", "evidence_path"]


@dataclass(frozen=True)
class CrawlSummary:
    """What one run of a round did. `errors`: visits that our own fault ended, by agency id."""

    visits: tuple[VisitRow, ...]  # finished in this run
    skipped: int  # finished by an earlier run
    unfinished: tuple[str, ...]  # ids of agencies whose visit is to be resumed
    errors: dict[str, str]
    interrupted: bool
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
) -> CrawlSummary:
    """Visits every agency whose visit is not finished in this round, and goes on with those that were broken off.

    `proxy_signs`: (reason, words) by which a proxy's own error page is known (methodology/signs.yaml, proxy_says).
    Ctrl-C ends it in order: `interrupted` is True and every open visit can be resumed by calling this again.
    Raises ProxyGone (nothing is written about any site), and what the archive raises: Trouble, InUse, OSError.
    """
    if manners.proxy is not None:
        check_proxy(manners.proxy, manners.timeout_s)
    began = time.monotonic()
    outcome = Outcome()
    job = Job(round_, agencies, make_guide, database, archive_dir, manners, proxy_signs, on_progress)
    interrupted = asyncio.run(_run(job, outcome))
    if outcome.stopped_by is not None:
        raise outcome.stopped_by
    finished = {visit.agency_id for visit in database.visits(round_) if visit.finished_at is not None}
    return CrawlSummary(
        visits=tuple(outcome.visits),
        skipped=outcome.skipped,
        unfinished=tuple(agency.id for agency in agencies if agency.id not in finished),
        errors=outcome.errors,
        interrupted=interrupted,
        requests=sum(visit.requests for visit in outcome.visits),
        pages=sum(visit.pages for visit in outcome.visits),
        bytes=sum(visit.bytes for visit in outcome.visits),
        seconds=time.monotonic() - began,
    )


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
    await running
    await asyncio.gather(*stopping)
    return interrupted


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
