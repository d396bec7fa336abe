"""Does the site lead to the authority's own pages in social networks?"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache, lru_cache
from urllib.parse import parse_qs, unquote, urljoin, urlsplit

from lxml import html

from reading.finding import Evidence, Finding, NotSeen, seen_on
from reading.looking import Site
from reading.method import Method, Network
from reading.page import Link, Page, host_of
from reading.site import shows_nothing
from reading.text import Phrase, fold, squeeze, words

_HOST_WORDS = re.compile(r"^(?:www|m|mobile|mobil|touch|mbasic|web|business|[a-z]{2}(?:-[a-z]{2})?)\.")
_AN_ADDRESS = re.compile(r"\?.*(?::|%3a)(?:/|%2f){2}", re.I)
_GENITIVE = re.compile(r"n?[iu]n$")
_GOV_HOST = re.compile(r"(?:^|[._-])gov[._-]?az$")
_OTHERS_MARK = re.compile(r"(?<![a-z])(?:banner|partner|bnr)", re.I)
_SAME_AS = re.compile(r'"sameAs"\s*:\s*(\[[^\]]*\]|"[^"]*")')
_HOST_TAIL = re.compile(r"(?:-?ih)?(?:\.gov)?\.[a-z]+$")
_LOOSE = re.compile(r"[^a-z0-9]+")
_NUMBER_AT_END = re.compile(r"(?:^|-)(\d{6,})$")
# A path that goes on after the profile's name with one of these, and then with a name or number: one post, one picture.
_ONE_OF_MANY = frozenset(
    "posts post videos video photos photo reels reel permalink status statuses p events albums sets topic wall".split()
)
_MAX_BESIDE = 120  # letters of the text beside a link that may say whose profile it is
MIN_STEM = 5  # letters of a host's name that tell one body from another
MAX_BOX_DEPTH = 4  # boxes round a link, of which one may say whose profiles stand in it
MAX_HEADING = 60  # letters before a link that may head the box
MAX_OTHER_PAGES = 12  # of a site, looked at for profiles beside its home page and its contact pages


@dataclass(frozen=True)
class Profile:
    network: str
    url: str  # as the site gives it, without language host, query and fragment
    name: str  # lower case, as the network knows it: the same in every spelling of the address


def profile_of(url: str, method: Method) -> Profile | None:
    """The profile that an address leads to; None for share windows, single posts, front pages and other hosts."""
    parts = urlsplit(url.strip())
    found = _network((parts.hostname or "").lower(), method)
    if found is None:
        return None
    network, host = found
    # The addresses of 2010: twitter.com/#!/name
    told = parts.fragment[1:] if parts.fragment.startswith("!/") else parts.path
    path = [part for part in (unquote(part).strip() for part in told.split("/")) if part]
    query = parse_qs(parts.query)
    www = (
        "www." if network.id in ("facebook", "instagram", "youtube", "tiktok", "linkedin", "flickr", "threads") else ""
    )
    by_number = _by_number(network.id, path, query)
    if by_number is not None:
        address, number = by_number
        return Profile(network.id, f"https://{www}{host}/{address}", number)
    name = _name(network, path)
    if name is None:
        return None
    if network.id == "telegram" and path[0].lower() == "s":
        path = path[1:]  # /s/name is the same channel, shown in a browser
    return Profile(network.id, f"https://{www}{host}/{'/'.join(path[: path.index(name) + 1])}", _known_as(name, path))


def _by_number(network: str, path: list[str], query: dict[str, list[str]]) -> tuple[str, str] | None:
    """(path and query, number) where the query names the profile: profile.php?id=1, send?phone=1."""
    last = path[-1].lower() if path else ""
    if network == "facebook" and last == "profile.php":
        key = "id"
    elif network == "whatsapp" and last == "send" and not any("http" in text for text in query.get("text", [])):
        key = "phone"
    else:
        return None
    number = re.sub(r"[\s+()-]", "", query.get(key, [""])[0])
    return (f"{last}?{key}={number}", number) if number.isdigit() else None


def _name(network: Network, path: list[str]) -> str | None:
    """The part of a path that names the profile."""
    if not path or any(fnmatch(path[0].lower(), pattern.lower()) for pattern in network.not_profiles):
        return None
    rest = path
    if path[0].lower() in network.prefixes:
        rest = path[1:]
        if path[0].lower() == "pages" and rest and rest[0].lower() == "category":
            rest = rest[2:] if len(rest) > 2 else rest[1:]
        if path[0].lower() in ("pages", "people") and len(rest) > 1 and rest[1].isdigit():
            rest = rest[1:]  # /pages/Name/12345: the number is the page's real name
    elif (
        (network.id in ("tiktok", "threads") and not path[0].startswith("@"))
        or network.id == "linkedin"
        or (network.id == "whatsapp" and not path[0].lstrip("+").isdigit())
    ):
        return None
    if not rest or not re.search(r"\w", rest[0]):
        return None
    after = [part.lower() for part in rest[1:]]
    if (len(after) > 1 and after[0] in _ONE_OF_MANY) or any("permalink" in part for part in after):
        return None
    if network.id in ("telegram", "flickr") and after and after[0].isdigit():
        return None
    return rest[0]


def _known_as(name: str, path: list[str]) -> str:
    # /pages/X/123, /people/X/123 and /X-123 are one page of Facebook: the number decides.
    number = _NUMBER_AT_END.search(name)
    if number and (name != number[1] or path[0].lower() in ("pages", "people")):
        return number[1]
    return name.lower().lstrip("@+")


@lru_cache(maxsize=8_192)
def _network(host: str, method: Method) -> tuple[Network, str] | None:
    """(network, its host without www., m. and languages) of a host."""
    bare = host.rstrip(".")
    for _ in range(3):
        for network in method.networks.networks:
            if bare in network.hosts:
                return network, bare
        shorter = _HOST_WORDS.sub("", bare)
        if shorter == bare:
            return None
        bare = shorter
    return None


_phrase = cache(Phrase.of)


def is_foreign(profile: Profile, site: Site, link: Link | None = None) -> bool:
    """Whether a profile is known, or by its name or its link plainly seen, to be another body's."""
    networks = site.method.networks
    if f"{profile.network}/{profile.name}" in networks.nobodys_own:
        return True
    own_host = _LOOSE.sub("", " ".join(sorted(site.hosts)))
    own_name = words(site.name)
    name = fold(profile.name)
    parts, glued = set(_LOOSE.split(name)), _LOOSE.sub("", name)
    label, beside = words(link.label if link else ""), words(_beside(link) if link else "")
    for word in networks.foreign_words:
        phrase = _phrase(word)
        bare = "".join(phrase.stems)
        named = bare in parts or (len(bare) > 6 and bare in glued) or phrase.find(label) is not None
        # One word beside a link may be of the street where the office is; several are a credit.
        named = named or (len(phrase.stems) > 1 and phrase.find(beside) is not None)
        if named and bare not in own_host and phrase.find(own_name) is None:
            return True
    if _is_somebodys(label, own_name, site):
        return True
    if _bears_name_of(profile, site):
        return _is_other_body(label, own_name, site)
    is_own_host = any(glued == _LOOSE.sub("", host) for host in site.hosts)
    if (_GOV_HOST.search(name) and not is_own_host) or _is_neighbours(glued, site):
        return True  # named like the host of another body
    said = label or list(_LOOSE.split(name))
    if networks.media_words.in_words([*label, *_LOOSE.split(name)]) is not None:
        return True
    return _is_other_body(said, own_name, site) or (link is not None and _is_among_others(link, site))


