"""Do the drawings show what the rows count, to whom sees no colour and to whom sees no picture?"""

import dataclasses
import io
from collections import Counter
from pathlib import Path
from typing import Any

import lxml.etree
import pytest
from PIL import Image

from archive.registry import load_registry
from publishing.beside import Beside, RoundInfo
from publishing.charts import CHANGES, LEVELS, MOST_DOTS, Label, NoSuchChart, Rect, charts_in, draw, tiles
from publishing.edition import Edition, edition, round_info
from scoring.comparison import Change
from scoring.levels import levels_of
from scoring.plans import find_plan
from scoring.rounds import findings_of, load_round

ROOT = Path(__file__).parent.parent
REGISTRY = load_registry(ROOT / "agencies.yaml")


def of_2018(changes: tuple[Change, ...] = (), lang: str = "en") -> Edition:
    told = findings_of(load_round(ROOT / "methodology" / "rounds" / "erc-2018.yaml"))
    plan = find_plan(ROOT / "methodology" / "plans", "nap-2016-2018@1")
    levels = [dataclasses.asdict(one) for one in levels_of(told, plan)]
    info: RoundInfo = round_info(told)
    return edition(told, levels, REGISTRY.agencies, info, lang, Beside(plan=plan, changes=changes))


@pytest.fixture(scope="module")
def report() -> Edition:
    return of_2018()


def labels(drawing: Any) -> list[str]:
    return [shape.text for shape in drawing.shapes if isinstance(shape, Label)]


def test_levels_are_those_of_the_rows(report: Edition) -> None:
    drawing = draw(report, "levels")
    kinds = [head.key for head in drawing.table.heads[1:]]
    for item, *numbers in drawing.table.rows:
        name = f"level_{str(item).replace('.', '_')}"
        counted = Counter(row.values[name] for table in report.tables for row in table.rows)
        assert dict(zip(kinds, numbers, strict=True)) == {kind: counted[kind] for kind in kinds}
        assert sum(int(str(n)) for n in numbers) == 103
    for number in (n for row in drawing.table.rows for n in row[1:] if n):
        assert str(number) in labels(drawing)


def test_no_two_levels_look_alike_in_grey() -> None:
    for looks in (LEVELS, CHANGES):
        assert len({(look.fill, look.hatch) for look in looks.values()}) == len(looks)
        greys = {(round(_grey(look.fill) / 40), look.hatch) for look in looks.values()}
        assert len(greys) == len(looks)


def _grey(colour: str) -> float:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return 0.3 * red + 0.59 * green + 0.11 * blue


def test_every_silent_authority_has_its_dot_and_the_rest_are_told(report: Edition) -> None:
    drawing = draw(report, "news_silence")
    known = [r for t in report.tables for r in t.rows if r.values["news_silence_days"] is not None]
    assert len(known) <= MOST_DOTS
    assert sum(int(str(n)) for _, n in drawing.table.rows) == len(known)
    assert any(str(103 - len(known)) in text for text in labels(drawing))


def test_tiles_hold_every_local_authority_once() -> None:
    local = {agency.id for agency in REGISTRY.agencies if agency.group == "local" and agency.number}
    assert set(tiles()) == local
    assert len(set(tiles().values())) == len(local)


def test_map_of_an_item(report: Edition) -> None:
    drawing = draw(report, "map:4.2.2")
    assert "4.2.2" in drawing.caption
    assert sum(int(str(n)) for _, n in drawing.table.rows) == 80
    assert "Binəqədi" in labels(drawing) or "Binagadi" in drawing.alt


def test_changes_only_when_there_were_some(report: Edition) -> None:
    with pytest.raises(NoSuchChart):
        draw(report, "changes")
    changed = of_2018((Change("baku", "2.4", "none", "full", "better", "site"),))
    assert draw(changed, "changes").table.rows == (("2.4", 1),)
    assert set(charts_in(["levels", "changes"], report)) == {"levels"}


def test_unknown_chart_is_refused(report: Edition) -> None:
    with pytest.raises(NoSuchChart, match="news_silence"):
        draw(report, "pie")


@pytest.mark.parametrize("key", ["levels", "news_silence", "map"])
def test_svg_names_itself_and_png_opens(report: Edition, key: str) -> None:
    drawing = draw(report, key)
    svg = lxml.etree.fromstring(drawing.svg)
    assert [str(child.tag).rpartition("}")[2] for child in svg[:2]] == ["title", "desc"]
    assert svg[1].text == drawing.alt
    assert drawing.png is not None
    with Image.open(io.BytesIO(drawing.png)) as picture:
        assert picture.size == (round(drawing.width * 3), round(drawing.height * 3))


def test_shapes_stay_within_the_drawing(report: Edition) -> None:
    for key in ("levels", "news_silence", "map"):
        drawing = draw(report, key)
        for shape in drawing.shapes:
            if isinstance(shape, Rect):
                assert -1 <= shape.x <= shape.x + shape.width <= drawing.width + 1
                assert -1 <= shape.y <= shape.y + shape.height <= drawing.height + 1
