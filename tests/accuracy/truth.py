"""Is a finding what the truth of its site says it is?

truth.yaml holds facts decided by hand. A leaf is a value, `{any: [...]}` where more than one answer is right, or
`{min:, max:}`; a fact that it does not name is not asked. Every fact comes out as one `Fact`, with the kind of slip
where it is wrong: slips that harm (a false "no", false freshness) are counted apart from all others.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from pydantic import Field

from archive.border import Record, load

Leaf = Any  # what YAML gives: text, number, truth value, tuple, or one of the two mappings above
Document = Mapping[str, Any]  # findings of one authority (contract, part 2)
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_FORMS_OF_HOST = ("www.", "m.", "mobile.", "az-az.", "ru-ru.")
_SAME_NETWORK = {"x.com": "twitter.com", "fb.com": "facebook.com", "youtu.be": "youtube.com"}
_TABS_OF_PROFILE = re.compile(r"/(?:videos|featured|about|playlists|streams|posts|photos)$")
_THERE, _NOT_THERE, _UNSEEN = {"found", "partial"}, {"absent"}, {"unseen"}


class Profile(Record):
    url: str
    network: str | None = None


class Truth(Record):
    """One truth.yaml."""

    id: str
    held: bool
    site: dict[str, Leaf] = Field(default_factory=dict)
    mobile: Leaf = None
    social: tuple[Profile, ...] | None = None
    sections: dict[str, dict[str, Leaf]] = Field(default_factory=dict)
    news: dict[str, Leaf] = Field(default_factory=dict)
    search: bool | None = None
    languages: Leaf = None


@dataclass(frozen=True)
class Fact:
    """One fact held against the truth."""

    kind: str  # sections.state, news.last_date, social.recall …
    of: str  # kind of section; else ""
    right: bool
    got: object
    want: object
    slips: tuple[str, ...] = ()  # "no" | "found" | "fresh" | "unseen"


def load_truths(folder: Path) -> list[Truth]:
    """Every truth.yaml below a folder, in the order of their folders."""
    return [load(path, Truth) for path in sorted(folder.glob("*/truth.yaml"))]


# -- comparing -------------------------------------------------------------------------------------------------------


def accepted(want: Leaf) -> list[Leaf]:
    """The answers that are right, where they can be told one by one."""
    return list(want["any"]) if isinstance(want, dict) and "any" in want else [want]


def fits(got: object, want: Leaf) -> bool:
    if isinstance(want, dict) and "any" in want:
        return any(fits(got, one) for one in want["any"])
    if isinstance(want, dict):
        within = want.get("min", float("-inf")), want.get("max", float("inf"))
        return isinstance(got, (int, float)) and within[0] <= got <= within[1]
    if isinstance(want, tuple):
        return isinstance(got, list | None) and sorted(map(str, got or [])) == sorted(map(str, want))
    if want is None or isinstance(want, bool | int | float):
        return got == want or (want is False and not got)
    length = 10 if _ISO_DAY.match(str(want)) else None  # a moment of the day is the day
    return str(got).lower()[:length] == str(want).lower()[:length]


def _parts(url: str) -> tuple[str, str, str]:
    """(host, path, query) by which two spellings of an address are one."""
    parts = urlsplit(url if "//" in url else f"//{url.lstrip('/')}", scheme="http")
    host = parts.netloc.lower()
    for form in _FORMS_OF_HOST:
        host = host.removeprefix(form)
    return host, unquote(parts.path).rstrip("/"), unquote(parts.query)


def same_page(got: object, want: object) -> bool:
    """Whether both are one address; a wanted one without a host ("/news.html") is compared by path and query."""
    if got is None or want is None:
        return got is None and want is None
    found = _parts(str(got))
    if "//" in str(want):
        return found == _parts(str(want))
    _, path, query = _parts(f"//-/{str(want).lstrip('/')}")
    return found[1:] == (path, query)


def same_profile(url: str) -> tuple[str, str, str]:
    """One name for one profile: its network's host, its path, and the id where the profile is named by one."""
    host, path, query = _parts(url)
    host = _SAME_NETWORK.get(host, host)
    path = path.lower().removeprefix("/pages/category")
    if host == "t.me" and path.startswith("/s/"):
        path = path[2:]
    path = _TABS_OF_PROFILE.sub("", path)
    return host, path, query if "profile.php" in path or "id=" in query else ""


# -- facts -----------------------------------------------------------------------------------------------------------


