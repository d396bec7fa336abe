"""What stands in the two appendix tables, and what do they add up to?

One record, from which every format is drawn: the columns are those of the 2018 report (number, authority, items 2.4,
4.2.1, 4.2.2 and 5.6, notes). A cell holds its lines in the reader's words; a row holds the same facts once more as
typed values under machine names. The summary counts those rows and nothing else, so it cannot disagree with them.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from archive.registry import Agency
from publishing import words
from publishing.clean import ADDRESS_CHARS, QUOTE_CHARS, address, clean
from publishing.texts import Texts, texts_in
from publishing.words import Finding, Line

ITEMS = ("2.4", "4.2.1", "4.2.2", "5.6")
COLUMNS = ("number", "authority", *ITEMS, "notes")
GROUPS = ("local", "central")
SECTIONS = ("public_council", "procurement", "open_data", "e_services", "e_appeal", "ethics_report")
SHOWN = ("mobile", "social", "public_council", "procurement", "e_services", "news")  # facts the columns tell of

Value = str | int | float | bool | dt.date | None
Findings = Mapping[str, Any]
LevelRecord = Mapping[str, Any]


@dataclass(frozen=True)
class Evidence:
    url: str
    sha256: str | None
    quote: str
    seen_at: dt.datetime


@dataclass(frozen=True)
class Mark:
    """An item's level for one authority: the machine word, the reader's word, and the rule that gave it."""

    item: str
    level: str
    text: str
    rule: str
    reason: str


@dataclass(frozen=True)
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
    """`key` is the same in every language; `heading` is short ("4.2.1"), `title` says what it is."""

    key: str
    heading: str
    title: str


@dataclass(frozen=True)
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
    findings: Findings, levels: Iterable[LevelRecord], agencies: Sequence[Agency], group: str, lang: str
) -> Table:
    """The table of one group: a row for each of its agencies, in their order, visited in this round or not."""
    texts = texts_in(lang)
    as_of = dt.date.fromisoformat(findings["round"]["as_of"])
    seen = {document["id"]: document for document in findings["authorities"]}
    marks = _marks(levels, texts)
    said = texts.appendices.get(group, texts.appendices["other"])
    rows = tuple(
        _row(place, agency, seen.get(agency.id) or _not_visited(agency), marks, as_of, texts)
        for place, agency in enumerate((one for one in agencies if one.group == group), start=1)
    )
    return Table(
        key=group,
        number=GROUPS.index(group) + 1 if group in GROUPS else len(GROUPS) + 1,
        title=said.title.format(group=clean(group)),
        caption=said.caption,
        columns=tuple(_column(key, said.authority, texts) for key in COLUMNS),
        rows=rows,
    )


def appendices(
    findings: Findings, levels: Sequence[LevelRecord], agencies: Sequence[Agency], lang: str
) -> tuple[Table, ...]:
    """The tables of all groups that have agencies: local, central, then any other by name."""
    present = {agency.group for agency in agencies}
    order = [group for group in GROUPS if group in present] + sorted(present - set(GROUPS))
    return tuple(appendix(findings, levels, agencies, group, lang) for group in order)


def summary(findings: Findings, levels: Sequence[LevelRecord], agencies: Sequence[Agency], lang: str = "az") -> Summary:
    return summary_of(appendices(findings, levels, agencies, lang))


def summary_of(tables: Sequence[Table]) -> Summary:
    rows = [row for table in tables for row in table.rows]
    return Summary(
        all=_tally(rows),
        groups={table.key: _tally(table.rows) for table in tables},
        not_seen=tuple(_not_seen(rows)),
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


def _column(key: str, authority: str, texts: Texts) -> Column:
    if key in ITEMS:
        return Column(key, key, texts.columns[key])
    return Column(key, authority if key == "authority" else texts.columns[key], "")


def _row(
    place: int,
    agency: Agency,
    document: Finding,
    marks: Mapping[tuple[str, str], Mark],
    as_of: dt.date,
    texts: Texts,
) -> Row:
    number = agency.number or place
    name = clean(agency.name if texts.lang == "az" else agency.name_en or agency.name)
    council = document["sections"]["public_council"]
    procurement = document["sections"]["procurement"]
    services, news = document["sections"]["e_services"], document["news"]
    mobile, social = document["mobile"], document["social"]
    marked = {item: marks.get((agency.id, item)) or _unmarked(item, texts) for item in ITEMS}
    cells = (
        Cell((Line(str(number)),)),
        Cell(
            words.authority_lines(name, document["site"], _later(agency, as_of, texts), texts),
            evidence=_evidence(document["site"]),
        ),
        Cell(
            words.mobile_and_social(mobile, social, texts),
            mobile["state"],
            marked["2.4"],
            _evidence(mobile, social),
        ),
        Cell(
            words.section_content("public_council", council, as_of, texts),
            council["state"],
            marked["4.2.1"],
            _evidence(council),
        ),
        Cell(words.section_place(council, as_of, texts), council["state"], marked["4.2.2"], _evidence(council)),
        Cell(
            words.section_content("procurement", procurement, as_of, texts),
            procurement["state"],
            marked["5.6"],
            _evidence(procurement),
        ),
        Cell(
            words.notes(services, news, as_of, texts),
            news["state"],
            evidence=_evidence(services, news),
        ),
    )
    values: dict[str, Value] = {"number": number, "id": agency.id, "group": agency.group, "name": name}
    values |= _values(document)
    values |= {f"level_{item.replace('.', '_')}": mark.level for item, mark in marked.items()}
    return Row(agency.id, name, cells, values)


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
        **_stated("social", social),
        "social_networks": " ".join(sorted({profile["network"] for profile in profiles})) or None,
        "social_urls": " ".join(filter(None, (_followed(profile["url"]) for profile in profiles))) or None,
    }
    for kind in SECTIONS:
        section = document["sections"][kind]
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
        }
    return values | {
        **_stated("news", news),
        "news_status": news.get("status"),
        "news_last_date": words.day(news.get("last_date")),
        "news_per_month": news.get("per_month"),
        "news_median_gap_days": news.get("median_gap_days"),
        "news_silence_days": news.get("silence_days"),
        "news_url": _followed(news.get("url")),
        **_stated("search", document["search"]),
        "search_works": document["search"].get("works"),
        **_stated("languages", document["languages"]),
        "language_codes": " ".join(document["languages"].get("codes") or ()) or None,
    }


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


def _marks(levels: Iterable[LevelRecord], texts: Texts) -> dict[tuple[str, str], Mark]:
    return {(one["authority"], one["item"]): _mark(one, texts) for one in levels}


def _mark(level: LevelRecord, texts: Texts) -> Mark:
    rule: Mapping[str, str] = level.get("rule") or {}
    said = rule.get(texts.lang) or rule.get("en") or rule.get("az") or ""
    name = level["level"]
    return Mark(level["item"], name, texts.levels[name], clean(said, 600), clean(level.get("reason") or ""))


def _unmarked(item: str, texts: Texts) -> Mark:
    return Mark(item, "not_assessed", texts.levels["not_assessed"], "", "")


def _evidence(*findings: Finding) -> tuple[Evidence, ...]:
    """The findings' evidence by turns, so that the first few pieces speak for each of them."""
    turns = zip_longest(*(finding.get("evidence") or () for finding in findings))
    return tuple(dict.fromkeys(_piece(piece) for turn in turns for piece in turn if piece))


