"""What is pressed on a page, what becomes of what it showed, and what is said where nobody pressed?"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from archive.capture import Capture, Made
from archive.leads import HANDLE, Lead, pressed_at
from archive.registry import Agency
from reading.finding import Finding
from reading.guide import SiteGuide
from reading.lists import list_key
from reading.looking import Site
from reading.method import Method, load_method
from reading.page import Page
from reading.read import ask
from tests.saved_site import SEEN_AT

HOME = "http://rayon-ih.gov.az/"
AS_OF = date(2018, 8, 20)
SCRIPT = '<script src="/js/menu.js"></script>'
TEXT = "<p>Rayon icra hakimiyyətinin başçısı kənd sakinləri ilə görüşüb, onların müraciətlərini dinləyib.</p>"
# Where next to nothing leads on from a home page, its menu may wait for a script; here something does.
ONWARD = "<p>" + " ".join(f'<a href="/m{n}">Məlumat {n}</a>' for n in (1, 2, 3)) + "</p>"
BUYING = "<p>Malların, işlərin və xidmətlərin satın alınması tenderlə aparılır, qalibi komissiya seçir.</p>" * 2
MEMBERS = "".join(
    f"<li>{name}</li>"
    for name in ("Əliyev Ramin Sabir oğlu – sədr", "Məmmədova Lalə Vaqif qızı – üzv", "Hüseynov Tural Akif oğlu – üzv")
)
COUNCIL = f"<p>İctimai Şuranın üzvləri</p><ol>{MEMBERS}</ol>"
COUNCIL_AT = pressed_at(HOME, ["İctimai Şura"])


@cache
def method() -> Method:
    return load_method(Path(__file__).parent.parent / "methodology")


def sent(body: str, url: str = HOME, **told: object) -> Capture:
    """What a server answered."""
    found_on = None if url == HOME else HOME
    status = int(str(told.pop("status", 200)))
    html = f'<html lang="az"><head><title>Rayon</title></head><body>{body}{SCRIPT}</body></html>'
    return Capture(url, "page", SEEN_AT, status, (("Content-Type", "text/html"),), html.encode(), found_on=found_on)


def shown(body: str, url: str = HOME, pressed: Sequence[str] = ()) -> Capture:
    """What our browser showed, after something was pressed or before."""
    html = f'<html lang="az"><head><title>Rayon</title></head><body>{body}{SCRIPT}</body></html>'
    made = Made("Chromium", "desktop", "<urn:uuid:1>", pressed=tuple(pressed))
    head = (("Content-Type", "text/html; charset=utf-8"),)
    return Capture(url, "rendered", SEEN_AT, 200, head, html.encode(), found_on=HOME, word="press", made=made)


def appeared(label: str, inside: str, *more: str, url: str = HOME) -> Capture:
    """Only what appeared on a page after something was pressed there."""
    body = f"<main><h1>{(label, *more)[-1]}</h1>{inside}</main>"
    return shown(body, pressed_at(url, (label, *more)), (label, *more))


def menu(*entries: str) -> str:
    return f"<nav><ul>{''.join(f'<li>{entry}</li>' for entry in entries)}</ul></nav>"


def handle(number: int, label: str, more: str = "") -> str:
    return f'<span data-saytmetr-handle="{number}" {more}>{label}</span>'


def site_of(*captures: Capture) -> Site:
    return Site(HOME, captures, AS_OF, method())


def asked(fact: str, *captures: Capture) -> Finding:
    return ask(site_of(*captures), next(one for one in method().indicators if one.id == fact))


def guide_of(*seen: Capture) -> SiteGuide:
    guide = SiteGuide(Agency(id="sinaq", group="local", name="Sınaq", site=HOME), method(), AS_OF)
    for capture in seen:
        list(guide.see(capture))
    return guide


def links_of(capture: Capture) -> list[tuple[str, str, bool]]:
    return [(link.url, link.label, link.is_shown) for link in Page(capture).links]


# -- links -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "links"),
    [
        (f'<nav><span data-saytmetr-to="{HOME}sura">Şura</span></nav>', [(HOME + "sura", "Şura", False)]),
        (f'<td onclick="go(\'/x\')" data-saytmetr-to="{HOME}az/x.php">X</td>', [(HOME + "az/x.php", "X", False)]),
        (f'<a href="#" data-saytmetr-shown="{HOME}#/sura">Şura</a>', [(HOME + "#/sura", "Şura", True)]),
        (f'<li data-saytmetr-shown="{COUNCIL_AT}">Şura<ul><li>Üzvlər</li></ul></li>', [(COUNCIL_AT, "Şura", True)]),
        (f'<b aria-label="Axtarış" data-saytmetr-to="{HOME}q">⚲</b>', [(HOME + "q", "Axtarış", False)]),
        (
            f'<select><option>2018</option><option data-saytmetr-shown="{HOME}#!/~/2017">2017</option></select>',
            [(HOME + "#!/~/2017", "2017", True)],
        ),
        (f'<input type="button" value="Elan" data-saytmetr-to="{HOME}e">', [(HOME + "e", "Elan", False)]),
        (f'<span data-saytmetr-to="{HOME}sura#bir">Şura</span>', [(HOME + "sura", "Şura", False)]),
    ],
)
def test_what_was_pressed_is_a_link(body: str, links: list[tuple[str, str, bool]]) -> None:
    assert links_of(shown(f"<table><tr>{body}</tr></table>" if body.startswith("<td") else body)) == links
    assert not any(is_shown or "sura" in url for url, _, is_shown in links_of(sent(body)))


def test_the_zone_of_what_was_pressed_is_where_it_stands() -> None:
    page = Page(shown(menu(f'<span data-saytmetr-to="{HOME}a">A</span>') + f'<p data-saytmetr-to="{HOME}b">B</p>'))
    assert [(link.label, link.zone) for link in page.links] == [("A", "nav"), ("B", "body")]


# -- which pages are sent to a browser -------------------------------------------------------------------------------


def looks(page: Capture, *before: Capture) -> list[str | None]:
    return [lead.word for lead in guide_of(*before).see(page) if lead.purpose == "render" and lead.word != "phone"]


@pytest.mark.parametrize(
    ("body", "is_sent"),
    [
        pytest.param(menu("<span>Haqqımızda</span>", "<span>İctimai Şura</span>"), True, id="a name in the menu"),
        pytest.param('<table><tr><td onclick="go(3)">İctimai Şura</td></tr></table>', True, id="a cell that calls"),
        pytest.param('<a href="javascript:;" onclick="go(\'/sura\')">İctimai Şura</a>', True, id="a guessed address"),
        pytest.param(menu(*(f'<a href="#">Bölmə {n}</a>' for n in "ABC")), True, id="a menu of three"),
        pytest.param('<header><button class="burger">≡</button></header>', True, id="a hamburger over no menu"),
        pytest.param('<header><a href="#" onclick="dil(1)">EN</a></header>', True, id="a language"),
        pytest.param("<select><option>AZ</option><option>EN</option></select>", True, id="languages in a list"),
        pytest.param("<select><option>AZ</option><option>Bakı</option></select>", False, id="towns in a list"),
        pytest.param('<i class="lupa" tabindex="0" title="Axtarış">⌕</i>', True, id="a search that a key can reach"),
        pytest.param(menu('<a href="/sura">İctimai Şura</a>', '<a href="/x">X</a>'), False, id="addresses"),
        pytest.param(
            menu('<a href="/a">A</a>', '<a href="/b">B</a>', '<a href="/c">C</a>')
            + '<button class="navbar-toggler"></button>',
            False,
            id="a hamburger over a menu",
        ),
        pytest.param(
            menu(*(f'<a href="#">Bölmə {n}</a><ul><li><a href="/{n}">Alt {n}</a></li></ul>' for n in "ABC")),
            False,
            id="heads of drop-downs",
        ),
        pytest.param(
            menu('<a href="#">A+</a>', '<a href="#">Çap et</a>', '<a href="#">Daxil ol</a>'), False, id="tools"
        ),
        pytest.param("<p>İctimai Şura bu gün toplanıb.</p>", False, id="a sentence"),
    ],
)
def test_a_home_page_is_sent_where_something_wants_to_be_pressed(body: str, is_sent: bool) -> None:
    assert looks(sent(body + ONWARD + TEXT * 3)) == (["press"] if is_sent else [])


def test_a_home_page_with_scripts_from_which_nothing_leads_on_waits_for_its_menu() -> None:
    assert looks(sent('<iframe src="/ic/esas.html"></iframe>' + TEXT)) == ["script_menu"]
    assert asked("sections.procurement", sent(TEXT)).state == "unseen"


def test_without_scripts_nothing_can_be_pressed() -> None:
    bare = f"<html><body>{menu('<span>İctimai Şura</span>')}{TEXT * 3}</body></html>"
    page = Capture(HOME, "page", SEEN_AT, 200, (("Content-Type", "text/html"),), bare.encode())
    assert looks(page) == []


LINKED = menu('<a href="/satinalma">Satınalmalar</a>', '<a href="/sura">İctimai Şura</a>', '<a href="/elaqe">Əlaqə</a>')


@pytest.mark.parametrize(
    ("body", "is_sent"),
    [
        pytest.param('<span role="tab" data-u="/p/1">Elanlar</span>', True, id="a tab that is told an address"),
        pytest.param('<a data-toggle="tab" href="#t">Nəticə</a><div id="t"></div>', True, id="an empty panel"),
        pytest.param('<a data-toggle="tab" href="#t">Nəticə</a><div id="t">' + TEXT + "</div>", False, id="a full one"),
        pytest.param('<input type="button" value="Elanlar" onclick="go(\'elan\')">', True, id="an old button"),
        pytest.param('<a href="#" onclick="window.print()">Çap et</a>', False, id="print"),
        pytest.param('<div class="share"><a href="#" onclick="go(1)">Tvit</a></div>', False, id="share"),
    ],
)
def test_a_section_is_sent_where_a_script_brings_its_parts(body: str, is_sent: bool) -> None:
    page = sent(f"{LINKED}<h1>Satınalmalar</h1>{BUYING}{body}", HOME + "satinalma")
    assert ("press" in looks(page, sent(LINKED + TEXT * 3))) == is_sent


# -- what is pressed -------------------------------------------------------------------------------------------------


def test_on_a_home_page_names_come_first_and_languages_last() -> None:
    body = menu(
        handle(1, "EN"), handle(2, "Layihələr"), handle(3, "Struktur"), handle(4, "Satınalmalar"), handle(5, "Giriş")
    )
    body = f'<header><button data-saytmetr-handle="6" class="burger">≡</button></header>{body}'
    guide = guide_of(sent(body))
    assert guide.press(shown(body)) == [6, 4, 3, 2, 5, 1]
    assert guide.press(shown(f"{body}<h1>Tarix</h1>", HOME + "tarix")) == []  # each once on a site
    assert guide.press(shown(body)) == [6, 4, 3, 2, 5, 1]  # but the first look may have failed


@pytest.mark.parametrize(
    "label", ["Daxil ol", "Paylaş", "Səs ver", "Göndər", "Çap et", "Bağla", "A+", "›", "×", "1", "Razıyam", "Abunə ol"]
)
def test_what_is_never_pressed(label: str) -> None:
    body = menu(handle(1, label), handle(2, "Struktur"))
    assert guide_of(sent(body)).press(shown(body)) == [2]


def test_dots_of_a_carousel_are_no_pages() -> None:
    dots = f'<ul class="slick-dots"><li>{handle(1, "2")}</li><li>{handle(2, "3")}</li></ul>'
    news = "".join(f"<li><a href='/news/{n}'>Kənddə {n} görüş keçirilib</a> 1{n}.08.2018</li>" for n in range(4))
    page = f"<h1>Xəbərlər</h1><ul>{news}</ul>{dots}"
    home = sent(menu('<a href="/news">Xəbərlər</a>') + TEXT)
    assert guide_of(home).press(shown(page, HOME + "news")) == []


@pytest.mark.parametrize(("days", "pressed"), [(("18.08.2018", "17.08.2018", "11.08.2018"), [2, 3]), ((), [2, 3])])
def test_a_pager_is_turned_where_more_news_are_wanted(days: Sequence[str], pressed: list[int]) -> None:
    told = days or ("", "", "")
    news = "".join(f"<li><a href='/news/{n}'>Kənddə {n} görüş keçirilib</a> {day}</li>" for n, day in enumerate(told))
    pager = handle(1, "1") + handle(2, "2") + handle(3, "3")
    page = f"<h1>Xəbərlər</h1><ul>{news}</ul><p>{pager}</p>"
    guide = guide_of(sent(menu('<a href="/news">Xəbərlər</a>') + TEXT))
    assert guide.press(shown(page, HOME + "news")) == pressed
    again = pressed_at(HOME + "news", ["2"])
    assert guide.press(shown(page, again)) == []


def test_what_an_opened_menu_holds_is_pressed() -> None:
    body = f'<header><button data-saytmetr-handle="1" class="burger">≡</button></header>{TEXT}'
    guide = guide_of(sent(body))
    assert guide.press(shown(body)) == [1]
    opened = f"<nav><ul><li>{handle(2, 'Qurum')}</li><li>{handle(3, 'İctimai Şura')}</li></ul></nav>".encode()
    assert guide.press(replace(shown(body), body=opened)) == [3, 2]
    assert guide.press(replace(shown(body), body=opened)) == []


def test_years_and_months_of_the_window_are_chosen() -> None:
    options = "".join(
        f'<option data-saytmetr-handle="{at}">{label}</option>'
        for at, label in enumerate(("2018", "2017", "2011", "Avqust", "İyul", "Yanvar"), 1)
    )
    news = "".join(f"<li><a href='/news/{n}'>Kənddə {n} görüş keçirilib</a> 1{n}.08.2018</li>" for n in range(4))
    page = f"<h1>Xəbərlər</h1><select>{options}</select><ul>{news}</ul>"
    guide = guide_of(sent(menu('<a href="/news">Xəbərlər</a>') + TEXT))
    assert guide.press(shown(page, HOME + "news")) == [1, 4, 5]


def test_tabs_of_a_section_are_pressed_and_the_menu_of_the_site_is_not() -> None:
    frame = menu(handle(1, "Struktur"), '<a href="/sura">İctimai Şura</a>')
    page = f"{frame}<h1>İctimai Şura</h1>{handle(2, 'Üzvlər', 'role=tab')}{handle(3, 'Protokollar', 'role=tab')}"
    guide = guide_of(sent(frame + TEXT))
    assert guide.press(shown(page, HOME + "sura")) == [2, 3]


# -- what becomes of it ----------------------------------------------------------------------------------------------

PRESSED_HOME = shown(
    menu(f'<span data-saytmetr-shown="{COUNCIL_AT}">İctimai Şura</span>', f'<span data-saytmetr-to="{HOME}x">X</span>')
    + TEXT * 3
)


def test_what_was_shown_needs_no_lead_and_what_was_led_to_does() -> None:
    guide = guide_of(sent(menu("<span>İctimai Şura</span>", "<span>X</span>") + TEXT * 3))
    assert {lead.url for lead in guide.see(PRESSED_HOME)} == {HOME + "x"}
    inside = appeared("İctimai Şura", f'{COUNCIL}<a href="/sura/protokol">İclas protokolları</a>')
    assert [(lead.url, lead.promise) for lead in guide.see(inside)] == [(HOME + "sura/protokol", 80)]


def test_a_language_that_was_shown_needs_no_lead() -> None:
    at = pressed_at(HOME, ["EN"])
    home = shown(f'<header><b data-saytmetr-shown="{at}">EN</b></header>{TEXT * 3}')
    leads: list[Lead] = list(guide_of(sent(TEXT * 3)).see(home))
    assert [lead.url for lead in leads] == []


def test_a_section_shown_by_a_press_is_a_section_in_the_menu() -> None:
    found = asked("sections.public_council", sent(TEXT), PRESSED_HOME, appeared("İctimai Şura", COUNCIL)).as_json()
    told = {name: found[name] for name in ("state", "fullness", "placement", "label", "url")}
    assert told == {"state": "found", "fullness": "full", "placement": "menu", "label": "İctimai Şura", "url": HOME}
    assert COUNCIL_AT in {entry["url"] for entry in found["evidence"]}


def test_sections_hidden_in_the_home_page_are_no_frame_of_the_site() -> None:
    hidden = f'<div id="m" style="display:none">{COUNCIL}</div>'
    home = shown(menu(f'<b data-saytmetr-shown="{COUNCIL_AT}">İctimai Şura</b>') + TEXT + hidden)
    found = asked("sections.public_council", sent(TEXT), home, appeared("İctimai Şura", COUNCIL))
    assert (found.state, found.fields["fullness"]) == ("found", "full")


def test_an_address_that_only_a_script_makes_is_what_it_showed() -> None:
    home = shown(menu(f'<b data-saytmetr-shown="{HOME}sura">İctimai Şura</b>') + TEXT)
    view = shown(menu("<b>İctimai Şura</b>") + f"<main><h1>İctimai Şura</h1>{COUNCIL}</main>", HOME + "sura", ["Şura"])
    found = asked("sections.public_council", sent(TEXT), home, view, sent("Yoxdur", HOME + "sura", status=404))
    assert (found.state, found.fields["url"]) == ("found", HOME + "sura")


def test_an_appeal_whose_form_waits_hidden_in_the_home_page() -> None:
    form = '<form><input name="ad"><input name="email"><textarea name="m"></textarea></form>'
    at = pressed_at(HOME, ["Elektron müraciət"])
    home = shown(menu(f'<b data-saytmetr-shown="{at}">Elektron müraciət</b>') + TEXT + form)
    found = asked("sections.e_appeal", sent(TEXT), home, appeared("Elektron müraciət", form))
    assert (found.state, found.fields["fullness"]) == ("found", "full")


@pytest.mark.parametrize(
    ("captures", "reason"),
    [
        pytest.param([sent(menu("<span>İctimai Şura</span>") + TEXT)], "needs_browser", id="no browser looked"),
        pytest.param([sent(TEXT), shown(menu('<a href="#">İctimai Şura</a>') + TEXT)], "script", id="nothing came"),
        pytest.param(
            [sent(TEXT), shown(menu(f'<b data-saytmetr-to="{HOME}x">X</b>', "<b>İctimai Şura</b>") + TEXT)],
            "script",
            id="its like was pressed",
        ),
    ],
)
def test_what_nobody_pressed_is_never_absent(captures: list[Capture], reason: str) -> None:
    found = asked("sections.public_council", *captures)
    assert (found.state, found.reason) == ("unseen", reason)


@pytest.mark.parametrize(
    ("head", "state"),
    [
        pytest.param('<a data-saytmetr-shown="">Fəaliyyət</a>', "absent", id="opened"),
        pytest.param('<a href="#">Fəaliyyət</a>', "unseen", id="not opened"),
        pytest.param('<a href="#">Daxil ol</a>', "absent", id="never pressed"),
    ],
)
def test_what_an_unopened_menu_holds_is_never_absent(head: str, state: str) -> None:
    opened = menu('<a data-saytmetr-shown="">Qurum</a>', head) + TEXT + menu('<a href="/q">Qurumun tarixi</a>')
    assert asked("sections.public_council", sent(TEXT), shown(opened)).state == state


@pytest.mark.parametrize("fact", ["sections.public_council", "news"])
def test_what_was_to_be_pressed_and_could_not_be_is_never_absent(fact: str) -> None:
    cut_short = f"<p {HANDLE}='7'>Vətəndaş guşəsi</p>" + ONWARD + TEXT
    assert asked(fact, sent(ONWARD + TEXT), shown(cut_short)).state == "unseen"
    assert asked(fact, sent(cut_short)).state == "absent"  # no browser of ours wrote that
    language = f"<b {HANDLE}='7'>RU</b>" + ONWARD + TEXT
    assert asked(fact, sent(ONWARD + TEXT), shown(language)).state == "absent"


def test_a_stream_that_nobody_pressed_is_never_absent() -> None:
    assert asked("news", sent(menu('<a href="#">Xəbərlər</a>') + TEXT)).state == "unseen"
    assert asked("news", sent(menu('<a href="/a">Rayon</a>') + ONWARD + TEXT)).state == "absent"


def test_a_search_behind_an_icon() -> None:
    icon = '<button type="button" aria-label="Axtarış">⚲</button>'
    assert asked("search", sent(icon + TEXT)).state == "unseen"
    at = pressed_at(HOME, ["Axtarış"])
    home = shown(icon.replace("<button", f'<button data-saytmetr-shown="{at}"') + TEXT)
    box = appeared("Axtarış", '<form action="/axtar"><input name="q" type="search" placeholder="Axtar"></form>')
    assert asked("search", sent(TEXT), home, box).state == "found"
    assert asked("search", sent(ONWARD + TEXT)).state == "absent"


def test_a_language_shown_by_a_press_is_a_version() -> None:
    at = pressed_at(HOME + "az/", ["EN"])
    english = "<p>The head of the executive power met with the residents of the village and the farmers.</p>" * 3
    first = Capture(HOME, "page", SEEN_AT, 302, (("Location", HOME + "az/"),), b"")
    azeri = sent(TEXT * 3, HOME + "az/")
    home = shown(f'<header><b data-saytmetr-shown="{at}">EN</b></header>{TEXT * 3}', HOME + "az/")
    found = asked("languages", first, azeri, home, shown(english, at, ["EN"]))
    assert found.fields["codes"] == ["az", "en"]


def test_news_on_pressed_pages_of_a_list_count_once() -> None:
    def listed(first: int) -> str:
        days = [f"{day:02}.08.2018" for day in range(first, first - 4, -1)]
        return "<ul>" + "".join(f"<li><b>{d}</b> Kənddə {d[:2]} nömrəli görüş keçirilib</li>" for d in days) + "</ul>"

    news = pressed_at(HOME, ["Xəbərlər"])
    second = pressed_at(news, ["Xəbərlər", "2"])
    home = shown(menu(f'<b data-saytmetr-shown="{news}">Xəbərlər</b>') + TEXT)
    pager = f'<p><i data-saytmetr-shown="{second}">2</i></p>'
    one, two = appeared("Xəbərlər", listed(18) + pager), appeared("Xəbərlər", listed(15), "2", url=news)
    found = asked("news", sent(TEXT), home, one, two)
    assert (found.state, found.fields["url"], found.fields["last_date"]) == ("found", HOME, "2018-08-18")
    assert found.fields["items_seen"] == 7


def test_tabs_of_a_news_list_are_pressed_and_its_entries_are_not() -> None:
    def entries(*days: int) -> str:
        return "".join(f"<li><b>{day}.08.2018</b> Kənddə {day} nömrəli görüş keçirilib</li>" for day in days)

    tabs = handle(1, "Rayon", 'role=tab aria-selected="true"') + handle(2, "İdman", "role=tab")
    rows = entries(13, 12) + f"<li>11.08.2018 {handle(3, 'Görüş keçirilib')}</li>"
    home = sent(menu('<a href="/news">Xəbərlər</a>') + TEXT)
    guide = guide_of(home)
    assert guide.press(shown(f"<h1>Xəbərlər</h1>{tabs}<ul>{rows}</ul>", HOME + "news")) == [2]
    at = pressed_at(HOME + "news", ["İdman"])
    body = f'<h1>Xəbərlər</h1><b role="tab" data-saytmetr-shown="{at}">İdman</b><ul>{entries(13, 12, 11)}</ul>'
    view = appeared("İdman", f"<ul>{entries(18, 17, 13)}</ul>", url=HOME + "news")
    found = asked("news", home, sent("", HOME + "news"), shown(body, HOME + "news"), view)
    assert (found.fields["last_date"], found.fields["items_seen"]) == ("2018-08-18", 5)


@pytest.mark.parametrize(
    ("labels", "same"),
    [(["2"], True), (["Avqust 2018"], True), (["2018"], True), (["İyul"], True), (["›"], True), (["Üzvlər"], False)],
)
def test_pages_turned_by_pressing_are_one_list(labels: list[str], same: bool) -> None:
    at = HOME + "news?id=5"
    assert (list_key(pressed_at(at, labels)) == list_key(at)) == same
    view = pressed_at(HOME, ["Xəbərlər"])
    second = pressed_at(view, ["Xəbərlər", *labels])
    assert (list_key(second) == list_key(view)) == same
    assert (list_key(pressed_at(second, ["Xəbərlər", *labels, "3"])) == list_key(view)) == same
    way = pressed_at(HOME + "news", ["Menyu", "Xəbərlər", *labels])  # the address had changed before
    assert (list_key(way) == list_key(HOME + "news")) == same
