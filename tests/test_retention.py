"""Does what a published report stands on stay for good, and can whatever is left be read whole?"""

import json
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from archive.border import Unusable
from archive.capture import Capture
from archive.database import Database, Round, open_database
from archive.evidence import Evidence, Referred
from archive.registry import Agency, Registry
from archive.retention import (
    NOTES,
    CannotTell,
    Keep,
    NoSuchPublished,
    Published,
    load_published,
    prune,
)
from archive.turn import Taken, turn

BEGIN = datetime(2026, 1, 1, 6, 0, tzinfo=UTC)
NOW = BEGIN + timedelta(days=1000)
SITES = ("agdam", "binagadi")
REGISTRY = Registry(
    tuple(Agency(id=one, group="local", name=one, site=f"http://{one}.gov.az/") for one in SITES), "ab" * 32
)
LEAST = Keep(full_rounds=1, light_rounds=1, full_days=0, light_days=0)


class Archive:
    """A database with its evidence, grown round by round."""

    def __init__(self, folder: Path) -> None:
        self.dir = folder / "archive"
        self.database = open_database(folder / "saytmetr.db")
        self._known: dict[str, tuple[str, int]] = {}  # address -> (file, offset) of its newest record
        self._days = 0

    def add(self, name: str, unchanged: set[str] | None = None, light: bool = False, finished: bool = True) -> Round:
        """One more round, a day after the last. Pages of `unchanged` answer 304 and refer to what was kept of them."""
        at = BEGIN + timedelta(days=self._days)
        self._days += 1
        settings = {"light": True} if light else {}
        round = self.database.start_round(name, at.date(), at, REGISTRY, SITES, "saytmetr", settings)
        for site in SITES:
            self._visit(round, site, at, unchanged or set())
        return self.database.finish_round(round, at + timedelta(hours=1)) if finished else round

    def _visit(self, round: Round, site: str, at: datetime, unchanged: set[str]) -> None:
        visit = self.database.visit(round, site, at)
        file = f"{round.name}/{site}.warc.gz"
        with Evidence(self.dir / file) as evidence:
            for number in range(3):
                url = f"http://{site}.gov.az/{number}"
                body = f"<p>{url} {round.name}</p>".encode()
                capture = Capture(url, "page", at, 200, (("ETag", '"1"'),), body)
                known = self._referred(url) if f"{site}/{number}" in unchanged else None
                if known is not None:
                    capture = Capture(url, "page", at, 304, (), b"")
                stored = evidence.append(capture, b"" if known else body, known)
                self.database.add_page(visit.id, capture, stored)
                self._known[url] = (file, stored.offset)
        self.database.finish_visit(visit, at, True, 3, 3, 300, 1.0, "exhausted")

    def _referred(self, url: str) -> Referred:
        file, offset = self._known[url]
        with Evidence(self.dir / file) as earlier:
            return earlier.refer_to(offset)

    def files(self) -> set[str]:
        return {str(path.relative_to(self.dir)) for path in self.dir.glob("*/*")}

    def readable(self) -> int:
        """How many captures can be read of what is left. Raises Damaged where one cannot."""
        count = 0
        for file in self.files():
            with Evidence(self.dir / file) as evidence:
                count += len(list(evidence.captures()))
        return count


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    made = Archive(tmp_path)
    yield made
    made.database.close()


def test_a_dry_run_tells_the_sizes_and_takes_nothing(archive: Archive) -> None:
    for name in ("one", "two", "three"):
        archive.add(name)
    before = archive.files()
    told = prune(archive.database, archive.dir, LEAST, (), NOW)
    assert archive.files() == before
    sizes = {file: (archive.dir / file).stat().st_size for file in before}
    assert told.freed_bytes == sum(size for file, size in sizes.items() if not file.startswith("three/"))
    assert told.freed_bytes + told.kept_bytes == sum(sizes.values())
    assert [(name, gone, stay) for name, gone, _, stay, _, _ in told.by_round()] == [
        ("one", 2, 0),
        ("two", 2, 0),
        ("three", 0, 2),
    ]


def test_what_is_told_in_a_dry_run_is_what_goes_and_is_written_down(archive: Archive) -> None:
    for name in ("one", "two", "three"):
        archive.add(name)
    told = prune(archive.database, archive.dir, LEAST, (), NOW)
    done = prune(archive.database, archive.dir, LEAST, (), NOW, dry_run=False)
    assert [fate.file for fate in told.fates if not fate.stays] == [fate.file for fate in done.fates if not fate.stays]
    assert archive.files() == {"three/agdam.warc.gz", "three/binagadi.warc.gz"}
    notes = [json.loads(line) for line in (archive.dir / NOTES).read_text().splitlines()]
    assert {note["file"] for note in notes} == {fate.file for fate in done.fates if not fate.stays}
    assert sum(note["size_bytes"] for note in notes) == done.freed_bytes
    assert prune(archive.database, archive.dir, LEAST, (), NOW, dry_run=False).freed_bytes == 0


def test_published_rounds_and_what_they_compare_with_stay_for_good(archive: Archive) -> None:
    for name in ("one", "two", "three", "four"):
        archive.add(name)
    published = (Published(round="two", against="one", on=date(2026, 2, 1)),)
    prune(archive.database, archive.dir, LEAST, published, NOW, dry_run=False)
    assert {file.split("/")[0] for file in archive.files()} == {"one", "two", "four"}


