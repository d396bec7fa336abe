"""What do the rows of one round give, when a sentence about them is asked as a query?

A query covers authorities, asks one thing of each (`where`) or gathers one field (`gather`), and holds the answer
against what was said (`expect`). It is data: methodology/claims/README.md explains the words. Kleene's logic
throughout: what could not be looked at, or what a round does not record, is unknown, never false.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from archive.border import Record, near, wrong
from archive.registry import Group, Id, Text
from scoring.ladder import NOT_ASSESSED
from scoring.levels import Level, condition_holds
from scoring.plans import Condition

Status = Literal["supported", "partly", "contradicted", "cannot_be_checked"]
Row = Mapping[str, Any]
Scalar = bool | int | str

_ROOMS = ("sections", "documents")  # rooms of a row that hold a finding for each kind
_STATE = "state"
_UNSEEN = "unseen"
# What may be asked of each part of a row. A field that a round does not record is unknown there.
_OWN = ("id", "group", "kind", "notes")
_LEAVES: dict[str, tuple[str, ...]] = {
    "site": (_STATE, "reason", "tls", "url"),
    "mobile": (_STATE, "verdict"),
    "social": (_STATE, "networks", "activity", "remark", "last_post"),
    "news": (
        *(_STATE, "status", "last_date", "silence_days", "per_month", "per_month_min", "per_month_max"),
        *("median_gap_days", "stopped", "items", "since", "basis", "observed_on"),
    ),
    "search": (_STATE, "works"),
    "languages": (_STATE, "codes"),
    "sections": (
        *(_STATE, "fullness", "placement", "label", "url", "external", "content", "items", "last_date"),
        *("own", "meetings", "members", "elected"),
    ),
    "documents": (_STATE, "title", "url", "items", "last_date", "period", "period_end"),
}


def _path(name: str) -> str:
    """A field as the queries write it: `group`, `social.networks`, `sections.public_council.own`."""
    room, _, leaf = name.partition(".")
    kind = ""
    if room in _ROOMS:
        kind, _, leaf = leaf.partition(".")
    if (name in _OWN) or (leaf in _LEAVES.get(room, ()) and (kind or room not in _ROOMS)):
        return name
    known = [*_OWN, *(f"{r}.{'<kind>.' if r in _ROOMS else ''}{leaf}" for r in _LEAVES for leaf in _LEAVES[r])]
    raise wrong(f"there is no field {name!r}", f"{near(name, known)}fields: {' '.join(known)}")


Path = Annotated[str, AfterValidator(_path)]


class Where(Record):
    """Something that is true, false or unknown of one authority.

    One of: `all`, `any`, `not` of others; `when`, a condition as in the plans; `item` with its `plan` and `level`; or
    tests of one `field`.
    """

    all: Annotated[tuple[Where, ...], Field(min_length=1)] | None = None
    any: Annotated[tuple[Where, ...], Field(min_length=1)] | None = None
    negated: Where | None = Field(default=None, alias="not")
    when: Condition | None = None
    plan: Id | None = None
    item: Text | None = None
    level: tuple[Literal["full", "significant", "none"], ...] | None = None
    field: Path | None = None
    one_of: Annotated[tuple[Scalar, ...], Field(min_length=1)] | None = Field(default=None, alias="is")
    has: Annotated[tuple[Text, ...], Field(min_length=1)] | None = None
    at_least: float | int | None = None
    at_most: float | int | None = None
    since: date | None = None
    until: date | None = None
    known: bool | None = None

    def fields(self) -> tuple[str, ...]:
        """Every field and fact that it asks, each once."""
        inner = [*(self.all or ()), *(self.any or ()), *((self.negated,) if self.negated else ())]
        own = [self.field] if self.field else list(self.when.facts()) if self.when else []
        return tuple(dict.fromkeys([*own, *(path for part in inner for path in part.fields())]))

    @model_validator(mode="after")
    def _one_form(self) -> Where:
        parts = {"all": self.all, "any": self.any, "not": self.negated, "when": self.when}
        forms = [name for name, part in {**parts, "item": self.item, "field": self.field}.items() if part is not None]
        if len(forms) != 1:
            said = " and ".join(forms) or "none of them"
            raise wrong(f"one of all, any, not, when, item and field is wanted, and here is {said}", "keep one")
        tests = [self.one_of, self.has, self.at_least, self.at_most, self.since, self.until, self.known]
        if (forms == ["field"]) != any(test is not None for test in tests):
            raise wrong("`field` and its tests go together", "write the tests under the `field` that they are about")
        if (forms == ["item"]) != (self.level is not None and self.plan is not None):
            raise wrong("`item`, `level` and `plan` go together", "write the three, or none of them")
        return self


class Expect(Record):
    """What was said. Exactly one of the forms, but `since` and `until`, which may stand together.

    all       every authority covered      none     not one of them          most     more than half
    some      at least one                 not_all  at least one does not
    each      a list was named and each is said to: partly true when more than half of them do
    """

    quantifier: Literal["all", "none", "most", "some", "not_all", "each"] | None = None
    exactly: int | None = None
    at_least: int | None = None
    at_most: int | None = None
    share_at_least: Annotated[float, Field(gt=0, le=1)] | None = None
    these: Annotated[tuple[Id, ...], Field(min_length=1)] | None = None
    same_as: Where | None = None
    values: tuple[Text, ...] | None = None
    value: Text | date | None = None
    since: date | None = None
    until: date | None = None

    @property
    def form(self) -> str:
        given = [name for name in type(self).model_fields if getattr(self, name) is not None]
        return "window" if set(given) <= {"since", "until"} else given[0]

    @model_validator(mode="after")
    def _one_form(self) -> Expect:
        given = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if not given or (len(given) > 1 and set(given) != {"since", "until"}):
            raise wrong(f"one thing is expected, and here is {' and '.join(given) or 'none'}", "keep one of them")
        return self


_OF_VALUES = ("values", "value", "window")


class Covers(Record):
    """Of whom it is said. Nothing given: of every authority of the round."""

    group: Group | None = None
    ids: Annotated[tuple[Id, ...], Field(min_length=1)] | None = None
    except_ids: tuple[Id, ...] = ()
    where: Where | None = None


class Check(Record):
    """One query and what it should give. `name` tells the checks of one claim apart.

    `recorded`: the sentence tells what its authors found on the sites that they could look at, so a blank of theirs is
    not among it. A row that we cannot read stays unknown.
    """

    name: Id | None = None
    covers: Covers = Covers()
    where: Where | None = None
    gather: Literal["union", "commonest", "newest", "oldest"] | None = None
    field: Path | None = None
    document: Id | None = None
    minus: tuple[Text, ...] = ()
    recorded: bool = False
    expect: Expect

    @model_validator(mode="after")
    def _one_form(self) -> Check:
        forms = [name for name in ("where", "gather", "document") if getattr(self, name) is not None]
        if len(forms) != 1:
            said = " and ".join(forms) or "none of them"
            raise wrong(f"a check asks one of where, gather and document, and here is {said}", "keep one of the three")
        if (self.gather is None) != (self.field is None):
            raise wrong("`gather` and `field` go together", "name the field that is gathered, or take both away")
        form = self.expect.form
        fits = {
            "where": form not in _OF_VALUES,
            "gather": form in _OF_VALUES,
            "document": form in ("exactly", "values"),
        }
        if not fits[forms[0]]:
            raise wrong(f"`expect: {form}` is no answer to `{forms[0]}`", "see methodology/claims/README.md")
        return self


@dataclass(frozen=True)
class Answer:
    """What one check gave. `behind` has the ids of every count: shown, not_shown, unseen, covered."""

    name: str
    status: Status
    counts: dict[str, Any]
    behind: dict[str, tuple[str, ...]]
    reason: str


@dataclass(frozen=True)
class Rows:
    """One round as queries see it."""

    rows: Mapping[str, Row]
    as_of: date
    kinds: Mapping[str, str | None] = field(default_factory=dict)
    levels: Mapping[tuple[str, str, str], str] = field(default_factory=dict)  # plan, item, authority
    own_text: bool = False  # the claims are those of the report that the round was taken from
    unread: frozenset[str] = frozenset()  # notes that mark a row that we cannot read
    document: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def taken_from_text(self, row: Row, path: str) -> bool:
        """Whether the round knows it only from the text that is being checked, so that it proves nothing."""
        if not self.own_text:
            return False
        return any(path == source or path.startswith(source + ".") for source in _hand_made(row, "from_text"))


def _hand_made(row: Row, what: Literal["notes", "from_text"]) -> Sequence[str]:
    """What only a round made by hand has: notes on a row, and the fields that stand in the text and in no row."""
    told: Sequence[str] = row.get("hand_made", {}).get(what, ())
    return told


def rows_of(
    findings: Mapping[str, Any],
    kinds: Mapping[str, str | None],
    levels: Mapping[str, Collection[Level]],
    **of_claims: Any,
) -> Rows:
    """The findings document with the registry's kinds and the levels by plan; `worse` counts as its base level."""
    flat = {(plan, one.item, one.authority): _plain_level(one) for plan, many in levels.items() for one in many}
    return Rows(
        rows={row["id"]: row for row in findings["authorities"]},
        as_of=date.fromisoformat(findings["round"]["as_of"]),
        kinds=kinds,
        levels=flat,
        **of_claims,
    )


