"""Does the news reader tell the stream's last day and pace on every saved case, and never a fresher one?"""

from datetime import date
from functools import cache
from pathlib import Path

import pytest

from archive.registry import Agency
from reading.finding import NotSeen
from reading.glance import Glance
from reading.guide import guides
from reading.items import item_day, items_on
from reading.looking import Site
from reading.method import Method, load_method
from reading.news import further_pages, read, stream_promise, undated_item_links, wants_more
from reading.pace import status
from reading.page import Page
from tests.saved_site import saved_site

CASES = Path(__file__).parent / "cases" / "news"
AS_OF = date(2018, 8, 20)


@cache
def method() -> Method:
    return load_method()


def opened(case: str) -> Site:
    return saved_site(CASES / case, method())[0]


@pytest.mark.parametrize("folder", sorted(path.parent for path in CASES.glob("*/case.yaml")), ids=lambda p: p.name)
def test_case(folder: Path) -> None:
    site, case = saved_site(folder, method())
    try:
        found = read(site).as_json()
    except NotSeen as unseen:
        found = {"state": "unseen", "reason": unseen.reason}
    assert {key: found.get(key) for key in case["expect"]} == case["expect"], case["why"]


@pytest.mark.parametrize(
    ("silence", "gap", "word"),
    [(14, None, "active"), (15, None, "slowed"), (31, None, "stopped"), (30, 10, "active"), (60, 10, "slowed")],
)
def test_status(silence: int, gap: float | None, word: str) -> None:
    assert status(silence, gap) == word


def test_the_evidence_shows_day_and_title() -> None:
    quote = read(opened("ih_list")).evidence[0].quote
    assert quote is not None
    assert "17 avqust 2018" in quote
    assert "Rayonda yol tikintisi" in quote


def test_contradicting_metadata_is_told() -> None:
    quotes = [entry.quote or "" for entry in read(opened("metadata_says_today")).evidence]
    assert any("2018-08-20" in quote and "printed 2018-07-14" in quote for quote in quotes)


def test_the_opened_item_has_its_own_day_not_the_sidebar_s() -> None:
    site = opened("item_page_is_list_page")
    page = site.page("http://tedaruk.gov.az/news/media-xeberler/sosi̇al-aksi̇ya")
    assert item_day(page, site)[0] == date(2018, 3, 19)


def test_an_item_takes_picture_title_and_more_for_one() -> None:
    site = opened("language_versions")
    items = [item for item in items_on(site.page("http://econ.gov.az/az/xeberler"), site) if item.day]
    assert len(items) == 5


def test_what_the_crawl_is_told() -> None:
    site = opened("ih_list")
    first, second = site.page("http://rayon-ih.gov.az/news.html"), site.page("http://rayon-ih.gov.az/news.html?page=2")
    promises = {link.label: stream_promise(link, method()) for link in site.home.links}
    assert promises["Xəbərlər"] == 90
    assert promises["Rayon haqqında"] == 0
    assert "http://rayon-ih.gov.az/news.html?page=2" in further_pages(first, method(), AS_OF)
    assert wants_more([first], method(), AS_OF)
    assert not wants_more([first, second], method(), AS_OF)
    assert undated_item_links(first, method(), AS_OF) == []
    undated = opened("no_dates").page("http://rayon-ih.gov.az/news.html")
    assert undated_item_links(undated, method(), AS_OF)[0] == "http://rayon-ih.gov.az/news/0.html"


def _leads(case: str, *paths: str) -> set[str]:
    """The paths that the crawl is told to visit once it has seen the pages at some paths."""
    home = "http://sinaqli-ih.gov.az"
    site = opened(case)
    guide = guides(method(), AS_OF)(Agency(id="sinaqli", group="local", name="Sınaqlı", site=f"{home}/"))
    seen = [guide.see(site.page(home + path).capture) for path in ("/", *paths)]
    return {lead.url.removeprefix(home) for leads in seen for lead in leads if lead.purpose == "page"}


def test_entries_whose_day_the_list_prints_are_not_opened() -> None:
    assert "/xeberler.htm" in _leads("items_numbered_beside_their_list")
    assert not any(path.startswith("/xeber6") for path in _leads("items_numbered_beside_their_list", "/xeberler.htm"))
    assert "/xeberler/a.html" in _leads("comments_below_undated_items", "/xeberler")


def test_an_archive_is_followed_down_to_the_months_of_the_window() -> None:
    case = "archive_of_years_and_months"
    assert "/arxiv" in _leads(case, "/xeberler")
    assert "/arxiv/2018" in _leads(case, "/xeberler", "/arxiv")
    months = {f"/arxiv/2018/{name}" for name in ("avqust", "iyul", "iyun", "may")}
    assert months <= _leads(case, "/xeberler", "/arxiv", "/arxiv/2018")


def test_a_glance_reads_a_list_without_the_rest_of_the_site() -> None:
    page = opened("ih_list").page("http://rayon-ih.gov.az/news.html")
    alone = Page(page.capture)
    assert len([i for i in items_on(alone, Glance(AS_OF, method(), "rayon-ih.gov.az")) if i.day]) == 20


def test_of_a_list_without_days_enough_is_opened_to_tell_the_pace() -> None:
    site = opened("list_in_no_order")
    page = site.page("http://rayon-ih.gov.az/?m=3")
    assert len(undated_item_links(page, method(), AS_OF)) == 13
    assert wants_more([page], method(), AS_OF)
