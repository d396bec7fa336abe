"""What does a page show in the browser when what has no address on it is pressed, and does nothing leave by it?"""

import asyncio
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
from lxml import html

from archive.capture import Capture, Made
from archive.evidence import Evidence
from archive.leads import HANDLE, LED_TO, SHOWN_AT, pressed_at, unpressed
from publishing.clean import address, shown, whole
from spiders.browser import Browser, Delivered, Document, Limits, Seen, Wanted, desktop, executable
from spiders.pressing import MAX_PRESSES

needs_a_browser = pytest.mark.skipif(
    executable() is None, reason="there is no browser on this machine (make browser), or Playwright is not installed"
)
HOME = "http://a.gov.az/"


class Visitor:
    """Presses what is called so, and remembers what was offered and what the page asked for."""

    def __init__(self, *names: str, files: dict[str, str] | None = None) -> None:
        self.names = names
        self.files = files or {}
        self.offered: list[list[str]] = []
        self.asked: list[str] = []

    async def choose(self, url: str, page: str) -> Sequence[int]:
        handles = {
            int(one.get(HANDLE, "0")): " ".join(one.text_content().split()) or one.get("aria-label", "")
            for one in html.document_fromstring(page).iter()
            if isinstance(one.tag, str) and one.get(HANDLE)
        }
        self.offered.append(list(handles.values()))
        return [number for name in self.names for number, label in handles.items() if label == name]

    async def deliver(self, wanted: Wanted) -> Delivered | str:
        self.asked.append(wanted.url)
        body = self.files.get(wanted.url.removeprefix(HOME.rstrip("/")))
        return (
            "not there"
            if body is None
            else Delivered(200, (("Content-Type", "text/html; charset=utf-8"),), body.encode())
        )

    def look(self, body: str, limits: Limits | None = None) -> Seen:
        page = f"<!doctype html><html><head><title>Sınaq RİH</title></head><body>{body}</body></html>".encode()
        document = Document(HOME, Delivered(200, (("Content-Type", "text/html; charset=utf-8"),), page))

        async def run() -> Seen:
            async with Browser(limits) as browser:
                return await browser.look(document, self.deliver, desktop("t"), press=self.choose)

        return asyncio.run(run())


def marks(page: str) -> dict[str, str]:
    """What is called so -> where pressing it led."""
    return {
        " ".join(one.text_content().split()): unescape(one.get(LED_TO) or f"shown {one.get(SHOWN_AT)}")
        for one in html.document_fromstring(page).iter()
        if isinstance(one.tag, str) and (one.get(LED_TO) or one.get(SHOWN_AT))
    }


@needs_a_browser
def test_an_address_that_a_script_makes_up_is_learnt_and_not_gone_to() -> None:
    visitor = Visitor("İctimai şura", "Xəbərlər", "Portal")
    seen = visitor.look(
        "<ul id=m><li data-p='sura'>İctimai şura</li><li onclick=\"location.assign('/xeberler?s=1')\">Xəbərlər</li>"
        "<li onclick=\"window.open('https://e-gov.az/')\">Portal</li></ul><script>"
        "m.onclick = event => { if (event.target.dataset.p) location.href = '/' + event.target.dataset.p }</script>"
    )
    assert marks(seen.html) == {
        "İctimai şura": "http://a.gov.az/sura",
        "Xəbərlər": "http://a.gov.az/xeberler?s=1",
        "Portal": "https://e-gov.az/",
    }
    assert seen.views == ()
    assert (seen.final_url, seen.sent_to) == (HOME, None)
    assert visitor.asked == []  # the visit asks for them, in its turn, or does not


@needs_a_browser
def test_what_a_route_shows_is_a_page_of_its_own() -> None:
    visitor = Visitor("Xəbərlər", "Əlaqə")
    seen = visitor.look(
        "<nav><a>Xəbərlər</a> <a>Əlaqə</a></nav><main>Xoş gəlmisiniz</main><script>"
        "document.querySelectorAll('a').forEach(one => one.addEventListener('click', () => {"
        "history.pushState({}, '', '/' + one.textContent.length);"
        "document.body.innerHTML = document.body.innerHTML;"  # the menu is drawn anew, and no listener is left
        "document.querySelector('main').textContent = 'Burada: ' + one.textContent; }))</script>"
    )
    assert [(view.url, view.labels) for view in seen.views] == [("http://a.gov.az/8", ("Xəbərlər",))]
    assert "Burada: Xəbərlər" in seen.views[0].html
    assert "Xoş gəlmisiniz" in seen.html
    assert marks(seen.html) == {"Xəbərlər": "shown http://a.gov.az/8"}


