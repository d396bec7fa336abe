"""How do the tables look as data, with all their evidence?"""

import dataclasses
import datetime as dt
import json
from typing import Any

from publishing.edition import Edition
from publishing.tables import Cell, Row, Table

FORMAT = "saytmetr-tables/1"


def render(edition: Edition) -> bytes:
    document = {
        "format": FORMAT,
        "language": edition.texts.lang,
        "title": edition.texts.title,
        "sample": edition.round.sample,
        "round": dataclasses.asdict(edition.round),
        "summary": dataclasses.asdict(edition.summary),
        "limits": edition.limits,
        "rules": [{"item": rule.key, "level": rule.name, "rule": rule.meaning} for rule in edition.rules],
        "tables": [_table(table) for table in edition.tables],
    }
    return json.dumps(document, ensure_ascii=False, indent=1, default=_iso).encode()


def _table(table: Table) -> dict[str, Any]:
    keys = [column.key for column in table.columns]
    return {
        "key": table.key,
        "number": table.number,
        "title": table.title,
        "caption": table.caption,
        "columns": [dataclasses.asdict(column) for column in table.columns],
        "rows": [_row(row, keys) for row in table.rows],
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
