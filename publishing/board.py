"""Which files make up the board, and does it appear whole?

Static pages in az and en, feeds, and data, for any web host or a folder. The board is built beside the old one and put
in its place at once. A round's own folder (rounds/<name>/) is written while the round is the newest one, and carried
over byte for byte ever after: what was quoted stays as it was published.
"""

from __future__ import annotations

import csv
import datetime as dt
import gc
import io
import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from archive.database import Database
from archive.ledger import Run
from archive.registry import Agency
from publishing import feeds
from publishing.board_history import Front, History, NoWholeRound, Past, history_of
from publishing.board_pages import EVENTS_SHOWN, MARKS, reasons_explained, told_alone
from publishing.board_pages import Board as Words
from publishing.board_texts import Accuracy, load_accuracy
from publishing.clean import ADDRESS_CHARS, clean
from publishing.csv import harmless
from publishing.edition import SYMBOLS
from publishing.pictures import FOLDER
from reading.activity import load_rules as load_activity
from scoring.claims import Claim
from scoring.events import Event
from scoring.plans import Item, Plan
from scoring.responses import Response
from scoring.reviews import Review
from scoring.rhythm import EVENT_KINDS, STANDINGS, SURE, Rhythm, load_method

__all__ = ["Board", "NoWholeRound", "write_board"]

TEMPLATES = Path(__file__).parent.parent / "templates" / "board"
LANGS = ("az", "en")
FORMAT = "saytmetr-board/1"
FRESH_DAYS = 8  # a page is old when no round came for so long: a weekly round and a day
COPIED = ("board.css", "board.js", "icon.svg")


@dataclass(frozen=True)
class Board:
    """What the board is made by. `base_url`: where it will stand; without it all addresses are relative.

    `tag` ("example.org,2026") makes the feeds' identifiers and must never change once it is published. `reports` are
    files that are copied into the board. `missed` are runs of the ledger that came to no end;
    those due after the newest round are told. `archive`: folder of the evidence, whose pictures are shown where there
    are any.
    """

    plan: Plan
    agencies: tuple[Agency, ...]
    reviews: tuple[Review, ...] = ()
    claims: tuple[Claim, ...] = ()
    other_plans: tuple[Plan, ...] = ()
    answers: tuple[Response, ...] = ()
    missed: tuple[Run, ...] = ()
    reports: tuple[Path, ...] = ()
    langs: tuple[str, ...] = LANGS
    base_url: str | None = None
    tag: str = feeds.DEFAULT_TAG
    fresh_days: int = FRESH_DAYS
    accuracy: Accuracy | None = None
    archive: Path | None = None


def write_board(database: Database, out_dir: Path, board: Board) -> list[Path]:
    """Writes the board and gives its files, those of earlier rounds that were kept included.

    The same database, board and kept rounds give the same bytes. Raises NoWholeRound.
    """
    with _without_collecting():
        return _written(database, out_dir, board)


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Millions of findings are read and none of them goes round in a circle: looking for circles takes a fifth."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _written(database: Database, out_dir: Path, board: Board) -> list[Path]:
    kept = _kept(out_dir)
    history = history_of(database, board, kept)
    out_dir.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{out_dir.name}-", dir=out_dir.parent))
    try:
        aside.chmod(0o755)
        names = {past.round.name for past in history.rounds} - {history.present.look.round.name}
        for name in sorted(kept & names):
            shutil.copytree(out_dir / "rounds" / name, aside / "rounds" / name)
        for path, content in _files(history, board):
            target = aside / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        _exchange(aside, out_dir)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return sorted(path for path in out_dir.rglob("*") if path.is_file())


def _kept(out_dir: Path) -> set[str]:
    """The rounds that have their page already."""
    return {path.parent.name for path in out_dir.glob("rounds/*/board.json")}


def _exchange(aside: Path, out_dir: Path) -> None:
    """The new board in the place of the old one; two renames are as near to one as a folder can have."""
    if out_dir.exists():
        old = Path(tempfile.mkdtemp(prefix=f".{out_dir.name}-old-", dir=out_dir.parent))
        out_dir.rename(old / "board")
        aside.rename(out_dir)
        shutil.rmtree(old, ignore_errors=True)
    else:
        aside.rename(out_dir)


