"""What do the invented pages say?

Every sentence is put together from `words.yaml` with a seed of its own, so the same page always says the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

from sampleweb.describe import Description

STOCK = Path(__file__).with_name("words.yaml")

MONTHS = {
    "az": "yanvar fevral mart aprel may iyun iyul avqust sentyabr oktyabr noyabr dekabr".split(),
    "en": "January February March April May June July August September October November December".split(),
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split(),
}
WEEKDAYS = ["bazar ertəsi", "çərşənbə axşamı", "çərşənbə", "cümə axşamı", "cümə", "şənbə", "bazar"]

# nominative, locative, genitive, dative of what each kind of body is called
_CASES = {
    "ministry": ("Nazirlik", "Nazirlikdə", "Nazirliyin", "Nazirliyə"),
    "state_committee": ("Dövlət Komitəsi", "Dövlət Komitəsində", "Dövlət Komitəsinin", "Dövlət Komitəsinə"),
    "state_service": ("Dövlət Xidməti", "Dövlət Xidmətində", "Dövlət Xidmətinin", "Dövlət Xidmətinə"),
    "state_agency": ("Dövlət Agentliyi", "Dövlət Agentliyində", "Dövlət Agentliyinin", "Dövlət Agentliyinə"),
}
_AUTHORITY = ("İcra Hakimiyyəti", "İcra Hakimiyyətində", "İcra Hakimiyyətinin", "İcra Hakimiyyətinə")
_PLACE = {
    "city": ("şəhəri", "şəhərində", "şəhərinin", "şəhərinə"),
    "district": ("rayonu", "rayonunda", "rayonunun", "rayonuna"),
}
_ENDS = ("", "da", "nin", "ya")

# Latin letters for Azerbaijani ones in addresses; the older systems simply lose some of them
_LATIN = str.maketrans("əıöüşçğƏIİÖÜŞÇĞ", "eiouscgeiiouscg")
_SH = {"ş": "sh", "ç": "ch", "Ş": "sh", "Ç": "ch"}
_UNDOTTED = str.maketrans("əıöüşçğƏIÖÜŞÇĞ", "eiouscgeiouscg")
_LOST = str.maketrans("", "", "əƏıIşŞçÇğĞöÖüÜ")


@cache
def stock() -> dict[str, Any]:
    with STOCK.open(encoding="utf-8") as file:
        loaded: dict[str, Any] = yaml.load(file, Loader=yaml.CSafeLoader)
    return loaded


def slug(text: str, mode: str) -> str:
    """The address form of a title.

    mode: plain (ş to s), sh (ş to sh), lost (ə, ş, ı and others fall out), dotted (a careless lower-casing
    of İ leaves a combining dot behind the i).
    """
    if mode == "dotted":
        text = text.replace("i", "İ")
        return re.sub(r"[^a-z0-9\u0307]+", "-", text.translate(_UNDOTTED).lower()).strip("-")[:70].strip("-")
    if mode == "lost":
        text = text.translate(_LOST)
    elif mode == "sh":
        text = "".join(_SH.get(c, c) for c in text)
    latin = text.translate(_LATIN).lower()
    return re.sub(r"[^a-z0-9]+", "-", latin).strip("-")[:70].strip("-")


def stamp(layout: str, day: date, time: str, lang: str) -> str:
    """A printed date; slots: {d} {dd} {mm} {yy} {Y} {month} {Month} {time}."""
    month = MONTHS[lang][day.month - 1]
    return layout.format(
        d=day.day, dd=f"{day.day:02}", mm=f"{day.month:02}", yy=f"{day.year % 100:02}", Y=day.year,
        month=month, Month=month[0].upper() + month[1:], time=time,
    )  # fmt: skip


def weekday(day: date) -> str:
    return WEEKDAYS[day.weekday()]


@dataclass(frozen=True)
class Voice:
    """The stock as one body says it."""

    site: Description

    def slots(self, rnd: Random) -> dict[str, object]:
        words = stock()
        local = self.site.group == "local"
        body = _AUTHORITY if local else _CASES[self.site.kind]
        place = _PLACE["city" if self.site.kind == "city" else "district"]
        slots: dict[str, object] = {}
        for end, said, of in zip(_ENDS, body, place, strict=True):
            slots["H" + end] = said
            slots["A" + end] = f"{self.site.short} {of}" if local else said
        slots["kend"] = rnd.choice(words["villages"] if local else words["units"])
        slots["sahe"] = rnd.choice(words["fields"])
        slots["obyekt"] = rnd.choice(words["buildings"])
        slots["n"] = rnd.randint(3, 97)
        slots["m"] = rnd.randint(2, 9)
        return slots

    def say(self, lines: list[str], seed: str) -> tuple[str, ...]:
        """The lines with their slots filled alike, people apart."""
        rnd = Random(seed)
        slots = self.slots(rnd)
        return tuple(_upper(line.format(ad=rnd.choice(stock()["people"]), **slots)) for line in lines)

    def news(self, lang: str, seed: str, topic: str | None = None) -> tuple[str, tuple[str, ...]]:
        """A title and its paragraphs."""
        rnd = Random(seed)
        words = stock()
        if lang != "az":
            title = rnd.choice(words[lang]["news"])
            body = rnd.sample(words[lang]["body"], 4)
        else:
            subject = rnd.choice(words["news"][topic or self.site.group])
            title = rnd.choice(subject["title"])
            body = [*subject["body"], *rnd.sample(words["more"], rnd.randint(6, 11))]
        slots = self.slots(rnd)
        people = rnd.sample(words["people"], 3)
        lines = [line.format(ad=people[i % 3], **slots) for i, line in enumerate([title, *body])]
        said = [_upper(line) for line in lines]
        return said[0], tuple(said[1:])


def _upper(text: str) -> str:
    """The text with a capital first letter, the Azerbaijani way."""
    return ("İ" if text[0] == "i" else text[0].upper()) + text[1:]


_FOLD = str.maketrans("əıöüşçğİIƏÖÜŞÇĞ", "eiouscgiieouscg")


def fold(text: str) -> str:
    """The text as a search compares it."""
    return text.translate(_FOLD).lower().replace("\u0307", "")
