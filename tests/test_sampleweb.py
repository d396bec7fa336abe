"""Does the sample web show what its descriptions say, over a real socket, and always the same?"""

from __future__ import annotations

import gzip
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

import httpx
import pytest
import yaml
from lxml import html

from archive.border import Unusable
from sampleweb.describe import Description, load_world, world
from sampleweb.proxy import Request, Web, running
from sampleweb.site import Site, news_days
from sampleweb.truth import truth_of, write

REGISTRY = Path(__file__).parent.parent / "agencies.yaml"
WORKING = [site for site in world().sites if site.fault is None]
SAMPLE = re.compile("sınaq nümunəsidir|This is a sample|Это образец")
PHONE = {"user-agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 11_0 like Mac OS X) Mobile"}


def site_of(agency_id: str) -> Description:
    return next(site for site in world().sites if site.id == agency_id)


@pytest.fixture(scope="module")
def proxy() -> Iterator[str]:
    with running() as address:
        yield address


@pytest.fixture(scope="module")
def client(proxy: str) -> Iterator[httpx.Client]:
    with httpx.Client(proxy=proxy, verify=False, follow_redirects=True, timeout=20) as opened:
        yield opened


@pytest.fixture(scope="module")
def web() -> Web:
    return Web(world())


def shown(web: Web, url: str) -> str:
    parts = urlsplit(url)
    asked = Request("GET", parts.scheme == "https", parts.netloc, parts.path or "/", parts.query, {})
    return web.answer(asked).body.decode()


def test_all_authorities_are_described_once() -> None:
    assert len(world().sites) + len(world().without_site) == 103
    assert len([site for site in world().sites if site.group == "central"]) == 23
    assert {one.id for one in world().without_site} == {"kapaz", "nizami-ganja"}
    assert [site.id for site in world().sites if site.fault] == ["khankendi"]
    assert len({site.family for site in world().sites}) == 7


@pytest.mark.skipif(not REGISTRY.exists(), reason="the registry file is not there")
def test_the_descriptions_agree_with_the_registry() -> None:
    agencies = yaml.safe_load(REGISTRY.read_text(encoding="utf-8"))["agencies"]
    registered = {one["id"]: (one["group"], _host(one["site"])) for one in agencies}
    described = {one.id: (one.group, _host(one.url)) for one in world().sites}
    described |= {one.id: (one.group, None) for one in world().without_site}
    assert registered == described


def _host(url: str | None) -> str | None:
    return urlsplit(url).netloc.removeprefix("www.") if url else None


def test_a_wrong_description_is_refused(tmp_path: Path) -> None:
    bad = tmp_path / "sites.yaml"
    bad.write_text("as_of: 2018-08-20\nsites: []\nwithout_site: []\nwithout: []\n", encoding="utf-8")
    with pytest.raises(Unusable, match="without"):
        load_world(bad)
    bad.write_text("as_of: 2018-08-20\nas_of: 2018-08-21\nsites: []\nwithout_site: []\n", encoding="utf-8")
    with pytest.raises(Unusable, match="as_of"):
        load_world(bad)


def test_every_working_home_page_answers_and_says_it_is_a_sample(client: httpx.Client) -> None:
    for site in WORKING:
        answer = client.get(site.url)
        assert answer.status_code == 200, site.id
        assert "saytmetr" in answer.text, site.id
        assert str(answer.url) == truth_of(world(), site.id)["site"]["final_url"]


def test_the_silent_host_breaks_off_and_an_unknown_one_is_not_found(client: httpx.Client) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        client.get(site_of("khankendi").url)
    assert client.get("http://no-such-host.gov.az/").headers["proxy-status"] == "sampleweb; error=dns_error"


def test_https_is_served_with_a_certificate_that_does_not_verify(proxy: str, client: httpx.Client) -> None:
    assert client.get("https://www.stat.gov.az/").status_code == 200
    with httpx.Client(proxy=proxy) as strict, pytest.raises(httpx.ConnectError, match=r"(?i)certificate"):
        strict.get("https://www.stat.gov.az/")


