"""What do a link, an address and a heading call a list, and do its titles tell what happened?"""

import re
from collections.abc import Collection, Sequence
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from reading.items import Item
from reading.lists import PAGE_QUERY
from reading.method import Method, Streams
from reading.page import Link, Page
from reading.section_names import sections_in_slug, sections_named
from reading.text import fold, slug_of, words

MAX_NAME = 5  # words of a label that is a name and not a headline
MAX_HEADLINE = 3  # spaces in a label of the page's body from which on it is a headline
EVENTS_SHARE = 0.4  # of its titles that tell events; many a true headline has no verb
MAX_LIST_NAME = 3  # words of an undated entry that names another list
TIERS = ("", "notices", "press", "news")  # which stream stands for which when the better one is missing
_LISTING = re.compile(r"^(?:index|default|home|list|all|show|main|hamisi|butun|arxiv|archive)(?:\.\w+)?$", re.I)
OTHER_LANGUAGE = re.compile(r"(?:^|/)(?:en|eng|ru|rus|tr)(?:/|$)|[?&](?:lang|ln|l)=(?:en|eng|ru|rus|tr)\b", re.I)
# How a headline ends, folded: keçirilib, baş tutdu, olunmuşdur, aparılır, başlayacaqlar; состоялся, открыли.
_EVENT_END = re.compile(
    r"\w{2}(?:(?:[iu]b|d[iu]|m[iu]s|[iu]r|[ae]caq|[ae]cek)(?:l[ae]r)?(?:d[iu]r)?|\w(?:лся|лась|лось|лись|л|ла|ло|ли))$"
)
_ONE_OF_MANY = re.compile(r"[^\W\d]+[-_]?(?!20\d\d$)\d+")  # /xeber63.htm is an item, /xeberler-2018 a list
_KNOWN: dict[tuple[str, str, str], int] = {}


def tier_named(label: str, slug: str, method: Method) -> int:
    """3 news, 2 press, 1 notices, 0 neither: by a folded label and the slug of an address."""
    key = method.sha256, label, slug
    if key not in _KNOWN:
        if len(_KNOWN) > 200_000:
            _KNOWN.clear()
        _KNOWN[key] = _judge_name(label, slug, method.streams)
    return _KNOWN[key]


def tier_of(link: Link, method: Method) -> int:
    # "Sahibkarlara yaxşı xəbər var" in the middle of a page is a headline, not the name of a list.
    label = fold(link.label)
    is_headline = link.zone == "body" and label.count(" ") >= MAX_HEADLINE
    return tier_named("" if is_headline else label, own_slug(link.url), method)


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
def own_slug(url: str) -> str:
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
    name = re.sub(r"\.\w{2,5}$", "", steps[-1]) if steps else ""
    return "" if _ONE_OF_MANY.fullmatch(name) else slug_of(name)


def is_other_language(url: str) -> bool:
    parts = urlsplit(url)
    return bool(OTHER_LANGUAGE.search(parts.path + ("?" + parts.query if parts.query else "")))


def tells_events(titles: Collection[str], method: Method) -> bool:
    """Whether titles tell what happened, as those of news do, rather than name documents, posts or vacancies."""
    told = sum(len(found) > 2 and _tells_event(found, method) for found in map(words, titles))
    return told >= 2 and told >= len(titles) * EVENTS_SHARE


def _tells_event(found: Sequence[str], method: Method) -> bool:
    return bool(_EVENT_END.search(found[-1])) or method.streams.verbs.in_words(found) is not None


def names_list(item: Item, method: Method) -> bool:
    """Whether an entry of a page is another list ("Press-relizlər", "Müsahibələr"): then the page only leads to it."""
    if item.url is None or item.day is not None or len(words(item.title)) > MAX_LIST_NAME:
        return False
    named = words(item.title)
    return bool(tier_named(fold(item.title), "", method)) or method.streams.not_news.in_words(named) is not None


def is_of_section(link: Link, page: Page, method: Method) -> bool:
    """Whether notices are a section's own: those of tenders are no news of the authority."""
    if sections_in_slug(link.url, method):
        return True
    return link.zone == "body" and bool(sections_named(page.h1, method))
