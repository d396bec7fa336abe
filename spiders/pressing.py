"""What does a page show when what has no address on it is pressed?

Menus of span and li, tabs, drawers, language switches: a script alone knows where they lead. The page's handles are
numbered in the browser (page_press.js), whoever asks says which of them are worth pressing, and each is pressed as a
visitor would, one after the other, also in what it opened. Nothing that would leave the page is followed here.
"""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from archive.leads import HANDLE, LED_TO, SHOWN_AT, is_route, pressed_at

if TYPE_CHECKING:
    from playwright.async_api import Page

MAX_PRESSES = 40  # of one page, and of all that it shows when pressed
MAX_DEPTH = 3  # handles in what a handle opened
CALM_S = 0.6  # for which a page is watched: what changes now was not made to change by us
_SCRIPT = (Path(__file__).parent / "page_press.js").read_text("utf-8")

# Address and HTML of what stands there now, its handles numbered -> those to press, in order.
Choose = Callable[[str, str], Awaitable[Sequence[int]]]


@dataclass(frozen=True)
class Pressed:
    """What a page showed after something on it was pressed."""

    url: str  # the address that it has then; where that stayed the same, one of ours (archive.leads.pressed_at)
    html: str
    labels: tuple[str, ...]  # of what was pressed, one after the other


class Looking(Protocol):
    """What is done to a page in the browser besides (spiders/browser.py)."""

    sent_to: str | None

    @property
    def has_time(self) -> bool: ...
    async def settle(self) -> None: ...
    async def scroll(self) -> None: ...
    async def load_again(self) -> None: ...
    async def forget(self) -> None: ...


