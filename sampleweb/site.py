"""What does a described site answer for an address?

A pure function of the description: no clock, no socket, no unseeded chance. A site is a table of addresses,
each leading to a page that is written when it is first asked for.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from email.utils import format_datetime
from functools import cache, cached_property
from html import unescape
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, unquote_plus

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from sampleweb.describe import Description, Section
from sampleweb.families import Family, family
from sampleweb.paper import pdf
from sampleweb.words import Voice, fold, slug, stamp, stock, weekday

TEMPLATES = Path(__file__).with_name("templates")
PORTALS = {"e-gov": "https://www.e-gov.az/", "services": "http://dxr.az/"}
PHONE = re.compile(r"iPhone|Android|Mobile", re.I)

Headers = Mapping[str, str]
"""Request headers by lower-case name."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True)
class Item:
    """One news item."""

    n: int
    day: date
    time: str
    lang: str
    title: str
    body: tuple[str, ...]
    href: str
    also: str | None
    printed: str


@dataclass(frozen=True)
class Entry:
    """A line of a list: a link with or without a date and a lead."""

    title: str
    href: str
    printed: str = ""
    lead: str = ""


@dataclass(frozen=True)
class Page:
    """A page before it is dressed."""

    kind: str
    lang: str
    title: str
    href: str
    paragraphs: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    form: bool = False
    printed: str = ""
    older: str = ""
    newer: str = ""
    word: str = ""
    trail: tuple[tuple[str, str], ...] = ()
    status: int = 200

    def text(self) -> str:
        said = [self.title, *self.paragraphs]
        said += [f"{entry.title} {entry.lead}" for entry in self.entries]
        said += [" ".join(row) for row in self.rows]
        return " ".join(said)


@dataclass(frozen=True)
class Link:
    label: str
    href: str
    below: tuple[Link, ...] = field(default=())


def news_days(site: Description) -> tuple[date, ...]:
    """The days of the news items, newest first, the pinned one apart."""
    news = site.news
    if news is None:
        return ()
    if news.only:
        return tuple(sorted(news.only, reverse=True))
    rnd = Random(f"{site.id}:days")
    gap = 30 / news.per_month
    days, away = [news.last], gap
    while away <= news.history_days:
        days.append(news.last - timedelta(days=round(away + rnd.uniform(-0.3, 0.3) * gap)))
        away += gap
    return tuple(sorted(days, reverse=True))


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _linked(address: str) -> str:
    """The address as a link carries it: percent-encoded UTF-8."""
    return quote(unquote(address), safe="/?&=:+-_.~()#,")


def _key(path: str, query: str) -> str:
    """The name under which an address is kept: decoded, the index file left out."""
    plain = unquote(path)
    if plain in ("/index.php", "/index.html", ""):
        plain = "/"
    return plain + ("?" + unquote_plus(query) if query else "")


