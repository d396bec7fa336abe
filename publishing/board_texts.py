"""In which words does the board speak, beside those of the report, and which figures of accuracy does it print?"""

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

from archive.border import Record, load

FOLDER = Path(__file__).parent / "board"
ACCURACY = FOLDER / "accuracy.yaml"

Words = Mapping[str, str]


class MethodTexts(Record):
    title: str
    intro: str
    standings: str
    standings_note: str
    thresholds: str
    threshold: str
    value: str
    states: str
    levels: str
    rules: str
    sure: str
    reasons: str
    events: str
    looks: str
    cohorts: str
    unseen: str
    software: str
    names: Words
    needs: Words


class BoardTexts(Record):
    """All words of one language. The keys of each part are those of the Azerbaijani file: a test compares them."""

    lang: str
    other_language: str
    site: Words
    nav: Words
    age: Words
    front: Words
    cite: Words
    line: Words
    table: Words
    authority: Words
    items: Words
    methods: MethodTexts
    accuracy: Words
    data: Words
    events: Words
    feeds: Words
    values: Words
    stands: Words
    levels_short: Words


class Figure(Record):
    """One fact as `make accuracy` prints it: [right, all] or a number of cases."""

    az: str
    en: str
    open: tuple[int, int] | int | None = None
    held: tuple[int, int] | int | None = None
    baseline: str | None = None


class Accuracy(Record):
    printed_on: date
    command: str
    open_sites: int
    held_sites: int
    rows: tuple[Figure, ...]


@cache
def board_texts(lang: str) -> BoardTexts:
    return load(FOLDER / f"{lang}.yaml", BoardTexts)


def load_accuracy(path: Path = ACCURACY) -> Accuracy | None:
    """The figures that were saved with this version, if any. Raises archive.border.Unusable."""
    return load(path, Accuracy) if path.exists() else None