@needs_a_browser
def test_what_appears_under_the_same_address_is_kept_by_itself_and_a_clock_is_not_taken_for_it() -> None:
    visitor = Visitor(
        "İctimai şura", "Satınalmalar", "Üzvlər", files={"/uzv.html": "<p>Lalə Alxasova, şuranın sədri</p>"}
    )
    seen = visitor.look(
        "<p>Bu gün hava yaxşıdır.</p><div id=clock>00:00:00 saat</div><nav><span data-to='box'>İctimai şura</span>"
        "<span data-to='none'>Satınalmalar</span></nav><div id=box style='display:none'><h3>İctimai şura</h3>"
        "<button>Üzvlər</button><div id=who></div></div><script>"
        "setInterval(() => { clock.textContent = new Date().toISOString() + ' saat' }, 50);"
        "document.querySelectorAll('span').forEach(one => one.addEventListener('click', () => {"
        "if (one.dataset.to === 'box') box.style.display = 'block' }));"
        "document.querySelector('button').onclick = async () => {"
        "who.innerHTML = await (await fetch('/uzv.html')).text() }</script>"
    )
    council = pressed_at(HOME, ["İctimai şura"])
    assert [(view.url, view.labels) for view in seen.views] == [
        (council, ("İctimai şura",)),
        (pressed_at(council, ["İctimai şura", "Üzvlər"]), ("İctimai şura", "Üzvlər")),
    ]
    assert unpressed(council) == HOME
    assert "hava" not in seen.views[0].html
    assert "saat" not in seen.views[0].html
    assert "Lalə Alxasova" in seen.views[1].html
    assert marks(seen.html)["İctimai şura"] == f"shown {council}"
    assert "Satınalmalar" not in marks(seen.html)  # pressed, and nothing came of it
    assert HANDLE not in seen.html


@needs_a_browser
def test_a_menu_that_was_opened_is_part_of_the_page() -> None:
    visitor = Visitor("Menyu", "Vətəndaşlar üçün")
    seen = visitor.look(
        "<header><button aria-label=Menyu><i></i></button><div id=d></div></header><script>"
        "document.querySelector('button').addEventListener('click', () => {"
        "d.innerHTML = '<ul><li><b>Vətəndaşlar üçün</b></li><li><a href=/elaqe>Əlaqə</a></li></ul>';"
        "d.querySelector('b').onclick = event => event.target.insertAdjacentHTML('afterend',"
        "'<ul><li><a href=/sura>İctimai şura</a></li></ul>') })</script>"
    )
    assert seen.views == ()
    assert [re.findall(r"href=\"([^\"]+)", menu) for menu in re.findall(r"(?s)<nav>.*?</nav>", seen.html)] == [
        ["/elaqe"],
        ["/sura"],
    ]


@needs_a_browser
def test_a_language_that_a_script_keeps_is_seen_and_forgotten_again() -> None:
    visitor = Visitor("EN", "Haqqımızda")
    seen = visitor.look(
        "<a class=l>EN</a> <a class=h>Haqqımızda</a><p>Nazirlik haqqında məlumat</p><script>"
        "document.querySelector('.l').onclick = () => { localStorage.l = 'en'; location.reload() };"
        "document.querySelector('.h').onclick = () => document.body.append('Dil seçilib: ' + localStorage.l);"
        "if (localStorage.l) document.querySelector('p').textContent = 'About the ministry'</script>"
    )
    assert [view.labels for view in seen.views] == [("EN",)]
    assert "About the ministry" in seen.views[0].html
    assert "Nazirlik haqqında" in seen.html


@needs_a_browser
def test_what_has_an_address_or_stands_in_a_form_is_no_handle_and_what_is_hidden_only_by_its_name() -> None:
    visitor = Visitor()
    visitor.look(
        "<a href='/sura'>Şura</a><a href='#/xeber'>Xəbər</a>"
        "<form><input name=q><button type=button>Göndər</button></form>"
        "<button style='display:none'>Gizli</button><button style='display:none'>×</button>"
        "<button disabled>Bağlı</button><p>Mətn</p>"
        "<div onclick='1'>" + "Uzun mətn. " * 20 + "</div><a>Tək</a><a href='javascript:void(0)'>Boş</a>"
        f"<b {HANDLE}=7 {LED_TO}='http://b.az/'>Saxta</b>"
    )
    assert visitor.offered == [["Gizli", "Tək", "Boş"]]  # "Gizli" may stand in a menu that is closed


