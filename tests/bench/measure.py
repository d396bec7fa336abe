"""How fast, how small and how thrifty is it, and how near to the bound that politeness itself sets?

`python -m tests.bench.measure`: measured on the sample web and its zoo, never failed. What depends on the machine
stands beside something else that ran on the same machine in the same minute: the ratios are what is worth comparing.
"""

import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit

import yaml

from archive.database import open_database
from reading.method import load_method
from reading.rounds import read_round, tasks_of
from sampleweb.describe import Description, World, world
from sampleweb.proxy import running
from sampleweb.zoo.keeper import Host, guests, hosts
from spiders.crawl import Manners
from tests.bench import paper
from tests.bench.crawls import AS_OF, ROUND, Cost, measured
from tests.bench.reading import Read, read_made_up, read_sites
from tests.bench.recall import requests_to_full_recall

POLITE_SITES, POLITE_DELAY_S = 40, 0.5  # no more than one core can serve at this pace
PAPER_SITES, PAPER_PAGES = 5, 60
TIMES = 10  # so many sample webs
CONCURRENCY = 64  # visits at a time in both, fewer than either has sites
BUDGET_PAGES = 6  # of a site, where it is memory that counts
BREADTH_SITES, BREADTH_PAGES = 20, 120
WILD = ("bomb", "gzip_bomb", "drip", "trap", "thirty-megabytes", "deep", "menu", "links")  # of the zoo


