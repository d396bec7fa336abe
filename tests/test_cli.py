"""Do the commands keep the contract's part 1: names, options, exit codes, and what goes to which stream?

Commands run in this process, through `cli.main`, whose words and exit status are all that anybody sees of it.
"""

import csv
import io
import json
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click
import pytest

import cli
from archive.database import open_database
from sampleweb.proxy import running
from spiders.browser import executable

ROOT = Path(__file__).parent.parent
PROXY = "http://127.0.0.1:9"  # loopback; nobody is asked there by commands that are refused before
AS_OF = "2018-08-20"
OPTIONS = {
    "crawl": "agencies only group as-of round db archive proxy delay budget timeout resume",
    "read": "round db archive",
    "findings": "round db format only",
    "score": "plan round against db format",
    "report": "plan round against db lang format out",
    "stale": "round db format",
    "rounds": "db format",
    "check": "agencies",
    "changes": "plan round against before-plan db format",
    "claims": "plan round db format",
    "lint": "plan round expected db format",
    "reviews": "plan round db format",
    "evidence": "item fact plan round db archive lang out",
    "schedule": "list history run-now pause resume",
    "alerts": "round db dry-run send",
    "prune": "db archive dry-run",
    "observations": "observations round db format",
    "board": "plan db out base-url tag ledger",
}
CHOICES = {
    ("crawl", "group"): "local central",
    ("findings", "format"): "json csv",
    ("score", "format"): "json csv",
    ("report", "lang"): "az en ru",
    ("stale", "format"): "table json csv",
}
BESIDE_THE_METHOD = (
    *("agencies.yaml", "schedule.yaml", "alerts.yaml", "published.yaml", "reviews", "responses", "observations"),
)
ON_A_ROUND = ["read", "findings", "score", "report", "stale", "claims", "reviews"]


@dataclass(frozen=True)
class Ran:
    status: int
    out: str
    err: str


Run = Callable[..., Ran]


@dataclass(frozen=True)
class Kept:
    """A small round of the sample web: three authorities, one of them without a site."""

    db: Path
    archive: Path
    crawled: Ran

    @property
    def names(self) -> list[str]:
        return [round_.name for round_ in open_database(self.db).rounds()]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.delenv("SAYTMETR_CONTACT", raising=False)

    def ran(*arguments: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["saytmetr", *map(str, arguments)])
        capfd.readouterr()
        status = 0
        try:
            cli.main()
        except SystemExit as ended:
            status = ended.code if isinstance(ended.code, int) else 1
        told = capfd.readouterr()
        assert "Traceback" not in told.err
        return Ran(status, told.out, told.err)

    return ran


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    folder = tmp_path_factory.mktemp("kept")
    db, archive = folder / "r.db", folder / "archive"
    asked = ["--only", "lankaran,binagadi,kapaz", "--as-of", AS_OF, "--round", "first", "--delay", "0", "--budget", "6"]
    with running() as proxy:
        command = [
            sys.executable,
            "cli.py",
            "crawl",
            *asked,
            "--proxy",
            proxy,
            "--db",
            str(db),
            "--archive",
            str(archive),
        ]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return Kept(db, archive, Ran(done.returncode, done.stdout, done.stderr))


@pytest.fixture
def mine(kept: Kept, tmp_path: Path) -> Kept:
    """The same round, for a test that changes something."""
    assert kept.crawled.status == 0, kept.crawled.err
    shutil.copy(kept.db, tmp_path / "r.db")
    shutil.copytree(kept.archive, tmp_path / "archive")
    return Kept(tmp_path / "r.db", tmp_path / "archive", kept.crawled)


# -- names and options -------------------------------------------------------------------------------------------------


def test_help_of_the_whole(run: Run) -> None:
    told = run("--help")
    assert told.status == 0
    assert all(name in told.out for name in OPTIONS)


