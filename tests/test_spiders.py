"""Does the spider visit what it may, the way it promised, and give every failure its name?

Everything goes over real sockets, to a small proxy of our own behind which any site can be made up.
"""

import asyncio
import gzip
import json
import re
import resource
import signal
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from warcio.archiveiterator import ArchiveIterator

from archive.database import Busy, Database, PageRow, Round, open_database
from archive.evidence import Capture, Evidence
from archive.leads import Guide, Lead
from archive.registry import Agency, Registry
from spiders import guard, kin
from spiders.crawl import CrawlSummary, Manners, Progress, ProxyGone, Stopped, crawl, evidence_path
from spiders.line import wait_for_hours_s
from spiders.pace import retry_after_s
from spiders.visit import key_of, registered

ROOT = Path(__file__).resolve().parents[1]
SIGNS = [("dns", ["no such host"]), ("refused", ["connection refused"])]


# A web of our own --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Say:
    """What a site says to one request; `fault` instead of an answer."""

    body: bytes | str = b""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html; charset=utf-8"),)
    fault: str = ""
    delay_s: float = 0.0


@dataclass(frozen=True)
class Asked:
    at: float
    method: str
    url: str
    headers: dict[str, str]
    body: bytes

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""


Site = Callable[[Asked], Say]


def to(url: str, status: int = 302) -> Say:
    return Say(status=status, headers=(("Location", url),))


def links(*urls: str) -> str:
    return "<html>" + " ".join(f'<a href="{url}">link</a>' for url in urls) + "</html>"


def pages(robots: str | Say | None = None, **said: str | Say) -> Site:
    """A site of pages: home is "/", another name the path; what is not named is 404."""

    def answer(asked: Asked) -> Say:
        path = urlsplit(asked.url).path.strip("/")
        if path == "robots.txt":
            found: str | Say | None = robots
        else:
            found = said.get(path or "home")
        return Say("nothing here", 404) if found is None else found if isinstance(found, Say) else Say(found)

    return answer


class Web:
    """An HTTP proxy in a thread of its own, and the sites behind it. Notes what is asked, and who was at it at once."""

    def __init__(self, pem: Path) -> None:
        self.pem = pem
        self.sites: dict[str, Site] = {}
        self.asked: list[Asked] = []
        self.now: Counter[str] = Counter()
        self.most_at_once: Counter[str] = Counter()
        self.tunnel_fault: dict[str, str] = {}
        self._certificate: ssl.SSLContext | None = None
        self._loop = asyncio.new_event_loop()
        self._up = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self._up.wait(10)

    @property
    def proxy(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def urls(self, host: str = "") -> list[str]:
        return [asked.url for asked in self.asked if host in ("", asked.host)]

    def stop(self) -> None:
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(5)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._client, "127.0.0.1", 0))
        self.port: int = server.sockets[0].getsockname()[1]
        self._up.set()
        self._loop.run_forever()
        server.close()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.close()

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._converse(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError, asyncio.CancelledError):
            pass
        finally:
            writer.transport.abort()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tunnel = ""
        while True:
            first = await reader.readexactly(1)
            if first == b"\x16":  # TLS, to a port that speaks plain HTTP
                await reader.read(10_000)
                writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                await writer.drain()
                return
            head = (first + await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            method, target, _ = head[0].split(" ", 2)
            headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in head[1:] if line)}
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            if method == "CONNECT":
                tunnel = target.rpartition(":")[0]
                fault = self.tunnel_fault.get(tunnel, "" if tunnel in self.sites else "502 Bad Gateway")
                if fault == "close":
                    return
                if fault:
                    writer.write(f"HTTP/1.1 {fault}\r\nContent-Length: 0\r\n\r\n".encode())
                    await writer.drain()
                    return
                writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
                await writer.drain()
                await writer.start_tls(self._tls())
                continue
            url = f"https://{tunnel}{target}" if tunnel else urljoin(f"http://{headers['host']}/", target)
            asked = Asked(time.monotonic(), method, url, headers, body)
            self.asked.append(asked)
            host = asked.host
            self.now[host] += 1
            self.most_at_once[host] = max(self.most_at_once[host], self.now[host])
            try:
                site = self.sites.get(host)
                await self._say(writer, site(asked) if site else Say("no such host", 502))
            finally:
                self.now[host] -= 1

    async def _say(self, writer: asyncio.StreamWriter, say: Say) -> None:
        await asyncio.sleep(say.delay_s)
        body = say.body.encode() if isinstance(say.body, str) else say.body
        if say.fault == "hang":
            await asyncio.sleep(60)
        if say.fault == "reset":
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if say.fault in ("reset", "refuse"):
            raise ConnectionError
        head = [f"HTTP/1.1 {say.status} X", *(f"{name}: {value}" for name, value in say.headers)]
        if say.fault == "drip":
            writer.write(("\r\n".join(head) + "\r\n\r\n").encode("latin-1"))
            while True:
                writer.write(b" ")
                await writer.drain()
                await asyncio.sleep(0.1)
        if say.fault == "bomb":
            writer.write(("\r\n".join(head) + "\r\n\r\n").encode("latin-1"))
            while True:
                writer.write(b"A" * 1_000_000)
                await writer.drain()
        size = 99_999 if say.fault == "truncate" else len(body)
        writer.write(("\r\n".join([*head, f"Content-Length: {size}"]) + "\r\n\r\n").encode("latin-1") + body)
        await writer.drain()
        if say.fault == "truncate":
            raise ConnectionError

    def _tls(self) -> ssl.SSLContext:
        if self._certificate is None:
            self._certificate = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._certificate.load_cert_chain(self.pem)
        return self._certificate


def _self_signed(host: str) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now - timedelta(1)).not_valid_after(now + timedelta(1))
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    return private + builder.sign(key, hashes.SHA256()).public_bytes(pem)


@pytest.fixture(scope="session")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tls") / "trusted.gov.az.pem"
    path.write_bytes(_self_signed("trusted.gov.az"))
    return path


@pytest.fixture
def web(pem: Path) -> Iterator[Web]:
    web = Web(pem)
    yield web
    web.stop()


# A guide that follows every link ---------------------------------------------------------------------------


@dataclass
class LinkGuide:
    """Follows the links of every page; `first` are leads given with the first page, `last` when none is left."""

    agency: Agency
    first: Sequence[Lead] = ()
    last: list[Lead] = field(default_factory=list)
    saw: list[Capture] = field(default_factory=list)

    def see(self, capture: Capture) -> Iterable[Lead]:
        self.saw.append(capture)
        if capture.purpose != "page" or capture.status != 200:
            return
        if len([c for c in self.saw if c.status == 200 and c.purpose == "page"]) == 1:
            yield from self.first
        for href in re.findall(r'href="([^"]+)"', capture.body.decode("utf-8", "replace")):
            yield Lead(urljoin(capture.url, href), 50, found_on=capture.url)

    def press(self, shown: Capture) -> Sequence[int]:
        return ()

    def more(self) -> Iterable[Lead]:
        leads, self.last = self.last, []
        return leads


# One round -------------------------------------------------------------------------------------------------


def id_of(host: str) -> str:
    return host.rpartition("//")[2].strip("/").replace(".", "-")


def agency(host: str) -> Agency:
    site = host if "://" in host else f"http://{host}/"
    return Agency(id=id_of(host), group="local", name=host, site=site)


def begun(database: Database, agencies: Sequence[Agency], name: str = "r") -> Round:
    registry = Registry(tuple(agencies), "0" * 64)
    ids = [one.id for one in agencies]
    return database.start_round(name, date(2018, 8, 20), datetime.now(UTC), registry, ids, "saytmetr 0.1.0", {})


@dataclass
class Gathered:
    summary: CrawlSummary
    database: Database
    round: Round
    archive: Path

    def rows(self, host: str) -> list[PageRow]:
        return self.database.pages(self.database.visit(self.round, id_of(host)).id)

    def told(self, host: str, purpose: str = "page") -> list[tuple[str, int | str | None]]:
        """(address, status or failure) of every capture, in order."""
        return [(row.url, row.failure or row.status) for row in self.rows(host) if row.purpose == purpose]

    def captures(self, host: str) -> list[Capture]:
        with Evidence(evidence_path(self.archive, self.round, id_of(host))) as evidence:
            return list(evidence.captures())

    def stopped_by(self, host: str) -> str | None:
        return self.database.visit(self.round, id_of(host)).stopped_by


