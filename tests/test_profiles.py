"""Is what is seen of profiles what is there, through open doors only, and does no token come to rest anywhere?

Over real sockets: the looker as the command starts it, the sample proxy, and behind it the stand-ins of the services
(sampleweb/networks).
"""

import gzip
import json
import logging
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from archive.asks import Ask, Errand
from archive.capture import Capture
from archive.database import Database, Round, open_database
from archive.evidence import Evidence
from archive.registry import Agency, Registry
from archive.retention import Keep, prune
from reading.activity import load_rules, with_activity
from reading.method import load_method
from reading.observed import REASONS, Observed
from reading.profiles import errands, names_another_body, observed_of, way_to
from sampleweb.networks.keeper import GOOGLE_KEY, META_TOKEN, X_TOKEN, services
from sampleweb.networks.people import Profile, apart, labelled
from sampleweb.networks.youtube import CLOSED_ROBOTS
from sampleweb.proxy import running
from spiders.manners import Manners
from spiders.profiles import LookSummary, look_at
from spiders.tokens import NoToken, Tokens, load_tokens

ROOT = Path(__file__).resolve().parents[1]
TODAY = date(2026, 3, 10)
METHOD = load_method()
ENVIRON = {"SAYTMETR_META_TOKEN": META_TOKEN, "SAYTMETR_X_TOKEN": X_TOKEN}
SECRETS = (META_TOKEN, X_TOKEN, GOOGLE_KEY)
NETWORK_REASONS = frozenset("dns refused reset timeout tls too_large robots forbidden_redirect".split())
OPEN = [one for one in labelled() if one.truth.account in ("open", "renamed", "foreign")]


@dataclass
class Country:
    """A database with one round, whose findings name profiles: one authority for each."""

    folder: Path
    database: Database
    round: Round
    profiles: tuple[Profile, ...]

    @property
    def archive(self) -> Path:
        return self.folder / "archive"

    def look(
        self,
        proxy: str | None,
        environ: dict[str, str] | None = None,
        on: date = TODAY,
        round_: Round | None = None,
        manners: Manners | None = None,
    ) -> LookSummary:
        tokens = load_tokens(ENVIRON if environ is None else environ)
        round_ = round_ or self.round
        to_do = list(errands(self.database.findings(round_), on, tokens.words, METHOD))
        manners = manners or Manners(delay_s=0, timeout_s=10, proxy=proxy)
        return look_at(round_, to_do, self.database, self.archive, manners, tokens, on)

    def seen(self, round_: Round | None = None) -> dict[str, Observed]:
        """By address."""
        found = observed_of(self.database, round_ or self.round, self.archive)
        return {one.url: one for looks in found.values() for one in looks}

    def again(self, name: str) -> Round:
        """One more round with the same profiles."""
        return _round(self.database, name, self.profiles)


def _round(database: Database, name: str, profiles: Sequence[Profile]) -> Round:
    agencies = tuple(
        Agency(
            id=f"p{n}",
            group="local",
            name="Sınaq",
            name_full="Sınaq Rayon İcra Hakimiyyəti",
            name_en="Sinaq District Executive Authority",
            site=f"http://sinaq{n}-ih.gov.az/",
        )
        for n in range(len(profiles))
    )
    now = datetime.now(UTC)
    registry = Registry(agencies, "ab" * 32)
    round_ = database.start_round(name, TODAY, now, registry, [one.id for one in agencies], "saytmetr", {})
    social = [{"state": "found", "profiles": [{"network": one.network, "url": one.url}]} for one in profiles]
    documents = [(agency.id, {"social": found}) for agency, found in zip(agencies, social, strict=True)]
    database.add_reading(round_, now, "saytmetr", "cd" * 32, documents)
    return database.finish_round(round_, now)


def country(folder: Path, profiles: Sequence[Profile]) -> Country:
    database = open_database(folder / "saytmetr.db")
    return Country(folder, database, _round(database, "spring", profiles), tuple(profiles))


@dataclass
class Served:
    proxy: str
    asked: Counter[str]  # requests, by host and address
    at: list[tuple[float, str]]  # when, and host and address


