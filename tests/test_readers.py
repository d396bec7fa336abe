"""Do the readers read what a person reads?

First the saved cases (tests/cases/<fact>/<case>/, each with the page and the right answer; those of the news stream
are in test_news.py), then tables of the small forms in which one thing is written.
"""

from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from archive.evidence import Capture
from archive.registry import Agency
from reading.finding import Finding
from reading.guide import guides
from reading.languages import switch_to, version_of
from reading.looking import Site
from reading.method import Method, load_method
from reading.mobile import is_responsive
from reading.page import Page
from reading.read import ask
from reading.search import boxes_on, word_to_try
from reading.social import profile_of
from tests.saved_site import SEEN_AT, saved_site

TESTS = Path(__file__).parent
CASES = sorted(path.parent for path in (TESTS / "cases").glob("*/*/case.yaml") if path.parts[-3] != "news")
HOME = "http://rayon-ih.gov.az/"


@cache
def method() -> Method:
    return load_method(TESTS.parent / "methodology")


def asked(site: Site, fact: str) -> Finding:
    return ask(site, next(indicator for indicator in method().indicators if indicator.id == fact))


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: f"{folder.parent.name}: {folder.name}")
def test_saved_case(folder: Path) -> None:
    site, case = saved_site(folder, method())
    found = asked(site, case["fact"]).as_json()
    assert {name: _plain(found.get(name)) for name in case["expect"]} == case["expect"], case["why"]
    quotes = " | ".join(str(entry["quote"]) for entry in found["evidence"])
    for words in case.get("evidence", ()):
        assert words in quotes
    for entry in found["evidence"]:
        assert entry["seen_at"]


def _plain(value: Any) -> Any:
    return yaml.safe_load(yaml.safe_dump(value))


# -- one look at one address ---------------------------------------------------------------------------------------

TEXT = "Rayon icra hakimiyyətinin başçısı kənd sakinləri ilə görüşüb, onların müraciətlərini dinləyib. "
LINKS = "".join(f'<a href="/page/{n}.html">Bölmə {n}</a> ' for n in range(8))


def page_of(body: str, head: str = "", url: str = HOME, **told: Any) -> Capture:
    return answer(f"<html><head>{head}</head><body>{body}</body></html>", url=url, **told)


def answer(
    body: str | bytes = b"",
    *,
    url: str = HOME,
    status: int | None = 200,
    kind: str | None = "text/html; charset=utf-8",
    headers: Iterable[tuple[str, str]] = (),
    found_on: str | None = None,
    **told: Any,
) -> Capture:
    given = ((("Content-Type", kind),) if kind else ()) + tuple(headers)
    sent = body.encode() if isinstance(body, str) else body
    return Capture(url, told.pop("purpose", "page"), SEEN_AT, status, given, sent, found_on=found_on, **told)


def sent_on(to: str, url: str = HOME, status: int = 302, **told: Any) -> Capture:
    return answer(url=url, status=status, headers=[("Location", to)], **told)


def silence(failure: str, url: str = HOME, **told: Any) -> Capture:
    return answer(url=url, status=None, kind=None, failure=failure, **told)


def site_of(*captures: Capture, url: str | None = HOME, name: str = "", also: Iterable[str] = ()) -> Site:
    return Site(url, captures, date(2018, 8, 20), method(), name=name, also=also)


WORKING = page_of(f"<h1>Nümunə Rayon İcra Hakimiyyəti</h1><nav>{LINKS}</nav><p>{TEXT * 3}</p>", "<title>Nümunə</title>")

# -- mobile --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("viewport", "responsive"),
    [
        pytest.param("width=device-width, initial-scale=1", True, id="the usual"),
        pytest.param("width=device-width", True, id="width alone"),
        pytest.param("initial-scale=1", True, id="scale alone"),
        pytest.param("initial-scale=1.0, maximum-scale=1", True, id="scale alone, with a point"),
        pytest.param("width=device-width; initial-scale=1.0; user-scalable=no;", True, id="semicolons"),
        pytest.param("width=device-width initial-scale=1", True, id="spaces only"),
        pytest.param("WIDTH=DEVICE-WIDTH, INITIAL-SCALE=1", True, id="upper case"),
        pytest.param(" width = device-width , initial-scale = 1 ", True, id="spaces round the signs"),
        pytest.param("width='device-width'", True, id="quotes inside"),
        pytest.param("width=device-width, user-scalable=no", True, id="with user-scalable"),
        pytest.param("initial-scale=2", True, id="scale over one"),
        pytest.param("width=device-width, initial-scale=0.5", False, id="scale under one beside the device's width"),
        pytest.param("initial-scale=.5", False, id="scale under one, no zero"),
        pytest.param("width=1024", False, id="fixed width"),
        pytest.param("width=1024px", False, id="fixed width with its unit"),
        pytest.param("width=1100, initial-scale=1", False, id="fixed width with a scale of one"),
        pytest.param("height=device-height", False, id="height alone"),
        pytest.param("user-scalable=yes", False, id="neither width nor scale"),
        pytest.param("maximum-scale=1, minimum-scale=1", False, id="other scales are not the initial one"),
        pytest.param("", False, id="empty"),
    ],
)
def test_viewport(viewport: str, responsive: bool) -> None:
    assert is_responsive(viewport) is responsive


@pytest.mark.parametrize(
    ("head", "body", "verdict"),
    [
        pytest.param("<meta name='viewport' content='width=device-width'>", "", "responsive", id="single quotes"),
        pytest.param("<META NAME=VIEWPORT CONTENT=width=device-width>", "", "responsive", id="upper case, no quotes"),
        pytest.param("", '<meta name="viewport" content="width=device-width">', "responsive", id="in the body"),
        pytest.param('<!-- <meta name="viewport" content="width=device-width"> -->', "", "none", id="commented out"),
        pytest.param(
            '<meta name="viewport" content="width=1000"><meta name="viewport" content="width=device-width">',
            "",
            "responsive",
            id="of two the last",
        ),
        pytest.param(
            '<meta name="viewport" content="width=device-width"><meta name="viewport" content="width=1000">',
            "",
            "none",
            id="of two the last, fixed",
        ),
        pytest.param("", '<a href="http://m.rayon-ih.gov.az/">Mobil versiya</a>', "separate", id="a link to m."),
        pytest.param("", '<a href="http://mobil.rayon-ih.gov.az/">Mobil</a>', "separate", id="a link to mobil."),
        pytest.param("", '<a href="/mobile/">Mobil versiya</a>', "separate", id="a link to /mobile"),
        pytest.param("", '<a href="/az/mobil">Mobil versiya</a>', "separate", id="a link to /az/mobil"),
        pytest.param("", '<a href="/mobile/apps/1.html">Mobil tətbiq</a>', "none", id="a page about an application"),
        pytest.param("", '<a href="/mobil-xidmet.html">Mobil xidmət</a>', "none", id="a mobile service"),
        pytest.param("", '<a href="http://m.e-gov.az/">Portal</a>', "none", id="another body's phone site"),
        pytest.param('<link rel="alternate" media="handheld" href="/pda/">', "", "separate", id="alternate handheld"),
        pytest.param(
            '<link rel="alternate" media="only screen and (max-width: 640px)" href="http://m.rayon-ih.gov.az/">',
            "",
            "separate",
            id="alternate by width",
        ),
        pytest.param('<link rel="stylesheet" media="handheld" href="/h.css">', "", "none", id="a style for handhelds"),
        pytest.param(
            "<script>if (screen.width < 700) location = 'http://m.rayon-ih.gov.az/';</script>",
            "",
            "separate",
            id="a script sends phones on",
        ),
        pytest.param("", "", "none", id="nothing"),
    ],
)
def test_mobile(head: str, body: str, verdict: str) -> None:
    found = asked(site_of(page_of(body + f"<p>{TEXT}</p>{LINKS}", head)), "mobile")
    assert found.fields["verdict"] == verdict
    assert found.state == ("absent" if verdict == "none" else "found")


