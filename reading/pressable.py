"""Which things on a page have no address, can be pressed, and are worth it?

Menus of span, li and td, tabs, language switches, drawers: a visitor presses them, and a script shows what was wanted.
Of a page that no browser showed yet, only what its HTML tells can be judged (`is_worth_a_look`, `opens_more`); of one
that stands in a browser, every handle bears a number, and the guide says which are pressed, in which order (`chosen`).
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from lxml import html

from archive.leads import HANDLE
from reading.calendar import load_calendar
from reading.duties import names_duty
from reading.handles import (
    TYPED,
    Handle,
    as_set,
    has_no_menu,
    heads_links,
    is_linked,
    is_told,
    opens_menu,
    opens_search,
    own_marks,
    row_of,
    unlinked,
)
from reading.languages import switch_to
from reading.lists import is_paging
from reading.method import Duty, Method
from reading.news import stream_promise
from reading.pace import WINDOW_DAYS
from reading.page import Link, Page, called
from reading.scripted import has_script
from reading.section_names import is_whole_name, sections_named
from reading.text import fold, squeeze, words

MAX_OF_FRAME = 16  # handles of menus that are pressed on a home page
MAX_OF_BODY = 10  # handles of its own that are pressed on a page
MAX_LANGUAGES = 3
MANY_ENTRIES = 3  # entries without an address from which on they are a menu
MAX_NAME_WORDS = 6  # of what is a name and not a sentence
MAX_PAGE = 6  # the last number of a pager that is pressed
MIN_PANEL = 25  # letters that a panel shows; with fewer it waits for its script
_CALLED = re.compile(r"([A-Za-z_$][\w$.]*)\s*\(")


def numbered(page: Page) -> list[Handle]:
    """The handles of a page on its way to be pressed, in its order."""
    bearing = page.tree.xpath(f"//*[@{HANDLE}]")
    return [Handle(_as_link(one, page), int(one.get(HANDLE))) for one in bearing if one.get(HANDLE).isdigit()]


def _as_link(element: html.HtmlElement, page: Page) -> Link:
    holders = (page.zones[up] for up in (element, *element.iterancestors()) if up in page.zones)
    return Link("", called(element), next(holders, "body"), element)


# -- what a handle is --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Names:
    """What a site is asked for, as far as names tell it."""

    method: Method
    duties: tuple[Duty, ...] = ()

    def kind_of(self, handle: Handle) -> str | None:
        """menu, language CODE, search, name, about, page, onward, period or other; None of what is never pressed."""
        method, label = self.method, handle.label
        told = method.browser.pressable
        language = switch_to(handle.link, method)
        if language is not None:
            return f"language {language}"
        if is_period(label):
            return "period"
        if handle.element.tag == "option":
            return "name" if self.is_name(handle) else None
        if opens_menu(handle, method):
            return "menu"
        found = words(label)
        if self.is_name(handle):
            return "name"
        if opens_search(handle, method):
            return "search"
        if (len(found) <= MAX_NAME_WORDS and told.never.in_words(found) is not None) or _is_never(handle, method):
            return None
        is_mute = not any(len(word) > 2 and not word.isdigit() for word in found)
        if label.strip(" []()").isdigit() or (is_mute and is_paging(handle.link, method)):
            return "page"
        if is_paging(handle.link, method):
            return "onward"  # "Növbəti", "Arxiv"
        if not any(len(word) > 1 and not word.isdigit() for word in found):
            return None
        return "about" if method.streams.about.in_words(found) is not None else "other"

    def is_name(self, handle: Handle) -> bool:
        """Whether a handle is called as a section, a news stream or a document is that is looked for."""
        label, method = handle.label, self.method
        if sections_named(label, method) or any(names_duty(label, duty, method) for duty in self.duties):
            return True
        return len(words(label)) <= MAX_NAME_WORDS and stream_promise(handle.link, method) > 0


def is_period(label: str) -> bool:
    """Whether a label is a year, a month, or a month of a year."""
    return _period(label) is not None


def _period(label: str) -> tuple[int | None, int | None] | None:
    found = words(label)
    months = load_calendar().month_number
    years = [int(word) for word in found if re.fullmatch(r"20\d\d", word)]
    named = [months[word] for word in found if word in months]
    rest = [word for word in found if word not in months and not re.fullmatch(r"20\d\d|c[iu]|il", word)]
    return (next(iter(years), None), next(iter(named), None)) if (years or named) and not rest else None


def _is_never(handle: Handle, method: Method) -> bool:
    """Whether its names, those of the box round it, or what it calls tell that a handle turns pictures or votes."""
    told, element = method.browser.pressable, handle.element
    never = as_set(told.never_marks)
    near = [element, *list(element.iterancestors())[:3]]
    if any(own_marks(one) & never for one in near if one.tag not in ("body", "html")):
        return True
    script = f"{element.get('onclick') or ''} {element.get('href') or ''}"
    calls = [part.lower() for name in _CALLED.findall(script) for part in name.split(".")]
    return any(call in name for call in told.never_calls for name in calls)


# -- before a browser looked -------------------------------------------------------------------------------------------


def is_worth_a_look(home: Page, names: Names, own: str | None) -> int:
    """What a home page without a browser promises to show when its handles are pressed; 0: nothing. `own`: the language
    of the site."""
    if not has_script(home):
        return 0
    method, entries, mute = names.method, set(), False
    sure = [link for link in home.links if not link.is_guess]
    linked = {section.id for link in sure for section in sections_named(link.label, method)}
    has_stream = any(stream_promise(link, method) >= 80 for link in sure)
    offered = {code for link in sure if (code := switch_to(link, method))} | {own or home.lang[:2] or "az"}
    for handle in unlinked(home):
        kind = names.kind_of(handle)
        if kind is None or heads_links(handle, home) or is_linked(handle.label, home):
            continue
        if kind == "name" and (handle.is_wired or _is_whole(handle, names)):
            named = sections_named(handle.label, method)
            if not {section.id for section in named} <= linked or (not named and not has_stream):
                return 97
        if kind == "menu" and has_no_menu(home):
            return 97
        if handle.is_wired and kind.startswith("language") and kind.split()[1] not in offered:
            return 97
        if handle.in_frame and handle.is_wired and kind in ("name", "about", "other"):
            entries.add(fold(handle.label))
        mute = mute or (kind == "search" and handle.is_wired)
    if len(entries) >= MANY_ENTRIES or not _chosen_languages(home, method) <= offered:
        return 97
    return 45 if mute and not _has_field(home) else 0


def _chosen_languages(page: Page, method: Method) -> set[str]:
    """The languages of a list from which one is chosen."""
    for select in page.tree.iter("select"):
        options = (Link("", squeeze(option.text_content()), "header", option) for option in select.iter("option"))
        codes = {code for option in options if (code := switch_to(option, method))}
        if len(codes) > 1:
            return codes
    return set()


def _has_field(page: Page) -> bool:
    return any((field.get("type") or "").lower() in TYPED for field in page.tree.iter("input"))


def _is_whole(handle: Handle, names: Names) -> bool:
    """Whether a handle is called by a name and nothing more, as no sentence is."""
    if any(is_whole_name(handle.label, section) for section in names.method.sections):
        return True
    streams, found = names.method.streams, words(handle.label)
    return any(kind.in_words(found) is not None and kind.beside(found) == 0 for kind in (streams.news, streams.press))


def opens_more(page: Page, menu: Collection[str], names: Names, named: Collection[str], is_section: bool) -> bool:
    """Whether a page other than the home page has tabs or buttons of its own whose content a script brings, or that
    name a section which no link names. `menu`: folded, what is no page's own; `named`: sections that links name."""
    if not has_script(page):
        return False
    weak: dict[html.HtmlElement | None, int] = {}
    for handle in unlinked(page):
        if handle.in_frame or not handle.is_wired or fold(handle.label) in menu:
            continue
        kind = names.kind_of(handle)
        if kind not in ("name", "about", "other") or heads_links(handle, page) or is_linked(handle.label, page):
            continue
        sections = sections_named(handle.label, names.method)
        if sections and _is_whole(handle, names) and not {section.id for section in sections} & set(named):
            return True
        if not is_section:
            continue
        panel = _panel(handle.element, page)
        if panel is not None:
            if _is_empty(panel):
                return True
        elif _is_told(handle.element):
            return True
        else:
            row = row_of(handle.element)
            weak[row] = weak.get(row, 0) + 1
    return any(times > 1 for times in weak.values())


