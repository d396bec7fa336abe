"""What does the whole line do, from 103 sites to two appendix tables? The main job, on the sample web.

Serves the sample web, crawls it as if it were the real one, looks at what is posted on its profiles, reads, scores,
writes the report and the board, and holds the report against its own rows. A step that fails ends the job with its exit
status.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from archive.database import Round, open_database
from publishing.tables import Summary, summary
from sampleweb.describe import world
from sampleweb.networks.keeper import GOOGLE_KEY, META_TOKEN, X_TOKEN, profiles_of_sites, services
from sampleweb.proxy import running

HERE = Path(__file__).parent.parent
OUT = Path("output")  # below HERE
DB = OUT / "sample.db"
ARCHIVE = OUT / "sample-archive"
REPORT = OUT / "report"
BOARD = OUT / "board"
PLAN = "nap-2016-2018"
AS_OF = "2018-08-20"  # the day that the sample sites are built for: the middle of the round of 2018
PICTURES_S = 20  # for the pictures of the pages; `saytmetr pictures` goes on from there
FORMATS = "docx,pdf,html,xlsx,csv,json,package"
# The contract's words, in the order in which they are told.
SITES = "up moved placeholder blocked down unseen".split()
STATES = "found partial absent unseen".split()
NEWS = "active slowed stopped undated absent unseen".split()
LEVELS = "full significant none worse not_assessed".split()


# The services behind the sample proxy know these, and nobody else does.
TOKENS = {"SAYTMETR_META_TOKEN": META_TOKEN, "SAYTMETR_X_TOKEN": X_TOKEN, "SAYTMETR_GOOGLE_KEY": GOOGLE_KEY}


def saytmetr(*arguments: str, must: bool = True, more: Mapping[str, str] | None = None) -> float:
    """Runs one command of saytmetr and gives the seconds it took; what it has to say beside its results goes to stderr.

    Where it need not (`must`) do its work, the job goes on without. `more`: of its environment.
    """
    began = time.monotonic()
    command = [sys.executable, "cli.py", *arguments]
    told = subprocess.run(command, cwd=HERE, stdout=subprocess.DEVNULL, check=False, env={**os.environ, **(more or {})})
    if told.returncode and must:
        sys.exit(told.returncode)
    return time.monotonic() - began


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
    evidence = ("--archive", str(ARCHIVE))
    with tempfile.TemporaryDirectory(prefix="sample-round-") as folder:
        authority = Path(folder) / "authority.pem"  # tokens go only over a certificate that holds
        guests = services(world().as_of, profiles_of_sites(world()))
        with running(guests=guests, authority=authority) as proxy:
            visit = ("--as-of", AS_OF, "--proxy", proxy, "--delay", "0", *evidence)
            saytmetr("crawl", *this, *visit, "--sample")
            saytmetr("social", *this, *visit, more={**TOKENS, "SSL_CERT_FILE": str(authority)})
    saytmetr("score", *this, "--plan", PLAN)
    # Without a browser there are none.
    pictures_s = saytmetr("pictures", *this, *evidence, "--seconds", str(PICTURES_S), must=False)
    for lang in ("az", "en"):
        saytmetr("report", *this, "--plan", PLAN, "--lang", lang, "--format", FORMATS, *evidence, "--out", str(REPORT))
        saytmetr("lint", *this, "--plan", PLAN, "--lang", lang)  # the report's numbers are counted again
    saytmetr("board", "--db", str(DB), "--plan", PLAN, *evidence, "--out", str(BOARD))
    database = open_database(HERE / DB, create=False)
    round_ = database.round(name)
    found, levels = database.findings(round_), database.levels(round_, PLAN)
    for line in lines(round_, summary(found, levels, database.agencies(round_), "en")):
        print(line)
    print(
        f"Files: {REPORT}/ (the report, az and en: {FORMATS}), {BOARD}/index.html, {DB}, {ARCHIVE / name}/ (evidence)"
    )
    took = f"{time.monotonic() - started:.0f} s ({pictures_s:.0f} of them for pictures)"
    print(f"{took}, on invented sites. On the real ones: make real CONTACT=you@example.org")


if __name__ == "__main__":
    main()
