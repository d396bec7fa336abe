"""When did the authority last publish news, and how often does it?

The stream is found by its name: the label of the link that leads to it, its address, its heading. Its entries are
gathered from all pages of its list that were visited, the home page's news block and opened items; each counts once.
Only a day printed on an entry counts, and never one that is still to come.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from reading.finding import Evidence, Finding, NotSeen, seen_on
from reading.glance import Glance, Look
from reading.handles import unopened_on, unpressed_on
from reading.items import Item, dated_urls, items_on
from reading.lists import is_paging, is_part_of_archive, is_same_list, list_key
from reading.looking import Site, is_html
from reading.method import Method
from reading.pace import NEWEST, WINDOW_DAYS, days_covered, fields_of, reach_of
from reading.page import Link, Page, host_of
from reading.section_names import sections_in_slug, sections_named
from reading.stream_entries import Entry, each_once, entries_of, leads_to_parts, own_items, weight_of
from reading.stream_names import (
    MAX_NAME,
    TIERS,
    is_of_section,
    is_other_language,
    own_slug,
    tells_events,
    tier_named,
    tier_of,
)
from reading.text import fold, slug_of, words

ENOUGH_ITEMS = 60  # after so many the crawl turns no further page of the list
MAX_OPENED = 8  # item pages worth opening of a list without days that is not called news; of news the NEWEST
MIN_EVENTS = 3  # entries with a day that make an unnamed list a stream
MAX_LOOKED = 8  # pages named as looked at where nothing was found
_ISO_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_JSON_LD = re.compile(r'"datePublished"\s*:\s*"(\d{4}-\d\d-\d\d)')


# -- what the crawl asks -----------------------------------------------------------------------------------------------


def stream_promise(link: Link, method: Method) -> int:
    """How much a link promises to lead to the news list: 90 news, 82 press, 60 notices, 0 no such thing."""
    return (0, 60, 82, 90)[tier_of(link, method)]


def further_pages(page: Page, method: Method, as_of: date) -> list[str]:
    """Addresses of the other pages of the list that a page shows, next ones first."""
    own = host_of(page.url)
    found: dict[str, str] = {}
    for link in page.links:
        if host_of(link.url) != own or link.key == page.key:
            continue
        same_list = is_same_list(link.url, page.url) or not _is_number(link.label)
        if is_part_of_archive(link) or (same_list and is_paging(link, method)):
            found.setdefault(link.key, link.url)
    return list(found.values())


def lists_entries(page: Page, method: Method, as_of: date) -> bool:
    """Whether a page shows entries, rather than only the way to the months of an archive."""
    return not leads_to_parts(page) or any(item.day for item in items_on(page, _glance(page, method, as_of)))


def dated_entries(page: Page, method: Method, as_of: date) -> frozenset[str | None]:
    """Addresses of the entries whose day a page prints: they need not be opened for it."""
    return dated_urls(page, _glance(page, method, as_of))


def prints_days(page: Page, method: Method, as_of: date) -> bool:
    """Whether a page prints the day of some entry, be it one without a page of its own."""
    return any(item.day is not None for item in items_on(page, _glance(page, method, as_of)))


def wants_more(pages: Sequence[Page], method: Method, as_of: date) -> bool:
    """Whether the pages of the list seen so far leave a part of the last 90 days uncovered, or show no day and few
    items to open."""
    days: list[date] = []
    reach = as_of
    to_open = [url for page in pages for url in undated_item_links(page, method, as_of)]
    if to_open:
        return len(set(to_open)) < NEWEST
    for page in pages:
        here = [item.day for item in items_on(page, _glance(page, method, as_of)) if item.day is not None]
        days += here
        reach = min(reach, reach_of(here, as_of))
    return bool(days) and len(days) < ENOUGH_ITEMS and (as_of - reach).days < WINDOW_DAYS


def lists_events(page: Page, method: Method, as_of: date) -> bool:
    """Whether a page lists events, whatever it is called."""
    look = _glance(page, method, as_of)
    return _is_list_of_events(items_on(page, look), look) or _may_list_events(own_items(page, look), method)


def undated_item_links(page: Page, method: Method, as_of: date) -> list[str]:
    """The newest items' addresses, where a list prints no dates; empty where it prints them."""
    own = own_items(page, _glance(page, method, as_of))
    undated = [item.url for item in own if item.url is not None and item.day is None]
    if 2 * len(undated) <= len(own):
        return []  # the few with a day where most have none are those of a sidebar
    is_stream = tier_named(fold(page.h1), own_slug(page.url), method) > 0
    return undated[: NEWEST if is_stream else MAX_OPENED]


