"""Which list is an address a page of, and which links lead to the other pages of the same list?"""

import re
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from lxml import html

from archive.leads import is_route, labels_pressed, unpressed
from reading.calendar import load_calendar
from reading.method import Method, Words
from reading.page import Link, key_of
from reading.text import fold, words

_LANGUAGE = re.compile(r"^(?:az|aze|en|eng|ru|rus|tr)$", re.I)
_PAGE_PARAM = re.compile(r"(?:^|[?&])(?:page|pagen_\d+|p|pg|start|offset|sehife|seh|limitstart)=\d+", re.I)
_PAGE_LABEL = re.compile(r"^[\d«»‹›<>←→|.…\[\]()\s]{1,6}$")
# "Avqust 2018", "2018 avqust", "2017-ci ilin xəbərləri", with how many there are: an older part of the same list.
_ARCHIVE_LABEL = re.compile(
    r"(?:(?P<month>[^\W\d_]+)\W+20\d\d|20\d\d\W+(?P<named>[^\W\d_]+)|20\d\d\W*c[iu] il\w*(?=\s+[xanн]))"
    r"(?:\s+(?:xeber|arxiv|news|новост)\w*)?\W*\d*\W*"
)
# "Avqust (12)" whose address names the year: /arxiv/2018/avqust, ?il=2018&ay=8
_MONTH_LABEL = re.compile(r"(?P<month>[^\W\d_]{3,})(?:\W+\d+)?\W*")
_YEAR_LABEL = re.compile(r"20\d\d(?:\W*c[iu] il)?")
_YEAR_IN_ADDRESS = re.compile(r"(?<!\d)20\d\d(?!\d)")
PAGE_QUERY = re.compile(r"^(?:page|pagen_\d+|p|pg|start|offset|sehife|seh|limitstart|lang|ln|l)$", re.I)
# "Səhifə 2", "2-ci səhifə", "7-12"
_NUMBERED_PAGE = re.compile(
    r"(?:sehife|page|страница|стр)\W*\d{1,3}|\d{1,3}\W*(?:c[iu]\W*)?(?:sehife|page)|\d{1,4}\s?-\s?\d{1,4}"
)
_NUMBER = re.compile(r"\d+(?:[-_.]\d+)*")
MAX_NAME = 3  # words of a label that says "older news"
MAX_MONTH_LABEL = 16  # letters of the name of a month, with how many entries it has
_ITEM_QUERY = re.compile(r"id$|^(?:no|n|news|item|cat|kat)$", re.I)  # names of numbers that tell one entry from another


def is_paging(link: Link, method: Method) -> bool:
    """Whether a link leads to another page of the same list."""
    if _PAGE_LABEL.match(link.label) and (link.label.strip()[:1] != "." or not link.label.strip(".")):
        return True
    if is_archive(link) or "next" in link.rel.split():
        return True
    label = fold(link.label)
    if not label:
        return _is_arrow(link.element, method)
    if len(label) > 24:
        return False
    if _NUMBERED_PAGE.fullmatch(label):
        return True
    # "Köhnə körpü təmir olunub" is a headline.
    is_name = len(words(label)) <= MAX_NAME and names(method.streams.next_page, label)
    next_page = is_name and not names(method.streams.generic, label)
    return next_page or bool(_PAGE_PARAM.search(link.url))


def _is_arrow(element: html.HtmlElement, method: Method) -> bool:
    """Whether the marks of a link without words, or of the icon in it, say "next"."""
    marks = " ".join(str(one.get("class") or "") for one in (element, *element.iter("i", "span", "svg", "img")))
    return names(method.streams.next_mark, fold(re.sub(r"[-_]+", " ", marks)))


def is_archive(link: Link) -> bool:
    """Whether a link is named as the part of a list that is of a month or a year."""
    if not link.label or len(link.label) > 40 or link.is_file:
        return False
    months = load_calendar().month_number
    found = _ARCHIVE_LABEL.fullmatch(fold(link.label)) if "20" in link.label else None
    if found is not None:
        named = found["month"] or found["named"]
        return not named or named in months
    if len(link.label) > MAX_MONTH_LABEL or not _YEAR_IN_ADDRESS.search(link.url):
        return False
    alone = _MONTH_LABEL.fullmatch(fold(link.label))
    return alone is not None and alone["month"] in months


