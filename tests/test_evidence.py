"""Is what a site answered still there afterwards, byte for byte, whatever happened to the writer?"""

import gzip
import hashlib
import multiprocessing
import os
import random
import signal
import time
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

import brotli  # type: ignore[import-untyped,unused-ignore]
import pytest
from backports import zstd
from warcio.archiveiterator import ArchiveIterator

from archive.capture import Capture
from archive.codings import BadEncoding, TooLarge, inflate
from archive.evidence import Damaged, Evidence, InUse, SetAside, Stored
from archive.quality import DOUBTFUL, MENDED, NOTHING, PART, PUT_OFF, WHOLE, graded

AT = datetime(2018, 8, 20, 9, 0, 0, 123456, tzinfo=UTC)
HTML = ("<html><body><h1>Binəqədi Rayon İcra Hakimiyyəti</h1>" + "<p>Xəbər</p>" * 300 + "</body></html>").encode()


def page(number: int = 0, body: bytes = HTML, coding: str | None = None, **more: object) -> Capture:
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html; charset=utf-8"),)
    if coding is not None:
        headers += (("Content-Encoding", coding),)
    told: dict[str, object] = {
        "url": f"http://binegedi-ih.gov.az/page/{number}.html?a=1",
        "purpose": "page",
        "fetched_at": AT + timedelta(seconds=number),
        "status": 200,
        "headers": headers,
        "body": body,
        "found_on": "http://binegedi-ih.gov.az/",
        "request_headers": (("Host", "binegedi-ih.gov.az"), ("User-Agent", "saytmetr")),
    }
    return Capture(**(told | more))  # type: ignore[arg-type]