_GLANCES: dict[tuple[date, str, str], Glance] = {}


def _glance(page: Page, method: Method, as_of: date) -> Glance:
    """One look per host and day, so that a page is read once however often the crawl asks."""
    key = as_of, method.sha256, host_of(page.url)
    if key not in _GLANCES:
        _GLANCES[key] = Glance(as_of, method, host_of(page.url))
    return _GLANCES[key]


def _is_number(label: str) -> bool:
    return label.strip(" []()").isdigit()


# -- the stream --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _List:
    """A page that may be the stream's list."""

    tier: int
    url: str
    page: Page | None  # None: named by a link, and not looked at
    problem: str | None
    exact: bool = False
    in_menu: bool = False
    named_on: Page | None = None

    def order(self, weight: tuple[int, int] = (0, 0)) -> tuple[bool, bool, bool, bool]:
        """The better of two lists of one rank; `weight`: how many entries with a day, and how many in all."""
        return not is_other_language(self.url), weight[0] > 0, self.exact, self.in_menu


def read(site: Site) -> Finding:
    """The fact `news` (contract, part 2). Raises NotSeen where the list could not be looked at."""
    home = site.home
    lists = _named_lists(site)
    for tier in (3, 2, 1):
        mine = [entry for entry in lists if entry.tier == tier]
        seen = []
        for entry in mine:
            told = entries_of(site, entry.page) if entry.page is not None else None
            if told is not None:
                seen.append((entry, told))
        if seen:
            weighed = [(entry.order(weight_of(told[0])), weight_of(told[0]), told) for entry, told in seen]
            _, _, (entries, pages) = max(weighed, key=lambda one: one[:2])
            return _told(site, pages[0], entries, pages)
        if tier == 3 and mine:
            return _without_list(site, mine)
        if tier == 2:
            # What no name tells is told by its entries; only notices are a lesser stream.
            unnamed = _unnamed_list(site)
            if unnamed is not None:
                return _told(site, unnamed[1][0], *unnamed)
    at_home = _home_stream(site)
    if at_home:
        return _told(site, home, at_home, [home, *_turned(home, site)])
    for tier in (2, 1):
        mine = [entry for entry in lists if entry.tier == tier]
        if mine:
            return _without_list(site, mine)
    looked = tuple(seen_on(page) for page in site.pages[:MAX_LOOKED])
    _refuse_unpressed(site)
    if not site.complete:
        raise NotSeen("budget", looked)
    return Finding("absent", fields_of(None), looked)


def _refuse_unpressed(site: Site) -> None:
    """Raises NotSeen where something on the home page is called news, and a script and no address opens it."""
    streams = site.method.streams
    kinds = (streams.news, streams.press)

    def is_named(label: str) -> bool:
        found = words(label)
        return any(kind.in_words(found) is not None and kind.beside(found) == 0 for kind in kinds)

    label = unpressed_on(site.home, is_named) or unopened_on(site.home, site.method)
    if label is not None:
        raise NotSeen(site.why_unpressed(site.home), (seen_on(site.home, label),))


