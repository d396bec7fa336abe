"""Does the section of procurement print a notice of a tender, a request for quotations or a contract?"""

import re

from reading.calendar import dates_in
from reading.entries import Entry
from reading.finding import Evidence, seen_on
from reading.kinds.content import Content, made_of, told
from reading.method import Section
from reading.section_names import tells_event
from reading.section_tree import Tree, has, is_law
from reading.text import fold, words

MAX_READ = 700  # letters of an entry that tell what it is
MAX_HEAD = 120  # letters of a heading
_LOT = re.compile(r"№|\blot\b")


def content(tree: Tree) -> Content:
    section = tree.section
    quotes: dict[str, Evidence] = {}
    own: list[Entry] = []
    listed = [entry for entry in tree.entries if not _is_job(f"{entry.title} {entry.text}"[:300], section)]
    kinds = {entry: _kind_of(entry, tree) for entry in listed}
    shapes = {_shape(entry) for entry, kind in kinds.items() if kind in ("contracts", "notices")}
    for entry in listed or [told(part, text) for part, text in tree.texts if _is_notice_text(text, tree)]:
        kind = kinds[entry] if entry in kinds else _kind_of(entry, tree)
        is_event = tells_event(entry.title, tree.site.method)
        if kind is None and entry.day is not None and not is_event and _shape(entry) in shapes:
            kind = "notices"  # a dated line among lines that are notices
        if kind is not None:
            quotes.setdefault(kind, seen_on(entry.page, entry.title))
        if kind in ("contracts", "notices"):
            own.append(entry)
    if not own and "plans" not in quotes:
        # The page itself may be the one notice that there is.
        whole = tree.whole(tree.parts[tree.root.key])
        if _is_notice_text(whole.text, tree) and not is_law(whole.text, section):
            own = [whole]
            quotes["notices"] = seen_on(tree.root, whole.text)
    for part, text in tree.texts:
        if is_law(text, section):
            quotes.setdefault("law", seen_on(part.page, text))
        elif len(text) < 200 and has(section.content_words["plans"], text):
            quotes.setdefault("plans", seen_on(part.page, text))
    return made_of(quotes, bool(own), own)


def _kind_of(entry: Entry, tree: Tree) -> str | None:
    """What an entry is: law, plans, contracts, notices; None for what has nothing to do with procurement."""
    section, what = tree.section, tree.section.content_words
    if is_law(entry.title, section):
        return "law"
    if has(what["plans"], entry.title) or (entry.day is None and entry.url is None and _is_plan(tree)):
        return "plans"  # a row of a plan is what will be bought, not a notice
    if has(what["contracts"], f"{entry.title} . {entry.head}"):
        return "contracts"
    if has(section.entry_words, entry.head):
        return "notices"
    # "Yol təmir olundu" is a piece of news; "tender elan olundu" is a notice.
    is_event = tells_event(entry.title, tree.site.method)
    found = words(f"{entry.title} {entry.text}"[:MAX_READ])
    if section.entry_words.in_words(found) is not None:
        return "notices" if section.about_words.in_words(found) is not None or not is_event else None
    # The section of tenders lists them by what is bought: "Tinglərin tədarükü".
    is_listed = entry.day is not None and entry.url is not None and not is_event
    return "notices" if is_listed and has(what["notices"], f"{tree.label} . {tree.root.h1}") else None


def _shape(entry: Entry) -> tuple[object, ...]:
    """What the entries of one list have in common."""
    return entry.page, entry.element.tag, entry.element.getparent()


def _is_plan(tree: Tree) -> bool:
    heads = (f"{tree.label} . {tree.root.h1}", *(text for _, text in tree.texts if len(text) < MAX_HEAD))
    return any(has(tree.section.content_words["plans"], head) for head in heads)


def _is_job(text: str, section: Section) -> bool:
    """Whether a text is of a competition for a post, not for a contract."""
    return has(section.content_words["jobs"], text)


def _is_notice_text(text: str, tree: Tree) -> bool:
    """Whether running text is a notice: several of its words, and a day or a number of a lot."""
    found = words(text)
    section = tree.section
    stems = {phrase.text for phrase in section.entry_words.phrases if phrase.find(found) is not None}
    is_subject = section.about_words.in_words(found) is not None and not _is_job(text, section)
    return (
        is_subject
        and len(stems) >= 2
        and len(text) > 60
        and bool(dates_in(text, tree.site.as_of) or _LOT.search(fold(text)))
    )
