"""Is a site that its scripts build read as its visitor sees it, at a bounded cost, and does nothing get past the gate?

The whole line over real sockets: a proxy, the scripted wing of the sample web behind it, a browser without a network.
"""

import asyncio
import hashlib
import json
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from warcio.archiveiterator import ArchiveIterator

from archive.capture import Capture
from archive.database import PageRow, open_database
from archive.evidence import Evidence
from archive.known import known_addresses
from archive.leads import RENDER_WHY
from sampleweb.proxy import Guest, Request, running, send
from sampleweb.scripted.keeper import Truth, guests, truths
from sampleweb.site import Answer
from spiders.apart import BrowserApart
from spiders.browser import Browser, Deliver, Delivered, Document, Limits, Seen, Unlooked, Wanted, desktop, executable
from spiders.eyes import named_in

ROOT = Path(__file__).resolve().parents[1]
AS_OF = "2018-08-20"
needs_a_browser = pytest.mark.skipif(
    executable() is None, reason="there is no browser on this machine (make browser), or Playwright is not installed"
)


def id_of(host: str) -> str:
    return host.replace(".", "-")


@dataclass(frozen=True)
class Round:
    folder: Path
    findings: dict[str, dict[str, Any]]
    asked: Counter[str]  # addresses


class Made:
    """A host of a test: what it says by path, or a header by which it leads elsewhere."""

    def __init__(self, pages: Mapping[str, str | tuple[str, str]]) -> None:
        self._pages = pages

    def no_tunnel(self) -> str | None:
        return "connection_refused"

    async def reply(self, asked: Request, writer: asyncio.StreamWriter) -> bool:
        said = self._pages.get(asked.path)
        if isinstance(said, tuple):
            answer = Answer(302, (said,), b"")
        else:
            kind = ("Content-Type", "text/html; charset=utf-8")
            answer = Answer(404 if said is None else 200, (kind,), (said or "").encode())
        await send(writer, asked.method, answer)
        return True


class NotForPhones(Made):
    def __init__(self) -> None:
        super().__init__({"/": f"<h1>Sınaq RİH</h1><p>{'Rayon haqqında ümumi məlumat. ' * 20}</p>"})

    async def reply(self, asked: Request, writer: asyncio.StreamWriter) -> bool:
        if "mobile" not in (asked.headers.get("user-agent") or "").lower():
            return await super().reply(asked, writer)
        await send(writer, asked.method, Answer(500, (("Content-Type", "text/html"),), b"<h1>500</h1>"))
        return True


def crawled(
    folder: Path,
    *options: str,
    sites: Mapping[str, Guest] | None = None,
    beside: Mapping[str, Guest] | None = None,
    name: str = "scripted",
) -> Round:
    """A round of these sites; `beside` are hosts of theirs, and no authority's address."""
    folder.mkdir(exist_ok=True)
    hosts = [one.host for one in truths()] if sites is None else list(sites)
    entries = [{"id": id_of(host), "group": "local", "name": "Sınaq RİH", "site": f"http://{host}/"} for host in hosts]
    (folder / "agencies.yaml").write_text(yaml.safe_dump({"agencies": entries}, allow_unicode=True))
    asked: Counter[str] = Counter()
    kept = ["--round", name, "--db", str(folder / "round.db")]
    there = {**(sites or guests()), **(beside or {})}
    with running(watch=lambda host, path, _: asked.update([f"{host}{path}"]), guests=there) as proxy:
        told = ["--agencies", str(folder / "agencies.yaml"), "--as-of", AS_OF, "--archive", str(folder / "archive")]
        subprocess.run(
            [sys.executable, "cli.py", "crawl", *kept, *told, "--proxy", proxy, "--delay", "0", *options],
            cwd=ROOT,
            check=True,
        )
    found = subprocess.run(
        [sys.executable, "cli.py", "findings", *kept], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    )
    by_id = {authority["id"]: authority for authority in json.loads(found.stdout)["authorities"]}
    return Round(folder, by_id, asked)


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Round:
    return crawled(tmp_path_factory.mktemp("browser"), "--browser")


@pytest.fixture(scope="module")
def unseen(tmp_path_factory: pytest.TempPathFactory) -> Round:
    return crawled(tmp_path_factory.mktemp("no-browser"), "--no-browser")


