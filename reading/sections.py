"""Is there a section of this kind, where is it linked from, and what is really in it?"""

import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from urllib.parse import urlsplit

from lxml import html

from reading.calendar import dates_in
from reading.documents import text_of
from reading.finding import Evidence, Finding, NotSeen, seen_on
from reading.items import items_on
from reading.looking import Site, is_html
from reading.method import Method, Section, Words
from reading.page import Block, Link, Page, host_of
from reading.people import people_in
from reading.text import fold, slug_of, squeeze, words

MAX_NAME_WORDS = 12  # of a label that names a section; longer ones tell a story
MAX_SUBPAGES = 15
MIN_LETTERS = 25  # of own text; with fewer a page is empty
_DATA_FILE = re.compile(r"\.(?:xlsx?|csv|json|xml|ods|geojson|zip)(?:$|\?)", re.I)
_FILE = re.compile(r"\.(?:pdf|docx?|xlsx?|csv|json|xml|ods|odt|rtf|zip|rar)(?:$|\?)", re.I)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_ARTICLE = re.compile(r"\b(?:madde|statya|article)\s+\d|\b\d+\.\d+\.\d*\s")


# -- what names a section ----------------------------------------------------------------------------------------------


def names_section(label: str, section: Section, method: Method) -> bool:
    """Whether a label is the name of a section of this kind, not a story that mentions it or a look-alike."""
    found = words(label)
    if not found or len(found) > MAX_NAME_WORDS:
        return False
    if section.not_words.in_words(found) is not None or method.streams.verbs.in_words(found) is not None:
        return False
    for phrase in section.words.phrases:
        at = phrase.find(found)
        # In a long label the name stands first or last: "X yanında İctimai Şura", not "X Procurement and Supply Y".
        if at is not None and (len(found) <= len(phrase.stems) + 3 or at == 0 or at + len(phrase.stems) == len(found)):
            return True
    return False


def slug_names_section(url: str, section: Section) -> bool:
    """Whether an address names a section of this kind (a view, a folder or a slug of a few words)."""
    parts = urlsplit(url)
    slug = slug_of(f"{parts.path}?{parts.query}")
    if section.not_words.in_slug(slug):
        return False
    return len(slug.split("-")) <= 8 and section.words.in_slug(slug)


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
    found: list[Candidate] = []
    for page in site.pages:
        for link in page.links:
            if link.zone == "crumbs" or link.key == site.home.key or (link.is_file and not site.in_menu(link)):
                continue
            strength = _strength(link, section, site)
            if strength and not _is_story(link, page, site):
                found.append(Candidate(link, page, strength))
    found.sort(key=lambda c: (c.rank, c.page is site.home), reverse=True)
    return found


def _strength(link: Link, section: Section, site: Site) -> int:
    if names_section(link.label, section, site.method):
        return 3
    label = words(link.label)
    outcome = site.outcome(link.url) if len(label) <= MAX_NAME_WORDS else None
    if (
        outcome is not None
        and outcome.page is not None
        and names_section(outcome.page.h1, section, site.method)
        and section.not_words.in_words(label) is None
    ):
        return 2
    blank = not label or site.method.streams.generic.in_words(label) is not None
    return int(blank and slug_names_section(link.url, section))


def _is_story(link: Link, page: Page, site: Site) -> bool:
    """Whether a link is an entry of a news stream: it stands outside the menus with a date beside it."""
    if link.zone in ("nav", "header", "footer") or (link.key, fold(link.label)) in site.menu_signs:
        return False
    dated = {item.url for item in items_on(page, site) if item.day is not None}
    if link.url in dated:
        return True
    first = urlsplit(link.url).path.strip("/").split("/")
    return site.method.streams.news.in_slug(slug_of("/".join(first[:-1]))) if len(first) > 1 else False


# -- what is in it -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """One page or attached document of a section."""

    page: Page
    label: str  # of the link that led here
    text: str | None = None  # of a document that is no page