@pytest.mark.parametrize(
    ("to", "verdict"),
    [
        pytest.param("http://m.rayon-ih.gov.az/", "separate", id="to m."),
        pytest.param("/mobile/", "separate", id="to a folder"),
        pytest.param("https://rayon-ih.gov.az/", "none", id="to https like everybody"),
        pytest.param("http://m.facebook.com/x", "none", id="to another site"),
    ],
)
def test_a_phone_is_sent_on(to: str, verdict: str) -> None:
    assert asked(site_of(WORKING, sent_on(to, purpose="phone")), "mobile").fields["verdict"] == verdict


# -- social --------------------------------------------------------------------------------------------------------

FB, TW, YT = "https://www.facebook.com/", "https://twitter.com/", "https://www.youtube.com/"


@pytest.mark.parametrize(
    ("address", "profile"),
    [
        (FB + "NumuneRIH", FB + "NumuneRIH"),
        (FB + "NumuneRIH/", FB + "NumuneRIH"),
        ("http://facebook.com/NumuneRIH?ref=bookmarks", FB + "NumuneRIH"),
        ("HTTPS://WWW.FACEBOOK.COM/NumuneRIH", FB + "NumuneRIH"),
        ("https://m.facebook.com/NumuneRIH", FB + "NumuneRIH"),
        ("https://az-az.facebook.com/NumuneRIH", FB + "NumuneRIH"),
        ("https://web.facebook.com/NumuneRIH/?_rdc=1", FB + "NumuneRIH"),
        (" https://www.facebook.com/NumuneRIH ", FB + "NumuneRIH"),
        ("https://fb.com/NumuneRIH", "https://www.fb.com/NumuneRIH"),
        (FB + "NumuneRIH/about", FB + "NumuneRIH"),
        (FB + "NumuneRIH/photos/", FB + "NumuneRIH"),
        (FB + "pg/NumuneRIH/posts/", FB + "pg/NumuneRIH"),
        (FB + "pages/Numune-RIH/204060801?fref=ts", FB + "pages/Numune-RIH/204060801"),
        (
            FB + "pages/category/Government-Organization/Numune-204060801/",
            FB + "pages/category/Government-Organization/Numune-204060801",
        ),
        (FB + "Numune-Rayon-204060801/", FB + "Numune-Rayon-204060801"),
        (FB + "profile.php?id=100009876543210&ref=x", FB + "profile.php?id=100009876543210"),
        (FB + "people/Numune-Rayon/100009876543210/", FB + "people/Numune-Rayon/100009876543210"),
        (FB + "groups/numunerih/", FB + "groups/numunerih"),
        (FB + "N%C3%BCmun%C9%99-RIH", FB + "Nümunə-RIH"),
        (FB + "#!/NumuneRIH", FB + "NumuneRIH"),
        (FB + "NumuneRIH/posts/10155", None),
        (FB + "NumuneRIH/videos/10155/", None),
        (FB + "NumuneRIH/photos/a.1/2/", None),
        (FB + "groups/numunerih/permalink/1/", None),
        ("https://m.facebook.com/story.php?story_fbid=1&id=2", None),
        (FB + "permalink.php?story_fbid=1&id=2", None),
        (FB + "watch?v=1", None),
        (FB + "watch/?v=1", None),
        (FB + "reel/1", None),
        (FB + "events/1", None),
        (FB + "photo.php?fbid=1", None),
        (FB + "photo?fbid=1", None),
        (FB + "hashtag/numune", None),
        (FB + "sharer/sharer.php?u=http%3A%2F%2Frayon-ih.gov.az", None),
        (FB + "sharer.php?u=x", None),
        (FB + "share.php?u=x", None),
        (FB + "dialog/share?app_id=1", None),
        (FB + "v2.8/dialog/share", None),
        (FB + "plugins/like.php?href=x", None),
        (FB + "login.php", None),
        (FB + "login/?next=x", None),
        (FB + "profile.php", None),
        (FB + "pages/", None),
        (FB, None),
        (FB + "#", None),
        (FB + "?ref=x", None),
        (FB + "home.php", None),
        ("https://fb.watch/abc", None),
        ("https://www.instagram.com/numunerih/?hl=az", "https://www.instagram.com/numunerih"),
        ("https://www.instagram.com/numunerih/p/Bx1/", None),
        ("https://www.instagram.com/p/Bx1/", None),
        ("https://www.instagram.com/reel/Bx1/", None),
        ("https://www.instagram.com/explore/tags/x/", None),
        ("https://www.instagram.com/", None),
        (YT + "channel/UCabCdEf", YT + "channel/UCabCdEf"),
        (YT + "channel/UCabCdEf/videos", YT + "channel/UCabCdEf"),
        (YT + "user/numunerih?sub_confirmation=1", YT + "user/numunerih"),
        (YT + "c/NumuneRIH", YT + "c/NumuneRIH"),
        (YT + "@numunerih/featured", YT + "@numunerih"),
        ("https://m.youtube.com/@numunerih", YT + "@numunerih"),
        (YT + "numunerih", YT + "numunerih"),
        (YT + "watch?v=abc", None),
        (YT + "embed/abc", None),
        (YT + "shorts/abc", None),
        (YT + "live/abc", None),
        (YT + "playlist?list=1", None),
        (YT + "results?search_query=x", None),
        (YT + "channel/", None),
        (YT, None),
        ("https://youtu.be/abcdefghijk", None),
        ("https://www.youtube-nocookie.com/embed/abc", None),
        (TW + "numunerih", TW + "numunerih"),
        ("https://mobile.twitter.com/numunerih?lang=az", TW + "numunerih"),
        ("https://x.com/numunerih", "https://x.com/numunerih"),
        (TW + "#!/numunerih", TW + "numunerih"),
        (TW + "numunerih/status/1", None),
        (TW + "intent/tweet?text=x", None),
        (TW + "share?url=x", None),
        (TW + "hashtag/x?src=hash", None),
        (TW + "search?q=x", None),
        (TW + "home", None),
        (TW, None),
        ("https://t.me/numunerih", "https://t.me/numunerih"),
        ("https://t.me/s/numunerih", "https://t.me/numunerih"),
        ("https://telegram.me/numunerih", "https://telegram.me/numunerih"),
        ("https://t.me/numunerih/15", None),
        ("https://t.me/share/url?url=x", None),
        ("https://t.me/joinchat/AAAA", None),
        ("https://t.me/+AAAA", None),
        ("https://t.me/", None),
        ("https://www.tiktok.com/@numunerih?lang=az", "https://www.tiktok.com/@numunerih"),
        ("https://www.tiktok.com/@numunerih/video/1", None),
        ("https://www.tiktok.com/tag/x", None),
        ("https://www.tiktok.com/az/", None),
        ("https://vm.tiktok.com/abc/", None),
        ("https://www.threads.net/@numunerih", "https://www.threads.net/@numunerih"),
        ("https://www.threads.net/@numunerih/post/1", None),
        ("https://www.threads.net/login", None),
        ("https://az.linkedin.com/company/numunerih/", "https://www.linkedin.com/company/numunerih"),
        ("https://www.linkedin.com/company/numunerih/posts/?x=1", "https://www.linkedin.com/company/numunerih"),
        ("https://www.linkedin.com/in/numune-rih-1a2b", "https://www.linkedin.com/in/numune-rih-1a2b"),
        ("https://www.linkedin.com/shareArticle?mini=true&url=x", None),
        ("https://www.linkedin.com/posts/numune_activity-1", None),
        ("https://www.linkedin.com/feed/", None),
        ("https://www.flickr.com/photos/numunerih/", "https://www.flickr.com/photos/numunerih"),
        ("https://www.flickr.com/photos/numunerih/4455/", None),
        ("https://www.flickr.com/people/numunerih", "https://www.flickr.com/people/numunerih"),
        ("https://wa.me/994501112233", "https://wa.me/994501112233"),
        (
            "https://api.whatsapp.com/send?phone=%2B994501112233&text=Salam",
            "https://api.whatsapp.com/send?phone=994501112233",
        ),
        ("https://whatsapp.com/channel/0029Va", "https://whatsapp.com/channel/0029Va"),
        ("https://api.whatsapp.com/send?text=http%3A%2F%2Frayon-ih.gov.az", None),
        ("https://wa.me/?text=x", None),
        ("https://www.whatsapp.com/", None),
        ("https://vk.com/numunerih", "https://vk.com/numunerih"),
        ("https://m.vk.com/club123", "https://vk.com/club123"),
        ("https://vk.com/wall-1_2", None),
        ("https://vk.com/share.php?url=x", None),
        ("https://ok.ru/group/53000", "https://ok.ru/group/53000"),
        ("https://ok.ru/numunerih", "https://ok.ru/numunerih"),
        ("https://ok.ru/group/53000/topic/6", None),
        ("https://connect.ok.ru/offer?url=x", None),
        ("https://ok.ru/dk?st.cmd=addShare", None),
        ("https://plus.google.com/+numune", None),
        ("https://www.facebook.com.example.az/numune", None),
        ("http://rayon-ih.gov.az/facebook.com/NumuneRIH", None),
        ("mailto:x@facebook.com", None),
    ],
)
def test_profiles(address: str, profile: str | None) -> None:
    got = profile_of(address, method())
    assert (got.url if got else None) == profile


