"""Is a round ever lost unsaid, or run twice, when the scheduler is killed at random through a year?

`python -m tests.bench.schedule [KILLS] [DAYS] [SEED]`: the real clock, the real runner, real processes and real
kill -9; only time is stepped (it jumps to the next alarm when nothing is under way) and a round is a stub that sleeps
for a moment where a crawl would fetch. After a kill of the clock the machine stays off for a while, up to two days.
"""

import json
import os
import random
import signal
import struct
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import apscheduler.schedulers.base

from archive.ledger import ENDED, Ledger, Run
from archive.turn import Taken, holder
from scheduler import Place, Runner, Schedule, Scheduler, Step, load_schedule

HERE = Path(__file__).parent.parent.parent
BEGIN = datetime(2025, 12, 31, 20, 0, tzinfo=UTC)  # midnight of the first of January 2026 in Baku
PYTHON = [sys.executable, "-S", "-E"]
STEP = [*PYTHON, str(HERE / "tests" / "bench" / "schedule_step.py")]
LONGEST_OFF_H = 48.0
CALENDAR = """
timezone: Asia/Baku
jobs:
  - {id: daily, kind: light, when: {hour: 6, minute: 20}, jitter_minutes: 20, late_by_hours: 14,
     resume_within_hours: 14, then: [told]}
  - {id: full, kind: full, when: {day: 1, hour: 22}, jitter_minutes: 30, late_by_hours: 120,
     resume_within_hours: 96, then: [told]}
"""


class Stepped:
    """A clock in a file, which several processes see; it moves only when it is told to."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "now"
        if not self._path.exists():
            self.set(BEGIN)

    def __call__(self) -> datetime:
        return datetime.fromtimestamp(struct.unpack("d", self._path.read_bytes())[0], UTC)

    def set(self, now: datetime) -> None:
        aside = self._path.with_suffix(f".{os.getpid()}")
        aside.write_bytes(struct.pack("d", now.timestamp()))
        aside.replace(self._path)

    def wait(self, seconds: float, is_something_up: Callable[[], bool], poll_s: float) -> None:
        """Short waits are for a process under way, and pass in real time too; all others are jumped over."""
        if seconds <= poll_s:
            until = time.monotonic() + 0.03
            while time.monotonic() < until and not is_something_up():
                time.sleep(0.005)
        self.set(self() + timedelta(seconds=max(seconds, 1.0)))


@dataclass(frozen=True)
class World:
    """Where the simulated machine keeps its things."""

    folder: Path

    @property
    def place(self) -> Place:
        return Place(self.folder / "ledger.db", "unused", self.folder / "archive")

    @property
    def schedule(self) -> Schedule:
        return load_schedule(self.folder / "schedule.yaml")

    @property
    def log(self) -> Path:
        return self.folder / "log.txt"

    def has_said(self, what: str, round_name: str) -> bool:
        """What a database would know of a round."""
        return self.log.exists() and f"{what} {round_name}" in self.log.read_text().splitlines()


# -- the processes -----------------------------------------------------------------------------------------------------


def be_the_clock(world: World, until: datetime) -> None:
    clock = Stepped(world.folder)

    class Now(datetime):
        @classmethod
        def now(cls, tz=None):  # type: ignore[no-untyped-def]
            return clock().astimezone(tz)

    apscheduler.schedulers.base.datetime = Now
    poll_s = 5.0

    def wait(seconds: float, is_something_up: Callable[[], bool]) -> None:
        clock.wait(seconds, is_something_up, poll_s)
        if clock() > until:
            os.kill(os.getpid(), signal.SIGTERM)

    def command(run_id: int) -> list[str]:
        return _this("--runner", world.folder, run_id)

    Scheduler(world.schedule, world.place, command, clock, wait, beat_s=6 * 3600.0, poll_s=poll_s).run()


def be_the_runner(world: World, run_id: int) -> None:
    def steps_of(run: Run, _now: datetime) -> list[Step]:
        name = run.round_name
        has_begun = world.has_said("begin", name)
        crawl = [*STEP, str(world.folder), name, "--resume" if has_begun else "--new"]
        return [Step("crawl", crawl, world.has_said("done", name)), Step("told", [*PYTHON, "-c", ""])]

    with suppress(Taken):
        Runner(world.schedule, world.place, steps_of, Stepped(world.folder), lambda: "no ping").run(run_id)


def _this(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "tests.bench.schedule", *map(str, arguments)]


# -- the year ----------------------------------------------------------------------------------------------------------


def simulate(folder: Path, kills: int, days: int, seed: int) -> tuple[World, Counter[str]]:
    """Runs so many days with so many kills, spread over them at random; gives what was killed how often."""
    world, chance = World(folder), random.Random(seed)
    (folder / "schedule.yaml").write_text(CALENDAR)
    clock, until = Stepped(folder), BEGIN + timedelta(days=days)
    moments = sorted(BEGIN + (until - BEGIN) * chance.random() for _ in range(kills))
    killed: Counter[str] = Counter()
    running = _begin_clock(world, until)
    for moment in moments:
        while running.poll() is None and clock() < moment:
            time.sleep(0.02)
        _wait_for_a_round(world, running, clock() + timedelta(days=40))
        time.sleep(chance.random() * 0.5)
        if running.poll() is None:
            victim = chance.choice(("clock", "runner", "step", "all", "all"))
            _kill(world, running, victim)
            killed[victim] += 1
        if running.poll() is not None and clock() < until:
            assert running.returncode == -signal.SIGKILL, "nobody killed this clock"
            clock.set(clock() + timedelta(hours=chance.random() * LONGEST_OFF_H))
            running = _begin_clock(world, until)
    assert running.wait() in (0, -signal.SIGKILL)
    # What stood open at the last midnight: the machine stays on until all of it has an end.
    while Ledger(world.place.ledger).runs(("due", "running", "stopped", "waiting")):
        assert _begin_clock(world, clock() + timedelta(hours=6)).wait() == 0
    return world, killed


def _begin_clock(world: World, until: datetime) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(_this("--clock", world.folder, until.isoformat()), cwd=HERE)


def _wait_for_a_round(world: World, running: "subprocess.Popen[bytes]", until: datetime) -> None:
    """A kill while nothing is under way would be a poor test: most of a year is such time."""
    clock = Stepped(world.folder)
    while running.poll() is None and clock() < until and holder(world.place.archive) is None:
        time.sleep(0.005)


def _kill(world: World, running: "subprocess.Popen[bytes]", victim: str) -> None:
    there = holder(world.place.archive)
    pids = {"clock": [running.pid], "runner": [there.pid] if there else [], "step": _step_pid(world)}
    for pid in [pid for some in pids.values() for pid in some] if victim == "all" else pids[victim]:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    if victim in ("clock", "all"):
        running.wait()


def _step_pid(world: World) -> list[int]:
    """The process of the step under way: only ever one that this simulation began."""
    path = world.folder / "step.pid"
    pid = int(path.read_text() or 0) if path.exists() else 0
    try:
        told = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return []
    return [pid] if pid and str(world.folder).encode() in told else []


@dataclass(frozen=True)
class Told:
    """What became of every moment that the calendar named."""

    owed: int
    states: dict[str, int]
    lost_unsaid: list[str]
    without_reason: list[str]
    run_twice: list[str]
    overlaps: int
    wrongly_resumed: int
    resumed: int
    late: int


def told(world: World, end: datetime) -> Told:
    """Holds the ledger and the stub's own log against the calendar, reckoned here without APScheduler."""
    ledger = Ledger(world.place.ledger)
    runs = {(run.job, run.planned_at): run for run in ledger.runs()}
    owed = list(_calendar(end))
    lines = [line.split() for line in world.log.read_text().splitlines()]
    done = Counter(name for what, name, *_ in lines if what == "done")
    begun = Counter(name for what, name, *_ in lines if what == "begin")
    finished = {run.round_name for run in runs.values() if run.state == "done"}
    return Told(
        owed=len(owed),
        states=dict(Counter(runs[one].state for one in owed if one in runs)),
        lost_unsaid=[f"{job} {at}" for job, at in owed if (job, at) not in runs or runs[(job, at)].state not in ENDED]
        + [f"{name}: said to be done and never was" for name in finished - set(done)],
        without_reason=[run.round_name for run in runs.values() if run.state not in ("done",) and not run.note],
        run_twice=[name for name, times in (done + begun).items() if done[name] > 1 or begun[name] > 1],
        overlaps=sum(what == "OVERLAP" for what, *_ in lines),
        wrongly_resumed=sum(what in ("WRONG", "again") for what, *_ in lines),
        resumed=sum(run.attempts > 1 for run in runs.values()),
        late=sum((run.late_s or 0) > 3600 for run in runs.values()),
    )