def _plain_level(level: Level) -> str:
    return level.base if level.level != NOT_ASSESSED else NOT_ASSESSED


def answer(check: Check, rows: Rows) -> Answer:
    """What the rows give, and whether that is what was said."""
    if check.document is not None:
        return _of_document(check, rows)
    if check.gather is not None:
        return _gathered(check, rows)
    return _counted(check, rows)


# ---- counting authorities


@dataclass(frozen=True)
class _Split:
    shown: tuple[str, ...]
    not_shown: tuple[str, ...]
    unseen: tuple[str, ...]

    @property
    def covered(self) -> int:
        return len(self.shown) + len(self.not_shown) + len(self.unseen)


def _counted(check: Check, rows: Rows) -> Answer:
    assert check.where is not None
    covered = _covered(check.covers, rows)
    true = _split(check.where, covered, rows)
    judged = _as_recorded(true, check.where.fields(), rows) if check.recorded else true
    if (same_as := check.expect.same_as) is not None:
        other = _split(same_as, covered, rows)
        status = _same(judged, _as_recorded(other, same_as.fields(), rows) if check.recorded else other)
    else:
        status = _status(check.expect, judged)
    behind = {
        "shown": true.shown,
        "not_shown": true.not_shown,
        "unseen": true.unseen,
        "covered": covered,
    }
    counts: dict[str, Any] = {name: len(ids) for name, ids in behind.items()}
    if check.expect.these is not None:
        behind["said"] = check.expect.these
    if check.expect.same_as is not None:
        behind["other"] = other.shown
        counts["other"] = len(other.shown)
    counts["said"] = _said(check.expect)
    return Answer(check.name or "", status, counts, behind, _counted_reason(check.expect, true, status))


