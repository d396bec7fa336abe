"""Is it told rightly how much is posted on a profile, and never that nothing is where nobody could look?"""

from __future__ import annotations

import copy
import csv
import hashlib
import io
import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from archive.border import Unusable
from archive.database import Database, open_database
from archive.registry import Registry, load_registry
from publishing.beside import Beside
from publishing.blocks import Grid, chapters_within, plain
from publishing.board import Board, write_board
from publishing.edition import edition, round_info
from publishing.package import write_package
from publishing.posting import best_profile
from publishing.words import fact_lines
from reading.activity import (
    CLASSES,
    best_of,
    is_open,
    is_usable,
    lines_of,
    load_rules,
    same_profile,
    told_activity,
    with_activity,
)
from reading.finding import Evidence
from reading.observations import COLUMNS, HandLook, load_observations, still_unseen, template, unseen_in
from reading.observed import REASONS, Account, Observed
from reading.rounds import beside_looks, looks_at_profiles, with_looks
from scoring.comparison import changes
from scoring.events import Event, look_of, replay
from scoring.levels import Level, activity_of, levels_of
from scoring.plans import find_plan
from scoring.rounds import findings_of, load_round
from tests.appendix_2018 import posting
from tests.report_material import AS_OF, HOUSE, Document, every_state, made, of, plan_of, registry

ROOT = Path(__file__).parents[1]
PLANS = ROOT / "methodology" / "plans"
FIRST, SECOND = find_plan(PLANS, "nap-2016-2018@1"), find_plan(PLANS, "nap-2016-2018@2")
RULES = load_rules()
PROFILE = {"network": "telegram", "url": "https://t.me/numune"}
OTHER = {"network": "facebook", "url": "https://www.facebook.com/numune"}
PROOF = (Evidence("https://t.me/s/numune", "ab" * 32, "5 avqust", "2018-08-20T09:00:00Z"),)


def look(
    ages: Iterable[int] = (),
    *,
    on: date = AS_OF,
    whole_days: int | None = None,
    reason: str | None = None,
    account: Account | None = "open",
    of_: dict[str, str] = PROFILE,
    **more: Any,
) -> Observed:
    """A look that saw posts of these ages in days; `whole_days` is how far back its list is whole."""
    return Observed(
        network=of_["network"],
        url=of_["url"],
        observed_on=on,
        account=None if reason else account,
        posts=tuple(on - timedelta(days=age) for age in sorted(ages)),
        since=None if whole_days is None else on - timedelta(days=whole_days - 1),
        reason=reason,
        evidence=PROOF,
        **more,
    )


def by_hand(last: int | None, count: int, **more: Any) -> Observed:
    on = more.pop("on", AS_OF)
    day = None if last is None else on - timedelta(days=last)
    posts = () if last is None else (last,)
    return look(posts, on=on, by="A. Müşahidəçi", posts_30d=count, last_post=day, **more)


def told(*looks: Observed, as_of: date = AS_OF) -> dict[str, Any]:
    return with_activity([PROFILE], looks, RULES, as_of)[0]


# -- classes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ages", "activity"),
    [
        ([6, 8, 9, 10, 11, 12, 13, 29], "active"),
        ([6, 8, 9, 10, 11, 12, 13, 30], "moderate"),  # the eighth is a day too old
        ([7, 8, 9, 10, 11, 12, 13, 29], "moderate"),  # eight, and none of this week
        ([0] * 8, "active"),
        ([0] * 7, "moderate"),
        ([29, 29], "moderate"),
        ([29, 30], "weak"),
        ([89], "weak"),
        ([90], "stopped"),
        ([400, 500], "stopped"),
        ([], "stopped"),  # an account without a post: seen, and nothing there
    ],
)
def test_the_class_is_that_of_the_days_counted_back_from_the_look(ages: list[int], activity: str) -> None:
    assert told(look(ages))["activity"] == activity
    assert told(look(ages))["activity_reason"] is None


@pytest.mark.parametrize(
    ("ages", "whole_days", "activity", "reason"),
    [
        ([0, 1, 1, 2, 2, 3, 3, 4], 5, "active", None),  # eight on the list are enough, however short it is
        ([8, 8, 8, 8, 9, 9, 9, 9], 10, "moderate", None),  # the newest is too old for active, whatever came before
        ([1, 2, 3], 4, "moderate", "list_too_short"),  # three are proved, more may stand before
        ([1, 2, 3], 30, "moderate", None),
        ([1, 2, 3], 29, "moderate", "list_too_short"),
        ([3], 20, "weak", "list_too_short"),
        ([40], 90, "weak", None),
        ([40], 41, "weak", None),  # one of 90 days is proved, and none of the last 30
        ([], 31, "unseen", "list_too_short"),  # nothing for a month: weak or stopped, and we do not know which
        ([], 90, "stopped", None),
        ([], 89, "unseen", "list_too_short"),
        ([], 3, "unseen", "list_too_short"),
    ],
)
def test_a_list_that_ends_early_proves_what_is_on_it_and_no_silence(
    ages: list[int], whole_days: int, activity: str, reason: str | None
) -> None:
    profile = told(look(ages, whole_days=whole_days))
    assert (profile["activity"], profile["activity_reason"]) == (activity, reason)
    assert is_open(profile) is (reason is not None)


