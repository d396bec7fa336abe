"""Which numbers may the text of a report say, and over what is each counted?

A query is a name with arguments, `state:public_council:found@local`: it can be written in a text, asked again by the
linter, and gives the authorities that it counted. What could not be looked at is a query of its own (`…:unseen`),
never a part of another. Rows are those of the tables; nothing else is counted.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archive.border import Record, load
from publishing import posting
from publishing.tables import SECTIONS, LevelRecord, Row, Table

if TYPE_CHECKING:
    from archive.registry import Agency
    from publishing.beside import Beside
    from scoring.claims import Held
    from scoring.comparison import Change
    from scoring.plans import Item, Plan
    from scoring.reviews import Agreement

OPEN = ("up", "moved")  # states of a site whose pages could be looked at
NOT_ASSESSED = "not_assessed"
_WORDS = Path(__file__).parent / "narrative" / "words" / "queries.yaml"

Number = int | float
Ids = Iterable[str]


class NoSuchQuery(ValueError):
    """A text asks for a number that nobody counts; says what there is."""

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no query {name!r}; there are: {' '.join(sorted(QUERIES))}")


class Said(Record):
    """What a query counts, in words with its arguments in braces."""

    az: str
    en: str


@dataclass(frozen=True)
class Answer:
    """What a query gave. `ids` are in the rows' order; `value` is their number unless the query adds or looks up."""

    query: str
    value: Number | dt.date | None
    ids: tuple[str, ...] = ()

    @property
    def count(self) -> Number:
        """The value as a number. A day or nothing is none."""
        if isinstance(self.value, dt.date) or self.value is None:
            raise NoSuchQuery(f"{self.query} (as a number)")
        return self.value


@dataclass(frozen=True)
class Query:
    """`arguments` name what follows the name, each after a colon; `counts` gives ids, `gives` another value."""

    name: str
    arguments: tuple[str, ...]
    counts: Callable[..., Ids] | None = None
    gives: Callable[..., tuple[Number | dt.date | None, Ids]] | None = None

    def said(self, lang: str, *arguments: str) -> str:
        """What it counts, in words."""
        words: str = getattr(_said()[self.name], lang)
        return words.format(**dict(zip(self.arguments, arguments, strict=True)))


