"""Does the regenerated appendix of 2018 say what the printed one said, fact by fact, in every form?"""

from pathlib import Path
from typing import Any

import pytest
import yaml

from publishing.fonts import MissingTool
from scoring import rounds
from tests.appendix_2018 import compare, facts

# The transcript of the report is shared material and no part of the checkout.
TRANSCRIPT = Path(__file__).parent.parent.parent / "shared" / "data" / "erc_2018.yaml"
FORMS = [form for form in compare.FORMS if form != "pdf"]


@pytest.fixture(scope="module", params=["az", "en"])
def drawn(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp(request.param)
    compare.draw(folder, request.param, FORMS)
    return folder, request.param


@pytest.mark.parametrize("form", FORMS)
def test_every_fact_of_every_cell_is_there(drawn: tuple[Path, str], form: str) -> None:
    folder, lang = drawn
    found = list(compare.answers(form, folder, lang))
    assert len({answer.fact.authority for answer in found}) == 103
    assert [answer.fact for answer in found if not answer.there] == [], "\n".join(compare.told(found))


@pytest.mark.parametrize("form", FORMS)
def test_column_heads_and_their_order_are_those_of_2018(drawn: tuple[Path, str], form: str) -> None:
    folder, lang = drawn
    if lang == "az":  # the report of 2018 has no other
        assert compare.heads(form, folder, lang) == []


def test_a_pdf_has_every_fact_in_its_row(tmp_path: Path) -> None:
    try:
        compare.draw(tmp_path, "az", ["pdf"])
    except MissingTool as missing:
        pytest.skip(str(missing))
    found = list(compare.answers("pdf", tmp_path, "az"))
    assert found
    assert [answer.fact for answer in found if not answer.there] == []


# A change of one row -> the facts of it that are then missing. If none were, the comparison would see nothing.
CHANGES: list[tuple[str, dict[str, Any], set[str]]] = [
    ("ganja", {"procurement": {"state": "found", "fullness": "full", "content": ("notices",)}}, {"not there"}),
    ("ganja", {"procurement": {"state": "unseen", "reason": "not_recorded"}}, {"not there"}),
    ("sumgait", {"social": {"state": "found", "networks": ("facebook",)}}, {"networks", "posting"}),
    (
        "yevlakh",
        {"news": {"state": "found", "per_month_min": 6, "per_month_max": 8}},
        {"last update", "looked at on", "items per_month"},
    ),
    ("gabala", {"e_services": {"state": "found", "fullness": "full"}}, {"e-services: count", "e-services: addresses"}),
    ("nasimi", {"council": {"state": "absent"}}, {"there", "addresses", "what it says"}),
    ("balakan", {"notes": ()}, {"notes on updating"}),
]


@pytest.mark.parametrize(("authority", "change", "kinds"), CHANGES)
def test_a_changed_fact_is_missed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, authority: str, change: dict[str, Any], kinds: set[str]
) -> None:
    loaded = compare.round_by_hand()
    row = next(one for one in loaded.round.authorities if one.id == authority)
    changed = rounds.Authority.model_validate(_merged(row.model_dump(), change))
    others = tuple(changed if one.id == authority else one for one in loaded.round.authorities)
    other = rounds.Loaded(loaded.round.model_copy(update={"authorities": others}), loaded.sha256)
    with monkeypatch.context() as patched:
        patched.setattr(compare, "round_by_hand", lambda: other)
        compare.draw(tmp_path, "az", ["csv"])
    missed = [answer.fact for answer in compare.answers("csv", tmp_path, "az") if not answer.there]
    assert {fact.authority for fact in missed} == {authority}
    assert {fact.kind for fact in missed} == kinds


def _merged(row: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    return {**row, **change}


def test_the_facts_are_those_of_the_transcript() -> None:
    if not TRANSCRIPT.is_file():
        pytest.skip("the transcript of the report of 2018 (shared/data/erc_2018.yaml) is not beside this checkout")
    transcript = yaml.safe_load(TRANSCRIPT.read_text("utf-8"))
    assert facts.derived(transcript) == facts.load()


def test_the_facts_are_of_103_rows_in_two_tables() -> None:
    rows = facts.load()
    for group, count in (("local", 80), ("central", 23)):
        assert [row["number"] for row in rows if row["group"] == group] == list(range(1, count + 1))
