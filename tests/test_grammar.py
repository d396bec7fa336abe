"""Do numbers and names end as they are read?"""

import pytest

from publishing.grammar import (
    CASES,
    Azerbaijani,
    English,
    article,
    capital,
    english_ordinal,
    grammar_of,
    listed,
    lower,
    ordinal,
    spoken,
    spoken_tail,
)

AZ, EN = Azerbaijani(), English()

# The endings of every word that a number can end in, written by hand from the rules of spelling, not by the program.
# ordinal, possessive, genitive, dative, accusative, locative, ablative
BY_LAST_WORD = {
    0: "cı ı ın a ı da dan",
    1: "ci i in ə i də dən",
    2: "ci si nin yə ni də dən",
    3: "cü ü ün ə ü də dən",
    4: "cü ü ün ə ü də dən",
    5: "ci i in ə i də dən",
    6: "cı sı nın ya nı da dan",
    7: "ci si nin yə ni də dən",
    8: "ci i in ə i də dən",
    9: "cu u un a u da dan",
    10: "cu u un a u da dan",
    20: "ci si nin yə ni də dən",
    30: "cu u un a u da dan",
    40: "cı ı ın a ı da dan",
    50: "ci si nin yə ni də dən",
    60: "cı ı ın a ı da dan",
    70: "ci i in ə i də dən",
    80: "ci i in ə i də dən",
    90: "cı ı ın a ı da dan",
    100: "cü ü ün ə ü də dən",
    1000: "ci i in ə i də dən",
}
OF_NUMBERS = ("ordinal", "possessive", "genitive", "dative", "accusative", "locative", "ablative")


def last_word(n: int) -> int:
    """The part of a number that is read last."""
    for part in (10, 100, 1000):
        if n % part:
            return n % part if part == 10 else n % part // (part // 10) * (part // 10)
    return 0 if n == 0 else 1000


@pytest.mark.parametrize("n", range(131))
def test_the_endings_of_0_to_130(n: int) -> None:
    for case, ending in zip(OF_NUMBERS, BY_LAST_WORD[last_word(n)].split(), strict=True):
        assert AZ.number(str(n), n, [case]) == f"{n}-{ending}"


@pytest.mark.parametrize(
    ("n", "cases", "expected"),
    [
        (17, "possessive", "17-si"),
        (3, "possessive locative", "3-ündə"),
        (80, "ablative", "80-dən"),
        (1, "possessive", "1-i"),
        (6, "possessive", "6-sı"),
        (20, "possessive", "20-si"),
        (100, "possessive", "100-ü"),
        (2, "possessive locative", "2-sində"),
        (9, "possessive accusative", "9-unu"),
        (10, "possessive genitive", "10-unun"),
        (4, "possessive ablative", "4-ündən"),
        (6, "possessive dative", "6-sına"),
        (32, "possessive genitive", "32-sinin"),
        (40, "possessive locative", "40-ında"),
        (77, "possessive genitive", "77-sinin"),
        (90, "possessive ablative", "90-ından"),
        (103, "possessive", "103-ü"),
        (200, "locative", "200-də"),
        (1000, "ablative", "1000-dən"),
        (1001, "ordinal", "1001-ci"),
        (2016, "ordinal", "2016-cı"),
        (2018, "ordinal", "2018-ci"),
        (2019, "ordinal", "2019-cu"),
        (2020, "ordinal", "2020-ci"),
        (2023, "ordinal", "2023-cü"),
        (5000, "possessive", "5000-i"),
        (1_000_000, "possessive", "1000000-u"),
        (2_000_000_000, "possessive", "2000000000-ı"),
    ],
)
def test_numbers(n: int, cases: str, expected: str) -> None:
    assert AZ.number(str(n), n, cases.split()) == expected


@pytest.mark.parametrize(
    ("shown", "value", "cases", "expected"),
    [
        ("2,5", 2.5, "ablative", "2,5-dən"),
        ("7,3", 7.3, "possessive", "7,3-ü"),
        ("0,6", 0.6, "possessive", "0,6-sı"),
        ("1,25", 1.25, "dative", "1,25-ə"),
        ("4,9", 4.9, "locative", "4,9-da"),
        ("86%", 86, "possessive", "86%-i"),
        ("86%", 86, "ablative", "86%-dən"),
        ("3%", 3, "dative", "3%-ə"),
        ("100%", 100, "genitive", "100%-in"),
        ("17", 17, "", "17"),
    ],
)
def test_fractions_and_per_cent(shown: str, value: float, cases: str, expected: str) -> None:
    assert AZ.number(shown, value, cases.split()) == expected