class Rounds:
    def __init__(self, folder: Path, web: Web) -> None:
        self.folder, self.web = folder, web

    def __call__(
        self,
        *agencies: Agency | str,
        make_guide: Callable[[Agency], Guide] = LinkGuide,
        on_progress: Callable[[Progress], None] | None = None,
        **manners: Any,
    ) -> Gathered:
        chosen = [one if isinstance(one, Agency) else agency(one) for one in agencies]
        database = open_database(self.folder / "r.db")
        names = [one.name for one in database.rounds()]
        round_ = database.round("r") if "r" in names else begun(database, chosen)
        told: dict[str, Any] = {"delay_s": 0, "timeout_s": 0.7, "proxy": self.web.proxy, "late_look": False, **manners}
        archive = self.folder / "archive"
        summary = crawl(round_, chosen, make_guide, database, archive, Manners(**told), on_progress, SIGNS)
        return Gathered(summary, database, round_, archive)


@pytest.fixture
def gather(tmp_path: Path, web: Web) -> Rounds:
    return Rounds(tmp_path, web)


# A visit ---------------------------------------------------------------------------------------------------


def test_a_plain_site(web: Web, gather: Rounds) -> None:
    packed = Say(
        gzip.compress(links("/b").encode()),
        headers=(("Content-Encoding", "gzip"), ("X-Odd", "Ə".encode().decode("latin-1"))),
    )
    web.sites["a.gov.az"] = pages(home=links("/a", "/b", "/gone", "/a#top"), a=packed, b="end")
    got = gather("a.gov.az")
    assert got.told("a.gov.az") == [
        ("http://a.gov.az/", 200),
        ("http://a.gov.az/a", 200),
        ("http://a.gov.az/b", 200),
        ("http://a.gov.az/gone", 404),
    ]
    assert got.told("a.gov.az", "robots") == [("http://a.gov.az/robots.txt", 404)]
    assert len(web.asked) == 5
    assert [c.url for c in got.captures("a.gov.az")] == web.urls()
    inner = got.captures("a.gov.az")[2]
    assert inner.body == links("/b").encode()
    assert inner.found_on == "http://a.gov.az/"
    assert ("X-Odd", "Ə".encode().decode("latin-1")) in inner.headers
    visit = got.summary.visits[0]
    assert (visit.complete, visit.requests, visit.pages, visit.stopped_by) == (True, 5, 4, "exhausted")
    assert visit.bytes > 100
    assert not got.summary.interrupted
    assert got.summary.unfinished == ()


def test_who_it_says_it_is(web: Web, gather: Rounds) -> None:
    web.sites["a.gov.az"] = pages(home="x")

    def guide(one: Agency) -> LinkGuide:
        return LinkGuide(one, first=[Lead("http://a.gov.az/", 100, "phone")])

    got = gather("a.gov.az", make_guide=guide, page="https://example.org/bot", contact="bot@example.org")
    robots, home, phone = web.asked
    honest = "saytmetr/0.1 (+https://example.org/bot; bot@example.org)"
    assert robots.headers["user-agent"] == home.headers["user-agent"] == honest
    assert re.search("Android.*Mobile.*saytmetr/0.1; .https://example.org/bot", phone.headers["user-agent"])
    assert home.headers["accept-encoding"] == "gzip, deflate, br, zstd"
    assert "cookie" not in home.headers
    sent = dict(got.captures("a.gov.az")[1].request_headers)
    assert sent["User-Agent"] == honest


def test_no_site(gather: Rounds) -> None:
    none = Agency(id="none", group="local", name="none", site=None)
    assert gather(none).stopped_by("none") == "no_site"


def test_the_most_promising_goes_first_and_more_is_asked_for_at_the_end(web: Web, gather: Rounds) -> None:
    web.sites["a.gov.az"] = pages(home=links("/dull"), dull="", good="", found="", search="")
    first = [Lead("http://a.gov.az/good", 90)]
    form = (("q", "şura"),)
    last = [Lead("http://a.gov.az/search", 40, "search", word="şura", form=form)]
    got = gather("a.gov.az", make_guide=lambda one: LinkGuide(one, first, list(last)))
    assert [urlsplit(url).path for url in web.urls()] == ["/robots.txt", "/", "/good", "/dull", "/search"]
    assert (web.asked[-1].method, web.asked[-1].body) == ("POST", b"q=%C5%9Fura")
    assert got.captures("a.gov.az")[-1].word == "şura"


def test_budget_and_what_was_left_undone(web: Web, gather: Rounds) -> None:
    for host in ("a.gov.az", "b.gov.az"):
        web.sites[host] = lambda asked: Say(links(*(f"/{n}" for n in range(30))))

    def guide(one: Agency) -> LinkGuide:
        essential = [Lead("http://a.gov.az/law", 10, essential=True)] if one.id == "a-gov-az" else []
        searches = [Lead(f"{one.site}?q={n}", 60, "search", word=str(n)) for n in range(20)]
        return LinkGuide(one, first=essential + searches)

    got = gather("a.gov.az", "b.gov.az", make_guide=guide, budget_pages=8)
    assert len(got.told("a.gov.az")) == 8
    assert len(got.told("a.gov.az", "search")) == 11  # and robots.txt: twelve that are no pages
    by_id = {visit.agency_id: visit for visit in got.summary.visits}
    assert {visit.stopped_by for visit in by_id.values()} == {"budget"}
    assert not by_id["a-gov-az"].complete
    assert by_id["b-gov-az"].complete


def test_a_fault_in_a_guide_costs_its_site_only(web: Web, gather: Rounds) -> None:
    web.sites["a.gov.az"] = web.sites["b.gov.az"] = pages(home="x")

    class Broken(LinkGuide):
        def see(self, capture: Capture) -> Iterable[Lead]:
            raise KeyError("oops")

    got = gather("a.gov.az", "b.gov.az", make_guide=lambda one: Broken(one) if one.id == "a-gov-az" else LinkGuide(one))
    assert got.stopped_by("a.gov.az") == "error: KeyError: 'oops'"
    assert got.summary.errors == {"a-gov-az": "error: KeyError: 'oops'"}
    assert got.stopped_by("b.gov.az") == "exhausted"


# Faults ----------------------------------------------------------------------------------------------------

HOSTILE = {
    "hang": Say(fault="hang"),
    "drip": Say(fault="drip"),
    "refuse": Say(fault="refuse"),
    "reset": Say(fault="reset"),
    "truncate": Say("<html>half", fault="truncate"),
    "bomb": Say(fault="bomb"),
    "gzbomb": Say(gzip.compress(b"\0" * 60_000_000), headers=(("Content-Encoding", "gzip"),)),
    "dns": Say("Host not found: no such host", 502),
    "plain502": Say("<h1>502 Bad Gateway</h1>", 502),
}
NAMES = {
    "hang": "timeout",
    "drip": "timeout",
    "refuse": "refused",
    "reset": "reset",
    "truncate": "reset",
    "bomb": "too_large",
    "gzbomb": "too_large",
    "dns": "dns",
    "plain502": 502,
}


def test_every_fault_has_its_name(web: Web, gather: Rounds) -> None:
    for fault, say in HOSTILE.items():
        web.sites[f"{fault}.gov.az"] = web.sites[f"www.{fault}.gov.az"] = lambda _, say=say: say  # type: ignore[misc]
        web.sites[f"inner-{fault}.gov.az"] = pages(home=links("/bad", "/good"), bad=say, good="x")
    hosts = [host for host in web.sites if not host.startswith("www.")]
    began = time.monotonic()
    got = gather(*hosts)
    assert time.monotonic() - began < 12
    for fault, name in NAMES.items():
        inner = dict(got.told(f"inner-{fault}.gov.az"))
        assert inner == {
            f"http://inner-{fault}.gov.az/": 200,
            f"http://inner-{fault}.gov.az/bad": name,
            f"http://inner-{fault}.gov.az/good": 200,
        }
        asked = web.urls(f"inner-{fault}.gov.az").count(f"http://inner-{fault}.gov.az/bad")
        assert asked == (1 if name in ("too_large", "dns") else 2), fault
        if fault != "plain502":
            assert got.told(f"{fault}.gov.az")[0] == (f"http://{fault}.gov.az/", name)
            assert got.stopped_by(f"{fault}.gov.az") == "home"
    # robots.txt that answers 5xx to the end closes the site
    assert got.told("plain502.gov.az") == [("http://plain502.gov.az/", "robots")]
    assert all(visit.complete for visit in got.summary.visits)