def _files(history: History, board: Board) -> Iterator[tuple[str, bytes]]:
    words = {
        lang: Words(history, board.plan, lang, board.base_url, board.answers, board.archive) for lang in board.langs
    }
    pages = {lang: _Pages(words[lang], board) for lang in board.langs}
    for name in COPIED:
        yield name, (TEMPLATES / name).read_bytes()
    first = pages[board.langs[0]]
    yield "index.html", first.choice(board.langs)
    for lang in board.langs:
        yield from ((f"{lang}/{path}", content) for path, content in pages[lang].all())
        yield from _feeds(words[lang], board)
    for front in (*history.earlier, history.present):
        yield from _round_files(front, history, board, pages)
    yield from _data(history, board)
    yield from _pictures(first.words)
    for report in board.reports:
        yield f"report/{report.name}", report.read_bytes()
    yield "robots.txt", _robots(board)
    if board.base_url:
        yield "sitemap.xml", _sitemap(history, board)


def _pictures(words: Words) -> Iterator[tuple[str, bytes]]:
    """The pictures that the pages show: copied, so that the board stands without the archive."""
    for one, (_, past) in words.history.last_seen.items():
        for picture in words.pictures_in(past, one):
            for path in (picture.path, picture.small_path):
                yield f"{FOLDER}/{one}/{path.name}", path.read_bytes()


# -- pages -------------------------------------------------------------------------------------------------------------


