"""After how many requests to a site is everything right that is said of it?

A finished visit is read again and again, each time from fewer of its captures in their order. The number sought is the
least from which on every fact of the site's description (sampleweb/truth.py) is found right. To read from part of a
visit takes it for a whole one: what was not met by then counts as absent, rightly or not.
"""

from bisect import bisect_left
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

from archive.database import open_database
from reading.rounds import Task, read_site, tasks_of
from sampleweb.compare import facts
from sampleweb.describe import world
from sampleweb.truth import truth_of


def requests_to_full_recall(folder: Path, round_name: str) -> list[int | None]:
    """Of each authority of the round; None where something stays wrong to the end."""
    database = open_database(folder / "round.db", create=False)
    tasks = tasks_of(database, database.round(round_name), folder / "archive")
    database.close()
    with ProcessPoolExecutor(2) as pool:
        return list(pool.map(_needed, tasks))


def _needed(task: Task) -> int | None:
    counts: Sequence[int] = range(1, len(task.offsets) + 1)
    right = partial(_is_right, task)
    if not counts or not right(counts[-1]):
        return None
    return counts[bisect_left(counts, True, key=right)]


def _is_right(task: Task, count: int) -> bool:
    agency_id, found = read_site(replace(task, offsets=task.offsets[:count], complete=True))
    return all(fact.right for fact in facts({"id": agency_id, **found}, truth_of(world(), agency_id)))
