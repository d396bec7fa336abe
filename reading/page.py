"""What does a stored page say, and where on the page does it say it?

Each page is parsed once, however many readers look at it. One walk over the tree gives its links and its blocks of
text, each with the zone it stands in: nav, header, footer, aside, crumbs or body.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from urllib.parse import unquote, urljoin, urlsplit

from lxml import etree, html

from archive.evidence import Capture
from archive.leads import LED_TO, SHOWN_AT, is_route, unpressed
from reading.text import decode, fold, squeeze

MAX_LINKS = 3_000  # per page; a page with more is a trap, not a menu
MAX_LABEL = 300  # letters of a label that are kept
MAX_FRAME_DEPTH = 7  # levels under <body> at which the frame of a site is still built
MIN_CARD = 30  # letters of a label that may be a heading and the text below it
MAX_STEPS = 6  # links of a breadcrumb; a box of more is a menu (SharePoint calls the top of every page so)
_SKIP = frozenset({"script", "style", "noscript", "template", "svg", "select", "textarea", "iframe", "object"})
_FRAMES = ("iframe", "object")
_UNSAID = _SKIP | {"ul", "ol", "menu"}  # what an element holds and is not called by
BLOCKS = frozenset(
    "address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer form"
    " h1 h2 h3 h4 h5 h6 header hgroup hr li main menu nav ol p pre section summary table tbody td tfoot th thead tr ul"
    " caption".split()
)
_HEADS = ("h1", "h2", "h3", "h4", "h5", "h6", "b", "strong")
_TAG_ZONE = {"nav": "nav", "menu": "nav", "footer": "footer", "aside": "aside", "header": "header"}
_ROLE_ZONE = {
    "navigation": "nav",
    "menu": "nav",
    "menubar": "nav",
    "contentinfo": "footer",
    "banner": "header",
    "complementary": "aside",
}
# Conventions of class and id names, by whole word of the name: Bootstrap, WordPress, Joomla, Drupal, Bitrix, hand-made.
_NAME_ZONE = {
    "crumbs": frozenset("breadcrumb breadcrumbs crumbs pathway".split()),
    "nav": frozenset(
        "nav menu navbar navigation navbox megamenu mainmenu topmenu sidemenu submenu dropdown mega topnav sidenav"
        " leftmenu rightmenu mmenu menyu menular".split()
    ),
    "footer": frozenset("footer foot colophon".split()),
    "header": frozenset("header topbar masthead".split()),
    "aside": frozenset("sidebar aside ticker marquee".split()),
}
_ZONE_WORDS = frozenset().union(*_NAME_ZONE.values())
_LASTING = frozenset(("nav", "footer", "crumbs"))  # zones that hold all that stands in them
# "page-header" or "news-head" is the heading of content, not of the site.
_CONTENT_HEAD = frozenset(
    "page content news article entry post card panel section block title item table inner modal box".split()
)
_OF_EDITOR = frozenset(("csc", "ce"))  # TYPO3's names for what an editor put on a page: csc-header, csc-menu, ce-menu
_ENTRY = frozenset("article entry post card item story teaser".split())
_NAME_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d+")
_NOT_PAGES = re.compile(
    r"\.(?:jpe?g|png|gif|svg|webp|ico|bmp|css|js|mp[34]|avi|mov|wmv|flv|zip|rar|7z|gz|exe|apk|woff2?|ttf|eot)$",
    re.I,
)
_FILES = re.compile(r"\.(?:pdf|docx?|xlsx?|csv|ods|odt|rtf|pptx?|json|xml|zip|rar)$", re.I)
# onclick="location.href='/page/5'", window.open("…")
_ONCLICK = re.compile(
    r"(?:location(?:\.href)?\s*=\s*|location\.(?:assign|replace)\(|window\.open\()\s*[\"']([^\"']+)[\"']"
)
# javascript:openPage('/page/5'), where the script is the site's own
_CALLED = re.compile(r"\w\(\s*[\"']((?:https?:/)?/[^\"'\s]+)[\"']")
# Possessive, because a run that is no tower need not be tried in parts.
_IN_HEAD = frozenset("title meta link script style base basefont noscript template object bgsound".split())
_TOWER = re.compile(r"(?:<(?:div|span|font|b|i|table|tr|td|ul|li)\b[^>]{0,200}+>\s*+){100,}+", re.I)
# What is the same address from any page of a host: /news, //host/news, http://host/news.
_FROM_ROOT = re.compile(r"/(?!/)|(?:https?:)?//[^/?#\s]")
# A date drawn as a picture, or told by an icon: <img alt="11.08.2018">, <i title="11.08.2018 10:20">.
_DATE_LABEL = re.compile(
    r"\s*\d{1,2}(?:\s?[./-]\s?\d{1,2}\s?[./-]\s?|\s+[^\W\d_]{3,10},?\s+)(?:19|20)\d\d(?:\D{1,4}\d{1,2}:\d\d)?\s*"
)
_ADDRESS = re.compile(r"^(?:https?://|/)|\.(?:html?|php|aspx?)\b|[?&]\w+=")
_SESSION = re.compile(r"^(?:sid|phpsessid|jsessionid|aspsessionid\w*|utm_\w+|fbclid|_ga|sessid|session_?id)$", re.I)


@lru_cache(maxsize=8_192)
def key_of(url: str) -> str:
    """One name for one page: scheme, www., fragment, session ids, default file names and final slash do not count.

    A fragment that names a page which a script shows (#/news) does."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    if parts.port and parts.port not in (80, 443):
        host += f":{parts.port}"
    path = re.sub(r"/(?:index|default|home)\.(?:html?|php|aspx?)$", "/", unquote(parts.path))
    path = re.sub(r";jsessionid=[^/?]*", "", re.sub(r"/{2,}", "/", path), flags=re.I).rstrip("/")
    asked = [pair for pair in unquote(parts.query).split("&") if pair]
    query = "&".join(sorted(pair for pair in asked if not _is_session(pair, asked)))
    route = f"#{parts.fragment.rstrip('/')}" if is_route(parts.fragment) else ""
    return f"{host}{path}" + (f"?{query}" if query else "") + route


def _is_session(pair: str, asked: list[str]) -> bool:
    """Whether a part of a query only names the visit.

    A number that is all that is asked for (?sid=12), or that is asked for beside an article (PHP-Nuke), names a page.
    """
    name, _, value = pair.partition("=")
    if _SESSION.match(name) is None:
        return False
    return not (value.isdigit() and (len(asked) == 1 or "file=article" in asked))


@lru_cache(maxsize=8_192)
def host_of(url: str) -> str:
    """The host of an address, lower case, without www."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


@dataclass(frozen=True, eq=False)
class Link:
    """One link as the visitor meets it."""

    url: str  # absolute, without fragment; on a page as a browser showed it, with one that names a page (#/news)
    label: str  # text; or the picture's alt, title, aria-label
    zone: str  # nav | header | footer | aside | crumbs | body
    element: html.HtmlElement = field(repr=False)
    order: int = 0  # place among the links of the page
    rel: str = ""
    is_guess: bool = False  # the address is what a script of the site is given: it may make another of it
    is_shown: bool = False  # a browser pressed it, and keeps what came of it at this address: there is nothing to ask

    @cached_property
    def key(self) -> str:
        return key_of(self.url)

    @cached_property
    def head(self) -> str:
        """What the link is called: its heading, where it is a whole card with a text below; else its label."""
        if len(self.label) < MIN_CARD or not len(self.element):
            return self.label
        heads = (squeeze(head.text_content()) for head in self.element.iter(*_HEADS))
        return next((head for head in heads if head), self.label)[:MAX_LABEL]

    @property
    def whole_url(self) -> str:
        """The address with its fragment, for where a visitor is sent away."""
        if self.is_shown or "#" in self.url:
            return unpressed(self.url)
        fragment = (self.element.get(LED_TO) or self.element.get("href") or "").partition("#")[2].strip()
        return f"{self.url}#{fragment}" if fragment else self.url

    @cached_property
    def is_file(self) -> bool:
        return bool(_FILES.search(urlsplit(self.url).path))


@dataclass(frozen=True, eq=False)
class Block:
    """One block of text: a paragraph, a cell, a list entry, a heading."""

    text: str
    zone: str
    element: html.HtmlElement = field(repr=False)
    pieces: tuple[tuple[str, html.HtmlElement], ...] = field(
        repr=False, default=()
    )  # text nodes and the elements that hold them
    link_letters: int = 0

    @cached_property
    def folded(self) -> str:
        return fold(self.text)

    @property
    def is_heading(self) -> bool:
        return self.element.tag in ("h1", "h2", "h3", "h4", "h5", "h6")


class Page:
    """One HTML answer, parsed."""

    def __init__(self, capture: Capture, url: str | None = None):
        self.capture = capture
        self.url = url or capture.url
        self.key = key_of(self.url)

    @cached_property
    def source(self) -> str:
        return decode(self.capture.body, self.capture.header("content-type"))

    @cached_property
    def tree(self) -> html.HtmlElement:
        text = re.sub(r"^\s*<\?xml[^>]*\?>", "", self.source)
        # The parser gives up below a depth of 256 and drops what follows; a tower of empty boxes is one box.
        text = _TOWER.sub("<div>", text)
        try:
            tree = html.document_fromstring(text.encode("utf-8", "replace") or b"<html></html>", parser=_parser())
        except (
            etree.ParserError,
            etree.XMLSyntaxError,
        ):  # nothing but comments or spaces: an empty page is a fact
            tree = html.document_fromstring("<html><body></body></html>")
        _end_head(tree)
        return tree

    @cached_property
    def base(self) -> str:
        href = self.tree.xpath("string((//base/@href)[1])")
        return urljoin(self.url, href.strip()) if isinstance(href, str) and href.strip() else self.url

    @cached_property
    def title(self) -> str:
        found = self.tree.find(".//title")
        return squeeze(found.text_content())[:MAX_LABEL] if found is not None else ""

    @cached_property
    def h1(self) -> str:
        """The page's own heading: its first h1 outside menus, else h2 …, else an element named as its title."""
        for level in ("h1", "h2", "h3"):
            for block in self.blocks:
                if block.element.tag == level and block.zone == "body" and block.text:
                    return block.text[:MAX_LABEL]
        return ""

    @cached_property
    def lang(self) -> str:
        return str(self.tree.get("lang") or "").strip().lower()

    @cached_property
    def _walked(self) -> tuple[tuple[Link, ...], tuple[Block, ...], dict[html.HtmlElement, str]]:
        return _walk(self)

    @property
    def links(self) -> tuple[Link, ...]:
        return self._walked[0]

    @property
    def blocks(self) -> tuple[Block, ...]:
        return self._walked[1]

    @property
    def zones(self) -> dict[html.HtmlElement, str]:
        return self._walked[2]

    @cached_property
    def text(self) -> str:
        """All that the page shows, one block a line."""
        return "\n".join(block.text for block in self.blocks)

    @cached_property
    def folded(self) -> str:
        """Title and text, folded: fold(title + text), put together from blocks that are folded anyway."""
        return " ".join(filter(None, (fold(self.title), *(block.folded for block in self.blocks))))

    @cached_property
    def block_texts(self) -> frozenset[str]:
        return frozenset(block.folded for block in self.blocks)

    @cached_property
    def link_signs(self) -> frozenset[tuple[str, str]]:
        """(key, folded label) of every link: what a menu repeats from page to page."""
        return frozenset((link.key, fold(link.label)) for link in self.links)

    def meta(self, name: str) -> str | None:
        """Content of the first meta of a name or property, any case; None when there is none."""
        for found in self.tree.iter("meta"):
            if str(found.get("name") or found.get("property") or "").strip().lower() == name:
                return str(found.get("content") or "")
        return None


def _end_head(tree: html.HtmlElement) -> None:
    """Puts what only a body may hold where a browser puts it: the parser, older than nav, header and main, leaves them
    in the head of a page that writes no body tag before them, or does not close its head."""
    head = tree.find("head")
    first = next((at for at, one in enumerate(head) if one.tag not in _IN_HEAD), None) if head is not None else None
    if head is None or first is None:
        return
    body = tree.find("body")
    if body is None:
        body = etree.SubElement(tree, "body")
    strays = head[first:]
    for at, stray in enumerate(strays):
        body.insert(at, stray)
    if body.text:  # it followed the last of them
        strays[-1].tail = f"{strays[-1].tail or ''}{body.text}"
        body.text = None


@cache
def _parser() -> html.HTMLParser:
    # It is told UTF-8 because that is what it is given: no second guess from a wrong meta.
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    # One class for every element: lxml.html's own choice asks Python at each, for forms that nobody fills in here.
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=html.HtmlElement))
    return parser