def test_half_a_page_is_looked_at_again_and_never_read(web: Web, gather: Rounds) -> None:
    whole = (links("/in") + "<p>x</p>" * 500).encode()
    half = Say(gzip.compress(whole)[:-30], headers=(("Content-Type", "text/html"), ("Content-Encoding", "gzip")))
    asked: Counter[str] = Counter()

    def once_half(one: Asked) -> Say:
        asked[one.url] += 1
        is_half = one.url.endswith("/in") and asked[one.url] == 1
        return half if is_half else pages(home=links("/in"), **{"in": "whole"})(one)

    web.sites = {"a.gov.az": once_half, "b.gov.az": pages(home=links("/in"), **{"in": half})}
    web.sites["c.gov.az"] = pages(home=half)
    seen: list[LinkGuide] = []

    def guide(one: Agency) -> LinkGuide:
        seen.append(LinkGuide(one))
        return seen[-1]

    got = gather("a.gov.az", "b.gov.az", "c.gov.az", make_guide=guide)
    assert [told for _, told in got.told("a.gov.az")] == [200, "reset", 200]
    assert [told for _, told in got.told("b.gov.az")] == [200, "reset", "reset"]
    assert got.told("c.gov.az")[0] == ("http://c.gov.az/", "reset")
    assert got.stopped_by("c.gov.az") == "home"
    assert not any(b"<p>x</p>" in capture.body for guide in seen for capture in guide.saw)
    assert [row.quality for row in got.rows("a.gov.az") if row.purpose == "page"] == [1.0, 0.1, 1.0]


def test_the_other_forms_of_the_address_are_tried(web: Web, gather: Rounds) -> None:
    web.sites["a.gov.az"] = lambda asked: Say("x") if asked.url.startswith("https:") else Say(fault="refuse")
    web.sites["www.b.gov.az"] = pages(home="x")
    web.sites["c.gov.az"] = pages(home="x")
    got = gather("a.gov.az", "b.gov.az", "www.c.gov.az", "nowhere.gov.az")
    assert got.told("a.gov.az") == [("http://a.gov.az/", "refused"), ("https://a.gov.az/", 200)]
    assert got.told("b.gov.az") == [("http://b.gov.az/", "dns"), ("http://www.b.gov.az/", 200)]
    assert got.told("www.c.gov.az")[-1] == ("http://c.gov.az/", 200)
    assert got.told("nowhere.gov.az") == [("http://nowhere.gov.az/", "dns"), ("http://www.nowhere.gov.az/", "dns")]
    assert [row.found_on for row in got.rows("a.gov.az")] == [None] * len(got.rows("a.gov.az"))
    # a self-signed certificate is recorded, and the visit goes on
    assert got.captures("a.gov.az")[-1].tls == "invalid"
    assert got.captures("b.gov.az")[-1].tls == "none"


def test_certificates(web: Web, gather: Rounds, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(web.pem))
    for host in ("trusted.gov.az", "other.gov.az"):
        web.sites[host] = pages(home=links("/in"), **{"in": "x"})
    got = gather(agency("https://trusted.gov.az/"), agency("https://other.gov.az/"))
    assert [capture.tls for capture in got.captures("https://trusted.gov.az/")] == ["valid"] * 3
    assert [capture.tls for capture in got.captures("https://other.gov.az/")] == ["invalid"] * 3
    assert len(web.urls("other.gov.az")) == 3  # a handshake that fails asks for nothing


def test_tunnels_that_are_turned_down(web: Web, gather: Rounds) -> None:
    web.tunnel_fault = {
        "a.gov.az": "close",
        "b.gov.az": "504 Gateway Timeout",
        "c.gov.az": "503 connection refused",
        "d.gov.az": "503 No such host",
        "f.gov.az": "502 Bad Gateway\r\nProxy-Status: p; error=connection_refused",
    }
    hosts = [f"https://{host}/" for host in (*web.tunnel_fault, "e.gov.az")]
    reasons = ["refused", "timeout", "refused", "dns", "refused", "dns"]
    got = gather(*(agency(url) for url in hosts))
    assert [dict(got.told(url))[url] for url in hosts] == reasons


def test_a_host_that_recovers(web: Web, gather: Rounds) -> None:
    asked: Counter[str] = Counter()

    def twice_broken(one: Asked) -> Say:
        asked[one.host] += 1
        return Say(fault="reset") if asked[one.host] < 3 else pages(home="x")(one)

    def once_busy(one: Asked) -> Say:
        asked[one.url] += 1
        if "robots" in one.url or asked[one.url] > 1:
            return pages(home=links("/in"), **{"in": "x"})(one)
        return Say("wait", 503, headers=(("Retry-After", "1"),))

    def long_busy(one: Asked) -> Say:
        return pages(home=Say("wait", 503, headers=(("Retry-After", "3600"),)))(one)

    web.sites = {"a.gov.az": twice_broken, "b.gov.az": once_busy, "c.gov.az": long_busy}
    got = gather("a.gov.az", "b.gov.az", "c.gov.az")
    assert got.told("a.gov.az") == [("http://a.gov.az/", 200)]
    statuses = [status for _, status in got.told("b.gov.az")]
    assert statuses == [503, 200, 503, 200]
    times = [one.at for one in web.asked if one.url == "http://b.gov.az/"]
    assert times[1] - times[0] >= 1
    assert web.urls("c.gov.az") == ["http://c.gov.az/robots.txt", "http://c.gov.az/"]


def test_a_silent_site_is_left_alone(web: Web, gather: Rounds) -> None:
    said: dict[str, str | Say] = {f"p{n}": Say(fault="refuse") for n in range(20)}
    web.sites["a.gov.az"] = pages(home=links(*(f"/p{n}" for n in range(20))), **said)

    def guide(one: Agency) -> LinkGuide:
        return LinkGuide(one, first=[Lead("http://a.gov.az/p19", 10, essential=True)])

    got = gather("a.gov.az", make_guide=guide)
    assert (got.stopped_by("a.gov.az"), got.summary.visits[0].complete) == ("failures", False)
    assert len(got.told("a.gov.az")) == 6


# Redirects -------------------------------------------------------------------------------------------------


def test_a_site_that_moved(web: Web, gather: Rounds) -> None:
    web.sites["old.gov.az"] = pages(home=to("http://www.new.az/az/"))
    web.sites["www.new.az"] = pages(az=links("/in", "/out", "/same"), out=to("http://else.az/"), same=to("//new.az/in"))
    web.sites["new.az"] = pages(**{"in": "x"})
    web.sites["else.az"] = pages(home="x")
    got = gather("old.gov.az")
    rows = {row.url: (row.status, row.found_on) for row in got.rows("old.gov.az") if row.purpose == "page"}
    assert rows == {
        "http://old.gov.az/": (302, None),
        "http://www.new.az/az/": (200, "http://old.gov.az/"),
        "http://www.new.az/in": (404, "http://www.new.az/az/"),
        "http://www.new.az/out": (302, "http://www.new.az/az/"),
        "http://www.new.az/same": (302, "http://www.new.az/az/"),
        "http://new.az/in": (200, "http://www.new.az/same"),
    }
    assert web.urls("else.az") == []


def test_a_phone_is_sent_elsewhere(web: Web, gather: Rounds) -> None:
    def by_agent(asked: Asked) -> Say:
        is_phone = "Android" in asked.headers["user-agent"]
        return to("http://m.a.gov.az/") if is_phone else pages(home="x")(asked)

    web.sites = {"a.gov.az": by_agent, "m.a.gov.az": pages(home="small")}
    got = gather("a.gov.az", make_guide=lambda one: LinkGuide(one, first=[Lead("http://a.gov.az/", 99, "phone")]))
    assert got.told("a.gov.az") == [("http://a.gov.az/", 200)]
    assert got.told("a.gov.az", "phone") == [("http://a.gov.az/", 302), ("http://m.a.gov.az/", 200)]
    assert got.summary.visits[0].pages == 1