def test_a_profile_says_how_it_was_seen() -> None:
    profile = told(look([2, 5, 12, 40], whole_days=60))
    assert profile == {
        **PROFILE,
        "account": "open",
        "activity": "moderate",
        "activity_reason": None,
        "last_post": "2018-08-18",
        "posts_7d": 2,
        "posts_30d": 3,
        "listed_since": "2018-06-22",
        "observed_on": "2018-08-20",
        "observed_by": None,
        "activity_evidence": [one.as_json() for one in PROOF],
    }


@pytest.mark.parametrize("reason", ["login_wall", "no_token", "rate_limited", "timeout", "http_5xx", "captcha"])
def test_what_could_not_be_seen_is_unseen_and_has_no_numbers(reason: str) -> None:
    profile = told(look(reason=reason))
    assert (profile["activity"], profile["activity_reason"]) == ("unseen", reason)
    assert [profile[key] for key in ("last_post", "posts_7d", "posts_30d")] == [None] * 3


@pytest.mark.parametrize(
    ("account", "activity", "reason"),
    [("missing", None, None), ("foreign", None, None), ("renamed", None, None), ("private", "unseen", "private")],
)
def test_an_account_that_is_not_open_is_a_state_of_its_own(
    account: Account, activity: str | None, reason: str | None
) -> None:
    profile = told(look(account=account))
    assert (profile["account"], profile["activity"], profile["activity_reason"]) == (account, activity, reason)


def test_a_renamed_account_whose_posts_were_seen_has_their_class() -> None:
    assert told(look([0] * 9, account="renamed"))["activity"] == "active"


@pytest.mark.parametrize(
    ("last", "count", "activity"),
    [
        *((0, 8, "active"), (6, 8, "active"), (7, 8, "moderate"), (5, 2, "moderate"), (5, 1, "weak"), (89, 0, "weak")),
        *((90, 0, "stopped"), (None, 0, "stopped")),
    ],
)
def test_a_person_counts_as_the_program_does(last: int | None, count: int, activity: str) -> None:
    profile = told(by_hand(last, count))
    assert (profile["activity"], profile["activity_reason"]) == (activity, None)
    assert (profile["observed_by"], profile["posts_30d"], profile["posts_7d"]) == ("A. Müşahidəçi", count, None)


# -- which look --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "usable"), [(-11, False), (-10, True), (0, True), (31, True), (32, False)])
def test_a_look_is_of_a_round_for_so_many_days(days: int, usable: bool) -> None:
    one = look([0] * 8, on=AS_OF - timedelta(days=days))
    assert is_usable(one, RULES, AS_OF) is usable
    assert told(one)["activity"] == ("active" if usable else "unseen")
    assert told(one)["activity_reason"] == (None if usable else "look_too_old")


def test_ages_count_to_the_day_of_the_look() -> None:
    profile = told(look([0, 20], on=AS_OF - timedelta(days=25)))
    assert (profile["activity"], profile["posts_30d"], profile["observed_on"]) == ("moderate", 2, "2018-07-26")


def test_the_nearest_look_that_saw_something_is_used() -> None:
    near, far = look([200], on=AS_OF - timedelta(days=3)), look([0] * 8, on=AS_OF - timedelta(days=9))
    blind = look(reason="timeout")
    assert told(near, far, blind)["activity"] == "stopped"
    assert told(far, blind)["activity"] == "active"
    assert told(blind)["activity_reason"] == "timeout"
    assert told(by_hand(1, 12), look([200]))["observed_by"] is None  # of one day the program's: its bytes are kept
    assert told(by_hand(1, 12, on=AS_OF), near)["observed_by"] == "A. Müşahidəçi"


def test_a_profile_is_the_same_in_every_spelling() -> None:
    spellings = ["https://twitter.com/Numune", "https://x.com/numune/", "http://www.x.com/numune"]
    assert len({same_profile("twitter", url) for url in spellings}) == 1
    assert same_profile("facebook", "https://www.facebook.com/profile.php?id=1") != same_profile(
        "facebook", "https://www.facebook.com/profile.php?id=2"
    )


# -- the authority -----------------------------------------------------------------------------------------------------


def test_the_authority_has_the_best_of_its_seen_profiles() -> None:
    social = {"state": "found", "profiles": [PROFILE, OTHER], "evidence": []}
    seen = told_activity(social, [look([50]), look([0] * 8, of_=OTHER)], RULES, AS_OF)
    assert seen["activity"] == "active"
    half = told_activity(social, [look([50]), look(reason="login_wall", of_=OTHER)], RULES, AS_OF)
    assert (half["activity"], activity_of(half)) == ("weak", ("weak", True))
    none = told_activity(social, [look(reason="login_wall", of_=OTHER)], RULES, AS_OF)
    assert none["activity"] is None
    assert [profile["activity_reason"] for profile in none["profiles"]] == ["not_looked", "login_wall"]


