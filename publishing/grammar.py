"""How does a number or a name end in a sentence?

Azerbaijani endings follow the sound of the word before them: two or four vowels by harmony, a letter between two
vowels, an n after "its". On figures they follow the figure as it is READ: 3-ündə (üç), 20-si (iyirmi), 86%-i (faiz).
After a number the noun stays single. English needs ordinals, plurals and lists only.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Literal, Protocol, get_args

from archive.border import Record, load

Case = Literal["plural", "possessive", "genitive", "dative", "accusative", "locative", "ablative", "ordinal"]
CASES: tuple[str, ...] = get_args(Case)

_DATA = Path(__file__).parent / "narrative" / "words" / "grammar.yaml"
_FOUR = {"a": "ı", "ı": "ı", "o": "u", "u": "u", "e": "i", "ə": "i", "i": "i", "ö": "ü", "ü": "ü"}
_ONES = ("", "bir", "iki", "üç", "dörd", "beş", "altı", "yeddi", "səkkiz", "doqquz")
_TENS = ("", "on", "iyirmi", "otuz", "qırx", "əlli", "altmış", "yetmiş", "səksən", "doxsan")
_POWERS = ((1_000_000_000, "milyard"), (1_000_000, "milyon"), (1_000, "min"), (100, "yüz"))
_PERCENT = "faiz"
_GROUPED = re.compile(r"\d{1,3}(?:[.\s\u00a0]\d{3})+$")
_LAST_FIGURE = re.compile(r"\d+$")


class _Data(Record):
    possessive: tuple[str, ...]
    acronyms: Mapping[str, str]
    letters: Mapping[str, str]
    read: Mapping[str, str]


class Grammar(Protocol):
    """What a language's sentences ask for. `cases` are put one on another: ("possessive", "locative")."""

    def number(self, shown: str, value: float, cases: Sequence[str] = ()) -> str: ...
    def word(self, text: str, cases: Sequence[str] = ()) -> str: ...
    def plural(self, value: float, one: str, many: str) -> str: ...
    def day(self, shown: str, cases: Sequence[str] = ()) -> str: ...
    @property
    def conjunction(self) -> str: ...


class Azerbaijani:
    """17-si, 3-ündə, 80-dən, 86%-i; Şəkidə, Nazirliyində, Nizamidə (Gəncə), MFP-nin."""

    conjunction = " və "

    def number(self, shown: str, value: float, cases: Sequence[str] = ()) -> str:
        """A figure as printed, with its endings: number("17", 17, ["possessive"]) is 17-si."""
        if not cases:
            return shown
        read = _PERCENT if shown.endswith("%") else spoken(value)
        if tuple(cases) == ("ordinal",):
            return f"{shown}-c{four(read)}"
        return f"{shown}-{endings(read, cases)}"

    def word(self, text: str, cases: Sequence[str] = ()) -> str:
        """A name or a word with its endings. A bracket at the end keeps out of it: Nizamidə (Gəncə)."""
        if not cases:
            return text
        head, bracket = _bracketed(text)
        last = head.split()[-1] if head.split() else head
        bare = last.strip("“”\"«»'")
        if joined := _read_apart(bare):
            return f"{head}-{endings(joined, cases)}{bracket}"
        return f"{head}{endings(lower(bare), cases, lower(bare) in _data().possessive)}{bracket}"

    def plural(self, value: float, one: str, many: str) -> str:
        """After a number the noun stays single."""
        return one

    def day(self, shown: str, cases: Sequence[str] = ()) -> str:
        """A date that ends in its year: 28 avqust 2018-ci il, 28 avqust 2018-ci ildə."""
        return f"{ordinal(shown)} il{endings('il', cases)}"


class English:
    """17th, 1 authority, 2 authorities; cases change nothing but the possessive of words."""

    conjunction = " and "

    def number(self, shown: str, value: float, cases: Sequence[str] = ()) -> str:
        return shown + english_ordinal(int(value)) if "ordinal" in cases else shown

    def word(self, text: str, cases: Sequence[str] = ()) -> str:
        return text if "genitive" not in cases else text + ("’" if text.endswith("s") else "’s")

    def plural(self, value: float, one: str, many: str) -> str:
        return one if value == 1 else many

    def day(self, shown: str, cases: Sequence[str] = ()) -> str:
        return shown


def grammar_of(lang: str) -> Grammar:
    return Azerbaijani() if lang == "az" else English()


def spoken(value: float) -> str:
    """The number as it is read in Azerbaijani; of a fraction the part after the comma: 2,5 -> iki tam onda beş."""
    exact = Decimal(str(value))
    whole, fraction = int(exact), abs(exact - int(exact))
    if not fraction:
        return ("mənfi " if value < 0 else "") + _whole(abs(whole))
    figures = str(fraction.normalize())[2:]
    places = endings(_whole(10 ** len(figures)), ["locative"])
    return f"{_whole(abs(whole))} tam {_whole(10 ** len(figures))}{places} {_whole(int(figures))}"


