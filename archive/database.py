"""What is remembered of every round: who was watched, what was fetched, found and judged, and when?

Rounds and visits are brought up to date while they run. Pages, looks, readings, findings, scorings and levels
are written once: SQLite's triggers refuse to change or delete them, so a better reader adds a reading beside the
old one. Moments are stored as ISO 8601 in UTC with a "Z", days as ISO dates.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial as partly
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Connection,
    Engine,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Row,
    Select,
    Table,
    Text,
    UniqueConstraint,
    create_engine,
    event,
    func,
    insert,
    inspect,
    make_url,
    select,
    update,
)
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError
from sqlalchemy.exc import DatabaseError as AnyDatabaseError

from archive.evidence import Capture, Stored
from archive.registry import Agency, Registry

FORMAT = "saytmetr-findings/1"
BUSY_S = 10.0
MIGRATIONS = Path(__file__).parent / "migrations"

_tables = MetaData()

_rounds = Table(
    "rounds",
    _tables,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("as_of", Text, nullable=False),
    Column("started_at", Text, nullable=False),
    Column("finished_at", Text),
    Column("partial", Boolean, nullable=False),
    Column("note", Text, nullable=False),
    Column("registry_sha256", Text, nullable=False),
    Column("software", Text, nullable=False),
    Column("settings", JSON, nullable=False),
)
_agencies = Table(
    "agencies_of_round",
    _tables,
    Column("round_id", Integer, ForeignKey("rounds.id"), primary_key=True),
    Column("agency_id", Text, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("agency", Text, nullable=False),
)
_visits = Table(
    "visits",
    _tables,
    Column("id", Integer, primary_key=True),
    Column("round_id", Integer, nullable=False),
    Column("agency_id", Text, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("started_at", Text),
    Column("finished_at", Text),
    Column("complete", Boolean, nullable=False),
    Column("requests", Integer, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("stopped_by", Text),
    UniqueConstraint("round_id", "agency_id", "attempt"),
    ForeignKeyConstraint(["round_id", "agency_id"], ["agencies_of_round.round_id", "agencies_of_round.agency_id"]),
)
_pages = Table(
    "pages",
    _tables,
    Column("id", Integer, primary_key=True),
    Column("visit_id", Integer, ForeignKey("visits.id"), nullable=False, index=True),
    Column("url", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("status", Integer),
    Column("failure", Text),
    Column("sha256", Text),
    Column("record_offset", BigInteger, nullable=False),
    Column("record_length", BigInteger, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("fetched_at", Text, nullable=False),
    Column("found_on", Text),
    Column("quality", Float),
)
_looks = Table(
    "looks",
    _tables,
    Column("id", Integer, primary_key=True),
    Column("round_id", Integer, nullable=False, index=True),
    Column("agency_id", Text, nullable=False),
    Column("network", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("looked_at", Text, nullable=False),
    Column("observed_on", Text, nullable=False),
    Column("reason", Text),
    Column("not_before", Text),
    Column("file", Text),
    Column("records", JSON, nullable=False),
    ForeignKeyConstraint(["round_id", "agency_id"], ["agencies_of_round.round_id", "agencies_of_round.agency_id"]),
    Index("ix_looks_looked_at", "looked_at"),
)
_readings = Table(
    "readings",
    _tables,
    Column("id", Integer, primary_key=True),
    Column("round_id", Integer, ForeignKey("rounds.id"), nullable=False, index=True),
    Column("made_at", Text, nullable=False),
    Column("software", Text, nullable=False),
    Column("method_sha256", Text, nullable=False),
)
_findings = Table(
    "findings",
    _tables,
    Column("id", Integer, primary_key=True),
    Column("reading_id", Integer, ForeignKey("readings.id"), nullable=False),
    Column("agency_id", Text, nullable=False),
    Column("fact", Text, nullable=False),
    Column("state", Text),
    Column("document", JSON, nullable=False),
    UniqueConstraint("reading_id", "agency_id", "fact"),
)
_scorings = Table(
    "scorings",
    _tables,
    Column("id", Integer, primary_key=True),
    Column("round_id", Integer, ForeignKey("rounds.id"), nullable=False, index=True),
    Column("reading_id", Integer, ForeignKey("readings.id"), nullable=False),
    Column("plan", Text, nullable=False),
    Column("edition", Text, nullable=False),
    Column("against_round_id", Integer, ForeignKey("rounds.id")),
    Column("made_at", Text, nullable=False),
    Column("software", Text, nullable=False),
)
_levels = Table(
    "levels",
    _tables,
    Column("id", Integer, primary_key=True),
    Column("scoring_id", Integer, ForeignKey("scorings.id"), nullable=False),
    Column("agency_id", Text, nullable=False),
    Column("item", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("base", Text, nullable=False),
    Column("rule", JSON, nullable=False),
    Column("reason", Text, nullable=False),
    Column("stood_on", JSON, nullable=False),
    UniqueConstraint("scoring_id", "agency_id", "item"),
)


@dataclass(frozen=True)
class Round:
    """One look at all sites. `partial`: it was ended before every site was visited; `note` says why."""

    id: int
    name: str
    as_of: date
    started_at: datetime
    finished_at: datetime | None
    partial: bool
    note: str
    registry_sha256: str
    software: str
    settings: dict[str, Any]


@dataclass(frozen=True)
class Visit:
    """One site in one round. `attempt` is above 1 when earlier evidence was lost and the site asked anew."""

    id: int
    round_id: int
    agency_id: str
    attempt: int
    started_at: datetime | None
    finished_at: datetime | None
    complete: bool
    requests: int
    pages: int
    bytes: int
    seconds: float
    stopped_by: str | None


@dataclass(frozen=True)
class PageRow:
    """Where one capture stands in its site's evidence file, and what it was."""

    id: int
    visit_id: int
    url: str
    purpose: str
    status: int | None
    failure: str | None
    sha256: str | None
    offset: int
    length: int
    size_bytes: int
    fetched_at: datetime
    found_on: str | None
    quality: float | None  # 0 to 1 (archive/quality.py); None of those that were kept before it was written down


