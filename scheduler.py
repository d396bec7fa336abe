"""When is the next round, who sees to it, and what became of the last ones?

Three processes, so that the death of any one of them loses nothing:

    the clock     APScheduler with its jobs in output/schedule.db; wakes, writes down what is owed, begins one round
    the runner    one per round; has the turn (archive/turn.py) and goes through the steps: crawl, score, report, …
    the step      a command of saytmetr, which inherits the turn

What is owed stands in the ledger (archive/ledger.py) before it is begun. Kill the clock, and the round under way goes
on; kill the runner, and the step it was at goes on to its end, and the next clock resumes the round behind it; pull the
plug, and the next start finds the round broken off and resumes it. A step that was done is not done again.
"""

import hashlib
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import click
import httpx
from apscheduler.executors.debug import DebugExecutor
from apscheduler.jobstores.base import JobLookupError
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.triggers.cron import CronTrigger
from pydantic import Field, model_validator

from archive.border import Complaint, Record, load, wrong
from archive.ledger import ENDED, OPEN, Ledger, Run
from archive.turn import Taken, holder, turn

HERE = Path(__file__).parent
SCHEDULE = HERE / "schedule.yaml"
LEDGER = Path("output/ledger.db")
ALARMS = "schedule.db"  # APScheduler's own, beside the ledger: one process writes it, and it can be made anew
BEAT_S = 60.0  # how often the clock says that it lives, and looks though nothing rang
POLL_S = 5.0  # while somebody else has the turn
STOP_S = 90.0  # how long a round under way gets to end in order
STOP_BESIDE_S = 10.0  # and a short command beside it
MOST_ATTEMPTS = 20  # a round that dies each time it is begun is not begun for ever
TRIES_OF_PING = 3
PING = "SAYTMETR_PING"  # the dead-man's switch: an address that is asked for after every finished round

Clock = Callable[[], datetime]
Wait = Callable[[float, Callable[[], bool]], None]  # seconds, and what ends the wait sooner
Start = Callable[..., "subprocess.Popen[bytes]"]  # begins a process: a simulated year has them within its own


def now_utc() -> datetime:
    return datetime.now(UTC)


# -- schedule.yaml -----------------------------------------------------------------------------------------------------


class When(Record):
    """Cron fields. Weekdays by name."""

    minute: int | str = 0
    hour: int | str = "*"
    day: int | str = "*"
    month: int | str = "*"
    day_of_week: str = "*"

    @model_validator(mode="after")
    def _is_a_calendar(self) -> "When":
        if any(letter.isdigit() for letter in self.day_of_week):
            raise wrong(f"day_of_week {self.day_of_week!r} is a number", "name the day: mon tue wed thu fri sat sun")
        try:
            self.trigger("UTC")
        except ValueError as error:
            raise wrong(f"this is no calendar: {error}", "write cron fields, as in {hour: 6, minute: 20}") from None
        return self

    def trigger(self, timezone: str) -> CronTrigger:
        return CronTrigger(**{name: str(value) for name, value in self.model_dump().items()}, timezone=timezone)


