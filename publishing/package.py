"""How does a round look as open data, with every column typed and explained?

A Frictionless Data Package: `datapackage.json` beside one csv for each kind of thing, in long form, for whoever counts
with a program. What the columns are and say stands in package.yaml. The same round gives the same bytes.
"""

import csv
import datetime as dt
import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, Literal

from archive.border import Record, load
from archive.registry import Agency
from publishing.beside import NOTHING, Beside, RoundInfo
from publishing.clean import ADDRESS_CHARS, QUOTE_CHARS, clean
from publishing.csv import harmless
from publishing.pictures import drawn
from publishing.tables import SECTIONS, Findings, LevelRecord, hand_in

DICTIONARY = Path(__file__).parent / "package.yaml"
DESCRIPTOR = "datapackage.json"
LONG_CHARS = 2000  # of a rule or a statement
_OF_A_FACT = tuple("state url verdict works items last_date activity remark last_post".split())
_OF_A_PROFILE = (
    *("network", "url", "account", "activity", "activity_reason", "last_post", "posts_7d", "posts_30d"),
    *("listed_since", "observed_on", "observed_by"),
)
_UNSEEN: Mapping[str, Any] = {"state": "unseen", "reason": "not_visited", "evidence": []}

Document = Mapping[str, Any]  # findings of one authority (contract, part 2)
Line = dict[str, Any]  # column -> value; what is not named is blank


class _Said(Record):
    az: str
    en: str


class _Column(Record):
    name: str
    type: Literal["string", "integer", "number", "boolean", "date", "datetime", "object"]
    az: str
    en: str
    required: bool = False
    enum: tuple[str, ...] = ()
    pattern: str | None = None
    minimum: int | None = None


class _File(Record):
    name: str
    title: _Said
    key: tuple[str, ...]
    columns: tuple[_Column, ...]
    refers: Mapping[str, tuple[str, ...]] = {}
    optional: bool = False  # left out where there is nothing to put in it


class _Licence(Record):
    name: str
    title: str
    path: str


class _Sources(Record):
    sites: _Said
    registry: _Said


class Dictionary(Record):
    licence: _Licence
    title: _Said
    description: _Said
    sample: _Said
    sources: _Sources
    files: tuple[_File, ...]


@cache
def dictionary() -> Dictionary:
    """What the files and their columns are."""
    return load(DICTIONARY, Dictionary)


def write_package(
    findings: Findings,
    levels: Sequence[LevelRecord],
    agencies: Sequence[Agency],
    round_info: RoundInfo,
    out_dir: Path,
    beside: Beside = NOTHING,
) -> list[Path]:
    """Writes the package's files into `out_dir` and gives them, the descriptor last: when it is there, all are."""
    out_dir.mkdir(parents=True, exist_ok=True)
    known, written, resources = dictionary(), [], []
    lines = _lines(findings, levels, agencies, beside)
    for file in known.files:
        path = out_dir / f"{file.name}.csv"
        if made := _write_csv(file, lines[file.name], path):
            written.append(path)
            resources.append(_resource(file, *made))
        else:
            path.unlink(missing_ok=True)  # of an earlier package in the same place
    path = out_dir / DESCRIPTOR
    with _whole(path) as page:
        page.write(_json(_descriptor(known, round_info, beside, resources)))
    return [*written, path]


def _lines(
    findings: Findings, levels: Sequence[LevelRecord], agencies: Sequence[Agency], beside: Beside
) -> dict[str, Iterable[Line]]:
    """File -> its rows, made while they are written: of thousands of authorities they would fill the memory."""
    documents = {document["id"]: document for document in findings["authorities"]}
    seen = [(agency, documents.get(agency.id)) for agency in agencies]
    return {
        "authorities": (_authority(agency, document) for agency, document in seen),
        "findings": (line for agency, document in seen for line in _findings(agency.id, document)),
        "sections": (line for agency, document in seen for line in _sections(agency.id, document)),
        "news": (_news(agency.id, document) for agency, document in seen),
        "profiles": (line for agency, document in seen for line in _profiles(agency.id, document)),
        "levels": (_level(level) for level in levels),
        "evidence": (line for agency, document in seen for line in _evidence(agency.id, document)),
        "changes": (vars(change) for change in beside.changes),
        "claims": _claims(beside),
    }


# -- the rows ----------------------------------------------------------------------------------------------------------


def _authority(agency: Agency, document: Document | None) -> Line:
    site = document["site"] if document else {"state": "unseen", "reason": "not_visited"}
    fetch = document["fetch"] if document else {}
    return {
        "id": agency.id,
        "group": agency.group,
        "kind": agency.kind,
        "number": agency.number,
        "name": agency.name,
        "name_en": agency.name_en,
        "site": agency.site,
        "visited": document is not None,
        "site_state": site["state"],
        "site_reason": site["reason"],
        "final_url": site.get("final_url"),
        "http_status": site.get("http_status"),
        "tls": site.get("tls"),
        **{name: fetch.get(name) for name in ("requests", "pages", "complete")},
    }


