"""What does a section list: which run of entries of one shape is the longest?"""

import re

from lxml import html

from reading.entries import is_head, is_head_row, lays_out
from reading.lines import parts_of
from reading.lists import is_same_list
from reading.page import Block
from reading.people import people_in
from reading.section_tree import Part, Tree, has
from reading.text import fold, squeeze, words

_ONES = frozenset(("li", "tr", "dt", "figure", "details"))  # elements that are entries by themselves
MIN_BOXES = 3  # alike and side by side, that are a list
MAX_NAME = 14  # words of a thing's name

# Verbal nouns, folded: verilməsi, alınması, yoxlama.
_DEED = re.compile(r"\w{2}m[ae](?:s[iu]\w{0,3})?$")
_NUMBERED = re.compile(r"^\s*(?:\d{1,3}[.)]|[•–·*-])\s*\S")
# How an Azerbaijani sentence ends, folded: göstərilir, aparılmalıdır, qəbul edirlər, təsdiq edilmişdir, minir.
_PREDICATE = re.compile(r"\w{2}(?:(?:[dt]?[iu]r|[iu]b)(?:l[ae]r)?|d[iu]|[ae]c[ae][kq](?:d[iu]r)?)$")


def listed(tree: Tree) -> list[str]:
    """What the section lists: the longest run of entries of one shape, on its list's pages or on one of its parts."""
    lists = [part for part in tree.parts.values() if part.page is tree.root or _is_further(part, tree)]
    singles = [[part] for part in tree.parts.values() if part not in lists]
    return max((_longest_list(tree, parts) for parts in (lists, *singles[:6])), key=len)


def _is_further(part: Part, tree: Tree) -> bool:
    """Whether a part is another page, or another tab, of the same list."""
    if part.document is not None:
        return False
    return (
        is_same_list(part.page.url, tree.root.url)
        or part.label.strip(" []").isdigit()
        or has(tree.site.method.streams.next_page, part.label)
    )


def _longest_list(tree: Tree, parts: list[Part]) -> list[str]:
    groups: dict[tuple[object, ...], list[str]] = {}
    for part in parts:
        for block in tree.own_blocks(part) if part.document is None else ():
            entry = list_entry(block)
            lines = parts_of(block)
            if len(lines) > 1 and not _is_one(entry, block):
                said = [text for text, _ in lines if text in block.text and _is_name(text) and _is_service(text, tree)]
                groups.setdefault(("line", block.element.tag, _class_of(block.element)), []).extend(said)
                continue
            if entry is not None and has(tree.site.method.streams.generic, block.text) and len(words(block.text)) <= 2:
                entry = _card_of(block)  # "Keçid" names nothing: what it leads to stands above it
            if entry is None or tree.leads_to_news(entry):
                continue
            text = squeeze(entry.text_content())
            holder = entry.getparent()
            name = lines[0][0] if len(lines) > 1 else _name_in(entry)
            if holder is not None and len(words(text)) >= 2 and len(text) < 400 and _is_service(name, tree):
                shape = (entry.tag, _class_of(entry), holder.tag, _class_of(holder))
                groups.setdefault(shape, []).append(text)
    lists = [list(dict.fromkeys(texts)) for texts in groups.values()]
    best = max((texts for texts in lists if not _is_of_people(texts, tree)), key=len, default=[])
    named = [text for text in best if has(tree.section.content_words["services"], text)]
    # One entry is a list where it is named as a service; several are, unless they are captions or titles of what not.
    return best if named or (len(best) > 1 and any(_names_deed(text, tree) for text in best)) else []


def _name_in(entry: html.HtmlElement) -> str:
    """What an entry is called, less the law that it goes by: the first cell of words of a row, what opens a box."""
    parts = entry.iter("td", "summary") if entry.tag in ("tr", "details") else ()
    told = (squeeze(part.text_content()) for part in parts)
    return next((text for text in told if len(words(text)) >= 2), squeeze(entry.text_content()))


def _is_one(entry: html.HtmlElement | None, block: Block) -> bool:
    """Whether a block of several lines or links is one entry: a row, or a box among boxes like it."""
    is_linked = block.link_letters >= len(block.text) * 0.6
    if entry is None or (entry is block.element and is_linked):
        return False
    if entry.tag in _ONES or (entry is not block.element and not is_linked):
        return True
    parent = entry.getparent()
    alike = [child for child in parent if child.get("class") == entry.get("class")] if parent is not None else []
    return bool(entry.get("class")) and len(alike) >= MIN_BOXES


