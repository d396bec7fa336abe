"""Is this CSV file what it says it is, and on which line does each of its rows begin?

The border (archive/border.py) for files that people fill in with a spreadsheet.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.border import Fault, Unusable, near


@dataclass(frozen=True)
class CsvFile:
    """The head, and each row with the line that it begins on. A row may have too many cells or too few."""

    head: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def read_csv(path: Path, columns: Sequence[str], what: str) -> CsvFile:
    """The file, its columns known and each there once. `what` names its rows in words. Raises Unusable."""
    name = str(path)
    table = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    try:
        lines = list(_numbered(table))
    except csv.Error as error:
        raise Unusable(
            [Fault(name, table.line_num, f"this is not CSV: {error}", "check the quotes on this line")]
        ) from None
    if len(lines) < 2:
        mend = "write its columns and its rows, or take it away"
        raise Unusable([Fault(name, 1, f"the file has no {what}", mend)])
    (head_line, head), *body = lines
    if len(head) == 1 and ";" in head[0]:
        raise Unusable([Fault(name, head_line, "the cells are parted by semicolons", "save the file with commas")])
    faults = [
        Fault(name, head_line, f"unknown column {one!r}", f"{near(one, columns)}columns: {' '.join(columns)}")
        for one in head
        if one not in columns
    ]
    if len(set(head)) < len(head):
        faults.append(Fault(name, head_line, "a column stands twice", "keep one of the two"))
    if faults:
        raise Unusable(faults)
    return CsvFile(tuple(head), tuple((line, tuple(row)) for line, row in body))


def _text(path: Path) -> str:
    name = str(path)
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise Unusable([Fault(name, line, "this is not UTF-8 text", "save the file as UTF-8")]) from None
    except OSError as error:
        what = f"the file cannot be read ({error.strerror})"
        raise Unusable([Fault(name, 0, what, "check who may read it")]) from None


def _numbered(rows: Any) -> Iterator[tuple[int, list[str]]]:
    """Each row with the line that it begins on: a quoted cell may run over several."""
    begins = 1
    for row in rows:
        if row:
            yield begins, row
        begins = rows.line_num + 1