@dataclass
class Asked:
    """The frozen material of one report, asked by the names of queries. Answers are remembered.

    `levels`, `findings` and what stands beside them are the documents that the tables were made of.
    """

    tables: Sequence[Table]
    levels: Sequence[LevelRecord] = ()
    findings: Mapping[str, Any] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)  # id -> kind of authority in the registry
    changes: Sequence["Change"] = ()
    held: Sequence["Held"] = ()
    plan: "Plan | None" = None
    agreements: Sequence["Agreement"] = ()
    _known: dict[str, Answer] = field(default_factory=dict)

    def ask(self, name: str) -> Answer:
        """Raises NoSuchQuery."""
        if name not in self._known:
            self._known[name] = self._answer(name)
        return self._known[name]

    def count(self, name: str) -> Number:
        return self.ask(name).count

    def rows(self, group: str = "") -> tuple[Row, ...]:
        """The rows of one table, or of all."""
        return self._of_group.get(group, ())

    def row(self, id_: str) -> Row:
        return self._by_id[id_]

    def level(self, id_: str, item: str) -> str | None:
        """The level; None of an authority that the item does not concern."""
        if (id_, item) in self._levels:
            return self._levels[id_, item]
        return NOT_ASSESSED if self.concerns(id_, item) else None

    def concerns(self, id_: str, item: str) -> bool:
        """Whether the item is this authority's to keep; without a plan every item is everybody's."""
        known = self._items.get(item)
        return known is None or known.concerns(id_, str(self.row(id_).values["group"]))

    def level_record(self, id_: str, item: str) -> LevelRecord | None:
        return self._records.get((id_, item))

    def finding(self, id_: str) -> Mapping[str, Any]:
        return self._documents.get(id_, {})

    @cached_property
    def order(self) -> Mapping[str, int]:
        return {row.id: place for place, row in enumerate(self.rows())}

    @cached_property
    def hand_items(self) -> frozenset[tuple[str, str]]:
        """The cells (authority, item) that a person judged."""
        return frozenset((one["authority"], one["item"]) for one in self.levels if one.get("hand"))

    @cached_property
    def reviewers(self) -> tuple[str, ...]:
        """The persons whose word stands in a level or a finding, by name."""
        hands = [one["hand"] for one in self.levels if one.get("hand")]
        for document in self._documents.values():
            parts = [
                *document.values(),
                *document.get("sections", {}).values(),
                *document.get("documents", {}).values(),
            ]
            hands += [part["hand"] for part in parts if isinstance(part, Mapping) and part.get("hand")]
        return tuple(sorted({str(hand["reviewer"]) for hand in hands}))

    @cached_property
    def _items(self) -> Mapping[str, Any]:
        return {item.id: item for item in self.plan.items} if self.plan else {}

    @cached_property
    def _of_group(self) -> Mapping[str, tuple[Row, ...]]:
        by_key = {table.key: tuple(table.rows) for table in self.tables}
        return by_key | {"": tuple(row for table in self.tables for row in table.rows)}

    @cached_property
    def _by_id(self) -> Mapping[str, Row]:
        return {row.id: row for row in self.rows()}

    @cached_property
    def _records(self) -> Mapping[tuple[str, str], LevelRecord]:
        return {(one["authority"], one["item"]): one for one in self.levels}

    @cached_property
    def _levels(self) -> Mapping[tuple[str, str], str]:
        return {key: str(one["level"]) for key, one in self._records.items()}

    @cached_property
    def _documents(self) -> Mapping[str, Mapping[str, Any]]:
        return {one["id"]: one for one in self.findings.get("authorities", ())}

    def _answer(self, name: str) -> Answer:
        body, _, group = name.partition("@")
        query, arguments = _parsed(body)
        if query.counts is not None:
            kept = tuple(query.counts(self, group, *arguments))
            return Answer(name, len(kept), kept)
        assert query.gives is not None
        value, ids = query.gives(self, group, *arguments)
        return Answer(name, value, tuple(ids))


def said(name: str, lang: str) -> str:
    """What a query counts, in words. Raises NoSuchQuery."""
    query, arguments = _parsed(name.partition("@")[0])
    return query.said(lang, *arguments)


def _parsed(body: str) -> tuple[Query, list[str]]:
    head, *rest = body.split(":")
    query = QUERIES.get(head)
    if query is None:
        raise NoSuchQuery(body)
    if len(query.arguments) and query.arguments[-1] == "query":  # the last argument is a query itself, colons and all
        own = len(query.arguments) - 1
        rest = [*rest[:own], ":".join(rest[own:])]
    if len(rest) != len(query.arguments) or not all(rest):
        raise NoSuchQuery(body)
    return query, rest


# -- the authorities whose row says so ---------------------------------------------------------------------------------


def _where(asked: Asked, group: str, keeps: Callable[[Row], bool]) -> Iterator[str]:
    return (row.id for row in asked.rows(group) if keeps(row))


def _authorities(asked: Asked, group: str) -> Ids:
    return _where(asked, group, lambda row: True)


def _kind(asked: Asked, group: str, kind: str) -> Ids:
    return _where(asked, group, lambda row: asked.kinds.get(row.id) == kind)


def _open(asked: Asked, group: str) -> Ids:
    return _where(asked, group, lambda row: row.values["site_state"] in OPEN)


def _closed(asked: Asked, group: str) -> Ids:
    return _where(asked, group, lambda row: row.values["site_state"] not in OPEN)


def _site(asked: Asked, group: str, state: str) -> Ids:
    return _where(asked, group, lambda row: row.values["site_state"] == state)


def _closed_because(asked: Asked, group: str, reason: str) -> Ids:
    return _where(asked, group, lambda r: r.values["site_state"] not in OPEN and r.values["site_reason"] == reason)


def _cut_short(asked: Asked, group: str) -> Ids:
    return _where(asked, group, lambda row: row.values["site_state"] in OPEN and not row.values["complete"])


