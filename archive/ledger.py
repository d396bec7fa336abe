"""Which rounds were due, which of them ran, which late, and which not at all?

APScheduler alone cannot answer this. It moves a job's next time on in its store whether or not the job then ran to its
end, tells of a missed run only in its log (agronholm/apscheduler#146, #292, #296), forgets a run that is skipped
because another is under way (#423, #474), and throws away a job that it cannot read back. So it is the alarm clock
here and no more. What is owed stands in this ledger: every moment that a calendar names is one row, written before
anything is begun, and a row only ever ends as done, failed, missed or given up, with the reason in words.

Moments are stored as ISO 8601 in UTC with a "Z".
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

OPEN = ("due", "running", "stopped", "waiting")
ENDED = ("done", "failed", "missed", "given_up")
BUSY_S = 30.0

_TABLES = """
CREATE TABLE IF NOT EXISTS calendars (
    job TEXT PRIMARY KEY, calendar TEXT NOT NULL, accounted_to TEXT NOT NULL, paused_at TEXT);
CREATE TABLE IF NOT EXISTS runs (
    id INTEGER PRIMARY KEY, job TEXT NOT NULL, planned_at TEXT NOT NULL, by_hand INTEGER NOT NULL,
    state TEXT NOT NULL, not_before TEXT NOT NULL, round_name TEXT NOT NULL, attempts INTEGER NOT NULL,
    failures INTEGER NOT NULL, began_at TEXT, ended_at TEXT, steps TEXT NOT NULL, note TEXT NOT NULL,
    UNIQUE (job, planned_at), UNIQUE (round_name));
