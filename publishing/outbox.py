"""What is still to be sent, what was sent already, and what is not known to have been?

A file of its own (output/alerts.db). An event is put into the outbox of a channel once, ever, by its id. A message is
marked `sending` before it goes and `sent` when the service has taken it. A kill between the two leaves it marked
`sending`: whether it went nobody can know. It is then sent again, once for each such kill, and says that it may be a
repeat: at least once, because an alert that is lost is worse than one that comes twice. Every message carries its id,
the same each time, by which a receiver can tell.
"""

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

BUSY_S = 30.0
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
MOST_ATTEMPTS = 20  # some four days

_TABLES = """
CREATE TABLE IF NOT EXISTS told (
    channel TEXT NOT NULL, event TEXT NOT NULL, how TEXT NOT NULL, at TEXT NOT NULL, title TEXT NOT NULL,
    body TEXT NOT NULL, message TEXT, PRIMARY KEY (channel, event));
CREATE TABLE IF NOT EXISTS messages (
    id TEXT PRIMARY KEY, channel TEXT NOT NULL, title TEXT NOT NULL, body TEXT NOT NULL, made_at TEXT NOT NULL,
    not_before TEXT NOT NULL, attempts INTEGER NOT NULL, state TEXT NOT NULL, is_unsure INTEGER NOT NULL,
    sent_at TEXT, note TEXT NOT NULL)
"""


@dataclass(frozen=True)
class Message:
    """One message to one channel. `state`: waiting sending sent given_up."""

    id: str
    channel: str
    title: str
    body: str
    made_at: datetime
    not_before: datetime
    attempts: int
    state: str
    is_unsure: bool  # an earlier attempt was cut short, and may have reached its receiver
    sent_at: datetime | None
    note: str


@dataclass(frozen=True)
class Entry:
    """What becomes of one event for one channel. `how`: message digest muted not_asked old part_of_another."""

    event: str
    how: str
    title: str = ""
    body: str = ""
    message: str | None = None


class Busy(Exception):
    """Another process is delivering from this outbox."""


class Outbox:
    """Every method that writes is one transaction."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._connection = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA synchronous = FULL")  # "sent" must outlive a power cut
        with self._writing():
            for statement in _TABLES.split(";"):
                self._connection.execute(statement)

    def close(self) -> None:
        self._connection.close()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield self._connection
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    @contextmanager
    def delivering(self) -> Iterator[None]:
        """One process at a time. What was `sending` when its sender died waits again, as unsure. Raises Busy."""
        with self.path.with_suffix(".lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise Busy(f"{self.path}: another process is delivering from this outbox") from error
            with self._writing() as writing:
                writing.execute("UPDATE messages SET state = 'waiting', is_unsure = 1 WHERE state = 'sending'")
            yield

    def known(self, channel: str) -> set[str]:
        """Events that this channel was told of, or is not to be."""
        rows = self._connection.execute("SELECT event FROM told WHERE channel = ?", (channel,))
        return {row["event"] for row in rows}

    def take_in(self, channel: str, entries: list[Entry], not_before: datetime, now: datetime) -> list[Entry]:
        """Puts in what is new of these; gives what was. Events and their messages go in together, or not at all."""
        taken = []
        with self._writing() as writing:
            for one in entries:
                told = (channel, one.event, one.how, _z(now), one.title, one.body, one.message)
                if writing.execute("INSERT OR IGNORE INTO told VALUES (?, ?, ?, ?, ?, ?, ?)", told).rowcount:
                    taken.append(one)
                    if one.message is not None:
                        self._add(one.message, channel, one.title, one.body, not_before, now)
        return taken

    def _add(self, id: str, channel: str, title: str, body: str, not_before: datetime, now: datetime) -> None:
        self._connection.execute(
            "INSERT INTO messages (id, channel, title, body, made_at, not_before, attempts, state, is_unsure, note)"
            " VALUES (?, ?, ?, ?, ?, ?, 0, 'waiting', 0, '')",
            (id, channel, title, body, _z(now), _z(not_before)),
        )

    def for_digest(self, channel: str, until: datetime) -> list[Entry]:
        """Events that came by then and are in no digest yet, in the order in which they came."""
        wanted = (
            "SELECT * FROM told WHERE channel = ? AND how = 'digest' AND message IS NULL AND at <= ? ORDER BY rowid"
        )
        rows = self._connection.execute(wanted, (channel, _z(until)))
        return [Entry(row["event"], row["how"], row["title"], row["body"]) for row in rows]

    def make_digest(
        self, id: str, channel: str, title: str, body: str, events: list[str], not_before: datetime, now: datetime
    ) -> None:
        with self._writing() as writing:
            self._add(id, channel, title, body, not_before, now)
            for event in events:
                writing.execute("UPDATE told SET message = ? WHERE channel = ? AND event = ?", (id, channel, event))

    def messages(self, *states: str) -> list[Message]:
        """Oldest first; of these states, or all."""
        rows = self._connection.execute("SELECT * FROM messages ORDER BY made_at, rowid")
        return [_message(row) for row in rows if not states or row["state"] in states]

    def going(self, id: str) -> None:
        with self._writing() as writing:
            writing.execute("UPDATE messages SET state = 'sending', attempts = attempts + 1 WHERE id = ?", (id,))

    def sent(self, id: str, now: datetime) -> None:
        with self._writing() as writing:
            writing.execute("UPDATE messages SET state = 'sent', sent_at = ?, note = '' WHERE id = ?", (_z(now), id))

    def failed(self, id: str, why: str, now: datetime) -> None:
        """Tried again later, at growing pauses; given up, and said so, after many."""
        with self._writing() as writing:
            row = writing.execute("SELECT attempts FROM messages WHERE id = ?", (id,)).fetchone()
            pause = min(FIRST_PAUSE * 2 ** (row["attempts"] - 1), LONGEST_PAUSE)
            state = "given_up" if row["attempts"] >= MOST_ATTEMPTS else "waiting"
            told = (state, _z(now + pause), why, id)
            writing.execute("UPDATE messages SET state = ?, not_before = ?, note = ? WHERE id = ?", told)


def _message(row: sqlite3.Row) -> Message:
    told = dict(row)
    for name in ("made_at", "not_before"):
        told[name] = _at(told[name])
    sent_at = None if row["sent_at"] is None else _at(row["sent_at"])
    return Message(**(told | {"is_unsure": bool(row["is_unsure"]), "sent_at": sent_at}))


def _z(at: datetime) -> str:
    assert at.tzinfo is not None, "a moment without its zone is not a moment"
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)
