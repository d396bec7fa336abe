"""How does a case folder become a Site?

case.yaml: why (why the case exists), site (address of the home page), fact (as in indicators.yaml: mobile,
sections.procurement …), expect (fields of the finding), pages: {path: file}, and optionally
  as_of      the day of the round
  name       the authority's name;  also: other addresses of the same site
  answers    {path: {status, location, failure, detail, purpose, word, type, tls, first}} for what is not simply a page
             (first: the visit began there, no link led to it)
  looks      [{path, file, …}] further looks: at addresses that stand among the pages already, or by the search
  complete   false for a visit that the budget cut short
  evidence   words that the quotes of the finding must hold
"""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import yaml

from archive.evidence import Capture
from reading.looking import Site
from reading.method import Method

SEEN_AT = datetime(2018, 8, 20, 9, 0, tzinfo=UTC)


def captures(folder: Path, case: dict[str, Any]) -> list[Capture]:
    answers = case.get("answers") or {}
    looks = [{"path": path, "file": file, **(answers.get(path) or {})} for path, file in case["pages"].items()]
    return [_capture(folder, case["site"], look) for look in looks + case.get("looks", [])]


def _capture(folder: Path, home: str, look: dict[str, Any]) -> Capture:
    failure = look.get("failure")
    headers = [("Content-Type", look.get("type", "text/html; charset=utf-8"))]
    if "location" in look:
        headers.append(("Location", look["location"]))
    url = urljoin(home, look["path"])
    return Capture(
        url=url,
        purpose=look.get("purpose", "page"),
        fetched_at=SEEN_AT,
        status=None if failure else look.get("status", 200),
        headers=() if failure else tuple(headers),
        body=(folder / look["file"]).read_bytes() if look.get("file") and not failure else b"",
        failure=failure,
        detail=look.get("detail", ""),
        tls=look.get("tls", "none"),
        found_on=None if url == home or look.get("first") else home,
        word=look.get("word"),
    )


def saved_site(folder: Path, method: Method) -> tuple[Site, dict[str, Any]]:
    case = yaml.safe_load((folder / "case.yaml").read_text("utf-8"))
    as_of = date.fromisoformat(str(case.get("as_of", "2018-08-20")))
    site = Site(
        case["site"],
        captures(folder, case),
        as_of,
        method,
        complete=case.get("complete", True),
        also=case.get("also", ()),
        name=case.get("name", ""),
    )
    return site, case
