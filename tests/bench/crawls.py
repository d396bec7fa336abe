"""What does fetching a web cost: the round as we gather it, and simpler crawls of the same sites?

Each is measured in a process of its own, by the processor time of that process, imports and start not counted:
`python -m tests.bench.crawls '{"how": "ours", …}'` prints one line of JSON, the fields of `Cost`.
"""

import json
import re
import resource
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from itertools import zip_longest
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from lxml import html
from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response

from archive.capture import Capture
from archive.database import Database, Round, open_database
from archive.leads import Lead, MakeGuide
from archive.registry import load_registry
from reading.guide import SiteGuide, guides
from reading.looking import is_html
from reading.method import Method, load_method
from reading.page import Page, is_web_page
from spiders.crawl import Manners, crawl

HOUSE = Path(__file__).parent.parent.parent
AS_OF = date(2018, 8, 20)  # the day that the sample web is built for
ROUND = "bench"


@dataclass(frozen=True)
class Cost:
    """What one crawl took."""

    requests: int
    pages: int
    wall_s: float
    cpu_s: float
    bytes: int = 0  # of bodies, as they came over the wire
    peak_kb: int = 0  # memory of the process
    requests_of: tuple[int, ...] = ()  # of each authority
    seconds_of: tuple[float, ...] = ()


def measured(**task: Any) -> Cost:
    """Runs one crawl in a process of its own. Raises CalledProcessError where it fails."""
    command = [sys.executable, "-m", "tests.bench.crawls", json.dumps(task)]
    done = subprocess.run(command, cwd=HOUSE, stdout=subprocess.PIPE, text=True, check=True)
    return Cost(**json.loads(done.stdout))


def _timed(run: Callable[[], None]) -> tuple[float, float]:
    """(wall, processor) seconds of a call, children not counted: there are none."""
    before, began = resource.getrusage(resource.RUSAGE_SELF), time.monotonic()
    run()
    wall, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_SELF)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


# -- ours ------------------------------------------------------------------------------------------------------------


def ours(
    folder: str,
    proxy: str,
    ids: Sequence[str] | None = None,
    registry: str = "agencies.yaml",
    round_name: str = ROUND,
    breadth_first: bool = False,
    **manners: Any,
) -> Cost:
    """The round of `saytmetr crawl`, without the reading that comes after it. `ids` None: everybody in the registry."""
    known = load_registry(HOUSE / registry)
    chosen = [one.id for one in known.agencies] if ids is None else ids
    method = load_method()
    database = open_database(Path(folder) / "round.db")
    round_ = database.start_round(round_name, AS_OF, datetime.now(UTC), known.only(chosen), chosen, "bench", {})
    usual: dict[str, Any] = {"delay_s": 0, "budget_pages": 60, "timeout_s": 10, "proxy": proxy}
    told = Manners(**(usual | manners))
    agencies = database.agencies(round_)
    make_guide = breadth_first_guides(method) if breadth_first else guides(method, AS_OF)
    wall_s, cpu_s = _timed(
        lambda: _discard(crawl(round_, agencies, make_guide, database, Path(folder) / "archive", told))
    )
    database.finish_round(round_, datetime.now(UTC))
    return _cost(database, round_, wall_s, cpu_s)


def _cost(database: Database, round_: Round, wall_s: float, cpu_s: float) -> Cost:
    visits = database.visits(round_)
    return Cost(
        requests=sum(visit.requests for visit in visits),
        pages=sum(visit.pages for visit in visits),
        wall_s=wall_s,
        cpu_s=cpu_s,
        bytes=sum(visit.bytes for visit in visits),
        peak_kb=_peak_kb(),
        requests_of=tuple(visit.requests for visit in visits),
        seconds_of=tuple(visit.seconds for visit in visits),
    )


def _discard(_: object) -> None:
    return None


def _peak_kb() -> int:
    """Most memory that this process has held (ru_maxrss would count that of the process it was forked from)."""
    return int((re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text()) or ("", "0"))[1])


