"""What stands in the two appendix tables, and what do they add up to?

One record, from which every format is drawn: number, authority, a column for each item of the plan that the group of
authorities is judged on (without a plan those of the 2018 report: 2.4, 4.2.1, 4.2.2 and 5.6), notes. A cell holds its
lines in the reader's words; a row holds the same facts once more as typed values under machine names. The summary
counts those rows and nothing else, so it cannot disagree with them.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import zip_longest
from typing import Any

from archive.registry import Agency
from publishing import posting, words
from publishing.clean import ADDRESS_CHARS, QUOTE_CHARS, address, clean
from publishing.pictures import drawn, phone_lines
from publishing.texts import Texts, texts_in
from publishing.words import Finding, Line
from scoring.comparison import Change
from scoring.plans import Item, Plan

ITEMS = ("2.4", "4.2.1", "4.2.2", "5.6")
COLUMNS = ("number", "authority", *ITEMS, "notes")
# What the items of the report of 2018 stand on, for a table that is made without its plan.
_FACTS_OF_2018 = {
    "2.4": ("mobile", "social", "news"),
    "4.2.1": ("sections.public_council",),
    "4.2.2": ("sections.public_council",),
    "5.6": ("sections.procurement",),
}
FEW_BODIES = 3  # an item that concerns no more of a group than these is no column of the group's table
GROUPS = ("local", "central")
SECTIONS = ("public_council", "procurement", "open_data", "e_services", "e_appeal", "ethics_report")
SHOWN = ("mobile", "social", "public_council", "procurement", "e_services", "news")  # facts the columns tell of

Value = str | int | float | bool | dt.date | None
Findings = Mapping[str, Any]
LevelRecord = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Evidence:
    url: str
    sha256: str | None
    quote: str
    seen_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Mark:
    """An item's level for one authority: the machine word, the reader's word, and the rule that gave it."""

    item: str
    level: str
    text: str
    rule: str
    reason: str
    hand: tuple[str, ...] = ()  # who gave it by hand, and what the program gives; in words
    change: str = ""  # how it stands to the earlier round, in words; empty where no comparison was asked for
    verdict: str | None = None  # better | same | worse | not_comparable


@dataclass(frozen=True, slots=True)
class Cell:
    """`state` is the finding's that the cell answers for (mobile in 2.4, news in the notes); None where none is."""

    lines: tuple[Line, ...]
    state: str | None = None
    level: Mark | None = None
    evidence: tuple[Evidence, ...] = ()

    @property
    def text(self) -> str:
        return "\n".join(line.plain for line in self.lines)

    @property
    def link(self) -> str | None:
        """The first address shown in the cell that can be followed."""
        return next((link.url for line in self.lines for link in line.links if link.url), None)


@dataclass(frozen=True)
class Column:
    """`key` is the same in every language; `heading` is short ("4.2.1"), `title` says what it is, `note` what of it."""

    key: str
    heading: str
    title: str
    note: str = ""
    facts: tuple[str, ...] = ()  # what the column tells of: "mobile", "sections.public_council"; none where no item
    item: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    id: str
    name: str
    cells: tuple[Cell, ...]  # in the order of the table's columns
    values: Mapping[str, Value]


@dataclass(frozen=True)
class Table:
    key: str  # "local", "central", or another group of the registry
    number: int  # of the appendix
    title: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    @property
    def items(self) -> tuple[str, ...]:
        return tuple(column.key for column in self.columns if column.item)


@dataclass(frozen=True)
class Tally:
    """How many authorities of one group stand where."""

    authorities: int
    sites: Mapping[str, int]  # site state -> authorities
    mobile: Mapping[str, int]  # state -> authorities, likewise below
    social: Mapping[str, int]
    networks: Mapping[str, int]
    sections: Mapping[str, Mapping[str, int]]  # kind -> state -> authorities
    news: Mapping[str, int]  # active, slowed, stopped, undated, absent, unseen
    levels: Mapping[str, Mapping[str, int]]  # item -> level -> authorities


