"""Is this address a page of its own, or one more face of a page that we know, or one more of an endless kind?

Sites show one page under many addresses (a session id in every link, a print version, with and without www.) and some
make new addresses without end (a calendar's next month, folders that link to themselves, every sort order of a list).
Three answers keep such a site from eating its own visit:

* `identity`: addresses of one identity are one page, and one of them is asked.
* `family`: addresses that differ in numbers, in their query or in folders that repeat are of one kind. A kind that
  breeds itself, page after page, gets a few visits and no more (`Visit.hear` and `Visit.next` keep the count; what the
  guide wants badly gets more of them). What the home page or a page of another kind links to is not counted so.
* `is_growing`: a path that says the same folder again and again leads nowhere.
"""

import re
from collections import Counter
from functools import lru_cache
from urllib.parse import unquote, urlsplit

MAX_SELF_BRED = 8  # visits to one kind of address through links on pages of that kind
MAX_SELF_BRED_WANTED = 30  # the same, of addresses of high promise: a news list may have many further pages
WANTED = 60  # promise from which on an address answers a question, as far as the guide can tell
MAX_UNKNOWN = 40  # addresses of lower promise that are taken from one page, the best first
MAX_LEADS = 5_000  # addresses of one site that are kept in mind
_MOST_OF_A_FOLDER = 2
_DEEPEST = 14
_LONGEST = 2_000

# Keys that name the visitor or the way he came, not the page.
_VISITOR = re.compile(
    r"(?:sid|s?ess(?:ion)?_?id|session|phpsessid|jsessionid|aspsessionid\w*|cfid|cftoken|zenid|oscsid|token|csrf\w*"
    r"|utm_\w+|fbclid|gclid|yclid|_ga|_gl|ref|nocache|rnd|rand|_|timestamp)",
    re.IGNORECASE,
)
# Keys and folders that ask for the same page made for paper.
_PAPER = re.compile(r"(?:print|printable|print_?version|version_?print|tmpl|cap|çap|pop|popup)", re.IGNORECASE)
_IN_PATH = re.compile(r";(?:jsessionid|sid|phpsessid)=[^/]*|/\((?:S|X)\([^)]*\)\)", re.IGNORECASE)
_FRONT = re.compile(r"/(?:index|default|home)\.(?:html?|php|aspx?|jsp)$", re.IGNORECASE)
_NUMBER = re.compile(r"\d+|\b(?=[0-9a-f]*\d)[0-9a-f]{8,}\b", re.IGNORECASE)


@lru_cache(maxsize=8_192)
def identity(url: str) -> str:
    """One name for all addresses of a page. An address that cannot be read is its own name."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").removeprefix("www."), parts.port
    except ValueError:
        return url
    path = _FRONT.sub("/", _IN_PATH.sub("", unquote(parts.path)))
    folders = [folder for folder in path.split("/") if folder and not _PAPER.fullmatch(folder)]
    pairs = (pair for pair in unquote(parts.query).split("&") if pair)
    told = sorted(pair for pair in pairs if not _is_about_the_visitor(pair))
    place = host if port in (None, 80, 443) else f"{host}:{port}"
    return "/".join([place, *folders]) + (f"?{'&'.join(told)}" if told else "")


def _is_about_the_visitor(pair: str) -> bool:
    key = pair.partition("=")[0]
    return bool(_VISITOR.fullmatch(key) or _PAPER.fullmatch(key))


@lru_cache(maxsize=8_192)
def family(url: str) -> str:
    """The kind of an address: its folders, numbers masked and repetitions dropped, without its query."""
    place, *folders = identity(url).partition("?")[0].split("/")
    masked = dict.fromkeys(_NUMBER.sub("#", folder) for folder in folders)
    return "/".join([place, *masked])


def is_growing(url: str) -> bool:
    """Whether an address repeats itself, or is too long or too deep to be anybody's doing."""
    if len(url) > _LONGEST:
        return True
    try:
        folders = [folder for folder in urlsplit(url).path.split("/") if folder]
    except ValueError:
        return True
    # Numbers may well repeat: /2018/08/08/8.html.
    most = max(Counter(folder for folder in folders if not folder.isdigit()).values(), default=0)
    return most > _MOST_OF_A_FOLDER or len(folders) > _DEEPEST