def profiles_on(body: str, **told: Any) -> list[str]:
    site = site_of(page_of(f"<p>{TEXT}</p>{LINKS}{body}"), **told)
    return [entry["url"] for entry in asked(site, "social").fields["profiles"]]


@pytest.mark.parametrize(
    "spellings",
    [
        pytest.param([FB + "NumuneRIH", "http://m.facebook.com/numunerih/?ref=1"], id="letter case and hosts"),
        pytest.param([FB + "NumuneRIH", "https://fb.com/NumuneRIH"], id="two hosts of one network"),
        pytest.param(["https://x.com/numune", TW + "Numune"], id="x and twitter"),
        pytest.param([FB + "pages/Numune/204060801", FB + "Numune-204060801"], id="the number is the page's name"),
        pytest.param([FB + "profile.php?id=100009876", FB + "people/Ad/100009876"], id="a profile by its number"),
        pytest.param([YT + "user/numune", YT + "@numune", YT + "c/Numune"], id="one channel, three forms"),
        pytest.param(["https://t.me/numune", "https://telegram.me/s/numune"], id="one channel, two hosts"),
        pytest.param(
            ["https://wa.me/994501112233", "https://api.whatsapp.com/send?phone=994501112233"], id="one phone"
        ),
    ],
)
def test_one_profile_in_several_spellings_counts_once(spellings: list[str]) -> None:
    body = "".join(f'<a href="{address}">biz</a>' for address in spellings)
    assert len(profiles_on(body)) == 1


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(f'<a href="{FB}PresidentIlhamAliyev">Facebook</a>', id="the President by the profile's name"),
        pytest.param(f'<a href="{TW}azpresident">Twitter</a>', id="the President by the list"),
        pytest.param(f'<a href="{FB}x1"><img alt="Prezidentin səhifəsi"></a>', id="the President by the label"),
        pytest.param(f'<a href="{FB}kodusta.studio">Kod Usta</a>', id="a studio by the profile's name"),
        pytest.param(f'<p>Saytı hazırladı: <a href="{FB}nova">Nova</a></p>', id="a studio by the credit"),
        pytest.param(f'<p>Developed by <a href="{TW}nova">Nova</a></p>', id="a studio by an English credit"),
        pytest.param(f'<a href="{FB}egovaz">e-Gov</a>', id="the portal"),
        pytest.param('<a href="#"><i class="fa fa-facebook"></i></a>', id="a dead icon"),
        pytest.param(f'<a href="{FB}sharer.php?u=http://rayon-ih.gov.az/">Paylaş</a>', id="a share window"),
        pytest.param(f'<a href="{FB}xyz?u=http://rayon-ih.gov.az/">Paylaş</a>', id="an unknown share window"),
        pytest.param(f'<iframe src="{FB}plugins/like.php?href=http://rayon-ih.gov.az/"></iframe>', id="a like button"),
        pytest.param('<iframe src="https://www.youtube.com/embed/abc"></iframe>', id="a film on the page"),
    ],
)
def test_not_an_own_profile(body: str) -> None:
    assert profiles_on(body) == []


