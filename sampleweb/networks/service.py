"""How does a stand-in answer: a status, headers, a body, or a line that breaks?"""

from __future__ import annotations

import asyncio
import gzip
import json
from collections import Counter
from typing import Any
from urllib.parse import parse_qs

from sampleweb.proxy import Request, fail, send
from sampleweb.site import Answer

HTML = "text/html; charset=utf-8"
ATOM = "text/xml; charset=UTF-8"
JSON = "application/json; charset=UTF-8"
CUT = Answer(0, (), b"")  # in whose place the line breaks
NOT_FOUND = Answer(404, (("Content-Type", HTML),), b"<!doctype html><html><body><h1>404</h1></body></html>")


def page(body: str, status: int = 200, kind: str = HTML, **headers: str) -> Answer:
    more = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Answer(status, (("Content-Type", kind), *more), body.encode())


def as_json(told: Any, status: int = 200, **headers: str) -> Answer:
    return page(json.dumps(told, ensure_ascii=False), status, JSON, **headers)


def sent_to(address: str, status: int = 302) -> Answer:
    return Answer(status, (("Location", address), ("Content-Type", HTML)), b"")


def one(asked: Request, name: str) -> str:
    """A parameter of the request's query; empty when it is not there."""
    return parse_qs(asked.query, keep_blank_values=True).get(name, [""])[0]


class Service:
    """A guest of the proxy (sampleweb.proxy.Guest). A subclass answers."""

    def __init__(self, robots: str | None = None) -> None:
        self._robots = robots
        self._came: Counter[str] = Counter()

    def no_tunnel(self) -> str | None:
        return None

    async def reply(self, asked: Request, writer: asyncio.StreamWriter) -> bool:
        if asked.path == "/robots.txt":
            answer = NOT_FOUND if self._robots is None else page(self._robots, kind="text/plain")
        else:
            answer = self.answer(asked)
        if answer is CUT:
            await fail(writer, "truncate")
            return False
        if answer.body and "gzip" in asked.headers.get("accept-encoding", ""):
            headers = (*answer.headers, ("Content-Encoding", "gzip"))
            answer = Answer(answer.status, headers, gzip.compress(answer.body, mtime=0))
        await send(writer, asked.method, answer)
        return True

    def answer(self, asked: Request) -> Answer:
        raise NotImplementedError

    def passing(self, does: str, key: str) -> Answer | None:
        """What stands in the place of an answer that may be had in a moment, or never; None when it may be had now."""
        self._came[key] += 1
        is_first = self._came[key] == 1
        if does == "limited" or (does == "limited_once" and is_first):
            wait = "1" if does == "limited_once" else "3600"
            return page("Too Many Requests", 429, "text/plain", Retry_After=wait)
        if does == "fails" or (does == "fails_once" and is_first):
            return page("Service Unavailable", 503, "text/plain")
        return CUT if does == "cut" else None
