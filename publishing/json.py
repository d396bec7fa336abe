"""How do the tables look as data, with all their evidence?"""

import dataclasses
import datetime as dt
import json
from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import Any

from publishing.blocks import Block, Chapter, Count, Day, Given, Name, Ref
from publishing.edition import Edition
from publishing.listings import Listing
from publishing.tables import Cell, Row, Table

FORMAT = "saytmetr-tables/1"


def render(edition: Edition) -> bytes:
    return b"".join(parts(edition))


def parts(edition: Edition) -> Iterator[bytes]:
    """The document row by row: a large round in one piece would stand in memory several times."""
    return (part.encode() for part in _parts(edition))


def _parts(edition: Edition) -> Iterator[str]:
    head = {
        "format": FORMAT,
        "language": edition.texts.lang,
        "title": edition.texts.title,
        "sample": edition.round.sample,
        "round": dataclasses.asdict(edition.round),
        "summary": dataclasses.asdict(edition.summary),
        "limits": edition.limits,
        "rules": [{"item": rule.key, "level": rule.name, "rule": rule.meaning} for rule in edition.rules],
    }
    yield "{\n" + ",\n".join(f"{_dumped(key)}: {_dumped(value)}" for key, value in head.items())
    yield ',\n"tables": ['
    for place, table in enumerate(edition.tables):
        yield ",\n" if place else "\n"
        yield from _whole(_table(table), "rows", (_row(row, [c.key for c in table.columns]) for row in table.rows))
    yield '\n],\n"listings": ['
    for place, listing in enumerate(edition.data):
        yield ",\n" if place else "\n"
        yield from _whole(_listing(listing), "rows", listing.rows)
    yield '\n],\n"chapters": ' + _dumped([_chapter(chapter) for chapter in edition.chapters]) + "\n}\n"


def _whole(head: dict[str, Any], name: str, rows: Iterable[Any]) -> Iterator[str]:
    yield _dumped(head)[:-1] + f', "{name}": ['
    for place, row in enumerate(rows):
        yield (",\n" if place else "\n") + _dumped(row)
    yield "\n]}"


def _dumped(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=_iso)


def _listing(listing: Listing) -> dict[str, Any]:
    return {
        "key": listing.key,
        "title": listing.title,
        "caption": listing.caption,
        "columns": [dataclasses.asdict(head) for head in listing.heads],
    }


def _chapter(chapter: Chapter) -> dict[str, Any]:
    """The text with every number's query and the authorities behind it."""
    return {
        "key": chapter.key,
        "number": chapter.number,
        "heading": chapter.heading,
        "blocks": [_block(block) for block in chapter.blocks],
        "parts": [_chapter(part) for part in chapter.parts],
    }


def _block(block: Block) -> dict[str, Any]:
    return {
        "block": type(block).__name__.lower(),
        **{one.name: _told(getattr(block, one.name)) for one in fields(block)},
    }


def _told(value: object) -> object:
    if isinstance(value, tuple):
        return [_told(one) for one in value]
    if isinstance(value, (Count, Name, Day, Ref, Given)):
        return {"piece": type(value).__name__.lower(), **dataclasses.asdict(value)}
    return value


def _table(table: Table) -> dict[str, Any]:
    return {
        "key": table.key,
        "number": table.number,
        "title": table.title,
        "caption": table.caption,
        "columns": [dataclasses.asdict(column) for column in table.columns],
    }


def _row(row: Row, keys: list[str]) -> dict[str, Any]:
    cells = {key: _cell(cell) for key, cell in zip(keys, row.cells, strict=True)}
    return {"id": row.id, "name": row.name, "cells": cells, "values": dict(row.values)}


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "text": cell.text,
        "state": cell.state,
        "level": dataclasses.asdict(cell.level) if cell.level else None,
        "links": [link.url for line in cell.lines for link in line.links if link.url],
        "evidence": [dataclasses.asdict(piece) for piece in cell.evidence],
    }


def _iso(value: object) -> str:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, dt.date):
        return value.isoformat()
    raise TypeError(f"no way to write a {type(value).__name__} as JSON")
