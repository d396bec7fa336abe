"""When did the authority last publish news, and how often does it?

The stream is found by its name: the label of the link that leads to it, its address, its heading. Its entries are
gathered from all pages of its list that were visited, the home page's news block and opened items; each counts once.
Only a day printed on an entry counts, and never one that is still to come.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise
from statistics import median
from typing import Any
from urllib.parse import unquote, urlsplit

from reading.finding import Evidence, Finding, NotSeen, seen_on
from reading.items import (
    PAGE_QUERY,
    Glance,
    Item,
    Look,
    family_of,
    is_paging,
    is_same_list,
    item_day,
    items_on,
    list_key,
)
from reading.looking import Site, is_html
from reading.method import Method, Streams
from reading.page import Link, Page, host_of, key_of
from reading.sections import sections_in_slug, sections_named
from reading.text import fold, slug_of, words

WINDOW_DAYS = 90
MOST_DATES = 60  # kept of a stream: the rhythm of a site is judged by them over rounds
NEWEST = 20  # items whose gaps tell the usual pace
ENOUGH_ITEMS = 60  # after so many the crawl turns no further page of the list
MAX_OPENED = 8  # item pages worth opening where the list prints no dates
MAX_NAME = 5  # words of a label that is a name and not a headline
MAX_HEADLINE = 3  # spaces in a label of the page's body from which on it is a headline
MIN_EVENTS = 3  # entries with a day that make an unnamed list a stream
EVENTS_SHARE = 0.4  # of its titles that tell events; many a true headline has no verb
MAX_LIST_NAME = 3  # words of an undated entry that names another list
MAX_LOOKED = 8  # pages named as looked at where nothing was found
TIERS = ("", "notices", "press", "news")  # which stream stands for which when the better one is missing
_LISTING = re.compile(r"^(?:index|default|home|list|all|show|main|hamisi|butun|arxiv|archive)(?:\.\w+)?$", re.I)
_OTHER_LANGUAGE = re.compile(r"(?:^|/)(?:en|eng|ru|rus|tr)(?:/|$)|[?&](?:lang|ln|l)=(?:en|eng|ru|rus|tr)\b", re.I)
_ISO_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
# How a headline ends, folded: keçirilib, baş tutdu, olunmuşdur, aparılır, başlayacaqlar; состоялся, открыли.
_EVENT_END = re.compile(
    r"\w{2}(?:(?:[iu]b|d[iu]|m[iu]s|[iu]r|[ae]caq|[ae]cek)(?:l[ae]r)?(?:d[iu]r)?|\w(?:лся|лась|лось|лись|л|ла|ло|ли))$"
)
_JSON_LD = re.compile(r'"datePublished"\s*:\s*"(\d{4}-\d\d-\d\d)')


# -- what the crawl asks -----------------------------------------------------------------------------------------------


def stream_promise(link: Link, method: Method) -> int:
    """How much a link promises to lead to the news list: 90 news, 82 press, 60 notices, 0 no such thing."""
    return (0, 60, 82, 90)[_tier_of(link, method)]


def further_pages(page: Page, method: Method, as_of: date) -> list[str]:
    """Addresses of the other pages of the list that a page shows, next ones first."""
    own = host_of(page.url)
    found: dict[str, str] = {}
    for link in page.links:
        same_list = is_same_list(link.url, page.url) or not _is_number(link.label)
        if host_of(link.url) == own and link.key != page.key and same_list and is_paging(link, method):
            found.setdefault(link.key, link.url)
    return list(found.values())


def wants_more(pages: Iterable[Page], method: Method, as_of: date) -> bool:
    """Whether the pages of the list seen so far leave a part of the last 90 days uncovered."""
    days: list[date] = []
    reach = as_of
    for page in pages:
        here = [item.day for item in items_on(page, _glance(page, method, as_of)) if item.day is not None]
        days += here
        reach = min(reach, _reach(here, as_of))
    return bool(days) and len(days) < ENOUGH_ITEMS and (as_of - reach).days < WINDOW_DAYS


def lists_events(page: Page, method: Method, as_of: date) -> bool:
    """Whether a page lists dated events, whatever it is called."""
    return _is_list_of_events(items_on(page, _glance(page, method, as_of)), _glance(page, method, as_of))


def undated_item_links(page: Page, method: Method, as_of: date) -> list[str]:
    """The newest items' addresses, where a list prints no dates; empty where it prints them."""
    items = [item for item in items_on(page, _glance(page, method, as_of)) if item.url is not None]
    main = _main_family(items, page, method)
    own = [item for item in items if item.family == main and not item.repeated]
    if not own or main == "file" or any(item.day is not None for item in own):
        return []
    return [item.url for item in own if item.url is not None][:MAX_OPENED]


