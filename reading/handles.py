"""What on a page can be pressed though it has no address, and what of it was not pressed?

Where a thing is called by what is looked for and nobody knows what it shows, nothing may be called absent
(`unpressed_on`). Which handles are worth pressing is told by reading/pressable.py.
"""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from weakref import WeakKeyDictionary

from lxml import html

from archive.leads import HANDLE, SHOWN_AT
from reading.method import Method
from reading.page import Link, Page, called, is_marked
from reading.scripted import has_script
from reading.text import fold, squeeze, words

FEW_OF_MENU = 2  # links of a menu that is as good as empty
FRAME = frozenset(("nav", "header", "footer"))
TYPED = frozenset(("text", "search", "email", "tel", "password", "number", ""))
_ROLES = frozenset(("button", "tab", "link", "menuitem", "menuitemradio", "option"))
_TOLD = frozenset(
    "data-url data-href data-link data-u data-target data-toggle data-bs-toggle data-bs-target data-modal data-page"
    " data-tab data-route data-goto data-src data-load".split()
)
_MENU_NAMES = frozenset(("menu", "nav", "navbar", "menyu", "mnu", "navigation"))
_NAME_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_PRESSED_BY_NATURE = frozenset(("a", "button", "summary"))
_unlinked: WeakKeyDictionary[Page, tuple["Handle", ...]] = WeakKeyDictionary()  # asked by every reader of a section
_NO_CALL = re.compile(r"\s*(?:javascript:)?\s*(?:return\s+(?:false|true)|void\(0\))?\s*;?\s*", re.I)


@dataclass(frozen=True, eq=False)
class Handle:
    """Something that a visitor can press and that has no address."""

    link: Link  # as a link without an address: what it is called, in which zone, where
    number: int = 0  # that it bears in the browser
    is_wired: bool = True  # its markup says that it can be pressed; without, it only looks like an entry of a menu

    @property
    def label(self) -> str:
        return self.link.label

    @property
    def element(self) -> html.HtmlElement:
        return self.link.element

    @property
    def in_frame(self) -> bool:
        return self.link.zone in FRAME


def unlinked(page: Page) -> tuple[Handle, ...]:
    """What the markup of a page says can be pressed though it has no address; and entries of menus that a script may
    listen to, though nothing says so."""
    if page not in _unlinked:
        _unlinked[page] = tuple(_unlinked_on(page))
    return _unlinked[page]


def _unlinked_on(page: Page) -> Iterator[Handle]:
    links = {link.element for link in page.links if not link.is_guess}
    for element, zone in page.zones.items():
        # Most of a page is neither in its menu nor says anything but what it is.
        if zone not in ("nav", "header") and element.tag not in _PRESSED_BY_NATURE and not element.keys():
            continue
        if element in links or is_marked(element) or not called_shortly(element):
            continue
        is_wired = _is_wired(element)
        if (is_wired or (zone in ("nav", "header") and _is_plain_entry(element))) and not _is_in(element, links):
            yield Handle(Link("", called(element), zone, element), is_wired=is_wired)


def labels_without_address(page: Page) -> frozenset[str]:
    """Folded, what those things on a page are called that can be pressed and have no address, pressed or not."""
    pressed = {fold(link.label) for link in page.links if is_marked(link.element)}
    return frozenset(pressed | {fold(handle.label) for handle in unlinked(page) if handle.is_wired})


def called_shortly(element: html.HtmlElement) -> bool:
    """Whether an element is small enough to be one thing that is pressed, and no box full of them."""
    return len(element) <= 6 and sum(1 for _ in element.iter("a", "li", "p", "tr")) <= 8


def _is_wired(element: html.HtmlElement) -> bool:
    tag = element.tag
    if tag == "button":
        return _is_no_senders(element)
    if tag == "a":
        href = (element.get("href") or "").strip().lower()
        return href.startswith(("#", "javascript:")) or not (href or element.get("name") or element.get("id"))
    if tag == "input":
        return (element.get("type") or "").lower() == "button" and bool(element.get("onclick"))
    if tag in ("form", "body", "label", "img", "iframe"):
        return False
    if tag == "summary" or element.get("role") in _ROLES or element.get("tabindex") == "0":
        return True
    return _NO_CALL.fullmatch(element.get("onclick") or "") is None or is_told(element)


def _is_no_senders(button: html.HtmlElement) -> bool:
    """Whether a button is none that sends a form."""
    kind = (button.get("type") or "submit").lower()
    form = next(button.iterancestors("form"), None)
    return kind == "button" or form is None or not any((one.get("type") or "") in TYPED for one in form.iter("input"))


def _is_plain_entry(element: html.HtmlElement) -> bool:
    return element.tag in ("li", "span", "td", "div", "p", "b") and all(
        one.tag in ("span", "b", "i") for one in element
    )


def _is_in(element: html.HtmlElement, links: Collection[html.HtmlElement]) -> bool:
    return any(up in links for up in element.iterancestors())


def is_told(element: html.HtmlElement, but: str = " ") -> bool:
    """Whether attributes tell a script what an element opens. `but`: part of the names of those that do not count."""
    return any(name in _TOLD and but not in name for name in map(str, element.keys()))


def row_of(element: html.HtmlElement) -> html.HtmlElement | None:
    """The box in which a handle stands beside its like."""
    above = element.getparent()
    return above.getparent() if above is not None and len(above) == 1 else above


