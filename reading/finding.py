"""What was found, and what proves it?

One record for every fact: a state, the fact's own fields, and the evidence it stands on. Could not look is `NotSeen`,
an exception, so that no reader can mistake it for "not there".
"""

from dataclasses import dataclass, field
from typing import Any

from reading.page import Page
from reading.text import squeeze

MAX_QUOTE = 240  # letters


class NotSeen(Exception):
    """We could not look. `reason` is a word of the contract (timeout, robots, budget, http_5xx …)."""

    def __init__(self, reason: str, pages: "tuple[Evidence, ...]" = ()):
        super().__init__(reason)
        self.reason = reason
        self.evidence = pages


@dataclass(frozen=True)
class Evidence:
    """Where on which page it was seen. `sha256` is that of the page's bytes; None when nothing was answered."""

    url: str
    sha256: str | None
    quote: str | None
    seen_at: str  # ISO, UTC

    def as_json(self) -> dict[str, Any]:
        return {"url": self.url, "sha256": self.sha256, "quote": self.quote, "seen_at": self.seen_at}


def seen_on(page: Page, quote: str | None = None) -> Evidence:
    """Evidence that stands on a page."""
    capture = page.capture
    words = squeeze(quote)[:MAX_QUOTE] if quote is not None else None
    return Evidence(capture.url, capture.sha256, words, capture.fetched_at.strftime("%Y-%m-%dT%H:%M:%SZ"))


@dataclass(frozen=True)
class Finding:
    """One fact of one authority (contract, part 2)."""

    state: str  # found | partial | absent | unseen; for the fact `site` its own states
    fields: dict[str, Any] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    reason: str | None = None

    def as_json(self) -> dict[str, Any]:
        out: dict[str, Any] = {"state": self.state}
        if self.reason is not None:
            out["reason"] = self.reason
        return {**out, **self.fields, "evidence": [entry.as_json() for entry in self.evidence]}
