"""Which tables stand beside the appendices: statements, changes, values by hand, levels, numbers, evidence?

A listing is plain: typed values under named columns, the same in every form. Those that people read (`printed`) stand
in every form; the long ones only where data belong, in the workbook, csv and json.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from archive.registry import Agency
from publishing.beside import Beside
from publishing.blocks import Chapter, Count, chapters_within, pieces_of
from publishing.clean import QUOTE_CHARS, address, clean
from publishing.tables import (
    Findings,
    LevelRecord,
    Table,
    Value,
    hand_in,
    is_of_single_bodies,
    level_said,
    words_of,
)
from publishing.texts import Texts
from scoring.claims import Claim, Held

VERDICTS = ("better", "same", "worse", "not_comparable")
# How wide columns are beside one another, where people read them: sentences take more than words.
WIDTHS = {
    "title": 3.0,
    "claim": 3.0,
    "reason": 2.5,
    "behind": 3.0,
    "source": 2.0,
    "executes": 2.0,
    "who": 1.6,
    "counts": 1.4,
}
NAMES_SHOWN = 12  # of the authorities behind a number, in a table that people read
ANOTHER_ROUND = "another_round"
Rows = Iterable[tuple[Value, ...]]


@dataclass(frozen=True)
class Head:
    """A column of a listing: its machine name, and its heading in the reader's language."""

    key: str
    heading: str


@dataclass(frozen=True)
class Listing:
    key: str
    title: str
    caption: str
    heads: tuple[Head, ...]
    rows: tuple[tuple[Value, ...], ...]
    printed: bool = True

    @property
    def widths(self) -> tuple[float, ...]:
        return tuple(WIDTHS.get(head.key, 1.0) for head in self.heads)


@dataclass(frozen=True)
class Material:
    """What the listings are made of."""

    findings: Findings
    levels: Sequence[LevelRecord]
    agencies: Sequence[Agency]
    tables: Sequence[Table]
    beside: Beside
    chapters: Sequence[Chapter]
    texts: Texts

    @property
    def names(self) -> Mapping[str, str]:
        return {row.id: row.name for table in self.tables for row in table.rows}


def printed(material: Material) -> tuple[Listing, ...]:
    """Those that people read, where they have rows."""
    made = (
        _listing("single_items", _SINGLE, _single_items(material), material),
        _listing("claims", _CLAIMS, _claims(material), material),
        _listing("change_counts", ("item", *VERDICTS, "total"), _change_counts(material), material),
        _listing("changes", _CHANGES, _changes(material, only=("better", "worse")), material),
        _listing("reviews", _REVIEWS, _reviews(material), material),
        _listing("agreements", ("reviewer", "cells", "agreed", "share", "kappa"), _agreements(material), material),
        _listing("shared_profiles", ("network", "profile", "behind"), _shared_profiles(material), material),
    )
    return tuple(one for one in made if one.rows)


def in_full(material: Material) -> Iterator[Listing]:
    """The long ones, each made when it is asked for: of a large round they are not all held at once."""
    for key, heads, rows in (
        ("all_changes", (*_CHANGES, "detail", "id"), _all_changes),
        ("all_claims", _ALL_CLAIMS, _all_claims),
        ("claims_behind", _BEHIND, _claims_behind),
        ("levels", _LEVELS, _levels),
        ("numbers", _NUMBERS, _numbers),
    ):
        made = _listing(key, heads, rows(material), material, printed=False)
        if made.rows:
            yield made


_SINGLE = ("item", "title", "executes", "method", "authority", "level", "reason")
_CLAIMS = ("who", "when", "item", "claim", "verdict", "counts", "behind", "reason", "source")
_ALL_CLAIMS = ("id", "who", "when", "item", "claim", "verdict", "counts", "reason", "detail", "source", "url")
_BEHIND = ("claim", "what", "id", "authority")
_CHANGES = ("authority", "what", "was", "now", "verdict", "why")
_REVIEWS = ("authority", "what", "verdict", "hand", "machine", "reviewer", "on", "reason", "evidence", "holds_until")
_LEVELS = ("id", "authority", "group", "item", "level", "base", "reason", "rule")
_NUMBERS = ("chapter", "text", "query", "value", "of", "behind")


def _listing(key: str, heads: Sequence[str], rows: Rows, material: Material, *, printed: bool = True) -> Listing:
    said = material.texts.listings[key]
    named = tuple(Head(head, material.texts.heads[head]) for head in heads)
    return Listing(key, said.title, said.caption, named, tuple(rows), printed)


