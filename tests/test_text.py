"""Does the text layer see through spellings, endings, addresses, encodings and languages?"""

from pathlib import Path

import pytest

from reading.method import Words, load_method
from reading.text import Phrase, decode, fold, is_form_of, language_of, slug_of, words

FUNCTION_WORDS = load_method(Path(__file__).parent.parent / "methodology").function_words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("İCTİMAİ ŞURA", "ictimai sura", id="capitals with dotted I"),
        pytest.param("Ictimai Şura", "ictimai sura", id="ASCII I in place of dotted I"),
        pytest.param("i̇cti̇mai̇ şura", "ictimai sura", id="dots left over by lower-casing"),
        pytest.param("I\u0307ctimai s\u0327ura", "ictimai sura", id="decomposed letters"),
        pytest.param("sаtınаlmаlаr", "satinalmalar", id="Cyrillic а among Latin letters"),
        pytest.param("Dövlət sаtınаlmаlаrı", "dovlet satinalmalari", id="a title half in look-alikes"),
        pytest.param("Sifarişçi tәşkilat", "sifarisci teskilat", id="Cyrillic schwa in a Latin word"),
        pytest.param("Dǝyişiklik", "deyisiklik", id="turned e typed for schwa"),
        pytest.param("Șura", "sura", id="s with comma below typed for s with cedilla"),
        pytest.param("satın\u00adalma\u200blar", "satinalmalar", id="soft hyphen and zero-width space inside a word"),
        pytest.param("ictimai\u00a0\n  şura", "ictimai sura", id="hard spaces and line breaks"),
        pytest.param("Общественный совет", "общественный совет", id="Russian stays Russian"),
        pytest.param("Домен продаётся", "домен продается", id="ё is е"),
        pytest.param("XIX ƏSR", "xix esr", id="Roman numbers keep their letters"),
    ],
)
def test_fold_takes_the_spelling_away(one: str, other: str) -> None:
    assert fold(one) == other


@pytest.mark.parametrize(
    ("word", "stem", "same"),
    [
        pytest.param("şurasının", "şura", True, id="possessive and genitive"),
        pytest.param("satınalmalara", "satınalma", True, id="plural and dative"),
        pytest.param("elanlarımızdakı", "elan", True, id="a stack of four endings"),
        pytest.param("tenderlə", "tender", True, id="instrumental"),
        pytest.param("nazirliyinin", "nazirlik", True, id="k softens to y before a vowel"),
        pytest.param("sorğuluğu", "sorğuluq", True, id="q softens to ğ before a vowel"),
        pytest.param("nazirliyka", "nazirlik", False, id="softening without a vowel is another word"),
        pytest.param("şurabaşı", "şura", False, id="a compound is another word"),
        pytest.param("elanetmə", "elan", False, id="a derived verb is another word"),
        pytest.param("xəbərdarlıq", "xəbər", False, id="a warning is no news"),
        pytest.param("mediator", "media", False, id="a mediator is no media"),
    ],
)
def test_endings(word: str, stem: str, same: bool) -> None:
    assert is_form_of(fold(word), fold(stem)) is same


@pytest.mark.parametrize(
    ("phrase", "text", "there"),
    [
        pytest.param("ictimai şura", "DMX yanında İctimai Şuranın üzvləri", True, id="in the middle, with an ending"),
        pytest.param("ictimai şura", "İctimai (yeni) şura", False, id="not with a word between"),
        pytest.param("e-xidmət", "E-XİDMƏTLƏR", True, id="a hyphen is a space"),
        pytest.param("e-xidmət", "e xidmətlər", True, id="a space is a hyphen"),
        pytest.param("kotirovka*", "Kotirovkaçılar", True, id="an asterisk takes any continuation"),
        pytest.param("kotirovka*", "akotirovka", False, id="an asterisk does not take a beginning"),
        pytest.param("you're", "If you’re seeing this you're", True, id="an apostrophe parts words on both sides"),
        pytest.param("ictimai şura", "şura ictimai", False, id="order matters"),
    ],
)
def test_phrases(phrase: str, text: str, there: bool) -> None:
    assert (Phrase.of(phrase).find(words(text)) is not None) is there


