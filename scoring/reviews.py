"""What does a named person say of a cell, beside what the machine says?"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal


@dataclass(frozen=True)
class Hand:
    """A person's word on one cell, kept beside the machine's. Stands in a finding or level under `hand`."""

    review: str  # file and place: "reviews/2018-10.yaml#3"
    reviewer: str
    verdict: Literal["confirms", "corrects", "fills"]
    on: date
    reason: str
    evidence: str  # address or file
    holds_until: date | None
    machine: Any  # the machine's level, or its finding as it was


@dataclass(frozen=True)
class Agreement:
    """How far two reviewers of the same cells agree: share, and Cohen's kappa (None where all said one thing)."""

    reviewers: tuple[str, str]
    cells: int
    agreed: int
    kappa: float | None
