"""What is one look at one address?"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from urllib.parse import quote, urljoin

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Made:
    """How a browser of ours made a capture of what a server had sent; no server ever sent this one."""

    browser: str  # its name and version
    view: str  # name, width x height @ device pixels
    of: str  # WARC-Record-ID of the page that it was made from
    sent_to: str | None = None  # where a script of that page sent its visitor instead of showing anything
    pressed: tuple[str, ...] = ()  # what was pressed there, one after the other, by what it is called


@dataclass(frozen=True)
class Capture:
    """One look at one address: what was answered, or why nothing was.

    `headers` and `request_headers` hold one character a byte (Latin-1, as HTTP has it). A redirect is a
    capture of its own, with its 3xx status. A failure has no body.
    """

    url: str
    purpose: (
        str  # page robots phone probe search feed; asset data of a page; by our browser: rendered phone_view picture
    )
    fetched_at: datetime  # UTC, aware
    status: int | None  # None when nobody answered
    headers: Headers
    body: bytes  # Content-Encoding undone
    failure: str | None = (
        None  # dns refused reset timeout tls too_large robots forbidden_redirect browser_{timeout,crash}
    )
    detail: str = ""
    tls: str = "none"  # valid invalid none
    found_on: str | None = None
    word: str | None = None
    request_headers: Headers = ()
    unchanged_since: datetime | None = None  # answered 304: status and body are those of the capture made then
    quality: float = 1.0  # 0 to 1, by archive/quality.py
    flaw: str | None = None  # "reason: why" of an answer that nothing may be read from
    made: Made | None = None  # None of what a server sent

    @cached_property
    def sha256(self) -> str | None:
        """SHA-256 of the body with its Content-Encoding undone; None when there was no answer."""
        return None if self.failure else hashlib.sha256(self.body).hexdigest()

    def header(self, name: str) -> str | None:
        """The first header of this name, whatever its case."""
        name = name.lower()
        return next((value for key, value in self.headers if key.lower() == name), None)

    @property
    def location(self) -> str | None:
        """Where a redirect leads, absolute; None when this is no redirect or its address cannot be read."""
        target = self.header("location")
        if target is None or self.status is None or not 300 <= self.status < 400:
            return None
        # Servers put raw UTF-8 into Location; browsers percent-encode it, and so must we.
        target = quote(octets(target.strip()), safe="!#$%&'()*+,/:;=?@[]~")
        try:
            return urljoin(self.url, target)
        except ValueError:
            return None


def octets(text: str) -> bytes:
    """Header text as the bytes it was: Latin-1, or UTF-8 from a caller that decoded it as such."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode(errors="surrogateescape")