def _state(asked: Asked, group: str, fact: str, state: str) -> Ids:
    """One state or several, joined by +."""
    wanted = frozenset(state.split("+"))
    return _where(asked, group, lambda row: state_of(asked, row, fact) in wanted)


def _looked(asked: Asked, group: str, fact: str) -> Ids:
    return _where(asked, group, lambda row: state_of(asked, row, fact) != "unseen")


def _unseen_because(asked: Asked, group: str, fact: str, reason: str) -> Ids:
    """On sites that were open: a closed site is told of once, as a site."""

    def keeps(row: Row) -> bool:
        unseen = row.values["site_state"] in OPEN and state_of(asked, row, fact) == "unseen"
        return unseen and row.values.get(f"{fact}_reason") == reason

    return _where(asked, group, keeps)


def _value(asked: Asked, group: str, column: str, value: str) -> Ids:
    return _where(asked, group, lambda row: row.values.get(column) == value)


def _word(asked: Asked, group: str, column: str, word: str) -> Ids:
    return _where(asked, group, lambda row: word in str(row.values.get(column) or "").split())


def _fullness(asked: Asked, group: str, kind: str, fullness: str) -> Ids:
    return _value(asked, group, f"{kind}_fullness", fullness)


def _placement(asked: Asked, group: str, kind: str, placement: str) -> Ids:
    return _where(
        asked,
        group,
        lambda row: row.values[f"{kind}_state"] == "found" and row.values[f"{kind}_placement"] == placement,
    )


def _placed(asked: Asked, group: str, kind: str) -> Ids:
    return _where(
        asked, group, lambda row: row.values[f"{kind}_state"] == "found" and bool(row.values[f"{kind}_placement"])
    )


def _unplaced(asked: Asked, group: str, kind: str) -> Ids:
    """A section that was found without a word of where it stands: no machine leaves it out, a person may."""
    return _where(
        asked, group, lambda row: row.values[f"{kind}_state"] == "found" and not row.values[f"{kind}_placement"]
    )


def _filled(asked: Asked, group: str, kind: str) -> Ids:
    return _where(
        asked, group, lambda row: row.values[f"{kind}_state"] == "found" and bool(row.values[f"{kind}_fullness"])
    )


def _unfilled(asked: Asked, group: str, kind: str) -> Ids:
    known = frozenset(_filled(asked, group, kind))
    return (id_ for id_ in _state(asked, group, kind, "found") if id_ not in known)


def _dated(asked: Asked, group: str, kind: str) -> Ids:
    return _where(
        asked, group, lambda row: row.values[f"{kind}_state"] == "found" and bool(row.values[f"{kind}_last_date"])
    )


def _external(asked: Asked, group: str, kind: str) -> Ids:
    return _where(
        asked, group, lambda row: row.values[f"{kind}_state"] == "absent" and bool(row.values[f"{kind}_external_url"])
    )


def _mobile(asked: Asked, group: str, verdict: str) -> Ids:
    return _value(asked, group, "mobile_verdict", verdict)


def _network(asked: Asked, group: str, network: str) -> Ids:
    return _word(asked, group, "social_networks", network)


def _activity(asked: Asked, group: str, activity: str) -> Ids:
    """`none`: has a page, and nothing is recorded of how it is used."""
    wanted = None if activity == "none" else activity
    return _where(
        asked, group, lambda row: _column_state(row, "social") == "found" and activity_of(asked, row.id) == wanted
    )


def _activity_looked(asked: Asked, group: str) -> Ids:
    """Whose activity is known, by a look at the profiles or from a person's round."""
    return _where(asked, group, lambda row: activity_of(asked, row.id) is not None)


def _profile_unseen(asked: Asked, group: str, reason: str) -> Ids:
    """With a profile of which nobody could see, for this reason, whether anything is posted there."""

    def keeps(row: Row) -> bool:
        unseen = posting.unseen_profiles(asked.finding(row.id).get("social", {}))
        return any(profile["activity_reason"] == reason for profile in unseen)

    return _where(asked, group, keeps)


def _news(asked: Asked, group: str, status: str) -> Ids:
    return _where(asked, group, lambda row: news_of(row) == status)


