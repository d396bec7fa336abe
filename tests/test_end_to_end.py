"""Does the whole line hold together, from a socket to the printed tables, and does a kill in its middle cost nothing?

Eight authorities of the sample web, through its proxy and the commands as anybody runs them. They are chosen for what
they show: a council in full, one empty, one off its subject, one found by search only, a closed site and one that is
not there at all, tenders, and a central authority.
"""

import csv
import hashlib
import json
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import docx
import jsonschema
import openpyxl
import pytest
from bs4 import BeautifulSoup
from warcio.archiveiterator import ArchiveIterator

from archive.database import open_database
from sampleweb.compare import facts
from sampleweb.describe import world
from sampleweb.proxy import running
from sampleweb.truth import truth_of

ROOT = Path(__file__).parent.parent
IDS = "sheki khankendi zagatala binagadi nizami-baku nasimi kapaz justice-ministry".split()  # as the registry has them
CLOSED = {"khankendi": "Xankəndi", "kapaz": "Kəpəz"}
AS_OF = "2018-08-20"
ABSENT = "yoxdur"
# How often a silent host is tried begins anew with each run, and takes long: not in the round that is killed.
KILLED = [agency_id for agency_id in IDS if agency_id != "khankendi"]
KILLED_AFTER = (40, 110)  # answers of the proxy, of some two hundred

Json = dict[str, Any]


@dataclass
class Line:
    """One database and archive, and what the proxy was asked for while each round ran."""

    folder: Path
    asked: dict[str, list[tuple[str, str, int]]] = field(default_factory=dict)

    @property
    def stored(self) -> list[str]:
        return ["--db", str(self.folder / "r.db"), "--archive", str(self.folder / "archive")]

    @contextmanager
    def web(self, name: str) -> Iterator[tuple[str, list[tuple[str, str, int]]]]:
        heard = self.asked.setdefault(name, [])
        with running(watch=lambda host, address, status: heard.append((host, address, status))) as proxy:
            yield proxy, heard

    def crawl(self, name: str, proxy: str, ids: list[str]) -> list[str]:
        asked = ["--only", ",".join(ids), "--as-of", AS_OF, "--proxy", proxy, "--delay", "0", *self.stored]
        asked += ["--no-browser"]  # the milliseconds that a page takes in one are never the same twice
        return [sys.executable, "cli.py", "crawl", "--round", name, *asked]

    def run(self, *arguments: str) -> str:
        """Standard output of a command that did its work and had nothing else to say."""
        db = [] if "--db" in arguments else self.stored[:2]
        command = arguments if arguments[0] == sys.executable else (sys.executable, "cli.py", *arguments, *db)
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        return done.stdout

    def findings(self, name: str) -> Json:
        found: Json = json.loads(self.run("findings", "--round", name))
        return found


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Line:
    """A round of the eight, undisturbed."""
    made = Line(tmp_path_factory.mktemp("line"))
    with made.web("whole") as (proxy, _):
        told = made.run(*made.crawl("whole", proxy, IDS))
    assert told == f"round whole, as of {AS_OF}: 8 authorities: up 6, down 1, unseen 1\n"
    return made


@pytest.fixture(scope="module")
def found(line: Line) -> Json:
    return line.findings("whole")


def by_id(found: Json) -> dict[str, Json]:
    return {authority["id"]: authority for authority in found["authorities"]}


def evidence(value: object) -> Iterator[Json]:
    """Every piece of evidence in a findings document."""
    if isinstance(value, dict):
        yield from value.get("evidence", ())
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from evidence(one)


