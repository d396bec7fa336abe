"""What does the spider need to be told, knowing no method itself?

Reading decides which addresses are worth a visit; the spider decides whether it may, when, and what to do when it
fails. This is all that passes between them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from archive.evidence import Capture
from archive.registry import Agency


@dataclass(frozen=True)
class Lead:
    """An address worth a visit."""

    url: str
    promise: int  # 0 to 100, higher first
    purpose: str = "page"  # page | phone | probe | search | feed, as in Capture
    found_on: str | None = None  # address of the page whose link it is
    word: str | None = None  # purpose search: what is asked for
    form: tuple[tuple[str, str], ...] | None = None  # search by POST: the fields to send; None is GET
    essential: bool = False  # left undone, the visit is not complete: something promising was not looked at


class Guide(Protocol):
    """The way through one site. Fed with every capture of the visit in order, also those of a visit that is resumed."""

    def see(self, capture: Capture) -> Iterable[Lead]:
        """Leads that this capture opens. The same address may be named again; the spider asks for it once."""
        ...

    def more(self) -> Iterable[Lead]:
        """Asked when no lead is left: what else is worth a visit (the site's search), or nothing."""
        ...


MakeGuide = Callable[[Agency], Guide]