def test_without_looks_a_finding_stays_as_it_is() -> None:
    social = {"state": "found", "profiles": [PROFILE], "evidence": []}
    assert told_activity(social, [], RULES, AS_OF) is social
    assert told_activity(social, [look([1], of_=OTHER)], RULES, AS_OF) is social  # of a profile that it does not have
    absent: dict[str, Any] = {"state": "absent", "profiles": [], "evidence": []}
    assert told_activity(absent, [look([1])], RULES, AS_OF) is absent


def test_a_light_pass_tells_of_the_profiles_that_a_full_round_found() -> None:
    light = {"social": {"state": "unseen", "reason": "light", "profiles": [], "evidence": []}}
    seen = beside_looks(light, [PROFILE], [look([1])], AS_OF)
    assert (seen["social"]["state"], seen["social"]["profiles"]) == ("unseen", [])
    assert [profile["activity"] for profile in seen["social"]["known_profiles"]] == ["weak"]
    assert beside_looks(light, [PROFILE], [], AS_OF) == light


@pytest.fixture
def database(tmp_path: Path) -> Database:
    """A real round of 20 August and an invented one; of one real authority's profile nobody gets in on three days."""
    known = load_registry(ROOT / "agencies.yaml").only(["binagadi"])
    found = open_database(tmp_path / "r.db")
    begun = datetime(2018, 8, 20, 9, tzinfo=UTC)
    for name, as_of in (("real", AS_OF), ("next", AS_OF + timedelta(days=31))):
        found.start_round(name, as_of, begun, known, ["binagadi"], "test", {})
    sample = found.start_round("sample", AS_OF, begun, known, ["binagadi"], "test", {"sample": True})
    for day, reason in ((0, "login_wall"), (3, "timeout"), (30, "no_token")):
        at = begun + timedelta(days=day)
        where = ("binagadi", PROFILE["network"], PROFILE["url"], at, AS_OF + timedelta(days=day), reason)
        found.add_look(found.round("real"), *where, None, None, ())
    where = ("binagadi", PROFILE["network"], PROFILE["url"], begun, AS_OF, "captcha")
    found.add_look(sample, *where, None, None, ())
    return found


@pytest.mark.parametrize(("name", "reason"), [("real", "login_wall"), ("next", "no_token"), ("sample", "captcha")])
def test_a_round_stands_on_the_looks_of_its_days_for_whatever_round_they_were(
    database: Database, tmp_path: Path, name: str, reason: str
) -> None:
    hand = HandLook("observations/may.csv:2", "binagadi", by_hand(1, 8))
    seen = looks_at_profiles(database, database.round(name), tmp_path, [hand])["binagadi"]
    assert [one.reason for one in seen if one.by is None] == [reason]
    assert any(one.by for one in seen) is (name != "sample")  # nobody has looked at the profiles of invented sites


def test_findings_with_looks_keep_the_schema() -> None:
    schema = json.loads((ROOT / "findings.schema.json").read_text("utf-8"))
    check = Draft202012Validator(schema, format_checker=FormatChecker())
    findings = looked_at()
    assert list(check.iter_errors(findings)) == []
    of(findings, "ganja")["social"]["profiles"][0]["activity"] = "lively"
    assert len(list(check.iter_errors(findings))) == 1


def test_every_reason_has_words() -> None:
    assert set(REASONS) <= set(RULES.reasons)


@pytest.mark.parametrize(
    ("right", "wrong", "what"),
    [
        ("active: {posts: 8", "active: {post: 8", "unknown key 'post'"),
        ("moderate: {posts: 2", "moderate: {posts: 20", "moderate asks for more than active"),
        ("  missing: {az:", "  gone: {az:", "accounts has not exactly its words"),
    ],
)
def test_the_file_of_thresholds_is_checked(tmp_path: Path, right: str, wrong: str, what: str) -> None:
    text = (ROOT / "methodology" / "activity.yaml").read_text("utf-8")
    assert right in text
    path = tmp_path / "activity.yaml"
    path.write_text(text.replace(right, wrong, 1), "utf-8")
    with pytest.raises(Unusable, match=what):
        load_rules(path)


# -- observations by hand ----------------------------------------------------------------------------------------------

HEAD = ",".join(COLUMNS)
GOOD = "binagadi,facebook,https://www.facebook.com/numune,2018-08-19,2018-08-15,4,A. Müşahidəçi,shot.png,,qeyd"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    room = tmp_path / "observations"
    room.mkdir()
    (room / "shot.png").write_bytes(b"a picture")
    return room


def written(folder: Path, *rows: str, head: str = HEAD) -> Path:
    path = folder / "may.csv"
    path.write_text("\n".join([head, *rows]) + "\n", "utf-8")
    return path


