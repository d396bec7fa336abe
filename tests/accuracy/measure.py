"""How often are the readers right, and how often would plain tools be?

`python -m tests.accuracy.measure [--show] [--set FOLDER] [--publish]`: serves `sites/` on loopback, crawls it as a
round, holds the findings against every truth.yaml. One table for each half: open (readers may be mended by it) and held
(only its sums are ever shown). Measured, never failed: the exit status says that it measured.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from archive.database import open_database
from archive.evidence import Capture, Evidence
from reading.method import Method, load_method
from reading.rounds import Task, tasks_of
from tests.accuracy.baselines import BASELINES, looked_at
from tests.accuracy.folders import running
from tests.accuracy.publish import markdown, write
from tests.accuracy.truth import Fact, Truth, facts, load_truths

HERE = Path(__file__).parent
HOUSE = HERE.parent.parent
AS_OF = "2018-08-20"  # the day as of which the truths were decided
ORDER = (
    "site.state site.reason site.http_status site.final_url site.tls mobile social.recall social.precision"
    " social.network sections.state sections.fullness sections.placement sections.url sections.label"
    " sections.external sections.items sections.last_date sections.content sections.not_content sections.not_state"
    " news.state news.last_date news.silence_days news.status news.per_month news.median_gap_days news.url search"
    " languages"
).split()
SLIPS = ("no", "found", "fresh", "unseen")


@dataclass
class Tally:
    """What came of one kind of fact."""

    right: int = 0
    all: int = 0
    there: int = 0  # facts that the truth has as found or partial: what a false "no" is counted among
    slips: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SLIPS, 0))

    def add(self, fact: Fact) -> None:
        self.right += fact.right
        self.all += 1
        self.there += fact.want in ("found", "partial")
        for slip in fact.slips:
            self.slips[slip] += 1

    @property
    def share(self) -> float | None:
        return self.right / self.all if self.all else None


@dataclass(frozen=True)
class Bar:
    """A share that we hold ourselves to."""

    what: str
    kind: str
    least: float


BARS = (
    Bar("section state", "sections.state", 0.95),
    Bar("section fullness", "sections.fullness", 0.95),
    Bar("section placement", "sections.placement", 0.95),
    Bar("section url", "sections.url", 0.95),
    Bar("news last_date", "news.last_date", 0.97),
    Bar("news status", "news.status", 0.97),
    Bar("social precision", "social.precision", 0.98),
    Bar("social recall", "social.recall", 0.98),
    Bar("mobile", "mobile", 0.97),
    Bar("search", "search", 0.97),
    Bar("languages", "languages", 0.97),
)
MOST_FALSE_NO = 0.03  # of the sections that are there


# -- measuring -------------------------------------------------------------------------------------------------------


def crawl(of: Path, folder: Path) -> None:
    """A round over the made-up sites of a set, as anybody would run it."""
    with running(of / "sites") as proxy:
        command = [sys.executable, "cli.py", "crawl", "--agencies", str(of / "agencies.yaml"), "--round", "accuracy"]
        command += ["--as-of", AS_OF, "--proxy", proxy, "--delay", "0", "--timeout", "3"]
        command += ["--db", str(folder / "round.db"), "--archive", str(folder / "archive")]
        done = subprocess.run(command, cwd=HOUSE, stdout=subprocess.DEVNULL, check=False)
    if done.returncode:
        sys.exit(f"the crawl ended with exit status {done.returncode}; nothing was measured")


@lru_cache(maxsize=1)
def _method() -> Method:
    return load_method()


def plain_findings(task: Task) -> tuple[str, dict[str, dict[str, Any]]]:
    """(agency id, what each baseline says) of one authority's stored pages."""
    captures: list[Capture] = []
    if task.offsets:
        with Evidence(task.evidence) as evidence:
            captures = [evidence.read(offset) for offset in task.offsets]
    looked = looked_at(captures, task.as_of, _method())
    return task.agency.id, {baseline.name: baseline.look(looked) for baseline in BASELINES}


def findings_of(folder: Path) -> tuple[dict[str, Any], dict[str, dict[str, dict[str, Any]]]]:
    """(findings, what the baselines say), each by agency id."""
    database = open_database(folder / "round.db", create=False)
    round_ = database.round("accuracy")
    found = {one["id"]: one for one in database.findings(round_)["authorities"]}
    tasks = tasks_of(database, round_, folder / "archive")
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        plain = dict(pool.map(plain_findings, tasks))
    database.close()
    return found, plain


def tallied(facts: Iterable[Fact], kinds: Sequence[str] | None = None) -> dict[str, Tally]:
    """Tallies by kind of fact; those of sections also by kind of section, as `sections.state public_council`."""
    out: dict[str, Tally] = defaultdict(Tally)
    for fact in facts:
        if kinds is None or fact.kind in kinds:
            out[fact.kind].add(fact)
            if fact.kind == "sections.state":
                out[f"{fact.kind} {fact.of}"].add(fact)
    return out


@dataclass(frozen=True)
class Half:
    """One half of the authorities, measured."""

    name: str
    authorities: int
    readers: dict[str, Tally]
    plain: dict[str, dict[str, Tally]]  # by name of the baseline


def measured(
    name: str, truths: Sequence[Truth], found: dict[str, Any], plain: dict[str, dict[str, dict[str, Any]]]
) -> Half:
    def of(documents: dict[str, Any]) -> list[Fact]:
        return [fact for truth in truths for fact in facts(documents.get(truth.id, {}), truth)]

    said = {
        baseline.name: tallied(of({one: plain[one][baseline.name] for one in plain}), baseline.kinds)
        for baseline in BASELINES
    }
    return Half(name, len(truths), tallied(of(found)), said)