_GLANCES: dict[tuple[date, str, str], Glance] = {}


def _glance(page: Page, method: Method, as_of: date) -> Glance:
    """One look per host and day, so that a page is read once however often the crawl asks."""
    key = as_of, method.sha256, host_of(page.url)
    if key not in _GLANCES:
        _GLANCES[key] = Glance(as_of, method, host_of(page.url))
    return _GLANCES[key]


# -- what things are called --------------------------------------------------------------------------------------------


_KNOWN: dict[tuple[str, str, str], int] = {}


def _tier(label: str, slug: str, method: Method) -> int:
    """3 news, 2 press, 1 notices, 0 neither: by a folded label and the slug of an address."""
    key = method.sha256, label, slug
    if key not in _KNOWN:
        if len(_KNOWN) > 200_000:
            _KNOWN.clear()
        _KNOWN[key] = _judge_name(label, slug, method.streams)
    return _KNOWN[key]


def _tier_of(link: Link, method: Method) -> int:
    # "Sahibkarlara yaxşı xəbər var" in the middle of a page is a headline, not the name of a list.
    label = fold(link.label)
    is_headline = link.zone == "body" and label.count(" ") >= MAX_HEADLINE
    return _tier("" if is_headline else label, _own_slug(link.url), method)


def _judge_name(label: str, slug: str, streams: Streams) -> int:
    named = words(label)
    short = 0 < len(named) <= MAX_NAME
    if short and streams.not_news.in_words(named) is not None:
        return 0
    for tier in (3, 2, 1):
        if short and getattr(streams, TIERS[tier]).in_words(named) is not None:
            return tier
    if not slug or slug.count("-") > 3 or streams.not_news.in_slug(slug):
        return 0
    return next((tier for tier in (3, 2, 1) if getattr(streams, TIERS[tier]).in_slug(slug)), 0)


@lru_cache(maxsize=8_192)
def _own_slug(url: str) -> str:
    """The words by which an address names its own page, without folders above it; "" for a numbered address."""
    parts = urlsplit(url)
    steps = [unquote(step) for step in parts.path.split("/") if step]
    asked = [pair.partition("=") for pair in unquote(parts.query).split("&") if pair]
    asked = [pair for pair in asked if not PAGE_QUERY.match(pair[0])]
    if any(value.isdigit() for _, _, value in asked):
        return ""
    if asked:
        return slug_of(" ".join(value for _, _, value in asked))
    if len(steps) > 1 and steps[-1].isdigit() and _LISTING.match(steps[-2]):
        steps.pop()  # /news/list/2
    while len(steps) > 1 and _LISTING.match(slug_of(re.sub(r"\.\w+$", "", steps[-1]))):
        steps.pop()
    return slug_of(re.sub(r"\.\w{2,5}$", "", steps[-1])) if steps else ""


def _is_number(label: str) -> bool:
    return label.strip(" []()").isdigit()


def _is_other_language(url: str) -> bool:
    parts = urlsplit(url)
    return bool(_OTHER_LANGUAGE.search(parts.path + ("?" + parts.query if parts.query else "")))


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
        return not _is_other_language(self.url), weight[0] > 0, self.exact, self.in_menu


@dataclass(frozen=True, eq=False)
class _Entry:
    item: Item
    day: date | None
    page: Page  # where its day was seen
    quote: str


def read(site: Site) -> Finding:
    """The fact `news` (contract, part 2). Raises NotSeen where the list could not be looked at."""
    home = site.home
    lists = _named_lists(site)
    for tier in (3, 2, 1):
        mine = [entry for entry in lists if entry.tier == tier]
        seen = []
        for entry in mine:
            told = _entries(site, entry.page) if entry.page is not None else None
            if told is not None:
                seen.append((entry, told))
        if seen:
            _, (entries, pages) = max(seen, key=lambda one: (one[0].order(_weight(one[1][0])), _weight(one[1][0])))
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
        return _told(site, home, at_home, [home])
    for tier in (2, 1):
        mine = [entry for entry in lists if entry.tier == tier]
        if mine:
            return _without_list(site, mine)
    looked = tuple(seen_on(page) for page in site.pages[:MAX_LOOKED])
    if not site.complete:
        raise NotSeen("budget", looked)
    return Finding("absent", _fields(None), looked)