def plain(value: Any) -> Any:
    """Findings without what no two visits share: when, how long it took, and (a page that has not changed since the
    earlier round is not sent again) how many bytes."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items() if key not in ("seen_at", "seconds", "bytes")}
    return [plain(one) for one in value] if isinstance(value, list) else value


# -- from the crawl to the tables --------------------------------------------------------------------------------------


def test_findings_keep_the_schema(found: Json) -> None:
    schema = json.loads((ROOT / "findings.schema.json").read_text("utf-8"))
    jsonschema.validate(found, schema, format_checker=jsonschema.FormatChecker())
    assert [authority["id"] for authority in found["authorities"]] == IDS


@pytest.mark.parametrize("agency_id", IDS)
def test_findings_are_what_the_sites_show(found: Json, agency_id: str) -> None:
    held = list(facts(by_id(found)[agency_id], truth_of(world(), agency_id)))
    assert [fact for fact in held if not fact.right] == []
    assert len(held) > 10


def test_every_finding_can_be_walked_back_to_bytes(line: Line, found: Json) -> None:
    """With nothing but warcio and hashlib, as somebody would who does not trust us."""
    kept: set[tuple[str, str]] = set()
    for path in (line.folder / "archive" / "whole").glob("*.warc.gz"):
        with path.open("rb") as file:
            for record in ArchiveIterator(file):
                if record.rec_type == "response":
                    body = record.content_stream().read()
                    kept.add((record.rec_headers.get_header("WARC-Target-URI"), hashlib.sha256(body).hexdigest()))
    cited = {(piece["url"], piece["sha256"]) for piece in evidence(found["authorities"]) if piece["sha256"]}
    assert len(cited) > 100
    assert cited - kept == set()


def test_read_again_is_the_same_again(line: Line, found: Json) -> None:
    assert line.run("read", "--round", "whole", *line.stored) == "round whole: 8 authorities read again\n"
    again = line.findings("whole")
    assert json.dumps(again["authorities"]) == json.dumps(found["authorities"])
    database = open_database(line.folder / "r.db")
    older, newer = database.readings(database.round("whole"))
    assert older.method_sha256 == newer.method_sha256
    assert database.findings(database.round("whole"), older.id)["authorities"] == found["authorities"]


def test_levels(line: Line) -> None:
    scored = json.loads(line.run("score", "--round", "whole"))
    level = {(one["authority"], one["item"]): one["level"] for one in scored["levels"]}
    items = {item for _, item in level}
    assert items >= {"2.4", "4.2.1", "4.2.2", "5.6"}
    assert len(level) == len(items) * len(IDS)
    assert {level[closed, item] for closed in CLOSED for item in items} == {"not_assessed"}
    assert level["binagadi", "4.2.2"] == level["binagadi", "2.4"] == "full"
    assert level["nasimi", "4.2.1"] == level["zagatala", "4.2.1"] == level["sheki", "5.6"] == "none"
    assert level["nizami-baku", "5.6"] != "none"
    assert all(one["rule"]["az"] and one["rule"]["en"] for one in scored["levels"])


def test_stale(line: Line) -> None:
    listed = json.loads(line.run("stale", "--round", "whole", "--format", "json"))["authorities"]
    assert {one["id"] for one in listed} == set(IDS)
    assert listed[0]["id"] == "zagatala"
    assert listed[0]["silence_days"] == 24
    silence = [one["silence_days"] for one in listed if one["silence_days"] is not None]
    assert silence == sorted(silence, reverse=True)


@pytest.fixture(scope="module")
def written(line: Line) -> Path:
    out = line.folder / "report"
    line.run("report", "--round", "whole", "--format", "html,csv,xlsx,docx,json", "--out", str(out))
    return out


def rows_of(form: str, out: Path) -> list[list[str]]:
    """Every table row of a report in this format, as text."""
    if form == "csv":
        texts = [path.read_text("utf-8-sig") for path in sorted(out.glob("*.csv"))]
        return [row for text in texts for row in csv.reader(text.splitlines(keepends=True))]
    (path,) = out.glob(f"*.{form}")
    if form == "html":
        page = BeautifulSoup(path.read_bytes(), "lxml")
        return [[cell.get_text(" ", strip=True) for cell in row.find_all(["td", "th"])] for row in page.find_all("tr")]
    if form == "xlsx":
        return [[str(cell) for cell in row] for sheet in openpyxl.load_workbook(path) for row in sheet.values]
    if form == "docx":
        return [[cell.text for cell in row.cells] for table in docx.Document(str(path)).tables for row in table.rows]
    tables = json.loads(path.read_bytes())["tables"]
    return [[cell["text"] for cell in row["cells"].values()] for table in tables for row in table["rows"]]


@pytest.mark.parametrize("form", ["html", "csv", "xlsx", "docx", "json"])
def test_unseen_is_never_printed_as_absent(written: Path, form: str) -> None:
    named: dict[str, str] = {}
    for row in rows_of(form, written):  # the appendices come before the tables of data
        if len(row) > 6 and row[0].isdigit() and row[1]:
            named.setdefault(row[1].split()[0], " ".join(row).casefold())
    assert {"Şəki", "Binəqədi", "Ədliyyə", *CLOSED.values()} <= set(named)
    assert ABSENT in named["Şəki"]
    for name in CLOSED.values():
        assert ABSENT not in named[name]
        assert "yoxlamaq mümkün olmadı" in named[name]


def test_cells_of_unseen_findings(written: Path) -> None:
    (path,) = written.glob("*.json")
    rows = [row for table in json.loads(path.read_bytes())["tables"] for row in table["rows"]]
    assert [row["id"] for row in rows] == IDS
    cells = [cell for row in rows for cell in row["cells"].values() if cell["state"] == "unseen"]
    assert len(cells) >= 10
    assert not any(ABSENT in cell["text"].casefold() for cell in cells)


def test_rounds(line: Line) -> None:
    (round_,) = (one for one in json.loads(line.run("rounds", "--format", "json"))["rounds"] if one["name"] == "whole")
    assert (round_["as_of"], round_["authorities"], round_["partial"]) == (AS_OF, 8, False)
    assert round_["finished_at"] > round_["started_at"]


# -- killed in the middle ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def resumed(line: Line) -> Line:
    """A second round of seven of them, killed twice and gone on with."""
    with line.web("broken") as (proxy, heard):
        command = line.crawl("broken", proxy, KILLED)
        for enough in KILLED_AFTER:
            process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            deadline = time.monotonic() + 20
            while len(heard) < enough:
                assert process.poll() is None, process.communicate()
                assert time.monotonic() < deadline
                time.sleep(0.005)
            process.send_signal(signal.SIGKILL)
            process.communicate(timeout=10)
            if "--resume" not in command:
                command.append("--resume")
        listed = json.loads(line.run("rounds", "--format", "json"))["rounds"]
        assert [one["finished_at"] is None for one in listed if one["name"] == "broken"] == [True]
        line.run(*command)
        before = len(heard)
        line.run(*command)
        assert len(heard) == before, "a round that is finished asks for nothing more"
    return line


def test_nothing_is_lost_and_nothing_kept_twice(resumed: Line) -> None:
    database = open_database(resumed.folder / "r.db")

    def kept(name: str, agency_id: str) -> Counter[tuple[str, str, str | None]]:
        pages = database.pages(database.visit(database.round(name), agency_id).id)
        return Counter((page.url, page.purpose, page.sha256) for page in pages)

    for agency_id in KILLED:
        assert kept("broken", agency_id) == kept("whole", agency_id), agency_id
        assert database.visit(database.round("broken"), agency_id).attempt == 1


def test_nothing_is_asked_twice(resumed: Line) -> None:
    """But for what was under way at a kill: one request of a site at most, whose answer nobody was there to keep."""
    whole, broken = (Counter((h, a) for h, a, status in resumed.asked[n] if status) for n in ("whole", "broken"))
    assert whole - broken == Counter()
    again = Counter[str]()
    for (host, _), count in (broken - whole).items():
        again[host] += count
    assert all(count <= len(KILLED_AFTER) for count in again.values()), again


def test_findings_are_those_of_an_undisturbed_round(resumed: Line, found: Json) -> None:
    again, before = (plain(by_id(one)) for one in (resumed.findings("broken"), found))
    assert list(again) == KILLED
    for agency_id in KILLED:
        assert again[agency_id] == before[agency_id], agency_id
