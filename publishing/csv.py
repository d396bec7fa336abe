"""How does one table look as comma-separated values?

First the columns that a person reads, then the same facts under machine names. With a byte-order mark, because
Excel otherwise takes the letters for another alphabet; with a leading apostrophe before anything that a spreadsheet
would run as a formula, because the labels are strangers'.
"""

import csv
import datetime as dt
import io

from publishing.listings import Listing
from publishing.tables import Table, Value

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def render(table: Table) -> bytes:
    machine = list(dict.fromkeys(name for row in table.rows for name in row.values))
    page = io.StringIO(newline="")
    writer = csv.writer(page)
    writer.writerow([*(f"{column.heading} {column.title}".strip() for column in table.columns), *machine])
    for row in table.rows:
        shown = [harmless(cell.text) for cell in row.cells]
        writer.writerow([*shown, *(_written(row.values.get(name)) for name in machine)])
    return page.getvalue().encode("utf-8-sig")


def render_listing(listing: Listing) -> bytes:
    """Under machine names only: who reads it with a program knows them in every language."""
    page = io.StringIO(newline="")
    writer = csv.writer(page)
    writer.writerow([head.key for head in listing.heads])
    writer.writerows([_written(value) for value in row] for row in listing.rows)
    return page.getvalue().encode("utf-8-sig")


def harmless(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _written(value: Value) -> str | int | float:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case dt.date():
            return value.isoformat()
        case str():
            return harmless(value)
    return value