def _walk(page: Page) -> tuple[tuple[Link, ...], tuple[Block, ...], dict[html.HtmlElement, str]]:
    body = page.tree.find("body")
    walk = _Walk(page.base, page.capture.made is not None)
    walk.enter(body if body is not None else page.tree, "body", 0, None, False)
    blocks = [block for box in walk.boxes if (block := box.block()) is not None]
    return tuple(walk.links), tuple(blocks), walk.zones


class _Box:
    """A block while its text is being gathered."""

    __slots__ = ("element", "has_breaks", "linked", "pieces", "zone")

    def __init__(self, element: html.HtmlElement, zone: str):
        self.element, self.zone = element, zone
        self.pieces: list[tuple[str, html.HtmlElement]] = []
        self.linked = 0  # letters of links
        self.has_breaks = False

    def block(self) -> Block | None:
        pieces = self.pieces
        text = squeeze(pieces[0][0] if len(pieces) == 1 else "".join([text for text, _ in pieces]))
        if not text:
            return None
        said = tuple(p for p in pieces if not p[0].isspace()) if self.has_breaks else tuple(pieces)
        return Block(text, self.zone, self.element, said, self.linked)


class _Walk:
    """One walk over a tree, in the order of its text; what an element inherits comes down as arguments."""

    def __init__(self, base: str, has_routes: bool):
        self.has_routes = has_routes
        self.base, self.origin = base, "{0.scheme}://{0.netloc}".format(urlsplit(base))
        self.links: list[Link] = []
        self.boxes: list[_Box] = []  # that hold text, in its order
        self.zones: dict[html.HtmlElement, str] = {}

    def enter(self, element: html.HtmlElement, above: str, depth: int, outer: _Box | None, in_link: bool) -> None:
        """`above`: the zone, `outer`: the block that the element stands in. The parser goes no deeper than 255."""
        tag = element.tag
        if not isinstance(tag, str):
            return  # comments and the like are removed by the parser; entities have no place in a tree of text
        if tag in _SKIP:
            for select in element.iter("select"):
                self.links += _options(select, self.base, self.origin, len(self.links))
                self.links += _pressed_options(select, above, self.base, len(self.links)) if self.has_routes else []
            framed = _framed(element, above, self.base, self.origin, len(self.links)) if tag in _FRAMES else None
            self.links += [framed] if framed is not None else []
            return
        # A breadcrumb or a menu stays what it is; navigation inside a footer is still the footer.
        zone = self.zones[element] = above if above in _LASTING else _zone(element, tag, above, depth)
        # An element of the site's own making (md-card) is drawn as a box far more often than not.
        box = _Box(element, zone) if outer is None or tag in BLOCKS or "-" in tag else outer
        in_link = in_link or tag == "a"
        text = element.text
        if text and not text.isspace():
            self._gather(box, element, text, in_link)
        elif tag == "br":
            self._gather(box, element, " ", False)
            box.has_breaks = True
        elif (
            not len(element) and (label := element.get("alt") or element.get("title")) and _DATE_LABEL.fullmatch(label)
        ):
            self._gather(box, element, label + " ", in_link)
        is_link = tag in ("a", "area", "frame") or element.get("onclick") or element.get("data-href")
        is_pressed = self.has_routes and is_marked(element)
        if (is_link or is_pressed) and len(self.links) < MAX_LINKS:
            # An image map is a menu drawn as a picture; what a frameset shows is in the pages of its frames.
            place = "nav" if tag in ("area", "frame") and zone == "body" else zone
            link = _pressed(element, place, self.base, len(self.links)) if is_pressed else None
            if self.has_routes:
                link = link or _route(element, place, self.base, len(self.links))
            shown = element.get("src") if tag == "frame" else None
            link = link or _link(element, place, self.base, self.origin, len(self.links), shown)
            if link is not None:
                self.links.append(link)
        for child in element:
            self.enter(child, zone, depth + 1, box, in_link)
            text = child.tail
            if text and not text.isspace() and isinstance(child.tag, str):
                self._gather(box, element, text, in_link)

    def _gather(self, box: _Box, holder: html.HtmlElement, text: str, in_link: bool) -> None:
        if not box.pieces:
            self.boxes.append(box)
        box.pieces.append((text, holder))
        if in_link:
            box.linked += len(text.strip())


