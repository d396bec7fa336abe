"""Is everybody told of what they asked for, once, in their language, and never by a secret in the wrong place?"""

import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from archive.border import Unusable
from publishing.alerts import Alerts, Channel, NotWhole, Secret, deliver, load_alerts, take_in, texts
from publishing.outbox import MOST_ATTEMPTS, Busy, Outbox
from publishing.sender import NoAddress, address_from, by_apprise
from scoring.events import Event
from scoring.rhythm import EVENT_KINDS

HERE = Path(__file__).parent.parent
NOON = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)  # in Baku
SECRET = "SAYTMETR_ALERTS_TEST"
PROOF = {
    "url": "http://binegedi-ih.gov.az/news.html",
    "sha256": "0" * 64,
    "quote": "12 iyul\u202e 2026",
    "seen_at": "2026-11-19",
}


@dataclass(frozen=True)
class Round:
    name: str = "2026-11-20-0620-daily"
    partial: bool = False
    finished_at: datetime | None = NOON
    settings: dict[str, Any] = field(default_factory=dict)


def event(number: int = 1, **more: Any) -> Event:
    told: dict[str, Any] = {
        "id": f"{number:016x}",
        "kind": "news_stopped",
        "authority": "binagadi",
        "name": "Binəqədi",
        "what": "news",
        "since": date(2026, 7, 12),
        "noticed_on": date(2026, 11, 20),
        "look": "2026-11-20-0620-daily",
        "before": {"value": "running", "evidence": []},
        "after": {"value": "stopped", "evidence": [PROOF]},
        "sure": "high",
        "why": ("many_items", "confirmed"),
    }
    return Event(**(told | more))


def alerts(**more: Any) -> Alerts:
    told: dict[str, Any] = {"name": "editors", "address": Secret(env=SECRET), "language": "az"}
    return Alerts(timezone="Asia/Baku", max_age_days=7, channels=(Channel(**(told | more)),))


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    box = Outbox(tmp_path / "alerts.db")
    yield box
    box.close()


class Post:
    """A service that takes every message, or none, and remembers what it was handed."""

    def __init__(self, takes: bool = True) -> None:
        self.takes, self.got = takes, list[tuple[str, str]]()

    def __call__(self, address: str, title: str, body: str) -> bool:
        assert address == "the address"
        self.got.append((title, body))
        return self.takes


def delivered(outbox: Outbox, to: Alerts, post: Post, at: datetime = NOON) -> list[str]:
    before = len(post.got)
    deliver(outbox, to, post, {SECRET: "the address"}, lambda: at)
    return [title for title, _ in post.got[before:]]


def test_an_event_is_one_message_however_often_it_comes(outbox: Outbox) -> None:
    post = Post()
    for _ in range(3):
        take_in(outbox, alerts(), [event(1), event(2, name="Ağcabədi"), event(1)], Round(), NOON)
        delivered(outbox, alerts(), post)
    assert [title for title, _ in post.got] == ["Binəqədi: sayt yenilənmir", "Ağcabədi: sayt yenilənmir"]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "az",
            ["Əvvəl: yenilənir. İndi: yenilənmir.", "əminlik yüksəkdir", "Mənbə: http://binegedi-ih.gov.az/news.html"],
        ),
        (
            "en",
            ["It was: is updated. It is: is not updated.", "high certainty", "Since 2026-07-12; noticed on 2026-11-20"],
        ),
    ],
)
def test_a_message_says_what_since_when_and_where_it_can_be_seen(
    outbox: Outbox, language: str, words: list[str]
) -> None:
    post, to = Post(), alerts(language=language, board="https://example.org/board")
    take_in(outbox, to, [event()], Round(), NOON)
    delivered(outbox, to, post)
    body = post.got[0][1]
    for word in [*words, "https://example.org/board/", "2026-11-20-0620-daily", "12 iyul 2026"]:
        assert word in body
    assert "\u202e" not in body  # what turns the line around is a stranger's, and stays out