def test_a_page_that_a_later_round_refers_to_stays_with_its_file_only(archive: Archive) -> None:
    archive.add("one")
    archive.add("two", unchanged={"binagadi/0", "binagadi/2"})
    archive.add("three", unchanged={"binagadi/0"})
    done = prune(archive.database, archive.dir, LEAST, (), NOW, dry_run=False)
    assert archive.files() == {"one/binagadi.warc.gz", "three/agdam.warc.gz", "three/binagadi.warc.gz"}
    assert [fate.why for fate in done.fates if fate.file == "one/binagadi.warc.gz"] == [
        "three/binagadi.warc.gz refers to it"
    ]
    assert archive.readable() == 9


def test_whatever_is_left_can_be_read_whole_also_by_way_of_files_that_stay_for_others(archive: Archive) -> None:
    archive.add("one")
    archive.add("two", unchanged={"agdam/0"})  # its agdam file refers to one, and is itself referred to by three
    archive.add("three", unchanged={"agdam/1"})
    prune(archive.database, archive.dir, LEAST, (), NOW, dry_run=False)
    assert "one/agdam.warc.gz" in archive.files()
    assert archive.readable() == 12


@pytest.mark.parametrize("seed", range(8))
def test_any_history_is_left_readable_and_loses_nothing_that_is_kept(archive: Archive, seed: int) -> None:
    chance = random.Random(seed)
    names, pages = [f"r{number}" for number in range(9)], [f"{site}/{number}" for site in SITES for number in range(3)]
    for place, name in enumerate(names):
        unchanged = {page for page in pages if place and chance.random() < 0.5}
        archive.add(name, unchanged, light=chance.random() < 0.4)
    published = tuple(Published(round=name, on=date(2026, 2, 1)) for name in chance.sample(names, 2))
    before = {file: (archive.dir / file).read_bytes() for file in archive.files()}
    done = prune(archive.database, archive.dir, LEAST, published, NOW, dry_run=False)
    assert archive.files() == {fate.file for fate in done.fates if fate.stays}
    assert {f"{entry.round}/{site}.warc.gz" for entry in published for site in SITES} <= archive.files()
    assert archive.readable() == 3 * len(archive.files())
    assert all((archive.dir / file).read_bytes() == before[file] for file in archive.files())


def test_light_and_full_rounds_have_their_own_measure(archive: Archive) -> None:
    archive.add("full-1")
    for number in range(4):
        archive.add(f"light-{number}", light=True)
    now = BEGIN + timedelta(days=5)
    keep = Keep(full_rounds=1, light_rounds=2, full_days=0, light_days=0)
    prune(archive.database, archive.dir, keep, (), now, dry_run=False)
    assert {file.split("/")[0] for file in archive.files()} == {"full-1", "light-2", "light-3"}
    young = Keep(full_rounds=1, light_rounds=1, full_days=0, light_days=2)
    assert prune(archive.database, archive.dir, young, (), now).freed_bytes == 0


def test_a_round_that_may_be_resumed_stays(archive: Archive) -> None:
    archive.add("broken-off", finished=False)
    archive.add("whole")
    prune(archive.database, archive.dir, LEAST, (), NOW, dry_run=False)
    assert {file.split("/")[0] for file in archive.files()} == {"broken-off", "whole"}


def test_a_misspelt_published_round_stops_it(archive: Archive) -> None:
    archive.add("2026-10-full")
    archive.add("2026-11-full")
    wrong = (Published(round="2026-10-ful", on=date(2026, 11, 2)),)
    with pytest.raises(NoSuchPublished, match="2026-10-ful"):
        prune(archive.database, archive.dir, LEAST, wrong, NOW, dry_run=False)
    assert len(archive.files()) == 4


def test_where_what_stays_is_damaged_nothing_is_taken(archive: Archive) -> None:
    archive.add("one")
    archive.add("two", unchanged={"agdam/0"})
    path = archive.dir / "two" / "agdam.warc.gz"
    path.write_bytes(path.read_bytes()[:-40] + b"\0" * 40)
    (archive.dir / "one" / "agdam.warc.gz").unlink()
    with pytest.raises(CannotTell, match="agdam"):
        prune(archive.database, archive.dir, LEAST, (), NOW, dry_run=False)
    assert "one/binagadi.warc.gz" in archive.files()


def test_nothing_goes_while_a_round_is_under_way(archive: Archive) -> None:
    archive.add("one")
    archive.add("two")
    with turn(archive.dir, "round three", NOW.isoformat()), pytest.raises(Taken, match="round three"):
        prune(archive.database, archive.dir, LEAST, (), NOW, dry_run=False)
    assert len(archive.files()) == 4


def test_the_database_is_left_as_it_is(archive: Archive) -> None:
    archive.add("one")
    archive.add("two")
    rounds, pages = archive.database.rounds(), _pages(archive.database)
    prune(archive.database, archive.dir, LEAST, (), NOW, dry_run=False)
    assert (archive.database.rounds(), _pages(archive.database)) == (rounds, pages)


def _pages(database: Database) -> list[object]:
    return [database.pages(visit.id) for round in database.rounds() for visit in database.visits(round)]


def test_the_list_of_what_was_published_is_checked(tmp_path: Path) -> None:
    assert load_published(Path(__file__).parent.parent / "published.yaml") == ()
    file = tmp_path / "published.yaml"
    file.write_text("published:\n  - {round: a, on: 2026-11-02}\n  - {round: a, on: 2026-11-03}\n")
    with pytest.raises(Unusable, match=r"published\.yaml:3: a stands twice"):
        load_published(file)
