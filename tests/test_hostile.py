"""Does text that wants to be more than text stay text, in whatever it is written to?

One site of the zoo says markup, formulas, control characters and megabytes wherever a page can say anything. It is
crawled over real sockets and printed in every form; what would run, hide or break there is looked for in each.
"""

import csv
import io
import json
import re
import subprocess
import sys
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
import yaml
from lxml import etree, html

from sampleweb.proxy import running
from sampleweb.zoo.keeper import guests

ROOT = Path(__file__).resolve().parents[1]
FORMS = ("docx", "html", "xlsx", "csv", "json")
_ALERT = re.compile(r"alert\(|onerror|onmouseover|onload|javascript:", re.I)
# A number may well begin with a minus.
_FORMULA = re.compile(r"[=+@\t\r]|-(?![\d.,]+$)")


class Printed:
    """The site's round, and where its reports are."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.kept = ["--round", "hostile", "--db", str(folder / "h.db")]
        self.out = folder / "out"

    def told(self, *arguments: str) -> str:
        command = [sys.executable, "cli.py", *arguments]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, timeout=120)
        return done.stdout.decode()


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Printed:
    printed = Printed(tmp_path_factory.mktemp("hostile"))
    entry = {"id": "hostile", "group": "local", "name": "Zoopark", "site": "http://hostile.zoo.az/"}
    agencies = printed.folder / "agencies.yaml"
    agencies.write_text(yaml.safe_dump({"agencies": [entry]}, allow_unicode=True), encoding="utf-8")
    with running(guests=guests()) as proxy:
        where = ["--agencies", str(agencies), "--archive", str(printed.folder / "archive"), "--as-of", "2018-08-20"]
        printed.told("crawl", *printed.kept, *where, "--proxy", proxy, "--delay", "0", "--timeout", "5")
    said = ["--plan", "nap-2016-2018", "--lang", "en", "--format", ",".join(FORMS), "--out", str(printed.out)]
    printed.told("report", *printed.kept, *said)
    return printed


def files(printed: Printed, form: str) -> list[Path]:
    found = sorted(printed.out.rglob(f"*.{form}"))
    assert found, form
    return found


def test_what_the_site_says_is_found(printed: Printed) -> None:
    """Or else nothing below would prove anything."""
    (site,) = json.loads(printed.told("findings", *printed.kept))["authorities"]
    council = site["sections"]["public_council"]
    assert (site["site"]["state"], council["state"], site["news"]["last_date"]) == ("up", "found", "2018-08-18")
    assert "<script>" in json.dumps(site)
    assert site["sections"]["procurement"]["label"].startswith("=1+1")
    assert len(json.dumps(site)) < 100_000


@pytest.mark.parametrize("form", ["table", "csv"])
def test_a_terminal_is_told_nothing_but_text(printed: Printed, form: str) -> None:
    told = printed.told("stale", *printed.kept, "--format", form)
    assert [hex(ord(letter)) for letter in told if _commands(letter)] == []


@pytest.mark.parametrize("form", ["json", "csv"])
def test_data_on_a_terminal_moves_no_cursor(printed: Printed, form: str) -> None:
    told = printed.told("findings", *printed.kept, "--format", form)
    assert [hex(ord(letter)) for letter in told if _commands(letter)] == []


def _commands(letter: str) -> bool:
    return letter not in "\n\r\t" and unicodedata.category(letter) in ("Cc", "Cf")


@pytest.mark.parametrize("command", ["stale", "findings"])
def test_no_printed_cell_is_a_formula(printed: Printed, command: str) -> None:
    rows = csv.reader(io.StringIO(printed.told(command, *printed.kept, "--format", "csv")))
    assert [cell for row in rows for cell in row if _FORMULA.match(cell)] == []


def test_csv(printed: Printed) -> None:
    for path in files(printed, "csv"):
        rows = csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig")))
        assert [cell for row in rows for cell in row if _FORMULA.match(cell)] == [], path.name
        assert not any(map(_commands, path.read_text(encoding="utf-8-sig"))), path.name


def test_xlsx(printed: Printed) -> None:
    for path in files(printed, "xlsx"):
        book = openpyxl.load_workbook(path)
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
        assert any("alert(" in str(cell.value) for cell in cells), "the label is there, as text"
        assert [cell.value for cell in cells if cell.data_type == "f"] == []
        targets = [cell.hyperlink.target for cell in cells if cell.hyperlink is not None and cell.hyperlink.target]
        assert [target for target in targets if not target.startswith(("http://", "https://"))] == []
        assert not any(_commands(letter) for cell in cells for letter in str(cell.value or ""))


def test_html(printed: Printed) -> None:
    for path in files(printed, "html"):
        text = path.read_text(encoding="utf-8")
        assert not any(map(_commands, text)), path.name
        tree = html.fromstring(text)
        for element in tree.iter():
            if not isinstance(element.tag, str):
                continue
            if element.tag in ("script", "style", "iframe"):
                assert not _ALERT.search(element.text or ""), path.name
                assert "evil.example" not in (element.get("src") or "")
            assert not [name for name in element.attrib if str(name).startswith("on")], path.name
            assert not re.match(r"(?i)\s*(?:javascript|data|vbscript):", str(element.get("href") or "")), path.name


def test_docx(printed: Printed) -> None:
    for path in files(printed, "docx"):
        with zipfile.ZipFile(path) as parts:
            for name, tree in _trees(parts):
                assert not any(_commands(letter) for text in tree.itertext() for letter in str(text)), name
                for relation in tree.iter("{*}Relationship"):
                    if relation.get("TargetMode") == "External":
                        assert str(relation.get("Target")).startswith(("http://", "https://"))
                # Fields are how a document computes; ours count pages and lead to places of its own.
                fields = " ".join(str(field.text) for field in tree.iter("{*}instrText"))
                assert not re.search(r"DDE|INCLUDE|IMPORT|evil", fields), name


def _trees(parts: zipfile.ZipFile) -> Iterator[tuple[str, etree._Element]]:
    for name in parts.namelist():
        if name.endswith((".xml", ".rels")):
            yield name, etree.fromstring(parts.read(name))


def test_json(printed: Printed) -> None:
    for path in files(printed, "json"):
        text = path.read_text(encoding="utf-8")
        json.loads(text)
        assert not any(map(_commands, text)), path.name


def test_a_label_of_a_megabyte_makes_no_file_of_megabytes(printed: Printed) -> None:
    sizes = {path.name: path.stat().st_size for path in printed.out.rglob("*") if path.is_file()}
    assert max(sizes.values()) < 1_500_000, sizes
