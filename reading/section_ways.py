"""Which links lead to a section, and how surely does each?"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from reading.items import dated_urls
from reading.languages import switch_to
from reading.looking import Site, is_html
from reading.method import Section
from reading.page import Link, Page
from reading.section_names import MAX_NAME_WORDS, is_of_another_body, names_section, slug_names_section
from reading.text import fold, is_form_of, slug_of, words

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
        open_ones = (one for one in places if not _is_passed_over(one[2], site))
        first = next(open_ones, None)
        strength = _strength(first[2], section, site) if first is not None else 0
        for place, page, link in (first, *open_ones) if first is not None and strength else ():
            if not _is_story(link, page, site):
                placed.append((place, Candidate(link, page, strength)))
    in_order = [candidate for _, candidate in sorted(placed, key=lambda one: one[0])]
    found = [
        one
        for one in in_order
        if not is_of_another_body(one.link.label, section, site) and not _is_button(one.link, one.page, site)
    ]
    found.sort(key=lambda c: (c.rank, c.page is site.home), reverse=True)
    return found


def _is_button(link: Link, page: Page, site: Site) -> bool:
    """Whether a link stands again and again on its page and leads elsewhere each time: "müraciət et"."""
    if site.in_menu(link):
        return False
    return len({other.key for other in page.links if other.label == link.label}) >= MIN_BUTTONS


def _is_passed_over(link: Link, site: Site) -> bool:
    return link.zone == "crumbs" or link.key == site.home.key or (link.is_file and not site.in_menu(link))


def _strength(link: Link, section: Section, site: Site) -> int:
    if names_section(link.label, section, site.method):
        return 3
    label = words(link.label)
    outcome = site.outcome(link.url) if len(label) <= MAX_NAME_WORDS else None
    if outcome is not None and outcome.page is not None:
        head = outcome.page.h1
        if (
            names_section(head, section, site.method)
            and fold(head) not in site.template_texts  # the name of the site stands over every page
            and section.not_words.in_words(label) is None
            and switch_to(link, site.method) is None
        ):
            return 2
    if not slug_names_section(link.url, section):
        return 0
    if label and section.not_words.in_words(label) is None and all(_is_of_name(word, section) for word in label):
        return 2  # a short form of the name ("Şura"), and the address tells which
    return int(not label or site.method.streams.generic.in_words(label) is not None)


def _is_of_name(word: str, section: Section) -> bool:
    return any(is_form_of(word, stem) for phrase in section.words.phrases for stem in phrase.stems)


def _is_story(link: Link, page: Page, site: Site) -> bool:
    """Whether a link is an entry of a news stream: it stands outside the menus with a date beside it."""
    if link.zone in ("nav", "header", "footer") or (link.key, fold(link.label)) in site.menu_signs:
        return False
    if link.url in dated_urls(page, site):
        return True
    first = urlsplit(link.url).path.strip("/").split("/")
    return site.method.streams.news.in_slug(slug_of("/".join(first[:-1]))) if len(first) > 1 else False


def is_surely_named(candidate: Candidate, section: Section) -> bool:
    """Whether a candidate's name can be of nothing else; "Bizə yazın" is a section only if it turns out to hold one."""
    found = words(candidate.link.label)
    return section.weak_words.in_words(found) is None or section.sure_words.in_words(found) is not None


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