def test_meta_refresh_on_the_way_home(web: Web, gather: Rounds) -> None:
    refresh = "<meta http-equiv='Refresh' content='0; URL={}'>".format
    web.sites["a.gov.az"] = pages(home=refresh("/az/index.php?a=1&amp;b=2"))
    web.sites["b.gov.az"] = pages(home=refresh("/") + "reloads itself")
    web.sites["c.gov.az"] = pages(home=refresh("http://127.0.0.1/"))
    got = gather("a.gov.az", "b.gov.az", "c.gov.az")
    assert got.rows("a.gov.az")[-1].url == "http://a.gov.az/az/index.php?a=1&b=2"
    assert got.rows("a.gov.az")[-1].found_on == "http://a.gov.az/"
    assert got.told("b.gov.az") == [("http://b.gov.az/", 200)]
    assert got.told("c.gov.az")[-1] == ("http://127.0.0.1/", "forbidden_redirect")


def test_redirects_without_end(web: Web, gather: Rounds) -> None:
    web.sites["a.gov.az"] = pages(home=to("/x"), x=to("/"))
    web.sites["b.gov.az"] = pages(home=links("/1"), **{str(n): to(f"/{n + 1}") for n in range(1, 30)})
    web.sites["c.gov.az"] = pages(home=to("/"))
    got = gather("a.gov.az", "b.gov.az", "c.gov.az")
    assert got.told("a.gov.az")[-1] == ("http://a.gov.az/", "redirect_loop")
    assert got.told("b.gov.az")[-1] == ("http://b.gov.az/1", "redirect_loop")
    assert len(got.told("b.gov.az")) == 1 + 11 + 1
    assert got.told("c.gov.az")[-1] == ("http://c.gov.az/", "redirect_loop")
    assert got.rows("a.gov.az")[-1].found_on is None


INSIDE = [
    "http://127.0.0.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://2130706433/",
    "http://[::ffff:10.0.0.1]/",
    "http://localhost:8080/",
    "ftp://a.gov.az/",
    "http://u:p@a.gov.az/",
    "http://a.gov.az:22/",
    "file:///etc/passwd",
]


def test_redirects_to_where_nobody_may_go(web: Web, gather: Rounds) -> None:
    for n, url in enumerate(INSIDE):
        web.sites[f"h{n}.gov.az"] = pages(home=to(url))
        web.sites[f"i{n}.gov.az"] = pages(home=links("/x", url), x=to(url))
    got = gather(*web.sites)
    for n, url in enumerate(INSIDE):
        assert got.told(f"h{n}.gov.az") == [(f"http://h{n}.gov.az/", 302), (url, "forbidden_redirect")]
        assert got.told(f"i{n}.gov.az")[1:] == [(f"http://i{n}.gov.az/x", 302), (url, "forbidden_redirect")]
    assert {asked.host for asked in web.asked} == set(web.sites)


# robots.txt ------------------------------------------------------------------------------------------------


def test_robots(web: Web, gather: Rounds) -> None:
    home = links("/open", "/shut/1")
    rules = "User-agent: *\nDisallow: /\n\nUser-agent: saytmetr\nDisallow: /shut"
    web.sites["a.gov.az"] = pages(rules, home=home, open=to("/shut/2"))
    web.sites["b.gov.az"] = pages("User-agent: *\nDisallow: /", home=home)
    web.sites["c.gov.az"] = pages(Say("no", 403), home=home, open="")
    web.sites["d.gov.az"] = pages(Say("broken", 500), home=home)
    web.sites["e.gov.az"] = pages(to("http://www.e.gov.az/robots.txt"), home=home)
    web.sites["www.e.gov.az"] = pages("User-agent: *\nDisallow: /open", home="")
    web.sites["f.gov.az"] = pages(to("/"), home=home, open="")
    web.sites["g.gov.az"] = pages(home=to("http://b.gov.az/"))
    got = gather("a.gov.az", "b.gov.az", "c.gov.az", "d.gov.az", "e.gov.az", "f.gov.az", "g.gov.az")
    assert got.told("a.gov.az")[1:] == [
        ("http://a.gov.az/open", 302),
        ("http://a.gov.az/shut/2", "robots"),
        ("http://a.gov.az/shut/1", "robots"),
    ]
    assert got.told("b.gov.az") == [("http://b.gov.az/", "robots")]
    assert got.stopped_by("b.gov.az") == "robots"
    assert dict(got.told("c.gov.az"))["http://c.gov.az/open"] == 200
    assert got.told("d.gov.az") == [("http://d.gov.az/", "robots")]
    assert dict(got.told("e.gov.az"))["http://e.gov.az/open"] == "robots"
    assert dict(got.told("f.gov.az"))["http://f.gov.az/open"] == 200
    assert web.urls("f.gov.az").count("http://f.gov.az/") == 1
    assert got.told("g.gov.az")[-1] == ("http://b.gov.az/", "robots")
    assert not any("shut" in url for url in web.urls("a.gov.az"))


# Politeness ------------------------------------------------------------------------------------------------


def _gaps(web: Web, host: str) -> list[float]:
    times = [asked.at for asked in web.asked if asked.host.removeprefix("www.") == host]
    return [later - earlier for earlier, later in pairwise(times)]


def test_one_request_at_a_time_and_at_even_steps(web: Web, gather: Rounds) -> None:
    said = {str(n): Say("x", delay_s=0.05) for n in range(6)}
    for host in ("a.gov.az", "b.gov.az"):
        web.sites[host] = pages(home=links(*(f"/{n}" for n in range(6))), **said)
    web.sites["c.gov.az"] = pages("User-agent: *\nCrawl-delay: 0.5", home=links("/1", "//www.c.gov.az/2"), **said)
    web.sites["www.c.gov.az"] = web.sites["c.gov.az"]
    gather("a.gov.az", "b.gov.az", "c.gov.az", delay_s=0.2)
    for host in ("a.gov.az", "b.gov.az"):
        assert len(_gaps(web, host)) == 7
        assert min(_gaps(web, host)) >= 0.2
        assert sum(_gaps(web, host)) / 7 < 0.25
    assert min(_gaps(web, "c.gov.az")) >= 0.5
    assert len(_gaps(web, "c.gov.az")) == 4
    assert set(web.most_at_once.values()) == {1}