@dataclass
class Pressing:
    """The presses of one look. `run` once."""

    looking: Looking
    page: "Page"
    choose: Choose
    follow: str | None = None  # address of a link that alone is pressed
    views: list[Pressed] = field(default_factory=list)
    presses: int = 0
    _marks: dict[int, str] = field(default_factory=dict)  # number of a handle -> the attribute that tells what came
    _left: set[int] = field(default_factory=set)  # numbers of handles worth pressing that nobody pressed
    _signs: dict[int, str] = field(default_factory=dict)
    _opened: list[str] = field(default_factory=list)  # HTML of menus
    _base: str = ""

    async def run(self, html: str) -> str:
        """The page as it stood at first (`html`), with what its handles led to, and the menus that they opened. A
        handle that was to be pressed and was not, for want of time or because the page ended, keeps its HANDLE."""
        from playwright.async_api import Error

        base, self._base = html, self.page.url
        with suppress(Error):  # a press may end the page; what it showed before then is known
            await self.page.evaluate(_SCRIPT)
            await self._number()
            base = await self._html()
            chosen = await (self.choose(self._base, base) if self.follow is None else self._link_to(self.follow))
            if chosen:
                await self.page.evaluate("saytmetr.note()")
                await self.page.wait_for_timeout(CALM_S * 1000)
                await self.page.evaluate("saytmetr.calm()")
                await self._press_all(chosen, self._base, ())
        self.views = [Pressed(view.url, self._marked(view.html), view.labels) for view in self.views]
        return _with_menus(self._marked(base), [self._marked(menu) for menu in self._opened])

    async def _link_to(self, url: str) -> Sequence[int]:
        number = await self.page.evaluate("url => saytmetr.numberOf(url)", url)
        self._signs |= {} if number is None else {number: ""}
        return [] if number is None else [number]

    async def _press_all(self, chosen: Sequence[int], at: str, labels: tuple[str, ...]) -> None:
        self._left |= {number for number in chosen if number in self._signs and number not in self._marks}
        for number in chosen:
            if self.presses >= MAX_PRESSES or not self.looking.has_time:
                return
            if number in self._signs and number not in self._marks:
                self.presses += 1
                await self._press(number, at, labels)

    async def _press(self, number: int, at: str, labels: tuple[str, ...]) -> None:
        self.looking.sent_to = None
        url = self.page.url
        label = await self.page.evaluate("number => saytmetr.press(number)", number)
        if label is None:
            return
        self._left.discard(number)
        await self.looking.settle()
        sent_to, self.looking.sent_to = self.looking.sent_to, None
        path = (*labels, label or str(number))
        if sent_to is not None and _bare(sent_to) == _bare(self.page.url) and _place(self.page.url) == _place(url):
            await self._see_reloaded(number, at, path)
            return
        if sent_to is not None:
            self._mark(number, LED_TO, sent_to)
            return
        await self._number()
        came = await self.page.evaluate("number => saytmetr.came(number)", number)
        if _place(came["url"]) != _place(url):
            await self.looking.scroll()
            await self._keep(number, came["url"], await self._html(), path)
        elif came["away"]:
            self._mark(number, LED_TO, came["away"])
        elif came["menu"]:
            self._mark(number, SHOWN_AT, "")
            self._opened.append(_menu(path[-1], came["html"]))
            await self._onward(at, self._opened[-1], path)
        elif came["html"]:
            await self._keep(number, pressed_at(at, path), _document(path[-1], came["html"]), path)

    async def _see_reloaded(self, number: int, at: str, path: tuple[str, ...]) -> None:
        """A script keeps in the browser what was pressed (a language), and loads the page again."""
        before = await self.page.evaluate("saytmetr.text()")
        await self._load_again()
        if await self.page.evaluate("saytmetr.text()") != before:
            html = await self._html()
            self.views.append(Pressed(pressed_at(at, path), html, path))
            self._mark(number, SHOWN_AT, pressed_at(at, path))
        await self.looking.forget()
        await self._load_again()

    async def _load_again(self) -> None:
        await self.looking.load_again()
        await self.page.evaluate(_SCRIPT)
        numbered = [[number, sign] for number, sign in self._signs.items()]
        await self.page.evaluate("([signs, next]) => saytmetr.adopt(signs, next)", [numbered, len(numbered) + 1])
        await self._number()

    async def _keep(self, number: int, url: str, html: str, path: tuple[str, ...]) -> None:
        self._mark(number, SHOWN_AT, url)
        if url == self._base or any(view.url == url for view in self.views):
            return
        self.views.append(Pressed(url, html, path))
        await self._onward(url, html, path)

    async def _onward(self, url: str, html: str, path: tuple[str, ...]) -> None:
        if len(path) < MAX_DEPTH:
            await self._press_all(await self.choose(url, html), url, path)

    async def _number(self) -> None:
        self._signs |= dict(await self.page.evaluate("saytmetr.tag()"))

    async def _html(self) -> str:
        html, _ = await self.page.evaluate("saytmetr.shown()")
        return str(html)

    def _mark(self, number: int, name: str, value: str) -> None:
        self._marks[number] = f'{name}="{escape(value)}"'

    def _marked(self, html: str) -> str:
        for number in self._signs.keys() - self._left:
            html = html.replace(f' {HANDLE}="{number}"', f" {mark}" if (mark := self._marks.get(number)) else "")
        return html


def _document(label: str, html: str) -> str:
    said = escape(label)
    return (
        f'<!doctype html>\n<html><head><meta charset="utf-8"><title>{said}</title></head>'
        f"<body><main><h1>{said}</h1>\n{html}\n</main></body></html>"
    )


def _menu(label: str, html: str) -> str:
    """What was opened, below the head that opened it."""
    return f"<nav><ul><li><span>{escape(label)}</span>{html}</li></ul></nav>"


def _with_menus(html: str, menus: Sequence[str]) -> str:
    head, body, tail = html.rpartition("</body>")
    opened = "".join(f"{menu}\n" for menu in menus)
    return f"{head}{opened}{body}{tail}" if body else html + opened


def _bare(url: str) -> str:
    return url.partition("#")[0]


def _place(url: str) -> str:
    """What tells one page of a script from another: the address, with a fragment only where that is a route."""
    page, _, fragment = url.partition("#")
    return url if is_route(fragment) else page