def _shared_profiles(material: Material) -> Rows:
    """Profiles that more than one authority shows as its own: one of them must be somebody else's."""
    owners: dict[str, dict[str, str]] = {}  # address as compared -> authority id -> address as shown
    networks: dict[str, str] = {}
    for document in material.findings["authorities"]:
        for profile in document["social"].get("profiles", ()):
            if profile["url"]:
                same = profile["url"].casefold().rstrip("/")
                owners.setdefault(same, {})[document["id"]] = profile["url"]
                networks[same] = profile["network"]
    names, texts = material.names, material.texts
    for same, shown in owners.items():
        if len(shown) > 1:
            url = next(iter(shown.values()))
            told = ", ".join(names.get(one, one) for one in shown)
            yield texts.networks.get(networks[same], networks[same]), address(url) or clean(url), told


def _single_items(material: Material) -> Rows:
    """Items that concern single bodies, each with the level of those it concerns, or why a person must judge it."""
    plan, texts = material.beside.plan, material.texts
    if plan is None:
        return
    by_group: dict[str, list[Agency]] = {}
    for agency in material.agencies:
        by_group.setdefault(agency.group, []).append(agency)
    names = material.names
    given: dict[str, list[LevelRecord]] = {}
    for one in material.levels:
        given.setdefault(one["item"], []).append(one)
    for item in plan.items:
        alone = [group for group, ours in by_group.items() if is_of_single_bodies(item, ours)]
        title, executes = words_of(item.title.by_language, texts, item.id), words_of(item.executes.by_language, texts)
        head = (item.id, title, executes, texts.methods[item.method])
        if item.by_hand is not None and item.applies is None:
            by_hand = [one for one in given.get(item.id, ()) if hand_in(one)]
            yield from (_single(head, one, names, texts) for one in by_hand)
            if not by_hand:
                yield (*head, None, texts.levels["not_assessed"], words_of(item.by_hand.by_language, texts))
            continue
        concerned = {
            agency.id for group in alone for agency in by_group[group] if item.concerns(agency.id, agency.group)
        }
        yield from (_single(head, one, names, texts) for one in given.get(item.id, ()) if one["authority"] in concerned)


def _single(head: tuple[str, ...], level: LevelRecord, names: Mapping[str, str], texts: Texts) -> tuple[Value, ...]:
    rule = words_of(level["rule"], texts)
    return (*head, names.get(level["authority"], level["authority"]), texts.levels[level["level"]], clean(rule, 600))


def _claims(material: Material) -> Rows:
    """Those that this round can be asked about: a report's words on its own round stand in the data."""
    for claim, held in _held(material):
        if not held.reason.startswith(ANOTHER_ROUND):
            texts = material.texts
            yield (
                *_claim(claim, held, texts),
                _behind(held, material),
                *_why(claim, held, texts)[:1],
                _source(claim, texts),
            )


def _all_claims(material: Material) -> Rows:
    texts = material.texts
    for claim, held in _held(material):
        why = _why(claim, held, texts)
        yield (claim.id, *_claim(claim, held, texts), *why, _source(claim, texts), address(claim.url))


def _claims_behind(material: Material) -> Rows:
    """A line for each authority that a number of a statement counts."""
    names, texts = material.names, material.texts
    for claim, held in _held(material):
        for name, ids in held.behind.items():
            for one in ids:
                yield (claim.id, texts.count_names.get(name, name), one, names.get(one, one))


def _held(material: Material) -> Iterator[tuple[Claim, Held]]:
    said = {claim.id: claim for claim in material.beside.claims}
    return ((said[one.claim], one) for one in material.beside.held if one.claim in said)


def _claim(claim: Claim, held: Held, texts: Texts) -> tuple[Value, ...]:
    counts = ((texts.count_names.get(name), n) for name, n in held.counts.items())
    return (
        words_of(claim.who, texts),
        claim.said_on,
        ", ".join(claim.items) or None,
        clean(words_of(claim.text, texts), 600),
        texts.statuses[held.status],
        "; ".join(f"{name}: {_plain(n)}" for name, n in counts if name) or None,
    )


def _behind(held: Held, material: Material) -> str | None:
    """The first names of each number, and how many more there are; all of them stand in the data."""
    names, texts = material.names, material.texts
    parts = []
    for name, ids in held.behind.items():
        if ids and (said := texts.count_names.get(name)):
            shown = ", ".join(names.get(one, one) for one in ids[:NAMES_SHOWN])
            more = f" … (+{len(ids) - NAMES_SHOWN})" if len(ids) > NAMES_SHOWN else ""
            parts.append(f"{said}: {shown}{more}")
    return "; ".join(parts) or None


def _why(claim: Claim, held: Held, texts: Texts) -> tuple[str | None, str | None]:
    """In the reader's words, and as the machine says it."""
    machine = clean(held.reason, 600) or None
    for words in (claim.out_of_reach, claim.elsewhere if held.status == "cannot_be_checked" else None, claim.differs):
        if words:
            return clean(words_of(words, texts), 600), machine
    return texts.claim_reasons.get(held.reason.partition(":")[0]), machine


