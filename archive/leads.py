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
    purpose: str = "page"  # page | phone | probe | search | feed, as in Capture; render: to be looked at in a browser
    found_on: str | None = None  # address of the page whose link it is
    word: str | None = None  # purpose search: what is asked for; purpose render: why (RENDER_WHY)
    # search by POST: the fields to send; None is GET. search by a script: (CSS of the field, word).
    form: tuple[tuple[str, str], ...] | None = None
    essential: bool = False  # left undone, the visit is not complete: something promising was not looked at


# Why a page is looked at in a browser: it shows nothing without; its menu, news, profiles or content are filled in by a
# script; it is a place inside a page that a script shows; no news were found; its search works by script
# ("search WORD"); how it looks on a phone.
RENDER_WHY = tuple(
    "shell script_menu script_news script_social script_content route open_question search phone".split()
)


@dataclass(frozen=True)
class Lookout:
    """What the spider is told of pages that it looks at in a browser (methodology/browser.yaml)."""

    trackers: tuple[str, ...] = ()  # hosts of others that only count or sell; they and all below them are never asked
    more_words: tuple[str, ...] = ()  # on buttons that bring more of a list


NO_LOOKOUT = Lookout()


def is_route(fragment: str) -> bool:
    """Whether what stands behind the # of an address names a page that a script shows: #/news, #!/news."""
    return len(fragment.lstrip("!/")) > 0 and fragment.startswith(("/", "!/"))


class Guide(Protocol):
    """The way through one site. Fed with every capture of the visit in order, also those of a visit that is resumed."""

    def see(self, capture: Capture) -> Iterable[Lead]:
        """Leads that this capture opens. The same address may be named again; the spider asks for it once."""
        ...

    def more(self) -> Iterable[Lead]:
        """Asked when no lead is left: what else is worth a visit (the site's search), or nothing."""
        ...


MakeGuide = Callable[[Agency], Guide]
