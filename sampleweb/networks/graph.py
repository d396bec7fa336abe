"""How does Meta's Graph API answer for pages of Facebook and business accounts of Instagram?

developers.facebook.com/docs/graph-api: results (data, paging with cursors and a `next` that carries the token), errors
(guides/error-handling), rate limits (X-App-Usage); /{page}, /{page}/posts, and Business Discovery of Instagram.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

from sampleweb.networks.people import People, Profile, number_of
from sampleweb.networks.service import Service, as_json, one
from sampleweb.proxy import Request
from sampleweb.site import Answer

OWN_INSTAGRAM = "17841400000000001"
IG_PAGE = 50
_USAGE = '{"call_count":28,"total_time":25,"total_cputime":25}'
_FULL = '{"call_count":99,"total_time":25,"total_cputime":25}'


def _error(code: int, message: str, status: int = 400, subcode: int | None = None, usage: str = _USAGE) -> Answer:
    error: dict[str, Any] = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "AxYz0123"}
    if subcode is not None:
        error["error_subcode"] = subcode
    return as_json({"error": error}, status, X_App_Usage=usage)


class Graph(Service):
    """graph.facebook.com, with a token."""

    def __init__(self, facebook: People, instagram: People, token: str, is_used_up: bool = False) -> None:
        super().__init__()
        self._pages, self._accounts, self._token = facebook, instagram, token
        self._usage = _FULL if is_used_up else _USAGE
        self._by_id = {_id_of(profile): profile for profile in facebook.by_name.values()}

    def answer(self, asked: Request) -> Answer:
        given = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if given != self._token:
            return _error(190, f"Malformed access token {given}", 401, 463)
        path = [unquote(part) for part in asked.path.split("/") if part][1:]
        if path == ["me", "accounts"]:
            own = {"id": "1", "access_token": f"{self._token}", "instagram_business_account": {"id": OWN_INSTAGRAM}}
            return self._ok({"data": [{"id": "0"}, own]})
        if path == [OWN_INSTAGRAM]:
            return self._discovery(one(asked, "fields"))
        if len(path) == 2 and path[1] == "posts":
            return self._posts(path[0], asked)
        return self._page(path[0])

    def _ok(self, told: Any) -> Answer:
        return as_json(told, X_App_Usage=self._usage)

    def _page(self, name: str) -> Answer:
        profile = self._pages.get(name)
        if profile is None or profile.does == "gone":
            return _error(803, f"(#803) Some of the aliases you requested do not exist: {name}", 404)
        refused = _refused(profile) or self.passing(profile.does, f"page {name}")
        username = profile.now or name
        return refused or self._ok({"id": _id_of(profile), "name": profile.title, "username": username})

    def _posts(self, page_id: str, asked: Request) -> Answer:
        profile = self._by_id[page_id]
        moments = profile.moments(self._pages.today)
        size = min(int(one(asked, "limit") or 25), 100)
        start = int(one(asked, "after").removeprefix("QVFI") or 0)
        data = [
            {"created_time": f"{at:%Y-%m-%dT%H:%M:%S}+0000", "id": f"{page_id}_{start + n}"}
            for n, at in enumerate(moments[start : start + size])
        ]
        told: dict[str, Any] = {"data": data}
        if data:
            told["paging"] = {"cursors": {"before": f"QVFI{start}", "after": f"QVFI{start + size}"}}
        if start + size < len(moments):
            own = f"https://graph.facebook.com{asked.path}?access_token={self._token}&limit={size}"
            told["paging"]["next"] = f"{own}&after=QVFI{start + size}"
        return self._ok(told)

    def _discovery(self, fields: str) -> Answer:
        found = re.search(r"username\(([^)]+)\)", fields)
        profile = self._accounts.get(found[1]) if found else None
        if profile is None or profile.does in ("gone", "not_business", "private"):
            return _error(110, "Invalid user id", subcode=2207013)
        refused = _refused(profile) or self.passing(profile.does, f"ig {profile.name}")
        if refused is not None:
            return refused
        cursor = re.search(r"\.after\(IG(\d+)\)", fields)
        start = int(cursor[1]) if cursor else 0
        moments = profile.moments(self._accounts.today)
        data = [{"timestamp": f"{at:%Y-%m-%dT%H:%M:%S}+0000", "id": str(at)} for at in moments[start : start + IG_PAGE]]
        about: dict[str, Any] = {"username": profile.now or profile.name, "name": profile.title, "id": "178"}
        about["media_count"] = len(moments)
        if data:
            about["media"] = {"data": data}
            if start + IG_PAGE < len(moments):
                about["media"]["paging"] = {"cursors": {"after": f"IG{start + IG_PAGE}"}}
        return self._ok({"business_discovery": about, "id": OWN_INSTAGRAM})


def _id_of(profile: Profile) -> str:
    return profile.name if profile.name.isdigit() else str(number_of(profile.name))


def _refused(profile: Profile) -> Answer | None:
    if profile.does == "no_permission":
        return _error(10, "(#10) This endpoint requires the 'Page Public Content Access' feature.", 403)
    if profile.does == "private":
        return _error(100, "Unsupported get request. Object does not exist or cannot be loaded", subcode=33)
    if profile.does == "over_limit":
        return _error(4, "(#4) Application request limit reached", 403)
    return None
