"""How is one cell of the report proved to somebody who does not trust us?

A pack (WACZ) of exactly the records that the cell stood on, which any viewer of web archives replays, and a sheet to
print: address, time, SHA-256, answer, quote, level and rule. Where nothing could be looked at, it holds what was tried.
"""

import datetime as dt
import hashlib
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from archive.database import Database, PageRow, Round, Trouble
from archive.evidence import Capture, Damaged, Evidence
from archive.registry import Agency, NoSuchAgency
from publishing import evidence_sheet, wacz
from publishing.evidence_sheet import Look, Sheet
from publishing.pictures import Album
from publishing.tables import LevelRecord
from publishing.texts import texts_in
from reading.rounds import evidence_path
from scoring.plans import Plan

OPEN = ("up", "moved")
_SAME_LOOK_S = 1.0  # findings tell whole seconds
_GZIP = zlib.MAX_WBITS + 16

Document = Mapping[str, Any]  # findings of one authority (contract, part 2)


class NoEvidence(Trouble):
    """The round keeps no pages of this authority; says why."""


class NothingAsked(ValueError):
    """An item or fact was asked for that this round and plan do not have; says which there are."""


@dataclass(frozen=True)
class Written:
    """`pack` is None where no record at all is kept. `missing` says what should be in the pack and could not be had."""

    pack: Path | None
    sheets: tuple[Path, ...]
    records: int
    missing: tuple[str, ...]


@dataclass
class _Gathered:
    """Records by the archive's file (ROUND/NAME.warc.gz) and offset, each once."""

    archive_dir: Path
    members: dict[str, dict[int, wacz.Member]] = field(default_factory=dict)

    def take(self, file: str, offset: int, capture: Capture) -> None:
        """The record at this byte of a file of the archive, and its request behind it. Raises Damaged."""
        path = self.archive_dir / file
        of_file = self.members.setdefault(file, {})
        if not of_file:
            of_file[0] = wacz.Member(_record(path, 0)[0])  # warcinfo: which software made the file
        if offset in of_file and offset:
            return
        data, plain = _record(path, offset)
        of_file[offset] = wacz.Member(data, _entry(capture, plain))
        behind = offset + len(data)
        if behind < path.stat().st_size:
            data, next_plain = _record(path, behind)
            if _header(next_plain, "WARC-Concurrent-To") == _header(plain, "WARC-Record-ID"):
                of_file[behind] = wacz.Member(data)

    @property
    def files(self) -> dict[str, list[wacz.Member]]:
        """The WARC files of the pack; records stand in the order in which they were made."""
        return {
            file.replace("/", "-"): [of_file[offset] for offset in sorted(of_file)]
            for file, of_file in sorted(self.members.items())
        }

    @property
    def records(self) -> int:
        return sum(len(of_file) for of_file in self.members.values())


def write_pack(
    database: Database,
    round: Round,
    archive_dir: Path,
    levels: Iterable[LevelRecord],
    plan: Plan,
    authority_id: str,
    out_dir: Path,
    lang: str = "az",
    item: str | None = None,
    fact: str | None = None,
    findings: Mapping[str, Any] | None = None,
) -> Written:
    """Writes the pack and the sheets (html, docx) of one item of the plan, or of one fact, of one authority.

    `levels` are those of the round under `plan`; `findings` the round's with reviews applied (without them as read).
    Raises NoSuchAgency, NothingAsked, NoEvidence, archive.database.NothingRead, publishing.texts.UnknownLanguage.
    """
    texts = texts_in(lang)
    agency = _agency(database.agencies(round), authority_id)
    found = findings or database.findings(round)
    document = _document(found, round, agency)
    level = None if item is None else _level(levels, plan, authority_id, item)
    facts = _facts(document, level, fact)
    gathered = _Gathered(archive_dir)
    looks, missing = _looks(database, round, document, facts, gathered)
    name = "-".join(_slug(part) for part in (round.name, authority_id, item or fact or ""))
    out_dir.mkdir(parents=True, exist_ok=True)
    sheet = Sheet(
        agency=agency,
        document=document,
        facts=tuple(facts),
        findings=facts,
        item=None if item is None else next(one for one in plan.items if one.id == item),
        plan=plan,
        level=level,
        round_name=round.name,
        as_of=round.as_of,
        software=round.software,
        sample=bool(round.settings.get("sample")),
        looks=tuple(looks),
        missing=tuple(missing),
        album=Album(archive_dir, round.name),
    )
    pack = None
    if gathered.records:
        content = wacz.build(gathered.files, _pages(looks), _about(sheet, round, lang))
        pack = _put(out_dir / f"{name}.wacz", content)
        sheet = sheet.of_pack(pack.name, hashlib.sha256(content).hexdigest())
    suffix = "" if lang == "az" else f"-{lang}"
    sheets = (
        _put(out_dir / f"{name}{suffix}.html", evidence_sheet.html(sheet, texts)),
        _put(out_dir / f"{name}{suffix}.docx", evidence_sheet.docx(sheet, texts)),
    )
    return Written(pack, sheets, gathered.records, tuple(missing))


