"""Does the regenerated appendix of 2018 say every fact that stood in the printed one, in every form?

`python -m tests.appendix_2018.compare [--lang az]` writes the report of the round made by hand as anybody would
(publishing.report), reads each form back with a reader of its own kind, and looks for each fact of `facts.yaml` in the
cell of its row and column, in the words of that language. It prints how many are there, by column and form.

The round made by hand keeps one council section for both 4.2.1 and 4.2.2, which the report describes in turns: what
one of the two cells said of content, address and days may stand in the other. "Yoxdur" must stand in its own cell;
where the round merged the two, the cell says that the report had it so. Of a pdf only the row is read, not the cell:
what only a cell can answer (what is not there, above all) is asked of the other forms alone.
"""

import argparse
import csv
import io
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from pathlib import Path

import docx
import lxml.html
import openpyxl
import pypdf

from archive.registry import Registry, load_registry
from publishing.beside import Beside
from publishing.clean import shown
from publishing.edition import round_info
from publishing.report import write_report
from publishing.texts import Texts, texts_in
from scoring.levels import levels_of
from scoring.plans import load_plan
from scoring.rounds import Loaded, findings_of, load_round
from tests.appendix_2018.facts import SECTIONS, Entry, load

ROOT = Path(__file__).parent.parent.parent
COLUMNS = ("number", "authority", "2.4", *SECTIONS, "notes")
COUNCIL = ("4.2.1", "4.2.2")
GROUPS = ("local", "central")
ONLY_IN_CELLS = ("number", "mobile", "there", "not there", "blank", "e-services", "networks")
FORMS = ("csv", "xlsx", "html", "docx", "json", "pdf")
# The heads of the report of 2018, the number's own head aside, which it left blank. Its "Bütçə" is mended.
HEADS = (
    "2.4 Dövlət orqanlarının internet səhifələrinin mobil versiyalarının hazırlanması, sosial şəbəkələrdə "
    "səhifələrinin açılması və onların aktiv fəaliyyətinin təmin edilməsi",
    "4.2.1 İctimai şuraların fəaliyyətinin təşkil edilməsi, gücləndirilməsi və davamlılığının təmin edilməsi",
    "4.2.2 İctimai şuraların tərkibi və fəaliyyəti ilə bağlı rəsmi internet resurslarında ayrıca bölmələrin "
    "yaradılması və məlumatların mütəmadi yenilənməsi",
    "5.6 Büdcə təşkilatları tərəfindən dövlət satınalmaları ilə bağlı məlumatların internet səhifələrində "
    "yerləşdirilməsi",
    "Qeydlər",
)
FIRST_HEAD = {"local": "Yerli icra hakimiyyəti", "central": "Mərkəzi icra hakimiyyəti"}

Cells = dict[str, str]  # column -> its text
Holds = Callable[[str], bool]


@dataclass(frozen=True)
class Fact:
    """One thing that a row of 2018 says. It must hold of one of these columns."""

    authority: str
    column: str
    kind: str
    said: str
    holds: Holds
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    form: str
    fact: Fact
    there: bool


# -- what must be said -------------------------------------------------------------------------------------------------


