"""Which of the days on a page are those of what visitors wrote?

A comment stands in a box that is named as one (class="ticket-comment"), or under the one heading that says "Şərhlər".
Its day is printed like that of an item, and is later than it.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from lxml import html

from reading.method import Streams
from reading.page import Block
from reading.stamps import Stamp, up_from
from reading.text import words

MIN_COMMENT = 8  # letters that a box of comments holds beside a day; without them its name is only a manner of print
MAX_HEADING = 40  # letters of a heading over comments
MAX_HEADING_WORDS = 2  # of them, beside how many there are


def without_comments(
    stamps: Iterable[Stamp],
    blocks: Sequence[Block],
    own: Collection[html.HtmlElement],
    letters: Mapping[html.HtmlElement, int],
    streams: Streams,
) -> Iterator[Stamp]:
    """The stamps of a page but for those of comments. `own`: elements of the blocks that are the page's, not the
    site's; `letters`: how much text stands in each part of the page."""
    stamps = list(stamps)
    headed = _headed(blocks, own, streams) if stamps else range(0)
    for one in stamps:
        is_boxed = any(
            letters.get(box, 0) > len(one.text) + MIN_COMMENT and _names_comments(_names_of(box), streams)
            for box in up_from(one.element)
            if box.tag not in ("body", "html")
        )
        if not is_boxed and one.place[0] not in headed:
            yield one


def _headed(blocks: Sequence[Block], own: Collection[html.HtmlElement], streams: Streams) -> range:
    """The blocks under the one heading over comments; none where a list has such a heading in each of its entries."""
    headings = [(i, block) for i, block in enumerate(blocks) if block.is_heading]
    title = next((i for i, block in headings if block.element in own), None)
    heads = [(i, block.element) for i, block in headings if i != title and _is_heading(block, streams)]
    if len(heads) != 1:
        return range(0)
    first, head = heads[0]
    box = head.getparent()
    inside = set(box.iter()) if box is not None else set()
    end = first + 1
    while end < len(blocks) and blocks[end].element in inside and blocks[end].element.tag != head.tag:
        end += 1
    return range(first, end)


def _is_heading(block: Block, streams: Streams) -> bool:
    named = [word for word in words(block.text) if not word.isdigit()] if len(block.text) <= MAX_HEADING else []
    return 0 < len(named) <= MAX_HEADING_WORDS and streams.comments.in_words(named) is not None


def _names_of(element: html.HtmlElement) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''}"


@lru_cache(maxsize=8_192)  # a site builds its pages of the same few names
def _names_comments(names: str, streams: Streams) -> bool:
    """Whether one of the names of an element is that of a box of comments: "ticket-comment", not "comments-open"."""
    return any(
        streams.comment_mark.in_words(marks) is not None and streams.comment_status.in_words(marks) is None
        for marks in (words(re.sub(r"[-_]+", " ", name)) for name in names.split())
    )
