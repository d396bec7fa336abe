"""What does an attached document say?"""

import io
import logging

from pypdf import PdfReader
from pypdf.errors import PdfReadError

from archive.evidence import Capture
from reading.text import squeeze

MAX_PAGES = 5
MAX_LETTERS = 20_000
logging.getLogger("pypdf").setLevel(logging.ERROR)  # it tells every slip of every PDF; a broken one is told by None


def text_of(capture: Capture) -> str | None:
    """Text of the first pages of a PDF; None when it is no PDF, cannot be opened, or is only pictures."""
    if not capture.body.startswith(b"%PDF"):
        return None
    try:
        pages = PdfReader(io.BytesIO(capture.body)).pages[:MAX_PAGES]
        text = squeeze(" ".join(page.extract_text() for page in pages))
    except (PdfReadError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        # pypdf meets hand-broken files with any of these; the document exists, its text cannot be read
        return None
    return text[:MAX_LETTERS] or None
