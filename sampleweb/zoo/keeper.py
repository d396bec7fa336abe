"""How does a bad site behave, over a real socket?

`hosts.yaml` says which hosts live here, what is wrong with each and what a crawler has to say of it, `faces.yaml` the
same of pages that stand in a site's place; this file makes them so. What is not named there is an ordinary small site
(`pages.yaml`), so that every fault stands alone.
"""

from __future__ import annotations

import asyncio
import gzip
import itertools
import re
import zlib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import brotli  # type: ignore[import-untyped,unused-ignore]
from pydantic import Field

from archive.border import Record, load
from archive.codings import zstd
from sampleweb.proxy import Guest, Request, fail, send
from sampleweb.site import Answer

HERE = Path(__file__).parent
BOMB_BYTES = 200 << 20
_MEGABYTE = 1 << 20

_PACK: Mapping[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "br": brotli.compress,
    "zstd": zstd.compress,
}

Fault = Literal["refuse", "reset", "hang", "dns", "drip", "truncate", "cut_chunks", "bomb", "gzip_bomb"]
Coding = Literal["gzip", "br", "zstd"]
Trap = Literal["calendar", "folders", "session", "orders", "print", "two_names"]


class Reply(Record):
    """What one address answers. `text` stands `times` over in the body, in place of `{text}`; `{n}` in it counts."""

    status: int = 200
    type: str = "text/html; charset=utf-8"
    headers: dict[str, str] = Field(default_factory=dict)
    to: str | None = None
    body: str = ""
    like: str | None = None  # the body of this ordinary page
    text: str = ""
    times: int = 1
    in_charset: str = "utf-8"
    coding: Coding | None = None
    cut_bytes: int = 0  # missing at the end of what is sent
    fault: Fault | None = None


class Spell(Record):
    """The first `times` requests get this; afterwards all is well."""

    times: int
    fault: Fault | None = None
    status: int = 200
    headers: dict[str, str] = Field(default_factory=dict)


class Host(Record):
    """One host, and what has to be said of it: `says` is (state, reason)."""

    host: str
    why: str | None = None
    says: tuple[str, str] | None = None  # None: only other hosts lead here
    site: str | None = None  # the address in the registry, where it is not http://HOST/
    fault: Fault | None = None
    spell: Spell | None = None
    everything: Reply | None = None  # answers every request
    pages: dict[str, Reply] = Field(default_factory=dict)
    not_found: Reply = Reply(status=404, body="<h1>404 Not Found</h1>")
    is_bare: bool = False  # without the ordinary pages
    https: Literal["same", "only", "none"] = "same"
    port: int = 80
    charset: str | None = None
    coding: Coding | None = None  # of every answer
    trap: Trap | None = None
    most_requests: int = 40


class Page(Record):
    title: str
    body: str


class _Hosts(Record):
    hosts: tuple[Host, ...]


class _Pages(Record):
    pages: dict[str, Page]
    frame: str


@cache
def hosts() -> tuple[Host, ...]:
    return tuple(host for name in ("hosts.yaml", "faces.yaml") for host in load(HERE / name, _Hosts).hosts)


def ordinary() -> Mapping[str, Page]:
    """The pages of an ordinary small site, by their paths, without a frame."""
    return load(HERE / "pages.yaml", _Pages).pages


@cache
def _ordinary() -> Mapping[str, str]:
    told = load(HERE / "pages.yaml", _Pages)
    return {
        path: told.frame.replace("{title}", page.title).replace("{body}", page.body)
        for path, page in told.pages.items()
    }


def guests() -> dict[str, Guest]:
    """All hosts of the zoo, for `sampleweb.proxy.running`: nobody's behaviour is left over from an earlier visit."""
    return {one.host: Keeper(one) for one in hosts()}