def _covered(covers: Covers, rows: Rows) -> tuple[str, ...]:
    """Authorities in the round's order; a named one that is not in the round is covered, and unseen."""
    ids = covers.ids if covers.ids is not None else tuple(rows.rows)
    return tuple(
        one
        for one in ids
        if one not in covers.except_ids
        and (covers.group is None or one not in rows.rows or rows.rows[one]["group"] == covers.group)
        and (covers.where is None or _true_of(covers.where, one, rows) is True)
    )


def _split(where: Where, covered: Sequence[str], rows: Rows) -> _Split:
    said: dict[bool | None, list[str]] = {True: [], False: [], None: []}
    for one in covered:
        said[_true_of(where, one, rows)].append(one)
    return _Split(tuple(said[True]), tuple(said[False]), tuple(said[None]))


def _as_recorded(split: _Split, fields: Sequence[str], rows: Rows) -> _Split:
    """A blank of the authors is none of their findings; what we cannot read, or know from them alone, stays unknown."""
    unread = tuple(one for one in split.unseen if _unreadable(one, fields, rows))
    blank = tuple(one for one in split.unseen if one not in unread)
    return _Split(split.shown, (*split.not_shown, *blank), unread)


def _unreadable(one: str, fields: Sequence[str], rows: Rows) -> bool:
    row = rows.rows.get(one)
    if row is None or not rows.unread.isdisjoint(_hand_made(row, "notes")):
        return True
    return any(rows.taken_from_text(row, path) for path in fields)


