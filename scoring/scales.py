"""What is a level called, here, in the report of 2018 and by OGP's IRM, and which words of theirs are open to it?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from archive.border import Complaint, Record, load, near
from archive.registry import Text
from scoring.ladder import NOT_ASSESSED
from scoring.plans import ORDER, Words

FOLDER = Path(__file__).parent.parent / "methodology"
OURS = "split"
OUR_LEVELS = (*ORDER, "worse")

Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]


class Step(Words):
    """A level of a scale, in the words that are printed."""

    id: Id


class Scale(Record):
    """Levels, best first. `printed`: the languages whose words are the source's own; the others are translations."""

    id: Id
    title: Words
    source: Text
    printed: Annotated[tuple[Literal["az", "en"], ...], Field(min_length=1)]
    levels: Annotated[tuple[Step, ...], Field(min_length=2)]

    def level(self, wanted: str) -> Step:
        return next(step for step in self.levels if step.id == wanted)


class Crosswalk(Record):
    """How our levels read on another scale; several words where only a person can say which."""

    from_: Literal["split"] = Field(alias="from")
    to: Id
    levels: dict[str, tuple[Id, ...]]
    note: Words


class Scales(Record):
    scales: tuple[Scale, ...]
    crosswalk: tuple[Crosswalk, ...]

    def scale(self, wanted: str) -> Scale:
        return next(scale for scale in self.scales if scale.id == wanted)

    def read_on(self, level: str, scale: str) -> tuple[Step, ...]:
        """The words of another scale that are open to one of our levels (or "not_assessed"); best first, maybe none."""
        there = self.scale(scale)
        if scale == OURS:
            return tuple(step for step in there.levels if step.id == level)
        walk = next(walk for walk in self.crosswalk if walk.to == scale)
        return tuple(step for step in there.levels if step.id in walk.levels[level])


def load_scales(path: Path | str = FOLDER / "scales.yaml") -> Scales:
    """The scales, each level of ours on each of the others. Raises archive.border.Unusable."""
    return load(path, Scales, also=_together)


def _together(scales: Scales) -> Iterator[Complaint]:
    ids = [scale.id for scale in scales.scales]
    for index, scale in enumerate(scales.scales):
        if scale.id in ids[:index]:
            yield Complaint(("scales", index, "id"), f"the scale {scale.id} stands twice", "keep one of the two")
        if scale.id == OURS and tuple(step.id for step in scale.levels) != OUR_LEVELS:
            mend = f"give it {', '.join(OUR_LEVELS)}, in this order"
            yield Complaint(("scales", index, "levels"), f"{OURS} is not the scale of the plans", mend)
    if OURS not in ids:
        yield Complaint(("scales",), f"there is no scale {OURS!r}", "add the one that the plans give levels of")
    for index, walk in enumerate(scales.crosswalk):
        yield from _walk(scales, index, walk)
    for walked in ids:
        if walked != OURS and [walk.to for walk in scales.crosswalk].count(walked) != 1:
            yield Complaint(
                ("crosswalk",), f"{walked} is not crossed to exactly once", "add it, or keep one of the two"
            )


def _walk(scales: Scales, index: int, walk: Crosswalk) -> Iterator[Complaint]:
    here = ("crosswalk", index)
    known = [scale.id for scale in scales.scales]
    if walk.to not in known:
        yield Complaint(
            (*here, "to"), f"there is no scale {walk.to!r}", f"{near(walk.to, known)}scales: {' '.join(known)}"
        )
        return
    wanted = {*OUR_LEVELS, NOT_ASSESSED}
    if set(walk.levels) != wanted:
        yield Complaint((*here, "levels"), "not every level of ours is there, or more are", " ".join(sorted(wanted)))
    there = [step.id for step in scales.scale(walk.to).levels]
    for level, words in walk.levels.items():
        for word in words:
            if word not in there:
                mend = f"{near(word, there)}its levels: {' '.join(there)}"
                yield Complaint((*here, "levels", level), f"{walk.to} has no level {word!r}", mend)
