"""How long is evidence kept, what may be taken away, and how much room does that give back?

For good: the evidence of rounds on which a published report stands (published.yaml). For as long as the operator says:
the newest rounds, and young ones. And as long as anything that stays refers to it: a page that had not changed since an
earlier round is kept there once and referred to (revisit records), and a look at a profile counts for every round of
its day, so that a file of an old round may be what a newer one stands on. The rule is one sentence: whatever file is
left can be read whole.

Only files of evidence are taken away. The database is append-only and keeps every finding, its address, its quote and
its SHA-256; what is gone is the page itself, and `pruned.jsonl` beside the evidence says since when and by which rule.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated

from pydantic import Field

from archive.border import Complaint, Record, load
from archive.database import Database, Round, Trouble
from archive.evidence import Damaged, Evidence
from archive.known import is_light
from archive.turn import turn

NOTES = "pruned.jsonl"


class Published(Record):
    """A round on which a published report stands."""

    round: Annotated[str, Field(min_length=1)]
    on: date
    against: str | None = None
    title: str | None = None
    url: str | None = None


class _File(Record):
    published: tuple[Published, ...]


class Keep(Record):
    """What stays though nobody has published it. At least one full round always does: the next one refers to it."""

    full_rounds: Annotated[int, Field(ge=1)] = 4
    light_rounds: Annotated[int, Field(ge=1)] = 14
    full_days: Annotated[int, Field(ge=0)] = 400
    light_days: Annotated[int, Field(ge=0)] = 30


@dataclass(frozen=True)
class Fate:
    """What becomes of one file of evidence. `size_bytes` as it lies on the disk."""

    file: str  # below the archive's folder: ROUND/NAME, ROUND/pictures/AUTHORITY/NAME
    round: str
    size_bytes: int
    stays: bool
    why: str


@dataclass(frozen=True)
class Pruned:
    """What was, or in a dry run would be, taken away."""

    fates: tuple[Fate, ...]
    dry_run: bool

    @property
    def freed_bytes(self) -> int:
        return sum(fate.size_bytes for fate in self.fates if not fate.stays)

    @property
    def kept_bytes(self) -> int:
        return sum(fate.size_bytes for fate in self.fates if fate.stays)

    def by_round(self) -> Iterator[tuple[str, int, int, int, int, str]]:
        """(round, files that go, their bytes, files that stay, their bytes, why), in the order of the rounds."""
        for name in dict.fromkeys(fate.round for fate in self.fates):
            here = [fate for fate in self.fates if fate.round == name]
            gone, stay = [f for f in here if not f.stays], [f for f in here if f.stays]
            why = "; ".join(dict.fromkeys(fate.why for fate in here))
            yield (
                name,
                len(gone),
                sum(f.size_bytes for f in gone),
                len(stay),
                sum(f.size_bytes for f in stay),
                why,
            )


class NoSuchPublished(Trouble):
    """published.yaml names a round that the database does not know: perhaps misspelt, and its evidence would go."""


class CannotTell(Trouble):
    """What stays cannot be read, so nobody knows what it refers to: nothing is taken away."""


def load_published(path: Path) -> tuple[Published, ...]:
    """Raises archive.border.Unusable."""
    return load(path, _File, across=_repeated).published


def _repeated(data: object) -> Iterable[Complaint]:
    entries = data.get("published", ()) if isinstance(data, dict) else ()
    seen: set[object] = set()
    for place, entry in enumerate(entries if isinstance(entries, tuple) else ()):
        name = entry.get("round") if isinstance(entry, dict) else None
        if name is not None and name in seen:
            yield Complaint(("published", place, "round"), f"{name} stands twice", "keep one of the two")
        seen.add(name)


def prune(
    database: Database,
    archive_dir: Path,
    keep: Keep,
    published: Sequence[Published],
    now: datetime,
    dry_run: bool = True,
    on_file: Callable[[str], None] = lambda _: None,
) -> Pruned:
    """Takes away the evidence that nothing keeps; in a dry run it only says what and how much that would be.

    It holds the turn meanwhile: no round is under way while files go.
    Raises NoSuchPublished, CannotTell, archive.turn.Taken.
    """
    with turn(archive_dir, "prune", now.isoformat()):
        result = Pruned(tuple(_fates(database, archive_dir, keep, published, now, on_file)), dry_run)
        if not dry_run:
            _take_away(archive_dir, result, keep, now)
        return result


def _fates(
    database: Database,
    archive_dir: Path,
    keep: Keep,
    published: Sequence[Published],
    now: datetime,
    on_file: Callable[[str], None],
) -> Iterator[Fate]:
    rounds = database.rounds()
    _all_are_known(published, rounds, database.name)
    why_kept = _kept_rounds(rounds, keep, published, now)
    files = {name: _files_of(archive_dir, name) for name in (one.name for one in rounds)}
    staying = {file for name in why_kept for file in files[name]}
    referred = _referred_to(database, archive_dir, rounds, staying, on_file) | _looked_at(database, rounds, why_kept)
    for round in rounds:
        for file in files[round.name]:
            size_bytes = (archive_dir / file).stat().st_size
            if round.name in why_kept:
                yield Fate(file, round.name, size_bytes, True, why_kept[round.name])
            elif file in referred:
                yield Fate(file, round.name, size_bytes, True, f"{referred[file]} refers to it")
            else:
                yield Fate(file, round.name, size_bytes, False, "nothing keeps it")


def _all_are_known(published: Sequence[Published], rounds: Sequence[Round], database_name: str) -> None:
    known = {round.name for round in rounds}
    named = {name for entry in published for name in (entry.round, entry.against) if name is not None}
    if named - known:
        raise NoSuchPublished(
            f"{database_name}: published.yaml names rounds that are not there: {', '.join(sorted(named - known))};"
            " correct their names, or name the right database with --db"
        )


def _kept_rounds(rounds: Sequence[Round], keep: Keep, published: Sequence[Published], now: datetime) -> dict[str, str]:
    """Name of a round -> why all of it stays."""
    why: dict[str, str] = {}
    crawled = [round for round in rounds if not round.settings.get("by_hand")]
    for light, newest, days in ((True, keep.light_rounds, keep.light_days), (False, keep.full_rounds, keep.full_days)):
        alike = [round for round in crawled if is_light(round) == light]
        whole = [round for round in alike if round.finished_at and not round.partial]
        for round in alike:
            if now - round.started_at <= timedelta(days=days):
                why[round.name] = f"not older than {days} days"
        for round in whole[-newest:]:
            why[round.name] = f"one of the newest {newest} {'light passes' if light else 'full rounds'}"
        for round in alike:
            if round.finished_at is None:
                why[round.name] = "not finished: it may be resumed"
    for entry in published:
        why[entry.round] = f"published on {entry.on}"
        if entry.against is not None:
            why[entry.against] = f"the report of {entry.on} compares with it"
    return {round.name: why[round.name] for round in rounds if round.name in why}


def _files_of(archive_dir: Path, round_name: str) -> list[str]:
    folder = archive_dir / round_name
    if not folder.is_dir():
        return []
    files = (path for path in folder.rglob("*") if path.is_file())  # pictures lie in folders of their own
    return sorted(path.relative_to(archive_dir).as_posix() for path in files)


def _referred_to(
    database: Database,
    archive_dir: Path,
    rounds: Sequence[Round],
    staying: Iterable[str],
    on_file: Callable[[str], None],
) -> dict[str, str]:
    """file -> a file that stays and refers to it; also through files that stay only because they are referred to."""
    offsets = _offsets(database, rounds)
    referred: dict[str, str] = {}
    to_look_at, seen = list(staying), set(staying)
    while to_look_at:
        file = to_look_at.pop()
        on_file(file)
        for target in _targets(archive_dir, file, offsets.get(file, ())):
            if target != file:
                referred.setdefault(target, file)
            if target not in seen:
                seen.add(target)
                to_look_at.append(target)
    return referred


def _looked_at(database: Database, rounds: Sequence[Round], why_kept: Mapping[str, str]) -> dict[str, str]:
    """file -> the round that stays and has a look at a profile in it: a look is kept a day, over rounds."""
    return {
        look.file: f"round {round.name}"
        for round in rounds
        if round.name in why_kept
        for look in database.looks(round)
        if look.file is not None and not look.file.startswith(f"{round.name}/")
    }


def _offsets(database: Database, rounds: Sequence[Round]) -> dict[str, list[int]]:
    """file -> where the records stand that the index knows."""
    return {
        f"{round.name}/{visit.agency_id}.warc.gz": [row.offset for row in database.pages(visit.id)]
        for round in rounds
        for visit in database.visits(round)
    }


def _targets(archive_dir: Path, file: str, offsets: Sequence[int]) -> set[str]:
    """Files that the records of this one refer to. Raises CannotTell where it, or what it refers to, is broken."""
    if not offsets:
        return set()
    try:
        with Evidence(archive_dir / file) as evidence:
            return {evidence.refer_to(offset).file for offset in offsets}
    except (Damaged, FileNotFoundError) as error:
        raise CannotTell(
            f"{error}: it is to stay, and what it refers to cannot be told; nothing is taken away until it is mended"
            " or its round is no longer kept"
        ) from error


def _take_away(archive_dir: Path, result: Pruned, keep: Keep, now: datetime) -> None:
    """The note first: a kill in between leaves a note of a file that is still there, never a file gone unsaid."""
    gone = [fate for fate in result.fates if not fate.stays]
    rule = keep.model_dump()
    with (archive_dir / NOTES).open("a", encoding="utf-8") as notes:
        for fate in gone:
            told = {
                "at": now.isoformat(),
                "file": fate.file,
                "size_bytes": fate.size_bytes,
                "why": fate.why,
                "keep": rule,
            }
            notes.write(json.dumps(told) + "\n")
        notes.flush()
    for fate in gone:
        (archive_dir / fate.file).unlink(missing_ok=True)
    for folder in sorted({up for fate in gone for up in _folders(archive_dir, fate.file)}, reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()


def _folders(archive_dir: Path, file: str) -> list[Path]:
    """The folders that a file lies in, below the archive's own."""
    return [up for up in (archive_dir / file).parents if archive_dir in up.parents]
