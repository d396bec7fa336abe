"""Is what was found and judged kept, unchanged, and found again?"""

import json
import multiprocessing
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import create_engine
from sqlalchemy.exc import IntegrityError

from archive import database as room
from archive.database import (
    Busy,
    Database,
    NewerDatabase,
    NoDatabase,
    NoSuchRound,
    NotADatabase,
    NothingRead,
    NothingScored,
    Round,
    RoundExists,
    newest_revision,
    open_database,
)
from archive.evidence import Capture, Evidence, Stored
from archive.registry import Agency, NoSuchAgency, Registry

ROOT = Path(__file__).parent.parent
AT = datetime(2018, 8, 20, 9, 0, 0, 5000, tzinfo=UTC)
SHA = "ab" * 32
REGISTRY = Registry(
    (
        Agency(id="binagadi", group="local", name="Binəqədi", site="http://binegedi-ih.gov.az/", number=4),
        Agency(id="agdam", group="local", name="Ağdam", site=None, also=("http://agdam.gov.az/",)),
        Agency(id="maliyye", group="central", name="Maliyyə Nazirliyi", site="http://maliyye.gov.az/"),
    ),
    SHA,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "out" / "saytmetr.db"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    opened = open_database(path)
    yield opened
    opened.close()


def start(database: Database, name: str = "2018-08", **more: Any) -> Round:
    told: dict[str, Any] = {
        "as_of": date(2018, 8, 20),
        "started_at": AT,
        "registry": REGISTRY,
        "agency_ids": ["maliyye", "binagadi"],
        "software": "saytmetr 0.1.0",
        "settings": {"delay_s": 1.0, "only": None, "note": "ə"},
    }
    return database.start_round(name, **(told | more))


def capture(number: int = 0, **more: Any) -> Capture:
    whole = Capture(
        url=f"http://binegedi-ih.gov.az/{number}",
        purpose="page",
        fetched_at=AT + timedelta(milliseconds=number),
        status=200,
        headers=(),
        body=b"x" * number,
        found_on="http://binegedi-ih.gov.az/",
    )
    return replace(whole, **more)


def document(agency_id: str = "binagadi", name: str = "Binəqədi", verdict: str = "responsive") -> dict[str, Any]:
    """An authority as the contract shows it."""
    seen = [{"url": "http://binegedi-ih.gov.az/", "sha256": SHA, "quote": None, "seen_at": "2018-08-20T09:00:01Z"}]
    absent = {"state": "absent", "evidence": seen}
    return {
        "id": agency_id,
        "group": "local",
        "name": name,
        "site": {
            "url": "http://binegedi-ih.gov.az/",
            "final_url": "http://binegedi-ih.gov.az/",
            "state": "up",
            "reason": "ok",
            "http_status": 200,
            "tls": "none",
        },
        "mobile": {"state": "found", "verdict": verdict, "evidence": seen},
        "social": {
            "state": "found",
            "profiles": [{"network": "facebook", "url": "https://www.facebook.com/BineqediRIH"}],
            "evidence": seen,
        },
        "sections": {
            "public_council": {
                "state": "found",
                "fullness": "full",
                "placement": "menu",
                "label": "İctimai şura",
                "url": "http://binegedi-ih.gov.az/page/144.html",
                "content": ["law", "meetings"],
                "items": 7,
                "last_date": "2018-08-05",
                "evidence": seen,
            },
            "procurement": absent,
            "open_data": {"state": "unseen", "reason": "timeout", "evidence": []},
            "e_services": absent,
            "e_appeal": absent,
            "ethics_report": absent,
        },
        "news": {"state": "found", "last_date": "2018-08-19", "per_month": 21.0, "status": "active", "evidence": seen},
        "search": {"state": "found", "works": None, "evidence": seen},
        "languages": {"state": "found", "codes": ["az", "en"], "evidence": seen},
        "fetch": {"requests": 31, "pages": 27, "bytes": 512345, "seconds": 33.1, "complete": True},
    }


def read(database: Database, round: Round, *documents: dict[str, Any]) -> int:
    pairs = [(one["id"], one) for one in documents]
    return database.add_reading(round, AT + timedelta(hours=1), "saytmetr 0.1.0", "cd" * 32, pairs)


@dataclass(frozen=True)
class Given:
    """A level as scoring hands it over."""

    authority: str
    item: str
    level: str
    base: str
    rule: Mapping[str, str]
    reason: str
    stood_on: tuple[str, ...]


FULL = Given("binagadi", "2.4", "full", "full", {"az": "tam", "en": "full"}, "", ("sections.public_council",))


# Opening


def test_opens_what_it_made_as_path_or_url(path: Path) -> None:
    for address in (path, str(path), f"sqlite:///{path}"):
        opened = open_database(address)
        assert opened.rounds() == []
        opened.close()


def test_tables_are_what_the_migrations_make(database: Database) -> None:
    with database._reader.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), room._tables)
    assert differences == []


