"""Does the council's section name members, or tell of meetings?"""

import re
from collections import Counter
from dataclasses import replace

from reading.entries import Entry
from reading.finding import Evidence, seen_on
from reading.kinds.content import Content, made_of, told
from reading.kinds.listed import list_entry
from reading.lines import parts_of
from reading.method import Section
from reading.page import Block
from reading.people import is_name_of_person, people_in
from reading.section_tree import ARTICLE, Tree, has, is_law
from reading.text import words

MAX_LINE = 400  # letters of a line that may name members
MAX_OFFICE = 120  # letters of a line that names a member by office: "Şuranın sədri: Elnarə Qurbanzadə"
MAX_TOLD = 900  # letters of an entry that may tell of a meeting
_SENTENCE_END = re.compile(r"(?<=[^\W\d_])[.!?…]+\s+(?=[«“\"]?[^\W\d_a-zəıöüğşç])")
# How a sentence of what was done ends, folded: müzakirə etmişdir, qəbul olunub, dinlədilər.
_DID = re.compile(r"\w{2}(?:m[iu]sd[iu]r|[iu]b|d[iu])(?:l[ae]r)?$|\w{2}m[iu]sl[ae]r$")
_DOCUMENT = re.compile(r"\.(?:pdf|docx?|odt|rtf)(?:$|\?)", re.I)
_LIST_CELLS = frozenset("li td dt dd figcaption".split())


def content(tree: Tree) -> Content:
    section = tree.section
    quotes: dict[str, Evidence] = {}
    members = 0  # listed one by one
    for part in tree.parts.values():
        blocks = [] if part.document is not None else tree.own_blocks(part)
        if sum(bool(ARTICLE.search(block.folded)) for block in blocks) >= 2:
            quotes.setdefault("law", seen_on(part.page, blocks[0].text))
        is_list = has(section.content_words["members"], f"{part.label} . {part.page.h1}")

        def is_listed(text: str, block: Block) -> bool:
            """Whether two capital words are a member: in a cell, beside an office, or all that there is."""
            if block.element.tag in _LIST_CELLS or is_name_of_person(text):
                return True
            return len(text) < MAX_OFFICE and has(section.content_words["members"], text)

        if (
            part.document is not None
            and people_in(part.document, tree.site.method.streams.not_people, listed=is_list) >= 3
        ):
            quotes.setdefault("members", seen_on(part.page, part.document))
        lines = [(text, block) for block in blocks for text, _ in parts_of(block) if len(text) < MAX_LINE]
        named = {
            text: people_in(text, tree.site.method.streams.not_people, listed=is_list or is_listed(text, block))
            for text, block in lines
        }
        people = [text for text, number in named.items() if number]
        if sum(named.values()) >= (2 if is_list else 3):
            quotes.setdefault("members", seen_on(part.page, people[0]))
            rows = {row for block in blocks if named.get(block.text) and (row := list_entry(block)) is not None}
            tags = Counter(row.tag for row in rows)
            members = max(members, max(tags.values(), default=0))
    shelves = {part.page.key for part in tree.parts.values() if has(section.content_words["meetings"], part.label)}
    meetings = [
        entry
        for entry in tree.entries
        if _is_meeting(entry, section, tree) or (entry.day is not None and entry.page.key in shelves - {tree.root.key})
    ]
    if not meetings:
        # A meeting may be told in running text, without a list.
        meetings = [e for part, text in tree.texts for e in (told(part, text),) if _is_meeting(e, section, tree)]
    if meetings:
        quotes["meetings"] = seen_on(meetings[0].page, meetings[0].title)
    notices = []
    for entry in (*tree.entries, *(told(part, text) for part, text in tree.texts)):
        if is_law(entry.title, section):
            quotes.setdefault("law", seen_on(entry.page, entry.title))
        if _is_notice(entry, section):
            quotes.setdefault("notices", seen_on(entry.page, entry.title))
            notices.append(entry)
    listed = [entry for entry in notices if entry in tree.entries]
    # Where meetings are told, the council's other dated doings beside them count too.
    doings = [
        e for e in tree.entries if e.day is not None and not is_law(e.title, section) and not _is_notice(e, section)
    ]
    own = list(dict.fromkeys([*meetings, *doings] if meetings else [*listed, *doings]))
    so_far = made_of(quotes, bool({"members", "meetings"} & set(quotes)), own)
    # A council that tells nothing but its members lists them.
    return so_far if so_far.items or members < 2 else replace(so_far, items=members)


def _is_meeting(entry: Entry, section: Section, tree: Tree) -> bool:
    """Whether an entry tells of a meeting that was held: its word, and a day or a past verb; no call to elect."""
    if _is_notice(entry, section) or is_law(entry.title, section):
        return False
    if section.content_words["meetings"].in_words(words(f"{entry.title} {entry.text}"[:MAX_TOLD])) is None:
        return False
    if entry.day is not None and has(section.content_words["meetings"], entry.title):
        return True
    if _DOCUMENT.search(entry.url or "") and has(section.content_words["sittings"], entry.title):
        return True  # the minutes themselves, whether or not they are told by their day
    said = entry.text if entry.text.startswith(entry.title) else f"{entry.title}. {entry.text}"
    if not has(section.content_words["sittings"], said) and not has(section.about_words, said):
        return False
    return any(_tells_of_meeting(sentence, section, tree) for sentence in _SENTENCE_END.split(said))


def _tells_of_meeting(sentence: str, section: Section, tree: Tree) -> bool:
    """Whether a sentence tells that the council met: not how it was founded, how it has to meet, or what others did."""
    found = words(sentence)
    what = section.content_words
    if not found or what["meetings"].in_words(found) is None or is_law(sentence, section):
        return False
    if what["founding"].in_words(found) is not None and what["sittings"].in_words(found) is None:
        return False
    return bool(_DID.search(found[-1])) or tree.site.method.streams.verbs.in_words(found) is not None


def _is_notice(entry: Entry, section: Section) -> bool:
    return has(section.content_words["notices"], entry.title)
