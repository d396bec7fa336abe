"""What does the spider need to be told, knowing no method itself?

Reading decides which addresses are worth a visit; the spider decides whether it may, when, and what to do when it
fails. This is all that passes between them.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote, unquote

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
# script; it is a place inside a page that a script shows; what is called so has no address and wants to be pressed; the
# server knows no such page, and a script may answer to the link (found_on, on which it stands, is looked at); no news
# were found; its search works by script ("search WORD"); how it looks on a phone.
RENDER_WHY = tuple(
    "shell script_menu script_news script_social script_content route press follow open_question search phone".split()
)

# A handle is what a visitor can press and what has no address of its own. In a page on its way to Guide.press each
# bears its number. In the page that is kept, a handle that was pressed says what came of it: the address to which it
# leads, still to be asked for; or the address of what it showed, kept beside the page as a page of its own ("" where it
# opened a menu, which is then part of the page). One that was to be pressed and could not be keeps its number.
HANDLE = "data-saytmetr-handle"
LED_TO = "data-saytmetr-to"
SHOWN_AT = "data-saytmetr-shown"
# Where the address stayed the same when something was pressed, what was shown has one of ours: PAGE#!/~/LABEL
_PRESSED = "~/"


@dataclass(frozen=True)
class Lookout:
    """What the spider is told of pages that it looks at in a browser (methodology/browser.yaml)."""

    trackers: tuple[str, ...] = ()  # hosts of others that only count or sell; they and all below them are never asked
    more_words: tuple[str, ...] = ()  # on buttons that bring more of a list


NO_LOOKOUT = Lookout()


def is_route(fragment: str) -> bool:
    """Whether what stands behind the # of an address names a page that a script shows: #/news, #!/news."""
    return len(fragment.lstrip("!/")) > 0 and fragment.startswith(("/", "!/"))


def pressed_at(url: str, labels: Sequence[str]) -> str:
    """Our name for what a page shows after something on it was pressed, its address being the same."""
    said = "/".join(quote(label.replace(" ", "_"), safe="") for label in labels)
    return (
        f"{url}{_PRESSED}{said}" if is_route(url.partition("#")[2]) else f"{url.partition('#')[0]}#!/{_PRESSED}{said}"
    )


def unpressed(url: str) -> str:
    """The address that a visitor would see there: of what pressed_at named, its page's."""
    page, _, fragment = url.partition("#")
    route, is_pressed, _ = fragment.partition(_PRESSED)
    if not is_pressed or not is_route(fragment):
        return url
    return f"{page}#{route}" if is_route(route) else page


def labels_pressed(url: str) -> tuple[str, ...]:
    """What was pressed, one after the other, to see what pressed_at named so; () of any other address."""
    if unpressed(url) == url:
        return ()
    return tuple(unquote(label).replace("_", " ") for label in url.rpartition(_PRESSED)[2].split("/"))


class Guide(Protocol):
    """The way through one site. Fed with every capture of the visit in order, also those of a visit that is resumed."""

    def see(self, capture: Capture) -> Iterable[Lead]:
        """Leads that this capture opens. The same address may be named again; the spider asks for it once."""
        ...

    def press(self, shown: Capture) -> Sequence[int]:
        """Which handles of a page as it stands in the browser are worth pressing, in this order. The page is on its way
        and not kept; it bears the numbers in HANDLE."""
        ...

    def more(self) -> Iterable[Lead]:
        """Asked when no lead is left: what else is worth a visit (the site's search), or nothing."""
        ...


MakeGuide = Callable[[Agency], Guide]