@lru_cache(maxsize=8_192)
def _zone_words(names: str) -> frozenset[str]:
    """The words of class and id names, empty where none of them tells a zone."""
    found = frozenset(word.lower() for word in _NAME_WORDS.findall(names))
    return found if found & _ZONE_WORDS else frozenset()


def _zone(element: html.HtmlElement, tag: str, above: str, depth: int) -> str:
    """The zone of an element, from its tag, role, class and id, and the zone that it stands in."""
    if tag in ("body", "html"):
        return above
    if tag in ("main", "article") and above in ("body", "header"):
        return "body"
    parent = element.getparent() if tag in ("header", "footer") else None
    of_content = parent is not None and parent.tag in ("article", "main", "section", "li")
    told = (tag, element.get("class"), element.get("id"), element.get("role"), above, depth > MAX_FRAME_DEPTH)
    zone = _named_zone(*told, of_content)
    if zone == "crumbs" and len(element.findall(".//a")) > MAX_STEPS:
        return _named_zone(*told, of_content, is_trail=False)
    # <div class="article"> … <div class="footer">: the foot of an entry, and not of the site.
    is_new_end = zone != above and zone in ("header", "footer")
    return (
        above if is_new_end and any(_is_entry(str(up.tag), up.get("class")) for up in element.iterancestors()) else zone
    )