def test_a_row_by_hand_is_a_look(folder: Path) -> None:
    written(
        folder, GOOD, "ganja,instagram,https://www.instagram.com/numune,2018-08-19,,,B. Adam,https://a.az/1,missing,"
    )
    first, second = load_observations(folder, load_registry(ROOT / "agencies.yaml").agencies)
    assert (first.authority, first.place) == ("binagadi", "observations/may.csv:2")
    one = first.observed
    assert (one.by, one.posts_30d, one.last_post, one.account) == ("A. Müşahidəçi", 4, date(2018, 8, 15), "open")
    digest = hashlib.sha256(b"a picture").hexdigest()
    assert one.evidence == (Evidence("observations/shot.png", digest, "qeyd", "2018-08-19T00:00:00Z"),)
    assert (second.observed.account, second.observed.evidence[0].sha256) == ("missing", None)


@pytest.mark.parametrize(
    ("right", "wrong", "what"),
    [
        ("binagadi", "binaqadi", "there is no agency 'binaqadi'; did you mean binagadi?"),
        (",facebook,", ",facebok,", "there is no network 'facebok'; did you mean facebook?"),
        ("https://www.facebook.com/numune", "https://www.instagram.com/numune", "is no profile of facebook"),
        ("https://www.facebook.com/numune", "https://www.facebook.com/sharer.php", "is no profile of facebook"),
        ("2018-08-19", "19.08.2018", "observed_on: '19.08.2018' stands where a day such as 2018-10-01 is wanted"),
        ("2018-08-19", "", "observed_on is missing"),
        ("2018-08-15", "2018-08-20", "last_post 2018-08-20 is later than the look of 2018-08-19"),
        ("2018-08-15", "2018-06-01", "the last post is 79 days old, and 4 are counted in 30 days"),
        ("2018-08-15", "", "4 posts are counted, and last_post is missing"),
        (",4,", ",0,", "the last post is 4 days old, and 0 are counted"),
        (",4,", ",many,", "posts_30d: 'many' stands where a number is wanted"),
        (",4,", ",,", "posts_30d is missing"),
        ("A. Müşahidəçi", "", "observer is missing; write your name"),
        ("shot.png", "", "evidence is missing"),
        ("shot.png", "other.png", "there is no picture 'other.png'"),
        ("shot.png", "../may.csv", "there is no picture '../may.csv'"),
        (",,qeyd", ",gone,qeyd", "account: 'gone' is no such thing"),
        (",,qeyd", ",foreign,qeyd", "posts are told of an account that is foreign"),
        (",,qeyd", ",,qeyd,more", "11 cells stand under 10 columns"),
    ],
)
def test_what_is_wrong_with_a_row_is_told_with_its_line(folder: Path, right: str, wrong: str, what: str) -> None:
    assert right in GOOD
    path = written(folder, GOOD.replace(right, wrong, 1))
    with pytest.raises(Unusable) as caught:
        load_observations(folder, load_registry(ROOT / "agencies.yaml").agencies)
    assert str(caught.value).startswith(f"{path}:2: ")
    assert what in str(caught.value)


def test_a_file_is_told_as_a_whole_when_it_is_not_one(folder: Path) -> None:
    path = written(folder, GOOD, head=HEAD.replace("observer", "name"))
    with pytest.raises(Unusable, match="unknown column 'name'"):
        load_observations(folder)
    path.write_text(f"{HEAD}\n{GOOD}\n".replace(",", ";"), "utf-8")
    with pytest.raises(Unusable, match="parted by semicolons"):
        load_observations(folder)
    written(folder, GOOD, GOOD)
    with pytest.raises(Unusable, match=r"may\.csv:3: A\. Müşahidəçi has a look at this profile on this day"):
        load_observations(folder)


def test_the_template_lists_exactly_what_is_unseen_and_comes_back_filled_in(folder: Path) -> None:
    findings = looked_at()
    unseen = still_unseen(findings, ())
    assert unseen
    of_findings = {
        (a["id"], p["url"])
        for a in findings["authorities"]
        for p in a["social"].get("profiles", ())
        if p.get("activity", "unseen") == "unseen"
    }
    assert {(one.authority, one.url) for one in unseen} == of_findings
    path = folder / "new.csv"
    path.write_text(template(unseen), "utf-8")
    assert load_observations(folder) == ()  # rows that wait for somebody are no looks
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8"))))
    filled = ["2018-08-19", "2018-08-15", "4", "A. Müşahidəçi", "https://a.az/1", "", ""]
    rows[1] = rows[1][:3] + filled
    path.write_text("\n".join(",".join(row) for row in rows), "utf-8")
    looks = load_observations(folder)
    assert [(one.authority, one.observed.url) for one in looks] == [(unseen[0].authority, unseen[0].url)]
    assert still_unseen(findings, looks) == unseen[1:]
    again = with_looks(of(findings, looks[0].authority), [looks[0].observed], AS_OF)
    assert looks[0].observed.url not in {one.url for one in unseen_in({"authorities": [again]})}


def test_where_nobody_looked_every_profile_is_in_the_template() -> None:
    findings = every_state()
    listed = [p["url"] for a in findings["authorities"] for p in a["social"].get("profiles", ())]
    assert [one.url for one in still_unseen({**findings}, ())] == listed


# -- the rule of 2.4 ---------------------------------------------------------------------------------------------------