def fact(found: dict[str, Any], name: str) -> dict[str, Any]:
    group, _, kind = name.partition(".")
    told: dict[str, Any] = found[group][kind] if kind else found[group]
    return told


def held(found: dict[str, Any], expected: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """What differs, by fact and field: (found, expected)."""
    wrong = {}
    for name, fields in expected.items():
        told = fact(found, name)
        for field, value in ({"state": fields} if isinstance(fields, str) else fields).items():
            got = told.get(field)
            if field == "profiles":
                got = sorted(profile["url"] for profile in got or ())
            value = sorted(value) if isinstance(value, tuple) else value
            if str(got) != str(value):
                wrong[f"{name}.{field}"] = (got, value)
    return wrong


@needs_a_browser
@pytest.mark.parametrize("truth", truths(), ids=lambda truth: truth.host)
def test_every_fact_of_a_scripted_site_is_right(seen: Round, truth: Truth) -> None:
    assert held(seen.findings[id_of(truth.host)], truth.browser) == {}, truth.why


@pytest.mark.parametrize("truth", truths(), ids=lambda truth: truth.host)
def test_without_a_browser_what_needs_one_is_unseen_and_never_absent(unseen: Round, truth: Truth) -> None:
    found = unseen.findings[id_of(truth.host)]
    assert held(found, truth.without) == {}, truth.why
    open_facts = [name for name, state in truth.without.items() if state == "unseen"]
    assert {fact(found, name)["reason"] for name in open_facts} <= {"needs_browser"}


# what a look keeps


def captures_of(done: Round, host: str) -> list[Capture]:
    with Evidence(done.folder / "archive" / "scripted" / f"{id_of(host)}.warc.gz") as evidence:
        return list(evidence.captures())


def rows_in(path: Path, purpose: str, name: str | None = None) -> list[PageRow]:
    database = open_database(path, create=False)
    round_ = database.round(name)
    return [row for visit in database.visits(round_) for row in database.pages(visit.id) if row.purpose == purpose]


@needs_a_browser
def test_what_a_browser_showed_lies_beside_what_was_sent_and_is_never_taken_for_it(seen: Round) -> None:
    host = "hash.scripted.az"
    kinds: dict[str, list[Any]] = {}
    with (seen.folder / "archive" / "scripted" / f"{id_of(host)}.warc.gz").open("rb") as file:
        for record in ArchiveIterator(file, check_digests="raise"):
            kinds.setdefault(record.rec_type, []).append((record.rec_headers, record.content_stream().read()))
    responses = {head.get_header("WARC-Record-ID"): head.get_header("WARC-Target-URI") for head, _ in kinds["response"]}
    shown = [(head, body) for head, body in kinds["conversion"] if head.get_header("Saytmetr-Purpose") == "rendered"]
    assert {head.get_header("WARC-Target-URI") for head, _ in shown} >= {f"http://{host}/", f"http://{host}/#/sura"}
    for head, body in shown:
        assert responses[head.get_header("WARC-Refers-To")] == f"http://{host}/"
        assert hashlib.sha256(body).hexdigest() == head.get_header("Saytmetr-Body-Sha256")
        assert head.get_header("Saytmetr-Browser").startswith("Chromium ")
        assert head.get_header("Saytmetr-View") == "desktop 1366x900@1"
        assert head.get_header("Saytmetr-Word") in RENDER_WHY
    assert {url for url in responses.values() if "/api/" in url} >= {f"http://{host}/api/menu.json"}
    quoted = fact(seen.findings[id_of(host)], "news")["evidence"][0]["sha256"]
    assert quoted in {head.get_header("Saytmetr-Body-Sha256") for head, _ in shown}


@needs_a_browser
def test_every_finding_can_be_walked_back_to_bytes(seen: Round) -> None:
    def cited(found: Any) -> Iterator[str]:
        if isinstance(found, dict):
            yield from (one["sha256"] for one in found.get("evidence", ()) if one["sha256"])
            found = list(found.values())
        if isinstance(found, list):
            for one in found:
                yield from cited(one)

    for one in truths():
        kept = {capture.sha256 for capture in captures_of(seen, one.host)}
        assert set(cited(seen.findings[id_of(one.host)])) <= kept


@needs_a_browser
def test_nothing_is_asked_twice_and_a_page_is_looked_at_once(seen: Round) -> None:
    for purpose in ("page", "phone", "asset", "data", "phone_view"):
        asked = Counter(row.url for row in rows_in(seen.folder / "round.db", purpose))
        assert {url: times for url, times in asked.items() if times > 1} == {}, purpose
    looks = [capture for one in truths() for capture in captures_of(seen, one.host) if capture.purpose == "rendered"]
    assert set(Counter((look.url, look.word) for look in looks).values()) == {1}


@needs_a_browser
def test_a_round_without_looks_asks_for_no_part_of_a_page(unseen: Round) -> None:
    assert not [address for address in unseen.asked if "/api/" in address or address.endswith(".js")]


# the gate


class Trap:
    """A server on this machine that nobody must reach, whatever it speaks; it notes all who come."""

    def __init__(self) -> None:
        self.came: list[bytes] = []
        self._tcp, self._udp = socket.socket(), socket.socket(type=socket.SOCK_DGRAM)
        for one in (self._tcp, self._udp):
            one.bind(("127.0.0.1", 0))
            one.settimeout(0.1)
        self._tcp.listen()
        self.port, self.udp_port = self._tcp.getsockname()[1], self._udp.getsockname()[1]
        self._is_over = False
        self._threads = [threading.Thread(target=self._hear), threading.Thread(target=self._hear_datagrams)]
        for thread in self._threads:
            thread.start()

    def _hear(self) -> None:
        while not self._is_over:
            with suppress(TimeoutError):
                line, _ = self._tcp.accept()
                line.settimeout(1)
                with suppress(TimeoutError, OSError):
                    self.came.append(b"tcp " + line.recv(200))
                line.close()

    def _hear_datagrams(self) -> None:
        while not self._is_over:
            with suppress(TimeoutError):
                self.came.append(b"udp " + self._udp.recv(200))

    def close(self) -> None:
        self._is_over = True
        for thread in self._threads:
            thread.join()
        self._tcp.close()
        self._udp.close()


@pytest.fixture
def trap() -> Iterator[Trap]:
    trap = Trap()
    yield trap
    trap.close()


ESCAPES = (Path(__file__).parent / "escapes.html").read_text("utf-8")


@needs_a_browser
def test_a_page_in_a_browser_reaches_nothing_but_the_site(trap: Trap, tmp_path: Path) -> None:
    page = ESCAPES.replace("PORT", str(trap.port)).replace("UDP", str(trap.udp_port))
    pages: dict[str, str | tuple[str, str]] = {
        "/": page,
        "/frame.html": f"<script>fetch('http://127.0.0.1:{trap.port}/in-frame').catch(() => 0)</script>",
        "/hop": ("Location", f"http://127.0.0.1:{trap.port}/hop"),
        "/sw.js": "self.onfetch = () => 0",
    }
    done = crawled(tmp_path / "round", "--browser", sites={"escape.scripted.az": Made(pages)})
    assert trap.came == []
    shown = [capture for capture in captures_of(done, "escape.scripted.az") if capture.purpose == "rendered"]
    assert [(capture.failure, capture.word) for capture in shown] == [(None, "shell"), (None, "script_menu")]
    body = shown[0].body.decode()
    assert "tried" in body
    assert "<title>?</title>" in body  # what got through would stand there
    assert {urlsplit(f"//{address}").hostname for address in done.asked} == {"escape.scripted.az"}


# limits of one page, and of the browser


def document(body: str, host: str = "a.gov.az") -> Document:
    html = f"<!doctype html><html><head><title>x</title></head><body>{body}</body></html>".encode()
    return Document(f"http://{host}/", Delivered(200, (("Content-Type", "text/html; charset=utf-8"),), html))


async def nothing(_: Wanted) -> None:
    return None


def looked(page: Document, limits: Limits | None = None, deliver: Deliver = nothing) -> Seen | Unlooked:
    """What becomes of one look; and the same browser shows an ordinary page afterwards."""

    async def both() -> Seen | Unlooked:
        async with Browser(limits) as browser:
            first: Seen | Unlooked
            try:
                first = await browser.look(page, deliver, desktop("test"))
            except Unlooked as failed:
                first = failed
            after = await browser.look(document("<p>the next page</p>"), nothing, desktop("test"))
            assert "the next page" in after.html
            return first

    return asyncio.run(both())


@needs_a_browser
@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<script>while (true) {}</script>", "browser_timeout"),
        ("<script>while (true) alert('x')</script>", "browser_timeout"),
        ("<script>for (let i = 0; i < 400; i++) document.write('<p>' + 'x'.repeat(1000))</script>", "too_large"),
    ],
)
def test_a_page_that_never_rests_is_named_and_the_next_one_is_shown(body: str, reason: str) -> None:
    failed = looked(document(body), Limits(page_s=2, settle_s=1, html_bytes=200_000))
    assert isinstance(failed, Unlooked)
    assert failed.reason == reason


