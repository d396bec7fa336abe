"""How fast is it: reading with no network, gathering a round, and a round that keeps its distance?

`python -m tests.bench.measure`: measured on the sample web, never failed. What depends on the machine stands beside
something else that ran on the same machine in the same minute: the ratios are what is worth comparing.
"""

import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import median

from archive.database import open_database
from reading.method import load_method
from reading.rounds import tasks_of
from sampleweb.describe import world
from sampleweb.proxy import running
from tests.bench import paper
from tests.bench.crawls import AS_OF, ROUND, Cost, measured
from tests.bench.reading import Read, read_made_up, read_sites

POLITE_SITES = 20
POLITE_DELAY_S = 0.3
PAPER_SITES, PAPER_PAGES = 5, 60


def main() -> None:
    alive = [site for site in world().sites if site.fault is None]
    ids = [site.id for site in alive]
    # A site that asks for a longer delay of its own would be measured against the wrong bound.
    patient = [site.id for site in alive if "crawl-delay" not in (site.robots or "").lower()]
    with tempfile.TemporaryDirectory(prefix="bench-") as name, running() as proxy:
        folder = Path(name)
        first, again, polite = folder / "first", folder / "again", folder / "polite"
        for one in (first, again, polite):
            one.mkdir()
        # The sample web builds a page when it is first asked for one; only the second round is timed.
        measured(how="ours", folder=str(first), proxy=proxy, delay_s=0, ids=ids)
        ours = measured(how="ours", folder=str(again), proxy=proxy, delay_s=0, ids=ids)
        bare = measured(how="bare", folder=str(again), proxy=proxy)
        chosen = patient[:: len(patient) // POLITE_SITES][:POLITE_SITES]
        kept = measured(how="ours", folder=str(polite), proxy=proxy, delay_s=POLITE_DELAY_S, ids=chosen)
        _print("(a) reading, one core, no network", reading(again))
        _print("(b) gathering a round at no delay, one process", gathering(ours, bare))
        _print(f"(c) a polite round: {POLITE_SITES} sites, {POLITE_DELAY_S} s", politely(kept))


def _print(title: str, lines: Iterable[str]) -> None:
    print(title, *lines, "", sep="\n")


def reading(folder: Path) -> Iterable[str]:
    method = load_method()
    database = open_database(folder / "round.db", create=False)
    stored = read_sites(tasks_of(database, database.round(ROUND), folder / "archive"), method)
    database.close()
    sites = [paper.site(number, PAPER_PAGES, AS_OF, method) for number in range(PAPER_SITES)]
    made_up = read_made_up(sites, method)
    yield f"{'':32}{'stored round':>14}{'40 KB pages':>14}"
    rows: tuple[tuple[str, str, Callable[[Read], float]], ...] = (
        ("authorities", "d", lambda read: read.sites),
        ("pages", "d", lambda read: read.pages),
        ("KB a page", ".1f", lambda read: read.size_bytes / read.pages / 1000),
        ("CPU s", ".2f", lambda read: read.watch.total_s),
        ("pages/s", ".0f", lambda read: read.pages_per_s),
        ("MB/s", ".2f", lambda read: read.size_bytes / read.watch.total_s / 1e6),
    )
    for label, form, value in rows:
        yield f"  {label:<30}{value(stored):>14{form}}{value(made_up):>14{form}}"
    for part in sorted(stored.watch.spent, key=lambda part: -stored.watch.spent[part]):
        yield f"  {part:<30}{_share(stored, part):>14.1%}{_share(made_up, part):>14.1%}"


def _share(read: Read, part: str) -> float:
    return read.watch.spent.get(part, 0.0) / read.watch.total_s


def gathering(ours: Cost, bare: Cost) -> Iterable[str]:
    yield f"{'':32}{'saytmetr':>14}{'bare Scrapy':>14}{'ratio':>8}"
    rows: tuple[tuple[str, str, Callable[[Cost], float]], ...] = (
        ("requests", "d", lambda cost: cost.requests),
        ("pages", "d", lambda cost: cost.pages),
        ("wall s", ".1f", lambda cost: cost.wall_s),
        ("requests/s", ".0f", lambda cost: cost.requests / cost.wall_s),
        ("CPU ms a request", ".2f", lambda cost: 1000 * cost.cpu_s / cost.requests),
        ("CPU ms a page", ".2f", lambda cost: 1000 * cost.cpu_s / cost.pages),
    )
    for label, form, value in rows:
        mine, theirs = value(ours), value(bare)
        yield f"  {label:<30}{mine:>14{form}}{theirs:>14{form}}{mine / theirs:>8.2f}"
    counts = sorted(ours.requests_of)
    yield f"  requests an authority: median {median(counts):.0f}, least {counts[0]}, most {counts[-1]}"


def politely(kept: Cost) -> Iterable[str]:
    bound = max((requests - 1) * POLITE_DELAY_S for requests in kept.requests_of)
    each = [
        seconds / ((requests - 1) * POLITE_DELAY_S)
        for requests, seconds in zip(kept.requests_of, kept.seconds_of, strict=True)
        if requests > 1
    ]
    yield f"  wall {kept.wall_s:.1f} s, bound that the delay sets {bound:.1f} s: {kept.wall_s / bound:.2f}"
    yield f"  a site by itself, seconds over its own bound: median {median(each):.2f}, most {max(each):.2f}"


if __name__ == "__main__":
    main()
