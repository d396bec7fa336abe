"""Is a document that a body must publish found by its name and its period, and never called absent unseen?

The saved cases stand in tests/cases/duties/ and are asked like those of every reader, in test_readers.py.
"""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from archive.capture import Capture
from archive.registry import load_registry
from reading.duties import leads_to_duty, names_duty
from reading.looking import Site
from reading.method import load_method
from reading.periods import period_in
from reading.read import document
from scoring.ladder import facts_of
from scoring.levels import levels_of
from scoring.plans import find_plan
from tests.saved_site import SEEN_AT, saved_site

ROOT = Path(__file__).parent.parent
METHOD = load_method(ROOT / "methodology")
REGISTRY = load_registry(ROOT / "agencies.yaml")
PLAN = find_plan(ROOT / "methodology" / "plans", "nap-2020-2022")
CASES = ROOT / "tests" / "cases" / "duties"
FETCH = {"requests": 1, "pages": 1, "bytes": 1, "seconds": 1.0, "complete": True}
AS_OF = date(2026, 10, 20)


@pytest.mark.parametrize(
    ("text", "name", "end"),
    [
        ("2026-cı il", "2026", "2026-12-31"),
        ("2026-cı ilin I rübü", "2026-Q1", "2026-03-31"),
        ("2026-cı ilin 1-ci rübü üzrə", "2026-Q1", "2026-03-31"),
        ("2026-cı ilin birinci rübündə", "2026-Q1", "2026-03-31"),
        ("2026-cı ilin II rübü", "2026-Q2", "2026-06-30"),
        ("2026-cı ilin IV rübü", "2026-Q4", "2026-12-31"),
        ("Third quarter of 2026", "2026-Q3", "2026-09-30"),
        ("Q2 2026", "2026-Q2", "2026-06-30"),
        ("3 квартал 2026 года", "2026-Q3", "2026-09-30"),
        ("2026-cı ilin I yarımilliyi", "2026-H1", "2026-06-30"),
        ("2026-cı ilin ikinci yarısı", "2026-H2", "2026-12-31"),
        ("yarımillik hesabat, 2026", "2026-H1", "2026-06-30"),
        ("2026-cı ilin 9 ayı", "2026-09", "2026-09-30"),
        ("2026-cı ilin 11 aylıq göstəriciləri", "2026-11", "2026-11-30"),
        ("2026-cı ilin yanvar-sentyabr ayları", "2026-09", "2026-09-30"),
        ("Fevral 2024", "2024-02", "2024-02-29"),
        ("May 2026", "2026-05", "2026-05-31"),
        ("01.07.2026-cı il tarixinə", "2026-07-01", "2026-07-01"),
        ("1 iyul 2026-cı il tarixinə olan vəziyyət", "2026-07-01", "2026-07-01"),
        ("III rüb (15.10.2026)", "2026-Q3", "2026-09-30"),
        ("2027–2030-cu illər üzrə", "2027", "2027-12-31"),
    ],
)
def test_a_title_tells_its_period(text: str, name: str, end: str) -> None:
    period = period_in(text, AS_OF, METHOD)
    assert period is not None
    assert (period.name, period.end.isoformat()) == (name, end)


def test_the_heading_gives_the_year() -> None:
    period = period_in("2-ci rüb", AS_OF, METHOD, context="2025-ci il")
    assert period is not None
    assert period.name == "2025-Q2"


@pytest.mark.parametrize("text", ["Hesabatlar", "2-ci rüb", "Qanun № 2199", "2051-ci il"])
def test_what_names_no_period(text: str) -> None:
    assert period_in(text, AS_OF, METHOD) is None


@pytest.mark.parametrize(
    ("label", "duty", "named"),
    [
        ("İlkin Büdcə Bəyanatı", "budget-draft", True),
        ("2026-cı ilin dövlət büdcəsinin icrasına dair hesabat", "budget-execution", True),
        ("Dövlət büdcəsinin icrası müzakirə olunub", "budget-execution", False),
        ("Təsdiq olunmuş dövlət büdcəsinin əsas göstəriciləri", "budget-approved", True),
        ("Dövlət büdcəsi haqqında qanun layihəsi", "budget-approved", False),
        ("Dövlət istiqrazlarının hərraclarının nəticələri", "bond-auctions", True),
        ("Avtomobil hərraclarının nəticələri", "bond-auctions", False),
        ("Внешний государственный долг", "external-debt", True),
        ("Daxili dövlət borcu", "external-debt", False),
        ("Nəzarət tədbirlərinin nəticələri haqqında məlumat", "control-results", True),
    ],
)
def test_a_label_names_the_document_or_not(label: str, duty: str, named: bool) -> None:
    assert names_duty(label, METHOD.duty[duty], METHOD) is named


