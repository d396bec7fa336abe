"""What stands beside a round when its report is written: which round it is, and what it is held against?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scoring.claims import Claim, Held
from scoring.comparison import Change
from scoring.plans import Plan
from scoring.reviews import Agreement


@dataclass(frozen=True)
class RoundInfo:
    name: str
    as_of: dt.date
    software: str
    registry_sha256: str | None = None
    finished_at: str | None = None
    against: str | None = None  # the round it is compared with
    partial: bool = False
    sample: bool = False  # the pages came from the sample web


@dataclass(frozen=True)
class Beside:
    """All of it may be missing: then the report has its tables and says nothing of the rest."""

    plan: Plan | None = None
    changes: tuple[Change, ...] = ()
    claims: tuple[Claim, ...] = ()
    held: tuple[Held, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    before_findings: Mapping[str, Any] | None = None


NOTHING = Beside()