class Tree:
    """A section: its own page and the pages under it."""

    def __init__(self, site: Site, section: Section, root: Page, label: str, top: Link):
        self.site, self.section, self.root, self.label, self.top = site, section, root, label, top

    @cached_property
    def parts(self) -> list[Part]:
        parts, keys = [Part(self.root, self.label)], {self.root.key, self.site.home.key}
        for link in self._below():
            if link.key in keys:
                continue
            keys.add(link.key)
            outcome = self.site.outcome(link.url)
            if outcome is None or outcome.page is None:
                continue
            page = outcome.page
            parts.append(Part(page, link.label, None if is_html(page.capture) else text_of(page.capture) or link.label))
            if len(parts) > MAX_SUBPAGES:
                break
        return parts

    def _below(self) -> list[Link]:
        """Links to the parts: in the root's own text, under its address, or nested under its entry of the menu."""
        below = [link for link in self.root.links if link.zone == "body" and self._is_own_link(link)]
        stem = urlsplit(self.root.url).path.rstrip("/").removesuffix(".html") + "/"
        if len(stem) > 4:
            below += [link for link in self.root.links if urlsplit(link.url).path.startswith(stem)]
        entry = next((up for up in self.top.element.iterancestors("li")), None)
        if entry is not None and self.top.zone in ("nav", "header", "footer"):
            nested = {a for a in entry.iter("a") if a is not self.top.element}
            source = next((page for page in self.site.pages if self.top in page.links), self.root)
            below += [link for link in source.links if link.element in nested]
        below += [link for link in self.root.links if _has(self.section.words, link.label) and link.zone != "crumbs"]
        return [link for link in below if self.site.is_own(link.url)]

    def _is_own_link(self, link: Link) -> bool:
        return (link.key, fold(link.label)) not in self.site.menu_signs

    def own_blocks(self, part: Part) -> list[Block]:
        """Blocks of a part's own text, without its headings that only repeat the section's name, and without chrome."""
        heads = {fold(self.label), fold(part.label), fold(part.page.h1), fold(part.page.title)}
        out = []
        for block in self.site.own_blocks(part.page):
            if block.folded in heads and block.element.tag not in ("li", "td"):
                continue
            if len(block.folded) < 60 and _has(self.site.method.streams.chrome, block.text):
                continue
            out.append(block)
        return out

    @cached_property
    def texts(self) -> list[tuple[Part, str]]:
        """(part, text) of every piece of the section: a block of a page, or a whole document."""
        out: list[tuple[Part, str]] = []
        for part in self.parts:
            if part.text is not None:
                out.append((part, part.text))
            else:
                out += [(part, block.text) for block in self.own_blocks(part)]
        return out

    @cached_property
    def letters(self) -> int:
        return sum(len(text) for _, text in self.texts)

    @cached_property
    def files(self) -> list[Link]:
        """Attached documents of the section, each once."""
        seen: dict[str, Link] = {}
        for part in self.parts:
            if part.text is None:
                for link in part.page.links:
                    if _FILE.search(link.url) and link.zone == "body" and self._is_own_link(link):
                        seen.setdefault(link.key, link)
        return list(seen.values())

    def newest_day(self) -> date | None:
        """The newest day that an entry of the section carries; laws' own dates and days to come are none."""
        days = []
        for part in self.parts:
            if part.text is None:
                days += [item.day for item in items_on(part.page, self.site) if item.day is not None]
        for _, text in self.texts:
            if not _is_law(text, self.section):
                days += [found.day for found in dates_in(text, self.site.as_of)]
        return max((day for day in days if day <= self.site.as_of), default=None)


def _has(names: Words, text: str) -> bool:
    return names.in_words(words(text)) is not None


def _is_law(text: str, section: Section) -> bool:
    """Whether a piece of text is a law or names one."""
    law = section.content_words.get("law")
    return law is not None and (_has(law, text[:200]) or bool(_ARTICLE.search(fold(text[:400]))))


def _on_subject(tree: Tree) -> bool:
    """Whether the section's text is about its subject, rather than about a look-alike or something else."""
    about, lookalike = tree.section.about_words, tree.section.not_words
    if not about.names:
        return True
    on = off = 0
    for _, text in tree.texts:
        found = words(text)
        off_here = lookalike.in_words(found) is not None
        on += about.in_words(found) is not None and not off_here
        off += off_here
    return on > 0 and on >= off


# -- reading it --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Content:
    """What a section holds."""

    tags: tuple[str, ...]
    full: bool
    items: int | None
    last_date: date | None
    quotes: tuple[Evidence, ...]