def opens_menu(handle: Handle, method: Method) -> bool:
    """Whether a handle opens the menu: it says so, or says nothing and is named so."""
    told, found = method.browser.pressable, words(handle.label)
    if found and told.menu.in_words(found) is not None and told.menu.beside(found) == 0:
        return True
    if any(len(word) > 1 for word in words(handle.element.text_content())):
        return False
    marks = marks_of(handle.element)
    return bool(marks & as_set(told.menu_marks)) or bool(marks & _MENU_NAMES and marks & as_set(told.opener_marks))


def has_no_menu(home: Page) -> bool:
    """Whether next to no link stands where menus stand."""
    menu = {link.key for link in home.links if link.zone in ("nav", "header") and not link.is_guess}
    return len(menu - {home.key}) <= FEW_OF_MENU


def hides_menu(home: Page, method: Method) -> bool:
    """Whether the menu of a site comes when its button is pressed, and was not seen."""
    return has_no_menu(home) and has_script(home) and any(opens_menu(handle, method) for handle in unlinked(home))


def opens_search(handle: Handle, method: Method) -> bool:
    found = words(handle.label)
    if 0 < len(found) <= 3 and method.streams.search.in_words(found) is not None:
        return True
    is_mute = not any(len(word) > 1 for word in words(handle.element.text_content()))
    return is_mute and bool(marks_of(handle.element) & as_set(method.browser.pressable.search_marks))


@lru_cache(maxsize=64)
def as_set(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(names)


def own_marks(element: html.HtmlElement) -> frozenset[str]:
    return _name_words(f"{element.get('id') or ''} {element.get('class') or ''}")


def marks_of(element: html.HtmlElement) -> frozenset[str]:
    return own_marks(element).union(*(own_marks(one) for one in element.iter("i", "span", "svg", "img")))


@lru_cache(maxsize=8_192)
def _name_words(names: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _NAME_WORDS.findall(names))


def heads_links(handle: Handle, page: Page) -> bool:
    """Whether a handle only unfolds links that stand in the page anyway: the head of a drop-down."""
    links = _elements(page)
    element = handle.element
    if any(one in links for one in element.iter("a") if one is not element):
        return True
    said = squeeze(element.text_content())
    for box in (element, *list(element.iterancestors())[:2]):
        above = box.getparent()
        if above is None or box.tag in ("nav", "ul", "ol", "body") or squeeze(box.text_content()) != said:
            return False
        sibling = box.getnext()
        is_below = sibling is not None and (
            sibling.tag in ("ul", "ol", "dl", "dd") or above.tag == "li" or len(above) == 2
        )
        if sibling is not None and is_below and any(one in links for one in sibling.iter("a")):
            return True
    return False


def _elements(page: Page) -> frozenset[html.HtmlElement]:
    return frozenset(link.element for link in page.links if not (link.is_shown or link.is_guess))


def is_linked(label: str, page: Page) -> bool:
    """Whether a link of the page is called the same."""
    return any(fold(link.label) == fold(label) for link in page.links if not link.is_guess)


def unpressed_on(page: Page, is_named: Callable[[str], bool]) -> str | None:
    """What a handle on a page says that is called so, and of which nobody knows what it shows; None: there is none."""
    if not has_script(page) and page.capture.made is None:
        return next((h.label for h in unlinked(page) if _calls(h) and is_named(h.label) and h.in_frame), None)
    for handle in unlinked(page):
        if not is_named(handle.label) or heads_links(handle, page) or is_linked(handle.label, page):
            continue
        if _is_strictly_wired(handle) if handle.is_wired else _may_listen(handle, page):
            return handle.label
    return None


def _calls(handle: Handle) -> bool:
    href = (handle.element.get("href") or "").lower()
    by_href = href.startswith("javascript:") and _NO_CALL.fullmatch(href) is None and "void" not in href
    return by_href or _NO_CALL.fullmatch(handle.element.get("onclick") or "") is None


def _is_strictly_wired(handle: Handle) -> bool:
    """Whether a thing says itself that it can be pressed. <a href="#"> says so, and <a name="x"> does not."""
    return handle.element.tag != "a" or handle.element.get("href") is not None or _calls(handle) or handle.in_frame


def _may_listen(handle: Handle, page: Page) -> bool:
    """Whether an entry of a menu without any mark may be pressed: nobody looked, or its like beside it can be."""
    if page.capture.made is None:
        return True
    row = row_of(handle.element)
    return row is not None and any(is_marked(one) for one in row.iter(str(handle.element.tag)))


def unopened_on(page: Page, method: Method) -> str | None:
    """What was to be pressed on a page and could not be, or a head of the menu that showed nothing where its like
    opened a menu; None: there is none. What it holds nobody knows."""
    if page.capture.made is None:
        return None
    languages = method.languages.by_name  # a version that could not be opened hides nothing of this one
    left = (called(element) for element in page.zones if element.get(HANDLE) is not None)
    unpressed = next((label for label in left if fold(label).strip("()[]|/ .") not in languages), None)
    if unpressed is not None:
        return unpressed
    opened = [element for element in page.zones if element.get(SHOWN_AT) == ""]
    if not opened:
        return None
    never = method.browser.pressable.never
    answered = {fold(called(element)) for element in page.zones if is_marked(element)}
    for handle in unlinked(page):
        found = words(handle.label)
        is_name = any(len(word) > 2 for word in found) and never.in_words(found) is None
        if fold(handle.label) in answered:
            continue  # the box round it was pressed, or its like
        if handle.link.zone == "nav" and handle.is_wired and is_name and not heads_links(handle, page):
            return handle.label
    return None