def _is_somebodys(said: Sequence[str], own_name: Sequence[str], site: Site) -> bool:
    """Whether words give a page to somebody who is not this authority: "Muğam ustadının kanalı"."""
    networks = site.method.networks
    pages = [n for n, word in enumerate(said) if networks.names_of_pages.in_words([word]) is not None]
    if not pages or networks.own_words.in_words(said) is not None:
        return False
    return any(
        len(word) > 5 and _GENITIVE.search(word) is not None and not _is_own_word(word, own_name, site)
        for n, word in enumerate(said[: pages[-1]])
        if n not in pages
    )


def _is_own_word(word: str, own_name: Sequence[str], site: Site) -> bool:
    return word[:5] in {own[:5] for own in own_name} or site.method.streams.any_body.in_words([word]) is not None


def _is_other_body(said: Sequence[str], own_name: Sequence[str], site: Site) -> bool:
    """Whether words name a body (a ministry, a club), and it is not this authority."""
    networks = site.method.networks
    if networks.body_words.in_words(said) is None:
        return False
    if networks.body_words.in_words(own_name) is None:
        return True  # "Gilənar" futbol klubu is not Gilənar's executive
    beside = [
        word
        for word in said
        if len(word) > 2
        and networks.body_words.in_words([word]) is None
        and networks.names_of_pages.in_words([word]) is None
    ]
    return bool(beside) and not any(_is_own_word(word, own_name, site) for word in beside)


