"""Is each thing that happens on real pages in a year told once, in time, and nothing else?

`python -m tests.bench.year [--days 365] [--authorities 18] [--keep FOLDER]`: the scheduler and the runner as they are,
the commands `crawl` (full each month, light each day) and `alerts` as they are, the sample web behind its proxy, and a
service that takes the messages (Apprise, json:// to loopback). Only time is stepped, the pauses before a site that is
down is asked again are short, and all processes are one: what would be begun is called. The sites change by the day of
that clock; what happens to them stands in `planned`, and what was taken in by the service is held against it. Nothing
is drawn by chance but the days of the items.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import os
import sys
import tempfile
import threading
import time
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache, partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

import apscheduler.schedulers.base
import click
import yaml

import cli
from archive.database import open_database
from archive.ledger import Ledger
from publishing import alerts as alerting
from publishing.happened import events_since
from publishing.outbox import Outbox
from sampleweb.describe import Description, News, Section, World, world
from sampleweb.proxy import Proxy, Request, Web, send
from sampleweb.site import Answer, Site
from sampleweb.truth import KINDS, truth_of
from scheduler import Place, Runner, Schedule, Scheduler, Steps, load_schedule
from scoring.events import Event
from scoring.levels import levels_of
from scoring.plans import ORDER, find_plan, plan_files
from spiders.manners import Manners
from tests.simulated_year import Line, table

FIRST = date(2025, 1, 1)
BAKU = timedelta(hours=4)
BEGIN = datetime(2025, 1, 1, 8, 0, tzinfo=UTC)  # noon in Baku, before the first full round
HISTORY_DAYS = 120
POLL_S = 5.0
SLACK_DAYS = 3  # two days without a look, and the hour of the day
ADDRESS = "SAYTMETR_YEAR"
OLD = (
    "shirvan dashkasan khojavend ismayilli gabala khizi shamkir binagadi zagatala narimanov khazar nizami-baku"
).split()
NEW = ["aghstafa", "yasamal", "pirallahi"]
CENTRAL = ["customs-committee", "youth-sport-ministry", "agriculture-ministry"]
CHOSEN = [one for trio in zip(OLD, [*NEW, *CENTRAL], strict=False) for one in trio] + OLD[6:]
CLOSED = Answer(503, (("Content-Type", "text/plain"),), b"the way out is closed\n")
NO_NAMES = Answer(502, (("Content-Type", "text/plain"), ("Proxy-Status", "own; error=dns_error")), b"no such host\n")
CALENDAR = """
timezone: Asia/Baku
jobs:
  - {{id: daily, kind: light, when: {{hour: 6, minute: 20}}, jitter_minutes: 20, late_by_hours: 14,
     resume_within_hours: 14, options: {options}, then: [{then}]}}
  - {{id: full, kind: full, when: {{day: 1, hour: 22}}, jitter_minutes: 30, late_by_hours: 120,
     resume_within_hours: 96, options: {options}, then: [{then}]}}