@pytest.fixture
def serve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Served]]:
    """Services behind a proxy, whose certificates hold for this process."""
    opened: list[Any] = []

    def start(profiles: Sequence[Profile] | None = None, today: date = TODAY, **options: Any) -> Served:
        asked: Counter[str] = Counter()
        at: list[tuple[float, str]] = []

        def watch(host: str, address: str, _: int) -> None:
            asked.update([host + address])
            at.append((time.monotonic(), host + address))

        authority = tmp_path / "authority.pem"
        web = running(guests=services(today, profiles, **options), watch=watch, authority=authority)
        proxy = web.__enter__()
        opened.append(web)
        monkeypatch.setenv("SSL_CERT_FILE", str(authority))
        return Served(proxy, asked, at)

    yield start
    for web in opened:
        web.__exit__(None, None, None)


# -- what is said of each ----------------------------------------------------------------------------------------------


@dataclass
class Visited:
    country: Country
    seen: dict[str, Observed]
    summary: LookSummary
    served: Served
    logged: str


@pytest.fixture(scope="module")
def visited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visited]:
    """All labelled profiles, looked at in one run, as loudly logged as can be."""
    folder = tmp_path_factory.mktemp("profiles")
    records: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            records.append(record.getMessage())

    handler, root = Keep(), logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    asked: Counter[str] = Counter()
    at: list[tuple[float, str]] = []

    def watch(host: str, address: str, _: int) -> None:
        asked.update([host + address])
        at.append((time.monotonic(), host + address))

    authority = folder / "authority.pem"
    with (
        pytest.MonkeyPatch.context() as patch,
        running(guests=services(TODAY), watch=watch, authority=authority) as proxy,
    ):
        patch.setenv("SSL_CERT_FILE", str(authority))
        here = country(folder, labelled())
        summary = here.look(proxy)
        yield Visited(here, here.seen(), summary, Served(proxy, asked, at), "\n".join(records))
    root.removeHandler(handler)
    root.setLevel(before)


def test_there_are_at_least_sixty_of_every_kind() -> None:
    assert len(labelled()) >= 60
    assert len({one.network for one in labelled()}) == 12
    truths = [one.truth for one in labelled()]
    assert {truth.account for truth in truths} >= {"open", "missing", "private", "renamed", "foreign"}
    assert {truth.activity for truth in truths} >= {"active", "moderate", "weak", "stopped", "unseen"}


@pytest.mark.parametrize("profile", labelled(), ids=lambda one: one.url)
def test_what_is_said_is_what_is_there(visited: Visited, profile: Profile) -> None:
    seen, truth = visited.seen[profile.url], profile.truth
    assert (seen.account, seen.reason) == (truth.account, truth.reason)
    ages = [(TODAY - day).days for day in seen.posts]
    if truth.week is not None:
        assert (min(ages, default=None), sum(age < 7 for age in ages), sum(age < 30 for age in ages)) == (
            truth.last,
            truth.week,
            truth.month,
        )
    assert ages == sorted(ages)
    assert seen.network == profile.network
    assert seen.observed_on == TODAY


@pytest.mark.parametrize("profile", labelled(), ids=lambda one: one.url)
def test_its_activity_is_the_labelled_one(visited: Visited, profile: Profile) -> None:
    """The labels of renamed and foreign profiles are of the posts; what they are worth is methodology's to say."""
    shown = [{"network": profile.network, "url": profile.url}]
    told = with_activity(shown, [visited.seen[profile.url]], load_rules(), TODAY)[0]
    if profile.truth.activity is not None and profile.truth.account not in ("renamed", "foreign"):
        assert told["activity"] == profile.truth.activity
    if profile.truth.account in ("missing", "private"):
        assert told["activity"] not in ("active", "moderate", "weak", "stopped")


@pytest.mark.parametrize("profile", OPEN, ids=lambda one: one.url)
def test_a_list_is_called_whole_only_where_it_is(visited: Visited, profile: Profile) -> None:
    seen, all_days = visited.seen[profile.url], profile.moments(TODAY)
    if seen.since is None:
        assert len(seen.posts) == len(all_days)
    else:
        assert seen.since == seen.posts[-1]
        from_there = [at for at in all_days if at.date() > seen.since]
        assert len([day for day in seen.posts if day > seen.since]) >= len(from_there) - 1
    month = sum((TODAY - day).days < 30 for day in seen.posts)
    covers = seen.since is None or (TODAY - seen.since).days + 1 >= 30
    assert covers or profile.truth.at_least or profile.network == "vk"
    assert not profile.truth.at_least or (not covers and month == profile.truth.month)


