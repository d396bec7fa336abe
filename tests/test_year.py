"""Do clock, crawl, reading, events and messages go through two weeks together? (The year is tests/bench/year.py.)"""

from __future__ import annotations

from random import Random

import pytest

from tests.bench.year import Fate, Ran, Truth, Year, fate, items_of, run, verdict

STOPPED, FELL, STEADY = "shirvan", "customs-committee", "pirallahi"
SILENT = (-26, 8)


def _weeks() -> Year:
    fates = {one: fate(one) for one in (STOPPED, FELL, STEADY)}
    fates[STOPPED].silent.append(SILENT)
    for one, its in fates.items():
        its.items = items_of(its, Random(one))
    fates[FELL].off.update(dict.fromkeys(range(5, 8), "dns"))
    fates[STEADY].off[10] = "dns"  # one look: no event
    last, first = _edges(fates[STOPPED])
    truth = [
        Truth("went_down", FELL, (5, 5), 7),
        Truth("came_back", FELL, (8, 8), 9),
        Truth("news_stopped", STOPPED, (last, last), last + 31 + 2),
        Truth("news_resumed", STOPPED, (first, first), first + 2),
    ]
    return Year(fates, truth, line_out={11}, line_sick={}, days=13)


def _edges(its: Fate) -> tuple[int, int]:
    """The last item before the silence, and the first after it."""
    return max(day for day in its.items if day < SILENT[0]), min(day for day in its.items if day > SILENT[1])


@pytest.fixture(scope="module")
def weeks(tmp_path_factory: pytest.TempPathFactory) -> tuple[Year, Ran]:
    year = _weeks()
    return year, run(year, tmp_path_factory.mktemp("weeks") / "year", lambda _: None)


def test_each_event_is_told_once_and_in_time_and_nothing_else(weeks: tuple[Year, Ran]) -> None:
    year, ran = weeks
    _, faults = verdict(year, ran.told)
    assert faults == []
    assert len(ran.told) == len(year.truth)


def test_every_round_has_an_end_and_only_that_of_our_own_line_failed(weeks: tuple[Year, Ran]) -> None:
    _, ran = weeks
    assert ran.runs == {("daily", "done"): 12, ("daily", "failed"): 1, ("full", "done"): 1}
    assert [note.partition(":")[0] for note in ran.notes] == ["2025-01-12-0620-daily"]