class _Pages:
    """The pages of one language."""

    def __init__(self, words: Words, board: Board) -> None:
        self.words, self.board, self.history = words, board, words.history
        self.front = words.history.present
        self.shared: dict[str, Any] = {
            "board": words,
            "lang": words.lang,
            "said": words.said,
            "texts": words.texts,
            "history": words.history,
            "plan": board.plan,
            "plan_title": clean(board.plan.title.by_language[words.lang], 300),
            "symbols": SYMBOLS,
            "marks": MARKS,
            "many": len(board.langs) > 1,
            "base_url": board.base_url.rstrip("/") if board.base_url else None,
            "missed": self._missed(),
            "item_page": item_page,
            "feed_of": lambda key: feed_path(words.lang, key),
        }

    def all(self) -> Iterator[tuple[str, bytes]]:
        yield "index.html", self.front_page(self.front, None)
        rows = self.words.rows(self.front)
        groups = list(dict.fromkeys(row.group for row in rows))
        yield "authorities.html", self._page("table", "authorities.html", rows=rows, groups=groups)
        yield "events.html", self._events()
        yield (
            "items.html",
            self._page("items", "items.html", items=[self.words.item(one) for one in self.board.plan.items]),
        )
        yield "methods.html", self._methods()
        yield "accuracy.html", self._page("accuracy", "accuracy.html", figures=self.board.accuracy or load_accuracy())
        yield "data.html", self._data_page()
        claims = list(zip(self.history.judged.claims, self.history.judged.held, strict=True))
        for one in self.history.agencies:
            path = f"authority/{one}.html"
            told = self.words.authority(one, claims)
            yield path, self._page("authority", path, self_history=told.pop("history"), **told)
        for item in self.board.plan.items:
            path = item_page(item)
            told = self.words.item(item)
            yield path, self._page("item", path, history_rows=told.pop("history"), rule_of=_rule_of, **told)

    def front_page(self, front: Front, frozen: str | None) -> bytes:
        """The front page, or that of a round at its own address (`frozen`: its folder)."""
        path = "index.html" if frozen is None else f"{frozen}/{self.words.lang}/index.html"
        return self._page("front", path, front, frozen=frozen, **self.words.front(front, everybody=frozen is not None))

    def choice(self, langs: Sequence[str]) -> bytes:
        return (
            _template("choice")
            .render(**self.shared, root="", langs=langs, name_of=_own_name, front=self.front)
            .encode()
        )

    def _page(self, template: str, path: str, front: Front | None = None, /, **more: Any) -> bytes:
        front = front or self.front
        frozen = more.setdefault("frozen", None)
        place, other = path if frozen else f"{self.words.lang}/{path}", self.words.said.other_language
        told = {
            "root": "../" * place.count("/"),
            "home": "../" * place.count("/") + f"{self.words.lang}/",
            "place": place,
            "other_place": f"{frozen}/{other}/index.html" if frozen else f"{other}/{path}",
            "front": front,
            "age": self.words.age(front, self.board.fresh_days),
            "sample": self.history.is_sample,
        }
        return _template(template).render(**(self.shared | told | more)).encode()

    def _events(self) -> bytes:
        events = self.front.events
        shown = [self.words.event(one) for one in events[:EVENTS_SHOWN]]
        return self._page("events", "events.html", events=shown, older=len(events) - len(shown))

    def _methods(self) -> bytes:
        method = load_method()
        pace, cohort = method.pace, method.cohort
        names = self.words.said.methods.names
        thresholds = {
            "pace_active": pace.active.days, "pace_active_gaps": pace.active.gaps,
            "pace_slowed": pace.slowed.days, "pace_slowed_gaps": pace.slowed.gaps,
            "back": method.back.within_days, "cohort_window": cohort.window_days,
            "cohort_members": cohort.members, "cohort_chance": cohort.chance, "own_share": method.own_trouble.share,
        }  # fmt: skip
        parts = ("pace", "back", "season", "sure", "hysteresis", "unsteady", "redesign", "own_trouble", "cohort")
        needs = {
            "site_down": method.hysteresis.down, "site_up": method.hysteresis.up, "news": method.hysteresis.news,
            "section": method.hysteresis.section, "level": method.hysteresis.level, "social": method.hysteresis.social,
        }  # fmt: skip
        return self._page(
            "methods",
            "methods.html",
            standings=[(one, MARKS[one], self.words.word("standings", one)) for one in STANDINGS],
            thresholds=[(names[key], value) for key, value in thresholds.items()],
            needs=[(self.words.said.methods.needs[key], need) for key, need in needs.items()],
            whys=[
                *(getattr(method, part).why.by_language[self.words.lang] for part in parts),
                getattr(load_activity().why, self.words.lang),
            ],
            surenesses=[self.words.word("surenesses", one) for one in SURE],
            reasons=[self.words.word("reasons", one) for one in method.reasons],
            kinds=[(one, self.words.word("events", one)) for one in EVENT_KINDS],
            unseen=reasons_explained(self.words),
            items=[self.words.item(one) for one in self.board.plan.items],
        )

    def _data_page(self) -> bytes:
        kinds = [(one, self.words.word("events", one)) for one in EVENT_KINDS]
        return self._page(
            "data",
            "data.html",
            rounds=[past for past in reversed(self.history.rounds) if past.kind != "hand"],
            kinds=kinds,
            reports=[report.name for report in self.board.reports],
        )

    def _missed(self) -> str:
        ended = self.front.look.round.finished_at
        since = [one.planned_at for one in self.board.missed if ended is None or one.planned_at > ended]
        days = dict.fromkeys(self.words.date(at.date()) for at in sorted(since))
        return self.words.said.age["missed"].format(days=", ".join(days)) if days else ""


def item_page(item: Item) -> str:
    return f"item/{item.id}.html"


def _rule_of(when: Any) -> str:
    """A condition as it stands in the plan's file."""
    plain = json.loads(when.model_dump_json(exclude_none=True))
    return str(yaml.safe_dump(plain, allow_unicode=True, sort_keys=False)).strip()


def _own_name(lang: str) -> str:
    return {"az": "Azərbaycanca", "en": "English"}.get(lang, lang)


@cache
def _room() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _template(name: str) -> Template:
    return _room().get_template(f"{name}.html.j2")


# -- feeds -------------------------------------------------------------------------------------------------------------


def feed_path(lang: str, key: str) -> str:
    return f"feeds/{lang}/{key}.atom"