CREATE INDEX IF NOT EXISTS runs_by_state ON runs (state);
CREATE TABLE IF NOT EXISTS happenings (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, run_id INTEGER, what TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS beats (id INTEGER PRIMARY KEY CHECK (id = 1), at TEXT NOT NULL, pid INTEGER NOT NULL);
"""


@dataclass(frozen=True)
class Run:
    """One round that was owed. `state`: due running stopped waiting (open), done failed missed given_up (ended).

    stopped: broken off, to be resumed. waiting: it failed, and is tried again at `not_before`.
    """

    id: int
    job: str
    planned_at: datetime
    by_hand: bool
    state: str
    not_before: datetime
    round_name: str
    attempts: int  # how often it was begun or resumed
    failures: int  # how often a step of it failed by itself
    began_at: datetime | None
    ended_at: datetime | None
    steps: tuple[str, ...]  # done so far
    note: str

    @property
    def late_s(self) -> float | None:
        """How long after its time it was begun; None when it never was."""
        return None if self.began_at is None else max(0.0, (self.began_at - self.planned_at).total_seconds())


@dataclass(frozen=True)
class Happening:
    """One line of the diary."""

    at: datetime
    run_id: int | None
    what: str


@dataclass(frozen=True)
class Calendar:
    """What is known of a job: up to which moment its calendar is accounted for, and whether it is paused."""

    job: str
    calendar: str
    accounted_to: datetime
    paused_at: datetime | None


class Ledger:
    """Every method that writes is one transaction; several processes may hold the same file open."""

    def __init__(self, path: Path, create: bool = True) -> None:
        if create:
            path.parent.mkdir(parents=True, exist_ok=True)
        elif not path.exists():
            raise FileNotFoundError(f"{path}: there is no ledger of rounds; `saytmetr schedule` makes it")
        self.path = path
        self._connection = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA synchronous = FULL")  # what is written here must outlive a power cut
        with self._writing():
            for statement in filter(str.strip, _TABLES.split(";")):
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

    def _note(self, now: datetime, run_id: int | None, what: str) -> None:
        self._connection.execute(
            "INSERT INTO happenings (at, run_id, what) VALUES (?, ?, ?)", (_z(now), run_id, _line(what))
        )

    # calendars

    def calendar(self, job: str) -> Calendar | None:
        row = self._connection.execute("SELECT * FROM calendars WHERE job = ?", (job,)).fetchone()
        return None if row is None else _calendar(row)

    def calendars(self) -> list[Calendar]:
        return [_calendar(row) for row in self._connection.execute("SELECT * FROM calendars ORDER BY job")]

    def know(self, job: str, calendar: str, now: datetime) -> None:
        """A new job owes nothing before now; one whose calendar was changed owes by the new one from now on."""
        with self._writing() as writing:
            known = self.calendar(job)
            if known is None:
                told = (job, calendar, _z(now))
                writing.execute("INSERT INTO calendars (job, calendar, accounted_to) VALUES (?, ?, ?)", told)
                self._note(now, None, f"{job}: new, {calendar}")
            elif known.calendar != calendar:
                told = (calendar, _z(now), job)
                writing.execute("UPDATE calendars SET calendar = ?, accounted_to = ? WHERE job = ?", told)
                self._note(now, None, f"{job}: its calendar was {known.calendar} and is {calendar}")

    def forget(self, job: str, now: datetime) -> None:
        """The schedule has this job no more: what it still owed is given up, and said."""
        with self._writing() as writing:
            for row in writing.execute("SELECT id FROM runs WHERE job = ? AND state != 'running'", (job,)).fetchall():
                self._end_open(row["id"], "given_up", "the schedule has this job no more", now)
            writing.execute("DELETE FROM calendars WHERE job = ?", (job,))
            self._note(now, None, f"{job}: no longer in the schedule")

    def pause(self, job: str, now: datetime) -> None:
        self._set_paused(job, now, f"{job}: paused")

    def unpause(self, job: str, now: datetime) -> None:
        self._set_paused(job, None, f"{job}: goes on", now)

    def _set_paused(self, job: str, at: datetime | None, what: str, now: datetime | None = None) -> None:
        with self._writing() as writing:
            told = (None if at is None else _z(at), job)
            if writing.execute("UPDATE calendars SET paused_at = ? WHERE job = ?", told).rowcount:
                self._note(at or now or datetime.now(UTC), None, what)

    def account(
        self,
        job: str,
        due: Sequence[datetime],
        now: datetime,
        late_by: timedelta,
        name: Callable[[datetime], str],
        begins: Callable[[datetime], datetime],
    ) -> None:
        """Writes down every moment of `due` (oldest first, up to now): the newest is owed, the others are missed.

        `begins`: when the round of that moment is to begin (its jitter). Told twice, a moment is written once.
        """
        with self._writing() as writing:
            known = self.calendar(job)
            assert known is not None, "know() comes first"
            fresh = [moment for moment in due if moment > known.accounted_to]
            for moment in fresh:
                state, note = _standing(moment, fresh[-1], known.paused_at, now, late_by)
                told = (job, _z(moment), state, _z(begins(moment)), name(moment), note)
                done = writing.execute(
                    "INSERT OR IGNORE INTO runs (job, planned_at, by_hand, state, not_before, round_name, attempts,"
                    " failures, steps, note) VALUES (?, ?, 0, ?, ?, ?, 0, 0, '[]', ?)",
                    told,
                )
                if done.rowcount and state == "missed":
                    writing.execute("UPDATE runs SET ended_at = ? WHERE id = ?", (_z(now), done.lastrowid))
                    self._note(now, done.lastrowid, f"{name(moment)}: missed: {note}")
            if fresh:
                # What the same job still owed from before, and has not begun, is overtaken by the newer moment.
                older = "SELECT id FROM runs WHERE job = ? AND state = 'due' AND by_hand = 0 AND planned_at < ?"
                for row in writing.execute(older, (job, _z(fresh[-1]))).fetchall():
                    self._end_open(row["id"], "missed", _OVERTAKEN, now)
                accounted = (_z(fresh[-1]), job)
                writing.execute("UPDATE calendars SET accounted_to = ? WHERE job = ?", accounted)

    def owe(self, job: str, now: datetime, name: str) -> Run:
        """One more round of this job, asked for by hand."""
        with self._writing() as writing:
            told = (job, _z_exact(now), _z(now), name)
            done = writing.execute(
                "INSERT INTO runs (job, planned_at, by_hand, state, not_before, round_name, attempts, failures,"
                " steps, note) VALUES (?, ?, 1, 'due', ?, ?, 0, 0, '[]', '')",
                told,
            )
            self._note(now, done.lastrowid, f"{name}: asked for by hand")
            return self.run(int(done.lastrowid or 0))

    # runs

    def run(self, run_id: int) -> Run:
        row = self._connection.execute("SELECT * FROM runs WHERE id = ?", (run_id,)).fetchone()
        if row is None:
            raise LookupError(f"{self.path}: there is no run {run_id}")
        return _run(row)

    def runs(self, states: Iterable[str] | None = None, newest: int | None = None) -> list[Run]:
        """In the order in which they were planned; of these states only, and the newest so many only, where given."""
        wanted = tuple(states) if states is not None else OPEN + ENDED
        marks = ", ".join("?" * len(wanted))
        ordered = f"SELECT * FROM runs WHERE state IN ({marks}) ORDER BY planned_at DESC, id DESC LIMIT ?"
        rows = self._connection.execute(ordered, (*wanted, -1 if newest is None else newest)).fetchall()
        return [_run(row) for row in reversed(rows)]

    def claim(self, run_id: int, now: datetime) -> Run | None:
        """Begins or resumes a run, for one who has the turn; None when it is not open any more."""
        with self._writing() as writing:
            changed = writing.execute(
                "UPDATE runs SET state = 'running', attempts = attempts + 1, began_at = coalesce(began_at, ?)"
                " WHERE id = ? AND state IN ('due', 'stopped', 'waiting')",
                (_z(now), run_id),
            )
            if not changed.rowcount:
                return None
            run = self.run(run_id)
            self._note(now, run_id, f"{run.round_name}: {'begun' if run.attempts == 1 else 'resumed'}")
            return run

    def step_done(self, run_id: int, step: str, now: datetime) -> None:
        with self._writing() as writing:
            steps = [*self.run(run_id).steps, step]
            writing.execute("UPDATE runs SET steps = ? WHERE id = ?", (json.dumps(steps), run_id))
            self._note(now, run_id, f"{step}: done")

    def break_off(self, run_id: int, why: str, now: datetime) -> None:
        """It was broken off by no fault of its own, and is to be resumed."""
        with self._writing() as writing:
            changed = writing.execute(
                "UPDATE runs SET state = 'stopped', note = ?, not_before = ? WHERE id = ? AND state = 'running'",
                (_line(why), _z(now), run_id),
            )
            if changed.rowcount:
                self._note(now, run_id, why)

    def put_off(self, run_id: int, why: str, until: datetime, now: datetime, has_failed: bool = True) -> None:
        """It is tried again later: a step failed, or (`has_failed` False) it could not even be begun."""
        marks = ", ".join("?" * len(OPEN))
        with self._writing() as writing:
            changed = writing.execute(
                "UPDATE runs SET state = 'waiting', failures = failures + ?, note = ?, not_before = ?"
                f" WHERE id = ? AND state IN ({marks})",
                (int(has_failed), _line(why), _z(until), run_id, *OPEN),
            )
            if changed.rowcount:
                self._note(now, run_id, f"{why}; again at {_z(until)}")

    def end(self, run_id: int, state: str, note: str, now: datetime) -> None:
        assert state in ENDED
        with self._writing():
            self._end_open(run_id, state, note, now)

    def _end_open(self, run_id: int, state: str, note: str, now: datetime) -> None:
        marks = ", ".join("?" * len(OPEN))
        changed = self._connection.execute(
            f"UPDATE runs SET state = ?, note = ?, ended_at = ? WHERE id = ? AND state IN ({marks})",
            (state, _line(note), _z(now), run_id, *OPEN),
        )
        if changed.rowcount:
            name = self.run(run_id).round_name
            self._note(now, run_id, f"{name}: {state.replace('_', ' ')}{': ' if note else ''}{note}")

    # diary

    def say(self, what: str, now: datetime, run_id: int | None = None) -> None:
        with self._writing():
            self._note(now, run_id, what)

    def happenings(self, newest: int = 50) -> list[Happening]:
        rows = self._connection.execute("SELECT * FROM happenings ORDER BY id DESC LIMIT ?", (newest,)).fetchall()
        return [Happening(_at(row["at"]), row["run_id"], row["what"]) for row in reversed(rows)]

    def beat(self, now: datetime, pid: int) -> None:
        """The scheduler lives."""
        with self._writing() as writing:
            writing.execute("INSERT OR REPLACE INTO beats (id, at, pid) VALUES (1, ?, ?)", (_z(now), pid))

    def last_beat(self) -> datetime | None:
        row = self._connection.execute("SELECT at FROM beats").fetchone()
        return None if row is None else _at(row["at"])


_OVERTAKEN = "not begun before the next one of its kind was due, which takes its place"


def _standing(
    moment: datetime, newest: datetime, paused_at: datetime | None, now: datetime, late_by: timedelta
) -> tuple[str, str]:
    if paused_at is not None:
        return "missed", f"paused since {_z(paused_at)}"
    if moment != newest:
        return "missed", _OVERTAKEN
    if now - moment > late_by:
        hours = (now - moment).total_seconds() / 3600
        return "missed", f"first seen {hours:.1f} hours late, when nothing was begun any more"
    return "due", ""


def _run(row: sqlite3.Row) -> Run:
    told: dict[str, Any] = dict(row)
    for name in ("planned_at", "not_before", "began_at", "ended_at"):
        told[name] = None if told[name] is None else _at(told[name])
    return Run(**(told | {"by_hand": bool(row["by_hand"]), "steps": tuple(json.loads(row["steps"]))}))


def _calendar(row: sqlite3.Row) -> Calendar:
    paused_at = None if row["paused_at"] is None else _at(row["paused_at"])
    return Calendar(row["job"], row["calendar"], _at(row["accounted_to"]), paused_at)


def _line(text: str) -> str:
    return " ".join(text.split())


def _z(at: datetime) -> str:
    assert at.tzinfo is not None, "a moment without its zone is not a moment"
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _z_exact(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)
