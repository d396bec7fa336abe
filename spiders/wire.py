"""What did a host really answer, byte for byte, or in which way did it fail?

Scrapy's download handler for http and https, on aiohttp. Scrapy's own asks again unseen when a line breaks, hides a
proxy that hangs up in the middle of CONNECT, and reorders headers; all three matter where an answer is evidence.
Nothing is asked twice behind our back: one connection, one request, one answer or one `NoAnswer`.
"""

import asyncio
import errno
import re
import ssl
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import aiohttp
from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Response
from yarl import URL

from archive.database import Trouble
from spiders.guard import Forbidden, PrivateAnswer

if TYPE_CHECKING:
    from spiders.site import SiteSpider

MAX_HEADER_BYTES = 65_536
_PROXY_TRIES = 3
# The error words of the Proxy-Status header (RFC 9209, section 2.3) that tell what became of the site.
PROXY_STATUS = {
    "dns_timeout": "dns",
    "dns_error": "dns",
    "destination_not_found": "dns",
    "destination_unavailable": "refused",
    "destination_ip_unroutable": "refused",
    "connection_refused": "refused",
    "connection_terminated": "reset",
    "connection_timeout": "timeout",
    "connection_read_timeout": "timeout",
    "connection_write_timeout": "timeout",
    "http_response_timeout": "timeout",
    "tls_protocol_error": "tls",
    "tls_certificate_error": "tls",
    "tls_alert_received": "tls",
}
# Of what is sent, evidence keeps all but what lets others use the proxy.
_NOT_KEPT = ("proxy-authorization",)