def test_compression_validators_and_robots(client: httpx.Client) -> None:
    url = site_of("binagadi").url
    plain = client.get(url, headers={"accept-encoding": "identity"})
    packed = client.get(url, headers={"accept-encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.text == plain.text
    again = client.get(url, headers={"if-none-match": plain.headers["etag"]})
    assert again.status_code == 304
    assert "disallow" in client.get(urljoin(url, "/robots.txt")).text.lower()


def test_a_phone_is_sent_to_the_separate_site(client: httpx.Client) -> None:
    separate = [site for site in WORKING if site.mobile == "separate"]
    assert separate
    for site in separate:
        answer = client.get(site.url, headers=PHONE)
        assert answer.url.host == f"m.{site.bare_host}"
        assert "width=device-width" not in client.get(site.url).text
    assert "width=device-width" in client.get(site_of("binagadi").url).text


@pytest.mark.parametrize("agency_id", ["binagadi", "khatai", "justice-ministry", "ecology-ministry", "lerik"])
def test_every_linked_page_answers_and_says_it_is_a_sample(web: Web, agency_id: str) -> None:
    site = site_of(agency_id)
    root = truth_of(world(), agency_id)["site"]["final_url"]
    seen, waiting = {root}, [root]
    while waiting:
        url = waiting.pop()
        parts = urlsplit(url)
        asked = Request("GET", parts.scheme == "https", parts.netloc, parts.path, parts.query, {})
        answer = web.answer(asked)
        assert answer.status == 200, url
        text = answer.body.decode(site.charset)
        assert SAMPLE.search(text), url
        for href in html.fromstring(text).xpath("//a/@href"):
            found = urljoin(url, str(href)).split("#")[0]
            if urlsplit(found).netloc == parts.netloc and found not in seen:
                seen.add(found)
                waiting.append(found)
    assert len(seen) > 20


def test_the_same_bytes_every_time() -> None:
    for agency_id in ("sheki", "justice-ministry", "taxes-ministry"):
        one, other = (Site(site_of(agency_id), world().as_of) for _ in range(2))
        for path in ("/", one.list_address("az", 1), one.items[3].href):
            where, _, query = path.partition("?")
            headers = {"accept-encoding": "gzip"}
            assert one.answer(where, query, headers) == other.answer(where, query, headers)


def test_the_news_lists_print_every_item_and_no_later_day() -> None:
    for site in WORKING:
        built = Site(site, world().as_of)
        days = news_days(site)
        assert len(built.items) == len(days) + bool(site.news and site.news.pinned)
        assert len({item.title for item in built.items}) == len(built.items), site.id
        assert max(days) <= world().as_of
        printed, number = 0, 1
        while True:
            where, _, query = built.list_address("az", number).partition("?")
            page = html.fromstring(built.answer(where, query, {}).body)
            printed += len({e for e in page.xpath("//a/@href") if e in {item.href for item in built.items}})
            if number * built.family.per_page >= len(built.items):
                break
            number += 1
        assert printed >= len(built.items), site.id


def test_search_finds_what_only_search_leads_to(web: Web) -> None:
    for agency_id, word in (("sheki", "şura"), ("sabunchu", "İCTİMAİ ŞURA"), ("education-ministry", "satınalmalar")):
        site = site_of(agency_id)
        built = Site(site, world().as_of)
        hidden = next(s for s in site.sections.values() if s.placement == "search_only")
        root = truth_of(world(), agency_id)["site"]["final_url"]
        action = urljoin(root, built._at("search", "az", word=quote(word)))
        assert built.section_address(hidden) in shown(web, action)
        assert built.section_address(hidden) not in shown(web, root)
        assert "Heç bir nəticə" in shown(web, urljoin(root, built._at("search", "az", word="qwxzy")))


def test_a_missing_page_is_said_softly_on_some_sites(client: httpx.Client) -> None:
    soft = next(site for site in WORKING if site.soft_404)
    hard = next(site for site in WORKING if not site.soft_404)
    assert client.get(urljoin(soft.url, "/yoxdur-bele.html")).status_code == 200
    assert client.get(urljoin(hard.url, "/yoxdur-bele.html")).status_code == 404


def test_old_letters_are_served_as_declared(client: httpx.Client) -> None:
    answer = client.get(site_of("taxes-ministry").url)
    assert "windows-1254" in answer.headers["content-type"]
    assert b"&#601;" in answer.content
    assert "Nazirliyi" in answer.content.decode("windows-1254")


def test_the_postponed_council_is_a_pdf(client: httpx.Client) -> None:
    section = site_of("energy-ministry").sections["public_council"]
    answer = client.get(urljoin(site_of("energy-ministry").url, section.path or ""))
    assert answer.content.startswith(b"%PDF-")


def test_truth_of_a_few_authorities() -> None:
    binagadi = truth_of(world(), "binagadi")
    council = binagadi["sections"]["public_council"]
    assert (council["state"], council["fullness"], council["items"]) == ("found", "full", 7)
    assert council["last_date"] == "2018-08-05"
    assert council["url"].endswith("/page/144.html")
    assert truth_of(world(), "nizami-baku")["sections"]["procurement"]["last_date"] == "2018-05-05"
    assert truth_of(world(), "nasimi")["sections"]["public_council"]["fullness"] == "empty"
    assert truth_of(world(), "sabunchu")["sections"]["public_council"]["placement"] == "search_only"
    assert truth_of(world(), "ganja")["news"]["last_date"] == "2018-07-02"
    assert truth_of(world(), "ganja")["news"]["status"] == "stopped"
    assert truth_of(world(), "baku")["sections"]["e_services"] == {"state": "absent"}
    assert truth_of(world(), "khankendi")["site"]["state"] == "down"
    assert truth_of(world(), "kapaz")["site"] == {"state": "unseen", "reason": "no_site"}


def test_truths_are_written_for_all(tmp_path: Path) -> None:
    assert write(world(), tmp_path) == 103
    assert len(list(tmp_path.glob("*/truth.yaml"))) == 103


def test_nothing_listens_outside_loopback(proxy: str) -> None:
    port = urlsplit(proxy).port
    assert port is not None
    with socket.create_connection(("127.0.0.1", port), timeout=5) as conn:
        assert conn.getpeername()[0] == "127.0.0.1"


def test_gzip_bodies_carry_no_time() -> None:
    built = Site(site_of("sheki"), world().as_of)
    body = built.answer("/", "", {"accept-encoding": "gzip"}).body
    assert body[4:8] == b"\0\0\0\0"
    assert SAMPLE.search(gzip.decompress(body).decode())


def test_what_is_not_http_is_hung_up_on(proxy: str) -> None:
    port = urlsplit(proxy).port
    assert port is not None
    with socket.create_connection(("127.0.0.1", port), timeout=5) as conn:
        conn.sendall(b"salam\r\n\r\n")
        assert conn.recv(100) == b""


def test_a_host_may_be_made_to_fail() -> None:
    broken = world().model_copy(
        update={"sites": tuple(site.model_copy(update={"fault": "reset"}) for site in world().sites[:1])}
    )
    with running(broken) as address, httpx.Client(proxy=address) as client, pytest.raises(httpx.ReadError):
        client.get(world().sites[0].url)
