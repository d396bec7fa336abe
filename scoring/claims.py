"""What did officials (or another report) say, and do the findings show it?"""

from dataclasses import dataclass
from typing import Any, Literal

Status = Literal["supported", "partly", "contradicted", "cannot_be_checked"]


@dataclass(frozen=True)
class Held:
    """One claim held against one round. `counts` names every number; `behind` the authorities that each counts."""

    claim: str  # id
    status: Status
    counts: dict[str, Any]  # "shown": 12, "not_shown": 3, "unseen": 1, "covered": 16, or what the claim's query gives
    behind: dict[str, tuple[str, ...]]  # the same names -> agency ids
    reason: str  # why it cannot be checked, or what contradicts it, for machines; words are in the claim file