def test_hosts_of_one_server_share_its_turns(tmp_path: Path, web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three sites on one address, one on another: the promise is made to the server, not to the name."""
    shared = [f"http://{name}.gov.az:{web.port}/" for name in "abc"]
    apart = f"http://d.gov.az:{web.port}/"

    def look_up(host: str) -> list[Any]:
        ip = "127.0.0.2" if host.startswith("d.") else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 0))]

    monkeypatch.setattr(guard, "_getaddrinfo", look_up)
    monkeypatch.setattr(guard, "is_public", lambda _: True)
    for host in "abcd":
        web.sites[f"{host}.gov.az"] = pages(home=links("/1", "/2"), **{"1": "x", "2": "y"})
    agencies = [Agency(id=f"s{n}", group="local", name=url, site=url) for n, url in enumerate([*shared, apart])]
    database = open_database(tmp_path / "r.db")
    round_ = begun(database, agencies)
    # The test's server listens on one address only; a connection to the other one is led there.
    real = guard.Names.resolve

    async def resolve(self: guard.Names, host: str, port: int = 0, family: Any = socket.AF_UNSPEC) -> Any:
        found = await real(self, host, port, family)
        return [answer | {"host": "127.0.0.1"} for answer in found] if port else found

    monkeypatch.setattr(guard.Names, "resolve", resolve)
    crawl(round_, agencies, LinkGuide, database, tmp_path, Manners(delay_s=0.1, timeout_s=5, late_look=False))
    times = sorted(one.at for one in web.asked if one.host != "d.gov.az")
    assert len(times) == 12
    assert min(later - earlier for earlier, later in pairwise(times)) >= 0.1
    d_times = [one.at for one in web.asked if one.host == "d.gov.az"]
    assert d_times[-1] - d_times[0] < 0.6


# Our own failures, and going on ----------------------------------------------------------------------------


def test_no_proxy_no_round(web: Web, gather: Rounds) -> None:
    web.stop()
    with pytest.raises(ProxyGone, match="does not answer"):
        gather("a.gov.az")
    with pytest.raises(ProxyGone, match="not the address of an HTTP proxy"):
        gather("a.gov.az", proxy="socks5://127.0.0.1:1")
    database = open_database(gather.folder / "r.db")
    assert database.visits(database.round("r")) == []


def test_a_proxy_that_dies_blames_no_site(web: Web, gather: Rounds) -> None:
    web.sites["a.gov.az"] = pages(home=links(*(f"/{n}" for n in range(50))))

    def die(progress: Progress) -> None:
        if progress.pages == 5:
            web.stop()

    with pytest.raises(ProxyGone):
        gather("a.gov.az", on_progress=die)
    database = open_database(gather.folder / "r.db")
    (visit,) = database.visits(database.round("r"))
    assert visit.finished_at is None
    assert all(row.failure is None for row in database.pages(visit.id))


def _wide(asked: Asked) -> Say:
    """A site of sixty pages, one of which leads on through a redirect."""
    path = urlsplit(asked.url).path
    if path == "/robots.txt":
        return Say("User-agent: *\nDisallow: /p7\n")
    if path == "/p3":
        return to("/p3/moved")
    return Say(links(*(f"/p{n}" for n in range(40))), delay_s=0.01)


def _started(web: Web, folder: Path, hosts: Sequence[str], enough: int) -> "subprocess.Popen[str]":
    """A crawl in a process of its own, some way on."""
    told = json.dumps([str(folder), web.proxy, hosts])
    process = subprocess.Popen(
        [sys.executable, __file__, told], cwd=ROOT, stdout=subprocess.PIPE, text=True, env={"PYTHONPATH": str(ROOT)}
    )
    deadline = time.monotonic() + 20
    while len(web.asked) < enough:
        assert time.monotonic() < deadline
        assert process.poll() is None
        time.sleep(0.005)
    return process


def test_killed_ten_times_at_random(web: Web, gather: Rounds) -> None:
    hosts = ["a.gov.az", "b.gov.az", "flaky.gov.az"]
    asked: Counter[str] = Counter()

    def flaky(one: Asked) -> Say:
        asked[one.url] += 1
        is_broken = one.url.endswith("/p5") and asked[one.url] == 1
        return Say(fault="reset") if is_broken else _wide(one)

    web.sites = {"a.gov.az": _wide, "b.gov.az": _wide, "flaky.gov.az": flaky}
    chance = Random(4)
    for _ in range(10):
        process = _started(web, gather.folder, hosts, len(web.asked) + chance.randint(0, 9))
        process.kill()
        process.communicate(timeout=10)
    kept = open_database(gather.folder / "r.db")
    assert any(visit.finished_at is None for visit in kept.visits(kept.round("r")))
    got = gather(*hosts)
    for host in hosts:
        answered = [row.url for row in got.rows(host) if row.failure is None]
        assert len(answered) == len(set(answered)) == 42  # all but the one that robots.txt forbids
        with Evidence(evidence_path(got.archive, got.round, id_of(host))) as evidence:
            kept_offsets = [stored.offset for _, stored in evidence.stored()]
        assert kept_offsets == [row.offset for row in got.rows(host)]
        # Each kill may cost the request that was in flight, and no other.
        assert sum(count - 1 for count in Counter(web.urls(host)).values()) <= 10 + (host == "flaky.gov.az")


def test_a_full_disk_and_a_locked_database(web: Web, gather: Rounds, monkeypatch: pytest.MonkeyPatch) -> None:
    web.sites["a.gov.az"] = _wide
    write = Evidence._write
    room = [9]

    def write_while_there_is_room(self: Evidence, data: bytes) -> None:
        room[0] -= 1
        if not room[0]:
            raise OSError(28, "No space left on device")
        write(self, data)

    monkeypatch.setattr(Evidence, "_write", write_while_there_is_room)
    with pytest.raises(
        Stopped, match=r"nothing that was kept is lost: .*No space left.*saytmetr crawl --round r --resume"
    ):
        gather("a.gov.az")
    add_page = Database.add_page
    pages_left = [9]

    def add_page_until_locked(self: Database, *told: Any) -> None:
        pages_left[0] -= 1
        if not pages_left[0]:
            raise Busy("r.db: the database is locked by another process; try again when it is done")
        add_page(self, *told)

    monkeypatch.setattr(Database, "add_page", add_page_until_locked)
    with pytest.raises(Stopped, match=r"database is locked.*--resume"):
        gather("a.gov.az")
    got = gather("a.gov.az")
    addresses = [row.url for row in got.rows("a.gov.az")]
    assert len(addresses) == len(set(addresses)) == 43
    assert [c.url for c in got.captures("a.gov.az")] == addresses
    # One answer found no room; the one that the database did not take was in the evidence, and is not asked again.
    assert sum(count - 1 for count in Counter(web.urls()).values()) == 1


@pytest.mark.parametrize("most_bytes", [70_000, 250_000])
def test_files_that_cannot_grow(web: Web, gather: Rounds, most_bytes: int) -> None:
    """The system itself refuses to write, in the middle of whatever file grows the fastest."""
    web.sites["a.gov.az"] = _wide
    open_database(gather.folder / "r.db").close()
    told = json.dumps([str(gather.folder), web.proxy, ["a.gov.az"]])
    command = [sys.executable, __file__, told, str(most_bytes)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env={"PYTHONPATH": str(ROOT)})
    assert "Stopped: the round was stopped, and nothing that was kept is lost" in done.stderr
    assert 1 < len(web.asked) < 40
    got = gather("a.gov.az")
    assert got.summary.unfinished == ()
    addresses = [row.url for row in got.rows("a.gov.az")]
    assert len(addresses) == len(set(addresses)) == 43
    assert [c.url for c in got.captures("a.gov.az")] == addresses
    # The answer for which there was no room is asked for again, and no other.
    assert sum(count - 1 for count in Counter(web.urls()).values()) <= 1


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_broken_off_and_taken_up_again(web: Web, gather: Rounds, number: signal.Signals) -> None:
    hosts = ["a.gov.az", "b.gov.az", "c.gov.az"]
    web.sites = dict.fromkeys(hosts, _wide)
    for enough in (20, 60):
        process = _started(web, gather.folder, hosts, enough)
        process.send_signal(number)
        out, _ = process.communicate(timeout=10)
        assert ("interrupted" in out) == (number == signal.SIGINT)
    kept = open_database(gather.folder / "r.db")
    assert any(visit.finished_at is None for visit in kept.visits(kept.round("r")))
    got = gather(*hosts)
    assert got.summary.unfinished == ()
    for host in hosts:
        addresses = [row.url for row in got.rows(host)]
        assert len(addresses) == len(set(addresses)) == 43  # robots.txt, home, 40 pages, and where p3 leads
        assert sorted(c.url for c in got.captures(host)) == sorted(addresses)
        # What was in flight when it broke off, twice, may be asked again; nothing else is.
        assert sum(count - 1 for count in Counter(web.urls(host)).values()) <= 2
        visit = got.database.visit(got.round, id_of(host))
        assert (visit.requests, visit.pages, visit.stopped_by) == (42, 41, "exhausted")
    before = len(web.asked)
    again = gather(*hosts)
    assert (again.summary.skipped, len(web.asked)) == (3, before)


class _SetBack(datetime):
    """The clock of a machine that somebody sets back by a day while the round is under way."""

    told = 0

    @classmethod
    def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
        cls.told += 1
        real = datetime.now(tz)
        return real if cls.told < 12 else real - timedelta(days=1)


def test_a_clock_that_steps_back_changes_nothing(web: Web, gather: Rounds, monkeypatch: pytest.MonkeyPatch) -> None:
    marked = (("Content-Type", "text/html"), ("ETag", '"1"'))
    sent: list[int] = []

    def site(asked: Asked) -> Say:
        said = _wide(asked)
        if said.status != 200 or asked.url.endswith("robots.txt"):
            return said
        is_known = asked.headers.get("if-none-match") == '"1"'
        sent.append(304 if is_known else 200)
        return Say(status=304, headers=marked) if is_known else Say(said.body, headers=marked)

    web.sites["a.gov.az"] = site
    _SetBack.told = 0
    monkeypatch.setattr("spiders.walk.datetime", _SetBack)
    monkeypatch.setattr("spiders.site.datetime", _SetBack)

    def stop(progress: Progress) -> None:
        if progress.pages == 20:
            raise OSError("stopped")

    with pytest.raises(Stopped):
        gather("a.gov.az", on_progress=stop)
    got = gather("a.gov.az")
    addresses = [row.url for row in got.rows("a.gov.az")]
    assert len(addresses) == len(set(addresses)) == 43
    times = [row.fetched_at for row in got.rows("a.gov.az")]
    assert any(later < earlier for earlier, later in pairwise(times))
    visit = got.database.visit(got.round, "a-gov-az")
    assert 0 < visit.seconds < 60
    assert visit.finished_at == visit.started_at
    # The next round is begun by the clock that was set back, and is the next round all the same.
    got.database.finish_round(got.round, datetime.now(UTC) - timedelta(days=1))
    registry = Registry((agency("a.gov.az"),), "0" * 64)
    a_day_ago = datetime.now(UTC) - timedelta(days=1)
    second = got.database.start_round("s", date(2018, 8, 20), a_day_ago, registry, ["a-gov-az"], "s", {})
    assert got.database.round().name == "s"
    sent.clear()
    manners = Manners(delay_s=0, timeout_s=0.7, proxy=web.proxy, late_look=False)
    crawl(second, [agency("a.gov.az")], LinkGuide, got.database, got.archive, manners)
    assert set(sent) == {304}


@pytest.mark.parametrize(
    ("headers", "expected_s"),
    [
        ({"Retry-After": "7"}, 7),
        ({"Retry-After": "Mon, 20 Aug 2018 09:00:30 GMT", "Date": "Mon, 20 Aug 2018 09:00:00 GMT"}, 30),
        ({"Retry-After": "Mon, 20 Aug 2018 08:00:00 GMT", "Date": "Mon, 20 Aug 2018 09:00:00 GMT"}, 0),
        ({"Retry-After": "Mon, 20 Aug 2018 10:00:10 GMT"}, 10),  # by the moment at which we heard it
        ({"Retry-After": "soon"}, 0),
        ({}, 0),
    ],
)
def test_how_long_to_stay_away(headers: dict[str, str], expected_s: float) -> None:
    at = datetime(2018, 8, 20, 10, tzinfo=UTC)
    assert retry_after_s(Capture("http://a.az/", "page", at, 503, tuple(headers.items()), b"")) == expected_s


def test_lost_evidence_means_another_visit(web: Web, gather: Rounds) -> None:
    web.sites["a.gov.az"] = pages(home=links("/a"), a="x")

    def stop(progress: Progress) -> None:
        if progress.pages == 1:
            raise OSError("disk full")

    with pytest.raises(Stopped, match=r"disk full.*--resume"):
        gather("a.gov.az", on_progress=stop)
    path = gather.folder / "archive" / "r" / "a-gov-az.warc.gz"
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 0xFF
    path.write_bytes(data)
    got = gather("a.gov.az")
    assert len(got.told("a.gov.az")) == 2
    assert got.database.visit(got.round, "a-gov-az").attempt == 2
    assert list(path.parent.glob("*.damaged-1"))


# The round before ------------------------------------------------------------------------------------------


def test_what_has_not_changed_is_not_sent_again(tmp_path: Path, web: Web) -> None:
    said = {"/": links("/same", "/new", "/lost"), "/same": "<p>the same</p>", "/new": "<p>1</p>", "/lost": "<p>x</p>"}

    def answer(asked: Asked) -> Say:
        body = said.get(urlsplit(asked.url).path)
        if body is None:
            return Say("no", 404)
        marks = (("ETag", f'"{hash(body)}"'), ("X-Answer", str(len(web.asked))))
        if asked.headers.get("if-none-match") == f'"{hash(body)}"':
            return Say(status=304, headers=marks)
        return Say(body, headers=(("Content-Type", "text/html"), *marks))

    web.sites["a.gov.az"] = answer
    database = open_database(tmp_path / "r.db")
    one = agency("a.gov.az")
    manners = Manners(delay_s=0, timeout_s=2, proxy=web.proxy)
    captures: dict[str, dict[str, Capture]] = {}
    for name in ("a", "b", "c"):
        round_ = begun(database, [one], name)
        summary = crawl(round_, [one], LinkGuide, database, tmp_path, manners)
        database.finish_round(round_, datetime.now(UTC))
        with Evidence(tmp_path / name / f"{one.id}.warc.gz") as evidence:
            captures[name] = {urlsplit(capture.url).path: capture for capture in evidence.captures()}
            rows = database.pages(database.visit(round_, one.id).id)
            assert [evidence.read(row.offset).sha256 for row in rows] == [row.sha256 for row in rows]
        said["/new"] += " and more"
    first, third = captures["a"], captures["c"]
    assert first["/same"].unchanged_since is None
    # What came unchanged twice is the capture of the first round, by its status and body, and says so.
    assert (third["/same"].status, third["/same"].body) == (200, b"<p>the same</p>")
    assert third["/same"].unchanged_since == first["/same"].fetched_at
    assert third["/same"].header("x-answer") != first["/same"].header("x-answer")
    assert third["/same"].header("content-type") == "text/html"
    assert third["/new"].unchanged_since is None
    assert third["/new"].body.endswith(b"and more and more")
    # On the wire came one page of four, and what is no page.
    assert summary.visits[0].bytes == len(said["/new"].removesuffix(" and more")) + len("no")
    with (tmp_path / "c" / f"{one.id}.warc.gz").open("rb") as file:
        kinds = [record.rec_type for record in ArchiveIterator(file, check_digests="raise")]
    assert kinds.count("revisit") == 3


def test_lost_evidence_is_asked_for_whole(tmp_path: Path, web: Web) -> None:
    def answer(asked: Asked) -> Say:
        has_mark = "if-none-match" in asked.headers or "if-modified-since" in asked.headers
        return Say(status=304) if has_mark else Say("x", headers=(("ETag", '"1"'), ("Content-Type", "text/html")))

    web.sites["a.gov.az"] = answer
    database = open_database(tmp_path / "r.db")
    one = agency("a.gov.az")
    manners = Manners(delay_s=0, timeout_s=2, proxy=web.proxy)
    first = begun(database, [one], "first")
    crawl(first, [one], LinkGuide, database, tmp_path, manners)
    database.finish_round(first, datetime.now(UTC))
    (tmp_path / "first" / f"{one.id}.warc.gz").unlink()
    second = begun(database, [one], "second")
    crawl(second, [one], LinkGuide, database, tmp_path, manners)
    rows = database.pages(database.visit(second, one.id).id)
    assert {row.status for row in rows} == {200}


# Traps -----------------------------------------------------------------------------------------------------


def _trapped(trap: Callable[[str, str], str | None]) -> Site:
    """A site of twelve pages, and a trap: a page for (path, query), or None where it is none of its own."""
    real = {f"page/{n}.html": "real" for n in range(1, 12)}

    def answer(asked: Asked) -> Say:
        parts = urlsplit(asked.url)
        made = trap(parts.path, parts.query)
        if made is not None:
            return Say(made)
        if parts.path == "/":
            return Say(links("/calendar?m=1", "/a/", "/list", *(f"/{path}" for path in real)))
        return Say("real") if parts.path.strip("/") in real else Say("no", 404)

    return answer


def _calendar(path: str, query: str) -> str | None:
    month = int((re.search(r"m=(-?\d+)", query) or "01")[1])
    days = [f"/calendar?m={month}&d={day}" for day in range(1, 31)]
    return links(*days, f"/calendar?m={month + 1}", f"/calendar?m={month - 1}") if path == "/calendar" else None


def _folders(path: str, _: str) -> str | None:
    return links("a/", "b/") if path.startswith("/a/") else None


def _sorted(path: str, query: str) -> str | None:
    orders = [f"/list?sort={one}&dir={way}&{query}" for one in "abcdef" for way in "ud"]
    return links(*orders) if path == "/list" else None


@pytest.mark.parametrize("trap", [_calendar, _folders, _sorted])
def test_a_trap_costs_a_few_requests_and_no_page(
    web: Web, gather: Rounds, trap: Callable[[str, str], str | None]
) -> None:
    web.sites["a.gov.az"] = _trapped(trap)
    got = gather("a.gov.az", budget_pages=200)
    fetched = [url for url, status in got.told("a.gov.az") if status == 200]
    assert len([url for url in fetched if "/page/" in url]) == 11
    assert len(web.asked) <= 40
    assert (got.stopped_by("a.gov.az"), got.summary.visits[0].complete) == ("exhausted", True)


def test_a_trap_is_remembered_by_a_resumed_visit(web: Web, gather: Rounds) -> None:
    web.sites["a.gov.az"] = _trapped(_calendar)

    def stop(progress: Progress) -> None:
        if progress.pages == 16:
            raise OSError("disk full")

    with pytest.raises(Stopped):
        gather("a.gov.az", budget_pages=200, on_progress=stop)
    gather("a.gov.az", budget_pages=200)
    assert len(web.asked) <= 40


def test_a_session_in_every_link_and_two_names_are_one_site(web: Web, gather: Rounds) -> None:
    drawn: Counter[str] = Counter()

    def answer(asked: Asked) -> Say:
        drawn["sid"] += 1
        host = ("a.gov.az", "www.a.gov.az")[drawn["sid"] % 2]
        made = [f"//{host}/p{n}?sid={drawn['sid']}" for n in range(5)]
        return Say(links("/", *made, "/p1?print=1", "/print/p2", f"/p3;jsessionid={drawn['sid']}"))

    web.sites = {"a.gov.az": answer, "www.a.gov.az": answer}
    got = gather("a.gov.az")
    assert len(got.told("a.gov.az")) == 6


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://a.az/x", "https://www.a.az/x"),
        ("http://a.az/x?b=1&a=2", "http://a.az/x?a=2&b=1&PHPSESSID=77"),
        ("http://a.az/", "http://a.az/index.php"),
        ("http://a.az/x?id=1", "http://a.az/x?id=1&print=1&utm_source=fb"),
    ],
)
def test_addresses_of_one_page(one: str, other: str) -> None:
    assert kin.identity(one) == kin.identity(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://a.az/x?id=1", "http://a.az/x?id=2"),
        ("http://a.az/x", "http://a.az:8080/x"),
        ("http://a.az/az/x", "http://a.az/en/x"),
        ("http://a.az/x?lang=az", "http://a.az/x?lang=en"),
        ("http://a.az/X", "http://a.az/x"),
    ],
)
def test_addresses_of_two_pages(one: str, other: str) -> None:
    assert kin.identity(one) != kin.identity(other)


def test_kinds_of_address() -> None:
    assert kin.family("http://a.az/page/144.html") == kin.family("http://a.az/page/7.html?x=1")
    assert kin.family("http://a.az/arxiv/foto/arxiv/foto/") == kin.family("http://a.az/arxiv/foto")
    assert kin.family("http://a.az/news/1") != kin.family("http://a.az/about/1")
    assert kin.is_growing("http://a.az/x/y/x/y/x/")
    assert not kin.is_growing("http://a.az/2018/08/08/8/xeber")


# A late look -----------------------------------------------------------------------------------------------


def test_a_host_that_is_down_is_looked_at_again_later_in_the_round(
    web: Web, gather: Rounds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Manners, "late_look_s", 1.0)
    good = pages(home=links("/in"), **{"in": "x"})

    def back_for_the_sixth(asked: Asked) -> Say:
        return good(asked) if len(web.urls("slow.gov.az")) > 5 else Say(fault="reset")

    web.sites = {"slow.gov.az": back_for_the_sixth, "dead.gov.az": lambda _: Say(fault="refuse")}
    got = gather("slow.gov.az", "dead.gov.az", "nowhere.gov.az", late_look=True)
    slow = got.told("slow.gov.az")
    assert slow[0] == ("http://slow.gov.az/", "reset")
    assert slow[-2:] == [("http://slow.gov.az/", 200), ("http://slow.gov.az/in", 200)]
    dead = [told for told in got.told("dead.gov.az") if told == ("http://dead.gov.az/", "refused")]
    assert len(dead) == 2
    # A name that does not resolve is not asked for again.
    assert got.told("nowhere.gov.az") == [("http://nowhere.gov.az/", "dns"), ("http://www.nowhere.gov.az/", "dns")]
    assert got.summary.unfinished == ()


def test_hung_hosts_hold_up_nobody(web: Web, gather: Rounds) -> None:
    healthy = [f"h{n}.gov.az" for n in range(30)]
    hung = [f"x{n}.gov.az" for n in range(10)]
    web.sites = dict.fromkeys(healthy, pages(home=links("/1", "/2"), **{"1": "x", "2": "y"}))
    began = time.monotonic()
    (gather.folder / "alone").mkdir()
    Rounds(gather.folder / "alone", web)(*healthy)
    alone_s = max(one.at for one in web.asked) - began
    web.asked.clear()
    web.sites |= dict.fromkeys(hung, pages(Say(fault="hang")))
    began = time.monotonic()
    got = gather(*hung, *healthy, timeout_s=2)
    among_s = max(one.at for one in web.asked if one.host in healthy) - began
    assert among_s < alone_s + 1.5
    assert {got.told(host)[0][1] for host in hung} == {"timeout"}


def test_more_hung_hosts_than_visits_at_a_time(web: Web, gather: Rounds) -> None:
    hung = [f"x{n}.gov.az" for n in range(6)]
    healthy = [f"h{n}.gov.az" for n in range(6)]
    web.sites = dict.fromkeys(hung, pages(Say(fault="hang")))
    web.sites |= dict.fromkeys(healthy, pages(home=links("/1"), **{"1": "x"}))
    began = time.monotonic()
    got = gather(*hung, *healthy, timeout_s=2, concurrency=2)
    # Three times two who hang would keep the healthy out for more than twenty seconds.
    assert max(one.at for one in web.asked if one.host in healthy) - began < 10
    assert all(dict(got.told(host))[f"http://{host}/1"] == 200 for host in healthy)


# Our own line ----------------------------------------------------------------------------------------------


def _lit(line: dict[str, bool], fault: str = "reset") -> Site:
    def answer(asked: Asked) -> Say:
        return _wide(asked) if line["up"] else Say(fault=fault)

    return answer


def test_a_line_that_comes_back_leaves_no_trace(web: Web, gather: Rounds) -> None:
    hosts = [f"h{n}.gov.az" for n in range(8)]
    line = {"up": True}
    web.sites = dict.fromkeys(hosts, _lit(line))
    down_for = threading.Timer(1.2, lambda: line.update(up=True))

    def cut(progress: Progress) -> None:
        if line["up"] and len(web.asked) > 100 and not down_for.is_alive() and not down_for.finished.is_set():
            line["up"] = False
            down_for.start()

    got = gather(*hosts, on_progress=cut, patience_s=20)
    assert down_for.finished.is_set()
    assert (got.summary.partial, got.summary.note, got.summary.unfinished) == (False, "", ())
    assert [row.url for host in hosts for row in got.rows(host) if row.failure is not None] == [
        f"http://{host}/p7" for host in hosts
    ]


def test_a_line_that_stays_down_ends_the_round_as_partial(web: Web, gather: Rounds) -> None:
    hosts = [f"h{n}.gov.az" for n in range(8)]
    line = {"up": True}
    web.sites = dict.fromkeys(hosts, _lit(line, "refuse"))

    def cut(_: Progress) -> None:
        line["up"] = len(web.asked) < 100

    got = gather(*hosts, on_progress=cut, patience_s=1)
    assert got.summary.partial
    assert "our own line is down" in got.summary.note
    assert set(got.summary.unfinished) == {id_of(host) for host in hosts}
    assert {row.failure for host in hosts for row in got.rows(host)} <= {None, "robots"}
    line["up"] = True
    resumed = gather(*hosts)
    assert (resumed.summary.partial, resumed.summary.unfinished) == (False, ())
    assert all(len(resumed.rows(host)) == 43 for host in hosts)


@pytest.mark.parametrize("sites", [1, 8])
def test_canaries_tell_dead_sites_from_a_dead_line(web: Web, gather: Rounds, sites: int) -> None:
    hosts = [f"h{n}.gov.az" for n in range(sites)]
    web.sites = {host: lambda _: Say(fault="reset") for host in hosts}
    canaries = ("http://canary.az/",)
    got = gather(*hosts, canaries=canaries, patience_s=1)
    assert got.summary.partial
    assert "canaries" in got.summary.note
    assert not any(got.rows(host) for host in hosts)
    web.sites["canary.az"] = pages(home="x")
    got = gather(*hosts, canaries=canaries, patience_s=1)
    assert not got.summary.partial
    assert {got.told(host)[0] for host in hosts} == {(f"http://{host}/", "reset") for host in hosts}


def test_dead_sites_among_few_are_dead_sites(web: Web, gather: Rounds) -> None:
    """No site is called ours to lose: eight that never answered, and eight that break on one page together."""
    dead = [f"d{n}.gov.az" for n in range(8)]
    half = [f"h{n}.gov.az" for n in range(8)]
    web.sites = {host: lambda _: Say(fault="reset") for host in dead}
    web.sites |= dict.fromkeys(half, pages(home=links("/bad", "/good"), bad=Say(fault="reset"), good="x"))
    got = gather(*dead, *half, patience_s=1)
    assert not got.summary.partial
    assert {dict(got.told(host))[f"http://{host}/bad"] for host in half} == {"reset"}
    assert {dict(got.told(host))[f"http://{host}/good"] for host in half} == {200}
    assert {got.told(host)[0][1] for host in dead} == {"reset"}


@pytest.mark.parametrize(
    ("hours", "utc_hour", "expected_s"),
    [(None, 12, 0), ((22, 6), 19, 0), ((22, 6), 1, 0), ((22, 6), 2, 16 * 3600), ((9, 18), 4, 3600), ((9, 18), 6, 0)],
)
def test_hours_of_the_day(hours: tuple[int, int] | None, utc_hour: int, expected_s: float) -> None:
    assert wait_for_hours_s(hours, datetime(2018, 8, 20, utc_hour, tzinfo=UTC)) == expected_s


# The guard -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        *INSIDE,
        "http://0/", "http://127.1/", "http://0x7f.0.0.1/", "http://0177.0.0.1/", "http://017700000001/",
        "http://127.0.0.1./", "http://LOCALHOST./", "http://x.localhost/", "http://server/", "http://printer.local/",
        "http://metadata.google.internal/", "http://１２７.0.0.1/", "http://127。0。0。1/", "http://%3127.0.0.1/",
        "http://10.0.0.1/", "http://172.16.0.1/", "http://192.168.1.1/", "http://100.64.0.1/", "http://224.0.0.1/",
        "http://0.0.0.0/", "http://255.255.255.255/", "http://198.18.0.1/", "http://192.0.2.1/", "http://240.0.0.1/",
        "http://[::1]/", "http://[::]/", "http://[fe80::1]/", "http://[fe80::1%25eth0]/", "http://[fc00::1]/",
        "http://[ff02::1]/", "http://[2002:7f00:1::]/", "http://[2001:0:1::1]/", "http://[64:ff9b::7f00:1]/",
        "http://[::ffff:8.8.8.8]/", "http://134744072/", "http://1.2.3.4.5/", "http://a.gov.az:0/", "http://a.gov.az:25/",
        "http://a.gov.az:99999/", "http://a.gov.az\\@127.0.0.1/", "http://127.0.0.1\\a.gov.az/", "http://a.gov.az\t/",
        "http:///x", "http://[::1", "gopher://a.gov.az/", "javascript:alert(1)", "", "//a.gov.az/", "http://a@b.gov.az/",
    ],
)  # fmt: skip
def test_the_guard_refuses(url: str) -> None:
    assert guard.refusal(url) is not None


@pytest.mark.parametrize(
    "url",
    ["http://a.gov.az/", "https://a.gov.az:443/x?y#z", "http://a.gov.az:8080/", "http://8.8.8.8/", "http://a.gov.az./",
     "http://a.gov.az/qərar 1.pdf", "http://a.gov.az/x\\y",
     "http://əsas.az/", "http://[2606:4700::1111]/", "http://3d.az/"],
)  # fmt: skip
def test_the_guard_lets_through(url: str) -> None:
    assert guard.refusal(url) is None


def test_names_that_resolve_to_private_addresses(tmp_path: Path, web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a proxy: a private answer is refused, and a public one is asked for once."""
    answers = {"a.gov.az": "127.0.0.1", "b.gov.az": "10.1.1.1", "www.b.gov.az": "169.254.169.254"}
    looked_up: list[str] = []

    def look_up(host: str) -> list[Any]:
        looked_up.append(host)
        if host not in answers:
            raise socket.gaierror(-2, "Name or service not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (answers[host], 0))]

    monkeypatch.setattr(guard, "_getaddrinfo", look_up)
    # This machine stands in for a public one.
    real = guard.is_public
    monkeypatch.setattr(guard, "is_public", lambda ip: str(ip) == "127.0.0.1" or real(ip))
    site = f"http://a.gov.az:{web.port}/"
    inside = f"http://b.gov.az:{web.port}/"
    said: dict[str, str | Say] = {"1": "x", "2": "x", "in": to(inside)}
    web.sites["a.gov.az"] = pages(home=links("/1", "/2", "/in"), **said)
    agencies = [
        Agency(id="a", group="local", name="a", site=site, also=(inside,)),
        Agency(id="b", group="local", name="b", site="http://b.gov.az/"),
        Agency(id="c", group="local", name="c", site="http://c.gov.az/"),
    ]
    database = open_database(tmp_path / "r.db")
    round_ = begun(database, agencies)
    crawl(round_, agencies, LinkGuide, database, tmp_path, Manners(delay_s=0.01, timeout_s=2, late_look=False))
    told = {
        one.id: [(p.url, p.failure or p.status) for p in database.pages(database.visit(round_, one.id).id)]
        for one in agencies
    }
    assert (f"{site}2", 200) in told["a"]
    assert told["a"][-1] == (inside, "forbidden_redirect")
    assert ("http://b.gov.az/", "forbidden_redirect") in told["b"]
    assert ("http://c.gov.az/", "dns") in told["c"]
    assert looked_up.count("a.gov.az") == 1


def test_faults_of_hosts_that_are_asked_directly(tmp_path: Path, web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        guard, "_getaddrinfo", lambda _: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 0))]
    )
    monkeypatch.setattr(guard, "is_public", lambda _: True)
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        closed = f"http://closed.gov.az:{nobody.getsockname()[1]}/"
        faults = {"hangs-up": "refuse", "breaks": "reset", "hangs": "hang"}
        for name, fault in faults.items():
            web.sites[f"{name}.gov.az"] = lambda _, fault=fault: Say(fault=fault)  # type: ignore[misc]
        sites = [closed, *(f"http://{name}.gov.az:{web.port}/" for name in faults), f"https://tls.gov.az:{web.port}/"]
        agencies = [Agency(id=f"s{n}", group="local", name=url, site=url) for n, url in enumerate(sites)]
        database = open_database(tmp_path / "r.db")
        round_ = begun(database, agencies)
        monkeypatch.setattr(Manners, "second_look_s", 0.1)
        crawl(round_, agencies, LinkGuide, database, tmp_path, Manners(delay_s=0.01, timeout_s=0.7, late_look=False))
        last = [database.pages(database.visit(round_, one.id).id)[-1].failure for one in agencies]
    assert last == ["refused", "reset", "reset", "timeout", "tls"]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://www.a.gov.az/", "a.gov.az"),
        ("http://x.a.gov.az/", "a.gov.az"),
        ("http://gov.az/", "gov.az"),
        ("http://m.a.az/", "a.az"),
        ("http://x.y.edu.az/", "y.edu.az"),
    ],
)
def test_registered_names(url: str, expected: str) -> None:
    assert registered(url) == expected