def test_a_database_of_the_first_days_is_brought_up_to_date(path: Path) -> None:
    """What was kept before a column existed stays, and the new column says nothing of it."""
    path.parent.mkdir(parents=True)
    engine = create_engine(f"sqlite:///{path}")
    config = Config()
    config.set_main_option("script_location", str(room.MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.exec_driver_sql(
            "INSERT INTO rounds VALUES (1, 'r', '2018-08-20', '2018-08-20T09:00:00Z', NULL, 0, '', 'ab', 's', '{}')"
        )
        connection.exec_driver_sql("INSERT INTO agencies_of_round VALUES (1, 'binagadi', 0, '{}')")
        connection.exec_driver_sql("INSERT INTO visits VALUES (1, 1, 'binagadi', 1, NULL, NULL, 0, 0, 0, 0, 0.0, NULL)")
        connection.exec_driver_sql(
            "INSERT INTO pages VALUES"
            " (1, 1, 'http://a.az/', 'page', 200, NULL, 'ab', 0, 1, 9, '2018-08-20T09:00:00.000000Z', NULL)"
        )
    engine.dispose()
    opened = open_database(path)
    opened.add_page(1, capture(quality=0.9), Stored(1, 1))
    assert [(row.url, row.quality) for row in opened.pages(1)] == [("http://a.az/", None), (capture().url, 0.9)]
    opened.close()


def test_everything_is_still_there_when_opened_again(database: Database, path: Path) -> None:
    round = start(database)
    read(database, round, document())
    database.close()
    again = open_database(path)
    assert again.round() == round
    assert again.findings(round)["authorities"] == [document()]
    again.close()


def test_a_missing_database_is_not_made_by_those_who_only_read(path: Path) -> None:
    with pytest.raises(NoDatabase, match=r"`saytmetr crawl --db .*` makes it"):
        open_database(path, create=False)
    assert not path.exists()


def test_a_newer_database_is_refused(database: Database, path: Path) -> None:
    database.close()
    _sql(path, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(NewerDatabase, match=r"made by a newer saytmetr .*9999"):
        open_database(path)


def test_another_programs_database_is_refused_and_left_alone(path: Path) -> None:
    path.parent.mkdir()
    _sql(path, "CREATE TABLE bookmarks (url TEXT)")
    before = path.read_bytes()
    with pytest.raises(NotADatabase, match="another program"):
        open_database(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"agencies:\n- id: x\n", b"SQLite format 3\0" + b"\xff" * 5000])
def test_what_is_no_database_is_refused_and_left_alone(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(NotADatabase, match=r"saytmetr\.db: this"):
        open_database(path)
    assert path.read_bytes() == content


def test_a_directory_and_a_strange_address_are_refused(tmp_path: Path) -> None:
    with pytest.raises(NotADatabase, match="a directory"):
        open_database(tmp_path)
    for address in ("nosuch://x/y", "://"):
        with pytest.raises(NoDatabase, match="cannot be used"):
            open_database(address)


def test_an_empty_file_becomes_a_database(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    opened = open_database(path)
    assert opened.rounds() == []
    opened.close()


def test_alembic_is_not_imported_when_nothing_is_to_be_done(database: Database, path: Path) -> None:
    code = (
        "import sys; from archive.database import open_database; open_database(sys.argv[1]).close(); "
        "sys.exit('alembic' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code, str(path)], check=True, cwd=ROOT)


def _open_at_once(path: Path) -> None:
    open_database(path).close()


def test_many_processes_make_the_same_database_at_once(path: Path) -> None:
    ours = [multiprocessing.get_context("spawn").Process(target=_open_at_once, args=(path,)) for _ in range(3)]
    for process in ours:
        process.start()
    for process in ours:
        process.join()
    assert [process.exitcode for process in ours] == [0, 0, 0]
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(newest_revision(),)]
    connection.close()


def test_readers_do_not_wait_for_the_writer(database: Database, path: Path) -> None:
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


# Rounds


def test_a_round_is_remembered_as_it_was_started(database: Database) -> None:
    round = start(database)
    assert round == database.round("2018-08") == database.round()
    assert round.as_of == date(2018, 8, 20)
    assert round.started_at == AT.replace(microsecond=0)
    assert round.finished_at is None
    assert round.registry_sha256 == SHA
    assert round.settings == {"delay_s": 1.0, "only": None, "note": "ə"}


def test_agencies_are_as_the_registry_had_them_and_in_its_order(database: Database) -> None:
    round = start(database)
    changed = replace(REGISTRY, agencies=tuple(a.model_copy(update={"name": "Yeni"}) for a in REGISTRY))
    later = start(database, "2019-02", registry=changed, agency_ids=["agdam"])
    assert database.agencies(round) == [REGISTRY.agencies[0], REGISTRY.agencies[2]]
    assert [agency.name for agency in database.agencies(later)] == ["Yeni"]


def test_an_unknown_agency_starts_no_round(database: Database) -> None:
    with pytest.raises(NoSuchAgency):
        start(database, agency_ids=["binagadi", "atlantida"])
    assert database.rounds() == []


def test_a_name_is_given_once(database: Database) -> None:
    start(database)
    with pytest.raises(RoundExists, match="--resume"):
        start(database)


def test_the_newest_round_is_the_one_started_last(database: Database) -> None:
    start(database, "b", started_at=AT + timedelta(days=1))
    start(database, "a", started_at=AT, settings={"by_hand": True})
    start(database, "c", started_at=AT + timedelta(days=1))
    assert [round.name for round in database.rounds()] == ["a", "b", "c"]
    assert database.round().name == "c"


def test_a_clock_that_was_set_back_puts_no_round_before_an_older_one(database: Database) -> None:
    first = database.finish_round(start(database, "b"), AT + timedelta(hours=1))
    second = start(database, "a", started_at=AT - timedelta(days=9))
    assert [round.name for round in database.rounds()] == ["b", "a"]
    assert second.started_at >= first.started_at
    visit = database.visit(second, "binagadi", at=AT)
    told = {"complete": True, "requests": 1, "pages": 1, "bytes": 1, "seconds": 1.0, "stopped_by": "exhausted"}
    visit = database.finish_visit(visit, AT - timedelta(hours=1), **told)  # type: ignore[arg-type]
    ended = database.finish_round(second, AT - timedelta(days=9))
    assert visit.finished_at == visit.started_at
    assert ended.finished_at == ended.started_at


def test_a_round_that_was_ended_early_goes_on(database: Database) -> None:
    round = start(database)
    partial = database.finish_round(round, AT + timedelta(hours=1), partial=True, note="stopped by hand")
    assert (partial.partial, partial.note) == (True, "stopped by hand")
    whole = database.finish_round(round, AT + timedelta(hours=2))
    assert (whole.partial, whole.note) == (False, "")
    assert whole.finished_at == (AT + timedelta(hours=2)).replace(microsecond=0)


def test_a_missing_round_is_told_with_those_that_exist(database: Database) -> None:
    with pytest.raises(NoSuchRound, match="`saytmetr crawl` makes the first"):
        database.round()
    start(database, "2018-08")
    start(database, "2019-02")
    with pytest.raises(NoSuchRound, match="no round '2018-09'; there are: 2018-08, 2019-02"):
        database.round("2018-09")


# Visits and pages


def test_a_visit_is_begun_once_and_finished(database: Database) -> None:
    round = start(database)
    visit = database.visit(round, "binagadi", AT)
    assert database.visit(round, "binagadi", AT + timedelta(hours=1)) == visit
    assert (visit.attempt, visit.complete, visit.finished_at) == (1, False, None)
    done = database.finish_visit(visit, AT + timedelta(minutes=1), True, 31, 27, 512345, 33.1, "exhausted")
    assert database.visit(round, "binagadi") == done
    assert (done.complete, done.requests, done.pages, done.bytes, done.seconds) == (True, 31, 27, 512345, 33.1)
    assert done.stopped_by == "exhausted"


def test_visits_stand_in_the_order_of_the_agencies(database: Database) -> None:
    round = start(database)
    other = start(database, "2019-02")
    database.visit(round, "maliyye")
    database.visit(other, "binagadi")
    database.visit(round, "binagadi")
    assert [visit.agency_id for visit in database.visits(round)] == ["binagadi", "maliyye"]


def test_a_visit_of_somebody_who_is_not_watched_is_refused(database: Database) -> None:
    with pytest.raises(IntegrityError):
        database.visit(start(database), "agdam")


def test_lost_evidence_is_visited_again_beside_the_old_visit(database: Database) -> None:
    round = start(database)
    first = database.visit(round, "binagadi")
    database.add_page(first.id, capture(), Stored(300, 500))
    second = database.visit(round, "binagadi", again=True)
    assert (second.attempt, database.visit(round, "binagadi")) == (2, second)
    assert database.visits(round) == [second]
    assert database.pages(second.id) == []
    assert len(database.pages(first.id)) == 1
    assert database.known_end(second.id) == 0


def test_pages_come_back_in_order_and_lead_to_the_evidence(database: Database, tmp_path: Path) -> None:
    visit = database.visit(start(database), "binagadi")
    given = [
        capture(1),
        capture(2, status=None, body=b"", failure="timeout", found_on=None),
        capture(3, purpose="robots", status=404),
    ]
    with Evidence(tmp_path / "binagadi.warc.gz") as evidence:
        for one in given:
            database.add_page(visit.id, one, evidence.append(one, one.body))
        rows = database.pages(visit.id)
        assert [evidence.read(row.offset) for row in rows] == given
        assert database.known_end(visit.id) == rows[-1].offset + rows[-1].length
        assert evidence.mend(database.known_end(visit.id)).adopted == ()
    assert [row.sha256 for row in rows] == [one.sha256 for one in given]
    assert [row.fetched_at for row in rows] == [one.fetched_at for one in given]
    assert [row.size_bytes for row in rows] == [1, 0, 3]
    assert rows[1].failure == "timeout"


# Findings


def test_findings_are_the_contracts_document(database: Database) -> None:
    round = start(database)
    read(database, round, document("maliyye", "Maliyyə Nazirliyi") | {"group": "central"}, document())
    round = database.finish_round(round, AT + timedelta(hours=1))
    found = database.findings(round)
    assert found["format"] == "saytmetr-findings/1"
    assert found["round"] == {
        "name": "2018-08",
        "as_of": "2018-08-20",
        "started_at": "2018-08-20T09:00:00Z",
        "finished_at": "2018-08-20T10:00:00Z",
        "registry_sha256": SHA,
        "software": "saytmetr 0.1.0",
        "method_sha256": "cd" * 32,
    }
    assert [one["id"] for one in found["authorities"]] == ["binagadi", "maliyye"]
    assert found["authorities"][0] == document()
    assert list(found["authorities"][0]) == list(document())


def test_findings_fit_the_schema(database: Database) -> None:
    schema = ROOT / "findings.schema.json"
    if not schema.exists():
        pytest.skip("findings.schema.json is not in the project yet")
    round = start(database)
    read(database, round, document())
    for state in (round, database.finish_round(round, AT, partial=True, note="stopped")):
        jsonschema.Draft202012Validator(
            json.loads(schema.read_text("utf-8")),
            format_checker=jsonschema.FormatChecker(),
        ).validate(database.findings(state))


def test_a_round_that_ended_early_says_so(database: Database) -> None:
    round = start(database)
    read(database, round, document())
    round = database.finish_round(round, AT, partial=True, note="stopped by hand")
    told = database.findings(round)["round"]
    assert (told["partial"], told["note"]) == (True, "stopped by hand")


def test_the_newest_reading_counts_and_the_older_stays(database: Database) -> None:
    round = start(database)
    old = read(database, round, document(verdict="none"))
    new = read(database, round, document(verdict="responsive"))
    assert [one.id for one in database.readings(round)] == [old, new]
    assert database.findings(round)["authorities"][0]["mobile"]["verdict"] == "responsive"
    assert database.findings(round, old)["authorities"][0]["mobile"]["verdict"] == "none"


def test_facts_are_rows_that_can_be_asked_for(database: Database, path: Path) -> None:
    read(database, start(database), document())
    with sqlite3.connect(path) as connection:
        rows = dict(connection.execute("SELECT fact, state FROM findings").fetchall())
    connection.close()
    assert rows["site"] == "up"
    assert rows["sections.public_council"] == "found"
    assert rows["sections.open_data"] == "unseen"
    assert rows["fetch"] is None
    assert len(rows) == 13


def test_half_a_reading_is_none(database: Database) -> None:
    round = start(database)
    with pytest.raises(ValueError, match="agdam: not watched"):
        read(database, round, document(), document("agdam"))
    with pytest.raises(NothingRead, match="`saytmetr read --round 2018-08`"):
        database.findings(round)


def test_a_reading_of_another_round_is_not_given(database: Database) -> None:
    reading = read(database, start(database), document())
    other = start(database, "2019-02")
    with pytest.raises(NothingRead):
        database.findings(other, reading)
    read(database, other, document())
    with pytest.raises(NothingRead, match=f"no reading {reading}; there are: {reading + 1}"):
        database.findings(other, reading)


# Levels


def test_levels_come_back_with_what_they_stood_on(database: Database) -> None:
    round = start(database)
    reading = read(database, round, document())
    unseen = replace(FULL, item="2.5", level="not_assessed", base="not_assessed", reason="news unseen: timeout")
    database.add_scoring(round, "nap-2016-2018", "1", None, AT, "saytmetr 0.1.0", [FULL, unseen])
    first, second = database.levels(round, "nap-2016-2018")
    assert first == {
        "authority": "binagadi",
        "item": "2.4",
        "level": "full",
        "base": "full",
        "rule": {"az": "tam", "en": "full"},
        "reason": "",
        "stood_on": ["sections.public_council"],
    }
    assert (second["item"], second["reason"]) == ("2.5", "news unseen: timeout")
    assert database.scorings(round)[0].reading_id == reading


def test_levels_with_and_without_comparison_are_kept_apart(database: Database) -> None:
    before, after = start(database, "2018-02"), start(database, "2018-08", started_at=AT + timedelta(days=1))
    read(database, after, document())
    worse = replace(FULL, level="worse")
    plan = "nap-2016-2018"
    alone = database.add_scoring(after, plan, "1", None, AT, "s", [FULL])
    database.add_scoring(after, plan, "1", before, AT, "s", [FULL])
    database.add_scoring(after, plan, "1", before, AT, "s", [worse])
    assert [one["level"] for one in database.levels(after, plan)] == ["full"]
    assert [one["level"] for one in database.levels(after, plan, before)] == ["worse"]
    assert database.levels(after, plan, scoring=alone) == database.levels(after, plan)
    with pytest.raises(NothingScored, match="`saytmetr score --plan nap-2020-2022 --round 2018-08 --against 2018-02`"):
        database.levels(after, "nap-2020-2022", before)


def test_what_was_not_read_cannot_be_scored(database: Database) -> None:
    with pytest.raises(NothingRead):
        database.add_scoring(start(database), "nap-2016-2018", "1", None, AT, "s", [FULL])


# Never changed


@pytest.mark.parametrize("table", ["pages", "readings", "findings", "scorings", "levels"])
@pytest.mark.parametrize("deed", ["UPDATE {} SET id = id + 100", "DELETE FROM {}"])
def test_what_was_written_cannot_be_changed(database: Database, path: Path, table: str, deed: str) -> None:
    round = start(database)
    database.add_page(database.visit(round, "binagadi").id, capture(), Stored(0, 1))
    read(database, round, document())
    database.add_scoring(round, "nap-2016-2018", "1", None, AT, "s", [FULL])
    with pytest.raises(sqlite3.IntegrityError, match=f"{table} are written once and never changed"):
        _sql(path, deed.format(table))


# Two at once


def test_a_lock_that_is_not_given_up_is_told(path: Path) -> None:
    opened = open_database(path, busy_s=0.1)
    round = start(opened)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Busy, match="locked by another process"):
        start(opened, "2019-02")
    assert opened.rounds() == [round]  # reading goes on
    other.execute("ROLLBACK")
    start(opened, "2019-02")
    other.close()
    opened.close()


def _add_pages(path: Path, visit_id: int) -> None:
    opened = open_database(path)
    for number in range(200):
        opened.add_page(visit_id, capture(number), Stored(number, 1))
    opened.close()


def test_two_processes_write_without_losing_a_row(database: Database, path: Path) -> None:
    round = start(database)
    visits = [database.visit(round, agency_id).id for agency_id in ("binagadi", "maliyye")]
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=_add_pages, args=(path, visit_id)) for visit_id in visits]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    for visit_id in visits:
        assert [row.offset for row in database.pages(visit_id)] == list(range(200))


def _sql(path: Path, statement: str) -> None:
    connection = sqlite3.connect(path)
    try:
        with connection:
            connection.execute(statement)
    finally:
        connection.close()
