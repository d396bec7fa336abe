"""How long does each form of the report take, and how much memory, for 103 authorities and for 5,000?

`python -m tests.bench.report [--authorities N] [--db FILE --round NAME] [--format …]`: the round of the sample web
(crawled for this, unless a database is named) held against the round of 2018, multiplied under new ids, names and
addresses until there are N authorities. Each form is drawn in a process of its own, after the score; `all` is every
form in one, as `saytmetr report` does it. Measured, never failed: the bars stand beside the figures.
"""

import argparse
import json
import pickle
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from archive.database import open_database, with_shared_pages
from archive.registry import Agency, load_registry
from publishing.beside import Beside
from publishing.edition import round_info
from publishing.package import write_package
from publishing.report import FORMATS, write_report
from reading.rounds import read_round
from scoring.claims import held, load_claims
from scoring.comparison import changes
from scoring.levels import levels_of
from scoring.plans import load_plan
from scoring.rounds import findings_of, load_round

HOUSE = Path(__file__).parent.parent.parent
METHOD = HOUSE / "methodology"
PACKAGE = "package"  # the data package is written by a call of its own
FORMS = (*FORMATS, PACKAGE)
FEW, MANY = 103, 5000
BAR_S, BAR_KB = {FEW: 20, MANY: 180}, 1_000_000


@dataclass(frozen=True)
class Cost:
    forms: tuple[str, ...]
    wall_s: float
    cpu_s: float
    before_kb: int  # of the process with its inputs loaded
    peak_kb: int
    size_bytes: int  # of the files


@dataclass(frozen=True)
class Inputs:
    findings: Mapping[str, Any]
    levels: list[dict[str, Any]]
    agencies: tuple[Agency, ...]
    beside: Beside


def inputs(findings: Mapping[str, Any], agencies: Sequence[Agency], authorities: int) -> Inputs:
    """Everything that a report is drawn from, for so many authorities."""
    before = findings_of(load_round(METHOD / "rounds" / "erc-2018.yaml"))
    plan = load_plan(METHOD / "plans" / "nap-2016-2018.yaml")
    many = tuple(_many_agencies(agencies, authorities))
    found, then = (_many_documents(one, [agency.id for agency in many]) for one in (findings, before))
    levels = [asdict(level) for level in levels_of(found, plan)]
    claims = load_claims(METHOD / "claims", load_registry(HOUSE / "agencies.yaml"))
    beside = Beside(
        plan=plan,
        changes=changes(found, levels, plan, then, many),
        claims=claims,
        held=held(claims, found, many),
        before_findings=then,
    )
    return Inputs(found, levels, many, beside)


def _many_agencies(agencies: Sequence[Agency], authorities: int) -> Iterator[Agency]:
    for number in range(authorities):
        turn, place = divmod(number, len(agencies))
        agency = agencies[place]
        if not turn:
            yield agency
            continue
        site = agency.site and agency.site.replace(".gov.az", f"-{turn}.gov.az")
        changed = {"id": f"{agency.id}-{turn}", "name": f"{agency.name} {turn}", "number": None, "site": site}
        yield agency.model_copy(update=changed | {"predecessor": None, "also": ()})


def _many_documents(findings: Mapping[str, Any], ids: Iterable[str]) -> dict[str, Any]:
    """The documents of these ids: `ganja-3` is that of ganja on another site."""
    known = {document["id"]: document for document in findings["authorities"]}
    texts = {key: json.dumps(document) for key, document in known.items()}
    documents = []
    for wanted in ids:
        base, _, turn = wanted.rpartition("-")
        if wanted in known:
            documents.append(known[wanted])
        elif base in known:
            other = json.loads(texts[base].replace(".gov.az", f"-{turn}.gov.az"))
            documents.append(with_shared_pages(other | {"id": wanted, "name": f"{other['name']} {turn}"}))
    return {**findings, "authorities": documents}


