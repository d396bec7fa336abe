"""Which pages are judged, and what does the browser measure on them?

A case is a page and what a person said of it (open.yaml, held.yaml, blind.yaml). Nothing but the page itself is
delivered: its pictures are in it.
"""

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import yaml

from spiders.browser import Browser, Delivered, Document, Limits, Unlooked, Wanted, phone

HERE = Path(__file__).parent
SCRIPT = HERE.parent.parent / "spiders" / "phone_view.js"
AGENT = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Mobile Safari/537.36"
)
HALVES = ("open", "held", "blind")
_TEXT, _PICTURE = re.compile(r"\[\[(\w+)\]\]"), re.compile(r"\[\[img:(\d+)x(\d+)\]\]")


@dataclass(frozen=True)
class Case:
    id: str
    verdict: str
    faults: frozenset[str]
    notes: frozenset[str]
    html: str
    held: bool


def cases(half: str) -> list[Case]:
    """The cases of a half: open, held or blind."""
    words = _yaml("words.yaml")
    return [
        Case(
            one["id"],
            one["verdict"],
            frozenset(one.get("faults", ())),
            frozenset(one.get("notes", ())),
            _whole(one["page"], words),
            half != "open",
        )
        for one in _yaml(f"{half}.yaml")["cases"]
    ]


def _yaml(name: str) -> dict[str, Any]:
    return dict(yaml.safe_load((HERE / name).read_text("utf-8")))


def _whole(page: str, words: dict[str, str]) -> str:
    page = _TEXT.sub(lambda found: words[found[1]], page)
    page = _PICTURE.sub(lambda found: _drawn(int(found[1]), int(found[2])), page)
    return f'<!doctype html><html lang="az"><head><meta charset="utf-8"><title>Nümunə</title>{page}</html>'


def _drawn(width: int, height: int) -> str:
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"><rect width="100%" height="100%" fill="#9ab"/></svg>'  # noqa: E501
    return f'<img alt="" width="{width}" height="{height}" src="data:image/svg+xml,{quote(drawing)}">'


async def measured(of: Sequence[Case]) -> AsyncIterator[tuple[Case, dict[str, Any] | None]]:
    """(case, what was measured; None where the browser could not look), in their order."""
    script = SCRIPT.read_text("utf-8")
    headers = (("Content-Type", "text/html; charset=utf-8"),)
    async with Browser(Limits(page_s=30)) as browser:
        for case in of:
            document = Document(f"http://{case.id}.example.az/", Delivered(200, headers, case.html.encode()))
            try:
                seen = await browser.look(document, _nothing, phone(AGENT), images=True, measure=script)
            except Unlooked:
                yield case, None
            else:
                yield case, seen.measured


async def _nothing(_: Wanted) -> None:
    return None