@needs_a_browser
def test_a_page_that_asks_without_end_gets_so_much_and_no_more() -> None:
    asked: list[str] = []

    async def deliver(wanted: Wanted) -> Delivered:
        asked.append(wanted.url)
        return Delivered(200, (("Content-Type", "text/plain"),), b"again")

    body = "<p>hello</p><script>let n = 0; const ask = () => fetch('/' + n++).then(ask, () => 0); ask();</script>"
    seen = looked(document(body), Limits(sub_requests=10, settle_s=1), deliver)
    assert isinstance(seen, Seen)
    assert len(asked) == seen.sub_requests == 10


@needs_a_browser
def test_waiting_for_a_sites_turn_is_not_the_pages_own_time() -> None:
    async def deliver(_: Wanted) -> Delivered:
        await asyncio.sleep(2.5)
        return Delivered(200, (("Content-Type", "text/plain"),), b"late, and there")

    script = "fetch('/x').then(a => a.text()).then(t => { document.querySelector('p').textContent = t })"
    seen = looked(document(f"<p></p><script>{script}</script>"), Limits(page_s=2, settle_s=1), deliver)
    assert isinstance(seen, Seen)
    assert "late, and there" in seen.html


@needs_a_browser
def test_a_browser_that_dies_is_replaced_and_the_page_is_looked_at_once_more() -> None:
    async def run() -> tuple[str, str, Counter[str]]:
        async with Browser() as browser:
            left = 1  # times that it dies

            async def deliver(_: Wanted) -> Delivered | None:
                nonlocal left
                if left:
                    left -= 1
                    browser.kill()
                    await asyncio.sleep(0.2)
                return None

            page = document("<p>here</p><script>fetch('/x')</script>")
            once = await browser.look(page, deliver, desktop("test"))
            left = 5
            with pytest.raises(Unlooked) as again:
                await browser.look(page, deliver, desktop("test"))
            assert "after" in (await browser.look(document("<p>after</p>"), nothing, desktop("test"))).html
            return once.html, again.value.reason, browser.replaced

    html, reason, replaced = asyncio.run(run())
    assert "here" in html
    assert reason == "browser_crash"
    assert replaced["gone"] == 3


