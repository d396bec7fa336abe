"""In which languages is the site really written?"""

import re
from urllib.parse import parse_qsl, urlsplit

from reading.finding import Evidence, Finding, seen_on
from reading.looking import Site
from reading.method import Method
from reading.page import Link, Page, key_of
from reading.text import fold, language_of

_LANGUAGE_KEY = re.compile(r"^(?:lang|ln|lng|l|language|locale|dil|hl)$", re.I)
_PICTURE = re.compile(r"(?:^|[/_.-])(?:lang|flag|flags|icon)?[_/-]?([a-z]{2,3})\.(?:png|gif|svg|jpe?g|webp)$", re.I)
MAX_PAGES = 8  # of one version, joined before its language is judged


def version_of(url: str, method: Method) -> str | None:
    """The language that an address says it is in (/en/…, ?lang=ru, en.host); None when it says nothing."""
    parts = urlsplit(url)
    codes = method.languages.by_name
    first = parts.path.strip("/").split("/")
    for segment in first[:2] if first[0].endswith(".php") else first[:1]:
        if segment.lower() in codes:
            return codes[segment.lower()]
    for name, value in parse_qsl(parts.query):
        if _LANGUAGE_KEY.match(name) and value.lower() in codes:
            return codes[value.lower()]
    prefix = (parts.hostname or "").removeprefix("www.").split(".")[0]
    return codes.get(prefix) if len(prefix) == 2 else None


def switch_to(link: Link, method: Method) -> str | None:
    """The language that a link of a language switch stands for, by its label or its flag; None for any other link."""
    codes = method.languages.by_name
    label = fold(link.label).strip("()[]|/ ")
    if label in codes:
        return codes[label]
    if not label:
        for picture in link.element.iter("img"):
            found = _PICTURE.search(str(picture.get("src") or ""))
            if found and found[1].lower() in codes:
                return codes[found[1].lower()]
    return None


def read(site: Site) -> Finding:
    """The fact `languages` (contract, part 2): each version of the site, by the language of its text."""
    home = site.home
    found: dict[str, Evidence] = {}
    for pages in _versions(site, home):
        # The first page that has enough of its own text decides; a menu in another language does not.
        text = "\n".join(_running_text(site, page) for page in pages[:MAX_PAGES])
        code = language_of(text, site.method.function_words)
        if code is None:
            code = language_of("\n".join(page.text for page in pages[:MAX_PAGES]), site.method.function_words)
        if code is not None:
            found.setdefault(code, seen_on(pages[0], _running_text(site, pages[0])[:120]))
    if not found:
        return Finding("unseen", {"codes": []}, (seen_on(home),), "empty")
    return Finding("found", {"codes": sorted(found)}, tuple(found[code] for code in sorted(found)))


def _versions(site: Site, home: Page) -> list[list[Page]]:
    """The pages of each version: what belongs to the home page's own, and one group for each other that is offered."""
    own = version_of(home.url, site.method)
    groups: dict[str, list[Page]] = {"": [home]}
    switches = {link.key: code for link in home.links if (code := switch_to(link, site.method))}
    for page in site.pages:
        if page is home:
            continue
        named = version_of(page.url, site.method) or switches.get(page.key)
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
        code = switch_to(link, method)
        if code is not None and key_of(link.url) != page.key:
            out.setdefault(code, link.url)
    return out