class BreadthGuide(SiteGuide):
    """Every link of every page in the order in which it is met; searches, phone and invented address as ours."""

    def see(self, capture: Capture) -> Iterable[Lead]:
        leads = [lead for lead in super().see(capture) if lead.purpose != "page"]
        if capture.purpose == "page" and capture.status == 200 and is_html(capture):
            here = [link.url for link in Page(capture).links if is_web_page(link.url) and self._is_own(link.url)]
            leads += [Lead(url, 60, found_on=capture.url) for url in here]
        return leads


def breadth_first_guides(method: Method) -> MakeGuide:
    return lambda agency: BreadthGuide(agency, method, AS_OF)


# -- bare ------------------------------------------------------------------------------------------------------------


class BareSpider(Spider):
    """Asks for known addresses, parses each page once, joins its links and remembers them. Nothing is kept."""

    name = "bare"
    custom_settings = {  # noqa: RUF012 -- Scrapy's own way to say it
        "CONCURRENT_REQUESTS": 128,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "COOKIES_ENABLED": False,
        "DOWNLOAD_DELAY": 0,
        "DOWNLOAD_TIMEOUT": 10,
        "EXTENSIONS_BASE": {},
        "METAREFRESH_ENABLED": False,
        "REDIRECT_ENABLED": False,
        "RETRY_ENABLED": False,
        "ROBOTSTXT_OBEY": False,
        "SPIDER_MIDDLEWARES_BASE": {},
        "TELNETCONSOLE_ENABLED": False,
    }

    def __init__(self, urls: Sequence[str] = (), proxy: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.urls, self.proxy = urls, proxy
        self.seen: set[str] = set()
        self.requests = self.pages = 0

    async def start(self) -> AsyncIterator[Any]:
        for url in self.urls:
            yield Request(url, self.parse, errback=self.lost, dont_filter=True, meta=self._meta)

    @property
    def _meta(self) -> dict[str, Any]:
        return {"proxy": self.proxy, "handle_httpstatus_all": True}

    def parse(self, response: Response, **_: Any) -> None:
        self.requests += 1
        if response.status != 200 or b"html" not in (response.headers.get("Content-Type") or b"") or not response.body:
            return
        self.pages += 1
        origin, folder = response.url[: response.url.find("/", 8)], response.url.rpartition("/")[0]
        for link in html.document_fromstring(response.body).iter("a"):
            href = link.get("href") or ""
            if href.startswith("/"):
                href = origin + href
            elif not href.startswith("http"):
                href = f"{folder}/{href}"
            self.seen.add(href)

    def lost(self, _: object) -> None:
        self.requests += 1


def bare(folder: str, proxy: str) -> Cost:
    """A lean Scrapy spider over the addresses that our own round got an answer from."""
    database = open_database(Path(folder) / "round.db", create=False)
    round_ = database.round(ROUND)
    asked = {page.url for visit in database.visits(round_) for page in database.pages(visit.id) if page.status}
    database.close()
    urls = list(_by_turns(sorted(asked)))
    process = AsyncCrawlerProcess({"LOG_LEVEL": "ERROR"})
    crawler = process.create_crawler(BareSpider)
    process.crawl(crawler, urls=urls, proxy=proxy)
    wall_s, cpu_s = _timed(process.start)
    spider = crawler.spider
    assert isinstance(spider, BareSpider)
    return Cost(spider.requests, spider.pages, wall_s, cpu_s)


def _by_turns(urls: Sequence[str]) -> Iterator[str]:
    """One address of each host, then the next of each: as even as our own round."""
    hosts: dict[str, list[str]] = defaultdict(list)
    for url in urls:
        hosts[urlsplit(url).netloc].append(url)
    return (url for turn in zip_longest(*hosts.values()) for url in turn if url is not None)


def main() -> None:
    task = json.loads(sys.argv[1])
    ways: dict[str, Callable[..., Cost]] = {"ours": ours, "bare": bare}
    how = ways[task.pop("how")]
    print(json.dumps(asdict(how(**task))))


if __name__ == "__main__":
    main()
