"""Does this text name people?"""

import re

from reading.method import Words
from reading.text import words

# Ends of Azerbaijani family names, and the words that mark a father's name.
_FAMILY = r"\w+(?:ov|ova|yev|yeva|ev|eva|zadə|zade|lı|li|lu|lü|bəy|bəyli|xanlı|oğlu|qızı|ski|skaya|gil|soy)"
_CAPITAL = r"[A-ZƏİIŞÇĞÖÜ][a-zəıişçğöü’'`-]+"
_PERSON = re.compile(
    rf"\b(?:{_CAPITAL}\s+){{1,2}}(?=[A-ZƏİIŞÇĞÖÜ]){_FAMILY}\b(?:\s+{_CAPITAL})?(?:\s+(?:oğlu|qızı))?|\b{_CAPITAL}\s+{_CAPITAL}\s+{_CAPITAL}\s+(?:oğlu|qızı)\b"
)
# Family name first, as lists have it: Mirzəyeva Leyla.
_FAMILY_FIRST = re.compile(rf"(?=[A-ZƏİIŞÇĞÖÜ]){_FAMILY}\s+{_CAPITAL}\b")
_TITLE_CASE = re.compile(rf"^\W*(?:\d+[.)]\s*)?{_CAPITAL}\s+{_CAPITAL}(?:\s+(?:{_CAPITAL}|oğlu|qızı))?\b")
# Алиев Вели Гасан оглы, Вели Алиев, Петров Иван Сергеевич
_RUSSIAN = re.compile(
    r"\b[А-ЯЁ][а-яё]+(?:ов|ова|ев|ева|ёв|ин|ина|ский|ская|заде|лы|ли|бейли)\s+[А-ЯЁ][а-яё]+(?:\s+[А-ЯЁ][а-яё]+)?"
    r"(?:\s+(?:оглы|огли|гызы|кызы))?\b"
    r"|\b[А-ЯЁ][а-яё]+\s+[А-ЯЁ][а-яё]+(?:ов|ова|ев|ева|ёв|заде|лы|ли|бейли)\b"
)
# A family name, or the whole name, in capitals: "ƏLİYEV Vəli Həsən oğlu".
_CAPITALS = re.compile(r"\b[A-ZƏİIŞÇĞÖÜА-ЯЁ]{4,}\b|\b(?:OĞLU|QIZI|ОГЛЫ|ГЫЗЫ)\b")
_LIST_MARK = re.compile(r"[,;:]")
_WHOLE = re.compile(rf"\W*(?:\d+[.)]\s*)?{_CAPITAL}\s+{_CAPITAL}(?:\s+{_CAPITAL})?(?:\s+(?:oğlu|qızı))?\W*")
_NUMBER = re.compile(r"^\W*\d+[.)]")
_INITIALS = re.compile(
    rf"\b[A-ZƏİIŞÇĞÖÜ]\.\s?(?:[A-ZƏİIŞÇĞÖÜ]\.\s?)?{_CAPITAL}\b|\b{_CAPITAL}\s[A-ZƏİIŞÇĞÖÜ]\.(?:\s?[A-ZƏİIŞÇĞÖÜ]\.)?"
)


def people_in(text: str, not_people: Words, *, listed: bool = False) -> int:
    """How many people a text names. `listed`: it stands in a list of members, where two capital words suffice.

    `not_people`: words of names that are written like people's and are of bodies and streets (streams.yaml).
    """

    def is_person(name: str) -> bool:
        return not_people.in_words(words(name)) is None

    told = _CAPITALS.sub(_in_small_letters, text) if listed else text
    names = [m for pattern in (_PERSON, _RUSSIAN) for m in pattern.finditer(told) if is_person(m[0])]
    if not listed:
        return len({m[0] for m in names})
    names += [m for m in (*_INITIALS.finditer(told), *_FAMILY_FIRST.finditer(told)) if is_person(m[0])]
    # One name may be found in two ways: those that overlap are one.
    ends = -1
    number = 0
    for start, end in sorted(m.span() for m in names):
        number += start >= ends
        ends = max(ends, end)
    apart = sum(is_name_of_person(said) and is_person(said) for said in _LIST_MARK.split(text))
    first = _TITLE_CASE.match(text)
    return max(number, apart, int(first is not None and is_person(first[0])))


def is_name_of_person(text: str) -> bool:
    """Whether a text is nothing but two or three words in capitals, or one and initials, as a name stands in a line of
    its own."""
    return _WHOLE.fullmatch(text) is not None or _INITIALS.fullmatch(_NUMBER.sub("", text).strip()) is not None


def _in_small_letters(word: re.Match[str]) -> str:
    """ƏLİYEV as Əliyev, QIZI as qızı."""
    small = word[0].replace("İ", "i").replace("I", "ı").lower()
    return small if small in ("oğlu", "qızı", "оглы", "гызы") else word[0][0] + small[1:]