@pytest.mark.parametrize(
    ("body", "told"),
    [
        pytest.param('<a href="//www.facebook.com/x1">f</a>', {}, id="no scheme"),
        pytest.param(f'<a href=" {FB}x1 "><i class="fa"></i></a>', {}, id="spaces and no text"),
        pytest.param(
            f'<p>Heydər Əliyev pr. 12 <a href="{FB}x1">Facebook</a></p>', {}, id="a street named for somebody"
        ),
        pytest.param(
            f'<p>Saytı hazırladı: Nova</p><p><a href="{FB}x1">Facebook</a></p>', {}, id="a credit in another paragraph"
        ),
        pytest.param(
            f'<div class="fb-page" data-href="{FB}x1"></div>',
            {},
            id="a page box",
        ),
        pytest.param(
            '<iframe src="https://www.facebook.com/plugins/page.php?href=https%3A%2F%2Fwww.facebook.com%2Fx1"></iframe>',
            {},
            id="a page box in a frame",
        ),
        pytest.param(
            f'<a href="{FB}x1">Prezidentin İşlər İdarəsi</a>',
            {"name": "Azərbaycan Respublikası Prezidentinin İşlər İdarəsi"},
            id="a word that is in the authority's own name",
        ),
    ],
)
def test_an_own_profile(body: str, told: dict[str, Any]) -> None:
    assert profiles_on(body, **told) == [FB + "x1"]


@pytest.mark.parametrize(
    ("body", "own"),
    [
        pytest.param(
            f'<a href="{TW}numunerih">x</a><a href="{TW}baskabiri">y</a>', [TW + "numunerih"], id="one bears our name"
        ),
        pytest.param(
            f'<a href="{TW}bir">x</a><a href="{TW}iki">y</a>', [TW + "bir", TW + "iki"], id="none bears our name"
        ),
        pytest.param(
            f'<a href="{TW}numunerih">x</a><a href="{FB}baskabiri">y</a>',
            [TW + "numunerih", FB + "baskabiri"],
            id="another name in another network",
        ),
        pytest.param(
            f'<a href="{YT}numunerih">x</a><a href="{YT}channel/UCxyz">y</a>',
            [YT + "numunerih", YT + "channel/UCxyz"],
            id="a code is no name",
        ),
    ],
)
def test_strangers_beside_our_own(body: str, own: list[str]) -> None:
    assert profiles_on(body, name="Nümunə Rayon İcra Hakimiyyəti") == own


# -- search --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "offered"),
    [
        pytest.param('<form action="/search"><input name="q"><button>Axtar</button></form>', True, id="the usual"),
        pytest.param(
            '<form method="post" action="/az/axtar"><input type="hidden" name="_token" value="1">'
            '<input type="text" name="query" placeholder="Axtar"></form>',
            True,
            id="posted, with a token",
        ),
        pytest.param('<div><input id="s" placeholder="Axtarış..."></div>', True, id="a field without a form"),
        pytest.param('<div class="search"><input type="text"><a class="go"></a></div>', True, id="a box named search"),
        pytest.param(
            '<div><input type="text" id="t1"><button onclick="go()">AXTAR</button></div>', True, id="button beside it"
        ),
        pytest.param(
            '<form action="/index.php"><input name="do"><button><i class="fa fa-search"></i></button></form>',
            True,
            id="an icon for a button",
        ),
        pytest.param(
            '<form><input name="t"><input type="image" src="/img/search_btn.png"></form>', True, id="a picture button"
        ),
        pytest.param('<form><input type="search" name="x"></form>', True, id="a search field by its type"),
        pytest.param('<form action="/"><input name="s" placeholder="Search"></form>', True, id="in English"),
        pytest.param('<form action="/"><input name="w" placeholder="Поиск по сайту"></form>', True, id="in Russian"),
        pytest.param(
            '<form action="/p"><label>Saytda axtarış <input name="w"></label></form>', True, id="a label only"
        ),
        pytest.param('<form role="search"><input name="w"></form>', True, id="a role only"),
        pytest.param(
            '<form action="/f.php"><input name="q" placeholder="Söz daxil edin"></form>', True, id="a field named q"
        ),
        pytest.param(
            '<form id="aspnetForm" method="post" action="./"><input type="hidden" name="__VIEWSTATE" value="x">'
            '<div><input name="ctl00$txtSearch" type="text"><input type="submit" value="Axtar"></div>'
            '<div><input type="email" name="ctl00$mail"><input type="submit" value="Abunə ol"></div></form>',
            True,
            id="one form round the whole page",
        ),
        pytest.param(
            '<div class="search-overlay"><form action="/f"><input name="w"><button>OK</button></form></div>',
            True,
            id="a form inside a box named search",
        ),
        pytest.param(
            '<header><p>Telefon: 012 000 00 00</p><div><input name="w"><button>Axtar</button></div></header>',
            True,
            id="beside a telephone number",
        ),
        pytest.param('<div class="gcse-search"></div>', True, id="Google's element"),
        pytest.param(
            '<form action="https://www.google.com/search"><input name="q">'
            '<input type="hidden" name="sitesearch" value="rayon-ih.gov.az"></form>',
            True,
            id="Google told to keep to this site",
        ),
        pytest.param('<form action="https://www.google.com/search"><input name="q"></form>', False, id="all of Google"),
        pytest.param(
            '<form action="https://www.e-qanun.az/search"><input name="q" placeholder="Axtar"></form>',
            False,
            id="another body's search",
        ),
        pytest.param(
            '<form action="/subscribe"><input name="email" type="email"><button>Abunə ol</button></form>',
            False,
            id="a newsletter",
        ),
        pytest.param(
            '<form action="/s"><input name="mail" placeholder="E-poçt ünvanınız"><button>OK</button></form>',
            False,
            id="a newsletter in a text field",
        ),
        pytest.param(
            '<form action="/login"><input name="user"><input type="password" name="p"><button>Daxil ol</button></form>',
            False,
            id="a login",
        ),
        pytest.param(
            '<form action="/voen"><label>VÖEN</label><input name="v"><button>Axtar</button></form>',
            False,
            id="a taxpayer's number with a search button",
        ),
        pytest.param(
            '<form action="/v"><input name="v" placeholder="VÖEN üzrə axtarış"></form>', False, id="search by number"
        ),
        pytest.param(
            '<form action="/t"><input name="tracking_no" placeholder="İzləmə nömrəsi"><button>Axtar</button></form>',
            False,
            id="a parcel's number",
        ),
        pytest.param(
            '<form action="/news"><input name="date_from" placeholder="Tarix"><input name="date_to">'
            "<button>Axtar</button></form>",
            False,
            id="a filter by date",
        ),
        pytest.param(
            '<form action="/n"><input type="date" name="d"><button>Göstər</button></form>', False, id="a date field"
        ),
        pytest.param(
            '<form><input name="mebleg" placeholder="Məbləğ (AZN)"><button>Hesabla</button></form>',
            False,
            id="a calculator",
        ),
        pytest.param(
            '<form action="/elaqe"><input name="ad" placeholder="Adınız"><input name="tel" type="tel">'
            '<textarea name="text"></textarea><button>Göndər</button></form>',
            False,
            id="a contact form",
        ),
        pytest.param(
            '<form action="/doc"><input name="no" placeholder="Sənədin nömrəsi"><button>Yoxla</button></form>',
            False,
            id="a check of a document",
        ),
        pytest.param('<form><select name="l"><option>AZ</option></select></form>', False, id="a list to choose from"),
        pytest.param("<p>Axtarış</p>", False, id="a word is no box"),
    ],
)
def test_search_boxes(body: str, offered: bool) -> None:
    found = asked(site_of(page_of(f"<p>{TEXT}</p>{LINKS}{body}")), "search")
    assert (found.state == "found") is offered
    assert found.fields["works"] is None