@dataclass(frozen=True)
class NotSeen:
    """Something that could not be looked at, why, and whose."""

    what: str  # "site", "visit", or a fact's name
    reason: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Summary:
    all: Tally
    groups: Mapping[str, Tally]
    not_seen: tuple[NotSeen, ...]


def appendix(
    findings: Findings,
    levels: Iterable[LevelRecord],
    agencies: Sequence[Agency],
    group: str,
    lang: str,
    plan: Plan | None = None,
    changes: Iterable[Change] = (),
) -> Table:
    """The table of one group: a row for each of its agencies, in their order, visited in this round or not."""
    marks = _marks(levels, changes, texts_in(lang))
    seen = {document["id"]: document for document in findings["authorities"]}
    return _table(findings, seen, marks, agencies, group, lang, plan)


def appendices(
    findings: Findings,
    levels: Sequence[LevelRecord],
    agencies: Sequence[Agency],
    lang: str,
    plan: Plan | None = None,
    changes: Iterable[Change] = (),
) -> tuple[Table, ...]:
    """The tables of all groups that have agencies: local, central, then any other by name."""
    present = {agency.group for agency in agencies}
    order = [group for group in GROUPS if group in present] + sorted(present - set(GROUPS))
    marks = _marks(levels, changes, texts_in(lang))
    seen = {document["id"]: document for document in findings["authorities"]}
    return tuple(_table(findings, seen, marks, agencies, group, lang, plan) for group in order)


def item_columns(plan: Plan | None, agencies: Sequence[Agency], texts: Texts) -> tuple[Column, ...]:
    """The items that these agencies are judged on, in the plan's order. Items of single bodies are left out."""
    if plan is None:
        return tuple(_item_column(item, texts.columns[item], facts, texts) for item, facts in _FACTS_OF_2018.items())
    return tuple(
        _item_column(item.id, words_of(item.title.by_language, texts, item.id), item.facts(), texts)
        for item in plan.items
        if not is_of_single_bodies(item, agencies)
    )


def is_of_single_bodies(item: Item, agencies: Sequence[Agency]) -> bool:
    """Whether it concerns so few of these that it is told apart: judged off the web, or owed by one or two of many."""
    if item.method == "hand" and item.applies is None:
        return True
    concerned = sum(item.concerns(agency.id, agency.group) for agency in agencies)
    return concerned == 0 or concerned <= FEW_BODIES < len(agencies)


def words_of(by_language: Mapping[str, str], texts: Texts, item: str = "") -> str:
    """The plan's own words; in a language that the plan does not speak ours, else its English ones."""
    return by_language.get(texts.lang) or texts.columns.get(item) or by_language["en"]


def _table(
    findings: Findings,
    seen: Mapping[str, Finding],
    marks: Mapping[tuple[str, str], Mark],
    agencies: Sequence[Agency],
    group: str,
    lang: str,
    plan: Plan | None,
) -> Table:
    texts = texts_in(lang)
    as_of = dt.date.fromisoformat(findings["round"]["as_of"])
    said = texts.appendices.get(group, texts.appendices["other"])
    ours = [agency for agency in agencies if agency.group == group]
    items = item_columns(plan, ours, texts)
    columns = (
        Column("number", texts.columns["number"], ""),
        Column("authority", said.authority, ""),
        *items,
        Column("notes", texts.columns["notes"], "", facts=("sections.e_services", "news")),
    )
    plain = None if plan is None else {item.id: item for item in plan.items}
    rows = tuple(
        _row(place, agency, seen.get(agency.id) or _not_visited(agency), marks, items, plain, as_of, texts)
        for place, agency in enumerate(ours, start=1)
    )
    return Table(
        key=group,
        number=GROUPS.index(group) + 1 if group in GROUPS else len(GROUPS) + 1,
        title=said.title.format(group=clean(group)),
        caption=said.caption.format(items=", ".join(column.heading for column in items)),
        columns=columns,
        rows=rows,
    )


def _item_column(item: str, title: str, facts: tuple[str, ...], texts: Texts) -> Column:
    return Column(item, item, title, texts.column_notes.get(item, ""), facts, item=True)


