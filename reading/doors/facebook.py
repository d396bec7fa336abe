"""When were a Facebook page's posts published?

Graph API with an operator's token (Page Public Content Access): /{page}?fields=id,name,username, then
/{page}/posts?fields=created_time, at most 100 a page, paged by cursor
(developers.facebook.com/docs/graph-api/reference/page and …/page/feed). Without a token Facebook shows a form to log
in: no door. Groups are not to be had by the API at all.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from urllib.parse import quote

from pydantic import Field

from archive.asks import Ask
from archive.capture import Capture
from reading.doors import Page, Shape, Told, answers, first, paged, shaped, unseen
from reading.doors._graph import Paging, ask, is_missing, refusal
from reading.method import Method
from reading.social import Profile


class _About(Shape):
    id: str = Field(pattern=r"^\d+$")
    name: str = ""
    username: str = ""


class _Post(Shape):
    created_time: str


class _Posts(Shape):
    data: tuple[_Post, ...]
    paging: Paging = Paging()


_MISSING = "aliases you requested do not exist"
_LOOSE = re.compile(r"[^a-z0-9]+")


def read(profile: Profile, captures: Sequence[Capture], back_to: date, tokens: frozenset[str], method: Method) -> Told:
    if "/groups/" in profile.url:
        return unseen("no_door")
    known = answers(captures)
    about = ask(f"{quote(profile.name, safe='')}?fields=id,name,username")
    answer = known.get(about.url)
    if answer is None:
        return first(about)
    if is_missing(answer):
        return Told("missing", note="no such name", quote=_MISSING)
    why = refusal(answer, method)
    if why is not None:
        return unseen(why)
    page = shaped(answer, _About)
    if page is None:
        return unseen("unreadable")
    told = replace(_posts(page.id, known, back_to, method), title=page.name)
    is_other = bool(page.username) and not profile.name.isdigit() and _plain(page.username) != _plain(profile.name)
    return replace(told, account="renamed", note=page.username) if told.account == "open" and is_other else told


def _plain(name: str) -> str:
    return _LOOSE.sub("", name.lower())  # capitals and dots make no difference in a page's name


def _posts(page_id: str, known: Mapping[str, Capture], back_to: date, method: Method) -> Told:
    def page_after(cursor: str | None) -> Ask:
        after = f"&after={quote(cursor, safe='')}" if cursor else ""
        return ask(f"{page_id}/posts?fields=created_time&limit=100{after}")

    told = paged(known, page_after, lambda answer: _page(answer, method), back_to)
    # An empty list is also what a page has that the token may not see into, by age or country.
    return unseen("empty_list") if told.account == "open" and not told.posts else told


def _page(answer: Capture, method: Method) -> Page | str:
    why = refusal(answer, method)
    if why is not None:
        return why
    told = shaped(answer, _Posts)
    if told is None:
        return "unreadable"
    return Page(tuple(one.created_time for one in told.data), told.paging.cursors.after if told.paging.next else None)