def refused(number: int = 0) -> Capture:
    return page(
        number,
        body=b"",
        status=None,
        headers=(),
        failure="refused",
        detail="Connection was refused: İ",
        request_headers=(),
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "2018-08" / "binagadi.warc.gz"


@pytest.fixture
def file(path: Path) -> Iterator[Evidence]:
    with Evidence(path, "saytmetr 0.1.0") as opened:
        yield opened


def fill(path: Path, count: int) -> list[tuple[Capture, Stored]]:
    """A file of pages, some gzipped on the wire, with a failure now and then."""
    written: list[tuple[Capture, Stored]] = []
    with Evidence(path) as file:
        for number in range(count):
            if number % 5 == 4:
                capture, wire = refused(number), b""
            elif number % 2:
                capture, wire = page(number, coding="gzip"), gzip.compress(HTML)
            else:
                capture, wire = page(number), HTML
            written.append((capture, file.append(capture, wire)))
    return written


# Written and read back


@pytest.mark.parametrize(
    ("capture", "wire"),
    [
        pytest.param(page(), HTML, id="plain"),
        pytest.param(page(coding="gzip"), gzip.compress(HTML), id="gzip"),
        pytest.param(page(coding="x-gzip"), gzip.compress(HTML), id="x-gzip"),
        pytest.param(page(coding="deflate"), zlib.compress(HTML), id="deflate"),
        pytest.param(page(coding="deflate, gzip"), gzip.compress(zlib.compress(HTML)), id="two codings"),
        pytest.param(page(coding="gzip"), HTML, id="gzip promised and plain text sent"),
        pytest.param(page(coding="gzip", body=b""), b"", id="gzip promised and nothing sent"),
        pytest.param(page(body=bytes(range(256)) * 99), bytes(range(256)) * 99, id="binary"),
        pytest.param(page(body=b"\r\n\r\nHTTP/1.1 200"), b"\r\n\r\nHTTP/1.1 200", id="looks like a header"),
        pytest.param(page(status=999), HTML, id="a status nobody knows"),
        pytest.param(page(status=302, headers=(("Location", "/az/"),), body=b""), b"", id="redirect"),
        pytest.param(page(headers=(("X", "\xc9\x99 \xff"), ("x", ""), ("X", " a: b"))), HTML, id="odd headers"),
        pytest.param(page(headers=(("Transfer-Encoding", "chunked"),)), HTML, id="was chunked"),
        pytest.param(page(purpose="search", word="satınalma", found_on=None, tls="invalid"), HTML, id="search"),
        pytest.param(page(url="http://site.gov.az/İctimai şura?q=ə"), HTML, id="address in the raw"),
        pytest.param(refused(), b"", id="failure"),
        pytest.param(
            page(failure="too_large", body=b"", detail="21 MB", tls="valid"), b"", id="failure with an answer"
        ),
    ],
)
def test_comes_back_as_it_was(file: Evidence, capture: Capture, wire: bytes) -> None:
    file.append(page(), HTML)
    stored = file.append(capture, wire)
    file.append(page(1), HTML)
    assert file.read(stored.offset) == capture
    assert list(file.captures()) == [page(), capture, page(1)]


@pytest.mark.parametrize("end", [b"", b"\xff" * 40])
def test_half_a_body_comes_back_as_the_half_that_was_read(file: Evidence, end: bytes) -> None:
    text = "".join(str(n) for n in range(20_000)).encode()
    wire = gzip.compress(text)[:-40] + end
    with pytest.raises(BadEncoding) as caught:
        inflate(wire, "gzip")
    half = caught.value.partial
    assert 0 < len(half) < len(text)
    stored = file.append(page(coding="gzip", body=half), wire)
    assert file.read(stored.offset).body == half


def test_sha256_is_of_the_body_and_not_of_how_it_was_packed(file: Evidence) -> None:
    plain = file.append(page(), HTML)
    packed = file.append(page(coding="gzip"), gzip.compress(HTML, 1))
    failed = file.append(refused())
    expected = hashlib.sha256(HTML).hexdigest()
    assert file.read(plain.offset).sha256 == file.read(packed.offset).sha256 == expected
    assert file.read(failed.offset).sha256 is None


def test_is_with_the_operating_system_when_append_returns(file: Evidence, path: Path) -> None:
    stored = file.append(page(), HTML)
    assert path.stat().st_size >= stored.end
    with Evidence(path) as reader:
        assert reader.read(stored.offset) == page()


def test_another_process_goes_on_where_the_first_stopped(path: Path) -> None:
    first, second = fill(path, 3), fill(path, 3)
    assert second[0][1].offset > first[-1][1].end - 1
    with Evidence(path) as file:
        assert [stored for _, stored in file.stored()] == [stored for _, stored in first + second]
    with path.open("rb") as handle:
        assert [r.rec_type for r in ArchiveIterator(handle)].count("warcinfo") == 1


def test_two_writers_at_once_are_refused(file: Evidence, path: Path) -> None:
    file.append(page(), HTML)
    with Evidence(path) as other, pytest.raises(InUse, match="another process"):
        other.append(page(), HTML)


def test_an_answer_without_a_status_is_refused(file: Evidence) -> None:
    with pytest.raises(ValueError, match="an answer has a status"):
        file.append(page(status=None), HTML)


# Others can read it


def test_warcio_reads_everything_and_finds_the_same_digests(path: Path) -> None:
    written = fill(path, 12)
    with path.open("rb") as handle:
        kinds, hashes, previous_id = [], [], ""
        for record in ArchiveIterator(handle, check_digests="raise"):
            kinds.append(record.rec_type)
            assert record.rec_headers.protocol == "WARC/1.1"
            body = record.content_stream().read()
            if record.rec_type == "response":
                assert record.rec_headers.get_header("Saytmetr-Purpose") == "page"
                hashes.append(hashlib.sha256(body).hexdigest())
                assert hashes[-1] == record.rec_headers.get_header("Saytmetr-Body-Sha256")
            elif record.rec_type == "request":
                assert record.rec_headers.get_header("WARC-Concurrent-To") == previous_id
            previous_id = record.rec_headers.get_header("WARC-Record-ID")
    assert kinds[:3] == ["warcinfo", "response", "request"]
    assert kinds.count("metadata") == sum(1 for capture, _ in written if capture.failure)
    assert hashes == [capture.sha256 for capture, _ in written if capture.sha256]


def test_a_member_stands_alone_at_its_offset(path: Path) -> None:
    written = fill(path, 5)
    data = path.read_bytes()
    for capture, stored in written:
        record = gzip.decompress(data[stored.offset : stored.end])
        assert record.startswith(b"WARC/1.1\r\n")
        assert capture.url.encode() in record


# Damage is said, never read over


def test_every_flipped_byte_of_a_record_is_noticed(path: Path) -> None:
    (_, _), (_, stored), _ = fill(path, 3)
    whole = path.read_bytes()
    for at in range(stored.offset, stored.end):
        if at - stored.offset in range(3, 10):
            continue  # gzip's own flags, time and system: they carry nothing of ours
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
        with Evidence(path) as file, pytest.raises(Damaged, match=r"binagadi.warc.gz: damaged at byte \d+"):
            file.read(stored.offset)


def test_a_wrong_place_is_noticed(path: Path) -> None:
    written = fill(path, 3)
    with Evidence(path) as file:
        for offset in (0, written[1][1].offset + 1, written[0][1].end, path.stat().st_size):
            with pytest.raises(Damaged):
                file.read(offset)


def test_a_missing_file_is_said(file: Evidence) -> None:
    with pytest.raises(Damaged, match="no such file"):
        file.read(0)
    with pytest.raises(Damaged, match="no such file"):
        list(file.captures())


def test_another_page_in_a_whole_record_is_noticed(path: Path) -> None:
    ((_, stored),) = fill(path, 1)
    data = path.read_bytes()
    forged = gzip.decompress(data[stored.offset : stored.end]).replace(b"Rayon", b"Qayon")
    path.write_bytes(data[: stored.offset] + gzip.compress(forged))
    with Evidence(path) as file, pytest.raises(Damaged, match="not the one that was written"):
        file.read(stored.offset)


# After a kill


def test_cut_anywhere_the_whole_records_stay_and_the_next_append_works(path: Path, tmp_path: Path) -> None:
    written = fill(path, 12)
    whole = path.read_bytes()
    chance = random.Random(20180820)
    edges = [edge for _, stored in written for edge in (stored.offset, stored.end)]
    for cut in {0, 1, len(whole), *edges, *(chance.randrange(len(whole)) for _ in range(150))}:
        cut_path = tmp_path / f"cut-{cut}.warc.gz"
        cut_path.write_bytes(whole[:cut])
        kept = [(capture.url, stored) for capture, stored in written if stored.end <= cut]
        indexed = chance.randrange(len(kept) + 1)
        with Evidence(cut_path) as file:
            mended = file.mend(kept[indexed - 1][1].end if indexed else 0)
            assert [(capture.url, stored) for capture, stored in mended.adopted] == kept[indexed:]
            assert mended.cut_bytes == cut - cut_path.stat().st_size
            assert mended.cut_kept is None
            stored = file.append(page(99), HTML)
            assert file.read(stored.offset) == page(99)
            urls = [capture.url for capture in file.captures()]
            assert urls == [url for url, _ in kept] + [page(99).url]
        with cut_path.open("rb") as handle:
            assert sum(r.rec_type in ("response", "metadata") for r in ArchiveIterator(handle)) == len(urls)


def test_half_a_record_is_never_written_behind(path: Path) -> None:
    fill(path, 3)
    path.write_bytes(path.read_bytes()[:-10])
    with Evidence(path) as file, pytest.raises(Damaged, match="in the middle of a record"):
        file.append(page(), HTML)


def test_damage_in_what_the_index_knows_sets_the_file_aside(path: Path) -> None:
    written = fill(path, 4)
    data = bytearray(path.read_bytes())
    data[written[1][1].offset + 60] ^= 0xFF
    for number in (1, 2):
        path.write_bytes(data)
        with Evidence(path) as file, pytest.raises(SetAside, match=f"set aside as .*damaged-{number}") as caught:
            file.mend(written[3][1].end)
        assert not path.exists()
        assert caught.value.moved_to.read_bytes() == data
    with Evidence(path) as file:
        assert file.mend(0).adopted == ()
        file.append(page(), HTML)


def test_an_index_that_knows_more_than_the_file_sets_it_aside(path: Path) -> None:
    written = fill(path, 4)
    path.write_bytes(path.read_bytes()[: written[2][1].offset + 7])
    with Evidence(path) as file, pytest.raises(SetAside):
        file.mend(written[3][1].end)


def test_an_index_that_knows_a_file_that_is_gone_says_so(file: Evidence) -> None:
    with pytest.raises(Damaged, match="the index knows 1234 bytes"):
        file.mend(1234)


def test_damage_that_is_no_plain_cut_is_kept_beside(path: Path) -> None:
    written = fill(path, 4)
    data = path.read_bytes()
    path.write_bytes(data + b"\0" * 512)
    with Evidence(path) as file:
        mended = file.mend(written[3][1].end)
        assert mended.cut_bytes == 512
        assert mended.cut_kept is not None
        assert mended.cut_kept.read_bytes() == b"\0" * 512
    assert path.read_bytes() == data


def _write_until_killed(path: Path) -> None:
    with Evidence(path) as file:
        for number in range(1_000_000):
            file.append(page(number, coding="gzip"), gzip.compress(HTML))


def test_a_writer_that_is_really_killed(path: Path) -> None:
    writer = multiprocessing.get_context("fork").Process(target=_write_until_killed, args=(path,))
    writer.start()
    assert writer.pid is not None
    deadline_s = time.monotonic() + 20
    while not (path.exists() and path.stat().st_size > 100_000):
        assert time.monotonic() < deadline_s
        time.sleep(0.01)
    os.kill(writer.pid, signal.SIGKILL)
    writer.join()
    with Evidence(path) as file:
        adopted = file.mend(0).adopted
        assert [capture.url for capture, _ in adopted] == [page(n).url for n in range(len(adopted))]
        assert len(adopted) > 10
        file.append(page(), HTML)


class FullDisk:
    """A file that takes fifty bytes more."""

    def __init__(self, out: BinaryIO) -> None:
        self.out = out

    def write(self, data: memoryview) -> int:
        self.out.write(data[:50])
        raise OSError(28, "No space left on device")

    def fileno(self) -> int:
        return self.out.fileno()


def test_a_full_disk_leaves_nothing_half_written(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Evidence(path) as file:
        file.append(page(), HTML)
        size = path.stat().st_size
        out = file._out
        assert out is not None
        monkeypatch.setattr(file, "_out", FullDisk(out))
        with pytest.raises(OSError, match="No space left"):
            file.append(page(1), HTML)
        assert path.stat().st_size == size
        monkeypatch.setattr(file, "_out", out)
        file.append(page(2), HTML)
        assert [capture.url for capture in file.captures()] == [page().url, page(2).url]


# Content-Encoding


def _bare_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


@pytest.mark.parametrize(
    ("wire", "codings"),
    [
        (HTML, None),
        (HTML, ""),
        (HTML, "identity"),
        (HTML, "utf-8"),
        (gzip.compress(HTML), "GZIP"),
        (gzip.compress(HTML[:100]) + gzip.compress(HTML[100:]), "gzip"),
        (gzip.compress(HTML) + b"\r\n<!-- served by -->", "gzip"),
        (zlib.compress(HTML), "deflate"),
        (_bare_deflate(HTML), "deflate"),
        (gzip.compress(gzip.compress(HTML)), "gzip, gzip"),
        (gzip.compress(_bare_deflate(HTML)), "deflate,gzip"),
    ],
)
def test_inflates(wire: bytes, codings: str | None) -> None:
    assert inflate(wire, codings) == HTML


def test_nothing_inflates_to_nothing() -> None:
    assert inflate(b"", "gzip, br") == b""


@pytest.mark.parametrize(
    ("wire", "codings"),
    [
        (HTML, "gzip"),
        (HTML, "deflate"),
        (gzip.compress(HTML)[:-1], "gzip"),
        (gzip.compress(HTML), "zstd"),
        (gzip.compress(HTML), "compress"),
        (gzip.compress(HTML), "gzip, gzip"),
        (gzip.compress(b"") * 1001, "gzip"),
    ],
)
def test_a_broken_promise_is_said(wire: bytes, codings: str) -> None:
    with pytest.raises(BadEncoding):
        inflate(wire, codings)


def test_a_damaged_stream_gives_what_stood_before_the_damage() -> None:
    text = "".join(str(n) for n in range(20_000)).encode()
    wire = bytearray(gzip.compress(text))
    wire[len(wire) // 2 :] = b"\xff" * (len(wire) // 2)
    with pytest.raises(BadEncoding) as caught:
        inflate(bytes(wire), "gzip")
    assert caught.value.partial.startswith(text[: len(text) // 4])


@pytest.mark.parametrize("codings", ["gzip", "deflate", "gzip, gzip", None])
def test_a_bomb_stops_at_the_cap(codings: str | None) -> None:
    body = b"\0" * 50_000_000
    wire = {
        "gzip": gzip.compress(body),
        "deflate": zlib.compress(body),
        "gzip, gzip": gzip.compress(gzip.compress(body)),
        None: body,
    }[codings]
    with pytest.raises(TooLarge):
        inflate(wire, codings, 1_000_000)
    assert len(inflate(wire, codings, 50_000_000)) == 50_000_000


def test_brotli(file: Evidence) -> None:
    wire = brotli.compress(HTML)
    assert inflate(wire, "br") == HTML
    stored = file.append(page(coding="br"), wire)
    assert file.read(stored.offset) == page(coding="br")
    with pytest.raises(BadEncoding):
        inflate(wire[:-5], "br")
    with pytest.raises(BadEncoding):
        inflate(HTML, "br")
    with pytest.raises(TooLarge):
        inflate(brotli.compress(b"\0" * 50_000_000), "br", 1_000_000)


def test_zstd(file: Evidence) -> None:
    wire = zstd.compress(HTML)
    assert inflate(wire, "zstd") == HTML
    assert inflate(zstd.compress(HTML[:100]) + zstd.compress(HTML[100:]), "zstd") == HTML
    assert inflate(wire + b"\r\n<!-- served by -->", "zstd") == HTML
    stored = file.append(page(coding="zstd"), wire)
    assert file.read(stored.offset) == page(coding="zstd")
    with pytest.raises(BadEncoding, match="cut short"):
        inflate(wire[:-5], "zstd")
    with pytest.raises(BadEncoding):
        inflate(HTML, "zstd")
    with pytest.raises(BadEncoding, match="frames"):
        inflate(zstd.compress(b"") * 1001, "zstd")
    bomb = zstd.compress(b"\0" * 50_000_000)
    with pytest.raises(TooLarge):
        inflate(bomb, "zstd", 1_000_000)
    assert len(inflate(bomb, "zstd", 50_000_000)) == 50_000_000
    # A window of 128 MB is memory that a few bytes would make us take.
    with pytest.raises(BadEncoding, match="zstd"):
        inflate(_wide_window(), "zstd")


def _wide_window() -> bytes:
    """A frame that announces a window of 128 MB: magic, no single segment, window descriptor, an empty last block."""
    return b"\x28\xb5\x2f\xfd" + b"\x00" + bytes([(27 - 10) << 3]) + b"\x01\x00\x00"


# Quality


@pytest.mark.parametrize(
    ("body", "more", "fault", "quality", "flaw"),
    [
        (HTML, {}, None, WHOLE, None),
        (b"", {}, None, WHOLE, None),
        (b"%PDF-1.4", {}, None, WHOLE, None),
        (b"<p>a fragment that some script fetches</p>", {}, None, WHOLE, None),
        (HTML, {}, BadEncoding("checksum", HTML), MENDED, None),
        (HTML, {}, BadEncoding("not gzip"), MENDED, None),
        (b"<p>plain under a promise of gzip", {}, BadEncoding("not gzip"), MENDED, None),
        (HTML.removesuffix(b"</body></html>"), {}, None, DOUBTFUL, None),
        (HTML.replace("ə".encode(), "\ufffd".encode() * 50), {}, None, DOUBTFUL, None),
        (HTML, {"status": 503}, None, PUT_OFF, None),
        (HTML, {"status": 429}, None, PUT_OFF, None),
        (HTML, {"status": 404}, None, WHOLE, None),
        (HTML[:99], {}, BadEncoding("cut short", HTML[:99]), PART, "reset: cut short"),
        (b"<!doctype html><body><nav><a href='/su", {}, None, PART, "reset: the page ends in the middle of a tag"),
        (bytes(range(256)) * 9, {}, BadEncoding("compress: no"), PART, "not_html: compress: no"),
        # Half a robots.txt still binds us, and half an error page is an error all the same.
        (b"User-agent: *\nDisallow: /a", {"purpose": "robots"}, BadEncoding("cut", b"User"), PART, None),
        (HTML[:99], {"status": 404}, BadEncoding("cut", HTML[:99]), PART, None),
        (b"", {"failure": "timeout", "status": None}, None, NOTHING, None),
    ],
)
def test_quality(
    body: bytes, more: dict[str, Any], fault: BadEncoding | None, quality: float, flaw: str | None
) -> None:
    told = graded(page(body=body, **more), fault)
    assert (told.quality, told.flaw) == (quality, flaw)


def test_nobody_reads_half_a_page_and_everybody_can_see_it(file: Evidence, path: Path) -> None:
    wire = gzip.compress(HTML)[:-20]
    with pytest.raises(BadEncoding) as caught:
        inflate(wire, "gzip")
    stored = file.append(graded(page(coding="gzip", body=caught.value.partial), caught.value), wire)
    known = file.read(stored.offset)
    assert (known.failure, known.status, known.body, known.quality) == ("reset", None, b"", PART)
    assert known.detail == "HTTP 200, the compressed body is cut short"
    assert [capture.failure for capture in file.captures()] == ["reset"]
    with path.open("rb") as handle:
        (kept,) = (r.raw_stream.read() for r in ArchiveIterator(handle) if r.rec_type == "response")
    assert kept.endswith(wire)


# What a capture says of itself


@pytest.mark.parametrize(
    ("status", "target", "expected"),
    [
        (301, "https://site.gov.az/az", "https://site.gov.az/az"),
        (302, "/az/?a=1&b=%C9%99", "http://binegedi-ih.gov.az/az/?a=1&b=%C9%99"),
        (302, " index.php ", "http://binegedi-ih.gov.az/page/index.php"),
        (302, "//m.site.gov.az", "http://m.site.gov.az"),
        (302, "/\xc9\x99sas", "http://binegedi-ih.gov.az/%C9%99sas"),
        (302, "/əsas s", "http://binegedi-ih.gov.az/%C9%99sas%20s"),
        (302, "http://[::1", None),
        (200, "/az/", None),
        (302, None, None),
    ],
)
def test_where_a_redirect_leads(status: int, target: str | None, expected: str | None) -> None:
    headers = () if target is None else (("LOCATION", target),)
    assert page(status=status, headers=headers).location == expected