def _without_list(site: Site, named: list[_List]) -> Finding:
    """A stream is named, and no list of it could be read: the home page may still show it."""
    at_home = _home_stream(site)
    first = max(named, key=lambda entry: entry.order())
    unseen = next((entry for entry in named if entry.problem not in (None, "not_found")), None)
    if at_home:
        more = {"list_unseen": unseen.problem} if unseen is not None else {}
        told = _told(site, site.home, at_home, [site.home])
        return Finding(told.state, {**told.fields, **more}, told.evidence)
    if unseen is not None:
        proof = (seen_on(unseen.named_on, unseen.url),) if unseen.named_on is not None else ()
        raise NotSeen(unseen.problem or "budget", proof)
    # The list is there and empty, or its page is gone: a stream in name only.
    page = first.page or first.named_on or site.home
    return Finding("partial", _fields(first.url), (seen_on(page, page.h1 or first.url),))


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
            tier = _tier_of(link, site.method)
            if tier == 1 and _is_of_section(link, page, site.method):
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
            tier = _tier(fold(page.h1), _own_slug(page.url), site.method)
            if tier == 1 and sections_in_slug(page.url, site.method):
                continue
            if tier > (known.tier if known is not None else 0) and len(items_on(page, site)) >= 2:
                in_menu = known is not None and known.in_menu
                note(_List(tier, page.url, page, None, in_menu=in_menu, named_on=page), page.key)
    return list(found.values())


def tells_events(titles: Collection[str], method: Method) -> bool:
    """Whether titles tell what happened, as those of news do, rather than name documents, posts or vacancies."""
    told = sum(len(found) > 2 and _tells_event(found, method) for found in map(words, titles))
    return told >= 2 and told >= len(titles) * EVENTS_SHARE


def _tells_event(found: Sequence[str], method: Method) -> bool:
    return bool(_EVENT_END.search(found[-1])) or method.streams.verbs.in_words(found) is not None


def _unnamed_list(site: Site) -> tuple[list[_Entry], list[Page]] | None:
    """The best of the lists that the home page leads to whose entries tell events on different days, whatever it is
    called ("Rayonumuzda bu gün")."""
    best: tuple[list[_Entry], list[Page]] | None = None
    for link in site.home.links:
        outcome = site.outcome(link.url) if site.is_own(link.url) and link.key != site.home.key else None
        page = outcome.page if outcome is not None else None
        if (
            page is None
            or not is_html(page.capture)
            or _is_other_language(link.url)
            or _is_other_list(link, page, site)
        ):
            continue
        if not _is_list_of_events(items_on(page, site), site):
            continue
        told = _entries(site, page)
        if told is not None and (best is None or _weight(told[0]) > _weight(best[0])):
            best = told
    return best


def _is_list_of_events(items: Sequence[Item], site: Look) -> bool:
    dated = [item for item in items if item.day is not None and item.day <= site.as_of]
    several = len(dated) >= MIN_EVENTS and len({item.day for item in dated}) >= 2
    return several and tells_events([item.title for item in dated], site.method)


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


def _main_family(items: Iterable[Item], page: Page, method: Method) -> str:
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


def _entries(site: Site, first: Page) -> tuple[list[_Entry], list[Page]] | None:
    """All entries of the stream whose list begins at a page, and the pages of the list; None where it lists nothing."""
    listed = [item for item in items_on(first, site) if not _names_list(item, site.method)]
    main = _main_family(listed, first, site.method)
    if not [item for item in listed if item.family == main]:
        return None
    families = _families_of_list(listed, main)
    pages = _pages_of_list(site, first, families)
    found = [_Entry(item, item.day, page, item.quote) for page in pages for item in items_on(page, site)]
    if first.key != site.home.key and main:
        found += [_Entry(item, item.day, site.home, item.quote) for item in items_on(site.home, site)]
    foreign = _is_other_language(first.url)
    found = [
        entry
        for entry in found
        if entry.item.family in families
        and not _names_list(entry.item, site.method)
        and (entry.item.url is None or _is_other_language(entry.item.url) == foreign)
    ]
    found += _opened(site, found, main, pages, foreign)
    return _each_once(found, site.as_of), pages