def is_part_of_archive(link: Link) -> bool:
    """Whether a link on a page of an archive leads to one of its years or months."""
    return is_archive(link) or (len(link.label) <= MAX_MONTH_LABEL and bool(_YEAR_LABEL.fullmatch(fold(link.label))))


@lru_cache(maxsize=8_192)
def list_key(url: str) -> str:
    """One name for all pages of one list."""
    key, _, route = key_of(unturned(url)).partition("#")
    bare, _, query = key.partition("?")
    bare = re.sub(r"/(?:page|sehife|view|p)[-/]\d+$", "", bare)
    kept = "&".join(pair for pair in query.split("&") if pair and not PAGE_QUERY.match(pair.partition("=")[0]))
    return bare + (f"?{kept}" if kept else "") + (f"#{route}" if route else "")


def unturned(url: str) -> str:
    """The address of a list whose page a browser turned by pressing its number, an arrow, a year or a month."""
    labels = labels_pressed(url)
    if not labels or not _turns(labels[-1]):
        return url
    where = url.rpartition("~/")[0]  # it was pressed on the page, or on what was shown there by a press before
    return unturned(where) if labels_pressed(where) else unpressed(url)


def _turns(label: str) -> bool:
    """Whether pressing what is called so shows another part of the same list."""
    folded = fold(label)
    if _PAGE_LABEL.match(label) or _NUMBERED_PAGE.fullmatch(folded) or _YEAR_LABEL.fullmatch(folded):
        return True
    return _ARCHIVE_LABEL.fullmatch(folded) is not None or folded in load_calendar().month_number


def is_same_list(one: str, other: str) -> bool:
    """Whether two addresses are pages of one list: the same but for a small number, whatever its name (?tab=2)."""
    if list_key(one) == list_key(other):
        return True
    (bare, _, asked), (other_bare, _, other_asked) = key_of(one).partition("?"), key_of(other).partition("?")
    pairs = set(asked.split("&")) ^ set(other_asked.split("&"))
    named = [pair.partition("=") for pair in pairs if pair]
    return (
        bare == other_bare
        and len({name for name, _, _ in named}) == 1
        and all(value.isdigit() and len(value) <= 2 and not _ITEM_QUERY.search(name) for name, _, value in named)
    )


@lru_cache(maxsize=8_192)
def names(what: Words, folded: str) -> bool:
    """Whether a folded label is or holds one of the names."""
    return what.in_words(words(folded)) is not None or folded.strip() in map(str.strip, what.names)


@lru_cache(maxsize=8_192)
def family_of(url: str) -> str:
    """How an address is built: /az/news/1324.html and /news/slug.html are both /news/*."""
    parts = urlsplit(url)
    route = parts.fragment.lstrip("!") if is_route(parts.fragment) else ""  # /#/news/1324
    steps = [step for step in unquote(f"{parts.path}/{route}").split("/") if step and not _LANGUAGE.match(step)]
    if re.search(r"\.(?:pdf|docx?|xlsx?|rtf|zip|rar|pptx?|csv)$", parts.path, re.I):
        return "file"
    asked = []
    numbered = False
    for pair in unquote(parts.query).split("&"):
        name, _, value = pair.partition("=")
        if not name or _LANGUAGE.match(value) or name in ("lang", "ln", "l"):
            continue
        is_number = re.match(r"\d+(?:$|[:-])", value) is not None  # id=12, id=12:title-of-the-item
        numbered = numbered or is_number
        asked.append(f"{name}={'*' if is_number else value}")
    # 2785, and 2015-05-12-120 that tells the day as well
    steps = ["N" if _NUMBER.fullmatch(step) else re.sub(r"^\d+(?=-)|(?<=[-_])\d+$", "N", step) for step in steps]
    if len(steps) > 2 and steps[-1] == "N" and steps[-2].count("-") > 1:
        del steps[-2]  # /article/title-of-the-item/2785
    if steps and not numbered:
        steps[-1] = "*"
    return "/" + "/".join(steps) + ("?" + "&".join(sorted(asked)) if asked else "")