def test_the_sample_web_is_never_mistaken_for_the_country(outbox: Outbox) -> None:
    post = Post()
    take_in(outbox, alerts(), [event()], Round(settings={"sample": True}), NOON)
    assert delivered(outbox, alerts(), post) == ["[NÜMUNƏ ÜÇÜN UYDURULMUŞ SAYTLAR] Binəqədi: sayt yenilənmir"]


def test_every_kind_of_event_has_a_title_in_both_languages(outbox: Outbox) -> None:
    for language in ("az", "en"):
        to, post = alerts(language=language, name=language), Post()
        events = [
            event(number, kind=kind, what="sections.procurement" if "section" in kind else "nap-2016-2018 5.6")
            for number, kind in enumerate(EVENT_KINDS)
        ]
        take_in(outbox, to, events, Round(), NOON)
        assert len(set(delivered(outbox, to, post))) == len(EVENT_KINDS)
    assert set(texts("az").values) == set(texts("en").values)
    assert set(texts("az").facts) == set(texts("en").facts)


def test_a_cohort_names_its_members_and_its_parts_are_not_sent(outbox: Outbox) -> None:
    post, members = Post(), tuple(f"a{number}" for number in range(15))
    cohort = event(
        1, kind="cohort_stopped", authority=None, name="xx-ih.gov.az", members=members, why=("shared_platform",)
    )
    part = event(2, part_of=cohort.id)
    take_in(outbox, alerts(), [cohort, part], Round(), NOON, names={"a0": "Şəki"})
    assert len(delivered(outbox, alerts(), post)) == 1
    assert "Saytlar: Şəki, a1," in post.got[0][1]
    assert "və daha 3." in post.got[0][1]


@pytest.mark.parametrize(
    ("channel", "more", "how"),
    [
        ({"kinds": ("went_down",)}, {}, "not_asked"),
        ({"mute": ("binagadi",)}, {}, "muted"),
        ({}, {"noticed_on": date(2026, 11, 10)}, "old"),
        ({}, {"part_of": "another"}, "part_of_another"),
    ],
)
def test_what_nobody_asked_for_is_noted_and_never_sent(
    outbox: Outbox, channel: dict[str, Any], more: dict[str, Any], how: str
) -> None:
    post = Post()
    [taken] = take_in(outbox, alerts(**channel), [event(**more)], Round(), NOON)
    assert [entry.how for entry in taken.entries] == [how]
    take_in(outbox, alerts(), [event(**more)], Round(), NOON)  # asked for now: it is not news any more
    assert delivered(outbox, alerts(), post) == []


@pytest.mark.parametrize("round", [Round(partial=True), Round(finished_at=None)])
def test_nothing_is_told_of_a_round_that_is_not_whole(outbox: Outbox, round: Round) -> None:
    with pytest.raises(NotWhole, match=round.name):
        take_in(outbox, alerts(), [event()], round, NOON)
    assert outbox.messages() == []


def test_a_dry_run_says_all_and_keeps_nothing(outbox: Outbox) -> None:
    [taken] = take_in(outbox, alerts(), [event()], Round(), NOON, dry_run=True)
    assert [entry.title for entry in taken.entries] == ["Binəqədi: sayt yenilənmir"]
    assert outbox.messages() == []
    assert outbox.known("editors") == set()


def test_in_the_quiet_hours_messages_wait(outbox: Outbox) -> None:
    to, post = alerts(quiet="22-8"), Post()
    night = datetime(2026, 11, 20, 19, 30, tzinfo=UTC)  # half past eleven in Baku
    take_in(outbox, to, [event()], Round(), night)
    assert delivered(outbox, to, post, night) == []
    assert delivered(outbox, to, post, datetime(2026, 11, 21, 3, 59, tzinfo=UTC)) == []
    assert len(delivered(outbox, to, post, datetime(2026, 11, 21, 4, 0, tzinfo=UTC))) == 1


def test_what_failed_before_the_quiet_hours_is_not_tried_again_in_them(outbox: Outbox) -> None:
    to, post = alerts(quiet="22-8"), Post(takes=False)
    evening = datetime(2026, 11, 20, 17, 59, 30, tzinfo=UTC)
    take_in(outbox, to, [event()], Round(), evening)
    assert len(delivered(outbox, to, post, evening)) == 1
    assert delivered(outbox, to, post, evening + timedelta(hours=5)) == []
    assert len(delivered(outbox, to, post, evening + timedelta(hours=11))) == 1