def _status(expect: Expect, split: _Split) -> Status:
    if not split.covered:
        return "cannot_be_checked"
    return _JUDGES[expect.form](expect, split)


def _as_far_as_seen(split: _Split) -> Status:
    """Nothing seen speaks against it: partly, where more than half could be looked at."""
    if not split.unseen:
        return "supported"
    return "partly" if 2 * (len(split.shown) + len(split.not_shown)) > split.covered else "cannot_be_checked"


def _between(low: bool, high: bool) -> Status:
    """`low`: it holds even if nothing unseen does; `high`: it would hold if everything unseen did."""
    return "supported" if low else "cannot_be_checked" if high else "contradicted"


def _quantified(expect: Expect, split: _Split) -> Status:
    shown, lacking, most_possible = len(split.shown), len(split.not_shown), len(split.shown) + len(split.unseen)
    match expect.quantifier:
        case "all":
            return "contradicted" if lacking else _as_far_as_seen(split)
        case "none":
            return "contradicted" if shown else _as_far_as_seen(split)
        case "most":
            return _between(2 * shown > split.covered, 2 * most_possible > split.covered)
        case "some":
            return _between(shown >= 1, most_possible >= 1)
        case "not_all":
            return _between(lacking >= 1, lacking + len(split.unseen) >= 1)
        case _:
            return _each(split, most_possible)


def _each(split: _Split, most_possible: int) -> Status:
    if not split.not_shown:
        return _as_far_as_seen(split)
    if 2 * len(split.shown) > split.covered:
        return "partly"
    return "cannot_be_checked" if 2 * most_possible > split.covered else "contradicted"


def _exactly(expect: Expect, split: _Split) -> Status:
    assert expect.exactly is not None
    possible = len(split.shown) <= expect.exactly <= len(split.shown) + len(split.unseen)
    return _as_far_as_seen(split) if possible else "contradicted"


def _at_least(expect: Expect, split: _Split) -> Status:
    assert expect.at_least is not None
    shown = len(split.shown)
    return _between(shown >= expect.at_least, shown + len(split.unseen) >= expect.at_least)


def _at_most(expect: Expect, split: _Split) -> Status:
    assert expect.at_most is not None
    shown = len(split.shown)
    return _between(shown + len(split.unseen) <= expect.at_most, shown <= expect.at_most)


def _share(expect: Expect, split: _Split) -> Status:
    assert expect.share_at_least is not None
    needed = expect.share_at_least * split.covered
    return _between(len(split.shown) >= needed, len(split.shown) + len(split.unseen) >= needed)


def _these(expect: Expect, split: _Split) -> Status:
    assert expect.these is not None
    said = set(expect.these)
    possible = set(split.shown) <= said <= {*split.shown, *split.unseen}
    return _as_far_as_seen(split) if possible else "contradicted"


def _same(one: _Split, other: _Split) -> Status:
    apart = set(one.shown) & set(other.not_shown) | set(other.shown) & set(one.not_shown)
    if apart:
        return "contradicted"
    return _as_far_as_seen(one if len(one.unseen) >= len(other.unseen) else other)


_JUDGES: dict[str, Callable[[Expect, _Split], Status]] = {
    "quantifier": _quantified,
    "exactly": _exactly,
    "at_least": _at_least,
    "at_most": _at_most,
    "share_at_least": _share,
    "these": _these,
}