def body(activity: Any = None, rendered: Any = None, profiles: Any = None) -> Document:
    """The findings of one authority that has all that edition 1 asks for."""
    document = copy.deepcopy(every_state(registry()[:1]))
    one = document["authorities"][0]
    one["site"] |= {"state": "up", "reason": "ok"}
    one["mobile"] = {"state": "found", "verdict": "responsive", "evidence": []}
    one["news"] = {"state": "found", "status": "active", "evidence": [], "last_date": "2018-08-19"}
    one["social"] = {"state": "found", "profiles": profiles or [dict(PROFILE)], "evidence": []}
    if activity is not None:
        one["social"]["activity"] = activity
    if rendered is not None:
        one["mobile"]["rendered"] = rendered
    one["fetch"]["complete"] = True
    return document


def level(document: Document, plan: Any = SECOND, against: Document | None = None) -> Level:
    return next(one for one in levels_of(document, plan, against) if one.item == "2.4")


def seen_as(*activities: str | None) -> Document:
    """One profile for each, as a look would tell of it."""
    blank = {"account": "open", "activity_reason": None, "last_post": "2018-05-01", "observed_on": "2018-08-20"}
    profiles = [
        {**PROFILE, **blank, "url": f"https://t.me/numune{n}", "activity": one} for n, one in enumerate(activities)
    ]
    return body(best_of(profiles), profiles=profiles)


@pytest.mark.parametrize(
    ("activities", "expected"),
    [
        (["active"], "full"),
        (["moderate"], "significant"),
        (["weak"], "significant"),
        (["stopped"], "significant"),
        (["stopped", "active"], "full"),
        (["unseen"], "full"),  # nobody could look: the rule of edition 1
        (["stopped", "unseen"], "full"),  # the one that could not be looked at may be active
        (["active", "unseen"], "full"),
        ([None], "significant"),  # the only account is not there any more: looked at, and nobody posts
        ([None, "unseen"], "full"),
    ],
)
def test_full_needs_an_active_profile_unless_one_could_not_be_looked_at(
    activities: list[str | None], expected: str
) -> None:
    assert level(seen_as(*activities)).level == expected
    assert level(seen_as(*activities), FIRST).level == "full"


def test_a_class_told_of_the_whole_authority_counts_as_it_is() -> None:
    assert [level(body(one)).level for one in ("active", "moderate")] == ["full", "significant"]


@pytest.mark.parametrize(
    ("rendered", "expected", "said"),
    [
        ({"verdict": "good"}, "full", "as a browser drew it"),
        ({"verdict": "poor"}, "full", "as a browser drew it"),
        ({"verdict": "broken"}, "none", "as a browser drew it"),
        ({"state": "unseen", "reason": "needs_browser"}, "full", "judged by the page's code.)"),
        (None, "full", "judged by the page's code.)"),
    ],
)
def test_the_drawn_page_counts_where_a_browser_saw_it_and_the_rule_says_which(
    rendered: Any, expected: str, said: str
) -> None:
    given = level(body(rendered=rendered))
    assert given.level == expected
    assert said in given.rule["en"]
    assert given.rule["az"] != given.rule["en"]
    assert level(body(rendered=rendered), FIRST).level == "full"


def test_an_unseen_activity_is_unknown_where_the_rule_does_not_ask_for_it(tmp_path: Path) -> None:
    text = (PLANS / "nap-2016-2018.2.yaml").read_text("utf-8")
    (tmp_path / "nap-2016-2018.2.yaml").write_text(
        text.replace("activity: [active, unseen]", "activity: [active]"), "utf-8"
    )
    strict = find_plan(tmp_path, "nap-2016-2018")
    assert [level(seen_as(*one), strict).level for one in (["active"], ["weak"], ["unseen"], ["weak", "unseen"])] == [
        *("full", "significant", "not_assessed", "not_assessed")
    ]
    assert level(body(), strict).level == "not_assessed"


def test_the_new_tests_are_asked_of_their_own_facts(tmp_path: Path) -> None:
    text = (PLANS / "nap-2016-2018.2.yaml").read_text("utf-8")
    path = tmp_path / "nap-2016-2018.2.yaml"
    path.write_text(text.replace("{fact: news, status: [active]}", "{fact: news, activity: [active]}", 1), "utf-8")
    with pytest.raises(Unusable, match="`activity` is asked of news"):
        find_plan(tmp_path, "nap-2016-2018")


def test_where_nobody_looked_the_levels_are_those_of_edition_1() -> None:
    of_2018 = findings_of(load_round(ROOT / "methodology" / "rounds" / "erc-2018.yaml"))
    for one in of_2018["authorities"]:
        one["social"].pop("activity", None)
    for findings in (every_state(), of_2018):
        by_edition = [
            [(one.authority, one.item, one.level, one.reason) for one in levels_of(findings, plan)]
            for plan in (FIRST, SECOND)
        ]
        assert by_edition[0] == by_edition[1]


def test_a_round_that_looked_is_not_held_against_one_that_did_not() -> None:
    earlier, now = body(), seen_as("stopped")
    earlier["round"] |= {"as_of": "2018-07-20", "started_at": "2018-07-20T09:00:00Z", "name": "2018-07"}
    assert (level(earlier).level, level(now).level) == ("full", "significant")
    assert level(now, against=earlier).level == "significant"  # and not worse
    found = {one.what: one for one in changes(now, levels_of(now, SECOND, earlier), SECOND, earlier, ())}
    assert (found["2.4"].verdict, found["2.4"].why) == ("not_comparable", "not_recorded")


