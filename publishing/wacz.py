"""How are some records of our archive packed so that anybody's viewer replays them?

WACZ 1.1.1: a zip of WARC files, an index of them (CDXJ), a list of pages, and a Data Package descriptor with the
SHA-256 of each. The records are the archive's own gzip members, byte for byte; only index and descriptor are new. The
same records give the same file.
"""

import datetime as dt
import gzip
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

VERSION = "1.1.1"
_INDEX, _BLOCKS, _PAGES = "indexes/index.cdx.gz", "indexes/index.idx", "pages/pages.jsonl"
_LINES_OF_A_BLOCK = 1024
_STORED = (".warc.gz", ".cdx.gz")  # read by their offsets: never packed again


@dataclass(frozen=True)
class Member:
    """A record's gzip member as it stands in the archive. Those without an `entry` are kept and not looked up."""

    data: bytes
    entry: "Entry | None" = None


@dataclass(frozen=True)
class Entry:
    """What the index says of a response."""

    url: str
    fetched_at: dt.datetime
    status: int
    mime: str
    digest: str | None


@dataclass(frozen=True)
class Page:
    """A page that a reader of the pack should open."""

    url: str
    fetched_at: dt.datetime
    title: str


def build(files: Mapping[str, Sequence[Member]], pages: Iterable[Page], about: Mapping[str, Any]) -> bytes:
    """The pack. `files` are WARC files by name, members in order; `about` is what the descriptor says of the whole."""
    parts = {f"archive/{name}": b"".join(member.data for member in members) for name, members in files.items()}
    parts[_INDEX], parts[_BLOCKS] = _index(files)
    parts[_PAGES] = _pages(pages)
    resources = [
        {"name": path.rpartition("/")[2].lower(), "path": path, "hash": sha256(content), "bytes": len(content)}
        for path, content in parts.items()
    ]
    descriptor = _json({"profile": "data-package", "wacz_version": VERSION, **about, "resources": resources})
    parts["datapackage.json"] = descriptor
    parts["datapackage-digest.json"] = _json({"path": "datapackage.json", "hash": sha256(descriptor)})
    return _zipped(parts)


def sha256(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def search_key(url: str) -> str:
    """The address as indexes of web archives sort it: az,gov,binegedi-ih)/page/144.html"""
    parts = urlsplit(url.lower())
    host = (parts.hostname or "").removeprefix("www.")
    port = f":{parts.port}" if parts.port and parts.port not in (80, 443) else ""
    query = f"?{urlencode(sorted(parse_qsl(parts.query, keep_blank_values=True)))}" if parts.query else ""
    return f"{','.join(reversed(host.split('.')))}{port}){parts.path or '/'}{query}"


def _index(files: Mapping[str, Sequence[Member]]) -> tuple[bytes, bytes]:
    """(the index in blocks, what each block begins with and where)."""
    lines = sorted(_lines(files))
    packed = io.BytesIO()
    heads = ["!meta 0 " + json.dumps({"format": "cdxj-gzip-1.0", "filename": _INDEX.rpartition("/")[2]})]
    for start in range(0, len(lines), _LINES_OF_A_BLOCK):
        block = lines[start : start + _LINES_OF_A_BLOCK]
        content = gzip.compress("".join(f"{line}\n" for line in block).encode(), mtime=0)
        key = " ".join(block[0].split(" ", 2)[:2])
        place = {"offset": packed.tell(), "length": len(content), "digest": sha256(content)}
        heads.append(f"{key} {json.dumps(place)}")
        packed.write(content)
    return packed.getvalue(), "".join(f"{head}\n" for head in heads).encode()


def _lines(files: Mapping[str, Sequence[Member]]) -> Iterable[str]:
    for name, members in files.items():
        offset = 0
        for member in members:
            if (entry := member.entry) is not None:
                told = {
                    "url": entry.url,
                    "mime": entry.mime,
                    "status": str(entry.status),
                    "digest": entry.digest,
                    "length": str(len(member.data)),
                    "offset": str(offset),
                    "filename": name,
                    "recordDigest": sha256(gzip.decompress(member.data)),
                }
                kept = {key: value for key, value in told.items() if value is not None}
                at = f"{entry.fetched_at.astimezone(dt.UTC):%Y%m%d%H%M%S}"
                yield f"{search_key(entry.url)} {at} {json.dumps(kept, ensure_ascii=False)}"
            offset += len(member.data)


def _pages(pages: Iterable[Page]) -> bytes:
    lines: list[dict[str, str]] = [{"format": "json-pages-1.0", "id": "pages", "title": "Pages"}]
    for number, page in enumerate(pages, start=1):
        ts = f"{page.fetched_at.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"
        lines.append({"id": f"page-{number}", "url": page.url, "ts": ts, "title": page.title})
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


def _zipped(parts: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as pack:
        for path, content in parts.items():
            entry = zipfile.ZipInfo(path)  # its date is always 1980: the same records give the same bytes
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_STORED if path.endswith(_STORED) else zipfile.ZIP_DEFLATED
            pack.writestr(entry, content)
    return file.getvalue()
