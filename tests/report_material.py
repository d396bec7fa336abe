"""A round in which every state occurs, on the registry's own names, and the report's text made of it.

The sites are invented here, nothing is claimed of the real ones. Each authority has pages of its own.
"""

from __future__ import annotations

import copy
import datetime as dt
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from archive.registry import Agency, load_registry
from publishing import narrative
from publishing.beside import NOTHING, Beside, RoundInfo
from publishing.blocks import Chapter, Count, Paragraph, Pieces, chapters_within, pieces_of, plain
from publishing.lint import Complaint, lint
from publishing.queries import Asked, asked_of
from publishing.tables import SECTIONS, Summary, Table, appendices, summary_of
from scoring.levels import levels_of
from scoring.plans import Plan, find_plan

HOUSE = Path(__file__).parent.parent
AS_OF = dt.date(2018, 8, 20)
SEEN_AT = "2018-08-20T09:12:00Z"

Document = dict[str, Any]
Change = Callable[[Document], None]


@cache
def registry() -> tuple[Agency, ...]:
    return tuple(load_registry(HOUSE / "agencies.yaml"))


@cache
def plan_of(name: str = "nap-2016-2018") -> Plan:
    return find_plan(HOUSE / "methodology" / "plans", name)


@dataclass(frozen=True)
class Made:
    """A report, and what it was made of."""

    tables: tuple[Table, ...]
    summary: Summary
    chapters: tuple[Chapter, ...]
    asked: Asked
    lang: str
    findings: Document
    agencies: tuple[Agency, ...]
    levels: list[Document]

    def complaints(self) -> list[Complaint]:
        return lint(self, self.asked, self.lang)

    def chapter(self, key: str) -> Chapter:
        return next(chapter for chapter in chapters_within(self.chapters) if chapter.key == key)

    def text(self, key: str | None = None) -> str:
        """The paragraphs and bullets of one chapter (or all), one to a line."""
        chapters = chapters_within(self.chapters) if key is None else [self.chapter(key)]
        return "\n".join(plain(line) for chapter in chapters for line in lines_of(chapter))

    def counts(self) -> dict[str, float]:
        return {piece.query: piece.value for piece in self.pieces() if isinstance(piece, Count)}

    def pieces(self) -> list[Any]:
        return [piece for chapter in chapters_within(self.chapters) for b in chapter.blocks for piece in pieces_of(b)]


def lines_of(chapter: Chapter) -> list[Pieces]:
    out: list[Pieces] = []
    for block in chapter.blocks:
        if isinstance(block, Paragraph):
            out.append(block.pieces)
        elif hasattr(block, "items"):
            out += block.items
        elif hasattr(block, "rows"):
            out += [cell for row in block.rows for cell in row]
    return out


def made(
    lang: str = "az",
    plan: str = "nap-2016-2018",
    findings: Document | None = None,
    agencies: Sequence[Agency] | None = None,
    beside: Beside = NOTHING,
    against: Document | None = None,
    levels: list[Document] | None = None,
    **info: Any,
) -> Made:
    """The report of a round; of the whole registry in every state, when no findings are given."""
    told = findings if findings is not None else every_state()
    known = {one["id"] for one in told["authorities"]}
    bodies = tuple(agencies if agencies is not None else (a for a in registry() if a.id in known))
    rules = plan_of(plan)
    given = levels if levels is not None else [asdict(one) for one in levels_of(told, rules, against)]
    beside = replace(beside, plan=rules)
    tables = appendices(told, given, bodies, lang, rules, beside.changes)
    told_round = told["round"]
    round_info = RoundInfo(
        told_round["name"], dt.date.fromisoformat(told_round["as_of"]), told_round["software"], **info
    )
    summary = summary_of(tables)
    text = narrative.chapters(tables, summary, bodies, told, given, round_info, beside, lang)
    asked = asked_of(tables, bodies, told, given, beside)
    return Made(tables, summary, text, asked, lang, told, bodies, given)


def every_state(agencies: Sequence[Agency] | None = None, change: Change | None = None) -> Document:
    """A findings document; the authorities take the states in turns. `change` may alter it before it is used."""
    bodies = registry() if agencies is None else agencies
    document: Document = {
        "format": "saytmetr-findings/1",
        "round": {
            "name": "2018-08",
            "as_of": AS_OF.isoformat(),
            "started_at": SEEN_AT,
            "finished_at": SEEN_AT,
            "registry_sha256": "ab" * 32,
            "software": "saytmetr 0.1.0",
        },
        "authorities": [_turn(place, agency) for place, agency in enumerate(bodies)],
    }
    document = copy.deepcopy(document)
    if change:
        change(document)
    return document


def of(document: Document, id_: str) -> Document:
    one: Document = next(one for one in document["authorities"] if one["id"] == id_)
    return one