def test_what_got_worse_in_both_is_worse() -> None:
    earlier, now = seen_as("active"), seen_as("stopped")
    earlier["round"] |= {"as_of": "2018-07-20", "started_at": "2018-07-20T09:00:00Z", "name": "2018-07"}
    assert level(now, against=earlier).level == "worse"
    found = {one.what: one for one in changes(now, levels_of(now, SECOND, earlier), SECOND, earlier, ())}
    assert (found["2.4"].verdict, found["2.4"].why) == ("worse", "site")
    unlooked = body()
    unlooked["authorities"][0]["mobile"] = {"state": "absent", "verdict": "none", "evidence": []}
    assert level(unlooked, against=earlier).level == "worse"  # the mobile version went, whoever looked at posts


def test_a_change_of_the_rule_is_told_apart_from_one_of_the_site() -> None:
    earlier, now = seen_as("weak"), seen_as("weak")
    earlier["round"] |= {"as_of": "2018-07-20", "started_at": "2018-07-20T09:00:00Z", "name": "2018-07"}
    found = {one.what: one for one in changes(now, levels_of(now, SECOND), SECOND, earlier, (), before_plan=FIRST)}
    change = found["2.4"]
    assert (change.was, change.now, change.verdict, change.why) == ("full", "significant", "same", "rule")
    assert change.detail == "edition 1 -> 2: full -> significant"


# -- events ------------------------------------------------------------------------------------------------------------


def events_of(days: Iterable[tuple[int, Any]]) -> list[tuple[str, str, str]]:
    """(kind, what, since) of what is told of one profile; per day: its last post's age, or a reason, or None."""
    looks = []
    for n, seen in days:
        on = AS_OF + timedelta(days=n)
        document = body()
        document["round"] |= {"name": f"d{n}", "as_of": on.isoformat(), "started_at": f"{on}T03:00:00Z"}
        if seen is not None:
            one = look(reason=seen, on=on) if isinstance(seen, str) else look([seen], on=on)
            document["authorities"] = [with_looks(a, [one], on) for a in document["authorities"]]
        looks.append(look_of(document))
    return [(one.kind, one.what, one.since.isoformat()) for one in replay(looks)[1]]


def test_posting_that_stops_and_resumes_is_told_once_each() -> None:
    days = [*((n, n + 80) for n in range(14)), *((n, n - 14) for n in range(14, 20))]
    assert events_of(days) == [
        ("social_stopped", "social.telegram.numune", "2018-06-01"),
        ("social_resumed", "social.telegram.numune", "2018-09-03"),
    ]


def test_one_look_is_not_enough_and_what_could_not_be_seen_neither_counts_nor_breaks() -> None:
    assert events_of([(0, 5), (1, 5), (2, 100), (3, 5), (4, 5)]) == []
    assert events_of([(0, 5), (1, 5), (2, 100), (3, "login_wall"), (4, None), (5, "timeout")]) == []
    walled = [(0, 5), (1, 5), (2, 100), (3, "login_wall"), (4, None), (5, 103)]
    assert [kind for kind, _, _ in events_of(walled)] == ["social_stopped"]


def test_one_look_used_in_many_rounds_counts_once() -> None:
    looks = []
    for n in range(6):
        on = AS_OF + timedelta(days=n)
        document = body()
        document["round"] |= {"name": f"d{n}", "as_of": on.isoformat(), "started_at": f"{on}T03:00:00Z"}
        seen = [look([5], on=AS_OF - timedelta(days=2)), look([5], on=AS_OF - timedelta(days=1))]
        if n == 0:
            seen = seen[:1]
        elif n > 1:
            seen = [look([100], on=AS_OF + timedelta(days=2))]
        document["authorities"] = [with_looks(a, seen, on) for a in document["authorities"]]
        looks.append(look_of(document))
    assert replay(looks)[1] == ()


def test_a_level_that_only_a_look_changed_is_no_event() -> None:
    from scoring.events import PlanLevels

    looks = []
    for n, document in enumerate([body(), body(), seen_as("stopped"), seen_as("stopped"), seen_as("stopped")]):
        on = AS_OF + timedelta(days=n)
        document["round"] |= {"name": f"d{n}", "as_of": on.isoformat(), "started_at": f"{on}T03:00:00Z"}
        given = PlanLevels("nap-2016-2018", "2", tuple(levels_of(document, SECOND)))
        looks.append(look_of(document, None, [given]))
    assert [one.kind for one in replay(looks)[1]] == []