class Job(Record):
    """One kind of round, and when it is due. Fields as schedule.yaml explains them."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    kind: Literal["full", "light"]
    when: When
    late_by_hours: Annotated[float | int, Field(gt=0)]
    resume_within_hours: Annotated[float | int, Field(gt=0)]
    group: Literal["local", "central"] | None = None
    jitter_minutes: Annotated[int, Field(ge=0)] = 0
    retries: Annotated[int, Field(ge=0)] = 3
    retry_after_minutes: Annotated[int, Field(ge=1)] = 30
    options: tuple[str, ...] = ()
    then: tuple[str, ...] = ()

    def begins(self, planned_at: datetime) -> datetime:
        """When the round of this moment begins: its jitter is of the moment, and the same whenever it is asked for.

        APScheduler's own jitter is not used: it moves the moments themselves, and with them what tells rounds apart.
        """
        told = hashlib.sha256(f"{self.id} {planned_at.isoformat()}".encode()).digest()
        share = int.from_bytes(told[:8], "big") / 2**64
        return planned_at + timedelta(seconds=round(share * self.jitter_minutes * 60))


class Between(Record):
    """A short command that is run every so often beside the rounds, without the turn."""

    run: str
    every_minutes: Annotated[int, Field(ge=1)]


class Schedule(Record):
    """All of schedule.yaml."""

    timezone: str
    jobs: tuple[Job, ...]
    between: tuple[Between, ...] = ()

    @model_validator(mode="after")
    def _is_a_zone(self) -> "Schedule":
        try:
            ZoneInfo(self.timezone)
        except (LookupError, ValueError):
            raise wrong(f"there is no time zone {self.timezone!r}", "write it as in Asia/Baku") from None
        return self

    def job(self, wanted: str) -> Job:
        """Raises NoSuchJob."""
        for job in self.jobs:
            if job.id == wanted:
                return job
        raise NoSuchJob(f"the schedule has no job {wanted!r}; it has: {', '.join(job.id for job in self.jobs)}")

    def name(self, job: Job, at: datetime, by_hand: bool = False) -> str:
        """The name of a round."""
        here = at.astimezone(ZoneInfo(self.timezone))
        return f"{here:%Y-%m-%d-%H%M%S}-{job.id}" if by_hand else f"{here:%Y-%m-%d-%H%M}-{job.id}"

    def moments(self, when: When, after: datetime, to: datetime) -> list[datetime]:
        """Every moment that a calendar names after one and up to another."""
        trigger, found = when.trigger(self.timezone), []
        moment = trigger.get_next_fire_time(None, after + timedelta(seconds=1))
        while moment is not None and moment <= to:
            found.append(moment)
            moment = trigger.get_next_fire_time(None, moment + timedelta(seconds=1))
        return found

    def next_moment(self, job: Job, after: datetime) -> datetime | None:
        moment: datetime | None = job.when.trigger(self.timezone).get_next_fire_time(None, after + timedelta(seconds=1))
        return moment


class NoSuchJob(click.ClickException):
    """A job was asked for that the schedule does not have."""


class AlreadyRuns(click.ClickException):
    """Another clock goes by the same ledger."""


def load_schedule(path: Path = SCHEDULE) -> Schedule:
    """Raises archive.border.Unusable."""
    return load(path, Schedule, across=_repeated)


def _repeated(data: object) -> Iterable[Complaint]:
    jobs = data.get("jobs", ()) if isinstance(data, dict) else ()
    seen: set[object] = set()
    for place, job in enumerate(jobs if isinstance(jobs, tuple) else ()):
        name = job.get("id") if isinstance(job, dict) else None
        if name is not None and name in seen:
            yield Complaint(("jobs", place, "id"), f"the id {name} stands twice", "give one of the two another")
        seen.add(name)


# -- the runner --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """Where the rounds of this schedule live."""

    ledger: Path = LEDGER
    db: str = "output/saytmetr.db"
    archive: Path = Path("output/archive")


@dataclass(frozen=True)
class Step:
    """One command of a round; `name` is how the ledger remembers that it was done."""

    name: str
    command: Sequence[str]
    is_done: bool = False  # seen from outside: a runner was killed before it could note it


class Steps:
    """The commands of saytmetr that make a round."""

    def __init__(self, schedule: Schedule, place: Place) -> None:
        self._schedule, self._place = schedule, place

    def of(self, run: Run, now: datetime) -> list[Step]:
        job = self._schedule.job(run.job)
        has_begun, is_done = self._state_of(run.round_name)
        day = now.astimezone(ZoneInfo(self._schedule.timezone)).date()
        crawl = ["crawl", "--round", run.round_name, "--db", self._place.db, "--archive", str(self._place.archive)]
        crawl += ["--group", job.group] if job.group else []
        crawl += ["--light"] if job.kind == "light" else []
        crawl += ["--resume"] if has_begun else ["--as-of", day.isoformat()]
        steps = [Step("crawl", _saytmetr(crawl + list(job.options)), is_done)]
        said = {"round": run.round_name, "db": self._place.db, "archive": str(self._place.archive)}
        return steps + [Step(then, _saytmetr([part.format(**said) for part in shlex.split(then)])) for then in job.then]

    def _state_of(self, round_name: str) -> tuple[bool, bool]:
        """(whether the database has this round, whether it was crawled to the end and read)."""
        from archive.database import NoDatabase, open_database

        try:
            database = open_database(self._place.db, create=False)
        except NoDatabase:
            return False, False
        try:
            round_ = next((one for one in database.rounds() if one.name == round_name), None)
            if round_ is None:
                return False, False
            is_whole = round_.finished_at is not None and not round_.partial
            return True, is_whole and bool(database.readings(round_))
        finally:
            database.close()


def _saytmetr(arguments: Sequence[str]) -> list[str]:
    return [sys.executable, str(HERE / "cli.py"), *arguments]


class Runner:
    """Takes one round through its steps."""

    def __init__(
        self,
        schedule: Schedule,
        place: Place,
        steps_of: Callable[[Run, datetime], list[Step]],
        clock: Clock = now_utc,
        ping: Callable[[], str] | None = None,
        start: Start = subprocess.Popen,
    ) -> None:
        self._schedule, self._place, self._steps_of, self._clock = schedule, place, steps_of, clock
        self._start = start
        self._ping = ping or ping_from_environment
        self._is_asked_to_stop = False
        self._step: subprocess.Popen[bytes] | None = None

    def run(self, run_id: int) -> Run:
        """Begins or resumes this run, if it is open and the turn is free; gives what became of it. Raises Taken."""
        ledger = Ledger(self._place.ledger)
        try:
            self._hear_signals()
            name = ledger.run(run_id).round_name
            with turn(self._place.archive, f"round {name}", self._clock().isoformat()) as ours:
                run = ledger.claim(run_id, self._clock())
                if run is not None:
                    self._go_through(run, ledger, ours.handle, ours.environment)
            run = ledger.run(run_id)
            if run.state == "done":
                ledger.say(self._ping(), self._clock(), run_id)
            return run
        finally:
            ledger.close()

    def _hear_signals(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        """The first signal is kindly meant and handed on; the step ends in order, and so do we."""
        if not self._is_asked_to_stop and self._step is not None:
            with suppress(ProcessLookupError):
                self._step.send_signal(signal.SIGINT)
        self._is_asked_to_stop = True

    def _go_through(self, run: Run, ledger: Ledger, handle: int, environment: dict[str, str]) -> None:
        for step in self._steps_of(run, self._clock()):
            if step.name in run.steps:
                continue
            if self._is_asked_to_stop:
                ledger.break_off(run.id, "stopped in order", self._clock())
                return
            status, words = (0, "") if step.is_done else self._do(step, run, handle, environment)
            if status:
                self._failed(run, ledger, f"{step.name}: ended with {status}{': ' if words else ''}{words}")
                return
            ledger.step_done(run.id, step.name, self._clock())
        ledger.end(run.id, "done", "", self._clock())

    def _do(self, step: Step, run: Run, handle: int, environment: dict[str, str]) -> tuple[int, str]:
        """(exit status, last words) of a step; all its words go to a file beside the ledger."""
        log = self._place.ledger.parent / "schedule-log" / f"{run.round_name}.txt"
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as words:
            began = words.tell()
            self._step = self._start(
                step.command,
                cwd=HERE,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=words,
                env={**os.environ, **environment},
                pass_fds=(handle,),
            )
            if self._is_asked_to_stop:  # the signal came between the two lines above
                self._step.send_signal(signal.SIGINT)
            status = self._step.wait()
            self._step = None
        said = log.read_bytes()[began:].decode("utf-8", "replace").strip().splitlines()
        return status, said[-1][:300] if said else ""

    def _failed(self, run: Run, ledger: Ledger, why: str) -> None:
        now, job = self._clock(), self._schedule.job(run.job)
        if self._is_asked_to_stop:
            ledger.break_off(run.id, "stopped in order", now)
        elif run.failures < job.retries:
            pause = timedelta(minutes=job.retry_after_minutes * 2**run.failures)
            ledger.put_off(run.id, why, now + pause, now)
        else:
            ledger.end(run.id, "failed", f"{why}; tried {run.failures + 1} times", now)


def ping_from_environment() -> str:
    """Tells the dead-man's switch that a round was finished; what came of it, in words that do not name the address."""
    address = os.environ.get(PING)
    if not address:
        return f"no ping: {PING} is not set"
    said = ""
    for attempt in range(TRIES_OF_PING):
        try:
            answer = httpx.get(address, timeout=10.0, follow_redirects=True)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            said = type(error).__name__  # its words may name the address, which is a secret
        else:
            if answer.is_success:
                return "pinged"
            said = f"status {answer.status_code}"
        time.sleep(2**attempt)
    return f"ping failed: {said}"