# -- what was asked for ------------------------------------------------------------------------------------------------


def _agency(agencies: Sequence[Agency], wanted: str) -> Agency:
    for agency in agencies:
        if agency.id == wanted:
            return agency
    raise NoSuchAgency(f"the round has no authority {wanted!r}; it has {len(agencies)}")


def _document(found: Mapping[str, Any], round: Round, agency: Agency) -> Document:
    if round.settings.get("by_hand"):
        raise NoEvidence(f"round {round.name} was made by hand: it keeps no pages that could be packed")
    for document in found["authorities"]:
        if document["id"] == agency.id:
            return dict(document)
    raise NoEvidence(f"{agency.id} was not visited in round {round.name}: nothing of it was kept")


def _level(levels: Iterable[LevelRecord], plan: Plan, authority: str, item: str) -> LevelRecord:
    known = [one.id for one in plan.items]
    if item not in known:
        raise NothingAsked(f"plan {plan.plan} has no item {item}; it has: {', '.join(known)}")
    for level in levels:
        if level["authority"] == authority and level["item"] == item:
            return level
    raise NothingAsked(f"item {item} of plan {plan.plan} does not concern {authority}")


def _facts(document: Document, level: LevelRecord | None, fact: str | None) -> dict[str, Mapping[str, Any]]:
    """The findings that the cell stood on. Of a closed site also the site's own, which is the reason of the others."""
    known = dict(_findings(document))
    if fact is not None and fact not in known:
        raise NothingAsked(f"the round has no fact {fact}; it has: {', '.join(known)}")
    wanted = [fact] if fact is not None else list(level["stood_on"] if level else known)
    if document["site"]["state"] not in OPEN:
        wanted.insert(0, "site")
    return {one: known[one] for one in dict.fromkeys(wanted) if one in known}


def _findings(document: Document) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for room, found in document.items():
        if room in ("sections", "documents"):
            yield from ((f"{room}.{kind}", one) for kind, one in found.items())
        elif isinstance(found, Mapping) and "evidence" in found:
            yield room, found


# -- the records behind it ---------------------------------------------------------------------------------------------


def _looks(
    database: Database,
    round: Round,
    document: Document,
    facts: Mapping[str, Mapping[str, Any]],
    gathered: _Gathered,
) -> tuple[list[Look], list[str]]:
    """Every look that the facts stand on, each once, and what of it could not be had."""
    rows = _rows(database, round, document["id"])
    path = evidence_path(gathered.archive_dir, round, document["id"])
    looks: dict[tuple[str, str | None, str], Look] = {}
    missing: list[str] = []
    for fact, found in facts.items():
        for piece in _pieces(found):
            key = (piece["url"], piece["sha256"], piece["seen_at"])
            if key in looks:
                looks[key] = looks[key].also(fact, piece.get("quote"))
                continue
            row = _row_of(piece, rows)
            looks[key] = _look(fact, piece, row, rows, path, gathered, missing)
        if found["state"] == "unseen" or found["state"] in ("down", "blocked", "placeholder"):
            for row in _tried(document, found, rows):
                at = f"{row.fetched_at:%Y-%m-%dT%H:%M:%SZ}"
                piece = {"url": row.url, "sha256": row.sha256, "quote": None, "seen_at": at}
                if (row.url, row.sha256, at) not in looks:
                    looks[row.url, row.sha256, at] = _look(fact, piece, row, rows, path, gathered, missing)
    return list(looks.values()), missing