@dataclass(frozen=True)
class Look:
    """One look at one profile of an authority in a social network, for one round.

    `records`: (offset, length) of its captures in `file`, which may be an earlier round's (a look is kept a day).
    """

    id: int
    round_id: int
    agency_id: str
    network: str
    url: str
    looked_at: datetime
    observed_on: date  # the day in Baku that the look counts as made on
    reason: str | None  # as it seemed then; None where the profile was seen
    not_before: datetime | None  # the service asked to be left alone until then
    file: str | None  # below the archive's folder: ROUND/NAME; None where nothing was asked
    records: tuple[Stored, ...]


@dataclass(frozen=True)
class Reading:
    """One reading of a round's evidence, by one version of the method."""

    id: int
    round_id: int
    made_at: datetime
    software: str
    method_sha256: str


@dataclass(frozen=True)
class Scoring:
    """One judging of one reading by one plan."""

    id: int
    round_id: int
    reading_id: int
    plan: str
    edition: str
    against_round_id: int | None
    made_at: datetime
    software: str


class Level(Protocol):
    """What scoring hands over, one for each authority and item of the plan."""

    @property
    def authority(self) -> str: ...
    @property
    def item(self) -> str: ...
    @property
    def level(self) -> str: ...
    @property
    def base(self) -> str: ...
    @property
    def rule(self) -> Mapping[str, str]: ...
    @property
    def reason(self) -> str: ...
    @property
    def stood_on(self) -> Sequence[str]: ...


class Trouble(Exception):
    """Something about the database that its words explain to the person who asked."""


class NoDatabase(Trouble):
    """There is none at this address, or it cannot be reached."""


class NotADatabase(Trouble):
    """Something else is at this address, or it is damaged."""


class NewerDatabase(Trouble):
    """A later saytmetr has changed it in ways that this one does not know."""


class Busy(Trouble):
    """Another process kept it locked for longer than we wait."""


class RoundExists(Trouble):
    """The name of a round is taken."""


class NoSuchRound(Trouble):
    """No round has this name, or there is none at all."""


class NothingRead(Trouble):
    """The round has no findings yet."""


class NothingScored(Trouble):
    """The round has no levels of this plan yet."""


