"""How does each kind of content management system address and dress its pages? One file per family."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module


@dataclass(frozen=True)
class Family:
    """Address patterns (slots {lang} {n} {slug} {page} {word}), the printed date, and the template.

    A pattern without {lang} gets the language before it (`/en/…`) or, in a query, behind it (`&lang=en`).
    """

    template: str
    news: str
    news_more: str
    item: str
    page: str
    search: str
    stamp: str
    slugs: str = "plain"
    item_also: str | None = None
    """A second live address of every news item; the home page links it, the list links `item`."""
    per_page: int = 10
    first_page: int = 1
    """What the address calls the first page of a list."""

    def address(self, pattern: str, lang: str, **slots: object) -> str:
        path = pattern.format(lang=lang, **slots)
        if lang == "az" or "{lang}" in pattern:
            return path
        return f"{path}&lang={lang}" if "?" in path else f"/{lang}{path}"


def family(name: str) -> Family:
    found: Family = import_module(f"sampleweb.families.{name}").FAMILY
    return found
