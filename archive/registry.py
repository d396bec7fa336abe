"""Who is watched, at which address, and how do we know?"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from archive.border import Complaint, Record, load, near, wrong

_HOST = re.compile(r"[^\W_]([\w.-]*[^\W_])?")
_MEND_ADDRESS = "write it whole, as in http://example.gov.az/"

Group = Literal["local", "central"]
Text = Annotated[str, Field(min_length=1)]


def host_of(url: str) -> str:
    """The host of an address with www. and capitals left out: both forms are one host to us."""
    return (urlsplit(url).hostname or "").rstrip(".").removeprefix("www.")


def _address(url: str) -> str:
    if any(c.isspace() or not c.isprintable() for c in url):
        raise wrong(f"there is a space or a control character in {url!r}", "take it out (inside a path a space is %20)")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise wrong(f"{url} is not an address ({error})", _MEND_ADDRESS) from None
    if parts.scheme not in ("http", "https"):
        raise wrong(f"{url} is not an http or https address", _MEND_ADDRESS)
    if parts.username is not None or parts.password is not None:
        raise wrong("the address carries a user name or password", "take out everything between // and @")
    if not _HOST.fullmatch(parts.hostname or "") or port == 0:
        raise wrong(f"{url} names no host that can be asked", _MEND_ADDRESS)
    return url


Address = Annotated[str, AfterValidator(_address)]
Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]


class After2018(Record):
    """What became of the body or its site since the round of 2018."""

    status: Text
    note: Text
    successor: Text | None = None
    successor_id: Id | None = None
    site: Address | None = None
    source: Text | None = None
    verified: bool = False


class Agency(Record):
    """One authority. Names are Azerbaijani unless they say otherwise; `number` is its row in its appendix of 2018."""

    id: Id
    group: Group
    kind: Text | None = None
    number: int | None = None
    name: Text
    name_full: Text | None = None
    name_en: Text | None = None
    site: Address | None
    site_source: Text | None = None
    site_verified: bool = False
    also: tuple[Address, ...] = ()
    notes: Text | None = None
    predecessor: Id | None = None
    after_2018: After2018 | None = None

    @property
    def host(self) -> str | None:
        return host_of(self.site) if self.site else None


class _File(Record):
    agencies: Annotated[tuple[Agency, ...], Field(min_length=1)]


class NoSuchAgency(ValueError):
    """An id was asked for that the registry does not hold."""


@dataclass(frozen=True)
class Registry:
    """The agencies in the file's order, and the SHA-256 of the file they came from (a selection keeps it)."""

    agencies: tuple[Agency, ...]
    sha256: str

    def __iter__(self) -> Iterator[Agency]:
        return iter(self.agencies)

    def __len__(self) -> int:
        return len(self.agencies)

    def agency(self, wanted: str) -> Agency:
        for agency in self.agencies:
            if agency.id == wanted:
                return agency
        ids = [a.id for a in self.agencies]
        raise NoSuchAgency(f"there is no agency {wanted!r} in the registry; {near(wanted, ids)}it holds {len(ids)} ids")

    def only(self, ids: Iterable[str]) -> Registry:
        """Those agencies, in the registry's order. Raises NoSuchAgency."""
        wanted = {self.agency(one).id for one in ids}
        return replace(self, agencies=tuple(a for a in self.agencies if a.id in wanted))

    def of_group(self, group: Group) -> Registry:
        return replace(self, agencies=tuple(a for a in self.agencies if a.group == group))


def load_registry(path: Path | str) -> Registry:
    """The registry, each entry checked. Raises archive.border.Unusable with file and line."""
    file = load(path, _File, across=_across)
    return Registry(file.agencies, hashlib.sha256(Path(path).read_bytes()).hexdigest())


def _across(data: Any) -> Iterator[Complaint]:
    """Ids and hosts that stand twice, and successors that are nobody. Entries may be wrong in any way here."""
    listed = data.get("agencies") if isinstance(data, dict) else None
    entries = [(i, e) for i, e in enumerate(listed if isinstance(listed, tuple) else ()) if isinstance(e, dict)]
    yield from _repeated_ids(entries)
    yield from _repeated_hosts(entries)
    ids = [str(entry.get("id")) for _, entry in entries]
    for index, entry in entries:
        after = entry.get("after_2018")
        successor = after.get("successor_id") if isinstance(after, dict) else None
        for named, *where in ((successor, "after_2018", "successor_id"), (entry.get("predecessor"), "predecessor")):
            if named and (named not in ids or named == entry.get("id")):
                what = f"there is no agency {named!r}" if named not in ids else f"{named!r} is this entry itself"
                yield Complaint(
                    ("agencies", index, *where), what, f"{near(str(named), ids)}name another id of this file"
                )


def _repeated_ids(entries: list[tuple[int, dict[Any, Any]]]) -> Iterator[Complaint]:
    seen: set[str] = set()
    for index, entry in entries:
        if isinstance(own := entry.get("id"), str):
            if own in seen:
                where = ("agencies", index, "id")
                yield Complaint(where, f"the id {own!r} stands twice", "give one of the two another id")
            seen.add(own)


def _repeated_hosts(entries: list[tuple[int, dict[Any, Any]]]) -> Iterator[Complaint]:
    owners: dict[str, int] = {}
    names = {index: entry.get("id") for index, entry in entries}
    for index, entry in entries:
        also = entry.get("also")
        addresses: list[tuple[tuple[str | int, ...], Any]] = [(("site",), entry.get("site"))]
        addresses += [(("also", i), url) for i, url in enumerate(also if isinstance(also, tuple) else ())]
        for loc, url in addresses:
            host = _readable_host(url)
            owner = owners.setdefault(host, index) if host else index
            if owner != index:
                what = f"the host {host} already belongs to {names[owner]!r} (www. makes no difference)"
                mend = "correct one of the two addresses, or write `site: null`"
                yield Complaint(("agencies", index, *loc), what, mend)


def _readable_host(url: object) -> str:
    try:
        return host_of(url) if isinstance(url, str) else ""
    except ValueError:
        return ""  # not an address at all: the entry's own check says so