def _said(expect: Expect) -> Any:
    value = getattr(expect, expect.form, None)
    match expect.form:
        case "these":
            return len(expect.these or ())
        case "same_as":
            return "same_as"
        case "window":
            return [day.isoformat() if day else None for day in (expect.since, expect.until)]
        case _:
            return value.isoformat() if isinstance(value, date) else list(value) if isinstance(value, tuple) else value


def _counted_reason(expect: Expect, split: _Split, status: Status) -> str:
    """Of all, for machines: what stands against it, or how much could not be looked at."""
    if not split.covered:
        return "covers_nobody"
    if status == "supported":
        return ""
    sides = f"shown {len(split.shown)}, not shown {len(split.not_shown)}, unseen {len(split.unseen)}"
    said = _said(expect)
    return f"{expect.form} {said}: {sides} of {split.covered}"


# ---- gathering values


def _gathered(check: Check, rows: Rows) -> Answer:
    assert check.field is not None
    covered = _covered(check.covers, rows)
    values = {one: _values(check.field, one, rows) for one in covered}
    unseen = tuple(one for one in covered if values[one] is None)
    shown = tuple(one for one in covered if values[one])
    found = Counter(v for one in covered for v in (values[one] or ()) if v not in check.minus)
    result, status = _gather(check, found, _unknown_left(unseen, check, rows))
    counts = {"shown": len(shown), "unseen": len(unseen), "covered": len(covered), "gives": result}
    counts["said"] = _said(check.expect)
    if check.gather in ("union", "commonest"):
        counts["by_value"] = dict(sorted(found.items()))
    behind = {"shown": shown, "unseen": unseen, "covered": covered}
    reason = "" if status == "supported" else f"{check.gather} of {check.field} gives {result}, {len(unseen)} unseen"
    return Answer(check.name or "", status, counts, behind, reason)


def _unknown_left(unseen: Sequence[str], check: Check, rows: Rows) -> int:
    assert check.field is not None
    return sum(_unreadable(one, (check.field,), rows) for one in unseen) if check.recorded else len(unseen)


def _values(path: str, one: str, rows: Rows) -> tuple[str, ...] | None:
    known, value = _look(path, one, rows)
    if not known or value is None:
        return None
    return tuple(map(str, value)) if isinstance(value, (list, tuple)) else (str(value),)


def _gather(check: Check, found: Counter[str], unknown: int) -> tuple[Any, Status]:
    expect = check.expect
    if not found:
        return None, "cannot_be_checked"
    if check.gather == "union":
        result = sorted(found)
        said = sorted(expect.values or ([_text(expect.value)] if expect.value is not None else []))
        if not set(result) <= set(said):
            return result, "contradicted"
        if result != said:
            return result, "cannot_be_checked" if unknown else "contradicted"
        return result, "partly" if unknown else "supported"
    if check.gather == "commonest":
        return _commonest(found, unknown, _text(expect.value))
    result_one = max(found) if check.gather == "newest" else min(found)
    if _fits(result_one, expect):
        return result_one, "partly" if unknown else "supported"
    return result_one, "contradicted"


def _commonest(found: Counter[str], unknown: int, said: str) -> tuple[str, Status]:
    """Ahead of every other by more than the unknown could change, or behind by more than that."""
    others = max((count for value, count in found.items() if value != said), default=0)
    best = found.most_common(1)[0][0]
    return best, _between(found[said] > others + unknown, found[said] + unknown > others)


def _fits(value: str, expect: Expect) -> bool:
    if expect.form == "window":
        after = expect.since is None or value >= expect.since.isoformat()
        return after and (expect.until is None or value <= expect.until.isoformat())
    return value == _text(expect.value)


def _text(value: str | date | None) -> str:
    return value.isoformat() if isinstance(value, date) else value or ""


def _of_document(check: Check, rows: Rows) -> Answer:
    """A sentence held against another place of the same document: what stands there is quoted in the claim file."""
    assert check.document is not None
    there = rows.document[check.document]
    distinct = tuple(dict.fromkeys(there))
    if check.expect.exactly is not None:
        status: Status = "supported" if len(there) == check.expect.exactly else "contradicted"
        gives: Any = len(there)
    else:
        status = "supported" if set(distinct) == set(check.expect.values or ()) else "contradicted"
        gives = list(distinct)
    counts = {"gives": gives, "said": _said(check.expect)}
    reason = "" if status == "supported" else f"the document itself gives {gives} under {check.document}"
    return Answer(check.name or "", status, counts, {}, reason)