def test_nothing_unseen_is_told_as_no_posts(visited: Visited) -> None:
    for profile in labelled():
        seen = visited.seen[profile.url]
        if profile.truth.reason is not None:
            assert seen.account is None
            assert seen.posts == ()
            assert seen.reason in REASONS or seen.reason in NETWORK_REASONS
        elif not seen.posts and seen.account == "open":
            assert profile.moments(TODAY) == ()


def test_what_was_seen_can_be_checked(visited: Visited) -> None:
    """Every look that asked stands on answers in the archive, by their SHA-256, and the quote is in one of them."""
    kept = {
        (capture.url, capture.sha256): capture.body
        for path in visited.country.archive.glob("*/*.profiles.warc.gz")
        for capture in Evidence(path).captures()
    }
    for profile in OPEN:
        evidence = visited.seen[profile.url].evidence
        assert evidence
        assert all((one.url, one.sha256) in kept for one in evidence)
        quotes = [one for one in evidence if one.quote is not None]
        assert bool(quotes) == bool(profile.moments(TODAY))
        assert all(str(one.quote).encode() in kept[one.url, one.sha256] for one in quotes)


def test_networks_behind_a_login_are_not_asked(visited: Visited) -> None:
    for host in ("tiktok.com", "linkedin.com", "threads.net", "whatsapp.com", "instagram.com", "www.facebook.com"):
        assert not [address for address in visited.served.asked if address.split("/")[0].endswith(host)]


def test_one_answer_for_all_is_asked_for_once(visited: Visited) -> None:
    own = [address for address in visited.served.asked.elements() if "/me/accounts" in address]
    assert len(own) == 1


# -- tokens ------------------------------------------------------------------------------------------------------------


