"""Are sites of one platform that fall silent together seen as one event, and is chance not taken for one?"""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta
from itertools import product
from math import comb, isclose
from pathlib import Path
from typing import Any

import pytest

from scoring.cohorts import Member, cohorts, fell_silent, host_family, platform_of, platform_words, tail
from scoring.rhythm import load_method
from scoring.rounds import findings_of, load_round

ROOT = Path(__file__).parents[1]
ERC = findings_of(load_round(ROOT / "methodology" / "rounds" / "erc-2018.yaml"))
DAY = date(2026, 11, 1)


def member(number: int, age: int, gap: float = 5, **more: Any) -> Member:
    return Member(f"s{number}", f"S{number}", DAY - timedelta(days=age), gap, DAY, **more)


def test_the_rows_of_2018_are_one_cohort() -> None:
    """24 rows print the day of a last item: all of them, of one platform, between 12 July and 1 August."""
    found = cohorts([ERC], date(2018, 8, 28))
    assert len(found) == 1
    cohort = found[0]
    assert (cohort.platform, cohort.first, cohort.last) == ("host:-ih.gov.az", date(2018, 7, 12), date(2018, 8, 1))
    printed = {a["id"] for a in ERC["authorities"] if a["news"].get("basis") == "item" and a["news"]["last_date"]}
    assert len(printed) == 24
    assert printed <= {one.id for one in cohort.members}
    # Four more rows give the day in other words; they are members and say so.
    assert Counter(one.basis for one in cohort.members) == {"item": 24, "until": 3, "garbled": 1}
    assert cohort.of == 76
    assert cohort.chance < 1e-6
    assert cohort.season == "summer"
    assert cohort.inferred == ("shared_platform", "holidays", "instruction", "not_proven")
    assert all(load_method().words("causes", word)["az"] for word in cohort.inferred)


def test_rows_without_a_site_of_their_own_are_nobodys_members() -> None:
    found = cohorts([ERC], date(2018, 8, 28))[0]
    assert not {"kapaz", "nizami-ganja"} & {one.id for one in found.members}


def test_sites_that_publish_as_always_are_no_cohort() -> None:
    """A hundred platforms of 40 sites each, items at random: none of them is one."""
    chance = random.Random(7)
    for _ in range(100):
        gaps = [chance.choice((2, 5, 10)) for _ in range(40)]
        members = [member(n, int(chance.expovariate(1 / gap)), gap) for n, gap in enumerate(gaps)]
        assert fell_silent("p", members, [], load_method()) is None


def test_stops_spread_over_months_are_no_cohort() -> None:
    members = [member(n, 20 + 12 * n) for n in range(8)] + [member(100 + n, 2) for n in range(30)]
    assert fell_silent("p", members, [], load_method()) is None


def test_a_dozen_of_forty_in_ten_days_is_one() -> None:
    members = [member(n, 30 + n % 10) for n in range(12)] + [member(100 + n, 2) for n in range(28)]
    cohort = fell_silent("p", members, [], load_method())
    assert cohort is not None
    assert {one.id for one in cohort.members} == {f"s{n}" for n in range(12)}
    assert (cohort.first, cohort.last) == (DAY - timedelta(days=39), DAY - timedelta(days=30))
    assert cohort.season is None


def test_sites_that_were_as_quiet_in_these_weeks_before_are_not_counted() -> None:
    members = [member(n, 30 + n % 10, excused=True) for n in range(12)] + [member(100 + n, 2) for n in range(28)]
    assert fell_silent("p", members, [], load_method()) is None


def test_it_is_said_when_the_others_fell_silent_too() -> None:
    members = [member(n, 30 + n % 10) for n in range(12)] + [member(100 + n, 2) for n in range(28)]
    alike = [member(200 + n, 33) for n in range(10)]
    cohort = fell_silent("p", members, alike, load_method())
    assert cohort is not None
    assert cohort.elsewhere == (10, 10)
    assert "everywhere" in cohort.inferred


def test_the_chance_is_exact() -> None:
    assert isclose(tail(3, [0.2] * 10), sum(comb(10, k) * 0.2**k * 0.8 ** (10 - k) for k in range(3, 11)))
    chances = [0.1, 0.5, 0.9, 0.3]
    by_hand = 0.0
    for outcome in product((0, 1), repeat=4):
        if sum(outcome) >= 2:
            one = 1.0
            for happened, chance in zip(outcome, chances, strict=True):
                one *= chance if happened else 1 - chance
            by_hand += one
    assert isclose(tail(2, chances), by_hand)
    assert tail(0, chances) == 1.0


@pytest.mark.parametrize(
    ("url", "family"),
    [
        ("http://www.baku-ih.gov.az/", "-ih.gov.az"),
        ("https://qax-ih.gov.az/page/1.html", "-ih.gov.az"),
        ("http://mia.gov.az/", None),
        ("http://-ih.gov.az/", None),
        ("http://127.0.0.1/", None),
    ],
)
def test_a_family_of_hosts(url: str, family: str | None) -> None:
    assert host_family(url) == family


def test_a_platform_is_told_by_what_is_recorded_then_by_names_then_by_paths() -> None:
    def site(url: str, page: str = "", **more: Any) -> dict[str, Any]:
        sections = {"procurement": {"state": "found", "url": page, "evidence": []}} if page else {}
        return {"id": "a", "group": "local", "site": {"url": url, **more}, "sections": sections}

    assert platform_of(site("http://a-ih.gov.az/", platform="cms-7")) == "platform:cms-7"
    assert platform_of(site("http://a-ih.gov.az/", address="192.0.2.7")) == "address:192.0.2.7"
    assert platform_of(site("http://a-ih.gov.az/")) == "host:-ih.gov.az"
    numbered = site("http://a.gov.az/", "http://www.a.gov.az/page/52.html")
    assert platform_of(numbered, "district") == "path:/page/#.html of district"
    assert platform_of(site("http://a.gov.az/", "http://other.az/page/52.html")) is None
    assert platform_of(site("http://a.gov.az/")) is None
    assert platform_of({"id": "a", "site": {"url": None}}) is None


def test_a_platform_is_told_in_words() -> None:
    assert platform_words("host:-ih.gov.az")["en"] == "sites at *-ih.gov.az"
    assert platform_words("path:/page/#.html of district")["en"] == "sites whose pages are numbered /page/#.html"
    assert all(platform_words(f"{mark}:x")["az"] for mark in ("platform", "address"))