def summary(
    findings: Findings,
    levels: Sequence[LevelRecord],
    agencies: Sequence[Agency],
    lang: str = "az",
    plan: Plan | None = None,
) -> Summary:
    return summary_of(appendices(findings, levels, agencies, lang, plan))


def summary_of(tables: Sequence[Table]) -> Summary:
    rows = [row for table in tables for row in table.rows]
    return Summary(
        all=_tally(rows),
        groups={table.key: _tally(table.rows) for table in tables},
        not_seen=tuple(_not_seen(rows, _told(tables))),
    )


def summary_lines(summary: Summary, lang: str) -> list[str]:
    """The summary as a dozen lines for a terminal or the head of the report."""
    texts = texts_in(lang)
    said, tally = texts.summary, summary.all
    of_group = {group: summary.groups[group].authorities if group in summary.groups else 0 for group in GROUPS}

    def counts(numbers: Mapping[str, int], names: Mapping[str, str]) -> str:
        """The parts in the order of the names; what nobody has is left out."""
        parts = [said.count.format(name=names[key], n=numbers[key]) for key in names if numbers.get(key)]
        return ", ".join(parts) or "0"

    return [
        said.groups.format(all=tally.authorities, **of_group),
        said.sites.format(counts=counts(tally.sites, texts.site_names)),
        said.mobile.format(counts=counts(tally.mobile, said.states)),
        said.social.format(counts=counts(tally.social, said.states)),
        *(
            said.section.format(name=texts.sections[kind], counts=counts(tally.sections[kind], said.states))
            for kind in ("public_council", "procurement", "e_services")
        ),
        said.news.format(counts=counts(tally.news, said.news_states)),
        *(
            said.levels.format(item=item, counts=counts(tally.levels[item], texts.levels))
            for item in sorted(tally.levels)
        ),
    ]


def _row(
    place: int,
    agency: Agency,
    document: Finding,
    marks: Mapping[tuple[str, str], Mark],
    items: Sequence[Column],
    plan_items: Mapping[str, Item] | None,
    as_of: dt.date,
    texts: Texts,
) -> Row:
    number = agency.number or place
    name = clean(agency.name if texts.lang == "az" else agency.name_en or agency.name)
    values: dict[str, Value] = {"number": number, "id": agency.id, "group": agency.group, "name": name}
    values |= _values(document) | _notes_of_people(document, texts)
    cells = [
        Cell((Line(str(number)),)),
        Cell(
            words.authority_lines(name, document["site"], _later(agency, as_of, texts), texts),
            evidence=_evidence(document["site"]),
        ),
    ]
    told: set[str] = set()
    for column in items:
        key = column.key.replace(".", "_")
        if plan_items is not None and not plan_items[column.key].concerns(agency.id, agency.group):
            cells.append(Cell((Line(texts.not_applicable.mark),)))
            values[f"level_{key}"] = None
            continue
        mark = marks.get((agency.id, column.key)) or _unmarked(column.key, texts)
        values[f"level_{key}"] = mark.level
        if mark.verdict:
            values[f"change_{key}"] = mark.verdict
        alone = not any(set(other.facts) & set(column.facts) for other in items if other is not column)
        cell = _item_cell(column, mark, document, told, as_of, texts, alone=alone)
        cells.append(replace(cell, lines=(*cell.lines, *_written_down(document, column.key, texts))))
        told |= set(column.facts)
    services, news = _found(document, "sections.e_services"), document["news"]
    cells.append(
        Cell(
            (
                *words.notes(services, news, _found(document, "sections.e_appeal"), as_of, texts),
                *_by_hand(texts, news),
                *_written_down(document, "notes", texts),
            ),
            news["state"],
            evidence=_evidence(services, news),
        )
    )
    return Row(agency.id, name, tuple(cells), values)