"""
ALERTS = """
timezone: Asia/Baku
max_age_days: 7
channels: [{name: year, address: {env: SAYTMETR_YEAR}, language: en}]
"""
Span = tuple[int, int]  # days of the year, both ends in
SUMMER: Span = (187, 218)


# -- what happens ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Truth:
    """An event that happened: told once, `since` a day of the span, and by the day `by`. Days of the year."""

    kind: str
    authority: str | None  # None: of several
    since: Span
    by: int
    what: str = ""  # "": any
    members: frozenset[str] = frozenset()


@dataclass
class Fate:
    """What happens to one site."""

    described: Description
    gap: float = 2.0
    silent: list[Span] = field(default_factory=list)
    off: dict[int, str] = field(default_factory=dict)  # day -> how it fails
    sections: list[tuple[int, str, Section | None]] = field(default_factory=list)  # from day, kind, as it is then
    items: list[int] = field(default_factory=list)

    def sections_on(self, day: int) -> dict[Any, Section]:
        there: dict[Any, Section] = dict(self.described.sections)
        for since, kind, section in self.sections:
            there.pop(kind, None)
            if section is not None and day >= since:
                there[kind] = section
            elif day < since and kind in self.described.sections:
                there[kind] = self.described.sections[kind]
        return there

    def on(self, day: int) -> Description:
        """The site as it stands on a day of the year."""
        shown = tuple(_date(one) for one in self.items[: bisect_right(self.items, day)][::-1])
        news = News(last=shown[0], per_month=30 / self.gap, only=shown)
        return self.described.model_copy(update={"news": news, "sections": self.sections_on(day)})


@dataclass
class Year:
    fates: dict[str, Fate]
    truth: list[Truth]
    line_out: set[int]  # days on which our own proxy does not answer
    line_sick: dict[int, Answer]  # days on which it answers this to everything, because it can reach nobody
    days: int


def _date(day: int) -> date:
    return FIRST + timedelta(days=day)


def _day(at: date) -> int:
    return (at - FIRST).days


def planned(ids: Sequence[str], days: int) -> Year:
    """The plan of a year over these sites; what is planned for others, or ends behind the last day, does not happen."""
    year = Year({one: fate(one) for one in ids}, [], {150}, {250: CLOSED, 300: NO_NAMES}, days)
    fates = year.fates
    cohort = [one for place, one in enumerate(OLD) if place not in (3, 4)]
    for place, one in enumerate(fates):
        fates[one].gap = (1.0, 2.0, 3.0)[place % 3]
    _silences(year, cohort)
    for one, its in fates.items():
        its.items = items_of(its, Random(f"{one}:year"))
    _tell_silences(year, cohort)
    _outages(year)
    _sections(year)
    _levels(year)
    year.truth = [one for one in year.truth if one.by < days]
    return year


def fate(one: str, gap: float = 2.0) -> Fate:
    """A site without what is uncertain by design, up, and without a wish to be asked slowly."""
    described = world_site(one)
    sections = {kind: one for kind, one in described.sections.items() if not one.unsure}
    return Fate(described.model_copy(update={"sections": sections, "fault": None, "robots": None}), gap)


def _silences(year: Year, cohort: Sequence[str]) -> None:
    alone: dict[str, Span] = {
        "shirvan": (40, 110),
        "customs-committee": (60, 9999),
        "aghstafa": (100, 170),
        "youth-sport-ministry": (230, 290),
    }
    chance = Random("cohort")
    for one, span in alone.items():
        if one in year.fates:
            year.fates[one].silent.append(span)
    for one in cohort:
        if one in year.fates:
            year.fates[one].silent.append((275 + chance.randint(0, 6), 335 + chance.randint(0, 5)))
    for one in ("ismayilli", "gabala", "yasamal"):  # a month of summer quiet, as slow sites have it: no event
        if one in year.fates:
            year.fates[one].gap = 8.0
            year.fates[one].silent.append(SUMMER)


def items_of(fate: Fate, chance: Random) -> list[int]:
    found, at = set(), float(-HISTORY_DAYS)
    while at < 400:
        found.add(round(at))
        at += fate.gap * chance.uniform(0.6, 1.4)
    return sorted(one for one in found if not any(start <= one <= end for start, end in fate.silent))


def _tell_silences(year: Year, cohort: Sequence[str]) -> None:
    together = frozenset(cohort) & set(year.fates)
    lasts, firsts = [], []
    for one, fate in year.fates.items():
        for start, end in fate.silent:
            last = fate.items[bisect_right(fate.items, start) - 1]
            first = next((item for item in fate.items if item > end), None)
            if (start, end) == SUMMER:
                continue
            if one in together and start >= 275:
                lasts.append(last)
                firsts.append(first or end)
                continue
            year.truth.append(Truth("news_stopped", one, (last, last), last + 31 + 1 + SLACK_DAYS))
            if first is not None:
                year.truth.append(Truth("news_resumed", one, (first, first), first + 1 + SLACK_DAYS))
    if len(together) >= 10:
        since = min(lasts), max(lasts)
        year.truth.append(Truth("cohort_stopped", None, since, max(lasts) + 31 + 1 + SLACK_DAYS, members=together))
        back = min(firsts), max(firsts)
        year.truth.append(Truth("cohort_returned", None, back, max(firsts) + 1 + SLACK_DAYS, members=together))


def _outages(year: Year) -> None:
    alone: dict[str, tuple[int, int, str]] = {  # from day, so many days, how
        "dashkasan": (30, 7, "refuse"),  # over a full round
        "yasamal": (75, 1, "reset"),  # one look: no event
        "agriculture-ministry": (80, 2, "refuse"),  # two looks: none either
        "khojavend": (119, 5, "dns"),
        "youth-sport-ministry": (122, 9, "reset"),
        "pirallahi": (160, 3, "hang"),
    }
    for one, (start, length, how) in alone.items():
        if one not in year.fates:
            continue
        year.fates[one].off.update(dict.fromkeys(range(start, start + length), how))
        if length >= 3:
            end = start + length
            year.truth.append(Truth("went_down", one, (start, start), start + 2 + SLACK_DAYS))
            year.truth.append(Truth("came_back", one, (end, end), end + 1 + SLACK_DAYS))
    together = [one for one in OLD[4:] if one in year.fates]
    if len(together) == len(OLD[4:]):
        for one in together:
            year.fates[one].off.update(dict.fromkeys(range(202, 206), "refuse"))
        members = frozenset(together)
        year.truth.append(Truth("cohort_down", None, (202, 202), 204 + SLACK_DAYS, members=members))
        year.truth.append(Truth("cohort_up", None, (206, 206), 207 + SLACK_DAYS, members=members))


def _sections(year: Year) -> None:
    """Two vanish, one appears, one is emptied. Only full rounds can see all of it: the second one settles it."""
    appeal = world_site("yasamal").sections["e_appeal"]
    hollow = world_site("khazar").sections["e_services"].model_copy(update={"fullness": "empty", "count": None})
    plan: tuple[tuple[str, int, str, Section | None, str], ...] = (
        ("nizami-baku", 45, "procurement", None, "section_vanished"),
        ("youth-sport-ministry", 165, "public_council", None, "section_vanished"),
        ("aghstafa", 100, "e_appeal", appeal, "section_appeared"),
        ("khazar", 225, "e_services", hollow, "section_emptied"),
    )
    for one, start, kind, section, event in plan:
        if one in year.fates:
            year.fates[one].sections.append((start, kind, section))
            seen, settled = [day for day in full_days(year) if day >= start][:2]
            since = (start, seen)
            year.truth.append(Truth(event, one, since, settled + 1 + SLACK_DAYS, what=f"sections.{kind}"))


@cache
def world_site(one: str) -> Description:
    return next(site for site in world().sites if site.id == one)


def full_days(year: Year) -> list[int]:
    return [day for day in range(max(year.days, 365) + 70) if _date(day).day == 1 and day not in year.line_out]


def _levels(year: Year) -> None:
    """What the plans' own rules give for the sites as they were described: a level that holds for two full rounds."""
    plans = [find_plan(cli.PLANS, name) for name in sorted({file.plan for file in plan_files(cli.PLANS)})]
    settled: dict[tuple[str, str], str] = {}
    coming: dict[tuple[str, str], tuple[str, int]] = {}
    for day in full_days(year):
        for plan in plans:
            for level in levels_of(_true_findings(year, day), plan):
                if level.base == "not_assessed":
                    continue
                key = (level.authority, f"{plan.plan} {level.item}")
                if level.base == settled.get(key):
                    coming.pop(key, None)
                elif key in coming and coming[key][0] == level.base:
                    since = coming.pop(key)[1]
                    if key in settled:
                        fell = ORDER.index(level.base) > ORDER.index(settled[key])
                        kind = "level_fell" if fell else "level_rose"
                        year.truth.append(Truth(kind, key[0], (since, since), day + 1 + SLACK_DAYS, what=key[1]))
                    settled[key] = level.base
                else:
                    coming[key] = (level.base, day)