def main() -> None:
    alive = [site for site in world().sites if site.fault is None]
    ids = [site.id for site in alive]
    some = ids[:: len(ids) // BREADTH_SITES][:BREADTH_SITES]
    # A site that asks for a longer delay of its own would be measured against the wrong bound.
    patient = [site.id for site in alive if "crawl-delay" not in (site.robots or "").lower()]
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folders = {
            told: Path(name) / told for told in ("first", "whole", "breadth", "polite", "one", "ten", "good", "wild")
        }
        for folder in folders.values():
            folder.mkdir()
        with running() as proxy:
            # The sample web builds a page when it is first asked for one; only the second round is timed.
            _crawled(folders["first"], proxy, ids=ids)
            ours = _crawled(folders["whole"], proxy, ids=ids)
            bare = measured(how="bare", folder=str(folders["whole"]), proxy=proxy)
            again = _crawled(folders["whole"], proxy, ids=ids, round_name="again")
            _crawled(folders["breadth"], proxy, ids=some, breadth_first=True, budget_pages=BREADTH_PAGES)
            _print("(a) reading, one core, no network", reading(folders["whole"]))
            _print("(b) gathering a round at no delay, one process", gathering(ours, bare, again))
            _print("(c) requests to a site after which every fact of it is right", recall(folders, ids, some))
            chosen = patient[:: len(patient) // POLITE_SITES][:POLITE_SITES]
            kept = _crawled(folders["polite"], proxy, ids=chosen, delay_s=POLITE_DELAY_S)
            _print(f"(d) a polite round: {len(chosen)} sites, {POLITE_DELAY_S} s", politely(kept))
        _print(f"(e) memory, {CONCURRENCY} visits at a time, {BUDGET_PAGES} pages a site", memory(folders))
        _print("(f) bombs, drips, traps", wild(folders))


def _crawled(folder: Path, proxy: str, **more: Any) -> Cost:
    return measured(how="ours", folder=str(folder), proxy=proxy, **more)


def _print(title: str, lines: Iterable[str]) -> None:
    print(title, *lines, "", sep="\n", flush=True)


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


def gathering(ours: Cost, bare: Cost, again: Cost) -> Iterable[str]:
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
    yield f"  a second round of the unchanged web: bytes over those of the first {again.bytes / ours.bytes:.3f}"


def recall(folders: dict[str, Path], ids: list[str], some: list[str]) -> Iterable[str]:
    ours = requests_to_full_recall(folders["whole"], ROUND)
    theirs = requests_to_full_recall(folders["breadth"], ROUND)
    of_some = [count for agency_id, count in zip(ids, ours, strict=True) if agency_id in some]
    for label, counts in (
        (f"saytmetr, {len(ours)} sites", ours),
        (f"saytmetr, {len(some)} sites", of_some),
        (f"breadth first, the same {len(some)}, {BREADTH_PAGES} pages at most", theirs),
    ):
        reached = sorted(count for count in counts if count is not None)
        # A site that is never right counts as one that takes more than any.
        middle = median([*reached, *[float("inf")] * (len(counts) - len(reached))])
        most = reached[-1] if reached else 0
        yield f"  {label:<52} median {middle:.0f}, most {most}, all right at {len(reached)} of {len(counts)}"


def politely(kept: Cost) -> Iterable[str]:
    bound = max((requests - 1) * POLITE_DELAY_S for requests in kept.requests_of)
    each = [
        seconds / ((requests - 1) * POLITE_DELAY_S)
        for requests, seconds in zip(kept.requests_of, kept.seconds_of, strict=True)
        if requests > 1
    ]
    yield f"  wall {kept.wall_s:.1f} s, bound that the delay sets {bound:.1f} s: {kept.wall_s / bound:.2f}"
    yield f"  a site by itself, seconds over its own bound: median {median(each):.2f}, most {max(each):.2f}"


def memory(folders: dict[str, Path]) -> Iterable[str]:
    told = {"timeout_s": 3, "concurrency": CONCURRENCY, "budget_pages": BUDGET_PAGES}
    with running() as proxy:
        one = _crawled(folders["one"], proxy, registry=_registry(folders["one"], world().sites), **told)
    many = _many(world())
    with running(many) as proxy:
        ten = _crawled(folders["ten"], proxy, registry=_registry(folders["ten"], many.sites), **told)
    for label, cost in ((f"{len(one.requests_of)} sites", one), (f"{len(ten.requests_of)} sites", ten)):
        yield f"  {label:<14}{cost.requests:>8} requests, {cost.wall_s:>6.1f} s, peak {cost.peak_kb / 1000:>6.1f} MB"
    yield f"  ratio of the peaks: {ten.peak_kb / one.peak_kb:.2f}"
    database = open_database(folders["one"] / "round.db", create=False)
    found = [document for _, document in read_round(database, database.round(ROUND), folders["one"] / "archive")]
    database.close()
    named = [document for document in found if document["site"]["state"] and document["site"]["reason"]]
    yield f"  authorities with a verdict or a named reason: {len(named)} of {len(found)}"


def _many(once: World) -> World:
    """So many sample webs side by side, each under host names of its own."""
    sites = [_under_another_name(site, number) for number in range(TIMES) for site in once.sites]
    return once.model_copy(update={"sites": tuple(sites)})


def _under_another_name(site: Description, number: int) -> Description:
    host = site.host.replace(site.bare_host, f"k{number}-{site.bare_host}")
    url = urlsplit(site.url)._replace(netloc=host).geturl()
    return site.model_copy(update={"id": f"{site.id}-{number}", "url": url})


def _registry(folder: Path, sites: Iterable[Description]) -> str:
    return _written(folder, ({"id": one.id, "group": one.group, "name": one.name, "site": one.url} for one in sites))


def _written(folder: Path, entries: Iterable[dict[str, str]]) -> str:
    path = folder / "agencies.yaml"
    path.write_text(yaml.safe_dump({"agencies": list(entries)}, allow_unicode=True), encoding="utf-8")
    return str(path)


def wild(folders: dict[str, Path]) -> Iterable[str]:
    beasts = [one for one in hosts() if one.says is not None and _is_wild(one)]
    good = [one for one in hosts() if one.host == "good.zoo.az"]
    told = {"timeout_s": 3}
    with running(guests=guests()) as proxy:
        tame = _crawled(folders["good"], proxy, registry=_registry_of_zoo(folders["good"], good), **told)
        bad = _crawled(folders["wild"], proxy, registry=_registry_of_zoo(folders["wild"], beasts), **told)
    yield f"  an ordinary site: peak {tame.peak_kb / 1000:.1f} MB"
    yield f"  {len(beasts)} hosts: peak {bad.peak_kb / 1000:.1f} MB: +{(bad.peak_kb - tame.peak_kb) / 1000:.1f} MB"
    cap_s = Manners(delay_s=0).visit_cap_s
    yield f"  the longest visit {max(bad.seconds_of):.1f} s, cap {cap_s:.0f} s; most requests {max(bad.requests_of)}"


def _is_wild(one: Host) -> bool:
    faults = {one.fault, *(reply.fault for reply in one.pages.values())}
    return one.trap is not None or bool(faults & set(WILD)) or any(word in one.host for word in WILD)


def _registry_of_zoo(folder: Path, those: Iterable[Host]) -> str:
    entries = ((one.host.replace(".", "-"), one.host, one.site or f"http://{one.host}/") for one in those)
    return _written(folder, ({"id": i, "group": "local", "name": n, "site": s} for i, n, s in entries))


if __name__ == "__main__":
    main()