def _item_cell(
    column: Column, mark: Mark, document: Finding, told: set[str], as_of: dt.date, texts: Texts, *, alone: bool
) -> Cell:
    """What the item's facts say. Of a section that an earlier column described, this one tells where it stands."""
    facts = [fact for fact in column.facts if fact != "news"] or list(column.facts)  # news stands in the notes
    found = [_found(document, fact) for fact in facts]
    if not facts:
        return Cell(_by_hand(texts) or (Line(mark.rule or texts.methods["hand"]),), None, mark)
    lines: tuple[Line, ...]
    if "mobile" in facts and "social" in facts:
        mobile = _found(document, "mobile")
        seen_on_phone = phone_lines(mobile, texts)[:1]  # the verdict; what was measured stands on the board
        lines = (*words.mobile_and_social(mobile, _found(document, "social"), texts), *seen_on_phone)
    elif len(facts) == 1 and facts[0] in told and facts[0].startswith("sections."):
        lines = words.section_place(facts[0].removeprefix("sections."), found[0], as_of, texts)
    elif len(facts) == 1:
        lines = words.fact_lines(facts[0], found[0], as_of, texts, alone=alone)
    else:
        lines = tuple(
            line
            for fact, one in zip(facts, found, strict=True)
            for line in words.named(fact, words.fact_lines(fact, one, as_of, texts), texts)
        )
    return Cell((*lines, *_by_hand(texts, *found)), _state_of(found), mark, _evidence(*found))


def _written_down(document: Finding, cell: str, texts: Texts) -> tuple[Line, ...]:
    """What the people of a round made by hand wrote beside a cell, in our words for it."""
    said = (document.get("hand_made") or {}).get("said") or ()
    return tuple(Line(clean(words_of(one, texts), 600)) for one in said if one["cell"] == cell)


def _notes_of_people(document: Finding, texts: Texts) -> dict[str, Value]:
    """The same words as values, one by one."""
    said = (document.get("hand_made") or {}).get("said") or ()
    return {f"hand_note_{place}_label": clean(words_of(one, texts), 600) for place, one in enumerate(said, start=1)}


def _state_of(found: Sequence[Finding]) -> str:
    """The first one's: of mobile and social it is the mobile version that the item asks for first."""
    return str(found[0]["state"])


def _found(document: Finding, fact: str) -> Finding:
    """A fact that the round was never asked for reads as one that nobody could look at."""
    room, _, kind = fact.partition(".")
    found: Finding = document.get(room) or {}
    if kind:
        found = found.get(kind) or {}
    return found if "state" in found else {"state": "unseen", "reason": "not_recorded", "evidence": []}


def _by_hand(texts: Texts, *found: Finding) -> tuple[Line, ...]:
    """Who gave a fact by hand, and what the program had found."""
    lines: dict[str, None] = {}
    for one in found:
        if hand := hand_in(one):
            machine = hand["machine"]
            state = machine.get("state") if isinstance(machine, Mapping) else machine
            lines |= dict.fromkeys(words.hand_lines(hand, texts.states.get(str(state), str(state)), texts))
    return tuple(Line(clean(said)) for said in lines)


def hand_in(record: Finding) -> Mapping[str, Any] | None:
    """A review within a finding or level, as a mapping (it is a dataclass until it is stored)."""
    hand = record.get("hand")
    if hand is None or isinstance(hand, Mapping):
        return hand
    return vars(hand)


