"""How right is the verdict on the phone view? Labelled pages, each half apart; of the held one only sums are printed.

A page is right when its verdict, its faults and its notes are those that a person wrote down.
"""

import asyncio
import sys
from collections import Counter
from dataclasses import dataclass, field

from reading.phone import phone_view
from spiders.browser import INSTALL, executable
from tests.phone_view.pages import HALVES, Case, cases, measured

BAR = 0.95


@dataclass
class Sums:
    pages: int = 0
    right: int = 0
    verdicts: int = 0
    found: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    false: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def add(self, case: Case, verdict: str, told: set[str]) -> None:
        wanted = case.faults | case.notes
        is_right = verdict == case.verdict and told == wanted
        self.pages += 1
        self.right += is_right
        self.verdicts += verdict == case.verdict
        self.found.update(told & wanted)
        self.missed.update(wanted - told)
        self.false.update(told - wanted)
        if not is_right:
            want, got = " ".join(sorted(wanted)) or "-", " ".join(sorted(told)) or "-"
            self.wrong.append(f"  {case.id}: wanted {case.verdict} ({want}), is {verdict} ({got})")


async def sums_of(half: str) -> Sums:
    sums, rules = Sums(), phone_view()
    async for case, told in measured(cases(half)):
        if told is None:
            sums.add(case, "unseen", set())
        else:
            verdict, faults, notes = rules.judge(told)
            sums.add(case, verdict, {*faults, *notes})
    return sums


def main() -> None:
    if executable() is None:
        sys.exit(f"there is no browser on this machine; to install one: {INSTALL}")
    below = False
    for half in HALVES:
        sums = asyncio.run(sums_of(half))
        below |= sums.right < BAR * sums.pages
        print(f"{half}: right {sums.right}/{sums.pages}, verdict {sums.verdicts}/{sums.pages}")
        for id in dict.fromkeys((*sums.found, *sums.missed, *sums.false)):
            print(f"  {id:<15} found {sums.found[id]:>3}  missed {sums.missed[id]:>2}  false {sums.false[id]:>2}")
        if half == "open":
            print("\n".join(sums.wrong))
    if below:
        sys.exit(f"below the bar of {BAR}")


if __name__ == "__main__":
    main()