def test_what_a_box_asks() -> None:
    form = (
        '<form method="post" action="/az/axtar#x"><input type="hidden" name="_token" value="1">'
        '<input name="query" placeholder="Axtar"></form>'
    )
    box = boxes_on(Page(page_of(form)), method())[0]
    assert box.ask("şura") == (HOME + "az/axtar", (("_token", "1"), ("query", "şura")))
    box = boxes_on(Page(page_of('<form action="/s?l=az"><input name="q" type="search"></form>')), method())[0]
    assert box.ask("şura") == (HOME + "s?l=az&q=%C5%9Fura", None)


BOX = '<form action="/search"><input name="q"><button>Axtar</button></form>'
ROADS = page_of(f"<h1>Yolların təmiri davam edir</h1><p>{TEXT}</p>", url=HOME + "news/7.html", found_on=HOME)


def tried(body: str, word: str = "təmiri", url: str = HOME + "search?q=x", **told: Any) -> Capture:
    return page_of(body, url=url, purpose="search", word=word, **told)


@pytest.mark.parametrize(
    ("answers", "works"),
    [
        pytest.param(
            [tried('<ul><li><a href="/news/7.html">Yolların təmiri</a></li></ul>')], True, id="the item is found"
        ),
        pytest.param([tried('<div><a href="/news/7.html">Ətraflı</a></div>')], True, id="a link to a page that has it"),
        pytest.param([tried("<p>Axtarışın nəticəsi: heç nə tapılmadı</p>")], False, id="nothing is found, in words"),
        pytest.param([tried("<h1>Axtarış: təmiri</h1><p>Nəticə: 0</p>")], False, id="nothing is found, in figures"),
        pytest.param(
            [tried(f"<h1>Axtarış: təmiri</h1><div>təmiri {LINKS}</div>")], False, id="only the word is echoed"
        ),
        pytest.param([tried(f"<nav>{LINKS}</nav>")], False, id="an empty page of results"),
        pytest.param([tried("", status=404)], False, id="the search itself is not there"),
        pytest.param([tried("", status=500)], False, id="the search itself breaks"),
        pytest.param(
            [tried("<p>Just a moment</p>", status=403, headers=[("cf-mitigated", "challenge")])], None, id="a shield"
        ),
        pytest.param([tried("", status=503)], None, id="a passing failure"),
        pytest.param([silence("timeout", HOME + "search?q=x", purpose="search", word="təmiri")], None, id="silence"),
        pytest.param([], None, id="not tried"),
        pytest.param(
            [tried("<p>Nəticə yoxdur</p>", word="ictimai şura")], None, id="a section's word may bring nothing"
        ),
        pytest.param(
            [
                sent_on("/news/7.html", HOME + "search?q=x", purpose="search", word="təmiri"),
                tried(f"<h1>Yolların təmiri davam edir</h1><p>{TEXT}</p>", url=HOME + "news/7.html"),
            ],
            True,
            id="a single hit is opened at once",
        ),
    ],
)
def test_whether_search_works(answers: list[Capture], works: bool | None) -> None:
    found = asked(site_of(page_of(f"<p>{TEXT}</p>{BOX}{LINKS}"), ROADS, *answers), "search")
    assert (found.state, found.fields["works"]) == ("found", works)


def test_a_box_on_every_page_but_the_home_page_is_the_sites() -> None:
    splash = page_of(f"<p>{TEXT}</p>{LINKS}")
    inner = [page_of(f"<p>{TEXT}</p>{BOX}", url=f"{HOME}page/{n}.html", found_on=HOME) for n in range(4)]
    assert asked(site_of(splash, *inner), "search").state == "found"
    assert asked(site_of(splash, inner[0]), "search").state == "absent"


def test_the_word_that_is_tried_is_of_a_story_and_hard_to_fold_wrongly() -> None:
    section = Page(page_of("<h1>Açıq məlumatlar</h1>", url=HOME + "page/1.html"))
    story = Page(page_of("<h1>İcra başçısı Örnəkkənddə sakinlərlə görüşdü</h1>", url=HOME + "news/1.html"))
    assert word_to_try([section.h1, story.h1], method()) == "Örnəkkənddə"
    assert word_to_try([], method()) is None


def test_a_search_page_reached_by_a_link() -> None:
    home = page_of(f'<p>{TEXT}</p>{LINKS}<a href="/az/axtaris">Axtarış</a>')
    page = page_of(BOX, url=HOME + "az/axtaris", found_on=HOME)
    assert asked(site_of(home, page), "search").state == "found"
    unasked = asked(site_of(home), "search")
    assert (unasked.state, unasked.reason) == ("unseen", "budget")
    silent = asked(site_of(home, silence("timeout", HOME + "az/axtaris", found_on=HOME)), "search")
    assert (silent.state, silent.reason) == ("unseen", "timeout")
    gone = asked(site_of(home, answer("x", url=HOME + "az/axtaris", status=404, found_on=HOME)), "search")
    assert gone.state == "absent"


# -- languages -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "code"),
    [
        (HOME + "en/news/1.html", "en"),
        (HOME + "index.php/ru/x", "ru"),
        (HOME + "index.php?ln=en&pg=7", "en"),
        (HOME + "?lang=rus", "ru"),
        (HOME + "lang/en", "en"),
        (HOME + "en-US/", "en"),
        (HOME + "az_AZ/x", "az"),
        ("http://en.rayon.gov.az/x", "en"),
        ("http://www.ru.rayon.gov.az/x", "ru"),
        (HOME + "news/1.html", None),
        (HOME + "news/enerji.html", None),
        (HOME + "page.php?l=5", None),
        ("http://rayon.gov.az/", None),
    ],
)
def test_the_language_an_address_names(address: str, code: str | None) -> None:
    assert version_of(address, method()) == code


