"""Does the calendar read every printed form, and refuse what only looks like a date?"""

from datetime import date
from functools import cache

import pytest

from reading.calendar import dates_in, stamp
from reading.method import Method, load_method

AS_OF = date(2018, 8, 20)
LATE = date(2026, 8, 20)


@cache
def method() -> Method:
    return load_method()


STAMPS = [
    ("14 iyul 2020 | 16:00", "2020-07-14"),
    ("19 Mart 2020 17:07", "2020-03-19"),
    ("23.07.2018", "2018-07-23"),
    ("14.04.2017 11:00", "2017-04-14"),
    ("14.04.2017 11.00", "2017-04-14"),
    ("30.06.2021 - 10:10", "2021-06-30"),
    ("20.04.2018, 10:50", "2018-04-20"),
    ("03.04.2019", "2019-04-03"),
    ("05. 08. 2018", "2018-08-05"),
    ("25/04/16", "2016-04-25"),
    ("25.04.16", "2016-04-25"),
    ("17-10-2024", "2024-10-17"),
    ("7-11-2023, 15:51", "2023-11-07"),
    ("15:13 / 20-11-2024", "2024-11-20"),
    ("12:00 / 18.07.2018", "2018-07-18"),
    ("2018-07-12", "2018-07-12"),
    ("2018/07/12", "2018-07-12"),
    ("2018.07.12 10:05:31", "2018-07-12"),
    ("2018-07-12T10:00:00+04:00", "2018-07-12"),
    ("17 fevral, 2026", "2026-02-17"),
    ("17 fevral, 2026 10:52", "2026-02-17"),
    ("06 июня 2018, 20:05", "2018-06-06"),
    ("14 июля 2020 г.", "2020-07-14"),
    ("Опубликовано: 14 июля 2020 года", "2020-07-14"),
    ("Çərşənbə, 29 May 2024", "2024-05-29"),
    ("ÇƏRŞƏNBƏ AXŞAMI, 9 İYUN 2020, 14:20", "2020-06-09"),
    ("Bazar ertəsi, 4 may 2020", "2020-05-04"),
    ("14 mart 2022-ci il", "2022-03-14"),
    ("10 Mart 2020-ci il", "2020-03-10"),
    ("10 fevral 2021-ci il, saat 15:00", "2021-02-10"),
    ("12 may 2022 –ci il", "2022-05-12"),
    ("“04” iyul 2003-cü il", "2003-07-04"),
    ("23.07.2018-ci il", "2018-07-23"),
    ("July 5, 2018", "2018-07-05"),
    ("5 July 2018", "2018-07-05"),
    ("5th of July 2018", "2018-07-05"),
    ("July 5th, 2018 at 3:15 pm", "2018-07-05"),
    ("İyul 3, 2021", "2021-07-03"),
    ("09 april 2019", "2019-04-09"),
    ("2 okt. 2019", "2019-10-02"),
    ("2026 M07 12", "2026-07-12"),
    ("12 iyl 2018", "2018-07-12"),
    ("12 iyn 2018", "2018-06-12"),
    ("3 avq 2018", "2018-08-03"),
    ("3 sen 2017", "2017-09-03"),
    ("12.İyul.2018", "2018-07-12"),
    ("12-İyul-2018", "2018-07-12"),
    ("12 i̇yul 2018", "2018-07-12"),
    ("12 İYUN 2018", "2018-06-12"),
    ("12 Iyun 2018", "2018-06-12"),
    ("3 sentyabr 2017", "2017-09-03"),
    ("14 dеkаbr 2017", "2017-12-14"),  # Cyrillic е and а
    ("Tarix: 05.08.2018", "2018-08-05"),
    ("Dərc olunub: 5 avqust 2018, 10:00", "2018-08-05"),
    ("5 avqust 2018 | Baxış sayı: 3392", "2018-08-05"),
    ("05.08.2018 Oxunub: 66342", "2018-08-05"),
    ("Posted on 5 August 2018", "2018-08-05"),
    ("bu gün 14:20", "2018-08-20"),
    ("Bu gün, 14:20", "2018-08-20"),
    ("dünən", "2018-08-19"),
    ("Dünən, 09:15", "2018-08-19"),
    ("3 gün əvvəl", "2018-08-17"),
    ("2 saat əvvəl", "2018-08-20"),
    ("2 həftə əvvəl", "2018-08-06"),
    ("2 days ago", "2018-08-18"),
    ("3 дня назад", "2018-08-17"),
    ("вчера", "2018-08-19"),
    # how many comments there are is no word about the day, whoever wrote the item
    ("Baxış: 880 | Əlavə etdi: admin | Tarix: 12.05.2015 | Şərhlər (2)", "2015-05-12"),
    ("13.08.2018 · 3 şərh", "2018-08-13"),
    ("13.08.2018, 10:20 Rəylər: 0", "2018-08-13"),
    ("Comments (4) | 13 August 2018", "2018-08-13"),
    # the month comes first where only that gives a day (reading/slashed.py)
    ("Cümə, 08/17/2018 - 11:00", "2018-08-17"),
    ("08-17-2018", "2018-08-17"),
    # the form of prose, and nothing beside it: a line of its own
    ("2018-ci il avqustun 5-də", "2018-08-05"),
    ("“04” iyul 2016-cı il", "2016-07-04"),
    ("5 avqust 2018-ci il tarixində", "2018-08-05"),
    ("06 aprel 2018-ci il tarixdə", "2018-04-06"),
    # not stamps
    ("2018-ci ilin iyul ayının 2-nə qədər", None),
    ("01.01.2014-ci il tarixə", None),
    ("22 noyabr 2013-cü il tarixli 816-IVQ nömrəli", None),
    ("22.11.2013 tarixli 816-IVQ nömrəli Qanun", None),
    ("mayın 26-da", None),
    ("iyunun 2-si və 3-ü", None),
    ("5th of July", None),
    ("Bu gün", None),
    ("Bu gün: 20.08.2018", None),
    ("Bu gün 20.08.2018, 14:20", None),
    ("Today 20 August 2018", None),
    ("Səhifənin son yenilənmə tarixi: 10.10.2017", None),
    ("Sonuncu yenilənmə: 20 avqust 2018", None),
    ("Son müraciət tarixi: 25.08.2018, son müddət", None),
    ("Müsabiqə 25.08.2018 tarixində keçiriləcək", None),
    ("05.08.2018 - 10.08.2018", None),
    ("05-07 avqust 2018", None),
    ("30.11.1999, 00:00", None),
    ("00.00.0000", None),
    ("0000-00-00", None),
    ("01.01.1970", None),
    ("20 yanvar 1990", None),
    ("31.02.2018", None),
    ("02.31.2018", None),
    ("08.17.2018", None),
    ("Şərh (1) 13.08.2018", None),
    ("Şərh: 13.08.2018", None),
    ("Şərhlər 13.08.2018 22:14", None),
    ("13/14/2018", None),
    ("25/04/35", None),
    ("404-16-56", None),
    ("(012) 498-10-16", None),
    ("12-10-16", None),
    ("192.168.10.12", None),
    ("10.12.2018.4", None),
    ("Bazar", None),
    ("may", None),
    ("2020", None),
    ("18:00", None),
    ("İyul 2018", None),
    ("8 noyabr – Zəfər Günü", None),
    ("© 2005-2018", None),
    ("USD 1.7000 EUR 20.08.2018", None),
    ("650 illik", None),
    ("16 saylı 12.05.2018", None),
]