# ---- one authority


def _true_of(where: Where, one: str, rows: Rows) -> bool | None:
    """True, False, or None where it could not be looked at or is not recorded."""
    if where.all is not None or where.any is not None:
        parts = [_true_of(part, one, rows) for part in where.all or where.any or ()]
        decisive = where.any is not None
        return decisive if decisive in parts else None if None in parts else not decisive
    if where.negated is not None:
        inner = _true_of(where.negated, one, rows)
        return None if inner is None else not inner
    if where.item is not None:
        assert where.plan is not None
        assert where.level is not None
        level = rows.levels.get((where.plan, where.item, one), NOT_ASSESSED)
        return None if level == NOT_ASSESSED else level in where.level
    if where.when is not None:
        row = rows.rows.get(one)
        if row is None or any(rows.taken_from_text(row, fact) for fact in where.when.facts()):
            return None
        return condition_holds(where.when, row, rows.as_of)
    assert where.field is not None
    return _field_holds(where, one, rows)


def _field_holds(where: Where, one: str, rows: Rows) -> bool | None:
    assert where.field is not None
    known, value = _look(where.field, one, rows)
    if not known:
        return None
    if where.known is not None:
        return (value is not None) == where.known
    if value is None:
        return False if _absent(where.field, one, rows) else None
    if value == _UNSEEN and _UNSEEN not in (where.one_of or ()) and where.field.endswith(_STATE):
        return None
    return all(holds(value) for holds in _tests(where))


def _absent(path: str, one: str, rows: Rows) -> bool:
    """What is not there has no fullness and no date: that is known. What is there and has none recorded is unknown."""
    room, kind, leaf = _parts(path)
    return bool(leaf) and room != "site" and _finding(room, kind, rows.rows[one]).get(_STATE) == "absent"


def _tests(where: Where) -> Iterator[Callable[[Any], bool]]:
    one_of, has, low, high = where.one_of, where.has, where.at_least, where.at_most
    since, until = where.since, where.until
    if one_of is not None:
        yield lambda value: value in one_of
    if has is not None:
        yield lambda value: set(has) <= set(value)
    if low is not None:
        yield lambda value: bool(value >= low)
    if high is not None:
        yield lambda value: bool(value <= high)
    if since is not None:
        yield lambda value: bool(value >= since.isoformat())
    if until is not None:
        yield lambda value: bool(value <= until.isoformat())


@lru_cache(maxsize=1024)
def _parts(path: str) -> tuple[str, str, str]:
    """(room, kind of section, leaf): ("sections", "public_council", "own")."""
    room, _, leaf = path.partition(".")
    if room in _ROOMS:
        kind, _, leaf = leaf.partition(".")
        return room, kind, leaf
    return room, "", leaf


def _finding(room: str, kind: str, row: Row) -> Row:
    finding: Row = row.get(room, {})
    return finding.get(kind, {}) if kind else finding


def _look(path: str, one: str, rows: Rows) -> tuple[bool, Any]:
    """(whether it could be looked at, the value); a value that the round does not record is None."""
    if path == "kind":
        return True, rows.kinds.get(one)
    row = rows.rows.get(one)
    if row is None or rows.taken_from_text(row, path):
        return False, None
    room, kind, leaf = _parts(path)
    if not leaf:
        return True, _hand_made(row, "notes") if room == "notes" else row.get(room)
    finding = _finding(room, kind, row)
    if leaf == _STATE:
        return True, finding.get(_STATE, _UNSEEN)
    if room != "site" and finding.get(_STATE, _UNSEEN) == _UNSEEN:
        return False, None
    if leaf == "networks":
        return True, [profile["network"] for profile in finding.get("profiles", ())]
    return True, finding.get(leaf)