def _calendar(end: datetime) -> Iterator[tuple[str, datetime]]:
    baku = timedelta(hours=4)
    day = (BEGIN + baku).date()
    while True:
        for job, hour, minute in (("daily", 6, 20), ("full", 22, 0)):
            at = datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC) - baku
            if at > end:
                return
            if job == "daily" or day.day == 1:
                yield job, at
        day += timedelta(days=1)


def main() -> None:
    kills, days, seed = (int(text) for text in (sys.argv[1:] + ["50", "365", "1"][len(sys.argv) - 1 :]))
    with tempfile.TemporaryDirectory(prefix="schedule-") as name:
        began = time.monotonic()
        world, killed = simulate(Path(name), kills, days, seed)
        found = told(world, BEGIN + timedelta(days=days))
        print(f"{days} days, seed {seed}, {time.monotonic() - began:.0f} s")
        print(f"killed -9 (all: clock, runner and step at once)  {json.dumps(dict(killed))}, {killed.total()} times")
        print(f"rounds that the calendar named                   {found.owed}")
        for state, count in sorted(found.states.items()):
            print(f"  {state:<46} {count}")
        print(f"begun more than an hour late                     {found.late}")
        print(f"broken off and resumed                           {found.resumed}")
        print(f"lost unsaid                                      {len(found.lost_unsaid)} {found.lost_unsaid[:3]}")
        print(f"ended otherwise than done, without a reason      {len(found.without_reason)}")
        print(f"run twice                                        {len(found.run_twice)} {found.run_twice[:3]}")
        print(f"two at once                                      {found.overlaps}")
        print(f"resumed that was done, or begun that had begun   {found.wrongly_resumed}")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--clock", folder, until]:
            be_the_clock(World(Path(folder)), datetime.fromisoformat(until))
        case ["--runner", folder, run_id]:
            be_the_runner(World(Path(folder)), int(run_id))
        case _:
            main()