@pytest.mark.parametrize("command", OPTIONS)
def test_every_command_explains_itself_and_has_the_options_of_the_contract(run: Run, command: str) -> None:
    told = run(command, "--help")
    assert (told.status, told.err) == (0, "")
    assert told.out.startswith("Usage:")
    for option in OPTIONS[command].split():
        assert f"--{option}" in told.out


@pytest.mark.parametrize(("command", "option"), CHOICES)
def test_choices_of_the_contract(command: str, option: str) -> None:
    (found,) = (one for one in cli.cli.commands[command].params if f"--{option}" in one.opts)
    assert isinstance(found.type, click.Choice)
    assert set(CHOICES[command, option].split()) <= set(found.type.choices)


def test_the_console_command_is_this_one(run: Run) -> None:
    assert 'saytmetr = "cli:main"' in (ROOT / "pyproject.toml").read_text("utf-8")
    assert run("--version").out == f"saytmetr, version {cli.VERSION}\n"


# -- unusable arguments ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("crawl --delay 0", "--proxy on a loopback"),
        ("crawl --delay 0 --contact a@b.az", "--proxy on a loopback"),
        ("crawl --delay 0 --proxy http://192.0.2.1:3128", "--proxy on a loopback"),
        ("crawl --delay 0 --proxy http://127.0.0.1.example.org:3128", "--proxy on a loopback"),
        ("crawl", "--contact"),
        ("crawl --proxy http://192.0.2.1:3128", "--contact"),
        (f"crawl --proxy {PROXY} --as-of 2018-13-01", "2018-13-01"),
        (f"crawl --proxy {PROXY} --as-of 20.08.2018", "20.08.2018"),
        (f"crawl --proxy {PROXY} --only binagady", "did you mean binagadi?"),
        (f"crawl --proxy {PROXY} --only baku,nobody-knows", "nobody-knows"),
        (f"crawl --proxy {PROXY} --only baku --group central", "no authority is left"),
        (f"crawl --proxy {PROXY} --only ,", "no authority is left"),
        (f"crawl --proxy {PROXY} --group regional", "regional"),
        (f"crawl --proxy {PROXY} --budget 0", "--budget"),
        (f"crawl --proxy {PROXY} --budget many", "--budget"),
        (f"crawl --proxy {PROXY} --timeout 0", "--timeout"),
        (f"crawl --proxy {PROXY} --delay -1", "--delay"),
        (f"crawl --proxy {PROXY} --delay nan", "--delay"),
        (f"crawl --proxy {PROXY} --agencies nowhere.yaml", "nowhere.yaml"),
        (f"crawl --proxy {PROXY} --round ../elsewhere", "--round"),
        ("crawl --proxy socks5://127.0.0.1:1080", "http://host:port"),
        ("crawl --proxy http://127.0.0.1:99999", "http://host:port"),
        ("crawl --proxy http://[::1", "http://host:port"),
        ("crawl --fast", "--fast"),
        ("report --format odt", "there are: csv"),
        ("report --format ,", "there are: csv"),
        ("report --lang de", "'de'"),
        ("findings --format xml", "'xml'"),
        ("score --format docx", "'docx'"),
        ("stale --format xml", "'xml'"),
        ("check --agencies nowhere.yaml", "nowhere.yaml"),
        ("watch", "No such command"),
    ],
)
def test_unusable_arguments(run: Run, tmp_path: Path, arguments: str, says: str) -> None:
    db = ["--db", tmp_path / "r.db"] if arguments.split()[0] not in ("check", "watch") else []
    told = run(*arguments.split(), *db)
    assert (told.status, told.out) == (2, "")
    assert says in told.err
    assert list(tmp_path.iterdir()) == []


def test_names_that_only_the_database_knows(run: Run, kept: Kept) -> None:
    for arguments, says in (
        (["findings", "--only", "sheki"], "sheki"),
        (["score", "--plan", "nap-1999"], "nap-2016-2018"),
        (["report", "--plan", "../nap-2016-2018"], "nap-2016-2018"),
    ):
        told = run(*arguments, "--db", kept.db)
        assert (told.status, told.out) == (2, "")
        assert says in told.err