def test_a_section_where_it_is_kept_is_a_way_and_no_document() -> None:
    debt = METHOD.duty["external-debt"]
    assert leads_to_duty("Dövlət borcu", debt)
    assert not names_duty("Dövlət borcu", debt, METHOD)
    assert not leads_to_duty("Dövlət borcunun idarə edilməsi üzrə seminar keçirildi", debt)


def test_bodies_of_the_duties_are_in_the_registry_and_the_plan_asks_them() -> None:
    for duty in METHOD.duties:
        items = [item for item in PLAN.items if f"documents.{duty.id}" in item.facts()]
        assert [item.id for item in items] == [duty.item]
        assert items[0].applies is not None
        assert items[0].applies.ids == duty.bodies == tuple(REGISTRY.agency(body).id for body in duty.bodies)


def test_the_plan_and_the_reader_agree_on_what_is_fresh() -> None:
    for duty in METHOD.duties:
        when = PLAN.item(duty.item).levels[0].when
        assert when is not None
        limits = {part.period_within_days for part in (when, *when.parts)} - {None}
        assert limits == {duty.fresh_days}


def _document(agency_id: str, case: str = "execution_in_a_list_of_files") -> dict[str, Any]:
    site, _ = saved_site(CASES / case, METHOD)
    return document(REGISTRY.agency(agency_id), site, METHOD, FETCH)


def test_only_the_bodies_are_asked() -> None:
    assert set(_document("finance-ministry")["documents"]) == {duty.id for duty in METHOD.duties}
    assert "documents" not in _document("baku")


def _findings(authority: dict[str, Any]) -> dict[str, Any]:
    about = {
        "name": "r",
        "as_of": "2026-10-20",
        "started_at": "2026-10-20T09:00:00Z",
        "registry_sha256": "0" * 64,
        "software": "test",
    }
    return {"format": "saytmetr-findings/1", "round": about, "authorities": [authority]}


def test_findings_with_documents_are_valid() -> None:
    schema = json.loads((ROOT / "findings.schema.json").read_text("utf-8"))
    validator = Draft202012Validator(schema)
    found = _findings(_document("finance-ministry"))
    assert list(validator.iter_errors(found)) == []
    found["authorities"][0]["documents"]["budget-execution"]["period_end"] = 7
    assert len(list(validator.iter_errors(found))) == 1


def test_a_site_that_is_down_leaves_every_document_unseen() -> None:
    gone = Capture("http://sinaq-maliyye.gov.az/", "page", SEEN_AT, None, (), b"", failure="timeout")
    site = Site("http://sinaq-maliyye.gov.az/", [gone], AS_OF, METHOD)
    found = document(REGISTRY.agency("finance-ministry"), site, METHOD, FETCH)
    assert {(one["state"], one["reason"]) for one in found["documents"].values()} == {("unseen", "timeout")}
    levels = {one.item: one.level for one in levels_of(_findings(found), PLAN)}
    assert {levels[duty.item] for duty in METHOD.duties} == {"not_assessed"}


@pytest.mark.parametrize(
    ("case", "item", "level"),
    [
        ("execution_in_a_list_of_files", "2.3", "full"),
        ("execution_in_folders_of_years", "2.3", "full"),
        ("draft_as_a_file_on_the_home_page", "2.1", "full"),
        ("external_debt_on_a_page", "2.7", "full"),
        ("section_not_reached", "2.7", "not_assessed"),
        ("list_timed_out_beside_an_old_file", "2.3", "not_assessed"),
        ("news_is_no_document", "2.1", "none"),
        ("named_and_empty", "2.9", "none"),
        ("cut_short", "2.6", "not_assessed"),
    ],
)
def test_what_is_found_is_a_level_of_the_plan(case: str, item: str, level: str) -> None:
    levels = levels_of(_findings(_document("finance-ministry", case)), PLAN)
    assert next(one.level for one in levels if one.item == item) == level


def test_documents_are_facts_like_others() -> None:
    assert "documents.external-debt" in list(facts_of(_document("finance-ministry")))
