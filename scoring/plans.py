"""What was promised, item by item, and which findings count as keeping it?"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from archive.border import Complaint, Record, load, near, wrong

Text = Annotated[str, Field(min_length=1)]
ORDER: tuple[str, ...] = ("full", "significant", "none")
_SECTION = "sections."
_FACTS = ("mobile", "social", "news", "search", "languages")


class Words(Record):
    """The same words in the two languages that everything is published in."""

    az: Text
    en: Text


def _fact(name: str) -> str:
    if name in _FACTS or (name.startswith(_SECTION) and name != _SECTION):
        return name
    known = [*_FACTS, _SECTION + "<kind>"]
    raise wrong(f"there is no fact {name!r}", f"{near(name, known)}facts: {' '.join(known)}")


class Condition(Record):
    """Something that is true or false of one authority's findings, or unknown where it could not be looked at.

    Either `all` or `any` of other conditions, or tests of one `fact`. A list under a test means: one of these.
    `content` is the exception: each of these must be there.
    """

    all: Annotated[tuple[Condition, ...], Field(min_length=1)] | None = None
    any: Annotated[tuple[Condition, ...], Field(min_length=1)] | None = None
    fact: Annotated[str, AfterValidator(_fact)] | None = None
    state: tuple[Literal["found", "partial", "absent"], ...] | None = None
    verdict: tuple[Literal["responsive", "separate", "none"], ...] | None = None
    status: tuple[Literal["active", "slowed", "stopped"], ...] | None = None
    fullness: tuple[Literal["full", "formal", "empty", "off_topic", "broken"], ...] | None = None
    placement: tuple[Literal["menu", "page", "search_only"], ...] | None = None
    content: tuple[Text, ...] | None = None
    items_at_least: int | None = None
    last_within_days: int | None = None

    @property
    def parts(self) -> tuple[Condition, ...]:
        return self.all or self.any or ()

    @property
    def tests(self) -> dict[str, object]:
        """What is asked of the fact: name of the test -> what it is held against."""
        return self.model_dump(exclude={"all", "any", "fact"}, exclude_none=True)

    def facts(self) -> tuple[str, ...]:
        """The facts that it stands on, each once, in the order of the rule."""
        own = (self.fact,) if self.fact else ()
        return tuple(dict.fromkeys([*own, *(fact for part in self.parts for fact in part.facts())]))

    @model_validator(mode="after")
    def _one_form(self) -> Condition:
        forms = [name for name in ("all", "any", "fact") if getattr(self, name) is not None]
        if len(forms) != 1:
            said = " and ".join(forms) or "none of them"
            raise wrong(f"a condition is one of all, any and fact, and this one has {said}", "keep one of the three")
        if bool(self.tests) != (forms == ["fact"]):
            what = (
                "a fact is named and nothing is asked of it" if forms == ["fact"] else "tests stand beside all or any"
            )
            raise wrong(what, "write the tests under the `fact` that they are about")
        return self


class Rule(Record):
    """One level: what gives it (`when`; the last level has none and takes the rest), and the same in words."""

    level: Literal["full", "significant", "none"]
    words: Words
    when: Condition | None = None


class Item(Record):
    """One commitment. `rule` is judged from findings, best level first; `hand` is judged by a person and says why."""

    id: Text
    title: Words
    executes: Words
    method: Literal["rule", "hand"]
    by_hand: Words | None = None
    levels: tuple[Rule, ...] = ()

    def facts(self) -> tuple[str, ...]:
        """Every fact that any of its levels stands on, each once."""
        return tuple(dict.fromkeys(fact for rule in self.levels if rule.when for fact in rule.when.facts()))


class Source(Record):
    title: Text
    url: Text | None = None


class Plan(Record):
    """An action plan, in one edition of the rules. A published edition is never changed: a new one is added."""

    plan: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    edition: int
    title: Words
    begins: date
    ends: date
    source: Source
    worse: Words
    not_assessed: Words
    items: Annotated[tuple[Item, ...], Field(min_length=1)]

    def item(self, wanted: str) -> Item:
        return next(item for item in self.items if item.id == wanted)


def load_plan(path: Path | str, kinds: Collection[str] | None = None) -> Plan:
    """The plan, each rule checked; `kinds` are the section kinds that exist. Raises archive.border.Unusable."""
    return load(path, Plan, also=lambda plan: _together(plan, kinds))


def _together(plan: Plan, kinds: Collection[str] | None) -> Iterator[Complaint]:
    seen: set[str] = set()
    for index, item in enumerate(plan.items):
        here = ("items", index)
        if item.id in seen:
            yield Complaint((*here, "id"), f"the item {item.id} stands twice", "keep one of the two")
        seen.add(item.id)
        yield from _item(item, here)
        for fact in item.facts():
            kind = fact.removeprefix(_SECTION)
            if kinds is not None and fact != kind and kind not in kinds:
                mend = f"{near(kind, kinds)}kinds: {' '.join(kinds)}"
                yield Complaint((*here, "levels"), f"there is no kind of section {kind!r}", mend)


def _item(item: Item, here: tuple[str | int, ...]) -> Iterator[Complaint]:
    if item.method == "hand":
        if item.levels or item.by_hand is None:
            yield Complaint(here, f"{item.id} is judged by hand", "give it `by_hand` (why), and no `levels`")
        return
    if item.by_hand is not None:
        yield Complaint(
            (*here, "by_hand"), f"{item.id} is judged by rule", "take `by_hand` away, or say `method: hand`"
        )
    if tuple(rule.level for rule in item.levels) != ORDER:
        mend = f"give it the levels {', '.join(ORDER)}, in this order"
        yield Complaint((*here, "levels"), f"the levels of {item.id} are not complete, or not best first", mend)
        return
    for number, rule in enumerate(item.levels):
        last = number == len(item.levels) - 1
        if last == (rule.when is not None):
            mend = "take `when` away: it takes what is left" if last else "say `when` it is given"
            yield Complaint((*here, "levels", number), f"the level {rule.level} of {item.id} is not told apart", mend)