@pytest.mark.parametrize(("text", "day"), STAMPS)
def test_stamp(text: str, day: str | None) -> None:
    got = stamp(text, LATE if day and day > "2018-08-20" else AS_OF, method().streams)
    assert got == (date.fromisoformat(day) if day else None)


PROSE = [
    ("İclas 2018-ci il avqustun 5-də keçirilib", "2018-08-05", "prose"),
    ("2018-ci ilin iyul ayının 2-nə qədər", "2018-07-02", "prose"),
    ("12 sentyabr 2018-ci il tarixində", "2018-09-12", "prose"),
    ("2018-ci il 5 avqust tarixində", "2018-08-05", "words"),
    ("“28”dekabr 2015-ci ilBakı", "2015-12-28", "words"),
    ("22 noyabr 2013-cü il tarixli 816-IVQ nömrəli", "2013-11-22", "prose"),
    ("14 iyul 2020", "2020-07-14", "words"),
    ("on 5th of July 2018", "2018-07-05", "words"),
    ("05.08.2018-də", "2018-08-05", "prose"),
    ("Bakı, 14 mart 2022-ci il", "2022-03-14", "words"),
]


@pytest.mark.parametrize(("text", "day", "kind"), PROSE)
def test_dates_in_prose(text: str, day: str, kind: str) -> None:
    [found] = dates_in(text, AS_OF)
    assert (found.day.isoformat(), found.kind) == (day, kind)
    assert found.text == text[found.start : found.end]


def test_two_dates_and_their_places() -> None:
    text = "05.08.2018-10.08.2018"
    assert [(f.day.day, f.start) for f in dates_in(text, AS_OF)] == [(5, 0), (10, 11)]


def test_places_are_right_where_letters_carry_a_loose_dot() -> None:
    text = "i̇cti̇mai̇ 12 i̇yul 2018 sonra"
    [found] = dates_in(text, AS_OF)
    assert text[found.start : found.end] == "12 i̇yul 2018"


def test_a_year_only_from_the_caller() -> None:
    assert dates_in("mayın 26-da", AS_OF) == []
    [found] = dates_in("mayın 26-da", AS_OF, year=2018)
    assert (found.day, found.sure_year) == (date(2018, 5, 26), False)