# -- printing --------------------------------------------------------------------------------------------------------


def _cells(tally: Tally | None) -> str:
    if tally is None or tally.share is None:
        return ""
    slips = " ".join(f"{tally.slips[slip] or '·':>5}" for slip in SLIPS)
    return f"{tally.right:>4}/{tally.all:<4} {tally.share:.3f} {slips}"


def table(half: Half) -> Iterable[str]:
    head = f"{'right/all':>9} share {'no':>5} {'found':>5} {'fresh':>5} {'unsn':>5}"
    yield f"{half.name} half: {half.authorities} authorities"
    yield f"{'fact':<31} {head} | {'plain baseline':<37} {head}"
    known = [kind for kind in half.readers if kind.split()[0] in ORDER]
    for kind in sorted(known, key=lambda kind: (ORDER.index(kind.split()[0]), kind)):
        label = f"  {kind.split()[1]}" if " " in kind else kind
        beside = [(name, tallies[kind]) for name, tallies in half.plain.items() if kind in tallies]
        for i, (name, tally) in enumerate(beside or [("", None)]):
            left = f"{label:<31} {_cells(half.readers[kind])}" if i == 0 else " " * 70
            yield f"{left:<70} | {'' if ' ' in kind else name:<37} {_cells(tally)}".rstrip(" |")
    total = [tally for kind, tally in half.readers.items() if " " not in kind]
    right, whole = sum(tally.right for tally in total), sum(tally.all for tally in total)
    yield f"{'total':<31} {right:>4}/{whole:<4} {right / max(whole, 1):.3f}"


def bars(halves: Sequence[Half]) -> Iterable[str]:
    def cells(values: Sequence[float | None], met: Sequence[bool], form: str) -> str:
        pairs = zip(values, met, strict=True)
        return "".join(
            f"{'–' if value is None else format(value, form):>9} {'met' if ok else 'MISSED':<6}" for value, ok in pairs
        )

    yield f"{'bar':<34}" + "".join(f"{half.name:>9}{'':7}" for half in halves)
    for bar in BARS:
        shares = [half.readers.get(bar.kind, Tally()).share for half in halves]
        yield f"{f'{bar.what} >= {bar.least}':<34}" + cells(shares, [(s or 0) >= bar.least for s in shares], ".3f")
    states = [half.readers.get("sections.state", Tally()) for half in halves]
    no = [tally.slips["no"] / max(tally.there, 1) for tally in states]
    yield f"{f'sections falsely absent <= {MOST_FALSE_NO}':<34}" + cells(no, [s <= MOST_FALSE_NO for s in no], ".3f")
    fresh = [
        sum(half.readers.get(f"news.{key}", Tally()).slips["fresh"] for key in ("last_date", "state"))
        for half in halves
    ]
    yield f"{'news falsely fresh = 0':<34}" + cells(fresh, [n == 0 for n in fresh], "d")


def wrong(truths: Sequence[Truth], found: dict[str, Any]) -> Iterable[str]:
    for truth in truths:
        assert not truth.held, "what is wrong on the held half is nobody's to see"
        for fact in facts(found.get(truth.id, {}), truth):
            if not fact.right:
                slips = f" [{' '.join(fact.slips)}]" if fact.slips else ""
                yield f"{truth.id}: {fact.kind} {fact.of}: got {fact.got!r}, the truth is {fact.want!r}{slips}"


def main() -> None:
    options = argparse.ArgumentParser(prog="tests.accuracy.measure", description=__doc__)
    options.add_argument("--show", action="store_true", help="also print what is wrong on the open half")
    options.add_argument(
        "--set",
        dest="of",
        type=lambda told: Path(told).resolve(),
        default=HERE,
        metavar="FOLDER",
        help="another set of labelled sites: a folder with agencies.yaml and sites/, as this one has",
    )
    options.add_argument(
        "--publish", action="store_true", help="write the board's page of accuracy, and print the README's table"
    )
    told = options.parse_args()
    show, of = told.show, told.of
    truths = load_truths(of / "sites")
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="accuracy-") as folder:
        crawl(of, Path(folder))
        crawled = time.monotonic()
        found, plain = findings_of(Path(folder))
    strangers = [truth.id for truth in truths if truth.id not in found]
    if strangers:
        print(f"left out, because agencies.yaml does not name them: {', '.join(strangers)}\n")
    open_half, held_half = ([t for t in truths if t.held is held and t.id in found] for held in (False, True))
    halves = [measured("open", open_half, found, plain), measured("held", held_half, found, plain)]
    print("False answers: `no` = said absent where it is there; `found` = said found where it is not;")
    print("`fresh` = a later day than the truth; `unsn` = said absent where nobody could look.\n")
    for half in halves:
        print("\n".join(table(half)), "\n")
    print("\n".join(bars(halves)))
    if show:
        print("\nwrong on the open half:", *wrong(open_half, found), sep="\n")
    if told.publish and of == HERE:
        write(HOUSE / "publishing" / "board" / "accuracy.yaml", halves, datetime.now(UTC).date())
        print("", *markdown(halves), sep="\n")
    print(f"\ncrawl and reading {crawled - began:.0f} s, baselines {time.monotonic() - crawled:.0f} s")


if __name__ == "__main__":
    main()