@pytest.mark.parametrize(
    ("link", "code"),
    [
        ('<a href="/en/">EN</a>', "en"),
        ('<a href="/en/">[Eng]</a>', "en"),
        ('<a href="/x">In English</a>', "en"),
        ('<a href="/x">Русский</a>', "ru"),
        ('<a href="/x">AZƏRBAYCANCA</a>', "az"),
        ('<a href="/x"><img src="/img/lang_ru.png"></a>', "ru"),
        ('<a href="/x"><img src="/flags/gb.svg" alt="flag"></a>', "en"),
        ('<a href="/x"><img src="/img/english.gif" alt=""></a>', "en"),
        ('<a href="/x"><img src="/i/1.png" alt="English"></a>', "en"),
        ('<a href="/x" title="Rus dili"><i></i></a>', "ru"),
        ('<a href="/x"><span class="flag-icon flag-icon-gb"></span></a>', "en"),
        ('<a href="/x" hreflang="en"><i></i></a>', "en"),
        ('<a href="/x">Rusiya ilə əlaqələr</a>', None),
        ('<a href="/x"><img src="/img/news.png"></a>', None),
        ('<a href="/en/news">News</a>', None),
    ],
)
def test_the_language_a_switch_names(link: str, code: str | None) -> None:
    page = Page(page_of(link))
    assert switch_to(page.links[0], method()) == code


EN = "The head of the executive authority met with the residents of the district and listened to their proposals. "
RU = "Глава исполнительной власти района встретился с жителями и выслушал их предложения по ремонту дорог. "
SWITCH = '<a href="/">AZ</a> <a href="/en/">EN</a> <a href="/ru/">RU</a>'


def version(path: str, text: str, chrome: str = "") -> Capture:
    return page_of(f"<nav>{chrome}</nav>{SWITCH}<p>{text}</p>", url=HOME + path, found_on=HOME)


HOME_AZ = page_of(f"{SWITCH}<nav>{LINKS}</nav><p>{TEXT * 2}</p>", '<meta charset="utf-8">')


@pytest.mark.parametrize(
    ("captures", "codes"),
    [
        pytest.param([HOME_AZ, version("en/", EN), version("ru/", RU)], ["az", "en", "ru"], id="three versions"),
        pytest.param([HOME_AZ], ["az"], id="a switch whose versions were not reached"),
        pytest.param([HOME_AZ, version("en/", TEXT)], ["az"], id="Azerbaijani text under an English address"),
        pytest.param(
            [HOME_AZ, version("ru/", TEXT * 2, "<a href='/r'>О районе</a> Разместил: admin")],
            ["az"],
            id="Azerbaijani text in Russian chrome",
        ),
        pytest.param(
            [
                HOME_AZ,
                version(
                    "en/",
                    "",
                    "<a href='/a'>Home</a> <a href='/b'>About the District</a> <a href='/c'>News of the"
                    " day</a> <a href='/d'>Structure and staff of the office</a>",
                ),
            ],
            ["az"],
            id="an English tree of menus alone",
        ),
        pytest.param(
            [answer(f"<html lang='en'><body>{LINKS}<p>{TEXT * 2}</p></body></html>")],
            ["az"],
            id="a wrong lang attribute",
        ),
        pytest.param(
            [
                page_of(f"<a href='/index.php?ln=en'>En</a>{LINKS}<p>{TEXT * 2}</p>"),
                page_of(f"<p>{EN * 2}</p>", url=HOME + "index.php?ln=en", found_on=HOME),
            ],
            ["az", "en"],
            id="the current language is not listed",
        ),
        pytest.param(
            [
                page_of(f"<a href='/eng.html'><img src='/img/lang_en.png'></a>{LINKS}<p>{TEXT * 2}</p>"),
                page_of(f"<p>{EN * 2}</p>", url=HOME + "eng.html", found_on=HOME),
            ],
            ["az", "en"],
            id="a flag leads to a page whose address names nothing",
        ),
        pytest.param([page_of(f"<a href=''>EN</a>{LINKS}<p>{TEXT * 2}</p>")], ["az"], id="a dead switch"),
        pytest.param([page_of(f"<p>{EN * 3}</p>{LINKS}")], ["en"], id="a site in English alone"),
    ],
)
def test_language_versions(captures: list[Capture], codes: list[str]) -> None:
    assert asked(site_of(*captures), "languages").fields["codes"] == codes


# -- site ----------------------------------------------------------------------------------------------------------

CLOUD = [("Server", "cloudflare"), ("CF-RAY", "1")]
NEWS = f"<title>Nümunə Rayon İcra Hakimiyyəti</title><body><nav>{LINKS}</nav><p>{TEXT * 3}</p><p>%s</p>"


def told(words: str, title: str = "", **given: Any) -> Capture:
    return page_of(f"<h1>{title}</h1><p>{words}</p>", f"<title>{title}</title>", **given)