def everything_written(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Each file as it lies there, unpacked, and with the Content-Encoding of every body undone."""
    for path in folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            yield path, data
            if path.suffix == ".gz":
                yield path, gzip.decompress(data)
                yield from ((path, capture.body) for capture in Evidence(path).captures())


def traces(data: bytes, secret: str) -> bool:
    from urllib.parse import unquote

    ways = {secret, unquote(secret), secret[:20]}
    return any(way.encode() in data for way in ways)


def test_no_token_is_in_any_file_or_log(visited: Visited) -> None:
    assert visited.served.asked["graph.facebook.com/v25.0/me/accounts?fields=instagram_business_account"]
    files = list(everything_written(visited.country.folder))
    assert len(files) > 100
    for secret in SECRETS:
        assert not [path for path, data in files if traces(data, secret)]
        assert not traces(visited.logged.encode(), secret)
        assert not [address for address in visited.served.asked if secret in address]


def test_what_was_blotted_says_so_and_fits_its_digest(visited: Visited) -> None:
    """paging.next and /me/accounts carry the token: it was there to be found."""
    blotted = [
        capture
        for path in visited.country.archive.glob("*/*.warc.gz")
        for capture in Evidence(path).captures()
        if capture.header("saytmetr-redacted")
    ]
    assert {capture.url.partition("?")[0].rpartition("/")[2] for capture in blotted} >= {"accounts", "posts"}
    for capture in blotted:
        assert b"[token]" in capture.body
        assert json.loads(capture.body)["data"]
        assert not any(name.lower() == "authorization" for name, _ in capture.request_headers)


def test_without_tokens_their_services_are_not_asked(tmp_path: Path, serve: Callable[..., Served]) -> None:
    served, here = serve(), country(tmp_path, labelled())
    here.look(served.proxy, environ={})
    seen = here.seen()
    for profile in labelled():
        if profile.network in ("facebook", "instagram", "twitter") and "/groups/" not in profile.url:
            assert (seen[profile.url].account, seen[profile.url].reason) == (None, "no_token")
    assert not [one for one in served.asked if one.startswith(("graph.facebook.com", "api.x.com", "www.googleapis"))]


@pytest.mark.parametrize(
    ("network", "environ"),
    [
        ("facebook", {"SAYTMETR_META_TOKEN": "EAAAnOldTokenThatWasRevokedLongAgo0123456789"}),
        ("instagram", {"SAYTMETR_META_TOKEN": "EAAAnOldTokenThatWasRevokedLongAgo0123456789"}),
        ("twitter", {"SAYTMETR_X_TOKEN": "AnOldTokenThatWasRevokedLongAgo0123456789"}),
        ("youtube", {"SAYTMETR_GOOGLE_KEY": "AnOldKeyThatWasRevokedLongAgo0123456789"}),
    ],
)
def test_a_token_that_is_not_taken_is_not_tried_on_everybody(
    tmp_path: Path, serve: Callable[..., Served], network: str, environ: dict[str, str]
) -> None:
    profiles = [one for one in labelled() if one.network == network and one.truth.account == "open"]
    served, here = serve(), country(tmp_path, profiles)
    here.look(served.proxy, environ=environ)
    assert {one.reason for one in here.seen().values()} == {"token_refused"}
    hosts = ("graph.facebook.com", "api.x.com", "www.googleapis.com")
    assert sum(count for address, count in served.asked.items() if address.startswith(hosts) and "/" in address) <= 2
    for path, data in everything_written(tmp_path):
        assert not any(value.encode() in data for value in environ.values()), path


def test_a_token_is_not_said_to_a_host_that_nobody_vouches_for(
    tmp_path: Path, serve: Callable[..., Served], monkeypatch: pytest.MonkeyPatch
) -> None:
    profiles = [one for one in labelled() if one.url.endswith("/sinaq.aktiv")]
    served, here = serve(), country(tmp_path, profiles)
    monkeypatch.delenv("SSL_CERT_FILE")
    here.look(served.proxy)
    assert [one.reason for one in here.seen().values()] == ["tls"]
    assert not [address for address in served.asked if "/v25.0/" in address]


def test_tokens_come_from_a_file_that_nobody_else_may_read(tmp_path: Path) -> None:
    file = tmp_path / "tokens"
    file.write_text(f"# of the foundation\nSAYTMETR_META_TOKEN={META_TOKEN}\nSAYTMETR_X_TOKEN=\n")
    file.chmod(0o640)
    with pytest.raises(NoToken, match="others may read") as refused:
        load_tokens({"SAYTMETR_TOKENS": str(file)})
    assert META_TOKEN not in str(refused.value)
    file.chmod(0o600)
    tokens = load_tokens({"SAYTMETR_TOKENS": str(file)})
    assert tokens.words == {"meta"}
    assert META_TOKEN not in repr(tokens.get("meta"))
    with pytest.raises(NoToken, match="there is no file"):
        load_tokens({"SAYTMETR_TOKENS": str(tmp_path / "none")})
    file.write_text("META=x\n")
    with pytest.raises(NoToken, match="write NAME=value"):
        load_tokens({"SAYTMETR_TOKENS": str(file)})
    with pytest.raises(NoToken, match="no token") as refused:
        load_tokens({"SAYTMETR_X_TOKEN": "two words of a secret"})
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "echo",
    [
        META_TOKEN,
        f"Malformed access token {META_TOKEN[:30]}...",
        "https://graph.facebook.com/x?access_token=SomebodyElses&after=1",
        '{"access_token":"SomebodyElses"}',
        "https:\\/\\/graph.facebook.com\\/x?access_token=SomebodyElses",
    ],
)
def test_every_way_of_writing_a_token_is_blotted(echo: str) -> None:
    tokens = load_tokens(ENVIRON)
    clean, places = tokens.blotted(f"before {echo} after".encode())
    assert places == 1
    assert b"SomebodyElses" not in clean
    assert META_TOKEN[:20].encode() not in clean
    assert clean.startswith(b"before ")
    assert clean.endswith(b" after")
    assert tokens.blotted(clean) == (clean, 0)


def test_a_token_goes_to_its_own_service_only() -> None:
    token = load_tokens(ENVIRON).get("meta")
    assert token is not None
    for url in ("https://graph.facebook.com.evil.az/me", "http://graph.facebook.com/me", "https://api.x.com/2/users"):
        with pytest.raises(ValueError, match="its own service only"):
            token.header_for(url)


# -- doors -------------------------------------------------------------------------------------------------------------


def test_youtube_is_asked_by_its_rules(tmp_path: Path, serve: Callable[..., Served]) -> None:
    """Where robots.txt closes the feed it is not asked for; with a key the interface made for programs is."""
    profiles = [one for one in labelled() if one.network == "youtube" and one.truth.account == "open" and one.ages]
    served, here = serve(youtube_robots=CLOSED_ROBOTS), country(tmp_path, profiles)
    here.look(served.proxy, environ={})
    assert {one.reason for one in here.seen().values()} == {"robots"}
    assert not [address for address in served.asked if "videos.xml" in address]
    here.look(served.proxy, environ={"SAYTMETR_GOOGLE_KEY": GOOGLE_KEY})
    seen = here.seen()
    for profile in profiles:
        ages = [(TODAY - day).days for day in seen[profile.url].posts]
        assert ages == sorted(profile.ages)
        assert seen[profile.url].since is None
    assert not [address for address in served.asked if "videos.xml" in address or "AIza" in address]


def test_the_interface_of_youtube_is_paged_and_tells_who_is_gone(tmp_path: Path, serve: Callable[..., Served]) -> None:
    profiles = [one for one in labelled() if "/channel/UC" in one.url and one.does in ("open", "gone")]
    served, here = serve(), country(tmp_path, profiles)
    here.look(served.proxy, environ={"SAYTMETR_GOOGLE_KEY": GOOGLE_KEY})
    for profile in profiles:
        seen = here.seen()[profile.url]
        assert seen.account == profile.truth.account
        assert len(seen.posts) == (len(profile.moments(TODAY)) if seen.account == "open" else 0)


_MOMENTS = ("9999-12-31T23:59:59", "soon", "0001-01-01T00:00:00")
_JUNK = ("null", "7", '"x"', "[]", "{}", "[1]", "1e999", '"9999-12-31T23:59:59Z"', '"0001-01-01T00:00:00+14:00"')


def _spoilt(body: bytes, chance: random.Random) -> bytes:
    """An answer in which one thing is other than it should be."""
    text = body.decode("utf-8", "replace")
    ways = [
        lambda: text[: chance.randrange(len(text) + 1)],
        lambda: re.sub(r'"[^"]*"(?=\s*[,}\]])', lambda _: chance.choice(_JUNK), text, count=chance.randint(1, 3)),
        lambda: re.sub(r"\[.*?\]|\{.*?\}", lambda _: chance.choice(_JUNK), text, count=1),
        lambda: re.sub(r"\d{4}-\d\d-\d\dT[\d:]+", chance.choice(_MOMENTS), text),
        lambda: text.replace("<", chance.choice(("", "<!--", "&lt;")), chance.randint(1, 9)),
        lambda: chance.choice(("", " ", "<", "<!-- -->", "\x00", "{", "[" * 100_000, "<rss/>", "<feed>" * 999)),
    ]
    return chance.choice(ways)().encode("utf-8", "replace")


@pytest.mark.parametrize("profile", OPEN, ids=lambda one: one.url)
def test_an_answer_of_another_form_breaks_nothing(visited: Visited, profile: Profile) -> None:
    """Whatever a service answers: a word is said, and no post that is not there."""
    look = next(one for one in visited.country.database.looks() if one.url == profile.url)
    assert look.file is not None
    with Evidence(visited.country.archive / look.file) as file:
        captures = [file.read(record.offset) for record in look.records]
    way, chance = way_to(profile.network, profile.url, TODAY, (), METHOD), random.Random(profile.url)
    most = len(profile.moments(TODAY))
    for _ in range(60):
        place = chance.randrange(len(captures))
        spoilt = replace(captures[place], body=_spoilt(captures[place].body, chance))
        told = way.told([*captures[:place], spoilt, *captures[place + 1 :]])
        assert len(told.posts) <= most
        assert told.reason is None or (told.reason in REASONS and told.account is None and told.posts == ())


def test_a_title_is_another_bodys_only_where_it_says_so() -> None:
    agency = Agency(
        id="gen", group="central", name="Gənclər və İdman Nazirliyi", name_en="Ministry of Youth and Sports",
        site="http://www.mys.gov.az/",
    )  # fmt: skip
    own = ["Gənclər və İdman Nazirliyi", "GENCLER VE IDMAN NAZIRLIYI", "Ministry of Youth and Sports of Azerbaijan",
           "MYS Azerbaijan", "Nazirlik", "Rəsmi kanal", "Министерство молодёжи и спорта", ""]  # fmt: skip
    others = ["Səhiyyə Nazirliyi", "Ministry of Health", "“Neftçi” futbol klubu"]
    assert [title for title in own if names_another_body(title, agency, METHOD)] == []
    assert [title for title in others if not names_another_body(title, agency, METHOD)] == []


# -- manners -----------------------------------------------------------------------------------------------------------


def test_a_profile_seen_less_than_a_day_ago_is_not_asked_again(tmp_path: Path, serve: Callable[..., Served]) -> None:
    profiles = [one for one in labelled() if one.network in ("telegram", "tiktok")]
    served, here = serve(), country(tmp_path, profiles)
    here.look(served.proxy)
    first = here.seen()
    before, looks = dict(served.asked), len(here.database.looks())
    seen = [one.url for one in profiles if one.truth.account is not None]
    later = here.again("summer")
    summary = here.look(served.proxy, round_=later)
    assert summary.kept == len(seen)
    more = Counter(served.asked) - Counter(before)
    for profile in profiles:
        if profile.url in seen:
            assert not [one for one in more if one.startswith(f"t.me/s/{profile.url.rpartition('/')[2]}")]
    assert {url: one for url, one in here.seen(later).items() if url in seen} == {
        url: one for url, one in first.items() if url in seen
    }
    here.look(served.proxy, round_=later)  # the same round again: no second row for what is known already
    again = Counter(look.url for look in here.database.looks(later))
    assert all(again[url] == 1 for url in seen)
    assert again["https://www.tiktok.com/@sinaq"] == 1
    assert len(here.database.looks()) > looks


def test_a_day_later_it_is_asked_again(
    tmp_path: Path, serve: Callable[..., Served], monkeypatch: pytest.MonkeyPatch
) -> None:
    profiles = [one for one in labelled() if one.url.endswith("/sinaq_orta") and one.network == "telegram"]
    served, here = serve(), country(tmp_path, profiles)
    here.look(served.proxy)
    monkeypatch.setattr("spiders.profiles.KEPT", timedelta(0))
    assert here.look(served.proxy).kept == 0
    assert served.asked["t.me/s/sinaq_orta"] == 2
    assert len(here.seen()) == 1


def test_retry_after_is_waited_for(visited: Visited) -> None:
    for name in ("/@sinaq-birdefe",):
        at = [moment for moment, address in visited.served.at if address == f"www.youtube.com{name}"]
        assert len(at) == 2
        assert at[1] - at[0] >= 1.0


@pytest.mark.parametrize("profile", apart(), ids=lambda one: one.url)
def test_a_service_that_limits_us_is_left_alone(tmp_path: Path, serve: Callable[..., Served], profile: Profile) -> None:
    """By everybody, for the rest of the run and by the next one, and none of its profiles is told to have no posts."""
    others = [one for one in labelled() if one.network == profile.network and one.does == "open"][:3]
    profiles = [profile, *others]
    served, here = serve(profiles), country(tmp_path, profiles)
    here.look(served.proxy)
    seen = here.seen()
    assert {one.reason for one in seen.values()} == {"rate_limited"}
    assert all(one.account is None and one.posts == () for one in seen.values())
    asked = [one for one in served.asked.elements() if "/" in one and not one.endswith(("/robots.txt", "CONNECT"))]
    assert len(asked) <= 2
    here.look(served.proxy, round_=here.again("summer"))
    assert [one for one in served.asked.elements() if "/" in one and not one.endswith("/robots.txt")] == asked


def test_what_meta_says_of_its_use_is_obeyed(tmp_path: Path, serve: Callable[..., Served]) -> None:
    profiles = [one for one in labelled() if one.network == "facebook" and one.truth.account == "open"]
    served, here = serve(meta_is_used_up=True), country(tmp_path, profiles)
    here.look(served.proxy)
    assert sum(count for address, count in served.asked.items() if "/v25.0/" in address) == 1
    assert {one.reason for one in here.seen().values()} == {"rate_limited"}


@dataclass(frozen=True)
class Straight:
    """A way that asks one address after another."""

    urls: tuple[str, ...]

    def next(self, captures: Sequence[Capture]) -> Ask | None:
        return Ask(self.urls[len(captures)]) if len(captures) < len(self.urls) else None

    def why_unseen(self, captures: Sequence[Capture]) -> str | None:
        return next((one.failure for one in captures if one.failure is not None), None)


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/x", "https://localhost/x", "http://169.254.169.254/latest", "ftp://t.me/x", "https://t.me:22/"],
)
def test_the_guard_lets_nothing_private_out(tmp_path: Path, serve: Callable[..., Served], url: str) -> None:
    served, here = serve(), country(tmp_path, labelled()[:1])
    errand = Errand("p0", "telegram", "https://t.me/x", Straight((url,)))
    manners = Manners(delay_s=0, timeout_s=5, proxy=served.proxy)
    look_at(here.round, [errand], here.database, here.archive, manners, Tokens({}), TODAY)
    assert [look.reason for look in here.database.looks()] == ["forbidden_redirect"]
    assert not served.asked


def test_without_a_proxy_a_name_that_leads_inside_is_not_connected_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = country(tmp_path, labelled()[:1])
    inside = (2, 1, 6, "", ("127.0.0.1", 0))
    monkeypatch.setattr("spiders.guard._getaddrinfo", lambda host: [inside])
    errand = Errand("p0", "telegram", "https://t.me/x", Straight(("https://t.me/s/x",)))
    look_at(here.round, [errand], here.database, here.archive, Manners(delay_s=0, timeout_s=5), Tokens({}), TODAY)
    assert [look.reason for look in here.database.looks()] == ["forbidden_redirect"]


def test_hosts_are_asked_at_a_beat(tmp_path: Path, serve: Callable[..., Served]) -> None:
    profiles = [one for one in labelled() if one.network == "telegram" and one.truth.account == "open"][1:4]
    served, here = serve(), country(tmp_path, profiles)
    here.look(served.proxy, manners=Manners(delay_s=0.4, timeout_s=10, proxy=served.proxy))
    at = [moment for moment, address in served.at if address.startswith("t.me/")]
    assert len(at) > 3
    assert min(b - a for a, b in pairwise(at)) >= 0.39


# -- evidence ----------------------------------------------------------------------------------------------------------


def test_pruning_keeps_a_file_that_a_newer_round_looked_into(tmp_path: Path, serve: Callable[..., Served]) -> None:
    profiles = [one for one in labelled() if one.network == "flickr" and one.truth.account == "open"][:2]
    served, here = serve(), country(tmp_path, profiles)
    here.look(served.proxy)
    middle, newest = here.again("summer"), here.again("autumn")
    here.look(served.proxy, round_=newest)
    least = Keep(full_rounds=1, light_rounds=1, full_days=0, light_days=0)
    far = datetime.now(UTC) + timedelta(days=1000)
    pruned = prune(here.database, here.archive, least, (), far, dry_run=False)
    staying = {fate.file for fate in pruned.fates if fate.stays}
    assert staying == {"spring/p0.profiles.warc.gz", "spring/p1.profiles.warc.gz"}
    assert {one.account for one in here.seen(newest).values()} == {"open"}
    last = here.again("winter")
    pruned = prune(here.database, here.archive, least, (), far, dry_run=False)
    assert not [fate for fate in pruned.fates if fate.stays]
    assert not here.seen(last)
    assert not here.seen(middle)


def test_a_cut_file_is_mended_and_a_broken_one_set_aside(tmp_path: Path, serve: Callable[..., Served]) -> None:
    profiles = [one for one in labelled() if one.url == "https://t.me/sinaq_nasaz"]  # unseen: asked again each time
    served, here = serve(), country(tmp_path, profiles)
    here.look(served.proxy)
    file = here.archive / "spring/p0.profiles.warc.gz"
    whole = file.read_bytes()
    file.write_bytes(whole + whole[:300])  # killed in the middle of a record
    here.look(served.proxy)
    assert file.read_bytes().startswith(whole)
    assert len(list(Evidence(file).captures())) > 2
    data = bytearray(file.read_bytes())
    data[len(whole) // 2] ^= 0xFF
    file.write_bytes(bytes(data))
    here.look(served.proxy)
    assert (here.archive / "spring/p0.profiles.warc.gz.damaged-1").exists()
    assert [one.reason for one in here.seen().values()] == ["http_5xx"]


_KILLED = """
import sys
from datetime import date
from pathlib import Path
sys.path.insert(0, {root!r})
from archive.database import open_database
from reading.method import load_method
from reading.profiles import errands
from spiders.manners import Manners
from spiders.profiles import look_at
from spiders.tokens import load_tokens
database = open_database({db!r})
round_ = database.round("spring")
tokens = load_tokens({environ!r})
to_do = errands(database.findings(round_), date.fromisoformat({today!r}), tokens.words, load_method())
manners = Manners(delay_s=0, timeout_s=10, proxy={proxy!r})
look_at(round_, to_do, database, Path({archive!r}), manners, tokens, date.fromisoformat({today!r}))
"""


def test_killed_in_the_middle_and_again(tmp_path: Path, serve: Callable[..., Served]) -> None:
    """What was seen stays seen, and in the end everything is."""
    profiles = [one for one in labelled() if one.network in ("telegram", "facebook", "flickr", "twitter")]
    served, here = serve(), country(tmp_path, profiles)
    program = _KILLED.format(
        root=str(ROOT), db=str(tmp_path / "saytmetr.db"), environ=ENVIRON, today=TODAY.isoformat(),
        proxy=served.proxy, archive=str(here.archive),
    )  # fmt: skip
    for kills in range(1, 4):
        before = len(here.database.looks())
        child = subprocess.Popen([sys.executable, "-c", program], env=os.environ.copy())
        while child.poll() is None and len(here.database.looks()) < before + 6:
            time.sleep(0.01)
        assert child.poll() is None or kills > 1
        child.send_signal(signal.SIGKILL)
        child.wait()
    here.look(served.proxy)
    seen = here.seen()
    assert len(seen) == len(profiles)
    for profile in profiles:
        assert (seen[profile.url].account, seen[profile.url].reason) == (profile.truth.account, profile.truth.reason)
    for path in here.archive.glob("*/*.warc.gz"):
        assert list(Evidence(path).captures())


# -- the command -------------------------------------------------------------------------------------------------------


def test_the_command_looks_reads_again_and_tells(tmp_path: Path, serve: Callable[..., Served]) -> None:
    from sampleweb.describe import world
    from sampleweb.networks.keeper import profiles_of_sites

    here = world()
    sites = [one for one in here.sites if one.social and one.fault is None][:3]
    served = serve(profiles_of_sites(here), today=here.as_of)
    kept = ["--round", "one", "--db", str(tmp_path / "s.db"), "--archive", str(tmp_path / "archive")]
    line = ["--proxy", served.proxy, "--delay", "0", "--as-of", here.as_of.isoformat()]
    ids = ",".join(one.id for one in sites)
    environ = {**os.environ, **ENVIRON}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "cli.py", *arguments], cwd=ROOT, env=environ, capture_output=True, text=True, check=True
        )

    run("crawl", *kept, *line, "--only", ids, "--sample", "--budget", "5")
    told = run("social", *kept, *line)
    assert told.stdout.startswith(f"round one, {here.as_of}: ")
    found = json.loads(run("findings", *kept[:4]).stdout)
    profiles = [one for authority in found["authorities"] for one in authority["social"]["profiles"]]
    assert len(profiles) == sum(len(one.social) for one in sites)
    assert {one["activity"] for one in profiles} <= {"active", "moderate", "weak", "stopped"}
    assert all(one["observed_on"] == here.as_of.isoformat() for one in profiles)
    for path, data in everything_written(tmp_path):
        assert not any(traces(data, secret) for secret in SECRETS), path
    refused = subprocess.run(
        [sys.executable, "cli.py", "social", *kept], cwd=ROOT, env=environ | {"SAYTMETR_CONTACT": ""}, check=False,
        capture_output=True, text=True,
    )  # fmt: skip
    assert refused.returncode == 2
    assert "--contact" in refused.stderr