@needs_a_browser
def test_no_state_reaches_the_next_look() -> None:
    keep = "document.cookie='a=1'; localStorage.a = 1; document.title = document.cookie + localStorage.length"
    tell = "document.title = 'state:' + document.cookie + localStorage.length"

    async def run() -> list[str]:
        async with Browser() as browser:
            looks = [
                await browser.look(document(f"<script>{one}</script>"), nothing, desktop("t")) for one in (keep, tell)
            ]
            return [look.title for look in looks]

    assert asyncio.run(run()) == ["a=11", "state:0"]


@needs_a_browser
def test_an_old_browser_is_replaced_between_two_pages() -> None:
    async def run() -> Counter[str]:
        async with Browser(Limits(looks=2)) as browser:
            for _ in range(5):
                await browser.look(document("<p>page</p>"), nothing, desktop("t"))
            return browser.replaced

    assert asyncio.run(run()) == {"old": 2}


# a round that is busy with other sites


@needs_a_browser
def test_a_look_does_not_wait_for_the_rounds_own_loop() -> None:
    over = threading.Event()

    class Told(BrowserApart):
        def __init__(self) -> None:
            super().__init__()
            look = self._browser.look

            async def and_tell(*given: Any, **wishes: Any) -> Seen:
                try:
                    return await look(*given, **wishes)
                finally:
                    over.set()

            self._browser.look = and_tell  # type: ignore[method-assign]

    async def run() -> tuple[bool, Seen]:
        style = {"http://a.gov.az/a.css": Delivered(200, (("Content-Type", "text/css"),), b"p { color: rgb(1, 2, 3) }")}
        page = document('<link rel=stylesheet href="/a.css"><p>x</p>')
        colour = "() => getComputedStyle(document.querySelector('p')).color"
        async with Told() as browser:
            look = asyncio.ensure_future(browser.look(page, nothing, desktop("test"), at_hand=style, measure=colour))
            await asyncio.sleep(0)
            is_over = over.wait(60)  # this loop does not turn meanwhile
            return is_over, await look

    is_over, seen = asyncio.run(run())
    assert is_over
    assert seen.measured == "rgb(1, 2, 3)"
    assert seen.refused == ()


