"""Which entries does a list print whole, without a page for each?

Their days are written in one manner: the same element, the same class. The largest such family of stamps is the list;
an entry is the part of the page round one of its stamps or, where dates and texts stand flat in one box, what lies
between two of them.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from lxml import html

from reading.page import Block
from reading.stamps import Stamp
from reading.text import squeeze

MIN_TITLE = 12  # letters that a title has at least
MAX_ENTRY = 1_600  # letters of an entry; more is half a page
MAX_TITLE = 160  # letters of it that are kept
_BOLD = frozenset("b strong u h1 h2 h3 h4 h5 h6".split())


@dataclass(frozen=True, eq=False)
class Printed:
    """One entry: its stamp, its title and where that stands."""

    stamp: Stamp
    title: str
    element: html.HtmlElement


def printed_entries(
    stamps: Sequence[Stamp], blocks: Sequence[Block], is_stamp: Callable[[str], bool]
) -> Iterator[Printed]:
    """The entries of the largest family of stamps, in order; none where they do not tell two different days."""
    families: defaultdict[tuple[object, ...], list[Stamp]] = defaultdict(list)
    for stamp in stamps:
        families[_manner(stamp)].append(stamp)
    family = max(families.values(), key=lambda group: (len({one.day for one in group}), len(group)), default=[])
    if len({one.day for one in family}) < 2:
        return
    holders = Counter(above for one in family for above in _up(one.element))
    first_last = family[0].place[0], _end_of_list(family, blocks, holders)
    dates_first = _are_dates_first(family, blocks, first_last[1])
    for n, one in enumerate(family):
        here = _within(_root(one, holders), blocks) or [one.place[0]]
        is_line = holders[one.element] > 1  # of many in one block, parted by <br>
        title = _line(family, n, blocks) if is_line else _title(here, one, blocks, is_stamp)
        if title is None and not is_line:
            title = _title(_between(family, n, dates_first, first_last[1]), one, blocks, is_stamp)
        if title is not None:
            yield Printed(one, title[0][:MAX_TITLE], title[1])


def _manner(stamp: Stamp) -> tuple[object, ...]:
    above = stamp.element.getparent()
    return stamp.element.tag, stamp.element.get("class"), above.tag if above is not None else None


def _up(element: html.HtmlElement) -> Iterator[html.HtmlElement]:
    yield element
    yield from element.iterancestors()


def _root(stamp: Stamp, holders: Counter[html.HtmlElement]) -> html.HtmlElement:
    """The largest part of the page that holds this stamp and no other of its family."""
    root = stamp.element
    for element in _up(stamp.element):
        if holders[element] > 1 or element.tag in ("body", "main"):
            break
        root = element
    return root


def _within(root: html.HtmlElement, blocks: Sequence[Block]) -> list[int]:
    inside = set(root.iter())
    found = [i for i, block in enumerate(blocks) if block.element in inside]
    return found if sum(len(blocks[i].text) for i in found) <= MAX_ENTRY else []


def _end_of_list(family: list[Stamp], blocks: Sequence[Block], holders: Counter[html.HtmlElement]) -> int:
    """The number of the first block behind the box that holds the whole family."""
    box = next((up for up in _up(family[0].element) if holders[up] == len(family)), None)
    inside = set(box.iter()) if box is not None else set()
    return max((i for i, block in enumerate(blocks) if block.element in inside), default=len(blocks) - 1) + 1


def _are_dates_first(family: list[Stamp], blocks: Sequence[Block], end: int) -> bool:
    """Whether each date stands before its text: then text follows the last one too."""
    return any(len(block.text) >= MIN_TITLE for block in blocks[family[-1].place[0] + 1 : end])


def _between(family: list[Stamp], n: int, dates_first: bool, end: int) -> list[int]:
    at = family[n].place[0]
    if dates_first:
        return list(range(at + 1, family[n + 1].place[0] if n + 1 < len(family) else end))
    return list(range(family[n - 1].place[0] + 1 if n else max(at - 3, 0), at))


def _line(family: list[Stamp], n: int, blocks: Sequence[Block]) -> tuple[str, html.HtmlElement] | None:
    """The text of one of many lines in a block: what stands from its date up to the next one."""
    (at, first), after = family[n].place, family[n + 1].place if n + 1 < len(family) else (-1, 0)
    block = blocks[at]
    last = after[1] if after[0] == at else first + 1
    said = squeeze("".join(text for text, _ in block.pieces[first : max(last, first + 1)]))
    said = said.replace(family[n].text, " ", 1).strip(" -–—|,;:()[]")
    return (said, block.element) if len(said) >= MIN_TITLE else None


def _title(
    places: Sequence[int], stamp: Stamp, blocks: Sequence[Block], is_stamp: Callable[[str], bool]
) -> tuple[str, html.HtmlElement] | None:
    """The heading among some blocks, else what is set in bold, else the first text of some length."""
    best: tuple[int, str, html.HtmlElement] | None = None
    for i in places:
        block = blocks[i]
        for text, holder in block.pieces:
            said = squeeze(text.replace(stamp.text, " ", 1)).strip(" -–—|,;:()[]")
            if len(said) < MIN_TITLE or is_stamp(said):
                continue
            rank = 2 if block.is_heading else int(holder.tag in _BOLD)
            if best is None or rank > best[0]:
                best = rank, said, block.element
    return (best[1], best[2]) if best is not None else None
