"""What do we find in a whole round, from its archive alone?"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from archive.database import Database, Look, Round, Visit
from archive.evidence import Capture, Damaged, Evidence
from archive.known import is_light, lightened, newest_full
from archive.registry import Agency
from reading.activity import NOT_LOOKED, is_of_round, load_rules, told_activity, with_activity
from reading.looking import Site
from reading.method import Method, load_method
from reading.observations import HandLook
from reading.observed import Observed
from reading.profiles import observed_of
from reading.read import document

_FOR_BROWSERS = frozenset({"asset", "data"})  # kept so that pages can be shown again; nothing is read there


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
            tuple(row.offset for row in database.pages(visit.id) if row.purpose not in _FOR_BROWSERS) if visit else (),
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


def findings_of(
    database: Database,
    round: Round,
    archive_dir: Path,
    by_hand: Iterable[HandLook] = (),
    on_site: Callable[[str], None] = lambda _: None,
) -> list[tuple[str, dict[str, Any]]]:
    """(agency id, findings document) of every authority, as the round may tell them: what the sites show, and what was
    seen of the posts on their profiles, by the program or by people.

    Raises archive.evidence.Damaged.
    """
    documents = list(read_round(database, round, archive_dir, on_site))
    looks = looks_at_profiles(database, round, archive_dir, by_hand)
    if not is_light(round):
        return [(one, with_looks(found, looks.get(one, ()), round.as_of)) for one, found in documents]
    known = _known_profiles(database, round) if looks else {}
    return [
        (one, beside_looks(lightened(found), known.get(one, ()), looks.get(one, ()), round.as_of))
        for one, found in documents
    ]


def looks_at_profiles(
    database: Database, round: Round, archive_dir: Path, by_hand: Iterable[HandLook]
) -> dict[str, tuple[Observed, ...]]:
    """agency id -> what was seen of its profiles in the days that the round may stand on, for whatever round it was.

    Invented sites and real ones are never put together, and no person has looked at the profiles of invented ones.
    """
    is_sample, found = bool(round.settings.get("sample")), dict[str, list[Observed]]()
    rounds = [other for other in database.rounds() if bool(other.settings.get("sample")) == is_sample]
    chosen = _nearest((look for other in rounds for look in database.looks(other)), round.as_of)
    for other in rounds:
        if any(look.round_id == other.id for look in chosen):
            seen = observed_of(database, other, archive_dir, chosen.__contains__)
            for agency_id, looks in seen.items():
                found.setdefault(agency_id, []).extend(looks)
    for look in () if is_sample else by_hand:
        found.setdefault(look.authority, []).append(look.observed)
    return {agency_id: tuple(seen) for agency_id, seen in found.items()}


def _nearest(looks: Iterable[Look], as_of: date) -> list[Look]:
    """Of each profile the look nearest to a day that saw it, or else the nearest: as reading.activity chooses."""
    rules = load_rules()
    best: dict[tuple[str, str, str], Look] = {}

    def worth(look: Look) -> tuple[bool, int, bool, int]:
        days = (as_of - look.observed_on).days
        return look.reason is None, -abs(days), days > 0, look.id

    for look in looks:
        key = (look.agency_id, look.network, look.url)
        if is_of_round(look.observed_on, rules, as_of) and (key not in best or worth(look) > worth(best[key])):
            best[key] = look
    return list(best.values())


def with_looks(found: Mapping[str, Any], looks: Sequence[Observed], as_of: date) -> dict[str, Any]:
    """An authority's findings with the activity of its profiles; the same where nobody looked."""
    return {**found, "social": told_activity(found["social"], looks, load_rules(), as_of)}


def beside_looks(
    found: Mapping[str, Any], known: Sequence[Mapping[str, Any]], looks: Sequence[Observed], as_of: date
) -> dict[str, Any]:
    """A light pass asks no site for its profiles, so its finding stays unseen; what was seen of the posts on those that
    the newest full round found stands beside it, under `known_profiles`."""
    told = with_activity(known, looks, load_rules(), as_of)
    if all(profile["activity_reason"] == NOT_LOOKED for profile in told):
        return dict(found)
    return {**found, "social": {**found["social"], "known_profiles": told}}


def _known_profiles(database: Database, round: Round) -> dict[str, tuple[dict[str, Any], ...]]:
    """agency id -> the profiles that the newest full round before this one found: network and address."""
    return {
        authority["id"]: tuple(
            {"network": profile["network"], "url": profile["url"]} for profile in authority["social"]["profiles"]
        )
        for authority in database.findings(newest_full(database, round))["authorities"]
    }


__all__ = ["Damaged", "Task", "evidence_path", "findings_of", "read_round", "read_site", "tasks_of", "with_looks"]
