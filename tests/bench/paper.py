"""What does a page of 40 KB look like, without any site of ours having it?

Sites of one menu and many pages: a home page, a news list, stories, a council, each padded with prose to its size.
"""

from datetime import UTC, date, datetime, timedelta

from archive.evidence import Capture
from reading.looking import Site
from reading.method import Method

SIZE_BYTES = 40_000
LINKS = 120  # in the menus
WORDS = (
    "rayon icra hakimiyyəti başçısı vətəndaşlar qəbul kənd təsərrüfatı məktəb yol tikinti iclas keçirilib haqqında"
    " məlumat verilib tədbir iştirak edib gənclər idman mədəniyyət sakinlər müraciət layihə abadlıq su qaz işıq"
).split()
LABELS = (
    ("Ana səhifə", "/"), ("Xəbərlər", "/news.html"), ("İctimai şura", "/page/1.html"), ("Satınalma", "/page/2.html"),
    ("Açıq məlumatlar", "/page/3.html"), ("Elektron xidmətlər", "/page/4.html"), ("Əlaqə", "/page/5.html"),
)  # fmt: skip


def site(number: int, pages: int, as_of: date, method: Method) -> Site:
    """A site of so many pages of 40 KB."""
    home = f"http://kagiz{number}-ih.gov.az"
    paths = ["/", "/news.html", *(f"/page/{i}.html" for i in range(1, 6))]
    paths += [f"/news/{i}.html" for i in range(pages - len(paths))]
    captures = [
        Capture(
            url=home + path,
            purpose="page",
            fetched_at=datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC),
            status=200,
            headers=(("Content-Type", "text/html; charset=utf-8"),),
            body=_page(path, number * 1_000 + order, as_of),
            found_on=home + "/" if order else None,
        )
        for order, path in enumerate(paths)
    ]
    return Site(home + "/", captures, as_of, method, name="Kağız Rayon İcra Hakimiyyəti")


def _page(path: str, seed: int, as_of: date) -> bytes:
    menu = "".join(f'<li><a href="{href}">{label}</a></li>' for label, href in LABELS)
    menu += "".join(f'<li><a href="/page/{i}.html">{_prose(i, 3)}</a></li>' for i in range(10, 10 + LINKS))
    head = (
        f'<!doctype html><html lang="az"><head><meta charset="utf-8"><title>{_prose(seed, 5)}</title></head><body>'
        f'<header><div class="nav"><ul>{menu}</ul></div></header><div class="content"><h1>{_prose(seed, 6)}</h1>'
    )
    foot = '</div><footer><p>© 2018</p><a href="https://www.facebook.com/kagiz">Facebook</a></footer></body></html>'
    rows, size, i = [], len((head + foot).encode()), 0
    while size < SIZE_BYTES:
        row = _row(path, seed, i, as_of)
        rows.append(row)
        size += len(row.encode())
        i += 1
    return (head + "".join(rows) + foot).encode()


def _row(path: str, seed: int, i: int, as_of: date) -> str:
    if path in ("/", "/news.html") and i < 30:
        day = as_of - timedelta(days=3 * i + 1)
        return (
            f'<div class="item"><span class="date">{day:%d.%m.%Y}</span>'
            f'<h3><a href="/news/{i}.html">{_prose(seed + i, 9)}</a></h3><p>{_prose(seed + 2 * i, 25)}</p></div>'
        )
    dated = f'<span class="date">{as_of - timedelta(days=seed % 90):%d.%m.%Y}</span>' if i == 0 else ""
    return f"<div>{dated}<p>{_prose(seed + i, 60)} <b>{_prose(i, 4)}</b> {_prose(seed * 3 + i, 20)}</p></div>"


def _prose(seed: int, words: int) -> str:
    return " ".join(WORDS[(seed * 7 + i * i + i * (seed % 11 + 1)) % len(WORDS)] for i in range(words)).capitalize()