# -- what cannot be done -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [*ON_A_ROUND, "rounds"])
def test_no_database(run: Run, tmp_path: Path, command: str) -> None:
    told = run(command, "--db", tmp_path / "none.db")
    assert (told.status, told.out) == (1, "")
    assert "none.db: there is no such database" in told.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ON_A_ROUND)
def test_another_file_is_no_database(run: Run, tmp_path: Path, command: str) -> None:
    (tmp_path / "r.db").write_text("no database", encoding="utf-8")
    told = run(command, "--db", tmp_path / "r.db")
    assert (told.status, told.out) == (1, "")
    assert "not an SQLite database" in told.err
    assert (tmp_path / "r.db").read_text("utf-8") == "no database"


@pytest.mark.parametrize(
    "arguments", [*(f"{name} --round lost" for name in ON_A_ROUND), "score --against lost", "report --against lost"]
)
def test_a_round_that_is_not_there(run: Run, kept: Kept, arguments: str) -> None:
    told = run(*arguments.split(), "--db", kept.db)
    assert (told.status, told.out) == (1, "")
    assert "there is no round 'lost'; there are: first" in told.err


def test_a_round_that_is_not_there_is_not_gone_on_with(run: Run, kept: Kept, tmp_path: Path) -> None:
    told = run("crawl", "--resume", "--round", "lost", "--proxy", PROXY, "--db", kept.db)
    assert told.status == 1
    assert kept.names == ["first"]
    told = run("crawl", "--resume", "--proxy", PROXY, "--db", tmp_path / "none.db")
    assert told.status == 1
    assert not (tmp_path / "none.db").exists()


def test_the_name_of_a_round_is_taken_once(run: Run, kept: Kept) -> None:
    before = open_database(kept.db).round("first")
    with running() as proxy:
        told = run("crawl", "--round", "first", "--only", "baku", "--proxy", proxy, "--delay", "0", "--db", kept.db)
    assert (told.status, told.out) == (1, "")
    assert "--resume" in told.err
    assert open_database(kept.db).round("first") == before


def test_a_proxy_that_is_not_there(run: Run, tmp_path: Path) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        proxy = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        told = run("crawl", "--proxy", proxy, "--delay", "0", "--db", tmp_path / "r.db", "--archive", tmp_path / "a")
    assert (told.status, told.out) == (1, "")
    assert f"{proxy} does not answer" in told.err
    assert "--proxy" in told.err
    # No round is left that pretends to be finished, nor one that is in the way of the next try.
    assert list(tmp_path.iterdir()) == []


def test_evidence_that_is_not_there(run: Run, mine: Kept) -> None:
    readings = open_database(mine.db).readings(open_database(mine.db).round())
    told = run("read", "--db", mine.db, "--archive", mine.archive / "elsewhere")
    assert (told.status, told.out) == (1, "")
    assert ".warc.gz" in told.err
    assert open_database(mine.db).readings(open_database(mine.db).round()) == readings