def open_database(address: str | Path, create: bool = True, busy_s: float = BUSY_S) -> "Database":
    """The database at a path or an SQLAlchemy URL, brought up to date; made when there is none and `create`.

    Raises NoDatabase, NotADatabase, NewerDatabase, Busy.
    """
    text = str(address)
    try:
        url = make_url(text if "://" in text else f"sqlite:///{text}")
        if url.get_backend_name() == "sqlite" and url.database:
            _look_at_file(Path(url.database), create)
        engine = create_engine(url, json_serializer=partly(json.dumps, ensure_ascii=False))
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise NoDatabase(f"{text}: this address cannot be used ({error})") from error
    if engine.dialect.name == "sqlite":
        _tell_sqlite_our_ways(engine, busy_s)
    database = Database(engine, url.render_as_string(hide_password=True) if "://" in text else text)
    database.upgrade()
    return database


def _look_at_file(path: Path, create: bool) -> None:
    if path.is_dir():
        raise NotADatabase(f"{path}: a directory; name a file in it")
    if not path.exists():
        if not create:
            raise NoDatabase(f"{path}: there is no such database; `saytmetr crawl --db {path}` makes it")
        path.parent.mkdir(parents=True, exist_ok=True)
        return
    with path.open("rb") as file:
        start = file.read(16)
    if start and start != b"SQLite format 3\0":
        raise NotADatabase(f"{path}: this file is not an SQLite database; name another with --db")


def _tell_sqlite_our_ways(engine: Engine, busy_s: float) -> None:
    def connected(connection: sqlite3.Connection, _: object) -> None:
        # sqlite3 begins transactions by itself, and too late for a reader that goes on to write; we say when.
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout = {int(busy_s * 1000)}")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = NORMAL")

    def begun(connection: Connection) -> None:
        # A writer takes its lock at once and waits for it; one that reads first would fail instead of wait.
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", begun)