def _values(document: Finding) -> dict[str, Value]:
    """The facts under machine names, the same in every language and round."""
    site, mobile, social, news = (document[part] for part in ("site", "mobile", "social", "news"))
    profiles = social.get("profiles", ())
    values: dict[str, Value] = {
        "site_url": _followed(site.get("url")),
        "site_final_url": _followed(site.get("final_url")),
        "site_state": site["state"],
        "site_reason": clean(site["reason"]),
        "site_tls": site.get("tls"),
        "complete": document["fetch"]["complete"],
        **_stated("mobile", mobile),
        "mobile_verdict": mobile.get("verdict"),
        "mobile_rendered": drawn(mobile),
        **_stated("social", social),
        "social_networks": " ".join(sorted({profile["network"] for profile in profiles})) or None,
        "social_activity": social.get("activity"),
        "social_remark": social.get("remark"),
        "social_last_post": social.get("last_post"),
        "social_urls": " ".join(filter(None, (_followed(profile["url"]) for profile in profiles))) or None,
        **posting.values_of(social),
    }
    for kind in SECTIONS:
        section = _found(document, f"sections.{kind}")
        values |= {
            **_stated(kind, section),
            f"{kind}_fullness": section.get("fullness"),
            f"{kind}_placement": section.get("placement"),
            f"{kind}_label": clean(section["label"]) if section.get("label") else None,
            f"{kind}_content": clean(" ".join(section.get("content") or ())) or None,
            f"{kind}_items": section.get("items"),
            f"{kind}_last_date": words.day(section.get("last_date")),
            f"{kind}_url": _followed(section.get("url")),
            f"{kind}_external_url": _followed(section.get("external")),
            f"{kind}_own": section.get("own"),
        }
    return values | {
        **_stated("news", news),
        "news_status": news.get("status"),
        "news_last_date": words.day(news.get("last_date")),
        "news_per_month": news.get("per_month"),
        "news_per_month_min": news.get("per_month_min"),
        "news_per_month_max": news.get("per_month_max"),
        "news_per_day_min": news.get("per_day_min"),
        "news_per_day_max": news.get("per_day_max"),
        "news_median_gap_days": news.get("median_gap_days"),
        "news_silence_days": news.get("silence_days"),
        "news_url": _followed(news.get("url")),
        **_stated("search", document["search"]),
        "search_works": document["search"].get("works"),
        **_stated("languages", document["languages"]),
        "language_codes": " ".join(document["languages"].get("codes") or ()) or None,
        **_document_values(document),
    }


def _document_values(document: Finding) -> dict[str, Value]:
    """The documents that single bodies owe, where the round asked for them."""
    values: dict[str, Value] = {}
    for duty, found in (document.get("documents") or {}).items():
        key = clean(duty).replace("-", "_")
        values |= {
            **_stated(key, found),
            f"{key}_items": found.get("items"),
            f"{key}_last_date": words.day(found.get("last_date")),
            f"{key}_url": _followed(found.get("url")),
        }
    return values


def _stated(fact: str, finding: Finding) -> dict[str, Value]:
    unseen = finding["state"] == "unseen"
    return {
        f"{fact}_state": finding["state"],
        f"{fact}_reason": clean(finding["reason"]) if unseen else None,
    }


def _followed(url: str | None) -> str | None:
    """The address; one that cannot be followed is kept as text, cleaned, so that nothing found is lost."""
    return (address(url) or clean(url, ADDRESS_CHARS)) if url else None


def _not_visited(agency: Agency) -> Finding:
    """The document of an agency that the round did not come to: everything unseen."""
    unseen = {"state": "unseen", "reason": "not_visited", "evidence": []}
    return {
        "id": agency.id,
        "site": {"url": agency.site, "state": "unseen", "reason": "not_visited"},
        "mobile": unseen,
        "social": {**unseen, "profiles": []},
        "sections": dict.fromkeys(SECTIONS, unseen),
        "news": unseen,
        "search": unseen,
        "languages": unseen,
        "fetch": {"requests": 0, "pages": 0, "bytes": 0, "seconds": 0, "complete": False},
    }


def _later(agency: Agency, as_of: dt.date, texts: Texts) -> tuple[str, ...]:
    """What became of the authority since the 2018 report; said only of rounds that can know it."""
    status = agency.after_2018.status if agency.after_2018 else ""
    return (texts.after_2018[status],) if as_of.year > 2018 and status in texts.after_2018 else ()


def _marks(levels: Iterable[LevelRecord], changes: Iterable[Change], texts: Texts) -> dict[tuple[str, str], Mark]:
    changed = {(one.authority, one.what): one for one in changes}
    return {
        (one["authority"], one["item"]): _mark(one, changed.get((one["authority"], one["item"])), texts)
        for one in levels
    }


def _mark(level: LevelRecord, change: Change | None, texts: Texts) -> Mark:
    rule: Mapping[str, str] = level.get("rule") or {}
    said = rule.get(texts.lang) or rule.get("en") or rule.get("az") or ""
    name = level["level"]
    hand = hand_in(level)
    return Mark(
        level["item"],
        name,
        texts.levels[name],
        clean(said, 600),
        clean(level.get("reason") or ""),
        hand=() if hand is None else words.hand_lines(hand, level_said(hand["machine"], texts), texts),
        change="" if change is None else words.change_said(change, texts),
        verdict=None if change is None else change.verdict,
    )