def test_a_place_that_cannot_be_written_to(run: Run, kept: Kept, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    told = run("report", "--db", kept.db, "--format", "json", "--out", tmp_path / "file" / "below")
    assert (told.status, told.out) == (1, "")
    assert "below" in told.err


def test_a_round_made_by_hand_is_not_read_from_evidence(run: Run, mine: Kept) -> None:
    assert run("score", "--db", mine.db, "--round", "erc-2018").status == 0
    before = run("findings", "--db", mine.db, "--round", "erc-2018").out
    told = run("read", "--db", mine.db, "--round", "erc-2018", "--archive", mine.archive)
    assert (told.status, told.out) == (1, "")
    assert run("findings", "--db", mine.db, "--round", "erc-2018").out == before


# -- check -------------------------------------------------------------------------------------------------------------

GOOD = """agencies:
  - id: baku
    group: local
    name: Bakı
    site: http://baku-ih.gov.az/
"""
SECOND = GOOD.partition("\n")[2].replace("baku", "ganja").replace("Bakı", "Gəncə")


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        (GOOD + "    colour: red\n", 6, "colour"),
        (GOOD + SECOND.replace("ganja-ih", "www.baku-ih"), 9, "baku-ih.gov.az"),
        (GOOD + SECOND.replace("id: ganja", "id: baku"), 6, "baku"),
        (GOOD.replace("http:", "ftp:"), 5, "ftp:"),
        (GOOD.replace("http:", "javascript:"), 5, "javascript:"),
        (GOOD.replace("    group: local\n", ""), 2, "group"),
        (GOOD.replace("local", "regional"), 3, "regional"),
        (GOOD + "    name: Again\n", 6, "name"),
        (GOOD + "   site: [\n", 6, ""),
        ("", 1, "empty"),
    ],
)
def test_a_broken_registry(run: Run, tmp_path: Path, text: str, line: int, says: str) -> None:
    registry = tmp_path / "agencies.yaml"
    registry.write_text(text, encoding="utf-8")
    told = run("check", "--agencies", registry)
    assert told.status == 1
    (fault,) = (found for found in told.out.splitlines() if found.startswith(f"{registry}:{line}:"))
    assert says in fault
    told = run("crawl", "--agencies", registry, "--proxy", PROXY, "--db", tmp_path / "r.db")
    assert (told.status, told.out) == (1, "")
    assert f"{registry}:{line}:" in told.err
    assert list(tmp_path.iterdir()) == [registry]


def test_files_that_are_in_order(run: Run, tmp_path: Path) -> None:
    told = run("check")
    assert (told.status, told.err) == (0, "")
    *files, browser = told.out.splitlines()
    assert {line.partition(": ")[2] for line in files} == {"in order"}
    assert browser == f"browser: {executable() or 'there is no browser on this machine; to install one: make browser'}"
    names = {line.partition(": ")[0] for line in files}
    methodology = {str(path.relative_to(ROOT)) for path in (ROOT / "methodology").rglob("*.yaml")}
    assert names == {*BESIDE_THE_METHOD, *methodology}
    (tmp_path / "good.yaml").write_text(GOOD + SECOND, encoding="utf-8")
    assert run("check", "--agencies", tmp_path / "good.yaml").status == 0


# -- streams -----------------------------------------------------------------------------------------------------------


def test_a_crawl_away_from_a_terminal(kept: Kept) -> None:
    assert kept.crawled.status == 0
    assert kept.crawled.out == f"round first, as of {AS_OF}: 3 authorities: up 2, unseen 1\n"
    assert kept.crawled.err == ""


@pytest.mark.parametrize("command", ["findings", "score", "stale", "rounds"])
def test_results_and_nothing_else(run: Run, kept: Kept, command: str) -> None:
    told = run(command, "--db", kept.db, "--format", "json")
    assert (told.status, told.err) == (0, "")
    assert json.loads(told.out)["format"] == f"saytmetr-{'levels' if command == 'score' else command}/1"
    told = run(command, "--db", kept.db, "--format", "csv")
    assert (told.status, told.err) == (0, "")
    head, *rows = csv.reader(io.StringIO(told.out))
    assert rows
    assert {len(row) for row in rows} == {len(head)}


def test_the_newest_round_is_meant(run: Run, mine: Kept) -> None:
    with running() as proxy:
        asked = ["--only", "kapaz", "--proxy", proxy, "--delay", "0", "--db", mine.db, "--archive", mine.archive]
        assert run("crawl", "--round", "second", "--as-of", "2018-08-01", *asked).status == 0
    assert json.loads(run("findings", "--db", mine.db).out)["round"]["name"] == "second"
    listed = json.loads(run("rounds", "--db", mine.db, "--format", "json").out)["rounds"]
    assert [round_["name"] for round_ in listed] == ["first", "second"]
    assert all(round_["finished_at"] for round_ in listed)