@pytest.mark.parametrize(
    ("phrase", "address", "named"),
    [
        pytest.param("ictimai şura", "/page/ictimai-shura", True, id="ş as sh"),
        pytest.param("ictimai şura", "/az/nazirlik/ictimai_sura.html", True, id="underscore"),
        pytest.param("ictimai şura", "/az/i̇cti̇mai̇-şura", True, id="raw letters with dots left over"),
        pytest.param("ictimai şura", "/%C4%B0ctimai_Shura/index.php", True, id="percent-encoded"),
        pytest.param("ictimai şura", "/az/IctimaiShura", True, id="glued, camel case"),
        pytest.param("open data", "/menu/6/opendata/", True, id="glued, lower case"),
        pytest.param("ictimai şura", "/ictimai-ura", True, id="non-ASCII letters lost"),
        pytest.param("satınalmalar", "/sat-nalmalar", True, id="non-ASCII letter turned to a hyphen"),
        pytest.param("açıq məlumatlar", "/aciq-m-lumatlar", True, id="schwa turned to a hyphen"),
        pytest.param("açıq məlumatlar", "/aciq-mlumatlar", True, id="schwa dropped"),
        pytest.param("açıq məlumatlar", "/achiq-melumatlar.html", True, id="ç as ch"),
        pytest.param("satınalmalar", "/az/satinalmalarin-plani", True, id="an ending in the address"),
        pytest.param("ictimai şura", "?view=ictimai-suraya-secki", True, id="in the query"),
        pytest.param("elan", "/elanetme", False, id="not a part of another word"),
        pytest.param("media", "/multimedia/1", False, id="not the end of another word"),
        pytest.param("news", "/newsletter", False, id="not the beginning of another word"),
        pytest.param("public council", "/republiccouncil", False, id="glued words begin where a word begins"),
    ],
)
def test_addresses_name_things(phrase: str, address: str, named: bool) -> None:
    assert Words(names=(phrase,)).in_slug(slug_of(address)) is named