def _turn(place: int, agency: Agency) -> Document:
    if place % 23 == 9:
        return closed(agency, "down", "timeout")
    if place % 41 == 17:
        return closed(agency, "blocked", "waf")
    one = document_of(agency)
    page = pages_of(agency)
    one["mobile"] = (
        {"state": "absent", "verdict": "none", "evidence": page}
        if place % 11 == 3
        else {"state": "found", "verdict": "separate" if place % 9 == 2 else "responsive", "evidence": page}
    )
    if place % 3 == 0:
        one["social"] = {"state": "absent", "profiles": [], "evidence": page}
    elif place % 13 == 4:
        one["social"] = {"state": "partial", "profiles": [], "evidence": page}
    one["sections"]["public_council"] = _council(place, agency)
    one["sections"]["procurement"] = _procurement(place, agency)
    one["sections"]["e_services"] = (
        section(agency, "full", "e-xidmet", items=place % 7 + 1, placement="menu") if place % 4 == 1 else absent(agency)
    )
    one["news"] = _news(place, agency)
    one["search"] = (
        {"state": "found", "works": place % 10 != 5, "evidence": page}
        if place % 5 == 0
        else {"state": "absent", "evidence": page}
    )
    if place % 29 == 6:
        one["languages"] = unseen("budget")
    one["fetch"]["complete"] = place % 37 != 8
    return one


def _council(place: int, agency: Agency) -> Document:
    match place % 12:
        case 0:
            day = (AS_OF - dt.timedelta(days=10 + place)).isoformat()
            more = {"content": ["law", "members", "meetings"], "items": 3 + place % 5, "last_date": day}
            return section(agency, "full", "sura", placement="menu", **more)
        case 1:
            return section(agency, "formal", "sura", placement="page", content=["law"])
        case 2:
            return section(agency, "full", "sura", placement="search_only", content=["members"])
        case 3:
            return section(agency, "empty", "sura", placement="menu")
        case 4:
            return section(agency, "off_topic", "sura", placement="menu")
        case 5:
            return section(agency, "broken", "sura", placement="menu")
        case 6:
            return unseen("robots")
    return absent(agency)


def _procurement(place: int, agency: Agency) -> Document:
    if place % 15 == 2:
        day = (AS_OF - dt.timedelta(days=30 + place)).isoformat()
        return section(agency, "full", "satinalma", placement="menu", content=["notices"], items=4, last_date=day)
    return {**absent(agency), "external": "https://tender.gov.az/"} if place % 15 == 7 else absent(agency)


def _news(place: int, agency: Agency) -> Document:
    page = pages_of(agency, "news.html")
    match place % 8:
        case 6:
            return {"state": "partial", "url": page[0]["url"], "evidence": page}
        case 7:
            return absent(agency)
        case turn:
            status = "stopped" if turn == 5 else "slowed" if turn == 4 else "active"
            days = {"stopped": 60 + place, "slowed": 20, "active": 1 + place % 6}[status]
            return {
                "state": "found",
                "last_date": (AS_OF - dt.timedelta(days=days)).isoformat(),
                "per_month": round(1.3 + place % 17, 1),
                "median_gap_days": 1,
                "silence_days": days,
                "status": status,
                "url": page[0]["url"],
                "evidence": page,
            }


def document_of(agency: Agency) -> Document:
    """One authority whose site is up and shows what the home page can show."""
    page = pages_of(agency)
    facebook = {"network": "facebook", "url": f"https://www.facebook.com/{agency.id}"}
    youtube = {"network": "youtube", "url": f"https://www.youtube.com/@{agency.id}"}
    url = home(agency)
    return {
        "id": agency.id,
        "group": agency.group,
        "name": agency.name,
        "site": {"url": url, "final_url": url, "state": "up", "reason": "ok", "http_status": 200, "tls": "none"},
        "mobile": {"state": "found", "verdict": "responsive", "evidence": page},
        "social": {"state": "found", "profiles": [facebook, youtube], "evidence": page},
        "sections": {kind: absent(agency) for kind in SECTIONS},
        "news": {"state": "partial", "url": url, "evidence": page},
        "search": {"state": "absent", "evidence": page},
        "languages": {"state": "found", "codes": ["az", "en"] if len(agency.id) % 2 else ["az"], "evidence": page},
        "fetch": {"requests": 9, "pages": 7, "bytes": 999, "seconds": 1.0, "complete": True},
    }


def closed(agency: Agency, state: str, reason: str) -> Document:
    nothing = unseen(reason)
    return {
        **document_of(agency),
        "site": {"url": home(agency), "final_url": None, "state": state, "reason": reason, "evidence": []},
        "mobile": nothing,
        "social": {**nothing, "profiles": []},
        "sections": {kind: unseen(reason) for kind in SECTIONS},
        "news": nothing,
        "search": nothing,
        "languages": nothing,
    }


def home(agency: Agency) -> str:
    return f"http://{agency.id}.gov.az/"


def pages_of(agency: Agency, *paths: str) -> list[Document]:
    urls = [home(agency) + path for path in (paths or ("",))]
    return [
        {"url": url, "sha256": hashlib.sha256(url.encode()).hexdigest(), "quote": "Ana səhifə", "seen_at": SEEN_AT}
        for url in urls
    ]


def section(agency: Agency, fullness: str, path: str, **more: Any) -> Document:
    state = "found" if fullness in ("full", "formal") else "partial"
    page = pages_of(agency, f"{path}.html")
    return {"state": state, "fullness": fullness, "url": page[0]["url"], "label": None, "evidence": page, **more}


def absent(agency: Agency) -> Document:
    return {"state": "absent", "evidence": pages_of(agency, "", "a.html", "b.html")}


def unseen(reason: str) -> Document:
    return {"state": "unseen", "reason": reason, "evidence": []}