def _is_among_others(link: Link, site: Site) -> bool:
    """Whether a link stands in a box of partners, banners or useful links."""
    networks = site.method.networks
    if networks.own_words.in_words(words(link.label)) is not None:
        return False
    for box in list(link.element.iterancestors())[:MAX_BOX_DEPTH]:
        marks = f"{box.get('class') or ''} {box.get('id') or ''}"
        if _OTHERS_MARK.search(marks):
            return True
        if box.tag in ("body", "footer", "header"):
            break
        said = squeeze(" ".join(_text_before(link.element, box)))
        if said:
            heading = words(said[-MAX_HEADING:])
            return networks.others_words.in_words(heading) is not None and networks.own_words.in_words(heading) is None
    return False


def _text_before(element: html.HtmlElement, box: html.HtmlElement) -> Iterator[str]:
    """The text of a box that stands before an element in it."""
    for at in box.iter():
        if at is element:
            return
        yield at.text or ""
        # What stands behind an element comes after all that is in it; near enough, where only words are asked.
        yield "" if any(at is up for up in element.iterancestors()) else at.tail or ""


def _is_icon_in_a_row(link: Link, method: Method) -> bool:
    """Whether a link without words stands beside one to another network: a row of icons, not a mention."""
    if len(words(link.label)) > 1:
        return False
    parent = link.element.getparent()
    box = (
        parent
        if parent is not None and parent.tag not in ("li", "span")
        else parent.getparent()
        if parent is not None
        else None
    )
    if box is None:
        return False
    found = {
        profile.network
        for other in box.iter("a")
        if (profile := profile_of(str(other.get("href") or ""), method)) is not None
    }
    return len(found) > 1


def _declared(page: Page, method: Method) -> list[Profile]:
    """The profiles that a page names as its publisher's for programs: sameAs of an organisation, article:publisher."""
    named = [page.meta("article:publisher") or ""]
    for block in _SAME_AS.findall(page.source) if '"sameAs"' in page.source else ():
        named += [address.replace("\\/", "/") for address in re.findall(r'"(https?:[^"]+)"', block)]
    return [profile for address in named if (profile := profile_of(address, method)) is not None]


def _is_neighbours(name: str, site: Site) -> bool:
    """Whether a profile is named like the host of another authority of the registry."""
    stems = (_LOOSE.sub("", _HOST_TAIL.sub("", host)) for host in site.neighbours)
    return any(len(stem) >= MIN_STEM and name.startswith(stem) for stem in stems)


def _beside(link: Link) -> str:
    """The short text that a link stands in alone: "Saytı hazırladı: …"."""
    parent = link.element.getparent()
    if parent is None or len(parent.findall(".//a")) > 1:
        return ""
    text = squeeze(parent.text_content())
    return text if len(text) <= _MAX_BESIDE else ""