class Keeper:
    """Answers for one host."""

    def __init__(self, host: Host) -> None:
        self.of = host
        self._asked = itertools.count(1)
        self._sessions = itertools.count(0x51D0000001)

    def no_tunnel(self) -> str | None:
        """Why CONNECT is turned down; None when it is not."""
        if self.of.fault == "dns":
            return "dns_error"
        return "connection_refused" if self.of.https == "none" or self.of.fault == "refuse" else None

    async def reply(self, asked: Request, writer: asyncio.StreamWriter) -> bool:
        """Whether the conversation may go on."""
        reply = self._reply(asked)
        if reply.fault is not None:
            return await _fail(writer, asked, reply.fault)
        headers = {"Content-Type": reply.type, **reply.headers} | ({"Location": reply.to} if reply.to else {})
        if self.of.charset is not None:
            headers["Content-Type"] = f"text/html; charset={self.of.charset}"
        body = await asyncio.to_thread(_body, reply)
        coding = reply.coding or self.of.coding
        if coding is not None and coding in asked.headers.get("accept-encoding", ""):
            headers["Content-Encoding"], body = coding, _PACK[coding](body)
        body = body[: len(body) - reply.cut_bytes]
        if self.of.trap == "session":
            body = re.sub(
                rb'href="(/[^"?]*)', lambda found: b'href="%s?sid=%x' % (found[1], next(self._sessions)), body
            )
        await send(writer, asked.method, Answer(reply.status, tuple(headers.items()), body))
        return True

    def _reply(self, asked: Request) -> Reply:
        of = self.of
        if of.fault is not None:
            return Reply(fault=of.fault)
        is_secure_only = of.https == "only" and not asked.secure
        if is_secure_only or (not asked.secure and (asked.port or 80) != of.port):
            return Reply(fault="refuse")
        if of.spell is not None and next(self._asked) <= of.spell.times:
            return Reply(fault=of.spell.fault, status=of.spell.status, headers=of.spell.headers)
        if of.everything is not None:
            return of.everything
        if asked.path in of.pages:
            return of.pages[asked.path]
        trapped = _TRAPS[of.trap](asked) if of.trap in _TRAPS else None
        if trapped is not None:
            return Reply(body=trapped)
        if not of.is_bare and asked.path in _ordinary():
            return Reply(body=self._with_the_way_in(_ordinary()[asked.path]))
        return of.not_found

    def _with_the_way_in(self, page: str) -> str:
        return page.replace("</nav>", f"{_WAYS_IN.get(self.of.trap, '')}</nav>") if self.of.trap else page


def _body(reply: Reply) -> bytes:
    page = _ordinary()[reply.like] if reply.like is not None else reply.body
    text = _repeated(reply)
    filled = page.replace("{text}", text) if "{text}" in page else page
    if reply.like is not None and reply.text:
        filled = page.replace("<h1>", text + "<h1>")
    return filled.encode(reply.in_charset, "replace")


def _repeated(reply: Reply) -> str:
    if "{n}" not in reply.text:
        return reply.text * reply.times
    return "".join(reply.text.replace("{n}", str(n)) for n in range(reply.times))


async def _fail(writer: asyncio.StreamWriter, asked: Request, fault: Fault) -> bool:
    if fault == "dns":
        told = (("Content-Type", "text/plain"), ("Proxy-Status", "zoo; error=dns_error"))
        await send(writer, asked.method, Answer(502, told, b"no such host\n"))
        return True
    html = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
    if fault == "bomb":
        writer.write(html + b"\r\n")
        for _ in range(BOMB_BYTES // _MEGABYTE):
            writer.write(b"A" * _MEGABYTE)
            await writer.drain()
    elif fault == "gzip_bomb":
        packed = await asyncio.to_thread(_gzip_bomb)
        writer.write(html + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed) + packed)
        await writer.drain()
    elif fault == "cut_chunks":
        writer.write(html + b"Transfer-Encoding: chunked\r\n\r\n1000\r\n<html><body><h1>cut")
        await writer.drain()
    else:
        await fail(writer, fault)
        return False
    writer.transport.abort()
    return False


@cache
def _gzip_bomb() -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = b"<p>Salam</p>".ljust(_MEGABYTE)
    return b"".join(packer.compress(block) for _ in range(BOMB_BYTES // _MEGABYTE)) + packer.flush()


# Pages without end. The way in stands in the menu of every ordinary page.
_WAYS_IN = {
    "calendar": '<a href="/calendar?m=1">Təqvim</a>',
    "folders": '<a href="/arxiv/">Arxiv</a>',
    "orders": '<a href="/siyahi">Siyahı</a>',
    "print": '<a href="/sura.html?print=1">Çap</a> <a href="/print/sura.html">Çap</a>',
    "two_names": '<a href="http://www.two-names.zoo.az/sura.html">Şura</a> <a href="https://two-names.zoo.az/">Baş</a>',
}


def _links(*addresses: str) -> str:
    items = "".join(f'<li><a href="{address}">{number}</a></li>' for number, address in enumerate(addresses))
    return f"<html><body><h1>Siyahı</h1><ul>{items}</ul></body></html>"


def _calendar(asked: Request) -> str | None:
    month = int((re.search(r"m=(-?\d{1,9})", asked.query) or ("", "0"))[1])
    days = (f"/calendar?m={month}&amp;d={day}" for day in range(1, 31))
    is_here = asked.path == "/calendar"
    return _links(*days, f"/calendar?m={month - 1}", f"/calendar?m={month + 1}") if is_here else None


def _folders(asked: Request) -> str | None:
    return _links("arxiv/", "foto/") if re.fullmatch(r"/arxiv/(?:(?:arxiv|foto)/)*", asked.path) else None


def _orders(asked: Request) -> str | None:
    ways = (f"/siyahi?sort={by}&amp;dir={way}&amp;n={n}" for by in "abcde" for way in ("asc", "desc") for n in range(9))
    return _links(*ways) if asked.path == "/siyahi" else None


def _print(asked: Request) -> str | None:
    return (
        _ordinary().get(urlsplit(asked.path).path.removeprefix("/print")) if asked.path.startswith("/print/") else None
    )


_TRAPS = {"calendar": _calendar, "folders": _folders, "orders": _orders, "print": _print}
