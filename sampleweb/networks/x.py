"""How does X answer for an account and its posts?

API v2 (docs.x.com/x-api): users/by/username/NAME, users/ID/tweets with meta.next_token, errors inside a 200 for names
that nobody has and for suspended accounts, 401 and 429 as problem documents, x-rate-limit-limit, -remaining, -reset.
"""

from __future__ import annotations

import time

from sampleweb.networks.people import People, number_of
from sampleweb.networks.service import Service, as_json, one
from sampleweb.proxy import Request
from sampleweb.site import Answer

_NOT_FOUND = "https://api.twitter.com/2/problems/resource-not-found"


class X(Service):
    """api.x.com, with a token."""

    def __init__(self, people: People, token: str) -> None:
        super().__init__()
        self._people, self._token = people, token
        self._by_id = {str(number_of(name)): profile for name, profile in people.by_name.items()}

    def answer(self, asked: Request) -> Answer:
        if asked.headers.get("authorization") != f"Bearer {self._token}":
            told = {"title": "Unauthorized", "type": "about:blank", "status": 401, "detail": "Unauthorized"}
            return as_json(told, 401)
        path = asked.path.strip("/").split("/")[2:]
        if path[:2] == ["by", "username"]:
            return self._user(path[2])
        return self._posts(path[0], asked)

    def _user(self, name: str) -> Answer:
        profile = self._people.get(name)
        about = {
            "value": name,
            "resource_type": "user",
            "parameter": "username",
            "resource_id": name,
            "type": _NOT_FOUND,
        }
        if profile is None or profile.does == "gone":
            detail = f"Could not find user with username: [{name}]."
            return as_json({"errors": [{**about, "title": "Not Found Error", "detail": detail}]})
        if profile.does == "suspended":
            detail = f"User has been suspended: [{name}]."
            return as_json({"errors": [{**about, "title": "Forbidden", "detail": detail}]})
        if profile.does == "no_permission":
            told = {"title": "Client Forbidden", "reason": "client-not-enrolled", "status": 403}
            return as_json({**told, "type": "https://api.twitter.com/2/problems/client-forbidden"}, 403)
        if profile.does in ("over_limit", "limited_by_reset"):
            reset = str(int(time.time()) + 900)
            told = {"title": "Too Many Requests", "type": "about:blank", "status": 429, "detail": "Too Many Requests"}
            return as_json(told, 429, x_rate_limit_remaining="0", x_rate_limit_reset=reset)
        held_up = self.passing(profile.does, f"user {name}")
        user = {"id": str(number_of(profile.name)), "name": profile.title, "username": name}
        return held_up or as_json({"data": {**user, "protected": profile.does == "private"}})

    def _posts(self, user: str, asked: Request) -> Answer:
        profile = self._by_id[user]
        moments = profile.moments(self._people.today)
        size = int(one(asked, "max_results") or 10)
        start = int(one(asked, "pagination_token").removeprefix("7140dibdnow") or 0)
        data = [
            {"id": str(10**18 + n), "text": "…", "created_at": f"{at:%Y-%m-%dT%H:%M:%S}.000Z"}
            for n, at in enumerate(moments[start : start + size], start)
        ]
        told: dict[str, object] = {"meta": {"result_count": len(data)}}
        if data:
            told["data"] = data
        if start + size < len(moments):
            told["meta"] = {"result_count": len(data), "next_token": f"7140dibdnow{start + size}"}
        left = str(1499 - self._came[user])
        return as_json(told, x_rate_limit_limit="1500", x_rate_limit_remaining=left, x_rate_limit_reset="2000000000")