# -- the clock ---------------------------------------------------------------------------------------------------------


class _Alarm(BaseScheduler):  # type: ignore[misc]
    """APScheduler without a thread or a loop of its own: whoever has it says when it looks at its jobs."""

    def wakeup(self) -> None:
        pass  # the one thread that we have is the one that would be woken

    def shutdown(self, wait: bool = True) -> None:
        super().shutdown(wait)

    def due(self) -> float | None:
        """Rings for every job whose time has come; seconds until the next one."""
        wait_s: float | None = self._process_jobs()
        return wait_s


_ringing: "Scheduler | None" = None


def ring(job_id: str) -> None:
    """What the job store calls by name: a job's time has come."""
    if _ringing is not None:
        _ringing.look()


class Scheduler:
    """Writes down what is owed and begins it, one round at a time."""

    def __init__(
        self,
        schedule: Schedule,
        place: Place,
        runner_command: Callable[[int], list[str]],
        clock: Clock = now_utc,
        wait: Wait | None = None,
        beat_s: float = BEAT_S,
        poll_s: float = POLL_S,
        start: Start = subprocess.Popen,
    ) -> None:
        self._schedule, self._place, self._runner_command, self._clock = schedule, place, runner_command, clock
        self._start = start
        self._wait = wait or _sleep
        self._beat_s, self._poll_s = beat_s, poll_s
        self._ledger = Ledger(place.ledger)
        self._runner: subprocess.Popen[bytes] | None = None
        self._begun: Run | None = None  # as it stood when its runner was sent
        self._is_asked_to_stop = False
        self._beside: dict[str, tuple[datetime, subprocess.Popen[bytes]]] = {}  # when last, and its process
        self._alarm = _Alarm(
            jobstores={"default": SQLAlchemyJobStore(url=f"sqlite:///{place.ledger.with_name(ALARMS)}")},
            executors={"default": DebugExecutor()},  # rings are short: they begin a process and come back
            timezone=schedule.timezone,
        )

    def run(self) -> None:
        """Goes on until it is told to stop (SIGTERM, SIGINT). Raises AlreadyRuns."""
        global _ringing
        try:
            with turn(self._place.ledger.parent / "schedule-clock", "the clock", self._clock().isoformat()):
                for number in (signal.SIGTERM, signal.SIGINT):
                    signal.signal(number, self._stop)
                _ringing = self
                self._begin()
                while not self._is_asked_to_stop:
                    self._wait(self._once(), self._is_something_up)
                self._end()
        except Taken as taken:
            who = f"process {taken.holder.pid}, since {taken.holder.since}" if taken.holder else "another process"
            raise AlreadyRuns(f"a clock goes by {self._place.ledger} already: {who}") from taken
        finally:
            _ringing = None
            self._ledger.close()

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._is_asked_to_stop = True  # and no more: a handler may find any lock taken

    def _is_something_up(self) -> bool:
        return self._is_asked_to_stop or (self._runner is not None and self._runner.poll() is not None)

    def _begin(self) -> None:
        now = self._clock()
        self._ledger.say(f"the clock begins, process {os.getpid()}", now)
        known = {calendar.job for calendar in self._ledger.calendars()}
        for gone in known - {job.id for job in self._schedule.jobs}:
            self._ledger.forget(gone, now)
        for job in self._schedule.jobs:
            calendar = self._ledger.calendar(job.id)
            if calendar is not None:  # what was owed by the calendar of the time is owed still
                self._account(job, When.model_validate_json(calendar.calendar), now)
            self._ledger.know(job.id, job.when.model_dump_json(), now)
        self._alarm.start(paused=True)
        self._set_alarms()
        self._alarm.resume()

    def _set_alarms(self) -> None:
        """Brings the job store in step with the schedule. A job that is as it should be is left alone."""
        wanted = {job.id: job.when.trigger(self._schedule.timezone) for job in self._schedule.jobs}
        for known in self._alarm.get_jobs():
            if known.id not in wanted or str(known.trigger) != str(wanted[known.id]):
                with suppress(JobLookupError):
                    self._alarm.remove_job(known.id)
            else:
                del wanted[known.id]
        for job_id, trigger in wanted.items():
            # Late by however much, once for all that were missed, and each job for itself (apscheduler#146, #147).
            settings: dict[str, Any] = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
            self._alarm.add_job("scheduler:ring", trigger, args=[job_id], id=job_id, **settings)

    def _once(self) -> float:
        """Rings what is due and looks; seconds until it is worth looking again."""
        rings_in_s = self._alarm.due()
        self.look()
        self._see_to_what_is_between()
        now = self._clock()
        self._ledger.beat(now, os.getpid())
        waits = [self._beat_s] + ([] if rings_in_s is None else [rings_in_s])
        if self._runner is not None or holder(self._place.archive) is not None:
            waits.append(self._poll_s)
        waits += [(run.not_before - now).total_seconds() for run in self._ledger.runs(OPEN) if run.not_before > now]
        return max(0.0, min(waits))

    def look(self) -> None:
        """Writes down what is owed by now, sees what has become of what was begun, and begins the next round."""
        now = self._clock()
        for job in self._schedule.jobs:
            self._account(job, job.when, now)
        if self._runner is not None and self._runner.poll() is not None:
            self._see_what_it_did(self._runner.returncode, now)
        if self._runner is not None or holder(self._place.archive) is not None:
            return
        for run in self._ledger.runs(("running",)):
            self._ledger.break_off(run.id, "its process is gone: killed, or the machine went down", now)
        for run in sorted(self._ledger.runs(("stopped", "waiting", "due")), key=_first_things_first):
            if not self._is_given_up(run, now) and run.not_before <= now and not self._is_paused(run):
                self._begun = run
                self._runner = self._start(
                    self._runner_command(run.id), cwd=HERE, stdin=subprocess.DEVNULL, start_new_session=True
                )
                return

    def _see_what_it_did(self, status: int, now: datetime) -> None:
        """A runner that did not even begin is not sent again in the same moment, and not for ever."""
        assert self._begun is not None
        run = self._ledger.run(self._begun.id)
        if run.attempts == self._begun.attempts and run.state == self._begun.state:
            why = f"its runner ended with {status} and had not begun"
            self._ledger.put_off(run.id, why, now + timedelta(seconds=self._beat_s), now, has_failed=False)
        self._runner = self._begun = None

    def _see_to_what_is_between(self) -> None:
        """Runs the short commands whose time has come; one that is still at it is left to it."""
        now = self._clock()
        for one in self._schedule.between:
            last, process = self._beside.get(one.run, (None, None))
            is_due = last is None or abs(now - last) >= timedelta(minutes=one.every_minutes)
            if is_due and (process is None or process.poll() is not None):
                said = {"db": self._place.db, "archive": self._place.archive}
                command = _saytmetr([part.format(**said) for part in shlex.split(one.run)])
                begun = self._start(
                    command, cwd=HERE, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True
                )
                self._beside[one.run] = (now, begun)

    def _account(self, job: Job, when: When, now: datetime) -> None:
        calendar = self._ledger.calendar(job.id)
        assert calendar is not None
        due = self._schedule.moments(when, calendar.accounted_to, now)
        if due:
            late_by = timedelta(hours=job.late_by_hours)
            self._ledger.account(job.id, due, now, late_by, lambda at: self._schedule.name(job, at), job.begins)

    def _is_given_up(self, run: Run, now: datetime) -> bool:
        """Ends what is too late to be begun, or to be resumed."""
        job = next((job for job in self._schedule.jobs if job.id == run.job), None)
        if job is None:
            self._ledger.end(run.id, "given_up", "the schedule has this job no more", now)
        elif run.began_at is None:
            if now - run.planned_at <= timedelta(hours=job.late_by_hours):
                return False
            self._ledger.end(run.id, "missed", f"not begun within {job.late_by_hours} hours of its time", now)
        elif run.attempts >= MOST_ATTEMPTS:
            self._ledger.end(run.id, "failed", f"begun {run.attempts} times and never ended", now)
        elif now - run.began_at > timedelta(hours=job.resume_within_hours):
            why = f"broken off, and not resumed within {job.resume_within_hours} hours ({run.note})"
            self._ledger.end(run.id, "given_up", why, now)
        else:
            return False
        return True

    def _is_paused(self, run: Run) -> bool:
        calendar = self._ledger.calendar(run.job)
        return not run.by_hand and calendar is not None and calendar.paused_at is not None

    def _end(self) -> None:
        """A round under way is asked to end in order; it is resumed at the next start."""
        self._ledger.say("the clock was told to stop", self._clock())
        there = holder(self._place.archive)
        if there is not None and there.what.startswith("round ") and self._ledger.runs(("running",)):
            with suppress(ProcessLookupError, PermissionError):
                os.kill(there.pid, signal.SIGTERM)
        waited_until = time.monotonic() + STOP_S
        while time.monotonic() < waited_until and holder(self._place.archive) is not None and self._has_round():
            time.sleep(0.1)
        for _, process in self._beside.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(STOP_BESIDE_S)
        self._alarm.shutdown(wait=False)
        self._ledger.say("the clock has stopped", self._clock())

    def _has_round(self) -> bool:
        return bool(self._ledger.runs(("running",)))