@pytest.mark.parametrize(
    ("capture", "state", "reason"),
    [
        pytest.param(WORKING, "up", "ok", id="a site"),
        # somebody answered, and it was not the site
        pytest.param(
            told("Enable JavaScript and cookies to continue", "Just a moment...", status=403, headers=CLOUD),
            "blocked",
            "waf",
            id="Cloudflare's challenge, 403",
        ),
        pytest.param(
            told("Checking your browser before accessing", status=503, headers=CLOUD), "blocked", "waf", id="503"
        ),
        pytest.param(
            told("Sorry, you have been blocked", "Attention Required! | Cloudflare"), "blocked", "waf", id="200"
        ),
        pytest.param(
            told("You don't have permission to access this server. Reference #18.1", "Access Denied", status=403),
            "blocked",
            "waf",
            id="Akamai",
        ),
        pytest.param(
            answer('<html><head><script src="/_Incapsula_Resource?SW=1"></script></head><body></body></html>'),
            "blocked",
            "waf",
            id="Imperva's script, 200",
        ),
        pytest.param(
            told("Request unsuccessful. Incapsula incident ID: 1-2", status=403), "blocked", "waf", id="Imperva, 403"
        ),
        pytest.param(told("Access Denied - Sucuri Website Firewall", status=403), "blocked", "waf", id="Sucuri"),
        pytest.param(
            told("The requested URL was rejected. Please consult. Your support ID is: 1", "Request Rejected"),
            "blocked",
            "waf",
            id="F5 answers 200",
        ),
        pytest.param(told("Please verify you are a human", "Yoxlanış"), "blocked", "waf", id="a captcha answers 200"),
        pytest.param(told("Zəhmət olmasa, robot olmadığınızı təsdiq edin"), "blocked", "waf", id="a captcha in az"),
        pytest.param(answer("Request blocked", status=403, kind="text/plain"), "blocked", "waf", id="plain text"),
        pytest.param(
            told("Web server is down. Error code 521. Cloudflare Ray ID: 1", status=521, headers=CLOUD),
            "down",
            "http_5xx",
            id="a shield with nothing behind it blocks nobody",
        ),
        pytest.param(answer(NEWS % "Request blocked"), "up", "ok", id="a site at work that speaks of blocking"),
        # placeholders
        pytest.param(told("Bu domen satılır"), "placeholder", "parked", id="for sale in az"),
        pytest.param(told("This domain is for sale. Buy this domain"), "placeholder", "parked", id="for sale in en"),
        pytest.param(told("Этот домен продаётся"), "placeholder", "parked", id="for sale in ru"),
        pytest.param(told("Your account has been suspended"), "placeholder", "parked", id="suspended"),
        pytest.param(
            told("This domain is for sale " + LINKS, "rayon-ih.gov.az"),
            "placeholder",
            "parked",
            id="parked, with links",
        ),
        pytest.param(
            answer(NEWS % (TEXT * 20 + "Fırıldaqçılar yazır: domen satılır")),
            "up",
            "ok",
            id="news of a domain for sale",
        ),
        pytest.param(told("Welcome to nginx!", "Welcome to nginx!"), "placeholder", "default_page", id="nginx"),
        pytest.param(
            answer("<html><body><h1>It works!</h1></body></html>"), "placeholder", "default_page", id="Apache"
        ),
        pytest.param(
            told("This is the default welcome page", "Apache2 Ubuntu Default Page: It works"),
            "placeholder",
            "default_page",
            id="Apache on Ubuntu",
        ),
        pytest.param(
            page_of('<img src="iisstart.png">', "<title>IIS Windows Server</title>"),
            "placeholder",
            "default_page",
            id="IIS",
        ),
        pytest.param(
            page_of('<a href="http://go.microsoft.com/"><img src="welcome.png"></a>', "<title>IIS7</title>"),
            "placeholder",
            "default_page",
            id="IIS 7",
        ),
        pytest.param(
            told("SORRY! contact your hosting provider. cPanel, Inc.", "Default Web Site Page"),
            "placeholder",
            "default_page",
            id="cPanel",
        ),
        pytest.param(
            told("If you're seeing this, you've successfully installed Tomcat. Congratulations!", "Apache Tomcat/8.5"),
            "placeholder",
            "default_page",
            id="Tomcat",
        ),
        pytest.param(
            told("Welcome to XAMPP for Windows", "Welcome to XAMPP"), "placeholder", "default_page", id="XAMPP"
        ),
        pytest.param(told("Parent Directory", "Index of /"), "placeholder", "default_page", id="a list of files"),
        pytest.param(told("Sayt hazırlanma mərhələsindədir"), "placeholder", "construction", id="being made"),
        pytest.param(told("Saytda texniki işlər aparılır"), "placeholder", "construction", id="being mended"),
        pytest.param(told("SAYT YENİLƏNİR", "Tezliklə"), "placeholder", "construction", id="being renewed"),
        pytest.param(told("This site is under construction"), "placeholder", "construction", id="in English"),
        pytest.param(told("Сайт находится в разработке"), "placeholder", "construction", id="in Russian"),
        pytest.param(answer(NEWS % "New school under construction"), "up", "ok", id="news of a construction"),
        pytest.param(answer(b""), "placeholder", "empty", id="no bytes"),
        pytest.param(answer("<html><head></head><body></body></html>"), "placeholder", "empty", id="an empty body"),
        pytest.param(answer("<!-- cms --> \n"), "placeholder", "empty", id="only a comment"),
        pytest.param(
            page_of('<script async src="https://www.googletagmanager.com/gtag/js"></script>', "<title>RİH</title>"),
            "placeholder",
            "empty",
            id="a counter on an empty page",
        ),
        pytest.param(
            page_of('<div id="root"></div><script src="/static/js/main.js"></script>'), "up", "ok", id="built by script"
        ),
        pytest.param(
            page_of('<div id="app"></div><script src="https://cdn.example.com/app.js"></script>'),
            "up",
            "ok",
            id="built by a script from elsewhere",
        ),
        pytest.param(
            answer('<html><frameset cols="200,*"><frame src="menu.html"><frame src="main.html"></frameset></html>'),
            "up",
            "ok",
            id="frames",
        ),
        # no usable answer
        pytest.param(told("Not Found", "404", status=404), "down", "http_4xx", id="404"),
        pytest.param(told("Gone", status=410), "down", "http_4xx", id="410"),
        pytest.param(told("Forbidden", status=403), "down", "http_4xx", id="a plain 403 is no firewall"),
        pytest.param(told("Internal Server Error", status=500), "down", "http_5xx", id="500"),
        pytest.param(told("Service Unavailable", status=503), "down", "http_5xx", id="503 of its own"),
        pytest.param(answer(b"%PDF-1.4", kind="application/pdf"), "down", "not_html", id="a document"),
        pytest.param(silence("dns"), "down", "dns", id="no such name"),
        pytest.param(silence("refused"), "down", "refused", id="nobody listens"),
        pytest.param(silence("reset"), "down", "reset", id="the line breaks"),
        pytest.param(silence("timeout"), "down", "timeout", id="nobody answers in time"),
        pytest.param(silence("tls"), "down", "tls", id="no agreement on encryption"),
        pytest.param(silence("too_large"), "down", "too_large", id="too large"),
        pytest.param(silence("robots"), "unseen", "robots", id="robots.txt forbids"),
        pytest.param(sent_on(HOME), "down", "redirect_loop", id="sent to itself"),
    ],
)
def test_site_state(capture: Capture, state: str, reason: str) -> None:
    found = asked(site_of(capture), "site")
    assert (found.state, found.fields["reason"]) == (state, reason)
    assert found.fields["http_status"] == capture.status
    assert found.fields["final_url"] == (capture.url if capture.failure is None else None)
    if state not in ("up", "moved"):
        for fact in ("mobile", "social", "search", "languages"):
            other = asked(site_of(capture), fact)
            assert (other.state, other.reason) == ("unseen", reason)


OTHER = "http://numune.gov.az/"
HTTPS = "https://rayon-ih.gov.az/"
WWW = "http://www.rayon-ih.gov.az/"


def work(url: str, **given: Any) -> Capture:
    return answer(WORKING.body, url=url, **given)