def test_what_is_one_address() -> None:
    assert key_of("http://A.az", "page") == key_of("http://a.az/#top", "page")
    assert key_of("http://a.az/ə", "page") == key_of("http://a.az/%C9%99", "feed")
    assert key_of("http://a.az/?b=1&a=2", "page") != key_of("http://a.az/?a=2&b=1", "page")
    assert key_of("http://a.az/", "page") != key_of("http://a.az/", "phone")
    assert key_of("http://a.az/", "search", "x") != key_of("http://a.az/", "search", "y")


def _crawl_from_command_line(told: str, most_bytes: int | None = None) -> None:
    """What `_started` runs: the round of a folder, begun or gone on with. No file may grow beyond `most_bytes`."""
    if most_bytes is not None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))
    folder, proxy, hosts = json.loads(told)
    agencies = [agency(host) for host in hosts]
    database = open_database(Path(folder) / "r.db")
    round_ = database.rounds()[0] if database.rounds() else begun(database, agencies)
    summary = crawl(
        round_, agencies, LinkGuide, database, Path(folder) / "archive", Manners(delay_s=0, timeout_s=5, proxy=proxy)
    )
    print("interrupted" if summary.interrupted else "done")


if __name__ == "__main__":
    _crawl_from_command_line(sys.argv[1], *map(int, sys.argv[2:]))