class NoAnswer(Exception):
    """The host gave no whole answer. `reason` is the contract's word: dns refused reset timeout tls too_large."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


class ProxyGone(Trouble):
    """Our own proxy does not answer: our failure, and nothing about any site can be learned from it."""


class ProxyRefuses(ProxyGone):
    """Our own proxy answers, and does not let us through: waiting is of no use."""


class Wire(BaseDownloadHandler):
    """`request.meta["answer"]` carries what a Response cannot: headers as they came, as they went, and the trust."""

    lazy = True  # made with the first request, when the event loop runs and the spider is there

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        spider = cast("SiteSpider", crawler.spider)
        self._trust = spider.trust
        self._proxy = spider.proxy
        self._has_heard = False
        self._tunnel_headers = {"User-Agent": spider.job.manners.agent}
        self._max_bytes = crawler.settings.getint("DOWNLOAD_MAXSIZE")
        self._timeout_s = crawler.settings.getfloat("DOWNLOAD_TIMEOUT")
        connector = aiohttp.TCPConnector(
            # The guard's names for sites; a proxy is ours, and may well stand on this machine.
            resolver=None if self._proxy else spider.names,
            use_dns_cache=self._proxy is not None,
            limit=0,
            # A kept connection that dies as we use it looks like a site that refuses.
            force_close=True,
        )
        # Connecting to a proxy is no site's slowness: it gives up before the request as a whole does.
        connect_s = min(10.0, 0.8 * self._timeout_s) if self._proxy else None
        sent = aiohttp.TraceConfig()
        sent.on_request_headers_sent.append(self._note_sending)
        self._session = aiohttp.ClientSession(
            connector=connector,
            trace_configs=[sent],
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=connect_s),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
            skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
            max_line_size=MAX_HEADER_BYTES,
            max_field_size=MAX_HEADER_BYTES,
        )
        # aiohttp asks again by itself when a connection breaks; that request would be in nobody's books.
        self._session._retry_connection = False

    async def close(self) -> None:
        await self._session.close()

    async def download_request(self, request: Request) -> Response:
        """Raises NoAnswer, Forbidden (the name resolves to a private address), ProxyGone."""
        request.meta["began"] = time.monotonic()  # its turn has come
        try:
            async with asyncio.timeout(self._timeout_s):
                return await self._answer(request)
        except TimeoutError as error:
            raise NoAnswer("timeout", f"no whole answer within {self._timeout_s:g} s") from error

    async def _answer(self, request: Request) -> Response:
        for tries in range(1, _PROXY_TRIES + 1):
            try:
                return await self._ask_by_trust(request)
            except (aiohttp.ClientProxyConnectionError, aiohttp.ConnectionTimeoutError) as error:
                # Only a proxy's connect has a clock of its own.
                if tries == _PROXY_TRIES:
                    raise ProxyGone(f"{shown(self._proxy)} does not answer any more ({error})") from error
                await asyncio.sleep(self._timeout_s * 0.02 * tries)
            except aiohttp.InvalidURL as error:
                raise NoAnswer("dns", f"no host can have this name ({error})") from error
            except (aiohttp.ClientError, ssl.SSLError, OSError) as error:
                failed = self._no_answer(error)
                if self._proxy and failed.reason in ("reset", "refused"):
                    await self._proxy_is_there()
                raise failed from error
        raise AssertionError("the last try returns or raises")

    async def _ask_by_trust(self, request: Request) -> Response:
        parts = urlsplit(request.url)
        place = (parts.hostname or "", parts.port or 443)
        try:
            return await self._ask(request, place if parts.scheme == "https" else None)
        except (aiohttp.ClientConnectorCertificateError, aiohttp.ClientConnectorSSLError):
            # The handshake failed, so nothing has been asked yet.
            if not self._trust.distrust(*place):
                raise
            return await self._ask(request, place)

    async def _ask(self, request: Request, tls_place: tuple[str, int] | None) -> Response:
        try:
            url = URL(request.url, encoded=True)
        except ValueError as error:
            raise NoAnswer("dns", f"no host can have this name ({error})") from error
        headers = [(name.decode("latin-1"), v.decode("latin-1")) for name, v in _pairs(request)]
        async with self._session.request(
            request.method,
            url,
            data=request.body or None,
            headers=headers,
            ssl=self._trust.context(*tls_place) if tls_place else True,
            allow_redirects=False,
            proxy=self._proxy,
            trace_request_ctx=request,
            proxy_headers=self._tunnel_headers if tls_place and self._proxy else None,
        ) as answer:
            # Only before anything else was heard: later it is some site's idea of a joke, and must not end the round.
            if answer.status == 407 and self._proxy and not self._has_heard:
                raise ProxyRefuses(
                    f"{shown(self._proxy)} wants a user name and password: http://NAME:PASSWORD@host:port"
                )
            self._has_heard = True
            body = await self._body(answer)
            request.meta["answer"] = {
                "headers": tuple((n.decode("latin-1"), v.decode("latin-1")) for n, v in answer.raw_headers),
                "sent": tuple((n, v) for n, v in answer.request_info.headers.items() if n.lower() not in _NOT_KEPT),
                "tls": self._trust.word(*tls_place) if tls_place else "none",
            }
            return Response(request.url, status=answer.status, body=body)

    async def _note_sending(self, _: aiohttp.ClientSession, context: Any, __: Any) -> None:
        """The host's next turn counts from here: between its turn and its sending a request may have been held up."""
        slot = self.crawler.engine.downloader.slots.get(context.trace_request_ctx.meta["download_slot"])
        if slot is not None:
            slot.lastseen = time.monotonic()

    async def _body(self, answer: aiohttp.ClientResponse) -> bytes:
        if (answer.content_length or 0) > self._max_bytes:
            raise NoAnswer("too_large", f"{answer.content_length} bytes promised, at most {self._max_bytes} are taken")
        body = bytearray()
        async for piece in answer.content.iter_any():
            body += piece
            if len(body) > self._max_bytes:
                raise NoAnswer("too_large", f"more than {self._max_bytes} bytes came")
        return bytes(body)

    def _no_answer(self, error: Exception) -> NoAnswer:
        """The contract's word for what aiohttp met. Raises Forbidden for a private address."""
        told = f"{type(error).__name__}: {error}"
        cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
        if isinstance(cause, PrivateAnswer):
            raise Forbidden(str(cause)) from error
        if isinstance(error, aiohttp.ClientHttpProxyError):
            return self._no_tunnel(error)
        if isinstance(error, aiohttp.ClientConnectorDNSError):
            return NoAnswer("dns", told)
        if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError) or isinstance(cause, ssl.SSLError):
            return NoAnswer("tls", told)
        if isinstance(error, aiohttp.ServerDisconnectedError):
            # A proxy that cannot reach a host mostly just hangs up; a host that hangs up was reached.
            return NoAnswer("refused" if self._proxy else "reset", told)
        if isinstance(error, aiohttp.ClientPayloadError):
            return NoAnswer("reset", f"the answer was cut short ({told})")
        if isinstance(cause, OSError) and cause.errno in (errno.ECONNREFUSED, errno.EHOSTUNREACH, errno.ENETUNREACH):
            return NoAnswer("refused", told)
        if isinstance(cause, OSError) and cause.errno == errno.ETIMEDOUT:
            return NoAnswer("timeout", told)
        # Broken lines, and what is no HTTP at all.
        return NoAnswer("reset", told)

    def _no_tunnel(self, error: aiohttp.ClientHttpProxyError) -> NoAnswer:
        """CONNECT turned down. The status says little (Squid gives 503 for everything), so its words go first."""
        if error.status == 407:
            raise ProxyRefuses(f"{shown(self._proxy)} wants a user name and password") from error
        told = " ".join([f"CONNECT answered {error.status} {error.message}", *_notes(error)])
        said = by_proxy_status(error.headers or {}) or cast("SiteSpider", self.crawler.spider).proxy_reason(told)
        by_status = {502: "dns", 504: "timeout"}.get(error.status, "refused")
        return NoAnswer(said or by_status, told)

    async def _proxy_is_there(self) -> None:
        """A line that broke may be the proxy's own. Raises ProxyGone."""
        assert self._proxy is not None
        parts = urlsplit(self._proxy)
        try:
            _, writer = await asyncio.open_connection(parts.hostname, parts.port or 80)
        except OSError as error:
            raise ProxyGone(f"{shown(self._proxy)} does not answer any more ({error})") from error
        writer.close()


def by_proxy_status(headers: Mapping[str, str]) -> str | None:
    """Why the proxy could not bring an answer, where it says so in the standard's words."""
    told = next((value for name, value in headers.items() if name.lower() == "proxy-status"), "")
    error = re.search(r"\berror=\"?([a-z_]+)", told)
    return PROXY_STATUS.get(error[1]) if error else None


def shown(proxy: str | None) -> str:
    """A proxy's address without its password."""
    parts = urlsplit(proxy or "")
    return f"the proxy {parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _pairs(request: Request) -> list[tuple[bytes, bytes]]:
    return [(name, value) for name, values in request.headers.items() for value in values]


def _notes(error: aiohttp.ClientHttpProxyError) -> list[str]:
    wanted = ("error", "proxy-status")
    return [f"{n}: {v}" for n, v in (error.headers or {}).items() if any(word in n.lower() for word in wanted)]