@lru_cache(maxsize=8_192)
def _is_entry(tag: str, class_: str | None) -> bool:
    """Whether an element is one entry, by its tag or its class: "article", "news-item", "blog_post"; not
    "article-page"."""
    if tag in ("article", "li"):
        return True
    return any(re.split("[-_]", name.lower())[-1] in _ENTRY for name in (class_ or "").split())


@lru_cache(maxsize=8_192)  # a site builds its pages of the same few names
def _named_zone(
    tag: str,
    class_: str | None,
    id_: str | None,
    role: str | None,
    above: str,
    is_deep: bool,
    of_content: bool,
    is_trail: bool = True,
) -> str:
    own_tag = tag if "-" in tag else None  # md-menu, app-footer
    named = [name for name in (class_, id_, own_tag) if name]
    if named:
        found = _zone_words(" ".join(named))
        for kind, marks in _NAME_ZONE.items():
            if not found & marks or found & _OF_EDITOR or (kind == "crumbs" and not is_trail):
                continue
            # The top and the bottom of a card are not those of the site: theirs stand high in the tree.
            if kind in ("header", "footer") and (found & _CONTENT_HEAD or is_deep):
                continue
            return kind
    if of_content:
        return above  # <header> of an article is part of the article
    return _TAG_ZONE.get(tag) or _ROLE_ZONE.get(role or "") or above