def _without_list(site: Site, named: list[_List]) -> Finding:
    """A stream is named, and no list of it could be read: the home page may still show it."""
    at_home = _home_stream(site)
    first = max(named, key=lambda entry: entry.order())
    unseen = next((entry for entry in named if entry.problem not in (None, "not_found")), None)
    if at_home:
        more = {"list_unseen": unseen.problem} if unseen is not None else {}
        told = _told(site, site.home, at_home, [site.home, *_turned(site.home, site)])
        return Finding(told.state, {**told.fields, **more}, told.evidence)
    if unseen is not None:
        proof = (seen_on(unseen.named_on, unseen.url),) if unseen.named_on is not None else ()
        raise NotSeen(unseen.problem or "budget", proof)
    # The list is there and empty, or its page is gone: a stream in name only.
    page = first.page or first.named_on or site.home
    return Finding("partial", fields_of(first.url), (seen_on(page, page.h1 or first.url),))


def _named_lists(site: Site) -> list[_List]:
    """Every page that a link, its own address or its own heading calls news, press or notices; the best of each."""
    found: dict[str, _List] = {}
    home_key = site.home.key

    def note(entry: _List, key: str) -> None:
        known = found.get(key)
        if known is None or (entry.tier, entry.exact, entry.in_menu) > (known.tier, known.exact, known.in_menu):
            found[key] = entry

    done: set[tuple[str, str]] = set()
    for page in site.pages:
        for link in page.links:
            sign = (link.key, link.label)
            if sign in done or link.is_file or link.key == home_key or len(link.label) > 60:
                continue
            done.add(sign)
            label = fold(link.label)
            tier = tier_of(link, site.method)
            if tier == 1 and is_of_section(link, page, site.method):
                continue
            if not tier or not site.is_own(link.url) or list_key(link.url) != link.key:
                continue
            outcome = site.outcome(link.url)
            problem = None if outcome and outcome.page else (outcome.problem if outcome else "budget")
            looked = outcome.page if outcome is not None else None
            exact = any(fold(name) == label for name in getattr(site.method.streams, TIERS[tier]).names)
            note(_List(tier, link.url, looked, problem, exact, site.in_menu(link), page), link.key)
    for page in site.pages:
        if page.key != home_key and list_key(page.url) == page.key:
            known = found.get(page.key)
            tier = tier_named(fold(page.h1), own_slug(page.url), site.method)
            if tier == 1 and sections_in_slug(page.url, site.method):
                continue
            if tier > (known.tier if known is not None else 0) and len(items_on(page, site)) >= 2:
                in_menu = known is not None and known.in_menu
                note(_List(tier, page.url, page, None, in_menu=in_menu, named_on=page), page.key)
    return list(found.values())


def _unnamed_list(site: Site) -> tuple[list[Entry], list[Page]] | None:
    """The best of the lists that the home page leads to whose entries tell events on different days, whatever it is
    called ("Rayonumuzda bu gün")."""
    best: tuple[list[Entry], list[Page]] | None = None
    for link in site.home.links:
        outcome = site.outcome(link.url) if site.is_own(link.url) and link.key != site.home.key else None
        page = outcome.page if outcome is not None else None
        if page is None or not is_html(page.capture) or is_other_language(link.url) or _is_other_list(link, page, site):
            continue
        if link.is_shown and list_key(link.url) == site.home.key:
            continue  # the home page's own list, turned by pressing
        items = items_on(page, site)
        if not (_is_list_of_events(items, site) or _may_list_events(own_items(page, site), site.method)):
            continue
        told = entries_of(site, page)
        if told is None or not _is_list_of_events([replace(e.item, day=e.day) for e in told[0]], site):
            continue
        if best is None or weight_of(told[0]) > weight_of(best[0]):
            best = told
    return best


def _is_list_of_events(items: Sequence[Item], site: Look) -> bool:
    dated = [item for item in items if item.day is not None and item.day <= site.as_of]
    several = len(dated) >= MIN_EVENTS and len({item.day for item in dated}) >= 2
    return several and tells_events([item.title for item in dated], site.method)


def _may_list_events(own: Sequence[Item], method: Method) -> bool:
    """Whether the entries of a list that prints no days tell events; their own pages may print them."""
    return len(own) >= MIN_EVENTS and tells_events([item.title for item in own], method)


