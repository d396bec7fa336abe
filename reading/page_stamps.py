"""On which days does a page say that something appeared, and where does it print them?

A stamp is a date that stands for itself: a block or a piece of its own, or set apart at the edge of a title. A date in
the middle of a sentence, behind a label that says another thing, in a column of deadlines or under a comment is none.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from lxml import html

from reading.calendar import CUT, MAX_STAMP, dates_in, load_calendar, may_hold_date, stamp
from reading.comments import without_comments
from reading.method import Streams
from reading.page import Block
from reading.stamps import Stamp, days_under_headings, names_period, up_from
from reading.text import squeeze, words

MAX_BOX = 24  # letters of a piece that may be a part of a date box: day, month, year
_ISO_DAY = re.compile(r"(\d{4})-\d\d-\d\d")
MAX_JOINED = 400  # letters of a block whose pieces may be the parts of a date
MAX_LINE = 160  # letters of a block that is one line with a date at its edge
MAX_PARAGRAPH = 1_600  # letters of one that may be an entry of a list told in full
MAX_LABEL_WORDS = 2  # before a date, that say what date it is: "Redaktə 20.08.2018"
_IN_BRACKETS = re.compile(r"\([^()]*\)")
_CLOSING = re.compile(r"(?<=[.!?…”»\"])\s*\(([^()]{6,40})\)\.?$")
_DASH = re.compile(r"\s[-–—|]\s")
_CAPITAL = re.compile(r"\s+[«“\"]?[A-ZƏİIŞÇĞÖÜА-Я]")
_NUMBER = re.compile(r"\d")
# "Bakı, ", "Gəncə şəhəri. ", "SINAQLI, " before a day; behind it "(AzərTAc)", "/Report/", " – Nazir", ". Nazir".
_PLACE = re.compile(r"[A-ZƏİIŞÇĞÖÜА-Я][\w'’-]+(?:\s[\w'’-]+){0,2}[,.]\s*(?=\d{1,2}\D)")
_AFTER_DATELINE = re.compile(
    r"\.?\s*(?:\([^\d()]{3,}\)|/[^\d/]{3,}/|(?:[-–—]+|(?<=\.))\s*[«“\"]?[A-ZƏİIŞÇĞÖÜА-Я]"
    r"|,\s*[A-ZƏİIŞÇĞÖÜА-Я]\w{2,20}(?:\.|\s*[-–—]))"
)
# A day set apart at the head or the tail of a title; "5 avqust 2018-ci il tarixində …" is not set apart.
_APART_HEAD = re.compile(r"^\s*(?:\d{1,2}:\d\d\s*)?(?:[-–—|:/]|\)|\])\s*\S|^\s*,?\s*\d{1,2}:\d\d\b")
_APART_TAIL = re.compile(r"\S\s*(?:[-–—|/]|\(|\[)\s*(?:\d{1,2}:\d\d,?\s*)?$")


@dataclass(frozen=True, eq=False)
class PageStamps:
    """The stamps among the blocks of one page."""

    blocks: tuple[Block, ...]
    own: frozenset[html.HtmlElement]  # of blocks that are the page's, not the site's
    letters: Mapping[html.HtmlElement, int]  # how much text stands in each part of the page
    as_of: date
    streams: Streams

    def found(self) -> list[Stamp]:
        """In the order of the page."""
        found = list(self._one_by_one())
        taken = {one.element for one in found}
        found += (one for one in self._heading_paragraphs() if one.element not in taken)
        kept = without_comments(found, self.blocks, self.own, self.letters, self.streams)
        return sorted(kept, key=lambda one: one.place)

    def _heading_paragraphs(self) -> Iterator[Stamp]:
        """The days at the head of long paragraphs, where several of one box begin so: a list told in full."""
        boxes: defaultdict[html.HtmlElement | None, list[Stamp]] = defaultdict(list)
        for i, block in enumerate(self.blocks):
            text = block.text
            if not MAX_LINE < len(text) <= MAX_PARAGRAPH or not _NUMBER.search(text[:4]) or block.link_letters:
                continue
            head = dates_in(text[:MAX_STAMP], self.as_of)
            if not head or head[0].start or head[0].kind not in ("numeric", "words") or self._is_led_astray(i):
                continue
            rest = text[head[0].end :]
            if _APART_HEAD.match(rest) or _CAPITAL.match(rest.lstrip(".")):
                one = self._made(head[0].day, head[0].text, block.element, (i, 0))
                boxes[block.element.getparent()].append(one)
        for box in boxes.values():
            if len({one.day for one in box}) > 1:
                yield from box

    def _one_by_one(self) -> Iterator[Stamp]:
        skip = -1
        headed = days_under_headings(self.blocks, self.as_of)
        for i, block in enumerate(self.blocks):
            if i <= skip:
                continue
            if _is_box_part(block.text):
                boxed = self._box(i)
                if boxed is not None:
                    skip = boxed[1]
                    yield boxed[0]
                    continue
            if i in headed and not self._is_led_astray(i):
                day, text, element = headed[i]
                yield self._made(day, text, element, (i, 0), anchor_of(element, block))
                continue
            is_timed = any(element.tag == "time" for _, element in block.pieces)
            if (is_timed or may_hold_date(block.text)) and not self._is_led_astray(i):
                yield from self._stamps_of(i, block)

    def stamp(self, text: str) -> date | None:
        return stamp(text, self.as_of, self.streams)

    def _stamps_of(self, i: int, block: Block) -> Iterator[Stamp]:
        day = self.stamp(block.text) if len(block.text) <= MAX_STAMP else None
        if day is None and "(" in block.text and len(block.text) <= MAX_STAMP:
            day = self.stamp(_IN_BRACKETS.sub(" ", block.text))
        if day is not None:
            yield self._made(day, block.text, block.element, (i, 0), anchor_of(block.element, block))
            return
        outside = [(n, text, el) for n, (text, el) in enumerate(block.pieces) if anchor_of(el, block) is None]
        said = squeeze(" ".join(text for _, text, _ in outside)) if len(outside) < len(block.pieces) else ""
        if 0 < len(said) <= MAX_STAMP:
            day = self.stamp(said)
            if day is not None:
                yield self._made(day, said, block.element, (i, outside[0][0]))
                return
            printed = dates_in(said, self.as_of)
            # Words that lead astray count beside the date, not at the far end of the summary behind it.
            if len(printed) == 1:
                first, last = printed[0].start, printed[0].end
                if self._is_astray(said[max(0, first - 40) : first] + CUT + said[last : last + 25]):
                    return
        found = False
        before = ""
        for n, (text, element) in enumerate(block.pieces):
            timed = _timed_day(element, text, self.as_of)
            if timed is not None:
                found = True
                yield self._made(timed, squeeze(text), element, (i, n), anchor_of(element, block))
                continue
            fits = len(text) <= MAX_STAMP and may_hold_date(text)
            if fits and not self._is_other_label(before, text, in_line=True):
                text = squeeze(text)
                day = self.stamp(text.strip(" -–—|,;:()[]"))
                goes_on = text + "".join(after for after, _ in block.pieces[n + 1 : n + 2])[:24]
                bent = any(one.kind == "prose" for one in dates_in(goes_on, self.as_of))
                if bent and day is not None and not self._goes_on(block, n):
                    bent = False
                if day is not None and not bent and not _is_in_sentence(element, block):
                    found = True
                    yield self._made(day, text, element, (i, n), anchor_of(element, block))
            before = text if anchor_of(element, block) is None else ""
        if not found:
            yield from (
                (self._joined(i, block) if len(block.text) <= MAX_JOINED else ())
                or list(self._apart(i, block))
                or self._dateline(i, block)
            )

    def _goes_on(self, block: Block, n: int) -> bool:
        """Whether the piece after the n-th goes on with its sentence, rather than beginning another entry."""
        holder = block.pieces[n][1]
        below = holder.getnext() if holder is not block.element else None
        if below is not None and below.tag == "br" and not (holder.tail or "").strip():
            return False
        after = next(((text, el) for text, el in block.pieces[n + 1 :] if text.strip()), None)
        return after is not None and anchor_of(after[1], block) is None and after[0].strip()[:1].isalpha()

    def _joined(self, i: int, block: Block) -> list[Stamp]:
        """A date cut over inline elements."""
        pieces = [(squeeze(text), el) for text, el in block.pieces]
        for at in range(len(pieces)):
            for to in (at + 3, at + 2):
                run = pieces[at:to]
                if len(run) == to - at and all(len(text) <= MAX_BOX for text, _ in run):
                    said = " ".join(text for text, _ in run)
                    day = self.stamp(said)
                    if day is not None:
                        return [self._made(day, said, run[0][1], (i, at), anchor_of(run[0][1], block))]
        return []

    def _apart(self, i: int, block: Block) -> Iterator[Stamp]:
        """Dates set apart at the edge of a title or of a line, and those in brackets behind a whole text."""
        lines: list[Stamp] = []
        for n, (raw, element) in enumerate(block.pieces):
            text = squeeze(raw) if may_hold_date(raw) else ""
            anchor = anchor_of(element, block)
            told = (self._closing(text) or self._led(text) or _apart(text, self.as_of)) if text else None
            if told is None:
                continue
            one = self._made(told[0], told[1], element, (i, n), anchor)
            is_title = anchor is not None or block.is_heading
            if is_title or (len(block.pieces) <= 2 and (len(text) <= MAX_LINE or text.endswith(told[1]))):
                yield one
            else:
                lines.append(one)
        # Of lines in one block a single one may be a sentence that begins with a date.
        if len({one.day for one in lines}) > 1 and 2 * len(lines) >= len(block.pieces):
            yield from lines

    def _dateline(self, i: int, block: Block) -> Iterator[Stamp]:
        """The day in the line that opens a text: place, day, and then who tells it, or a new sentence."""
        place = _PLACE.match(block.text)
        printed = dates_in(block.text[:MAX_STAMP], self.as_of) if place is not None else []
        if place is None or not printed or printed[0].start != place.end():
            return
        rest = block.text[printed[0].end :]
        if printed[0].kind in ("numeric", "words") and len(rest) > MAX_BOX and _AFTER_DATELINE.match(rest):
            one = self._made(printed[0].day, block.text[: printed[0].end], block.element, (i, 0))
            yield replace(one, is_dateline=True)

    def _led(self, text: str) -> tuple[date, str] | None:
        """The stamp before the first dash of a line: "Tarix: 05.08.2018 – Sahibkarlarla görüş keçirilib"."""
        for dash in _DASH.finditer(text[: MAX_STAMP // 2]):
            day = self.stamp(text[: dash.start()].strip(" •·*"))
            if day is not None and len(text) - dash.end() >= 12:
                return day, text[: dash.start()]
        return None

    def _closing(self, text: str) -> tuple[date, str] | None:
        """The stamp in brackets behind the last sentence of a text: "… başa çatıb. (13.08.2018)"."""
        closing = _CLOSING.search(text[-MAX_BOX * 2 :])
        day = self.stamp(closing[1]) if closing is not None else None
        return (day, closing[0]) if day is not None and closing is not None else None

    def _box(self, i: int) -> tuple[Stamp, int] | None:
        """A date whose day, month and year stand in blocks of their own."""
        for n in (4, 3, 2):
            run = self.blocks[i : i + n]
            if len(run) < n or not all(_is_box_part(block.text) for block in run):
                continue
            if (names_period(run[0]) and not run[0].text.isdigit()) or not any(map(str.isalnum, run[0].text)):
                continue  # "‹ Avqust 2018 ›" heads the days of a calendar, or a list
            whole = _common(run[0].element, run[-1].element)
            if self.letters[whole] > 60 and whole not in (run[0].element.getparent(), run[0].element):
                continue
            texts = [block.text for block in run]
            is_number = all(text.isdigit() for text in texts)
            if is_number and not any(len(text) == 4 for text in texts):
                continue  # 9, 10, 11: the days of a calendar
            glue = "." if is_number else " "
            day = self.stamp(glue.join(texts))
            if day is not None and not any(self.stamp(text) for text in texts):
                anchor = anchor_of(run[0].element, run[0])
                return self._made(day, " ".join(texts), run[0].element, (i, 0), anchor), i + n - 1
        return None

    def _made(
        self,
        day: date,
        text: str,
        element: html.HtmlElement,
        place: tuple[int, int],
        anchor: html.HtmlElement | None = None,
    ) -> Stamp:
        repeated = self.blocks[place[0]].element not in self.own
        return Stamp(day, squeeze(text)[:80], element, place, anchor, repeated)

    def _is_astray(self, text: str) -> bool:
        strays = self.streams.not_stamp_words
        # How many comments there are says nothing of the day beside it.
        return strays.in_words(words(text)) is not None and (
            strays.in_words(words(self.streams.without_counts(text))) is not None
        )

    def _is_other_label(self, label: str, text: str, *, in_line: bool) -> bool:
        """Whether a label says that the date behind it is not the day an entry appeared ("Bitmə tarixi:").

        A word or two of the same line are such a label as well, without a colon.
        """
        if not label.strip() or len(label) > 60 or may_hold_date(label):
            return False
        is_label = label.rstrip().endswith(":")
        if in_line and label.strip()[-1].isalpha():
            is_label = len(words(label)) <= MAX_LABEL_WORDS
        if is_label and self.stamp(f"{squeeze(label)} {squeeze(text)}") is None:
            return True
        return self._is_astray(label + CUT)

    def _is_led_astray(self, i: int) -> bool:
        """Whether the label before a date, or the head of its column, says that it is another kind of date."""
        block = self.blocks[i]
        parent = block.element.getparent()
        if i and parent is not None:
            before = self.blocks[i - 1]
            near = before.element.getparent() is parent and not before.is_heading and not before.link_letters
            is_count = before.element.tag == "li" and not words(self.streams.without_counts(before.text))
            if near and not is_count and self._is_other_label(before.text, block.text, in_line=False):
                return True
        cell = next((el for el in up_from(block.element) if el.tag == "td"), None)
        if cell is None:
            return False
        table = next(cell.iterancestors("table"), None)
        first = table.find(".//tr") if table is not None else None
        if first is None or first is cell.getparent():
            return False
        at = sum(1 for _ in cell.itersiblings("td", "th", preceding=True))
        heads = [el for el in first if el.tag in ("td", "th")]
        return at < len(heads) and len(heads) > 1 and self._is_astray(squeeze(heads[at].text_content())[:80])


def anchor_of(element: html.HtmlElement, block: Block) -> html.HtmlElement | None:
    """The link that a piece of a block stands in."""
    for above in up_from(element):
        if above.tag == "a":
            return above
        if above is block.element:
            break
    return next((el for el in block.element.iterancestors("a")), None) if block.link_letters else None


def _timed_day(element: html.HtmlElement, text: str, as_of: date) -> date | None:
    """The day of <time datetime="2018-08-11">11 avqust</time>: printed without its year, which the mark-up tells."""
    machine = _ISO_DAY.match(element.get("datetime") or "") if element.tag == "time" else None
    if machine is None or len(text) > MAX_STAMP:
        return None
    year = int(machine[1])
    printed = dates_in(text, as_of, year=year)
    return (
        printed[0].day
        if len(printed) == 1 and printed[0].day.isoformat() == machine[0] and not printed[0].sure_year
        else None
    )


def _common(one: html.HtmlElement, other: html.HtmlElement) -> html.HtmlElement:
    above = list(up_from(one))
    return next(element for element in up_from(other) if any(element is el for el in above))


def _is_box_part(text: str) -> bool:
    """Whether a piece may be a part of a date box: numbers and names of months, nothing else."""
    if len(text) > MAX_BOX:
        return False
    months = load_calendar().month_number
    return all(word.isdigit() or word in months for word in words(text))


def _is_in_sentence(element: html.HtmlElement, block: Block) -> bool:
    """Whether words run on before or after an inline element: a bold date in the middle of prose."""
    if _is_set_apart(element, block):
        return False
    while element is not block.element:
        if re.match(r"\s*-\s?c[iıuü]|\s*,?\s*[^\W\d_]{3,}\D{9}", element.tail or "", re.I):
            return True
        before = element.getprevious()
        parent = element.getparent()
        said = before.tail if before is not None else (parent.text if parent is not None else "")
        if (before is None or before.tag != "br") and re.search(r"[^\W\d_]{3,}\s+[^\W\d_]{2,}\s*$", said or ""):
            return True
        if parent is None:
            break
        element = parent
    return False


def _is_set_apart(element: html.HtmlElement, block: Block) -> bool:
    """Whether an inline element opens its block before a capital, or closes it in other letters than bold."""
    said = [(text.strip(), holder) for text, holder in block.pieces if text.strip()]
    if len(said) < 2:
        return False
    if said[0][1] is element:
        return said[1][0].lstrip(" -–—|,:;()[]«“\"'")[:1].isupper()
    return said[-1][1] is element and element.tag not in ("b", "strong", "u", "a")


def _apart(text: str, as_of: date) -> tuple[date, str] | None:
    """A day set apart at the head or the tail of a title."""
    if len(text) > 300 or not (_NUMBER.search(text[:14]) or _NUMBER.search(text[-14:])):
        return None
    found = dates_in(text, as_of)
    if not found:
        return None
    first, last = found[0], found[-1]
    rest, tail = text[first.end :], text[last.end :].strip(" )].")
    opens = first.kind in ("numeric", "words") and not text[: first.start].strip(" ([•·*–—-") and bool(rest.strip())
    goes_on = re.match(r"\s+[^\W\d_]", rest) if first.kind == "numeric" else _CAPITAL.match(rest)
    if opens and (_APART_HEAD.match(rest) or goes_on):
        return first.day, first.text
    closes = last.kind in ("numeric", "words") and (not tail or re.fullmatch(r",?\s*\d{1,2}:\d\d", tail))
    return (last.day, last.text) if closes and _APART_TAIL.search(text[: last.start]) else None
