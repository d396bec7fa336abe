"""Which entries does a stream hold, each once, and on which day did each appear?

They are gathered from all pages of its list that were visited, the home page's news block and the items that were
opened. The day that a list prints goes before the one on the item's own page.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit
from weakref import ReferenceType, WeakKeyDictionary, ref

from reading.cards import is_title
from reading.glance import Look
from reading.items import Item, item_day, items_on
from reading.lists import family_of, is_paging, is_part_of_archive, list_key
from reading.looking import Site
from reading.method import Method
from reading.page import Link, Page, key_of
from reading.stream_names import OTHER_LANGUAGE, is_other_language, names_list
from reading.text import fold, slug_of, words
from reading.yearless import days_in_order


@dataclass(frozen=True, eq=False)
class Entry:
    item: Item
    day: date | None
    page: Page  # where its day was seen
    quote: str


def entries_of(site: Site, first: Page) -> tuple[list[Entry], list[Page]] | None:
    """All entries of the stream whose list begins at a page, and the pages of the list; None where it lists nothing."""
    listed = [item for item in items_on(first, site) if not names_list(item, site.method)]
    main = main_family(listed, first, site.method)
    if not [item for item in listed if item.family == main]:
        return None
    families = families_of_list(listed, main)
    pages = _pages_of_list(site, first, families)
    found = [Entry(item, item.day, page, item.quote) for page in pages for item in items_on(page, site)]
    if first.key != site.home.key and main:
        found += [Entry(item, item.day, site.home, item.quote) for item in items_on(site.home, site)]
    foreign = is_other_language(first.url)
    found = [
        entry
        for entry in found
        if entry.item.family in families
        and not names_list(entry.item, site.method)
        and (entry.item.url is None or is_other_language(entry.item.url) == foreign)
    ]
    found += _opened(site, found, main, pages, foreign)
    found += _days_by_order(found, pages)
    return each_once(found, site.as_of), pages


def main_family(items: Iterable[Item], page: Page, method: Method) -> str:
    """How the addresses of the list's own entries are built: the most, the dated, the ones under the list's name."""
    weight: defaultdict[str, float] = defaultdict(float)
    path = urlsplit(page.url).path.strip("/").split("/")[-1].rsplit(".", 1)[0]
    for item in items:
        value = (3.0 if item.day else 1.0) + (len(words(item.title)) >= 3)
        if item.repeated:
            value /= 5
        folders = slug_of(item.family.rsplit("/", 1)[0])
        if (path and slug_of(path) and slug_of(path) in folders) or method.streams.news.in_slug(folders):
            value *= 2
        weight[item.family] += value / (4 if item.family == "file" else 1)
    return max(weight, key=lambda family: weight[family], default="")


def families_of_list(items: Iterable[Item], main: str) -> frozenset[str]:
    """The main family and those of the other entries in the same box: /siyaset/…, /idman/… of one list; where the
    list prints days, of the dated ones."""
    items = list(items)
    of_main = [item for item in items if item.family == main]
    boxes = {item.element.getparent() for item in of_main}
    has_days = any(item.day is not None for item in of_main)
    others = {
        item.family
        for item in items
        if not item.repeated
        and item.url is not None
        and (item.day is not None or (not has_days and item.family != "file" and is_title(item.title)))
        and item.element.getparent() in boxes
    }
    return frozenset({main} | others)


# Asked again with every further page of a list. Page and look are known weakly, or none of them would be forgotten.
_OWN: "WeakKeyDictionary[Page, tuple[ReferenceType[Look], list[Item]]]" = WeakKeyDictionary()


def own_items(page: Page, look: Look) -> list[Item]:
    """The entries with a page of their own of the list that a page is."""
    known = _OWN.get(page)
    if known is None or known[0]() is not look:
        known = _OWN[page] = ref(look), _own_items(page, look)
    return known[1]


def _own_items(page: Page, look: Look) -> list[Item]:
    items = [item for item in items_on(page, look) if item.url is not None]
    main = main_family(items, page, look.method)
    families = families_of_list(items, main) if main != "file" else frozenset()
    return [item for item in items if item.family in families and not item.repeated]


def _days_by_order(found: Sequence[Entry], pages: Collection[Page]) -> Iterator[Entry]:
    """Entries that the list prints with day and month only, where the items opened above them tell the year."""
    known = {_id(entry.item): entry.day for entry in found if entry.day is not None}
    listed = [entry for entry in found if entry.item.day is None and entry.page in pages and not entry.item.repeated]
    if not known or not listed:
        return
    printed = [(entry.item.element, known.get(_id(entry.item))) for entry in listed]
    for entry, (_, told), day in zip(listed, printed, days_in_order(printed), strict=True):
        if told is None and day is not None:
            yield Entry(entry.item, day, entry.page, entry.quote)


def _pages_of_list(site: Site, first: Page, families: Collection[str]) -> list[Page]:
    """The visited pages of one list, in the order of its links; those of its archive that only lead to years and
    months are among them."""
    pages, queue, keys = [first], [first], {first.key}
    while queue:
        at = queue.pop(0)
        lists = at is first or _lists(at, site, families)
        for link in at.links:
            if link.key in keys or not (_leads_on(link, first, site.method) if lists else is_part_of_archive(link)):
                continue
            keys.add(link.key)
            outcome = site.outcome(link.url)
            page = outcome.page if outcome is not None else None
            if page is None or page.key == site.home.key or (page.key in keys and page.key != link.key):
                continue
            if _lists(page, site, families) or leads_to_parts(page):
                keys.add(page.key)
                pages.append(page)
                queue.append(page)
    return pages


def _leads_on(link: Link, first: Page, method: Method) -> bool:
    # The tabs of a list, where a browser pressed them, show the rest of it by subject.
    is_tab = link.is_shown and link.element.get("role") == "tab"
    return is_tab or is_paging(link, method) or list_key(link.url) == list_key(first.url)


def leads_to_parts(page: Page) -> bool:
    """Whether a page leads to the years or months of an archive in its own part."""
    return any(link.zone == "body" and is_part_of_archive(link) for link in page.links)


def _lists(page: Page, site: Site, families: Collection[str]) -> bool:
    return any(item.family in families for item in items_on(page, site))


def _opened(site: Site, listed: list[Entry], main: str, pages: list[Page], foreign: bool) -> Iterator[Entry]:
    """Entries whose own pages were visited: the listed ones without a day, and others of the same kind of address."""
    by_key = {key_of(entry.item.url): entry for entry in listed if entry.item.url is not None}
    dated = {_id(entry.item) for entry in listed if entry.day is not None}
    list_keys = {page.key for page in pages} | {site.home.key}
    own_folder = site.method.streams.news.in_slug(slug_of(main.rsplit("/", 1)[0]))
    for page in site.pages:
        if page.key in list_keys:
            continue
        known = by_key.get(page.key)
        if known is not None and known.day is not None and known.day <= site.as_of:
            continue
        if known is None:
            same = own_folder and family_of(page.url) == main and is_other_language(page.url) == foreign
            if not same or list_key(page.url) != page.key:
                continue
        title = known.item.title if known is not None else None
        day, quote = item_day(page, site, title)
        item = known.item if known is not None else None
        if day is not None and (item is not None or quote):
            item = item or Item(page.url, quote[len(quote.split(" ")[0]) :].strip(), day, "", 0, page.tree, main)
            if _id(item) not in dated:
                yield Entry(item, day, page, quote)


def _id(item: Item) -> tuple[str, str]:
    """/news/1324.html and /az/news/1324.html are one item."""
    if item.url is None:
        return str(item.day or ""), fold(item.title)
    steps = [step for step in urlsplit(item.url).path.split("/") if step and not OTHER_LANGUAGE.fullmatch(step)]
    told: list[str] = []
    for step in reversed(steps):
        told.insert(0, slug_of(step))
        if any(map(str.isdigit, step)) or told[0].count("-") > 1:
            break  # a number or a title tells one item from another; "oxu" behind it does not
    asked = re.sub(r"(?:^|&)(?:lang|ln|l)=\w+", "", urlsplit(item.url).query)
    return item.family, f"{'/'.join(told)}?{asked}"


def each_once(entries: Iterable[Entry], as_of: date) -> list[Entry]:
    """Each item once: same address, or same title on the same day. The printed day of a list goes before others."""
    by_id: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        if entry.day is not None and entry.day > as_of:
            continue  # announced for a day to come
        known = by_id.get(_id(entry.item))
        if known is None or (known.day is None and entry.day is not None):
            by_id[_id(entry.item)] = entry
    out: dict[tuple[str, date | None], Entry] = {}
    for entry in by_id.values():
        out.setdefault((fold(entry.item.title), entry.day), entry)
    return [entry for (title, day), entry in out.items() if not _is_shortened(title, day, out)]


def _is_shortened(title: str, day: date | None, all_of_them: Iterable[tuple[str, date | None]]) -> bool:
    """Whether an entry is another one again: its title cut short, or told without its day."""
    bare = title.rstrip(" .…")
    cut = bare != title and len(bare) > 12
    if day is not None and not cut:
        return False
    return any(
        (title, day) != (other, when)
        and ((day is None and when is not None and other == title) or (cut and when == day and other.startswith(bare)))
        for other, when in all_of_them
    )


def weight_of(entries: list[Entry]) -> tuple[int, int]:
    return sum(entry.day is not None for entry in entries), len(entries)