@needs_a_browser
def test_what_a_page_asks_its_site_for_is_asked_in_the_rounds_own_loop() -> None:
    asked_in: set[int] = set()

    async def deliver(_: Wanted) -> Delivered:
        asked_in.add(threading.get_ident())
        await asyncio.sleep(0)
        return Delivered(200, (("Content-Type", "text/plain"),), b"there")

    async def run() -> tuple[Seen, str]:
        async with BrowserApart(Limits(page_s=3, settle_s=1)) as browser:
            asking = "fetch('/x').then(a => a.text()).then(t => { document.querySelector('p').textContent = t })"
            seen = await browser.look(document(f"<p></p><script>{asking}</script>"), deliver, desktop("test"))
            with pytest.raises(Unlooked) as failed:
                await browser.look(document("<script>while (true) {}</script>"), deliver, desktop("test"))
            assert browser.is_free
            return seen, failed.value.reason

    seen, reason = asyncio.run(run())
    assert "there" in seen.html
    assert reason == "browser_timeout"
    assert asked_in == {threading.get_ident()}
    assert "browser" not in {thread.name for thread in threading.enumerate()}


@needs_a_browser
def test_the_phone_view_comes_before_pages_of_little_promise_and_whatever_they_cost(tmp_path: Path) -> None:
    menu = "".join(f'<li><a href="/page/{n}.html">Bələdiyyə {n}</a></li>' for n in range(30))
    home = (
        f'<link rel=stylesheet href="/a.css"><nav><ul>{menu}</ul></nav><p>{"Rayon haqqında ümumi məlumat. " * 20}</p>'
    )
    pages = {"/": home, "/a.css": "p {}"} | {
        f"/page/{n}.html": f"<h1>Bələdiyyə {n}</h1><p>Mətn {n}.</p>" for n in range(30)
    }
    crawled(tmp_path, "--browser", "--budget", "6", sites={"menu.gov.az": Made(pages)})
    database = open_database(tmp_path / "round.db", create=False)
    rows = [row for visit in database.visits(database.round(None)) for row in database.pages(visit.id)]
    asked = [row.purpose for row in rows if row.purpose in ("page", "asset")]
    assert asked.count("page") == 6
    assert asked.index("asset") < 3
    assert [row.failure for row in rows if row.purpose == "phone_view"] == [None]


@needs_a_browser
def test_a_script_that_sends_phones_elsewhere_makes_a_version_of_its_own(tmp_path: Path) -> None:
    text = f"<h1>Sınaq RİH</h1><p>{'Rayon haqqında ümumi məlumat. ' * 20}</p>"
    to = "'http://' + ['m', 'sinaq', 'az'].join('.') + '/'"
    sends = f"if (/iPhone|Android|Mobile/.test(navigator.userAgent)) location.replace({to})"
    home = Made({"/": f"<script src='/where.js'></script>{text}", "/where.js": sends})
    small = Made({"/": f"<meta name=viewport content='width=device-width'>{text}"})
    done = crawled(tmp_path, "--browser", sites={"sinaq.az": home}, beside={"m.sinaq.az": small})
    mobile = done.findings["sinaq-az"]["mobile"]
    assert (mobile["state"], mobile["verdict"]) == ("found", "separate")
    assert mobile["evidence"][0]["quote"] == "phone -> http://m.sinaq.az/"
    assert mobile["rendered"]["verdict"] == "good"  # of the page that a phone ends up on