def read(site: Site) -> Finding:
    """The fact `social` (contract, part 2): one entry for each profile of the authority's own."""
    home = site.front  # a page that its scripts build may name its publisher's profiles all the same
    found: dict[tuple[str, str], tuple[Profile, Evidence]] = {}
    others = [page for page in site.pages if page is not home]
    contact = [page for page in others if site.method.streams.contact.in_words(words(page.title + " . " + page.h1))]
    looked = [home, *dict.fromkeys(contact + others[:MAX_OTHER_PAGES])]
    for page in looked:
        mentions = page is not home and page not in contact  # a link in the text of an inner page is a mention
        is_network = _network(host_of(page.base), site.method) is not None
        for link in page.links:
            address = _address_of(link, page, is_network)
            profile = profile_of(address, site.method) if address is not None else None
            if profile is None or (mentions and link.zone == "body" and not _is_icon_in_a_row(link, site.method)):
                continue
            if is_foreign(profile, site, link):
                continue
            found.setdefault((profile.network, profile.name), (profile, seen_on(page, f"{link.label} {link.url}")))
        for profile in (*_boxes(page, site.method), *_declared(page, site.method)):
            if not is_foreign(profile, site):
                found.setdefault((profile.network, profile.name), (profile, seen_on(page, f"page box: {profile.url}")))
    own = _without_strangers([profile for profile, _ in found.values()], site)
    if own:
        profiles = [{"network": profile.network, "url": profile.url} for profile in own]
        evidence = tuple(found[profile.network, profile.name][1] for profile in own)
        return Finding("found", {"profiles": profiles}, evidence)
    if shows_nothing(site.home):
        raise NotSeen("script", (seen_on(home),))
    return Finding("absent", {"profiles": []}, tuple(seen_on(page) for page in looked))


def _address_of(link: Link, page: Page, is_network: bool) -> str | None:
    """Where a link leads in the end; None where that is the site itself, or a window that shares its page."""
    href = (link.element.get("href") or "").strip()
    if not href or href[0] == "#" or href[:10].lower() == "javascript":
        href = link.url  # a script opens it
    if _AN_ADDRESS.search(href):
        sent_to = [value for values in parse_qs(urlsplit(href).query).values() for value in values if "://" in value]
        # /go?url=… of the site's own counter leads away; a network's own window with an address shares that address.
        own = host_of(urljoin(page.base, href)) == host_of(page.url)
        if sent_to:
            return sent_to[0] if own else None
    if "//" not in href and not is_network:
        return None
    # The fragment belongs to the name in twitter.com/#!/name, and Link leaves it out.
    return str(urljoin(page.base, href))


def _without_strangers(profiles: list[Profile], site: Site) -> list[Profile]:
    """Profiles less those of other bodies that a site links to beside its own.

    Of several profiles in one network, where one bears the authority's name, one that bears another name is another's.
    Numbers and channel codes bear no name.
    """
    named = {profile for profile in profiles if _bears_name_of(profile, site)}
    sure = {profile.network for profile in named}
    return [
        profile
        for profile in profiles
        if profile in named or profile.network not in sure or profile.name.isdigit() or "/channel/" in profile.url
    ]


def _bears_name_of(profile: Profile, site: Site) -> bool:
    """Whether a profile's name has four letters in a row of the authority's host, name or title."""
    hosts = [host.removesuffix(".az").removesuffix(".gov") for host in site.hosts]
    own = {
        word for text in (*hosts, site.name, site.front.title) for word in _LOOSE.split(fold(text)) if len(word) >= 4
    }
    name = _LOOSE.sub("", fold(urlsplit(profile.url).path))  # /pages/Name/123 is known by its number, and has a name
    return any(word[at : at + 4] in name for word in own for at in range(len(word) - 3))


def _boxes(page: Page, method: Method) -> list[Profile]:
    """The profiles that Facebook's page boxes on a page show: fb-page, and the older frames."""
    named = [
        str(box.get("data-href") or "") for box in page.tree.find_class("fb-page") + page.tree.find_class("fb-like-box")
    ]
    frames: list[html.HtmlElement] = list(page.tree.iter("iframe"))
    for frame in frames:
        source = urlsplit(str(frame.get("src") or ""))
        if source.path.endswith(("/plugins/page.php", "/plugins/likebox.php", "/plugins/like.php")):
            named += parse_qs(source.query).get("href", [])
    return [profile for address in named if (profile := profile_of(address, method)) is not None]