@needs_a_browser
def test_a_press_that_ends_the_page_loses_nothing_that_was_seen() -> None:
    visitor = Visitor("Xəbərlər", "Bağla", "Əlaqə")
    seen = visitor.look(
        "<p>Mətn</p><span onclick=\"location.href='/x'\">Xəbərlər</span>"
        "<span onclick=\"location.href='about:blank'\">Bağla</span><span onclick=\"location.href='/e'\">Əlaqə</span>"
    )
    assert "Mətn" in seen.html
    assert marks(seen.html) == {"Xəbərlər": "http://a.gov.az/x"}
    assert len(re.findall(rf"{HANDLE}=.\d.[^>]*>Əlaqə", seen.html)) == 1


@needs_a_browser
def test_an_address_that_cannot_be_read_ends_nothing() -> None:
    seen = Visitor("Xəbərlər").look("<a href='#%'>Üst</a><span onclick=\"location.href='/x'\">Xəbərlər</span>")
    assert marks(seen.html) == {"Xəbərlər": "http://a.gov.az/x"}


@needs_a_browser
def test_a_press_may_fetch_and_never_sends() -> None:
    visitor = Visitor(
        "Rəy", "Xəbər", files={"/x.html": "<p>Yeni məktəb açıldı</p>", "/vote": "<p>Səsiniz qeydə alındı</p>"}
    )
    seen = visitor.look(
        "<span onclick=\"load('/vote', 'POST')\">Rəy</span> <span onclick=\"load('/x.html', 'GET')\">Xəbər</span>"
        "<div id=b></div><script>const load = async (where, method) => {"
        "b.innerHTML = await (await fetch(where, {method})).text() }</script>"
    )
    assert visitor.asked == [HOME + "x.html"]
    assert [view.labels for view in seen.views] == [("Xəbər",)]
    assert seen.refused == (f"press that sends {HOME}vote",)


@needs_a_browser
def test_so_much_is_pressed_and_no_more() -> None:
    names = [f"Bölmə {number}" for number in range(MAX_PRESSES + 6)]
    visitor = Visitor(*names)
    seen = visitor.look("".join(f"<span onclick=\"location.href='/{name[6:]}'\">{name}</span> " for name in names))
    assert len(marks(seen.html)) == MAX_PRESSES
    assert seen.html.count(f"{HANDLE}=") == 6  # what these hold nobody knows


@needs_a_browser
def test_a_page_that_never_rests_when_pressed_gives_what_it_showed_before() -> None:
    visitor = Visitor("Dön", "Xəbərlər")
    seen = visitor.look(
        "<p>Mətn</p><button onclick='setInterval(() => { document.body.append(\"x\") }, 10)'>Dön</button>"
        "<button onclick=\"location.href='/x'\">Xəbərlər</button>",
        Limits(press_s=3.0, settle_s=4.0),
    )
    assert "Mətn" in seen.html
    assert marks(seen.html) == {}


def test_what_was_pressed_is_told_by_the_evidence(tmp_path: Path) -> None:
    made = Made("Chromium 1", "desktop 1x1@1", "<urn:uuid:1>", pressed=("İctimai şura", "Üzvlər"))
    headers = (("Content-Type", "text/html"),)
    url = pressed_at(HOME, made.pressed)
    shown = Capture(url, "rendered", datetime(2018, 8, 20, tzinfo=UTC), 200, headers, b"<p>1</p>", made=made)
    with Evidence(tmp_path / "a.warc.gz") as evidence:
        stored = evidence.append(shown, b"")
        assert evidence.read(stored.offset).made == made


@needs_a_browser
def test_a_language_that_a_cookie_tells_the_server_is_asked_for_once() -> None:
    visitor = Visitor("RU", files={"/": "<p>О министерстве и его работе</p>"})
    seen = visitor.look(
        "<select onchange=\"document.cookie = 'dil=' + this.value; location.reload()\"><option value=az>AZ</option>"
        "<option value=ru>RU</option></select><p>Nazirlik haqqında məlumat</p>"
    )
    assert visitor.asked == [HOME]
    assert [view.labels for view in seen.views] == [("RU",)]
    assert "О министерстве" in seen.views[0].html
    assert "Nazirlik haqqında" in seen.html


def test_a_reader_is_told_what_to_press_and_where() -> None:
    panel = pressed_at(HOME, ["İctimai şura", "E-xidmət"])
    assert shown(panel) == "a.gov.az › İctimai şura › E-xidmət"
    assert whole(panel) == "http://a.gov.az/ › İctimai şura › E-xidmət"
    assert address(panel) == HOME
    assert unpressed(pressed_at(f"{HOME}#/xeber", ["2"])) == f"{HOME}#/xeber"
    assert (shown(f"{HOME}~b/?q=~/#x"), unpressed(f"{HOME}~/")) == ("a.gov.az/~b/?q=~/#x", f"{HOME}~/")