def level_said(machine: Any, texts: Texts) -> str:
    """The program's level beside one given by hand: its word, or the record it stands in."""
    level = machine.get("level") if isinstance(machine, Mapping) else getattr(machine, "level", machine)
    return texts.levels.get(str(level), str(level))


def _unmarked(item: str, texts: Texts) -> Mark:
    return Mark(item, "not_assessed", texts.levels["not_assessed"], "", "")


def _evidence(*findings: Finding) -> tuple[Evidence, ...]:
    """The findings' evidence by turns, so that the first few pieces speak for each of them."""
    turns = zip_longest(*(posting.evidence_of(finding) for finding in findings))
    return tuple(dict.fromkeys(_piece(piece) for turn in turns for piece in turn if piece))


def _piece(piece: Mapping[str, Any]) -> Evidence:
    return _evidence_of(piece["url"], piece["sha256"], piece.get("quote") or "", piece["seen_at"])


@lru_cache(maxsize=4096)
def _evidence_of(url: str, sha256: str | None, quote: str, seen_at: str) -> Evidence:
    """One record for all cells of an authority that stand on the same page."""
    return Evidence(clean(url, ADDRESS_CHARS), sha256, clean(quote, QUOTE_CHARS), _time(seen_at))


@lru_cache(maxsize=4096)
def _time(seen_at: str) -> dt.datetime:
    return dt.datetime.fromisoformat(seen_at)


def _tally(rows: Sequence[Row]) -> Tally:
    def count(name: str) -> Mapping[str, int]:
        return dict(Counter(str(row.values[name]) for row in rows))

    return Tally(
        authorities=len(rows),
        sites=count("site_state"),
        mobile=count("mobile_state"),
        social=count("social_state"),
        networks=dict(Counter(net for row in rows for net in str(row.values["social_networks"] or "").split())),
        sections={kind: count(f"{kind}_state") for kind in SECTIONS},
        news=dict(Counter(_news_status(row) for row in rows)),
        levels={
            name.removeprefix("level_").replace("_", "."): dict(
                Counter(str(row.values[name]) for row in rows if row.values.get(name))
            )
            for name in dict.fromkeys(key for row in rows for key in row.values if key.startswith("level_"))
        },
    )


def _news_status(row: Row) -> str:
    state = str(row.values["news_state"])
    if state == "partial":
        return "undated"
    return str(row.values["news_status"] or state) if state == "found" else state


def _told(tables: Sequence[Table]) -> tuple[str, ...]:
    """The facts that the columns tell of, by their names among a row's values."""
    facts = [fact.removeprefix("sections.") for table in tables for column in table.columns for fact in column.facts]
    asked = dict.fromkeys(facts or SHOWN)
    known = [fact for fact in SHOWN if fact in asked]
    return tuple(known + [fact for fact in asked if fact in SECTIONS and fact not in known])


def _not_seen(rows: Sequence[Row], facts: Sequence[str]) -> list[NotSeen]:
    """Sites first, then single facts of sites that were open, then visits that were cut short."""
    closed = [row for row in rows if row.values["site_state"] not in ("up", "moved")]
    opened = [row for row in rows if row.values["site_state"] in ("up", "moved")]
    found = _by_reason("site", closed, lambda row: row.values["site_reason"])
    for fact in facts:
        unseen = [row for row in opened if row.values[f"{fact}_state"] == "unseen"]
        found += _by_reason(fact, unseen, lambda row, fact=fact: row.values[f"{fact}_reason"])  # type: ignore[misc]
    return found + _by_reason("visit", [row for row in opened if not row.values["complete"]], lambda row: "")


def _by_reason(what: str, rows: Sequence[Row], reason: Callable[[Row], Value]) -> list[NotSeen]:
    names: dict[str, list[str]] = {}
    for row in rows:
        names.setdefault(str(reason(row)), []).append(row.name)
    return [NotSeen(what, why, tuple(whose)) for why, whose in names.items()]
