"""May this address be asked at all?

A site chooses its links and redirects, and must not be able to choose ours: nothing on this machine, nothing on a
private network, no port that is not a web server's. Two halves: `Guard`, the gate that every request passes, looks at
the address; `Names`, for connections without a proxy, looks at what its host name resolves to.
"""

import asyncio
import ipaddress
import re
import socket
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import SplitResult, urlsplit

from aiohttp.abc import AbstractResolver, ResolveResult
from scrapy import Request

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

# Names that stand for this machine or its network, whatever a name server says.
_INSIDE = re.compile(
    r"(.*\.)?(localhost|localdomain|local|internal|intranet|lan|home\.arpa|ip6-localhost|ip6-loopback)"
)
# Other networks carried inside IPv6: what they hold would have to be taken apart and judged again.
_CARRIERS = [ipaddress.IPv6Network(net) for net in ("::ffff:0:0/96", "::/96", "64:ff9b::/32", "2001::/32", "2002::/16")]
_WEB_PORTS = {80, 443}
_LOWEST_OTHER_PORT = 1024  # below it live mail, files and shells


class Forbidden(Exception):
    """The guard does not let this request out; str() says why."""


class PrivateAnswer(OSError):
    """A host name resolves to an address that no site of the public web has."""


class Guard:
    """The gate: a downloader middleware, so that nothing goes out beside it."""

    def process_request(self, request: Request) -> None:
        why = refusal(request.url)
        if why is not None:
            raise Forbidden(why)


def refusal(url: str) -> str | None:
    """Why this address may not be asked; None when it may."""
    if any(ord(c) < 32 or ord(c) == 127 for c in url):
        return "a control character in the address"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        return f"not an address: {error}"
    # Where the host ends is read in more than one way then. In a path they do no harm, and are common.
    if " " in parts.netloc or "\\" in parts.netloc:
        return "a space or a backslash in the host"
    if parts.scheme not in ("http", "https"):
        return f"scheme {parts.scheme or 'missing'}"
    if parts.username is not None or parts.password is not None:
        return "a user name or password in the address"
    if port is not None and port not in _WEB_PORTS and port < _LOWEST_OTHER_PORT:
        return f"port {port} is no web server's"
    return _host_refusal(parts)


def _host_refusal(parts: SplitResult) -> str | None:
    # What the resolver will make of it: full-width digits and dots are digits and dots to IDNA.
    host = unicodedata.normalize("NFKC", parts.hostname or "").replace("\u3002", ".").lower().rstrip(".")
    if not host or "%" in host:
        return "no plain host name"
    if parts.netloc.rpartition("@")[2].startswith("["):
        ip: IpAddress = ipaddress.IPv6Address(host)
        return None if is_public(ip) else f"{ip} is not a public address"
    try:
        packed = socket.inet_aton(host)
    except OSError:
        return _name_refusal(host)
    four = ipaddress.IPv4Address(packed)
    if not is_public(four):
        return f"{four} is not a public address"
    return None if str(four) == host else f"{host} is an address in disguise ({four})"


def _name_refusal(host: str) -> str | None:
    if _INSIDE.fullmatch(host) or "." not in host:
        return f"{host} is a name of this machine or its own network"
    # Whatever ends in a number is an address to browsers, and to us none that we can read.
    if host.rpartition(".")[2].isdigit():
        return f"{host} is not an address"
    return None


def is_public(ip: IpAddress) -> bool:
    """Whether a site of the public web can live here."""
    if ip.is_multicast or ip.is_reserved or not ip.is_global:
        return False
    return ip.version == 4 or not any(ip in net for net in _CARRIERS)


class Names(AbstractResolver):
    """Host names resolved once a round: what was judged is what is connected to (no rebinding in between)."""

    def __init__(self, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._pinned: dict[str, list[tuple[int, str]]] = {}
        # Lookups of dead names sit for seconds; they must not hold up the others.
        self._threads = ThreadPoolExecutor(max_workers=32, thread_name_prefix="names")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Raises OSError when there is no answer, PrivateAnswer when it is not a public one."""
        if host not in self._pinned:
            self._pinned[host] = await self._look_up(host)
        flags = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
        return [
            ResolveResult(hostname=host, host=ip, port=port, family=family, proto=0, flags=flags)
            for family, ip in self._pinned[host]
        ]

    async def _look_up(self, host: str) -> list[tuple[int, str]]:
        loop = asyncio.get_running_loop()
        asked = loop.run_in_executor(self._threads, _getaddrinfo, host)
        try:
            answers = await asyncio.wait_for(asked, self._timeout_s)
        except TimeoutError as error:
            raise OSError(f"no name server answered within {self._timeout_s:g} s") from error
        found = list(dict.fromkeys((int(family), str(place[0])) for family, _, _, _, place in answers))
        for _, ip in found:
            if not is_public(ipaddress.ip_address(ip.partition("%")[0])):
                raise PrivateAnswer(f"{host} resolves to {ip}, which is not a public address")
        return found

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


def _getaddrinfo(host: str) -> list[Any]:
    return socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
