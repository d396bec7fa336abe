"""What do we find in a whole round, from its archive alone?"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from archive.database import Database, Round, Visit
from archive.evidence import Capture, Damaged, Evidence
from archive.registry import Agency
from reading.looking import Site
from reading.method import Method, load_method
from reading.read import document


@dataclass(frozen=True)
class Task:
    """One authority's evidence to be read; small enough to be handed to another process."""

    agency: Agency
    as_of: date
    evidence: Path
    offsets: tuple[int, ...]  # of the visit's captures in the file
    complete: bool
    fetch: dict[str, Any]
    neighbours: tuple[str, ...] = ()  # hosts of the round's other authorities


def evidence_path(archive_dir: Path, round: Round, agency_id: str) -> Path:
    """Where a site's WARC file of a round lies."""
    return archive_dir / round.name / f"{agency_id}.warc.gz"


def tasks_of(database: Database, round: Round, archive_dir: Path) -> list[Task]:
    """What there is to read: one task for each authority of the round, in its order."""
    visits = {visit.agency_id: visit for visit in database.visits(round)}
    agencies = database.agencies(round)
    hosts = {agency.host for agency in agencies if agency.host is not None}
    return [
        Task(
            agency,
            round.as_of,
            evidence_path(archive_dir, round, agency.id),
            tuple(row.offset for row in database.pages(visit.id)) if visit else (),
            bool(visit and visit.complete),
            _fetch(visit),
            tuple(sorted(hosts - {agency.host})),
        )
        for agency in agencies
        for visit in (visits.get(agency.id),)
    ]


def _fetch(visit: Visit | None) -> dict[str, Any]:
    if visit is None:
        return {"requests": 0, "pages": 0, "bytes": 0, "seconds": 0.0, "complete": False}
    return {
        "requests": visit.requests,
        "pages": visit.pages,
        "bytes": visit.bytes,
        "seconds": round(visit.seconds, 1),
        "complete": visit.complete,
        "stopped_by": visit.stopped_by,
    }


@lru_cache(maxsize=1)
def _method() -> Method:
    return load_method()


def read_site(task: Task) -> tuple[str, dict[str, Any]]:
    """(agency id, findings document) of one authority. Raises archive.evidence.Damaged where the evidence is broken."""
    captures: list[Capture] = []
    if task.offsets:
        with Evidence(task.evidence) as evidence:
            captures = [evidence.read(offset) for offset in task.offsets]
    method = _method()
    site = Site(
        task.agency.site,
        captures,
        task.as_of,
        method,
        complete=task.complete,
        also=task.agency.also,
        name=task.agency.name_full or task.agency.name,
        neighbours=task.neighbours,
    )
    return task.agency.id, document(task.agency, site, method, task.fetch)


def read_round(
    database: Database, round: Round, archive_dir: Path, on_site: Callable[[str], None] = lambda _: None
) -> Iterator[tuple[str, dict[str, Any]]]:
    """(agency id, findings document) of every authority of a round, in its order, on all cores.

    Raises archive.evidence.Damaged where a file of the archive is broken.
    """
    tasks = tasks_of(database, round, archive_dir)
    workers = min(os.cpu_count() or 1, len(tasks)) or 1
    with ProcessPoolExecutor(workers) as pool:
        for agency_id, found in pool.map(read_site, tasks):
            on_site(agency_id)
            yield agency_id, found


__all__ = ["Damaged", "Task", "evidence_path", "read_round", "read_site", "tasks_of"]
