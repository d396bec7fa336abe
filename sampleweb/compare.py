"""How far does a round of the sample web agree with what people found in 2018, and with what its sites really show?

Two comparisons. First the appendix as it would be printed, cell by cell against the round made by hand
(methodology/rounds/erc-2018.yaml); where they disagree, why, as far as the data can tell. Then the findings against the
descriptions that the sample sites are built from (sampleweb/truth.py). It measures and judges nothing: it ends with 0.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pandas as pd

from archive.database import Database, Round, Trouble, open_database
from publishing.tables import Value, appendices
from sampleweb.describe import world
from sampleweb.truth import KINDS, Truth, truth_of
from scoring.rounds import Authority, HandRound, Loaded, findings_of, load_round

BY_HAND = Path(__file__).parent.parent / "methodology" / "rounds" / "erc-2018.yaml"
WINDOW_DAYS = 90  # contract, part 2, news: `per_month` counts the items of these days
RATE_SLACK = 1  # items a month
OPEN = ("up", "moved")
FORMS_OF_HOST = ("www.", "m.", "az-az.", "ru-ru.")

Leaf = Any  # a value, {any: [...]}, or {min:, max:} (sampleweb/truth.py)
Document = Mapping[str, Any]  # findings of one authority (contract, part 2)
Values = Mapping[str, Value]  # a row of the appendix as typed values (publishing/tables.py)

# Which of the report's codes (erc-2018.yaml) bear on which cells. Codes of addresses and of later days bear on none.
_ALL = "site mobile social council procurement e_services news search".split()
BEARS_ON: dict[str, Sequence[str]] = {
    "site-not-working": _ALL,
    "blank-cells": ["council", "procurement", "e_services"],
    "row-garbled": _ALL,
    "repeats-ganja": _ALL,
    "council-named-in-text": ["council"],
    "council-under-421": ["council"],
    "council-under-422": ["council"],
    "columns-disagree": ["council"],
    "text-disagrees": ["council"],
    "only-in-text": ["council"],
    "members-part-empty": ["council"],
    "council-postponed": ["council"],
    "cell-contradicts-itself": ["council", "procurement", "e_services"],
    "services-inactive": ["e_services"],
    "services-partly-inactive": ["e_services"],
    "services-portal-only": ["e_services"],
    "two-items-since-2015": ["news"],
    "rate-varies": ["news"],
    "rate-without-number": ["news"],
    "unit-assumed": ["news"],
    "sentence-garbled": ["news"],
    "class-above-remark": ["social"],
}


@dataclass(frozen=True)
class Cell:
    """One thing that the report says of one authority, and what the appendix of the round says of it.

    `shown` is what the sample site is built to show, as a leaf; `agrees` is None where the report is silent.
    """

    kind: str
    about: str  # a word of BEARS_ON
    report: object
    ours: object
    shown: Leaf
    agrees: bool | None


@dataclass(frozen=True)
class Fact:
    """One leaf of a site's truth and what was found."""

    kind: str
    want: Leaf
    got: object
    right: bool


# -- the report against the appendix -----------------------------------------------------------------------------------


def cells(hand: Authority, told: Document, row: Values, shown: Values, as_of: date) -> Iterator[Cell]:
    """Every cell of one authority. `told` is the report as findings, `row` the appendix, `shown` the description."""
    up = told["site"]["state"] in OPEN
    works = shown["site_state"] in OPEN
    ours = "up" if row["site_state"] in OPEN else f"{row['site_state']}: {row['site_reason']}"
    yield Cell("site works", "site", told["site"]["state"], ours, "up" if works else "down", up == (ours == "up"))
    yield _state("mobile version", "mobile", told["mobile"], row["mobile_state"], shown["mobile_state"])
    yield from _networks(told["social"], row, shown)
    sections = told["sections"]
    for kind, about in (("public_council", "council"), ("procurement", "procurement"), ("e_services", "e_services")):
        name = kind.replace("_", " ")
        said = sections[kind]
        yield _state(f"{name}: state", about, said, row[f"{kind}_state"], shown[f"{kind}_state"])
        if kind == "public_council":
            yield _same(
                f"{name}: fullness", about, said["fullness"], row[f"{kind}_fullness"], shown[f"{kind}_fullness"]
            )
        if kind == "e_services":
            yield _same(f"{name}: count", about, said["items"], row[f"{kind}_items"], shown[f"{kind}_items"])
    yield _last_day(hand, row, shown)
    yield _rate(hand, row, shown, as_of)
    yield _state("site search", "search", told["search"], row["search_state"], shown["search_state"])


