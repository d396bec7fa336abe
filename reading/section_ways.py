"""Which links lead to a section, and how surely does each?"""

import re
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from reading.items import dated_urls, item_day, items_on
from reading.languages import switch_to
from reading.looking import Site, is_html
from reading.method import Section
from reading.page import Link, Page
from reading.section_names import (
    MAX_NAME_WORDS,
    is_of_another_body,
    is_whole_name,
    names_section,
    slug_names_section,
)
from reading.text import fold, is_form_of, slug_of, words

_TITLE_PARTS = re.compile(r"\s+[|»›·:–—-]+\s+")
MIN_BUTTONS = 3  # links of one label on a page, each to another address


@dataclass(frozen=True, eq=False)
class Candidate:
    """A way into a section."""

    link: Link
    page: Page  # where the link stands
    strength: int  # 3: the label is its name; 2: the page it leads to is headed so; 1: only the address says so

    @property
    def rank(self) -> tuple[int, int, int]:
        # A shorter name is the section itself, a longer one a part of it.
        return (self.strength, self.link.zone in ("nav", "header", "footer"), -len(self.link.label))


def candidates(site: Site, section: Section) -> list[Candidate]:
    """Links that may lead to the section, best first."""
    placed: list[tuple[int, Candidate]] = []
    for places in site.named_links.values():
        open_ones = (one for one in places if not _is_passed_over(one[2], one[1], site))
        first = next(open_ones, None)
        strength = _strength(first[2], section, site) if first is not None else 0
        for place, page, link in (first, *open_ones) if first is not None and strength else ():
            if not _is_story(link, page, section, site):
                named = link if link.head == link.label else replace(link, label=link.head)
                placed.append((place, Candidate(named, page, strength)))
    in_order = [candidate for _, candidate in sorted(placed, key=lambda one: one[0])]
    found = [
        one
        for one in in_order
        if not is_of_another_body(one.link.label, section, site) and not _is_button(one.link, one.page, site)
    ]
    found.sort(key=lambda c: (c.rank, c.page is site.home), reverse=True)
    # What a language switch without an address showed leads to the same pages by other names.
    switched = {link.key for link in site.home.links if link.is_shown and switch_to(link, site.method)}
    return [c for c in found if c.page.key not in switched] + [c for c in found if c.page.key in switched]


def _is_button(link: Link, page: Page, site: Site) -> bool:
    """Whether a link stands again and again on its page and leads elsewhere each time: "müraciət et"."""
    if site.in_menu(link):
        return False
    return len({other.key for other in page.links if other.label == link.label}) >= MIN_BUTTONS


def _is_passed_over(link: Link, page: Page, site: Site) -> bool:
    # A trail begins at the home page and differs from page to page: what is called so and does neither is a menu.
    is_step = link.zone == "crumbs" and page is not site.home and not site.in_menu(link)
    return is_step or link.key == site.home.key or (link.is_file and not site.in_menu(link))


def _strength(link: Link, section: Section, site: Site) -> int:
    if names_section(link.head, section, site.method):
        return 3
    label = words(link.head)
    outcome = site.outcome(link.url) if len(label) <= MAX_NAME_WORDS else None
    heads = _heads(outcome.page, label, section) if outcome is not None and outcome.page is not None else ()
    # The name of the site stands over every page.
    if (
        any(names_section(head, section, site.method) and fold(head) not in site.template_heads for head in heads)
        and section.not_words.in_words(label) is None
        and switch_to(link, site.method) is None
    ):
        return 2
    if not slug_names_section(link.url, section):
        return 0
    if label and section.not_words.in_words(label) is None and all(_is_of_name(word, section) for word in label):
        return 2  # a short form of the name ("Şura"), and the address tells which
    return int(not label or site.method.streams.generic.in_words(label) is not None)


def _heads(page: Page, label: tuple[str, ...], section: Section) -> list[str]:
    """What a page is headed by: its heading; and the only other one, where the first repeats a label that is a short
    form of the section's name ("Xidmətlər" above "Elektron xidmətlər")."""
    first = page.h1
    if words(first) != label or not all(_is_of_name(word, section) for word in label):
        return [first]
    others = [block.text for block in page.blocks if block.is_heading and block.zone == "body" and block.text != first]
    return [first, *others] if len(others) == 1 else [first]