def _news_seen(asked: Asked, group: str) -> Ids:
    return _looked(asked, group, "news")


def _search_works(asked: Asked, group: str, works: str) -> Ids:
    wanted = {"true": True, "false": False, "untried": None}[works]
    return _where(asked, group, lambda r: r.values["search_state"] == "found" and r.values["search_works"] is wanted)


def _search_tried(asked: Asked, group: str) -> Ids:
    return _where(asked, group, lambda r: r.values["search_state"] == "found" and r.values["search_works"] is not None)


def _language(asked: Asked, group: str, code: str) -> Ids:
    return _word(asked, group, "language_codes", code)


def _lacks(asked: Asked, group: str, fact: str) -> Ids:
    """Whom a recommendation is for: it is theirs to keep, was looked for, and is not there or only in name."""
    owed = [item.id for item in asked.plan.items if _asks_for(item, fact)] if asked.plan else []
    return (id_ for id_ in _missing(asked, group, fact) if not owed or any(asked.concerns(id_, item) for item in owed))


def _asks_for(item: "Item", fact: str) -> bool:
    return any(one.removeprefix("sections.") == fact for one in item.facts())


def _missing(asked: Asked, group: str, fact: str) -> Ids:
    if fact == "site":
        return _where(asked, group, lambda row: row.values["site_state"] in ("down", "placeholder"))
    if fact == "news":
        return _where(asked, group, lambda row: news_of(row) in ("slowed", "stopped", "undated", "absent"))
    if fact == "search":
        return _where(
            asked,
            group,
            lambda r: r.values["search_state"] in ("absent", "partial") or r.values["search_works"] is False,
        )
    if fact in SECTIONS:
        return _where(asked, group, lambda row: _thin(row, fact))
    return _state(asked, group, fact, "absent+partial")


def _thin(row: Row, kind: str) -> bool:
    return row.values[f"{kind}_state"] in ("absent", "partial") or row.values[f"{kind}_fullness"] == "formal"


# -- levels, changes, claims -------------------------------------------------------------------------------------------


def _level(asked: Asked, group: str, item: str, level: str) -> Ids:
    wanted = frozenset(level.split("+"))
    return _where(asked, group, lambda row: asked.level(row.id, item) in wanted)


def _assessed(asked: Asked, group: str, item: str) -> Ids:
    return _where(asked, group, lambda row: asked.level(row.id, item) not in (None, NOT_ASSESSED))


def _concerned(asked: Asked, group: str, item: str) -> Ids:
    return _where(asked, group, lambda row: asked.concerns(row.id, item))


def _by_hand(asked: Asked, group: str, item: str) -> Ids:
    return _where(asked, group, lambda row: (row.id, item) in asked.hand_items)


def _hand_fact(asked: Asked, group: str, fact: str) -> Ids:
    return _where(asked, group, lambda row: bool(finding_on(asked, row.id, fact).get("hand")))


def _in_rows(asked: Asked, group: str, ids: Ids) -> Ids:
    known = frozenset(ids)
    return _where(asked, group, lambda row: row.id in known)


def _change(asked: Asked, group: str, what: str, verdict: str) -> Ids:
    wanted = frozenset(verdict.split("+"))
    return _in_rows(asked, group, (c.authority for c in asked.changes if c.what == what and c.verdict in wanted))


def _change_because(asked: Asked, group: str, what: str, verdict: str, why: str) -> Ids:
    return _in_rows(
        asked,
        group,
        (c.authority for c in asked.changes if c.what == what and c.verdict == verdict and c.why == why),
    )


def _change_why(asked: Asked, group: str, what: str, why: str) -> Ids:
    comparable = (c for c in asked.changes if c.verdict != "not_comparable")
    return _in_rows(asked, group, (c.authority for c in comparable if c.what == what and c.why == why))


def _held_seen(asked: Asked, _: str, claim: str) -> Ids:
    """Whom a claim is about, without those that could not be looked at."""
    behind = next((held.behind for held in asked.held if held.claim == claim), {})
    return (*behind.get("shown", ()), *behind.get("not_shown", ()))


