"""How does the home page look to a person who holds it on a phone?

A browser measured it (spiders/phone_view.js); the rules are methodology/phone_view.yaml's. This verdict stands beside
the static one of reading/mobile.py: they are two facts.
"""

import json
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any, Literal

from pydantic import model_validator

from archive.border import Complaint, Record, load, wrong
from archive.capture import Capture
from archive.pictures import size_px
from reading.finding import Evidence, Finding, NotSeen
from reading.looking import Site, reason_of
from reading.page import key_of

FILE = Path(__file__).parent.parent / "methodology" / "phone_view.yaml"
NEEDS_BROWSER = "needs_browser"
FORMAT = "saytmetr-phone-view/1"
OFFENDERS = 3  # of each kind that a finding tells; the archive has them all
Level = Literal["good", "poor", "broken"]
_WORST: tuple[Level, ...] = ("good", "poor", "broken")


class Words(Record):
    az: str
    en: str
    ru: str


class Condition(Record):
    """One of `at_least`, `at_most` (numbers) and `is` (truth)."""

    value: str
    at_least: float | int | None = None
    at_most: float | int | None = None
    is_: bool | None = None

    @model_validator(mode="before")
    @classmethod
    def _named(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        return {("is_" if key == "is" else key): one for key, one in given.items()}

    @model_validator(mode="after")
    def _has_one(self) -> "Condition":
        if sum(bound is not None for bound in (self.at_least, self.at_most, self.is_)) != 1:
            what = f"{self.value} is held against nothing, or against two things"
            raise wrong(what, "give one: at_least, at_most, is")
        return self

    def holds(self, measured: Mapping[str, Any]) -> bool:
        value = measured[self.value]
        if self.is_ is not None:
            return value is self.is_
        if value is None:
            return False
        return bool(value >= self.at_least) if self.at_least is not None else bool(value <= self.at_most)


class Source(Record):
    id: str
    title: str


class Rule(Record):
    id: str
    words: Words
    note: tuple[Condition, ...] = ()
    poor: tuple[Condition, ...] = ()
    broken: tuple[Condition, ...] = ()
    sources: tuple[str, ...]

    def level(self, measured: Mapping[str, Any]) -> Literal["poor", "broken", "note"] | None:
        """The worst of this rule's levels that holds."""
        for level, conditions in (("broken", self.broken), ("poor", self.poor), ("note", self.note)):
            if conditions and all(one.holds(measured) for one in conditions):
                return level  # type: ignore[return-value]
        return None

    def said(self, measured: Mapping[str, Any], lang: str) -> str:
        """The fault in the reader's words, with the measured values that it names."""
        told = defaultdict(lambda: "?", {name: shown(name, value) for name, value in measured.items()})
        return str(getattr(self.words, lang)).format_map(told)


class Verdicts(Record):
    good: Words
    poor: Words
    broken: Words


class PhoneView(Record):
    """methodology/phone_view.yaml."""

    sources: tuple[Source, ...]
    verdicts: Verdicts
    keeps: tuple[str, ...]
    rules: tuple[Rule, ...]

    @property
    def by_id(self) -> dict[str, Rule]:
        return {rule.id: rule for rule in self.rules}

    def judge(self, measured: Mapping[str, Any]) -> tuple[Level, tuple[str, ...], tuple[str, ...]]:
        """(verdict, ids of the faults, ids of the notes), in the order of the file."""
        levels = {rule.id: rule.level(measured) for rule in self.rules}
        verdict = max((level for level in levels.values() if level in _WORST), key=_WORST.index, default="good")
        faults = tuple(id for id, level in levels.items() if level in ("poor", "broken"))
        return verdict, faults, tuple(id for id, level in levels.items() if level == "note")  # type: ignore[return-value]


# What spiders/phone_view.js measures, and an example of each: the rules may name these and no others.
MEASURED: dict[str, Any] = {
    "layout_px": [390, 844], "scale": 1, "content_px": [390, 2000], "viewport": "", "chars": 1000,
    "pictured_share": 0.1, "wide_px": 0, "wide_text_share": 0, "small_text_share": 0, "tiny_text_share": 0,
    "cut_chars": 0, "cut_text_share": 0, "overlap_chars": 0, "menus_out": 0, "targets": 10, "targets_failing": 0,
    "targets_failing_share": 0, "covered_share": 0, "covered_way_out": None, "miniature": False,
    "zoom_forbidden": False, "first_content_ms": 100,
}  # fmt: skip


def load_phone_view(path: Path = FILE) -> PhoneView:
    """The rules. Raises archive.border.Unusable with file, line and mend."""
    return load(path, PhoneView, also=_agrees)


def _agrees(known: PhoneView) -> list[Complaint]:
    """Rules name what is measured and sources that stand in the file."""
    faults: list[Complaint] = []
    sources = {source.id for source in known.sources}
    for place, rule in enumerate(known.rules):
        for level in ("note", "poor", "broken"):
            for number, condition in enumerate(getattr(rule, level)):
                if condition.value not in MEASURED:
                    where = ("rules", place, level, number, "value")
                    faults.append(_unknown(where, condition.value))
        for source in set(rule.sources) - sources:
            faults.append(Complaint(("rules", place, "sources"), f"no source {source}", "add it under sources"))
        for lang in ("az", "en", "ru"):
            for name in set(_named(getattr(rule.words, lang))) - set(known.keeps):
                spot = ("rules", place, "words", lang)
                faults.append(Complaint(spot, f"the words name {{{name}}}", f"only: {' '.join(known.keeps)}"))
    for number, name in enumerate(known.keeps):
        if name not in MEASURED:
            faults.append(_unknown(("keeps", number), name))
    ids = [rule.id for rule in known.rules]
    faults += [Complaint(("rules",), f"{id} stands twice", "keep one") for id in set(ids) if ids.count(id) > 1]
    return faults


def _named(words: str) -> list[str]:
    """What stands in braces."""
    return [name for _, name, _, _ in Formatter().parse(words) if name is not None]


def _unknown(where: tuple[int | str, ...], name: str) -> Complaint:
    return Complaint(where, f"{name} is not measured", f"one of: {' '.join(MEASURED)}")


@cache
def phone_view() -> PhoneView:
    return load_phone_view()


def shown(name: str, value: Any) -> str:
    """A measured value as a reader sees it: 0.634 of a share is 63%."""
    if name.endswith("_share") and value is not None:
        return f"{round(100 * value)}%"
    return str(value)


def rendered(site: Site) -> dict[str, Any]:
    """`mobile.rendered`: the phone view of the home page, judged; unseen with its reason where no browser looked."""
    try:
        return _judged(site).as_json()
    except NotSeen as unseen:
        return Finding("unseen", {"verdict": None}, unseen.evidence, unseen.reason).as_json()


def _judged(site: Site) -> Finding:
    home = site.front
    looks = [one for one in site.captures if one.purpose == "phone_view"]
    look = next((one for one in reversed(looks) if key_of(one.url) == home.key), looks[-1] if looks else None)
    if look is None:
        raise _no_phone_page(site) or NotSeen(NEEDS_BROWSER)
    evidence = (Evidence(look.url, look.sha256, None, _time(look)),)
    if look.failure is not None:
        raise NotSeen(look.failure, evidence)
    told = _told(look)
    if told is None:
        raise NotSeen("measure_fault", evidence)
    known = phone_view()
    verdict, faults, notes = known.judge(told)
    fields: dict[str, Any] = {
        "verdict": verdict,
        "faults": list(faults),
        "notes": list(notes),
        "measured": {name: told[name] for name in known.keeps},
        "offenders": {kind: list(some)[:OFFENDERS] for kind, some in told["offenders"].items() if some},
    }
    picture = _picture(site, look)
    if picture is not None:
        fields["picture"] = picture
    return Finding("found", fields, evidence)


def _no_phone_page(site: Site) -> NotSeen | None:
    """Why there was nothing that a browser could have shown: a phone that asked got no page."""
    asked = [one for one in site.captures if one.purpose == "phone" and one.location is None]
    reason = reason_of(asked[-1]) if asked else None
    if reason is None:
        return None
    return NotSeen(reason, (Evidence(asked[-1].url, asked[-1].sha256, None, _time(asked[-1])),))


def _told(look: Capture) -> dict[str, Any] | None:
    """What was measured; None where the bytes are not a measurement of ours."""
    try:
        told = json.loads(look.body)
    except ValueError:
        return None
    told = told.get("measured", told) if isinstance(told, dict) else None
    if not isinstance(told, dict) or told.get("format") != FORMAT or not isinstance(told.get("offenders"), dict):
        return None
    return told if MEASURED.keys() <= told.keys() else None


def _picture(site: Site, look: Capture) -> dict[str, Any] | None:
    """The picture that was taken in the same look."""
    for one in reversed(site.captures):
        if one.purpose == "picture" and one.failure is None and one.url == look.url and one.word in (None, "phone"):
            size = size_px(one.body)
            if size is not None:
                told = {"url": one.url, "sha256": one.sha256, "width": size[0], "height": size[1]}
                return told | {"seen_at": _time(one)}
    return None


def _time(capture: Capture) -> str:
    return capture.fetched_at.strftime("%Y-%m-%dT%H:%M:%SZ")