def _true_findings(year: Year, day: int) -> dict[str, Any]:
    """What there was to find on a day, in the contract's words."""
    up = {one: fate for one, fate in year.fates.items() if day not in fate.off}
    described = World(as_of=_date(day), sites=tuple(fate.on(day) for fate in up.values()), without_site=())
    authorities = []
    for one, fate in up.items():
        true = truth_of(described, one)
        mobile = {"state": "found", "verdict": true["mobile"]}
        social = {"state": "found" if true["social"] else "absent", "profiles": true["social"]}
        sections = {kind: true["sections"][kind] for kind in KINDS}
        site = true["site"] | {"url": fate.described.url}
        told = {"site": site, "mobile": mobile, "social": social, "sections": sections, "news": true["news"]}
        authorities.append({"id": one, "group": fate.described.group, "name": one, **told})
    return {"round": {"name": "truth", "as_of": _date(day).isoformat()}, "authorities": authorities}


# -- the sites ---------------------------------------------------------------------------------------------------------


class Clock:
    """Moves only when it is told to."""

    def __init__(self) -> None:
        self.now = BEGIN

    def __call__(self) -> datetime:
        return self.now

    @property
    def day(self) -> int:
        return _day((self.now + BAKU).date())


class ChangingWeb(Web):
    """The sites of the year as they stand on the clock's day."""

    def __init__(self, year: Year, clock: Clock) -> None:
        described = tuple(fate.on(999) for fate in year.fates.values())
        super().__init__(World(as_of=_date(year.days), sites=described, without_site=()))
        self._year, self._clock, self._shown_on = year, clock, -1
        self._all = {
            fate.described.bare_host: Site(fate.on(999), _date(year.days)).items for fate in year.fates.values()
        }
        self._show()

    def _show(self) -> None:
        day = self._clock.day
        if day == self._shown_on:
            return
        self._shown_on, self._cached_bytes = day, 0
        self._cache.clear()
        for fate in self._year.fates.values():
            host = fate.described.bare_host
            site = Site(fate.on(day), _date(day))
            # Written once for all the year: an item keeps its number, its title and its address as new ones come.
            vars(site)["items"] = tuple(item for item in self._all[host] if item.day <= _date(day))
            self._sites[host] = site

    def description(self, host: str) -> Description | None:
        self._show()
        found = super().description(host)
        how = self._year.fates[found.id].off.get(self._clock.day) if found else None
        return found.model_copy(update={"fault": how}) if found and how else found

    def answer(self, asked: Request) -> Answer:
        self._show()
        return super().answer(asked)


