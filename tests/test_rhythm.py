"""Is silence measured by a site's own rhythm, and never read out of a look that could not look?"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from archive.border import Unusable
from publishing.stale import COLUMNS, RHYTHM_COLUMNS, rows_with_rhythm, stale
from scoring.rhythm import METHOD, Rhythm, load_method, rhythm_of, rhythms, sights_of
from scoring.rounds import findings_of, load_round

ROOT = Path(__file__).parents[1]
ERC = findings_of(load_round(ROOT / "methodology" / "rounds" / "erc-2018.yaml"))
DAY = date(2026, 6, 1)


def authority(news: dict[str, Any] | None = None, site: str = "up", complete: bool = True) -> dict[str, Any]:
    reason = {"up": "ok", "down": "timeout", "blocked": "waf", "unseen": "robots"}.get(site, "parked")
    found = news or {"state": "unseen", "reason": reason, "evidence": []}
    about = {"url": "http://a-ih.gov.az/", "state": site, "reason": reason}
    return {"id": "a", "group": "local", "name": "A", "site": about, "news": found, "fetch": {"complete": complete}}


def found(*ages: int, on: date = DAY, **more: Any) -> dict[str, Any]:
    """News with items so many days before `on`."""
    dates = [(on - timedelta(days=age)).isoformat() for age in ages]
    return {"state": "found", "last_date": dates[0], "dates": dates, "evidence": [], **more}


def document(one: dict[str, Any], on: date = DAY, partial: bool = False) -> dict[str, Any]:
    return {"round": {"name": on.isoformat(), "as_of": on.isoformat(), "partial": partial}, "authorities": [one]}


def judged(*documents: dict[str, Any], on: date = DAY) -> Rhythm:
    return rhythm_of(sights_of(documents)["a"], on)


def test_the_next_item_is_expected_after_the_median_gap_of_its_own_items() -> None:
    rhythm = judged(document(authority(found(8, 10, 14, 18, 22, 26, 30, 34, 38, 42))))
    assert (rhythm.standing, rhythm.gap_days, rhythm.gap_from) == ("active", 4, "items")
    assert rhythm.expected_next == DAY - timedelta(days=4)
    assert (rhythm.silence_days, rhythm.overdue_days) == (8, 4)
    assert (rhythm.sure, rhythm.why) == ("high", ("many_items",))


@pytest.mark.parametrize(
    ("ages", "standing"),
    [
        (range(20, 60, 4), "slowed"),
        (range(40, 80, 4), "stopped"),
        # 40 days are nothing to a site that publishes every three weeks
        (range(40, 260, 21), "active"),
        # four items in as many days, then three weeks of nothing: its own long pauses are no stop
        ([age + n for age in range(32, 250, 27) for n in range(4)], "slowed"),
    ],
)
def test_silence_is_measured_by_the_sites_own_rhythm(ages: Any, standing: str) -> None:
    assert judged(document(authority(found(*ages)))).standing == standing


def test_a_site_that_publishes_again_has_come_back() -> None:
    rhythm = judged(document(authority(found(1, 3, 80, 84, 88, 92, 96, 100))))
    assert (rhythm.standing, rhythm.back_since) == ("came_back", DAY - timedelta(days=3))
    later = judged(document(authority(found(2, 10, 20, 30, 38, 120, 124, 128, 132, 136, 140, 144))))
    assert later.standing == "active"


def test_a_stop_is_known_from_last_dates_alone() -> None:
    stopped, back = DAY - timedelta(days=20), DAY
    looks = [
        document(
            authority({"state": "found", "last_date": "2026-03-01", "median_gap_days": 4, "evidence": []}), stopped
        ),
        document(authority({"state": "found", "last_date": "2026-05-30", "median_gap_days": 4, "evidence": []}), back),
    ]
    assert judged(looks[0], on=stopped).standing == "stopped"
    rhythm = judged(*looks)
    assert (rhythm.standing, rhythm.back_since, rhythm.gap_from) == ("came_back", date(2026, 5, 30), "finding")


@pytest.mark.parametrize(
    ("news", "standing"),
    [
        ({"state": "partial", "evidence": []}, "never_dated"),
        ({"state": "absent", "evidence": []}, "no_news"),
        ({"state": "unseen", "reason": "timeout", "evidence": []}, "could_not_check"),
    ],
)
def test_what_is_not_silence_has_its_own_name(news: dict[str, Any], standing: str) -> None:
    assert judged(document(authority(news))).standing == standing


@pytest.mark.parametrize("state", ["down", "blocked", "placeholder"])
def test_a_site_that_is_off_is_not_silent(state: str) -> None:
    rhythm = judged(document(authority(site=state)))
    assert (rhythm.standing, rhythm.sure, rhythm.why) == (state, "low", ("one_look",))
    days = [DAY - timedelta(days=age) for age in (2, 1, 0)]
    sure = judged(*(document(authority(site=state), on) for on in days))
    assert (sure.standing, sure.sure, sure.off_since) == (state, "high", days[0])


def test_a_site_that_may_not_be_visited_could_not_be_checked() -> None:
    rhythm = judged(document(authority(site="unseen")))
    assert (rhythm.standing, rhythm.reason) == ("could_not_check", "robots")


def test_after_one_failed_look_the_one_before_holds_for_a_week() -> None:
    seen = document(authority(found(1, 5, 9, 13, on=DAY - timedelta(days=3))), DAY - timedelta(days=3))
    for failed in (authority(site="down"), authority(), authority(found(90, 94, 98, 102), complete=False)):
        rhythm = judged(seen, document(failed))
        assert (rhythm.standing, rhythm.known_to) == ("active", DAY - timedelta(days=3))
        assert rhythm.why[0] == "newest_look_failed"


@pytest.mark.parametrize(
    "look",
    [
        document(authority(found(90, 94, 98, 102)), partial=True),
        document(authority(found(90, 94, 98, 102), complete=False)),
    ],
)
def test_silence_is_never_read_out_of_a_look_that_could_not_look(look: dict[str, Any]) -> None:
    assert judged(look).standing == "could_not_check"


def test_a_new_item_is_believed_wherever_it_was_seen() -> None:
    old = document(authority(found(40, 44, 48, 52, on=DAY - timedelta(days=20))), DAY - timedelta(days=20))
    rhythm = judged(old, document(authority(found(1, 61, 65), complete=False)))
    assert (rhythm.standing, rhythm.back_since) == ("came_back", DAY - timedelta(days=1))
    assert "cut_short" in rhythm.why


def test_the_same_weeks_of_an_earlier_year_excuse_a_stop() -> None:
    summer = date(2026, 8, 20)
    quiet = [45, *range(50, 350, 5), *range(404, 470, 5)]  # 54 days of nothing a year ago
    busy = [45, *range(50, 470, 5)]
    seasonal = judged(document(authority(found(*quiet, on=summer)), summer), on=summer)
    assert (seasonal.standing, seasonal.season, seasonal.sure) == ("slowed", "quiet_then", "medium")
    stopped = judged(document(authority(found(*busy, on=summer)), summer), on=summer)
    assert (stopped.standing, stopped.season) == ("stopped", "busy_then")
    short = judged(document(authority(found(*busy[:20], on=summer)), summer), on=summer)
    assert (short.standing, short.season) == ("stopped", "unknown")


def test_nothing_is_known_of_the_days_after_the_last_look() -> None:
    rhythm = judged(document(authority(found(3, 7, 11, 15))), on=DAY + timedelta(days=60))
    assert (rhythm.standing, rhythm.known_to, rhythm.sure) == ("active", DAY, "low")
    assert "looked_long_ago" in rhythm.why


def test_the_round_made_by_hand_is_measured_to_the_day_of_its_own_look() -> None:
    by_id = {one.id: one for one in rhythms([ERC], date(2018, 8, 28))}
    khizi = by_id["khizi"]  # one or two items a month, looked at on 20 August
    assert (khizi.known_to, khizi.silence_days, khizi.standing) == (date(2018, 8, 20), 39, "active")
    assert by_id["ganja"].standing == "stopped"
    assert by_id["ganja"].sure == "low"  # the row says "until"
    assert by_id["khankendi"].standing == "down"
    assert {one.standing for one in by_id.values() if one.group == "central"} == {"could_not_check"}


def test_a_row_is_plain_json_and_every_word_of_it_has_words() -> None:
    method = load_method()
    for rhythm in rhythms([ERC], date(2018, 8, 28)):
        row = rhythm.row()
        assert row["last_date"] is None or isinstance(row["last_date"], str)
        assert method.words("standings", rhythm.standing)["az"]
        assert method.words("surenesses", rhythm.sure)["en"]
        assert method.words("seasons", rhythm.season)["en"]
        assert all(method.words("reasons", word)["az"] for word in rhythm.why)


def test_the_list_of_stale_sites_carries_the_rhythm_beside_the_rounds_own_standing() -> None:
    listed = stale(ERC)
    rows = rows_with_rhythm(listed, rhythms([ERC], date(2018, 8, 28)))
    assert [tuple(row) for row in rows] == [(*COLUMNS, *RHYTHM_COLUMNS)] * 103
    assert [{name: row[name] for name in COLUMNS} for row in rows] == [one.row() for one in listed]
    khizi = next(row for row in rows if row["id"] == "khizi")
    assert (khizi["standing"], khizi["rhythm"], khizi["expected_next"]) == ("active", "active", "2018-08-01")
    assert rows_with_rhythm(listed, [])[0]["rhythm"] is None


def test_no_look_up_to_the_day_is_no_answer() -> None:
    with pytest.raises(ValueError, match="there is no look up to 2026-05-31"):
        judged(document(authority(found(1))), on=DAY - timedelta(days=1))


@pytest.mark.parametrize(
    ("was", "now", "complaint"),
    [
        ("  stopped: {az: dayanıb, en: stopped}\n", "", "standings has not exactly its words: stopped"),
        ("slowed: {days: 30, gaps: 6}", "slowed: {days: 10, gaps: 6}", "slowed ends before active does"),
        ("  members: 5\n", "  members: 1\n", "members: .*; "),
        ("  look_back_days", "  look_bak_days", "did you mean look_back_days"),
    ],
)
def test_a_wrong_method_names_its_line(tmp_path: Path, was: str, now: str, complaint: str) -> None:
    text = METHOD.read_text("utf-8")
    assert was in text
    path = tmp_path / "rhythm.yaml"
    path.write_text(text.replace(was, now), "utf-8")
    with pytest.raises(Unusable, match=rf"rhythm\.yaml:\d+: .*{complaint}"):
        load_method(path)