class Words:
    """The facts of a row as what a reader of one language must find."""

    def __init__(self, lang: str) -> None:
        self.texts: Texts = texts_in(lang)
        self.lang = lang
        made = round_by_hand().round
        self.codes = {code.id: str(getattr(code, "az" if lang == "az" else "en")) for code in made.codes}

    def facts(self, row: Entry) -> Iterator[Fact]:
        def fact(column: str, kind: str, said: object, holds: Holds, *also: str) -> Fact:
            return Fact(row["id"], column, kind, str(said), holds, (column, *also))

        yield fact("number", "number", row["number"], lambda text: text == str(row["number"]))
        yield fact("authority", "name", row["name"], self._has(_name(row, self.lang)))
        for kind, said, holds in self._of_2_4(row):
            yield fact("2.4", kind, said, holds)
        for item in SECTIONS:
            for kind, said, holds in self._of_section(row[item], item):
                others = [one for one in COUNCIL if one != item] if item in COUNCIL and kind != "not there" else []
                yield fact(item, kind, said, holds, *others)
        for kind, said, holds in (*self._of_services(row["services"]), *self._of_news(row["news"])):
            yield fact("notes", kind, said, holds)

    def _of_2_4(self, row: Entry) -> Iterator[tuple[str, str, Holds]]:
        texts = self.texts
        if row["mobile"] == "not_working":
            yield "mobile", "not working", self._has(texts.states["unseen"])
            return
        yield "mobile", "there", lambda text: text.startswith(texts.states["found"])
        networks = row.get("networks") or ()
        for network in networks:
            yield "networks", network, self._has(texts.networks[network])
        others = [texts.networks[net] for net in texts.networks if net not in networks]
        yield "networks", "no others", lambda text: not any(name in text for name in others)
        own = {
            "few": "posts-few",
            "many": "posts-steady-and-many",
            "facebook_only": "posts-on-facebook",
            "few_a_month": "posts-3-4-a-month",
        }
        for remark in row.get("remarks") or ():
            said = self.codes[own[remark]] if remark in own else texts.remarks[remark]
            either = [said, self.codes["posts-steady-and-many"]] if remark == "steady" else [said]
            yield "posting", remark, self._any(either)
        if last := row.get("last_post"):
            yield "posting", last, self._has(texts.month(date.fromisoformat(f"{last}-01")))

    def _of_section(self, cell: Entry, item: str) -> Iterator[tuple[str, str, Holds]]:
        texts, value = self.texts, cell["value"]
        if value in ("blank", "garbled"):
            yield "blank", value, lambda text: text.startswith(texts.states["unseen"])
            return
        if value == "yoxdur":
            codes = {"4.2.1": "council-under-422", "4.2.2": "council-under-421"}
            merged = self.codes[codes[item]] if item in codes else None
            absent = texts.states["absent"]
            yield "not there", value, lambda text: text.startswith(absent) or (merged is not None and merged in text)
            return
        heads = (texts.states["found"], texts.states["partial"])
        postponed = self.codes["council-postponed"]
        yield "there", value, lambda text: text.startswith(heads) or postponed in text
        for url in cell.get("urls") or ():
            yield "addresses", url, self._has(shown(url))
        for said in cell.get("says") or ():
            yield "what it says", said, self._says(said, item)

    def _says(self, said: str, item: str) -> Holds:
        texts = self.texts
        kind = "procurement" if item == "5.6" else "public_council"
        code = {
            "members_empty": "members-part-empty",
            "appeals_law": "council-appeals-law",
            "one_item": "council-one-item",
            "elected": "council-elected",
            "little_on_activity": "council-little-on-activity",
            "postponed": "council-postponed",
            "founded_1994": "council-founded-1994",
            "five_events": "council-five-events",
            "systematic": "procurement-systematic",
            "not_systematic": "procurement-not-systematic" if item == "5.6" else "council-not-systematic",
        }
        if said in code:
            return self._has(self.codes[code[said]])
        if said in texts.content:
            return self._has(texts.content[said])
        if said in texts.fullness[kind]:
            return self._has(texts.fullness[kind][said])
        what, _, value = said.partition(":")
        match what:
            case "search_only":
                return self._has(texts.placement["search_only"])
            case "no_section":
                return self._has(texts.own_page)
            case "items":
                return self._has(texts.items.format(items=value))
            case "day":
                return self._has(texts.date(date.fromisoformat(value)))
            case "month":
                return self._has(texts.month(date.fromisoformat(f"{value}-01")))
            case "year":
                return self._has(f": {value}")
        raise AssertionError(f"no words for {said}")

    def _of_services(self, services: Entry) -> Iterator[tuple[str, str, Holds]]:
        texts, status = self.texts, services["status"]
        label = texts.services["label"]
        if status == "blank":
            yield "e-services", status, self._has(texts.states["unseen"])
            return
        absent = label.format(text=texts.services["absent"])
        if status == "none":
            yield "e-services", status, self._has(absent)
        else:
            begins = label.format(text="").strip()
            yield "e-services", status, lambda text: begins in text and absent not in text
        if status == "present_inactive":
            yield "e-services", "inactive", self._has(self.codes["services-inactive"])
        if count := services.get("count"):
            yield "e-services: count", str(count), self._has(texts.count("services", count))
        for url in services.get("urls") or ():
            yield "e-services: addresses", url, self._has(shown(url))
        if note := services.get("note"):
            yield "e-services", note, self._has(self.codes[note])

    def _of_news(self, news: Entry) -> Iterator[tuple[str, str, Holds]]:
        texts = self.texts
        if last := news.get("last_date"):
            yield "last update", last, self._has(texts.date(date.fromisoformat(last)))
        if month := news.get("last_month"):
            first = date.fromisoformat(f"{month}-01")
            said, day = self._has(texts.month(first)), self._has(texts.date(first))
            yield "last update", month, lambda text: said(text) and not day(text)  # no day that nobody knew
        if news.get("basis") == "until":
            yield "last update", "until", self._has(texts.news["until"])
        if news.get("basis") == "garbled":
            yield "last update", "garbled", self._has(self.codes["sentence-garbled"])
        if observed := news.get("observed_on"):
            yield (
                "looked at on",
                observed,
                self._has(texts.observed_on.format(date=texts.date(date.fromisoformat(observed)))),
            )
        for unit in ("per_month", "per_day"):
            if unit in news:
                yield (
                    f"items {unit}",
                    str(news[unit]),
                    self._has(texts.news[unit].format(**{unit: self._span(news[unit])})),
                )
        if note := news.get("note"):
            yield "notes on updating", note, self._has(self.codes[note])

    def _span(self, ends: Sequence[float | None]) -> str:
        low, high = ends
        if low is None or high is None:
            return f"≤ {self.texts.number(high)}" if low is None and high is not None else self.texts.number(low or 0)
        return self.texts.number(low) if low == high else f"{self.texts.number(low)}–{self.texts.number(high)}"

    def _has(self, said: str) -> Holds:
        wanted = _squeezed(said)
        return lambda text: wanted in _squeezed(text)

    def _any(self, said: Iterable[str]) -> Holds:
        wanted = [_squeezed(one) for one in said]
        return lambda text: any(one in _squeezed(text) for one in wanted)