def test_only_these(run: Run, kept: Kept) -> None:
    told = json.loads(run("findings", "--db", kept.db, "--only", "kapaz,binagadi").out)
    assert [one["id"] for one in told["authorities"]] == ["binagadi", "kapaz"]


@pytest.mark.parametrize("lang", ["az", "en", "ru"])
def test_a_report_names_its_files(run: Run, kept: Kept, tmp_path: Path, lang: str) -> None:
    told = run("report", "--db", kept.db, "--lang", lang, "--format", "csv,json", "--out", tmp_path)
    assert (told.status, told.err) == (0, "")
    written = {Path(line) for line in told.out.splitlines() if line.startswith(str(tmp_path))}
    assert written == set(tmp_path.iterdir())
    assert {path.suffix for path in written} == {".csv", ".json"}


# -- observations by hand ----------------------------------------------------------------------------------------------


def test_what_people_saw_comes_into_the_findings_by_way_of_the_template(run: Run, mine: Kept, tmp_path: Path) -> None:
    folder = tmp_path / "observations"
    folder.mkdir()
    where = ["--db", mine.db, "--round", "first", "--observations", folder]
    told = run("observations", "new", *where, "--out", folder / "may.csv")
    assert (told.status, told.err) == (0, "")
    rows = list(csv.DictReader(io.StringIO((folder / "may.csv").read_text("utf-8-sig"))))
    found = json.loads(run("findings", "--db", mine.db, "--round", "first").out)
    listed = [(a["id"], p["url"]) for a in found["authorities"] for p in a["social"]["profiles"]]
    assert [(row["authority"], row["profile"]) for row in rows] == listed != []
    assert run("observations", "new", *where, "--out", folder / "may.csv").status == 1  # never written over
    by = {"observed_on": "2018-08-19", "last_post": "2018-08-18", "posts_30d": "9", "observer": "A. Müşahidəçi"}
    rows[0] |= by | {"evidence": "https://example.org/post"}
    with (folder / "may.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    told = run("observations", *where, "--format", "json")
    seen = json.loads(told.out)["observations"]
    assert [row["status"] for row in seen].count("seen") == 1
    assert told.err == f"1 looks by hand; {len(rows) - 1} profiles still unseen\n"
    reread = ["--db", mine.db, "--archive", mine.archive, "--round", "first", "--observations", folder]
    assert run("read", *reread).status == 0
    found = json.loads(run("findings", "--db", mine.db, "--round", "first").out)
    social = next(a for a in found["authorities"] if a["id"] == rows[0]["authority"])["social"]
    profile = next(p for p in social["profiles"] if p["url"] == rows[0]["profile"])
    assert (social["activity"], profile["activity"], profile["observed_by"]) == ("active", "active", "A. Müşahidəçi")
    (folder / "may.csv").write_text((folder / "may.csv").read_text("utf-8").replace(",9,", ",0,"), "utf-8")
    told = run("read", *reread)
    assert (told.status, told.out) == (1, "")
    assert "may.csv:2: the last post is 1 days old, and 0 are counted" in told.err


def test_a_template_of_no_round_is_none(run: Run, tmp_path: Path) -> None:
    told = run("observations", "new", "--db", tmp_path / "none.db")
    assert (told.status, told.out) == (1, "")


# -- plans, comparison, claims, reviews --------------------------------------------------------------------------------


def test_an_edition_is_named_behind_the_plan(run: Run, kept: Kept) -> None:
    told = run("score", "--db", kept.db, "--plan", "nap-2016-2018@1")
    assert (told.status, json.loads(told.out)["edition"]) == (0, 1)
    told = run("score", "--db", kept.db, "--plan", "nap-2016-2018@99")
    assert told.status == 2
    assert "nap-2016-2018@1" in told.err


def test_changes_since_2018_name_every_cell_and_why(run: Run, mine: Kept) -> None:
    told = run("changes", "--db", mine.db, "--round", "first", "--against", "erc-2018")
    assert (told.status, told.err) == (0, "")
    rows = json.loads(told.out)["changes"]
    assert {row["verdict"] for row in rows} <= {"better", "same", "worse", "not_comparable"}
    assert all(row["why"] != "none" for row in rows if row["verdict"] != "same")
    seen = {(row["authority"], row["what"]): row for row in rows}
    assert seen["lankaran", "languages"]["why"] == "not_recorded"
    assert seen["kapaz", "2.4"]["verdict"] == "not_comparable"


def test_claims_are_held_against_the_round(run: Run, kept: Kept) -> None:
    told = run("claims", "--db", kept.db, "--format", "json")
    assert (told.status, told.err) == (0, "")
    rows = {row["claim"]: row for row in json.loads(told.out)["claims"]}
    one = rows["commission-2017-2.4"]
    assert one["counts"]["unseen"] == len(one["behind"]["unseen"])
    assert one["status"] in ("supported", "partly", "contradicted", "cannot_be_checked")


def test_the_report_of_2018_is_held_against_its_own_rows(run: Run, mine: Kept) -> None:
    claims, expected = ROOT / "methodology/claims/erc-2018-report.yaml", ROOT / "tests/claims_erc_2018.yaml"
    told = run("lint", claims, "--expected", expected, "--db", mine.db, "--format", "json")
    assert told.status == 0, told.err
    statuses = [row["status"] for row in json.loads(told.out)["claims"]]
    assert (len(statuses), statuses.count("contradicted")) == (42, 9)


def test_another_opinion_without_a_reason_fails_the_lint(run: Run, mine: Kept, tmp_path: Path) -> None:
    claims, expected = ROOT / "methodology/claims/erc-2018-report.yaml", ROOT / "tests/claims_erc_2018.yaml"
    other = tmp_path / "other.yaml"
    text = expected.read_text(encoding="utf-8")
    assert "scope-local: supported" in text
    other.write_text(text.replace("scope-local: supported", "scope-local: contradicted"), encoding="utf-8")
    told = run("lint", claims, "--expected", other, "--db", mine.db)
    assert told.status == 1
    assert "scope-local: ours supported, expected contradicted" in told.err


def test_a_hand_made_round_whose_file_changed_is_taken_in_again(
    run: Run, mine: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "rounds"
    folder.mkdir()
    text = (ROOT / "methodology/rounds/erc-2018.yaml").read_text(encoding="utf-8")
    (folder / "erc-2018.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(cli, "HAND_ROUNDS", folder)
    assert run("findings", "--db", mine.db, "--round", "erc-2018").status == 0
    assert run("findings", "--db", mine.db, "--round", "erc-2018").status == 0
    database = open_database(mine.db)
    assert len(database.readings(database.round("erc-2018"))) == 1
    (folder / "erc-2018.yaml").write_text(text + "# a remark\n", encoding="utf-8")
    assert run("findings", "--db", mine.db, "--round", "erc-2018").status == 0
    assert len(database.readings(database.round("erc-2018"))) == 2


def test_our_own_report_is_held_against_its_rows(run: Run, kept: Kept) -> None:
    for lang in ("az", "en"):
        told = run("lint", "--db", kept.db, "--round", "first", "--lang", lang)
        assert told.status == 0, told.out + told.err
    assert run("lint", "--db", kept.db, "--expected", ROOT / "tests/claims_erc_2018.yaml").status == 2


def test_rows_that_say_the_same_word_for_word_are_named(run: Run, mine: Kept) -> None:
    told = run("lint", "--db", mine.db, "--round", "erc-2018", "--format", "json")
    assert told.status == 1
    complaints = json.loads(told.out)["complaints"]
    assert {one["rule"] for one in complaints} == {"copied"}
    assert any("kapaz" in one["what"] for one in complaints)


# -- evidence, data package --------------------------------------------------------------------------------------------


def test_the_evidence_of_one_cell(run: Run, kept: Kept, tmp_path: Path) -> None:
    where = ["--db", kept.db, "--archive", kept.archive, "--out", tmp_path]
    told = run("evidence", "binagadi", "--item", "4.2.2", *where)
    assert (told.status, told.err) == (0, "")
    files = [Path(line) for line in told.out.splitlines()]
    assert {path.suffix for path in files} == {".wacz", ".html", ".docx"}
    assert all(path.is_file() for path in files)
    assert run("evidence", "binagadi", *where).status == 2
    assert run("evidence", "binagadi", "--item", "9.9", *where).status == 2
    assert run("evidence", "nobody", "--fact", "news", *where).status == 2


def test_a_package_of_data(run: Run, kept: Kept, tmp_path: Path) -> None:
    told = run("report", "--db", kept.db, "--out", tmp_path, "--format", "package")
    assert (told.status, told.err) == (0, "")
    descriptor = json.loads((tmp_path / "package" / "datapackage.json").read_text(encoding="utf-8"))
    assert all((tmp_path / "package" / one["path"]).is_file() for one in descriptor["resources"])


# -- between the rounds ------------------------------------------------------------------------------------------------


def test_a_light_pass_asks_little_and_says_no_more_than_it_saw(run: Run, mine: Kept) -> None:
    with running() as proxy:
        asked = ["--light", "--only", "lankaran,binagadi", "--as-of", AS_OF, "--round", "light", "--delay", "0"]
        places = ["--proxy", proxy, "--db", str(mine.db), "--archive", str(mine.archive)]
        command = [sys.executable, "cli.py", "crawl", *asked, *places]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(run("findings", "--db", mine.db, "--round", "light").out)
    assert found["round"]["kind"] == "light"
    full = {
        one["id"]: one for one in json.loads(run("findings", "--db", mine.db, "--round", "first").out)["authorities"]
    }
    for one in found["authorities"]:
        before = full[one["id"]]
        assert one["fetch"]["requests"] < before["fetch"]["requests"]
        assert one["site"]["state"] == before["site"]["state"]
        assert one["mobile"] == {**one["mobile"], "state": "unseen", "reason": "light"}
        assert "absent" not in {section["state"] for section in one["sections"].values()}
    assert json.loads(run("stale", "--db", mine.db, "--format", "json").out)["round"] == "first"


def test_nothing_is_light_before_the_first_full_round(run: Run, tmp_path: Path) -> None:
    told = run("crawl", "--light", "--proxy", PROXY, "--delay", "0", "--db", tmp_path / "r.db", "--only", "baku")
    assert told.status == 1


def test_alerts_of_a_first_round_are_none(run: Run, kept: Kept, tmp_path: Path) -> None:
    told = run("alerts", "--db", kept.db, "--dry-run", "--outbox", tmp_path / "alerts.db")
    assert (told.status, told.out, told.err) == (0, "", "")


def test_what_pruning_would_take_is_told_beforehand(run: Run, mine: Kept) -> None:
    told = run("prune", "--db", mine.db, "--archive", mine.archive, "--dry-run", "--format", "json")
    assert told.status == 0
    (row,) = json.loads(told.out)["rounds"]
    assert (row["round"], row["files_gone"]) == ("first", 0)
    assert "bytes would be freed" in told.err


def test_the_calendar_is_told(run: Run, tmp_path: Path) -> None:
    told = run("schedule", "--list", "--ledger", tmp_path / "ledger.db", "--format", "json")
    assert told.status == 0
    assert {"daily", "full"} <= {job["job"] for job in json.loads(told.out)}


def test_a_board_that_opens_from_a_folder(run: Run, kept: Kept, tmp_path: Path) -> None:
    told = run("board", "--db", kept.db, "--out", tmp_path / "board", "--ledger", tmp_path / "none.db")
    assert told.status == 0, told.err
    assert Path(told.out.strip()).is_file()
    assert (tmp_path / "board" / "az" / "authority" / "binagadi.html").is_file()