def drawn(stored: Path, forms: Sequence[str], lang: str) -> Cost:
    """What these forms cost this process."""
    with stored.open("rb") as file:
        loaded: Inputs = pickle.load(file)
    info = round_info(loaded.findings, against="erc-2018", sample=True)
    with tempfile.TemporaryDirectory(prefix="bench-report-") as name:
        out = Path(name)
        before_kb, wall, cpu = _peak_kb(), time.monotonic(), time.process_time()
        written = []
        if ours := [form for form in forms if form != PACKAGE]:
            written += write_report(
                loaded.findings, loaded.levels, loaded.agencies, info, lang, ours, out, loaded.beside
            )
        if PACKAGE in forms:
            written += write_package(
                loaded.findings, loaded.levels, loaded.agencies, info, out / PACKAGE, loaded.beside
            )
        wall, cpu = time.monotonic() - wall, time.process_time() - cpu
        return Cost(tuple(forms), wall, cpu, before_kb, _peak_kb(), sum(path.stat().st_size for path in written))


def _peak_kb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def measured(stored: Path, forms: Sequence[str], lang: str) -> Cost:
    """The same in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.report", "--stored", str(stored), "--format", ",".join(forms)]
    done = subprocess.run([*command, "--lang", lang], cwd=HOUSE, stdout=subprocess.PIPE, text=True, check=True)
    return Cost(**json.loads(done.stdout))


def sample(folder: Path) -> tuple[dict[str, Any], list[Agency]]:
    """A round of the sample web, gathered now."""
    from sampleweb.describe import world
    from sampleweb.proxy import running
    from tests.bench import crawls

    ids = [site.id for site in world().sites]
    with running() as proxy:
        crawls.measured(how="ours", folder=str(folder), proxy=proxy, delay_s=0, ids=ids)
    database = open_database(folder / "round.db", create=False)
    round_ = database.round(crawls.ROUND)
    documents = read_round(database, round_, folder / "archive")
    database.add_reading(round_, datetime.now(UTC), "bench", "0" * 64, documents)
    database.close()
    return _from(str(folder / "round.db"), crawls.ROUND)


def _from(db: str, name: str | None) -> tuple[dict[str, Any], list[Agency]]:
    database = open_database(db, create=False)
    round_ = database.round(name)
    found = database.findings(round_), database.agencies(round_)
    database.close()
    return found


def told(costs: Sequence[Cost], authorities: int) -> Iterator[str]:
    bar = BAR_S.get(authorities)
    yield f"{authorities} authorities, each form in a process of its own, inputs loaded"
    yield f"  {'form':<12}{'wall s':>10}{'CPU s':>10}{'MB before':>12}{'MB at most':>12}{'file MB':>10}"
    for cost in costs:
        name = cost.forms[0] if len(cost.forms) == 1 else "all"
        before, peak, size = cost.before_kb / 1000, cost.peak_kb / 1000, cost.size_bytes / 1e6
        yield f"  {name:<12}{cost.wall_s:>10.1f}{cost.cpu_s:>10.1f}{before:>12.0f}{peak:>12.0f}{size:>10.1f}"
    if bar:
        yield f"  bars: {bar} s for all, {BAR_KB / 1000:.0f} MB at most"


def main() -> None:
    ask = argparse.ArgumentParser(
        prog="python -m tests.bench.report",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    ask.add_argument("--authorities", type=int, action="append", help=f"how many; {FEW} and {MANY} when not given")
    ask.add_argument("--db", help="database with a round to multiply, instead of a new one of the sample web")
    ask.add_argument("--round", help="its name; the newest when not given")
    ask.add_argument("--format", default=",".join(FORMS), help=f"any of {','.join(FORMS)}")
    ask.add_argument("--lang", default="az")
    ask.add_argument("--stored", type=Path, help=argparse.SUPPRESS)
    given = ask.parse_args()
    forms = given.format.split(",")
    if given.stored:
        print(json.dumps(asdict(drawn(given.stored, forms, given.lang))))
        return
    with tempfile.TemporaryDirectory(prefix="bench-report-") as name:
        found, agencies = _from(given.db, given.round) if given.db else sample(Path(name))
        for authorities in given.authorities or (FEW, MANY):
            stored = Path(name) / f"{authorities}.pickle"
            with stored.open("wb") as file:
                pickle.dump(inputs(found, agencies, authorities), file)
            each = [[form] for form in forms] + ([forms] if len(forms) > 1 else [])
            costs = [measured(stored, one, given.lang) for one in each]
            print(*told(costs, authorities), "", sep="\n", flush=True)


if __name__ == "__main__":
    main()