def turns_by_script(page: Page, names: Names) -> bool:
    """Whether a list has numbers, arrows, years or months without an address."""
    kinds = (names.kind_of(handle) for handle in unlinked(page) if not handle.in_frame and handle.is_wired)
    return any(kind in ("page", "onward", "period") for kind in kinds)


def _is_told(element: html.HtmlElement) -> bool:
    """Whether markup says that a script brings something for an element: a tab, or one that is told an address."""
    if element.get("role") == "tab" or is_told(element, but="toggle"):
        return True
    script = element.get("onclick") or ""
    is_within = any(word in script for word in ("style", "classList", "toggle", "getElementById"))
    return not is_within and _CALLED.search(script) is not None


def _panel(element: html.HtmlElement, page: Page) -> html.HtmlElement | None:
    """What a handle shows or hides, where the page holds it."""
    told = [element.get(name) or "" for name in ("aria-controls", "data-target", "data-bs-target", "href", "data-tab")]
    for name in (one.strip().lstrip("#") for one in told):
        if name and re.fullmatch(r"[\w-]+", name):
            found = page.tree.get_element_by_id(name, None)
            if found is not None:
                return found
    return element.getnext() if element.tag == "summary" else None


def _is_empty(panel: html.HtmlElement) -> bool:
    return len(squeeze(panel.text_content())) < MIN_PANEL and next(panel.iter("a", "img", "input"), None) is None