class Site:
    """One site: `answer` says what an address shows."""

    def __init__(self, description: Description, as_of: date) -> None:
        self.of = description
        self.as_of = as_of
        self.family: Family = family(description.family)
        self.voice = Voice(description)
        self.words = stock()
        self.layout = description.stamp or self.family.stamp
        self._patterns = {
            name: getattr(description.addresses, name) or getattr(self.family, name)
            for name in ("news", "news_more", "item", "page", "search")
        }
        self._slugs = description.slugs or self.family.slugs
        self._template = _environment().get_template(self.family.template)

    # addresses

    def _at(self, name: str, lang: str, **slots: object) -> str:
        return _linked(self.family.address(self._patterns[name], lang, **slots))

    def home(self, lang: str) -> str:
        if lang == "az":
            return "/"
        return f"/?lang={lang}" if "?" in self._patterns["page"] else f"/{lang}/"

    def page_address(self, number: int, title: str, lang: str = "az") -> str:
        return self._at("page", lang, n=number, slug=slug(title, self._slugs))

    def section_address(self, section: Section) -> str:
        if section.path is not None:
            return _linked(section.path)
        return self.page_address(section.number, section.label)

    def list_address(self, lang: str, page: int) -> str:
        if page == 1:
            return self._at("news", lang)
        return self._at("news_more", lang, page=page - 1 + self.family.first_page)

    # news

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """The Azerbaijani news, newest first; titles differ from one another."""
        days = news_days(self.of)
        assert self.of.news is not None
        if self.of.news.pinned:
            days = (*days, self.of.news.pinned)
        start = Random(f"{self.of.id}:start").randint(2100, 9000)
        taken: set[str] = set()
        made = []
        for i, day in enumerate(days):
            topic = None
            if "council_news" in self.of.decoys and i in (3, 9):
                topic = "council"
            if "tender_news" in self.of.decoys and i in (2, 7):
                topic = "tender"
            n = start + len(days) - i
            made.append(self._item("az", n, day, topic, taken))
        return tuple(made)

    def _item(self, lang: str, n: int, day: date, topic: str | None, taken: set[str]) -> Item:
        rnd = Random(f"{self.of.id}:{lang}:{n}")
        for attempt in range(200):
            title, body = self.voice.news(lang, f"{self.of.id}:{lang}:{n}:{attempt}", topic)
            if title not in taken:
                break
        taken.add(title)
        if "event" in self.of.decoys and rnd.random() < 0.3:
            ahead = self.as_of + timedelta(days=rnd.randint(10, 80))
            said = stamp("{dd} {month} {Y}-ci il", ahead, "", "az")
            body = (*body, self.words["event"].format(day=said))
        assert self.of.news is not None
        at = self.of.news.default_time or f"{rnd.randint(9, 18):02}:{rnd.randint(0, 59):02}"
        name = slug(title, self._slugs)
        if self.of.family == "ih_new" and rnd.random() < 0.3:
            name += f"{day:%d%m%y}"
        return Item(
            n=n, day=day, time=at, lang=lang, title=title, body=body,
            href=self._at("item", lang, n=n, slug=name),
            also=_linked(self.family.item_also.format(n=n)) if self.family.item_also else None,
            printed=stamp(self.layout, day, at, lang),
        )  # fmt: skip

    @cached_property
    def foreign_items(self) -> dict[str, tuple[Item, ...]]:
        """The few old items of the translated versions; a hollow version repeats the Azerbaijani ones."""
        found: dict[str, tuple[Item, ...]] = {}
        for lang, state in self.of.languages.items():
            if state == "real":
                taken: set[str] = set()
                newest = self.items[0].day - timedelta(days=200)
                start = self.items[-1].n - 100 - 50 * (lang == "ru")
                found[lang] = tuple(
                    self._item(lang, start - k, newest - timedelta(days=23 * k), None, taken) for k in range(5)
                )
            elif state == "hollow":
                found[lang] = tuple(self._hollow(item, lang) for item in self.items[:10])
            else:
                found[lang] = ()
        return found

    def _hollow(self, item: Item, lang: str) -> Item:
        name = slug(item.title, self._slugs)
        return Item(
            n=item.n, day=item.day, time=item.time, lang=lang, title=item.title, body=item.body,
            href=self._at("item", lang, n=item.n, slug=name), also=None, printed=item.printed,
        )  # fmt: skip

    def _entries(self, items: tuple[Item, ...]) -> tuple[Entry, ...]:
        return tuple(Entry(i.title, i.href, i.printed, i.body[0]) for i in items)

    # the pages

    @cached_property
    def pages(self) -> dict[str, Callable[[], Page]]:
        """Every address of the site and how its page is written."""
        table: dict[str, Callable[[], Page]] = {}
        for page in (*self._plain_pages("az"), *self._section_pages()):
            self._put(table, page.href, page)
        for section in self.of.sections.values():
            for also in section.also:
                table[_key(*_split(also))] = table[_key(*_split(self.section_address(section)))]
        for lang in ("az", *self.of.languages):
            self._put_news(table, lang)
            if lang != "az":
                for page in self._plain_pages(lang):
                    self._put(table, page.href, page)
            self._put_home(table, lang)
        return table

    @staticmethod
    def _put(table: dict[str, Callable[[], Page]], href: str, page: Page) -> None:
        table[_key(*_split(href))] = lambda: page

    def _put_home(self, table: dict[str, Callable[[], Page]], lang: str) -> None:
        names = [self.home(lang)]
        if "{lang}" in self._patterns["page"] or lang != "az":
            names += [f"/{lang}", f"/{lang}/", f"/{lang}/index.html"]
        for name in names:
            table[_key(*_split(name))] = lambda: self._home(lang)

    def _put_news(self, table: dict[str, Callable[[], Page]], lang: str) -> None:
        items = self.items if lang == "az" else self.foreign_items[lang]
        for number in range(1, self._list_pages(items) + 1):
            key = _key(*_split(self.list_address(lang, number)))
            table[key] = lambda number=number: self._list(lang, items, number)  # type: ignore[misc]
        for item in items:
            for href in (item.href, item.also):
                if href is not None:
                    table.setdefault(_key(*_split(href)), lambda item=item: self._item_page(item))  # type: ignore[misc]

    def _list_pages(self, items: tuple[Item, ...]) -> int:
        return max(1, -(-len(items) // self.family.per_page))

    def _home(self, lang: str) -> Page:
        items = self.items if lang == "az" else self.foreign_items[lang]
        shown = tuple(Entry(i.title, i.also or i.href, i.printed, i.body[0]) for i in items[:6])
        return Page("home", lang, self._name(lang), self.home(lang), self._about(lang)[:3], shown)

    def _list(self, lang: str, items: tuple[Item, ...], number: int) -> Page:
        size = self.family.per_page
        pinned = self.of.news is not None and self.of.news.pinned is not None and lang == "az"
        rest = items[:-1] if pinned else items
        shown = rest[(number - 1) * size : number * size]
        if pinned and number == 1:
            shown = (items[-1], *shown)
        last = self._list_pages(items)
        return Page(
            "list", lang, self._label(lang, "news"), self.list_address(lang, number),
            entries=self._entries(shown),
            older=self.list_address(lang, number + 1) if number < last else "",
            newer=self.list_address(lang, number - 1) if number > 1 else "",
        )  # fmt: skip

    def _item_page(self, item: Item) -> Page:
        trail = ((self._label(item.lang, "news"), self.list_address(item.lang, 1)),)
        return Page("item", item.lang, item.title, item.href, item.body, printed=item.printed, trail=trail)

    def _label(self, lang: str, name: str) -> str:
        if lang == "az" and name == "news" and self.of.news is not None:
            return self.of.news.label
        said: str = self.words["labels"][lang][name]
        return said

    def _name(self, lang: str) -> str:
        return self.of.name if lang == "az" else self.of.name_en

    def _about(self, lang: str) -> tuple[str, ...]:
        state = "real" if lang == "az" else self.of.languages.get(lang, "real")  # type: ignore[call-overload]
        if state == "empty":
            return ()
        if lang == "az" or state == "hollow":
            said = self.voice.say(self.words["about"][self.of.group], f"{self.of.id}:about")
            return (f"{self.of.name}: {said[0]}", *said[1:])
        return self.voice.say(self.words[lang]["about"], f"{self.of.id}:{lang}:about")

    def _plain_pages(self, lang: str) -> Iterator[Page]:
        """The pages that every site has, whatever was recorded of it."""
        say, words, key = self.voice.say, self.words, self.of.id
        if lang != "az":
            real = self.of.languages[lang] == "real"  # type: ignore[index]
            contacts = words[lang]["contacts"] if real else words["contacts"]
            empty = self.of.languages[lang] == "empty"  # type: ignore[index]
            for number, name, text in ((2, "about", self._about(lang)), (9, "contacts", say(contacts, f"{key}:c"))):
                title = words["labels"][lang][name]
                yield Page("text", lang, title, self.page_address(number, title, lang), () if empty else text)
            return
        local = self.of.group == "local"
        texts: list[tuple[int, str, tuple[str, ...]]] = [
            (2, "Ümumi məlumat" if local else "Əsasnamə", self._about("az")),
            (3, "Tarix" if local else "Fəaliyyət istiqamətləri", tuple(reversed(self._about("az")))),
            (4, "Rəhbərlik", say(words["leader"], f"{key}:leader")),
            (5, "Aparatın strukturu", say(words["structure"], f"{key}:structure")),
            (6, "Qanunvericilik", say(words["laws"], f"{key}:laws")),
            (8, "Elanlar", say(words["announcements"], f"{key}:announcements")),
            (9, "Əlaqə", say(words["contacts"], f"{key}:c")),
        ]
        if "appeals_council" in self.of.decoys:
            texts.append((11, "Apellyasiya Şurası", say(words["appeals_statute"], f"{key}:appeals")))
        if "elders_council" in self.of.decoys:
            texts.append((12, "Ağsaqqallar Şurası", say(words["elders"], f"{key}:elders")))
        if "science_council" in self.of.decoys:
            texts.append((13, "Elmi Şura", say(words["science"], f"{key}:science")))
        inner = self._linked_inside()
        for number, title, text in texts:
            entries = inner if title == "Elanlar" else ()
            yield Page("text", "az", title, self.page_address(number, title), text, entries)

    def _linked_inside(self) -> tuple[Entry, ...]:
        """Links of the announcements page to sections that the menu does not name."""
        return tuple(
            Entry(section.label, self.section_address(section))
            for section in self.of.sections.values()
            if section.placement == "page"
        )

    def _section_pages(self) -> Iterator[Page]:
        for kind, section in self.of.sections.items():
            if section.fullness == "broken" or section.pdf:
                continue
            yield from self._section(kind, section)

    def _section(self, kind: str, section: Section) -> Iterator[Page]:
        href, seed = self.section_address(section), f"{self.of.id}:{kind}"
        say, words = self.voice.say, self.words
        trail = ((section.label, href),)

        def page(text: tuple[str, ...], entries: tuple[Entry, ...] = (), **more: Any) -> Page:
            return Page("section", "az", section.label, href, text, entries, **more)

        if section.fullness == "empty":
            yield page(())
        elif section.carries == "appeals_statute":
            yield page(say(words["appeals_statute"], seed))
        elif section.carries == "orders":
            yield page(tuple(say([line], f"{seed}:{i}")[0] for i, line in enumerate(words["orders"])))
        elif kind == "public_council":
            yield from self._council(section, page, trail, seed)
        elif kind == "procurement":
            titles = self._titles(words["tenders"], len(section.dates), seed)
            text = say(words["laws"][:1], seed) if not section.dates else ()
            yield from self._dated(section, titles, say(words["tender_body"], seed), page, text, trail)
        elif kind == "e_services" and section.fullness == "formal":
            yield page(say(words["services_formal"], seed))
        elif kind == "e_services":
            yield from self._services(section, page, trail, seed)
        elif kind == "e_appeal":
            yield page((words["appeal"],), form=True)
        elif kind == "open_data":
            files = tuple(
                Entry(title, f"/files/{slug(title, 'plain')}.csv") for title in words["datasets"][: section.count]
            )
            yield page((), files)
        else:
            titles = [words["reports"][0].format(n=day.year) for day in section.dates]
            yield from self._dated(section, titles, say(words["laws"][:1], seed), page, (), trail)

    def _titles(self, lines: list[str], count: int, seed: str) -> list[str]:
        start = Random(seed).randint(0, len(lines))
        return [self.voice.say([lines[(start + i) % len(lines)]], f"{seed}:{i}")[0] for i in range(count)]

    def _dated(
        self, section: Section, titles: list[str], body: tuple[str, ...], page: Callable[..., Page],
        text: tuple[str, ...], trail: tuple[tuple[str, str], ...],
    ) -> Iterator[Page]:  # fmt: skip
        """A section of dated entries, each with a page of its own; a single one is the section itself."""
        printed = [stamp(self.layout, day, "11:00", "az") for day in section.dates]
        if len(titles) == 1:
            yield page((titles[0], *body), printed=printed[0])
            return
        entries = []
        for i, title in enumerate(titles):
            href = self.page_address(section.number * 10 + i, title)
            entries.append(Entry(title, href, printed[i], body[0]))
            yield Page("text", "az", title, href, body, printed=printed[i], trail=trail)
        yield page(text, tuple(entries))

    def _council(
        self, section: Section, page: Callable[..., Page], trail: tuple[tuple[str, str], ...], seed: str
    ) -> Iterator[Page]:
        say, words = self.voice.say, self.words
        texts = {
            "law": say(words["council_law"], seed),
            "notices": say(words["council_notice"], seed),
            "members": (),
            "meetings": (),
            "nothing": (),
        }
        people = Random(seed).sample(words["people"], 15)
        rows = tuple((str(i + 1), name, "Nümunə İctimai Birliyi") for i, name in enumerate(people))
        titles = [words["council_first_meeting"]]
        if len(section.dates) > 1:
            titles = self._titles(words["council_meetings"], len(section.dates), seed)
        meetings = []
        below = section.number * 10
        for i, day in enumerate(section.dates):
            href, printed = self.page_address(below + i, titles[i]), stamp(self.layout, day, "15:00", "az")
            meetings.append(Entry(titles[i], href, printed))
            body = say(words["more"][:4], f"{seed}:{i}")
            yield Page("text", "az", titles[i], href, body, printed=printed, trail=trail)
        if not section.parts:
            text = say(words["council_intro"], seed) if section.fullness == "full" else ()
            for name in section.content:
                text += texts[name]
            yield page(text, tuple(meetings), rows=rows if "members" in section.content else ())
            return
        inside = []
        for i, part in enumerate(section.parts):
            href = self.page_address(section.number + 1 + i, part.label)
            inside.append(Entry(part.label, href))
            yield Page(
                "section", "az", part.label, href, texts[part.holds],
                entries=tuple(meetings) if part.holds == "meetings" else (),
                rows=rows if part.holds == "members" else (), trail=trail,
            )  # fmt: skip
        yield page(say(words["council_intro"], seed), tuple(inside))

    def _services(
        self, section: Section, page: Callable[..., Page], trail: tuple[tuple[str, str], ...], seed: str
    ) -> Iterator[Page]:
        words, count = self.words, section.count or 0
        names = [
            f"{words['services'][i % 16]} {words['service_of'][i // 16]}" if count > 16 else words["services"][i]
            for i in range(count)
        ]
        listed = []
        for i, name in enumerate(names):
            if section.links_to is not None:
                listed.append(Entry(name, section.links_to))
                continue
            href = self.page_address(section.number * 100 + i, name)
            listed.append(Entry(name, href))
            if not section.dead_links:
                text = (f"Xidmətin adı: {name}.", "Müraciət forması aşağıda verilir.")
                yield Page("text", "az", name, href, text, form=True, trail=trail)
        yield page((), tuple(listed))

    # navigation

    @cached_property
    def menu(self) -> tuple[Link, ...]:
        """The Azerbaijani menu."""
        plain = {page.title: page.href for page in self._plain_pages("az")}

        def link(title: str) -> Link:
            return Link(title, plain[title])

        local = self.of.group == "local"
        first = ("Ümumi məlumat", "Tarix") if local else ("Əsasnamə", "Fəaliyyət istiqamətləri")
        councils = [link(t) for t in ("Apellyasiya Şurası", "Ağsaqqallar Şurası", "Elmi Şura") if t in plain]
        inner: list[Link] = []
        outer: list[Link] = []
        for kind, section in self.of.sections.items():
            if section.placement == "menu":
                (inner if kind in ("public_council", "procurement") else outer).append(
                    Link(section.label, self.section_address(section))
                )
        outer += [Link(one.label, one.url) for one in self.of.external.values()]
        place = {"city": "Şəhər haqqında"}.get(self.of.kind, "Rayon haqqında") if local else "Haqqımızda"
        return (
            Link("Ana səhifə", "/"),
            Link(place, plain[first[0]], tuple(link(title) for title in first)),
            Link("Struktur", "#", (link("Rəhbərlik"), link("Aparatın strukturu"), *councils)),
            Link("Fəaliyyət", "#", (link("Qanunvericilik"), *inner, link("Elanlar"))),
            *outer,
            Link(self._label("az", "news"), self.list_address("az", 1)),
            link("Əlaqə"),
        )

    def _menu(self, lang: str) -> tuple[Link, ...]:
        if lang == "az":
            return self.menu
        about, contacts = self._plain_pages(lang)
        news = Link(self._label(lang, "news"), self.list_address(lang, 1))
        home = Link(self._label(lang, "home"), self.home(lang))
        return (home, Link(about.title, about.href), news, Link(contacts.title, contacts.href))

    def _languages(self) -> tuple[Link, ...]:
        shown = [Link(lang.upper(), self.home(lang)) for lang in ("az", *self.of.languages)]
        if "empty_switcher" in self.of.decoys:
            shown = [Link(label, "") for label in ("AZ", "EN", "RU")]
        return tuple(shown) if len(shown) > 1 else ()

    # search

    @cached_property
    def _texts(self) -> tuple[tuple[Page, str, str], ...]:
        pages = {page.href: page for page in (make() for make in self.pages.values())}
        kept = [page for page in pages.values() if page.lang == "az" and page.kind not in ("home", "list")]
        return tuple((page, fold(page.title), fold(page.text())) for page in kept)

    def results(self, word: str) -> tuple[Page, ...]:
        """The pages that hold the word, those with it in the title first; 25 at most."""
        asked = fold(word).strip()
        if not asked:
            return ()
        titled = [page for page, title, _ in self._texts if asked in title]
        held = [page for page, title, text in self._texts if asked in text and asked not in title]
        return tuple([*titled, *held][:25])

    def _search_page(self, word: str, lang: str) -> Page:
        words = self.words["labels"][lang]
        found = self.results(word)
        entries = tuple(
            Entry(page.title, page.href, page.printed, page.paragraphs[0][:150] if page.paragraphs else "")
            for page in found
        )
        said = (f"{words['results']}: {len(found)}",) if found else (words["nothing"],)
        return Page("search", lang, words["search_title"], "", said, entries, word=word)

    @cached_property
    def _search_form(self) -> tuple[str, str]:
        """Where the search form leads and the name of its box."""
        pattern = self._patterns["search"].replace("{lang}", "az")
        if "?" not in pattern:
            return pattern.replace("{word}", ""), "q"
        path, query = pattern.split("?")
        return path, query.split("&")[-1].split("=")[0]

    def _searched(self, path: str, query: str) -> str | None:
        """The word a search address asks for, None when it is no search."""
        if not self.of.search:
            return None
        where, box = self._search_form
        pairs = self._boxes(query)
        fixed = self._patterns["search"].partition("?")[2].split("&")[:-1]
        if _key(path, "").rstrip("/") == _key(where, "").rstrip("/") and box in pairs:
            return pairs[box] if all(part in query for part in fixed) else None
        if "?" not in self._patterns["search"] and unquote(path).startswith(where):
            return unquote(path)[len(where) :].replace("+", " ")
        return None

    def _boxes(self, query: str) -> dict[str, str]:
        """The filled boxes of a search form, read in UTF-8 or, as old pages send them, in their own letters."""
        try:
            pairs = parse_qsl(query, keep_blank_values=True, errors="strict")
        except UnicodeDecodeError:
            pairs = parse_qsl(query, keep_blank_values=True, encoding="windows-1254", errors="replace")
        return {name: unescape(value) for name, value in pairs}

    def _asks_nothing(self, path: str) -> bool:
        """Whether this is the bare address of the search form."""
        return self.of.search and _key(path, "").rstrip("/") == self._search_form[0].rstrip("/")

    # answering

    def answer(self, path: str, query: str, headers: Headers) -> Answer:
        """What the site answers to GET path?query; `path` still percent-encoded."""
        if path == "/robots.txt":
            body = (self.of.robots or "User-agent: *\nDisallow:\n").encode()
            return self._plain(body, "text/plain; charset=utf-8")
        if path == "/favicon.ico":
            return Answer(404, (("Content-Type", "text/plain"),), b"")
        for kind, section in self.of.sections.items():
            if section.pdf and _key(path, "") == _key(*_split(self.section_address(section))):
                text = self.voice.say(self.words["council_postponed"], f"{self.of.id}:{kind}")
                return self._plain(pdf([*text, self.words["sample"]["az"]]), "application/pdf")
            if kind == "open_data" and path.startswith("/files/") and path.endswith(".csv"):
                rows = "\n".join(f"{year};{Random(path).randint(10, 99) + year % 7}" for year in range(2010, 2018))
                return self._plain(f"il;say\n{rows}\n".encode(), "text/csv; charset=utf-8")
        if path.startswith("/userfiles/"):
            return self._plain(_PIXEL, "image/gif")
        if path == "/prints.php":
            path = "/"
        word = self._searched(path, query)
        make = self.pages.get(_key(path, query)) or self.pages.get(_key(path, ""))
        if word is None and make is None and self._asks_nothing(path):
            word = ""
        if word is not None:
            return self._dressed(self._search_page(word, "az"), headers)
        return self._dressed(make() if make is not None else self._missing(), headers)

    def _missing(self) -> Page:
        status = 200 if self.of.soft_404 else 404
        return Page("missing", "az", "Səhifə tapılmadı", "", (self.words["soft_404"],), status=status)

    def _plain(self, body: bytes, kind: str) -> Answer:
        return Answer(200, (("Content-Type", kind), ("ETag", _etag(body))), body)

    def _dressed(self, page: Page, headers: Headers) -> Answer:
        html = self._template.render(self._view(page))
        charset = self.of.charset
        body = html.encode(charset, "xmlcharrefreplace")
        said = self.of.says_charset if self.of.says_charset is not None else charset
        kind = f"text/html; charset={said}" if said else "text/html"
        out = [("Content-Type", kind)]
        if page.status == 200:
            moment = datetime.combine(min(self.as_of, self.items[0].day), time(12), UTC)
            out += [("ETag", _etag(body)), ("Last-Modified", format_datetime(moment, usegmt=True))]
            if headers.get("if-none-match") == _etag(body):
                return Answer(304, tuple(out), b"")
        if "gzip" in headers.get("accept-encoding", ""):
            out += [("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding")]
            body = gzip.compress(body, 4, mtime=0)
        return Answer(page.status, tuple(out), body)

    def _view(self, page: Page) -> dict[str, Any]:
        """All that a template may use."""
        lang, rnd = page.lang, Random(f"{self.of.id}:{page.href}")
        action, box = self._search_form
        state = self.of.languages.get(lang, "real")  # type: ignore[call-overload]
        latest = self.items[:4] if lang == "az" else self.foreign_items[lang][:3]
        return {
            "site": self.of,
            "page": page,
            "name": self._name(lang),
            "t": self.words["labels"][lang],
            "says_lang": "en" if "wrong_lang" in self.of.decoys else lang,
            "hollow": state == "hollow",
            "d": self.of.decoys,
            "menu": self._menu(lang),
            "languages": self._languages(),
            "latest": self._entries(tuple(latest)),
            "news_address": self.list_address(lang, 1),
            "search": {"action": action, "box": box} if self.of.search else None,
            "search_fixed": self._fixed_boxes(),
            "today": stamp("{d} {month} {Y}", self.as_of, "", "az"),
            "weekday": weekday(self.as_of),
            "updated": f"{self.as_of:%d.%m.%Y}",
            "views": rnd.randint(40, 9000),
            "visitors": rnd.randint(9000, 900000),
            "degrees": Random(f"{self.of.id}:weather").randint(24, 38),
            "ticker": self._ticker(),
            "sample": self.words["sample"][lang if state == "real" else "az"],
            "encoding": self.of.charset,
        }

    def _fixed_boxes(self) -> list[tuple[str, str]]:
        query = self._patterns["search"].partition("?")[2]
        return parse_qsl("&".join(query.split("&")[:-1]))

    def _ticker(self) -> tuple[str, ...]:
        """Dated sentences that open every page; the days are the as-of day and after."""
        if "ticker" not in self.of.decoys:
            return ()
        days = [self.as_of + timedelta(days=k - 2) for k in range(8)]
        said = "{} tarixinə göstəricilər yenilənib: {} vahid."
        return tuple(
            said.format(stamp("{dd} {month} {Y}-ci il", day, "", "az"), 100 + 7 * i) for i, day in enumerate(days)
        )

    def phone_page(self) -> Answer:
        """The home page of the phone version."""
        page = Page("home", "az", self.of.name, "/", self._about("az")[:2], self._entries(self.items[:5]))
        view = self._view(page) | {"full": self.of.url}
        body = _environment().get_template("phone.html").render(view).encode()
        return self._plain(body, "text/html; charset=utf-8")


_PIXEL = bytes.fromhex("47494638396101000100800000ffffff00000021f90401000000002c00000000010001000002024401003b")


def _split(address: str) -> tuple[str, str]:
    path, _, query = address.partition("?")
    return path, query


def _etag(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()[:20]}"'