def _state(kind: str, about: str, said: Document, ours: Value, shown: Leaf) -> Cell:
    if said.get("reason") == "not_recorded":
        return Cell(kind, about, None, ours, shown, None)
    return Cell(kind, about, said["state"], ours, shown, said["state"] == ours)


def _same(kind: str, about: str, report: object, ours: Value, shown: Leaf) -> Cell:
    return Cell(kind, about, report, ours, shown, None if report is None else report == ours)


def _networks(said: Document, row: Values, shown: Values) -> Iterator[Cell]:
    if "unseen" in (said["state"], row["social_state"]):
        yield _state("social networks: state", "social", said, row["social_state"], shown["social_state"])
        return
    report = {profile["network"] for profile in said["profiles"]}
    ours, there = (set(str(values["social_networks"] or "").split()) for values in (row, shown))
    for network in sorted(report):
        got, want = (network if network in these else None for these in (ours, there))
        yield Cell("social network named", "social", network, got, want, got == network)
    more, real = (" ".join(sorted(these - report)) or None for these in (ours, there))
    yield Cell("no other network", "social", "no other", more or "no other", real or "no other", more is None)


def _last_day(hand: Authority, row: Values, shown: Values) -> Cell:
    ours, newest = row["news_last_date"], hand.news.newest
    kind = "last news day"
    if newest is None:
        return Cell(kind, "news", None, ours, shown["news_last_date"], None)
    if hand.news.last_month:
        report: object = hand.news.last_month
        agrees = isinstance(ours, date) and f"{ours:%Y-%m}" == report
    else:
        report, agrees = newest, ours == newest
    return Cell(kind, "news", report, ours, shown["news_last_date"], agrees)


def _rate(hand: Authority, row: Values, shown: Values, as_of: date) -> Cell:
    """The report counts items a month while items came, we those of a fixed time: a stream that ended is held to the
    part of that time before its end as well."""
    low, high = hand.news.per_month_min, hand.news.per_month_max
    ours = row["news_per_month"]
    if low is None and high is None:
        return Cell("items a month", "news", None, ours, shown["news_per_month"], None)
    ended = hand.news.newest or as_of
    kind = "items a month until they ended" if hand.news.stopped else "items a month"
    ran = min(1.0, max(0.0, (ended - as_of + timedelta(WINDOW_DAYS)).days / WINDOW_DAYS))
    agrees = isinstance(ours, int | float) and any(
        (low or 0) * part - RATE_SLACK <= ours <= (float("inf") if high is None else high * part + RATE_SLACK)
        for part in (1.0, ran)
    )
    ends = dict.fromkeys("" if end is None else f"{end:g}" for end in (low, high))
    report = "–".join(ends) + (f" until {ended}" if hand.news.stopped else "")
    return Cell(kind, "news", report, ours, shown["news_per_month"], agrees)


def shown_by(truth: Truth) -> dict[str, Leaf]:
    """What a description says, under the names of the appendix's values."""
    up = truth["site"]["state"] in OPEN
    networks = sorted({profile["network"] for profile in truth["social"]})
    shown: dict[str, Leaf] = {
        "site_state": truth["site"]["state"],
        "mobile_state": "unseen" if not up else "found" if truth["mobile"] else "absent",
        "social_state": "unseen" if not up else "found" if networks else "absent",
        "social_networks": " ".join(networks),
        "news_last_date": date.fromisoformat(truth["news"]["last_date"]) if up else None,
        "news_per_month": truth["news"].get("per_month"),
        "search_state": "unseen" if not up else "found" if truth["search"] else "absent",
    }
    for kind, section in truth["sections"].items():
        shown |= {f"{kind}_{key}": section.get(key) for key in ("state", "fullness", "items")}
    return shown


