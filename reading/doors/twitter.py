"""When did an account post on X?

API v2 with an operator's token (docs.x.com/x-api): users/by/username/NAME?user.fields=protected, then
users/ID/tweets?exclude=retweets&tweet.fields=created_at, at most 100 a page, paged by pagination_token. What others
wrote and the account only passed on (retweets) is not counted; its own answers are. A name that nobody has comes as
status 200 with `errors`; so does a suspended account.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from urllib.parse import quote

from pydantic import Field

from archive.asks import Ask
from archive.capture import Capture
from reading.doors import Page, Shape, Told, answers, first, paged, shaped, trouble, unseen
from reading.method import Method
from reading.social import Profile

API = "https://api.x.com/2"
TOKEN = "x"


class _User(Shape):
    id: str = Field(pattern=r"^\d+$")
    name: str = ""
    protected: bool = False


class _Error(Shape):
    title: str = ""
    detail: str = ""


class _Lookup(Shape):
    data: _User | None = None
    errors: tuple[_Error, ...] = ()


class _Post(Shape):
    created_at: str


class _Meta(Shape):
    next_token: str | None = None


class _Posts(Shape):
    data: tuple[_Post, ...] = ()
    meta: _Meta | None = None
    errors: tuple[_Error, ...] = ()


def read(profile: Profile, captures: Sequence[Capture], back_to: date, tokens: frozenset[str], method: Method) -> Told:
    known = answers(captures)
    about = _ask(f"users/by/username/{quote(profile.name, safe='')}?user.fields=name,protected,username")
    answer = known.get(about.url)
    if answer is None:
        return first(about)
    why = _refusal(answer, method)
    if why is not None:
        return unseen(why)
    found = shaped(answer, _Lookup)
    if found is None:
        return unseen("unreadable")
    if found.data is None:
        return _nobody(found.errors)
    if found.data.protected:
        return Told("private", note="protected", title=found.data.name, quote="protected")
    return replace(_posts(found.data.id, known, back_to, method), title=found.data.name)


def _ask(path: str) -> Ask:
    return Ask(f"{API}/{path}", token=TOKEN, is_api=True)


def _nobody(errors: Sequence[_Error]) -> Told:
    """The errors of an answer that names nobody (docs.x.com/x-api/fundamentals/response-codes-and-errors)."""
    if not errors:
        return unseen("unreadable")
    error = errors[0]
    if error.title == "Not Found Error":
        return Told("missing", note="no such name", quote=error.detail)
    if error.title == "Forbidden" and "suspended" in error.detail:
        return Told("missing", note="suspended", quote=error.detail)
    return unseen("no_permission")


def _refusal(answer: Capture, method: Method) -> str | None:
    if answer.failure is None and answer.status == 401:
        return "token_refused"
    if answer.failure is None and answer.status == 403:
        return "no_permission"
    return trouble(answer, method)


def _posts(user: str, known: Mapping[str, Capture], back_to: date, method: Method) -> Told:
    def ask(cursor: str | None) -> Ask:
        page = f"&pagination_token={quote(cursor, safe='')}" if cursor else ""
        return _ask(f"users/{user}/tweets?max_results=100&exclude=retweets&tweet.fields=created_at{page}")

    return paged(known, ask, lambda answer: _page(answer, method), back_to)


def _page(answer: Capture, method: Method) -> Page | str:
    why = _refusal(answer, method)
    if why is not None:
        return why
    told = shaped(answer, _Posts)
    if told is None or (told.meta is None and not told.errors):
        return "unreadable"
    if told.meta is None:
        return "no_permission"
    return Page(tuple(one.created_at for one in told.data), told.meta.next_token)
