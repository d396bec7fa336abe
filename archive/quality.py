"""How well was an address seen: whole, in part, or not at all?

| quality | what came |
|---|---|
| 1.0 | the whole answer |
| 0.9 | the whole answer, in a coding that was not the one promised, or whose checksum does not fit |
| 0.7 | whole as far as can be told: a page without an end (no </body>, no </html>), or with letters lost |
| 0.3 | an answer that says itself that it is not the page: 429, 5xx |
| 0.1 | part of an answer: cut short, or packed in a way that cannot be undone |
| 0.0 | no answer |

The number is about carriage alone, and is written down once, with the capture. Whether a whole answer is the page, or
a challenge, a placeholder or a soft 404, is a matter of the method's signs, which get better: reading decides that anew
each time, and reads nothing from such a page either (reading/looking.py, `Outcome`).

Nothing is read from a part of an answer, because its other part may hold what would be called absent: such a capture
has a `flaw`. Its bytes stay in the archive for everybody to see, and what anybody gets to read is a failure.
"""

import re
from dataclasses import replace

from archive.capture import Capture
from archive.codings import BadEncoding

WHOLE, MENDED, DOUBTFUL, PUT_OFF, PART, NOTHING = 1.0, 0.9, 0.7, 0.3, 0.1, 0.0

_END = re.compile(rb"</\s*(?:body|html)\s*>", re.IGNORECASE)
_END_BYTES = 2_000  # counters and comments stand behind the end of a page
_IS_PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_IN_A_TAG = re.compile(rb"<[a-zA-Z/][^<>]{0,2000}\Z")
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\0\x1b"))  # NUL and ESC are found in pages that can be read
_LOST = "\ufffd".encode()
_MOST_LOST = 0.02  # of the bytes


def graded(capture: Capture, fault: BadEncoding | None = None) -> Capture:
    """The capture with its quality and flaw. `fault`: what was met when its Content-Encoding was undone."""
    quality, flaw = _grade(capture, fault)
    return replace(capture, quality=quality, flaw=flaw)


def as_readable(capture: Capture) -> Capture:
    """What may be read of a capture: itself, or a failure in its place when it has a flaw."""
    if capture.flaw is None or capture.failure is not None:
        return capture
    reason, _, why = capture.flaw.partition(": ")
    return replace(capture, status=None, headers=(), body=b"", failure=reason, detail=f"HTTP {capture.status}, {why}")


def _grade(capture: Capture, fault: BadEncoding | None) -> tuple[float, str | None]:
    if capture.failure is not None:
        return NOTHING, None
    flaw = _flaw(capture, fault)
    if flaw is not None:
        # Half a robots.txt still binds us (RFC 9309, 2.3.1.5), and what is sent with an error is no page anyhow.
        return PART, flaw if capture.purpose != "robots" and capture.status == 200 else None
    if capture.status == 429 or (capture.status or 0) >= 500:
        return PUT_OFF, None
    if fault is not None:
        return MENDED, None
    return (DOUBTFUL if _is_doubtful(capture) else WHOLE), None


def _flaw(capture: Capture, fault: BadEncoding | None) -> str | None:
    body = capture.body
    has_end = _END.search(body[-_END_BYTES:]) is not None
    if fault is not None and not has_end:
        if fault.partial:
            return f"reset: {fault}"
        if not _is_text(body):
            return f"not_html: {fault}"
    if not has_end and _IS_PAGE.search(body[:_END_BYTES]) and _IN_A_TAG.search(body[-_END_BYTES:]):
        return "reset: the page ends in the middle of a tag"
    return None


def _is_text(body: bytes) -> bool:
    """Whether a body that should have been packed was sent plain: packed bytes are full of control characters."""
    return len(body) - len(body.translate(None, _CONTROLS)) <= len(body) // 100


def _is_doubtful(capture: Capture) -> bool:
    body = capture.body
    if _IS_PAGE.search(body[:_END_BYTES]) and not _END.search(body[-_END_BYTES:]):
        return True
    return body.count(_LOST) * len(_LOST) > _MOST_LOST * len(body)