def _feeds(words: Words, board: Board) -> Iterator[tuple[str, bytes]]:
    lang, said, events = words.lang, words.said.feeds, words.history.present.events
    since = words.history.rounds[0].round.as_of
    entries = {event.id: _entry(event, words) for event in events}

    def feed(key: str, title: str, page: str, wanted: Iterable[Event]) -> tuple[str, bytes]:
        path = feed_path(lang, key)
        listed = [entries[one.id] for one in wanted]
        return path, feeds.render(feeds.Feed(key, lang, title, path, page, listed, since), board.tag, board.base_url)

    yield feed("all", said["all"], f"{lang}/events.html", told_alone(events))
    for kind in EVENT_KINDS:
        title = said["kind"].format(kind=words.word("events", kind))
        yield feed(f"kind-{kind}", title, f"{lang}/events.html", [one for one in events if one.kind == kind])
    for one, name in words.names.items():
        wanted = [event for event in events if event.authority == one or one in event.members]
        yield feed(f"authority-{one}", said["authority"].format(name=name), f"{lang}/authority/{one}.html", wanted)


def _entry(event: Event, words: Words) -> feeds.Entry:
    view = words.event(event)
    title = words.event_said(event)
    names = ", ".join(name for _, name in view.members)
    lines = [title, view.change, view.link.url if view.link else "", view.why, names]
    summary = ". ".join(line for line in lines if line)
    prefix = words.said.site["sample_title"] if words.history.is_sample else ""
    return feeds.Entry(event.id, event.kind, prefix + title, prefix + summary, event.noticed_on, view.permanent)


# -- data --------------------------------------------------------------------------------------------------------------


def _round_files(
    front: Front, history: History, board: Board, pages: Mapping[str, _Pages]
) -> Iterator[tuple[str, bytes]]:
    folder = f"rounds/{front.look.round.name}"
    for lang in board.langs:
        path = f"{folder}/{lang}/index.html"
        yield path, pages[lang].front_page(front, folder)
    yield f"{folder}/board.json", _json(_told(front, history, board))
    yield f"{folder}/board.csv", _csv(_table(front, history, board.plan))
    yield f"{folder}/changes.csv", _csv([vars(change) for change in front.changes])
    if front is history.present and front.look is front.full:
        yield f"{folder}/findings.json", _json(history.findings)


def _data(history: History, board: Board) -> Iterator[tuple[str, bytes]]:
    front = history.present
    yield "data/board.json", _json(_told(front, history, board))
    yield "data/board.csv", _csv(_table(front, history, board.plan))
    yield "data/changes.csv", _csv([vars(change) for change in front.changes])
    yield "data/findings.json", _json(history.findings)
    rows = [event.row() for event in front.events]
    yield "data/events.json", _json({"format": "saytmetr-board-events/1", "sample": history.is_sample, "events": rows})
    flat = ("id", "kind", "authority", "name", "what", "since", "noticed_on", "look", "sure", "part_of")
    yield "data/events.csv", _csv([{key: row[key] for key in flat} for row in rows], flat)
    rhythms = {rhythm.id: rhythm for rhythm in front.rhythms}
    for one in history.agencies:
        yield f"data/authority/{one}.json", _json(_authority(one, rhythms.get(one), history))


def _authority(one: str, rhythm: Rhythm | None, history: History) -> dict[str, Any]:
    """All that is known of one authority, with every round's facts in short."""
    front = history.present
    document, past = history.last_seen.get(one, ({}, front.full))
    levels = [level for (of, _), level in past.levels.items() if of == one]
    return {
        "format": "saytmetr-board-authority/1",
        "sample": history.is_sample,
        "round": past.round.name,
        "as_of": past.round.as_of,
        "rhythm": rhythm.row() if rhythm else None,
        "findings": document,
        "levels": [asdict(level) for level in levels],
        "events": [event.row() for event in front.events if event.authority == one or one in event.members],
        "history": [_then(one, past) for past in history.rounds if one in past.shorts],
    }


def _then(one: str, past: Past) -> dict[str, Any]:
    about = past.round
    facts, levels = past.shorts[one], _levels_of(past).get(one, {})
    return {"round": about.name, "as_of": about.as_of, "kind": past.kind, "facts": facts, "levels": levels}


@lru_cache(maxsize=256)
def _levels_of(past: Past) -> dict[str, dict[str, str]]:
    """authority -> item -> level."""
    found: dict[str, dict[str, str]] = {}
    for (one, item), level in past.levels.items():
        found.setdefault(one, {})[item] = level.level
    return found


