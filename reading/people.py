"""Does this text name people?"""

import re

from reading.method import Words
from reading.text import words

# Ends of Azerbaijani family names, and the words that mark a father's name.
_FAMILY = r"\w+(?:ov|ova|yev|yeva|ev|eva|zadə|zade|lı|li|lu|lü|bəyli|xanlı|oğlu|qızı|ski|skaya|gil|soy)"
_CAPITAL = r"[A-ZƏİIŞÇĞÖÜ][a-zəıişçğöü’'`-]+"
_PERSON = re.compile(
    rf"\b(?:{_CAPITAL}\s+){{1,2}}(?=[A-ZƏİIŞÇĞÖÜ]){_FAMILY}\b(?:\s+{_CAPITAL})?(?:\s+(?:oğlu|qızı))?|\b{_CAPITAL}\s+{_CAPITAL}\s+{_CAPITAL}\s+(?:oğlu|qızı)\b"
)
# Family name first, as lists have it: Mirzəyeva Leyla.
_FAMILY_FIRST = re.compile(rf"(?=[A-ZƏİIŞÇĞÖÜ]){_FAMILY}\s+{_CAPITAL}\b")
_TITLE_CASE = re.compile(rf"^\W*(?:\d+[.)]\s*)?{_CAPITAL}\s+{_CAPITAL}(?:\s+(?:{_CAPITAL}|oğlu|qızı))?\b")
_INITIALS = re.compile(
    rf"\b[A-ZƏİIŞÇĞÖÜ]\.\s?(?:[A-ZƏİIŞÇĞÖÜ]\.\s?)?{_CAPITAL}\b|\b{_CAPITAL}\s[A-ZƏİIŞÇĞÖÜ]\.(?:\s?[A-ZƏİIŞÇĞÖÜ]\.)?"
)


def people_in(text: str, not_people: Words, *, listed: bool = False) -> int:
    """How many people a text names. `listed`: it stands in a list of members, where two capital words suffice.

    `not_people`: words of names that are written like people's and are of bodies and streets (streams.yaml).
    """

    def is_person(name: str) -> bool:
        return not_people.in_words(words(name)) is None

    found = {m[0] for m in _PERSON.finditer(text) if is_person(m[0])}
    if listed:
        found |= {m[0] for m in _INITIALS.finditer(text)}
        if not found:
            found |= {m[0] for m in _FAMILY_FIRST.finditer(text) if is_person(m[0])}
        first = _TITLE_CASE.match(text)
        if not found and first and is_person(first[0]):
            found.add(first[0])
    return len(found)
