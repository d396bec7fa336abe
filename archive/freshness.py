"""How old is what we know, so that a board can say "no round since …" by itself when nobody has looked for long?"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from archive.database import Database, Round
from archive.known import is_light
from archive.ledger import Ledger, Run

LOST = ("missed", "given_up", "failed")


@dataclass(frozen=True)
class AgeOfData:
    """`any` is the newest finished round, `full` the newest full one; both None where there is none.

    Partial rounds and rounds made by hand do not count. Ages are from the moment at which a round was finished.
    """

    any: Round | None
    full: Round | None
    now: datetime

    @property
    def since(self) -> datetime | None:
        """What a board means by "no round since"."""
        return None if self.any is None else self.any.finished_at

    @property
    def age(self) -> timedelta | None:
        return None if self.since is None else self.now - self.since

    @property
    def full_age(self) -> timedelta | None:
        return None if self.full is None or self.full.finished_at is None else self.now - self.full.finished_at

    def is_old(self, after: timedelta = timedelta(hours=48)) -> bool:
        """Whether a board must say so. Two days: with a daily pass, one that was missed is no news yet, two are."""
        return self.age is None or self.age > after


def age_of_data(database: Database, now: datetime) -> AgeOfData:
    """How old the newest rounds of this database are."""
    rounds = [
        round
        for round in database.rounds()
        if round.finished_at is not None and not round.partial and not round.settings.get("by_hand")
    ]
    full = [round for round in rounds if not is_light(round)]
    return AgeOfData(rounds[-1] if rounds else None, full[-1] if full else None, now)


def lost_rounds(ledger: Path, newest: int = 20) -> list[Run]:
    """Rounds that the schedule owed and that were missed, given up or failed, oldest first; [] without a ledger."""
    if not ledger.exists():
        return []
    known = Ledger(ledger, create=False)
    try:
        return known.runs(LOST, newest)
    finally:
        known.close()