class SickProxy(Proxy):
    """On some days it has the same answer to everything, as a proxy whose own line is gone."""

    year: Year
    clock: Clock

    async def _tunnelled(self, writer: asyncio.StreamWriter, host: str, port: str) -> bool:
        sick = self.year.line_sick.get(self.clock.day)
        if sick is not None:
            await send(writer, "CONNECT", sick)
            return False
        return await super()._tunnelled(writer, host, port)

    async def _answered(self, writer: asyncio.StreamWriter, asked: Request) -> bool:
        sick = self.year.line_sick.get(self.clock.day)
        if sick is not None:
            await send(writer, asked.method, sick)
            return True
        return await super()._answered(writer, asked)


class ProxyLine:
    """The proxy in a thread of its own; `see` opens and closes its door by the day of the clock."""

    def __init__(self, year: Year, clock: Clock, folder: Path) -> None:
        self._year, self._clock = year, clock
        self._proxy = SickProxy(ChangingWeb(year, clock), folder)
        self._proxy.year, self._proxy.clock = year, clock
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server: asyncio.Server | None = self._do(self._proxy.start(0))
        assert self._server is not None
        self.port: int = self._server.sockets[0].getsockname()[1]

    def _do(self, what: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(30)

    def see(self) -> None:
        is_out = self._clock.day in self._year.line_out
        if is_out and self._server is not None:
            self._loop.call_soon_threadsafe(self._server.close)
            self._do(self._proxy.stop())
            self._server = None
        elif not is_out and self._server is None:
            self._server = self._do(self._proxy.start(self.port))

    def close(self) -> None:
        if self._server is not None:
            self._loop.call_soon_threadsafe(self._server.close)
        self._do(self._proxy.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)


# -- who is told -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Received:
    """One message that the service took."""

    on: date
    title: str
    body: str


class Service(HTTPServer):
    """Takes what Apprise sends to json:// and keeps it."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(("127.0.0.1", 0), _Post)
        self.clock = clock
        self.received: list[Received] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"json://127.0.0.1:{self.server_port}/"


class _Post(BaseHTTPRequestHandler):
    server: Service

    def do_POST(self) -> None:
        told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        on = (self.server.clock() + BAKU).date()
        self.server.received.append(Received(on, told["title"], told["message"]))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


# -- the processes, all of them this one -------------------------------------------------------------------------------


class Called:
    """What a process is to those who began it; it is over before they look."""

    pid = 0

    def __init__(self, do: Callable[[], int]) -> None:
        self.returncode = do()

    def poll(self) -> int:
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        return self.returncode

    def send_signal(self, number: int) -> None:
        raise ProcessLookupError


def _command(command: Sequence[str], *, env: Mapping[str, str], stderr: Any, **_: object) -> Any:
    """A command of saytmetr, as its own process would end."""

    def do() -> int:
        words = io.StringIO()
        try:
            with patch.dict(os.environ, env), redirect_stdout(io.StringIO()), redirect_stderr(words):
                cli.cli.main(args=list(command[2:]), standalone_mode=False)
        except click.ClickException as error:
            words.write(f"Error: {error.format_message()}\n")
            return error.exit_code
        finally:
            stderr.write(words.getvalue().encode())
            stderr.flush()
        return 0

    return Called(do)


@dataclass(frozen=True)
class Ran:
    """What is left of a year."""

    told: list[tuple[Received, Event | None]]
    runs: Counter[tuple[str, str]]  # (job, state)
    notes: list[str]  # of rounds that did not end as done
    partial: int
    all_events: int
    seconds: float


def run(year: Year, folder: Path, say: Callable[[str], None]) -> Ran:
    """The whole year, day by day."""
    began, clock = time.monotonic(), Clock()
    (folder / "certificates").mkdir(parents=True)
    line, service = ProxyLine(year, clock, folder / "certificates"), Service(clock)
    place = Place(folder / "ledger.db", str(folder / "year.db"), folder / "archive")
    schedule = _written(folder, line.port, list(year.fates))
    last = BEGIN + timedelta(days=year.days)

    class Now(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
            return clock().astimezone(tz)

    def wait(seconds: float, is_something_up: Callable[[], bool]) -> None:
        before = clock.day
        clock.now += timedelta(seconds=max(seconds, 1.0))
        line.see()
        if clock.day != before and clock.day % 30 == 0:
            say(f"day {clock.day}: {len(service.received)} messages, {time.monotonic() - began:.0f} s")
        if clock.now > last:
            clockwork._stop(0, None)

    def runner(command: Sequence[str], **_: object) -> Any:
        def do() -> int:
            steps = Steps(schedule, place).of
            Runner(schedule, place, steps, clock, lambda: "no ping", start=_command).run(int(command[0]))
            return 0

        return Called(do)

    def events(database: Any, round_: Any, *_: object) -> list[Event]:
        return events_since(database, folder / "happened.json", round_, cli.PLANS)

    clockwork = Scheduler(
        schedule, place, lambda run_id: [str(run_id)], clock, wait, beat_s=6 * 3600.0, poll_s=POLL_S, start=runner
    )
    told = alerting.load_alerts(folder / "alerts.yaml")
    with (
        patch.object(apscheduler.schedulers.base, "datetime", Now),
        patch.object(cli, "_now", clock),
        patch.object(cli, "_events", events),
        patch.object(alerting, "load_alerts", lambda: told),
        patch.object(Manners, "second_look_s", property(lambda _: 0.1)),
        patch.object(Manners, "late_look_s", property(lambda _: 0.3)),
        patch.dict(os.environ, {ADDRESS: service.address}),
    ):
        clockwork.run()
    line.close()
    service.shutdown()
    return _what_is_left(folder, place, service, time.monotonic() - began)


def _written(folder: Path, port: int, ids: list[str]) -> Schedule:
    registry = yaml.safe_load((cli.HERE / "agencies.yaml").read_text(encoding="utf-8"))
    described = {one: world_site(one) for one in ids}
    named = {one["id"]: one for one in registry["agencies"]}
    rows = [
        {"id": one, "group": site.group, "kind": named[one].get("kind"), "name": site.name, "site": site.url}
        for one, site in described.items()
    ]
    agencies = folder / "agencies.yaml"
    agencies.write_text(yaml.safe_dump({"agencies": rows}, allow_unicode=True), encoding="utf-8")
    proxy = f"http://127.0.0.1:{port}"
    options = ["--agencies", str(agencies), "--proxy", proxy, "--delay", "0", "--timeout", "1.5", "--sample"]
    then = f"alerts --round {{round}} --db {{db}} --outbox {folder / 'alerts.db'}"
    calendar = CALENDAR.format(options=json.dumps(options), then=json.dumps(then))
    (folder / "schedule.yaml").write_text(calendar)
    (folder / "alerts.yaml").write_text(ALERTS)
    return load_schedule(folder / "schedule.yaml")


def _what_is_left(folder: Path, place: Place, service: Service, seconds: float) -> Ran:
    database = open_database(place.db, create=False)
    newest = database.rounds()[-1]
    happened = events_since(database, folder / "happened.json", newest, cli.PLANS)
    events = {alerting._id("year", one.id): one for one in happened}
    told = [
        (one, next((event for message, event in events.items() if message in one.body), None))
        for one in service.received
    ]
    ledger = Ledger(place.ledger)
    runs = Counter((one.job, one.state) for one in ledger.runs())
    notes = [f"{one.round_name}: {one.state}: {one.note}" for one in ledger.runs() if one.state != "done"]
    ledger.close()
    waiting = Outbox(folder / "alerts.db").messages("waiting", "sending", "given_up")
    assert not waiting, f"{len(waiting)} messages were never sent"
    partial = sum(one.partial for one in database.rounds())
    database.close()
    return Ran(told, runs, notes, partial, len(happened), seconds)


# -- what came of it ---------------------------------------------------------------------------------------------------


def verdict(year: Year, told: Sequence[tuple[Received, Event | None]]) -> tuple[list[Line], list[str]]:
    """What was taken in held against what happened: a line for each kind, and each fault in words."""
    counts: dict[str, Counter[str]] = {}
    faults: list[str] = []
    used: set[int] = set()
    for truth in year.truth:
        fits = [place for place, (_, event) in enumerate(told) if event is not None and _is_told(truth, event)]
        used |= set(fits)
        late = bool(fits) and _day(told[fits[0]][0].on) > truth.by
        how = "never" if not fits else "twice" if len(fits) > 1 else "late" if late else "once"
        counts.setdefault(truth.kind, Counter()).update(["happened", how])
        if how != "once":
            faults.append(f"{how}: {truth} {[f'{told[place][0].on}: {told[place][0].title}' for place in fits]}")
    for place, (message, event) in enumerate(told):
        if place not in used:
            counts.setdefault(event.kind if event else "unknown", Counter()).update(["false"])
            faults.append(f"false: day {_day(message.on)}: {message.title}: {event and (event.what, str(event.since))}")
    return [Line(kind, **count) for kind, count in sorted(counts.items())], faults


def _is_told(truth: Truth, event: Event) -> bool:
    is_of_it = (event.kind, event.authority) == (truth.kind, truth.authority) and truth.what in ("", event.what)
    if not is_of_it or not truth.since[0] <= _day(event.since) <= truth.since[1]:
        return False
    # A cohort is told while it still grows: half of it at least, and nobody else beyond a sixth.
    members = set(event.members)
    return not truth.members or (
        2 * len(members & truth.members) >= len(truth.members) and 6 * len(members - truth.members) <= len(members)
    )


def main() -> None:
    ask = argparse.ArgumentParser(prog="python -m tests.bench.year", description=__doc__)
    ask.add_argument("--days", type=int, default=365)
    ask.add_argument("--authorities", type=int, default=len(CHOSEN), help=f"{len(CHOSEN)} at most")
    ask.add_argument("--keep", type=Path, help="a folder that does not exist yet, where all of it stays")
    given = ask.parse_args()
    year = planned(CHOSEN[: given.authorities], given.days)
    with tempfile.TemporaryDirectory(prefix="year-") as name:
        folder = given.keep or Path(name) / "year"
        ran = run(year, folder, partial(print, file=sys.stderr, flush=True))
    lines, faults = verdict(year, ran.told)
    print(f"{len(year.fates)} sites, {year.days} days, {ran.seconds:.0f} s")
    for (job, state), count in sorted(ran.runs.items()):
        print(f"rounds {job} {state}: {count}")
    print("\n".join(f"  {note}" for note in ran.notes))
    print(f"rounds that are partial: {ran.partial}")
    print("\n".join(table(lines)))
    print(f"messages taken by the service: {len(ran.told)}; listed under another: {ran.all_events - len(ran.told)}")
    print("\n".join(faults) or "no faults")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