def test_an_event_is_told_with_the_network_and_the_last_post() -> None:
    from publishing.alerts import body_of, title_of

    after = {"value": "stopped", "last_post": "2018-06-01", "observed_on": "2018-08-31", "evidence": []}
    event = Event(
        *("0" * 16, "social_stopped", "binagadi", "Binəqədi", "social.telegram.numune"),
        date(2018, 6, 1), date(2018, 9, 1), "d12", {"value": "running"}, after, "high", ("confirmed",),
    )  # fmt: skip
    assert title_of(event, "az", False) == "Binəqədi: sosial şəbəkədə paylaşım dayanıb (Telegram, numune)"
    assert title_of(event, "en", False) == "Binəqədi: posting on a social network stopped (Telegram, numune)"
    assert "Sonuncu paylaşım: 2018-06-01, baxış günündən 91 gün əvvəl." in body_of(event, "az", None, {})
    assert "Last post: 2018-06-01, 91 days before we looked." in body_of(event, "en", None, {})


# -- the report --------------------------------------------------------------------------------------------------------

_IN_TURN: tuple[dict[str, Any], ...] = (
    {"ages": range(0, 30, 3)},
    {"ages": (3, 20)},
    {"ages": (60,)},
    {"ages": (200,)},
    {"reason": "login_wall"},
    {"reason": "no_token"},
    {"account": "missing"},
    {"ages": (2,), "by": "A. Müşahidəçi", "posts_30d": 3, "last_post": AS_OF - timedelta(days=2)},
    {"ages": (1, 2, 3), "whole_days": 5},
)


def looked_at() -> Document:
    """A round in which the profiles were seen in all ways by turns."""
    number = 0

    def change(document: Document) -> None:
        nonlocal number
        for place, authority in enumerate(document["authorities"]):
            looks = []
            for profile in authority["social"].get("profiles", ()):
                told = dict(_IN_TURN[number % len(_IN_TURN)])
                looks.append(look(told.pop("ages", ()), of_=profile, **told))
                number += 1
            document["authorities"][place] = with_looks(authority, looks, AS_OF)

    return every_state(change=change)


@pytest.mark.parametrize("lang", ["az", "en"])
def test_the_report_has_the_table_of_users_with_how_each_was_seen(lang: str) -> None:
    report = made(lang, findings=looked_at())
    assert report.complaints() == []
    grid = next(
        b for c in chapters_within(report.chapters) for b in c.blocks if isinstance(b, Grid) and b.key == "activity"
    )
    assert len(grid.columns) == 7
    known = [a["social"].get("activity") for a in report.findings["authorities"]]
    assert len(grid.rows) == known.count("active") + known.count("moderate") > 0
    shown = {plain(cell) for row in grid.rows for cell in row}
    assert {"Facebook", "10", {"az": "A. Müşahidəçi, əllə", "en": "A. Müşahidəçi, by hand"}[lang]} <= shown
    counts = report.counts()
    for activity in CLASSES:
        assert counts.get(f"activity:{activity}@local", 0) == sum(
            a["group"] == "local" and a["social"].get("activity") == activity for a in report.findings["authorities"]
        )


@pytest.mark.parametrize(("lang", "words"), [("az", "şəbəkə giriş tələb edir"), ("en", "the network asks for a login")])
def test_the_limits_name_whose_posts_could_not_be_seen_and_why(lang: str, words: str) -> None:
    report = made(lang, findings=looked_at())
    assert words in report.text("limits")
    walled = sum(
        any(p.get("activity_reason") == "login_wall" for p in a["social"].get("profiles", ()))
        for a in report.findings["authorities"]
    )
    assert report.counts()["profile_unseen:login_wall"] == walled > 0


@pytest.mark.parametrize(
    ("lang", "words"),
    [("az", "insanlar da baxıb"), ("en", "that persons looked at too"), ("ru", "смотрели и люди")],
)
def test_nobody_reads_that_no_hand_was_in_it_where_one_was(lang: str, words: str) -> None:
    findings = looked_at()
    levels = [asdict(one) for one in levels_of(findings, SECOND)]
    told = (findings, levels, registry(), round_info(findings), lang, Beside(plan=SECOND))
    first, *_, last = edition(*told).made
    assert words in first
    people = sum(any(p.get("observed_by") for p in a["social"].get("profiles", ())) for a in findings["authorities"])
    assert str(people) in first
    plain_ = every_state()
    levels = [asdict(one) for one in levels_of(plain_, SECOND)]
    by_machine = edition(plain_, levels, registry(), round_info(plain_), lang, Beside(plan=SECOND)).made
    assert words not in by_machine[0]
    assert by_machine[-1] != last  # whether the posts were looked at


@pytest.mark.parametrize("lang", ["az", "en"])
def test_a_round_in_which_nobody_looked_says_so(lang: str) -> None:
    report = made(lang)
    assert report.complaints() == []
    assert report.asked.count("activity_looked") == 0
    assert not any(name.startswith("social_posting") for t in report.tables for row in t.rows for name in row.values)


