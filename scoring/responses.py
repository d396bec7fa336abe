"""What does an authority answer to a finding or a level, and does the answer still hold?

The right of reply: an answer is printed beside the finding and changes nothing in it; a correction of the finding is a
review (scoring/reviews.py). responses/README.md is the page for those who write them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from archive.border import Complaint, Fault, Record, Unusable, load, near, wrong
from archive.registry import Address, Agency, Id, Text
from scoring.plans import Plan, Words

Stand = Literal["disputes", "explains", "promises", "confirms"]
_FACTS = ("site", "mobile", "social", "news", "search", "languages")
_ROOMS = ("sections", "documents")


def _cell(name: str) -> str:
    if " " in name:
        plan, _, item = name.partition(" ")
        if plan and item and " " not in item:
            return name
        raise wrong(f"{name!r} is not a plan and an item", "write both with one space: nap-2016-2018 4.2.1")
    room, _, kind = name.partition(".")
    if name in _FACTS or (room in _ROOMS and kind):
        return name
    known = [*_FACTS, *(f"{room}.<kind>" for room in _ROOMS)]
    mend = f"{near(name, known)}facts: {' '.join(known)}; or: <plan> <item>"
    raise wrong(f"{name!r} is neither a fact nor an item", mend)


class Answer(Record):
    """One answer as it is written. `by` is the person or office that signed it, `received` how it came to us."""

    authority: Id
    cell: Annotated[str, AfterValidator(_cell)]
    of_round: Text | None = None
    by: Text
    received: Literal["letter", "email", "publication", "meeting"]
    answered_on: date
    holds_until: date
    stand: Stand
    text: Words
    evidence: Address | None = None

    @model_validator(mode="after")
    def _says_what_it_must(self) -> Answer:
        if self.holds_until < self.answered_on:
            raise wrong(f"it holds until {self.holds_until}, before it was given", "write a day after `answered_on`")
        if self.stand == "disputes" and self.evidence is None:
            raise wrong("it disputes a finding and names no evidence", "write the address (http...) that shows it")
        if self.received == "publication" and self.evidence is None:
            raise wrong("it was published, and does not say where", "write its address under `evidence`")
        return self


class _File(Record):
    responses: Annotated[tuple[Answer, ...], Field(min_length=1)]


@dataclass(frozen=True)
class Response:
    """An answer and where it stands: "responses/2018-11.yaml#2", counted from 1."""

    place: str
    answer: Answer

    def row(self) -> dict[str, Any]:
        """As plain JSON."""
        told: dict[str, Any] = self.answer.model_dump(mode="json")
        return {"place": self.place, **told}


def load_responses(
    folder: Path | str,
    agencies: Iterable[Agency] = (),
    plans: Iterable[Plan] = (),
    kinds: Collection[str] | None = None,
) -> tuple[Response, ...]:
    """Every answer of the folder's *.yaml, files by name. No folder: no answers. Raises archive.border.Unusable.

    What is not given (agencies, plans, kinds of section) is not checked.
    """
    ids, by_plan = {agency.id for agency in agencies}, {plan.plan: plan for plan in plans}
    found: list[Response] = []
    faults: list[Fault] = []
    for path in sorted(Path(folder).glob("*.yaml")):
        check = _Check(path, ids, by_plan, kinds, found)
        try:
            file = load(path, _File, also=check.complaints)
        except Unusable as unusable:
            faults += unusable.faults
            continue
        found += [Response(check.place(number), one) for number, one in enumerate(file.responses)]
    if faults:
        raise Unusable(faults)
    return tuple(found)


@dataclass(frozen=True)
class _Check:
    """What an answer of one file may name, and what other files have said already."""

    path: Path
    ids: Collection[str]
    plans: Mapping[str, Plan]
    kinds: Collection[str] | None
    before: list[Response]

    def place(self, index: int) -> str:
        return f"{self.path.parent.name}/{self.path.name}#{index + 1}"

    def complaints(self, file: _File) -> Iterator[Complaint]:
        said = [(one.place, one.answer) for one in self.before]
        for index, answer in enumerate(file.responses):
            here = ("responses", index)
            if self.ids and answer.authority not in self.ids:
                mend = f"{near(answer.authority, self.ids)}use an id of the registry"
                yield Complaint((*here, "authority"), f"there is no agency {answer.authority!r}", mend)
            for what, mend in self._of_cell(answer.cell):
                yield Complaint((*here, "cell"), what, mend)
            for place, other in said:
                if _are_one(answer, other):
                    what = f"{answer.authority} has answered on {answer.cell} for these days in {place}"
                    yield Complaint(here, what, "end the one (holds_until) before the other begins, or keep one")
            said.append((self.place(index), answer))

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


def _are_one(one: Answer, other: Answer) -> bool:
    """Whether two answers would stand beside one cell on one day."""
    same = (one.authority, one.cell, one.of_round) == (other.authority, other.cell, other.of_round)
    return same and one.answered_on <= other.holds_until and other.answered_on <= one.holds_until


@dataclass(frozen=True)
class Beside:
    """An answer beside its cell. `stands` false: its last day is past; it is kept, and marked as expired."""

    response: Response
    stands: bool


def beside(
    responses: Iterable[Response], authority: str, cell: str, on: date, round_name: str | None = None
) -> tuple[Beside, ...]:
    """The answers to print beside a cell of a round on a day, the newest first.

    An answer to a round that is named stands beside that round only (`round_name` None: beside any); one that names
    none stands beside every round. An answer of a later day than `on` was not known yet, and is left out.
    """
    fits = [
        one
        for one in responses
        if (one.answer.authority, one.answer.cell) == (authority, cell)
        and one.answer.answered_on <= on
        and (one.answer.of_round is None or round_name is None or one.answer.of_round == round_name)
    ]
    fits.sort(key=lambda one: (one.answer.answered_on, one.place), reverse=True)
    return tuple(Beside(one, on <= one.answer.holds_until) for one in fits)
