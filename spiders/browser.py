"""What does a page show in a browser that can reach nothing but us?

Chromium, driven by Playwright, without a network of its own: its proxy leads nowhere, no name resolves in it, and
every request of a page is answered by whoever called `Browser.look` (spiders/eyes.py: through the walk's own gate, pace
and archive; a replay may answer from evidence alone). What is not answered is refused. A fresh context each page; a
crashed, hung or overgrown browser is replaced.
"""

import asyncio
import os
import re
import shutil
import socket
import time
from base64 import b64decode
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from uuid import uuid4

from spiders.pressing import Choose, Pressed, Pressing
from spiders.processes import family, pid_of, pss_bytes

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Dialog, Page, Request, Route, WebSocketRoute

EXECUTABLES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")  # the light one first
INSTALL = "make browser"
_HERE = Path(__file__).parent
_BEFORE = (_HERE / "page_before.js").read_text("utf-8")  # runs before any script of the page
_AFTER = (_HERE / "page_after.js").read_text("utf-8")  # what we ask of a page that has settled
# What a page is made of for its reader. Media, fonts, pings, event streams, manifests and reports are not.
_KINDS = frozenset({"document", "stylesheet", "script", "xhr", "fetch", "image"})
_FILES = _KINDS - {"document", "xhr", "fetch"}
_DOT = b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")  # a picture of nothing
# Of an answer, what a browser needs to make something of it; its coding is undone, and cookies are nobody's business.
_PASSED_ON = re.compile(r"content-type|content-security-policy|content-language|access-control-[a-z-]+|refresh", re.I)
_ANSWER_S = 0.02  # what a page asks for without waiting for it
_STEP_MS = 500  # between two looks whether the page has gone elsewhere, or its time is over
_QUIET_MS = 120  # without a change, before a page counts as settled
_CLOSE_S = 5.0
_MOST_TOLD = 100
_SHUT = (
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--dns-prefetch-disable",
    "--disable-quic",
    "--disable-gpu",
    "--disable-remote-fonts",
    "--disable-file-system",
    "--disk-cache-size=1",
)


@dataclass(frozen=True)
class Limits:
    """What one page, and the browser as a whole, may cost."""

    page_s: float = 15.0  # of a page's own time: waiting for a site's turn does not count
    settle_s: float = 4.0  # at most, until a page rests
    press_s: float = 25.0  # more, of a page on which things are pressed
    sub_requests: int = 48  # answered, of one page
    body_bytes: int = 16_000_000  # of all answers of one page
    html_bytes: int = 6_000_000  # of the page as it stood in the end
    at_once: int = 3  # pages
    looks: int = 120  # after which the browser is replaced, however well it is
    memory_bytes: int = 900_000_000  # of all its processes, by their share (PSS); above it is replaced


@dataclass(frozen=True)
class View:
    """Who looks, on what screen."""

    name: str
    width: int  # CSS pixels
    height: int
    scale: float  # device pixels a CSS pixel
    is_phone: bool
    agent: str  # of navigator.userAgent

    def __str__(self) -> str:
        return f"{self.name} {self.width}x{self.height}@{self.scale:g}"


def desktop(agent: str) -> View:
    return View("desktop", 1366, 900, 1, False, agent)


def phone(agent: str) -> View:
    return View("phone", 390, 844, 3, True, agent)


@dataclass(frozen=True)
class Wanted:
    """What a page asks for. `kind`: document (of a frame) stylesheet script xhr fetch image."""

    url: str
    kind: str
    method: str
    headers: Mapping[str, str]
    body: bytes | None


@dataclass(frozen=True)
class Delivered:
    """An answer, its codings undone, after all redirects."""

    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes


# The answer; or why there is none, in a word.
Deliver = Callable[[Wanted], Awaitable[Delivered | str | None]]


@dataclass(frozen=True)
class Document:
    """The page to look at, as a server sent it. `route`: what of its address stays in the browser (`#/news`)."""

    url: str
    answer: Delivered
    route: str = ""


@dataclass(frozen=True)
class Typed:
    """A word to be typed into a field, and sent off with Enter, or by the button beside it."""

    field: str  # CSS
    word: str


