"""Are these two pieces of Azerbaijani text the same words?

The one text layer that every reader uses. Sites write one word in many ways: İ/I/ı/i in any case, a dot left over by
lower-casing (U+0307), Cyrillic letters that look Latin, soft hyphens, capitals, letters lost in addresses (ə dropped
or turned into e), and case endings. `fold` takes the spelling away, `Phrase` knows the endings.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from bs4.dammit import EncodingDetector

# Letters that look the same; only taken as Latin inside a word that also has Latin letters or az-only letters.
_LOOK_ALIKE = str.maketrans("аеорсухіјһәАЕОРСУХІЈҺӘКМТВНк", "aeopcyxijhəAEOPCYXIJHƏKMTBHk")
# ǝ and ș are other letters that look like ours and are typed for them; ё is written е as often as not.
_PLAIN = str.maketrans("əǝşșçğöüıâîûêéàáäëïôõё", "eesscgouiaiueeaaaeiooе")
_DROPPED = dict.fromkeys(map(ord, "\u0307\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f"))
# str.replace, letter by letter, is some twenty times as fast as str.translate with a table.
_PAIRS = [(chr(a), chr(b)) for a, b in _PLAIN.items()] + [(chr(a), "") for a in _DROPPED]
_SPACE = re.compile(r"[\s\u00a0]+")
_WORD = re.compile(r"\w+")
_MIXED = re.compile(r"\w*[a-zA-ZəƏıİşŞçÇğĞöÖüÜ]\w*")
_CYRILLIC = re.compile(r"[а-яёА-ЯЁіјһәІЈҺӘ]")
# Case, possessive and plural endings after folding (ı, ü -> i, u; ə -> e). Stacks of at most one of each kind.
ENDING = re.compile(
    r"(?:lari|leri|lar|ler)?(?:[iu]m[iu]z|s[iu]|[iu])?"
    r"(?:n[iu]n|[iu]n|nd[ae]n|nd[ae]|d[ae]n|d[ae]|n[ae]|y[ae]|n[iu]|y[iu]|y?l[ae]|[ae])?(?:k[iu])?(?:d[iu]r)?"
)
_SOFT = {"k": "y", "q": "g"}  # what a last consonant becomes before a vowel: nazirlik, nazirliyi; sorğuluq, sorğuluğu
# Two-letter remains of UTF-8 read as windows-1252/1254: what "ə", "ı", "ş", "ü", "İ" become.
_MOJIBAKE = re.compile(
    "É[™\u0099]|Æ[\u008f\u20ac]|Ä[±°Ÿ\u009f]|Å[Ÿž\u009f\u009e]|Ã[¼¶§\u2013\u0153‡\u0087\u0096\u009c]"
    "|Ð[\u00b0-\u00bf]|Ñ[\u0080-\u008f\u20ac]"
)
_MANGLED = re.compile(r"[^\x00-\x7f]{2,}")
# The encodings of one family are one encoding here: Latin pages of the region were written under Windows-1254, whatever
# Western name they declare, and only Cyrillic has families that truly differ.
_CYRILLIC_CODES = ("windows-1251", "koi8-r", "koi8-u", "iso-8859-5", "cp866", "x-mac-cyrillic")
_DECLARED = re.compile(r"charset\s*=\s*[\"']?\s*([\w-]+)", re.I)


def squeeze(text: str) -> str:
    """One line of text: runs of white space become one space."""
    return " ".join(text.split())


@lru_cache(maxsize=8_192)
def fold(text: str) -> str:
    """The same words whatever the spelling: lower case, ASCII for Azerbaijani letters, one space between words.

    >>> fold("İCTİMAİ ŞURA") == fold("Ictimai sura") == fold("i̇cti̇mai̇ şura")
    True
    """
    text = unicodedata.normalize("NFC", text)
    if _CYRILLIC.search(text):
        text = _MIXED.sub(lambda word: word[0].translate(_LOOK_ALIKE), text)
    text = text.replace("İ", "i").replace("I", "i").lower()
    if not text.isascii():
        for a, b in _PAIRS:
            text = text.replace(a, b)
    return squeeze(text)


@lru_cache(maxsize=8_192)
def words(text: str) -> tuple[str, ...]:
    """The words of a text, folded."""
    return tuple(_WORD.findall(fold(text)))


def is_form_of(word: str, stem: str) -> bool:
    """Whether a folded word is the folded stem with Azerbaijani endings: suranin, surasi, satinalmalara."""
    if word.startswith(stem):
        return bool(ENDING.fullmatch(word[len(stem) :]))
    soft = _SOFT.get(stem[-1:])
    rest = word[len(stem) :]
    return (
        soft is not None
        and word.startswith(stem[:-1] + soft)
        and rest[:1] in ("i", "u", "a", "e")
        and bool(ENDING.fullmatch(rest))
    )


def _forms(stem: str) -> str:
    """What `is_form_of` takes, as a regular expression."""
    soft = _SOFT.get(stem[-1:])
    plain = re.escape(stem) + ENDING.pattern
    return f"(?:{plain}|{re.escape(stem[:-1])}{soft}(?=[iuae]){ENDING.pattern})" if soft else plain


@dataclass(frozen=True)
class Phrase:
    """Words that name something, found in any spelling and with any endings.

    `text` is as a person writes it; an asterisk at the end of a word takes any continuation ("kotirovka*").
    """

    text: str
    stems: tuple[str, ...]
    open_ends: tuple[bool, ...]

    @classmethod
    def of(cls, text: str) -> "Phrase":
        parts = re.findall(r"(\w+)(\*?)", fold(text))
        return cls(text, tuple(stem for stem, _ in parts), tuple(bool(star) for _, star in parts))

    def find(self, folded_words: Sequence[str]) -> int | None:
        """Position of the first word of the phrase among folded words; None when it is not there."""
        n = len(self.stems)
        for start in range(len(folded_words) - n + 1):
            if all(
                word.startswith(stem) if open_end else is_form_of(word, stem)
                for word, stem, open_end in zip(
                    folded_words[start : start + n], self.stems, self.open_ends, strict=True
                )
            ):
                return start
        return None

    @property
    def pattern(self) -> str:
        """The phrase as a regular expression over folded words joined by single spaces; it has no groups of its own."""
        parts = zip(self.stems, self.open_ends, strict=True)
        return " ".join(re.escape(stem) + r"\S*" if open_end else _forms(stem) for stem, open_end in parts)

    @property
    def slugs(self) -> frozenset[str]:
        """How the phrase may be spelled in an address: ə as e, a, dropped or a hyphen; ş as s or sh; words glued …"""
        return _slugs(self.text)


@lru_cache(maxsize=4096)
def _slugs(text: str) -> frozenset[str]:
    low = unicodedata.normalize("NFC", text.replace("İ", "i").replace("I", "ı")).lower().replace("*", "").strip()
    out = set()
    for schwa in ("e", "a", "", "-"):
        for pairs in ((("ş", "s"), ("ç", "c"), ("ğ", "g")), (("ş", "sh"), ("ç", "ch"), ("ğ", "gh"))):
            made = low.replace("ə", schwa)
            for old, new in pairs:
                made = made.replace(old, new)
            made = made.translate(_PLAIN)
            out.add(_hyphened(made))
    # Programs that know only ASCII lose every other letter, or put a hyphen for it. Short words are nothing then.
    out |= {slug for gap in ("", "-") if len(slug := _hyphened(re.sub(r"[^\x00-\x7f]", gap, low))) >= 8}
    out |= {glued for slug in out if " " in low and len(glued := slug.replace("-", "")) >= 7}
    return frozenset(slug for slug in out if len(slug) >= 4)


def _hyphened(text: str) -> str:
    return re.sub(r"\W+|_+", "-", text).strip("-")


@lru_cache(maxsize=8_192)
def slug_of(address_part: str) -> str:
    """Path and query of an address as one folded slug: words joined by hyphens."""
    return _hyphened(fold(unquote(address_part)))


def decode(body: bytes, content_type: str | None) -> str:
    """The text of a page, decoded right whatever its header says.

    Valid UTF-8 is UTF-8 (no single-byte Azerbaijani text passes that test by chance); otherwise the bytes themselves
    say Latin or Cyrillic, and the declaration only which Cyrillic.
    """
    body = body.replace(b"\0", b"") if not body.startswith((b"\xff\xfe", b"\xfe\xff")) else body
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        if body.startswith((b"\xff\xfe", b"\xfe\xff")):
            text = body.decode("utf-16", "replace")
        else:
            text = _not_quite_utf8(body, content_type)
    # Piece by piece: a page that is good but for one quotation must keep the rest of its letters.
    return _MANGLED.sub(_unmangled, text) if _MOJIBAKE.search(text) else text


def _unmangled(piece: re.Match[str]) -> str:
    """Letters of UTF-8 that were once taken for Windows-1252 (or 1254, or Latin-1), put together again.

    By hand, since ftfy weighs a whole text and leaves alone one mangled quotation in a good page.
    """
    try:
        return b"".join(map(_byte_of, piece[0])).decode("utf-8")
    except UnicodeError:  # good letters that stand side by side
        return piece[0]


def _byte_of(letter: str) -> bytes:
    return letter.encode("latin-1") if letter <= "\xff" else letter.encode("cp1254" if letter in "ĞğİışŞ" else "cp1252")


def _not_quite_utf8(body: bytes, content_type: str | None) -> str:
    # A bad byte among many good letters is a slip (a text cut in the middle of a letter), not another encoding: hardly
    # two bytes of a single-byte text make a letter of UTF-8.
    mended = body.decode("utf-8-sig", "replace")
    good = sum(letter > "\x7f" for letter in mended) - (bad := mended.count("\ufffd"))
    if good > 2 * bad:
        return mended
    # A Cyrillic word is all high bytes; a Latin one has one here and there.
    high = re.findall(rb"[\xa3\xb3\xc0-\xff]+", body)
    in_runs = sum(len(run) for run in high if len(run) > 2)
    if in_runs * 2 < sum(map(len, high)):
        return body.decode("windows-1254", "replace")
    header = _DECLARED.search(content_type or "")
    named = [header[1].lower()] if header else []
    named += [EncodingDetector.find_declared_encoding(body, is_html=True) or ""]
    return body.decode(next((name for name in named if name in _CYRILLIC_CODES), "windows-1251"), "replace")


def language_of(text: str, function_words: dict[str, frozenset[str]]) -> str | None:
    """Which language a text is in, judged by its letters and its little words; None when there is too little of it.

    `function_words`: per language code, folded words that run through any text of it (methodology/languages.yaml).
    """
    found = words(text)
    letters = sum(len(word) for word in found)
    if letters < 60:
        return None
    cyrillic = len(_CYRILLIC.findall(text))
    if cyrillic * 2 > letters:
        return "ru"
    times = Counter(found)
    counts = {
        code: sum(times[word] for word in little if word in times) / len(found)
        for code, little in function_words.items()
        if code != "ru"
    }
    # ə is Azerbaijani alone among the languages met on these sites.
    counts["az"] = counts.get("az", 0.0) + min(0.5, 4 * sum(text.count(letter) for letter in "əƏ") / letters)
    best = max(counts, key=lambda code: counts[code])
    return best if counts[best] >= 0.03 else None
