"""Is every round that the calendar names begun once, one at a time, or said to be lost, whatever is killed?"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from archive.border import Unusable
from archive.capture import Capture
from archive.database import Database, NoSuchRound, open_database
from archive.freshness import age_of_data, lost_rounds
from archive.known import LightGuide, known_addresses, light_guides, lightened, newest_full
from archive.ledger import Ledger, Run
from archive.registry import Agency, Registry
from archive.turn import Taken, holder, left_behind, turn
from scheduler import (
    PING,
    Between,
    Job,
    Place,
    Runner,
    Schedule,
    Scheduler,
    Step,
    Steps,
    When,
    history,
    listing,
    load_schedule,
    main,
    ping_from_environment,
    run_now,
    set_paused,
)
from tests.bench.schedule import BEGIN, simulate, told

HERE = Path(__file__).parent.parent
NOON = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)  # in Baku
DAY = timedelta(days=1)


def schedule(**more: Any) -> Schedule:
    told: dict[str, Any] = {
        "id": "daily",
        "kind": "light",
        "when": When(hour=6, minute=20),
        "late_by_hours": 14,
        "resume_within_hours": 14,
    }
    return Schedule(timezone="Asia/Baku", jobs=(Job(**(told | more)),))


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "ledger.db", str(tmp_path / "saytmetr.db"), tmp_path / "archive")


@pytest.fixture
def ledger(place: Place) -> Iterator[Ledger]:
    opened = Ledger(place.ledger)
    yield opened
    opened.close()


class Hands:
    """A clock that is moved by hand, a scheduler that goes by it, and runners that do nothing."""

    def __init__(self, place: Place, schedule: Schedule, now: datetime = NOON) -> None:
        self.now, self.place, self.schedule = now, place, schedule
        self.sent: list[int] = []
        self.ledger = Ledger(place.ledger)
        self.scheduler = Scheduler(schedule, place, self._command, lambda: self.now)
        self.scheduler._begin()

    def _command(self, run_id: int) -> list[str]:
        self.sent.append(run_id)
        return [sys.executable, "-S", "-c", ""]

    def look(self, now: datetime) -> None:
        self.now = now
        self.scheduler._once()
        if self.scheduler._runner is not None:
            self.scheduler._runner.wait()

    def states(self) -> list[str]:
        return [run.state for run in self.ledger.runs()]


# -- the calendar ------------------------------------------------------------------------------------------------------


def test_moments_are_those_of_baku_and_each_comes_once() -> None:
    moments = schedule().moments(When(hour=6, minute=20), NOON, NOON + 3 * DAY)
    assert [f"{moment:%d %H:%M %z}" for moment in moments] == ["21 06:20 +0400", "22 06:20 +0400", "23 06:20 +0400"]
    assert schedule().moments(When(hour=6, minute=20), moments[0], moments[1]) == moments[1:2]


def test_the_jitter_of_a_moment_is_always_the_same_and_differs_from_day_to_day() -> None:
    job = schedule(jitter_minutes=20).jobs[0]
    begins = [job.begins(NOON + number * DAY) - (NOON + number * DAY) for number in range(50)]
    assert begins == [job.begins(NOON + number * DAY) - (NOON + number * DAY) for number in range(50)]
    assert len(set(begins)) > 40
    assert all(timedelta(0) <= late <= timedelta(minutes=20) for late in begins)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("{id: a, kind: light, when: {hour: 25}, late_by_hours: 1, resume_within_hours: 1}", 3),
        ("{id: a, kind: light, when: {day_of_week: '1'}, late_by_hours: 1, resume_within_hours: 1}", 3),
        ("{id: a, kind: quick, when: {hour: 6}, late_by_hours: 1, resume_within_hours: 1}", 3),
        ("{id: a, kind: light, when: {hours: 6}, late_by_hours: 1, resume_within_hours: 1}", 3),
        ("{id: a, kind: light, when: {hour: 6}, late_by_hours: 0, resume_within_hours: 1}", 3),
    ],
)
def test_a_wrong_calendar_is_refused_with_its_line(tmp_path: Path, text: str, line: int) -> None:
    file = tmp_path / "schedule.yaml"
    file.write_text(f"timezone: Asia/Baku\njobs:\n  - {text}\n")
    with pytest.raises(Unusable, match=rf"schedule\.yaml:{line}: "):
        load_schedule(file)


def test_the_calendar_that_comes_with_the_program_is_in_order() -> None:
    assert {job.kind for job in load_schedule().jobs} == {"light", "full"}


# -- what is owed ------------------------------------------------------------------------------------------------------


def test_a_new_job_owes_nothing_before_it_was_known(place: Place) -> None:
    hands = Hands(place, schedule())
    hands.look(NOON)
    assert hands.states() == []


def test_a_round_is_begun_when_its_time_has_come_and_not_again(place: Place) -> None:
    hands = Hands(place, schedule())
    due = datetime(2026, 11, 21, 2, 20, tzinfo=UTC)
    hands.look(due - timedelta(seconds=1))
    assert hands.sent == []
    hands.look(due)
    assert len(hands.sent) == 1
    assert hands.ledger.claim(hands.sent[0], due) is not None
    hands.ledger.end(hands.sent[0], "done", "", due)
    for minute in range(5):
        hands.look(due + timedelta(minutes=minute))
    assert len(hands.sent) == 1
    assert [run.round_name for run in hands.ledger.runs()] == ["2026-11-21-0620-daily"]


def test_after_a_week_switched_off_the_newest_is_caught_up_and_the_others_are_said_to_be_missed(place: Place) -> None:
    Hands(place, schedule())
    late = Hands(place, schedule(), NOON + 7 * DAY)
    late.look(NOON + 7 * DAY)
    assert late.states() == ["missed"] * 6 + ["due"]
    assert len(late.sent) == 1
    assert all("takes its place" in run.note for run in late.ledger.runs(("missed",)))
    assert lost_rounds(place.ledger)[0].round_name == "2026-11-21-0620-daily"


def test_a_round_that_is_too_late_is_missed(place: Place) -> None:
    Hands(place, schedule(late_by_hours=2))
    late = Hands(place, schedule(late_by_hours=2), NOON + DAY)
    late.look(NOON + DAY)
    assert late.states() == ["missed"]
    assert "hours late" in late.ledger.runs()[0].note
    assert late.sent == []


def test_what_waits_for_another_round_is_begun_after_it_or_missed(place: Place) -> None:
    hands, due = Hands(place, schedule(late_by_hours=2)), datetime(2026, 11, 21, 2, 20, tzinfo=UTC)
    with turn(place.archive, "another round", "now"):
        hands.look(due)
        assert hands.sent == []
    hands.look(due + timedelta(hours=1))
    assert len(hands.sent) == 1
    with turn(place.archive, "another round", "now"):
        hands.look(due + DAY)
    hands.look(due + DAY + timedelta(hours=3))
    assert hands.states()[-1] == "missed"
    assert "not begun within 2 hours" in hands.ledger.runs()[-1].note


def test_a_paused_job_owes_no_rounds_but_says_so_and_goes_on_afterwards(place: Place) -> None:
    calendar = schedule()
    hands = Hands(place, calendar)
    set_paused(calendar, place, ["daily"], True, NOON)
    assert listing(calendar, hands.ledger, NOON)[0]["next"] is None
    hands.look(NOON + 2 * DAY)
    assert hands.states() == ["missed", "missed"]
    assert {run.note for run in hands.ledger.runs()} == {"paused since 2026-11-20T08:00:00Z"}
    set_paused(calendar, place, [], False, NOON + 2 * DAY)
    hands.look(NOON + 3 * DAY)
    assert hands.states() == ["missed", "missed", "due"]


def test_a_changed_calendar_owes_by_the_old_one_up_to_now_and_by_the_new_one_from_now(place: Place) -> None:
    Hands(place, schedule())
    changed = schedule(when=When(hour=11, minute=0))
    hands = Hands(place, changed, NOON + DAY)
    hands.look(NOON + DAY)  # noon: eleven o'clock of today is over, and was not in the calendar then
    assert [run.round_name for run in hands.ledger.runs()] == ["2026-11-21-0620-daily"]
    hands.look(NOON + 2 * DAY)
    assert [run.round_name for run in hands.ledger.runs()][1:] == ["2026-11-22-1100-daily"]


def test_a_job_that_is_taken_out_gives_up_what_it_owed_and_says_so(place: Place) -> None:
    hands = Hands(place, schedule(jitter_minutes=60))
    hands.now = datetime(2026, 11, 21, 2, 20, tzinfo=UTC)
    hands.scheduler.look()
    Hands(place, schedule(id="other"), NOON + DAY)
    assert hands.states() == ["given_up"]
    assert hands.ledger.runs()[0].note == "the schedule has this job no more"


def test_a_runner_that_cannot_even_begin_is_not_sent_again_and_again(place: Place) -> None:
    hands, due = Hands(place, schedule()), datetime(2026, 11, 21, 2, 20, tzinfo=UTC)
    for second in range(30):
        hands.look(due + timedelta(seconds=second))
    assert len(hands.sent) == 1
    hands.look(due + timedelta(seconds=130))
    assert len(hands.sent) == 2


def test_a_clock_set_back_begins_nothing_twice(place: Place) -> None:
    hands, due = Hands(place, schedule()), datetime(2026, 11, 21, 2, 20, tzinfo=UTC)
    hands.look(due)
    hands.ledger.claim(hands.sent[0], due)
    hands.ledger.end(hands.sent[0], "done", "", due)
    hands.look(due - timedelta(hours=5))
    hands.look(due)
    assert len(hands.ledger.runs()) == len(hands.sent) == 1


def test_an_alarm_that_apscheduler_lost_is_set_again(place: Place) -> None:
    Hands(place, schedule())
    (place.ledger.with_name("schedule.db")).unlink()
    hands = Hands(place, schedule(), NOON)
    assert [job.id for job in hands.scheduler._alarm.get_jobs()] == ["daily"]
    kept = Hands(place, schedule(), NOON)
    alarm = kept.scheduler._alarm.get_job("daily")
    assert (alarm.misfire_grace_time, alarm.coalesce, alarm.max_instances) == (None, True, 1)


def test_what_is_run_between_rounds_is_run_every_so_often_and_not_on_top_of_itself(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands, ran = Hands(place, schedule()), list[str]()

    def command(arguments: list[str]) -> list[str]:
        ran.append(" ".join(arguments))
        return [sys.executable, "-S", "-c", ""]

    monkeypatch.setattr("scheduler._saytmetr", command)
    between = Between(run="alerts --send --db {db}", every_minutes=10)
    hands.scheduler._schedule = Schedule(timezone="Asia/Baku", jobs=(), between=(between,))
    for minute in range(25):
        hands.look(NOON + timedelta(minutes=minute))
        for _, process in hands.scheduler._beside.values():
            process.wait()
    assert ran == [f"alerts --send --db {place.db}"] * 3


# -- the runner --------------------------------------------------------------------------------------------------------


def owed(ledger: Ledger, calendar: Schedule) -> Run:
    return ledger.owe("daily", NOON, calendar.name(calendar.job("daily"), NOON))


def run_steps(place: Place, calendar: Schedule, run: Run, *commands: str, now: datetime = NOON) -> Run:
    steps = [Step(f"step {number}", [sys.executable, "-c", text]) for number, text in enumerate(commands)]
    return Runner(calendar, place, lambda *_: steps, lambda: now, lambda: "pinged").run(run.id)


def test_a_round_goes_through_its_steps_and_is_done(place: Place, ledger: Ledger) -> None:
    run = run_steps(place, schedule(), owed(ledger, schedule()), "", "")
    assert (run.state, run.steps, run.attempts) == ("done", ("step 0", "step 1"), 1)
    assert ledger.happenings()[-1].what == "pinged"
    assert run_steps(place, schedule(), run, "raise SystemExit(1)").state == "done"  # it is never begun again


def test_a_step_that_fails_is_tried_again_from_where_it_failed_and_not_for_ever(
    place: Place, ledger: Ledger, tmp_path: Path
) -> None:
    calendar, count = schedule(retries=2, retry_after_minutes=10), tmp_path / "count"
    counts = f"open({str(count)!r}, 'a').write('.')"
    run, now, pauses = owed(ledger, calendar), NOON, []
    while run.state not in ("done", "failed"):
        run = run_steps(place, calendar, run, counts, "import sys; sys.exit('the disk is full')", now=now)
        pauses.append(run.not_before - now)
        now = max(now, run.not_before)
    assert count.read_text() == "."  # what was done is not done again
    assert pauses[:2] == [timedelta(minutes=10), timedelta(minutes=20)]
    assert run.note == "step 1: ended with 1: the disk is full; tried 3 times"


def test_a_step_inherits_the_turn_and_keeps_it_when_its_runner_is_killed(place: Place, ledger: Ledger) -> None:
    run = owed(ledger, schedule())
    runner = subprocess.Popen(
        [sys.executable, "-c", RUNNER, str(place.ledger), str(place.archive), str(run.id)], cwd=HERE
    )
    _wait(lambda: "step 0" in _log(place, run))
    os.kill(runner.pid, signal.SIGKILL)
    runner.wait()
    there = holder(place.archive)
    assert there is not None
    assert there.pid == runner.pid
    with pytest.raises(Taken, match=run.round_name), turn(place.archive, "another", "now"):
        pass
    (place.archive / "go").touch()
    _wait(lambda: holder(place.archive) is None)
    assert left_behind(place.archive) == there
    assert ledger.run(run.id).state == "running"
    hands = Hands(place, schedule())
    hands.look(NOON)  # the clock finds it dead, and sends another runner
    assert (ledger.run(run.id).state, hands.sent) == ("stopped", [run.id])


RUNNER = """
import sys, time
from pathlib import Path
from scheduler import Place, Runner, Step
from tests.test_scheduler import NOON, schedule
ledger, archive, run_id = sys.argv[1:]
wait = "import sys, time, pathlib; print('step 0', file=sys.stderr, flush=True);" \
    "go = pathlib.Path(sys.argv[1]);\\nwhile not go.exists(): time.sleep(0.02)"