def _is_service(text: str, tree: Tree) -> bool:
    """Whether a text may be the name of a service: no law, and no point of one."""
    return not _is_sentence(text) and not has(tree.section.content_words["law"], text)


def _names_deed(text: str, tree: Tree) -> bool:
    """Whether a text names something that is done for people ("… yoxlanması"), or is on the subject."""
    return any(_DEED.search(word) for word in words(text)) or has(tree.section.about_words, text)


def _is_sentence(text: str) -> bool:
    """Whether a text tells something, as a point of a law does; a service has a name."""
    ends = text.rstrip(' ”"»)')
    return (
        ends.endswith((".", ";"))
        and text.count(" ") > 5
        and (_NUMBERED.match(text) is not None or _PREDICATE.search(fold(ends.rstrip(".;"))) is not None)
    )


def _is_of_people(texts: list[str], tree: Tree) -> bool:
    """Whether a list is one of people: the heads of an office, not its services."""
    not_people = tree.site.method.streams.not_people
    return 2 * sum(people_in(text, not_people, listed=True) > 0 for text in texts) > len(texts) > 1


def _card_of(block: Block) -> html.HtmlElement | None:
    """The box round a button that has a fellow with the same button in it."""
    for up in block.element.iterancestors():
        parent = up.getparent()
        if parent is None or up.tag == "body":
            return None
        fellows = (child for child in parent if child is not up and child.tag == up.tag)
        if any(_class_of(child) == _class_of(up) and block.text in child.text_content() for child in fellows):
            return up
    return None


def _class_of(element: html.HtmlElement) -> str:
    """Class names as people give them: those with numbers are made by a program, one for each box."""
    return " ".join(name for name in (element.get("class") or "").split() if not any(map(str.isdigit, name)))


def list_entry(block: Block) -> html.HtmlElement | None:
    """The repeated element that a block belongs to: list entry, row, term, or the box of a card."""
    entry = next((up for up in (block.element, *block.element.iterancestors()) if up.tag in _ONES), None)
    if entry is not None and not (entry.tag == "tr" and lays_out(entry)):
        return None if entry.tag == "tr" and (entry.find("th") is not None or is_head_row(entry)) else entry
    if block.is_heading or is_head(block) or (block.text and block.link_letters >= len(block.text) * 0.6):
        parent = block.element.getparent()
        # A card is a box of its own among like boxes; a heading or a paragraph may also stand among its fellows.
        fellows = [] if parent is None else [child for child in parent if child.tag == block.element.tag]
        return block.element if len(fellows) > 1 or parent is None else parent
    box = _box_round(block)
    name, parent = box.get("class"), box.getparent()
    fellows = [child for child in parent if child.tag == box.tag] if parent is not None else []
    if name and sum(child.get("class") == name for child in fellows) >= MIN_BOXES:
        return box  # boxes of one class in a row are a list, whatever they are made of
    if _NUMBERED.match(block.text) and not _is_sentence(block.text):
        return block.element
    if not _is_name(block.text):
        return None
    # Short names in a row, each in a box or paragraph of its own.
    named = [said for child in fellows if (said := squeeze(child.text_content())) and _is_name(said)]
    return box if len(named) >= max(2, 0.8 * len(fellows)) else None


def _box_round(block: Block) -> html.HtmlElement:
    """The outermost box that holds nothing but this block, and has boxes like it beside it."""
    found = element = block.element
    while (up := element.getparent()) is not None and up.tag in ("div", "article", "section", "p", "span"):
        if len(squeeze(up.text_content())) != len(block.text):
            break
        element = up
        above = up.getparent()
        if above is not None and sum(child.tag == up.tag for child in above) >= MIN_BOXES:
            found = up
    return found


def _is_name(text: str) -> bool:
    """Whether a text may be the name of a thing: a few words, and no sentence."""
    return 2 <= len(words(text)) <= MAX_NAME and not text.rstrip().endswith((".", ";", ":", "!", "?"))
