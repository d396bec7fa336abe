"""How does a crawler reach the made-up sites of a folder by their host names, with the faults that they have?

The conversation (proxy, tunnel, certificates, ways to fail) is the sample web's; what a host answers stands in its
folder: `<host>/site.yaml` and the pages beside it. An unknown key of site.yaml is an error that names the line.

A path is answered by the route of its whole address, by the route "path?*" when it has a query, by the file of its name
("/" is index.html), by the file with .html behind it, or by index.html in the folder of its name; else as `not_found`
says.
"""

import asyncio
import mimetypes
import re
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Literal
from urllib.parse import unquote

from pydantic import Field

from archive.border import Record, load
from sampleweb.describe import World
from sampleweb.proxy import Proxy, Request, Web, _unreachable, fail, send
from sampleweb.site import Answer

Fault = Literal["refuse", "reset", "hang", "dns", "drip", "truncate"]
NOT_FOUND = b"<html><body><h1>404 Not Found</h1></body></html>"


class Route(Record):
    """The answer of one address. With `redirect` and no status of its own it is a 302."""

    file: str | None = None
    body: str | None = None
    type: str | None = None
    status: int | None = None
    headers: dict[str, str] = Field(default_factory=dict)
    redirect: str | None = None
    fault: Fault | None = None
    delay: float | None = None


class Phones(Record):
    """Where user agents that match `ua` are sent."""

    ua: str
    redirect: str


class Flaky(Record):
    """The failure of the first `times` requests, and of all later ones until `seconds` after the last of those."""

    times: int = 1
    seconds: float = 0.0
    fault: Fault = "reset"
    status: int | None = None  # an answer of this status, in place of the fault
    headers: dict[str, str] = Field(default_factory=dict)
    body: str = ""
    spared: tuple[str, ...] = Field(default=(), alias="except")  # paths that never fail

    @property
    def route(self) -> Route:
        if self.status is None:
            return Route(fault=self.fault)
        return Route(status=self.status, headers=self.headers, body=self.body)


class Host(Record):
    """site.yaml: how a host answers."""

    fault: Fault | None = None  # of every request
    flaky: Flaky | int | None = None  # a number: so many first requests are reset
    exact: bool = False  # this name only; else www. and bare are one
    port: int = 80  # of plain http
    https_only: bool = False
    no_https: bool = False
    redirect: str | None = None  # of every request; the path is kept where it ends with *
    mobile: Phones | None = None
    robots: str | None = None
    charset: str = "utf-8"  # told in Content-Type; none where it is empty
    delay: float = 0.0  # seconds before every answer
    routes: dict[str, Route] = Field(default_factory=dict)
    not_found: Route = Route(status=404)


