"""Does the site offer a search of itself, and does it find anything?"""

import re
from dataclasses import dataclass
from urllib.parse import quote, urlencode, urljoin, urlsplit

from lxml import html

from archive.evidence import Capture
from reading.finding import Evidence, Finding, seen_on
from reading.looking import Site, is_html, reason_of
from reading.method import Method
from reading.page import Page
from reading.text import fold, is_form_of, slug_of, squeeze, words

_TYPED = frozenset({"text", "search", ""})
_NAME_PARTS = re.compile(r"[a-z]+", re.I)


@dataclass(frozen=True, eq=False)
class SearchBox:
    """A box that searches the site. `action` None: handled by a script, it cannot be tried without a browser."""

    page: Page
    action: str | None
    post: bool
    field: str
    others: tuple[tuple[str, str], ...]
    quote: str

    def ask(self, word: str) -> tuple[str, tuple[tuple[str, str], ...] | None]:
        """(address, fields to post or None) that asks the site for a word."""
        assert self.action is not None
        given = (*self.others, (self.field, word))
        if self.post:
            return self.action, given
        joint = "&" if urlsplit(self.action).query else "?"
        return f"{self.action}{joint}{urlencode(given, quote_via=quote)}", None


def boxes_on(page: Page, method: Method) -> list[SearchBox]:
    """The search boxes of a page, the ones that can be tried first. Newsletter, login and number boxes are not ones."""
    found = []
    for form in page.tree.iter("form"):
        box = _form_box(page, form, method)
        if box is not None:
            found.append(box)
    for field in page.tree.iter("input"):
        if (
            next(field.iterancestors("form"), None) is None
            and _is_typed(field)
            and _is_search_field(field, field, method)
        ):
            found.append(SearchBox(page, None, False, field.get("name") or "", (), _describe(field)))
    return sorted(found, key=lambda box: box.action is None)


def _form_box(page: Page, form: html.HtmlElement, method: Method) -> SearchBox | None:
    typed = [field for field in form.iter("input") if _is_typed(field)]
    # One box for words. A form of several boxes, a password or a text area asks for something else.
    if not typed or any(
        (field.get("type") or "").lower() in ("password", "email", "tel") for field in form.iter("input")
    ):
        return None
    if next(form.iter("textarea"), None) is not None:
        return None
    fields = [field for field in typed if _is_search_field(field, form, method)]
    if not fields or len(typed) > 3:
        return None
    field = fields[0]
    others = tuple(
        (other.get("name") or "", other.get("value") or "")
        for other in form.iter("input")
        if other.get("name") and (other.get("type") or "").lower() == "hidden" and other is not field
    )
    raw = (form.get("action") or "").strip()
    action: str | None = None if raw.lower().startswith("javascript") else urljoin(page.base, raw).split("#")[0]
    if action is not None and urlsplit(action).scheme not in ("http", "https"):
        action = None
    if not field.get("name"):
        action = None  # a field without a name is never sent: a script reads it
    post = (form.get("method") or "").lower() == "post"
    return SearchBox(page, action, post, field.get("name") or "", others, _describe(field))


def _is_typed(field: html.HtmlElement) -> bool:
    return (field.get("type") or "").lower() in _TYPED and field.get("hidden") is None


def _is_search_field(field: html.HtmlElement, form: html.HtmlElement, method: Method) -> bool:
    search = method.streams.search
    shown = [field.get(name) or "" for name in ("placeholder", "title", "aria-label", "value")]
    if form is not field:
        shown += [b.get("value") or b.get("title") or squeeze(b.text_content()) for b in form.iter("button")]
        shown += [
            b.get("value") or b.get("alt") or ""
            for b in form.iter("input")
            if (b.get("type") or "").lower() in ("submit", "image", "button")
        ]
        shown += [squeeze(label.text_content()) for label in form.iter("label")]
    shown_words = words(" . ".join(shown))
    names = [field.get("name") or "", field.get("id") or "", field.get("class") or ""]
    if form is not field:
        names += [
            form.get("action") or "",
            form.get("id") or "",
            form.get("class") or "",
            form.get("role") or "",
            form.get("name") or "",
        ]
    name_parts = {part.lower() for name in names for part in _NAME_PARTS.findall(name)}
    says_search = (
        search.in_words(shown_words) is not None
        or (field.get("type") or "").lower() == "search"
        or bool(name_parts & {"search", "axtar", "axtaris", "searchform", "searchbox", "searchword", "poisk"})
    )
    own = words(" . ".join(shown[:4]) + " . " + (field.get("name") or ""))
    if search.decoy_words.in_words(own) is not None and search.in_words(own) is None:
        return False
    if search.decoy_words.in_words(shown_words) is not None and not says_search:
        return False
    return says_search or ((field.get("name") or "").lower() in search.fields and form is not field and not shown_words)


