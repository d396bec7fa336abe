"""Does this text name people?"""

import re

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
# Names of bodies and streets are written like names of people.
_NOT_PEOPLE = re.compile(
    r"(?:Respublika|Nazirli|Komitə|Hakimiyyət|Qanun|Şura|Rayon|Şəhər|Prezident|Əsasnamə|Mərkəz|Birliyi|Universitet|Milli|Dövlət|İctimai|Azərbaycan|Xidmət|Agentliy|Fond|Məclis|Partiya|Bələdiyyə|küçə)"
)  # fmt: skip


def people_in(text: str, *, listed: bool = False) -> int:
    """How many people a text names. `listed`: it stands in a list of members, where two capital words suffice."""
    found = {m[0] for m in _PERSON.finditer(text) if not _NOT_PEOPLE.search(m[0])}
    if listed:
        found |= {m[0] for m in _INITIALS.finditer(text)}
        if not found:
            found |= {m[0] for m in _FAMILY_FIRST.finditer(text) if not _NOT_PEOPLE.search(m[0])}
        first = _TITLE_CASE.match(text)
        if not found and first and not _NOT_PEOPLE.search(first[0]):
            found.add(first[0])
    return len(found)