def _claims(asked: Asked, _: str, status: str) -> Ids:
    wanted = frozenset(status.split("+"))
    return (held.claim for held in asked.held if held.status in wanted)


def _all_claims(asked: Asked, _: str) -> Ids:
    return (held.claim for held in asked.held)


def _items(asked: Asked, _: str, method: str) -> Ids:
    return (item.id for item in asked.plan.items if item.method == method) if asked.plan else ()


def _all_items(asked: Asked, _: str) -> Ids:
    return (item.id for item in asked.plan.items) if asked.plan else ()


def _rest(asked: Asked, group: str, shown: str, query: str) -> Ids:
    """Those that a list leaves out after the first so many."""
    return asked.ask(f"{query}@{group}" if group else query).ids[int(shown) :]


# -- other numbers and days --------------------------------------------------------------------------------------------

Given = tuple[Number | dt.date | None, Ids]


def _fact(asked: Asked, _: str, id_: str, column: str) -> Given:
    """One authority's own number or day."""
    value = asked.row(id_).values.get(column)
    return (value if isinstance(value, int | float | dt.date) else None), (id_,)


def _share(asked: Asked, group: str, part: str, query: str) -> Given:
    """How many of a hundred of `query` are in `part`; both are queries, colons written as / in the first."""
    scope = f"@{group}" if group else ""
    some, whole = asked.ask(part.replace("/", ":") + scope), asked.ask(query + scope)
    return (round(100 * some.count / whole.count) if whole.count else None), some.ids


def _held_count(asked: Asked, _: str, claim: str, name: str) -> Given:
    """A number of a claim that was held against the round."""
    for held in asked.held:
        if held.claim == claim and name in held.counts:
            value = held.counts[name]
            return (value if isinstance(value, int | float) else None), held.behind.get(name, ())
    return None, ()


def _agreement(asked: Asked, _: str, number: str, what: str) -> Given:
    """cells, agreed or kappa (two places) of one pair of reviewers."""
    pair = asked.agreements[int(number)]
    kappa = None if pair.kappa is None else round(pair.kappa, 2)
    return {"cells": pair.cells, "agreed": pair.agreed, "kappa": kappa}[what], ()


def _oldest(asked: Asked, group: str, column: str) -> Given:
    return _end(asked, group, column, first=True)


def _newest(asked: Asked, group: str, column: str) -> Given:
    return _end(asked, group, column, first=False)


def _end(asked: Asked, group: str, column: str, first: bool) -> Given:
    days = [(day, row.id) for row in asked.rows(group) if isinstance(day := row.values.get(column), dt.date)]
    if not days:
        return None, ()
    end = (min if first else max)(day for day, _ in days)
    return end, tuple(id_ for day, id_ in days if day == end)


def _round_day(asked: Asked, _: str, which: str) -> Given:
    """as_of, started_at or finished_at of the round."""
    told = asked.findings.get("round", {}).get(which)
    return (dt.date.fromisoformat(told[:10]) if told else None), ()


def _place(_: Asked, __: str, ___: str, number: str) -> Given:
    """The number of a line in a small table of the text."""
    return int(number), ()


def _all(*queries: Query) -> Mapping[str, Query]:
    return {query.name: query for query in queries}