steps = [Step("step 0", [sys.executable, "-c", wait, archive + "/go"])]
print(Runner(schedule(), Place(Path(ledger), "", Path(archive)), lambda *_: steps, lambda: NOON).run(int(run_id)).state)
"""


def test_a_step_that_wants_the_turn_finds_it_inherited_over_its_own_archive_only(place: Place, ledger: Ledger) -> None:
    take = "from pathlib import Path; from archive.turn import turn\nwith turn(Path({!r}), 'crawl', 'now'): pass"
    assert run_steps(place, schedule(), owed(ledger, schedule()), take.format(str(place.archive))).state == "done"
    other = place.archive.with_name("other")
    with turn(other, "a crawl of another archive", "now"):
        run = ledger.owe("daily", NOON + DAY, "another")
        assert "a crawl of another archive" in run_steps(place, schedule(), run, take.format(str(other))).note


def test_a_run_is_claimed_by_one(ledger: Ledger) -> None:
    run = owed(ledger, schedule())
    assert ledger.claim(run.id, NOON) is not None
    assert ledger.claim(run.id, NOON) is None
    ledger.end(run.id, "done", "", NOON)
    ledger.break_off(run.id, "killed", NOON)
    assert ledger.claim(run.id, NOON) is None


def test_a_runner_that_is_told_to_stop_ends_its_step_in_order_and_is_resumed_later(
    place: Place, ledger: Ledger
) -> None:
    run = owed(ledger, schedule())
    command = [sys.executable, "-c", RUNNER, str(place.ledger), str(place.archive), str(run.id)]
    runner = subprocess.Popen(command, cwd=HERE, stdout=subprocess.PIPE, text=True)
    _wait(lambda: "step 0" in _log(place, run))
    runner.send_signal(signal.SIGTERM)
    assert runner.communicate()[0].strip() == "stopped"
    assert "KeyboardInterrupt" in _log(place, run)  # the step got the signal that a person would send
    stopped = ledger.run(run.id)
    assert (stopped.note, stopped.steps, stopped.failures) == ("stopped in order", (), 0)
    assert holder(place.archive) is None
    assert run_steps(place, schedule(), stopped, "").attempts == 2


def _log(place: Place, run: Run) -> str:
    path = place.ledger.parent / "schedule-log" / f"{run.round_name}.txt"
    return path.read_text() if path.exists() else ""


def _wait(is_so: Any) -> None:
    until = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < until, "it never came about"
        time.sleep(0.02)


def test_a_broken_off_round_is_not_resumed_when_its_pages_would_be_of_another_day(place: Place, ledger: Ledger) -> None:
    hands = Hands(place, schedule())
    run = owed(ledger, schedule())
    ledger.claim(run.id, NOON)
    hands.look(NOON + timedelta(hours=15))
    assert ledger.run(run.id).state == "given_up"
    assert "not resumed within 14 hours" in ledger.run(run.id).note


def test_a_round_that_dies_each_time_is_not_begun_for_ever(place: Place, ledger: Ledger) -> None:
    hands = Hands(place, schedule())
    run = owed(ledger, schedule())
    for second in range(40):
        ledger.claim(run.id, NOON)
        hands.look(NOON + timedelta(seconds=second))
    assert ledger.run(run.id).note == "begun 20 times and never ended"


def test_a_crawl_that_had_begun_is_resumed_and_one_that_was_read_is_not_begun_again(
    place: Place, ledger: Ledger
) -> None:
    calendar = schedule(group="local", then=("score --round {round} --db {db}",))
    run = owed(ledger, calendar)
    steps = Steps(calendar, place)

    def crawl() -> Step:
        return steps.of(run, NOON)[0]

    assert "--resume" not in crawl().command
    assert list(crawl().command)[-5:] == ["--group", "local", "--light", "--as-of", "2026-11-20"]
    database = open_database(place.db)
    registry = Registry((Agency(id="agdam", group="local", name="Ağdam", site=None),), "ab" * 32)
    begun = database.start_round(run.round_name, NOON.date(), NOON, registry, ["agdam"], "saytmetr", {"light": True})
    assert crawl().command[-1] == "--resume"
    database.finish_round(begun, NOON, partial=True, note="our own line is down")
    assert not crawl().is_done
    database.finish_round(begun, NOON)
    assert not crawl().is_done  # nothing has been read of it
    database.add_reading(begun, NOON, "saytmetr", "ab" * 32, [])
    assert crawl().is_done
    assert list(steps.of(run, NOON)[1].command)[2:] == ["score", "--round", run.round_name, "--db", place.db]
    database.close()


# -- across processes --------------------------------------------------------------------------------------------------


def test_there_is_one_clock_and_it_stops_when_it_is_told_to(place: Place, tmp_path: Path) -> None:
    (tmp_path / "schedule.yaml").write_text("timezone: Asia/Baku\njobs: []\n")
    options = ["--schedule", str(tmp_path / "schedule.yaml"), "--ledger", str(place.ledger)]
    command = [sys.executable, "scheduler.py", *options, "--archive", str(place.archive)]
    clock = subprocess.Popen(command, cwd=HERE)
    _wait(lambda: place.ledger.exists() and Ledger(place.ledger).last_beat() is not None)
    other = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)
    assert other.returncode == 1
    assert f"process {clock.pid}" in other.stderr
    clock.send_signal(signal.SIGTERM)
    assert clock.wait() == 0
    assert Ledger(place.ledger).happenings()[-1].what == "the clock has stopped"


def test_a_turn_is_free_when_its_holder_is_gone_whatever_the_file_says(tmp_path: Path) -> None:
    text = "import sys, time; from pathlib import Path; from archive.turn import turn\n"
    text += "with turn(Path(sys.argv[1]), 'a crawl', 'now'): print('mine', flush=True); time.sleep(60)"
    other = subprocess.Popen([sys.executable, "-c", text, str(tmp_path)], cwd=HERE, stdout=subprocess.PIPE)
    assert other.stdout is not None
    assert other.stdout.readline() == b"mine\n"
    with pytest.raises(Taken, match=rf"a crawl, process {other.pid}"), turn(tmp_path, "me", "now"):
        pass
    os.kill(other.pid, signal.SIGKILL)
    other.wait()
    other.stdout.close()
    gone = left_behind(tmp_path)
    assert gone is not None
    assert gone.pid == other.pid
    with turn(tmp_path, "me", "now"):
        assert left_behind(tmp_path) is None
    assert left_behind(tmp_path) is None


def test_killed_at_random_no_round_is_lost_unsaid_and_none_is_run_twice(tmp_path: Path) -> None:
    world, killed = simulate(tmp_path, kills=4, days=9, seed=7)
    found = told(world, BEGIN + timedelta(days=9))
    assert killed.total() == 4
    assert found.owed == 10
    assert sum(found.states.values()) == found.owed
    assert found.states["done"] > 0
    assert (found.lost_unsaid, found.run_twice, found.without_reason) == ([], [], [])
    assert (found.overlaps, found.wrongly_resumed) == (0, 0)


# -- what can be asked -------------------------------------------------------------------------------------------------


def test_the_listing_tells_the_next_moment_and_the_last_round(place: Place, ledger: Ledger) -> None:
    ledger.know("daily", "{}", NOON)
    run_steps(place, schedule(), owed(ledger, schedule()), "")
    [row] = listing(schedule(), ledger, NOON)
    assert row["next"] == "2026-11-21T06:20:00+04:00"
    assert (row["last_round"], row["last_state"]) == ("2026-11-20-1200-daily", "done")
    assert [one["state"] for one in history(ledger)] == ["done"]
    assert history(ledger, only_lost=True) == []


def test_the_command_lists_pauses_and_goes_on(place: Place) -> None:
    options = ["--ledger", str(place.ledger), "--archive", str(place.archive)]

    def ask(*more: str) -> str:
        answered = CliRunner().invoke(main, [*more, *options])
        assert answered.exit_code == 0, answered.output
        return answered.output

    assert "job: full" in ask("--list")
    ask("--pause", "daily")
    assert ask("--list").count("paused_since") == 1
    ask("--resume", "all")
    assert "paused_since" not in ask("--list")
    refused = CliRunner().invoke(main, ["--pause", "dayly", *options])
    assert (refused.exit_code, "it has: daily, full" in refused.output) == (1, True)


def test_a_round_by_hand_waits_for_nobody_and_takes_nobodys_turn(place: Place) -> None:
    with turn(place.archive, "round under way", "now"), pytest.raises(Taken, match="round under way"):
        run_now(schedule(), place, "daily", lambda: NOON)
    assert Ledger(place.ledger).runs() == []


@pytest.mark.parametrize(("status", "words"), [(200, "pinged"), (500, "ping failed: status 500")])
def test_the_dead_mans_switch_is_pinged_and_its_address_never_told(
    monkeypatch: pytest.MonkeyPatch, status: int, words: str
) -> None:
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr("scheduler.time.sleep", lambda _: None)
    monkeypatch.setenv(PING, f"http://127.0.0.1:{server.server_port}/secret")
    assert ping_from_environment() == words
    server.shutdown()
    server.server_close()
    assert set(asked) == {"/secret"}
    assert "secret" not in ping_from_environment()  # nobody answers there any more
    monkeypatch.delenv(PING)
    assert ping_from_environment() == f"no ping: {PING} is not set"


# -- how old is what we know -------------------------------------------------------------------------------------------

REGISTRY = Registry(
    (Agency(id="binagadi", group="local", name="Binəqədi", site="http://binegedi-ih.gov.az/"),), "ab" * 32
)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(tmp_path / "known.db")
    yield opened
    opened.close()


def document(**more: Any) -> dict[str, Any]:
    home = "http://binegedi-ih.gov.az/"
    told: dict[str, Any] = {
        "id": "binagadi",
        "site": {"url": home, "final_url": home, "state": "up", "reason": "ok", "evidence": []},
        "mobile": {"state": "absent", "verdict": "none", "evidence": []},
        "social": {"state": "found", "profiles": [{"network": "facebook", "url": "https://x"}], "evidence": []},
        "sections": {
            "public_council": {"state": "found", "fullness": "full", "url": f"{home}sura", "items": 7, "evidence": []},
            "procurement": {"state": "partial", "fullness": "broken", "url": f"{home}satinalma", "evidence": []},
            "open_data": {"state": "absent", "evidence": []},
            "e_services": {"state": "found", "fullness": "full", "url": "https://www.e-gov.az/", "evidence": []},
            "e_appeal": {"state": "partial", "fullness": "empty", "url": f"{home}muraciet", "evidence": []},
        },
        "news": {"state": "found", "url": f"{home}news", "last_date": "2026-11-19", "evidence": []},
        "search": {"state": "found", "works": True, "evidence": []},
        "languages": {"state": "found", "codes": ["az", "en"], "evidence": []},
    }
    return told | more


def add_round(
    database: Database,
    name: str,
    at: datetime,
    partial: bool = False,
    found: dict[str, Any] | None = None,
    **settings: Any,
) -> None:
    begun = database.start_round(name, at.date(), at, REGISTRY, ["binagadi"], "saytmetr", settings)
    database.add_reading(begun, at, "saytmetr", "ab" * 32, [("binagadi", found or document())])
    database.finish_round(begun, at + timedelta(hours=1), partial=partial)


def test_the_age_of_data_is_that_of_the_newest_whole_round(database: Database) -> None:
    assert age_of_data(database, NOON).is_old()
    add_round(database, "full", NOON)
    add_round(database, "light", NOON + DAY, light=True)
    add_round(database, "broken", NOON + 2 * DAY, partial=True)
    add_round(database, "hand", NOON + 2 * DAY, by_hand=True)
    aged = age_of_data(database, NOON + 3 * DAY)
    assert (aged.any and aged.any.name, aged.full and aged.full.name) == ("light", "full")
    assert aged.since == NOON + DAY + timedelta(hours=1)
    assert not aged.is_old()
    assert aged.full_age == 3 * DAY - timedelta(hours=1)
    assert age_of_data(database, NOON + 4 * DAY).is_old()
    assert lost_rounds(Path("nowhere/ledger.db")) == []


# -- a light pass ------------------------------------------------------------------------------------------------------


def test_a_light_pass_asks_for_what_the_newest_full_round_knows(database: Database) -> None:
    with pytest.raises(NoSuchRound, match="no full round"):
        newest_full(database)
    add_round(database, "full", NOON)
    add_round(database, "light", NOON + DAY, light=True)
    assert newest_full(database).name == "full"
    with pytest.raises(NoSuchRound):
        newest_full(database, before=database.round("full"))
    home, agency = "http://binegedi-ih.gov.az/", REGISTRY.agencies[0]
    known = (f"{home}news", f"{home}sura", f"{home}satinalma", f"{home}muraciet")
    assert known_addresses(database, database.round("full"), agency) == known
    guide = light_guides(database, database.round("light"))(agency)
    capture = Capture(home, "page", NOON, 200, (), b"")
    assert list(guide.see(replace(capture, status=301))) == []
    leads = list(guide.see(capture))
    assert tuple(lead.url for lead in leads) == known
    assert all(lead.essential and lead.found_on == home for lead in leads)
    assert leads[0].promise > leads[1].promise
    assert list(guide.see(capture)) == list(guide.more()) == []


UNSEEN = {"state": "unseen", "reason": "timeout", "evidence": []}
DOWN = document(
    site={"url": "http://binegedi-ih.gov.az/", "state": "down", "reason": "timeout", "evidence": []},
    news=UNSEEN,
    sections=dict.fromkeys(("public_council", "procurement"), UNSEEN),
)


@pytest.mark.parametrize("newest", [DOWN, document(news=UNSEEN)])
def test_a_site_that_the_newest_full_round_missed_is_asked_as_the_one_before_found_it(
    database: Database, newest: dict[str, Any]
) -> None:
    add_round(database, "full", NOON)
    add_round(database, "missed", NOON + DAY, found=newest)
    add_round(database, "light", NOON + 2 * DAY, light=True)
    home, agency = "http://binegedi-ih.gov.az/", REGISTRY.agencies[0]
    leads = light_guides(database, database.round("light"))(agency).see(Capture(home, "page", NOON, 200, (), b""))
    assert [lead.url for lead in leads] == [f"{home}{page}" for page in ("news", "sura", "satinalma", "muraciet")]


def test_nothing_is_known_of_a_site_that_was_down(database: Database) -> None:
    assert list(LightGuide(()).see(Capture("http://a.az/", "page", NOON, 200, (), b""))) == []


def test_a_light_pass_says_no_more_than_it_saw() -> None:
    told = lightened(document())
    assert told["site"]["state"] == "up"
    assert told["news"]["last_date"] == "2026-11-19"
    states = {kind: found["state"] for kind, found in told["sections"].items()}
    assert states == {
        "public_council": "found",
        "procurement": "partial",
        "open_data": "unseen",
        "e_services": "found",
        "e_appeal": "unseen",
    }
    assert "fullness" not in told["sections"]["public_council"]  # it stands on sub-pages that nobody asked for
    for fact in ("mobile", "social", "search", "languages"):
        assert (told[fact]["state"], told[fact]["reason"]) == ("unseen", "light")
    assert told["social"]["profiles"] == []
    undated = lightened(document(news={"state": "partial", "evidence": []}))
    assert (undated["news"]["state"], undated["news"]["reason"]) == ("unseen", "light")
    failed = lightened(document(search={"state": "unseen", "reason": "timeout", "works": None, "evidence": []}))
    assert failed["search"]["reason"] == "timeout"