def _pieces(found: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """What a fact stands on; of the mobile version also what a browser measured."""
    yield from found.get("evidence") or ()
    rendered = found.get("rendered")
    if rendered and rendered["state"] == "found":
        yield from rendered["evidence"]


def _rows(database: Database, round: Round, authority: str) -> list[PageRow]:
    visits = [visit for visit in database.visits(round) if visit.agency_id == authority]
    return [row for visit in visits for row in database.pages(visit.id)]


def _row_of(piece: Mapping[str, Any], rows: Sequence[PageRow]) -> PageRow | None:
    """The capture that a piece of evidence speaks of: same bytes at the same time, the same address where it can be."""
    at = dt.datetime.fromisoformat(piece["seen_at"])
    same = [row for row in rows if row.sha256 == piece["sha256"] and abs(_apart_s(row, at)) <= _SAME_LOOK_S]
    if not same and piece["sha256"] is not None:
        same = [row for row in rows if row.sha256 == piece["sha256"]]
    return min(same, key=lambda row: (row.url != piece["url"], abs(_apart_s(row, at)), row.id), default=None)


def _apart_s(row: PageRow, at: dt.datetime) -> float:
    return (row.fetched_at - at).total_seconds()


def _tried(document: Document, found: Mapping[str, Any], rows: Sequence[PageRow]) -> list[PageRow]:
    """What was tried of what could not be looked at: of a closed site everything, else the page's own tries."""
    if document["site"]["state"] not in OPEN:
        return list(rows)
    addresses = {piece["url"] for piece in found.get("evidence") or ()}
    return [row for row in rows if row.url in addresses]


def _look(
    fact: str,
    piece: Mapping[str, Any],
    row: PageRow | None,
    rows: Sequence[PageRow],
    path: Path,
    gathered: _Gathered,
    missing: list[str],
) -> Look:
    """The look, its records taken into the pack. What cannot be had is said in the look and in `missing`."""
    told = Look(
        facts=(fact,),
        url=piece["url"],
        seen_at=dt.datetime.fromisoformat(piece["seen_at"]),
        sha256=piece["sha256"],
        quotes=(piece["quote"],) if piece.get("quote") else (),
    )
    if row is None:
        missing.append(f"{piece['url']}: the index of the round has no such capture")
        return told.lacking("not_indexed")
    file = f"{path.parent.name}/{path.name}"
    try:
        with Evidence(path) as evidence:
            referred = evidence.refer_to(row.offset)
            made_from = _made_from(evidence, referred.capture, rows)
        if made_from is not None:
            gathered.take(file, made_from.offset, _read(path, made_from.offset))
        elif referred.capture.made is not None:
            missing.append(f"{piece['url']}: the answer that our browser made it from is not in the round's index")
        gathered.take(file, row.offset, referred.capture)
        if (referred.file, referred.offset) != (file, row.offset):
            first = _read(gathered.archive_dir / referred.file, referred.offset)
            gathered.take(referred.file, referred.offset, first)
    except Damaged as damaged:
        missing.append(f"{piece['url']}: {damaged.path.name}: {damaged.why}")
        return told.lacking("damaged")
    return told.answered(referred.capture)


def _made_from(evidence: Evidence, capture: Capture, rows: Sequence[PageRow]) -> PageRow | None:
    """The answer from which our browser made this capture; None when a server sent it. Raises Damaged."""
    if capture.made is None:
        return None
    address = capture.url.partition("#")[0]
    likely = sorted((row for row in rows if row.status is not None), key=lambda row: (row.url != address, row.id))
    return next((row for row in likely if evidence.record_id(row.offset) == capture.made.of), None)


def _read(path: Path, offset: int) -> Capture:
    with Evidence(path) as evidence:
        return evidence.read(offset)


def _record(path: Path, offset: int) -> tuple[bytes, bytes]:
    """(the gzip member that starts at this byte, what it holds). Its record was verified by Evidence before."""
    stream = zlib.decompressobj(_GZIP)
    taken: list[bytes] = []
    plain: list[bytes] = []
    with path.open("rb") as file:
        file.seek(offset)
        while not stream.eof:
            chunk = file.read(65_536)
            if not chunk:
                raise Damaged(path, offset, "the file ends in the middle of a record", half=True)
            plain.append(stream.decompress(chunk))
            taken.append(chunk[: len(chunk) - len(stream.unused_data)])
    return b"".join(taken), b"".join(plain)


def _header(plain: bytes, name: str) -> str | None:
    head = plain.partition(b"\r\n\r\n")[0].decode()
    return next((line.partition(": ")[2] for line in head.split("\r\n") if line.startswith(f"{name}: ")), None)


def _entry(capture: Capture, plain: bytes) -> wacz.Entry | None:
    """Only whole answers are looked up: a 304 has no page of its own, and viewers show the one that it refers to."""
    if _header(plain, "WARC-Type") != "response":
        return None
    status = int(plain.split(b"\r\n\r\n", 1)[1].split(b" ", 2)[1])
    mime = (capture.header("content-type") or "unk").partition(";")[0].strip().lower()
    return wacz.Entry(capture.url, capture.fetched_at, status, mime or "unk", _header(plain, "WARC-Payload-Digest"))


def _pages(looks: Sequence[Look]) -> list[wacz.Page]:
    """The pages to open, in the order of the sheet: each where its bytes were fetched."""
    pages = {
        (look.record_url, look.fetched_at): wacz.Page(look.record_url, look.fetched_at, look.title)
        for look in looks
        if look.record_url is not None and look.fetched_at is not None and look.failure is None
    }
    return list(pages.values())


def _about(sheet: Sheet, round: Round, lang: str) -> dict[str, Any]:
    ended = round.finished_at or round.started_at
    pages = _pages(sheet.looks)
    about: dict[str, Any] = {
        "title": evidence_sheet.title(sheet, texts_in(lang)),
        "description": evidence_sheet.description(sheet, texts_in(lang)),
        "created": f"{ended.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}",
        "software": round.software,
    }
    if pages:
        about["mainPageUrl"] = pages[0].url
        about["mainPageDate"] = f"{pages[0].fetched_at.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"
    return about


def _slug(part: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "._-" else "-" for letter in part)


def _put(path: Path, content: bytes) -> Path:
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(content)
        return part.replace(path)
    finally:
        part.unlink(missing_ok=True)