# -- in the browser ----------------------------------------------------------------------------------------------------

_RANK = {"menu": 0, "name": 1, "about": 2, "period": 3, "page": 3, "onward": 3, "other": 4, "search": 5}


@dataclass(frozen=True)
class Wanted:
    """What is wanted of a page in the browser."""

    is_home: bool
    is_stream: bool  # it lists news: its entries need no press
    more_days: bool  # of that list more is wanted than the page shows
    is_section: bool
    offered: Collection[str]  # languages that need no press
    as_of: date


def chosen(
    handles: Iterable[Handle], page: Page, names: Names, wanted: Wanted, is_open: Callable[[Handle], bool]
) -> list[Handle]:
    """The handles of a page in the browser that are pressed, in this order. `is_open`: asked of each, whether it was
    not pressed before."""
    ranked: list[tuple[int, int, Handle]] = []
    taken: set[str] = set()
    for at, handle in enumerate(handles):
        kind = names.kind_of(handle)
        rank = _rank(kind, handle, wanted) if kind is not None else None
        if rank is None or fold(handle.label) in taken or not is_open(handle):
            continue
        if kind in ("name", "about", "other") and is_linked(handle.label, page):
            continue
        if kind in ("about", "other") and heads_links(handle, page):
            continue
        taken.add(fold(handle.label))
        ranked.append((rank, at, handle))
    ranked.sort(key=lambda one: one[:2])
    return list(_capped(ranked))


def _rank(kind: str, handle: Handle, wanted: Wanted) -> int | None:
    if kind.startswith("language"):
        return 6 if wanted.is_home and kind.split()[1] not in wanted.offered else None
    number = handle.label.strip(" []()")
    is_first = kind == "page" and number.isdigit() and not 2 <= int(number) <= MAX_PAGE
    is_past = kind == "period" and wanted.is_stream and not _is_wanted(handle, wanted.as_of)
    is_here = kind == "period" and handle.element.get("selected") is not None
    if kind in ("page", "period") or (kind == "onward" and wanted.is_stream):
        return _RANK[kind] if (wanted.more_days or wanted.is_section) and not (is_first or is_past or is_here) else None
    if kind in ("menu", "search"):
        return _RANK[kind] if wanted.is_home else None
    if handle.element.get("aria-selected") == "true":
        return None
    in_menu = wanted.is_home and handle.in_frame
    is_entry = wanted.is_stream and not in_menu and handle.element.get("role") != "tab"
    if kind == "other" and (is_entry or (len(words(handle.label)) > MAX_NAME_WORDS and not wanted.is_section)):
        return None
    return _RANK[kind] if kind in ("name", "about") or not wanted.is_home or handle.in_frame else None


def _is_wanted(handle: Handle, as_of: date) -> bool:
    """Whether a year or a month is one into which the last 90 days fall."""
    period = _period(handle.label)
    year, month = period or (None, None)
    days = [as_of - timedelta(days=back) for back in range(0, WINDOW_DAYS + 1, 15)]
    return any(year in (None, day.year) and month in (None, day.month) for day in days)


def _capped(ranked: Sequence[tuple[int, int, Handle]]) -> Iterator[Handle]:
    of_frame = of_body = languages = 0
    for rank, _, handle in ranked:
        if rank == 6:
            languages += 1
            is_one_more = languages <= MAX_LANGUAGES
        elif handle.in_frame:
            of_frame += 1
            is_one_more = of_frame <= MAX_OF_FRAME
        else:
            of_body += 1
            is_one_more = of_body <= MAX_OF_BODY
        if is_one_more:
            yield handle
