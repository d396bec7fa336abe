"""In which languages is the site really written?"""

import re
from functools import lru_cache
from urllib.parse import parse_qsl, urlsplit

from reading.finding import Evidence, Finding, seen_on
from reading.looking import Site, is_view
from reading.method import Method
from reading.page import Link, Page, key_of
from reading.site import shows_nothing
from reading.text import fold, language_of

_LANGUAGE_KEY = re.compile(r"^(?:lang|ln|lng|l|language|locale|dil|hl)$", re.I)
_PICTURE = re.compile(r"(?:^|[/_.-])(?:lang|flag|flags|icon)?[_/-]?([a-z]{2,7})\.(?:png|gif|svg|jpe?g|webp)$", re.I)
_FLAG_CLASS = re.compile(r"\b(?:flag|lang|fi)(?:-icon)?[-_]([a-z]{2,3})\b", re.I)
_REGION = re.compile(r"[-_](?:[a-z]{2}|latn|lat|cyrl)$", re.I)
MAX_PAGES = 8  # of one version, joined before its language is judged


@lru_cache(maxsize=8_192)
def version_of(url: str, method: Method) -> str | None:
    """The language that an address says it is in (/en/…, ?lang=ru, en.host); None when it says nothing."""
    parts = urlsplit(url)
    # /en/…, /index.php/en/…, /lang/en: the language is among the first two folders, and the first that is one.
    for segment in parts.path.strip("/").split("/")[:2]:
        if code := _code(segment, method):
            return code
    for name, value in parse_qsl(parts.query):
        if _LANGUAGE_KEY.match(name) and (code := _code(value, method)):
            return code
    prefix = (parts.hostname or "").removeprefix("www.").split(".")[0]
    return _code(prefix, method) if len(prefix) == 2 else None


def _code(word: str, method: Method) -> str | None:
    """The language of a code as addresses and markup write it: en, eng, en-US, az_AZ, aze_lat."""
    word = word.lower()
    return method.languages.by_name.get(word if len(word) < 4 else _REGION.sub("", word))


def switch_to(link: Link, method: Method) -> str | None:
    """The language that a link of a language switch stands for, by its label or its flag; None for any other link."""
    codes = method.languages.by_name
    label = fold(link.label).strip("()[]|/ .")
    if label in codes:
        return codes[label]
    if fold(link.element.text_content()).strip("()[]|/ ."):
        return None  # it says something else
    if code := _code(str(link.element.get("hreflang") or ""), method):
        return code
    for picture in link.element.iter("img"):
        found = _PICTURE.search(str(picture.get("src") or ""))
        if found and found[1].lower() in codes:
            return codes[found[1].lower()]
    for element in link.element.iter():
        found = _FLAG_CLASS.search(str(element.get("class") or ""))
        if found and found[1].lower() in codes:
            return codes[found[1].lower()]
    return None


def read(site: Site) -> Finding:
    """The fact `languages` (contract, part 2): each version of the site, by the language of its text."""
    home = site.home
    found: dict[str, Evidence] = {}
    for pages in _versions(site, home):
        # Its running text decides; a menu in another language does not, and a tree of menus alone is no version.
        running = [(page, text) for page in pages[:MAX_PAGES] if (text := _running_text(site, page))]
        code = language_of("\n".join(text for _, text in running), site.method.function_words)
        if code is None and home in pages:
            running = [(home, home.text)]
            code = language_of("\n".join(page.text for page in pages[:MAX_PAGES]), site.method.function_words)
        if code is not None:
            page, text = running[0]
            found.setdefault(code, seen_on(page, text[:120]))
    if not found:
        return Finding("unseen", {"codes": []}, (seen_on(home),), "script" if shows_nothing(home) else "empty")
    return Finding("found", {"codes": sorted(found)}, tuple(found[code] for code in sorted(found)))


def _versions(site: Site, home: Page) -> list[list[Page]]:
    """The pages of each version: what belongs to the home page's own, and one group for each other that is offered."""
    own = version_of(home.url, site.method)
    groups: dict[str, list[Page]] = {"": [home]}
    switches = {link.key: code for link in home.links if (code := switch_to(link, site.method))}
    for page in site.pages:
        if page is home:
            continue
        # What a switch without an address showed stands at the address of the version that was there before.
        named = (switches.get(page.key) if is_view(page.capture) else None) or version_of(page.url, site.method)
        named = named or switches.get(page.key)
        if named is None or named == own:
            groups[""].append(page)
        else:
            # The version's own front page first: it is what the switch leads to.
            group = groups.setdefault(named, [])
            group.insert(0, page) if page.key in switches else group.append(page)
    return list(groups.values())


def _running_text(site: Site, page: Page) -> str:
    """Sentences rather than labels: blocks of some length, of the page's own."""
    blocks = site.own_blocks(page)
    return "\n".join(block.text for block in blocks if len(block.text) > 40) or "\n".join(b.text for b in blocks)


def front_pages(page: Page, method: Method) -> dict[str, str]:
    """For the way through a site: the front page of each language version that a page offers, code -> address."""
    out: dict[str, str] = {}
    for link in page.links:
        code = switch_to(link, method) if not link.is_shown else None
        if code is not None and key_of(link.url) != page.key:
            out.setdefault(code, link.url)
    return out
