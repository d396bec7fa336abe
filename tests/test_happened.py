"""Is what happened the same, whether all rounds are looked at again or only the new ones?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from archive.database import Database, Round, open_database
from archive.registry import Agency, Registry
from publishing.happened import events_since
from scoring.events import Event, Look, PlanLevels, State, look_of, replay, step
from scoring.levels import levels_of
from scoring.plans import find_plan, plan_files

PLANS = Path(__file__).parent.parent / "methodology" / "plans"
REGISTRY = Registry((Agency(id="quba", group="local", name="Quba", site="http://quba-ih.gov.az/"),), "0" * 64)
FIRST = date(2026, 3, 1)


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return open_database(tmp_path / "looks.db")


def look(database: Database, day: int, state: str, sample: bool = False) -> Round:
    on = FIRST + timedelta(days=day)
    at = datetime(on.year, on.month, on.day, 2, tzinfo=UTC)
    name = f"{on}{'-sample' if sample else ''}"
    round_ = database.start_round(name, on, at, REGISTRY, ["quba"], "test", {"sample": sample})
    database.add_reading(round_, at, "test", "0" * 64, [("quba", _document(state))])
    return database.finish_round(round_, at)


def _document(state: str) -> Mapping[str, Any]:
    url = "http://quba-ih.gov.az/"
    reason = "ok" if state == "up" else "timeout"
    unseen = {"state": "unseen", "reason": reason, "evidence": []}
    proof = [{"url": url, "sha256": None, "quote": "söz", "seen_at": "2026-03-01T02:00:00Z"}]
    site = {"state": state, "reason": reason, "url": url, "final_url": url, "evidence": proof}
    facts = dict.fromkeys(("mobile", "social", "news", "search", "languages"), unseen)
    return {"site": site, **facts, "sections": {}, "fetch": {"requests": 1, "pages": 1, "complete": True}}


def replayed(database: Database) -> list[Event]:
    plans = [find_plan(PLANS, name) for name in sorted({file.plan for file in plan_files(PLANS)})]
    looks = []
    for round_ in database.rounds():
        document = database.findings(round_)
        given = [PlanLevels(plan.plan, str(plan.edition), tuple(levels_of(document, plan))) for plan in plans]
        looks.append(look_of(document, None, given))
    return list(replay(looks)[1])


STATES = ("up", "up", "up", "down", "down", "down", "down", "up", "up", "up")


def test_day_by_day_is_the_same_as_all_at_once(database: Database, tmp_path: Path) -> None:
    memory = tmp_path / "happened.json"
    for day, state in enumerate(STATES):
        found = events_since(database, memory, look(database, day, state), PLANS)
        assert [event.row() for event in found] == [event.row() for event in replayed(database)]
    assert [event.kind for event in found] == ["went_down", "came_back"]


def test_only_the_new_look_is_looked_at(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[str] = []

    def counted(state: State, one: Look) -> tuple[State, tuple[Event, ...]]:
        taken.append(one.name)
        return step(state, one)

    monkeypatch.setattr("publishing.happened.step", counted)
    for day, state in enumerate(STATES):
        events_since(database, tmp_path / "happened.json", look(database, day, state), PLANS)
    assert len(taken) == len(STATES)


@pytest.mark.parametrize("broken", ["", "{", "[]", '{"format": "saytmetr-happened/0"}', '{"format": 1}'])
def test_a_memory_that_cannot_be_used_is_made_anew(database: Database, tmp_path: Path, broken: str) -> None:
    memory = tmp_path / "happened.json"
    rounds = [look(database, day, state) for day, state in enumerate(STATES)]
    whole = events_since(database, memory, rounds[-1], PLANS)
    memory.write_text(broken)
    assert events_since(database, memory, rounds[-1], PLANS) == whole
    assert json.loads(memory.read_text())["looks"][-1][0] == rounds[-1].name


def test_a_state_of_another_version_is_not_gone_on_with(database: Database, tmp_path: Path) -> None:
    memory = tmp_path / "happened.json"
    rounds = [look(database, day, state) for day, state in enumerate(STATES)]
    whole = events_since(database, memory, rounds[-2], PLANS)
    told = json.loads(memory.read_text())
    told["state"]["format"] = "saytmetr-events/0"
    memory.write_text(json.dumps(told))
    assert events_since(database, memory, rounds[-1], PLANS)[: len(whole)] == whole


def test_a_round_read_again_changes_what_happened(database: Database, tmp_path: Path) -> None:
    memory = tmp_path / "happened.json"
    rounds = [look(database, day, state) for day, state in enumerate(STATES)]
    assert events_since(database, memory, rounds[-1], PLANS)
    for round_ in rounds[3:7]:
        database.add_reading(round_, round_.started_at, "test", "1" * 64, [("quba", _document("up"))])
    assert events_since(database, memory, rounds[-1], PLANS) == []


def test_an_earlier_round_is_told_of_as_it_was_then(database: Database, tmp_path: Path) -> None:
    memory = tmp_path / "happened.json"
    rounds = [look(database, day, state) for day, state in enumerate(STATES)]
    events_since(database, memory, rounds[-1], PLANS)
    assert [event.kind for event in events_since(database, memory, rounds[6], PLANS)] == ["went_down"]
    assert [event.kind for event in events_since(database, memory, rounds[9], PLANS)] == ["went_down", "came_back"]


def test_the_invented_is_not_put_with_the_real(database: Database, tmp_path: Path) -> None:
    memory = tmp_path / "happened.json"
    real = [look(database, day, state) for day, state in enumerate(STATES)]
    invented = look(database, len(STATES), "down", sample=True)
    assert events_since(database, memory, invented, PLANS) == []
    assert len(events_since(database, memory, real[-1], PLANS)) == 2