def _piece(piece: Mapping[str, Any]) -> Evidence:
    return Evidence(
        url=clean(piece["url"], ADDRESS_CHARS),
        sha256=piece["sha256"],
        quote=clean(piece.get("quote") or "", QUOTE_CHARS),
        seen_at=dt.datetime.fromisoformat(piece["seen_at"]),
    )


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
        levels={item: count(f"level_{item.replace('.', '_')}") for item in ITEMS},
    )


def _news_status(row: Row) -> str:
    state = str(row.values["news_state"])
    if state == "partial":
        return "undated"
    return str(row.values["news_status"] or state) if state == "found" else state


def _not_seen(rows: Sequence[Row]) -> list[NotSeen]:
    """Sites first, then single facts of sites that were open, then visits that were cut short."""
    closed = [row for row in rows if row.values["site_state"] not in ("up", "moved")]
    opened = [row for row in rows if row.values["site_state"] in ("up", "moved")]
    found = _by_reason("site", closed, lambda row: row.values["site_reason"])
    for fact in SHOWN:
        unseen = [row for row in opened if row.values[f"{fact}_state"] == "unseen"]
        found += _by_reason(fact, unseen, lambda row, fact=fact: row.values[f"{fact}_reason"])  # type: ignore[misc]
    return found + _by_reason("visit", [row for row in opened if not row.values["complete"]], lambda row: "")


def _by_reason(what: str, rows: Sequence[Row], reason: Callable[[Row], Value]) -> list[NotSeen]:
    names: dict[str, list[str]] = {}
    for row in rows:
        names.setdefault(str(reason(row)), []).append(row.name)
    return [NotSeen(what, why, tuple(whose)) for why, whose in names.items()]