def newest_revision() -> str:
    """The four digits that the newest migration's file name starts with."""
    return max(path.name[:4] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def _is_busy(error: BaseException) -> bool:
    cause = error.orig if isinstance(error, OperationalError) else error
    return getattr(cause, "sqlite_errorname", "").startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


class Database:
    """Every method that writes is one transaction. Every method may raise Busy."""

    def __init__(self, engine: Engine, name: str) -> None:
        self.name = name
        self._reader = engine
        self._writer = engine.execution_options(writes=True)

    def close(self) -> None:
        self._reader.dispose()

    @contextmanager
    def _transaction(self, engine: Engine) -> Iterator[Connection]:
        try:
            with engine.begin() as connection:
                yield connection
        # Opening a connection talks to sqlite3 directly, everything later goes through SQLAlchemy.
        except (OperationalError, sqlite3.OperationalError) as error:
            if _is_busy(error):
                raise Busy(
                    f"{self.name}: the database is locked by another process; try again when it is done"
                ) from error
            raise

    def _writing(self) -> AbstractContextManager[Connection]:
        return self._transaction(self._writer)

    def _reading(self) -> AbstractContextManager[Connection]:
        return self._transaction(self._reader)

    def upgrade(self) -> None:
        """Brings the tables to the newest migration; does next to nothing when they are there."""
        newest = newest_revision()
        try:
            with self._reading() as connection:
                revision = self._revision(connection)
            if revision == newest:
                return
            if revision is None:
                self._choose_wal()
            with self._writing() as connection:
                self._migrate(connection)
        except (AnyDatabaseError, sqlite3.DatabaseError) as error:
            cause = getattr(error, "orig", error)
            raise NotADatabase(f"{self.name}: this database cannot be used ({cause})") from error

    def _revision(self, connection: Connection) -> str | None:
        """Which migration the tables stand at; None for a new database."""
        names = inspect(connection).get_table_names()
        if not names:
            return None
        if "alembic_version" not in names:
            raise NotADatabase(f"{self.name}: this is a database of another program; name another with --db")
        revision = str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one())
        if revision > newest_revision():
            raise NewerDatabase(
                f"{self.name}: this database was made by a newer saytmetr (it stands at {revision}, this program "
                f"knows up to {newest_revision()}); update the program, or name another database with --db"
            )
        return revision

    def _choose_wal(self) -> None:
        """Readers and the writer do not wait for each other. The file remembers it; nobody else's is touched."""
        if self._reader.dialect.name == "sqlite":
            connection = self._reader.raw_connection()
            try:
                connection.cursor().execute("PRAGMA journal_mode = WAL")
            finally:
                connection.close()

    def _migrate(self, connection: Connection) -> None:
        # Alembic takes longer to import than all the rest to run, and nearly every start has no need of it.
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")

    # rounds

    def start_round(
        self,
        name: str,
        as_of: date,
        started_at: datetime,
        registry: Registry,
        agency_ids: Iterable[str],
        software: str,
        settings: Mapping[str, Any],
    ) -> Round:
        """A new round over these agencies, which are remembered as the registry has them now.

        A round that is crawled never begins before one that was crawled earlier, also where the clock has been set
        back in between: the newest would not be the newest then, nor the round before the one before.
        Raises RoundExists, and archive.registry.NoSuchAgency.
        """
        chosen = registry.only(agency_ids).agencies
        told: dict[str, Any] = {
            "name": name,
            "as_of": as_of.isoformat(),
            "started_at": _z(started_at),
            "partial": False,
            "note": "",
            "registry_sha256": registry.sha256,
            "software": software,
            "settings": dict(settings),
        }
        with self._writing() as connection:
            if connection.scalar(select(_rounds.c.id).where(_rounds.c.name == name)) is not None:
                raise RoundExists(
                    f"{self.name}: there is a round {name!r} already; `saytmetr crawl --round {name} --resume` "
                    "goes on with it, or choose another name"
                )
            if not settings.get("by_hand"):
                told["started_at"] = max(told["started_at"], self._newest_start(connection))
            round_id = _insert(connection, _rounds, told)
            rows = [
                {"round_id": round_id, "agency_id": one.id, "position": place, "agency": one.model_dump_json()}
                for place, one in enumerate(chosen)
            ]
            if rows:
                connection.execute(insert(_agencies), rows)
        return self.round(name)

    def _newest_start(self, connection: Connection) -> str:
        rows = connection.execute(select(_rounds.c.started_at, _rounds.c.settings))
        return max((row.started_at for row in rows if not row.settings.get("by_hand")), default="")

    def finish_round(self, round: Round, at: datetime, partial: bool = False, note: str = "") -> Round:
        """Ends a round; one that was ended as partial may go on and be ended again."""
        change = {"finished_at": _z(max(at, round.started_at)), "partial": partial, "note": note}
        with self._writing() as connection:
            connection.execute(update(_rounds).where(_rounds.c.id == round.id).values(change))
        return self.round(round.name)

    def rounds(self) -> list[Round]:
        """All rounds, in the order in which they were started."""
        with self._reading() as connection:
            rows = connection.execute(select(_rounds).order_by(_rounds.c.started_at, _rounds.c.id))
            return [_round(row) for row in rows]

    def round(self, name: str | None = None) -> Round:
        """The round of this name, or the newest that looked everywhere (no light pass). Raises NoSuchRound."""
        rounds = self.rounds()
        if not rounds:
            raise NoSuchRound(f"{self.name}: there is no round yet; `saytmetr crawl` makes the first")
        if name is None:
            return next((one for one in reversed(rounds) if not one.settings.get("light")), rounds[-1])
        for round in rounds:
            if round.name == name:
                return round
        names = ", ".join(round.name for round in rounds)
        raise NoSuchRound(f"{self.name}: there is no round {name!r}; there are: {names}")

    def agencies(self, round: Round) -> list[Agency]:
        """Who was watched in this round, as the registry stood then and in its order."""
        wanted = select(_agencies.c.agency).where(_agencies.c.round_id == round.id)
        with self._reading() as connection:
            texts = connection.scalars(wanted.order_by(_agencies.c.position))
            return [Agency.model_validate_json(text) for text in texts]

    # visits and pages

    def visit(self, round: Round, agency_id: str, at: datetime | None = None, again: bool = False) -> Visit:
        """The visit of this site in this round, begun now (`at`) when there is none.

        `again` begins another one, for when the evidence of the first was lost: its pages stay, as they must,
        and belong to no visit that anybody reads.
        """
        with self._writing() as connection:
            row = connection.execute(_newest_visits(round.id).where(_visits.c.agency_id == agency_id)).first()
            if row is None or again:
                told = {
                    "round_id": round.id,
                    "agency_id": agency_id,
                    "attempt": 1 if row is None else row.attempt + 1,
                    "started_at": None if at is None else _z(at),
                    "complete": False,
                    "requests": 0,
                    "pages": 0,
                    "bytes": 0,
                    "seconds": 0.0,
                }
                connection.execute(insert(_visits).values(told))
                row = connection.execute(_newest_visits(round.id).where(_visits.c.agency_id == agency_id)).one()
            return _visit(row)

    def finish_visit(
        self,
        visit: Visit,
        at: datetime,
        complete: bool,
        requests: int,
        pages: int,
        bytes: int,
        seconds: float,
        stopped_by: str,
    ) -> Visit:
        """`stopped_by`: answered exhausted budget time failures ...; `complete`: nothing was left unlooked at."""
        change = {
            "finished_at": _z(max(at, visit.started_at or at)),
            "complete": complete,
            "requests": requests,
            "pages": pages,
            "bytes": bytes,
            "seconds": seconds,
            "stopped_by": stopped_by,
        }
        with self._writing() as connection:
            connection.execute(update(_visits).where(_visits.c.id == visit.id).values(change))
            return _visit(connection.execute(select(_visits).where(_visits.c.id == visit.id)).one())

    def visits(self, round: Round) -> list[Visit]:
        """The newest visit of each site that has one, in the order of the round's agencies."""
        wanted = _newest_visits(round.id).join(
            _agencies,
            (_agencies.c.round_id == _visits.c.round_id) & (_agencies.c.agency_id == _visits.c.agency_id),
        )
        with self._reading() as connection:
            return [_visit(row) for row in connection.execute(wanted.order_by(_agencies.c.position))]

    def add_page(self, visit_id: int, capture: Capture, stored: Stored) -> None:
        """Remembers where a capture stands in its file."""
        told = {
            "visit_id": visit_id,
            "url": capture.url,
            "purpose": capture.purpose,
            "status": capture.status,
            "failure": capture.failure,
            "sha256": capture.sha256,
            "record_offset": stored.offset,
            "record_length": stored.length,
            "size_bytes": len(capture.body),
            "fetched_at": _z_exact(capture.fetched_at),
            "found_on": capture.found_on,
            "quality": capture.quality,
        }
        with self._writing() as connection:
            connection.execute(insert(_pages), told)

    def pages(self, visit_id: int) -> list[PageRow]:
        """The captures of a visit, in the order in which they were made."""
        with self._reading() as connection:
            rows = connection.execute(select(_pages).where(_pages.c.visit_id == visit_id).order_by(_pages.c.id))
            return [_page(row) for row in rows]

    def known_end(self, visit_id: int) -> int:
        """The end of the last record that the index knows, for `Evidence.mend`; 0 when it knows none."""
        ends = select(func.max(_pages.c.record_offset + _pages.c.record_length))
        with self._reading() as connection:
            return int(connection.scalar(ends.where(_pages.c.visit_id == visit_id)) or 0)

    # looks at profiles

    def add_look(
        self,
        round: Round,
        agency_id: str,
        network: str,
        url: str,
        looked_at: datetime,
        observed_on: date,
        reason: str | None,
        not_before: datetime | None,
        file: str | None,
        records: Iterable[Stored],
    ) -> None:
        """Remembers a look at a profile, and where the captures that it was made of stand."""
        told = {
            "round_id": round.id,
            "agency_id": agency_id,
            "network": network,
            "url": url,
            "looked_at": _z_exact(looked_at),
            "observed_on": observed_on.isoformat(),
            "reason": reason,
            "not_before": None if not_before is None else _z_exact(not_before),
            "file": file,
            "records": [[one.offset, one.length] for one in records],
        }
        with self._writing() as connection:
            connection.execute(insert(_looks), told)

    def looks(self, round: Round | None = None, since: datetime | None = None) -> list[Look]:
        """The looks of a round, or of all rounds, oldest first; those made at or after `since`, where given."""
        wanted = select(_looks).order_by(_looks.c.looked_at, _looks.c.id)
        if round is not None:
            wanted = wanted.where(_looks.c.round_id == round.id)
        if since is not None:
            wanted = wanted.where(_looks.c.looked_at >= _z_exact(since))
        with self._reading() as connection:
            return [_look(row) for row in connection.execute(wanted)]

    # findings

    def add_reading(
        self,
        round: Round,
        made_at: datetime,
        software: str,
        method_sha256: str,
        documents: Iterable[tuple[str, Mapping[str, Any]]],
    ) -> int:
        """Keeps what was read of each authority, one row for each fact, all or nothing; gives the reading's id.

        A document is an authority of the contract; what it says of id, group and name is the round's to say.
        """
        about = {
            "round_id": round.id,
            "made_at": _z(made_at),
            "software": software,
            "method_sha256": method_sha256,
        }
        known = {agency.id for agency in self.agencies(round)}
        with self._writing() as connection:
            reading_id = _insert(connection, _readings, about)
            rows = []
            for agency_id, document in documents:
                if agency_id not in known:
                    raise ValueError(f"{agency_id}: not watched in round {round.name}")
                rows += [
                    {"reading_id": reading_id, "agency_id": agency_id, "fact": fact, "state": found.get("state")}
                    | {"document": found}
                    for fact, found in _facts(document)
                ]
            if rows:
                connection.execute(insert(_findings), rows)
        return reading_id

    def readings(self, round: Round) -> list[Reading]:
        """All readings of a round, oldest first."""
        wanted = select(_readings).where(_readings.c.round_id == round.id).order_by(_readings.c.id)
        with self._reading() as connection:
            return [_one_reading(row) for row in connection.execute(wanted)]

    def reading(self, round: Round, reading: int | None = None) -> Reading:
        """This reading of the round, or its newest. Raises NothingRead."""
        readings = self.readings(round)
        for one in reversed(readings):
            if reading in (None, one.id):
                return one
        if readings:
            ids = ", ".join(str(one.id) for one in readings)
            raise NothingRead(f"{self.name}: round {round.name} has no reading {reading}; there are: {ids}")
        raise NothingRead(
            f"{self.name}: nothing has been read of round {round.name} yet; "
            f"`saytmetr read --round {round.name}` reads its evidence"
        )

    def findings(self, round: Round, reading: int | None = None) -> dict[str, Any]:
        """The contract's findings document, of the newest reading unless another is asked for.

        Raises NothingRead.
        """
        chosen = self.reading(round, reading)
        wanted = select(_findings).where(_findings.c.reading_id == chosen.id).order_by(_findings.c.id)
        facts: dict[str, dict[str, Any]] = {}
        with self._reading() as connection:
            for row in connection.execute(wanted):
                facts.setdefault(row.agency_id, {})[row.fact] = row.document
        about: dict[str, Any] = {
            "name": round.name,
            "as_of": round.as_of.isoformat(),
            "started_at": _z(round.started_at),
            "finished_at": None if round.finished_at is None else _z(round.finished_at),
            "registry_sha256": round.registry_sha256,
            "software": round.software,
            "method_sha256": chosen.method_sha256,
        }
        if round.partial:
            about |= {"partial": True, "note": round.note}
        if round.settings.get("light"):
            about |= {"kind": "light"}
        authorities = [
            with_shared_pages(
                {"id": agency.id, "group": agency.group, "name": agency.name} | _document(facts[agency.id])
            )
            for agency in self.agencies(round)
            if agency.id in facts
        ]
        return {"format": FORMAT, "round": about, "authorities": authorities}

    # levels

    def add_scoring(
        self,
        round: Round,
        plan: str,
        edition: str,
        against: Round | None,
        made_at: datetime,
        software: str,
        levels: Iterable[Level],
        reading: int | None = None,
    ) -> int:
        """Keeps the levels that a plan gave to a reading (the newest); gives the scoring's id.

        Raises NothingRead.
        """
        about = {
            "round_id": round.id,
            "reading_id": self.reading(round, reading).id,
            "plan": plan,
            "edition": edition,
            "against_round_id": None if against is None else against.id,
            "made_at": _z(made_at),
            "software": software,
        }
        with self._writing() as connection:
            scoring_id = _insert(connection, _scorings, about)
            rows = [
                {
                    "scoring_id": scoring_id,
                    "agency_id": level.authority,
                    "item": level.item,
                    "level": level.level,
                    "base": level.base,
                    "rule": dict(level.rule),
                    "reason": level.reason,
                    "stood_on": list(level.stood_on),
                }
                for level in levels
            ]
            if rows:
                connection.execute(insert(_levels), rows)
        return scoring_id

    def scorings(self, round: Round) -> list[Scoring]:
        """All scorings of a round, oldest first."""
        wanted = select(_scorings).where(_scorings.c.round_id == round.id).order_by(_scorings.c.id)
        with self._reading() as connection:
            return [_scoring(row) for row in connection.execute(wanted)]

    def levels(
        self, round: Round, plan: str, against: Round | None = None, scoring: int | None = None
    ) -> list[dict[str, Any]]:
        """The levels of a plan, newest scoring against that round (or against none), or the one asked for.

        Raises NothingScored.
        """
        against_id = None if against is None else against.id
        fitting = [
            one.id
            for one in self.scorings(round)
            if one.plan == plan and (one.against_round_id == against_id if scoring is None else one.id == scoring)
        ]
        if not fitting:
            compared = f" --against {against.name}" if against else ""
            raise NothingScored(
                f"{self.name}: round {round.name} has no such levels of plan {plan} yet; "
                f"`saytmetr score --plan {plan} --round {round.name}{compared}` gives them"
            )
        wanted = select(_levels).where(_levels.c.scoring_id == fitting[-1]).order_by(_levels.c.id)
        with self._reading() as connection:
            return [_level(row) for row in connection.execute(wanted)]


