"""What does the whole line do, from 103 sites to two appendix tables? The main job, on the sample web.

Serves the sample web, crawls it as if it were the real one, reads, scores, writes the report and holds it against its
own rows. A step that fails ends the job with its exit status.
"""

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from archive.database import Round, open_database
from publishing.tables import Summary, summary
from sampleweb.proxy import running

HERE = Path(__file__).parent.parent
OUT = Path("output")  # below HERE
DB = OUT / "sample.db"
ARCHIVE = OUT / "sample-archive"
REPORT = OUT / "report"
BOARD = OUT / "board"
PLAN = "nap-2016-2018"
AS_OF = "2018-08-20"  # the day that the sample sites are built for: the middle of the round of 2018
FORMATS = "docx,pdf,html,xlsx,csv,json,package"
# The contract's words, in the order in which they are told.
SITES = "up moved placeholder blocked down unseen".split()
STATES = "found partial absent unseen".split()
NEWS = "active slowed stopped undated absent unseen".split()
LEVELS = "full significant none worse not_assessed".split()


def saytmetr(*arguments: str) -> None:
    """Runs one command of saytmetr; what it has to say beside its results goes to standard error."""
    told = subprocess.run([sys.executable, "cli.py", *arguments], cwd=HERE, stdout=subprocess.DEVNULL, check=False)
    if told.returncode:
        sys.exit(told.returncode)


def lines(round_: Round, told: Summary) -> Iterator[str]:
    """The round in ten lines."""
    tally = told.all
    groups = ", ".join(f"{one.authorities} {group}" for group, one in told.groups.items())
    yield f"{round_.name}, as of {round_.as_of}: {tally.authorities} authorities ({groups})"
    yield f"  sites           {_counts(tally.sites, SITES)}"
    for name, kind in (
        ("public council", "public_council"),
        ("procurement", "procurement"),
        ("e-services", "e_services"),
    ):
        yield f"  {name:<15} {_counts(tally.sections[kind], STATES)}"
    yield f"  news            {_counts(tally.news, NEWS)}"
    for item, levels in sorted(tally.levels.items()):
        yield f"  item {item:<10} {_counts(levels, LEVELS)}"


def _counts(numbers: Mapping[str, int], order: list[str]) -> str:
    """What nobody has is left out."""
    return ", ".join(f"{word.replace('_', ' ')} {numbers[word]}" for word in order if numbers.get(word))


def main() -> None:
    started = time.monotonic()
    name = time.strftime("sample-%Y%m%d-%H%M%S")
    this = ("--round", name, "--db", str(DB))
    with running() as proxy:
        visit = ("--as-of", AS_OF, "--proxy", proxy, "--delay", "0", "--sample", "--archive", str(ARCHIVE))
        saytmetr("crawl", *this, *visit)
    saytmetr("score", *this, "--plan", PLAN)
    for lang in ("az", "en"):
        saytmetr("report", *this, "--plan", PLAN, "--lang", lang, "--format", FORMATS, "--out", str(REPORT))
        saytmetr("lint", *this, "--plan", PLAN, "--lang", lang)  # the report's numbers are counted again
    saytmetr("board", "--db", str(DB), "--plan", PLAN, "--out", str(BOARD))
    database = open_database(HERE / DB, create=False)
    round_ = database.round(name)
    found, levels = database.findings(round_), database.levels(round_, PLAN)
    for line in lines(round_, summary(found, levels, database.agencies(round_), "en")):
        print(line)
    print(
        f"Files: {REPORT}/ (the report, az and en: {FORMATS}), {BOARD}/index.html, {DB}, {ARCHIVE / name}/ (evidence)"
    )
    print(f"{time.monotonic() - started:.0f} s, on invented sites. On the real ones: make real CONTACT=you@example.org")


if __name__ == "__main__":
    main()
