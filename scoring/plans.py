"""What was promised, item by item, and which findings count as keeping it?

A plan is a file for each edition of its rules: `nap-2016-2018.yaml` is edition 1, `nap-2016-2018.2.yaml` edition 2. A
published edition never changes its meaning, so that a round scored years ago can be scored again to the same levels.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from archive.border import Complaint, Fault, Record, Unusable, load, near, wrong
from archive.registry import Group, Id

Text = Annotated[str, Field(min_length=1)]
ORDER: tuple[str, ...] = ("full", "significant", "none")
_SECTION = "sections."
_DOCUMENT = "documents."
_FACTS = ("mobile", "social", "news", "search", "languages")
_OF_ONE_FACT = {"activity": "social", "rendered": "mobile"}  # tests that only one fact has
_FILE = re.compile(r"(?P<plan>[a-z0-9][a-z0-9-]*)(?:\.(?P<edition>[1-9]\d*))?")


class Words(Record):
    """The same words in the two languages that everything is published in."""

    az: Text
    en: Text

    @cached_property
    def by_language(self) -> dict[str, str]:
        """Language -> words. One mapping for all who ask: nobody writes into it."""
        return {"az": self.az, "en": self.en}


def _fact(name: str) -> str:
    room, _, kind = name.partition(".")
    if name in _FACTS or (room + "." in (_SECTION, _DOCUMENT) and kind):
        return name
    known = [*_FACTS, _SECTION + "<kind>", _DOCUMENT + "<duty>"]
    raise wrong(f"there is no fact {name!r}", f"{near(name, known)}facts: {' '.join(known)}")


class Condition(Record):
    """Something that is true or false of one authority's findings, or unknown where it could not be looked at.

    Either `all` or `any` of other conditions, or tests of one `fact`. A list under a test means: one of these.
    `content` is the exception: each of these must be there.

    `activity` (of the fact social) and `rendered` (of mobile) are of looks that not every round has. Without a look
    they are unknown, unless `unseen` is among the words that are asked for: then that is an answer too.
    """

    all: Annotated[tuple[Condition, ...], Field(min_length=1)] | None = None
    any: Annotated[tuple[Condition, ...], Field(min_length=1)] | None = None
    fact: Annotated[str, AfterValidator(_fact)] | None = None
    state: tuple[Literal["found", "partial", "absent"], ...] | None = None
    verdict: tuple[Literal["responsive", "separate", "none"], ...] | None = None
    rendered: tuple[Literal["good", "poor", "broken", "unseen"], ...] | None = None
    status: tuple[Literal["active", "slowed", "stopped"], ...] | None = None
    activity: tuple[Literal["active", "moderate", "weak", "stopped", "unseen"], ...] | None = None
    fullness: tuple[Literal["full", "formal", "empty", "off_topic", "broken"], ...] | None = None
    placement: tuple[Literal["menu", "page", "search_only"], ...] | None = None
    content: tuple[Text, ...] | None = None
    items_at_least: int | None = None
    last_within_days: int | None = None
    period_within_days: int | None = None

    @cached_property
    def parts(self) -> tuple[Condition, ...]:
        return self.all or self.any or ()

    @cached_property
    def tests(self) -> dict[str, object]:
        """What is asked of the fact: name of the test -> what it is held against."""
        return self.model_dump(exclude={"all", "any", "fact"}, exclude_none=True)

    def facts(self) -> tuple[str, ...]:
        """The facts that it stands on, each once, in the order of the rule."""
        return self._facts

    @cached_property
    def _facts(self) -> tuple[str, ...]:
        own = (self.fact,) if self.fact else ()
        return tuple(dict.fromkeys([*own, *(fact for part in self.parts for fact in part.facts())]))

    @model_validator(mode="after")
    def _one_form(self) -> Condition:
        forms = [name for name in ("all", "any", "fact") if getattr(self, name) is not None]
        if len(forms) != 1:
            said = " and ".join(forms) or "none of them"
            raise wrong(f"a condition is one of all, any and fact, and this one has {said}", "keep one of the three")
        for test, fact in _OF_ONE_FACT.items():
            if getattr(self, test) is not None and self.fact != fact:
                raise wrong(f"`{test}` is asked of {self.fact or 'no fact'}", f"ask it of `fact: {fact}`")
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


class Applies(Record):
    """Whom an item concerns: authorities of these groups, and those named. Nobody else gets a level on it."""

    groups: tuple[Group, ...] = ()
    ids: tuple[Id, ...] = ()

    @model_validator(mode="after")
    def _somebody(self) -> Applies:
        if not self.groups and not self.ids:
            raise wrong(
                "an item that concerns nobody", "name groups or ids, or take `applies` away: it means everybody"
            )
        return self


class Item(Record):
    """One commitment. `rule` is judged from findings, best level first; `hand` is judged by a person and says why."""

    id: Text
    title: Words
    executes: Words
    term: Text | None = None
    applies: Applies | None = None
    method: Literal["rule", "hand"]
    by_hand: Words | None = None
    levels: tuple[Rule, ...] = ()

    def concerns(self, authority_id: str, group: str) -> bool:
        """Whether the item is this authority's to keep."""
        return self.applies is None or group in self.applies.groups or authority_id in self.applies.ids

    def facts(self) -> tuple[str, ...]:
        """Every fact that any of its levels stands on, each once."""
        return self._facts

    @cached_property
    def _facts(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(fact for rule in self.levels if rule.when for fact in rule.when.facts()))