class Folder:
    """One host."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        settings = folder / "site.yaml"
        self.host = load(settings, Host) if settings.exists() else Host()
        self._flaky = Flaky(times=self.host.flaky) if isinstance(self.host.flaky, int) else self.host.flaky
        self._failed = 0
        self._failing_until = 0.0

    def answer(self, asked: Request) -> Route:
        host = self.host
        if host.https_only and not asked.secure:
            return Route(fault="refuse")
        if self._flaky and asked.path not in self._flaky.spared and self._fails(self._flaky):
            return self._flaky.route
        if host.fault:
            return Route(fault=host.fault)
        if asked.path == "/robots.txt":
            if host.robots is not None:
                return Route(body=host.robots, type="text/plain")
        elif host.mobile and re.search(host.mobile.ua, asked.headers.get("user-agent", "")):
            return Route(redirect=host.mobile.redirect)
        address = asked.path + (f"?{asked.query}" if asked.query else "")
        if host.redirect:
            kept = (
                host.redirect.removesuffix("*") + address.lstrip("/") if host.redirect.endswith("*") else host.redirect
            )
            return Route(redirect=kept, status=301)
        return self._route(asked.path, address) or self._file(asked.path, asked.query) or host.not_found

    def _fails(self, flaky: Flaky) -> bool:
        now = time.monotonic()
        if self._failed < flaky.times:
            self._failed += 1
            self._failing_until = now + flaky.seconds
            return True
        return now < self._failing_until

    def _route(self, path: str, address: str) -> Route | None:
        names = (address, unquote(address), *([f"{path}?*"] if "?" in address else []))
        return next((self.host.routes[name] for name in names if name in self.host.routes), None)

    def _file(self, path: str, query: str) -> Route | None:
        plain = unquote(path).lstrip("/")
        names = [f"{plain}@{unquote(query)}"] if query else []
        names += [plain or "index.html", plain.rstrip("/") + ".html"]
        names += [f"{plain}index.html"] if plain.endswith("/") else []
        for name in names:
            found = (self.folder / name).resolve()
            if found.is_relative_to(self.folder) and found.is_file() and found.name not in ("site.yaml", "truth.yaml"):
                return Route(file=name, type=mimetypes.guess_type(name.split("@")[0])[0])
        return None

    def wire(self, route: Route) -> Answer:
        """The answer as it is sent."""
        status = route.status or (302 if route.redirect else 200)
        body = (route.body or "").encode()
        kind = route.type or "text/html"
        if route.file is not None:
            body = (self.folder / route.file).read_bytes()
            kind = route.type or mimetypes.guess_type(route.file)[0] or "text/html"
        elif status == 404 and not body:
            body = NOT_FOUND
        charset = self.host.charset
        typed = f"{kind}; charset={charset}" if charset and kind.startswith("text/") else kind
        headers = {"Content-Type": typed, **route.headers}
        if route.redirect:
            headers["Location"] = route.redirect
        return Answer(status, tuple(headers.items()), body)


class Folders(Proxy):
    """The hosts of a folder behind one proxy."""

    def __init__(self, root: Path, certificates: Path) -> None:
        nothing = Web(World(as_of=date.min, sites=(), without_site=()))
        super().__init__(nothing, certificates)
        folders = (path for path in sorted(root.iterdir()) if path.is_dir() and not path.name.startswith(("_", ".")))
        self._folders = {path.name: Folder(path) for path in folders}

    def _folder(self, host: str) -> Folder | None:
        bare = host.removeprefix("www.")
        found = next((self._folders[name] for name in (host, bare, f"www.{host}") if name in self._folders), None)
        return None if found and found.host.exact and found.folder.name != host else found

    async def _tunnelled(self, writer: asyncio.StreamWriter, host: str, port: str) -> bool:
        folder = self._folder(host)
        why = None
        if folder is None or folder.host.fault == "dns":
            why = "dns_error"
        elif folder.host.no_https or port != "443":
            why = "connection_refused"
        if why is not None:
            await send(writer, "CONNECT", _unreachable(why))
            return False
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await writer.drain()
        await writer.start_tls(self._certificates.context(host))
        return True

    async def _answered(self, writer: asyncio.StreamWriter, asked: Request) -> bool:
        folder = self._folder(asked.host)
        route = folder.answer(asked) if folder else Route(fault="dns")
        if folder is None or route.fault == "dns":
            await send(writer, asked.method, _unreachable("dns_error"))
            return True
        await asyncio.sleep(folder.host.delay if route.delay is None else route.delay)
        if route.fault is not None:
            await fail(writer, route.fault)
            return False
        await send(writer, asked.method, folder.wire(route))
        return True


@contextmanager
def running(root: Path) -> Iterator[str]:
    """The proxy in a thread of its own; yields its address, e.g. http://127.0.0.1:40123."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="folders", daemon=True)
    thread.start()
    with tempfile.TemporaryDirectory(prefix="folders-") as certificates:
        proxy = Folders(root, Path(certificates))
        server = asyncio.run_coroutine_threadsafe(proxy.start(0), loop).result()
        try:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        finally:
            loop.call_soon_threadsafe(server.close)
            asyncio.run_coroutine_threadsafe(proxy.stop(), loop).result(10)
            loop.call_soon_threadsafe(loop.stop)
            thread.join(10)
            loop.close()
