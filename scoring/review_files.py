"""Which reviews stand in the folder, as YAML or as CSV, and is each of them about something that exists?"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from archive.border import Complaint, Fault, Record, Unusable, load, near
from archive.csv_file import read_csv
from archive.registry import Agency
from scoring.plans import Plan
from scoring.reviews import Entry, Review


class _File(Record):
    reviews: tuple[Entry, ...]


def load_reviews(
    folder: Path | str,
    agencies: Iterable[Agency] = (),
    plans: Iterable[Plan] = (),
    kinds: Collection[str] | None = None,
) -> tuple[Review, ...]:
    """Every review of the folder's *.yaml and *.csv, files by name. No folder: no reviews. Raises Unusable.

    What is not given (agencies, plans, kinds of section) is not checked.
    """
    check = _Check({a.id for a in agencies}, {plan.plan: plan for plan in plans}, kinds)
    found: list[Review] = []
    faults: list[Fault] = []
    paths = [path for path in sorted(Path(folder).glob("*")) if path.suffix in (".yaml", ".csv")]
    for path in paths:
        try:
            entries = _of_csv(path, check) if path.suffix == ".csv" else _of_yaml(path, check)
        except Unusable as unusable:
            faults += unusable.faults
            continue
        found += entries
    if faults:
        raise Unusable(faults)
    return tuple(found)


@dataclass
class _Check:
    """What a review may name, and what earlier files have said already."""

    ids: Collection[str]
    plans: Mapping[str, Plan]
    kinds: Collection[str] | None
    seen: dict[tuple[str, str, str], list[Review]] = field(default_factory=dict)

    def complaints(self, review: Review, here: tuple[str | int, ...]) -> Iterator[Complaint]:
        entry = review.entry
        if self.ids and entry.authority not in self.ids:
            mend = f"{near(entry.authority, self.ids)}use an id of the registry"
            yield Complaint((*here, "authority"), f"there is no agency {entry.authority!r}", mend)
        for what, mend in self._of_cell(entry.cell):
            yield Complaint((*here, "cell"), what, mend)
        same = self.seen.setdefault((entry.authority, entry.cell, entry.reviewer.casefold()), [])
        for other in same:
            if entry.made_on <= other.entry.holds_until and other.entry.made_on <= entry.holds_until:
                what = f"{entry.reviewer} has reviewed this cell of {entry.authority} for these days in {other.place}"
                yield Complaint(here, what, "let the one end before the other begins, or keep one")
        same.append(review)

    def _of_cell(self, cell: str) -> Iterator[tuple[str, str]]:
        plan, _, item = cell.partition(" ")
        if item and self.plans:
            if plan not in self.plans:
                yield f"there is no plan {plan!r}", f"{near(plan, self.plans)}plans: {' '.join(self.plans)}"
            elif item not in (items := [one.id for one in self.plans[plan].items]):
                yield f"there is no item {item!r} in {plan}", f"{near(item, items)}items: {' '.join(items)}"
        room, _, kind = cell.partition(".")
        if room == "sections" and self.kinds is not None and kind not in self.kinds:
            yield f"there is no kind of section {kind!r}", f"{near(kind, self.kinds)}kinds: {' '.join(self.kinds)}"


def _place(path: Path, number: int) -> str:
    return f"{path.parent.name}/{path.name}#{number}"


def _of_yaml(path: Path, check: _Check) -> list[Review]:
    def also(file: _File) -> Iterator[Complaint]:
        if not file.reviews:
            yield Complaint(("reviews",), "the file has no reviews", "write them, or take the file away")
        for index, entry in enumerate(file.reviews):
            yield from check.complaints(Review(_place(path, index + 1), entry), ("reviews", index))

    file = load(path, _File, also=also)
    return [Review(_place(path, number), entry) for number, entry in enumerate(file.reviews, start=1)]


# ---- csv: the same entry on one line


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _yes_no(text: str) -> bool:
    return {"true": True, "false": False}[text.lower()]


def _finding_cell(text: str) -> dict[str, Any]:
    """ "state=found; fullness=full; content=members,meetings; items=7; last_date=2018-08-05" as a mapping."""
    pairs = [part.partition("=") for part in text.split(";") if part.strip()]
    return {name.strip(): _READ.get(name.strip(), str)(value.strip()) for name, _, value in pairs}


def _profiles(text: str) -> tuple[dict[str, str], ...]:
    """ "facebook https://..., youtube https://..." """
    pairs = [part.split(maxsplit=1) for part in text.split(",")]
    return tuple({"network": network, "url": url} for network, url in pairs)


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


_READ: dict[str, Callable[[str], Any]] = {
    "made_on": _day,
    "holds_until": _day,
    "last_date": _day,
    "period_end": _day,
    "survives_change": _yes_no,
    "works": _yes_no,
    "items": int,
    "per_month": float,
    "content": _list,
    "codes": _list,
    "profiles": _profiles,
    "finding": _finding_cell,
    "based_on.finding": _finding_cell,
}
_WANTED: dict[str, str] = {
    "made_on": "a day such as 2018-10-01",
    "holds_until": "a day such as 2018-10-01",
    "survives_change": "true or false",
    "finding": "fields such as state=found; fullness=full; last_date=2018-08-05",
    "based_on.finding": "fields such as state=found; fullness=full; last_date=2018-08-05",
}
_COLUMNS = (
    *("authority", "cell", "reviewer", "made_on", "of_round", "verdict", "level", "finding", "reason", "reason.az"),
    *("reason.en", "evidence", "holds_until", "survives_change", "based_on.level", "based_on.finding"),
    "based_on.sha256",
)


def _of_csv(path: Path, check: _Check) -> list[Review]:
    name, file = str(path), read_csv(path, _COLUMNS, "reviews")
    found: list[Review] = []
    faults: list[Fault] = []
    for number, (line, row) in enumerate(file.rows, start=1):
        entry = _entry(name, line, file.head, row, faults)
        if entry is not None:
            review = Review(_place(path, number), entry)
            faults += [Fault(name, line, one.what, one.mend) for one in check.complaints(review, ())]
            found.append(review)
    if faults:
        raise Unusable(faults)
    return found


def _entry(name: str, line: int, head: Sequence[str], row: Sequence[str], faults: list[Fault]) -> Entry | None:
    """The row as an entry; what is wrong with it goes to `faults`."""
    if len(row) != len(head):
        what = f"{len(row)} cells stand under {len(head)} columns"
        faults.append(Fault(name, line, what, "check the commas and the quotes"))
        return None
    data: dict[str, Any] = {}
    for column, text in zip(head, row, strict=True):
        if not text.strip():
            continue
        try:
            value = _READ.get(column, str)(text.strip())
        except (ValueError, KeyError):
            wanted = _WANTED.get(column, "another value")
            faults.append(Fault(name, line, f"{column}: {text!r} stands where {wanted} is wanted", f"write {wanted}"))
            return None
        outer, _, inner = column.partition(".")
        if inner:
            data.setdefault(outer, {})[inner] = value
        else:
            data[column] = value
    try:
        return Entry.model_validate(data)
    except ValidationError as errors:
        faults += [_fault(name, line, error) for error in errors.errors()]
        return None


def _fault(name: str, line: int, error: Any) -> Fault:
    """In the words of archive.border, which knows YAML only."""
    where = ".".join(str(part) for part in error["loc"]) or "the row"
    if error["type"] == "wrong":
        return Fault(name, line, f"{where}: {error['ctx']['what']}", str(error["ctx"]["mend"]))
    if error["type"] == "missing":
        return Fault(name, line, f"{where} is missing", f"fill in the column {where}")
    if error["type"] == "extra_forbidden":
        return Fault(name, line, f"unknown field {where!r}", "see reviews/README.md for the fields")
    return Fault(name, line, f"{where}: {error['msg']}", f"found {error['input']!r}")
