"""Are the feeds valid Atom, and do identifiers stay the same between builds?"""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from lxml import etree

from publishing.board import write_board
from publishing.feeds import ENTRIES, Entry, Feed, render
from scoring.rhythm import EVENT_KINDS
from tests.test_board import BODIES, add, board, no_council, rounds_of, stored

NAMES = {"a": "http://www.w3.org/2005/Atom"}
DAY = dt.date(2018, 8, 20)
TAG = re.compile(r"tag:[a-z0-9.-]+,\d{4}(-\d\d(-\d\d)?)?:\S+")  # RFC 4151
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")  # RFC 3339


def entry(number: int, on: dt.date = DAY) -> Entry:
    return Entry(
        f"{number:016x}", "went_down", f"Gəncə {number}", "down & <b>out</b>", on, f"az/events.html#e-{number}"
    )


def feed(entries: list[Entry]) -> Feed:
    return Feed("all", "az", "Hamısı", "feeds/az/all.atom", "az/events.html", entries, dt.date(2018, 1, 1))


def parsed(content: bytes) -> etree._Element:
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False))


def one(tree: etree._Element, path: str) -> str:
    found = tree.xpath(path, namespaces=NAMES)
    assert isinstance(found, list)
    assert len(found) == 1, f"{path}: {found}"
    return str(found[0])


def must_be_atom(content: bytes) -> None:
    """What RFC 4287 asks of a feed and of each entry."""
    tree = parsed(content)
    assert tree.tag == "{http://www.w3.org/2005/Atom}feed"
    entries = tree.findall("a:entry", NAMES)
    for about in (tree, *entries):
        assert TAG.fullmatch(one(about, "a:id/text()"))
        assert one(about, "a:title/text()")
        assert MOMENT.fullmatch(one(about, "a:updated/text()"))
        assert one(about, "a:link[@rel='alternate']/@href")
    assert one(tree, "a:link[@rel='self']/@href")
    assert one(tree, "a:author/a:name/text()")
    ids = [one(about, "a:id/text()") for about in entries]
    assert len(ids) == len(set(ids))


def test_a_feed_is_atom_and_dated_by_its_newest_event() -> None:
    content = render(feed([entry(1, DAY - dt.timedelta(days=3)), entry(2)]))
    must_be_atom(content)
    assert one(parsed(content), "a:updated/text()") == "2018-08-20T00:00:00Z"
    first = parsed(content).findall("a:entry", NAMES)[0]
    assert one(first, "a:title/text()") == "Gəncə 2"
    assert one(first, "a:summary/text()") == "down & <b>out</b>"


def test_a_feed_without_events_is_dated_by_the_first_round() -> None:
    content = render(feed([]))
    must_be_atom(content)
    assert one(parsed(content), "a:updated/text()") == "2018-01-01T00:00:00Z"


def test_identifiers_are_tags_of_the_publisher() -> None:
    content = render(feed([entry(7)]), tag="example.org,2026")
    assert one(parsed(content), "a:entry/a:id/text()") == "tag:example.org,2026:az/event/0000000000000007"


def test_addresses_are_whole_where_the_board_has_one_and_relative_in_a_folder() -> None:
    whole = parsed(render(feed([entry(1)]), base_url="https://example.org/b/"))
    assert one(whole, "a:link[@rel='self']/@href") == "https://example.org/b/feeds/az/all.atom"
    assert one(parsed(render(feed([entry(1)]))), "a:entry/a:link/@href") == "../../az/events.html#e-1"


def test_the_newest_entries_are_kept() -> None:
    many = [entry(number, DAY + dt.timedelta(days=number)) for number in range(ENTRIES + 5)]
    titles = [str(t.text) for t in parsed(render(feed(many))).findall("a:entry/a:title", NAMES)]
    assert len(titles) == ENTRIES
    assert titles[0] == f"Gəncə {ENTRIES + 4}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("feeds")


def test_the_board_has_a_feed_for_each_kind_and_authority_and_ids_stay(folder: Path) -> None:
    database = stored(folder / "rounds.db", rounds_of(5, no_council))
    out = folder / "board"
    write_board(database, out, board())
    wanted = {"all", *(f"kind-{kind}" for kind in EVENT_KINDS), *(f"authority-{agency.id}" for agency in BODIES)}
    for lang in ("az", "en"):
        assert {path.stem for path in (out / "feeds" / lang).iterdir()} == wanted
    for path in out.rglob("*.atom"):
        must_be_atom(path.read_bytes())
    before = ids_of(out)
    assert before
    add(database, rounds_of(6, no_council)[5])
    write_board(database, out, board())
    assert before <= ids_of(out)
    own = parsed((out / f"feeds/en/authority-{BODIES[0].id}.atom").read_bytes())
    kinds = own.xpath("a:entry/a:category/@term", namespaces=NAMES)
    assert "section_vanished" in kinds


def ids_of(out: Path) -> set[str]:
    tree = parsed((out / "feeds/az/all.atom").read_bytes())
    return {str(found.text) for found in tree.findall("a:entry/a:id", NAMES)}