def test_a_digest_is_one_message_a_day_with_what_came_before_its_hour(outbox: Outbox) -> None:
    to, post = alerts(digest_at="09:00", language="en"), Post()
    take_in(outbox, to, [event(1), event(2, name="Ağcabədi")], Round(), NOON)
    assert delivered(outbox, to, post, NOON) == []  # nine o'clock is over
    nine = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
    take_in(outbox, to, [event(3, noticed_on=date(2026, 11, 21))], Round(), nine + timedelta(minutes=1))
    assert delivered(outbox, to, post, nine + timedelta(minutes=2)) == [
        "2 events on the sites of state bodies, 2026-11-21"
    ]
    assert "Ağcabədi: the site stopped updating" in post.got[0][1]
    assert delivered(outbox, to, post, nine + timedelta(hours=5)) == []
    tomorrow = nine + timedelta(days=1)
    assert delivered(outbox, to, post, tomorrow) == ["1 event on the sites of state bodies, 2026-11-22"]


def test_a_service_that_fails_is_asked_again_at_growing_pauses_and_not_for_ever(outbox: Outbox) -> None:
    post, now = Post(takes=False), NOON
    take_in(outbox, alerts(), [event()], Round(), now)
    pauses = []
    while outbox.messages("waiting"):
        assert len(delivered(outbox, alerts(), post, now)) == 1
        message = outbox.messages()[0]
        assert delivered(outbox, alerts(), post, message.not_before - timedelta(seconds=1)) == []
        pauses.append(message.not_before - now)
        now = message.not_before
    assert pauses == sorted(pauses)
    assert pauses[0] < pauses[-1]
    assert len(post.got) == MOST_ATTEMPTS
    assert outbox.messages()[0].state == "given_up"


def test_a_service_that_comes_back_gets_its_message_once(outbox: Outbox) -> None:
    post = Post(takes=False)
    take_in(outbox, alerts(), [event()], Round(), NOON)
    delivered(outbox, alerts(), post)
    post.takes = True
    later = NOON + timedelta(hours=1)
    assert len(delivered(outbox, alerts(), post, later)) == 1
    assert delivered(outbox, alerts(), post, later + timedelta(days=1)) == []
    assert outbox.messages()[0].state == "sent"


def test_two_do_not_deliver_at_once(outbox: Outbox) -> None:
    with outbox.delivering(), pytest.raises(Busy):
        delivered(Outbox(outbox.path), alerts(), Post())


# -- secrets -----------------------------------------------------------------------------------------------------------


def test_a_file_that_others_may_read_is_refused_without_its_words(tmp_path: Path) -> None:
    file = tmp_path / "desk.url"
    file.write_text("tgram://123456:token/chat\n")
    file.chmod(0o644)
    with pytest.raises(NoAddress, match=f"chmod 600 {file}") as refused:
        address_from("desk", None, file, {})
    assert "token" not in str(refused.value)
    file.chmod(0o600)
    assert address_from("desk", None, file, {}) == "tgram://123456:token/chat"


def test_an_address_that_is_not_there_is_told_and_keeps_no_other_channel_waiting(outbox: Outbox) -> None:
    lost = Channel(name="lost", address=Secret(env="SAYTMETR_NOT_THERE"), language="en")
    to = Alerts(timezone="Asia/Baku", max_age_days=7, channels=(lost, *alerts().channels))
    take_in(outbox, to, [event()], Round(), NOON)
    done = deliver(outbox, to, Post(), {SECRET: "the address"}, lambda: NOON)
    assert [message.channel for message in done.sent] == ["editors"]
    assert done.troubles == (("lost", "alerts: channel lost: the environment has no SAYTMETR_NOT_THERE"),)
    assert done.waiting == 1


