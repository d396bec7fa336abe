"""Does the section of ethics hold a yearly report?"""

import re

from reading.finding import seen_on
from reading.kinds.content import Content, made_of, told
from reading.section_tree import Tree, has, is_law

# Under the head "Hesabatlar": "2017", "2017-ci il", "2017-ci il üzrə".
_YEAR_ALONE = re.compile(r"\W*(?:19|20)\d\d(?:\s?-?\s?c[iıuü]\s+il\w*)?(?:\s+üzrə)?\W*", re.I)
MAX_NAME = 300  # letters of the name of a report
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def content(tree: Tree) -> Content:
    section = tree.section
    wanted = section.content_words["reports"]
    reports = [
        entry
        for entry in tree.entries
        if _YEAR.search(entry.title)
        and (
            has(wanted, entry.title)
            or (not is_law(entry.title, section) and has(wanted, entry.text[:200]))
            or (_YEAR_ALONE.fullmatch(entry.title) and has(wanted, f"{tree.label} . {tree.root.h1}"))
        )
    ]
    if not reports:
        # The page itself may be the one report that there is.
        named = [told(tree.parts[tree.root.key], head) for head in (tree.label, tree.root.h1)]
        whole = named + [told(part, text) for part, text in tree.texts if len(text) < MAX_NAME]
        reports = [entry for entry in whole if _YEAR.search(entry.title) and has(wanted, entry.title)]
    # "Qanuna əsasən hər il hesabat verilir" tells the duty.
    reports = [entry for entry in reports if not has(section.content_words["duty"], entry.title)]
    quotes = {"reports": seen_on(reports[0].page, reports[0].title)} if reports else {}
    law = next(((part, text) for part, text in tree.texts if is_law(text, section)), None)
    if law is not None:
        quotes["law"] = seen_on(law[0].page, law[1])
    return made_of(quotes, bool(reports), reports)