class Source(Record):
    title: Text
    url: Text | None = None


class MobileBy(Record):
    """What a level that asks `rendered` says of the look that it stood on: the page's code, or a browser's picture."""

    static: Words
    rendered: Words


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
    mobile_by: MobileBy | None = None
    items: Annotated[tuple[Item, ...], Field(min_length=1)]

    def item(self, wanted: str) -> Item:
        return next(item for item in self.items if item.id == wanted)

    @property
    def rules_sha256(self) -> str:
        """Fingerprint of what the edition means: items, whom they concern, and the conditions of their levels.

        Words are left out, so that a misprint can be mended; an optional key that is not used counts for nothing, so
        that new keys leave old editions what they are.
        """
        meant = [
            {
                **item.model_dump(mode="json", include={"id", "method", "applies"}, exclude_defaults=True),
                "levels": [
                    [rule.level, rule.when and rule.when.model_dump(mode="json", exclude_none=True)]
                    for rule in item.levels
                ],
            }
            for item in self.items
        ]
        return hashlib.sha256(json.dumps(meant, sort_keys=True).encode()).hexdigest()


class NoSuchPlan(ValueError):
    """A plan or an edition was asked for that is not there."""


@dataclass(frozen=True, order=True)
class PlanFile:
    """One edition of a plan in its folder."""

    plan: str
    edition: int
    path: Path

    def __str__(self) -> str:
        return f"{self.plan}@{self.edition}"


def plan_files(folder: Path) -> tuple[PlanFile, ...]:
    """The plans that there are, by name and edition. Raises archive.border.Unusable where a file is named otherwise."""
    found = []
    for path in sorted(folder.glob("*.yaml")):
        named = _FILE.fullmatch(path.stem)
        if named is None:
            mend = "name it <plan>.yaml for edition 1, <plan>.2.yaml for edition 2"
            raise Unusable([Fault(str(path), 0, "no plan is named like this file", mend)])
        found.append(PlanFile(named["plan"], int(named["edition"] or 1), path))
    return tuple(sorted(found))


def find_plan(folder: Path, wanted: str) -> Plan:
    """The plan asked for: "nap-2016-2018" is its newest edition, "nap-2016-2018@1" that one.

    Raises NoSuchPlan, which tells what there is, and archive.border.Unusable.
    """
    name, _, edition = wanted.partition("@")
    files = plan_files(folder)
    here = [file for file in files if file.plan == name and edition in ("", str(file.edition))]
    if not here:
        known = [str(file) for file in files]
        what = f"no edition {edition!r} of the plan {name!r}" if edition else f"no plan {name!r}"
        raise NoSuchPlan(f"there is {what}; {near(wanted, known)}there are: {', '.join(known) or 'none'}")
    return load_edition(here[-1])


def load_edition(file: PlanFile, kinds: Collection[str] | None = None, duties: Collection[str] | None = None) -> Plan:
    """The plan of a file, which must be the one that its name says. Raises archive.border.Unusable."""
    plan = load_plan(file.path, kinds, duties)
    if (plan.plan, plan.edition) != (file.plan, file.edition):
        what = f"the file is named as {file}, and says that it is {plan.plan}@{plan.edition}"
        raise Unusable([Fault(str(file.path), 0, what, "let the two agree")])
    return plan


def load_plan(path: Path | str, kinds: Collection[str] | None = None, duties: Collection[str] | None = None) -> Plan:
    """The plan, each rule checked; `kinds` and `duties` are the sections and documents that exist.

    Raises archive.border.Unusable.
    """
    return load(path, Plan, also=lambda plan: _together(plan, kinds, duties))


def _together(plan: Plan, kinds: Collection[str] | None, duties: Collection[str] | None) -> Iterator[Complaint]:
    seen: set[str] = set()
    for index, item in enumerate(plan.items):
        here = ("items", index)
        if item.id in seen:
            yield Complaint((*here, "id"), f"the item {item.id} stands twice", "keep one of the two")
        seen.add(item.id)
        yield from _item(item, here)
        for fact in item.facts():
            room, _, kind = fact.partition(".")
            if room == "sections" and kinds is not None and kind not in kinds:
                mend = f"{near(kind, kinds)}kinds: {' '.join(kinds)}"
                yield Complaint((*here, "levels"), f"there is no kind of section {kind!r}", mend)
            if room == "documents" and duties is not None and kind not in duties:
                mend = f"{near(kind, duties)}duties: {' '.join(duties)}"
                yield Complaint((*here, "levels"), f"there is no duty {kind!r}", mend)


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
