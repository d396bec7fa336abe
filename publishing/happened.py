"""What has happened so far, without looking at every round again each time that somebody asks?

Events come of all looks in their order (scoring/events.py). After a year of daily looks there are hundreds, and reading
them all again every day takes longer every day. So what was remembered after the newest look is kept in a file beside
the outbox, and only the looks behind it are taken. The file is a memory and no source: where it is missing, broken, of
another version, or made of other looks, readings or rules than those of today, all is looked at again from the first.
"""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

from archive.database import Database, Round
from scoring.events import FORMAT as EVENTS_FORMAT
from scoring.events import Event, Look, PlanLevels, State, fresh, look_of, step
from scoring.levels import levels_of
from scoring.plans import Plan, find_plan, plan_files
from scoring.rhythm import load_method

FORMAT = "saytmetr-happened/1"
Key = list[Any]  # of one look: the round, whether it is partial, its newest reading


@dataclass(frozen=True)
class _Memory:
    """What was remembered after so many looks, and all events up to then."""

    looks: list[Key]
    state: State
    events: tuple[Event, ...]


def events_since(database: Database, state_path: Path, round: Round, plans: Path) -> list[Event]:
    """Everything that happened up to a round, oldest first: the same as all its looks replayed, only sooner.

    `plans`: the folder of the plans whose levels are watched. Looks are the rounds of one kind (real or invented).
    Raises archive.border.Unusable where a plan is.
    """
    editions = [find_plan(plans, name) for name in sorted({file.plan for file in plan_files(plans)})]
    rules = _rules(editions)
    rounds = _looks_up_to(database, round)
    wanted = [_key(database, one) for one in rounds]
    memory = _remembered(state_path, rules)
    if memory is None or wanted[: len(memory.looks)] != memory.looks:
        memory = _Memory([], fresh(), ())
    state, events = memory.state, list(memory.events)
    for one in rounds[len(memory.looks) :]:
        state, settled = step(state, _look(database, one, editions))
        events += settled
    if len(wanted) > len(memory.looks):
        _remember(state_path, rules, _Memory(wanted, state, tuple(events)))
    return events


def _looks_up_to(database: Database, round: Round) -> list[Round]:
    """The rounds of which something was read, oldest first; the invented are never put with the real."""
    is_sample = bool(round.settings.get("sample"))
    earlier = [
        one
        for one in database.rounds()
        if one.as_of <= round.as_of and bool(one.settings.get("sample")) == is_sample and database.readings(one)
    ]
    return sorted(earlier, key=lambda one: (one.as_of, one.started_at))


def _key(database: Database, round: Round) -> Key:
    """What is another when the round is read again, goes on after it was broken off, or is of another database."""
    reading = database.reading(round)
    return [round.name, round.started_at.isoformat(), round.partial, reading.id, reading.made_at.isoformat()]


def _look(database: Database, round: Round, plans: Sequence[Plan]) -> Look:
    document = database.findings(round)
    given = [PlanLevels(plan.plan, str(plan.edition), tuple(levels_of(document, plan))) for plan in plans]
    return look_of(document, None, given)


def _rules(plans: Sequence[Plan]) -> str:
    """What all events hang on beside the looks: the numbers of methodology/rhythm.yaml and the plans' rules."""
    told = [load_method().model_dump_json(), *(plan.model_dump_json() for plan in plans)]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def _remembered(path: Path, rules: str) -> _Memory | None:
    try:
        told = json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return None
    if not isinstance(told, dict) or [told.get(name) for name in ("format", "rules")] != [FORMAT, rules]:
        return None
    if told["state"].get("format") != EVENTS_FORMAT:
        return None
    return _Memory(told["looks"], told["state"], tuple(_event(row) for row in told["events"]))


def _remember(path: Path, rules: str, memory: _Memory) -> None:
    """Whole or not at all: a kill between two lines leaves the older file."""
    rows = [event.row() for event in memory.events]
    told = {"format": FORMAT, "rules": rules, "looks": memory.looks, "state": memory.state, "events": rows}
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        with aside.open("w", encoding="utf-8") as file:
            json.dump(told, file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    finally:
        with suppress(FileNotFoundError):
            aside.unlink()


def _event(row: Mapping[str, Any]) -> Event:
    """The event of which this is the row."""
    told = {one.name: row[one.name] for one in fields(Event)}
    for name in ("since", "noticed_on"):
        told[name] = date.fromisoformat(told[name])
    for name in ("why", "members"):
        told[name] = tuple(told[name])
    return Event(**told)