def _squeezed(text: str) -> str:
    """Without spaces: forms break their lines where they like."""
    return "".join(text.split())


# -- reading the forms -------------------------------------------------------------------------------------------------


def read(form: str, folder: Path, lang: str) -> dict[str, tuple[list[str], list[Cells]]]:
    """Group -> (heads, rows), each read as its own kind of file."""
    suffix = "" if lang == "az" else f"-{lang}"
    if form == "csv":
        return {group: _csv(folder / f"elave-{place}{suffix}.csv") for place, group in enumerate(GROUPS, start=1)}
    path = folder / f"elaveler{suffix}.{form}"
    return _pdf(path, lang) if form == "pdf" else READERS[form](path)


def _csv(path: Path) -> tuple[list[str], list[Cells]]:
    head, *rows = csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline=""))
    return head[: len(COLUMNS)], [_cells(row) for row in rows]


def _xlsx(path: Path) -> dict[str, tuple[list[str], list[Cells]]]:
    book = openpyxl.load_workbook(path, read_only=True)
    found = {}
    for group, sheet in zip(GROUPS, book.worksheets, strict=False):
        lines = [
            [str(value) if value is not None else "" for value in line] for line in sheet.iter_rows(values_only=True)
        ]
        start = next(place for place, line in enumerate(lines) if line[0] == "№" or line[0].strip() == "No.")
        found[group] = (lines[start][: len(COLUMNS)], [_cells(line) for line in lines[start + 1 :]])
    return found


