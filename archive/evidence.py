"""What exactly did a site answer, and can anybody check it later, byte for byte?

One file per site and round, WARC 1.1, a gzip member per record, so that it can be appended to, cut, and
opened by any web-archive tool:

    warcinfo                       once, first: the software that made the file
    response, request              per answer; the response's payload is what came over the wire after
                                   transfer-decoding: its Content-Encoding is still on
    revisit, request               per answer 304 to a conditional request (profile server-not-modified): the body
                                   is the one of an earlier round's record, which the revisit names
    conversion                     per thing that a browser of ours made of an answer (the page as it stood, what was
                                   measured on it, a picture); WARC-Refers-To names the response that it was made from,
                                   Saytmetr-Browser and Saytmetr-View tell by what, Saytmetr-Sent-To where the page's
                                   script sent its visitor instead
    metadata                       per failure: JSON with the reason word and the engine's own words

Our own header fields on response and metadata records: Saytmetr-Purpose, Saytmetr-Tls, Saytmetr-Found-On,
Saytmetr-Word, Saytmetr-Quality and Saytmetr-Flaw (archive/quality.py), and on responses and conversions
Saytmetr-Body-Sha256 and Saytmetr-Body-Size, which are of the body with its Content-Encoding undone. That SHA-256 is the
one every finding quotes. To verify it without this program:

    for record in warcio.ArchiveIterator(open("x.warc.gz", "rb")):
        if record.rec_type == "response":
            hashlib.sha256(record.content_stream().read()).hexdigest()
            record.rec_headers.get_header("Saytmetr-Body-Sha256")   # the same

(warcio undoes one coding, not several in a row; and where a server's coding was broken, the body is what
could be read of it.) WARC-Payload-Digest is of the payload as stored, as other tools expect.

Reading is strict here and not warcio's, which passes over a record cut short; every gzip member's checksum
is verified by reading it.
"""

import fcntl
import hashlib
import json
import os
import zlib
from base64 import b32encode
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self
from urllib.parse import urlsplit
from uuid import uuid4

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive.capture import Capture, Headers, Made, octets
from archive.codings import CAP_BYTES, BadEncoding, TooLarge, inflate
from archive.quality import as_readable

__all__ = [
    "BadEncoding",
    "Capture",
    "Damaged",
    "Evidence",
    "Headers",
    "InUse",
    "Mended",
    "Referred",
    "SetAside",
    "Stored",
]

_READ_BYTES = 16_384
_GZIP = zlib.MAX_WBITS + 16


@dataclass(frozen=True)
class Stored:
    """Where a capture's response (or metadata) record stands in its file."""

    offset: int
    length: int

    @property
    def end(self) -> int:
        return self.offset + self.length


@dataclass(frozen=True)
class Referred:
    """An earlier capture that a 304 refers to: its record, in a file beside the folder of this round."""

    file: str  # below the archive's folder: ROUND/NAME.warc.gz
    offset: int
    record_id: str
    capture: Capture


@dataclass(frozen=True)
class Mended:
    """What `Evidence.mend` found after the last record that the index knew."""

    adopted: tuple[tuple[Capture, Stored], ...]  # whole, but not in the index: index them now
    cut_bytes: int  # of a record that was being written when the writer was killed
    cut_kept: Path | None = None  # damage that is not a plain cut is kept beside the file, not thrown away


class Damaged(Exception):
    """The evidence at this place is not what was written there."""

    def __init__(self, path: Path, offset: int, why: str, half: bool = False) -> None:
        super().__init__(f"{path}: damaged at byte {offset}: {why}")
        self.path, self.offset, self.why = path, offset, why
        self.half = half  # the file just ends too early, as after a kill

    def __reduce__(self) -> tuple[Any, ...]:
        return Damaged, (self.path, self.offset, self.why, self.half)  # it comes back from the processes that read


class SetAside(Damaged):
    """Evidence that the index knew is damaged: the file was renamed, its site is to be visited again."""

    def __init__(self, cause: Damaged, moved_to: Path) -> None:
        super().__init__(cause.path, cause.offset, f"{cause.why}; set aside as {moved_to.name}")
        self.moved_to = moved_to