def _rhythm_row(rhythm: Rhythm) -> dict[str, Any]:
    """Without its evidence, which stands in the file of the authority."""
    row = replace(rhythm, evidence=()).row()
    del row["evidence"]
    return row


def _told(front: Front, history: History, board: Board) -> dict[str, Any]:
    look, full = front.look.round, front.full.round
    return {
        "format": FORMAT,
        "sample": history.is_sample,
        "round": {
            "name": look.name, "as_of": look.as_of, "started_at": look.started_at, "finished_at": look.finished_at,
            "kind": front.look.kind, "software": look.software, "reading": front.look.reading,
            "registry_sha256": look.registry_sha256,
        },
        "full_round": {"name": full.name, "as_of": full.as_of},
        "plan": {"plan": board.plan.plan, "edition": board.plan.edition},
        "authorities": [
            {
                "id": rhythm.id,
                "rhythm": {key: value for key, value in _rhythm_row(rhythm).items() if key != "id"},
                "facts": front.full.shorts.get(rhythm.id, {}),
                "levels": _levels_of(front.full).get(rhythm.id, {}),
            }
            for rhythm in front.rhythms
        ],
        "cohorts": [cohort.row() for cohort in front.cohorts],
    }  # fmt: skip


def _table(front: Front, history: History, plan: Plan) -> list[dict[str, Any]]:
    about = {"round": front.look.round.name, "as_of": front.look.round.as_of, "sample": history.is_sample}
    names, rows = _fact_names(front), []
    for rhythm in front.rhythms:
        given = _levels_of(front.full).get(rhythm.id, {})
        levels = {f"level_{item.id.replace('.', '_')}": given.get(item.id) for item in plan.items}
        facts = front.full.shorts.get(rhythm.id, {})
        told = _rhythm_row(rhythm) | {"why": " ".join(rhythm.why)}
        rows.append(told | {fact.replace(".", "_"): facts.get(fact) for fact in names} | levels | about)
    return rows


def _fact_names(front: Front) -> list[str]:
    return list(dict.fromkeys(fact for facts in front.full.shorts.values() for fact in facts))


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, default=_iso, separators=(",", ":")) + "\n").encode()


def _iso(value: object) -> str:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, dt.date):
        return value.isoformat()
    raise TypeError(f"no way to write a {type(value).__name__} as JSON")


def _csv(rows: Sequence[Mapping[str, Any]], heads: Sequence[str] = ()) -> bytes:
    page = io.StringIO(newline="")
    writer = csv.writer(page)
    names = list(heads) or list(dict.fromkeys(name for row in rows for name in row))
    writer.writerow(names)
    writer.writerows([_cell(row.get(name)) for name in names] for row in rows)
    return page.getvalue().encode("utf-8-sig")


def _cell(value: Any) -> str | int | float:
    match value:
        case str():
            return _harmless(value)
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | float():
            return value
        case dt.date():
            return value.isoformat()
    return _harmless(str(value))


@lru_cache(maxsize=65536)  # the same few words stand in nearly every cell
def _harmless(text: str) -> str:
    return harmless(clean(text, ADDRESS_CHARS))


def _robots(board: Board) -> bytes:
    """Read by robots where the board stands at the root of a host."""
    sitemap = f"Sitemap: {board.base_url.rstrip('/')}/sitemap.xml\n" if board.base_url else ""
    return f"User-agent: *\nAllow: /\n{sitemap}".encode()


def _sitemap(history: History, board: Board) -> bytes:
    assert board.base_url
    base = escape(board.base_url.rstrip("/"))
    pages = [
        "index.html",
        "authorities.html",
        "events.html",
        "items.html",
        "methods.html",
        "accuracy.html",
        "data.html",
    ]
    pages += [f"authority/{one}.html" for one in history.agencies] + [item_page(item) for item in board.plan.items]
    lines = "".join(f"<url><loc>{base}/{lang}/{page}</loc></url>\n" for lang in board.langs for page in pages)
    head = '<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return f"{head}{lines}</urlset>\n".encode()