def _council(tree: Tree) -> Content:
    section = tree.section
    tags: dict[str, Evidence] = {}
    held = 0
    for part in tree.parts:
        blocks = [(part, part.text)] if part.text is not None else [(part, b.text) for b in tree.own_blocks(part)]
        legal = sum(bool(_ARTICLE.search(fold(text))) for _, text in blocks) >= 2
        member_page = _has(section.content_words["members"], f"{part.label} . {part.page.h1}")
        people = sum(people_in(text, listed=member_page) for _, text in blocks if len(text) < 400)
        if people >= (2 if member_page else 3) and not legal:
            named = next(text for _, text in blocks if people_in(text, listed=member_page))
            tags.setdefault("members", seen_on(part.page, named))
        for _, text in blocks:
            found = words(text)
            is_law = section.content_words["law"].in_words(found[:30]) is not None
            notice = section.content_words["notices"].in_words(found) is not None
            met = section.content_words["meetings"].in_words(found) is not None
            told = tree.site.method.streams.verbs.in_words(found) is not None or bool(dates_in(text, tree.site.as_of))
            if legal or (is_law and not told):
                if is_law or legal:
                    tags.setdefault("law", seen_on(part.page, text))
            elif met and told and not notice and len(text) < 1500:
                tags.setdefault("meetings", seen_on(part.page, text))
                held += 1
            elif notice:
                tags.setdefault("notices", seen_on(part.page, text))
            elif is_law:
                tags.setdefault("law", seen_on(part.page, text))
    return Content(
        _in_order(tags, section),
        bool({"members", "meetings"} & set(tags)),
        _count_items(tree, held),
        tree.newest_day(),
        tuple(tags.values()),
    )


def _count_items(tree: Tree, at_least: int = 0) -> int:
    """Dated or listed entries of the section's own: entries of its lists, and attached documents."""
    keys = set()
    for part in tree.parts:
        if part.text is None:
            keys |= {item.url or item.title for item in items_on(part.page, tree.site)}
    keys |= {link.url for link in tree.files}
    roots = {part.page.url for part in tree.parts if part.page is tree.root}
    return max(len(keys - roots), at_least)


def _procurement(tree: Tree) -> Content:
    section = tree.section
    tags: dict[str, Evidence] = {}
    entries: dict[str, str] = {}
    for part in tree.parts:
        if part.text is not None:
            entries.setdefault(part.page.url, f"{part.label} {part.text}")
            continue
        for item in items_on(part.page, tree.site):
            entries.setdefault(item.url or item.title, item.title)
        for row in _rows(tree, part):
            entries.setdefault(row, row)
    for link in tree.files:
        entries.setdefault(link.url, link.label)
    notices = {}
    for where, title in entries.items():
        found = words(title)
        if _is_law(title, section):
            tags.setdefault("law", seen_on(tree.root, title))
        elif section.content_words["plans"].in_words(found) is not None:
            tags.setdefault("plans", seen_on(tree.root, title))
        elif section.content_words["contracts"].in_words(found) is not None:
            tags.setdefault("contracts", seen_on(tree.root, title))
            notices[where] = title
        elif section.entry_words.in_words(found) is not None:
            tags.setdefault("notices", seen_on(tree.root, title))
            notices[where] = title
    if not notices:
        for part, text in tree.texts:
            if _is_law(text, section):
                tags.setdefault("law", seen_on(part.page, text))
            elif _is_notice_text(text, section, tree):
                tags.setdefault("notices", seen_on(part.page, text))
                notices[text] = text
    return Content(_in_order(tags, section), bool(notices), len(notices), tree.newest_day(), tuple(tags.values()))


def _rows(tree: Tree, part: Part) -> list[str]:
    """Dated rows of tables and dated paragraphs, which are entries without a link."""
    out = []
    for block in tree.own_blocks(part):
        row = next((up for up in (block.element, *block.element.iterancestors()) if up.tag in ("tr", "li", "p")), None)
        text = squeeze(row.text_content()) if row is not None and row.tag == "tr" else block.text
        if 15 < len(text) < 400 and dates_in(text, tree.site.as_of):
            out.append(text)
    return list(dict.fromkeys(out))


def _is_notice_text(text: str, section: Section, tree: Tree) -> bool:
    stems = {phrase.text for phrase in section.entry_words.phrases if phrase.find(words(text)) is not None}
    return (
        len(stems) >= 2
        and len(text) > 60
        and bool(dates_in(text, tree.site.as_of) or re.search(r"№|\blot\b", fold(text)))
    )


def _open_data(tree: Tree) -> Content:
    sets = [link for link in tree.files if _DATA_FILE.search(link.url)]
    quotes = tuple(seen_on(tree.root, f"{link.label} {link.url}") for link in sets[:3])
    return Content(("data",) if sets else (), bool(sets), len(sets), tree.newest_day(), quotes)


