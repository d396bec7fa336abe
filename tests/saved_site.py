"""How does a case folder become a Site?

case.yaml: why (why the case exists), site (address of the home page), as_of, fact (as in indicators.yaml), expect
(fields of the finding), pages: {path: file}, and optionally answers: {path: {status, location, failure, purpose,
word, type, charset}} for what is not simply a page, and complete: false for a visit that the budget cut short.
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
    home = case["site"]
    out = []
    for path, file in case["pages"].items():
        told = (case.get("answers") or {}).get(path) or {}
        body = (folder / file).read_bytes() if file else b""
        failure = told.get("failure")
        headers = [("Content-Type", told.get("type", "text/html; charset=utf-8"))]
        if "location" in told:
            headers.append(("Location", told["location"]))
        url = urljoin(home, path)
        out.append(
            Capture(
                url=url,
                purpose=told.get("purpose", "page"),
                fetched_at=SEEN_AT,
                status=None if failure else told.get("status", 200),
                headers=() if failure else tuple(headers),
                body=b"" if failure else body,
                failure=failure,
                found_on=None if url == home else home,
                word=told.get("word"),
            )
        )
    return out


def saved_site(folder: Path, method: Method) -> tuple[Site, dict[str, Any]]:
    case = yaml.safe_load((folder / "case.yaml").read_text("utf-8"))
    as_of = date.fromisoformat(str(case.get("as_of", "2018-08-20")))
    seen = captures(folder, case)
    return Site(case["site"], seen, as_of, method, complete=case.get("complete", True)), case