def _options(select: html.HtmlElement, base: str, origin: str, order: int) -> list[Link]:
    """The links of a menu that is made of <select>: options whose value is an address."""
    found = []
    for option in select.iter("option"):
        value = (option.get("value") or "").strip()
        is_address = _ADDRESS.search(value) is not None and option.get(SHOWN_AT) is None
        link = _link(option, "nav", base, origin, order, value) if is_address else None
        if link is not None:
            found.append(link)
    return found[:MAX_LINKS]


def is_marked(element: html.HtmlElement) -> bool:
    """Whether a page that a browser of ours kept says of an element what came of pressing it."""
    return element.get(LED_TO) is not None or element.get(SHOWN_AT) is not None


def called(element: html.HtmlElement) -> str:
    """What a thing is called that can be pressed: its own text, without that of the lists and links which it holds; or
    what it is called for those who do not see it."""
    own = squeeze(element.get("value") or "" if element.tag == "input" else "".join(_said(element)))
    if not any(map(str.isalnum, own)):  # a picture, or a sign that stands for one: ☰, ⚲
        own = next(iter(_other_labels(element)), "") or own or squeeze(element.text_content())
    return own[:MAX_LABEL]


def _said(element: html.HtmlElement) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str) and child.tag not in _UNSAID and not is_marked(child) and not _has_address(child):
            yield from _said(child)
        yield child.tail or ""


def _has_address(element: html.HtmlElement) -> bool:
    href = (element.get("href") or "").strip() if element.tag == "a" else ""
    return bool(href) and not href.lower().startswith(("#", "javascript:"))


def _pressed(element: html.HtmlElement, zone: str, base: str, order: int) -> Link | None:
    """A link by what came of pressing an element: another address, or what is kept at one of its own. None of one that
    only opened a menu (SHOWN_AT is empty): what that holds stands in the page."""
    shown = element.get(SHOWN_AT)
    url = _whole_address(shown or element.get(LED_TO) or "", base)
    return Link(url, called(element), zone, element, order, is_shown=shown is not None) if url is not None else None


