"""How are events told as Atom, under identifiers that never change?

An entry's id is a tag URI (RFC 4151) made of the event's own id, which is the same whenever the event is found again;
its `updated` is the day on which the event was noticed. A feed without events is dated by the first round.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as Xml

ATOM = "http://www.w3.org/2005/Atom"
ENTRIES = 100  # the newest; the data file has all
DEFAULT_TAG = "saytmetr.invalid,2026"  # `.invalid` is nobody's: who publishes names a domain of their own


@dataclass(frozen=True)
class Entry:
    """One event. `path` is its page from the folder of the board."""

    id: str
    kind: str
    title: str
    summary: str
    on: dt.date
    path: str


@dataclass(frozen=True)
class Feed:
    """`path` and `page` are from the folder of the board; `key` is what the feed's own id is made of."""

    key: str
    lang: str
    title: str
    path: str
    page: str
    entries: Sequence[Entry]
    since: dt.date


def render(feed: Feed, tag: str = DEFAULT_TAG, base_url: str | None = None) -> bytes:
    """Without `base_url` addresses are relative to the feed, as they are in a folder."""
    entries = sorted(feed.entries, key=lambda one: (one.on, one.id), reverse=True)[:ENTRIES]
    root = Xml.Element(f"{{{ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": feed.lang})
    _text(root, "id", f"tag:{tag}:{feed.lang}/{feed.key}")
    _text(root, "title", feed.title)
    _text(root, "updated", _day(max((one.on for one in entries), default=feed.since)))
    _text(Xml.SubElement(root, f"{{{ATOM}}}author"), "name", "saytmetr")
    _link(root, "self", _address(feed.path, feed, base_url), "application/atom+xml")
    _link(root, "alternate", _address(feed.page, feed, base_url), "text/html")
    for one in entries:
        entry = Xml.SubElement(root, f"{{{ATOM}}}entry")
        _text(entry, "id", f"tag:{tag}:{feed.lang}/event/{one.id}")
        _text(entry, "title", one.title)
        _text(entry, "updated", _day(one.on))
        _link(entry, "alternate", _address(one.path, feed, base_url), "text/html")
        Xml.SubElement(entry, f"{{{ATOM}}}category", {"term": one.kind})
        _text(entry, "summary", one.summary)
    Xml.register_namespace("", ATOM)
    return bytes(Xml.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def only(entries: Iterable[Entry], kind: str) -> list[Entry]:
    return [one for one in entries if one.kind == kind]


def _day(day: dt.date) -> str:
    return f"{day.isoformat()}T00:00:00Z"


def _address(path: str, feed: Feed, base_url: str | None) -> str:
    if base_url is not None:
        return f"{base_url.rstrip('/')}/{path}"
    return "../" * feed.path.count("/") + path


def _text(parent: Xml.Element, name: str, text: str) -> None:
    Xml.SubElement(parent, f"{{{ATOM}}}{name}").text = text


def _link(parent: Xml.Element, rel: str, href: str, kind: str) -> None:
    Xml.SubElement(parent, f"{{{ATOM}}}link", {"rel": rel, "type": kind, "href": href})