@pytest.mark.parametrize(
    ("n", "expected"),
    [
        (0, "sıfır"),
        (10, "on"),
        (21, "iyirmi bir"),
        (100, "yüz"),
        (103, "yüz üç"),
        (130, "yüz otuz"),
        (618, "altı yüz on səkkiz"),
        (1000, "min"),
        (2018, "iki min on səkkiz"),
        (5000, "beş min"),
        (1_000_000, "bir milyon"),
        (2.5, "iki tam onda beş"),
        (1.25, "bir tam yüzdə iyirmi beş"),
        (-3, "mənfi üç"),
    ],
)
def test_how_a_number_is_read(n: float, expected: str) -> None:
    assert spoken(n) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2.2", "2.2-ci"),
        ("2.4", "2.4-cü"),
        ("4.2.1", "4.2.1-ci"),
        ("4.2.2", "4.2.2-ci"),
        ("5.6", "5.6-cı"),
        ("6.2", "6.2-ci"),
        ("1.9", "1.9-cu"),
        ("6.3", "6.3-cü"),
        ("2018", "2018-ci"),
    ],
)
def test_items_and_years(text: str, expected: str) -> None:
    assert ordinal(text) == expected


def test_a_thousand_with_its_point_is_read_as_a_thousand() -> None:
    assert spoken_tail("1.000") == "min"
    assert spoken_tail("12.345") == "on iki min üç yüz qırx beş"


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        # genitive, dative, accusative, locative, ablative
        ("Şəki", "Şəkinin Şəkiyə Şəkini Şəkidə Şəkidən"),
        ("Bakı", "Bakının Bakıya Bakını Bakıda Bakıdan"),
        ("Qaradağ", "Qaradağın Qaradağa Qaradağı Qaradağda Qaradağdan"),
        ("Şirvan", "Şirvanın Şirvana Şirvanı Şirvanda Şirvandan"),
        ("Gəncə", "Gəncənin Gəncəyə Gəncəni Gəncədə Gəncədən"),
        ("Xocavənd", "Xocavəndin Xocavəndə Xocavəndi Xocavənddə Xocavənddən"),
        ("Binəqədi", "Binəqədinin Binəqədiyə Binəqədini Binəqədidə Binəqədidən"),
        ("Ağsu", "Ağsunun Ağsuya Ağsunu Ağsuda Ağsudan"),
        ("Göygöl", "Göygölün Göygölə Göygölü Göygöldə Göygöldən"),
        ("Xətai", "Xətainin Xətaiyə Xətaini Xətaidə Xətaidən"),
        ("İmişli", "İmişlinin İmişliyə İmişlini İmişlidə İmişlidən"),
        ("Xızı", "Xızının Xızıya Xızını Xızıda Xızıdan"),
        ("Goranboy", "Goranboyun Goranboya Goranboyu Goranboyda Goranboydan"),
        ("Gədəbəy", "Gədəbəyin Gədəbəyə Gədəbəyi Gədəbəydə Gədəbəydən"),
        ("Oğuz", "Oğuzun Oğuza Oğuzu Oğuzda Oğuzdan"),
        ("Lerik", "Lerikin Lerikə Leriki Lerikdə Lerikdən"),
        ("Tovuz", "Tovuzun Tovuza Tovuzu Tovuzda Tovuzdan"),
        ("Facebook", "Facebookun Facebooka Facebooku Facebookda Facebookdan"),
        # brackets keep out of the ending
        ("Nizami (Gəncə)", "Nizaminin (Gəncə)|Nizamiyə (Gəncə)|Nizamini (Gəncə)|Nizamidə (Gəncə)|Nizamidən (Gəncə)"),
        ("X (Twitter)", "X-in (Twitter)|X-ə (Twitter)|X-i (Twitter)|X-də (Twitter)|X-dən (Twitter)"),
        # "its" already: n before the case
        (
            "Ədliyyə Nazirliyi",
            "Ədliyyə Nazirliyinin|Ədliyyə Nazirliyinə|Ədliyyə Nazirliyini|Ədliyyə Nazirliyində|Ədliyyə Nazirliyindən",
        ),
        (
            "Maliyyə nazirliyi",
            "Maliyyə nazirliyinin|Maliyyə nazirliyinə|Maliyyə nazirliyini|Maliyyə nazirliyində|Maliyyə nazirliyindən",
        ),
        (
            "Gömrük komitəsi",
            "Gömrük komitəsinin|Gömrük komitəsinə|Gömrük komitəsini|Gömrük komitəsində|Gömrük komitəsindən",
        ),
        (
            "Dövlət Miqrasiya Xidməti",
            "Dövlət Miqrasiya Xidmətinin|Dövlət Miqrasiya Xidmətinə|Dövlət Miqrasiya Xidmətini"
            "|Dövlət Miqrasiya Xidmətində|Dövlət Miqrasiya Xidmətindən",
        ),
        (
            "yerli icra hakimiyyəti orqanları",
            "yerli icra hakimiyyəti orqanlarının|yerli icra hakimiyyəti orqanlarına|yerli icra hakimiyyəti orqanlarını"
            "|yerli icra hakimiyyəti orqanlarında|yerli icra hakimiyyəti orqanlarından",
        ),
        # acronyms and figures after a hyphen, as they are read
        ("MFP", "MFP-nin MFP-yə MFP-ni MFP-də MFP-dən"),
        ("QHT", "QHT-nin QHT-yə QHT-ni QHT-də QHT-dən"),
        ("AHT", "AHT-nin AHT-yə AHT-ni AHT-də AHT-dən"),
        ("YİH", "YİH-in YİH-ə YİH-i YİH-də YİH-dən"),
        ("ASAN", "ASAN-ın ASAN-a ASAN-ı ASAN-da ASAN-dan"),
        ("YouTube", "YouTube-un YouTube-a YouTube-u YouTube-da YouTube-dan"),
        ("Əlavə 1", "Əlavə 1-in|Əlavə 1-ə|Əlavə 1-i|Əlavə 1-də|Əlavə 1-dən"),
        ("Əlavə 2", "Əlavə 2-nin|Əlavə 2-yə|Əlavə 2-ni|Əlavə 2-də|Əlavə 2-dən"),
        # an ending after the closing quote follows the word in it
        (
            "“Açıq məlumatlar”",
            "“Açıq məlumatlar”ın|“Açıq məlumatlar”a|“Açıq məlumatlar”ı|“Açıq məlumatlar”da|“Açıq məlumatlar”dan",
        ),
    ],
)
def test_names(text: str, forms: str) -> None:
    wanted = forms.split("|") if "|" in forms else forms.split()
    cases = ("genitive", "dative", "accusative", "locative", "ablative")
    assert [AZ.word(text, [case]) for case in cases] == wanted