@dataclass(frozen=True)
class Seen:
    """The page as it stood in the end."""

    html: str  # "" where it was not asked for
    final_url: str  # with its fragment
    title: str
    sent_to: str | None  # another page to which a script sent its visitor; not followed here
    measured: Any  # what `measure` gave: plain JSON
    picture: bytes | None  # WebP of the screen
    marked: bool  # whether the text to be marked was found
    refused: tuple[str, ...]  # "why url" of what the page asked for and did not get
    said: tuple[str, ...]  # errors of its scripts
    sub_requests: int
    seconds: float  # of its own time
    views: tuple[Pressed, ...] = ()  # what it showed when things on it were pressed


class Unlooked(Exception):
    """The browser could not show this page. `reason`: browser_timeout, browser_crash, too_large."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason, self.detail = reason, detail


class NoBrowser(Exception):
    """There is no browser on this machine; str() says what to do."""


def executable() -> Path | None:
    """The browser of this machine; None where there is none, or Playwright is not installed."""
    try:
        import playwright.async_api  # noqa: F401
    except ImportError:
        return None
    named = os.environ.get("SAYTMETR_BROWSER")
    found = shutil.which(named) if named else next(filter(None, map(shutil.which, EXECUTABLES)), None)
    return Path(found) if found else None


class Browser:
    """One for each crawl. Starts with the first look. `async with Browser(limits) as browser`."""

    def __init__(self, limits: Limits | None = None, path: Path | None = None) -> None:
        self.limits = limits or Limits()
        self._path = path or executable()
        self._room = asyncio.Semaphore(self.limits.at_once)
        self._starting = asyncio.Lock()
        self._playwright: Any = None
        self._now: _Process | None = None
        self.replaced: Counter[str] = Counter()  # why: old, overgrown, gone

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        if self._now is not None:
            await self._now.end()
        if self._playwright is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(_CLOSE_S):
                    await self._playwright.stop()
        self._now = self._playwright = None

    async def start(self) -> None:
        """What the first look does else. Raises Unlooked, NoBrowser."""
        await self._process()

    @property
    def version(self) -> str:
        """Once it has started: "Chromium 156.0.8078.79"."""
        return f"Chromium {self._now.version}" if self._now is not None else ""

    def kill(self) -> None:
        """Ends its processes at once; the next look starts another."""
        if self._now is not None:
            self._now.kill()

    def memory_bytes(self) -> int:
        """What all its processes hold now; 0 when it has not started."""
        return self._now.memory_bytes() if self._now is not None else 0

    async def look(
        self,
        document: Document,
        deliver: Deliver,
        view: View,
        *,
        images: bool = False,
        at_hand: Mapping[str, Delivered | str] | None = None,
        scrolls: int = 0,
        more_words: Sequence[str] = (),
        typed: Typed | None = None,
        press: Choose | None = None,
        follow: str | None = None,
        measure: str | None = None,
        picture: bool = False,
        mark: str | None = None,
        html: bool = True,
        on_turn: Callable[[float], None] | None = None,
    ) -> Seen:
        """Looks at one page. `deliver` is asked for everything but the document itself; None refuses.

        `images`: asks for pictures too (else each is a dot). `at_hand`: what came of the files that the page will ask
        for, by address, as from `deliver`; of these it is not asked again. `scrolls`: how often at most to go to the
        page's end and, where a button there says one of `more_words`, to press it. `press`: asked which handles of the
        page are to be pressed; the HTML is that of before, and tells what came of each. `follow`:
        address of a link that is pressed in place of these, since its server knows no such page. `measure`: text of a
        JavaScript function without arguments that gives plain JSON. `picture`: of the screen, scrolled to the text
        `mark`, which is outlined. `html`: whether the page as it stood is wanted; a page that is only measured is not
        written out, and can be neither scrolled nor typed into, nor pressed or marked.
        `on_turn`: told how many seconds this look waited behind others.
        Raises Unlooked.
        """
        wishes = _Wishes(scrolls, more_words, typed, press, follow, measure, picture, mark, html)
        came = time.monotonic()
        async with self._room:
            if on_turn is not None:
                on_turn(time.monotonic() - came)
            for is_last in (False, True):
                process = await self._process()
                look = _Look(self.limits, document, deliver, view, images, at_hand or {})
                try:
                    return await process.look(look, wishes)
                except _Gone as gone:
                    await self._replace(process, "gone")
                    if is_last:
                        raise Unlooked("browser_crash", str(gone)) from gone
        raise AssertionError("the last try returns or raises")

    async def _process(self) -> "_Process":
        async with self._starting:
            if self._now is not None:
                why = self._now.why_replace(self.limits)
                if why is not None:
                    await self._replace(self._now, why)
            if self._now is None:
                self._now = await self._start()
            return self._now

    async def _replace(self, process: "_Process", why: str) -> None:
        if self._now is process:
            self._now = None
            self.replaced[why] += 1
        await process.end_when_idle(at_once=why == "gone")

    async def _start(self) -> "_Process":
        if self._path is None:
            raise NoBrowser(f"there is no browser on this machine; to install one: {INSTALL}")
        from playwright.async_api import Error, async_playwright

        if self._playwright is None:
            self._playwright = await async_playwright().start()
        nowhere = socket.socket()  # bound and never listening: nobody else can answer there
        nowhere.bind(("127.0.0.1", 0))
        sign = f"--saytmetr={uuid4().hex}"
        try:
            chromium = await self._playwright.chromium.launch(
                executable_path=str(self._path),
                args=[*_SHUT, sign],
                proxy={"server": f"http://127.0.0.1:{nowhere.getsockname()[1]}", "bypass": "<-loopback>"},
                handle_sigint=False,
                handle_sigterm=False,
                handle_sighup=False,
                timeout=60_000,
            )
        except Error as error:
            nowhere.close()
            raise Unlooked("browser_crash", f"the browser does not start: {str(error)[:500]}") from error
        return _Process(chromium, nowhere, sign)


class _Gone(Exception):
    """The browser, or the process of the page, died or does not answer."""


@dataclass
class _Wishes:
    scrolls: int
    more_words: Sequence[str]
    typed: Typed | None
    press: Choose | None
    follow: str | None
    measure: str | None
    picture: bool
    mark: str | None
    html: bool


class _Process:
    """One running Chromium."""

    def __init__(self, chromium: Any, nowhere: socket.socket, sign: str) -> None:
        self.version = str(chromium.version)
        self._chromium = chromium
        self._nowhere = nowhere
        self._pid = pid_of(sign)
        self._looks = 0
        self._busy = 0
        self._is_leaving = False

    def why_replace(self, limits: Limits) -> str | None:
        if not self._chromium.is_connected():
            return "gone"
        if self._looks >= limits.looks:
            return "old"
        # A look at /proc takes some milliseconds: not before every page.
        return "overgrown" if self._looks % 8 == 7 and self.memory_bytes() > limits.memory_bytes else None

    def memory_bytes(self) -> int:
        return sum(map(pss_bytes, family(self._pid))) if self._pid else 0

    async def look(self, look: "_Look", wishes: _Wishes) -> Seen:
        from playwright.async_api import Error

        self._looks += 1
        self._busy += 1
        try:
            async with self._context(look) as context:
                return await look.take(context, wishes)
        except Error as error:
            raise _Gone(str(error).splitlines()[0]) from error
        finally:
            self._busy -= 1
            if self._is_leaving and not self._busy:
                await self.end()

    @asynccontextmanager
    async def _context(self, look: "_Look") -> AsyncIterator["BrowserContext"]:
        view = look.view
        try:
            async with asyncio.timeout(look.limits.page_s):
                context = await self._chromium.new_context(
                    viewport={"width": view.width, "height": view.height},
                    device_scale_factor=view.scale,
                    is_mobile=view.is_phone,
                    has_touch=view.is_phone,
                    user_agent=view.agent,
                    locale="az-AZ",
                    timezone_id="Asia/Baku",
                    service_workers="block",
                    accept_downloads=False,
                    ignore_https_errors=True,
                )
        except TimeoutError as error:
            raise _Gone("the browser does not open a page") from error
        try:
            yield context
        finally:
            try:
                async with asyncio.timeout(_CLOSE_S):
                    await context.unroute_all(behavior="ignoreErrors")
                    await context.close()
            except TimeoutError:
                self.kill()  # a page that cannot be closed would go on for ever

    async def end_when_idle(self, at_once: bool = False) -> None:
        self._is_leaving = True
        if at_once or not self._busy:
            await self.end()

    async def end(self) -> None:
        try:
            async with asyncio.timeout(_CLOSE_S):
                await self._chromium.close()
        except TimeoutError:
            self.kill()
        finally:
            self._nowhere.close()

    def kill(self) -> None:
        for pid in family(self._pid) if self._pid else ():
            with suppress(ProcessLookupError):
                os.kill(pid, 9)


@dataclass
class _Look:
    """One look under way."""

    limits: Limits
    document: Document
    deliver: Deliver
    view: View
    images: bool
    at_hand: Mapping[str, Delivered | str] = field(default_factory=dict)
    has_crashed: bool = False
    is_pressed: bool = False  # from here on what the page asks for comes of our presses: it may fetch, and never send
    sent_to: str | None = None
    refused: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    sub_requests: int = 0
    _bytes: int = 0
    _pending: int = 0
    _waited_s: float = 0.0  # for answers
    _waiting_since: float = 0.0
    _began: float = 0.0
    _has_document: bool = False
    _limit_s: float = 0.0
    _told_again: Delivered | None = None  # what the site answers to a visitor who chose something on the page before
    _doing: set[asyncio.Future[None]] = field(default_factory=set)

    @property
    def own_s(self) -> float:
        """Time that the page has had for itself."""
        now = time.monotonic()
        waiting = now - self._waiting_since if self._pending else 0.0
        return now - self._began - self._waited_s - waiting

    async def take(self, context: "BrowserContext", wishes: _Wishes) -> Seen:
        """The look itself, for as long as the page's own time lasts. Raises Unlooked, playwright's Error."""
        self._began, self._limit_s = time.monotonic(), self.limits.page_s
        looking = asyncio.ensure_future(self._take(context, wishes))
        try:
            while not looking.done():
                await asyncio.wait({looking}, timeout=0.2)
                if self.has_crashed:
                    raise Unlooked("browser_crash", "the page crashed")
                if self.own_s > self._limit_s:
                    raise Unlooked("browser_timeout", f"the page did not come to rest within {self._limit_s:g} s")
            return looking.result()
        finally:
            if not looking.done():
                looking.cancel()
                await asyncio.wait({looking}, timeout=_CLOSE_S)

    async def _take(self, context: "BrowserContext", wishes: _Wishes) -> Seen:
        await context.add_init_script(_BEFORE)
        await context.route_web_socket("**/*", self._shut)
        await context.route("**/*", self._answer)
        page = await context.new_page()
        page.on("crash", self._crashed)
        page.on("dialog", self._dismiss)
        page.on("pageerror", lambda error: self._say(str(error)))
        page.on("popup", lambda other: self._do(_closed(other)))
        await self._load(page, wishes.html)
        await self._settle(page)
        await self._scroll(page, wishes)
        if wishes.typed is not None:
            await page.evaluate(
                "([field, word]) => saytmetr.type(field, word)", [wishes.typed.field, wishes.typed.word]
            )
            await self._settle(page)
        measured = None if wishes.measure is None else await page.evaluate(wishes.measure)
        html, title = await page.evaluate("saytmetr.shown()") if wishes.html else ("", "")
        final_url, sent_to, views = page.url, self.sent_to, []
        if wishes.press is not None and sent_to is None:
            pressing = Pressing(_Hands(self, context, page, wishes), page, wishes.press, wishes.follow)
            html, views = await pressing.run(html), pressing.views
            self.sent_to = sent_to
        marked = False
        if wishes.mark is not None:
            marked = bool(await page.evaluate("quote => saytmetr.mark(quote)", wishes.mark))
        # Of a page that only sends its visitor elsewhere nothing is ever drawn.
        picture = await _picture(context, page) if wishes.picture and self.sent_to is None else None
        if len(html) > self.limits.html_bytes:
            raise Unlooked("too_large", f"{len(html)} letters, at most {self.limits.html_bytes} are taken")
        return Seen(
            html=html,
            final_url=final_url,
            title=title,
            sent_to=self.sent_to,
            measured=measured,
            picture=picture,
            marked=marked,
            refused=tuple(self.refused),
            said=tuple(self.said),
            sub_requests=self.sub_requests,
            seconds=round(self.own_s, 3),
            views=tuple(views),
        )

    async def _load(self, page: "Page", is_asked: bool = True) -> None:
        self._has_document, self.sent_to = False, None
        await page.goto(self.document.url + self.document.route, wait_until="commit", timeout=0)
        if is_asked:
            await page.evaluate(_AFTER)

    # coming to rest

    async def _settle(self, page: "Page") -> None:
        """Waits until nothing is asked, no timer is about to ring, and nothing has changed for a moment; not for ever,
        since some pages never rest."""
        until_s = self.own_s + self.limits.settle_s
        while self.own_s < until_s:
            if self.sent_to is not None:
                return
            rests = await page.evaluate("([quiet, most]) => saytmetr.rest(quiet, most)", [_QUIET_MS, _STEP_MS])
            if rests and not self._pending:
                return
            if rests:
                await asyncio.sleep(_ANSWER_S)

    async def _scroll(self, page: "Page", wishes: _Wishes) -> None:
        """To the end of the page, and on for as long as it grows; buttons that bring more are pressed."""
        grown = -1
        for _ in range(wishes.scrolls):
            size = await page.evaluate("words => saytmetr.onward(words)", list(wishes.more_words))
            await self._settle(page)
            now = await page.evaluate("saytmetr.size()")
            if now == size == grown or self.sent_to is not None:
                break
            grown = now
        if wishes.scrolls:
            await page.evaluate("window.scrollTo(0, 0)")

    # what the page asks for

    async def _answer(self, route: "Route", request: "Request") -> None:
        """Every request of the page ends here."""
        from playwright.async_api import Error

        with suppress(Error):  # the page is closed, and nobody waits for this any more
            await self._answered(route, request)

    async def _answered(self, route: "Route", request: "Request") -> None:
        kind, url = request.resource_type, request.url
        if self._is_page_change(request):
            if not self._has_document:
                self._has_document = True
                await _fulfil(route, self._told_again or self.document.answer)
                return
            if self.sent_to is None and kind == "document" and request.method == "GET":
                self.sent_to = url
            self._note("another page", url)
            await route.fulfill(status=204)  # by which a browser stays where it is
        elif kind not in _KINDS or not url.startswith(("http://", "https://")):
            await self._refuse(route, kind, url)
        elif kind == "image" and not self.images:
            await _fulfil(route, Delivered(200, (("Content-Type", "image/gif"),), _DOT))
        elif self.is_pressed and request.method != "GET":
            await self._refuse(route, "press that sends", url)
        elif self.sub_requests >= self.limits.sub_requests or self._bytes > self.limits.body_bytes:
            await self._refuse(route, "one request too many", url)
        else:
            await self._pass_on(route, request)

    def _is_page_change(self, request: "Request") -> bool:
        if not request.is_navigation_request():
            return False
        return request.frame.parent_frame is None

    async def _pass_on(self, route: "Route", request: "Request") -> None:
        self.sub_requests += 1
        if request.method == "GET" and request.resource_type in _FILES and request.url in self.at_hand:
            await self._hand_over(route, request.url, self.at_hand[request.url])
            return
        wanted = Wanted(
            request.url, request.resource_type, request.method, dict(request.headers), request.post_data_buffer
        )
        delivered = await self._delivered(wanted)
        await self._hand_over(route, wanted.url, delivered)

    async def _delivered(self, wanted: Wanted) -> Delivered | str | None:
        """The answer; the time that it takes is not the page's own."""
        if not self._pending:
            self._waiting_since = time.monotonic()
        self._pending += 1
        try:
            return await self.deliver(wanted)
        finally:
            self._pending -= 1
            if not self._pending:
                self._waited_s += time.monotonic() - self._waiting_since

    async def _hand_over(self, route: "Route", url: str, delivered: Delivered | str | None) -> None:
        if not isinstance(delivered, Delivered):
            await self._refuse(route, delivered or "not fetched", url)
            return
        self._bytes += len(delivered.body)
        await _fulfil(route, delivered)

    def _note(self, why: str, url: str) -> None:
        if len(self.refused) < _MOST_TOLD:
            self.refused.append(f"{why} {url[:300]}")

    async def _refuse(self, route: "Route", why: str, url: str) -> None:
        self._note(why, url)
        await route.abort("blockedbyclient")

    def _shut(self, line: "WebSocketRoute") -> None:
        self._note("websocket", line.url)
        self._do(line.close())

    # what happens to it

    def _do(self, what: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(what)
        self._doing.add(task)
        task.add_done_callback(self._doing.discard)

    def _crashed(self, _: "Page") -> None:
        self.has_crashed = True

    async def _dismiss(self, dialog: "Dialog") -> None:
        self._say(f"{dialog.type}: {dialog.message}")
        await dialog.dismiss()

    def _say(self, text: str) -> None:
        if len(self.said) < _MOST_TOLD:
            self.said.append(text[:300])


class _Hands:
    """A look, for what is pressed in it. Its time is its own, and starts now."""

    def __init__(self, look: _Look, context: "BrowserContext", page: "Page", wishes: _Wishes) -> None:
        self._look, self._context, self._page, self._wishes = look, context, page, wishes
        self._until_s = look.own_s + look.limits.press_s
        look._limit_s = self._until_s + look.limits.page_s
        look.is_pressed = True

    @property
    def sent_to(self) -> str | None:
        return self._look.sent_to

    @sent_to.setter
    def sent_to(self, url: str | None) -> None:
        self._look.sent_to = url

    @property
    def has_time(self) -> bool:
        return self._look.own_s < self._until_s

    async def settle(self) -> None:
        await self._look._settle(self._page)

    async def scroll(self) -> None:
        await self._look._scroll(self._page, self._wishes)

    async def load_again(self) -> None:
        self._look._told_again = await self._answer_to_cookies()
        await self._look._load(self._page)
        await self._look._settle(self._page)

    async def _answer_to_cookies(self) -> Delivered | None:
        """What the site sends to a visitor with the cookies that its scripts have set; None where they set none."""
        url = self._look.document.url
        told = "; ".join(f"{one.get('name')}={one.get('value')}" for one in await self._context.cookies(url))
        if not told:
            return None
        answer = await self._look._delivered(
            Wanted(url, "document", "GET", {"accept": "text/html", "cookie": told}, None)
        )
        return answer if isinstance(answer, Delivered) and answer.status == 200 else None

    async def forget(self) -> None:
        await self._page.evaluate("localStorage.clear(), sessionStorage.clear()")
        await self._context.clear_cookies()


async def _fulfil(route: "Route", answer: Delivered) -> None:
    headers: dict[str, str] = {}
    for name, value in answer.headers:
        if _PASSED_ON.fullmatch(name):
            known = headers.get(name.lower())
            headers[name.lower()] = value if known is None else f"{known}, {value}"
    await route.fulfill(status=answer.status, headers=headers, body=answer.body)


async def _closed(page: "Page") -> None:
    from playwright.async_api import Error

    with suppress(Error):
        await page.close()


async def _picture(context: "BrowserContext", page: "Page") -> bytes | None:
    """The screen as it stands. Playwright's own has no WebP, a third of the size. None: nothing is drawn yet, nor a
    moment later; the page itself is well."""
    from playwright.async_api import Error

    line = await context.new_cdp_session(page)
    for wait_s in (0.2, 0.0):
        try:
            told = await line.send(
                "Page.captureScreenshot", {"format": "webp", "quality": 60, "optimizeForSpeed": True}
            )
            return b64decode(told["data"])
        except Error as error:
            if "Unable to capture" not in str(error):
                raise
            await asyncio.sleep(wait_s)
    return None