def _first_things_first(run: Run) -> tuple[int, datetime]:
    """What was broken off before what failed before what is new; the oldest of each first."""
    return ("stopped", "waiting", "due").index(run.state), run.planned_at


def _sleep(seconds: float, is_something_up: Callable[[], bool]) -> None:
    """In short naps: a sleep that was suspended with the machine would be hours too long."""
    until = time.monotonic() + seconds
    while (rest_s := until - time.monotonic()) > 0 and not is_something_up():
        time.sleep(min(1.0, rest_s))


# -- what can be asked -------------------------------------------------------------------------------------------------


def listing(schedule: Schedule, ledger: Ledger, now: datetime) -> list[dict[str, Any]]:
    """One row for each job: when it is next due, and what became of its last round."""
    rows = []
    for job in schedule.jobs:
        calendar = ledger.calendar(job.id)
        paused_at = None if calendar is None else calendar.paused_at
        last = next((run for run in reversed(ledger.runs()) if run.job == job.id), None)
        moment = schedule.next_moment(job, now)
        rows.append(
            {
                "job": job.id,
                "kind": job.kind,
                "group": job.group,
                "next": None if moment is None or paused_at is not None else moment.isoformat(),
                "paused_since": None if paused_at is None else paused_at.isoformat(),
                "last_round": None if last is None else last.round_name,
                "last_state": None if last is None else last.state,
                "last_late_s": None if last is None else last.late_s,
                "last_note": None if last is None else last.note,
            }
        )
    return rows


