"""What of a stranger's text may stand in our tables?

Page labels, quotes and addresses are written by the sites we watch. They pass through here once, on their way into
the table record, so that no renderer has to think about control characters, texts that turn the line around,
or a label as long as a book.
"""

import unicodedata
from urllib.parse import urlsplit

from archive.leads import labels_pressed, unpressed

LABEL_CHARS = 300
QUOTE_CHARS = 200
ADDRESS_CHARS = 2000  # longer than any real page address, shorter than what spreadsheet links allow
SHOWN_ADDRESS_CHARS = 90
ELLIPSIS = "…"

# Cc controls, Cf invisible formatting (bidi overrides and isolates, zero-width marks), Cs lone surrogates,
# Co private use, Cn unassigned (the noncharacters U+FFFE and U+FFFF, which XML forbids, among them).
_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def clean(text: str, chars: int = LABEL_CHARS) -> str:
    """One line of plain visible text, at most `chars` long; what was cut off ends in an ellipsis."""
    if len(text) <= chars and text.isprintable() and text == text.strip() and "  " not in text:
        return text  # nearly all of it: letter by letter is ten times slower
    head = text[: chars * 20]  # a megabyte of label is not walked through letter by letter
    kept = "".join(" " if letter.isspace() else letter for letter in head if _may_stand(letter))
    line = " ".join(kept.split())
    if len(line) > chars or len(text) > len(head):
        return line[: chars - 1].rstrip() + ELLIPSIS
    return line


def address(url: str | None) -> str | None:
    """The address when it can be a link (http or https, of sane length), else None; of what only a press shows, the
    page on which to press."""
    if not url:
        return None
    line = clean(unpressed(url), ADDRESS_CHARS)
    if line.endswith(ELLIPSIS) or " " in line:
        return None
    try:
        parts = urlsplit(line)
    except ValueError:  # "http://[broken": not an address that anybody can follow
        return None
    return line if parts.scheme in ("http", "https") and parts.netloc else None


def whole(url: str) -> str:
    """The whole address, then what is to be pressed there: "http://baku-ih.gov.az/ › İctimai şura"."""
    return clean(" › ".join((unpressed(url), *labels_pressed(url))), ADDRESS_CHARS)


def shown(url: str) -> str:
    """The address as it is read: without the scheme and the bare closing slash, and not wider than a cell; then what is
    to be pressed there, where something is: "baku-ih.gov.az › İctimai şura"."""
    line = clean(unpressed(url), SHOWN_ADDRESS_CHARS).removeprefix("http://").removeprefix("https://")
    steps = (line.removesuffix("/"), *labels_pressed(url))
    return clean(" › ".join(steps), SHOWN_ADDRESS_CHARS)


def _may_stand(letter: str) -> bool:
    return letter.isspace() or unicodedata.category(letter) not in _DROPPED
