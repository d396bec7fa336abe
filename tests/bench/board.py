"""How long does the board of 103 authorities with 50 rounds of history take, and how large is its largest page?

`python -m tests.bench.board [--rounds N] [--db FILE --round NAME] [--out DIR]`: the round of the sample web (made for
this, unless a database is named) stands at the end of N weekly rounds that are made of it: sites that publish now have
published before, those that are silent fell silent on the day of their last item, and some go down, are blocked, lose a
section, or could not be looked at for a while. Measured, never failed: the bars stand beside the figures.
"""

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zlib import crc32

from archive.database import Database, open_database
from archive.registry import Agency, Registry
from publishing.board import Board, write_board
from scoring.claims import load_claims
from scoring.plans import load_plan
from tests.bench.report import sample

HOUSE = Path(__file__).parent.parent.parent
METHOD = HOUSE / "methodology"
ROUNDS, WEEK = 50, timedelta(days=7)
BAR_S, BAR_PAGE_KB = 15, 100
SOFTWARE = "saytmetr bench"

Document = dict[str, Any]


def history(findings: Mapping[str, Any], rounds: int) -> list[Document]:
    """So many weekly rounds, oldest first; the last one is the round given."""
    last = date.fromisoformat(findings["round"]["as_of"])
    texts = [json.dumps(authority) for authority in findings["authorities"]]
    made = []
    for place in range(rounds):
        as_of = last - (rounds - 1 - place) * WEEK
        authorities = [_then(json.loads(text), as_of, last, place, rounds) for text in texts]
        made.append({"round": {"name": f"week-{place + 1:02}", "as_of": as_of.isoformat()}, "authorities": authorities})
    return made


def _then(now: Document, as_of: date, last: date, place: int, rounds: int) -> Document:
    """The authority as it may have stood in an earlier round."""
    lot = crc32(now["id"].encode())
    if place == rounds - 1:
        return now
    if lot % 9 == 0 and (place + lot) % 23 < 3:
        return _off(now, "down", "timeout")
    if lot % 17 == 0 and (place + lot) % 29 < 4:
        return _off(now, "blocked", "waf")
    if lot % 5 == 0 and place < lot % rounds and now["sections"]["procurement"]["state"] == "absent":
        now["sections"]["procurement"] = {**now["sections"]["e_appeal"], "state": "unseen", "reason": "timeout"}
    if lot % 7 == 0 and place > lot % rounds:
        now["sections"]["open_data"] = {"state": "absent", "evidence": now["site"]["evidence"]}
    _news_then(now["news"], as_of, last)
    return now


def _off(now: Document, state: str, reason: str) -> Document:
    unseen = {"state": "unseen", "reason": reason, "evidence": []}
    facts = ("mobile", "social", "news", "search", "languages")
    site = {**now["site"], "state": state, "reason": reason, "evidence": []}
    return {**now, "site": site, "sections": dict.fromkeys(now["sections"], unseen)} | dict.fromkeys(facts, unseen)


def _news_then(news: Document, as_of: date, last: date) -> None:
    if not news.get("last_date"):
        return
    newest = date.fromisoformat(news["last_date"])
    gap = round(news.get("median_gap_days") or 1)
    shift = timedelta(days=0) if newest <= as_of else newest - as_of + timedelta(days=gap % 7)
    for key in ("last_date",):
        news[key] = (newest - shift).isoformat()
    if news.get("dates"):
        news["dates"] = [(date.fromisoformat(day) - shift).isoformat() for day in news["dates"]]
    news["silence_days"] = (as_of - newest + shift).days
    allowed = [max(days, times * gap) for days, times in ((14, 3), (30, 6))]
    words = [word for word, most in zip(("active", "slowed"), allowed, strict=True) if news["silence_days"] <= most]
    news["status"] = (*words, "stopped")[0]


def filled(
    path: Path, documents: Sequence[Document], agencies: Sequence[Agency], sample_round: bool = True
) -> Database:
    """A database with these rounds."""
    database = open_database(path)
    registry = Registry(tuple(agencies), "0" * 64)
    ids = [agency.id for agency in agencies]
    for document in documents:
        about = document["round"]
        begun = datetime.combine(date.fromisoformat(about["as_of"]), datetime.min.time(), UTC) + timedelta(hours=9)
        settings = {"sample": sample_round}
        round_ = database.start_round(about["name"], begun.date(), begun, registry, ids, SOFTWARE, settings)
        database.add_reading(round_, begun, SOFTWARE, "0" * 64, [(one["id"], one) for one in document["authorities"]])
        database.finish_round(round_, begun + timedelta(hours=2))
    return database


def source(db: str | None, name: str | None, folder: Path) -> tuple[Mapping[str, Any], Sequence[Agency]]:
    if db is None:
        return sample(folder)
    database = open_database(db, create=False)
    round_ = database.round(name)
    return database.findings(round_), database.agencies(round_)


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    ask.add_argument("--rounds", type=int, default=ROUNDS)
    ask.add_argument("--db")
    ask.add_argument("--round")
    ask.add_argument("--out", type=Path, help="keep the board here")
    asked = ask.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-board-") as name:
        folder = Path(name)
        findings, agencies = source(asked.db, asked.round, folder)
        database = filled(folder / "board.db", history(findings, asked.rounds), agencies)
        plan = load_plan(METHOD / "plans" / "nap-2016-2018.yaml")
        board = Board(plan, tuple(agencies), claims=load_claims(METHOD / "claims", agencies))
        out = asked.out or folder / "board"
        for turn in ("first", "again"):
            begun, worked = time.monotonic(), time.process_time()
            written = write_board(database, out, board)
            wall, cpu = time.monotonic() - begun, time.process_time() - worked
            print(f"{turn}: {wall:.1f} s, {cpu:.1f} s of CPU, {len(written)} files (bar {BAR_S} s)")
        pages = sorted((path.stat().st_size, str(path.relative_to(out))) for path in written if path.suffix == ".html")
        for size, page in pages[-5:]:
            print(f"{size / 1000:.1f} KB {page} (bar {BAR_PAGE_KB} KB)")
        print(
            f"{sum(path.stat().st_size for path in written) / 1e6:.1f} MB in all; {_peak_mb():.0f} MB of memory at most"
        )


if __name__ == "__main__":
    main()