MENU = (
    "<ul class=menu><li><a href=/>Ana səhifə</a></li><li><a href=/rayon>Rayon</a></li>"
    "<li><a href=/xeberler>Xəbərlər</a></li><li><a href=/ictimai-sura>İctimai Şura</a></li></ul>"
)
DRAWN = """
var news = [['18.08.2018', 'Kənd yolunun təmiri başa çatdırılıb'],
            ['11.08.2018', 'Məktəblər yeni dərs ilinə hazırlanır'],
            ['02.08.2018', 'Sakinlərin səyyar qəbulu keçirilib'], ['25.07.2018', 'Taxıl biçini yekunlaşmaq üzrədir']];
var seats = ['Əliyeva Nərgiz Kamil qızı – sədr', 'Quliyev Rəşad Tofiq oğlu – üzv', 'Həsənli Aygün Sabir qızı – üzv'];
var at = document.querySelector('[data-q]'), what = at && at.getAttribute('data-q');
if (what === 'n') at.innerHTML = news.map((x, i) => `<p>${x[0]} <a href="/x/${i}">${x[1]}</a></p>`).join('');
if (what === 's') at.innerHTML = '<p>Üzvlər:</p><ul>' + seats.map(x => `<li>${x}</li>`).join('') + '</ul>';
"""


@needs_a_browser
def test_where_a_page_answers_nothing_and_has_scripts_it_is_looked_at_whatever_its_boxes_are_called(
    tmp_path: Path,
) -> None:
    def page(body: str) -> str:
        return f"<title>Sınaq RİH</title><body>{MENU}{body}<script src=/q.js></script></body>"

    pages = {
        "/": page(f"<h1>Sınaq RİH</h1><p>{'Rayon haqqında ümumi məlumat. ' * 20}</p>"),
        "/xeberler": page("<h2>Xəbərlər</h2><div data-q=n></div>"),
        "/ictimai-sura": page("<h2>İctimai Şura</h2><div data-q=s></div>"),
        "/rayon": page("<h2>Rayon</h2><p>Rayonun tarixi qədimdir.</p>"),
        "/q.js": DRAWN,
    }
    done = crawled(tmp_path, "--browser", sites={"sinaq.az": Made(pages)})
    found = done.findings["sinaq-az"]
    assert (found["news"]["state"], found["news"]["last_date"]) == ("found", "2018-08-18")
    council = found["sections"]["public_council"]
    assert (council["fullness"], council["content"]) == ("full", ["members"])
    looked_at = {row.url for row in rows_in(tmp_path / "round.db", "rendered")}
    assert looked_at == {"http://sinaq.az/xeberler", "http://sinaq.az/ictimai-sura"}  # and not every page with scripts


@needs_a_browser
def test_entries_behind_routes_are_entries(tmp_path: Path) -> None:
    draw = """
    var news = [['18 avqust 2018', 'Kənd yolunun təmiri başa çatdırılıb'],
                ['16 avqust 2018', 'Məktəblər dərs ilinə hazırlanır'],
                ['6 avqust 2018', 'Sakinlərin səyyar qəbulu keçirilib'],
                ['29 iyul 2018', 'Taxıl biçini yekunlaşmaq üzrədir']];
    var post = (x, i) => `<article><h3><a href="#/xeber/${40 - i}">${x[1]}</a></h3><time>${x[0]}</time></article>`;
    var route = location.hash.slice(2), list = route === 'xeberler' ? news : news.slice(0, 2);
    var menu = '<nav><a href="#/">Ana səhifə</a> <a href="#/xeberler">Xəbərlər</a></nav>';
    var foot = '<p>' + 'Rayon haqqında ümumi məlumat. '.repeat(20) + '</p>';
    var main = '<main><h1>Xəbərlər</h1>' + list.map(post).join('') + '</main>';
    document.getElementById('app').innerHTML = menu + main + foot;
    """
    shell = "<title>Sınaq RİH</title><div id=app></div><script src=/app.js></script>"
    done = crawled(tmp_path, "--browser", sites={"sinaq.az": Made({"/": shell, "/app.js": draw})})
    news = done.findings["sinaq-az"]["news"]
    assert (news["state"], news["last_date"]) == ("found", "2018-08-18")