def spoken_tail(text: str) -> str:
    """How the figures at the end of a text are read: 4.2.1 -> bir, 1.000 -> min."""
    if grouped := _GROUPED.search(text):
        return _whole(int(re.sub(r"\D", "", grouped.group())))
    figures = _LAST_FIGURE.search(text)
    return _whole(int(figures.group())) if figures else ""


def ordinal(text: str) -> str:
    """6.2 -> 6.2-ci, 2018 -> 2018-ci: an item's number, a year."""
    return f"{text}-c{four(spoken_tail(text))}"


def endings(word: str, cases: Sequence[str], possessed: bool = False) -> str:
    """The endings of a word read in small letters, one on another. `possessed`: it carries "its" already."""
    out = ""
    for case in cases:
        end = _ENDING[case](word + out, possessed)
        possessed = case == "possessive" or (possessed and case == "plural")
        out += end
    return out


def four(word: str) -> str:
    """The close vowel that follows: ı i u ü."""
    return _FOUR[_last_vowel(word)]


def two(word: str) -> str:
    """The open vowel that follows: a ə."""
    return "a" if _last_vowel(word) in "aıou" else "ə"


def lower(text: str) -> str:
    """Small letters of Azerbaijani: İ is i, I is ı."""
    return text.replace("İ", "i").replace("I", "ı").lower()


def capital(text: str) -> str:
    """The first letter capital, by Azerbaijani: i is İ, ı is I."""
    first = {"i": "İ", "ı": "I"}.get(text[:1], text[:1].upper())
    return first + text[1:]


def listed(texts: Sequence[str], conjunction: str) -> str:
    """A, B və C."""
    return conjunction.join([", ".join(texts[:-1]), texts[-1]]) if len(texts) > 1 else "".join(texts)


def english_ordinal(n: int) -> str:
    """The letters after the figures: st, nd, rd, th."""
    if n % 100 in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")


def article(word: str) -> str:
    """a or an, by the sound that the word or figure begins with."""
    text = word.lower()
    if figures := re.match(r"\d+", text):
        first = figures.group()
        return "an" if first.startswith("8") or (first[:2] in ("11", "18") and len(first) % 3 == 2) else "a"
    if text.startswith(("uni", "use", "usu", "eu", "one", "u-")):
        return "a"
    return "an" if text[:1] in "aeiou" or text.startswith(("hour", "honest")) else "a"


def _whole(n: int) -> str:
    if n == 0:
        return "sıfır"
    parts = []
    for power, name in _POWERS:
        if times := n // power:
            parts += [name] if times == 1 and power <= 1000 else [_whole(times), name]
            n %= power
    return " ".join([*parts, *filter(None, (_TENS[n // 10], _ONES[n % 10]))])


def _last_vowel(word: str) -> str:
    return next((letter for letter in reversed(word) if letter in _FOUR), "ə")


def _open(word: str) -> bool:
    return word[-1:] in _FOUR


def _possessive(word: str, possessed: bool) -> str:
    """3rd person: -sı after a vowel, -ı after a consonant; a word that has it keeps what it has."""
    if possessed:
        return ""
    return ("s" if _open(word) else "") + four(word)


def _genitive(word: str, _: bool) -> str:
    return ("n" if _open(word) else "") + four(word) + "n"


def _dative(word: str, possessed: bool) -> str:
    return ("n" if possessed else "y" if _open(word) else "") + two(word)


def _accusative(word: str, _: bool) -> str:
    return ("n" if _open(word) else "") + four(word)


def _locative(word: str, possessed: bool) -> str:
    return ("n" if possessed else "") + "d" + two(word)


def _ablative(word: str, possessed: bool) -> str:
    return _locative(word, possessed) + "n"


def _plural(word: str, _: bool) -> str:
    return "lar" if two(word) == "a" else "lər"


def _ordinal(word: str, _: bool) -> str:
    return ("" if _open(word) else four(word)) + "nc" + four(word)


_ENDING = {
    "plural": _plural,
    "possessive": _possessive,
    "genitive": _genitive,
    "dative": _dative,
    "accusative": _accusative,
    "locative": _locative,
    "ablative": _ablative,
    "ordinal": _ordinal,
}


def _bracketed(text: str) -> tuple[str, str]:
    found = re.fullmatch(r"(.*\S)(\s*\([^()]*\))", text)
    return (found.group(1), found.group(2)) if found else (text, "")


def _read_apart(word: str) -> str | None:
    """How a word is read whose ending is written after a hyphen: acronyms, figures, foreign spellings."""
    if word in _data().acronyms:
        return _data().acronyms[word]
    if word in _data().read:
        return _data().read[word]
    if word.endswith("%"):
        return _PERCENT
    if _LAST_FIGURE.search(word):
        return spoken_tail(word)
    letters = _data().letters
    if len(word) > 1 and all(letter in letters for letter in word):
        return letters[word[-1]]
    return None


@cache
def _data() -> _Data:
    return load(_DATA, _Data)
