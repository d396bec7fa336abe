"""Does the house stand as it was drawn: imports go one way, only some rooms open sockets, the path is the register?"""

import ast
from pathlib import Path

import pytest

from reading.method import load_method

HOUSE = Path(__file__).parent.parent
MAY_IMPORT: dict[str, set[str]] = {
    "archive": set(),
    "spiders": {"archive"},
    "reading": {"archive"},
    "scoring": {"archive", "reading"},
    "publishing": {"archive", "reading", "scoring"},
    # its main job tells the summary of the report; compare.py holds the tables to the round made by hand
    "sampleweb": {"archive", "publishing", "scoring"},
}
ROOMS = set(MAY_IMPORT)
NETWORK = {
    "socket",
    "ssl",
    "http.client",
    "urllib.request",
    "httpx",
    "requests",
    "aiohttp",
    "twisted",
    "scrapy",
    "asyncio",
}
CLOCK = {"now", "today", "utcnow", "time", "monotonic"}


def modules(room: str) -> list[Path]:
    return [path for path in sorted((HOUSE / room).rglob("*.py")) if "migrations" not in path.parts]


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_a_room_imports_only_the_rooms_before_it(room: str) -> None:
    allowed = MAY_IMPORT[room] | {room}
    for path in modules(room):
        for name in imported(path):
            if name.split(".")[0] in ROOMS:
                assert name.split(".")[0] in allowed or name in allowed, f"{path.relative_to(HOUSE)} imports {name}"


@pytest.mark.parametrize("room", ["archive", "reading", "scoring", "publishing"])
def test_only_spiders_and_the_sample_web_know_the_network(room: str) -> None:
    for path in modules(room):
        for name in imported(path):
            assert not {name, name.split(".")[0]} & NETWORK, f"{path.relative_to(HOUSE)} imports {name}"


@pytest.mark.parametrize("room", ["reading", "scoring", "publishing"])
def test_reading_scoring_and_publishing_read_no_clock(room: str) -> None:
    for path in modules(room):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCK:
                owner = ast.unparse(node.func.value)
                assert owner not in ("datetime", "date", "dt.date", "dt.datetime", "time"), (
                    f"{path}: {ast.unparse(node)}"
                )


def test_every_question_has_a_reader_file_of_its_name() -> None:
    for indicator in load_method().indicators:
        assert (HOUSE / "reading" / f"{indicator.reader}.py").is_file(), indicator.id


def test_every_kind_of_section_is_asked_for() -> None:
    method = load_method()
    asked = {indicator.params.get("kind") for indicator in method.indicators if indicator.reader == "sections"}
    assert asked == set(method.kinds)