def _is_of_section(link: Link, page: Page, method: Method) -> bool:
    """Whether notices are a section's own: those of tenders are no news of the authority."""
    if sections_in_slug(link.url, method):
        return True
    return link.zone == "body" and bool(sections_named(page.h1, method))


def _families_of_list(items: Iterable[Item], main: str) -> frozenset[str]:
    """The main family and those of the dated entries in the same box: /siyaset/…, /idman/… of one list."""
    items = list(items)
    boxes = {item.element.getparent() for item in items if item.family == main}
    return frozenset(
        {main}
        | {
            item.family
            for item in items
            if item.day is not None and not item.repeated and item.url is not None and item.element.getparent() in boxes
        }
    )


def _names_list(item: Item, method: Method) -> bool:
    """Whether an entry of a page is another list ("Press-relizlər", "Müsahibələr"): then the page only leads to it."""
    if item.url is None or item.day is not None or len(words(item.title)) > MAX_LIST_NAME:
        return False
    named = words(item.title)
    return bool(_tier(fold(item.title), "", method)) or method.streams.not_news.in_words(named) is not None


def _pages_of_list(site: Site, first: Page, families: Collection[str]) -> list[Page]:
    """The visited pages of one list, in the order of its links."""
    pages, queue, keys = [first], [first], {first.key}
    while queue:
        at = queue.pop(0)
        for link in at.links:
            if link.key in keys or not (is_paging(link, site.method) or list_key(link.url) == list_key(first.url)):
                continue
            keys.add(link.key)
            outcome = site.outcome(link.url)
            page = outcome.page if outcome is not None else None
            if page is not None and page.key != site.home.key and _lists(page, site, families):
                keys.add(page.key)
                pages.append(page)
                queue.append(page)
    return pages


def _lists(page: Page, site: Site, families: Collection[str]) -> bool:
    return any(item.family in families for item in items_on(page, site))


def _opened(site: Site, listed: list[_Entry], main: str, pages: list[Page], foreign: bool) -> Iterator[_Entry]:
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
            same = own_folder and family_of(page.url) == main and _is_other_language(page.url) == foreign
            if not same or list_key(page.url) != page.key:
                continue
        title = known.item.title if known is not None else None
        day, quote = item_day(page, site, title)
        item = known.item if known is not None else None
        if day is not None and (item is not None or quote):
            item = item or Item(page.url, quote[len(quote.split(" ")[0]) :].strip(), day, "", 0, page.tree, main)
            if _id(item) not in dated:
                yield _Entry(item, day, page, quote)


def _id(item: Item) -> tuple[str, str]:
    """/news/1324.html and /az/news/1324.html are one item."""
    if item.url is None:
        return str(item.day or ""), fold(item.title)
    steps = [step for step in urlsplit(item.url).path.split("/") if step and not _OTHER_LANGUAGE.fullmatch(step)]
    told: list[str] = []
    for step in reversed(steps):
        told.insert(0, slug_of(step))
        if any(map(str.isdigit, step)) or told[0].count("-") > 1:
            break  # a number or a title tells one item from another; "oxu" behind it does not
    asked = re.sub(r"(?:^|&)(?:lang|ln|l)=\w+", "", urlsplit(item.url).query)
    return item.family, f"{'/'.join(told)}?{asked}"


def _each_once(entries: Iterable[_Entry], as_of: date) -> list[_Entry]:
    """Each item once: same address, or same title on the same day. The printed day of a list goes before others."""
    by_id: dict[tuple[str, str], _Entry] = {}
    for entry in entries:
        if entry.day is not None and entry.day > as_of:
            continue  # announced for a day to come
        known = by_id.get(_id(entry.item))
        if known is None or (known.day is None and entry.day is not None):
            by_id[_id(entry.item)] = entry
    out: dict[tuple[str, date | None], _Entry] = {}
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


def _home_stream(site: Site) -> list[_Entry]:
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
    return _each_once([_Entry(item, item.day, home, item.quote) for item in best], site.as_of)


def _weight(entries: list[_Entry]) -> tuple[int, int]:
    return sum(entry.day is not None for entry in entries), len(entries)