def _insert(connection: Connection, table: Table, row: Mapping[str, Any]) -> int:
    """The new row's id."""
    return int(connection.execute(insert(table).values(row).returning(table.c.id)).scalar_one())


def _newest_visits(round_id: int) -> Select[Any]:
    newest = (
        select(_visits.c.agency_id, func.max(_visits.c.attempt).label("attempt"))
        .where(_visits.c.round_id == round_id)
        .group_by(_visits.c.agency_id)
        .subquery()
    )
    same = (newest.c.agency_id == _visits.c.agency_id) & (newest.c.attempt == _visits.c.attempt)
    return select(_visits).join(newest, same).where(_visits.c.round_id == round_id)


def _facts(document: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """An authority's document taken apart: ("mobile", {...}), ("sections.procurement", {...}), ..."""
    for name, value in document.items():
        if name == "sections":
            yield from ((f"sections.{kind}", found) for kind, found in value.items())
        elif name not in ("id", "group", "name"):
            yield name, value


def _document(facts: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """The facts put together again, in the order in which they were taken apart."""
    document: dict[str, Any] = {}
    for fact, found in facts.items():
        name, _, kind = fact.partition(".")
        if kind:
            document.setdefault(name, {})[kind] = found
        else:
            document[name] = found
    return document


def with_shared_pages(document: dict[str, Any]) -> dict[str, Any]:
    """The same document, where pieces of evidence that are equal are one object.

    Each absence lists every page that was looked at: without this the lists are most of a round in memory.
    """
    pieces: dict[str, dict[str, Any]] = {}
    sections = (found for room in ("sections", "documents") for found in document.get(room, {}).values())
    for found in (*document.values(), *sections):
        if isinstance(found, dict) and "evidence" in found:
            found["evidence"] = [pieces.setdefault(repr(piece), piece) for piece in found["evidence"]]
    return document


def _round(row: Row[Any]) -> Round:
    told = dict(row._mapping)
    for name in ("started_at", "finished_at"):
        told[name] = _at(told[name])
    return Round(**(told | {"as_of": date.fromisoformat(row.as_of)}))


def _visit(row: Row[Any]) -> Visit:
    told = dict(row._mapping)
    for name in ("started_at", "finished_at"):
        told[name] = _at(told[name])
    return Visit(**told)


def _page(row: Row[Any]) -> PageRow:
    told = dict(row._mapping)
    told["offset"] = told.pop("record_offset")
    told["length"] = told.pop("record_length")
    return PageRow(**(told | {"fetched_at": _at(row.fetched_at)}))


def _look(row: Row[Any]) -> Look:
    told = dict(row._mapping)
    told |= {"looked_at": _at(row.looked_at), "not_before": _at(row.not_before)}
    told |= {"observed_on": date.fromisoformat(row.observed_on)}
    return Look(**(told | {"records": tuple(Stored(*record) for record in row.records)}))


def _one_reading(row: Row[Any]) -> Reading:
    return Reading(**(dict(row._mapping) | {"made_at": _at(row.made_at)}))


def _scoring(row: Row[Any]) -> Scoring:
    return Scoring(**(dict(row._mapping) | {"made_at": _at(row.made_at)}))


def _level(row: Row[Any]) -> dict[str, Any]:
    names = ("item", "level", "base", "rule", "reason", "stood_on")
    return {"authority": row.agency_id} | {name: row._mapping[name] for name in names}


def _z(at: datetime) -> str:
    assert at.tzinfo is not None, "a moment without its zone is not a moment"
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _z_exact(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _at(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