def _html(path: Path) -> dict[str, tuple[list[str], list[Cells]]]:
    page = lxml.html.fromstring(path.read_bytes())
    for sign in page.xpath("//*[@aria-hidden='true']"):  # what nobody hears: the signs that stand for states
        sign.drop_tree()
    grids = [
        [[cell.text_content() for cell in line.iter("th", "td")] for line in grid.iter("tr")]
        for grid in page.iter("table")
    ]
    return _appendices(grids)


def _docx(path: Path) -> dict[str, tuple[list[str], list[Cells]]]:
    grids = []
    for grid in docx.Document(str(path)).tables:
        if len(grid.columns) == len(COLUMNS):
            texts = [cell.text for cell in grid._cells]
            grids.append([texts[start : start + len(COLUMNS)] for start in range(0, len(texts), len(COLUMNS))])
    return _appendices(grids)


def _json(path: Path) -> dict[str, tuple[list[str], list[Cells]]]:
    document = json.loads(path.read_bytes())
    found = {}
    for table in document["tables"]:
        heads = [f"{column['heading']} {column['title']}" for column in table["columns"]]
        rows = [{key: row["cells"][key]["text"] for key in COLUMNS} for row in table["rows"]]
        found[table["key"]] = (heads, rows)
    return found


def _pdf(path: Path, lang: str) -> dict[str, tuple[list[str], list[Cells]]]:
    """Of a pdf only the row is certain, not the cell: each column of a row holds the text of the whole row."""
    text = _squeezed(" ".join(page.extract_text() for page in pypdf.PdfReader(path).pages))
    found: dict[str, tuple[list[str], list[Cells]]] = {}
    rows = load()
    starts = {row["id"]: text.find(_squeezed(f"{row['number']} {_name(row, lang)} {_site(row['id'])}")) for row in rows}
    for group in GROUPS:
        ours = [row for row in rows if row["group"] == group]
        head = text[: starts[ours[0]["id"]]][-4000:]
        found[group] = ([head] * len(COLUMNS), [])
        for row in ours:
            later = [start for start in starts.values() if start > starts[row["id"]]]
            piece = text[starts[row["id"]] : min(later, default=starts[row["id"]] + 3000)]
            found[group][1].append(dict.fromkeys(COLUMNS, piece))
    return found


def _name(row: Entry, lang: str) -> str:
    agency = registry().agency(row["id"])
    return str(row["name"] if lang == "az" else agency.name_en or agency.name)


def _site(authority: str) -> str:
    site = next(one.site for one in round_by_hand().round.authorities if one.id == authority)
    return shown(site) if site else ""


READERS: Mapping[str, Callable[[Path], dict[str, tuple[list[str], list[Cells]]]]] = {
    "xlsx": _xlsx,
    "html": _html,
    "docx": _docx,
    "json": _json,
}


def _appendices(grids: Iterable[list[list[str]]]) -> dict[str, tuple[list[str], list[Cells]]]:
    """The tables whose first column is numbered and that have our columns, in their order."""
    ours = [grid for grid in grids if grid and len(grid[0]) == len(COLUMNS) and grid[0][2].strip().startswith("2.4")]
    return {group: (grid[0], [_cells(line) for line in grid[1:]]) for group, grid in zip(GROUPS, ours, strict=True)}


def _cells(line: Sequence[str]) -> Cells:
    return {column: text.strip().removeprefix("'") for column, text in zip(COLUMNS, line, strict=False)}


# -- comparing ---------------------------------------------------------------------------------------------------------


@cache
def round_by_hand() -> Loaded:
    return load_round(ROOT / "methodology" / "rounds" / "erc-2018.yaml")


@cache
def registry() -> Registry:
    return load_registry(ROOT / "agencies.yaml")