@pytest.mark.parametrize("lang", ["az", "en", "ru"])
def test_a_cell_tells_the_best_profile_and_names_those_that_could_not_be_seen(lang: str) -> None:
    findings = looked_at()
    report = made(lang, findings=findings) if lang != "ru" else None
    found = [a for a in findings["authorities"] if best_profile(a["social"])]
    assert found
    if report is not None:
        row = report.asked.row(found[0]["id"])
        assert row.values["social_posts_30d"] == best_profile(found[0]["social"])["posts_30d"]  # type: ignore[index]
        assert any(row.values["social_posting_network"] and line.text for line in row.cells[2].lines)
    rules = RULES
    for authority in found:
        for profile in authority["social"]["profiles"]:
            lines = lines_of(profile, lang, rules)  # type: ignore[arg-type]
            assert lines, profile
            if profile["activity"] == "unseen":
                assert all("0" not in line for line in lines)  # no number of what nobody saw


def test_the_board_tells_the_age_of_the_last_post() -> None:
    from publishing.texts import texts_in

    social = {"state": "found", "evidence": [], "profiles": [told(look([40])), told(look(reason="login_wall"))]}
    shown = [line.plain for line in fact_lines("social", social, AS_OF, texts_in("en"))]
    assert shown[1] == (
        "Telegram; weak; last post 40 days ago (11 July 2018); posts in 30 days: 0; "
        "looked at by the program on 20 August 2018, by an open way"
    )
    assert shown[2] == "Telegram; not checked: the network asks for a login"


def test_the_board_shows_profiles_as_the_newest_look_saw_them(tmp_path: Path) -> None:
    bodies = registry()[:14]
    full = every_state(bodies)
    one = next(a for a in full["authorities"] if a["social"]["state"] == "found")
    profile = one["social"]["profiles"][0]
    full["authorities"] = [
        with_looks(a, [look([5], of_=profile)] if a is one else [], AS_OF) for a in full["authorities"]
    ]
    on = AS_OF + timedelta(days=9)
    light = every_state(bodies)
    light["round"] |= {"name": "light", "as_of": on.isoformat()}
    seen = with_activity([profile], [look([0, 0, 3], of_=profile, on=on)], RULES, on)
    blank = {"state": "unseen", "reason": "light", "profiles": [], "evidence": [], "known_profiles": seen}
    of(light, one["id"])["social"] = blank
    database = open_database(tmp_path / "r.db")
    for document, settings in ((full, {}), (light, {"light": True})):
        begun = datetime.fromisoformat(f"{document['round']['as_of']}T09:00:00+00:00")
        known = Registry(bodies, "0" * 64)
        ids = [agency.id for agency in bodies]
        name = document["round"]["name"]
        round_ = database.start_round(name, begun.date(), begun, known, ids, "saytmetr 0.1.0", settings)
        database.add_reading(round_, begun, "saytmetr 0.1.0", "1" * 64, [(a["id"], a) for a in document["authorities"]])
        database.finish_round(round_, begun + timedelta(hours=2))
    write_board(database, tmp_path / "board", Board(SECOND, bodies))
    shown = (tmp_path / "board" / "en" / "authority" / f"{one['id']}.html").read_text("utf-8")
    assert "last post on the day of the look (29 August 2018); posts in 30 days: 3" in shown
    assert "looked at by the program on 20 August 2018" not in shown
    assert "used moderately" in shown


def test_the_data_package_has_what_was_seen_of_each_profile() -> None:
    report = made("en", findings=looked_at())
    with TemporaryDirectory() as folder:
        info = round_info(report.findings)
        write_package(report.findings, report.levels, report.agencies, info, Path(folder), Beside(plan=plan_of()))
        lines = list(csv.DictReader(io.StringIO((Path(folder) / "profiles.csv").read_text("utf-8-sig"))))
    told = {(line["authority"], line["url"]): line for line in lines}
    wanted = [(a["id"], p) for a in report.findings["authorities"] for p in a["social"].get("profiles", ())]
    assert len(told) == len(wanted) > 60
    for one, profile in wanted:
        line = told[one, profile["url"]]
        names = ("account", "activity", "activity_reason", "last_post", "posts_30d", "observed_on", "observed_by")
        assert {name: line[name] for name in names} == {
            name: "" if profile.get(name) is None else str(profile[name]) for name in names
        }


# -- the table of 2018 -------------------------------------------------------------------------------------------------


def test_the_table_of_2018_is_drawn_again_and_eight_of_its_fourteen_do_not_fit_their_rows() -> None:
    drawn = posting.draw()
    assert (len(drawn.of("active")), len(drawn.of("moderate"))) == (18, 14)
    assert (drawn.missing, drawn.added) == ((), ())
    assert {one.id for one in drawn.misfits("moderate")} == {
        *("sabail", "sumgait", "khojaly", "yasamal", "pirallahi", "khatai", "siyazan", "shabran")
    }
    assert [one.id for one in drawn.misfits("active")] == ["aghdam"]
    assert sum("does not fit" in line for line in posting.told(drawn)) == 9


def test_a_row_that_is_mended_fits_again() -> None:
    findings = findings_of(load_round(HOUSE / "methodology" / "rounds" / "erc-2018.yaml"))
    of(findings, "khatai")["social"]["remark"] = "few_a_month"
    of(findings, "ujar")["social"]["activity"] = None
    drawn = posting.draw(findings)
    assert "khatai" not in {one.id for one in drawn.misfits("moderate")}
    assert drawn.missing == ("ujar",)