def facts(found: Document, truth: Truth) -> Iterator[Fact]:
    """Every fact that the truth decides, with what was found. A finding that is missing is wrong."""
    yield from _site(found.get("site") or {}, truth)
    if truth.mobile is not None:
        yield _mobile((found.get("mobile") or {}).get("verdict"), truth.mobile)
    if truth.social is not None:
        yield from _social((found.get("social") or {}).get("profiles") or [], truth.social)
    for kind, wanted in truth.sections.items():
        yield from _section(kind, (found.get("sections") or {}).get(kind) or {}, wanted)
    yield from _news(found.get("news") or {}, truth.news)
    if truth.search is not None:
        yield _search((found.get("search") or {}).get("state"), truth.search)
    if truth.languages is not None:
        yield _languages((found.get("languages") or {}).get("codes") or [], truth.languages)


def _site(got: Document, truth: Truth) -> Iterator[Fact]:
    for key, want in truth.site.items():
        value = got.get(key)
        right = _any_page(value, want) if key == "final_url" else fits(value, want)
        yield Fact(f"site.{key}", "", right, value, want)


def _any_page(got: object, want: Leaf) -> bool:
    return any(same_page(got, one) for one in accepted(want))


def _mobile(got: str | None, want: Leaf) -> Fact:
    wanted = set(accepted(want))
    slips = ("no",) if got == "none" and "none" not in wanted else ()
    if got not in (None, "none") and wanted == {"none"}:
        slips = ("found",)
    return Fact("mobile", "", fits(got, want), got, want, slips)


def _social(profiles: Sequence[Mapping[str, str]], wanted: Sequence[Profile]) -> Iterator[Fact]:
    got = {same_profile(profile["url"]): profile for profile in profiles}
    want = {same_profile(profile.url): profile for profile in wanted}
    for key, profile in want.items():
        there = key in got
        yield Fact("social.recall", "", there, sorted(got), profile.url, () if there else ("no",))
        if there and profile.network is not None:
            network = got[key]["network"]
            yield Fact("social.network", "", network == profile.network, network, profile.network)
    for key, found in got.items():
        own = key in want
        yield Fact("social.precision", "", own, found["url"], sorted(want), () if own else ("found",))


def _section(kind: str, got: Document, wanted: Mapping[str, Leaf]) -> Iterator[Fact]:
    for key, want in wanted.items():
        value = got.get("state" if key == "not_state" else "content" if key == "not_content" else key)
        slips: tuple[str, ...] = ()
        if key == "state":
            right, slips = fits(value, want), _state_slips(value, want)
        elif key == "not_state":
            right = value is not None and value not in (want if isinstance(want, tuple) else [want])
        elif key == "url":
            right = _any_page(value, want)
        elif key == "content":
            right = set(want) <= set(value or [])
        elif key == "not_content":
            right = not set(want) & set(value or [])
        else:
            right = fits(value, want)
            slips = _date_slips(value, want) if key == "last_date" else ()
        yield Fact(f"sections.{key}", kind, right, value, want, slips)


def _news(got: Document, wanted: Mapping[str, Leaf]) -> Iterator[Fact]:
    for key, want in wanted.items():
        value = got.get(key)
        right = _any_page(value, want) if key == "url" else fits(value, want)
        slips: tuple[str, ...] = ()
        if key == "last_date":
            slips = _date_slips(value, want)
        elif key == "state":
            slips = _state_slips(value, want)
            if got.get("last_date") and "last_date" not in wanted:
                slips += ("fresh",)  # a date where the truth has none to give
        yield Fact(f"news.{key}", "", right, value, want, slips)


def _state_slips(got: object, want: Leaf) -> tuple[str, ...]:
    wanted = set(accepted(want))
    if got == "absent" and wanted <= _THERE:
        return ("no",)
    if got == "absent" and wanted <= _UNSEEN:
        return ("unseen",)
    return ("found",) if got == "found" and wanted <= _NOT_THERE else ()


def _date_slips(got: object, want: Leaf) -> tuple[str, ...]:
    days = [str(day)[:10] for day in accepted(want) if day is not None]
    if got is None:
        return ("no",) if None not in accepted(want) else ()
    if not days:
        return ("found", "fresh")
    return ("fresh",) if str(got)[:10] > max(days) else ()


def _search(state: str | None, want: bool) -> Fact:
    got = state == "found"
    slips = ("no",) if want and state == "absent" else ("found",) if got and not want else ()
    return Fact("search", "", got == want, state, want, slips)


def _languages(got: Sequence[str], want: Leaf) -> Fact:
    known = {code for codes in accepted(want) for code in codes}
    needed = set.intersection(*(set(codes) for codes in accepted(want)))
    slips = (("no",) if needed - set(got) else ()) + (("found",) if set(got) - known else ())
    return Fact("languages", "", fits(list(got), want), list(got), want, slips)