QUERIES: Mapping[str, Query] = _all(
    Query("authorities", (), _authorities),
    Query("kind", ("kind",), _kind),
    Query("open", (), _open),
    Query("closed", (), _closed),
    Query("site", ("state",), _site),
    Query("closed_because", ("reason",), _closed_because),
    Query("cut_short", (), _cut_short),
    Query("state", ("fact", "state"), _state),
    Query("looked", ("fact",), _looked),
    Query("unseen_because", ("fact", "reason"), _unseen_because),
    Query("fullness", ("kind", "fullness"), _fullness),
    Query("placement", ("kind", "placement"), _placement),
    Query("placed", ("kind",), _placed),
    Query("unplaced", ("kind",), _unplaced),
    Query("filled", ("kind",), _filled),
    Query("unfilled", ("kind",), _unfilled),
    Query("dated", ("kind",), _dated),
    Query("external", ("kind",), _external),
    Query("mobile", ("verdict",), _mobile),
    Query("network", ("network",), _network),
    Query("activity", ("activity",), _activity),
    Query("activity_looked", (), _activity_looked),
    Query("profile_unseen", ("reason",), _profile_unseen),
    Query("news", ("status",), _news),
    Query("news_seen", (), _news_seen),
    Query("search_works", ("works",), _search_works),
    Query("search_tried", (), _search_tried),
    Query("language", ("code",), _language),
    Query("lacks", ("fact",), _lacks),
    Query("level", ("item", "level"), _level),
    Query("assessed", ("item",), _assessed),
    Query("hand_fact", ("fact",), _hand_fact),
    Query("concerned", ("item",), _concerned),
    Query("by_hand", ("item",), _by_hand),
    Query("change", ("what", "verdict"), _change),
    Query("change_because", ("what", "verdict", "why"), _change_because),
    Query("change_why", ("what", "why"), _change_why),
    Query("held_seen", ("claim",), _held_seen),
    Query("claims", ("status",), _claims),
    Query("all_claims", (), _all_claims),
    Query("items", ("method",), _items),
    Query("all_items", (), _all_items),
    Query("rest", ("shown", "query"), _rest),
    Query("fact", ("id", "column"), gives=_fact),
    Query("share", ("part", "query"), gives=_share),
    Query("held", ("claim", "name"), gives=_held_count),
    Query("agreement", ("number", "what"), gives=_agreement),
    Query("oldest", ("column",), gives=_oldest),
    Query("newest", ("column",), gives=_newest),
    Query("round_day", ("which",), gives=_round_day),
    Query("place", ("table", "number"), gives=_place),
)


# -- what a row says ---------------------------------------------------------------------------------------------------


def news_of(row: Row) -> str:
    """active, slowed, stopped, undated, absent, unseen."""
    state = _column_state(row, "news")
    if state == "partial":
        return "undated"
    return str(row.values["news_status"] or state) if state == "found" else state


def activity_of(asked: Asked, id_: str) -> str | None:
    """active, moderate, weak or stopped where it was seen how the pages in social networks are used, else None."""
    values = asked.row(id_).values
    told = values.get("social_activity") or asked.finding(id_).get("social", {}).get("activity")
    return str(told) if told else None


def state_of(asked: Asked, row: Row, fact: str) -> str:
    """The state of a fact as its column names it (`public_council`), or of a document (`documents.budget`)."""
    if fact.startswith("documents."):
        return str(finding_on(asked, row.id, fact).get("state", "unseen"))
    return _column_state(row, fact)


def finding_on(asked: Asked, id_: str, fact: str) -> Mapping[str, Any]:
    """One authority's finding on a fact named as in the columns: `mobile`, `public_council`, `documents.budget`."""
    room, _, kind = fact.partition(".")
    document = asked.finding(id_)
    found = document.get("sections", {}).get(fact) if fact in SECTIONS else document.get(room, {})
    if kind:
        found = document.get(room, {}).get(kind)
    return found or {}


def asked_of(
    tables: Sequence[Table],
    agencies: Sequence["Agency"],
    findings: Mapping[str, Any],
    levels: Sequence[LevelRecord],
    beside: "Beside",
) -> Asked:
    """The material of a report, ready to be asked."""
    return Asked(
        tables=tables,
        levels=levels,
        findings=findings,
        kinds={agency.id: agency.kind for agency in agencies if agency.kind},
        changes=beside.changes,
        held=official_of(beside),
        plan=beside.plan,
        agreements=beside.agreements,
    )


def official_of(beside: "Beside") -> tuple["Held", ...]:
    """The official statements that were held against the round, and of its plan where they name one."""
    plan = beside.plan.plan if beside.plan else None
    told = {one.id for one in beside.claims if one.group == "official" and one.plan in (None, plan)}
    return tuple(held for held in beside.held if held.claim in told)


def _column_state(row: Row, fact: str) -> str:
    return str(row.values.get(f"{fact}_state", "unseen"))


@cache
def _said() -> Mapping[str, Said]:
    return load(_WORDS, _Dictionary).queries


class _Dictionary(Record):
    queries: Mapping[str, Said]