@pytest.mark.parametrize(
    "text",
    [
        "channels: [{name: a, address: {env: X, file: y}, language: az}]",
        "channels: [{name: a, address: {}, language: az}]",
        "channels: [{name: a, address: {url: 'tgram://x'}, language: az}]",
        "channels: [{name: a, address: {env: X}, language: fr}]",
        "channels: [{name: a, address: {env: X}, language: az, kinds: [news_stoped]}]",
        "channels: [{name: a, address: {env: X}, language: az, quiet: '22-25'}]",
        "channels: [{name: a, address: {env: X}, language: az}, {name: a, address: {env: Y}, language: az}]",
    ],
)
def test_a_wrong_file_is_refused_with_its_line(tmp_path: Path, text: str) -> None:
    file = tmp_path / "alerts.yaml"
    file.write_text(f"timezone: Asia/Baku\nmax_age_days: 7\n{text}\n")
    with pytest.raises(Unusable, match=r"alerts\.yaml:3: "):
        load_alerts(file)


def test_the_file_that_comes_with_the_program_is_in_order() -> None:
    assert load_alerts().channels == ()


# -- by way of Apprise, to a service on this machine -------------------------------------------------------------------


@contextmanager
def service(status: int = 200, hold_s: float = 0.0) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A webhook on loopback: its Apprise address, and what was posted to it."""
    got: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            time.sleep(hold_s)
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"json://127.0.0.1:{server.server_port}/secret-path", got
    finally:
        server.shutdown()
        server.server_close()


def test_apprise_carries_a_message_as_it_was_written(outbox: Outbox) -> None:
    take_in(outbox, alerts(), [event(name="Şəki_*<b>")], Round(), NOON)
    with service() as (address, got):
        done = deliver(outbox, alerts(), by_apprise, {SECRET: address}, lambda: NOON)
    assert len(done.sent) == 1
    assert [post["title"] for post in got] == ["Şəki_*<b>: sayt yenilənmir"]
    assert got[0]["message"].splitlines()[0].startswith("Başlanğıcı: 2026-07-12; 2026-11-20 tarixində görünüb")


def test_what_a_service_refuses_waits_and_its_address_stands_nowhere(
    outbox: Outbox, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    take_in(outbox, alerts(), [event()], Round(), NOON)
    with caplog.at_level(logging.DEBUG), service(status=500) as (address, got):
        done = deliver(outbox, alerts(), by_apprise, {SECRET: address}, lambda: NOON)
    assert len(got) == 1
    assert [message.channel for message in done.failed] == ["editors"]
    outbox.close()
    told = f"{done} {caplog.text} {capfd.readouterr()}"
    assert "secret-path" not in told
    assert b"secret-path" not in outbox.path.read_bytes()


def test_an_address_that_apprise_does_not_know_is_not_told(outbox: Outbox) -> None:
    take_in(outbox, alerts(), [event()], Round(), NOON)
    done = deliver(outbox, alerts(), by_apprise, {SECRET: "nothing://my-token"}, lambda: NOON)
    assert "my-token" not in str(done.troubles)
    assert done.troubles[0][0] == "editors"
    assert outbox.messages()[0].state == "waiting"


SENDER = """
import sys
from datetime import datetime
from pathlib import Path
from publishing.outbox import Outbox
from publishing.sender import by_apprise
from tests.test_alerts import NOON, SECRET, alerts
from publishing.alerts import deliver
deliver(Outbox(Path(sys.argv[1])), alerts(), by_apprise, {SECRET: sys.argv[2]}, lambda: NOON)
"""


def test_a_kill_between_sending_and_noting_repeats_once_and_says_so(outbox: Outbox) -> None:
    take_in(outbox, alerts(), [event()], Round(), NOON)
    with service(hold_s=20.0) as (address, got):  # it has the message, and its answer is still to come
        sender = subprocess.Popen([sys.executable, "-c", SENDER, str(outbox.path), address], cwd=HERE)
        while not got:
            assert sender.poll() is None
            time.sleep(0.02)
        os.kill(sender.pid, signal.SIGKILL)
        sender.wait()
    post = Post()
    assert len(delivered(outbox, alerts(), post)) == 1
    assert texts("az").repeat in post.got[0][1]
    number = post.got[0][1].split("Məktub ")[1][:12]
    assert f"Məktub {number}" in got[0]["message"]  # by which a receiver knows it for the same
    assert delivered(outbox, alerts(), post) == []
