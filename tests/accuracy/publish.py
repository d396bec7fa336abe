"""How do the figures of `make accuracy` come to the board's page and to the README?

`write` puts the newest figures into publishing/board/accuracy.yaml, as they were counted, never rounded; `markdown` is
the same table for the README. Nothing is copied by hand, so neither can say what was not measured.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

HEAD = """\
# The figures of `make accuracy`, as they were last counted, never rounded.
# `python -m tests.accuracy.measure --publish` writes this file.
#   open, held   [right, all], or a number of cases; null where nothing was measured
#   baseline     what plain ways of looking reach on the held half, in words
"""


@dataclass(frozen=True)
class Row:
    """One line of the table: a kind of fact, or one kind of false answer (`slip`) to it."""

    az: str
    en: str
    kind: str
    slip: str | None = None
    baselines: tuple[tuple[str, str], ...] = ()  # name of the baseline, and how it is told


_VIEWPORT = (("viewport with width= (GSA)",) * 2,)
_ANY_LINK = (("any link to a network",) * 2,)
_NAMED_LINK = "name in a link of the home page (GSA)"
_DATES = (("htmldate, newest of all pages", "htmldate"), ("dateparser.search, home page", "dateparser"))

ROWS = (
    Row("saytın vəziyyəti", "site state", "site.state"),
    Row("mobil versiya", "mobile version", "mobile", None, _VIEWPORT),
    Row("sosial profillər, tapılan", "social profiles, found", "social.recall", None, _ANY_LINK),
    Row("sosial profillər, düzgün", "social profiles, precise", "social.precision", None, _ANY_LINK),
    Row("bölmənin halı", "section state", "sections.state", None, ((_NAMED_LINK, _NAMED_LINK),)),
    Row(
        "— var ikən yoxdur deyilib", "— said absent where it is there", "sections.state", "no",
        ((_NAMED_LINK, ""),),
    ),
    Row(
        "— baxmaq olmayıb, yoxdur deyilib", "— could not look, told as absent", "sections.state", "unseen",
        ((_NAMED_LINK, ""),),
    ),
    Row("bölmənin dolğunluğu", "section fullness", "sections.fullness"),
    Row("bölmənin yeri", "section placement", "sections.placement"),
    Row("bölmənin ünvanı", "section address", "sections.url"),
    Row(
        "xəbərlər: ən yeni tarix", "news: newest date", "news.last_date", None,
        _DATES,
    ),
    Row(
        "— həqiqətdən sonrakı tarix (yalançı təzəlik)", "— later than the truth (false fresh)",
        "news.last_date", "fresh", _DATES,
    ),
    Row("xəbərlər: yenilənir, ləngiyib, dayanıb", "news: active, slowed or stopped", "news.status"),
    Row("axtarış", "search", "search", None, (("form, input, id named search (GSA)",) * 2,)),
    Row("dillər", "languages", "languages", None, (("html lang attribute", "`lang` attribute"),)),
    Row("bütün faktlar", "all facts", ""),
)  # fmt: skip

Count = Callable[[Mapping[str, Any]], Any]


def _count(row: Row, tallies: Mapping[str, Any]) -> list[int] | int | None:
    """[right, all] of a row, or a number of false answers; None where nothing was measured."""
    if not row.kind:
        whole = [tally for kind, tally in tallies.items() if " " not in kind]
        return [sum(tally.right for tally in whole), sum(tally.all for tally in whole)]
    tally = tallies.get(row.kind)
    if tally is None or not tally.all:
        return None
    return [tally.right, tally.all] if row.slip is None else tally.slips[row.slip]


def _shown(count: list[int] | int | None) -> str:
    return "" if count is None else f"{count[0]}/{count[1]}" if isinstance(count, list) else str(count)


def _baseline(row: Row, plain: Mapping[str, Mapping[str, Any]]) -> str:
    told = []
    for name, words in row.baselines:
        shown = _shown(_count(row, plain[name]))
        told.append(f"{words} {shown}" if words and len(row.baselines) > 1 else f"{words}: {shown}" if words else shown)
    return ", ".join(told)


def write(path: Path, halves: Sequence[Any], printed_on: date) -> None:
    """The board's page of accuracy, anew. `halves`: open and held, as tests.accuracy.measure has them."""
    opened, held = halves
    rows = []
    for row in ROWS:
        line: dict[str, Any] = {"az": row.az, "en": row.en}
        line |= {"open": _count(row, opened.readers), "held": _count(row, held.readers)}
        if row.baselines:
            line["baseline"] = _baseline(row, held.plain).replace("`", "")
        rows.append(line)
    about = {"printed_on": printed_on, "command": "make accuracy"}
    about |= {"open_sites": opened.authorities, "held_sites": held.authorities}
    text = yaml.safe_dump(about, sort_keys=False) + "rows:\n"
    for line in rows:
        text += "  - " + yaml.safe_dump(line, sort_keys=False, allow_unicode=True, default_flow_style=True, width=1000)
    path.write_text(HEAD + text, "utf-8")


def markdown(halves: Sequence[Any]) -> Iterator[str]:
    """The README's table."""
    opened, held = halves
    yield "| fact | open half, right / all | held half, right / all | plain baseline on the held half |"
    yield "|---|---|---|---|"
    for row in ROWS:
        counts = (_shown(_count(row, half.readers)) for half in (opened, held))
        yield f"| {row.en} | {' | '.join(counts)} | {_baseline(row, held.plain)} |"