def history(ledger: Ledger, newest: int = 50, only_lost: bool = False) -> list[dict[str, Any]]:
    """One row for each round that was owed, oldest first; `only_lost`: those that were missed, given up or failed."""
    states = ("failed", "missed", "given_up") if only_lost else OPEN + ENDED
    return [
        {
            "round": run.round_name,
            "job": run.job,
            "planned_at": run.planned_at.isoformat(),
            "state": run.state,
            "late_s": run.late_s,
            "attempts": run.attempts,
            "note": run.note,
        }
        for run in ledger.runs(states, newest)
    ]


def run_now(schedule: Schedule, place: Place, job_id: str, clock: Clock = now_utc) -> Run:
    """One more round of this job, here and now, whatever the calendar says. Raises NoSuchJob, Taken."""
    job, now = schedule.job(job_id), clock()
    there = holder(place.archive)
    if there is not None:
        raise Taken(place.archive, there)
    ledger = Ledger(place.ledger)
    try:
        run = ledger.owe(job.id, now, schedule.name(job, now, by_hand=True))
    finally:
        ledger.close()
    return Runner(schedule, place, Steps(schedule, place).of, clock).run(run.id)


def set_paused(schedule: Schedule, place: Place, job_ids: Sequence[str], is_paused: bool, now: datetime) -> None:
    """Pauses jobs, or lets them go on; all where none is named. Moments that pass meanwhile are missed, and said to be.

    Raises NoSuchJob.
    """
    jobs = [schedule.job(job_id) for job_id in job_ids] or list(schedule.jobs)
    ledger = Ledger(place.ledger)
    try:
        for job in jobs:
            if ledger.calendar(job.id) is None:
                ledger.know(job.id, job.when.model_dump_json(), now)
            if is_paused:
                ledger.pause(job.id, now)
            else:
                ledger.unpause(job.id, now)
    finally:
        ledger.close()


