"""Does the site offer a search of itself, and does it find anything?"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlencode, urljoin, urlsplit

from lxml import html

from archive.evidence import Capture
from reading.finding import Evidence, Finding, NotSeen, seen_on
from reading.handles import Handle, opens_search, unlinked
from reading.looking import SEARCHED, Site, is_blocked, is_html, next_hop, reason_of, registrable
from reading.method import Method
from reading.page import Page, host_of, key_of
from reading.site import shows_nothing
from reading.text import fold, is_form_of, slug_of, squeeze, words

_TYPED = frozenset({"text", "search", ""})
_ASKED = ("password", "email", "tel")
_NAME_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_SEARCH_NAMES = frozenset(
    "search axtar axtaris axtarish searchform searchbox searchbar searchword poisk find srch".split()
)
# Marks by which the engines of others are put on a site to search that site alone: Google's element, Yandex's form.
_ENGINE_MARKS = ("gcse-search", "gsc-search-box", "gcse:search", "ya-site-form")
_ENGINES = ("google.", "yandex.", "bing.com", "duckduckgo.com")
MAX_FIELDS = (
    3  # typed fields of a form that is one box; a page-wide form (ASP.NET) has more and is looked at by the piece
)
MAX_INNER_PAGES, MIN_INNER_PAGES = 8, 3  # looked at, and bearing a box, where the home page has none
MAX_OWN_TEXT = 120  # letters of a form's own text that may say what its field asks for


@dataclass(frozen=True, eq=False)
class SearchBox:
    """A box that searches the site. `action` None: handled by a script, it cannot be tried without a browser."""

    page: Page
    action: str | None
    post: bool
    field: str
    others: tuple[tuple[str, str], ...]
    quote: str
    field_css: str = ""  # by which a browser finds the field; "" when nothing tells it from others

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
    for field in page.tree.iter("input"):
        if _is_typed(field):
            form = next(field.iterancestors("form"), None)
            box = _box(page, field, form, method)
            if box is not None:
                found.append(box)
    if not found:
        found = _engine_boxes(page)
    return sorted(found, key=lambda box: box.action is None)


def _engine_boxes(page: Page) -> list[SearchBox]:
    for element in page.tree.iter():
        named = f"{element.tag!s} {element.get('class') or ''}".lower()
        mark = next((mark for mark in _ENGINE_MARKS if mark in named), None)
        if mark is not None:
            return [SearchBox(page, None, False, "", (), mark)]
    return []


def _box(page: Page, field: html.HtmlElement, form: html.HtmlElement | None, method: Method) -> SearchBox | None:
    if form is None or _asks_more(form):
        # Without a form of its own, the field and what stands round it must say search.
        if not _is_search_field(field, field.getparent(), _surroundings(field, 3), method, alone=False):
            return None
        return SearchBox(page, None, False, field.get("name") or "", (), _describe(field), _css(field))
    if not _is_search_field(field, form, _surroundings(form, 2), method, alone=len(_typed_in(form)) == 1):
        return None
    raw = (form.get("action") or "").strip()
    action: str | None = urljoin(page.base, raw).split("#")[0]
    others = tuple(
        (other.get("name") or "", other.get("value") or "")
        for other in form.iter("input")
        if other.get("name") and (other.get("type") or "").lower() == "hidden"
    )
    host = host_of(action or "")
    if urlsplit(action or "").scheme not in ("http", "https"):
        action = None  # javascript:
    elif registrable(host) != registrable(host_of(page.url)):
        # Somebody else's search is one of this site only when it is told to keep to this site.
        if not any(name in host for name in _ENGINES) or not _keeps_to(page, others):
            return None
        action = None
    elif not field.get("name"):
        action = None  # a field without a name is never sent: a script reads it
    post = (form.get("method") or "").lower() == "post"
    return SearchBox(page, action, post, field.get("name") or "", others, _describe(field), _css(field))


def _keeps_to(page: Page, others: tuple[tuple[str, str], ...]) -> bool:
    return any(name in ("cx", "searchid") or registrable(host_of(page.url)) in value for name, value in others)


def _typed_in(element: html.HtmlElement) -> list[html.HtmlElement]:
    return [field for field in element.iter("input") if _is_typed(field)]


def _asks_more(form: html.HtmlElement) -> bool:
    """Whether a form asks for more than words to look for: a login, a letter, or a whole page in one form."""
    kinds = {(field.get("type") or "").lower() for field in form.iter("input")}
    if kinds.intersection(_ASKED) or next(form.iter("textarea"), None) is not None:
        return True
    return len(_typed_in(form)) > MAX_FIELDS


def _surroundings(element: html.HtmlElement, steps: int) -> html.HtmlElement:
    """The largest box round a field or a form, some steps up at most, in which no other field stands."""
    box = element
    within = len(_fields_in(element)) or 1
    for parent in list(element.iterancestors())[:steps]:
        if len(_fields_in(parent)) > within or parent.tag in ("form", "body"):
            break
        box = parent
    return box


def _fields_in(element: html.HtmlElement) -> list[html.HtmlElement]:
    asked = [field for field in element.iter("input") if _is_typed(field) or field.get("type") in _ASKED]
    return asked + list(element.iter("textarea"))


def _is_typed(field: html.HtmlElement) -> bool:
    return (field.get("type") or "").lower() in _TYPED and field.get("hidden") is None


def _is_search_field(
    field: html.HtmlElement, form: html.HtmlElement | None, box: html.HtmlElement, method: Method, *, alone: bool
) -> bool:
    """`form`: it, or the element that the field stands in; `box`: what stands round that and holds no other field;
    `alone`: the field is the only one of a small form."""
    search = method.streams.search
    own = [field.get(name) or "" for name in ("placeholder", "title", "aria-label", "value")]
    buttons = [
        b.get("value") or b.get("title") or b.get("aria-label") or squeeze(b.text_content()) for b in box.iter("button")
    ]
    buttons += [
        b.get("value") or b.get("alt") or b.get("title") or ""
        for b in box.iter("input")
        if (b.get("type") or "").lower() in ("submit", "image", "button")
    ]
    buttons += [a.get("title") or squeeze(a.text_content()) for a in box.iter("a")][:2]
    beside = squeeze(" ".join(_text_without_controls(form))) if form is not None else ""
    asked = words(" . ".join([*own, beside if len(beside) <= MAX_OWN_TEXT else ""]))
    names = _parts(field.get("name"), field.get("id"), field.get("class"))
    # What the field itself asks for outdoes the button: "VÖEN … [Axtar]" looks in a register.
    if search.decoy_words.in_words(asked) or search.decoy_words.in_words(tuple(names)):
        return False
    if search.in_words(asked) or search.in_words(words(" . ".join(buttons))):
        return True
    marks = names + [
        part
        for element in box.iter("form", "div", "button", "i", "span", "img", "input", "a", "use")
        for part in _marks(element)
    ]
    if (field.get("type") or "").lower() == "search" or _SEARCH_NAMES.intersection(marks):
        return True
    return alone and (field.get("name") or "").lower() in search.fields


def _text_without_controls(box: html.HtmlElement) -> Iterator[str]:
    for element in box.iter():
        if isinstance(element.tag, str) and element.tag not in ("button", "option", "a", "script", "style"):
            yield element.text or ""
        if element is not box:
            yield element.tail or ""


def _marks(element: html.HtmlElement) -> list[str]:
    """Words of the names that a maker gave: class "fa-search", action "/axtar.php", picture "search.png"."""
    given = [element.get(name) for name in ("id", "class", "role", "name", "src", "href", "xlink:href")]
    if element.tag == "form":
        action = element.get("action") or ""
        given.append(unquote(urlsplit(action).path))
    return _parts(*given)


def _parts(*names: str | None) -> list[str]:
    return [part.lower() for name in names for part in _NAME_PARTS.findall(name or "")]


def _css(field: html.HtmlElement) -> str:
    marks = [(name, value) for name in ("id", "name", "placeholder", "type") if (value := field.get(name))]
    told = "".join(f'[{name}="{_quoted(value)}"]' for name, value in marks)
    return f"input{told}" if told else ""


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\a ")


def _describe(field: html.HtmlElement) -> str:
    marks = [f"{name}={field.get(name)}" for name in ("type", "name", "placeholder") if field.get(name)]
    return "input " + " ".join(marks)


def word_to_try(headings: Iterable[str], method: Method) -> str | None:
    """A word of a visited page's heading that a working search must find, as printed; None when there is no fit one.

    Words with i, ı, I or İ are passed over: many databases fold them wrongly, and that is not what is asked here. The
    headline of a story is better than the name of a section: what menus call things is often not searched.
    """
    best: tuple[int, str] | None = None
    names = {name for entry in method.sections for phrase in entry.words.phrases for name in phrase.stems}
    for heading in headings:
        found = re.findall(r"\w+", heading)
        for word in found:
            low = fold(word)
            if not (5 <= len(low) <= 14 and low.isalpha()):
                continue
            plain = not set(word) & set("iıİI") and low not in names
            score = 20 * plain + 10 * (len(found) >= 4) + min(len(low), 12)
            if best is None or score > best[0]:
                best = (score, word)
    return best[1] if best else None


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
        entry = link.element.getparent()
        # An entry holds one item (title, picture, "more"); a box with many links holds the whole page and its heading.
        entry_words = words(entry.text_content()[:600]) if entry is not None and len(entry.findall(".//a")) <= 3 else ()
        if _has(words(link.label) + entry_words, stem) or _stored_page_has(site, link.url, stem):
            out.append(link.url)
    return out


def _stored_page_has(site: Site, url: str, stem: Sequence[str]) -> bool:
    outcome = site.outcome(url)
    return outcome is not None and outcome.page is not None and _has(words(site.own_text(outcome.page)), stem)


def _has(found: Sequence[str], stem: Sequence[str]) -> bool:
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
            evidence.append(seen_on(site.parsed(capture), f"{capture.word}: {'+' if answer else '-'}"))
    for capture in site.captures:
        word = (capture.word or "").removeprefix(SEARCHED)
        if capture.purpose != "rendered" or capture.failure is not None or word == (capture.word or ""):
            continue
        answer = _answer_in_browser(capture, word, site)
        if answer is not None:
            works = works or answer
            evidence.append(seen_on(site.parsed(capture), f"{word}: {'+' if answer else '-'}"))
    return works, evidence


def _answer_in_browser(capture: Capture, word: str, site: Site) -> bool | None:
    """Whether typing a word into a page brought something; None when nothing happened, or another page was asked."""
    page, before = site.parsed(capture), site.outcome(capture.url)
    if before is None or before.page is None or next_hop(page) is not None:
        return None
    old = Counter(link.key for link in before.page.links)
    new = Counter(link.key for link in page.links)
    if any(new[key_of(url)] > old[key_of(url)] for url in results_of(page, word, site)):
        return True
    return None if page.folded == before.page.folded else False


def _answer(capture: Capture, site: Site) -> bool | None:
    """Whether an answer of the search brings something; None when it cannot be told from it."""
    if capture.failure is not None or capture.status is None or capture.location is not None:
        return None
    if capture.status in (404, 405, 410, 500):
        return False  # the box is there, and what it asks is not
    if reason_of(capture) is not None or not is_html(capture):
        return None
    page = site.parsed(capture)
    if is_blocked(capture, page, site.method) is not None:
        return None
    assert capture.word is not None
    stored = site.outcome(capture.url)
    if stored is not None and stored.page is not None and page.key != site.home.key:
        return _stored_page_has(site, capture.url, words(capture.word))  # a single hit is opened at once
    if site.method.streams.search.nothing_words.in_words(words(site.own_text(page)[:600])) is not None:
        return False
    return bool(results_of(page, capture.word, site))


def read(site: Site) -> Finding:
    """The fact `search` (contract, part 2): found when there is a box; `works` when a known word was found by it."""
    home = site.home
    icons = {link.key for link in home.links if link.is_shown and opens_search(Handle(link), site.method)}
    searching = [
        page for page in site.pages if page is not home and (page.key in icons or _is_search_page(page, site.method))
    ]
    box = _box_of_site(site, [home, *searching])
    if box is not None:
        works, evidence = _tried(site)
        return Finding("found", {"works": works}, (seen_on(box.page, box.quote), *evidence))
    if shows_nothing(home):
        raise NotSeen("script", (seen_on(home),))
    _refuse_unseen_search_page(site, home)
    icon = next((handle for handle in unlinked(home) if handle.is_wired and opens_search(handle, site.method)), None)
    if icon is not None:
        raise NotSeen(site.why_unpressed(home), (seen_on(home, icon.label),))
    return Finding("absent", {"works": None}, tuple(seen_on(page) for page in (home, *searching)))


def _box_of_site(site: Site, likely: list[Page]) -> SearchBox | None:
    for page in likely:
        if boxes := boxes_on(page, site.method):
            return boxes[0]
    # Behind a splash without a box: what stands on page after page is the site's own, not one page's register.
    inner = [page for page in site.pages if page not in likely][:MAX_INNER_PAGES]
    found = [boxes[0] for page in inner if (boxes := boxes_on(page, site.method))]
    return found[0] if len(found) >= MIN_INNER_PAGES and len(found) * 2 > len(inner) else None


def _refuse_unseen_search_page(site: Site, home: Page) -> None:
    """Raises NotSeen when the home page links to a search that the visit did not come to."""
    for link in home.links:
        if not 1 <= len(words(link.label)) <= 2 or site.method.streams.search.in_words(words(link.label)) is None:
            continue
        if site.is_own(link.url) and link.key != home.key:
            outcome = site.outcome(link.url)
            if outcome is None or outcome.problem not in (None, "not_found"):
                raise NotSeen("budget" if outcome is None else outcome.problem or "", (seen_on(home, link.label),))


def _is_search_page(page: Page, method: Method) -> bool:
    return (
        method.streams.search.in_words(words(page.h1 + " . " + slug_of(urlsplit(page.url).path).replace("-", " ")))
        is not None
    )
