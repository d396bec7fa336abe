"""How do sites behave that only a browser can read?

Each folder of `hosts` is one site, its files as a server would send them. What they all share is made here: the news
and the menu that their scripts fetch, inner pages, results of a search. `truth.yaml` says what has to be said of each.
"""

from __future__ import annotations

import asyncio
import json
import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qs

from pydantic import Field

from archive.border import Record, load
from sampleweb.proxy import Guest, Request, send
from sampleweb.site import Answer
from sampleweb.zoo.keeper import ordinary

HERE = Path(__file__).parent
_TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".json": "application/json"}
_MENU = (
    ("/", "Ana səhifə"),
    ("/xeberler", "Xəbərlər"),
    ("/sura", "İctimai şura"),
    ("/satinalma", "Dövlət satınalmaları"),
    ("/elaqe", "Əlaqə"),
)
_SHELLS = ("history.scripted.az",)  # whose server answers every address with the same page
_ROUTED = {"routed.scripted.az": "history.scripted.az"}  # the same files, and 404 for every other address
Facts = dict[str, Literal["unseen", "absent"] | dict[str, Any]]


class News(Record):
    id: int
    date: date
    title: str

    @property
    def day(self) -> str:
        return f"{self.date:%d.%m.%Y}"


class _AllNews(Record):
    per_page: int
    news: tuple[News, ...]


class Truth(Record):
    """What has to be said of one site; a word instead of fields is the state."""

    host: str
    why: str
    browser: Facts = Field(default_factory=dict)
    without: Facts = Field(default_factory=dict)


class _Truths(Record):
    base: Facts
    sites: tuple[Truth, ...]


@cache
def _news() -> _AllNews:
    return load(HERE / "news.yaml", _AllNews)


def truths() -> tuple[Truth, ...]:
    """Every site with all of its facts, those that it shares with the others included."""
    told = load(HERE / "truth.yaml", _Truths)
    return tuple(
        Truth(
            host=one.host,
            why=one.why,
            browser=told.base | one.browser,
            without=told.base | one.without,
        )
        for one in told.sites
    )


def guests() -> dict[str, Guest]:
    """All hosts of this wing, for `sampleweb.proxy.running`."""
    folders = {folder.name: folder for folder in sorted((HERE / "hosts").iterdir()) if folder.is_dir()}
    folders |= {host: folders[like] for host, like in _ROUTED.items()}
    return {host: Keeper(host, folder) for host, folder in folders.items()}


class Keeper:
    """Answers for one host."""

    def __init__(self, host: str, folder: Path) -> None:
        self._host = host
        self._files = {f"/{file.relative_to(folder).as_posix()}": file for file in folder.rglob("*") if file.is_file()}

    def no_tunnel(self) -> str | None:
        return "connection_refused"

    async def reply(self, asked: Request, writer: asyncio.StreamWriter) -> bool:
        status, kind, body = self._answer(asked)
        await send(writer, asked.method, Answer(status, (("Content-Type", kind),), body.encode()))
        return True

    def _answer(self, asked: Request) -> tuple[int, str, str]:
        path = "/index.html" if asked.path == "/" else asked.path
        file = self._files.get(path)
        if file is not None:
            text = file.read_text("utf-8").replace("{news}", _entries(_page(1)))
            return 200, _TYPES[file.suffix], text
        told = _told(asked.path, asked.query)
        if told is not None:
            return 200, _TYPES[".json"], json.dumps(told, ensure_ascii=False)
        if self._host in _SHELLS and not asked.path.startswith(("/api/", "/robots")):
            return 200, _TYPES[".html"], self._files["/index.html"].read_text("utf-8")
        page = _inner_page(asked)
        return (200, _TYPES[".html"], page) if page is not None else (404, _TYPES[".html"], "<h1>404 Not Found</h1>")


def _page(number: int) -> tuple[News, ...]:
    size = _news().per_page
    return _news().news[(number - 1) * size : number * size]


def _entries(news: tuple[News, ...]) -> str:
    return "".join(
        f'<li><span class="date">{one.day}</span> <a href="/xeber/{one.id}.html">{one.title}</a></li>' for one in news
    )


def _told(path: str, query: str) -> object:
    """What a script is told; None where it asks for something else."""
    given = {name: values[0] for name, values in parse_qs(query).items()}
    if path == "/api/menu.json":
        return [{"path": where, "name": name} for where, name in _MENU]
    if path == "/api/news.json":
        number = int(given.get("page", "1"))
        items = [{"id": one.id, "date": one.day, "title": one.title} for one in _page(number)]
        return {"items": items, "more": bool(_page(number + 1))}
    if path == "/api/search.json":
        return [{"id": one.id, "title": one.title} for one in _found(given.get("q", ""))]
    if path.startswith("/api/page/"):
        return _page_told(path.removeprefix("/api/page").removesuffix(".json"))
    return None


def _found(word: str) -> list[News]:
    return [one for one in _news().news if word and word.casefold() in one.title.casefold()]


def _page_told(path: str) -> dict[str, str] | None:
    item = _item(path)
    if item is not None:
        return {"title": item.title, "body": _story(item)}
    page = ordinary().get(f"{path}.html")
    return None if page is None else {"title": page.title, "body": page.body}


def _item(path: str) -> News | None:
    number = re.fullmatch(r"/xeber/(\d+)(?:\.html)?", path)
    return next((one for one in _news().news if number and one.id == int(number[1])), None)


def _story(item: News) -> str:
    return f"<p class='date'>{item.day}</p><p>{item.title}. Tədbirdə rayonun sakinləri və qonaqlar iştirak ediblər.</p>"


def _inner_page(asked: Request) -> str | None:
    """A page of the ordinary site, in the plain frame of these."""
    item = _item(asked.path)
    if asked.path == "/axtaris":
        found = _found(parse_qs(asked.query).get("soz", [""])[0])
        return _framed(
            "Axtarışın nəticələri", f"<ul>{_entries(tuple(found))}</ul>" if found else "<p>Heç nə tapılmadı</p>"
        )
    if item is not None:
        return _framed(item.title, _story(item))
    if asked.path == "/xeberler.html":
        return _framed("Xəbərlər", f"<ul>{_entries(_news().news)}</ul>")
    page = ordinary().get(asked.path)
    return None if page is None else _framed(page.title, page.body)


def _framed(title: str, body: str) -> str:
    menu = " ".join(f'<a href="{path if path == "/" else path + ".html"}">{name}</a>' for path, name in _MENU)
    head = f'<head><meta charset="utf-8"><title>{title}</title></head>'
    return f"<!doctype html><html lang=az>{head}<body><nav>{menu}</nav><h1>{title}</h1><div>{body}</div></body></html>"