# -- the command -------------------------------------------------------------------------------------------------------


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--list", "shall_list", is_flag=True, help="Print the jobs, when they are next due, and their last round."
)
@click.option("--history", "shall_tell", is_flag=True, help="Print the rounds that were due and what became of them.")
@click.option("--run-now", "job_now", metavar="JOB", help="One more round of this job, here and now.")
@click.option("--pause", multiple=True, metavar="JOB", help="No more rounds of this job until --resume; 'all' for all.")
@click.option("--resume", multiple=True, metavar="JOB", help="Let a paused job go on; 'all' for all.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.option("--schedule", "path", type=click.Path(path_type=Path), default=SCHEDULE, help="The calendar.")
@click.option("--ledger", type=click.Path(path_type=Path), default=LEDGER, show_default=True, help="What was owed.")
@click.option("--db", default=Place.db, show_default=True)
@click.option("--archive", type=click.Path(path_type=Path), default=Place.archive, show_default=True)
@click.option("--runner", type=int, hidden=True, help="Take the run of this number through its steps.")
def main(
    shall_list: bool, shall_tell: bool, job_now: str | None, pause: tuple[str, ...], resume: tuple[str, ...], form: str,
    path: Path, ledger: Path, db: str, archive: Path, runner: int | None,
) -> None:  # fmt: skip
    """Run rounds by the calendar of schedule.yaml until told to stop; or ask about it, or change it."""
    db = db if "://" in db else str(Path(db).absolute())  # steps are run from the checkout
    schedule, place = load_schedule(path), Place(ledger.absolute(), db, archive.absolute())
    if runner is not None:
        with suppress(Taken):  # the clock tries again when the turn is free
            Runner(schedule, place, Steps(schedule, place).of).run(runner)
    elif job_now is not None:
        run = run_now(schedule, place, job_now)
        click.echo(f"{run.round_name}: {run.state}{': ' if run.note else ''}{run.note}")
        if run.state != "done":
            raise click.ClickException(f"{run.round_name} is not done")
    elif pause or resume:
        for names, is_paused in ((pause, True), (resume, False)):
            if names:
                set_paused(schedule, place, [] if "all" in names else names, is_paused, now_utc())
    elif shall_list or shall_tell:
        _print(schedule, place, shall_tell, form)
    else:
        Scheduler(schedule, place, lambda run_id: _runner_command(path, place, run_id)).run()


def _runner_command(path: Path, place: Place, run_id: int) -> list[str]:
    told = ["--schedule", str(path.absolute()), "--ledger", str(place.ledger), "--db", place.db]
    return [sys.executable, str(HERE / "scheduler.py"), "--runner", str(run_id), *told, "--archive", str(place.archive)]


def _print(schedule: Schedule, place: Place, shall_tell: bool, form: str) -> None:
    import json

    ledger = Ledger(place.ledger)
    try:
        rows = history(ledger) if shall_tell else listing(schedule, ledger, now_utc())
    finally:
        ledger.close()
    if form == "json":
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        click.echo("  ".join(f"{name}: {value}" for name, value in row.items() if value not in (None, "")))


if __name__ == "__main__":
    from scheduler import main as main_of_the_module  # jobs are stored by the module's name, and this one is __main__

    main_of_the_module()