def _describe(field: html.HtmlElement) -> str:
    marks = [f"{name}={field.get(name)}" for name in ("type", "name", "placeholder") if field.get(name)]
    return "input " + " ".join(marks)


def word_to_try(pages: list[Page], method: Method) -> tuple[str, Page] | None:
    """A word of a stored page's heading that a working search must find, as printed.

    Words with i, ı, I or İ are passed over: many databases fold them wrongly, and that is not what is asked here.
    """
    best: tuple[int, str, Page] | None = None
    names = {name for entry in method.sections for name in entry.words.names}
    for page in pages:
        for word in re.findall(r"\w+", page.h1 or page.title):
            low = fold(word)
            fit = 5 <= len(low) <= 14 and low.isalpha()
            plain = not set(word) & set("iıİI") and low not in names
            score = (2 * fit + plain) * 20 + min(len(low), 12)
            if fit and (best is None or score > best[0]):
                best = (score, word, page)
    return (best[1], best[2]) if best else None


def results_of(page: Page, word: str, site: Site) -> list[str]:
    """Addresses that a page of results brings for a word: links outside the menus whose entry names the word, or whose
    stored page does."""
    stem = words(word)
    out = []
    for link in page.links:
        if link.zone in ("nav", "header", "footer", "crumbs") or not site.is_own(link.url) or link.key == page.key:
            continue
        if (link.key, fold(link.label)) in site.menu_signs:
            continue
        near = link.element.getparent()
        around = words(link.label) + (words(near.text_content()[:600]) if near is not None else [])
        if _has(around, stem) or _stored_page_has(site, link.url, stem):
            out.append(link.url)
    return out


def _stored_page_has(site: Site, url: str, stem: list[str]) -> bool:
    outcome = site.outcome(url)
    return outcome is not None and outcome.page is not None and _has(words(outcome.page.text), stem)


def _has(found: list[str], stem: list[str]) -> bool:
    return all(any(is_form_of(word, part) or part in slug_of(word) for word in found) for part in stem)


def _tried(site: Site) -> tuple[bool | None, list[Evidence]]:
    """(works, evidence): what the search answered to a word of a stored page. None: it could not be tried."""
    kinds = {section.search_for for section in site.method.sections}
    works: bool | None = None
    evidence = []
    for capture in site.captures:
        if capture.purpose != "search" or capture.word is None:
            continue
        answer = _answer(capture, site)
        if answer is None:
            continue
        # A word of a section (ictimai şura) may rightly bring nothing; only a success counts there.
        if answer or capture.word not in kinds:
            works = works or answer
            evidence.append(seen_on(Page(capture), f"{capture.word}: {'+' if answer else '-'}"))
    return works, evidence


def _answer(capture: Capture, site: Site) -> bool | None:
    if reason_of(capture) is not None or capture.status is None or capture.status >= 300 or not is_html(capture):
        return None
    page = Page(capture)
    if site.method.streams.search.nothing_words.in_words(words(site.own_text(page)[:600])) is not None:
        return False
    assert capture.word is not None
    return bool(results_of(page, capture.word, site))


def read(site: Site) -> Finding:
    """The fact `search` (contract, part 2): found when there is a box; `works` when a known word was found by it."""
    home = site.home
    for page in (home, *(page for page in site.pages if page is not home and _is_search_page(page, site.method))):
        boxes = boxes_on(page, site.method)
        if boxes:
            works, evidence = _tried(site)
            return Finding("found", {"works": works}, (seen_on(page, boxes[0].quote), *evidence))
    return Finding("absent", {"works": None}, (seen_on(home),))


def _is_search_page(page: Page, method: Method) -> bool:
    return method.streams.search.in_words(words(page.h1 + " . " + slug_of(urlsplit(page.url).path))) is not None