def _e_services(tree: Tree) -> Content:
    services = _listed(tree)
    quotes = tuple(seen_on(tree.root, text) for text in services[:3])
    return Content(("services",) if services else (), bool(services), len(services), None, quotes)


def _listed(tree: Tree) -> list[str]:
    """Entries of the longest list of the section: rows, list entries, paragraphs with a link each."""
    best: list[str] = []
    for part in tree.parts[:6]:
        if part.text is not None:
            continue
        groups: dict[html.HtmlElement, list[str]] = {}
        for block in tree.own_blocks(part):
            entry = next(
                (up for up in (block.element, *block.element.iterancestors()) if up.tag in ("li", "tr", "dt")), None
            )
            if entry is None and (
                block.link_letters >= len(block.text) * 0.6 or block.element.tag in ("h3", "h4", "h5")
            ):
                # cards: the box that repeats is the parent of the box that holds the link
                entry = block.element.getparent() if len(block.element.getparent() or ()) < 4 else block.element
            holder = entry.getparent() if entry is not None else None
            if entry is None or holder is None or (entry.tag == "tr" and entry.find("th") is not None):
                continue
            text = squeeze(entry.text_content())
            if len(words(text)) >= 2 and len(text) < 400 and not _has(tree.site.method.streams.generic, text[:20]):
                groups.setdefault(holder, []).append(text)
        for texts in groups.values():
            unique = list(dict.fromkeys(texts))
            if len(unique) > len(best):
                best = unique
    return best if len(best) >= 2 or _one_service(best, tree) else []


def _one_service(listed: list[str], tree: Tree) -> bool:
    return len(listed) == 1 and _has(tree.section.content_words["services"], listed[0])


def _e_appeal(tree: Tree) -> Content:
    for part in tree.parts:
        if part.text is not None:
            continue
        for form in part.page.tree.iter("form"):
            if is_appeal_form(form):
                quote = seen_on(part.page, squeeze(form.text_content())[:120] or "form")
                return Content(("form",), True, 1, None, (quote,))
    return Content((), False, 0, None, ())


def is_appeal_form(form: html.HtmlElement) -> bool:
    """Whether a form takes an appeal: it has room for a text, or several boxes of a person's own."""
    kinds = [(field.get("type") or "text").lower() for field in form.iter("input")]
    typed = sum(kind in ("text", "email", "tel", "number", "date", "file") for kind in kinds)
    return next(form.iter("textarea"), None) is not None or (typed >= 3 and "password" not in kinds)


def _ethics_report(tree: Tree) -> Content:
    section = tree.section
    entries = {item.title for part in tree.parts if part.text is None for item in items_on(part.page, tree.site)}
    entries |= {link.label for link in tree.files} | {text for _, text in tree.texts if len(text) < 300}
    reports = sorted(e for e in entries if _YEAR.search(e) and _has(section.content_words["reports"], e))
    tags = {"reports": seen_on(tree.root, reports[0])} if reports else {}
    law = next((text for _, text in tree.texts if _is_law(text, section)), None)
    if law is not None:
        tags["law"] = seen_on(tree.root, law)
    return Content(_in_order(tags, section), bool(reports), len(reports), tree.newest_day(), tuple(tags.values()))


def _in_order(tags: dict[str, Evidence], section: Section) -> tuple[str, ...]:
    return tuple(sorted(tags))


_CONTENT = {
    "public_council": _council,
    "procurement": _procurement,
    "open_data": _open_data,
    "e_services": _e_services,
    "e_appeal": _e_appeal,
    "ethics_report": _ethics_report,
}


# -- the finding -------------------------------------------------------------------------------------------------------