class InUse(Exception):
    """Another process is writing this file."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path}: another process is writing this evidence; wait for it or stop it")


@dataclass(frozen=True)
class _Record:
    kind: str
    fields: dict[str, str]
    block: bytes
    offset: int
    end: int


class Evidence:
    """All captures of one site in one round, in the order in which they were made.

    Keeps a handle open for writing (locked: one writer at a time) and one for reading until `close()`.
    """

    def __init__(self, path: Path, software: str = "saytmetr") -> None:
        self.path = path
        self.software = software
        self._out: BinaryIO | None = None
        self._in: BinaryIO | None = None
        self._end = 0
        self._mended = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        if self._out is not None:
            os.fsync(self._out.fileno())
            self._out.close()
        if self._in is not None:
            self._in.close()
        self._out = self._in = None
        self._mended = False

    # writing

    def append(self, capture: Capture, wire_body: bytes = b"", unchanged: Referred | None = None) -> Stored:
        """Writes one capture behind the others; it is with the operating system when this returns.

        `wire_body` is the body as received, Content-Encoding still on; nothing for a failure. With `unchanged` the
        answer was a 304, whose own headers `capture` has; it is read back as `revalidated` gives it.
        Raises InUse, OSError (nothing is left half-written), and Damaged when the file ends in half a record.
        """
        self._open_to_write()
        head = b"" if self._end else _member(*_warcinfo(self.path.name, self.software, capture.fetched_at))
        if capture.failure:
            record, tail = _member(*_metadata(capture)), b""
        elif capture.made is not None:
            record, tail = _member(*_conversion(capture, capture.made)), b""
        else:
            fields, block = _response(capture, wire_body) if unchanged is None else _revisit(capture, unchanged)
            record = _member(fields, block)
            tail = _member(*_request(capture, fields["WARC-Record-ID"]))
        stored = Stored(self._end + len(head), len(record))
        self._write(head + record + tail)
        return stored

    def _open_to_write(self) -> BinaryIO:
        if self._out is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            out: BinaryIO = self.path.open("ab", buffering=0)
            try:
                fcntl.flock(out, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                out.close()
                raise InUse(self.path) from error
            self._out = out
            self._end = os.fstat(out.fileno()).st_size
        if not self._mended:
            for _ in self._records(0):  # never write behind half a record: everything after it would be lost
                pass
            self._mended = True
        return self._out

    def _write(self, data: bytes) -> None:
        assert self._out is not None
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[self._out.write(rest) :]
        except OSError:
            os.ftruncate(self._out.fileno(), self._end)
            raise
        self._end += len(data)

    # reading

    def read(self, offset: int) -> Capture:
        """The capture whose record starts at this byte; a failure in place of one with a flaw. Raises Damaged."""
        return self._capture(self._record(offset))[0]

    def captures(self) -> Iterator[Capture]:
        """Every capture, oldest first. Raises Damaged where the file is."""
        return (capture for capture, _ in self.stored())

    def stored(self, start: int = 0) -> Iterator[tuple[Capture, Stored]]:
        """Every capture from this byte on, with its place: what an index is made of."""
        while start < self._size():
            record = self._record(start)
            start = record.end
            if record.kind in ("response", "revisit", "conversion", "metadata"):
                capture, start = self._capture(record)
                yield capture, Stored(record.offset, record.end - record.offset)

    def _capture(self, record: _Record) -> tuple[Capture, int]:
        """The capture that this record begins, and where the next one begins."""
        if record.kind == "metadata":
            return self._failure(record), record.end
        if record.kind == "conversion":
            return self._made(record), record.end
        if record.kind not in ("response", "revisit"):
            raise Damaged(self.path, record.offset, f"a {record.kind} record where a capture was expected")
        request_headers: Headers = ()
        end = record.end
        # A writer killed between the two leaves a response without its request.
        if end < self._size():
            request = self._record(end)
            if request.fields.get("WARC-Concurrent-To") == record.fields["WARC-Record-ID"]:
                request_headers = _http(request.block)[1]
                end = request.end
        if record.kind == "revisit":
            return self._unchanged(record, request_headers), end
        return self._answer(record, request_headers), end

    def refer_to(self, offset: int) -> Referred:
        """The capture whose record starts at this byte, for a later round's `append`; the first of its kind, where it
        refers to another itself. Raises Damaged."""
        record = self._record(offset)
        capture = self._capture(record)[0]
        if record.kind != "revisit":
            return Referred(
                f"{self.path.parent.name}/{self.path.name}", offset, record.fields["WARC-Record-ID"], capture
            )
        return Referred(*_place_referred_to(record), record.fields["WARC-Refers-To"], capture)

    def record_id(self, offset: int) -> str:
        """The WARC-Record-ID of the record that starts at this byte. Raises Damaged."""
        return self._record(offset).fields["WARC-Record-ID"]

    def _unchanged(self, record: _Record, request_headers: Headers) -> Capture:
        try:
            file, offset = _place_referred_to(record)
            with Evidence(self.path.parent.parent / file) as earlier:
                known = earlier.read(offset)
            answer = Capture(
                **_context(record.fields),
                status=304,
                headers=_http(record.block)[1],
                body=b"",
                request_headers=request_headers,
            )
        except (KeyError, ValueError, IndexError) as error:
            raise Damaged(self.path, record.offset, f"not a revisit of ours ({error!r})") from error
        if known.sha256 != record.fields.get("Saytmetr-Body-Sha256"):
            raise Damaged(self.path, record.offset, f"the record that it refers to, in {file}, is another (SHA-256)")
        return revalidated(answer, known)

    def _answer(self, record: _Record, request_headers: Headers) -> Capture:
        try:
            first_line, headers, wire = _http(record.block)
            capture = Capture(
                **_context(record.fields),
                status=int(first_line.split()[1]),
                headers=headers,
                body=_body(wire, headers, record.fields),
                request_headers=request_headers,
            )
        except (KeyError, ValueError, IndexError, TooLarge) as error:
            raise Damaged(self.path, record.offset, f"not a response of ours ({error!r})") from error
        if capture.sha256 != record.fields["Saytmetr-Body-Sha256"]:
            raise Damaged(self.path, record.offset, "the body is not the one that was written (SHA-256)")
        return as_readable(capture)

    def _made(self, record: _Record) -> Capture:
        fields = record.fields
        try:
            made = Made(
                fields["Saytmetr-Browser"],
                fields["Saytmetr-View"],
                fields["WARC-Refers-To"],
                fields.get("Saytmetr-Sent-To"),
                tuple(json.loads(fields.get("Saytmetr-Pressed", "[]"))),
            )
            headers = (("Content-Type", fields["Content-Type"]),)
            capture = Capture(**_context(fields), status=200, headers=headers, body=record.block, made=made)
        except (KeyError, ValueError) as error:
            raise Damaged(self.path, record.offset, f"not a conversion of ours ({error!r})") from error
        if capture.sha256 != fields.get("Saytmetr-Body-Sha256"):
            raise Damaged(self.path, record.offset, "the body is not the one that was written (SHA-256)")
        return capture

    def _failure(self, record: _Record) -> Capture:
        try:
            told = json.loads(record.block)
            return Capture(
                **_context(record.fields),
                status=told["status"],
                headers=_pairs(told["headers"]),
                body=b"",
                failure=told["failure"],
                detail=told["detail"],
                request_headers=_pairs(told["request_headers"]),
            )
        except (KeyError, ValueError, TypeError) as error:
            raise Damaged(self.path, record.offset, f"not a failure of ours ({error!r})") from error

    def _records(self, start: int) -> Iterator[_Record]:
        while start < self._size():
            record = self._record(start)
            start = record.end
            yield record

    def _record(self, offset: int) -> _Record:
        """The record whose gzip member starts at this byte. Raises Damaged."""
        data, end = self._member_at(offset)
        head, mark, rest = data.partition(b"\r\n\r\n")
        try:
            version, *lines = head.decode().split("\r\n")
            fields = dict(line.split(": ", 1) for line in lines)
            size = int(fields["Content-Length"])
            kind = fields["WARC-Type"]
        except (ValueError, KeyError) as error:
            raise Damaged(self.path, offset, f"not a WARC record ({error!r})") from error
        if not mark or not version.startswith("WARC/") or rest[size:] != b"\r\n\r\n":
            raise Damaged(self.path, offset, "not a WARC record")
        return _Record(kind, fields, rest[:size], offset, end)

    def _member_at(self, offset: int) -> tuple[bytes, int]:
        """What the gzip member at this byte holds, and where it ends."""
        handle = self._open_to_read()
        handle.seek(offset)
        stream = zlib.decompressobj(_GZIP)
        pieces: list[bytes] = []
        end = offset
        while not stream.eof:
            chunk = handle.read(_READ_BYTES)
            if not chunk:
                raise Damaged(self.path, offset, "the file ends in the middle of a record", half=True)
            end += len(chunk)
            try:
                pieces.append(stream.decompress(chunk))
            except zlib.error as error:
                raise Damaged(self.path, offset, str(error)) from error
        return b"".join(pieces), end - len(stream.unused_data)

    def _open_to_read(self) -> BinaryIO:
        if self._in is None:
            try:
                self._in = self.path.open("rb", buffering=0)
            except FileNotFoundError as error:
                raise Damaged(self.path, 0, "there is no such file") from error
        return self._in

    def _size(self) -> int:
        return os.fstat(self._open_to_read().fileno()).st_size

    # after a kill

    def mend(self, known_end: int) -> Mended:
        """Makes the file fit to be appended to after its writer was killed.

        `known_end` is the end of the last record that the index knows (0 when it knows none). Whole records
        behind it are handed back to be indexed; half a record at the end is cut off.
        Raises SetAside when the damage lies before `known_end` (the file is renamed to *.damaged-N), Damaged
        when the file is gone though the index knows it, InUse while another process writes it.
        """
        if not self.path.exists():
            if known_end:
                raise Damaged(self.path, 0, f"there is no such file, and the index knows {known_end} bytes of it")
            return Mended((), 0)
        self._mended = True  # by what follows; a file that fails is renamed and its handles are closed
        out = self._open_to_write()
        try:
            self._vouch_for(known_end)
        except Damaged as cause:
            self.close()
            raise SetAside(cause, self._rename_damaged()) from cause
        whole_end, damage = self._whole_end(known_end)
        cut_bytes = self._end - whole_end
        kept = self._keep_tail(whole_end) if damage is not None and not damage.half else None
        os.ftruncate(out.fileno(), whole_end)
        self._end = whole_end
        return Mended(tuple(self.stored(known_end)), cut_bytes, kept)

    def _vouch_for(self, known_end: int) -> None:
        """Raises Damaged unless the file is whole up to here and a record ends here."""
        end = 0
        while end < known_end:
            end = self._record(end).end
        if end != known_end:
            raise Damaged(self.path, known_end, "no record ends where the index says that one does")

    def _whole_end(self, start: int) -> tuple[int, Damaged | None]:
        end = start
        try:
            for record in self._records(start):
                end = record.end
        except Damaged as damage:
            return end, damage
        return end, None

    def _rename_damaged(self) -> Path:
        aside = _free_name(self.path, "damaged")
        self.path.rename(aside)
        return aside

    def _keep_tail(self, start: int) -> Path:
        kept = _free_name(self.path, "cut")
        with self.path.open("rb") as file:
            file.seek(start)
            kept.write_bytes(file.read())
        return kept


def _free_name(path: Path, word: str) -> Path:
    number = 1
    while (candidate := path.with_name(f"{path.name}.{word}-{number}")).exists():
        number += 1
    return candidate


def _member(fields: dict[str, str], block: bytes) -> bytes:
    """One WARC record as one gzip member."""
    if fields["WARC-Type"] == "revisit":
        return _packed(_plain_record(fields, block))  # warcio would leave the block out
    # Handed to warcio as a bare block: given HTTP headers, it would percent-encode their non-ASCII bytes.
    head = StatusAndHeaders("", list(fields.items()), protocol="WARC/1.1")
    record = ArcWarcRecord("warc", fields["WARC-Type"], head, BytesIO(block), None, fields["Content-Type"], len(block))
    plain = BytesIO()
    WARCWriter(plain, gzip=False, warc_version="1.1").write_record(record)
    return _packed(plain.getvalue())


def _plain_record(fields: dict[str, str], block: bytes) -> bytes:
    told = fields | {"WARC-Block-Digest": _digest(block), "Content-Length": str(len(block))}
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return b"WARC/1.1\r\n" + head.encode() + b"\r\n" + block + b"\r\n\r\n"


def _packed(record: bytes) -> bytes:
    # Level 6 takes half of the time of warcio's 9 for one hundredth more bytes.
    packer = zlib.compressobj(6, zlib.DEFLATED, _GZIP)
    return packer.compress(record) + packer.flush()


def _warcinfo(filename: str, software: str, at: datetime) -> tuple[dict[str, str], bytes]:
    info = f"software: {_line(software)}\r\nformat: WARC File Format 1.1\r\n"
    fields = _fields("warcinfo", "application/warc-fields", at) | {"WARC-Filename": _line(filename)}
    return fields, info.encode()


def _response(capture: Capture, wire_body: bytes) -> tuple[dict[str, str], bytes]:
    if capture.status is None:
        raise ValueError(f"{capture.url}: an answer has a status, and what is no answer has a failure")
    phrase = HTTPStatus(capture.status).phrase if capture.status in _STATUSES else ""
    fields = _fields("response", "application/http; msgtype=response", capture.fetched_at)
    fields |= _context_fields(capture)
    fields["Saytmetr-Body-Sha256"] = str(capture.sha256)
    fields["Saytmetr-Body-Size"] = str(len(capture.body))
    fields["WARC-Payload-Digest"] = _digest(wire_body)
    head = _http_head(f"HTTP/1.1 {capture.status} {phrase}", capture.headers)
    return fields, head + wire_body


def revalidated(answer: Capture, known: Capture) -> Capture:
    """What a 304 means: the page as it was known, by the newer headers where it brings any."""
    newer = {name.lower() for name, _ in answer.headers}
    kept = tuple((name, value) for name, value in known.headers if name.lower() not in newer)
    since = known.unchanged_since or known.fetched_at
    told = {"status": known.status, "headers": kept + answer.headers, "body": known.body, "unchanged_since": since}
    return replace(answer, **told)  # type: ignore[arg-type]


def _revisit(capture: Capture, unchanged: Referred) -> tuple[dict[str, str], bytes]:
    known = unchanged.capture
    fields = _fields("revisit", "application/http; msgtype=response", capture.fetched_at) | _context_fields(capture)
    fields |= {
        "WARC-Profile": "http://netpreserve.org/warc/1.1/revisit/server-not-modified",
        "WARC-Refers-To": unchanged.record_id,
        "WARC-Refers-To-Target-URI": _line(known.url),
        "WARC-Refers-To-Date": _moment(known.unchanged_since or known.fetched_at),
        "Saytmetr-Refers-To": f"{unchanged.offset} {_line(unchanged.file)}",
        "Saytmetr-Body-Sha256": str(known.sha256),
        "Saytmetr-Body-Size": str(len(known.body)),
    }
    return fields, _http_head("HTTP/1.1 304 Not Modified", capture.headers)


def _conversion(capture: Capture, made: Made) -> tuple[dict[str, str], bytes]:
    kind = capture.header("content-type") or "application/octet-stream"
    fields = _fields("conversion", _line(kind), capture.fetched_at) | _context_fields(capture)
    fields |= {
        "WARC-Refers-To": _line(made.of),
        "WARC-Payload-Digest": _digest(capture.body),
        "Saytmetr-Browser": _line(made.browser),
        "Saytmetr-View": _line(made.view),
        "Saytmetr-Body-Sha256": str(capture.sha256),
        "Saytmetr-Body-Size": str(len(capture.body)),
    }
    if made.sent_to is not None:
        fields["Saytmetr-Sent-To"] = _line(made.sent_to)
    if made.pressed:
        fields["Saytmetr-Pressed"] = json.dumps(made.pressed)
    return fields, capture.body


def _place_referred_to(record: _Record) -> tuple[str, int]:
    """(file below the archive's folder, offset) of the record that a revisit refers to. Raises KeyError, ValueError."""
    offset, _, file = record.fields["Saytmetr-Refers-To"].partition(" ")
    return file, int(offset)


def _request(capture: Capture, response_id: str) -> tuple[dict[str, str], bytes]:
    fields = _fields("request", "application/http; msgtype=request", capture.fetched_at)
    fields["WARC-Target-URI"] = _line(capture.url)
    fields["WARC-Concurrent-To"] = response_id
    fields["WARC-Payload-Digest"] = _digest(b"")
    parts = urlsplit(capture.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return fields, _http_head(f"GET {target} HTTP/1.1", capture.request_headers)


def _metadata(capture: Capture) -> tuple[dict[str, str], bytes]:
    fields = _fields("metadata", "application/json", capture.fetched_at) | _context_fields(capture)
    told = {
        "failure": capture.failure,
        "detail": capture.detail,
        "status": capture.status,
        "headers": capture.headers,
        "request_headers": capture.request_headers,
    }
    return fields, json.dumps(told).encode()


def _digest(payload: bytes) -> str:
    return "sha1:" + b32encode(hashlib.sha1(payload).digest()).decode()


def _fields(kind: str, content_type: str, at: datetime) -> dict[str, str]:
    return {
        "WARC-Type": kind,
        "WARC-Record-ID": f"<urn:uuid:{uuid4()}>",
        "WARC-Date": _moment(at),
        "Content-Type": content_type,
    }


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _context_fields(capture: Capture) -> dict[str, str]:
    fields = {
        "WARC-Target-URI": _line(capture.url),
        "Saytmetr-Purpose": capture.purpose,
        "Saytmetr-Tls": capture.tls,
    }
    if capture.found_on is not None:
        fields["Saytmetr-Found-On"] = _line(capture.found_on)
    if capture.word is not None:
        fields["Saytmetr-Word"] = _line(capture.word)
    fields["Saytmetr-Quality"] = f"{capture.quality:g}"
    if capture.flaw is not None:
        fields["Saytmetr-Flaw"] = _line(capture.flaw)
    return fields


def _context(fields: dict[str, str]) -> dict[str, Any]:
    """What `_context_fields` wrote, as Capture's arguments."""
    return {
        "url": fields["WARC-Target-URI"],
        "purpose": fields["Saytmetr-Purpose"],
        "fetched_at": datetime.fromisoformat(fields["WARC-Date"]),
        "tls": fields["Saytmetr-Tls"],
        "found_on": fields.get("Saytmetr-Found-On"),
        "word": fields.get("Saytmetr-Word"),
        "quality": float(fields.get("Saytmetr-Quality", "1")),
        "flaw": fields.get("Saytmetr-Flaw"),
    }


def _http_head(first_line: str, headers: Headers) -> bytes:
    lines = [first_line, *(f"{_shown_name(name)}: {value}" for name, value in headers)]
    return b"\r\n".join(octets(_line(line)) for line in lines) + b"\r\n\r\n"


def _http(block: bytes) -> tuple[str, Headers, bytes]:
    """(first line, headers, payload)."""
    head, _, payload = block.partition(b"\r\n\r\n")
    first_line, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(": ") for line in lines)
    return first_line, tuple((_true_name(name), value) for name, _, value in pairs), payload


# The payload's chunks are undone already, and a reader that believed this header would undo them again.
_CHUNKED, _CHUNKED_SHOWN = "transfer-encoding", "x-orig-transfer-encoding"
_STATUSES = {int(status) for status in HTTPStatus}


def _shown_name(name: str) -> str:
    return _CHUNKED_SHOWN if name.lower() == _CHUNKED else name


def _true_name(name: str) -> str:
    return "Transfer-Encoding" if name == _CHUNKED_SHOWN else name


def _body(wire: bytes, headers: Headers, fields: dict[str, str]) -> bytes:
    """The body whose SHA-256 was written down: mostly the wire's with its coding undone."""
    codings = ",".join(value for name, value in headers if name.lower() == "content-encoding")
    size = int(fields["Saytmetr-Body-Size"])
    # A server that promised gzip and sent plain text: the body was taken as it came.
    if not codings or (size == len(wire) and hashlib.sha256(wire).hexdigest() == fields["Saytmetr-Body-Sha256"]):
        return wire
    try:
        return inflate(wire, codings, max(size, CAP_BYTES))
    except BadEncoding as error:
        return error.partial


def _pairs(lists: list[list[str]]) -> Headers:
    return tuple((name, value) for name, value in lists)


def _line(text: str) -> str:
    """A field is one line: nothing that a site sends may begin another."""
    return text.replace("\r", " ").replace("\n", " ")
