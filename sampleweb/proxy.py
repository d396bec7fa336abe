"""How does a crawler reach the sample web by its real host names?

An HTTP proxy on loopback: absolute addresses for http, CONNECT with a self-signed certificate for https.
Nothing is ever fetched from elsewhere; a host that is not described is a 502, as a proxy says of a name
that does not resolve.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sampleweb.describe import Description, World, world
from sampleweb.site import PHONE, Answer, Site

CACHE_BYTES = 48 << 20
HANG_S = 3600
IDLE_S = 60
_REASONS = {200: "OK", 301: "Moved Permanently", 302: "Found", 304: "Not Modified", 404: "Not Found"}

Watch = Callable[[str, str, int], None]
"""Told of every request: host, address, status (0 when the host failed)."""


@dataclass(frozen=True)
class Request:
    method: str
    secure: bool
    host: str
    path: str
    query: str
    headers: dict[str, str]
    port: int | None = None


class Guest(Protocol):
    """A host that lives behind the proxy beside the described ones, and behaves as it likes (sampleweb/zoo)."""

    def no_tunnel(self) -> str | None:
        """Why CONNECT is turned down, in the words of RFC 9209; None when it is not."""
        ...

    async def reply(self, asked: Request, writer: asyncio.StreamWriter) -> bool:
        """Answers, or fails; False ends the conversation."""
        ...


class Web:
    """All described sites behind their host names."""

    def __init__(self, described: World) -> None:
        self._sites = {one.bare_host: Site(one, described.as_of) for one in described.sites}
        self._phones = {f"m.{host}": site for host, site in self._sites.items() if site.of.mobile == "separate"}
        self._cache: OrderedDict[tuple[str, str, str, bool], Answer] = OrderedDict()
        self._cached_bytes = 0

    def description(self, host: str) -> Description | None:
        site = self._sites.get(host.removeprefix("www.")) or self._phones.get(host)
        return site.of if site else None

    def answer(self, asked: Request) -> Answer:
        """The answer of a known host that does not fail."""
        if asked.host in self._phones and asked.path == "/":
            return self._phones[asked.host].phone_page()
        site = self._sites[asked.host.removeprefix("www.").removeprefix("m.")]
        target = self._elsewhere(site.of, asked)
        if target is not None:
            return Answer(301 if "://m." not in target else 302, (("Location", target),), b"")
        if "if-none-match" in asked.headers:
            return site.answer(asked.path, asked.query, asked.headers)
        gzipped = "gzip" in asked.headers.get("accept-encoding", "")
        key = (site.of.id, asked.path, asked.query, gzipped)
        found = self._cache.get(key)
        if found is None:
            found = site.answer(asked.path, asked.query, asked.headers)
            self._remember(key, found)
        return found

    def _remember(self, key: tuple[str, str, str, bool], answer: Answer) -> None:
        self._cache[key] = answer
        self._cached_bytes += len(answer.body)
        while self._cached_bytes > CACHE_BYTES:
            _, dropped = self._cache.popitem(last=False)
            self._cached_bytes -= len(dropped.body)

    @staticmethod
    def _elsewhere(site: Description, asked: Request) -> str | None:
        """Where the host sends this request instead of answering it."""
        rest = asked.path + (f"?{asked.query}" if asked.query else "")
        scheme = "https" if asked.secure else "http"
        host = asked.host.removeprefix("m.")
        if site.https == "forced":
            scheme = "https"
        if site.www != "same":
            host = ("www." if site.www == "to_www" else "") + site.bare_host
        if (scheme == "https") != asked.secure or host != asked.host:
            return f"{scheme}://{host}{rest}"
        phone = PHONE.search(asked.headers.get("user-agent", ""))
        if site.mobile == "separate" and phone and asked.path != "/robots.txt":
            return f"http://m.{site.bare_host}/"
        return None


class _Certificates:
    """Certificates of an authority of our own, one per host, from one key; their dates are fixed, no clock is read.

    Nobody trusts that authority unless told to: its certificate is written to the file `authority`, where given.
    """

    def __init__(self, folder: Path, authority: Path | None = None) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Authority of the sample web")])
        self._made: dict[str, ssl.SSLContext] = {}
        if authority is not None:
            authority.write_bytes(self._pem(self._name, x509.BasicConstraints(ca=True, path_length=0)))

    def context(self, host: str) -> ssl.SSLContext:
        if host not in self._made:
            self._made[host] = self._make(host)
        return self._made[host]

    def _make(self, host: str) -> ssl.SSLContext:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        pem = self._folder / f"{host}.pem"
        private = self._key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        pem.write_bytes(private + self._pem(name, x509.SubjectAlternativeName([x509.DNSName(host)])))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        return context

    def _pem(self, name: x509.Name, extension: x509.ExtensionType) -> bytes:
        public = self._key.public_key()
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self._name)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(datetime(2015, 1, 1, tzinfo=UTC))
            .not_valid_after(datetime(2045, 1, 1, tzinfo=UTC))
            .add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(public), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        return certificate.public_bytes(serialization.Encoding.PEM)


class Proxy:
    """One listening proxy."""

    def __init__(
        self,
        web: Web,
        certificates: Path,
        watch: Watch | None = None,
        guests: Mapping[str, Guest] | None = None,
        authority: Path | None = None,
    ) -> None:
        self._web = web
        self._guests = guests or {}
        self._certificates = _Certificates(certificates, authority)
        self._watch = watch
        self._busy: set[asyncio.Task[None]] = set()

    async def start(self, port: int) -> asyncio.Server:
        return await asyncio.start_server(self._client, "127.0.0.1", port, limit=1 << 17)

    async def stop(self) -> None:
        """Ends the conversations that are still open."""
        for task in self._busy:
            task.cancel()
        await asyncio.gather(*self._busy, return_exceptions=True)

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._busy.add(task)
        try:
            await self._converse(reader, writer)
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError, ssl.SSLError):
            pass  # the client went away
        except ValueError:
            pass  # what it said is not HTTP
        except (TimeoutError, asyncio.CancelledError):
            pass  # silent for too long, or the proxy is being stopped
        finally:
            self._busy.discard(task)
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tunnel: str | None = None
        while True:
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), IDLE_S)
            line, *rest = head.decode("latin-1").rstrip("\r\n").split("\r\n")
            method, target, _ = line.split(" ", 2)
            pairs = (one.split(":", 1) for one in rest if ":" in one)
            headers = {name.strip().lower(): value.strip() for name, value in pairs}
            if method == "CONNECT":
                tunnel, _, port = target.lower().rpartition(":")
                if not await self._tunnelled(writer, tunnel, port):
                    return
                continue
            await reader.readexactly(int(headers.get("content-length", 0)))
            parts = urlsplit(target)
            host = tunnel or (parts.hostname or headers.get("host", "").split(":")[0]).lower()
            if tunnel is None and parts.port not in (None, 80) and host not in self._guests:
                return  # the described hosts listen on the usual port only
            asked = Request(method, tunnel is not None, host, parts.path or "/", parts.query, headers, parts.port)
            if not await self._answered(writer, asked):
                return
            if headers.get("connection", "").lower() == "close":
                return

    async def _tunnelled(self, writer: asyncio.StreamWriter, host: str, port: str) -> bool:
        site = self._web.description(host)
        why = None
        if host in self._guests:
            why = self._guests[host].no_tunnel()
        elif site is None or site.fault == "dns":
            why = "dns_error"
        elif site.https == "none" or site.fault == "refuse" or port != "443":
            why = "connection_refused"
        if why is not None:
            self._tell(host, "CONNECT", 0)
            await send(writer, "CONNECT", _unreachable(why))
            return False
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await writer.drain()
        await writer.start_tls(self._certificates.context(host))
        return True

    async def _answered(self, writer: asyncio.StreamWriter, asked: Request) -> bool:
        """Whether the conversation may go on."""
        if asked.host in self._guests:
            self._tell(asked.host, asked.path + (f"?{asked.query}" if asked.query else ""), 0)
            return await self._guests[asked.host].reply(asked, writer)
        site = self._web.description(asked.host)
        address = asked.path + (f"?{asked.query}" if asked.query else "")
        if site is None or site.fault == "dns":
            self._tell(asked.host, address, 0)
            await send(writer, asked.method, _unreachable("dns_error"))
            return True
        if site.fault is not None:
            self._tell(asked.host, address, 0)
            await fail(writer, site.fault)
            return False
        answer = self._web.answer(asked)
        self._tell(asked.host, address, answer.status)
        await send(writer, asked.method, answer)
        return True

    def _tell(self, host: str, address: str, status: int) -> None:
        if self._watch is not None:
            self._watch(host, address, status)


def _unreachable(why: str) -> Answer:
    """What a proxy says of a host it cannot reach (RFC 9209)."""
    headers = (("Content-Type", "text/plain"), ("Proxy-Status", f"sampleweb; error={why}"))
    return Answer(502, headers, b"no such host\n" if why == "dns_error" else b"connection refused\n")


async def send(writer: asyncio.StreamWriter, method: str, answer: Answer) -> None:
    head = [f"HTTP/1.1 {answer.status} {_REASONS.get(answer.status, 'Bad Gateway')}"]
    head += [f"{name}: {value}" for name, value in answer.headers]
    if answer.status != 304:
        head.append(f"Content-Length: {len(answer.body)}")
    body = b"" if method == "HEAD" else answer.body
    writer.write("\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + body)
    await writer.drain()


async def fail(writer: asyncio.StreamWriter, fault: str) -> None:
    """Fails the way a bad host does."""
    if fault == "hang":
        await asyncio.sleep(HANG_S)
    elif fault == "drip":
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>")
        for _ in range(HANG_S):
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(1)
    elif fault == "truncate":
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 99999\r\n\r\n<html><body>")
        await writer.drain()
    elif fault == "reset":
        # lingering for no time makes the system send RST; refuse only closes
        held: socket.socket = writer.get_extra_info("socket")
        held.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def serve(
    port: int = 0,
    described: World | None = None,
    *,
    watch: Watch | None = None,
    guests: Mapping[str, Guest] | None = None,
    authority: Path | None = None,
    ready: Callable[[int], None] | None = None,
    stop: asyncio.Event | None = None,
) -> None:
    """Serves until `stop` is set or the task is cancelled; `ready` is told the port.

    `authority`: file for the certificate that those of all hosts hang on, for clients that are to trust them.
    """
    with tempfile.TemporaryDirectory(prefix="sampleweb-") as folder:
        proxy = Proxy(Web(described or world()), Path(folder), watch, guests, authority)
        server = await proxy.start(port)
        if ready is not None:
            ready(server.sockets[0].getsockname()[1])
        try:
            await (stop or asyncio.Event()).wait()
        finally:
            server.close()
            await proxy.stop()


@contextmanager
def running(
    described: World | None = None,
    *,
    port: int = 0,
    watch: Watch | None = None,
    guests: Mapping[str, Guest] | None = None,
    authority: Path | None = None,
) -> Iterator[str]:
    """The proxy in a thread of its own; yields its address, e.g. http://127.0.0.1:40123."""
    bound: list[int] = []
    up = threading.Event()
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    def ready(at: int) -> None:
        bound.append(at)
        up.set()

    def run() -> None:
        asyncio.set_event_loop(loop)
        try:
            loop.run_until_complete(
                serve(port, described, watch=watch, guests=guests, authority=authority, ready=ready, stop=stop)
            )
        finally:
            up.set()

    thread = threading.Thread(target=run, name="sampleweb", daemon=True)
    thread.start()
    up.wait()
    if not bound:
        raise OSError(f"the sample web could not listen on 127.0.0.1:{port}")
    try:
        yield f"http://127.0.0.1:{bound[0]}"
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        loop.close()