@needs_a_browser
def test_a_home_page_that_fails_for_phones_only_is_no_lack_of_a_browser(tmp_path: Path) -> None:
    done = crawled(tmp_path, "--browser", sites={"sinaq.az": NotForPhones()})
    rendered = done.findings["sinaq-az"]["mobile"]["rendered"]
    assert (rendered["state"], rendered["reason"]) == ("unseen", "http_5xx")


@needs_a_browser
def test_a_broken_off_visit_goes_on_without_looking_again(tmp_path: Path) -> None:
    """kill -9 in the middle of a round: what was looked at is not looked at, nor asked for, again."""
    host = "history.scripted.az"
    told = {"agencies": [{"id": id_of(host), "group": "local", "name": "Sınaq", "site": f"http://{host}/"}]}
    (tmp_path / "agencies.yaml").write_text(yaml.safe_dump(told, allow_unicode=True))
    asked: Counter[str] = Counter()
    with running(watch=lambda _, path, __: asked.update([path]), guests=guests()) as proxy:
        kept = ["--round", "r", "--db", str(tmp_path / "r.db"), "--archive", str(tmp_path / "archive"), "--browser"]
        options = ["--agencies", str(tmp_path / "agencies.yaml"), "--as-of", AS_OF, "--proxy", proxy, "--delay", "0"]
        first = subprocess.Popen([sys.executable, "cli.py", "crawl", *kept, *options], cwd=ROOT)
        until = time.monotonic() + 60
        while "/api/page/sura.json" not in asked and time.monotonic() < until:
            time.sleep(0.02)
        first.kill()
        first.wait()
        before = rows_in(tmp_path / "r.db", "rendered")
        subprocess.run([sys.executable, "cli.py", "crawl", *kept, *options, "--resume"], cwd=ROOT, check=True)
    looks = Counter(row.url for row in rows_in(tmp_path / "r.db", "rendered"))
    assert before
    assert len(looks) > len(before)
    assert set(looks.values()) == {1}
    assert asked["/static/app.js"] == asked["/api/menu.json"] == 1


@needs_a_browser
def test_a_light_pass_looks_only_at_what_was_read_in_a_browser_before(tmp_path: Path) -> None:
    sites = {host: guest for host, guest in guests().items() if host.startswith(("hash.", "history.", "cookie-wall."))}
    full = crawled(tmp_path, "--browser", sites=sites)
    light = crawled(tmp_path, "--browser", "--light", sites=sites, name="light")
    database = open_database(tmp_path / "round.db", create=False)
    round_ = database.round("scripted")
    known = {
        url: agency.id
        for agency in database.agencies(round_)
        for url in (agency.site, *known_addresses(database, round_, agency))
        if not agency.id.startswith("cookie")
    }
    assert {one.url for one in rows_in(tmp_path / "round.db", "rendered", "light")} == set(known)
    assert Counter(known.values())[id_of("hash.scripted.az")] >= 3  # the home page and two sections
    for agency_id, found in light.findings.items():
        assert fact(found, "news")["last_date"] == fact(full.findings[agency_id], "news")["last_date"]
        assert fact(found, "sections.public_council")["state"] == "found"


def test_what_a_page_names_is_known_before_it_is_shown() -> None:
    html = b"""<base href="/az/"><link rel=stylesheet href="a.css?v=1&amp;w=2"><link rel="icon" href="i.ico">
    <script src='//cdn.gov.az/x.js'></script><script type="application/ld+json" src="no.json"></script>
    <img src=/p.png><img loading="lazy" src=/late.png><img src="data:image/gif;base64,x">
    <script>let src = "n.js"</script>
    <link href="a.css?v=1&amp;w=2" rel="stylesheet"><script src="http://[bad"></script>"""
    named = list(named_in(html, "http://a.gov.az/index.html", images=True))
    assert named == [
        ("http://a.gov.az/az/a.css?v=1&w=2", "stylesheet"),
        ("http://cdn.gov.az/x.js", "script"),
        ("http://a.gov.az/p.png", "image"),
    ]
    assert [kind for _, kind in named_in(html, "http://a.gov.az/", images=False)] == ["stylesheet", "script"]