def _facts(document: Document | None) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(fact, finding); of an authority that was not visited every fact that is always asked for, as unseen."""
    told = document or {"sections": dict.fromkeys(SECTIONS, _UNSEEN)}
    yield from ((fact, told.get(fact, _UNSEEN)) for fact in ("mobile", "social"))
    for room in ("sections", "documents"):
        yield from ((f"{room}.{kind}", found) for kind, found in told.get(room, {}).items())
    yield from ((fact, told.get(fact, _UNSEEN)) for fact in ("news", "search", "languages"))


def _findings(authority: str, document: Document | None) -> Iterator[Line]:
    for fact, found in _facts(document):
        hand = hand_in(found) or {}
        machine = hand.get("machine")
        yield {
            "authority": authority,
            "fact": fact,
            **_named(found, _OF_A_FACT),
            "reason": _reason(found),
            "rendered": drawn(found),
            "languages": " ".join(found.get("codes") or ()),
            "evidence_pieces": len(found["evidence"]),
            "hand": hand.get("verdict"),
            "reviewer": hand.get("reviewer"),
            "machine_state": machine.get("state") if isinstance(machine, Mapping) else machine,
        }


def _sections(authority: str, document: Document | None) -> Iterator[Line]:
    told = ("state", "fullness", "placement", "own", "label", "items", "last_date", "url", "external")
    for fact, found in _facts(document):
        room, _, kind = fact.partition(".")
        if room == "sections":
            content = " ".join(found.get("content") or ())
            yield {"authority": authority, "kind": kind, **_named(found, told)} | {
                "reason": _reason(found),
                "content": content,
            }


def _news(authority: str, document: Document | None) -> Line:
    found = document["news"] if document else _UNSEEN
    return {"authority": authority, **found, "reason": _reason(found)}


def _profiles(authority: str, document: Document | None) -> Iterator[Line]:
    profiles = (document or {"social": {}})["social"].get("profiles") or ()
    for place, profile in enumerate(profiles, start=1):
        yield {"authority": authority, "place": place, **{name: profile.get(name) for name in _OF_A_PROFILE}}


def _level(level: LevelRecord) -> Line:
    hand = hand_in(level) or {}
    machine = hand.get("machine")
    rule = level.get("rule") or {}
    return {
        **_named(level, ("authority", "item", "level", "reason")),
        "base": level.get("base") or level["level"],
        "rule_az": rule.get("az"),
        "rule_en": rule.get("en"),
        "stood_on": " ".join(level.get("stood_on") or ()),
        "hand": hand.get("verdict"),
        "reviewer": hand.get("reviewer"),
        "machine_level": machine.get("level") if isinstance(machine, Mapping) else machine,
    }


def _evidence(authority: str, document: Document | None) -> Iterator[Line]:
    if document is None:
        return
    for fact, found in (("site", document["site"]), *_facts(document)):
        for place, piece in enumerate(found.get("evidence") or (), start=1):
            told = _named(piece, ("url", "sha256", "quote"))
            seen_at = dt.datetime.fromisoformat(piece["seen_at"])
            yield {"authority": authority, "fact": fact, "place": place, "seen_at": seen_at, **told}


def _claims(beside: Beside) -> Iterator[Line]:
    claims = {claim.id: claim for claim in beside.claims}
    for held in beside.held:
        claim = claims[held.claim]
        yield {
            "id": claim.id,
            "who_az": claim.who["az"],
            "who_en": claim.who["en"],
            "said_on": claim.said_on,
            "items": " ".join(claim.items),
            "text_az": claim.text["az"],
            "text_en": claim.text["en"],
            "source": claim.source["az"],
            "url": claim.url,
            "status": held.status,
            "reason": held.reason,
            "counts": held.counts,
            "behind": {name: list(ids) for name, ids in held.behind.items()},
        }


def _reason(found: Mapping[str, Any]) -> str | None:
    return found.get("reason") if found["state"] == "unseen" else None


def _named(found: Mapping[str, Any], names: Iterable[str]) -> Line:
    return {name: found.get(name) for name in names}


# -- the files ---------------------------------------------------------------------------------------------------------


class _Counted(io.RawIOBase):
    """Passes bytes on, and knows how many there were and their SHA-256."""

    def __init__(self, out: BinaryIO) -> None:
        self.out, self.size_bytes, self.hash = out, 0, hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.hash.update(data)
        self.size_bytes += len(data)
        return self.out.write(data)


def _write_csv(file: _File, lines: Iterable[Line], path: Path) -> tuple[int, str] | None:
    """(size, SHA-256) of the file; nothing is written, and None given, of an optional one without rows."""
    rows = iter(lines)
    first = next(rows, None)
    if first is None and file.optional:
        return None
    with _whole(path) as out:
        counted = _Counted(out)
        with io.TextIOWrapper(io.BufferedWriter(counted, 1 << 20), "utf-8", newline="") as page:
            writer = csv.writer(page)
            writer.writerow(column.name for column in file.columns)
            for line in chain([] if first is None else [first], rows):
                writer.writerow(_written(column, line.get(column.name)) for column in file.columns)
        return counted.size_bytes, counted.hash.hexdigest()


@contextmanager
def _whole(path: Path) -> Iterator[BinaryIO]:
    """A file that appears under its name only when it is whole."""
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as out:
            yield out
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _written(column: _Column, value: Any) -> str | int | float:
    """The value as its type is written. Only free text can be taken for a formula, and only it is disarmed."""
    if value is None:
        return ""
    match column.type:
        case "string":
            return harmless(clean(str(value), _chars(column.name)))
        case "boolean":
            return "true" if value else "false"
        case "object":
            return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
        case "date":
            return value.isoformat() if isinstance(value, dt.date) else str(value)
        case "datetime":
            return f"{value.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"
        case "integer":
            return int(value)
    return float(value) if value != int(value) else int(value)


def _chars(column: str) -> int:
    if column == "quote":
        return QUOTE_CHARS
    return ADDRESS_CHARS if column in ("url", "external", "final_url", "site") else LONG_CHARS


def _resource(file: _File, size_bytes: int, sha256: str) -> dict[str, Any]:
    return {
        "name": file.name,
        "path": f"{file.name}.csv",
        "profile": "tabular-data-resource",
        "title": file.title.en,
        "title_az": file.title.az,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": size_bytes,
        "hash": f"sha256:{sha256}",
        "schema": _schema(file),
    }


def _schema(file: _File) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "fields": [_field(column) for column in file.columns],
        "missingValues": [""],
        "primaryKey": list(file.key),
    }
    if file.refers:
        keys = {one.name: list(one.key) for one in dictionary().files}
        schema["foreignKeys"] = [
            {"fields": list(columns), "reference": {"resource": other, "fields": keys[other]}}
            for other, columns in file.refers.items()
        ]
    return schema


def _field(column: _Column) -> dict[str, Any]:
    wanted: dict[str, Any] = {"required": True} if column.required else {}
    if column.enum:
        wanted["enum"] = list(column.enum)
    if column.pattern is not None:
        wanted["pattern"] = column.pattern
    if column.minimum is not None:
        wanted["minimum"] = column.minimum
    field = {"name": column.name, "type": column.type, "description": column.en, "description_az": column.az}
    return field | ({"constraints": wanted} if wanted else {})


def _descriptor(
    known: Dictionary, info: RoundInfo, beside: Beside, resources: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    told = {"round": clean(info.name), "as_of": info.as_of.isoformat()}
    about = {lang: said.format(**told) for lang, said in known.description.model_dump().items()}
    if info.sample:
        about = {lang: f"{said} {about[lang]}" for lang, said in known.sample.model_dump().items()}
    plan = beside.plan
    descriptor = {
        "profile": "tabular-data-package",
        "name": f"saytmetr-{_slug(info.name)}",
        "title": known.title.en.format(**told),
        "title_az": known.title.az.format(**told),
        "description": about["en"],
        "description_az": about["az"],
        "version": info.as_of.isoformat(),
        "created": info.finished_at,
        "round": info.name,
        "as_of": info.as_of.isoformat(),
        "against": info.against,
        "partial": info.partial,
        "sample": info.sample,
        "plan": None if plan is None else plan.plan,
        "plan_edition": None if plan is None else plan.edition,
        "licenses": [known.licence.model_dump()],
        "sources": _sources(known, info),
        "contributors": [{"title": clean(info.software), "role": "wrangler"}],
        "resources": list(resources),
    }
    return {name: value for name, value in descriptor.items() if value is not None}


def _sources(known: Dictionary, info: RoundInfo) -> list[dict[str, str]]:
    sources = [{"title": known.sources.sites.en, "title_az": known.sources.sites.az}]
    if info.registry_sha256:
        said = known.sources.registry.model_dump()
        titles = {lang: words.format(sha256=info.registry_sha256) for lang, words in said.items()}
        sources.append({"title": titles["en"], "title_az": titles["az"]})
    return sources


def _slug(name: str) -> str:
    """A package's name may hold small letters, digits and . _ - only."""
    kept = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "._-") else "-" for letter in name)
    return kept.lower()


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
