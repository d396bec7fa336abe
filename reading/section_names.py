"""Does a label, or an address, name a section of this kind?"""

import re
from functools import lru_cache
from urllib.parse import urlsplit

from reading.looking import Site
from reading.method import Method, Section
from reading.text import slug_of, words

MAX_NAME_WORDS = 12  # of a label that names a section; longer ones tell a story
# How an Azerbaijani sentence of news ends: keçirilib, bitirdi, müzakirə olunmuşdur, başlayacaq.
_PAST = re.compile(r"\w{3}(?:[iu]b|d[iu]|m[iu]s(?:d[iu]r)?|[iu]bl[ae]r|d[iu]l[ae]r|[ae]caq|[ae]cek)$")
_GENITIVE = re.compile(r"n?[iu]n$")


@lru_cache(maxsize=8_192)
def names_section(label: str, section: Section, method: Method) -> bool:
    """Whether a label is the name of a section of this kind, not a story that mentions it or a look-alike."""
    found = words(label)
    if not found or len(found) > MAX_NAME_WORDS or section.words.in_words(found) is None:
        return False
    if section.not_words.in_words(found) is not None or method.streams.verbs.in_words(found) is not None:
        return False
    if len(found) > 3 and tells_event(label, method):
        return False
    for phrase in section.words.phrases:
        at = phrase.find(found)
        if at is not None and phrase.text in section.weak and len(found) > len(phrase.stems):
            continue  # "müraciət" alone may be the section; "… barədə müraciət" is one of its services
        # In a long label the name stands first or last: "X yanında İctimai Şura", not "X Procurement and Supply Y".
        if at is not None and (len(found) <= len(phrase.stems) + 3 or at == 0 or at + len(phrase.stems) == len(found)):
            return True
    return False


@lru_cache(maxsize=8_192)
def is_whole_name(label: str, section: Section) -> bool:
    """Whether a label is the name of a section and nothing more, as no headline is."""
    found = words(label)
    return any(len(phrase.stems) == len(found) and phrase.find(found) == 0 for phrase in section.words.phrases)


@lru_cache(maxsize=8_192)
def tells_event(label: str, method: Method) -> bool:
    """Whether a label tells of something that was done, as a headline does."""
    found = words(label)
    return bool(found) and (method.streams.verbs.in_words(found) is not None or bool(_PAST.search(found[-1])))


@lru_cache(maxsize=8_192)
def sections_named(label: str, method: Method) -> tuple[Section, ...]:
    """The sections that a label names."""
    return tuple(section for section in method.sections if names_section(label, section, method))


@lru_cache(maxsize=8_192)
def sections_in_slug(url: str, method: Method) -> tuple[Section, ...]:
    """The sections that an address names."""
    return tuple(section for section in method.sections if slug_names_section(url, section))


def is_of_another_body(label: str, section: Section, site: Site) -> bool:
    """Whether a label names another body's section: "Muzeyin İctimai şurası", "X Mərkəzi yanında İctimai şura".

    The body is another one when its name has a word that is neither in this authority's name nor common to all bodies.
    """
    found = words(label)
    at = next((at for phrase in section.words.phrases if (at := phrase.find(found)) is not None), None)
    beside = site.method.streams.beside.in_words(found[:at]) is not None if at else False
    if not at or not section.owned or not (beside or _GENITIVE.search(found[at - 1])):
        return False
    owner = [word for word in found[:at] if site.method.streams.beside.in_words([word]) is None]
    if any(len(part) <= 5 and part.isupper() for part in label.split()):
        return False  # an abbreviation is how a body calls itself
    home = site.home
    frame = " ".join(block.text for block in home.blocks if block.zone == "header")[:300]
    own = {word[:5] for word in words(f"{site.name} . {home.title} . {frame}")}
    return any(word[:5] not in own and site.method.streams.any_body.in_words([word]) is None for word in owner)


@lru_cache(maxsize=8_192)
def slug_names_section(url: str, section: Section) -> bool:
    """Whether an address names a section of this kind (a view, a folder or a slug of a few words)."""
    parts = urlsplit(url)
    slug = slug_of(f"{parts.path}?{parts.query}")
    if slug.count("-") >= 8 or not section.words.in_slug(slug):
        return False
    return not section.not_words.in_slug(slug)