def why(cell: Cell, hand: Authority, row: Values, made: HandRound, as_of: date) -> str:
    """Why report and appendix disagree, as far as the data can tell."""
    reasons = []
    if not fits(cell.ours, cell.shown) and cell.about != "site":
        reasons.append(f"MISREAD: the sample site shows {_said(cell.shown)}")
    codes = {code.id: code.en for code in made.codes}
    reasons += [codes[note] for note in hand.notes if cell.about in BEARS_ON.get(note, ())]
    if hand.site is None:
        reasons.append("the registry knows no site of it")
    if cell.about == "e_services":
        reasons += _of_services(hand, row)
    if cell.about == "council" and hand.council.own is False:
        reasons.append("the report tells of information without a section of its own")
    if cell.about == "search" and hand.council.placement == "search_only":
        reasons.append("the report contradicts itself: it has the council found by this site's own search")
    if cell.about == "news":
        reasons += _of_another_day(hand, made, as_of)
    if not reasons and fits(cell.ours, cell.shown):
        reasons.append("the sample site is built so; the report does not tell more")
    return "; ".join(reason.rstrip(".") for reason in reasons)


def _of_services(hand: Authority, row: Values) -> Iterator[str]:
    """What the report counts as e-services and the contract does not."""
    if row["e_services_external_url"] is not None:
        yield f"a link to {row['e_services_external_url']}, which the contract calls external"
    elif hand.e_services.url is None and hand.e_services.fullness is None and hand.e_appeal.state == "found":
        yield "the report tells of a form to apply by, which the contract calls e_appeal"


def _of_another_day(hand: Authority, made: HandRound, as_of: date) -> Iterator[str]:
    if hand.news.observed_on and hand.news.observed_on != as_of:
        yield f"looked at on {hand.news.observed_on}, this round is as of {as_of}"
    elif made.as_of != as_of:
        yield f"the report is as of {made.as_of}, this round as of {as_of}"


# -- the findings against the descriptions -----------------------------------------------------------------------------


def facts(found: Document, truth: Truth) -> Iterator[Fact]:
    """Every leaf of a truth with what was found. Nothing but its state is asked of a site that does not work."""
    for key, want in truth["site"].items():
        got = found["site"].get(key)
        yield Fact(f"site.{key}", want, got, _same_page(got, want) if key == "final_url" else fits(got, want))
    if truth["site"]["state"] not in OPEN:
        parts = [(part, found[part]) for part in ("mobile", "social", "news", "search", "languages")]
        parts += [("sections", found["sections"][kind]) for kind in KINDS]
        for part, finding in parts:
            yield _leaf(f"{part}.state (closed site)", "unseen", finding["state"])
        return
    yield _leaf("mobile.verdict", truth["mobile"], found["mobile"].get("verdict"))
    yield from _profiles(found["social"]["profiles"], truth["social"])
    for kind, wanted in truth["sections"].items():
        yield from _section(found["sections"][kind], wanted)
    for key, want in truth["news"].items():
        yield _leaf(f"news.{key}", want, found["news"].get(key))
    yield _leaf("search.state", "found" if truth["search"] else "absent", found["search"]["state"])
    yield _leaf("languages.codes", sorted(truth["languages"]), sorted(found["languages"].get("codes") or ()))


def _leaf(kind: str, want: Leaf, got: object) -> Fact:
    return Fact(kind, want, got, fits(got, want))


def _profiles(profiles: Iterable[Document], wanted: Iterable[Document]) -> Iterator[Fact]:
    got, want = ({(one["network"], _spelled(one["url"])): one["url"] for one in these} for these in (profiles, wanted))
    for key, url in want.items():
        yield Fact("social: profile there", url, got.get(key), key in got)
    for key, url in got.items():
        yield Fact("social: profile its own", want.get(key), url, key in want)


def _section(got: Document, wanted: Document) -> Iterator[Fact]:
    for key, want in wanted.items():
        value = got.get(key)
        if key == "url":
            right = _same_page(value, want)
        elif key == "content":
            right = set(want) <= set(value or ())
        else:
            right = fits(value, want)
        yield Fact(f"sections.{key}", want, value, right)


def fits(got: object, want: Leaf) -> bool:
    """Whether a leaf of a truth allows this."""
    if isinstance(want, dict) and "any" in want:
        return any(fits(got, one) for one in want["any"])
    if isinstance(want, dict):
        return isinstance(got, int | float) and bool(want["min"] <= got <= want["max"])
    return bool(got == want)


def _same_page(got: object, want: Leaf) -> bool:
    wanted = want["any"] if isinstance(want, dict) else [want]
    return isinstance(got, str) and _spelled(got) in map(_spelled, wanted)