# -- the numbers -------------------------------------------------------------------------------------------------------


def _told(site: Site, first: Page, entries: list[_Entry], pages: list[Page]) -> Finding:
    dated = sorted((e for e in entries if e.day is not None), key=lambda e: e.day or date.min, reverse=True)
    url = first.capture.url
    if not dated:
        if not site.complete and not any(e.item.url and site.outcome(e.item.url) for e in entries):
            raise NotSeen("budget", (seen_on(first, first.h1),))  # the items may print their days
        said = entries[0].item.title if entries else first.h1
        return Finding("partial", {**_fields(url), "items_seen": len(entries)}, (seen_on(first, said),))
    days = [entry.day for entry in dated if entry.day is not None]
    fields = _fields(url, days, site.as_of, _covered(site, pages, days))
    fields["items_seen"] = len(entries)
    newest = dated[0]
    proof = [seen_on(newest.page, newest.quote)]
    if newest.page is not first:
        proof.append(seen_on(first, first.h1 or first.title))
    proof += _contradictions(site, newest)
    return Finding("found", fields, tuple(proof))


def _fields(
    url: str | None, days: list[date] | None = None, as_of: date | None = None, covers: int = 0
) -> dict[str, Any]:
    """The contract's fields, and `dates`: the days on which something was published; `days` newest first."""
    if not days or as_of is None:
        blank = dict.fromkeys(("last_date", "per_month", "median_gap_days", "silence_days", "status"))
        return {"url": url, **blank}
    gaps = [(later - earlier).days for later, earlier in pairwise(days[:NEWEST])]
    gap = median(gaps) if gaps else None
    silence = (as_of - days[0]).days
    window = min(WINDOW_DAYS, max(covers, 1))
    recent = sum((as_of - day).days < window for day in days)
    fields: dict[str, Any] = {
        "url": url,
        "last_date": days[0].isoformat(),
        "per_month": round(recent * 30 / window, 1),
        "median_gap_days": int(gap) if gap is not None and gap == int(gap) else gap,
        "silence_days": silence,
        "status": status(silence, gap),
        "longest_gap_days": max(gaps, default=None),
        "dates": [day.isoformat() for day in dict.fromkeys(days)][:MOST_DATES],
        "covers_days": covers,
    }
    if window < WINDOW_DAYS:
        fields["per_month_over_days"] = window
    return fields


def status(silence_days: int, median_gap_days: float | None) -> str:
    """active | slowed | stopped, by the silence against the usual pace; without a pace by 14 and 30 days."""
    gap = median_gap_days or 0
    if silence_days <= max(14, 3 * gap):
        return "active"
    return "slowed" if silence_days <= max(30, 6 * gap) else "stopped"


def _covered(site: Site, pages: list[Page], days: list[date]) -> int:
    """How many days up to as_of the visited part of the list accounts for; all of its age where no page is missing."""
    whole = (site.as_of - days[-1]).days + 1
    keys = {page.key for page in pages}
    lists = {list_key(page.url) for page in pages}
    missing = any(
        link.key not in keys and site.outcome(link.url) is None and not _leads_back(link.label)
        for page in pages
        for link in page.links
        if is_paging(link, site.method) and (list_key(link.url) in lists or link.zone in ("body", "nav"))
    )
    if not missing:
        return max(whole, WINDOW_DAYS)
    reach = min(
        (_reach(here, site.as_of) for page in pages if (here := _page_days(page, site, days))), default=days[-1]
    )
    return (site.as_of - reach).days + 1


def _leads_back(label: str) -> bool:
    """To the first or the previous page, which is the list as it was met."""
    return label.strip() in ("1", "") or label.strip()[0] in "«‹<←"


def _page_days(page: Page, site: Site, days: list[date]) -> list[date]:
    known = set(days)
    return [item.day for item in items_on(page, site) if item.day in known and item.day is not None]


def _reach(here: list[date], as_of: date) -> date:
    """The oldest day that a page of a list reaches; an old entry pinned above newer ones reaches nothing."""
    reach = as_of
    for n, day in enumerate(here):
        if day <= as_of and not any((later - day).days > 7 for later in here[n + 1 :] if later <= as_of):
            reach = min(reach, day)
    return reach


def _contradictions(site: Site, newest: _Entry) -> Iterator[Evidence]:
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