@pytest.mark.parametrize(
    ("text", "cases", "expected"),
    [
        ("sayt", "plural locative", "saytlarda"),
        ("bölmə", "plural genitive", "bölmələrin"),
        ("sayt", "possessive", "saytı"),
        ("bölmə", "possessive locative", "bölməsində"),
        ("şura", "possessive ablative", "şurasından"),
        ("gün", "plural", "günlər"),
        ("YİH", "plural locative", "YİH-lərdə"),
        ("Şəki", "", "Şəki"),
    ],
)
def test_endings_one_on_another(text: str, cases: str, expected: str) -> None:
    assert AZ.word(text, cases.split()) == expected


def test_no_plural_after_a_number() -> None:
    assert AZ.plural(17, "orqan", "orqanlar") == "orqan"
    assert [EN.plural(n, "authority", "authorities") for n in (0, 1, 2)] == ["authorities", "authority", "authorities"]


def test_dates_end_in_their_year() -> None:
    assert AZ.day("28 avqust 2018") == "28 avqust 2018-ci il"
    assert AZ.day("28 avqust 2018", ["ablative"]) == "28 avqust 2018-ci ildən"
    assert AZ.day("1 yanvar 2016", ["locative"]) == "1 yanvar 2016-cı ildə"
    assert EN.day("28 August 2018", ["ablative"]) == "28 August 2018"


def test_lists() -> None:
    assert listed(["Binəqədi", "Qaradağ", "Şəki"], AZ.conjunction) == "Binəqədi, Qaradağ və Şəki"
    assert listed(["Binagadi", "Sheki"], EN.conjunction) == "Binagadi and Sheki"
    assert listed(["Şəki"], AZ.conjunction) == "Şəki"
    assert listed([], AZ.conjunction) == ""


def test_the_dotted_and_the_dotless_i() -> None:
    assert lower("İCTİMAİ ŞURA, QIZIL") == "ictimai şura, qızıl"
    assert capital("ictimai şura bölməsi") == "İctimai şura bölməsi"
    assert capital("ışıq") == "Işıq"
    assert capital("") == ""


@pytest.mark.parametrize(
    ("n", "expected"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (13, "13th"), (21, "21st"),
     (22, "22nd"), (101, "101st"), (111, "111th"), (113, "113th"), (120, "120th")],
)  # fmt: skip
def test_english_ordinals(n: int, expected: str) -> None:
    assert f"{n}{english_ordinal(n)}" == expected
    assert EN.number(str(n), n, ["ordinal"]) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [("electronic services section", "an"), ("public council section", "a"), ("open data section", "an"),
     ("ethics report section", "an"), ("university", "a"), ("hour", "an"), ("8 of", "an"), ("11th", "an"),
     ("18th", "an"), ("110", "a"), ("one", "a"), ("unseen cell", "an")],
)  # fmt: skip
def test_the_english_article(word: str, expected: str) -> None:
    assert article(word) == expected


def test_english_genitive() -> None:
    assert EN.word("Sheki", ["genitive"]) == "Sheki’s"
    assert EN.word("authorities", ["genitive"]) == "authorities’"
    assert EN.word("Sheki", ["locative"]) == "Sheki"


def test_every_case_has_an_ending() -> None:
    assert all(AZ.word("Bakı", [case]) != "Bakı" for case in CASES)
    assert isinstance(grammar_of("az"), Azerbaijani)
    assert isinstance(grammar_of("en"), English)