def draw(folder: Path, lang: str, forms: Iterable[str]) -> None:
    """The report of the round of 2018, as anybody would have it written."""
    findings = findings_of(round_by_hand())
    plan = load_plan(ROOT / "methodology" / "plans" / "nap-2016-2018.yaml")
    levels = [asdict(level) for level in levels_of(findings, plan)]
    agencies = registry().only([document["id"] for document in findings["authorities"]]).agencies
    write_report(findings, levels, agencies, round_info(findings), lang, forms, folder, Beside(plan=plan))


def answers(form: str, folder: Path, lang: str) -> Iterator[Answer]:
    """For every fact of every row whether it is there."""
    words = Words(lang)
    tables = read(form, folder, lang)
    for group in GROUPS:
        rows = [row for row in load() if row["group"] == group]
        printed = tables[group][1]
        for place, row in enumerate(rows):
            cells = printed[place] if place < len(printed) else dict.fromkeys(COLUMNS, "")
            for fact in words.facts(row):
                if form != "pdf" or fact.kind not in ONLY_IN_CELLS:
                    yield Answer(form, fact, any(fact.holds(cells[column]) for column in fact.columns))


def heads(form: str, folder: Path, lang: str) -> list[str]:
    """What is wrong with the heads, in Azerbaijani only: the report of 2018 has no other."""
    wrong = []
    for group, (found, _) in read(form, folder, lang).items():
        for place, want in enumerate((FIRST_HEAD[group], *HEADS), start=1):
            if _squeezed(want) not in _squeezed(found[place]):
                wrong.append(f"{form}, {group}: column {place + 1} is {found[place]!r} instead of {want!r}")
    return wrong


def told(found: Sequence[Answer]) -> Iterator[str]:
    """By column and kind: there / all, in each form; then what is missing."""
    forms = list(dict.fromkeys(answer.form for answer in found))
    kinds = list(dict.fromkeys((answer.fact.column, answer.fact.kind) for answer in found))
    there = Counter((answer.form, answer.fact.column, answer.fact.kind) for answer in found if answer.there)
    every = Counter((answer.form, answer.fact.column, answer.fact.kind) for answer in found)
    yield f"{'column':<10}{'fact':<24}" + "".join(f"{form:>12}" for form in forms)
    for column, kind in sorted(kinds, key=lambda one: COLUMNS.index(one[0])):
        counts = (_share(there[form, column, kind], every[form, column, kind]) for form in forms)
        yield f"{column:<10}{kind:<24}" + "".join(f"{count:>12}" for count in counts)
    sums = (f"{sum(a.there for a in found if a.form == form)}/{sum(a.form == form for a in found)}" for form in forms)
    yield f"{'all':<34}" + "".join(f"{count:>12}" for count in sums)
    missing: dict[tuple[str, str, str, str], list[str]] = {}
    for answer in found:
        if not answer.there:
            fact = answer.fact
            missing.setdefault((fact.authority, fact.column, fact.kind, fact.said), []).append(answer.form)
    yield f"missing: {len(missing)}"
    yield from (f"  {' '.join(what)}: {', '.join(where)}" for what, where in missing.items())


def _share(there: int, every: int) -> str:
    return f"{there}/{every}" if every else "–"


def main() -> None:
    ask = argparse.ArgumentParser(
        prog="python -m tests.appendix_2018.compare",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    ask.add_argument("--lang", default="az", choices=("az", "en"))
    ask.add_argument("--format", default=",".join(FORMS), help=f"any of {','.join(FORMS)}")
    given = ask.parse_args()
    forms = given.format.split(",")
    with tempfile.TemporaryDirectory(prefix="appendix-") as name:
        draw(Path(name), given.lang, forms)
        found = [answer for form in forms for answer in answers(form, Path(name), given.lang)]
        print(*told(found), sep="\n")
        wrong = [fault for form in forms for fault in heads(form, Path(name), given.lang)] if given.lang == "az" else []
        if given.lang == "az":  # the report of 2018 has no other
            print(f"column heads and order: {'differ' if wrong else 'as in the report of 2018'}", *wrong, sep="\n  ")
    sys.exit(bool(wrong) or not all(answer.there for answer in found))


if __name__ == "__main__":
    main()
