"""Which of two findings is the better one, and may the two be compared at all?

One logic for the level `worse` (scoring/levels.py) and for the comparison of rounds (scoring/comparison.py).

The steps of each fact, worst first; where both findings say the second thing too, it decides between equal steps:

| fact | steps | then |
|---|---|---|
| site | down < placeholder < up, moved | |
| mobile | absent < found | |
| social | absent < found | number of networks |
| sections.* | absent < partial (empty, off_topic, broken) < formal < full | search_only < page < menu |
| documents.* | absent < partial < found | |
| news | absent < stopped < slowed < active; a stream without dates is above absent and apart from the others | |
| search | absent < found | does not work < works |
| languages | number of languages | |

`up` and `moved` are the same site for its visitor. Any site state that keeps us from looking (blocked, unseen) and any
finding that is unseen is no step: it cannot be compared. A section that is found, but of which a hand-made round did
not record how full, is no lower than formal and no higher than full: above, below, or beside what is one of the two.

A visit that was cut short may miss what is there, also where it found a part of it. So nothing counts as lost in it,
and nothing as new after it, but what the home page and the news stream show.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from scoring.plans import ORDER

NOT_ASSESSED = "not_assessed"
Verdict = Literal["better", "same", "worse", "not_comparable"]

Finding = Mapping[str, Any]
_NOT_THERE: Finding = {"state": "unseen", "reason": "not_in_findings"}
# What a round did not ask is not what it could not see.
_NOT_ASKED = ("not_recorded", "not_in_findings")
_ROOMS = ("sections", "documents")
_SEEN_WHOLE = ("site", "mobile", "news")  # facts that a visit cut short does not understate

_SITE = {"down": 0, "placeholder": 1, "up": 2, "moved": 2}
_STATE = {"absent": 0, "partial": 1, "found": 2}
_FULLNESS = {"formal": 2, "full": 3}
_PLACEMENT = {"search_only": 0, "page": 1, "menu": 2}
_STATUS = {"stopped": 1, "slowed": 2, "active": 3}


def finding_of(authority: Finding, fact: str) -> Finding:
    """The finding of a fact ("news", "sections.e_appeal"); unseen where the document does not hold it."""
    room, _, kind = fact.partition(".")
    found: Finding = authority.get(room, _NOT_THERE)
    return found.get(kind, _NOT_THERE) if kind else found


def facts_of(authority: Finding) -> Iterator[str]:
    """The names of all facts that a findings document holds of an authority, the site first."""
    yield from (fact for fact in ("site", "mobile", "social") if fact in authority)
    for room in _ROOMS:
        yield from (f"{room}.{kind}" for kind in authority.get(room, ()))
    yield from (fact for fact in ("news", "search", "languages") if fact in authority)


def short(fact: str, finding: Finding) -> str:
    """A finding in a few machine words: "found full menu", "found active", "unseen timeout"."""
    words: list[Any] = [finding["state"]]
    if finding["state"] == "unseen" or fact == "site":
        words.append(finding.get("reason"))
    elif fact.startswith("sections."):
        words += [finding.get("fullness"), finding.get("placement")]
    elif fact.startswith("documents."):
        words.append(finding.get("period") or finding.get("last_date"))
    elif fact == "social":
        words += sorted(_networks(finding))
    elif fact == "languages":
        words += finding.get("codes") or ()
    else:
        words.append(finding.get("verdict") or finding.get("status"))
    said = [str(word) for word in words if word not in (None, "none", "ok")]
    return " ".join(dict.fromkeys(said))


def unseen_because(fact: str, finding: Finding) -> str | None:
    """Why a finding is no step of its ladder, for machines; None where it is one."""
    if finding["state"] == "unseen" or (fact == "site" and finding["state"] not in _SITE):
        return str(finding.get("reason") or finding["state"])
    return None


def was_not_asked(finding: Finding) -> bool:
    """Whether the round did not look for this at all, as a hand-made or an older one."""
    return finding["state"] == "unseen" and finding.get("reason") in _NOT_ASKED


def is_cut_short(authority: Finding) -> bool:
    """Whether the visit ended before everything that promised an answer was seen."""
    return not authority.get("fetch", {}).get("complete", True)


def step(fact: str, was: Finding, now: Finding) -> int | None:
    """-1 lower, 0 the same, 1 higher; None where the two cannot be put in an order. Both must have been seen."""
    room = fact.partition(".")[0]
    if room == "site":
        return _sign(_SITE[was["state"]], _SITE[now["state"]])
    if room == "sections":
        return _step_of_section(was, now)
    if room == "news":
        return _step_of_news(was, now)
    if room == "languages":
        return _sign(len(set(was.get("codes") or ())), len(set(now.get("codes") or ())))
    first = _sign(_STATE[was["state"]], _STATE[now["state"]])
    if first or room in ("mobile", "documents"):
        return first
    if room == "social":
        return _sign(len(_networks(was)), len(_networks(now)))
    works = (was.get("works"), now.get("works"))
    return 0 if works[0] is None or works[1] is None else _sign(int(works[0]), int(works[1]))


def _step_of_section(was: Finding, now: Finding) -> int | None:
    steps = [_section_steps(one) for one in (was, now)]
    (low_was, high_was), (low_now, high_now) = steps
    if high_was < low_now:
        return 1
    if high_now < low_was:
        return -1
    if low_was != high_was or low_now != high_now:
        return 0 if steps[0] == steps[1] else None
    places = [_PLACEMENT.get(one.get("placement") or "") for one in (was, now)]
    return 0 if places[0] is None or places[1] is None or low_was < 2 else _sign(places[0], places[1])


def _section_steps(finding: Finding) -> tuple[int, int]:
    """The lowest and the highest step that a section may be on."""
    if finding["state"] != "found":
        return _STATE[finding["state"]], _STATE[finding["state"]]
    known = _FULLNESS.get(finding.get("fullness") or "")
    return (known, known) if known is not None else (_FULLNESS["formal"], _FULLNESS["full"])


def _step_of_news(was: Finding, now: Finding) -> int | None:
    steps = [0 if one["state"] == "absent" else _STATUS.get(one.get("status") or "") for one in (was, now)]
    if steps[0] is not None and steps[1] is not None:
        return _sign(steps[0], steps[1])
    if steps[0] == steps[1]:
        return 0
    known = next(number for number in steps if number is not None)
    return None if known else (1 if steps[0] == 0 else -1)


def _networks(finding: Finding) -> set[str]:
    return {profile["network"] for profile in finding.get("profiles") or ()}


def _sign(was: int, now: int) -> int:
    return (now > was) - (now < was)


# -- levels ------------------------------------------------------------------------------------------------------------


def compare_levels(was: str, now: str, facts: Iterable[str], before: Finding, after: Finding) -> tuple[Verdict, str]:
    """(verdict, what shows it, for machines) of the levels that one rule gave to one authority in two rounds.

    A section that was there and is gone is worse whatever the level says of it. Not comparable: one of the two was not
    assessed, or the difference may be that of a visit cut short.
    """
    if now == NOT_ASSESSED:
        return "not_comparable", ""
    facts = tuple(facts)
    lost = [
        f"{fact} found -> absent"
        for fact in facts
        if fact.startswith("sections.")
        and finding_of(before, fact)["state"] == "found"
        and finding_of(after, fact)["state"] == "absent"
    ]
    assessed = was != NOT_ASSESSED
    went = _sign(-ORDER.index(was), -ORDER.index(now)) if assessed else 0
    told = [f"level {was} -> {now}"] if went else []
    if went < 0 or lost:
        if is_cut_short(after) and not _is_shown_whole(facts, before, after, -1):
            return "not_comparable", "the visit was cut short"
        return "worse", "; ".join(told + lost)
    if not assessed:
        return "not_comparable", ""
    if went > 0 and is_cut_short(before) and not _is_shown_whole(facts, before, after, 1):
        return "not_comparable", "the earlier visit was cut short"
    return ("better" if went else "same"), "; ".join(told)


def _is_shown_whole(facts: Iterable[str], before: Finding, after: Finding, way: int) -> bool:
    """Whether a fact that a visit cut short does not understate went this way."""
    return any(fact_step(fact, before, after) == way for fact in facts if fact in _SEEN_WHOLE)


def fact_step(fact: str, before: Finding, after: Finding) -> int | None:
    """As `step`, and None where one of the two was not seen."""
    was, now = finding_of(before, fact), finding_of(after, fact)
    if unseen_because(fact, was) or unseen_because(fact, now):
        return None
    return step(fact, was, now)


def hides(fact: str, went: int, before: Finding, after: Finding) -> str | None:
    """What a difference may come from instead of the site, for machines: a visit that was cut short."""
    if fact in _SEEN_WHOLE or went == 0:
        return None
    if went < 0 and is_cut_short(after):
        return "the visit was cut short"
    return "the earlier visit was cut short" if went > 0 and is_cut_short(before) else None
