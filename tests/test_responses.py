"""Does an authority's answer stand beside its cell, for as long as it holds, and is a wrong file told by its line?"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from archive.border import Unusable
from archive.registry import load_registry
from scoring.plans import load_plan
from scoring.responses import Response, beside, load_responses

ROOT = Path(__file__).parents[1]
REGISTRY = load_registry(ROOT / "agencies.yaml")
PLAN = load_plan(ROOT / "methodology" / "plans" / "nap-2016-2018.yaml")
KINDS = ("public_council", "procurement", "open_data", "e_services", "e_appeal", "ethics_report")
EXAMPLE = (ROOT / "responses" / "example.yaml.txt").read_text("utf-8")


def loaded(folder: Path, text: str, name: str = "a.yaml") -> tuple[Response, ...]:
    (folder / name).write_text(text, "utf-8")
    return load_responses(folder, REGISTRY, [PLAN], KINDS)


def test_the_example_is_an_answer_and_is_not_read(tmp_path: Path) -> None:
    first, second = loaded(tmp_path, EXAMPLE)
    assert first.place == f"{tmp_path.name}/a.yaml#1"
    assert (first.answer.authority, first.answer.stand) == ("binagadi", "disputes")
    assert second.row()["answered_on"] == "2018-11-12"
    assert second.row()["text"]["az"].startswith("Saytın mobil")
    assert load_responses(ROOT / "responses", REGISTRY, [PLAN], KINDS) == ()
    assert load_responses(tmp_path / "nowhere") == ()


@pytest.mark.parametrize(
    ("was", "now", "line", "told"),
    [
        ("authority: binagadi", "authority: binegadi", 3, "there is no agency 'binegadi'; did you mean binagadi?"),
        ("sections.public_council", "sections.public_counsil", 4, "there is no kind of section 'public_counsil'"),
        ("sections.public_council", "public_council", 4, "'public_council' is neither a fact nor an item"),
        ("nap-2016-2018 2.4", "nap-2016-2018 2.9", 17, "there is no item '2.9' in nap-2016-2018"),
        ("nap-2016-2018 2.4", "nap-2016-2019 2.4", 17, "there is no plan 'nap-2016-2019'"),
        (
            "    evidence: http://www.binegedi-ih.gov.az/news.html\n",
            "",
            3,
            "it disputes a finding and names no evidence",
        ),
        ("received: email", "received: publication", 16, "it was published, and does not say where"),
        ("holds_until: 2019-11-05", "holds_until: 2018-11-04", 3, "it holds until 2018-11-04, before it was given"),
        ("    stand: promises\n", "    stance: promises\n", 22, "unknown key 'stance'"),
        ("answered_on: 2018-11-12", 'answered_on: "2018-11-12"', 20, "a date such as 2018-08-20"),
        ("    by: Nümunə Şöbə\n    received: email\n", "    received: email\n", 16, "by is missing"),
    ],
)
def test_a_wrong_answer_names_file_line_and_mend(tmp_path: Path, was: str, now: str, line: int, told: str) -> None:
    assert was in EXAMPLE
    with pytest.raises(Unusable) as unusable:
        loaded(tmp_path, EXAMPLE.replace(was, now, 1))
    faults = [fault for fault in unusable.value.faults if told in str(fault)]
    assert faults, str(unusable.value)
    assert [fault.line for fault in faults] == [line]
    assert all(fault.mend for fault in faults)


def test_one_answer_to_a_cell_at_a_time_across_files(tmp_path: Path) -> None:
    loaded(tmp_path, EXAMPLE)
    with pytest.raises(Unusable, match=r"b\.yaml:3: binagadi has answered on sections\.public_council .*a\.yaml#1"):
        loaded(tmp_path, EXAMPLE, "b.yaml")
    later = EXAMPLE.replace("answered_on: 2018", "answered_on: 2021").replace("holds_until: 2019", "holds_until: 2022")
    assert len(loaded(tmp_path, later, "b.yaml")) == 4


def test_an_answer_stands_beside_its_cell_until_its_last_day(tmp_path: Path) -> None:
    answers = loaded(tmp_path, EXAMPLE)
    cell = ("baku", "nap-2016-2018 2.4")
    assert beside(answers, *cell, date(2018, 11, 11)) == ()  # not given yet
    assert [one.stands for one in beside(answers, *cell, date(2019, 2, 1))] == [True]
    assert [one.stands for one in beside(answers, *cell, date(2019, 2, 2))] == [False]
    assert beside(answers, "baku", "mobile", date(2019, 1, 1)) == ()


def test_an_answer_to_a_round_stands_beside_that_round(tmp_path: Path) -> None:
    answers = loaded(tmp_path, EXAMPLE)
    council, day = ("binagadi", "sections.public_council"), date(2018, 12, 1)
    assert len(beside(answers, *council, day, "erc-2018")) == 1
    assert beside(answers, *council, day, "2018-12") == ()
    assert len(beside(answers, *council, day)) == 1