def _source(claim: Claim, texts: Texts) -> str:
    return words_of(claim.source, texts)


def _change_counts(material: Material) -> Rows:
    counted: dict[str, Counter[str]] = {}
    for change in material.beside.changes:
        counted.setdefault(change.what, Counter())[change.verdict] += 1
    for what, verdicts in counted.items():
        yield (named(what, material.texts), *(verdicts[one] for one in VERDICTS), verdicts.total())


def _changes(material: Material, only: Sequence[str] = VERDICTS) -> Rows:
    names, texts = material.names, material.texts
    for one in material.beside.changes:
        if one.verdict in only:
            yield (
                names.get(one.authority, one.authority),
                named(one.what, texts),
                None if one.was is None else _state_said(one.was, texts),
                _state_said(one.now, texts),
                texts.compared.verdicts[one.verdict],
                texts.compared.whys[one.why] or None,
            )


def _all_changes(material: Material) -> Rows:
    for row, change in zip(_changes(material), material.beside.changes, strict=True):
        yield (*row, change.detail or None, change.authority)


def _reviews(material: Material) -> Rows:
    """Each value by hand in the order of the authorities: levels, then facts."""
    names, texts = material.names, material.texts
    for level in material.levels:
        if hand := hand_in(level):
            value, machine = texts.levels[level["level"]], level_said(hand["machine"], texts)
            yield _review(names.get(level["authority"], level["authority"]), level["item"], value, machine, hand, texts)
    for document in material.findings["authorities"]:
        for fact, finding in _facts(document):
            if hand := hand_in(finding):
                machine = hand["machine"]
                state = machine.get("state") if isinstance(machine, Mapping) else machine
                value, was = texts.states[finding["state"]], texts.states.get(str(state), str(state))
                name = names.get(document["id"], document["id"])
                yield _review(name, named(fact, texts), value, was, hand, texts)


def _review(name: str, what: str, value: str, machine: str, hand: Mapping[str, Any], texts: Texts) -> tuple[Value, ...]:
    verdicts = {"confirms": texts.hand.confirms, "corrects": texts.hand.corrects, "fills": texts.hand.fills}
    verdict = verdicts[hand["verdict"]].partition(":")[0]
    return (
        name,
        what,
        verdict,
        value,
        machine,
        clean(hand["reviewer"]),
        _day(hand["on"]),
        clean(hand["reason"], 600),
        clean(str(hand["evidence"]), QUOTE_CHARS),
        _day(hand["holds_until"]),
    )


def _facts(document: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for room, found in document.items():
        if isinstance(found, Mapping):
            if "state" in found:
                yield room, found
            else:
                yield from (
                    (f"{room}.{kind}", one)
                    for kind, one in found.items()
                    if isinstance(one, Mapping) and "state" in one
                )


def _agreements(material: Material) -> Rows:
    for one in material.beside.agreements:
        share = round(one.agreed / one.cells, 3) if one.cells else None
        kappa = None if one.kappa is None else round(one.kappa, 3)
        yield (" – ".join(clean(who) for who in one.reviewers), one.cells, one.agreed, share, kappa)


def _levels(material: Material) -> Rows:
    names, texts = material.names, material.texts
    groups = {agency.id: agency.group for agency in material.agencies}
    for one in material.levels:
        if one["authority"] in names:
            yield (
                one["authority"],
                names[one["authority"]],
                groups.get(one["authority"]),
                one["item"],
                texts.levels[one["level"]],
                texts.levels.get(one.get("base") or "", None),
                clean(one.get("reason") or "") or None,
                clean(words_of(one["rule"], texts), 600),
            )


def _numbers(material: Material) -> Rows:
    """Every number of the text, in reading order, with the query that gives it again."""
    names = material.names
    for chapter in chapters_within(material.chapters):
        for block in chapter.blocks:
            for piece in pieces_of(block):
                if isinstance(piece, Count):
                    behind = ", ".join(names.get(one, one) for one in piece.ids)
                    yield (chapter.number, piece.text, piece.query, piece.value, piece.of, behind or None)


def named(what: str, texts: Texts) -> str:
    """An item's number as it is, a fact by its name."""
    kind = what.partition(".")[2] if what.startswith(("sections.", "documents.")) else what
    return texts.sections.get(kind) or texts.facts.get(kind) or kind


def _state_said(state: str, texts: Texts) -> str:
    """A level's word, or a short state ("found full menu") word by word."""
    if state in texts.levels:
        return texts.levels[state]
    first, *rest = state.split()
    said = texts.states.get(first) or texts.shorts.get(first, first)
    return f"{said} ({', '.join(texts.shorts.get(word, word) for word in rest)})" if rest else said


def _day(value: dt.date | str | None) -> dt.date | None:
    return dt.date.fromisoformat(value) if isinstance(value, str) else value


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