def _pressed_options(select: html.HtmlElement, zone: str, base: str, order: int) -> list[Link]:
    """Options of a list that were chosen in the browser: languages, years, months."""
    chosen = [option for option in select.iter("option") if is_marked(option)]
    found = (_pressed(option, zone, base, order + at) for at, option in enumerate(chosen))
    return [link for link in found if link is not None]


def _whole_address(told: str, base: str) -> str | None:
    """An absolute address, with what stands behind its # where that names a page which a script shows."""
    url = _address(told, base) if told else None
    fragment = told.partition("#")[2]
    return f"{url}#{fragment}" if url is not None and is_route(fragment) else url


def _link(
    element: html.HtmlElement, zone: str, base: str, origin: str, order: int, value: str | None = None
) -> Link | None:
    href = (value or element.get("href") or "").strip()
    called = None
    if not href or href[0] == "#" or href[:10].lower() == "javascript":
        done = f"{element.get('onclick') or ''} {href}"
        scripted = _ONCLICK.search(done)
        called = None if scripted else _CALLED.search(done)
        told = scripted or called
        href = told[1].strip() if told else href or _told_address(element)
    if "\\" in href:
        href = href.replace("\\", "/")  # as every browser reads it
    if not href or href[0] == "#" or (":" in href[:12] and not href[:5].lower().startswith("http")):
        return None
    url = _address(href, origin if _FROM_ROOT.match(href) else base)
    if url is None:
        return None
    # Asking the tree for the text below costs some ten times the look at the element itself.
    label = squeeze(element.text_content() if len(element) else element.text or "")
    if not label:
        label = next(iter(_other_labels(element)), "")
    return Link(url, label[:MAX_LABEL], zone, element, order, element.get("rel") or "", called is not None)


def _framed(element: html.HtmlElement, zone: str, base: str, origin: str, order: int) -> Link | None:
    """What a page shows in a frame, a list or a document, where it is the site's own: as good as linked."""
    shown = (element.get("src") or element.get("data") or "").strip()
    url = _address(shown, origin if _FROM_ROOT.match(shown) else base) if shown else None
    if url is None or host_of(url) != host_of(base):
        return None
    return Link(url, squeeze(element.get("title") or "")[:MAX_LABEL], zone, element, order)


def _told_address(element: html.HtmlElement) -> str:
    """An address on this site that a script is told: <li data-href="/page/5">. Boxes of networks name theirs so too."""
    told = (element.get("data-href") or "").strip()
    return told if "//" not in told else ""


def _route(element: html.HtmlElement, zone: str, base: str, order: int) -> Link | None:
    """A link to a page that a script shows under the same address: href="#/news"."""
    path, _, fragment = (element.get("href") or "").strip().partition("#")
    url = _address(path or ".", base) if is_route(fragment) else None
    if url is None:
        return None
    label = squeeze(element.text_content()) or next(iter(_other_labels(element)), "")
    url = base.partition("#")[0] if not path else url
    return Link(f"{url}#{fragment}", label[:MAX_LABEL], zone, element, order, element.get("rel") or "")


@lru_cache(maxsize=8_192)  # menus give the same addresses on every page
def _address(href: str, base: str) -> str | None:
    """A link's address, absolute and without fragment; None where it is none of the web."""
    try:
        # What begins at the root needs no joining, and so is not tidied by it.
        url = base + href if href[0] == "/" and href[1:2] != "/" else urljoin(base, href)
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:  # an address that no browser could open: the site's typing error
        return None
    return url.split("#")[0] if parts.scheme in ("http", "https") and parts.hostname else None


def _other_labels(element: html.HtmlElement) -> Iterator[str]:
    for name in ("aria-label", "title", "alt"):
        if element.get(name):
            yield squeeze(element.get(name) or "")
    for child in element.iter("img", "i", "span", "svg"):
        for name in ("alt", "aria-label", "title"):
            value = squeeze(child.get(name) or "")
            if value:
                yield value


@lru_cache(maxsize=8_192)
def is_web_page(url: str) -> bool:
    """Whether an address can be a page or a document, rather than a picture, a style or an archive."""
    return not _NOT_PAGES.search(urlsplit(url).path)
