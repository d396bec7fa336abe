"""What changed between two rounds, cell by cell, and is it the site that changed?"""

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["better", "same", "worse", "not_comparable"]
# Why a cell reads as it does. `site`: the site itself; `rule`: another edition of the rule gave the other level (the
# earlier round, scored again by the present rule, agrees); `capture`: one of the two could not be looked at or was cut
# short; `hand`: one side is the word of a person; `no_earlier`: the authority was not in the earlier round, and the
# registry names no predecessor; `successor`: compared with its predecessor, as the registry says.
Why = Literal["site", "rule", "capture", "hand", "no_earlier", "successor", "not_recorded", "none"]


@dataclass(frozen=True)
class Change:
    """One authority's one cell (a plan item, or a fact: "news", "sections.public_council") in two rounds."""

    authority: str
    what: str
    was: str | None  # level word or a short state ("found full menu"); None where there is none to compare
    now: str
    verdict: Verdict
    why: Why
    detail: str = ""  # for machines: "news unseen: timeout", "edition 1 -> 2"
