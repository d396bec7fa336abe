"""Does a menu name a section without a link to it: at the head of a drop-down, or by what only a script opens?"""

from collections.abc import Iterator
from dataclasses import replace

from lxml import html

from reading.handles import unpressed_on
from reading.looking import Site
from reading.method import Section
from reading.page import Block, Link, Page
from reading.section_names import is_whole_name, sections_named
from reading.section_ways import Candidate
from reading.text import squeeze, words

MAX_BELOW = 12  # links below one head; a box of more is the whole menu
_MENUS = frozenset(("nav", "header", "footer"))


def under_heads(site: Site, section: Section) -> list[Candidate]:
    """Links below a head that bears the section's name and has no page of its own: "İctimai şura ▾ Tərkibi, İclaslar".

    They are called as the head is. What names another section, or leads away from the site, is none of its parts.
    """
    links = {link.element: link for link in site.home.links}
    found = []
    for block in _unlinked(site, section, links):
        below = [link for link in _below(block, links) if site.is_own(link.url) and link.key != site.home.key]
        own = [link for link in below if not sections_named(link.label, site.method)]
        found += [Candidate(replace(link, label=block.text), site.home, 2) for link in own]
    return found


def opened_by_script(site: Site, section: Section) -> tuple[Page, str] | None:
    """Where something is called as the section is, and a script and no address opens it: (page, name). On pages other
    than the home page only a name that can be of nothing else tells that."""
    label = unpressed_on(site.home, lambda label: is_whole_name(label, section))
    if label is not None:
        return site.home, label
    for page in site.pages:
        label = unpressed_on(page, lambda label: is_whole_name(label, section) and _is_sure(label, section))
        if label is not None:
            return page, label
    return None


def _is_sure(label: str, section: Section) -> bool:
    found = words(label)
    return section.sure_words.in_words(found) is not None and section.weak_words.in_words(found) is None


def _unlinked(site: Site, section: Section, links: dict[html.HtmlElement, Link]) -> Iterator[Block]:
    """Blocks of the menus of the home page that are called as the section is, and no more, and are no links."""
    for block in site.home.blocks:
        if block.zone not in _MENUS or not is_whole_name(block.text, section):
            continue
        if not any(up in links for _, holder in block.pieces for up in (holder, *holder.iterancestors())):
            yield block


def _below(block: Block, links: dict[html.HtmlElement, Link]) -> list[Link]:
    """The links in the smallest box round a head that holds any: one of several in the menu, with the head on top."""
    for box in (block.element, *block.element.iterancestors()):
        above = box.getparent()
        if box.tag in ("nav", "ul", "ol", "body") or above is None:
            break
        inside = [links[element] for element in box.iter() if element in links]
        if inside:
            # One of several in the menu, or all that there is of a menu that was opened (spiders/pressing.py).
            menu = above.getparent()
            is_alone = len(above) == 1 and menu is not None and menu.tag == "nav" and len(menu) == 1
            is_entry = is_alone or sum(other.tag == box.tag for other in above) > 1
            is_headed = squeeze(box.text_content()).startswith(block.text)
            return inside if is_entry and is_headed and len(inside) <= MAX_BELOW else []
    return []