def _is_of_name(word: str, section: Section) -> bool:
    return any(is_form_of(word, stem) for phrase in section.words.phrases for stem in phrase.stems)


def _is_story(link: Link, page: Page, section: Section, site: Site) -> bool:
    """Whether a link is an entry of a news stream: it stands outside the menus with a date beside it."""
    if link.zone in ("nav", "header", "footer") or (link.key, fold(link.label)) in site.menu_signs:
        return False
    if link.url in dated_urls(page, site) and not (is_whole_name(link.label, section) and _is_alone(link, page, site)):
        return True
    first = urlsplit(link.url).path.strip("/").split("/")
    return site.method.streams.news.in_slug(slug_of("/".join(first[:-1]))) if len(first) > 1 else False


def _is_alone(link: Link, page: Page, site: Site) -> bool:
    """Whether no entry of another day is built like this link: then its day is a clock's or a calendar's. A story has
    fellows in its stream; a trail that nothing marks as one begins at the home page, and the day is of what it leads
    to."""
    if _begins_at_home(link, page, site):
        return False
    items = items_on(page, site)
    own = [item for item in items if item.url == link.url]
    days = {item.day for item in own}
    families = {item.family for item in own}
    return not any(item.day is not None and item.day not in days and item.family in families for item in items)


def _begins_at_home(link: Link, page: Page, site: Site) -> bool:
    """Whether the links of the box in which this one stands are a way down from the home page."""
    box = link.element.getparent()
    box = box.getparent() if box is not None and box.tag in ("li", "span") else box
    if box is None or page is site.home:
        return False
    inside = set(box.iter("a"))
    way = [one for one in page.links if one.element in inside]
    return len(way) > 1 and way[0].key == site.home.key


def is_surely_named(candidate: Candidate, section: Section) -> bool:
    """Whether a candidate's name can be of nothing else; "Bizə yazın" is a section only if it turns out to hold one."""
    found = words(candidate.link.label)
    return section.weak_words.in_words(found) is None or section.sure_words.in_words(found) is not None


def doubtful(site: Site, section: Section) -> Candidate | None:
    """A link that is no way in for where it stands, though all that it and its page are called is the section's name.

    A step of a trail, a button, an entry with a day beside it: such signs may mislead, and a name that stands twice
    outweighs them so far that nobody may say that the section is absent.
    """
    for places in site.named_links.values():
        _, page, link = places[0]
        if not is_whole_name(link.label, section) or not names_section(link.label, section, site.method):
            continue
        candidate = Candidate(link, page, 3)
        outcome = site.outcome(link.url) if site.is_own(link.url) and link.key != site.home.key else None
        there = outcome.page if outcome is not None else None
        if there is None or not is_html(there.capture) or not is_surely_named(candidate, section):
            continue
        is_called = any(is_whole_name(said, section) for said in (there.h1, *_TITLE_PARTS.split(there.title)))
        if is_called and item_day(there, site)[0] is None:
            return candidate
    return None


def by_search(site: Site, section: Section) -> list[Candidate]:
    """Ways into the section that only the site's own search shows."""
    out = []
    for capture in site.captures:
        if (
            capture.purpose != "search"
            or capture.word != section.search_for
            or capture.status != 200
            or not is_html(capture)
        ):
            continue
        page = site.parsed(capture)
        for link in page.links:
            if site.is_own(link.url) and not site.in_menu(link) and names_section(link.label, section, site.method):
                out.append(Candidate(link, page, 3))
    return sorted(out, key=lambda c: c.rank, reverse=True)


def placement_of(site: Site, root: Page | None, own: list[Candidate]) -> str:
    for candidate in own:
        if candidate.page.key != site.home.key:
            continue
        outcome = site.outcome(candidate.link.url)
        same = root is None or (outcome is not None and outcome.page is not None and outcome.page.key == root.key)
        if same and site.in_menu(candidate.link):
            return "menu"
    return "page"
