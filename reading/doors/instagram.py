"""When were a business account's posts published on Instagram?

Business Discovery of the Graph API, with an operator's token
(developers.facebook.com/docs/instagram-platform/instagram-api-with-facebook-login/business-discovery):
/{own account}?fields=business_discovery.username(NAME){username,name,media_count,media{timestamp}}, paged by
media.after(CURSOR). The operator's own account is that of a page of theirs: /me/accounts. A name that the API calls no
valid user has no business account: whether it has none at all cannot be told from that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from urllib.parse import quote

from pydantic import Field

from archive.asks import Ask
from archive.capture import Capture
from reading.doors import Page, Shape, Told, answers, first, paged, shaped, unseen
from reading.doors._graph import Paging, ask, refusal
from reading.method import Method
from reading.social import Profile


class _Id(Shape):
    id: str = Field(pattern=r"^\d+$")


class _OwnPage(Shape):
    instagram_business_account: _Id | None = None


class _Pages(Shape):
    data: tuple[_OwnPage, ...]


class _Medium(Shape):
    timestamp: str


class _Media(Shape):
    data: tuple[_Medium, ...] = ()
    paging: Paging = Paging()


class _About(Shape):
    username: str = Field(min_length=1)
    name: str = ""
    media_count: int
    media: _Media = _Media()  # not there where nothing was posted


class _Discovery(Shape):
    business_discovery: _About


_OWN = ask("me/accounts?fields=instagram_business_account", shared=True)


def read(profile: Profile, captures: Sequence[Capture], back_to: date, tokens: frozenset[str], method: Method) -> Told:
    known = answers(captures)
    own = known.get(_OWN.url)
    if own is None:
        return first(_OWN)
    why = refusal(own, method)
    if why is not None:
        return unseen(why)
    pages = shaped(own, _Pages)
    if pages is None:
        return unseen("unreadable")
    accounts = [one.instagram_business_account.id for one in pages.data if one.instagram_business_account is not None]
    return _posts(accounts[0], profile, known, back_to, method) if accounts else unseen("no_permission")


def _posts(own: str, profile: Profile, known: Mapping[str, Capture], back_to: date, method: Method) -> Told:
    def page_after(cursor: str | None) -> Ask:
        after = f".after({cursor})" if cursor else ""
        fields = f"username,name,media_count,media.limit(50){after}{{timestamp}}"
        discovery = f"business_discovery.username({profile.name}){{{fields}}}"
        return ask(f"{own}?fields={quote(discovery, safe='(),.')}")

    told = paged(known, page_after, lambda answer: _page(answer, method), back_to)
    answer = known.get(page_after(None).url)
    found = shaped(answer, _Discovery) if answer is not None and told.account == "open" else None
    if found is None:
        return told
    about = found.business_discovery
    told = replace(told, title=about.name)
    return replace(told, account="renamed", note=about.username) if about.username.lower() != profile.name else told


def _page(answer: Capture, method: Method) -> Page | str:
    why = refusal(answer, method)
    if why is not None:
        return why
    found = shaped(answer, _Discovery)
    if found is None:
        return "unreadable"
    media = found.business_discovery.media
    if not media.data and found.business_discovery.media_count:
        return "empty_list"
    return Page(tuple(one.timestamp for one in media.data), media.paging.cursors.after if media.data else None)
