"""Does the site lead to the authority's own pages in social networks?"""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from reading.finding import Evidence, Finding, seen_on
from reading.looking import Site
from reading.method import Method, Network
from reading.page import Link
from reading.text import fold

_HOST_WORDS = re.compile(r"^(?:www|m|mobile|mobil|touch|web|business|[a-z]{2}(?:-[a-z]{2})?)\.")
_LOOSE = re.compile(r"[^a-z0-9]+")
MAX_OTHER_PAGES = 12  # of a site, looked at for profiles beside its home page


@dataclass(frozen=True)
class Profile:
    network: str
    url: str  # canonical
    name: str  # lower case, as the network knows it


def profile_of(url: str, method: Method) -> Profile | None:
    """The profile that an address leads to; None for share windows, single posts, a network's front page, other sites."""
    parts = urlsplit(url.strip())
    host = (parts.hostname or "").lower()
    network = _network(host, method)
    if network is None:
        return None
    path = [unquote(part) for part in parts.path.split("/") if part]
    if path and path[0].startswith("#!"):
        path = path[1:]
    if parts.fragment.startswith("!/"):
        path = parts.fragment[2:].strip("/").split("/")
    if not path:
        return None
    first = path[0].lower()
    if first == "profile.php":
        number = parse_qs(parts.query).get("id", [""])[0]
        return (
            Profile(network.id, f"https://www.facebook.com/profile.php?id={number}", number)
            if number.isdigit()
            else None
        )
    if first == "home.php" or first in {word.lower() for word in network.not_profiles}:
        return None
    prefix = ""
    if first in network.prefixes:
        if len(path) < 2:
            return None
        prefix, path = path[0] + "/", path[1:]
        if network.id == "telegram":
            prefix = ""
        if prefix == "pages/" and path[0].lower() == "category" and len(path) > 2:
            path = path[2:]
    name = path[0]
    if len(path) > 1 and _is_single_post(network.id, path[1]):
        return None
    if network.id == "whatsapp" and not (name.isdigit() or prefix):
        return None
    # /pages/Name/12345: the number is the page's real name
    rest = f"/{path[1]}" if prefix == "pages/" and len(path) > 1 and path[1].isdigit() else ""
    return Profile(network.id, f"https://{_front(network)}/{prefix}{name}{rest}", name.lower().lstrip("@"))


def _network(host: str, method: Method) -> Network | None:
    bare = host
    for _ in range(3):
        for network in method.networks.networks:
            if bare in network.hosts:
                return network
        shorter = _HOST_WORDS.sub("", bare)
        if shorter == bare:
            return None
        bare = shorter
    return None


def _front(network: Network) -> str:
    """The network's one host name: x.com is twitter.com, fb.com is facebook.com."""
    return (
        "www." if network.id in ("facebook", "instagram", "youtube", "tiktok", "linkedin", "flickr") else ""
    ) + network.hosts[0]


def _is_single_post(network: str, second: str) -> bool:
    low = second.lower()
    if network == "twitter":
        return low in ("status", "statuses")
    if network in ("telegram", "flickr"):
        return low.isdigit()
    if network == "tiktok":
        return low == "video"
    if network in ("instagram", "threads"):
        return low in ("p", "reel", "post")
    return network == "linkedin" and low in ("posts",)


def _points_at_post(url: str) -> bool:
    """Whether a Facebook address goes on to one post, one video or one picture of a profile."""
    path = [part for part in urlsplit(url).path.split("/") if part]
    return len(path) >= 3 and path[-2].lower() in (
        "posts",
        "videos",
        "photos",
        "photo",
        "permalink",
        "status",
        "p",
        "reel",
        "video",
    )


def is_foreign(profile: Profile, site: Site) -> bool:
    """Whether a profile is known, or by its name plainly seen, to be of another body."""
    networks = site.method.networks
    if f"{profile.network}/{profile.name}" in networks.nobodys_own:
        return True
    own_host = " ".join(sorted(site.hosts))
    parts = {part for part in _LOOSE.split(fold(profile.name)) if part}
    for word in networks.foreign_words:
        bare = _LOOSE.sub("", fold(word))
        if (
            bare
            and bare not in _LOOSE.sub("", own_host)
            and (bare in parts or (len(bare) > 6 and bare in _LOOSE.sub("", fold(profile.name))))
        ):
            return True
    return False


def read(site: Site) -> Finding:
    """The fact `social` (contract, part 2): one entry for each profile of the authority's own."""
    home = site.home
    found: dict[tuple[str, str], tuple[Profile, Evidence]] = {}
    looked = []
    for page in (home, *[page for page in site.pages if page is not home][:MAX_OTHER_PAGES]):
        looked.append(page)
        for link in page.links:
            profile = profile_of(link.url, site.method)
            if profile is None or _points_at_post(link.url) or is_foreign(profile, site) or _is_share(link):
                continue
            if page is not home and link.zone == "body" and not _is_contact(site, page.title + " " + page.h1):
                continue  # a link in the text of an inner page is a mention
            found.setdefault((profile.network, profile.name), (profile, seen_on(page, f"{link.label} {link.url}")))
    profiles = [{"network": profile.network, "url": profile.url} for profile, _ in found.values()]
    if profiles:
        return Finding("found", {"profiles": profiles}, tuple(evidence for _, evidence in found.values()))
    return Finding("absent", {"profiles": []}, tuple(seen_on(page) for page in looked))


def _is_contact(site: Site, heading: str) -> bool:
    return site.method.streams.contact.in_words(fold(heading).split()) is not None


def _is_share(link: Link) -> bool:
    """Whether a link shares the page it stands on: it carries that page's address."""
    query = unquote(urlsplit(link.url).query).lower()
    return "http://" in query or "https://" in query