def _is_other_list(link: Link, page: Page, site: Site) -> bool:
    """Whether a page is named as something that is no news: a section, notices, videos."""
    streams = site.method.streams
    for name in (link.label, page.h1):
        named = words(name)
        if streams.not_news.in_words(named) is not None or streams.notices.in_words(named) is not None:
            return True
        if sections_named(name, site.method):
            return True
    return bool(sections_in_slug(link.url, site.method))


def _home_stream(site: Site) -> list[Entry]:
    """The news block of the home page, where no list of its own was read."""
    home, news = site.home, site.method.streams.news
    items = items_on(home, site)
    by_family: defaultdict[str, list[Item]] = defaultdict(list)
    for item in items:
        by_family[item.family].append(item)
    called = any(
        len(found := words(block.folded)) <= MAX_NAME and news.in_words(found) is not None
        for block in home.blocks
        if block.zone == "body"
    )
    best: list[Item] = []
    for family, group in by_family.items():
        dated = [item for item in group if item.day is not None and item.day <= site.as_of]
        is_news = news.in_slug(slug_of(family.rsplit("/", 1)[0])) or (called and family != "file")
        if (is_news or _is_list_of_events(group, site)) and len(dated) >= 2 and len(dated) > len(best):
            best = group
    entries = [Entry(item, item.day, home, item.quote) for item in best]
    families = {item.family for item in best}
    for page in _turned(home, site) if best else []:
        more = (item for item in items_on(page, site) if item.family in families)
        entries += [Entry(item, item.day, page, item.quote) for item in more]
    return each_once(entries, site.as_of)


def _turned(page: Page, site: Site) -> list[Page]:
    """Further pages of a list that a browser turned where it stands."""
    outcomes = (site.outcome(link.url) for link in page.links if link.is_shown and list_key(link.url) == page.key)
    return [outcome.page for outcome in outcomes if outcome is not None and outcome.page is not None]


def _told(site: Site, first: Page, entries: list[Entry], pages: list[Page]) -> Finding:
    dated = sorted((e for e in entries if e.day is not None), key=lambda e: e.day or date.min, reverse=True)
    url = first.capture.url
    if not dated:
        if not site.complete and not any(e.item.url and site.outcome(e.item.url) for e in entries):
            raise NotSeen("budget", (seen_on(first, first.h1),))  # the items may print their days
        said = entries[0].item.title if entries else first.h1
        return Finding("partial", {**fields_of(url), "items_seen": len(entries)}, (seen_on(first, said),))
    days = [entry.day for entry in dated if entry.day is not None]
    covers = days_covered(site, pages, days)
    # Where the list itself prints no days, those are known of the items that were opened.
    opened = sum(e.item.day is None for e in dated)
    unread = sum(e.day is None and e.item.url is not None and site.outcome(e.item.url) is None for e in entries)
    if unread and max(opened, unread) * 2 > len(dated):
        covers = min(covers, (site.as_of - days[-1]).days + 1)
    fields = fields_of(url, days, site.as_of, covers)
    fields["items_seen"] = len(entries)
    newest = dated[0]
    proof = [seen_on(newest.page, newest.quote)]
    if newest.page is not first:
        proof.append(seen_on(first, first.h1 or first.title))
    proof += _contradictions(site, newest)
    return Finding("found", fields, tuple(proof))


def _contradictions(site: Site, newest: Entry) -> Iterator[Evidence]:
    """What the newest item's page says about its day where no visitor sees it, if that is another day."""
    outcome = site.outcome(newest.item.url) if newest.item.url is not None else None
    page = outcome.page if outcome is not None else None
    if page is None:
        return
    told = {
        "article:published_time": page.meta("article:published_time") or "",
        "time datetime": next((str(el.get("datetime") or "") for el in page.tree.iter("time")), ""),
        "datePublished": (_JSON_LD.search(page.source) or [""])[0],
    }
    for name, value in told.items():
        day = _ISO_DAY.search(value)
        if day is not None and newest.day is not None and day[0] != newest.day.isoformat():
            yield seen_on(page, f"{name} {day[0]}; printed {newest.day.isoformat()}")