def _spelled(url: str) -> tuple[str, str, str]:
    """(host, path, query) by which two spellings of an address are one."""
    parts = urlsplit(url)
    host = parts.netloc.lower()
    for form in FORMS_OF_HOST:
        host = host.removeprefix(form)
    return host, unquote(parts.path).rstrip("/"), unquote(parts.query)


# -- telling -----------------------------------------------------------------------------------------------------------


def against_report(found: Document, rows: Mapping[str, Values], loaded: Loaded) -> Iterator[str]:
    """The lines of the first comparison."""
    made = loaded.round
    as_of = date.fromisoformat(found["round"]["as_of"])
    told = {document["id"]: document for document in findings_of(loaded)["authorities"]}
    held: list[tuple[Authority, Cell]] = []
    for hand in made.authorities:
        if hand.id in rows:
            shown = shown_by(truth_of(world(), hand.id))
            held += [(hand, cell) for cell in cells(hand, told[hand.id], rows[hand.id], shown, as_of)]
    yield f"Report of 2018, as of {made.as_of}, against round {found['round']['name']}, as of {as_of}"
    yield ""
    yield tally((cell.kind, cell.agrees) for _, cell in held)
    yield ""
    wrong = [(hand, cell) for hand, cell in held if cell.agrees is False]
    yield f"Disagreements: {len(wrong)}"
    for hand, cell in wrong:
        told_why = why(cell, hand, rows[hand.id], made, as_of)
        yield f"  {hand.id}: {cell.kind}: report {_said(cell.report)}, ours {_said(cell.ours)} — {told_why}"
    yield ""
    blank = [(hand, cell) for hand, cell in held if cell.agrees is None and cell.kind.endswith("state")]
    yield f"Sections left blank in the report, or not readable there: {len(blank)}"
    yield from (f"  {hand.id}: {cell.kind}: ours {_said(cell.ours)}" for hand, cell in blank)


def tally(answers: Iterable[tuple[str, bool | None]]) -> str:
    """A table of answers: one row a kind and one of all. An answer is (kind, right), None where nothing is told."""
    told = pd.DataFrame(list(answers), columns=["kind", "answer"])
    told["right"] = told["answer"].eq(True)
    told["blank"] = told["answer"].isna()
    told["all"] = ~told["blank"]
    table = told.groupby("kind", sort=False)[["right", "all", "blank"]].sum()
    table.loc["all"] = table.sum()
    table["share %"] = (100 * table["right"] / table["all"]).round(1)
    return table.rename_axis(None).to_string()


def against_descriptions(found: Document) -> Iterator[str]:
    """The lines of the second comparison."""
    held = [
        (document["id"], fact)
        for document in found["authorities"]
        for fact in facts(document, truth_of(world(), document["id"]))
    ]
    yield "Findings against the descriptions of the sample sites"
    yield ""
    yield tally((fact.kind, fact.right) for _, fact in held)
    yield ""
    wrong = [(agency_id, fact) for agency_id, fact in held if not fact.right]
    yield f"Wrong: {len(wrong)}"
    yield from (f"  {who}: {fact.kind}: {_said(fact.got)} instead of {_said(fact.want)}" for who, fact in wrong)


def _said(value: Leaf) -> str:
    if isinstance(value, dict) and "any" in value:
        return " or ".join(map(_said, value["any"]))
    if isinstance(value, dict):
        return f"{value['min']}–{value['max']}"
    return "nothing" if value is None else str(value)


def compared(database: Database, round_: Round) -> Iterator[str]:
    """Both comparisons, line by line."""
    found, agencies = database.findings(round_), database.agencies(round_)
    rows = {row.id: row.values for table in appendices(found, (), agencies, "en") for row in table.rows}
    yield from against_report(found, rows, load_round(BY_HAND))
    yield ""
    yield from against_descriptions(found)


def main() -> None:
    ask = argparse.ArgumentParser(
        prog="python -m sampleweb.compare", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    ask.add_argument("--db", default="output/sample.db", help="database of the sample rounds (output/sample.db)")
    ask.add_argument("--round", help="name of the round; the newest when not given")
    given = ask.parse_args()
    try:
        database = open_database(given.db, create=False)
        for line in compared(database, database.round(given.round)):
            print(line)
    except Trouble as error:
        sys.exit(f"Error: {error}")


if __name__ == "__main__":
    main()
