"""Is there a section of this kind, where is it linked from, and what is really in it?"""

from archive.leads import unpressed
from reading.finding import Finding, NotSeen, seen_on
from reading.handles import unopened_on
from reading.kinds import content_of
from reading.kinds.e_appeal import is_appeal_form
from reading.looking import Site
from reading.method import Section
from reading.page import Page
from reading.section_heads import opened_by_script, under_heads
from reading.section_tree import Tree, has, on_subject
from reading.section_ways import Candidate, by_search, candidates, doubtful, is_surely_named, placement_of
from reading.text import squeeze

MAX_ROOTS = 4  # pages that bear the section's name and are looked into, before it is said to be empty


def read(site: Site, kind: str) -> Finding:
    """The fact `sections.<kind>` (contract, part 2). Raises NotSeen where it is linked and could not be looked at."""
    section = site.method.kinds[kind]
    _ = site.home  # raises NotSeen where there is no site to read
    found = candidates(site, section)
    # A form may stand on a host of its own under the authority's; services there are a portal, which is external.
    is_own = site.is_authoritys if kind == "e_appeal" else site.is_own
    own = [c for c in found if is_own(c.link.url)]
    external = next((c for c in found if not is_own(c.link.url)), None)
    beyond = {"external": external.link.whole_url} if external is not None else {}
    searched = by_search(site, section) if not own else []
    problem: tuple[Candidate, str] | None = None
    broken: Candidate | None = None
    partial: Finding | None = None
    looked: set[str] = set()
    for candidate in (*own, *searched):
        outcome = site.outcome(candidate.link.url)
        if outcome is None or (outcome.page is None and outcome.problem != "not_found"):
            problem = problem or (candidate, (outcome.problem if outcome is not None else None) or "budget")
        elif outcome.page is None and candidate.link.is_guess:
            problem = problem or (candidate, "script")  # the site's script may well lead its visitor to another address
        elif outcome.page is None:
            broken = broken or (candidate if is_surely_named(candidate, section) else None)
        else:
            tree = _tree_at(site, section, candidate, outcome.page)
            if tree is None or tree.root.key in looked or len(looked) > MAX_ROOTS:
                continue
            looked.add(tree.root.key)
            if is_surely_named(candidate, section) or content_of(tree).full:
                placement = "search_only" if candidate in searched else placement_of(site, tree.root, own)
                found_here = _finding(tree, candidate, placement, beyond)
                if found_here.fields["fullness"] == "full":
                    return found_here
                # What a lesser link shows says nothing of the section whose own page we could not look at.
                if problem is not None and problem[0].rank > candidate.rank:
                    continue
                if found_here.state == "found":
                    return found_here
                # Another version of the site may hold what this one only promises.
                partial = partial or found_here
    if partial is not None:
        return partial
    if broken is not None and (problem is None or broken.rank >= problem[0].rank):
        fields = {
            "fullness": "broken",
            "placement": placement_of(site, None, [broken]),
            "label": broken.link.label,
            "url": broken.link.url,
        }
        outcome = site.outcome(broken.link.url)
        assert outcome is not None
        return Finding(
            "partial",
            {**fields, **beyond},
            (
                seen_on(broken.page, _way_in(broken)),
                seen_on(site.parsed(outcome.capture), f"HTTP {outcome.capture.status}"),
            ),
        )
    if problem is not None:
        where = seen_on(problem[0].page, _way_in(problem[0]))
        raise NotSeen(problem[1], (where,))
    if kind == "e_appeal":
        on_home = _form_on_page(site, section)
        if on_home is not None:
            return on_home
    headed = under_heads(site, section)
    for candidate in headed:
        outcome = site.outcome(candidate.link.url)
        tree = _tree_at(site, section, candidate, outcome.page) if outcome is not None and outcome.page else None
        if tree is not None and content_of(tree).full:
            return _finding(tree, candidate, "menu", beyond)
    doubt = next(iter(headed), None) or doubtful(site, section)
    if doubt is not None:
        raise NotSeen("unsure", (seen_on(doubt.page, _way_in(doubt)),))
    scripted = opened_by_script(site, section)
    if scripted is not None:
        raise NotSeen(site.why_unpressed(scripted[0]), (seen_on(*scripted),))
    unopened = unopened_on(site.home, site.method)
    if unopened is not None:
        raise NotSeen("script", (seen_on(site.home, unopened),))
    if not site.complete:
        raise NotSeen("budget", tuple(seen_on(page) for page in site.pages))
    return Finding("absent", beyond, tuple(seen_on(page) for page in site.pages))


def _way_in(candidate: Candidate) -> str:
    """What the link says and where it leads, as a visitor would see it."""
    return f"{candidate.link.label} {unpressed(candidate.link.url)}"


def _tree_at(site: Site, section: Section, candidate: Candidate, page: Page) -> Tree | None:
    """The section at a page; None where the page is the home page under another address."""
    if page.key == site.home.key:
        return None
    return Tree(site, section, page, candidate.link.label or page.h1, candidate.link)


def _finding(tree: Tree, candidate: Candidate, placement: str, beyond: dict[str, str]) -> Finding:
    section, root = tree.section, tree.root
    content = content_of(tree)
    is_on_subject = on_subject(tree, content.full)
    if content.full and (is_on_subject or not section.owned):
        fullness = "full"
    elif not tree.has_something():
        fullness = "empty"
    else:
        fullness = "formal" if is_on_subject else "off_topic"
    is_there = fullness in ("full", "formal")
    fields: dict[str, object] = {
        "fullness": fullness,
        "placement": placement,
        "label": candidate.link.label.strip(" -–—•·»>") or root.h1,
        "url": root.url,
        "content": sorted(content.quotes) if is_there else [],
        "items": content.items if is_there else 0,
        "last_date": content.last_date.isoformat() if content.last_date and is_there else None,
        **beyond,
    }
    first = seen_on(root, f"{root.h1 or root.title}: " + " ".join(text for _, text in tree.texts)[:200])
    way = seen_on(candidate.page, _way_in(candidate))
    return Finding("found" if is_there else "partial", fields, (way, first, *content.quotes.values()))


def _form_on_page(site: Site, section: Section) -> Finding | None:
    """An appeal form that stands on a page of another name (contact)."""
    for page in site.pages:
        for form in page.tree.iter("form"):
            heading = squeeze(form.text_content())[:300]
            if is_appeal_form(form) and has(section.sure_words, heading):
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
