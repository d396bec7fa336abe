"""Would a browser show more of this page than its HTML does?

Scripts leave traces in the HTML that they fill in: a page of nothing but an empty box, a menu without a link, a list
that says "loading". By these marks the guide sends a browser (reading/guide.py), and where none looked, what they leave
open is never called absent (`left_open`).
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import urljoin

from lxml import html

from reading.method import Method
from reading.page import Page, host_of
from reading.text import squeeze, words

FEW_LETTERS = 160  # of a page that shows nothing: its name, "loading", a line about cookies
FEW_OWN_LETTERS = 120  # of a page that says its own name and nothing else
FEW_LINKS = 2
MANY_LETTERS = 60_000  # of scripts that are looked through
_SCRIPT_TYPES = ("", "module", "text/javascript", "application/javascript")
_BOXES = ("div", "main", "section", "nav", "header", "footer", "aside", "ul", "ol", "tbody")
_NAME_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_HOLDERS = frozenset({"div", "span", "p", "li", "br", "i"})  # that a box may hold and be empty all the same
# What a script asks of a page that grows as it is read.
_GROWS = re.compile(r"IntersectionObserver|infinite|load_?more|onscroll|[\"']scroll[\"']", re.I)


def has_script(page: Page) -> bool:
    """Whether a script of a page could fill anything in."""
    return any(script.get("src") or len(script.text or "") > 40 for script in _scripts(page))


def is_shell(page: Page, method: Method) -> bool:
    """Whether all that a page has to show is built by its scripts: next to no text, and a box that waits."""
    if len(page.links) > FEW_LINKS or sum(len(block.text) for block in page.blocks) > FEW_LETTERS:
        return False
    if not has_script(page):
        return False
    return asks_for_script(page, method) or any(
        box.get("id") or "-" in str(box.tag) for box in _empty_boxes(page, method)
    )


def asks_for_script(page: Page, method: Method) -> bool:
    """Whether a page tells visitors without scripts that they see nothing."""
    said = (squeeze(element.text_content())[:500] for element in page.tree.iter("noscript"))
    return any(method.browser.needs_script.in_words(words(text)) is not None for text in said)


def waits_for(page: Page, method: Method) -> frozenset[str]:
    """What stands empty on a page until a script fills it in: menu, news, social, content."""
    if not has_script(page):
        return frozenset()
    names = [_names(box) for box in _empty_boxes(page, method)]
    waiting = method.browser.waiting
    found = set()
    of_site = [link for link in page.links if host_of(link.url) == host_of(page.url)]
    if len(of_site) > FEW_LINKS and sum(not link.label for link in of_site) * 2 > len(of_site):
        found.add("menu")  # links that lead somewhere, and will be told what they are called
    if len({link.key for link in of_site} - {page.key}) <= FEW_LINKS:
        found.add("menu")  # next to nothing leads on from here, and a visitor is led on
    own = {link.key for link in of_site if link.zone in ("nav", "header")}
    if len(own) < FEW_LINKS + 1 and any(name.intersection(waiting.menu) for name in names):
        found.add("menu")
    if any(name.intersection(waiting.news) for name in names):
        found.add("news")
    if any(name.intersection(waiting.content) for name in names):
        found.add("content")
    if any(name.intersection(waiting.social) for name in names) and not _names_network(page, method):
        found.add("social")
    return frozenset(found)


def shows_little(page: Page, home: Page | None) -> bool:
    """Whether a page with scripts says next to nothing that the home page does not say too."""
    if not has_script(page):
        return False
    known = home.block_texts if home is not None else frozenset()
    own = (len(block.text) for block in page.blocks if block.zone == "body" and block.folded not in known)
    return sum(own) <= FEW_OWN_LETTERS


def has_own_script(page: Page) -> bool:
    """Whether a script comes from a file of the site itself: what it does the page does not tell."""
    own = host_of(page.url)
    return any(host_of(urljoin(page.base, src)) == own for script in _scripts(page) if (src := script.get("src")))


def grows(page: Page, method: Method) -> bool:
    """Whether a list may bring more as it is read: a button that says so, or a script that watches the visitor."""
    for button in page.tree.iter("button", "a"):
        is_link = button.tag == "a" and not (button.get("href") or "#").lower().startswith(("#", "javascript:"))
        said = words(squeeze(button.text_content())[:60])
        if not is_link and 0 < len(said) <= 4 and method.browser.more.in_words(said) is not None:
            return True
    told = " ".join(script.text or "" for script in _scripts(page))[:MANY_LETTERS]
    return _GROWS.search(told) is not None


def _scripts(page: Page) -> Iterator[html.HtmlElement]:
    return (script for script in page.tree.iter("script") if (script.get("type") or "").lower() in _SCRIPT_TYPES)


def _empty_boxes(page: Page, method: Method) -> Iterator[html.HtmlElement]:
    """Boxes that hold nothing yet, or the word that something will come."""
    for box in page.tree.iter():
        if str(box.tag) not in _BOXES and "-" not in str(box.tag):
            continue
        if any(one is not box and one.tag not in _HOLDERS for one in box.iter()):
            continue
        said = squeeze(box.text_content())
        if not said or (len(said) < 60 and method.browser.loading.in_words(words(said)) is not None):
            yield box


def _names(box: html.HtmlElement) -> frozenset[str]:
    tag = str(box.tag)
    own = tag if "-" in tag or tag == "nav" else ""  # news-list
    return _name_words(f"{box.get('id') or ''} {box.get('class') or ''} {own}")


@lru_cache(maxsize=8_192)
def _name_words(names: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _NAME_WORDS.findall(names))


def _names_network(page: Page, method: Method) -> bool:
    hosts = {host for network in method.networks.networks for host in network.hosts}
    return any(host_of(link.url) in hosts for link in page.links)