AZ = "Rayon icra hakimiyyətinin başçısı kənd sakinləri ilə görüşüb, şəhərin küçələrinə və bağlara baxış keçirib"
LATIN = "Belediye baskanı gün içinde köy halkıyla görüştü, Şoförler için yeni bir düzenleme ve çağrı İzmir'de"
RU = "Глава исполнительной власти района встретился с жителями сёл и осмотрел новые дороги"


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        pytest.param(AZ.encode(), None, AZ, id="utf-8 that nothing declares"),
        pytest.param(AZ.encode(), "text/html; charset=utf-8", AZ, id="utf-8 declared"),
        pytest.param(AZ.encode(), "text/html; charset=windows-1254", AZ, id="utf-8 declared as something else"),
        pytest.param(b"\xef\xbb\xbf" + AZ.encode(), "text/html", AZ, id="byte order mark is no letter"),
        pytest.param(AZ.encode("utf-16"), "text/html", AZ, id="utf-16 with its mark"),
        pytest.param(LATIN.encode("cp1254"), "text/html; charset=windows-1254", LATIN, id="windows-1254 declared"),
        pytest.param(LATIN.encode("cp1254"), "text/html; charset=utf-8", LATIN, id="windows-1254 declared as utf-8"),
        pytest.param(
            LATIN.encode("cp1254"), "text/html; charset=iso-8859-1", LATIN, id="windows-1254 declared Western"
        ),
        pytest.param(LATIN.encode("cp1254"), "text/html; charset=windows-1251", LATIN, id="1254 declared as Cyrillic"),
        pytest.param(LATIN.encode("cp1254"), None, LATIN, id="windows-1254 that nothing declares"),
        pytest.param(RU.encode("cp1251"), "text/html; charset=windows-1251", RU, id="windows-1251 declared"),
        pytest.param(RU.encode("cp1251"), "text/html; charset=windows-1254", RU, id="windows-1251 declared as Turkish"),
        pytest.param(RU.encode("cp1251"), "text/html", RU, id="windows-1251 that nothing declares"),
        pytest.param(RU.encode("koi8-r"), "text/html; charset=KOI8-R", RU, id="koi8-r declared"),
        pytest.param(
            b'<meta charset="windows-1251">' + RU.encode("cp1251"),
            "text/html",
            '<meta charset="windows-1251">' + RU,
            id="windows-1251 declared in a meta",
        ),
        pytest.param(
            b'<meta http-equiv="Content-Type" content="text/html; charset=koi8-r">' + RU.encode("koi8-r"),
            "text/html; charset=utf-8",
            '<meta http-equiv="Content-Type" content="text/html; charset=koi8-r">' + RU,
            id="the meta is right and the header wrong",
        ),
        pytest.param(AZ.encode() + b" \xc9", "text/html", AZ + " \ufffd", id="one letter cut in a short utf-8 text"),
        pytest.param(
            AZ.encode().decode("cp1252", "replace").encode(), None, None, id="utf-8 taken for 1252 and encoded"
        ),
        pytest.param(RU.encode().decode("latin-1").encode(), None, RU, id="Russian utf-8 taken for latin-1"),
        pytest.param(b"", None, "", id="nothing"),
        pytest.param(b"plain", "text/html; charset=no-such-charset", "plain", id="a charset that does not exist"),
    ],
)
def test_decoding(body: bytes, content_type: str | None, text: str | None) -> None:
    got = decode(body, content_type)
    if text is None:  # some letters were lost on the way there; the rest must come back
        assert "başçısı" in got
        assert "hakimiyyətinin" in got
    else:
        assert got == text


def test_mojibake_inside_a_good_page_is_mended_without_harm_to_the_rest() -> None:
    mixed = "Xəbərlər: " + "şəhər, bağlara".encode().decode("cp1252") + " və güləşçi"
    assert decode(mixed.encode(), None) == "Xəbərlər: şəhər, bağlara və güləşçi"


EN = "The head of the executive authority met with the residents of the district and listened to their proposals"
TR = "Belediye Başkanı için yapılan açıklamada bu yıl yeni bir park ve okul inşa edilmiştir, olarak bilinir"
DE = "Der Leiter der Verwaltung hat die Einwohner des Bezirks für eine Besprechung mit den Vertretern eingeladen"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param(AZ, "az", id="Azerbaijani"),
        pytest.param(
            "Icra hakimiyyetinin bascisi kend sakinleri ile gorusub ve onlarin teklifleri ucun qeyd edib ki",
            "az",
            id="Azerbaijani typed in ASCII",
        ),
        pytest.param(RU, "ru", id="Russian"),
        pytest.param(EN, "en", id="English"),
        pytest.param(TR, "tr", id="Turkish is not Azerbaijani"),
        pytest.param(DE, "de", id="German"),
        pytest.param("Разместил: admin44. Общая цена: 5/51. " + AZ, "az", id="Azerbaijani text under Russian chrome"),
        pytest.param("Read more. Share. Print. Back to the list. " + AZ, "az", id="Azerbaijani under English chrome"),
        pytest.param(EN + " in Əhmədli, Xətai, Bərdə", "en", id="English with Azerbaijani names"),
        pytest.param("Xəbərlər", None, id="one word is too little"),
        pytest.param("", None, id="no text"),
        pytest.param("12.03.2018 14:00 | 1234567890 " * 10, None, id="figures are no language"),
    ],
)
def test_language(text: str, code: str | None) -> None:
    assert language_of(text, FUNCTION_WORDS) == code