@pytest.mark.parametrize(
    ("captures", "expected"),
    [
        pytest.param(
            [sent_on(HTTPS), work(HTTPS, found_on=HOME, tls="valid")], ("up", "ok", HTTPS, 200, "valid"), id="to https"
        ),
        pytest.param(
            [sent_on(HTTPS), work(HTTPS, found_on=HOME, tls="invalid")],
            ("up", "ok", HTTPS, 200, "invalid"),
            id="to https with a bad certificate",
        ),
        pytest.param(
            [silence("timeout"), silence("refused", HTTPS), work(WWW)],
            ("up", "ok", WWW, 200, "none"),
            id="www. answers where the bare name does not",
        ),
        pytest.param(
            [silence("timeout"), work(HTTPS, tls="valid")], ("up", "ok", HTTPS, 200, "valid"), id="https answers alone"
        ),
        pytest.param([silence("timeout"), WORKING], ("up", "ok", HOME, 200, "none"), id="the second look answers"),
        pytest.param([told("x", status=503), WORKING], ("up", "ok", HOME, 200, "none"), id="503, then well"),
        pytest.param(
            [silence("timeout"), told("no", status=404, url=HTTPS, tls="valid")],
            ("down", "http_4xx", HTTPS, 404, "valid"),
            id="an error is an answer",
        ),
        pytest.param(
            [silence("dns"), silence("timeout", WWW)],
            ("down", "timeout", None, None, None),
            id="silence says more than dns",
        ),
        pytest.param(
            [sent_on(OTHER), work(OTHER, found_on=HOME)], ("moved", "moved", OTHER, 200, "none"), id="another domain"
        ),
        pytest.param(
            [sent_on("http://ih.rayon-ih.gov.az/"), work("http://ih.rayon-ih.gov.az/", found_on=HOME)],
            ("up", "ok", "http://ih.rayon-ih.gov.az/", 200, "none"),
            id="another name under the same domain",
        ),
        pytest.param(
            [sent_on(OTHER), told("Bu domen satılır", url=OTHER, found_on=HOME)],
            ("placeholder", "parked", OTHER, 200, "none"),
            id="another domain, for sale",
        ),
        pytest.param(
            [
                page_of("", f'<meta http-equiv="Refresh" content="0; URL={HOME}az/">'),
                work(HOME + "az/", found_on=HOME),
            ],
            ("up", "ok", HOME + "az/", 200, "none"),
            id="meta refresh",
        ),
        pytest.param(
            [sent_on("/az"), sent_on("/", HOME + "az", found_on=HOME), silence("redirect_loop", detail="hop 2")],
            ("down", "redirect_loop", HOME + "az", 302, "none"),
            id="a circle of two",
        ),
        pytest.param(
            [sent_on("http://10.0.0.1/"), silence("forbidden_redirect", "http://10.0.0.1/", found_on=HOME)],
            ("down", "forbidden_redirect", HOME, None, "none"),
            id="to a private address",
        ),
        pytest.param(
            [sent_on(OTHER), silence("robots", OTHER, found_on=HOME)],
            ("unseen", "robots", HOME, None, "none"),
            id="to where robots.txt forbids",
        ),
        pytest.param(
            [sent_on(OTHER), silence("timeout", OTHER, found_on=HOME)],
            ("down", "timeout", HOME, None, "none"),
            id="to a silent host",
        ),
        pytest.param([], ("unseen", "timeout", None, None, None), id="nobody asked"),
    ],
)
def test_the_way_to_the_home_page(captures: list[Capture], expected: tuple[Any, ...]) -> None:
    found = asked(site_of(*captures), "site")
    got = (found.state, *(found.fields[name] for name in ("reason", "final_url", "http_status", "tls")))
    assert got == expected
    assert bool(found.evidence) is bool(captures)


@pytest.mark.parametrize("fact", ["social", "search", "languages"])
def test_nothing_is_absent_from_a_page_that_a_script_builds(fact: str) -> None:
    shell = page_of('<div id="root"></div><script src="/static/js/main.js"></script>')
    found = asked(site_of(shell), fact)
    assert (found.state, found.reason) == ("unseen", "needs_browser")


def test_an_address_that_the_registry_knows_is_not_a_move() -> None:
    captures = [sent_on(OTHER), work(OTHER, found_on=HOME)]
    assert asked(site_of(*captures, also=[OTHER]), "site").state == "up"


def test_no_address_is_no_visit() -> None:
    found = asked(site_of(url=None), "site")
    assert (found.state, found.fields["reason"]) == ("unseen", "no_site")


def test_a_fault_of_ours_in_one_reader_is_named_and_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> None:
        raise KeyError("no such thing")

    monkeypatch.setattr("reading.mobile.read", broken)
    site, _ = saved_site(TESTS / "cases" / "sections" / "council_full", method())
    told = asked(site, "mobile").as_json()
    assert (told["state"], told["reason"], told["verdict"]) == ("unseen", "reader_fault", None)
    assert asked(site, "sections.public_council").state == "found"


# -- the way through a site, and what only a whole round shows -------------------------------------------------------


def _promises(agency_id: str, body: str) -> dict[str, int]:
    agency = Agency(id=agency_id, group="central", name="Qurum", site=HOME)
    leads = guides(method(), date(2018, 8, 20))(agency).see(
        Capture(
            url=HOME,
            purpose="page",
            fetched_at=SEEN_AT,
            status=200,
            headers=(("Content-Type", "text/html; charset=utf-8"),),
            body=body.encode(),
            failure=None,
            found_on=None,
        )
    )
    best: dict[str, int] = {}
    for lead in leads:
        path = lead.url.removeprefix(HOME)
        best[path] = max(lead.promise, best.get(path, 0))
    return best


def test_the_sites_own_search_is_asked_before_the_stories_are_read() -> None:
    guide = guides(method(), date(2018, 8, 20))(Agency(id="sinaq", group="local", name="Sınaq", site=HOME))
    menu = '<nav><a href="/haqqinda">Haqqında</a> <a href="/satinalma">Satınalma</a></nav>'
    search = '<form action="/axtar"><input name="q" placeholder="Axtar"></form>'
    stories = "".join(f'<p><a href="/x?id={n}">Kənddə {n} nömrəli görüş keçirilib</a></p>' for n in range(20))
    guide.see(page_of(menu + search + stories))
    asked = {
        path: [lead.word for lead in guide.see(page_of(menu + TEXT, url=HOME + path)) if lead.purpose == "search"]
        for path in ("satinalma", "haqqinda", "x?id=1", "x?id=2")
    }
    unnamed = [section.search_for for section in method().sections if section.id != "procurement"]
    assert asked == {"satinalma": [], "haqqinda": [], "x?id=1": unnamed, "x?id=2": []}
    assert not set(unnamed) & {lead.word for lead in guide.more()}


def test_documents_are_looked_for_only_where_they_are_a_duty() -> None:
    duty = next(duty for duty in method().duties if duty.id == "budget-draft")
    body = '<p><a href="/x/7">Dövlət büdcəsinin layihəsi</a> <a href="/x/8">Rayonun tarixi</a></p>'
    asked_of_it, of_others = _promises(duty.bodies[0], body), _promises("sheki", body)
    assert asked_of_it["x/7"] == 90
    assert of_others["x/7"] < 80
    assert asked_of_it["x/8"] == of_others["x/8"]
