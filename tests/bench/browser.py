"""What does looking at pages in a browser cost: time, memory, pages looked at; and does it leak?

`python -m tests.bench.browser` prints its figures beside the bars that they are held to; nothing is asserted.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from archive.database import open_database
from sampleweb.describe import world
from sampleweb.proxy import running
from sampleweb.round import AS_OF
from spiders.browser import Browser, Delivered, Document, Limits, Wanted, desktop, executable, phone
from spiders.processes import family, pss_bytes

HOUSE = Path(__file__).parent.parent.parent
REPEATS = 3
POLITE_SITES = 24
POLITE_S = 0.5
PAGES = 200
_MB = 1e6


@dataclass(frozen=True)
class Cost:
    """One round of the sample web by the command, reading included."""

    seconds: float
    peak_bytes: int  # of the command and all that it starts, by their share (PSS)
    rows: Counter[str]  # captures by purpose
    looks: int
    failed: int


def one_round(folder: Path, name: str, option: str, delay_s: float = 0.0, only: str | None = None) -> Cost:
    """`only`: ids of authorities, with commas; all when None. Raises CalledProcessError."""
    kept = ["--round", name, "--db", str(folder / "bench.db"), "--archive", str(folder / "archive")]
    kept += [] if only is None else ["--only", only]
    with running() as proxy:
        told = [*kept, "--as-of", AS_OF, "--proxy", proxy, "--delay", f"{delay_s:g}", "--sample", option]
        began = time.monotonic()
        crawl = subprocess.Popen([sys.executable, "cli.py", "crawl", *told], cwd=HOUSE, stdout=subprocess.DEVNULL)
        peak = 0
        while crawl.poll() is None:
            peak = max(peak, sum(map(pss_bytes, family(crawl.pid))))
            time.sleep(0.5)
        seconds = time.monotonic() - began
    if crawl.returncode:
        raise subprocess.CalledProcessError(crawl.returncode, "saytmetr crawl")
    database = open_database(folder / "bench.db", create=False)
    visits = database.visits(database.round(name))
    rows = [row for visit in visits for row in database.pages(visit.id)]
    looks = [row for row in rows if row.purpose in ("rendered", "phone_view")]
    failed = sum(row.failure is not None for row in looks)
    return Cost(seconds, peak, Counter(row.purpose for row in rows), len(looks), failed)


async def in_a_row(pages: int, mark: int) -> tuple[int, int, float]:
    """(bytes after `mark` pages, bytes at the end, seconds a page) of this process, the driver and one browser that is
    never replaced."""
    html = (HOUSE / "sampleweb/scripted/hosts/hash.scripted.az/index.html").read_bytes()
    script = b"document.getElementById('root').innerHTML = '<p>' + 'x'.repeat(200000) + '</p>'"

    async def deliver(_: Wanted) -> Delivered:
        return Delivered(200, (("Content-Type", "text/javascript"),), script)

    async with Browser(Limits(looks=10 * pages)) as browser:
        began, early = time.monotonic(), 0
        for number in range(1, pages + 1):
            view = phone("bench") if number % 2 else desktop("bench")
            document = Document(f"http://{number}.gov.az/", Delivered(200, (("Content-Type", "text/html"),), html))
            await browser.look(document, deliver, view, picture=bool(number % 2))
            if number == mark:
                early = _held()
        return early, _held(), (time.monotonic() - began) / pages


def _held() -> int:
    return sum(map(pss_bytes, family(os.getpid())))


def lines() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="saytmetr-bench-") as folder:
        costs: dict[str, list[Cost]] = {"--no-browser": [], "--browser": []}
        for turn in range(REPEATS):
            for option, done in costs.items():  # by turns: what else the machine does falls on both
                done.append(one_round(Path(folder), f"{option.strip('-')}-{turn}", option))
    plain, looking = costs["--no-browser"], costs["--browser"]
    pages = looking[0].rows["page"]
    yield f"a round of the sample web, {REPEATS} by turns, medians"
    yield f"  seconds without / with a browser   {_median(plain, _seconds):.1f} / {_median(looking, _seconds):.1f}"
    ratio = _median(looking, _seconds) / _median(plain, _seconds)
    yield f"  ratio                              {ratio:.2f}   (bar: 1.5)"
    looks = looking[0].looks
    yield f"  looks / pages                      {looks} / {pages} = {looks / pages:.1%}   (bar: 10%)"
    yield f"  looks that failed                  {looking[0].failed}"
    yield f"  files and data fetched for looks   {looking[0].rows['asset'] + looking[0].rows['data']}"
    peaks = max(cost.peak_bytes for cost in plain), max(cost.peak_bytes for cost in looking)
    yield f"  peak memory without / with, MB     {peaks[0] / _MB:.0f} / {peaks[1] / _MB:.0f}   (bar: 1500)"
    # A site that asks for a longer delay of its own would set the pace of both.
    patient = [
        site.id for site in world().sites if site.fault is None and "crawl-delay" not in (site.robots or "").lower()
    ]
    only = ",".join(patient[:: len(patient) // POLITE_SITES][:POLITE_SITES])
    with tempfile.TemporaryDirectory(prefix="saytmetr-bench-") as folder:
        polite = [
            one_round(Path(folder), option.strip("-"), option, POLITE_S, only).seconds
            for option in ("--no-browser", "--browser")
        ]
    yield f"a polite round of {POLITE_SITES} sites, {POLITE_S:g} s between two requests to a site"
    yield f"  seconds without / with a browser   {polite[0]:.1f} / {polite[1]:.1f}"
    yield f"  ratio                              {polite[1] / polite[0]:.2f}   (bar: 1.5)"
    early, late, each_s = asyncio.run(in_a_row(PAGES, 20))
    yield f"{PAGES} pages in a row in one browser, {each_s:.2f} s each"
    yield f"  MB after 20 / at the end           {early / _MB:.0f} / {late / _MB:.0f} = {late / early:.2f}   (bar: 1.2)"


def _seconds(cost: Cost) -> float:
    return cost.seconds


def _median(costs: list[Cost], of: Callable[[Cost], float]) -> float:
    return sorted(map(of, costs))[len(costs) // 2]


def main() -> None:
    if executable() is None:
        sys.exit("there is no browser on this machine; to install one: make browser")
    for line in lines():
        print(line, flush=True)


if __name__ == "__main__":
    main()