def read(site: Site, kind: str) -> Finding:
    """The fact `sections.<kind>` (contract, part 2). Raises NotSeen where the section is linked and could not be looked at."""
    section = site.method.kinds[kind]
    _ = site.home  # raises NotSeen where there is no site to read
    found = candidates(site, section)
    own = [c for c in found if site.is_own(c.link.url)]
    external = next((c for c in found if not site.is_own(c.link.url) and _is_portal(c.link.url, section)), None)
    beyond = {"external": external.link.url} if external is not None else {}
    searched = _by_search(site, section) if not own else []
    problem: tuple[Candidate, str] | None = None
    broken: Candidate | None = None
    for candidate in (*own, *searched):
        outcome = site.outcome(candidate.link.url)
        if outcome is None or (outcome.page is None and outcome.problem != "not_found"):
            problem = problem or (candidate, (outcome.problem if outcome is not None else None) or "budget")
        elif outcome.page is None:
            broken = broken or candidate
        else:
            tree = _tree_at(site, section, candidate, outcome.page)
            if tree is not None:
                placement = "search_only" if candidate in searched else _placement(site, tree.root, own)
                return _finding(tree, candidate, placement, beyond)
    if broken is not None and (problem is None or broken.rank >= problem[0].rank):
        fields = {
            "fullness": "broken",
            "placement": _placement(site, None, [broken]),
            "label": broken.link.label,
            "url": broken.link.url,
        }
        outcome = site.outcome(broken.link.url)
        assert outcome is not None
        return Finding(
            "partial",
            {**fields, **beyond},
            (
                seen_on(broken.page, f"{broken.link.label} {broken.link.url}"),
                seen_on(Page(outcome.capture), f"HTTP {outcome.capture.status}"),
            ),
        )
    if problem is not None:
        where = seen_on(problem[0].page, f"{problem[0].link.label} {problem[0].link.url}")
        raise NotSeen(problem[1], (where,))
    if kind == "e_appeal":
        on_home = _form_on_page(site, section)
        if on_home is not None:
            return on_home
    if not site.complete:
        raise NotSeen("budget", tuple(seen_on(page) for page in site.pages))
    return Finding("absent", beyond, tuple(seen_on(page) for page in site.pages))


def _is_portal(url: str, section: Section) -> bool:
    host = host_of(url)
    return any(portal in host for portal in section.portals) or host.endswith(".gov.az")


def _tree_at(site: Site, section: Section, candidate: Candidate, page: Page) -> Tree | None:
    """The section at a page; None where the page turns out to be a story or the home page."""
    if page.key == site.home.key:
        return None
    return Tree(site, section, page, candidate.link.label or page.h1, candidate.link)


def _placement(site: Site, root: Page | None, own: list[Candidate]) -> str:
    for candidate in own:
        if candidate.page.key != site.home.key:
            continue
        outcome = site.outcome(candidate.link.url)
        same = root is None or (outcome is not None and outcome.page is not None and outcome.page.key == root.key)
        if same and site.in_menu(candidate.link):
            return "menu"
    return "page"


def _by_search(site: Site, section: Section) -> list[Candidate]:
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
        page = Page(capture)
        for link in page.links:
            if site.is_own(link.url) and not site.in_menu(link) and names_section(link.label, section, site.method):
                out.append(Candidate(link, page, 3))
    return sorted(out, key=lambda c: c.rank, reverse=True)


def _finding(tree: Tree, candidate: Candidate, placement: str, beyond: dict[str, str]) -> Finding:
    section, root = tree.section, tree.root
    content = _CONTENT[section.id](tree)
    has_something = tree.letters >= MIN_LETTERS or bool(tree.files) or bool(content.items)
    if content.full and (_on_subject(tree) or section.id not in ("public_council",)):
        fullness = "full"
    elif not has_something:
        fullness = "empty"
    elif _on_subject(tree):
        fullness = "formal"
    else:
        fullness = "off_topic"
    state = "found" if fullness in ("full", "formal") else "partial"
    fields: dict[str, object] = {
        "fullness": fullness,
        "placement": placement,
        "label": candidate.link.label or root.h1,
        "url": root.url,
        "content": list(content.tags) if fullness in ("full", "formal") else [],
        "items": content.items,
        "last_date": content.last_date.isoformat() if content.last_date else None,
        **beyond,
    }
    first = seen_on(root, f"{root.h1 or root.title}: " + " ".join(text for _, text in tree.texts)[:200])
    way = seen_on(candidate.page, f"{candidate.link.label} {candidate.link.url}")
    return Finding(state, fields, (way, first, *content.quotes))


def _form_on_page(site: Site, section: Section) -> Finding | None:
    """An appeal form that stands on a page of another name (contact)."""
    for page in site.pages:
        for form in page.tree.iter("form"):
            heading = squeeze(form.text_content())[:300]
            if is_appeal_form(form) and _has(section.words, heading):
                fields = {
                    "fullness": "full",
                    "placement": "page",
                    "label": heading[:60],
                    "url": page.url,
                    "content": ["form"],
                    "items": 1,
                    "last_date": None,
                }
                return Finding("found", fields, (seen_on(page, heading),))
    return None
